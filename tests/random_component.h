// Random valid components.
//
// A component is made up definition by definition, each from what there is by then: of the types and functions so far one is chosen, and
// all that validation demands is kept as the definitions grow (named types are imported or exported before they are used in a
// function's type, names differ, core functions have the flattened signature). Choices are taken from the bytes given, so that a fuzzer
// can steer them, and when these end from a generator that starts from them: equal bytes make equal components.
//
// What a component is made of, in the end: value types of all kinds, resources, function types, instance, component and module types,
// imports with attributes, core modules, lifted and lowered functions, built-ins, nested components, inline instances, aliases, custom
// sections, values, start functions.
#ifndef TESTS_RANDOM_COMPONENT_H
#define TESTS_RANDOM_COMPONENT_H

#include <component/buffer.h>
#include <component/component.h>

// Where choices come from.
struct dice {
  const uint8_t *at, *end;
  uint64_t state;
};

static inline uint32_t roll(struct dice *dice, uint32_t sides) {
  if (dice->at < dice->end) return *dice->at++ % sides;
  dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(dice->state >> 33) % sides;
}

enum { GROW_MOST = 48 };  // of each kind of thing that is remembered

struct grow_list {
  uint32_t count;
  uint32_t at[GROW_MOST];
};

static inline void grow_remember(struct grow_list *list, uint32_t index) {
  if (list->count < GROW_MOST) list->at[list->count++] = index;
}

// A component, component type or instance type that grows.
struct growing {
  struct cm_arena *arena;
  struct dice *dice;
  const struct growing *up;
  struct cm_scope *scope;
  size_t room;
  bool may_import, failed;
  uint32_t count[CM_SORT_COUNT], names;
  struct grow_list values;  // type indices of value types that may be used in the types of imports and exports
  struct grow_list plain;   // those of them made of primitives alone, which an inner component may alias
  struct grow_list streams, futures, borrows, resources, own_resources;
  struct grow_list func_types;  // whose parameters and results are numbers and strings: to be lifted and lowered
  struct grow_list funcs;       // functions of these types, and which, in `func_kinds`
  struct grow_list func_kinds;
  struct grow_list lifted;  // functions that may be exported
  bool has_memory;
  uint32_t memory, realloc;
};

static inline void *grow_alloc(struct growing *g, size_t count, size_t size) {
  void *at = cm_alloc_array(g->arena, count, size);
  if (!at) g->failed = true;
  return at;
}

// A new item that introduces `introduced` indices of `sort`; a scratch item when memory is exhausted.
static inline struct cm_item *grow_item(struct growing *g, enum cm_item_kind kind, enum cm_sort sort, uint32_t introduced) {
  static struct cm_item nowhere;
  struct cm_item *item = grow_alloc(g, 1, sizeof *item);
  if (!item || !cm_grow(g->arena, &g->scope->items, &g->room, g->scope->item_count, sizeof *g->scope->items)) {
    g->failed = true;
    return &nowhere;
  }
  item->kind = kind;
  item->section = UINT32_MAX;
  g->scope->items[g->scope->item_count++] = item;
  g->count[sort] += introduced;
  return item;
}

static inline struct cm_str grow_text(struct growing *g, const char *prefix) {
  return cm_alloc_format(g->arena, "%s%u", prefix, g->names++);
}

static inline struct cm_name grow_name(struct growing *g, const char *prefix) {
  return (struct cm_name){.name = grow_text(g, prefix)};
}

// Value types.

static inline struct cm_valtype grow_prim(struct growing *g) {
  static const uint8_t prims[] = {CM_BOOL, CM_S8,  CM_U8,  CM_S16, CM_U16,  CM_S32,   CM_U32,
                                  CM_S64,  CM_U64, CM_F32, CM_F64, CM_CHAR, CM_STRING};
  return (struct cm_valtype){CM_VAL_PRIM, prims[roll(g->dice, sizeof prims)]};
}

static inline struct cm_valtype grow_value(struct growing *g) {
  if (!g->values.count || roll(g->dice, 2)) return grow_prim(g);
  return (struct cm_valtype){CM_VAL_TYPE, g->values.at[roll(g->dice, g->values.count)]};
}

static inline struct cm_type *grow_type(struct growing *g, enum cm_type_kind kind) {
  static struct cm_type nowhere;
  struct cm_type *type = grow_alloc(g, 1, sizeof *type);
  struct cm_item *item = grow_item(g, CM_ITEM_TYPE, CM_SORT_TYPE, 1);
  if (!type) return &nowhere;
  type->kind = kind;
  item->type = type;
  return type;
}

static inline uint32_t last_type(const struct growing *g) { return g->count[CM_SORT_TYPE] - 1; }

static inline const struct cm_field *grow_fields(struct growing *g, uint32_t count, bool labels, bool types) {
  struct cm_field *fields = grow_alloc(g, count, sizeof *fields);
  for (uint32_t i = 0; fields && i < count; i++) {
    if (labels) fields[i].name = grow_text(g, "l");
    if (types) fields[i].type = grow_value(g);
  }
  return fields;
}

// Types without a name of their own. Types may use one another, but not so often that they grow beyond limits.
static inline void grow_anonymous_type(struct growing *g) {
  static const enum cm_type_kind kinds[] = {CM_TYPE_LIST,   CM_TYPE_OPTION, CM_TYPE_RESULT, CM_TYPE_TUPLE,     CM_TYPE_STREAM,
                                            CM_TYPE_FUTURE, CM_TYPE_MAP,    CM_TYPE_PRIM,   CM_TYPE_FIXED_LIST};
  enum cm_type_kind kind = kinds[roll(g->dice, sizeof kinds / sizeof *kinds)];
  bool is_plain = !g->values.count || roll(g->dice, 3) == 0;
  struct grow_list values = g->values;
  if (is_plain || values.count > 20) g->values.count = 0;  // of primitives alone
  struct cm_valtype first = grow_value(g), second = grow_value(g), prim = grow_prim(g);
  const struct cm_field *members = grow_fields(g, 2, false, true);
  g->values = values;
  struct cm_type *type = grow_type(g, kind);
  switch (kind) {
    case CM_TYPE_PRIM: type->prim = (enum cm_prim)prim.index; break;
    case CM_TYPE_TUPLE:
      type->count = 1 + roll(g->dice, 2);
      type->fields = members;
      break;
    case CM_TYPE_RESULT:
      if (roll(g->dice, 3)) type->element = first;
      if (roll(g->dice, 3)) type->error = second;
      break;
    case CM_TYPE_MAP:
      type->key = (struct cm_valtype){CM_VAL_PRIM, CM_STRING};
      type->element = first;
      break;
    case CM_TYPE_FIXED_LIST:
      type->element = prim;
      type->length = 1 + roll(g->dice, 7);
      break;
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE:
      if (roll(g->dice, 3)) type->element = first;
      if (first.kind == CM_VAL_PRIM && first.index == CM_CHAR) type->element.kind = CM_VAL_NONE;  // (stream char) is not valid
      grow_remember(kind == CM_TYPE_STREAM ? &g->streams : &g->futures, last_type(g));
      break;
    default: type->element = first; break;
  }
  grow_remember(&g->values, last_type(g));
  if (is_plain) grow_remember(&g->plain, last_type(g));
}

static inline struct cm_item *grow_import(struct growing *g, const char *prefix, enum cm_sort sort) {
  struct cm_name name = grow_name(g, prefix);
  struct cm_item *item = grow_item(g, CM_ITEM_IMPORT, sort, 1);
  item->import.name = name;
  item->import.type.sort = sort;
  return item;
}

static inline struct cm_item *grow_export(struct growing *g, const char *prefix, enum cm_sort sort, uint32_t index) {
  struct cm_name name = grow_name(g, prefix);
  struct cm_item *item = grow_item(g, CM_ITEM_EXPORT, sort, 1);
  item->export.name = name;
  item->export.what = (struct cm_sortidx){sort, index};
  return item;
}

// Gives the last type a name, by which others may know it: an import equal to it (imports may use none but imported ones), or an export.
static inline void grow_name_type(struct growing *g, const char *prefix) {
  uint32_t type = last_type(g);
  bool is_declared = g->scope->kind != CM_SCOPE_COMPONENT;
  if (g->may_import) {
    struct cm_item *item = grow_import(g, prefix, CM_SORT_TYPE);
    item->import.type.bound = CM_BOUND_EQ;
    item->import.type.index = type;
  } else {
    struct cm_item *item = grow_export(g, prefix, CM_SORT_TYPE, type);
    item->export.has_type = is_declared;
    item->export.type = (struct cm_externtype){.sort = CM_SORT_TYPE, .bound = CM_BOUND_EQ, .index = type};
  }
  grow_remember(&g->values, last_type(g));
}

static inline void grow_named_type(struct growing *g) {
  static const enum cm_type_kind kinds[] = {CM_TYPE_RECORD, CM_TYPE_VARIANT, CM_TYPE_FLAGS, CM_TYPE_ENUM};
  enum cm_type_kind kind = kinds[roll(g->dice, 4)];
  uint32_t count = 1 + roll(g->dice, 4);
  const struct cm_field *fields = grow_fields(g, count, true, kind == CM_TYPE_RECORD || kind == CM_TYPE_VARIANT);
  struct cm_type *type = grow_type(g, kind);
  type->count = count;
  type->fields = fields;
  grow_name_type(g, "t");
}

static inline void grow_handles(struct growing *g, uint32_t resource) {
  grow_type(g, CM_TYPE_OWN)->resource = resource;
  grow_remember(&g->values, last_type(g));
  grow_type(g, CM_TYPE_BORROW)->resource = resource;
  grow_remember(&g->borrows, last_type(g));
}

static inline void grow_resource(struct growing *g) {
  if (g->scope->kind == CM_SCOPE_COMPONENT && (!g->may_import || roll(g->dice, 2))) {
    grow_type(g, CM_TYPE_RESOURCE)->res.rep = (struct core_valtype){.code = CORE_I32};
    grow_remember(&g->own_resources, last_type(g));
    return;
  }
  if (g->may_import) {
    grow_import(g, "r", CM_SORT_TYPE)->import.type.bound = CM_BOUND_RESOURCE;
  } else {
    struct cm_item *item = grow_export(g, "r", CM_SORT_TYPE, 0);
    item->export.has_type = true;
    item->export.type = (struct cm_externtype){.sort = CM_SORT_TYPE, .bound = CM_BOUND_RESOURCE};
  }
  grow_remember(&g->resources, last_type(g));
  grow_handles(g, last_type(g));
}

// Functions.

static inline uint32_t grow_func_type(struct growing *g) {
  uint32_t count = roll(g->dice, 4);
  struct cm_field *params = grow_alloc(g, count, sizeof *params);
  for (uint32_t i = 0; params && i < count; i++) {
    bool borrows = g->borrows.count && roll(g->dice, 4) == 0;
    params[i].name = grow_text(g, "p");
    params[i].type = borrows ? (struct cm_valtype){CM_VAL_TYPE, g->borrows.at[roll(g->dice, g->borrows.count)]} : grow_value(g);
  }
  struct cm_valtype result = {CM_VAL_NONE, 0};
  if (roll(g->dice, 3)) result = grow_value(g);
  struct cm_type *type = grow_type(g, CM_TYPE_FUNC);
  type->func.is_async = roll(g->dice, 4) == 0;
  type->func.param_count = params ? count : 0;
  type->func.params = params;
  type->func.result = result;
  return last_type(g);
}

// The kinds of functions that are lifted and lowered: parameters and result, and how both flatten.
static const struct grow_kind {
  uint8_t param_count, params[3], result;  // 0: none
  const char *flat;                        // the core function type in bytes
  size_t flat_size;
} grow_kinds[] = {
    {0, {0}, 0, "\x60\0\0", 3},
    {2, {CM_U32, CM_CHAR}, CM_S8, "\x60\2\x7f\x7f\1\x7f", 6},
    {3, {CM_U64, CM_F32, CM_F64}, CM_F64, "\x60\3\x7e\x7d\x7c\1\x7c", 7},
    {1, {CM_STRING}, CM_BOOL, "\x60\2\x7f\x7f\1\x7f", 6},
};
enum { GROW_KINDS = sizeof grow_kinds / sizeof *grow_kinds };

static inline uint32_t grow_plain_func_type(struct growing *g, uint32_t kind) {
  const struct grow_kind *k = &grow_kinds[kind];
  struct cm_field *params = grow_alloc(g, k->param_count, sizeof *params);
  for (uint32_t i = 0; params && i < k->param_count; i++)
    params[i] = (struct cm_field){grow_text(g, "p"), {CM_VAL_PRIM, k->params[i]}};
  struct cm_type *type = grow_type(g, CM_TYPE_FUNC);
  type->func.param_count = params ? k->param_count : 0;
  type->func.params = params;
  if (k->result) type->func.result = (struct cm_valtype){CM_VAL_PRIM, k->result};
  return last_type(g);
}

static inline void grow_import_func(struct growing *g) {
  uint32_t kind = roll(g->dice, GROW_KINDS + 2);
  uint32_t type = kind < GROW_KINDS ? grow_plain_func_type(g, kind) : grow_func_type(g);
  struct cm_item *item = grow_import(g, "f", CM_SORT_FUNC);
  item->import.type.index = type;
  if (roll(g->dice, 4) == 0) {
    struct cm_attribute *attribute = grow_alloc(g, 1, sizeof *attribute);
    if (!attribute) return;
    *attribute = (struct cm_attribute){CM_ATTRIBUTE_EXTERNAL_ID, CM_STR("elsewhere \"\\ \xe2\x98\x83")};
    item->import.name.form = 2;
    item->import.name.attribute_count = 1;
    item->import.name.attributes = attribute;
  }
  if (kind >= GROW_KINDS) return;
  grow_remember(&g->funcs, g->count[CM_SORT_FUNC] - 1);
  grow_remember(&g->func_kinds, kind);
}

// The types of instances and components: a scope that grows by a few declarators.
static inline uint32_t grow_scope_type(struct growing *g, enum cm_type_kind kind) {
  struct cm_scope *scope = grow_alloc(g, 1, sizeof *scope);
  if (!scope) return 0;
  scope->kind = kind == CM_TYPE_COMPONENT ? CM_SCOPE_COMPONENT_TYPE : CM_SCOPE_INSTANCE_TYPE;
  struct growing inner = {.arena = g->arena, .dice = g->dice, .scope = scope, .may_import = kind == CM_TYPE_COMPONENT};
  for (uint32_t left = roll(g->dice, 7); left; left--) switch (roll(g->dice, 4)) {
      case 0: grow_anonymous_type(&inner); break;
      case 1: grow_named_type(&inner); break;
      case 2: grow_resource(&inner); break;
      default: {
        uint32_t type = grow_func_type(&inner);
        struct cm_item *item = grow_export(&inner, "f", CM_SORT_FUNC, 0);
        item->export.has_type = true;
        item->export.type = (struct cm_externtype){.sort = CM_SORT_FUNC, .index = type};
      }
    }
  g->failed |= inner.failed;
  grow_type(g, kind)->scope = scope;
  return last_type(g);
}

static inline void grow_import_instance(struct growing *g) {
  bool is_component = roll(g->dice, 4) == 0;
  uint32_t type = grow_scope_type(g, is_component ? CM_TYPE_COMPONENT : CM_TYPE_INSTANCE);
  bool is_interface = !is_component && roll(g->dice, 2);
  struct cm_item *item = grow_import(g, is_interface ? "a-b:c/d" : "i", is_component ? CM_SORT_COMPONENT : CM_SORT_INSTANCE);
  item->import.type.index = type;
  if (is_component || is_interface || roll(g->dice, 2)) return;
  struct cm_attribute *attribute = grow_alloc(g, 1, sizeof *attribute);
  if (!attribute) return;
  *attribute = (struct cm_attribute){CM_ATTRIBUTE_IMPLEMENTS, CM_STR("a:b/c@1.2.3")};
  item->import.name.form = 2;
  item->import.name.attribute_count = 1;
  item->import.name.attributes = attribute;
}

// A core type, and a module that is imported by it.
static inline void grow_core_types(struct growing *g) {
  static const struct core_valtype types[] = {
      {.code = CORE_I32}, {.code = CORE_I64}, {.code = CORE_REF, .nullable = true, .heap = CORE_HEAP_FUNC}};
  struct cm_core_type *module = grow_alloc(g, 1, sizeof *module);
  struct cm_module_type *body = grow_alloc(g, 1, sizeof *body);
  struct cm_module_decl *decls = grow_alloc(g, 3, sizeof *decls);
  struct core_type *func = grow_alloc(g, 1, sizeof *func);
  if (!module || !body || !decls || !func) return;
  *func = (struct core_type){.kind = CORE_FUNC_TYPE, .is_final = true, .param_count = roll(g->dice, 4), .params = types};
  decls[0] = (struct cm_module_decl){.kind = CM_MODULE_TYPE, .type = {.kind = CM_CORE_TYPE_DEF, .types = func, .count = 1}};
  decls[1] = (struct cm_module_decl){.kind = CM_MODULE_IMPORT, .import = {.module = CM_STR("m"), .name = CM_STR("f")}};
  decls[2] = (struct cm_module_decl){.kind = CM_MODULE_EXPORT, .import = {.name = CM_STR("g")}};
  decls[2].import.type = (struct core_externtype){.kind = CORE_MEMORY, .memory = {.min = 1, .page_log2 = 16}};
  *body = (struct cm_module_type){.count = 3, .decls = decls};
  *module = (struct cm_core_type){.kind = CM_CORE_TYPE_MODULE, .module = body};
  grow_item(g, CM_ITEM_CORE_TYPE, CM_SORT_CORE_TYPE, 1)->core_type = module;
  if (!g->may_import) return;
  uint32_t type = g->count[CM_SORT_CORE_TYPE] - 1;
  grow_import(g, "m", CM_SORT_CORE_MODULE)->import.type.index = type;
}

// A core module with a memory, a realloc, and a function of each kind; its instance; aliases of what it exports.
static inline void grow_alias_core(struct growing *g, enum cm_sort sort, const char *name) {
  uint32_t instance = g->count[CM_SORT_CORE_INSTANCE] - 1;
  struct cm_item *item = grow_item(g, CM_ITEM_ALIAS, sort, 1);
  item->alias = (struct cm_alias){.kind = CM_ALIAS_CORE_EXPORT, .sort = sort, .instance = instance, .name = cm_str_of(name)};
}

static inline struct core_module *grow_module_bytes(struct growing *g) {
  static const char *const names[] = {"f0", "f1", "f2", "f3"};
  struct core_module *module = grow_alloc(g, 1, sizeof *module);
  struct cm_buffer out;
  cm_buffer_init(&out, NULL);
  cm_put_bytes(&out, "\0asm\1\0\0\0\1", 9);
  size_t mark = cm_buffer_open(&out);
  cm_put_u32(&out, GROW_KINDS + 1);
  cm_put_bytes(&out, "\x60\4\x7f\x7f\x7f\x7f\1\x7f", 8);
  for (unsigned i = 0; i < GROW_KINDS; i++) cm_put_bytes(&out, grow_kinds[i].flat, grow_kinds[i].flat_size);
  cm_buffer_close(&out, mark);
  cm_put_bytes(&out, "\3\6\5\0\1\2\3\4", 8);  // functions: realloc, and one of each type
  cm_put_bytes(&out, "\5\3\1\0\1\7", 6);      // a memory; exports
  mark = cm_buffer_open(&out);
  cm_put_u32(&out, GROW_KINDS + 2);
  cm_put_bytes(&out, "\1m\2\0\1r\0\0", 8);
  for (unsigned i = 0; i < GROW_KINDS; i++) {
    cm_put_name(&out, cm_str_of(names[i]));
    cm_put_u8(&out, CORE_FUNC);
    cm_put_u32(&out, i + 1);
  }
  cm_buffer_close(&out, mark);
  cm_put_bytes(&out, "\x0a\x15\5\3\0\0\x0b\3\0\0\x0b\3\0\0\x0b\3\0\0\x0b\3\0\0\x0b", 23);  // bodies: unreachable
  uint8_t *bytes = grow_alloc(g, out.size, 1);
  if (module && bytes && !out.failed) {
    memcpy(bytes, out.at, out.size);
    module->bytes = (struct cm_span){bytes, out.size};
  }
  cm_buffer_free(&out);
  return module;
}

static inline void grow_core_instance(struct growing *g) {
  static const char *const names[] = {"f0", "f1", "f2", "f3"};
  struct core_module *module = grow_module_bytes(g);
  if (!module || g->failed) return;
  uint32_t index = g->count[CM_SORT_CORE_MODULE];
  grow_item(g, CM_ITEM_CORE_MODULE, CM_SORT_CORE_MODULE, 1)->module = module;
  grow_item(g, CM_ITEM_CORE_INSTANCE, CM_SORT_CORE_INSTANCE, 1)->instance.definition = index;
  grow_alias_core(g, CM_SORT_CORE_MEMORY, "m");
  grow_alias_core(g, CM_SORT_CORE_FUNC, "r");
  g->has_memory = true;
  g->memory = g->count[CM_SORT_CORE_MEMORY] - 1;
  g->realloc = g->count[CM_SORT_CORE_FUNC] - 1;
  for (uint32_t kind = 0; kind < GROW_KINDS; kind++)
    if (roll(g->dice, 2)) {
      uint32_t type = grow_plain_func_type(g, kind);
      grow_alias_core(g, CM_SORT_CORE_FUNC, names[kind]);
      uint32_t func = g->count[CM_SORT_CORE_FUNC] - 1;
      struct cm_canon *canon = &grow_item(g, CM_ITEM_CANON, CM_SORT_FUNC, 1)->canon;
      *canon = (struct cm_canon){.kind = CM_CANON_LIFT, .func = func, .type = type};
      canon->opts = (struct cm_canon_opts){.order = {1, 4, 3}, .indices = {0, g->realloc, g->memory}, .count = 3};
      grow_remember(&g->lifted, g->count[CM_SORT_FUNC] - 1);
      grow_remember(&g->funcs, g->count[CM_SORT_FUNC] - 1);
      grow_remember(&g->func_kinds, kind);
    }
}

static inline void grow_canon(struct growing *g) {
  static const enum cm_canon_kind plain[] = {CM_CANON_BACKPRESSURE_INC, CM_CANON_BACKPRESSURE_DEC,  CM_CANON_TASK_CANCEL,
                                             CM_CANON_SUBTASK_DROP,     CM_CANON_WAITABLE_SET_NEW,  CM_CANON_WAITABLE_SET_DROP,
                                             CM_CANON_WAITABLE_JOIN,    CM_CANON_ERROR_CONTEXT_DROP};
  struct cm_canon canon = {.kind = plain[roll(g->dice, sizeof plain / sizeof *plain)]};
  const struct grow_list *resources = roll(g->dice, 2) ? &g->resources : &g->own_resources;
  uint32_t what = roll(g->dice, 8);
  if (what == 0 && g->has_memory && g->funcs.count) {
    uint32_t which = roll(g->dice, g->funcs.count);
    canon = (struct cm_canon){.kind = CM_CANON_LOWER, .func = g->funcs.at[which]};
    canon.opts = (struct cm_canon_opts){.order = {3, 0}, .indices = {g->memory}, .count = 2};
  } else if (what == 1 && resources->count) {
    canon = (struct cm_canon){.kind = CM_CANON_RESOURCE_DROP, .type = resources->at[roll(g->dice, resources->count)]};
  } else if (what == 2 && g->own_resources.count) {
    canon.kind = roll(g->dice, 2) ? CM_CANON_RESOURCE_NEW : CM_CANON_RESOURCE_REP;
    canon.type = g->own_resources.at[roll(g->dice, g->own_resources.count)];
  } else if (what == 3 && g->streams.count) {
    canon.kind = roll(g->dice, 2) ? CM_CANON_STREAM_NEW : CM_CANON_STREAM_CANCEL_READ;
    canon.type = g->streams.at[roll(g->dice, g->streams.count)];
    canon.is_async = canon.kind != CM_CANON_STREAM_NEW && roll(g->dice, 2);
  } else if (what == 4 && g->futures.count) {
    canon.kind = roll(g->dice, 2) ? CM_CANON_FUTURE_NEW : CM_CANON_FUTURE_DROP_WRITABLE;
    canon.type = g->futures.at[roll(g->dice, g->futures.count)];
  } else if (what == 5) {
    canon = (struct cm_canon){.kind = CM_CANON_CONTEXT_GET, .context_type = {.code = CORE_I32}, .context_index = roll(g->dice, 2)};
  } else if (what == 6) {
    canon = (struct cm_canon){.kind = CM_CANON_TASK_RETURN, .result = {CM_VAL_PRIM, CM_U16}};
  } else if (what == 7) {
    canon = (struct cm_canon){.kind = CM_CANON_SUBTASK_CANCEL, .is_async = roll(g->dice, 2)};
  }
  grow_item(g, CM_ITEM_CANON, CM_SORT_CORE_FUNC, 1)->canon = canon;
}

// Custom sections: bytes that are the chooser's, producers, and names of types.
static inline void grow_custom(struct growing *g) {
  struct cm_custom custom = {CM_STR("x y"), {(const uint8_t *)"\0\xff\"\\abc", 7}};
  uint32_t what = roll(g->dice, 3);
  if (what == 1) custom = (struct cm_custom){CM_STR("producers"), {(const uint8_t *)"\1\3sdk\1\1a\1b", 10}};
  if (what == 2) custom = (struct cm_custom){CM_STR("component-name"), {(const uint8_t *)"\0\3\2\xc3\xa9\1\5\3\1\0\1a", 12}};
  grow_item(g, CM_ITEM_CUSTOM, CM_SORT_TYPE, 0)->custom = custom;
}

static inline struct cm_component *grow_component(struct cm_arena *arena, struct dice *dice, const struct growing *up,
                                                  unsigned depth);

static inline void grow_inner(struct growing *g, unsigned depth) {
  struct cm_component *component = grow_component(g->arena, g->dice, g, depth + 1);
  if (!component) {
    g->failed = true;
    return;
  }
  uint32_t index = g->count[CM_SORT_COMPONENT];
  grow_item(g, CM_ITEM_COMPONENT, CM_SORT_COMPONENT, 1)->component = component;
  grow_item(g, CM_ITEM_INSTANCE, CM_SORT_INSTANCE, 1)->instance.definition = index;
  if (roll(g->dice, 2)) grow_export(g, "e", CM_SORT_INSTANCE, g->count[CM_SORT_INSTANCE] - 1);
}

// A function that was lifted is exported, or bundled into an instance.
static inline void grow_exports(struct growing *g) {
  if (!g->lifted.count) return;
  uint32_t func = g->lifted.at[roll(g->dice, g->lifted.count)];
  if (roll(g->dice, 2)) {
    grow_export(g, "e", CM_SORT_FUNC, func);
    return;
  }
  struct cm_argument *argument = grow_alloc(g, 1, sizeof *argument);
  if (!argument) return;
  *argument = (struct cm_argument){grow_name(g, "x"), {CM_SORT_FUNC, func}};
  struct cm_instance_expr *instance = &grow_item(g, CM_ITEM_INSTANCE, CM_SORT_INSTANCE, 1)->instance;
  *instance = (struct cm_instance_expr){.is_inline = true, .count = 1, .arguments = argument};
}

// A value, which is consumed at once: exported, or given to a start function, whose result is exported.
static inline void grow_constant(struct growing *g) {
  enum { OF_STRINGS = 3 };  // the kind of functions that take a string
  static const struct {
    uint8_t prim;
    const char *bytes;
    size_t size;
  } constants[] = {{CM_BOOL, "\1", 1},          {CM_U8, "\xff", 1},           {CM_S16, "\x7f", 1},
                   {CM_F32, "\0\0\xc0\x7f", 4}, {CM_CHAR, "\xe2\x98\x83", 3}, {CM_STRING, "\2hi", 3}};
  uint32_t which = roll(g->dice, sizeof constants / sizeof *constants);
  struct cm_item *item = grow_item(g, CM_ITEM_VALUE, CM_SORT_VALUE, 1);
  item->value.type = (struct cm_valtype){CM_VAL_PRIM, constants[which].prim};
  item->value.bytes = (struct cm_span){(const uint8_t *)constants[which].bytes, constants[which].size};
  if (constants[which].prim == CM_STRING && g->may_import && roll(g->dice, 2)) {
    uint32_t *argument = grow_alloc(g, 1, sizeof *argument), type = grow_plain_func_type(g, OF_STRINGS);
    if (!argument) return;
    *argument = g->count[CM_SORT_VALUE] - 1;
    grow_import(g, "f", CM_SORT_FUNC)->import.type.index = type;
    item = grow_item(g, CM_ITEM_START, CM_SORT_VALUE, 1);
    item->start = (struct cm_start){g->count[CM_SORT_FUNC] - 1, 1, argument, 1};
  }
  grow_export(g, "v", CM_SORT_VALUE, g->count[CM_SORT_VALUE] - 1);
}

static inline void grow_outer_alias(struct growing *g) {
  if (!g->up || !g->up->plain.count) return;
  uint32_t index = g->up->plain.at[roll(g->dice, g->up->plain.count)];
  struct cm_item *item = grow_item(g, CM_ITEM_ALIAS, CM_SORT_TYPE, 1);
  item->alias = (struct cm_alias){.kind = CM_ALIAS_OUTER, .sort = CM_SORT_TYPE, .outer = 1, .index = index};
  grow_remember(&g->values, last_type(g));
}

static inline void grow_definition(struct growing *g, unsigned depth) {
  enum { DEEPEST = 3 };
  switch (roll(g->dice, 15)) {
    case 0:
    case 1: grow_anonymous_type(g); break;
    case 2: grow_named_type(g); break;
    case 3: grow_resource(g); break;
    case 4:
      if (g->may_import) grow_import_func(g);
      break;
    case 5:
      if (g->may_import) grow_import_instance(g);
      break;
    case 6: grow_core_types(g); break;
    case 7: grow_core_instance(g); break;
    case 8:
    case 9: grow_canon(g); break;
    case 10: grow_custom(g); break;
    case 11:
      if (depth < DEEPEST) grow_inner(g, depth);
      break;
    case 12: grow_exports(g); break;
    case 13: grow_constant(g); break;
    default: grow_outer_alias(g); break;
  }
}

static inline struct cm_component *grow_component(struct cm_arena *arena, struct dice *dice, const struct growing *up,
                                                  unsigned depth) {
  struct cm_component *component = cm_alloc(arena, sizeof *component);
  if (!component) return NULL;
  struct growing g = {.arena = arena, .dice = dice, .up = up, .scope = &component->scope, .may_import = depth == 0};
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.component = component;
  for (uint32_t left = 1 + roll(dice, depth ? 8 : 40); left && !g.failed; left--) grow_definition(&g, depth);
  return g.failed ? NULL : component;
}

// A component made up from the choices in `bytes` and `seed`, in the arena; to be given to cm_encode (it has no index spaces). NULL: no
// memory.
static inline struct cm_component *random_component(struct cm_arena *arena, const uint8_t *bytes, size_t size, uint64_t seed) {
  struct dice dice = {bytes, size ? bytes + size : bytes, seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
  for (size_t i = 0; i < size; i++) dice.state = dice.state * 31 + bytes[i];
  return grow_component(arena, &dice, NULL, 0);
}

#endif
