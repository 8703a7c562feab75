// The reading of one function body over values that a domain makes: an operand stack of bounded depth, the locals, and the words of the
// function's own frame.
//
// The reader knows what each instruction does with these places, and where ways meet; the domain knows what is worth knowing of a value. There
// are two: where a pointer leads (flow.h), and which parameter one has come from (usage.h). Values are read in the order of the code. At a
// branch to a block's end, what was changed in the block is put down as it is there, and at the end a place holds what it did on either way.
// A domain that `comes_back` is also told at the beginning of a loop what the ways back to it brought: in the next reading of the same body.
#ifndef ANALYZE_READING_H
#define ANALYZE_READING_H

#include "flow.h"
#include "usage.h"

enum {
  READING_OPERANDS = 256,
  READING_CONTROLS = 256,
  READING_WORDS = 256,
  READING_LOOKS = 1 << 20,  // changes looked at for branches in one body
};

// All zeros: nothing is known of it.
union reading_value {
  struct flow_value pointer;
  struct usage_mark mark;
};

// A local, or a word of the frame, `at` bytes from where the stack pointer was at entry.
struct reading_place {
  bool is_word;
  uint32_t local;
  int64_t at;
};

struct reading_call {
  const struct core_instr *instr;
  const struct core_type *type;
  union reading_value index;  // of an indirect call: what tells the function
  uint32_t callee;            // the only function that it can mean; NO_FUNC: there are several, or the code is left
};

struct reading;

struct reading_domain {
  bool comes_back;  // needs `equals`
  bool (*matters)(union reading_value v);
  bool (*equals)(union reading_value a, union reading_value b);
  union reading_value (*either)(struct reading *r, union reading_value a, union reading_value b);
  // The same at a loop's beginning, of what is known and what one more way brings: after few times there is nothing new. NULL: `either`.
  union reading_value (*widen)(struct reading *r, union reading_value known, union reading_value brought);

  union reading_value (*number)(const struct reading *r, uint64_t bits);
  union reading_value (*frame)(int64_t at);              // the frame's address, `at` bytes from the stack pointer at entry
  bool (*is_frame)(union reading_value v, int64_t *at);  // is it exactly that?
  union reading_value (*add)(struct reading *r, union reading_value a, union reading_value b, bool back);
  union reading_value (*compute)(struct reading *r, const struct core_instr *i, const union reading_value *operands, size_t count);

  // What a local gives; and what a place is given, which may be changed on the way there. NULL: it is as it is.
  union reading_value (*take)(const struct reading *r, uint32_t local, union reading_value v);
  void (*put)(struct reading *r, const struct reading_place *place, union reading_value before, union reading_value *v);
  void (*give_away)(struct reading *r, union reading_value v);  // to a global; may be NULL

  // Of memory 0, `offset` bytes from `address`.
  union reading_value (*load)(struct reading *r, const struct core_instr *i, union reading_value address, unsigned size);
  void (*store)(struct reading *r, const struct core_instr *i, union reading_value address, unsigned size, union reading_value v);
  void (*copy)(struct reading *r, union reading_value to, union reading_value from, union reading_value size);
  void (*fill)(struct reading *r, union reading_value to, union reading_value size);

  void (*hand)(struct reading *r, const struct reading_call *call, uint32_t argument, union reading_value v);
  // What a call gives back, its arguments still being operands; may be NULL: nothing is known of it.
  union reading_value (*result)(struct reading *r, const struct reading_call *call);
  void (*leave)(struct reading *r, union reading_value v);  // with it as a result; may be NULL
};

struct reading_word {
  int64_t at;
  union reading_value value;
};

// A place got something that matters, or had it.
struct reading_change {
  struct reading_place place;
  union reading_value before;
};

// What a place that was changed is where a branch goes to the end of a block.
struct reading_arrival {
  uint32_t next;  // at the same block's, + 1
  size_t cell;
  union reading_value value;
};

// A local, or a word behind all of them, where ways meet.
struct reading_cell {
  uint32_t meeting;  // of which one the rest is
  uint32_t ways;     // on which it was changed
  bool told;
  union reading_value before, value;
};

// What the ways back to a loop's beginning bring to a place.
struct reading_head {
  struct reading_place place;
  union reading_value value;
  uint32_t next;  // of the same loop, + 1
};

struct reading_control {
  bool is_loop;       // branches go to its beginning
  bool may_be_empty;  // an `if`, no `else` of which was seen: one way does nothing
  bool began_dead;    // nothing leads into it
  uint32_t loop;      // which loop of the body
  uint32_t ways;      // that come to its end by branches
  uint32_t height;    // of the operands where it began
  uint32_t results;
  size_t begin;                 // changes before it
  uint32_t arrivals, arrived;   // at its end, the first and the last one, + 1
  int64_t stack, stack_behind;  // the stack pointer where it began, and on the first way to its end
  bool has_result;              // a way brought one
  union reading_value result;
};

struct reading {
  const struct reading_domain *domain;
  struct program *program;
  struct cm_arena *arena;
  uint32_t instance;
  const struct core_module *module;
  const struct core_type *type;
  struct core_code code;
  const uint8_t *at;  // the instruction that is read
  bool no_memory;
  bool is_lost;   // a bound was met, or what is not modelled: what is known is not all
  bool is_dead;   // code behind a branch
  int64_t stack;  // the stack pointer, counted from where it was at entry

  union reading_value operands[READING_OPERANDS];
  uint32_t height, floor;  // the operands below the floor are those of blocks around
  struct reading_control controls[READING_CONTROLS];
  size_t depth;
  union reading_value *locals;
  size_t local_count, local_room;
  struct reading_word words[READING_WORDS];
  size_t word_count, next_word;

  struct reading_change *changes;
  size_t change_count, change_room;
  struct reading_arrival *arrivals;
  size_t arrival_count, arrival_room;
  uint32_t spare_arrivals;     // that are no longer needed, + 1
  struct reading_cell *cells;  // by local, then by word
  size_t cell_room;
  uint32_t meetings;
  size_t looks_left;

  uint32_t *loops;  // in the order of the code: the first of its heads, + 1
  size_t loop_count, loop_room, loops_seen;
  struct reading_head *heads;
  size_t head_count, head_room;
  bool heads_grew;
};

// Makes ready for the body of `gid`, whose parameter p is `parameter(p)`. False: it has none, or memory is exhausted (`no_memory`).
bool reading_begin(struct reading *r, uint32_t gid, union reading_value (*parameter)(uint32_t p));

// Begins anew with the same body, with what the last reading has told of its loops.
bool reading_again(struct reading *r, uint32_t gid, union reading_value (*parameter)(uint32_t p));

// Reads the body, each instruction that is come to once. `steps` (NULL: as many as there are) is what is left of a bound. False: it was met, or
// memory is exhausted. What is malformed is read up to there.
bool reading_run(struct reading *r, uint64_t *steps);

void reading_set_place(struct reading *r, const struct reading_place *place, union reading_value v);
struct reading_word *reading_find_word(struct reading *r, int64_t at);
static inline void reading_set_word(struct reading *r, int64_t at, union reading_value v) {
  reading_set_place(r, &(struct reading_place){.is_word = true, .at = at}, v);
}

// The operand `down` places below the top of the innermost block's.
union reading_value reading_operand(const struct reading *r, uint32_t down);
void reading_push(struct reading *r, union reading_value v);
void reading_drop(struct reading *r, uint32_t count);

// The import that a call means by its instruction; NULL: none.
const struct core_import *reading_import(const struct reading *r, const struct core_instr *i);

// Blocks, branches, and what else decides where the code goes on: reading_control.c.
enum reading_turn {
  TURN_NONE,
  TURN_BLOCK,
  TURN_ELSE,
  TURN_END,
  TURN_BRANCH,
  TURN_BRANCH_IF,
  TURN_BRANCH_TABLE,
  TURN_LEAVE,
  TURN_STOP,
  TURN_CATCH,
  TURN_STRANGE
};
void reading_turn(struct reading *r, const struct core_instr *i, enum reading_turn turn);

#endif
