// Reading bodies with a small operand stack.
//
// A static variable with an initial value stands in a data segment like a constant. What tells them apart is that some code stores to the
// variable's address, which the store has as a constant: as its base (optimized code) or as its offset from zero (unoptimized). To see
// that, constants are followed through the operand stack and the locals, in the order of the code. Where ways meet, the locals are what they
// are on the last of them: what code puts there that then goes elsewhere does not count. Stores through computed addresses are not found;
// what is assumed of them is said in docs/analysis.md.
//
// All bodies of a program are read so. What most of them consist of is read without the decoder: an opcode and numbers of at most four
// bytes. A table says for each opcode what it does to the stack. Which operands are constants is one word of bits, the topmost lowest, so
// that to pop and to push is to shift. All else, and what is not well-formed, is left to core_code_next.

#include "body.h"

#include <stdlib.h>

enum { OPERANDS = 64, CONTROLS = 128, LOCALS = 4096, WORD = 64, CHANGES = 4096 };

// The operand stack, but for the constants themselves. Of the deepest operands, where there are more than a word has bits, nothing is
// known. Small enough to be kept in registers.
struct operands {
  uint64_t known;  // bit n: the n-th from the top is a constant
  uint32_t height;
};

struct known {
  bool is_const;
  uint64_t bits;
};

// An open block. Moments are numbers of changes.
static const uint32_t NEVER = UINT32_MAX, FORGOTTEN = UINT32_MAX - 1;
struct open_block {
  uint32_t height;   // of the operand stack where it began
  uint32_t began;    // when; FORGOTTEN: what locals were then is not known any more
  uint32_t reached;  // when its end was, by the last branch to there; NEVER
  // The changes that made the locals what they had been before an `if`: they have what it left in them.
  uint32_t left_from, left_to;
  uint8_t opcode;  // that of `else` from there on
  bool was_dead;   // it is in code that is not come to
};

struct body_reader {
  struct body_visitor visitor;
  const struct core_module *module;
  struct operands operands;
  uint64_t bits[OPERANDS];  // of the operand at height h, in the place h % OPERANDS
  struct open_block open[CONTROLS];
  size_t depth;
  bool is_dead;                         // the code at hand is not come to
  uint64_t mentions_from, mentions_to;  // constants that are of interest
  bool local_known[LOCALS];
  uint64_t local_bits[LOCALS];
  uint32_t change_count;
  struct change {
    uint64_t bits;
    uint32_t local;
    bool is_const;
  } changes[CHANGES];  // what locals were
};

static inline void push(struct body_reader *r, struct operands *o, struct known k) {
  r->bits[o->height++ % OPERANDS] = k.bits;
  o->known = o->known << 1 | k.is_const;
}

// From an empty stack comes what is unknown.
static inline struct known pop(const struct body_reader *r, struct operands *o) {
  struct known k = {o->known & 1, r->bits[(o->height - 1) % OPERANDS]};
  o->known >>= 1;
  o->height -= o->height != 0;
  return k;
}

// The topmost operand, of 64 bits, becomes one of 32. From an empty stack comes what is unknown.
static inline void wrap(struct body_reader *r, struct operands *o) {
  struct known k = pop(r, o);
  push(r, o, (struct known){k.is_const, (uint32_t)k.bits});
}

static inline void drop(struct operands *o, uint32_t count) {
  if (count > o->height) count = o->height;
  o->height -= count;
  o->known = count < WORD ? o->known >> count : 0;
}

static inline void push_unknown(struct operands *o, uint32_t count) {
  o->height += count;
  o->known = count < WORD ? o->known << count : 0;
}

static inline struct known get_local(const struct body_reader *r, uint32_t index) {
  return index < LOCALS ? (struct known){r->local_known[index], r->local_bits[index]} : (struct known){0};
}

// What locals were is not known any more of any moment until now.
static void forget_changes(struct body_reader *r) {
  r->change_count = 0;
  for (size_t i = 0; i < r->depth && i < CONTROLS; i++) {
    struct open_block *b = &r->open[i];
    b->began = b->reached = FORGOTTEN;
    b->left_from = b->left_to = 0;
  }
}

static inline void set_local(struct body_reader *r, uint32_t index, struct known k) {
  if (index >= LOCALS) return;
  if (k.is_const || r->local_known[index]) {
    if (r->change_count == CHANGES) forget_changes(r);
    r->changes[r->change_count++] = (struct change){r->local_bits[index], index, r->local_known[index]};
  }
  r->local_known[index] = k.is_const;
  r->local_bits[index] = k.bits;
}

static void tell_write(const struct body_reader *r, uint64_t address, uint64_t size) {
  if (size && r->visitor.write) r->visitor.write(r->visitor.context, address, size);
}

static inline void tell_mention(const struct body_reader *r, uint64_t number) {
  if (number >= r->mentions_from && number < r->mentions_to) r->visitor.mention(r->visitor.context, number);
}

static void tell_use(const struct body_reader *r, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at) {
  if (r->visitor.use) r->visitor.use(r->visitor.context, use, a, b, at);
}

// --- by the decoder ---

// Bytes that a store writes, at most.
static unsigned store_size(enum core_op op) {
  switch (op) {
    case CORE_OP_I32_STORE8:
    case CORE_OP_I64_STORE8: return 1;
    case CORE_OP_I32_STORE16:
    case CORE_OP_I64_STORE16: return 2;
    case CORE_OP_I32_STORE:
    case CORE_OP_F32_STORE:
    case CORE_OP_I64_STORE32: return 4;
    case CORE_OP_I64_STORE:
    case CORE_OP_F64_STORE: return 8;
    default: return 16;
  }
}

static void by_signature(struct body_reader *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  const char *p = info->signature;
  bool store = info->immediate == CORE_IMM_MEMARG && strcspn(p, ":") == 2 && !p[3];
  struct known deepest = {0}, top = {0};
  for (unsigned n = 0; *p && *p != ':'; p++, n++) {
    deepest = pop(r, &r->operands);
    if (!n) top = deepest;
  }
  if (store && !deepest.is_const && !i->mem.memory) tell_mention(r, i->mem.offset);
  if (store && deepest.is_const && !i->mem.memory) tell_write(r, deepest.bits + i->mem.offset, store_size(i->op));
  bool bulk = i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL;
  if (bulk && deepest.is_const) tell_write(r, deepest.bits, top.is_const ? top.bits : 1);
  p += *p == ':';
  push_unknown(&r->operands, (uint32_t)strlen(p));
}

static inline void apply_type(struct operands *o, const struct core_type *type) {
  if (!type) return;
  drop(o, type->param_count);
  push_unknown(o, type->result_count);
}

static const struct core_type *type_at(const struct body_reader *r, uint32_t index) {
  bool valid = index < r->module->type_count && r->module->types[index].kind == CORE_FUNC_TYPE;
  return valid ? &r->module->types[index] : NULL;
}

// Calls and references. Tail calls leave the function: what they do to the stack does not matter.
static bool see_use(struct body_reader *r, const struct core_instr *i) {
  bool returns = i->op == CORE_OP_RETURN_CALL || i->op == CORE_OP_RETURN_CALL_INDIRECT || i->op == CORE_OP_RETURN_CALL_REF;
  const struct core_type *type;
  switch (i->op) {
    case CORE_OP_CALL:
    case CORE_OP_RETURN_CALL:
      tell_use(r, CORE_USE_CALL, i->index, 0, i->at);
      type = core_func_type(r->module, i->index);
      break;
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_INDIRECT:
      tell_use(r, CORE_USE_INDIRECT, i->pair.a, i->pair.b, i->at);
      type = type_at(r, i->pair.a);
      break;
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL_REF:
      tell_use(r, CORE_USE_CALL_REF, i->index, 0, i->at);
      type = type_at(r, i->index);
      break;
    case CORE_OP_REF_FUNC: tell_use(r, CORE_USE_REF, i->index, 0, i->at); return false;
    default: return false;
  }
  r->is_dead |= returns;
  if (returns) return true;
  if (i->op != CORE_OP_CALL) drop(&r->operands, 1);
  apply_type(&r->operands, type);
  return true;
}

// Makes the locals what they were at that moment, which is a change itself.
static void go_back(struct body_reader *r, uint32_t moment) {
  for (uint32_t at = r->change_count; at > moment && r->change_count >= at; at--) {
    struct change c = r->changes[at - 1];
    set_local(r, c.local, (struct known){c.is_const, c.bits});
  }
}

enum { OPCODE_LOOP = 0x03, OPCODE_IF = 0x04, OPCODE_ELSE = 0x05 };

static inline void begin_block(struct body_reader *r, const struct operands *o, uint8_t opcode) {
  if (r->depth < CONTROLS)
    r->open[r->depth] = (struct open_block){
        .height = o->height, .began = r->change_count, .reached = NEVER, .opcode = opcode, .was_dead = r->is_dead};
  r->depth++;
}

// A branch, which may be one of several, to the block that is the `label`-th outward.
static inline void branch(struct body_reader *r, uint32_t label) {
  size_t at = r->depth - 1 - label;
  if (!r->is_dead && label < r->depth && at < CONTROLS) r->open[at].reached = r->change_count;
}

// Behind an `else` all is as it was at the beginning.
static void turn(struct body_reader *r, struct open_block *block) {
  bool comes = !r->is_dead;
  uint32_t end = r->change_count;
  if (comes) block->reached = end;
  block->opcode = OPCODE_ELSE;
  r->is_dead = block->was_dead;
  go_back(r, block->began);
  if (comes && block->began != FORGOTTEN) block->left_from = end, block->left_to = r->change_count;
}

// Behind an end that is not come to all is as it was at the last branch to there, if there was any.
static void meet(struct body_reader *r, const struct open_block *block) {
  uint32_t moment = block->reached;
  if (block->opcode == OPCODE_IF && moment == NEVER) moment = block->began;
  if (block->opcode == OPCODE_LOOP || moment == NEVER) return;
  r->is_dead = block->was_dead;
  go_back(r, moment);
}

// What an `if` left in locals, and its `else` did not.
static void join_left(struct body_reader *r, const struct open_block *block) {
  for (uint32_t at = block->left_from; at < block->left_to; at++) {
    struct change c = r->changes[at];
    if (c.is_const && !r->local_known[c.local]) set_local(r, c.local, (struct known){true, c.bits});
  }
}

static void settle(struct body_reader *r, struct open_block *block, bool is_else) {
  if (!block || block->began == FORGOTTEN)
    r->is_dead = false;
  else if (is_else)
    turn(r, block);
  else if (r->is_dead)
    meet(r, block);
  else
    join_left(r, block);
}

static inline void end_block(struct body_reader *r, struct operands *o, bool is_else) {
  struct open_block *block = r->depth && r->depth <= CONTROLS ? &r->open[r->depth - 1] : NULL;
  if (block && block->height < o->height) drop(o, o->height - block->height);
  if (is_else || r->is_dead || (block && block->left_to)) settle(r, block, is_else);
  if (is_else) return;
  if (r->depth) r->depth--;
  push_unknown(o, 1);  // a result, if there is one; one too many does no harm
}

static void branch_by_table(struct body_reader *r, const struct core_instr *i) {
  struct cm_span labels = i->br_table.labels;
  for (uint32_t n = 0, label; n <= i->br_table.count && core_next_label(&labels, &label); n++) branch(r, label);
}

static void control(struct body_reader *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_IF: drop(&r->operands, 1); /* fall through */
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP: begin_block(r, &r->operands, *i->at); return;
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE:
      begin_block(r, &r->operands, *i->at);
      forget_changes(r);  // handlers are come to at any moment
      return;
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL: r->is_dead = false; return;
    case CORE_OP_ELSE:
    case CORE_OP_END:
    case CORE_OP_DELEGATE: end_block(r, &r->operands, i->op == CORE_OP_ELSE); return;
    case CORE_OP_BR_TABLE: branch_by_table(r, i); /* fall through */
    case CORE_OP_UNREACHABLE:
    case CORE_OP_RETURN:
    case CORE_OP_THROW:
    case CORE_OP_RETHROW:
    case CORE_OP_THROW_REF: r->is_dead = true; return;
    case CORE_OP_BR:
      branch(r, i->index);
      r->is_dead = true;
      return;
    case CORE_OP_BR_IF: drop(&r->operands, 1); /* fall through */
    case CORE_OP_BR_ON_NULL:
    case CORE_OP_BR_ON_NON_NULL: branch(r, i->index); return;
    case CORE_OP_BR_ON_CAST:
    case CORE_OP_BR_ON_CAST_FAIL: branch(r, i->cast.label); return;
    default: return;
  }
}

static void step(struct body_reader *r, const struct core_instr *i) {
  struct operands *o = &r->operands;
  switch (i->op) {
    case CORE_OP_I32_CONST:
      tell_mention(r, (uint32_t)i->i32);
      push(r, o, (struct known){true, (uint32_t)i->i32});
      return;
    case CORE_OP_I64_CONST: push(r, o, (struct known){true, (uint64_t)i->i64}); return;
    case CORE_OP_LOCAL_GET: push(r, o, get_local(r, i->index)); return;
    case CORE_OP_LOCAL_SET: set_local(r, i->index, pop(r, o)); return;
    case CORE_OP_LOCAL_TEE: {
      struct known k = pop(r, o);
      set_local(r, i->index, k);
      push(r, o, k);
      return;
    }
    case CORE_OP_I32_WRAP_I64: wrap(r, o); return;
    case CORE_OP_GLOBAL_GET: push_unknown(o, 1); return;
    case CORE_OP_GLOBAL_SET:
    case CORE_OP_DROP: drop(o, 1); return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T:
      drop(o, 3);
      push_unknown(o, 1);
      return;
    default: break;
  }
  if (see_use(r, i)) return;
  if (core_ops[i->op].signature[0] == '*')
    control(r, i);
  else
    by_signature(r, i);
}

// --- without the decoder ---

enum { QUICK_BYTES = 2 + 2 * 4, SHORT_BITS = 28 };

enum quick {
  QUICK_NOT,
  QUICK_STACK,        // no immediate; pops and pushes what is unknown
  QUICK_STACK_INDEX,  // the same with one number, which does not matter
  QUICK_GET,
  QUICK_SET,
  QUICK_TEE,
  QUICK_WRAP,  // i32.wrap_i64: a constant stays one
  QUICK_CONST32,
  QUICK_CONST64,
  QUICK_LOAD,
  QUICK_STORE,
  QUICK_BLOCK,  // pops what an `if` pops
  QUICK_ELSE,
  QUICK_END,
  QUICK_LEAVE,  // unreachable, return
  QUICK_BRANCH,
  QUICK_BRANCH_IF,
  QUICK_CALL,
};

struct quick_op {
  uint8_t kind, pops, pushes;
};

// By opcode, from the kind of its immediates. Signatures of what has none are ":", "i:i" or "ii:i" but for the letters, or "*".
#define QUICK_CORE_IMM_NONE(opcode, signature)                      \
  {                                                                 \
    (opcode) == 0x05                       ? QUICK_ELSE             \
    : (opcode) == 0x0b                     ? QUICK_END              \
    : (opcode) == 0xa7                     ? QUICK_WRAP             \
    : (opcode) == 0x00 || (opcode) == 0x0f ? QUICK_LEAVE            \
    : (opcode) == 0x0a || (opcode) == 0x19 ? QUICK_NOT              \
                                           : QUICK_STACK,           \
        (opcode) == 0x1a        ? 1                                 \
        : (opcode) == 0x1b      ? 3                                 \
        : sizeof(signature) < 4 ? 0                                 \
                                : (uint8_t)(sizeof(signature) - 3), \
        (opcode) == 0x1b || sizeof(signature) >= 4                  \
  }
#define QUICK_CORE_IMM_BLOCK(opcode, signature) \
  { (opcode) == 0x06 ? QUICK_NOT : QUICK_BLOCK, (opcode) == 0x04, 0 }
#define QUICK_CORE_IMM_LABEL(opcode, signature) \
  { (opcode) == 0x0c ? QUICK_BRANCH : (opcode) == 0x0d ? QUICK_BRANCH_IF : QUICK_NOT, 0, 0 }
#define QUICK_CORE_IMM_FUNC(opcode, signature) \
  { (opcode) == 0x10 ? QUICK_CALL : QUICK_NOT, 0, 0 }
#define QUICK_CORE_IMM_LOCAL(opcode, signature) \
  { (opcode) == 0x20 ? QUICK_GET : (opcode) == 0x21 ? QUICK_SET : QUICK_TEE, 0, 0 }
#define QUICK_CORE_IMM_GLOBAL(opcode, signature) \
  { QUICK_STACK_INDEX, (opcode) == 0x24, (opcode) == 0x23 }
#define QUICK_CORE_IMM_MEMARG(opcode, signature) \
  { (opcode) < FIRST_STORE ? QUICK_LOAD : QUICK_STORE, 0, 0 }
#define QUICK_CORE_IMM_I32(opcode, signature) \
  { QUICK_CONST32, 0, 1 }
#define QUICK_CORE_IMM_I64(opcode, signature) \
  { QUICK_CONST64, 0, 1 }
#define QUICK_CORE_IMM_BR_TABLE(opcode, signature) \
  { QUICK_NOT, 0, 0 }
#define QUICK_CORE_IMM_CALL_INDIRECT QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_TYPE QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_TABLE QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_MEMORY QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_F32 QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_F64 QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_SELECT QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_HEAP QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_TAG QUICK_CORE_IMM_BR_TABLE
#define QUICK_CORE_IMM_TRY_TABLE QUICK_CORE_IMM_BR_TABLE
enum { FIRST_LOAD = 0x28, FIRST_STORE = 0x36 };
static const struct quick_op quick_ops[256] = {
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) UNDER_##prefix(opcode, immediate, signature)
#define UNDER_0x00(opcode, immediate, signature) [opcode] = QUICK_##immediate(opcode, signature),
#define UNDER_0xfb(opcode, immediate, signature)
#define UNDER_0xfc(opcode, immediate, signature)
#define UNDER_0xfd(opcode, immediate, signature)
#define UNDER_0xfe(opcode, immediate, signature)
#include <component/instr.def>
#undef CORE_INSTR
};

// Opcodes of stores and the numbers of their instructions go in step.
_Static_assert(CORE_OP_I64_STORE32 - CORE_OP_I32_STORE == 0x3e - FIRST_STORE, "the stores stand together");

// The number of at most four bytes at `at`; returns what comes behind it, or NULL when it is longer. *bits: how many it had.
static inline const uint8_t *read_short(const uint8_t *at, uint32_t *number, unsigned *bits) {
  uint32_t value = *at & 0x7f;
  unsigned used = 7;
  while (*at++ & 0x80) {
    if (used == SHORT_BITS) return NULL;
    value |= (uint32_t)(*at & 0x7f) << used;
    used += 7;
  }
  *number = value;
  *bits = used;
  return at;
}

// What an access to memory has behind its opcode; NULL: it names a memory, is not well-formed, or has a long offset.
static inline const uint8_t *read_access(const uint8_t *at, uint32_t *offset) {
  unsigned bits;
  return *at < 0x40 ? read_short(at + 1, offset, &bits) : NULL;
}

// What a load takes right away for its address is read, and no more.
static inline bool is_load(uint8_t opcode) { return opcode >= FIRST_LOAD && opcode < FIRST_STORE; }

static const uint8_t *quick_const(struct body_reader *r, struct operands *o, const uint8_t *at, bool is_64) {
  uint32_t number;
  unsigned bits;
  at = read_short(at, &number, &bits);
  if (!at) return NULL;
  int32_t value = (int32_t)(number << (32 - bits)) >> (32 - bits);
  push(r, o, (struct known){true, is_64 ? (uint64_t)value : (uint32_t)value});
  if (!is_load(*at)) tell_mention(r, (uint32_t)value);
  return at;
}

static const uint8_t *quick_call(const struct body_reader *r, struct operands *o, const uint8_t *at) {
  uint32_t index;
  unsigned bits;
  const uint8_t *next = read_short(at, &index, &bits);
  if (!next) return NULL;
  tell_use(r, CORE_USE_CALL, index, 0, at - 1);
  apply_type(o, core_func_type(r->module, index));
  return next;
}

// One instruction; NULL when it is for the decoder.
static inline const uint8_t *quick_step(struct body_reader *r, struct operands *o, const uint8_t *at) {
  uint8_t opcode = *at++;
  const struct quick_op *op = &quick_ops[opcode];
  uint32_t number;
  switch (op->kind) {
    case QUICK_GET:
      if (*at >= 0x80) return NULL;
      push(r, o, (struct known){r->local_known[*at], r->local_bits[*at]});
      return at + 1;
    case QUICK_SET:
      if (*at >= 0x80) return NULL;
      set_local(r, *at, pop(r, o));
      return at + 1;
    case QUICK_TEE:
      if (*at >= 0x80) return NULL;
      set_local(r, *at, (struct known){o->known & 1, r->bits[(o->height - 1) % OPERANDS]});
      if (!o->height) push_unknown(o, 1);  // its operand was taken from below
      return at + 1;
    case QUICK_WRAP: wrap(r, o); return at;
    case QUICK_CONST32: return quick_const(r, o, at, false);
    case QUICK_CONST64: return quick_const(r, o, at, true);
    case QUICK_LOAD:
      if (!(at = read_access(at, &number))) return NULL;
      drop(o, 1);
      push_unknown(o, 1);
      return at;
    case QUICK_STORE:
      if (!(at = read_access(at, &number))) return NULL;
      drop(o, 1);
      struct known address = pop(r, o);
      if (address.is_const)
        tell_write(r, address.bits + number, store_size((enum core_op)(CORE_OP_I32_STORE + opcode - FIRST_STORE)));
      else
        tell_mention(r, number);
      return at;
    case QUICK_STACK_INDEX:
      if (*at >= 0x80) return NULL;
      at++;  // fall through
    case QUICK_STACK:
      drop(o, op->pops);
      push_unknown(o, op->pushes);
      return at;
    case QUICK_BLOCK:
      if (*at < 0x40 || *at > 0x7f || (*at != 0x40 && *at < 0x7b)) return NULL;  // a type index, or a reference
      drop(o, op->pops);
      begin_block(r, o, opcode);
      return at + 1;
    case QUICK_ELSE: end_block(r, o, true); return at;
    case QUICK_END: end_block(r, o, false); return at;
    case QUICK_LEAVE: r->is_dead = true; return at;
    case QUICK_BRANCH_IF:
    case QUICK_BRANCH:
      if (*at >= 0x80) return NULL;
      branch(r, *at);
      if (op->kind == QUICK_BRANCH)
        r->is_dead = true;
      else
        drop(o, 1);
      return at + 1;
    case QUICK_CALL: return quick_call(r, o, at);
    default: return NULL;
  }
}

// As many as it can; returns the first one that is for the decoder.
static const uint8_t *quick_steps(struct body_reader *r, const uint8_t *at, const uint8_t *end) {
  struct operands o = r->operands;
  for (const uint8_t *next; end - at >= QUICK_BYTES && (next = quick_step(r, &o, at)) != NULL;) at = next;
  r->operands = o;
  return at;
}

struct body_reader *body_reader_new(struct cm_arena *arena, const struct body_visitor *visitor) {
  struct body_reader *r = cm_alloc(arena, sizeof *r);
  if (r) r->visitor = *visitor;
  return r;
}

void body_reader_bounds(struct body_reader *r, uint64_t from, uint64_t to) {
  r->mentions_from = from;
  r->mentions_to = to;
}

bool body_read(struct body_reader *r, const struct core_module *module, uint32_t func, struct cm_diag *diag) {
  struct core_code code;
  uint32_t declared;
  if (!core_code_begin(&code, NULL, module, func, NULL, &declared, diag)) return false;
  const struct core_type *type = core_func_type(module, func);
  uint64_t locals = (uint64_t)declared + (type ? type->param_count : 0);
  memset(r->local_known, 0, (size_t)(locals < LOCALS ? locals : LOCALS));
  r->module = module;
  r->operands.height = 0;
  r->operands.known = 0;
  r->depth = 0;
  r->change_count = 0;
  r->is_dead = false;
  for (struct core_instr i;;) {
    code.reader.at = quick_steps(r, code.reader.at, code.reader.end);
    if (!code_next(&code, &i)) break;
    step(r, &i);
  }
  if (code.reader.failed) return false;
  struct cm_span body = module->funcs[func].body;
  if (body.size && body.at[body.size - 1] == 0x0b) return true;
  return core_code_fail(&code, CM_MALFORMED, code.reader.at, "unexpected end: END opcode expected");
}
