//! Which of a few names an entry has: a switch over all entries.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Known = enum { SPEED, COLOUR_DEPTH, TITLE };

fn run(map: *shape.Map) anyerror!void {
    var all = map.iterator();
    while (all.next()) |entry| {
        const known = std.meta.stringToEnum(Known, entry.key_ptr.*) orelse continue;
        switch (known) {
            .SPEED => shape.use(entry.value_ptr.*),
            .COLOUR_DEPTH => shape.use("deep"),
            .TITLE => shape.use("titled"),
        }
    }
}
