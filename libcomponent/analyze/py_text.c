// Texts that are put together of known parts.
//
// A text of which the beginning is known stays one through whatever keeps its beginning. What cannot be told is unknown, never guessed:
// capitals of other alphabets, formats with widths, replacements where the known part ends.

#include "py_machine.h"

#include <stdio.h>

enum { BUILT_MOST = PY_KEY_MOST + 1 };

// A text being built: what does not fit leaves it open.
struct built {
  char text[BUILT_MOST];
  size_t size;
  bool open;
};

static void add_text(struct built *b, struct cm_str text) {
  if (b->open) return;
  size_t room = sizeof b->text - b->size, size = text.size < room ? text.size : room;
  if (size) memcpy(b->text + b->size, text.at, size);
  b->size += size;
  b->open = size < text.size;
}

static void add_value(struct py_machine *m, struct built *b, py_value v) {
  struct cm_str text;
  bool open = true;
  if (!b->open && py_text_of(m, v, &text, &open)) add_text(b, text);
  b->open |= open;
}

static py_value finish(struct py_machine *m, const struct built *b) {
  return py_make_text(&m->values, (struct cm_str){b->text, b->size}, b->open);
}

bool py_text_of(struct py_machine *m, py_value v, struct cm_str *text, bool *open) {
  const struct py_cell *c = py_cell(&m->values, py_inside(m, v));
  bool is_text = c->kind == PY_TEXT || (c->kind == PY_HEAP && py_text(m->heap, (py_address)c->number, text));
  if (c->kind == PY_TEXT) *text = c->text;
  *open = !is_text || c->open;
  return is_text;
}

static py_value concat_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  struct built built = {.size = 0};
  add_value(m, &built, a);
  add_value(m, &built, b);
  return finish(m, &built);
}

py_value py_concat(struct py_machine *m, py_value a, py_value b) { return py_each_pair(&m->values, a, b, concat_one, m); }

// Enumerations that are texts say "Class.NAME", unless they are made for this.
static bool formats_as_itself(struct py_machine *m, py_address at) {
  py_address type = py_type_of(m->heap, at), owner = 0;
  if (!py_class_attribute(m->heap, type, CM_STR("_member_map_"), NULL)) return true;
  py_class_attribute(m->heap, type, CM_STR("__format__"), &owner);
  return !cm_str_is(py_type_name(m->heap, owner), "Enum");
}

static py_value said_with(void *context, py_value arguments) {
  struct py_machine *m = context;
  const struct py_cell c = *py_cell(&m->values, arguments);
  if (c.kind != PY_TUPLE || c.count > 1) return 0;
  return c.count ? py_formatted(m, c.items[0]) : py_make_text(&m->values, CM_STR(""), false);
}

// What an exception says of itself: the one argument that it was given. Some say it in another way than as it is.
static py_value said_by_exception(struct py_machine *m, py_value v, py_address class) {
  bool plain =
      py_is_exception(m, class) && !py_is_derived(m, class, CM_STR("KeyError")) && !py_is_derived(m, class, CM_STR("OSError"));
  return plain ? py_each(&m->values, py_attribute(m, v, CM_STR("args")), said_with, m) : 0;
}

// What an instance of the program's own class says of itself.
static py_value said_by_class(struct py_machine *m, py_value v) {
  py_value class = py_attribute(m, v, CM_STR("__class__"));
  const struct py_cell *c = py_cell(&m->values, class);
  py_address method = c->kind == PY_HEAP ? py_class_attribute(m->heap, (py_address)c->number, CM_STR("__str__"), NULL) : 0;
  if (!py_is(m->heap, method, PY_TYPE_FUNCTION) && py_kind(&m->values, py_inside(m, v)) == PY_TEXT) return py_inside(m, v);
  if (!py_is(m->heap, method, PY_TYPE_FUNCTION)) return c->kind == PY_HEAP ? said_by_exception(m, v, (py_address)c->number) : 0;
  return py_call(m, py_of_address(m, method), &(struct py_arguments){.positional = &v, .count = 1});
}

static py_value formatted_one(void *context, py_value v) {
  struct py_machine *m = context;
  const struct py_cell *c = py_cell(&m->values, v);
  char number[24];
  struct cm_str text;
  bool open;
  switch (c->kind) {
    case PY_TEXT: return v;
    case PY_NONE: return py_make_text(&m->values, CM_STR("None"), false);
    case PY_BOOL: return py_make_text(&m->values, c->number ? CM_STR("True") : CM_STR("False"), false);
    case PY_INT:
      snprintf(number, sizeof number, "%lld", (long long)c->number);
      return py_make_text(&m->values, cm_str_of(number), false);
    case PY_HEAP:
      if (py_text_of(m, v, &text, &open) && formats_as_itself(m, (py_address)c->number))
        return py_make_text(&m->values, text, false);
      return said_by_class(m, v);
    case PY_RAISED:
    case PY_OBJECT: return said_by_class(m, v);
    case PY_KEY: py_ask_changed(m, v); return 0;
    default: return 0;
  }
}

py_value py_formatted(struct py_machine *m, py_value v) { return py_each(&m->values, v, formatted_one, m); }

// --- formats ---

static bool is_ascii(struct cm_str text) {
  for (size_t i = 0; i < text.size; i++)
    if ((unsigned char)text.at[i] & 0x80) return false;
  return true;
}

static uint32_t read_width(struct cm_str spec, size_t *at) {
  uint32_t width = 0;
  while (*at < spec.size && spec.at[*at] >= '0' && spec.at[*at] <= '9' && width < PY_KEY_MOST)
    width = width * 10 + (uint32_t)(spec.at[(*at)++] - '0');
  return width;
}

// A text of so many characters, filled up where it is shorter. `align`: '<' on the right, '>' on the left, '^' on both sides.
static py_value padded(struct py_machine *m, struct cm_str text, uint32_t width, char fill, char align) {
  char all[PY_KEY_MOST];
  if (width > PY_KEY_MOST || text.size >= width) return py_make_text(&m->values, text, false);
  size_t more = width - text.size, before = align == '<' ? 0 : align == '>' ? more : more / 2;
  memset(all, fill, width);
  if (text.size) memcpy(all + before, text.at, text.size);
  return py_make_text(&m->values, (struct cm_str){all, width}, false);
}

static bool is_alignment(char c) { return c == '<' || c == '>' || c == '^'; }

// "_>8", "<4": what is aligned in a width.
static bool is_aligned(struct cm_str spec, char *fill, char *align, struct cm_str *rest) {
  size_t at = spec.size > 1 && is_alignment(spec.at[1]) ? 1 : 0;
  if (!spec.size || !is_alignment(spec.at[at])) return false;
  *fill = at ? spec.at[0] : ' ', *align = spec.at[at];
  *rest = (struct cm_str){spec.at + at + 1, spec.size - at - 1};
  return !((unsigned char)*fill & 0x80) && !(rest->size && rest->at[0] == '0');
}

// What a format makes of one value: of whole numbers a width, filled with zeros or spaces ("02d"), and other bases; of texts so many
// characters (".3").
static py_value formatted_by_one(struct py_machine *m, py_value v, struct cm_str spec) {
  char fill, align;
  struct cm_str rest, text;
  bool open;
  if (is_aligned(spec, &fill, &align, &rest)) {
    size_t digits = 0;
    uint32_t wide = read_width(rest, &digits);
    py_value plain = py_formatted_by(m, v, (struct cm_str){rest.at + digits, rest.size - digits});
    return py_text_of(m, plain, &text, &open) && !open && is_ascii(text) ? padded(m, text, wide, fill, align) : 0;
  }
  const struct py_cell *c = py_cell(&m->values, v);
  char number[PY_KEY_MOST + 1];
  size_t at = 0;
  bool zeros = spec.size && spec.at[0] == '0';
  uint32_t width = read_width(spec, &at), most = UINT32_MAX;
  if (at + 1 < spec.size && spec.at[at] == '.') at++, most = read_width(spec, &at);
  char type = at < spec.size ? spec.at[at++] : c->kind == PY_INT ? 'd' : 's';
  if (at < spec.size || width > PY_KEY_MOST) return 0;
  if (c->kind == PY_INT && type == 'd' && most == UINT32_MAX) {
    int size = snprintf(number, sizeof number, zeros ? "%0*lld" : "%*lld", (int)width, (long long)c->number);
    return py_make_text(&m->values, (struct cm_str){number, (size_t)size < sizeof number ? (size_t)size : sizeof number - 1},
                        false);
  }
  if (c->kind == PY_INT && (type == 'x' || type == 'X' || type == 'o') && most == UINT32_MAX && c->number >= 0) {
    const char *format = type == 'x'   ? (zeros ? "%0*llx" : "%*llx")
                         : type == 'X' ? (zeros ? "%0*llX" : "%*llX")
                         : zeros       ? "%0*llo"
                                       : "%*llo";
    int size = snprintf(number, sizeof number, format, (int)width, (unsigned long long)c->number);
    return py_make_text(&m->values, (struct cm_str){number, (size_t)size < sizeof number ? (size_t)size : sizeof number - 1},
                        false);
  }
  if (type == 's' && width && most == UINT32_MAX && py_text_of(m, v, &text, &open) && !open && is_ascii(text))
    return padded(m, text, width, zeros ? '0' : ' ', '<');
  if (type != 's' || width || !py_text_of(m, v, &text, &open) || !is_ascii(text)) return 0;
  if (text.size <= most) return open ? 0 : py_formatted(m, v);
  return py_make_text(&m->values, (struct cm_str){text.at, most}, false);
}

py_value py_formatted_by(struct py_machine *m, py_value v, struct cm_str spec) {
  py_value result = m->unbound;
  if (!spec.size) return py_formatted(m, v);
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++)
    result = py_join(&m->values, result, formatted_by_one(m, py_choice(&m->values, v, i), spec));
  return result;
}

// The value of a field: "", "0", "name", "name.attribute"; what else there is to it is not followed.
static py_value field_value(struct py_machine *m, struct cm_str field, uint32_t *next, const struct py_arguments *a) {
  size_t head = 0;
  while (head < field.size && field.at[head] != '.' && field.at[head] != '[') head++;
  struct cm_str name = {field.at, head};
  py_value v = 0;
  if (!name.size) {
    v = py_argument(a, (*next)++, 0);
  } else if (name.at[0] >= '0' && name.at[0] <= '9') {
    v = name.size == 1 ? py_argument(a, (uint32_t)(name.at[0] - '0'), 0) : 0;
  } else {
    for (uint32_t i = 0; i < a->named_count; i++)
      if (cm_str_equal(py_cell(&m->values, a->names[i])->text, name)) v = a->named[i];
    if (!v && a->mapping) v = py_item_get(m, a->mapping, py_make_text(&m->values, name, false));
  }
  if (head == field.size) return v;
  if (field.at[head] != '.') return 0;
  return py_attribute(m, v, (struct cm_str){field.at + head + 1, field.size - head - 1});
}

static py_value format_text(struct py_machine *m, struct cm_str format, bool open, const struct py_arguments *a) {
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  uint32_t next = 0;
  for (size_t i = 0; i < format.size;) {
    size_t from = i;
    while (i < format.size && format.at[i] != '{' && format.at[i] != '}') i++;
    result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){format.at + from, i - from}, false));
    if (i == format.size) break;
    if (i + 1 < format.size && format.at[i + 1] == format.at[i]) {
      result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){format.at + i, 1}, false));
      i += 2;
      continue;
    }
    const char *end = format.at[i] == '{' ? memchr(format.at + i, '}', format.size - i) : NULL;
    if (!end) return py_concat(m, result, 0);
    struct cm_str field = {format.at + i + 1, (size_t)(end - (format.at + i + 1))};
    const char *colon = memchr(field.at, ':', field.size);
    struct cm_str spec = colon ? (struct cm_str){colon + 1, (size_t)(field.at + field.size - colon - 1)} : CM_STR("");
    if (colon) field.size = (size_t)(colon - field.at);
    bool plain = !memchr(field.at, '!', field.size) && !memchr(spec.at, '{', spec.size);
    result = py_concat(m, result, plain ? py_formatted_by(m, field_value(m, field, &next, a), spec) : 0);
    i = (size_t)(end - format.at) + 1;
  }
  return open ? py_concat(m, result, 0) : result;
}

py_value py_percent(struct py_machine *m, py_value v, py_value arguments) {
  struct cm_str format;
  bool open, exact;
  if (!py_text_of(m, v, &format, &open)) return 0;
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, arguments, &is_one);
  bool tuple = is_one && kind == PY_LIST;
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  uint32_t next = 0;
  for (size_t i = 0; i < format.size;) {
    size_t from = i;
    while (i < format.size && format.at[i] != '%') i++;
    result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){format.at + from, i - from}, false));
    if (i == format.size) break;
    size_t kind_at = i + 1;
    while (kind_at < format.size && (format.at[kind_at] == '.' || (format.at[kind_at] >= '0' && format.at[kind_at] <= '9')))
      kind_at++;
    char what = kind_at < format.size ? format.at[kind_at] : 0;
    struct cm_str spec = {format.at + i + 1, kind_at - i - 1};
    i = kind_at - 1;
    py_value part = 0;
    if (what == '%') {
      part = py_make_text(&m->values, CM_STR("%"), false);
    } else if (what == 's' || what == 'd') {
      part = tuple ? py_element_at(m, arguments, next++, &exact) : next++ ? 0 : arguments;
      part = part == m->unbound ? 0 : py_formatted_by(m, part, spec);
    } else if (what == '(') {
      const char *end = memchr(format.at + i, ')', format.size - i);
      bool plain = end && end + 1 < format.at + format.size && (end[1] == 's' || end[1] == 'd');
      if (!plain) return py_concat(m, result, 0);
      struct cm_str name = {format.at + i + 2, (size_t)(end - (format.at + i + 2))};
      part = py_formatted(m, py_item_get(m, arguments, py_make_text(&m->values, name, false)));
      i = (size_t)(end - format.at);
    }
    result = py_concat(m, result, part);
    i += 2;
  }
  return open ? py_concat(m, result, 0) : result;
}

// --- methods ---

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

// Has it letters, and all of them of that case?
static bool is_all(struct cm_str text, bool capitals) {
  bool any = false;
  for (size_t i = 0; i < text.size; i++) {
    if (is_letter(text.at[i]) && (upper(text.at[i]) == text.at[i]) != capitals) return false;
    any |= is_letter(text.at[i]);
  }
  return any;
}

enum letters { LETTERS_UPPER, LETTERS_LOWER, LETTERS_SWAP, LETTERS_CAPITAL, LETTERS_TITLE };

static py_value with_letters(struct py_machine *m, struct cm_str text, bool open, enum letters how) {
  struct built b = {.open = false};
  if (!is_ascii(text)) return 0;
  add_text(&b, text);
  bool begins = true;
  for (size_t i = 0; i < b.size; i++) {
    char c = b.text[i];
    bool up = how == LETTERS_UPPER || (how == LETTERS_SWAP && lower(c) == c) || (how == LETTERS_CAPITAL && i == 0) ||
              (how == LETTERS_TITLE && begins);
    b.text[i] = up ? upper(c) : lower(c);
    begins = !is_letter(c);
  }
  b.open |= open;
  return finish(m, &b);
}

static bool in_set(char c, struct cm_str set) { return set.size && memchr(set.at, c, set.size); }

static py_value stripped(struct py_machine *m, struct cm_str text, bool open, struct cm_str set, bool left, bool right) {
  while (left && text.size && in_set(text.at[0], set)) text.at++, text.size--;
  // Behind an open text may be more of the same.
  while (right && text.size && in_set(text.at[text.size - 1], set)) text.size--;
  return py_make_text(&m->values, text, open);
}

static size_t find_in(struct cm_str text, struct cm_str part, size_t from) {
  for (size_t i = from; i + part.size <= text.size; i++)
    if (!memcmp(text.at + i, part.at, part.size)) return i;
  return SIZE_MAX;
}

static py_value replaced(struct py_machine *m, struct cm_str text, bool open, struct cm_str old, struct cm_str new) {
  struct built b = {.open = false};
  if (!old.size || (open && old.size > 1)) return 0;
  for (size_t i = 0; i < text.size;) {
    size_t at = find_in(text, old, i), end = at == SIZE_MAX ? text.size : at;
    add_text(&b, (struct cm_str){text.at + i, end - i});
    if (at == SIZE_MAX) break;
    add_text(&b, new);
    i = at + old.size;
  }
  b.open |= open;
  return finish(m, &b);
}

enum { SPLIT_MOST = 64 };

// How many parts split() gives at most: without an argument, as many as there are.
static bool split_most(struct py_machine *m, const struct py_arguments *a, uint32_t *most) {
  py_value limit = py_argument(a, 1, m->none);
  for (uint32_t i = 0; i < a->named_count; i++)
    if (cm_str_is(py_cell(&m->values, a->names[i])->text, "maxsplit")) limit = a->named[i];
  const struct py_cell *c = py_cell(&m->values, limit);
  *most = c->kind == PY_INT && c->number >= 0 && c->number < SPLIT_MOST ? (uint32_t)c->number + 1 : SPLIT_MOST;
  return limit == m->none || c->kind == PY_INT;
}

// (before, by, behind), by the first or the last of them.
static py_value parted(struct py_machine *m, struct cm_str text, struct cm_str by, bool last) {
  size_t at = find_in(text, by, 0);
  for (size_t next = at; last && next != SIZE_MAX; next = find_in(text, by, next + 1)) at = next;
  bool none = at == SIZE_MAX;
  size_t before = none ? (last ? 0 : text.size) : at, behind = none ? before : at + by.size;
  py_value parts[3] = {py_make_text(&m->values, (struct cm_str){text.at, before}, false),
                       py_make_text(&m->values, none ? CM_STR("") : by, false),
                       py_make_text(&m->values, (struct cm_str){text.at + behind, text.size - behind}, false)};
  return py_make_items(&m->values, PY_TUPLE, parts, 3, 0);
}

static py_value split(struct py_machine *m, struct cm_str text, bool open, struct cm_str by, bool lines, uint32_t most) {
  py_value parts[SPLIT_MOST];
  uint32_t count = 0;
  if (open) return 0;
  if (lines) by = CM_STR("\n");
  for (size_t i = 0; i <= text.size && count < most;) {
    size_t end;
    if (by.size) {
      end = count + 1 == most && most < SPLIT_MOST ? SIZE_MAX : find_in(text, by, i);
      if (end == SIZE_MAX) end = text.size;
    } else {
      while (i < text.size && in_set(text.at[i], CM_STR(" \t\n\r\v\f"))) i++;
      end = i;
      while (end < text.size && !in_set(text.at[end], CM_STR(" \t\n\r\v\f"))) end++;
      if (end == i) break;
    }
    if (!lines || end > i || end < text.size)
      parts[count++] = py_make_text(&m->values, (struct cm_str){text.at + i, end - i}, false);
    i = end + (by.size ? by.size : 1);
  }
  if (count == SPLIT_MOST) return 0;
  return py_new_container(m, PY_LIST, parts, count, m->unbound);
}

static py_value joined(struct py_machine *m, py_value by, py_value parts) {
  py_value content = py_content(m, parts), any = m->unbound;
  bool is_one;
  if (content != m->unbound && py_choice_count(&m->values, content) > 1) {
    for (uint32_t i = 0; i < py_choice_count(&m->values, content); i++)
      any = py_join(&m->values, any, joined(m, by, py_choice(&m->values, content, i)));
    return any;
  }
  struct py_elements all = py_elements_of(m, parts);
  // In which order a set is gone through is not known.
  if (py_container_kind(m, parts, &is_one) == PY_SET && is_one && (all.count > 1 || all.rest != m->unbound)) return 0;
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  for (uint32_t i = 0; i < all.count; i++) {
    if (i) result = py_concat(m, result, by);
    result = py_concat(m, result, all.items[i]);
  }
  return all.rest == m->unbound ? result : py_concat(m, result, 0);
}

static py_value without_affix(struct py_machine *m, struct cm_str text, bool open, struct cm_str affix, bool prefix) {
  bool has = affix.size <= text.size && !memcmp(text.at + (prefix ? 0 : text.size - affix.size), affix.at, affix.size);
  if (open && (!prefix || (!has && text.size < affix.size))) return 0;
  if (has) text.size -= affix.size, text.at += prefix ? affix.size : 0;
  return py_make_text(&m->values, text, open);
}

static py_value begins_or_ends(struct py_machine *m, struct cm_str text, bool open, py_value part, bool begins) {
  struct cm_str affix;
  bool part_open;
  if (!py_text_of(m, part, &affix, &part_open) || part_open || (open && (!begins || text.size < affix.size))) return 0;
  bool fits = affix.size <= text.size && !memcmp(text.at + (begins ? 0 : text.size - affix.size), affix.at, affix.size);
  return py_bool(m, fits);
}

static struct cm_str plain_argument(struct py_machine *m, const struct py_arguments *a, uint32_t i, struct cm_str otherwise,
                                    bool *good) {
  struct cm_str text = otherwise;
  bool open = false;
  py_value v = py_argument(a, i, m->none);
  if (v != m->none && (!py_text_of(m, v, &text, &open) || open)) *good = false;
  return text;
}

enum text_method {
  TEXT_UPPER,
  TEXT_LOWER,
  TEXT_SWAPCASE,
  TEXT_CAPITALIZE,
  TEXT_TITLE,
  TEXT_STRIP,
  TEXT_LSTRIP,
  TEXT_RSTRIP,
  TEXT_REPLACE,
  TEXT_SPLIT,
  TEXT_SPLITLINES,
  TEXT_PARTITION,
  TEXT_RPARTITION,
  TEXT_JOIN,
  TEXT_FORMAT,
  TEXT_FORMAT_MAP,
  TEXT_REMOVEPREFIX,
  TEXT_REMOVESUFFIX,
  TEXT_STARTSWITH,
  TEXT_ENDSWITH,
  TEXT_ISUPPER,
  TEXT_ISLOWER,
  TEXT_ISALNUM,
  TEXT_LJUST,
  TEXT_RJUST,
  TEXT_CENTER,
  TEXT_ZFILL,
  TEXT_SAME,
};
static const struct {
  const char *name;
  enum text_method method;
} text_methods[] = {
    {"upper", TEXT_UPPER},
    {"lower", TEXT_LOWER},
    {"casefold", TEXT_LOWER},
    {"swapcase", TEXT_SWAPCASE},
    {"capitalize", TEXT_CAPITALIZE},
    {"title", TEXT_TITLE},
    {"strip", TEXT_STRIP},
    {"lstrip", TEXT_LSTRIP},
    {"rstrip", TEXT_RSTRIP},
    {"replace", TEXT_REPLACE},
    {"split", TEXT_SPLIT},
    {"splitlines", TEXT_SPLITLINES},
    {"partition", TEXT_PARTITION},
    {"rpartition", TEXT_RPARTITION},
    {"join", TEXT_JOIN},
    {"format", TEXT_FORMAT},
    {"format_map", TEXT_FORMAT_MAP},
    {"removeprefix", TEXT_REMOVEPREFIX},
    {"removesuffix", TEXT_REMOVESUFFIX},
    {"startswith", TEXT_STARTSWITH},
    {"endswith", TEXT_ENDSWITH},
    {"isupper", TEXT_ISUPPER},
    {"islower", TEXT_ISLOWER},
    {"isalnum", TEXT_ISALNUM},
    {"ljust", TEXT_LJUST},
    {"rjust", TEXT_RJUST},
    {"center", TEXT_CENTER},
    {"zfill", TEXT_ZFILL},
    {"encode", TEXT_SAME},
    {"decode", TEXT_SAME},
    {"__str__", TEXT_SAME},
};

static py_value apply(struct py_machine *m, enum text_method method, py_value self, struct cm_str text, bool open,
                      const struct py_arguments *a) {
  bool good = true;
  uint32_t most;
  struct cm_str blank = CM_STR(" \t\n\r\v\f"), first;
  switch (method) {
    case TEXT_UPPER: return with_letters(m, text, open, LETTERS_UPPER);
    case TEXT_LOWER: return with_letters(m, text, open, LETTERS_LOWER);
    case TEXT_SWAPCASE: return with_letters(m, text, open, LETTERS_SWAP);
    case TEXT_CAPITALIZE: return with_letters(m, text, open, LETTERS_CAPITAL);
    case TEXT_TITLE: return with_letters(m, text, open, LETTERS_TITLE);
    case TEXT_STRIP:
    case TEXT_LSTRIP:
    case TEXT_RSTRIP:
      first = plain_argument(m, a, 0, blank, &good);
      return good ? stripped(m, text, open, first, method != TEXT_RSTRIP, method != TEXT_LSTRIP) : 0;
    case TEXT_REPLACE: {
      struct cm_str old = plain_argument(m, a, 0, CM_STR(""), &good), new = plain_argument(m, a, 1, CM_STR(""), &good);
      return good && a->count == 2 && !a->named_count ? replaced(m, text, open, old, new) : 0;
    }
    case TEXT_SPLIT:
      first = plain_argument(m, a, 0, CM_STR(""), &good);
      return good && split_most(m, a, &most) ? split(m, text, open, first, false, most) : 0;
    case TEXT_SPLITLINES: return a->count ? 0 : split(m, text, open, CM_STR(""), true, SPLIT_MOST);
    case TEXT_PARTITION:
    case TEXT_RPARTITION:
      first = plain_argument(m, a, 0, CM_STR(""), &good);
      return good && first.size && !open ? parted(m, text, first, method == TEXT_RPARTITION) : 0;
    case TEXT_JOIN: return joined(m, self, py_argument(a, 0, 0));
    case TEXT_FORMAT: return format_text(m, text, open || a->more, a);
    case TEXT_FORMAT_MAP: return format_text(m, text, open, &(struct py_arguments){.mapping = py_argument(a, 0, 0)});
    case TEXT_REMOVEPREFIX:
    case TEXT_REMOVESUFFIX:
      first = plain_argument(m, a, 0, CM_STR(""), &good);
      return good ? without_affix(m, text, open, first, method == TEXT_REMOVEPREFIX) : 0;
    case TEXT_STARTSWITH: return begins_or_ends(m, text, open, py_argument(a, 0, 0), true);
    case TEXT_ENDSWITH: return begins_or_ends(m, text, open, py_argument(a, 0, 0), false);
    case TEXT_ISUPPER:
    case TEXT_ISLOWER: return is_ascii(text) && !open ? py_bool(m, is_all(text, method == TEXT_ISUPPER)) : 0;
    case TEXT_ISALNUM:
      good = text.size != 0;
      for (size_t i = 0; i < text.size; i++) good &= is_letter(text.at[i]) || (text.at[i] >= '0' && text.at[i] <= '9');
      return is_ascii(text) && !open ? py_bool(m, good) : 0;
    case TEXT_LJUST:
    case TEXT_RJUST:
    case TEXT_CENTER:
    case TEXT_ZFILL: {
      const struct py_cell width = *py_cell(&m->values, py_argument(a, 0, 0));
      first = method == TEXT_ZFILL ? CM_STR("0") : plain_argument(m, a, 1, CM_STR(" "), &good);
      good &=
          width.kind == PY_INT && width.number >= 0 && width.number <= PY_KEY_MOST && first.size == 1 && is_ascii(text) && !open;
      good &= method != TEXT_ZFILL || !text.size || (text.at[0] != '-' && text.at[0] != '+');  // these stay in front
      good &= method != TEXT_CENTER || (size_t)width.number <= text.size || !(((size_t)width.number - text.size) & 1);
      return good ? padded(m, text, (uint32_t)width.number, first.at[0],
                           method == TEXT_LJUST    ? '<'
                           : method == TEXT_CENTER ? '^'
                                                   : '>')
                  : 0;
    }
    case TEXT_SAME: return self;
    default: return 0;
  }
}

bool py_gives_text(struct cm_str name) {
  bool asks = cm_str_starts(name, CM_STR("is")) || cm_str_is(name, "startswith") || cm_str_is(name, "endswith");
  for (size_t i = 0; !asks && i < sizeof text_methods / sizeof *text_methods; i++)
    if (cm_str_is(name, text_methods[i].name)) return true;
  return false;
}

py_value py_text_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a) {
  struct cm_str text;
  bool open;
  if (!py_text_of(m, self, &text, &open)) return 0;
  // An argument that is one of several gives one of several.
  for (uint32_t i = 0; i < a->count && i < 2; i++) {
    uint32_t choices = py_choice_count(&m->values, a->positional[i]);
    if (choices == 1 || cm_str_is(name, "join") || cm_str_is(name, "format")) continue;
    py_value result = m->unbound;
    for (uint32_t k = 0; k < choices; k++) {
      py_value one[2] = {py_argument(a, 0, 0), py_argument(a, 1, 0)};
      one[i] = py_choice(&m->values, a->positional[i], k);
      struct py_arguments each = {.positional = one, .count = a->count < 2 ? a->count : 2};
      result = py_join(&m->values, result, py_text_method(m, self, name, &each));
    }
    return result;
  }
  for (size_t i = 0; i < sizeof text_methods / sizeof *text_methods; i++)
    if (cm_str_is(name, text_methods[i].name)) return apply(m, text_methods[i].method, self, text, open, a);
  return 0;
}
