// Atomic instructions.
//
// A store belongs to one thread, so that loads, stores and read-modify-writes are atomic as they are. What remains is what can be
// seen of them: they trap where the address is not aligned, a wait on a memory that is not shared traps, a wait that would have to
// sleep times out, since nobody is there to notify it, and a notification finds nobody.
//
// The opcodes are regular: behind each operation's first come the seven widths in the order of the table below.
//
// Spec: https://github.com/WebAssembly/threads/blob/main/proposals/threads/Overview.md.

#include "exec.h"

static const uint8_t widths[7] = {4, 8, 1, 2, 1, 2, 4};  // i32, i64, i32 8, i32 16, i64 8, i64 16, i64 32

enum { WIDTHS = 7, FIRST_LOAD = 0x10, FIRST_STORE = 0x17, FIRST_RMW = 0x1e };

enum { RMW_ADD, RMW_SUB, RMW_AND, RMW_OR, RMW_XOR, RMW_XCHG, RMW_CMPXCHG };

static uint64_t read_bytes(const uint8_t *at, size_t width) {
  uint64_t value = 0;
  memcpy(&value, at, width);
  return value;
}

static enum core_trap reach(const struct core_memory_inst *memory, union core_value operand, uint64_t offset, size_t width,
                            uint64_t *at) {
  uint64_t base = memory->is_64 ? operand.u64 : operand.u32;
  *at = base + offset;
  // The alignment is looked at first: https://github.com/WebAssembly/threads, "Alignment".
  if (*at % width) return CORE_TRAP_UNALIGNED;
  if (*at < base || *at > memory->size || width > memory->size - *at) return CORE_TRAP_OUT_OF_BOUNDS;
  return CORE_TRAP_NONE;
}

static enum core_trap wait(const struct core_memory_inst *memory, uint64_t offset, size_t width, union core_value *args) {
  uint64_t at;
  enum core_trap trap = reach(memory, args[0], offset, width, &at);
  if (trap) return trap;
  if (!memory->shared) return CORE_TRAP_UNSHARED;
  uint64_t expected = width == 4 ? args[1].u32 : args[1].u64;
  args[0].u64 = read_bytes(memory->bytes + at, width) == expected ? 2 : 1;  // "timed-out", "not-equal"
  return CORE_TRAP_NONE;
}

static uint64_t modify(unsigned operation, uint64_t old, uint64_t operand, uint64_t replacement, uint64_t mask) {
  switch (operation) {
    case RMW_ADD: return old + operand;
    case RMW_SUB: return old - operand;
    case RMW_AND: return old & operand;
    case RMW_OR: return old | operand;
    case RMW_XOR: return old ^ operand;
    case RMW_XCHG: return operand;
    default: return old == (operand & mask) ? replacement : old;
  }
}

unsigned exec_atomic_width(enum core_op op, bool *writes) {
  unsigned opcode = core_ops[op].opcode;
  *writes = opcode >= FIRST_STORE;
  if (opcode < FIRST_LOAD) {
    *writes = false;
    return op == CORE_OP_MEMORY_ATOMIC_WAIT64 ? 8 : 4;
  }
  return widths[(opcode - FIRST_LOAD) % WIDTHS];
}

enum core_trap exec_atomic(struct core_instance *instance, enum core_op op, uint32_t memory_index, uint64_t offset,
                           union core_value *args) {
  const struct core_memory_inst *memory = instance->memories[memory_index];
  unsigned opcode = core_ops[op].opcode;
  uint64_t at;
  if (op == CORE_OP_MEMORY_ATOMIC_WAIT32) return wait(memory, offset, 4, args);
  if (op == CORE_OP_MEMORY_ATOMIC_WAIT64) return wait(memory, offset, 8, args);
  if (op == CORE_OP_MEMORY_ATOMIC_NOTIFY) {
    enum core_trap trap = reach(memory, args[0], offset, 4, &at);
    args[0].u64 = 0;
    return trap;
  }
  if (opcode < FIRST_LOAD || opcode >= FIRST_RMW + 7 * WIDTHS) return CORE_TRAP_UNSUPPORTED;
  size_t width = widths[(opcode - FIRST_LOAD) % WIDTHS];  // the operations begin WIDTHS apart
  enum core_trap trap = reach(memory, args[0], offset, width, &at);
  if (trap) return trap;
  uint8_t *bytes = memory->bytes + at;
  if (opcode < FIRST_STORE) {
    args[0].u64 = read_bytes(bytes, width);
  } else if (opcode < FIRST_RMW) {
    memcpy(bytes, &args[1].u64, width);
  } else {
    uint64_t old = read_bytes(bytes, width);
    uint64_t mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;
    uint64_t value = modify((opcode - FIRST_RMW) / WIDTHS, old, args[1].u64, args[2].u64, mask);
    memcpy(bytes, &value, width);
    args[0].u64 = old;
  }
  return CORE_TRAP_NONE;
}
