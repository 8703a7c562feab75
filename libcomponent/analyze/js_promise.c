// Promises: what makes them, and what they are asked.
//
// A promise is what it is kept with; all those that are not kept are one object. When what they do is done, js_late.c tells.
//
// Spec: ECMA-262, "Promise Objects".

#include "js_machine.h"

typedef const struct js_arguments *arguments_t;

// --- what waits for them ---

// Calls a function of a promise. True: it throws, which is the promise's.
bool js_call_kept(struct js_machine *m, struct js_value function, const struct js_arguments *arguments, struct js_value *out) {
  struct js_try promise = {.up = m->trying, .keeps = true};
  m->trying = &promise;
  *out = js_call(m, function, js_undefined(), arguments);
  m->trying = promise.up;
  return js_caught(m);
}

// Calls what is called where a promise is not kept, and forgets what it did.
static void explore(struct js_machine *m, struct js_value function, uint32_t at) {
  struct js_branch branch;
  struct js_value unknown = js_unknown();
  struct js_arguments arguments = {&unknown, 1, at};
  if (!js_is(function, JS_C_FUNCTION)) return;
  uint64_t kept = m->fuel - m->fuel / JS_KEPT;
  m->fuel -= kept;
  js_branch_begin(m, &branch);
  js_call_kept(m, function, &arguments, &unknown);
  js_branch_other(m, &branch);
  js_branch_forget(&branch);
  m->fuel += kept;
  js_branch_end(m, &branch, JS_IS_LEFT, JS_STAYS);
}

// What comes of a promise whose handler is called, later: one that is not kept, where that throws. `behind`: the late part that it waits for.
static struct js_value handle(struct js_machine *m, struct js_value handler, uint32_t at, uint32_t count, struct js_value v,
                              uint32_t behind) {
  struct js_arguments arguments = {&v, count, at};
  struct js_turn before = js_late_begin(m);
  bool was_done = js_late_done(m, behind, true);
  struct js_value result;
  bool throws = js_call_kept(m, handler, &arguments, &result);
  js_late_done(m, behind, was_done);
  return js_late_end(m, before, throws ? js_rejected(m) : result, behind);
}

// Of a promise that is not kept.
static bool call_rejected(struct js_machine *m, struct cm_str name, const struct js_arguments *arguments, struct js_value *out) {
  bool then = cm_str_is(name, "then");
  struct js_value handler = js_argument(arguments, then ? 1 : 0);
  *out = js_rejected(m);
  if (cm_str_is(name, "finally"))
    handle(m, handler, arguments->at, 0, js_undefined(), 0);
  else if (!then && !cm_str_is(name, "catch"))
    return false;
  else if (!js_is_nullish(handler))
    *out = handle(m, handler, arguments->at, 1, js_unknown(), 0);
  return true;
}

bool js_call_promise(struct js_machine *m, struct js_value self, struct cm_str name, const struct js_arguments *arguments,
                     struct js_value *out) {
  uint32_t behind;
  struct js_value kept = js_kept_with(m, self, false, &behind);
  if (js_is_rejected(m, kept)) return call_rejected(m, name, arguments, out);
  if (cm_str_is(name, "then")) {
    explore(m, js_argument(arguments, 1), arguments->at);
    *out = handle(m, js_argument(arguments, 0), arguments->at, 1, kept, behind);
  } else if (cm_str_is(name, "catch")) {
    *out = js_join(m, self, handle(m, js_argument(arguments, 0), arguments->at, 1, js_unknown(), behind));
  } else if (cm_str_is(name, "finally")) {
    uint32_t id;
    struct js_value done = handle(m, js_argument(arguments, 0), arguments->at, 0, js_undefined(), behind);
    js_kept_with(m, done, false, &id);
    *out = id ? js_late_promise(m, kept, id) : self;
  } else {
    return false;
  }
  return true;
}

// --- what makes them ---

static struct js_value promise_settle(struct js_machine *m, struct js_value self, arguments_t a) {
  if (self.type == JS_V_OBJECT) js_open_with(m, self.object, js_argument(a, 0));
  return js_undefined();
}

static struct js_value promise_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *holder = js_object(m, JS_C_PLAIN);
  struct js_value keep = js_native_function(m, "resolve", promise_settle),
                  drop = js_native_function(m, "reject", js_first_argument);
  keep.object->self = js_of(holder);
  struct js_value settle[] = {keep, drop};
  struct js_arguments arguments = {settle, 2, a->at};
  struct js_value nothing;
  uint32_t lates = js_lates(m);
  if (js_call_kept(m, js_argument(a, 0), &arguments, &nothing)) return js_rejected(m);
  return js_late_all(m, lates, holder->open ? holder->rest : js_unknown());
}

static struct js_value promise_reject(struct js_machine *m, struct js_value self, arguments_t a) {
  js_unknown_of(m, self, a);
  return js_rejected(m);
}

// What those of a list are kept with; *id: a late part that is done when all of them are, 0: none.
static struct js_object *kept_elements(struct js_machine *m, struct js_value of, uint32_t *id) {
  struct js_object *list = js_elements(m, of).object;
  *id = 0;
  for (size_t i = 0; i < list->items.count && !m->failed; i++) {
    uint32_t one;
    list->items.entries[i].value = js_kept_with(m, list->items.entries[i].value, false, &one);
    if (one) *id = *id ? js_late_both(m, *id, one) : one;
  }
  uint32_t rest = 0;
  if (list->open) list->rest = js_kept_with(m, list->rest, false, &rest);
  if (rest) *id = *id ? js_late_both(m, *id, rest) : rest;
  return list;
}

static struct js_value any_of(struct js_machine *m, const struct js_object *list) {
  struct js_value any = js_undefined();
  for (size_t i = 0; i < list->items.count; i++) any = js_join(m, any, list->items.entries[i].value);
  return any;
}

static struct js_value promise_all(struct js_machine *m, struct js_value self, arguments_t a) {
  uint32_t id;
  (void)self;
  struct js_object *list = kept_elements(m, js_argument(a, 0), &id);
  return js_late_promise(m, js_of(list), id);
}

static struct js_value promise_settled(struct js_machine *m, struct js_value self, arguments_t a) {
  uint32_t id;
  (void)self;
  struct js_object *out = js_array(m), *settled = js_object(m, JS_C_PLAIN);
  js_add(m, settled, "value", any_of(m, kept_elements(m, js_argument(a, 0), &id)));
  js_add(m, settled, "status", js_unknown());
  js_open_with(m, out, js_of(settled));
  return js_late_promise(m, js_of(out), id);
}

static struct js_value promise_race(struct js_machine *m, struct js_value self, arguments_t a) {
  uint32_t id;
  (void)self;
  struct js_value any = any_of(m, kept_elements(m, js_argument(a, 0), &id));
  return js_late_promise(m, any, id);
}

// Is it going on already? What calls itself again and again is no recursion.
static bool is_running(const struct js_machine *m, const struct js_object *function) {
  for (const struct js_frame *at = m->frame; at; at = at->up)
    if (at->function && at->function->node == function->node && function->node) return true;
  return false;
}

// What is called when the call going on is done.
static struct js_value call_later(struct js_machine *m, arguments_t a, uint32_t first) {
  struct js_arguments rest = {a->values + first, a->count > first ? a->count - first : 0, a->at};
  struct js_value nothing;
  bool known = js_is(js_argument(a, 0), JS_C_FUNCTION) && !is_running(m, a->values[0].object);
  if (!known) return js_unknown_of(m, js_undefined(), a);
  struct js_turn before = js_late_begin(m);
  js_call_kept(m, a->values[0], &rest, &nothing);
  js_late_end(m, before, js_undefined(), 0);
  return js_unknown();
}
static struct js_value set_timeout(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return call_later(m, a, 2);
}
static struct js_value queue_microtask(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return call_later(m, a, a->count);
}

const struct js_global js_promise_globals[] = {
    {NULL, "Promise", promise_make},  {"Promise", "resolve", js_first_argument},  {"Promise", "reject", promise_reject},
    {"Promise", "all", promise_all},  {"Promise", "allSettled", promise_settled}, {"Promise", "race", promise_race},
    {"Promise", "any", promise_race}, {NULL, "setTimeout", set_timeout},          {NULL, "queueMicrotask", queue_microtask},
};
const size_t js_promise_global_count = sizeof js_promise_globals / sizeof *js_promise_globals;
