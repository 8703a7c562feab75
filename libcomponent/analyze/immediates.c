// A reading of a body in the order of its code, without regard to branches: loads behind one pointer that are compared with constants are put
// together as long as each goes on where the ones before it end.

#include "immediates.h"

enum { OPERANDS = 24, LOCALS_MOST = 4096, WIDEST = 8 };

// What is on the operand stack or in a local: a constant; or a number that was loaded `offset` bytes behind a pointer. A pointer is what a local
// was set to for the time `age`.
struct pointer {
  uint32_t local, age;
  uint64_t offset;
  bool known;
};
struct operand {
  enum { UNKNOWN, NUMBER, LOADED } kind;
  uint64_t bits;
  struct pointer from;  // LOADED
  unsigned size;
  struct pointer is;  // what it is as a pointer
};
struct local {
  uint32_t age;
  struct operand held;
};

struct text {
  struct pointer start;
  char letters[IMMEDIATES_TEXT];
  size_t size;
};

struct immediates {
  struct operand stack[OPERANDS];
  size_t height;
  struct local *locals;
  uint32_t local_count;
  struct text text;
  void (*visit)(void *context, const char *text, size_t size);
  void *context;
};

static struct operand pop(struct immediates *r) { return r->height ? r->stack[--r->height] : (struct operand){0}; }

static void push(struct immediates *r, struct operand o) {
  if (r->height == OPERANDS) memmove(r->stack, r->stack + 1, --r->height * sizeof *r->stack);
  r->stack[r->height++] = o;
}

static void end_text(struct immediates *r) {
  if (r->text.size) r->visit(r->context, r->text.letters, r->text.size);
  r->text.size = 0;
}

// Is it compared right behind what was compared before, or partly once more?
static bool goes_on(const struct text *text, const struct pointer *from, const char *letters, unsigned size) {
  const struct pointer *start = &text->start;
  if (!text->size || from->local != start->local || from->age != start->age || from->offset <= start->offset) return false;
  uint64_t at = from->offset - start->offset;
  if (at > text->size || at + size <= text->size || at + size > IMMEDIATES_TEXT) return false;
  return !memcmp(text->letters + at, letters, text->size - at);
}

static void compared(struct immediates *r, const struct operand *loaded, uint64_t bits) {
  char letters[WIDEST];
  for (unsigned i = 0; i < loaded->size; i++) letters[i] = (char)(uint8_t)(bits >> (8 * i));
  uint64_t at = loaded->from.offset - r->text.start.offset;
  if (!goes_on(&r->text, &loaded->from, letters, loaded->size)) {
    end_text(r);
    r->text.start = loaded->from;
    at = 0;
  }
  memcpy(r->text.letters + at, letters, loaded->size);
  r->text.size = (size_t)at + loaded->size;
}

static const uint8_t load_sizes[CORE_OP_COUNT] = {
    [CORE_OP_I32_LOAD] = 4,     [CORE_OP_I64_LOAD] = 8,     [CORE_OP_I32_LOAD8_S] = 1,  [CORE_OP_I32_LOAD8_U] = 1,
    [CORE_OP_I32_LOAD16_S] = 2, [CORE_OP_I32_LOAD16_U] = 2, [CORE_OP_I64_LOAD8_S] = 1,  [CORE_OP_I64_LOAD8_U] = 1,
    [CORE_OP_I64_LOAD16_S] = 2, [CORE_OP_I64_LOAD16_U] = 2, [CORE_OP_I64_LOAD32_S] = 4, [CORE_OP_I64_LOAD32_U] = 4,
};

static void load(struct immediates *r, const struct core_instr *i) {
  struct operand address = pop(r), loaded = {0};
  if (address.is.known) loaded = (struct operand){.kind = LOADED, .from = address.is, .size = load_sizes[i->op]};
  loaded.from.offset += i->mem.offset;
  push(r, loaded);
}

static void local_step(struct immediates *r, const struct core_instr *i) {
  struct local *local = i->index < r->local_count ? &r->locals[i->index] : NULL;
  struct operand o = {0};
  if (i->op != CORE_OP_LOCAL_GET) {
    o = pop(r);
    if (local) *local = (struct local){local->age + 1, o};
    if (i->op == CORE_OP_LOCAL_SET) return;
  } else if (local) {
    o = local->held;
  }
  if (local && !o.is.known) o.is = (struct pointer){.local = i->index, .age = local->age, .known = true};
  push(r, o);
}

static bool compares(enum core_op op) {
  return op == CORE_OP_I32_EQ || op == CORE_OP_I32_NE || op == CORE_OP_I32_XOR || op == CORE_OP_I64_EQ || op == CORE_OP_I64_NE ||
         op == CORE_OP_I64_XOR;
}

static void two_operands(struct immediates *r, enum core_op op) {
  struct operand b = pop(r), a = pop(r), result = {0};
  if (compares(op) && a.kind == LOADED && b.kind == NUMBER) compared(r, &a, b.bits);
  if (compares(op) && a.kind == NUMBER && b.kind == LOADED) compared(r, &b, a.bits);
  if (op == CORE_OP_I32_ADD && a.is.known && b.kind == NUMBER) {
    result.is = a.is;
    result.is.offset += b.bits;
  }
  push(r, result);
}

static void step(struct immediates *r, const struct core_instr *i) {
  const char *signature = core_ops[i->op].signature;
  size_t takes = strcspn(signature, ":");
  if (i->op == CORE_OP_LOCAL_GET || i->op == CORE_OP_LOCAL_SET || i->op == CORE_OP_LOCAL_TEE) {
    local_step(r, i);
  } else if (i->op == CORE_OP_I32_CONST || i->op == CORE_OP_I64_CONST) {
    push(r, (struct operand){.kind = NUMBER, .bits = i->op == CORE_OP_I32_CONST ? (uint32_t)i->i32 : (uint64_t)i->i64});
  } else if (load_sizes[i->op]) {
    load(r, i);
  } else if (signature[0] == '*') {
    r->height = 0;  // control
  } else if (takes == 2 && signature[2] == ':' && signature[3]) {
    two_operands(r, i->op);
  } else {
    for (; takes; takes--) pop(r);
    for (const char *s = signature + strcspn(signature, ":"); *s && *++s;) push(r, (struct operand){0});
  }
}

void immediates_of(const struct program *program, uint32_t gid, void (*visit)(void *context, const char *text, size_t size),
                   void *context) {
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  const struct core_type *type = core_func_type(module, program_func(program, gid));
  struct immediates r = {.visit = visit, .context = context};
  struct core_code code;
  struct cm_arena arena;
  uint32_t declared;
  cm_arena_init(&arena, program->arena->allocator);
  bool ok = type && core_code_begin(&code, &arena, module, program_func(program, gid), NULL, &declared, NULL);
  if (ok) r.local_count = type->param_count + declared;
  if (ok && r.local_count <= LOCALS_MOST) r.locals = cm_alloc_array(&arena, r.local_count, sizeof *r.locals);
  for (struct core_instr i; r.locals && code_next(&code, &i);) step(&r, &i);
  end_text(&r);
  cm_arena_free(&arena);
}
