//! Entries compared with names in a loop, one by one, beside a lookup; and a decoy that is compared with values.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("GALLERY"));
    var all = map.iterator();
    while (all.next()) |entry| {
        if (std.mem.eql(u8, entry.key_ptr.*, "FRAME")) shape.use(entry.value_ptr.*);
        if (std.mem.eql(u8, entry.key_ptr.*, "CANVAS_OF_LINEN")) shape.use("linen");
        if (std.mem.eql(u8, entry.value_ptr.*, "GILDED")) shape.use("gilded");
    }
}
