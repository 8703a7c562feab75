// Merging what was generated into what people wrote.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "doc/merge.h"
#include "unit/doc_random.h"
#include "unit/doc_text.h"

static const struct tw_merge_rule rules[] = {
    {NULL, "spec.hosts", NULL, TW_MERGE_OWNED},
    {NULL, "spec.env", NULL, TW_MERGE_OWNED},
    {NULL, "spec.interfaces", "namespace,package,name", TW_MERGE_OWNED},
    {NULL, "spec.interfaces[].version", NULL, TW_MERGE_FOLLOWS},
    {NULL, "spec.interfaces[].interfaces", NULL, TW_MERGE_OWNED},
    {NULL, "spec.interfaces[].config.*", NULL, TW_MERGE_FOLLOWS},
    {"ConfigMap", "data", NULL, TW_MERGE_OWNED},
    {"ConfigMap", "", NULL, TW_MERGE_OWNED},
    {"App", "", NULL, TW_MERGE_LONE},
    {NULL, NULL, NULL, 0},
};
static const struct tw_merge_options options = {.rules = rules, .owner = "app"};

struct merging {
  struct doc_text generated;
  struct cm_arena arena;
  struct tw_merged merged;
  struct tw_fault fault;
};

static bool merge(struct merging *m, const char *existing, const char *generated) {
  doc_start(&m->generated);
  cm_arena_init(&m->arena, NULL);
  assert_true(doc_read(&m->generated, generated));
  return tw_merge(&m->arena, "m.yaml", (struct cm_span){(const uint8_t *)existing, strlen(existing)}, m->generated.docs,
                  m->generated.count, &options, &m->merged, &m->fault);
}

static void end(struct merging *m) {
  cm_arena_free(&m->arena);
  doc_end(&m->generated);
}

static const char *kind_names[] = {"added", "set", "marked", "unmarked", "kept"};  // in the order of the enum

// Merges, and again. `changes`: "KIND WHERE (WHAT); …"; NULL: not looked at.
static void check(const char *existing, const char *generated, const char *expected, const char *changes) {
  struct merging m;
  if (!merge(&m, existing, generated)) {
    fail_msg("%u:%u: %s\n%s", (unsigned)m.fault.at.line, (unsigned)m.fault.at.column, m.fault.message, existing);
  }
  char *text = strndup(m.merged.text.at, m.merged.text.size);
  assert_string_equal(text, expected);
  assert_int_equal(m.merged.changed, strcmp(existing, expected) != 0);
  char told[2048] = "";
  for (size_t i = 0, used = 0; i < m.merged.change_count; i++) {
    const struct tw_change *change = &m.merged.changes[i];
    used += (size_t)snprintf(told + used, sizeof told - used, "%s%s %.*s%s%.*s%s", i ? "; " : "", kind_names[change->kind],
                             CM_STR_ARG(change->where), change->what.size ? " (" : "", CM_STR_ARG(change->what),
                             change->what.size ? ")" : "");
  }
  if (changes) {
    assert_string_equal(told, changes);
  }
  end(&m);
  struct merging again;
  assert_true(merge(&again, text, generated));
  assert_false(again.merged.changed);
  end(&again);
  free(text);
}

static void check_refused(const char *existing, const char *generated, unsigned line, const char *message) {
  struct merging m;
  assert_false(merge(&m, existing, generated));
  if (!strstr(m.fault.message, message) || m.fault.at.line != line) {
    fail_msg("line %u: %s", (unsigned)m.fault.at.line, m.fault.message);
  }
  assert_null(m.merged.text.at);
  end(&m);
}

static void nothing_to_do(void **state) {
  (void)state;
  check("a: 1  # mine\nb:   [x,   y]\n", "b: [y]\na: 1\n", "a: 1  # mine\nb:   [x,   y]\n", "");
  check("", "", "", "");
}

static void into_an_empty_file(void **state) {
  (void)state;
  check("", "kind: App\n---\nkind: ConfigMap\n", "kind: App\n---\nkind: ConfigMap\n", "added App; added ConfigMap");
  check("# mine", "kind: App\n", "# mine\nkind: App\n", NULL);
  check("---\n# mine\n", "kind: App\n", "---\n# mine\nkind: App\n", NULL);
}

static void members_go_behind_those_before_them(void **state) {
  (void)state;
  check("b: 2 # two\n# about d\nd: 4\n", "a: 1\nb: 2\nc: 3\nd: 4\ne: {x: [1]}\n",
        "b: 2 # two\nc: 3\n# about d\nd: 4\na: 1\ne: {x: [1]}\n",
        "added document: a (1); added document: c (3); added document: e");
  check("m:\n    x: 1\n    z: 3\np: 1", "m:\n  x: 1\n  w: {}\n  z: 3\n  zz: [a]\np: 1\no: 2\n",
        "m:\n    x: 1\n    w: {}\n    z: 3\n    zz: [a]\np: 1\no: 2\n", NULL);
}

static void nested_and_following_at_one_place(void **state) {
  (void)state;
  check("m:\n  k:\n    x: 1\n", "first: 0\nm:\n  j: 1\n  k:\n    x: 1\n    w: 2\n  l: 3\np: 4\n",
        "m:\n  k:\n    x: 1\n    w: 2\n  j: 1\n  l: 3\nfirst: 0\np: 4\n", NULL);
}

static void comments_come_along(void **state) {
  (void)state;
  struct merging m;
  doc_start(&m.generated);
  cm_arena_init(&m.arena, NULL);
  struct cm_arena *arena = &m.generated.arena;
  struct tw_node *root = tw_node_map(arena), *spec = tw_node_map(arena), *hosts = tw_node_list(arena);
  tw_node_put(arena, root, "spec", spec);
  struct tw_pair *pair = tw_node_put(arena, spec, "hosts", hosts);
  pair->before = "Why.";
  tw_node_add(arena, hosts, tw_node_words(arena, "a"))->behind = "found";
  struct tw_doc doc = {.root = root};
  static const char existing[] = "spec:\r\n    x: 1\r\n";
  assert_true(tw_merge(&m.arena, "m.yaml", (struct cm_span){(const uint8_t *)existing, strlen(existing)}, &doc, 1, &options,
                       &m.merged, &m.fault));
  assert_true(cm_str_is(m.merged.text, "spec:\r\n    x: 1\r\n    # Why.\r\n    hosts:\r\n    - a # found\r\n"));
  end(&m);
}

static void scalars_of_people_stay(void **state) {
  (void)state;
  check("image: mine:1\nreplicas: 3\nempty: \"\"\n", "image: registry.invalid/a:replace-me\nreplicas: 1\nempty: x\n",
        "image: mine:1\nreplicas: 3\nempty: \"\"\n",
        "kept document: image (mine:1, generated: registry.invalid/a:replace-me); kept document: replicas (3, generated: 1); "
        "kept document: empty (, generated: x)");
  check("a: \"1\"\nb: 0755\n", "a: 1\nb: \"0755\"\n", "a: \"1\"\nb: 0755\n", "");
}

static void lists_of_texts_are_sets(void **state) {
  (void)state;
  check("spec:\n  hosts:\n    - b   # mine\n    - d\n", "spec:\n  hosts: [a, b, c]\n",
        "spec:\n  hosts:\n    - b   # mine\n    - c\n    # tidewaiter: no longer needed\n    - d\n    - a\n",
        "added document: spec.hosts[a]; added document: spec.hosts[c]; marked document: spec.hosts[d]");
  check("spec:\n  hosts: [b, d,]\n", "spec:\n  hosts: [a, b, \"c: d\"]\n",
        "spec:\n  # tidewaiter: no longer needed: d\n  hosts: [b, \"c: d\", d, a,]\n", NULL);
  check("other: [b, d]\n", "other: [c]\n", "other: [b, d, c]\n", NULL);
  check("spec:\n  hosts: # closed\n  - a\n", "spec:\n  hosts: []\n",
        "spec:\n  hosts: # closed\n  # tidewaiter: no longer needed\n  - a\n", NULL);
}

static void empty_ones_are_filled(void **state) {
  (void)state;
  check("spec:\n  hosts: []\n", "spec:\n  hosts: [a]\n", "spec:\n  hosts:\n  - a\n", NULL);
  check("spec:\n  hosts: [] # none\n  x: 1\n", "spec:\n  hosts: [a]\n", "spec:\n  hosts:  # none\n  - a\n  x: 1\n", NULL);
  check("spec:\n  env:\n  x: 1\n", "spec:\n  env: {A: no, B: {c: d}}\n", "spec:\n  env:\n    A: \"no\"\n    B: {c: d}\n  x: 1\n",
        NULL);
  check("spec:\n", "spec:\n  hosts: []\n", "spec:\n  hosts: []\n", NULL);
  check("spec: ~\n", "spec:\n  hosts: [a]\n", "spec:\n  hosts: [a]\n", NULL);
  check("spec: {hosts: [], env: }\n", "spec:\n  hosts: [a]\n  env: {}\n", "spec: {hosts: [a], env: {}}\n", NULL);
  check("a:\n-\n-\n", "a: []\n", "a:\n-\n-\n", NULL);
  check("hosts:\n", "hosts: []\n", "hosts: []\n", NULL);
}

static void maps_by_identity(void **state) {
  (void)state;
  check("spec:\n"
        "  interfaces:\n"
        "  - namespace: wasi\n"
        "    package: http\n"
        "    version: '0.2.2'\n"
        "    interfaces: [outgoing-handler, old]\n"
        "    note: mine\n"
        "  # other\n"
        "  - {namespace: wasi, package: keyvalue, name: cache}\n"
        "  - namespace: wasi\n"
        "    package: gone\n",
        "spec:\n"
        "  interfaces:\n"
        "  - {namespace: wasi, package: http, version: 0.2.3, interfaces: [outgoing-handler]}\n"
        "  - {namespace: wasi, package: keyvalue, version: 0.2.0, interfaces: [store], name: cache}\n"
        "  - {namespace: wasi, package: keyvalue, interfaces: [store]}\n",
        "spec:\n"
        "  interfaces:\n"
        "  - namespace: wasi\n"
        "    package: http\n"
        "    version: '0.2.3'\n"
        "    # tidewaiter: no longer needed: old\n"
        "    interfaces: [outgoing-handler, old]\n"
        "    note: mine\n"
        "  # other\n"
        "  - {namespace: wasi, package: keyvalue, version: 0.2.0, interfaces: [store], name: cache}\n"
        "  - {namespace: wasi, package: keyvalue, interfaces: [store]}\n"
        "  # tidewaiter: no longer needed\n"
        "  - namespace: wasi\n"
        "    package: gone\n",
        "set document: spec.interfaces[wasi,http].version (0.2.2, generated: 0.2.3); marked document: "
        "spec.interfaces[wasi,http].interfaces[old]; added document: spec.interfaces[wasi,keyvalue,cache].version (0.2.0); "
        "added document: spec.interfaces[wasi,keyvalue,cache].interfaces; added document: spec.interfaces[wasi,keyvalue]; "
        "marked document: spec.interfaces[wasi,gone]");
}

static void marks_come_and_go(void **state) {
  (void)state;
  check("kind: ConfigMap\nmetadata: {name: app-env}\ndata:\n  A: x\n  # about B\n  B: y\n",
        "kind: ConfigMap\nmetadata: {name: app-env}\ndata: {A: \"\"}\n",
        "kind: ConfigMap\nmetadata: {name: app-env}\ndata:\n  A: x\n  # about B\n  # tidewaiter: no longer needed\n  B: y\n",
        "kept ConfigMap app-env: data.A (x, generated: ); marked ConfigMap app-env: data.B");
  check("kind: ConfigMap\nmetadata: {name: app-env}\ndata:\n  A: x\n  # tidewaiter: no longer needed\n  # about B\n  B: y\n",
        "kind: ConfigMap\nmetadata: {name: app-env}\ndata: {A: x, B: \"\"}\n",
        "kind: ConfigMap\nmetadata: {name: app-env}\ndata:\n  A: x\n  # about B\n  B: y\n", NULL);
  // Behind a dash there is no line above.
  check("spec:\n  env:\n  hosts:\n  - - x\n", "spec:\n  hosts: [a]\n",
        "spec:\n  env:\n  hosts:\n  # tidewaiter: no longer needed\n  - - x\n  - a\n", NULL);
}

static void documents(void **state) {
  (void)state;
  check(
      "# theirs\nkind: Service\n---\nkind: App\nmetadata:\n  name: renamed\n---\nkind: ConfigMap\nmetadata: {name: app-old}\n---\n"
      "kind: ConfigMap\nmetadata: {name: mine}\n",
      "kind: ConfigMap\nmetadata: {name: app-env}\ndata: {A: x}\n---\nkind: App\nmetadata: {name: app}\nspec: 1\n",
      "# theirs\nkind: Service\n---\nkind: App\nmetadata:\n  name: renamed\nspec: 1\n---\n# tidewaiter: no longer needed\nkind: "
      "ConfigMap\nmetadata: {name: app-old}\n---\nkind: ConfigMap\nmetadata: {name: mine}\n---\nkind: ConfigMap\nmetadata: {name: "
      "app-env}\ndata: {A: x}\n",
      NULL);
  check("kind: App\n...\n", "kind: App\n---\nkind: ConfigMap\n", "kind: App\n...\n---\nkind: ConfigMap\n", NULL);
}

static void texts_of_several_lines(void **state) {
  (void)state;
  check("a: |\n  x\n\n\n# about b\nb: 1\n", "a: x\nc: 1\nb: 1\n", "a: |\n  x\nc: 1\n\n\n# about b\nb: 1\n", NULL);
  check("a: |+\n  x\n\n\nb: 1\n", "a: x\nc: 1\nb: 1\n", "a: |+\n  x\n\n\nc: 1\nb: 1\n", NULL);
  check("a: >-\n  x\n  y", "a: x\nc: 1\n", "a: >-\n  x\n  y\nc: 1\n", NULL);
  check("a: x\n  y # c\nb: \"p\n\n  q\"\n", "a: x\nc: 1\nb: 1\nd: 1\n", "a: x\n  y # c\nc: 1\nb: \"p\n\n  q\"\nd: 1\n", NULL);
}

static void odd_layouts(void **state) {
  (void)state;
  check("? a\n: x: 1\n", "a: {x: 1, w: 2}\nb: 3\n", "? a\n: x: 1\n  w: 2\nb: 3\n", NULL);
  check("-   a: 1\n    b:\n      -  x\n", "- {a: 1}\n", "-   a: 1\n    b:\n      -  x\n", NULL);
  check("\xef\xbb\xbf"
        "a: 1\r\nb: 2",
        "a: 1\nb: 2\nc: 3\n",
        "\xef\xbb\xbf"
        "a: 1\r\nb: 2\r\nc: 3\r\n",
        NULL);
  check("{a: 1}\n", "a: 1\nb: no\n", "{a: 1, b: \"no\"}\n", NULL);
  check("x: { # c\n  a: 1 # d\n}\n", "x: {a: 1, b: 2}\n", "x: { # c\n  a: 1, b: 2 # d\n}\n", NULL);
  check("x: &m\n  a: 1\ny: *m\n", "x: {a: 1, b: 2}\n", "x: &m\n  a: 1\n  b: 2\ny: *m\n", NULL);
  check("x: &m {a: 1}\ny:\n  <<: *m\n", "y: {a: 1, b: 2}\n", "x: &m {a: 1}\ny:\n  <<: *m\n  b: 2\n", NULL);
}

static void refused(void **state) {
  (void)state;
  check_refused("x: &m {a: 1}\ny: *m\n", "y: {b: 2}\n", 2,
                "document: y.b: cannot be merged: something must be changed in it, but an alias");
  check_refused("x: &m {a: {c: 1}}\ny:\n  <<: *m\n", "y: {a: {d: 1}}\n", 1, "an alias");
  check_refused("a: text\n", "a: {b: 1}\n", 1, "document: a: cannot be merged: here is a string, and a map is generated");
  check_refused("a: [1]\n", "a: text\n", 1, "here is a list");
  check_refused("a: 1\rb: 2\n", "a: 1\n", 1, "neither LF nor CR LF");
  check_refused("a: \"\xe2\x80\xa8\"\n", "a: 1\n", 1, "neither LF nor CR LF");
  check_refused("a: [\n", "a: 1\n", 2, "");
}

static void a_json_file_is_refused(void **state) {
  (void)state;
  struct cm_arena arena;
  struct tw_merged merged;
  struct tw_fault fault;
  cm_arena_init(&arena, NULL);
  assert_false(tw_merge(&arena, "m.json", (struct cm_span){(const uint8_t *)"{}", 2}, NULL, 0, &options, &merged, &fault));
  assert_non_null(strstr(fault.message, "JSON"));
  cm_arena_free(&arena);
}

// Memory ends at each place once: the merge says so, and gives nothing out.
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
  static const struct cm_allocator allocator = {get, put, NULL};
  // Blocks of the arena are large: much is added, so that many are needed.
  static char existing[60000], generated[60000];
  for (size_t i = 0, a = 0, b = 0; i < 1000; i++) {
    a += (size_t)snprintf(existing + a, sizeof existing - a, "k%zu: {a: [b], c: }\n", i);
    b += (size_t)snprintf(generated + b, sizeof generated - b, "k%zu: {a: [d], c: {e: f}}\n", i);
  }
  struct doc_text t;
  doc_start(&t);
  assert_true(doc_read(&t, generated));
  bool good = false;
  size_t failed = 0;
  for (size_t budget = 1; budget < 400 && !good; budget++, failed += !good) {
    struct cm_arena arena;
    struct tw_merged merged;
    struct tw_fault fault;
    cm_arena_init(&arena, &allocator);
    left = budget;
    struct cm_span bytes = {(const uint8_t *)existing, strlen(existing)};
    good = tw_merge(&arena, "a.yaml", bytes, t.docs, t.count, &options, &merged, &fault);
    assert_true(good || (strcmp(fault.message, "out of memory") == 0 && !merged.text.at));
    cm_arena_free(&arena);
  }
  assert_true(good && failed > 5);
  doc_end(&t);
}

// The tree without some of its members and items.
static struct tw_node *pruned(struct doc_random *random, const struct tw_node *from) {
  struct tw_node *to = cm_alloc(random->arena, sizeof *to);
  *to = *from;
  to->pairs = NULL;
  to->items = NULL;
  to->count = to->room = 0;
  for (size_t i = 0; i < from->count; i++) {
    if (doc_draw(random, 4) == 0) {
      continue;
    }
    if (from->kind == TW_NODE_MAP) {
      tw_node_put_str(random->arena, to, from->pairs[i].key, pruned(random, from->pairs[i].value))->behind = from->pairs[i].behind;
    } else {
      tw_node_add(random->arena, to, pruned(random, from->items[i].value))->before = from->items[i].before;
    }
  }
  return to;
}

// Whatever was taken out of a file of ours is put back.
static void random_trees(void **state) {
  (void)state;
  static const struct tw_merge_options none = {NULL, NULL};
  for (unsigned seed = 0; seed < 10000; seed++) {
    struct doc_text t;
    doc_start(&t);
    struct doc_random random = {.arena = &t.arena, .state = seed, .nodes = 30};
    struct tw_doc doc = {.root = doc_random_node(&random, 0)};
    const char *existing = doc_write_node(&t, pruned(&random, doc.root));
    struct cm_span bytes = {(const uint8_t *)existing, strlen(existing)};
    struct tw_merged merged, again;
    struct tw_fault fault;
    if (!tw_merge(&t.arena, "a.yaml", bytes, &doc, 1, &none, &merged, &fault)) {
      fail_msg("tree %u, %u:%u: %s\n%s", seed, (unsigned)fault.at.line, (unsigned)fault.at.column, fault.message, existing);
    }
    bytes = (struct cm_span){(const uint8_t *)merged.text.at, merged.text.size};
    assert_true(tw_merge(&t.arena, "a.yaml", bytes, &doc, 1, &none, &again, &fault));
    assert_false(again.changed);
    doc_end(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_to_do),
      cmocka_unit_test(into_an_empty_file),
      cmocka_unit_test(members_go_behind_those_before_them),
      cmocka_unit_test(nested_and_following_at_one_place),
      cmocka_unit_test(comments_come_along),
      cmocka_unit_test(scalars_of_people_stay),
      cmocka_unit_test(lists_of_texts_are_sets),
      cmocka_unit_test(empty_ones_are_filled),
      cmocka_unit_test(maps_by_identity),
      cmocka_unit_test(marks_come_and_go),
      cmocka_unit_test(documents),
      cmocka_unit_test(texts_of_several_lines),
      cmocka_unit_test(odd_layouts),
      cmocka_unit_test(refused),
      cmocka_unit_test(a_json_file_is_refused),
      cmocka_unit_test(random_trees),
      cmocka_unit_test(without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
