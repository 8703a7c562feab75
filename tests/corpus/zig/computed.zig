//! Names put together: of constants, and of what comes from elsewhere; and one that is read over another one.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("NODE_ID"));
    var buffer: [64]u8 = undefined;
    const name = try std.fmt.bufPrint(&buffer, "NODE_{d}_ADDRESS", .{shape.chance()});
    shape.use(map.get(name));
    var read = "NODE_OLD".*;
    const part = std.os.wasi.iovec_t{ .base = &read, .len = read.len };
    var size: usize = 0;
    if (std.os.wasi.fd_read(0, @ptrCast(&part), 1, &size) == .SUCCESS and size == read.len) shape.use(map.get(&read));
}
