//! A struct of settings filled by its fields' names.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Settings = struct {
    listen: []const u8 = "0.0.0.0",
    workers: []const u8 = "4",
    log_level: []const u8 = "info",
};
const fields = [_][]const u8{ "listen", "workers", "log_level" };

fn upper(comptime text: []const u8) []const u8 {
    comptime var out: [text.len]u8 = undefined;
    _ = comptime std.ascii.upperString(&out, text);
    const done = out;
    return &done;
}

fn run(map: *shape.Map) anyerror!void {
    var settings = Settings{};
    inline for (fields) |field| {
        if (map.get("SRV_" ++ comptime upper(field))) |value| @field(settings, field) = value;
    }
    shape.use(settings.listen);
    shape.use(settings.workers);
    shape.use(settings.log_level);
}
