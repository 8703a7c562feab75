// Methods of input streams: the host's, or those of text/input.wat.

#include "input.h"

#include <component/semver.h>

#include "known.h"
#include "texts.h"
#include "values.h"

#define ERROR "variant{last-operation-failed(own<error>), closed}"

#define SPLICE "func(borrow<output-stream>, borrow<input-stream>, u64) -> result<u64, " ERROR ">"

static const struct {
  const char *name, *shape, *own;
} methods[] = {
    {"[method]input-stream.read", "func(borrow<input-stream>, u64) -> result<list<u8>, " ERROR ">", "$stream_read"},
    {"[method]input-stream.blocking-read", "func(borrow<input-stream>, u64) -> result<list<u8>, " ERROR ">", "$stream_read"},
    {"[method]input-stream.skip", "func(borrow<input-stream>, u64) -> result<u64, " ERROR ">", "$stream_skip"},
    {"[method]input-stream.blocking-skip", "func(borrow<input-stream>, u64) -> result<u64, " ERROR ">", "$stream_skip"},
    {"[method]input-stream.subscribe", "func(borrow<input-stream>) -> own<pollable>", "$stream_subscribe"},
    {"[method]output-stream.splice", SPLICE, "$stream_splice"},
    {"[method]output-stream.blocking-splice", SPLICE, "$stream_blocking_splice"},
};

struct adapter_export *input_export(struct adapter *a, const struct cm_item *import) {
  struct adapter_export *e = adapter_export(a, import);
  const struct cm_str stream = CM_STR("input-stream");
  struct cm_str drop, make;
  if (!e || !adapter_own(e, stream) || !adapter_drop_of(e->host, stream, &drop) ||
      !adapter_resource(e, stream, CM_CANON_RESOURCE_NEW, &make) || !adapter_destructor(e, stream, CM_STR("$stream_drop")))
    return NULL;
  e->keeps_types = true;
  code_put(&a->code,
           "  (func $stream_handle (param i32) (result i32) (call %.*s (local.get 0)))\n"
           "  (func $\"wrap input-stream\" (param i32) (result i32)\n"
           "    (call $stream_handle (i32.or (i32.shl (local.get 0) (i32.const 1)) (i32.const 1))))\n"
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

// The identifier of a method of output streams, lowered.
static struct cm_str output_method(struct adapter_export *e, const char *name) {
  struct cm_str method = cm_alloc_format(e->adapter->arena, "[method]output-stream.%s", name);
  if (!method.at || !adapter_lower(e->host, method)) return (struct cm_str){0};
  return adapter_lowered_ident(e->host, method);
}

// Writes bytes of an own stream to one of the host's, as many as it takes at once, or, blocking, a page. Of a result<u64, stream-error> the payload
// is at 8, of a result<_, stream-error> at 4.
static bool put_splice(struct adapter_export *e, const char *ident, bool blocking) {
  struct adapter *a = e->adapter;
  struct cm_str drop, check = {0}, write;
  if (!known_extend(e->host) || !adapter_resource(e, CM_STR("output-stream"), CM_CANON_RESOURCE_DROP, &drop)) return false;
  write = output_method(e, blocking ? "blocking-write-and-flush" : "write");
  if (!blocking) check = output_method(e, "check-write");
  if (!write.at || (!blocking && !check.at)) return false;
  code_put(&a->code,
           "  (func %s (param $out i32) (param $cell i32) (param $most i64) (result i32) (local $at i32) (local $from i32)\n"
           "    (local.set $at (call $closed (i32.const 8)))\n"
           "    (block $done\n"
           "      (br_if $done (call $cell_ended (local.get $cell)))\n",
           ident);
  if (blocking)
    code_put(&a->code, "      (i64.store offset=8 (local.get $at) (i64.const 4096))\n");
  else
    code_put(&a->code,
             "      (call %.*s (local.get $out) (local.get $at))\n"
             "      (br_if $done (i32.load8_u (local.get $at)))\n",
             CM_STR_ARG(check));
  code_put(&a->code,
           "      (if (i64.lt_u (i64.load offset=8 (local.get $at)) (local.get $most))\n"
           "        (then (local.set $most (i64.load offset=8 (local.get $at)))))\n"
           "      (local.set $from (i32.load (local.get $cell)))\n"
           "      (local.set $most (i64.extend_i32_u (call $cell_take (local.get $cell) (local.get $most))))\n"
           "      (call %.*s (local.get $out) (local.get $from) (i32.wrap_i64 (local.get $most)) (local.get $at))\n"
           "      (if (i32.load8_u (local.get $at))\n"
           "        (then (i64.store offset=8 (local.get $at) (i64.load offset=4 align=4 (local.get $at))))\n"
           "        (else (i64.store offset=8 (local.get $at) (local.get $most)))))\n"
           "    (call %.*s (local.get $out))\n"
           "    (local.get $at))\n",
           CM_STR_ARG(write), CM_STR_ARG(drop));
  return true;
}

bool input_fill(struct adapter_export *e) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    struct adapter_function *f = adapter_find(e, methods[i].name);
    if (!f) continue;
    if (!value_expect(e, f, methods[i].shape) || !relay_put(e, f, cm_str_of(methods[i].own))) return false;
    struct cm_str own = cm_str_of(methods[i].own);
    if (cm_str_is(own, "$stream_subscribe") && !put_subscribe(e)) return false;
    if (cm_str_is(own, "$stream_splice") && !put_splice(e, methods[i].own, false)) return false;
    if (cm_str_is(own, "$stream_blocking_splice") && !put_splice(e, methods[i].own, true)) return false;
  }
  return relay_rest(e);
}
