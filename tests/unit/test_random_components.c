// Random valid components: they are valid, they come back from their bytes, and from their text.

#include <component/encode.h>
#include <component/parse.h>
#include <component/print.h>
#include <component/validate.h>

#include "bytes.h"
#include "component_equal.h"
#include "random_component.h"

enum { SEEDS = 400 };

static bool keep(void *context, const char *text, size_t size) {
  cm_put_bytes(context, text, size);
  return true;
}

static bool report(void *context, const struct cm_diag *diag) {
  *(struct cm_diag *)context = *diag;
  return false;
}

// What is made, encoded, and decoded again.
struct made {
  struct cm_arena arena;
  struct cm_buffer bytes;
  struct cm_component *component;
  struct cm_diag diag;
};

static void make(struct made *made, uint64_t seed) {
  *made = (struct made){.component = NULL};
  cm_arena_init(&made->arena, NULL);
  cm_buffer_init(&made->bytes, NULL);
  struct cm_component *component = random_component(&made->arena, NULL, 0, seed);
  assert_non_null(component);
  assert_true(cm_encode(component, NULL, &made->bytes, &made->diag));
  if (!cm_decode(&made->arena, cm_buffer_span(&made->bytes), &made->component, &made->diag))
    fail_msg("seed %llu: %s", (unsigned long long)seed, made->diag.message);
}

static void free_made(struct made *made) {
  cm_buffer_free(&made->bytes);
  cm_arena_free(&made->arena);
}

static void they_are_valid(void **state) {
  (void)state;
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    struct made made;
    make(&made, seed);
    struct cm_diag_sink sink = {report, &made.diag};
    if (!cm_validate(made.component, &options, &sink, NULL))
      fail_msg("seed %llu: %s at 0x%llx", (unsigned long long)seed, made.diag.message, (unsigned long long)made.diag.offset);
    free_made(&made);
  }
}

static void they_come_back_from_their_bytes(void **state) {
  (void)state;
  struct cm_buffer again;
  cm_buffer_init(&again, NULL);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    struct made made;
    struct cm_component *decoded;
    make(&made, seed);
    cm_buffer_clear(&again);
    assert_true(cm_encode(made.component, NULL, &again, &made.diag));
    assert_true(same_bytes(cm_buffer_span(&made.bytes), cm_buffer_span(&again)));
    assert_true(cm_decode(&made.arena, cm_buffer_span(&again), &decoded, &made.diag));
    assert_true(same_component(made.component, decoded));
    free_made(&made);
  }
  cm_buffer_free(&again);
}

static void print(struct made *made, struct cm_span file, bool folded, struct cm_buffer *text) {
  struct cm_print_options options = {.folded = folded};
  cm_buffer_clear(text);
  assert_true(cm_print(file, &options, (struct cm_text_sink){keep, text}, &made->diag));
}

// Where there are names their section comes last, whatever stood behind it: the bytes are the same only where there are none.
static void they_come_back_from_their_text(void **state) {
  (void)state;
  struct cm_buffer text, bytes, again;
  cm_buffer_init(&text, NULL);
  cm_buffer_init(&bytes, NULL);
  cm_buffer_init(&again, NULL);
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    struct made made;
    struct cm_parsed parsed;
    make(&made, seed);
    print(&made, cm_buffer_span(&made.bytes), seed % 2, &text);
    if (!cm_parse_text(&made.arena, (struct cm_str){(const char *)text.at, text.size}, NULL, &parsed, &made.diag))
      fail_msg("seed %llu: %s", (unsigned long long)seed, made.diag.message);
    cm_buffer_clear(&bytes);
    assert_true(cm_encode(parsed.component, NULL, &bytes, &made.diag));
    print(&made, cm_buffer_span(&bytes), seed % 2, &again);
    assert_true(same_bytes(cm_buffer_span(&text), cm_buffer_span(&again)));
    bool has_names = memmem(made.bytes.at, made.bytes.size, "component-name", strlen("component-name"));
    if (!has_names && !same_bytes(cm_buffer_span(&made.bytes), cm_buffer_span(&bytes)))
      fail_msg("seed %llu gives other bytes by way of its text", (unsigned long long)seed);
    free_made(&made);
  }
  cm_buffer_free(&text), cm_buffer_free(&bytes), cm_buffer_free(&again);
}

// Equal choices make equal components, and different ones different ones.
static void choices_decide(void **state) {
  (void)state;
  struct made first, again, other;
  make(&first, 7);
  make(&again, 7);
  make(&other, 8);
  assert_true(same_bytes(cm_buffer_span(&first.bytes), cm_buffer_span(&again.bytes)));
  assert_false(same_bytes(cm_buffer_span(&first.bytes), cm_buffer_span(&other.bytes)));
  free_made(&first);
  free_made(&again);
  free_made(&other);
}

// Every kind of item that is promised occurs, and every kind of type.
static void all_kinds_occur(void **state) {
  (void)state;
  unsigned items[CM_ITEM_CUSTOM + 1] = {0}, types[CM_TYPE_RESOURCE + 1] = {0};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    struct made made;
    make(&made, seed);
    for (uint32_t i = 0; i < made.component->scope.item_count; i++) {
      const struct cm_item *item = made.component->scope.items[i];
      items[item->kind]++;
      if (item->kind == CM_ITEM_TYPE) types[item->type->kind]++;
    }
    free_made(&made);
  }
  for (int kind = 0; kind <= CM_ITEM_CUSTOM; kind++) assert_true(items[kind]);
  for (int kind = 0; kind <= CM_TYPE_RESOURCE; kind++) assert_true(types[kind]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_are_valid),
      cmocka_unit_test(they_come_back_from_their_bytes),
      cmocka_unit_test(they_come_back_from_their_text),
      cmocka_unit_test(choices_decide),
      cmocka_unit_test(all_kinds_occur),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
