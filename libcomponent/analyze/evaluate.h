// The evaluator: a function executed on what is known, both ways where nothing is known.
//
// Starting with unknown parameters (or with what a caller gives), instructions run on abstract values and an abstract world. Decided
// branches are followed; undecided ones are followed both ways and the states merged where the paths meet. A loop runs as often as
// its exit is decided, then is widened to what all further iterations have in common. Every run ends: steps are counted, trees and
// rounds are bounded, and whatever meets a bound becomes unknown.
//
// What happens at a call is for the owner of the evaluation to say: it may watch (a key is asked here), have the callee executed in
// place, or have the call passed over, which forgets what the callee could have written.
#ifndef ANALYZE_EVALUATE_H
#define ANALYZE_EVALUATE_H

#include "ahead.h"
#include "made.h"
#include "primitives.h"
#include "usage.h"
#include "vtable.h"

// One activation: the function being executed, and the call it is just making.
struct evaluate_frame {
  const struct evaluate_frame *up;  // caller; NULL for the function that the evaluation started with
  uint32_t gid, instance;
  const struct value
      *arguments;  // that it was called with, argument_count of them; further parameters are unknown by their own names
  uint32_t argument_count;
  uint64_t call_offset;  // file offset of the call in progress
  bool has_stack;        // the shadow stack pointer at entry is known:
  uint64_t stack_top;    // the frame lies below it
  bool forced;           // executed because the owner asked for it, not as a helper
  bool guessed;          // the call that it is executed for goes by a number that is not known, and may mean another function
  uint32_t making;       // position + 1 in owner->made, where the function is executed for an object that is made; 0: it is not
  bool anchored;         // and come to through a pointer, so that those who wait for it do not matter
};

enum evaluate_treatment {
  EVALUATE_PASS,   // results unknown; what arguments point to is forgotten
  EVALUATE_PURE,   // results unknown; memory is left as it is, but for what `forget` says
  EVALUATE_ENTER,  // execute the callee in place; this is what the owner wants to see
  EVALUATE_TRY,    // execute it in place if that is cheap, else pass
};

// Ways on which a loop goes on, or may do so, that would have ended by then, were variables what they began with. How far it goes on is not known: what is
// read of a table there may stand behind its end.
struct beyond {
  bool is_so;
  bool is_open;                // it is not known whether the loop comes so far, and a coarse evaluation does not ask
  const struct beyond *outer;  // NULL: none
  const struct beyond *other;  // not NULL: two ways that met; it is so where it is of both
};

bool evaluate_is_beyond(const struct beyond *beyond);
bool evaluate_is_open(const struct beyond *beyond);

struct evaluation;
struct frame_objects;
struct executor;
struct control;
struct watch_fact;
struct inlined;
struct inlined_list;
struct outset;

struct evaluate_call {
  const struct evaluate_frame *frame;  // of the caller; frame->call_offset is this call
  uint32_t callee;                     // gid; an import slot where the call leaves the core code
  const struct value *arguments;
  uint32_t argument_count;
  // EVALUATE_PURE: the argument that points to an area that is overwritten, and its size; size 0: none
  uint32_t forget_argument;
  uint64_t forget_size;
  bool indirect;  // a pointer led there
  bool guessed;   // by a number that is not known: it may mean another function
  // EVALUATE_PURE, on a stack in memory: the environment's list is handed over there, as a slice; 0: it is not
  uint64_t list_offset;
};

// What an owner wants to know of values that come from the environment's list (watch.h). All functions get the owner's context.
struct evaluate_watch {
  const uint64_t *variables;  // addresses that hold the list
  size_t variable_count;
  const uint64_t *arrays;  // addresses that are the list
  size_t array_count;
  // An entry is loaded from the list.
  void (*looked)(void *context, const struct evaluate_frame *frame);
  // `entry` is compared with a name: name->arguments are its pointer and its length (unless it ends with a zero).
  void (*compared)(void *context, struct evaluation *evaluation, const struct evaluate_call *name, bool cstring,
                   struct value entry);
  // The same, where nothing is known of the name: bytes of `entry` are compared with unknown ones.
  void (*unknown)(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry);
  // The character at `offset` (unless it is not known) of `entry` is compared with '='.
  void (*tested)(void *context, struct value entry, uint64_t run, bool known, uint64_t offset);
  // On this path `entry`, in reading `run` of it, begins with `text`, as far as it was compared byte by byte; valid during the call. `used`: it goes on from here.
  void (*spelled)(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry,
                  uint64_t run, struct cm_str text, bool used);
  // A pointer to `entry` (unknown without a name: to the array), `offset` bytes in (at least that, if it is not known), or what was made of its text or of the list, goes where
  // its use is not seen.
  void (*handed)(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry, bool known,
                 uint64_t offset);
  // This function gives the list a new place: what it handed over of the old array was for that.
  void (*moved)(void *context, const struct evaluate_frame *frame);
  // The entry that was compared in reading `run` is replaced: the name was asked for in order to set or remove the variable. 0: some
  // entry is, and the path does not tell which.
  void (*replaced)(void *context, uint64_t run);
  // The function that the evaluation started with returns such a value.
  void (*returned)(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame);
};

struct evaluate_owner {
  enum evaluate_treatment (*call)(void *context, struct evaluation *evaluation, struct evaluate_call *call);
  // A lookup that was inlined is come to: the arguments are the name's address, and its length where that is told. Only with `inlined`.
  void (*asked)(void *context, struct evaluation *evaluation, const struct evaluate_call *call, const struct inlined *inlined);
  // A call instruction of the function that the evaluation started with is executed.
  void (*reached)(void *context, uint64_t call_offset);
  // A call goes through a pointer: with this program_signature, to this number in the table. May be NULL.
  void (*indirect)(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, uint32_t signature,
                   struct value number);
  // A call goes through a pointer where stacks lie in memory; `laid`: bits by words that its arguments may be; `known`: so is what it calls. May be
  // NULL.
  void (*by_pointer)(void *context, const struct evaluate_frame *frame, uint64_t laid, bool closure, bool known);
  // A function's address was seen: it stands in code that is executed, or (`others`) gets where code finds it that is not. May be NULL.
  void (*function_seen)(void *context, uint32_t gid, bool others);
  // Does a call of this function matter to the owner? Asked of the possible targets of an indirect call that is not resolved.
  bool (*wanted)(void *context, uint32_t gid);
  // A callee that was to be entered could not be: it is being executed already, lies in another instance, or a bound was met.
  void (*not_entered)(void *context, struct evaluation *evaluation, const struct evaluate_call *call);
  void *context;
  bool coarse;      // what differs where paths meet is unknown: less is found, at a small part of the cost
  bool is_patient;  // helpers are executed that take longer, or lie deeper
  bool is_thrifty;  // nothing is executed in place but what the owner wants to see
  // Loops, and helpers that are executed in place, may cost but a part of the steps that are left, so that it comes to its end.
  bool is_sparing;
  bool *
      is_straight;  // set: nothing was executed but calls, locals and constants, so that another evaluation is the same; may be NULL
  struct value_forces *forces;  // conditions that are taken for something, and those that choose; NULL: none
  unsigned extra_tries;         // of helpers that were too expensive EVALUATE_TRIES times, where they are led to what a frame holds
  struct primitives *primitives;  // recognized and done in one step where the owner says EVALUATE_TRY; NULL: none are
  struct usage *usage;            // how functions that are not executed use their arguments; NULL: anyhow
  struct vtables *vtables;        // which indirect calls can mean a method; NULL: all of its signature
  struct made *made;              // methods that are executed where their objects are made (made.h); NULL: none are
  void (*made_failed)(void *context, uint32_t method);
  void (*ended)(void *context);        // the evaluation has come to its end. May be NULL
  struct executor *executor;           // executes helpers of which all is known (execute.h); NULL: none are
  const struct inlined_list *inlined;  // lookups that were inlined (inlined.h); NULL: there are none
  const struct evaluate_watch *watch;  // NULL: the environment's list is of no interest
  // Calls of the function that the evaluation starts with, at which nothing of interest lies ahead any more: ways end there. NULL: none do.
  const struct ahead *ahead;
  // Offsets in the file between which the function that the evaluation starts with is not executed, both 0: none. A whole loop; what it
  // sets is unknown.
  uint64_t skip_from, skip_to;
  const struct outset *outset;  // variables that are what they were when the program began; NULL: none are known to be
};

enum {
  EVALUATE_STEPS = 500000,  // of one evaluation
  EVALUATE_COARSE_STEPS = 400000,
  EVALUATE_MEMORY = 64 << 20,  // bytes of scratch memory; beyond it the evaluation ends as at any other bound
  EVALUATE_MEMORY_SPARING = 192 << 20,
  EVALUATE_TRY_STEPS = 6000,  // of one helper tried
  EVALUATE_TRY_DEPTH = 12,
  EVALUATE_TRIES = 2,                 // of a helper that turns out to be too expensive
  EVALUATE_TRY_SHARE = 24,            // where it is sparing: the part of the steps left that a helper may cost,
  EVALUATE_LOOP_SHARE = 5,            // and the one that a loop may as it is
  EVALUATE_TRY_STEPS_STACKED = 1500,  // where calls go by a stack in memory: what has only constants is executed elsewhere
  EVALUATE_TRY_DEPTH_STACKED = 2,
  EVALUATE_TRY_STEPS_GIVEN = 60000,  // where it was given a function that is to be seen
  EVALUATE_DEPTH = 24,
  EVALUATE_TRY_STEPS_PATIENT = 40000,  // the same three of a patient evaluation
  EVALUATE_TRY_DEPTH_PATIENT = 32,
  EVALUATE_DEPTH_PATIENT = 64,
  EVALUATE_ROUNDS = 2048,            // of a loop whose exit is decided each time
  EVALUATE_ROUNDS_THRIFTY = 100,     // the same, of a thrifty evaluation
  EVALUATE_ROUNDS_CLOSED = 256,      // of one that nothing leaves, while other conditions are decided
  EVALUATE_ROUNDS_OF_WAYS = 32,      // of one whose exit is decided on each of several ways
  EVALUATE_ROUNDS_BY_IF = 2,         // of one in which only some other condition was decided;
  EVALUATE_COARSE_ROUNDS_BY_IF = 4,  // cheaper ones, and not so many states that differ
  EVALUATE_WIDENINGS = 100,  // each makes something unknown, so that few do; values may be handed on from variable to variable
  EVALUATE_ESCAPED = 48,
  EVALUATE_CUTS = 16,
  EVALUATE_LISTS = 4,
  EVALUATE_LOST = 8,
  EVALUATE_STATICS = 32,
  EVALUATE_VARIABLES = 32,
  EVALUATE_BLOCKS = 200,
  EVALUATE_WHOLES = 16,
  EVALUATE_MADE = 32,
  EVALUATE_GUESS = 8,  // an unknown function of more than this many with its signature is hardly the one that is wanted
};

// Arrays of an activation that has ended, for the next one of its depth.
struct evaluate_spare {
  struct value *stack;
  size_t stack_room;
  struct control *controls;
  size_t control_room;
};

// What one of the memory's variables (image_variable) was taken to hold, and how much had not been seen then: calls passed over, blind stores.
struct evaluate_variable {
  uint64_t address, unseen;
  struct value value;
};

// Joins of which the path does not tell any more which of their sides go together.
struct evaluate_lost {
  uint32_t from, to;
};

// An object in the frame of a function, from its beginning to where its virtual base begins, counted back from where the frame ends.
struct evaluate_whole {
  uint32_t gid, from, to;
};

// An object whose method was executed, or a block that it leads to.
struct evaluate_made {
  uint64_t from, to;
  uint32_t method;  // position in owner->made
  bool is_object;
};

struct evaluate_met {
  struct value raw;
  uint64_t source, moment;
  uint32_t number;
};

// What was found of the code behind a branch in a loop (activation_branch.c).
enum { EVALUATE_ENDS = 31 };
struct evaluate_end {
  const uint8_t *at;
  bool is_end;
};

struct evaluation {
  struct program *program;
  const struct evaluate_owner *owner;
  struct cm_arena scratch;
  struct value_table values;
  struct world_context worlds;
  struct world *world;  // now, valid within the owner's call
  uint64_t steps_left;
  uint64_t work_paid;  // of values.work: trees cost steps too
  unsigned depth;
  unsigned trying;                // helpers being executed, one in the other
  unsigned guesses;               // functions being executed that one of many with their signature was called for
  uint32_t skipped, skipped_end;  // names of what the loop that was skipped had set: from, to
  uint32_t parameters;  // name of the first unknown parameter of the function that the evaluation started with; the others' follow
  uint32_t parameter_count;
  struct evaluate_spare spares[EVALUATE_DEPTH_PATIENT + 1];  // by depth
  bool has_ways;                                             // something was executed but calls, locals and constants
  bool exhausted;                                            // a bound was met: what was not seen was not seen
  struct evaluate_cost *costs;                               // by gid, borrowed
  struct primitives *primitives;                             // the owner's
  struct frame_objects *objects;                             // of functions whose frames were forgotten in part
  size_t escaped_count;
  uint64_t escaped_lost;  // how many there were no place for
  size_t cut_count;
  size_t block_count;
  uint32_t callee;           // whose arguments are forgotten just now, where calls go by a stack in memory; NO_FUNC: some code's
  struct heap_hands *hands;  // of a rehearsed program: objects that others have; NULL: none
  uint64_t strangers;        // of a rehearsed program: calls so far of what is not the runtime's and was not executed
  uint64_t passed_over;      // calls that were not executed so far
  struct evaluate_met met;   // the condition that was met last (activation_divide.c), and how many were
  uint32_t met_count;
  uint64_t blind;                  // stores to addresses that were not known so far
  const struct watch_fact *facts;  // of the path to the call that is being executed
  const struct beyond *beyond;     // the same; what hangs on it is known in the end
  uint64_t runs;                   // readings of entries of the environment's list so far
  uint32_t lists[EVALUATE_LISTS];  // names of unknowns that were stored in the list's variables
  size_t list_count;
  uint64_t list_block;  // an allocated block that was stored there; 0: none
  bool watched;         // some value of the environment's list was met
  size_t static_count;
  size_t variable_count;
  struct evaluate_lost lost[EVALUATE_LOST];
  size_t lost_count;
  struct evaluate_whole wholes[EVALUATE_WHOLES];
  size_t whole_count;
  uint64_t ended;  // ways so far that do not come back
  struct evaluate_made made[EVALUATE_MADE];
  uint64_t waiting[EVALUATE_MADE];  // words that are the address of a table, beside which the object is perhaps not stored yet
  size_t made_count, waiting_count;
  bool guessing;    // what is executed next is executed for a call that may mean another function
  uint32_t making;  // position + 1 of the method that is executed where its object is made; 0: none is
  struct evaluate_end ends[EVALUATE_ENDS];
  // Of these, so much as is counted above; they are not cleared, as small functions are evaluated by the hundred thousand.
  uint64_t blocks[EVALUATE_BLOCKS + 1];    // memory that allocating functions gave: where each begins, and where the next would
  uint64_t escaped[EVALUATE_ESCAPED];      // addresses in frames that code which is not executed may hold
  struct image_range cuts[EVALUATE_CUTS];  // where a zero was put on some way, and nobody knows to which place
  struct image_range statics[EVALUATE_STATICS];  // variables that were stored to
  struct evaluate_variable variables[EVALUATE_VARIABLES];
};

static inline unsigned evaluate_depth(const struct evaluation *e) {
  return e->owner->is_patient ? EVALUATE_DEPTH_PATIENT : EVALUATE_DEPTH;
}

// Has the path lost what it says of the join?
static inline bool evaluate_has_lost(const struct evaluation *e, uint32_t join) {
  for (size_t i = 0; i < e->lost_count; i++)
    if (join >= e->lost[i].from && join < e->lost[i].to) return true;
  return false;
}

// What is known of a helper from the evaluations before. One that is too expensive where it is given what is not known may be cheap, and of use,
// in another place of the same function.
struct evaluate_cost {
  uint8_t wasted[2];  // how often it was executed for nothing: where not all that it was given is known, and where it is
  uint32_t steps;     // that it took the last time
  uint64_t worthy;    // the calls that it came back from when they were executed last: bits, by a hash of their offsets
};

// Executes function `gid` with unknown arguments. `costs` has one a gid. Returns false when memory is exhausted. The scratch memory is
// given back at the end.
bool evaluate_function(struct program *program, const struct evaluate_owner *owner, uint32_t gid, struct evaluate_cost *costs,
                       const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted);

// The parameter of the function that the evaluation started with that `v` is, unchanged; UINT32_MAX: it is none.
static inline uint32_t evaluate_parameter(const struct evaluation *e, struct value v) {
  bool is_name = v.kind == VALUE_UNKNOWN && !v.bits && v.tree >= e->parameters;
  return is_name && v.tree - e->parameters < e->parameter_count ? v.tree - e->parameters : UINT32_MAX;
}

// Is the argument what a loop that was skipped left behind?
static inline bool evaluate_is_skipped(const struct evaluation *e, const struct evaluate_call *call, uint32_t argument) {
  if (!e->skipped_end || argument >= call->argument_count) return false;
  struct value v = call->arguments[argument];
  return v.kind == VALUE_UNKNOWN && v.tree >= e->skipped && v.tree < e->skipped_end;
}

// What an evaluation starts from and comes to, for those who give arguments and want results.
struct evaluate_ends {
  const struct value *arguments;  // constants or unknown; the parameters beyond `argument_count` are unknown
  uint32_t argument_count;
  struct value *results;  // room for as many as the function's type says. Set where it returned: constants, or unknown for all else
  void (*left)(void *context, const struct world *world);  // told what it leaves where it returned; NULL: it is not
  void *context;
  bool blind;     // some store to an address that is not known was passed over
  bool returned;  // false: it never returns normally, or a bound was met (then *exhausted)
};

// The same with arguments and results. `ends` may be NULL.
bool evaluate_between(struct program *program, const struct evaluate_owner *owner, uint32_t gid, struct evaluate_ends *ends,
                      struct evaluate_cost *costs, const struct cm_allocator *allocator, uint64_t *steps, bool *exhausted);

// Reads memory as the evaluation sees it now, for owners.
struct value evaluate_byte(struct evaluation *evaluation, uint64_t address);

#endif
