// A provider on trial: a component of the program, alive on its own, whose lifted functions are called under a made-up outside.
//
// What stands behind its imports gives a value of its own for everything that it is asked, so that it is seen in an answer whose value it is:
// what the table of sinks knows, secrets, and what reveals them. All else that it calls succeeds, or, where values have the other shape, fails:
// whoever compares both sees whether it matters.
#ifndef ANALYZE_TRIAL_H
#define ANALYZE_TRIAL_H

#include "program.h"

struct trial;

enum trial_from {
  TRIAL_CONSTANT,
  TRIAL_LISTED,  // the value of a name of the outside's list
  TRIAL_ASKED,   // what the outside answered
};
struct trial_value {
  enum trial_from from;
  uint32_t number;  // position in the names, or in the asks
};

// A call out of the provider.
struct trial_ask {
  uint32_t slot;              // gid of the import slot
  const struct cm_sink *row;  // NULL: a secret that is declared
  struct cm_str key;          // or its label
};

// An entry of the list that the provider gives, or, without a name, a text in another answer that is none of its own.
struct trial_pair {
  struct cm_str name, text;
  struct trial_value value;
};

struct trial_question {
  const struct cm_func_origin *origin;  // the provider's function
  const struct cm_sink *row;            // as whom it is called; `key` is what it is given, where it takes one
  struct cm_str key;
  const struct cm_str *names;  // of the outside's list
  size_t name_count;
  bool has_nothing;  // the outside has no value for any key
  unsigned shape;    // of values, 0 or 1
};

struct trial_answer {
  struct trial_ask *asks;
  struct trial_pair *pairs;
  size_t ask_count, pair_count;
  uint32_t list_slot;  // the slot that gave the outside's list; NO_FUNC: it was not asked for
  const struct cm_sink *list_row;
};

// Components on trial, each made alive when it is first asked for. All that trials tell lies in the arena.
struct trial_list {
  struct program *program;
  struct cm_arena *arena;
  struct trial_entry {
    uint32_t component;
    struct trial *trial;  // NULL: it cannot be tried
  } * entries;
  size_t count, room;
  uint64_t steps;  // that trials may still take, all together; when none are left nothing is understood
  bool failed;     // memory is exhausted
};
enum { TRIAL_STEPS = 100000000 };
void trial_list_init(struct trial_list *list, struct program *program, struct cm_arena *arena);
struct trial *trial_of(struct trial_list *list, uint32_t component);
void trial_list_close(struct trial_list *list);

// Calls a function of it. False: it did not come back, or did what is not understood.
bool trial_call(struct trial *trial, const struct trial_question *question, struct trial_answer *out);

// A request that is to be sent, by a function that takes it as its first parameter.
struct trial_request {
  struct cm_str authority;
  enum trial_scheme { TRIAL_NO_SCHEME, TRIAL_HTTP, TRIAL_HTTPS, TRIAL_OTHER_SCHEME } scheme;
  bool others_fail;  // what else it calls
};
enum { TRIAL_SCHEMES = 4 };
// *slot: the import through which it was sent on; NO_FUNC: it was not. False: as above.
bool trial_send(struct trial *trial, const struct cm_func_origin *origin, const struct trial_request *request, uint32_t *slot);

// Does the function send requests?
bool trial_is_sending(struct cm_str interface, struct cm_str function);

// The names of what an import slot's own component calls it. False: it has none.
bool trial_names(const struct cm_graph *graph, const struct cm_core_target *target, struct cm_str *interface,
                 struct cm_str *function);

// Texts that the provider may compare names with: those that its memory, as the last call left it, or constants in its code point to. Adds
// each once. False: there are too many to be tried.
bool trial_texts(struct trial *trial, struct cm_str **names, size_t *count, size_t *room, size_t most);

// --- shared by trial.c and trial_host.c ---

struct laboratory_foreign;

enum { TRIAL_HANDLES = 64, TRIAL_ASKS = 256, TRIAL_TEXT = 32 };

struct trial {
  struct program *program;
  struct cm_arena *arena;
  struct laboratory *laboratory;
  uint64_t *steps;  // the list's
  uint32_t component;
  // the call going on
  const struct trial_question *question;
  struct trial_ask asks[TRIAL_ASKS];
  uint32_t handles[TRIAL_HANDLES];  // by handle - 1: the ask that gave it
  size_t ask_count, handle_count;
  uint32_t list_slot;
  const struct cm_sink *list_row;
  const struct trial_request *request;  // that handle 1 is; NULL: there is none
  uint32_t sent_slot;
  bool not_understood;
  bool calls_others;  // in any call so far: what is none of the sinks and the like
};

// What stands behind the provider's imports.
bool trial_host(void *context, const struct laboratory_foreign *call);

// The text of a value, and the value whose text is within a text.
size_t trial_value_text(struct trial_value value, unsigned shape, char out[TRIAL_TEXT]);
struct trial_value trial_value_in(struct cm_str text, unsigned shape);

#endif
