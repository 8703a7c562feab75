// What throws on every way.
//
// A function that throws whatever it is given (one that is not implemented, an assertion that never holds, `fail(…)`) does not come back, and
// what stands behind its call is not done. It is known by its body, which ended so while nothing was returned. From there on nothing is
// evaluated up to the statement that the call stands in, which ends like `throw` does. Where ways meet, it is thrown if it is on both
// (js_branch_end). What the language itself calls (getters, iterators, callbacks of its functions) may not be called at all, and is caught.
// An async function does not throw but gives a promise that is not kept, which throws where it is waited for.
//
// A program that the host calls, and that throws in any case, is of no use to anybody: there the evaluation rather is wrong than the
// program. Such a call is made again, as if what throws returned something, and what it asks then is undecided.

#include "js_machine.h"

bool js_is_rejected(const struct js_machine *m, struct js_value v) { return v.type == JS_V_OBJECT && v.object == &m->rejected; }

struct js_value js_rejected(struct js_machine *m) {
  return js_of(&m->rejected);
}

void js_throw(struct js_machine *m) {
  m->may_throw = true;
  m->thrown = !m->doubted;
  m->cut |= m->thrown;
}

bool js_caught(struct js_machine *m) {
  bool thrown = m->thrown;
  m->thrown = false;
  return thrown;
}

enum js_flow js_thrown_flow(struct js_machine *m, enum js_flow flow) { return js_caught(m) ? JS_THROWS : flow; }

struct js_value js_await(struct js_machine *m, struct js_value v) {
  if (js_is_rejected(m, v)) {
    js_throw(m);
    return js_unknown();
  }
  m->may_throw |= js_may_be(v, JS_V_UNKNOWN);
  if (v.type != JS_V_SET) return v;
  struct js_value kept = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; i < v.set->count; i++) {
    if (js_is_rejected(m, v.set->values[i]))
      m->may_throw = true;
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

void js_call_anyhow(struct js_machine *m, struct js_object *function, struct js_value self) {
  struct js_arguments anything = js_anything();
  bool is_class = constructs(m, function);
  m->cut = false;
  for (int again = 0; again < 2; again++) {
    m->doubted = again;
    struct js_value v = is_class ? js_construct(m, js_of(function), &anything) : js_call(m, js_of(function), self, &anything);
    bool throws = js_caught(m) || js_is_rejected(m, v);
    m->doubted = false;
    if (is_class && !throws) js_escape(m, v, 0);
    if (!throws || !m->cut) break;
  }
}
