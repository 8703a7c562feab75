//! Through the C library, which is linked.
const std = @import("std");
const shape = @import("shape.zig");

fn ask(name: [*:0]const u8) ?[]const u8 {
    return std.mem.span(std.c.getenv(name) orelse return null);
}

pub fn main() void {
    shape.use(ask("C_CONFIG"));
    shape.use(ask("C_LOCALE_DIR"));
    for ([_][*:0]const u8{ "C_ONE", "C_TWO" }) |name| shape.use(ask(name));
}
