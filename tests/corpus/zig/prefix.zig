//! All variables that begin so.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    var all = map.iterator();
    while (all.next()) |entry| {
        if (std.mem.startsWith(u8, entry.key_ptr.*, "LABEL_")) shape.use(entry.value_ptr.*);
    }
    shape.use(map.get("LABELS_FILE"));
}
