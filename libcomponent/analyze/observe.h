// The program started as a whole in the laboratory, and what it asks its lookups for there.
#ifndef ANALYZE_OBSERVE_H
#define ANALYZE_OBSERVE_H

#include "analysis.h"
#include "laboratory.h"

enum { OBSERVE_NAMES = 256, OBSERVE_LENGTHS = 40 };

struct observed {
  struct cm_str name;
  uint32_t caller, callee;
  uint64_t offset;  // of the call in the file
  unsigned worlds;  // a bit for each (laboratory_set_world) in which it was asked for
  bool is_literal;  // it stood where the program's data have it, and nothing writes there
  bool of_list;     // the whole list is asked, by way of a map or by comparing its entries
};

struct observe_list;

struct observation {
  const struct analysis *analysis;
  struct laboratory *lab;
  struct cm_arena *arena;  // what is observed lies there
  struct observed names[OBSERVE_NAMES];
  size_t count;
  size_t last;                 // what was asked for last, + 1; 0: nothing was
  unsigned world;              // laboratory_world
  bool by_length;              // the environment has a name of each length, of one letter
  uint64_t fuel, fuel_of_run;  // for all runs that are to come, and for one
  struct observe_list *list;   // what is done with the whole list is watched, too (observe_list.c); NULL: it is not
};

// Can anything be observed? Not of programs of interpreters, nor where what is asked is provided within the program.
bool observe_is_possible(const struct analysis *analysis, const struct cm_needs *needs);

// NULL: it cannot be started.
struct observation *observe_open(const struct analysis *analysis, struct cm_arena *arena);
void observe_close(struct observation *observation);

// A name was asked for.
void observe_note(struct observation *observation, struct observed seen, struct cm_str name);

// What is done with the whole list (observe_list.c): NULL where there is no memory for it; names of all lengths, how many; a run begins, and
// has come to its end; and a function is entered.
struct observe_list *observe_list_open(const struct observation *observation);
size_t observe_list_lengths(struct observation *observation, struct laboratory_variable *environment, size_t most);
void observe_list_begin(struct observation *observation);
void observe_list_end(struct observation *observation);
void observe_list_enter(struct observation *observation, uint32_t gid);

// Starts what can be started without arguments, with that environment.
void observe_start(struct observation *observation, const struct laboratory_variable *environment, size_t count);

// Where lookups of variables were left undecided, or passed by (analysis.h): starts the program under worlds and environments that differ, and reports
// the names that it asks for whatever they are. Where all are decided it is run with what was found, to see that it asks for nothing else. `needs` has
// the imports already.
void observe_undecided(struct analysis *analysis, const struct cm_needs *needs);

#endif
