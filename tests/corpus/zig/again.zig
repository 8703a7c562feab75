//! As `twice`, on ways that a run need not take, with a map for each name.
const std = @import("std");
const gpa = std.heap.wasm_allocator;
pub fn main() !void {
    var m = try std.process.getEnvMap(gpa);
    defer m.deinit();
    if (m.get("AGAIN_LOG")) |v| std.debug.print("{s}\n", .{v});
    const args = try std.process.argsAlloc(gpa);
    if (args.len > 1) {
        const token = std.process.getEnvVarOwned(gpa, "AGAIN_TOKEN") catch "none";
        std.debug.print("{s}\n", .{token});
    }
    if (args.len > 2 and try std.process.hasEnvVar(gpa, "AGAIN_DEBUG")) std.debug.print("debug\n", .{});
}
