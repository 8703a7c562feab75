// canon lift, canon lower and task.return: component functions as core functions.
//
// A component function's type flattens to one core function type; what does not fit into the flat values goes through memory, and what
// goes through memory needs options that name it. The flat values of each type were found when it was made (construct.c).
//
// Spec: CanonicalABI.md, "Flattening" (flatten_functype), "canonopt Validation", "canon lift", "canon lower", "canon task.return".

#include "validate/canon.h"

enum { MAX_FLAT_PARAMS = 16, MAX_FLAT_ASYNC_PARAMS = 4, MAX_FLAT_RESULTS = 1 };

#define RULE_LIFT SPEC "CanonicalABI.md#canon-lift"
#define RULE_LOWER SPEC "CanonicalABI.md#canon-lower"

// Flat values appended to a list of `most`; false once there are more.
static bool append_flat(struct core_valtype *to, uint32_t *count, uint32_t most, const struct type *type, uint8_t address) {
  static const uint8_t codes[] = {[FLAT_I32] = CORE_I32, [FLAT_I64] = CORE_I64, [FLAT_F32] = CORE_F32, [FLAT_F64] = CORE_F64};
  if (type->flat_count > most - *count) return false;
  for (uint32_t i = 0; i < type->flat_count; i++)
    to[(*count)++] = number(type->flat[i] == FLAT_POINTER ? address : codes[type->flat[i]]);
  return true;
}

static bool flatten_params(struct validator *v, const struct type *func, bool lower, const struct options *options,
                           struct signature *out) {
  bool is_async = options->given->is_async;
  uint32_t most = lower && is_async ? MAX_FLAT_ASYNC_PARAMS : MAX_FLAT_PARAMS;
  bool (*require)(struct validator *, const struct options *, const char *) = lower ? require_memory : require_realloc;
  bool fits = true;
  for (uint32_t i = 0; i < func->count; i++) {
    if (func->fields[i].type->has_pointer && !require(v, options, "a parameter contains a list or string")) return false;
    fits = fits && append_flat(out->params, &out->param_count, most, func->fields[i].type, options->address);
  }
  if (fits) return true;
  out->param_count = 1;
  out->params[0] = number(options->address);
  return require(v, options, "there are too many flat parameters, so that they are passed in memory");
}

// Of an async lift: results go through task.return, and the core function returns the callback's code.
static bool flatten_async_lift(struct validator *v, const struct type *result, const struct options *options,
                               struct signature *out) {
  if (options->given->has_callback) out->results[out->result_count++] = number(CORE_I32);
  if (!result) return true;
  if (result->has_pointer && !require_memory(v, options, "the result contains a list or string")) return false;
  return result->flat_count <= MAX_FLAT_PARAMS || require_memory(v, options, "the result has too many flat values");
}

static bool flatten_result(struct validator *v, const struct type *result, bool lower, const struct options *options,
                           struct signature *out) {
  bool is_async = options->given->is_async;
  if (is_async && !lower) return flatten_async_lift(v, result, options, out);
  if (result && result->has_pointer) {
    bool good = lower ? require_realloc(v, options, "the result contains a list or string")
                      : require_memory(v, options, "the result contains a list or string");
    if (!good) return false;
  }
  bool fits = !result || (!is_async && append_flat(out->results, &out->result_count, MAX_FLAT_RESULTS, result, options->address));
  if (!fits) {
    if (!require_memory(v, options, "the result is passed in memory")) return false;
    out->result_count = 0;
    if (lower)
      out->params[out->param_count++] = number(options->address);
    else
      out->results[out->result_count++] = number(options->address);
  }
  if (is_async) out->results[out->result_count++] = number(CORE_I32);  // the subtask and its state
  return true;
}

bool flatten_func(struct validator *v, const struct type *func, bool lower, const struct options *options, struct signature *out) {
  *out = (struct signature){0};
  return flatten_params(v, func, lower, options, out) && flatten_result(v, func->result, lower, options, out);
}

bool signature_entity(struct validator *v, const struct signature *signature, const struct core_entity **out) {
  struct core_type type = {.kind = CORE_FUNC_TYPE,
                           .is_final = true,
                           .shared = signature->shared,
                           .param_count = signature->param_count,
                           .result_count = signature->result_count,
                           .params = signature->params,
                           .results = signature->results,
                           .group_count = 1};
  *out = core_func_of(v, &type, signature->referred);
  return *out != NULL;
}

bool push_core_func(struct validator *v, const struct signature *signature) {
  union slot slot;
  if (!signature_entity(v, signature, &slot.core)) return false;
  space_push(v->space, CM_SORT_CORE_FUNC, slot);
  return true;
}

bool push_core_func_at(struct validator *v, uint32_t core_type) {
  union slot slot = {.core = core_func_with(v, core_type)};
  if (!slot.core) return false;
  space_push(v->space, CM_SORT_CORE_FUNC, slot);
  return true;
}

// The `async` option is for functions of async type only.
static bool check_asyncness(struct validator *v, const struct cm_canon *canon, const struct type *func) {
  return !canon->opts.is_async || func->is_async ||
         invalid(v, RULE_OPTIONS, "the `async` canonical option requires an async function type, found %s", type_summary(func).at);
}

// The core function must have exactly the type that the component function flattens to.
static bool check_callee(struct validator *v, const struct cm_canon *canon, const struct core_entity *callee,
                         const struct signature *signature) {
  const struct core_entity *wanted;
  if (!signature_entity(v, signature, &wanted)) return false;
  const struct core_stored *have = core_func_type_of(v, callee), *want = core_func_type_of(v, wanted);
  if (have == want) return true;
  const char *what = !core_words_equal(have->a, want->a)   ? "parameter types"
                     : !core_words_equal(have->b, want->b) ? "result types"
                                                           : "function type";
  return invalid(v, RULE_LIFT, "lowered %s do not match %s of core function %u: expected %s, found %s", what, what, canon->func,
                 core_summary(v, wanted).at, core_summary(v, callee).at);
}

// post-return: (func (param <results of the callee>))
static bool check_post_return(struct validator *v, const struct cm_canon *canon, const struct core_entity *callee) {
  if (!canon->opts.has_post_return) return true;
  const struct core_entity *func = core_at(v, CM_SORT_CORE_FUNC, canon->opts.post_return);
  if (!func) return false;
  const struct core_stored *have = core_func_type_of(v, func), *lifted = core_func_type_of(v, callee);
  return (core_words_equal(have->a, lifted->b) && !have->b.count) ||
         invalid(
             v, RULE_LIFT,
             "canonical option `post-return` uses a core function with an incorrect signature: it must take the results of %s and "
             "return nothing, found %s",
             core_summary(v, callee).at, core_summary(v, func).at);
}

bool define_lift(struct validator *v, const struct cm_canon *canon) {
  const struct core_entity *callee = core_at(v, CM_SORT_CORE_FUNC, canon->func);
  const struct type *func = type_of_kind_at(v, canon->type, CM_TYPE_FUNC);
  struct options options;
  struct signature signature;
  bool good = check_canon_options(v, canon, &options);
  if (!good || !func || !callee) {
    // What the function is was said; whether it can be lifted matters to nobody who uses it.
    if (func) push_type(v->space, CM_SORT_FUNC, func);
    return false;
  }
  push_type(v->space, CM_SORT_FUNC, func);
  if (!check_asyncness(v, canon, func) || !check_post_return(v, canon, callee)) return false;
  if (canon->opts.is_gc) return check_gc(v, func, &canon->opts, callee->ids[callee->type.type]);
  return flatten_func(v, func, false, &options, &signature) && check_callee(v, canon, callee, &signature);
}

static bool push_lowered_gc(struct validator *v, const struct cm_canon *canon, const struct type *func) {
  if (!canon->opts.has_core_type)
    return invalid(v, RULE_OPTIONS, "cannot specify `gc` without also specifying a `core-type` for lowerings");
  uint32_t core_type = given_core_type(v, &canon->opts);
  return check_gc(v, func, &canon->opts, core_type) && push_core_func_at(v, core_type);
}

bool define_lower(struct validator *v, const struct cm_canon *canon) {
  const struct type *func = func_at(v, canon->func);
  struct options options;
  struct signature signature;
  bool good = check_canon_options(v, canon, &options);
  if (!good || !func || !check_asyncness(v, canon, func)) return false;
  if (canon->opts.is_gc) return push_lowered_gc(v, canon, func);
  return flatten_func(v, func, true, &options, &signature) && push_core_func(v, &signature);
}

bool define_task_return(struct validator *v, const struct cm_canon *canon) {
  const struct type *result = NULL;
  struct options options;
  if (canon->named_result_count) return invalid(v, RULE_TYPE, "named results are no longer part of the format");
  bool good = check_canon_options(v, canon, &options);
  if (canon->result.kind != CM_VAL_NONE) {
    result = value_type(v, canon->result);
    good &= result != NULL;
  }
  if (!good) return false;
  if (canon->opts.is_gc) {
    struct field param = {.type = result};
    return push_lowered_gc(v, canon, type_func(&v->store, false, &param, result ? 1 : 0, NULL));
  }
  struct signature signature = {0};
  if (!result) return push_core_func(v, &signature);
  if (result->has_pointer && !require_memory(v, &options, "the result contains a list or string")) return false;
  if (!append_flat(signature.params, &signature.param_count, MAX_FLAT_PARAMS, result, options.address)) {
    if (!require_memory(v, &options, "the result has too many flat values")) return false;
    signature.params[signature.param_count++] = number(options.address);
  }
  return push_core_func(v, &signature);
}
