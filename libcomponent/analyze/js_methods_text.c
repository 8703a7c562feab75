// Methods of texts, and of the names of the host's entries, which are texts of which nothing is known.
//
// What a method does to a name tells which names are meant: one that must begin with a text is asked for by that beginning, and what is
// cut off in front is remembered, so that the rest still stands for the whole name.
//
// Spec: ECMA-262, "String Objects".

#include "js_machine.h"

typedef const struct js_arguments *arguments_t;

enum { PIECES = 256 };  // of a text that is cut up

static struct js_value gap(void) { return js_text(CM_STR("\xff")); }

static bool whole(struct js_value v) { return v.type == JS_V_TEXT && !js_has_gap(v.text); }

struct js_value js_key_value(struct js_machine *m, struct js_key with) {
  struct js_key *key = cm_alloc(m->arena, sizeof *key);
  if (!key) {
    m->failed = true;
    return js_unknown();
  }
  *key = with;
  return (struct js_value){.type = JS_V_KEY, .key = key};
}

static struct js_value changed(struct js_machine *m, struct js_value self) {
  return self.type == JS_V_KEY ? js_key_changed(m, *self.key) : gap();
}

// --- letters ---

static struct js_value change_case(struct js_machine *m, struct js_value self, char from, char to) {
  if (self.type == JS_V_KEY) {
    struct js_key key = *self.key;
    key.form = from == 'a' && key.form != JS_CHANGED ? JS_UPPER : JS_CHANGED;
    return js_key_value(m, key);
  }
  char *text = cm_alloc_text(m->arena, self.text.at, self.text.size);
  if (!text) {
    m->failed = true;
    return js_unknown();
  }
  for (size_t i = 0; i < self.text.size; i++)
    if (text[i] >= from && text[i] <= from + 25) text[i] = (char)(text[i] - from + to);
  return js_text((struct cm_str){text, self.text.size});
}

static struct js_value text_upper(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return change_case(m, self, 'a', 'A');
}
static struct js_value text_lower(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return change_case(m, self, 'A', 'a');
}

static struct js_value text_same(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return self;
}

static struct js_value trim(struct js_value self, bool in_front, bool behind) {
  if (self.type != JS_V_TEXT) return self;
  struct cm_str t = self.text;
  while (in_front && t.size && strchr(" \t\r\n", t.at[0]) && t.at[0]) t.at++, t.size--;
  while (behind && t.size && strchr(" \t\r\n", t.at[t.size - 1]) && t.at[t.size - 1]) t.size--;
  return js_text(t);
}
static struct js_value text_trim(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return trim(self, true, true);
}
static struct js_value text_trim_start(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return trim(self, true, false);
}
static struct js_value text_trim_end(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return trim(self, false, true);
}

static struct js_value text_concat(struct js_machine *m, struct js_value self, arguments_t a) {
  for (uint32_t i = 0; i < a->count; i++) self = js_add_values(m, self, a->values[i]);
  return self;
}

// --- parts ---

static size_t clamp(double position, size_t size, bool from_end) {
  if (position < 0 && from_end) position += (double)size;
  return !(position > 0) ? 0 : position > (double)size ? size : (size_t)position;
}

static struct js_value part(struct js_machine *m, struct js_value self, arguments_t a, bool from_end, bool counts) {
  double from = 0, to;
  if (self.type == JS_V_KEY) return js_line_cut(m, self, a);
  struct js_value end = js_argument(a, 1);
  if (!whole(self) || !js_to_number(js_argument(a, 0), &from)) return gap();
  size_t size = self.text.size, first = clamp(from, size, from_end), last = size;
  if (end.type != JS_V_UNDEFINED) {
    if (!js_to_number(end, &to)) return gap();
    last = counts ? clamp((double)first + to, size, false) : clamp(to, size, from_end);
  }
  if (!from_end && last < first) {
    size_t swap = first;
    first = last, last = swap;
  }
  return js_text((struct cm_str){self.text.at + first, last > first ? last - first : 0});
}

static struct js_value text_slice(struct js_machine *m, struct js_value self, arguments_t a) {
  return part(m, self, a, true, false);
}
static struct js_value text_substring(struct js_machine *m, struct js_value self, arguments_t a) {
  return part(m, self, a, false, false);
}
static struct js_value text_substr(struct js_machine *m, struct js_value self, arguments_t a) {
  return part(m, self, a, true, true);
}

static struct js_value text_at(struct js_machine *m, struct js_value self, arguments_t a) {
  double position = 0;
  if (self.type == JS_V_KEY) return changed(m, self);
  if (!whole(self) || !js_to_number(js_argument(a, 0), &position)) return gap();
  if (position < 0) position += (double)self.text.size;
  if (!(position >= 0 && position < (double)self.text.size)) return js_text(CM_STR(""));
  return js_text((struct cm_str){self.text.at + (size_t)position, 1});
}

static struct js_value text_repeat(struct js_machine *m, struct js_value self, arguments_t a) {
  double count;
  if (!whole(self) || !js_to_number(js_argument(a, 0), &count) || !(count >= 0 && count <= PIECES)) return gap();
  struct cm_str text = CM_STR("");
  for (unsigned i = 0; i < (unsigned)count; i++) text = js_concat(m, text, self.text);
  return js_text(text);
}

static struct js_value pad(struct js_machine *m, struct js_value self, arguments_t a, bool in_front) {
  double size;
  struct js_value with = a->count > 1 ? a->values[1] : js_text(CM_STR(" "));
  if (!whole(self) || !whole(with) || !js_to_number(js_argument(a, 0), &size) || !(size <= PIECES)) return gap();
  struct cm_str fill = CM_STR("");
  size_t wanted = size > (double)self.text.size ? (size_t)size - self.text.size : 0;
  while (fill.size < wanted && with.text.size && !m->failed) fill = js_concat(m, fill, with.text);
  if (fill.size > wanted) fill.size = wanted;
  return js_text(in_front ? js_concat(m, fill, self.text) : js_concat(m, self.text, fill));
}
static struct js_value text_pad_start(struct js_machine *m, struct js_value self, arguments_t a) { return pad(m, self, a, true); }
static struct js_value text_pad_end(struct js_machine *m, struct js_value self, arguments_t a) { return pad(m, self, a, false); }

// --- searching ---

static const char *find(struct cm_str in, struct cm_str what) {
  return what.size ? memmem(in.at, in.size, what.at, what.size) : in.at;
}

static struct js_value search(struct js_machine *m, struct js_value self, arguments_t a, enum js_where where) {
  struct js_value wanted = js_argument(a, 0);
  if (self.type == JS_V_KEY) return js_line_search(m, self, wanted, where, a->at);
  if (!whole(self) || !whole(wanted)) return js_unknown();
  struct cm_str text = self.text, what = wanted.text;
  if (where == JS_STARTS) return js_bool(cm_str_starts(text, what));
  if (where == JS_ENDS) return js_bool(text.size >= what.size && !memcmp(text.at + text.size - what.size, what.at, what.size));
  return js_bool(find(text, what) != NULL);
}

static struct js_value text_starts(struct js_machine *m, struct js_value self, arguments_t a) {
  return search(m, self, a, JS_STARTS);
}
static struct js_value text_ends(struct js_machine *m, struct js_value self, arguments_t a) { return search(m, self, a, JS_ENDS); }
static struct js_value text_includes(struct js_machine *m, struct js_value self, arguments_t a) {
  return search(m, self, a, JS_INCLUDES);
}

static struct js_value text_last_index_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value wanted = js_argument(a, 0);
  if (self.type == JS_V_KEY) return js_line_place(m, self, wanted, a->at);
  if (!whole(self) || !whole(wanted) || a->count > 1) return js_unknown();
  size_t at = self.text.size + 1 - (wanted.text.size <= self.text.size ? wanted.text.size : self.text.size + 1);
  while (at && memcmp(self.text.at + at - 1, wanted.text.at, wanted.text.size) != 0) at--;
  return js_number((double)at - 1);
}

static struct js_value text_index_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value wanted = js_argument(a, 0);
  if (self.type == JS_V_KEY) return js_line_place(m, self, wanted, a->at);
  if (!whole(self) || !whole(wanted)) return js_unknown();
  const char *at = find(self.text, wanted.text);
  return js_number(at ? (double)(at - self.text.at) : -1);
}

static struct js_value text_compare(struct js_machine *m, struct js_value self, arguments_t a) {
  js_compare(m, JS_T_SAME, self, js_argument(a, 0), a->at);
  return js_unknown();
}

// --- regular expressions ---

enum js_match js_search(struct js_machine *m, const struct js_object *regex, struct cm_str text, size_t from,
                        struct js_groups *groups) {
  enum js_match match = js_regex(regex->target.text, regex->name, text, from, groups);
  uint64_t cost = groups->steps / 8;
  m->fuel -= m->fuel < cost ? m->fuel : cost;
  return match;
}

// "$1" and "$&" of a replacement.
static struct cm_str expand(struct js_machine *m, struct cm_str with, const struct js_groups *groups) {
  struct cm_str text = CM_STR("");
  size_t from = 0;
  for (size_t i = 0; i + 1 < with.size; i++) {
    if (with.at[i] != '$') continue;
    char c = with.at[i + 1];
    if (c != '&' && c != '$' && !(c >= '1' && c <= '9')) continue;
    struct cm_str group = c == '$' ? CM_STR("$") : groups->of[c == '&' ? 0 : c - '0'];
    text = js_concat(m, js_concat(m, text, (struct cm_str){with.at + from, i - from}), group.at ? group : CM_STR(""));
    from = i++ + 2;
  }
  return js_concat(m, text, (struct cm_str){with.at + from, with.size - from});
}

static struct js_value replacement(struct js_machine *m, struct js_value with, const struct js_groups *groups, uint32_t at) {
  if (with.type == JS_V_TEXT) return js_text(expand(m, with.text, groups));
  if (!js_is(with, JS_C_FUNCTION)) return gap();
  struct js_value values[3];
  for (int i = 0; i < 3; i++) values[i] = groups->of[i].at ? js_text(groups->of[i]) : js_undefined();
  struct js_arguments arguments = {values, 3, at};
  struct js_value v = js_call(m, with, js_undefined(), &arguments);
  js_caught(m);
  return js_text(js_to_text(m, v));
}

static struct js_value replace_regex(struct js_machine *m, struct js_value self, const struct js_object *regex,
                                     struct js_value with, bool all, uint32_t at) {
  struct cm_str text = CM_STR(""), source = self.text;
  size_t from = 0;
  all |= regex->name.size && memchr(regex->name.at, 'g', regex->name.size);
  for (unsigned i = 0; i < PIECES && from <= source.size; i++) {
    struct js_groups groups;
    enum js_match match = js_search(m, regex, source, from, &groups);
    if (match == JS_NOT_KNOWN) return gap();
    if (match == JS_DOES_NOT) break;
    size_t begins = (size_t)(groups.of[0].at - source.at), ends = begins + groups.of[0].size;
    text = js_concat(m, text, (struct cm_str){source.at + from, begins - from});
    text = js_concat(m, text, js_to_text(m, replacement(m, with, &groups, at)));
    if (!groups.of[0].size && ends < source.size) text = js_concat(m, text, (struct cm_str){source.at + ends, 1});
    from = ends + !groups.of[0].size;
    if (!all) break;
  }
  if (from > source.size) from = source.size;
  return js_text(js_concat(m, text, (struct cm_str){source.at + from, source.size - from}));
}

static struct js_value replace_text(struct js_machine *m, struct js_value self, struct cm_str what, struct js_value with, bool all,
                                    uint32_t at) {
  struct cm_str text = CM_STR(""), rest = self.text;
  for (unsigned i = 0; i < PIECES; i++) {
    const char *found = find(rest, what);
    if (!found || (!what.size && i)) break;
    struct js_groups groups = {.of = {{found, what.size}}};
    text = js_concat(m, text, (struct cm_str){rest.at, (size_t)(found - rest.at)});
    text = js_concat(m, text, js_to_text(m, replacement(m, with, &groups, at)));
    rest.size -= (size_t)(found - rest.at) + what.size;
    rest.at = found + what.size;
    if (!all) break;
  }
  return js_text(js_concat(m, text, rest));
}

// A front that is replaced by nothing is cut off.
static struct js_value replace_in_key(struct js_machine *m, struct js_value self, struct js_value what, struct js_value with) {
  struct cm_str front = CM_STR("");
  if (js_is_line(self)) return js_line_replace(m, self, what, with);
  if (whole(what)) front = what.text;
  if (js_is(what, JS_C_REGEX) && !what.object->name.size) js_fits_front(what.object->target.text, &front);
  if (!front.size || !whole(with) || with.text.size || self.key->form != JS_AS_IS) return changed(m, self);
  struct js_key key = *self.key;
  key.front = js_concat(m, key.front, front);
  return js_key_value(m, key);
}

// A function that is given each match of a line, or a name.
static enum js_flow call_with_match(struct js_machine *m, struct js_walk *walk, struct js_value match) {
  const struct js_value *function = walk->context;
  if (js_is(match, JS_C_ARRAY))
    js_call_list(m, *function, js_undefined(), match.object, 0);
  else
    js_call_with(m, *function, js_undefined(), 0, 1, match);
  return JS_GOES_ON;
}

static struct js_value replace(struct js_machine *m, struct js_value self, arguments_t a, bool all) {
  struct js_value what = js_argument(a, 0), with = js_argument(a, 1);
  if (self.type == JS_V_KEY && js_is(what, JS_C_REGEX) && js_is(with, JS_C_FUNCTION)) {
    struct js_walk walk = {.visit = call_with_match, .context = &with};
    js_perhaps(m, &walk, js_is_line(self) ? js_line_match(m, what.object, self, a->at) : self);
    return changed(m, self);
  }
  if (self.type == JS_V_KEY) return replace_in_key(m, self, what, with);
  if (whole(self) && js_is(what, JS_C_REGEX)) return replace_regex(m, self, what.object, with, all, a->at);
  if (whole(self) && whole(what)) return replace_text(m, self, what.text, with, all, a->at);
  js_escape(m, with, a->at);
  return gap();
}

static struct js_value text_replace(struct js_machine *m, struct js_value self, arguments_t a) {
  return replace(m, self, a, false);
}
static struct js_value text_replace_all(struct js_machine *m, struct js_value self, arguments_t a) {
  return replace(m, self, a, true);
}

// A match as the program sees it: the groups in order, and those that have names.
static struct js_value match_of(struct js_machine *m, const struct js_groups *groups) {
  struct js_object *out = js_array(m), *named = js_object(m, JS_C_PLAIN);
  for (int i = 0; i < JS_GROUPS; i++) {
    struct js_value group = groups->of[i].at ? js_text(groups->of[i]) : js_undefined();
    js_push(m, &out->items, group);
    if (groups->names[i].size) js_set_entry(m, &named->props, groups->names[i], group, 0);
  }
  js_set_entry(m, &out->props, CM_STR("groups"), js_of(named), 0);
  return js_of(out);
}

// All matches, or what they have in common with those of `String.match`: the texts alone.
static struct js_value all_matches(struct js_machine *m, struct cm_str text, const struct js_object *regex, bool texts_only) {
  struct js_object *out = js_array(m);
  size_t from = 0;
  for (unsigned i = 0; i < PIECES && from <= text.size; i++) {
    struct js_groups groups;
    enum js_match match = js_search(m, regex, text, from, &groups);
    if (match == JS_NOT_KNOWN) return js_unknown();
    if (match == JS_DOES_NOT) break;
    js_push(m, &out->items, texts_only ? js_text(groups.of[0]) : match_of(m, &groups));
    from = (size_t)(groups.of[0].at - text.at) + groups.of[0].size + !groups.of[0].size;
  }
  if (texts_only && !out->items.count) return (struct js_value){.type = JS_V_NULL};
  return js_of(out);
}

static bool has_flag(const struct js_object *regex, char flag) {
  return regex->name.size && memchr(regex->name.at, flag, regex->name.size);
}

// The first match behind `from`; *ends becomes where it ends.
static struct js_value first_match(struct js_machine *m, struct js_object *regex, struct js_value text, size_t *from, uint32_t at) {
  struct js_groups groups;
  if (text.type == JS_V_KEY) return js_fits_match(m, regex, text, at);
  if (!whole(text)) return js_unknown();
  enum js_match match = js_search(m, regex, text.text, *from, &groups);
  if (match == JS_NOT_KNOWN) return js_unknown();
  *from = 0;
  if (match == JS_DOES_NOT) return (struct js_value){.type = JS_V_NULL};
  *from = (size_t)(groups.of[0].at - text.text.at) + groups.of[0].size;
  return match_of(m, &groups);
}

static struct js_value text_match(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value regex = js_argument(a, 0);
  size_t from = 0;
  if (!js_is(regex, JS_C_REGEX)) return js_unknown();
  if (whole(self) && has_flag(regex.object, 'g')) return all_matches(m, self.text, regex.object, true);
  return first_match(m, regex.object, self, &from, a->at);
}

static struct js_value text_match_all(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value regex = js_argument(a, 0);
  if (whole(self) && js_is(regex, JS_C_REGEX)) return all_matches(m, self.text, regex.object, false);
  if (js_is_line(self) && js_is(regex, JS_C_REGEX)) {
    struct js_object *all = js_array(m);
    js_open_with(m, all, js_line_match(m, regex.object, self, a->at));
    return js_of(all);
  }
  return js_unknown();
}

struct js_value js_regex_test(struct js_machine *m, struct js_value self, const struct js_arguments *a) {
  struct js_value text = js_argument(a, 0);
  struct js_groups groups;
  if (text.type == JS_V_KEY) js_fits_match(m, self.object, text, a->at);
  if (!whole(text)) return js_unknown();
  enum js_match match = js_search(m, self.object, text.text, 0, &groups);
  return match == JS_NOT_KNOWN ? js_unknown() : js_bool(match == JS_MATCHES);
}

// One that is global goes on where the last match ended.
struct js_value js_regex_exec(struct js_machine *m, struct js_value self, const struct js_arguments *a) {
  bool steps = has_flag(self.object, 'g') || has_flag(self.object, 'y');
  double last = 0;
  if (steps) js_to_number(js_get_named(m, self, CM_STR("lastIndex"), a->at), &last);
  size_t from = last > 0 ? (size_t)last : 0;
  struct js_value text = js_argument(a, 0), found = first_match(m, self.object, text, &from, a->at);
  if (steps && whole(text)) js_set_entry(m, &self.object->props, CM_STR("lastIndex"), js_number((double)from), 0);
  return found;
}

static struct js_value text_split(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *out = js_array(m);
  struct js_value by = js_argument(a, 0);
  bool regex = js_is(by, JS_C_REGEX);
  if (self.type == JS_V_KEY) return js_line_split(m, self, by);
  if (!whole(self) || !(whole(by) || regex)) {
    out->open = true;
    out->rest = gap();
    return js_of(out);
  }
  struct cm_str text = self.text;
  size_t from = 0, search = 0;
  for (unsigned i = 0; i < PIECES && search < text.size; i++) {
    struct js_groups groups = {0};
    struct cm_str rest = {text.at + search, text.size - search};
    if (regex && js_search(m, by.object, text, search, &groups) == JS_NOT_KNOWN) return js_unknown();
    if (!regex && by.text.size) groups.of[0] = (struct cm_str){find(rest, by.text), by.text.size};
    if (!regex && !by.text.size && rest.size > 1) groups.of[0] = (struct cm_str){rest.at + 1, 0};
    if (!groups.of[0].at) break;
    size_t begins = (size_t)(groups.of[0].at - text.at), ends = begins + groups.of[0].size;
    search = ends > search ? ends : search + 1;
    if (!groups.of[0].size && (begins == from || begins == text.size)) continue;
    js_push(m, &out->items, js_text((struct cm_str){text.at + from, begins - from}));
    for (int k = 1; k < JS_GROUPS && groups.of[k].at; k++) js_push(m, &out->items, js_text(groups.of[k]));
    from = ends;
  }
  js_push(m, &out->items, js_text((struct cm_str){text.at + from, text.size - from}));
  if (a->count > 1 && a->values[1].type != JS_V_UNDEFINED) js_array_limit(m, out, a->values[1]);
  return js_of(out);
}

static struct js_value text_unknown(struct js_machine *m, struct js_value self, arguments_t a) {
  if (self.type == JS_V_KEY) js_ask_all(m, self.key, a->at);
  return js_unknown();
}

const struct js_method js_text_methods[] = {
    {"toUpperCase", JS_OF_TEXTS, text_upper},
    {"toLowerCase", JS_OF_TEXTS, text_lower},
    {"toLocaleUpperCase", JS_OF_TEXTS, text_upper},
    {"toLocaleLowerCase", JS_OF_TEXTS, text_lower},
    {"toString", JS_OF_TEXTS, text_same},
    {"valueOf", JS_OF_TEXTS, text_same},
    {"normalize", JS_OF_TEXTS, text_same},
    {"trim", JS_OF_TEXTS, text_trim},
    {"trimStart", JS_OF_TEXTS, text_trim_start},
    {"trimEnd", JS_OF_TEXTS, text_trim_end},
    {"concat", JS_OF_TEXTS, text_concat},
    {"slice", JS_OF_TEXTS, text_slice},
    {"substring", JS_OF_TEXTS, text_substring},
    {"substr", JS_OF_TEXTS, text_substr},
    {"at", JS_OF_TEXTS, text_at},
    {"charAt", JS_OF_TEXTS, text_at},
    {"charCodeAt", JS_OF_TEXTS, text_unknown},
    {"codePointAt", JS_OF_TEXTS, text_unknown},
    {"repeat", JS_OF_TEXTS, text_repeat},
    {"padStart", JS_OF_TEXTS, text_pad_start},
    {"padEnd", JS_OF_TEXTS, text_pad_end},
    {"startsWith", JS_OF_TEXTS, text_starts},
    {"endsWith", JS_OF_TEXTS, text_ends},
    {"includes", JS_OF_TEXTS, text_includes},
    {"indexOf", JS_OF_TEXTS, text_index_of},
    {"lastIndexOf", JS_OF_TEXTS, text_last_index_of},
    {"search", JS_OF_TEXTS, text_unknown},
    {"localeCompare", JS_OF_TEXTS, text_compare},
    {"replace", JS_OF_TEXTS, text_replace},
    {"replaceAll", JS_OF_TEXTS, text_replace_all},
    {"match", JS_OF_TEXTS, text_match},
    {"matchAll", JS_OF_TEXTS, text_match_all},
    {"split", JS_OF_TEXTS, text_split},
};
const size_t js_text_method_count = sizeof js_text_methods / sizeof *js_text_methods;
