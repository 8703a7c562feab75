// Fuzz target: printing, and parsing what was printed. Whatever decodes is printed, or refused for a malformed body; where the parser
// takes the text (some of what can be decoded is not valid and has no words), the binary that it makes must be printed alike, flat and
// folded, and a folded text must give the same binary.

#include <component/encode.h>
#include <component/parse.h>
#include <component/print.h>
#include <component/validate.h>
#include <component/validate_core.h>

#include <stdlib.h>

// What is not valid may be written in more ways than one: locals of a function whose type is not there, for one.
static bool is_valid(struct cm_arena *arena, struct cm_span file) {
  struct cm_component *component;
  struct core_module *module;
  struct cm_validate_options options = {cm_features_of(CM_PRESET_ALL), 1};
  struct core_validate_options core = {.features = options.features, .threads = 1};
  if (cm_sniff(file) == CM_ARTIFACT_MODULE)
    return core_validate_bytes(arena, file, file.at, NULL, &core, NULL, &module, NULL, NULL);
  return cm_decode(arena, file, &component, NULL) && cm_validate(component, &options, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

static bool keep(void *context, const char *text, size_t size) {
  cm_put_bytes(context, text, size);
  return true;
}

static bool print(struct cm_span file, bool folded, struct cm_buffer *text) {
  struct cm_diag diag = {0};
  struct cm_print_options options = {.folded = folded};
  cm_buffer_clear(text);
  bool ok = cm_print(file, &options, (struct cm_text_sink){keep, text}, &diag);
  require(ok || (diag.error != CM_OK && diag.message[0]));
  return ok && !text->failed;
}

static bool parse(struct cm_arena *arena, const struct cm_buffer *text, struct cm_buffer *out) {
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  cm_buffer_clear(out);
  if (!cm_parse_text(arena, (struct cm_str){(const char *)text->at, text->size}, NULL, &parsed, &diag)) return false;
  if (parsed.component)
    require(cm_encode(parsed.component, &(struct cm_encode_options){.keep_forms = true}, out, &diag));
  else
    cm_put_span(out, parsed.bytes);
  return !out->failed;
}

static bool same(const struct cm_buffer *a, const struct cm_buffer *b) {
  return a->size == b->size && (!a->size || memcmp(a->at, b->at, a->size) == 0);
}

static bool drop(void *context, const char *text, size_t size) {
  (void)context, (void)text, (void)size;
  return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_buffer text, binary, again, folded;
  struct cm_span file = {data, size};
  cm_arena_init(&arena, NULL);
  struct cm_buffer *const buffers[] = {&text, &binary, &again, &folded};
  for (int i = 0; i < 4; i++) cm_buffer_init(buffers[i], NULL);
  if (print(file, false, &text) && parse(&arena, &text, &binary) && is_valid(&arena, file)) {
    require(print(cm_buffer_span(&binary), false, &again));
    require(same(&text, &again));
    require(print(file, true, &folded));
    require(parse(&arena, &folded, &again));
    require(same(&binary, &again));
  }
  cm_print_excerpt(file, size / 2, 2, NULL, (struct cm_text_sink){drop, NULL});
  for (int i = 0; i < 4; i++) cm_buffer_free(buffers[i]);
  cm_arena_free(&arena);
  return 0;
}
