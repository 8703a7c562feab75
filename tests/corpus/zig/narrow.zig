//! A name that is asked for only where a message is as a dozen conditions want it: no run comes there by itself, and few by force. The buffer is
//! filled word by word before it is read into.
const std = @import("std");
const gpa = std.heap.wasm_allocator;
pub fn main() !void {
    var m = try std.process.getEnvMap(gpa);
    defer m.deinit();
    if (m.get("GATE_T")) |v| std.debug.print("{s}\n", .{v});
    var b: [64]u8 = undefined;
    const n = try std.posix.read(0, &b);
    const in = b[0..n];
    if (in.len > 10) {
        if (in[0] == 'c') {
            if (in[1] ^ in[2] == 3) {
                if (in[3] > in[4] and in[4] > 'd') {
                    std.debug.print("a\n", .{});
                    if (in[5] *% in[6] == 77) {
                        if (std.mem.indexOfScalar(u8, in, 'z')) |at| {
                            if (at > 8) {
                                if (in[7] +% in[8] == 200) {
                                    if (in[9] == in[1]) {
                                        if (in.len < 30) if (in[10] == 1) if (in[11] != 2) if (in[12] == 5) if (in[13] > 7) if (in[14] == 9) if (in[15] < 3 or in[16] > 7) {
                                            if (@call(.always_inline, std.process.EnvMap.get, .{ m, "GATE_IN" })) |v| std.debug.print("{s}\n", .{v});
                                        };
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
