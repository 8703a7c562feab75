// wasmcloud:secrets, its keys become labels, and one of its versions another.
//
// Within one version the app's secrets are the host's. Between versions, whose resources are different types, the app's are resources of the
// adapter, each with the host's handle for its representation.
//
// A version that is asynchronous (2.x) can serve a synchronous app (1.x) as long as the host answers at once: a synchronous task must not
// wait (CanonicalABI.md, `canon lower`).

#include <adapter/adapter.h>
#include <component/semver.h>

#include "known.h"
#include "texts.h"
#include "values.h"

struct secrets {
  struct adapter adapter;
  const struct adapter_secrets *wanted;
  struct adapter_export *store, *reveal;  // reveal: NULL within one version
  struct adapter_host *host;              // the host's store
  bool bridges;                           // between two versions
};

static struct cm_str interface_of(const struct adapter_export *e) {
  const struct cm_name *name = &e->import->import.name;
  return name->has_implements ? name->implements : name->name;
}

static bool is_interface(const struct adapter_export *e, const char *base) {
  return cm_str_is(cm_name_base(interface_of(e)), base);
}

static bool choose_host(struct secrets *s) {
  struct adapter *a = &s->adapter;
  s->bridges = !cm_str_equal(s->wanted->store, interface_of(s->store));
  if (!s->bridges) {
    s->store->keeps_types = true;
    s->host = s->store->host;
    return true;
  }
  s->host = known_import(a, s->wanted->store);
  return s->host != NULL;
}

static bool find_exports(struct secrets *s, const struct adapter_subject *subject) {
  for (uint32_t i = 0; i < subject->import_count; i++) {
    struct adapter_export *e = adapter_export(&s->adapter, subject->imports[i]);
    if (!e) return false;
    if (is_interface(e, "wasmcloud:secrets/store")) s->store = e;
    if (is_interface(e, "wasmcloud:secrets/reveal")) s->reveal = e;
  }
  return s->store || cm_fail_at_large(s->adapter.diag, CM_INVALID, "wasmcloud:secrets/store is not among the imports");
}

// --- code ---

// Puts an expression for the app's secret, of that for the host's handle.
static bool put_handle(struct secrets *s, const char *handle) {
  struct cm_str make;
  if (!s->bridges) return code_put(&s->adapter.code, "%s", handle), true;
  if (!adapter_resource(s->store, CM_STR("secret"), CM_CANON_RESOURCE_NEW, &make)) return false;
  code_put(&s->adapter.code, "(call %.*s %s)", CM_STR_ARG(make), handle);
  return true;
}

// result<secret, secrets-error>: the discriminant at 0, the handle or the error from 4 on; `not-found` is its case 2.
static bool put_secret(struct secrets *s, const struct adapter_secret *secret) {
  struct adapter *a = &s->adapter;
  struct cm_str version = cm_name_version(s->wanted->store);
  struct cm_str interface =
      cm_alloc_format(a->arena, "wasmcloud:secrets/secret%s%.*s", version.size ? "@" : "", CM_STR_ARG(version));
  if (!interface.at) return cm_fail_memory(a->diag);
  struct adapter_host *label = known_import_labelled(a, interface, secret->label);
  if (!label || !adapter_lower(label, CM_STR("get"))) return false;
  struct cm_str get = adapter_lowered_ident(label, CM_STR("get"));
  struct cm_str call = cm_alloc_format(a->arena, "(call %.*s)", CM_STR_ARG(get));
  if (!call.at) return cm_fail_memory(a->diag);
  code_put(&a->code,
           "    (if (call $equal (local.get $0) (local.get $1) (i32.const %u) (i32.const %zu)) (then\n"
           "      (i32.store8 (local.get $at) (i32.const 0)) (i32.store offset=4 (local.get $at) ",
           adapter_data(a, secret->key.at, secret->key.size, 1), secret->key.size);
  if (!put_handle(s, call.at)) return false;
  code_put(&a->code, ")\n      (return (local.get $at))))\n");
  return true;
}

static bool put_others(struct secrets *s) {
  struct adapter *a = &s->adapter;
  if (!s->wanted->others) {
    code_put(&a->code, "    (i32.store8 (local.get $at) (i32.const 1)) (i32.store8 offset=4 (local.get $at) (i32.const 2))\n");
    return true;
  }
  if (!adapter_lower(s->host, CM_STR("get"))) return false;
  struct cm_str get = adapter_lowered_ident(s->host, CM_STR("get"));
  code_put(&a->code, "    (call %.*s (local.get $0) (local.get $1) (local.get $at))\n", CM_STR_ARG(get));
  if (!s->bridges) return true;
  code_put(&a->code, "    (if (i32.eqz (i32.load8_u (local.get $at))) (then (i32.store offset=4 (local.get $at) ");
  if (!put_handle(s, "(i32.load offset=4 (local.get $at))")) return false;
  code_put(&a->code, ")))\n");
  return true;
}

static bool put_get(struct secrets *s) {
  static const char shape[] = "func(string) -> result<own<secret>, variant{upstream(string), io(string), not-found}>";
  struct adapter *a = &s->adapter;
  struct adapter_function *get = adapter_find(s->store, "get");
  if (!get) return true;  // the app imports the types alone
  struct cm_str ident = adapter_lifted_ident(s->store, get->name);
  if (!adapter_lift(s->store, get) || !value_expect(s->store, get, shape)) return false;
  code_put(&a->code, "  (func %.*s (param $0 i32) (param $1 i32) (result i32) (local $at i32)\n", CM_STR_ARG(ident));
  code_put(&a->code, "    (local.set $at (call $new (i32.const 16)))\n");
  for (uint32_t i = 0; i < s->wanted->count; i++)
    if (!put_secret(s, &s->wanted->secrets[i])) return false;
  if (!put_others(s)) return false;
  code_put(&a->code, "    (local.get $at))\n");
  return true;
}

// A borrow of the adapter's own secret comes as its representation, which is the host's handle.
static bool put_reveal(struct secrets *s) {
  static const char shape[] = "func(borrow<secret>) -> variant{string(string), bytes(list<u8>)}";
  struct adapter *a = &s->adapter;
  struct adapter_function *reveal = s->reveal ? adapter_find(s->reveal, "reveal") : NULL;
  struct cm_str version = cm_name_version(s->wanted->store);
  struct cm_str name = cm_alloc_format(a->arena, "wasmcloud:secrets/reveal%s%.*s", version.size ? "@" : "", CM_STR_ARG(version));
  if (!reveal) return true;
  struct adapter_host *host = name.at ? known_import(a, name) : NULL;
  struct cm_str ident = adapter_lifted_ident(s->reveal, reveal->name);
  if (!host || !adapter_lower(host, CM_STR("reveal")) || !adapter_lift(s->reveal, reveal) ||
      !value_expect(s->reveal, reveal, shape))
    return false;
  struct cm_str call = adapter_lowered_ident(host, CM_STR("reveal"));
  a->wipes = true;
  code_put(&a->code,
           "  (func %.*s (param $0 i32) (result i32) (local $at i32)\n"
           "    (local.set $at (call $new (i32.const 12)))\n"
           "    (call %.*s (local.get $0) (local.get $at))\n"
           "    (local.get $at))\n",
           CM_STR_ARG(ident), CM_STR_ARG(call));
  return true;
}

static bool put_destructor(struct secrets *s) {
  struct cm_str drop;
  if (!s->bridges) return true;
  return adapter_drop_of(s->host, CM_STR("secret"), &drop) && adapter_destructor(s->store, CM_STR("secret"), drop);
}

// A secret by its label, of the app's version: the host's under the same label, of its version.
static bool put_label(struct secrets *s, struct adapter_export *e) {
  struct adapter *a = &s->adapter;
  struct adapter_function *get = adapter_find(e, "get");
  struct cm_str version = cm_name_version(s->wanted->store), ident = adapter_lifted_ident(e, CM_STR("get"));
  struct cm_str interface =
      cm_alloc_format(a->arena, "wasmcloud:secrets/secret%s%.*s", version.size ? "@" : "", CM_STR_ARG(version));
  if (!get) return true;
  if (!ident.at || !interface.at) return cm_fail_memory(a->diag);
  struct adapter_host *label = known_import_labelled(a, interface, e->name.name);
  if (!label || !adapter_lower(label, CM_STR("get")) || !adapter_lift(e, get) || !value_expect(e, get, "func() -> own<secret>"))
    return false;
  struct cm_str lowered = adapter_lowered_ident(label, CM_STR("get")),
                call = cm_alloc_format(a->arena, "(call %.*s)", CM_STR_ARG(lowered));
  if (!call.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "  (func %.*s (result i32) ", CM_STR_ARG(ident));
  if (!put_handle(s, call.at)) return false;
  code_put(&a->code, ")\n");
  return true;
}

static bool put_labels(struct secrets *s) {
  for (size_t i = 0; i < s->adapter.export_count; i++)
    if (is_interface(s->adapter.exports[i], "wasmcloud:secrets/secret") && !put_label(s, s->adapter.exports[i])) return false;
  return true;
}

bool adapter_declare(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_secrets *secrets,
                     struct cm_component **out, struct cm_diag *diag) {
  struct secrets s = {.wanted = secrets};
  bool ok = adapter_begin(&s.adapter, arena, subject->app, diag) && find_exports(&s, subject) && choose_host(&s);
  if (ok) code_put(&s.adapter.code, "%s", text_common);
  ok = ok && put_destructor(&s) && put_get(&s) && put_reveal(&s) && put_labels(&s) && adapter_finish(&s.adapter, out);
  adapter_end(&s.adapter);
  return ok;
}
