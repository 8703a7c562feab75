// Identifiers.
//
// Any name can be an identifier since identifiers may be quoted, with two exceptions: the empty one, and one that another index of
// the same space already has. These get an identifier that is made of the index, after a `#`, and names that begin with one are
// treated alike, so that what is made is unique too.
//
// Spec: https://webassembly.github.io/spec/core/text/values.html#identifiers

#include "text/idents.h"

#include <stdlib.h>

static bool is_idchar(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return c && strchr("!#$%&'*+-./:<=>?@\\^_`|~", c);
}

enum ident_form ident_form_of(struct cm_str name) {
  if (!name.size || name.at[0] == '#') return IDENT_MADE;
  for (size_t i = 0; i < name.size; i++)
    if (!is_idchar(name.at[i])) return IDENT_QUOTED;
  return IDENT_PLAIN;
}

bool idents_set(struct cm_arena *arena, struct idents *idents, uint32_t index, struct cm_str name) {
  if (index >= idents->count) return true;
  if (!idents->at && !(idents->at = cm_alloc_array(arena, idents->count, sizeof *idents->at))) return false;
  if (idents->at[index].form == IDENT_NONE) idents->at[index] = (struct ident){name, ident_form_of(name)};
  return true;
}

static size_t hash_of(struct cm_str name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.at[i]) * UINT64_C(0x100000001b3);
  return (size_t)(hash ^ hash >> 32);
}

bool idents_make_unique(struct idents *idents) {
  if (!idents->at) return true;
  size_t slots = 16;
  while (slots < (size_t)idents->count * 2) slots *= 2;
  uint32_t *seen = calloc(slots, sizeof *seen);  // index + 1
  if (!seen) return false;
  for (uint32_t i = 0; i < idents->count; i++) {
    struct ident *ident = &idents->at[i];
    if (ident->form == IDENT_NONE || ident->form == IDENT_MADE) continue;
    size_t slot = hash_of(ident->name) & (slots - 1);
    while (seen[slot] && !cm_str_equal(idents->at[seen[slot] - 1].name, ident->name)) slot = (slot + 1) & (slots - 1);
    if (seen[slot])
      ident->form = IDENT_MADE;
    else
      seen[slot] = i + 1;
  }
  free(seen);
  return true;
}
