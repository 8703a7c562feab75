// Reading needs.
//
// The document's shape is checked first, by a table that mirrors schemas/needs.schema.json, so that the conversion below can take every
// member for granted. Words of closed lists (kinds, reasons, …) are looked up in the lists that the writer takes them from.

#include "needs_read.h"

#include "doc/check.h"
#include "doc/nearest.h"

// --- the shape ---

static const struct tw_shape text = {.kind = TW_SHAPE_TEXT}, text_or_null = {.kind = TW_SHAPE_TEXT, .null = true};
static const struct tw_shape truth = {.kind = TW_SHAPE_BOOL}, size = {.kind = TW_SHAPE_INTEGER};
static const struct tw_shape number = {.kind = TW_SHAPE_INTEGER, .max = UINT32_MAX};
static const struct tw_shape texts = {.kind = TW_SHAPE_LIST, .item = &text};
static const struct tw_shape truths = {.kind = TW_SHAPE_DICT, .item = &truth};

#define MAP_OF(members) \
  { .kind = TW_SHAPE_MAP, .fields = members }
#define LIST_OF(shape) \
  { .kind = TW_SHAPE_LIST, .item = &(shape) }

static const struct tw_field artifact_fields[] = {
    {"path", &text, true}, {"sha256", &text, true}, {"size", &size, true}, {"kind", &text, true}, {0}};
static const struct tw_field import_fields[] = {{"name", &text, true},
                                                {"type", &text, true},
                                                {"implements", &text_or_null, true},
                                                {"external-id", &text_or_null, true},
                                                {"functions", &texts, true},
                                                {"reached", &truth, true},
                                                {0}};
static const struct tw_field export_fields[] = {{"name", &text, true}, {"type", &text, true}, {0}};
static const struct tw_shape number_or_null = {.kind = TW_SHAPE_INTEGER, .max = UINT32_MAX, .null = true};
static const struct tw_field source_fields[] = {{"file", &text_or_null, true},     {"line", &number_or_null, true},
                                                {"column", &number_or_null, true}, {"code", &text_or_null, true},
                                                {"offset", &number_or_null, true}, {0}};
static const struct tw_field interpreter_fields[] = {
    {"language", &text, true}, {"engine", &text, true}, {"instance", &text, true}, {"module", &number, true}, {0}};
static const struct tw_shape source_place = MAP_OF(source_fields), interpreter = MAP_OF(interpreter_fields);
static const struct tw_shape interpreters = LIST_OF(interpreter);
static const struct tw_field evidence_fields[] = {
    {"by", &text, true},         {"instance", &text, true},        {"module", &number, true},
    {"function", &number, true}, {"name", &text_or_null, true},    {"offset", &size, true},
    {"path", &texts, true},      {"source", &source_place, false}, {0}};

static const struct tw_shape artifact = MAP_OF(artifact_fields), import = MAP_OF(import_fields), export = MAP_OF(export_fields);
static const struct tw_shape place = MAP_OF(evidence_fields), evidence = LIST_OF(place);

static const struct tw_field need_fields[] = {{"kind", &text, true},
                                              {"key", &text, true},
                                              {"origin", &text, true},
                                              {"certainty", &text, true},
                                              {"source", &text, true},
                                              {"label", &text_or_null, false},
                                              {"external-id", &text_or_null, false},
                                              {"evidence", &evidence, true},
                                              {0}};
static const struct tw_field unresolved_fields[] = {{"kind", &text, true},         {"source", &text, true},
                                                    {"reason", &text, true},       {"pattern", &text_or_null, true},
                                                    {"evidence", &evidence, true}, {0}};
static const struct tw_shape need = MAP_OF(need_fields), unresolved = MAP_OF(unresolved_fields);
static const struct tw_shape imports = LIST_OF(import), exports = LIST_OF(export), needs = LIST_OF(need);
static const struct tw_shape unresolveds = LIST_OF(unresolved);

static const struct tw_field document_fields[] = {{"format", &text, true},
                                                  {"artifact", &artifact, true},
                                                  {"imports", &imports, true},
                                                  {"exports", &exports, true},
                                                  {"interpreters", &interpreters, false},
                                                  {"needs", &needs, true},
                                                  {"unresolved", &unresolveds, true},
                                                  {"complete", &truths, true},
                                                  {0}};
static const struct tw_shape document_shape = MAP_OF(document_fields);

// --- conversion ---

struct reading {
  struct cm_arena *arena;
  struct tw_fault *fault;
  bool failed;  // the fault is filled
};

static void fail(struct reading *reading, const struct tw_node *at, const char *what, const char *more, const char *word) {
  if (!reading->failed) {
    reading->failed = true;
    reading->fault->at = at->from;
    snprintf(reading->fault->message, sizeof reading->fault->message, "%s%s%s", what, more, word);
  }
}

static void keep_first(void *context, const struct tw_fault *fault) {
  struct reading *reading = context;
  if (!reading->failed) {
    reading->failed = true;
    *reading->fault = *fault;
  }
}

// `count` elements of `each` bytes; NULL, with the fault, when there is no memory.
static void *array_of(struct reading *reading, size_t count, size_t each) {
  void *array = cm_alloc_array(reading->arena, count, each);
  if (!array && !reading->failed) {
    reading->failed = true;
    *reading->fault = (struct tw_fault){.message = "out of memory"};
  }
  return array;
}

static struct cm_str text_at(const struct tw_node *map, const char *key) { return tw_node_text(tw_node_get(map, key)); }

// A text that may be null or absent.
static struct cm_str optional_at(const struct tw_node *map, const char *key, bool *has) {
  struct cm_str found = text_at(map, key);
  *has = found.at != NULL;
  return found;
}

// Which of `count` words a member is.
static int word_at(struct reading *reading, const struct tw_node *map, const char *key, const char *const *words, size_t count) {
  const struct tw_node *node = tw_node_get(map, key);
  for (size_t i = 0; i < count; i++) {
    if (cm_str_is(node->text, words[i])) {
      return (int)i;
    }
  }
  char word[64];
  const char *known[64] = {NULL};
  memcpy(known, words, (count < 63 ? count : 63) * sizeof *words);
  snprintf(word, sizeof word, "%.*s", (int)(node->text.size < 63 ? node->text.size : 63), node->text.at);
  const char *nearest = tw_nearest(word, known);
  char what[96];
  snprintf(what, sizeof what, "this \"%s\" is not known here", key);
  fail(reading, node, what, nearest ? "; did you mean: " : "", nearest ? nearest : "");
  return 0;
}

// The number behind `word`; `rest` goes behind it. False: that is not there.
static bool take_number(struct cm_str *rest, struct cm_str word, uint32_t *taken) {
  if (!cm_str_starts(*rest, word)) {
    return false;
  }
  uint64_t value = 0;
  size_t at = word.size;
  while (at < rest->size && rest->at[at] >= '0' && rest->at[at] <= '9' && value <= UINT32_MAX) {
    value = value * 10 + (uint64_t)(rest->at[at++] - '0');
  }
  bool any = at > word.size && value <= UINT32_MAX;
  *rest = (struct cm_str){rest->at + at, rest->size - at};
  *taken = (uint32_t)value;
  return any;
}

// A function of a path: a name, or "module M function N".
static struct cm_frame frame_of(struct cm_str name) {
  struct cm_frame frame = {0};
  struct cm_str rest = name;
  bool unnamed = take_number(&rest, CM_STR("module "), &frame.module) && take_number(&rest, CM_STR(" function "), &frame.function);
  return unnamed && rest.size == 0 ? frame : (struct cm_frame){.name = name};
}

static uint32_t number_at(const struct tw_node *map, const char *key) {
  const struct tw_node *node = tw_node_get(map, key);
  return node && node->kind == TW_NODE_INTEGER ? (uint32_t)node->integer : 0;
}

static const struct cm_source_place *source_of(struct reading *reading, const struct tw_node *node) {
  struct cm_source_place *source = node ? array_of(reading, 1, sizeof *source) : NULL;
  if (source) {
    *source = (struct cm_source_place){.file = text_at(node, "file"),
                                       .line = number_at(node, "line"),
                                       .column = number_at(node, "column"),
                                       .code = text_at(node, "code"),
                                       .offset = number_at(node, "offset")};
  }
  return source;
}

static const struct cm_evidence *evidence_of(struct reading *reading, const struct tw_node *map, uint32_t *count) {
  const struct tw_node *list = tw_node_get(map, "evidence");
  struct cm_evidence *all = array_of(reading, list->count, sizeof *all);
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value, *path = tw_node_get(node, "path");
    struct cm_frame *frames = array_of(reading, path->count, sizeof *frames);
    for (size_t j = 0; frames && j < path->count; j++) {
      frames[j] = frame_of(tw_node_text(path->items[j].value));
    }
    all[i] = (struct cm_evidence){
        .by = (enum cm_evidence_by)word_at(reading, node, "by", cm_evidence_bys, 2),
        .instance = text_at(node, "instance"),
        .module = (uint32_t)tw_node_get(node, "module")->integer,
        .function = (uint32_t)tw_node_get(node, "function")->integer,
        .name = text_at(node, "name"),
        .offset = (uint64_t)tw_node_get(node, "offset")->integer,
        .path_count = frames ? (uint32_t)path->count : 0,
        .path = frames,
        .source = source_of(reading, tw_node_get(node, "source")),
    };
  }
  *count = all ? (uint32_t)list->count : 0;
  return all;
}

static void read_imports(struct reading *reading, const struct tw_node *list, struct cm_needs *to) {
  struct cm_needs_import *all = array_of(reading, list->count, sizeof *all);
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value, *functions = tw_node_get(node, "functions");
    struct cm_str *names = array_of(reading, functions->count, sizeof *names);
    for (size_t j = 0; names && j < functions->count; j++) {
      names[j] = tw_node_text(functions->items[j].value);
    }
    struct cm_needs_import *one = &all[i];
    one->name = text_at(node, "name");
    one->sort = (enum cm_sort)word_at(reading, node, "type", cm_sort_names, CM_SORT_COUNT);
    one->implements = optional_at(node, "implements", &one->has_implements);
    one->external_id = optional_at(node, "external-id", &one->has_external_id);
    // A label has no namespace: that is how a component tells it from an interface, too.
    one->is_label = one->sort == CM_SORT_INSTANCE && one->name.size > 0 && !memchr(one->name.at, ':', one->name.size);
    one->function_count = names ? (uint32_t)functions->count : 0;
    one->functions = names;
    one->reached = tw_node_get(node, "reached")->truth;
  }
  to->imports = all;
  to->import_count = all ? (uint32_t)list->count : 0;
}

static void read_exports(struct reading *reading, const struct tw_node *list, struct cm_needs *to) {
  struct cm_needs_export *all = array_of(reading, list->count, sizeof *all);
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value;
    all[i] =
        (struct cm_needs_export){text_at(node, "name"), (enum cm_sort)word_at(reading, node, "type", cm_sort_names, CM_SORT_COUNT)};
  }
  to->exports = all;
  to->export_count = all ? (uint32_t)list->count : 0;
}

static void read_interpreters(struct reading *reading, const struct tw_node *list, struct cm_needs *to) {
  struct cm_interpreter *all = list ? array_of(reading, list->count, sizeof *all) : NULL;
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value;
    all[i] = (struct cm_interpreter){text_at(node, "language"), text_at(node, "engine"), text_at(node, "instance"),
                                     (uint32_t)tw_node_get(node, "module")->integer};
  }
  to->interpreters = all;
  to->interpreter_count = all ? (uint32_t)list->count : 0;
}

static void read_needs(struct reading *reading, const struct tw_node *list, struct cm_needs *to) {
  struct cm_need *all = array_of(reading, list->count, sizeof *all);
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value;
    struct cm_need *one = &all[i];
    one->kind = (enum cm_need_kind)word_at(reading, node, "kind", cm_need_kinds, CM_NEED_KIND_COUNT);
    one->key = text_at(node, "key");
    one->origin = (enum cm_origin)word_at(reading, node, "origin", cm_origins, 2);
    one->certainty = (enum cm_certainty)word_at(reading, node, "certainty", cm_certainties, 3);
    one->source = text_at(node, "source");
    one->label = optional_at(node, "label", &one->has_label);
    one->external_id = optional_at(node, "external-id", &one->has_external_id);
    one->evidence = evidence_of(reading, node, &one->evidence_count);
  }
  to->needs = all;
  to->need_count = all ? (uint32_t)list->count : 0;
}

static void read_unresolved(struct reading *reading, const struct tw_node *list, struct cm_needs *to) {
  struct cm_unresolved *all = array_of(reading, list->count, sizeof *all);
  for (size_t i = 0; all && i < list->count; i++) {
    const struct tw_node *node = list->items[i].value;
    struct cm_unresolved *one = &all[i];
    one->kind = (enum cm_need_kind)word_at(reading, node, "kind", cm_need_kinds, CM_NEED_KIND_COUNT);
    one->source = text_at(node, "source");
    one->reason = (enum cm_reason)word_at(reading, node, "reason", cm_reasons, CM_REASON_COUNT);
    one->pattern = optional_at(node, "pattern", &one->has_pattern);
    one->evidence = evidence_of(reading, node, &one->evidence_count);
  }
  to->unresolved = all;
  to->unresolved_count = all ? (uint32_t)list->count : 0;
}

static void read_complete(struct reading *reading, const struct tw_node *map, struct cm_needs *to) {
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    const struct tw_node *node = tw_node_get(map, cm_need_kinds[kind]);
    if (node) {
      to->complete[kind] = node->truth;
    } else {
      fail(reading, map, "complete: the key \"", cm_need_kinds[kind], "\" is missing");
    }
  }
  if (map->count > CM_NEED_KIND_COUNT) {
    fail(reading, map, "complete: a kind of need that is not known here", "", "");
  }
}

static char *terminated(struct reading *reading, struct cm_str from) {
  char *copy = array_of(reading, from.size + 1, 1);
  if (copy) {
    memcpy(copy, from.at, from.size);
  }
  return copy;
}

static void read_artifact(struct reading *reading, const struct tw_node *map, struct tw_needs_document *to) {
  static const char *const kinds[] = {"component", "module", "wit"};
  int kind = word_at(reading, map, "kind", kinds, 3);
  to->path = terminated(reading, text_at(map, "path"));
  to->sha256 = terminated(reading, text_at(map, "sha256"));
  to->size = (uint64_t)tw_node_get(map, "size")->integer;
  to->needs.artifact = kind == 1 ? CM_ARTIFACT_MODULE : CM_ARTIFACT_COMPONENT;
  to->needs.is_wit = kind == 2;
}

static bool read_document(struct reading *reading, const struct tw_node *root, struct tw_needs_document *to) {
  struct cm_str format = text_at(root, "format");
  if (root && !cm_str_is(format, "tidewaiter.needs/1")) {
    fail(reading, root, "this is no answer of `tidewaiter needs --format json`",
         format.at ? ": its \"format\" is not tidewaiter.needs/1" : ": it has no \"format\"", "");
    return false;
  }
  if (!tw_doc_check(root, &document_shape, keep_first, reading)) {
    return false;
  }
  to->kinds = TW_ALL_KINDS;
  read_artifact(reading, tw_node_get(root, "artifact"), to);
  read_imports(reading, tw_node_get(root, "imports"), &to->needs);
  read_exports(reading, tw_node_get(root, "exports"), &to->needs);
  read_interpreters(reading, tw_node_get(root, "interpreters"), &to->needs);
  read_needs(reading, tw_node_get(root, "needs"), &to->needs);
  read_unresolved(reading, tw_node_get(root, "unresolved"), &to->needs);
  read_complete(reading, tw_node_get(root, "complete"), &to->needs);
  return !reading->failed;
}

bool tw_needs_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_needs_document **documents,
                   size_t *count, struct tw_fault *fault) {
  struct reading reading = {.arena = arena, .fault = fault};
  struct tw_doc *docs;
  size_t doc_count, total = 0;
  *documents = NULL;
  *count = 0;
  if (!tw_doc_read(arena, path, bytes, &docs, &doc_count, fault)) {
    return false;
  }
  for (size_t i = 0; i < doc_count; i++) {
    const struct tw_node *root = docs[i].root;
    total += root && root->kind == TW_NODE_LIST ? root->count : 1;
  }
  struct tw_needs_document *all = array_of(&reading, total, sizeof *all);
  if (!all) {
    return false;
  }
  for (size_t i = 0; i < doc_count; i++) {
    const struct tw_node *root = docs[i].root;
    bool list = root && root->kind == TW_NODE_LIST;
    for (size_t j = 0; j < (list ? root->count : 1); j++) {
      if (!read_document(&reading, list ? root->items[j].value : root, &all[*count])) {
        return false;
      }
      ++*count;
    }
  }
  *documents = all;
  return true;
}
