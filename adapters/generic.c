// Adapters that know nothing of the interface but its type.

#include "generic.h"

#include <component/types.h>

#include "exposed.h"
#include "known.h"
#include "values.h"

const struct cm_item *adapter_import_named(const struct cm_component *app, struct cm_str name) {
  const struct cm_item *found = NULL;
  bool versioned = memchr(name.at, '@', name.size) != NULL;
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT || item->import.type.sort != CM_SORT_INSTANCE) continue;
    struct cm_str own = item->import.name.name;
    if (cm_str_equal(own, name)) return item;
    if (versioned || !cm_str_starts(own, name) || own.at[name.size] != '@') continue;
    if (found) return NULL;
    found = item;
  }
  return found;
}

static bool begin(struct adapter *a, struct cm_arena *arena, const struct adapter_subject *subject, struct cm_diag *diag) {
  if (!adapter_begin(a, arena, subject->app, diag)) return false;
  for (uint32_t i = 0; i < subject->import_count; i++)
    if (!adapter_export(a, subject->imports[i])) return false;
  return true;
}

static bool each(struct adapter *a, adapter_each_function *function, void *context) {
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (!function(a->exports[i], &a->exports[i]->functions[f], context)) return false;
  return true;
}

bool adapter_make(struct cm_arena *arena, const struct adapter_subject *subject, adapter_each_function *function, void *context,
                  struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = begin(&a, arena, subject, diag) && each(&a, function, context) && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}

// --- pass, rename ---

// An interface without resources can be imported with its own types, which need not be called as the app calls them.
static bool rename_host(struct adapter_export *e, struct cm_str name) {
  if (known_is(name) && !known_has_resources(name)) return (e->passes = known_import(e->adapter, name)) != NULL;
  e->host->name = e->name;
  if (!e->name.has_implements) {
    e->host->name = (struct cm_name){.name = name, .raw = name};
    return true;
  }
  // A label stays what it is.
  struct cm_attribute *attribute = cm_alloc(e->adapter->arena, sizeof *attribute);
  if (!attribute) return cm_fail_memory(e->adapter->diag);
  *attribute = (struct cm_attribute){CM_ATTRIBUTE_IMPLEMENTS, name};
  e->host->name.implements = name;
  e->host->name.raw = e->name.name;
  e->host->name.form = 2;
  e->host->name.attribute_count = 1;
  e->host->name.attributes = attribute;
  return true;
}

// All that the subject has is the host's, types of interfaces without functions too.
static bool pass_on(struct cm_arena *arena, const struct adapter_subject *subject, const struct cm_str *names,
                    struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = begin(&a, arena, subject, diag);
  for (size_t i = 0; ok && i < a.export_count; i++) {
    struct adapter_export *e = a.exports[i];
    ok = !names || rename_host(e, names[i]);
    e->keeps_types = e->passes == e->host;
    for (uint32_t f = 0; ok && f < e->count; f++) adapter_pass(e, &e->functions[f]);
  }
  ok = ok && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}

bool adapter_pass_all(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out,
                      struct cm_diag *diag) {
  return pass_on(arena, subject, NULL, out, diag);
}

bool adapter_rename(struct cm_arena *arena, const struct adapter_subject *subject, const struct cm_str *names,
                    struct cm_component **out, struct cm_diag *diag) {
  return pass_on(arena, subject, names, out, diag);
}

// --- stub, deny ---

bool adapter_head(struct adapter_export *e, struct adapter_function *f) {
  struct cm_str ident = adapter_lifted_ident(e, f->name);
  if (!ident.at) return cm_fail_memory(e->adapter->diag);
  return adapter_lift(e, f) && value_put_head(e, f, ident, 0);
}

// Puts a function: from its name on, `body`. Two of the same text are one.
static bool put_once(struct adapter_export *e, struct adapter_function *f, const struct code *body) {
  struct adapter *a = e->adapter;
  struct cm_str text = {(const char *)body->text.at, body->text.size}, ident = adapter_lifted_ident(e, f->name);
  if (!cm_buffer_ok(&body->text, a->diag) || !adapter_lift(e, f)) return false;
  f->takes_nothing = true;
  for (const struct adapter_body *known = a->bodies; known; known = known->next)
    if (cm_str_equal(known->text, text)) return f->same = known->f, true;
  struct adapter_body *own = cm_alloc(a->arena, sizeof *own);
  const char *kept = cm_alloc_text(a->arena, text.at, text.size);
  if (!ident.at || !own || !kept) return cm_fail_memory(a->diag);
  *own = (struct adapter_body){a->bodies, {kept, text.size}, f};
  a->bodies = own;
  code_put(&a->code, "  (func %.*s%.*s)\n", CM_STR_ARG(ident), CM_STR_ARG(text));
  return true;
}

bool adapter_trap(struct adapter_export *e, struct adapter_function *f, const char *why) {
  struct adapter_export *alone = adapter_alone(e);
  if (!alone) return false;
  // In a module that is the interface's own, that need not be said of each function.
  struct adapter *at = alone->adapter;
  struct cm_str title = adapter_title(e, f), own = cm_alloc_format(at->arena, "%s: %.*s", why, CM_STR_ARG(e->name.name));
  struct code body;
  if (!title.at || !own.at) return cm_fail_memory(at->diag);
  cm_buffer_init(&body.text, NULL);
  at->keep_names = true;
  if (alone != e) at->module_name = own;
  code_put(&body, " (@name \"%s%s%.*s\")", alone == e ? why : "", alone == e ? ": " : "", CM_STR_ARG(alone == e ? title : f->name));
  bool ok = value_put_parameters(alone, f, 0, &body);
  code_put(&body, " unreachable");
  ok = ok && put_once(alone, f, &body);
  cm_buffer_free(&body.text);
  return ok;
}

static bool stub(struct adapter_export *e, struct adapter_function *f, void *context) {
  (void)context;
  return adapter_trap(e, f, "not provided");
}

bool adapter_stub(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = begin(&a, arena, subject, diag) && (a.is_plain = each(&a, stub, NULL)) && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}

// An error, or what says that there is nothing; otherwise it traps.
static enum value_verdict answer_value(struct adapter_export *e, struct adapter_function *f, const struct adapter_denying *denying,
                                       uint32_t *flat) {
  struct cm_str title = adapter_title(e, f), why = cm_alloc_format(e->adapter->arena, "%.*s is denied", CM_STR_ARG(title));
  struct value_denial denial = {.wanted = denying->error, .message = why};
  if (!why.at) return cm_fail_memory(e->adapter->diag), VALUE_FAILED;
  if (denying->trap) return VALUE_NO_ERROR;
  if (denying->empty) {
    enum value_verdict verdict = value_empty_of(e, f, flat);
    if (verdict != VALUE_NOT_CONSTANT) return verdict;
  }
  enum value_verdict verdict = value_denial_of(e, f, &denial, flat);
  if (verdict == VALUE_MADE && denying->found) *denying->found = true;
  if (verdict != VALUE_NO_CASE) return verdict;
  denial.wanted = (struct cm_str){0};
  return value_denial_of(e, f, &denial, flat);
}

// A resource of the adapter's own that stands for nothing, where one is to be returned: calls of its methods are denied in turn, and may have an
// error to tell so. False: it is no such function.
static bool answer_resource(struct adapter_export *e, const struct adapter_function *f, struct cm_str *code) {
  struct adapter *a = e->adapter;
  struct cm_typeref of;
  struct cm_str name, ident;
  if (f->type->func.result.kind == CM_VAL_NONE || !cm_valtype_resolve(f->scope, f->type->func.result, &of, NULL)) return false;
  if (!of.type || of.type->kind != CM_TYPE_OWN) return false;
  struct adapter_export *owner = value_owner(a, &of, &name);
  if (!owner || !adapter_resource(owner, name, CM_CANON_RESOURCE_NEW, &ident)) return false;
  *code = cm_alloc_format(a->arena, "(call %.*s (i32.const 0))", CM_STR_ARG(ident));
  return true;
}

// What is returned; of what traps there is no code yet. A constant lies where the code of `*at` has its data; what makes a resource is the code of
// `e`, which `*at` becomes then.
static bool find_answer(struct adapter_export *e, struct adapter_export **at, struct adapter_function *f,
                        const struct adapter_denying *denying, struct adapter_answer *out) {
  struct adapter *a = e->adapter;
  struct cm_signature signature;
  uint32_t flat;
  enum value_verdict verdict = answer_value(*at, f, denying, &flat);
  *out = (struct adapter_answer){.traps = verdict != VALUE_MADE, .code = CM_STR("")};
  if (verdict == VALUE_NO_ERROR && !denying->trap && answer_resource(e, f, &out->code)) {
    out->traps = false;
    *at = e;
    return out->code.at || cm_fail_memory(a->diag);
  }
  if (verdict == VALUE_FAILED || !cm_signature_of(f->scope, f->type, false, false, 4, &signature, a->diag)) return false;
  if (!out->traps && signature.result_count)
    out->code = cm_alloc_format(a->arena, "(%s.const %u)", code_flat_name(signature.results[0]), flat);
  return out->code.at || cm_fail_memory(a->diag);
}

bool adapter_answer(struct adapter_export *e, struct adapter_function *f, const struct adapter_denying *denying,
                    struct adapter_answer *out) {
  struct adapter *a = e->adapter;
  struct adapter_export *at = e;
  if (!find_answer(e, &at, f, denying, out)) return false;
  if (!out->traps) return true;
  struct cm_str title = adapter_title(e, f);
  a->keep_names = true;
  code_put(&a->code, "  (func $\"denied: %.*s\" unreachable)\n", CM_STR_ARG(title));
  out->code = cm_alloc_format(a->arena, "(call $\"denied: %.*s\") unreachable", CM_STR_ARG(title));
  return (title.at && out->code.at) || cm_fail_memory(a->diag);
}

static bool put_answer(struct adapter_export *e, struct adapter_function *f, const struct adapter_answer *answer) {
  struct code body;
  struct value_drops drops;
  if (!value_drops_of(e, f, false, &drops)) return false;
  cm_buffer_init(&body.text, NULL);
  bool ok = value_put_parameters(e, f, drops.locals, &body);
  code_put(&body, "%.*s    %.*s", CM_STR_ARG(drops.text), CM_STR_ARG(answer->code));
  ok = ok && put_once(e, f, &body);
  cm_buffer_free(&body.text);
  return ok;
}

bool adapter_denied(struct adapter_export *e, struct adapter_function *f, const struct adapter_denying *denying) {
  struct adapter_answer answer;
  struct adapter_export *at = adapter_alone(e);
  if (!at || !find_answer(e, &at, f, denying, &answer)) return false;
  return answer.traps ? adapter_trap(e, f, "denied") : put_answer(at, f, &answer);
}

struct deny {
  const struct adapter_subject *subject;
  const struct adapter_denying *denying;
  uint32_t stride;  // 0: one for all
};

static uint32_t index_of(const struct adapter_subject *subject, const struct cm_item *import) {
  uint32_t i = 0;
  while (i < subject->import_count && subject->imports[i] != import) i++;
  return i;
}

// Whether an import that stays uses a resource of the export: then it is the host's, or the two would not be the same. What of the subject is
// imported for its types brings along all types that these are made of.
static bool is_used_elsewhere(const struct adapter_export *e, const struct adapter_subject *subject) {
  const struct cm_scope *app = &subject->app->scope;
  struct cm_typeref type;
  for (uint32_t i = 0; i < app->item_count; i++) {
    const struct cm_item *item = app->items[i];
    uint32_t own = index_of(subject, item);
    if (item->kind != CM_ITEM_IMPORT || item == e->import) continue;
    if (own < subject->import_count && !e->adapter->exports[own]->keeps_types) continue;
    const struct cm_scope *other =
        item->import.type.sort == CM_SORT_INSTANCE ? cm_instance_type_scope(app, item->import.type.index) : NULL;
    for (uint32_t t = 0; other && t < other->spaces[CM_SORT_TYPE].count; t++) {
      if (exposed_resources(other, t, e->scope)) return true;
      if (own < subject->import_count && cm_type_resolve(other, t, &type, NULL) && type.scope == e->scope) return true;
    }
  }
  return false;
}

static bool deny(struct adapter_export *e, struct adapter_function *f, void *context) {
  const struct deny *d = context;
  return adapter_denied(e, f, &d->denying[d->stride * index_of(d->subject, e->import)]);
}

// A type that stands by itself, and that what the app exports mentions, is imported as it was: it would have another name else. There is nothing of it
// to be denied.
static void leave_types(struct adapter *a, const struct cm_component *app) {
  size_t kept = 0;
  for (size_t i = 0; i < a->export_count; i++) {
    struct adapter_export *e = a->exports[i];
    if (!e->bare || e->count || !exposed_types(app, e->import)) a->exports[kept++] = e;
  }
  a->export_count = kept;
}

static bool deny_all(struct cm_arena *arena, struct deny *d, struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = begin(&a, arena, d->subject, diag);
  a.is_plain = true;
  for (size_t i = 0; ok && i < a.export_count; i++)
    a.exports[i]->keeps_types = d->denying[d->stride * i].keep_types || exposed_types(d->subject->app, d->subject->imports[i]);
  for (bool more = ok; more;) {
    more = false;
    for (size_t i = 0; i < a.export_count; i++) {
      struct adapter_export *e = a.exports[i];
      more |= !e->keeps_types && (e->keeps_types = is_used_elsewhere(e, d->subject));
    }
  }
  if (ok) leave_types(&a, d->subject->app);
  ok = ok && each(&a, deny, d) && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}

bool adapter_deny(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_denying *denying,
                  struct cm_component **out, struct cm_diag *diag) {
  return deny_all(arena, &(struct deny){subject, denying, 0}, out, diag);
}

bool adapter_deny_each(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_denying *denying,
                       struct cm_component **out, struct cm_diag *diag) {
  return deny_all(arena, &(struct deny){subject, denying, 1}, out, diag);
}
