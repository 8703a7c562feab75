//! Entries compared with a name whatever its case is: more names than it spells.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("GATEWAY"));
    var all = map.iterator();
    while (all.next()) |entry| {
        if (std.ascii.eqlIgnoreCase(entry.key_ptr.*, "no_relay")) shape.use(entry.value_ptr.*);
    }
}
