// The interpreter's loop once more, with every access to linear memory and every conditional branch told to the store's watcher, and every write
// announced to the memory's snapshot.
//
// It is compiled a second time, so that the loop that is used otherwise has nothing to ask.

#include "exec.h"

static void saw(const struct core_watcher *watcher, struct core_memory_inst *memory, uint64_t at, uint64_t size, bool write) {
  if (!size || !watcher) return;
  if (!write && watcher->read) watcher->read(watcher->context, memory, at, size);
  if (write && watcher->write) watcher->write(watcher->context, memory, at, size);
}

// What an instruction does with a range of a memory: it is announced before, or told of after.
typedef void see_range(const struct core_watcher *watcher, struct core_memory_inst *memory, uint64_t at, uint64_t size, bool write);

// Without memory to keep a page, the snapshot cannot be gone back to; the store is told by its allocator that it was refused. What is not all
// within the memory is not written.
static void touch(const struct core_watcher *watcher, struct core_memory_inst *memory, uint64_t at, uint64_t size, bool write) {
  (void)watcher;
  if (write && at <= memory->size && size <= memory->size - at) exec_snapshot_touch(memory, at, size);
}

static uint64_t address_in(const struct core_memory_inst *memory, union core_value operand) {
  return memory->is_64 ? operand.u64 : operand.u32;
}

// A bulk instruction's operands are still where they were, except for those that give a result.
static void see_bulk(see_range *see, const struct core_watcher *watcher, struct core_instance *instance, const union exec_word *pc,
                     const union core_value *args) {
  struct core_memory_inst *to, *from;
  switch ((enum core_op)pc->b) {
    case CORE_OP_MEMORY_FILL:
      to = instance->memories[pc[1].low];
      see(watcher, to, address_in(to, args[0]), address_in(to, args[2]), true);
      return;
    case CORE_OP_MEMORY_INIT:
      to = instance->memories[pc[1].high];
      see(watcher, to, address_in(to, args[0]), args[2].u32, true);
      return;
    case CORE_OP_MEMORY_COPY: {
      to = instance->memories[pc[1].low];
      from = instance->memories[pc[1].high];
      uint64_t size = to->is_64 ? address_in(from, args[2]) : args[2].u32;
      see(watcher, from, address_in(from, args[1]), size, false);
      see(watcher, to, address_in(to, args[0]), size, true);
      return;
    }
    default: return;
  }
}

// Whether so much can be paid for; a size of 64 bits may count as less.
static bool is_paid(const struct core_store *store, const union core_value *args, uint64_t fuel) {
  return args[2].u32 <= store->limits.bulk_bytes && args[2].u32 / CORE_FUEL_BYTES <= fuel;
}

static void see_atomic(see_range *see, const struct core_watcher *watcher, struct core_instance *instance,
                       const union exec_word *pc, union core_value operand) {
  struct core_memory_inst *memory = instance->memories[pc->c];
  uint64_t at = address_in(memory, operand) + pc[1].u64;
  bool writes;
  unsigned width = exec_atomic_width((enum core_op)pc->b, &writes);
  see(watcher, memory, at, width, writes);
}

// What the watcher has a branch come to; frames are up to date meanwhile.
static uint32_t choose(const struct core_watcher *watcher, const union exec_word *pc, uint32_t choice, uint32_t count) {
  uint32_t chosen = watcher->branch(watcher->context, pc, choice, count);
  return chosen < count ? chosen : choice;
}

#define EXEC_RUN exec_run_watched
#define CHOSEN(choice, count) (stack->frame = frame, frame->pc = pc + 1, choose(watcher, pc, choice, count))
#define TAKEN(condition) (UNLIKELY(watcher && watcher->branch) ? CHOSEN((condition) != 0, 2) : (condition) != 0)
#define LABEL_TAKEN(index, count) (UNLIKELY(watcher && watcher->branch) ? CHOSEN(index, count) : (index))
#define SAW_READ(memory, at, size) (stack->frame = frame, frame->pc = pc + 1, saw(watcher, memory, at, size, false))
#define SAW_WRITE(memory, at, size) saw(watcher, memory, at, size, true)
#define SAW_BULK(pc, args) see_bulk(saw, watcher, instance, pc, args)
#define SAW_ATOMIC(pc, address) see_atomic(saw, watcher, instance, pc, address)
#define TOUCH(memory, at, size) touch(watcher, memory, at, size, true)
#define TOUCH_BULK(pc, args) (is_paid(store, args, fuel) ? see_bulk(touch, watcher, instance, pc, args) : (void)0)
#define TOUCH_ATOMIC(pc, address) see_atomic(touch, watcher, instance, pc, address)
#include "exec_run.c"
