// What is known of values of the environment's list under choices of sides. Private to watch*.c.
#ifndef ANALYZE_WATCH_VIEW_H
#define ANALYZE_WATCH_VIEW_H

#include "watch.h"

// Operations that name such values, beyond those of value.c; OP_TEXT + the number of bytes loaded.
#define OP_LIST (UINT32_MAX / 2 + 1)
#define OP_WORD (OP_LIST + 1)
#define OP_OUTCOME (OP_LIST + 2)
#define OP_MIXED (OP_LIST + 3)
#define OP_TEXT (OP_LIST + 4)
#define OP_SIGN (VALUE_OP_ROUNDS - 1)  // where the '=' stands in an entry: the name has ended there

// Where values are looked at from: the sides that are taken of joins.
struct view {
  const struct evaluation *evaluation;
  const struct value_table *table;
  const struct value_choice *choices;
  size_t choice_count;
  unsigned *budget;  // of values looked at
};

struct watched watch_class_in(const struct view *view, struct value v);

// Some join that the value depends on and that is open; 0: none.
uint32_t watch_open_join(const struct view *view, struct value v);

// Which side is taken of the join; NULL: it is open.
const struct value_choice *watch_choice_of(const struct view *view, uint32_t join);

// The same, or nothing, as something computed from a text.
struct watched watch_mixed(struct watched w);

static inline const struct value_name *watch_name_of(const struct view *view, struct value v) {
  return v.kind == VALUE_UNKNOWN && v.tree && !v.bits ? value_name_at(view->table, v.tree) : NULL;
}

// Of two unknowns that met: where. 0 for all others.
static inline uint32_t watch_join_of(const struct value_name *n) { return n && n->op > OP_TEXT + 8 ? UINT32_MAX - n->op : 0; }

// Tells the owner that an entry is used of which the path knows how it begins.
void watch_tell_beginning(struct activation *a, struct value entry);

// Has the path found that the entry's name has that length?
bool watch_ends_at(const struct watch_fact *facts, struct value entry, uint64_t length);

// Has the path found which variable the entry is, or how it begins?
bool watch_is_identified(const struct watch_fact *facts, struct value entry);

#endif
