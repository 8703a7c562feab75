// Reading expressions to their end.
//
// Two depths of looking: core_read_expr finds where a constant expression ends while its section is decoded, by counting blocks;
// core_read_bodies reads everything once more and holds it against the grammar, with a stack of one byte a block that says which of
// `else`, `catch` and `delegate` may close it.
//
// Spec: https://webassembly.github.io/spec/core/binary/instructions.html#control-instructions; the legacy exceptions:
// https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md

#include "read.h"

// How an instruction changes the nesting of blocks.
static int depth_change(enum core_op op) {
  switch (op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE: return 1;
    case CORE_OP_END:
    case CORE_OP_DELEGATE: return -1;
    default: return 0;
  }
}

bool core_read_expr(struct cm_reader *r, struct core_expr *out) {
  const uint8_t *start = r->at;
  struct core_code code = {.reader = *r, .module = NULL, .func = UINT32_MAX};
  struct core_instr instr;
  for (int64_t depth = 1; depth;) {
    if (!core_code_next(&code, &instr)) {
      r->failed = true;
      r->at = code.reader.at;
      if (code.reader.failed) return false;
      return cm_reader_fail(r, CM_MALFORMED, "END opcode expected: the constant expression has no end");
    }
    depth += depth_change(instr.op);
  }
  r->at = code.reader.at;
  out->bytes = (struct cm_span){start, (size_t)(r->at - start)};
  return true;
}

// What may follow within a block.
enum frame { IN_BLOCK, IN_IF, IN_TRY, IN_CATCH };

struct nesting {
  struct cm_arena arena;
  uint8_t *frames;  // enum frame
  size_t depth, capacity;
};

static bool push(struct nesting *nesting, struct core_code *code, const struct core_instr *instr, enum frame frame) {
  if (nesting->depth == CORE_LIMIT_BLOCK_DEPTH)
    return core_code_fail(code, CM_LIMIT, instr->at, "blocks are nested more than %d deep", CORE_LIMIT_BLOCK_DEPTH);
  if (!cm_grow(&nesting->arena, &nesting->frames, &nesting->capacity, nesting->depth, 1)) return cm_fail_memory(code->reader.diag);
  nesting->frames[nesting->depth++] = (uint8_t)frame;
  return true;
}

static bool misplaced(struct core_code *code, const struct core_instr *instr, const char *where) {
  return core_code_fail(code, CM_MALFORMED, instr->at, "illegal opcode: %s outside of %s", core_ops[instr->op].text, where);
}

static bool nest(struct nesting *nesting, struct core_code *code, const struct core_instr *instr) {
  uint8_t *top = &nesting->frames[nesting->depth - 1];
  switch (instr->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_TRY_TABLE: return push(nesting, code, instr, IN_BLOCK);
    case CORE_OP_IF: return push(nesting, code, instr, IN_IF);
    case CORE_OP_TRY: return push(nesting, code, instr, IN_TRY);
    case CORE_OP_ELSE:
      if (*top != IN_IF) return misplaced(code, instr, "an if");
      *top = IN_BLOCK;
      return true;
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL:
      if (*top != IN_TRY && *top != IN_CATCH) return misplaced(code, instr, "a try");
      *top = instr->op == CORE_OP_CATCH ? IN_CATCH : IN_BLOCK;
      return true;
    case CORE_OP_DELEGATE:
      if (*top != IN_TRY) return misplaced(code, instr, "a try");
      nesting->depth--;
      return true;
    case CORE_OP_END: nesting->depth--; return true;
    default: return true;
  }
}

// Reads from the cursor to the end, which the outermost `end` must be.
static bool read_to_end(struct nesting *nesting, struct core_code *code) {
  struct core_instr instr;
  struct cm_reader *r = &code->reader;
  nesting->depth = 0;
  instr.at = r->at;
  if (!push(nesting, code, &instr, IN_BLOCK)) return false;
  while (nesting->depth) {
    if (!core_code_next(code, &instr)) {
      if (r->failed) return false;
      return core_code_fail(code, CM_MALFORMED, r->at, "unexpected end: END opcode expected, %zu blocks are open", nesting->depth);
    }
    if (depth_change(instr.op) || instr.op == CORE_OP_ELSE || instr.op == CORE_OP_CATCH || instr.op == CORE_OP_CATCH_ALL)
      if (!nest(nesting, code, &instr)) return false;
  }
  if (r->at == r->end) return true;
  return core_code_fail(code, CM_MALFORMED, r->at, "unexpected end of function: %zu bytes are left behind the last end",
                        cm_left(r));
}

static bool read_expr(struct nesting *nesting, const struct core_module *m, struct core_expr expr, struct cm_diag *diag) {
  struct core_code code;
  core_expr_begin(&code, m, expr, diag);
  return read_to_end(nesting, &code);
}

static bool read_exprs(struct nesting *nesting, const struct core_module *m, struct cm_diag *diag) {
  for (uint32_t i = m->imported[CORE_TABLE]; i < m->table_count; i++)
    if (m->tables[i].has_init && !read_expr(nesting, m, m->tables[i].init, diag)) return false;
  for (uint32_t i = m->imported[CORE_GLOBAL]; i < m->global_count; i++)
    if (!read_expr(nesting, m, m->globals[i].init, diag)) return false;
  for (uint32_t i = 0; i < m->element_count; i++) {
    const struct core_element *element = &m->elements[i];
    if (element->mode == CORE_ACTIVE && !read_expr(nesting, m, element->start, diag)) return false;
    for (uint32_t k = 0; element->is_exprs && k < element->count; k++)
      if (!read_expr(nesting, m, element->exprs[k], diag)) return false;
  }
  for (uint32_t i = 0; i < m->data_count; i++)
    if (m->datas[i].mode == CORE_ACTIVE && !read_expr(nesting, m, m->datas[i].start, diag)) return false;
  return true;
}

static bool read_funcs(struct nesting *nesting, const struct core_module *m, struct cm_diag *diag) {
  struct core_code code;
  for (uint32_t i = m->imported[CORE_FUNC]; i < m->func_count; i++)
    if (!core_code_begin(&code, NULL, m, i, NULL, NULL, diag) || !read_to_end(nesting, &code)) return false;
  return true;
}

bool core_read_bodies(const struct core_module *module, struct cm_diag *diag) {
  struct nesting nesting = {.depth = 0};
  cm_arena_init(&nesting.arena, NULL);
  bool ok = read_exprs(&nesting, module, diag) && read_funcs(&nesting, module, diag);
  cm_arena_free(&nesting.arena);
  return ok;
}
