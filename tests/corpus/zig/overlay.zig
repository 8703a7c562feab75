//! A map of the program's own in front of the environment's, both asked in one place.
const std = @import("std");
const shape = @import("shape.zig");
pub const main = shape.start(run);

const Overlay = struct {
    own: shape.Map,
    parent: *const shape.Map,
    fn get(self: *const Overlay, name: []const u8) ?[]const u8 {
        return self.own.get(name) orelse self.parent.get(name);
    }
};

fn run(map: *shape.Map) anyerror!void {
    var o = Overlay{ .own = shape.Map.init(std.heap.wasm_allocator), .parent = map };
    try o.own.put("SET_ONLY", "1");
    shape.use(o.get("OVERLAY_A"));
    shape.use(o.get("OVERLAY_B"));
}
