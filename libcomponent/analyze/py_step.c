// The instructions.
//
// Each is a row of a table: a function that takes what it needs from the stack and leaves what it makes. Execution goes on behind it, unless
// the row says that the function itself tells where. What an instruction means in which version is said where versions differ
// (Python/bytecodes.c in CPython's sources).

#include "py_step.h"

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
  uint32_t origin = from ? f->from[from - f->slots] : 0;
  push(f, from ? *from : 0);
  if (from) f->from[f->height - 1] = origin;
}
static void op_swap(struct py_machine *m, struct py_frame *f) {
  (void)m;
  py_value *top = peek(f, 1), *other = peek(f, f->instr.argument);
  if (!top || !other) return;
  py_value v = *top;
  *top = *other;
  *other = v;
  f->from[top - f->slots] = f->from[other - f->slots] = 0;
}

static void op_load_const(struct py_machine *m, struct py_frame *f) { push(f, constant(m, f)); }
static void op_load_small_int(struct py_machine *m, struct py_frame *f) {
  push(f, py_simple(&m->values, PY_INT, f->instr.argument));
}

// What code is compiled with; in 3.12 it is AssertionError alone.
static void op_load_common_constant(struct py_machine *m, struct py_frame *f) {
  static const char *const names[] = {"AssertionError", "NotImplementedError", "tuple", "all", "any", "list", "set"};
  uint32_t at = f->instr.op == PY_OP_LOAD_ASSERTION_ERROR ? 0 : f->instr.argument;
  bool known = at < sizeof names / sizeof *names;
  push(f, known ? py_of_address(m, py_dict_get(m->heap, m->heap->builtins, cm_str_of(names[at]))) : 0);
}

static void load_local(struct py_machine *m, struct py_frame *f, uint32_t i) {
  const py_value *v = local(f, i);
  uint32_t height = f->height;
  push(f, v && *v != m->unbound ? *v : 0);
  if (f->height > height) f->from[height] = i + 1;
}
static void store_local(struct py_frame *f, uint32_t i, py_value v) {
  py_value *to = local(f, i);
  if (to) *to = v;
  for (uint32_t k = f->code.local_count; k < f->height; k++)
    if (f->from[k] == i + 1) f->from[k] = 0;
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
    py_value held = py_held(m, one, 0);
    if (held != m->unbound) {
      v = py_join(&m->values, v, held);
      continue;
    }
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
    py_value one = py_choice(&m->values, *cells, i);
    struct py_object *object = py_object_to_change(m, one, PY_CELL);
    if (!object) continue;
    py_value before = object->rest;
    object->rest = py_join(&m->values, before, v);
    py_hold(m, one, 0, before, v, py_choice_count(&m->values, *cells) == 1);
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

static py_value global(struct py_machine *m, const struct py_frame *f, uint32_t name) {
  py_value v = py_global(m, f->globals, name_of(m, f, name));
  if (!v) py_raise_of_c(m, CM_STR("NameError"));
  return v;
}
static void op_load_global(struct py_machine *m, struct py_frame *f) {
  push_callable(m, f, global(m, f, f->instr.argument >> 1), f->instr.argument & 1);
}
static void op_load_name(struct py_machine *m, struct py_frame *f) { push(f, global(m, f, f->instr.argument)); }
// A class that is made while the program runs is not followed. Its methods may be called at any time.
static void op_load_build_class(struct py_machine *m, struct py_frame *f) {
  push(f, py_make(&m->values,
                  &(struct py_cell){.kind = PY_ATTRIBUTE, .items = &m->none, .count = 1, .text = CM_STR("__build_class__")}));
}
static void op_store_name(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  if (py_kind(&m->values, v) == PY_FUNCTION) py_escape(m, &(struct py_arguments){.positional = &v, .count = 1});
}

static void op_load_from_dict_or_globals(struct py_machine *m, struct py_frame *f) {
  pop(f);
  op_load_name(m, f);
}
static void op_store_global(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  py_value owner = py_simple(&m->values, PY_HEAP, f->globals), name = name_value(m, f, f->instr.argument);
  struct py_object *object = py_object_to_change(m, owner, PY_DICT);
  py_value before = py_entry_get(m, object, name);
  py_entry_put(m, object, name, v);
  py_hold(m, owner, name, before, v, true);
}
static void op_load_attr(struct py_machine *m, struct py_frame *f) {
  struct cm_str name = name_of(m, f, f->instr.argument >> 1);
  py_value v = pop(f), attribute = py_attribute(m, v, name);
  py_raise_of_attribute(m, v, name);
  if (py_test_begin(m, f, v, f->height)) f->test.value = attribute;
  push_callable(m, f, attribute, f->instr.argument & 1);
}
static void op_store_attr(struct py_machine *m, struct py_frame *f) {
  py_value owner = pop(f), v = pop(f);
  if (py_kind(&m->values, owner) == PY_UNKNOWN) py_raise(m, 0);
  py_attribute_set(m, owner, name_of(m, f, f->instr.argument), v);
}
static void op_delete_attr(struct py_machine *m, struct py_frame *f) { py_forget(m, pop(f), name_value(m, f, f->instr.argument)); }
static void op_delete_subscr(struct py_machine *m, struct py_frame *f) {
  py_value key = pop(f), container = pop(f);
  bool one = py_choice_count(&m->values, key) == 1 && py_choice_count(&m->values, container) == 1, is_one;
  for (uint32_t i = 0; i < py_choice_count(&m->values, container); i++) {
    py_value each = py_choice(&m->values, container, i);
    bool is_list = py_container_kind(m, each, &is_one) == PY_LIST;
    if (is_one && is_list)
      py_edit(m, each, !one ? PY_EDIT_UNKNOWN : py_kind(&m->values, key) == PY_SLICE ? PY_EDIT_DELETE_SLICE : PY_EDIT_POP, &key);
    else if (is_one)
      py_content_without_key(m, each, one ? key : m->unbound);
    if (!is_list) py_forget(m, each, one ? key : m->unbound);
  }
}
static void op_load_super_attr(struct py_machine *m, struct py_frame *f) {
  py_value self = pop(f), class = pop(f);
  pop(f);
  push_callable(m, f, py_super_attribute(m, class, self, name_of(m, f, f->instr.argument >> 2)), f->instr.argument & 1);
}
static void op_load_special(struct py_machine *m, struct py_frame *f) {
  static const char *const names[] = {"__enter__", "__exit__", "__aenter__", "__aexit__"};
  py_value v = pop(f);
  if (py_kind(&m->values, v) == PY_UNKNOWN) py_raise(m, 0);
  push_callable(m, f, f->instr.argument < 4 ? py_attribute(m, v, cm_str_of(names[f->instr.argument])) : 0, true);
}
static void op_before_with(struct py_machine *m, struct py_frame *f) {
  bool is_async = f->instr.op == PY_OP_BEFORE_ASYNC_WITH;
  py_value v = pop(f), enter = py_attribute(m, v, is_async ? CM_STR("__aenter__") : CM_STR("__enter__"));
  if (py_kind(&m->values, v) == PY_UNKNOWN) py_raise(m, 0);
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
  if (!module) py_raise(m, 0);
  push(f, module ? py_of_address(m, module) : 0);
}
static void op_import_from(struct py_machine *m, struct py_frame *f) {
  py_value module = peek(f, 1) ? *peek(f, 1) : 0, v = py_attribute(m, module, name_of(m, f, f->instr.argument));
  if (!v || py_has_attribute(m, module, name_of(m, f, f->instr.argument)) != 1) py_raise_of_c(m, CM_STR("ImportError"));
  push(f, v);
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
  uint32_t first_at = f->height + 2 - (self != m->null);
  py_push_called(m, f, callee, &a, first_at, py_call(m, callee, &a));
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

// Calls with what is gone through as arguments, and these keys of a dictionary as keywords.
static py_value call_spread(struct py_machine *m, py_value callee, const struct py_elements *all, py_value keywords,
                            const struct py_elements *keys) {
  py_value names[PY_CODE_STACK_MOST], named[PY_CODE_STACK_MOST];
  struct py_arguments a = {.positional = all->items, .count = all->count, .names = names, .named = named};
  a.more = all->rest != m->unbound || keys->rest != m->unbound;
  a.mapping = keywords;
  for (uint32_t i = 0; i < keys->count && i < PY_CODE_STACK_MOST; i++) {
    names[i] = keys->items[i];
    named[i] = py_item_get(m, keywords, keys->items[i]);
    a.named_count++;
  }
  return py_call(m, callee, &a);
}

// A dictionary that may have some keys or not is spread as what it may have, each for itself.
static void op_call_ex(struct py_machine *m, struct py_frame *f) {
  enum { WAYS_MOST = 8 };
  bool has_keywords = m->heap->layout->version >= 0x030e || f->instr.argument & 1;
  py_value keywords = has_keywords ? pop(f) : m->null, positional = pop(f), second = pop(f), first = pop(f);
  py_value callee = is_312(m) ? second : first;
  struct py_elements all = py_elements_of(m, positional), keys = {.rest = m->unbound};
  if (keywords == m->null) {
    push(f, call_spread(m, callee, &all, 0, &keys));
    return;
  }
  py_value content = py_content(m, keywords), before = m->store;
  py_value result = m->unbound, after = result;
  uint32_t ways = content == m->unbound ? 1 : py_choice_count(&m->values, content);
  if (ways > WAYS_MOST) ways = 1;
  bool stops = true;
  for (uint32_t i = 0; i < ways; i++) {
    m->store = before;
    keys = py_elements_of(m, ways > 1 ? py_choice(&m->values, content, i) : keywords);
    result = py_join(&m->values, result, call_spread(m, callee, &all, keywords, &keys));
    after = py_store_join(m, after, m->store, false);
    stops &= m->stops;
  }
  m->store = after;
  m->stops = stops;
  push(f, result);
}

static void op_intrinsic_1(struct py_machine *m, struct py_frame *f) {
  enum { STOPITERATION_ERROR = 3, ASYNC_GEN_WRAP = 4, LIST_TO_TUPLE = 6 };
  py_value v = pop(f);
  bool same = f->instr.argument == STOPITERATION_ERROR || f->instr.argument == ASYNC_GEN_WRAP || f->instr.argument == LIST_TO_TUPLE;
  push(f, same ? v : 0);
  (void)m;
}

static void op_negative(struct py_machine *m, struct py_frame *f) {
  const struct py_cell *c = py_cell(&m->values, pop(f));
  push(f, c->kind == PY_INT ? py_make_int(&m->values, -c->number) : 0);
}

// --- all of them ---

static const struct {
  py_operation *function;
  bool goes_on;  // by itself
  bool tells;    // what it raises, where it raises anything; others may raise anything
} operations[PY_OP_COUNT] = {
#define NEXT(op, function) [PY_OP_##op] = {function, false, false}
#define GOES(op, function) [PY_OP_##op] = {function, true, false}
#define NEXT_TELLS(op, function) [PY_OP_##op] = {function, false, true}
#define GOES_TELLS(op, function) [PY_OP_##op] = {function, true, true}
    NEXT_TELLS(NOP, op_nothing),
    NEXT_TELLS(RESUME, op_nothing),
    NEXT_TELLS(NOT_TAKEN, op_nothing),
    NEXT(SETUP_ANNOTATIONS, op_nothing),
    NEXT(DELETE_GLOBAL, op_nothing),
    NEXT(DELETE_NAME, op_nothing),
    NEXT(DELETE_DEREF, op_nothing),
    NEXT_TELLS(KW_NAMES, op_nothing),
    NEXT(GET_AWAITABLE, op_nothing),
    NEXT(GET_YIELD_FROM_ITER, op_nothing),
    NEXT(GET_AITER, op_nothing),
    NEXT_TELLS(EXIT_INIT_CHECK, op_pop),
    NEXT_TELLS(POP_TOP, op_pop),
    NEXT_TELLS(POP_ITER, op_pop),
    NEXT_TELLS(END_FOR, op_pop),
    NEXT_TELLS(POP_EXCEPT, op_pop),
    NEXT_TELLS(STORE_NAME, op_store_name),
    NEXT(DELETE_ATTR, op_delete_attr),
    NEXT(DELETE_SUBSCR, op_delete_subscr),
    NEXT(END_ASYNC_FOR, op_pop2),
    NEXT_TELLS(PUSH_NULL, op_push_null),
    NEXT_TELLS(PUSH_EXC_INFO, py_do_push_exc_info),
    NEXT_TELLS(RETURN_GENERATOR, op_push_unknown),
    NEXT_TELLS(LOAD_LOCALS, op_push_unknown),
    NEXT_TELLS(LOAD_BUILD_CLASS, op_load_build_class),
    NEXT_TELLS(LOAD_ASSERTION_ERROR, op_load_common_constant),
    NEXT_TELLS(LOAD_COMMON_CONSTANT, op_load_common_constant),
    NEXT_TELLS(MATCH_MAPPING, py_do_match_mapping),
    NEXT_TELLS(MATCH_SEQUENCE, py_do_match_sequence),
    NEXT(GET_LEN, py_do_get_len),
    NEXT(UNARY_NEGATIVE, op_negative),
    NEXT(UNARY_INVERT, py_do_invert),
    NEXT_TELLS(CHECK_EXC_MATCH, py_do_check_exc_match),
    NEXT(CHECK_EG_MATCH, op_top_unknown),
    NEXT(BUILD_TEMPLATE, op_pop2_push_unknown),
    NEXT(BUILD_INTERPOLATION, op_pop3_push_unknown),
    NEXT_TELLS(CALL_INTRINSIC_2, op_pop2_push_unknown),
    NEXT_TELLS(COPY, op_copy),
    NEXT_TELLS(SWAP, op_swap),
    NEXT_TELLS(LOAD_CONST, op_load_const),
    NEXT_TELLS(LOAD_SMALL_INT, op_load_small_int),
    NEXT_TELLS(LOAD_FAST, op_load_fast),
    NEXT_TELLS(LOAD_FAST_BORROW, op_load_fast),
    NEXT(LOAD_FAST_CHECK, op_load_fast),
    NEXT_TELLS(LOAD_CLOSURE, op_load_fast),
    NEXT_TELLS(LOAD_FAST_AND_CLEAR, op_load_fast_and_clear),
    NEXT_TELLS(LOAD_FAST_LOAD_FAST, op_load_fast_pair),
    NEXT_TELLS(LOAD_FAST_BORROW_LOAD_FAST_BORROW, op_load_fast_pair),
    NEXT_TELLS(STORE_FAST, op_store_fast),
    NEXT_TELLS(STORE_FAST_LOAD_FAST, op_store_fast_load_fast),
    NEXT_TELLS(STORE_FAST_STORE_FAST, op_store_fast_pair),
    NEXT_TELLS(DELETE_FAST, op_delete_fast),
    NEXT_TELLS(MAKE_CELL, op_make_cell),
    NEXT_TELLS(COPY_FREE_VARS, op_copy_free_vars),
    NEXT_TELLS(LOAD_DEREF, op_load_deref),
    NEXT_TELLS(STORE_DEREF, op_store_deref),
    NEXT(LOAD_FROM_DICT_OR_DEREF, op_load_from_dict_or_deref),
    NEXT_TELLS(LOAD_GLOBAL, op_load_global),
    NEXT_TELLS(LOAD_NAME, op_load_name),
    NEXT(LOAD_FROM_DICT_OR_GLOBALS, op_load_from_dict_or_globals),
    NEXT_TELLS(STORE_GLOBAL, op_store_global),
    NEXT_TELLS(LOAD_ATTR, op_load_attr),
    NEXT_TELLS(STORE_ATTR, op_store_attr),
    NEXT_TELLS(LOAD_SUPER_ATTR, op_load_super_attr),
    NEXT_TELLS(LOAD_SPECIAL, op_load_special),
    NEXT_TELLS(BEFORE_WITH, op_before_with),
    NEXT(BEFORE_ASYNC_WITH, op_before_with),
    NEXT_TELLS(WITH_EXCEPT_START, py_do_with_except_start),
    NEXT_TELLS(IMPORT_NAME, op_import_name),
    NEXT_TELLS(IMPORT_FROM, op_import_from),
    NEXT_TELLS(BINARY_OP, py_do_binary),
    NEXT_TELLS(BINARY_SUBSCR, py_do_binary_subscr),
    NEXT_TELLS(BINARY_SLICE, py_do_binary_slice),
    NEXT_TELLS(BUILD_SLICE, py_do_build_slice),
    NEXT_TELLS(STORE_SUBSCR, py_do_store_subscr),
    NEXT(STORE_SLICE, py_do_store_slice),
    NEXT_TELLS(UNARY_NOT, py_do_not),
    NEXT_TELLS(TO_BOOL, py_do_to_bool),
    NEXT_TELLS(COMPARE_OP, py_do_compare),
    NEXT_TELLS(CONTAINS_OP, py_do_contains),
    NEXT_TELLS(IS_OP, py_do_is),
    NEXT_TELLS(BUILD_TUPLE, py_do_build_tuple),
    NEXT_TELLS(BUILD_LIST, py_do_build_list),
    NEXT_TELLS(BUILD_SET, py_do_build_list),
    NEXT_TELLS(BUILD_MAP, py_do_build_map),
    NEXT_TELLS(BUILD_CONST_KEY_MAP, py_do_build_const_key_map),
    NEXT_TELLS(BUILD_STRING, py_do_build_string),
    NEXT_TELLS(FORMAT_SIMPLE, py_do_format_simple),
    NEXT_TELLS(CONVERT_VALUE, py_do_convert),
    NEXT_TELLS(FORMAT_VALUE, py_do_format_value),
    NEXT(FORMAT_WITH_SPEC, py_do_format_with_spec),
    NEXT(MATCH_KEYS, py_do_match_keys),
    NEXT(MATCH_CLASS, py_do_match_class),
    NEXT_TELLS(LIST_APPEND, py_do_list_append),
    NEXT_TELLS(SET_ADD, py_do_list_append),
    NEXT_TELLS(MAP_ADD, py_do_map_add),
    NEXT_TELLS(LIST_EXTEND, py_do_list_extend),
    NEXT_TELLS(SET_UPDATE, py_do_list_extend),
    NEXT_TELLS(DICT_UPDATE, py_do_dict_update),
    NEXT_TELLS(DICT_MERGE, py_do_dict_update),
    NEXT_TELLS(UNPACK_SEQUENCE, py_do_unpack),
    NEXT(UNPACK_EX, py_do_unpack_ex),
    NEXT_TELLS(MAKE_FUNCTION, op_make_function),
    NEXT_TELLS(SET_FUNCTION_ATTRIBUTE, op_set_function_attribute),
    NEXT_TELLS(CALL, op_call),
    NEXT_TELLS(CALL_KW, op_call_kw),
    NEXT_TELLS(CALL_FUNCTION_EX, op_call_ex),
    NEXT_TELLS(CALL_INTRINSIC_1, op_intrinsic_1),
    NEXT_TELLS(GET_ITER, py_do_get_iter),
    NEXT(GET_ANEXT, py_do_get_anext),
    NEXT(YIELD_VALUE, py_do_yield),
    NEXT(END_SEND, py_do_end_send),
    NEXT(CLEANUP_THROW, py_do_cleanup_throw),
    GOES_TELLS(FOR_ITER, py_do_for_iter),
    GOES(SEND, py_do_send),
    GOES_TELLS(RETURN_VALUE, py_do_return),
    GOES_TELLS(RETURN_CONST, py_do_return_const),
    GOES_TELLS(INTERPRETER_EXIT, py_do_end),
    GOES_TELLS(RAISE_VARARGS, py_do_raise),
    GOES_TELLS(RERAISE, py_do_reraise),
    GOES_TELLS(JUMP_FORWARD, py_do_jump_forward),
    GOES_TELLS(JUMP_BACKWARD, py_do_jump_backward),
    GOES_TELLS(JUMP_BACKWARD_NO_INTERRUPT, py_do_jump_backward),
    GOES_TELLS(POP_JUMP_IF_FALSE, py_do_jump_if_false),
    GOES_TELLS(POP_JUMP_IF_TRUE, py_do_jump_if_true),
    GOES_TELLS(POP_JUMP_IF_NONE, py_do_jump_if_none),
    GOES_TELLS(POP_JUMP_IF_NOT_NONE, py_do_jump_if_not_none),
#undef NEXT
#undef GOES
#undef NEXT_TELLS
#undef GOES_TELLS
};

bool py_tells_exceptions(enum py_op op) { return operations[op].tells; }

// Does it do one thing, so that it never comes back where that does not?
static bool may_stop(enum py_op op) {
  return op == PY_OP_CALL || op == PY_OP_CALL_KW || op == PY_OP_CALL_FUNCTION_EX || op == PY_OP_BINARY_OP ||
         op == PY_OP_BINARY_SUBSCR;
}

void py_step(struct py_machine *m, struct py_frame *f) {
  py_operation *function = operations[f->instr.op].function;
  if (!function) return;  // an instruction that only the interpreter itself makes
  function(m, f);
  bool comes_back = !m->stops || !may_stop(f->instr.op);
  if (!operations[f->instr.op].goes_on && comes_back) py_flow(m, f, f->instr.next);
}
