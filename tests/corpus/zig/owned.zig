//! The ways of versions up to 0.15: a map made for each question.
const std = @import("std");
const shape = @import("shape.zig");

fn text(name: []const u8, default: []const u8) []const u8 {
    return std.process.getEnvVarOwned(std.heap.wasm_allocator, name) catch default;
}

pub fn main() !void {
    shape.use(text("HOME_PAGE", "/"));
    shape.use(text("THEME", "dark"));
    if (try std.process.hasEnvVar(std.heap.wasm_allocator, "KIOSK")) shape.use("kiosk");
    if (std.process.hasEnvVar(std.heap.wasm_allocator, "ZOOM") catch false) shape.use("zoomed");
}
