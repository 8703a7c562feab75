// The translator's operand stack and emitter.
//
// The rules that keep the code right: an operand's own slot is at its place on the stack, behind the locals, and is written by nobody
// else while the operand lives; a pending operand is popped or placed before its local changes; the result slot of the last
// instruction may be changed to a local only while nothing was emitted and no label was set since.

#include "exec_translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void tr_fail(struct translator *t, enum core_trap trap, const char *format, ...) {
  if (t->failed) return;
  t->failed = true;
  t->trap = trap;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(t->info->message, sizeof t->info->message, format, arguments);
  va_end(arguments);
}

void tr_work(struct translator *t, uint32_t count) {
  t->work += count;
  if (t->work > t->max_work) tr_fail(t, CORE_TRAP_UNSUPPORTED, "a function whose blocks and calls carry too many values");
}

// Room for one more of `size` bytes in a growing array of the heap.
static bool reserve(struct translator *t, void *items, uint32_t *capacity, uint32_t count, size_t size) {
  if (count < *capacity) return true;
  uint32_t more = *capacity ? *capacity * 2 : 256;
  void *grown = more <= MAX_WORDS ? realloc(*(void **)items, more * size) : NULL;
  if (!grown) {
    tr_fail(t, CORE_TRAP_MEMORY, "no memory to prepare a function");
    return false;
  }
  *(void **)items = grown;
  *capacity = more;
  return true;
}

uint32_t tr_word(struct translator *t, union exec_word word) {
  if (t->failed || !reserve(t, &t->words, &t->word_capacity, t->word_count, sizeof *t->words)) return 0;
  t->words[t->word_count] = word;
  return t->word_count++;
}

uint32_t tr_emit(struct translator *t, union exec_word word) {
  t->last = EXEC_NONE;
  if (word.op >= X_FIRST_STOPPING && !t->failed && reserve(t, &t->sites, &t->site_capacity, t->site_count, sizeof *t->sites))
    t->sites[t->site_count++] = (struct exec_site){t->word_count, t->offset, t->cost};
  return tr_word(t, word);
}

uint16_t tr_take_cost(struct translator *t) {
  if (t->cost > MAX_COST) tr_settle(t);
  uint16_t cost = (uint16_t)t->cost;
  t->cost = 0;
  return cost;
}

void tr_settle(struct translator *t) {
  if (!t->cost) return;
  int32_t cost = (int32_t)t->cost;
  t->cost = 0;
  tr_emit(t, (union exec_word){.op_and_a = X_FUEL, .k = cost});
}

// Puts a constant into a slot.
static uint32_t emit_const(struct translator *t, uint8_t type, uint16_t slot, uint64_t value) {
  uint32_t op = type == CORE_I32 || type == CORE_F32 ? X_CONST32 : X_CONST64;
  if (op == X_CONST64 && (uint64_t)(int64_t)(int32_t)value != value) {
    uint32_t at = tr_emit(t, (union exec_word){.op = X_CONST_WIDE, .a = slot});
    tr_word(t, (union exec_word){.u64 = value});
    return at;
  }
  return tr_emit(t, (union exec_word){.op_and_a = op | (uint32_t)slot << 16, .k = (int32_t)value});
}

static uint32_t emit_copy(struct translator *t, uint8_t type, uint16_t to, uint16_t from) {
  return tr_emit(t, (union exec_word){.op = type == CORE_V128 ? X_COPY_V128 : X_COPY, .a = to, .b = from});
}

// Puts the operand at that place into its slot; gives the instruction that did.
static uint32_t place(struct translator *t, uint32_t at) {
  struct operand *o = &t->stack[at];
  uint32_t word =
      o->where == IN_LOCAL ? emit_copy(t, o->type, tr_slot(t, at), o->local) : emit_const(t, o->type, tr_slot(t, at), o->value);
  o->where = IN_SLOT;
  return word;
}

static struct operand *push(struct translator *t, uint8_t type) {
  if (!t->failed && t->local_count + t->height >= MAX_SLOTS)
    tr_fail(t, CORE_TRAP_UNSUPPORTED, "a function that needs more than %d slots", (int)MAX_SLOTS);
  if (!t->failed && !cm_grow(t->scratch, &t->stack, &t->stack_capacity, t->height, sizeof *t->stack))
    tr_fail(t, CORE_TRAP_MEMORY, "no memory to prepare a function");
  if (t->failed) return NULL;
  struct operand *o = &t->stack[t->height];
  *o = (struct operand){.type = type, .at = t->height};
  if (++t->height > t->max_height) t->max_height = t->height;
  return o;
}

void tr_push(struct translator *t, uint8_t type) { push(t, type); }

static void push_pending(struct translator *t, struct operand like) {
  struct operand *o = push(t, like.type);
  if (!o) return;
  o->where = like.where;
  o->local = like.local;
  o->value = like.value;
  if (t->pending_count < MAX_PENDING) {
    t->pending[t->pending_count++] = o->at;
  } else {
    t->last = place(t, o->at);
  }
}

void tr_push_const(struct translator *t, uint8_t type, uint64_t value) {
  push_pending(t, (struct operand){.type = type, .where = IN_CONST, .value = value});
}

void tr_push_local(struct translator *t, uint32_t local) {
  push_pending(t, (struct operand){.type = t->local_types[local], .where = IN_LOCAL, .local = (uint16_t)local});
}

static const char *type_name(uint8_t type) {
  switch (type) {
    case CORE_I32: return "i32";
    case CORE_I64: return "i64";
    case CORE_F32: return "f32";
    case CORE_F64: return "f64";
    case CORE_V128: return "v128";
    case EXEC_FUNCREF: return "a function reference";
    case EXEC_EXTERNREF: return "an external reference";
    default: return "a reference";
  }
}

struct operand tr_pop(struct translator *t, uint8_t type) {
  uint32_t floor = t->block_count ? t->blocks[t->block_count - 1].height : 0;
  if (!t->failed && t->height <= floor) tr_fail(t, CORE_TRAP_MALFORMED, "expected an operand, found none");
  if (t->failed) return (struct operand){.type = type ? type : CORE_I32};
  struct operand o = t->stack[--t->height];
  if (o.where != IN_SLOT) t->pending_count--;
  if (type && o.type != type)
    tr_fail(t, CORE_TRAP_MALFORMED, "expected %s as operand, found %s", type_name(type), type_name(o.type));
  return o;
}

uint16_t tr_read(struct translator *t, const struct operand *operand) {
  if (operand->where == IN_LOCAL) return operand->local;
  uint16_t slot = tr_slot(t, operand->at);
  if (operand->where == IN_CONST) emit_const(t, operand->type, slot, operand->value);
  return slot;
}

void tr_result(struct translator *t, enum exec_op op, uint8_t type, uint16_t b, uint16_t c) {
  uint16_t slot = tr_slot(t, t->height);
  uint32_t at = tr_emit(t, (union exec_word){.op = (uint16_t)op, .a = slot, .b = b, .c = c});
  push(t, type);
  t->last = at;
}

void tr_result_k(struct translator *t, enum exec_op op, uint8_t type, int32_t k) {
  uint16_t slot = tr_slot(t, t->height);
  uint32_t at = tr_emit(t, (union exec_word){.op_and_a = (uint32_t)op | (uint32_t)slot << 16, .k = k});
  push(t, type);
  t->last = at;
}

// Places the operands that are still in a local which is about to change. True: there were some.
static bool preserve(struct translator *t, uint32_t local) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < t->pending_count; i++) {
    const struct operand *o = &t->stack[t->pending[i]];
    if (o->where == IN_LOCAL && o->local == local) {
      place(t, t->pending[i]);
    } else {
      t->pending[kept++] = t->pending[i];
    }
  }
  bool some = kept < t->pending_count;
  t->pending_count = kept;
  return some;
}

void tr_set_local(struct translator *t, uint32_t local, bool tee) {
  uint8_t type = t->local_types[local];
  struct operand o = tr_pop(t, type);
  if (t->failed) return;
  uint32_t last = t->last;
  bool retarget = o.where == IN_SLOT && last != EXEC_NONE && t->words[last].a == tr_slot(t, o.at);
  if (preserve(t, local)) retarget = false;
  if (retarget) {
    t->words[last].a = (uint16_t)local;
    t->last = EXEC_NONE;
  } else if (o.where == IN_CONST) {
    emit_const(t, type, (uint16_t)local, o.value);
  } else if (o.where != IN_LOCAL || o.local != local) {
    emit_copy(t, type, (uint16_t)local, tr_read(t, &o));
  }
  if (tee) tr_push_local(t, local);
}

void tr_place_top(struct translator *t, uint32_t count) {
  if (t->failed) return;
  uint32_t first = t->height - count, from = t->pending_count;
  while (from && t->pending[from - 1] >= first) from--;
  for (uint32_t i = from; i < t->pending_count; i++) place(t, t->pending[i]);
  t->pending_count = from;
}

void tr_place_all(struct translator *t) { tr_place_top(t, t->height); }

bool tr_check_top(struct translator *t, const struct core_valtype *types, uint32_t count) {
  if (t->failed) return false;
  uint32_t floor = t->blocks[t->block_count - 1].height;
  if (t->height - floor < count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "expected %lu operands, found %lu", (unsigned long)count, (unsigned long)(t->height - floor));
    return false;
  }
  tr_work(t, count);
  for (uint32_t i = 0; i < count; i++) {
    uint8_t wanted = exec_slot_type(t->module, types[i]), found = t->stack[t->height - count + i].type;
    if (wanted == found) continue;
    tr_fail(t, CORE_TRAP_MALFORMED, "expected %s as operand, found %s", type_name(wanted), type_name(found));
    return false;
  }
  return true;
}

void tr_push_types(struct translator *t, const struct core_valtype *types, uint32_t count) {
  tr_work(t, count);
  for (uint32_t i = 0; i < count && !t->failed; i++) {
    uint8_t type = exec_slot_type(t->module, types[i]);
    if (!type) tr_fail(t, CORE_TRAP_MALFORMED, "a type that is out of range");
    tr_push(t, type);
  }
}

void tr_pop_types(struct translator *t, const struct core_valtype *types, uint32_t count) {
  for (uint32_t i = count; i > 0 && !t->failed; i--) tr_pop(t, exec_slot_type(t->module, types[i - 1]));
}

static bool is_compare(uint16_t op) { return op >= X_I32_EQ && op <= X_I64_GE_U_K; }

struct condition tr_condition(struct translator *t) {
  uint32_t last = t->last;
  struct operand o = tr_pop(t, CORE_I32);
  if (!t->failed && o.where == IN_SLOT && last != EXEC_NONE && last == t->word_count - 1 && is_compare(t->words[last].op) &&
      t->words[last].a == tr_slot(t, o.at)) {
    union exec_word word = t->words[last];
    t->word_count = last;
    t->last = EXEC_NONE;
    return (struct condition){(uint16_t)(word.op - X_I32_EQ + X_BR_I32_EQ), true, word.b, word.c};
  }
  return (struct condition){X_BR_IF, false, tr_read(t, &o), 0};
}

struct condition tr_negate(struct condition condition) {
#define ROW(NAME, m, U, expr, NEGATION) \
  [X_BR_##NAME - X_FIRST_STOPPING] = X_BR_##NEGATION, [X_BR_##NAME##_K - X_FIRST_STOPPING] = X_BR_##NEGATION##_K,
  static const uint16_t negation[X_BR_I64_GE_U_K - X_FIRST_STOPPING + 1] = {EXEC_COMPARE(ROW)};
#undef ROW
  if (condition.fused) {
    condition.op = negation[condition.op - X_FIRST_STOPPING];
  } else {
    // The pairs stand side by side in EXEC_STOPPING.
    condition.op = condition.op == X_BR_IF       ? X_BR_UNLESS
                   : condition.op == X_BR_UNLESS ? X_BR_IF
                   : condition.op == X_BR_NULL   ? X_BR_NOT_NULL
                                                 : X_BR_NULL;
  }
  return condition;
}

uint32_t tr_branch(struct translator *t, struct condition condition) {
  uint16_t cost = tr_take_cost(t);
  if (condition.fused) {
    tr_emit(t, (union exec_word){.op = condition.op, .a = cost, .b = condition.b, .c = condition.c});
  } else {
    tr_emit(t, (union exec_word){.op = condition.op, .a = condition.b, .b = cost});
  }
  return tr_word(t, (union exec_word){.u64 = 0});
}
