// Inside the translator: the operand stack, and the emitter of internal code.
//
// While a body is read, an operand is one of three things: in its own slot of the frame, still in a local, or a constant. The last two
// are pending: they become an operand of the instruction that uses them, or are put into their slot when they must be there (before
// a block, a call, a branch that carries them, or a change of the local). Failure is sticky: after the first, `failed` is set and
// everything that follows does nothing of consequence, so that callers check once an instruction.
#ifndef CORE_EXEC_TRANSLATE_H
#define CORE_EXEC_TRANSLATE_H

#include "exec.h"
#include "exec_ops.h"

enum where { IN_SLOT, IN_LOCAL, IN_CONST };

struct operand {
  uint8_t type;   // exec_slot_type
  uint8_t where;  // enum where
  uint16_t local;
  uint32_t at;  // its place on the operand stack
  uint64_t value;
};

// A block, loop, if, or (at the bottom) the body itself.
struct block {
  enum core_op op;  // BLOCK, LOOP, IF, ELSE; RETURN for the body
  uint32_t height;  // of the operand stack below its parameters
  uint32_t param_count, result_count;
  const struct core_valtype *params, *results;  // NULL where `single` is the one result
  struct core_valtype single;
  uint32_t start;          // of a loop: where branches go
  uint32_t fixups;         // words that hold a distance to the end, each with the index of the next; EXEC_NONE ends
  uint32_t else_fixup;     // of an if: the word that holds the distance to the else part
  uint32_t stub, stub_of;  // where the br_table whose first entry is stub_of moves values for it
};

enum {
  MAX_PENDING = 64,     // more are put into their slots
  MAX_SLOTS = 0xfff0,   // of a frame: slots are numbered in 16 bits
  MAX_COST = 0x8000,    // of one instruction: likewise
  MAX_WORDS = 1 << 28,  // of a body
  // Real bodies need less than one for a byte; a hostile one could ask for a thousand with each branch.
  WORK_PER_BYTE = 64,
  WORK_AT_LEAST = 1 << 20,
};

struct translator {
  struct core_function *function;
  const struct core_module *module;
  struct core_instance *instance;
  struct core_trap_info *info;
  bool failed;
  enum core_trap trap;
  uint64_t work, max_work;  // what types of blocks and calls cost; bounded in proportion to the body's size
  struct cm_arena *scratch;

  uint32_t offset;      // of the current instruction, from the first byte of the body
  uint32_t cost;        // instructions since fuel was last taken
  bool dead;            // nothing comes here
  uint32_t dead_depth;  // blocks that were opened where nothing comes

  uint8_t *local_types;
  uint32_t local_count;

  struct operand *stack;
  size_t stack_capacity;
  uint32_t height, max_height;
  uint32_t pending[MAX_PENDING];  // places of operands that are not in their slots, ascending
  uint32_t pending_count;

  struct block *blocks;
  size_t block_capacity;
  uint32_t block_count;

  union exec_word *words;
  uint32_t word_count, word_capacity;
  struct exec_site *sites;
  uint32_t site_count, site_capacity;
  uint32_t last;  // the word whose result is the topmost operand and may still be given another slot; or EXEC_NONE
};

// A condition to branch on.
struct condition {
  uint16_t op;  // the branch taken when it holds
  bool fused;   // of the comparing kind: b and c are its operands
  uint16_t b, c;
};

void tr_fail(struct translator *t, enum core_trap trap, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Counts work; fails where there is too much of it.
void tr_work(struct translator *t, uint32_t count);

// The emitter. tr_emit begins an instruction and gives its position; tr_word adds a word to it.
uint32_t tr_emit(struct translator *t, union exec_word word);
uint32_t tr_word(struct translator *t, union exec_word word);
// Fuel owed until here, to be taken by the next instruction; it is then paid.
uint16_t tr_take_cost(struct translator *t);
// Makes what is owed paid at this point.
void tr_settle(struct translator *t);

// The operand stack.
static inline uint16_t tr_slot(const struct translator *t, uint32_t at) { return (uint16_t)(t->local_count + at); }
void tr_push(struct translator *t, uint8_t type);  // in its slot
void tr_push_const(struct translator *t, uint8_t type, uint64_t value);
void tr_push_local(struct translator *t, uint32_t local);
struct operand tr_pop(struct translator *t, uint8_t type);  // type 0: any
// The slot in which a popped operand can be read; a constant is put into its own.
uint16_t tr_read(struct translator *t, const struct operand *operand);
// Emits an instruction whose result is pushed.
void tr_result(struct translator *t, enum exec_op op, uint8_t type, uint16_t b, uint16_t c);
void tr_result_k(struct translator *t, enum exec_op op, uint8_t type, int32_t k);
void tr_set_local(struct translator *t, uint32_t local, bool tee);
// The topmost `count` operands into their slots, and all of them.
void tr_place_top(struct translator *t, uint32_t count);
void tr_place_all(struct translator *t);
// Whether the topmost operands have these types; fails where not. They stay.
bool tr_check_top(struct translator *t, const struct core_valtype *types, uint32_t count);
void tr_push_types(struct translator *t, const struct core_valtype *types, uint32_t count);
void tr_pop_types(struct translator *t, const struct core_valtype *types, uint32_t count);

// Conditions. tr_condition pops an i32 and, where a comparison made it just now, takes that comparison back.
struct condition tr_condition(struct translator *t);
struct condition tr_negate(struct condition condition);
// Emits the branch; gives the word that is to hold the distance.
uint32_t tr_branch(struct translator *t, struct condition condition);

// exec_plain.c: every instruction whose operands and results are known from the table. False: it is not one of them.
bool tr_plain(struct translator *t, const struct core_instr *instr);

#endif
