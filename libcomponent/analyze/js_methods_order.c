// What changes the order or the number of an array's elements.
//
// An array that is younger than the innermost branch is changed as the engine does it. In an older one elements can be put, for the
// journal keeps what was there, but none can be taken away: it becomes one of which any element may be anywhere.
//
// Spec: ECMA-262, "Array Objects".

#include "js_machine.h"

#include <math.h>

typedef const struct js_arguments *arguments_t;

enum { SORTED_MOST = 128 };

struct js_value js_some_elements(struct js_machine *m, struct js_value self) {
  struct js_object *out = js_array(m);
  for (size_t i = 0; i < self.object->items.count; i++) js_open_with(m, out, self.object->items.entries[i].value);
  if (self.object->open) js_open_with(m, out, self.object->rest);
  return js_of(out);
}

// Any element may stand anywhere from now on.
static void mix(struct js_machine *m, struct js_object *array) {
  js_open_with(m, array, js_any_element(m, array));
  for (size_t i = 0; i < array->items.count && !m->failed; i++) js_put(m, &array->items, &array->items.entries[i], array->rest, 0);
}

static void move(struct js_machine *m, struct js_table *items, struct js_entry *to, const struct js_entry *from) {
  js_put(m, items, to, from->value, from->flags & JS_ENTRY_PERHAPS);
}

// --- taking ---

// Is it known which elements are there, and where? Behind them are places of some that are not.
static bool is_certain(const struct js_object *array, size_t *count) {
  const struct js_table *items = &array->items;
  *count = items->count;
  while (*count && items->entries[*count - 1].value.type == JS_V_ABSENT) --*count;
  for (size_t i = 0; i < *count; i++)
    if (items->entries[i].flags & JS_ENTRY_PERHAPS || items->entries[i].value.type == JS_V_ABSENT) return false;
  return !array->open;
}

// Those from there on are taken away: an older array keeps their places, which the journal knows.
static void cut_off(struct js_machine *m, struct js_table *items, size_t from) {
  if (items->born >= m->branch && !m->late) items->count = from;
  for (size_t i = from; i < items->count && !m->failed; i++)
    js_put(m, items, &items->entries[i], (struct js_value){.type = JS_V_ABSENT}, 0);
}

// Some are taken away, nobody knows which: each may be there, or be one of those that stood behind it.
static void unsettle(struct js_machine *m, struct js_object *array, size_t from) {
  struct js_table *items = &array->items;
  for (size_t i = from; i < items->count && !m->failed; i++)
    js_put(m, items, &items->entries[i], items->entries[i].value, items->entries[i].flags | JS_ENTRY_PERHAPS);
  js_open_with(m, array, js_undefined());
}

static struct js_value take(struct js_machine *m, struct js_object *array, bool first) {
  struct js_table *items = &array->items;
  size_t count;
  if (!is_certain(array, &count)) {
    struct js_value any = js_any_element(m, array);
    size_t from = first ? 0 : items->count;
    while (from && !first) {  // up to the last that is there in any case
      const struct js_entry *entry = &items->entries[--from];
      if (entry->value.type != JS_V_ABSENT && !(entry->flags & JS_ENTRY_PERHAPS)) break;
    }
    unsettle(m, array, from);
    return any;
  }
  if (!count) return js_undefined();
  struct js_value taken = items->entries[first ? 0 : count - 1].value;
  for (size_t i = 1; first && i < count && !m->failed; i++) js_put(m, items, &items->entries[i - 1], items->entries[i].value, 0);
  cut_off(m, items, count - 1);
  return taken;
}

struct js_value js_array_pop(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return take(m, self.object, false);
}
struct js_value js_array_shift(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return take(m, self.object, true);
}

void js_array_resize(struct js_machine *m, struct js_object *array, struct js_value length) {
  enum { MORE_MOST = 64 };
  double size;
  struct js_table *items = &array->items;
  size_t count;
  bool known = is_certain(array, &count) && js_to_number(length, &size) && size >= 0 && size <= (double)count + MORE_MOST;
  if (!known) js_open_with(m, array, js_undefined());
  if (known && (size_t)size < count) cut_off(m, items, (size_t)size);
  for (; known && count < (size_t)size && !m->failed; count++) js_push(m, items, js_undefined());
}

void js_array_limit(struct js_machine *m, struct js_object *array, struct js_value most) {
  double size;
  if (!js_to_number(most, &size) || size < 0)
    js_open_with(m, array, js_undefined());
  else if (size < (double)array->items.count)
    js_array_resize(m, array, most);
}

struct js_value js_array_splice(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *array = self.object, *taken = js_array(m), *behind = js_array(m);
  struct js_table *items = &array->items;
  double from, count = INFINITY;
  size_t size, first, last;
  bool known =
      is_certain(array, &size) && js_to_number(js_argument(a, 0), &from) && (a->count < 2 || js_to_number(a->values[1], &count));
  if (!known) {
    struct js_value some = js_some_elements(m, self);
    for (uint32_t i = 2; i < a->count; i++) js_open_with(m, array, a->values[i]);
    struct js_value any = js_any_element(m, array);
    for (size_t i = 0; a->count > 2 && i < items->count; i++) js_put(m, items, &items->entries[i], any, items->entries[i].flags);
    unsettle(m, array, 0);
    return some;
  }
  if (from < 0) from += (double)size;
  first = !(from > 0) ? 0 : from > (double)size ? size : (size_t)from;
  last = !(count > 0) ? first : count > (double)(size - first) ? size : first + (size_t)count;
  for (uint32_t i = 2; i < a->count; i++) js_push(m, &behind->items, a->values[i]);
  for (size_t i = first; i < size; i++) js_push(m, i < last ? &taken->items : &behind->items, items->entries[i].value);
  for (size_t i = 0; i < behind->items.count && !m->failed; i++) {
    struct js_value v = behind->items.entries[i].value;
    if (first + i < size)
      js_put(m, items, &items->entries[first + i], v, 0);
    else
      js_push(m, items, v);
  }
  if (first + behind->items.count < size) cut_off(m, items, first + behind->items.count);
  return js_of(taken);
}

// --- moving ---

struct js_value js_array_unshift(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_table *items = &self.object->items;
  size_t had = items->count;
  for (uint32_t i = 0; i < a->count; i++) js_push(m, items, js_undefined());
  if (items->count != had + a->count) return js_unknown();
  for (size_t i = had; i-- > 0;) move(m, items, &items->entries[i + a->count], &items->entries[i]);
  for (uint32_t i = 0; i < a->count; i++) js_put(m, items, &items->entries[i], a->values[i], 0);
  return js_number((double)items->count);
}

struct js_value js_array_reverse(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_table *items = &self.object->items;
  (void)a;
  if (self.object->open) mix(m, self.object);
  size_t count = items->count;
  while (count && items->entries[count - 1].value.type == JS_V_ABSENT) count--;
  for (size_t i = 0; i < count / 2; i++) {
    struct js_entry *low = &items->entries[i], *high = &items->entries[count - 1 - i], was = *low;
    move(m, items, low, high);
    move(m, items, high, &was);
  }
  return self;
}

struct js_value js_array_reversed(struct js_machine *m, struct js_value self, arguments_t a) {
  return js_array_reverse(m, js_elements(m, self), a);
}

// Does `x` come behind `y`?
static enum js_answer comes_behind(struct js_machine *m, struct js_value function, struct js_value x, struct js_value y,
                                   uint32_t at) {
  double order;
  if (function.type == JS_V_UNDEFINED) {
    struct cm_str left = js_to_text(m, x), right = js_to_text(m, y);
    if (js_has_gap(left) || js_has_gap(right)) return JS_MAYBE;
    return cm_str_compare(left, right) > 0 ? JS_YES : JS_NO;
  }
  if (!js_to_number(js_call_with(m, function, js_undefined(), at, 2, x, y), &order)) return JS_MAYBE;
  return order > 0 ? JS_YES : JS_NO;
}

// By insertion: few are sorted, and most of them are in order.
struct js_value js_array_sort(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_table *items = &self.object->items;
  bool known = !self.object->open && items->count <= SORTED_MOST;
  if (!known) {
    js_escape(m, js_argument(a, 0), a->at);
    mix(m, self.object);
    return self;
  }
  size_t count = items->count;
  while (count && items->entries[count - 1].value.type == JS_V_ABSENT) count--;
  for (size_t i = 1; i < count && !m->failed; i++)
    for (size_t k = i; k > 0; k--) {
      struct js_value low = js_if_there(m, &items->entries[k - 1]), high = js_if_there(m, &items->entries[k]);
      enum js_answer behind = comes_behind(m, js_argument(a, 0), low, high, a->at);
      if (behind == JS_MAYBE) {
        mix(m, self.object);
        return self;
      }
      if (behind == JS_NO || k >= items->count) break;
      struct js_entry was = items->entries[k - 1];
      move(m, items, &items->entries[k - 1], &items->entries[k]);
      move(m, items, &items->entries[k], &was);
    }
  return self;
}

struct js_value js_array_sorted(struct js_machine *m, struct js_value self, arguments_t a) {
  return js_array_sort(m, js_elements(m, self), a);
}
