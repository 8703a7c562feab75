// What is thrown, and what is caught.
//
// A function that throws whatever it is given (one that is not implemented, an assertion that never holds, `fail(…)`) does not come back, and
// what stands behind its call is not done. It is known by its body, which ended so while nothing was returned. From there on nothing is
// evaluated up to the statement that the call stands in, which ends like `throw` does. Where ways meet, it is thrown if it is on both
// (js_branch_end). What the language itself calls (getters, iterators, callbacks of its functions) may not be called at all, and is caught.
// An async function does not throw but gives a promise that is not kept, which throws where it is waited for.
//
// A program that the host calls, and that throws in any case, is of no use to anybody: there the evaluation rather is wrong than the
// program. Such a call is made again, as if what throws returned something, and what it asks then is undecided.
//
// A handler sees what its block had come to wherever it may have thrown. So each entry knows at what moment it was written: where it is
// overwritten and something was thrown since, by a block going on, it is noted for that block's handler. A way that threw to a handler is
// seen by it alone, and joins nothing.

#include "js_machine.h"

bool js_is_rejected(const struct js_machine *m, struct js_value v) { return v.type == JS_V_OBJECT && v.object == &m->rejected; }

struct js_value js_rejected(struct js_machine *m) {
  return js_of(&m->rejected);
}

void js_may_throw(struct js_machine *m) {
  m->moments += m->trying != NULL;
  for (struct js_try *t = m->trying; t; t = t->keeps || t->left_in ? t->up : NULL)
    if (!t->left_in) t->thrown = m->moments;
}

void js_may_leave(struct js_machine *m) {
  m->moments += m->trying != NULL;
  for (struct js_try *t = m->trying; t && m->frame; t = t->up)
    if (t->left_in == m->frame) t->thrown = m->moments;
}

const struct js_try *js_handled(const struct js_machine *m) {
  const struct js_try *t = m->trying;
  while (t && t->left_in) t = t->up;
  return t;
}

void js_throw(struct js_machine *m) {
  js_may_throw(m);
  m->thrown = !m->doubted;
  m->cut |= m->thrown;
}

bool js_caught(struct js_machine *m) {
  bool thrown = m->thrown;
  m->thrown = false;
  return thrown;
}

enum js_flow js_thrown_flow(struct js_machine *m, enum js_flow flow) { return js_caught(m) ? JS_THROWS : flow; }

// What stands behind the first one of an async function is a late part of it.
static void go_on_later(struct js_machine *m) {
  struct js_frame *frame = m->frame;
  bool waits = frame && frame->function && (frame->driven || frame->function->node->flags & JS_IS_ASYNC);
  if (waits && !frame->is_late) frame->before = js_late_begin(m);
  if (waits) frame->is_late = true;
  m->turn = ++m->turns;
}

struct js_value js_await(struct js_machine *m, struct js_value v) {
  uint32_t id;
  v = js_kept_with(m, v, true, &id);
  go_on_later(m);
  if (js_is_rejected(m, v)) {
    js_throw(m);
    return js_unknown();
  }
  if (js_may_be(v, JS_V_UNKNOWN)) js_may_throw(m);
  if (v.type != JS_V_SET) return v;
  struct js_value kept = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; i < v.set->count; i++) {
    if (js_is_rejected(m, v.set->values[i]))
      js_may_throw(m);
    else
      kept = kept.type == JS_V_ABSENT ? v.set->values[i] : js_join(m, kept, v.set->values[i]);
  }
  return kept;
}

struct js_value js_ended(struct js_machine *m, const struct js_node *function, bool throws, struct js_value v) {
  throws |= js_caught(m);
  if (!throws || function->flags & JS_IS_GENERATOR) return v;
  if (function->flags & JS_IS_ASYNC) return js_rejected(m);
  js_throw(m);
  return js_unknown();
}

// Is it a class, or a function that has methods, as older engines know classes?
static bool constructs(const struct js_machine *m, const struct js_object *function) {
  const struct js_entry *prototype = js_find(m, &function->props, CM_STR("prototype"));
  return function->node->kind == JS_CLASS ||
         (prototype && js_is(prototype->value, JS_C_PLAIN) && prototype->value.object->props.count);
}

static bool is_listener(const struct js_machine *m, const struct js_object *function) {
  for (size_t i = 0; i < m->listeners.count; i++)
    if (js_is(m->listeners.entries[i].value, JS_C_FUNCTION) && m->listeners.entries[i].value.object == function) return true;
  return false;
}

// What a listener of `fetch` is called with: nothing is known of a request but that it is one object, to which programs add what they like.
static struct js_arguments event_arguments(struct js_machine *m) {
  struct js_object *event = js_object(m, JS_C_PLAIN), *request = js_object(m, JS_C_PLAIN), *list = js_array(m);
  js_open_with(m, event, js_unknown());
  js_open_with(m, request, js_unknown());
  js_set_entry(m, &event->props, CM_STR("request"), js_of(request), 0);
  js_push(m, &list->items, js_of(event));
  return js_arguments_of(m, list, 0);
}

void js_call_anyhow(struct js_machine *m, struct js_object *function, struct js_value self) {
  struct js_arguments anything = is_listener(m, function) ? event_arguments(m) : js_anything();
  bool is_class = constructs(m, function);
  m->cut = false;
  for (int again = 0; again < 2; again++) {
    m->doubted = again;
    uint32_t id;
    struct js_value v = is_class ? js_construct(m, js_of(function), &anything) : js_call(m, js_of(function), self, &anything);
    v = js_kept_with(m, v, true, &id);
    js_late_settle_all(m);
    bool throws = js_caught(m) || js_is_rejected(m, v);
    m->doubted = false;
    if (is_class && !throws) js_escape(m, v, 0);
    if (!throws || !m->cut) break;
  }
}

// --- what is caught ---

static bool is_perhaps(struct js_value a, struct js_value b) { return (a.type == JS_V_ABSENT) != (b.type == JS_V_ABSENT); }

bool js_is_variable(const struct js_try *t, const struct js_table *table) { return table->frame && table->born <= t->began; }

void js_handler_begin(struct js_machine *m, struct js_try *t) {
  uint32_t mark = ++m->marks;
  size_t count = 0;
  t->ends = cm_alloc_array(m->arena, t->count, sizeof *t->ends);
  if (!t->ends) {
    m->failed = true;
    return;
  }
  for (size_t i = 0; i < t->count && !m->failed; i++) {
    const struct js_change seen = t->seen[i];
    if (t->many && !js_is_variable(t, seen.table)) continue;
    struct js_entry *entry = js_entry_of(&seen);
    bool first = entry->mark != mark, alone = first && entry->written >= t->thrown;
    if (first) {
      entry->mark = mark;
      t->ends[count] = (struct js_change){seen.table, seen.item, entry->flags, entry->value};
      t->seen[count++] = seen;
    }
    if (!alone && js_same(entry->value, seen.value)) continue;
    uint32_t perhaps = !alone && is_perhaps(entry->value, seen.value) ? JS_ENTRY_PERHAPS : 0;
    uint32_t flags = entry->flags | (seen.flags & JS_ENTRY_PERHAPS) | perhaps;
    js_put_plainly(m, seen.table, entry, alone ? seen.value : js_join(m, entry->value, seen.value), flags);
  }
  t->count = count;
  for (size_t i = 0; i < count && !m->failed; i++) t->seen[i].value = js_entry_of(&t->seen[i])->value;
}

void js_handler_forget(struct js_machine *m, const struct js_try *t) {
  for (size_t i = 0; i < t->count && !m->failed; i++) {
    struct js_entry *entry = js_entry_of(&t->seen[i]);
    if (js_same(entry->value, t->seen[i].value)) js_put_plainly(m, t->ends[i].table, entry, t->ends[i].value, t->ends[i].flags);
  }
}
