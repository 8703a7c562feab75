// Options out of a document.
//
// A document has the options of the command line, under their names: what its table of options says, a document can say. So there is one model of
// what is asked for, and a capability does not know where it was asked. The shape of a value follows from the option:
//
//   metavar            value
//   none               true, or false, which says nothing
//   A=B                a map
//   anything else      a text, of those that the option takes; a list of them where it may be repeated
//
// Paths are relative to the document.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/memory.h"
#include "cmd/status.h"
#include "doc/check.h"
#include "lines.h"
#include "virt.h"

static const char *const formats[] = {"tidewaiter.virt/1", NULL};
static const struct tw_shape format_shape = {.kind = TW_SHAPE_CHOICE, .values = formats};
static const struct tw_shape text_shape = {.kind = TW_SHAPE_TEXT};
static const struct tw_shape bool_shape = {.kind = TW_SHAPE_BOOL};
static const struct tw_shape map_shape = {.kind = TW_SHAPE_DICT, .item = &text_shape};
static const struct tw_shape list_shape = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &text_shape};

struct document {
  struct tw_virt *virt;
  struct tw_args *args;
  const char *path;
  bool bad;
};

static void tell(void *context, const struct tw_fault *fault) {
  struct document *d = context;
  d->bad = true;
  // Without a copy of the line, which may hold a secret.
  tw_fault_print(stderr, d->path, (struct cm_span){0}, fault);
}

// What has no place in a document: where it is itself, and what is done with the result.
static bool is_of_documents(const struct tw_option *option) {
  static const char *const apart[] = {"file", "explain", "dry-run"};
  for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
    if (strcmp(option->name, apart[i]) == 0) return false;
  return true;
}

static const struct tw_shape *shape_of(struct cm_arena *arena, const struct tw_option *option) {
  if (!option->metavar) return &bool_shape;
  if (option->values) {
    struct tw_shape *choice = cm_alloc(arena, sizeof *choice);
    if (!choice) tw_out_of_memory();
    *choice = (struct tw_shape){.kind = TW_SHAPE_CHOICE, .values = option->values};
    return choice;
  }
  if (strchr(option->metavar, '=') && !strchr(option->metavar, '[')) return &map_shape;
  return option->repeats ? &list_shape : &text_shape;
}

static struct tw_field *fields_of(struct cm_arena *arena, const struct tw_command *command) {
  size_t count = 0, used = 0;
  while (command->options[count].name) count++;
  struct tw_field *fields = cm_alloc_array(arena, count + 2, sizeof *fields);
  if (!fields) tw_out_of_memory();
  fields[used++] = (struct tw_field){"format", &format_shape, true};
  for (size_t i = 0; i < count; i++)
    if (is_of_documents(&command->options[i]))
      fields[used++] = (struct tw_field){command->options[i].name, shape_of(arena, &command->options[i]), false};
  return fields;
}

// --- taking over ---

static void give(struct document *d, const struct tw_option *option, const char *value) {
  struct tw_args *args = d->args;
  args->given = tw_grow(args->given, args->given_count, sizeof *args->given);
  args->given[args->given_count++] = (struct tw_given){option, value};
}

// Texts become options, which end with the character 0, and maps become pairs, which are split at the first '='.
static void check(struct document *d, struct tw_mark at, struct cm_str text, bool is_key) {
  struct tw_fault fault = {.at = at};
  const char *what = !tw_is_text(text)                           ? "the character 0 cannot stand in a text"
                     : is_key && (!text.size)                    ? "a name is missing"
                     : is_key && memchr(text.at, '=', text.size) ? "a name with a `=` in it cannot be said"
                                                                 : NULL;
  if (!what) return;
  snprintf(fault.message, sizeof fault.message, "%s", what);
  tell(d, &fault);
}

// Of a path that is relative: the folder of the document, with its slash.
static struct cm_str folder_of(const struct document *d, const struct tw_option *option, struct cm_str text) {
  static const char *const paths[] = {"env-file", "args-from", "bake-dir"};
  const char *slash = strrchr(d->path, '/');
  bool is_path = false;
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) is_path |= strcmp(option->name, paths[i]) == 0;
  if (!is_path || !slash || cm_str_starts(text, CM_STR("/")) || cm_str_is(text, "-")) return CM_STR("");
  return (struct cm_str){d->path, (size_t)(slash + 1 - d->path)};
}

static void take_text(struct document *d, const struct tw_option *option, const struct tw_node *node) {
  struct cm_str text = tw_node_text(node), folder = folder_of(d, option, text);
  check(d, node->from, text, false);
  struct cm_str copy = cm_alloc_format(&d->virt->compose.arena, "%.*s%.*s", CM_STR_ARG(folder), CM_STR_ARG(text));
  if (!copy.at) tw_out_of_memory();
  give(d, option, copy.at);
}

static void take_pairs(struct document *d, const struct tw_option *option, const struct tw_node *map) {
  for (size_t i = 0; i < map->count; i++) {
    const struct tw_pair *pair = &map->pairs[i];
    struct cm_str value = tw_node_text(pair->value), folder = folder_of(d, option, pair->key);
    check(d, pair->key_at, pair->key, true);
    check(d, pair->value->from, value, false);
    struct cm_str text =
        cm_alloc_format(&d->virt->compose.arena, "%.*s%.*s=%.*s", CM_STR_ARG(folder), CM_STR_ARG(pair->key), CM_STR_ARG(value));
    if (!text.at) tw_out_of_memory();
    give(d, option, text.at);
  }
}

static void take(struct document *d, const struct tw_option *option, const struct tw_node *node) {
  if (node->kind == TW_NODE_MAP)
    take_pairs(d, option, node);
  else if (node->kind == TW_NODE_LIST)
    for (size_t i = 0; i < node->count; i++) take_text(d, option, node->items[i].value);
  else if (option->metavar)
    take_text(d, option, node);
  else if (node->truth)
    give(d, option, NULL);
}

static int read_into(struct document *d, const struct tw_input *input) {
  struct cm_arena *arena = &d->virt->compose.arena;
  struct tw_doc *docs = NULL;
  size_t count = 0;
  struct tw_fault fault;
  // What is read is borrowed from the bytes, and values outlive the file.
  const char *bytes = cm_alloc_text(arena, (const char *)input->data, input->size);
  if (!bytes) tw_out_of_memory();
  if (!tw_doc_read(arena, d->path, (struct cm_span){(const uint8_t *)bytes, input->size}, &docs, &count, &fault)) {
    tell(d, &fault);
    return TW_USAGE;
  }
  if (count != 1 || !docs->root) {
    fprintf(stderr, "tidewaiter: %s: one document is wanted\n", d->path);
    return TW_USAGE;
  }
  const struct tw_shape shape = {.kind = TW_SHAPE_MAP, .fields = fields_of(arena, d->args->command)};
  if (!tw_doc_check(docs->root, &shape, tell, d)) return TW_USAGE;
  for (const struct tw_option *option = d->args->command->options; option->name; option++) {
    const struct tw_node *node = is_of_documents(option) ? tw_node_get(docs->root, option->name) : NULL;
    if (node) take(d, option, node);
  }
  return d->bad ? TW_USAGE : TW_DONE;
}

int tw_virt_document(struct tw_virt *virt, const struct tw_args *given, struct tw_args *out) {
  struct document d = {.virt = virt, .args = out, .path = tw_args_value(given, "file")};
  char why[TW_INPUT_MESSAGE];
  struct tw_input input;
  *out = *given;
  out->given = NULL;
  out->given_count = 0;
  int status = TW_DONE;
  if (d.path && !tw_input_open(&input, d.path, why)) return tw_input_report(d.path, why), TW_INPUT;
  if (d.path) {
    status = read_into(&d, &input);
    tw_input_close(&input);
  }
  // The command line comes last, and so counts more.
  for (size_t i = 0; i < given->given_count; i++) give(&d, given->given[i].option, given->given[i].value);
  return status;
}
