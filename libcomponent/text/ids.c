// Identifiers, in open addressing; and what may have been meant by one that is not there.
//
// Slots carry the generation that they were filled in, so that the table of a function's locals is emptied by counting up, however
// large an earlier function made it.

#include "text/ids.h"

#include <stdio.h>

static uint32_t hash_of(uint32_t scope, struct cm_str name) {
  uint32_t hash = 2166136261u ^ (scope * 0x9e3779b9u);
  for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.at[i]) * 16777619u;
  return hash ^ hash >> 15;
}

// The slot that holds it, or the empty one where it would stand. The table is never full.
static struct text_id_slot *slot_of(const struct text_ids *ids, uint32_t scope, struct cm_str name) {
  for (uint32_t i = hash_of(scope, name);; i++) {
    struct text_id_slot *slot = &ids->slots[i & (ids->room - 1)];
    if (slot->generation != ids->generation) return slot;
    if (slot->scope == scope && slot->size == name.size && memcmp(slot->at, name.at, name.size) == 0) return slot;
  }
}

uint32_t *text_ids_find(const struct text_ids *ids, uint32_t scope, struct cm_str name) {
  if (!ids->count) return NULL;
  struct text_id_slot *slot = slot_of(ids, scope, name);
  return slot->generation == ids->generation ? &slot->value : NULL;
}

static bool grow(struct text_lexer *l, struct text_ids *ids) {
  struct text_ids larger = {.room = ids->room ? ids->room * 2 : 16, .count = ids->count, .generation = 1};
  larger.slots = cm_alloc_array(l->arena, larger.room, sizeof *larger.slots);
  if (!larger.slots) return text_fail_memory(l);
  for (uint32_t i = 0; i < ids->room; i++) {
    struct text_id_slot slot = ids->slots[i];
    if (slot.generation != ids->generation) continue;
    slot.generation = 1;
    *slot_of(&larger, slot.scope, (struct cm_str){slot.at, slot.size}) = slot;
  }
  *ids = larger;
  return true;
}

bool text_ids_add(struct text_lexer *l, struct text_ids *ids, uint32_t scope, struct cm_str name, uint32_t value) {
  if (name.size > UINT32_MAX) return text_fail_limit(l, l->token.at, "an identifier of more than 4 GiB");
  if (ids->count >= ids->room / 2 && !grow(l, ids)) return false;
  *slot_of(ids, scope, name) = (struct text_id_slot){name.at, (uint32_t)name.size, ids->generation, scope, value};
  ids->count++;
  return true;
}

void text_ids_clear(struct text_ids *ids) {
  ids->count = 0;
  if (++ids->generation != 0) return;
  ids->generation = 1;
  if (ids->slots) memset(ids->slots, 0, ids->room * sizeof *ids->slots);
}

// What may have been meant.

enum { LONGEST = 64, SUGGESTIONS = 20 };

// How many insertions, deletions and replacements lead from one to the other.
static unsigned distance(struct cm_str a, struct cm_str b) {
  unsigned row[LONGEST + 1];
  for (unsigned j = 0; j <= b.size; j++) row[j] = j;
  for (unsigned i = 1; i <= a.size; i++) {
    unsigned diagonal = row[0];
    row[0] = i;
    for (unsigned j = 1; j <= b.size; j++) {
      unsigned replaced = diagonal + (a.at[i - 1] != b.at[j - 1]), least = row[j] < row[j - 1] ? row[j] : row[j - 1];
      diagonal = row[j];
      row[j] = replaced < least + 1 ? replaced : least + 1;
    }
  }
  return row[b.size];
}

void text_nearest_begin(struct text_nearest *n, struct cm_str wanted) {
  *n = (struct text_nearest){.wanted = wanted, .distance = (unsigned)(wanted.size > 5 ? wanted.size / 3 + 1 : 2)};
}

void text_nearest_try(struct text_nearest *n, struct cm_str candidate) {
  if (n->wanted.size > LONGEST || candidate.size > LONGEST) return;
  size_t apart = n->wanted.size > candidate.size ? n->wanted.size - candidate.size : candidate.size - n->wanted.size;
  if (apart >= n->distance) return;
  unsigned d = distance(n->wanted, candidate);
  if (d >= n->distance) return;
  n->distance = d;
  n->best = candidate;
}

bool text_ids_fail(struct text_lexer *l, const struct text_ids *ids, uint32_t scope, const char *what, struct cm_str name,
                   const char *at) {
  int size = (int)(name.size < 60 ? name.size : 60);
  // All identifiers are looked at for a suggestion: not for a mistake that is one of many.
  if (l->errors >= SUGGESTIONS) return text_fail(l, at, "unknown %s $%.*s", what, size, name.at);
  struct text_nearest nearest;
  text_nearest_begin(&nearest, name);
  char known[160] = "";
  size_t used = 0;
  uint32_t listed = 0, count = 0;
  for (uint32_t i = 0; i < ids->room; i++) {
    const struct text_id_slot *slot = &ids->slots[i];
    if (slot->generation != ids->generation || slot->scope != scope) continue;
    text_nearest_try(&nearest, (struct cm_str){slot->at, slot->size});
    count++;
    if (listed >= 4 || used + slot->size + 4 > sizeof known) continue;
    used += (size_t)snprintf(known + used, sizeof known - used, "%s$%.*s", listed ? ", " : "", (int)slot->size, slot->at);
    listed++;
  }
  if (nearest.best.at) return text_fail(l, at, "unknown %s $%.*s: is $%.*s meant?", what, size, name.at, CM_STR_ARG(nearest.best));
  if (!count) return text_fail(l, at, "unknown %s $%.*s: there are no identifiers of this kind here", what, size, name.at);
  return text_fail(l, at, "unknown %s $%.*s: there are %s%s", what, size, name.at, known, listed < count ? ", …" : "");
}
