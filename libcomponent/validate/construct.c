// The nodes of types, and what is summed over them when they are made.
//
// Spec: CanonicalABI.md, "Despecialization", "Alignment", "Element Size", "Flattening"; Binary.md, "Type Definitions".

#include "validate/types.h"

#include "types/abi.h"

// Sums over the parts of a type under construction.

static uint32_t add(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

// Everything but the layout: what is inside is inside the whole.
static void include(struct type *t, const struct type *part) {
  if (!part) return;
  t->has_borrow |= part->has_borrow;
  t->has_pointer |= part->has_pointer;
  t->has_resource |= part->has_resource;
  t->nodes = add(t->nodes, part->nodes);
  if (t->depth < part->depth + 1) t->depth = part->depth + 1;
}

static void flat_append(struct type *t, const struct type *part) {
  for (uint32_t i = 0; i < part->flat_count && i < FLAT_MAX && t->flat_count <= FLAT_MAX; i++) {
    if (t->flat_count < FLAT_MAX) t->flat[t->flat_count] = part->flat[i];
    t->flat_count++;
  }
  if (part->flat_count > FLAT_MAX) t->flat_count = FLAT_MAX + 1;
}

static void flat_one(struct type *t, enum flat flat) {
  t->flat[0] = (uint8_t)flat;
  t->flat_count = 1;
}

static void flat_list(struct type *t) {
  t->flat[0] = t->flat[1] = FLAT_POINTER;
  t->flat_count = 2;
}

// CanonicalABI.md, join; with a pointer, whose width is not known here, the result is the same for both widths or a pointer again.
static enum flat join(enum flat a, enum flat b) {
  if (a == b) return a;
  bool wide = a == FLAT_I64 || a == FLAT_F64 || b == FLAT_I64 || b == FLAT_F64;
  if (wide) return FLAT_I64;
  return a == FLAT_POINTER || b == FLAT_POINTER ? FLAT_POINTER : FLAT_I32;
}

// Lays a case's payload over those of the cases before, behind the discriminant.
static void flat_overlay(struct type *t, const struct type *payload) {
  if (payload->flat_count > FLAT_MAX - 1) {
    t->flat_count = FLAT_MAX + 1;
    return;
  }
  for (uint32_t i = 0; i < payload->flat_count; i++) {
    bool is_new = i + 1 >= t->flat_count;
    t->flat[i + 1] = is_new ? payload->flat[i] : (uint8_t)join(t->flat[i + 1], payload->flat[i]);
    if (is_new) t->flat_count = (uint8_t)(i + 2);
  }
}

// Sizes are sums and products of sizes below CM_LIMIT_VALUE_SIZE or saturate there, so that nothing overflows.
static void set_size(struct type *t, uint64_t size) { t->size = size < CM_LIMIT_VALUE_SIZE ? size : CM_LIMIT_VALUE_SIZE; }

static void set_layout(struct type *t, struct cm_layout layout) {
  t->size = layout.size;
  t->align = layout.align;
}

static void record_layout(struct type *t) {
  uint64_t size = 0;
  t->align = 1;
  for (uint32_t i = 0; i < t->count; i++) {
    const struct type *field = t->fields[i].type;
    size = abi_align(size, field->align) + field->size;
    if (size > CM_LIMIT_VALUE_SIZE) size = CM_LIMIT_VALUE_SIZE;
    if (field->align > t->align) t->align = field->align;
    flat_append(t, field);
  }
  set_size(t, abi_align(size, t->align));
}

// Of `cases` cases, whose payloads are given (NULL: none).
struct payloads {
  uint32_t cases, align;
  uint64_t size;
};

static void variant_begin(struct type *t, struct payloads *p, uint32_t cases) {
  *p = (struct payloads){.cases = cases, .align = 1};
  flat_one(t, FLAT_I32);
}

static void variant_case(struct type *t, struct payloads *p, const struct type *payload) {
  if (!payload) return;
  if (payload->size > p->size) p->size = payload->size;
  if (payload->align > p->align) p->align = payload->align;
  if (t->flat_count <= FLAT_MAX) flat_overlay(t, payload);
}

static void variant_end(struct type *t, const struct payloads *p) {
  uint32_t discriminant = abi_discriminant_size(p->cases);
  t->align = discriminant > p->align ? discriminant : p->align;
  set_size(t, abi_align(abi_align(discriminant, p->align) + p->size, t->align));
}

static void fixed_list_layout(struct type *t) {
  set_size(t, t->element->size * t->length);
  t->align = t->element->align;
  for (uint32_t i = 0; i < t->length && t->element->flat_count && t->flat_count <= FLAT_MAX; i++) flat_append(t, t->element);
}

// ---- Nodes.

static struct type *new_type(struct store *s, enum cm_type_kind kind) {
  struct type *t = store_alloc(s, 1, sizeof *t);
  if (!t) return NULL;
  t->kind = (uint8_t)kind;
  t->depth = t->nodes = 1;
  t->align = 1;
  return t;
}

#define PRIM(code, bytes, n, ...)                               \
  [(code)-CM_ERROR_CONTEXT] = {.kind = CM_TYPE_PRIM,            \
                               .prim = (code),                  \
                               .depth = 1,                      \
                               .nodes = 1,                      \
                               .class = UINT32_MAX - (code),    \
                               .size = (bytes),                 \
                               .align = (n) == 2 ? 8 : (bytes), \
                               .flat_count = (n),               \
                               .flat = {__VA_ARGS__},           \
                               .has_pointer = (n) == 2}
static const struct type prims[] = {
    PRIM(CM_BOOL, 1, 1, FLAT_I32),
    PRIM(CM_S8, 1, 1, FLAT_I32),
    PRIM(CM_U8, 1, 1, FLAT_I32),
    PRIM(CM_S16, 2, 1, FLAT_I32),
    PRIM(CM_U16, 2, 1, FLAT_I32),
    PRIM(CM_S32, 4, 1, FLAT_I32),
    PRIM(CM_U32, 4, 1, FLAT_I32),
    PRIM(CM_S64, 8, 1, FLAT_I64),
    PRIM(CM_U64, 8, 1, FLAT_I64),
    PRIM(CM_F32, 4, 1, FLAT_F32),
    PRIM(CM_F64, 8, 1, FLAT_F64),
    PRIM(CM_CHAR, 4, 1, FLAT_I32),
    PRIM(CM_STRING, 16, 2, FLAT_POINTER, FLAT_POINTER),
    PRIM(CM_ERROR_CONTEXT, 4, 1, FLAT_I32),
};
#undef PRIM

const struct type *type_prim(enum cm_prim prim) { return &prims[prim - CM_ERROR_CONTEXT]; }

// Structures begin with their kind; a part that is not there has class 0.
static uint32_t class_of(const struct type *part) { return part ? part->class : 0; }

static bool is_broken(const struct type *part) { return part && part->kind == TYPE_BROKEN; }

const struct type *type_fields(struct store *s, enum cm_type_kind kind, const struct field *fields, uint32_t count) {
  struct type *t = new_type(s, kind);
  uint32_t *words = store_alloc(s, 1 + 2 * (size_t)count, sizeof *words);
  if (!t || !words) return &type_broken;
  t->count = count;
  t->fields = fields;
  words[0] = kind;
  struct payloads payloads;
  variant_begin(t, &payloads, count);
  if (kind == CM_TYPE_RECORD || kind == CM_TYPE_TUPLE) t->flat_count = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (is_broken(fields[i].type)) return &type_broken;
    include(t, fields[i].type);
    words[1 + 2 * i] = fields[i].name.size ? store_name(s, fields[i].name) : 0;
    words[2 + 2 * i] = class_of(fields[i].type);
    if (kind == CM_TYPE_VARIANT) variant_case(t, &payloads, fields[i].type);
  }
  if (kind == CM_TYPE_RECORD || kind == CM_TYPE_TUPLE)
    record_layout(t);
  else if (kind == CM_TYPE_FLAGS)
    set_layout(t, abi_flags_layout(count));
  else
    variant_end(t, &payloads);
  t->class = store_number(s, words, 1 + 2 * count);
  return t;
}

const struct type *type_elements(struct store *s, enum cm_type_kind kind, const struct type *element, const struct type *other,
                                 uint32_t length) {
  if (is_broken(element) || is_broken(other)) return &type_broken;
  struct type *t = new_type(s, kind);
  if (!t) return &type_broken;
  t->element = element;
  t->error = kind == CM_TYPE_RESULT ? other : NULL;
  t->key = kind == CM_TYPE_MAP ? other : NULL;
  t->length = length;
  include(t, element);
  include(t, other);
  struct payloads payloads;
  switch (kind) {
    case CM_TYPE_LIST:
    case CM_TYPE_MAP:
      flat_list(t);
      set_layout(t, abi_list_layout(8));
      t->has_pointer = true;
      break;
    case CM_TYPE_FIXED_LIST: fixed_list_layout(t); break;
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
      variant_begin(t, &payloads, 2);
      variant_case(t, &payloads, element);
      variant_case(t, &payloads, other);
      variant_end(t, &payloads);
      break;
    default:  // STREAM, FUTURE: what they carry is not in the value
      flat_one(t, FLAT_I32);
      set_layout(t, abi_handle_layout());
      t->has_pointer = false;
  }
  const uint32_t words[] = {kind, class_of(element), class_of(other), length};
  t->class = store_number(s, words, 4);
  return t;
}

const struct type *type_handle(struct store *s, enum cm_type_kind kind, const struct type *resource) {
  struct type *t = is_broken(resource) ? NULL : new_type(s, kind);
  if (!t) return &type_broken;
  t->resource = resource;
  t->has_resource = true;
  t->has_borrow = kind == CM_TYPE_BORROW;
  flat_one(t, FLAT_I32);
  set_layout(t, abi_handle_layout());
  const uint32_t words[] = {kind, resource->resource_id};
  t->class = store_number(s, words, 2);
  return t;
}

const struct type *type_func(struct store *s, bool is_async, const struct field *params, uint32_t count,
                             const struct type *result) {
  struct type *t = is_broken(result) ? NULL : new_type(s, CM_TYPE_FUNC);
  uint32_t *words = store_alloc(s, 3 + 2 * (size_t)count, sizeof *words);
  if (!t || !words) return &type_broken;
  t->count = count;
  t->fields = params;
  t->result = result;
  t->is_async = is_async;
  words[0] = CM_TYPE_FUNC;
  words[1] = is_async;
  words[2] = class_of(result);
  include(t, result);
  for (uint32_t i = 0; i < count; i++) {
    if (is_broken(params[i].type)) return &type_broken;
    include(t, params[i].type);
    words[3 + 2 * i] = store_name(s, params[i].name);
    words[4 + 2 * i] = class_of(params[i].type);
  }
  t->class = store_number(s, words, 3 + 2 * count);
  return t;
}

const struct type *type_resource(struct store *s, uint32_t id) {
  struct type *t = id < s->resource_count ? new_type(s, CM_TYPE_RESOURCE) : NULL;
  if (!t) return &type_broken;
  t->resource_id = id;
  t->label = s->resources[id].name;
  t->home = s->resources[id].home;
  t->has_resource = true;
  const uint32_t words[] = {CM_TYPE_RESOURCE, id};
  t->class = store_number(s, words, 2);
  return t;
}

static void include_externs(struct type *t, const struct externs *externs) {
  for (uint32_t i = 0; externs && i < externs->count; i++) {
    t->nodes = add(t->nodes, 1);
    if (externs->at[i].what.sort != CM_SORT_CORE_MODULE) include(t, externs->at[i].what.type);
  }
  t->has_borrow = t->has_pointer = false;  // these are asked of value types only
}

const struct type *type_instance(struct store *s, const struct externs *exports, struct bound bound) {
  struct type *t = new_type(s, CM_TYPE_INSTANCE);
  if (!t) return &type_broken;
  t->exports = exports;
  t->bound_exports = bound;
  include_externs(t, exports);
  return t;
}

const struct type *type_component(struct store *s, const struct externs *imports, struct bound bound_imports,
                                  const struct externs *exports, struct bound bound_exports) {
  struct type *t = new_type(s, CM_TYPE_COMPONENT);
  if (!t) return &type_broken;
  t->imports = imports;
  t->exports = exports;
  t->bound_imports = bound_imports;
  t->bound_exports = bound_exports;
  include_externs(t, imports);
  include_externs(t, exports);
  return t;
}

const struct type *type_copy(struct store *s, const struct type *type) {
  if (type->kind == TYPE_BROKEN) return type;
  struct type *t = store_alloc(s, 1, sizeof *t);
  if (!t) return &type_broken;
  *t = *type;
  return t;
}

uint32_t type_part_count(const struct type *type) {
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE: return type->count;
    case CM_TYPE_FUNC: return type->count + 1;
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST:
    case CM_TYPE_OPTION:
    case CM_TYPE_STREAM:
    case CM_TYPE_FUTURE: return 1;
    case CM_TYPE_RESULT:
    case CM_TYPE_MAP: return 2;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return 1;
    default: return 0;
  }
}

const struct type *type_part(const struct type *type, uint32_t index) {
  switch (type->kind) {
    case CM_TYPE_RECORD:
    case CM_TYPE_VARIANT:
    case CM_TYPE_TUPLE: return type->fields[index].type;
    case CM_TYPE_FUNC: return index < type->count ? type->fields[index].type : type->result;
    case CM_TYPE_RESULT: return index ? type->error : type->element;
    case CM_TYPE_MAP: return index ? type->element : type->key;
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return type->resource;
    default: return type->element;
  }
}
