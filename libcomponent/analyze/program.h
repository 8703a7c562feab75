// The program: every core function of every instance under one number, who calls whom, and what the outside can reach.
//
// Functions of all core instances are numbered through ("global ids", gid). A call to an import is followed by the link view to the
// function that is meant, so that the call graph crosses modules and components as execution does.
#ifndef ANALYZE_PROGRAM_H
#define ANALYZE_PROGRAM_H

#include "base/index.h"
#include "code.h"
#include "provided.h"
#include "stacked.h"
#include "world.h"

#include <component/needs.h>

#define NO_FUNC UINT32_MAX

struct dispatch_shape;

struct asyncified;
struct touched;

struct program_call {
  uint32_t caller, callee;
};

struct program_instance {
  const struct cm_core_node *node;
  const struct core_module *module;     // NULL: opaque
  const struct asyncified *asyncified;  // `module` is without what leaves code in the midst (asyncify.h); NULL: it is the node's
  uint32_t base;                        // gid of its function 0
  uint32_t memory_owner;                // instance that defines its memory 0; UINT32_MAX: none or unknown
  uint32_t stack_global;                // the shadow stack pointer's global index; UINT32_MAX: none
  struct stacked *stacked;              // its stack lies in memory; NULL: it does not
  struct value *start_globals;  // by index: what its globals hold when evaluations begin; NULL: what they are initialized with
  uint32_t *type_signatures;    // by type index: program_signature + 1; 0: not asked yet
  uint32_t *type_kinds;         // by type index: kind of table 0 + 1; 0: not asked yet
  bool names_read;
  struct core_names names;
  struct image image;  // of its own memory 0, where it is the owner: before it is built, only what is written, as it was found
  bool image_built;
};

struct program {
  struct cm_arena *arena;
  const struct cm_graph *graph;
  struct program_instance *instances;
  uint32_t instance_count, func_count;
  uint32_t *instance_of;  // by gid

  // Reached from the entries; bodies are scanned once.
  uint8_t *reached;            // by gid: bit 0 reached, bit 1 scanned
  uint8_t *behind;             // by gid: reached only through imports that other components provide; NULL: there are none
  uint8_t *is_entry;           // by gid: the outside can call it
  struct program_call *calls;  // direct calls and resolved imports, in order of discovery; callee is a gid
  size_t call_count, call_room;
  struct program_call *indirect;  // caller, index into `kinds`
  size_t indirect_count, indirect_room;
  struct program_kind {  // what an indirect call can meet: a table and a signature
    uint32_t instance, table, signature;
    uint32_t target_count;
    uint32_t *targets;  // gids
  } * kinds;
  size_t kind_count, kind_room;
  struct index kind_index;

  // Signatures of function types, numbered by structure across modules.
  struct program_signature *signatures;
  size_t signature_count, signature_room;
  struct index signature_index;

  // Reverse edges, compressed. Direct: callers of g are direct_list[direct_first[g]] … below direct_first[g + 1]. Indirect: g can be met by
  // the kinds kind_list[kind_first[g]] …, and a kind's callers are kind_callers[kind_caller_first[k]] …
  uint32_t *direct_first, *direct_list, *kind_first, *kind_list, *kind_caller_first, *kind_callers;

  struct provided *provided;  // imports that other components provide
  size_t provided_count;
  uint32_t *provided_of;                       // by gid of an import slot: position in `provided` + 1; NULL: there are none
  uint32_t *environment_of;                    // by component node: the same, of what gives it the environment
  uint32_t *first_of_module, *next_of_module;  // instances + 1 of one module: by its ordinal, and by instance

  struct dispatch_shape **shapes;  // of loops that were looked at; see dispatch_shape.h
  size_t shape_count, shape_room;
  struct index shape_index;
  struct touched *touched;  // which code may write to which variable (touched.h)
  uint8_t *unfaithful;      // by gid: looks up other names than those it is given (confirm.h); NULL: none does
  uint32_t *trampolines;    // by gid: where a function that only passes its parameters on leads; see program_callee
  bool malformed;           // some reached body could not be read
  struct cm_diag malformed_diag;
  uint32_t malformed_func;
};

// Numbers the functions and finds what the entries reach. False: memory, or a limit.
bool program_build(struct cm_arena *arena, const struct cm_graph *graph, struct program *out, struct cm_diag *diag);

// The gid that a call of function index `func` in `instance` means, imports followed; NO_FUNC when it leaves the core code. Where it does,
// *target (may be NULL) tells how. A lowered function that an inner component lifts counts as its core function, unless it is a sink's: then
// the call ends there (provided.h), and the core function is an entry. wit-component's shim
// functions, which hand their parameters to a constant table entry, are seen through.
uint32_t program_callee(struct program *program, uint32_t instance, uint32_t func, struct cm_core_target *target);

static inline uint32_t program_gid(const struct program *program, uint32_t instance, uint32_t func) {
  return program->instances[instance].base + func;
}
static inline uint32_t program_func(const struct program *program, uint32_t gid) {
  return gid - program->instances[program->instance_of[gid]].base;
}

// The instances of the module with that ordinal, one after the other, from *instance = CM_NOWHERE on. False: there are no more.
bool program_next_of_module(const struct program *program, uint32_t ordinal, uint32_t *instance);

// Is it an import? Its calls leave the module, and where the link view knows nothing better, the core code.
static inline bool program_is_slot(const struct program *program, uint32_t gid) {
  return program_func(program, gid) < program->instances[program->instance_of[gid]].module->imported[CORE_FUNC];
}

// Where in the file the function's body begins; 0: it has none.
static inline uint64_t program_body_offset(const struct program *program, uint32_t gid) {
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  struct cm_span body = module->funcs[program_func(program, gid)].body;
  return body.size ? (uint64_t)(body.at - module->file) : 0;
}

// The number of a function type's structure; the same for equal types of different modules. UINT32_MAX: out of memory or range.
uint32_t program_signature(struct program *program, uint32_t instance, uint32_t type_index);

// What an indirect call with that type and table in `instance` can meet; NULL when no reached code makes such a call.
const struct program_kind *program_kind_of(struct program *program, uint32_t instance, uint32_t type_index, uint32_t table);

// Tells `visit` every function that can call `gid`, directly or through a table; one may be told more than once. `kinds_seen` (NULL, or a
// byte a kind) keeps a search from going through the callers of one kind again for each of its functions.
void program_callers(const struct program *program, uint32_t gid, uint8_t *kinds_seen,
                     void (*visit)(void *context, uint32_t caller, bool indirect), void *context);

// Does a function that is reached, another one, call it by its number?
bool program_is_called(const struct program *program, uint32_t gid);

// Does the function, with all that it calls, few as they are, call nothing outside of its module and nothing through a pointer, and none of those
// marked in `but` (by gid) besides itself? What is marked in `known`, which may be NULL, may do as it likes.
bool program_keeps_to_itself(const struct program *program, uint32_t gid, const uint8_t *but, const uint8_t *known);

// Name of a function, from the name section, exports; empty when there is none.
struct cm_str program_name(struct program *program, uint32_t gid);

// Puts `bytes`, which lie at address 0 and outlive the program, in the place of the initial image of the memory that `instance` uses. To
// be called before anybody asks for it. What functions write that are marked in `own` (by gid) are the runtime's books.
void program_set_image(struct program *program, uint32_t instance, struct cm_span bytes, const uint8_t *own);

// The initial image of the memory that `instance` uses; NULL when it has none.
const struct image *program_image(struct program *program, uint32_t instance);

// Notes that reached code writes to `range` of the memory of `owner`, whose image is built. *news: it was not known. False: memory is exhausted.
bool program_written(struct program *program, uint32_t owner, struct image_range range, bool *news);

#endif
