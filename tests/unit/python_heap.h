// Small memory images with a CPython in them, for tests: types, modules, and functions assembled from lists of instructions.
//
// Objects are laid out as 32-bit builds of 3.12 and 3.14 have them, from CPython's headers and not from the reader that is tested. What a
// program needs is made by the functions below; all of them give the address of the object.
#ifndef TEST_PYTHON_HEAP_H
#define TEST_PYTHON_HEAP_H

#include "analyze/py_code.h"

#include <stdlib.h>

enum { HEAP_SIZE = 1 << 17, HEAP_FROM = 4096, HEAP_ITEMS = 32 };

struct python_heap {
  uint8_t *bytes;
  uint32_t at;
  bool old;  // 3.12
  uint32_t type[PY_TYPE_COUNT];
  uint32_t none, yes, no, empty_bytes, empty_tuple;
  uint32_t modules, sys;  // dictionaries
  uint32_t hexversion;    // the object: its digit can be changed
};

static const char *const python_types[PY_TYPE_COUNT] = {"type",
                                                        "str",
                                                        "bytes",
                                                        "tuple",
                                                        "list",
                                                        "dict",
                                                        "set",
                                                        "frozenset",
                                                        "int",
                                                        "bool",
                                                        "NoneType",
                                                        "float",
                                                        "function",
                                                        "code",
                                                        "module",
                                                        "method",
                                                        "cell",
                                                        "builtin_function_or_method",
                                                        "method_descriptor",
                                                        "member_descriptor",
                                                        "staticmethod",
                                                        "classmethod",
                                                        "property",
                                                        "range",
                                                        "mappingproxy",
                                                        "slice"};

static inline void heap_put(struct python_heap *h, uint32_t at, uint32_t word) {
  for (unsigned i = 0; i < 4 && at + i < HEAP_SIZE; i++) h->bytes[at + i] = (uint8_t)(word >> 8 * i);
}

// Room for an object of `size` bytes; the test's image is large enough.
static inline uint32_t heap_new(struct python_heap *h, uint32_t size, uint32_t type) {
  uint32_t at = h->at;
  if (at + size + 64 > HEAP_SIZE) abort();
  h->at = (at + size + 23) & ~7U;
  heap_put(h, at, 1);
  heap_put(h, at + 4, type);
  return at;
}

static inline uint32_t heap_raw(struct python_heap *h, const void *bytes, uint32_t size) {
  uint32_t at = heap_new(h, size + 1, 0);
  memcpy(h->bytes + at, bytes, size);
  h->bytes[at + size] = 0;
  return at;
}

static inline uint32_t heap_str(struct python_heap *h, const char *text) {
  uint32_t size = (uint32_t)strlen(text), at = heap_new(h, 21 + size, h->type[PY_TYPE_STR]);
  heap_put(h, at + 8, size);
  heap_put(h, at + 16, 1 << 2 | 1 << 5 | 1 << 6);  // one byte a character, compact, ASCII
  memcpy(h->bytes + at + 20, text, size);
  return at;
}

static inline uint32_t heap_bytes(struct python_heap *h, const void *bytes, uint32_t size) {
  uint32_t at = heap_new(h, 17 + size, h->type[PY_TYPE_BYTES]);
  heap_put(h, at + 8, size);
  if (size) memcpy(h->bytes + at + 16, bytes, size);
  return at;
}

static inline uint32_t heap_int(struct python_heap *h, uint32_t value) {
  uint32_t at = heap_new(h, 20, h->type[PY_TYPE_INT]);
  heap_put(h, at + 8, !value ? 1 : value >> 30 ? 2 << 3 : 1 << 3);
  heap_put(h, at + 12, value & ((1U << 30) - 1));
  heap_put(h, at + 16, value >> 30);
  return at;
}

// Ends with 0.
static inline uint32_t heap_tuple(struct python_heap *h, const uint32_t *items) {
  uint32_t count = 0, from = h->old ? 12 : 16;
  while (count < HEAP_ITEMS && items[count]) count++;
  uint32_t at = heap_new(h, from + 4 * count, h->type[PY_TYPE_TUPLE]);
  heap_put(h, at + 8, count);
  for (uint32_t i = 0; i < count; i++) heap_put(h, at + from + 4 * i, items[i]);
  return at;
}
#define HEAP_TUPLE(h, ...) heap_tuple(h, (const uint32_t[]){__VA_ARGS__, 0})

static inline uint32_t heap_dict(struct python_heap *h) {
  enum { LOG = 6, ROOM = 42 };
  uint32_t at = heap_new(h, 32, h->type[PY_TYPE_DICT]), keys = heap_new(h, 20 + (1 << LOG) + 8 * ROOM, 0);
  heap_put(h, at + 24, keys);
  h->bytes[keys + 4] = LOG, h->bytes[keys + 5] = LOG, h->bytes[keys + 6] = 1;
  return at;
}

static inline void heap_set(struct python_heap *h, uint32_t dict, uint32_t key, uint32_t value) {
  uint32_t keys = (uint32_t)(h->bytes[dict + 24] | h->bytes[dict + 25] << 8 | h->bytes[dict + 26] << 16);
  uint32_t used = h->bytes[keys + 16], entry = keys + 20 + 64 + 8 * used;
  heap_put(h, entry, key);
  heap_put(h, entry + 4, value);
  heap_put(h, keys + 16, used + 1);
  heap_put(h, dict + 8, used + 1);
}
static inline void heap_name(struct python_heap *h, uint32_t dict, const char *name, uint32_t value) {
  heap_set(h, dict, heap_str(h, name), value);
}

// A module in sys.modules; gives its dictionary. `file` may be NULL.
static inline uint32_t heap_module(struct python_heap *h, const char *name, const char *file) {
  uint32_t at = heap_new(h, 28, h->type[PY_TYPE_MODULE]), dict = heap_dict(h);
  heap_put(h, at + 8, dict);
  heap_name(h, dict, "__name__", heap_str(h, name));
  if (file) heap_name(h, dict, "__file__", heap_str(h, file));
  heap_name(h, h->modules, name, at);
  return dict;
}

// A class with a dictionary of its own; its instances have no values of their own.
static inline uint32_t heap_class(struct python_heap *h, const char *name, const char *module, uint32_t *dict) {
  uint32_t at = heap_new(h, h->old ? 460 : 468, h->type[PY_TYPE_TYPE]);
  heap_put(h, at + 12, heap_raw(h, name, (uint32_t)strlen(name)));
  heap_put(h, at + 16, 8);
  heap_put(h, at + 84, 1 << 9);
  *dict = heap_dict(h);
  heap_name(h, *dict, "__module__", heap_str(h, module));
  heap_put(h, at + 132, *dict);
  heap_put(h, at + 172, HEAP_TUPLE(h, at));
  return at;
}

// --- functions ---

struct python_function {
  const char *name;
  uint32_t arguments, keyword_only, flags;
  uint32_t locals[HEAP_ITEMS], constants[HEAP_ITEMS], names[HEAP_ITEMS];  // each ends with 0
  uint32_t defaults;
  struct {
    uint8_t from, count, target;  // units, each below 64; no unit: there is none
  } handler;                      // of exceptions, with nothing below it on the stack
};

// The byte of an instruction in the version of the heap: the first that means it.
static inline uint8_t heap_byte(const struct python_heap *h, enum py_op op) {
  static const struct {
    unsigned version;
    uint8_t first;
    enum py_op op;
  } bytes[] = {
#define PY_BYTES(version, first, last, name) {version, first, PY_OP_##name},
#include "analyze/py_opcodes.def"
  };
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
    if (bytes[i].version == (h->old ? 312U : 314U) && bytes[i].op == op) return bytes[i].first;
  abort();
}

static inline uint32_t heap_caches(const struct python_heap *h, enum py_op op) {
  static const uint8_t caches[PY_OP_COUNT][2] = {
#define PY_OP(name, caches_312, caches_314) [PY_OP_##name] = {caches_312, caches_314},
#include "analyze/py_opcodes.def"
  };
  return caches[op][!h->old];
}

static inline uint32_t heap_function(struct python_heap *h, uint32_t globals, const struct python_function *f, const uint8_t *units,
                                     uint32_t unit_count) {
  uint32_t head = h->old ? 124 : 128, code = heap_new(h, head + 2 * unit_count, h->type[PY_TYPE_CODE]), count = 0;
  while (f->locals[count]) count++;
  uint8_t kinds[HEAP_ITEMS] = {0}, lines[HEAP_SIZE / 64];
  // Each unit is on a line of its own, in column 4.
  for (uint32_t i = 0; i < unit_count; i++) lines[3 * i] = 0x80 | 11 << 3, lines[3 * i + 1] = 4, lines[3 * i + 2] = 9;
  memcpy(h->bytes + code + head, units, 2 * unit_count);
  heap_put(h, code + 8, unit_count);
  heap_put(h, code + 12, heap_tuple(h, f->constants));
  heap_put(h, code + 16, heap_tuple(h, f->names));
  const uint8_t handler[] = {0x80 | f->handler.from, f->handler.count, f->handler.target, 0};
  heap_put(h, code + 20, f->handler.count ? heap_bytes(h, handler, sizeof handler) : h->empty_bytes);
  heap_put(h, code + 24, f->flags);
  heap_put(h, code + 28, f->arguments);
  heap_put(h, code + 36, f->keyword_only);
  heap_put(h, code + 40, 16);
  heap_put(h, code + 44, 10);
  heap_put(h, code + 48, count);
  heap_put(h, code + 72, heap_tuple(h, f->locals));
  heap_put(h, code + 76, heap_bytes(h, kinds, count));
  heap_put(h, code + 80, heap_str(h, "/0/app.py"));
  heap_put(h, code + 84, heap_str(h, f->name));
  heap_put(h, code + 88, heap_str(h, f->name));
  heap_put(h, code + 92, heap_bytes(h, lines, 3 * unit_count));
  uint32_t at = heap_new(h, 76, h->type[PY_TYPE_FUNCTION]);
  heap_put(h, at + 8, globals);
  heap_put(h, at + 20, heap_str(h, f->name));
  heap_put(h, at + 24, code);
  heap_put(h, at + 28, f->defaults);
  return at;
}

struct python_instr {
  enum py_op op;
  uint8_t argument;
};

// The same, of a list that ends with PY_OP_NONE. Jumps count code units, caches among them, as in CPython.
static inline uint32_t heap_assemble(struct python_heap *h, uint32_t globals, const struct python_function *f,
                                     const struct python_instr *instrs) {
  uint8_t units[1024] = {0};
  uint32_t count = 0;
  for (; instrs->op != PY_OP_NONE; instrs++) {
    units[2 * count] = heap_byte(h, instrs->op);
    units[2 * count + 1] = instrs->argument;
    count += 1 + heap_caches(h, instrs->op);
    if (count > 480) abort();
  }
  return heap_function(h, globals, f, units, count);
}

// --- the whole ---

static inline void heap_types(struct python_heap *h) {
  static const uint32_t subclass[PY_TYPE_COUNT] = {
      [PY_TYPE_TYPE] = 1U << 31, [PY_TYPE_STR] = 1 << 28,  [PY_TYPE_BYTES] = 1 << 27, [PY_TYPE_TUPLE] = 1 << 26,
      [PY_TYPE_LIST] = 1 << 25,  [PY_TYPE_DICT] = 1 << 29, [PY_TYPE_INT] = 1 << 24,   [PY_TYPE_BOOL] = 1 << 24};
  uint32_t size[PY_TYPE_COUNT] = {
      [PY_TYPE_TYPE] = h->old ? 460 : 468, [PY_TYPE_TUPLE] = h->old ? 12 : 16, [PY_TYPE_CODE] = h->old ? 124 : 128};
  for (unsigned t = 0; t < PY_TYPE_COUNT; t++) h->type[t] = heap_new(h, 208, 0);
  for (unsigned t = 0; t < PY_TYPE_COUNT; t++) {
    heap_put(h, h->type[t] + 4, h->type[PY_TYPE_TYPE]);
    heap_put(h, h->type[t] + 12, heap_raw(h, python_types[t], (uint32_t)strlen(python_types[t])));
    heap_put(h, h->type[t] + 16, size[t]);
    heap_put(h, h->type[t] + 20, t == PY_TYPE_CODE ? 2 : 4);
    heap_put(h, h->type[t] + 84, subclass[t]);
  }
}

// An interpreter with modules sys, builtins and os; `os` has `environ`. Free with heap_free.
static inline struct python_heap heap_begin(bool old) {
  struct python_heap h = {.bytes = calloc(1, HEAP_SIZE), .at = HEAP_FROM, .old = old};
  if (!h.bytes) abort();
  heap_types(&h);
  h.none = heap_new(&h, 8, h.type[PY_TYPE_NONE]);
  h.yes = heap_int(&h, 1), h.no = heap_int(&h, 0);
  heap_put(&h, h.yes + 4, h.type[PY_TYPE_BOOL]), heap_put(&h, h.no + 4, h.type[PY_TYPE_BOOL]);
  h.empty_bytes = heap_bytes(&h, NULL, 0);
  h.empty_tuple = heap_tuple(&h, (const uint32_t[]){0});
  h.modules = heap_dict(&h);
  h.sys = heap_module(&h, "sys", NULL);
  h.hexversion = heap_int(&h, old ? 0x030c01f0 : 0x030e00f0);
  heap_name(&h, h.sys, "hexversion", h.hexversion);
  heap_name(&h, h.sys, "modules", h.modules);
  uint32_t builtins = heap_module(&h, "builtins", NULL), os = heap_module(&h, "os", "/python/os.py"), names = 0;
  heap_name(&h, builtins, "print", h.none);
  uint32_t environment = heap_class(&h, "_Environ", "os", &names);
  heap_name(&h, os, "environ", heap_new(&h, 16, environment));
  uint32_t listed = heap_new(&h, 40, h.type[PY_TYPE_FROZENSET]), table = heap_new(&h, 8 * 8, 0);
  heap_put(&h, table, heap_str(&h, "os"));
  heap_put(&h, listed + 16, 7);
  heap_put(&h, listed + 20, table);
  heap_name(&h, h.sys, "stdlib_module_names", listed);
  return h;
}

static inline void heap_free(struct python_heap *h) { free(h->bytes); }

#endif
