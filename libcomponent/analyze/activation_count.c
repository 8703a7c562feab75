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
  bool is_known;  // it becomes local `from` plus a number there
  uint32_t from, plus;
  uint32_t piece;  // of straight code: its number
  uint32_t order;
};

static bool ends_piece(enum core_op op) {
  return core_ops[op].signature[0] == '*' && op != CORE_OP_CALL && op != CORE_OP_CALL_INDIRECT && op != CORE_OP_LOCAL_GET &&
         op != CORE_OP_LOCAL_SET && op != CORE_OP_LOCAL_TEE && op != CORE_OP_DROP && op != CORE_OP_SELECT;
}

// What the three instructions push: `local.get x, i32.const n, i32.add` (or `sub`, or the first two the other way about), or x alone.
static struct change sum_of(const struct core_instr last[3]) {
  bool in_order = last[0].op == CORE_OP_LOCAL_GET && last[1].op == CORE_OP_I32_CONST,
       turned = last[0].op == CORE_OP_I32_CONST && last[1].op == CORE_OP_LOCAL_GET;
  if (last[2].op == CORE_OP_LOCAL_GET) return (struct change){.is_known = true, .from = last[2].index};
  bool adds = last[2].op == CORE_OP_I32_ADD, subtracts = last[2].op == CORE_OP_I32_SUB && in_order;
  if ((!in_order && !turned) || (!adds && !subtracts)) return (struct change){0};
  uint32_t number = (uint32_t)last[in_order].i32;
  return (struct change){.is_known = true, .from = last[turned].index, .plus = adds ? number : 0 - number};
}

// Reads the loop that ends where the code is being read.
static void read_changes(const struct activation *a, const struct control *c, struct change *changes) {
  struct core_code code = a->code;
  struct core_instr last[3] = {{.op = CORE_OP_NOP}, {.op = CORE_OP_NOP}, {.op = CORE_OP_NOP}};
  uint32_t piece = 0, order = 0;
  code.reader.end = code.reader.at;
  code.reader.at = c->start;
  for (struct core_instr i; code.reader.at < code.reader.end && code_next(&code, &i);) {
    bool sets = i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE;
    if (sets && i.index < a->local_count) {
      struct change change = sum_of(last);
      change.times = changes[i.index].times + 1;
      change.piece = piece;
      change.order = order++;
      changes[i.index] = change;
    }
    piece += ends_piece(i.op);
    last[0] = last[1], last[1] = last[2], last[2] = i;
  }
}

// What is added to the local, be it by way of others; 0: something else is done.
static uint32_t step_of(const struct activation *a, const struct change *changes, uint32_t local) {
  enum { WAY = 6 };
  const struct change *last = &changes[local];
  uint32_t step = 0, at = local;
  for (unsigned n = 0; n < WAY; n++) {
    const struct change *change = &changes[at];
    bool follows = at == local || (change->piece == last->piece && change->order < last->order);
    if (change->times != 1 || !change->is_known || !follows || change->from >= a->local_count) return 0;
    step += change->plus;
    at = change->from;
    if (at == local) return step;
    last = change;
  }
  return 0;
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
    if (!may_count(a, c, i) || !step_of(a, changes, i)) continue;
    struct value times = value_rounds(values);
    for (uint32_t other = a->local_count; other-- > i;) {
      uint32_t step = changes[other].piece == changes[i].piece && may_count(a, c, other) ? step_of(a, changes, other) : 0;
      if (!step) continue;
      add_counter(a, c, other, step, times);
      changes[other].times = 0;
    }
  }
}

void activation_keep_counters(struct control *c) {
  for (const struct counter *counter = c->counters; counter; counter = counter->next)
    c->back.locals[counter->local] = counter->value;
}
