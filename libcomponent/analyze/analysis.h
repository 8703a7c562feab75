// The analysis going on: what its parts share. Private to needs.c, asked.c, waves.c, environment.c and their neighbours.
#ifndef ANALYZE_ANALYSIS_H
#define ANALYZE_ANALYSIS_H

#include "conduct.h"
#include "confirm.h"
#include "container.h"
#include "execute.h"
#include "findings.h"
#include "held.h"
#include "inlined.h"
#include "interpreted.h"
#include "keys.h"
#include "lookup_stacked.h"
#include "lost_calls.h"
#include "outset.h"
#include "overwritten.h"
#include "pool.h"
#include "vtable.h"

enum { EVENT_KEYS = KEY_ALTERNATIVES };

enum { MARK_ENTER = 1, MARK_QUEUED = 2, MARK_ENV_OPEN = 4, MARK_LIST_UNKNOWN = 8, MARK_OWN_NAME = 16 };

// A site that stayed unknown in the evaluation of `root`.
struct pending {
  uint32_t root, site;  // gids: evaluated function, function that holds the call
  uint64_t offset;      // of the call
  uint64_t by;          // of the call in the evaluated function that leads there, or is it
  const struct cm_sink *row;
  struct cm_str source, pattern;
  const struct cm_evidence *evidence;  // kept by the findings
  uint64_t run;                        // in which reading of an entry
  uint64_t parameters;                 // of the evaluated function, a bit each, that the key is, unchanged; 0: it is something else
  bool of_list;                        // it is a name that entries of the environment's list are compared with,
  bool whole;                          // or the list is handed to the callers
  bool is_choice;                      // or the keys are known, but which of them are asked for the callers know
  bool is_kept;                        // and they tell no more of that
  uint32_t made;                       // position + 1 of the method in a->made that was executed for an object; 0: none was
  uint32_t opening;                    // the last of those, see a->openings, by which it was come to
  uint32_t next;                       // of `unknown`: the next with the same root, + 1
};

// A key that is asked for on a way of which it is not known yet whether it leads beyond what it is read of (struct beyond).
struct hanging_key {
  const struct beyond *beyond;
  enum cm_need_kind kind;
  struct cm_str key, source;
  enum cm_origin origin;
  enum cm_certainty certainty;
  bool perhaps;  // findings_perhaps
  uint32_t callee;
  const struct cm_evidence *evidence;  // kept by the findings
};

// A name that entries of the environment's list are compared with, or the beginning of one.
enum listed_by {
  LISTED_COMPARED,  // by a function
  LISTED_SPELLED,   // byte by byte
  LISTED_USED,      // so, and the entry goes on from there
};

struct listed {
  struct value entry;
  struct cm_str key;
  enum cm_certainty certainty;
  bool tested;  // the character behind it is compared with '=', so that it is the whole name
  enum listed_by by;
  uint64_t run;  // in which reading of the entry
  struct cm_evidence evidence;
};

// An '=' was looked for in an entry.
struct listed_test {
  struct value entry;
  uint64_t run;
  bool known;
  uint64_t offset;
};

// Entries, all of them perhaps, go where their use is not seen.
enum { LISTED_CHAIN = 6 };

struct listed_open {
  uint32_t chain[LISTED_CHAIN];  // gids of the function and of those that called it, as far as there is room
  struct value entry;
  bool known;
  uint64_t offset;
  struct cm_evidence evidence;
};

// A call of which some key is not known: see beginning.h.
struct left {
  enum cm_need_kind kind;
  enum cm_reason reason;
  struct cm_str source, pattern;
  const struct cm_evidence *evidence;  // kept by the findings
  uint32_t root;                       // gid of the function in whose evaluation that was so
  bool is_choice;                      // its keys are known, but which of them the function is asked for its callers know
};

// What one evaluation tells of the environment's list. Lives in an arena of its own, for the next evaluation empties the scratch memory.
struct listing {
  struct listed *names;
  size_t name_count, name_room;
  struct listed_test *tests;
  size_t test_count, test_room;
  struct listed_open *open;
  size_t open_count, open_room;
  uint64_t idle_at;           // offset of the load that was found last to be of no interest; 0: none was
  bool looked, told;          // an entry was loaded; something was seen of what it is for
  bool replaced;              // an entry is, and it was not told which: of the names some are perhaps not asked for
  struct cm_evidence handed;  // the last call of a function that hands the list over as a whole
  bool is_handed;
  struct value *unknown;  // entries that are compared with a name that is not known here
  size_t unknown_count, unknown_room;
};

// What the executor must not execute: what asks; and what answers differently at other times, of which nobody executes anything.
enum { FORBIDDEN_ASKS = 1, FORBIDDEN_UNSTEADY };

struct analysis {
  struct cm_arena *arena;
  struct cm_arena scratch;    // emptied before each evaluation
  struct cm_arena recovered;  // what was found in the memory of interpreters
  struct pool pool;           // for scratch memory
  const struct cm_needs_options *options;
  struct program program;
  struct findings findings;
  struct findings doubted;  // of an analysis before this one, of data that may be others; empty: there was none
  struct interpreted_list interpreted;
  uint8_t *marks, *setters;  // by gid
  uint8_t *called;           // by gid: see called.h
  uint8_t *evaluated;        // by gid: in which wave it was last, counted from 1
  uint8_t wave;
  struct evaluate_cost *costs;  // by gid
  struct primitives primitives;
  struct usage usage;
  struct vtables vtables;
  struct made made;
  uint32_t *lookup_of;  // by gid: position + 1 in lookups
  struct lookup *lookups;
  size_t lookup_count;
  struct environ_list list;
  struct inlined_list inlined;
  struct container container;
  struct conduct conduct;
  bool conduct_tried;            // the program was run to see what it does with the list;
  bool conduct_told;             // and that was told in this round
  struct rehearsal rehearsal;    // of a program whose stack lies in memory
  bool rehearsed, lists_handed;  // and some function of it hands the environment's list over as a whole
  struct executor executor;
  struct held held;
  struct lost_calls lost;
  uint8_t *forbidden;  // by gid: lookups and the like, which the executor must not execute
  struct stacked_lists stacked_lists;
  uint8_t *list_roots;       // by gid: functions whose evaluation tells how they read the list
  uint8_t *whole_roots;      // the same, and those that read what the host hands over
  struct slot **slots;       // by gid of an import slot; NULL: not read yet
  struct cm_str env_source;  // name of the import that hands over the environment; see analysis_source
  unsigned extra_tries;      // of helpers in this wave: see evaluate_owner
  uint32_t *queue;           // functions to evaluate in this wave
  size_t queue_count, queue_room;
  struct pending *pending;  // of this wave
  size_t pending_count, pending_room;
  struct hanging_key *hanging;                    // of the evaluation that goes on
  size_t hanging_count, hanging_room, held_keys;  // the first ones are of one that came to its end
  size_t pending_from;                            // where those of the evaluation going on begin
  struct pending *unknown;                        // of all waves so far
  size_t unknown_count, unknown_room;
  struct index pending_sites, unknown_sites;  // by root, site, offset and by; of `unknown` also without the last
  uint32_t *unknown_first, *unknown_last,
      *given_up;  // by gid: its first and last in `unknown`, and the last that was given up, + 1
  // How many functions are entered by their callers so far; by gid: the how many-th it was, 0: it is not; and how many there were when its
  // callers were asked last.
  uint32_t openings, *opened, *asked_at;
  uint64_t steps;
  bool failed;
  // the evaluation going on
  uint32_t root;
  bool has_entered;  // it entered functions that left something to their callers
  bool is_divided;   // conditions are taken for what they may not be: no key is sure
  bool has_ended;    // it is another one of a function of which one has come to its end
  uint8_t *seen;     // a bit for each byte of its body: a call there was come to
  size_t seen_room, seen_size;
  uint64_t seen_from;
  struct left *left;  // what is left undecided so far, in case that the beginning of the program tells more
  size_t left_count, left_room;
  const uint8_t *own;    // by gid: is entered as well as that; NULL: nothing else is
  const uint8_t *whole;  // by gid: is to be entered, for the program is executed from its beginning (beginning.h); NULL: it is not
  bool is_open;          // and that does not tell all
  bool has_begun;        // what variables began with told all
  bool is_impatient;     // patience did not help in an earlier round, when more was known
  bool passed_by;  // some call of a lookup was never come to, or asks for what is no name: dead code, or the evaluation is wrong
  uint8_t *leads;  // by gid, of this wave: a call of such a function may come to one that is of interest
  struct cm_arena ahead;   // for what lies ahead of its calls
  struct cm_arena listed;  // for what this function's evaluations tell of the list
  struct listing *listing;
  uint64_t addresses[ENVIRON_VARIABLES], arrays[ENVIRON_VARIABLES];
  // the call being read
  const struct evaluate_call *call;
  struct cm_str keys[EVENT_KEYS];
  size_t key_count, unknown_keys;
  uint64_t key_parameters;  // as of `pending`
  struct cm_str pattern;
  uint32_t key_instance;
  enum cm_need_kind key_kind;
  // where in the initial data keys were read, of all calls
  struct key_sources sources;
  struct key_sources open_sources;  // and what was read that may be something else by then
  // names that lookups were seen to be asked for
  struct confirm_name *asked;
  size_t asked_count, asked_room;
  bool is_tried;  // experiments were made in an earlier round: lookups, what was inlined, and containers are known
  bool refused;   // some lookup was found to be none
  bool is_draft;  // the first round: as soon as a lookup was found to be none there is nothing to be gained from its end
  bool is_last;   // the last round that there may be
};

// Who hands the environment over to the function: the name of the import, or what stands for another component.
struct cm_str analysis_source(const struct analysis *a, uint32_t gid);

// One line to the debug trace, where one is wanted.
void analysis_trace(const struct analysis *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Evidence that names a function alone: for what is known of it without an evaluation.
struct cm_evidence analysis_evidence(struct analysis *a, uint32_t gid, uint32_t callee);

// Reads the keys that `call` has at `place` into a->keys, a->unknown_keys and a->pattern. False: there is nothing.
bool analysis_keys(struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call,
                   const struct key_place *place, enum cm_need_kind kind);

// The data of the evaluated function's program that spell a key: that nothing writes there is looked at in the end.
void analysis_note_text(struct analysis *a, struct cm_str key);

// Notes what the evaluation of `gid` reads of the initial data, from now on; and, at its end, that nothing may write there (`firm`): that decided
// which calls it came by, and which names they ask for. `open`: of the rest, it is to be looked for all that it may be.
void analysis_note_reads(struct analysis *a, uint32_t gid);
void analysis_keep_reads(struct analysis *a, uint32_t gid, bool firm, bool open);

// A site whose key the callers may know: given to a call, or compared with entries of the list; or the list itself is what they get.
// Or all keys are known, and the callers know which of them are asked for.
enum analysis_pending { ANALYSIS_KEY, ANALYSIS_NAME, ANALYSIS_LIST, ANALYSIS_CHOICE };
void analysis_leave_pending(struct analysis *a, const struct evaluate_frame *frame, const struct cm_sink *row, struct cm_str source,
                            const struct cm_evidence *evidence, enum analysis_pending kind);

// To be called where a site that was left pending now stands at `to` in a->pending.
void analysis_pending_moved(struct analysis *a, size_t to);

// Has what `frame` does not been told by the evaluation of a function between it and the evaluated one? `of_list`: it compares entries of
// the list, for which any comparison left open there counts.
bool analysis_is_news(const struct analysis *a, const struct evaluate_frame *frame, bool of_list);

// Who asks for the key, by the function that `evidence` names.
enum cm_origin analysis_origin(const struct analysis *a, enum cm_need_kind kind, struct cm_str key,
                               const struct cm_evidence *evidence);

void analysis_queue(struct analysis *a, uint32_t gid);

// From now on the callers of `gid` execute it in place.
void analysis_open_up(struct analysis *a, uint32_t gid);

// Queues the callers of `gid`; `indirect`: those through a pointer too.
void analysis_queue_callers(struct analysis *a, uint32_t gid, bool indirect);

// Evaluates what is queued, and whatever that leads to. False: memory is exhausted.
bool analysis_run_waves(struct analysis *a, struct cm_diag *diag);

// What an import slot is; it is read once.
const struct slot *analysis_slot(struct analysis *a, uint32_t gid);

// Does the evaluation of its callers want to see this function? `context` is an analysis.
bool analysis_wanted(void *context, uint32_t gid);

// Makes ready for the evaluation of `gid`, and what evaluations tell. False: memory is exhausted.
bool analysis_begin(struct analysis *a, uint32_t gid);
struct evaluate_owner analysis_owner(struct analysis *a);

// Tells keys that a coarse evaluation found in rounds of loops of which it does not know whether they are, unless a better one came to its end: then
// what that found is all.
void analysis_tell_held(struct analysis *a, bool better);

// Sites, to be found by what they are.
bool analysis_same_site(const struct pending *p, uint32_t root, uint32_t site, uint64_t offset);
// `by` 0: whichever call of the root leads there.
uint64_t analysis_site_hash(const struct index *index, uint32_t root, uint32_t site, uint64_t offset, uint64_t by);

// A site that stays undecided; or, if it is a choice, at which all that was found counts.
void analysis_give_up(struct analysis *a, const struct pending *p, enum cm_reason reason);

// Queues the functions that read the environment's list.
void environment_queue_readers(struct analysis *a);

// What the evaluation of a function is to watch; NULL: nothing. `watch` is filled.
const struct evaluate_watch *environment_watch(struct analysis *a, uint32_t gid, struct evaluate_watch *watch);

// Has the evaluation left something of the list undecided? Then a more precise one may decide it.
bool environment_is_open(const struct analysis *analysis, const struct listing *listing);

// The list is handed over by a call as a whole: true where it matters what becomes of it; and at the end of the evaluation, where nothing was
// seen of that, it is said.
bool environment_list_handed(struct analysis *a, const struct evaluate_call *call);
void environment_tell_unseen(struct analysis *a, const struct listing *listing);

// Reports what an evaluation told: names that are asked for; and what stays open. `stopped`: it did not see all.
void environment_tell_names(struct analysis *a, struct listing *listing);
void environment_tell_open(struct analysis *a, const struct listing *listing, bool stopped);

// Where the environment can be come to on ways that are not understood, the program is run to see what it does (container.h). False: memory
// is exhausted.
bool contained_run(struct analysis *a, const uint32_t *sources, size_t source_count);

// Is the key of another kind, and the call not one that was seen to ask for it?
bool contained_is_other(const struct analysis *a, struct cm_str key, const struct evaluate_frame *frame);

// Reports what was asked for while the program ran, and not found in its code.
void contained_tell(struct analysis *a);

// Is what `gid` (NO_FUNC: whoever reads the list) does with it understood from how the program behaves? Then nothing of it is undecided; what it asks
// for is reported.
bool environment_is_understood(struct analysis *a, uint32_t gid);

// Is there a way from an entry to the environment that no lookup is on? False when memory is exhausted, too (a->failed).
bool environment_has_ways(struct analysis *a, const uint32_t *sources, size_t count);

// Such ways are undecided: somebody reads the whole list.
void environment_check(struct analysis *a, const uint32_t *sources, size_t count);

#endif
