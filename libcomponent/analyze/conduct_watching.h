// What the two halves of conduct share; private to them. conduct.c runs the program and holds what it says against each other, conduct_guess.c finds
// names that it may ask for and are compared with none.
#ifndef ANALYZE_CONDUCT_WATCHING_H
#define ANALYZE_CONDUCT_WATCHING_H

#include "conduct.h"
#include "laboratory.h"

enum { NAMES_MOST = 40, NAME_MOST = 40, DEPTH = 256, SMALL = 4096, WORD = 4, COMPARERS = 4, MADE_UP = 6 };
enum { GUESSES_MOST = 256, CODE_TEXTS = 128, LENGTHS = 40, MET_MOST = 256 };

struct call_site {
  uint32_t gid;
  uint64_t offset;
};

// A word that was read, be it of a filler or of something else; and a text that was so compared with fillers: their length, 0 for several.
struct word_read {
  uint64_t at, size;
  unsigned waits;
};
struct met {
  uint64_t base;
  uint32_t length, end;
};

struct guesses {
  struct laboratory_variable at[GUESSES_MOST + CODE_TEXTS];
  struct laboratory_variable present[GUESSES_MOST + CODE_TEXTS + NAMES_MOST];  // some of them, in a run
  size_t count, most, runs, tries;
  uint64_t spend_most;
  const char *texts[CODE_TEXTS], *loose[CODE_TEXTS];  // that the code has; of the latter it is not known where they end
  size_t text_count, loose_count;
  struct laboratory_variable lengths[LENGTHS];  // a name of each length, a filler
  struct word_read reads[2];
  struct met met[MET_MOST];
  size_t met_count;
  uint32_t reading;  // the instance of whose memory reads are told
};

struct watching {
  struct program *program;
  struct primitives *primitives;
  struct laboratory *lab;
  struct cm_arena arena;
  struct conduct *out;
  const uint8_t *roots, *holders;
  struct laboratory_variable variables[MADE_UP + NAMES_MOST + 1];  // the made-up ones, those that are asked for, and one more
  struct guesses guesses;                                          // texts that could be names
  uint64_t spent;                                                  // fuel, of all runs
  size_t count, in_run;                                            // in_run: so many of them were there at most in the run going on
  uint8_t *entered;  // by gid: ENTERED; and HOLDS, when it was given what leads to names
  struct call_site *sites;
  size_t site_count, site_room;
  struct index site_index;
  uint32_t comparers[COMPARERS];
  size_t comparer_count;
  unsigned compared;  // made-up names that were compared with others: a bit each
  bool failed, news, compares_values, is_guessing, is_reading, is_settled;
  // the run going on
  struct call_site stack[DEPTH];  // by depth: the function, and the call that it makes
  size_t depth;
  uint64_t said;  // all that the host was told
};

// Runs all that can be started, with the environment as it is; true where all of it came to its end. *said: what the host was told.
bool conduct_run(struct watching *w, uint64_t *said);

bool conduct_is_known(const struct watching *w, const char *text, size_t size);
void conduct_note_key(struct watching *w, uint32_t callee, const char *text, size_t size);

// The length of what could be a name, and ends with a zero; 0: it could not.
size_t conduct_like_name(const uint8_t *memory, uint64_t size, uint32_t at);

// Names that make a difference to the host, and beginnings of such, become the answer's. What is seen in the runs for it: a function is entered; and
// memory read.
void conduct_guess(struct watching *w);
void conduct_guess_arguments(struct watching *w, uint32_t gid, const struct core_type *type, const union core_value *arguments);
void conduct_guess_read(void *context, uint64_t at, uint64_t size);

#endif
