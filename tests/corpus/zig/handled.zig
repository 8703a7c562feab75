//! One helper takes variables out of the map, or asks for them, as it is told; what is asked for before it is taken out matters only at times.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn remove(map: *shape.Map, name: []const u8) void {
    if (@hasDecl(shape.Map, "swapRemove")) _ = map.swapRemove(name) else map.remove(name);
}

noinline fn handle(map: *shape.Map, name: []const u8, drop: bool) void {
    if (drop) remove(map, name) else shape.use(map.get(name));
}

fn run(map: *shape.Map) anyerror!void {
    handle(map, "DROP_FIRST", true);
    handle(map, "TOKEN_FILE", false);
    handle(map, "DROP_LAST", true);
    const verbose = map.get("VERBOSE") != null;
    remove(map, "VERBOSE");
    handle(map, "STATE_DIR", false);
    if (shape.chance() == 77 and verbose) shape.use("at length");
}
