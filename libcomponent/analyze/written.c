// Which bytes of the data segments code writes to.
//
// A static variable with an initial value stands in a data segment like a constant. What tells them apart is that some code stores to the
// variable's address, which the store has as a constant: as its base (optimized code) or as its offset from zero (unoptimized). One pass
// over the reached bodies with a small operand stack finds these. Stores through computed addresses are not found; what is assumed of
// them is said in docs/analysis.md.

#include "program.h"

#include <stdlib.h>

enum { OPERANDS = 64, CONTROLS = 128, LOCALS = 4096 };

struct known {
  bool is_const;
  uint64_t bits;
};

struct scan {
  struct program *program;
  struct image *image;
  size_t *room;
  const struct core_module *module;
  struct known operands[OPERANDS];  // the topmost; deeper ones are not known
  size_t height;
  uint32_t heights[CONTROLS];  // at the beginning of each open block
  size_t depth;
  struct known *locals;
  bool failed;
};

static void push(struct scan *s, struct known k) {
  if (s->height == OPERANDS) memmove(s->operands, s->operands + 1, --s->height * sizeof *s->operands);
  s->operands[s->height++] = k;
}

static struct known pop(struct scan *s) { return s->height ? s->operands[--s->height] : (struct known){0}; }

static void push_unknown(struct scan *s, uint32_t count) {
  for (uint32_t i = 0; i < count && i < OPERANDS; i++) push(s, (struct known){0});
}

static void drop(struct scan *s, uint32_t count) { s->height -= count < s->height ? count : s->height; }

static void add(struct scan *s, uint64_t from, uint64_t size) {
  struct image *image = s->image;
  if (from >= image->end || !size) return;
  if (!cm_grow(s->program->arena, &image->written, s->room, image->written_count, sizeof *image->written)) {
    s->failed = true;
    return;
  }
  uint64_t to = size > image->end - from ? image->end : from + size;
  image->written[image->written_count++] = (struct image_range){from, to};
}

// Bytes that a store of this signature writes, at most.
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

static void by_signature(struct scan *s, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  const char *p = info->signature;
  bool store = info->immediate == CORE_IMM_MEMARG && strcspn(p, ":") == 2 && !p[3];
  struct known deepest = {0}, operands[3] = {{0}, {0}, {0}};
  for (unsigned n = 0; *p && *p != ':'; p++, n++) {
    deepest = pop(s);
    if (n < 3) operands[n] = deepest;
  }
  if (store && deepest.is_const && !i->mem.memory) add(s, deepest.bits + i->mem.offset, store_size(i->op));
  bool bulk = i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL;
  if (bulk && deepest.is_const) add(s, deepest.bits, operands[0].is_const ? operands[0].bits : 1);
  for (p += *p == ':'; *p; p++) push(s, (struct known){0});
}

static void call(struct scan *s, const struct core_instr *i) {
  uint32_t index = i->index;
  const struct core_type *type = NULL;
  if (i->op == CORE_OP_CALL) {
    type = core_func_type(s->module, index);
  } else {
    pop(s);
    if (i->op == CORE_OP_CALL_INDIRECT) index = i->pair.a;
    if (index < s->module->type_count && s->module->types[index].kind == CORE_FUNC_TYPE) type = &s->module->types[index];
  }
  if (type) drop(s, type->param_count);
  if (type) push_unknown(s, type->result_count);
}

static void control(struct scan *s, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_IF: pop(s); /* fall through */
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE:
      if (s->depth < CONTROLS) s->heights[s->depth] = (uint32_t)s->height;
      s->depth++;
      return;
    case CORE_OP_ELSE:
    case CORE_OP_END:
    case CORE_OP_DELEGATE: {
      size_t at = s->depth ? s->depth - 1 : 0;
      if (s->depth && at < CONTROLS && s->heights[at] < s->height) s->height = s->heights[at];
      if (i->op != CORE_OP_ELSE && s->depth) s->depth--;
      push_unknown(s, i->op != CORE_OP_ELSE);  // a result, if there is one; one too many does no harm
      return;
    }
    case CORE_OP_BR_IF:
    case CORE_OP_BR_TABLE: pop(s); return;
    default: return;
  }
}

static void step(struct scan *s, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_I32_CONST: push(s, (struct known){true, (uint32_t)i->i32}); return;
    case CORE_OP_I64_CONST: push(s, (struct known){true, (uint64_t)i->i64}); return;
    case CORE_OP_LOCAL_GET: push(s, i->index < LOCALS ? s->locals[i->index] : (struct known){0}); return;
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE: {
      struct known k = pop(s);
      if (i->index < LOCALS) s->locals[i->index] = k;
      if (i->op == CORE_OP_LOCAL_TEE) push(s, k);
      return;
    }
    case CORE_OP_GLOBAL_GET: push_unknown(s, 1); return;
    case CORE_OP_GLOBAL_SET:
    case CORE_OP_DROP: pop(s); return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T: drop(s, 3), push_unknown(s, 1); return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_CALL_REF: call(s, i); return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    control(s, i);
  else
    by_signature(s, i);
}

// --- the commonest instructions ---
//
// All bodies of a program are read for this, so what most of them consist of is read without the decoder: locals, small constants,
// loads, stores and numeric instructions, as long as their numbers have at most four bytes. All else, and what is not well-formed, is
// left to core_code_next.

enum {
  QUICK_BYTES = 12,
  LEB_BYTES = 4,
  FIRST_LOAD = 0x28,
  FIRST_STORE = 0x36,
  LAST_STORE = 0x3e,
  FIRST_NUMERIC = 0x45,
  LAST_NUMERIC = 0xc4
};

// Opcodes of these ranges and the numbers of their instructions go in step.
_Static_assert(CORE_OP_I64_STORE32 - CORE_OP_I32_STORE == LAST_STORE - FIRST_STORE, "the stores stand together");
_Static_assert(CORE_OP_I64_EXTEND32_S - CORE_OP_I32_EQZ == LAST_NUMERIC - FIRST_NUMERIC, "the numeric ones stand together");

// The number of at most four bytes at `at`; returns what comes behind it, or NULL when it is longer. *bits: how many it had.
static inline const uint8_t *read_short(const uint8_t *at, uint32_t *number, unsigned *bits) {
  *number = 0;
  for (*bits = 0; *bits < 7 * LEB_BYTES;) {
    uint8_t byte = *at++;
    *number |= (uint32_t)(byte & 0x7f) << *bits;
    *bits += 7;
    if (byte < 0x80) return at;
  }
  return NULL;
}

static const uint8_t *quick_access(struct scan *s, const uint8_t *at) {
  uint8_t opcode = *at++;
  uint32_t offset;
  unsigned bits;
  if (*at++ >= 0x40) return NULL;  // it names a memory, or is not well-formed
  at = read_short(at, &offset, &bits);
  if (!at) return NULL;
  pop(s);
  if (opcode < FIRST_STORE) {
    push(s, (struct known){0});
    return at;
  }
  struct known top = pop(s);
  if (top.is_const) add(s, top.bits + offset, store_size((enum core_op)(CORE_OP_I32_STORE + opcode - FIRST_STORE)));
  return at;
}

static const uint8_t *quick_local(struct scan *s, const uint8_t *at, enum core_op op) {
  uint8_t index = at[1];
  if (index >= 0x80) return NULL;
  if (op == CORE_OP_LOCAL_GET) {
    push(s, s->locals[index]);
    return at + 2;
  }
  struct known k = pop(s);
  s->locals[index] = k;
  if (op == CORE_OP_LOCAL_TEE) push(s, k);
  return at + 2;
}

static const uint8_t *quick_const(struct scan *s, const uint8_t *at) {
  uint32_t number;
  unsigned bits;
  at = read_short(at + 1, &number, &bits);
  if (!at) return NULL;
  if (number >> (bits - 1)) number |= UINT32_MAX << bits;
  push(s, (struct known){true, number});
  return at;
}

// One instruction; NULL when it is for the decoder.
static inline const uint8_t *quick_step(struct scan *s, const uint8_t *at) {
  switch (*at) {
    case 0x20: return quick_local(s, at, CORE_OP_LOCAL_GET);
    case 0x21: return quick_local(s, at, CORE_OP_LOCAL_SET);
    case 0x22: return quick_local(s, at, CORE_OP_LOCAL_TEE);
    case 0x41: return quick_const(s, at);
    default: break;
  }
  if (*at >= FIRST_LOAD && *at <= LAST_STORE) return quick_access(s, at);
  if (*at < FIRST_NUMERIC || *at > LAST_NUMERIC) return NULL;
  pop(s);
  if (core_ops[CORE_OP_I32_EQZ + *at - FIRST_NUMERIC].signature[1] != ':') pop(s);
  push(s, (struct known){0});
  return at + 1;
}

static void quick_steps(struct scan *s, struct cm_reader *r) {
  while (r->end - r->at >= QUICK_BYTES && !s->failed) {
    const uint8_t *next = quick_step(s, r->at);
    if (!next) return;
    r->at = next;
  }
}

static void scan_function(struct scan *s, struct cm_arena *scratch, uint32_t func) {
  struct core_code code;
  uint32_t declared;
  if (!core_code_begin(&code, scratch, s->module, func, NULL, &declared, NULL)) return;
  s->height = s->depth = 0;
  const struct core_type *type = core_func_type(s->module, func);
  uint64_t count = (uint64_t)declared + (type ? type->param_count : 0);
  memset(s->locals, 0, (count < LOCALS ? count : LOCALS) * sizeof *s->locals);
  for (struct core_instr i;;) {
    quick_steps(s, &code.reader);
    if (s->failed || !core_code_next(&code, &i)) return;
    step(s, &i);
  }
}

static int by_start(const void *a, const void *b) {
  const struct image_range *x = a, *y = b;
  return (x->from > y->from) - (x->from < y->from);
}

bool image_find_written(struct program *program, uint32_t owner, struct image *image) {
  size_t room = 0;
  struct cm_arena scratch;
  cm_arena_init(&scratch, program->arena->allocator);
  struct scan s = {.program = program, .image = image, .room = &room};
  s.locals = cm_alloc_array(&scratch, LOCALS, sizeof *s.locals);
  for (uint32_t n = 0; s.locals && n < program->instance_count && !s.failed; n++) {
    const struct program_instance *in = &program->instances[n];
    if (!in->module || in->memory_owner != owner) continue;
    s.module = in->module;
    for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count && !s.failed; f++)
      if (program->reached[in->base + f]) scan_function(&s, &scratch, f);
  }
  bool ok = s.locals && !s.failed;
  cm_arena_free(&scratch);
  if (!ok || !image->written_count) return ok;
  qsort(image->written, image->written_count, sizeof *image->written, by_start);
  size_t kept = 0;
  for (size_t i = 1; i < image->written_count; i++) {
    struct image_range *last = &image->written[kept], r = image->written[i];
    if (r.from > last->to)
      image->written[++kept] = r;
    else if (r.to > last->to)
      last->to = r.to;
  }
  image->written_count = kept + 1;
  return true;
}
