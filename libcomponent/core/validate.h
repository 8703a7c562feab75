// What the files of the validator share; private to core/.
//
//   validate_core.c     the module: types, imports, definitions, exports, segments; hands the bodies out
//   validate_ops.c      what is known of each instruction before any is seen: its section, its features, its words
//   validate_body.c     a body or constant expression: operands, frames, plain instructions
//   validate_quick.c    the commonest instructions again, for speed
//   validate_control.c  blocks, branches, calls, exceptions
//   validate_store.c    locals, globals, memories, tables, references
//   validate_gc.c       structs, arrays, casts
//
// Spec: https://webassembly.github.io/spec/core/appendix/algorithm.html
#ifndef COMPONENT_CORE_VALIDATE_H
#define COMPONENT_CORE_VALIDATE_H

#include <component/validate_core.h>

#include "matching.h"
#include "read.h"

#define CORE_SPEC "https://webassembly.github.io/spec/core/"

// How an instruction is checked.
enum core_way {
  CORE_WAY_REFUSED,    // its feature is not on, or it is not constant: `refused` says which
  CORE_WAY_NULLARY,    // nothing taken, one given
  CORE_WAY_UNARY,      // one taken, one given
  CORE_WAY_BINARY,     // two of the same type taken, one given
  CORE_WAY_PLAIN,      // any number of each, of types that are always the same
  CORE_WAY_LOAD,       // an address taken, one given
  CORE_WAY_STORE,      // an address and one more taken
  CORE_WAY_MEMORY,     // memarg and operands of any number
  CORE_WAY_LANES,      // PLAIN, and lanes that must be there
  CORE_WAY_LOCAL_GET,  // those that are worth a way of their own, for they are half of all code
  CORE_WAY_LOCAL_SET,
  CORE_WAY_LOCAL_TEE,
  CORE_WAY_OWN,  // by a function of its own
};

struct core_check;
typedef bool core_checker(struct core_check *v, const struct core_instr *instr);

// What is done with one instruction. Operand types are the codes of numbers and vectors; CORE_ADDRESS is what the memory has.
enum { CORE_ADDRESS = 1, CORE_MOST_OPERANDS = 5, CORE_MOST_RESULTS = 2 };
struct core_action {
  uint8_t way, take_count, give_count;
  uint8_t align;    // the natural one, as a power of two
  uint8_t section;  // index into core_sections
  uint8_t take[CORE_MOST_OPERANDS], give[CORE_MOST_RESULTS];
  core_checker *check;  // CORE_WAY_OWN
};

// The actions for code of these features: in bodies, and in constant expressions.
void core_actions_of(struct cm_features features, struct core_action *body, struct core_action *constant);

// The same of the commonest instructions, by the opcode's byte; see validate_quick.c.
struct core_quick {
  uint8_t way, take, give, align;
};

// The features that the instruction needs beyond `features`, as a set.
struct cm_features core_op_lacks(enum core_op op, struct cm_features features);

// The sections of instructions.rst, "Numeric Instructions" …, as addresses.
extern const char *const core_sections[];

// What is known of a module while its bodies are checked: the specification's context C. Nothing of it changes meanwhile.
struct core_context {
  const struct core_module *module;
  const struct core_type_store *store;
  const uint32_t *ids;  // by type index
  struct cm_features features;
  const struct cm_allocator *allocator;
  const struct core_action *body_actions, *const_actions;  // by instruction
  struct core_quick quick[0x100];
  uint32_t *globals, *tables, *elements;  // the words of their types
  uint32_t known_globals;                 // how many globals a constant expression may refer to
  uint8_t *refs;                          // by function: whether it occurs outside of the bodies, so that ref.func may name it
};

// A block that is open. Its type is that of a function, or none and then at most one result.
struct core_frame {
  enum core_frame_kind {
    CORE_FRAME_BLOCK,
    CORE_FRAME_LOOP,
    CORE_FRAME_IF,
    CORE_FRAME_ELSE,
    CORE_FRAME_TRY,
    CORE_FRAME_CATCH,
    CORE_FRAME_CATCH_ALL,
  } kind;
  bool unreachable;  // behind a branch that is always taken: there are operands of any number and type
  uint32_t height;   // of the operand stack when it began, without its parameters
  uint32_t inits;    // how many locals had been set then
  uint32_t result;   // the word of the result where `type` is NULL; WORD_BOTTOM: none
  uint32_t stamp;    // the last br_table that named it
  const struct core_stored *type;
};

// A run of declared locals of one type.
struct core_run {
  uint32_t end;  // index of the first local behind it
  uint32_t word;
};

enum { CORE_NEAR_LOCALS = 128 };  // locals whose type is found without a search

// One worker's state. It serves one body after the other; what it allocates stays for the next.
struct core_check {
  const struct core_context *context;
  const struct core_action *actions;
  struct core_code code;
  const struct cm_where *where;  // of a constant expression
  const char *rule;              // of the instruction at hand, where it differs from its section; else NULL

  uint32_t *stack;  // operands, as words
  size_t stack_room;
  uint32_t height;
  uint32_t base;  // below this the operands belong to outer frames
  struct core_frame *frames;
  size_t frame_room;
  uint32_t depth;  // open frames
  uint32_t stamp;  // number of the last br_table

  uint32_t near_locals[CORE_NEAR_LOCALS];
  struct core_run *runs;
  size_t run_room;
  uint32_t run_count, local_count;
  bool has_unset;   // some local has no default
  uint8_t *is_set;  // by local; meaningful only for locals without default. All zero between bodies
  size_t set_room;
  uint32_t *inits;  // the locals that were set, in order
  size_t init_room;
  uint32_t init_count;

  struct cm_arena arena;
};

// Makes the worker ready, in the middle of no body. Allocates nothing yet.
void core_check_init(struct core_check *v, const struct core_context *context);
void core_check_free(struct core_check *v);

// Checks a body. False: it is not valid, and `diag` (NULL: nobody listens) says why.
bool core_check_body(struct core_check *v, uint32_t func, struct cm_diag *diag);

// Checks a constant expression that must yield `word`.
bool core_check_const(struct core_check *v, struct core_expr expr, uint32_t word, const struct cm_where *where,
                      struct cm_diag *diag);

// Fills context->quick, once all else is there.
void core_quick_of(struct core_context *context);

// Checks instructions of a body as long as they are common and valid; the cursor is then at one that must be read and checked in
// full, or at the end. Not for bodies with locals that have no default.
void core_check_quickly(struct core_check *v);

// Fails at the instruction; returns false. The rule is its section unless v->rule is set.
bool core_check_fail(struct core_check *v, const struct core_instr *instr, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// "i32", "(ref null 5)"; at most CORE_WORD_TEXT bytes. Returns `to`.
enum { CORE_WORD_TEXT = 40 };
const char *core_word_text(const struct core_context *context, uint32_t word, char to[CORE_WORD_TEXT]);

// Takes one operand: of any type, into *word; or of a type that matches `word`. In unreachable code WORD_BOTTOM may come.
bool core_take_any(struct core_check *v, const struct core_instr *instr, uint32_t *word);
bool core_take_slowly(struct core_check *v, const struct core_instr *instr, uint32_t word);
bool core_give_slowly(struct core_check *v, const struct core_instr *instr, uint32_t word);

static inline bool core_take(struct core_check *v, const struct core_instr *instr, uint32_t word) {
  if (v->height > v->base && v->stack[v->height - 1] == word) {
    v->height--;
    return true;
  }
  return core_take_slowly(v, instr, word);
}

static inline bool core_take_two(struct core_check *v, const struct core_instr *instr, uint32_t word) {
  bool taken = core_take(v, instr, word);
  return taken && core_take(v, instr, word);
}

static inline bool core_give(struct core_check *v, const struct core_instr *instr, uint32_t word) {
  if (v->height < v->stack_room) {
    v->stack[v->height++] = word;
    return true;
  }
  return core_give_slowly(v, instr, word);
}

// The same for several, the last one on top.
bool core_take_all(struct core_check *v, const struct core_instr *instr, struct core_words words);
bool core_give_all(struct core_check *v, const struct core_instr *instr, struct core_words words);

// Takes a reference of any type; it comes nullable or not, or as a reference of the bottom type.
bool core_take_ref(struct core_check *v, const struct core_instr *instr, uint32_t *word);

// What stands behind cannot be reached.
void core_unreachable(struct core_check *v);

// Opens a frame; the parameters are given to it.
bool core_push_frame(struct core_check *v, const struct core_instr *instr, enum core_frame_kind kind,
                     const struct core_stored *type, uint32_t result);

// Checks that the innermost frame's results, and nothing else, are on the stack, and closes it.
bool core_pop_frame(struct core_check *v, const struct core_instr *instr, struct core_frame *frame);

static inline struct core_words core_frame_params(const struct core_frame *frame) {
  return frame->type ? frame->type->a : (struct core_words){NULL, 0};
}

static inline struct core_words core_frame_results(const struct core_frame *frame) {
  return frame->type ? frame->type->b : (struct core_words){&frame->result, frame->result != WORD_BOTTOM};
}

// What a branch to the frame carries.
static inline struct core_words core_frame_label(const struct core_frame *frame) {
  return frame->kind == CORE_FRAME_LOOP ? core_frame_params(frame) : core_frame_results(frame);
}

// The word of a type that stands in code; checks that it exists and that its features are on.
bool core_check_valtype(struct core_check *v, const struct core_instr *instr, struct core_valtype type, uint32_t *word);

// The defined type of that index, which must be of the kind.
bool core_check_type(struct core_check *v, const struct core_instr *instr, uint32_t index, enum core_comptype kind,
                     const struct core_stored **type);

// What a type lacks: a sentence without a full stop in `to`, or "" where all is well.
enum { CORE_LACK_TEXT = 160 };
const char *core_valtype_lacks(const struct core_context *context, struct core_valtype type, uint32_t type_count,
                               char to[CORE_LACK_TEXT]);

// The functions of single instructions, and by instruction which it is; NULL for those that are checked by their signature.
core_checker core_check_unreachable, core_check_block, core_check_else, core_check_catch, core_check_delegate, core_check_rethrow,
    core_check_throw, core_check_throw_ref, core_check_try_table, core_check_end, core_check_br, core_check_br_if,
    core_check_br_table, core_check_br_on_null, core_check_br_on_non_null, core_check_br_on_cast, core_check_return,
    core_check_call, core_check_drop, core_check_select, core_check_select_t, core_check_global_get, core_check_global_set,
    core_check_table, core_check_table_copy, core_check_table_init, core_check_elem_drop, core_check_memory, core_check_memory_copy,
    core_check_memory_init, core_check_data_drop, core_check_ref_null, core_check_ref_is_null, core_check_ref_func,
    core_check_ref_as_non_null, core_check_ref_eq, core_check_struct_new, core_check_struct_get, core_check_array_new,
    core_check_array_new_fixed, core_check_array_segment, core_check_array_get, core_check_array_len, core_check_array_fill,
    core_check_array_copy, core_check_ref_test, core_check_convert, core_check_ref_i31, core_check_i31_get;
extern core_checker *const core_checkers[CORE_OP_COUNT];

#endif
