// What the files of built-in functions share: how a row of their tables looks, and ways to read arguments. Private to py_builtin*.c and
// py_method.c.
#ifndef ANALYZE_PY_BUILTIN_H
#define ANALYZE_PY_BUILTIN_H

#include "py_machine.h"

typedef py_value py_builtin(struct py_machine *m, const struct py_arguments *a);

// A function or class of C code. `each`: it goes through its first argument once, and so makes one of several of a list that may be one of
// several. `raises`: a class of exceptions that it may raise; what it goes through, and what it calls, may raise others.
struct py_builtin_row {
  const char *name;
  py_builtin *function;
  bool each;
  const char *raises;
};

// By subject; a row without a name ends them.
extern const struct py_builtin_row py_builtins_make[], py_builtins_walk[], py_builtins_object[];

// Some are what methods do, too.
py_builtin py_make_list, py_make_sequence, py_make_dict, py_chain, py_any_element;

// Sorts what is gone through, as sorted() and list.sort() are told to. False: the order is not known.
bool py_sort_elements(struct py_machine *m, struct py_elements *all, const struct py_arguments *a);

static inline py_value first(const struct py_arguments *a) { return py_argument(a, 0, 0); }

static inline py_value tuple_of(struct py_machine *m, const py_value *items, uint32_t count) {
  return py_make_items(&m->values, PY_TUPLE, items, count, 0);
}

static inline py_value call1(struct py_machine *m, py_value function, py_value argument) {
  return py_call(m, function, &(struct py_arguments){.positional = &argument, .count = 1});
}

static inline bool is_host_list(const struct py_machine *m, py_value v) {
  enum py_kind kind = py_kind(&m->values, v);
  return kind == PY_MAPPING || kind == PY_PAIRS || kind == PY_KEYS;
}

// The keyword `name`, or what stands at `at`.
static inline py_value named_argument(const struct py_machine *m, const struct py_arguments *a, const char *name, uint32_t at,
                                      py_value otherwise) {
  for (uint32_t i = 0; i < a->named_count; i++)
    if (cm_str_is(py_cell(&m->values, a->names[i])->text, name)) return a->named[i];
  return py_argument(a, at, otherwise);
}

#endif
