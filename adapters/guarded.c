// wasi:filesystem with some of the host's folders that may not be changed.
//
// Whether a file may be changed depends on the folder by which it was reached, and a descriptor does not tell which that was. So descriptors are the
// adapter's own, and each stands for one of the host's and for whether that may be changed; what is opened by one is as it is (relay.h).

#include <adapter/adapter.h>
#include <component/semver.h>

#include "filesystem.h"
#include "relay.h"
#include "texts.h"

struct guarding {
  struct adapter adapter;
  const struct adapter_guard *guard;
  struct adapter_export *types, *preopens;  // `preopens` NULL: the app does not import it
};

// --- methods ---

static const char may_not[] = "(i32.and (local.get $note) (i32.const 2))";

// $note: what is known of the descriptors among the parameters, which become the host's.
static void put_handles(struct forward *fw, const struct relay_handles *handles) {
  struct code *code = &fw->e->adapter->code;
  for (uint32_t i = 0; i < handles->count; i++)
    code_put(code, "    (local.set $note (i32.or (local.get $note) (local.get $%u)))\n", handles->flat[i]);
}

static void put_hosts(struct forward *fw, const struct relay_handles *handles) {
  for (uint32_t i = 0; i < handles->count; i++)
    code_put(&fw->e->adapter->code, "    (local.set $%u (i32.shr_u (local.get $%u) (i32.const 2)))\n", handles->flat[i],
             handles->flat[i]);
}

// What was opened may be changed if that by which it was may. result<own<descriptor>, error-code>: the handle is at 4.
static void put_opened(struct forward *fw) {
  code_put(&fw->e->adapter->code,
           "    (if (i32.eqz (i32.load8_u (local.get $r))) (then\n"
           "      (i32.store offset=4 (local.get $r) (call $wrap_as (i32.load offset=4 (local.get $r)) (local.get $note)))))\n");
}

static bool put_method(struct adapter_export *e, struct adapter_function *f) {
  struct forward fw;
  struct adapter_answer refusal;
  struct value_drops drops;
  struct relay_handles handles = {0};
  struct code *code = &e->adapter->code;
  enum files_kind kind = files_kind_of(f);
  bool changes = kind == FILES_CHANGES || kind == FILES_OPENS;
  if (!files_begin(&fw, e, f, &refusal, &drops) || !relay_find_handles(&fw, &handles)) return false;
  fw.notes = true;
  if (!forward_put_head(&fw, drops.locals)) return false;
  put_handles(&fw, &handles);
  if (changes) {
    code_put(code,
             kind == FILES_OPENS ? "    (if (if (result i32) %s (then %s) (else (i32.const 0))) (then\n" : "    (if %s (then\n",
             may_not, files_asks_for_change);
    forward_put_refusal(&fw, &refusal, &drops);
    code_put(code, "    ))\n");
  }
  put_hosts(&fw, &handles);
  if (!forward_put_host(&fw)) return false;
  if (kind == FILES_OPENS) put_opened(&fw);
  if (kind == FILES_TELLS) {
    code_put(code, "    (if %s (then\n", may_not);
    if (!files_put_flags(&fw)) return false;
    code_put(code, "    ))\n");
  }
  return forward_put_end(&fw);
}

static bool fill_types(struct adapter_export *e) {
  for (uint32_t i = 0; i < e->count; i++)
    if (relay_concerns(e, &e->functions[i]) && !put_method(e, &e->functions[i])) return false;
  return relay_rest(e);
}

// --- folders ---

static bool put_preopens(struct guarding *g, struct adapter_function *f) {
  struct adapter *a = &g->adapter;
  struct forward fw;
  struct cm_buffer rows;
  if (!value_expect(g->preopens, f, "func() -> list<tuple<own<descriptor>, string>>") ||
      !forward_begin(&fw, g->preopens, f, g->preopens->host, f->name) || !forward_put_head(&fw, 0) || !forward_put_host(&fw))
    return false;
  cm_buffer_init(&rows, NULL);
  for (uint32_t i = 0; i < g->guard->name_count; i++) adapter_put_text(a, &rows, g->guard->names[i]);
  uint32_t at = adapter_data(a, rows.at, rows.size, 4);
  code_put(&a->code, "    (call $guard (local.get $r) (i32.const %u) (i32.const %u))\n", at, at + (uint32_t)rows.size);
  bool ok = cm_buffer_ok(&rows, a->diag);
  cm_buffer_free(&rows);
  return ok && forward_put_end(&fw);
}

// --- the adapter ---

static bool find_exports(struct guarding *g, const struct adapter_subject *subject) {
  struct adapter *a = &g->adapter;
  for (uint32_t i = 0; i < subject->import_count; i++) {
    struct adapter_export *e = adapter_export(a, subject->imports[i]);
    if (!e) return false;
    *(cm_str_is(cm_name_base(e->name.name), "wasi:filesystem/types") ? &g->types : &g->preopens) = e;
  }
  return g->types || cm_fail_at_large(a->diag, CM_INVALID, "the component does not import wasi:filesystem/types");
}

static bool put_resource(struct guarding *g) {
  struct adapter *a = &g->adapter;
  const struct cm_str name = CM_STR("descriptor");
  struct cm_str make, drop;
  if (!adapter_resource(g->types, name, CM_CANON_RESOURCE_NEW, &make) || !adapter_drop_of(g->types->host, name, &drop) ||
      !adapter_destructor(g->types, name, CM_STR("$descriptor_drop")))
    return false;
  code_put(&a->code,
           "  (func $make (param i32) (result i32) (call %.*s (local.get 0)))\n"
           "  (func $descriptor_drop (param i32) (call %.*s (i32.shr_u (local.get 0) (i32.const 2))))\n",
           CM_STR_ARG(make), CM_STR_ARG(drop));
  return true;
}

static bool fill(struct guarding *g, const struct adapter_subject *subject) {
  struct adapter *a = &g->adapter;
  adapter_mix(a);
  a->handle_shift = 2;
  if (!find_exports(g, subject) || !adapter_own(g->types, CM_STR("descriptor"))) return false;
  adapter_overlap(a);
  code_put(&a->code, "%s%s", text_common, text_guarded);
  g->types->keeps_types = true;
  struct adapter_function *get = g->preopens ? adapter_find(g->preopens, "get-directories") : NULL;
  return put_resource(g) && fill_types(g->types) && (!get || put_preopens(g, get)) && relay_others(a);
}

bool adapter_guard(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_guard *guard,
                   struct cm_component **out, struct cm_diag *diag) {
  struct guarding g = {.guard = guard};
  bool ok = adapter_begin(&g.adapter, arena, subject->app, diag) && fill(&g, subject) && adapter_finish(&g.adapter, out);
  adapter_end(&g.adapter);
  return ok;
}
