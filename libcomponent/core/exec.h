// Inside the interpreter: what its files share.
//
//   exec.c            stores, host functions, calls from the host, fuel, traps
//   exec_types.c      function types of all modules of a store made comparable
//   exec_memory.c     linear memories, tables, globals, and the bulk instructions on them
//   exec_instance.c   instantiation
//   exec_atomic.c     atomic instructions
//   exec_vector.c     vector instructions
//   exec_translate.c  a body becomes internal code: control, calls, variables
//   exec_plain.c      the instructions that a table describes
//   exec_operands.c   the translator's operand stack and its emitter
//   exec_ops.h        the internal instructions, as lists that the translator and the next expand
//   exec_run.c        internal code is executed
//   exec_watched.c    the same, with every access to memory told to a watcher, and pages kept for snapshots before they are written
//   exec_snapshot.c   snapshots of memories
#ifndef CORE_EXEC_H
#define CORE_EXEC_H

#include <component/exec.h>
#include <component/limits.h>

// One unit of internal code. An instruction is one or more of them. The first has the operation and up to three slots of the frame,
// or one slot and a 32-bit number; what follows depends on the operation (exec_ops.h). The layout of the two views agrees on
// little-endian machines only, which are the ones that are supported.
union exec_word {
  struct {
    uint16_t op, a, b, c;
  };
  struct {
    uint32_t op_and_a;
    int32_t k;
  };
  struct {
    uint32_t low, high;
  };
  uint64_t u64;
};
_Static_assert(sizeof(union exec_word) == 8, "internal code is made of 64-bit words");
_Static_assert(sizeof(union core_value) == 16, "a slot holds a v128");
_Static_assert(sizeof(void *) == 8, "references are compared as 64-bit numbers");
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "linear memory is accessed in place: only little-endian machines are supported"
#endif

// Where an instruction that can stop came from. `unpaid` is how many instructions, itself included, ran since fuel was last taken.
struct exec_site {
  uint32_t word;    // index into the code
  uint32_t offset;  // from the first byte of the body
  uint32_t unpaid;
};

// A prepared body. A frame is: parameters and locals, then the operand stack; `slots` covers it all, and the results, which are
// returned where the parameters were.
struct exec_code {
  uint32_t slots;
  uint32_t param_count, result_count;
  uint32_t zero_count;  // locals to clear behind the parameters
  uint32_t clear_fuel;  // what clearing them costs
  uint32_t word_count, site_count;
  const struct exec_site *sites;  // ordered by word
  union exec_word words[];
};

struct core_function {
  const struct exec_code *code;    // NULL for host functions, and until the first call
  struct core_instance *instance;  // NULL for host functions
  const struct core_type *type;
  uint32_t type_id;  // in the store's types
  uint32_t index;
  core_host_func host;
  void *context;
};

struct core_memory_inst {
  uint8_t *bytes;
  uint64_t size;                   // in bytes
  uint64_t reserved;               // bytes of address space behind `bytes`
  struct exec_snapshot *snapshot;  // NULL: none was taken
  uint64_t max_pages;
  uint64_t declared_max;  // as the type says; for import matching
  bool has_max, is_64, shared;
  uint8_t page_log2;
  struct core_store *store;
  struct core_memory_inst *next;  // in the store
};

struct core_table_inst {
  void **entries;
  uint64_t size, capacity;
  uint64_t max;
  bool has_max, is_64;
  struct core_valtype element;  // `heap` is canonical: an abstract heap type or an index into the store's types
  struct core_store *store;
  struct core_table_inst *next;
};

struct core_global_inst {
  union core_value value;
  struct core_valtype type;  // canonical
  bool is_mutable;
};

struct core_tag_inst {
  uint32_t type_id;
};

// A type of the store. Two types of any modules are the same when their numbers are. Spec: "Type Equivalence"; recursive types are
// equal when their recursion groups are, element by element.
struct exec_type {
  const struct core_type *type;
  uint32_t super;  // EXEC_NONE: none
  uint32_t depth;  // how many are above it; at most CORE_LIMIT_SUBTYPE_DEPTH
};
#define EXEC_NONE UINT32_MAX

struct core_instance {
  struct core_store *store;
  const struct core_module *module;
  const struct core_memory_inst *memory0;  // an empty one where the module has none
  struct core_function **funcs;
  struct core_global_inst **globals;
  struct core_memory_inst **memories;
  struct core_table_inst **tables;
  struct core_tag_inst **tags;
  uint32_t *type_ids;
  struct core_function *own_funcs;
  bool *data_dropped, *element_dropped;
  void ***element_refs;  // of segments given as expressions: their values
};

struct exec_frame {
  struct core_function *function;
  const union exec_word *pc;  // where it goes on when it is not the innermost
  union core_value *fp;       // its slots
};

// An execution: what would have to be kept aside to go on later.
struct exec_stack {
  union core_value *slots, *slots_end;
  union core_value *top;  // free from here on while the host runs
  struct exec_frame *frames, *frames_end;
  struct exec_frame *frame;  // the innermost; frames[0] is a sentinel
};

struct core_store {
  struct cm_arena arena;
  struct cm_arena scratch;  // of the translator, empty between two functions; of the types that come in
  struct core_limits_of_store limits;
  struct exec_stack stack;
  uint64_t fuel;
  bool unlimited_fuel;
  bool has_snapshots;  // some memory has one
  const struct core_watcher *watcher;
  uint32_t host_depth;
  uint32_t host_function_count;
  uint64_t memory_bytes, table_entries;  // in use
  struct core_memory_inst *memories;
  struct core_table_inst *tables;
  // types: an array that grows in the arena, and a hash table of recursion groups
  struct exec_type *types;
  size_t type_count, type_capacity;
  struct exec_group **groups;
  size_t group_count, group_buckets;
};

// exec_types.c
// Fills ids[0 … type_count) with the store's numbers of the module's types.
bool exec_types_add(struct core_store *store, const struct core_module *module, uint32_t *ids, struct cm_diag *diag);
// The number of one type that refers to no other; EXEC_NONE: no memory, or it does refer to others.
uint32_t exec_type_add(struct core_store *store, const struct core_type *type);
bool exec_type_matches(const struct core_store *store, uint32_t id, uint32_t super);
// `type` with its heap type made canonical. `type_count` bounds the indices; false: out of range.
bool exec_valtype_canonical(const uint32_t *ids, uint32_t type_count, struct core_valtype type, struct core_valtype *out);
bool exec_valtype_matches(const struct core_store *store, struct core_valtype type, struct core_valtype super);
// To which of the disjoint hierarchies a heap type belongs: CORE_HEAP_FUNC, CORE_HEAP_EXTERN, CORE_HEAP_ANY, CORE_HEAP_EXN,
// CORE_HEAP_CONT; 0 where the type index is out of range.
int32_t exec_heap_hierarchy(const struct core_module *module, int32_t heap);

// exec_instance.c
// What a slot of that type holds, as one byte: the code of a number type, or one of EXEC_FUNCREF …; 0 where the type is not valid. The
// engine keeps numbers and the hierarchies of references apart; what is finer is checked where it matters, at the call.
enum { EXEC_FUNCREF = CORE_HEAP_FUNC & 0x7f, EXEC_EXTERNREF = CORE_HEAP_EXTERN & 0x7f, EXEC_REFERENCES_BELOW = CORE_V128 };
uint8_t exec_slot_type(const struct core_module *module, struct core_valtype type);

// exec_memory.c
struct core_memory_inst *exec_memory_new(struct core_store *store, const struct core_limits *limits, struct cm_diag *diag);
struct core_table_inst *exec_table_new(struct core_store *store, const struct core_limits *limits, struct core_valtype element,
                                       void *init, struct cm_diag *diag);
void exec_memories_free(struct core_store *store);
// Address space of which the system gives zeroed pages as they are touched; NULL: none is left. It goes back by munmap.
void *exec_reserve(uint64_t size);
// Tells AddressSanitizer, in builds with it, that these bytes of it come into use.
void exec_unpoison(const void *at, uint64_t size);
// The size before, in pages or entries, or UINT64_MAX.
uint64_t exec_memory_grow(struct core_memory_inst *memory, uint64_t pages);
uint64_t exec_table_grow(struct core_table_inst *table, uint64_t count, void *init);
enum core_trap exec_memory_init(struct core_instance *instance, uint32_t memory, uint32_t data, uint64_t to, uint64_t from,
                                uint64_t count, uint64_t *fuel);
enum core_trap exec_table_init(struct core_instance *instance, uint32_t table, uint32_t element, uint64_t to, uint64_t from,
                               uint64_t count, uint64_t *fuel);
// Executes a bulk instruction whose operands stand in args[0], args[1] …; the result, if any, goes to args[0]. `x` and `y` are its
// immediates in the order of the binary format. What it costs beyond one unit is taken from `fuel`.
enum core_trap exec_bulk(struct core_instance *instance, enum core_op op, uint32_t x, uint32_t y, union core_value *args,
                         uint64_t *fuel);

// exec_snapshot.c
// To be called before `size` bytes at `at` are written; what lies beyond the memory does not count. False: no memory is left to keep
// what is there, and it must not be written. Does nothing where the memory has no snapshot.
bool exec_snapshot_touch(struct core_memory_inst *memory, uint64_t at, uint64_t size);
// Whether a memory may have `size` bytes: one with a snapshot stays where it is.
bool exec_snapshot_holds(const struct core_memory_inst *memory, uint64_t size);

// exec_atomic.c
// Executes an atomic instruction, in the manner of exec_bulk.
// How many bytes an atomic instruction accesses, and whether it may write them.
unsigned exec_atomic_width(enum core_op op, bool *writes);
enum core_trap exec_atomic(struct core_instance *instance, enum core_op op, uint32_t memory, uint64_t offset,
                           union core_value *args);

// exec_translate.c
// Prepares the body of a wasm function. On a trap (MALFORMED, MEMORY) `info` has offset and message.
enum core_trap exec_translate(struct core_function *function, struct core_trap_info *info);

// exec_run.c
// Calls a wasm function, prepared, with the arguments at `args`, which the results replace. On a trap the frames are left as they
// are and `*at` is the word that trapped, in the innermost frame's code; NULL when no frame was made, or when `info` already says
// where.
enum core_trap exec_run(struct core_store *store, struct core_function *function, union core_value *args,
                        const union exec_word **at, struct core_trap_info *info);
// The same for a store whose watcher wants to know what is read or written, or that has memories with snapshots.
enum core_trap exec_run_watched(struct core_store *store, struct core_function *function, union core_value *args,
                                const union exec_word **at, struct core_trap_info *info);

// exec.c
enum core_trap exec_call_host(struct core_store *store, struct core_function *function, union core_value *args,
                              struct core_trap_info *info);

// A trap's message, where there is something to add to its name.
void exec_trap_message(struct core_trap_info *info, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
