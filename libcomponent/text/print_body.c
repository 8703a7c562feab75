// Function bodies, an instruction a line, and constant expressions.
//
// The blocks around the instruction at hand are kept on a stack, for the names of labels and to know that the text will nest as it
// must: an `else` belongs to an `if`, a `catch` to a `try`, and nothing follows the last `end`. Whatever else is wrong with the code
// is a matter of validation, and is printed as it is.
//
// Spec: https://webassembly.github.io/spec/core/text/instructions.html, and for the legacy form of exceptions
// https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md

#include "text/print_code.h"

#include <component/limits.h>

enum nesting nesting_of(enum core_op op) {
  switch (op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE: return NEST_OPEN;
    case CORE_OP_ELSE:
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL: return NEST_DIVIDE;
    case CORE_OP_END:
    case CORE_OP_DELEGATE: return NEST_CLOSE;
    default: return NEST_NONE;
  }
}

struct cm_str body_next_label(struct body *b) {
  struct cm_str label = {NULL, 0};
  while (b->label_at < b->label_count && b->labels[b->label_at].index < b->blocks) b->label_at++;
  if (b->label_at < b->label_count && b->labels[b->label_at].index == b->blocks) label = b->labels[b->label_at].name;
  b->blocks++;
  return label;
}

static bool misplaced(struct body *b, const struct core_instr *instr, const char *where) {
  return core_code_fail(&b->code, CM_MALFORMED, instr->at, "illegal opcode: %s outside of %s", core_ops[instr->op].text, where);
}

static bool open_block(struct body *b, const struct core_instr *instr, struct cm_str label) {
  if (b->depth > CORE_LIMIT_BLOCK_DEPTH)
    return core_code_fail(&b->code, CM_LIMIT, instr->at, "blocks are nested more than %d deep", CORE_LIMIT_BLOCK_DEPTH);
  if (!cm_grow(&b->p->scratch, &b->frames, &b->room, b->depth, sizeof *b->frames)) return printer_no_memory(b->p);
  b->frames[b->depth++] = (struct frame){instr->op, label};
  return true;
}

static bool nest(struct body *b, const struct core_instr *instr, struct cm_str label) {
  struct frame *top = &b->frames[b->depth - 1];
  switch (instr->op) {
    case CORE_OP_ELSE:
      if (top->op != CORE_OP_IF) return misplaced(b, instr, "an if");
      top->op = CORE_OP_ELSE;
      return true;
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL:
      if (top->op != CORE_OP_TRY && top->op != CORE_OP_CATCH) return misplaced(b, instr, "a try");
      top->op = instr->op;
      return true;
    case CORE_OP_DELEGATE:
      if (top->op != CORE_OP_TRY) return misplaced(b, instr, "a try");
      b->depth--;
      return true;
    case CORE_OP_END: b->depth--; return true;
    default: return open_block(b, instr, label);
  }
}

bool body_nest(struct body *b, const struct core_instr *instr, struct cm_str label) {
  if (!nest(b, instr, label)) b->p->failed = true;
  return !b->p->failed;
}

bool body_next(struct body *b, struct core_instr *instr) {
  struct cm_reader *r = &b->code.reader;
  if (!b->depth) {
    if (r->at == r->end) return false;
    core_code_fail(&b->code, CM_MALFORMED, r->at, "unexpected end of function: %zu bytes are left behind the last end", cm_left(r));
  } else if (!core_code_next(&b->code, instr)) {
    if (!r->failed)
      core_code_fail(&b->code, CM_MALFORMED, r->at, "unexpected end: END opcode expected, %zu blocks are open", b->depth);
  } else {
    return true;
  }
  b->p->failed = true;
  return false;
}

static uint64_t offset_of(const struct body *b, const struct core_instr *instr) {
  return (uint64_t)(instr->at - b->code.reader.file);
}

// A block without a name tells at least how deep it lies, as branches to it do.
static void put_depth(struct body *b) {
  put_paint(b->p, PAINT_COMMENT);
  put_str(b->p, CM_STR(" ;; label = @"));
  put_u64(b->p, b->depth - 1);
  put_unpaint(b->p);
}

static void print_nesting(struct body *b, const struct core_instr *instr, enum nesting kind) {
  struct printer *p = b->p;
  struct cm_str label = {NULL, 0};
  if (kind == NEST_OPEN) {
    label = body_next_label(b);
    put_line(p, offset_of(b, instr));
    put_instr(b, instr, label);
    if (!body_nest(b, instr, label)) return;
    if (!label.size) put_depth(b);
    p->indent++;
    return;
  }
  if (!body_nest(b, instr, label) || !b->depth) return;  // the last end is that of the function
  p->indent--;
  put_line(p, offset_of(b, instr));
  put_instr(b, instr, label);
  if (kind == NEST_DIVIDE) p->indent++;
}

static void print_flat(struct body *b) {
  struct core_instr instr;
  while (!b->p->failed && body_next(b, &instr)) {
    enum nesting kind = nesting_of(instr.op);
    if (kind == NEST_NONE) {
      put_line(b->p, offset_of(b, &instr));
      put_instr(b, &instr, (struct cm_str){NULL, 0});
    } else {
      print_nesting(b, &instr, kind);
    }
  }
}

// Those with names stand alone, others together.
static void print_locals(struct body *b, uint32_t first, const struct core_valtype *types, uint32_t count, uint64_t offset) {
  struct printer *p = b->p;
  if (!count) return;
  put_line(p, offset);
  for (uint32_t i = 0, end; i < count && !p->failed; i = end) {
    struct ident ident = ident_of(&b->locals, first + i);
    if (i) put_char(p, ' ');
    open_form(p, "local");
    if (ident.form != IDENT_NONE) put_local(p, &b->locals, first + i, ident);
    for (end = i; end < count && (end == i || ident.form == IDENT_NONE); end++) {
      if (end > i && ident_of(&b->locals, first + end).form != IDENT_NONE) break;
      put_core_valtype(p, &b->names->spaces[CORE_NAME_TYPE], types[end]);
    }
    close_form(p);
  }
}

static bool begin(struct body *b) {
  b->depth = 0;
  return cm_grow(&b->p->scratch, &b->frames, &b->room, 0, sizeof *b->frames) && (b->frames[b->depth++] = (struct frame){0}, true);
}

void print_body(struct printer *p, const struct core_module *module, const struct module_names *names, uint32_t func,
                const struct core_type *type, const struct idents *locals) {
  struct body b = {.p = p, .module = module, .names = names, .locals = *locals};
  struct core_valtype *types;
  uint32_t count;
  if (!core_code_begin(&b.code, &p->scratch, module, func, &types, &count, p->diag)) {
    p->failed = true;
    return;
  }
  b.labels = inner_names_of(&names->labels, func, &b.label_count);
  if (!begin(&b)) {
    printer_no_memory(p);
    return;
  }
  p->indent++;
  print_locals(&b, type ? type->param_count : 0, types, count, (uint64_t)(module->funcs[func].body.at - module->file));
  if (p->options.folded)
    print_folded(&b);
  else
    print_flat(&b);
  p->indent--;
}

// Constant expressions.

static uint32_t put_expr_parts(struct printer *p, const struct core_module *module, const struct module_names *names,
                               struct core_expr expr, bool silent) {
  struct body b = {.p = p, .module = module, .names = names};
  struct core_instr instr;
  uint32_t count = 0;
  core_expr_begin(&b.code, module, expr, p->diag);
  if (!begin(&b)) {
    printer_no_memory(p);
    return 0;
  }
  for (; !p->failed && body_next(&b, &instr); count++) {
    enum nesting kind = nesting_of(instr.op);
    if (kind == NEST_CLOSE && b.depth == 1) break;
    struct cm_str label = {NULL, 0};
    if (kind == NEST_CLOSE && !body_nest(&b, &instr, label)) break;
    if (!silent) {
      if (count) put_char(p, ' ');
      put_instr(&b, &instr, label);
    }
    if ((kind == NEST_OPEN || kind == NEST_DIVIDE) && !body_nest(&b, &instr, label)) break;
  }
  cm_arena_clear(&p->scratch);
  return count;
}

void put_expr(struct printer *p, const struct core_module *module, const struct module_names *names, struct core_expr expr) {
  put_char(p, ' ');
  put_expr_parts(p, module, names, expr, false);
}

void put_expr_form(struct printer *p, const struct core_module *module, const struct module_names *names, struct core_expr expr,
                   const char *several) {
  uint32_t count = put_expr_parts(p, module, names, expr, true);
  put_text(p, " (");
  if (count != 1) {
    word(p, several);
    if (count) put_char(p, ' ');
  }
  put_expr_parts(p, module, names, expr, false);
  close_form(p);
}
