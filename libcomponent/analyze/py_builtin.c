// Functions and classes of C code, as far as they pass on what is known.
//
// Each is a row of a table: what makes containers (py_builtin_make.c), goes through something (py_builtin_walk.c) or looks at objects
// (py_builtin_object.c), and texts and numbers here. What has no row gives something unknown, and calls whatever functions it is given.

#include "py_builtin.h"

#include <errno.h>
#include <stdlib.h>

static py_value make_text(struct py_machine *m, const struct py_arguments *a) {
  if (!a->count && !a->named_count && !a->more) return py_make_text(&m->values, CM_STR(""), false);
  return py_formatted(m, first(a));
}
static py_value character(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell *c = py_cell(&m->values, first(a));
  char one = (char)c->number;
  return c->kind == PY_INT && c->number > 0 && c->number < 128 ? py_make_text(&m->values, (struct cm_str){&one, 1}, false) : 0;
}
static py_value code_of(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell *c = py_cell(&m->values, first(a));
  bool plain = c->kind == PY_TEXT && !c->open && c->text.size == 1 && !((unsigned char)*c->text.at & 0x80);
  return plain ? py_simple(&m->values, PY_INT, *c->text.at) : 0;
}
static py_value represented(struct py_machine *m, const struct py_arguments *a) {
  py_value says = py_special(m, first(a), CM_STR("__repr__"));
  if (says != m->unbound) return py_call(m, says, &(struct py_arguments){0});
  return py_kind(&m->values, first(a)) == PY_INT ? py_formatted(m, first(a)) : 0;
}
static py_value same(struct py_machine *m, const struct py_arguments *a) {
  (void)m;
  return first(a);
}

// print(): functions that it is given may be called, but what containers hold stays.
static py_value printed(struct py_machine *m, const struct py_arguments *a) {
  py_value store = m->store, raised = m->raised, thrown = m->thrown;
  py_escape(m, a);
  m->store = store, m->raised = raised, m->thrown = thrown;
  return m->none;
}
static py_value harmless(struct py_machine *m, const struct py_arguments *a) {
  (void)m, (void)a;
  return 0;
}

// int(): of a text that is known, and in which base it is.
static py_value make_int(struct py_machine *m, const struct py_arguments *a) {
  const struct py_cell c = *py_cell(&m->values, first(a)), b = *py_cell(&m->values, named_argument(m, a, "base", 1, m->none));
  char digits[24];
  if (!a->count && !a->more) return py_simple(&m->values, PY_INT, 0);
  if ((c.kind == PY_INT || c.kind == PY_BOOL) && b.kind == PY_NONE) return py_simple(&m->values, PY_INT, c.number);
  bool known = c.kind == PY_TEXT && !c.open && (b.kind == PY_NONE || (b.kind == PY_INT && b.number >= 2 && b.number <= 36));
  if (known && c.text.size && c.text.size < sizeof digits && !memchr(c.text.at, '_', c.text.size) &&
      !memchr(c.text.at, 0, c.text.size)) {
    memcpy(digits, c.text.at, c.text.size);
    digits[c.text.size] = 0;
    char *end;
    errno = 0;
    int64_t number = strtoll(digits, &end, b.kind == PY_INT ? (int)b.number : 10);
    while (*end == ' ' || *end == '\n') end++;
    if (!*end && end > digits && !errno) return py_make_int(&m->values, number);
    if (b.kind == PY_NONE && !errno) {
      py_raise_surely(m, CM_STR("ValueError"));
      return 0;
    }
  }
  py_raise_of_c(m, CM_STR("ValueError"));
  if (c.kind == PY_UNKNOWN || c.kind == PY_NONE || c.kind == PY_CHOICE) py_raise_of_c(m, CM_STR("TypeError"));
  if (c.kind == PY_OBJECT || c.kind == PY_HEAP) py_raise(m, 0);
  return 0;
}

static py_value true_or_not(struct py_machine *m, const struct py_arguments *a) {
  return a->count ? py_bool(m, py_truth(m, first(a))) : a->more ? 0 : py_bool(m, 0);
}

// sys.exit()
static py_value leave(struct py_machine *m, const struct py_arguments *a) {
  (void)a;
  py_raise_surely(m, CM_STR("SystemExit"));
  return 0;
}

// operator.add and the like
static py_value added(struct py_machine *m, const struct py_arguments *a) {
  return py_add_values(m, first(a), py_argument(a, 1, 0));
}
static py_value item_of(struct py_machine *m, const struct py_arguments *a) {
  py_value v = py_item_get(m, first(a), py_argument(a, 1, 0));
  py_raise_of_item(m, first(a), py_argument(a, 1, 0));
  return v;
}
static py_value contained(struct py_machine *m, const struct py_arguments *a) {
  return py_contains(m, first(a), py_argument(a, 1, 0));
}

static const struct py_builtin_row builtins[] = {
    {"str", make_text, false, NULL},    {"bytes", same, false, NULL},       {"repr", represented, false, NULL},
    {"format", make_text, false, NULL}, {"intern", same, false, NULL},      {"chr", character, false, NULL},
    {"ord", code_of, false, NULL},      {"int", make_int, false, NULL},     {"float", harmless, false, "ValueError"},
    {"exit", leave, false, NULL},       {"bool", true_or_not, false, NULL}, {"id", harmless, false, NULL},
    {"hash", harmless, false, NULL},    {"print", printed, false, NULL},    {"add", added, false, NULL},
    {"concat", added, false, NULL},     {"getitem", item_of, false, NULL},  {"contains", contained, false, NULL},
    {NULL, NULL, false, NULL},
};

// What an argument raises where it is gone through: a generator what its body does, what is not known anything.
static void raise_of_arguments(struct py_machine *m, const struct py_builtin_row *row, const struct py_arguments *a, bool walks) {
  for (uint32_t i = 0; i < a->count; i++) {
    py_value v = a->positional[i];
    const struct py_object *object = py_object_of(m, v);
    if ((object && object->iterates) || (walks && py_kind(&m->values, v) == PY_UNKNOWN)) py_raise_of_walk(m, v);
  }
  if (row->raises) py_raise_of_c(m, cm_str_of(row->raises));
}

static py_value call_each(struct py_machine *m, const struct py_builtin_row *row, const struct py_arguments *a) {
  enum { WAYS_MOST = 8, WIDTH = 8 };
  py_value content = a->count ? py_content(m, first(a)) : m->unbound, result = m->unbound, all[WIDTH];
  uint32_t ways = content == m->unbound ? 1 : py_choice_count(&m->values, content);
  if (ways == 1 || ways > WAYS_MOST || a->count > WIDTH || !row->each) return row->function(m, a);
  struct py_arguments one = *a;
  memcpy(all, a->positional, a->count * sizeof *all);
  one.positional = all;
  for (uint32_t i = 0; i < ways; i++) {
    all[0] = py_choice(&m->values, content, i);
    result = py_join(&m->values, result, row->function(m, &one));
  }
  return result;
}

bool py_call_builtin(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result) {
  const struct py_builtin_row *const tables[] = {py_builtins_make, py_builtins_walk, py_builtins_object, builtins};
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    for (const struct py_builtin_row *row = tables[t]; row->name; row++) {
      if (!cm_str_is(name, row->name)) continue;
      raise_of_arguments(m, row, a, tables[t] == py_builtins_make || tables[t] == py_builtins_walk);
      m->stops = false;
      *result = call_each(m, row, a);
      m->stops &= row->function == leave || row->function == make_int;
      return true;
    }
  }
  return false;
}
