// Order: sorted(), list.sort(), and heaps.
//
// Texts and numbers that are known have an order, and so have tuples and lists of them. What is compared with anything else has none that is
// known.

#include "py_machine.h"

enum { ELEMENTS_MOST = 512, DEPTH_MOST = 8 };

// As code points do, bytes of UTF-8 do.
static int text_before(struct cm_str a, struct cm_str b) {
  size_t size = a.size < b.size ? a.size : b.size;
  int order = size ? memcmp(a.at, b.at, size) : 0;
  return order ? order < 0 : a.size < b.size;
}

// 1: `a` comes before `b`, 0: it does not, -1: it is not known.
static int comes_before(struct py_machine *m, py_value a, py_value b, unsigned depth) {
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  bool number_x = x->kind == PY_INT || x->kind == PY_BOOL, number_y = y->kind == PY_INT || y->kind == PY_BOOL, one, other;
  if (number_x && number_y) return x->number < y->number;
  if (x->kind == PY_TEXT && y->kind == PY_TEXT) return x->open || y->open ? -1 : text_before(x->text, y->text);
  bool lists = py_container_kind(m, a, &one) == PY_LIST && py_container_kind(m, b, &other) == PY_LIST && one && other;
  if (!lists || depth == DEPTH_MOST) return -1;
  struct py_elements all = py_elements_of(m, a), others = py_elements_of(m, b);
  if (all.rest != m->unbound || others.rest != m->unbound) return -1;
  for (uint32_t i = 0; i < all.count && i < others.count; i++) {
    int same = all.items[i] == others.items[i] && all.items[i] ? 1 : py_equal(m, all.items[i], others.items[i]);
    if (same != 1) return same ? -1 : comes_before(m, all.items[i], others.items[i], depth + 1);
  }
  return all.count < others.count;
}

bool py_sort(struct py_machine *m, py_value *items, const py_value *keys, uint32_t count, bool backwards) {
  if (count > ELEMENTS_MOST) return false;
  py_value by[ELEMENTS_MOST];
  if (count) memcpy(by, keys, count * sizeof *by);
  if (count == 1 && comes_before(m, by[0], by[0], 0) < 0) return false;
  // Equal ones keep their order, backwards too.
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t k = i; k; k--) {
      int before = backwards ? comes_before(m, by[k - 1], by[k], 0) : comes_before(m, by[k], by[k - 1], 0);
      if (before < 0) return false;
      if (!before) break;
      py_value key = by[k], item = items[k];
      by[k] = by[k - 1], items[k] = items[k - 1];
      by[k - 1] = key, items[k - 1] = item;
    }
  py_charge(m, count / 16);
  return true;
}

// --- heaps: Lib/heapq.py ---

// Moves what stands at `at` up to where its parent comes before it. False: the order is not known.
static bool move_up(struct py_machine *m, py_value *heap, uint32_t at) {
  for (uint32_t parent; at; at = parent) {
    parent = (at - 1) / 2;
    int before = comes_before(m, heap[at], heap[parent], 0);
    if (before < 1) return !before;
    py_value v = heap[at];
    heap[at] = heap[parent], heap[parent] = v;
  }
  return true;
}

// The first place is empty: the lesser of two goes up each time, and what is put in then to where it belongs.
static bool fill_first(struct py_machine *m, py_value *heap, uint32_t count, py_value v) {
  uint32_t at = 0;
  for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
    int before = child + 1 < count ? comes_before(m, heap[child], heap[child + 1], 0) : 1;
    if (before < 0) return false;
    child += !before;
    heap[at] = heap[child];
  }
  heap[at] = v;
  return move_up(m, heap, at);
}

static bool read_heap(struct py_machine *m, py_value content, py_value *heap, uint32_t *count) {
  const struct py_cell *c = py_cell(&m->values, content);
  if (c->kind != PY_TUPLE || c->count >= ELEMENTS_MOST) return false;
  if (c->count) memcpy(heap, c->items, c->count * sizeof *heap);
  *count = c->count;
  return true;
}

py_value py_heap_with(struct py_machine *m, py_value content, py_value v) {
  py_value heap[ELEMENTS_MOST];
  uint32_t count;
  if (!read_heap(m, content, heap, &count)) return m->null;
  heap[count] = v;
  return move_up(m, heap, count) ? py_make_items(&m->values, PY_TUPLE, heap, count + 1, 0) : m->null;
}

py_value py_heap_without_least(struct py_machine *m, py_value content, py_value *least) {
  py_value heap[ELEMENTS_MOST];
  uint32_t count;
  if (!read_heap(m, content, heap, &count) || !count) return m->null;
  *least = heap[0];
  py_value last = heap[--count];
  if (count && !fill_first(m, heap, count, last)) return m->null;
  return py_make_items(&m->values, PY_TUPLE, heap, count, 0);
}
