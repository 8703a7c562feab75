// The interpreter's loop.
//
// Threaded code: every handler ends with a jump through the table to the next. What is needed all the time is kept in variables: the
// instruction, the frame's slots, memory 0 and its size, the fuel. A call makes a frame and goes on; it does not nest on the C stack.
//
// Spec: https://webassembly.github.io/spec/core/exec/instructions.html.

#include "exec.h"
#include "exec_number.h"
#include "exec_ops.h"
#include "exec_vector.h"

#ifndef EXEC_RUN
#define EXEC_RUN exec_run
#define TAKEN(condition) (condition)
#define LABEL_TAKEN(index, count) (index)
#define SAW_READ(memory, at, size) (void)0
#define SAW_WRITE(memory, at, size) (void)0
#define SAW_BULK(pc, args) (void)0
#define SAW_ATOMIC(pc, address) (void)0
#define TOUCH(memory, at, size) (void)0
#define TOUCH_BULK(pc, args) (void)0
#define TOUCH_ATOMIC(pc, address) (void)0
#endif

#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values, in this file alone
#define CASE(NAME) L_##NAME
#define DISPATCH goto *labels[pc->op]
#else
#define CASE(NAME) case X_##NAME
#define DISPATCH goto dispatch
#endif

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

// Goes on with the instruction `n` words on.
#define NEXT(n) \
  do {          \
    pc += (n);  \
    DISPATCH;   \
  } while (0)

#define TRAP(which) \
  do {              \
    trap = (which); \
    goto stop;      \
  } while (0)

#define CHARGE(cost)               \
  do {                             \
    if (UNLIKELY(fuel < (cost))) { \
      fuel = 0;                    \
      TRAP(CORE_TRAP_FUEL);        \
    }                              \
    fuel -= (cost);                \
  } while (0)

#define PREPARE(which)                    \
  do {                                    \
    trap = exec_translate((which), info); \
    if (UNLIKELY(trap)) goto stop;        \
  } while (0)

#define RELOAD_MEMORY()                 \
  do {                                  \
    mem = instance->memory0->bytes;     \
    mem_size = instance->memory0->size; \
  } while (0)

// A slot is zero beyond an i32 or f32.
#define PUT_I32(value) fp[pc->a].u64 = (uint64_t)(uint32_t)(value)
#define PUT_I64(value) fp[pc->a].u64 = (uint64_t)(value)
#define PUT_F32(value) fp[pc->a].u64 = f32_bits((float)(value))
#define PUT_F64(value) fp[pc->a].f64 = (double)(value)

// The operands of the _K forms' second kind: a number in c.
#define K_OF(U) (U)(int16_t) pc->c

#define HANDLE_ALU(NAME, m, U, expr)    \
  CASE(NAME) : {                        \
    U x = fp[pc->b].m, y = fp[pc->c].m; \
    fp[pc->a].u64 = (U)(expr);          \
    NEXT(1);                            \
  }                                     \
  CASE(NAME##_K) : {                    \
    U x = fp[pc->b].m, y = K_OF(U);     \
    fp[pc->a].u64 = (U)(expr);          \
    NEXT(1);                            \
  }

#define HANDLE_COMPARE(NAME, m, U, expr, NEGATION) HANDLE_ALU(NAME, m, U, expr)

#define HANDLE_BRANCH(NAME, m, U, expr, NEGATION) \
  CASE(BR_##NAME) : {                             \
    U x = fp[pc->b].m, y = fp[pc->c].m;           \
    CHARGE(pc->a);                                \
    if (TAKEN(expr)) NEXT(1 + pc[1].k);           \
    NEXT(2);                                      \
  }                                               \
  CASE(BR_##NAME##_K) : {                         \
    U x = fp[pc->b].m, y = K_OF(U);               \
    CHARGE(pc->a);                                \
    if (TAKEN(expr)) NEXT(1 + pc[1].k);           \
    NEXT(2);                                      \
  }

#define HANDLE_UNARY(NAME, m, T, R, expr) \
  CASE(NAME) : {                          \
    T x = fp[pc->b].m;                    \
    PUT_##R(expr);                        \
    NEXT(1);                              \
  }

#define HANDLE_FLOAT(NAME, m, T, R, expr) \
  CASE(NAME) : {                          \
    T x = fp[pc->b].m, y = fp[pc->c].m;   \
    PUT_##R(expr);                        \
    NEXT(1);                              \
  }

#define HANDLE_DIVIDE(NAME, m, U, R, overflows, expr)     \
  CASE(NAME) : {                                          \
    U x = fp[pc->b].m, y = fp[pc->c].m;                   \
    if (UNLIKELY(y == 0)) TRAP(CORE_TRAP_DIVIDE_BY_ZERO); \
    if (UNLIKELY(overflows)) TRAP(CORE_TRAP_OVERFLOW);    \
    PUT_##R(expr);                                        \
    NEXT(1);                                              \
  }

#define HANDLE_TRUNCATE(NAME, m, T, R, fits, expr)              \
  CASE(NAME) : {                                                \
    T x = fp[pc->b].m;                                          \
    if (UNLIKELY(isnan(x))) TRAP(CORE_TRAP_INVALID_CONVERSION); \
    if (UNLIKELY(!(fits))) TRAP(CORE_TRAP_OVERFLOW);            \
    PUT_##R(expr);                                              \
    NEXT(1);                                                    \
  }

// Finds the bytes of an access in memory 0, and in any memory.
#define NEAR(address, T)                                                  \
  uint64_t at = (uint64_t)(address).u32 + pc->c;                          \
  if (UNLIKELY(at + sizeof(T) > mem_size)) TRAP(CORE_TRAP_OUT_OF_BOUNDS); \
  uint8_t *bytes = mem + at

#define FAR(address, width)                                                                                   \
  struct core_memory_inst *memory = instance->memories[pc->c];                                                \
  uint64_t base = memory->is_64 ? (address).u64 : (address).u32;                                              \
  uint64_t at = base + pc[1].u64;                                                                             \
  if (UNLIKELY(at < base || at > memory->size || (width) > memory->size - at)) TRAP(CORE_TRAP_OUT_OF_BOUNDS); \
  uint8_t *bytes = memory->bytes + at

#define HANDLE_LOAD(NAME, T, R)                     \
  CASE(NAME) : {                                    \
    NEAR(fp[pc->b], T);                             \
    T value;                                        \
    memcpy(&value, bytes, sizeof value);            \
    PUT_##R(value);                                 \
    SAW_READ(instance->memories[0], at, sizeof(T)); \
    NEXT(1);                                        \
  }                                                 \
  CASE(NAME##_FAR) : {                              \
    FAR(fp[pc->b], sizeof(T));                      \
    T value;                                        \
    memcpy(&value, bytes, sizeof value);            \
    PUT_##R(value);                                 \
    SAW_READ(memory, at, sizeof(T));                \
    NEXT(2);                                        \
  }

#define HANDLE_STORE(NAME, T)                        \
  CASE(NAME) : {                                     \
    NEAR(fp[pc->a], T);                              \
    T value = (T)fp[pc->b].u64;                      \
    TOUCH(instance->memories[0], at, sizeof(T));     \
    memcpy(bytes, &value, sizeof value);             \
    SAW_WRITE(instance->memories[0], at, sizeof(T)); \
    NEXT(1);                                         \
  }                                                  \
  CASE(NAME##_FAR) : {                               \
    FAR(fp[pc->a], sizeof(T));                       \
    T value = (T)fp[pc->b].u64;                      \
    TOUCH(memory, at, sizeof(T));                    \
    memcpy(bytes, &value, sizeof value);             \
    SAW_WRITE(memory, at, sizeof(T));                \
    NEXT(2);                                         \
  }

#define LABEL_OF(NAME) [X_##NAME] = &&L_##NAME,
#define LABEL(NAME, ...) [X_##NAME] = &&L_##NAME,
#define LABEL_K(NAME, ...) [X_##NAME] = &&L_##NAME, [X_##NAME##_K] = &&L_##NAME##_K,
#define LABEL_BR(NAME, ...) [X_BR_##NAME] = &&L_BR_##NAME, [X_BR_##NAME##_K] = &&L_BR_##NAME##_K,
#define LABEL_FAR(NAME, ...) [X_##NAME] = &&L_##NAME, [X_##NAME##_FAR] = &&L_##NAME##_FAR,

static union core_value ref_of(struct core_function *function) {
  union core_value value = {.u64 = 0};
  value.ref = function;
  return value;
}

// The function that an indirect call finds.
static enum core_trap find_indirect(const struct core_instance *instance, const union exec_word *pc, union core_value index,
                                    struct core_function **out) {
  const struct core_table_inst *table = instance->tables[pc[1].high];
  uint64_t i = table->is_64 ? index.u64 : index.u32;
  if (i >= table->size) return CORE_TRAP_UNDEFINED;
  struct core_function *function = table->entries[i];
  if (!function) return CORE_TRAP_UNINITIALIZED;
  if (function->type_id != pc[1].low && !exec_type_matches(instance->store, function->type_id, pc[1].low))
    return CORE_TRAP_SIGNATURE;
  *out = function;
  return CORE_TRAP_NONE;
}

// 128-bit arithmetic of the wide-arithmetic proposal; the low halves come first.
static void wide_sum(union core_value *v, bool subtract) {
  unsigned __int128 x = (unsigned __int128)v[1].u64 << 64 | v[0].u64, y = (unsigned __int128)v[3].u64 << 64 | v[2].u64;
  x = subtract ? x - y : x + y;
  v[0].u64 = (uint64_t)x;
  v[1].u64 = (uint64_t)(x >> 64);
}

static void wide_product(union core_value *v, bool is_signed) {
  unsigned __int128 product =
      is_signed ? (unsigned __int128)((__int128)v[0].i64 * v[1].i64) : (unsigned __int128)v[0].u64 * v[1].u64;
  v[0].u64 = (uint64_t)product;
  v[1].u64 = (uint64_t)(product >> 64);
}

// Everything below is one function: the handlers share its variables.
enum core_trap EXEC_RUN(struct core_store *store, struct core_function *function, union core_value *args,
                        const union exec_word **at_word, struct core_trap_info *info) {
#ifdef __GNUC__
  static const void *const labels[X_COUNT] = {EXEC_QUIET(LABEL_OF) EXEC_ALU(LABEL_K) EXEC_COMPARE(LABEL_K) EXEC_UNARY(LABEL)
                                                  EXEC_FLOAT(LABEL) EXEC_COMPARE(LABEL_BR) EXEC_DIVIDE(LABEL) EXEC_TRUNCATE(LABEL)
                                                      EXEC_LOAD(LABEL_FAR) EXEC_STORE(LABEL_FAR) EXEC_STOPPING(LABEL_OF)};
#endif
  struct exec_stack *stack = &store->stack;
  struct exec_frame *const outer = stack->frame;
  struct exec_frame *const frames_end = stack->frames_end;
  const union core_value *const slots_end = stack->slots_end;
  const struct core_watcher *const watcher = store->watcher;
  struct exec_frame *frame = outer;
  struct core_instance *instance = function->instance;
  const union exec_word *pc = NULL;
  union core_value *fp = args;
  uint8_t *mem = instance->memory0->bytes;
  uint64_t mem_size = instance->memory0->size;
  uint64_t fuel = store->fuel;
  enum core_trap trap = CORE_TRAP_NONE;
  goto enter;

  // `function` with its arguments at `args`; the innermost frame knows where it goes on afterwards.
call:
  if (UNLIKELY(!function->code)) {
    if (!function->instance) {
      stack->frame = frame;
      store->fuel = fuel;
      trap = exec_call_host(store, function, args, info);
      fuel = store->fuel;
      if (UNLIKELY(trap)) goto stop;
      RELOAD_MEMORY();
      pc = frame->pc;
      DISPATCH;
    }
    PREPARE(function);
  }
enter : {
  const struct exec_code *code = function->code;
  if (UNLIKELY((size_t)(slots_end - args) < code->slots || frame + 1 >= frames_end)) TRAP(CORE_TRAP_STACK);
  if (code->zero_count) {
    CHARGE(code->clear_fuel);
    memset(args + code->param_count, 0, code->zero_count * sizeof *args);
  }
  frame++;
  frame->function = function;
  frame->fp = fp = args;
  pc = code->words;
  if (function->instance != instance) {
    instance = function->instance;
    RELOAD_MEMORY();
  }
  if (UNLIKELY(watcher != NULL)) {
    stack->frame = frame;
    if (watcher->enter) watcher->enter(watcher->context, instance, function->index, fp);
    if (watcher->stop && *watcher->stop) TRAP(CORE_TRAP_HOST);
  }
  DISPATCH;
}

  // A tail call: `function` takes the place of the innermost frame. A host function is called, and its results are the frame's.
tail_call:
  if (UNLIKELY(!function->code)) {
    if (!function->instance) {
      stack->frame = frame;
      store->fuel = fuel;
      trap = exec_call_host(store, function, args, info);
      fuel = store->fuel;
      if (UNLIKELY(trap)) goto stop;
      memmove(fp, args, function->type->result_count * sizeof *fp);
      goto leave;
    }
    PREPARE(function);
  }
  {
    const struct exec_code *code = function->code;
    if (UNLIKELY((size_t)(slots_end - fp) < code->slots)) TRAP(CORE_TRAP_STACK);
    if (UNLIKELY(fuel < code->clear_fuel)) CHARGE(code->clear_fuel);
    memmove(fp, args, code->param_count * sizeof *fp);
    if (UNLIKELY(watcher != NULL) && watcher->leave) watcher->leave(watcher->context, instance, frame->function->index, NULL);
    args = fp;
    frame--;
    goto enter;
  }

  // The results stand at fp.
leave:
  if (UNLIKELY(watcher != NULL) && watcher->leave)
    watcher->leave(watcher->context, frame->function->instance, frame->function->index, fp);
  frame--;
  if (frame == outer) {
    stack->frame = outer;
    store->fuel = fuel;
    return CORE_TRAP_NONE;
  }
  fp = frame->fp;
  pc = frame->pc;
  if (frame->function->instance != instance) {
    instance = frame->function->instance;
    RELOAD_MEMORY();
  }
  DISPATCH;

#ifndef __GNUC__
dispatch:
  switch (pc->op) {
#endif

    EXEC_ALU(HANDLE_ALU)
    EXEC_COMPARE(HANDLE_COMPARE)
    EXEC_COMPARE(HANDLE_BRANCH)
    EXEC_UNARY(HANDLE_UNARY)
    EXEC_FLOAT(HANDLE_FLOAT)
    EXEC_DIVIDE(HANDLE_DIVIDE)
    EXEC_TRUNCATE(HANDLE_TRUNCATE)
    EXEC_LOAD(HANDLE_LOAD)
    EXEC_STORE(HANDLE_STORE)

#include "exec_run.inc"

#ifndef __GNUC__
  }
#endif

stop:
  *at_word = pc;
  stack->frame = frame;
  store->fuel = fuel;
  return trap;
}
