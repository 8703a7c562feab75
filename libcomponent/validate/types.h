// Types as validation knows them: resolved, immutable, compared by number. Private.
//
// A `struct cm_type` of the decoded model speaks in indices of its scope; a `struct type` speaks of other types. Three things make
// it what the specification's type checking needs:
//
// - Structure. Value and function types have a `class`: two have the same one exactly when they are equal (Explainer.md, "Type
//   Checking": equality of syntax trees). Comparing costs nothing; only to tell where two differ are they walked.
// - Identity. An import or export of a type introduces a new index that is equal to, but not the same as, what it was made from
//   (Explainer.md, "External Visibility of Types"). So a node may be copied: the copy has the same class and its own address, and
//   the address is what has or has not a name.
// - Resources. Each has a number of its own. What is generic in a resource (an instance type, a component type) lists the numbers
//   that it binds; attaching or instantiating it substitutes other numbers for them (subst.c).
//
// All nodes live in the arena of the store. Where memory is exhausted the store notes it and hands out the broken type, which fits
// everywhere: the work goes on to its end without meaning, and cm_validate reports the one thing that was wrong. The broken type
// also stands for every definition in which an error was found already.
#ifndef VALIDATE_TYPES_H
#define VALIDATE_TYPES_H

#include <component/component.h>
#include <component/limits.h>

struct module_type;
struct core_entity;

// One kind more than the decoded model has: what is wrong already.
enum { TYPE_BROKEN = CM_TYPE_RESOURCE + 1 };

struct field {
  struct cm_str name;       // empty in tuples
  const struct type *type;  // NULL: none
};

// What an import, an export, an argument or an index is.
struct entity {
  enum cm_sort sort;
  union {
    const struct type *type;           // FUNC, VALUE, TYPE, COMPONENT, INSTANCE
    const struct module_type *module;  // CORE_MODULE; NULL: broken
    const struct core_entity *core;    // CORE_FUNC to CORE_TAG; NULL: broken
  };
  const struct type *of;  // TYPE: what an import or export made it of, whose parts it is that must have names; NULL: itself
};

struct named {  // an import or export
  struct cm_str name;
  struct entity what;
};

// Imports or exports, in order, and by name.
struct externs {
  uint32_t count, slots;
  size_t room;
  struct named *at;
  uint32_t *table;  // open addressing, place + 1; NULL while there are few
};

struct bound {  // resources that a type binds
  uint32_t count;
  const uint32_t *ids;
};

// Flat values of the canonical ABI. A pointer is an i32 or an i64, as the memory is.
enum flat { FLAT_I32, FLAT_I64, FLAT_F32, FLAT_F64, FLAT_POINTER };
enum { FLAT_MAX = 16 };

struct type {
  uint8_t kind;  // enum cm_type_kind or TYPE_BROKEN
  bool has_borrow, has_pointer, has_resource;
  uint8_t flat_count;      // of a value type; FLAT_MAX + 1: more than that
  uint8_t flat[FLAT_MAX];  // enum flat
  uint32_t class;          // 0: not compared by class
  uint32_t depth, nodes;   // of the tree that the type is, were nothing in it shared
  uint32_t align;          // of a value type, in a 64-bit memory
  uint64_t size;
  union {
    enum cm_prim prim;
    struct {  // RESOURCE
      uint32_t resource_id;
      struct cm_str label, home;  // the name under which it came to be, and of which instance, for messages; may be empty
    };
    const struct type *resource;  // OWN, BORROW: of kind RESOURCE
    struct {                      // RECORD, VARIANT, TUPLE, FLAGS, ENUM; of FUNC the parameters
      uint32_t count;
      const struct field *fields;
      const struct type *result;  // FUNC; NULL: none
      bool is_async;              // FUNC
    };
    struct {  // LIST, FIXED_LIST, OPTION, STREAM, FUTURE, RESULT (element is ok), MAP; NULL: none
      const struct type *element, *error, *key;
      uint32_t length;
    };
    struct {  // COMPONENT; INSTANCE has exports only
      const struct externs *imports, *exports;
      struct bound bound_imports, bound_exports;  // resources that its imports, its exports introduce
    };
  };
};

extern const struct type type_broken;

// A map from addresses, or numbers (number_key), to values. It is emptied at no cost, so that one serves many walks.
struct memo {
  struct memo *next;  // in the store's list of those that are not in use
  uint32_t count, slots, generation;
  struct memo_slot *at;
};

// Where a resource type comes from.
struct resource {
  uint32_t owner;  // the number of the space (space.h) that introduces it
  enum { RESOURCE_DEFINED, RESOURCE_IMPORTED, RESOURCE_ABSTRACT } origin;
  uint8_t rep;         // DEFINED: enum core_valcode
  struct cm_str name;  // for messages; may be empty
  struct cm_str home;  // likewise: of the instance that it came with
};

struct words;

struct store {
  struct cm_arena *arena;
  bool exhausted;       // memory
  bool overworked;      // CM_LIMIT_TYPE_WORK
  uint64_t work;        // nodes visited so far
  struct words *words;  // what has been given a number: names, structures
  uint32_t resource_count;
  size_t resource_room;
  struct resource *resources;
  struct memo *memos;
};

bool store_init(struct store *s, struct cm_arena *arena);

// Memory of the arena; NULL notes that it is exhausted.
void *store_alloc(struct store *s, size_t count, size_t size);

// Counts one visit of a node; false once there were too many, or once memory is exhausted.
bool store_work(struct store *s);

// The number of a sequence of words: equal sequences have the same, from 1 on; 0: no memory.
uint32_t store_number(struct store *s, const uint32_t *words, uint32_t count);
uint32_t store_name(struct store *s, struct cm_str name);

uint32_t store_resource(struct store *s, struct resource resource);

// Types. What is given is borrowed and must live as long as the store; none of it may be changed later.
const struct type *type_prim(enum cm_prim prim);
const struct type *type_fields(struct store *s, enum cm_type_kind kind, const struct field *fields, uint32_t count);
const struct type *type_elements(struct store *s, enum cm_type_kind kind, const struct type *element, const struct type *other,
                                 uint32_t length);
const struct type *type_handle(struct store *s, enum cm_type_kind kind, const struct type *resource);
const struct type *type_func(struct store *s, bool is_async, const struct field *params, uint32_t count, const struct type *result);
const struct type *type_resource(struct store *s, uint32_t id);
const struct type *type_instance(struct store *s, const struct externs *exports, struct bound bound);
const struct type *type_component(struct store *s, const struct externs *imports, struct bound bound_imports,
                                  const struct externs *exports, struct bound bound_exports);

// The same type with an identity of its own.
const struct type *type_copy(struct store *s, const struct type *type);

static inline bool type_is_value(const struct type *type) { return type->kind < CM_TYPE_FUNC || type->kind == TYPE_BROKEN; }

// How many parts a type has that are types themselves, and each of them (NULL: none there). For walks that treat all kinds alike.
// Imports and exports are no parts.
uint32_t type_part_count(const struct type *type);
const struct type *type_part(const struct type *type, uint32_t index);

bool externs_add(struct store *s, struct externs *externs, struct cm_str name, struct entity what);
const struct named *externs_find(const struct externs *externs, struct cm_str name);

// Numbers as keys of a memo: odd, as no address is.
static inline const void *number_key(uint32_t number) { return (const void *)(((uintptr_t)number << 1) + 1); }

struct memo *memo_take(struct store *s);
void memo_give(struct store *s, struct memo *memo);
const void *memo_get(const struct memo *memo, const void *key);
bool memo_put(struct store *s, struct memo *memo, const void *key, const void *value);

// subst.c: what stands for what. `resources` maps ids, `types` nodes; the second is filled on the way, too.
struct subst {
  struct memo *resources, *types;
};
bool subst_open(struct store *s, struct subst *subst);
void subst_close(struct store *s, struct subst *subst);
bool subst_resource(struct store *s, struct subst *subst, uint32_t from, uint32_t to);
void subst_forget(struct subst *subst);  // the types, not the resources
bool subst_has(const struct subst *subst, uint32_t resource);
const struct type *subst_type(struct store *s, struct subst *subst, const struct type *type);
struct entity subst_entity(struct store *s, struct subst *subst, struct entity entity);
const struct externs *subst_externs(struct store *s, struct subst *subst, const struct externs *externs);

// The resources that occur in `type` and are not bound within it: calls `visit` for each, once, until it returns false.
typedef bool resource_visitor(void *context, uint32_t resource);
bool free_resources(struct store *s, struct entity entity, resource_visitor *visit, void *context);

// What messages show of a name: the whole of any that people write, no more than the first characters of one made to hurt, so that what
// is wrong with it is still told. SHOWN(name) is for "%.*s".
enum { NAME_SHOWN = 80 };
static inline struct cm_str shown(struct cm_str name) {
  if (name.size <= NAME_SHOWN) return name;
  name.size = NAME_SHOWN;
  while (name.size && ((unsigned char)name.at[name.size] & 0xc0) == 0x80) name.size--;
  return name;
}
#define SHOWN(name) CM_STR_ARG(shown(name))

// text.c: a type in the text format, shortened to fit.
enum { TYPE_TEXT = 160 };
struct type_summary {
  char at[TYPE_TEXT];
};
struct type_summary type_summary(const struct type *type);
const char *type_kind_name(const struct type *type);  // "a value type", "a function type"

#endif
