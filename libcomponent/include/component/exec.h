// The interpreter: core instances, calls, fuel, traps.
//
// One engine serves the analyzer's experiments and the runtime. Bodies are prepared at their first call, so that a large module costs
// only what it touches. An engine, its stores and what is in them belong to one thread at a time.
//
// Spec: core 3.0, "Execution" (https://webassembly.github.io/spec/core/exec/index.html).
#ifndef COMPONENT_EXEC_H
#define COMPONENT_EXEC_H

#include <component/instr.h>

// A value; which member counts is said by its type. Results of core_call are zero beyond the member that counts.
union core_value {
  int32_t i32;
  uint32_t u32;
  int64_t i64;
  uint64_t u64;
  float f32;
  double f64;
  uint8_t v128[16];
  void *ref;  // a struct core_function *, or whatever a host gave as externref; NULL is null
};

struct core_store;     // memories, tables, globals, functions, instances; freed in one call
struct core_instance;  // a module instantiated in a store
struct core_function;  // a function of a store: wasm or host

enum core_trap {
  CORE_TRAP_NONE,
  CORE_TRAP_UNREACHABLE,
  CORE_TRAP_OUT_OF_BOUNDS,  // memory
  CORE_TRAP_TABLE_OUT_OF_BOUNDS,
  CORE_TRAP_UNINITIALIZED,  // null table entry called
  CORE_TRAP_SIGNATURE,      // indirect call type mismatch
  CORE_TRAP_DIVIDE_BY_ZERO,
  CORE_TRAP_OVERFLOW,  // integer overflow
  CORE_TRAP_INVALID_CONVERSION,
  CORE_TRAP_STACK,  // call stack exhausted
  CORE_TRAP_FUEL,
  CORE_TRAP_NULL_REFERENCE,
  CORE_TRAP_UNALIGNED,
  CORE_TRAP_MEMORY,       // the host has no memory left, or a limit of the store
  CORE_TRAP_HOST,         // a host function said no; its own message is in the trap
  CORE_TRAP_UNSUPPORTED,  // an instruction this engine does not execute yet
  CORE_TRAP_MALFORMED,    // the body could not be read, or is not valid
  CORE_TRAP_EXCEPTION,    // an exception that nothing caught
  CORE_TRAP_UNSHARED,     // an atomic wait on a memory that is not shared
  CORE_TRAP_UNDEFINED,    // an indirect call beyond the end of the table
};
extern const char *const core_trap_names[];  // the specification's test suite's words: "integer divide by zero", …

// Where and why execution stopped.
struct core_trap_info {
  enum core_trap trap;
  const struct core_module *module;
  uint32_t function;  // index in the module
  uint64_t offset;    // of the instruction, in the file
  char message[160];
};

struct core_limits_of_store {
  uint64_t memory_bytes;                 // of all linear memories together; 0: 4 GiB
  uint64_t bulk_bytes;                   // that one instruction writes at most (more takes all fuel); 0: any
  uint32_t call_depth;                   // calls of wasm functions within each other; 0: CORE_DEFAULT_CALL_DEPTH
  uint32_t stack_slots;                  // parameters, locals and operands of all of them; 0: CORE_DEFAULT_STACK_SLOTS
  uint32_t host_depth;                   // calls back into wasm from host functions within each other; 0: CORE_DEFAULT_HOST_DEPTH
  uint32_t table_entries;                // of all tables together; 0: CORE_LIMIT_TABLE_ENTRIES
  const struct cm_allocator *allocator;  // of all but memories, tables and stacks; NULL: calloc and free
};

enum { CORE_DEFAULT_CALL_DEPTH = 20000, CORE_DEFAULT_STACK_SLOTS = 1 << 20, CORE_DEFAULT_HOST_DEPTH = 100 };

// NULL: no memory. `limits` may be NULL; it is copied.
struct core_store *core_store_new(const struct core_limits_of_store *limits);
void core_store_free(struct core_store *store);

// Fuel: one unit an instruction (`end` and `else` are none); UINT64_MAX: no limit. An instruction that does work in proportion to an
// operand costs one more for each CORE_FUEL_BYTES bytes, or CORE_FUEL_ENTRIES table entries, that it touches, and a call one more for
// each CORE_FUEL_LOCALS locals that it clears. Units are taken at branches, calls and joins, for the instructions since the last
// such place: running out (CORE_TRAP_FUEL, nothing left) is noticed there, and at most the straight-line code before it ran
// unpaid. What is left after a normal end, or after another trap, is exact.
enum { CORE_FUEL_BYTES = 1024, CORE_FUEL_ENTRIES = 64, CORE_FUEL_LOCALS = 64 };
void core_store_set_fuel(struct core_store *store, uint64_t fuel);
uint64_t core_store_fuel(const struct core_store *store);

// Called by wasm code. Gets the arguments, writes the results (they do not overlap; both are valid until it returns); returns
// CORE_TRAP_NONE or a trap (CORE_TRAP_HOST with a message; where in the module is filled in by the engine). May use everything of
// this header on the store, core_call too.
typedef enum core_trap (*core_host_func)(void *context, struct core_store *store, const union core_value *arguments,
                                         union core_value *results, struct core_trap_info *trap);

// Makes a host function of type `type` (borrowed; must outlive the store; its references are of abstract heap types). Owned by the
// store. NULL: no memory, or not such a type.
struct core_function *core_host_function(struct core_store *store, const struct core_type *type, core_host_func call,
                                         void *context);

// Memories, tables, globals and tags made by the host, owned by the store. NULL: no memory, or beyond a limit. Table entries start
// as `init`; types are of abstract heap types; `type` of a tag is borrowed and must outlive the store.
struct core_memory_inst *core_memory_new(struct core_store *store, const struct core_limits *limits);
struct core_table_inst *core_table_new(struct core_store *store, const struct core_table_type *type, void *init);
struct core_global_inst *core_global_new(struct core_store *store, const struct core_global_type *type, union core_value value);
struct core_tag_inst *core_tag_new(struct core_store *store, const struct core_type *type);

// What an import is given: exactly one is set, as the import's kind says.
struct core_extern {
  enum core_kind kind;
  struct core_function *func;
  struct core_memory_inst *memory;
  struct core_table_inst *table;
  struct core_global_inst *global;
  struct core_tag_inst *tag;
};

// Instantiates: imports in the module's order; data and element segments are applied; the start function is NOT run (call
// core_instance_start). `module` is borrowed and must outlive the store. False: diag says why (an import of the wrong kind or type:
// "incompatible import type …"; a segment out of bounds: "out of bounds memory access …", "out of bounds table access …"; no
// memory). As in the specification, what segments before the failing one wrote to imported memories and tables stays written.
bool core_instantiate(struct core_store *store, const struct core_module *module, const struct core_extern *imports,
                      struct core_instance **out, struct cm_diag *diag);
enum core_trap core_instance_start(struct core_instance *instance, struct core_trap_info *trap);

// Anything of the instance's index spaces, for linking and looking; all members NULL where the index is out of range.
struct core_extern core_instance_item(struct core_instance *instance, enum core_kind kind, uint32_t index);
// The export of that name, of whatever kind; false when there is none.
bool core_instance_export(struct core_instance *instance, struct cm_str name, struct core_extern *out);
const struct core_module *core_instance_module(const struct core_instance *instance);
const struct core_type *core_function_type(const struct core_function *function);
// The instance that defines it (NULL: a host function), and its index there (of a host function: how many were made before it).
struct core_instance *core_function_instance(const struct core_function *function);
uint32_t core_function_index(const struct core_function *function);

// Calls a function. Results are as many as its type says. CORE_TRAP_NONE, or a trap with `trap` filled (may be NULL).
enum core_trap core_call(struct core_store *store, struct core_function *function, const union core_value *arguments,
                         union core_value *results, struct core_trap_info *trap);

// Linear memory: the bytes now, valid until the memory grows. Growing by the host: false when over a limit.
uint8_t *core_memory_bytes(struct core_memory_inst *memory, uint64_t *size);
bool core_memory_grow(struct core_memory_inst *memory, uint64_t pages);

// Remembers the memory as it is now, and puts it back to that, in time that depends on how many pages were written since and not on the
// memory's size. A later snapshot replaces an earlier one. A host that writes to the bytes of a memory that has one must touch them
// first, and so must not where that is false: memory is exhausted. So it is where a snapshot is refused.
bool core_memory_snapshot(struct core_memory_inst *memory);
bool core_memory_touch(struct core_memory_inst *memory, uint64_t at, uint64_t size);
void core_memory_restore(struct core_memory_inst *memory);
// The next bytes from *from on, up to *to, that may have been written since the first snapshot (whole pages, but for the end), or since
// ever where there was none; *from moves on to where they begin. False: there are none.
bool core_memory_written(const struct core_memory_inst *memory, uint64_t *from, uint64_t *to);
union core_value *core_global_value(struct core_global_inst *global);

// Tables: entries now; reading and writing one (false: out of bounds). The table's element type must be kept by the caller.
uint64_t core_table_size(const struct core_table_inst *table);
bool core_table_get(const struct core_table_inst *table, uint64_t index, void **ref);
bool core_table_set(struct core_table_inst *table, uint64_t index, void *ref);

// A watcher of calls, for experiments: told before each wasm or host function is entered, with its arguments, and after it returned with
// its results (NULL where it trapped). A tail call leaves the caller (results NULL) before it enters the callee. Costs nothing when
// NULL. `instance` is NULL for a host function; `func` is then core_function_index. The watcher must not call into the store.
struct core_watcher {
  void (*enter)(void *context, struct core_instance *instance, uint32_t func, const union core_value *arguments);
  void (*leave)(void *context, struct core_instance *instance, uint32_t func, const union core_value *results);
  void *context;
  // Told of each access of an instruction to linear memory, after it was made; what hosts do is theirs to know. Slower while set.
  void (*read)(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size);
  void (*write)(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size);
  // Told of each conditional branch, before it is taken: `at` is where it stands in the prepared code, `choice` what it comes to, out of `count`
  // (0 or 1; of a br_table the label, whose last is the default). Returns what is to be taken instead. Slower while set.
  uint32_t (*branch)(void *context, const void *at, uint32_t choice, uint32_t count);
  // Once this is true, execution ends with CORE_TRAP_HOST where the next wasm function is entered; NULL: never.
  const bool *stop;
};
// `watcher` is borrowed; NULL ends the watching. To be changed only while nothing runs.
void core_store_watch(struct core_store *store, const struct core_watcher *watcher);

// For a watcher, while it is told that `entered` (as told: NULL for a host function) is entered: which function called it, and the offset
// in the file of the instruction that did. False: the host called it.
bool core_store_call_site(const struct core_store *store, const struct core_instance *entered, struct core_instance **caller,
                          uint32_t *func, uint64_t *offset);

// For a watcher, while it is told of a read: the function whose instruction reads, and the offset in the file of that. Of a branch, the offset is
// that of it or of an instruction before it. Returns the function's
// parameters and locals as they are then; borrowed until the watcher returns.
const union core_value *core_store_reader(const struct core_store *store, struct core_instance **instance, uint32_t *func,
                                          uint64_t *offset);

#endif
