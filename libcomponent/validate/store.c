// The store of types: numbers for names and structures, resources, and the nodes.
//
// A node is made from parts that exist already, so everything that is a sum over its tree (size, alignment, flat values, how many
// nodes, how deep) is made then and there from the same sums of its parts: no type is ever walked for them, and a type that doubles
// itself a hundred times costs a hundred steps.
//
// The class of a node is the number of the sequence (kind, names, classes of the parts …). Equal trees get equal sequences, and
// sequences are looked up in one table.
//
// Spec: CanonicalABI.md, "Alignment", "Element Size", "Flattening".

#include "validate/types.h"

#include "types/abi.h"

const struct type type_broken = {.kind = TYPE_BROKEN};

// Sequences of words, each stored once: a hash table of places in one growing array.
struct words {
  uint32_t *at;  // sequences, each behind its length
  uint32_t used, room;
  uint32_t count, slots;
  struct word_slot {
    uint32_t hash, start, number;  // number 0: empty
  } * table;
};

enum { FIRST_SLOTS = 64, FIRST_WORDS = 1024, BYTES_PER_WORD = 4 };

bool store_init(struct store *s, struct cm_arena *arena) {
  *s = (struct store){.arena = arena};
  s->words = store_alloc(s, 1, sizeof *s->words);
  return s->words != NULL;
}

void *store_alloc(struct store *s, size_t count, size_t size) {
  void *at = cm_alloc_array(s->arena, count, size);
  if (!at) s->exhausted = true;
  return at;
}

bool store_work(struct store *s) {
  if (s->exhausted || s->overworked) return false;
  if (++s->work > CM_LIMIT_TYPE_WORK) s->overworked = true;
  return !s->overworked;
}

// FNV-1a, a word at a time, with a last mixing so that the low bits are good.
static uint32_t hash_words(const uint32_t *words, uint32_t count) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint32_t i = 0; i < count; i++) hash = (hash ^ words[i]) * 0x100000001b3u;
  hash ^= hash >> 29;
  return (uint32_t)(hash ^ hash >> 32);
}

static bool grow_table(struct store *s, struct words *w) {
  uint32_t slots = w->slots ? 2 * w->slots : FIRST_SLOTS;
  struct word_slot *table = store_alloc(s, slots, sizeof *table);
  if (!table) return false;
  for (uint32_t i = 0; i < w->slots; i++) {
    if (!w->table[i].number) continue;
    uint32_t at = w->table[i].hash & (slots - 1);
    while (table[at].number) at = (at + 1) & (slots - 1);
    table[at] = w->table[i];
  }
  w->table = table;
  w->slots = slots;
  return true;
}

static bool grow_words(struct store *s, struct words *w, uint32_t more) {
  if (more <= w->room - w->used) return true;
  uint64_t room = w->room ? 2 * (uint64_t)w->room : FIRST_WORDS;
  while (room < (uint64_t)w->used + more) room *= 2;
  uint32_t *at = room < UINT32_MAX ? store_alloc(s, (size_t)room, sizeof *at) : NULL;
  if (!at) {
    s->exhausted = true;
    return false;
  }
  if (w->used) memcpy(at, w->at, w->used * sizeof *at);
  w->at = at;
  w->room = (uint32_t)room;
  return true;
}

uint32_t store_number(struct store *s, const uint32_t *words, uint32_t count) {
  struct words *w = s->words;
  if (4 * w->count >= 3 * w->slots && !grow_table(s, w)) return 0;
  uint32_t hash = hash_words(words, count), at = hash & (w->slots - 1);
  for (; w->table[at].number; at = (at + 1) & (w->slots - 1)) {
    const struct word_slot *slot = &w->table[at];
    if (slot->hash == hash && w->at[slot->start] == count &&
        (count == 0 || memcmp(&w->at[slot->start + 1], words, count * sizeof *words) == 0))
      return slot->number;
  }
  if (count >= UINT32_MAX - 1 || !grow_words(s, w, count + 1)) return 0;
  uint32_t start = w->used;
  w->at[start] = count;
  if (count) memcpy(&w->at[start + 1], words, count * sizeof *words);
  w->used += count + 1;
  w->table[at] = (struct word_slot){hash, start, ++w->count};
  return w->count;
}

// A name as words: its length (made odd in the highest bit, so that no structure looks like a name) and its bytes.
uint32_t store_name(struct store *s, struct cm_str name) {
  enum { SHORT = 64 };
  uint32_t few[SHORT + 1], count = 1 + (uint32_t)((name.size + BYTES_PER_WORD - 1) / BYTES_PER_WORD);
  uint32_t *words = count <= SHORT + 1 ? few : store_alloc(s, count, sizeof *words);
  if (!words) return 0;
  words[count - 1] = 0;
  words[0] = 0x80000000u | (uint32_t)name.size;
  if (name.size) memcpy(&words[1], name.at, name.size);
  return store_number(s, words, count);
}

uint32_t store_resource(struct store *s, struct resource resource) {
  if (!cm_grow(s->arena, &s->resources, &s->resource_room, s->resource_count, sizeof *s->resources)) {
    s->exhausted = true;
    return 0;
  }
  s->resources[s->resource_count] = resource;
  return s->resource_count++;
}

// ---- Imports and exports by name.

enum { FEW_EXTERNS = 8 };

static uint32_t hash_name(struct cm_str name) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.at[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static void externs_place(struct externs *e, uint32_t place) {
  uint32_t slot = hash_name(e->at[place].name) & (e->slots - 1);
  while (e->table[slot]) slot = (slot + 1) & (e->slots - 1);
  e->table[slot] = place + 1;
}

static bool externs_index(struct store *s, struct externs *e) {
  if (e->count < FEW_EXTERNS || 2 * (e->count + 1) <= e->slots) return true;
  e->slots = e->slots ? 2 * e->slots : 4 * FEW_EXTERNS;
  e->table = store_alloc(s, e->slots, sizeof *e->table);
  if (!e->table) return false;
  for (uint32_t i = 0; i < e->count; i++) externs_place(e, i);
  return true;
}

bool externs_add(struct store *s, struct externs *externs, struct cm_str name, struct entity what) {
  if (!externs_index(s, externs)) return false;
  if (!cm_grow(s->arena, &externs->at, &externs->room, externs->count, sizeof *externs->at)) {
    s->exhausted = true;
    return false;
  }
  externs->at[externs->count++] = (struct named){name, what};
  if (externs->table) externs_place(externs, externs->count - 1);
  return true;
}

const struct named *externs_find(const struct externs *externs, struct cm_str name) {
  if (!externs->table) {
    for (uint32_t i = 0; i < externs->count; i++)
      if (cm_str_equal(externs->at[i].name, name)) return &externs->at[i];
    return NULL;
  }
  uint32_t slot = hash_name(name) & (externs->slots - 1);
  for (; externs->table[slot]; slot = (slot + 1) & (externs->slots - 1)) {
    const struct named *named = &externs->at[externs->table[slot] - 1];
    if (cm_str_equal(named->name, name)) return named;
  }
  return NULL;
}

// ---- Memos.

struct memo_slot {
  const void *key, *value;
  uint32_t generation;
};

struct memo *memo_take(struct store *s) {
  struct memo *memo = s->memos;
  if (memo)
    s->memos = memo->next;
  else
    memo = store_alloc(s, 1, sizeof *memo);
  if (!memo) return NULL;
  memo->count = 0;
  memo->generation++;
  return memo;
}

void memo_give(struct store *s, struct memo *memo) {
  if (!memo) return;
  memo->next = s->memos;
  s->memos = memo;
}

static uint32_t hash_key(const void *key) {
  uint64_t hash = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
  return (uint32_t)(hash >> 32);
}

const void *memo_get(const struct memo *memo, const void *key) {
  if (!memo->count) return NULL;
  for (uint32_t at = hash_key(key) & (memo->slots - 1);; at = (at + 1) & (memo->slots - 1)) {
    const struct memo_slot *slot = &memo->at[at];
    if (slot->generation != memo->generation) return NULL;
    if (slot->key == key) return slot->value;
  }
}

static bool memo_grow(struct store *s, struct memo *memo) {
  struct memo old = *memo;
  memo->slots = old.slots ? 2 * old.slots : FIRST_SLOTS;
  memo->at = store_alloc(s, memo->slots, sizeof *memo->at);
  if (!memo->at) {
    *memo = old;
    return false;
  }
  memo->count = 0;
  memo->generation = 1;
  for (uint32_t i = 0; i < old.slots; i++)
    if (old.at[i].generation == old.generation) memo_put(s, memo, old.at[i].key, old.at[i].value);
  return true;
}

bool memo_put(struct store *s, struct memo *memo, const void *key, const void *value) {
  if (2 * (memo->count + 1) > memo->slots && !memo_grow(s, memo)) return false;
  uint32_t at = hash_key(key) & (memo->slots - 1);
  while (memo->at[at].generation == memo->generation && memo->at[at].key != key) at = (at + 1) & (memo->slots - 1);
  if (memo->at[at].generation != memo->generation) memo->count++;
  memo->at[at] = (struct memo_slot){key, value, memo->generation};
  return true;
}
