// Tests of a variable: what a branch tells of it.
//
// A local variable that is one of several values is, on either way of a branch, one of those with which the test comes out so. That is known
// where what decides was made of the variable right before: by comparing it, by being true, by looking it up somewhere. What was made of it on
// the way, by a method, an operator or a function like len(), is kept for each of its values apart (`each`), so that `i % 2 == 0` and
// `len(name) > 3` tell of `i` and `name`.

#include "py_step.h"

// Is `v`, which stands or stood at this place of the stack, a local variable that is one of several, or was it made of one?
bool py_test_begin(struct py_machine *m, struct py_frame *f, py_value v, uint32_t place) {
  uint32_t from = f->from[place];
  const struct py_test *made = &f->derived;
  if (from == PY_FROM_TEST && made->value == v && f->slots[made->local] == made->subject) {
    f->test = *made;
    return true;
  }
  f->test = (struct py_test){.local = from - 1, .subject = v, .yes = m->unbound, .no = m->unbound};
  enum py_kind kind = py_kind(&m->values, v);
  return from && from <= f->code.local_count && f->slots[from - 1] == v &&
         (kind == PY_CHOICE || kind == PY_UNKNOWN || kind == PY_KEY);
}

void py_test_begin_at(struct py_machine *m, struct py_frame *f, uint32_t place) {
  py_value subject = place < f->height ? f->slots[place] : 0;
  f->test = (struct py_test){.local = place, .subject = subject, .yes = m->unbound, .no = m->unbound};
}

static uint32_t alternatives(const struct py_machine *m, const struct py_frame *f) {
  return py_choice_count(&m->values, f->test.subject);
}

// What was made of an alternative of the variable; itself, where nothing was.
static py_value made_of(const struct py_machine *m, const struct py_frame *f, uint32_t i) {
  return f->test.each ? f->test.each[i] : py_choice(&m->values, f->test.subject, i);
}

void py_test_one(struct py_machine *m, struct py_frame *f, py_value alternative, int truth) {
  struct py_test *t = &f->test;
  if (truth) t->yes = py_join(&m->values, t->yes, alternative);
  if (truth != 1) t->no = py_join(&m->values, t->no, alternative);
}

static void test_alternative(struct py_machine *m, struct py_frame *f, uint32_t i, int truth) {
  py_test_one(m, f, py_choice(&m->values, f->test.subject, i), truth);
}

void py_test_end(struct py_frame *f, py_value value) {
  f->test.value = value;
  f->test.made = true;
  f->test.unit = f->instr.next;
}

void py_push_made(struct py_machine *m, struct py_frame *f, py_value v, py_unary *make, void *context) {
  uint32_t count = alternatives(m, f), height = f->height;
  bool follows = make && !f->test.made && py_kind(&m->values, f->test.subject) == PY_CHOICE;
  py_value *each = follows ? cm_alloc_array(m->arena, count, sizeof *each) : NULL;
  m->failed |= follows && !each;
  for (uint32_t i = 0; each && i < count; i++) each[i] = make(context, made_of(m, f, i));
  push(f, v);
  if (!each || f->height == height) return;
  f->from[height] = PY_FROM_TEST;
  f->derived = f->test;
  f->derived.each = each;
  f->derived.value = v;
}

// --- calls ---

struct call {
  struct py_machine *m;
  py_value callee;
  struct cm_str name;
  const struct py_arguments *arguments;
};

// A method of the variable: those of texts are called for each alternative alone.
static py_value call_method(void *context, py_value one) {
  struct call *c = context;
  struct cm_str name = {0};
  for (uint32_t k = 0; py_kind(&c->m->values, one) == PY_TEXT && k < py_choice_count(&c->m->values, c->callee); k++) {
    const struct py_cell *cell = py_cell(&c->m->values, py_choice(&c->m->values, c->callee, k));
    if (cell->kind == PY_ATTRIBUTE && cell->items[0] == one) name = cell->text;
  }
  return name.size ? py_text_method(c->m, one, name, c->arguments) : 0;
}

// A function of which the variable is the first argument.
static py_value call_function(void *context, py_value one) {
  struct call *c = context;
  py_value all[2] = {one, py_argument(c->arguments, 1, 0)}, result = 0;
  py_call_builtin(c->m, c->name, &(struct py_arguments){.positional = all, .count = c->arguments->count}, &result);
  return result;
}

// Functions that only look at their argument.
static bool only_looks(struct cm_str name) {
  static const char *const names[] = {"len", "isinstance", "issubclass", "callable", "hasattr", "ord", "chr", "str", "int", "bool"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

static struct cm_str builtin_name(const struct py_machine *m, py_value callee) {
  const struct py_cell *c = py_cell(&m->values, callee);
  py_address at = c->kind == PY_HEAP ? (py_address)c->number : 0;
  if (py_is(m->heap, at, PY_TYPE_BUILTIN))
    return py_c_text(m->heap, py_word(m->heap, py_word(m->heap, (uint64_t)at + PY_BUILTIN_DEF)));
  return py_is_a(m->heap, at, PY_TYPE_TYPE) && py_is_c_type(m->heap, at) ? py_type_name(m->heap, at) : CM_STR("");
}

// key.startswith("X_"), of a name of the host's: it begins so then.
static bool test_beginning(struct py_machine *m, struct py_frame *f, py_value callee, const struct py_arguments *a) {
  const struct py_cell *c = py_cell(&m->values, callee);
  struct py_test *t = &f->test;
  bool begins = c->kind == PY_ATTRIBUTE && cm_str_is(c->text, "startswith") && a->count == 1, is_one;
  if (!begins || c->items[0] != t->subject || py_kind(&m->values, t->subject) != PY_KEY) return false;
  struct py_elements all = {.items = (py_value[]){a->positional[0]}, .count = 1, .rest = m->unbound};
  if (py_container_kind(m, a->positional[0], &is_one) == PY_LIST && is_one) all = py_elements_of(m, a->positional[0]);
  t->no = t->subject;
  for (uint32_t i = 0; i < all.count; i++) {
    const struct py_cell *text = py_cell(&m->values, all.items[i]);
    struct py_cell key = *py_cell(&m->values, t->subject);
    if (text->kind != PY_TEXT || text->open) return false;
    key.text = text->text;
    t->yes = py_join(&m->values, t->yes, py_make(&m->values, &key));
  }
  return all.count && all.rest == m->unbound;
}

void py_push_called(struct py_machine *m, struct py_frame *f, py_value callee, const struct py_arguments *a, uint32_t first_at,
                    py_value result) {
  struct call c = {m, callee, CM_STR(""), a};
  py_value raised = m->raised, thrown = m->thrown;
  bool stops = m->stops;
  if (!f->test.made && f->test.value && f->test.value == callee && test_beginning(m, f, callee, a)) {
    push(f, result);
    py_test_end(f, result);
  } else if (!f->test.made && f->test.value && f->test.value == callee) {
    py_push_made(m, f, result, call_method, &c);
  } else {
    c.name = builtin_name(m, callee);
    bool follows = only_looks(c.name) && a->count && a->count <= 2 && !a->named_count && !a->more &&
                   py_test_begin(m, f, a->positional[0], first_at);
    py_push_made(m, f, result, follows ? call_function : NULL, &c);
  }
  m->raised = raised, m->thrown = thrown, m->stops = stops;
}

// --- truth ---

int py_is_none(const struct py_machine *m, py_value v) {
  enum py_kind kind = py_kind(&m->values, v);
  return kind == PY_NONE ? 1 : kind == PY_UNKNOWN || kind == PY_CHOICE || kind == PY_UNBOUND ? -1 : 0;
}

void py_test_none(struct py_machine *m, struct py_frame *f) {
  for (uint32_t i = 0; i < alternatives(m, f); i++) test_alternative(m, f, i, py_is_none(m, made_of(m, f, i)));
}

int py_test_truth(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  // What is on top is what the test gave, or has given before, when less was known of the variable.
  bool goes_on = f->test.made && f->test.unit == f->instr.unit;
  f->test.made = goes_on;
  if (!goes_on && py_test_begin(m, f, v, f->height)) {
    for (uint32_t i = 0; i < alternatives(m, f); i++) test_alternative(m, f, i, py_truth(m, made_of(m, f, i)));
    f->test.made = true;
  }
  return py_truth(m, v);
}

void py_do_not(struct py_machine *m, struct py_frame *f) {
  int truth = py_test_truth(m, f);
  py_value yes = f->test.yes, v = py_bool(m, truth < 0 ? truth : !truth);
  f->test.yes = f->test.no, f->test.no = yes;
  if (f->test.made) py_test_end(f, v);
  push(f, v);
}
void py_do_to_bool(struct py_machine *m, struct py_frame *f) {
  py_value v = py_bool(m, py_test_truth(m, f));
  if (f->test.made) py_test_end(f, v);
  push(f, v);
}

// --- comparisons ---

// Members of one enumeration are equal where they are the same.
static bool are_members(const struct py_machine *m, const struct py_cell *x, const struct py_cell *y) {
  if (x->kind != PY_HEAP || y->kind != PY_HEAP) return false;
  py_address type = py_type_of(m->heap, (py_address)x->number);
  return type == py_type_of(m->heap, (py_address)y->number) && py_class_attribute(m->heap, type, CM_STR("_member_map_"), NULL) &&
         !py_is(m->heap, py_class_attribute(m->heap, type, CM_STR("__eq__"), NULL), PY_TYPE_FUNCTION);
}

// Equal, and known to be: 1; known to differ: 0.
int py_equal(struct py_machine *m, py_value a, py_value b) {
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  bool plain_x = (x->kind == PY_TEXT && !x->open) || x->kind == PY_INT || x->kind == PY_NONE || x->kind == PY_BOOL;
  bool plain_y = (y->kind == PY_TEXT && !y->open) || y->kind == PY_INT || y->kind == PY_NONE || y->kind == PY_BOOL;
  if ((plain_x && plain_y && x->kind == y->kind) || are_members(m, x, y)) return a == b;
  // A text is no number, and None nothing but itself.
  bool texts = x->kind == PY_TEXT || y->kind == PY_TEXT, none = x->kind == PY_NONE || y->kind == PY_NONE;
  bool tuples = x->kind == PY_TUPLE || y->kind == PY_TUPLE, plain = plain_x || plain_y;
  bool known =
      (plain_x || x->kind == PY_TUPLE || x->kind == PY_FUNCTION) && (plain_y || y->kind == PY_TUPLE || y->kind == PY_FUNCTION);
  return known && plain && (texts || none || tuples) ? 0 : -1;
}

// 1: they are the same object, 0: they are not, -1: it is not known. Objects of the snapshot are what they are; None is nothing but itself.
int py_same(const struct py_machine *m, py_value a, py_value b) {
  enum py_kind x = py_kind(&m->values, a), y = py_kind(&m->values, b);
  if (x == PY_UNKNOWN || x == PY_CHOICE || x == PY_UNBOUND || y == PY_UNKNOWN || y == PY_CHOICE || y == PY_UNBOUND) return -1;
  bool sure = x == PY_NONE || y == PY_NONE || (x == PY_HEAP && y == PY_HEAP) || (x == PY_BOOL && y == PY_BOOL);
  enum py_kind other = x == PY_HEAP ? y : x;
  // An object of the snapshot is no text, number, function or object that the program makes.
  bool apart =
      (x == PY_HEAP) != (y == PY_HEAP) && (other == PY_TEXT || other == PY_INT || other == PY_BOOL || other == PY_FUNCTION ||
                                           other == PY_OBJECT || other == PY_MAPPING || other == PY_KEY);
  return sure ? a == b : apart ? 0 : -1;
}

// Whatever is not known of the variable is `b` where they are equal.
void py_test_equal(struct py_machine *m, struct py_frame *f, py_value b, bool wanted) {
  struct py_test *t = &f->test;
  for (uint32_t i = 0; i < alternatives(m, f); i++) {
    py_value one = made_of(m, f, i), *equals = wanted ? &t->yes : &t->no;
    int is = py_equal(m, one, b);
    bool may_be_any = !t->each && py_kind(&m->values, one) == PY_UNKNOWN && py_kind(&m->values, b) != PY_HEAP;
    may_be_any &= py_equal(m, b, b) == 1;
    if (may_be_any) *equals = py_join(&m->values, *equals, b);
    test_alternative(m, f, i, may_be_any ? !wanted : is < 0 || wanted ? is : !is);
  }
  py_test_end(f, py_bool(m, -1));
}

void py_test_order(struct py_machine *m, struct py_frame *f, py_value b, uint32_t how) {
  for (uint32_t i = 0; i < alternatives(m, f); i++) test_alternative(m, f, i, py_compare_order(m, made_of(m, f, i), b, how));
  py_test_end(f, py_bool(m, -1));
}

void py_test_same(struct py_machine *m, struct py_frame *f, py_value b, bool wanted, py_value result) {
  for (uint32_t i = 0; i < alternatives(m, f); i++) {
    int is = py_same(m, made_of(m, f, i), b);
    test_alternative(m, f, i, is < 0 || wanted ? is : !is);
  }
  py_test_end(f, result);
}

// What a list, set or dictionary has, where that is known and is texts and numbers alone; m->unbound: it is not.
static py_value only_these(struct py_machine *m, py_value container) {
  bool is_one;
  py_value any = m->unbound;
  py_container_kind(m, container, &is_one);
  struct py_elements all = {.rest = 0};
  if (is_one) all = py_elements_of(m, container);
  if (all.rest != m->unbound || all.count > PY_CHOICES_MOST) return m->unbound;
  for (uint32_t i = 0; i < all.count; i++) {
    if (py_equal(m, all.items[i], all.items[i]) != 1 || py_kind(&m->values, all.items[i]) == PY_HEAP) return m->unbound;
    any = py_join(&m->values, any, all.items[i]);
  }
  return any;
}

// Whatever is not known of the variable is one of those that are in there, where it is found to be.
void py_test_contained(struct py_machine *m, struct py_frame *f, py_value container, bool wanted, py_value result) {
  struct py_test *t = &f->test;
  py_value these = t->each ? m->unbound : only_these(m, container);
  for (uint32_t i = 0; i < alternatives(m, f); i++) {
    py_value one = made_of(m, f, i), *found = wanted ? &t->yes : &t->no;
    int is = py_truth(m, py_contains(m, container, one));
    bool may_be_any = these != m->unbound && py_kind(&m->values, one) == PY_UNKNOWN;
    if (may_be_any) *found = py_join(&m->values, *found, these);
    test_alternative(m, f, i, may_be_any ? !wanted : is < 0 || wanted ? is : !is);
  }
  py_test_end(f, result);
}
