// The store of types from within, and types as single numbers; private to core/.
//
// A validator compares types at every instruction. So a value or storage type is one number here, its *word*: equal types, equal
// words. A word holds everything but what the store says of a number in it.
#ifndef COMPONENT_CORE_MATCHING_H
#define COMPONENT_CORE_MATCHING_H

#include <component/limits.h>
#include <component/matching.h>

// The word of a number, vector or packed type is its code (enum core_valcode). That of a reference has WORD_REF, and below either the
// number of a stored type or, without WORD_CONCRETE, the last seven bits of an abstract heap type.
enum {
  WORD_BOTTOM = 0,  // the type of what unreachable code leaves behind, which matches every type
  WORD_ID = 0x00ffffff,
  WORD_CONCRETE = 1 << 24,
  WORD_NULL = 1 << 25,
  WORD_SHARED = 1 << 26,  // of an abstract heap type
  WORD_REF = 1 << 27,     // alone, with an id of 0: a reference of the bottom type
  WORD_OWN = 1 << 28,     // in keys only: the id counts from the first type of the group
  WORD_HEAP = WORD_ID | WORD_CONCRETE | WORD_SHARED,
};

#define WORD_ABSTRACT(heap) ((uint32_t)WORD_REF | ((uint32_t)(heap)&0x7f))

enum { CORE_NO_TYPE = UINT32_MAX >> 8 };  // no number of a stored type

struct core_words {
  const uint32_t *at;
  uint32_t count;
};

// A type of the store. Its words are in the terms of the store.
struct core_stored {
  enum core_comptype kind;
  bool is_final, shared;
  uint8_t depth;        // how many supertypes are above it
  uint32_t super;       // CORE_NO_TYPE: none
  uint32_t group;       // the number of the first type of its group
  struct core_words a;  // parameters; fields; the element
  struct core_words b;  // results; for each field whether it is mutable
};

struct core_type_store {
  struct cm_arena *arena;
  struct core_stored *types;
  size_t count, capacity;
  uint32_t *slots;    // a table of groups by hash of their key: index into `groups` plus one
  size_t slot_count;  // a power of two
  struct group {
    const uint32_t *key;
    uint32_t key_size, first;
    uint64_t hash;
  } * groups;
  size_t group_count, group_capacity;
  uint32_t *scratch;  // where keys are put together
  size_t scratch_capacity;
};

static inline uint32_t core_word_of(struct core_valtype type, const uint32_t *ids) {
  if (type.code != CORE_REF) return type.code;
  uint32_t heap = type.heap >= 0 ? WORD_CONCRETE | ids[type.heap] : ((uint32_t)type.heap & 0x7f) | (type.shared ? WORD_SHARED : 0u);
  return WORD_REF | (type.nullable ? WORD_NULL : 0u) | heap;
}

// Whether a value of a type that is written `sub` is one of `super`. Equal words need not be asked about.
bool core_word_matches(const struct core_type_store *store, uint32_t sub, uint32_t super);

// The abstract type at the top of the hierarchy that a reference belongs to, nullable.
uint32_t core_word_top(const struct core_type_store *store, uint32_t word);

// Whether the reference's heap type is shared.
bool core_word_shared(const struct core_type_store *store, uint32_t word);

// i8 and i16 are i32 once they are on the stack.
static inline uint32_t core_word_unpacked(uint32_t word) { return word == CORE_I8 || word == CORE_I16 ? (uint32_t)CORE_I32 : word; }

static inline bool core_word_is_ref(uint32_t word) { return word & WORD_REF; }
static inline bool core_word_is_default(uint32_t word) { return !(word & WORD_REF) || word & WORD_NULL; }

#endif
