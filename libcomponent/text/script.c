// Scripts, directive by directive.
//
// Modules that are written out are stepped over, and their text is kept: whoever wants one has it parsed. A text that does not begin with a
// directive is one module without its parentheses.

#include "text/script.h"

#include "text/parse_component.h"

const char *const cm_directive_names[CM_DIRECTIVE_COUNT] = {
    [CM_DIRECTIVE_MODULE] = "module",
    [CM_DIRECTIVE_MODULE_DEFINITION] = "module_definition",
    [CM_DIRECTIVE_MODULE_INSTANCE] = "module_instance",
    [CM_DIRECTIVE_REGISTER] = "register",
    [CM_DIRECTIVE_ACTION] = "action",
    [CM_DIRECTIVE_ASSERT_INVALID] = "assert_invalid",
    [CM_DIRECTIVE_ASSERT_MALFORMED] = "assert_malformed",
    [CM_DIRECTIVE_ASSERT_UNLINKABLE] = "assert_unlinkable",
    [CM_DIRECTIVE_ASSERT_TRAP] = "assert_trap",
    [CM_DIRECTIVE_ASSERT_RETURN] = "assert_return",
    [CM_DIRECTIVE_ASSERT_EXHAUSTION] = "assert_exhaustion",
    [CM_DIRECTIVE_ASSERT_EXCEPTION] = "assert_exception",
    [CM_DIRECTIVE_ASSERT_SUSPENSION] = "assert_suspension",
    [CM_DIRECTIVE_THREAD] = "thread",
    [CM_DIRECTIVE_WAIT] = "wait",
};

// Modules.

// Behind `module` or `component`, and its `definition` if there is one; to its ).
static bool module_source(struct text_lexer *l, const char *open, struct cm_directive *out) {
  if (!text_optional_id(l, &out->id)) return false;
  out->form = CM_SCRIPT_TEXT;
  if (text_take(l, "binary")) {
    out->form = CM_SCRIPT_BINARY;
    if (!text_read_binary(l, &out->source)) return false;
  } else if (text_take(l, "quote")) {
    out->form = CM_SCRIPT_QUOTED;
    if (!text_read_quoted(l, out->is_component, &out->source)) return false;
  } else if (!text_skip(l, open)) {
    return false;
  }
  if (l->token.kind != TEXT_CLOSE) return text_close(l);
  if (out->form == CM_SCRIPT_TEXT) out->source = (struct cm_span){(const uint8_t *)open, (size_t)(l->token.at + 1 - open)};
  text_next(l);
  return true;
}

// (module …) or (component …), at its (. *found is false, and nothing read, when it is neither.
static bool read_module(struct text_lexer *l, struct cm_directive *out, bool *found) {
  const char *open = l->token.at;
  out->is_component = text_at_open(l, "component");
  *found = out->is_component || text_at_open(l, "module");
  if (!*found) return true;
  out->module_offset = (uint64_t)(open - l->begin);
  text_next(l);
  text_next(l);
  if (text_take(l, "instance")) {
    out->kind = CM_DIRECTIVE_MODULE_INSTANCE;
    return text_optional_id(l, &out->id) && text_optional_id(l, &out->of) && text_close(l);
  }
  if (text_take(l, "definition")) out->kind = CM_DIRECTIVE_MODULE_DEFINITION;
  return module_source(l, open, out);
}

static bool expect_module(struct text_lexer *l, struct cm_directive *out) {
  bool found;
  enum cm_directive_kind kind = out->kind;
  if (!read_module(l, out, &found)) return false;
  out->kind = kind;
  return found || text_expected(l, "`(module` or `(component`");
}

// Actions.

static bool read_action(struct text_lexer *l, struct cm_directive *out) {
  struct cm_action *action = &out->action;
  action->is_get = text_at_open(l, "get");
  if (!action->is_get && !text_at_open(l, "invoke")) return text_expected(l, "`(invoke` or `(get`");
  text_next(l);
  text_next(l);
  out->has_action = true;
  return text_optional_id(l, &action->module) && text_name(l, "the name of an export", &action->export) &&
         (action->is_get || script_values(l, &action->argument_count, &action->arguments)) && text_close(l);
}

// Directives.

static bool read_message(struct text_lexer *l, struct cm_directive *out) {
  return text_name(l, "the message that is expected", &out->message);
}

static bool module_and_message(struct text_lexer *l, struct cm_directive *out) {
  return expect_module(l, out) && read_message(l, out);
}

static bool action_and_message(struct text_lexer *l, struct cm_directive *out) {
  return read_action(l, out) && read_message(l, out);
}

static bool trap(struct text_lexer *l, struct cm_directive *out) {
  bool is_action = text_at_open(l, "invoke") || text_at_open(l, "get");
  return is_action ? action_and_message(l, out) : module_and_message(l, out);
}

static bool action_and_results(struct text_lexer *l, struct cm_directive *out) {
  return read_action(l, out) && script_values(l, &out->result_count, &out->results);
}

static bool read_register(struct text_lexer *l, struct cm_directive *out) {
  return text_name(l, "a name to register under", &out->of) && text_optional_id(l, &out->id);
}

static bool read_directives(struct text_lexer *l, unsigned depth, uint32_t *count, const struct cm_directive **out);

// (thread $id (shared (module $m))? DIRECTIVE*): https://github.com/WebAssembly/threads/blob/main/interpreter/README.md
static bool read_thread(struct text_lexer *l, struct cm_directive *out) {
  if (l->token.kind != TEXT_ID) return text_expected(l, "the identifier of a thread");
  if (!text_id(l, &out->id)) return false;
  if (text_enter(l, "shared") &&
      (!text_open(l) || !text_expect(l, "module") || !text_optional_id(l, &out->of) || !text_close(l) || !text_close(l)))
    return false;
  return read_directives(l, 1, &out->directive_count, &out->directives);
}

static bool read_wait(struct text_lexer *l, struct cm_directive *out) {
  return l->token.kind == TEXT_ID ? text_id(l, &out->id) : text_expected(l, "the identifier of a thread");
}

static const struct directive_word {
  const char *word;
  enum cm_directive_kind kind;
  bool (*read)(struct text_lexer *l, struct cm_directive *out);
} words[] = {
    {"assert_return", CM_DIRECTIVE_ASSERT_RETURN, action_and_results},
    {"assert_trap", CM_DIRECTIVE_ASSERT_TRAP, trap},
    {"assert_invalid", CM_DIRECTIVE_ASSERT_INVALID, module_and_message},
    {"assert_malformed", CM_DIRECTIVE_ASSERT_MALFORMED, module_and_message},
    {"assert_invalid_custom", CM_DIRECTIVE_ASSERT_INVALID, module_and_message},
    {"assert_malformed_custom", CM_DIRECTIVE_ASSERT_MALFORMED, module_and_message},
    {"assert_unlinkable", CM_DIRECTIVE_ASSERT_UNLINKABLE, module_and_message},
    {"assert_exhaustion", CM_DIRECTIVE_ASSERT_EXHAUSTION, action_and_message},
    {"assert_exception", CM_DIRECTIVE_ASSERT_EXCEPTION, read_action},
    {"assert_suspension", CM_DIRECTIVE_ASSERT_SUSPENSION, action_and_message},
    {"register", CM_DIRECTIVE_REGISTER, read_register},
    {"thread", CM_DIRECTIVE_THREAD, read_thread},
    {"wait", CM_DIRECTIVE_WAIT, read_wait},
};
enum { WORD_COUNT = sizeof words / sizeof words[0] };

// At its (.
static bool read_directive(struct text_lexer *l, unsigned depth, struct cm_directive *out) {
  *out = (struct cm_directive){.kind = CM_DIRECTIVE_MODULE, .offset = (uint64_t)(l->token.at - l->begin)};
  bool found;
  if (!read_module(l, out, &found) || found) return found && !l->failed;
  if (text_at_open(l, "invoke") || text_at_open(l, "get")) {
    out->kind = CM_DIRECTIVE_ACTION;
    return read_action(l, out);
  }
  if (!text_open(l)) return false;
  for (size_t i = 0; i < WORD_COUNT; i++) {
    if (!text_at(l, words[i].word)) continue;
    out->kind = words[i].kind;
    if (out->kind == CM_DIRECTIVE_THREAD && depth) return text_fail(l, l->token.at, "a thread starts no threads");
    text_next(l);
    return words[i].read(l, out) && text_close(l);
  }
  struct text_nearest nearest;
  text_nearest_begin(&nearest, (struct cm_str){l->token.at, l->token.size});
  for (size_t i = 0; i < WORD_COUNT; i++) text_nearest_try(&nearest, cm_str_of(words[i].word));
  text_nearest_try(&nearest, CM_STR("module"));
  text_nearest_try(&nearest, CM_STR("component"));
  if (nearest.best.at && l->token.kind == TEXT_KEYWORD)
    return text_fail(l, l->token.at, "unknown directive `%.*s`: is `%.*s` meant?", (int)l->token.size, l->token.at,
                     CM_STR_ARG(nearest.best));
  return text_expected(l, "a directive (`module`, `assert_return`, …)");
}

// Up to a ) or the end.
static bool read_directives(struct text_lexer *l, unsigned depth, uint32_t *count, const struct cm_directive **out) {
  struct cm_directive *items = NULL;
  size_t room = 0;
  *count = 0;
  while (l->token.kind == TEXT_OPEN) {
    struct cm_directive directive;
    if (!read_directive(l, depth, &directive)) return false;
    if (!cm_grow(l->arena, &items, &room, *count, sizeof *items)) return text_fail_memory(l);
    items[(*count)++] = directive;
  }
  *out = items;
  return !l->failed;
}

// Whether the text is the fields of one module.
static bool is_lone_module(struct text_lexer *l) {
  if (l->token.kind == TEXT_END) return false;
  if (l->token.kind != TEXT_OPEN) return l->token.kind == TEXT_ANNOTATION;
  static const char *const others[] = {"module", "component", "invoke", "get"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
    if (text_at_open(l, others[i])) return false;
  static const char *const fields[] = {"type",   "rec", "import", "func",  "table", "memory",
                                       "global", "tag", "export", "start", "elem",  "data"};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
    if (text_at_open(l, fields[i])) return true;
  return false;
}

bool cm_script_read(struct cm_arena *arena, struct cm_str text, struct cm_script *out, struct cm_diag *diag) {
  struct text_lexer l;
  *out = (struct cm_script){0};
  text_begin(&l, arena, text, diag);
  if (!l.failed && is_lone_module(&l)) {
    struct cm_directive *lone = cm_alloc(arena, sizeof *lone);
    if (!lone) return cm_fail_memory(diag);
    *lone = (struct cm_directive){.form = CM_SCRIPT_TEXT, .source = {(const uint8_t *)text.at, text.size}};
    *out = (struct cm_script){1, lone};
    return true;
  }
  return !l.failed && read_directives(&l, 0, &out->count, &out->directives) &&
         (l.token.kind == TEXT_END || text_expected(&l, "a directive"));
}

bool cm_script_module(struct cm_arena *arena, const struct cm_directive *directive, const struct cm_parse_options *options,
                      struct cm_parsed *out, struct cm_diag *diag) {
  *out = (struct cm_parsed){.artifact = directive->is_component ? CM_ARTIFACT_COMPONENT : CM_ARTIFACT_MODULE,
                            .bytes = directive->source};
  if (directive->form == CM_SCRIPT_BINARY) return true;
  return cm_parse_text(arena, (struct cm_str){(const char *)directive->source.at, directive->source.size}, options, out, diag);
}
