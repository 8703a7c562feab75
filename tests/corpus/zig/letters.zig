//! A name that an entry is told by, letter by letter, beside a lookup: no text of the program spells it.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("LANTERN"));
    var all = map.iterator();
    while (all.next()) |entry| {
        const key = entry.key_ptr.*;
        if (key.len == 5 and key[4] == 'K' and key[0] == 'W' and key[1] == 'I' and key[2] == 'C' and key[3] == 'K') shape.use(entry.value_ptr.*);
    }
}
