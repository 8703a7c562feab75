// Types are walked twice over: by flat values, which are the parameters of a core function, and by addresses, where a list or a spilled
// parameter list begins. Code is put only for what has a handle somewhere within.

#include "values.h"

#include <component/limits.h>

#include <stdio.h>

#include "types/walk.h"

struct adapter_export *value_owner(struct adapter *a, const struct cm_typeref *handle, struct cm_str *name) {
  struct cm_typeref of;
  if (!cm_type_resolve(handle->scope, handle->type->resource, &of, NULL) || !of.resource) return NULL;
  for (size_t i = 0; i < a->export_count; i++) {
    struct adapter_export *e = a->exports[i];
    if (e->scope != of.scope) continue;
    if (a->mixes ? !adapter_owns(a, of.resource) : e->host->used || e->keeps_types) continue;
    if (name) *name = of.resource->export.name.name;
    return e;
  }
  return NULL;
}

// --- what there is in a type ---

static bool add_facts(const struct cm_scope *scope, struct cm_valtype type, struct value_facts *facts, unsigned depth,
                      struct cm_diag *diag);

static bool add_fields(const struct cm_scope *scope, const struct cm_type *type, struct value_facts *facts, unsigned depth,
                       struct cm_diag *diag) {
  for (uint32_t i = 0; i < type->count; i++)
    if (!add_facts(scope, type->fields[i].type, facts, depth, diag)) return false;
  return true;
}

static bool add_facts(const struct cm_scope *scope, struct cm_valtype type, struct value_facts *facts, unsigned depth,
                      struct cm_diag *diag) {
  struct cm_typeref of;
  if (type.kind == CM_VAL_NONE) return true;
  if (depth > CM_LIMIT_TYPE_DEPTH) return cm_fail_at_large(diag, CM_LIMIT, "a type is nested too deep");
  if (!cm_valtype_resolve(scope, type, &of, diag)) return false;
  switch (of.type ? of.type->kind : CM_TYPE_RESOURCE) {
    case CM_TYPE_PRIM: facts->memory |= of.type->prim == CM_STRING; return true;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return facts->handles = true;
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE:
    case CM_TYPE_VARIANT: return add_fields(of.scope, of.type, facts, depth + 1, diag);
    case CM_TYPE_LIST:
    case CM_TYPE_MAP: facts->memory = true; break;
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT: break;
    default: return true;
  }
  return add_facts(of.scope, of.type->element, facts, depth + 1, diag) &&
         add_facts(of.scope, of.type->error, facts, depth + 1, diag) && add_facts(of.scope, of.type->key, facts, depth + 1, diag);
}

bool value_facts_of(const struct cm_scope *scope, const struct cm_type *func, struct value_facts *out, struct cm_diag *diag) {
  *out = (struct value_facts){0};
  for (uint32_t i = 0; i < func->func.param_count; i++)
    if (!add_facts(scope, func->func.params[i].type, out, 0, diag)) return false;
  return add_facts(scope, func->func.result, out, 0, diag);
}

static bool mentions(const struct cm_scope *scope, struct cm_valtype type, struct adapter *a, unsigned depth) {
  struct cm_typeref of;
  if (type.kind == CM_VAL_NONE || depth > CM_LIMIT_TYPE_DEPTH || !cm_valtype_resolve(scope, type, &of, NULL) || !of.type)
    return false;
  if (of.type->kind == CM_TYPE_OWN || of.type->kind == CM_TYPE_BORROW) return value_owner(a, &of, NULL) != NULL;
  bool fields = of.type->kind == CM_TYPE_RECORD || of.type->kind == CM_TYPE_TUPLE || of.type->kind == CM_TYPE_VARIANT;
  for (uint32_t i = 0; fields && i < of.type->count; i++)
    if (mentions(of.scope, of.type->fields[i].type, a, depth + 1)) return true;
  return mentions(of.scope, of.type->element, a, depth + 1) || mentions(of.scope, of.type->error, a, depth + 1) ||
         mentions(of.scope, of.type->key, a, depth + 1);
}

bool value_mentions_own(const struct cm_scope *scope, struct cm_valtype type, struct adapter *a) {
  return mentions(scope, type, a, 0);
}

static bool has_handles(const struct cm_scope *scope, struct cm_valtype type) {
  struct value_facts facts = {0};
  return add_facts(scope, type, &facts, 0, NULL) && facts.handles;
}

static bool has_memory(const struct cm_scope *scope, struct cm_valtype type) {
  struct value_facts facts = {0};
  return add_facts(scope, type, &facts, 0, NULL) && facts.memory;
}

// --- dropping, and giving back ---

struct dropping {
  struct adapter_export *e;
  struct code body;
  uint32_t locals;    // of i32, called $p0, $p1, …
  bool borrows_only;  // what is owned has been handed on
  bool wrapping;      // no handle is dropped, but those of resources that are the adapter's own are exchanged
  bool freeing;       // nor is here; but texts and lists are given back
  const struct cm_signature *signature;
};

// Where a value in memory lies: behind a local's pointer.
struct address {
  uint32_t local;  // UINT32_MAX: parameter 0
  uint32_t offset;
};

static void put_base(struct dropping *d, struct address at) {
  if (at.local == UINT32_MAX)
    code_put(&d->body, "(local.get $0)");
  else
    code_put(&d->body, "(local.get $p%u)", at.local);
}

static bool is_concerned(const struct dropping *d, const struct cm_scope *scope, struct cm_valtype type) {
  return type.kind != CM_VAL_NONE && (d->freeing ? has_memory(scope, type) : has_handles(scope, type));
}

static bool drop_in_memory(struct dropping *d, const struct cm_scope *scope, struct cm_valtype type, struct address at);

// A borrow of a resource of the adapter's own comes as its representation rather than as a handle (CanonicalABI.md, lower_borrow).
static bool is_dropped(const struct dropping *d, const struct cm_typeref *handle) {
  if (d->wrapping) return handle->type->kind == CM_TYPE_OWN && value_owner(d->e->adapter, handle, NULL);
  return handle->type->kind == CM_TYPE_BORROW ? !value_owner(d->e->adapter, handle, NULL) : !d->borrows_only;
}

// What a text or list lies in.
static bool give(struct dropping *d, const char *pointer, const char *length) {
  if (d->freeing) code_put(&d->body, "    (call $give %s %s)\n", pointer, length);
  return true;
}

// Each element of a list whose pointer and length the two expressions give.
static bool drop_list(struct dropping *d, const struct cm_typeref *list, const char *pointer, const char *length) {
  struct cm_layout layout;
  struct cm_valtype element = list->type->element;
  if (!cm_layout_of(list->scope, element, 4, &layout, d->e->adapter->diag)) return false;
  if (!is_concerned(d, list->scope, element)) return give(d, pointer, length);
  uint32_t at = d->locals++, left = d->locals++;
  code_put(&d->body,
           "    (local.set $p%u %s) (local.set $p%u %s)\n"
           "    (block $done%u (loop $next%u (br_if $done%u (i32.eqz (local.get $p%u)))\n",
           at, pointer, left, length, at, at, at, left);
  if (!drop_in_memory(d, list->scope, element, (struct address){at, 0})) return false;
  code_put(&d->body,
           "    (local.set $p%u (i32.add (local.get $p%u) (i32.const %u)))\n"
           "    (local.set $p%u (i32.sub (local.get $p%u) (i32.const 1))) (br $next%u)))\n",
           at, at, (uint32_t)layout.size, left, left, at);
  return give(d, pointer, length);
}

static bool drop_record_in_memory(struct dropping *d, const struct cm_typeref *of, struct address at) {
  uint64_t offset = at.offset;
  for (uint32_t i = 0; i < of->type->count; i++) {
    struct cm_layout layout;
    if (!cm_layout_of(of->scope, of->type->fields[i].type, 4, &layout, d->e->adapter->diag)) return false;
    offset = abi_align(offset, layout.align);
    struct address field = {at.local, (uint32_t)offset};
    if (!drop_in_memory(d, of->scope, of->type->fields[i].type, field)) return false;
    offset += layout.size;
  }
  return true;
}

static bool drop_variant_in_memory(struct dropping *d, const struct cm_typeref *of, struct address at) {
  uint64_t payload;
  uint32_t size;
  if (!cm_variant_layout(*of, 4, &payload, &size, d->e->adapter->diag)) return false;
  for (uint32_t i = 0; i < type_case_count(of->type); i++) {
    struct cm_valtype type = type_case(of->type, i).type;
    if (!is_concerned(d, of->scope, type)) continue;
    const char *load = size == 1 ? "i32.load8_u" : size == 2 ? "i32.load16_u" : "i32.load";
    code_put(&d->body, "    (if (i32.eq (%s offset=%u ", load, at.offset);
    put_base(d, at);
    code_put(&d->body, ") (i32.const %u)) (then\n", i);
    if (!drop_in_memory(d, of->scope, type, (struct address){at.local, at.offset + (uint32_t)payload})) return false;
    code_put(&d->body, "    ))\n");
  }
  return true;
}

// What lies in these is given back with nothing of what it consists of: it stays taken.
static bool not_walked(struct dropping *d) {
  return d->freeing || cm_fail_at_large(d->e->adapter->diag, CM_UNSUPPORTED, "handles within a map or a list of fixed length");
}

static bool wrap(struct dropping *d, const struct cm_typeref *handle, struct address at) {
  struct cm_str name;
  if (!value_owner(d->e->adapter, handle, &name)) return true;
  code_put(&d->body, "    (i32.store offset=%u ", at.offset);
  put_base(d, at);
  code_put(&d->body, " (call $\"wrap %.*s\" (i32.load offset=%u ", CM_STR_ARG(name), at.offset);
  put_base(d, at);
  code_put(&d->body, ")))\n");
  return true;
}

static bool drop_in_memory(struct dropping *d, const struct cm_scope *scope, struct cm_valtype type, struct address at) {
  struct cm_typeref of;
  struct cm_str ident;
  char pointer[64], length[64];
  if (!is_concerned(d, scope, type)) return true;
  if (!cm_valtype_resolve(scope, type, &of, d->e->adapter->diag)) return false;
  d->e->adapter->walks = true;
  const char *base = at.local == UINT32_MAX ? "" : "p";
  unsigned local = at.local == UINT32_MAX ? 0 : at.local;
  snprintf(pointer, sizeof pointer, "(i32.load offset=%u (local.get $%s%u))", at.offset, base, local);
  snprintf(length, sizeof length, "(i32.load offset=%u (local.get $%s%u))", at.offset + 4, base, local);
  switch (of.type->kind) {
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW:
      if (!is_dropped(d, &of)) return true;
      if (d->wrapping) return wrap(d, &of, at);
      if (!adapter_drop(d->e->adapter, of.scope, of.type->resource, &ident)) return false;
      code_put(&d->body, "    (call %.*s (i32.load offset=%u ", CM_STR_ARG(ident), at.offset);
      put_base(d, at);
      code_put(&d->body, "))\n");
      return true;
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return drop_record_in_memory(d, &of, at);
    case CM_TYPE_LIST: return drop_list(d, &of, pointer, length);
    case CM_TYPE_PRIM: return give(d, pointer, length);
    case CM_TYPE_VARIANT:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT: return drop_variant_in_memory(d, &of, at);
    default: return not_walked(d);
  }
}

// By flat values: `*index` is that of the first, and moves on.
static bool drop_flat(struct dropping *d, const struct cm_scope *scope, struct cm_valtype type, uint32_t *index);

// A parameter as an i32; where cases of a variant share it with 64 bits it is one of these.
static void flat_text(const struct dropping *d, uint32_t index, char to[64]) {
  bool wide = index < d->signature->param_count && d->signature->params[index] == CM_FLAT_I64;
  snprintf(to, 64, wide ? "(i32.wrap_i64 (local.get $%u))" : "(local.get $%u)", index);
}

static bool drop_flat_variant(struct dropping *d, const struct cm_typeref *of, uint32_t first) {
  char text[64];
  flat_text(d, first, text);
  for (uint32_t i = 0; i < type_case_count(of->type); i++) {
    struct cm_valtype type = type_case(of->type, i).type;
    uint32_t index = first + 1;
    if (!is_concerned(d, of->scope, type)) continue;
    code_put(&d->body, "    (if (i32.eq %s (i32.const %u)) (then\n", text, i);
    if (!drop_flat(d, of->scope, type, &index)) return false;
    code_put(&d->body, "    ))\n");
  }
  return true;
}

static bool drop_flat_inner(struct dropping *d, const struct cm_typeref *of, uint32_t first) {
  struct cm_str ident;
  char text[64], length[64];
  flat_text(d, first, text);
  switch (of->type->kind) {
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW:
      if (!is_dropped(d, of)) return true;
      if (!adapter_drop(d->e->adapter, of->scope, of->type->resource, &ident)) return false;
      code_put(&d->body, "    (call %.*s %s)\n", CM_STR_ARG(ident), text);
      return true;
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE:
      for (uint32_t i = 0; i < of->type->count; i++)
        if (!drop_flat(d, of->scope, of->type->fields[i].type, &first)) return false;
      return true;
    case CM_TYPE_LIST: flat_text(d, first + 1, length); return drop_list(d, of, text, length);
    case CM_TYPE_PRIM: flat_text(d, first + 1, length); return give(d, text, length);
    case CM_TYPE_VARIANT:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT: return drop_flat_variant(d, of, first);
    default: return not_walked(d);
  }
}

static bool drop_flat(struct dropping *d, const struct cm_scope *scope, struct cm_valtype type, uint32_t *index) {
  struct cm_typeref of;
  uint32_t count, first = *index;
  if (type.kind == CM_VAL_NONE) return true;
  if (!cm_flatten(scope, type, 4, NULL, 0, &count, d->e->adapter->diag)) return false;
  *index += count;
  if (!is_concerned(d, scope, type)) return true;
  return cm_valtype_resolve(scope, type, &of, d->e->adapter->diag) && drop_flat_inner(d, &of, first);
}

static bool drop_params(struct dropping *d, const struct adapter_function *f) {
  uint32_t index = 0;
  struct cm_type record = {.kind = CM_TYPE_TUPLE, .count = f->type->func.param_count, .fields = f->type->func.params};
  struct cm_typeref params = {.scope = f->scope, .type = &record};
  if (d->signature->params_spilled) return drop_record_in_memory(d, &params, (struct address){UINT32_MAX, 0});
  for (uint32_t i = 0; i < record.count; i++)
    if (!drop_flat(d, f->scope, record.fields[i].type, &index)) return false;
  return true;
}

static bool take(struct dropping *d, bool ok, struct value_drops *out) {
  struct adapter *a = d->e->adapter;
  const char *text = d->body.text.size ? cm_alloc_text(a->arena, (const char *)d->body.text.at, d->body.text.size) : "";
  *out = (struct value_drops){{text, d->body.text.size}, d->locals};
  ok = ok && (cm_buffer_ok(&d->body.text, a->diag) && (text || cm_fail_memory(a->diag)));
  cm_buffer_free(&d->body.text);
  return ok;
}

bool value_wraps_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out) {
  struct dropping d = {.e = e, .wrapping = true, .locals = 1};
  cm_buffer_init(&d.body.text, NULL);
  bool ok = drop_in_memory(&d, f->scope, f->type->func.result, (struct address){0, 0});
  return take(&d, ok, out);
}

static bool walk_params(struct dropping d, const struct adapter_function *f, struct value_drops *out) {
  struct cm_signature signature;
  if (!cm_signature_of(f->scope, f->type, false, false, 4, &signature, d.e->adapter->diag)) return false;
  d.signature = &signature;
  cm_buffer_init(&d.body.text, NULL);
  bool ok = drop_params(&d, f);
  if (d.freeing && signature.params_spilled) code_put(&d.body, "    (call $free (local.get $0))\n");
  return take(&d, ok, out);
}

static bool walk_record(struct dropping d, const struct adapter_function *f, struct value_drops *out) {
  struct cm_type record = {.kind = CM_TYPE_TUPLE, .count = f->type->func.param_count, .fields = f->type->func.params};
  d.locals = 1;
  cm_buffer_init(&d.body.text, NULL);
  bool ok = drop_record_in_memory(&d, &(struct cm_typeref){.scope = f->scope, .type = &record}, (struct address){0, 0});
  return take(&d, ok, out);
}

bool value_drops_of(struct adapter_export *e, const struct adapter_function *f, bool borrows_only, struct value_drops *out) {
  return walk_params((struct dropping){.e = e, .borrows_only = borrows_only}, f, out);
}

bool value_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out) {
  return walk_params((struct dropping){.e = e, .freeing = true}, f, out);
}

bool value_record_drops_of(struct adapter_export *e, const struct adapter_function *f, bool borrows_only, struct value_drops *out) {
  return walk_record((struct dropping){.e = e, .borrows_only = borrows_only}, f, out);
}

bool value_record_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out) {
  return walk_record((struct dropping){.e = e, .freeing = true}, f, out);
}

bool value_result_frees_of(struct adapter_export *e, const struct adapter_function *f, struct value_drops *out) {
  struct dropping d = {.e = e, .freeing = true, .locals = 1};
  cm_buffer_init(&d.body.text, NULL);
  bool ok = drop_in_memory(&d, f->scope, f->type->func.result, (struct address){0, 0});
  return take(&d, ok, out);
}

bool value_put_parameters(struct adapter_export *e, const struct adapter_function *f, uint32_t locals, struct code *code) {
  struct cm_signature signature;
  if (!cm_signature_of(f->scope, f->type, false, false, 4, &signature, e->adapter->diag)) return false;
  code_put_signature(code, &signature, true);
  for (uint32_t i = 0; i < locals; i++) code_put(code, " (local $p%u i32)", i);
  code_put(code, "\n");
  return true;
}

bool value_put_head(struct adapter_export *e, const struct adapter_function *f, struct cm_str ident, uint32_t locals) {
  struct adapter *a = e->adapter;
  if (!ident.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "  (func %.*s", CM_STR_ARG(ident));
  return value_put_parameters(e, f, locals, &a->code);
}

bool value_put_dropping_as(struct adapter_export *e, const struct adapter_function *f, struct cm_str ident) {
  struct value_drops drops;
  if (!value_drops_of(e, f, false, &drops) || !value_put_head(e, f, ident, drops.locals)) return false;
  cm_put_bytes(&e->adapter->code.text, drops.text.at, drops.text.size);
  return true;
}

bool value_text_place(const struct adapter_function *f, struct cm_str paths, struct cm_place *out) {
  struct cm_typeref leaf;
  char one[128];
  while (paths.size) {
    const char *bar = memchr(paths.at, '|', paths.size);
    size_t size = bar ? (size_t)(bar - paths.at) : paths.size, skip = bar ? size + 1 : size;
    int written = snprintf(one, sizeof one, "%.*s", (int)size, paths.at);
    paths = (struct cm_str){paths.at + skip, paths.size - skip};
    if (written < (int)sizeof one && cm_place_of(f->scope, f->type, one, false, 4, out, NULL) &&
        cm_valtype_resolve(out->scope, out->type, &leaf, NULL) && leaf.type && leaf.type->kind == CM_TYPE_PRIM &&
        leaf.type->prim == CM_STRING)
      return true;
  }
  return false;
}
