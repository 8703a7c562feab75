// Texts that have the name of one of the host's entries in them.
//
// Programs that come from other systems make lines of the entries, `NAME=value`, and go on with these: they look for the one that begins
// with "PORT=", cut lines at the "=", join them and search all of the text by a regular expression. A line is the name with what stands
// before and behind it; what stands between lines that were joined is remembered too. No name has in it what it is set off with, so a text
// that a line is compared with, or is sought to begin with, has a name as far as that. Where it is not seen which name is meant any may be:
// the place is undecided.

#include "js_machine.h"

enum line_part { NO_NAME, NAME, FRONT_OF_NAME, ANY_NAME };

static struct js_value gap(void) { return js_text(CM_STR("\xff")); }

static bool whole(struct js_value v) { return v.type == JS_V_TEXT && !js_has_gap(v.text); }

static bool is_name_alone(const struct js_key *key) { return !key->before.size && !key->behind.size && !key->between.size; }

struct js_value js_key_changed(struct js_machine *m, struct js_key key) {
  key.form = JS_CHANGED;
  return js_key_value(m, key);
}

struct cm_str js_line_text(struct js_machine *m, const struct js_key *key) {
  return js_concat(m, js_concat(m, key->before, CM_STR("\xff")), key->behind);
}

// What surely stands behind the name.
static struct cm_str mark_of(const struct js_key *key) {
  const char *end = key->behind.size ? memchr(key->behind.at, (unsigned char)JS_GAP, key->behind.size) : NULL;
  return (struct cm_str){key->behind.at, end ? (size_t)(end - key->behind.at) : key->behind.size};
}

static const char *find(struct cm_str in, struct cm_str what) {
  return what.size && in.size ? memmem(in.at, in.size, what.at, what.size) : NULL;
}

static bool ends_with(struct cm_str text, struct cm_str end) {
  return text.size >= end.size && (!end.size || !memcmp(text.at + text.size - end.size, end.at, end.size));
}

static struct cm_str after(struct cm_str text, size_t size) {
  return size ? (struct cm_str){text.at + size, text.size - size} : text;
}

static struct cm_str shorter(struct cm_str text, size_t by) { return (struct cm_str){text.at, text.size - by}; }

// Names are made of letters, digits and underlines; what begins with anything else sets them off.
static bool sets_off(struct cm_str mark) {
  char c = mark.size ? mark.at[0] : '_';
  return !(c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

// --- joining ---

// What the line ends with, cut off.
static struct cm_str cut_end(struct js_key *key) {
  if (!key->behind.size) return key->behind;
  const char *last = memrchr(key->behind.at, (unsigned char)JS_GAP, key->behind.size);
  size_t kept = last ? (size_t)(last + 1 - key->behind.at) : 0;
  struct cm_str end = {key->behind.at + kept, key->behind.size - kept};
  key->behind.size = kept;
  return end;
}

// Line behind line: what stands between them is what the first ended with.
static struct js_value join_lines(struct js_machine *m, struct js_key a, const struct js_key *b) {
  if (a.between.size) return js_key_value(m, a);
  a.between = cut_end(&a);
  if (!a.between.size) a.between = b->before;
  if (a.sink != b->sink || !a.between.size) return js_key_changed(m, a);
  return js_key_value(m, a);
}

struct js_value js_line_join(struct js_machine *m, struct js_value a, struct js_value b) {
  struct js_value with_name = a.type == JS_V_KEY ? a : b;
  struct js_key key = *with_name.key;
  if (js_is_place(a) || js_is_place(b)) return js_unknown();
  if (a.type == JS_V_KEY && b.type == JS_V_KEY) return join_lines(m, key, b.key);
  if (key.between.size) return with_name;
  if (a.type == JS_V_KEY)
    key.behind = js_concat(m, key.behind, js_to_text(m, b));
  else
    key.before = js_concat(m, js_to_text(m, a), key.before);
  return js_key_value(m, key);
}

struct js_value js_line_between(struct js_machine *m, struct js_value line, struct cm_str between) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&line, &list);
  struct js_value all = js_unknown();
  bool any = false;
  for (uint32_t i = 0; i < count; i++) {
    if (list[i].type != JS_V_KEY) continue;
    struct js_key key = *list[i].key;
    if (!key.between.size) key.between = between;
    struct js_value one = between.size ? js_key_value(m, key) : js_key_changed(m, key);
    all = any ? js_join(m, all, one) : one;
    any = true;
  }
  return all;
}

// --- the name in a text ---

// The name within a text that a line is (`exactly`), or begins with.
static enum line_part name_in(const struct js_key *key, struct cm_str text, bool exactly, struct cm_str *name) {
  struct cm_str mark = mark_of(key);
  if (js_has_gap(key->before)) return ANY_NAME;
  if (!cm_str_starts(text, key->before)) return text.size && text.at[0] == JS_GAP ? ANY_NAME : NO_NAME;
  text = after(text, key->before.size);
  *name = text;
  if (!key->behind.size) return exactly ? NAME : FRONT_OF_NAME;
  if (exactly && mark.size == key->behind.size) {
    *name = ends_with(text, mark) ? shorter(text, mark.size) : text;
    return ends_with(text, mark) ? NAME : NO_NAME;
  }
  if (!sets_off(mark)) return ANY_NAME;
  const char *found = find(text, mark);
  if (found) {
    name->size = (size_t)(found - text.at);
    return NAME;
  }
  if (exactly) return js_has_gap(text) ? ANY_NAME : NO_NAME;
  for (size_t n = mark.size - 1; n; n--)
    if (ends_with(text, (struct cm_str){mark.at, n})) {
      *name = shorter(text, n);
      return NAME;
    }
  return FRONT_OF_NAME;
}

bool js_line_name(struct js_machine *m, const struct js_key *key, struct cm_str text, struct cm_str *name, uint32_t at) {
  enum line_part part = name_in(key, text, true, name);
  if (part == ANY_NAME) js_ask_all(m, key, at);
  return part == NAME;
}

// --- searching ---

// The name of one line among several: what is sought begins with what stands between them.
static struct js_value search_one(struct js_machine *m, struct js_value self, struct cm_str text, enum js_where where,
                                  uint32_t at) {
  struct js_key *key = (struct js_key *)(uintptr_t)self.key;
  struct cm_str name = CM_STR("");
  if (where == JS_INCLUDES && (find(key->behind, text) || find(key->between, text))) return js_bool(true);
  if (where == JS_INCLUDES && key->between.size && cm_str_starts(text, key->between) && text.size > key->between.size) {
    text = after(text, key->between.size);
    where = JS_STARTS;
  }
  if (where == JS_ENDS && !key->behind.size) {
    js_ask_pattern(m, key, CM_STR(""), text, at);
    return js_unknown();
  }
  enum line_part part = where == JS_ENDS ? ANY_NAME : name_in(key, text, false, &name);
  if (part == ANY_NAME) {
    js_ask_all(m, key, at);
  } else if (part == NAME && where == JS_STARTS) {
    js_ask_name(m, key, name, at);
  } else if (part != NO_NAME) {
    struct cm_str any = CM_STR("\xff");
    js_ask_pattern(m, key,
                   where == JS_STARTS ? name
                   : part == NAME     ? CM_STR("")
                                      : js_concat(m, any, name),
                   where == JS_STARTS || part != NAME ? CM_STR("") : name, at);
  }
  return js_unknown();
}

struct js_value js_line_search(struct js_machine *m, struct js_value self, struct js_value wanted, enum js_where where,
                               uint32_t at) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&wanted, &list);
  struct js_value all = js_unknown();
  for (uint32_t i = 0; i < count; i++) {
    if (list[i].type == JS_V_UNKNOWN) js_ask_all(m, self.key, at);
    if (list[i].type != JS_V_TEXT) continue;
    struct js_value one = search_one(m, self, list[i].text, where, at);
    all = i ? js_join(m, all, one) : one;
  }
  if (where == JS_STARTS && count == 1 && whole(wanted)) ((struct js_key *)(uintptr_t)self.key)->tested = wanted.text;
  return all;
}

// indexOf: of what sets the name off, the place where the name ends. Of anything else, whether it is the beginning may be asked.
struct js_value js_line_place(struct js_machine *m, struct js_value self, struct js_value wanted, uint32_t at) {
  struct js_key key = *self.key;
  bool is_end = whole(wanted) && wanted.text.size && cm_str_starts(mark_of(&key), wanted.text) && sets_off(wanted.text);
  is_end &= !key.before.size && !key.between.size;
  if (!is_end) js_line_search(m, self, wanted, JS_INCLUDES, at);
  if (!whole(wanted) || key.form != JS_AS_IS) return js_unknown();
  key.tested = wanted.text;
  key.form = is_end ? JS_END : JS_PLACE;
  return js_key_value(m, key);
}

void js_line_is_at(struct js_machine *m, struct js_key place, struct js_value number, uint32_t at) {
  if (number.type != JS_V_NUMBER || number.number != 0) return;
  place.form = JS_AS_IS;
  js_line_search(m, js_key_value(m, place), js_text(place.tested), JS_STARTS, at);
}

// --- cutting ---

static struct js_value name_alone(struct js_machine *m, struct js_key key) {
  key.behind = key.between = key.tested = CM_STR("");
  return js_key_value(m, key);
}

struct js_value js_line_cut(struct js_machine *m, struct js_value self, const struct js_arguments *a) {
  double from;
  struct js_key key = *self.key;
  struct cm_str name = CM_STR("");
  struct js_value to = js_argument(a, 1);
  bool known = js_to_number(js_argument(a, 0), &from);
  if (known && from == 0 && to.type == JS_V_KEY && to.key->form == JS_END) return name_alone(m, key);
  if (!known && key.behind.size) return gap();  // behind the place that was looked for
  if (!known || a->count != 1 || key.form == JS_CHANGED || key.between.size) return js_key_changed(m, key);
  if (key.before.size && from == (double)key.before.size) {
    key.before = CM_STR("");
    return js_key_value(m, key);
  }
  if (from != (double)key.tested.size || key.form != JS_AS_IS) return js_key_changed(m, key);
  enum line_part part = name_in(&key, key.tested, false, &name);
  if (part == NAME) return gap();
  if (part != FRONT_OF_NAME) return js_key_changed(m, key);
  // Where the name was tested to begin with a text that long, the rest stands for the name.
  key.front = js_concat(m, key.front, name);
  key.tested = key.before = CM_STR("");
  return js_key_value(m, key);
}

// Does all that fits the expression begin with something that no name has in it?
static bool fits_beside(struct cm_str regex) {
  if (regex.size < 2 || regex.at[0] == '\\')
    return regex.size > 1 && strchr("nrt", regex.at[1]) && !memchr(regex.at, '|', regex.size);
  return sets_off(regex) && !strchr(".^$*+?()[]{}|", regex.at[0]) && !memchr(regex.at, '|', regex.size) &&
         !strchr("*?{", regex.at[1]);
}

// replace: what begins with something that no name has in it leaves names as they are; where all that stands behind the name is replaced by
// nothing, the name is left.
struct js_value js_line_replace(struct js_machine *m, struct js_value self, struct js_value what, struct js_value with) {
  struct cm_str mark = mark_of(self.key), regex = js_is(what, JS_C_REGEX) ? what.object->target.text : CM_STR("");
  struct cm_str first = regex.size ? regex : whole(what) ? what.text : CM_STR("");
  bool beside = regex.size ? fits_beside(regex) : sets_off(first);
  if (!beside || !mark.size || !sets_off(mark)) return js_key_changed(m, *self.key);
  if (first.at[0] != mark.at[0]) return self;
  struct cm_str rest = {first.at + 1, first.size - 1};
  bool is_all = regex.size && mark.size == 1 && cm_str_starts(rest, CM_STR(".*")) && whole(with) && !with.text.size;
  return is_all && !self.key->between.size ? name_alone(m, *self.key) : js_key_changed(m, *self.key);
}

static bool is_cut_by(struct js_machine *m, struct js_value by, struct cm_str text) {
  struct js_groups groups;
  if (!text.size) return false;
  if (whole(by)) return by.text.size && cm_str_starts(text, by.text);
  return js_is(by, JS_C_REGEX) && js_search(m, by.object, text, 0, &groups) == JS_MATCHES && groups.of[0].at == text.at &&
         groups.of[0].size;
}

struct js_value js_line_split(struct js_machine *m, struct js_value self, struct js_value by) {
  struct js_object *out = js_array(m);
  struct js_key key = *self.key, without_end = key;
  bool has_end = !key.between.size && is_cut_by(m, by, cut_end(&without_end));
  if (key.between.size && is_cut_by(m, by, key.between)) {
    key.between = key.tested = CM_STR("");
    js_open_with(m, out, js_key_value(m, key));
  } else if (!key.between.size && is_cut_by(m, by, js_concat(m, mark_of(&key), CM_STR("x")))) {
    js_push(m, &out->items, name_alone(m, key));
    js_open_with(m, out, gap());
  } else if (has_end) {
    js_push(m, &out->items, js_key_value(m, without_end));
    js_push(m, &out->items, js_text(CM_STR("")));
  } else {
    js_open_with(m, out, js_key_changed(m, key));
  }
  return js_of(out);
}

// --- regular expressions ---

// Which group of the expression is the name in a line whose name is `name`. 0: none.
static int group_of_name(struct js_machine *m, const struct js_object *regex, const struct js_key *key, struct cm_str name,
                         struct cm_str *group_name) {
  static const char *const values[] = {"value", "1"};
  struct cm_str front = js_concat(m, js_concat(m, key->before, name), mark_of(key));
  if (js_has_gap(front)) return 0;
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    struct js_groups groups;
    struct cm_str line = js_has_gap(key->behind) ? js_concat(m, front, cm_str_of(values[i])) : front;
    if (js_search(m, regex, line, 0, &groups) != JS_MATCHES) continue;
    for (int k = 1; k < JS_GROUPS; k++) {
      *group_name = groups.names[k];
      if (groups.of[k].at && groups.of[k].at == after(line, key->before.size).at && cm_str_equal(groups.of[k], name)) return k;
    }
  }
  *group_name = CM_STR("");
  return 0;
}

struct js_value js_line_match(struct js_machine *m, const struct js_object *regex, struct js_value line, uint32_t at) {
  struct cm_str texts[JS_FITS_MOST], name, group_name = CM_STR("");
  const struct js_key *key = line.key;
  size_t count = js_fits_texts(m, regex, texts);
  int group = group_of_name(m, regex, key, CM_STR("NAME"), &group_name);  // of any line: which one is meant is told by what follows
  bool any = false, of_any = group != 0;
  for (size_t i = 0; !of_any && i < count; i++) {
    enum line_part part = name_in(key, texts[i], true, &name);
    any |= part == ANY_NAME;
    if (part != NAME) continue;
    js_ask_name(m, key, name, at);
    if (!js_has_gap(name) && !group) group = group_of_name(m, regex, key, name, &group_name);
  }
  if (any) js_ask_all(m, key, at);
  struct js_object *match = js_array(m), *groups = js_object(m, JS_C_PLAIN);
  struct js_key alone = *key;
  alone.before = CM_STR("");
  js_open_with(m, match, gap());
  js_open_with(m, groups, gap());
  js_push(m, &match->items, key->between.size ? js_key_changed(m, *key) : line);
  for (int i = 1; i < group; i++) js_push(m, &match->items, gap());
  if (group) js_push(m, &match->items, name_alone(m, alone));
  if (group_name.size) js_set_entry(m, &groups->props, group_name, name_alone(m, alone), 0);
  js_set_entry(m, &match->props, CM_STR("groups"), js_of(groups), 0);
  return js_of(match);
}

bool js_is_place(struct js_value v) { return v.type == JS_V_KEY && v.key->form >= JS_END; }

bool js_is_line(struct js_value v) { return v.type == JS_V_KEY && !is_name_alone(v.key); }
