// Items of an array, found by hash.
//
// The array is its owner's; the index holds positions in it. Several items may have the same hash, and whoever looks compares: a cursor
// goes through all that have it. Nothing is ever taken out.
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <component/arena.h>

struct index_slot {
  uint32_t hash;
  uint32_t item;  // + 1; 0: free
};

struct index {
  struct index_slot *slots;  // open addressing; at most half are in use
  size_t count, room;
  uint64_t seed;  // what hashes begin with: no file can know it, and so none can be made of equal hashes
};

// To be called before anything is hashed. False: memory is exhausted.
bool index_init(struct index *index, struct cm_arena *arena);

// Adds position `item` under `hash`. False: memory is exhausted.
bool index_add(struct index *index, struct cm_arena *arena, uint64_t hash, uint32_t item);

// The next item under `hash`; *cursor begins as 0. False: there are no more.
bool index_next(const struct index *index, uint64_t hash, size_t *cursor, uint32_t *item);

// Hashes for it: a word, or a text, put to what was hashed before. The first is put to the seed.
static inline uint64_t index_mix(uint64_t hash, uint64_t word) {
  __extension__ typedef unsigned __int128 wide;
  wide product = (wide)(hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}
uint64_t index_mix_text(uint64_t hash, struct cm_str text);

#endif
