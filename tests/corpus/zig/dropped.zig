//! One variable that is taken out of the map, where the library's code for that is put into the program; and another whose value is used first.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn take(map: *shape.Map, name: []const u8) ?[]const u8 {
    if (@hasDecl(shape.Map, "swapRemove")) {
        const entry = map.array_hash_map.fetchSwapRemove(name) orelse return null;
        map.allocator.free(entry.key);
        return entry.value;
    }
    const entry = map.hash_map.fetchRemove(name) orelse return null;
    map.hash_map.allocator.free(entry.key);
    return entry.value;
}

fn run(map: *shape.Map) anyerror!void {
    if (@hasDecl(shape.Map, "swapRemove")) _ = map.swapRemove("NOT_LOOKED_AT") else map.remove("NOT_LOOKED_AT");
    shape.use(take(map, "TAKEN_OVER"));
}
