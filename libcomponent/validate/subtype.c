// Subtyping: whether one thing may be given where another is expected, and if not, why.
//
// Value and function types match when they are equal, which their classes tell; wasm-tools and the specification's tests have it so.
// Instances, components and modules match by name: more may be exported and less imported than is expected. Components bind
// resources, so before their exports are compared, what one binds is replaced by what the other has in its place: the first
// instance of the resource's name decides, and all others must agree with it.
//
// Where two types part, the way to that place is told: a list of steps on the C stack, as for the path of items.
//
// Spec: Explainer.md, "Type Checking"; Binary.md, notes on "Instance Definitions".

#include "validate/space.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct step {
  const struct step *up;
  const char *what;  // "record field"
  struct cm_str name;
};

struct comparison {
  struct validator *v;
  struct mismatch *out;
};

// ---- Telling.

static void append(struct mismatch *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(struct mismatch *out, const char *format, ...) {
  size_t used = strlen(out->at);
  va_list list;
  va_start(list, format);
  vsnprintf(out->at + used, MISMATCH_TEXT - used, format, list);
  va_end(list);
}

static void tell_steps(struct mismatch *out, const struct step *step) {
  if (!step) return;
  tell_steps(out, step->up);
  if (step->name.at)
    append(out, "%s `%.*s`: ", step->what, SHOWN(step->name));
  else
    append(out, "%s: ", step->what);
}

static bool part(struct comparison *c, const struct step *step, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool part(struct comparison *c, const struct step *step, const char *format, ...) {
  c->out->at[0] = 0;
  tell_steps(c->out, step);
  size_t used = strlen(c->out->at);
  va_list list;
  va_start(list, format);
  vsnprintf(c->out->at + used, MISMATCH_TEXT - used, format, list);
  va_end(list);
  return false;
}

static bool part_kinds(struct comparison *c, const struct step *step, const struct type *a, const struct type *b) {
  return part(c, step, "expected %s, found %s", type_summary(b).at, type_summary(a).at);
}

// ---- Values and functions: equal, or the place where they are not.

static bool compare_values(struct comparison *c, const struct step *up, const struct type *a, const struct type *b);

static bool compare_optional(struct comparison *c, const struct step *up, const char *what, struct cm_str name,
                             const struct type *a, const struct type *b) {
  struct step step = {up, what, name};
  if (a && b) return compare_values(c, &step, a, b);
  if (!a && !b) return true;
  return part(c, &step, "expected %s, found %s", b ? type_summary(b).at : "no type", a ? type_summary(a).at : "none");
}

static bool compare_fields(struct comparison *c, const struct step *up, const char *what, const struct type *a,
                           const struct type *b) {
  if (a->count != b->count) return part(c, up, "expected %u %ss, found %u", b->count, what, a->count);
  for (uint32_t i = 0; i < a->count && store_work(&c->v->store); i++) {
    const struct field *f = &a->fields[i], *g = &b->fields[i];
    if (!cm_str_equal(f->name, g->name))
      return part(c, up, "expected %s named `%.*s`, found `%.*s`", what, SHOWN(g->name), SHOWN(f->name));
    if (!compare_optional(c, up, what, g->name, f->type, g->type)) return false;
  }
  return true;
}

static bool compare_resources(struct comparison *c, const struct step *step, const struct type *a, const struct type *b) {
  if (a->kind == TYPE_BROKEN || b->kind == TYPE_BROKEN || a->resource_id == b->resource_id) return true;
  struct type_summary want = type_summary(b), have = type_summary(a);
  bool alike = strcmp(want.at, have.at) == 0;  // of two instances
  return part(c, step, "resource types are not the same: expected %s, found %s", want.at, alike ? "another of that name" : have.at);
}

static bool compare_values(struct comparison *c, const struct step *up, const struct type *a, const struct type *b) {
  static const struct cm_str no_name = {0};
  if (a->kind == TYPE_BROKEN || b->kind == TYPE_BROKEN || a->class == b->class) return true;
  if (a->kind != b->kind || !store_work(&c->v->store)) return part_kinds(c, up, a, b);
  switch (a->kind) {
    case CM_TYPE_RECORD: return compare_fields(c, up, "record field", a, b);
    case CM_TYPE_VARIANT: return compare_fields(c, up, "variant case", a, b);
    case CM_TYPE_TUPLE: return compare_fields(c, up, "tuple field", a, b);
    case CM_TYPE_FLAGS:
      return part(c, up, "mismatch in flags elements: expected %s, found %s", type_summary(b).at, type_summary(a).at);
    case CM_TYPE_ENUM:
      return part(c, up, "mismatch in enum elements: expected %s, found %s", type_summary(b).at, type_summary(a).at);
    case CM_TYPE_RESULT:
      return compare_optional(c, up, "ok type", no_name, a->element, b->element) &&
             compare_optional(c, up, "error type", no_name, a->error, b->error);
    case CM_TYPE_MAP:
      return compare_optional(c, up, "map key", no_name, a->key, b->key) &&
             compare_optional(c, up, "map value", no_name, a->element, b->element);
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return compare_resources(c, up, a->resource, b->resource);
    case CM_TYPE_FIXED_LIST:
      if (a->length != b->length) return part_kinds(c, up, a, b);
      break;
    case CM_TYPE_PRIM: return part_kinds(c, up, a, b);
    default: break;
  }
  static const char *const element_words[] = {
      [CM_TYPE_LIST] = "list element",     [CM_TYPE_FIXED_LIST] = "list element", [CM_TYPE_OPTION] = "option type",
      [CM_TYPE_STREAM] = "stream element", [CM_TYPE_FUTURE] = "future element",
  };
  return compare_optional(c, up, element_words[a->kind], no_name, a->element, b->element);
}

static bool compare_funcs(struct comparison *c, const struct step *up, const struct type *a, const struct type *b) {
  static const struct cm_str no_name = {0};
  if (a->class == b->class) return true;
  if (a->is_async != b->is_async)
    return part(c, up, "expected %s function, found %s function", b->is_async ? "async" : "sync", a->is_async ? "async" : "sync");
  if (a->count != b->count) return part(c, up, "expected %u parameters, found %u", b->count, a->count);
  for (uint32_t i = 0; i < a->count; i++) {
    const struct field *f = &a->fields[i], *g = &b->fields[i];
    if (!cm_str_equal(f->name, g->name))
      return part(c, up, "expected parameter named `%.*s`, found `%.*s`", SHOWN(g->name), SHOWN(f->name));
    if (!compare_optional(c, up, "parameter", g->name, f->type, g->type)) return false;
  }
  if (!a->result != !b->result) return part(c, up, b->result ? "expected a result, found none" : "expected no result, found one");
  return compare_optional(c, up, "result type", no_name, a->result, b->result);
}

// ---- Core entities and modules.

static const char *const core_kind_names[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};

bool core_is_subtype(struct validator *v, const struct core_entity *a, const struct core_entity *b) {
  return core_externtype_matches(v->core_types, &a->type, a->ids, &b->type, b->ids);
}

static bool compare_core(struct comparison *c, const struct step *step, struct entity a, struct entity b) {
  if (!a.core || !b.core || core_is_subtype(c->v, a.core, b.core)) return true;
  if (a.core->type.kind != b.core->type.kind)
    return part(c, step, "expected %s, found %s", core_kind_names[b.core->type.kind], core_kind_names[a.core->type.kind]);
  struct core_summary found = core_summary(c->v, a.core), expected = core_summary(c->v, b.core);
  return part(c, step, "expected: %s, found: %s", expected.at, found.at);
}

static bool compare_modules(struct comparison *c, const struct step *up, const struct module_type *a, const struct module_type *b) {
  if (!a || !b || a == b) return true;
  for (uint32_t i = 0; i < a->imports.count && store_work(&c->v->store); i++) {
    const struct module_import *import = &a->import_names[i];
    const struct named *given = externs_find(&b->imports, a->imports.at[i].name);
    if (!given) return part(c, up, "missing expected import `%.*s::%.*s`", SHOWN(import->module), SHOWN(import->name));
    struct step outer = {up, "import of the core module", import->module}, step = {&outer, "import", import->name};
    if (!compare_core(c, &step, given->what, a->imports.at[i].what)) return false;
  }
  for (uint32_t i = 0; i < b->exports.count && store_work(&c->v->store); i++) {
    const struct named *expected = &b->exports.at[i], *found = externs_find(&a->exports, expected->name);
    if (!found) return part(c, up, "missing expected export `%.*s`", SHOWN(expected->name));
    struct step step = {up, "export", expected->name};
    if (!compare_core(c, &step, found->what, expected->what)) return false;
  }
  return true;
}

// ---- Instances and components.

static bool compare_entities(struct comparison *c, const struct step *up, struct entity a, struct entity b);

// What `expected` lists must all be given. `kind` is "import" or "export".
static bool compare_lists(struct comparison *c, const struct step *up, const char *kind, const struct externs *given,
                          const struct externs *expected, struct subst *subst) {
  for (uint32_t i = 0; i < expected->count && store_work(&c->v->store); i++) {
    const struct named *want = &expected->at[i], *have = externs_find(given, want->name);
    if (!have) return part(c, up, "missing expected %s `%.*s`", kind, SHOWN(want->name));
    struct step step = {up, kind, want->name};
    struct entity what = subst ? subst_entity(&c->v->store, subst, want->what) : want->what;
    if (!compare_entities(c, &step, have->what, what)) return false;
  }
  return true;
}

// An instance type by itself, as the type that is imported or exported, binds resources.
static bool compare_instances(struct comparison *c, const struct step *up, const struct type *a, const struct type *b) {
  if (!b->bound_exports.count) return compare_lists(c, up, "export", a->exports, b->exports, NULL);
  struct subst subst;
  if (!subst_open(&c->v->store, &subst)) return true;
  bool good = match_resources(c->v, a->exports, b->exports, b->bound_exports, &subst) &&
              compare_lists(c, up, "export", a->exports, b->exports, &subst);
  subst_close(&c->v->store, &subst);
  return good;
}

// Who expects `b` gives b's imports, which must do for a; with what b's imports stand for, a's exports must do for b.
static bool compare_components(struct comparison *c, const struct step *up, const struct type *a, const struct type *b) {
  struct store *s = &c->v->store;
  struct subst given, back;
  if (!subst_open(s, &given)) return true;
  bool good = match_resources(c->v, b->imports, a->imports, a->bound_imports, &given) &&
              compare_lists(c, up, "import", b->imports, a->imports, &given);
  subst_forget(&given);
  for (uint32_t i = 0; good && i < a->imports->count; i++) {
    const struct named *want = &a->imports->at[i];
    good = match_types(c->v, externs_find(b->imports, want->name)->what, want->what, &given);
  }
  if (good && subst_open(s, &back)) {
    const struct externs *exports = subst_externs(s, &given, a->exports);
    good = match_resources(c->v, exports, b->exports, b->bound_exports, &back) &&
           compare_lists(c, up, "export", exports, b->exports, &back);
    subst_close(s, &back);
  }
  subst_close(s, &given);
  return good;
}

// Types that are imported or exported as types.
static bool compare_types(struct comparison *c, const struct step *up, const struct type *a, const struct type *b) {
  if (type_is_value(a) && type_is_value(b)) return compare_values(c, up, a, b);
  if (a->kind != b->kind) return part_kinds(c, up, a, b);
  switch (a->kind) {
    case CM_TYPE_FUNC: return compare_funcs(c, up, a, b);
    case CM_TYPE_RESOURCE: return compare_resources(c, up, a, b);
    case CM_TYPE_INSTANCE: return compare_instances(c, up, a, b);
    default: return compare_components(c, up, a, b);
  }
}

static bool compare_entities(struct comparison *c, const struct step *up, struct entity a, struct entity b) {
  if (a.sort != b.sort) return part(c, up, "expected %s, found %s", cm_sort_names[b.sort], cm_sort_names[a.sort]);
  if (a.sort == CM_SORT_CORE_MODULE) return compare_modules(c, up, a.module, b.module);
  if (a.type == b.type || a.type->kind == TYPE_BROKEN || b.type->kind == TYPE_BROKEN) return true;
  if (!store_work(&c->v->store)) return true;
  switch (a.sort) {
    case CM_SORT_FUNC: return compare_funcs(c, up, a.type, b.type);
    case CM_SORT_VALUE: return compare_values(c, up, a.type, b.type);
    case CM_SORT_TYPE: return compare_types(c, up, a.type, b.type);
    // An instance that is there has nothing bound; what an ascribed type binds is not what the instance has.
    case CM_SORT_INSTANCE: return compare_lists(c, up, "export", a.type->exports, b.type->exports, NULL);
    default: return compare_components(c, up, a.type, b.type);
  }
}

bool is_subtype(struct validator *v, struct entity a, struct entity b, struct mismatch *out) {
  struct comparison c = {v, out};
  out->at[0] = 0;
  return compare_entities(&c, NULL, a, b);
}

// ---- What stands for what.

static bool match_list(struct validator *v, const struct externs *given, const struct externs *expected, const struct memo *bound,
                       struct subst *subst) {
  for (uint32_t i = 0; i < expected->count && store_work(&v->store); i++) {
    struct entity want = expected->at[i].what;
    bool is_resource = want.sort == CM_SORT_TYPE && want.type->kind == CM_TYPE_RESOURCE;
    bool is_instance = want.sort == CM_SORT_INSTANCE && want.type->kind == CM_TYPE_INSTANCE && want.type->has_resource;
    if (!is_resource && !is_instance) continue;
    const struct named *have = externs_find(given, expected->at[i].name);
    if (!have || have->what.sort != want.sort) continue;  // told by the comparison that follows
    if (is_resource && have->what.type->kind == CM_TYPE_RESOURCE && memo_get(bound, number_key(want.type->resource_id)) &&
        !subst_has(subst, want.type->resource_id))
      subst_resource(&v->store, subst, want.type->resource_id, have->what.type->resource_id);
    if (is_instance && have->what.type->kind == CM_TYPE_INSTANCE)
      match_list(v, have->what.type->exports, want.type->exports, bound, subst);
  }
  return may_go_on(v);
}

bool match_resources(struct validator *v, const struct externs *given, const struct externs *expected, struct bound bound,
                     struct subst *subst) {
  if (!bound.count) return true;
  struct memo *ids = memo_take(&v->store);
  if (!ids) return false;
  for (uint32_t i = 0; i < bound.count; i++) memo_put(&v->store, ids, number_key(bound.ids[i]), &bound);
  bool good = match_list(v, given, expected, ids, subst);
  memo_give(&v->store, ids);
  return good;
}

bool match_types(struct validator *v, struct entity given, struct entity expected, struct subst *subst) {
  if (given.sort != expected.sort || given.sort == CM_SORT_CORE_MODULE) return true;
  if (given.type->kind == TYPE_BROKEN || expected.type->kind == TYPE_BROKEN) return true;
  if (given.sort == CM_SORT_TYPE) return memo_put(&v->store, subst->types, expected.type, given.type);
  if (given.sort != CM_SORT_INSTANCE || given.type == expected.type) return true;
  for (uint32_t i = 0; i < expected.type->exports->count && store_work(&v->store); i++) {
    const struct named *want = &expected.type->exports->at[i], *have = externs_find(given.type->exports, want->name);
    if (have && !match_types(v, have->what, want->what, subst)) return false;
  }
  return true;
}
