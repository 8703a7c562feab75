// Fuzz target: two documents, the existing one and the generated one behind a line of five equals signs. Where they can be merged, the
// result holds both, comments too, a second merge changes nothing, and the difference of the two texts can be written.

#include "doc/merge.h"
#include "doc/diff.h"
#include "unit/doc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tw_merge_rule rules[] = {
    {NULL, "owned", NULL, TW_MERGE_OWNED},
    {NULL, "", "kind,metadata.name", TW_MERGE_OWNED | TW_MERGE_LONE},
    {NULL, "*[].*", NULL, TW_MERGE_OWNED},
    {NULL, "list", "a,b", TW_MERGE_OWNED},
    {NULL, NULL, NULL, 0},
};
// The same with scalars that follow.
static const struct tw_merge_rule following[] = {
    {NULL, "v", NULL, TW_MERGE_FOLLOWS},
    {NULL, "list[].v", NULL, TW_MERGE_FOLLOWS},
    {NULL, "*", NULL, TW_MERGE_OWNED | TW_MERGE_FOLLOWS},
    {NULL, NULL, NULL, 0},
};

static void require(bool holds) {
  if (!holds) abort();
}

static size_t count_of(struct cm_str text, const char *what) {
  size_t count = 0, size = strlen(what);
  for (size_t i = 0; i + size <= text.size; i++) {
    count += memcmp(text.at + i, what, size) == 0;
  }
  return count;
}

// Whether every member that was there still is, by its key; texts are looked at where none may change.
static bool holds(const struct tw_node *whole, const struct tw_node *part, bool texts) {
  bool collection = part->kind == TW_NODE_MAP || part->kind == TW_NODE_LIST;
  if (part->kind == TW_NODE_NULL || (collection && part->count == 0)) {
    return true;
  }
  if (!collection) {
    return !texts || cm_str_equal(tw_node_text(whole), tw_node_text(part));
  }
  if (!whole || whole->kind != part->kind || whole->count < part->count) {
    return false;
  }
  for (size_t i = 0; part->kind == TW_NODE_MAP && i < part->count; i++) {
    const struct tw_node *value = tw_node_get_str(whole, part->pairs[i].key);
    if (!value || !holds(value, part->pairs[i].value, texts)) {
      return false;
    }
  }
  return true;
}

static void merge_with(const struct tw_merge_options *options, struct cm_span existing, const struct doc_text *generated) {
  struct cm_arena arena;
  struct tw_merged merged, again;
  struct tw_fault fault;
  cm_arena_init(&arena, NULL);
  if (!tw_merge(&arena, "m.yaml", existing, generated->docs, generated->count, options, &merged, &fault)) {
    require(fault.message[0] && fault.at.offset <= existing.size && !merged.text.at);
    cm_arena_free(&arena);
    return;
  }
  struct doc_text before, after;
  struct cm_str old = {(const char *)existing.at, existing.size};
  doc_start(&before);
  doc_start(&after);
  require(doc_read_as(&before, "m.yaml", old) && doc_read_as(&after, "m.yaml", merged.text));
  for (size_t i = 0; i < before.count; i++) {
    require(!before.docs[i].root || holds(after.docs[i].root, before.docs[i].root, options->rules == rules));
  }
  struct cm_span bytes = {(const uint8_t *)merged.text.at, merged.text.size};
  require(tw_merge(&arena, "m.yaml", bytes, generated->docs, generated->count, options, &again, &fault) && !again.changed);
  size_t marks = count_of(old, "# " TW_MERGE_MARK);
  require(options->rules != rules || count_of(merged.text, "#") + marks >= count_of(old, "#"));
  char *text;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  struct tw_diff_side left = {"a", old}, right = {"b", merged.text};
  require(tw_diff_write(to, &arena, &left, &right, false));
  fclose(to);
  require((size > 0) == merged.changed);
  free(text);
  doc_end(&after);
  doc_end(&before);
  cm_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char separator[] = "\n=====\n";
  const uint8_t *at = size ? memmem(data, size, separator, sizeof separator - 1) : NULL;
  if (!at) {
    return 0;
  }
  const uint8_t *second = at + sizeof separator - 1;
  struct doc_text generated;
  doc_start(&generated);
  if (doc_read_as(&generated, "g.yaml", (struct cm_str){(const char *)second, size - (size_t)(second - data)})) {
    struct cm_span existing = {data, (size_t)(at + 1 - data)};
    merge_with(&(struct tw_merge_options){rules, "a"}, existing, &generated);
    merge_with(&(struct tw_merge_options){following, NULL}, existing, &generated);
  }
  doc_end(&generated);
  return 0;
}
