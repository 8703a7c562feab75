// Calls that the laboratory executes for the evaluator.
//
// What a helper does with constants need not be told by abstract values: memory is laid out in the laboratory as the evaluation has it,
// the helper is called there, and what it wrote is taken over. It counts only where nothing was read that is not known here, and
// nothing was called that is not: no lookup, no import. Only for programs that were rehearsed: their allocators work.
#ifndef ANALYZE_EXECUTE_H
#define ANALYZE_EXECUTE_H

#include "activation.h"
#include "rehearsal.h"

struct executor {
  struct program *program;
  struct laboratory *laboratory;
  const struct rehearsal *rehearsal;
  uint64_t heap;                           // objects are allocated from here on
  const uint8_t *forbidden;                // by gid: not to be executed
  uint8_t *failed;                         // by gid: how often it could not be executed
  uint64_t *unknown, *written, *laid_out;  // by EXECUTE_GROUP bytes of memory: a bit for each byte
  uint32_t *groups;                        // those that are not zero
  size_t group_count, group_room, group_end;
  uint64_t calls;  // so far
};

enum { EXECUTE_GROUP = 64 };

// Makes one, in the program's arena. False: memory is exhausted.
bool execute_init(struct executor *executor, struct program *program, struct laboratory *laboratory,
                  const struct rehearsal *rehearsal, uint64_t heap, const uint8_t *forbidden);

// Executes the callee, whose return address lies on the stack. True: the world is as it leaves it, and its result was pushed. False: it could
// not be executed, and nothing has changed.
bool activation_execute(struct activation *a, uint32_t callee);

#endif
