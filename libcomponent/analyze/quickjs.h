// QuickJS's memory, as a snapshot has it: the engine's own tables, and the objects of the program that it ran.
#ifndef ANALYZE_QUICKJS_H
#define ANALYZE_QUICKJS_H

#include <component/arena.h>

typedef uint32_t qjs_address;
typedef uint32_t qjs_atom;
typedef uint64_t qjs_value;

// What the upper half of a value says. Anything else is a number.
enum qjs_tag {
  QJS_BIG_INT = -9,
  QJS_SYMBOL = -8,
  QJS_STRING = -7,
  QJS_ROPE = -6,
  QJS_BYTECODE = -2,
  QJS_OBJECT = -1,
  QJS_INT = 0,
  QJS_BOOL = 1,
  QJS_NULL = 2,
  QJS_UNDEFINED = 3,
  QJS_UNINITIALIZED = 4,
  QJS_SHORT_BIG_INT = 7,
  QJS_NUMBER = 8,
};

struct qjs_heap {
  const uint8_t *bytes;
  size_t size;
  bool counted;         // an object begins with the number of its holders; else that stands before it
  uint32_t characters;  // where they begin in a string
  qjs_address atoms, classes, modules, global;
  uint32_t atom_count, class_count;
  qjs_atom global_this;
};

// A function's code.
struct qjs_code {
  qjs_atom name, file;
  uint32_t line, column;
  qjs_address source;
  uint32_t source_size;
  qjs_address closure, pool;
  uint32_t closure_count, pool_count;
};

enum qjs_property_kind {
  QJS_PLAIN,
  QJS_ACCESSOR,
  QJS_VARIABLE,
  QJS_NOT_MADE
};  // NOT_MADE: the engine makes it when it is asked for
struct qjs_property {
  qjs_atom name;
  enum qjs_property_kind kind;
  bool is_hidden;              // lists of members leave it out
  qjs_value value;             // of a PLAIN one
  qjs_address getter, setter;  // 0: none
  qjs_address variable;
};

struct qjs_module {
  qjs_address at;
  struct cm_str name;
  qjs_address exports, requests;
  uint32_t export_count, request_count;
  qjs_address namespace, function;  // objects; 0: there is none. A module without a function is the host's
  qjs_atom file;                    // what its functions say they stand in; 0: none do
};

// Finds the engine's tables in its memory. False: there is no QuickJS in it that ran.
bool qjs_heap_find(struct qjs_heap *heap, const uint8_t *bytes, size_t size);

// Words, and the smaller ones; 0 outside of the memory.
uint32_t qjs_word(const struct qjs_heap *heap, uint64_t at);
uint32_t qjs_half(const struct qjs_heap *heap, uint64_t at);
qjs_value qjs_value_at(const struct qjs_heap *heap, uint64_t at);
bool qjs_has(const struct qjs_heap *heap, uint64_t at, uint64_t size);

static inline qjs_address qjs_pointer(qjs_value v) { return (uint32_t)v; }
enum qjs_tag qjs_tag_of(qjs_value v);
double qjs_number_of(qjs_value v);  // of an INT or NUMBER

// The text of a string, rope or symbol, of an atom, as UTF-8. False: there is none, or memory is exhausted.
bool qjs_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_value v, struct cm_str *out);
bool qjs_string(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address at, struct cm_str *out);

// A symbol is "@@" and what it is described by, as the evaluation has it; a private name "#name".
bool qjs_atom_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_atom atom, struct cm_str *out);

// The name of an object's class, of a proxy "Proxy"; empty: it has none, or is no object.
struct cm_str qjs_class_of(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address object);

// What is special of the object's class begins there.
qjs_address qjs_own_part(const struct qjs_heap *heap, qjs_address object);
qjs_address qjs_prototype(const struct qjs_heap *heap, qjs_address object);
uint32_t qjs_property_count(const struct qjs_heap *heap, qjs_address object);
bool qjs_property_at(const struct qjs_heap *heap, qjs_address object, uint32_t i, struct qjs_property *out);

// The value that a variable which closures share has.
qjs_value qjs_variable(const struct qjs_heap *heap, qjs_address variable);

// The code of a function object; and of a value in a pool. False: it has none.
bool qjs_function(const struct qjs_heap *heap, qjs_address object, struct qjs_code *out);
bool qjs_code_at(const struct qjs_heap *heap, qjs_address at, struct qjs_code *out);

// The module behind the one at *at, which begins as 0. False: there are no more.
bool qjs_next_module(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address *at, struct qjs_module *out);
// The module that it asks for by its request number `i`.
qjs_address qjs_request(const struct qjs_heap *heap, const struct qjs_module *module, uint32_t i);

// Its export number `i`: the name, and the variable, 0 where it is another module's.
qjs_address qjs_export(const struct qjs_heap *heap, const struct qjs_module *module, uint32_t i, qjs_atom *name);

#endif
