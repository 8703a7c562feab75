// What is written is read back as the same tree, over random trees made of awkward texts: as YAML, with and without comments, and as JSON.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/doc_random.h"
#include "unit/doc_text.h"

enum { TREES = 20000 };

static void check_read(struct doc_text *t, const char *path, const char *written, const struct tw_node *root, unsigned seed) {
  if (!doc_read_as(t, path, cm_str_of(written))) {
    fail_msg("tree %u, %u:%u: %s\n%s", seed, (unsigned)t->fault.at.line, (unsigned)t->fault.at.column, t->fault.message, written);
  }
  if (t->count != 1 || !doc_same(t->docs[0].root, root)) {
    fail_msg("tree %u is read as another\n%s", seed, written);
  }
}

static void reads_what_it_writes(void **state) {
  (void)state;
  for (unsigned seed = 0; seed < TREES; seed++) {
    struct doc_text t;
    doc_start(&t);
    struct doc_random random = {.arena = &t.arena, .state = seed, .nodes = 40};
    struct tw_doc doc = {.root = doc_random_node(&random, 0), .before = "Top."};
    check_read(&t, "a.yaml", doc_write(&t, &doc, 1, true), doc.root, seed);
    check_read(&t, "a.yaml", doc_write(&t, &doc, 1, false), doc.root, seed);
    check_read(&t, "a.json", doc_write_json(&t, doc.root), doc.root, seed);
    doc_end(&t);
  }
}

// What was read of any bytes is written as it was read: one pass through YAML settles all.
static void any_bytes_settle(void **state) {
  (void)state;
  for (unsigned seed = 0; seed < TREES / 4; seed++) {
    struct doc_text t;
    doc_start(&t);
    struct doc_random random = {.arena = &t.arena, .state = seed, .nodes = 40, .any_bytes = true};
    const char *written = doc_write_node(&t, doc_random_node(&random, 0));
    char *kept = cm_alloc_text(&t.arena, written, strlen(written));
    if (!doc_read(&t, kept)) {
      fail_msg("tree %u, %u:%u: %s\n%s", seed, (unsigned)t.fault.at.line, (unsigned)t.fault.at.column, t.fault.message, written);
    }
    struct tw_node *root = t.docs[0].root;
    check_read(&t, "a.yaml", doc_write_node(&t, root), root, seed);
    doc_end(&t);
  }
}

static void every_awkward_text_in_every_place(void **state) {
  (void)state;
  for (unsigned i = 0; i < DOC_AWKWARD; i++) {
    struct doc_text t;
    doc_start(&t);
    struct cm_arena *arena = &t.arena;
    struct tw_node *root = tw_node_map(arena), *list = tw_node_list(arena), *flow = tw_node_map(arena);
    struct tw_node *text = tw_node_words(arena, doc_awkward[i]);
    tw_node_put(arena, root, doc_awkward[i], text);
    tw_node_put(arena, root, "another list", list);
    tw_node_add(arena, list, text);
    tw_node_add(arena, list, flow);
    flow->flow = true;
    tw_node_put(arena, flow, doc_awkward[i], text);
    check_read(&t, "a.yaml", doc_write_node(&t, root), root, i);
    check_read(&t, "a.yaml", doc_write_node(&t, text), text, i);
    doc_end(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_awkward_text_in_every_place),
      cmocka_unit_test(reads_what_it_writes),
      cmocka_unit_test(any_bytes_settle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
