// Reading YAML and JSON: kinds of scalars, places, aliases, merge keys, limits, faults.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/doc_text.h"

#define BYTES(literal) \
  { (literal), sizeof(literal) - 1 }

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

// The root of the only document.
static struct tw_node *root_of(const char *text) {
  if (!doc_read(&t, text)) {
    fail_msg("%u:%u: %s", (unsigned)t.fault.at.line, (unsigned)t.fault.at.column, t.fault.message);
  }
  assert_int_equal(t.count, 1);
  return t.docs[0].root;
}

static void assert_text(const struct tw_node *node, const char *text) {
  assert_non_null(node);
  assert_true(cm_str_is(tw_node_text(node), text));
}

static void assert_refused(const char *path, struct cm_str text, unsigned line, unsigned column, const char *message) {
  assert_false(doc_read_as(&t, path, text));
  if (!strstr(t.fault.message, message)) {
    fail_msg("\"%s\" does not say \"%s\"", t.fault.message, message);
  }
  assert_int_equal(t.fault.at.line, line);
  assert_int_equal(t.fault.at.column, column);
}

// --- YAML ---

static void kinds_of_plain_scalars(void **state) {
  (void)state;
  static const struct {
    const char *text;
    enum tw_node_kind kind;
    int64_t integer;
  } rows[] = {
      {"~", TW_NODE_NULL, 0},
      {"null", TW_NODE_NULL, 0},
      {"NULL", TW_NODE_NULL, 0},
      {"nuLL", TW_NODE_STRING, 0},
      {"true", TW_NODE_BOOL, 0},
      {"False", TW_NODE_BOOL, 0},
      {"yes", TW_NODE_STRING, 0},
      {"no", TW_NODE_STRING, 0},
      {"on", TW_NODE_STRING, 0},
      {"0", TW_NODE_INTEGER, 0},
      {"-17", TW_NODE_INTEGER, -17},
      {"+17", TW_NODE_INTEGER, 17},
      {"0x1f", TW_NODE_INTEGER, 31},
      {"0o17", TW_NODE_INTEGER, 15},
      {"0755", TW_NODE_STRING, 0},
      {"08", TW_NODE_STRING, 0},
      {"1_000", TW_NODE_STRING, 0},
      {"1:30", TW_NODE_STRING, 0},
      {"0b1", TW_NODE_STRING, 0},
      {"2027-01-31", TW_NODE_STRING, 0},
      {"9223372036854775807", TW_NODE_INTEGER, INT64_MAX},
      {"-9223372036854775808", TW_NODE_INTEGER, INT64_MIN},
      {"9223372036854775808", TW_NODE_FLOAT, 0},
      {"1e3", TW_NODE_FLOAT, 0},
      {".5", TW_NODE_FLOAT, 0},
      {"5.", TW_NODE_FLOAT, 0},
      {"-.inf", TW_NODE_FLOAT, 0},
      {".nan", TW_NODE_FLOAT, 0},
      {".", TW_NODE_STRING, 0},
      {"1e", TW_NODE_STRING, 0},
      {"e3", TW_NODE_STRING, 0},
      {"1.2.3", TW_NODE_STRING, 0},
      {"+", TW_NODE_STRING, 0},
      {"\"1\"", TW_NODE_STRING, 0},
      {"'true'", TW_NODE_STRING, 0},
      {"!!str 1", TW_NODE_STRING, 0},
      {"! 1", TW_NODE_STRING, 0},
      {"!!int 12", TW_NODE_INTEGER, 12},
      {"!!float 12", TW_NODE_FLOAT, 0},
      {"!!bool true", TW_NODE_BOOL, 0},
      {"!!null ~", TW_NODE_NULL, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[64];
    snprintf(text, sizeof text, "k: %s\n", rows[i].text);
    const struct tw_node *node = tw_node_get(root_of(text), "k");
    assert_int_equal(node->kind, rows[i].kind);
    if (node->kind == TW_NODE_INTEGER) {
      assert_int_equal(node->integer, rows[i].integer);
    }
  }
  assert_text(tw_node_get(root_of("k: 0755\n"), "k"), "0755");
  assert_text(tw_node_get(root_of("k: 1.50\n"), "k"), "1.50");
  assert_null(tw_node_text(tw_node_get(root_of("k:\n"), "k")).at);
}

static void places_of_things(void **state) {
  (void)state;
  const char *text = "# top\r\n"
                     "\xc3\xa9: x\r\n"
                     "list:\r\n"
                     "- a # c\r\n"
                     "-   b: 1\r\n"
                     "    c: [2, 3]\r\n"
                     "# end\r\n";
  struct tw_node *root = root_of(text);
  assert_int_equal(root->from.offset, 7);
  const struct tw_node *x = tw_node_get(root, "\xc3\xa9");
  assert_int_equal(x->from.line, 2);
  assert_int_equal(x->from.column, 4);
  assert_int_equal(x->from.offset, 11);
  const struct tw_node *list = tw_node_get(root, "list");
  assert_int_equal(list->from.line, 4);
  assert_int_equal(list->from.column, 1);
  assert_false(list->flow);
  const struct tw_node *map = tw_node_at(list, 1), *flow = tw_node_get(map, "c");
  assert_int_equal(map->from.column, 5);
  assert_true(flow->flow);
  assert_int_equal(flow->to.offset, strstr(text, "]") + 1 - text);
  // A block ends with its last member, not where the next thing begins.
  assert_int_equal(map->to.offset, flow->to.offset);
  assert_int_equal(root->to.offset, flow->to.offset);
  assert_int_equal(map->pairs[1].key_at.line, 6);
  assert_int_equal(map->pairs[1].key_at.column, 5);
}

static void borrows_where_it_can(void **state) {
  (void)state;
  const char *text = "a: plain\nb: \"esc\\taped\"\n";
  struct tw_node *root = root_of(text);
  assert_ptr_equal(tw_node_get(root, "a")->text.at, text + 3);
  assert_text(tw_node_get(root, "b"), "esc\taped");
}

static void several_documents(void **state) {
  (void)state;
  assert_true(doc_read(&t, "%YAML 1.2\n---\na: 1\n...\n---\n---\nb\n--- # c\n"));
  assert_int_equal(t.count, 4);
  assert_int_equal(tw_node_get(t.docs[0].root, "a")->integer, 1);
  assert_null(t.docs[1].root);
  assert_text(t.docs[2].root, "b");
  assert_null(t.docs[3].root);
  assert_int_equal(t.docs[2].from.line, 6);
  assert_true(doc_read(&t, "# nothing\n"));
  assert_int_equal(t.count, 0);
  assert_true(doc_read_as(&t, "a.yaml", (struct cm_str){0}));
  assert_int_equal(t.count, 0);
}

static void byte_order_mark(void **state) {
  (void)state;
  struct tw_node *root = root_of("\xef\xbb\xbf"
                                 "a: b\n");
  assert_int_equal(root->from.offset, 3);
  assert_int_equal(root->from.column, 1);
  assert_int_equal(tw_node_get(root, "a")->from.offset, 6);
  assert_int_equal(root_of("\xef\xbb\xbf{\"a\": 1}")->from.offset, 3);
}

static void aliases_share(void **state) {
  (void)state;
  struct tw_node *root = root_of("a: &x {k: [1]}\nb: *x\nc: &x 2\nd: *x\n? &y key\n: *y\n");
  const struct tw_node *b = tw_node_get(root, "b");
  assert_true(b->alias);
  assert_int_equal(b->from.line, 2);
  assert_int_equal(b->from.column, 4);
  assert_ptr_equal(tw_node_get(b, "k"), tw_node_get(tw_node_get(root, "a"), "k"));
  assert_int_equal(tw_node_get(root, "d")->integer, 2);
  assert_text(tw_node_get(root, "key"), "key");
}

static void merge_keys_are_followed(void **state) {
  (void)state;
  struct tw_node *root = root_of("base: &b {x: 1, y: 2}\n"
                                 "more: &m {y: 3, z: 4}\n"
                                 "one: {<<: *b, x: 5}\n"
                                 "two: {<<: [*b, *m], \"<<\": kept}\n");
  const struct tw_node *one = tw_node_get(root, "one"), *two = tw_node_get(root, "two");
  assert_int_equal(one->count, 2);
  assert_int_equal(tw_node_get(one, "x")->integer, 5);
  assert_int_equal(tw_node_get(one, "y")->integer, 2);
  assert_false(one->pairs[0].merged);
  assert_true(one->pairs[1].merged);
  assert_int_equal(tw_node_get(two, "y")->integer, 2);
  assert_int_equal(tw_node_get(two, "z")->integer, 4);
  assert_text(tw_node_get(two, "<<"), "kept");
  assert_refused("a.yaml", CM_STR("a: {<<: 1}"), 1, 9, "'<<' takes a map or a list of maps, but here is: integer");
}

static void laughs_are_bounded(void **state) {
  (void)state;
  char text[4096];
  size_t used = (size_t)snprintf(text, sizeof text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
  for (int i = 1; i < 12; i++) {
    used += (size_t)snprintf(text + used, sizeof text - used, "a%d: &a%d [", i, i);
    for (int j = 0; j < 10; j++) {
      used += (size_t)snprintf(text + used, sizeof text - used, "%s*a%d", j ? ", " : "", i - 1);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "]\n");
  }
  assert_refused("a.yaml", cm_str_of(text), 5, 45, "stand for more than 100000 values");
}

static void depth_is_bounded(void **state) {
  (void)state;
  char text[400] = "";
  memset(text, '[', TW_DOC_DEPTH);
  memset(text + TW_DOC_DEPTH, ']', TW_DOC_DEPTH);
  assert_true(doc_read(&t, text));
  assert_true(doc_read_as(&t, "a.json", cm_str_of(text)));
  memset(text, '[', TW_DOC_DEPTH + 1);
  memset(text + TW_DOC_DEPTH + 1, ']', TW_DOC_DEPTH + 1);
  assert_refused("a.yaml", cm_str_of(text), 1, 61, "deeper than 60");
  assert_refused("a.json", cm_str_of(text), 1, 61, "deeper than 60");
  // An alias adds the depth of what it stands for.
  static const char open[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", close[] = "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
  snprintf(text, sizeof text, "a: &a %s%s\nb: %.30s*a%.30s", open, close, open, close);
  assert_refused("a.yaml", cm_str_of(text), 2, 34, "deeper than 60");
}

static void yaml_faults(void **state) {
  (void)state;
  static const struct {
    struct cm_str text;
    unsigned line, column;
    const char *message;
  } rows[] = {
      {BYTES("a: 1\nb:\n  c: 2\na: 3\n"), 4, 1, "the key \"a\" is here twice; the first is in line 1, column 1"},
      {BYTES("\"1\": a\n1: b\n"), 2, 1, "twice"},
      {BYTES("a: *b\n"), 1, 4, "no anchor \"&b\""},
      {BYTES("a: &b [*b]\n"), 1, 8, "within the very value"},
      {BYTES("[a]: b\n"), 1, 1, "a key must be a text, not a list"},
      {BYTES("{{ .Values }}: b\n"), 1, 2, "a key must be a text, not a map"},
      {BYTES("a: !Ref b\n"), 1, 4, "the tag \"!Ref\""},
      {BYTES("a: !!int b\n"), 1, 4, "the tag"},
      {BYTES("a: !!map [b]\n"), 1, 4, "the tag"},
      {BYTES("a:\n\tb: c\n"), 2, 1, "a tab cannot indent YAML"},
      {BYTES("a: @b\n"), 1, 4, "'@' cannot begin a value"},
      {BYTES("a: b: c\n"), 1, 5, "a ':' that cannot stand here"},
      {BYTES("a: [b\nc: d\n"), 2, 2, "expected ',' or ']', in what begins in line 1, column 4"},
      {BYTES("a: \"b\n"), 2, 1, "a quoted text does not end, in what begins in line 1, column 4"},
      {BYTES("a: b\0c"), 1, 5, "control character"},
      {BYTES("\xc3\xa9: \xff\n"), 1, 4, "not UTF-8"},
      {BYTES("\xff\xfe"
             "a\0"),
       0, 0, "UTF-16"},
      {BYTES("a: b\n c: d\n"), 2, 3, "a ':' that cannot stand here"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_refused("a.yaml", rows[i].text, rows[i].line, rows[i].column, rows[i].message);
  }
}

static void many_members(void **state) {
  (void)state;
  enum { COUNT = 5000 };
  static char text[COUNT * 12 + 64];
  size_t used = 0;
  for (int i = 0; i < COUNT; i++) {
    used += (size_t)sprintf(text + used, "k%d: %d\n", i, i);
  }
  struct tw_node *root = root_of(text);
  assert_int_equal(root->count, COUNT);
  assert_int_equal(root->pairs[4321].value->from.line, 4322);
  snprintf(text + used, sizeof text - used, "k9: x\nk4: x\n");
  assert_refused("a.yaml", cm_str_of(text), COUNT + 1, 1, "\"k9\" is here twice; the first is in line 10,");
}

// --- JSON ---

static void json_that_yaml_cannot(void **state) {
  (void)state;
  static const char text[] =
      "\t{\"a\\/b\":\"\\ud83d\\ude00\\u0000\\b\\f\\n\\r\\t\\\"\\\\\",\r\n\t\"n\"\t:[-0.5e+3,0,true,null,{},[]],\"t\":\"tab\\there\"}";
  assert_true(doc_read_as(&t, "a.json", cm_str_of(text)));
  const struct tw_node *root = t.docs[0].root;
  assert_true(cm_str_equal(tw_node_get(root, "a/b")->text, CM_STR("\xf0\x9f\x98\x80\0\b\f\n\r\t\"\\")));
  const struct tw_node *n = tw_node_get(root, "n");
  assert_int_equal(tw_node_at(n, 0)->kind, TW_NODE_FLOAT);
  assert_int_equal(tw_node_at(n, 1)->kind, TW_NODE_INTEGER);
  assert_int_equal(tw_node_at(n, 4)->kind, TW_NODE_MAP);
  assert_int_equal(n->from.line, 2);
  assert_int_equal(n->from.column, 7);
  // Under another name it is tried as JSON first.
  assert_true(doc_read_as(&t, "-", cm_str_of(text)));
  assert_true(doc_read_as(&t, "a.yaml", CM_STR("{a: b}")));
}

static void json_after_json(void **state) {
  (void)state;
  assert_true(doc_read_as(&t, "a.jsonl", CM_STR("{\"a\": 1}\n{\"a\": 2}\n")));
  assert_int_equal(t.count, 2);
  assert_int_equal(t.docs[1].from.line, 2);
  assert_int_equal(t.docs[1].to.offset, 17);
}

static void json_faults(void **state) {
  (void)state;
  static const struct {
    struct cm_str text;
    unsigned line, column;
    const char *message;
  } rows[] = {
      {BYTES(""), 1, 1, "expected a value, but the file ends here"},
      {BYTES(" \n "), 2, 2, "expected a value"},
      {BYTES("{"), 1, 2, "expected a key in quotes, but the file ends"},
      {BYTES("{a: 1}"), 1, 2, "expected a key in quotes, not 'a'"},
      {BYTES("{\"a\" 1}"), 1, 6, "expected ':' behind the key, not '1'"},
      {BYTES("{\"a\": 1,}"), 1, 9, "expected a key in quotes, not '}'"},
      {BYTES("[1,]"), 1, 4, "expected a value, not ']'"},
      {BYTES("[1 2]"), 1, 4, "expected ',' or ']', not '2'"},
      {BYTES("[01]"), 1, 2, "no value of JSON"},
      {BYTES("[1.]"), 1, 2, "no value of JSON"},
      {BYTES("[.5]"), 1, 2, "no value of JSON"},
      {BYTES("[+1]"), 1, 2, "no value of JSON"},
      {BYTES("[-]"), 1, 2, "no value of JSON"},
      {BYTES("[NaN]"), 1, 2, "no value of JSON"},
      {BYTES("[True]"), 1, 2, "no value of JSON"},
      {BYTES("['a']"), 1, 2, "expected a value, not '''"},
      {BYTES("[\"a]"), 1, 2, "does not end"},
      {BYTES("[\"a\\\"]"), 1, 2, "does not end"},
      {BYTES("[\"a\tb\"]"), 1, 4, "a control character must be written as an escape"},
      {BYTES("[\"\xc3\xa9\\x\"]"), 1, 4, "no escape of JSON"},
      {BYTES("[\"\\u12g4\"]"), 1, 3, "no escape of JSON"},
      {BYTES("[\"\\ud83d\"]"), 1, 3, "half of a surrogate pair"},
      {BYTES("[\"\\ude00\\ud83d\"]"), 1, 3, "half of a surrogate pair"},
      {BYTES("[1] // c"), 1, 5, "expected a value, not '/'"},
      {BYTES("{\"a\": 1,\n \"a\": 2}"), 2, 2, "twice; the first is in line 1, column 2"},
      {BYTES("[\0]"), 1, 2, "expected a value"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_refused("a.json", rows[i].text, rows[i].line, rows[i].column, rows[i].message);
  }
}

// --- faults for people ---

static void a_fault_shows_its_line(void **state) {
  (void)state;
  static const char text[] = "a: 1\n\tx: \xc3\xa9 \x1b @\r\n";
  struct tw_fault fault = {.at = {2, 9, 15}, .message = "no"};
  char *shown;
  size_t size;
  FILE *to = open_memstream(&shown, &size);
  tw_fault_print(to, "p.yaml", (struct cm_span){(const uint8_t *)text, sizeof text - 1}, &fault);
  fault.at.line = 0;
  tw_fault_print(to, "p.yaml", (struct cm_span){0}, &fault);
  fclose(to);
  assert_string_equal(shown, "p.yaml:2:9: no\n  \tx: \xc3\xa9 \xef\xbf\xbd @\n  \t       ^\np.yaml: no\n");
  free(shown);
}

static void long_lines_are_cut_around_the_place(void **state) {
  (void)state;
  static char text[100000];
  memset(text, 'x', sizeof text - 1);
  struct tw_fault fault = {.at = {1, 50001, 50000}, .message = "no"};
  char *shown;
  size_t size;
  FILE *to = open_memstream(&shown, &size);
  tw_fault_print(to, "p", (struct cm_span){(const uint8_t *)text, sizeof text - 1}, &fault);
  fclose(to);
  assert_true(size < 400);
  const char *caret = strchr(shown, '^');
  assert_int_equal(caret - strrchr(shown, '\n') < 0, 1);
  assert_int_equal(caret[-1], ' ');
  free(shown);
}

// Every allocation fails once: reading says so and leaves nothing behind.
static size_t left;

static void *get(void *context, size_t size) {
  (void)context;
  left -= left > 0;
  return left > 0 ? calloc(1, size) : NULL;
}

static void put(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

static void without_memory(void **state) {
  (void)state;
  static const char *const texts[] = {"a: &x [1, {b: \"c\\n\"}]\nd: *x\ne: {<<: {f: g}}\n", "{\"a\": [1, {\"b\": \"\\n\"}]}"};
  static const struct cm_allocator allocator = {get, put, NULL};
  for (size_t i = 0; i < 2; i++) {
    bool good = false;
    for (size_t budget = 1; budget < 100 && !good; budget++) {
      struct cm_arena arena;
      struct tw_doc *docs;
      struct tw_fault fault = {0};
      size_t count;
      cm_arena_init(&arena, &allocator);
      left = budget;
      good = tw_doc_read(&arena, i ? "a.json" : "a.yaml", (struct cm_span){(const uint8_t *)texts[i], strlen(texts[i])}, &docs,
                         &count, &fault);
      assert_true(good || strcmp(fault.message, "out of memory") == 0);
      cm_arena_free(&arena);
    }
    assert_true(good);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(kinds_of_plain_scalars),
      TEST(places_of_things),
      TEST(borrows_where_it_can),
      TEST(several_documents),
      TEST(byte_order_mark),
      TEST(aliases_share),
      TEST(merge_keys_are_followed),
      TEST(laughs_are_bounded),
      TEST(depth_is_bounded),
      TEST(yaml_faults),
      TEST(many_members),
      TEST(json_that_yaml_cannot),
      TEST(json_after_json),
      TEST(json_faults),
      TEST(a_fault_shows_its_line),
      TEST(long_lines_are_cut_around_the_place),
      TEST(without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
