// The reading of bodies for what becomes of parameters.
//
// Each value carries two sets: of which parameters it may be the pointer, moved by whatever, and by which parameters it may have been
// found in memory. Locals and words of the own frame gather all that is ever put into them, so the order of the code does not matter; a
// body is read until nothing is added. What is not modelled counts as the worst. A call before `unreachable` does not come back, and what
// it does is of no interest. A pointer that is returned counts as kept.

#include "usage.h"

enum {
  PARAMETERS = 16,  // those behind are used anyhow
  OPERANDS = 128,
  CONTROLS = 128,
  WORDS = 64,
  READINGS = 4,    // of one body
  NESTED = 12,     // functions that are being read
  STEPS = 200000,  // instructions, of all bodies that are read for one program
};

enum { UNREAD, READING, READ };

struct mark {
  uint16_t own, deep;
  bool is_number, is_frame;  // `number` is it, or what is added to the frame's address
  bool is_exact;             // of the frame: `number` is known
  bool is_set;               // of a local: something was put into it
  int32_t number;
};

struct word {
  int32_t at;
  uint16_t own, deep;
};

struct reading {
  struct usage *usage;
  uint32_t instance;
  const struct core_module *module;
  const struct core_type *type;
  struct core_code code;
  struct mark *locals;
  uint32_t local_count;
  struct mark operands[OPERANDS];
  uint32_t height;
  uint32_t heights[CONTROLS];
  bool has_result[CONTROLS];
  size_t depth;
  struct word words[WORDS];
  size_t word_count;
  struct word anywhere;  // what may be in any word of the frame
  int32_t stack;         // the stack pointer, counted from where it was at entry
  uint16_t uses[4];      // parameters by use, in the order of the bits
  bool changed, is_lost;
  unsigned nested;
};

static const struct mark nothing;

static void use(struct reading *r, unsigned what, uint16_t parameters) {
  for (unsigned bit = 0; bit < 4; bit++)
    if (what >> bit & 1) r->uses[bit] |= parameters;
}

static void push(struct reading *r, struct mark m) {
  if (r->height < OPERANDS)
    r->operands[r->height++] = m;
  else
    r->is_lost = true;
}

static struct mark pop(struct reading *r) {
  uint32_t floor = r->depth ? r->heights[r->depth - 1] : 0;
  return r->height > floor ? r->operands[--r->height] : nothing;
}

static bool is_marked(struct mark m) { return m.own || m.deep || m.is_frame; }

// Either of the two.
static struct mark either(struct mark a, struct mark b) {
  struct mark m = {.own = a.own | b.own, .deep = a.deep | b.deep, .is_frame = a.is_frame || b.is_frame};
  bool same = a.number == b.number;
  m.is_number = a.is_number && b.is_number && same;
  m.is_exact = a.is_frame && b.is_frame && a.is_exact && b.is_exact && same;
  m.number = m.is_number || m.is_exact ? a.number : 0;
  return m;
}

static struct mark add(struct mark a, struct mark b, bool back) {
  struct mark m = {.own = a.own | b.own, .deep = a.deep | b.deep, .is_frame = a.is_frame || b.is_frame};
  bool simple = b.is_number && (a.is_number || (a.is_frame && a.is_exact));
  bool turned = a.is_number && b.is_frame && b.is_exact && !back;
  if (!simple && !turned) return m;
  m.is_number = a.is_number && b.is_number;
  m.is_exact = m.is_frame;
  m.number = (int32_t)((uint32_t)a.number + (back ? 0 - (uint32_t)b.number : (uint32_t)b.number));
  return m;
}

// --- the frame ---

static void add_to_word(struct reading *r, struct word *word, struct mark m) {
  uint16_t own = word->own | m.own, deep = word->deep | m.deep;
  r->changed |= own != word->own || deep != word->deep;
  word->own = own, word->deep = deep;
}

static void store_word(struct reading *r, int32_t at, struct mark m) {
  if (!m.own && !m.deep) return;
  size_t i = 0;
  while (i < r->word_count && r->words[i].at != at) i++;
  if (i == r->word_count && i < WORDS) r->words[r->word_count++] = (struct word){.at = at};
  add_to_word(r, i < r->word_count ? &r->words[i] : &r->anywhere, m);
}

// What the words hold from `from` on up to `to`, or all of them.
static struct mark load_words(const struct reading *r, bool is_exact, int64_t from, int64_t to) {
  struct mark m = {.own = r->anywhere.own, .deep = r->anywhere.deep};
  for (size_t i = 0; i < r->word_count; i++)
    if (!is_exact || (r->words[i].at + 4 > from && r->words[i].at < to)) m.own |= r->words[i].own, m.deep |= r->words[i].deep;
  return m;
}

static struct mark load(const struct reading *r, struct mark address, uint64_t offset, unsigned size) {
  struct mark m = nothing;
  if (address.is_frame) {
    int64_t at = address.number + (int64_t)offset;
    m = load_words(r, address.is_exact, at, at + size);
  }
  m.deep |= address.own | address.deep;
  return m;
}

// What is stored somewhere else than in the frame, or given away with its address.
static void keep(struct reading *r, struct mark m) {
  struct mark held = m.is_frame ? load_words(r, false, 0, 0) : nothing;
  use(r, USAGE_KEPT, m.own | held.own);
  use(r, USAGE_DEEP_KEPT, m.deep | held.deep);
  if (m.is_frame) use(r, USAGE_WRITTEN, held.own), use(r, USAGE_DEEP_WRITTEN, held.deep);
}

static void write_to(struct reading *r, struct mark address) {
  use(r, USAGE_WRITTEN, address.own);
  use(r, USAGE_DEEP_WRITTEN, address.deep);
}

static void store(struct reading *r, struct mark address, uint64_t offset, unsigned size, struct mark v) {
  write_to(r, address);
  if (size < 4) return;
  bool outside = !address.is_frame || address.own || address.deep;
  if (outside) keep(r, v);
  if (address.is_frame && v.is_frame) keep(r, v);  // a frame that points to itself
  if (!address.is_frame) return;
  int64_t at = address.number + (int64_t)offset;
  if (!address.is_exact || at != (int32_t)at) {
    add_to_word(r, &r->anywhere, v);
    return;
  }
  for (unsigned i = 0; i < size; i += 4) store_word(r, (int32_t)at + (int32_t)i, v);
}

static void copy(struct reading *r, struct mark to, struct mark from) {
  struct mark held = from.is_frame ? load_words(r, false, 0, 0) : nothing;
  held.deep |= from.own | from.deep;
  write_to(r, to);
  if (!to.is_frame || to.own || to.deep) keep(r, held);
  if (to.is_frame) add_to_word(r, &r->anywhere, held);
}

// --- calls ---

static unsigned uses_of(struct usage *g, uint32_t gid, uint32_t argument, unsigned nested);

// A callee uses an argument so.
static void hand(struct reading *r, struct mark m, unsigned uses) {
  bool is_written = uses & (USAGE_WRITTEN | USAGE_DEEP_WRITTEN), is_kept = uses & (USAGE_KEPT | USAGE_DEEP_KEPT);
  use(r, uses, m.own);
  use(r, (is_written ? USAGE_DEEP_WRITTEN : 0U) | (is_kept ? USAGE_DEEP_KEPT : 0U), m.deep);
  if (!m.is_frame) return;
  // What lies in the frame from there on is found by the callee: for it that is one step deeper.
  struct mark held = load_words(r, m.is_exact, m.number, INT64_MAX);
  unsigned deep = uses & USAGE_KEPT ? USAGE_DEEP_WRITTEN | USAGE_DEEP_KEPT : uses & (USAGE_DEEP_WRITTEN | USAGE_DEEP_KEPT);
  use(r, deep | deep >> 2, held.own);
  use(r, deep, held.deep);
}

static bool comes_back(const struct reading *r) {
  const struct cm_reader *ahead = &r->code.reader;
  return ahead->at >= ahead->end || *ahead->at != core_ops[CORE_OP_UNREACHABLE].opcode;
}

static void call(struct reading *r, const struct core_instr *i) {
  struct program *program = r->usage->program;
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL,
       indirect = i->op == CORE_OP_CALL_INDIRECT || i->op == CORE_OP_RETURN_CALL_INDIRECT;
  uint32_t index = indirect ? i->pair.a : i->index, callee = NO_FUNC;
  const struct core_type *type = NULL;
  if (direct) type = core_func_type(r->module, i->index);
  if (!direct && index < r->module->type_count && r->module->types[index].kind == CORE_FUNC_TYPE) type = &r->module->types[index];
  if (!type) {
    r->is_lost = true;
    return;
  }
  if (!direct) pop(r);
  if (direct) callee = program_callee(program, r->instance, i->index, NULL);
  if (callee != NO_FUNC && program->instance_of[callee] != r->instance) callee = NO_FUNC;
  bool matters = comes_back(r);
  for (uint32_t a = type->param_count; a-- > 0;) {
    struct mark m = pop(r);
    if (matters && is_marked(m)) hand(r, m, callee == NO_FUNC ? USAGE_ANYHOW : uses_of(r->usage, callee, a, r->nested + 1));
  }
  for (uint32_t n = 0; n < type->result_count; n++) push(r, nothing);
}

// --- instructions ---

static struct mark of_any_parameter(void) { return (struct mark){.own = UINT16_MAX, .deep = UINT16_MAX, .is_frame = true}; }

static void begin_block(struct reading *r, const struct core_instr *i) {
  if (i->op == CORE_OP_IF) pop(r);
  if (r->depth == CONTROLS || i->block.kind == CORE_BLOCK_TYPE) {
    r->is_lost = true;
    return;
  }
  r->heights[r->depth] = r->height;
  r->has_result[r->depth++] = i->block.kind == CORE_BLOCK_VALUE;
}

static void end_block(struct reading *r) {
  if (!r->depth) return;
  r->height = r->heights[--r->depth];
  if (r->has_result[r->depth]) push(r, of_any_parameter());
}

static void leave(struct reading *r) {
  for (uint32_t n = 0; n < r->type->result_count; n++) keep(r, pop(r));
}

static void control(struct reading *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF: begin_block(r, i); return;
    case CORE_OP_ELSE:
      if (r->depth) r->height = r->heights[r->depth - 1];
      return;
    case CORE_OP_END:
      if (!r->depth) leave(r);
      end_block(r);
      return;
    case CORE_OP_RETURN: leave(r); return;
    case CORE_OP_BR_IF: pop(r); break;
    case CORE_OP_BR_TABLE: pop(r); break;
    case CORE_OP_BR:
    case CORE_OP_UNREACHABLE: break;
    default: r->is_lost = true; return;
  }
  // A branch out of the function takes its results along.
  r->is_lost |= i->op != CORE_OP_UNREACHABLE && r->type->result_count > 1;
  if (i->op != CORE_OP_UNREACHABLE && r->type->result_count && r->height > (r->depth ? r->heights[r->depth - 1] : 0))
    keep(r, r->operands[r->height - 1]);
}

static void set_local(struct reading *r, uint32_t index, struct mark v) {
  if (index >= r->local_count) return;
  struct mark *local = &r->locals[index], after = local->is_set ? either(*local, v) : v;
  after.is_set = true;
  r->changed |= after.own != local->own || after.deep != local->deep || after.is_frame != local->is_frame ||
                after.is_exact != local->is_exact || after.is_number != local->is_number || !local->is_set;
  *local = after;
}

static void access_memory(struct reading *r, const struct core_instr *i, size_t pops, bool results) {
  unsigned size = 1U << core_op_align_log2(i->op);
  struct mark value = pops == 2 ? pop(r) : nothing, address = pop(r);
  if (!results)
    store(r, address, i->mem.offset, size, value);
  else
    push(r, size < 4 ? nothing : load(r, address, i->mem.offset, size));
}

// Numbers made of pointers lead to the same; what compares them does not.
static void by_signature(struct reading *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  size_t pops = strcspn(info->signature, ":");
  bool results = info->signature[pops] && info->signature[pops + 1];
  bool compares = i->op >= CORE_OP_I32_EQZ && i->op <= CORE_OP_F64_GE;
  if (info->immediate == CORE_IMM_MEMARG && ((pops == 2 && !results) || (pops == 1 && results))) {
    access_memory(r, i, pops, results);
    return;
  }
  bool plain = info->immediate == CORE_IMM_NONE || !pops;
  struct mark all = nothing;
  for (size_t n = 0; n < pops; n++) all = either(all, pop(r));
  all.is_number = all.is_exact = false;
  if (!plain) write_to(r, all), keep(r, all);
  for (const char *s = info->signature + pops + results; results && *s; s++) push(r, compares ? nothing : all);
}

static void step(struct reading *r, const struct core_instr *i) {
  struct mark a, b;
  uint32_t stack = r->usage->program->instances[r->instance].stack_global;
  switch (i->op) {
    case CORE_OP_I32_CONST: push(r, (struct mark){.is_number = true, .number = i->i32}); return;
    case CORE_OP_LOCAL_GET: push(r, i->index < r->local_count ? r->locals[i->index] : nothing); return;
    case CORE_OP_LOCAL_SET: set_local(r, i->index, pop(r)); return;
    case CORE_OP_LOCAL_TEE:
      a = pop(r);
      set_local(r, i->index, a);
      push(r, a);
      return;
    case CORE_OP_GLOBAL_GET:
      push(r, i->index == stack ? (struct mark){.is_frame = true, .is_exact = true, .number = r->stack} : nothing);
      return;
    case CORE_OP_GLOBAL_SET:
      a = pop(r);
      if (i->index != stack)
        keep(r, a);
      else if (a.is_frame && a.is_exact)
        r->stack = a.number;
      return;
    case CORE_OP_DROP: pop(r); return;
    case CORE_OP_I32_ADD:
    case CORE_OP_I32_SUB:
      b = pop(r), a = pop(r);
      push(r, add(a, b, i->op == CORE_OP_I32_SUB));
      return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T:
      pop(r);
      b = pop(r), a = pop(r);
      push(r, either(a, b));
      return;
    case CORE_OP_MEMORY_COPY:
      pop(r), b = pop(r), a = pop(r);
      copy(r, a, b);
      return;
    case CORE_OP_MEMORY_FILL:
      pop(r), pop(r);
      write_to(r, pop(r));
      return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_CALL_REF:
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_REF: call(r, i); return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    control(r, i);
  else
    by_signature(r, i);
}

// --- a body ---

static bool begin(struct reading *r, uint32_t func) {
  uint32_t declared;
  if (!core_code_begin(&r->code, NULL, r->module, func, NULL, &declared, NULL)) return false;
  r->height = 0;
  r->depth = 0;
  r->stack = 0;
  r->changed = false;
  if (r->locals) return true;
  r->local_count = r->type->param_count + declared;
  r->locals = cm_alloc_array(r->usage->arena, r->local_count, sizeof *r->locals);
  if (!r->locals) return false;
  for (uint32_t p = 0; p < r->type->param_count && p < PARAMETERS; p++)
    r->locals[p] = (struct mark){.own = (uint16_t)(1U << p), .is_set = true};
  return true;
}

// Reads the body until nothing is added. False: it is not known what it does.
static bool read_body(struct reading *r, uint32_t func) {
  for (unsigned reading = 0; reading < READINGS; reading++) {
    if (!begin(r, func)) return false;
    for (struct core_instr i; !r->is_lost && core_code_next(&r->code, &i);) {
      if (!r->usage->steps_left) return false;
      r->usage->steps_left--;
      step(r, &i);
    }
    if (r->is_lost || r->code.reader.failed) return false;
    if (!r->changed) return true;
  }
  return false;
}

static unsigned uses_of(struct usage *g, uint32_t gid, uint32_t argument, unsigned nested) {
  if (argument >= PARAMETERS || nested > NESTED || program_is_slot(g->program, gid)) return USAGE_ANYHOW;
  if (g->state[gid] == READ) return g->uses[gid] >> (4 * argument) & USAGE_ANYHOW;
  if (g->state[gid] == READING) return USAGE_ANYHOW;
  uint32_t instance = g->program->instance_of[gid], func = program_func(g->program, gid);
  const struct core_module *module = g->program->instances[instance].module;
  struct reading r = {.usage = g, .instance = instance, .module = module, .type = core_func_type(module, func), .nested = nested};
  g->state[gid] = READING;
  bool known = r.type && !g->program->instances[instance].stacked && read_body(&r, func);
  g->state[gid] = READ;
  g->uses[gid] = known ? 0 : UINT64_MAX;
  for (unsigned p = 0; known && p < PARAMETERS; p++)
    for (unsigned bit = 0; bit < 4; bit++) g->uses[gid] |= (uint64_t)(r.uses[bit] >> p & 1) << (4 * p + bit);
  return g->uses[gid] >> (4 * argument) & USAGE_ANYHOW;
}

unsigned usage_of(struct usage *usage, uint32_t gid, uint32_t argument) {
  return gid == NO_FUNC ? USAGE_ANYHOW : uses_of(usage, gid, argument, 0);
}

bool usage_init(struct usage *usage, struct program *program, struct cm_arena *arena) {
  *usage = (struct usage){.program = program, .arena = arena, .steps_left = STEPS};
  usage->uses = cm_alloc_array(arena, program->func_count, sizeof *usage->uses);
  usage->state = cm_alloc_array(arena, program->func_count, 1);
  return usage->uses && usage->state;
}
