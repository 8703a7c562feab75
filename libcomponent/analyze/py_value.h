// What is known of a Python object while a program is followed.
//
// Values are numbered; equal ones have one number. What can change (a list, an instance that the program makes) is an object with a number
// of its own, and the value only names it: py_machine.h.
#ifndef ANALYZE_PY_VALUE_H
#define ANALYZE_PY_VALUE_H

#include "base/index.h"
#include "py_heap.h"

typedef uint32_t py_value;

enum py_kind {
  PY_UNKNOWN,  // anything: number 0
  PY_UNBOUND,  // a variable without a value
  PY_NULL,     // the empty place that calls have on the stack
  PY_NONE,
  PY_BOOL,       // number: 0 or 1
  PY_INT,        // number
  PY_TEXT,       // str and bytes; `open`: it goes on, and how is not known
  PY_HEAP,       // object of the snapshot: address
  PY_TUPLE,      // items
  PY_FUNCTION,   // made by the program: address of its code; globals; items: defaults, keyword defaults, closure
  PY_BOUND,      // items: function, self
  PY_ATTRIBUTE,  // items: object; text: name of what it has from C code
  PY_ITERATOR,   // items: what it goes through; number: position, or ITERATOR_ANYWHERE
  PY_SLICE,      // items: start, stop, step
  PY_SUPER,      // items: class, self
  PY_OBJECT,     // made by the program: number of the object
  PY_MAPPING,    // what a host hands over (the environment) as a dictionary; number: of the sink
  PY_PAIRS,      // as a list of pairs
  PY_KEYS,       // the names alone
  PY_KEY,        // one of them; text: how it begins
  PY_CHOICE,     // items: one of these
  PY_RAISED,     // an exception of a class of C code; items: class, arguments
  PY_HANDLED,    // the place where one is kept that is being handled; items: it
  PY_GETTER,     // operator.itemgetter; number: of keys; items: the key, or a tuple of them where there are several
  PY_STORE,      // items: owner, attribute, what it holds, and so on (py_store.c); `open`: there is more
};

enum { PY_ANYWHERE = -1, PY_CHOICES_MOST = 96, PY_KEY_MOST = 512 };

struct py_cell {
  enum py_kind kind;
  bool open;
  uint32_t globals;
  int64_t number;  // or address
  struct cm_str text;
  uint32_t count;
  const py_value *items;
};

struct py_values {
  struct cm_arena *arena;
  struct py_cell *cells;
  size_t count, room;
  struct index index;
  bool failed;
};

// False: memory is exhausted.
bool py_values_init(struct py_values *values, struct cm_arena *arena);

static inline const struct py_cell *py_cell(const struct py_values *values, py_value v) { return &values->cells[v]; }
static inline enum py_kind py_kind(const struct py_values *values, py_value v) { return values->cells[v].kind; }

// The number of a value; text and items are copied where it is new. PY_UNKNOWN when memory is exhausted.
py_value py_make(struct py_values *values, const struct py_cell *cell);

static inline py_value py_simple(struct py_values *values, enum py_kind kind, int64_t number) {
  return py_make(values, &(struct py_cell){.kind = kind, .number = number});
}
// A number; a large one, of which the sum with another might not fit, is unknown.
static inline py_value py_make_int(struct py_values *values, int64_t number) {
  bool fits = number < INT64_C(1) << 60 && number > -(INT64_C(1) << 60);
  return fits ? py_simple(values, PY_INT, number) : 0;
}
// A text; an open one of which nothing is known, or one that is too long to matter, is unknown.
py_value py_make_text(struct py_values *values, struct cm_str text, bool open);
py_value py_make_items(struct py_values *values, enum py_kind kind, const py_value *items, uint32_t count, int64_t number);

// One of both. Too many are unknown.
py_value py_join(struct py_values *values, py_value a, py_value b);

// The alternatives of a value: itself, where it is no choice.
static inline uint32_t py_choice_count(const struct py_values *values, py_value v) {
  return py_kind(values, v) == PY_CHOICE ? values->cells[v].count : 1;
}
static inline py_value py_choice(const struct py_values *values, py_value v, uint32_t i) {
  return py_kind(values, v) == PY_CHOICE ? values->cells[v].items[i] : v;
}

// Something that is made of each combination of two values' alternatives, or of each of one's.
typedef py_value py_unary(void *context, py_value a);
typedef py_value py_binary(void *context, py_value a, py_value b);
py_value py_each(struct py_values *values, py_value a, py_unary *function, void *context);
py_value py_each_pair(struct py_values *values, py_value a, py_value b, py_binary *function, void *context);

#endif
