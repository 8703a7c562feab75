//! The library makes a map of the environment for whoever asks through it, and drops it again; built for speed, what looks a name up there is a
//! part of who asks.
const std = @import("std");

pub fn main() !void {
    var map = try std.process.getEnvMap(std.heap.wasm_allocator);
    defer map.deinit();
    if (map.get("TWICE_FIRST")) |v| std.debug.print("{s}\n", .{v});
    if (map.get("TWICE_SECOND")) |v| std.debug.print("{s}\n", .{v});
    if (try std.process.hasEnvVar(std.heap.wasm_allocator, "TWICE_MORE")) std.debug.print("more\n", .{});
}
