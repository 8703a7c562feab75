// Validation of core modules.
//
// Everything that the specification asks of a module before it may be instantiated, in one pass over each function body; bodies
// are checked on several processors where there is enough to do. All errors are found that do not follow from another: one for each
// definition and each body at most; bodies are not looked at where an error in what they refer to would make others of them.
//
// Spec: core 3.0, "Validation" (https://webassembly.github.io/spec/core/valid/index.html), with threads, wide arithmetic, custom page
// sizes, memory control and the legacy form of exceptions as they stand in their proposals.
#ifndef COMPONENT_VALIDATE_CORE_H
#define COMPONENT_VALIDATE_CORE_H

#include <component/features.h>
#include <component/instr.h>
#include <component/matching.h>

struct core_validate_options {
  struct cm_features features;
  unsigned threads;  // on how many processors at most; 0: on all that there are; 1: no thread is started
  // Where memory comes from; NULL: calloc and free. Called by all threads at once. What is wanted of the store is not taken from it.
  const struct cm_allocator *allocator;
};

// Validates a decoded module: what core_decode has not refused. Errors go to `sink`, section by section, bodies last, each with its
// rule; at most CORE_LIMIT_ERRORS. A sink of NULL ends it at the first. `store` (NULL: one of its own) is where the types of the module go, and `*ids` (NULL: not wanted) becomes
// their numbers by type index, in the arena of the store, for the functions of matching.h; NULL where the types are not valid.
// True: the module is valid. Running out of memory is an error among the others.
bool core_validate(const struct core_module *module, const struct core_validate_options *options, struct core_type_store *store,
                   const uint32_t **ids, const struct cm_diag_sink *sink);

// core_decode and core_validate in one: of bytes that are a module from "\0asm" on. `*out` (NULL: not wanted) becomes the module,
// in `arena`, where it could be decoded; NULL otherwise. The other parameters are those of the two functions.
bool core_validate_bytes(struct cm_arena *arena, struct cm_span bytes, const uint8_t *file, const struct cm_where *where,
                         const struct core_validate_options *options, struct core_type_store *store, struct core_module **out,
                         const uint32_t **ids, const struct cm_diag_sink *sink);

#endif
