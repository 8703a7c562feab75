//! Tables of names walked by loops: plain, of structs, of pointers, and one that is built at compile time.
const shape = @import("shape.zig");
pub const main = shape.start(run);

const plain = [_][]const u8{ "QUEUE_URL", "QUEUE_NAME", "QUEUE_REGION" };
const Option = struct { id: u8, name: []const u8, default: ?[]const u8 };
const options = [_]Option{
    .{ .id = 3, .name = "RETRIES", .default = "5" },
    .{ .id = 9, .name = "BACKOFF_MS", .default = null },
};
const built = names: {
    var all: [3][]const u8 = undefined;
    for (&all, [_][]const u8{ "RED", "GREEN", "BLUE" }) |*to, colour| to.* = "LED_" ++ colour;
    break :names all;
};

fn run(map: *shape.Map) anyerror!void {
    for (plain) |name| shape.use(map.get(name));
    for (&options) |*o| shape.use(map.get(o.name) orelse o.default);
    for (built) |name| if (map.get(name) != null) shape.use("lit");
}
