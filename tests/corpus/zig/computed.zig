//! Names put together: of constants, and of what comes from elsewhere.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("NODE_ID"));
    var buffer: [64]u8 = undefined;
    const name = try std.fmt.bufPrint(&buffer, "NODE_{d}_ADDRESS", .{shape.chance()});
    shape.use(map.get(name));
}
