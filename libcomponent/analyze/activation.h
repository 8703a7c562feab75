// Inside the evaluator: one function body being executed on abstract values. Private to evaluate*.c.
#ifndef ANALYZE_ACTIVATION_H
#define ANALYZE_ACTIVATION_H

#include "evaluate.h"
#include "fold.h"

// Everything that differs between two paths through a body.
struct state {
  bool live;
  struct world world;
  struct value *locals;
  struct value *results;           // of a branch to a label; the label's arity many
  const struct watch_fact *facts;  // of the environment's list; see watch.h
  // So many branches went, on the way where these are fewest, where they do not with what variables began with. And what hangs on whether a loop goes
  // on so.
  unsigned changed;
  const struct beyond *beyond;
};

enum control_kind { CONTROL_FUNC, CONTROL_BLOCK, CONTROL_LOOP, CONTROL_IF, CONTROL_LABEL };  // LABEL: see dispatch.h

struct control {
  enum control_kind kind;
  uint32_t height;  // of the operand stack below the block's parameters
  uint32_t param_count, result_count;
  uint32_t label;        // of a label: its number
  struct state out;      // branches to the end, merged; of a loop also what falls out of each round
  struct state back;     // of a loop: branches to its start, merged
  struct state head;     // of a loop: the state at the first entry, later widened
  struct state other;    // of an if: the state for its else
  struct state last;     // of a loop: the state at the beginning of this round, unless it is the first
  const uint8_t *start;  // of a loop: its first instruction
  unsigned rounds;
  uint32_t widened_from;  // of a loop: the first name that its widening made
  bool exit_decided, if_decided, widening, has_else;
  bool end_decided;          // of a loop: an exit is behind which something else is done before it is left
  bool ways_decided;         // of a loop: its exit is, on each of several ways;
  bool exit_open;            // and some exit is not
  uint32_t joins_before;     // of a loop: the newest join when it was come to
  uint32_t met_before;       // conditions that were met before it (activation_divide.c)
  bool left;                 // of a loop: some path got out of it
  bool left_open;            // of a loop: some path of this round goes on outside of it
  uint64_t steps_before;     // of a loop: steps left when it was come to
  struct counter *counters;  // of a loop that is widened
  struct beyond *beyond;     // of a loop: the ways of this round that variables' changes lead to; NULL: there are none
};

struct activation {
  struct evaluation *evaluation;
  struct evaluate_frame frame;
  const struct core_module *module;
  const struct core_type *type;
  struct core_code code;
  struct state now;
  uint32_t local_count;
  struct spare_locals *spare_locals;  // arrays for states to come
  struct value *stack;
  size_t height, stack_room;
  struct control *controls;
  size_t depth, control_room;
  struct {
    const uint8_t *behind;  // the instruction that read or set it
    uint32_t index;
  } seen_local;               // the last one
  struct state later;         // live: execution goes on with it behind the loop that is skipped
  struct dispatch *dispatch;  // the loop that is a machine and goes on; NULL: none does
  uint32_t joins_before;      // the newest join when it began
  uint32_t path_leaves;       // of the path when it was made lighter last
  uint64_t laid;              // bits by words at the bottom of the frame: stored to since the last call
  bool is_closure;            // the context was set since then
  bool has_inlined;           // lookups were inlined into the function
  bool stopped;               // a bound, no memory, or an instruction that is not modelled: the activation's result is unknown
};

// Operand stack. A pop from below gives unknown: what was not validated must not crash.
void activation_push_growing(struct activation *a, struct value v);

static inline void activation_push(struct activation *a, struct value v) {
  if (a->height < a->stack_room)
    a->stack[a->height++] = v;
  else
    activation_push_growing(a, v);
}

static inline struct value activation_pop(struct activation *a) {
  size_t floor = a->depth ? a->controls[a->depth - 1].height : 0;
  return a->height > floor ? a->stack[--a->height] : value_unknown();
}

// The operand of a condition; the environment's list is a pointer, and true.
struct value activation_pop_condition(struct activation *a);

// A condition decides something; `source` tells where it was read from (0: nobody knows). *number: which one it is, UINT32_MAX if it is met more
// than once, or known. True: it is taken for *outcome, and the state is as it is then.
bool activation_meet(struct activation *a, struct value raw, uint64_t source, uint32_t *number, bool *outcome);
// It chooses between two addresses; those in a block do, where ways met at its end `before` which so many addresses had met.
void activation_note_chooser(struct activation *a, uint32_t number);
void activation_note_met(struct activation *a, const struct control *c, uint64_t before);

// Something that decides where to go on, by itself or together with what is not known, is known: a loop around it may be worth some rounds.
void activation_note_decided(struct activation *a);

// The same of the condition of the `if` that has just begun, one of whose arms may do nothing but leave the loop. Not `decided`: it is so on each
// of several ways.
void activation_note_if(struct activation *a, bool decided, bool known, struct value raw);

// States: a copy, and its end; and `other` merged into `into`, which may be dead, with `results` many values. The latter returns whether `into` changed.
bool activation_fork(struct activation *a, struct state *from, struct state *to);
void activation_drop(struct activation *a, struct state *state);
bool activation_merge(struct activation *a, struct state *into, struct state *other, uint32_t results, bool widen);

// Blocks: a new one; what `state` becomes at the label of one; and what the operand stack becomes, from `height` on, behind one.
struct control *activation_push_control(struct activation *a, enum control_kind kind, uint32_t params, uint32_t results);
void activation_arrive(struct activation *a, struct control *c, struct state *state);
void activation_resume(struct activation *a, uint32_t height, struct state *state, uint32_t count);

// What a condition allows on this path. Returns whether it is known on each way here, be it differently.
bool activation_truths(struct activation *a, struct value condition, bool *can_true, bool *can_false);

// What `state` knows where the condition has this outcome; `raw` is the operand, `condition` its truth. A state that cannot be is dead.
void activation_assume(struct activation *a, struct state *state, struct value condition, struct value raw, bool outcome);

// `v` where the condition, which is no truth yet, has this outcome: one of few numbers where that bounds it.
struct value activation_narrow(struct activation *a, struct value v, struct value condition, bool outcome);

// Control flow: what begins, parts and ends blocks; branches, `return` and `unreachable`; and the way out of the function.
void activation_nest(struct activation *a, const struct core_instr *instr);
void activation_branch(struct activation *a, const struct core_instr *instr);
void activation_leave(struct activation *a);

// Where a loop begins to be widened: the locals that it counts get their values as such. And at the end of each round they have them again.
void activation_find_counters(struct activation *a, struct control *c);
void activation_keep_counters(struct control *c);

// All instructions but control flow and calls.
void activation_step(struct activation *a, const struct core_instr *instr);

// memory.copy and memory.fill, and the functions that do the same.
void activation_copy(struct activation *a, struct value to, struct value from, struct value size);
void activation_fill(struct activation *a, struct value to, struct value byte, struct value size);

// The number of `size` bytes at `address` and `offset`.
struct value activation_load(struct activation *a, struct value address, uint64_t offset, unsigned size);

// A lookup that was inlined, and begins with the instruction: true where there is one, and it was passed over.
bool activation_inlined(struct activation *a, const struct core_instr *instr);

// The length of the C string at `text`.
struct value activation_length(struct activation *a, struct value text);

// Calls: direct, indirect, tail.
void activation_call(struct activation *a, const struct core_instr *instr);

// Why a function is executed: it may help; the owner wants to see it; and it was come to through a pointer.
enum activation_manner { ACTIVATION_HELPER, ACTIVATION_FORCED, ACTIVATION_ANCHORED };

// Executes `gid` in the world of `up` with `arguments`; on true `results` are set and the world is what the callee left. False: it never
// returns normally (*diverged) or a bound was met.
bool activation_run(struct evaluation *evaluation, const struct evaluate_frame *up, uint32_t gid, enum activation_manner manner,
                    struct world *world, const struct value *arguments, uint32_t argument_count, struct value *results,
                    bool *diverged);

// Calls on a stack in memory (stacked.h). Of a callee that was not executed (NO_FUNC: it is not known which one) the results are unknown, and
// all that it may write through what it was given; it has taken its return address. Of one that was, that is what is left to do.
void activation_stacked_passed(struct activation *a, uint32_t callee, bool forgets);
void activation_stacked_returned(struct activation *a, struct value pointer);

// The words that stand where a callee has its arguments, ACTIVATION_GIVEN at most; returns how many. And what it may have written to through
// them, where it was executed with calls in it that were not.
enum { ACTIVATION_GIVEN = 32 };
uint32_t activation_stacked_arguments(struct activation *a, uint32_t callee, struct value pointer, struct value *given);
void activation_stacked_lost(struct activation *a, uint32_t callee, const struct value *given, uint32_t count);

// What `callee` (NO_FUNC: some code), which is not executed, may write to in memory that was taken while the program ran: an object at
// `address`, of `size` bytes or as many as is likely (0); and what the word at `at` leads to, of which the words behind it tell what it is.
void activation_forget_taken(struct activation *a, uint64_t address, uint64_t size, uint32_t callee);
void activation_forget_pointed(struct activation *a, uint64_t at, uint32_t callee);

// Is the value, with what stands behind it, a pointer to an object that may be written to? *size: of a slice, 0 where it is not known.
bool activation_is_given_object(struct value pointer, struct value second, struct value third, uint64_t *size);

// The function whose address the object at `object` begins with, where stacks lie in memory; NO_FUNC: it begins with none.
uint32_t activation_function_of(const struct activation *a, struct value object);

// Objects in the heap of a rehearsed program (activation_heap.c). A callee that is not executed was given these words; what it answers in the
// `size` bytes of its area at `from`, or in `count` results; the function that the
// evaluation started with has come back; a value was stored at `at`; and at an address of which not all is known.
void activation_heap_given(struct activation *a, uint32_t callee, const struct value *given, uint32_t count);
void activation_heap_answered(struct activation *a, uint32_t callee, uint64_t from, uint64_t size);
bool activation_heap_has(const struct activation *a, uint64_t address);
bool activation_heap_has_threads(const struct activation *a);  // others were begun, and go on whenever this one waits
void activation_heap_result(struct activation *a, uint32_t callee, uint32_t count);
void activation_heap_returned(struct activation *a);
void activation_heap_stored(struct activation *a, uint64_t at, struct value v);
void activation_heap_blind(struct activation *a, struct value address, struct value v);

// Bytes were stored to: where they lie at the bottom of the frame they may be arguments of the next call.
void activation_lay(struct activation *a, uint64_t address, uint64_t size);

// Is it an object of a rehearsed program that was there before, and that code which was not executed may have written to since?
bool activation_is_shared(const struct activation *a, uint64_t address, unsigned size);

// A callee that is not executed here was given its arguments: what among them are functions that the owner wants to see, it may call. They are
// found while the arguments are there (how many; more than there is room for: ACTIVATION_HANDED_MANY), and executed aside, with arguments of which
// nothing is known.
struct activation_handed {
  uint32_t gid;
  uint64_t object;  // that leads to it, and to what it captured
};
enum { ACTIVATION_HANDED = 8, ACTIVATION_HANDED_MANY };
unsigned activation_stacked_handed(struct activation *a, uint32_t callee, struct value pointer, struct activation_handed *handed);
void activation_stacked_aside(struct activation *a, const struct activation_handed *handed, unsigned count, struct value pointer);

// The same in one; however many.
void activation_stacked_given(struct activation *a, uint32_t callee, struct value pointer);

// May the callee be executed here? With `arguments`, it may where it is being executed with others, all of them known.
bool activation_can_enter(const struct activation *a, uint32_t callee, const struct core_type *type, const struct value *arguments);

// The stack pointer, where calls of that function go by a stack in memory; false: they do not.
bool activation_is_stacked(const struct activation *a, const struct core_type *type, struct value *pointer);

// A block of `size` bytes that nothing else has, as an allocating function gives it; unknown where there were too many.
struct value activation_allocate(struct activation *a, struct value size, bool zeroed);

// Does the address lie in memory that an allocating function gave in this evaluation?
bool activation_is_block(const struct activation *a, uint64_t address);

// Where the block begins that the address lies in; the address itself where it lies in none.
uint64_t activation_beginning_of_block(const struct activation *a, uint64_t address);

// Does the address lie in such a block, or in the frame of a function that is being executed?
bool activation_is_object(const struct activation *a, uint64_t address);

// Where the object at *from, in a frame or a block, ends as far as can be told; 0: it is in neither. Of a part of an object *from becomes where
// the whole begins.
uint64_t activation_end_of_object(struct activation *a, uint64_t *from);

// How far what is handed over with an object that ends at `top` reaches.
uint64_t activation_end_of_handed(struct activation *a, uint64_t address, uint64_t top);

// Pushes memory as realloc gives it. False: what is to be found in it is not known to be a block.
bool activation_reallocate(struct activation *a, struct value block, struct value size);

// A call of `callee` (NO_FUNC: some code) that is not executed: what the callee is given goes on to it, and what it may write to is forgotten.
void activation_pass_over(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count);

// The same of a call through a table, which means one of `kind`; NULL: nobody knows.
void activation_pass_over_any(struct activation *a, const struct program_kind *kind, const struct value *arguments, uint32_t count);

// From now on addresses of objects are noted that are lost where ways meet.
void activation_watch_lost(struct activation *a);

// Something is written to where an address leads that may have been lost where ways met.
void activation_forget_lost(struct activation *a, struct value address);

// What a callee that was passed over could have written through its arguments is forgotten.
void activation_forget(struct activation *a, uint32_t callee, const struct value *arguments, uint32_t count);

// What the arguments lead to goes on to code that leaves it as it is.
void activation_hand_over(struct activation *a, const struct value *arguments, uint32_t count);

// The path, where it has become involved, before a call with `arguments`: what it says of joins that nothing depends on goes.
void activation_lighten_path(struct activation *a, const struct value *arguments, uint32_t count);

// The path to where a callee that gives nothing back has come back, all ways of it: where it has become involved, how it was come there is of
// no interest, but for what the callee left behind. Where that is too involved still, it is what it was before the call, `path`; of the
// joins that were made meanwhile, those after `joins`, it does not tell then how they go together.
void activation_path_returned(struct activation *a, struct world *inside, struct value path, uint32_t joins);

// Does what memcpy's kind does, and prints what stands in frames or blocks. False: the callee is not known to do no more than that.
bool activation_primitive(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type);
bool activation_print(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type);

void activation_push_unknown(struct activation *a, uint32_t count);

// Static variables lie above, as LLVM's linker places them.
enum { ACTIVATION_VARIABLES = 1024 };

// Variables: that one was stored to; and that a callee (NO_FUNC: some code), which is not executed, may have stored to those that were.
void activation_note_static(struct activation *a, uint64_t address, uint64_t size);

// `v`, which memory has at `address`, or all that a variable there can hold where that is known and `v` is not.
struct value activation_variable(struct activation *a, uint64_t address, unsigned size, struct value v);
void activation_forget_statics(struct activation *a, uint32_t callee);

// What was handed over with the address at which the range begins may be written to, up to its end.
void activation_forget_behind(struct activation *a, struct image_range range);

// Variables that are what they were at the program's outset: a callee (NO_FUNC: some code) that is not executed may change them; what is given the
// address may do so; and a store may, of which nobody knows where it goes.
void activation_doubt(struct activation *a, uint32_t callee);
void activation_doubt_at(struct activation *a, struct value address);
void activation_doubt_blind(struct activation *a);
void activation_doubt_all(struct activation *a);

// Others run now (activation_pause.c). And may they while the callee, or, NO_FUNC, some function that a pointer leads to, runs?
void activation_pause(struct activation *a);
bool activation_may_pause(const struct activation *a, uint32_t callee);

// A store to an address that is that of an object plus what is not known: any of its bytes may have been meant. `ends`: of a zero, which ends a
// text there.
void activation_forget_indexed(struct activation *a, struct value address, bool ends);

// An address that code which is not executed may get hold of. From now on every passed-over call may write there.
void activation_escape(struct activation *a, struct value address);

static inline struct value_table *activation_values(struct activation *a) { return &a->evaluation->values; }

// Does *address lead to an object of C++ in the frame, which begins at `base`, that has a virtual base? Then it becomes where that object begins.
bool activation_find_whole(struct activation *a, const struct evaluate_frame *frame, uint64_t base, uint64_t *address);

#endif
