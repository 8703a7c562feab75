//! Variables that are taken out of the map before a child would be started: what is not looked at is not asked for. Some are asked for as well, one
//! of them only for how long its value is; one was set before.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const secrets = [_][]const u8{ "API_TOKEN", "SIGNING_KEY", "ROOT_PASSWORD" };

fn remove(map: *shape.Map, name: []const u8) void {
    if (@hasDecl(shape.Map, "swapRemove")) _ = map.swapRemove(name) else map.remove(name);
}

fn run(map: *shape.Map) anyerror!void {
    for (secrets) |name| remove(map, name);
    shape.use(map.get("PROXY"));
    remove(map, "PROXY");
    if (map.get("TRACE_DIR")) |dir| if (dir.len > 2) shape.use("traced");
    remove(map, "TRACE_DIR");
    try map.put("CHILD_LEVEL", "2");
    remove(map, "CHILD_LEVEL");
    if (shape.chance() > 100) remove(map, "PERHAPS_GONE");
    shape.use(map.get("WORK_DIR"));
}
