// What was not run.
//
// Where a bound is met, code is left out: the rest of a function that has no steps left, a call too deep within others, the rounds of a loop
// beyond so many. What it would have changed is not known from then on. So its text is gone through, without values as far as they are not at
// hand: variables, members and elements that it assigns are widened to what is unknown, in functions that it calls too. A member of an object
// that is not known here may be any object's: its name is noted, and whoever reads a member of that name reads something unknown.
//
// This too is bounded. Beyond, the machine is `lost`: what is asked is told, but no key.

#include "js_machine.h"

enum { NODES_MOST = 400000, FUNCTIONS_MOST = 64, NESTING_MOST = 200 };

struct unrun {
  struct js_machine *m;
  struct js_scope *scope;
  struct js_value self;
  unsigned depth, count;
  const struct js_node *seen[FUNCTIONS_MOST];  // bodies of functions that were gone through
};

static void walk(struct unrun *u, const struct js_node *node);
static void walk_list(struct unrun *u, const struct js_node *list) {
  for (; list; list = list->next) walk(u, list);
}

// One step down; false: it goes no deeper.
static bool enter(struct unrun *u) {
  if (u->depth > NESTING_MOST || ++u->m->unrun > NODES_MOST) u->m->lost = true;
  if (u->m->lost || u->m->failed) return false;
  u->depth++;
  return true;
}

// --- values ---

static struct js_value member_of(struct unrun *u, struct js_value of, struct cm_str name) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&of, &list);
  struct js_value all = {.type = JS_V_ABSENT};
  for (uint32_t i = 0; i < count; i++) {
    struct js_object *holder = list[i].type == JS_V_OBJECT ? list[i].object : NULL;
    const struct js_entry *entry = js_find_member(u->m, &holder, name);
    struct js_value one = entry && !(entry->flags & JS_ENTRY_GETTER) ? entry->value : js_unknown();
    all = i ? js_join(u->m, all, one) : one;
  }
  return all;
}

// What an expression is, as far as it can be read without evaluating it. UNDEFINED: something new that nobody else has.
static struct js_value read_value(struct unrun *u, const struct js_node *node) {
  struct js_table *in;
  struct js_entry *entry;
  if (!node || u->depth > NESTING_MOST) return js_unknown();
  switch (node->kind) {
    case JS_NAME:
      entry = js_find_variable(u->m, u->scope, node->text, &in);
      return entry ? js_lookup(u->m, u->scope, node->text) : js_unknown();
    case JS_THIS: return u->self;
    case JS_STRING: return js_text(node->text);
    case JS_OBJECT:
    case JS_ARRAY:
    case JS_FUNCTION:
    case JS_CLASS:
    case JS_REGEX: return js_undefined();
    case JS_MEMBER: {
      u->depth++;
      struct js_value v = member_of(u, read_value(u, node->a), node->text);
      u->depth--;
      return v;
    }
    default: return js_unknown();
  }
}

// --- what is assigned ---

// Elements, and what else is not a function: any of it may be anything.
static void widen_object(struct unrun *u, struct js_object *object) {
  struct js_table *tables[] = {&object->items, &object->props};
  u->m->unrun += object->items.count + object->props.count;
  js_open_with(u->m, object, js_unknown());
  for (size_t t = 0; t < 2; t++)
    for (size_t i = 0; i < tables[t]->count; i++)
      if (!js_is(tables[t]->entries[i].value, JS_C_FUNCTION))
        js_put_plainly(u->m, tables[t], &tables[t]->entries[i], js_unknown(), 0);
}

static void run_function(struct unrun *u, struct js_value function, struct js_value self, const struct js_arguments *arguments);

static void widen_member(struct unrun *u, struct js_value of, struct cm_str text) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&of, &list);
  if (!enter(u)) return;
  for (uint32_t i = 0; i < count; i++) {
    struct js_object *object = list[i].type == JS_V_OBJECT ? list[i].object : NULL, *holder = object;
    if (list[i].type == JS_V_UNKNOWN && text.size) js_set_entry(u->m, &u->m->stale, text, js_unknown(), 0);
    if (!object || object->class & (JS_C_MODULE | JS_C_INTERFACE)) continue;
    if (object->class == JS_C_PROXY) {
      struct js_value trap = member_of(u, object->rest, CM_STR("set"));
      run_function(u, trap, object->rest, NULL);
      widen_member(u, object->target, text);
      continue;
    }
    if (!text.size || object->class & (JS_C_ARRAY | JS_C_MAP | JS_C_SET)) {
      widen_object(u, object);
      continue;
    }
    const struct js_entry *setter = js_find_member(u->m, &holder, js_concat(u->m, CM_STR("="), text));
    if (setter)
      run_function(u, setter->value, list[i], NULL);
    else
      js_set_entry(u->m, &object->props, text, js_unknown(), 0);
  }
  u->depth--;
}

// A variable, member or pattern that something is assigned to.
static void widen_target(struct unrun *u, const struct js_node *target) {
  struct js_table *in;
  struct js_entry *entry;
  if (!enter(u)) return;
  switch (target->kind) {
    case JS_NAME:
      entry = js_find_variable(u->m, u->scope, target->text, &in);
      if (entry && entry->value.type != JS_V_LINK) js_put_plainly(u->m, in, entry, js_unknown(), 0);
      if (!entry) js_set_entry(u->m, in, target->text, js_unknown(), 0);
      break;
    case JS_MEMBER: widen_member(u, read_value(u, target->a), target->text); break;
    case JS_INDEX: {
      struct js_value name = read_value(u, target->b);
      widen_member(u, read_value(u, target->a), name.type == JS_V_TEXT ? name.text : CM_STR(""));
      break;
    }
    case JS_ASSIGN:
    case JS_SPREAD: widen_target(u, target->a); break;
    case JS_ARRAY:
      for (const struct js_node *at = target->list; at; at = at->next) widen_target(u, at);
      break;
    case JS_OBJECT:
      for (const struct js_node *at = target->list; at; at = at->next)
        if (at->kind == JS_SPREAD)
          widen_target(u, at->a);
        else if (at->b)
          widen_target(u, at->b);
      break;
    default: break;
  }
  u->depth--;
}

// Names of a pattern that are declared where the code stands.
static void declare(struct unrun *u, const struct js_node *pattern, struct js_value v) {
  if (!enter(u)) return;
  if (pattern->kind == JS_NAME) js_set_entry(u->m, &u->scope->table, pattern->text, v, 0);
  if (pattern->kind == JS_ASSIGN || pattern->kind == JS_SPREAD) declare(u, pattern->a, js_unknown());
  for (const struct js_node *at = pattern->kind == JS_ARRAY || pattern->kind == JS_OBJECT ? pattern->list : NULL; at;
       at = at->next) {
    if (at->kind != JS_PROPERTY)
      declare(u, at, js_unknown());
    else if (at->b)
      declare(u, at->b, js_unknown());
    else if (at->text.size)
      js_set_entry(u->m, &u->scope->table, at->text, js_unknown(), 0);
  }
  u->depth--;
}

// --- what is called ---

static bool was_seen(struct unrun *u, const struct js_node *body) {
  for (unsigned i = 0; i < u->count; i++)
    if (u->seen[i] == body) return true;
  if (u->count == FUNCTIONS_MOST) {
    u->m->lost = true;
    return true;
  }
  u->seen[u->count++] = body;
  return false;
}

static void walk_body(struct unrun *u, const struct js_node *function, struct js_scope *outer, struct js_value self,
                      const struct js_arguments *arguments) {
  if (was_seen(u, function)) return;
  struct js_scope *scope = u->scope;
  struct js_value was = u->self;
  u->scope = js_scope(u->m, outer, true);
  u->self = self;
  uint32_t i = 0;
  for (const struct js_node *at = function->list; at; at = at->next, i++)
    declare(u, at, arguments && i < arguments->count && at->kind == JS_NAME ? arguments->values[i] : js_unknown());
  walk(u, function->b);
  u->scope = scope;
  u->self = was;
}

static void run_class(struct unrun *u, const struct js_object *class, const struct js_arguments *arguments) {
  for (unsigned i = 0; class && i < 16; i++, class = class->parent) {
    if (class->node && class->node->kind == JS_FUNCTION) walk_body(u, class->node, class->scope, js_undefined(), arguments);
    for (const struct js_node *at = class->node && class->node->kind == JS_CLASS ? class->node->list : NULL; at; at = at->next)
      if (at->kind == JS_PROPERTY && !at->a && cm_str_is(at->text, "constructor") && at->b && at->b->kind == JS_FUNCTION)
        walk_body(u, at->b, class->scope, js_undefined(), arguments);
  }
}

static void run_function(struct unrun *u, struct js_value function, struct js_value self, const struct js_arguments *arguments) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&function, &list);
  for (uint32_t i = 0; i < count; i++) {
    const struct js_object *one = js_is(list[i], JS_C_FUNCTION) ? list[i].object : NULL;
    if (!one) continue;
    if (one->target.type == JS_V_OBJECT && u->depth < NESTING_MOST) {  // bound
      u->depth++;
      run_function(u, one->target, one->self, NULL);
      u->depth--;
    } else if (one->node && one->node->kind == JS_FUNCTION) {
      walk_body(u, one->node, one->scope, one->node->flags & JS_IS_ARROW ? one->self : self, arguments);
    } else if (one->node) {
      run_class(u, one, arguments);
    }
  }
}

// Methods of the language's own classes that change what they are called of.
static bool changes_itself(struct cm_str name) {
  static const char *const names[] = {"push",    "pop",  "shift", "unshift", "splice", "sort",
                                      "reverse", "fill", "set",   "add",     "delete", "clear"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

static void call_method(struct unrun *u, const struct js_node *callee, const struct js_arguments *arguments) {
  struct js_value of = read_value(u, callee->a), method = member_of(u, of, callee->text);
  const struct js_value *list;
  uint32_t count = js_alternatives(&of, &list);
  for (uint32_t i = 0; i < count; i++)
    if (js_is(list[i], JS_C_ARRAY | JS_C_MAP | JS_C_SET) && changes_itself(callee->text)) widen_object(u, list[i].object);
  if (js_is(of, JS_C_FUNCTION) && (cm_str_is(callee->text, "call") || cm_str_is(callee->text, "apply")))
    run_function(u, of, arguments->count ? arguments->values[0] : js_undefined(), NULL);
  else
    run_function(u, method, of, arguments);
  // Object.assign(a, …), Object.defineProperty(a, …), Reflect.set(a, …)
  bool of_first = cm_str_is(callee->text, "assign") || cm_str_starts(callee->text, CM_STR("defineProp")) ||
                  cm_str_is(callee->text, "set") || cm_str_is(callee->text, "setPrototypeOf");
  if (of_first && callee->a->kind == JS_NAME && arguments->count && arguments->values[0].type == JS_V_OBJECT)
    widen_object(u, arguments->values[0].object);
}

static void walk_call(struct unrun *u, const struct js_node *node) {
  enum { ARGUMENTS = 16 };
  struct js_value values[ARGUMENTS];
  struct js_arguments arguments = {.values = values};
  const struct js_node *callee = node->a;
  walk(u, callee);
  walk_list(u, node->list);
  for (const struct js_node *at = node->list; at && arguments.count < ARGUMENTS; at = at->next)
    values[arguments.count++] = read_value(u, at);
  // What is given to a call may be called there.
  for (const struct js_node *at = node->list; at; at = at->next)
    if (at->kind == JS_FUNCTION) walk_body(u, at, u->scope, u->self, NULL);
  for (uint32_t i = 0; i < arguments.count; i++) run_function(u, values[i], js_unknown(), NULL);
  if (callee->kind == JS_FUNCTION)
    walk_body(u, callee, u->scope, callee->flags & JS_IS_ARROW ? u->self : js_unknown(), &arguments);
  else if (callee->kind == JS_MEMBER && node->kind == JS_CALL)
    call_method(u, callee, &arguments);
  else
    run_function(u, read_value(u, callee), js_undefined(), &arguments);
}

// --- the text ---

static void walk_kind(struct unrun *u, const struct js_node *node) {
  switch (node->kind) {
    case JS_FUNCTION: return;  // not run before it is called
    case JS_CLASS:
      for (const struct js_node *at = node->list; at; at = at->next)
        if (at->kind == JS_BLOCK || (at->flags & JS_IS_STATIC && at->flags & JS_IS_FIELD))
          walk(u, at->kind == JS_BLOCK ? at : at->b);
      return;
    case JS_DECLARE:
      for (const struct js_node *at = node->list; at; at = at->next) {
        if (at->kind == JS_ASSIGN) walk(u, at->b);
        declare(u, at->kind == JS_ASSIGN ? at->a : at, at->kind == JS_ASSIGN ? read_value(u, at->b) : js_unknown());
      }
      return;
    case JS_UPDATE: widen_target(u, node->a); return;
    case JS_ASSIGN:
      walk(u, node->b);
      widen_target(u, node->a);
      return;
    case JS_UNARY:
      if (node->op == JS_T_DELETE) widen_target(u, node->a);
      break;
    case JS_FOR_IN:
    case JS_FOR_OF:
      if (node->a && node->a->kind != JS_DECLARE) widen_target(u, node->a);
      break;
    case JS_CALL:
    case JS_NEW: walk_call(u, node); return;
    case JS_TAGGED: run_function(u, read_value(u, node->a), js_undefined(), NULL); break;
    default: break;
  }
  walk(u, node->a);
  walk(u, node->b);
  walk(u, node->c);
  walk(u, node->d);
  walk_list(u, node->list);
}

static void walk(struct unrun *u, const struct js_node *node) {
  if (!node || !enter(u)) return;
  walk_kind(u, node);
  u->depth--;
}

// False: nothing is known any more, and there is nothing to be done.
static bool begin(struct js_machine *m) {
  m->exhausted = m->cut_short = true;
  return !m->lost && !m->failed;
}

void js_unrun(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  if (!begin(m)) return;
  struct unrun u = {.m = m, .scope = js_scope(m, scope, true), .self = m->frame ? m->frame->self : js_undefined()};
  walk(&u, node);
}

void js_unrun_call(struct js_machine *m, struct js_value function, struct js_value self, const struct js_arguments *arguments) {
  struct unrun u = {.m = m, .scope = &m->globals, .self = self};
  if (begin(m)) run_function(&u, function, self, arguments);
}

void js_unrun_method(struct js_machine *m, struct js_value of, struct js_value key, const struct js_arguments *arguments) {
  struct unrun u = {.m = m, .scope = &m->globals, .self = of};
  if (!begin(m) || key.type != JS_V_TEXT) return;
  if (js_is(of, JS_C_ARRAY | JS_C_MAP | JS_C_SET) && changes_itself(key.text)) widen_object(&u, of.object);
  run_function(&u, member_of(&u, of, key.text), of, arguments);
}

void js_unrun_target(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern) {
  struct unrun u = {.m = m, .scope = scope, .self = m->frame ? m->frame->self : js_undefined()};
  if (begin(m)) widen_target(&u, pattern);
}
