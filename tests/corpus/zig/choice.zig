//! Names chosen at run time among constants.
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Level = enum { low, middle, high };

fn nameOf(level: Level) []const u8 {
    return switch (level) {
        .low => "LIMIT_LOW",
        .middle => "LIMIT_MIDDLE",
        .high => "LIMIT_HIGH",
    };
}

fn run(map: *shape.Map) anyerror!void {
    const n = shape.chance();
    shape.use(map.get(if (n > 100) "DATABASE_PRIMARY" else "DATABASE_REPLICA"));
    shape.use(map.get(nameOf(@enumFromInt(n % 3))));
    shape.use(map.get("FIRST_CHOICE") orelse map.get("SECOND_CHOICE") orelse "none");
}
