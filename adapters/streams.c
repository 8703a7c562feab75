// Methods of input streams: the host's, or those of text/streams.wat.

#include "streams.h"

#include <component/semver.h>

#include "known.h"
#include "texts.h"
#include "values.h"

#define ERROR "variant{last-operation-failed(own<error>), closed}"

static const struct {
  const char *name, *shape, *own;
} methods[] = {
    {"[method]input-stream.read", "func(borrow<input-stream>, u64) -> result<list<u8>, " ERROR ">", "$stream_read"},
    {"[method]input-stream.blocking-read", "func(borrow<input-stream>, u64) -> result<list<u8>, " ERROR ">", "$stream_read"},
    {"[method]input-stream.skip", "func(borrow<input-stream>, u64) -> result<u64, " ERROR ">", "$stream_skip"},
    {"[method]input-stream.blocking-skip", "func(borrow<input-stream>, u64) -> result<u64, " ERROR ">", "$stream_skip"},
    {"[method]input-stream.subscribe", "func(borrow<input-stream>) -> own<pollable>", "$stream_subscribe"},
};

struct adapter_export *streams_export(struct adapter *a, const struct cm_item *import) {
  struct adapter_export *e = adapter_export(a, import);
  const struct cm_str stream = CM_STR("input-stream");
  struct cm_str drop, make;
  if (!e || !adapter_own(e, stream) || !adapter_drop_of(e->host, stream, &drop) ||
      !adapter_resource(e, stream, CM_CANON_RESOURCE_NEW, &make) || !adapter_destructor(e, stream, CM_STR("$stream_drop")))
    return NULL;
  e->keeps_types = true;
  code_put(&a->code,
           "  (func $stream_handle (param i32) (result i32) (call %.*s (local.get 0)))\n"
           "  (func $stream_drop (param $rep i32)\n"
           "    (if (i32.and (local.get $rep) (i32.const 1))\n"
           "      (then (call %.*s (i32.shr_u (local.get $rep) (i32.const 1))))\n"
           "      (else (call $cell_drop (local.get $rep)))))\n",
           CM_STR_ARG(make), CM_STR_ARG(drop));
  return e;
}

static bool put_subscribe(struct adapter_export *e) {
  struct adapter *a = e->adapter;
  struct cm_str version = cm_name_version(e->name.name),
                name = cm_alloc_format(a->arena, "wasi:clocks/monotonic-clock@%.*s", CM_STR_ARG(version));
  if (!name.at) return cm_fail_memory(a->diag);
  struct adapter_host *clock = known_import(a, name);
  const struct cm_str function = CM_STR("subscribe-duration");
  if (!clock || !adapter_lower(clock, function)) return false;
  struct cm_str lowered = adapter_lowered_ident(clock, function);
  if (!lowered.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "  (func $stream_subscribe (param i32) (result i32) (call %.*s (i64.const 0)))\n", CM_STR_ARG(lowered));
  return true;
}

bool streams_fill(struct adapter_export *e) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    struct adapter_function *f = adapter_find(e, methods[i].name);
    if (!f) continue;
    if (!value_expect(e, f, methods[i].shape) || !relay_put(e, f, cm_str_of(methods[i].own))) return false;
    if (strstr(methods[i].name, "subscribe") && !put_subscribe(e)) return false;
  }
  return relay_rest(e);
}
