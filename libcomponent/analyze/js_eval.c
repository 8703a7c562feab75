// Expressions, evaluated.
//
// Where a condition is not known both sides are evaluated, and their values joined. What throws in the engine (a member of `undefined`) is
// unknown here: the evaluation knows less than the engine, and what it took for `undefined` may be something. What the program itself throws
// on every way is thrown: nothing behind it is evaluated, up to the statement that it stands in (js_throw.c).
//
// Spec: ECMA-262, "ECMAScript Language: Expressions".

#include "js_machine.h"

#include <math.h>

// --- variables ---

struct js_entry *js_find_variable(const struct js_machine *m, struct js_scope *scope, struct cm_str name, struct js_table **in) {
  for (struct js_scope *at = scope; at; at = at->up) {
    struct js_entry *entry = js_find(m, &at->table, name);
    *in = &at->table;
    if (entry && entry->value.type == JS_V_LINK && entry->value.link->shared) {
      *in = entry->value.link->shared;
      return (*in)->entries;
    }
    if (entry) return entry;
  }
  *in = &m->global->props;
  return js_find(m, *in, name);
}

// Names that other engines know: where nothing declares them they do not exist, and programs test for that. Classes that the engine may
// have are many, all else that it has is this.
bool js_is_elsewhere(struct cm_str name) {
  static const char *const here[] = {"addEventListener",
                                     "atob",
                                     "btoa",
                                     "clearInterval",
                                     "clearTimeout",
                                     "console",
                                     "crypto",
                                     "decodeURI",
                                     "decodeURIComponent",
                                     "dispatchEvent",
                                     "encodeURI",
                                     "encodeURIComponent",
                                     "escape",
                                     "eval",
                                     "fetch",
                                     "globalThis",
                                     "isFinite",
                                     "isNaN",
                                     "location",
                                     "navigator",
                                     "parseFloat",
                                     "parseInt",
                                     "performance",
                                     "queueMicrotask",
                                     "removeEventListener",
                                     "reportError",
                                     "self",
                                     "setInterval",
                                     "setTimeout",
                                     "structuredClone",
                                     "undefined",
                                     "unescape"};
  static const char *const elsewhere[] = {"Deno",           "Bun",           "Buffer",
                                          "EdgeRuntime",    "Netlify",       "HTMLElement",
                                          "XMLHttpRequest", "ActiveXObject", "WorkerGlobalScope",
                                          "WebSocketPair"};
  if (!name.size || name.at[0] == '_') return name.size && cm_str_starts(name, CM_STR("__"));
  for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
    if (cm_str_is(name, elsewhere[i])) return true;
  if (name.at[0] < 'a' || name.at[0] > 'z') return false;
  for (size_t i = 0; i < sizeof here / sizeof *here; i++)
    if (cm_str_is(name, here[i])) return false;
  return true;
}

struct js_value js_lookup(struct js_machine *m, struct js_scope *scope, struct cm_str name) {
  struct js_table *in;
  struct js_entry *entry = js_find_variable(m, scope, name, &in);
  if (!entry) return js_is_elsewhere(name) ? js_undefined() : js_unknown();
  if (entry->value.type == JS_V_LINK) return js_export_of(m, entry->value.link->module, entry->value.link->name);
  struct js_value v = m->late_count ? js_late_read(m, in, entry) : entry->value;
  return v.type == JS_V_ABSENT ? js_undefined() : v;
}

static void assign_name(struct js_machine *m, struct js_scope *scope, struct cm_str name, struct js_value v) {
  struct js_table *in;
  struct js_entry *entry = js_find_variable(m, scope, name, &in);
  if (entry)
    js_put(m, in, entry, v, 0);
  else
    js_set_entry(m, &m->global->props, name, v, 0);
}

// --- joins of what may be evaluated ---

// `node`, where `test` is so; NULL: anyway.
static struct js_value eval_perhaps(struct js_machine *m, struct js_scope *scope, const struct js_node *node,
                                    const struct js_node *test, bool holds) {
  struct js_branch branch;
  struct js_narrowed narrowed = {0};
  js_branch_begin(m, &branch);
  if (test) js_narrow(m, scope, test, holds, &narrowed);
  struct js_value v = js_eval(m, scope, node);
  js_branch_other(m, &branch);
  js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
  js_narrow_end(m, scope, &narrowed);
  return v;
}

// Of the values that `v` may be, those for which `keep` holds; ABSENT where none does.
static struct js_value filter(struct js_machine *m, struct js_value v, bool (*keep)(struct js_value)) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  struct js_value kept = {.type = JS_V_ABSENT};
  bool all = true;
  for (uint32_t i = 0; i < count; i++) all &= keep(list[i]);
  if (all) return v;
  for (uint32_t i = 0; i < count; i++)
    if (keep(list[i])) kept = kept.type == JS_V_ABSENT ? list[i] : js_join(m, kept, list[i]);
  return kept;
}

static bool may_be_true(struct js_value v) { return js_truth(v) != JS_NO; }
static bool may_be_false(struct js_value v) { return js_truth(v) != JS_YES; }
static bool is_something(struct js_value v) { return !js_is_nullish(v); }
static bool is_not_undefined(struct js_value v) { return v.type != JS_V_UNDEFINED && v.type != JS_V_ABSENT; }

static bool any_unknown(struct js_value v) { return js_may_be(v, JS_V_UNKNOWN); }

// `left`, filtered by what lets it through, or what `right` is, where `test` is so.
static struct js_value either(struct js_machine *m, struct js_scope *scope, struct js_value left, bool (*keep)(struct js_value),
                              bool left_decides, const struct js_node *right, const struct js_node *test, bool holds) {
  struct js_value kept = filter(m, left, keep);
  if (left_decides) return left;
  if (kept.type == JS_V_ABSENT) return js_eval(m, scope, right);
  return js_join(m, kept, eval_perhaps(m, scope, right, test, holds));
}

// Is `name` assigned within `node`, other than in a function?
static bool assigns(const struct js_node *node, struct cm_str name, unsigned depth) {
  if (!node || !depth || node->kind == JS_FUNCTION || node->kind == JS_CLASS) return false;
  if (node->kind == JS_ASSIGN && node->a->kind == JS_NAME && cm_str_equal(node->a->text, name)) return true;
  const struct js_node *inner[] = {node->a, node->b, node->c};
  for (size_t i = 0; i < 3; i++)
    if (assigns(inner[i], name, depth - 1)) return true;
  for (const struct js_node *at = node->list; at; at = at->next)
    if (assigns(at, name, depth - 1)) return true;
  return false;
}

// `made || (made = …)`, `make && (make = 0, …)`: what is done once. Where it was done on one of the ways that met here, it is not done again:
// on the other it would make the same.
static bool was_done(const struct js_node *left, struct js_value v, const struct js_node *right) {
  enum { DEPTH = 8 };
  if (!left || left->kind != JS_NAME || v.type != JS_V_SET || js_truth(v) != JS_MAYBE) return false;
  for (uint32_t i = 0; i < v.set->count; i++) {
    struct js_value one = v.set->values[i];
    if (one.type != JS_V_OBJECT && !js_is_nullish(one) && one.type != JS_V_NUMBER) return false;
  }
  return assigns(right, left->text, DEPTH);
}

static struct js_value logical(struct js_machine *m, struct js_scope *scope, enum js_token_kind op, struct js_value left,
                               const struct js_node *right, const struct js_node *test) {
  enum js_answer truth = js_truth(left);
  if (op == JS_T_ALSO || op == JS_T_ALSO_TO) return either(m, scope, left, may_be_false, truth == JS_NO, right, test, true);
  if (op == JS_T_ELSE || op == JS_T_ELSE_TO) return either(m, scope, left, may_be_true, truth == JS_YES, right, test, false);
  bool something = filter(m, left, js_is_nullish).type == JS_V_ABSENT && !any_unknown(left);
  return either(m, scope, left, is_something, something, right, NULL, true);
}

static struct js_value eval_logical(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value left = js_eval(m, scope, node->a);
  if (was_done(node->a, left, node->b)) return filter(m, left, node->op == JS_T_ALSO ? may_be_false : may_be_true);
  return logical(m, scope, node->op, left, node->b, node->a);
}

static enum js_answer opposite(enum js_answer truth) { return truth == JS_MAYBE ? truth : truth == JS_YES ? JS_NO : JS_YES; }

// `a && b` does not hold where `b` never does, whatever is known of `a`.
static enum js_answer test_logical(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  enum js_answer decides = node->op == JS_T_ALSO ? JS_NO : JS_YES, left, right;
  if (node->a->kind == JS_NAME) {
    struct js_value v = js_eval(m, scope, node->a);
    if (was_done(node->a, v, node->b)) return opposite(decides);
    left = js_truth(v);
  } else {
    left = js_test(m, scope, node->a);
  }
  if (left != JS_MAYBE) return left == decides ? decides : js_test(m, scope, node->b);
  struct js_branch branch;
  struct js_narrowed narrowed = {0};
  js_branch_begin(m, &branch);
  js_narrow(m, scope, node->a, decides == JS_NO, &narrowed);
  right = js_test(m, scope, node->b);
  js_branch_other(m, &branch);
  js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
  js_narrow_end(m, scope, &narrowed);
  return right == decides ? decides : JS_MAYBE;
}

enum js_answer js_test(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  bool logical_one = node->kind == JS_LOGICAL && (node->op == JS_T_ALSO || node->op == JS_T_ELSE);
  bool negates = node->kind == JS_UNARY && node->op == JS_T_NOT;
  bool sequence = node->kind == JS_SEQUENCE && node->list;
  if ((!logical_one && !negates && !sequence) || m->failed || m->thrown || !m->fuel || m->depth > JS_DEPTH)
    return js_truth(js_eval(m, scope, node));
  m->fuel--;
  m->depth++;
  enum js_answer answer = JS_MAYBE;
  for (const struct js_node *at = sequence ? node->list : NULL; at; at = at->next) answer = js_test(m, scope, at);
  if (!sequence) answer = negates ? opposite(js_test(m, scope, node->a)) : test_logical(m, scope, node);
  m->depth--;
  return answer;
}

static struct js_value with_default(struct js_machine *m, struct js_scope *scope, struct js_value v,
                                    const struct js_node *otherwise) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list), missing = 0;
  for (uint32_t i = 0; i < count; i++) missing += !is_not_undefined(list[i]) || list[i].type == JS_V_UNKNOWN;
  return either(m, scope, v, is_not_undefined, !missing, otherwise, NULL, true);
}

// --- operators ---

static void delete_member(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value object = js_eval(m, scope, node->a);
  struct js_value key = node->kind == JS_MEMBER ? js_text(node->text) : js_eval(m, scope, node->b);
  js_set_member(m, object, key, (struct js_value){.type = JS_V_ABSENT});
}

static struct js_value eval_unary(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  double number;
  if (node->op == JS_T_DELETE && (node->a->kind == JS_MEMBER || node->a->kind == JS_INDEX)) {
    delete_member(m, scope, node->a);
    return js_bool(true);
  }
  struct js_value v = js_eval(m, scope, node->a);
  switch (node->op) {
    case JS_T_NOT: {
      enum js_answer truth = js_truth(v);
      return truth == JS_MAYBE ? js_unknown() : js_bool(truth == JS_NO);
    }
    case JS_T_TYPEOF: return js_type_of(m, v);
    case JS_T_VOID: return js_undefined();
    case JS_T_ADD: return js_to_number(v, &number) ? js_number(number) : js_unknown();
    case JS_T_SUB: return js_to_number(v, &number) ? js_number(-number) : js_unknown();
    case JS_T_TILDE: return js_to_number(v, &number) && fabs(number) < 2e9 ? js_number(~(int32_t)number) : js_unknown();
    default: return js_unknown();
  }
}

// --- patterns and assignments ---

static void bind_array(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern, struct js_value v,
                       struct js_scope *declare) {
  struct js_value elements = js_is(v, JS_C_ARRAY) || v.type == JS_V_UNKNOWN ? v : js_elements(m, v);
  size_t position = 0;
  for (const struct js_node *at = pattern->list; at; at = at->next, position++) {
    if (at->kind == JS_HOLE) continue;
    if (at->kind != JS_SPREAD) {
      js_bind(m, scope, at, js_get(m, elements, js_number((double)position), at->at), declare);
      continue;
    }
    struct js_object *rest = js_array(m);
    if (js_is(elements, JS_C_ARRAY)) {
      for (size_t i = position; i < elements.object->items.count; i++)
        js_push(m, &rest->items, elements.object->items.entries[i].value);
      rest->open = elements.object->open, rest->rest = elements.object->rest;
    } else {
      rest->open = true, rest->rest = js_unknown();
    }
    js_bind(m, scope, at->a, js_of(rest), declare);
  }
}

static void bind_object(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern, struct js_value v,
                        struct js_scope *declare) {
  struct js_object *taken = js_object(m, JS_C_PLAIN);  // by name; what is left has them no more
  for (const struct js_node *at = pattern->list; at; at = at->next) {
    if (at->kind == JS_SPREAD) {
      struct js_object *rest = js_object(m, JS_C_PLAIN);
      js_copy_members(m, rest, v, at->at);
      for (size_t i = 0; i < taken->props.count; i++)
        js_set_member(m, js_of(rest), js_text(taken->props.entries[i].key), (struct js_value){.type = JS_V_ABSENT});
      js_bind(m, scope, at->a, js_of(rest), declare);
      continue;
    }
    struct js_value key = at->a ? js_eval(m, scope, at->a) : js_text(at->text);
    if (key.type == JS_V_TEXT && !js_has_gap(key.text)) js_set_member(m, js_of(taken), key, js_undefined());
    js_bind(m, scope, at->b ? at->b : at, js_get(m, v, key, at->at), declare);
  }
}

void js_bind(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern, struct js_value v,
             struct js_scope *declare) {
  if (m->failed || m->thrown) return;
  if (m->depth > JS_DEPTH) {
    js_unrun_target(m, declare ? declare : scope, pattern);
    return;
  }
  m->depth++;
  switch (pattern->kind) {
    case JS_NAME:
      if (declare)
        js_set_entry(m, &declare->table, pattern->text, v, 0);
      else
        assign_name(m, scope, pattern->text, v);
      break;
    case JS_MEMBER: js_set_member(m, js_eval(m, scope, pattern->a), js_text(pattern->text), v); break;
    case JS_INDEX: {
      struct js_value object = js_eval(m, scope, pattern->a);
      js_set_member(m, object, js_eval(m, scope, pattern->b), v);
      break;
    }
    case JS_ASSIGN: js_bind(m, scope, pattern->a, with_default(m, scope, v, pattern->b), declare); break;
    case JS_ARRAY: bind_array(m, scope, pattern, v, declare); break;
    case JS_OBJECT: bind_object(m, scope, pattern, v, declare); break;
    default: break;
  }
  m->depth--;
}

static struct js_value eval_assign(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  static const uint8_t operators[JS_T_COUNT] = {
      [JS_T_ADD_TO] = JS_T_ADD,   [JS_T_SUB_TO] = JS_T_SUB, [JS_T_MUL_TO] = JS_T_MUL, [JS_T_DIV_TO] = JS_T_DIV,
      [JS_T_MOD_TO] = JS_T_MOD,   [JS_T_POW_TO] = JS_T_POW, [JS_T_SHL_TO] = JS_T_SHL, [JS_T_SHR_TO] = JS_T_SHR,
      [JS_T_USHR_TO] = JS_T_USHR, [JS_T_AND_TO] = JS_T_AND, [JS_T_OR_TO] = JS_T_OR,   [JS_T_XOR_TO] = JS_T_XOR};
  struct js_value v;
  if (node->op == JS_T_ASSIGN) {
    v = js_eval(m, scope, node->b);
  } else {
    struct js_value old = js_eval(m, scope, node->a);
    v = operators[node->op] ? js_binary(m, operators[node->op], old, js_eval(m, scope, node->b), node->at)
                            : logical(m, scope, node->op, old, node->b, NULL);
  }
  js_bind(m, scope, node->a, v, NULL);
  return v;
}

static struct js_value eval_update(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  double number;
  struct js_value old = js_eval(m, scope, node->a), v = js_unknown();
  if (js_to_number(old, &number)) v = js_number(node->op == JS_T_INCREMENT ? number + 1 : number - 1);
  js_bind(m, scope, node->a, v, NULL);
  return node->at < node->a->at ? v : old;
}

// --- literals ---

static struct js_value eval_template(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value text = js_text(CM_STR(""));
  for (const struct js_node *at = node->list; at; at = at->next) {
    struct js_value part = js_eval(m, scope, at);
    if (part.type == JS_V_UNKNOWN) part = js_text(CM_STR("\xff"));
    text = js_add_values(m, text, part);
  }
  return text;
}

struct spread {
  struct js_table *to;
  struct js_object *array;  // that becomes open, or NULL
};

static enum js_flow spread_element(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct spread *s = walk->context;
  js_push(m, s->to, element);
  return JS_GOES_ON;
}

// Elements of `v` go to `to`; of what is not known one by one, its kind of element.
static void spread(struct js_machine *m, struct js_object *to, struct js_value v) {
  struct spread s = {&to->items, to};
  struct js_walk walk = {.visit = spread_element, .context = &s, .known_only = true};
  if (js_is(v, JS_C_ARRAY | JS_C_MAP | JS_C_SET) && v.object->open) {
    struct js_value rest = js_is(v, JS_C_MAP) ? js_pair(m, js_key_of(v.object), v.object->rest) : v.object->rest;
    js_open_with(m, to, rest);
  } else if (v.type == JS_V_SET) {  // elements of the one or of the other: which stands where is not known
    struct js_object *any = js_array(m);
    for (uint32_t i = 0; i < v.set->count; i++)
      if (v.set->values[i].type != JS_V_TEXT) spread(m, any, v.set->values[i]);
    struct js_value rest = any->open ? any->rest : js_undefined();
    for (size_t i = 0; i < any->items.count; i++) rest = js_join(m, rest, any->items.entries[i].value);
    js_open_with(m, to, rest);
    return;
  } else if (v.type == JS_V_UNKNOWN || v.type == JS_V_KEY) {  // of a name its letters
    js_open_with(m, to, v.type == JS_V_KEY ? js_key_changed(m, *v.key) : v);
    return;
  }
  js_iterate(m, v, &walk);
  if (walk.more) js_open_with(m, to, js_unknown());
}

struct js_value js_elements(struct js_machine *m, struct js_value v) {
  struct js_object *array = js_array(m);
  spread(m, array, v);
  return js_of(array);
}

static struct js_value eval_array(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_object *array = js_array(m);
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_SPREAD)
      spread(m, array, js_eval(m, scope, at->a));
    else
      js_push(m, &array->items, at->kind == JS_HOLE ? js_undefined() : js_eval(m, scope, at));
  }
  return js_of(array);
}

static struct js_value eval_object(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_object *object = js_object(m, JS_C_PLAIN);
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_SPREAD) {
      js_copy_members(m, object, js_eval(m, scope, at->a), at->at);
      continue;
    }
    struct js_value key = at->a ? js_eval(m, scope, at->a) : js_text(at->text), v = js_eval(m, scope, at->b);
    if (js_is(v, JS_C_FUNCTION) && at->flags & JS_IS_METHOD) v.object->parent = object;
    if (!at->a && !(at->flags & JS_IS_METHOD) && cm_str_is(at->text, "__proto__"))
      js_set_member(m, js_of(object), key, v);
    else
      js_define(m, object, key, v, at->flags);
  }
  return js_of(object);
}

static struct js_value eval_regex(struct js_machine *m, const struct js_node *node) {
  struct js_object *regex = js_object(m, JS_C_REGEX);
  regex->target = js_text(node->text);
  regex->name = node->other;
  return js_of(regex);
}

// --- members and calls ---

static struct js_value eval_member(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  if (node->a->kind == JS_SUPER) return js_super_member(m, node->kind == JS_MEMBER ? js_text(node->text) : js_unknown());
  struct js_value object = js_eval(m, scope, node->a);
  if (node->flags & JS_IS_OPTIONAL && js_is_nullish(object)) return js_undefined();
  if (node->kind == JS_MEMBER) return js_get_named(m, object, node->text, node->at);
  return js_get(m, object, js_eval(m, scope, node->b), node->at);
}

static struct js_arguments eval_arguments(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_object *list = js_array(m);
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_SPREAD)
      spread(m, list, js_eval(m, scope, at->a));
    else
      js_push(m, &list->items, js_eval(m, scope, at));
  }
  uint32_t count = (uint32_t)list->items.count, all = count + (list->open ? 2 : 0);
  struct js_value *values = cm_alloc_array(m->arena, all + 1, sizeof *values);
  if (!values) {
    m->failed = true;
    return (struct js_arguments){.at = node->at};
  }
  for (uint32_t i = 0; i < all; i++) values[i] = i < count ? list->items.entries[i].value : list->rest;
  return (struct js_arguments){.values = values, .count = all, .at = node->at};
}

static struct js_value eval_call(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  const struct js_node *callee = node->a;
  struct js_value self = js_undefined(), function;
  if (callee->kind == JS_SUPER) {
    struct js_arguments arguments = eval_arguments(m, scope, node);
    return js_super_call(m, &arguments);
  }
  if (callee->kind == JS_MEMBER || callee->kind == JS_INDEX) {
    bool super = callee->a->kind == JS_SUPER;
    self = super ? m->frame->self : js_eval(m, scope, callee->a);
    if (callee->flags & JS_IS_OPTIONAL && js_is_nullish(self)) return js_undefined();
    struct js_value key = callee->kind == JS_MEMBER ? js_text(callee->text) : js_eval(m, scope, callee->b);
    if (!super) {
      struct js_arguments arguments = eval_arguments(m, scope, node);
      return js_call_member(m, self, key, &arguments);
    }
    function = js_super_member(m, key);
  } else {
    function = js_eval(m, scope, callee);
  }
  if (node->flags & JS_IS_OPTIONAL && js_is_nullish(function)) return js_undefined();
  struct js_arguments arguments = eval_arguments(m, scope, node);
  return js_call(m, function, self, &arguments);
}

static struct js_value eval_tagged(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_object *strings = js_array(m), *raw = js_array(m), *all = js_array(m);
  js_push(m, &all->items, js_of(strings));
  js_set_entry(m, &strings->props, CM_STR("raw"), js_of(raw), 0);
  for (const struct js_node *at = node->b->list; at && !m->failed; at = at->next) {
    js_push(m, &strings->items, js_text(at->text));
    js_push(m, &raw->items, js_text(at->other));
    at = at->next;
    if (!at) break;
    js_push(m, &all->items, js_eval(m, scope, at));
  }
  struct js_value tag = js_eval(m, scope, node->a), self = js_undefined();
  return js_call_list(m, tag, self, all, node->at);
}

static struct js_value eval_conditional(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  enum js_answer truth = js_test(m, scope, node->a);
  if (truth != JS_MAYBE) return js_eval(m, scope, truth == JS_YES ? node->b : node->c);
  struct js_branch branch;
  struct js_narrowed narrowed = {0};
  js_branch_begin(m, &branch);
  js_narrow(m, scope, node->a, true, &narrowed);
  struct js_value first = js_eval(m, scope, node->b);
  js_branch_other(m, &branch);
  js_narrow(m, scope, node->a, false, &narrowed);
  struct js_value second = js_eval(m, scope, node->c);
  js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
  js_narrow_end(m, scope, &narrowed);
  return js_join(m, first, second);
}

// What `yield*` gives: what the generator returned that it went through. Arrays return nothing.
static struct js_value returned_by(const struct js_machine *m, struct js_value v) {
  if (!js_is(v, JS_C_ARRAY)) return v;
  const struct js_entry *entry = js_find(m, &v.object->props, CM_STR("@@return"));
  return entry ? entry->value : js_undefined();
}

static struct js_value eval_yield(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value v = node->a ? js_eval(m, scope, node->a) : js_undefined();
  if (m->frame && m->frame->driven && js_waits(m, &v)) return v;
  uint32_t id;
  if (m->frame && m->frame->function && m->frame->function->node->flags & JS_IS_ASYNC) v = js_kept_with(m, v, true, &id);
  if (m->frame && m->frame->yields) {
    if (node->op)
      spread(m, m->frame->yields, v);
    else
      js_add_element(m, m->frame->yields, v);
  }
  return node->op ? returned_by(m, v) : v;  // as where a generator stands for an async function, and waits for what it yields
}

static struct js_value eval_kind(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_value v = js_undefined();
  switch (node->kind) {
    case JS_NUMBER: return js_number(node->number);
    case JS_STRING: return js_text(node->text);
    case JS_TEMPLATE: return eval_template(m, scope, node);
    case JS_TAGGED: return eval_tagged(m, scope, node);
    case JS_REGEX: return eval_regex(m, node);
    case JS_NAME: return js_lookup(m, scope, node->text);
    case JS_THIS: return m->frame ? m->frame->self : js_undefined();
    case JS_NULL: return (struct js_value){.type = JS_V_NULL};
    case JS_TRUE: return js_bool(true);
    case JS_FALSE: return js_bool(false);
    case JS_ARRAY: return eval_array(m, scope, node);
    case JS_OBJECT: return eval_object(m, scope, node);
    case JS_FUNCTION: return js_make_function(m, scope, node);
    case JS_CLASS: return js_make_class(m, scope, node);
    case JS_MEMBER:
    case JS_INDEX: return eval_member(m, scope, node);
    case JS_CALL: return eval_call(m, scope, node);
    case JS_UNARY: return eval_unary(m, scope, node);
    case JS_UPDATE: return eval_update(m, scope, node);
    case JS_LOGICAL: return eval_logical(m, scope, node);
    case JS_ASSIGN: return eval_assign(m, scope, node);
    case JS_CONDITIONAL: return eval_conditional(m, scope, node);
    case JS_AWAIT: return js_await(m, js_eval(m, scope, node->a));
    case JS_YIELD: return eval_yield(m, scope, node);
    case JS_IMPORT_CALL: return node->a ? js_import(m, js_eval(m, scope, node->a)) : js_unknown();
    case JS_SEQUENCE:
      for (const struct js_node *at = node->list; at; at = at->next) v = js_eval(m, scope, at);
      return v;
    case JS_BINARY: v = js_eval(m, scope, node->a); return js_binary(m, node->op, v, js_eval(m, scope, node->b), node->at);
    case JS_NEW: {
      v = js_eval(m, scope, node->a);
      struct js_arguments arguments = eval_arguments(m, scope, node);
      return js_construct(m, v, &arguments);
    }
    default: return js_unknown();
  }
}

struct js_value js_eval(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  if (m->failed || m->thrown || !node) return js_unknown();
  if (!m->fuel || m->depth > JS_DEPTH) {
    js_unrun(m, scope, node);
    return js_unknown();
  }
  m->fuel--;
  m->depth++;
  struct js_value v = eval_kind(m, scope, node);
  m->depth--;
  return v;
}
