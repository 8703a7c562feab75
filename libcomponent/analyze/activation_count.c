// What a loop counts: locals that its code changes in one place, where it adds a number to them.
//
// When a loop is widened, such a local is not simply unknown. It is what it was before the loop, plus as many times the number as that
// place was come to, which is one unknown for all locals that are changed in the same piece of straight code. So where a bound is known for
// one of them, the others are known with it: an optimizer keeps the place in a table beside the number that is tested.

#include "activation.h"

struct counter {
  struct counter *next;
  uint32_t local;
  struct value value;  // at the beginning of any round
};

// Where a local is changed in the loop.
struct change {
  unsigned times;
  uint32_t step;   // that is added to it there; 0: something else is done
  uint32_t piece;  // of straight code: its number
};

static bool ends_piece(enum core_op op) {
  return core_ops[op].signature[0] == '*' && op != CORE_OP_CALL && op != CORE_OP_CALL_INDIRECT && op != CORE_OP_LOCAL_GET &&
         op != CORE_OP_LOCAL_SET && op != CORE_OP_LOCAL_TEE && op != CORE_OP_DROP && op != CORE_OP_SELECT;
}

// `local.get x, i32.const n, i32.add` (or `sub`, or the first two the other way about) ends with `last[2]`: n, if it is the same local; else 0.
static uint32_t step_of(const struct core_instr last[3], uint32_t local) {
  bool in_order = last[0].op == CORE_OP_LOCAL_GET && last[1].op == CORE_OP_I32_CONST,
       turned = last[0].op == CORE_OP_I32_CONST && last[1].op == CORE_OP_LOCAL_GET;
  if ((!in_order && !turned) || last[turned].index != local) return 0;
  uint32_t number = (uint32_t)last[in_order].i32;
  if (last[2].op == CORE_OP_I32_ADD) return number;
  return last[2].op == CORE_OP_I32_SUB && in_order ? 0 - number : 0;
}

// Reads the loop that ends where the code is being read.
static void read_changes(const struct activation *a, const struct control *c, struct change *changes) {
  struct core_code code = a->code;
  struct core_instr last[3] = {{.op = CORE_OP_NOP}, {.op = CORE_OP_NOP}, {.op = CORE_OP_NOP}};
  uint32_t piece = 0;
  code.reader.end = code.reader.at;
  code.reader.at = c->start;
  for (struct core_instr i; code.reader.at < code.reader.end && core_code_next(&code, &i);) {
    bool sets = i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE;
    if (sets && i.index < a->local_count)
      changes[i.index] = (struct change){changes[i.index].times + 1, step_of(last, i.index), piece};
    piece += ends_piece(i.op);
    last[0] = last[1], last[1] = last[2], last[2] = i;
  }
}

// What can be added to: an unknown of the environment's list is followed in another way.
static bool can_count(const struct value_table *values, struct value v) {
  bool named = v.kind == VALUE_UNKNOWN && v.tree && !v.bits;
  return (named && !value_is_traced(values, v)) || (v.kind == VALUE_CONST && !v.weak);
}

static bool may_count(const struct activation *a, const struct control *c, uint32_t local) {
  return !value_equal(c->head.locals[local], c->back.locals[local]) && can_count(&a->evaluation->values, c->head.locals[local]);
}

static void add_counter(struct activation *a, struct control *c, uint32_t local, uint32_t step, struct value times) {
  struct value_table *values = activation_values(a);
  struct counter *counter = cm_alloc(&a->evaluation->scratch, sizeof *counter);
  if (!counter) return;
  if (step != 1) times = fold_binary(values, CORE_OP_I32_MUL, times, value_const(step));
  *counter = (struct counter){c->counters, local, fold_binary(values, CORE_OP_I32_ADD, times, c->head.locals[local])};
  c->counters = counter;
  c->head.locals[local] = counter->value;
}

void activation_find_counters(struct activation *a, struct control *c) {
  struct value_table *values = activation_values(a);
  c->counters = NULL;
  bool any = false;
  for (uint32_t i = 0; !values->coarse && i < a->local_count && !any; i++) any = may_count(a, c, i);
  struct change *changes = any ? cm_alloc_array(&a->evaluation->scratch, a->local_count, sizeof *changes) : NULL;
  if (!changes) return;
  read_changes(a, c, changes);
  for (uint32_t i = 0; i < a->local_count; i++) {
    if (changes[i].times != 1 || !changes[i].step || !may_count(a, c, i)) continue;
    struct value times = value_rounds(values);
    for (uint32_t other = i; other < a->local_count; other++) {
      struct change *change = &changes[other];
      if (change->times != 1 || !change->step || change->piece != changes[i].piece || !may_count(a, c, other)) continue;
      add_counter(a, c, other, change->step, times);
      if (other != i) change->times = 0;
    }
  }
}

void activation_keep_counters(struct control *c) {
  for (const struct counter *counter = c->counters; counter; counter = counter->next)
    c->back.locals[counter->local] = counter->value;
}
