// Regular expressions, applied to texts that are known: what `re` does, as far as names are made and found by it.
//
// A compiled expression has its text in the snapshot; Python's differ from JavaScript's in how groups are named, and little else, so one
// matcher serves both. A match is a tuple of its groups: no tuple has a method `group`. What is not understood is unknown.
//
// Spec: docs.python.org, "re: Regular expression operations".

#include "js_regex.h"
#include "py_machine.h"

enum {
  MATCHES_MOST = 64,
  PATTERN_MOST = 256,
  // PatternObject (Modules/_sre/sre.h), of 32 bits
  PATTERN_TEXT = 24,
  PATTERN_FLAGS = 28,
  FLAG_IGNORE_CASE = 2,
  FLAG_MULTILINE = 8,
  FLAG_DOT_ALL = 16,
  FLAG_VERBOSE = 64,
};

struct regex {
  char text[PATTERN_MOST], flags[4];
  size_t size;
  uint32_t groups;
};

static bool is_pattern(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  return c->kind == PY_HEAP && cm_str_is(py_type_name(m->heap, py_type_of(m->heap, (py_address)c->number)), "re.Pattern");
}

// (?P<name>…) is (?<name>…).
static bool read_regex(struct py_machine *m, py_value v, struct regex *out) {
  struct cm_str text;
  bool open;
  uint32_t flags = 0;
  *out = (struct regex){.groups = 0};
  if (is_pattern(m, v)) {
    py_address at = (py_address)py_cell(&m->values, v)->number;
    flags = py_word(m->heap, (uint64_t)at + PATTERN_FLAGS);
    v = py_of_address(m, py_word(m->heap, (uint64_t)at + PATTERN_TEXT));
  }
  if (!py_text_of(m, v, &text, &open) || open || text.size >= sizeof out->text || flags & FLAG_VERBOSE) return false;
  for (size_t i = 0; i < text.size; i++) {
    bool escaped = i && text.at[i - 1] == '\\' && !(i > 1 && text.at[i - 2] == '\\');
    bool named = text.at[i] == '(' && i + 3 < text.size && text.at[i + 1] == '?' && text.at[i + 2] == 'P' && text.at[i + 3] == '<';
    bool group = text.at[i] == '(' && (named || i + 1 == text.size || text.at[i + 1] != '?');
    out->groups += group && !escaped;
    if (i > 1 && text.at[i] == 'P' && text.at[i - 1] == '?' && text.at[i - 2] == '(') continue;
    out->text[out->size++] = text.at[i];
  }
  size_t count = 0;
  if (flags & FLAG_IGNORE_CASE) out->flags[count++] = 'i';
  if (flags & FLAG_MULTILINE) out->flags[count++] = 'm';
  if (flags & FLAG_DOT_ALL) out->flags[count++] = 's';
  return out->groups < JS_GROUPS;
}

static enum js_match search(struct py_machine *m, const struct regex *r, struct cm_str text, size_t from,
                            struct js_groups *groups) {
  enum js_match match = js_regex((struct cm_str){r->text, r->size}, cm_str_of(r->flags), text, from, groups);
  py_charge(m, groups->steps / 32 + 1);
  return match;
}

static py_value group_value(struct py_machine *m, const struct js_groups *groups, uint32_t i) {
  return groups->of[i].at ? py_make_text(&m->values, groups->of[i], false) : m->none;
}

static py_value match_value(struct py_machine *m, const struct regex *r, const struct js_groups *groups, uint32_t first) {
  py_value values[JS_GROUPS];
  for (uint32_t i = first; i <= r->groups; i++) values[i - first] = group_value(m, groups, i);
  return py_make_items(&m->values, PY_TUPLE, values, r->groups + 1 - first, 0);
}

// What a match is replaced by: a text with \1 in it, or what a function makes of the match.
static py_value replacement(struct py_machine *m, const struct regex *r, py_value with, const struct js_groups *groups) {
  struct cm_str text;
  bool open;
  if (!py_text_of(m, with, &text, &open)) {
    py_value match = match_value(m, r, groups, 0);
    return py_call(m, with, &(struct py_arguments){.positional = &match, .count = 1});
  }
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  size_t from = 0;
  for (size_t i = 0; i + 1 < text.size; i++) {
    if (text.at[i] != '\\') continue;
    char c = text.at[i + 1];
    if (c < '1' || c > '9' || (uint32_t)(c - '0') > r->groups) return 0;
    result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + from, i - from}, false));
    result = py_concat(m, result, py_make_text(&m->values, groups->of[c - '0'], false));
    from = ++i + 1;
  }
  return py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + from, text.size - from}, open));
}

struct match_list {
  struct js_groups of[MATCHES_MOST];
  uint32_t count;
};

// All matches, one behind the other. False: not known.
static bool find_all(struct py_machine *m, const struct regex *r, struct cm_str text, struct match_list *list) {
  list->count = 0;
  for (size_t from = 0; from <= text.size;) {
    struct js_groups *groups = &list->of[list->count];
    enum js_match match = search(m, r, text, from, groups);
    if (match == JS_DOES_NOT) return true;
    if (match == JS_NOT_KNOWN || list->count + 1 == MATCHES_MOST) return false;
    list->count++;
    from = (size_t)(groups->of[0].at - text.at) + groups->of[0].size + !groups->of[0].size;
  }
  return true;
}

static py_value substituted(struct py_machine *m, const struct regex *r, py_value with, struct cm_str text) {
  struct match_list list;
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  size_t from = 0;
  if (!find_all(m, r, text, &list)) return 0;
  for (uint32_t i = 0; i < list.count; i++) {
    size_t begins = (size_t)(list.of[i].of[0].at - text.at);
    result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + from, begins - from}, false));
    result = py_concat(m, result, replacement(m, r, with, &list.of[i]));
    from = begins + list.of[i].of[0].size;
  }
  return py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + from, text.size - from}, false));
}

static py_value all_found(struct py_machine *m, const struct regex *r, struct cm_str text, bool as_matches) {
  struct match_list list;
  py_value values[MATCHES_MOST];
  if (!find_all(m, r, text, &list)) return 0;
  for (uint32_t i = 0; i < list.count; i++)
    values[i] = as_matches      ? match_value(m, r, &list.of[i], 0)
                : r->groups < 2 ? group_value(m, &list.of[i], r->groups)
                                : match_value(m, r, &list.of[i], 1);
  return py_make_items(&m->values, PY_TUPLE, values, list.count, 0);
}

static py_value one_found(struct py_machine *m, const struct regex *r, struct cm_str text, bool at_start, bool to_end) {
  struct js_groups groups;
  enum js_match match = search(m, r, text, 0, &groups);
  if (match == JS_NOT_KNOWN) return 0;
  bool fits = match == JS_MATCHES && (!at_start || groups.of[0].at == text.at) && (!to_end || groups.of[0].size == text.size);
  // Another way might have matched from the start, or to the end.
  if (match == JS_MATCHES && !fits) return 0;
  return fits ? match_value(m, r, &groups, 0) : m->none;
}

bool py_regex_call(struct py_machine *m, struct cm_str name, py_value pattern, const struct py_arguments *a, py_value *result) {
  enum { SUB, FINDALL, FINDITER, MATCH, FULLMATCH, SEARCH, COUNT };
  static const char *const names[COUNT] = {"sub", "findall", "finditer", "match", "fullmatch", "search"};
  struct regex r;
  struct cm_str text;
  bool open;
  int what = 0;
  while (what < COUNT && !cm_str_is(name, names[what])) what++;
  if (what == COUNT || a->named_count || a->more || a->count != (what == SUB ? 2 : 1) || !read_regex(m, pattern, &r)) return false;
  py_value on = a->positional[a->count - 1];
  *result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, on); i++) {
    if (!py_text_of(m, py_choice(&m->values, on, i), &text, &open) || open) return false;
    if (!text.size) text = CM_STR("");
    py_value one = what == SUB        ? substituted(m, &r, a->positional[0], text)
                   : what == FINDALL  ? all_found(m, &r, text, false)
                   : what == FINDITER ? all_found(m, &r, text, true)
                                      : one_found(m, &r, text, what != SEARCH, what == FULLMATCH);
    *result = py_join(&m->values, *result, one);
  }
  return true;
}

bool py_match_method(struct py_machine *m, py_value match, struct cm_str name, const struct py_arguments *a, py_value *result) {
  bool exact;
  if (py_kind(&m->values, match) != PY_TUPLE) return false;
  if (cm_str_is(name, "group") && a->count < 2) {
    const struct py_cell *which = py_cell(&m->values, py_argument(a, 0, m->none));
    if (which->kind != PY_INT && which->kind != PY_NONE) return false;
    *result = py_element_at(m, match, which->kind == PY_INT ? (uint32_t)which->number : 0, &exact);
    if (*result == m->unbound) *result = 0;
    return true;
  }
  if (!cm_str_is(name, "groups") || a->count) return false;
  struct py_elements all = py_elements_of(m, match);
  *result = all.count ? py_make_items(&m->values, PY_TUPLE, all.items + 1, all.count - 1, 0) : 0;
  return true;
}
