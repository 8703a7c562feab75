// Scripts in the form that wast2json writes: `script.json` lists the directives, modules lie beside it in files.
//
// Where a text was also written as a binary, the binary is what is judged: the text is for the parser's own tests.

#include "script.h"

#include <jansson.h>
#include <stdio.h>

static bool kind_of(const char *name, enum directive_kind *kind) {
  for (*kind = 0; *kind < DIRECTIVE_KINDS; (*kind)++)
    if (strcmp(directive_names[*kind], name) == 0) return true;
  return false;
}

// The path of a file beside the script.
static const char *beside(struct script *script, const char *file) {
  const char *slash = strrchr(script->path, '/');
  int folder = slash ? (int)(slash - script->path) + 1 : 0;
  return cm_alloc_format(&script->arena, "%.*s%s", folder, script->path, file).at;
}

static bool read_module(struct script *script, const json_t *command, struct directive *directive, char why[SCRIPT_WHY]) {
  const char *binary = json_string_value(json_object_get(command, "binary_filename"));
  const char *file = binary ? binary : json_string_value(json_object_get(command, "filename"));
  const char *type = json_string_value(json_object_get(command, "module_type"));
  if (!file) return true;
  directive->form = binary || !type || strcmp(type, "text") != 0 ? FORM_BINARY : FORM_TEXT;
  directive->file = beside(script, file);
  if (directive->file && script_read_file(&script->arena, directive->file, &directive->bytes)) return true;
  snprintf(why, SCRIPT_WHY, "line %u: %s cannot be read", directive->line, file);
  return false;
}

static bool read_command(struct script *script, const json_t *command, struct directive *directive, char why[SCRIPT_WHY]) {
  const char *type = json_string_value(json_object_get(command, "type"));
  const char *expected = json_string_value(json_object_get(command, "text"));
  directive->line = (uint32_t)json_integer_value(json_object_get(command, "line"));
  if (!type || !kind_of(type, &directive->kind)) {
    snprintf(why, SCRIPT_WHY, "line %u: unknown directive %s", directive->line, type ? type : "without a type");
    return false;
  }
  if (expected) directive->expected = cm_alloc_text(&script->arena, expected, strlen(expected));
  return read_module(script, command, directive, why);
}

bool script_read_json(struct script *script, char why[SCRIPT_WHY]) {
  json_error_t error;
  json_t *document = json_load_file(script->path, JSON_ALLOW_NUL, &error), *command;
  json_t *commands = json_object_get(document, "commands");
  size_t i;
  bool ok = json_is_array(commands);
  if (!ok) snprintf(why, SCRIPT_WHY, "%s", document ? "there are no commands" : error.text);
  if (ok) script->directives = cm_alloc_array(&script->arena, json_array_size(commands), sizeof *script->directives);
  if (ok && !script->directives) {
    snprintf(why, SCRIPT_WHY, "out of memory");
    ok = false;
  }
  json_array_foreach(commands, i, command) {
    if (!ok) break;
    ok = read_command(script, command, &script->directives[i], why);
    script->count++;
  }
  json_decref(document);
  return ok;
}
