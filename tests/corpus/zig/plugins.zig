//! Names behind tagged unions, tables of methods, a static map, types made at compile time, and parts of a list that is cut.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Source = union(enum) {
    file: []const u8,
    remote: struct { name: []const u8, retries: u8 },
    none,

    fn key(source: Source) ?[]const u8 {
        return switch (source) {
            .file => |name| name,
            .remote => |remote| remote.name,
            .none => null,
        };
    }
};

const Plugin = struct {
    data: *anyopaque,
    methods: *const Methods,

    const Methods = struct { key: *const fn (*anyopaque) []const u8 };
};

const Journal = struct {
    level: u8 = 1,
    fn key(_: *anyopaque) []const u8 {
        return "JOURNAL_PATH";
    }
    const methods = Plugin.Methods{ .key = key };
};

const Table = struct {
    name: []const u8,
    fn key(data: *anyopaque) []const u8 {
        const table: *Table = @ptrCast(@alignCast(data));
        return table.name;
    }
    const methods = Plugin.Methods{ .key = key };
};

fn Setting(comptime T: type, comptime name: []const u8) type {
    return struct {
        fn get(map: *shape.Map) ?T {
            const text = map.get("SETTING_" ++ name) orelse return null;
            return if (T == bool) text.len > 1 else std.fmt.parseInt(T, text, 10) catch null;
        }
    };
}

const keys = std.StaticStringMap([]const u8).initComptime(.{ .{ "pool", "STATIC_POOL" }, .{ "cache", "STATIC_CACHE" } });

fn run(map: *shape.Map) anyerror!void {
    const sources = [_]Source{ .{ .file = "SOURCE_FILE" }, .{ .remote = .{ .name = "SOURCE_REMOTE", .retries = 3 } }, .none };
    for (sources) |source| if (source.key()) |name| shape.use(map.get(name));
    var journal = Journal{};
    var table = Table{ .name = "TABLE_NAME" };
    for ([_]Plugin{ .{ .data = &journal, .methods = &Journal.methods }, .{ .data = &table, .methods = &Table.methods } }) |plugin|
        shape.use(map.get(plugin.methods.key(plugin.data)));
    if (Setting(u8, "LIMIT").get(map)) |limit| if (limit > 3) shape.use("much");
    if (Setting(bool, "STRICT").get(map) orelse false) shape.use("strict");
    _ = Setting(u32, "NEVER_MADE");
    for (keys.values()) |name| shape.use(map.get(name));
    var parts = std.mem.splitScalar(u8, "PART_ONE,PART_TWO", ',');
    while (parts.next()) |name| shape.use(map.get(name));
}
