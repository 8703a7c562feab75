// Finding pieces, and writing the functions that they become.
//
// The functions stand in a module of their own, which imports whatever the program's module has, in the same order: so all indices within a
// piece stay what they are. Around the piece there is a block for each label that was around it, of the type of what a branch to that carries.
// Where such a block ends, the number of the label is given back behind all locals; a `return` becomes a branch to the outermost one.

#include "piece.h"

#include <component/buffer.h>

enum { BLOCK = 0x02, END = 0x0b, BR = 0x0c, RETURN = 0x0f, DROP = 0x1a, LOCAL_GET = 0x20, LOCAL_SET = 0x21, I32_CONST = 0x41 };

// --- finding them ---

struct open_block {
  enum core_op op;  // CORE_OP_UNREACHABLE: the function itself
  const uint8_t *start, *inner;
  uint8_t result, carried;  // what its end leaves, and what a branch to it carries; 0: a piece cannot have it around itself
  bool wanted, loops;
  const uint8_t *mark;  // where the first wanted instruction begins, with its operand; NULL: there is none yet
  uint32_t height;      // of the operand stack above what it was there
};

struct search {
  struct piece_list *list;
  struct open_block open[PIECE_DEPTH];
  size_t depth;
};

static uint8_t type_byte(struct core_valtype type) { return type.code == CORE_REF ? 0 : type.code; }

static struct open_block open_of(const struct core_instr *instr, const uint8_t *inner) {
  struct open_block b = {.op = instr->op, .start = instr->at, .inner = inner, .loops = instr->op == CORE_OP_LOOP};
  if (instr->block.kind == CORE_BLOCK_EMPTY) b.result = PIECE_EMPTY;
  if (instr->block.kind == CORE_BLOCK_VALUE) b.result = type_byte(instr->block.value);
  b.carried = instr->op == CORE_OP_LOOP && b.result ? PIECE_EMPTY : b.result;
  return b;
}

static bool add_piece(struct search *s, const uint8_t *from, const uint8_t *to, size_t depth, uint8_t result) {
  struct piece_list *list = s->list;
  if (list->count == PIECES_MOST || !result || from == to) return true;
  uint8_t *labels = cm_alloc_array(list->program->arena, depth, 1);
  if (!labels) return false;
  for (size_t i = 0; i < depth; i++) {
    labels[i] = s->open[depth - 1 - i].carried;
    if (!labels[i]) return true;
  }
  list->pieces[list->count++] =
      (struct piece){.from = from, .to = to, .depth = (uint32_t)depth, .labels = labels, .result = result};
  return true;
}

// An arm of the innermost block, or all of it, ends before `at`; `behind`: where its `end` does.
static bool close_part(struct search *s, const uint8_t *at, const uint8_t *behind) {
  const struct open_block *b = &s->open[s->depth - 1];
  if (!b->wanted || !b->loops) return true;
  if (b->op != CORE_OP_BLOCK && !add_piece(s, b->inner, at, s->depth, b->result)) return false;
  return (b->op != CORE_OP_BLOCK && b->op != CORE_OP_LOOP) || add_piece(s, b->start, behind, s->depth - 1, b->result);
}

static bool close(struct search *s, const uint8_t *at, const uint8_t *behind) {
  if (!close_part(s, at, behind)) return false;
  const struct open_block *b = &s->open[--s->depth];
  if (!s->depth) return true;
  struct open_block *around = &s->open[s->depth - 1];
  around->wanted |= b->wanted;
  around->loops |= b->loops;
  if (!around->mark) return true;
  bool ok = !b->loops || around->height || add_piece(s, around->mark, behind, s->depth, b->result);
  around->height += b->result != PIECE_EMPTY;
  return ok;
}

// What the instruction takes from the operand stack and puts there. False: it is not known.
static bool effect_of(const struct core_module *module, const struct core_instr *i, uint32_t *takes, uint32_t *puts) {
  const struct core_type *type = i->op == CORE_OP_CALL ? core_func_type(module, i->index) : NULL;
  *takes = type ? type->param_count : i->op == CORE_OP_LOCAL_SET || i->op == CORE_OP_LOCAL_TEE || i->op == CORE_OP_DROP;
  *puts = type ? type->result_count : i->op == CORE_OP_LOCAL_GET || i->op == CORE_OP_LOCAL_TEE;
  if (type || *takes || *puts) return true;
  const char *signature = core_ops[i->op].signature;
  if (i->op == CORE_OP_BR_IF || i->op == CORE_OP_GLOBAL_SET) *takes = 1;
  if (i->op == CORE_OP_GLOBAL_GET) *puts = 1;
  if (i->op == CORE_OP_SELECT) *takes = 3, *puts = 1;
  if (*takes || *puts) return true;
  size_t before = strcspn(signature, ":");
  *takes = (uint32_t)before;
  *puts = (uint32_t)strlen(signature) - (uint32_t)before - (signature[before] == ':');
  return !strchr(signature, '*');
}

// An instruction of the innermost block. The mark goes where what it stands in is not on its own.
static void pass(struct search *s, const struct core_instr *last, const struct core_instr *i, bool wanted) {
  struct open_block *b = &s->open[s->depth - 1];
  uint32_t takes, puts;
  bool is_mark = wanted && !b->mark;
  b->wanted |= wanted;
  if (is_mark) {
    bool has_operand = i->op != CORE_OP_I32_CONST;
    bool simple = last->op == CORE_OP_I32_CONST || last->op == CORE_OP_LOCAL_GET;
    if (has_operand && !simple) return;
    b->mark = has_operand ? last->at : i->at;
    b->height = has_operand;
  }
  if (!b->mark) return;
  if (!effect_of(s->list->module, i, &takes, &puts) || takes > b->height)
    b->mark = NULL;
  else
    b->height += puts - takes;
}

bool pieces_find(struct piece_list *list, struct program *program, uint32_t gid,
                 bool (*wanted)(void *context, const struct core_instr *instr), void *context) {
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  struct core_valtype *declared;
  uint32_t count, func = program_func(program, gid);
  struct core_code code;
  *list = (struct piece_list){.program = program, .gid = gid, .module = module, .type = core_func_type(module, func)};
  if (!list->type || !core_code_begin(&code, program->arena, module, func, &declared, &count, NULL)) return true;
  list->local_count = list->type->param_count + count;
  if (list->local_count > PIECE_LOCALS || list->type->result_count > 1) return true;
  list->locals = cm_alloc_array(program->arena, list->local_count, sizeof *list->locals);
  if (!list->locals) return false;
  for (uint32_t i = 0; i < list->local_count; i++)
    list->locals[i] = i < list->type->param_count ? list->type->params[i] : declared[i - list->type->param_count];
  struct search s = {.list = list, .depth = 1};
  uint8_t result = list->type->result_count ? type_byte(list->type->results[0]) : PIECE_EMPTY;
  s.open[0] = (struct open_block){.op = CORE_OP_UNREACHABLE, .inner = code.reader.at, .result = result, .carried = result};
  struct core_instr last = {.op = CORE_OP_NOP};
  for (struct core_instr i; s.depth && code_next(&code, &i); last = i) {
    struct open_block *top = &s.open[s.depth - 1];
    switch (i.op) {
      case CORE_OP_BLOCK:
      case CORE_OP_LOOP:
      case CORE_OP_IF:
        if (s.depth == PIECE_DEPTH) return true;
        if (i.op == CORE_OP_IF && top->mark && !top->height--) top->mark = NULL;
        if (i.block.kind == CORE_BLOCK_TYPE) top->mark = NULL;
        s.open[s.depth++] = open_of(&i, code.reader.at);
        break;
      case CORE_OP_ELSE:
        if (!close_part(&s, i.at, code.reader.at)) return false;
        top->inner = code.reader.at;
        top->mark = NULL;
        break;
      case CORE_OP_END:
        if (!close(&s, i.at, code.reader.at)) return false;
        break;
      case CORE_OP_TRY:
      case CORE_OP_TRY_TABLE: return true;
      default: pass(&s, &last, &i, wanted(context, &i)); break;
    }
  }
  return true;
}

// --- writing them ---

// Where a block within a piece stands, as far as it matters for whether its end is come to.
struct inner_block {
  enum core_op op;
  bool dead_before, targeted, has_else;
};

struct writing {
  struct piece_list *list;
  struct piece *piece;
  struct cm_buffer *out;
  struct inner_block inner[PIECE_DEPTH];
  size_t depth;
  bool dead;
};

static void go_to(struct writing *w, uint32_t label) {
  if (w->dead) return;
  if (label < w->depth)
    w->inner[w->depth - 1 - label].targeted = true;
  else if (label - w->depth < w->piece->depth)
    w->piece->exits |= UINT64_C(1) << (label - w->depth);
}

static void go_anywhere(struct writing *w, const struct core_instr *instr) {
  struct cm_span labels = instr->br_table.labels;
  uint32_t label;
  for (uint32_t i = 0; i <= instr->br_table.count && core_next_label(&labels, &label); i++) go_to(w, label);
}

static void end_inner(struct writing *w) {
  const struct inner_block *b = &w->inner[--w->depth];
  bool skipped = b->op == CORE_OP_IF && !b->has_else && !b->dead_before;
  w->dead = w->dead && !skipped && !(b->targeted && b->op != CORE_OP_LOOP);
}

// What the instruction means for the way through the piece. False: a piece cannot have it.
static bool follow(struct writing *w, const struct core_instr *instr) {
  switch (instr->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF:
      if (w->depth == PIECE_DEPTH) return false;
      w->inner[w->depth++] = (struct inner_block){.op = instr->op, .dead_before = w->dead};
      return true;
    case CORE_OP_ELSE:
      if (!w->depth) return false;
      w->inner[w->depth - 1].targeted |= !w->dead;
      w->inner[w->depth - 1].has_else = true;
      w->dead = w->inner[w->depth - 1].dead_before;
      return true;
    case CORE_OP_END:
      if (!w->depth) return false;
      end_inner(w);
      return true;
    case CORE_OP_BR_IF: go_to(w, instr->index); return true;
    case CORE_OP_BR: go_to(w, instr->index); break;
    case CORE_OP_BR_TABLE: go_anywhere(w, instr); break;
    case CORE_OP_RETURN: go_to(w, (uint32_t)w->depth + w->piece->depth - 1); break;
    case CORE_OP_UNREACHABLE: break;
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_REF:
    case CORE_OP_BR_ON_NULL:
    case CORE_OP_BR_ON_NON_NULL:
    case CORE_OP_BR_ON_CAST:
    case CORE_OP_BR_ON_CAST_FAIL: return false;
    default: return true;
  }
  w->dead = true;
  return true;
}

static void note_local(struct piece *p, const struct core_instr *instr) {
  if (instr->index >= PIECE_LOCALS) return;
  uint64_t bit = UINT64_C(1) << instr->index % 64;
  uint32_t word = instr->index / 64;
  if (instr->op == CORE_OP_LOCAL_GET)
    p->read[word] |= p->set[word] & bit ? 0 : bit;
  else if (instr->op == CORE_OP_LOCAL_SET || instr->op == CORE_OP_LOCAL_TEE)
    p->set[word] |= bit;
}

// Leaves the function: `type` stands on the stack. Locals that the piece does not set are as they were.
static void put_way_out(struct writing *w, uint8_t type, uint32_t way) {
  const struct piece_list *list = w->list;
  if (type == CORE_I32) {
    cm_put_u8(w->out, LOCAL_SET);
    cm_put_u32(w->out, list->local_count);
  } else if (type != PIECE_EMPTY) {
    cm_put_u8(w->out, DROP);
  }
  for (uint32_t i = 0; i <= list->local_count; i++) {
    if (i < list->local_count && !piece_has(w->piece->set, i)) continue;
    cm_put_u8(w->out, LOCAL_GET);
    cm_put_u32(w->out, i);
  }
  cm_put_u8(w->out, I32_CONST);
  cm_put_s32(w->out, (int32_t)way);
  cm_put_u8(w->out, RETURN);
}

static bool write_piece(struct writing *w, bool (*refused)(void *context, const struct core_instr *instr), void *context) {
  struct piece *p = w->piece;
  cm_put_u32(w->out, 1);  // one more local
  cm_put_u32(w->out, 1);
  cm_put_u8(w->out, CORE_I32);
  for (uint32_t i = p->depth; i-- > 0;) {
    cm_put_u8(w->out, BLOCK);
    cm_put_u8(w->out, p->labels[i]);
  }
  struct core_code code;
  if (!core_code_begin(&code, w->list->program->arena, w->list->module, program_func(w->list->program, w->list->gid), NULL, NULL,
                       NULL))
    return false;
  code.reader.at = p->from;
  for (struct core_instr i; code.reader.at < p->to;) {
    if (!code_next(&code, &i) || refused(context, &i)) return false;
    if (core_ops[i.op].immediate == CORE_IMM_LOCAL) note_local(p, &i);
    uint32_t outermost = (uint32_t)w->depth + p->depth - 1;
    if (!follow(w, &i)) return false;
    if (i.op == CORE_OP_RETURN) {
      cm_put_u8(w->out, BR);
      cm_put_u32(w->out, outermost);
    } else {
      cm_put_bytes(w->out, i.at, (size_t)(code.reader.at - i.at));
    }
  }
  p->falls_through = !w->dead;
  put_way_out(w, p->result, 1);
  for (uint32_t i = 0; i < p->depth; i++) {
    cm_put_u8(w->out, END);
    put_way_out(w, p->labels[i], i + 2);
  }
  cm_put_u8(w->out, END);
  return !w->out->failed;
}

// --- the module that they stand in ---

static const struct core_import *import_of(struct core_module *m, enum core_kind kind, uint32_t index,
                                           struct core_externtype type) {
  struct core_import *import = &m->imports[m->import_count++];
  *import = (struct core_import){.name = CM_STR(""), .module = CM_STR(""), .type = type, .index = index};
  import->type.kind = kind;
  return import;
}

static struct core_limits unlimited(struct core_limits limits) {
  limits.min = 0;
  limits.has_max = false;
  return limits;
}

// All that the program's module has, as imports.
static bool import_all(struct piece_list *list, struct laboratory *lab, struct core_module *m, struct core_extern *given) {
  const struct core_module *from = list->module;
  uint32_t instance = list->program->instance_of[list->gid];
  for (uint32_t i = 0; i < from->func_count; i++) {
    m->funcs[i] = (struct core_func){.type = from->funcs[i].type, .import = m->import_count};
    import_of(m, CORE_FUNC, i, (struct core_externtype){.type = from->funcs[i].type});
  }
  for (uint32_t i = 0; i < from->table_count; i++) {
    struct core_table_type type = from->tables[i].type;
    type.limits = unlimited(type.limits);
    m->tables[i] = (struct core_table){.type = type, .import = m->import_count};
    import_of(m, CORE_TABLE, i, (struct core_externtype){.table = type});
  }
  for (uint32_t i = 0; i < from->memory_count; i++) {
    struct core_limits limits = unlimited(from->memories[i].limits);
    m->memories[i] = (struct core_memory){.limits = limits, .import = m->import_count};
    import_of(m, CORE_MEMORY, i, (struct core_externtype){.memory = limits});
  }
  for (uint32_t i = 0; i < from->global_count; i++) {
    m->globals[i] = (struct core_global){.type = from->globals[i].type, .import = m->import_count};
    import_of(m, CORE_GLOBAL, i, (struct core_externtype){.global = from->globals[i].type});
  }
  for (uint32_t i = 0; i < m->import_count; i++) {
    given[i] = laboratory_item(lab, instance, m->imports[i].type.kind, m->imports[i].index);
    if (given[i].kind != m->imports[i].type.kind) return false;
  }
  return true;
}

// A module with room for all that, and for the pieces.
static struct core_module *module_new(const struct piece_list *list) {
  const struct core_module *from = list->module;
  struct cm_arena *arena = list->program->arena;
  struct core_module *m = cm_alloc(arena, sizeof *m);
  uint32_t imports = from->func_count + from->table_count + from->memory_count + from->global_count;
  if (!m) return NULL;
  *m = (struct core_module){.type_count = from->type_count,
                            .func_count = from->func_count,
                            .table_count = from->table_count,
                            .memory_count = from->memory_count,
                            .global_count = from->global_count};
  m->types = cm_alloc_array(arena, from->type_count + list->count, sizeof *m->types);
  m->imports = cm_alloc_array(arena, imports, sizeof *m->imports);
  m->funcs = cm_alloc_array(arena, from->func_count + list->count, sizeof *m->funcs);
  m->tables = cm_alloc_array(arena, from->table_count, sizeof *m->tables);
  m->memories = cm_alloc_array(arena, from->memory_count, sizeof *m->memories);
  m->globals = cm_alloc_array(arena, from->global_count, sizeof *m->globals);
  if (!m->types || !m->imports || !m->funcs || !m->tables || !m->memories || !m->globals) return NULL;
  if (from->type_count) memcpy(m->types, from->types, from->type_count * sizeof *m->types);
  m->imported[CORE_FUNC] = from->func_count;
  m->imported[CORE_TABLE] = from->table_count;
  m->imported[CORE_MEMORY] = from->memory_count;
  m->imported[CORE_GLOBAL] = from->global_count;
  return m;
}

// It takes all locals, and gives those that the piece sets, and behind them what is on the stack, and the way out.
static bool add_type(const struct piece_list *list, const struct piece *p, struct core_module *m) {
  struct core_valtype *results = cm_alloc_array(list->program->arena, list->local_count + 2, sizeof *results);
  uint32_t count = 0;
  if (!results) return false;
  for (uint32_t i = 0; i < list->local_count; i++)
    if (piece_has(p->set, i)) results[count++] = list->locals[i];
  results[count] = results[count + 1] = (struct core_valtype){.code = CORE_I32};
  m->types[m->type_count] = (struct core_type){.kind = CORE_FUNC_TYPE,
                                               .is_final = true,
                                               .param_count = list->local_count,
                                               .result_count = count + 2,
                                               .params = list->locals,
                                               .results = results,
                                               .group_first = m->type_count,
                                               .group_count = 1};
  m->type_count++;
  return true;
}

bool pieces_make(struct piece_list *list, struct laboratory *lab, bool (*refused)(void *context, const struct core_instr *instr),
                 void *context) {
  struct cm_arena *arena = list->program->arena;
  struct core_module *m = module_new(list);
  struct cm_buffer out;
  size_t begins[PIECES_MOST + 1] = {0}, kept = 0;
  if (!m) return false;
  cm_buffer_init(&out, arena->allocator);
  for (size_t i = 0; i < list->count; i++) {
    struct writing w = {.list = list, .piece = &list->pieces[i], .out = &out};
    out.size = begins[kept];
    if (!write_piece(&w, refused, context)) continue;
    begins[kept + 1] = out.size;
    list->pieces[kept++] = list->pieces[i];
  }
  const uint8_t *bytes = out.failed ? NULL : (const uint8_t *)cm_alloc_text(arena, (const char *)out.at, begins[kept]);
  cm_buffer_free(&out);
  list->count = kept;
  if (!bytes || !kept) return bytes != NULL;
  m->file = bytes;
  m->bytes = (struct cm_span){bytes, begins[kept]};
  list->first = m->func_count;
  struct core_extern *given =
      cm_alloc_array(arena, m->func_count + m->table_count + m->memory_count + m->global_count, sizeof *given);
  if (!given) return false;
  bool is_given = import_all(list, lab, m, given);
  for (size_t i = 0; i < kept; i++) {
    if (!add_type(list, &list->pieces[i], m)) return false;
    struct cm_span body = {bytes + begins[i], begins[i + 1] - begins[i]};
    m->funcs[m->func_count++] = (struct core_func){.type = m->type_count - 1, .import = UINT32_MAX, .body = body};
  }
  list->instance = is_given ? laboratory_add(lab, m, given) : NULL;
  if (!list->instance) list->count = 0;
  return true;
}

uint32_t piece_call(const struct piece_list *list, struct laboratory *lab, size_t i, union core_value *locals,
                    union core_value *result, uint64_t fuel) {
  union core_value results[PIECE_LOCALS + 2];
  if (!laboratory_call_added(lab, list->instance, list->first + (uint32_t)i, locals, results, fuel)) return 0;
  uint32_t count = 0;
  for (uint32_t k = 0; k < list->local_count; k++)
    if (piece_has(list->pieces[i].set, k)) locals[k] = results[count++];
  *result = results[count];
  return results[count + 1].u32;
}
