// Finding CPython's types in a memory image, and reading its objects.
//
// `type` is its own type, and so is the one object whose second word is its own address and whose `tp_name` is "type". All static types
// are objects of it; those that are needed are told by name and size. The sizes that the types state themselves must be those of one known
// layout. The last word has `sys.hexversion`, which is found by that layout and must name its version: a layout that only resembles the
// right one ends there.

#include "py_heap.h"

#include <stdlib.h>

// PyTypeObject.
enum {
  TYPE_NAME = 12,
  TYPE_SIZE = 16,
  TYPE_ITEM_SIZE = 20,
  TYPE_FLAGS = 84,
  TYPE_BASE = 128,
  TYPE_DICT = 132,
  TYPE_DICT_OFFSET = 144,
  TYPE_MRO = 172,
};

enum {
  FLAG_INLINE_VALUES = 1 << 2,
  FLAG_MANAGED_DICT = 1 << 4,
  FLAG_IMMUTABLE = 1 << 8,
  FLAG_HEAP_TYPE = 1 << 9,
  MANAGED_DICT = 12,  // so far before the object is the word for its dictionary
  NAME_MOST = 256,
  TEXT_MOST = 1 << 16,
  ITEMS_MOST = 1 << 20,
  MRO_MOST = 64,
};

static const struct py_layout layouts[] = {
    {.version = 0x030c, .code_size = 124, .tuple_items = 12, .type_size = 460, .type_keys = 440, .values_at = 0},
    {.version = 0x030e,
     .code_size = 128,
     .tuple_items = 16,
     .type_size = 468,
     .type_keys = 440,
     .values_at = 4,
     .inline_values = true},
};

// Types by name, in the order of the enum; `subclass` is the bit of tp_flags that derived types have too.
static const struct {
  const char *name;
  uint32_t subclass;
} known_types[PY_TYPE_COUNT] = {
    [PY_TYPE_TYPE] = {"type", UINT32_C(1) << 31},
    [PY_TYPE_STR] = {"str", 1 << 28},
    [PY_TYPE_BYTES] = {"bytes", 1 << 27},
    [PY_TYPE_TUPLE] = {"tuple", 1 << 26},
    [PY_TYPE_LIST] = {"list", 1 << 25},
    [PY_TYPE_DICT] = {"dict", 1 << 29},
    [PY_TYPE_SET] = {"set", 0},
    [PY_TYPE_FROZENSET] = {"frozenset", 0},
    [PY_TYPE_INT] = {"int", 1 << 24},
    [PY_TYPE_BOOL] = {"bool", 0},
    [PY_TYPE_NONE] = {"NoneType", 0},
    [PY_TYPE_FLOAT] = {"float", 0},
    [PY_TYPE_FUNCTION] = {"function", 0},
    [PY_TYPE_CODE] = {"code", 0},
    [PY_TYPE_MODULE] = {"module", 0},
    [PY_TYPE_METHOD] = {"method", 0},
    [PY_TYPE_CELL] = {"cell", 0},
    [PY_TYPE_BUILTIN] = {"builtin_function_or_method", 0},
    [PY_TYPE_METHOD_DESCRIPTOR] = {"method_descriptor", 0},
    [PY_TYPE_MEMBER_DESCRIPTOR] = {"member_descriptor", 0},
    [PY_TYPE_STATICMETHOD] = {"staticmethod", 0},
    [PY_TYPE_CLASSMETHOD] = {"classmethod", 0},
    [PY_TYPE_PROPERTY] = {"property", 0},
    [PY_TYPE_RANGE] = {"range", 0},
    [PY_TYPE_MAPPING_PROXY] = {"mappingproxy", 0},
    [PY_TYPE_SLICE] = {"slice", 0},
};

struct cm_str py_c_text(const struct py_heap *heap, py_address at) {
  if (!at || at >= heap->size) return (struct cm_str){"", 0};
  size_t most = heap->size - at < NAME_MOST ? heap->size - at : NAME_MOST;
  const uint8_t *end = memchr(heap->bytes + at, 0, most);
  return (struct cm_str){(const char *)heap->bytes + at, end ? (size_t)(end - heap->bytes) - at : 0};
}

struct cm_str py_type_name(const struct py_heap *heap, py_address type) {
  return py_c_text(heap, py_word(heap, (uint64_t)type + TYPE_NAME));
}

static uint32_t flags_of(const struct py_heap *heap, py_address type) { return py_word(heap, (uint64_t)type + TYPE_FLAGS); }

py_address py_type_of(const struct py_heap *heap, py_address object) {
  if (!object || object % 4) return 0;
  py_address type = py_word(heap, (uint64_t)object + 4);
  // A type is an object whose own type has the bit of types.
  py_address meta = type && type % 4 == 0 ? py_word(heap, (uint64_t)type + 4) : 0;
  return meta && flags_of(heap, meta) & known_types[PY_TYPE_TYPE].subclass ? type : 0;
}

bool py_is_c_type(const struct py_heap *heap, py_address type) {
  if (!(flags_of(heap, type) & FLAG_HEAP_TYPE) || flags_of(heap, type) & FLAG_IMMUTABLE) return true;
  struct cm_str name = py_type_name(heap, type);  // only C code names its module with it
  return name.size && memchr(name.at, '.', name.size);
}

bool py_is_a(const struct py_heap *heap, py_address object, enum py_type type) {
  if (py_is(heap, object, type)) return true;
  py_address own = py_type_of(heap, object);
  return own && flags_of(heap, own) & known_types[type].subclass;
}

// --- texts and numbers ---

// PyASCIIObject and what it is the beginning of: length, hash, state, and the characters or a pointer to them.
enum {
  STR_LENGTH = 8,
  STR_STATE = 16,
  STR_ASCII = 20,
  STR_COMPACT = 28,
  STR_DATA = 28,
  STATE_KIND = 7 << 2,
  STATE_IS_COMPACT = 1 << 5,
  STATE_IS_ASCII = 1 << 6,
};

static size_t put_utf8(char *to, uint32_t c) {
  if (c < 0x80) return *to = (char)c, 1;
  if (c < 0x800) return to[0] = (char)(0xc0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
  if (c < 0x10000) return to[0] = (char)(0xe0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 63)), to[2] = (char)(0x80 | (c & 63)), 3;
  to[0] = (char)(0xf0 | (c >> 18 & 7)), to[1] = (char)(0x80 | (c >> 12 & 63));
  to[2] = (char)(0x80 | (c >> 6 & 63)), to[3] = (char)(0x80 | (c & 63));
  return 4;
}

bool py_text(const struct py_heap *heap, py_address object, struct cm_str *text) {
  if (!py_is_a(heap, object, PY_TYPE_STR)) return false;
  uint64_t length = py_word(heap, (uint64_t)object + STR_LENGTH), at = (uint64_t)object + STR_ASCII;
  uint32_t state = py_word(heap, (uint64_t)object + STR_STATE), width = (state & STATE_KIND) >> 2;
  if (!(state & STATE_IS_COMPACT))
    at = py_word(heap, (uint64_t)object + STR_DATA);  // of a type derived from str
  else if (!(state & STATE_IS_ASCII))
    at = (uint64_t)object + STR_COMPACT;
  if ((width != 1 && width != 2 && width != 4) || length > TEXT_MOST || at + length * width > heap->size) return false;
  if (state & STATE_IS_ASCII) {
    if (width != 1) return false;
    *text = (struct cm_str){(const char *)heap->bytes + at, (size_t)length};
    return true;
  }
  char *to = cm_alloc(heap->arena, (size_t)length * 4 + 1);
  if (!to) return false;
  size_t size = 0;
  for (uint64_t i = 0; i < length; i++, at += width) {
    uint32_t c = width == 1   ? py_byte(heap, at)
                 : width == 2 ? (py_byte(heap, at) | (uint32_t)py_byte(heap, at + 1) << 8)
                              : py_word(heap, at);
    size += put_utf8(to + size, c);
  }
  *text = (struct cm_str){to, size};
  return true;
}

struct cm_str py_text_or_empty(const struct py_heap *heap, py_address object) {
  struct cm_str text = CM_STR("");
  py_text(heap, object, &text);
  return text;
}

bool py_bytes(const struct py_heap *heap, py_address object, struct cm_span *bytes) {
  enum { BYTES_SIZE = 8, BYTES_DATA = 16 };
  uint64_t size = py_word(heap, (uint64_t)object + BYTES_SIZE), at = (uint64_t)object + BYTES_DATA;
  if (!py_is_a(heap, object, PY_TYPE_BYTES) || size > TEXT_MOST || at + size > heap->size) return false;
  *bytes = (struct cm_span){heap->bytes + at, (size_t)size};
  return true;
}

bool py_int(const struct py_heap *heap, py_address object, int64_t *value) {
  enum { INT_TAG = 8, INT_DIGITS = 12, TAG_ZERO = 1, TAG_NEGATIVE = 2, TAG_COUNT = 3 };
  if (!py_is_a(heap, object, PY_TYPE_INT)) return false;
  uint32_t tag = py_word(heap, (uint64_t)object + INT_TAG), count = tag >> TAG_COUNT;
  *value = 0;
  if ((tag & 3) == TAG_ZERO) return true;
  if (!count || count * heap->digit_bits > 60) return false;
  uint64_t sum = 0, width = heap->digit_bits == 15 ? 2 : 4;
  for (uint32_t i = count; i-- > 0;) {
    uint32_t digit = py_word(heap, object + INT_DIGITS + i * width);
    sum = sum << heap->digit_bits | (digit & ((UINT32_C(1) << heap->digit_bits) - 1));
  }
  *value = (tag & 3) == TAG_NEGATIVE ? -(int64_t)sum : (int64_t)sum;
  return true;
}

// --- containers ---

enum { LIST_ITEMS = 12, SEQUENCE_SIZE = 8 };

static uint64_t items_at(const struct py_heap *heap, py_address sequence) {
  if (py_is_a(heap, sequence, PY_TYPE_TUPLE)) return (uint64_t)sequence + heap->layout->tuple_items;
  return py_is_a(heap, sequence, PY_TYPE_LIST) ? py_word(heap, (uint64_t)sequence + LIST_ITEMS) : 0;
}

uint32_t py_length(const struct py_heap *heap, py_address sequence) {
  uint64_t at = items_at(heap, sequence), count = py_word(heap, (uint64_t)sequence + SEQUENCE_SIZE);
  return at && count <= ITEMS_MOST && at + count * 4 <= heap->size ? (uint32_t)count : 0;
}

py_address py_item(const struct py_heap *heap, py_address sequence, uint32_t index) {
  return index < py_length(heap, sequence) ? py_word(heap, items_at(heap, sequence) + (uint64_t)index * 4) : 0;
}

// PyDictObject and PyDictKeysObject.
enum {
  DICT_KEYS = 24,
  DICT_VALUES = 28,
  KEYS_LOG_SIZE = 4,
  KEYS_LOG_INDEX_BYTES = 5,
  KEYS_KIND = 6,
  KEYS_ENTRIES_USED = 16,
  KEYS_INDICES = 20,
};

// The next entry of a table of keys; their values stand beside them, or at `values` for split ones.
static bool keys_next(const struct py_heap *heap, struct py_cursor *c, py_address *key, py_address *value) {
  uint8_t log = py_byte(heap, (uint64_t)c->keys + KEYS_LOG_INDEX_BYTES), kind = py_byte(heap, (uint64_t)c->keys + KEYS_KIND);
  uint32_t used = py_word(heap, (uint64_t)c->keys + KEYS_ENTRIES_USED);
  if (!c->keys || log > 24 || kind > 2 || used > ITEMS_MOST) return false;
  uint64_t width = kind == 0 ? 12 : 8, entries = (uint64_t)c->keys + KEYS_INDICES + (UINT64_C(1) << log);
  while (c->at < used && *heap->work) {
    --*heap->work;
    uint64_t entry = entries + width * c->at, own = entry + (kind == 0 ? 4 : 0);
    *key = py_word(heap, own);
    *value = c->values ? py_word(heap, (uint64_t)c->values + (uint64_t)c->at * 4) : py_word(heap, own + 4);
    c->at++;
    if (*key && *value) return true;
  }
  return false;
}

bool py_dict_next(const struct py_heap *heap, py_address dict, struct py_cursor *c, py_address *key, py_address *value) {
  if (!c->keys) {
    if (!py_is_a(heap, dict, PY_TYPE_DICT)) return false;
    c->keys = py_word(heap, (uint64_t)dict + DICT_KEYS);
    c->values = py_word(heap, (uint64_t)dict + DICT_VALUES);
    if (c->values) c->values += heap->layout->values_at;
  }
  return keys_next(heap, c, key, value);
}

bool py_set_next(const struct py_heap *heap, py_address set, struct py_cursor *c, py_address *item) {
  enum { SET_MASK = 16, SET_TABLE = 20, ENTRY = 8 };
  if (!py_is(heap, set, PY_TYPE_SET) && !py_is(heap, set, PY_TYPE_FROZENSET)) return false;
  uint32_t mask = py_word(heap, (uint64_t)set + SET_MASK), table = py_word(heap, (uint64_t)set + SET_TABLE);
  if (mask > ITEMS_MOST) return false;
  while (c->at <= mask && *heap->work) {
    --*heap->work;
    *item = py_word(heap, (uint64_t)table + (uint64_t)c->at++ * ENTRY);
    // What was taken out leaves a mark that is no text, tuple or number.
    if (*item && py_type_of(heap, *item) && !cm_str_is(py_type_name(heap, py_type_of(heap, *item)), "object")) return true;
  }
  return false;
}

static bool is_text(const struct py_heap *heap, py_address object, struct cm_str name) {
  struct cm_str text;
  // Most are not; the length tells so without a look at the characters.
  if (py_word(heap, (uint64_t)object + STR_LENGTH) > name.size) return false;
  return py_text(heap, object, &text) && cm_str_equal(text, name);
}

py_address py_dict_get(const struct py_heap *heap, py_address dict, struct cm_str name) {
  struct py_cursor cursor = {0};
  for (py_address key, value; py_dict_next(heap, dict, &cursor, &key, &value);)
    if (is_text(heap, key, name)) return value;
  return 0;
}

bool py_set_has(const struct py_heap *heap, py_address set, struct cm_str name) {
  struct py_cursor cursor = {0};
  for (py_address item; py_set_next(heap, set, &cursor, &item);)
    if (is_text(heap, item, name)) return true;
  return false;
}

py_address py_module_dict(const struct py_heap *heap, py_address module) {
  if (!py_is(heap, module, PY_TYPE_MODULE)) return 0;
  py_address dict = py_word(heap, (uint64_t)module + PY_MODULE_DICT);
  return py_is_a(heap, dict, PY_TYPE_DICT) ? dict : 0;
}

py_address py_module_named(const struct py_heap *heap, struct cm_str name) { return py_dict_get(heap, heap->modules, name); }

// --- classes and instances ---

py_address py_class_dict(const struct py_heap *heap, py_address class) {
  if (!py_is_a(heap, class, PY_TYPE_TYPE)) return 0;
  py_address dict = py_word(heap, (uint64_t) class + TYPE_DICT);
  return py_is_a(heap, dict, PY_TYPE_DICT) ? dict : 0;
}

py_address py_class_order(const struct py_heap *heap, py_address class) {
  return py_is_a(heap, class, PY_TYPE_TYPE) ? py_word(heap, (uint64_t) class + TYPE_MRO) : 0;
}

py_address py_class_attribute(const struct py_heap *heap, py_address class, struct cm_str name, py_address *owner) {
  if (!py_is_a(heap, class, PY_TYPE_TYPE)) return 0;
  py_address mro = py_word(heap, (uint64_t) class + TYPE_MRO);
  uint32_t count = py_length(heap, mro);
  for (uint32_t i = 0; i < count && i < MRO_MOST; i++) {
    py_address base = py_item(heap, mro, i), found = py_dict_get(heap, py_class_dict(heap, base), name);
    if (!found) continue;
    if (owner) *owner = base;
    return found;
  }
  return 0;
}

bool py_is_c_method(const struct py_heap *heap, py_address at) {
  return py_is(heap, at, PY_TYPE_METHOD_DESCRIPTOR) || cm_str_is(py_type_name(heap, py_type_of(heap, at)), "wrapper_descriptor");
}

py_address py_instance_dict(const struct py_heap *heap, py_address object) {
  py_address type = py_type_of(heap, object), dict = 0;
  if (!type) return 0;
  if (flags_of(heap, type) & FLAG_MANAGED_DICT) {
    dict = object > MANAGED_DICT ? py_word(heap, object - MANAGED_DICT) : 0;
  } else {
    uint32_t offset = py_word(heap, (uint64_t)type + TYPE_DICT_OFFSET);
    if (offset && offset < 4096) dict = py_word(heap, (uint64_t)object + offset);
  }
  return py_is_a(heap, dict, PY_TYPE_DICT) ? dict : 0;
}

// Values that an instance has without a dictionary, under the keys that its class keeps. PyDictValues: in 3.12 behind a pointer that has its
// last bit set, since 3.13 right behind the instance, after four bytes of which the last says that they are valid.
static bool own_values(const struct py_heap *heap, py_address object, struct py_cursor *cursor) {
  py_address type = py_type_of(heap, object);
  if (!type || !(flags_of(heap, type) & FLAG_HEAP_TYPE)) return false;
  cursor->at = 0;
  cursor->keys = py_word(heap, (uint64_t)type + heap->layout->type_keys);
  if (heap->layout->inline_values) {
    py_address values = object + py_word(heap, (uint64_t)type + TYPE_SIZE);
    if (!(flags_of(heap, type) & FLAG_INLINE_VALUES) || py_byte(heap, (uint64_t)values + 3) != 1) return false;
    cursor->values = values + heap->layout->values_at;
  } else {
    uint32_t word = object > MANAGED_DICT ? py_word(heap, object - MANAGED_DICT) : 0;
    if (!(flags_of(heap, type) & FLAG_MANAGED_DICT) || !(word & 1)) return false;
    cursor->values = word + 1;
  }
  return cursor->keys && cursor->values;
}

py_address py_instance_attribute(const struct py_heap *heap, py_address object, struct cm_str name) {
  py_address dict = py_instance_dict(heap, object), key, value;
  if (dict) return py_dict_get(heap, dict, name);
  struct py_cursor cursor;
  if (!own_values(heap, object, &cursor)) return 0;
  while (keys_next(heap, &cursor, &key, &value))
    if (is_text(heap, key, name)) return value;
  return 0;
}

// --- recognition ---

// Static types have names of C code; a class of a program may have the same name, and is no static type.
static void note_type(struct py_heap *heap, py_address type) {
  if (flags_of(heap, type) & FLAG_HEAP_TYPE) return;
  struct cm_str name = py_type_name(heap, type);
  for (unsigned t = 0; t < PY_TYPE_COUNT; t++)
    if (!heap->types[t] && cm_str_is(name, known_types[t].name)) heap->types[t] = type;
}

typedef bool object_visitor(struct py_heap *heap, py_address object);

// Tells `visit` each object of the data that says it is of that type, until it returns true; of type 0, those that are their own.
static bool each_object(struct py_heap *heap, const struct image *image, py_address type, object_visitor *visit) {
  for (size_t s = 0; s < image->count; s++) {
    uint64_t from = (image->segments[s].address + 3) & ~UINT64_C(3),
             to = image->segments[s].address + image->segments[s].bytes.size;
    if (from < 4) from = 4;
    if (to > heap->size) to = heap->size;
    uint32_t wanted = type ? type : (uint32_t)from - 4, step = type ? 0 : 4;
    const uint8_t *at = heap->bytes + from, *end = heap->bytes + to;
    for (; at + 4 <= end; at += 4, wanted += step) {
      uint32_t word = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
      if (word == wanted && visit(heap, (py_address)(at - heap->bytes) - 4)) return true;
    }
  }
  return false;
}

static bool visit_for_type(struct py_heap *heap, py_address object) {
  if (!object || !(flags_of(heap, object) & known_types[PY_TYPE_TYPE].subclass)) return false;
  if (!cm_str_is(py_type_name(heap, object), "type")) return false;
  heap->types[PY_TYPE_TYPE] = object;
  return true;
}

static bool visit_for_types(struct py_heap *heap, py_address object) {
  note_type(heap, object);
  return false;
}

// The module that knows itself as "sys", and what it has under `hexversion` agrees with the layout that was used to find it.
static bool visit_for_sys(struct py_heap *heap, py_address object) {
  py_address dict = py_module_dict(heap, object);
  int64_t version;
  if (!dict || !is_text(heap, py_dict_get(heap, dict, CM_STR("__name__")), CM_STR("sys"))) return false;
  if (!py_int(heap, py_dict_get(heap, dict, CM_STR("hexversion")), &version) || version >> 16 != heap->layout->version)
    return false;
  py_address modules = py_dict_get(heap, dict, CM_STR("modules"));
  if (!py_is_a(heap, modules, PY_TYPE_DICT) || py_dict_get(heap, modules, CM_STR("sys")) != object) return false;
  heap->modules = modules;
  heap->stdlib_names = py_dict_get(heap, dict, CM_STR("stdlib_module_names"));
  return true;
}

static bool layout_fits(const struct py_heap *heap, const struct py_layout *layout) {
  const py_address *t = heap->types;
  return py_word(heap, (uint64_t)t[PY_TYPE_CODE] + TYPE_SIZE) == layout->code_size &&
         py_word(heap, (uint64_t)t[PY_TYPE_CODE] + TYPE_ITEM_SIZE) == 2 &&
         py_word(heap, (uint64_t)t[PY_TYPE_TUPLE] + TYPE_SIZE) == layout->tuple_items &&
         py_word(heap, (uint64_t)t[PY_TYPE_TYPE] + TYPE_SIZE) == layout->type_size;
}

bool py_heap_open(struct cm_arena *arena, const struct image *image, const uint8_t *bytes, size_t size, struct py_heap *heap) {
  *heap = (struct py_heap){.arena = arena, .bytes = bytes, .size = size, .work = cm_alloc(arena, sizeof *heap->work)};
  if (!heap->work) return false;
  *heap->work = PY_HEAP_WORK;
  if (!each_object(heap, image, 0, visit_for_type)) return false;
  each_object(heap, image, heap->types[PY_TYPE_TYPE], visit_for_types);
  for (unsigned t = 0; t < PY_TYPE_COUNT; t++)
    if (!heap->types[t]) return false;
  heap->digit_bits = py_word(heap, (uint64_t)heap->types[PY_TYPE_INT] + TYPE_ITEM_SIZE) == 2 ? 15 : 30;
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts && !heap->modules; i++) {
    heap->layout = &layouts[i];
    if (layout_fits(heap, heap->layout)) each_object(heap, image, heap->types[PY_TYPE_MODULE], visit_for_sys);
  }
  if (!heap->modules) return false;
  heap->builtins = py_module_dict(heap, py_module_named(heap, CM_STR("builtins")));
  return heap->builtins != 0;
}
