// Inside the runs that show how a container is asked. Private to container*.c.
#ifndef ANALYZE_CONTAINER_STAGE_H
#define ANALYZE_CONTAINER_STAGE_H

#include "container.h"
#include "laboratory.h"

#include "base/index.h"

enum {
  STAGE_PARAMS = 8,
  STAGE_VARIABLES = 256,
  STAGE_LENGTHS = 47,  // of names: so long the longest is of those of which there is one of each length
  STAGE_DEPTH = 512,
  STAGE_CALLS = 256,      // remembered
  STAGE_CALLS_OF = 3,     // of one function, given the same things or not,
  STAGE_CALLS_OTHER = 5,  // and given other things
  STAGE_RANGES = 1024,
  STAGE_NAME_ROOM = 64,
  STAGE_RECENT = 4,
  STAGE_PLACES = 96,
  STAGE_SLOTS = 4,
  STAGE_OBJECT = 48,  // bytes: so large an object is that is looked at
  STAGE_SPELLED = 64,
  STAGE_MEMORY = 1 << 26,  // bytes: beyond it no more calls are remembered
};

enum stage_mark {
  STAGE_FILLS = 1,     // it was being executed when the container was filled,
  STAGE_WITHIN = 2,    // at the hands of what asked the host,
  STAGE_DIRECT = 4,    // or is that itself
  STAGE_SETS = 8,      // it was being executed to find the place of a variable that is set
  STAGE_ASKS = 16,     // it was being executed when something was asked for
  STAGE_READS = 32,    // it read names itself, on the program's own way
  STAGE_ENTERED = 64,  // it was entered in some run
};

// What a function is, by trial.
enum part {
  PART_UNTRIED,
  PART_NONE,
  PART_LOOKUP,
  PART_COMPARE,  // of two spans, one argument behind the other
  PART_NUMBER,   // makes a number of a span
  PART_BEGINS,   // compares the beginning of a span
};

struct range {
  uint64_t from, to;
  unsigned asked;     // of a copy: how often the environment had been handed over when it stood there
  uint32_t variable;  // of a copy: which
  bool is_name;       // of a copy: else the value
  uint64_t written;   // of a copy: bytes, in this run
  bool gone;          // of a name's copy: its block was written to later in this run
};

// A call as it was made, and all that was there then.
struct remembered_call {
  uint32_t gid;
  union core_value arguments[STAGE_PARAMS];
  const struct laboratory_moment *moment;
  bool leads;            // something beside the texts leads to the made-up variables
  uint64_t given;        // a digest of what its arguments lead to, but for texts
  uint8_t texts, names;  // by argument: with the next one it is the span of a text; the text is the name of a made-up variable
};

// A text of the program that names of the environment are compared with byte by byte.
struct spelled {
  uint64_t base;
  uint32_t length, gid;
  bool several;        // names of several lengths are: it is more or less than a name
  bool counts, found;  // it is what a name is compared with first; one was compared up to its end
  // Two variables that differ from it in one letter: the other case of it, and another letter. 0: there are none. And how far they were compared.
  size_t twins[2];
  uint64_t reach[2];
};

// A read of some bytes of a name, or of a text of the program: what is read next may be what they are compared with.
struct spell_read {
  uint64_t at, size;
  uint32_t variable;  // of a name: which; `at` counts from where it begins
  size_t depth;
  unsigned waits;  // so many reads more; 0: there was none
  bool met;        // what it is compared with was seen
};

// What a call of a lookup finds. ASTRAY: it does not come back, or has no object.
enum found { FOUND_UNTRIED, FOUND_NAMES, FOUND_NOTHING, FOUND_ASTRAY };

// A lookup as it was called at some place.
struct place_called {
  struct remembered_call call;
  uint32_t caller;
  uint64_t offset;
  bool is_made;  // on a way that the program was made to take
  enum found found;
  bool takes;
  uint64_t
      given;  // a digest of what its arguments lead to: a container may be handed over as a copy of it, always in the same place
};

// A name with which that call was made.
struct place_name {
  size_t place;
  struct cm_str text;
};

// The first call that the program makes when the container is filled, and of which it is not known what it does.
struct way_entry {
  struct remembered_call call;
  size_t depth;
  uint32_t stack[STAGE_DEPTH];
  uint64_t offsets[STAGE_DEPTH];
};

// Where a length that a value has stands behind an address (container_set.c).
struct stage_pairs {
  uint32_t *at;
  size_t count, room;
  uint64_t lengths;  // bit n: a value has n bytes
  bool *is_seen;     // by block of memory: it is as it was when it was looked through
  uint64_t block_count;
  bool any_seen, overflows;
};

// The variable that was looked for last, by which calls, and what came of it: see container_taken.c.
struct sought {
  uint32_t variable;
  size_t calls[STAGE_RECENT], count;  // of those that were noted
  bool met;                           // it was found
  bool name_gone, value_gone;
  bool spoilt;   // its value was read, or another one's name is gone as well
  bool is_open;  // that is gone later
  uint64_t name_from, name_to, value_from, value_to;
};

// A call of a lookup that is being made, for a variable whose name is known to stand in the environment's container; depth 0: there is none.
struct looking {
  size_t depth;
  uint32_t variable, caller, callee;
  uint64_t offset;
  bool met;  // that name was read
};

struct stage {
  struct program *program;
  struct laboratory *lab;
  struct cm_arena *arena;  // lasts as long as the runs
  struct container *out;
  struct laboratory_observer observer;
  struct laboratory_variable variables[STAGE_VARIABLES], environment[STAGE_VARIABLES + 1];  // environment: of the run going on
  size_t variable_count, made_up_count;  // behind the made-up ones: one of each length; what the program asked for
  size_t foreign_count;                  // of the first two: names that no program knows
  size_t in_run;                         // so many of them are in the environment of the run going on
  uint8_t *parts;                        // by gid
  uint8_t *part_arguments;               // by gid: where the span is
  uint8_t *allocators;                   // by gid: it manages the heap
  uint8_t *looked_into;                  // by gid: how often it was seen where its code leads
  uint8_t *called[2];                    // by gid: how many calls of it are remembered; 1: with other texts than made-up names
  struct remembered_call calls[STAGE_CALLS];
  size_t call_count, tried_count;
  struct place_called places[STAGE_PLACES];
  size_t place_count, tested_count;
  struct place_name *place_names;
  size_t place_name_count, place_name_room, told_count;
  bool failed;
  uint32_t beginning;        // gid of an entry that has the container filled, where others do not; NO_FUNC: there is none
  uint64_t fuel, fuel_most;  // for all runs that are to come; for the next one, or 0
  // the run going on
  uint32_t stack[STAGE_DEPTH];
  size_t depth, quiet;                // quiet: the depth at which a lookup, or the like, was entered; 0: none
  uint32_t subject;                   // the instance whose memory holds the container; UINT32_MAX: not known yet
  struct range copies[STAGE_RANGES];  // texts of the variables within the container
  size_t copy_count;
  uint64_t copies_from, copies_to;  // all of them lie between
  unsigned copies_asked;            // how often the environment had been handed over when they were looked for
  unsigned complete_asked;          // the same, when all of them stood there
  bool knows_copies;                // from the run before, which was the same
  bool found_more;                  // some that it did not have, as the program was made to take another way
  size_t waiting;                   // a site of PART_NUMBER was passed; + 1
  size_t waiting_depth;             // at which it was called; 0: it has come back
  size_t waiting_caller;            // the depth of who called it
  unsigned waits;                   // so many reads more
  uint32_t waiting_name;            // the number of which variable's name was made
  size_t recent[STAGE_RECENT];      // sites that were passed for the name of one variable
  size_t recent_count, recent_depth;
  uint32_t recent_name;
  uint32_t recent_stack[STAGE_DEPTH];
  size_t recent_top;
  uint64_t slots[STAGE_SLOTS];  // where its value's address stands
  size_t slot_count;
  struct stage_pairs pairs;
  struct spelled spelled[STAGE_SPELLED];
  size_t spelled_count;
  struct spell_read name_read, own_read;
  bool copied;  // the container has copies of its own of the texts, and not those that the host handed over
  bool leaks;   // a text was read by something else
  uint32_t leaking;
  uint64_t offsets[STAGE_DEPTH];    // by depth: of the call that is being made, or was last
  size_t direct;                    // the depth of the function that asked the host for the environment; 0: not yet
  uint8_t *marks;                   // by gid: enum stage_mark
  unsigned *epochs;                 // by gid: how often the environment had been handed over when it first filled the container
  uint64_t *last_fill;              // by gid: offset of the last call in it when the container was filled
  bool news;                        // something was learnt in this run
  struct stage_ways *ways;          // private to container_ways.c
  bool explores, filled;            // ways are tried that the program does not take; all has come into the container
  uint64_t stack_top;               // where frames begin
  bool is_made;                     // this run takes a way that the program does not take
  uint8_t leaked[STAGE_VARIABLES];  // of such a run: which names, or their values, were read by something else
  unsigned leaked_count;
  struct sought sought;
  struct looking looking;
  uint64_t value_slots[STAGE_VARIABLES];  // where a value's address was last; 0: not looked for
  uint8_t taken[STAGE_VARIABLES];         // it was taken out of the container
  bool strayed;                           // a text was compared with the name of one entry or another, and not with many
};

// The last variable of each environment: when it comes into the container, all others are there.
extern const struct laboratory_variable stage_last;

// Which variable of the environment has that name; -1: none.
int stage_name_at(const struct stage *s, const uint8_t *memory, uint64_t size, uint32_t at, uint32_t length);

// Could it be a name? And stands the text where the program began with it? What the host handed over does not.
bool stage_is_printable(const uint8_t *text, uint32_t size);
bool stage_is_own_text(const struct stage *s, uint32_t instance, const uint8_t *memory, uint32_t at, uint32_t length);

// The program asks for the name, perhaps: it is in the environment of the next run.
void stage_ask(struct stage *s, struct cm_str text);

// Which variable of the program's own, or like one of them, has that name; 0: none.
size_t stage_asked(const struct stage *s, struct cm_str text);

// Notes a key that is asked for; one that is sought elsewhere; a call, which is given back (NULL: memory is exhausted).
void stage_note_key(struct stage *s, struct cm_str text, uint32_t caller, uint32_t callee, uint64_t offset);
void stage_note_other(struct stage *s, struct cm_str text);

// The site at that call, which is noted if it was not; NULL: memory is exhausted.
struct container_site *stage_add_site(struct stage *s, uint32_t gid, uint32_t callee, uint64_t offset, uint32_t argument);

// Frames of functions that are being executed lie from *from up to *to, where the linker puts the stack before all data. A value that was printed
// may stand in them still, and be written over.
void stage_find_frames(const struct stage *s, uint64_t *from, uint64_t *to);

// The variable is looked for at that call, where that begins or goes on; nothing more comes of it; something is read, or written to.
void stage_seek(struct stage *s, uint32_t caller, uint64_t offset, uint32_t variable, bool begins);
void stage_seek_end(struct stage *s);
void stage_seek_read(struct stage *s, uint64_t at, uint64_t size);
void stage_seek_write(struct stage *s, uint64_t at, uint64_t size);

// Where the block ends, at most, that an allocator gave for a text of that length: its size is a power of two, and it may hold a word more.
uint64_t stage_block_end(uint64_t text, uint64_t length);

// The text is asked for at the site. The number of the variable's name was made there: it is seen next whether it is found in the environment's
// container. And it is, or another container was looked into at that call.
void stage_confirm(struct stage *s, struct container_site *site, struct cm_str text);
void stage_wait(struct stage *s, const struct container_site *site, uint32_t variable);
void stage_wait_end(struct stage *s, bool found);
void stage_note_elsewhere(struct stage *s, struct cm_str text, uint32_t caller, uint64_t offset);

// The same where the place looks into the environment's, too; and where the name was met there.
void stage_note_sought(struct stage *s, struct cm_str text, uint32_t caller, uint64_t offset);
bool stage_is_only_sought(const struct stage *s, const struct container_key *key);
void stage_note_met(struct stage *s, struct cm_str text, uint32_t caller, uint32_t callee, uint64_t offset);

// A digest of what a call is given beside texts (a bit an argument), as an object that holds a container.
uint64_t stage_digest_given(const struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t count, unsigned texts);

// The call of a lookup is to be tried where it was made, with that name; false: there is no room. And the trying.
bool stage_remember_place(struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t caller, uint64_t offset,
                          struct cm_str text);
void stage_test_places(struct stage *s);

// A lookup is called on the program's own way, for that variable; it is done: where the name that stands in the environment's container was not read
// for it, another one answers before.
void stage_look(struct stage *s, uint32_t callee, uint32_t caller, uint64_t offset, uint32_t variable);
void stage_look_end(struct stage *s);

// A key of the site was compared with a name of its length that no program knows.
void stage_note_among(struct stage *s, const struct container_site *site, struct cm_str text);
struct container_call *stage_note_call(struct stage *s, uint32_t caller, uint64_t offset);

// Finds the copies, where all has come into the container, or where most has: then it is looked for again later. And the same before the environment
// is handed over once more, and in the end. And the copy that is touched; NULL: none.
void stage_find_container(struct stage *s, bool all);
void stage_find_last(struct stage *s);
// Is it known where the variable's name stands in the environment's container?
bool stage_has_copy(const struct stage *s, uint32_t variable);
struct range *stage_copy_at(struct stage *s, uint64_t at, uint64_t size);

// Is the function given what leads to the made-up names, as an object does that holds the container?
bool stage_leads(const struct stage *s, uint32_t gid, const union core_value *arguments);

// The same of static variables whose addresses its code has, as memory is now.
bool stage_code_leads(struct stage *s, uint32_t gid);

// Marks all functions that are being executed.
void stage_mark(struct stage *s, unsigned mark);

// A text was read, or handed over, by what is not understood; of a variable. Where the program was made to take two names for equal, the value
// of one is read: only what happens to several is a leak then.
void stage_leak(struct stage *s);
void stage_leak_of(struct stage *s, uint32_t variable);

// Comparisons that stand where they are made (container_spell.c): some bytes of the name `copy` are read; others are; nothing more will be.
void stage_read_name(struct stage *s, const struct range *copy, uint64_t at, uint64_t size);
void stage_read_other(struct stage *s, uint64_t at, uint64_t size);
void stage_read_end(struct stage *s);

// Drops keys that are no whole names.
void stage_drop_spelled(struct stage *s);

// Is there a text that was not compared up to its end though a variable has its name, or with another case of it just so? Then it is compared
// in another way.
bool stage_spells_unknown(const struct stage *s, uint32_t *gid);

// Could the text be a variable's name, as people write them?
bool stage_is_like_name(const uint8_t *text, uint32_t size);

// Fills `observer` for a run.
void stage_observe(struct stage *s, struct laboratory_observer *observer);

// Whether what was looked for is set (container_set.c): a site was passed for the name of a variable: if the place of its value is written to next, by
// who wanted to have that place, the name is not asked for but set. Memory was written to; it may be another one.
void stage_set_passed(struct stage *s, size_t site, uint32_t variable, bool begins);
void stage_set_written(struct stage *s, uint64_t at, uint64_t size);
void stage_set_forget(struct stage *s);

// Where the address and the length of the variable's value stand, in no frame: the first of these places, so many of them.
size_t stage_value_places(struct stage *s, uint32_t variable, uint64_t *places, size_t most);

// A digest of what the host is handed at that call, beside what was told before.
uint64_t stage_digest_told(uint64_t digest, const struct laboratory_import *import, const uint8_t *memory, uint64_t size);

// Finds out what the functions are whose calls are remembered and that were not tried yet.
void stage_try_calls(struct stage *s);

// Ways that the program did not take (container_ways.c): a function is entered; a branch comes to `choice`, of `count`, and the other returned is
// taken. And the trying of them all; `run` runs the program once more and tries what it finds.
typedef void stage_run(struct stage *s, const struct way_entry *from);
bool stage_ways_begin(struct stage *s);
void stage_way_entered(struct stage *s, uint32_t gid, const union core_value *arguments);
uint32_t stage_way_branches(struct stage *s, const void *at, uint32_t choice, uint32_t count);
void stage_try_ways(struct stage *s, stage_run *run);

// Does a call of a lookup take away the variable that it finds, and nothing else comes of it?
bool stage_takes(struct stage *s, const struct remembered_call *call);

// Does a call of a lookup find the made-up names?
enum found stage_finds(struct stage *s, const struct remembered_call *call, bool is_made);

#endif
