// The commonest instructions, without detours.
//
// Most code is local variables, constants, arithmetic, loads, stores, and blocks that carry nothing. For these there is no need to read an
// instruction first and to check it then: one look at the opcode says what must lie on the stack and what comes instead. This loop does
// as long as it goes well, and stops before whatever it does not know or does not like: a type with a function's parameters, a long
// number, the end being near, an operand that does not fit. That instruction is then read and checked in full, and if something is wrong,
// told.
//
// It is no second validator: what an instruction takes and gives is what the actions of validate_ops.c say, and all that is left out here is
// what cannot go wrong in these cases.

#include "validate.h"

// What is done with a byte.
enum quick_way {
  STOP,
  CONSTANT,  // a number of up to four bytes follows
  UNARY,
  BINARY,
  LOAD,  // of memory 0, which has 32-bit addresses
  STORE,
  LOCAL_GET,
  LOCAL_SET,
  LOCAL_TEE,
  GLOBAL_GET,
  DROP,
  BR,
  BR_IF,
  BLOCK,
  LOOP,
  IF,
  ELSE,
  END,
  CALL,
};

// More than any instruction of these is long.
enum { MOST_BYTES = 16 };

static enum quick_way way_of(enum core_op op, const struct core_action *action, bool has_memory) {
  switch (op) {
    case CORE_OP_I32_CONST:
    case CORE_OP_I64_CONST: return CONSTANT;
    case CORE_OP_GLOBAL_GET: return GLOBAL_GET;
    case CORE_OP_DROP: return DROP;
    case CORE_OP_BR: return BR;
    case CORE_OP_BR_IF: return BR_IF;
    case CORE_OP_BLOCK: return BLOCK;
    case CORE_OP_LOOP: return LOOP;
    case CORE_OP_IF: return IF;
    case CORE_OP_ELSE: return ELSE;
    case CORE_OP_END: return END;
    case CORE_OP_CALL: return CALL;
    default: break;
  }
  switch ((enum core_way)action->way) {
    case CORE_WAY_UNARY: return UNARY;
    case CORE_WAY_BINARY: return BINARY;
    case CORE_WAY_LOAD: return has_memory ? LOAD : STOP;
    case CORE_WAY_STORE: return has_memory ? STORE : STOP;
    case CORE_WAY_LOCAL_GET: return LOCAL_GET;
    case CORE_WAY_LOCAL_SET: return LOCAL_SET;
    case CORE_WAY_LOCAL_TEE: return LOCAL_TEE;
    default: return STOP;
  }
}

void core_quick_of(struct core_context *context) {
  const struct core_module *m = context->module;
  bool has_memory = m->memory_count && !m->memories[0].limits.is_64;
  memset(context->quick, 0, sizeof context->quick);
  for (unsigned i = 0; i < CORE_OP_COUNT; i++) {
    const struct core_action *action = &context->body_actions[i];
    if (core_ops[i].prefix || action->way == CORE_WAY_REFUSED) continue;
    uint8_t take = action->way == CORE_WAY_STORE ? action->take[1] : action->take[0];
    context->quick[core_ops[i].opcode] =
        (struct core_quick){(uint8_t)way_of((enum core_op)i, action, has_memory), take, action->give[0], action->align};
  }
}

// A label or an index of one or two bytes; UINT32_MAX where it is longer. *at moves behind it.
static inline uint32_t short_index(const uint8_t **at) {
  const uint8_t *p = *at;
  uint32_t index = *p++;
  if (index >= 0x80) {
    if (*p >= 0x80) return UINT32_MAX;
    index = (index & 0x7f) | (uint32_t)*p++ << 7;
  }
  *at = p;
  return index;
}

// Behind a number of up to four bytes; NULL where it is longer. Such a number is never malformed, whatever it is for.
static inline const uint8_t *behind_number(const uint8_t *at) {
  for (int i = 0; i < 4; i++)
    if (*at++ < 0x80) return at;
  return NULL;
}

// Whether a branch to that label carries nothing.
static inline bool carries_nothing(const struct core_check *v, uint32_t depth) {
  if (depth >= v->depth) return false;
  const struct core_frame *frame = &v->frames[v->depth - 1 - depth];
  return !frame->type && (frame->kind == CORE_FRAME_LOOP || frame->result == WORD_BOTTOM);
}

// Opens a block without parameters, whose type is a byte: nothing, a number or a vector.
static inline bool open_block(struct core_check *v, enum core_frame_kind kind, uint8_t type, uint32_t height) {
  enum { EMPTY = 0x40 };
  if (v->depth >= v->frame_room || (type != EMPTY && (type < CORE_F64 || type > CORE_I32))) return false;
  v->frames[v->depth++] =
      (struct core_frame){.kind = kind, .height = height, .result = type == EMPTY ? (uint32_t)WORD_BOTTOM : type};
  return true;
}

// Whether the innermost block is one of these and has what it promised, `top` being the end of the stack.
static inline bool is_complete(const struct core_check *v, const uint32_t *top, const uint32_t *base) {
  const struct core_frame *frame = &v->frames[v->depth - 1];
  if (frame->type || v->depth == 1) return false;
  return frame->result == WORD_BOTTOM ? top == base : top - base == 1 && top[-1] == frame->result;
}

// The function's type where its parameters lie on the stack and there is room for its results; else NULL.
static inline const struct core_stored *callable(const struct core_check *v, uint32_t func, const uint32_t *top,
                                                 const uint32_t *base, const uint32_t *limit) {
  const struct core_context *c = v->context;
  if (func >= c->module->func_count) return NULL;
  const struct core_stored *type = &c->store->types[c->ids[c->module->funcs[func].type]];
  if (top - base < (ptrdiff_t)type->a.count || limit - top < (ptrdiff_t)type->b.count) return NULL;
  for (uint32_t i = 0; i < type->a.count; i++)
    if (type->a.at[i] != top[(ptrdiff_t)i - (ptrdiff_t)type->a.count]) return NULL;
  return type;
}

void core_check_quickly(struct core_check *v) {
  const struct core_context *c = v->context;
  struct cm_reader *r = &v->code.reader;
  const struct core_stored *type;
  const uint8_t *at = r->at, *next;
  uint32_t *const stack = v->stack, *top = stack + v->height, *base = stack + v->base, *const limit = stack + v->stack_room;
  const uint32_t near = v->local_count < CORE_NEAR_LOCALS ? v->local_count : CORE_NEAR_LOCALS;
  uint32_t index;
  while (r->end - at > MOST_BYTES) {
    const struct core_quick *quick = &c->quick[*at];
    next = at + 1;
    switch ((enum quick_way)quick->way) {
      case STOP: goto stop;
      case CONSTANT:
        next = behind_number(next);
        if (!next || top == limit) goto stop;
        *top++ = quick->give;
        break;
      case UNARY:
        if (top == base || top[-1] != quick->take) goto stop;
        top[-1] = quick->give;
        break;
      case BINARY:
        if (top - base < 2 || top[-1] != quick->take || top[-2] != quick->take) goto stop;
        top--;
        top[-1] = quick->give;
        break;
      case LOAD:
        // An alignment that is no more than the natural one names no memory.
        if (*next++ > quick->align || !(next = behind_number(next)) || top == base || top[-1] != CORE_I32) goto stop;
        top[-1] = quick->give;
        break;
      case STORE:
        if (*next++ > quick->align || !(next = behind_number(next))) goto stop;
        if (top - base < 2 || top[-1] != quick->take || top[-2] != CORE_I32) goto stop;
        top -= 2;
        break;
      case LOCAL_GET:
        index = short_index(&next);
        if (index >= near || top == limit) goto stop;
        *top++ = v->near_locals[index];
        break;
      case LOCAL_SET:
        index = short_index(&next);
        if (index >= near || top == base || top[-1] != v->near_locals[index]) goto stop;
        top--;
        break;
      case LOCAL_TEE:
        index = short_index(&next);
        if (index >= near || top == base || top[-1] != v->near_locals[index]) goto stop;
        break;
      case GLOBAL_GET:
        index = short_index(&next);
        if (index >= c->module->global_count || top == limit) goto stop;
        *top++ = c->globals[index];
        break;
      case DROP:
        if (top == base) goto stop;
        top--;
        break;
      case BR:
        if (!carries_nothing(v, short_index(&next))) goto stop;
        v->frames[v->depth - 1].unreachable = true;
        top = base;
        break;
      case BR_IF:
        if (top == base || top[-1] != CORE_I32 || !carries_nothing(v, short_index(&next))) goto stop;
        top--;
        break;
      case BLOCK:
      case LOOP:
        if (!open_block(v, quick->way == LOOP ? CORE_FRAME_LOOP : CORE_FRAME_BLOCK, *next++, (uint32_t)(top - stack))) goto stop;
        base = top;
        break;
      case IF:
        if (top == base || top[-1] != CORE_I32) goto stop;
        if (!open_block(v, CORE_FRAME_IF, *next++, (uint32_t)(top - 1 - stack))) goto stop;
        base = --top;
        break;
      case ELSE:
        if (v->frames[v->depth - 1].kind != CORE_FRAME_IF || !is_complete(v, top, base)) goto stop;
        v->frames[v->depth - 1].kind = CORE_FRAME_ELSE;
        v->frames[v->depth - 1].unreachable = false;
        top = base;
        break;
      case END:
        // An `if` without `else` cannot have a result.
        if (!is_complete(v, top, base) || (v->frames[v->depth - 1].kind == CORE_FRAME_IF && top != base)) goto stop;
        v->depth--;
        base = stack + v->frames[v->depth - 1].height;
        break;
      case CALL:
        index = short_index(&next);
        if (!(type = callable(v, index, top, base, limit))) goto stop;
        top -= type->a.count;
        for (uint32_t i = 0; i < type->b.count; i++) *top++ = type->b.at[i];
        break;
    }
    at = next;
  }
stop:
  v->height = (uint32_t)(top - stack);
  v->base = (uint32_t)(base - stack);
  r->at = at;
}
