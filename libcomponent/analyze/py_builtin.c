// Functions and classes of C code, as far as they pass on what is known.
//
// Each is a row of a table: what makes containers (py_builtin_make.c), goes through something (py_builtin_walk.c) or looks at objects
// (py_builtin_object.c), and texts and numbers here. What has no row gives something unknown, and calls whatever functions it is given.

#include "py_builtin.h"

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
  return py_kind(&m->values, first(a)) == PY_INT ? py_formatted(m, first(a)) : 0;
}
static py_value same(struct py_machine *m, const struct py_arguments *a) {
  (void)m;
  return first(a);
}

// print(): functions that it is given may be called, but what containers hold stays.
static py_value printed(struct py_machine *m, const struct py_arguments *a) {
  py_value store = m->store;
  py_escape(m, a);
  m->store = store;
  return m->none;
}
static py_value harmless(struct py_machine *m, const struct py_arguments *a) {
  (void)m, (void)a;
  return 0;
}

static const struct py_builtin_row builtins[] = {
    {"str", make_text, false},  {"bytes", same, false},    {"repr", represented, false}, {"format", make_text, false},
    {"intern", same, false},    {"chr", character, false}, {"ord", code_of, false},      {"int", harmless, false},
    {"float", harmless, false}, {"bool", harmless, false}, {"id", harmless, false},      {"hash", harmless, false},
    {"print", printed, false},  {NULL, NULL, false},
};

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
      *result = call_each(m, row, a);
      return true;
    }
  }
  return false;
}
