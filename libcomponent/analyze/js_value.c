// Values, memory, and the journal of branches.

#include "js_machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// --- values ---

uint32_t js_alternatives(const struct js_value *v, const struct js_value **list) {
  *list = v->type == JS_V_SET ? v->set->values : v;
  return v->type == JS_V_SET ? v->set->count : 1;
}

bool js_may_be(struct js_value v, enum js_type type) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  for (uint32_t i = 0; i < count; i++)
    if (list[i].type == type) return true;
  return false;
}

bool js_same(struct js_value a, struct js_value b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case JS_V_BOOL: return a.truth == b.truth;
    case JS_V_NUMBER: return a.number == b.number || (isnan(a.number) && isnan(b.number));
    case JS_V_TEXT: return cm_str_equal(a.text, b.text);
    case JS_V_OBJECT: return a.object == b.object;
    case JS_V_KEY:
      return a.key->sink == b.key->sink && a.key->form == b.key->form && cm_str_equal(a.key->front, b.key->front) &&
             cm_str_equal(a.key->before, b.key->before) && cm_str_equal(a.key->behind, b.key->behind) &&
             cm_str_equal(a.key->between, b.key->between);
    case JS_V_SET: return a.set == b.set;
    case JS_V_LINK: return a.link == b.link;
    default: return true;
  }
}

static struct js_value present(struct js_value v) { return v.type == JS_V_ABSENT ? js_undefined() : v; }

struct js_value js_join(struct js_machine *m, struct js_value a, struct js_value b) {
  a = present(a), b = present(b);
  if (js_same(a, b)) return a;
  struct js_value all[2 * JS_SET_MOST + 2];
  uint32_t count = 0;
  const struct js_value *sides[2] = {&a, &b};
  for (int side = 0; side < 2; side++) {
    const struct js_value *list;
    uint32_t size = js_alternatives(sides[side], &list);
    for (uint32_t i = 0; i < size; i++) {
      bool known = false;
      for (uint32_t k = 0; k < count && !known; k++) known = js_same(all[k], list[i]);
      if (!known) all[count++] = list[i];
    }
  }
  uint64_t work = (uint64_t)count * count / 32;
  m->fuel -= m->fuel < work ? m->fuel : work;
  if (count > JS_SET_MOST) return js_unknown();
  if (a.type == JS_V_SET && count == a.set->count) return a;
  if (b.type == JS_V_SET && count == b.set->count) return b;
  struct js_set *set = cm_alloc(m->arena, sizeof *set + count * sizeof *set->values);
  if (!set) {
    m->failed = true;
    return js_unknown();
  }
  set->count = count;
  memcpy(set->values, all, count * sizeof *all);
  return (struct js_value){.type = JS_V_SET, .set = set};
}

static enum js_answer truth_of_one(struct js_value v) {
  switch (v.type) {
    case JS_V_ABSENT:
    case JS_V_UNDEFINED:
    case JS_V_NULL: return JS_NO;
    case JS_V_BOOL: return v.truth ? JS_YES : JS_NO;
    case JS_V_NUMBER: return v.number != 0 && !isnan(v.number) ? JS_YES : JS_NO;
    case JS_V_TEXT: return !v.text.size ? JS_NO : v.text.size > 1 || v.text.at[0] != JS_GAP ? JS_YES : JS_MAYBE;
    case JS_V_OBJECT:
    case JS_V_KEY: return JS_YES;
    default: return JS_MAYBE;
  }
}

enum js_answer js_truth(struct js_value v) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  enum js_answer answer = truth_of_one(list[0]);
  for (uint32_t i = 1; i < count; i++)
    if (truth_of_one(list[i]) != answer) return JS_MAYBE;
  return answer;
}

bool js_has_gap(struct cm_str text) { return text.size && memchr(text.at, (unsigned char)JS_GAP, text.size); }

struct cm_str js_concat(struct js_machine *m, struct cm_str a, struct cm_str b) {
  if (!a.size) return b;
  if (!b.size) return a;
  // What is not known twice is not known once.
  if (a.at[a.size - 1] == JS_GAP && b.at[0] == JS_GAP) b.at++, b.size--;
  if (a.size + b.size > 1 << 20) return (struct cm_str){"\xff", 1};
  char *text = cm_alloc(m->arena, a.size + b.size + 1);
  if (!text) {
    m->failed = true;
    return a;
  }
  memcpy(text, a.at, a.size);
  memcpy(text + a.size, b.at, b.size);
  return (struct cm_str){text, a.size + b.size};
}

static struct cm_str text_of_number(struct js_machine *m, double number) {
  if (isnan(number)) return CM_STR("NaN");
  if (isinf(number)) return number > 0 ? CM_STR("Infinity") : CM_STR("-Infinity");
  static const char digits[] = "0123456789";
  if (number >= 0 && number < 10 && number == floor(number) && !signbit(number)) return (struct cm_str){digits + (int)number, 1};
  bool is_integer = fabs(number) < 1e15 && number == floor(number);
  char digits_of[40];
  // The shortest that is this number. Where the language writes it in another way than C, it is not known.
  for (int precision = 15; !is_integer && precision <= 17; precision++) {
    snprintf(digits_of, sizeof digits_of, "%.*g", precision, number);
    if (strtod(digits_of, NULL) == number) break;
  }
  if (!is_integer && strchr(digits_of, 'e')) return CM_STR("\xff");
  struct cm_str text =
      is_integer ? cm_alloc_format(m->arena, "%.0f", number == 0 ? 0 : number) : cm_alloc_format(m->arena, "%s", digits_of);
  m->failed |= !text.at;
  return text.at ? text : CM_STR("");
}

static struct cm_str text_of_array(struct js_machine *m, const struct js_object *array) {
  struct cm_str text = CM_STR("");
  if (array->open || array->items.count > JS_ROUNDS || m->depth > JS_DEPTH) return CM_STR("\xff");
  m->depth++;
  for (size_t i = 0; i < array->items.count; i++) {
    if (i) text = js_concat(m, text, CM_STR(","));
    text = js_concat(m, text, js_to_text(m, array->items.entries[i].value));
  }
  m->depth--;
  return text;
}

struct cm_str js_to_text(struct js_machine *m, struct js_value v) {
  switch (v.type) {
    case JS_V_TEXT: return v.text;
    case JS_V_NUMBER: return text_of_number(m, v.number);
    case JS_V_BOOL: return v.truth ? CM_STR("true") : CM_STR("false");
    case JS_V_NULL: return CM_STR("null");
    case JS_V_KEY: return js_line_text(m, v.key);
    case JS_V_OBJECT:
      if (js_is(v, JS_C_ARRAY)) return text_of_array(m, v.object);
      return js_is(v, JS_C_PLAIN) && v.object->target.type == JS_V_TEXT ? v.object->target.text : CM_STR("\xff");
    // What was taken for undefined may be something; and no program asks for "undefined".
    default: return CM_STR("\xff");
  }
}

bool js_to_number(struct js_value v, double *number) {
  char text[40], *end;
  switch (v.type) {
    case JS_V_NUMBER: *number = v.number; return true;
    case JS_V_BOOL: *number = v.truth; return true;
    case JS_V_NULL: *number = 0; return true;
    case JS_V_UNDEFINED: *number = NAN; return true;
    case JS_V_TEXT:
      if (js_has_gap(v.text) || v.text.size >= sizeof text) return false;
      memcpy(text, v.text.at, v.text.size);
      text[v.text.size] = 0;
      *number = strtod(text, &end);
      if (*end || memchr(text, 'n', v.text.size)) *number = NAN;
      return true;
    default: return false;
  }
}

// --- memory ---

enum { INDEX_FROM = 8 };

struct js_entry *js_find(const struct js_machine *m, const struct js_table *table, struct cm_str key) {
  if (!table->index.slots) {
    for (size_t i = 0; i < table->count; i++)
      if (cm_str_equal(table->entries[i].key, key)) return &table->entries[i];
    return NULL;
  }
  size_t cursor = 0;
  for (uint32_t i; index_next(&table->index, index_mix_text(m->seed, key), &cursor, &i);)
    if (cm_str_equal(table->entries[i].key, key)) return &table->entries[i];
  return NULL;
}

struct js_value js_if_there(struct js_machine *m, const struct js_entry *entry) {
  struct js_value v = entry->value, kept = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; v.type == JS_V_SET && entry->flags & JS_ENTRY_PERHAPS && i < v.set->count; i++)
    if (v.set->values[i].type != JS_V_UNDEFINED)
      kept = kept.type == JS_V_ABSENT ? v.set->values[i] : js_join(m, kept, v.set->values[i]);
  return kept.type == JS_V_ABSENT ? v : kept;
}

static struct js_entry *add_entry(struct js_machine *m, struct js_table *table, struct cm_str key) {
  if (!cm_grow(m->arena, &table->entries, &table->room, table->count, sizeof *table->entries)) {
    m->failed = true;
    return NULL;
  }
  struct js_entry *entry = &table->entries[table->count++];
  *entry = (struct js_entry){.key = key, .written = table->born};
  return entry;
}

static void index_entries(struct js_machine *m, struct js_table *table) {
  size_t from = table->count - 1;
  if (table->count < INDEX_FROM) return;
  if (!table->index.slots) {
    from = 0;
    m->failed |= !index_init(&table->index, m->arena);
  }
  for (size_t i = from; i < table->count && !m->failed; i++)
    m->failed |= !index_add(&table->index, m->arena, index_mix_text(m->seed, table->entries[i].key), (uint32_t)i);
}

static struct js_change change_of(struct js_table *table, const struct js_entry *entry) {
  return (struct js_change){
      .table = table, .item = (uint32_t)(entry - table->entries), .flags = entry->flags, .value = entry->value};
}

// Notes what an entry was, where somebody may want it back.
static void note(struct js_machine *m, struct js_table *table, const struct js_entry *entry) {
  if (table->born >= m->branch) return;
  if (!cm_grow(m->arena, &m->changes, &m->change_room, m->change_count, sizeof *m->changes)) {
    m->failed = true;
    return;
  }
  m->changes[m->change_count++] = change_of(table, entry);
}

// What an entry was, and is no more, is seen by who handles what was thrown meanwhile.
static void overwrite(struct js_machine *m, struct js_table *table, struct js_entry *entry) {
  for (struct js_try *t = m->trying; t; t = t->up) {
    if (entry->written >= t->thrown || t->keeps) continue;
    if (t->count >= JS_SEEN && !js_is_variable(t, table)) {
      t->many = true;
      continue;
    }
    if (!cm_grow(m->arena, &t->seen, &t->room, t->count, sizeof *t->seen)) {
      m->failed = true;
      return;
    }
    t->seen[t->count++] = change_of(table, entry);
  }
  entry->written = m->moments;
}

void js_put(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value v, uint32_t flags) {
  bool late = m->late || entry->late || entry->read_by;
  if (!late || !js_late_put(m, table, entry, &v)) js_put_plainly(m, table, entry, v, flags);
}

void js_put_plainly(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value v, uint32_t flags) {
  note(m, table, entry);
  overwrite(m, table, entry);
  entry->value = v;
  entry->flags = flags;
}

void js_set_entry(struct js_machine *m, struct js_table *table, struct cm_str key, struct js_value v, uint32_t flags) {
  struct js_entry *entry = js_find(m, table, key);
  if (!entry) {
    entry = add_entry(m, table, key);
    if (!entry) return;
    index_entries(m, table);
  }
  js_put(m, table, entry, v, flags);
}

void js_push(struct js_machine *m, struct js_table *table, struct js_value v) {
  size_t place = table->count;
  while (place && table->entries[place - 1].value.type == JS_V_ABSENT && !table->entries[place - 1].key.size) place--;
  struct js_entry *entry = place < table->count ? &table->entries[place] : add_entry(m, table, CM_STR(""));
  if (entry) js_put(m, table, entry, v, 0);
}

struct js_object *js_object(struct js_machine *m, enum js_class class) {
  struct js_object *object = cm_alloc(m->arena, sizeof *object);
  if (!object) {
    m->failed = true;
    object = &m->none;
  }
  object->class = class;
  object->number = ++m->objects;
  object->props.born = object->items.born = m->moments;
  return object;
}

static struct js_opening opening_of(struct js_object *object) {
  return (struct js_opening){object, object->open, object->rest, object->listing};
}

void js_open_listed(struct js_machine *m, struct js_object *object, struct js_value rest, const struct js_key *listing) {
  struct js_value all = object->open ? js_join(m, object->rest, rest) : rest;
  if (object->open && js_same(all, object->rest) && (!listing || listing == object->listing)) return;
  if (object->props.born < m->branch) {  // somebody may want back what it was
    if (!cm_grow(m->arena, &m->openings, &m->opening_room, m->opening_count, sizeof *m->openings)) {
      m->failed = true;
      return;
    }
    m->openings[m->opening_count++] = opening_of(object);
  }
  object->rest = all;
  object->open = true;
  if (listing) object->listing = listing;
}

struct cm_str js_identity(struct js_machine *m, const struct js_object *object) {
  struct cm_str text = cm_alloc_format(m->arena, "@@object %u", object->number);
  m->failed |= !text.at;
  return text.at ? text : CM_STR("@@object");
}

struct js_value js_key_of_entry(const struct js_machine *m, const struct js_object *map, const struct js_entry *entry) {
  const struct js_entry *key = cm_str_starts(entry->key, CM_STR("@@object")) ? js_find(m, &map->props, entry->key) : NULL;
  return key ? key->value : js_text(entry->key);
}

struct js_object *js_array(struct js_machine *m) {
  return js_object(m, JS_C_ARRAY);
}

// --- branches ---

void js_branch_begin(struct js_machine *m, struct js_branch *branch) {
  *branch = (struct js_branch){
      .from = m->change_count, .opened_from = m->opening_count, .number = ++m->moments, .outer = m->branch, .thrown = m->thrown};
  m->branch = branch->number;
}

// Objects that the first way opened are what they were; what they became is kept.
static bool undo_openings(struct js_machine *m, struct js_branch *branch) {
  size_t count = m->opening_count - branch->opened_from;
  if (!count) return true;
  const struct js_opening *were = m->openings + branch->opened_from;
  branch->first_opened = cm_alloc_array(m->arena, count, sizeof *branch->first_opened);
  if (!branch->first_opened) return false;
  for (size_t i = 0; i < count; i++) branch->first_opened[i] = opening_of(were[i].object);
  branch->first_opened_count = count;
  for (size_t i = count; i-- > 0;) {
    were[i].object->open = were[i].open;
    were[i].object->rest = were[i].rest;
    were[i].object->listing = were[i].listing;
  }
  m->opening_count = branch->opened_from;
  return true;
}

void js_branch_forget(struct js_branch *branch) { branch->first_count = branch->first_opened_count = 0; }

void js_branch_other(struct js_machine *m, struct js_branch *branch) {
  size_t count = m->change_count - branch->from;
  branch->first_threw = m->thrown;
  m->thrown = branch->thrown;
  branch->first = cm_alloc_array(m->arena, count, sizeof *branch->first);
  if (!branch->first || !undo_openings(m, branch)) {
    m->failed = true;
    return;
  }
  // What each entry is now; and backwards to what it was.
  uint32_t mark = ++m->marks;
  for (size_t i = branch->from; i < m->change_count; i++) {
    struct js_entry *entry = js_entry_of(&m->changes[i]);
    if (entry->mark == mark) continue;
    entry->mark = mark;
    branch->first[branch->first_count] = m->changes[i];
    branch->first[branch->first_count].value = entry->value;
    branch->first[branch->first_count++].flags = entry->flags;
  }
  for (size_t i = m->change_count; i-- > branch->from;) {
    struct js_entry *entry = js_entry_of(&m->changes[i]);
    overwrite(m, m->changes[i].table, entry);
    entry->value = m->changes[i].value;
    entry->flags = m->changes[i].flags;
  }
  m->change_count = branch->from;
}

// What a value may be with another round. Does it become more than it was? `all`: then it may be anything.
static bool widen(struct js_machine *m, struct js_value was, struct js_value *is, bool all) {
  if (is->type == JS_V_NUMBER && was.type == JS_V_NUMBER && is->number != was.number) *is = js_unknown();
  bool more = !js_alike(m, was, *is), was_any = js_may_be(was, JS_V_UNKNOWN);
  if (more && all) js_escape(m, was_any ? *is : js_join(m, was, *is), 0);
  if (!more || (all && was_any))
    *is = was;
  else if (all)
    *is = js_unknown();
  return more && !(all && was_any);
}

bool js_branch_widen(struct js_machine *m, struct js_branch *branch, bool all) {
  bool more = false;
  for (size_t i = 0; i < branch->first_count; i++) {
    struct js_change *is = &branch->first[i];
    more |= widen(m, js_entry_of(is)->value, &is->value, all) && is->table->born >= m->again;
  }
  for (size_t i = 0; i < branch->first_opened_count; i++) {
    struct js_opening *is = &branch->first_opened[i];
    bool leaves = is->open && (!is->object->open || widen(m, is->object->rest, &is->rest, all));
    more |= leaves && is->object->props.born >= m->again;
  }
  return more;
}

// Is it a variable of the call going on? A way that ended cannot be seen in it.
static bool is_own(const struct js_machine *m, const struct js_change *change) {
  return m->frame && change->table->frame && change->table->frame == m->frame->id;
}

// Is what a way did to that table gone where it ended so?
static bool is_gone(const struct js_machine *m, const struct js_change *change, enum js_end end) {
  if (end == JS_IS_NONE) return true;
  const struct js_try *handled = end == JS_IS_THROWN ? js_handled(m) : NULL;
  if (handled && !handled->keeps) return true;
  return end != JS_STAYS && is_own(m, change);
}

// An entry becomes what it is where two ways meet: `first`, and what it is at the end of the second. `flags`: where both come to their end.
static void meet(struct js_machine *m, const struct js_change *first, uint32_t flags, enum js_end first_end,
                 enum js_end second_end) {
  struct js_entry *entry = js_entry_of(first);
  bool no_first = is_gone(m, first, first_end), no_second = is_gone(m, first, second_end);
  overwrite(m, first->table, entry);
  if (no_first && !no_second) return;
  if (no_second && !no_first) {
    entry->value = first->value;
    entry->flags = first->flags;
    return;
  }
  bool perhaps = (first->value.type == JS_V_ABSENT) != (entry->value.type == JS_V_ABSENT);
  bool nothing = first->value.type == JS_V_ABSENT && entry->value.type == JS_V_ABSENT;
  entry->flags = flags | (first->flags & JS_ENTRY_PERHAPS) | (perhaps ? JS_ENTRY_PERHAPS : 0);
  if (!nothing) entry->value = js_join(m, first->value, entry->value);
}

// Each entry that a way changed stands in the journal once, with what it was before, for the branch around; and not at all where it is
// younger than that.
static void keep_changes(struct js_machine *m, const struct js_branch *branch) {
  size_t kept = branch->from;
  uint32_t seen = ++m->marks;
  for (size_t i = branch->from; i < m->change_count; i++) {
    struct js_change change = m->changes[i];
    if (change.table->born >= branch->outer || js_entry_of(&change)->mark == seen) continue;
    js_entry_of(&change)->mark = seen;
    m->changes[kept++] = change;
  }
  m->change_count = kept;
}

void js_branch_end(struct js_machine *m, struct js_branch *branch, enum js_end first, enum js_end second) {
  uint32_t in_first = ++m->marks, done = ++m->marks;
  if (branch->first_threw) first = JS_IS_THROWN;
  if (m->thrown) second = JS_IS_THROWN;
  m->thrown &= branch->first_threw;
  size_t second_count = m->change_count, work = branch->first_count + second_count - branch->from;
  m->fuel -= m->fuel < work / 4 ? m->fuel : work / 4;
  for (size_t i = 0; i < branch->first_count; i++) js_entry_of(&branch->first[i])->mark = in_first;
  // Changed by the second way alone: the first left it as it was before.
  for (size_t i = branch->from; i < second_count; i++) {
    const struct js_change *change = &m->changes[i];
    struct js_entry *entry = js_entry_of(change);
    if (entry->mark == in_first || entry->mark == done) continue;
    entry->mark = done;
    meet(m, change, entry->flags, first, second);
  }
  // Changed by the first, and perhaps by the second too.
  for (size_t i = 0; i < branch->first_count && !m->failed; i++) {
    const struct js_change *change = &branch->first[i];
    struct js_entry *entry = js_entry_of(change);
    note(m, change->table, entry);
    bool only_first = entry->value.type == JS_V_ABSENT;
    uint32_t flags = only_first ? change->flags : entry->flags & (change->flags | ~(uint32_t)JS_ENTRY_UNDER);
    meet(m, change, flags, first, second);
  }
  m->branch = branch->outer;
  for (size_t i = 0; i < branch->first_opened_count; i++) {
    const struct js_opening *is = &branch->first_opened[i];
    if (is->open) js_open_listed(m, is->object, is->rest, is->listing);
  }
  keep_changes(m, branch);
}
