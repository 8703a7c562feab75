// Identifiers: what the names of an index space become in text. Private.
#ifndef TEXT_IDENTS_H
#define TEXT_IDENTS_H

#include <component/arena.h>
#include <component/span.h>

// PLAIN: $name. QUOTED: $"a name". MADE: $"#func3 name", for a name that cannot be an identifier (it is empty, or was given twice).
enum ident_form { IDENT_NONE, IDENT_PLAIN, IDENT_QUOTED, IDENT_MADE };

struct ident {
  struct cm_str name;
  enum ident_form form;
};

// The identifiers of one index space. `at` is NULL while there are none.
struct idents {
  const char *group;  // "func": what identifiers that are made begin with
  uint32_t count;     // of the index space
  struct ident *at;
};

// How a name can be written, uniqueness apart.
enum ident_form ident_form_of(struct cm_str name);

// Gives index `index` a name; beyond the space nothing happens, and the first of several names stays. False: no memory.
bool idents_set(struct cm_arena *arena, struct idents *idents, uint32_t index, struct cm_str name);

// Makes those that were given before to an earlier index into MADE ones. False: no memory.
bool idents_make_unique(struct idents *idents);

static inline struct ident ident_of(const struct idents *idents, uint32_t index) {
  if (!idents || !idents->at || index >= idents->count) return (struct ident){{NULL, 0}, IDENT_NONE};
  return idents->at[index];
}

#endif
