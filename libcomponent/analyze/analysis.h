// The analysis going on: what its parts share. Private to needs.c and environment.c.
#ifndef ANALYZE_ANALYSIS_H
#define ANALYZE_ANALYSIS_H

#include "findings.h"
#include "keys.h"
#include "lookup.h"
#include "pool.h"

enum { EVENT_KEYS = KEY_ALTERNATIVES };

enum { MARK_ENTER = 1, MARK_QUEUED = 2, MARK_ENV_OPEN = 4 };

// A site that stayed unknown in the evaluation of `root`.
struct pending {
  uint32_t root, site;  // gids: evaluated function, function that holds the call
  uint64_t offset;      // of the call
  const struct cm_sink *row;
  struct cm_str source, pattern;
  const struct cm_evidence *evidence;  // kept by the findings
  uint32_t next;                       // of `unknown`: the next with the same root, + 1
};

struct analysis {
  struct cm_arena *arena;
  struct cm_arena scratch;  // emptied before each evaluation
  struct pool pool;         // for scratch memory
  const struct cm_needs_options *options;
  struct program program;
  struct findings findings;
  uint8_t *marks, *costly, *setters;  // by gid
  struct primitives primitives;
  uint32_t *lookup_of;  // by gid: position + 1 in lookups
  struct lookup *lookups;
  size_t lookup_count;
  struct environ_list list;
  struct slot **slots;       // by gid of an import slot; NULL: not read yet
  struct cm_str env_source;  // name of the import that hands over the environment
  uint32_t *queue;           // functions to evaluate in this wave
  size_t queue_count, queue_room;
  struct pending *pending;  // of this wave
  size_t pending_count, pending_room;
  size_t pending_from;      // where those of the evaluation going on begin
  struct pending *unknown;  // of all waves so far
  size_t unknown_count, unknown_room;
  struct index pending_sites, unknown_sites;  // by root, site and offset
  uint32_t *unknown_first, *unknown_last,
      *given_up;  // by gid: its first and last in `unknown`, and the last that was given up, + 1
  uint64_t steps;
  bool failed;
  // the evaluation going on
  uint32_t root;
  uint8_t *seen;  // a bit for each byte of its body: a call there was come to
  size_t seen_room, seen_size;
  uint64_t seen_from;
  // the call being read
  const struct evaluate_call *call;
  struct cm_str keys[EVENT_KEYS];
  size_t key_count, unknown_keys;
  struct cm_str pattern;
};

// One line to the debug trace, where one is wanted.
void analysis_trace(const struct analysis *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Evidence that names a function alone: for what is known of it without an evaluation.
struct cm_evidence analysis_evidence(struct analysis *a, uint32_t gid, uint32_t callee);

// Ways to the environment that no lookup is on are undecided: somebody reads the whole list.
void environment_check(struct analysis *a, const uint32_t *sources, size_t count);

#endif
