// Small memory images with a QuickJS in them, for tests: names, classes, a context, modules, objects and functions.
//
// Objects are laid out as 32-bit builds have them, from the engine's headers and not from the reader that is tested: in those up to 0.15 an
// object begins with the number of its holders, in later ones that stands before it. All functions give the address of what they made.
#ifndef TEST_QUICKJS_HEAP_H
#define TEST_QUICKJS_HEAP_H

#include "analyze/quickjs.h"

#include <stdlib.h>
#include <string.h>

enum { HEAP_SIZE = 160 << 10, HEAP_FROM = 2048, ATOMS_MOST = 256, PROPERTIES = 8 };
enum { CLASS_OBJECT = 1, CLASS_ARRAY, CLASS_FUNCTION, CLASS_MAP, CLASS_PROMISE, CLASS_BYTES, CLASS_COUNT };
enum { OBJECT, BYTECODE, SHAPE, VARIABLE };

struct quickjs_heap {
  uint8_t *bytes;
  uint32_t at;
  bool old;
  uint32_t atoms, atom_count;
  const char *names[ATOMS_MOST];
  uint32_t modules, last_module;  // the list's head, and what is last in it
  uint32_t objects;               // Object.prototype
};

static inline void heap_put(struct quickjs_heap *h, uint32_t at, uint32_t word) {
  for (unsigned i = 0; i < 4; i++) h->bytes[at + i] = (uint8_t)(word >> 8 * i);
}

static inline uint32_t heap_get(const struct quickjs_heap *h, uint32_t at) {
  uint32_t word = 0;
  for (unsigned i = 4; i-- > 0;) word = word << 8 | h->bytes[at + i];
  return word;
}

static inline void heap_put_value(struct quickjs_heap *h, uint32_t at, int tag, uint32_t word) {
  heap_put(h, at, word);
  heap_put(h, at + 4, (uint32_t)tag);
}

static inline uint32_t heap_new(struct quickjs_heap *h, uint32_t size) {
  uint32_t at = ((h->at + 7) & ~7U) + 8;
  if (at + size > HEAP_SIZE) abort();
  h->at = at + size;
  return at;
}

// One of the collector's.
static inline uint32_t heap_new_object(struct quickjs_heap *h, uint32_t size, unsigned kind) {
  uint32_t at = heap_new(h, size);
  heap_put(h, h->old ? at : at - 4, 1);
  h->bytes[h->old ? at + 4 : at - 5] = (uint8_t)kind;
  return at;
}

static inline uint32_t heap_string(struct quickjs_heap *h, const char *text) {
  uint32_t size = (uint32_t)strlen(text), at = heap_new(h, 20 + size + 1), length = h->old ? at + 4 : at;
  heap_put(h, h->old ? at : at - 4, 1);
  heap_put(h, length, size);
  heap_put(h, length + 4, 1U << 30);
  memcpy(h->bytes + length + 16, text, size + 1);
  return at;
}

static inline uint32_t heap_atom(struct quickjs_heap *h, const char *text) {
  for (uint32_t i = 1; i < h->atom_count; i++)
    if (!strcmp(h->names[i], text)) return i;
  if (h->atom_count == ATOMS_MOST) abort();
  h->names[h->atom_count] = text;
  heap_put(h, h->atoms + 4 * h->atom_count, heap_string(h, text));
  return h->atom_count++;
}

// --- objects ---

// What is said of a property: its kind, and whether lists have it.
static inline void heap_describe(struct quickjs_heap *h, uint32_t object, uint32_t i, unsigned kind, bool listed) {
  uint32_t shape = heap_get(h, object + (h->old ? 16 : 12));
  heap_put(h, shape + (h->old ? 48 : 44) + 8 * i, kind << 30 | (uint32_t)listed << 28);
}

struct heap_property {
  const char *name;
  int tag;
  uint32_t word;
};

static inline uint32_t heap_object(struct quickjs_heap *h, unsigned class, uint32_t prototype, const struct heap_property *list) {
  uint32_t count = 0;
  while (list && list[count].name) count++;
  uint32_t shape = heap_new_object(h, 64 + 8 * count, SHAPE), values = heap_new(h, 8 * count + 8),
           at = heap_new_object(h, 64, OBJECT);
  heap_put(h, shape + (h->old ? 28 : 20), count);
  heap_put(h, shape + (h->old ? 32 : 24), count);
  heap_put(h, shape + (h->old ? 44 : 36), prototype);
  for (uint32_t i = 0; i < count; i++) {
    heap_put(h, shape + (h->old ? 48 : 44) + 8 * i + 4, heap_atom(h, list[i].name));
    heap_put_value(h, values + 8 * i, list[i].tag, list[i].word);
  }
  h->bytes[at + (h->old ? 6 : 10)] = (uint8_t) class;
  heap_put(h, at + (h->old ? 16 : 12), shape);
  heap_put(h, at + (h->old ? 20 : 16), values);
  for (uint32_t i = 0; i < count; i++) heap_describe(h, at, i, 0, true);
  return at;
}

static inline uint32_t heap_own(const struct quickjs_heap *h, uint32_t object) { return object + (h->old ? 32 : 24); }

static inline uint32_t heap_array(struct quickjs_heap *h, const char *const *texts) {
  uint32_t at = heap_object(h, CLASS_ARRAY, h->objects, NULL), count = 0, values = heap_new(h, 8 * PROPERTIES);
  for (; texts[count]; count++) heap_put_value(h, values + 8 * count, QJS_STRING, heap_string(h, texts[count]));
  heap_put(h, heap_own(h, at) + 4, values);
  heap_put(h, heap_own(h, at) + 8, count);
  return at;
}

static inline uint32_t heap_variable(struct quickjs_heap *h, int tag, uint32_t word) {
  uint32_t at = heap_new_object(h, 32, VARIABLE), value = at + 24;
  heap_put(h, at + (h->old ? 16 : 12), value);
  heap_put_value(h, value, tag, word);
  return at;
}

// --- functions ---

struct heap_closure {
  const char *name;
  uint32_t variable;
};

static inline uint32_t heap_code(struct quickjs_heap *h, const char *file, uint32_t line, uint32_t column, const char *source,
                                 const struct heap_closure *list, const uint32_t *inner) {
  uint32_t count = 0, pool = 0, at = heap_new_object(h, 96, BYTECODE), code = at + (h->old ? 16 : 8);
  uint32_t closure = heap_new(h, 8 * PROPERTIES), constants = heap_new(h, 8 * PROPERTIES);
  for (; list && list[count].name; count++) {
    h->bytes[closure + 8 * count] = 2;
    heap_put(h, closure + 8 * count + 4, heap_atom(h, list[count].name));
  }
  for (; inner && inner[pool]; pool++) heap_put_value(h, constants + 8 * pool, QJS_BYTECODE, inner[pool]);
  heap_put(h, code + 20, closure);
  heap_put(h, code + 32, count << 16);
  heap_put(h, code + 36, pool);
  heap_put(h, code + 44, constants);
  heap_put(h, code + 48, heap_atom(h, file));
  heap_put(h, code + 52, line);
  heap_put(h, code + 56, column);
  if (!source) return at;
  uint32_t size = (uint32_t)strlen(source), text = heap_new(h, size + 1);
  memcpy(h->bytes + text, source, size + 1);
  heap_put(h, code + 60, size);
  heap_put(h, code + 72, text);
  return at;
}

static inline uint32_t heap_function(struct quickjs_heap *h, uint32_t code, const struct heap_closure *list, uint32_t home,
                                     const struct heap_property *properties) {
  uint32_t at = heap_object(h, CLASS_FUNCTION, h->objects, properties), variables = heap_new(h, 4 * PROPERTIES);
  for (uint32_t i = 0; list && list[i].name; i++) heap_put(h, variables + 4 * i, list[i].variable);
  heap_put(h, heap_own(h, at), code);
  heap_put(h, heap_own(h, at) + 4, variables);
  heap_put(h, heap_own(h, at) + 8, home);
  return at;
}

// --- modules and the engine's tables ---

// `function`: its top level; 0: it is the host's. What it exports are variables.
static inline uint32_t heap_module(struct quickjs_heap *h, const char *name, uint32_t function,
                                   const struct heap_closure *exports) {
  uint32_t at = heap_new(h, 256), link = at + (h->old ? 8 : 4), count = 0, entries = heap_new(h, 20 * PROPERTIES);
  for (; exports && exports[count].name; count++) {
    heap_put(h, entries + 20 * count + 4, exports[count].variable);
    heap_put(h, entries + 20 * count + 16, heap_atom(h, exports[count].name));
  }
  heap_put(h, link - 4, heap_atom(h, name));
  heap_put(h, link, h->last_module);
  heap_put(h, link + 4, h->modules);
  heap_put(h, h->last_module + 4, link);
  heap_put(h, h->modules, link);
  h->last_module = link;
  heap_put(h, link + 20, entries);
  heap_put(h, link + 24, count);
  uint32_t values = (link + 56 + 7) & ~7U;
  for (unsigned i = 0; i < 3; i++) heap_put_value(h, values + 8 * i, QJS_UNDEFINED, 0);
  if (function) heap_put_value(h, values + 8, QJS_OBJECT, function);
  return at;
}

static inline void heap_begin(struct quickjs_heap *h, bool old) {
  static const char *const words[] = {"null", "false", "true", "if", "else", "return", "var", "this", "delete"};
  static const char *const classes[CLASS_COUNT] = {"", "Object", "Array", "Function", "Map", "Promise", "Uint8Array"};
  *h = (struct quickjs_heap){.bytes = calloc(1, HEAP_SIZE), .at = HEAP_FROM, .old = old, .atom_count = 1};
  if (!h->bytes) abort();
  h->atoms = heap_new(h, 4 * ATOMS_MOST);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) heap_atom(h, words[i]);
  uint32_t table = heap_new(h, 24 * CLASS_COUNT), runtime = heap_new(h, 256), holder = runtime + 64,
           context = heap_new_object(h, 512, 5);
  for (uint32_t i = 1; i < CLASS_COUNT; i++)
    heap_put(h, table + 24 * i, i), heap_put(h, table + 24 * i + 4, heap_atom(h, classes[i]));
  const uint32_t fields[] = {256, 100, ATOMS_MOST, 512, table, h->atoms, 0, CLASS_COUNT, CLASS_COUNT, table};
  for (uint32_t i = 0; i < 10; i++) heap_put(h, holder - 20 + 4 * i, fields[i]);
  uint32_t link = context + (h->old ? 20 : 12), list = holder + 20;
  heap_put(h, list, link), heap_put(h, list + 4, link);
  heap_put(h, link, list), heap_put(h, link + 4, list);
  heap_put(h, link - 4, runtime);
  h->objects = heap_object(h, CLASS_OBJECT, 0, NULL);
  h->modules = h->last_module = context + 256;
  heap_put(h, h->modules, h->modules), heap_put(h, h->modules + 4, h->modules);
  const struct heap_property globals[] = {{"globalThis", QJS_INT, 0}, {NULL, 0, 0}};
  heap_put_value(h, context + 64, QJS_OBJECT, heap_object(h, CLASS_OBJECT, h->objects, globals));
}

static const char run_text[] =
    "function run() { name = prefix + 'KEY'; return show() + settings.read(table[1]) + settings.all('x'); }",
                  show_text[] = "() => new Map(getEnvironment()).get(name)",
                  class_text[] =
                      "class Settings {\n  field = 'DSN';\n  #p;\n  constructor(p) { this.#p = p; }\n"
                      "  read(k) { return this.#env()[this.#p + k]; }\n  get all() { return () => this.#env()[this.field]; }\n"
                      "  #env() { return Object.fromEntries(getEnvironment()); }\n}",
                  read_text[] = "read(k) { return this.#env()[this.#p + k]; }",
                  all_text[] = "get all() { return () => this.#env()[this.field]; }",
                  env_text[] = "#env() { return Object.fromEntries(getEnvironment()); }";

// --- a program ---

// A program whose state is what its top level left: texts, a list, an instance of a class, a function of the host.
static inline void heap_program(struct quickjs_heap *h, bool old) {
  heap_begin(h, old);
  uint32_t get = heap_object(h, CLASS_FUNCTION, h->objects, NULL);
  const struct heap_closure host[] = {{"getEnvironment", heap_variable(h, QJS_OBJECT, get)}, {NULL, 0}};
  const char *const names[] = {"ONE", "TWO", NULL};
  uint32_t prefix = heap_variable(h, QJS_STRING, heap_string(h, "APP_")),
           name = heap_variable(h, QJS_STRING, heap_string(h, "OLD"));
  uint32_t table = heap_variable(h, QJS_OBJECT, heap_array(h, names));

  const struct heap_closure of_env[] = {host[0], {NULL, 0}};
  uint32_t env_code = heap_code(h, "/app.js", 10, 3, env_text, of_env, NULL);
  uint32_t env = heap_variable(h, QJS_OBJECT, heap_function(h, env_code, of_env, 0, NULL));
  const struct heap_closure of_read[] = {{"#env", env}, {"#p", heap_variable(h, QJS_UNDEFINED, 0)}, {NULL, 0}};
  uint32_t read_code = heap_code(h, "/app.js", 8, 3, read_text, of_read, NULL);
  uint32_t all_code = heap_code(h, "/app.js", 9, 7, all_text, of_read, NULL);
  uint32_t read = heap_function(h, read_code, of_read, 0, NULL), all = heap_function(h, all_code, of_read, 0, NULL);
  const struct heap_property members[] = {{"read", QJS_OBJECT, read}, {"all", (int)all, 0}, {NULL, 0, 0}};
  uint32_t prototype = heap_object(h, CLASS_OBJECT, h->objects, members);
  // The second is an accessor: its two words are functions.
  heap_describe(h, prototype, 1, 1, false);
  uint32_t values = heap_get(h, prototype + (old ? 20 : 16));
  heap_put(h, values + 8, all), heap_put(h, values + 12, 0);

  uint32_t class_code = heap_code(h, "/app.js", 7, 3, class_text, NULL, NULL);
  const struct heap_property statics[] = {{"prototype", QJS_OBJECT, prototype}, {NULL, 0, 0}};
  uint32_t class = heap_function(h, class_code, NULL, prototype, statics);
  const struct heap_property own[] = {
      {"#p", QJS_STRING, heap_string(h, "SET_")}, {"field", QJS_STRING, heap_string(h, "DSN")}, {NULL, 0, 0}};
  uint32_t settings = heap_variable(h, QJS_OBJECT, heap_object(h, CLASS_OBJECT, prototype, own));

  const struct heap_closure of_show[] = {host[0], {"name", name}, {NULL, 0}};
  uint32_t show_code = heap_code(h, "/app.js", 13, 14, show_text, of_show, NULL);
  uint32_t show = heap_variable(h, QJS_OBJECT, heap_function(h, show_code, of_show, 0, NULL));
  const struct heap_closure of_run[] = {{"name", name},         {"prefix", prefix}, {"show", show},
                                        {"settings", settings}, {"table", table},   {NULL, 0}};
  uint32_t run_code = heap_code(h, "/app.js", 14, 8, run_text, of_run, NULL);
  const struct heap_closure exports[] = {{"run", heap_variable(h, QJS_OBJECT, heap_function(h, run_code, of_run, 0, NULL))},
                                         {NULL, 0}};

  const struct heap_closure of_module[] = {host[0], {"Settings", heap_variable(h, QJS_OBJECT, class)}, {NULL, 0}};
  const uint32_t inner[] = {run_code, show_code, class_code, read_code, all_code, env_code, 0};
  uint32_t top = heap_code(h, "/app.js", 1, 1, NULL, of_module, inner);
  heap_module(h, "/app.js", heap_function(h, top, of_module, 0, NULL), exports);
  heap_module(h, "wasi:cli/environment@0.2.3", 0, host);
}

#endif
