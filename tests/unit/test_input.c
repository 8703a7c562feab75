// Opening inputs, and what an operand stands for.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/input.h"

static char folder[] = "/tmp/tidewaiter-input-XXXXXX";

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

// A tree with what a folder may hold; the tests run inside it.
static int make_tree(void **state) {
  (void)state;
  if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
  if (mkdir("apps", 0755) || mkdir("apps/deep", 0755) || mkdir("apps/.git", 0755) || mkdir("bare", 0755)) return -1;
  if (mkdir("apps/odd.wasm", 0755) || symlink("../apps", "apps/loop") || symlink("b.wasm", "apps/link.wasm")) return -1;
  write_file("apps/b.wasm", "bee");
  write_file("apps/a.wasm", "");
  write_file("apps/B.wasm", "big");
  write_file("apps/notes.txt", "no");
  write_file("apps/.hidden.wasm", "no");
  write_file("apps/.wasm", "no");
  write_file("apps/.git/c.wasm", "no");
  write_file("apps/deep/c.wasm", "sea");
  return 0;
}

static int remove_tree(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static void a_file_is_mapped(void **state) {
  (void)state;
  struct tw_input input;
  char message[TW_INPUT_MESSAGE];
  assert_true(tw_input_open(&input, "apps/b.wasm", message));
  assert_true(input.mapped);
  assert_int_equal(input.size, 3);
  assert_memory_equal(input.data, "bee", 3);
  tw_input_close(&input);
}

static void an_empty_file_is_no_error(void **state) {
  (void)state;
  struct tw_input input;
  char message[TW_INPUT_MESSAGE];
  assert_true(tw_input_open(&input, "apps/a.wasm", message));
  assert_int_equal(input.size, 0);
  tw_input_close(&input);
}

static void a_file_without_size_is_read(void **state) {
  (void)state;
  struct tw_input input;
  char message[TW_INPUT_MESSAGE];
  assert_true(tw_input_open(&input, "/proc/self/status", message));
  assert_false(input.mapped);
  assert_true(input.size > 10);
  assert_memory_equal(input.data, "Name:", 5);
  tw_input_close(&input);
}

// Standard input: a pipe longer than one read, and a file that someone has begun to read.
static void standard_input(void **state) {
  (void)state;
  int kept = dup(STDIN_FILENO);
  assert_non_null(freopen("apps/b.wasm", "r", stdin));
  assert_int_equal(lseek(STDIN_FILENO, 1, SEEK_SET), 1);
  struct tw_input input;
  char message[TW_INPUT_MESSAGE];
  assert_true(tw_input_open(&input, "-", message));
  assert_int_equal(input.size, 2);
  assert_memory_equal(input.data, "ee", 2);
  tw_input_close(&input);

  FILE *pipe = popen("head -c 200000 /dev/zero", "r");
  assert_non_null(pipe);
  assert_true(dup2(fileno(pipe), STDIN_FILENO) == STDIN_FILENO);
  assert_true(tw_input_open(&input, "-", message));
  assert_int_equal(input.size, 200000);
  tw_input_close(&input);
  pclose(pipe);
  dup2(kept, STDIN_FILENO);
  close(kept);
}

static void what_cannot_be_read(void **state) {
  (void)state;
  struct tw_input input;
  char message[TW_INPUT_MESSAGE];
  assert_false(tw_input_open(&input, "nowhere.wasm", message));
  assert_string_equal(message, "No such file or directory");
  assert_false(tw_input_open(&input, "apps", message));
  assert_string_equal(message, "is a folder");
  assert_false(tw_input_open(&input, "", message));
}

static void folders_stand_for_their_files(void **state) {
  (void)state;
  static const char *const operands[] = {"nowhere.wasm", "apps/", "apps/notes.txt", "-"};
  static const char *const wanted[] = {"nowhere.wasm",     "apps/B.wasm",    "apps/a.wasm",    "apps/b.wasm",
                                       "apps/deep/c.wasm", "apps/link.wasm", "apps/notes.txt", "-"};
  struct tw_paths list = {0};
  assert_true(tw_paths_expand(&list, operands, 4, ".wasm"));
  assert_int_equal(list.count, sizeof wanted / sizeof wanted[0]);
  for (size_t i = 0; i < list.count; i++) assert_string_equal(list.paths[i], wanted[i]);
  tw_paths_free(&list);
}

static void a_folder_without_any_is_reported(void **state) {
  (void)state;
  static const char *const operands[] = {"bare", "apps/deep"};
  struct tw_paths list = {0};
  assert_false(tw_paths_expand(&list, operands, 2, ".wasm"));
  assert_int_equal(list.count, 1);
  assert_string_equal(list.paths[0], "apps/deep/c.wasm");
  tw_paths_free(&list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_mapped),
      cmocka_unit_test(an_empty_file_is_no_error),
      cmocka_unit_test(a_file_without_size_is_read),
      cmocka_unit_test(standard_input),
      cmocka_unit_test(what_cannot_be_read),
      cmocka_unit_test(folders_stand_for_their_files),
      cmocka_unit_test(a_folder_without_any_is_reported),
  };
  return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
