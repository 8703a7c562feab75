// A text that holds one module or component; and where an offset lies in it.

#include <component/parse.h>

#include "text/parse_component.h"

// Strings, one after the other, with something before, between and after them.
static bool read_strings(struct text_lexer *l, struct cm_str before, struct cm_str between, struct cm_str after,
                         struct cm_span *out) {
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, l->arena->allocator);
  cm_put_bytes(&bytes, before.at, before.size);
  bool ok = true, first = true;
  for (; ok && l->token.kind == TEXT_STRING; first = false) {
    struct cm_span piece;
    ok = text_string(l, "a string", &piece);
    if (!first) cm_put_bytes(&bytes, between.at, between.size);
    if (ok) cm_put_span(&bytes, piece);
  }
  cm_put_bytes(&bytes, after.at, after.size);
  uint8_t *kept = ok && !bytes.failed ? cm_alloc(l->arena, bytes.size) : NULL;
  if (kept && bytes.size) memcpy(kept, bytes.at, bytes.size);
  *out = (struct cm_span){kept, bytes.size};
  cm_buffer_free(&bytes);
  return kept || (ok && text_fail_memory(l));
}

static const struct cm_str none = {"", 0};

bool text_read_binary(struct text_lexer *l, struct cm_span *out) { return read_strings(l, none, none, none, out); }

// What is quoted of a component are its definitions.
bool text_read_quoted(struct text_lexer *l, bool component, struct cm_span *out) {
  struct cm_str before = component ? CM_STR("(component ") : none, after = component ? CM_STR(")") : none;
  return read_strings(l, before, CM_STR(" "), after, out);
}

// (module quote "…"*), behind `quote`: a text within the text. Its mistakes are told where the quotation begins.
static bool parse_quoted(struct text_lexer *l, bool names, bool component, struct cm_parsed *out) {
  const char *at = l->token.at;
  struct cm_parse_options options = {.no_names = !names, .annotated_names = l->annotated_names};
  struct cm_span quoted;
  struct cm_diag diag = {0};
  if (!text_read_quoted(l, component, &quoted)) return false;
  struct cm_str text = {(const char *)quoted.at, quoted.size};
  if (cm_parse_text(l->arena, text, &options, out, &diag)) return true;
  if (diag.error == CM_NO_MEMORY) return text_fail_memory(l);
  return text_fail(l, at, "in the quoted text: %s", diag.message);
}

// Behind `module`, up to its ).
bool text_parse_module(struct text_lexer *l, const struct text_ops *ops, bool names, struct cm_parsed *out) {
  struct cm_where where = {.up = l->where, .what = "module", .index = -1};
  l->where = &where;
  struct cm_str name;
  text_take(l, "definition");  // of a script
  bool ok = text_optional_id(l, &where.name) && text_name_annotation(l, &name) &&
            (text_take(l, "binary")  ? text_read_binary(l, &out->bytes)
             : text_take(l, "quote") ? parse_quoted(l, names, false, out)
                                     : text_parse_core_fields(l, ops, names, where.name, name, &out->bytes));
  l->where = where.up;
  return ok;
}

// Behind `component`, up to its ).
bool text_parse_component(struct text_lexer *l, const struct text_ops *ops, bool names, struct cm_parsed *out) {
  struct component_text c = {.l = l, .ops = ops, .names = names};
  struct cm_where where = {.up = l->where, .what = "component", .index = -1};
  struct cm_str name;
  l->where = &where;
  text_take(l, "definition");  // of a script
  bool ok = text_optional_id(l, &where.name) && text_name_annotation(l, &name) &&
            (text_take(l, "binary")  ? text_read_binary(l, &out->bytes)
             : text_take(l, "quote") ? parse_quoted(l, names, true, out)
                                     : text_parse_component_fields(&c, where.name, name, &out->component));
  component_settle_value_bounds(&c);
  l->where = where.up;
  return ok;
}

// Fails where `module` or `component` was meant, before the text is taken for the fields of a module.
static bool fails_as_word(struct text_lexer *l) {
  if (l->token.kind != TEXT_OPEN || text_look_ahead(l)->kind != TEXT_KEYWORD) return false;
  const struct text_token word = *text_look_ahead(l);
  struct text_nearest nearest;
  text_nearest_begin(&nearest, (struct cm_str){word.at, word.size});
  text_nearest_try(&nearest, CM_STR("module"));
  text_nearest_try(&nearest, CM_STR("component"));
  if (!nearest.best.at) return false;
  text_fail(l, word.at, "expected `module` or `component`, found `%.*s`: is `%.*s` meant?", (int)word.size, word.at,
            CM_STR_ARG(nearest.best));
  return true;
}

static bool parse_any(struct text_lexer *l, const struct text_ops *ops, bool names, struct cm_parsed *out) {
  out->artifact = CM_ARTIFACT_MODULE;
  if (text_enter(l, "component")) {
    out->artifact = CM_ARTIFACT_COMPONENT;
    if (!text_parse_component(l, ops, names, out) || !text_close(l)) return false;
  } else if (text_enter(l, "module")) {
    if (!text_parse_module(l, ops, names, out) || !text_close(l)) return false;
  } else if (fails_as_word(l) || !text_parse_core_fields(l, ops, names, (struct cm_str){0}, (struct cm_str){0}, &out->bytes)) {
    return false;
  }
  // What is no token looks like the end.
  return !l->failed && (l->token.kind == TEXT_END || text_expected(l, "the end of the text"));
}

bool cm_parse_text(struct cm_arena *arena, struct cm_str text, const struct cm_parse_options *options, struct cm_parsed *out,
                   struct cm_diag *diag) {
  static const struct cm_parse_options defaults;
  struct text_lexer lexer;
  if (!options) options = &defaults;
  *out = (struct cm_parsed){0};
  if (text.size >= 4 && memcmp(text.at, "\0asm", 4) == 0)
    return cm_fail(diag, CM_MALFORMED, 0, NULL, "expected text, found a binary");
  struct text_ops *ops = cm_alloc(arena, sizeof *ops);
  if (!ops) return cm_fail_memory(diag);
  text_ops_make(ops);
  struct cm_diag unheard;
  text_begin(&lexer, arena, text, diag ? diag : &unheard);
  lexer.sink = options->sink;
  lexer.annotated_names = options->annotated_names;
  if (!lexer.failed && parse_any(&lexer, ops, !options->no_names, out) && !lexer.errors) return true;
  if (lexer.failed) text_forgive(&lexer);
  if (lexer.errors && diag) *diag = lexer.first;
  return false;
}

struct cm_text_place cm_text_place(struct cm_str text, uint64_t offset) {
  struct cm_text_place place = {.line = 1, .column = 1};
  if (!text.at) return place;
  if (offset > text.size) offset = text.size;
  const char *line = text.at, *at = text.at + offset, *end = text.at + text.size;
  for (const char *s = line; (s = memchr(s, '\n', (size_t)(at - s))) != NULL;) {
    line = ++s;
    place.line++;
  }
  for (const char *s = line; s < at; s++) place.column += ((uint8_t)*s & 0xc0) != 0x80;
  const char *stop = at;
  while (stop < end && *stop != '\n' && *stop != '\r') stop++;
  place.text = (struct cm_str){line, (size_t)(stop - line)};
  return place;
}
