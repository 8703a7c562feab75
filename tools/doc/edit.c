// Changing a YAML file in place.
//
// Two questions have to be answered by looking at the bytes, since a tree does not know them: where an entry begins (at its dash, which
// no event tells, or at its key, perhaps behind a '?'), and where the lines of a value end (behind the comment on its last line; a block
// scalar's own blank lines are its, or not).
//
// Splices at one place keep an order: what is added behind something comes before a comment that is put above the next thing, and
// both before what replaces bytes there.

#include "edit.h"

#include <stdio.h>
#include <stdlib.h>

#include "read_parts.h"
#include "write.h"

enum order { ADDED, COMMENT, REPLACED };

struct tw_splice {
  size_t from, to;
  enum order order;
  size_t number;  // in the order of the calls
  struct cm_str text;
};

static bool refuse(struct tw_edit *edit, const char *why) {
  edit->why = why;
  return false;
}

void tw_edit_start(struct tw_edit *edit, struct cm_arena *arena, struct cm_span bytes) {
  *edit = (struct tw_edit){.arena = arena, .bytes = bytes};
  const uint8_t *end = bytes.size ? memchr(bytes.at, '\n', bytes.size) : NULL;
  edit->crlf = end && end > bytes.at && end[-1] == '\r';
}

static bool splice(struct tw_edit *edit, size_t from, size_t to, enum order order, struct cm_str text) {
  if (!text.at || !cm_grow(edit->arena, &edit->splices, &edit->room, edit->count, sizeof *edit->splices)) {
    return refuse(edit, "out of memory");
  }
  edit->splices[edit->count] = (struct tw_splice){from, to, order, edit->count, text};
  edit->count++;
  return true;
}

// --- bytes ---

static char byte_at(const struct tw_edit *edit, size_t at) { return at < edit->bytes.size ? (char)edit->bytes.at[at] : '\0'; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static size_t line_start(const struct tw_edit *edit, size_t at) {
  while (at > 0 && edit->bytes.at[at - 1] != '\n') {
    at--;
  }
  return at == 0 && edit->bytes.size >= 3 && memcmp(edit->bytes.at, "\xef\xbb\xbf", 3) == 0 ? 3 : at;
}

// Where the line's end is: at its '\n' or CR LF, or at the end of the file.
static size_t line_end(const struct tw_edit *edit, size_t at) {
  while (at < edit->bytes.size && edit->bytes.at[at] != '\n') {
    at++;
  }
  return at > 0 && byte_at(edit, at) == '\n' && byte_at(edit, at - 1) == '\r' ? at - 1 : at;
}

static size_t next_line(const struct tw_edit *edit, size_t at) {
  while (at < edit->bytes.size && edit->bytes.at[at] != '\n') {
    at++;
  }
  return at + (at < edit->bytes.size);
}

// Behind blanks, line ends and comments.
static size_t skip_space(const struct tw_edit *edit, size_t at) {
  for (;;) {
    char c = byte_at(edit, at);
    if (c == '#') {
      at = line_end(edit, at);
    } else if (at < edit->bytes.size && (is_blank(c) || c == '\n')) {
      at++;
    } else {
      return at;
    }
  }
}

// Behind `&anchor` and `!tag`.
static size_t skip_properties(const struct tw_edit *edit, size_t at) {
  while (byte_at(edit, at) == '&' || byte_at(edit, at) == '!') {
    while (at < edit->bytes.size && !is_blank(byte_at(edit, at)) && byte_at(edit, at) != '\n') {
      at++;
    }
    at = skip_space(edit, at);
  }
  return at;
}

// --- where things are ---

static const struct tw_node *value_of(const struct tw_node *in, size_t index) {
  return in->kind == TW_NODE_MAP ? in->pairs[index].value : in->items[index].value;
}

static bool is_own(const struct tw_node *in, size_t index) { return in->kind != TW_NODE_MAP || !in->pairs[index].merged; }

static bool is_collection(const struct tw_node *node) { return node->kind == TW_NODE_LIST || node->kind == TW_NODE_MAP; }

// Where an entry begins: its key, the '?' before it, or its dash. SIZE_MAX: it is not there.
static size_t entry_start(const struct tw_edit *edit, const struct tw_node *in, size_t index) {
  if (in->kind == TW_NODE_MAP) {
    size_t at = in->pairs[index].key_at.offset, back = at;
    while (back > 0 && is_blank(byte_at(edit, back - 1))) {
      back--;
    }
    return back > 0 && back < at && byte_at(edit, back - 1) == '?' ? back - 1 : at;
  }
  size_t at = index > 0 ? in->items[index - 1].value->to.offset : skip_properties(edit, in->from.offset);
  at = skip_space(edit, at);
  return byte_at(edit, at) == '-' ? at : SIZE_MAX;
}

// The last entry that stands here; count when there is none.
static size_t last_own(const struct tw_node *in) {
  size_t index = in->count;
  while (index > 0 && !is_own(in, index - 1)) {
    index--;
  }
  return index ? index - 1 : in->count;
}

static bool is_block_scalar(const struct tw_edit *edit, const struct tw_node *node, size_t *header) {
  *header = skip_properties(edit, node->from.offset);
  char first = byte_at(edit, *header);
  return node->kind == TW_NODE_STRING && !node->plain && !node->alias && (first == '|' || first == '>');
}

// Behind the last line of a block scalar. Blank lines at its end belong to it only if it keeps them ("|+").
static size_t block_scalar_end(const struct tw_edit *edit, const struct tw_node *node, size_t header) {
  size_t end = node->to.offset, first = next_line(edit, header);
  bool keeps = memchr(edit->bytes.at + header, '+', line_end(edit, header) - header) != NULL;
  if (line_start(edit, end) != end) {
    return next_line(edit, end);
  }
  while (!keeps && end > first) {
    size_t above = line_start(edit, end - 1), at = above;
    while (is_blank(byte_at(edit, at))) {
      at++;
    }
    if (byte_at(edit, at) != '\n') {
      break;
    }
    end = above;
  }
  return end;
}

// The beginning of the line behind a value that is part of a block collection.
static size_t lines_end(const struct tw_edit *edit, const struct tw_node *value) {
  const struct tw_node *leaf = value;
  while (is_collection(leaf) && !leaf->flow && !leaf->alias) {
    const struct tw_node *last = NULL;
    for (size_t i = 0; i < leaf->count; i++) {
      const struct tw_node *entry = value_of(leaf, i);
      last = is_own(leaf, i) && entry->to.offset == value->to.offset ? entry : last;
    }
    if (!last) {
      break;
    }
    leaf = last;
  }
  size_t header;
  return is_block_scalar(edit, leaf, &header) ? block_scalar_end(edit, leaf, header) : next_line(edit, value->to.offset);
}

// --- text ---

// What `node` looks like as a part of a document, in the file's line ends. .at NULL: no memory.
static struct cm_str written(struct tw_edit *edit, const struct tw_node *node, size_t margin) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  if (!to) {
    return (struct cm_str){0};
  }
  tw_yaml_part(to, node, (unsigned)margin, true);
  bool good = !ferror(to);
  good = fclose(to) == 0 && good;
  // Twice the size holds any line ends.
  char *copy = good ? cm_alloc(edit->arena, 2 * size + 1) : NULL;
  size_t used = 0;
  for (size_t i = 0; copy && i < size; i++) {
    if (text[i] == '\n' && edit->crlf) {
      copy[used++] = '\r';
    }
    copy[used++] = text[i];
  }
  free(text);
  return (struct cm_str){copy, copy ? used : 0};
}

// One entry in flow style, without brackets.
static struct cm_str written_flow(struct tw_edit *edit, struct tw_node *around) {
  around->flow = true;
  struct cm_str text = written(edit, around, 0);
  size_t line = 1 + edit->crlf;
  return text.at ? (struct cm_str){text.at + 1, text.size - 2 - line} : text;
}

// --- changes ---

bool tw_edit_set(struct tw_edit *edit, const struct tw_node *scalar, const struct tw_node *said) {
  size_t header, from = skip_properties(edit, scalar->from.offset);
  char first = byte_at(edit, from);
  if (scalar->alias || is_collection(scalar) || from > scalar->to.offset) {
    return refuse(edit, "this is no scalar of its own");
  }
  bool block = is_block_scalar(edit, scalar, &header);
  struct tw_node list = {.kind = TW_NODE_LIST, .count = 1}, value = *said;
  struct tw_item item = {.value = &value};
  list.items = &item;
  struct cm_str plain = written_flow(edit, &list);
  if (!plain.at) {
    return refuse(edit, "out of memory");
  }
  // Flow style fits everywhere, on one line. Quotes stay quotes, but around a number.
  first = said->kind == TW_NODE_STRING ? first : '\0';
  if (first == '"' && plain.at[0] != '"' && plain.at[0] != '\'') {
    plain = cm_alloc_format(edit->arena, "\"%.*s\"", CM_STR_ARG(plain));
  } else if (first == '\'' && plain.at[0] != '"' && plain.at[0] != '\'' && !memchr(plain.at, '\'', plain.size)) {
    plain = cm_alloc_format(edit->arena, "'%.*s'", CM_STR_ARG(plain));
  }
  if (block) {
    plain = cm_alloc_format(edit->arena, "%.*s%s", CM_STR_ARG(plain), edit->crlf ? "\r\n" : "\n");
    return splice(edit, from, block_scalar_end(edit, scalar, header), REPLACED, plain);
  }
  bool empty = from == scalar->to.offset && !is_blank(byte_at(edit, from - (from > 0)));
  if (empty) {
    plain = cm_alloc_format(edit->arena, " %.*s", CM_STR_ARG(plain));
  }
  return splice(edit, from, scalar->to.offset, REPLACED, plain);
}

// Adds `one`, a collection that holds just what is added, to `in`.
static bool add_entry(struct tw_edit *edit, const struct tw_node *in, ptrdiff_t after, struct tw_node *one) {
  size_t last = last_own(in), index = after == TW_EDIT_END ? last : (size_t)after;
  if (in->alias || index > in->count || (index < in->count && !is_own(in, index))) {
    return refuse(edit, "this stands elsewhere in the file");
  }
  if (in->flow) {
    struct cm_str text = written_flow(edit, one);
    if (index == in->count) {
      // Nothing here, or only a merge key: in front of all.
      size_t open = skip_properties(edit, in->from.offset) + 1;
      bool more = byte_at(edit, skip_space(edit, open)) != (in->kind == TW_NODE_MAP ? '}' : ']');
      return splice(edit, open, open, ADDED,
                    text.at ? cm_alloc_format(edit->arena, "%.*s%s", CM_STR_ARG(text), more ? ", " : "") : text);
    }
    size_t at = value_of(in, index)->to.offset;
    return splice(edit, at, at, ADDED, text.at ? cm_alloc_format(edit->arena, ", %.*s", CM_STR_ARG(text)) : text);
  }
  size_t start = last == in->count ? skip_properties(edit, in->from.offset) : entry_start(edit, in, last);
  if (start == SIZE_MAX) {
    return refuse(edit, "no '-' was found here");
  }
  size_t at = lines_end(edit, index == in->count ? in : value_of(in, index));
  return splice(edit, at, at, ADDED, written(edit, one, start - line_start(edit, start)));
}

bool tw_edit_add_member(struct tw_edit *edit, const struct tw_node *map, ptrdiff_t after, const struct tw_pair *added) {
  struct tw_pair pair = *added;
  struct tw_node one = {.kind = TW_NODE_MAP, .count = 1, .pairs = &pair};
  return add_entry(edit, map, after, &one);
}

bool tw_edit_add_item(struct tw_edit *edit, const struct tw_node *list, ptrdiff_t after, const struct tw_item *added) {
  struct tw_item item = *added;
  struct tw_node one = {.kind = TW_NODE_LIST, .count = 1, .items = &item};
  return add_entry(edit, list, after, &one);
}

bool tw_edit_fill(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *value) {
  const struct tw_node *old = value_of(in, index);
  size_t from = old->from.offset, to = old->to.offset;
  if (old->alias || (is_collection(old) && (old->count > 0 || skip_properties(edit, from) != from)) ||
      (!is_collection(old) && old->kind != TW_NODE_NULL)) {
    return refuse(edit, "this is not empty");
  }
  bool block = is_collection(value) && value->count > 0 && !in->flow;
  if (!block) {
    struct tw_node list = {.kind = TW_NODE_LIST, .count = 1};
    struct tw_item item = {.value = (struct tw_node *)value};
    list.items = &item;
    struct cm_str text = written_flow(edit, &list);
    bool space = from > 0 && !strchr(" \t\n[{,", byte_at(edit, from - 1));
    return splice(edit, from, to, REPLACED, space && text.at ? cm_alloc_format(edit->arena, " %.*s", CM_STR_ARG(text)) : text);
  }
  size_t start = entry_start(edit, in, index);
  if (start == SIZE_MAX) {
    return refuse(edit, "no '-' was found here");
  }
  // The old value goes, with the blanks before it unless a comment follows; the new one begins on the next line.
  size_t rest = to;
  while (is_blank(byte_at(edit, rest))) {
    rest++;
  }
  while (byte_at(edit, rest) != '#' && from > 0 && is_blank(byte_at(edit, from - 1))) {
    from--;
  }
  struct tw_node copy = *value;
  copy.flow = false;
  size_t margin = start - line_start(edit, start) + (in->kind == TW_NODE_MAP && value->kind == TW_NODE_LIST ? 0 : 2);
  size_t at = next_line(edit, to);
  return splice(edit, from, to, REPLACED, CM_STR("")) && splice(edit, at, at, ADDED, written(edit, &copy, margin));
}

bool tw_edit_fill_root(struct tw_edit *edit, const struct tw_node *root, const struct tw_node *value) {
  size_t from = root->from.offset;
  if (!is_collection(root) || root->count > 0 || skip_properties(edit, from) != from) {
    return refuse(edit, "this is not empty");
  }
  // What stands behind it on its line, a comment, goes behind the last line.
  struct cm_str text = written(edit, value, 0);
  size_t end = 1 + edit->crlf;
  const char *before = line_start(edit, from) == from ? "" : edit->crlf ? "\r\n" : "\n";
  text.size = text.at ? text.size - end : 0;
  return splice(edit, from, root->to.offset, REPLACED,
                text.at ? cm_alloc_format(edit->arena, "%s%.*s", before, CM_STR_ARG(text)) : text);
}

static bool is_comment_line(const struct tw_edit *edit, size_t at) {
  while (is_blank(byte_at(edit, at))) {
    at++;
  }
  return byte_at(edit, at) == '#';
}

bool tw_edit_remove(struct tw_edit *edit, const struct tw_node *in, size_t index) {
  size_t start = in->flow || in->alias || !is_own(in, index) ? SIZE_MAX : entry_start(edit, in, index);
  if (start == SIZE_MAX || in->count < 2) {
    return refuse(edit, "only one of several entries in block style can be taken out");
  }
  size_t from = line_start(edit, start), at = from, end = lines_end(edit, value_of(in, index));
  while (is_blank(byte_at(edit, at))) {
    at++;
  }
  if (at != start) {
    // Behind a dash: the next entry takes this one's place.
    size_t next = index + 1 < in->count && is_own(in, index + 1) ? entry_start(edit, in, index + 1) : SIZE_MAX;
    return next == SIZE_MAX ? refuse(edit, "this begins behind a dash") : splice(edit, start, next, REPLACED, CM_STR(""));
  }
  while (from > 0 && is_comment_line(edit, line_start(edit, from - 1))) {
    from = line_start(edit, from - 1);
  }
  return splice(edit, from, end, REPLACED, CM_STR(""));
}

// --- comments ---

// Where a comment of an entry is, or goes.
struct spot {
  bool above;    // a line of its own above `start`; else at the end of the line, at `end`
  size_t start;  // of the line that the comment is above
  size_t indent;
  size_t end;
};

static bool spot_of(const struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                    struct spot *spot) {
  size_t at = in ? entry_start(edit, in, index) : root->from.offset;
  if (at == SIZE_MAX || (in && (in->flow || in->alias || !is_own(in, index)))) {
    return false;
  }
  spot->start = line_start(edit, at);
  spot->end = line_end(edit, at);
  spot->indent = 0;
  while (byte_at(edit, spot->start + spot->indent) == ' ') {
    spot->indent++;
  }
  spot->above = !in || spot->start + spot->indent == at;
  if (spot->above) {
    return true;
  }
  // The line can take a comment unless the value goes on behind it as one scalar or in brackets.
  const struct tw_node *value = value_of(in, index);
  size_t header;
  bool one_line = value->to.offset <= spot->end, below = value->from.offset > spot->end;
  return one_line || is_block_scalar(edit, value, &header) || (is_collection(value) && !value->flow && below);
}

static bool line_says(const struct tw_edit *edit, size_t from, const char *text) {
  size_t end = line_end(edit, from), size = strlen(text);
  while (is_blank(byte_at(edit, from))) {
    from++;
  }
  if (byte_at(edit, from) != '#') {
    return false;
  }
  from++;
  while (is_blank(byte_at(edit, from)) && from < end) {
    from++;
  }
  while (end > from && is_blank(byte_at(edit, end - 1))) {
    end--;
  }
  return end - from == size && memcmp(edit->bytes.at + from, text, size) == 0;
}

// The bytes of the comment, with its line end or the blanks before it. False: it is not there.
static bool find_comment(const struct tw_edit *edit, const struct spot *spot, const char *text, size_t *from, size_t *to) {
  for (size_t at = spot->start, above; spot->above && at > 0; at = above) {
    above = line_start(edit, at - 1);
    if (above >= at || !is_comment_line(edit, above)) {
      return false;
    }
    if (line_says(edit, above, text)) {
      *from = above;
      *to = next_line(edit, above);
      return true;
    }
  }
  size_t size = strlen(text) + 3;
  if (spot->above || spot->end - spot->start < size) {
    return false;
  }
  *from = spot->end - size;
  *to = spot->end;
  return memcmp(edit->bytes.at + *from, " # ", 3) == 0 && memcmp(edit->bytes.at + *from + 3, text, size - 3) == 0;
}

bool tw_edit_has_comment(const struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                         const char *text) {
  struct spot spot;
  size_t from, to;
  return spot_of(edit, in, index, root, &spot) && find_comment(edit, &spot, text, &from, &to);
}

bool tw_edit_add_comment(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                         const char *text) {
  struct spot spot;
  if (!spot_of(edit, in, index, root, &spot)) {
    return refuse(edit, "there is no place for a comment here");
  }
  if (!spot.above) {
    return splice(edit, spot.end, spot.end, COMMENT, cm_alloc_format(edit->arena, " # %s", text));
  }
  const char *end = edit->crlf ? "\r\n" : "\n";
  return splice(edit, spot.start, spot.start, COMMENT, cm_alloc_format(edit->arena, "%*s# %s%s", (int)spot.indent, "", text, end));
}

bool tw_edit_drop_comment(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                          const char *text) {
  struct spot spot;
  size_t from, to;
  return !spot_of(edit, in, index, root, &spot) || !find_comment(edit, &spot, text, &from, &to) ||
         splice(edit, from, to, REPLACED, CM_STR(""));
}

// --- the result ---

bool tw_edit_append(struct tw_edit *edit, struct cm_str lines) {
  size_t end = edit->bytes.size, used = 0;
  char *copy = cm_alloc(edit->arena, 2 * lines.size + 1);
  for (size_t i = 0; copy && i < lines.size; i++) {
    if (lines.at[i] == '\n' && edit->crlf) {
      copy[used++] = '\r';
    }
    copy[used++] = lines.at[i];
  }
  return splice(edit, end, end, ADDED, (struct cm_str){copy, used});
}

static int by_place(const void *a, const void *b) {
  const struct tw_splice *left = a, *right = b;
  if (left->from != right->from) {
    return left->from < right->from ? -1 : 1;
  }
  return left->order != right->order ? (int)left->order - (int)right->order : left->number < right->number ? -1 : 1;
}

struct cm_str tw_edit_finish(struct tw_edit *edit) {
  size_t size = edit->bytes.size + 1, used = 0, at = 0;
  const char *end = edit->crlf ? "\r\n" : "\n";
  for (size_t i = 0; i < edit->count; i++) {
    size += edit->splices[i].text.size + 2;
  }
  char *text = cm_alloc(edit->arena, size);
  if (!text) {
    return (struct cm_str){0};
  }
  if (edit->count > 0) {
    qsort(edit->splices, edit->count, sizeof *edit->splices, by_place);
  }
  for (size_t i = 0; i <= edit->count; i++) {
    const struct tw_splice *next = i < edit->count ? &edit->splices[i] : NULL;
    size_t from = next ? next->from : edit->bytes.size;
    if (from < at) {
      edit->why = "two changes meant the same place";
      return (struct cm_str){0};
    }
    if (from > at) {
      memcpy(text + used, edit->bytes.at + at, from - at);
    }
    used += from - at;
    at = next ? next->to : from;
    if (!next || next->text.size == 0) {
      continue;
    }
    // Lines that are added behind a last line without an end.
    bool lines = next->text.at[next->text.size - 1] == '\n';
    if (next->order == ADDED && lines && from == edit->bytes.size && used > 0 && text[used - 1] != '\n') {
      for (const char *c = end; *c; c++) {
        text[used++] = *c;
      }
    }
    memcpy(text + used, next->text.at, next->text.size);
    used += next->text.size;
  }
  return (struct cm_str){text, used};
}
