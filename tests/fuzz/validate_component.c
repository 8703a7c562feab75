// Fuzz target: what is valid. Any bytes that decode as a component are validated with all features and with those of
// the default; the verdict and what is reported must agree, and what is valid by default must be valid with more.

#include <component/validate.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

struct heard {
  size_t size;  // of the file
  unsigned count;
  bool beyond_limit;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  heard->count++;
  heard->beyond_limit |= diag->error == CM_LIMIT;
  require(diag->error != CM_OK && diag->message[0]);
  require(!diag->has_offset || diag->offset <= heard->size);
  return true;
}

static bool validate(const struct cm_component *component, size_t size, enum cm_preset preset) {
  struct heard heard = {.size = size};
  struct cm_diag_sink sink = {hear, &heard};
  struct cm_validate_options options = {.features = cm_features_of(preset), .threads = 1};
  bool valid = cm_validate(component, &options, &sink, NULL);
  require(valid == (heard.count == 0));
  return valid || heard.beyond_limit;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_component *component;
  cm_arena_init(&arena, NULL);
  if (cm_decode(&arena, (struct cm_span){data, size}, &component, NULL) && validate(component, size, CM_PRESET_DEFAULT))
    require(validate(component, size, CM_PRESET_ALL));
  cm_arena_free(&arena);
  return 0;
}
