// Functions that only hand their parameters on to an entry of a table.
//
// wit-component puts a module of them between a core module and its lowered imports. What it writes is `local.get 0 … local.get n-1,
// i32.const K, call_indirect`; optimizers move the same values through locals, and return what was called returned. So the body is
// executed, on values that are a parameter, a constant or the result. It has no other instructions than those that move them.

#include "trampoline.h"

enum { VALUES = 64 };  // on the stack, and in locals: a function with more parameters is none

struct moved {
  enum { UNKNOWN, PARAMETER, CONSTANT, RESULT } kind;
  uint32_t number;
};

struct mover {
  struct moved stack[VALUES], locals[VALUES];
  uint32_t depth, local_count;
  const struct core_type *type;
  struct trampoline *out;
  bool called;
};

static bool push(struct mover *m, struct moved value) {
  if (m->depth == VALUES) return false;
  m->stack[m->depth++] = value;
  return true;
}

static bool pop(struct mover *m, struct moved *value) {
  if (!m->depth) return false;
  *value = m->stack[--m->depth];
  return true;
}

// The call: the index is a constant, below it lie the parameters in their order, and nothing else.
static bool call(struct mover *m, uint32_t table) {
  struct moved index;
  if (m->called || !pop(m, &index) || index.kind != CONSTANT || m->depth != m->type->param_count) return false;
  for (uint32_t p = 0; p < m->depth; p++)
    if (m->stack[p].kind != PARAMETER || m->stack[p].number != p) return false;
  *m->out = (struct trampoline){.table = table, .index = index.number};
  m->called = true;
  m->depth = 0;
  for (uint32_t r = 0; r < m->type->result_count; r++)
    if (!push(m, (struct moved){RESULT, r})) return false;
  return true;
}

// What is returned is what was returned.
static bool returns(const struct mover *m) {
  if (!m->called || m->depth != m->type->result_count) return false;
  for (uint32_t r = 0; r < m->depth; r++)
    if (m->stack[r].kind != RESULT || m->stack[r].number != r) return false;
  return true;
}

static bool step(struct mover *m, const struct core_instr *i) {
  struct moved value;
  switch (i->op) {
    case CORE_OP_NOP: return true;
    case CORE_OP_I32_CONST: return push(m, (struct moved){CONSTANT, (uint32_t)i->i32});
    case CORE_OP_LOCAL_GET: return i->index < m->local_count && push(m, m->locals[i->index]);
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE:
      if (i->index >= m->local_count || !pop(m, &value)) return false;
      m->locals[i->index] = value;
      return i->op == CORE_OP_LOCAL_SET || push(m, value);
    case CORE_OP_CALL_INDIRECT: return call(m, i->pair.b);
    default: return false;
  }
}

bool trampoline_read(struct cm_arena *arena, const struct core_module *module, uint32_t func, struct trampoline *out) {
  const struct core_type *type = core_func_type(module, func);
  struct mover m = {.type = type, .out = out};
  struct core_code code;
  struct core_instr i;
  // A parameter is moved three times at most, and so are the results.
  if (!type || type->param_count > VALUES || module->funcs[func].body.size > 12 * ((size_t)type->param_count + 4)) return false;
  if (!core_code_begin(&code, arena, module, func, NULL, &m.local_count, NULL) || m.local_count > VALUES - type->param_count)
    return false;
  m.local_count += type->param_count;
  for (uint32_t p = 0; p < type->param_count; p++) m.locals[p] = (struct moved){PARAMETER, p};
  while (code_next(&code, &i)) {
    if (i.op == CORE_OP_END || i.op == CORE_OP_RETURN) return returns(&m);
    if (!step(&m, &i)) return false;
  }
  return false;
}
