// Canonical definitions: built-ins, by table.
//
// Most built-ins are a feature, a core signature in letters, and at most one thing that is checked besides. The letters of signatures:
//
//   i  i32                                   l  i64
//   p  the address type of the memory        r  the representation of the resource
//   c  the type of the context slot          t  the address type of the table
//   a  the parameter of the thread's start   f  a reference to the start function
//
// Spec: CanonicalABI.md, "Canonical Definitions", under the name of each.

#include "validate/canon.h"

#define RULE_CANON SPEC "CanonicalABI.md#canonical-definitions"

// What the letters stand for.
struct letters {
  uint8_t address, rep, context, table, argument;
  uint32_t start;  // in the store of core types
};

typedef bool canon_check(struct validator *v, const struct cm_canon *canon, struct letters *letters);

static canon_check check_local_resource, check_any_resource, check_context, check_stream, check_read, check_write, check_cancel,
    check_set_memory, check_subtask_cancel, check_error_context, check_new_indirect, check_spawn_ref, check_spawn_indirect;

enum { NO_FEATURE = -1 };

static const struct builtin {
  int feature;
  const char *params, *results;
  canon_check *check;
} builtins[CM_CANON_COUNT] = {
    [CM_CANON_RESOURCE_NEW] = {NO_FEATURE, "r", "i", check_local_resource},
    [CM_CANON_RESOURCE_DROP] = {NO_FEATURE, "i", "", check_any_resource},
    [CM_CANON_RESOURCE_REP] = {NO_FEATURE, "i", "r", check_local_resource},
    [CM_CANON_TASK_CANCEL] = {CM_FEATURE_CM_ASYNC, "", "", NULL},
    [CM_CANON_SUBTASK_CANCEL] = {CM_FEATURE_CM_ASYNC, "i", "i", check_subtask_cancel},
    [CM_CANON_CONTEXT_GET] = {CM_FEATURE_CM_ASYNC, "", "c", check_context},
    [CM_CANON_CONTEXT_SET] = {CM_FEATURE_CM_ASYNC, "c", "", check_context},
    [CM_CANON_THREAD_YIELD] = {CM_FEATURE_CM_ASYNC, "", "i", NULL},
    [CM_CANON_SUBTASK_DROP] = {CM_FEATURE_CM_ASYNC, "i", "", NULL},
    [CM_CANON_STREAM_NEW] = {CM_FEATURE_CM_ASYNC, "", "l", check_stream},
    [CM_CANON_STREAM_READ] = {CM_FEATURE_CM_ASYNC, "ipp", "p", check_read},
    [CM_CANON_STREAM_WRITE] = {CM_FEATURE_CM_ASYNC, "ipp", "p", check_write},
    [CM_CANON_STREAM_CANCEL_READ] = {CM_FEATURE_CM_ASYNC, "i", "i", check_cancel},
    [CM_CANON_STREAM_CANCEL_WRITE] = {CM_FEATURE_CM_ASYNC, "i", "i", check_cancel},
    [CM_CANON_STREAM_DROP_READABLE] = {CM_FEATURE_CM_ASYNC, "i", "", check_stream},
    [CM_CANON_STREAM_DROP_WRITABLE] = {CM_FEATURE_CM_ASYNC, "i", "", check_stream},
    [CM_CANON_FUTURE_NEW] = {CM_FEATURE_CM_ASYNC, "", "l", check_stream},
    [CM_CANON_FUTURE_READ] = {CM_FEATURE_CM_ASYNC, "ip", "i", check_read},
    [CM_CANON_FUTURE_WRITE] = {CM_FEATURE_CM_ASYNC, "ip", "i", check_write},
    [CM_CANON_FUTURE_CANCEL_READ] = {CM_FEATURE_CM_ASYNC, "i", "i", check_cancel},
    [CM_CANON_FUTURE_CANCEL_WRITE] = {CM_FEATURE_CM_ASYNC, "i", "i", check_cancel},
    [CM_CANON_FUTURE_DROP_READABLE] = {CM_FEATURE_CM_ASYNC, "i", "", check_stream},
    [CM_CANON_FUTURE_DROP_WRITABLE] = {CM_FEATURE_CM_ASYNC, "i", "", check_stream},
    [CM_CANON_ERROR_CONTEXT_NEW] = {CM_FEATURE_CM_ERROR_CONTEXT, "pp", "i", check_error_context},
    [CM_CANON_ERROR_CONTEXT_DEBUG_MESSAGE] = {CM_FEATURE_CM_ERROR_CONTEXT, "ip", "", check_error_context},
    [CM_CANON_ERROR_CONTEXT_DROP] = {CM_FEATURE_CM_ERROR_CONTEXT, "i", "", NULL},
    [CM_CANON_WAITABLE_SET_NEW] = {CM_FEATURE_CM_ASYNC, "", "i", NULL},
    [CM_CANON_WAITABLE_SET_WAIT] = {CM_FEATURE_CM_ASYNC, "ip", "i", check_set_memory},
    [CM_CANON_WAITABLE_SET_POLL] = {CM_FEATURE_CM_ASYNC, "ip", "i", check_set_memory},
    [CM_CANON_WAITABLE_SET_DROP] = {CM_FEATURE_CM_ASYNC, "i", "", NULL},
    [CM_CANON_WAITABLE_JOIN] = {CM_FEATURE_CM_ASYNC, "ii", "", NULL},
    [CM_CANON_BACKPRESSURE_INC] = {CM_FEATURE_CM_ASYNC, "", "", NULL},
    [CM_CANON_BACKPRESSURE_DEC] = {CM_FEATURE_CM_ASYNC, "", "", NULL},
    [CM_CANON_THREAD_INDEX] = {CM_FEATURE_CM_THREADING, "", "i", NULL},
    [CM_CANON_THREAD_NEW_INDIRECT] = {CM_FEATURE_CM_THREADING, "ta", "i", check_new_indirect},
    [CM_CANON_THREAD_RESUME_LATER] = {CM_FEATURE_CM_THREADING, "i", "", NULL},
    [CM_CANON_THREAD_SUSPEND] = {CM_FEATURE_CM_THREADING, "", "i", NULL},
    [CM_CANON_THREAD_SUSPEND_THEN_RESUME] = {CM_FEATURE_CM_THREADING, "i", "i", NULL},
    [CM_CANON_THREAD_YIELD_THEN_RESUME] = {CM_FEATURE_CM_THREADING, "i", "i", NULL},
    [CM_CANON_THREAD_SUSPEND_THEN_PROMOTE] = {CM_FEATURE_CM_THREADING, "i", "i", NULL},
    [CM_CANON_THREAD_YIELD_THEN_PROMOTE] = {CM_FEATURE_CM_THREADING, "i", "i", NULL},
    [CM_CANON_THREAD_SPAWN_REF] = {CM_FEATURE_SHARED_EVERYTHING_THREADS, "fa", "i", check_spawn_ref},
    [CM_CANON_THREAD_SPAWN_INDIRECT] = {CM_FEATURE_SHARED_EVERYTHING_THREADS, "ta", "i", check_spawn_indirect},
    [CM_CANON_THREAD_AVAILABLE_PARALLELISM] = {CM_FEATURE_SHARED_EVERYTHING_THREADS, "", "i", NULL},
};

static const char *name_of(const struct cm_canon *canon) { return cm_canons[canon->kind].text; }

// ---- Resources.

static bool check_any_resource(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  (void)letters;
  return resource_at(v, canon->type) != NULL;
}

static bool check_local_resource(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  const struct type *type = resource_at(v, canon->type);
  if (!type) return false;
  const struct resource *resource = &v->store.resources[type->resource_id];
  if (resource->owner != v->space->number || resource->origin != RESOURCE_DEFINED)
    return invalid(v, RULE_CANON, "type %u is not a local resource: %s is for resources that the component itself defines",
                   canon->type, name_of(canon));
  letters->rep = resource->rep;
  return true;
}

// ---- Contexts. All of a component have the same type.

static bool check_context(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  uint8_t code = canon->context_type.code;
  if (code != CORE_I32 && code != CORE_I64) return invalid(v, RULE_CANON, "`%s` only supports i32 or i64", name_of(canon));
  if (code == CORE_I64 && !need_feature(v, CM_FEATURE_CM_64, "a 64-bit context")) return false;
  if (canon->context_index >= 2)
    return invalid(v, RULE_CANON, "`%s` immediate must be zero or one: %u", name_of(canon), canon->context_index);
  if (canon->context_index && !need_feature(v, CM_FEATURE_CM_THREADING, "a second context slot")) return false;
  if (v->space->context_type && v->space->context_type != code)
    return invalid(v, RULE_CANON, "`%s` type must match previous context type", name_of(canon));
  v->space->context_type = letters->context = code;
  return true;
}

// ---- Streams and futures.

static const struct type *stream_of(struct validator *v, const struct cm_canon *canon) {
  bool is_stream = strncmp(name_of(canon), "stream", 6) == 0;
  const struct type *type = type_at(v, canon->type);
  if (!type || type->kind == (is_stream ? CM_TYPE_STREAM : CM_TYPE_FUTURE)) return type;
  invalid(v, RULE_CANON, "`%s` requires a %s type, found %s", name_of(canon), is_stream ? "stream" : "future",
          type_is_value(type) ? type_summary(type).at : type_kind_name(type));
  return NULL;
}

static bool check_stream(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  (void)letters;
  return stream_of(v, canon) != NULL;
}

static bool check_copy(struct validator *v, const struct cm_canon *canon, bool reads, struct letters *letters) {
  const struct type *type = stream_of(v, canon);
  struct options options;
  bool good = check_canon_options(v, canon, &options);
  if (!type || !good) return false;
  letters->address = options.address;
  if (!canon->opts.is_async && !need_feature(v, CM_FEATURE_CM_MORE_ASYNC_BUILTINS, "a synchronous read or write")) return false;
  if (!type->element) return true;
  if (!require_memory(v, &options, "there are elements to copy")) return false;
  return !reads || !type->element->has_pointer || require_realloc(v, &options, "an element contains a list or string");
}

static bool check_read(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_copy(v, canon, true, letters);
}

static bool check_write(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_copy(v, canon, false, letters);
}

static bool check_cancel(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_stream(v, canon, letters) &&
         (!canon->is_async || need_feature(v, CM_FEATURE_CM_MORE_ASYNC_BUILTINS, "an async cancellation"));
}

static bool check_subtask_cancel(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  (void)letters;
  return !canon->is_async || need_feature(v, CM_FEATURE_CM_MORE_ASYNC_BUILTINS, "an async subtask.cancel");
}

static bool check_set_memory(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_canon_memory(v, canon->memory, &letters->address);
}

static bool check_error_context(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  struct options options;
  if (!check_canon_options(v, canon, &options)) return false;
  letters->address = options.address;
  if (canon->kind == CM_CANON_ERROR_CONTEXT_NEW) return require_memory(v, &options, "the message is in it");
  return require_realloc(v, &options, "the message is put there");
}

// ---- Threads.

// The type of a thread's start: (func (param i32)), of i64 with 64-bit components.
static bool check_start(struct validator *v, const struct cm_canon *canon, bool shared, struct letters *letters) {
  union slot slot;
  if (!space_at(v, v->space, CM_SORT_CORE_TYPE, canon->type, &slot)) return false;
  if (slot.core_def->module) return invalid(v, RULE_CANON, "`%s`: expected a core function type", name_of(canon));
  const struct core_stored *type = &v->core_types->types[slot.core_def->id];
  if (type->kind != CORE_FUNC_TYPE) return invalid(v, RULE_CANON, "`%s`: start type must be a function", name_of(canon));
  if (type->shared != shared)
    return invalid(v, RULE_CANON, "`%s`: spawn type must %sbe shared", name_of(canon), shared ? "" : "not ");
  uint32_t argument = type->a.count == 1 ? type->a.at[0] : 0;
  if (argument != CORE_I32 && !(argument == CORE_I64 && has_feature(v, CM_FEATURE_CM_64)))
    return invalid(v, RULE_CANON, "`%s`: start function must take a single `i32` argument (currently)", name_of(canon));
  if (type->b.count) return invalid(v, RULE_CANON, "`%s`: start function must not return any values", name_of(canon));
  letters->argument = (uint8_t)argument;
  letters->start = slot.core_def->id;
  return true;
}

static bool check_table(struct validator *v, const struct cm_canon *canon, bool shared, struct letters *letters) {
  const struct core_entity *table = core_at(v, CM_SORT_CORE_TABLE, canon->table);
  if (!table) return false;
  const struct core_table_type *type = &table->type.table;
  if (type->limits.is_64 && !need_feature(v, CM_FEATURE_CM_64, "a 64-bit table")) return false;
  letters->table = type->limits.is_64 ? CORE_I64 : CORE_I32;
  struct core_valtype wanted = {.code = CORE_REF, .nullable = true, .heap = CORE_HEAP_FUNC, .shared = shared};
  bool good = type->limits.shared == shared && core_valtype_matches(v->core_types, type->element, table->ids, wanted, NULL);
  return good || invalid(v, RULE_CANON, "`%s`: table is not a 32-bit %stable of (ref null (%sfunc)): %s", name_of(canon),
                         shared ? "shared " : "", shared ? "shared " : "", core_summary(v, table).at);
}

static bool check_new_indirect(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_start(v, canon, false, letters) && check_table(v, canon, false, letters);
}

static bool check_spawn_ref(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_start(v, canon, canon->is_shared, letters);
}

static bool check_spawn_indirect(struct validator *v, const struct cm_canon *canon, struct letters *letters) {
  return check_start(v, canon, canon->is_shared, letters) && check_table(v, canon, canon->is_shared, letters);
}

// ---- All of them.

static struct core_valtype letter_type(char letter, const struct letters *letters) {
  switch (letter) {
    case 'l': return number(CORE_I64);
    case 'p': return number(letters->address);
    case 'r': return number(letters->rep);
    case 'c': return number(letters->context);
    case 't': return number(letters->table);
    case 'a': return number(letters->argument);
    case 'f': return (struct core_valtype){.code = CORE_REF, .nullable = true, .heap = 0};  // signature.referred
    default: return number(CORE_I32);
  }
}

// With the option `core-type` the built-in has that type, which must be what it would have anyway.
static bool push_as_given(struct validator *v, const struct cm_canon *canon, const struct signature *signature) {
  const struct core_entity *wanted;
  if (!signature_entity(v, signature, &wanted)) return false;
  uint32_t given = given_core_type(v, &canon->opts);
  const struct core_entity *found = core_func_with(v, given);
  if (!found) return false;
  if (!core_same_signature(core_func_type_of(v, found), core_func_type_of(v, wanted)))
    return invalid(v, RULE_CANON, "`core-type` is %s, but `%s` has the type %s", core_summary(v, found).at, name_of(canon),
                   core_summary(v, wanted).at);
  return push_core_func_at(v, given);
}

static bool define_builtin(struct validator *v, const struct cm_canon *canon) {
  const struct builtin *builtin = &builtins[canon->kind];
  if (!builtin->params) return invalid(v, RULE_CANON, "`%s` is no longer part of the specification", name_of(canon));
  if (builtin->feature != NO_FEATURE && !need_feature(v, (enum cm_feature)builtin->feature, name_of(canon))) return false;
  struct letters letters = {.address = CORE_I32};
  if (builtin->check && !builtin->check(v, canon, &letters)) return false;
  struct signature signature = {.shared = canon->is_shared, .referred = letters.start};
  for (const char *letter = builtin->params; *letter; letter++)
    signature.params[signature.param_count++] = letter_type(*letter, &letters);
  for (const char *letter = builtin->results; *letter; letter++)
    signature.results[signature.result_count++] = letter_type(*letter, &letters);
  return canon->opts.has_core_type ? push_as_given(v, canon, &signature) : push_core_func(v, &signature);
}

bool define_canon(struct validator *v, const struct cm_item *item) {
  const struct cm_canon *canon = &item->canon;
  switch (canon->kind) {
    case CM_CANON_LIFT: return define_lift(v, canon);
    case CM_CANON_LOWER: return define_lower(v, canon);
    case CM_CANON_TASK_RETURN: return need_feature(v, CM_FEATURE_CM_ASYNC, name_of(canon)) && define_task_return(v, canon);
    default: return define_builtin(v, canon);
  }
}
