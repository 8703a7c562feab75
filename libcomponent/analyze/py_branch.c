// Instructions: what is gone through, jumps, and the patterns of `match`.
//
// Where both ways of a branch are followed, the variable that was tested (py_test.c) is on each of them one of those with which the test comes
// out so.

#include "py_step.h"

// --- loops ---

// Where an instruction leads, besides handlers: at most two ways.
static unsigned ways_of(const struct py_instr *instr, uint32_t ways[2]) {
  ways[0] = instr->next;
  switch (instr->op) {
    case PY_OP_RETURN_VALUE:
    case PY_OP_RETURN_CONST:
    case PY_OP_INTERPRETER_EXIT:
    case PY_OP_RAISE_VARARGS:
    case PY_OP_RERAISE: return 0;
    case PY_OP_JUMP_BACKWARD:
    case PY_OP_JUMP_BACKWARD_NO_INTERRUPT: ways[0] = instr->next - instr->argument; return 1;
    case PY_OP_JUMP_FORWARD: ways[0] = instr->next + instr->argument; return 1;
    case PY_OP_FOR_ITER: ways[1] = instr->next + instr->argument + 1; return 2;
    case PY_OP_SEND:
    case PY_OP_POP_JUMP_IF_FALSE:
    case PY_OP_POP_JUMP_IF_TRUE:
    case PY_OP_POP_JUMP_IF_NONE:
    case PY_OP_POP_JUMP_IF_NOT_NONE: ways[1] = instr->next + instr->argument; return 2;
    default: return 1;
  }
}

// Is it known in which round the loop is, wherever it was come to? Then each round's way is looked at apart.
static bool rounds_are_known(const struct py_machine *m, const struct py_frame *f, uint32_t unit) {
  for (const struct py_state *s = f->states[unit]; s; s = s->next) {
    const struct py_cell *top = s->height ? py_cell(&m->values, s->slots[s->height - 1]) : NULL;
    if (!top || top->kind != PY_ITERATOR || top->number == PY_ANYWHERE) return false;
  }
  return true;
}

bool py_comes_again(struct py_machine *m, const struct py_frame *f) {
  uint32_t count = f->code.unit_count, waiting = 0, *units = cm_alloc_array(m->arena, count, sizeof *units);
  bool *seen = cm_alloc_array(m->arena, count, sizeof *seen);
  m->failed |= !units || !seen;
  if (m->failed || f->instr.unit >= count) return true;
  for (uint32_t unit = f->instr.unit;; unit = units[--waiting]) {
    struct py_instr instr;
    struct py_handler handler;
    uint32_t ways[3];
    unsigned way_count = py_code_instr(m->heap, &f->code, unit, &instr) ? ways_of(&instr, ways) : 0;
    if (way_count && instr.op == PY_OP_FOR_ITER && rounds_are_known(m, f, unit)) ways[0] = ways[1];
    if (f->code.handlers.size && py_code_handler(&f->code, unit, &handler)) ways[way_count++] = handler.target;
    py_charge(m, unit % 64 ? 0 : 1);
    for (unsigned i = 0; i < way_count; i++) {
      if (ways[i] == f->instr.unit) return true;
      if (ways[i] >= count || seen[ways[i]]) continue;
      seen[ways[i]] = true;
      units[waiting++] = ways[i];
    }
    if (!waiting) return false;
  }
}

// --- going through ---

// Who has a method for it raises what that does.
static void raise_of_iter(struct py_machine *m, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++)
    if (py_special(m, py_choice(&m->values, v, i), CM_STR("__iter__")) == m->unbound)
      py_raise_of_walk(m, py_choice(&m->values, v, i));
}

void py_do_get_iter(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  py_value result = m->unbound;
  raise_of_iter(m, v);
  bool lists = true, is_one;  // one of several lists is gone through round by round, too
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++)
    lists &= py_container_kind(m, py_choice(&m->values, v, i), &is_one) != PY_SET && is_one;
  if (lists && py_choice_count(&m->values, v) > 1) {
    push(f, py_make_items(&m->values, PY_ITERATOR, &v, 1, 0));
    return;
  }
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    int64_t at = py_kind(&m->values, one) == PY_UNKNOWN || py_choice_count(&m->values, v) > 1 ? PY_ANYWHERE : 0;
    // The program's own iterables hand out what their method yields.
    py_value iter = py_special(m, one, CM_STR("__iter__"));
    if (iter == m->unbound) one = py_inside(m, one);
    const struct py_object *object = py_object_of(m, one);
    if (iter != m->unbound) {
      one = py_call(m, iter, &(struct py_arguments){0});
      if (py_kind(&m->values, one) == PY_CHOICE || py_special(m, one, CM_STR("__next__")) != m->unbound) at = PY_ANYWHERE;
    } else if (object && object->kind == PY_INSTANCE) {
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

// Does one of the lists that `v` may be end before this place?
static bool may_end(struct py_machine *m, py_value v, uint32_t at) {
  for (uint32_t k = 0; k < py_choice_count(&m->values, v); k++) {
    py_value one = py_choice(&m->values, v, k), content = py_content(m, one);
    bool exact;
    if (content == m->unbound && py_element_at(m, one, at, &exact) == m->unbound) return true;
    for (uint32_t i = 0; content != m->unbound && i < py_choice_count(&m->values, content); i++)
      if (at >= py_cell(&m->values, py_choice(&m->values, content, i))->count) return true;
  }
  return false;
}

// What stands at a place of one of these lists; PY_UNBOUND where all have ended.
static py_value round_of(struct py_machine *m, py_value v, uint32_t at, bool *exact) {
  py_value item = m->unbound;
  *exact = true;
  for (uint32_t k = 0; k < py_choice_count(&m->values, v) && *exact; k++)
    item = py_join(&m->values, item, py_element_at(m, py_choice(&m->values, v, k), at, exact));
  return item;
}

void py_do_for_iter(struct py_machine *m, struct py_frame *f) {
  py_value *top = peek(f, 1);
  if (!top) return;
  // A generator is its own iterator; `tuple(x for …)` is compiled so.
  const struct py_object *generator = py_object_of(m, *top);
  if (generator && generator->iterates) *top = py_make_items(&m->values, PY_ITERATOR, top, 1, 0);
  const struct py_cell it = *py_cell(&m->values, *top);
  py_raise_of_walk(m, *top);
  uint32_t height = f->height, end = f->instr.next + f->instr.argument + 1;
  bool exact = false, is_iterator = it.kind == PY_ITERATOR;
  py_value item = 0;
  if (is_iterator && it.number != PY_ANYWHERE) {
    item = round_of(m, it.items[0], (uint32_t)it.number, &exact);
    if (!exact || it.number >= PY_ITEMS_MOST) {
      // From here on it is any of the others, in any round.
      exact = false;
      *top = py_make_items(&m->values, PY_ITERATOR, it.items, 1, PY_ANYWHERE);
      item = any_of(m, it.items[0]);
    }
  } else if (is_iterator) {
    item = any_of(m, it.items[0]);
  }
  bool ends = !exact || item == m->unbound || may_end(m, it.items[0], (uint32_t)it.number);
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
void py_do_send(struct py_machine *m, struct py_frame *f) {
  pop(f);
  py_value *receiver = peek(f, 1);
  if (!receiver) return;
  py_value v = *receiver;
  struct py_object *yields = py_object_of(m, f->yields);
  bool yields_from = yields && f->code.flags & PY_CODE_GENERATOR;
  if (yields_from) {
    py_value inner = py_kind(&m->values, v) == PY_ITERATOR ? py_cell(&m->values, v)->items[0] : v;
    if (f->sent != m->none) py_send(m, inner, f->sent);
    py_edit(m, f->yields, PY_EDIT_EXTEND, &inner);
    v = py_returned(m, inner);
  }
  push(f, v);
  py_flow(m, f, f->instr.next + f->instr.argument);
}
void py_do_end_send(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  pop(f);
  push(f, v);
  (void)m;
}
void py_do_get_anext(struct py_machine *m, struct py_frame *f) {
  const py_value *it = peek(f, 1);
  push(f, it ? any_of(m, py_kind(&m->values, *it) == PY_ITERATOR ? py_cell(&m->values, *it)->items[0] : *it) : 0);
}
void py_do_yield(struct py_machine *m, struct py_frame *f) {
  py_value v = pop(f);
  if (f->yields) py_edit(m, f->yields, PY_EDIT_APPEND, &v);
  f->at_yield = py_store_join(m, f->at_yield, m->store, false);
  push(f, f->sent);
}

static void finish(struct py_machine *m, struct py_frame *f, py_value v) {
  f->result = py_join(&m->values, f->result, v);
  f->left = py_store_join(m, f->left, m->store, false);
}
void py_do_return(struct py_machine *m, struct py_frame *f) { finish(m, f, pop(f)); }
void py_do_return_const(struct py_machine *m, struct py_frame *f) { finish(m, f, constant(m, f)); }

// --- jumps ---

void py_do_jump_forward(struct py_machine *m, struct py_frame *f) { py_flow(m, f, f->instr.next + f->instr.argument); }
void py_do_jump_backward(struct py_machine *m, struct py_frame *f) {
  struct py_instr head;
  if (f->instr.argument > f->instr.next) return;
  uint32_t unit = f->instr.next - f->instr.argument;
  if (py_code_instr(m->heap, &f->code, unit, &head) && head.op == PY_OP_FOR_ITER)
    py_flow(m, f, unit);
  else
    py_flow_back(m, f, unit);
}

// What is tested: a variable, or a place on the stack.
static py_value *tested(struct py_frame *f) { return f->test.local < f->height ? &f->slots[f->test.local] : NULL; }

// What was tested becomes `now`: the variable, and what was loaded of it and is still on the stack.
static void narrow(struct py_frame *f, py_value *variable, py_value now) {
  py_value before = *variable;
  *variable = now;
  for (uint32_t i = f->code.local_count; i < f->height; i++)
    if (f->from[i] == f->test.local + 1 && f->slots[i] == before) f->slots[i] = now;
}

// On to `unit`, where the variable that was tested is one of `left`; nowhere where none is left.
static void flow_with(struct py_machine *m, struct py_frame *f, uint32_t unit, py_value left) {
  py_value *variable = tested(f);
  if (left == m->unbound) return;
  if (variable) narrow(f, variable, left);
  py_flow(m, f, unit);
  if (variable) narrow(f, variable, f->test.subject);
}

// Is the value on top a sequence, or a mapping? A pattern tells what it is on either way.
static void match_kind(struct py_machine *m, struct py_frame *f, bool mapping) {
  const py_value *top = peek(f, 1);
  py_value subject = top ? *top : 0;
  py_test_begin_at(m, f, f->height - 1);
  int truth = -2;
  for (uint32_t i = 0; i < py_choice_count(&m->values, subject); i++) {
    py_value one = py_choice(&m->values, subject, i);
    bool is_one;
    enum py_object_kind kind = py_container_kind(m, one, &is_one);
    enum py_kind value = py_kind(&m->values, one);
    bool host = value == PY_MAPPING,
         plain = value == PY_TEXT || value == PY_INT || value == PY_NONE || value == PY_BOOL || value == PY_KEY;
    const struct py_object *object = py_object_of(m, one);
    int is = host                            ? mapping
             : is_one                        ? kind == (mapping ? PY_DICT : PY_LIST) && !(object && object->iterates)
             : plain || py_own_class(m, one) ? 0
                                             : -1;
    if (py_own_class(m, one) && !is_one) is = -1;
    py_test_one(m, f, one, is);
    truth = truth == -2 || truth == is ? is : -1;
  }
  py_test_end(f, py_bool(m, truth));
  push(f, py_bool(m, truth));
}
void py_do_match_mapping(struct py_machine *m, struct py_frame *f) { match_kind(m, f, true); }
void py_do_match_sequence(struct py_machine *m, struct py_frame *f) { match_kind(m, f, false); }
void py_do_get_len(struct py_machine *m, struct py_frame *f) {
  py_value v = peek(f, 1) ? *peek(f, 1) : 0, length = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i), result = 0;
    py_call_builtin(m, CM_STR("len"), &(struct py_arguments){.positional = &one, .count = 1}, &result);
    length = py_join(&m->values, length, result);
  }
  push(f, length);
}

// `truth` of what was tested: 1, 0, or -1 where it is not known.
static void jump_if(struct py_machine *m, struct py_frame *f, int truth, bool wanted) {
  uint32_t yes = f->instr.next + (wanted ? f->instr.argument : 0), no = f->instr.next + (wanted ? 0 : f->instr.argument);
  const struct py_test *t = &f->test;
  const py_value *variable = tested(f);
  if (truth < 0) py_laps_open(f, yes), py_laps_open(f, no);
  if (truth < 0 && t->made && variable && *variable == t->subject) {
    flow_with(m, f, yes, t->yes);
    flow_with(m, f, no, t->no);
    return;
  }
  if (truth != 0) py_flow(m, f, yes);
  if (truth != 1) py_flow(m, f, no);
}
void py_do_jump_if_false(struct py_machine *m, struct py_frame *f) { jump_if(m, f, py_test_truth(m, f), false); }
void py_do_jump_if_true(struct py_machine *m, struct py_frame *f) { jump_if(m, f, py_test_truth(m, f), true); }
static void jump_if_none(struct py_machine *m, struct py_frame *f, bool wanted) {
  py_value v = pop(f);
  bool tests = py_test_begin(m, f, v, f->height);
  if (tests) py_test_none(m, f);
  f->test.made = tests;
  jump_if(m, f, py_is_none(m, v), wanted);
}
void py_do_jump_if_none(struct py_machine *m, struct py_frame *f) { jump_if_none(m, f, true); }
void py_do_jump_if_not_none(struct py_machine *m, struct py_frame *f) { jump_if_none(m, f, false); }
void py_do_end(struct py_machine *m, struct py_frame *f) { (void)m, (void)f; }

// An asynchronous loop is over: what it goes through and the exception are dropped.
void py_do_cleanup_throw(struct py_machine *m, struct py_frame *f) { pop(f), pop(f), pop(f), push(f, m->none), push(f, 0); }
