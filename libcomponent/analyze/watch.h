// Values that come from the environment's list, followed through an evaluation.
//
// Loads of the list's variable (environ.h), of its entries and of their texts are unknowns with names, made of operations of their own.
// What they are computed into can be told from the names. So it is seen which names entries are compared with, byte by byte or by a
// function like strncmp; whether the character behind is compared with '='; and whether an entry is handed to code that is not
// executed: then all of its keys may count.
#ifndef ANALYZE_WATCH_H
#define ANALYZE_WATCH_H

#include "activation.h"

// What an unknown is.
enum watch_class {
  WATCH_NONE,
  WATCH_LIST,     // points into the array
  WATCH_ENTRY,    // points to an entry's text, `offset` bytes in
  WATCH_TEXT,     // `size` bytes of the text at `offset`
  WATCH_LENGTH,   // of an entry's name
  WATCH_OUTCOME,  // of a comparing function: zero where the name and the entry agree
  WATCH_TRUTH,    // whether a text compares so with something
  WATCH_MIXED,    // computed from a text in some other way
};

struct watched {
  enum watch_class class;
  struct value entry;  // which entry; equal for the same
  bool offset_known;
  uint64_t offset;  // at least this, where it is not known
  unsigned size;
  unsigned shift;  // of a text within watch_class.c: by how many bytes it was shifted up
  uint64_t run;    // of a text: in which reading of the entry from its beginning on; each may be of another one
};

struct watched watch_class_of(const struct evaluation *evaluation, struct value v);

// What a path knows of entries, newest first.
enum watch_fact_kind {
  WATCH_EQUAL,      // the `size` bytes at `offset` are these
  WATCH_DIFFERS,    // they are not
  WATCH_LENGTH_IS,  // its name has `offset` letters
  WATCH_AGREES,     // a comparing function found the entry to agree with a name
  WATCH_MEETING,    // paths have met: `up` is what they have in common, and each side's facts stand beside it
};

struct watch_fact {
  const struct watch_fact *up;
  uint32_t depth;
  enum watch_fact_kind kind;
  const struct watch_fact *first, *second;  // of a meeting: where `selector` is true, and where it is not
  struct value selector;
  struct value entry;
  uint64_t run, offset;
  unsigned size;
  uint64_t bits;
};

// The facts where two paths meet.
const struct watch_fact *watch_meet(struct activation *a, const struct fold_meeting *meeting, const struct watch_fact *first,
                                    const struct watch_fact *second);

// `v`, or the list, where `v` is the address of an array that is the list; and back, where it is given to code that is not of this module:
// that is who fills it.
struct value watch_address(struct activation *a, struct value v);
void watch_give_back(const struct activation *a, struct value *arguments, uint32_t count);

// The list, and an entry of it, as code has them that is not executed.
struct value watch_list(struct activation *a);
struct value watch_entry(struct activation *a);

// A load of `size` bytes at `address`; true where it is one of the list, and *out is set.
bool watch_load(struct activation *a, struct value address, uint64_t offset, unsigned size, struct value *out);

// The environment's list as a slice (pointer, length, capacity) at `offset` from the stack pointer: an array of one text.
void watch_put_list(struct activation *a, struct value pointer, uint64_t offset);

// A store of `v` at `address`: what is stored in the list's variable is the list, and what is stored in the list replaces an entry.
void watch_store(struct activation *a, struct value address, uint64_t offset, struct value v);

// Is it a place in the list?
bool watch_is_in_list(struct activation *a, struct value address);

// Whether two operands are equal, where one of them is the list or its entry and these are no null pointers. False: nothing is known.
bool watch_equality(struct activation *a, struct value left, struct value right, bool *equal);

// A condition is about to be decided or to split the path.
void watch_condition(struct activation *a, struct value condition);

// What `state` knows after it. False: that contradicts what it knew.
bool watch_assume(struct activation *a, struct state *state, struct value condition, bool outcome);

// Where the '=' stands in `entry`, as a function found it.
struct value watch_sign(struct activation *a, struct value entry);

// A call of a function that compares: true where an entry is compared, and *out is the result.
bool watch_compare(struct activation *a, enum primitive primitive, const struct value *arguments, struct value *out);

// `v` goes where its use is not seen.
void watch_hand_over(struct activation *a, struct value v);

// The function that the evaluation started with returns `v`.
void watch_return(struct activation *a, struct value v);

// What a known area holds goes there.
void watch_hand_over_area(struct activation *a, uint64_t from, uint64_t to);

static inline bool watch_is_on(const struct activation *a) { return a->evaluation->owner->watch != NULL; }

#endif
