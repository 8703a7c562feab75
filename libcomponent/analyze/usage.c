// The domain of parameters: what becomes of them.
//
// A body is read until its loops bring nothing new. What is not modelled counts as the worst. Once the frame's address is kept somewhere, what
// is put into the frame later is kept, too. A call before `unreachable` does not come back, and what it does is of no interest. A pointer that
// is returned counts as kept. A function that is being read already, because it calls itself, uses its arguments anyhow.
//
// What is given to a function that is itself a parameter (as the one that formats a value is) is an errand: who calls knows that function, and
// that it uses what it is given as that one does.

#include "preview1.h"
#include "reading.h"

enum {
  PARAMETERS = 16,  // those behind are used anyhow
  ERRANDS = 16,     // of one function
  READINGS = 8,     // of one body
  LARGEST = 4096,   // bytes of a body; a larger one does more than to read what it is given
  NESTED = 12,      // functions that are being read
  STEPS = 200000,   // instructions, of all bodies that are read for one program
  FLAGS = 1 << 16,  // a mask below it leaves nothing of a pointer
};

// Parameter `parameter`, or what was found so many steps behind it, is argument number `argument` of the function that parameter `to` is.
struct usage_errand {
  struct usage_errand *next;
  uint32_t argument;
  uint8_t parameter, steps, to;
};

// What is known of a function, by parameter.
struct usage_function {
  uint8_t uses[PARAMETERS];
  uint32_t reach[PARAMETERS];          // how many bytes from there it writes to
  const struct usage_errand *errands;  // what it gives to functions that it is given
};

static const struct usage_function being_read, not_known;  // instead of what is known

struct usage_reading {
  struct reading reading;
  struct usage *usage;
  struct usage_mark anywhere;  // what may be in any word of the frame
  bool frame_is_kept;
  bool grew;  // one of these two did in this reading
  uint8_t uses[PARAMETERS];
  uint32_t reach[PARAMETERS];
  struct usage_errand *errands;
  unsigned errand_count;
  unsigned nested;
};

static const struct usage_mark nothing;

static struct usage_reading *reading_of(struct reading *r) { return (struct usage_reading *)r; }

static union reading_value value_of(struct usage_mark m) { return (union reading_value){.mark = m}; }

static bool is_marked(struct usage_mark m) { return m.at[0] || m.at[1] || m.at[2] || m.is_frame; }

static unsigned deeper_by(unsigned uses, unsigned steps) {
  while (steps--) uses = usage_finding(uses);
  return uses;
}

// What is marked so is used so.
static void use(struct usage_reading *u, unsigned uses, struct usage_mark m) {
  for (unsigned steps = 0; uses && steps < USAGE_LEVELS; steps++, uses = usage_finding(uses))
    for (unsigned p = 0; m.at[steps] >> p; p++)
      if (m.at[steps] >> p & 1) u->uses[p] |= (uint8_t)uses;
}

// --- values ---

static bool matters(union reading_value v) { return is_marked(v.mark) || v.mark.is_number; }

static bool equals(union reading_value a, union reading_value b) {
  bool same = a.mark.is_number == b.mark.is_number && a.mark.is_frame == b.mark.is_frame && a.mark.is_exact == b.mark.is_exact &&
              a.mark.parameter == b.mark.parameter && a.mark.number == b.mark.number;
  return same && !memcmp(a.mark.at, b.mark.at, sizeof a.mark.at);
}

// Where both come from, and no more.
static struct usage_mark together(struct usage_mark a, struct usage_mark b) {
  struct usage_mark m = {.is_frame = a.is_frame || b.is_frame};
  for (unsigned steps = 0; steps < USAGE_LEVELS; steps++) m.at[steps] = a.at[steps] | b.at[steps];
  return m;
}

// Either of the two.
static struct usage_mark either(struct usage_mark a, struct usage_mark b) {
  struct usage_mark m = together(a, b);
  if (a.number != b.number) return m;
  m.is_number = a.is_number && b.is_number;
  m.is_exact = a.is_frame && b.is_frame && a.is_exact && b.is_exact;
  m.parameter = a.parameter == b.parameter ? a.parameter : 0;
  m.number = m.is_number || m.is_exact || m.parameter ? a.number : 0;
  return m;
}

// What is found where it points.
static struct usage_mark found_behind(struct usage_mark m) { return (struct usage_mark){.at = {0, m.at[0], m.at[1] | m.at[2]}}; }

static union reading_value either_value(struct reading *r, union reading_value a, union reading_value b) {
  (void)r;
  return value_of(either(a.mark, b.mark));
}

static union reading_value number(const struct reading *r, uint64_t bits) {
  (void)r;
  return value_of((struct usage_mark){.is_number = bits <= UINT32_MAX, .number = bits <= UINT32_MAX ? (int32_t)bits : 0});
}

static union reading_value frame_at(int64_t at) {
  bool is_exact = at == (int32_t)at;
  return value_of((struct usage_mark){.is_frame = true, .is_exact = is_exact, .number = is_exact ? (int32_t)at : 0});
}

static bool is_frame(union reading_value v, int64_t *at) {
  *at = v.mark.number;
  return v.mark.is_frame && v.mark.is_exact;
}

static union reading_value add(struct reading *r, union reading_value left, union reading_value right, bool back) {
  struct usage_mark a = left.mark, b = right.mark;
  struct usage_mark m = together(a, b);
  if (a.is_number && !b.is_number && !back) return add(r, right, left, false);
  if (!b.is_number || (!a.is_number && !a.is_exact && !a.parameter)) return value_of(m);
  m.is_number = a.is_number, m.is_exact = a.is_exact, m.parameter = a.parameter;
  m.number = (int32_t)((uint32_t)a.number + (back ? 0 - (uint32_t)b.number : (uint32_t)b.number));
  return value_of(m);
}

// --- the frame ---

static void put_anywhere(struct usage_reading *u, struct usage_mark m) {
  struct usage_mark both = together(u->anywhere, m);
  u->grew |= !equals(value_of(both), value_of(u->anywhere));
  u->anywhere = both;
}

// What the words hold from `from` on up to `to`, or all of them.
static struct usage_mark load_words(const struct usage_reading *u, bool is_exact, int64_t from, int64_t to) {
  const struct reading *r = &u->reading;
  struct usage_mark m = u->anywhere;
  for (size_t i = 0; i < r->word_count; i++)
    if (!is_exact || (r->words[i].at + 4 > from && r->words[i].at < to)) m = together(m, r->words[i].value.mark);
  return m;
}

// The frame is in the hands of others now: so is what it holds, and will hold.
static void keep_frame(struct usage_reading *u) {
  u->grew |= !u->frame_is_kept;
  u->frame_is_kept = true;
  use(u, USAGE_ANYHOW, load_words(u, false, 0, 0));
}

// What is stored somewhere else than in the frame, or given away.
static void keep(struct usage_reading *u, struct usage_mark m) {
  use(u, USAGE_KEPT, m);
  if (m.is_frame) keep_frame(u);
}

static bool is_only_frame(const struct usage_reading *u, struct usage_mark m) {
  return m.is_frame && !m.at[0] && !m.at[1] && !m.at[2] && !u->frame_is_kept;
}

// The word at just that place, where nothing else can be there.
static bool load_whole(const struct usage_reading *u, int64_t at, struct usage_mark *m) {
  const struct reading_word *word = reading_find_word((struct reading *)&u->reading, at);
  bool is_whole = word && equals(value_of(*m), value_of(together(word->value.mark, nothing)));
  if (is_whole) *m = word->value.mark;
  return is_whole;
}

// It writes there, so many bytes.
static void reach(struct usage_reading *u, struct usage_mark address, uint64_t offset, uint64_t size) {
  enum { FARTHEST = 1 << 20 };
  int64_t end = address.number + (int64_t)(offset + size);
  if (!address.parameter || address.number < 0 || offset > FARTHEST || size > FARTHEST || end > FARTHEST) return;
  uint32_t *known = &u->reach[address.parameter - 1];
  if (end > *known) *known = (uint32_t)end;
}

static union reading_value load(struct reading *r, const struct core_instr *i, union reading_value from, unsigned size) {
  struct usage_reading *u = reading_of(r);
  struct usage_mark address = from.mark, m = nothing;
  if (size < 4) return value_of(nothing);
  int64_t at = address.number + (int64_t)i->mem.offset;
  if (address.is_frame) m = load_words(u, address.is_exact, at, at + size);
  if (is_only_frame(u, address) && address.is_exact && size == 4 && load_whole(u, at, &m)) return value_of(m);
  return value_of(together(m, found_behind(address)));
}

static void store(struct reading *r, const struct core_instr *i, union reading_value to, unsigned size, union reading_value value) {
  struct usage_reading *u = reading_of(r);
  struct usage_mark address = to.mark, v = value.mark;
  use(u, USAGE_WRITTEN, address);
  reach(u, address, i->mem.offset, size);
  if (size < 4) return;
  if (!is_only_frame(u, address)) keep(u, v);
  if (!address.is_frame) return;
  int64_t at = address.number + (int64_t)i->mem.offset;
  if (!address.is_exact) {
    put_anywhere(u, v);
    return;
  }
  if (size > 4) v = together(v, nothing);
  for (unsigned n = 0; n < size; n += 4) reading_set_word(r, at + n, value_of(v));
}

static void fill(struct reading *r, union reading_value to, union reading_value size) {
  use(reading_of(r), USAGE_WRITTEN, to.mark);
  if (size.mark.is_number) reach(reading_of(r), to.mark, 0, (uint32_t)size.mark.number);
}

static void copy(struct reading *r, union reading_value to, union reading_value from, union reading_value size) {
  struct usage_reading *u = reading_of(r);
  struct usage_mark held = found_behind(from.mark);
  if (from.mark.is_frame) held = together(held, load_words(u, false, 0, 0));
  fill(r, to, size);
  if (!is_only_frame(u, to.mark)) keep(u, held);
  if (to.mark.is_frame) put_anywhere(u, held);
}

// --- other instructions ---

// What is left of a pointer that is shifted, multiplied or masked leads nowhere, and neither does what a comparison says.
static bool ends_pointers(enum core_op op, const union reading_value *operands) {
  if (op >= CORE_OP_I32_EQZ && op <= CORE_OP_F64_GE) return true;
  bool masks = op == CORE_OP_I32_AND && operands[1].mark.is_number && (uint32_t)operands[1].mark.number < FLAGS;
  return masks || (op >= CORE_OP_I32_CLZ && op <= CORE_OP_I32_POPCNT) || (op >= CORE_OP_I32_MUL && op <= CORE_OP_I32_REM_U) ||
         (op >= CORE_OP_I32_SHL && op <= CORE_OP_I32_ROTR);
}

// Numbers made of pointers lead to the same.
static union reading_value compute(struct reading *r, const struct core_instr *i, const union reading_value *operands,
                                   size_t count) {
  if (ends_pointers(i->op, operands)) return value_of(nothing);
  const struct core_op_info *info = &core_ops[i->op];
  struct usage_mark all = nothing;
  for (size_t n = 0; n < count; n++) all = together(all, operands[n].mark);
  bool is_plain = info->immediate == CORE_IMM_NONE || !count;
  if (!is_plain) use(reading_of(r), USAGE_WRITTEN, all), keep(reading_of(r), all);
  return value_of(all);
}

static void give_away(struct reading *r, union reading_value v) { keep(reading_of(r), v.mark); }

// --- calls ---

static const struct usage_function *function_read(struct usage *g, uint32_t gid, unsigned nested);

static unsigned uses_of(const struct usage_function *f, uint32_t argument) {
  return f && argument < PARAMETERS ? f->uses[argument] : USAGE_ANYHOW;
}

// A callee uses an argument so.
static void used_so(struct usage_reading *u, struct usage_mark m, unsigned uses) {
  use(u, uses, m);
  if (!m.is_frame) return;
  // What lies in the frame from there on is found by the callee. Where it leads to the frame again, all of that is found.
  unsigned found = usage_found(uses);
  struct usage_mark held = load_words(u, m.is_exact, m.number, INT64_MAX);
  if (uses & USAGE_KEPT || (held.is_frame && found & USAGE_KEPT))
    keep_frame(u);
  else if (held.is_frame && found)
    use(u, USAGE_ANYHOW, load_words(u, false, 0, 0));
  else
    use(u, found, held);
}

static bool comes_back(const struct reading *r) {
  const struct cm_reader *ahead = &r->code.reader;
  return ahead->at >= ahead->end || *ahead->at != core_ops[CORE_OP_UNREACHABLE].opcode;
}

static unsigned uses_of_import(const struct core_import *import, uint32_t argument) {
  if (!preview1_has(import)) return USAGE_ANYHOW;
  return USAGE_WRITTEN | (preview1_fills(import, argument) ? USAGE_WRITTEN << USAGE_DEEP : 0U);
}

// The function that a number means in the table; NO_FUNC: none of the instance's own.
static uint32_t function_of(struct program *program, uint32_t instance, uint64_t number) {
  const struct cm_table *table = cm_graph_table(program->graph, instance, 0);
  if (!table || !number || number >= table->size || table->entries[number].instance != instance) return NO_FUNC;
  uint32_t gid = program_callee(program, instance, table->entries[number].func, NULL);
  return gid != NO_FUNC && program->instance_of[gid] == instance ? gid : NO_FUNC;
}

// False: there is no place for it.
static bool note_errand(struct usage_reading *u, struct usage_errand errand) {
  for (const struct usage_errand *e = u->errands; e; e = e->next)
    if (e->argument == errand.argument && e->parameter == errand.parameter && e->steps == errand.steps && e->to == errand.to)
      return true;
  struct usage_errand *fresh = u->errand_count < ERRANDS ? cm_alloc(u->reading.arena, sizeof *fresh) : NULL;
  if (!fresh) return false;
  *fresh = errand;
  fresh->next = u->errands;
  u->errands = fresh;
  u->errand_count++;
  return true;
}

// Notes an errand for each parameter that the value may come from. False: there are too many.
static bool send(struct usage_reading *u, struct usage_mark m, unsigned steps, uint32_t argument, uint8_t to) {
  bool done = true;
  for (unsigned level = 0; level < USAGE_LEVELS; level++)
    for (unsigned p = 0; m.at[level] >> p; p++) {
      unsigned behind = level + steps < USAGE_LEVELS ? level + steps : USAGE_LEVELS - 1;
      if (m.at[level] >> p & 1) done &= note_errand(u, (struct usage_errand){NULL, argument, (uint8_t)p, (uint8_t)behind, to});
    }
  return done;
}

// What becomes of a value where it is given to a function that `given` tells, `steps` behind it.
static void sent(struct usage_reading *u, struct usage_mark m, unsigned steps, uint32_t argument, struct usage_mark given) {
  struct program *program = u->usage->program;
  uint32_t gid = given.is_number ? function_of(program, u->reading.instance, (uint32_t)given.number) : NO_FUNC;
  struct usage_mark frame = {.is_frame = m.is_frame, .is_exact = m.is_exact, .number = m.number};
  if (gid != NO_FUNC) {
    used_so(u, m, deeper_by(uses_of(function_read(u->usage, gid, u->nested + 1), argument), steps));
  } else if (given.parameter && !given.number && send(u, m, steps, argument, (uint8_t)(given.parameter - 1))) {
    if (m.is_frame) used_so(u, frame, deeper_by(USAGE_ANYHOW, steps));
  } else {
    used_so(u, m, deeper_by(USAGE_ANYHOW, steps));
  }
}

static void hand_to_own(struct usage_reading *u, const struct reading_call *call, uint32_t argument, struct usage_mark m) {
  const struct usage_function *f = function_read(u->usage, call->callee, u->nested + 1);
  used_so(u, m, uses_of(f, argument));
  if (f && argument < PARAMETERS && f->reach[argument]) reach(u, m, 0, f->reach[argument]);
  for (const struct usage_errand *e = f ? f->errands : NULL; e; e = e->next)
    if (e->parameter == argument)
      sent(u, m, e->steps, e->argument, reading_operand(&u->reading, call->type->param_count - 1 - e->to).mark);
}

static void hand(struct reading *r, const struct reading_call *call, uint32_t argument, union reading_value v) {
  struct usage_reading *u = reading_of(r);
  if (!is_marked(v.mark) || !comes_back(r)) return;
  const struct core_import *import = reading_import(r, call->instr);
  bool is_own = call->callee != NO_FUNC && r->program->instance_of[call->callee] == r->instance,
       is_by_table = call->instr->op == CORE_OP_CALL_INDIRECT && !call->instr->pair.b;
  if (import)
    used_so(u, v.mark, uses_of_import(import, argument));
  else if (is_own)
    hand_to_own(u, call, argument, v.mark);
  else
    sent(u, v.mark, 0, argument, is_by_table ? call->index.mark : nothing);
}

static void leave(struct reading *r, union reading_value v) { keep(reading_of(r), v.mark); }

// --- a body ---

static const struct reading_domain parameters = {.comes_back = true,
                                                 .matters = matters,
                                                 .equals = equals,
                                                 .either = either_value,
                                                 .number = number,
                                                 .frame = frame_at,
                                                 .is_frame = is_frame,
                                                 .add = add,
                                                 .compute = compute,
                                                 .give_away = give_away,
                                                 .load = load,
                                                 .store = store,
                                                 .copy = copy,
                                                 .fill = fill,
                                                 .hand = hand,
                                                 .leave = leave};

static union reading_value parameter(uint32_t p) {
  if (p >= PARAMETERS) return value_of(nothing);
  return value_of((struct usage_mark){.at = {(uint16_t)(1U << p)}, .parameter = (uint8_t)(p + 1)});
}

// The reading that is `nested` deep, made at the first time.
static struct usage_reading *reading_at(struct usage *g, unsigned nested) {
  struct usage_reading *u = g->readings[nested];
  if (!u) u = g->readings[nested] = cm_alloc(g->arena, sizeof *u);
  if (!u) return NULL;
  u->reading.domain = &parameters, u->reading.program = g->program, u->reading.arena = g->arena;
  u->usage = g, u->nested = nested;
  u->anywhere = nothing, u->frame_is_kept = false;
  u->errands = NULL, u->errand_count = 0;
  memset(u->uses, 0, sizeof u->uses);
  memset(u->reach, 0, sizeof u->reach);
  return u;
}

// Reads the body until nothing is added. False: it is not known what it does.
static bool read_body(struct usage_reading *u, uint32_t gid) {
  struct reading *r = &u->reading;
  for (unsigned times = 0; times < READINGS; times++) {
    u->grew = false;
    if (!(times ? reading_again : reading_begin)(r, gid, parameter)) return false;
    if (!reading_run(r, &u->usage->steps_left) || r->is_lost || r->code.reader.failed) return false;
    if (!r->heads_grew && !u->grew) return true;
  }
  return false;
}

static bool is_worth_reading(const struct program *program, uint32_t gid) {
  const struct program_instance *in = &program->instances[program->instance_of[gid]];
  return !in->stacked && in->module->funcs[program_func(program, gid)].body.size <= LARGEST;
}

// NULL: it is not known what it does.
static const struct usage_function *function_read(struct usage *g, uint32_t gid, unsigned nested) {
  if (program_is_slot(g->program, gid) || g->functions[gid] == &being_read) return NULL;
  if (g->functions[gid]) return g->functions[gid] == &not_known ? NULL : g->functions[gid];
  struct usage_reading *u = nested <= NESTED ? reading_at(g, nested) : NULL;
  if (!u) return NULL;
  g->functions[gid] = &being_read;
  bool known = is_worth_reading(g->program, gid) && read_body(u, gid);
  struct usage_function *f = known ? cm_alloc(g->arena, sizeof *f) : NULL;
  if (f) {
    memcpy(f->uses, u->uses, sizeof f->uses);
    memcpy(f->reach, u->reach, sizeof f->reach);
    f->errands = u->errands;
  }
  g->functions[gid] = f ? f : &not_known;
  return f;
}

static const struct core_import *find_import(const struct usage *g, uint32_t instance, uint32_t gid) {
  const struct core_module *module = g->program->instances[instance].module;
  for (uint32_t f = 0; f < module->imported[CORE_FUNC]; f++)
    if (program_gid(g->program, instance, f) == gid || program_callee(g->program, instance, f, NULL) == gid)
      return &module->imports[module->funcs[f].import];
  return NULL;
}

static const struct core_import *import_of(struct usage *g, uint32_t instance, uint32_t gid) {
  struct usage_import *known = &g->imports[(gid ^ instance * 7) % USAGE_IMPORTS];
  if (!known->is_known || known->instance != instance || known->gid != gid)
    *known = (struct usage_import){true, instance, gid, find_import(g, instance, gid)};
  return known->import;
}

// Errands of a function that is given are not followed in turn.
static unsigned uses_with(struct usage *g, uint32_t instance, uint32_t gid, uint32_t argument, const struct value *arguments) {
  const struct usage_function *f = function_read(g, gid, 0);
  unsigned uses = uses_of(f, argument);
  for (const struct usage_errand *e = f ? f->errands : NULL; e; e = e->next) {
    if (e->parameter != argument) continue;
    bool is_known = arguments && arguments[e->to].kind == VALUE_CONST;
    uint32_t to = is_known ? function_of(g->program, instance, arguments[e->to].bits) : NO_FUNC;
    const struct usage_function *given = to != NO_FUNC ? function_read(g, to, 0) : NULL;
    uses |= deeper_by(given && !given->errands ? uses_of(given, e->argument) : USAGE_ANYHOW, e->steps);
  }
  return uses;
}

static bool is_own(const struct usage *g, uint32_t instance, uint32_t gid) {
  return g->program->instance_of[gid] == instance && !program_is_slot(g->program, gid);
}

uint32_t usage_reach(struct usage *usage, uint32_t instance, uint32_t gid, uint32_t argument) {
  if (gid == NO_FUNC || argument >= PARAMETERS || !is_own(usage, instance, gid)) return 0;
  const struct usage_function *f = function_read(usage, gid, 0);
  return f ? f->reach[argument] : 0;
}

unsigned usage_of(struct usage *usage, uint32_t instance, uint32_t gid, uint32_t argument, const struct value *arguments) {
  if (gid == NO_FUNC) return USAGE_ANYHOW;
  if (is_own(usage, instance, gid)) return uses_with(usage, instance, gid, argument, arguments);
  return uses_of_import(import_of(usage, instance, gid), argument);
}

bool usage_init(struct usage *usage, struct program *program, struct cm_arena *arena) {
  *usage = (struct usage){.program = program, .arena = arena, .steps_left = STEPS};
  usage->functions = cm_alloc_array(arena, program->func_count, sizeof(const struct usage_function *));
  usage->readings = cm_alloc_array(arena, NESTED + 1, sizeof(struct usage_reading *));
  return usage->functions && usage->readings;
}

void usage_renew(struct usage *usage) { usage->steps_left = STEPS; }
