// The names that a regular expression fits.
//
// Programs pick entries of the host's by expressions: /^(HOST|PORT)$/, /^DB_(.+)$/. Here the texts that fit are written out, one for each
// choice that the expression leaves, as long as they are few: what may be of many kinds (a class, a repetition) is a gap in them. A text
// without a gap is a name that is asked for, one with gaps a pattern.
//
// Spec: ECMA-262, "RegExp (Regular Expression) Objects", "Patterns".

#include "js_machine.h"

enum {
  CHOICES_MOST = 8,  // characters of a class that are told one by one
  DEPTH_MOST = 16,   // groups within each other
};

struct fits {
  struct js_machine *m;
  struct cm_str regex, of[JS_FITS_MOST];
  size_t count;
  unsigned depth;
  bool ended;  // bound to the end
};

static const struct cm_str any = {"\xff", 1};

static void append(struct fits *f, struct cm_str text) {
  for (size_t i = 0; i < f->count; i++) f->of[i] = js_concat(f->m, f->of[i], text);
}

// Where there are too many ways nothing more is known of any.
static void give_up(struct fits *f) {
  if (f->count) f->count = 1, f->of[0] = any;
}

static void add(struct fits *f, struct cm_str text) {
  if (f->count < JS_FITS_MOST)
    f->of[f->count++] = text;
  else
    give_up(f);
}

// Where the group or class at `at` ends: behind its closing bracket.
static size_t end_of(const struct fits *f, size_t at, size_t end) {
  bool in_class = false;
  unsigned depth = 0;
  for (size_t i = at; i < end; i++) {
    char c = f->regex.at[i];
    if (c == '\\')
      i++;
    else if (in_class)
      in_class = c != ']';
    else if (c == '[')
      in_class = true;
    else if (c == '(')
      depth++;
    else if (c == ')')
      depth--;
    if (!in_class && !depth) return i + 1 < end ? i + 1 : end;
  }
  return end;
}

static void fit_alternatives(struct fits *f, size_t at, size_t end);

// Each text so far with each character of a class, where these are few.
static void fit_class(struct fits *f, size_t at, size_t end) {
  size_t count = end - at - 2, had = f->count;
  struct cm_str members = {f->regex.at + at + 1, count};
  bool few = end - at > 2 && count <= CHOICES_MOST && !memchr(members.at, '-', count) && !memchr(members.at, '\\', count);
  if (!few || members.at[0] == '^' || had * count > JS_FITS_MOST) {
    append(f, any);
    return;
  }
  struct cm_str old[JS_FITS_MOST];
  memcpy(old, f->of, had * sizeof *old);
  f->count = 0;
  for (size_t i = 0; i < had; i++)
    for (size_t k = 0; k < count; k++) add(f, js_concat(f->m, old[i], (struct cm_str){members.at + k, 1}));
}

static void fit_group(struct fits *f, size_t at, size_t end) {
  struct cm_str r = {f->regex.at + at, end - at};
  size_t from = at + 1;
  if (r.size > 2 && r.at[1] == '?') {
    const char *name = r.at[2] == '<' && r.at[3] != '=' && r.at[3] != '!' ? memchr(r.at, '>', r.size) : NULL;
    if (!name && r.at[2] != ':') {  // it looks ahead or behind: what fits is less than told
      append(f, any);
      return;
    }
    from = name ? (size_t)(name + 1 - f->regex.at) : at + 3;
  }
  if (f->depth >= DEPTH_MOST) {
    append(f, any);
    return;
  }
  f->depth++;
  fit_alternatives(f, from, end - 1);
  f->depth--;
}

// One part without its quantifier, which ends at `end`.
static void fit_part(struct fits *f, size_t at, size_t end) {
  const char *r = f->regex.at;
  char c = r[at] == '\\' && at + 1 < end ? r[at + 1] : 0;
  if (r[at] == '(') {
    fit_group(f, at, end);
  } else if (r[at] == '[') {
    fit_class(f, at, end);
  } else if (r[at] == '.' || r[at] == '^' || r[at] == '$' || (r[at] == '\\' && !c)) {
    append(f, any);
  } else if (c == 'n' || c == 'r' || c == 't') {
    append(f, c == 'n' ? CM_STR("\n") : c == 'r' ? CM_STR("\r") : CM_STR("\t"));
  } else if (c) {
    bool means = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    append(f, means ? any : (struct cm_str){r + at + 1, 1});
  } else {
    append(f, (struct cm_str){r + at, 1});
  }
}

static void fit_sequence(struct fits *f, size_t at, size_t end) {
  const char *r = f->regex.at;
  while (at < end && !f->m->failed) {
    size_t to = r[at] == '(' || r[at] == '[' ? end_of(f, at, end) : r[at] == '\\' && at + 2 <= end ? at + 2 : at + 1;
    if (r[at] == '$' && to == end && !f->depth) {
      f->ended = true;
      return;
    }
    char quantifier = to < end ? r[to] : 0;
    struct fits without = *f;
    if (quantifier == '*' || quantifier == '{')
      append(f, any);
    else
      fit_part(f, at, to);
    if (quantifier == '+') append(f, any);
    for (size_t i = 0; quantifier == '?' && i < without.count; i++) add(f, without.of[i]);
    if (quantifier == '{') {
      while (to < end && r[to] != '}') to++;
    }
    if (quantifier && strchr("*+?{", quantifier)) {
      at = to + 1;
      if (at < end && r[at] == '?') at++;
    } else {
      at = to;
    }
  }
}

// Each alternative begins with what was there before. Outside of groups it may be bound to the beginning and the end, or have anything there.
static void fit_alternatives(struct fits *f, size_t at, size_t end) {
  struct fits before = *f;
  bool outside = !f->depth;
  f->count = 0;
  for (size_t from = at; !f->m->failed;) {
    size_t to = from;
    while (to < end && f->regex.at[to] != '|') {
      char c = f->regex.at[to];
      to = c == '(' || c == '[' ? end_of(f, to, end) : to + 1 + (c == '\\');
    }
    if (to > end) to = end;
    struct fits one = before;
    bool bound = outside && from < to && f->regex.at[from] == '^';
    if (outside && !bound) append(&one, any);
    fit_sequence(&one, from + bound, to);
    if (outside && !one.ended) append(&one, any);
    for (size_t i = 0; i < one.count; i++) add(f, one.of[i]);
    if (to >= end) return;
    from = to + 1;
  }
}

static void fit(struct fits *f, struct js_machine *m, struct cm_str regex, struct cm_str flags) {
  *f = (struct fits){.m = m, .regex = regex, .of = {CM_STR("")}, .count = 1};
  if (flags.size && memchr(flags.at, 'i', flags.size))
    append(f, any);  // in any case of letters
  else
    fit_alternatives(f, 0, regex.size);
}

// --- what a match tells ---

// The literal text behind the ^ that `regex` begins with.
static struct cm_str literal_front(struct cm_str regex) {
  size_t to = 1;
  if (!regex.size || regex.at[0] != '^') return CM_STR("");
  while (to < regex.size && !strchr("\\^$.*+?()[]{}|", regex.at[to])) to++;
  return (struct cm_str){regex.at + 1, to - 1};
}

bool js_fits_front(struct cm_str regex, struct cm_str *front) {
  *front = literal_front(regex);
  return front->size && front->size + 1 == regex.size;
}

size_t js_fits_texts(struct js_machine *m, const struct js_object *regex, struct cm_str texts[JS_FITS_MOST]) {
  struct fits f;
  fit(&f, m, regex->target.text, regex->name);
  memcpy(texts, f.of, f.count * sizeof *texts);
  return f.count;
}

// ^FRONT(…)$: the group is the name without its front. *name becomes the group's own name.
static bool is_rest(const struct fits *f, struct cm_str front, struct cm_str *name) {
  struct cm_str r = f->regex;
  size_t at = front.size + 1;
  if (at >= r.size || r.at[at] != '(' || memchr(r.at + at + 1, '(', r.size - at - 1)) return false;
  size_t end = end_of(f, at, r.size);
  *name = CM_STR("");
  if (r.at[at + 1] == '?') {
    const char *close = memchr(r.at + at, '>', end - at);
    if (!close || r.at[at + 2] != '<') return false;
    *name = (struct cm_str){r.at + at + 3, (size_t)(close - (r.at + at + 3))};
  }
  return end == r.size || (end + 1 == r.size && r.at[end] == '$');
}

struct js_value js_fits_match(struct js_machine *m, const struct js_object *regex, struct js_value key, uint32_t at) {
  struct fits f;
  struct js_key rest = *key.key;
  if (js_is_line(key)) return js_join(m, js_line_match(m, regex, key, at), (struct js_value){.type = JS_V_NULL});
  fit(&f, m, regex->target.text, regex->name);
  for (size_t i = 0; i < f.count; i++) js_ask_entry(m, key.key, f.of[i], at);
  struct cm_str front = literal_front(regex->target.text), name;
  if (f.count == 1 && front.size) ((struct js_key *)(uintptr_t)key.key)->tested = front;
  struct js_object *match = js_array(m), *groups = js_object(m, JS_C_PLAIN);
  match->open = groups->open = true;
  match->rest = groups->rest = js_unknown();
  js_push(m, &match->items, key);
  if (front.size && is_rest(&f, front, &name) && rest.form == JS_AS_IS) {
    rest.front = js_concat(m, rest.front, front);
    rest.tested = CM_STR("");
    struct js_value group = js_key_value(m, rest);
    js_push(m, &match->items, group);
    if (name.size) js_set_entry(m, &groups->props, name, group, 0);
  }
  js_set_entry(m, &match->props, CM_STR("groups"), js_of(groups), 0);
  return js_join(m, js_of(match), (struct js_value){.type = JS_V_NULL});
}
