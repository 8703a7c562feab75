// The reader of bodies that follows pointers: what the parts of flow*.c share.
#ifndef ANALYZE_FLOW_READER_H
#define ANALYZE_FLOW_READER_H

#include "reading.h"

enum {
  FLOW_TWINS = 16,
  FLOW_MOST = 32,      // values that one may be
  FLOW_LISTS = 2048,   // of such values
  FLOW_CELLS = 1024,   // that code puts pointers into
  FLOW_COUNTED = 4,    // values of one of them
  FLOW_OBJECT = 1024,  // bytes that an address with an unknown offset may reach on,
  FLOW_GAP = 64,       // as long as one pointer follows the other as closely
};

// Eight bytes that were loaded at once: structs are copied so.
struct twin {
  struct flow_value low, high;
};

// How often the code sets a local, and what to: as flow_value.local.
struct flow_put {
  uint32_t count, from;
};

// What FLOW_SEVERAL means: `count` values from `first` on in a pool.
struct flow_list {
  uint32_t first, count;
};

struct flow_reader {
  struct reading reading;
  const struct image_range *near;
  size_t near_count;
  const struct core_module *module;  // whose data begin, and whose memory ends, at
  struct image_range memory;
  bool is_linked;             // and it is as the linker made it
  bool with_heap;             // what is found in memory leads to the heap,
  const uint8_t *allocators;  // by gid: that these give out
  struct flow_put *puts;      // by local
  size_t put_room;
  unsigned readings;  // of the body
  struct twin twins[FLOW_TWINS];
  size_t next_twin;
  struct flow_effect *effects;
  size_t effect_count, effect_room;
  // of all bodies
  struct flow_list *lists;
  size_t list_count, list_room;
  struct index list_index;
  struct flow_value *items;
  size_t item_count, item_room;
  const struct flow_cell *cells;  // of the data
  size_t cell_count;
  struct flow_cell *kept;  // by code
  size_t kept_count, kept_room;
  uint64_t looked;                        // what it cost to look for words among them, in steps
  const struct flow_summary **summaries;  // by gid
  struct flow_summary now;                // of the body that is read
  struct flow_kept kept_now[FLOW_KEPT];   // of that
  uint32_t *wanted;
  size_t wanted_count, wanted_room;
};

static inline struct flow_reader *reader_of(struct reading *r) { return (struct flow_reader *)r; }

static inline bool flow_is_pointer(struct flow_value v) {
  return v.kind == FLOW_CONSTANT || v.kind == FLOW_PARAMETER || v.kind == FLOW_HELD || v.kind == FLOW_HEAP ||
         v.kind == FLOW_SEVERAL;
}

// The values that it may be; of all kinds but FLOW_SEVERAL that is itself.
static inline size_t flow_items(const struct flow_reader *f, const struct flow_value *v, const struct flow_value **items) {
  bool several = v->kind == FLOW_SEVERAL;
  *items = several ? &f->items[f->lists[v->of].first] : v;
  return several ? f->lists[v->of].count : 1;
}

// A copy of them: where values are made, those of lists may move.
static inline size_t flow_copy_items(const struct flow_reader *f, struct flow_value v, struct flow_value copies[FLOW_MOST]) {
  const struct flow_value *items;
  size_t count = flow_items(f, &v, &items);
  for (size_t i = 0; i < count; i++) copies[i] = items[i];
  return count;
}

// What is found in memory, or came back from a call, and of which nothing is known.
static inline struct flow_value flow_found(const struct flow_reader *f) {
  return (struct flow_value){.kind = f->with_heap ? FLOW_HEAP : FLOW_UNKNOWN, .exact = f->with_heap};
}

void flow_add_effect(struct flow_reader *f, struct flow_effect effect);

// flow_several.c: what a value is on either way; and with something added: so much, or what is known of the offset of `by`.
struct flow_value flow_either(struct flow_reader *f, struct flow_value a, struct flow_value b);
// An object is not left to before where it begins, however often something is added: code often counts from an end.
static inline struct flow_value flow_from_begin(struct flow_value v) {
  int64_t stride = (int64_t)v.stride;
  if (!v.exact && !v.least && v.offset < 0) v.offset = stride ? (v.offset % stride + stride) % stride : 0;
  return v;
}

// At a loop's beginning: what it was, and what a way back brings.
struct flow_value flow_widen(struct flow_reader *f, struct flow_value was, struct flow_value brought);
struct flow_value flow_any_of(struct flow_reader *f, const struct flow_value *items, size_t count);  // no more than FLOW_MOST
struct flow_value flow_moved(struct flow_reader *f, struct flow_value v, int64_t by);
struct flow_value flow_moved_by(struct flow_reader *f, struct flow_value v, struct flow_value by);
uint64_t flow_distance(int64_t a, int64_t b);
bool flow_equal(struct flow_value a, struct flow_value b);

// flow.c: the word `offset` bytes from an address.
struct flow_value flow_word_at(struct flow_reader *f, struct flow_value address, int64_t offset);

// flow_call.c: a pointer is put somewhere; a call comes back; the functions that one may mean.
void flow_keep(struct flow_reader *f, struct flow_value to, struct flow_value value);
union reading_value flow_result(struct reading *r, const struct reading_call *call);
size_t flow_targets(const struct reading *r, const struct reading_call *call, const uint32_t **targets);

// May it mean more than that, so that what it is given counts as written to?
bool flow_has_many_targets(const struct reading *r, const struct reading_call *call);

#endif
