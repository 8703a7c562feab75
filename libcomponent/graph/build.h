// The link view under construction: what indices stand for while definitions are walked. Private.
#ifndef GRAPH_BUILD_H
#define GRAPH_BUILD_H

#include <component/graph.h>
#include <component/types.h>

struct bundle;
struct closure;
struct module_value;

// What an index of an index space stands for; the sort tells which member holds. Types and values have none: of them it is only
// counted how many there are.
union value {
  const struct cm_func_origin *func;
  struct bundle *instance;  // CM_SORT_INSTANCE and CM_SORT_CORE_INSTANCE
  const struct closure *component;
  const struct module_value *module;
  const struct cm_core_target *core_func;
  struct cm_core_owner owner;  // CM_SORT_CORE_TABLE, _MEMORY, _GLOBAL, _TAG
};

// A core module: one of the file, or one that is imported, of which only a type is known.
struct module_value {
  const struct core_module *module;
  uint32_t ordinal;
  const struct cm_module_type *type;
  const struct cm_scope *scope;
};

// A component and the instance that it was defined in, whose components, modules and types its outer aliases reach. Or one that is
// imported: then `component` is NULL.
struct closure {
  const struct cm_component *component;
  uint32_t ordinal;
  const struct env *outer;
  const struct cm_item *import;  // the root's import that it comes from
  const struct cm_scope *scope;  // of its component type
  struct cm_str prefix;          // of the names of its functions, see cm_func_origin.function
};

// A named part of an instance, or an argument.
struct member {
  struct cm_str name;
  enum cm_sort sort;
  const struct cm_item *declared;  // of an imported instance: the export declarator
  union value value;               // of an imported instance: made when first asked for
};

// Names to places in an array, for many.
struct name_index {
  uint32_t mask;
  uint32_t *slots;  // place + 1, or 0
};

// An instance, a core instance, or the arguments of an instantiation: members by name.
struct bundle {
  uint32_t node;  // of an instantiated core module: its core node, whose module's exports are the members; else CM_NOWHERE
  uint32_t count;
  struct member *members;
  struct name_index index;
  const struct cm_item *import;  // of an imported instance, whose members are listed when first asked for: the root's import
  const struct cm_scope *scope;  // of its instance type
  struct cm_str prefix;
};

// One instantiation of a component in progress, and afterwards what closures captured.
struct env {
  const struct env *outer;
  const struct cm_component *component;
  uint32_t node;
  const struct cm_where *where;  // valid while the instantiation is in progress
  struct bundle *arguments;      // NULL for the root
  uint32_t count[CM_SORT_COUNT];
  union value *values[CM_SORT_COUNT];
};

// What is known of a component definition of the file.
struct definition {
  const struct cm_component *component;
  uint32_t instances;
  bool named;  // names have been read
  const struct cm_str *names[CM_SORT_COUNT];
};

// A core function that will be an entry once names are known.
struct pending {
  enum cm_entry_kind kind;
  uint32_t component, index;  // DTOR: type index in that component; START: of that component
  struct cm_str name;         // ESCAPED
  const struct cm_core_target *target;
  const struct cm_func_origin *origin;  // ESCAPED
};

// Pointers of the model to their number in the order of the file.
struct ordinals {
  uint32_t mask, count;
  struct ordinal {
    const void *key;
    uint32_t number;
  } * slots;
};

struct builder {
  struct cm_arena *arena;
  struct cm_diag *diag;
  struct cm_graph *graph;
  size_t component_room, core_room, pending_room, module_room, definition_room, entry_room;
  uint32_t pending_count, definition_count;
  struct pending *pending;
  struct definition *definitions;  // by component ordinal
  struct ordinals ordinals;
  struct name_index *export_indexes;  // by module ordinal
  uint64_t walked;                    // against CM_LIMIT_GRAPH_DEFINITIONS
  uint32_t depth;                     // instantiations within each other
  struct bundle *exports;             // of the root
  uint64_t seed;                      // of hashes
};

// "out of memory" for builder functions that return bool.
static inline bool builder_no_memory(struct builder *b) {
  cm_fail_memory(b->diag);
  return false;
}

// Fails at an item of `env`'s component (both may be NULL). A macro, so that compilers see that it gives false.
#define builder_fail(...) (builder_report(__VA_ARGS__), false)
void builder_report(struct builder *b, const struct env *env, const struct cm_item *item, enum cm_error error, const char *format,
                    ...) __attribute__((format(printf, 5, 6)));

// Counts definitions, imports or exports that are about to be walked. Names that are put together count by their length.
#define BYTES_COST(size) ((size) / 8)
bool builder_walk(struct builder *b, const struct env *env, const struct cm_item *item, uint64_t count);

// Counts a new component node or core node.
bool builder_count_instance(struct builder *b, const struct env *env, const struct cm_item *item);

// What `index` of `sort` stands for in `env`.
bool env_get(struct builder *b, const struct env *env, const struct cm_item *item, enum cm_sort sort, uint32_t index,
             union value *out);

// ordinals.c: numbers all core modules and components; fills graph->modules and b->definitions.
bool ordinals_survey(struct builder *b, const struct cm_component *root);
uint32_t ordinal_of(const struct builder *b, const void *key);

// bundle.c

// The place of `name` among `count` structs of `stride` bytes that have a struct cm_str first to last at `offset`; UINT32_MAX when it
// is not there. Builds the index when there are many.
uint32_t name_index_find(struct builder *b, struct name_index *index, const void *array, uint32_t count, size_t stride,
                         struct cm_str name);

// The member `name` of sort `sort`; false with a diag where there is none.
bool bundle_get(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *bundle, struct cm_str name,
                enum cm_sort sort, union value *out);

// The member of that name, of any sort; NULL in *out when there is none.
bool bundle_find(struct builder *b, struct bundle *bundle, struct cm_str name, struct member **out);

// The value that an import (of the root) or an export declarator of an imported instance stands for.
bool declared_value(struct builder *b, const struct env *env, const struct cm_item *item, const struct cm_item *import,
                    const struct cm_scope *scope, const struct cm_externtype *type, struct cm_str function, union value *out);

// A bundle of arguments or inline exports: `count` of `arguments`, looked up in `env`.
bool bundle_of_arguments(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle **out);

// An instance of an imported component.
bool bundle_of_imported(struct builder *b, const struct closure *component, struct bundle **out);

// core.c
bool graph_instantiate_core(struct builder *b, struct env *env, const struct cm_item *item, struct bundle **out);
bool graph_core_export(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *instance,
                       struct cm_str name, enum cm_sort sort, union value *out);

// canon.c
bool canon_value(struct builder *b, const struct env *env, const struct cm_item *item, union value *out);

// tables.c
bool tables_build(struct builder *b);

// names.c: names and paths of all nodes; reads names lazily.
bool names_build(struct builder *b);
bool names_of(struct builder *b, const struct cm_component *component, enum cm_sort sort, const struct cm_str **out);

// entries.c
bool entries_build(struct builder *b);
bool entries_add_pending(struct builder *b, struct pending pending);
// Everything that `arguments` hands to an imported component can be called by it.
bool entries_escape(struct builder *b, const struct env *env, const struct cm_item *item, struct bundle *arguments);

#endif
