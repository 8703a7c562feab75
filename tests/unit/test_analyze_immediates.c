// Texts that stand in instructions alone.

#include "analyze/immediates.h"
#include "analyze_samples.h"
#include "data/analyze.h"

struct seen {
  char texts[200];
};

static void see(void *context, const char *text, size_t size) {
  struct seen *seen = context;
  size_t at = strlen(seen->texts);
  snprintf(seen->texts + at, sizeof seen->texts - at, "%s%.*s", at ? " " : "", (int)size, text);
}

static void words_are_put_together(void **state) {
  (void)state;
  static const struct {
    const char *function, *texts;
  } rows[] = {
      {"words", "IMBORTRHNAME"}, {"overlapping", "PORTLER"}, {"one-of-two", "PORT MODE"},
      {"behind", "TE_"},         {"by-locals", "PORT_"},     {"moved", "TE RM"},
      {"nothing", ""},
  };
  struct built built = build_sample(analyze_samples, "immediates");
  number_sample(&built);
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct seen seen = {""};
    immediates_of(&built.program, exported(&built, 0, rows[i].function), see, &seen);
    if (strcmp(seen.texts, rows[i].texts) != 0) print_error("%s: %s, expected %s\n", rows[i].function, seen.texts, rows[i].texts);
    good &= strcmp(seen.texts, rows[i].texts) == 0;
  }
  drop_sample(&built);
  assert_true(good);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_put_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
