//! Maps that hold nothing when the program starts, and that the environment's is moved to on ways that a run need not take.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Settings = struct {
    map: shape.Map,

    fn title(self: *Settings) ?[]const u8 {
        return self.map.get("TITLE_OF_PAGE");
    }
};

fn run(map: *shape.Map) anyerror!void {
    shape.use(map.get("ALWAYS_ASKED"));
    var settings = Settings{ .map = shape.Map.init(std.heap.wasm_allocator) };
    if (shape.chance() == 1111) settings.map = map.*;
    shape.use(settings.title());
    var none = shape.Map.init(std.heap.wasm_allocator);
    const source = if (shape.chance() == 1112) map else &none;
    if (shape.chance() == 1113) shape.use(source.get("CHOSEN_LATER"));
}
