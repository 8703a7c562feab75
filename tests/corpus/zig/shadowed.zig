//! A map of the program's own answers before the environment's, in one helper: what it holds nobody is asked for.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Layers = struct { own: *const shape.Map, parent: *const shape.Map };

noinline fn look(layers: *const Layers, name: []const u8) ?[]const u8 {
    return layers.own.get(name) orelse layers.parent.get(name);
}

fn run(map: *shape.Map) anyerror!void {
    var own = shape.Map.init(std.heap.wasm_allocator);
    try own.put("FIXED_LEVEL", "1");
    const layers = Layers{ .own = &own, .parent = map };
    shape.use(look(&layers, "SHARDS"));
    shape.use(look(&layers, "FIXED_LEVEL"));
}
