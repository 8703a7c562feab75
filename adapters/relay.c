// Calls of the host, with handles translated on the way.

#include "relay.h"

#include "forward.h"

// --- where the adapter's resources are ---

bool relay_concerns(const struct adapter_export *e, const struct adapter_function *f) {
  struct adapter *a = e->adapter;
  for (uint32_t i = 0; i < f->type->func.param_count; i++)
    if (value_mentions_own(f->scope, f->type->func.params[i].type, a)) return true;
  return value_mentions_own(f->scope, f->type->func.result, a);
}

static bool interface_has_own(const struct adapter *a, const struct cm_scope *scope) {
  struct cm_typeref type;
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_TYPE].count; i++)
    if (cm_type_resolve(scope, i, &type, NULL) && type.resource && adapter_owns(a, type.resource)) return true;
  return false;
}

// --- a call ---

struct relay {
  struct forward forward;
  struct relay_handles handles;
};

bool relay_find_handles(const struct forward *fw, struct relay_handles *out) {
  const struct adapter_function *f = fw->f;
  struct adapter *a = fw->e->adapter;
  uint32_t flat = 0, count;
  for (uint32_t i = 0; i < f->type->func.param_count; i++, flat += count) {
    struct cm_valtype type = f->type->func.params[i].type;
    struct cm_typeref of;
    if (!cm_flatten(f->scope, type, 4, NULL, 0, &count, a->diag) || !cm_valtype_resolve(f->scope, type, &of, a->diag)) return false;
    if (!value_mentions_own(f->scope, type, a)) continue;
    if (of.type->kind != CM_TYPE_BORROW || fw->lifted.params_spilled || out->count == sizeof out->flat / sizeof *out->flat)
      return cm_fail_at_large(a->diag, CM_UNSUPPORTED,
                              "`%.*s` of `%.*s` cannot be handed on: it takes a stream or descriptor otherwise than borrowed",
                              CM_STR_ARG(f->name), CM_STR_ARG(fw->e->name.name));
    out->flat[out->count++] = flat;
  }
  return true;
}

// Ends the call here if one of the handles is not the host's, and makes them what the host gave.
static void put_handles(struct relay *r, struct cm_str own) {
  struct code *code = &r->forward.e->adapter->code;
  const struct relay_handles *handles = &r->handles;
  if (!handles->count) return;
  code_put(code, "    (if (i32.eqz ");
  for (uint32_t i = 1; i < handles->count; i++) code_put(code, "(i32.and ");
  for (uint32_t i = 0; i < handles->count; i++)
    code_put(code, "(i32.and (local.get $%u) (i32.const 1))%s", handles->flat[i], i ? ")" : " ");
  code_put(code, ") (then ");
  if (own.size) {
    code_put(code, "(return (call %.*s", CM_STR_ARG(own));
    for (uint32_t i = 0; i < r->forward.lifted.param_count; i++) code_put(code, " (local.get $%u)", i);
    code_put(code, "))");
  } else {
    code_put(code, "unreachable");
  }
  code_put(code, "))\n");
  for (uint32_t i = 0; i < handles->count; i++)
    code_put(code, "    (local.set $%u (i32.shr_u (local.get $%u) (i32.const %u)))\n", handles->flat[i], handles->flat[i],
             r->forward.e->adapter->handle_shift);
}

static bool put_function(struct relay *r, struct cm_str own) {
  struct forward *fw = &r->forward;
  struct adapter *a = fw->e->adapter;
  struct cm_valtype result = fw->f->type->func.result;
  struct value_drops wraps = {0};
  struct cm_typeref of = {0};
  struct cm_str name;
  bool any = result.kind != CM_VAL_NONE && value_mentions_own(fw->f->scope, result, a);
  if (any && !cm_valtype_resolve(fw->f->scope, result, &of, a->diag)) return false;
  bool direct = any && of.type->kind == CM_TYPE_OWN;
  if (any && !direct && !value_wraps_of(fw->e, fw->f, &wraps)) return false;
  if (!forward_put_head(fw, wraps.locals)) return false;
  put_handles(r, own);
  if (!any) return forward_put_call(fw);
  if (!forward_put_host(fw)) return false;
  if (direct && value_owner(a, &of, &name))
    code_put(&a->code, "    (local.set $r (call $\"wrap %.*s\" (local.get $r)))\n", CM_STR_ARG(name));
  else
    code_put(&a->code, "    (local.set $p0 (local.get $r))\n%.*s", CM_STR_ARG(wraps.text));
  return forward_put_end(fw);
}

bool relay_put(struct adapter_export *e, struct adapter_function *f, struct cm_str own) {
  struct relay r = {0};
  return forward_begin(&r.forward, e, f, e->host, f->name) && relay_find_handles(&r.forward, &r.handles) && put_function(&r, own);
}

// --- interfaces ---

bool relay_rest(struct adapter_export *e) {
  e->keeps_types = true;
  for (uint32_t i = 0; i < e->count; i++) {
    struct adapter_function *f = &e->functions[i];
    if (f->way != ADAPTER_ABSENT) continue;
    if (!relay_concerns(e, f))
      adapter_pass(e, f);
    else if (!relay_put(e, f, (struct cm_str){0}))
      return false;
  }
  return true;
}

static bool is_exported(const struct adapter *a, const struct cm_item *import) {
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i]->import == import) return true;
  return false;
}

bool relay_others(struct adapter *a) {
  const struct cm_scope *app = &a->sources[0]->component->scope;
  for (uint32_t i = 0; i < app->item_count; i++) {
    const struct cm_item *item = app->items[i];
    if (item->kind != CM_ITEM_IMPORT || item->import.type.sort != CM_SORT_INSTANCE || is_exported(a, item)) continue;
    const struct cm_scope *scope = cm_instance_type_scope(app, item->import.type.index);
    if (!scope || !interface_has_own(a, scope)) continue;
    struct adapter_export *e = adapter_export(a, item);
    if (!e || !relay_rest(e)) return false;
  }
  return true;
}
