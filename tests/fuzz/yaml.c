// Fuzz target: documents of any bytes, read as YAML and as JSON. What is read has its places in order and within the file, is written and
// read again as the same tree, and a fault names a place in the file.

#include "unit/doc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

// Members lie within what holds them; what aliases and merge keys brought stands elsewhere. Returns how many nodes there are.
static size_t check_places(const struct tw_node *node, size_t size, unsigned depth) {
  size_t nodes = 1;
  require(depth <= TW_DOC_DEPTH && node->from.line >= 1 && node->from.column >= 1);
  require(node->from.offset <= node->to.offset && node->to.offset <= size);
  for (size_t i = 0; i < node->count; i++) {
    bool map = node->kind == TW_NODE_MAP;
    const struct tw_node *value = map ? node->pairs[i].value : node->items[i].value;
    bool own = !node->alias && !(map && node->pairs[i].merged);
    require(!own || (value->from.offset >= node->from.offset && value->to.offset <= node->to.offset));
    require(!own || !map || node->pairs[i].key_at.offset <= value->from.offset);
    nodes += check_places(value, size, depth + 1);
  }
  return nodes;
}

static void check_same(struct doc_text *t, const char *path, const char *written, const struct tw_node *root) {
  struct tw_doc *docs = t->docs;
  size_t count = t->count;
  require(doc_read_as(t, path, cm_str_of(written)) && t->count == 1 && doc_same(t->docs[0].root, root));
  t->docs = docs;
  t->count = count;
}

static void read_as(const char *path, const uint8_t *data, size_t size) {
  struct doc_text t;
  doc_start(&t);
  if (!doc_read_as(&t, path, (struct cm_str){(const char *)data, size})) {
    require(t.fault.message[0] && t.fault.at.offset <= size);
    char *shown;
    size_t shown_size;
    FILE *to = open_memstream(&shown, &shown_size);
    tw_fault_print(to, path, (struct cm_span){data, size}, &t.fault);
    fclose(to);
    free(shown);
  }
  for (size_t i = 0; i < t.count; i++) {
    struct tw_node *root = t.docs[i].root;
    require(t.docs[i].from.offset <= t.docs[i].to.offset);
    // A tree with many aliases is written out at length: seconds are not what is looked for here.
    if (root && check_places(root, size, 0) < 20000) {
      check_same(&t, "a.yaml", doc_write_node(&t, root), root);
      doc_write_json(&t, root);
    }
  }
  doc_end(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  read_as("a.yaml", data, size);
  read_as("a.json", data, size);
  return 0;
}
