//! Texts that look like names: printed, compared with arguments, asked of another map with the same hash, in code that is never reached.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

pub fn never(map: *shape.Map) void {
    shape.use(map.get("NEVER_REACHED"));
}

fn run(map: *shape.Map) anyerror!void {
    shape.use("PRINTED_ONLY");
    var other = std.StringHashMap([]const u8).init(std.heap.wasm_allocator);
    defer other.deinit();
    try other.put("OTHER_MAP_KEY", "x");
    try other.put("OTHER_MAP_MORE", "y");
    shape.use(other.get("OTHER_MAP_KEY"));
    shape.use(other.get("OTHER_MAP_ABSENT"));
    const colour = map.get("COLOUR") orelse "never";
    if (std.mem.eql(u8, colour, "ALWAYS_COLOUR")) shape.use("colour");
}
