// Methods, evaluated where their objects are made.
//
// A closure in a box, or a method that reads its key from its object, is called with an object that came out of memory: who calls it does not
// know the key, and often not even which method is meant. But wherever code makes a pointer to such an object, it puts the pointer beside
// the address of the table of methods; there the object is known. So where a method's key is none of its parameters, the functions that
// have its table's address are evaluated, and the method is executed where an object and the table come together, with all else unknown.
// Its indirect callers need not be asked then.
//
// That is right if nothing changes an object between its making and the call. Of an object's own bytes, and of blocks to which it alone leads, which
// are all that the method is given beside constant data, that is seen: the method, the others in the table and the function that made it are
// executed. Where the object is not known, or changed, where the table's address goes another way, or its makers are not all evaluated to their end,
// the callers are asked as before.
#ifndef ANALYZE_MADE_H
#define ANALYZE_MADE_H

#include "vtable.h"

struct analysis;
struct activation;
struct evaluation;

enum { MADE_METHODS = 8, MADE_HOLDERS = 16, MADE_TABLES = 16 };

// A table of methods, and the method that is of interest.
struct made_method {
  uint32_t table;  // address
  uint32_t gid;
  uint32_t size;  // of its objects
  uint32_t own;   // which of its parameters is the object
  // All others in the table that are called, as far as it may reach.
  struct made_other {
    uint32_t gid, own;
  } others[MADE_METHODS];
  uint32_t other_count;
  uint32_t holders[MADE_HOLDERS], holder_count;  // gids of those whose code has its address
  bool failed;                                   // its callers are to be asked
};

struct made {
  struct made_method *list;
  size_t count, room;
  uint8_t *of;     // by gid: MADE_…
  uint8_t *since;  // by gid: the wave after which that was decided
  uint8_t *holds;  // by gid: its code has the address of a table that is looked for
};

enum { MADE_NOT, MADE_EVALUATED, MADE_FAILED };

// --- for the analysis ---

// Can the method be evaluated where its objects are made? Then who makes them is queued.
bool made_begin(struct analysis *a, uint32_t gid);

// The site that was left undecided in an execution of a method on behalf of `method` (its position + 1) cannot be decided so.
void made_fail(struct analysis *a, uint32_t method);

// The callers of the method are needed after all.
void made_refuse(struct analysis *a, uint32_t gid);

// Has the function's code the address of the method's table?
bool made_holds(const struct made_method *method, uint32_t gid);

// The evaluation of `gid` did not come to its end.
void made_met_bound(struct analysis *a, uint32_t gid);

// Tells one by one the methods whose callers are to be asked, for they could not be evaluated so. False: there are no more.
bool made_next_failed(struct analysis *a, uint32_t *gid);

// --- for the evaluator; private to activation*.c ---

// A word, or an argument beside another one, may be a table's address.
void made_stored(struct activation *a, struct value address, uint64_t offset, unsigned size, struct value v);
void made_handed(struct activation *a, const struct value *arguments, uint32_t count);

// Code that is not executed gets a pointer as argument i, or finds one, `v`, at `at`, and may write there. Where a table's address stands behind it, that
// code can only call the table's methods; where it is given the object's size, it drops the object.
void made_passed(struct activation *a, const struct value *arguments, uint32_t i, uint32_t count);
void made_found(struct activation *a, uint64_t at, struct value v);

// Where words of memory have come together: to be called before calls, at the ends of blocks and of functions.
void made_settle(struct activation *a);

// Who has a pointer to a block that an object leads to, and is not the object's, may change it where code is not executed, or that has ended.
void made_look(struct activation *a);

// A frame is left that lay below `top`.
void made_left(struct evaluation *evaluation, uint64_t top);

#endif
