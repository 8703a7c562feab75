//! Names that are asked for on ways that a run need not take: behind commands, by what nobody else calls, in loops over all entries.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

fn serve(map: *shape.Map) void {
    shape.use(map.get("LISTEN_ON"));
    if (shape.chance() == 4711) shape.use(map.get("BACKLOG_OF_QUEUE"));
}

fn migrate(map: *shape.Map) void {
    var all = map.iterator();
    while (all.next()) |entry| {
        if (std.mem.eql(u8, entry.key_ptr.*, "MIGRATIONS")) shape.use(entry.value_ptr.*);
    }
}

fn run(map: *shape.Map) anyerror!void {
    switch (shape.chance()) {
        1234 => serve(map),
        1235 => migrate(map),
        1236 => if (map.getPtr("KEEP_TABLES") != null) shape.use("keep"),
        else => shape.use("NO_COMMAND"),
    }
}
