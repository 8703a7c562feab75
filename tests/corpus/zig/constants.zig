//! Constants at several places, one of them the library's own way to say "is it there".
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("PLAYLIST_DIR"));
    if (map.get("SHUFFLE") != null) shape.use("shuffled");
    shape.use(map.get("OUTPUT_DEVICE_WITH_A_LONG_NAME") orelse "default");
    if (map.getPtr("VOLUME")) |p| shape.use(p.*);
}
