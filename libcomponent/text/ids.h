// Identifiers and what they stand for. Private to text/.
//
// One table holds the identifiers of one or many scopes (the fields of each struct type, the locals of one function after the other):
// a scope is a number that belongs to the key. A table is emptied in constant time.
#ifndef TEXT_IDS_H
#define TEXT_IDS_H

#include "text/lex.h"

struct text_id_slot {
  const char *at;
  uint32_t size;
  uint32_t generation;  // that it belongs to; another than the table's: empty
  uint32_t scope;
  uint32_t value;
};

struct text_ids {
  struct text_id_slot *slots;  // in the arena of the lexer
  uint32_t room;               // 0, or a power of two
  uint32_t count;
  uint32_t generation;
};

// The value of `name` in `scope`, to be read or written; NULL when there is none.
uint32_t *text_ids_find(const struct text_ids *ids, uint32_t scope, struct cm_str name);

// Adds one that is not there yet. False: out of memory.
bool text_ids_add(struct text_lexer *lexer, struct text_ids *ids, uint32_t scope, struct cm_str name, uint32_t value);

void text_ids_clear(struct text_ids *ids);

// Fails: there is no `what` (a kind of thing: "func") called `name`. Says which of those that are there comes nearest, or what there is.
bool text_ids_fail(struct text_lexer *lexer, const struct text_ids *ids, uint32_t scope, const char *what, struct cm_str name,
                   const char *at);

// Suggestions: gathers candidates one by one and keeps the nearest, if it is near enough to be meant.
struct text_nearest {
  struct cm_str wanted, best;
  unsigned distance;  // of the best
};
void text_nearest_begin(struct text_nearest *nearest, struct cm_str wanted);
void text_nearest_try(struct text_nearest *nearest, struct cm_str candidate);

#endif
