// Writes documents that readers of YAML trip over, each as YAML and as JSON: the worker of tests/yaml_readers.py.
//
//   awkward FOLDER COUNT
//
// FOLDER gets awkward.yaml and awkward.jsonl: COUNT documents of random trees behind one with each awkward text as key, as value, as item
// and in flow style. A line of the one is a document of the other. Exit status 0 where both could be written.

#include <stdlib.h>

#include "doc/write.h"
#include "unit/doc_random.h"

static FILE *create(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return fopen(path, "wb");
}

static struct tw_node *all_texts(struct cm_arena *arena) {
  struct tw_node *root = tw_node_map(arena), *list = tw_node_list(arena), *flow = tw_node_map(arena);
  for (unsigned i = 0; i < DOC_AWKWARD; i++) {
    struct tw_node *text = tw_node_words(arena, doc_awkward[i]);
    tw_node_put(arena, root, doc_awkward[i], text);
    tw_node_put(arena, flow, doc_awkward[i], text);
    tw_node_add(arena, list, text);
  }
  tw_node_put(arena, root, "the list", list);
  tw_node_put(arena, root, "the flow", flow);
  if (flow) {
    flow->flow = true;
  }
  return root;
}

// One line: the trees' JSON has no line end within strings.
static void put_json_line(FILE *to, const struct tw_node *root) {
  char *text = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&text, &size);
  if (memory) {
    tw_doc_json(memory, root, 0);
    fclose(memory);
  }
  for (size_t i = 0; i < size; i++) {
    fputc(text[i] == '\n' ? ' ' : text[i], to);
  }
  fputc('\n', to);
  free(text);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fputs("usage: awkward FOLDER COUNT\n", stderr);
    return 2;
  }
  FILE *yaml = create(argv[1], "awkward.yaml"), *json = create(argv[1], "awkward.jsonl");
  if (!yaml || !json) {
    perror(argv[1]);
    return 3;
  }
  unsigned long count = strtoul(argv[2], NULL, 10);
  for (unsigned long i = 0; i <= count; i++) {
    struct cm_arena arena;
    cm_arena_init(&arena, NULL);
    struct doc_random random = {.arena = &arena, .state = i, .nodes = 40};
    struct tw_doc doc = {.root = i ? doc_random_node(&random, 0) : all_texts(&arena)};
    fputs("---\n", yaml);
    tw_yaml_write(yaml, &doc, 1, true);
    put_json_line(json, doc.root);
    cm_arena_free(&arena);
  }
  bool good = fclose(yaml) == 0;
  return fclose(json) == 0 && good ? 0 : 3;
}
