// CPython's heap, as a component's memory image holds it.
//
// Objects are addresses of the image; 0 is none. Whatever is read is checked: an address that is out of bounds, or an object of another
// type than is asked for, reads as nothing. So a wrong layout ends in a refusal, and a hostile image in an empty answer.
//
// Layouts are those of 32-bit builds with a global lock, CPython 3.12 to 3.14 (Include/cpython/*.h, Include/internal/pycore_dict.h).
#ifndef ANALYZE_PY_HEAP_H
#define ANALYZE_PY_HEAP_H

#include "world.h"

typedef uint32_t py_address;

// Types that the analysis knows, by their `tp_name`.
enum py_type {
  PY_TYPE_TYPE,
  PY_TYPE_STR,
  PY_TYPE_BYTES,
  PY_TYPE_TUPLE,
  PY_TYPE_LIST,
  PY_TYPE_DICT,
  PY_TYPE_SET,
  PY_TYPE_FROZENSET,
  PY_TYPE_INT,
  PY_TYPE_BOOL,
  PY_TYPE_NONE,
  PY_TYPE_FLOAT,
  PY_TYPE_FUNCTION,
  PY_TYPE_CODE,
  PY_TYPE_MODULE,
  PY_TYPE_METHOD,
  PY_TYPE_CELL,
  PY_TYPE_BUILTIN,
  PY_TYPE_METHOD_DESCRIPTOR,
  PY_TYPE_MEMBER_DESCRIPTOR,
  PY_TYPE_STATICMETHOD,
  PY_TYPE_CLASSMETHOD,
  PY_TYPE_PROPERTY,
  PY_TYPE_RANGE,
  PY_TYPE_MAPPING_PROXY,
  PY_TYPE_SLICE,
  PY_TYPE_COUNT
};

// What differs between versions.
struct py_layout {
  uint16_t version;      // 0x030e for 3.14
  uint16_t code_size;    // tp_basicsize of code objects, behind which the instructions stand
  uint16_t tuple_items;  // where a tuple's items begin
  uint16_t type_size;    // tp_basicsize of `type`
  uint16_t type_keys;    // ht_cached_keys in a class
  uint16_t values_at;    // where the values of a split dictionary begin behind their pointer
  bool inline_values;    // instances have their values behind them; else the word for the dictionary may point to values
};

// Entries of dictionaries and sets that may be looked at before all of them read as empty. Programs look at some hundred thousand.
enum { PY_HEAP_WORK = 50000000 };

struct py_heap {
  struct cm_arena *arena;
  uint64_t *work;  // what is left of PY_HEAP_WORK
  const uint8_t *bytes;
  size_t size;
  const struct py_layout *layout;
  py_address types[PY_TYPE_COUNT];
  uint32_t digit_bits;      // of an int's digits
  py_address modules;       // sys.modules
  py_address stdlib_names;  // sys.stdlib_module_names, 0: none
  py_address builtins;      // the dictionary of module builtins
};

// Is a CPython in this memory? `bytes` is the image in one piece; `image` says where data is, so that gaps are not searched. `heap` borrows
// both. Text that has to be converted is put into `arena`.
bool py_heap_open(struct cm_arena *arena, const struct image *image, const uint8_t *bytes, size_t size, struct py_heap *heap);

static inline uint32_t py_word(const struct py_heap *heap, uint64_t at) {
  if (at + 4 > heap->size) return 0;
  const uint8_t *b = heap->bytes + at;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}
static inline uint8_t py_byte(const struct py_heap *heap, uint64_t at) { return at < heap->size ? heap->bytes[at] : 0; }

// The type of an object; 0 where it has none.
py_address py_type_of(const struct py_heap *heap, py_address object);

// Is it of exactly this type, or (for str, tuple, int, list, dict and type) of one derived from it?
static inline bool py_is(const struct py_heap *heap, py_address object, enum py_type type) {
  return object && object % 4 == 0 && py_word(heap, (uint64_t)object + 4) == heap->types[type];
}
bool py_is_a(const struct py_heap *heap, py_address object, enum py_type type);

// Is it a type of C code, and not a class that a Python program made?
bool py_is_c_type(const struct py_heap *heap, py_address type);

// `tp_name` of a type: what C code calls it.
struct cm_str py_type_name(const struct py_heap *heap, py_address type);

// The text of a str, in UTF-8. False: it is none, or memory is exhausted.
bool py_text(const struct py_heap *heap, py_address object, struct cm_str *text);
// "" where it is none.
struct cm_str py_text_or_empty(const struct py_heap *heap, py_address object);
bool py_bytes(const struct py_heap *heap, py_address object, struct cm_span *bytes);
// An int that fits; bools too.
bool py_int(const struct py_heap *heap, py_address object, int64_t *value);

// Items of a tuple or list; 0 for what is none.
uint32_t py_length(const struct py_heap *heap, py_address sequence);
py_address py_item(const struct py_heap *heap, py_address sequence, uint32_t index);

// Entries of a dictionary, in order; of a set with values 0. Begin with {0}.
struct py_cursor {
  uint32_t at;
  py_address keys, values;
};
bool py_dict_next(const struct py_heap *heap, py_address dict, struct py_cursor *cursor, py_address *key, py_address *value);
bool py_set_next(const struct py_heap *heap, py_address set, struct py_cursor *cursor, py_address *item);
// The value under a name; 0: there is none.
py_address py_dict_get(const struct py_heap *heap, py_address dict, struct cm_str name);
bool py_set_has(const struct py_heap *heap, py_address set, struct cm_str name);

// The dictionary of a module's names; 0 where it is no module.
py_address py_module_dict(const struct py_heap *heap, py_address module);
// A module by its full name.
py_address py_module_named(const struct py_heap *heap, struct cm_str name);

// What an instance has under `name` itself, 0: nothing; and its dictionary, where it has one.
py_address py_instance_attribute(const struct py_heap *heap, py_address object, struct cm_str name);
py_address py_instance_dict(const struct py_heap *heap, py_address object);
// What a class, or what it is derived from, has under `name`; 0: nothing. *owner (may be NULL) is the class that has it.
py_address py_class_attribute(const struct py_heap *heap, py_address class, struct cm_str name, py_address *owner);
// A method of a type of C code: `str.upper`, `dict.__setitem__`.
bool py_is_c_method(const struct py_heap *heap, py_address at);
// May it have one, for all that is known (py_slots.c)? Not all that types of C code have can be read.
bool py_class_may_have(const struct py_heap *heap, py_address class, struct cm_str name);
// The dictionary of a class's own names.
py_address py_class_dict(const struct py_heap *heap, py_address class);
// The order in which a class and what it is derived from are searched: a tuple.
py_address py_class_order(const struct py_heap *heap, py_address class);

// Parts of objects.
enum {
  PY_MODULE_DICT = 8,
  PY_FUNCTION_GLOBALS = 8,
  PY_FUNCTION_QUALNAME = 20,
  PY_FUNCTION_CODE = 24,
  PY_FUNCTION_DEFAULTS = 28,
  PY_FUNCTION_KWDEFAULTS = 32,
  PY_FUNCTION_CLOSURE = 36,
  PY_METHOD_FUNCTION = 8,
  PY_METHOD_SELF = 12,
  PY_CELL_CONTENT = 8,
  PY_WRAPPED_CALLABLE = 8,  // of staticmethod, classmethod, property (its getter)
  PY_PROPERTY_SETTER = 12,
  PY_BUILTIN_DEF = 8,  // of builtin functions: PyMethodDef, whose first word is the name
  PY_BUILTIN_SELF = 12,
  PY_DESCRIPTOR_NAME = 12,  // of method and member descriptors
  PY_MEMBER_DEF = 20,       // of member descriptors: PyMemberDef
  PY_MAPPING_PROXY_DICT = 8,
  PY_RANGE_START = 8,  // of ranges and slices
  PY_RANGE_STOP = 12,
  PY_RANGE_STEP = 16,
  PY_PARTIAL_FUNCTION = 8,
  PY_PARTIAL_ARGUMENTS = 12,
  PY_PARTIAL_KEYWORDS = 16,
  PY_ITEM_GETTER_COUNT = 8,
  PY_ITEM_GETTER_KEYS = 12,
};

// A zero-terminated text of C code; empty where there is none.
struct cm_str py_c_text(const struct py_heap *heap, py_address at);

#endif
