// Names of recovered files are hostile; what is written is for its owner alone.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/extract.h"

#define FILE_NAMED(name_text, content)                                                                    \
  {                                                                                                       \
    .name = {name_text, sizeof name_text - 1}, .text = {(const uint8_t *)(content), sizeof(content) - 1 } \
  }

static const struct cm_recovered recovered[] = {
    FILE_NAMED("app.js", "one"),
    FILE_NAMED("app.js", "two"),
    FILE_NAMED("../../etc/passwd", "three"),
    FILE_NAMED("", "four"),
    FILE_NAMED(".", "five"),
    FILE_NAMED("..", "six"),
    FILE_NAMED("/", "seven"),
    FILE_NAMED("a\nb\0c\"\xff.js", "eight"),
    FILE_NAMED("-rf", "nine"),
};
static const char *const expected[][2] = {{"app.js", "one"},   {"app-2.js", "two"},     {"_._.._etc_passwd", "three"},
                                          {"program", "four"}, {"_", "five"},           {"_.", "six"},
                                          {"_-2", "seven"},    {"a_b_c__.js", "eight"}, {"_rf", "nine"}};

static unsigned count_files(const char *folder) {
  unsigned count = 0;
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  for (struct dirent *entry; (entry = readdir(dir));) count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
  closedir(dir);
  return count;
}

static void writes(const char *within, const char *inner) {
  char top[] = "/tmp/extract.XXXXXX", folder[64], path[256], text[32];
  struct stat status;
  struct cm_needs needs = {.recovered_count = sizeof recovered / sizeof *recovered, .recovered = recovered};
  assert_non_null(mkdtemp(top));
  snprintf(folder, sizeof folder, "%s/out", top);
  for (int round = 0; round < 2; round++) {  // what is there is replaced
    assert_true(tw_extract(folder, within, &needs));
    snprintf(path, sizeof path, "%s%s", folder, inner);
    assert_int_equal(count_files(path), needs.recovered_count);
  }
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    snprintf(path, sizeof path, "%s%s/%s", folder, inner, expected[i][0]);
    FILE *file = fopen(path, "r");
    if (!file) print_error("%s\n", path);
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), strlen(expected[i][1]));
    assert_memory_equal(text, expected[i][1], strlen(expected[i][1]));
    fclose(file);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s%s", folder, inner);
  if (*inner) rmdir(path);
  rmdir(folder);
  assert_int_equal(rmdir(top), 0);  // nothing was written beside it
}

static void into_the_folder(void **state) {
  (void)state;
  writes(NULL, "");
}

static void into_a_folder_of_its_own(void **state) {
  (void)state;
  writes("../dist/app.wasm", "/_._dist_app.wasm");
}

static void nothing_recovered(void **state) {
  (void)state;
  struct cm_needs needs = {.recovered_count = 0};
  assert_true(tw_extract("/nowhere/at/all", NULL, &needs));
}

static void cannot_write(void **state) {
  (void)state;
  struct cm_needs needs = {.recovered_count = 1, .recovered = recovered};
  assert_false(tw_extract("/dev/null", NULL, &needs));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(into_the_folder), cmocka_unit_test(into_a_folder_of_its_own),
                                     cmocka_unit_test(nothing_recovered), cmocka_unit_test(cannot_write)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
