// What a condition tells of the variables in it.
//
// Where both ways of a condition are followed, a variable that is one of several values is on each way one of those with which the condition may
// end so: it is tried with each. One of which nothing is known is, behind a comparison with a text or a search in a list, one of those texts.
// Variables of functions are looked at, and conditions that call nothing but what looks into texts and lists.

#include "js_machine.h"

enum { VALUES_MOST = 12, NAMES_MOST = JS_NARROWED_MOST, DEPTH_MOST = 12 };

static bool only_looks(struct cm_str name) {
  static const char *const names[] = {"includes", "indexOf",        "has",    "startsWith",
                                      "endsWith", "hasOwnProperty", "hasOwn", "isArray"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

// Can it be evaluated again and again? `names` become those of the variables in it.
static bool is_plain(const struct js_node *node, struct cm_str names[NAMES_MOST], unsigned *count, unsigned depth) {
  if (!node) return true;
  if (!depth) return false;
  switch (node->kind) {
    case JS_NAME:
      for (unsigned i = 0; i < *count; i++)
        if (cm_str_equal(names[i], node->text)) return true;
      if (*count < NAMES_MOST) names[(*count)++] = node->text;
      return true;
    case JS_NUMBER:
    case JS_STRING:
    case JS_THIS:
    case JS_NULL:
    case JS_TRUE:
    case JS_FALSE: return true;
    case JS_UNARY:
      if (node->op == JS_T_DELETE) return false;
      break;
    case JS_CALL:
      if ((node->a->kind != JS_MEMBER) || !only_looks(node->a->text)) return false;
      break;
    case JS_MEMBER:
    case JS_INDEX:
    case JS_BINARY:
    case JS_ARRAY:
    case JS_LOGICAL: break;
    default: return false;
  }
  for (const struct js_node *at = node->list; at; at = at->next)
    if (!is_plain(at, names, count, depth - 1)) return false;
  return is_plain(node->a, names, count, depth - 1) && is_plain(node->b, names, count, depth - 1);
}

// What the condition gives where the variable has that value; nothing else comes of it.
static enum js_answer tried_with(struct js_machine *m, struct js_scope *scope, const struct js_node *test, struct js_table *in,
                                 struct js_entry *entry, struct js_value v) {
  struct js_branch branch;
  js_branch_begin(m, &branch);
  js_put_plainly(m, in, entry, v, entry->flags);
  enum js_answer answer = js_test(m, scope, test);
  js_caught(m);
  js_branch_other(m, &branch);
  js_branch_forget(&branch);
  js_branch_end(m, &branch, JS_IS_LEFT, JS_STAYS);
  return answer;
}

// --- texts that something unknown is one of ---

static bool add_text(struct js_machine *m, struct js_value v, struct js_value *all) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  for (uint32_t i = 0; i < count; i++) {
    if (list[i].type != JS_V_TEXT || js_has_gap(list[i].text)) return false;
    *all = all->type == JS_V_ABSENT ? list[i] : js_join(m, *all, list[i]);
  }
  return true;
}

static bool is_name(const struct js_node *node, struct cm_str name) {
  return node->kind == JS_NAME && cm_str_equal(node->text, name);
}

static bool add_elements(struct js_machine *m, struct js_value of, unsigned classes, struct js_value *all) {
  if (!js_is(of, classes) || of.object->open) return false;
  for (size_t i = 0; i < of.object->items.count; i++) {
    const struct js_entry *entry = &of.object->items.entries[i];
    struct js_value v = of.object->class == JS_C_MAP ? js_key_of_entry(m, of.object, entry) : js_if_there(m, entry);
    if (entry->value.type != JS_V_ABSENT && !add_text(m, v, all)) return false;
  }
  return true;
}

static bool add_members(struct js_machine *m, struct js_value of, struct js_value *all) {
  if (!js_is(of, JS_C_PLAIN)) return false;
  struct js_value names = js_names_of(m, of);
  return add_elements(m, names, JS_C_ARRAY, all);
}

// `list.includes(name)`, `list.indexOf(name) >= 0`
static bool sought(struct js_machine *m, struct js_scope *scope, const struct js_node *node, struct cm_str name,
                   struct js_value *all) {
  if (node->kind != JS_CALL || node->a->kind != JS_MEMBER || !node->list) return false;
  struct cm_str method = node->a->text;
  if (cm_str_is(method, "hasOwn") && node->list->next && is_name(node->list->next, name))
    return add_members(m, js_eval(m, scope, node->list), all);
  if (!is_name(node->list, name) || node->list->next) return false;
  struct js_value of = js_eval(m, scope, node->a->a);
  if (cm_str_is(method, "includes") || cm_str_is(method, "indexOf")) return add_elements(m, of, JS_C_ARRAY, all);
  if (cm_str_is(method, "has")) return add_elements(m, of, JS_C_MAP | JS_C_SET, all);
  return cm_str_is(method, "hasOwnProperty") && add_members(m, of, all);
}

static bool is_minus_one(const struct js_node *node) {
  return node->kind == JS_UNARY && node->op == JS_T_SUB && node->a->kind == JS_NUMBER && node->a->number == 1;
}
static bool is_zero(const struct js_node *node) { return node->kind == JS_NUMBER && node->number == 0; }

static bool compared(struct js_machine *m, struct js_scope *scope, const struct js_node *node, struct cm_str name, bool holds,
                     struct js_value *all) {
  bool equal = node->op == JS_T_SAME || node->op == JS_T_EQUAL, differs = node->op == JS_T_OTHER || node->op == JS_T_UNEQUAL;
  if (is_minus_one(node->b)) {
    bool is_there = node->op == JS_T_GREATER || differs;
    return (holds ? is_there : equal) && sought(m, scope, node->a, name, all);
  }
  if (is_zero(node->b) && node->op == (holds ? JS_T_AT_LEAST : JS_T_LESS)) return sought(m, scope, node->a, name, all);
  if (!(holds ? equal : differs)) return false;
  const struct js_node *other = is_name(node->a, name) ? node->b : is_name(node->b, name) ? node->a : NULL;
  return other && add_text(m, js_eval(m, scope, other), all);
}

static bool texts_of(struct js_machine *m, struct js_scope *scope, const struct js_node *node, struct cm_str name, bool holds,
                     struct js_value *all) {
  switch (node->kind) {
    case JS_UNARY: return node->op == JS_T_NOT && texts_of(m, scope, node->a, name, !holds, all);
    case JS_BINARY: return compared(m, scope, node, name, holds, all);
    case JS_CALL: return holds && sought(m, scope, node, name, all);
    case JS_LOGICAL: {
      struct js_value one = *all;
      if (node->op != JS_T_ALSO && node->op != JS_T_ELSE) return false;
      if ((node->op == JS_T_ALSO) != holds)
        return texts_of(m, scope, node->a, name, holds, all) && texts_of(m, scope, node->b, name, holds, all);
      if (texts_of(m, scope, node->a, name, holds, &one) || (one = *all, texts_of(m, scope, node->b, name, holds, &one))) {
        *all = one;
        return true;
      }
      return false;
    }
    default: return false;
  }
}

static void put(struct js_machine *m, struct js_scope *scope, struct cm_str name, struct js_value v) {
  struct js_table *in;
  struct js_entry *entry = js_find_variable(m, scope, name, &in);
  if (entry && v.type != JS_V_ABSENT && !js_same(entry->value, v)) js_put_plainly(m, in, entry, v, entry->flags);
}

static void narrow_unknown(struct js_machine *m, struct js_scope *scope, const struct js_node *test, struct cm_str name, bool holds,
                           struct js_narrowed *narrowed) {
  struct js_value all = {.type = JS_V_ABSENT};
  if (!texts_of(m, scope, test, name, holds, &all) || all.type == JS_V_ABSENT || all.type == JS_V_UNKNOWN) return;
  put(m, scope, name, all);
  if (narrowed->count == sizeof narrowed->names / sizeof *narrowed->names) return;
  narrowed->names[narrowed->count] = name;
  narrowed->kept[narrowed->count++] = all;
}

static void narrow_set(struct js_machine *m, struct js_scope *scope, const struct js_node *test, struct cm_str name, bool holds) {
  struct js_table *in;
  struct js_entry *entry = js_find_variable(m, scope, name, &in);
  struct js_value kept = {.type = JS_V_ABSENT}, v = entry->value;
  for (uint32_t i = 0; i < v.set->count; i++) {
    struct js_value one = v.set->values[i], texts = {.type = JS_V_ABSENT};
    if (tried_with(m, scope, test, in, entry, one) == (holds ? JS_NO : JS_YES)) continue;
    bool known = one.type == JS_V_UNKNOWN && texts_of(m, scope, test, name, holds, &texts) && texts.type != JS_V_ABSENT;
    if (known) one = texts;
    kept = kept.type == JS_V_ABSENT ? one : js_join(m, kept, one);
    entry = js_find_variable(m, scope, name, &in);
  }
  put(m, scope, name, kept);
}

void js_narrow(struct js_machine *m, struct js_scope *scope, const struct js_node *test, bool holds, struct js_narrowed *narrowed) {
  struct cm_str names[NAMES_MOST];
  unsigned count = 0;
  if (m->failed || m->thrown || !m->fuel || m->depth > JS_DEPTH - 40 || !is_plain(test, names, &count, DEPTH_MOST)) return;
  for (unsigned i = 0; i < count && !m->failed; i++) {
    struct js_table *in;
    const struct js_entry *entry = js_find_variable(m, scope, names[i], &in);
    if (!entry || !in->frame) continue;
    if (entry->value.type == JS_V_SET && entry->value.set->count <= VALUES_MOST)
      narrow_set(m, scope, test, names[i], holds);
    else if (entry->value.type == JS_V_UNKNOWN)
      narrow_unknown(m, scope, test, names[i], holds, narrowed);
  }
}

// Was nothing else put into the variable since?
static bool is_within(struct js_value v, struct js_value kept) {
  const struct js_value *list, *texts;
  uint32_t count = js_alternatives(&v, &list), kept_count = js_alternatives(&kept, &texts);
  for (uint32_t i = 0; i < count; i++) {
    bool found = list[i].type == JS_V_UNKNOWN;
    for (uint32_t k = 0; k < kept_count && !found; k++) found = js_same(list[i], texts[k]);
    if (!found) return false;
  }
  return true;
}

void js_narrow_end(struct js_machine *m, struct js_scope *scope, const struct js_narrowed *narrowed) {
  for (unsigned i = 0; i < narrowed->count && !m->failed; i++) {
    struct js_table *in;
    const struct js_entry *entry = js_find_variable(m, scope, narrowed->names[i], &in);
    if (entry && js_may_be(entry->value, JS_V_UNKNOWN) && is_within(entry->value, narrowed->kept[i]))
      put(m, scope, narrowed->names[i], js_unknown());
  }
}

// The value of a case.
static struct js_value value_of_case(const struct js_node *one) {
  return one && one->kind == JS_STRING ? js_text(one->text) : js_unknown();
}

static bool has_case(const struct js_node *over, struct js_value v) {
  for (const struct js_node *at = over->list; at; at = at->next)
    if (at->a && at->a->kind == JS_STRING && js_same(value_of_case(at->a), v)) return true;
  return false;
}

// In a `switch` over a variable, where it comes to a case, or to none of them (NULL: `default`).
void js_narrow_case(struct js_machine *m, struct js_scope *scope, const struct js_node *over, const struct js_node *one,
                    struct js_narrowed *narrowed) {
  struct js_table *in;
  struct js_entry *entry = over->a->kind == JS_NAME ? js_find_variable(m, scope, over->a->text, &in) : NULL;
  struct js_value kept = {.type = JS_V_ABSENT}, text = value_of_case(one);
  if (!entry || !in->frame || m->failed || !m->fuel || (one && text.type != JS_V_TEXT)) return;
  const struct js_value v = entry->value, *list;
  uint32_t count = js_alternatives(&v, &list);
  for (uint32_t i = 0; i < count; i++) {
    struct js_value value = list[i];
    bool may = one ? value.type != JS_V_TEXT || js_has_gap(value.text) || js_same(value, text) : !has_case(over, value);
    if (one && may && (value.type == JS_V_UNKNOWN || value.type == JS_V_TEXT)) value = text;
    if (may) kept = kept.type == JS_V_ABSENT ? value : js_join(m, kept, value);
  }
  if (v.type == JS_V_UNKNOWN && one) {
    narrowed->names[narrowed->count] = over->a->text;
    narrowed->kept[narrowed->count++] = text;
  }
  put(m, scope, over->a->text, kept);
}
