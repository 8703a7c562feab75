// The translator: a body becomes internal code.
//
// One pass over the bytes. What is checked on the way is what keeps the engine safe from modules that nobody validated: operands are
// there, numbers and the hierarchies of references are not mistaken for each other, every index is in range, blocks nest, and a
// branch carries what its label wants. Code that nothing reaches is only skipped, with its blocks counted.
//
// Branches forward leave a word to be filled in; these words form a list through themselves until the end of the block is known.
// Values that a branch carries are moved to where the label wants them, which is the slots from the block's height on.
//
// Spec: https://webassembly.github.io/spec/core/valid/instructions.html, and its appendix "Validation Algorithm".

#include "exec_translate.h"

#include <stdlib.h>

static struct block *top_block(struct translator *t) { return &t->blocks[t->block_count - 1]; }

static const struct core_valtype *results_of(const struct block *block) { return block->results ? block->results : &block->single; }

// What a branch to the block carries.
static uint32_t label_count(const struct block *block) {
  return block->op == CORE_OP_LOOP ? block->param_count : block->result_count;
}
static const struct core_valtype *label_types(const struct block *block) {
  return block->op == CORE_OP_LOOP ? block->params : results_of(block);
}

static void die(struct translator *t) {
  t->dead = true;
  t->dead_depth = 0;
  t->cost = 0;
  t->last = EXEC_NONE;
}

// Has the word at `at` hold the distance to the block's label.
static void link(struct translator *t, struct block *block, uint32_t at) {
  if (t->failed) return;
  if (block->op == CORE_OP_LOOP) {
    t->words[at].k = (int32_t)block->start - (int32_t)at;
  } else {
    t->words[at].high = block->fixups;
    block->fixups = at;
  }
}

// Has the word at `at` hold the distance to here.
static void land(struct translator *t, uint32_t at) {
  if (t->failed) return;
  t->words[at].k = (int32_t)t->word_count - (int32_t)at;
  t->last = EXEC_NONE;
}

static void land_all(struct translator *t, uint32_t at) {
  while (at != EXEC_NONE && !t->failed) {
    uint32_t next = t->words[at].high;
    land(t, at);
    at = next;
  }
}

static struct block *label(struct translator *t, uint32_t depth) {
  if (depth < t->block_count) return &t->blocks[t->block_count - 1 - depth];
  tr_fail(t, CORE_TRAP_MALFORMED, "label %lu is out of range", (unsigned long)depth);
  return NULL;
}

// Moves the topmost `count` operands, which are in their slots, to `height`.
static void move_to(struct translator *t, uint32_t height, uint32_t count) {
  uint32_t from = t->height - count;
  if (!count || from == height) return;
  if (count == 1 && t->stack[from].type != CORE_V128) {
    tr_emit(t, (union exec_word){.op = X_COPY, .a = tr_slot(t, height), .b = tr_slot(t, from)});
  } else {
    tr_emit(t, (union exec_word){.op = X_MOVE, .a = tr_slot(t, height), .b = tr_slot(t, from), .c = (uint16_t)count});
  }
}

static void emit_br(struct translator *t, struct block *block) {
  uint16_t cost = tr_take_cost(t);
  link(t, block, tr_emit(t, (union exec_word){.op = X_BR, .a = cost}));
}

// Returns the topmost operands, which were checked.
static void emit_return(struct translator *t, uint32_t count) {
  uint16_t from = 0;
  if (count) {
    const struct operand *o = &t->stack[t->height - 1];
    if (count == 1 && o->where == IN_LOCAL) {
      from = o->local;
    } else {
      tr_place_top(t, count);
      from = tr_slot(t, t->height - count);
    }
  }
  uint16_t cost = tr_take_cost(t);
  if (!count) {
    tr_emit(t, (union exec_word){.op = X_RETURN0, .a = cost});
  } else if (count == 1 && t->stack[t->height - 1].type != CORE_V128) {
    tr_emit(t, (union exec_word){.op = X_RETURN1, .a = cost, .b = from});
  } else {
    // A v128 that is still in its local is copied from there.
    tr_emit(t, (union exec_word){.op = X_RETURN_MANY, .a = cost, .b = from, .c = (uint16_t)count});
  }
}

// Blocks.

static bool push_block(struct translator *t, struct block block) {
  if (t->block_count >= CORE_LIMIT_BLOCK_DEPTH) tr_fail(t, CORE_TRAP_MALFORMED, "blocks nest too deep");
  if (!t->failed && !cm_grow(t->scratch, &t->blocks, &t->block_capacity, t->block_count, sizeof *t->blocks))
    tr_fail(t, CORE_TRAP_MEMORY, "no memory to prepare a function");
  if (t->failed) return false;
  block.fixups = EXEC_NONE;
  t->blocks[t->block_count++] = block;
  return true;
}

static bool block_types(struct translator *t, const struct core_blocktype *type, struct block *block) {
  switch (type->kind) {
    case CORE_BLOCK_EMPTY: return true;
    case CORE_BLOCK_VALUE:
      block->single = type->value;
      block->result_count = 1;
      if (exec_slot_type(t->module, type->value)) return true;
      break;
    case CORE_BLOCK_TYPE: {
      if (type->type >= t->module->type_count || t->module->types[type->type].kind != CORE_FUNC_TYPE) break;
      const struct core_type *func = &t->module->types[type->type];
      block->params = func->params;
      block->results = func->results;
      block->param_count = func->param_count;
      block->result_count = func->result_count;
      return true;
    }
  }
  tr_fail(t, CORE_TRAP_MALFORMED, "a block type that is out of range");
  return false;
}

static void translate_block(struct translator *t, const struct core_instr *instr) {
  struct block block = {.op = instr->op, .else_fixup = EXEC_NONE};
  if (!block_types(t, &instr->block, &block)) return;
  struct condition condition = {0};
  if (instr->op == CORE_OP_IF) condition = tr_negate(tr_condition(t));
  if (!tr_check_top(t, block.params, block.param_count)) return;
  block.height = t->height - block.param_count;
  tr_place_all(t);
  if (instr->op == CORE_OP_IF) block.else_fixup = tr_branch(t, condition);
  if (instr->op == CORE_OP_LOOP) {
    tr_settle(t);
    t->last = EXEC_NONE;
    block.start = t->word_count;
  }
  push_block(t, block);
  // The parameters get the types that the block says.
  if (t->failed) return;
  t->height = block.height;
  tr_push_types(t, block.params, block.param_count);
}

// The end of a part of a block that is reached: its results are there and nothing else.
static bool finish_part(struct translator *t, const struct block *block) {
  if (!tr_check_top(t, results_of(block), block->result_count)) return false;
  if (t->height - block->height != block->result_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "a block ends with %lu operands, of which its type says %lu",
            (unsigned long)(t->height - block->height), (unsigned long)block->result_count);
    return false;
  }
  tr_place_all(t);
  return !t->failed;
}

static void restart(struct translator *t, uint32_t height, const struct core_valtype *types, uint32_t count) {
  t->height = height;
  t->pending_count = 0;
  t->dead = false;
  t->last = EXEC_NONE;
  tr_push_types(t, types, count);
}

static void translate_else(struct translator *t) {
  struct block *block = top_block(t);
  if (block->op != CORE_OP_IF) {
    tr_fail(t, CORE_TRAP_MALFORMED, "an else without an if");
    return;
  }
  if (!t->dead) {
    if (!finish_part(t, block)) return;
    emit_br(t, block);
  }
  t->cost = 0;
  block->op = CORE_OP_ELSE;
  land(t, block->else_fixup);
  block->else_fixup = EXEC_NONE;
  restart(t, block->height, block->params, block->param_count);
}

// An if without else: its parameters are its results.
static bool check_no_else(struct translator *t, const struct block *block) {
  bool same = block->param_count == block->result_count;
  for (uint32_t i = 0; same && i < block->param_count; i++)
    same = exec_slot_type(t->module, block->params[i]) == exec_slot_type(t->module, results_of(block)[i]);
  if (!same) tr_fail(t, CORE_TRAP_MALFORMED, "an if with results has no else");
  return same;
}

static void translate_end(struct translator *t) {
  struct block block = *top_block(t);
  bool is_if = block.op == CORE_OP_IF;
  if (is_if && !check_no_else(t, &block)) return;
  if (!t->dead && !finish_part(t, &block)) return;
  bool reached = is_if || block.fixups != EXEC_NONE;
  if (reached && !t->dead) tr_settle(t);
  if (reached) t->cost = 0;
  land_all(t, block.fixups);
  if (is_if) land(t, block.else_fixup);
  t->block_count--;
  if (t->dead && !reached) {
    // What comes is dead too; the stack is cut so that the enclosing block finds its own height.
    t->height = block.height;
    t->pending_count = 0;
    return;
  }
  restart(t, block.height, results_of(&block), block.result_count);
  if (t->block_count == 0 && !t->failed) emit_return(t, block.result_count);
}

// Branches.

static void translate_br(struct translator *t, uint32_t depth) {
  struct block *block = label(t, depth);
  if (!block || !tr_check_top(t, label_types(block), label_count(block))) return;
  if (block->op == CORE_OP_RETURN) {
    emit_return(t, block->result_count);
  } else {
    tr_place_top(t, label_count(block));
    move_to(t, block->height, label_count(block));
    emit_br(t, block);
  }
  die(t);
}

// A branch on a condition, which was popped. The operands stay.
static void branch_if(struct translator *t, struct condition condition, struct block *block) {
  uint32_t count = label_count(block);
  if (!tr_check_top(t, label_types(block), count)) return;
  tr_place_top(t, count);
  if (!count || t->height - count == block->height) {
    link(t, block, tr_branch(t, condition));
    return;
  }
  uint32_t around = tr_branch(t, tr_negate(condition));
  move_to(t, block->height, count);
  emit_br(t, block);
  land(t, around);
}

static void translate_br_if(struct translator *t, uint32_t depth) {
  struct condition condition = tr_condition(t);
  struct block *block = label(t, depth);
  if (block) branch_if(t, condition, block);
}

static void translate_br_on_null(struct translator *t, uint32_t depth) {
  struct operand o = tr_pop(t, 0);
  struct block *block = label(t, depth);
  if (t->failed || !block) return;
  if (o.type < EXEC_REFERENCES_BELOW && o.type) {
    uint16_t slot = tr_read(t, &o);
    branch_if(t, (struct condition){.op = X_BR_NULL, .b = slot}, block);
    // Where it is not taken, the reference is there as it was, or in its slot where it was a constant.
    if (o.where == IN_LOCAL) {
      tr_push_local(t, o.local);
    } else {
      tr_push(t, o.type);
    }
    return;
  }
  tr_fail(t, CORE_TRAP_MALFORMED, "expected a reference");
}

static void translate_br_on_non_null(struct translator *t, uint32_t depth) {
  struct block *block = label(t, depth);
  if (t->failed || !block) return;
  if (!label_count(block) || !tr_check_top(t, label_types(block), label_count(block)) ||
      t->stack[t->height - 1].type >= EXEC_REFERENCES_BELOW) {
    tr_fail(t, CORE_TRAP_MALFORMED, "expected a reference");
    return;
  }
  tr_place_top(t, 1);
  branch_if(t, (struct condition){.op = X_BR_NOT_NULL, .b = tr_slot(t, t->height - 1)}, block);
  tr_pop(t, 0);
}

// A target that must have values moved gets a piece of code behind the table, one for all entries that name it.
static void translate_br_table(struct translator *t, const struct core_instr *instr) {
  struct operand index = tr_pop(t, CORE_I32);
  uint16_t slot = tr_read(t, &index);
  struct cm_span labels = instr->br_table.labels;
  uint32_t count = instr->br_table.count, depth, first, arity = 0;
  if (t->failed) return;
  struct block *block = NULL;
  for (uint64_t i = 0; i <= count; i++) {
    if (!core_next_label(&labels, &depth)) tr_fail(t, CORE_TRAP_MALFORMED, "a br_table with too few labels");
    block = t->failed ? NULL : label(t, depth);
    if (!block || !tr_check_top(t, label_types(block), label_count(block))) return;
    if (i == 0) arity = label_count(block);
    if (label_count(block) != arity) {
      tr_fail(t, CORE_TRAP_MALFORMED, "labels of a br_table that carry different numbers of values");
      return;
    }
  }
  tr_place_top(t, arity);
  uint16_t cost = tr_take_cost(t);
  tr_emit(t, (union exec_word){.op = X_BR_TABLE, .a = slot, .b = cost});
  tr_word(t, (union exec_word){.low = count});
  first = t->word_count;
  for (uint64_t i = 0; i <= count && !t->failed; i++) tr_word(t, (union exec_word){.u64 = 0});
  labels = instr->br_table.labels;
  for (uint64_t i = 0; i <= count && !t->failed; i++) {
    uint32_t entry = first + (uint32_t)i;
    if (!core_next_label(&labels, &depth) || !(block = label(t, depth))) return;
    if (arity && t->height - arity != block->height) {
      if (block->stub_of == first) {
        t->words[entry].k = (int32_t)block->stub - (int32_t)entry;
        continue;
      }
      block->stub_of = first;
      block->stub = t->word_count;
      land(t, entry);
      move_to(t, block->height, arity);
      emit_br(t, block);
    } else {
      link(t, block, entry);
    }
  }
  die(t);
}

// Calls.

static void end_call(struct translator *t, const struct core_type *type, bool tail) {
  if (!tail) {
    tr_push_types(t, type->results, type->result_count);
    return;
  }
  const struct block *body = &t->blocks[0];
  bool same = type->result_count == body->result_count;
  for (uint32_t i = 0; same && i < type->result_count; i++)
    same = exec_slot_type(t->module, type->results[i]) == exec_slot_type(t->module, results_of(body)[i]);
  if (!same) tr_fail(t, CORE_TRAP_MALFORMED, "a tail call with other results than the function's");
  die(t);
}

// Pops the arguments; gives the slot of the first.
static uint16_t take_arguments(struct translator *t, const struct core_type *type) {
  if (!tr_check_top(t, type->params, type->param_count)) return 0;
  tr_place_top(t, type->param_count);
  tr_pop_types(t, type->params, type->param_count);
  return tr_slot(t, t->height);
}

static void translate_call(struct translator *t, const struct core_instr *instr, bool tail) {
  if (instr->index >= t->module->func_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "function %lu is out of range", (unsigned long)instr->index);
    return;
  }
  const struct core_type *type = t->instance->funcs[instr->index]->type;
  uint32_t declared = t->module->funcs[instr->index].type;
  // An import may be of a subtype; what counts here is the type it was declared with.
  if (declared < t->module->type_count) type = &t->module->types[declared];
  uint16_t args = take_arguments(t, type);
  uint16_t cost = tr_take_cost(t);
  tr_emit(t, (union exec_word){.op = tail ? X_TAIL_CALL : X_CALL, .a = args, .b = cost});
  tr_word(t, (union exec_word){.low = instr->index});
  end_call(t, type, tail);
}

static const struct core_type *func_type(struct translator *t, uint32_t index) {
  if (index < t->module->type_count && t->module->types[index].kind == CORE_FUNC_TYPE) return &t->module->types[index];
  tr_fail(t, CORE_TRAP_MALFORMED, "type %lu is no function type", (unsigned long)index);
  return NULL;
}

static void translate_call_indirect(struct translator *t, const struct core_instr *instr, bool tail) {
  const struct core_type *type = func_type(t, instr->pair.a);
  uint32_t table = instr->pair.b;
  if (!type) return;
  if (table >= t->module->table_count || exec_slot_type(t->module, t->module->tables[table].type.element) != EXEC_FUNCREF) {
    tr_fail(t, CORE_TRAP_MALFORMED, "table %lu is no table of functions", (unsigned long)table);
    return;
  }
  struct operand index = tr_pop(t, t->instance->tables[table]->is_64 ? CORE_I64 : CORE_I32);
  uint16_t slot = tr_read(t, &index);
  uint16_t args = take_arguments(t, type);
  uint16_t cost = tr_take_cost(t);
  tr_emit(t, (union exec_word){.op = tail ? X_TAIL_CALL_INDIRECT : X_CALL_INDIRECT, .a = args, .b = cost, .c = slot});
  tr_word(t, (union exec_word){.low = t->instance->type_ids[instr->pair.a], .high = table});
  end_call(t, type, tail);
}

static void translate_call_ref(struct translator *t, const struct core_instr *instr, bool tail) {
  const struct core_type *type = func_type(t, instr->index);
  if (!type) return;
  struct operand reference = tr_pop(t, EXEC_FUNCREF);
  uint16_t slot = tr_read(t, &reference);
  uint16_t args = take_arguments(t, type);
  uint16_t cost = tr_take_cost(t);
  tr_emit(t, (union exec_word){.op = tail ? X_TAIL_CALL_REF : X_CALL_REF, .a = args, .b = cost, .c = slot});
  tr_word(t, (union exec_word){.low = t->instance->type_ids[instr->index]});
  end_call(t, type, tail);
}

// Parametric, variables, references.

static void translate_select(struct translator *t, const struct core_instr *instr) {
  uint8_t type = 0;
  if (instr->op == CORE_OP_SELECT_T) {
    type = instr->select.count == 1 ? exec_slot_type(t->module, instr->select.first) : 0;
    if (!type) tr_fail(t, CORE_TRAP_MALFORMED, "a select of other than one type");
  }
  struct operand condition = tr_pop(t, CORE_I32);
  struct operand y = tr_pop(t, type);
  struct operand x = tr_pop(t, y.type);
  if (instr->op == CORE_OP_SELECT && y.type < EXEC_REFERENCES_BELOW)
    tr_fail(t, CORE_TRAP_MALFORMED, "a select of references without their type");
  uint16_t a = tr_read(t, &condition), c = tr_read(t, &y), b = tr_read(t, &x);
  tr_result(t, y.type == CORE_V128 ? X_SELECT_V128 : X_SELECT, y.type, b, c);
  tr_word(t, (union exec_word){.a = a});
}

static void translate_local(struct translator *t, const struct core_instr *instr) {
  if (instr->index >= t->local_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "local %lu is out of range", (unsigned long)instr->index);
  } else if (instr->op == CORE_OP_LOCAL_GET) {
    tr_push_local(t, instr->index);
  } else {
    tr_set_local(t, instr->index, instr->op == CORE_OP_LOCAL_TEE);
  }
}

static void translate_global(struct translator *t, const struct core_instr *instr) {
  if (instr->index >= t->module->global_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "global %lu is out of range", (unsigned long)instr->index);
    return;
  }
  uint8_t type = exec_slot_type(t->module, t->module->globals[instr->index].type.type);
  if (instr->op == CORE_OP_GLOBAL_GET) {
    tr_result_k(t, type == CORE_V128 ? X_GLOBAL_GET_V128 : X_GLOBAL_GET, type, (int32_t)instr->index);
    return;
  }
  if (!t->instance->globals[instr->index]->is_mutable) tr_fail(t, CORE_TRAP_MALFORMED, "an immutable global is set");
  struct operand o = tr_pop(t, type);
  uint32_t op = type == CORE_V128 ? X_GLOBAL_SET_V128 : X_GLOBAL_SET;
  uint32_t slot = tr_read(t, &o);
  tr_emit(t, (union exec_word){.op_and_a = op | slot << 16, .k = (int32_t)instr->index});
}

static void translate_const(struct translator *t, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_I32_CONST: tr_push_const(t, CORE_I32, (uint32_t)instr->i32); break;
    case CORE_OP_I64_CONST: tr_push_const(t, CORE_I64, (uint64_t)instr->i64); break;
    case CORE_OP_F32_CONST: tr_push_const(t, CORE_F32, instr->f32_bits); break;
    case CORE_OP_F64_CONST: tr_push_const(t, CORE_F64, instr->f64_bits); break;
    default: {
      union exec_word low, high;
      memcpy(&low, instr->v128, 8);
      memcpy(&high, instr->v128 + 8, 8);
      tr_result(t, X_CONST_V128, CORE_V128, 0, 0);
      tr_word(t, low);
      tr_word(t, high);
    }
  }
}

static void translate_ref(struct translator *t, const struct core_instr *instr) {
  struct operand o;
  switch (instr->op) {
    case CORE_OP_REF_NULL: {
      uint8_t type = exec_slot_type(t->module, (struct core_valtype){.code = CORE_REF, .heap = instr->heap.heap});
      if (!type) tr_fail(t, CORE_TRAP_MALFORMED, "a heap type that is out of range");
      tr_push_const(t, type, 0);
      return;
    }
    case CORE_OP_REF_FUNC:
      if (instr->index >= t->module->func_count) {
        tr_fail(t, CORE_TRAP_MALFORMED, "function %lu is out of range", (unsigned long)instr->index);
        return;
      }
      tr_result_k(t, X_REF_FUNC, EXEC_FUNCREF, (int32_t)instr->index);
      return;
    case CORE_OP_REF_IS_NULL:
      o = tr_pop(t, 0);
      if (!t->failed && o.type >= EXEC_REFERENCES_BELOW) tr_fail(t, CORE_TRAP_MALFORMED, "expected a reference");
      tr_result(t, X_I64_EQ_K, CORE_I32, tr_read(t, &o), 0);
      return;
    default:  // ref.as_non_null
      o = tr_pop(t, 0);
      if (!t->failed && o.type >= EXEC_REFERENCES_BELOW) tr_fail(t, CORE_TRAP_MALFORMED, "expected a reference");
      tr_emit(t, (union exec_word){.op = X_REF_AS_NON_NULL, .a = tr_read(t, &o)});
      if (o.where == IN_LOCAL) {
        tr_push_local(t, o.local);
      } else {
        tr_push(t, o.type);
      }
  }
}

static void translate_table(struct translator *t, const struct core_instr *instr) {
  uint32_t table = instr->index;
  if (table >= t->module->table_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "table %lu is out of range", (unsigned long)table);
    return;
  }
  uint8_t address = t->instance->tables[table]->is_64 ? CORE_I64 : CORE_I32;
  uint8_t element = exec_slot_type(t->module, t->module->tables[table].type.element);
  if (instr->op == CORE_OP_TABLE_SIZE) {
    tr_result_k(t, X_TABLE_SIZE, address, (int32_t)table);
    return;
  }
  bool get = instr->op == CORE_OP_TABLE_GET;
  uint32_t count = get ? 1 : 2;
  if (t->height >= count) tr_place_top(t, count);
  if (!get) tr_pop(t, element);
  tr_pop(t, address);
  uint32_t op = get ? X_TABLE_GET : X_TABLE_SET;
  tr_emit(t, (union exec_word){.op_and_a = op | (uint32_t)tr_slot(t, t->height) << 16, .k = (int32_t)table});
  if (get) tr_push(t, element);
}

static void translate_memory_size(struct translator *t, const struct core_instr *instr) {
  if (instr->index >= t->module->memory_count) {
    tr_fail(t, CORE_TRAP_MALFORMED, "memory %lu is out of range", (unsigned long)instr->index);
    return;
  }
  uint8_t type = t->instance->memories[instr->index]->is_64 ? CORE_I64 : CORE_I32;
  tr_result_k(t, X_MEMORY_SIZE, type, (int32_t)instr->index);
}

// Where nothing comes: only the nesting counts.
static void skip(struct translator *t, enum core_op op) {
  switch (op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE:
      if (++t->dead_depth > CORE_LIMIT_BLOCK_DEPTH) tr_fail(t, CORE_TRAP_MALFORMED, "blocks nest too deep");
      return;
    case CORE_OP_ELSE:
      if (!t->dead_depth) translate_else(t);
      return;
    case CORE_OP_END:
    case CORE_OP_DELEGATE:
      if (t->dead_depth) {
        t->dead_depth--;
      } else if (op == CORE_OP_END) {
        translate_end(t);
      } else {
        tr_fail(t, CORE_TRAP_MALFORMED, "a delegate without a try");
      }
      return;
    default: return;
  }
}

// An instruction that is for later: a trap when it is reached.
static void translate_unsupported(struct translator *t, enum core_op op) {
  tr_emit(t, (union exec_word){.op_and_a = X_UNSUPPORTED, .k = (int32_t)op});
  die(t);
  if (op == CORE_OP_TRY || op == CORE_OP_TRY_TABLE) t->dead_depth = 1;
}

static void translate_instr(struct translator *t, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_UNREACHABLE:
      tr_emit(t, (union exec_word){.op = X_UNREACHABLE});
      die(t);
      return;
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF: translate_block(t, instr); return;
    case CORE_OP_ELSE: translate_else(t); return;
    case CORE_OP_END: translate_end(t); return;
    case CORE_OP_BR: translate_br(t, instr->index); return;
    case CORE_OP_BR_IF: translate_br_if(t, instr->index); return;
    case CORE_OP_BR_TABLE: translate_br_table(t, instr); return;
    case CORE_OP_BR_ON_NULL: translate_br_on_null(t, instr->index); return;
    case CORE_OP_BR_ON_NON_NULL: translate_br_on_non_null(t, instr->index); return;
    case CORE_OP_RETURN: translate_br(t, t->block_count - 1); return;
    case CORE_OP_CALL: translate_call(t, instr, false); return;
    case CORE_OP_CALL_INDIRECT: translate_call_indirect(t, instr, false); return;
    case CORE_OP_CALL_REF: translate_call_ref(t, instr, false); return;
    case CORE_OP_RETURN_CALL: translate_call(t, instr, true); return;
    case CORE_OP_RETURN_CALL_INDIRECT: translate_call_indirect(t, instr, true); return;
    case CORE_OP_RETURN_CALL_REF: translate_call_ref(t, instr, true); return;
    case CORE_OP_DROP: tr_pop(t, 0); return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T: translate_select(t, instr); return;
    case CORE_OP_LOCAL_GET:
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE: translate_local(t, instr); return;
    case CORE_OP_GLOBAL_GET:
    case CORE_OP_GLOBAL_SET: translate_global(t, instr); return;
    case CORE_OP_I32_CONST:
    case CORE_OP_I64_CONST:
    case CORE_OP_F32_CONST:
    case CORE_OP_F64_CONST:
    case CORE_OP_V128_CONST: translate_const(t, instr); return;
    case CORE_OP_REF_NULL:
    case CORE_OP_REF_FUNC:
    case CORE_OP_REF_IS_NULL:
    case CORE_OP_REF_AS_NON_NULL: translate_ref(t, instr); return;
    case CORE_OP_TABLE_GET:
    case CORE_OP_TABLE_SET:
    case CORE_OP_TABLE_SIZE: translate_table(t, instr); return;
    case CORE_OP_MEMORY_SIZE: translate_memory_size(t, instr); return;
    default:
      if (!tr_plain(t, instr)) translate_unsupported(t, instr->op);
  }
}

// Begins the body: its locals, and the block that it is.
static bool begin(struct translator *t, struct core_code *code, struct cm_diag *diag) {
  struct core_valtype *locals = NULL;
  uint32_t declared = 0;
  const struct core_type *type = t->function->type;
  if (!core_code_begin(code, t->scratch, t->module, t->function->index, &locals, &declared, diag)) return false;
  t->local_count = type->param_count + declared;
  t->local_types = cm_alloc_array(t->scratch, t->local_count, 1);
  if (!t->local_types) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < t->local_count; i++) {
    struct core_valtype local = i < type->param_count ? type->params[i] : locals[i - type->param_count];
    t->local_types[i] = exec_slot_type(t->module, local);
    if (!t->local_types[i]) return cm_fail_at_large(diag, CM_INVALID, "local %lu is of no valid type", (unsigned long)i);
  }
  if (t->local_count >= MAX_SLOTS) return cm_fail_at_large(diag, CM_LIMIT, "too many locals");
  return push_block(
      t,
      (struct block){.op = CORE_OP_RETURN, .else_fixup = EXEC_NONE, .result_count = type->result_count, .results = type->results});
}

static void read_body(struct translator *t, struct core_code *code, struct cm_diag *diag) {
  const uint8_t *body = t->module->funcs[t->function->index].body.at;
  struct core_instr instr;
  while (!t->failed && core_code_next(code, &instr)) {
    t->offset = (uint32_t)(instr.at - body);
    if (!t->block_count) {
      tr_fail(t, CORE_TRAP_MALFORMED, "instructions behind the end of the function");
      return;
    }
    if (t->dead) {
      skip(t, instr.op);
    } else {
      if (instr.op != CORE_OP_END && instr.op != CORE_OP_ELSE) t->cost++;
      translate_instr(t, &instr);
    }
  }
  if (t->failed) return;
  if (code->reader.failed) {
    t->offset = diag->has_offset ? (uint32_t)(diag->offset - (uint64_t)(body - t->module->file)) : 0;
    tr_fail(t, CORE_TRAP_MALFORMED, "%s", diag->message);
  } else if (t->block_count) {
    t->offset = (uint32_t)t->module->funcs[t->function->index].body.size;
    tr_fail(t, CORE_TRAP_MALFORMED, "the function has no end");
  }
}

// What was built, in one piece of the store.
static void keep(struct translator *t) {
  const struct core_type *type = t->function->type;
  struct cm_arena *arena = &t->instance->store->arena;
  struct exec_code *code = cm_alloc(arena, sizeof *code + t->word_count * sizeof *t->words);
  struct exec_site *sites = cm_alloc_array(arena, t->site_count, sizeof *sites);
  if (!code || !sites) {
    tr_fail(t, CORE_TRAP_MEMORY, "no memory to prepare a function");
    return;
  }
  if (t->word_count) memcpy(code->words, t->words, t->word_count * sizeof *t->words);
  if (t->site_count) memcpy(sites, t->sites, t->site_count * sizeof *sites);
  uint32_t slots = t->local_count + t->max_height;
  code->slots = slots > type->result_count ? slots : type->result_count;
  code->param_count = type->param_count;
  code->result_count = type->result_count;
  code->zero_count = t->local_count - type->param_count;
  code->clear_fuel = code->zero_count / CORE_FUEL_LOCALS;
  code->word_count = t->word_count;
  code->site_count = t->site_count;
  code->sites = sites;
  t->function->code = code;
}

enum core_trap exec_translate(struct core_function *function, struct core_trap_info *info) {
  struct core_instance *instance = function->instance;
  struct translator t = {.function = function, .module = instance->module, .instance = instance, .info = info, .last = EXEC_NONE};
  struct cm_diag diag = {0};
  struct core_code code;
  t.scratch = &instance->store->scratch;
  struct cm_span body = t.module->funcs[function->index].body;
  t.max_work = WORK_AT_LEAST + body.size * WORK_PER_BYTE;
  if (begin(&t, &code, &diag)) {
    read_body(&t, &code, &diag);
  } else {
    bool limit = diag.error == CM_LIMIT || diag.error == CM_UNSUPPORTED;
    t.offset = diag.has_offset ? (uint32_t)(diag.offset - (uint64_t)(body.at - t.module->file)) : 0;
    tr_fail(&t,
            diag.error == CM_NO_MEMORY ? CORE_TRAP_MEMORY
            : limit                    ? CORE_TRAP_UNSUPPORTED
                                       : CORE_TRAP_MALFORMED,
            "%s", diag.message);
  }
  if (!t.failed) keep(&t);
  if (t.failed) {
    info->module = t.module;
    info->function = function->index;
    info->offset = (uint64_t)(body.at - t.module->file) + t.offset;
  }
  free(t.words);
  free(t.sites);
  cm_arena_clear(t.scratch);
  return t.failed ? t.trap : CORE_TRAP_NONE;
}
