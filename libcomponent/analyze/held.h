// Functions that ask, and are called through pointers to them.
//
// Where all functions have one type, a table tells nothing of who calls whom. What can be told is whose code has a function's address: these
// functions hold it. They are evaluated, and what they do with it is executed wherever it is known (they call it, hand it to a helper that
// does, store it in an object that is called). A holder for which no call was seen is asked for by its own callers, for it may have
// returned what it held. Where none is seen in the end, the function is called in a way that was not resolved.
#ifndef ANALYZE_HELD_H
#define ANALYZE_HELD_H

#include "evaluate.h"

struct analysis;

struct held_pair {
  uint32_t func, holder;
  unsigned depth;  // how often callers were asked in the holder's place
  bool called;     // a call of `func` was executed on behalf of the holder
  bool handed_on;  // its callers were asked
};

enum { HELD_AS_CLOSURE = 1, HELD_AS_METHOD = 2 };

struct held {
  struct held_pair *pairs;
  size_t count, room;
  uint8_t *of;  // by gid: it is held, and how it may be called: HELD_AS_…
};

// `gid` (a lookup, or a function whose callers are asked) may be called through a pointer, if its address stands anywhere: queues whoever
// holds it.
void held_add(struct analysis *a, uint32_t gid);

// A call of `gid` is executed in `frame`.
void held_called(struct analysis *a, uint32_t gid, const struct evaluate_frame *frame);

// To be called after each wave: asks the callers of holders for which no call was seen.
void held_ask_on(struct analysis *a);

// Of a function whose address stands nowhere, and that nobody calls by its number: may it be called all the same? By reflection, which finds
// methods by tables of offsets; a program that cannot call by reflection has no code for it.
bool held_is_reflected(struct analysis *a, uint32_t gid);

// What was called in no way that was seen is undecided.
void held_finish(struct analysis *a);

#endif
