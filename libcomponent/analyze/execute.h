// Calls that the laboratory executes for the evaluator.
//
// What a helper does with constants need not be told by abstract values: memory is laid out in the laboratory as the evaluation has it,
// the helper is called there, and what it wrote is taken over. It counts only where nothing was read that is not known here, and
// nothing was called that is not: no lookup, no import. Only for programs that were rehearsed: their allocators work.
#ifndef ANALYZE_EXECUTE_H
#define ANALYZE_EXECUTE_H

#include "activation.h"
#include "rehearsal.h"

// An object that was made for the program.
struct executor_object {
  uint64_t from, size;  // 0: not known
  bool text;            // nobody writes to it
};

struct executor {
  struct program *program;
  struct laboratory *laboratory;
  const struct rehearsal *rehearsal;
  uint64_t heap;             // objects are allocated from here on
  const uint8_t *forbidden;  // by gid: not to be executed
  uint8_t (*failed)[2];      // by gid, for the program and for the runtime: how often it could not be executed since it could
  uint64_t *unknown, *written, *laid_out;  // by EXECUTE_GROUP bytes of memory: a bit for each byte
  uint32_t *groups;                        // those that are not zero
  size_t group_count, group_room, group_end;
  uint64_t calls;                   // so far
  struct executor_object *objects;  // by address
  size_t object_count, object_room;
};

enum { EXECUTE_GROUP = 64 };

// Makes one, in the program's arena. False: memory is exhausted.
bool execute_init(struct executor *executor, struct program *program, struct laboratory *laboratory,
                  const struct rehearsal *rehearsal, uint64_t heap, const uint8_t *forbidden);

// Where the object at `address`, in the heap, ends at the latest, and whether it was made here. False: it is a text.
bool executor_find_object(const struct executor *executor, uint64_t address, bool *is_new, uint64_t *end);

// The function whose address the number is; NO_FUNC: none's.
uint32_t executor_function_at(const struct executor *executor, uint64_t address);

// Executes the callee, whose return address lies on the stack. True: the world is as it leaves it, and its result was pushed. False: it could
// not be executed, and nothing has changed.
bool activation_execute(struct activation *a, uint32_t callee);

// The same of a lookup in a map of a key that is not known, where all that the map holds is (activation_map.c).
bool activation_look_up_any(struct activation *a, uint32_t callee, struct value pointer);

#endif
