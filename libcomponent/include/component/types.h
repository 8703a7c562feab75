// Component types: what an index stands for, and how the canonical ABI lays a type out.
//
// Type indices lead through aliases, imports and exports of other scopes before they end at a definition. cm_type_resolve follows
// them. The canonical ABI's layout functions answer from there.
//
// Nothing here needs a valid component: an index that leads nowhere, a cycle, a type that doubles 64 times is a diagnostic, met
// after a bounded amount of work. Nothing allocates; what comes back points into the model.
//
// Spec: Explainer.md, "Alias Definitions", "Type Definitions"; CanonicalABI.md, "Despecialization", "Alignment", "Element Size",
// "Flattening".
#ifndef COMPONENT_TYPES_H
#define COMPONENT_TYPES_H

#include <component/component.h>

// A type and the scope that its own indices belong to. `type` is NULL for an abstract resource (an import or export `(sub resource)`).
struct cm_typeref {
  const struct cm_scope *scope;
  const struct cm_type *type;
  const struct cm_item *resource;  // of an abstract resource: the import or export that introduces it
};

// What an index of any sort stands for once aliases, re-exports and `(eq …)` bounds are followed, as far as the file alone tells:
// `item` defines it (a TYPE, CANON, INSTANCE, COMPONENT, CORE_… or VALUE item, an alias of a core instance's export), or declares it
// (an IMPORT, or an EXPORT of a component type or instance type). Its indices are `scope`'s.
//
// What an instantiation passes for an import is not followed: within a nested component an import stays the import (graph.h knows
// the arguments). Types lose nothing by this but the identity of resources.
struct cm_entity {
  const struct cm_scope *scope;
  const struct cm_item *item;
  uint32_t sub;  // as in cm_def, where one item introduces several indices
};
bool cm_entity_of(const struct cm_scope *scope, enum cm_sort sort, uint32_t index, struct cm_entity *out, struct cm_diag *diag);

// Follows type index `index` of `scope` to its definition, through aliases (outer too), imports, exports and the types of instances.
// False: the index leads nowhere (out of range, wrong sort, a cycle, deeper than CM_LIMIT_NESTING).
bool cm_type_resolve(const struct cm_scope *scope, uint32_t index, struct cm_typeref *out, struct cm_diag *diag);

// The same for a value type: a primitive gives a type of kind CM_TYPE_PRIM. Fails for CM_VAL_NONE.
bool cm_valtype_resolve(const struct cm_scope *scope, struct cm_valtype type, struct cm_typeref *out, struct cm_diag *diag);

// The type of a function index: through imports, aliases, exports, canon lift, instantiations. `out->type` is of kind CM_TYPE_FUNC.
bool cm_func_type_of(const struct cm_scope *scope, uint32_t func, struct cm_typeref *out, struct cm_diag *diag);

// What an instance exports under `name`, as an externtype valid in *`in`: for an instance whose type is known (an import, an
// instantiation of a nested component, an inline bundle). A type comes as `(eq index)`, or as `(sub resource)` where it is declared
// so. An instance or component that is defined rather than declared has no type index: `index` is UINT32_MAX then, and
// cm_entity_of must be asked. False when it has no such export, or when the instance cannot be followed.
bool cm_instance_export(const struct cm_scope *scope, uint32_t instance, struct cm_str name, struct cm_externtype *out,
                        const struct cm_scope **in);

// The scope of the instance type that type index `type_index` stands for (of an instance import: its externtype's index); NULL when
// it is none.
const struct cm_scope *cm_instance_type_scope(const struct cm_scope *scope, uint32_t type_index);

// The export declarator of that name in an instance type's or component type's scope, or the export item of a component; NULL when
// there is none. Looks at every item: for many names in one large scope, build a table.
const struct cm_item *cm_scope_export(const struct cm_scope *scope, struct cm_str name);

// CanonicalABI.md, "Flattening": what kinds of core value a type flattens to.
enum cm_flat { CM_FLAT_I32 = CORE_I32, CM_FLAT_I64 = CORE_I64, CM_FLAT_F32 = CORE_F32, CM_FLAT_F64 = CORE_F64 };
enum { CM_MAX_FLAT_PARAMS = 16, CM_MAX_FLAT_ASYNC_PARAMS = 4, CM_MAX_FLAT_RESULTS = 1 };

// Size and alignment in linear memory (`pointer` is 4 or 8 bytes: memory32, memory64). False: an index that leads nowhere, what is
// no value type, more than CM_LIMIT_TYPE_SIZE nodes, deeper than CM_LIMIT_TYPE_DEPTH, or 4 GiB and more.
struct cm_layout {
  uint64_t size;
  uint32_t align;
};
bool cm_layout_of(const struct cm_scope *scope, struct cm_valtype type, unsigned pointer, struct cm_layout *out,
                  struct cm_diag *diag);

// Where the payload of a variant (option, result, enum too) begins behind its discriminant, and how large that is. `type` must be a
// resolved type of one of these kinds.
bool cm_variant_layout(struct cm_typeref type, unsigned pointer, uint64_t *payload, uint32_t *discriminant, struct cm_diag *diag);

// Flattens one type: appends to `flat` (room for `room`), sets *count to how many there are in full, which may be more than room
// (UINT32_MAX stands for that many and more). Fails as cm_layout_of does, sizes apart.
bool cm_flatten(const struct cm_scope *scope, struct cm_valtype type, unsigned pointer, enum cm_flat *flat, uint32_t room,
                uint32_t *count, struct cm_diag *diag);

// A core signature as canon lift and canon lower see it. CanonicalABI.md, flatten_functype.
struct cm_signature {
  uint32_t param_count, result_count;
  enum cm_flat params[CM_MAX_FLAT_PARAMS + 1], results[CM_MAX_FLAT_RESULTS];
  bool params_spilled;   // behind one pointer (the first parameter)
  bool results_spilled;  // lower: behind a pointer given as the last parameter; lift: behind the pointer returned
};

// `is_async` is the canonical option, not the function type's. The one result of an async lift is its callback's code; lifted
// without the callback option it has none, and result_count must be read as 0.
bool cm_signature_of(const struct cm_scope *scope, const struct cm_type *func, bool lower, bool is_async, unsigned pointer,
                     struct cm_signature *out, struct cm_diag *diag);

// Where a leaf of a parameter stands in the core call.
struct cm_place {
  bool in_memory;                // behind the pointer that is flat parameter 0
  uint32_t flat;                 // !in_memory: index of the leaf's first flat value
  uint64_t offset;               // in_memory: byte offset from that pointer
  struct cm_valtype type;        // of the leaf
  const struct cm_scope *scope;  // of that type
  bool has_discriminant;         // the leaf stands in an option (or variant case): where its discriminant is
  uint32_t discriminant_flat;
  uint64_t discriminant_offset;
  uint32_t discriminant_size;   // bytes, in memory
  uint32_t discriminant_value;  // that selects the leaf
};

// Finds the place of `path` in a lowered call of `func` (of `scope`). A path is the name of a parameter, and then steps inwards with
// dots between them:
//
//   "key"             the parameter
//   "msg.subject"     a record's field, a flag-less variant's case, a result's "ok" or "error"
//   "pair.0"          a tuple's member, an element of a fixed-length list
//   "authority.some"  an option's payload
//
// Options are also entered without being told: where a step does not fit an option, or the path ends at one, its payload is meant. So
// "authority" of type option<string> gives the string's place, with has_discriminant set, and "msg.subject" is found whether or not
// the record or the field became optional in another version of an interface. A path therefore never ends at an option itself.
// Where options and cases lie within each other, the discriminant given is the innermost.
//
// False: no such path, or it leads into a list, string or handle.
bool cm_place_of(const struct cm_scope *scope, const struct cm_type *func, const char *path, bool is_async, unsigned pointer,
                 struct cm_place *out, struct cm_diag *diag);

#endif
