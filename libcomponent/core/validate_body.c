// A body or constant expression, in one pass.
//
// The algorithm is that of the specification's appendix: a stack of operand types, a stack of open blocks, and behind a branch that is
// always taken a stack that yields whatever is wanted. Instructions whose types never change are checked from their signature, the
// others by functions in the files beside this one. Types are single numbers (matching.h), so that most comparisons are one.
//
// Nothing is allocated for an instruction or a body: the stacks belong to the worker and only ever grow.
//
// Spec: https://webassembly.github.io/spec/core/appendix/algorithm.html

#include "validate.h"

#include "base/sorted.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_STACK = 256 };  // words

void core_check_init(struct core_check *v, const struct core_context *context) {
  *v = (struct core_check){.context = context};
  cm_arena_init(&v->arena, context->allocator);
}

void core_check_free(struct core_check *v) { cm_arena_free(&v->arena); }

// ---- Errors

const char *core_word_text(const struct core_context *context, uint32_t word, char to[CORE_WORD_TEXT]) {
  static const char *const heaps[0x80] = {
      [0] = "bottom",
      [CORE_HEAP_NOEXN & 0x7f] = "noexn",
      [CORE_HEAP_NOFUNC & 0x7f] = "nofunc",
      [CORE_HEAP_NOEXTERN & 0x7f] = "noextern",
      [CORE_HEAP_NONE & 0x7f] = "none",
      [CORE_HEAP_FUNC & 0x7f] = "func",
      [CORE_HEAP_EXTERN & 0x7f] = "extern",
      [CORE_HEAP_ANY & 0x7f] = "any",
      [CORE_HEAP_EQ & 0x7f] = "eq",
      [CORE_HEAP_I31 & 0x7f] = "i31",
      [CORE_HEAP_STRUCT & 0x7f] = "struct",
      [CORE_HEAP_ARRAY & 0x7f] = "array",
      [CORE_HEAP_EXN & 0x7f] = "exn",
  };
  static const char *const numbers[0x80] = {[CORE_I32] = "i32",   [CORE_I64] = "i64", [CORE_F32] = "f32", [CORE_F64] = "f64",
                                            [CORE_V128] = "v128", [CORE_I8] = "i8",   [CORE_I16] = "i16"};
  if (!(word & WORD_REF)) {
    const char *name = numbers[word & 0x7f];
    snprintf(to, CORE_WORD_TEXT, "%s", name ? name : "any type");
  } else if (word & WORD_CONCRETE) {
    // The module's own number for it: the first of those that mean the same type.
    uint32_t index = 0;
    while (index < context->module->type_count && context->ids[index] != (word & WORD_ID)) index++;
    snprintf(to, CORE_WORD_TEXT, "(ref %s%u)", word & WORD_NULL ? "null " : "", index);
  } else {
    const char *name = heaps[word & 0x7f] ? heaps[word & 0x7f] : "?";
    bool shared = word & WORD_SHARED;
    snprintf(to, CORE_WORD_TEXT, "(ref %s%s%s%s)", word & WORD_NULL ? "null " : "", shared ? "(shared " : "", name,
             shared ? ")" : "");
  }
  return to;
}

bool core_check_fail(struct core_check *v, const struct core_instr *instr, const char *format, ...) {
  struct cm_reader *r = &v->code.reader;
  r->failed = true;
  if (!r->diag) return false;
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  if (v->where) {
    cm_fail(r->diag, CM_INVALID, (uint64_t)(instr->at - r->file), v->where, "%s", message);
  } else {
    core_code_fail(&v->code, CM_INVALID, instr->at, "%s", message);
  }
  r->diag->rule = v->rule ? v->rule : core_sections[v->actions[instr->op].section];
  return false;
}

static bool malformed(struct core_check *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool malformed(struct core_check *v, const char *format, ...) {
  struct cm_reader *r = &v->code.reader;
  if (!r->diag) return false;
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  core_code_fail(&v->code, CM_MALFORMED, r->at, "%s", message);
  r->diag->rule = CORE_SPEC "binary/instructions.html#expressions";
  return false;
}

// Puts the path and the rule to what a cm_reader function has just said.
static bool unreadable(struct core_check *v) {
  core_code_locate(&v->code);
  if (v->code.reader.diag) v->code.reader.diag->rule = CORE_SPEC "binary/instructions.html";
  return false;
}

static bool beyond_limit(struct core_check *v, const struct core_instr *instr, const char *what, int limit) {
  core_check_fail(v, instr, "%s: more than the limit of %d", what, limit);
  if (v->code.reader.diag) v->code.reader.diag->error = CM_LIMIT;
  return false;
}

static bool no_memory(struct core_check *v) {
  v->code.reader.failed = true;
  return cm_fail_memory(v->code.reader.diag);
}

// An instruction that the features do not allow, or that no constant expression may hold.
static bool refused(struct core_check *v, const struct core_instr *instr) {
  const char *text = core_ops[instr->op].text;
  struct cm_features lacks = core_op_lacks(instr->op, v->context->features);
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++)
    if (cm_has(lacks, (enum cm_feature)i))
      return core_check_fail(v, instr, "%s needs the feature %s, which is not enabled", text, cm_feature_table[i].name);
  v->rule = CORE_SPEC "valid/instructions.html#constant-expressions";
  return core_check_fail(v, instr, "constant expression required: %s is not constant", text);
}

// ---- Operands

static bool mismatch(struct core_check *v, const struct core_instr *instr, uint32_t word, uint32_t found) {
  char expected_text[CORE_WORD_TEXT], found_text[CORE_WORD_TEXT];
  return core_check_fail(v, instr, "type mismatch: %s expects %s, found %s", core_ops[instr->op].text,
                         core_word_text(v->context, word, expected_text), core_word_text(v->context, found, found_text));
}

// There is no operand in the frame at hand.
static bool underflow(struct core_check *v, const struct core_instr *instr, const char *expected) {
  return core_check_fail(v, instr, "type mismatch: %s expects %s, found nothing%s", core_ops[instr->op].text, expected,
                         v->depth > 1 ? " in its block" : "");
}

bool core_take_any(struct core_check *v, const struct core_instr *instr, uint32_t *word) {
  if (v->height > v->base) {
    *word = v->stack[--v->height];
    return true;
  }
  *word = WORD_BOTTOM;
  return v->frames[v->depth - 1].unreachable || underflow(v, instr, "a value");
}

bool core_take_slowly(struct core_check *v, const struct core_instr *instr, uint32_t word) {
  if (v->height > v->base) {
    uint32_t found = v->stack[--v->height];
    return core_word_matches(v->context->store, found, word) || mismatch(v, instr, word, found);
  }
  if (v->frames[v->depth - 1].unreachable) return true;
  char text[CORE_WORD_TEXT];
  return underflow(v, instr, core_word_text(v->context, word, text));
}

// Makes room for at least one more operand.
bool core_give_slowly(struct core_check *v, const struct core_instr *instr, uint32_t word) {
  if (v->height >= CORE_LIMIT_OPERANDS) return beyond_limit(v, instr, "operands on the stack", CORE_LIMIT_OPERANDS);
  if (!cm_grow(&v->arena, &v->stack, &v->stack_room, v->height, sizeof *v->stack)) return no_memory(v);
  v->stack[v->height++] = word;
  return true;
}

bool core_take_all(struct core_check *v, const struct core_instr *instr, struct core_words words) {
  for (uint32_t i = words.count; i--;)
    if (!core_take(v, instr, words.at[i])) return false;
  return true;
}

bool core_give_all(struct core_check *v, const struct core_instr *instr, struct core_words words) {
  for (uint32_t i = 0; i < words.count; i++)
    if (!core_give(v, instr, words.at[i])) return false;
  return true;
}

bool core_take_ref(struct core_check *v, const struct core_instr *instr, uint32_t *word) {
  if (!core_take_any(v, instr, word)) return false;
  if (*word == WORD_BOTTOM) *word = WORD_REF;
  if (core_word_is_ref(*word)) return true;
  char text[CORE_WORD_TEXT];
  return core_check_fail(v, instr, "type mismatch: %s expects a reference, found %s", core_ops[instr->op].text,
                         core_word_text(v->context, *word, text));
}

void core_unreachable(struct core_check *v) {
  v->height = v->base;
  v->frames[v->depth - 1].unreachable = true;
}

// ---- Frames

bool core_push_frame(struct core_check *v, const struct core_instr *instr, enum core_frame_kind kind,
                     const struct core_stored *type, uint32_t result) {
  if (v->depth == CORE_LIMIT_BLOCK_DEPTH) return beyond_limit(v, instr, "blocks within each other", CORE_LIMIT_BLOCK_DEPTH);
  if (v->depth >= v->frame_room && !cm_grow(&v->arena, &v->frames, &v->frame_room, v->depth, sizeof *v->frames))
    return no_memory(v);
  struct core_frame *frame = &v->frames[v->depth++];
  *frame = (struct core_frame){.kind = kind, .height = v->height, .inits = v->init_count, .result = result, .type = type};
  v->base = v->height;
  return !type || core_give_all(v, instr, type->a);
}

bool core_pop_frame(struct core_check *v, const struct core_instr *instr, struct core_frame *frame) {
  *frame = v->frames[v->depth - 1];
  if (!core_take_all(v, instr, core_frame_results(frame))) return false;
  if (v->height != v->base) {
    char text[CORE_WORD_TEXT];
    return core_check_fail(v, instr, "type mismatch: at the end of the block there remain %u values, the last %s",
                           v->height - v->base, core_word_text(v->context, v->stack[v->height - 1], text));
  }
  while (v->init_count > frame->inits) v->is_set[v->inits[--v->init_count]] = 0;
  v->depth--;
  v->base = v->depth ? v->frames[v->depth - 1].height : 0;
  return true;
}

// ---- Locals
//
// A body may declare 50,000 of them in three bytes, so they stay in runs; the first few are spread out.

static bool add_run(struct core_check *v, uint32_t count, uint32_t word) {
  if (!count) return true;
  if (v->run_count >= v->run_room && !cm_grow(&v->arena, &v->runs, &v->run_room, v->run_count, sizeof *v->runs))
    return no_memory(v);
  for (uint32_t i = v->local_count; i < v->local_count + count && i < CORE_NEAR_LOCALS; i++) v->near_locals[i] = word;
  v->local_count += count;
  v->runs[v->run_count++] = (struct core_run){v->local_count, word};
  return true;
}

static uint32_t far_local(const struct core_check *v, uint32_t index) {
  uint32_t at;
  SORTED_FIRST(at, 0, v->run_count - 1, v->runs[at].end > index);
  return v->runs[at].word;
}

static inline uint32_t local_word(const struct core_check *v, uint32_t index) {
  return index < CORE_NEAR_LOCALS ? v->near_locals[index] : far_local(v, index);
}

// Room to note which locals were set, where some have no default.
static bool open_sets(struct core_check *v) {
  if (!v->has_unset || v->set_room >= v->local_count) return true;
  v->is_set = cm_alloc(&v->arena, 2 * (size_t)v->local_count);
  if (!v->is_set) return no_memory(v);
  v->set_room = 2 * (size_t)v->local_count;
  return true;
}

static bool read_locals(struct core_check *v, const struct core_stored *type) {
  struct cm_reader *r = &v->code.reader;
  struct core_instr here = {.op = CORE_OP_LOCAL_GET, .at = r->at};
  v->run_count = v->local_count = v->init_count = 0;
  v->has_unset = false;
  v->rule = CORE_SPEC "valid/modules.html#locals";
  for (uint32_t i = 0; i < type->a.count; i++)
    if (!add_run(v, 1, type->a.at[i])) return false;
  uint32_t groups, declared = 0, count;
  if (!cm_read_count(r, "the number of local declarations", 2, UINT32_MAX, &groups)) return unreadable(v);
  for (uint32_t i = 0; i < groups; i++) {
    struct core_valtype valtype;
    uint32_t word;
    const uint8_t *at = r->at;
    if (!cm_read_u32(r, "a number of locals", &count)) return unreadable(v);
    if (count > UINT32_MAX - declared) return malformed(v, "too many locals: more than 2^32-1");
    // Beyond the limit the rest is read all the same: it may be malformed, which is the worse thing to say.
    if (declared <= CORE_LIMIT_LOCALS) here.at = at;
    declared += count;
    if (!core_read_valtype(r, "the type of a local", &valtype)) return unreadable(v);
    if (declared > CORE_LIMIT_LOCALS) continue;
    if (!core_check_valtype(v, &here, valtype, &word) || !add_run(v, count, word)) return false;
    if (count && !core_word_is_default(word)) v->has_unset = true;
  }
  if (declared > CORE_LIMIT_LOCALS) return beyond_limit(v, &here, "too many locals", CORE_LIMIT_LOCALS);
  v->rule = NULL;
  return open_sets(v);
}

static bool unknown_local(struct core_check *v, const struct core_instr *instr) {
  return core_check_fail(v, instr, "unknown local %u: the function has %u", instr->index, v->local_count);
}

// A local without default counts as set until the block ends in which it was set.
static bool mark_set(struct core_check *v, uint32_t index) {
  if (v->is_set[index]) return true;
  if (v->init_count >= v->init_room && !cm_grow(&v->arena, &v->inits, &v->init_room, v->init_count, sizeof *v->inits))
    return no_memory(v);
  v->is_set[index] = 1;
  v->inits[v->init_count++] = index;
  return true;
}

static bool is_unset(const struct core_check *v, uint32_t index, uint32_t word) {
  return !core_word_is_default(word) && index >= v->frames[0].type->a.count && !v->is_set[index];
}

static inline bool local_get(struct core_check *v, const struct core_instr *instr) {
  if (instr->index >= v->local_count) return unknown_local(v, instr);
  uint32_t word = local_word(v, instr->index);
  if (v->has_unset && is_unset(v, instr->index, word)) return core_check_fail(v, instr, "uninitialized local %u", instr->index);
  return core_give(v, instr, word);
}

static inline bool local_set(struct core_check *v, const struct core_instr *instr, bool stays) {
  if (instr->index >= v->local_count) return unknown_local(v, instr);
  uint32_t word = local_word(v, instr->index);
  if (!core_take(v, instr, word)) return false;
  if (v->has_unset && is_unset(v, instr->index, word) && !mark_set(v, instr->index)) return false;
  return !stays || core_give(v, instr, word);
}

// ---- By signature

static bool plain(struct core_check *v, const struct core_instr *instr, const struct core_action *action, uint32_t address) {
  for (unsigned i = action->take_count; i--;)
    if (!core_take(v, instr, action->take[i] == CORE_ADDRESS ? address : action->take[i])) return false;
  for (unsigned i = 0; i < action->give_count; i++)
    if (!core_give(v, instr, action->give[i])) return false;
  return true;
}

// https://webassembly.github.io/spec/core/valid/instructions.html#memory-instructions
static bool memarg(struct core_check *v, const struct core_instr *instr, const struct core_action *action, uint32_t *address) {
  const struct core_module *m = v->context->module;
  if (instr->mem.memory >= m->memory_count)
    return core_check_fail(v, instr, "unknown memory %u: the module has %u", instr->mem.memory, m->memory_count);
  const struct core_limits *memory = &m->memories[instr->mem.memory].limits;
  if (instr->mem.align_log2 > action->align)
    return core_check_fail(v, instr, "alignment must not be larger than natural: 2^%u is more than 2^%u of %s",
                           instr->mem.align_log2, action->align, core_ops[instr->op].text);
  if (core_ops[instr->op].prefix == 0xfe && instr->mem.align_log2 != action->align)
    return core_check_fail(v, instr, "atomic alignment must be natural: 2^%u is not 2^%u of %s", instr->mem.align_log2,
                           action->align, core_ops[instr->op].text);
  if (!memory->is_64 && instr->mem.offset > UINT32_MAX)
    return core_check_fail(v, instr, "offset out of range: %llu in a memory with 32-bit addresses",
                           (unsigned long long)instr->mem.offset);
  *address = memory->is_64 ? CORE_I64 : CORE_I32;
  return true;
}

static bool memory_access(struct core_check *v, const struct core_instr *instr, const struct core_action *action) {
  uint32_t address;
  if (!memarg(v, instr, action, &address)) return false;
  if (core_ops[instr->op].immediate == CORE_IMM_MEMARG_LANE && instr->mem.lane >= 16u >> action->align)
    return core_check_fail(v, instr, "invalid lane index %u: there are %u lanes", instr->mem.lane, 16u >> action->align);
  return plain(v, instr, action, address);
}

// https://webassembly.github.io/spec/core/valid/instructions.html#vector-instructions
static bool lanes(struct core_check *v, const struct core_instr *instr, const struct core_action *action) {
  // extract_lane and replace_lane, in the order of their opcodes.
  static const uint8_t counts[] = {16, 16, 16, 8, 8, 8, 4, 4, 2, 2, 4, 4, 2, 2};
  enum { FIRST = 0x15, SHUFFLE_LANES = 32 };
  if (instr->op == CORE_OP_I8X16_SHUFFLE) {
    for (unsigned i = 0; i < 16; i++)
      if (instr->v128[i] >= SHUFFLE_LANES)
        return core_check_fail(v, instr, "invalid lane index %u: there are %d lanes", instr->v128[i], SHUFFLE_LANES);
  } else {
    unsigned count = counts[core_ops[instr->op].opcode - FIRST];
    if (instr->index >= count) return core_check_fail(v, instr, "invalid lane index %u: there are %u lanes", instr->index, count);
  }
  return plain(v, instr, action, 0);
}

static inline bool check_instr(struct core_check *v, const struct core_instr *instr) {
  const struct core_action *action = &v->actions[instr->op];
  uint32_t address;
  switch ((enum core_way)action->way) {
    case CORE_WAY_REFUSED: return refused(v, instr);
    case CORE_WAY_NULLARY: return core_give(v, instr, action->give[0]);
    case CORE_WAY_UNARY: return core_take(v, instr, action->take[0]) && core_give(v, instr, action->give[0]);
    case CORE_WAY_BINARY: return core_take_two(v, instr, action->take[0]) && core_give(v, instr, action->give[0]);
    case CORE_WAY_PLAIN: return plain(v, instr, action, 0);
    case CORE_WAY_LOAD:
      return memarg(v, instr, action, &address) && core_take(v, instr, address) && core_give(v, instr, action->give[0]);
    case CORE_WAY_STORE:
      return memarg(v, instr, action, &address) && core_take(v, instr, action->take[1]) && core_take(v, instr, address);
    case CORE_WAY_MEMORY: return memory_access(v, instr, action);
    case CORE_WAY_LANES: return lanes(v, instr, action);
    case CORE_WAY_LOCAL_GET: return local_get(v, instr);
    case CORE_WAY_LOCAL_SET: return local_set(v, instr, false);
    case CORE_WAY_LOCAL_TEE: return local_set(v, instr, true);
    case CORE_WAY_OWN: return action->check(v, instr);
  }
  return false;
}

// Reads from the cursor to the end, which the outermost `end` must be.
static bool check_to_end(struct core_check *v) {
  struct cm_reader *r = &v->code.reader;
  struct core_instr instr;
  bool is_quick = v->actions == v->context->body_actions && !v->has_unset;
  while (v->depth) {
    if (is_quick) core_check_quickly(v);
    if (!core_code_next(&v->code, &instr)) {
      if (!r->failed) return malformed(v, "unexpected end: END opcode expected, %u blocks are open", v->depth);
      if (r->diag) r->diag->rule = CORE_SPEC "binary/instructions.html";
      return false;
    }
    if (!check_instr(v, &instr)) return false;
  }
  if (r->at == r->end) return true;
  return malformed(v, "unexpected end of function: %zu bytes are left behind the last end", cm_left(r));
}

// After an error in the middle, as at the end, no local counts as set.
static bool close(struct core_check *v, bool valid) {
  while (v->init_count) v->is_set[v->inits[--v->init_count]] = 0;
  return valid;
}

// Forgets what was before, and makes the stacks.
static bool begin(struct core_check *v) {
  v->height = v->base = 0;
  v->depth = v->init_count = 0;
  v->rule = NULL;
  if (v->stack) return true;
  v->stack = cm_alloc_array(&v->arena, FIRST_STACK, sizeof *v->stack);
  v->stack_room = v->stack ? FIRST_STACK : 0;
  return v->stack || no_memory(v);
}

bool core_check_body(struct core_check *v, uint32_t func, struct cm_diag *diag) {
  const struct core_context *c = v->context;
  const struct core_func *f = &c->module->funcs[func];
  const struct core_stored *type = &c->store->types[c->ids[f->type]];
  v->code = (struct core_code){.module = c->module, .func = func, .lacks_data_count = !c->module->has_data_count};
  v->code.reader = cm_reader_of(f->body, c->module->file, c->module->where, diag);
  v->actions = c->body_actions;
  v->where = NULL;
  struct core_instr first = {.op = CORE_OP_BLOCK, .at = f->body.at};
  if (!begin(v) || !read_locals(v, type) || !core_push_frame(v, &first, CORE_FRAME_BLOCK, type, WORD_BOTTOM)) return false;
  v->height = v->base;  // the parameters of a function are locals, not operands
  return close(v, check_to_end(v));
}

bool core_check_const(struct core_check *v, struct core_expr expr, uint32_t word, const struct cm_where *where,
                      struct cm_diag *diag) {
  core_expr_begin(&v->code, v->context->module, expr, diag);
  v->actions = v->context->const_actions;
  v->where = where;
  struct core_instr first = {.op = CORE_OP_BLOCK, .at = expr.bytes.at};
  return begin(v) && core_push_frame(v, &first, CORE_FRAME_BLOCK, NULL, word) && check_to_end(v);
}
