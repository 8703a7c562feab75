// Standard streams of the adapter's own, beside those of the host (WASI 0.2).
//
// Whoever gives the app one stream of another kind must give it all: the app has one type of input streams and one of output streams. So both
// resources are the adapter's own, and what the app holds stands for a stream of the host's, or for one that there is none of. The representation
// tells which: the host's handle times 4, or else 1 and a kind above it. What the app does to the first is done to the host's; the second answer at
// once. Each stream that a function of any interface returns is wrapped on its way to the app: these interfaces, and no others, go through the
// adapter, and their other functions pass.
//
// A line that is logged may come in pieces, and a piece may end within a character: lines are gathered until they end.

#include <component/semver.h>
#include <component/types.h>

#include "forward.h"
#include "generic.h"
#include "known.h"
#include "stdio_end.h"
#include "texts.h"
#include "values.h"

struct standard {
  struct adapter adapter;
  const struct adapter_stdio *stdio;
  struct adapter_export *streams;  // wasi:io/streams
  struct adapter_host *logging;
  struct adapter_host *clock;  // for pollables that are ready
};

// A representation that stands for no stream of the host's.
static uint32_t own_stream(enum adapter_stdio_way way, uint32_t which) { return 1 | (uint32_t)way << 2 | which << 4; }

// --- which interfaces ---

static const char *const resources[] = {"input-stream", "output-stream"};

static bool is_stream(const struct cm_scope *streams, const struct cm_typeref *type) {
  for (unsigned r = 0; r < 2; r++)
    if (type->resource && cm_scope_export(streams, cm_str_of(resources[r])) == type->resource) return true;
  return false;
}

// Whether an interface knows of streams.
static bool knows_streams(const struct cm_scope *streams, const struct cm_scope *scope) {
  struct cm_typeref type;
  for (uint32_t t = 0; t < scope->spaces[CM_SORT_TYPE].count; t++)
    if (cm_type_resolve(scope, t, &type, NULL) && is_stream(streams, &type)) return true;
  return false;
}

static const struct cm_scope *scope_of(const struct cm_component *app, const struct cm_item *item) {
  if (item->kind != CM_ITEM_IMPORT || item->import.type.sort != CM_SORT_INSTANCE) return NULL;
  return cm_instance_type_scope(&app->scope, item->import.type.index);
}

static struct cm_str interface_of(const struct cm_item *item) {
  return item->import.name.has_implements ? item->import.name.implements : item->import.name.name;
}

// The import of streams whose resources an import uses.
static const struct cm_item *streams_of(const struct cm_component *app, const struct cm_item *import) {
  const struct cm_scope *scope = scope_of(app, import);
  for (uint32_t i = 0; scope && i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    const struct cm_scope *streams = scope_of(app, item);
    if (streams && cm_str_is(cm_name_base(interface_of(item)), "wasi:io/streams") && knows_streams(streams, scope)) return item;
  }
  return NULL;
}

static bool add_interface(struct standard *s, const struct cm_item *import, bool is_streams) {
  struct adapter_export *e = adapter_export(&s->adapter, import);
  if (!e) return false;
  if (is_streams) s->streams = e;
  return !is_streams || (adapter_own(e, cm_str_of(resources[0])) && adapter_own(e, cm_str_of(resources[1])));
}

static bool add_interfaces(struct standard *s, const struct adapter_subject *subject) {
  struct adapter *a = &s->adapter;
  const struct cm_component *app = subject->app;
  const struct cm_item *streams = NULL;
  for (uint32_t i = 0; i < subject->import_count; i++) {
    const struct cm_item *own = streams_of(app, subject->imports[i]);
    if (!own || (streams && own != streams))
      return cm_fail_at_large(a->diag, CM_UNSUPPORTED,
                              "`%.*s` has no streams of wasi:io/streams that the other standard streams have",
                              CM_STR_ARG(subject->imports[i]->import.name.name));
    streams = own;
  }
  if (streams) adapter_mix(a);
  if (!streams || !add_interface(s, streams, true)) return false;
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    const struct cm_scope *scope = scope_of(app, item);
    if (scope && item != streams && knows_streams(s->streams->scope, scope) && !add_interface(s, item, false)) return false;
  }
  return true;
}

// --- code that all have ---

static bool put_resource(struct standard *s, unsigned r) {
  struct adapter *a = &s->adapter;
  struct cm_str name = cm_str_of(resources[r]), new, drop, destructor = cm_alloc_format(a->arena, "$\"end %s\"", resources[r]);
  if (!destructor.at) return cm_fail_memory(a->diag);
  if (!cm_scope_export(s->streams->scope, name)) return true;
  if (!adapter_resource(s->streams, name, CM_CANON_RESOURCE_NEW, &new) || !adapter_drop_of(s->streams->host, name, &drop) ||
      !adapter_destructor(s->streams, name, destructor))
    return false;
  code_put(&a->code, "  (func $\"make %s\" (param $rep i32) (result i32) (call %.*s (local.get $rep)))\n", resources[r],
           CM_STR_ARG(new));
  code_put(&a->code, "  (func $\"wrap %s\" (param $host i32) (result i32) (call %.*s (i32.shl (local.get $host) (i32.const 2))))\n",
           resources[r], CM_STR_ARG(new));
  code_put(&a->code, "  (func %.*s (param $rep i32)\n", CM_STR_ARG(destructor));
  if (s->logging && r == 1)
    code_put(&a->code,
             "    (if (i32.eq (i32.and (local.get $rep) (i32.const 15)) (i32.const %u))\n"
             "      (then (call $end_line (i32.shr_u (local.get $rep) (i32.const 4)))))\n",
             own_stream(ADAPTER_STDIO_LOGGED, 0));
  code_put(&a->code,
           "    (if (i32.eqz (i32.and (local.get $rep) (i32.const 3)))\n"
           "      (then (call %.*s (i32.shr_u (local.get $rep) (i32.const 2))))))\n",
           CM_STR_ARG(drop));
  return true;
}

// Lines of standard output are told as information, of standard error as warnings.
static bool put_logging(struct standard *s) {
  struct adapter *a = &s->adapter;
  enum { INFO = 2, WARN = 3 };
  if (s->stdio->out != ADAPTER_STDIO_LOGGED && s->stdio->err != ADAPTER_STDIO_LOGGED) return true;
  s->logging = known_import(a, s->stdio->logging_interface);
  if (!s->logging || !adapter_lower(s->logging, CM_STR("log"))) return false;
  struct cm_str log = adapter_lowered_ident(s->logging, CM_STR("log"));
  uint32_t names = adapter_data(a, "stdoutstderr", 12, 1);
  adapter_reserve(a, 2 * 2048);
  code_put(
      &a->code,
      "%s  (func $log (param $which i32) (param $at i32) (param $size i32)\n"
      "    (call %.*s (i32.add (local.get $which) (i32.const %d))\n"
      "      (i32.add (i32.const %u) (i32.mul (local.get $which) (i32.const 6))) (i32.const 6) (local.get $at) (local.get $size)))\n",
      text_streams, CM_STR_ARG(log), INFO, names);
  return true;
}

// --- functions of streams ---

// What a stream of the adapter's own answers.
enum answer {
  CLOSED,  // whatever it is
  TAKEN,   // what is written is taken
  ROOM,    // there is room for 64 KiB more
  READY,   // a pollable that is
  ENDED,   // the line is ended
};
static const struct method {
  const char *name;
  enum answer answer;
  bool writes;  // a list of bytes, which may be logged
} methods[] = {
    {"[method]output-stream.check-write", ROOM, false},
    {"[method]output-stream.write", TAKEN, true},
    {"[method]output-stream.blocking-write-and-flush", TAKEN, true},
    {"[method]output-stream.flush", ENDED, false},
    {"[method]output-stream.blocking-flush", ENDED, false},
    {"[method]output-stream.write-zeroes", TAKEN, false},
    {"[method]output-stream.blocking-write-zeroes-and-flush", TAKEN, false},
    {"[method]output-stream.subscribe", READY, false},
    {"[method]input-stream.subscribe", READY, false},
};

// Methods that are not in the table (reading, skipping, splicing) find the stream closed.
static const struct method *method_of(struct cm_str name) {
  static const struct method other = {"", CLOSED, false};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (cm_str_is(name, methods[i].name)) return &methods[i];
  return &other;
}

static bool put_ready(struct standard *s) {
  struct adapter *a = &s->adapter;
  struct cm_str version = cm_name_version(interface_of(s->streams->import));
  struct cm_str name = cm_alloc_format(a->arena, "wasi:clocks/monotonic-clock@%.*s", CM_STR_ARG(version));
  if (!name.at) return cm_fail_memory(a->diag);
  if (!s->clock) s->clock = known_import(a, name);
  if (!s->clock || !adapter_lower(s->clock, CM_STR("subscribe-duration"))) return false;
  struct cm_str subscribe = adapter_lowered_ident(s->clock, CM_STR("subscribe-duration"));
  code_put(&a->code, "    (return (call %.*s (i64.const 0)))\n", CM_STR_ARG(subscribe));
  return true;
}

static bool constant(struct adapter_export *e, const struct adapter_function *f, bool closed, uint32_t *flat) {
  struct value_denial denial = {.wanted = CM_STR("closed")};
  enum value_verdict verdict = closed ? value_denial_of(e, f, &denial, flat) : value_empty_of(e, f, flat);
  if (verdict == VALUE_MADE) return true;
  return verdict != VALUE_FAILED &&
         cm_fail_at_large(e->adapter->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` is of a type that is not known", CM_STR_ARG(f->name),
                          CM_STR_ARG(e->name.name));
}

// result<u64, stream-error>: the number is at 8.
static bool put_room(struct standard *s) {
  uint64_t room[2] = {0};
  ((uint8_t *)room)[10] = 1;
  code_put(&s->adapter.code, "    (i32.const %u)", adapter_data(&s->adapter, room, sizeof room, 8));
  return true;
}

static bool put_own(struct standard *s, struct adapter_function *f, const struct method *method) {
  struct code *code = &s->adapter.code;
  uint32_t closed, ok;
  if (method->answer == READY) return put_ready(s);
  if (!constant(s->streams, f, true, &closed)) return false;
  if (method->answer == CLOSED) return code_put(code, "    (return (i32.const %u))\n", closed), true;
  code_put(code, "    (if (i32.eq (i32.and (local.get $0) (i32.const 15)) (i32.const %u)) (then (return (i32.const %u))))\n",
           own_stream(ADAPTER_STDIO_CLOSED, 0), closed);
  if (s->logging && (method->writes || method->answer == ENDED))
    code_put(code, "    (if (i32.eq (i32.and (local.get $0) (i32.const 15)) (i32.const %u)) (then %s))\n",
             own_stream(ADAPTER_STDIO_LOGGED, 0),
             method->writes ? "(call $add_bytes (i32.shr_u (local.get $0) (i32.const 4)) (local.get $1) (local.get $2))"
                            : "(call $end_line (i32.shr_u (local.get $0) (i32.const 4)))");
  code_put(code, "    (return ");
  if (method->answer == ROOM) return put_room(s) && (code_put(code, ")\n"), true);
  if (!constant(s->streams, f, false, &ok)) return false;
  code_put(code, "(i32.const %u))\n", ok);
  return true;
}

// The parameters that are borrowed streams come as representations. One of the adapter's own ends in `put_own`; the host's are handed on.
static bool put_method(struct standard *s, struct adapter_export *e, struct adapter_function *f) {
  struct code *code = &s->adapter.code;
  struct forward fw;
  bool two = f->type->func.param_count > 1 &&
             (cm_str_is(f->name, "[method]output-stream.splice") || cm_str_is(f->name, "[method]output-stream.blocking-splice"));
  if (!forward_begin(&fw, e, f, e->host, f->name) || !forward_put_head(&fw, 0)) return false;
  code_put(code, "    (if (i32.and (i32.or (local.get $0) %s) (i32.const 3)) (then\n", two ? "(local.get $1)" : "(i32.const 0)");
  if (!put_own(s, f, method_of(f->name))) return false;
  code_put(code, "    ))\n    (local.set $0 (i32.shr_u (local.get $0) (i32.const 2)))\n");
  if (two) code_put(code, "    (local.set $1 (i32.shr_u (local.get $1) (i32.const 2)))\n");
  return forward_put_call(&fw);
}

// --- functions of other interfaces ---

static bool mentions(struct standard *s, const struct adapter_function *f, struct cm_valtype type) {
  return value_mentions_own(f->scope, type, &s->adapter);
}

// Hands a call on, and wraps the streams that come back.
static bool put_wrapping(struct standard *s, struct adapter_export *e, struct adapter_function *f) {
  struct adapter *a = &s->adapter;
  struct forward fw;
  struct value_drops wraps = {0};
  struct cm_str name;
  struct cm_typeref of;
  for (uint32_t i = 0; i < f->type->func.param_count; i++)
    if (mentions(s, f, f->type->func.params[i].type))
      return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` takes a stream, which may be one that the host has not",
                              CM_STR_ARG(f->name), CM_STR_ARG(e->name.name));
  if (!forward_begin(&fw, e, f, e->host, f->name) || !cm_valtype_resolve(f->scope, f->type->func.result, &of, a->diag))
    return false;
  bool direct = of.type && of.type->kind == CM_TYPE_OWN;
  if (!direct && !value_wraps_of(e, f, &wraps)) return false;
  if (!forward_put_head(&fw, wraps.locals) || !forward_put_host(&fw)) return false;
  if (!direct)
    code_put(&a->code, "    (local.set $p0 (local.get $r))\n%.*s", CM_STR_ARG(wraps.text));
  else if (value_owner(a, &of, &name))
    code_put(&a->code, "    (local.set $r (call $\"wrap %.*s\" (local.get $r)))\n", CM_STR_ARG(name));
  return forward_put_end(&fw);
}

// "get-stdout" and its like.
static const struct {
  const char *name;
  unsigned which;  // 0: output, 1: error
  bool is_input;
} getters[] = {{"get-stdin", 0, true}, {"get-stdout", 0, false}, {"get-stderr", 1, false}};

static enum adapter_stdio_way way_of(const struct adapter_stdio *stdio, size_t getter) {
  return getter == 0 ? stdio->in : getter == 1 ? stdio->out : stdio->err;
}

static bool put_function(struct standard *s, struct adapter_export *e, struct adapter_function *f) {
  struct adapter *a = &s->adapter;
  for (size_t g = 0; g < sizeof getters / sizeof *getters; g++) {
    enum adapter_stdio_way way = way_of(s->stdio, g);
    if (!cm_str_is(f->name, getters[g].name) || way == ADAPTER_STDIO_HOST) continue;
    const char *resource = resources[!getters[g].is_input];
    struct cm_str shape = cm_alloc_format(a->arena, "func() -> own<%s>", resource);
    if (!shape.at) return cm_fail_memory(a->diag);
    if (!value_expect(e, f, shape.at) || !adapter_head(e, f)) return false;
    code_put(&a->code, "    (call $\"make %s\" (i32.const %u)))\n", resource, own_stream(way, getters[g].which));
    return true;
  }
  if (e == s->streams) return put_method(s, e, f);
  bool any = f->type->func.result.kind != CM_VAL_NONE && mentions(s, f, f->type->func.result);
  for (uint32_t i = 0; i < f->type->func.param_count; i++) any |= mentions(s, f, f->type->func.params[i].type);
  if (any) return put_wrapping(s, e, f);
  adapter_pass(e, f);
  return true;
}

// What a program that ends itself wrote last is logged before.
static bool put_exit(struct standard *s, const struct adapter_subject *subject) {
  struct adapter *a = &s->adapter;
  for (uint32_t i = 0; i < subject->app->scope.item_count; i++) {
    const struct cm_item *item = subject->app->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT || !cm_str_starts(interface_of(item), CM_STR("wasi:cli/exit@0.2."))) continue;
    struct adapter_export *e = adapter_export(a, item);
    for (uint32_t f = 0; e && f < e->count; f++) {
      struct forward fw;
      if (!forward_begin(&fw, e, &e->functions[f], e->host, e->functions[f].name) || !forward_put_head(&fw, 0)) return false;
      code_put(&a->code, "    (call $end_output)\n");
      if (!forward_put_call(&fw)) return false;
    }
    if (!e) return false;
  }
  return true;
}

static bool put_end(struct standard *s, const struct adapter_subject *subject) {
  if (!s->logging) return true;
  code_put(&s->adapter.code, "  (func $end_output (call $end_line (i32.const 0)) (call $end_line (i32.const 1)))\n");
  bool runs = stdio_run(subject->app).size > 0;
  return put_exit(s, subject) && (!runs || adapter_offer(&s->adapter, CM_STR(STDIO_END), CM_STR("$end_output")));
}

static bool fill(struct standard *s, const struct adapter_subject *subject) {
  struct adapter *a = &s->adapter;
  if (!add_interfaces(s, subject)) return false;
  code_put(&a->code, "%s", text_common);
  a->memory = true;
  if (!put_logging(s) || !put_resource(s, 0) || !put_resource(s, 1)) return false;
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (!put_function(s, a->exports[i], &a->exports[i]->functions[f])) return false;
  return put_end(s, subject);
}

bool adapter_stdio(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_stdio *stdio,
                   struct cm_component **out, struct cm_diag *diag) {
  struct standard s = {.stdio = stdio};
  bool ok = adapter_begin(&s.adapter, arena, subject->app, diag) && fill(&s, subject) && adapter_finish(&s.adapter, out);
  adapter_end(&s.adapter);
  return ok;
}
