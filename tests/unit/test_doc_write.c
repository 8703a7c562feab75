// Writing documents: layout, comments, quotes, literal blocks, JSON.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/doc_text.h"

static struct doc_text t;

static int setup(void **state) {
  (void)state;
  doc_start(&t);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  doc_end(&t);
  return 0;
}

static struct tw_node *words(const char *text) { return tw_node_words(&t.arena, text); }

static void lays_out_as_kubectl_does(void **state) {
  (void)state;
  struct cm_arena *arena = &t.arena;
  struct tw_node *root = tw_node_map(arena), *list = tw_node_list(arena), *component = tw_node_map(arena),
                 *hosts = tw_node_list(arena);
  tw_node_put(arena, root, "image", words("a.example/b:1, [c]"));
  tw_node_put(arena, root, "spec", component);
  tw_node_put(arena, component, "replicas", tw_node_integer(arena, 3));
  struct tw_pair *pair = tw_node_put(arena, component, "hosts", hosts);
  pair->before = "What it calls.\n\nSecond line.";
  pair->behind = "closed";
  tw_node_add(arena, hosts, words("a.example"))->behind = "found\nnot this";
  tw_node_put(arena, component, "list", list);
  struct tw_node *item = tw_node_map(arena), *inner = tw_node_list(arena);
  tw_node_put(arena, item, "name", words("x"))->before = "First of the item.";
  tw_node_put(arena, item, "args", inner);
  tw_node_add(arena, inner, words("--flag"));
  struct tw_item *added = tw_node_add(arena, list, item);
  added->before = "Above the dash.";
  struct tw_node *nested = tw_node_list(arena);
  tw_node_add(arena, nested, tw_node_bool(arena, true))->before = "Inner.";
  tw_node_add(arena, nested, tw_node_null(arena));
  tw_node_add(arena, list, nested);
  tw_node_put(arena, component, "none", tw_node_list(arena));
  tw_node_put(arena, component, "nothing", tw_node_map(arena));
  static const char expected[] = "image: a.example/b:1, [c]\n"
                                 "spec:\n"
                                 "  replicas: 3\n"
                                 "  # What it calls.\n"
                                 "  #\n"
                                 "  # Second line.\n"
                                 "  hosts: # closed\n"
                                 "  - a.example # found\n"
                                 "  list:\n"
                                 "  # Above the dash.\n"
                                 "  # First of the item.\n"
                                 "  - name: x\n"
                                 "    args:\n"
                                 "    - --flag\n"
                                 "  # Inner.\n"
                                 "  - - true\n"
                                 "    - null\n"
                                 "  none: []\n"
                                 "  nothing: {}\n";
  assert_string_equal(doc_write_node(&t, root), expected);
  assert_true(doc_read(&t, expected));
  assert_true(doc_same(t.docs[0].root, root));
  struct tw_doc doc = {.root = root};
  assert_null(strchr(doc_write(&t, &doc, 1, false), '#'));
}

static void comments_stay_comments(void **state) {
  (void)state;
  struct tw_node *root = tw_node_map(&t.arena);
  struct tw_pair *pair = tw_node_put(&t.arena, root, "a", words("b"));
  pair->before = "x\ry\x1b[31m\xe2\x80\xa8z\xc2\x85q\xff";
  pair->behind = "e\rf";
  assert_string_equal(doc_write_node(&t, root),
                      "# x\xef\xbf\xbdy\xef\xbf\xbd[31m\xef\xbf\xbdz\xef\xbf\xbdq\xef\xbf\xbd\na: b # e\xef\xbf\xbd"
                      "f\n");
  assert_true(doc_read(&t, t.written));
  assert_int_equal(t.docs[0].root->count, 1);
}

static void quotes_what_needs_it(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"plain", "plain"},
      {"two words", "two words"},
      {"it's", "it's"},
      {"caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80"},
      {"0.2.3", "0.2.3"},
      {"10.0.0.1", "10.0.0.1"},
      {"wasi:http/types@0.2.3", "wasi:http/types@0.2.3"},
      {"--flag", "--flag"},
      {":8080", ":8080"},
      {"a#b", "a#b"},
      {"", "\"\""},
      {"no", "\"no\""},
      {"Yes", "\"Yes\""},
      {"ON", "\"ON\""},
      {"y", "\"y\""},
      {"null", "\"null\""},
      {"~", "\"~\""},
      {"0755", "\"0755\""},
      {"1e3", "\"1e3\""},
      {"1_000", "\"1_000\""},
      {"0x1F", "\"0x1F\""},
      {"0b11", "\"0b11\""},
      {"1:30", "\"1:30\""},
      {"-1", "\"-1\""},
      {"+.inf", "\"+.inf\""},
      {".NaN", "\".NaN\""},
      {".5", "\".5\""},
      {"1.", "\"1.\""},
      {"2027-01-31", "\"2027-01-31\""},
      {"2027-01-31T10:00:00Z", "\"2027-01-31T10:00:00Z\""},
      {"=", "\"=\""},
      {"<<", "\"<<\""},
      {"a: b", "\"a: b\""},
      {"a:", "\"a:\""},
      {"a #b", "\"a #b\""},
      {"#a", "\"#a\""},
      {"- a", "\"- a\""},
      {"-", "\"-\""},
      {"---", "\"---\""},
      {"...", "\"...\""},
      {"? a", "\"? a\""},
      {"!a", "\"!a\""},
      {"&a", "\"&a\""},
      {"*", "\"*\""},
      {"|", "\"|\""},
      {">", "\">\""},
      {"%a", "\"%a\""},
      {"@a", "\"@a\""},
      {"`a", "\"`a\""},
      {"[a]", "\"[a]\""},
      {"{{ .Values.x }}", "\"{{ .Values.x }}\""},
      {" a", "\" a\""},
      {"a ", "\"a \""},
      {"a\tb", "\"a\\tb\""},
      {"a\nb", "\"a\\nb\""},
      {"a\rb", "\"a\\rb\""},
      {"\x1b", "\"\\x1B\""},
      {"a\xe2\x80\xa8", "\"a\\u2028\""},
      {"\xef\xbb\xbf", "\"\\uFEFF\""},
      {"\xf3\xa0\x80\x81", "\"\\U000E0001\""},
      {"a\xff", "\"a\xef\xbf\xbd\""},
      {"'\"'", "\"'\\\"'\""},
      {"\"a\"", "'\"a\"'"},
      {"\\d+: x", "'\\d+: x'"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    tw_yaml_scalar(to, cm_str_of(rows[i][0]));
    fclose(to);
    assert_string_equal(text, rows[i][1]);
    free(text);
  }
}

static void zero_is_a_character(void **state) {
  (void)state;
  struct tw_node *root = tw_node_list(&t.arena);
  tw_node_add(&t.arena, root, tw_node_string(&t.arena, CM_STR("a\0b")));
  assert_string_equal(doc_write_node(&t, root), "- \"a\\x00b\"\n");
  assert_string_equal(doc_write_json(&t, root), "[\n  \"a\\u0000b\"\n]");
}

static void literal_blocks_where_exact(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"a\nb\n", "k: |\n  a\n  b\n"},
      {"a\nb", "k: |-\n  a\n  b\n"},
      {"a\n\n b\n\n", "k: |+\n  a\n\n   b\n\n"},
      {"# a\n---\n", "k: |\n  # a\n  ---\n"},
      {"a\n\tb\n", "k: |\n  a\n  \tb\n"},
      {" a\nb\n", "k: \" a\\nb\\n\"\n"},
      {"\na\n", "k: \"\\na\\n\"\n"},
      {"a\n  \nb\n", "k: \"a\\n  \\nb\\n\"\n"},
      {"a\n  ", "k: \"a\\n  \"\n"},
      {"a\r\nb\n", "k: \"a\\r\\nb\\n\"\n"},
      {"\n", "k: \"\\n\"\n"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct tw_node *root = tw_node_map(&t.arena);
    tw_node_put(&t.arena, root, "k", words(rows[i][0]));
    assert_string_equal(doc_write_node(&t, root), rows[i][1]);
    assert_true(doc_read(&t, rows[i][1]));
    assert_true(doc_same(t.docs[0].root, root));
  }
}

static void flow_style_stands_on_one_line(void **state) {
  (void)state;
  struct tw_node *root = tw_node_map(&t.arena), *list = tw_node_list(&t.arena), *map = tw_node_map(&t.arena);
  tw_node_put(&t.arena, root, "k", list);
  list->flow = true;
  tw_node_add(&t.arena, list, words("a, b"));
  tw_node_add(&t.arena, list, words("plain"));
  tw_node_add(&t.arena, list, words("x\ny\n"));
  tw_node_put(&t.arena, map, "a:b", tw_node_integer(&t.arena, -5));
  tw_node_add(&t.arena, list, map);
  assert_string_equal(doc_write_node(&t, root), "k: [\"a, b\", plain, \"x\\ny\\n\", {\"a:b\": -5}]\n");
}

static void several_documents(void **state) {
  (void)state;
  struct tw_doc docs[] = {{.root = words("a"), .before = "One."}, {.root = NULL}, {.root = words("b"), .before = "Two."}};
  assert_string_equal(doc_write(&t, docs, 3, true), "# One.\na\n---\n---\n# Two.\nb\n");
  assert_string_equal(doc_write(&t, docs + 1, 2, true), "---\n---\n# Two.\nb\n");
  assert_true(doc_read(&t, t.written));
  assert_int_equal(t.count, 2);
  assert_null(t.docs[0].root);
}

static void json_of_a_tree(void **state) {
  (void)state;
  assert_true(doc_read(&t, "a: [1, -2, .5, 1e3, .inf, 18446744073709551616, 0x10]\nb: {c: null, d: no, e: true}\nf: []\n"));
  assert_string_equal(doc_write_json(&t, t.docs[0].root), "{\n"
                                                          "  \"a\": [\n"
                                                          "    1,\n"
                                                          "    -2,\n"
                                                          "    0.5,\n"
                                                          "    1e3,\n"
                                                          "    \".inf\",\n"
                                                          "    18446744073709551616,\n"
                                                          "    16\n"
                                                          "  ],\n"
                                                          "  \"b\": {\n"
                                                          "    \"c\": null,\n"
                                                          "    \"d\": \"no\",\n"
                                                          "    \"e\": true\n"
                                                          "  },\n"
                                                          "  \"f\": []\n"
                                                          "}");
}

// A failing allocator: builders hand NULL on, and nothing else happens.
static void *refuse(void *context, size_t size) {
  size_t *left = context;
  *left -= *left > 0;
  return *left > 0 ? calloc(1, size) : NULL;
}

static void give_back(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

static void without_memory(void **state) {
  (void)state;
  size_t none = 0;
  struct cm_allocator allocator = {refuse, give_back, &none};
  struct cm_arena arena;
  cm_arena_init(&arena, &allocator);
  struct tw_node *map = tw_node_map(&arena);
  assert_null(map);
  assert_null(tw_node_put(&arena, map, "a", tw_node_integer(&arena, 1)));
  assert_null(tw_node_add(&arena, tw_node_list(&arena), tw_node_words(&arena, "a")));
  assert_null(tw_node_get(NULL, "a"));
  assert_null(tw_node_at(NULL, 0));
  assert_null(tw_node_text(NULL).at);
  cm_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(lays_out_as_kubectl_does),
      TEST(comments_stay_comments),
      TEST(quotes_what_needs_it),
      TEST(zero_is_a_character),
      TEST(literal_blocks_where_exact),
      TEST(flow_style_stands_on_one_line),
      TEST(several_documents),
      TEST(json_of_a_tree),
      TEST(without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
