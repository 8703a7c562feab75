//! Messages to the log: the library asks for the names that say whether in colours.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    const level = map.get("LOG_DETAIL") orelse "plain";
    std.log.warn("detail: {s}", .{level});
    std.debug.print("NOT_A_NAME={s}\n", .{map.get("LOG_TARGET") orelse "stderr"});
}
