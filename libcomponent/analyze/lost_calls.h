// Calls through pointers of which it is not known where they go, in programs whose stack lies in memory.
//
// That a function which is called through pointers was seen to be called (held.h) does not tell that all its calls were seen. So each call through a
// pointer in the program's own code is kept account of: where it was come to and what it calls was not known, the callers of the evaluated
// function are asked, as for a key. A call that stays so may be one of any function whose keys are not all known and that fits: whose arguments are
// among the words that were laid down, that is called in this way, as a closure or as a method of an interface, and whose address was at hand: in
// this evaluation, or where others find it. A call that no evaluation came to may be one of the latter.
#ifndef ANALYZE_LOST_CALLS_H
#define ANALYZE_LOST_CALLS_H

#include "evaluate.h"

struct analysis;

struct lost_call {
  uint32_t root;  // gid of the evaluated function
  uint64_t offset, laid;
  bool closure;
  bool coarse;  // a more precise evaluation may know
  bool asked;   // its callers were
};

// A call in the program's code.
struct lost_site {
  uint64_t offset;
  uint32_t gid;
  bool closure;
  bool met;
};

struct lost_take {
  uint32_t root, func;  // in the evaluation of `root` the address of `func` was seen in code
};

struct lost_calls {
  struct lost_call *list;
  size_t count, room;
  struct lost_site *sites;  // by offset
  size_t site_count, site_room;
  struct lost_take *takes;
  size_t take_count, take_room;
  uint8_t *others;      // by gid: its address is where others find it
  uint32_t *taken_in;   // by gid: the last root in which it was seen, + 1
  size_t from, second;  // of the evaluation going on: where its first and its second attempt begin
  size_t queued;        // so many functions with sites that were not met were
};

// Finds the sites. False: memory is exhausted.
bool lost_calls_init(struct analysis *a);

// A call was come to; `known`: it is known where it goes.
void lost_calls_met(struct analysis *a, const struct evaluate_frame *frame, uint64_t laid, bool closure, bool known);

// The address of `gid` was seen; `others`: where code finds it that is not executed.
void lost_calls_seen(struct analysis *a, uint32_t gid, bool others);

// A call in the function being evaluated was not come to.
void lost_calls_unseen(struct analysis *a, uint32_t gid, uint64_t offset);

// The first or second attempt (0, 1) to evaluate a function begins; all have been made, of which some met their bounds.
void lost_calls_begin(struct analysis *a, unsigned attempt);
void lost_calls_end(struct analysis *a, const bool *exhausted, unsigned attempts);

// May some call of this evaluation be one of a function that is of interest?
bool lost_calls_any(const struct analysis *a);

// To be called after each wave: asks the callers.
void lost_calls_ask(struct analysis *a);

// Tells `visit` the functions that may be called so.
void lost_calls_finish(struct analysis *a, void (*visit)(struct analysis *a, uint32_t gid));

#endif
