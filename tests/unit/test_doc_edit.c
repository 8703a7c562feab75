// Changing a YAML file in place: each way to change it, in block and flow style.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/edit.h"
#include "unit/doc_text.h"

static struct doc_text t;
static struct tw_edit edit;

// Reads `text` and begins to change it; returns the root.
static struct tw_node *start(const char *text) {
  doc_end(&t);
  doc_start(&t);
  assert_true(doc_read(&t, text));
  tw_edit_start(&edit, &t.arena, (struct cm_span){(const uint8_t *)text, strlen(text)});
  return t.docs[0].root;
}

// The text is `expected` now, and can be read.
static void finish(const char *expected) {
  struct cm_str text = tw_edit_finish(&edit);
  assert_non_null(text.at);
  assert_string_equal(text.at, expected);
  assert_true(doc_read(&t, text.at));
}

static struct tw_node *words(const char *text) { return tw_node_words(&t.arena, text); }

static void scalars_keep_their_quotes(void **state) {
  (void)state;
  static const char *const rows[][3] = {
      {"k: a # c\n", "b", "k: b # c\n"},
      {"k: a\n", "no", "k: \"no\"\n"},
      {"k: 'a'\n", "b", "k: 'b'\n"},
      {"k: 'a'\n", "it's", "k: it's\n"},
      {"k: \"a\"\n", "b", "k: \"b\"\n"},
      {"k: \"a\"\n", "b\nc", "k: \"b\\nc\"\n"},
      {"k:\n", "b", "k: b\n"},
      {"k: # c\n", "b", "k: b # c\n"},
      {"k: &x a\n", "b", "k: &x b\n"},
      {"k: !!str 1\n", "b", "k: !!str b\n"},
      {"k: |\n  a\n  b\n\nl: 1\n", "c", "k: c\n\nl: 1\n"},
      {"k: a\n  b\n", "c", "k: c\n"},
      {"[a]\n", "b, c", "[\"b, c\"]\n"},
      {"k: \"a\"\n", "\"", "k: '\"'\n"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct tw_node *root = start(rows[i][0]);
    struct tw_node *node = root->kind == TW_NODE_MAP ? root->pairs[0].value : root->items[0].value;
    assert_true(tw_edit_set(&edit, node, words(rows[i][1])));
    finish(rows[i][2]);
    root = t.docs[0].root;
    node = root->kind == TW_NODE_MAP ? root->pairs[0].value : root->items[0].value;
    assert_true(cm_str_is(tw_node_text(node), rows[i][1]));
  }
}

// What was quoted may become a number, and the other way round.
static void kinds_change(void **state) {
  (void)state;
  struct tw_node *root = start("a: \"1\"\nb: 2\nc: '3'\n");
  assert_true(tw_edit_set(&edit, tw_node_get(root, "a"), tw_node_integer(&t.arena, 8080)));
  assert_true(tw_edit_set(&edit, tw_node_get(root, "b"), words("8080")));
  assert_true(tw_edit_set(&edit, tw_node_get(root, "c"), tw_node_bool(&t.arena, true)));
  finish("a: 8080\nb: \"8080\"\nc: true\n");
}

static void members_and_items(void **state) {
  (void)state;
  struct tw_node *root = start("a:\n   b: 1\n   # end\nl:\n  -   x\nf: {g: [1]}\n");
  struct tw_node *map = tw_node_map(&t.arena);
  tw_node_put(&t.arena, map, "x", words("1"));
  tw_node_put(&t.arena, map, "w", words("2"))->before = "Second.";
  struct tw_pair pair = {.key = CM_STR("c"), .value = map, .before = "First."};
  struct tw_item item = {.value = map, .behind = "Behind."};
  assert_true(tw_edit_add_member(&edit, tw_node_get(root, "a"), TW_EDIT_END, &pair));
  assert_true(tw_edit_add_item(&edit, tw_node_get(root, "l"), 0, &item));
  assert_true(tw_edit_add_member(&edit, tw_node_get(root, "f"), 0, &pair));
  assert_true(tw_edit_add_item(&edit, tw_node_get(tw_node_get(root, "f"), "g"), TW_EDIT_END, &item));
  finish(
      "a:\n   b: 1\n   # First.\n   c:\n     x: \"1\"\n     # Second.\n     w: \"2\"\n   # end\nl:\n  -   x\n  # Behind.\n  - x: "
      "\"1\"\n    # Second.\n    w: \"2\"\nf: {g: [1, {x: \"1\", w: \"2\"}], c: {x: \"1\", w: \"2\"}}\n");
}

static void taking_out(void **state) {
  (void)state;
  struct tw_node *root = start("a: 1\n# about b\nb:\n  c: 2\n# about d\nd: 3\n");
  assert_true(tw_edit_remove(&edit, root, 1));
  finish("a: 1\n# about d\nd: 3\n");
  root = start("l:\n- a: 1\n  b: 2\n- c\n");
  assert_true(tw_edit_remove(&edit, tw_node_at(tw_node_get(root, "l"), 0), 0));
  assert_true(tw_edit_remove(&edit, tw_node_get(root, "l"), 1));
  finish("l:\n- b: 2\n");
  root = start("[a, b]\n");
  assert_false(tw_edit_remove(&edit, root, 0));
  root = start("a: 1\n");
  assert_false(tw_edit_remove(&edit, root, 0));
}

static void comments(void **state) {
  (void)state;
  struct tw_node *root = start("# user\na: 1\nl:\n  - b: x\n    c: |\n      t\n  - d: # e\n      - f\n  - g: \"h\n      i\"\n");
  const struct tw_node *list = tw_node_get(root, "l");
  assert_true(tw_edit_add_comment(&edit, root, 0, root, "note"));
  assert_true(tw_edit_add_comment(&edit, list, 0, root, "above"));
  assert_true(tw_edit_add_comment(&edit, tw_node_at(list, 0), 0, root, "behind"));
  assert_true(tw_edit_add_comment(&edit, tw_node_at(list, 0), 1, root, "text"));
  assert_true(tw_edit_add_comment(&edit, tw_node_at(list, 1), 0, root, "too"));
  // A quoted text of two lines has no place for one.
  assert_false(tw_edit_add_comment(&edit, tw_node_at(list, 2), 0, root, "no"));
  finish(
      "# user\n# note\na: 1\nl:\n  # above\n  - b: x # behind\n    # text\n    c: |\n      t\n  - d: # e # too\n      - f\n  - g: "
      "\"h\n      i\"\n");
  const char *text = "# note\n# user\na: 1\nl:\n  - b: x # behind\n  #   above  \n  - c\n";
  root = start(text);
  list = tw_node_get(root, "l");
  assert_true(tw_edit_has_comment(&edit, root, 0, root, "note"));
  assert_false(tw_edit_has_comment(&edit, root, 0, root, "not"));
  assert_true(tw_edit_has_comment(&edit, tw_node_at(list, 0), 0, root, "behind"));
  assert_true(tw_edit_has_comment(&edit, list, 1, root, "above"));
  assert_false(tw_edit_has_comment(&edit, list, 0, root, "above"));
  assert_true(tw_edit_has_comment(&edit, NULL, 0, root, "user"));
  assert_true(tw_edit_drop_comment(&edit, root, 0, root, "note"));
  assert_true(tw_edit_drop_comment(&edit, tw_node_at(list, 0), 0, root, "behind"));
  assert_true(tw_edit_drop_comment(&edit, list, 1, root, "above"));
  assert_true(tw_edit_drop_comment(&edit, list, 1, root, "never was"));
  finish("# user\na: 1\nl:\n  - b: x\n  - c\n");
}

static void what_stands_elsewhere_is_refused(void **state) {
  (void)state;
  struct tw_node *root = start("a: &x {b: [1]}\nc: *x\nd: {<<: *x}\n");
  struct tw_pair pair = {.key = CM_STR("e"), .value = words("f")};
  assert_false(tw_edit_add_member(&edit, tw_node_get(root, "c"), 0, &pair));
  assert_non_null(edit.why);
  assert_false(tw_edit_add_member(&edit, tw_node_get(root, "d"), 0, &pair));
  assert_false(tw_edit_set(&edit, tw_node_get(root, "c"), words("x")));
  assert_false(tw_edit_fill(&edit, root, 0, words("x")));
  assert_true(tw_edit_add_member(&edit, tw_node_get(root, "d"), TW_EDIT_END, &pair));
  finish("a: &x {b: [1]}\nc: *x\nd: {e: f, <<: *x}\n");
}

static void two_changes_of_one_place(void **state) {
  (void)state;
  struct tw_node *root = start("a: 1\n");
  assert_true(tw_edit_set(&edit, tw_node_get(root, "a"), words("2")));
  assert_true(tw_edit_set(&edit, tw_node_get(root, "a"), words("3")));
  assert_null(tw_edit_finish(&edit).at);
  assert_non_null(strstr(edit.why, "same place"));
}

static void lines_at_the_end(void **state) {
  (void)state;
  start("a: 1");
  assert_true(tw_edit_append(&edit, CM_STR("b: 2\n")));
  assert_true(tw_edit_append(&edit, CM_STR("c: 3\n")));
  finish("a: 1\nb: 2\nc: 3\n");
  start("a: 1\r\n");
  assert_true(tw_edit_append(&edit, CM_STR("b: 2\n")));
  finish("a: 1\r\nb: 2\r\n");
}

static int teardown(void **state) {
  (void)state;
  doc_end(&t);
  t = (struct doc_text){0};
  return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(scalars_keep_their_quotes),
      TEST(kinds_change),
      TEST(members_and_items),
      TEST(taking_out),
      TEST(comments),
      TEST(what_stands_elsewhere_is_refused),
      TEST(two_changes_of_one_place),
      TEST(lines_at_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
