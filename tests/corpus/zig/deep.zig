//! Names that pass through functions, generics, and an interface with function pointers.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Source = struct {
    context: *const anyopaque,
    lookup: *const fn (*const anyopaque, []const u8) ?[]const u8,

    fn get(s: Source, name: []const u8) ?[]const u8 {
        return s.lookup(s.context, name);
    }
};

fn fromMap(context: *const anyopaque, name: []const u8) ?[]const u8 {
    const map: *const shape.Map = @ptrCast(@alignCast(context));
    return map.get(name);
}

const Fixed = struct {
    value: []const u8,
    fn lookup(context: *const anyopaque, name: []const u8) ?[]const u8 {
        const self: *const Fixed = @ptrCast(@alignCast(context));
        return if (std.mem.eql(u8, name, "FIXED")) self.value else null;
    }
};

fn parse(comptime T: type, source: Source, name: []const u8, default: T) T {
    const value = source.get(name) orelse return default;
    return switch (T) {
        bool => std.mem.eql(u8, value, "yes"),
        else => std.fmt.parseInt(T, value, 10) catch default,
    };
}

fn section(source: Source, host: []const u8, port: []const u8) u16 {
    shape.use(source.get(host));
    return parse(u16, source, port, 25);
}

fn run(map: *shape.Map) anyerror!void {
    const fixed = Fixed{ .value = "1" };
    var source = Source{ .context = map, .lookup = fromMap };
    if (section(source, "SMTP_HOST", "SMTP_PORT") == 465) shape.use("tls");
    if (parse(bool, source, "DRY_RUN", false)) shape.use("dry");
    if (shape.chance() == 7) source = .{ .context = &fixed, .lookup = Fixed.lookup };
    shape.use(source.get("MAIL_FROM"));
}
