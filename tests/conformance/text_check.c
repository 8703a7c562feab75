// What our parser makes of the modules of a script, held against the binaries that another parser made of them.
//
//   text_check WAST FOLDER
//
// FOLDER has what `wast2json` made of the script. Prints how many modules are the same, and each that is not; exit status 1 then, and
// 3 when something cannot be read. Directives are matched by their order, which both forms have in common.

#include <component/encode.h>
#include <component/script.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static bool read_file(struct cm_arena *arena, const char *path, struct cm_span *out) {
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t *at = size < 0 ? NULL : cm_alloc(arena, (size_t)size);
  bool ok = at && fread(at, 1, (size_t)size, file) == (size_t)size;
  fclose(file);
  *out = (struct cm_span){at, ok ? (size_t)size : 0};
  return ok;
}

// The module's bytes, in `buffer` or the arena.
static bool make(struct cm_arena *arena, const struct cm_directive *directive, struct cm_buffer *buffer, struct cm_span *out,
                 struct cm_diag *diag) {
  static const struct cm_encode_options as_written = {.keep_forms = true};
  struct cm_parsed parsed;
  if (!cm_script_module(arena, directive, NULL, &parsed, diag)) return false;
  *out = parsed.bytes;
  if (!parsed.component || parsed.bytes.size) return true;
  if (!cm_encode(parsed.component, &as_written, buffer, diag)) return false;
  *out = cm_buffer_span(buffer);
  return true;
}

// Whether the module is as `path` has it.
static bool check(const char *script, uint64_t line, const struct cm_directive *directive, const char *path) {
  struct cm_arena arena;
  struct cm_buffer buffer;
  struct cm_span made, wanted;
  struct cm_diag diag = {0};
  cm_arena_init(&arena, NULL);
  cm_buffer_init(&buffer, NULL);
  bool ok = false;
  if (!read_file(&arena, path, &wanted))
    printf("%s:%llu: %s cannot be read\n", script, (unsigned long long)line, path);
  else if (!make(&arena, directive, &buffer, &made, &diag))
    printf("%s:%llu: %s\n", script, (unsigned long long)line, diag.message);
  else if (made.size != wanted.size || memcmp(made.at, wanted.at, made.size) != 0)
    printf("%s:%llu: other bytes than %s\n", script, (unsigned long long)line, path);
  else
    ok = true;
  cm_buffer_free(&buffer);
  cm_arena_free(&arena);
  return ok;
}

// The file of a command that holds a binary; NULL: there is none.
static const char *binary_of(const json_t *command) {
  const char *file = json_string_value(json_object_get(command, "binary_filename"));
  const char *type = json_string_value(json_object_get(command, "module_type"));
  if (!file && type && strcmp(type, "binary") == 0) file = json_string_value(json_object_get(command, "filename"));
  return file;
}

int main(int argc, char **argv) {
  struct cm_arena arena;
  struct cm_span file;
  struct cm_script script;
  struct cm_diag diag = {0};
  char path[4096];
  unsigned same = 0, other = 0;
  if (argc != 3) return 2;
  cm_arena_init(&arena, NULL);
  snprintf(path, sizeof path, "%s/script.json", argv[2]);
  json_error_t error;
  json_t *document = json_load_file(path, JSON_ALLOW_NUL, &error), *commands = json_object_get(document, "commands");
  if (!commands || !read_file(&arena, argv[1], &file) ||
      !cm_script_read(&arena, (struct cm_str){(const char *)file.at, file.size}, &script, &diag)) {
    printf("%s: %s\n", argv[1], diag.message[0] ? diag.message : error.text);
    return 3;
  }
  if (json_array_size(commands) != script.count) {
    printf("%s: %u directives, but %zu in %s\n", argv[1], script.count, json_array_size(commands), path);
    return 3;
  }
  for (uint32_t i = 0; i < script.count; i++) {
    const json_t *command = json_array_get(commands, i);
    const struct cm_directive *directive = &script.directives[i];
    const char *binary = binary_of(command);
    if (!binary || directive->form == CM_SCRIPT_NO_MODULE) continue;
    snprintf(path, sizeof path, "%s/%s", argv[2], binary);
    if (check(argv[1], (uint64_t)json_integer_value(json_object_get(command, "line")), directive, path))
      same++;
    else
      other++;
  }
  printf("%s: %u modules the same, %u not\n", argv[1], same, other);
  json_decref(document);
  cm_arena_free(&arena);
  return other != 0;
}
