// Which front-end reads a script, and what they share.

#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *const directive_names[DIRECTIVE_KINDS] = {
    [MODULE] = "module",
    [MODULE_DEFINITION] = "module_definition",
    [ASSERT_INVALID] = "assert_invalid",
    [ASSERT_MALFORMED] = "assert_malformed",
    [ASSERT_UNLINKABLE] = "assert_unlinkable",
    [ASSERT_UNINSTANTIABLE] = "assert_uninstantiable",
    [MODULE_INSTANCE] = "module_instance",
    [REGISTER] = "register",
    [ACTION] = "action",
    [ASSERT_RETURN] = "assert_return",
    [ASSERT_TRAP] = "assert_trap",
    [ASSERT_EXHAUSTION] = "assert_exhaustion",
    [ASSERT_EXCEPTION] = "assert_exception",
    [ASSERT_SUSPENSION] = "assert_suspension",
    [THREAD] = "thread",
    [WAIT] = "wait",
};

// The forms of scripts, by the ends of their names.
static const struct front_end {
  const char *suffix;
  bool (*read)(struct script *script, char why[SCRIPT_WHY]);
} front_ends[] = {
    {"script.json", script_read_json},
    {".wast", script_read_wast},
};

static const struct front_end *front_end_of(const char *path) {
  size_t length = strlen(path);
  for (size_t i = 0; i < sizeof front_ends / sizeof *front_ends; i++) {
    size_t suffix = strlen(front_ends[i].suffix);
    if (length >= suffix && strcmp(path + length - suffix, front_ends[i].suffix) == 0) return &front_ends[i];
  }
  return NULL;
}

bool script_is(const char *path) { return front_end_of(path) != NULL; }

bool script_read(const char *path, struct script *script, char why[SCRIPT_WHY]) {
  const struct front_end *front_end = front_end_of(path);
  *script = (struct script){.path = strdup(path)};
  cm_arena_init(&script->arena, NULL);
  bool ok = false;
  if (!front_end) {
    snprintf(why, SCRIPT_WHY, "not a script that can be read here");
  } else if (!script->path) {
    snprintf(why, SCRIPT_WHY, "out of memory");
  } else {
    ok = front_end->read(script, why);
  }
  if (!ok) script_free(script);
  return ok;
}

void script_free(struct script *script) {
  cm_arena_free(&script->arena);
  free(script->path);
}

bool script_read_file(struct cm_arena *arena, const char *path, struct cm_span *bytes) {
  struct stat about;
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  bool ok = fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode);
  // The arena rounds sizes up; ending at the end of what it gives would need its help, so the bytes lie in a block of their own.
  uint8_t *at = ok ? cm_alloc(arena, (size_t)about.st_size) : NULL;
  ok = at && fread(at, 1, (size_t)about.st_size, file) == (size_t)about.st_size;
  fclose(file);
  if (ok) *bytes = (struct cm_span){at, (size_t)about.st_size};
  return ok;
}
