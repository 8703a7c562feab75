//! The program's start, by whatever way this version of the library hands the environment over.
const std = @import("std");

const is_new = @hasDecl(std.process, "Init");
pub const Map = if (is_new) std.process.Environ.Map else std.process.EnvMap;

/// A `main` that calls `run(map)`.
pub fn start(comptime run: fn (*Map) anyerror!void) if (is_new) fn (Init) anyerror!void else fn () anyerror!void {
    return if (is_new) struct {
        fn main(init: Init) anyerror!void {
            try run(init.environ_map);
        }
    }.main else struct {
        fn main() anyerror!void {
            var map = try std.process.getEnvMap(std.heap.wasm_allocator);
            defer map.deinit();
            try run(&map);
        }
    }.main;
}

const Init = if (is_new) std.process.Init else void;

/// A use of a value that the compiler cannot see through.
pub fn use(value: ?[]const u8) void {
    const text = value orelse "unset";
    const part = std.os.wasi.ciovec_t{ .base = text.ptr, .len = text.len };
    var written: usize = undefined;
    _ = std.os.wasi.fd_write(1, @ptrCast(&part), 1, &written);
}

/// Something that is not known before the program runs.
pub fn chance() usize {
    var time: u64 = 0;
    _ = std.os.wasi.clock_time_get(.REALTIME, 1, &time);
    return @intCast(time & 0xffff);
}
