// Canonical definitions under validation: options and core signatures. Private to validate/.
#ifndef VALIDATE_CANON_H
#define VALIDATE_CANON_H

#include "validate/space.h"

enum { SIGNATURE_MAX = FLAT_MAX + 2 };

// A core function type under construction.
struct signature {
  uint32_t param_count, result_count;
  struct core_valtype params[SIGNATURE_MAX], results[FLAT_MAX];
  bool shared;
  uint32_t referred;  // in the store of core types: what a reference to the type index 0 means
};

// Canonical options, judged.
struct options {
  const struct cm_canon_opts *given;
  uint8_t address;  // of the memory: CORE_I32 or CORE_I64; CORE_I32 where there is none
};

static inline struct core_valtype number(uint8_t code) { return (struct core_valtype){.code = code}; }

// options.c. `kind` tells which options may be there at all.
bool check_canon_options(struct validator *v, const struct cm_canon *canon, struct options *out);

// False, with a report, where the option is not there. `why` ends the sentence: "a parameter contains a list or string".
bool require_memory(struct validator *v, const struct options *options, const char *why);
bool require_realloc(struct validator *v, const struct options *options, const char *why);

// A memory that the canonical ABI can use; its address type.
bool check_canon_memory(struct validator *v, uint32_t index, uint8_t *address);

// lift.c: what a function type flattens to, and the options that this needs. Spec: CanonicalABI.md, flatten_functype.
bool flatten_func(struct validator *v, const struct type *func, bool lower, const struct options *options, struct signature *out);
bool define_lift(struct validator *v, const struct cm_canon *canon);
bool define_lower(struct validator *v, const struct cm_canon *canon);
bool define_task_return(struct validator *v, const struct cm_canon *canon);

// gc.c: with the option `gc`, whether the component function can be passed as the core function type of that number.
bool check_gc(struct validator *v, const struct type *func, const struct cm_canon_opts *opts, uint32_t core_type);

// The number of the type of the option `core-type`.
static inline uint32_t given_core_type(const struct validator *v, const struct cm_canon_opts *opts) {
  return v->space->slots[CM_SORT_CORE_TYPE][opts->core_type].core_def->id;
}

// Pushes a core function of that type.
bool push_core_func_at(struct validator *v, uint32_t core_type);
bool push_core_func(struct validator *v, const struct signature *signature);
bool signature_entity(struct validator *v, const struct signature *signature, const struct core_entity **out);

#endif
