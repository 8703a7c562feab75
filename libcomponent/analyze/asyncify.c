// Recognized is the state's global: it begins as 0 and is only ever set to 0, 1 and 2, by functions that compare the two words to which a second
// global leads, and trap where the first is greater. With the state known to be 0, tests of it are decided, and arms that are not taken, and what
// nothing leads to any more, become `nop` in a copy of the module: everything stays where it is.
//
// A condition is known where it is made of the state and of constants by what stands right before it. So only the operands that were
// pushed last, by code that does nothing else, are remembered, with where that code begins.
//
// Binaryen: src/passes/Asyncify.cpp.

#include "asyncify.h"

#include "base/sorted.h"

#include <component/instr.h>

#include <string.h>

enum { OPERANDS = 16, NORMAL = 0, UNWINDING = 1, REWINDING = 2, CHECK_BEHIND = 16 };
enum { BYTE_UNREACHABLE = 0x00, BYTE_NOP = 0x01, BYTE_BLOCK = 0x02, BYTE_BR = 0x0c, BYTE_I32_CONST = 0x41 };

// --- the state ---

struct search {
  const struct core_module *module;
  uint32_t state, data;  // globals; UINT32_MAX: not known yet
  unsigned seen;         // values that the state is set to, a bit each
  bool refused;
};

static bool may_be_state(const struct core_module *module, uint32_t index) {
  if (index < module->imported[CORE_GLOBAL] || index >= module->global_count) return false;
  const struct core_global *global = &module->globals[index];
  uint64_t start;
  if (!global->type.is_mutable || global->type.type.code != CORE_I32) return false;
  if (!core_const_eval(module, global->init, NULL, NULL, &start) || start != NORMAL) return false;
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == CORE_GLOBAL && module->exports[i].index == index) return false;
  return true;
}

// `global.get D, i32.load, global.get D, i32.load offset=4, i32.gt_u, if, unreachable`, which begins with `first`: D; else UINT32_MAX.
static uint32_t checked_global(struct core_code code, const struct core_instr *first) {
  static const enum core_op ops[] = {CORE_OP_I32_LOAD, CORE_OP_GLOBAL_GET, CORE_OP_I32_LOAD,
                                     CORE_OP_I32_GT_U, CORE_OP_IF,         CORE_OP_UNREACHABLE};
  struct core_instr i;
  for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
    if (!core_code_next(&code, &i) || i.op != ops[k]) return UINT32_MAX;
    if (i.op == CORE_OP_GLOBAL_GET && i.index != first->index) return UINT32_MAX;
    if (i.op == CORE_OP_I32_LOAD && i.mem.offset != (k ? 4U : 0U)) return UINT32_MAX;
  }
  return first->index;
}

// Is the check made behind a store to the state?
static bool is_checked(struct search *s, struct core_code code) {
  struct core_instr i;
  for (unsigned k = 0; k < CHECK_BEHIND && core_code_next(&code, &i); k++) {
    if (i.op != CORE_OP_GLOBAL_GET) continue;
    uint32_t data = checked_global(code, &i);
    if (data == UINT32_MAX || data == s->state || (s->data != UINT32_MAX && s->data != data)) continue;
    s->data = data;
    return true;
  }
  return false;
}

// The stores to globals of constants in a function; the first global that is set to 2 and checked is taken for the state's.
static void search_function(struct search *s, struct cm_arena *arena, uint32_t func) {
  struct core_code code;
  struct core_instr i;
  int32_t number = -1;
  if (!core_code_begin(&code, arena, s->module, func, NULL, NULL, NULL)) return;
  while (s->state == UINT32_MAX && core_code_next(&code, &i)) {
    if (i.op == CORE_OP_GLOBAL_SET && number == REWINDING && may_be_state(s->module, i.index) && is_checked(s, code))
      s->state = i.index;
    number = i.op == CORE_OP_I32_CONST ? i.i32 : -1;
  }
}

// All that sets the state must be like that. Marks functions that ask for it, or unwind.
static void judge_function(struct search *s, struct cm_arena *arena, uint32_t func, uint8_t *pauses) {
  struct core_code code;
  struct core_instr i;
  int32_t number = -1;
  s->refused |= !core_code_begin(&code, arena, s->module, func, NULL, NULL, NULL);
  while (!s->refused && core_code_next(&code, &i)) {
    if (i.op == CORE_OP_GLOBAL_GET && i.index == s->state) pauses[func] = 1;
    if (i.op == CORE_OP_GLOBAL_SET && i.index == s->state) {
      s->refused |= number < NORMAL || number > REWINDING || !is_checked(s, code);
      if (number == UNWINDING) pauses[func] = 1;
      if (!s->refused) s->seen |= 1U << number;
    }
    number = i.op == CORE_OP_I32_CONST ? i.i32 : -1;
  }
}

// The state's global, and the one that leads to the words, begin alike. Bodies stand behind each other. Few modules have the bytes of `i32.const 2,
// global.set` anywhere in them.
static bool find_state(struct search *s, struct cm_arena *arena) {
  static const uint8_t sets[] = {0x41, REWINDING, 0x24};
  const struct core_module *module = s->module;
  uint32_t first = module->imported[CORE_FUNC], next, candidates = 0;
  for (uint32_t g = 0; g < module->global_count; g++) candidates += may_be_state(module, g);
  if (candidates < 2 || module->func_count == first || !module->funcs[first].body.at) return false;
  const struct cm_span last = module->funcs[module->func_count - 1].body;
  const uint8_t *at = module->funcs[first].body.at, *end = last.at + last.size;
  for (; s->state == UINT32_MAX && (at = memmem(at, (size_t)(end - at), sets, sizeof sets)) != NULL; at += sizeof sets) {
    SORTED_FIRST(next, first + 1, module->func_count, module->funcs[next].body.at > at);
    search_function(s, arena, next - 1);
  }
  return s->state != UINT32_MAX;
}

// --- one body ---

struct operand {
  enum { ANY, EXACT, NONZERO } known;
  uint32_t bits;
  const uint8_t *from;  // where the code begins that pushes it
};

struct nest {
  enum core_op op;
  enum { AS_IT_IS, THEN_ONLY, ELSE_ONLY } kept;  // of an `if` whose condition is known
  bool has_result, has_else, is_target, then_falls;
  const uint8_t *from, *inner;  // of such a one: where its condition begins, and the code that is kept
  struct operand below[OPERANDS];
  uint32_t below_count;
};

struct undoing {
  const struct core_module *module;
  uint32_t state;
  uint8_t *bytes;  // of the copy, from the file's first one on
  struct core_code code;
  struct operand operands[OPERANDS];
  uint32_t count;
  struct nest *nests;
  size_t depth, room;
  enum { NOT, ARM, DEAD_CODE } skipping;
  uint32_t skipped;  // blocks that are open within what is skipped
  bool dead;         // nothing leads here
  bool failed;       // no memory, or an instruction that is not understood
};

static uint8_t *at_copy(const struct undoing *u, const uint8_t *at) { return u->bytes + (at - u->module->file); }

static void drop(const struct undoing *u, const uint8_t *from, const uint8_t *to) {
  memset(at_copy(u, from), BYTE_NOP, (size_t)(to - from));
}

static void push(struct undoing *u, struct operand o) {
  if (u->count == OPERANDS) memmove(u->operands, u->operands + 1, --u->count * sizeof *u->operands);
  u->operands[u->count++] = o;
}

static bool is_true(const struct operand *o) { return o->known == NONZERO || (o->known == EXACT && o->bits); }
static bool is_zero(const struct operand *o) { return o->known == EXACT && !o->bits; }

static struct operand exactly(uint32_t bits) { return (struct operand){.known = EXACT, .bits = bits}; }

static struct operand computed(enum core_op op, const struct operand *o) {
  const struct operand any = {0}, nonzero = {.known = NONZERO};
  bool exact = o[0].known == EXACT && (op == CORE_OP_I32_EQZ || o[1].known == EXACT);
  switch (op) {
    case CORE_OP_I32_EQZ: return is_true(o) ? exactly(0) : is_zero(o) ? exactly(1) : any;
    case CORE_OP_I32_EQ: return exact ? exactly(o[0].bits == o[1].bits) : any;
    case CORE_OP_I32_NE: return exact ? exactly(o[0].bits != o[1].bits) : any;
    case CORE_OP_I32_AND: return exact ? exactly(o[0].bits & o[1].bits) : is_zero(o) || is_zero(o + 1) ? exactly(0) : any;
    case CORE_OP_I32_OR: return exact ? exactly(o[0].bits | o[1].bits) : is_true(o) || is_true(o + 1) ? nonzero : any;
    case CORE_OP_SELECT: return is_zero(o + 2) ? o[1] : is_true(o + 2) ? o[0] : any;
    default: return any;
  }
}

// `i32.const 0` in the place of an instruction that is as long, its number padded.
static void put_zero(const struct undoing *u, const struct core_instr *i) {
  uint8_t *at = at_copy(u, i->at);
  size_t size = (size_t)(u->code.reader.at - i->at);
  memset(at + 1, 0x80, size - 1);
  at[0] = BYTE_I32_CONST;
  at[size - 1] = 0;
}

// An instruction that only makes a number of what was pushed last. False: it is none, or that is not all remembered.
static bool compute(struct undoing *u, const struct core_instr *i) {
  struct operand made = {.from = i->at};
  uint32_t takes = 0;
  switch (i->op) {
    case CORE_OP_I32_CONST: made = exactly((uint32_t)i->i32); break;
    case CORE_OP_GLOBAL_GET:
      if (i->index == u->state) made = exactly(NORMAL), put_zero(u, i);
      break;
    case CORE_OP_LOCAL_GET: break;
    case CORE_OP_I32_EQZ: takes = 1; break;
    case CORE_OP_I32_EQ:
    case CORE_OP_I32_NE:
    case CORE_OP_I32_AND:
    case CORE_OP_I32_OR: takes = 2; break;
    case CORE_OP_SELECT: takes = 3; break;
    default: return false;
  }
  if (u->count < takes) return false;
  u->count -= takes;
  const struct operand *operands = u->operands + u->count;
  const uint8_t *from = takes ? operands->from : i->at;
  if (takes) made = computed(i->op, operands);
  made.from = from;
  push(u, made);
  return true;
}

// Takes a condition away that is known, with the code that pushed it.
static bool take_condition(struct undoing *u, const struct core_instr *i, bool *holds, const uint8_t **from) {
  const struct operand *o = u->operands + u->count - 1;
  if (!u->count || o->known == ANY) return false;
  *holds = is_true(o), *from = o->from;
  u->count--;
  drop(u, *from, i->at);
  return true;
}

static void nest(struct undoing *u, struct cm_arena *arena, const struct core_instr *i) {
  if (!cm_grow(arena, &u->nests, &u->room, u->depth, sizeof *u->nests)) {
    u->failed = true;
    return;
  }
  struct nest *n = &u->nests[u->depth++];
  *n = (struct nest){.op = i->op, .has_result = i->block.kind != CORE_BLOCK_EMPTY};
  bool holds;
  if (i->op == CORE_OP_IF && i->block.kind != CORE_BLOCK_TYPE && take_condition(u, i, &holds, &n->from)) {
    n->kept = holds ? THEN_ONLY : ELSE_ONLY;
    *at_copy(u, i->at) = BYTE_BLOCK;
    n->inner = u->code.reader.at;
    n->below_count = u->count;
    memcpy(n->below, u->operands, u->count * sizeof *u->operands);
    if (!holds) u->skipping = ARM;
  }
  u->count = 0;
}

static void lead_to(struct undoing *u, uint32_t label) {
  if (label < u->depth) u->nests[u->depth - 1 - label].is_target = true;
}

static void branch(struct undoing *u, const struct core_instr *i) {
  bool holds = true, known = false;
  const uint8_t *from;
  if (i->op == CORE_OP_BR_IF) known = take_condition(u, i, &holds, &from);
  if (known && !holds) {
    drop(u, i->at, u->code.reader.at);
    return;
  }
  lead_to(u, i->index);
  if (known) *at_copy(u, i->at) = BYTE_BR;
  u->dead = known || i->op == CORE_OP_BR;
  u->count = 0;
}

static void branch_table(struct undoing *u, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  uint32_t label;
  for (uint32_t k = 0; k <= i->br_table.count && core_next_label(&labels, &label); k++) lead_to(u, label);
  u->dead = true;
}

static void turn(struct undoing *u, const struct core_instr *i) {
  if (!u->depth) {
    u->failed = true;  // an `else` of nothing: the module is not valid
    return;
  }
  struct nest *n = &u->nests[u->depth - 1];
  n->has_else = true;
  n->then_falls = !u->dead;
  u->count = 0;
  if (n->kept == THEN_ONLY) {
    drop(u, i->at, u->code.reader.at);
    u->skipping = ARM;
  } else {
    u->dead = false;
  }
}

static void close(struct undoing *u) {
  struct nest n = u->nests[--u->depth];
  bool falls = n.kept == THEN_ONLY && n.has_else ? n.then_falls : !u->dead;
  if (n.kept == AS_IT_IS && n.op == CORE_OP_IF) falls |= n.has_else ? n.then_falls : true;
  if (n.kept == ELSE_ONLY && !n.has_else) {  // nothing is left of it
    drop(u, n.from, u->code.reader.at);
    u->count = n.below_count;
    memcpy(u->operands, n.below, u->count * sizeof *u->operands);
    return;
  }
  // An arm that does nothing but push a number.
  struct operand result = u->operands[0];
  bool pushes = n.kept != AS_IT_IS && n.has_result && !n.is_target && falls && u->count == 1 && result.from == n.inner;
  u->count = 0;
  if (pushes) {
    u->count = n.below_count;
    memcpy(u->operands, n.below, u->count * sizeof *u->operands);
    result.from = n.from;
    push(u, result);
  }
  u->dead = !falls && (n.op == CORE_OP_LOOP || !n.is_target);
}

// By exceptions and references: functions with these are left as they are.
static bool branches_otherwise(const struct core_instr *i) {
  if (i->op == CORE_OP_BLOCK || i->op == CORE_OP_LOOP || i->op == CORE_OP_IF || i->op == CORE_OP_BR || i->op == CORE_OP_BR_IF)
    return false;
  uint8_t immediate = core_ops[i->op].immediate;
  return immediate == CORE_IMM_LABEL || immediate == CORE_IMM_TRY_TABLE || immediate == CORE_IMM_BR_ON_CAST ||
         immediate == CORE_IMM_BLOCK;
}

// What is skipped ends where its arm does, or before what makes code live again.
static void skip(struct undoing *u, const struct core_instr *i) {
  bool outermost = !u->skipped;
  u->failed |= branches_otherwise(i);
  if (i->op == CORE_OP_BLOCK || i->op == CORE_OP_LOOP || i->op == CORE_OP_IF) u->skipped++;
  if (outermost && (i->op == CORE_OP_END || i->op == CORE_OP_ELSE)) {
    bool is_arm = u->skipping == ARM;
    u->skipping = NOT;
    if (i->op == CORE_OP_END) {
      if (u->depth) close(u);
    } else if (!is_arm) {
      turn(u, i);
    } else {
      struct nest *n = &u->nests[u->depth - 1];  // the `if` of the arm
      n->has_else = true;
      n->inner = u->code.reader.at;
      drop(u, i->at, u->code.reader.at);
    }
    return;
  }
  if (i->op == CORE_OP_END) u->skipped--;
  drop(u, i->at, u->code.reader.at);
}

static void step(struct undoing *u, struct cm_arena *arena, const struct core_instr *i) {
  if (u->skipping != NOT) {
    skip(u, i);
    return;
  }
  if (u->dead && i->op != CORE_OP_END && i->op != CORE_OP_ELSE) {
    u->skipping = DEAD_CODE;
    skip(u, i);
    *at_copy(u, i->at) = BYTE_UNREACHABLE;
    return;
  }
  switch (i->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF: nest(u, arena, i); return;
    case CORE_OP_ELSE: turn(u, i); return;
    case CORE_OP_END:
      if (u->depth) close(u);
      return;
    case CORE_OP_BR:
    case CORE_OP_BR_IF: branch(u, i); return;
    case CORE_OP_BR_TABLE: branch_table(u, i); return;
    case CORE_OP_RETURN:
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT:
    case CORE_OP_UNREACHABLE: u->dead = true; return;
    default:
      u->failed |= branches_otherwise(i);
      if (!compute(u, i)) u->count = 0;
  }
}

static void undo(struct undoing *u, struct cm_arena *arena, uint32_t func) {
  struct core_instr i;
  struct cm_span body = u->module->funcs[func].body;
  u->failed = u->dead = false;
  u->depth = 0;
  u->count = u->skipped = 0;
  u->skipping = NOT;
  if (!core_code_begin(&u->code, arena, u->module, func, NULL, NULL, NULL)) return;
  while (!u->failed && core_code_next(&u->code, &i)) step(u, arena, &i);
  if (u->failed || u->code.reader.failed) memcpy(at_copy(u, body.at), body.at, body.size);
}

const struct asyncified *asyncify_undo(struct cm_arena *arena, const struct core_module *module) {
  struct search s = {.module = module, .state = UINT32_MAX, .data = UINT32_MAX};
  if (!find_state(&s, arena)) return NULL;
  uint8_t *pauses = cm_alloc_array(arena, module->func_count, 1);
  s.refused = !pauses;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count && !s.refused; f++) judge_function(&s, arena, f, pauses);
  if (s.refused || s.seen != (1U << NORMAL | 1U << UNWINDING | 1U << REWINDING)) return NULL;
  size_t before = (size_t)(module->bytes.at - module->file), size = before + module->bytes.size;
  struct undoing u = {.module = module, .state = s.state, .bytes = cm_alloc_array(arena, size, 1)};
  struct asyncified *out = cm_alloc(arena, sizeof *out);
  struct core_module *plain;
  if (!u.bytes || !out) return NULL;
  memcpy(u.bytes, module->file, size);
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count; f++)
    if (pauses[f]) undo(&u, arena, f);
  if (!core_decode(arena, (struct cm_span){u.bytes + before, module->bytes.size}, u.bytes, module->where, &plain, NULL))
    return NULL;
  *out = (struct asyncified){plain, s.state, pauses};
  return out;
}
