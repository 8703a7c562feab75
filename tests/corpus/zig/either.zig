//! A helper that is given a map by value: the program's own, often, and the environment's.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

noinline fn number(map: shape.Map, name: []const u8) usize {
    const text = map.get(name) orelse return 0;
    return std.fmt.parseInt(usize, text, 10) catch 1;
}

fn run(map: *shape.Map) anyerror!void {
    var own = shape.Map.init(std.heap.wasm_allocator);
    var sum: usize = 0;
    var i: usize = 0;
    while (i < 12) : (i += 1) sum += number(own, "OWN_FIRST");
    try own.put("OWN_FIRST", "1");
    try own.put("OWN_SECOND", "2");
    sum += number(own, "OWN_FIRST") + number(own, "OWN_SECOND") + number(own, "OWN_THIRD");
    if (sum + number(map.*, "SLOTS_LOW") + number(map.*, "SLOTS_HIGH") > 5) shape.use("more");
    if (number(own, "OWN_FOURTH") + number(map.*, "SLOTS_SPARE") > 5) shape.use("more still");
}
