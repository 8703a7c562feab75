// Generators that a compiler made state machines of, made generators again.
//
// For engines without generators `function* () { … }` becomes a function that gives its body to a helper, cut into the cases of a `switch`: at
// each `yield` the body returns, and it goes on at another case when it is called anew. Loops, conditions and handlers that have a `yield` in
// them are jumps to cases. Executed, every case would have to be taken for one that may come next wherever a condition is not known.
//
// So such a function is recognized by how it speaks of its state, and written as it was. TypeScript and SWC return an instruction, `[3, 5]`:
// jump to 5, `[4, v]`: yield; regenerator sets the next case, `s.next = 5`, and returns what is yielded, or breaks. Both become one list of
// statements, labels and jumps, of which conditions, loops, handlers and switches are built (js_structure.c). Where that does not come out
// even, the function stays as it is written.

#include "js_lowered.h"

#include <string.h>

enum { DEPTH = 200, NODES = 60000 };

static bool is_name(const struct js_node *node, struct cm_str name) {
  return node && node->kind == JS_NAME && cm_str_equal(node->text, name);
}

// A member of the state, by that name or any.
static bool is_member(const struct js_lowered *l, const struct js_node *node, const char *name) {
  if (!node || !is_name(node->a, l->state)) return false;
  if (node->kind == JS_MEMBER) return !name || cm_str_is(node->text, name);
  return node->kind == JS_INDEX && node->b->kind == JS_STRING && (!name || cm_str_is(node->b->text, name));
}

static bool is_call(const struct js_lowered *l, const struct js_node *node, const char *name) {
  return node && node->kind == JS_CALL && is_member(l, node->a, name);
}

struct js_node *js_lowered_node(struct js_lowered *l, enum js_node_kind kind, uint32_t at) {
  struct js_node *node = js_node(l->parser, kind, at);
  if (node == &l->parser->none) l->fails = true;
  return node;
}

static struct js_node *named(struct js_lowered *l, struct cm_str name, uint32_t at) {
  struct js_node *node = js_lowered_node(l, JS_NAME, at);
  node->text = name;
  return node;
}

static struct js_node *statement(struct js_lowered *l, struct js_node *expression) {
  struct js_node *node = js_lowered_node(l, JS_EVALUATE, expression->at);
  node->a = expression;
  return node;
}

static struct js_node *jump(struct js_lowered *l, double label, uint32_t at) {
  struct js_node *node = js_lowered_node(l, JS_JUMP, at);
  node->number = label;
  return node;
}

// --- expressions ---

// A copy, in which what the state was sent is a variable, and so are what the state keeps.
static struct js_node *copy(struct js_lowered *l, const struct js_node *node, unsigned depth) {
  static const char *const sent[] = {"sent", "catch"};
  struct js_node *made = js_lowered_node(l, node->kind, node->at);
  if (depth > DEPTH || ++l->nodes > NODES) l->fails = true;
  if (l->fails) return made;
  *made = *node;
  made->next = NULL;
  for (size_t i = 0; i < 2; i++)
    if (is_call(l, node, sent[i])) return named(l, CM_STR("@sent"), node->at);
  bool kept = l->regenerator && is_member(l, node, NULL) && node->kind == JS_MEMBER;
  if (kept && (cm_str_is(node->text, "v") || cm_str_is(node->text, "sent"))) return named(l, CM_STR("@sent"), node->at);
  if (kept && node->text.at[0] == 't' && node->text.size == 2)
    return named(l, node->text.at[1] == '0' ? CM_STR("@t0") : CM_STR("@t1"), node->at);
  if (node->kind == JS_FUNCTION) return made;  // the state is nobody's but the machine's
  if (is_name(node, l->state)) l->fails = true;
  struct js_node *const from[] = {node->a, node->b, node->c, node->d}, **const to[] = {&made->a, &made->b, &made->c, &made->d};
  for (size_t i = 0; i < 4; i++)
    if (from[i]) *to[i] = copy(l, from[i], depth + 1);
  struct js_list list = {&made->list};
  made->list = NULL;
  for (const struct js_node *at = node->list; at && !l->fails; at = at->next) js_append(&list, copy(l, at, depth + 1));
  return made;
}

// --- statements ---

static void yield(struct js_lowered *l, struct js_list *out, const struct js_node *v, bool all, double next, uint32_t at) {
  struct js_node *node = js_lowered_node(l, JS_YIELD, at), *assign = js_lowered_node(l, JS_ASSIGN, at);
  node->op = all ? JS_T_MUL : 0;
  node->a = v ? copy(l, v, 0) : NULL;
  assign->op = JS_T_ASSIGN;
  assign->a = named(l, CM_STR("@sent"), at);
  assign->b = node;
  js_append(out, statement(l, assign));
  js_append(out, jump(l, next, at));
}

static const struct js_node *argument(const struct js_node *list, unsigned i) {
  while (list && i--) list = list->next;
  return list;
}

static double number_of(const struct js_node *node, double otherwise) {
  if (node && node->kind == JS_STRING && cm_str_is(node->text, "end")) return JS_LABEL_END;
  return node && node->kind == JS_NUMBER ? node->number : otherwise;
}

static void make_return(struct js_lowered *l, struct js_list *out, const struct js_node *v, uint32_t at) {
  struct js_node *node = js_lowered_node(l, JS_RETURN, at);
  node->a = v ? copy(l, v, 0) : NULL;
  js_append(out, node);
}

// [code, v]
static void instruction(struct js_lowered *l, struct js_list *out, const struct js_node *node) {
  const struct js_node *v = argument(node->list, 1);
  switch ((int)number_of(argument(node->list, 0), -1)) {
    case 2: make_return(l, out, v, node->at); return;
    case 3: js_append(out, jump(l, number_of(v, -1), node->at)); return;
    case 4: yield(l, out, v, false, l->label + 1, node->at); return;
    case 5: yield(l, out, v, true, l->label + 1, node->at); return;
    case 7: js_append(out, jump(l, JS_LABEL_FINALLY, node->at)); return;
    default: l->fails = true;
  }
}

// What regenerator's body returns: a method of the state, or what it yields.
static void completion(struct js_lowered *l, struct js_list *out, const struct js_node *node) {
  const struct js_node *first = node && node->kind == JS_CALL ? node->list : NULL, *second = argument(first, 1);
  bool abrupt = is_call(l, node, "a") || is_call(l, node, "abrupt");
  if (abrupt && first && (number_of(first, 0) == 3 || cm_str_is(first->text, "break"))) {
    js_append(out, jump(l, number_of(second, -1), node->at));
  } else if (abrupt || is_call(l, node, "stop")) {
    make_return(l, out, second, node->at);
  } else if (is_call(l, node, "f") || is_call(l, node, "finish")) {
    js_append(out, jump(l, JS_LABEL_FINALLY, node->at));
  } else if (is_call(l, node, "d") || is_call(l, node, "delegateYield")) {
    const struct js_node *next = argument(first, 2);
    yield(l, out, first, true, number_of(next ? next : second, -1), node->at);
  } else if (l->next >= 0) {
    yield(l, out, node, false, l->next, node ? node->at : 0);
  } else {
    l->fails = true;
  }
}

static void lower_return(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth);
static const struct js_node *lower_front(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth);
static void lower_list(struct js_lowered *l, struct js_list *out, const struct js_node *list, unsigned depth);

static bool yields(const struct js_node *list) {
  for (; list; list = list->next)
    if (list->kind == JS_EVALUATE && list->a->kind == JS_ASSIGN && list->a->b && list->a->b->kind == JS_YIELD) return true;
  return false;
}

static struct js_node *make_if(struct js_lowered *l, struct js_node *condition, bool holds, struct js_node *list) {
  struct js_node *node = js_lowered_node(l, JS_IF, condition->at), *block = js_lowered_node(l, JS_BLOCK, condition->at);
  node->a = condition;
  if (!holds) {
    node->a = js_lowered_node(l, JS_UNARY, condition->at);
    node->a->op = JS_T_NOT;
    node->a->a = condition;
  }
  node->b = block;
  block->list = list;
  return node;
}

// One is left to what follows: the one that yields.
static void lower_choice(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth) {
  struct js_node *first = NULL, *second = NULL;
  struct js_list a = {&first}, b = {&second};
  lower_return(l, &a, node->b, depth + 1);
  lower_return(l, &b, node->c, depth + 1);
  bool swap = yields(first) && !yields(second);
  js_append(out, make_if(l, copy(l, node->a, 0), !swap, swap ? second : first));
  *out->end = swap ? first : second;
  if (*out->end) out->end = swap ? a.end : b.end;  // an empty list ends in a variable that is gone
}

// The next case where that is chosen: a switch of what decides, and what it is else.
static double lower_next(struct js_lowered *l, struct js_list *out, const struct js_node *node) {
  if (node->kind != JS_CONDITIONAL) return number_of(node, -1);
  struct js_node *made = js_lowered_node(l, JS_SWITCH, node->at);
  struct js_list cases = {&made->list};
  made->a = js_lowered_node(l, JS_TRUE, node->at);
  for (; node->kind == JS_CONDITIONAL && !l->fails; node = node->c) {
    struct js_node *one = js_lowered_node(l, JS_CASE, node->at);
    one->a = copy(l, node->a, 0);
    one->list = jump(l, number_of(node->b, -1), node->at);
    js_append(&cases, one);
  }
  js_append(out, made);
  return number_of(node, -1);
}

static void lower_evaluation(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth) {
  if (node->kind == JS_SEQUENCE && depth < DEPTH) {
    for (const struct js_node *at = node->list; at; at = at->next) lower_evaluation(l, out, at, depth + 1);
    return;
  }
  if (node->kind == JS_CALL && node->a->kind == JS_MEMBER && cm_str_is(node->a->text, "push") && is_member(l, node->a->a, "trys")) {
    struct js_node *block = js_lowered_node(l, JS_TRY, node->at);
    block->list = node->list && node->list->kind == JS_ARRAY ? node->list->list : NULL;
    js_append(out, block);
    return;
  }
  if (node->kind == JS_ASSIGN && is_member(l, node->a, NULL) && node->op == JS_T_ASSIGN) {
    struct cm_str name = node->a->text;
    if (cm_str_is(name, "label")) return;
    if (cm_str_is(name, "n") || cm_str_is(name, "next")) {
      l->next = lower_next(l, out, node->b);
      return;
    }
    if (cm_str_is(name, "p") || cm_str_is(name, "prev")) {
      for (const struct js_node *at = l->tries; at; at = at->next) {
        if (at->kind != JS_ARRAY || number_of(at->list, -1) != number_of(node->b, -2)) continue;
        struct js_node *block = js_lowered_node(l, JS_TRY, node->at);
        block->list = at->list;
        js_append(out, block);
      }
      return;
    }
  }
  js_append(out, statement(l, copy(l, node, 0)));
}

static void lower_return(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth) {
  if (depth > DEPTH || l->fails) {
    l->fails = true;
  } else if (node && node->kind == JS_CONDITIONAL && !(l->regenerator && l->next >= 0)) {
    lower_choice(l, out, node, depth);
  } else if (node && node->kind == JS_SEQUENCE) {
    const struct js_node *last = lower_front(l, out, node, depth);
    lower_return(l, out, last, depth + 1);
  } else if (l->regenerator) {
    completion(l, out, node);
  } else if (node && node->kind == JS_ARRAY) {
    instruction(l, out, node);
  } else {
    l->fails = true;
  }
}

static struct js_node *lower_block(struct js_lowered *l, const struct js_node *node, unsigned depth) {
  struct js_node *block = js_lowered_node(l, JS_BLOCK, node->at);
  struct js_list list = {&block->list};
  double next = l->next;
  struct js_node single = *node;
  single.next = NULL;
  lower_list(l, &list, node->kind == JS_BLOCK ? node->list : &single, depth + 1);
  l->next = next;
  return block;
}

// Of expressions behind each other, all but the last one as statements.
static const struct js_node *lower_front(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth) {
  l->fails |= !node || (node->kind == JS_SEQUENCE && !node->list);
  if (l->fails || node->kind != JS_SEQUENCE) return node;
  const struct js_node *at = node->list;
  for (; at->next; at = at->next) lower_evaluation(l, out, at, depth + 1);
  return at;
}

static bool returns(const struct js_node *node, unsigned depth) {
  if (!node || node->kind == JS_FUNCTION || depth > DEPTH) return false;
  const struct js_node *const inner[] = {node->a, node->b, node->c, node->d};
  if (node->kind == JS_RETURN) return true;
  for (size_t i = 0; i < 4; i++)
    if (returns(inner[i], depth + 1)) return true;
  for (const struct js_node *at = node->list; at; at = at->next)
    if (returns(at, depth + 1)) return true;
  return false;
}

// A statement, with all within it.
static void lower(struct js_lowered *l, struct js_list *out, const struct js_node *node, unsigned depth) {
  struct js_node *made;
  if (depth > DEPTH || l->fails) {
    l->fails = true;
    return;
  }
  switch (node->kind) {
    case JS_EVALUATE: lower_evaluation(l, out, node->a, depth); return;
    case JS_RETURN:
      lower_return(l, out, node->a, depth);
      l->next = -1;
      return;
    case JS_BREAK:
      if (!l->regenerator || l->inner || l->next < 0) break;
      js_append(out, jump(l, l->next, node->at));
      l->next = -1;
      return;
    case JS_BLOCK: lower_list(l, out, node->list, depth + 1); return;
    default: break;
  }
  const struct js_node *value = node->a;
  if (node->kind == JS_IF || node->kind == JS_SWITCH || node->kind == JS_THROW) value = lower_front(l, out, value, depth);
  made = js_lowered_node(l, node->kind, node->at);
  *made = *node;
  made->next = made->list = NULL;
  bool own = node->kind >= JS_FOR && node->kind <= JS_DO;  // where `break` is a statement's own
  l->inner += own || node->kind == JS_SWITCH;
  // What is caught may have the state's name, which means nothing to the handler then.
  bool hides = node->kind == JS_TRY && is_name(node->b, l->state);
  l->fails |= hides && returns(node->c, 0);
  const struct js_node *const from[] = {value, node->b, node->c, node->d};
  struct js_node **const to[] = {&made->a, &made->b, &made->c, &made->d};
  for (size_t i = 0; i < 4; i++) {
    if (!from[i] || (hides && (i == 1 || i == 2))) continue;
    bool expression = from[i]->kind < JS_BLOCK || from[i]->kind == JS_DECLARE;
    *to[i] = expression ? copy(l, from[i], 0) : lower_block(l, from[i], depth);
  }
  struct js_list list = {&made->list};
  for (const struct js_node *at = node->list; at && !l->fails; at = at->next) {
    if (node->kind != JS_SWITCH) {
      js_append(&list, copy(l, at, 0));
      continue;
    }
    struct js_node *one = js_lowered_node(l, JS_CASE, at->at);
    struct js_list inner = {&one->list};
    one->a = at->a ? copy(l, at->a, 0) : NULL;
    lower_list(l, &inner, at->list, depth + 1);
    js_append(&list, one);
  }
  l->inner -= own || node->kind == JS_SWITCH;
  js_append(out, made);
}

static void lower_list(struct js_lowered *l, struct js_list *out, const struct js_node *list, unsigned depth) {
  for (; list && !l->fails; list = list->next) lower(l, out, list, depth);
}

// --- the machine ---

// One that comes to its end does not fall into the next case.
static bool ends(const struct js_node *list) {
  while (list && list->next) list = list->next;
  return list && (list->kind == JS_JUMP || list->kind == JS_RETURN || list->kind == JS_THROW);
}

// The statements of each case behind its label, in the order of the labels. Cases that have one list together have one each.
static void lower_cases(struct js_lowered *l, const struct js_node *cases) {
  for (const struct js_node *at = cases; at && !l->fails; at = at->next) {
    const struct js_node *from = at;
    while (!from->list && from->next) from = from->next;
    l->label = number_of(at->a, -1);
    l->next = -1;
    struct js_node *list = NULL;
    struct js_list out = {&list};
    if (l->label < 0 || !js_lowered_add(l, l->label, NULL)) l->fails = true;
    lower_list(l, &out, from->list, 0);
    if (from->next && !ends(list)) js_append(&out, jump(l, number_of(from->next->a, -1), from->at));
    for (struct js_node *next; list; list = next) {
      next = list->next;
      list->next = NULL;
      if (!js_lowered_add(l, l->label, list)) l->fails = true;
    }
  }
}

// `0 === s.n`, as one case is minified.
static bool is_first_state(const struct js_lowered *l, const struct js_node *node) {
  if (node->kind != JS_BINARY || node->op != JS_T_SAME) return false;
  return number_of(node->a, -1) == 0 && (is_member(l, node->b, "n") || is_member(l, node->b, "next"));
}

// `var a, b;`
static bool declares_names(const struct js_node *node) {
  if (node->kind != JS_DECLARE || node->op != JS_T_VAR) return false;
  for (const struct js_node *at = node->list; at; at = at->next)
    if (at->kind != JS_NAME) return false;
  return true;
}

// `while (1) switch (…) …`, and what it chooses by; or the statements of a machine that has one state.
static const struct js_node *find_switch(const struct js_lowered *l, const struct js_node *list) {
  while (list && declares_names(list)) list = list->next;
  const struct js_node *behind = list ? list->next : NULL;
  while (behind && declares_names(behind)) behind = behind->next;
  if (!list || behind) return NULL;
  if (l->regenerator) {
    bool loops = (list->kind == JS_WHILE || list->kind == JS_FOR) && list->d;
    const struct js_node *body = loops ? list->d : NULL;
    if (body && body->kind == JS_BLOCK && body->list && !body->list->next) body = body->list;
    if (body && body->kind == JS_IF && !body->c && is_first_state(l, body->a)) return body->b;
    if (!body || body->kind != JS_SWITCH) return NULL;
    const struct js_node *by = body->a->kind == JS_ASSIGN ? body->a->b : body->a;
    return is_member(l, by, "n") || is_member(l, by, "next") ? body : NULL;
  }
  return list->kind == JS_SWITCH && is_member(l, list->a, "label") ? list : NULL;
}

// Is there an instruction in what it returns? And one that has no state at all may only throw.
static bool returns_instruction(const struct js_node *list) {
  for (; list; list = list->next) {
    const struct js_node *v = list->kind == JS_RETURN ? list->a : NULL;
    while (v && (v->kind == JS_SEQUENCE || v->kind == JS_CONDITIONAL)) {
      const struct js_node *last = v->kind == JS_SEQUENCE ? v->list : v->c;
      while (last && last->next) last = last->next;
      v = last;
    }
    if (v) return v->kind == JS_ARRAY && v->list && v->list->kind == JS_NUMBER && v->list->number < 8;
    if (list->kind == JS_THROW && !list->next) return true;
  }
  return false;
}

void js_raise(struct js_parser *p, struct js_node *function) {
  struct js_node **last = function->b && function->b->kind == JS_BLOCK ? &function->b->list : NULL;
  while (last && *last && (*last)->next) last = &(*last)->next;
  struct js_node *value = last && *last && (*last)->kind == JS_RETURN ? (*last)->a : NULL;
  struct js_node **front = value && value->kind == JS_SEQUENCE ? &value->list : NULL;  // default values, where that is minified
  while (front && *front && (*front)->next) front = &(*front)->next;
  const struct js_node *call = front ? *front : value;
  if (!call || call->kind != JS_CALL || function->flags & (JS_IS_ASYNC | JS_IS_GENERATOR)) return;
  const struct js_node *first = call->list, *machine = first && first->kind == JS_FUNCTION ? first : argument(first, 1);
  if (!machine || machine->kind != JS_FUNCTION || !machine->list || machine->list->next || machine->list->kind != JS_NAME ||
      !machine->b || machine->b->kind != JS_BLOCK || machine->flags & (JS_IS_ASYNC | JS_IS_GENERATOR))
    return;
  struct js_lowered l = {.parser = p, .state = machine->list->text, .regenerator = machine == first, .next = -1};
  const struct js_node *tries = argument(first, 3), *body = find_switch(&l, machine->b->list);
  if (l.regenerator) l.tries = tries && tries->kind == JS_ARRAY ? tries->list : NULL;
  struct js_node zero = {.kind = JS_NUMBER}, whole = {.kind = JS_CASE, .a = &zero, .list = machine->b->list}, alone;
  if (body && body->kind == JS_SWITCH) {
    lower_cases(&l, body->list);
  } else if (body) {  // the only case
    alone = *body, alone.next = NULL;
    whole.list = &alone;
    lower_cases(&l, &whole);
  } else if (!l.regenerator && first->kind == JS_THIS && !machine->next && returns_instruction(machine->b->list)) {
    lower_cases(&l, &whole);
  } else {
    return;
  }
  struct js_node *list = js_structure(&l);
  if (l.fails) return;
  struct js_node *declare = js_lowered_node(&l, JS_DECLARE, function->at);
  struct js_list names = {&declare->list};
  declare->op = JS_T_VAR;
  js_append(&names, named(&l, CM_STR("@sent"), function->at));
  js_append(&names, named(&l, CM_STR("@t0"), function->at));
  js_append(&names, named(&l, CM_STR("@t1"), function->at));
  for (const struct js_node *at = body ? machine->b->list : NULL; at; at = at->next)
    for (const struct js_node *name = declares_names(at) ? at->list : NULL; name; name = name->next)
      js_append(&names, named(&l, name->text, name->at));
  if (l.fails) return;
  declare->next = list;
  if (front) {
    *front = NULL;
    *last = statement(&l, value);
    last = &(*last)->next;
  }
  *last = declare;
  function->flags |= JS_IS_GENERATOR;
}
