// Validation of core modules.
//
// The first byte of the input is no part of the module: its bits choose the features and say whether the preamble is put in front, and
// how little memory there is. What is valid must be so on several threads too, must be read to the end by the reader of bodies, and
// must be valid again with its types in a store that has them already.

#include <component/validate_core.h>

#include <stdlib.h>

enum { ADD_PREAMBLE = 1, LITTLE_MEMORY = 2, OFFICIAL = 4, DEFAULT = 8 };

struct budget {
  size_t left;
};

static void *get(void *context, size_t size) {
  struct budget *budget = context;
  if (size > budget->left) return NULL;
  void *block = calloc(1, size);
  if (block) budget->left -= size;
  return block;
}

static void put(void *context, void *block, size_t size) {
  struct budget *budget = context;
  budget->left += size;
  free(block);
}

struct heard {
  uint32_t count;
  bool lacks_memory;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  if (diag->error == CM_OK || !diag->message[0]) abort();
  heard->count++;
  heard->lacks_memory |= diag->error == CM_NO_MEMORY;
  return heard->count < 50;
}

static void validate(struct cm_arena *arena, const struct core_module *module, uint8_t flags) {
  struct budget budget = {flags & LITTLE_MEMORY ? 60000 : 64u << 20};
  struct cm_allocator allocator = {get, put, &budget};
  struct heard heard = {0}, again = {0};
  struct cm_diag_sink sink = {hear, &heard}, second = {hear, &again};
  struct core_validate_options options = {.threads = 1, .allocator = &allocator};
  options.features = cm_features_of(flags & OFFICIAL ? CM_PRESET_OFFICIAL : flags & DEFAULT ? CM_PRESET_DEFAULT : CM_PRESET_ALL);
  struct core_type_store *store = core_type_store_new(arena);
  const uint32_t *ids = NULL;
  if (!store) return;
  bool valid = core_validate(module, &options, store, &ids, &sink);
  if (valid != (heard.count == 0)) abort();
  struct cm_diag diag;
  if (valid && (!ids || !core_read_bodies(module, &diag))) abort();
  options.threads = 2;
  options.allocator = NULL;
  bool valid_again = core_validate(module, &options, store, NULL, &second);
  if (valid != valid_again && !heard.lacks_memory && !again.lacks_memory) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t preamble[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
  if (size == 0) return 0;
  uint8_t flags = data[0];
  size_t ahead = flags & ADD_PREAMBLE ? sizeof preamble : 0, whole = ahead + size - 1;
  uint8_t *file = malloc(whole ? whole : 1);
  if (!file) return 0;
  memcpy(file, preamble, ahead);
  if (size > 1) memcpy(file + ahead, data + 1, size - 1);
  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag = {0};
  cm_arena_init(&arena, NULL);
  arena.limit = 64u << 20;
  if (core_decode(&arena, (struct cm_span){file, whole}, file, NULL, &module, &diag)) validate(&arena, module, flags);
  cm_arena_free(&arena);
  free(file);
  return 0;
}
