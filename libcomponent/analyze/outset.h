// The outset of a program: what its variables hold when it begins.
//
// Elsewhere a variable that code writes to may hold anything by the time that a function runs: what it began with is weak (value.h). But where the
// host starts the program, and does so once, nothing has run before, and variables are what the data say, until code that may write to
// them was passed over.
#ifndef ANALYZE_OUTSET_H
#define ANALYZE_OUTSET_H

#include "program.h"

// A variable, or several, that are at the outset what they began with.
enum {
  OUTSET_POINTED = 8,
  OUTSET_VARIABLES = 128,
  OUTSET_REACH = 512,  // bytes that an object may have before a variable that is part of it
};
struct outset_variable {
  struct image_range range;
  uint64_t nearest;   // the address that code has nearest before it, or there
  bool is_passed;     // somebody is known to write there by an address that he was given
  const uint8_t *by;  // by gid: may come to who writes there
  uint32_t
      pointed[OUTSET_POINTED];  // those of them that may be called through a pointer; more than OUTSET_POINTED: there are others
  size_t pointed_count;
};

// Bytes that an evaluation read, and of which it knew nothing: disjoint ranges, in no order.
enum { OUTSET_MISSED = 64 };
struct outset_missed {
  struct image_range list[OUTSET_MISSED];
  size_t count, looked_at;
};

enum { OUTSET_WAY = 4 };
struct outset {
  uint32_t way[OUTSET_WAY];  // gids, from the function upwards to what the host calls
  size_t way_count;          // 0: the host does not start the program there
  bool is_alone;             // the host calls nothing else but while that runs
  struct outset_variable *variables;
  struct image_range *ranges;  // theirs, by address
  size_t count;
  struct outset_missed *missed;
};

// Is `gid` what the host starts the program with, or what that alone calls, once? Then *out has the variables that are known there, in memory of
// `arena`. Of those that begin as zeros, which are many, it has what functions marked in `own` (by gid) write to. False: memory is exhausted.
bool outset_find(struct program *program, struct cm_arena *arena, uint32_t gid, const uint8_t *own, struct outset *out);

// An evaluation that begins there read what is none of these.
void outset_miss(const struct outset *o, uint64_t address, unsigned size);

// What was missed since the last time becomes variables of *o where it begins as zeros and that is known of them which is to be known: those that nobody
// stores to by their address, and those that functions marked in `own` store to. *news: there are such.
void outset_add_missed(struct program *program, const uint8_t *own, struct outset *o, bool *news);

#endif
