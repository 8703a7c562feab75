//! One name only: the lookup is inlined into the program's start.
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("GREETING"));
}
