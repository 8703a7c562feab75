// wasi:cli/environment, whose `get-environment` gives a list of pairs.
//
// Where nothing depends on the host, the whole answer is a constant. Else the list is put together at each call: what the host has is looked
// up in a table of names and what becomes of them; behind that come the constant pairs, copied, and what configuration and secrets give.

#include <adapter/adapter.h>
#include <component/semver.h>

#include "known.h"
#include "texts.h"
#include "values.h"

struct environment {
  struct adapter adapter;
  const struct adapter_env *env;
  struct adapter_export *e;
  struct adapter_host *config, *secrets, *reveal;
  struct cm_buffer rows, pairs;
  uint32_t fixed, moving;  // variables by whether their value is known here
};

// Whether a later variable has the same name.
static bool is_overridden(const struct adapter_env *env, uint32_t index) {
  for (uint32_t i = index + 1; i < env->variable_count; i++)
    if (cm_str_equal(env->variables[i].name, env->variables[index].name)) return true;
  return false;
}

static bool is_variable(const struct adapter_env *env, struct cm_str name) {
  for (uint32_t i = 0; i < env->variable_count; i++)
    if (cm_str_equal(env->variables[i].name, name)) return true;
  return false;
}

// --- tables ---

// A name of the host's, and what the app sees it as: another name, or nothing (empty).
static void put_row(struct environment *v, struct cm_str name, struct cm_str shown) {
  adapter_put_text(&v->adapter, &v->rows, name);
  if (shown.size)
    adapter_put_text(&v->adapter, &v->rows, shown);
  else
    cm_put_le64(&v->rows, 0);
}

static bool is_renamed(const struct adapter_env *env, uint32_t first, struct cm_str name) {
  for (uint32_t i = first; i < env->rename_count; i++)
    if (cm_str_equal(env->renames[i].to, name)) return true;
  return false;
}

// Whether a name is the host's, and called so by the app, by being allowed.
static bool is_allowed(const struct adapter_env *env, uint32_t index) {
  struct cm_str name = env->allowed[index];
  bool allowed = !is_variable(env, name) && !is_renamed(env, 0, name);
  for (uint32_t i = 0; i < env->rename_count; i++) allowed &= !cm_str_equal(env->renames[i].from, name);
  for (uint32_t i = 0; i < index; i++) allowed &= !cm_str_equal(env->allowed[i], name);
  return allowed;
}

// Every row of a name counts: one variable may be seen under several. A name that something else is renamed to, or that is set, is not the host's
// any more. A renaming that comes to nothing, because its name is set or something else is renamed to it, hides nothing.
static void put_rows(struct environment *v) {
  const struct adapter_env *env = v->env;
  const struct cm_str nothing = {0};
  for (uint32_t i = 0; i < env->rename_count; i++) {
    const struct adapter_env_rename *r = &env->renames[i];
    if (is_variable(env, r->to) || is_renamed(env, i + 1, r->to)) continue;
    put_row(v, r->from, r->to);
    put_row(v, r->to, nothing);
  }
  for (uint32_t i = 0; i < env->variable_count; i++) put_row(v, env->variables[i].name, nothing);
  for (uint32_t i = 0; env->host == ADAPTER_ENV_ALLOWED && i < env->allowed_count; i++)
    if (is_allowed(env, i)) put_row(v, env->allowed[i], env->allowed[i]);
}

static void put_pairs(struct environment *v) {
  for (uint32_t i = 0; i < v->env->variable_count; i++) {
    const struct adapter_env_variable *variable = &v->env->variables[i];
    if (is_overridden(v->env, i)) continue;
    if (variable->origin != ADAPTER_ENV_VALUE) {
      v->moving++;
      continue;
    }
    adapter_put_text(&v->adapter, &v->pairs, variable->name);
    adapter_put_text(&v->adapter, &v->pairs, variable->text);
    v->fixed++;
  }
}

// --- code ---

static struct cm_str sibling(struct environment *v, struct cm_str interface, const char *name) {
  struct cm_str base = cm_name_base(interface), version = cm_name_version(interface);
  size_t slash = base.size;
  while (slash && base.at[slash - 1] != '/') slash--;
  return cm_alloc_format(v->adapter.arena, "%.*s%s%s%.*s", (int)slash, base.at, name, version.size ? "@" : "", CM_STR_ARG(version));
}

// The canonical ABI stores result<option<string>, error> as two discriminants, at 0 and 4, and a pointer and a size from 8 on.
static bool put_config(struct environment *v, const struct adapter_env_variable *variable, uint32_t name, uint32_t key) {
  struct code *code = &v->adapter.code;
  if (!v->config) v->config = known_import(&v->adapter, v->env->config_interface);
  if (!v->config || !adapter_lower(v->config, CM_STR("get"))) return false;
  struct cm_str get = adapter_lowered_ident(v->config, CM_STR("get"));
  code_put(
      code,
      "    (local.set $at (call $new (i32.const 16)))\n"
      "    (call %.*s (i32.const %u) (i32.const %zu) (local.get $at))\n"
      "    (if (i32.load8_u (local.get $at)) (then unreachable))\n"
      "    (if (i32.load8_u offset=4 (local.get $at))\n"
      "      (then (call $add (i32.const %u) (i32.const %zu) (i32.load offset=8 (local.get $at)) (i32.load offset=12 (local.get $at)))))\n",
      CM_STR_ARG(get), key, variable->text.size, name, variable->name.size);
  return true;
}

// Reveals the secret whose handle is in $handle, adds it and drops it. A secret-value is a discriminant at 0 and a pointer and a size
// from 4 on, be it a text or bytes.
static bool put_reveal(struct environment *v, const struct adapter_env_variable *variable, uint32_t name) {
  struct adapter *a = &v->adapter;
  struct cm_str interface = sibling(v, v->env->secrets_interface, "reveal"),
                store_name = sibling(v, v->env->secrets_interface, "store");
  if (!interface.at || !store_name.at) return cm_fail_memory(a->diag);
  if (!v->reveal) v->reveal = known_import(a, interface);
  if (!v->reveal || !adapter_lower(v->reveal, CM_STR("reveal"))) return false;
  struct adapter_host *store = known_import(a, store_name);
  struct cm_str reveal = adapter_lowered_ident(v->reveal, CM_STR("reveal")), drop;
  if (!store || !adapter_drop_of(store, CM_STR("secret"), &drop)) return false;
  code_put(
      &a->code,
      "    (local.set $at (call $new (i32.const 12)))\n"
      "    (call %.*s (local.get $handle) (local.get $at))\n"
      "    (call $add (i32.const %u) (i32.const %zu) (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at)))\n"
      "    (call %.*s (local.get $handle))\n",
      CM_STR_ARG(reveal), name, variable->name.size, CM_STR_ARG(drop));
  return true;
}

// result<secret, secrets-error>: the discriminant at 0, the handle or the error's discriminant at 4; not-found is 2.
static bool put_secret(struct environment *v, const struct adapter_env_variable *variable, uint32_t name, uint32_t key) {
  struct adapter *a = &v->adapter;
  struct cm_str store = sibling(v, v->env->secrets_interface, "store");
  if (!store.at) return cm_fail_memory(a->diag);
  if (!v->secrets) v->secrets = known_import(a, store);
  if (!v->secrets || !adapter_lower(v->secrets, CM_STR("get"))) return false;
  struct cm_str get = adapter_lowered_ident(v->secrets, CM_STR("get"));
  code_put(&a->code,
           "    (local.set $at (call $new (i32.const 16)))\n"
           "    (call %.*s (i32.const %u) (i32.const %zu) (local.get $at))\n"
           "    (if (i32.load8_u (local.get $at))\n"
           "      (then (if (i32.ne (i32.load8_u offset=4 (local.get $at)) (i32.const 2)) (then unreachable)))\n"
           "      (else (local.set $handle (i32.load offset=4 (local.get $at)))\n",
           CM_STR_ARG(get), key, variable->text.size);
  if (!put_reveal(v, variable, name)) return false;
  code_put(&a->code, "    ))\n");
  return true;
}

static bool put_label(struct environment *v, const struct adapter_env_variable *variable, uint32_t name) {
  struct adapter *a = &v->adapter;
  struct cm_str interface = sibling(v, v->env->secrets_interface, "secret");
  if (!interface.at) return cm_fail_memory(a->diag);
  struct adapter_host *secret = known_import_labelled(a, interface, variable->text);
  if (!secret || !adapter_lower(secret, CM_STR("get"))) return false;
  struct cm_str get = adapter_lowered_ident(secret, CM_STR("get"));
  code_put(&a->code, "    (local.set $handle (call %.*s))\n", CM_STR_ARG(get));
  return put_reveal(v, variable, name);
}

static bool put_moving(struct environment *v, const struct adapter_env_variable *variable) {
  if (variable->origin == ADAPTER_ENV_VALUE) return true;
  uint32_t name = adapter_data(&v->adapter, variable->name.at, variable->name.size, 1);
  uint32_t key = variable->origin == ADAPTER_ENV_LABEL ? 0 : adapter_data(&v->adapter, variable->text.at, variable->text.size, 1);
  switch (variable->origin) {
    case ADAPTER_ENV_VALUE: return true;
    case ADAPTER_ENV_CONFIG: return put_config(v, variable, name, key);
    case ADAPTER_ENV_SECRET: v->adapter.wipes = true; return put_secret(v, variable, name, key);
    case ADAPTER_ENV_LABEL: v->adapter.wipes = true; return put_label(v, variable, name);
  }
  return true;
}

static bool put_host(struct environment *v, uint32_t rows, uint32_t rows_end) {
  struct code *code = &v->adapter.code;
  if (!adapter_lower(v->e->host, CM_STR("get-environment"))) return false;
  struct cm_str get = adapter_lowered_ident(v->e->host, CM_STR("get-environment"));
  code_put(code,
           "    (local.set $at (call $new (i32.const 8)))\n"
           "    (call %.*s (local.get $at))\n"
           "    (call $begin (i32.add (i32.load offset=4 (local.get $at)) (i32.const %u)))\n"
           "    (call $add_host (i32.load (local.get $at)) (i32.load offset=4 (local.get $at)) (i32.const %u) (i32.const %u)\n"
           "      (i32.const %d))\n",
           CM_STR_ARG(get), v->fixed + v->moving + v->env->rename_count, rows, rows_end, v->env->host == ADAPTER_ENV_ALL);
  return true;
}

// What is there if nothing depends on the host.
static void put_constant(struct environment *v, struct cm_str ident, uint32_t pairs) {
  struct cm_buffer list;
  cm_buffer_init(&list, NULL);
  cm_put_le32(&list, pairs);
  cm_put_le32(&list, v->fixed);
  uint32_t at = adapter_data(&v->adapter, list.at, list.size, 4);
  cm_buffer_free(&list);
  code_put(&v->adapter.code, "  (func %.*s (result i32) (i32.const %u))\n", CM_STR_ARG(ident), at);
}

static bool put_function(struct environment *v, struct adapter_function *f) {
  struct code *code = &v->adapter.code;
  struct cm_str ident = adapter_lifted_ident(v->e, f->name);
  uint32_t rows = adapter_data(&v->adapter, v->rows.at, v->rows.size, 4);
  uint32_t pairs = adapter_data(&v->adapter, v->pairs.at, v->pairs.size, 4);
  if (v->env->host == ADAPTER_ENV_NONE && !v->moving) return put_constant(v, ident, pairs), true;
  code_put(code, "%s%s", text_common, text_environment);
  code_put(code, "  (func %.*s (result i32) (local $at i32) (local $handle i32)\n", CM_STR_ARG(ident));
  if (v->env->host == ADAPTER_ENV_NONE)
    code_put(code, "    (call $begin (i32.const %u))\n", v->fixed + v->moving);
  else if (!put_host(v, rows, rows + (uint32_t)v->rows.size))
    return false;
  code_put(
      code,
      "    (memory.copy (i32.add (global.get $list) (i32.shl (global.get $count) (i32.const 4))) (i32.const %u) (i32.const %u))\n"
      "    (global.set $count (i32.add (global.get $count) (i32.const %u)))\n",
      pairs, v->fixed * 16, v->fixed);
  for (uint32_t i = 0; i < v->env->variable_count; i++)
    if (!is_overridden(v->env, i) && !put_moving(v, &v->env->variables[i])) return false;
  code_put(code, "    (call $result))\n");
  return true;
}

// --- the adapter ---

static bool fill(struct environment *v, const struct adapter_subject *subject) {
  struct adapter *a = &v->adapter;
  v->e = subject->import_count == 1 ? adapter_export(a, subject->imports[0]) : NULL;
  if (!v->e) return false;
  struct adapter_function *get = adapter_find(v->e, "get-environment");
  if (!get) return cm_fail_at_large(a->diag, CM_INVALID, "`%.*s` has no function `get-environment`", CM_STR_ARG(v->e->name.name));
  for (uint32_t i = 0; i < v->e->count; i++)
    if (&v->e->functions[i] != get) adapter_pass(v->e, &v->e->functions[i]);
  if (v->env->host != ADAPTER_ENV_NONE) put_rows(v);
  put_pairs(v);
  return adapter_lift(v->e, get) && value_expect(v->e, get, "func() -> list<tuple<string, string>>") && put_function(v, get);
}

bool adapter_environment(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_env *env,
                         struct cm_component **out, struct cm_diag *diag) {
  struct environment v = {.env = env};
  cm_buffer_init(&v.rows, NULL);
  cm_buffer_init(&v.pairs, NULL);
  bool ok = adapter_begin(&v.adapter, arena, subject->app, diag) && fill(&v, subject) && adapter_finish(&v.adapter, out);
  adapter_end(&v.adapter);
  cm_buffer_free(&v.rows);
  cm_buffer_free(&v.pairs);
  return ok;
}
