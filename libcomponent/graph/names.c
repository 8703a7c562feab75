// What instances are called.
//
// Names come from the component-name sections: the instance's own, else its definition's (for a component that may also be what it
// calls itself, for a module its name section). What has no name is called by its index. A path names the component instances from
// the outermost on; the root, which is the whole file, only where it has a name. A core instance ends a path as the text format
// writes it: "app > middleware > $main".
//
// Spec: Binary.md, "Name Section".

#include "build.h"

enum { SEGMENT_MAX = 120, PATH_MAX_BYTES = 600 };  // names can be 100,000 bytes long, and nest

bool names_of(struct builder *b, const struct cm_component *component, enum cm_sort sort, const struct cm_str **out) {
  struct definition *definition = &b->definitions[ordinal_of(b, component)];
  if (!definition->names[sort]) {
    struct cm_str *names;
    if (!cm_names_read(b->arena, component, sort, &names, b->diag)) return false;
    definition->names[sort] = names;
  }
  *out = definition->names[sort];
  return true;
}

// The name that `component`'s sections give to index `index` of `sort`; empty when there is none.
static bool name_of(struct builder *b, const struct cm_component *component, enum cm_sort sort, uint32_t index,
                    struct cm_str *out) {
  const struct cm_str *names;
  *out = (struct cm_str){0};
  if (!names_of(b, component, sort, &names)) return false;
  if (index < component->scope.spaces[sort].count) *out = names[index];
  return true;
}

// The module's own name: the first subsection of its name section.
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#module-names
static struct cm_str module_name(const struct core_module *module) {
  struct cm_str name = {0};
  const struct core_section *section = core_find_custom(module, "name");
  if (!section) return name;
  struct cm_reader r = cm_reader_of(section->bytes, module->file, NULL, NULL);
  uint8_t id;
  uint32_t size;
  if (cm_read_u8(&r, "a subsection", &id) && id == 0 && cm_read_u32(&r, "its size", &size) && !cm_read_name(&r, "a name", &name))
    name = (struct cm_str){0};
  return name;
}

// Which definition an instance of `component` is made of; UINT32_MAX for one that was not instantiated there.
static uint32_t definition_index(const struct cm_component *component, enum cm_sort sort, uint32_t index) {
  const struct cm_item *item = cm_def_of(&component->scope, sort, index);
  bool is_instance = item && (item->kind == CM_ITEM_INSTANCE || item->kind == CM_ITEM_CORE_INSTANCE);
  return is_instance ? item->instance.definition : UINT32_MAX;
}

// As much of a name as goes into a path; whole characters.
static int cut(struct cm_str name) {
  if (name.size <= SEGMENT_MAX) return (int)name.size;
  size_t size = SEGMENT_MAX;
  while (size && ((unsigned char)name.at[size] & 0xc0) == 0x80) size--;
  return (int)size;
}

// Appends a segment to a path. A path that grows too long keeps its last segments.
static bool extend(struct builder *b, struct cm_str up, const char *sigil, struct cm_str name, struct cm_str *out) {
  const char *more = name.size > SEGMENT_MAX ? "…" : "";
  if (!up.size)
    *out = cm_alloc_format(b->arena, "%s%.*s%s", sigil, cut(name), name.at, more);
  else if (up.size > PATH_MAX_BYTES)
    *out = cm_alloc_format(b->arena, "… > %s%.*s%s", sigil, cut(name), name.at, more);
  else
    *out = cm_alloc_format(b->arena, "%.*s > %s%.*s%s", CM_STR_ARG(up), sigil, cut(name), name.at, more);
  return out->at || builder_no_memory(b);
}

static bool number_name(struct builder *b, uint32_t index, struct cm_str *name) {
  if (name->size) return true;
  *name = cm_alloc_format(b->arena, "$%u", index);
  return name->at || builder_no_memory(b);
}

static bool name_component(struct builder *b, struct cm_component_node *node) {
  node->name = node->component->name;
  if (node->parent == CM_NOWHERE) return !node->name.size || extend(b, (struct cm_str){0}, "", node->name, &node->path);

  const struct cm_component_node *parent = &b->graph->components[node->parent];
  struct cm_str given, defined = {0};
  uint32_t definition = definition_index(parent->component, CM_SORT_INSTANCE, node->index);
  if (!name_of(b, parent->component, CM_SORT_INSTANCE, node->index, &given)) return false;
  if (!name_of(b, parent->component, CM_SORT_COMPONENT, definition, &defined)) return false;
  if (given.size)
    node->name = given;
  else if (!node->name.size)
    node->name = defined;
  return number_name(b, node->index, &node->name) && extend(b, parent->path, "", node->name, &node->path);
}

static bool name_core(struct builder *b, struct cm_core_node *node) {
  const struct cm_component_node *parent = &b->graph->components[node->component];
  uint32_t definition = definition_index(parent->component, CM_SORT_CORE_INSTANCE, node->index);
  if (!name_of(b, parent->component, CM_SORT_CORE_INSTANCE, node->index, &node->name)) return false;
  if (!node->name.size && !name_of(b, parent->component, CM_SORT_CORE_MODULE, definition, &node->name)) return false;
  if (!node->name.size && node->module) node->name = module_name(node->module);
  if (!number_name(b, node->index, &node->name)) return false;
  return extend(b, parent->path, node->name.at[0] == '$' ? "" : "$", node->name, &node->path);
}

bool names_build(struct builder *b) {
  struct cm_graph *graph = b->graph;
  for (uint32_t i = 0; i < graph->component_count; i++)
    if (!name_component(b, &graph->components[i])) return false;
  for (uint32_t i = 0; i < graph->core_count; i++)
    if (!name_core(b, &graph->cores[i])) return false;
  return true;
}
