// The interpreter's outside: stores, host functions, calls by the host, fuel, traps.
//
// Calls of wasm functions by wasm functions do not use the C stack: operands and locals live on a stack of slots, and a second stack
// has a frame for each call. Only a host function that calls back into wasm nests a run within a run, and how deep is limited.
// Both stacks are reserved as address space once and get memory as they are used.
//
// Spec: https://webassembly.github.io/spec/core/exec/modules.html#invocation.

#include "exec.h"

#include "base/sorted.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

const char *const core_trap_names[] = {
    [CORE_TRAP_NONE] = "no trap",
    [CORE_TRAP_UNREACHABLE] = "unreachable",
    [CORE_TRAP_OUT_OF_BOUNDS] = "out of bounds memory access",
    [CORE_TRAP_TABLE_OUT_OF_BOUNDS] = "out of bounds table access",
    [CORE_TRAP_UNINITIALIZED] = "uninitialized element",
    [CORE_TRAP_SIGNATURE] = "indirect call type mismatch",
    [CORE_TRAP_DIVIDE_BY_ZERO] = "integer divide by zero",
    [CORE_TRAP_OVERFLOW] = "integer overflow",
    [CORE_TRAP_INVALID_CONVERSION] = "invalid conversion to integer",
    [CORE_TRAP_STACK] = "call stack exhausted",
    [CORE_TRAP_FUEL] = "fuel exhausted",
    [CORE_TRAP_NULL_REFERENCE] = "null reference",
    [CORE_TRAP_UNALIGNED] = "unaligned atomic",
    [CORE_TRAP_MEMORY] = "no memory left",
    [CORE_TRAP_HOST] = "trap in a host function",
    [CORE_TRAP_UNSUPPORTED] = "unsupported instruction",
    [CORE_TRAP_MALFORMED] = "malformed function body",
    [CORE_TRAP_EXCEPTION] = "unhandled exception",
    [CORE_TRAP_UNSHARED] = "expected shared memory",
    [CORE_TRAP_UNDEFINED] = "undefined element",
};

static size_t slots_size(const struct core_store *store) { return (size_t)store->limits.stack_slots * sizeof(union core_value); }

// One frame more than the depth, for the sentinel.
static size_t frames_size(const struct core_store *store) {
  return ((size_t)store->limits.call_depth + 1) * sizeof(struct exec_frame);
}

static void set_defaults(struct core_limits_of_store *limits) {
  if (!limits->memory_bytes) limits->memory_bytes = UINT64_C(1) << 32;
  if (!limits->bulk_bytes) limits->bulk_bytes = UINT64_MAX;
  if (!limits->call_depth) limits->call_depth = CORE_DEFAULT_CALL_DEPTH;
  if (!limits->stack_slots) limits->stack_slots = CORE_DEFAULT_STACK_SLOTS;
  if (!limits->host_depth) limits->host_depth = CORE_DEFAULT_HOST_DEPTH;
  if (!limits->table_entries) limits->table_entries = CORE_LIMIT_TABLE_ENTRIES;
}

struct core_store *core_store_new(const struct core_limits_of_store *limits) {
  struct cm_arena arena;
  cm_arena_init(&arena, limits ? limits->allocator : NULL);
  struct core_store *store = cm_alloc(&arena, sizeof *store);
  if (!store) return NULL;
  store->arena = arena;
  cm_arena_init(&store->scratch, limits ? limits->allocator : NULL);
  if (limits) store->limits = *limits;
  set_defaults(&store->limits);
  core_store_set_fuel(store, UINT64_MAX);
  struct exec_stack *stack = &store->stack;
  stack->slots = exec_reserve(slots_size(store));
  stack->frames = exec_reserve(frames_size(store));
  if (!stack->slots || !stack->frames) {
    core_store_free(store);
    return NULL;
  }
  exec_unpoison(stack->slots, slots_size(store));
  exec_unpoison(stack->frames, frames_size(store));
  stack->slots_end = stack->slots + store->limits.stack_slots;
  stack->frames_end = stack->frames + store->limits.call_depth + 1;
  stack->top = stack->slots;
  stack->frame = stack->frames;
  return store;
}

void core_store_free(struct core_store *store) {
  if (!store) return;
  exec_memories_free(store);
  if (store->stack.slots) munmap(store->stack.slots, slots_size(store));
  if (store->stack.frames) munmap(store->stack.frames, frames_size(store));
  cm_arena_free(&store->scratch);
  // The store itself lies in the arena.
  struct cm_arena arena = store->arena;
  cm_arena_free(&arena);
}

void core_store_set_fuel(struct core_store *store, uint64_t fuel) {
  store->fuel = fuel;
  store->unlimited_fuel = fuel == UINT64_MAX;
}

uint64_t core_store_fuel(const struct core_store *store) { return store->unlimited_fuel ? UINT64_MAX : store->fuel; }

void core_store_watch(struct core_store *store, const struct core_watcher *watcher) { store->watcher = watcher; }

struct core_function *core_host_function(struct core_store *store, const struct core_type *type, core_host_func call,
                                         void *context) {
  struct core_function *function = cm_alloc(&store->arena, sizeof *function);
  uint32_t id = type->kind == CORE_FUNC_TYPE ? exec_type_add(store, type) : EXEC_NONE;
  if (!function || id == EXEC_NONE) return NULL;
  *function =
      (struct core_function){.type = type, .type_id = id, .index = store->host_function_count++, .host = call, .context = context};
  return function;
}

const struct core_type *core_function_type(const struct core_function *function) { return function->type; }
struct core_instance *core_function_instance(const struct core_function *function) {
  return function->instance;
}
uint32_t core_function_index(const struct core_function *function) { return function->index; }

void exec_trap_message(struct core_trap_info *info, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(info->message, sizeof info->message, format, arguments);
  va_end(arguments);
}

// Clears what the type does not say: an i32 or f32 slot is zero above its 32 bits, any but a v128 above its 64.
static void normalize(const struct core_valtype *types, uint32_t count, const union core_value *from, union core_value *to) {
  for (uint32_t i = 0; i < count; i++) {
    switch (types[i].code) {
      case CORE_I32:
      case CORE_F32: to[i] = (union core_value){.u64 = from[i].u32}; break;
      case CORE_V128: to[i] = from[i]; break;
      default: to[i] = (union core_value){.u64 = from[i].u64}; break;
    }
  }
}

// The arguments stand at `args`; the results replace them. The host's results go behind the arguments first, so that it may read
// the one while it writes the other.
enum core_trap exec_call_host(struct core_store *store, struct core_function *function, union core_value *args,
                              struct core_trap_info *info) {
  struct exec_stack *stack = &store->stack;
  const struct core_type *type = function->type;
  size_t params = type->param_count, results = type->result_count;
  if ((size_t)(stack->slots_end - args) < params + results) return CORE_TRAP_STACK;
  union core_value *top = stack->top;
  union core_value *out = args + params;
  memset(out, 0, results * sizeof *out);
  stack->top = out + results;
  const struct core_watcher *watcher = store->watcher;
  if (watcher && watcher->enter) watcher->enter(watcher->context, NULL, function->index, args);
  enum core_trap trap = function->host(function->context, store, args, out, info);
  if (watcher && watcher->leave) watcher->leave(watcher->context, NULL, function->index, trap ? NULL : out);
  stack->top = top;
  if (trap) return trap;
  normalize(type->results, type->result_count, out, out);
  memmove(args, out, results * sizeof *out);
  return CORE_TRAP_NONE;
}

// The site of the word that trapped: the last one that is not behind it.
static const struct exec_site *find_site(const struct exec_code *code, const union exec_word *at) {
  size_t word = (size_t)(at - code->words);
  size_t next;
  SORTED_FIRST(next, 0, code->site_count, code->sites[next].word > word);
  return next ? &code->sites[next - 1] : NULL;
}

// Where in the file the instruction stands that the frame is at.
static uint64_t offset_of_frame(const struct exec_frame *frame) {
  const struct exec_site *site = find_site(frame->function->code, frame->pc - 1);
  const struct core_module *module = frame->function->instance->module;
  return (uint64_t)(module->funcs[frame->function->index].body.at - module->file) + (site ? site->offset : 0);
}

bool core_store_call_site(const struct core_store *store, const struct core_instance *entered, struct core_instance **caller,
                          uint32_t *func, uint64_t *offset) {
  const struct exec_frame *frame = store->stack.frame - (entered != NULL);
  if (frame <= store->stack.frames || !frame->function || !frame->function->code) return false;
  *caller = frame->function->instance;
  *func = frame->function->index;
  *offset = offset_of_frame(frame);
  return true;
}

const union core_value *core_store_reader(const struct core_store *store, struct core_instance **instance, uint32_t *func,
                                          uint64_t *offset) {
  const struct exec_frame *frame = store->stack.frame;
  *instance = frame->function->instance;
  *func = frame->function->index;
  *offset = offset_of_frame(frame);
  return frame->fp;
}

// Takes the fuel that is still owed, says where it was, and leaves the frames above `base`. A body that could not be prepared has
// said itself where it is wrong.
static void unwind(struct core_store *store, struct exec_frame *base, enum core_trap trap, const union exec_word *at,
                   struct core_trap_info *info) {
  struct exec_stack *stack = &store->stack;
  struct exec_frame *frame = stack->frame;
  if (frame > base && at) {
    const struct core_function *function = frame->function;
    const struct exec_site *site = find_site(function->code, at);
    if (site && trap != CORE_TRAP_FUEL && !store->unlimited_fuel)
      store->fuel -= store->fuel < site->unpaid ? store->fuel : site->unpaid;
    if (!info->module) {
      const struct core_module *module = function->instance->module;
      info->module = module;
      info->function = function->index;
      info->offset = (uint64_t)(module->funcs[function->index].body.at - module->file) + (site ? site->offset : 0);
    }
  }
  info->trap = trap;
  if (!info->message[0]) exec_trap_message(info, "%s", core_trap_names[trap]);
  const struct core_watcher *watcher = store->watcher;
  for (; frame > base; frame--) {
    if (watcher && watcher->leave) watcher->leave(watcher->context, frame->function->instance, frame->function->index, NULL);
  }
  stack->frame = base;
}

// Calls a wasm function whose arguments stand at the stack's top.
static enum core_trap call_wasm(struct core_store *store, struct core_function *function, struct core_trap_info *info) {
  struct exec_stack *stack = &store->stack;
  struct exec_frame *base = stack->frame;
  const union exec_word *at = NULL;
  enum core_trap trap = CORE_TRAP_NONE;
  if (!function->code) trap = exec_translate(function, info);
  const struct core_watcher *watcher = store->watcher;
  bool watched = store->has_snapshots || (watcher && (watcher->read || watcher->write || watcher->branch));
  if (!trap) trap = (watched ? exec_run_watched : exec_run)(store, function, stack->top, &at, info);
  if (trap) unwind(store, base, trap, at, info);
  if (trap && !info->module) {
    // There was no room even for its frame.
    const struct core_module *module = function->instance->module;
    info->module = module;
    info->function = function->index;
    info->offset = (uint64_t)(module->funcs[function->index].body.at - module->file);
  }
  return trap;
}

enum core_trap core_call(struct core_store *store, struct core_function *function, const union core_value *arguments,
                         union core_value *results, struct core_trap_info *trap_info) {
  struct core_trap_info own;
  struct core_trap_info *info = trap_info ? trap_info : &own;
  memset(info, 0, sizeof *info);
  struct exec_stack *stack = &store->stack;
  const struct core_type *type = function->type;
  union core_value *args = stack->top;
  enum core_trap trap;
  if ((size_t)(stack->slots_end - args) < (size_t)type->param_count + type->result_count ||
      store->host_depth >= store->limits.host_depth) {
    trap = CORE_TRAP_STACK;
  } else {
    normalize(type->params, type->param_count, arguments, args);
    store->host_depth++;
    trap = function->instance ? call_wasm(store, function, info) : exec_call_host(store, function, args, info);
    store->host_depth--;
  }
  stack->top = args;
  if (!trap) {
    normalize(type->results, type->result_count, args, results);
  } else if (!info->trap) {
    info->trap = trap;
    if (!info->message[0]) exec_trap_message(info, "%s", core_trap_names[trap]);
  }
  return trap;
}
