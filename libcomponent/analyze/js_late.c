// What is done later than it stands in the text.
//
// A promise is what it is kept with, and its functions are called where they are given to it; an async function is executed to its end where it
// is called. In an engine the function of a promise, and what stands behind the first `await` of an async function, are done later: at the
// earliest when who called is done or waits itself. So what such a late part overwrites of what was there before is noted. Until somebody
// waits for its promise
//   - who reads it in the same turn finds what was there, and later one or the other;
//   - what is written in the same turn is overwritten by it.
// A late part that has read what is written behind it in the same turn might have read something else: what it asked is undecided.
//
// The body of a generator is executed at once, too: where it read what is written behind it, what it yields is not known.
//
// A promise whose late part overwrote something has a value that stands for it, until it is waited for. All others are what they are kept with.

#include "js_machine.h"

enum { LATE_MOST = 4000, BEFORE_MOST = 64, ASKED_MOST = 16 };

struct js_late {
  bool settled;  // it is done where the one around it is
  uint32_t around;
  uint32_t began;            // at what moment: what is younger is its own
  uint32_t turn;             // that it was left in
  uint32_t from, to, more;   // when it is settled so are these, up to `to`; and this one
  struct js_object *yields;  // it is a generator's body, which gives that
  struct js_change *before;  // what it overwrote, in order
  size_t count, room;
  struct js_asked asked[ASKED_MOST];
  unsigned asked_count;
};

// Is the code going on a part of it?
static bool is_within(const struct js_machine *m, uint32_t id) {
  uint32_t at = m->late;
  while (at && at != id) at = m->lates[at - 1].around;
  return at;
}

// Is it done, as far as the code going on is concerned?
static bool is_done(const struct js_machine *m, uint32_t id) {
  for (; id && !is_within(m, id); id = m->lates[id - 1].around)
    if (!m->lates[id - 1].settled) return false;
  return true;
}

static uint32_t add(struct js_machine *m) {
  if (m->late_count >= LATE_MOST) return 0;
  if (!cm_grow(m->arena, &m->lates, &m->late_room, m->late_count, sizeof *m->lates)) {
    m->failed = true;
    return 0;
  }
  m->lates[m->late_count] = (struct js_late){.around = m->late, .began = ++m->moments};
  return (uint32_t)++m->late_count;
}

struct js_turn js_late_begin(struct js_machine *m) {
  struct js_turn before = {m->late, m->turn};
  uint32_t id = add(m);
  if (id) m->late = id;
  m->turn = ++m->turns;
  return before;
}

void js_late_yields(struct js_machine *m, struct js_turn before, struct js_object *yields) {
  if (m->late && m->late != before.late) {
    struct js_late *late = &m->lates[m->late - 1];
    late->settled = true;
    late->turn = before.turn;
    late->yields = yields;
  }
  m->late = before.late;
  m->turn = before.turn;
}

// --- values that stand for promises ---

struct js_value js_late_promise(struct js_machine *m, struct js_value v, uint32_t id) {
  if (!id) return v;
  struct js_object *promise = js_object(m, JS_C_PLAIN);
  js_set_entry(m, &promise->props, CM_STR("@@promise"), v, 0);
  js_set_entry(m, &promise->props, CM_STR("@@late"), js_number(id), 0);
  return js_of(promise);
}

uint32_t js_late_both(struct js_machine *m, uint32_t one, uint32_t other) {
  uint32_t id = add(m);
  if (!id) return one;
  m->lates[id - 1].turn = m->turn;
  m->lates[id - 1].more = one, m->lates[id - 1].from = m->lates[id - 1].to = other;
  return id;
}

bool js_is_promise(struct js_value v) {
  return js_is(v, JS_C_PLAIN) && v.object->props.count == 2 && cm_str_is(v.object->props.entries[0].key, "@@promise");
}

static uint32_t late_of(struct js_value promise) { return (uint32_t)promise.object->props.entries[1].value.number; }

static void settle(struct js_machine *m, uint32_t id) {
  struct js_late *late = &m->lates[id - 1];
  if (late->settled) return;
  late->settled = true;
  for (uint32_t i = late->from; i && i <= late->to; i++) settle(m, i);
  if (late->more) settle(m, late->more);
}

struct js_value js_late_end(struct js_machine *m, struct js_turn before, struct js_value v, uint32_t behind) {
  uint32_t id = m->late;
  m->turn = before.turn;
  if (id == before.late || !id) return v;
  m->late = before.late;
  struct js_late *late = &m->lates[id - 1];
  late->turn = before.turn;
  late->more = behind;
  bool stands = (late->count || behind) && !js_is_rejected(m, v);
  if (!stands) late->settled = true;
  if (!stands) return v;
  if (js_is_promise(v)) {  // kept with another one
    uint32_t inner = late_of(v);
    if (!late->more)
      late->more = inner;
    else
      late->from = late->to = inner;
    v = v.object->props.entries[0].value;
  }
  return js_late_promise(m, v, id);
}

uint32_t js_lates(const struct js_machine *m) { return (uint32_t)m->late_count; }

struct js_value js_late_all(struct js_machine *m, uint32_t since, struct js_value v) {
  bool any = false;
  uint32_t to = js_lates(m);
  for (uint32_t i = since; i < to; i++) any |= !m->lates[i].settled && m->lates[i].count;
  uint32_t id = any ? add(m) : 0;
  if (!id) return v;
  m->lates[id - 1].turn = m->turn;
  m->lates[id - 1].from = since + 1, m->lates[id - 1].to = to;
  return js_late_promise(m, v, id);
}

static struct js_value kept_with(struct js_machine *m, struct js_value v, bool settles, uint32_t *id) {
  for (unsigned i = 0; js_is_promise(v) && i < 8; i++) {
    if (settles) settle(m, late_of(v));
    *id = late_of(v);
    v = v.object->props.entries[0].value;
  }
  return v;
}

struct js_value js_kept_with(struct js_machine *m, struct js_value v, bool settles, uint32_t *id) {
  *id = 0;
  if (v.type != JS_V_SET) return kept_with(m, v, settles, id);
  bool any = false;
  for (uint32_t i = 0; i < v.set->count; i++) any |= js_is_promise(v.set->values[i]);
  if (!any) return v;
  struct js_value all = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; i < v.set->count; i++) {
    struct js_value one = kept_with(m, v.set->values[i], settles, id);
    all = all.type == JS_V_ABSENT ? one : js_join(m, all, one);
  }
  return all;
}

bool js_late_done(struct js_machine *m, uint32_t id, bool done) {
  if (!id) return false;
  bool was = m->lates[id - 1].settled;
  m->lates[id - 1].settled = done;
  return was;
}

void js_late_settle_all(struct js_machine *m) {
  for (size_t i = 0; i < m->late_count; i++) m->lates[i].settled = true;
  m->late = 0;
}

// --- what is read and written ---

static bool is_noted(const struct js_change *change, const struct js_table *table, const struct js_entry *entry) {
  return change->table == table && js_entry_of(change) == entry;
}

struct js_value js_late_view(struct js_machine *m, struct js_table *table, const struct js_entry *entry) {
  struct js_value v = entry->value;
  if (!entry->late || is_done(m, entry->late)) return v;
  const struct js_late *late = &m->lates[entry->late - 1];
  for (size_t i = 0; i < late->count; i++) {
    if (!is_noted(&late->before[i], table, entry)) continue;
    if (late->turn == m->turn) return late->before[i].value;
    v = js_join(m, late->before[i].value, v);
  }
  return v;
}

struct js_value js_late_read(struct js_machine *m, struct js_table *table, struct js_entry *entry) {
  bool is_object = entry->value.type == JS_V_OBJECT || entry->value.type == JS_V_LINK;
  if (m->late && !is_object && table->born < m->lates[m->late - 1].began) entry->read_by = m->late;
  struct js_value v = entry->late ? js_late_view(m, table, entry) : entry->value;
  return v.type == JS_V_ABSENT ? js_undefined() : v;
}

struct js_value js_late_element(struct js_machine *m, struct js_table *table, struct js_entry *entry, bool *perhaps) {
  *perhaps = entry->flags & JS_ENTRY_PERHAPS;
  if (!entry->late || is_done(m, entry->late)) return js_if_there(m, entry);
  struct js_entry seen = *entry;
  seen.value = js_late_view(m, table, entry);
  bool was_there = entry->value.type != JS_V_ABSENT;
  const struct js_late *late = &m->lates[entry->late - 1];
  for (size_t i = 0; i < late->count && late->turn != m->turn; i++)
    *perhaps |= is_noted(&late->before[i], table, entry) && (late->before[i].value.type != JS_V_ABSENT) != was_there;
  if (*perhaps) seen.flags |= JS_ENTRY_PERHAPS;
  return js_if_there(m, &seen);
}

void js_late_asked(struct js_machine *m, const struct js_asked *asked) {
  for (uint32_t id = m->late; id; id = m->lates[id - 1].around) {
    struct js_late *late = &m->lates[id - 1];
    if (late->asked_count < ASKED_MOST) late->asked[late->asked_count++] = *asked;
  }
}

static void doubt(struct js_machine *m, struct js_late *late) {
  for (unsigned i = 0; i < late->asked_count; i++) {
    late->asked[i].key = CM_STR("");
    late->asked[i].known = false;
    m->world->asked(m->world->context, &late->asked[i]);
  }
  late->asked_count = 0;
}

static void note_before(struct js_machine *m, struct js_late *late, struct js_table *table, const struct js_entry *entry,
                        struct js_value v) {
  if (late->count >= BEFORE_MOST) return;
  if (!cm_grow(m->arena, &late->before, &late->room, late->count, sizeof *late->before)) {
    m->failed = true;
    return;
  }
  late->before[late->count++] = (struct js_change){.table = table, .item = (uint32_t)(entry - table->entries), .value = v};
}

bool js_late_put(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value *v) {
  if (entry->read_by && !js_same(entry->value, *v)) {
    struct js_late *reader = &m->lates[entry->read_by - 1];
    bool others = !is_within(m, entry->read_by);
    if (others && reader->turn == m->turn) doubt(m, reader);
    if (others && reader->yields) js_open_with(m, reader->yields, js_unknown());
  }
  bool yields = m->frame && m->frame->yields && table == &m->frame->yields->items;  // who goes over them waits for each
  if (m->late && table->born < m->lates[m->late - 1].began && !yields) {
    note_before(m, &m->lates[m->late - 1], table, entry, js_late_view(m, table, entry));
    entry->late = m->late;
    return false;
  }
  if (!entry->late || is_done(m, entry->late)) {
    entry->late = 0;
    return false;
  }
  struct js_late *late = &m->lates[entry->late - 1];
  for (size_t i = 0; i < late->count; i++) {
    if (!is_noted(&late->before[i], table, entry)) continue;
    late->before[i].value = m->branch ? js_join(m, late->before[i].value, *v) : *v;
    break;
  }
  *v = js_join(m, entry->value, *v);
  return late->turn == m->turn;
}
