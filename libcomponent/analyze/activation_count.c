// What a loop counts: locals that each of its rounds moves on by the same number.
//
// When a loop is widened, such a local is not simply unknown. It is what it was before the loop, plus as many times its step as there were
// rounds, and the number of rounds is one unknown for all of them. So where a bound is known for one, the others are known with it: an
// optimizer keeps the place in a table beside the number that is tested.
//
// That each round does so is seen when the widened state comes to the end of one. What was changed in another way has no step, and is unknown.

#include "activation.h"

struct counter {
  struct counter *next;
  uint32_t local;
  uint32_t step;
};

static bool is_i32(const struct activation *a, uint32_t local) {
  uint32_t params = a->type->param_count;
  return (local < params ? a->type->params[local] : a->declared[local - params]).code == CORE_I32;
}

static bool can_count(const struct value_table *values, struct value v) {
  bool named = v.kind == VALUE_UNKNOWN && v.tree && !v.bits;
  return (named && !value_is_traced(values, v)) || (v.kind == VALUE_CONST && !v.weak);
}

// By how much each of `rounds` rounds moved it on, the first of which began with `before`; 0: by nothing, or nothing known.
static uint32_t step_of(struct value_table *values, struct value before, struct value after, unsigned rounds) {
  if (value_equal(before, after) || !can_count(values, before) || !can_count(values, after)) return 0;
  struct value moved = fold_binary(values, CORE_OP_I32_SUB, after, before);
  if (moved.kind != VALUE_CONST) return 0;
  int32_t by = (int32_t)(uint32_t)moved.bits;
  return by % (int32_t)rounds ? 0 : (uint32_t)(by / (int32_t)rounds);
}

static struct value add_number(struct value_table *values, struct value v, uint32_t number) {
  return fold_binary(values, CORE_OP_I32_ADD, v, value_const(number));
}

void activation_find_counters(struct activation *a, struct control *c, unsigned rounds) {
  struct value_table *values = activation_values(a);
  c->counters = NULL;
  if (values->coarse) return;
  struct value count = value_unknown();
  for (uint32_t i = 0; i < a->local_count; i++) {
    struct value *head = &c->head.locals[i], *back = &c->back.locals[i];
    uint32_t step = is_i32(a, i) ? step_of(values, *head, *back, rounds) : 0;
    struct counter *counter = step ? cm_alloc(&a->evaluation->scratch, sizeof *counter) : NULL;
    if (!counter) continue;
    *counter = (struct counter){c->counters, i, step};
    c->counters = counter;
    if (!count.tree) count = value_rounds(values);
    struct value times = step == 1 ? count : fold_binary(values, CORE_OP_I32_MUL, count, value_const(step));
    *head = *back = fold_binary(values, CORE_OP_I32_ADD, times, *head);
  }
}

bool activation_check_counters(struct activation *a, struct control *c) {
  struct value_table *values = activation_values(a);
  bool lost = false;
  for (struct counter **link = &c->counters; *link;) {
    struct counter *counter = *link;
    struct value *head = &c->head.locals[counter->local], *back = &c->back.locals[counter->local];
    if (value_equal(add_number(values, *head, counter->step), *back)) {
      *back = *head;
      link = &counter->next;
    } else {
      *head = *back = value_fresh(values);
      *link = counter->next;
      lost = true;
    }
  }
  return lost;
}
