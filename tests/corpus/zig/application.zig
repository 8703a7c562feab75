//! The map kept in a struct, asked by methods; another one in a variable of the whole program.
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Application = struct {
    environment: *const shape.Map,
    verbose: bool = false,

    fn setting(self: *const Application, name: []const u8) ?[]const u8 {
        if (self.verbose) shape.use(name);
        return self.environment.get(name);
    }

    fn prepare(self: *Application) void {
        self.verbose = self.setting("VERBOSE") != null;
        shape.use(self.setting("CACHE_DIR"));
    }
};

var global: ?*const shape.Map = null;

fn asked(name: []const u8) ?[]const u8 {
    return (global orelse return null).get(name);
}

fn run(map: *shape.Map) anyerror!void {
    var application = Application{ .environment = map };
    application.prepare();
    global = map;
    shape.use(asked("TENANT"));
    shape.use(asked("TENANT_REGION"));
}
