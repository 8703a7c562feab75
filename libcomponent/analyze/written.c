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

static void scan_function(struct scan *s, struct cm_arena *scratch, uint32_t func) {
  struct core_code code;
  uint32_t declared;
  if (!core_code_begin(&code, scratch, s->module, func, NULL, &declared, NULL)) return;
  s->height = s->depth = 0;
  const struct core_type *type = core_func_type(s->module, func);
  uint64_t count = (uint64_t)declared + (type ? type->param_count : 0);
  memset(s->locals, 0, (count < LOCALS ? count : LOCALS) * sizeof *s->locals);
  for (struct core_instr i; core_code_next(&code, &i) && !s->failed;) step(s, &i);
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
