// The program is run under environments that differ, and all that it says to the host is held against each other.
//
// 1. With some made-up variables. Where a function that compares texts is given the name of one of them, as it stands in memory of the
//    program's own, and another text, that is a name that is asked for. It is there in the next run, in which the program goes on.
// 2. Without the made-up variables, and with one more whose name begins with a name that is asked for: nothing must change.
//
// 3. What makes a difference and is compared with no name (conduct_guess.c).
//
// This is taken for the whole truth only where all made-up names were compared with each other, as an ordered map does when it is filled (one
// by hash compares nothing that is not there); and where nothing was left out: every call that a function makes which reads the list, and every
// call on a way to the comparing function, was made in some run, unless it does not come back.

#include "conduct_watching.h"
#include "primitives.h"

#include <stdio.h>

enum { FUEL = 1500000, ROUNDS = 6, PARAMS = 3, HANDED_MOST = 4096 };
enum { ENTERED = 1, HOLDS = 2, OBJECT = 12, INNER_OBJECT = 32 };
enum { VECTORS_MOST = 32, OPERANDS = 16, ENTRIES_MOST = 4 };

// Short ones and long ones: texts are kept in different ways. Values have all sizes that a word has that they may be compared with.
static const struct laboratory_variable made_up[MADE_UP] = {
    {"QZ_5", "~^"},     {"QZ_Tide_SECOND_OF_ALL", "a value that is longer than most of the others are"},
    {"QZ_2_TIDE", "~"}, {"QZ_Tide_FOURTH_AND_LAST_BUT_TWO", "~^~"},
    {"QZ_9", "~^^~"},   {"QZ_Tide_1", "~^^^~"},
};
// --- what is seen ---

static void note_site(struct watching *w, uint32_t gid, uint64_t offset) {
  uint64_t hash = index_mix(index_mix(w->site_index.seed, gid), offset);
  size_t cursor = 0;
  for (uint32_t i; index_next(&w->site_index, hash, &cursor, &i);)
    if (w->sites[i].gid == gid && w->sites[i].offset == offset) return;
  if (!cm_grow(&w->arena, &w->sites, &w->site_room, w->site_count, sizeof *w->sites) ||
      !index_add(&w->site_index, &w->arena, hash, (uint32_t)w->site_count))
    w->failed = true;
  else
    w->sites[w->site_count++] = (struct call_site){gid, offset};
}

static bool was_made(const struct watching *w, uint32_t gid, uint64_t offset) {
  uint64_t hash = index_mix(index_mix(w->site_index.seed, gid), offset);
  size_t cursor = 0;
  for (uint32_t i; index_next(&w->site_index, hash, &cursor, &i);)
    if (w->sites[i].gid == gid && w->sites[i].offset == offset) return true;
  return false;
}

static bool stands_at(const uint8_t *memory, uint64_t size, uint32_t at, const char *text) {
  size_t length = strlen(text);
  return at >= SMALL / 4 && at < size && length < size - at && !memcmp(memory + at, text, length + 1);
}

// Which made-up name stands there on its own; MADE_UP: none.
static size_t name_at(const uint8_t *memory, uint64_t size, uint32_t at) {
  for (size_t i = 0; i < MADE_UP; i++)
    if (stands_at(memory, size, at, made_up[i].name)) return i;
  return MADE_UP;
}

static bool is_value_at(const uint8_t *memory, uint64_t size, uint32_t at) {
  for (size_t i = 0; i < MADE_UP; i++)
    if (stands_at(memory, size, at, made_up[i].value)) return true;
  return false;
}

// Does the object at `at`, or what it points to, hold a made-up name or point to one? A map is small, and what it leads to larger.
static bool holds_names(const uint8_t *memory, uint64_t size, uint32_t at, bool is_first) {
  uint32_t most = is_first ? OBJECT : INNER_OBJECT;
  for (uint32_t k = 0; at >= SMALL / 4 && k < most && (uint64_t)at + k + WORD <= size; k += WORD) {
    uint32_t word;
    memcpy(&word, memory + at + k, sizeof word);
    if (name_at(memory, size, at + k) != MADE_UP || name_at(memory, size, word) != MADE_UP) return true;
    if (is_first && holds_names(memory, size, word, false)) return true;
  }
  return false;
}

size_t conduct_like_name(const uint8_t *memory, uint64_t size, uint32_t at) {
  size_t n = 0;
  for (; at >= SMALL / 4 && at < size && n < size - at && n < NAME_MOST && memory[at + n]; n++) {
    uint8_t byte = memory[at + n], letter = byte | 0x20;
    bool fits =
        (letter >= 'a' && letter <= 'z') || byte == '_' || (n && ((byte >= '0' && byte <= '9') || byte == '-' || byte == '.'));
    if (!fits) return 0;
  }
  return n < NAME_MOST ? n : 0;
}

static bool is_comparer(struct watching *w, uint32_t gid) {
  for (size_t i = 0; i < w->comparer_count; i++)
    if (w->comparers[i] == gid) return true;
  enum primitive is = primitive_of(w->primitives, gid, true);
  if (is != PRIMITIVE_COMPARE && is != PRIMITIVE_COMPARE_TEXT && is != PRIMITIVE_COMPARE_TEXTS) return false;
  if (w->comparer_count < COMPARERS) w->comparers[w->comparer_count++] = gid;
  return w->comparer_count < COMPARERS;
}

// The innermost function that reads the list speaks for the call, or else who makes it.
void conduct_note_key(struct watching *w, uint32_t callee, const char *text, size_t size) {
  if (w->count >= MADE_UP + NAMES_MOST) {
    w->failed = true;
    return;
  }
  char *name = cm_alloc_text(w->program->arena, text, size);
  if (!name || !cm_grow(w->program->arena, &w->out->keys, &w->out->key_room, w->out->key_count, sizeof *w->out->keys)) {
    w->failed = true;
    return;
  }
  size_t at = w->depth ? w->depth - 1 : 0;
  while (at && !w->roots[w->stack[at].gid]) at--;
  if (!w->depth || !w->roots[w->stack[at].gid]) at = w->depth ? w->depth - 1 : 0;
  w->out->keys[w->out->key_count++] = (struct conduct_key){{name, size}, w->stack[at].gid, callee, w->stack[at].offset};
  w->variables[w->count++] = (struct laboratory_variable){name, "1"};
  w->news = true;
}

bool conduct_is_known(const struct watching *w, const char *text, size_t size) {
  for (size_t i = 0; i < w->count || i < w->in_run; i++)
    if (cm_str_is((struct cm_str){text, size}, w->variables[i].name)) return true;
  return false;
}

static void see_compared(struct watching *w, uint32_t gid, const union core_value *arguments) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, w->program->instance_of[gid], &size);
  size_t names[2] = {MADE_UP, MADE_UP};
  bool value = false;
  for (unsigned i = 0; memory && i < 2; i++) {
    names[i] = name_at(memory, size, arguments[i].u32);
    value |= is_value_at(memory, size, arguments[i].u32);
  }
  if (value && is_comparer(w, gid)) w->compares_values = true;
  if ((names[0] == MADE_UP && names[1] == MADE_UP) || !is_comparer(w, gid)) return;
  if (names[0] != MADE_UP && names[1] != MADE_UP) {
    if (names[0] != names[1]) w->compared |= 1U << names[0] | 1U << names[1];
    return;
  }
  uint32_t other = arguments[names[0] != MADE_UP].u32;
  const char *text = (const char *)memory + other;
  size_t length = conduct_like_name(memory, size, other);
  if (length && !w->is_settled && !conduct_is_known(w, text, length)) conduct_note_key(w, gid, text, length);
}

static void on_enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct watching *w = context;
  uint32_t caller;
  uint64_t offset;
  if (w->depth && w->depth <= DEPTH && laboratory_call_site(w->lab, gid, &caller, &offset)) {
    w->stack[w->depth - 1].offset = offset;
    note_site(w, caller, offset);
  }
  w->entered[gid] |= ENTERED;
  const struct core_type *type =
      core_func_type(w->program->instances[w->program->instance_of[gid]].module, program_func(w->program, gid));
  bool fits = type && type->param_count >= 2 && type->param_count <= PARAMS && type->params[0].code == CORE_I32 &&
              type->params[1].code == CORE_I32;
  if (fits && !w->failed && w->depth <= DEPTH) see_compared(w, gid, arguments);
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, w->program->instance_of[gid], &size);
  if (type && w->is_guessing) conduct_guess_arguments(w, gid, type, arguments);
  for (uint32_t i = 0; type && memory && i < type->param_count && !(w->entered[gid] & HOLDS); i++)
    if (type->params[i].code == CORE_I32 && holds_names(memory, size, arguments[i].u32, true)) w->entered[gid] |= HOLDS;
  if (w->depth < DEPTH) w->stack[w->depth] = (struct call_site){gid, 0};
  w->depth++;
}

static void on_call_out(void *context, uint32_t caller, uint64_t offset) { note_site(context, caller, offset); }

static void on_leave(void *context, uint32_t gid, bool returned) {
  (void)gid, (void)returned;
  struct watching *w = context;
  if (w->depth) w->depth--;
}

static void say(struct watching *w, uint64_t word) { w->said = index_mix(w->said, word); }

static void say_bytes(struct watching *w, const uint8_t *memory, uint64_t size, uint32_t at, uint32_t length) {
  if (!memory || at >= size || length > size - at) return;
  w->said = index_mix_text(w->said, (struct cm_str){(const char *)memory + at, length});
}

// What the host is told: small numbers, and texts. Addresses are others where other variables are there.
static void on_imported(void *context, const struct laboratory_import *import) {
  struct watching *w = context;
  if (import->environment) return;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, import->instance, &size);
  say(w, import->type->param_count);
  for (uint32_t i = 0; i < import->type->param_count; i++) {
    if (import->type->params[i].code != CORE_I32) continue;
    uint32_t at = import->arguments[i].u32;
    if (at < SMALL) say(w, at);
    bool pair = i + 1 < import->type->param_count && import->type->params[i + 1].code == CORE_I32;
    if (pair && at >= SMALL / 4 && import->arguments[i + 1].u32 < HANDED_MOST && !import->vector_count)
      say_bytes(w, memory, size, at, import->arguments[i + 1].u32);
  }
  for (uint32_t i = 0; i < import->vector_count && i < VECTORS_MOST; i++) {
    uint64_t at = (uint64_t)import->vectors + (uint64_t)i * 2 * WORD;
    uint32_t words[2];
    if (!memory || at + sizeof words > size) break;
    memcpy(words, memory + at, sizeof words);
    say_bytes(w, memory, size, words[0], words[1]);
  }
}

// --- runs ---

// What gives another component its environment is tried (through.h): what it compares is what it lets through.
static bool is_whole_program(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  bool is_provider = program->behind && program->behind[gid];
  return program->is_entry[gid] && !is_provider && type && !type->param_count && type->result_count <= 1 &&
         !program_is_slot(program, gid);
}

// Runs all that can be started; true where all of it came to its end. *said: what the host was told.
bool conduct_run(struct watching *w, uint64_t *said) {
  struct laboratory_observer observer = {
      .context = w, .enter = on_enter, .leave = on_leave, .called_out = on_call_out, .imported = on_imported};
  if (w->is_reading) observer.read = conduct_guess_read, observer.instance = w->guesses.reading;
  bool ended = true;
  unsigned started = 0;
  w->said = w->site_index.seed;
  for (uint32_t gid = 0; gid < w->program->func_count && ended && started < ENTRIES_MOST; gid++) {
    if (!is_whole_program(w->program, gid)) continue;
    union core_value results[2] = {0};
    started++;
    w->depth = 0;
    laboratory_reset(w->lab);
    laboratory_observe(w->lab, &observer);
    bool back = laboratory_call(w->lab, gid, NULL, results, FUEL);
    laboratory_observe(w->lab, NULL);
    w->spent += FUEL - laboratory_fuel(w->lab);
    ended &= back || laboratory_exited(w->lab);
  }
  *said = w->said;
  return ended && started && !w->failed;
}

// With the variables from `first` on.
static bool run(struct watching *w, size_t first, size_t count, uint64_t *said) {
  w->in_run = count;
  laboratory_set_environment(w->lab, w->variables + first, count - first);
  return conduct_run(w, said);
}

static const char *const longer_names[] = {"%.*s_QZ9", "QZ9_%.*s"};

// Does the host hear the same when there is one more, whose name begins with `key`, or ends so?
static bool is_whole_name(struct watching *w, const struct cm_str key, uint64_t said) {
  char name[NAME_MOST + 8];
  uint64_t now;
  for (size_t i = 0; i < sizeof longer_names / sizeof *longer_names; i++) {
    snprintf(name, sizeof name, longer_names[i], CM_STR_ARG(key));
    w->variables[w->count] = (struct laboratory_variable){name, "longer-than-that"};
    if (!run(w, 0, w->count + 1, &now) || now != said) return false;
  }
  return true;
}

// What is not understood of the runs; NULL: nothing. *agree: of the made-up variables the host is told nothing, and without them the same.
static const char *runs_tell(struct watching *w, bool *agree) {
  uint64_t said, now;
  const char *why = NULL;
  for (unsigned round = 0; !round || w->news; round++) {
    if (round == ROUNDS) return "it asks for more and more";
    w->news = false;
    size_t count = w->count;
    if (!run(w, 0, count, &said)) return "a run did not end";
    if (w->compared != (1U << MADE_UP) - 1) why = "the names are not compared with each other";
    if (!run(w, MADE_UP, count, &now) || said != now) return "the host is told of others";
  }
  *agree = true;
  if (why) {
    conduct_guess(w);
    return why;
  }
  if (!w->out->key_count) return "nothing is asked for";
  if (w->compares_values) return "values are compared";
  if (!run(w, 0, MADE_UP, &now) || !run(w, 0, 0, &now) || w->news) return "a run without what is asked for did not end";
  for (size_t i = 0; i < w->out->key_count; i++)
    if (!is_whole_name(w, w->out->keys[i].key, said)) return "a name is the beginning of others";
  return w->news ? "it asks for more and more" : NULL;
}

// Does the host hear what it hears without the name when there is a longer one in its place?
static bool is_missed(struct watching *w, struct laboratory_variable *place, const struct cm_str key, uint64_t without) {
  char name[NAME_MOST + 8];
  uint64_t now;
  for (size_t i = 0; i < sizeof longer_names / sizeof *longer_names; i++) {
    snprintf(name, sizeof name, longer_names[i], CM_STR_ARG(key));
    *place = (struct laboratory_variable){name, "1"};
    if (!run(w, 0, w->count, &now) || now != without) return false;
  }
  return true;
}

// Where all is not understood, what makes a difference is asked for all the same, unless it is the beginning of names.
static void keep_told(struct watching *w) {
  struct conduct *out = w->out;
  uint64_t said, now;
  size_t kept = 0;
  w->is_settled = true;
  if (!run(w, 0, w->count, &said)) out->key_count = 0;
  for (size_t i = 0; i < out->key_count; i++) {
    struct laboratory_variable *v = &w->variables[MADE_UP + i], own = *v;
    *v = made_up[0];  // once more, in its place
    bool tells = run(w, 0, w->count, &now) && now != said && is_missed(w, v, out->keys[i].key, now);
    *v = own;
    if (tells && is_whole_name(w, out->keys[i].key, said)) out->keys[kept++] = out->keys[i];
  }
  out->key_count = kept;
}

// --- is anything left out? ---

struct climbing {
  struct watching *watching;
  uint8_t *leads;
  uint32_t *list;
  size_t count;
};

static void climb(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct climbing *c = context;
  if (c->leads[caller] || !(c->watching->program->reached[caller] & 1)) return;
  c->leads[caller] = 1;
  c->list[c->count++] = caller;
}

// What stands on the operand stack, as far as it matters for a call: whether it is a constant.
struct operands {
  bool constant[OPERANDS];
  size_t count;
};

static void follow_operand(struct operands *o, const struct core_instr *i) {
  const char *signature = core_ops[i->op].signature;
  size_t takes = strcspn(signature, ":");
  bool pushes = i->op == CORE_OP_LOCAL_GET || i->op == CORE_OP_I32_CONST || i->op == CORE_OP_I64_CONST;
  bool works = !pushes && signature[0] != '*' && signature[takes] == ':' && signature[takes + 1] && !signature[takes + 2];
  if ((!pushes && !works) || (works && takes > o->count) || (pushes && o->count == OPERANDS)) {
    o->count = 0;
    return;
  }
  if (works) o->count -= takes;
  o->constant[o->count++] = i->op == CORE_OP_I32_CONST;
}

// A call through a pointer that hands no text over: all its addresses but the first, which is the object's that it is for, are constants.
static bool hands_nothing(const struct core_module *module, const struct core_instr *i, const struct operands *o) {
  uint32_t index = i->pair.a;
  if (index >= module->type_count || module->types[index].kind != CORE_FUNC_TYPE) return false;
  const struct core_type *type = &module->types[index];
  if (o->count < (size_t)type->param_count + 1) return false;
  for (uint32_t k = 1; k < type->param_count; k++)
    if (type->params[k].code == CORE_I32 && !o->constant[o->count - 1 - type->param_count + k]) return false;
  return true;
}

// Was every call made in `gid` that matters? Of a function that reads the list or holds names, each does, but for those of functions that do nothing which could
// be seen; of others, those of functions that lead to one that compares. One that is not come back from does not matter.
static bool all_made(struct watching *w, uint32_t gid, const uint8_t *leads) {
  uint32_t instance = w->program->instance_of[gid];
  const struct core_module *module = w->program->instances[instance].module;
  struct core_code code;
  struct operands operands = {.count = 0};
  if (!core_code_begin(&code, &w->arena, module, program_func(w->program, gid), NULL, NULL, NULL)) return false;
  bool open = false;  // the call before was not made
  for (struct core_instr i; code_next(&code, &i); follow_operand(&operands, &i)) {
    if (open && i.op != CORE_OP_UNREACHABLE) return false;
    open = false;
    bool call = i.op == CORE_OP_CALL, indirect = i.op == CORE_OP_CALL_INDIRECT;
    if ((!call && !indirect) || was_made(w, gid, (uint64_t)(i.at - module->file))) continue;
    uint32_t callee = call && i.index < module->func_count ? program_gid(w->program, instance, i.index) : NO_FUNC;
    if (callee != NO_FUNC)
      open = leads[callee] || (w->holders[gid] && !program_keeps_to_itself(w->program, callee, leads, NULL));
    else
      open = w->holders[gid] && !hands_nothing(module, &i, &operands);
  }
  return !code.reader.failed;
}

static bool is_covered(struct watching *w) {
  uint32_t count = w->program->func_count;
  struct climbing c = {
      .watching = w, .leads = cm_alloc_array(&w->arena, count, 1), .list = cm_alloc_array(&w->arena, count, sizeof(uint32_t))};
  uint8_t *kinds_seen = cm_alloc_array(&w->arena, w->program->kind_count, 1);
  if (!c.leads || !c.list || !kinds_seen) {
    w->failed = true;
    return false;
  }
  for (size_t i = 0; i < w->comparer_count; i++) climb(&c, w->comparers[i], false);
  for (size_t i = 0; i < c.count; i++) program_callers(w->program, c.list[i], kinds_seen, climb, &c);
  // Who reads the list, calls somebody who does, or was given what leads to names, and does what could be seen.
  uint8_t *holders = cm_alloc_array(&w->arena, count, 1);
  struct climbing up = {.watching = w, .leads = holders, .list = c.list};
  if (!holders) {
    w->failed = true;
    return false;
  }
  memset(kinds_seen, 0, w->program->kind_count);
  for (uint32_t gid = 0; gid < count; gid++)
    if (w->roots[gid]) climb(&up, gid, false);
  for (size_t i = 0; i < up.count; i++) program_callers(w->program, up.list[i], kinds_seen, climb, &up);
  for (uint32_t gid = 0; gid < count; gid++)
    holders[gid] = (holders[gid] || w->entered[gid] & HOLDS) && !program_keeps_to_itself(w->program, gid, c.leads, NULL);
  w->holders = holders;
  for (uint32_t gid = 0; gid < count; gid++) {
    if (!w->entered[gid] || !(c.leads[gid] || holders[gid]) || program_is_slot(w->program, gid) || all_made(w, gid, c.leads))
      continue;
    w->out->gid = gid;
    return false;
  }
  return true;
}

bool conduct_watch(struct program *program, struct primitives *primitives, const uint8_t *roots, struct conduct *out) {
  *out = (struct conduct){0};
  struct watching *w = cm_alloc(program->arena, sizeof *w);
  if (!w) return false;
  *w = (struct watching){.program = program, .primitives = primitives, .out = out, .roots = roots, .count = MADE_UP};
  memcpy(w->variables, made_up, sizeof made_up);
  cm_arena_init(&w->arena, program->arena->allocator);
  w->entered = cm_alloc_array(&w->arena, program->func_count, 1);
  bool ok = w->entered && index_init(&w->site_index, &w->arena);
  if (ok) {
    w->lab = laboratory_open_lively(program, w->variables, w->count);
    bool agree = false;
    out->why = w->lab ? runs_tell(w, &agree) : "it cannot be run";
    if (!out->why && !is_covered(w)) out->why = "not every call was made";
    out->understood = !out->why && !w->failed;
    if (!agree) out->key_count = 0;
    if (!out->understood && agree) keep_told(w);
    laboratory_close(w->lab);
    ok = !w->arena.refused && !program->arena->refused;
  }
  cm_arena_free(&w->arena);
  return ok;
}
