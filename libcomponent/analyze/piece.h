// Pieces of a function's body, made functions of their own: for experiments with code that was inlined.
//
// A piece is a block or a loop, with or without what stands before it from the first wanted instruction on, or all that stands in a loop, in an
// arm of an `if` or in the function. As a function of its own it takes all
// locals of the function that it is of, and gives back those that it sets, with what it leaves on the stack and the way by which it was left.
#ifndef ANALYZE_PIECE_H
#define ANALYZE_PIECE_H

#include "laboratory.h"

enum { PIECES_MOST = 24, PIECE_DEPTH = 48, PIECE_LOCALS = 1024 };

struct piece {
  const uint8_t *from, *to;  // its first byte, and behind its last
  uint32_t depth;            // labels around it
  const uint8_t *labels;     // what branches to them carry, from the innermost on: a value type, or PIECE_EMPTY
  uint8_t result;            // what it leaves on the stack: the same
  uint64_t exits;            // labels that it branches to: bit k is the k-th
  bool falls_through;        // it is left at its end, too
  uint64_t
      read[(PIECE_LOCALS + 63) / 64];  // locals that it reads before it has set them, as far as the order of its instructions tells
  uint64_t set[(PIECE_LOCALS + 63) / 64];  // locals that it sets
};
enum { PIECE_EMPTY = 0x40 };

static inline bool piece_has(const uint64_t *locals, uint32_t local) { return locals[local / 64] >> local % 64 & 1; }

// The pieces of one function.
struct piece_list {
  struct program *program;
  uint32_t gid;
  const struct core_module *module;
  const struct core_type *type;
  struct core_valtype *locals;  // parameters among them
  uint32_t local_count;
  struct piece pieces[PIECES_MOST];
  size_t count;
  struct core_instance *instance;  // whose functions they are, from `first` on
  uint32_t first;
};

// Fills `list` with those pieces of the function that have a loop and an instruction that `wanted` says yes to, inner ones before those that
// they stand in. False: memory is exhausted; what is too large has no pieces.
bool pieces_find(struct piece_list *list, struct program *program, uint32_t gid,
                 bool (*wanted)(void *context, const struct core_instr *instr), void *context);

// Makes functions of them, in the arena of the program, and drops those that cannot be one: that hold an instruction which `refused` says yes
// to, call through a pointer, or handle exceptions; all, where the laboratory does not take them. False: memory is exhausted.
bool pieces_make(struct piece_list *list, struct laboratory *laboratory,
                 bool (*refused)(void *context, const struct core_instr *instr), void *context);

// Calls piece `i`: `locals` are all locals, before and afterwards; *result is the number that it left on the stack. Returns 1 where it came to
// its end, 2 + k where it branched to label k, 0 where it trapped.
uint32_t piece_call(const struct piece_list *list, struct laboratory *laboratory, size_t i, union core_value *locals,
                    union core_value *result, uint64_t fuel);

#endif
