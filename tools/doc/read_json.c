// Reading JSON.
//
// A reader by hand, because positions are needed for every value: jansson keeps none, and libyaml, which has them, refuses some JSON.
// Strict as RFC 8259 has it. Recursion is bounded by TW_DOC_DEPTH. Strings without an escape are borrowed from the file.
//
// Spec: https://www.rfc-editor.org/rfc/rfc8259

#include "read_parts.h"
#include "scalar.h"
#include "utf8.h"

struct json {
  struct tw_reading *reading;
  const char *at, *end;
  unsigned depth;
};

static struct tw_mark mark_of(struct json *json, const char *at) {
  struct tw_place *place = &json->reading->place;
  return tw_place_at_offset(place, (size_t)(at - (const char *)place->bytes.at));
}

static void skip_blanks(struct json *json) {
  while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r')) {
    json->at++;
  }
}

// "expected WHAT, not 'x'"; the end of the file has a word of its own.
static bool expected(struct json *json, const char *what) {
  struct tw_fault *fault = json->reading->fault;
  if (json->at == json->end) {
    return tw_fault_set(fault, mark_of(json, json->at), "expected %s, but the file ends here", what);
  }
  struct cm_str rest = {json->at, (size_t)(json->end - json->at)};
  char character[8], shown[TW_SHORT];
  struct cm_str one = {character, tw_utf8_put(tw_utf8_next(&rest), character)};
  return tw_fault_set(fault, mark_of(json, json->at), "expected %s, not '%s'", what, tw_short(one, shown));
}

static bool fail(struct json *json, const char *at, const char *message) {
  return tw_fault_set(json->reading->fault, mark_of(json, at), "%s", message);
}

// --- strings ---

static int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The four digits behind "\u"; false where there are none.
static bool read_unit(const struct json *json, const char *at, uint32_t *unit) {
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = at + i < json->end ? hex_digit(at[i]) : -1;
    if (digit < 0) {
      return false;
    }
    *unit = *unit << 4 | (uint32_t)digit;
  }
  return true;
}

// One escape at json->at, which stands on the backslash; adds what it means to `to`.
static bool read_escape(struct json *json, char **to) {
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *from = json->at++;
  char letter = json->at < json->end ? *json->at : '\0';
  const char *known = letter ? strchr(letters, letter) : NULL;
  if (known) {
    *(*to)++ = meanings[known - letters];
    json->at++;
    return true;
  }
  uint32_t unit, low;
  if (letter != 'u' || !read_unit(json, json->at + 1, &unit)) {
    return fail(json, from, "no escape of JSON; those are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
  }
  json->at += 5;
  if (unit >= 0xd800 && unit < 0xdc00 && json->end - json->at >= 6 && json->at[0] == '\\' && json->at[1] == 'u' &&
      read_unit(json, json->at + 2, &low) && low >= 0xdc00 && low < 0xe000) {
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    json->at += 6;
  }
  if (unit >= 0xd800 && unit < 0xe000) {
    return fail(json, from, "half of a surrogate pair is no character");
  }
  *to += tw_utf8_put(unit, *to);
  return true;
}

// The string at json->at, which stands on the quote.
static bool read_string(struct json *json, struct cm_str *text) {
  const char *from = json->at, *scan = ++json->at;
  bool escapes = false;
  while (scan < json->end && *scan != '"') {
    if ((unsigned char)*scan < 0x20) {
      return fail(json, scan, "a control character must be written as an escape within a string");
    }
    escapes |= *scan == '\\';
    scan += *scan == '\\' && scan + 1 < json->end ? 2 : 1;
  }
  if (scan >= json->end) {
    return fail(json, from, "the string that begins here does not end");
  }
  if (!escapes) {
    *text = (struct cm_str){json->at, (size_t)(scan - json->at)};
    json->at = scan + 1;
    return true;
  }
  // No escape is shorter than what it stands for.
  char *copy = cm_alloc(json->reading->arena, (size_t)(scan - json->at) + 1), *to = copy;
  if (!copy) {
    return tw_fault_memory(json->reading->fault);
  }
  while (json->at < scan) {
    if (*json->at != '\\') {
      *to++ = *json->at++;
    } else if (!read_escape(json, &to)) {
      return false;
    }
  }
  *text = (struct cm_str){copy, (size_t)(to - copy)};
  json->at = scan + 1;
  return true;
}

// --- values ---

static bool read_value(struct json *json, struct tw_node **node);

static bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.' || c == '_';
}

// Numbers, true, false, null.
static bool read_word(struct json *json, struct tw_node *node) {
  const char *from = json->at;
  struct cm_str text = {from, 0};
  while (from + text.size < json->end && is_word_byte(from[text.size])) {
    text.size++;
  }
  bool word = cm_str_is(text, "true") || cm_str_is(text, "false") || cm_str_is(text, "null");
  if (!word && !tw_scalar_is_json_number(text)) {
    return text.size == 0 ? expected(json, "a value") : fail(json, from, "this is no value of JSON; strings need quotes");
  }
  node->kind = tw_scalar_kind(text, &node->integer, &node->truth);
  node->plain = true;
  node->text = text;
  json->at += text.size;
  return true;
}

static bool read_member(struct json *json, struct tw_node *map) {
  struct tw_pair pair = {.key_at = mark_of(json, json->at)};
  if (json->at == json->end || *json->at != '"') {
    return expected(json, "a key in quotes");
  }
  if (!read_string(json, &pair.key)) {
    return false;
  }
  skip_blanks(json);
  if (json->at == json->end || *json->at != ':') {
    return expected(json, "':' behind the key");
  }
  json->at++;
  skip_blanks(json);
  if (!read_value(json, &pair.value)) {
    return false;
  }
  struct tw_pair *added = tw_node_put_str(json->reading->arena, map, pair.key, pair.value);
  if (!added) {
    return tw_fault_memory(json->reading->fault);
  }
  added->key_at = pair.key_at;
  return true;
}

static bool read_item(struct json *json, struct tw_node *list) {
  struct tw_node *value;
  if (!read_value(json, &value)) {
    return false;
  }
  return tw_node_add(json->reading->arena, list, value) || tw_fault_memory(json->reading->fault);
}

// A list or a map at json->at, which stands on the bracket.
static bool read_members(struct json *json, struct tw_node *node) {
  bool map = *json->at == '{';
  char close = map ? '}' : ']';
  node->kind = map ? TW_NODE_MAP : TW_NODE_LIST;
  node->flow = true;
  if (++json->depth > TW_DOC_DEPTH) {
    return tw_fault_set(json->reading->fault, node->from, "nested deeper than %d levels", TW_DOC_DEPTH);
  }
  json->at++;
  skip_blanks(json);
  bool more = json->at == json->end || *json->at != close;
  while (more) {
    if (!(map ? read_member : read_item)(json, node)) {
      return false;
    }
    skip_blanks(json);
    more = json->at < json->end && *json->at == ',';
    if (!more && (json->at == json->end || *json->at != close)) {
      return expected(json, map ? "',' or '}'" : "',' or ']'");
    }
    if (more) {
      json->at++;
      skip_blanks(json);
    }
  }
  json->at++;
  json->depth--;
  return !map || tw_reading_keys_differ(json->reading, node);
}

static bool read_value(struct json *json, struct tw_node **node) {
  *node = tw_reading_node(json->reading, TW_NODE_STRING, mark_of(json, json->at));
  if (!*node) {
    return false;
  }
  char first = json->at < json->end ? *json->at : '\0';
  bool good = first == '{' || first == '[' ? read_members(json, *node)
              : first == '"'               ? read_string(json, &(*node)->text)
                                           : read_word(json, *node);
  if (good) {
    (*node)->to = mark_of(json, json->at);
  }
  return good;
}

bool tw_read_json(struct tw_reading *reading) {
  struct cm_span bytes = reading->place.bytes;
  struct json json = {.reading = reading, .end = (const char *)bytes.at + bytes.size};
  json.at = (const char *)bytes.at + reading->place.mark.offset;
  for (skip_blanks(&json); json.at < json.end; skip_blanks(&json)) {
    struct tw_doc *doc = tw_reading_doc(reading, mark_of(&json, json.at));
    if (!doc || !read_value(&json, &doc->root)) {
      return false;
    }
    doc->to = doc->root->to;
  }
  return reading->count > 0 || expected(&json, "a value");
}
