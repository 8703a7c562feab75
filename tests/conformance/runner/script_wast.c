// Scripts in their own form, `.wast`: read by the library, module by module.
//
// A module that is written out is given as its text, and so parsed when its turn comes: that it can be is part of what is judged.

#include "script.h"

#include <component/script.h>

#include <stdio.h>

// Of each kind of the library's directives, in its order.
static const enum directive_kind kinds[CM_DIRECTIVE_COUNT] = {
    [CM_DIRECTIVE_MODULE] = MODULE,
    [CM_DIRECTIVE_MODULE_DEFINITION] = MODULE_DEFINITION,
    [CM_DIRECTIVE_MODULE_INSTANCE] = MODULE_INSTANCE,
    [CM_DIRECTIVE_REGISTER] = REGISTER,
    [CM_DIRECTIVE_ACTION] = ACTION,
    [CM_DIRECTIVE_ASSERT_INVALID] = ASSERT_INVALID,
    [CM_DIRECTIVE_ASSERT_MALFORMED] = ASSERT_MALFORMED,
    [CM_DIRECTIVE_ASSERT_UNLINKABLE] = ASSERT_UNLINKABLE,
    [CM_DIRECTIVE_ASSERT_TRAP] = ASSERT_TRAP,
    [CM_DIRECTIVE_ASSERT_RETURN] = ASSERT_RETURN,
    [CM_DIRECTIVE_ASSERT_EXHAUSTION] = ASSERT_EXHAUSTION,
    [CM_DIRECTIVE_ASSERT_EXCEPTION] = ASSERT_EXCEPTION,
    [CM_DIRECTIVE_ASSERT_SUSPENSION] = ASSERT_SUSPENSION,
    [CM_DIRECTIVE_THREAD] = THREAD,
    [CM_DIRECTIVE_WAIT] = WAIT,
};

// The line of `offset`, counted on from `*line` at `*from`.
static uint32_t line_of(struct cm_str text, uint64_t offset, uint64_t *from, uint32_t *line) {
  for (; *from < offset; ++*from) *line += text.at[*from] == '\n';
  return *line;
}

static bool take(struct script *script, const struct cm_directive *from, uint32_t line, struct directive *to) {
  *to = (struct directive){.kind = kinds[from->kind], .line = line};
  // A module that traps when it is instantiated is valid.
  if (from->kind == CM_DIRECTIVE_ASSERT_TRAP && from->form != CM_SCRIPT_NO_MODULE) to->kind = ASSERT_UNINSTANTIABLE;
  if (from->message.at) to->expected = cm_alloc_text(&script->arena, from->message.at, from->message.size);
  if (from->form == CM_SCRIPT_NO_MODULE) return !from->message.at || to->expected;
  to->form = from->form == CM_SCRIPT_BINARY ? FORM_BINARY : FORM_TEXT;
  to->bytes = from->source;
  return !from->message.at || to->expected;
}

bool script_read_wast(struct script *script, char why[SCRIPT_WHY]) {
  struct cm_span file;
  struct cm_script read;
  struct cm_diag diag = {0};
  if (!script_read_file(&script->arena, script->path, &file)) {
    snprintf(why, SCRIPT_WHY, "cannot be read");
    return false;
  }
  struct cm_str text = {(const char *)file.at, file.size};
  if (!cm_script_read(&script->arena, text, &read, &diag)) {
    struct cm_text_place place = cm_text_place(text, diag.offset);
    snprintf(why, SCRIPT_WHY, "line %llu: %.200s", (unsigned long long)place.line, diag.message);
    return false;
  }
  script->directives = cm_alloc_array(&script->arena, read.count, sizeof *script->directives);
  bool ok = script->directives != NULL;
  uint64_t from = 0;
  uint32_t line = 1;
  for (uint32_t i = 0; ok && i < read.count; i++) {
    const struct cm_directive *directive = &read.directives[i];
    // What is asserted of a module is said at the module, as wast2json has it.
    uint64_t at = directive->form == CM_SCRIPT_NO_MODULE ? directive->offset : directive->module_offset;
    ok = take(script, directive, line_of(text, at, &from, &line), &script->directives[script->count++]);
  }
  if (!ok) snprintf(why, SCRIPT_WHY, "out of memory");
  return ok;
}
