// Methods of arrays, maps, sets, objects and functions.
//
// An array that is open has elements that are not known one by one; what its methods do is done to those once more, as something that may
// happen. Methods that the program does not have here are unknown, and get what they are given for good.
//
// Spec: ECMA-262, "Array Objects", "Map Objects", "Set Objects", "Object.prototype", "Function.prototype".

#include "js_machine.h"

typedef const struct js_arguments *arguments_t;

// --- walking with a callback ---

enum kind_of_walk { FOR_EACH, MAPS, FLAT_MAPS, FILTERS, FINDS, FINDS_LAST, TESTS };

struct callback {
  enum kind_of_walk kind;
  struct js_value function, self, whole, found;
  struct js_object *out;
  uint32_t at;
  double index;
  bool surely;          // not within js_perhaps
  unsigned answers[3];  // how often the function said so, by enum js_answer
};

static void add_to(struct js_machine *m, struct callback *c, struct js_value v, bool surely) {
  if (surely) {
    js_push(m, &c->out->items, v);
    return;
  }
  js_open_with(m, c->out, v);
}

static void add_each(struct js_machine *m, struct callback *c, struct js_value v) {
  struct js_value list = js_is(v, JS_C_ARRAY) ? v : js_unknown();
  if (list.type != JS_V_OBJECT) {
    add_to(m, c, v, v.type != JS_V_UNKNOWN && c->surely);
    return;
  }
  for (size_t i = 0; i < list.object->items.count; i++) add_to(m, c, list.object->items.entries[i].value, c->surely);
  if (list.object->open) add_to(m, c, list.object->rest, false);
}

static enum js_flow call_back(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct callback *c = walk->context;
  c->surely = walk->known_only;
  struct js_value v =
      js_call_with(m, c->function, c->self, c->at, 3, element, c->surely ? js_number(c->index++) : js_unknown(), c->whole);
  enum js_answer truth = js_truth(v);
  bool sure = c->surely && !walk->perhaps;
  c->answers[sure ? truth : JS_MAYBE]++;
  if (c->kind == MAPS) add_to(m, c, v, c->surely);
  if (c->kind == FLAT_MAPS) add_each(m, c, v);
  if (c->kind == FILTERS && truth != JS_NO) add_to(m, c, element, c->surely && truth == JS_YES);
  if (c->kind == FINDS && truth != JS_NO) {
    c->found = c->found.type == JS_V_ABSENT ? element : js_join(m, c->found, element);
    if (truth == JS_YES && c->surely) return JS_BREAKS;
  }
  if (c->kind == FINDS_LAST && truth != JS_NO)
    c->found = c->found.type == JS_V_ABSENT || (truth == JS_YES && sure) ? element : js_join(m, c->found, element);
  return JS_GOES_ON;
}

// An array's methods go over what it had when they began.
static bool is_fixed(struct js_value self) { return js_is(self, JS_C_ARRAY) && self.object->target.type == JS_V_ABSENT; }

// Those known one by one, then what the others are.
static void walk_all(struct js_machine *m, struct js_value self, struct callback *c) {
  struct js_walk walk = {.visit = call_back, .context = c, .known_only = true, .fixed = is_fixed(self)};
  js_iterate(m, self, &walk);
  bool open = !js_is(self, JS_C_ARRAY | JS_C_MAP | JS_C_SET) || self.object->open;
  if (!open) return;
  walk.known_only = false;
  struct js_value rest = js_unknown();
  if (self.type == JS_V_OBJECT) rest = self.object->rest;
  js_perhaps(m, &walk, rest);
}

static struct js_value walk_with(struct js_machine *m, struct js_value self, arguments_t a, enum kind_of_walk kind) {
  struct callback c = {
      .kind = kind, .function = js_argument(a, 0), .self = js_undefined(), .whole = self, .out = js_array(m), .at = a->at};
  walk_all(m, self, &c);
  bool finds = kind == FINDS || kind == FINDS_LAST;
  if (finds && c.answers[JS_YES]) return c.found;
  if (finds) return c.found.type == JS_V_ABSENT ? js_undefined() : js_join(m, c.found, js_undefined());
  if (kind == MAPS || kind == FLAT_MAPS || kind == FILTERS) return js_of(c.out);
  return js_undefined();
}

// Does the function say `wanted` of any? Maybe, where it is not known of one, or there may be others.
static enum js_answer any_says(struct js_machine *m, struct js_value self, arguments_t a, enum js_answer wanted) {
  struct callback c = {.kind = TESTS, .function = js_argument(a, 0), .self = js_undefined(), .whole = self, .at = a->at};
  walk_all(m, self, &c);
  return c.answers[wanted] ? JS_YES : c.answers[JS_MAYBE] || self.object->open ? JS_MAYBE : JS_NO;
}

static struct js_value array_for_each(struct js_machine *m, struct js_value self, arguments_t a) {
  return walk_with(m, self, a, FOR_EACH);
}
static struct js_value array_map(struct js_machine *m, struct js_value self, arguments_t a) { return walk_with(m, self, a, MAPS); }
static struct js_value array_flat_map(struct js_machine *m, struct js_value self, arguments_t a) {
  return walk_with(m, self, a, FLAT_MAPS);
}
static struct js_value array_filter(struct js_machine *m, struct js_value self, arguments_t a) {
  return walk_with(m, self, a, FILTERS);
}
static struct js_value array_find(struct js_machine *m, struct js_value self, arguments_t a) {
  return walk_with(m, self, a, FINDS);
}
static struct js_value array_find_last(struct js_machine *m, struct js_value self, arguments_t a) {
  return walk_with(m, self, a, FINDS_LAST);
}
static struct js_value array_some(struct js_machine *m, struct js_value self, arguments_t a) {
  enum js_answer any = any_says(m, self, a, JS_YES);
  return any == JS_MAYBE ? js_unknown() : js_bool(any == JS_YES);
}
static struct js_value array_every(struct js_machine *m, struct js_value self, arguments_t a) {
  enum js_answer any = any_says(m, self, a, JS_NO);
  return any == JS_MAYBE ? js_unknown() : js_bool(any == JS_NO);
}
static struct js_value array_find_index(struct js_machine *m, struct js_value self, arguments_t a) {
  return any_says(m, self, a, JS_YES) == JS_NO ? js_number(-1) : js_unknown();
}

// Maps and sets hand value and key to the callback.
static struct js_value keyed_for_each(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *object = self.object;
  struct js_value function = js_argument(a, 0);
  bool is_set = object->class == JS_C_SET;
  for (size_t i = 0; i < object->items.count && m->fuel; i++) {
    struct js_value key = is_set ? object->items.entries[i].value : js_key_of_entry(m, object, &object->items.entries[i]);
    if (object->items.entries[i].value.type == JS_V_ABSENT) continue;
    js_call_with(m, function, js_undefined(), a->at, 3, object->items.entries[i].value, key, self);
  }
  if (object->open)
    js_call_with(m, function, js_undefined(), a->at, 3, object->rest, is_set ? object->rest : js_key_of(object), self);
  return js_undefined();
}

struct reduction {
  struct js_value function, sum;
  double index;
  uint32_t at;
};

static enum js_flow reduce_element(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct reduction *r = walk->context;
  struct js_value index = walk->known_only ? js_number(r->index++) : js_unknown();
  if (r->sum.type == JS_V_ABSENT) {
    r->sum = element;
    return JS_GOES_ON;
  }
  struct js_value sum = js_call_with(m, r->function, js_undefined(), r->at, 3, r->sum, element, index);
  bool surely = walk->known_only && !walk->perhaps;
  r->sum = surely || js_same(sum, r->sum) ? sum : js_join(m, r->sum, sum);
  return JS_GOES_ON;
}

static struct js_value array_reduce(struct js_machine *m, struct js_value self, arguments_t a) {
  struct reduction r = {.function = js_argument(a, 0), .at = a->at};
  if (a->count > 1) r.sum = a->values[1];
  struct js_walk walk = {.visit = reduce_element, .context = &r, .known_only = true, .fixed = is_fixed(self)};
  js_iterate(m, self, &walk);
  walk.known_only = false;
  if (!js_is(self, JS_C_ARRAY) || self.object->open)
    js_perhaps(m, &walk, js_is(self, JS_C_ARRAY) ? self.object->rest : js_unknown());
  return r.sum.type == JS_V_ABSENT ? js_undefined() : r.sum;
}

static struct js_value array_reduce_right(struct js_machine *m, struct js_value self, arguments_t a) {
  if (!js_is(self, JS_C_ARRAY) || self.object->open) return array_reduce(m, self, a);
  struct js_value sum = a->count > 1 ? a->values[1] : (struct js_value){.type = JS_V_ABSENT};
  for (size_t i = self.object->items.count; i-- > 0 && !m->failed;) {
    struct js_value element = self.object->items.entries[i].value;
    sum = sum.type == JS_V_ABSENT
              ? element
              : js_call_with(m, js_argument(a, 0), js_undefined(), a->at, 3, sum, element, js_number((double)i));
    if (i >= self.object->items.count) i = self.object->items.count;  // the function took some away
  }
  return sum.type == JS_V_ABSENT ? js_undefined() : sum;
}

// --- arrays ---

void js_open_with(struct js_machine *m, struct js_object *object, struct js_value rest) { js_open_listed(m, object, rest, NULL); }

void js_add_element(struct js_machine *m, struct js_object *array, struct js_value v) {
  if ((m->branch && array->items.count > JS_ROUNDS) || array->items.born < m->again)
    js_open_with(m, array, v);
  else
    js_push(m, &array->items, v);
}

static void append(struct js_machine *m, struct js_object *to, struct js_value v) {
  if (!js_is(v, JS_C_ARRAY)) {
    if (v.type == JS_V_UNKNOWN || v.type == JS_V_SET)
      js_open_with(m, to, v);
    else
      js_push(m, &to->items, v);
    return;
  }
  for (size_t i = 0; i < v.object->items.count; i++)
    js_push_member(m, to, &v.object->items.entries[i], v.object->items.entries[i].value);
  if (v.object->open) js_open_with(m, to, v.object->rest);
}

static struct js_value array_push(struct js_machine *m, struct js_value self, arguments_t a) {
  for (uint32_t i = 0; i < a->count; i++) js_add_element(m, self.object, a->values[i]);
  return js_length(m, self.object);
}

static struct js_value array_concat(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *out = js_array(m);
  append(m, out, self);
  for (uint32_t i = 0; i < a->count; i++) append(m, out, a->values[i]);
  return js_of(out);
}

static size_t clamp(double position, size_t size) {
  if (position < 0) position += (double)size;
  return !(position > 0) ? 0 : position > (double)size ? size : (size_t)position;
}

static struct js_value array_slice(struct js_machine *m, struct js_value self, arguments_t a) {
  double from = 0, to = (double)self.object->items.count;
  struct js_value end = js_argument(a, 1);
  bool known = !self.object->open && (!a->count || js_to_number(a->values[0], &from)) &&
               (end.type == JS_V_UNDEFINED || js_to_number(end, &to));
  if (!known) return js_some_elements(m, self);
  struct js_object *out = js_array(m);
  const struct js_table *items = &self.object->items;
  size_t first = clamp(from, items->count), last = clamp(to, items->count), perhaps = 0;
  for (size_t i = 0; i < items->count; i++) perhaps += (items->entries[i].flags & JS_ENTRY_PERHAPS) != 0;
  bool shifts = perhaps && (first || last < items->count);  // which ones it takes is not known
  if (shifts && (from < 0 || to < 0)) return js_some_elements(m, self);
  for (size_t i = first; i < items->count && i < last + (shifts ? perhaps : 0); i++) {
    js_push_member(m, out, &items->entries[i], items->entries[i].value);
    if (shifts && out->items.count) out->items.entries[out->items.count - 1].flags |= JS_ENTRY_PERHAPS;
  }
  return js_of(out);
}

static struct js_value array_same(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return self;
}

// An element as a part of a text.
static struct js_value joined_part(struct js_machine *m, const struct js_entry *entry) {
  struct js_value v = js_primitive(m, js_if_there(m, entry));
  if (js_is_nullish(v)) return js_text(CM_STR(""));
  return v.type == JS_V_KEY || v.type == JS_V_SET ? v : js_text(js_to_text(m, v));
}

static struct js_value array_join(struct js_machine *m, struct js_value self, arguments_t a) {
  struct cm_str between = a->count && a->values[0].type != JS_V_UNDEFINED ? js_to_text(m, a->values[0]) : CM_STR(",");
  struct js_value text = {.type = JS_V_ABSENT};
  bool empty = true;  // there may be none so far
  if (self.object->open) return js_line_between(m, js_any_element(m, self.object), between);
  for (size_t i = 0; i < self.object->items.count && i < JS_ROUNDS; i++) {
    const struct js_entry *entry = &self.object->items.entries[i];
    if (entry->value.type == JS_V_ABSENT) continue;
    bool perhaps = entry->flags & JS_ENTRY_PERHAPS;
    struct js_value part = joined_part(m, entry), before = text;
    if (before.type != JS_V_ABSENT) text = js_add_values(m, js_add_values(m, before, js_text(between)), part);
    if (empty) text = before.type == JS_V_ABSENT ? part : js_join(m, text, part);
    if (perhaps && before.type != JS_V_ABSENT) text = js_join(m, before, text);
    empty &= perhaps;
  }
  if (text.type == JS_V_ABSENT) return js_text(CM_STR(""));
  return empty ? js_join(m, text, js_text(CM_STR(""))) : text;
}

struct js_value js_any_element(struct js_machine *m, struct js_object *array) {
  struct js_value all = array->open ? array->rest : js_undefined();
  for (size_t i = 0; i < array->items.count; i++) {
    all = js_join(m, all, array->items.entries[i].value);
    if (i >= JS_SET_MOST && all.type == JS_V_UNKNOWN) break;  // it may be anything already
  }
  return all;
}

// The last one, where it is not known of some whether they are there.
static struct js_value last_element(struct js_machine *m, const struct js_object *array) {
  struct js_value any = {.type = JS_V_ABSENT};
  for (size_t i = array->items.count; i-- > 0;) {
    const struct js_entry *entry = &array->items.entries[i];
    if (entry->value.type == JS_V_ABSENT) continue;
    any = any.type == JS_V_ABSENT ? entry->value : js_join(m, any, entry->value);
    if (!(entry->flags & JS_ENTRY_PERHAPS)) return any;
  }
  return any.type == JS_V_ABSENT ? js_undefined() : js_join(m, any, js_undefined());
}

static struct js_value array_at(struct js_machine *m, struct js_value self, arguments_t a) {
  double position, length;
  bool known = js_to_number(js_argument(a, 0), &position);
  if (known && position == -1 && !self.object->open) return last_element(m, self.object);
  if (!known || !js_to_number(js_length(m, self.object), &length))
    return js_join(m, js_any_element(m, self.object), js_undefined());
  if (position < 0) position += length;
  return js_get(m, self, js_number(position), a->at);
}

// Is it the element at `entry`, if that is there?
static enum js_answer is_at(struct js_machine *m, const struct js_entry *entry, struct js_value wanted, uint32_t at) {
  enum js_answer truth = js_truth(js_compare(m, JS_T_SAME, js_if_there(m, entry), wanted, at));
  return truth == JS_YES && entry->flags & JS_ENTRY_PERHAPS ? JS_MAYBE : truth;
}

static struct js_value array_includes(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value wanted = js_argument(a, 0);
  bool maybe = false;
  for (size_t i = 0; i < self.object->items.count; i++) {
    enum js_answer truth = is_at(m, &self.object->items.entries[i], wanted, a->at);
    if (truth == JS_YES) return js_bool(true);
    maybe |= truth == JS_MAYBE;
  }
  if (self.object->open) maybe |= js_truth(js_compare(m, JS_T_SAME, self.object->rest, wanted, a->at)) != JS_NO;
  return maybe ? js_unknown() : js_bool(false);
}

// The place of an element, counted from the front or from the back.
static struct js_value index_in(struct js_machine *m, const struct js_object *list, struct js_value wanted, bool from_back,
                                uint32_t at) {
  struct js_value found = js_number(-1);
  bool any = false;
  for (size_t k = 0; k < list->items.count; k++) {
    size_t i = from_back ? list->items.count - 1 - k : k;
    if (list->items.entries[i].flags & JS_ENTRY_PERHAPS) return js_unknown();  // then those behind may be elsewhere
    enum js_answer truth = is_at(m, &list->items.entries[i], wanted, at);
    if (truth == JS_NO) continue;
    struct js_value here = js_number((double)i);
    if (truth == JS_YES) return any ? js_join(m, found, here) : here;
    found = js_join(m, found, here);
    any = true;
  }
  return found;
}

static struct js_value array_index_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value found = array_includes(m, self, a);
  if (found.type == JS_V_BOOL && !found.truth) return js_number(-1);
  return self.object->open || a->count > 1 ? js_unknown() : index_in(m, self.object, js_argument(a, 0), false, a->at);
}

static struct js_value array_last_index_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value found = array_includes(m, self, a);
  if (found.type == JS_V_BOOL && !found.truth) return js_number(-1);
  return self.object->open || a->count > 1 ? js_unknown() : index_in(m, self.object, js_argument(a, 0), true, a->at);
}

// The elements go to `to`, those of arrays in it instead of them, `depth` arrays deep.
static void flatten(struct js_machine *m, struct js_object *to, const struct js_object *from, unsigned depth) {
  for (size_t i = 0; i < from->items.count && !m->failed; i++) {
    struct js_value v = from->items.entries[i].value;
    if (depth && js_is(v, JS_C_ARRAY) && v.object != to)
      flatten(m, to, v.object, depth - 1);
    else if (depth)
      append(m, to, v);
    else
      js_push(m, &to->items, v);
  }
  if (from->open) js_open_with(m, to, depth && js_is(from->rest, JS_C_ARRAY) ? js_any_element(m, from->rest.object) : js_unknown());
}

static struct js_value array_flat(struct js_machine *m, struct js_value self, arguments_t a) {
  enum { DEEPEST = 8 };
  struct js_object *out = js_array(m);
  double depth = 1;
  if (a->count && !js_to_number(a->values[0], &depth)) return js_unknown();
  flatten(m, out, self.object, depth >= DEEPEST ? DEEPEST : depth >= 1 ? (unsigned)depth : 0);
  return js_of(out);
}

static struct js_value array_fill(struct js_machine *m, struct js_value self, arguments_t a) {
  size_t count = self.object->items.count;
  double from = 0, to = (double)count;
  if (a->count > 2 && !js_to_number(a->values[2], &to)) to = (double)count;
  if (a->count > 1 && !js_to_number(a->values[1], &from)) from = 0;
  for (size_t i = clamp(from, count), last = clamp(to, count); i < last && !m->failed; i++)
    js_put(m, &self.object->items, &self.object->items.entries[i], js_argument(a, 0), 0);
  return self;
}

// --- maps and sets ---

// What an entry with that key is found by. False: the key is not known.
static bool key_name(struct js_machine *m, struct js_value key, struct cm_str *name) {
  bool known = (key.type == JS_V_TEXT && !js_has_gap(key.text)) || key.type == JS_V_NUMBER || key.type == JS_V_BOOL;
  if (known) *name = js_to_text(m, key);
  if (key.type == JS_V_OBJECT) *name = js_identity(m, key.object);
  return known || key.type == JS_V_OBJECT;
}

static struct js_value keyed_get(struct js_machine *m, struct js_value self, arguments_t a) {
  const struct js_value *keys;
  struct js_value key = js_argument(a, 0), all = js_undefined();
  struct js_object *object = self.object;
  uint32_t count = js_alternatives(&key, &keys);
  for (uint32_t i = 0; i < count; i++) {
    struct js_value v;
    struct cm_str name;
    if (key_name(m, keys[i], &name)) {
      struct js_entry *entry = js_find(m, &object->items, name);
      v = entry && entry->value.type != JS_V_ABSENT ? js_late_read(m, &object->items, entry) : js_undefined();
      if (object->open && !(entry && !(entry->flags & JS_ENTRY_UNDER))) {
        v = js_join(m, object->rest, v);
        if (object->listing) v = js_join(m, v, js_ask_entry(m, object->listing, name, a->at));
      }
    } else {
      if (object->listing && keys[i].type != JS_V_KEY) js_ask(m, object->listing->sink, keys[i], a->at);
      for (size_t k = 0; keys[i].type == JS_V_KEY && !object->listing && k < object->items.count; k++)
        js_ask_entry(m, keys[i].key, object->items.entries[k].key, a->at);
      v = js_any_element(m, object);
    }
    all = i ? js_join(m, all, v) : v;
  }
  return all;
}

static struct js_value keyed_has(struct js_machine *m, struct js_value self, arguments_t a) {
  struct cm_str name;
  keyed_get(m, self, a);  // asks, where the host has the entries
  if (self.object->open || !key_name(m, js_argument(a, 0), &name)) return js_unknown();
  const struct js_entry *entry = js_find(m, &self.object->items, name);
  if (!entry || entry->value.type == JS_V_ABSENT) return js_bool(false);
  return js_may_be(entry->value, JS_V_UNDEFINED) ? js_unknown() : js_bool(true);
}

void js_keyed_set(struct js_machine *m, struct js_object *object, struct js_value key, struct js_value v) {
  for (uint32_t i = 0; key.type == JS_V_SET && i < key.set->count; i++) {
    struct js_branch branch;  // each may be the one
    js_branch_begin(m, &branch);
    js_keyed_set(m, object, key.set->values[i], v);
    js_branch_other(m, &branch);
    js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
  }
  if (key.type == JS_V_SET) return;
  struct cm_str name;
  if (key_name(m, key, &name)) {
    js_set_entry(m, &object->items, name, v, 0);
    if (key.type == JS_V_OBJECT && object->class == JS_C_MAP) js_set_entry(m, &object->props, name, key, 0);
    return;
  }
  for (size_t i = 0; i < object->items.count; i++) object->items.entries[i].flags |= JS_ENTRY_UNDER;
  js_open_listed(m, object, v, key.type == JS_V_KEY ? key.key : NULL);
}

static struct js_value map_set(struct js_machine *m, struct js_value self, arguments_t a) {
  js_keyed_set(m, self.object, js_argument(a, 0), js_argument(a, 1));
  return self;
}

static struct js_value set_add(struct js_machine *m, struct js_value self, arguments_t a) {
  const struct js_value *list;
  struct js_value v = js_argument(a, 0);
  uint32_t count = js_alternatives(&v, &list);
  for (uint32_t i = 0; i < count; i++) js_keyed_set(m, self.object, list[i], list[i]);
  return self;
}

static struct js_value keyed_delete(struct js_machine *m, struct js_value self, arguments_t a) {
  struct cm_str name;
  struct js_entry *entry = key_name(m, js_argument(a, 0), &name) ? js_find(m, &self.object->items, name) : NULL;
  if (entry) js_put(m, &self.object->items, entry, (struct js_value){.type = JS_V_ABSENT}, 0);
  return js_unknown();
}

static struct js_value keyed_clear(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  for (size_t i = 0; i < self.object->items.count && !m->failed; i++)
    js_put(m, &self.object->items, &self.object->items.entries[i], (struct js_value){.type = JS_V_ABSENT}, 0);
  return js_undefined();
}

// --- objects and functions ---

static struct js_value object_has_own(struct js_machine *m, struct js_value self, arguments_t a) {
  return js_has(m, self, js_argument(a, 0), true, a->at);
}

// "[object Array]": what Object.prototype.toString says of anything.
static struct js_value object_to_text(struct js_machine *m, struct js_value self, arguments_t a) {
  static const struct {
    unsigned class;
    const char *text;
  } of_classes[] = {{JS_C_PLAIN, "[object Object]"}, {JS_C_ARRAY, "[object Array]"}, {JS_C_FUNCTION, "[object Function]"},
                    {JS_C_MAP, "[object Map]"},      {JS_C_SET, "[object Set]"},     {JS_C_REGEX, "[object RegExp]"}};
  static const char *const of_types[JS_V_LINK + 1] = {
      [JS_V_UNDEFINED] = "[object Undefined]", [JS_V_NULL] = "[object Null]",   [JS_V_BOOL] = "[object Boolean]",
      [JS_V_NUMBER] = "[object Number]",       [JS_V_TEXT] = "[object String]", [JS_V_KEY] = "[object String]"};
  struct js_object *holder = self.type == JS_V_OBJECT ? self.object : NULL;
  (void)a;
  if (of_types[self.type]) return js_text(cm_str_of(of_types[self.type]));
  if (!holder || js_find_member(m, &holder, CM_STR("@@toStringTag")) || self.object->target.type == JS_V_TEXT)
    return js_text(CM_STR("\xff"));
  for (size_t i = 0; i < sizeof of_classes / sizeof *of_classes; i++)
    if (self.object->class == of_classes[i].class) return js_text(cm_str_of(of_classes[i].text));
  return js_text(CM_STR("\xff"));
}

static struct js_value function_call(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_arguments rest = {a->values + 1, a->count ? a->count - 1 : 0, a->at};
  if (!a->count) rest.values = NULL;
  return js_call(m, self, js_argument(a, 0), &rest);
}

static struct js_value function_apply(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value list = js_argument(a, 1);
  struct js_arguments anything = js_anything();
  anything.at = a->at;
  if (list.type == JS_V_UNDEFINED) anything.count = 0;
  if (!js_is(list, JS_C_ARRAY) || list.object->open) return js_call(m, self, js_argument(a, 0), &anything);
  return js_call_list(m, self, js_argument(a, 0), list.object, a->at);
}

static struct js_value function_bind(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *bound = js_object(m, JS_C_FUNCTION);
  bound->target = self;
  bound->self = js_argument(a, 0);
  for (uint32_t i = 1; i < a->count; i++) js_push(m, &bound->items, a->values[i]);
  return js_of(bound);
}

enum { KEYED = JS_C_MAP | JS_C_SET, ANY = JS_C_PLAIN | JS_C_ARRAY | JS_C_FUNCTION | JS_C_MAP | JS_C_SET };

const struct js_method js_methods[] = {
    {"forEach", JS_C_ARRAY, array_for_each},
    {"map", JS_C_ARRAY, array_map},
    {"flatMap", JS_C_ARRAY, array_flat_map},
    {"filter", JS_C_ARRAY, array_filter},
    {"find", JS_C_ARRAY, array_find},
    {"findLast", JS_C_ARRAY, array_find_last},
    {"findIndex", JS_C_ARRAY, array_find_index},
    {"findLastIndex", JS_C_ARRAY, array_find_index},
    {"some", JS_C_ARRAY, array_some},
    {"every", JS_C_ARRAY, array_every},
    {"reduce", JS_C_ARRAY, array_reduce},
    {"reduceRight", JS_C_ARRAY, array_reduce_right},
    {"push", JS_C_ARRAY, array_push},
    {"unshift", JS_C_ARRAY, js_array_unshift},
    {"pop", JS_C_ARRAY, js_array_pop},
    {"shift", JS_C_ARRAY, js_array_shift},
    {"splice", JS_C_ARRAY, js_array_splice},
    {"concat", JS_C_ARRAY, array_concat},
    {"slice", JS_C_ARRAY, array_slice},
    {"sort", JS_C_ARRAY, js_array_sort},
    {"toSorted", JS_C_ARRAY, js_array_sorted},
    {"reverse", JS_C_ARRAY, js_array_reverse},
    {"toReversed", JS_C_ARRAY, js_array_reversed},
    {"join", JS_C_ARRAY, array_join},
    {"toString", JS_C_ARRAY, array_join},
    {"at", JS_C_ARRAY, array_at},
    {"includes", JS_C_ARRAY, array_includes},
    {"indexOf", JS_C_ARRAY, array_index_of},
    {"lastIndexOf", JS_C_ARRAY, array_last_index_of},
    {"entries", JS_C_ARRAY, js_iterator_of_entries},
    {"keys", JS_C_ARRAY, js_iterator_of_keys},
    {"values", JS_C_ARRAY, js_iterator},
    {"@@iterator", JS_C_ARRAY, js_iterator},
    {"next", JS_C_ARRAY, js_iterator_next},
    {"toArray", JS_C_ARRAY, array_same},
    {"flat", JS_C_ARRAY, array_flat},
    {"fill", JS_C_ARRAY, array_fill},
    {"forEach", KEYED, keyed_for_each},
    {"get", JS_C_MAP, keyed_get},
    {"has", KEYED, keyed_has},
    {"set", JS_C_MAP, map_set},
    {"add", JS_C_SET, set_add},
    {"delete", KEYED, keyed_delete},
    {"clear", KEYED, keyed_clear},
    {"keys", KEYED, js_iterator_of_keys},
    {"values", KEYED, js_iterator_of_values},
    {"entries", KEYED, js_iterator_of_entries},
    {"@@iterator", KEYED, js_iterator},
    {"hasOwnProperty", ANY, object_has_own},
    {"toString", JS_C_PLAIN, object_to_text},
    {"toLocaleString", ANY, js_unknown_of},
    {"propertyIsEnumerable", ANY, object_has_own},
    {"isPrototypeOf", ANY, js_unknown_of},
    {"call", JS_C_FUNCTION, function_call},
    {"apply", JS_C_FUNCTION, function_apply},
    {"bind", JS_C_FUNCTION, function_bind},
    {"test", JS_C_REGEX, js_regex_test},
    {"exec", JS_C_REGEX, js_regex_exec},
};

const size_t js_method_count = sizeof js_methods / sizeof *js_methods;

const struct js_method *js_method_of(struct js_value object, struct cm_str name) {
  bool text = object.type == JS_V_TEXT || object.type == JS_V_KEY;
  unsigned class = text ? JS_OF_TEXTS : object.object->class;
  const struct js_method *table = text ? js_text_methods : js_methods;
  size_t count = text ? js_text_method_count : js_method_count;
  for (size_t i = 0; i < count; i++)
    if (class & table[i].classes && table[i].name[0] == (name.size ? name.at[0] : 0) && cm_str_is(name, table[i].name))
      return &table[i];
  return NULL;
}

bool js_is_method(struct cm_str name) {
  for (size_t i = 0; i < js_method_count; i++)
    if (cm_str_is(name, js_methods[i].name)) return true;
  for (size_t i = 0; i < js_text_method_count; i++)
    if (cm_str_is(name, js_text_methods[i].name)) return true;
  return false;
}
