// Calls of the host, with handles translated on the way.

#include "relay.h"

#include <component/limits.h>

#include "values.h"

// --- where the adapter's resources are ---

static bool holds_own(struct adapter *a, const struct cm_scope *scope, struct cm_valtype type, unsigned depth) {
  struct cm_typeref of;
  if (type.kind == CM_VAL_NONE || depth > CM_LIMIT_TYPE_DEPTH || !cm_valtype_resolve(scope, type, &of, NULL) || !of.type)
    return false;
  if (of.type->kind == CM_TYPE_OWN || of.type->kind == CM_TYPE_BORROW) return value_owner(a, &of, NULL) != NULL;
  bool fields = of.type->kind == CM_TYPE_RECORD || of.type->kind == CM_TYPE_VARIANT || of.type->kind == CM_TYPE_TUPLE;
  for (uint32_t i = 0; fields && i < of.type->count; i++)
    if (holds_own(a, of.scope, of.type->fields[i].type, depth + 1)) return true;
  bool wraps = of.type->kind == CM_TYPE_LIST || of.type->kind == CM_TYPE_FIXED_LIST || of.type->kind == CM_TYPE_OPTION ||
               of.type->kind == CM_TYPE_RESULT || of.type->kind == CM_TYPE_MAP || of.type->kind == CM_TYPE_STREAM ||
               of.type->kind == CM_TYPE_FUTURE;
  return wraps && (holds_own(a, of.scope, of.type->element, depth + 1) || holds_own(a, of.scope, of.type->error, depth + 1) ||
                   holds_own(a, of.scope, of.type->key, depth + 1));
}

static bool function_holds_own(struct adapter *a, const struct adapter_function *f) {
  for (uint32_t i = 0; i < f->type->func.param_count; i++)
    if (holds_own(a, f->scope, f->type->func.params[i].type, 0)) return true;
  return holds_own(a, f->scope, f->type->func.result, 0);
}

static bool interface_has_own(const struct adapter *a, const struct cm_scope *scope) {
  struct cm_typeref type;
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_TYPE].count; i++)
    if (cm_type_resolve(scope, i, &type, NULL) && type.resource && adapter_owns(a, type.resource)) return true;
  return false;
}

// --- a call ---

enum { HANDLES_MOST = 4 };

struct relay {
  struct adapter_export *e;
  struct adapter_function *f;
  struct cm_signature signature;
  uint32_t handles[HANDLES_MOST];  // flat parameters that are borrowed handles of the adapter's own
  uint32_t handle_count;
};

static bool unsupported(struct relay *r, const char *what) {
  return cm_fail_at_large(r->e->adapter->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` cannot be handed on: %s", CM_STR_ARG(r->f->name),
                          CM_STR_ARG(r->e->name.name), what);
}

static bool find_handles(struct relay *r) {
  struct adapter *a = r->e->adapter;
  uint32_t flat = 0, count;
  for (uint32_t i = 0; i < r->f->type->func.param_count; i++, flat += count) {
    struct cm_valtype type = r->f->type->func.params[i].type;
    struct cm_typeref of;
    if (!cm_flatten(r->f->scope, type, 4, NULL, 0, &count, a->diag) || !cm_valtype_resolve(r->f->scope, type, &of, a->diag))
      return false;
    if (!holds_own(a, r->f->scope, type, 0)) continue;
    if (of.type->kind != CM_TYPE_BORROW || r->signature.params_spilled || r->handle_count == HANDLES_MOST)
      return unsupported(r, "it takes a stream or descriptor otherwise than borrowed");
    r->handles[r->handle_count++] = flat;
  }
  return true;
}

static bool is_handle(const struct relay *r, uint32_t flat) {
  for (uint32_t i = 0; i < r->handle_count; i++)
    if (r->handles[i] == flat) return true;
  return false;
}

// Whether all handles are the host's.
static void put_condition(struct relay *r) {
  struct code *code = &r->e->adapter->code;
  for (uint32_t i = 1; i < r->handle_count; i++) code_put(code, "(i32.and ");
  for (uint32_t i = 0; i < r->handle_count; i++)
    code_put(code, "(i32.and (local.get $%u) (i32.const 1))%s", r->handles[i], i ? ")" : " ");
}

static bool put_call(struct relay *r) {
  struct adapter *a = r->e->adapter;
  struct cm_str lowered = adapter_lowered_ident(r->e->host, r->f->name);
  if (!lowered.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "    (call %.*s", CM_STR_ARG(lowered));
  for (uint32_t i = 0; i < r->signature.param_count; i++)
    code_put(&a->code, is_handle(r, i) ? " (i32.shr_u (local.get $%u) (i32.const 1))" : " (local.get $%u)", i);
  return true;
}

// The host's answer, left on the stack as the lifted function is to return it. Where it is in memory, `at` is the local that says where.
static bool put_answer(struct relay *r, const struct value_drops *drops, const struct value_drops *wraps, uint32_t at) {
  struct adapter *a = r->e->adapter;
  struct cm_valtype result = r->f->type->func.result;
  struct cm_layout layout;
  struct cm_typeref of;
  struct cm_str name, make;
  if (r->signature.results_spilled) {
    if (!cm_layout_of(r->f->scope, result, 4, &layout, a->diag)) return false;
    code_put(&a->code, "    (local.set $p%u (call $new (i32.const %u)))\n", at, (uint32_t)layout.size);
    if (!put_call(r)) return false;
    code_put(&a->code, " (local.get $p%u))\n%.*s    (local.set $p0 (local.get $p%u))\n%.*s    (local.get $p%u)\n", at,
             CM_STR_ARG(drops->text), at, CM_STR_ARG(wraps->text), at);
    return true;
  }
  bool own = holds_own(a, r->f->scope, result, 0);
  if (!put_call(r)) return false;
  code_put(&a->code, ")\n");
  if (own) {
    if (!cm_valtype_resolve(r->f->scope, result, &of, a->diag)) return false;
    struct adapter_export *owner = of.type->kind == CM_TYPE_OWN ? value_owner(a, &of, &name) : NULL;
    if (!owner) return unsupported(r, "of a handle in its result");
    if (!adapter_resource(owner, name, CM_CANON_RESOURCE_NEW, &make)) return false;
    code_put(&a->code, "    i32.const 1 i32.shl i32.const 1 i32.or call %.*s\n", CM_STR_ARG(make));
  }
  code_put(&a->code, "%.*s", CM_STR_ARG(drops->text));
  return true;
}

static bool put_function(struct relay *r, struct cm_str own) {
  struct adapter *a = r->e->adapter;
  struct value_drops drops, wraps = {.locals = 1};
  if (!value_drops_of(r->e, r->f, true, &drops) || (r->signature.results_spilled && !value_wraps_of(r->e, r->f, &wraps)))
    return false;
  uint32_t at = drops.locals > wraps.locals ? drops.locals : wraps.locals;
  if (!value_put_head(r->e, r->f, adapter_lifted_ident(r->e, r->f->name), at + 1)) return false;
  if (r->handle_count) {
    code_put(&a->code, "    (if (i32.eqz ");
    put_condition(r);
    code_put(&a->code, ") (then ");
    if (own.size) {
      code_put(&a->code, "(return (call %.*s", CM_STR_ARG(own));
      for (uint32_t i = 0; i < r->signature.param_count; i++) code_put(&a->code, " (local.get $%u)", i);
      code_put(&a->code, "))");
    } else {
      code_put(&a->code, "unreachable");
    }
    code_put(&a->code, "))\n");
  }
  if (!put_answer(r, &drops, &wraps, at)) return false;
  code_put(&a->code, "  )\n");
  return true;
}

bool relay_put(struct adapter_export *e, struct adapter_function *f, struct cm_str own) {
  struct adapter *a = e->adapter;
  struct relay r = {.e = e, .f = f};
  return adapter_lift(e, f) && adapter_lower(e->host, f->name) &&
         cm_signature_of(f->scope, f->type, false, false, 4, &r.signature, a->diag) && find_handles(&r) && put_function(&r, own);
}

// --- interfaces ---

bool relay_rest(struct adapter_export *e) {
  e->keeps_types = true;
  for (uint32_t i = 0; i < e->count; i++) {
    struct adapter_function *f = &e->functions[i];
    if (f->way != ADAPTER_ABSENT) continue;
    if (!function_holds_own(e->adapter, f))
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
