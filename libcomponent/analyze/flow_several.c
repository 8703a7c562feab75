// Values that are one of several.
//
// Where ways meet that bring different pointers, the value is all of them: what is done with it is done with each. Such lists are kept once for
// all bodies, so that equal ones have the same number. One that would be too long is none; whoever has it may write where it leads.

#include "flow_reader.h"

enum {
  PLACES = 4,  // of one object that a value may lead to
  MANY = 8,    // readings of a body
};

static const struct flow_value unknown;

uint64_t flow_distance(int64_t a, int64_t b) { return (uint64_t)(a > b ? a - b : b - a); }

bool flow_equal(struct flow_value a, struct flow_value b) {
  return a.kind == b.kind && a.exact == b.exact && a.least == b.least && a.found == b.found && a.held == b.held && a.of == b.of &&
         a.at == b.at && a.step == b.step && a.offset == b.offset && a.stride == b.stride;
}

static void give_up(struct flow_reader *f, const struct flow_value *items, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (items[i].kind == FLOW_CONSTANT) flow_add_effect(f, (struct flow_effect){.act = FLOW_WRITES, .pointer = items[i]});
}

static bool is_list(const struct flow_reader *f, size_t list, const struct flow_value *items, size_t count) {
  if (f->lists[list].count != count) return false;
  for (size_t i = 0; i < count; i++)
    if (!flow_equal(f->items[f->lists[list].first + i], items[i])) return false;
  return true;
}

static uint64_t hash_of(const struct flow_reader *f, const struct flow_value *items, size_t count) {
  uint64_t hash = f->list_index.seed;
  for (size_t i = 0; i < count; i++)
    hash = index_mix(index_mix(hash, items[i].of), (uint64_t)items[i].offset << 8 | (uint64_t)items[i].kind << 1 | items[i].exact);
  return hash;
}

static struct flow_value list_of(struct flow_reader *f, const struct flow_value *items, size_t count) {
  if (count < 2) return count ? items[0] : unknown;
  size_t cursor = 0;
  uint64_t hash = hash_of(f, items, count);
  for (uint32_t l; index_next(&f->list_index, hash, &cursor, &l);)
    if (is_list(f, l, items, count)) return (struct flow_value){.kind = FLOW_SEVERAL, .of = l};
  if (count > FLOW_MOST || f->list_count == FLOW_LISTS) {
    give_up(f, items, count);
    return unknown;
  }
  size_t first = f->item_count;
  bool room = cm_grow(f->reading.arena, &f->lists, &f->list_room, f->list_count, sizeof *f->lists) &&
              index_add(&f->list_index, f->reading.arena, hash, (uint32_t)f->list_count);
  while (room && f->item_room < first + count)
    room = cm_grow(f->reading.arena, &f->items, &f->item_room, f->item_room, sizeof *f->items);
  if (!room) {
    f->reading.no_memory = true;
    return unknown;
  }
  for (size_t i = 0; i < count; i++) f->items[first + i] = items[i], f->items[first + i].local = FLOW_MADE;
  f->item_count += count;
  f->lists[f->list_count++] = (struct flow_list){(uint32_t)first, (uint32_t)count};
  return (struct flow_value){.kind = FLOW_SEVERAL, .of = f->list_count - 1};
}

static bool same_object(struct flow_value a, struct flow_value b) { return a.kind == b.kind && a.of == b.of; }

// Two with the same base.
static struct flow_value together(struct flow_value a, struct flow_value b) {
  uint64_t apart = flow_distance(a.offset, b.offset), stride = flow_stride(a.exact, a.stride, b.exact, b.stride);
  bool known = (a.exact || a.stride) && (b.exact || b.stride);
  a.step = flow_common_step(flow_common_step(a.step, b.step), flow_distance(a.at, b.at));
  bool least = (a.exact || a.least) && (b.exact || b.least);
  a.exact &= b.exact && !apart;
  a.least = least && !a.exact;
  a.found &= b.found;
  a.held &= b.held;
  a.stride = known && !a.exact ? flow_common_step(stride, apart) : 0;
  if (b.offset < a.offset) a.offset = b.offset;
  return a;
}

static bool is_before(struct flow_value a, struct flow_value b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  return a.of != b.of ? a.of < b.of : a.offset < b.offset;
}

// A few places of one object are told apart: members of a struct, of which a condition takes one.
static bool is_apart(const struct flow_value *items, size_t count, struct flow_value v) {
  if (!v.exact || v.kind == FLOW_HELD || count >= PLACES) return false;
  for (size_t i = 0; i < count; i++)
    if (!items[i].exact) return false;
  return true;
}

// The items are in the order of their bases, so that equal lists look the same.
static size_t insert(struct flow_value *items, size_t count, struct flow_value v) {
  size_t from = 0, same = 0;
  while (from < count && (items[from].kind < v.kind || (items[from].kind == v.kind && items[from].of < v.of))) from++;
  while (from + same < count && items[from + same].kind == v.kind && items[from + same].of == v.of) same++;
  bool is_there = false;
  for (size_t i = from; i < from + same; i++)
    if (items[i].exact && v.exact && items[i].offset == v.offset) is_there = true, items[i] = together(items[i], v);
  if (is_there) return count;
  if (same && !is_apart(&items[from], same, v)) {
    for (size_t i = 1; i < same; i++) items[from] = together(items[from], items[from + i]);
    items[from] = together(items[from], v);
    for (size_t i = from + same; i < count; i++) items[i - same + 1] = items[i];
    return count - same + 1;
  }
  size_t at = from;
  while (at < count && is_before(items[at], v)) at++;
  for (size_t i = count; i > at; i--) items[i] = items[i - 1];
  items[at] = v;
  return count + 1;
}

// A number that leads to memory is another pointer, of no interest; one that does not is what neither of them is.
static bool is_address(const struct flow_reader *f, struct flow_value v) { return v.of >= f->memory.from && v.of < f->memory.to; }

// Places of the frame are told apart by where the first of them is: a list of arguments is read from there on.
static struct flow_value either_framed(struct flow_value a, struct flow_value b) {
  a.step = flow_common_step(flow_common_step(a.step, b.step), flow_distance(a.offset, b.offset));
  if (b.offset < a.offset) a.offset = b.offset;
  return a;
}

// A pointer may be null; beside another number it is not what it looks like.
struct flow_value flow_either(struct flow_reader *f, struct flow_value a, struct flow_value b) {
  if (a.local != b.local) a.local = b.local = FLOW_MADE;
  if (!flow_is_pointer(a) && flow_is_pointer(b)) return flow_either(f, b, a);
  if (a.kind == FLOW_FRAME && b.kind == FLOW_FRAME) return either_framed(a, b);
  if (!flow_is_pointer(a)) return a.kind == b.kind && a.of == b.of && a.offset == b.offset && a.stride == b.stride ? a : unknown;
  if (!flow_is_pointer(b)) return b.kind == FLOW_NUMBER && b.of && !is_address(f, b) ? unknown : a;
  if (flow_equal(a, b)) return a;
  struct flow_value both[2 * FLOW_MOST];
  const struct flow_value *items;
  size_t count = 0;
  for (unsigned n = 0; n < 2; n++) {
    size_t more = flow_items(f, n ? &b : &a, &items);
    for (size_t i = 0; i < more; i++) count = insert(both, count, items[i]);
  }
  return list_of(f, both, count);
}

// What a loop moves on has any offset that is so far away. Of the heap, where offsets are members, it is what it was.
static struct flow_value widened(struct flow_value was, struct flow_value v, bool is_last) {
  bool moved = !was.exact && v.offset < was.offset;
  if (was.kind == FLOW_HEAP) return was;
  v = together(was, v);
  v.least &= !moved && !is_last;
  if (!v.exact && moved && v.stride) v.offset = v.offset % (int64_t)v.stride;
  if (!v.exact && ((moved && !v.stride) || is_last)) v.offset = 0, v.stride = 0;
  return flow_from_begin(v);
}

// A text is made byte by byte, or from its end on: there are no pointers.
static struct flow_value widened_frame(struct flow_value was, struct flow_value v) {
  bool back = was.step && v.step && v.offset < was.offset;
  v = either_framed(was, v);
  return back || v.step % sizeof(uint32_t) ? unknown : v;
}

static bool is_plain(struct flow_value v) { return v.kind == FLOW_NUMBER || (v.kind == FLOW_UNKNOWN && v.stride); }

// An index.
static struct flow_value widened_number(struct flow_value was, struct flow_value v, bool is_last) {
  bool known = was.kind == FLOW_NUMBER, is = v.kind == FLOW_NUMBER;
  if (known && is && was.of == v.of) return was;
  if (known) was = (struct flow_value){.exact = true, .offset = (int32_t)was.of};
  if (is) v = (struct flow_value){.exact = true, .offset = (int32_t)v.of};
  v = widened(was, v, is_last);
  v.least |= v.exact;
  v.exact = false;
  return v;
}

struct flow_value flow_widen(struct flow_reader *f, struct flow_value was, struct flow_value brought) {
  if (was.kind == FLOW_FRAME && brought.kind == FLOW_FRAME) return widened_frame(was, brought);
  if (is_plain(was) && is_plain(brought)) return widened_number(was, brought, f->readings > MANY);
  if (!flow_is_pointer(was) || !flow_is_pointer(brought)) return flow_either(f, was, brought);
  struct flow_value all[FLOW_MOST], more[FLOW_MOST], made[2 * FLOW_MOST];
  size_t count = flow_copy_items(f, was, all), more_count = flow_copy_items(f, brought, more), made_count = 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < more_count; k++)
      if (same_object(all[i], more[k])) all[i] = widened(all[i], more[k], f->readings > MANY);
    made_count = insert(made, made_count, all[i]);
  }
  for (size_t k = 0; k < more_count; k++) {
    bool is_there = false;
    for (size_t i = 0; i < count && !is_there; i++) is_there = same_object(all[i], more[k]);
    if (!is_there) made_count = insert(made, made_count, more[k]);
  }
  struct flow_value v = list_of(f, made, made_count);
  v.local = was.local == brought.local ? was.local : FLOW_MADE;
  return v;
}

struct flow_value flow_any_of(struct flow_reader *f, const struct flow_value *items, size_t count) {
  struct flow_value all[FLOW_MOST];
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) kept = insert(all, kept, items[i]);
  return list_of(f, all, kept);
}

static struct flow_value moved(struct flow_value v, struct flow_value by) {
  v.offset += by.offset;
  v.stride = flow_stride(v.exact, v.stride, by.exact, by.stride);
  bool least = (v.exact || v.least) && (by.exact || by.least);
  v.exact &= by.exact;
  v.least = least && !v.exact;
  if (v.offset > INT32_MAX || v.offset < INT32_MIN) v.exact = v.least = false, v.offset = 0, v.stride = 0;
  return v;
}

struct flow_value flow_moved_by(struct flow_reader *f, struct flow_value v, struct flow_value by) {
  if (v.kind != FLOW_SEVERAL) return moved(v, by);
  struct flow_value all[FLOW_MOST];
  const struct flow_value *items;
  size_t count = flow_items(f, &v, &items);
  for (size_t i = 0; i < count; i++) all[i] = moved(items[i], by);
  return list_of(f, all, count);
}

struct flow_value flow_moved(struct flow_reader *f, struct flow_value v, int64_t by) {
  return flow_moved_by(f, v, (struct flow_value){.exact = true, .offset = by});
}
