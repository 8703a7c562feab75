//! All variables, to be printed: nobody can tell which.
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("BANNER"));
    var all = map.iterator();
    while (all.next()) |entry| {
        shape.use(entry.key_ptr.*);
        shape.use(entry.value_ptr.*);
    }
}
