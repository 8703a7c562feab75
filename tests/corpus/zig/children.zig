//! Maps of children's environments, which the program fills itself and asks by the same helper as its own.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn getOr(map: *const shape.Map, name: []const u8, default: []const u8) []const u8 {
    return map.get(name) orelse default;
}

fn run(map: *shape.Map) anyerror!void {
    const stage = getOr(map, "STAGE", "dev");
    var env = shape.Map.init(std.heap.wasm_allocator);
    try env.put("CHILD_STAGE", stage);
    try env.put("CHILD_ROLE", getOr(map, "REGION", "eu"));
    shape.use(getOr(&env, "CHILD_STAGE", "x"));
    shape.use(getOr(&env, "CHILD_ROLE", "y"));
    shape.use(getOr(&env, "CHILD_NONE", "z"));
}
