// Clocks that stand still, go by steps, or go wrong by a constant.
//
// Of the time of day only `now` is ours, a record of seconds and nanoseconds. The monotonic clock is a number of nanoseconds, and there are
// functions that wait until it shows one: the host's clock shows another, so the moment is translated, by the offset, or into the host's time of
// now and as much longer as is left on ours.

#include <component/semver.h>

#include "forward.h"
#include "generic.h"
#include "texts.h"
#include "values.h"

enum { BILLION = 1000000000 };

struct clocks {
  const struct adapter_clock *clock;
  bool begun;
};

// --- the time of day ---

static bool put_fixed_time(struct adapter_export *e, struct adapter_function *f, const struct adapter_clock *clock) {
  struct adapter *a = e->adapter;
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, NULL);
  cm_put_le64(&bytes, (uint64_t)clock->seconds);
  cm_put_le64(&bytes, clock->nanoseconds);
  bool ok = cm_buffer_ok(&bytes, a->diag);
  uint32_t at = ok ? adapter_data(a, bytes.at, bytes.size, 8) : 0;
  cm_buffer_free(&bytes);
  if (!ok || !adapter_head(e, f)) return false;
  if (clock->step)  // A copy is returned, and the time goes on.
    code_put(&a->code,
             "    (memory.copy (call $new (i32.const 16)) (i32.const %u) (i32.const 16))\n"
             "    (call $add_time (i32.const %u) (i64.const %llu) (i32.const %u))\n"
             "    (i32.sub (global.get $heap) (i32.const 16)))\n",
             at, at, (unsigned long long)(clock->step / BILLION), (uint32_t)(clock->step % BILLION));
  else
    code_put(&a->code, "    (i32.const %u))\n", at);
  return true;
}

static bool put_wrong_time(struct adapter_export *e, struct adapter_function *f, const struct adapter_clock *clock, bool negative) {
  struct adapter *a = e->adapter;
  if (!adapter_lower(e->host, f->name) || !adapter_head(e, f)) return false;
  struct cm_str now = adapter_lowered_ident(e->host, f->name);
  code_put(&a->code,
           "    (local $at i32)\n"
           "    (call %.*s (local.tee $at (call $new (i32.const 16))))\n"
           "    (call $add_time (local.get $at) (i64.const %lld) (i32.const %u))\n",
           CM_STR_ARG(now), (long long)clock->seconds, clock->nanoseconds);
  if (!negative)  // A time before 1970 cannot be told where seconds have no sign.
    code_put(&a->code, "    (if (i64.lt_s (i64.load (local.get $at)) (i64.const 0)) (then\n"
                       "      (i64.store (local.get $at) (i64.const 0)) (i32.store offset=8 (local.get $at) (i32.const 0))))\n");
  code_put(&a->code, "    (local.get $at))\n");
  return true;
}

static bool put_time(struct adapter_export *e, struct adapter_function *f, const struct adapter_clock *clock) {
  static const char without[] = "func() -> record{seconds: u64, nanoseconds: u32}",
                    with[] = "func() -> record{seconds: s64, nanoseconds: u32}";
  struct cm_str shape = value_shape(e->adapter->arena, f->scope, f->type);
  bool negative = shape.at && cm_str_is(shape, with);
  if (!negative && !value_expect(e, f, without)) return false;
  if (!negative && clock->way == ADAPTER_CLOCK_FIXED && clock->seconds < 0)
    return cm_fail_at_large(e->adapter->diag, CM_INVALID, "`%.*s` cannot show a time before 1970", CM_STR_ARG(e->name.name));
  return clock->way == ADAPTER_CLOCK_FIXED ? put_fixed_time(e, f, clock) : put_wrong_time(e, f, clock, negative);
}

// --- the monotonic clock ---

// What is to be added to the host's nanoseconds, or what the clock shows at first.
static int64_t nanoseconds_of(const struct adapter_clock *clock) {
  return (int64_t)((uint64_t)clock->seconds * BILLION + clock->nanoseconds);
}

// Sums are cut off at the ends of what the clock can show.
static bool put_monotonic(struct adapter_export *e, struct adapter_function *f, const struct adapter_clock *clock) {
  struct adapter *a = e->adapter;
  if (!value_expect(e, f, "func() -> u64")) return false;
  if (clock->way == ADAPTER_CLOCK_OFFSET) {
    if (!adapter_lower(e->host, f->name) || !adapter_head(e, f)) return false;
    struct cm_str now = adapter_lowered_ident(e->host, f->name);
    code_put(&a->code, "    (call $moved (call %.*s) (i64.const %lld)))\n", CM_STR_ARG(now), (long long)nanoseconds_of(clock));
    return true;
  }
  if (!adapter_head(e, f)) return false;
  code_put(&a->code,
           "    (global.get $shown)\n"
           "    (global.set $shown (call $moved (global.get $shown) (i64.const %llu))))\n",
           (unsigned long long)clock->step);
  return true;
}

// Waits until a moment of the app's: its parameter is exchanged for the host's.
static bool put_wait(struct adapter_export *e, struct adapter_function *f, const struct adapter_clock *clock, const char *shape) {
  struct adapter *a = e->adapter;
  struct forward fw;
  if (!value_expect(e, f, shape) || !forward_begin(&fw, e, f, e->host, f->name)) return false;
  if (clock->way == ADAPTER_CLOCK_OFFSET) {
    if (!forward_put_head(&fw, 0)) return false;
    code_put(&a->code, "    (local.set $0 (call $moved (local.get $0) (i64.const %lld)))\n", (long long)-nanoseconds_of(clock));
    return forward_put_call(&fw);
  }
  if (!adapter_lower(e->host, CM_STR("now")) || !forward_put_head(&fw, 0)) return false;
  struct cm_str now = adapter_lowered_ident(e->host, CM_STR("now"));
  code_put(&a->code,
           "    (local.set $0 (if (result i64) (i64.gt_u (local.get $0) (global.get $shown))\n"
           "      (then (i64.sub (local.get $0) (global.get $shown))) (else (i64.const 0))))\n"
           "    (local.set $0 (call $moved (call %.*s) (i64.and (local.get $0) (i64.const 0x7fffffffffffffff))))\n",
           CM_STR_ARG(now));
  return forward_put_call(&fw);
}

// --- both ---

static void begin(struct adapter *a, struct clocks *c) {
  if (c->begun) return;
  adapter_overlap(a);
  code_put(&a->code, "%s%s  (global $shown (mut i64) (i64.const %lld))\n", text_common, text_clocks,
           (long long)nanoseconds_of(c->clock));
  a->memory = true;
  c->begun = true;
}

static bool put_function(struct adapter_export *e, struct adapter_function *f, void *context) {
  struct clocks *c = context;
  struct cm_str interface = cm_name_base(e->name.has_implements ? e->name.implements : e->name.name);
  bool monotonic = cm_str_is(interface, "wasi:clocks/monotonic-clock");
  begin(e->adapter, c);
  if (cm_str_is(f->name, "now")) return monotonic ? put_monotonic(e, f, c->clock) : put_time(e, f, c->clock);
  if (cm_str_is(f->name, "subscribe-instant")) return put_wait(e, f, c->clock, "func(u64) -> own<pollable>");
  if (cm_str_is(f->name, "wait-until")) return put_wait(e, f, c->clock, "func(u64)");
  adapter_pass(e, f);
  return true;
}

bool adapter_clock(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_clock *clock,
                   struct cm_component **out, struct cm_diag *diag) {
  struct clocks c = {.clock = clock};
  return adapter_make(arena, subject, put_function, &c, out, diag);
}
