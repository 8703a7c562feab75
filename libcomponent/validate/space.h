// A component under validation: the scopes that are open, their index spaces, and what was found wrong. Private.
//
// A space is a scope of the decoded model whose items have been walked up to the one at hand. Each item that is valid puts what it
// defines into the index space of its sort; one that is not puts nothing, and the walk fills the gap with an empty slot. To look up
// an empty slot fails without a word: whoever uses it is not judged.
#ifndef VALIDATE_SPACE_H
#define VALIDATE_SPACE_H

#include <component/features.h>
#include <component/validate.h>

#include "core/matching.h"
#include "validate/types.h"

// What a core module exports or imports, or what an index of a core sort stands for.
struct core_entity {
  struct core_externtype type;  // its type indices are those of `ids`
  const uint32_t *ids;          // numbers in the store of core types
};

// A core module, as what it imports and exports.
struct module_type {
  struct externs imports;                                                     // by module_import_key
  const struct module_import { struct cm_str module, name; } * import_names;  // of each import
  struct externs exports;
};

struct core_instance {
  const struct externs *exports;
};

// A core type of a component's index space.
struct core_def {
  uint32_t id;                       // in the store of core types
  const struct module_type *module;  // a module type; else NULL
};

union slot {
  const struct type *type;  // FUNC, VALUE, TYPE, COMPONENT, INSTANCE
  const struct core_entity *core;
  const struct core_def *core_def;
  const struct module_type *module;
  const struct core_instance *core_instance;
  const void *any;  // NULL: an error was found in the definition
};

// The two lists of names that a scope has.
enum direction { IMPORT, EXPORT };

// Imports or exports under construction, with what is asked about their names.
struct extern_list {
  struct externs *externs;
  struct memo *names;           // canonical names, for strong uniqueness: number of the name -> the name as written
  struct memo *resource_names;  // resource type -> its name, of those that are in the list; NULL: none can be
};

struct space {
  struct space *parent;
  const struct cm_scope *scope;
  uint32_t number;  // of the space, among all there were
  uint32_t counts[CM_SORT_COUNT];
  union slot *slots[CM_SORT_COUNT];
  uint32_t *core_ids;  // by core type index
  bool *values_used;
  bool broken;           // something in it is not valid
  uint8_t context_type;  // of context.get and context.set so far: enum core_valcode, or 0

  struct extern_list lists[2];  // by direction: what is imported, exported
  struct memo *visible[2];      // types that have a name outside, and compound types whose parts all have
};

struct validator {
  struct store store;
  struct cm_arena arena;
  struct core_type_store *core_types;
  const struct cm_validate_options *options;
  const struct cm_diag_sink *sink;
  struct cm_diag_sink core_sink;  // through which core modules report
  uint32_t errors;
  struct space *space;           // the innermost
  const struct cm_where *where;  // the path to the item at hand
  uint64_t offset;               // where that item stands
  uint32_t spaces;               // how many there were
  bool failed, stopped;          // something was reported; no more is wanted
};

// Sections of the specification, as diagnostics name them.
#define SPEC "https://github.com/WebAssembly/component-model/blob/main/design/mvp/"
#define RULE_INDEX SPEC "Explainer.md#index-spaces"
#define RULE_INSTANCE SPEC "Explainer.md#instance-definitions"
#define RULE_ALIAS SPEC "Binary.md#alias-definitions"
#define RULE_TYPE SPEC "Binary.md#type-definitions"
#define RULE_CHECKING SPEC "Explainer.md#type-checking"
#define RULE_EXTERN SPEC "Binary.md#import-and-export-definitions"
#define RULE_NAME SPEC "Explainer.md#import-and-export-definitions"
#define RULE_UNIQUE SPEC "Explainer.md#name-uniqueness"
#define RULE_VISIBLE SPEC "Explainer.md#external-visibility-of-types"
#define RULE_VERSION SPEC "Explainer.md#-canonical-interface-name"
#define RULE_OPTIONS SPEC "CanonicalABI.md#canonopt-validation"
#define RULE_START SPEC "Binary.md#-start-definitions"
#define RULE_VALUE SPEC "Binary.md#-value-definitions"
#define RULE_GATED SPEC "Explainer.md#gated-features"
#define RULE_SIZE SPEC "CanonicalABI.md#element-size"
#define RULE_MAP SPEC "Explainer.md#type-definitions"
#define RULE_STREAM SPEC "Concurrency.md#todo"

// Hands a diagnostic on; false once no more is wanted.
bool report_finding(struct validator *v, const struct cm_diag *diag);

// Reports an error at the item at hand; false.
bool invalid(struct validator *v, const char *rule, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool beyond_limit(struct validator *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

// False, with a report, where the feature is not on. `what` is what needs it: "a stream type".
bool need_feature(struct validator *v, enum cm_feature feature, const char *what);
static inline bool has_feature(const struct validator *v, enum cm_feature feature) { return cm_has(v->options->features, feature); }

// Whether work is to go on: nobody stopped it, and there is memory and time.
static inline bool may_go_on(const struct validator *v) { return !v->stopped && !v->store.exhausted && !v->store.overworked; }

// Memory, in the arena.
static inline void *make(struct validator *v, size_t count, size_t size) { return store_alloc(&v->store, count, size); }

// ---- Index spaces (space.c).

bool extern_list_open(struct validator *v, struct extern_list *list);
void extern_list_close(struct validator *v, struct extern_list *list);
bool space_open(struct validator *v, struct space *space, const struct cm_scope *scope);
void space_close(struct validator *v, struct space *space);

// Puts what an item defines behind the others of its sort.
void space_push(struct space *space, enum cm_sort sort, union slot slot);
static inline void push_type(struct space *space, enum cm_sort sort, const struct type *type) {
  space_push(space, sort, (union slot){.type = type});
}

// What an index stands for. False: it is out of range (reported), or stands for something broken.
bool space_at(struct validator *v, const struct space *space, enum cm_sort sort, uint32_t index, union slot *out);

// The same, as an entity, for sorts that can be imported and exported. Values become used.
bool entity_at(struct validator *v, enum cm_sort sort, uint32_t index, struct entity *out);

// Types by index, of the kind that is wanted; else a report.
const struct type *type_at(struct validator *v, uint32_t index);
const struct type *value_type_at(struct validator *v, uint32_t index);
const struct type *resource_at(struct validator *v, uint32_t index);
const struct type *type_of_kind_at(struct validator *v, uint32_t index, enum cm_type_kind kind);
const struct type *func_at(struct validator *v, uint32_t index);
const struct core_entity *core_at(struct validator *v, enum cm_sort sort, uint32_t index);

// ---- Definitions: each judges one item and pushes what it defines. False: nothing was pushed, or not all.

bool define_type(struct validator *v, const struct cm_item *item);         // defined.c
bool define_core_type(struct validator *v, const struct cm_item *item);    // core_types.c
bool define_core_module(struct validator *v, const struct cm_item *item);  // core_types.c
bool define_core_instance(struct validator *v, const struct cm_item *item);
bool define_instance(struct validator *v, const struct cm_item *item);   // instances.c
bool define_alias(struct validator *v, const struct cm_item *item);      // aliases.c
bool define_import(struct validator *v, const struct cm_item *item);     // externs.c
bool define_export(struct validator *v, const struct cm_item *item);     // externs.c
bool define_canon(struct validator *v, const struct cm_item *item);      // canon.c
bool define_start(struct validator *v, const struct cm_item *item);      // values.c
bool define_value(struct validator *v, const struct cm_item *item);      // values.c
bool define_component(struct validator *v, const struct cm_item *item);  // validate.c

// Walks all items of the scope, which becomes the innermost space.
void walk_scope(struct validator *v, struct space *space);

// The type of a scope whose items have been walked; NULL where something in it is broken (externs.c).
const struct type *component_type_of(struct validator *v, struct space *space);
const struct type *instance_type_of(struct validator *v, struct space *space);

// Whether a type keeps within the limits; asked of every type that is defined (defined.c).
bool check_type_bounds(struct validator *v, const struct type *type);

// A value type by its place in the file (defined.c); NULL: broken, reported.
const struct type *value_type(struct validator *v, struct cm_valtype type);

// Whether an import or export may have this name, in a list that it does not stand in yet (externs.c).
bool check_extern_name(struct validator *v, struct extern_list *list, enum direction direction, const struct cm_name *name,
                       struct entity what);

// ---- Names (names.c).

enum name_form { NAME_LABEL, NAME_CONSTRUCTOR, NAME_METHOD, NAME_STATIC, NAME_INTERFACE, NAME_DRAFT };

struct parsed_name {
  enum name_form form;
  struct cm_str resource;  // CONSTRUCTOR, METHOD, STATIC: the first label
  struct cm_str version;   // INTERFACE: behind the `@`; .at is NULL where there is none
};

// Labels of record fields, cases, parameters …: kebab case and strongly unique. `what` is "record field".
bool check_labels(struct validator *v, const char *what, const struct cm_field *fields, uint32_t count);
bool name_is_words(struct cm_str text);        // in lower case only
const char *semver_fault(struct cm_str text);  // why it is not a valid semver, or NULL

// draft_names.c: whether it is an import name that only former drafts had; `fault` says why it is not right, or is NULL.
bool parse_draft_name(struct validator *v, struct cm_str name, const char **fault);

// Reads a name of an import or export; false: reported.
bool parse_name(struct validator *v, enum direction direction, struct cm_str name, struct parsed_name *out);
bool check_attributes(struct validator *v, const struct cm_name *name, const struct parsed_name *parsed, enum cm_sort sort);

// The number of the canonical form of a name, by which names are strongly unique.
uint32_t canonical_name(struct store *s, struct cm_str name, const struct parsed_name *parsed);

// ---- Subtyping (subtype.c).

enum { MISMATCH_TEXT = 280 };
struct mismatch {
  char at[MISMATCH_TEXT];  // "export `read`: parameter `len`: expected u64, found u32"
};

// Whether `a` may be given where `b` is expected; else `out` says where they part.
bool is_subtype(struct validator *v, struct entity a, struct entity b, struct mismatch *out);
bool core_is_subtype(struct validator *v, const struct core_entity *a, const struct core_entity *b);

// For each resource that `bound` introduces in `expected`: what stands in its place in `given`, where things are found by name.
bool match_resources(struct validator *v, const struct externs *given, const struct externs *expected, struct bound bound,
                     struct subst *subst);
// Notes for each type that `expected` introduces that the one in `given` stands for it.
bool match_types(struct validator *v, struct entity given, struct entity expected, struct subst *subst);

// ---- Core types (core_types.c).

struct cm_str module_import_key(struct validator *v, struct cm_str module, struct cm_str name);

// A core function of that type. Where it refers to another type, it does so by the index 0, and `referred` is that type's number.
const struct core_entity *core_func_of(struct validator *v, const struct core_type *type, uint32_t referred);
const struct core_entity *core_func_with(struct validator *v, uint32_t id);  // by the number of its type

static inline bool core_words_equal(struct core_words a, struct core_words b) {
  return a.count == b.count && (a.count == 0 || memcmp(a.at, b.at, a.count * sizeof *a.at) == 0);
}

// Whether two function types have the same parameters and results.
static inline bool core_same_signature(const struct core_stored *a, const struct core_stored *b) {
  return core_words_equal(a->a, b->a) && core_words_equal(a->b, b->b);
}

// The type of a core function or tag, as the store has it; good until the store grows.
static inline const struct core_stored *core_func_type_of(const struct validator *v, const struct core_entity *func) {
  return &v->core_types->types[func->ids[func->type.type]];
}

// ---- Core types in messages (core_text.c): "(func (param i32) (result i64))", "(memory 1)"; and value types, "i32".

struct core_summary {
  char at[TYPE_TEXT];
};
struct core_summary word_summary(uint32_t word);
struct core_summary core_summary(const struct validator *v, const struct core_entity *entity);

#endif
