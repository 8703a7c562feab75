// Texts of modules and components, parsed and written.
//
// What the parser takes, our own decoder must read: the text of a module gives a well-formed module but for what only validation sees
// (and but for `binary`, which may hold anything). The first byte of the input is no part of the text: its bits say how little memory
// there is, and whether names are kept.

#include <component/encode.h>
#include <component/instr.h>
#include <component/parse.h>

#include <stdlib.h>

enum { NO_NAMES = 1, LITTLE_MEMORY = 2 };

static bool holds_binary(struct cm_str text) {
  for (size_t i = 0; i + 6 <= text.size; i++)
    if (memcmp(text.at + i, "binary", 6) == 0) return true;
  return false;
}

static bool count(void *context, const struct cm_diag *diag) {
  if (diag->error == CM_OK || diag->message[0] == 0) abort();
  ++*(unsigned *)context;
  return true;
}

// With every mistake told the verdict is the same, and so is the first of them.
static void tell_all(struct cm_str text, bool ok, const struct cm_diag *first) {
  unsigned told = 0;
  const struct cm_diag_sink sink = {count, &told};
  const struct cm_parse_options options = {.sink = &sink};
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  arena.limit = 64u << 20;
  bool all_ok = cm_parse_text(&arena, text, &options, &parsed, &diag);
  if (all_ok != ok || (ok && told)) abort();
  if (!ok && diag.error != CM_NO_MEMORY && (!told || diag.offset != first->offset)) abort();
  cm_arena_free(&arena);
}

static void read_back(struct cm_arena *arena, struct cm_span bytes, bool component) {
  struct cm_diag diag = {0};
  struct core_module *module;
  struct cm_component *decoded;
  bool ok = component ? cm_decode(arena, bytes, &decoded, &diag)
                      : core_decode(arena, bytes, bytes.at, NULL, &module, &diag) && core_read_bodies(module, &diag);
  // Numbers beyond all limits can be written; so can a data segment that is not there.
  if (!ok && diag.error == CM_MALFORMED) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  // Exactly as large as it is, so that reading beyond it is seen.
  char *copy = malloc(size);
  if (!copy) return 0;
  memcpy(copy, data + 1, size - 1);
  struct cm_str text = {copy, size - 1};
  struct cm_parse_options options = {.no_names = data[0] & NO_NAMES};
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_arena arena;
  struct cm_buffer buffer;
  cm_arena_init(&arena, NULL);
  cm_buffer_init(&buffer, NULL);
  arena.limit = data[0] & LITTLE_MEMORY ? 60000 : 64u << 20;
  if (cm_parse_text(&arena, text, &options, &parsed, &diag)) {
    bool component = parsed.component != NULL;
    if (component && !cm_encode(parsed.component, NULL, &buffer, &diag)) abort();
    if (!holds_binary(text)) read_back(&arena, component ? cm_buffer_span(&buffer) : parsed.bytes, component);
  } else if (diag.error == CM_OK || diag.message[0] == 0 || (diag.has_offset && diag.offset > text.size)) {
    abort();
  }
  if (!(data[0] & LITTLE_MEMORY) && diag.error != CM_NO_MEMORY) tell_all(text, diag.error == CM_OK, &diag);
  cm_buffer_free(&buffer);
  cm_arena_free(&arena);
  free(copy);
  return 0;
}
