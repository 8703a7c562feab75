// Canonical options.
//
// Which options a definition may have at all is a row of a table; what each must be, alone and beside the others, is checked in the
// order of the specification. What a definition needs besides is its own to say: see the require_… functions.
//
// Spec: CanonicalABI.md, "canonopt Validation"; Binary.md, "Canonical Definitions".

#include "validate/canon.h"

enum option_code {
  OPTION_UTF8,
  OPTION_UTF16,
  OPTION_LATIN1,
  OPTION_MEMORY,
  OPTION_REALLOC,
  OPTION_POST_RETURN,
  OPTION_ASYNC,
  OPTION_CALLBACK,
  OPTION_CORE_TYPE,
  OPTION_GC,
  OPTION_COUNT
};

static const char *const option_names[OPTION_COUNT] = {"utf8",        "utf16", "latin1-utf16", "memory",    "realloc",
                                                       "post-return", "async", "callback",     "core-type", "gc"};

#define BIT(option) (1u << OPTION_##option)
enum {
  ENCODING = BIT(UTF8) | BIT(UTF16) | BIT(LATIN1),
  COMMON = ENCODING | BIT(MEMORY) | BIT(REALLOC),
  GC_OPTIONS = BIT(GC) | BIT(CORE_TYPE),
};

// What may stand in the options of each; what is not here has none.
static unsigned allowed_options(enum cm_canon_kind kind) {
  switch (kind) {
    case CM_CANON_LIFT: return COMMON | BIT(POST_RETURN) | BIT(ASYNC) | BIT(CALLBACK) | BIT(GC);
    case CM_CANON_LOWER: return COMMON | BIT(ASYNC) | GC_OPTIONS;
    case CM_CANON_TASK_RETURN: return ENCODING | BIT(MEMORY) | GC_OPTIONS;
    case CM_CANON_ERROR_CONTEXT_NEW:
    case CM_CANON_ERROR_CONTEXT_DEBUG_MESSAGE: return COMMON | GC_OPTIONS;
    default: return COMMON | BIT(ASYNC) | GC_OPTIONS;
  }
}
#undef BIT

static bool check_once(struct validator *v, const struct cm_canon_opts *opts) {
  int encoding = -1;
  unsigned seen = 0;
  for (uint32_t i = 0; i < opts->count; i++) {
    unsigned code = opts->order[i];
    if (code <= OPTION_LATIN1) {
      if (encoding >= 0)
        return invalid(v, RULE_OPTIONS, "canonical encoding option `%s` conflicts with option `%s`", option_names[encoding],
                       option_names[code]);
      encoding = (int)code;
    } else if (seen & 1u << code) {
      return invalid(v, RULE_OPTIONS, "canonical option `%s` is specified more than once", option_names[code]);
    }
    seen |= 1u << code;
  }
  return true;
}

static bool check_allowed(struct validator *v, const struct cm_canon *canon) {
  unsigned allowed = allowed_options(canon->kind);
  bool good = true;
  for (uint32_t i = 0; i < canon->opts.count; i++) {
    unsigned code = canon->opts.order[i];
    if (!(allowed & 1u << code))
      good = invalid(v, RULE_OPTIONS, "canonical option `%s` cannot be specified for %s", option_names[code],
                     canon->kind == CM_CANON_LOWER ? "lowerings" : cm_canons[canon->kind].text);
  }
  return good;
}

bool check_canon_memory(struct validator *v, uint32_t index, uint8_t *address) {
  const struct core_entity *memory = core_at(v, CM_SORT_CORE_MEMORY, index);
  *address = CORE_I32;
  if (!memory) return false;
  const struct core_limits *limits = &memory->type.memory;
  if (limits->shared)
    return invalid(v, RULE_OPTIONS, "mismatch in the shared flag for memories: the canonical ABI does not use shared memories");
  if (!limits->is_64) return true;
  *address = CORE_I64;
  return need_feature(v, CM_FEATURE_CM_64, "a 64-bit memory");
}

// realloc: (func (param addr addr addr addr) (result addr))
static bool check_realloc(struct validator *v, const struct options *options) {
  if (!options->given->has_memory)
    return invalid(v, RULE_OPTIONS, "canonical option `realloc` requires `memory` to also be specified");
  const struct core_entity *func = core_at(v, CM_SORT_CORE_FUNC, options->given->realloc);
  if (!func) return false;
  const struct core_stored *type = core_func_type_of(v, func);
  bool good = type->a.count == 4 && type->b.count == 1 && type->b.at[0] == options->address;
  for (uint32_t i = 0; good && i < 4; i++) good = type->a.at[i] == options->address;
  if (good) return true;
  const char *address = options->address == CORE_I64 ? "i64" : "i32";
  return invalid(v, RULE_OPTIONS,
                 "canonical option `realloc` uses a core function with an incorrect signature: expected (func (param %s %s %s %s) "
                 "(result %s)), found %s",
                 address, address, address, address, address, core_summary(v, func).at);
}

// callback: (func (param i32 i32 i32) (result i32))
static bool check_callback(struct validator *v, uint32_t index) {
  const struct core_entity *func = core_at(v, CM_SORT_CORE_FUNC, index);
  if (!func) return false;
  const struct core_stored *type = core_func_type_of(v, func);
  bool good = type->a.count == 3 && type->b.count == 1 && type->b.at[0] == CORE_I32;
  for (uint32_t i = 0; good && i < 3; i++) good = type->a.at[i] == CORE_I32;
  return good || invalid(v, RULE_OPTIONS,
                         "canonical option `callback` uses a core function with an incorrect signature: expected (func (param i32 "
                         "i32 i32) (result i32)), found %s",
                         core_summary(v, func).at);
}

static bool check_core_type(struct validator *v, uint32_t index) {
  union slot slot;
  if (!space_at(v, v->space, CM_SORT_CORE_TYPE, index, &slot)) return false;
  bool is_func = !slot.core_def->module && v->core_types->types[slot.core_def->id].kind == CORE_FUNC_TYPE;
  return is_func || invalid(v, RULE_OPTIONS, "canonical option `core-type` must reference a core function type");
}

// What options say of each other.
static bool check_together(struct validator *v, const struct cm_canon *canon) {
  const struct cm_canon_opts *opts = &canon->opts;
  if (opts->has_callback && !opts->is_async) return invalid(v, RULE_OPTIONS, "cannot specify callback without async");
  if (opts->has_post_return && opts->is_async) return invalid(v, RULE_OPTIONS, "cannot specify post-return function in async");
  if (opts->is_async && !need_feature(v, CM_FEATURE_CM_ASYNC, "canonical option `async`")) return false;
  if (opts->is_async && canon->kind == CM_CANON_LIFT && !opts->has_callback &&
      !need_feature(v, CM_FEATURE_CM_ASYNC_STACKFUL, "an async lift without `callback`"))
    return false;
  if (opts->has_core_type && !opts->is_gc) return invalid(v, RULE_OPTIONS, "cannot specify `core-type` without `gc`");
  return (!opts->is_gc && !opts->has_core_type) || need_feature(v, CM_FEATURE_CM_GC, "canonical option `gc`");
}

bool check_canon_options(struct validator *v, const struct cm_canon *canon, struct options *out) {
  const struct cm_canon_opts *opts = &canon->opts;
  *out = (struct options){opts, CORE_I32};
  if (!check_once(v, opts) || !check_allowed(v, canon) || !check_together(v, canon)) return false;
  bool good = true;
  if (opts->has_memory) good &= check_canon_memory(v, opts->memory, &out->address);
  if (opts->has_realloc && good) good &= check_realloc(v, out);
  if (opts->has_callback) good &= check_callback(v, opts->callback);
  if (opts->has_core_type) good &= check_core_type(v, opts->core_type);
  return good;
}

bool require_memory(struct validator *v, const struct options *options, const char *why) {
  return options->given->has_memory || invalid(v, RULE_OPTIONS, "canonical option `memory` is required: %s", why);
}

bool require_realloc(struct validator *v, const struct options *options, const char *why) {
  if (!require_memory(v, options, why)) return false;
  return options->given->has_realloc || invalid(v, RULE_OPTIONS, "canonical option `realloc` is required: %s", why);
}
