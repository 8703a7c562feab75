// Fuzz target: the encoder. Whatever decodes is encoded to what decodes to the same component and is stable, and to no more bytes than it
// had. Where the input is no component it is what a component is made up from: that one must decode to what was made.

#include <component/encode.h>

#include <stdlib.h>

#include "component_equal.h"
#include "random_component.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

// Encodes, decodes, encodes again.
static void check(struct cm_arena *arena, const struct cm_component *component, bool keep_forms, bool same_model, size_t most) {
  struct cm_encode_options options = {.keep_forms = keep_forms};
  struct cm_buffer first, second;
  struct cm_component *again;
  struct cm_diag diag = {0};
  cm_buffer_init(&first, NULL);
  cm_buffer_init(&second, NULL);
  require(cm_encode(component, &options, &first, &diag));
  require(cm_decode(arena, cm_buffer_span(&first), &again, &diag));
  if (same_model) require(same_component(component, again));
  require(cm_encode(again, &options, &second, &diag));
  require(same_bytes(cm_buffer_span(&first), cm_buffer_span(&second)));
  require(first.size <= most);
  cm_buffer_free(&first);
  cm_buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_component *component;
  cm_arena_init(&arena, NULL);
  if (cm_sniff((struct cm_span){data, size}) != CM_ARTIFACT_COMPONENT) {
    component = random_component(&arena, data, size, 0);
    require(component != NULL);
    check(&arena, component, false, false, SIZE_MAX);
  } else if (cm_decode(&arena, (struct cm_span){data, size}, &component, NULL)) {
    check(&arena, component, true, true, size);
    check(&arena, component, false, false, SIZE_MAX);
  }
  cm_arena_free(&arena);
  return 0;
}
