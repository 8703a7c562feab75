// Calls that are told of: each is handed on, and before that a line says which it is.
//
// A line has the interface, the function, and where the function takes a name by which the host is asked (the table of sinks says where: a key,
// a bucket, a subject) that name. Nothing else of what is passed is told, so no secret is: a value is never a name. Nor is an authority told: a
// password may stand in it.

#include <component/needs.h>
#include <component/semver.h>

#include "forward.h"
#include "known.h"
#include "texts.h"
#include "view.h"

#include <adapter/adapter.h>

struct logging {
  struct adapter adapter;
  struct cm_str to;
};

// --- where lines go ---

// $say (pointer, size): a line through wasi:logging, at level `info`.
static bool put_say_logging(struct logging *l) {
  enum { INFO = 2 };
  struct adapter *a = &l->adapter;
  static const char context[] = "calls";
  struct adapter_host *host = known_import(a, l->to);
  if (!host || !adapter_lower(host, CM_STR("log"))) return false;
  struct cm_str log = adapter_lowered_ident(host, CM_STR("log"));
  code_put(&a->code,
           "  (func $say (param $at i32) (param $size i32)\n"
           "    (call %.*s (i32.const %d) (i32.const %u) (i32.const %zu) (local.get $at) (local.get $size)))\n",
           CM_STR_ARG(log), INFO, adapter_data(a, context, sizeof context - 1, 1), sizeof context - 1);
  return true;
}

// The same through standard error. A line that cannot be written is lost: the call goes on.
static bool put_say_stderr(struct logging *l) {
  static const char write[] = "[method]output-stream.blocking-write-and-flush";
  struct adapter *a = &l->adapter;
  struct cm_str version = cm_name_version(l->to), drop_stream, drop_error;
  struct cm_str streams_name = cm_alloc_format(a->arena, "wasi:io/streams@%.*s", CM_STR_ARG(version));
  if (!streams_name.at) return cm_fail_memory(a->diag);
  struct adapter_host *standard_error = known_import(a, l->to), *streams = known_import(a, streams_name);
  if (!standard_error || !streams || !adapter_lower(standard_error, CM_STR("get-stderr")) ||
      !adapter_lower(streams, CM_STR(write)) || !adapter_drop_of(streams, CM_STR("output-stream"), &drop_stream) ||
      !adapter_drop_of(streams, CM_STR("error"), &drop_error))
    return false;
  struct cm_str get = adapter_lowered_ident(standard_error, CM_STR("get-stderr")),
                call = adapter_lowered_ident(streams, CM_STR(write));
  code_put(&a->code,
           "  (func $say (param $at i32) (param $size i32) (local $stream i32) (local $result i32)\n"
           "    (local.set $result (call $new (i32.const 16)))\n"
           "    (i32.store8 (i32.add (local.get $at) (local.get $size)) (i32.const 10))\n"
           "    (local.set $stream (call %.*s))\n"
           "    (call %.*s (local.get $stream) (local.get $at) (i32.add (local.get $size) (i32.const 1)) (local.get $result))\n"
           "    (if (i32.load8_u (local.get $result)) (then (if (i32.eqz (i32.load8_u offset=4 (local.get $result)))\n"
           "      (then (call %.*s (i32.load offset=8 (local.get $result)))))))\n"
           "    (call %.*s (local.get $stream))\n"
           "    (call $done (local.get $result)))\n",
           CM_STR_ARG(get), CM_STR_ARG(call), CM_STR_ARG(drop_error), CM_STR_ARG(drop_stream));
  return true;
}

// --- a function ---

// The place of the name that a function takes. False: it takes none.
static bool name_of(const struct adapter_export *e, const struct adapter_function *f, struct cm_place *place) {
  const struct cm_name *name = &e->import->import.name;
  struct cm_str interface = cm_name_base(name->has_implements ? name->implements : name->name);
  for (size_t i = 0; i < cm_sink_count; i++) {
    const struct cm_sink *sink = &cm_sinks[i];
    if (sink->kind != CM_NEED_HTTP_HOST && cm_str_is(interface, sink->interface) && cm_str_is(f->name, sink->function) &&
        value_text_place(f, cm_str_of(sink->parameter), place))
      return true;
  }
  return false;
}

// The name's pointer (0) or size (1), as an expression.
static struct cm_str part_of(const struct forward *fw, const struct cm_place *place, uint32_t which) {
  struct cm_arena *arena = fw->e->adapter->arena;
  if (place->in_memory) return cm_alloc_format(arena, "(i32.load offset=%u (local.get $0))", (uint32_t)place->offset + 4 * which);
  bool wide = fw->lifted.params[place->flat + which] == CM_FLAT_I64;
  return cm_alloc_format(arena, wide ? "(i32.wrap_i64 (local.get $%u))" : "(local.get $%u)", place->flat + which);
}

// A line is written behind what stands in the data: "wasi:keyvalue/store@0.2.0 open", and then " "NAME"" where there is a name.
static bool put_line(struct logging *l, struct forward *fw) {
  struct adapter *a = &l->adapter;
  struct cm_place place;
  struct cm_str function = fw->f->name;
  struct cm_str line =
      cm_alloc_format(a->arena, "%.*s%s%.*s ", CM_STR_ARG(fw->e->name.name), fw->e->bare ? "" : " ", CM_STR_ARG(function));
  if (!line.at) return cm_fail_memory(a->diag);
  uint32_t at = adapter_data(a, line.at, line.size, 1);
  if (!name_of(fw->e, fw->f, &place) || place.has_discriminant) {
    code_put(&a->code, "    (call $tell (i32.const %u) (i32.const %zu))\n", at, line.size - 1);
    return true;
  }
  struct cm_str pointer = part_of(fw, &place, 0), size = part_of(fw, &place, 1);
  if (!pointer.at || !size.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "    (call $tell_name (i32.const %u) (i32.const %zu) %.*s %.*s)\n", at, line.size, CM_STR_ARG(pointer),
           CM_STR_ARG(size));
  return true;
}

static bool put_all(struct logging *l) {
  struct adapter *a = &l->adapter;
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++) {
      struct forward fw;
      struct adapter_export *e = a->exports[i];
      if (!forward_begin(&fw, e, &e->functions[f], e->host, e->functions[f].name) || !forward_put_head(&fw, 0) ||
          !put_line(l, &fw) || !forward_put_call(&fw))
        return false;
    }
  return true;
}

bool adapter_log(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_str to, struct cm_component **out,
                 struct cm_diag *diag) {
  struct logging l = {.to = to};
  struct adapter *a = &l.adapter;
  bool ok = adapter_begin(a, arena, subject->app, diag);
  for (uint32_t i = 0; ok && i < subject->import_count; i++) {
    if (view_is_type(subject->app, subject->imports[i])) continue;  // of which nothing is called
    struct adapter_export *e = adapter_export(a, subject->imports[i]);
    if (e) e->keeps_types = true;  // of an interface without functions too
    ok = e != NULL;
  }
  if (ok) adapter_overlap(a);
  if (ok)
    code_put(&a->code, "%s%s  (func $done (param $at i32)%s)\n", text_common, text_log,
             a->overlaps ? " (call $free (local.get $at))" : "");
  ok = ok && (cm_str_starts(to, CM_STR("wasi:cli/stderr")) ? put_say_stderr(&l) : put_say_logging(&l)) && put_all(&l) &&
       adapter_finish(a, out);
  adapter_end(a);
  return ok;
}
