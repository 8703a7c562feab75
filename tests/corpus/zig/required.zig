//! A program that gives up where something is missing, one name after the other.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn need(map: *const shape.Map, name: []const u8) error{Missing}![]const u8 {
    return map.get(name) orelse error.Missing;
}

fn run(map: *shape.Map) anyerror!void {
    const user = try need(map, "REGISTRY_USER");
    const password = try need(map, "REGISTRY_PASSWORD");
    shape.use(user);
    shape.use(password);
    const port = std.fmt.parseInt(u16, map.get("REGISTRY_PORT") orelse std.process.exit(3), 10) catch std.process.exit(4);
    if (port == 443) shape.use(map.get("REGISTRY_CA"));
}
