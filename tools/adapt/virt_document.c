// Options out of a document.
//
// A document has the options of the command line, under their names: what its table of options says, a document can say. So there is one model of
// what is asked for, and a capability does not know where it was asked. The shape of a value follows from the option:
//
//   metavar            value
//   none               true, or false, which says nothing
//   A=B                a map
//   A,...              a list
//   anything else      a text; a list of them where the option may be repeated

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/memory.h"
#include "cmd/status.h"
#include "doc/check.h"
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
  return strcmp(option->name, "file") != 0 && strcmp(option->name, "explain") != 0;
}

static const struct tw_shape *shape_of(const struct tw_option *option) {
  if (!option->metavar) return &bool_shape;
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
      fields[used++] = (struct tw_field){command->options[i].name, shape_of(&command->options[i]), false};
  return fields;
}

// --- taking over ---

static void give(struct document *d, const struct tw_option *option, const char *value) {
  struct tw_args *args = d->args;
  args->given = tw_grow(args->given, args->given_count, sizeof *args->given);
  args->given[args->given_count++] = (struct tw_given){option, value};
}

static const char *text_of(struct document *d, struct cm_str text) {
  const char *copy = cm_alloc_text(&d->virt->compose.arena, text.at, text.size);
  if (!copy) tw_out_of_memory();
  return copy;
}

static void take_pairs(struct document *d, const struct tw_option *option, const struct tw_node *map) {
  for (size_t i = 0; i < map->count; i++) {
    struct cm_str value = tw_node_text(map->pairs[i].value);
    struct cm_str pair = cm_alloc_format(&d->virt->compose.arena, "%.*s=%.*s", CM_STR_ARG(map->pairs[i].key), CM_STR_ARG(value));
    if (!pair.at) tw_out_of_memory();
    give(d, option, pair.at);
  }
}

static void take(struct document *d, const struct tw_option *option, const struct tw_node *node) {
  if (node->kind == TW_NODE_MAP)
    take_pairs(d, option, node);
  else if (node->kind == TW_NODE_LIST)
    for (size_t i = 0; i < node->count; i++) give(d, option, text_of(d, tw_node_text(node->items[i].value)));
  else if (option->metavar)
    give(d, option, text_of(d, tw_node_text(node)));
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
  return TW_DONE;
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
