// Open addressing with linear probing. The hash stands beside the position, so that growing and passing over others need not look at
// the items.

#include "base/index.h"

#include <string.h>

enum { FIRST_ROOM = 32 };

static void put(struct index *index, struct index_slot slot) {
  size_t at = slot.hash & (index->room - 1);
  while (index->slots[at].item) at = (at + 1) & (index->room - 1);
  index->slots[at] = slot;
}

static bool grow(struct index *index, struct cm_arena *arena, size_t room) {
  struct index old = *index;
  struct index_slot *slots = cm_alloc_array(arena, room, sizeof *slots);
  if (!slots) return false;
  index->slots = slots;
  index->room = room;
  for (size_t i = 0; i < old.room; i++)
    if (old.slots[i].item) put(index, old.slots[i]);
  return true;
}

bool index_init(struct index *index, struct cm_arena *arena) {
  *index = (struct index){0};
  if (!grow(index, arena, FIRST_ROOM)) return false;
  // Where the system puts memory is as good as chance.
  index->seed = (uint64_t)(uintptr_t)index->slots * UINT64_C(0xd6e8feb86659fd93);
  return true;
}

static uint32_t fold(uint64_t hash) { return (uint32_t)(hash ^ hash >> 32); }

bool index_add(struct index *index, struct cm_arena *arena, uint64_t hash, uint32_t item) {
  if (index->count * 2 >= index->room && !grow(index, arena, index->room * 2)) return false;
  put(index, (struct index_slot){fold(hash), item + 1});
  index->count++;
  return true;
}

bool index_next(const struct index *index, uint64_t hash, size_t *cursor, uint32_t *item) {
  // The cursor counts the slots that were looked at.
  for (uint32_t wanted = fold(hash);;) {
    const struct index_slot *slot = &index->slots[(wanted + (*cursor)++) & (index->room - 1)];
    if (!slot->item) return false;
    if (slot->hash != wanted) continue;
    *item = slot->item - 1;
    return true;
  }
}

uint64_t index_mix_text(uint64_t hash, struct cm_str text) {
  hash = index_mix(hash, text.size);
  size_t i = 0;
  for (uint64_t word; i + sizeof word <= text.size; i += sizeof word) {
    memcpy(&word, text.at + i, sizeof word);
    hash = index_mix(hash, word);
  }
  uint64_t rest = 0;
  if (i < text.size) memcpy(&rest, text.at + i, text.size - i);
  return index_mix(hash, rest);
}
