//! A helper with a default, and one that parses a number.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn text(map: *const shape.Map, name: []const u8, default: []const u8) []const u8 {
    const value = map.get(name) orelse return default;
    return if (value.len == 0) default else value;
}

fn number(map: *const shape.Map, name: []const u8, default: u32) u32 {
    return std.fmt.parseInt(u32, text(map, name, ""), 10) catch default;
}

fn run(map: *shape.Map) anyerror!void {
    shape.use(text(map, "INDEX_PATH", "/var/index"));
    shape.use(text(map, "STOP_WORDS", "en"));
    if (number(map, "MAX_RESULTS", 10) > 20) shape.use("many");
    if (number(map, "SHARDS", 1) > 2) shape.use("sharded");
}
