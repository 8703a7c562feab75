// Writing YAML and JSON.
//
// A string is written in the first of these forms that is exact: plain, a literal block, in single quotes (where it holds double quotes
// or backslashes), in double quotes with escapes. What may be plain is told by scalar.h. Comments are made of whatever the caller has,
// also of names out of a hostile file: a character that could end the line or drive a terminal is replaced.

#include "write.h"

#include <stdlib.h>

#include "json.h"
#include "read.h"
#include "scalar.h"
#include "utf8.h"

struct yaml {
  FILE *to;
  bool comments;
};

static void spaces(FILE *to, unsigned count) { fprintf(to, "%*s", (int)count, ""); }

// --- comments ---

// One line of a comment, up to '\n' or the end.
static void put_comment_line(FILE *to, struct cm_str line) {
  fputc('#', to);
  if (line.size > 0) {
    fputc(' ', to);
  }
  while (line.size > 0) {
    char character[4];
    uint32_t c = tw_utf8_next(&line);
    fwrite(character, 1, tw_utf8_put(tw_utf8_hidden(c) ? 0xfffd : c, character), to);
  }
}

static void put_above(const struct yaml *yaml, const char *text, unsigned indent) {
  while (yaml->comments && text) {
    size_t size = strcspn(text, "\n");
    spaces(yaml->to, indent);
    put_comment_line(yaml->to, (struct cm_str){text, size});
    fputc('\n', yaml->to);
    text = text[size] ? text + size + 1 : NULL;
  }
}

static void put_behind(const struct yaml *yaml, const char *text) {
  if (yaml->comments && text) {
    fputc(' ', yaml->to);
    put_comment_line(yaml->to, (struct cm_str){text, strcspn(text, "\n")});
  }
}

// --- scalars ---

static void put_double_quoted(FILE *to, struct cm_str text) {
  fputc('"', to);
  while (text.size > 0) {
    uint32_t c = tw_utf8_next(&text);
    char character[4];
    if (c == '"' || c == '\\') {
      fprintf(to, "\\%c", (char)c);
    } else if (c == '\n') {
      fputs("\\n", to);
    } else if (c == '\t') {
      fputs("\\t", to);
    } else if (c == '\r') {
      fputs("\\r", to);
    } else if (!tw_utf8_hidden(c)) {
      fwrite(character, 1, tw_utf8_put(c, character), to);
    } else if (c < 0x100) {
      fprintf(to, "\\x%02X", (unsigned)c);
    } else {
      fprintf(to, c < 0x10000 ? "\\u%04X" : "\\U%08X", (unsigned)c);
    }
  }
  fputc('"', to);
}

static bool is_single_quotable(struct cm_str text) {
  bool wants = false;
  while (text.size > 0) {
    uint32_t c = tw_utf8_next(&text);
    if (c == '\'' || c == 0xfffd || tw_utf8_hidden(c)) {
      return false;
    }
    wants |= c == '"' || c == '\\';
  }
  return wants;
}

static void put_string(FILE *to, struct cm_str text, bool flow) {
  if (tw_scalar_is_plain(text, flow)) {
    fwrite(text.at, 1, text.size, to);
  } else if (is_single_quotable(text)) {
    fprintf(to, "'%.*s'", CM_STR_ARG(text));
  } else {
    put_double_quoted(to, text);
  }
}

void tw_yaml_scalar(FILE *to, struct cm_str text) { put_string(to, text, false); }

void tw_yaml_flow_scalar(FILE *to, struct cm_str text) { put_string(to, text, true); }

// Whether a literal block holds exactly this: several lines, each with something to see on it or empty, the first neither empty nor
// indented (that would need an indentation indicator, which readers disagree about), all characters fit to stand as they are.
static bool is_literal(struct cm_str text) {
  if (text.size < 2 || strchr(" \t\n", text.at[0]) || !memchr(text.at, '\n', text.size)) {
    return false;
  }
  bool blank = false;
  while (text.size > 0) {
    uint32_t c = tw_utf8_next(&text);
    if (c == '\n') {
      if (blank) {
        return false;
      }
      blank = text.size > 0 && (text.at[0] == ' ' || text.at[0] == '\t');
    } else if (c == 0xfffd || (c != '\t' && tw_utf8_hidden(c))) {
      return false;
    } else {
      blank = blank && (c == ' ' || c == '\t');
    }
  }
  return !blank;
}

// The block's lines; its header and line end are written. `indent` is that of the lines.
static void put_literal(FILE *to, struct cm_str text, unsigned indent) {
  while (text.size > 0) {
    const char *end = memchr(text.at, '\n', text.size);
    size_t size = end ? (size_t)(end - text.at) : text.size;
    if (size > 0) {
      spaces(to, indent);
      fwrite(text.at, 1, size, to);
    }
    fputc('\n', to);
    size += end != NULL;
    text.at += size;
    text.size -= size;
  }
}

// "|" keeps one line end, "|-" none, "|+" all.
static const char *literal_header(struct cm_str text) {
  bool one = text.at[text.size - 1] == '\n';
  bool two = one && text.at[text.size - 2] == '\n';
  return two ? "|+" : one ? "|" : "|-";
}

static void put_scalar(const struct yaml *yaml, const struct tw_node *node, bool flow) {
  switch (node->kind) {
    case TW_NODE_NULL: fputs("null", yaml->to); return;
    case TW_NODE_BOOL: fputs(node->truth ? "true" : "false", yaml->to); return;
    case TW_NODE_INTEGER: fprintf(yaml->to, "%lld", (long long)node->integer); return;
    case TW_NODE_FLOAT: fwrite(node->text.at, 1, node->text.size, yaml->to); return;
    default: put_string(yaml->to, node->text, flow); return;
  }
}

// --- flow style ---

// Readers look for the ':' of a simple key within 1,024 characters only; a longer key is announced by '?'. A byte may take four characters.
enum { SIMPLE_KEY = 250 };

static void put_flow(const struct yaml *yaml, const struct tw_node *node, unsigned depth) {
  bool map = node->kind == TW_NODE_MAP;
  if (!map && node->kind != TW_NODE_LIST) {
    put_scalar(yaml, node, true);
    return;
  }
  if (depth > TW_DOC_DEPTH) {
    fputs("null", yaml->to);
    return;
  }
  fputc(map ? '{' : '[', yaml->to);
  for (size_t i = 0; i < node->count; i++) {
    fputs(i ? ", " : "", yaml->to);
    if (map) {
      fputs(node->pairs[i].key.size > SIMPLE_KEY ? "? " : "", yaml->to);
      put_string(yaml->to, node->pairs[i].key, true);
      fputs(node->pairs[i].key.size > SIMPLE_KEY ? " : " : ": ", yaml->to);
    }
    put_flow(yaml, map ? node->pairs[i].value : node->items[i].value, depth + 1);
  }
  fputc(map ? '}' : ']', yaml->to);
}

// --- block style ---

// Whether a node takes lines of its own, below its key.
static bool is_block(const struct tw_node *node) {
  return (node->kind == TW_NODE_MAP || node->kind == TW_NODE_LIST) && node->count > 0 && !node->flow;
}

static void put_block(const struct yaml *yaml, const struct tw_node *node, unsigned indent, bool begun, unsigned depth);

// A value that stands on the line of its key or dash (a literal block begins there), and the line's end. `indent`: of a block's lines.
static void put_line(const struct yaml *yaml, const struct tw_node *node, unsigned indent, const char *behind, unsigned depth) {
  bool literal = node->kind == TW_NODE_STRING && is_literal(node->text);
  if (literal) {
    fputs(literal_header(node->text), yaml->to);
  } else if (node->kind == TW_NODE_LIST || node->kind == TW_NODE_MAP) {
    put_flow(yaml, node, depth);
  } else {
    put_scalar(yaml, node, false);
  }
  put_behind(yaml, behind);
  fputc('\n', yaml->to);
  if (literal) {
    put_literal(yaml->to, node->text, indent);
  }
}

static void put_pair(const struct yaml *yaml, const struct tw_pair *pair, unsigned indent, unsigned depth) {
  bool simple = pair->key.size <= SIMPLE_KEY;
  fputs(simple ? "" : "? ", yaml->to);
  put_string(yaml->to, pair->key, false);
  if (!simple) {
    fputc('\n', yaml->to);
    spaces(yaml->to, indent);
  }
  fputc(':', yaml->to);
  if (!is_block(pair->value)) {
    fputc(' ', yaml->to);
    put_line(yaml, pair->value, indent + 2, pair->behind, depth);
    return;
  }
  put_behind(yaml, pair->behind);
  fputc('\n', yaml->to);
  put_block(yaml, pair->value, pair->value->kind == TW_NODE_LIST ? indent : indent + 2, false, depth + 1);
}

// The comments that belong to the first line of a block: they go above the dash that the block begins behind.
static void put_first_above(const struct yaml *yaml, const struct tw_node *node, unsigned indent) {
  while (is_block(node)) {
    bool map = node->kind == TW_NODE_MAP;
    put_above(yaml, map ? node->pairs[0].before : node->items[0].before, indent);
    put_above(yaml, !map && is_block(node->items[0].value) ? node->items[0].behind : NULL, indent);
    node = map ? NULL : node->items[0].value;
    if (!node) {
      return;
    }
  }
}

static void put_item(const struct yaml *yaml, const struct tw_item *item, unsigned indent, unsigned depth) {
  fputs("- ", yaml->to);
  if (is_block(item->value)) {
    put_block(yaml, item->value, indent + 2, true, depth + 1);
  } else {
    put_line(yaml, item->value, indent + 2, item->behind, depth);
  }
}

// The members of a list or map. `begun`: the first line is begun (behind a dash), and the comments above it are written.
static void put_block(const struct yaml *yaml, const struct tw_node *node, unsigned indent, bool begun, unsigned depth) {
  if (depth > TW_DOC_DEPTH) {
    spaces(yaml->to, begun ? 0 : indent);
    fputs("null\n", yaml->to);
    return;
  }
  for (size_t i = 0; i < node->count; i++) {
    bool map = node->kind == TW_NODE_MAP;
    if (!begun || i > 0) {
      put_above(yaml, map ? node->pairs[i].before : node->items[i].before, indent);
      if (!map && is_block(node->items[i].value)) {
        put_above(yaml, node->items[i].behind, indent);
        put_first_above(yaml, node->items[i].value, indent);
      }
      spaces(yaml->to, indent);
    }
    if (map) {
      put_pair(yaml, &node->pairs[i], indent, depth);
    } else {
      put_item(yaml, &node->items[i], indent, depth);
    }
  }
}

void tw_yaml_part(FILE *to, const struct tw_node *node, unsigned margin, bool comments) {
  struct yaml yaml = {.to = to, .comments = comments};
  if (is_block(node)) {
    put_block(&yaml, node, margin, false, 1);
  } else {
    spaces(to, margin);
    put_line(&yaml, node, margin + 2, NULL, 1);
  }
}

void tw_yaml_write(FILE *to, const struct tw_doc *docs, size_t count, bool comments) {
  struct yaml yaml = {.to = to, .comments = comments};
  for (size_t i = 0; i < count; i++) {
    // An empty first document is one only when a marker begins it.
    if (i > 0 || (!docs[i].root && count > 1)) {
      fputs("---\n", to);
    }
    put_above(&yaml, docs[i].before, 0);
    if (docs[i].root) {
      tw_yaml_part(to, docs[i].root, 0, comments);
    }
  }
}

// --- JSON ---

static void put_json(struct tw_json *json, const struct tw_node *node);

static void put_json_members(struct tw_json *json, const struct tw_node *node) {
  bool map = node->kind == TW_NODE_MAP;
  (map ? tw_json_object : tw_json_array)(json, NULL);
  for (size_t i = 0; i < node->count; i++) {
    if (map) {
      tw_json_name(json, node->pairs[i].key);
    }
    put_json(json, map ? node->pairs[i].value : node->items[i].value);
  }
  tw_json_end(json);
}

// JSON has no infinity and no `.5`: the one becomes a string, the other is written anew.
static void put_json_float(struct tw_json *json, struct cm_str text) {
  char copy[64], number[48];
  if (tw_scalar_is_json_number(text)) {
    tw_json_literal(json, NULL, text);
    return;
  }
  snprintf(copy, sizeof copy, "%.*s", (int)(text.size < 63 ? text.size : 63), text.at);
  double value = strtod(copy, NULL);
  int size = snprintf(number, sizeof number, "%.17g", value);
  struct cm_str written = {number, (size_t)size};
  if (tw_scalar_is_json_number(written) && !memchr(text.at, 'n', text.size) && !memchr(text.at, 'N', text.size)) {
    tw_json_literal(json, NULL, written);
  } else {
    tw_json_string(json, NULL, text);
  }
}

static void put_json(struct tw_json *json, const struct tw_node *node) {
  if (!node || ((node->kind == TW_NODE_MAP || node->kind == TW_NODE_LIST) && json->depth >= TW_DOC_DEPTH)) {
    tw_json_null(json, NULL);
    return;
  }
  switch (node->kind) {
    case TW_NODE_NULL: tw_json_null(json, NULL); return;
    case TW_NODE_BOOL: tw_json_bool(json, NULL, node->truth); return;
    case TW_NODE_INTEGER: tw_json_integer(json, NULL, node->integer); return;
    case TW_NODE_FLOAT: put_json_float(json, node->text); return;
    case TW_NODE_STRING: tw_json_string(json, NULL, node->text); return;
    case TW_NODE_LIST:
    case TW_NODE_MAP: put_json_members(json, node); return;
  }
}

void tw_doc_json(FILE *to, const struct tw_node *node, unsigned margin) {
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  json.margin = margin;
  put_json(&json, node);
}
