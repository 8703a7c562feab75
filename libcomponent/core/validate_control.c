// Blocks, branches, calls, exceptions, and what else moves operands without knowing their types.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html#control-instructions; the legacy exceptions:
// https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md

#include "validate.h"

#include <stdio.h>

static const char *name_of(const struct core_instr *instr) { return core_ops[instr->op].text; }

// ---- Parametric

bool core_check_unreachable(struct core_check *v, const struct core_instr *instr) {
  (void)instr;
  core_unreachable(v);
  return true;
}

bool core_check_drop(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  return core_take_any(v, instr, &word);
}

bool core_check_select(struct core_check *v, const struct core_instr *instr) {
  uint32_t a, b;
  if (!core_take(v, instr, CORE_I32) || !core_take_any(v, instr, &b) || !core_take_any(v, instr, &a)) return false;
  if (core_word_is_ref(a) || core_word_is_ref(b))
    return core_check_fail(v, instr, "type mismatch: select without a type is for numbers and vectors, not for references");
  if (a != b && a != WORD_BOTTOM && b != WORD_BOTTOM) {
    char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
    return core_check_fail(v, instr, "type mismatch: select expects two of the same type, found %s and %s",
                           core_word_text(v->context, a, one), core_word_text(v->context, b, other));
  }
  return core_give(v, instr, a == WORD_BOTTOM ? b : a);
}

bool core_check_select_t(struct core_check *v, const struct core_instr *instr) {
  uint32_t word;
  if (instr->select.count != 1) return core_check_fail(v, instr, "invalid result arity: select has %u types", instr->select.count);
  if (!core_check_valtype(v, instr, instr->select.first, &word)) return false;
  return core_take(v, instr, CORE_I32) && core_take_two(v, instr, word) && core_give(v, instr, word);
}

// ---- Blocks

// https://webassembly.github.io/spec/core/valid/types.html#block-types
static bool blocktype(struct core_check *v, const struct core_instr *instr, const struct core_blocktype *block,
                      const struct core_stored **type, uint32_t *result) {
  *type = NULL;
  *result = WORD_BOTTOM;
  if (block->kind == CORE_BLOCK_VALUE) return core_check_valtype(v, instr, block->value, result);
  if (block->kind == CORE_BLOCK_EMPTY) return true;
  if (!cm_has(v->context->features, CM_FEATURE_MULTI_VALUE))
    return core_check_fail(v, instr, "blocks with the type of a function need the feature multi-value, which is not enabled");
  return core_check_type(v, instr, block->type, CORE_FUNC_TYPE, type);
}

static enum core_frame_kind frame_kind(enum core_op op) {
  switch (op) {
    case CORE_OP_LOOP: return CORE_FRAME_LOOP;
    case CORE_OP_IF: return CORE_FRAME_IF;
    case CORE_OP_TRY: return CORE_FRAME_TRY;
    default: return CORE_FRAME_BLOCK;
  }
}

bool core_check_block(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  uint32_t result;
  if (!blocktype(v, instr, &instr->block, &type, &result)) return false;
  if (instr->op == CORE_OP_IF && !core_take(v, instr, CORE_I32)) return false;
  if (type && !core_take_all(v, instr, type->a)) return false;
  return core_push_frame(v, instr, frame_kind(instr->op), type, result);
}

// That an instruction stands where it cannot is a mistake against the grammar.
static bool misplaced(struct core_check *v, const struct core_instr *instr, const char *where) {
  v->rule = CORE_SPEC "binary/instructions.html#control-instructions";
  core_check_fail(v, instr, "illegal opcode: %s outside of %s", name_of(instr), where);
  if (v->code.reader.diag) v->code.reader.diag->error = CM_MALFORMED;
  return false;
}

bool core_check_else(struct core_check *v, const struct core_instr *instr) {
  struct core_frame frame;
  if (v->frames[v->depth - 1].kind != CORE_FRAME_IF) return misplaced(v, instr, "an if");
  return core_pop_frame(v, instr, &frame) && core_push_frame(v, instr, CORE_FRAME_ELSE, frame.type, frame.result);
}

// An `if` without `else` behaves as if it had an empty one, which leaves the parameters as results.
static bool check_no_else(struct core_check *v, const struct core_instr *instr, const struct core_frame *frame) {
  struct core_words params = core_frame_params(frame), results = core_frame_results(frame);
  bool same = params.count == results.count;
  for (uint32_t i = 0; same && i < params.count; i++) same = core_word_matches(v->context->store, params.at[i], results.at[i]);
  return same || core_check_fail(v, instr, "type mismatch: an if without else must have the same parameters and results");
}

bool core_check_end(struct core_check *v, const struct core_instr *instr) {
  struct core_frame frame;
  if (!core_pop_frame(v, instr, &frame)) return false;
  if (frame.kind == CORE_FRAME_IF && !check_no_else(v, instr, &frame)) return false;
  return !v->depth || core_give_all(v, instr, core_frame_results(&frame));
}

// ---- Branches

// The frame that a label means; NULL: there is none, which has been said.
static struct core_frame *label(struct core_check *v, const struct core_instr *instr, uint32_t depth) {
  if (depth < v->depth) return &v->frames[v->depth - 1 - depth];
  core_check_fail(v, instr, "unknown label %u: %u blocks are open", depth, v->depth);
  return NULL;
}

bool core_check_br(struct core_check *v, const struct core_instr *instr) {
  struct core_frame *frame = label(v, instr, instr->index);
  if (!frame || !core_take_all(v, instr, core_frame_label(frame))) return false;
  core_unreachable(v);
  return true;
}

bool core_check_br_if(struct core_check *v, const struct core_instr *instr) {
  struct core_frame *frame = label(v, instr, instr->index);
  if (!frame || !core_take(v, instr, CORE_I32)) return false;
  struct core_words words = core_frame_label(frame);
  return !words.count || (core_take_all(v, instr, words) && core_give_all(v, instr, words));
}

// Whether the topmost operands match, without taking them.
static bool on_top(struct core_check *v, const struct core_instr *instr, struct core_words words) {
  uint32_t height = v->height;
  for (uint32_t i = words.count; i--;) {
    // In unreachable code the operands that there are not are of any type, and none is consumed.
    if (height == v->base && v->frames[v->depth - 1].unreachable) return true;
    uint32_t found = height > v->base ? v->stack[height - 1] : WORD_BOTTOM;
    if (height == v->base || !core_word_matches(v->context->store, found, words.at[i])) {
      uint32_t saved = v->height;
      v->height = height;
      bool taken = core_take(v, instr, words.at[i]);  // which says what is wrong
      v->height = saved;
      return taken;
    }
    height--;
  }
  return true;
}

bool core_check_br_table(struct core_check *v, const struct core_instr *instr) {
  struct cm_span labels = instr->br_table.labels;
  uint32_t depth = 0;
  if (!core_take(v, instr, CORE_I32)) return false;
  // The default comes last and says how many operands there are.
  for (uint64_t i = 0; i <= instr->br_table.count; i++) core_next_label(&labels, &depth);
  struct core_frame *frame = label(v, instr, depth);
  if (!frame) return false;
  struct core_words words = core_frame_label(frame);
  labels = instr->br_table.labels;
  v->stamp++;
  for (uint32_t i = 0; i < instr->br_table.count; i++) {
    core_next_label(&labels, &depth);
    if ((frame = label(v, instr, depth)) == NULL) return false;
    if (frame->stamp == v->stamp) continue;  // each label once, or the work would be more than the bytes
    frame->stamp = v->stamp;
    struct core_words other = core_frame_label(frame);
    if (other.count != words.count)
      return core_check_fail(v, instr, "type mismatch: label %u of br_table takes %u values, its default %u", depth, other.count,
                             words.count);
    if (!on_top(v, instr, other)) return false;
  }
  if (!core_take_all(v, instr, words)) return false;
  core_unreachable(v);
  return true;
}

bool core_check_br_on_null(struct core_check *v, const struct core_instr *instr) {
  struct core_frame *frame = label(v, instr, instr->index);
  uint32_t word;
  if (!frame || !core_take_ref(v, instr, &word)) return false;
  struct core_words words = core_frame_label(frame);
  return core_take_all(v, instr, words) && core_give_all(v, instr, words) && core_give(v, instr, word & ~(uint32_t)WORD_NULL);
}

// Splits what a label takes into its last value, which must be a reference, and those before.
static bool last_is_ref(struct core_check *v, const struct core_instr *instr, uint32_t depth, struct core_words *before,
                        uint32_t *last) {
  struct core_frame *frame = label(v, instr, depth);
  if (!frame) return false;
  *before = core_frame_label(frame);
  if (!before->count || !core_word_is_ref(before->at[before->count - 1]))
    return core_check_fail(v, instr, "type mismatch: %s expects a label whose last value is a reference", name_of(instr));
  *last = before->at[--before->count];
  return true;
}

bool core_check_br_on_non_null(struct core_check *v, const struct core_instr *instr) {
  struct core_words words;
  uint32_t last;
  // What is not null goes to the label, so that of the operand the label's type says only what is not about null.
  return last_is_ref(v, instr, instr->index, &words, &last) && core_take(v, instr, last | (uint32_t)WORD_NULL) &&
         core_take_all(v, instr, words) && core_give_all(v, instr, words);
}

static bool not_below(struct core_check *v, const struct core_instr *instr, uint32_t sub, uint32_t super) {
  char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
  return core_check_fail(v, instr, "type mismatch: %s: %s does not match %s", name_of(instr), core_word_text(v->context, sub, one),
                         core_word_text(v->context, super, other));
}

bool core_check_br_on_cast(struct core_check *v, const struct core_instr *instr) {
  enum { FROM_NULLABLE = 1, TO_NULLABLE = 2 };
  struct core_valtype from_type = {CORE_REF, instr->cast.flags & FROM_NULLABLE, instr->cast.from_shared, instr->cast.from};
  struct core_valtype to_type = {CORE_REF, instr->cast.flags & TO_NULLABLE, instr->cast.to_shared, instr->cast.to};
  const struct core_type_store *store = v->context->store;
  struct core_words words;
  uint32_t from, to, last;
  if (!core_check_valtype(v, instr, from_type, &from) || !core_check_valtype(v, instr, to_type, &to)) return false;
  if (!core_word_matches(store, to, from)) return not_below(v, instr, to, from);
  // What `from` still is once it is known not to be `to`: null was taken by `to` where that may be null.
  uint32_t rest = to & WORD_NULL ? from & ~(uint32_t)WORD_NULL : from;
  uint32_t branches = instr->op == CORE_OP_BR_ON_CAST ? to : rest, stays = instr->op == CORE_OP_BR_ON_CAST ? rest : to;
  if (!last_is_ref(v, instr, instr->cast.label, &words, &last)) return false;
  if (!core_word_matches(store, branches, last)) return not_below(v, instr, branches, last);
  return core_take(v, instr, from) && core_take_all(v, instr, words) && core_give_all(v, instr, words) &&
         core_give(v, instr, stays);
}

bool core_check_return(struct core_check *v, const struct core_instr *instr) {
  if (!core_take_all(v, instr, core_frame_results(&v->frames[0]))) return false;
  core_unreachable(v);
  return true;
}

// ---- Calls

// The type of what is called, having taken what says which function it is.
static bool callee(struct core_check *v, const struct core_instr *instr, const struct core_stored **type) {
  const struct core_context *c = v->context;
  const struct core_module *m = c->module;
  switch (instr->op) {
    case CORE_OP_CALL:
    case CORE_OP_RETURN_CALL:
      if (instr->index >= m->func_count)
        return core_check_fail(v, instr, "unknown function %u: the module has %u", instr->index, m->func_count);
      *type = &c->store->types[c->ids[m->funcs[instr->index].type]];
      return true;
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL_REF:
      return core_check_type(v, instr, instr->index, CORE_FUNC_TYPE, type) &&
             core_take(v, instr, WORD_REF | WORD_NULL | WORD_CONCRETE | c->ids[instr->index]);
    default: break;
  }
  uint32_t table = instr->pair.b;
  if (table >= m->table_count) return core_check_fail(v, instr, "unknown table %u: the module has %u", table, m->table_count);
  uint32_t shared = core_word_shared(c->store, c->tables[table]) ? WORD_SHARED : 0;
  if (!core_word_matches(c->store, c->tables[table], WORD_ABSTRACT(CORE_HEAP_FUNC) | WORD_NULL | shared)) {
    char text[CORE_WORD_TEXT];
    return core_check_fail(v, instr, "type mismatch: %s expects a table of functions, table %u holds %s", name_of(instr), table,
                           core_word_text(c, c->tables[table], text));
  }
  return core_check_type(v, instr, instr->pair.a, CORE_FUNC_TYPE, type) &&
         core_take(v, instr, m->tables[table].type.limits.is_64 ? CORE_I64 : CORE_I32);
}

// What a tail call returns, the function itself returns.
static bool returns_match(struct core_check *v, const struct core_instr *instr, struct core_words results) {
  struct core_words own = core_frame_results(&v->frames[0]);
  bool same = own.count == results.count;
  for (uint32_t i = 0; same && i < own.count; i++) same = core_word_matches(v->context->store, results.at[i], own.at[i]);
  return same ||
         core_check_fail(v, instr, "type mismatch: %s calls a function whose results are not those of this one", name_of(instr));
}

bool core_check_call(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  if (!callee(v, instr, &type) || !core_take_all(v, instr, type->a)) return false;
  bool is_tail =
      instr->op == CORE_OP_RETURN_CALL || instr->op == CORE_OP_RETURN_CALL_INDIRECT || instr->op == CORE_OP_RETURN_CALL_REF;
  if (!is_tail) return core_give_all(v, instr, type->b);
  if (!returns_match(v, instr, type->b)) return false;
  core_unreachable(v);
  return true;
}

// ---- Exceptions

static bool tag_params(struct core_check *v, const struct core_instr *instr, uint32_t tag, struct core_words *params) {
  const struct core_context *c = v->context;
  if (tag >= c->module->tag_count) return core_check_fail(v, instr, "unknown tag %u: the module has %u", tag, c->module->tag_count);
  *params = c->store->types[c->ids[c->module->tags[tag].type]].a;
  return true;
}

bool core_check_throw(struct core_check *v, const struct core_instr *instr) {
  struct core_words params;
  if (!tag_params(v, instr, instr->index, &params) || !core_take_all(v, instr, params)) return false;
  core_unreachable(v);
  return true;
}

bool core_check_throw_ref(struct core_check *v, const struct core_instr *instr) {
  if (!core_take(v, instr, WORD_ABSTRACT(CORE_HEAP_EXN) | WORD_NULL)) return false;
  core_unreachable(v);
  return true;
}

// A clause hands the exception's values, and the exception itself where it ends in `ref`, to a label.
static bool catch_clause(struct core_check *v, const struct core_instr *instr, const struct core_catch *clause) {
  enum { WITH_REF = 1, ALL = 2 };
  struct core_words params = {NULL, 0};
  if (!(clause->kind & ALL) && !tag_params(v, instr, clause->tag, &params)) return false;
  struct core_frame *frame = label(v, instr, clause->label);
  if (!frame) return false;
  struct core_words to = core_frame_label(frame);
  bool same = to.count == params.count + (clause->kind & WITH_REF);
  for (uint32_t i = 0; same && i < params.count; i++) same = core_word_matches(v->context->store, params.at[i], to.at[i]);
  if (same && clause->kind & WITH_REF)
    same = core_word_matches(v->context->store, WORD_ABSTRACT(CORE_HEAP_EXN), to.at[params.count]);
  return same ||
         core_check_fail(v, instr, "type mismatch: a catch clause of try_table gives what label %u does not take", clause->label);
}

bool core_check_try_table(struct core_check *v, const struct core_instr *instr) {
  const struct core_stored *type;
  struct cm_span catches = instr->try_table.catches;
  struct core_catch clause;
  uint32_t result;
  // The clauses stand outside of the block.
  for (uint32_t i = 0; i < instr->try_table.count; i++)
    if (!core_next_catch(&catches, &clause) || !catch_clause(v, instr, &clause)) return false;
  return blocktype(v, instr, &instr->try_table.block, &type, &result) && (!type || core_take_all(v, instr, type->a)) &&
         core_push_frame(v, instr, CORE_FRAME_BLOCK, type, result);
}

bool core_check_catch(struct core_check *v, const struct core_instr *instr) {
  enum core_frame_kind kind = v->frames[v->depth - 1].kind;
  struct core_words params = {NULL, 0};
  struct core_frame frame;
  if (kind != CORE_FRAME_TRY && kind != CORE_FRAME_CATCH) return misplaced(v, instr, "a try");
  if (instr->op == CORE_OP_CATCH && !tag_params(v, instr, instr->index, &params)) return false;
  if (!core_pop_frame(v, instr, &frame)) return false;
  // Its operands are what was thrown, not the parameters of the block.
  kind = instr->op == CORE_OP_CATCH ? CORE_FRAME_CATCH : CORE_FRAME_CATCH_ALL;
  if (!core_push_frame(v, instr, kind, frame.type, frame.result)) return false;
  v->height = v->base;
  return core_give_all(v, instr, params);
}

bool core_check_rethrow(struct core_check *v, const struct core_instr *instr) {
  struct core_frame *frame = label(v, instr, instr->index);
  if (!frame) return false;
  if (frame->kind != CORE_FRAME_CATCH && frame->kind != CORE_FRAME_CATCH_ALL)
    return core_check_fail(v, instr, "invalid rethrow label %u: it is not that of a catch", instr->index);
  core_unreachable(v);
  return true;
}

bool core_check_delegate(struct core_check *v, const struct core_instr *instr) {
  struct core_frame frame;
  if (v->frames[v->depth - 1].kind != CORE_FRAME_TRY) return misplaced(v, instr, "a try");
  if (!core_pop_frame(v, instr, &frame) || !label(v, instr, instr->index)) return false;
  return core_give_all(v, instr, core_frame_results(&frame));
}
