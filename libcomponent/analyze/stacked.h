// Machines whose stack lies in linear memory.
//
// A compiler that switches between threads of its own (Go's) cannot use wasm's stack, which it could not put aside. Every function has the
// type (i32) -> i32: it is told at which of its resumption points to go on (0 at a call), and tells whether the stack is being unwound
// (0 when it returns). Arguments and results lie in memory above the return address that a global points to. A body begins with a jump
// by the resumption point, mostly in a loop that serves for its own jumps too. Addresses of functions are their table index, shifted.
#ifndef ANALYZE_STACKED_H
#define ANALYZE_STACKED_H

#include <component/graph.h>

enum {
  STACKED_WORDS = 64,
  STACKED_RETURN = 8,          // bytes of a return address
  STACKED_ADDRESS_SHIFT = 16,  // of a table index in a function's address
};

// What is known of one function.
struct stacked_function {
  bool read;
  bool never_returns;
  bool is_leaf;  // it calls nothing
  bool uses_context;
  uint64_t reads;  // which of the first STACKED_WORDS words there it reads before it writes them, as its code goes straight
  uint32_t area;   // how far, from behind the return address, it touches what its caller laid down
  uint32_t frame;  // bytes of its own frame, below the stack pointer at entry
  uint32_t count, spilled_count;
  const uint32_t *taken;  // offsets in its frame whose addresses it takes, ascending: objects begin there
  const uint32_t *
      spilled;  // words, ascending, that are stored to right behind the stack pointer, as registers are put aside: no object has them
};

// Of a module that is such a machine.
struct stacked {
  const struct core_module *module;
  struct cm_arena *arena;
  uint32_t pointer;  // the global that is the stack pointer
  uint32_t context;  // the global by which a function finds its captured variables; UINT32_MAX: none is seen
  // Functions compare the stack pointer with a word, below which the stack must not grow: it stands where this global leads to, and so many
  // bytes on.
  bool has_guard;
  uint32_t guard_global;
  uint64_t guard_offset;
  struct stacked_function *functions;  // by function index
  unsigned nested;                     // functions that are being read since others go on as them
  struct cm_span data;  // memory as data segments make it, from address 0 on: linkers leave zeros out, within words too
  uint64_t variables;   // what code may write to of that lies from here on; UINT64_MAX: that is not known
  // By function index: its address stands in data or code, so that it may be called indirectly. NULL: not looked for.
  uint8_t *taken;
};

// NULL: `module` is none, or memory is exhausted.
struct stacked *stacked_recognize(struct cm_arena *arena, const struct core_module *module);

// Has the function the type that they all have?
bool stacked_is_typed(const struct core_module *module, uint32_t func);

// Finds the functions whose addresses stand somewhere; `table` has them all, `instance` is the module's. False: memory is exhausted.
bool stacked_find_taken(struct stacked *stacked, const struct cm_table *table, uint32_t instance);

// Tells `visit` the functions (by index) whose code has the address of `func`, or that of an object of constant data that has it. False: memory
// is exhausted.
bool stacked_holders(struct stacked *stacked, const struct cm_table *table, uint32_t instance, uint32_t func,
                     void (*visit)(void *context, uint32_t holder), void *context);

// Does the address of `func` stand in tables of methods, and nowhere else?
bool stacked_is_method(struct stacked *stacked, const struct cm_table *table, uint32_t instance, uint32_t func);

// Tells `visit` of the constants in code that may be addresses from `from` up to `to`, and in which function (by index) each stands.
void stacked_mentions(const struct stacked *stacked, uint64_t from, uint64_t to,
                      void (*visit)(void *context, uint32_t func, uint64_t address), void *context);

const struct stacked_function *stacked_function_of(struct stacked *stacked, uint32_t func);

// Is the word at that offset in the frame one that a register is put aside in?
bool stacked_is_spilled(const struct stacked_function *function, uint32_t offset);

#endif
