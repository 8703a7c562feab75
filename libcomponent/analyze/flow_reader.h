// Inside the reading of one body: an operand stack of bounded depth, the locals, and a small table of frame words. Private to flow*.c.
#ifndef ANALYZE_FLOW_READER_H
#define ANALYZE_FLOW_READER_H

#include "flow.h"

enum {
  OPERANDS = 256,
  CONTROLS = 256,
  WORDS = 256,
  TWINS = 16,
  MOVED = 32,
  STEP = 16,        // bytes that a loop may move on at a time
  LOOKS = 1 << 20,  // changes looked at for branches in one body
  RESULT = 24,      // bytes of the frame that a callee is taken to write to, which gets a pointer to them
  PASSED = 96,      // and in which pointers are taken to be passed on by it
};

struct word {
  int64_t at;  // below the frame pointer's value at entry
  struct flow_value value;
};

// Eight bytes that were loaded at once: structs are copied so.
struct twin {
  struct flow_value low, high;
};

// A local or a word got something that is followed, or had it.
struct change {
  bool is_word;
  uint32_t local;
  int64_t at;
  struct flow_value before;
};

// What a local or a word that was changed is where a branch goes to the end of a block.
struct arrival {
  size_t depth;  // of the block
  size_t cell;
  struct flow_value value;
};

// A local, or a word behind all of them, where ways meet.
struct cell {
  uint32_t meeting;  // of which one the rest is
  uint32_t ways;     // on which it was changed
  bool told;
  struct flow_value before, value;
};

// A base that was moved, and by how many bytes at a time.
struct move {
  struct flow_value pointer;
  uint64_t by;
};

struct control {
  bool is_loop;                 // branches go to its beginning
  uint32_t ways;                // that come to its end by branches
  uint32_t height;              // of the operands where it began
  size_t begin;                 // changes before it
  size_t arrivals;              // before it
  bool may_be_empty;            // an `if`, no `else` of which was seen: one way does nothing
  int64_t stack, stack_behind;  // the stack pointer where it began, and on the first way to its end
};

struct flow_reader {
  struct program *program;
  struct cm_arena *arena;
  struct image_range near;
  uint32_t instance;
  const struct core_module *module;
  struct flow_value operands[OPERANDS];
  uint32_t height;
  struct control controls[CONTROLS];
  size_t depth;
  bool dead;      // code behind a branch
  int64_t stack;  // the stack pointer, counted from where it was at entry
  struct change *changes;
  size_t change_count, change_room;
  struct arrival *arrivals;
  size_t arrival_count, arrival_room;
  struct cell *cells;  // by local, then by word
  size_t cell_room;
  uint32_t meetings;
  size_t looks_left;
  uint64_t *roams;  // by local: the frame's address in it is moved on by a loop, by as many bytes
  size_t roam_room;
  bool any_roams, is_second;  // the reading is the second one
  struct flow_value *locals;
  size_t local_count, local_room;
  struct word words[WORDS];
  size_t word_count, next_word;
  struct twin twins[TWINS];
  size_t next_twin;
  struct move moved[MOVED];
  size_t moved_count;
  struct flow_effect *effects;
  size_t effect_count, effect_room;
  bool no_memory;
};

static inline struct flow_value flow_unknown(void) { return (struct flow_value){0}; }

void flow_push(struct flow_reader *r, struct flow_value v);
void flow_drop(struct flow_reader *r, uint32_t count);

// What is one of the two: the pointer, where one of them is.
struct flow_value flow_either(struct flow_value a, struct flow_value b);

struct word *flow_find_word(struct flow_reader *r, int64_t at);

// Blocks, branches, and what else decides where the code goes on.
void flow_control(struct flow_reader *r, const struct core_instr *i);

#endif
