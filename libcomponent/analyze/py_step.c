// The instructions.
//
// Each is a row of a table: a function that takes what it needs from the stack and leaves what it makes. Execution goes on behind it, unless
// the row says that the function itself tells where. What an instruction means in which version is said where versions differ
// (Python/bytecodes.c in CPython's sources).

#include "py_machine.h"

static bool is_312(const struct py_machine *m) { return m->heap->layout->version == 0x030c; }

static void push(struct py_frame *f, py_value v) {
  if (f->height < f->code.local_count + f->code.stack + 2) f->slots[f->height++] = v;
}
static py_value pop(struct py_frame *f) { return f->height > f->code.local_count ? f->slots[--f->height] : 0; }
// The n-th from the top, 1 being the top itself. NULL: the stack is not so high.
static py_value *peek(struct py_frame *f, uint32_t n) {
  return n && f->height >= f->code.local_count + n ? &f->slots[f->height - n] : NULL;
}
static py_value *local(struct py_frame *f, uint32_t i) { return i < f->code.local_count ? &f->slots[i] : NULL; }
static py_value name_value(struct py_machine *m, const struct py_frame *f, uint32_t i) {
  return py_of_address(m, py_item(m->heap, f->code.names, i));
}
static struct cm_str name_of(const struct py_machine *m, const struct py_frame *f, uint32_t i) {
  return py_text_or_empty(m->heap, py_item(m->heap, f->code.names, i));
}
static py_value constant(struct py_machine *m, const struct py_frame *f) {
  return py_of_address(m, py_item(m->heap, f->code.constants, f->instr.argument));
}

// Takes the topmost `count` values off; they stay readable behind the top until something is pushed. NULL: there are not so many.
static const py_value *take(struct py_frame *f, uint32_t count) {
  if (f->height < f->code.local_count + (uint64_t)count) return NULL;
  f->height -= count;
  return f->slots + f->height;
}

typedef void operation(struct py_machine *m, struct py_frame *f);

// --- stack and variables ---

static void op_nothing(struct py_machine *m, struct py_frame *f) { (void)m, (void)f; }
static void op_pop(struct py_machine *m, struct py_frame *f) { (void)m, pop(f); }
static void op_pop2(struct py_machine *m, struct py_frame *f) { (void)m, pop(f), pop(f); }
static void op_pop3(struct py_machine *m, struct py_frame *f) { (void)m, pop(f), pop(f), pop(f); }
static void op_push_unknown(struct py_machine *m, struct py_frame *f) { (void)m, push(f, 0); }
static void op_top_unknown(struct py_machine *m, struct py_frame *f) { (void)m, pop(f), push(f, 0); }
static void op_pop2_push_unknown(struct py_machine *m, struct py_frame *f) { (void)m, pop(f), pop(f), push(f, 0); }
static void op_pop3_push_unknown(struct py_machine *m, struct py_frame *f) { op_pop3(m, f), push(f, 0); }
static void op_push_null(struct py_machine *m, struct py_frame *f) { push(f, m->null); }

static void op_copy(struct py_machine *m, struct py_frame *f) {
  (void)m;
  const py_value *from = peek(f, f->instr.argument);
  push(f, from ? *from : 0);
}
static void op_swap(struct py_machine *m, struct py_frame *f) {
  (void)m;
  py_value *top = peek(f, 1), *other = peek(f, f->instr.argument);
  if (!top || !other) return;
  py_value v = *top;
  *top = *other;
  *other = v;
}

static void op_load_const(struct py_machine *m, struct py_frame *f) { push(f, constant(m, f)); }
static void op_load_small_int(struct py_machine *m, struct py_frame *f) {
  push(f, py_simple(&m->values, PY_INT, f->instr.argument));
}

static void load_local(struct py_machine *m, struct py_frame *f, uint32_t i) {
  const py_value *v = local(f, i);
  push(f, v && *v != m->unbound ? *v : 0);
}
static void store_local(struct py_frame *f, uint32_t i, py_value v) {
  py_value *to = local(f, i);
  if (to) *to = v;
}
static void op_load_fast(struct py_machine *m, struct py_frame *f) { load_local(m, f, f->instr.argument); }
static void op_load_fast_pair(struct py_machine *m, struct py_frame *f) {
  load_local(m, f, f->instr.argument >> 4);
  load_local(m, f, f->instr.argument & 15);
}
static void op_load_fast_and_clear(struct py_machine *m, struct py_frame *f) {
  const py_value *v = local(f, f->instr.argument);
  push(f, v ? *v : 0);
  store_local(f, f->instr.argument, m->unbound);
}
static void op_store_fast(struct py_machine *m, struct py_frame *f) { (void)m, store_local(f, f->instr.argument, pop(f)); }
static void op_store_fast_load_fast(struct py_machine *m, struct py_frame *f) {
  store_local(f, f->instr.argument >> 4, pop(f));
  load_local(m, f, f->instr.argument & 15);
}
static void op_store_fast_pair(struct py_machine *m, struct py_frame *f) {
  (void)m;
  store_local(f, f->instr.argument >> 4, pop(f));
  store_local(f, f->instr.argument & 15, pop(f));
}
static void op_delete_fast(struct py_machine *m, struct py_frame *f) { store_local(f, f->instr.argument, m->unbound); }

// --- cells ---

static py_value content_of(struct py_machine *m, py_value cell) {
  py_value v = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, cell); i++) {
    py_value one = py_choice(&m->values, cell, i);
    const struct py_cell *c = py_cell(&m->values, one);
    const struct py_object *object = py_object_of(m, one);
    if (object) v = py_join(&m->values, v, object->rest);
    if (c->kind == PY_HEAP && py_is(m->heap, (py_address)c->number, PY_TYPE_CELL))
      v = py_join(&m->values, v, py_of_address(m, py_word(m->heap, (uint64_t)c->number + PY_CELL_CONTENT)));
    if (c->kind == PY_UNKNOWN) v = 0;
  }
  return v == m->unbound ? 0 : v;
}

static void op_make_cell(struct py_machine *m, struct py_frame *f) {
  py_value *v = local(f, f->instr.argument);
  if (!v) return;
  py_value cell = py_new_object(m, PY_CELL, 0);
  struct py_object *object = py_object_of(m, cell);
  if (object) object->rest = py_join(&m->values, object->rest, *v);
  *v = cell;
}
static void op_copy_free_vars(struct py_machine *m, struct py_frame *f) {
  bool exact;
  uint32_t count = f->instr.argument;
  for (uint32_t i = 0; i < count && count <= f->code.local_count; i++) {
    py_value cell = f->closure ? py_element_at(m, f->closure, i, &exact) : 0;
    f->slots[f->code.local_count - count + i] = cell == m->unbound ? 0 : cell;
  }
}
static void op_load_deref(struct py_machine *m, struct py_frame *f) {
  const py_value *cell = local(f, f->instr.argument);
  push(f, cell ? content_of(m, *cell) : 0);
}
static void op_store_deref(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  const py_value *cells = local(f, f->instr.argument);
  for (uint32_t i = 0; cells && i < py_choice_count(&m->values, *cells); i++) {
    struct py_object *object = py_object_to_change(m, py_choice(&m->values, *cells, i), PY_CELL);
    if (object) object->rest = py_join(&m->values, object->rest, v);
  }
}
static void op_load_from_dict_or_deref(struct py_machine *m, struct py_frame *f) {
  pop(f);
  op_load_deref(m, f);
}

// --- names and attributes ---

// A value and the empty place beside it, as calls want it: before it in 3.12, behind it since.
static void push_callable(struct py_machine *m, struct py_frame *f, py_value v, bool with_null) {
  if (with_null && is_312(m)) push(f, m->null);
  push(f, v);
  if (with_null && !is_312(m)) push(f, m->null);
}

static void op_load_global(struct py_machine *m, struct py_frame *f) {
  push_callable(m, f, py_global(m, f->globals, name_of(m, f, f->instr.argument >> 1)), f->instr.argument & 1);
}
static void op_load_name(struct py_machine *m, struct py_frame *f) {
  push(f, py_global(m, f->globals, name_of(m, f, f->instr.argument)));
}
static void op_load_from_dict_or_globals(struct py_machine *m, struct py_frame *f) {
  pop(f);
  op_load_name(m, f);
}
static void op_store_global(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  struct py_object *object = py_object_to_change(m, py_simple(&m->values, PY_HEAP, f->globals), PY_DICT);
  py_entry_put(m, object, name_value(m, f, f->instr.argument), v);
}
static void op_load_attr(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  push_callable(m, f, py_attribute(m, v, name_of(m, f, f->instr.argument >> 1)), f->instr.argument & 1);
}
static void op_store_attr(struct py_machine *m, struct py_frame *f) {
  py_value owner = pop(f), v = pop(f);
  py_attribute_set(m, owner, name_of(m, f, f->instr.argument), v);
}
static void op_load_super_attr(struct py_machine *m, struct py_frame *f) {
  py_value self = pop(f), class = pop(f);
  pop(f);
  push_callable(m, f, py_super_attribute(m, class, self, name_of(m, f, f->instr.argument >> 2)), f->instr.argument & 1);
}
static void op_load_special(struct py_machine *m, struct py_frame *f) {
  static const char *const names[] = {"__enter__", "__exit__", "__aenter__", "__aexit__"};
  py_value v = pop(f);
  push_callable(m, f, f->instr.argument < 4 ? py_attribute(m, v, cm_str_of(names[f->instr.argument])) : 0, true);
}
static void op_before_with(struct py_machine *m, struct py_frame *f) {
  bool is_async = f->instr.op == PY_OP_BEFORE_ASYNC_WITH;
  py_value v = pop(f), enter = py_attribute(m, v, is_async ? CM_STR("__aenter__") : CM_STR("__enter__"));
  push(f, py_attribute(m, v, is_async ? CM_STR("__aexit__") : CM_STR("__exit__")));
  push(f, py_call(m, enter, &(struct py_arguments){0}));
}

static void op_import_name(struct py_machine *m, struct py_frame *f) {
  struct cm_str name = name_of(m, f, f->instr.argument);
  py_value names = pop(f);
  const struct py_cell level = *py_cell(&m->values, pop(f));
  // "import a.b" gives a, "from a.b import c" gives a.b; what is relative is not followed.
  py_address module = 0;
  if (level.kind == PY_INT && !level.number) {
    const char *dot = names == m->none ? memchr(name.at, '.', name.size) : NULL;
    module = py_module_named(m->heap, dot ? (struct cm_str){name.at, (size_t)(dot - name.at)} : name);
  } else if (level.kind == PY_INT && level.number < 8) {
    struct cm_str package = py_text_or_empty(m->heap, py_dict_get(m->heap, f->globals, CM_STR("__package__")));
    for (int64_t up = 1; up < level.number; up++)
      while (package.size && package.at[--package.size] != '.') {}
    struct cm_str full = cm_alloc_format(m->arena, "%.*s%s%.*s", CM_STR_ARG(package), name.size ? "." : "", CM_STR_ARG(name));
    if (full.at) module = py_module_named(m->heap, full);
  }
  push(f, module ? py_of_address(m, module) : 0);
}
static void op_import_from(struct py_machine *m, struct py_frame *f) {
  const py_value *module = peek(f, 1);
  push(f, module ? py_attribute(m, *module, name_of(m, f, f->instr.argument)) : 0);
}

// --- operators ---

// Operators of BINARY_OP that keep something of what is known.
enum {
  NB_ADD = 0,
  NB_AND = 1,
  NB_REMAINDER = 6,
  NB_OR = 7,
  NB_SUBTRACT = 10,
  NB_XOR = 12,
  NB_INPLACE_ADD = 13,
  NB_INPLACE_REMAINDER = 19,
  NB_INPLACE_OR = 20,
  NB_SUBSCR = 26
};

static py_value add_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  const struct py_cell x = *py_cell(&m->values, a), y = *py_cell(&m->values, b);
  bool sequence_a, sequence_b;
  if (x.kind == PY_TEXT || y.kind == PY_TEXT) return py_concat(m, a, b);
  if (x.kind == PY_INT && y.kind == PY_INT) return py_make_int(&m->values, x.number + y.number);
  bool list = py_container_kind(m, a, &sequence_a) == PY_LIST && py_container_kind(m, b, &sequence_b) == PY_LIST;
  if (!list || !sequence_a || !sequence_b) return 0;
  struct py_elements left = py_elements_of(m, a), right = py_elements_of(m, b);
  py_value made = py_new_object(m, PY_LIST, 0);
  struct py_object *object = py_object_of(m, made);
  if (!object) return 0;
  bool fresh = !object->count;
  for (uint32_t i = 0; i < left.count; i++) py_element_add(m, object, left.items[i]);
  for (uint32_t i = 0; i < right.count; i++) py_element_add(m, object, right.items[i]);
  object->rest = py_join(&m->values, object->rest, py_join(&m->values, left.rest, right.rest));
  if (fresh) object->loose = false;
  return made;
}

static bool is_dict(struct py_machine *m, py_value v) {
  bool is_one;
  return py_kind(&m->values, v) == PY_MAPPING || (py_container_kind(m, v, &is_one) == PY_DICT && is_one);
}

static py_value or_one(void *context, py_value a, py_value b) {
  struct py_machine *m = context;
  if (!is_dict(m, a) && !is_dict(m, b)) return 0;
  py_value made = py_new_object(m, PY_DICT, 0);
  py_update(m, made, a);
  py_update(m, made, b);
  return made;
}

// A set of names is compared with what a host has.
static void compare_sets(struct py_machine *m, py_value a, py_value b) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, a); i++) {
    const struct py_cell host = *py_cell(&m->values, py_choice(&m->values, a, i));
    if (host.kind != PY_MAPPING && host.kind != PY_KEYS) continue;
    for (uint32_t k = 0; k < py_choice_count(&m->values, b); k++) {
      struct py_elements all = py_elements_of(m, py_choice(&m->values, b, k));
      for (uint32_t n = 0; n < all.count; n++) py_ask(m, host.number, all.items[n]);
      if (all.rest != m->unbound) py_ask(m, host.number, all.rest);
    }
  }
}

static void op_binary(struct py_machine *m, struct py_frame *f) {
  py_value b = pop(f), a = pop(f), v = 0;
  switch (f->instr.argument) {
    case NB_ADD:
    case NB_INPLACE_ADD: v = py_each_pair(&m->values, a, b, add_one, m); break;
    case NB_OR:
    case NB_INPLACE_OR: v = py_each_pair(&m->values, a, b, or_one, m); break;
    case NB_REMAINDER:
    case NB_INPLACE_REMAINDER: {
      v = m->unbound;
      for (uint32_t i = 0; i < py_choice_count(&m->values, a); i++)
        v = py_join(&m->values, v, py_percent(m, py_choice(&m->values, a, i), b));
      break;
    }
    case NB_AND:
    case NB_SUBTRACT:
    case NB_XOR:
      compare_sets(m, a, b);
      compare_sets(m, b, a);
      break;
    case NB_SUBSCR: v = py_item_get(m, a, b); break;
    default: break;
  }
  push(f, v);
}
static void op_binary_subscr(struct py_machine *m, struct py_frame *f) {
  py_value key = pop(f), container = pop(f);
  push(f, py_item_get(m, container, key));
}
static void op_binary_slice(struct py_machine *m, struct py_frame *f) {
  py_value stop = pop(f), start = pop(f), container = pop(f), parts[3] = {start, stop, m->none};
  push(f, py_item_get(m, container, py_make_items(&m->values, PY_SLICE, parts, 3, 0)));
}
static void op_build_slice(struct py_machine *m, struct py_frame *f) {
  py_value step = f->instr.argument == 3 ? pop(f) : m->none, stop = pop(f), start = pop(f), parts[3] = {start, stop, step};
  push(f, py_make_items(&m->values, PY_SLICE, parts, 3, 0));
}
static void op_store_subscr(struct py_machine *m, struct py_frame *f) {
  py_value key = pop(f), container = pop(f), v = pop(f);
  py_item_set(m, container, key, v);
}
static void op_store_slice(struct py_machine *m, struct py_frame *f) { op_pop2(m, f), op_pop2(m, f); }

static void op_not(struct py_machine *m, struct py_frame *f) {
  int truth = py_truth(m, pop(f));
  push(f, py_bool(m, truth < 0 ? truth : !truth));
}
static void op_to_bool(struct py_machine *m, struct py_frame *f) { push(f, py_bool(m, py_truth(m, pop(f)))); }

// Equal, and known to be: 1; known to differ: 0.
static int equal(struct py_machine *m, py_value a, py_value b) {
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  bool plain_x = (x->kind == PY_TEXT && !x->open) || x->kind == PY_INT || x->kind == PY_NONE || x->kind == PY_BOOL;
  bool plain_y = (y->kind == PY_TEXT && !y->open) || y->kind == PY_INT || y->kind == PY_NONE || y->kind == PY_BOOL;
  return plain_x && plain_y && x->kind == y->kind ? a == b : -1;
}

static void op_compare(struct py_machine *m, struct py_frame *f) {
  py_value b = pop(f), a = pop(f);
  uint32_t how = f->instr.argument >> (is_312(m) ? 4 : 5);
  if (how == 2 || how == 3) {
    py_ask_compared(m, a, b);
    py_ask_compared(m, b, a);
  }
  compare_sets(m, a, b);
  compare_sets(m, b, a);
  int same = equal(m, a, b);
  push(f, how == 2 ? py_bool(m, same) : how == 3 ? py_bool(m, same < 0 ? same : !same) : 0);
}
static void op_contains(struct py_machine *m, struct py_frame *f) {
  py_value container = pop(f), v = pop(f);
  const struct py_cell *found = py_cell(&m->values, py_contains(m, container, v));
  bool known = found->kind == PY_BOOL;
  push(f, py_bool(m, known ? (found->number != 0) != (f->instr.argument & 1) : -1));
}
static void op_is(struct py_machine *m, struct py_frame *f) {
  py_value b = pop(f), a = pop(f);
  const struct py_cell *x = py_cell(&m->values, a), *y = py_cell(&m->values, b);
  bool sure = x->kind != PY_UNKNOWN && x->kind != PY_CHOICE && y->kind != PY_UNKNOWN && y->kind != PY_CHOICE &&
              (x->kind == PY_NONE || y->kind == PY_NONE) && x->kind != PY_UNBOUND && y->kind != PY_UNBOUND;
  push(f, sure ? py_bool(m, (a == b) != (f->instr.argument & 1)) : 0);
}

// --- building ---

static void op_build_tuple(struct py_machine *m, struct py_frame *f) {
  const py_value *items = take(f, f->instr.argument);
  push(f, items ? py_make_items(&m->values, PY_TUPLE, items, f->instr.argument, 0) : 0);
}

static void op_build_list(struct py_machine *m, struct py_frame *f) {
  uint32_t count = f->instr.argument;
  const py_value *items = take(f, count);
  py_value made = py_new_object(m, f->instr.op == PY_OP_BUILD_SET ? PY_SET : PY_LIST, 0);
  struct py_object *object = items ? py_object_of(m, made) : NULL;
  bool fresh = object && !object->count;
  for (uint32_t i = 0; object && i < count; i++) {
    if (fresh && object->count == i && i < PY_ITEMS_MOST) {
      // Equal elements of a list that is written down stay at their places.
      if (cm_grow(m->arena, &object->entries, &object->room, object->count, sizeof *object->entries))
        object->entries[object->count++] = (struct py_entry){0, items[i]};
    } else if (i >= object->count || object->entries[i].value != items[i]) {
      py_element_add(m, object, items[i]);
    }
  }
  push(f, made);
}

static void op_build_map(struct py_machine *m, struct py_frame *f) {
  uint32_t count = f->instr.argument;
  const py_value *items = take(f, count * 2);
  py_value made = py_new_object(m, PY_DICT, 0);
  for (uint32_t i = 0; items && i < count; i++) py_item_set(m, made, items[2 * i], items[2 * i + 1]);
  push(f, made);
}
static void op_build_const_key_map(struct py_machine *m, struct py_frame *f) {
  py_value keys = pop(f), made = py_new_object(m, PY_DICT, 0);
  bool exact;
  const py_value *items = take(f, f->instr.argument);
  for (uint32_t i = 0; items && i < f->instr.argument; i++) py_item_set(m, made, py_element_at(m, keys, i, &exact), items[i]);
  push(f, made);
}
static void op_build_string(struct py_machine *m, struct py_frame *f) {
  const py_value *parts = take(f, f->instr.argument);
  py_value v = py_make_text(&m->values, CM_STR(""), false);
  for (uint32_t i = 0; parts && i < f->instr.argument; i++) v = py_concat(m, v, parts[i]);
  push(f, parts ? v : 0);
}
static void op_format_simple(struct py_machine *m, struct py_frame *f) { push(f, py_formatted(m, pop(f))); }
static void op_convert(struct py_machine *m, struct py_frame *f) {
  enum { CONVERT_STR = 1 };
  py_value v = pop(f);
  push(f, f->instr.argument == CONVERT_STR ? py_formatted(m, v) : 0);
}
static void op_format_value(struct py_machine *m, struct py_frame *f) {
  bool spec = f->instr.argument & 4;
  if (spec) pop(f);
  py_value v = pop(f);
  push(f, spec || (f->instr.argument & 3) > 1 ? 0 : py_formatted(m, v));
}

static void op_list_append(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  const py_value *list = peek(f, f->instr.argument);
  bool is_one;
  enum py_object_kind kind = list ? py_container_kind(m, *list, &is_one) : PY_INSTANCE;
  if (kind == PY_LIST || kind == PY_SET) py_element_add(m, py_object_to_change(m, *list, kind), v);
}
static void op_map_add(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f), key = pop(f);
  const py_value *dict = peek(f, f->instr.argument);
  if (dict) py_item_set(m, *dict, key, v);
}
static void op_list_extend(struct py_machine *m, struct py_frame *f) {
  py_value from = pop(f);
  const py_value *list = peek(f, f->instr.argument);
  if (list) py_call_method(m, *list, CM_STR("extend"), &(struct py_arguments){.positional = &from, .count = 1});
}
static void op_dict_update(struct py_machine *m, struct py_frame *f) {
  py_value from = pop(f);
  const py_value *dict = peek(f, f->instr.argument);
  if (dict) py_update(m, *dict, from);
}

static void op_unpack(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  uint32_t count = f->instr.argument;
  for (uint32_t i = count; i-- > 0;) {
    py_value item = m->unbound;
    for (uint32_t k = 0; k < py_choice_count(&m->values, v); k++) {
      bool exact;
      item = py_join(&m->values, item, py_element_at(m, py_choice(&m->values, v, k), i, &exact));
    }
    push(f, item == m->unbound ? 0 : item);
  }
}
static void op_unpack_ex(struct py_machine *m, struct py_frame *f) {
  uint32_t before = f->instr.argument & 255, after = f->instr.argument >> 8;
  struct py_elements all = py_elements_of(m, pop(f));
  bool known = all.rest == m->unbound && all.count >= before + after;
  for (uint32_t i = 0; i < after; i++) push(f, known ? all.items[all.count - 1 - i] : 0);
  push(f, known ? py_make_items(&m->values, PY_TUPLE, all.items + before, all.count - before - after, 0) : 0);
  for (uint32_t i = before; i-- > 0;) push(f, known ? all.items[i] : 0);
}

// --- functions ---

static void op_make_function(struct py_machine *m, struct py_frame *f) {
  const struct py_cell code = *py_cell(&m->values, pop(f));
  py_value parts[3] = {m->null, m->null, m->null};
  if (is_312(m)) {
    if (f->instr.argument & 8) parts[2] = pop(f);
    if (f->instr.argument & 4) pop(f);
    if (f->instr.argument & 2) parts[1] = pop(f);
    if (f->instr.argument & 1) parts[0] = pop(f);
  }
  struct py_cell made = {.kind = PY_FUNCTION, .number = code.number, .globals = f->globals, .items = parts, .count = 3};
  push(f, code.kind == PY_HEAP ? py_make(&m->values, &made) : 0);
}
static void op_set_function_attribute(struct py_machine *m, struct py_frame *f) {
  struct py_cell function = *py_cell(&m->values, pop(f));
  py_value part = pop(f), parts[3];
  if (function.kind != PY_FUNCTION) {
    push(f, 0);
    return;
  }
  memcpy(parts, function.items, sizeof parts);
  if (f->instr.argument == 1) parts[0] = part;
  if (f->instr.argument == 2) parts[1] = part;
  if (f->instr.argument == 8) parts[2] = part;
  function.items = parts;
  push(f, py_make(&m->values, &function));
}

// Calls what stands below `count` arguments, the last of which are keywords named by `names`.
static void call(struct py_machine *m, struct py_frame *f, uint32_t count, py_value names) {
  py_value keys[PY_CODE_STACK_MOST];
  const py_value *all = take(f, count);
  uint32_t named = names ? py_elements_of(m, names).count : 0;
  if (!all || named > count || named > PY_CODE_STACK_MOST) {
    push(f, 0);
    return;
  }
  bool exact;
  for (uint32_t i = 0; i < named; i++) keys[i] = py_element_at(m, names, i, &exact);
  // In 3.12 the empty place is below the callable, and in a method's call the method is there; since 3.13 it is behind.
  py_value second = pop(f), first = pop(f), callee = first, self = second;
  if (is_312(m) && first == m->null) callee = second, self = m->null;
  py_value positional[PY_CODE_STACK_MOST + 1];
  uint32_t given = 0;
  if (self != m->null) positional[given++] = self;
  for (uint32_t i = 0; i + named < count; i++) positional[given++] = all[i];
  struct py_arguments a = {
      .positional = positional, .count = given, .names = keys, .named = all + count - named, .named_count = named};
  py_value rest[PY_CODE_STACK_MOST];
  if (named) memcpy(rest, a.named, named * sizeof *rest);
  a.named = rest;
  push(f, py_call(m, callee, &a));
}

// In 3.12 the names of keywords are given right before the call.
static py_value names_before(struct py_machine *m, const struct py_frame *f) {
  struct py_instr before;
  uint32_t at = f->instr.unit;
  if (!is_312(m) || !at || !py_code_instr(m->heap, &f->code, at - 1, &before) || before.op != PY_OP_KW_NAMES) return 0;
  struct py_instr extended;
  if (at > 1 && py_code_instr(m->heap, &f->code, at - 2, &extended) && extended.unit == before.unit) before = extended;
  return py_of_address(m, py_item(m->heap, f->code.constants, before.argument));
}
static void op_call(struct py_machine *m, struct py_frame *f) { call(m, f, f->instr.argument, names_before(m, f)); }
static void op_call_kw(struct py_machine *m, struct py_frame *f) {
  py_value names = pop(f);
  call(m, f, f->instr.argument, names);
}

static void op_call_ex(struct py_machine *m, struct py_frame *f) {
  bool has_keywords = m->heap->layout->version >= 0x030e || f->instr.argument & 1;
  py_value keywords = has_keywords ? pop(f) : m->null, positional = pop(f), second = pop(f), first = pop(f);
  py_value callee = is_312(m) ? second : first;
  struct py_elements all = py_elements_of(m, positional);
  struct py_arguments a = {.positional = all.items, .count = all.count, .more = all.rest != m->unbound};
  py_value names[PY_CODE_STACK_MOST], named[PY_CODE_STACK_MOST];
  if (keywords != m->null) {
    struct py_elements keys = py_elements_of(m, keywords);
    a.more |= keys.rest != m->unbound;
    a.mapping = keywords;
    for (uint32_t i = 0; i < keys.count && i < PY_CODE_STACK_MOST; i++) {
      names[i] = keys.items[i];
      named[i] = py_item_get(m, keywords, keys.items[i]);
      a.named_count++;
    }
  }
  a.names = names, a.named = named;
  push(f, py_call(m, callee, &a));
}

static void op_intrinsic_1(struct py_machine *m, struct py_frame *f) {
  enum { ASYNC_GEN_WRAP = 4, LIST_TO_TUPLE = 6 };
  py_value v = pop(f);
  push(f, f->instr.argument == ASYNC_GEN_WRAP || f->instr.argument == LIST_TO_TUPLE ? v : 0);
  (void)m;
}

// --- going through ---

static void op_get_iter(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  py_value result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    int64_t at = py_kind(&m->values, one) == PY_UNKNOWN || py_choice_count(&m->values, v) > 1 ? PY_ANYWHERE : 0;
    // The program's own iterables hand out what their method yields.
    const struct py_object *object = py_object_of(m, one);
    if (object && object->kind == PY_INSTANCE) {
      one = py_call(m, py_attribute(m, one, CM_STR("__iter__")), &(struct py_arguments){0});
      at = PY_ANYWHERE;
    }
    result = py_join(&m->values, result,
                     py_kind(&m->values, one) == PY_ITERATOR ? one : py_make_items(&m->values, PY_ITERATOR, &one, 1, at));
  }
  push(f, py_kind(&m->values, result) == PY_CHOICE ? py_make_items(&m->values, PY_ITERATOR, &v, 1, PY_ANYWHERE) : result);
}

// Anything that an iterator may still give.
static py_value any_of(struct py_machine *m, py_value v) {
  py_value any = m->unbound;
  for (uint32_t k = 0; k < py_choice_count(&m->values, v); k++) {
    struct py_elements all = py_elements_of(m, py_choice(&m->values, v, k));
    for (uint32_t i = 0; i < all.count; i++) any = py_join(&m->values, any, all.items[i]);
    any = py_join(&m->values, any, all.rest);
  }
  return any == m->unbound ? 0 : any;
}

static void op_for_iter(struct py_machine *m, struct py_frame *f) {
  py_value *top = peek(f, 1);
  if (!top) return;
  const struct py_cell it = *py_cell(&m->values, *top);
  uint32_t height = f->height, end = f->instr.next + f->instr.argument + 1;
  bool exact = false, is_iterator = it.kind == PY_ITERATOR;
  py_value item = 0;
  if (is_iterator && it.number != PY_ANYWHERE) {
    item = py_element_at(m, it.items[0], (uint32_t)it.number, &exact);
    if (!exact || it.number >= PY_ITEMS_MOST) {
      // From here on it is any of the others, in any round.
      exact = false;
      *top = py_make_items(&m->values, PY_ITERATOR, it.items, 1, PY_ANYWHERE);
      item = any_of(m, it.items[0]);
    }
  } else if (is_iterator) {
    item = any_of(m, it.items[0]);
  }
  bool ends = !exact || item == m->unbound;
  if (exact && item != m->unbound) *top = py_make_items(&m->values, PY_ITERATOR, it.items, 1, it.number + 1);
  if (!exact || item != m->unbound) {
    push(f, item == m->unbound ? 0 : item);
    py_flow(m, f, f->instr.next);
    f->height = height;
  }
  if (!ends) return;
  if (is_312(m)) pop(f);
  py_flow(m, f, end);
  f->height = height;
}

// What is awaited is there at once; what a generator yields is handed on.
static void op_send(struct py_machine *m, struct py_frame *f) {
  pop(f);
  py_value *receiver = peek(f, 1);
  if (!receiver) return;
  py_value v = *receiver;
  struct py_object *yields = py_object_of(m, f->yields);
  bool yields_from = yields && f->code.flags & PY_CODE_GENERATOR;
  if (yields_from) {
    py_value inner = py_kind(&m->values, v) == PY_ITERATOR ? py_cell(&m->values, v)->items[0] : v;
    struct py_elements all = py_elements_of(m, inner);
    yields = py_object_of(m, f->yields);
    for (uint32_t i = 0; i < all.count; i++) py_element_add(m, yields, all.items[i]);
    if (yields) yields->rest = py_join(&m->values, yields->rest, all.rest);
  }
  push(f, yields_from ? 0 : v);
  py_flow(m, f, f->instr.next + f->instr.argument);
}
static void op_end_send(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  pop(f);
  push(f, v);
  (void)m;
}
static void op_get_anext(struct py_machine *m, struct py_frame *f) {
  const py_value *it = peek(f, 1);
  push(f, it ? any_of(m, py_kind(&m->values, *it) == PY_ITERATOR ? py_cell(&m->values, *it)->items[0] : *it) : 0);
}
static void op_yield(struct py_machine *m, struct py_frame *f) {
  py_element_add(m, py_object_of(m, f->yields), pop(f));
  push(f, 0);
}

static void finish(struct py_machine *m, struct py_frame *f, py_value v) { f->result = py_join(&m->values, f->result, v); }
static void op_return(struct py_machine *m, struct py_frame *f) { finish(m, f, pop(f)); }
static void op_return_const(struct py_machine *m, struct py_frame *f) { finish(m, f, constant(m, f)); }

// --- jumps ---

static void op_jump_forward(struct py_machine *m, struct py_frame *f) { py_flow(m, f, f->instr.next + f->instr.argument); }
static void op_jump_backward(struct py_machine *m, struct py_frame *f) {
  if (f->instr.argument <= f->instr.next) py_flow(m, f, f->instr.next - f->instr.argument);
}

// `jumps`: 1, 0, or -1 where it is not known.
static void jump_if(struct py_machine *m, struct py_frame *f, int jumps) {
  if (jumps != 0) py_flow(m, f, f->instr.next + f->instr.argument);
  if (jumps != 1) py_flow(m, f, f->instr.next);
}
static void op_jump_if_false(struct py_machine *m, struct py_frame *f) {
  int truth = py_truth(m, pop(f));
  jump_if(m, f, truth < 0 ? truth : !truth);
}
static void op_jump_if_true(struct py_machine *m, struct py_frame *f) { jump_if(m, f, py_truth(m, pop(f))); }
static int is_none(struct py_machine *m, py_value v) {
  enum py_kind kind = py_kind(&m->values, v);
  return kind == PY_NONE ? 1 : kind == PY_UNKNOWN || kind == PY_CHOICE || kind == PY_UNBOUND ? -1 : 0;
}
static void op_jump_if_none(struct py_machine *m, struct py_frame *f) { jump_if(m, f, is_none(m, pop(f))); }
static void op_jump_if_not_none(struct py_machine *m, struct py_frame *f) {
  int none = is_none(m, pop(f));
  jump_if(m, f, none < 0 ? none : !none);
}
static void op_end(struct py_machine *m, struct py_frame *f) { (void)m, (void)f; }

// An asynchronous loop is over: what it goes through and the exception are dropped.
static void op_cleanup_throw(struct py_machine *m, struct py_frame *f) { op_pop3(m, f), push(f, m->none), push(f, 0); }

static const struct {
  operation *function;
  bool goes_on;  // by itself
} operations[PY_OP_COUNT] = {
#define NEXT(op, function) [PY_OP_##op] = {function, false}
#define GOES(op, function) [PY_OP_##op] = {function, true}
    NEXT(NOP, op_nothing),
    NEXT(RESUME, op_nothing),
    NEXT(NOT_TAKEN, op_nothing),
    NEXT(SETUP_ANNOTATIONS, op_nothing),
    NEXT(DELETE_GLOBAL, op_nothing),
    NEXT(DELETE_NAME, op_nothing),
    NEXT(DELETE_DEREF, op_nothing),
    NEXT(KW_NAMES, op_nothing),
    NEXT(GET_AWAITABLE, op_nothing),
    NEXT(GET_YIELD_FROM_ITER, op_nothing),
    NEXT(GET_AITER, op_nothing),
    NEXT(EXIT_INIT_CHECK, op_pop),
    NEXT(POP_TOP, op_pop),
    NEXT(POP_ITER, op_pop),
    NEXT(END_FOR, op_pop),
    NEXT(POP_EXCEPT, op_pop),
    NEXT(STORE_NAME, op_pop),
    NEXT(DELETE_ATTR, op_pop),
    NEXT(DELETE_SUBSCR, op_pop2),
    NEXT(END_ASYNC_FOR, op_pop2),
    NEXT(PUSH_NULL, op_push_null),
    NEXT(PUSH_EXC_INFO, op_push_unknown),
    NEXT(RETURN_GENERATOR, op_push_unknown),
    NEXT(LOAD_LOCALS, op_push_unknown),
    NEXT(LOAD_BUILD_CLASS, op_push_unknown),
    NEXT(LOAD_ASSERTION_ERROR, op_push_unknown),
    NEXT(LOAD_COMMON_CONSTANT, op_push_unknown),
    NEXT(MATCH_MAPPING, op_push_unknown),
    NEXT(MATCH_SEQUENCE, op_push_unknown),
    NEXT(MATCH_KEYS, op_push_unknown),
    NEXT(GET_LEN, op_push_unknown),
    NEXT(WITH_EXCEPT_START, op_push_unknown),
    NEXT(UNARY_NEGATIVE, op_top_unknown),
    NEXT(UNARY_INVERT, op_top_unknown),
    NEXT(CHECK_EXC_MATCH, op_top_unknown),
    NEXT(CHECK_EG_MATCH, op_top_unknown),
    NEXT(FORMAT_WITH_SPEC, op_pop2_push_unknown),
    NEXT(BUILD_TEMPLATE, op_pop2_push_unknown),
    NEXT(BUILD_INTERPOLATION, op_pop3_push_unknown),
    NEXT(CALL_INTRINSIC_2, op_pop2_push_unknown),
    NEXT(MATCH_CLASS, op_pop3_push_unknown),
    NEXT(COPY, op_copy),
    NEXT(SWAP, op_swap),
    NEXT(LOAD_CONST, op_load_const),
    NEXT(LOAD_SMALL_INT, op_load_small_int),
    NEXT(LOAD_FAST, op_load_fast),
    NEXT(LOAD_FAST_BORROW, op_load_fast),
    NEXT(LOAD_FAST_CHECK, op_load_fast),
    NEXT(LOAD_CLOSURE, op_load_fast),
    NEXT(LOAD_FAST_AND_CLEAR, op_load_fast_and_clear),
    NEXT(LOAD_FAST_LOAD_FAST, op_load_fast_pair),
    NEXT(LOAD_FAST_BORROW_LOAD_FAST_BORROW, op_load_fast_pair),
    NEXT(STORE_FAST, op_store_fast),
    NEXT(STORE_FAST_LOAD_FAST, op_store_fast_load_fast),
    NEXT(STORE_FAST_STORE_FAST, op_store_fast_pair),
    NEXT(DELETE_FAST, op_delete_fast),
    NEXT(MAKE_CELL, op_make_cell),
    NEXT(COPY_FREE_VARS, op_copy_free_vars),
    NEXT(LOAD_DEREF, op_load_deref),
    NEXT(STORE_DEREF, op_store_deref),
    NEXT(LOAD_FROM_DICT_OR_DEREF, op_load_from_dict_or_deref),
    NEXT(LOAD_GLOBAL, op_load_global),
    NEXT(LOAD_NAME, op_load_name),
    NEXT(LOAD_FROM_DICT_OR_GLOBALS, op_load_from_dict_or_globals),
    NEXT(STORE_GLOBAL, op_store_global),
    NEXT(LOAD_ATTR, op_load_attr),
    NEXT(STORE_ATTR, op_store_attr),
    NEXT(LOAD_SUPER_ATTR, op_load_super_attr),
    NEXT(LOAD_SPECIAL, op_load_special),
    NEXT(BEFORE_WITH, op_before_with),
    NEXT(BEFORE_ASYNC_WITH, op_before_with),
    NEXT(IMPORT_NAME, op_import_name),
    NEXT(IMPORT_FROM, op_import_from),
    NEXT(BINARY_OP, op_binary),
    NEXT(BINARY_SUBSCR, op_binary_subscr),
    NEXT(BINARY_SLICE, op_binary_slice),
    NEXT(BUILD_SLICE, op_build_slice),
    NEXT(STORE_SUBSCR, op_store_subscr),
    NEXT(STORE_SLICE, op_store_slice),
    NEXT(UNARY_NOT, op_not),
    NEXT(TO_BOOL, op_to_bool),
    NEXT(COMPARE_OP, op_compare),
    NEXT(CONTAINS_OP, op_contains),
    NEXT(IS_OP, op_is),
    NEXT(BUILD_TUPLE, op_build_tuple),
    NEXT(BUILD_LIST, op_build_list),
    NEXT(BUILD_SET, op_build_list),
    NEXT(BUILD_MAP, op_build_map),
    NEXT(BUILD_CONST_KEY_MAP, op_build_const_key_map),
    NEXT(BUILD_STRING, op_build_string),
    NEXT(FORMAT_SIMPLE, op_format_simple),
    NEXT(CONVERT_VALUE, op_convert),
    NEXT(FORMAT_VALUE, op_format_value),
    NEXT(LIST_APPEND, op_list_append),
    NEXT(SET_ADD, op_list_append),
    NEXT(MAP_ADD, op_map_add),
    NEXT(LIST_EXTEND, op_list_extend),
    NEXT(SET_UPDATE, op_list_extend),
    NEXT(DICT_UPDATE, op_dict_update),
    NEXT(DICT_MERGE, op_dict_update),
    NEXT(UNPACK_SEQUENCE, op_unpack),
    NEXT(UNPACK_EX, op_unpack_ex),
    NEXT(MAKE_FUNCTION, op_make_function),
    NEXT(SET_FUNCTION_ATTRIBUTE, op_set_function_attribute),
    NEXT(CALL, op_call),
    NEXT(CALL_KW, op_call_kw),
    NEXT(CALL_FUNCTION_EX, op_call_ex),
    NEXT(CALL_INTRINSIC_1, op_intrinsic_1),
    NEXT(GET_ITER, op_get_iter),
    NEXT(GET_ANEXT, op_get_anext),
    NEXT(YIELD_VALUE, op_yield),
    NEXT(END_SEND, op_end_send),
    NEXT(CLEANUP_THROW, op_cleanup_throw),
    GOES(FOR_ITER, op_for_iter),
    GOES(SEND, op_send),
    GOES(RETURN_VALUE, op_return),
    GOES(RETURN_CONST, op_return_const),
    GOES(INTERPRETER_EXIT, op_end),
    GOES(RAISE_VARARGS, op_end),
    GOES(RERAISE, op_end),
    GOES(JUMP_FORWARD, op_jump_forward),
    GOES(JUMP_BACKWARD, op_jump_backward),
    GOES(JUMP_BACKWARD_NO_INTERRUPT, op_jump_backward),
    GOES(POP_JUMP_IF_FALSE, op_jump_if_false),
    GOES(POP_JUMP_IF_TRUE, op_jump_if_true),
    GOES(POP_JUMP_IF_NONE, op_jump_if_none),
    GOES(POP_JUMP_IF_NOT_NONE, op_jump_if_not_none),
#undef NEXT
#undef GOES
};

void py_step(struct py_machine *m, struct py_frame *f) {
  operation *function = operations[f->instr.op].function;
  if (!function) return;  // an instruction that only the interpreter itself makes
  function(m, f);
  if (!operations[f->instr.op].goes_on) py_flow(m, f, f->instr.next);
}
