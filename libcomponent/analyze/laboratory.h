// The laboratory: the program's core instances made alive in the interpreter, with a made-up environment.
//
// Every import that leaves the core code is answered by a stub: the environment's by the canonical ABI (or preview 1) with what the
// experimenter put there, all others by zeros. Memory and globals can be put back to how they began, so that experiments are
// independent of each other.
#ifndef ANALYZE_LABORATORY_H
#define ANALYZE_LABORATORY_H

#include "program.h"

#include <component/exec.h>

struct laboratory_variable {
  const char *name, *value;
};

struct laboratory;

// The environment of experiments with it: names and values that no program knows, the names in capitals and small letters, so that who changes
// them on the way does not find them. All bytes of the third name have their highest bit set, as
// a C string's hardly ever have, but what looks like one may: the object of a C++ string that keeps short texts within itself.
enum { LABORATORY_MADE_UP = 3 };
extern const struct laboratory_variable laboratory_made_up[LABORATORY_MADE_UP];
// The first name with capitals for small letters and small letters for capitals: nobody's.
extern const char laboratory_other_case[];

// The arguments that programs are started with.
enum { LABORATORY_ARGUMENTS = 2 };
extern const char *const laboratory_arguments[LABORATORY_ARGUMENTS];

// Instantiates the program. NULL: something could not be instantiated, or memory is exhausted; then there is nothing to experiment with.
struct laboratory *laboratory_open(struct program *program, const struct laboratory_variable *environment, size_t count);
// The same, where imports answer so that a whole program may run through (laboratory_host.h), and memories may grow further.
struct laboratory *laboratory_open_lively(struct program *program, const struct laboratory_variable *environment, size_t count);
// Only the core instances of one component node, for one that is tried on its own: what leaves it is answered by `host`.
struct laboratory_host;
struct laboratory *laboratory_open_part(struct program *program, uint32_t component, const struct laboratory_host *host);
void laboratory_close(struct laboratory *laboratory);

// From now on the environment is this; it is borrowed.
void laboratory_set_environment(struct laboratory *laboratory, const struct laboratory_variable *environment, size_t count);

// From now on times, random numbers, arguments and the standard input are as usual, or others; then a call ends what runs that would bring
// something of which there is no other. Or they are as usual, or others, but the program's name is the only argument.
enum laboratory_world { LABORATORY_USUAL, LABORATORY_OTHER, LABORATORY_ALONE, LABORATORY_ALONE_OTHER };
void laboratory_set_world(struct laboratory *laboratory, enum laboratory_world world);

// Puts memories and globals back to how they began.
void laboratory_reset(struct laboratory *laboratory);

// From now on that is how they are now. Globals stay as they began: the shadow stack hangs from one.
void laboratory_keep(struct laboratory *laboratory);

// The same, with globals too. May be called while something runs in it.
void laboratory_keep_all(struct laboratory *laboratory);

// Calls a function with `fuel`. False: it trapped or ran out.
bool laboratory_call(struct laboratory *laboratory, uint32_t gid, const union core_value *arguments, union core_value *results,
                     uint64_t fuel);

// What the last call left of its fuel.
uint64_t laboratory_fuel(const struct laboratory *laboratory);

// The memory 0 of `instance`, to be read, and to be written where it was reserved; NULL when it has none.
uint8_t *laboratory_memory(struct laboratory *laboratory, uint32_t instance, uint64_t *size);

// The next bytes of it from *from on, up to *to, that experiments may have written; *from moves on to where they begin. False: there are
// none.
bool laboratory_written(struct laboratory *laboratory, uint32_t instance, uint64_t *from, uint64_t *to);

// Takes `size` bytes (a multiple of 16) off the shadow stack of `instance`, as a calling function would; they are zeroed. False: there is
// no shadow stack.
bool laboratory_reserve(struct laboratory *laboratory, uint32_t instance, uint32_t size, uint32_t *address);

// A call that leaves the part; results are zeros before. False: it traps.
struct laboratory_foreign {
  uint32_t gid;  // of the import slot
  const struct core_type *type;
  const union core_value *arguments;
  union core_value *results;
  void *stub;
};
struct laboratory_host {
  bool (*answer)(void *context, const struct laboratory_foreign *call);
  void *context;
};
// Within `answer`: bytes of the caller's memory, to be read and written, NULL where they are not all within it; and new ones, by the realloc of
// its canonical options. False: it has none, or traps.
uint8_t *laboratory_foreign_bytes(const struct laboratory_foreign *call, uint64_t address, uint64_t size);
bool laboratory_foreign_new(const struct laboratory_foreign *call, uint32_t alignment, uint32_t size, uint32_t *address);

struct laboratory_import {
  bool environment;
  uint32_t vectors, vector_count;
  const union core_value *arguments;
  const struct core_type *type;
  uint32_t instance;  // whose memory the addresses among the arguments are of
};

// An observer of a program that runs; any but `context` may be NULL. It must not call functions, but may look at memories and remember.
struct laboratory_observer {
  void *context;
  void (*enter)(void *context, uint32_t gid, const union core_value *arguments);
  void (*leave)(void *context, uint32_t gid, bool returned);
  // A function calls what leaves the core code, by the call at that offset in the file.
  void (*called_out)(void *context, uint32_t caller, uint64_t offset);
  // An import is called that leaves the core code; it hands the environment over; it writes what vectors of addresses and lengths say, which
  // are `count` at `vectors`.
  void (*imported)(void *context, const struct laboratory_import *import);
  // A conditional branch of any instance; returns what is to be taken (struct core_watcher).
  uint32_t (*branch)(void *context, const void *at, uint32_t choice, uint32_t count);
  uint32_t instance;  // whose memory 0 these are told of:
  void (*read)(void *context, uint64_t at, uint64_t size);
  void (*write)(void *context, uint64_t at, uint64_t size);
};
// `observer` is borrowed; NULL ends it.
void laboratory_observe(struct laboratory *laboratory, const struct laboratory_observer *observer);

// Within `enter`: the function that made the call, and the offset of the call in the file. False: the experimenter did.
bool laboratory_call_site(const struct laboratory *laboratory, uint32_t gid, uint32_t *caller, uint64_t *offset);

// Within `read`: the function that reads, and the offset of the instruction in the file. Returns its parameters and locals; NULL: it is none of
// the program's.
const union core_value *laboratory_reader(const struct laboratory *laboratory, uint32_t *gid, uint64_t *offset);

// Memories and globals as they are at a moment, and how often the environment was handed over, in the arena; NULL: memory is exhausted. And
// back to it, as often as one likes.
struct laboratory_moment;
struct laboratory_moment *laboratory_remember(struct laboratory *laboratory, struct cm_arena *arena);
bool laboratory_return(struct laboratory *laboratory, const struct laboratory_moment *moment);

// Has the program exited since the last reset?
bool laboratory_exited(const struct laboratory *laboratory);

// Has a watcher told of what is executed; NULL: nobody any more.
void laboratory_watch(struct laboratory *laboratory, const struct core_watcher *watcher);

// The core instance behind an instance of the program, as watchers are told of it; NULL when it is not there.
const struct core_instance *laboratory_instance(const struct laboratory *laboratory, uint32_t instance);

// Anything of its index spaces; all members NULL where it is not there.
struct core_extern laboratory_item(struct laboratory *laboratory, uint32_t instance, enum core_kind kind, uint32_t index);

// A module of the experimenter's own, instantiated beside the program's; `module` must outlive the laboratory. NULL: it cannot be. And a
// call of one of its functions.
struct core_instance *laboratory_add(struct laboratory *laboratory, const struct core_module *module,
                                     const struct core_extern *imports);
bool laboratory_call_added(struct laboratory *laboratory, struct core_instance *added, uint32_t func,
                           const union core_value *arguments, union core_value *results, uint64_t fuel);

// A global of `instance`, as it is now; NULL when it is not there.
union core_value *laboratory_global(struct laboratory *laboratory, uint32_t instance, uint32_t index);

// To be called before bytes of the memory 0 of `instance` are written that were not reserved. False: they are not all within it.
bool laboratory_touch(struct laboratory *laboratory, uint32_t instance, uint64_t at, uint64_t size);

// Makes the memory 0 of `instance` larger. False: there is a limit.
bool laboratory_grow(struct laboratory *laboratory, uint32_t instance, uint64_t pages);

// From now on the next import that is called ends what runs.
void laboratory_stop(struct laboratory *laboratory);

// How often the environment was handed over since the last reset.
unsigned laboratory_asked(const struct laboratory *laboratory);

#endif
