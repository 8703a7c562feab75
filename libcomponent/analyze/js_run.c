// Statements, run.
//
// A statement tells how it ends. Where it is not known which way is taken both are, and what follows goes on from what both left; what
// was returned on a way is gathered in the frame. A loop goes round while its condition is known to hold, up to a bound, and once it is
// not known it is something that may happen or not.
//
// Spec: ECMA-262, "ECMAScript Language: Statements and Declarations".

#include "js_machine.h"

struct js_scope *js_scope(struct js_machine *m, struct js_scope *up, bool of_function) {
  struct js_scope *scope = cm_alloc(m->arena, sizeof *scope);
  if (!scope) {
    m->failed = true;
    return up;
  }
  scope->up = up;
  scope->of_function = of_function;
  scope->table.frame = m->frame ? m->frame->id : 0;
  scope->table.born = m->moments;
  return scope;
}

static struct js_scope *function_scope(struct js_scope *scope) {
  while (!scope->of_function && scope->up) scope = scope->up;
  return scope;
}

void js_hoist(struct js_machine *m, struct js_scope *scope, const struct js_node *list) {
  for (const struct js_node *at = list; at && !m->failed; at = at->next) {
    const struct js_node *node = at->kind == JS_EXPORT && at->a ? at->a : at;
    if (node->kind != JS_FUNCTION || !(node->flags & JS_IS_DECLARED) || !node->text.size) continue;
    js_set_entry(m, &scope->table, node->text, js_make_function(m, scope, node), 0);
  }
}

static void hoist_names(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern) {
  if (pattern->kind == JS_ASSIGN) pattern = pattern->a;
  if (pattern->kind == JS_NAME && !js_find(m, &scope->table, pattern->text))
    js_set_entry(m, &scope->table, pattern->text, js_undefined(), 0);
}

void js_hoist_variables(struct js_machine *m, struct js_scope *scope, const struct js_node *list) {
  if (m->depth > JS_DEPTH) return;
  m->depth++;
  for (const struct js_node *at = list; at && !m->failed; at = at->next) {
    bool declares = at->kind == JS_DECLARE && at->op == JS_T_VAR;
    for (const struct js_node *name = declares ? at->list : NULL; name; name = name->next) hoist_names(m, scope, name);
    bool nests = at->kind == JS_BLOCK || at->kind == JS_SWITCH || at->kind == JS_CASE;
    if (nests) js_hoist_variables(m, scope, at->list);
    const struct js_node *inner[] = {at->a, at->b, at->c, at->d};
    bool holds = at->kind == JS_IF || at->kind == JS_TRY || at->kind == JS_LABEL || (at->kind >= JS_FOR && at->kind <= JS_DO);
    for (size_t i = 0; holds && i < 4; i++)
      if (inner[i] && inner[i]->kind >= JS_BLOCK) js_hoist_variables(m, scope, inner[i]);
  }
  m->depth--;
}

// --- ways that end ---

enum js_end js_end_of(enum js_flow flow) { return flow == JS_THROWS ? JS_IS_THROWN : flow == JS_RETURNS ? JS_IS_LEFT : JS_STAYS; }

static void leave_for_label(struct js_frame *frame) {
  const struct js_label *label = frame->labels;
  while (label && !cm_str_equal(label->text, frame->label)) label = label->up;
  if (label && (!frame->left_for || label->depth > frame->left_for->depth)) frame->left_for = label;
  frame->left |= label ? JS_LEFT_LABEL : JS_LEFT_CALL;
}

// Those that a label sends further out are left up to the end of its statement.
void js_leave(struct js_machine *m, enum js_flow flow) {
  bool out = flow == JS_CONTINUES || flow == JS_BREAKS;
  if (!m->frame || flow == JS_GOES_ON || flow == JS_THROWS) return;
  if (out && m->frame->label.size)
    leave_for_label(m->frame);
  else
    m->frame->left |= !out ? JS_LEFT_CALL : flow == JS_CONTINUES ? JS_LEFT_ROUND : JS_LEFT_LOOP;
}

// Where two ways were taken it goes on if one of them does; what is behind is not done on the other.
static enum js_flow weaker(struct js_machine *m, enum js_flow a, enum js_flow b) {
  static const enum js_flow order[] = {JS_GOES_ON, JS_CONTINUES, JS_BREAKS, JS_RETURNS, JS_THROWS};
  if (a != b) js_leave(m, a), js_leave(m, b);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (a == order[i] || b == order[i]) return order[i];
  return a;
}

// What is not done on the ways that were left. One that breaks out of the loop within it cannot wait longer than they do.
struct rest {
  struct js_branch branch;
  struct js_loop *loop;
  unsigned exits, left;
};

static void begin_rest(struct js_machine *m, struct rest *rest) {
  struct js_loop *loop = m->frame->loop;
  *rest = (struct rest){.left = m->frame->left};
  m->frame->left = 0;
  js_branch_begin(m, &rest->branch);
  js_branch_other(m, &rest->branch);
  if (!loop || loop->branch != rest->branch.outer) return;
  rest->loop = loop;
  rest->exits = loop->count;
  loop->branch = rest->branch.number;
}

static void end_rest(struct js_machine *m, struct rest *rest, enum js_flow flow) {
  struct js_loop *loop = rest->loop;
  m->frame->left |= rest->left;
  if (loop && loop->count > rest->exits) m->frame->left |= JS_LEFT_LOOP;
  while (loop && loop->count > rest->exits) js_branch_end(m, &loop->exits[--loop->count], JS_STAYS, js_end_of(flow));
  js_branch_end(m, &rest->branch, rest->left & (JS_LEFT_ROUND | JS_LEFT_LOOP | JS_LEFT_LABEL) ? JS_STAYS : JS_IS_LEFT,
                js_end_of(flow));
  if (loop) loop->branch = rest->branch.outer;
}

// How a list ends whose rest ended so, where ways were left before: they are where they were left for.
static enum js_flow with_left(struct js_machine *m, unsigned left, enum js_flow flow) {
  if (flow == JS_GOES_ON) return flow;
  if (left & JS_LEFT_ROUND) flow = weaker(m, JS_CONTINUES, flow);
  if (left & JS_LEFT_LOOP) flow = weaker(m, JS_BREAKS, flow);
  if (left & JS_LEFT_LABEL && js_end_of(flow) != JS_STAYS) {
    js_leave(m, flow);
    m->frame->label = m->frame->left_for->text;
    return JS_BREAKS;
  }
  return left & JS_LEFT_CALL ? weaker(m, JS_RETURNS, flow) : flow;
}

enum js_flow js_run_list(struct js_machine *m, struct js_scope *scope, const struct js_node *list) {
  enum js_flow flow = JS_GOES_ON;
  unsigned before = m->frame ? m->frame->left : 0;
  if (m->frame) m->frame->left = 0;
  for (; list && flow == JS_GOES_ON && !m->failed; list = list->next) {
    flow = js_run(m, scope, list);
    if (flow != JS_GOES_ON || !m->frame || !m->frame->left || !list->next) continue;
    struct rest rest;
    begin_rest(m, &rest);
    if (list->kind == JS_IF && m->frame->left_by == list->a)
      js_narrow(m, scope, list->a, m->frame->left_holds, &(struct js_narrowed){0});
    flow = js_run_list(m, scope, list->next);
    end_rest(m, &rest, flow);
    flow = with_left(m, rest.left, flow);
    break;
  }
  if (m->frame) m->frame->left |= before;
  return flow;
}

static enum js_flow run_block(struct js_machine *m, struct js_scope *scope, const struct js_node *list) {
  struct js_scope *inner = js_scope(m, scope, false);
  js_hoist(m, inner, list);
  return js_run_list(m, inner, list);
}

static void declare(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_scope *in = node->op == JS_T_VAR ? function_scope(scope) : scope;
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_ASSIGN) {
      js_bind(m, scope, at->a, js_eval(m, scope, at->b), in);
    } else if (at->kind == JS_NAME && !(node->op == JS_T_VAR && js_find(m, &in->table, at->text))) {
      js_set_entry(m, &in->table, at->text, js_undefined(), 0);
    }
  }
}

// --- ways that meet ---

// Can a way that ended so, in that branch, wait behind the loop for the others?
static bool can_wait(const struct js_machine *m, enum js_flow flow, uint32_t branch) {
  const struct js_loop *loop = m->frame ? m->frame->loop : NULL;
  return loop && flow == JS_BREAKS && !m->frame->label.size && loop->branch == branch && loop->count < JS_EXITS;
}

// How both ways go on together. Where the first broke out of the loop, and the second goes on in it, that goes on alone: they meet behind the
// loop.
static enum js_flow end_ways(struct js_machine *m, struct js_branch *branch, enum js_flow first, enum js_flow second) {
  struct js_loop *loop = m->frame ? m->frame->loop : NULL;
  if (!can_wait(m, first, branch->outer) || (second != JS_GOES_ON && second != JS_CONTINUES)) {
    js_branch_end(m, branch, js_end_of(first), js_end_of(second));
    return weaker(m, first, second);
  }
  loop->exits[loop->count++] = *branch;
  loop->branch = branch->number;
  return second;
}

// `loop` becomes the one going on, or none. Returns the one around it.
static struct js_loop *enter_loop(struct js_machine *m, struct js_loop *loop) {
  struct js_loop *outer = m->frame ? m->frame->loop : NULL;
  if (loop) *loop = (struct js_loop){.branch = m->branch};
  if (m->frame) m->frame->loop = loop;
  return outer;
}

// How the loop ends, of which the last way ended so: it goes on behind the loop where one broke out of it.
static enum js_flow leave_loop(struct js_machine *m, struct js_loop *loop, struct js_loop *outer, enum js_flow last) {
  for (; loop->count; last = JS_GOES_ON) js_branch_end(m, &loop->exits[--loop->count], JS_STAYS, js_end_of(last));
  if (!m->frame) return last;
  m->frame->loop = outer;
  bool broke = m->frame->left & JS_LEFT_LOOP;
  m->frame->left &= ~(unsigned)(JS_LEFT_ROUND | JS_LEFT_LOOP);
  return broke && js_end_of(last) ? weaker(m, JS_GOES_ON, last) : last;
}

static enum js_flow run_if(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  enum js_answer truth = js_test(m, scope, node->a);
  if (truth == JS_YES) return js_run(m, scope, node->b);
  if (truth == JS_NO) return node->c ? js_run(m, scope, node->c) : JS_GOES_ON;
  struct js_branch branch;
  struct js_narrowed narrowed = {0};
  js_branch_begin(m, &branch);
  js_narrow(m, scope, node->a, true, &narrowed);
  enum js_flow first = js_run(m, scope, node->b);
  js_branch_other(m, &branch);
  js_narrow(m, scope, node->a, false, &narrowed);
  enum js_flow second = node->c ? js_run(m, scope, node->c) : JS_GOES_ON;
  enum js_flow flow = end_ways(m, &branch, first, second);
  js_narrow_end(m, scope, &narrowed);
  if (m->frame) m->frame->left_by = (first == JS_GOES_ON) != (second == JS_GOES_ON) ? node->a : NULL;
  if (m->frame) m->frame->left_holds = first == JS_GOES_ON;
  return flow;
}

// Runs the statements of a case as what may be run or not, where that of `from` was come to.
static enum js_flow run_perhaps(struct js_machine *m, struct js_scope *scope, const struct js_node *list,
                                const struct js_node *over, const struct js_node *from) {
  struct js_branch branch;
  struct js_narrowed narrowed = {0};
  js_branch_begin(m, &branch);
  js_narrow_case(m, scope, over, from->a, &narrowed);
  enum js_flow flow = js_run_list(m, scope, list);
  js_branch_other(m, &branch);
  js_branch_end(m, &branch, js_end_of(flow), JS_STAYS);
  js_narrow_end(m, scope, &narrowed);
  return flow;
}

// --- loops ---

// Is the label where a way goes to the loop's own?
static bool is_own_label(const struct js_frame *frame, const struct js_node *loop) {
  const struct js_label *label = frame->labels;
  while (label && (label->statement != loop || !cm_str_equal(label->text, frame->label))) label = label->up;
  return label;
}

// How the loop goes on behind a round that ended so: true, another one.
static bool goes_round(struct js_machine *m, const struct js_node *loop, enum js_flow flow, enum js_flow *end) {
  bool labelled = m->frame && m->frame->label.size;
  if (m->frame) m->frame->left &= ~(unsigned)JS_LEFT_ROUND;
  *end = JS_GOES_ON;
  if (flow == JS_GOES_ON) return true;
  if (flow == JS_CONTINUES) {
    bool own = !labelled || is_own_label(m->frame, loop);
    if (own && m->frame) m->frame->label = CM_STR("");
    if (!own) *end = flow;
    return own;
  }
  if (flow == JS_BREAKS && !labelled) return false;
  *end = flow;
  return false;
}

struct round {
  struct js_scope *scope;
  const struct js_node *loop, *body, *step, *test, *target;
  enum js_flow ends;  // where its last round went to a label further out
  struct js_scope *declare;
};

// One round, which is not done on the ways that were left in those before.
static enum js_flow run_body(struct js_machine *m, struct js_scope *scope, const struct js_node *body) {
  struct rest rest;
  bool left = m->frame && m->frame->left;
  if (left) begin_rest(m, &rest);
  enum js_flow flow = js_run(m, scope, body);
  if (left) end_rest(m, &rest, flow);
  return flow;
}

static enum js_flow run_round(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct round *round = walk->context;
  (void)element;
  enum js_flow flow = js_run(m, round->scope, round->body);
  if (round->step) js_eval(m, round->scope, round->step);
  if (round->test && (flow == JS_GOES_ON || flow == JS_CONTINUES)) js_eval(m, round->scope, round->test);
  return flow;
}

// Rounds of a loop that are left out.
static void unrun_rounds(struct js_machine *m, struct js_scope *scope, const struct js_node *loop) {
  const struct js_node *parts[] = {loop->kind == JS_FOR ? loop->b : loop->a, loop->d, loop->kind == JS_FOR ? loop->c : NULL};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i]) js_unrun(m, scope, parts[i]);
}

// Each round has variables of its own, which begin as those of the last one end: what the round made keeps them.
static struct js_scope *next_scope(struct js_machine *m, struct js_scope *outer, const struct js_scope *last) {
  struct js_scope *scope = js_scope(m, outer, false);
  for (size_t i = 0; i < last->table.count && !m->failed; i++)
    js_set_entry(m, &scope->table, last->table.entries[i].key, last->table.entries[i].value, 0);
  return scope;
}

static bool has_broken(const struct js_machine *m) { return m->frame && m->frame->left & (JS_LEFT_LOOP | JS_LEFT_LABEL); }

static enum js_flow run_for(struct js_machine *m, struct js_scope *outer, const struct js_node *node) {
  struct js_scope *scope = js_scope(m, outer, false);
  if (node->kind == JS_FOR && node->a) {
    if (node->a->kind == JS_DECLARE)
      declare(m, scope, node->a);
    else
      js_test(m, scope, node->a);
  }
  const struct js_node *test = node->kind == JS_FOR ? node->b : node->a, *step = node->kind == JS_FOR ? node->c : NULL;
  enum js_flow end = JS_GOES_ON;
  bool first = node->kind == JS_DO;
  struct js_loop loop, *around = enter_loop(m, &loop);
  for (unsigned rounds = 0; !m->failed; rounds++) {
    if (!m->fuel) {
      unrun_rounds(m, scope, node);
      break;
    }
    enum js_answer truth = first || !test ? JS_YES : js_test(m, scope, test);
    if (!first && (truth == JS_MAYBE || rounds == JS_ROUNDS || (!test && rounds >= 2 && (loop.count || has_broken(m))))) {
      struct round round = {.scope = scope, .body = node->d, .step = step, .test = test};
      struct js_walk walk = {.visit = run_round, .context = &round};
      bool cut =
          truth == JS_YES && rounds == JS_ROUNDS && !loop.count && !has_broken(m);  // where none may have broken out of it before
      if (cut) unrun_rounds(m, scope, node);
      js_perhaps(m, &walk, js_unknown());
      if (cut) unrun_rounds(m, scope, node);
      break;
    }
    if (truth == JS_NO) break;
    first = false;
    if (!goes_round(m, node, run_body(m, scope, node->d), &end)) break;
    if (scope->table.count) scope = next_scope(m, outer, scope);
    if (step) js_test(m, scope, step);
  }
  return leave_loop(m, &loop, around, end);
}

static enum js_flow run_element(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct round *round = walk->context;
  struct js_scope *scope = js_scope(m, round->scope, false);
  const struct js_node *target = round->target;
  bool declares = target->kind == JS_DECLARE;
  uint32_t id;
  if (round->loop->flags & JS_IS_ASYNC) element = js_kept_with(m, element, true, &id);
  if (declares && target->list)
    js_bind(m, scope, target->list, element, target->op == JS_T_VAR ? function_scope(scope) : scope);
  else if (!declares)
    js_bind(m, scope, target, element, NULL);
  enum js_flow end, flow = run_body(m, scope, round->body);
  if (goes_round(m, round->loop, flow, &end)) return JS_GOES_ON;
  if (js_end_of(end) != JS_STAYS) return end;
  if (!walk->perhaps && !walk->several) round->ends = end;
  return JS_BREAKS;
}

void js_push_member(struct js_machine *m, struct js_object *list, const struct js_entry *member, struct js_value v) {
  if (member->value.type == JS_V_ABSENT || member->flags & JS_ENTRY_HIDDEN || !js_is_listed(member->key)) return;
  js_push(m, &list->items, v);
  if (!m->failed) list->items.entries[list->items.count - 1].flags |= member->flags & JS_ENTRY_PERHAPS;
}

// The names of one of several objects: each may be there.
static struct js_value names_of_any(struct js_machine *m, const struct js_value *objects, uint32_t count) {
  struct js_object *names = js_array(m), *seen = js_object(m, JS_C_PLAIN);
  for (uint32_t i = 0; i < count && !names->open && !m->failed; i++) {
    struct js_value own = objects[i].type == JS_V_SET ? js_unknown() : js_names_of(m, objects[i]);
    bool listed = js_is(own, JS_C_ARRAY) && !own.object->open;
    if (!listed) js_open_with(m, names, js_unknown());
    for (size_t k = 0; listed && k < own.object->items.count; k++) {
      struct js_value name = own.object->items.entries[k].value;
      if (name.type != JS_V_TEXT || js_has_gap(name.text) || js_find(m, &seen->props, name.text)) continue;
      js_set_entry(m, &seen->props, name.text, name, 0);
      js_push(m, &names->items, name);
      if (!m->failed) names->items.entries[names->items.count - 1].flags |= JS_ENTRY_PERHAPS;
    }
  }
  return js_of(names);
}

struct js_value js_names_of(struct js_machine *m, struct js_value v) {
  if (js_is(v, JS_C_PROXY)) return js_proxy_names(m, v, 0);
  if (v.type == JS_V_SET) {
    const struct js_value *list;
    uint32_t count = js_alternatives(&v, &list);
    return names_of_any(m, list, count);
  }
  struct js_object *names = js_array(m);
  if (v.type != JS_V_OBJECT) {
    names->open = v.type == JS_V_UNKNOWN;
    names->rest = js_unknown();
    return js_of(names);
  }
  const struct js_object *object = v.object;
  for (size_t i = 0; object->class == JS_C_ARRAY && i < object->items.count; i++)
    js_push(m, &names->items, js_text(js_to_text(m, js_number((double)i))));
  for (size_t i = 0; i < object->props.count; i++)
    js_push_member(m, names, &object->props.entries[i], js_text(object->props.entries[i].key));
  if (object->open) js_open_with(m, names, js_key_of(v.object));
  return js_of(names);
}

// What for-in goes through: what an object inherits too, but for the methods of classes.
static struct js_value names_within(struct js_machine *m, struct js_value v) {
  enum { PROTOTYPES = 32 };
  struct js_value names = js_names_of(m, v);
  if (!js_is(v, JS_C_PLAIN) || !js_is(names, JS_C_ARRAY)) return names;
  const struct js_object *up = v.object->proto;
  for (unsigned depth = 0; up && up->class == JS_C_PLAIN && up->target.type == JS_V_ABSENT && depth < PROTOTYPES;
       up = up->proto, depth++)
    for (size_t i = 0; i < up->props.count && !m->failed; i++)
      if (!js_find(m, &v.object->props, up->props.entries[i].key))
        js_push_member(m, names.object, &up->props.entries[i], js_text(up->props.entries[i].key));
  return names;
}

static enum js_flow run_for_each(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value v = js_eval(m, scope, node->b);
  struct round round = {.scope = scope, .loop = node, .body = node->d, .target = node->a};
  struct js_walk walk = {.visit = run_element, .context = &round};
  struct js_loop loop, *around = enter_loop(m, &loop);
  enum js_flow flow = js_iterate(m, node->kind == JS_FOR_IN ? names_within(m, v) : v, &walk);
  if (walk.cut) {
    if (node->a->kind != JS_DECLARE || node->a->op == JS_T_VAR)
      js_unrun_target(m, scope, node->a->kind == JS_DECLARE ? node->a->list : node->a);
    js_unrun(m, scope, node->d);
  }
  return leave_loop(m, &loop, around, flow == JS_GOES_ON ? round.ends : flow);
}

// --- the rest ---

// Runs a block that somebody watches for what it throws, and what is done behind it for the ways that left it by themselves.
static enum js_flow run_watched(struct js_machine *m, struct js_scope *scope, const struct js_node *block,
                                const struct js_node *finally, struct js_try *t) {
  struct js_try left = {.up = m->trying, .left_in = m->frame, .began = m->moments};
  if (finally && m->frame) m->trying = &left;
  *t = (struct js_try){.up = m->trying, .began = m->moments};
  m->trying = t;
  enum js_flow flow = js_run(m, scope, block);
  m->trying = left.up;
  if (!left.count) return flow;
  struct js_branch branch;
  js_branch_begin(m, &branch);
  js_handler_begin(m, &left);
  js_run(m, scope, finally);
  js_branch_other(m, &branch);
  js_branch_forget(&branch);
  js_branch_end(m, &branch, JS_IS_LEFT, JS_STAYS);
  return flow;
}

static enum js_flow finish(struct js_machine *m, struct js_scope *scope, const struct js_node *finally, enum js_flow flow) {
  enum js_flow last = finally ? js_run(m, scope, finally) : JS_GOES_ON;
  return last == JS_GOES_ON ? flow : last;
}

// Runs a block, and what is to be done behind it however it ends. What it throws goes through that to who handles it.
static enum js_flow run_finished(struct js_machine *m, struct js_scope *scope, const struct js_node *block, struct js_scope *outer,
                                 const struct js_node *finally) {
  struct js_try t;
  if (!finally) return js_run(m, scope, block);
  enum js_flow flow = run_watched(m, scope, block, finally, &t);
  if (flow == JS_THROWS) {
    js_handler_begin(m, &t);
  } else if (t.count) {
    struct js_branch branch;
    js_branch_begin(m, &branch);
    js_handler_begin(m, &t);
    js_run(m, outer, finally);
    js_may_throw(m);
    js_branch_other(m, &branch);
    js_branch_forget(&branch);
    js_branch_end(m, &branch, JS_IS_THROWN, JS_STAYS);
  }
  flow = finish(m, outer, finally, flow);
  if (t.thrown && !t.count) js_may_throw(m);
  return flow;
}

// One way is what the block left, the other what the handler makes of what it may see.
static enum js_flow run_try(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_try t;
  struct js_branch branch;
  if (!node->c) return run_finished(m, scope, node->a, scope, node->d);
  enum js_flow flow = run_watched(m, scope, node->a, node->d, &t);
  bool surely = flow == JS_THROWS;
  if (!surely && !t.thrown && m->fuel) return finish(m, scope, node->d, flow);
  if (!surely) {
    js_branch_begin(m, &branch);
    flow = finish(m, scope, node->d, flow);
    js_branch_other(m, &branch);
  }
  js_handler_begin(m, &t);
  struct js_scope *inner = js_scope(m, scope, false);
  if (node->b) js_bind(m, inner, node->b, js_unknown(), inner);
  enum js_flow caught = run_finished(m, inner, node->c, scope, node->d);
  if (caught == JS_THROWS && !js_handled(m)) js_handler_forget(m, &t);  // what follows does not see it
  return surely ? caught : end_ways(m, &branch, flow, caught);
}

// From one case on, the next ones too, up to a break.
static enum js_flow run_cases(struct js_machine *m, struct js_scope *scope, const struct js_node *over, const struct js_node *from,
                              bool surely) {
  enum js_flow flow = JS_GOES_ON;
  for (const struct js_node *at = from; at && flow == JS_GOES_ON && !m->failed; at = at->next)
    flow = surely ? js_run_list(m, scope, at->list) : run_perhaps(m, scope, at->list, over, from);
  bool own = flow == JS_BREAKS && !(m->frame && m->frame->label.size);
  return own ? JS_GOES_ON : flow;
}

static enum js_flow switch_on(struct js_machine *m, struct js_scope *outer, const struct js_node *node) {
  struct js_value v = js_eval(m, outer, node->a);
  struct js_scope *scope = js_scope(m, outer, false);
  const struct js_node *otherwise = NULL;
  enum js_flow flow = JS_THROWS;
  bool maybe = false, all_end = true;
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    js_hoist(m, scope, at->list);
    if (!at->a) {
      otherwise = at;
      continue;
    }
    enum js_answer truth = js_truth(js_compare(m, JS_T_SAME, v, js_eval(m, scope, at->a), at->a->at));
    if (truth == JS_NO) continue;
    if (truth == JS_YES && !maybe) return run_cases(m, scope, node, at, true);
    enum js_flow one = run_cases(m, scope, node, at, false);
    flow = weaker(m, flow, one);
    all_end &= one != JS_GOES_ON;
    maybe = true;
    if (truth == JS_YES) return flow;
  }
  if (!maybe) return otherwise ? run_cases(m, scope, node, otherwise, true) : JS_GOES_ON;
  if (!otherwise) return JS_GOES_ON;
  enum js_flow one = run_cases(m, scope, node, otherwise, false);
  return all_end ? weaker(m, flow, one) : JS_GOES_ON;
}

// To break out of it is not to break out of the loop around it.
static enum js_flow run_switch(struct js_machine *m, struct js_scope *outer, const struct js_node *node) {
  struct js_loop *around = enter_loop(m, NULL);
  enum js_flow flow = switch_on(m, outer, node);
  if (!m->frame) return flow;
  bool broke = m->frame->left & JS_LEFT_LOOP;
  m->frame->loop = around, m->frame->left &= ~(unsigned)JS_LEFT_LOOP;
  if (broke && flow != JS_GOES_ON) return weaker(m, JS_GOES_ON, flow);
  return flow;
}

static enum js_flow run_return(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value v = node->a ? js_eval(m, scope, node->a) : js_undefined();
  if (m->frame && !m->thrown) m->frame->result = m->frame->result.type == JS_V_ABSENT ? v : js_join(m, m->frame->result, v);
  js_may_leave(m);
  return JS_RETURNS;
}

static enum js_flow run_label(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_frame *frame = m->frame;
  if (!frame) return js_run(m, scope, node->a);
  struct js_label label = {
      .up = frame->labels, .text = node->text, .statement = node->a, .depth = frame->labels ? frame->labels->depth + 1 : 0};
  frame->labels = &label;
  enum js_flow flow = js_run(m, scope, node->a);
  frame->labels = label.up;
  bool goes_on = frame->left & JS_LEFT_LABEL && frame->left_for == &label;  // here, or at one further out
  if (frame->left_for == &label) frame->left_for = label.up;
  if (goes_on) {
    if (!label.up) frame->left &= ~(unsigned)JS_LEFT_LABEL;
    if (flow != JS_GOES_ON) flow = weaker(m, JS_GOES_ON, flow);
    frame->label = CM_STR("");
  }
  if (!cm_str_equal(frame->label, node->text) || (flow != JS_BREAKS && flow != JS_CONTINUES)) return flow;
  frame->label = CM_STR("");
  return JS_GOES_ON;
}

static enum js_flow run_export(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  if (!node->a) return JS_GOES_ON;
  if (!(node->flags & JS_IS_DEFAULT)) return js_run(m, scope, node->a);
  struct js_value v = node->a->flags & JS_IS_DECLARED && node->a->text.size && node->a->kind == JS_FUNCTION
                          ? js_lookup(m, scope, node->a->text)
                          : js_eval(m, scope, node->a);
  if (node->a->kind == JS_CLASS && node->a->text.size) js_set_entry(m, &scope->table, node->a->text, v, 0);
  js_set_entry(m, &scope->table, CM_STR("*default*"), v, 0);
  return JS_GOES_ON;
}

static enum js_flow run_kind(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  switch (node->kind) {
    case JS_BLOCK: return run_block(m, scope, node->list);
    case JS_DECLARE: declare(m, scope, node); return JS_GOES_ON;
    case JS_EVALUATE: js_test(m, scope, node->a); return JS_GOES_ON;  // `a || b` alone is a condition
    case JS_IF: return run_if(m, scope, node);
    case JS_FOR:
    case JS_WHILE:
    case JS_DO: return run_for(m, scope, node);
    case JS_FOR_IN:
    case JS_FOR_OF: return run_for_each(m, scope, node);
    case JS_RETURN: return run_return(m, scope, node);
    case JS_THROW:
      js_eval(m, scope, node->a);
      js_may_throw(m);
      return JS_THROWS;
    case JS_BREAK:
    case JS_CONTINUE:
      if (m->frame) m->frame->label = node->text;
      js_may_leave(m);
      return node->kind == JS_BREAK ? JS_BREAKS : JS_CONTINUES;
    case JS_TRY: return run_try(m, scope, node);
    case JS_SWITCH: return run_switch(m, scope, node);
    case JS_LABEL: return run_label(m, scope, node);
    case JS_EXPORT: return run_export(m, scope, node);
    case JS_CLASS: js_set_entry(m, &scope->table, node->text, js_make_class(m, scope, node), 0); return JS_GOES_ON;
    default: return JS_GOES_ON;
  }
}

enum js_flow js_run(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  if (m->failed || m->thrown) return JS_THROWS;
  if (!m->fuel || m->depth > JS_DEPTH) {
    js_unrun(m, scope, node);
    return JS_GOES_ON;
  }
  m->fuel--;
  m->depth++;
  enum js_flow flow = js_thrown_flow(m, run_kind(m, scope, node));
  m->depth--;
  return flow;
}
