//! The map changed by the program: what it puts there is nobody's to give.
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    try map.put("CHILD_ONLY", "1");
    if (map.get("KEEP_PATH") == null) try map.put("CHILD_PATH", "/bin");
    shape.use(map.get("PARENT_NAME"));
}
