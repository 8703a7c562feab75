// What each instruction does with the operand stack, the locals and the frame.
//
// What an instruction means here stands in one table; those that are not in it take and give what their signature says. Operands that lie
// deeper than the stack's bound, and words that do not fit, are unknown: then the reading `is_lost`, and a domain that must not miss anything
// gives up.

#include "reading.h"

enum effect {
  EFFECT_PLAIN,  // by its signature
  EFFECT_NUMBER,
  EFFECT_LONG_NUMBER,
  EFFECT_GET_LOCAL,
  EFFECT_SET_LOCAL,
  EFFECT_TEE_LOCAL,
  EFFECT_GET_GLOBAL,
  EFFECT_SET_GLOBAL,
  EFFECT_DROP,
  EFFECT_ADD,
  EFFECT_SUBTRACT,
  EFFECT_SELECT,
  EFFECT_COPY,
  EFFECT_FILL,
  EFFECT_CALL,
};

static const struct {
  uint8_t effect, turn;
} effects[CORE_OP_COUNT] = {
    [CORE_OP_I32_CONST] = {EFFECT_NUMBER, 0},
    [CORE_OP_I64_CONST] = {EFFECT_LONG_NUMBER, 0},
    [CORE_OP_LOCAL_GET] = {EFFECT_GET_LOCAL, 0},
    [CORE_OP_LOCAL_SET] = {EFFECT_SET_LOCAL, 0},
    [CORE_OP_LOCAL_TEE] = {EFFECT_TEE_LOCAL, 0},
    [CORE_OP_GLOBAL_GET] = {EFFECT_GET_GLOBAL, 0},
    [CORE_OP_GLOBAL_SET] = {EFFECT_SET_GLOBAL, 0},
    [CORE_OP_DROP] = {EFFECT_DROP, 0},
    [CORE_OP_I32_ADD] = {EFFECT_ADD, 0},
    [CORE_OP_I32_SUB] = {EFFECT_SUBTRACT, 0},
    [CORE_OP_SELECT] = {EFFECT_SELECT, 0},
    [CORE_OP_SELECT_T] = {EFFECT_SELECT, 0},
    [CORE_OP_MEMORY_COPY] = {EFFECT_COPY, 0},
    [CORE_OP_MEMORY_FILL] = {EFFECT_FILL, 0},
    [CORE_OP_CALL] = {EFFECT_CALL, 0},
    [CORE_OP_CALL_INDIRECT] = {EFFECT_CALL, 0},
    [CORE_OP_CALL_REF] = {EFFECT_CALL, 0},
    [CORE_OP_RETURN_CALL] = {EFFECT_CALL, TURN_LEAVE},
    [CORE_OP_RETURN_CALL_INDIRECT] = {EFFECT_CALL, TURN_LEAVE},
    [CORE_OP_RETURN_CALL_REF] = {EFFECT_CALL, TURN_LEAVE},
    [CORE_OP_BLOCK] = {0, TURN_BLOCK},
    [CORE_OP_LOOP] = {0, TURN_BLOCK},
    [CORE_OP_IF] = {EFFECT_DROP, TURN_BLOCK},
    [CORE_OP_TRY] = {0, TURN_BLOCK},
    [CORE_OP_TRY_TABLE] = {0, TURN_BLOCK},
    [CORE_OP_ELSE] = {0, TURN_ELSE},
    [CORE_OP_END] = {0, TURN_END},
    [CORE_OP_DELEGATE] = {0, TURN_END},
    [CORE_OP_BR] = {0, TURN_BRANCH},
    [CORE_OP_BR_IF] = {EFFECT_DROP, TURN_BRANCH_IF},
    [CORE_OP_BR_TABLE] = {EFFECT_DROP, TURN_BRANCH_TABLE},
    [CORE_OP_RETURN] = {0, TURN_LEAVE},
    [CORE_OP_UNREACHABLE] = {0, TURN_STOP},
    [CORE_OP_CATCH] = {0, TURN_CATCH},
    [CORE_OP_CATCH_ALL] = {0, TURN_CATCH},
    [CORE_OP_THROW] = {0, TURN_STOP},
    [CORE_OP_RETHROW] = {0, TURN_STOP},
    [CORE_OP_THROW_REF] = {0, TURN_STOP},
    [CORE_OP_BR_ON_NULL] = {0, TURN_STRANGE},
    [CORE_OP_BR_ON_NON_NULL] = {0, TURN_STRANGE},
    [CORE_OP_BR_ON_CAST] = {0, TURN_STRANGE},
    [CORE_OP_BR_ON_CAST_FAIL] = {0, TURN_STRANGE},
};

static const union reading_value unknown;

// --- operands ---

void reading_push(struct reading *r, union reading_value v) {
  if (r->height < READING_OPERANDS)
    r->operands[r->height] = v;
  else
    r->is_lost = true;
  r->height++;
}

union reading_value reading_operand(const struct reading *r, uint32_t down) {
  uint32_t at = r->height - 1 - down;
  return r->height - r->floor > down && at < READING_OPERANDS ? r->operands[at] : unknown;
}

void reading_drop(struct reading *r, uint32_t count) {
  uint32_t most = r->height - r->floor;
  r->height -= count < most ? count : most;
}

static inline union reading_value pop(struct reading *r) {
  if (r->height == r->floor) return unknown;
  r->height--;
  return r->height < READING_OPERANDS ? r->operands[r->height] : unknown;
}

// --- places ---

struct reading_word *reading_find_word(struct reading *r, int64_t at) {
  for (size_t i = 0; i < r->word_count; i++)
    if (r->words[i].at == at) return &r->words[i];
  return NULL;
}

static void note_change(struct reading *r, struct reading_change change) {
  if (!cm_grow(r->arena, &r->changes, &r->change_room, r->change_count, sizeof *r->changes))
    r->no_memory = true;
  else
    r->changes[r->change_count++] = change;
}

// When the table of words is full the oldest goes.
static union reading_value *new_word(struct reading *r, int64_t at) {
  r->is_lost |= r->word_count == READING_WORDS;
  size_t place = r->word_count < READING_WORDS ? r->word_count++ : r->next_word++ % READING_WORDS;
  r->words[place] = (struct reading_word){.at = at};
  return &r->words[place].value;
}

void reading_set_place(struct reading *r, const struct reading_place *place, union reading_value v) {
  const struct reading_domain *domain = r->domain;
  struct reading_word *word = place->is_word ? reading_find_word(r, place->at) : NULL;
  union reading_value *now = place->is_word ? (word ? &word->value : NULL) : &r->locals[place->local];
  union reading_value before = now ? *now : unknown;
  if (domain->put) domain->put(r, place, before, &v);
  bool matters = domain->matters(v);
  if (!now && !matters) return;
  if (matters || domain->matters(before)) note_change(r, (struct reading_change){*place, before});
  if (!now) now = new_word(r, place->at);
  *now = v;
}

static void set_local(struct reading *r, uint32_t local, union reading_value v) {
  if (local < r->local_count) reading_set_place(r, &(struct reading_place){.local = local}, v);
}

static union reading_value get_local(const struct reading *r, uint32_t local) {
  if (local >= r->local_count) return unknown;
  return r->domain->take ? r->domain->take(r, local, r->locals[local]) : r->locals[local];
}

static bool is_stack_pointer(const struct reading *r, uint32_t global) {
  return global == r->program->instances[r->instance].stack_global;
}

static void set_global(struct reading *r, uint32_t global, union reading_value v) {
  int64_t at;
  if (!is_stack_pointer(r, global)) {
    if (r->domain->give_away) r->domain->give_away(r, v);
  } else if (r->domain->is_frame(v, &at)) {
    r->stack = at;
  }
}

// --- calls ---

const struct core_import *reading_import(const struct reading *r, const struct core_instr *i) {
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL;
  if (!direct || i->index >= r->module->imported[CORE_FUNC]) return NULL;
  return &r->module->imports[r->module->funcs[i->index].import];
}

static uint32_t callee_of(struct reading *r, const struct core_instr *i) {
  if (i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL)
    return i->index < r->module->func_count ? program_callee(r->program, r->instance, i->index, NULL) : NO_FUNC;
  if (i->op != CORE_OP_CALL_INDIRECT && i->op != CORE_OP_RETURN_CALL_INDIRECT) return NO_FUNC;
  if (i->pair.a >= r->module->type_count) return NO_FUNC;
  const struct program_kind *kind = program_kind_of(r->program, r->instance, i->pair.a, i->pair.b);
  return kind && kind->target_count == 1 ? kind->targets[0] : NO_FUNC;
}

static const struct core_type *type_of_call(const struct reading *r, const struct core_instr *i) {
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL;
  if (direct) return core_func_type(r->module, i->index);
  bool indirect = i->op == CORE_OP_CALL_INDIRECT || i->op == CORE_OP_RETURN_CALL_INDIRECT;
  uint32_t type = indirect ? i->pair.a : i->index;
  return type < r->module->type_count && r->module->types[type].kind == CORE_FUNC_TYPE ? &r->module->types[type] : NULL;
}

static void call(struct reading *r, const struct core_instr *i) {
  struct reading_call call = {.instr = i, .type = type_of_call(r, i)};
  if (i->op != CORE_OP_CALL && i->op != CORE_OP_RETURN_CALL) call.index = pop(r);
  if (!call.type) {
    r->is_lost = true;
    return;
  }
  call.callee = callee_of(r, i);
  uint32_t count = call.type->param_count;
  for (uint32_t a = count; a-- > 0;) r->domain->hand(r, &call, a, reading_operand(r, count - 1 - a));
  union reading_value result = r->domain->result ? r->domain->result(r, &call) : unknown;
  reading_drop(r, count);
  for (uint32_t n = 0; n < call.type->result_count; n++) reading_push(r, call.type->result_count == 1 ? result : unknown);
}

// --- instructions ---

static void by_signature(struct reading *r, const struct core_instr *i) {
  enum { MOST = 8 };
  const struct core_op_info *info = &core_ops[i->op];
  const char *s = info->signature;
  size_t pops = 0;
  while (s[pops] != ':') pops++;
  union reading_value operands[MOST], made;
  for (size_t n = pops; n-- > 0;) {
    made = pop(r);
    if (n < MOST) operands[n] = made;
  }
  bool accesses = info->immediate == CORE_IMM_MEMARG && !i->mem.memory, gives = s[pops + 1];
  if (accesses && pops == 2 && !gives) {
    r->domain->store(r, i, operands[0], 1U << core_op_align_log2(i->op), operands[1]);
    return;
  }
  made = accesses && pops == 1 && gives ? r->domain->load(r, i, operands[0], 1U << core_op_align_log2(i->op))
                                        : r->domain->compute(r, i, operands, pops < MOST ? pops : MOST);
  for (s += pops + 1; *s; s++) reading_push(r, made);
}

static void step(struct reading *r, const struct core_instr *i, enum effect effect) {
  const struct reading_domain *domain = r->domain;
  union reading_value a, b, c;
  switch (effect) {
    case EFFECT_NUMBER: reading_push(r, domain->number(r, (uint32_t)i->i32)); return;
    case EFFECT_LONG_NUMBER: reading_push(r, domain->number(r, (uint64_t)i->i64)); return;
    case EFFECT_GET_LOCAL: reading_push(r, get_local(r, i->index)); return;
    case EFFECT_SET_LOCAL: set_local(r, i->index, pop(r)); return;
    case EFFECT_TEE_LOCAL: set_local(r, i->index, reading_operand(r, 0)); return;
    case EFFECT_GET_GLOBAL: reading_push(r, is_stack_pointer(r, i->index) ? domain->frame(r->stack) : unknown); return;
    case EFFECT_SET_GLOBAL: set_global(r, i->index, pop(r)); return;
    case EFFECT_DROP: reading_drop(r, 1); return;
    case EFFECT_ADD:
    case EFFECT_SUBTRACT:
      b = pop(r), a = pop(r);
      reading_push(r, domain->add(r, a, b, effect == EFFECT_SUBTRACT));
      return;
    case EFFECT_SELECT:
      reading_drop(r, 1);
      b = pop(r), a = pop(r);
      reading_push(r, domain->either(r, a, b));
      return;
    case EFFECT_COPY:
      c = pop(r), b = pop(r), a = pop(r);
      domain->copy(r, a, b, c);
      return;
    case EFFECT_FILL:
      c = pop(r);
      reading_drop(r, 1);
      domain->fill(r, pop(r), c);
      return;
    case EFFECT_CALL: call(r, i); return;
    case EFFECT_PLAIN: break;
  }
  if (core_ops[i->op].signature[0] != '*') by_signature(r, i);
}

// --- a body ---

static bool make_room(struct reading *r, void *items, size_t *room, size_t needed, size_t size) {
  while (*room < needed)
    if (!cm_grow(r->arena, items, room, *room, size)) return !(r->no_memory = true);
  return true;
}

bool reading_again(struct reading *r, uint32_t gid, union reading_value (*parameter)(uint32_t p)) {
  uint32_t declared, func = program_func(r->program, gid);
  r->height = r->floor = 0;
  r->depth = r->word_count = r->next_word = r->change_count = r->arrival_count = r->loops_seen = 0;
  r->looks_left = READING_LOOKS;
  r->spare_arrivals = 0;
  r->is_lost = r->is_dead = r->heads_grew = false;
  r->stack = 0;
  if (!r->type || !core_code_begin(&r->code, NULL, r->module, func, NULL, &declared, NULL)) return false;
  r->local_count = (size_t)r->type->param_count + declared;
  if (!make_room(r, &r->locals, &r->local_room, r->local_count, sizeof *r->locals) ||
      !make_room(r, &r->cells, &r->cell_room, r->local_count + READING_WORDS, sizeof *r->cells))
    return false;
  for (uint32_t l = 0; l < r->local_count; l++) r->locals[l] = l < r->type->param_count ? parameter(l) : r->domain->number(r, 0);
  return true;
}

bool reading_begin(struct reading *r, uint32_t gid, union reading_value (*parameter)(uint32_t p)) {
  r->instance = r->program->instance_of[gid];
  r->module = r->program->instances[r->instance].module;
  r->type = core_func_type(r->module, program_func(r->program, gid));
  r->loop_count = r->head_count = 0;
  return reading_again(r, gid, parameter);
}

bool reading_run(struct reading *r, uint64_t *steps) {
  for (struct core_instr i; !r->no_memory;) {
    if (r->is_dead) core_code_step_within(&r->code);
    if (!code_next(&r->code, &i)) break;
    r->at = i.at;
    if (steps && !*steps) return false;
    if (steps) --*steps;
    enum reading_turn turn = (enum reading_turn)effects[i.op].turn;
    if (!r->is_dead) step(r, &i, (enum effect)effects[i.op].effect);
    if (turn) reading_turn(r, &i, turn);
  }
  return !r->no_memory;
}
