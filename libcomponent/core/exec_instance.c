// Instantiation.
//
// Nobody has validated the module, so every index that later code relies on is checked here once: types of functions, imports against
// what is given for them, segments, exports when they are asked for. Bodies are left alone until they are called. The order of
// effects is the specification's: globals, tables, element segments, data segments; the start function is the caller's to run.
//
// Spec: https://webassembly.github.io/spec/core/exec/modules.html#instantiation.

#include "exec.h"

// An instantiation under way.
struct building {
  struct core_store *store;
  const struct core_module *module;
  struct core_instance *instance;
  uint32_t globals_ready;  // an initializer may read those before its own
  struct cm_diag *diag;
};

uint8_t exec_slot_type(const struct core_module *module, struct core_valtype type) {
  switch (type.code) {
    case CORE_I32:
    case CORE_I64:
    case CORE_F32:
    case CORE_F64:
    case CORE_V128: return type.code;
    case CORE_REF: return (uint8_t)(exec_heap_hierarchy(module, type.heap) & 0x7f);
    default: return 0;
  }
}

// The instance with room for its index spaces; NULL: no memory.
static struct core_instance *make_arrays(struct building *b) {
  const struct core_module *m = b->module;
  struct cm_arena *arena = &b->store->arena;
  struct core_instance *i = cm_alloc(arena, sizeof *i);
  if (!i) {
    cm_fail_memory(b->diag);
    return NULL;
  }
  i->store = b->store;
  i->module = m;
  i->funcs = cm_alloc_array(arena, m->func_count, sizeof *i->funcs);
  i->globals = cm_alloc_array(arena, m->global_count, sizeof *i->globals);
  i->memories = cm_alloc_array(arena, m->memory_count, sizeof *i->memories);
  i->tables = cm_alloc_array(arena, m->table_count, sizeof *i->tables);
  i->tags = cm_alloc_array(arena, m->tag_count, sizeof *i->tags);
  i->type_ids = cm_alloc_array(arena, m->type_count, sizeof *i->type_ids);
  i->own_funcs = cm_alloc_array(arena, m->func_count - m->imported[CORE_FUNC], sizeof *i->own_funcs);
  i->data_dropped = cm_alloc_array(arena, m->data_count, sizeof *i->data_dropped);
  i->element_dropped = cm_alloc_array(arena, m->element_count, sizeof *i->element_dropped);
  i->element_refs = cm_alloc_array(arena, m->element_count, sizeof *i->element_refs);
  if (!i->funcs || !i->globals || !i->memories || !i->tables || !i->tags || !i->type_ids || !i->own_funcs || !i->data_dropped ||
      !i->element_dropped || !i->element_refs) {
    cm_fail_memory(b->diag);
    return NULL;
  }
  return i;
}

static bool refuse_import(struct building *b, const struct core_import *import, const char *why) {
  return cm_fail(b->diag, CM_INVALID, import->offset, NULL, "incompatible import type: `%.*s` `%.*s` %s",
                 CM_STR_ARG(import->module), CM_STR_ARG(import->name), why);
}

// Spec: https://webassembly.github.io/spec/core/valid/matching.html#limits.
static bool limits_match(const struct core_limits *wanted, uint64_t size, bool has_max, uint64_t max) {
  return size >= wanted->min && (!wanted->has_max || (has_max && max <= wanted->max));
}

static bool canonical(struct building *b, struct core_valtype type, struct core_valtype *out) {
  if (exec_valtype_canonical(b->instance->type_ids, b->module->type_count, type, out)) return true;
  return cm_fail_at_large(b->diag, CM_INVALID, "type %ld is out of range", (long)type.heap);
}

static bool same_type(const struct core_store *store, struct core_valtype a, struct core_valtype b) {
  return exec_valtype_matches(store, a, b) && exec_valtype_matches(store, b, a);
}

static bool import_func(struct building *b, const struct core_import *import, struct core_function *func) {
  if (!func) return refuse_import(b, import, "is not given a function");
  if (import->type.type >= b->module->type_count || b->module->types[import->type.type].kind != CORE_FUNC_TYPE)
    return refuse_import(b, import, "has no function type");
  uint32_t wanted = b->instance->type_ids[import->type.type];
  if (import->type.exact ? func->type_id != wanted : !exec_type_matches(b->store, func->type_id, wanted))
    return refuse_import(b, import, "is given a function of another type");
  b->instance->funcs[import->index] = func;
  return true;
}

static bool import_table(struct building *b, const struct core_import *import, struct core_table_inst *table) {
  if (!table) return refuse_import(b, import, "is not given a table");
  const struct core_table_type *wanted = &import->type.table;
  struct core_valtype element;
  if (!canonical(b, wanted->element, &element)) return false;
  if (table->is_64 != wanted->limits.is_64 || !same_type(b->store, table->element, element) ||
      !limits_match(&wanted->limits, table->size, table->has_max, table->max))
    return refuse_import(b, import, "is given a table of another type");
  b->instance->tables[import->index] = table;
  return true;
}

static bool import_memory(struct building *b, const struct core_import *import, struct core_memory_inst *memory) {
  if (!memory) return refuse_import(b, import, "is not given a memory");
  const struct core_limits *wanted = &import->type.memory;
  if (memory->is_64 != wanted->is_64 || memory->shared != wanted->shared || memory->page_log2 != wanted->page_log2 ||
      !limits_match(wanted, memory->size >> memory->page_log2, memory->has_max, memory->declared_max))
    return refuse_import(b, import, "is given a memory of another type");
  b->instance->memories[import->index] = memory;
  return true;
}

static bool import_global(struct building *b, const struct core_import *import, struct core_global_inst *global) {
  if (!global) return refuse_import(b, import, "is not given a global");
  const struct core_global_type *wanted = &import->type.global;
  struct core_valtype type;
  if (!canonical(b, wanted->type, &type)) return false;
  bool fits = wanted->is_mutable ? same_type(b->store, global->type, type) : exec_valtype_matches(b->store, global->type, type);
  if (global->is_mutable != wanted->is_mutable || !fits) return refuse_import(b, import, "is given a global of another type");
  b->instance->globals[import->index] = global;
  return true;
}

static bool import_tag(struct building *b, const struct core_import *import, struct core_tag_inst *tag) {
  if (!tag) return refuse_import(b, import, "is not given a tag");
  if (import->type.type >= b->module->type_count || tag->type_id != b->instance->type_ids[import->type.type])
    return refuse_import(b, import, "is given a tag of another type");
  b->instance->tags[import->index] = tag;
  return true;
}

static bool take_imports(struct building *b, const struct core_extern *given) {
  for (uint32_t i = 0; i < b->module->import_count; i++) {
    const struct core_import *import = &b->module->imports[i];
    if (given[i].kind != import->type.kind) return refuse_import(b, import, "is given something of another kind");
    bool good = false;
    switch (import->type.kind) {
      case CORE_FUNC: good = import_func(b, import, given[i].func); break;
      case CORE_TABLE: good = import_table(b, import, given[i].table); break;
      case CORE_MEMORY: good = import_memory(b, import, given[i].memory); break;
      case CORE_GLOBAL: good = import_global(b, import, given[i].global); break;
      case CORE_TAG: good = import_tag(b, import, given[i].tag); break;
      default: break;
    }
    if (!good) return false;
  }
  b->globals_ready = b->module->imported[CORE_GLOBAL];
  return true;
}

static bool make_functions(struct building *b) {
  const struct core_module *m = b->module;
  struct core_function *own = b->instance->own_funcs;
  for (uint32_t i = m->imported[CORE_FUNC]; i < m->func_count; i++, own++) {
    uint32_t type = m->funcs[i].type;
    if (type >= m->type_count || m->types[type].kind != CORE_FUNC_TYPE)
      return cm_fail_at_large(b->diag, CM_INVALID, "function %lu has no function type", (unsigned long)i);
    own->instance = b->instance;
    own->type = &m->types[type];
    own->type_id = b->instance->type_ids[type];
    own->index = i;
    b->instance->funcs[i] = own;
  }
  return true;
}

// Constant expressions. https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions.

enum { CONST_DEPTH = 64 };

struct const_stack {
  struct {
    uint8_t type;
    union core_value value;
  } at[CONST_DEPTH];
  uint32_t count;
};

static bool push_const(struct const_stack *stack, uint8_t type, union core_value value) {
  if (stack->count == CONST_DEPTH || !type) return false;
  stack->at[stack->count].type = type;
  stack->at[stack->count++].value = value;
  return true;
}

static bool const_binary(struct const_stack *stack, enum core_op op) {
  bool is_32 = op == CORE_OP_I32_ADD || op == CORE_OP_I32_SUB || op == CORE_OP_I32_MUL;
  uint8_t type = is_32 ? CORE_I32 : CORE_I64;
  if (stack->count < 2 || stack->at[stack->count - 1].type != type || stack->at[stack->count - 2].type != type) return false;
  uint64_t y = stack->at[--stack->count].value.u64, x = stack->at[--stack->count].value.u64;
  uint64_t result = op == CORE_OP_I32_ADD || op == CORE_OP_I64_ADD   ? x + y
                    : op == CORE_OP_I32_SUB || op == CORE_OP_I64_SUB ? x - y
                                                                     : x * y;
  return push_const(stack, type, (union core_value){.u64 = is_32 ? (uint32_t)result : result});
}

static bool step_const(struct building *b, struct const_stack *stack, const struct core_instr *instr) {
  union core_value value = {.u64 = 0};
  switch (instr->op) {
    case CORE_OP_I32_CONST: return push_const(stack, CORE_I32, (union core_value){.u64 = (uint32_t)instr->i32});
    case CORE_OP_I64_CONST: return push_const(stack, CORE_I64, (union core_value){.i64 = instr->i64});
    case CORE_OP_F32_CONST: return push_const(stack, CORE_F32, (union core_value){.u64 = instr->f32_bits});
    case CORE_OP_F64_CONST: return push_const(stack, CORE_F64, (union core_value){.u64 = instr->f64_bits});
    case CORE_OP_V128_CONST: memcpy(value.v128, instr->v128, 16); return push_const(stack, CORE_V128, value);
    case CORE_OP_REF_NULL:
      return push_const(stack, exec_slot_type(b->module, (struct core_valtype){.code = CORE_REF, .heap = instr->heap.heap}), value);
    case CORE_OP_REF_FUNC:
      if (instr->index >= b->module->func_count) return false;
      value.ref = b->instance->funcs[instr->index];
      return push_const(stack, EXEC_FUNCREF, value);
    case CORE_OP_GLOBAL_GET:
      if (instr->index >= b->globals_ready) return false;
      return push_const(stack, exec_slot_type(b->module, b->module->globals[instr->index].type.type),
                        b->instance->globals[instr->index]->value);
    case CORE_OP_I32_ADD:
    case CORE_OP_I32_SUB:
    case CORE_OP_I32_MUL:
    case CORE_OP_I64_ADD:
    case CORE_OP_I64_SUB:
    case CORE_OP_I64_MUL: return const_binary(stack, instr->op);
    default: return false;
  }
}

// The instructions that constant expressions may have and this engine has not.
static bool is_unsupported_const(enum core_op op) { return core_ops[op].prefix == 0xfb; }

static bool eval(struct building *b, struct core_expr expr, uint8_t type, union core_value *out) {
  struct core_code code;
  struct core_instr instr;
  struct const_stack stack;
  stack.count = 0;
  core_expr_begin(&code, b->module, expr, b->diag);
  while (core_code_next(&code, &instr)) {
    uint64_t offset = (uint64_t)(instr.at - b->module->file);
    if (instr.op == CORE_OP_END) {
      if (stack.count != 1 || stack.at[0].type != type)
        return cm_fail(b->diag, CM_INVALID, offset, NULL, "a constant expression does not give one value of its type");
      *out = stack.at[0].value;
      return true;
    }
    if (!step_const(b, &stack, &instr)) {
      bool unsupported = is_unsupported_const(instr.op);
      return cm_fail(b->diag, unsupported ? CM_UNSUPPORTED : CM_INVALID, offset, NULL,
                     unsupported ? "%s is not supported yet" : "%s cannot stand here in a constant expression",
                     core_ops[instr.op].text);
    }
  }
  if (code.reader.failed) return false;
  return cm_fail_at_large(b->diag, CM_MALFORMED, "a constant expression has no end");
}

static bool make_globals(struct building *b) {
  const struct core_module *m = b->module;
  for (uint32_t i = m->imported[CORE_GLOBAL]; i < m->global_count; i++) {
    struct core_global_inst *global = cm_alloc(&b->store->arena, sizeof *global);
    if (!global) return cm_fail_memory(b->diag);
    const struct core_global_type *type = &m->globals[i].type;
    if (!canonical(b, type->type, &global->type) || !eval(b, m->globals[i].init, exec_slot_type(m, type->type), &global->value))
      return false;
    global->is_mutable = type->is_mutable;
    b->instance->globals[i] = global;
    b->globals_ready = i + 1;
  }
  return true;
}

static bool make_tables(struct building *b) {
  const struct core_module *m = b->module;
  for (uint32_t i = m->imported[CORE_TABLE]; i < m->table_count; i++) {
    const struct core_table *table = &m->tables[i];
    struct core_valtype element;
    union core_value init = {.u64 = 0};
    if (!canonical(b, table->type.element, &element)) return false;
    if (element.code != CORE_REF) return cm_fail_at_large(b->diag, CM_INVALID, "a table's elements are no references");
    if (table->has_init && !eval(b, table->init, exec_slot_type(m, table->type.element), &init)) return false;
    b->instance->tables[i] = exec_table_new(b->store, &table->type.limits, element, init.ref, b->diag);
    if (!b->instance->tables[i]) return false;
  }
  return true;
}

static bool make_memories(struct building *b) {
  static const struct core_memory_inst none;
  const struct core_module *m = b->module;
  for (uint32_t i = m->imported[CORE_MEMORY]; i < m->memory_count; i++) {
    b->instance->memories[i] = exec_memory_new(b->store, &m->memories[i].limits, b->diag);
    if (!b->instance->memories[i]) return false;
  }
  b->instance->memory0 = m->memory_count ? b->instance->memories[0] : &none;
  return true;
}

static bool make_tags(struct building *b) {
  const struct core_module *m = b->module;
  for (uint32_t i = m->imported[CORE_TAG]; i < m->tag_count; i++) {
    struct core_tag_inst *tag = cm_alloc(&b->store->arena, sizeof *tag);
    if (!tag) return cm_fail_memory(b->diag);
    if (m->tags[i].type >= m->type_count || m->types[m->tags[i].type].kind != CORE_FUNC_TYPE)
      return cm_fail_at_large(b->diag, CM_INVALID, "tag %lu has no function type", (unsigned long)i);
    tag->type_id = b->instance->type_ids[m->tags[i].type];
    b->instance->tags[i] = tag;
  }
  return true;
}

// Checks a segment's items, and evaluates those that are expressions.
static bool make_element(struct building *b, uint32_t index) {
  const struct core_module *m = b->module;
  const struct core_element *segment = &m->elements[index];
  if (segment->type.code != CORE_REF) return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "elements that are no references");
  uint8_t type = exec_slot_type(m, segment->type);
  if (!segment->is_exprs) {
    if (type != EXEC_FUNCREF) return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "functions in a segment of another type");
    for (uint32_t i = 0; i < segment->count; i++) {
      if (segment->funcs[i] >= m->func_count)
        return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "function %lu of an element segment is out of range",
                       (unsigned long)segment->funcs[i]);
    }
    return true;
  }
  void **refs = cm_alloc_array(&b->store->arena, segment->count, sizeof *refs);
  if (!refs) return cm_fail_memory(b->diag);
  for (uint32_t i = 0; i < segment->count; i++) {
    union core_value value;
    if (!eval(b, segment->exprs[i], type, &value)) return false;
    refs[i] = value.ref;
  }
  b->instance->element_refs[index] = refs;
  return true;
}

static bool apply_element(struct building *b, uint32_t index) {
  const struct core_module *m = b->module;
  const struct core_element *segment = &m->elements[index];
  if (segment->mode == CORE_ACTIVE) {
    if (segment->table >= m->table_count) return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "a segment for no table");
    const struct core_table_inst *table = b->instance->tables[segment->table];
    struct core_valtype type;
    union core_value start;
    uint64_t fuel = UINT64_MAX;
    if (!canonical(b, segment->type, &type)) return false;
    if (!exec_valtype_matches(b->store, type, table->element))
      return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "a segment of another type than its table");
    if (!eval(b, segment->start, table->is_64 ? CORE_I64 : CORE_I32, &start)) return false;
    if (exec_table_init(b->instance, segment->table, index, table->is_64 ? start.u64 : start.u32, 0, segment->count, &fuel))
      return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "out of bounds table access by element segment %lu",
                     (unsigned long)index);
  }
  if (segment->mode != CORE_PASSIVE) b->instance->element_dropped[index] = true;
  return true;
}

static bool apply_data(struct building *b, uint32_t index) {
  const struct core_module *m = b->module;
  const struct core_data *segment = &m->datas[index];
  if (segment->mode != CORE_ACTIVE) return true;
  if (segment->memory >= m->memory_count) return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "a segment for no memory");
  bool is_64 = b->instance->memories[segment->memory]->is_64;
  union core_value start;
  uint64_t fuel = UINT64_MAX;
  if (!eval(b, segment->start, is_64 ? CORE_I64 : CORE_I32, &start)) return false;
  if (exec_memory_init(b->instance, segment->memory, index, is_64 ? start.u64 : start.u32, 0, segment->bytes.size, &fuel))
    return cm_fail(b->diag, CM_INVALID, segment->offset, NULL, "out of bounds memory access by data segment %lu",
                   (unsigned long)index);
  b->instance->data_dropped[index] = true;
  return true;
}

static bool make_segments(struct building *b) {
  for (uint32_t i = 0; i < b->module->element_count; i++) {
    if (!make_element(b, i)) return false;
  }
  for (uint32_t i = 0; i < b->module->element_count; i++) {
    if (!apply_element(b, i)) return false;
  }
  for (uint32_t i = 0; i < b->module->data_count; i++) {
    if (!apply_data(b, i)) return false;
  }
  return true;
}

bool core_instantiate(struct core_store *store, const struct core_module *module, const struct core_extern *imports,
                      struct core_instance **out, struct cm_diag *diag) {
  struct building b = {.store = store, .module = module, .diag = diag};
  b.instance = make_arrays(&b);
  if (!b.instance || !exec_types_add(store, module, b.instance->type_ids, diag) || !take_imports(&b, imports) ||
      !make_functions(&b) || !make_globals(&b) || !make_tables(&b) || !make_memories(&b) || !make_tags(&b) || !make_segments(&b))
    return false;
  *out = b.instance;
  return true;
}

enum core_trap core_instance_start(struct core_instance *instance, struct core_trap_info *trap) {
  const struct core_module *m = instance->module;
  if (!m->has_start) return CORE_TRAP_NONE;
  struct core_function *start = m->start < m->func_count ? instance->funcs[m->start] : NULL;
  if (!start || start->type->param_count || start->type->result_count) {
    if (trap) {
      *trap = (struct core_trap_info){.trap = CORE_TRAP_MALFORMED, .module = m, .function = m->start, .offset = m->offset};
      exec_trap_message(trap, "the start function is not of type [] -> []");
    }
    return CORE_TRAP_MALFORMED;
  }
  return core_call(instance->store, start, NULL, NULL, trap);
}

struct core_extern core_instance_item(struct core_instance *instance, enum core_kind kind, uint32_t index) {
  const struct core_module *m = instance->module;
  struct core_extern item = {.kind = kind};
  switch (kind) {
    case CORE_FUNC: item.func = index < m->func_count ? instance->funcs[index] : NULL; break;
    case CORE_TABLE: item.table = index < m->table_count ? instance->tables[index] : NULL; break;
    case CORE_MEMORY: item.memory = index < m->memory_count ? instance->memories[index] : NULL; break;
    case CORE_GLOBAL: item.global = index < m->global_count ? instance->globals[index] : NULL; break;
    case CORE_TAG: item.tag = index < m->tag_count ? instance->tags[index] : NULL; break;
    default: break;
  }
  return item;
}

bool core_instance_export(struct core_instance *instance, struct cm_str name, struct core_extern *out) {
  const struct core_module *m = instance->module;
  for (uint32_t i = 0; i < m->export_count; i++) {
    if (!cm_str_equal(m->exports[i].name, name)) continue;
    *out = core_instance_item(instance, m->exports[i].kind, m->exports[i].index);
    return out->func || out->table || out->memory || out->global || out->tag;
  }
  return false;
}

const struct core_module *core_instance_module(const struct core_instance *instance) { return instance->module; }
