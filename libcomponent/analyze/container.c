// The runs that show how a container is asked.
//
// The program is run several times. First the calls are remembered that take a text while something else that they are given leads to the
// made-up variables; the functions are tried (container_try.c), and names that are asked for are put into the environment of the next run,
// so that the program goes on where it would have given up. When nothing new is learnt, a last run tells whether the texts in the
// container are read by anything but by what looks names up.

#include "allocators.h"
#include "container_stage.h"

#include <stdio.h>
#include <string.h>

enum {
  FUEL = 16000000,
  FUEL_OF_ALL = 96000000,
  RUNS_MOST = 12,
  ENTRIES_MOST = 4,
  CONSTANT_AGE = 24,
  VALUE_ROOM = 24,
  RESULTS_MOST = 4
};

// Beside those of other experiments: containers that hold few things search them one after the other, and without making numbers of names.
static const struct laboratory_variable more[] = {
    {"QZ_Tide_MORE_A", "more-value-a"}, {"QZ_Tide_MORE_BB", "more-value-b"}, {"QZ_Tide_MORE_CCC", "more-value-c"},
    {"QZ_Tide_MORE_D", "more-value-d"}, {"QZ_Tide_MORE_EE", "more-value-e"}, {"QZ_Tide_MORE_FFF", "more-value-f"},
    {"QZ_Tide_MORE_G", "more-value-g"}, {"QZ_Tide_MORE_HH", "more-value-h"}, {"QZ_Tide_MORE_III", "more-value-i"},
};

// A name of each length, so that none is left out where a program looks at the length first. No two begin alike.
static bool add_lengths(struct stage *s) {
  uint32_t seed = 1;
  for (uint32_t length = 1; length <= STAGE_LENGTHS; length++) {
    char *name = cm_alloc(s->arena, length + 1), *value = cm_alloc(s->arena, VALUE_ROOM);
    if (!name || !value) return false;
    snprintf(value, VALUE_ROOM, "length-value-%02u", (unsigned)length);
    for (uint32_t i = 0; i < length; i++) {
      seed = seed * 1103515245 + 12345;
      uint32_t letter = i ? seed >> 16 & 31 : length;
      name[i] = (char)((letter < 26 ? 'A' : 'a' - 26) + (int)letter);
    }
    name[length] = 0;
    s->variables[s->variable_count++] = (struct laboratory_variable){name, value};
  }
  s->foreign_count = s->variable_count;
  return true;
}

const struct laboratory_variable stage_last = {"Qz_LAST_OF_ALL", "last"};

static bool is_whole_program(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  return program->is_entry[gid] && type && !type->param_count && !program_is_slot(program, gid);
}

static bool is_startable(const struct program *program, uint32_t gid) {
  if (!is_whole_program(program, gid)) return false;
  return core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid))->result_count <=
         RESULTS_MOST;
}

// Everything that is known of the run before is forgotten.
static void begin_run(struct stage *s) {
  s->news = s->leaks = false;
  s->depth = s->quiet = s->waiting = s->waiting_depth = s->direct = 0;
  s->name_read.waits = s->own_read.waits = 0;
  s->recent_count = s->slot_count = 0;
  stage_set_forget(s);
  s->filled = s->copied = false;
  s->leaked_count = 0;
  s->strayed = false;
  memset(s->leaked, 0, sizeof s->leaked);
  s->sought = (struct sought){0};
  s->looking.depth = 0;
  for (size_t i = 0; i < s->copy_count; i++) s->copies[i].written = 0, s->copies[i].gone = false;
}

// Calls the function under observation; false: it did not come back.
static bool observed_call(struct stage *s, uint32_t gid, const union core_value *arguments) {
  union core_value results[RESULTS_MOST] = {0};
  stage_observe(s, &s->observer);
  laboratory_observe(s->lab, &s->observer);
  uint64_t most = s->fuel_most ? s->fuel_most : FUEL, fuel = s->fuel < most ? s->fuel : most;
  bool back = laboratory_call(s->lab, gid, arguments, results, fuel);
  s->fuel -= fuel - laboratory_fuel(s->lab);
  laboratory_observe(s->lab, NULL);
  stage_wait_end(s, false);
  stage_seek_end(s);
  stage_read_end(s);
  stage_find_last(s);
  return back;
}

// Runs what can be started; true where all of it came to its end. The container stays where it was if nothing changed since the last run.
static bool run(struct stage *s, size_t variables, bool same_as_before) {
  bool ended = true, news = false, leaks = false;
  size_t started = 0;
  uint32_t beginning = NO_FUNC;
  bool others = false;
  s->in_run = variables;
  memcpy(s->environment, s->variables, variables * sizeof *s->variables);
  s->environment[variables] = stage_last;
  laboratory_set_environment(s->lab, s->environment, variables + 1);
  s->knows_copies = same_as_before;
  if (!same_as_before) s->copy_count = 0;
  for (uint32_t gid = 0; gid < s->program->func_count && started < ENTRIES_MOST; gid++) {
    if (!is_startable(s->program, gid)) continue;
    started++;
    laboratory_reset(s->lab);
    begin_run(s);
    s->copies_asked = s->complete_asked = 0;
    bool back =
        (s->beginning == NO_FUNC || s->beginning == gid || observed_call(s, s->beginning, NULL)) && observed_call(s, gid, NULL);
    ended &= back || laboratory_exited(s->lab);
    if (s->beginning == NO_FUNC && laboratory_asked(s->lab)) beginning = gid;
    others |= !laboratory_asked(s->lab);
    news |= s->news;
    leaks |= s->leaks;
  }
  // What has filled the container is called first by whoever does not do so himself.
  if (s->beginning == NO_FUNC && beginning != NO_FUNC && others) {
    s->beginning = beginning;
    news = true;
  }
  s->news = news;
  s->leaks = leaks;
  return ended && started;
}

// Runs on from that call, with the memory as it was then.
static void run_from(struct stage *s, const struct way_entry *from) {
  begin_run(s);
  if (!laboratory_return(s->lab, from->call.moment)) return;
  s->filled = s->knows_copies = true;
  for (size_t i = 0; i < s->copy_count; i++) s->copies[i].written = s->copies[i].to - s->copies[i].from;
  s->depth = from->depth;
  memcpy(s->stack, from->stack, from->depth * sizeof *s->stack);
  memcpy(s->offsets, from->offsets, from->depth * sizeof *s->offsets);
  observed_call(s, from->call.gid, from->call.arguments);
}

// Keys that were asked for at a site that is none go with it; `others`: they are looked for in another container.
static void drop_keys(struct stage *s, uint32_t gid, uint64_t offset, bool others) {
  struct container *out = s->out;
  size_t kept = 0;
  for (size_t i = 0; i < out->key_count; i++) {
    if (out->keys[i].gid != gid || out->keys[i].offset != offset) {
      out->keys[kept++] = out->keys[i];
    } else if (others) {
      stage_note_other(s, out->keys[i].key);
    }
  }
  out->key_count = kept;
}

// What another container answered each time is not asked for.
static void drop_sought(struct stage *s) {
  struct container *out = s->out;
  size_t kept = 0;
  for (size_t i = 0; i < out->key_count; i++) {
    if (stage_is_only_sought(s, &out->keys[i]) && !container_site_at(out, out->keys[i].gid, out->keys[i].offset))
      stage_note_other(s, out->keys[i].key);
    else
      out->keys[kept++] = out->keys[i];
  }
  out->key_count = kept;
}

static void drop_sites(struct stage *s) {
  struct container *out = s->out;
  size_t kept = 0;
  for (size_t i = 0; i < out->site_count; i++) {
    const struct container_site *site = &out->sites[i];
    bool sets = site->sets || container_is_taken(out, site->gid, site->offset);
    if (site->confirmed ? !sets && !site->begins : site->missed && !site->passed)
      out->sites[kept++] = *site;
    else
      drop_keys(s, site->gid, site->offset, true);
  }
  out->site_count = kept;
  // What is asked for as well counts.
  kept = 0;
  for (size_t i = 0; i < out->other_count; i++) {
    bool asked = false;
    for (size_t k = 0; k < out->key_count && !asked; k++) asked = cm_str_equal(out->keys[k].key, out->others[i]);
    if (!asked) out->others[kept++] = out->others[i];
  }
  out->other_count = kept;
}

// The outermost loop that `offset` is in: from the instruction to what comes behind its end. False: it is in none.
static bool find_loop(const struct stage *s, uint32_t gid, uint64_t offset, struct container_loop *out) {
  const struct core_module *module = s->program->instances[s->program->instance_of[gid]].module;
  struct core_code code;
  if (!core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return false;
  uint64_t from = 0;
  size_t depth = 0, outermost = 0;
  for (struct core_instr i; code_next(&code, &i);) {
    uint64_t at = (uint64_t)(i.at - module->file);
    if (!from && at > offset) return false;
    switch (i.op) {
      case CORE_OP_LOOP:
        if (!from) from = at, outermost = depth;
        depth++;
        break;
      case CORE_OP_BLOCK:
      case CORE_OP_IF:
      case CORE_OP_TRY:
      case CORE_OP_TRY_TABLE: depth++; break;
      case CORE_OP_END:
        if (depth) depth--;
        if (!from || depth != outermost) break;
        if (at > offset) {
          *out = (struct container_loop){from, at + 1};
          return true;
        }
        from = 0;
        break;
      default: break;
    }
  }
  return false;
}

static void find_loops(struct stage *s) {
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    if (s->marks[gid] & STAGE_DIRECT && s->last_fill[gid] && !s->out->loops[gid].to)
      s->news |= find_loop(s, gid, s->last_fill[gid], &s->out->loops[gid]);
}

// A text that is constant where a function is called that may compare it, is perhaps a name that is looked for by a number that the compiler
// made of it.
static void ask_constants_of(struct stage *s, uint32_t gid) {
  uint32_t instance = s->program->instance_of[gid];
  const struct core_module *module = s->program->instances[instance].module;
  const struct image *image = program_image(s->program, instance);
  struct core_code code;
  if (!image || !core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return;
  uint32_t before = 0, text = 0, length = 0;
  unsigned age = CONSTANT_AGE;
  bool was_const = false;
  for (struct core_instr i; code_next(&code, &i); age++) {
    bool is_const = i.op == CORE_OP_I32_CONST;
    if (is_const && was_const) text = before, length = (uint32_t)i.i32, age = 0;
    if (is_const) before = (uint32_t)i.i32;
    was_const = is_const;
    if (i.op != CORE_OP_CALL || age >= CONSTANT_AGE || !length || length >= STAGE_NAME_ROOM) continue;
    const struct core_type *type = core_func_type(module, i.index);
    if (!type || type->param_count < 4) continue;
    uint8_t name[STAGE_NAME_ROOM];
    uint32_t k = 0;
    bool weak;
    while (k < length && image_byte(image, (uint64_t)text + k, &name[k], &weak)) k++;
    if (k == length && stage_is_like_name(name, length)) stage_ask(s, (struct cm_str){(const char *)name, length});
  }
}

static void ask_constants(struct stage *s) {
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    bool asks = s->marks[gid] & STAGE_FILLS && !(s->marks[gid] & STAGE_WITHIN) && s->program->instance_of[gid] == s->subject;
    if (asks && s->parts[gid] <= PART_NONE) ask_constants_of(s, gid);
  }
}

static bool asks_for_some(const struct stage *s, uint32_t gid) {
  for (size_t i = 0; i < s->out->key_count; i++)
    if (s->out->keys[i].gid == gid) return true;
  return false;
}

// Has a function asked the host for the environment, and neither filled the container nor compared names with those that it got?
static bool has_other_reader(const struct stage *s) {
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    if (!(s->marks[gid] & STAGE_DIRECT) || s->marks[gid] & STAGE_FILLS) continue;
    bool compares = false;
    for (size_t i = 0; i < s->out->site_count && !compares; i++) compares = s->out->sites[i].gid == gid && !s->out->sites[i].missed;
    if (!compares) return true;
  }
  return false;
}

// Where some entries were not run, as they want arguments: has a function that no run came to the address of a variable that leads to the
// container?
static bool is_read_elsewhere(struct stage *s, uint32_t *reader) {
  bool all = true;
  for (uint32_t gid = 0; gid < s->program->func_count && all; gid++)
    all = !s->program->is_entry[gid] || s->program->instance_of[gid] != s->subject || s->marks[gid] & STAGE_ENTERED;
  for (uint32_t gid = 0; gid < s->program->func_count && !all; gid++) {
    if (s->marks[gid] & STAGE_ENTERED || !(s->program->reached[gid] & 1) || program_is_slot(s->program, gid) ||
        s->program->instance_of[gid] != s->subject || s->allocators[gid] || !stage_code_leads(s, gid))
      continue;
    *reader = gid;
    return true;
  }
  return false;
}

// --- what is taken away ---

struct telling {
  struct stage *stage;
  uint64_t digest;
};

static void note_told(void *context, const struct laboratory_import *import) {
  struct telling *t = context;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(t->stage->lab, import->instance, &size);
  t->digest = stage_digest_told(t->digest * UINT64_C(0x100000001b3) + import->type->param_count + 1, import, memory, size);
}

// A digest of what the host is told by a program where those variables have that value; NULL: where they are not there.
static uint64_t told_with(struct stage *s, const uint8_t *variables, const char *value) {
  size_t count = 0;
  for (size_t i = 0; i < s->variable_count; i++) {
    if (variables[i] && !value) continue;
    s->environment[count] = s->variables[i];
    if (variables[i]) s->environment[count].value = value;
    count++;
  }
  laboratory_set_environment(s->lab, s->environment, count);
  struct telling telling = {.stage = s};
  struct laboratory_observer observer = {.context = &telling, .imported = note_told};
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    union core_value results[RESULTS_MOST] = {0};
    if (!is_startable(s->program, gid)) continue;
    laboratory_reset(s->lab);
    laboratory_observe(s->lab, &observer);
    if (s->beginning != NO_FUNC && s->beginning != gid) laboratory_call(s->lab, s->beginning, NULL, results, FUEL);
    laboratory_call(s->lab, gid, NULL, results, FUEL);
    laboratory_observe(s->lab, NULL);
  }
  return telling.digest;
}

static bool is_asked_elsewhere(const struct stage *s, const char *name) {
  for (size_t i = 0; i < s->out->key_count; i++) {
    const struct container_key *k = &s->out->keys[i];
    if (cm_str_is(k->key, name) && !container_is_taken(s->out, k->gid, k->offset)) return true;
  }
  return false;
}

// Whether the variables were there that are taken away, and what they held, must show in nothing that the host is told, but for those that are asked
// for anyhow.
static void settle_taken(struct stage *s) {
  static const char *const values[] = {"1", "", "true", "prod", "a value that is longer than others"};
  bool any = false, tells = false;
  for (size_t i = 0; i < s->variable_count; i++) {
    if (s->taken[i] && is_asked_elsewhere(s, s->variables[i].name)) s->taken[i] = 0;
    any |= s->taken[i];
  }
  uint64_t without = any ? told_with(s, s->taken, NULL) : 0;
  for (size_t i = 0; any && !tells && i < sizeof values / sizeof *values; i++) tells = told_with(s, s->taken, values[i]) != without;
  for (size_t i = 0; i < s->out->call_count; i++) {
    struct container_call *call = &s->out->calls[i];
    call->kept |= tells;
    if (container_is_taken(s->out, call->gid, call->offset)) drop_keys(s, call->gid, call->offset, true);
  }
}

// Runs the program with what is known, or on from a call, and tries what it called.
static void run_again(struct stage *s, const struct way_entry *from) {
  if (from)
    run_from(s, from);
  else
    run(s, s->variable_count, s->in_run == s->variable_count && s->knows_copies);
  find_loops(s);
  stage_try_calls(s);
  stage_test_places(s);
  if (!s->knows_copies && !s->news) run(s, s->variable_count, true);
}

// Is nothing else asked for in another world? What is compared where it is read depends on the world if not.
static bool is_steady(struct stage *s) {
  bool leaks = s->leaks;
  uint32_t leaking = s->leaking;
  size_t keys = s->out->key_count, spelled = s->spelled_count, variables = s->variable_count;
  laboratory_set_world(s->lab, LABORATORY_OTHER);
  bool ended = run(s, s->variable_count, false) && run(s, s->variable_count, true);
  stage_test_places(s);  // what is looked up in that world alone may be looked up in another container
  laboratory_set_world(s->lab, LABORATORY_USUAL);
  if (!leaks && spelled != s->spelled_count) leaks = true, leaking = s->spelled[spelled].gid;
  s->leaks = leaks;
  s->leaking = leaking;
  return ended && keys == s->out->key_count && variables == s->variable_count;
}

static void rehearse(struct stage *s) {
  bool ended = false, same = false;
  for (unsigned i = 0; i < RUNS_MOST && !s->failed; i++) {
    size_t variables = s->variable_count;
    ended = run(s, variables, same);
    bool settled = same && !s->news;
    if (ended) find_loops(s);
    if (ended) stage_try_calls(s);
    stage_test_places(s);
    if (!ended) break;  // what does not end in the time that it has will not do so in the next run
    if (s->subject != UINT32_MAX) ask_constants(s);
    if (settled && !s->news) break;
    same = s->variable_count == variables && s->subject != UINT32_MAX && !s->news;
    if (i + 1 == RUNS_MOST) ended = false;
  }
  if (ended && s->subject != UINT32_MAX && !s->failed) stage_try_ways(s, run_again);
  // Where names are there that it asks for, the program may leave out what it does when they are not.
  bool leaks = s->leaks;
  uint32_t leaking = s->leaking;
  for (unsigned i = 0; i < 2 && ended && !s->failed; i++) run(s, s->foreign_count, i != 0);
  if (leaks) s->leaks = true, s->leaking = leaking;
  s->out->steady = ended && is_steady(s);
  if (stage_spells_unknown(s, &leaking)) s->leaks = true, s->leaking = leaking;
  if (!s->leaks && s->subject != UINT32_MAX && is_read_elsewhere(s, &leaking)) s->leaks = true, s->leaking = leaking;
  if (s->spelled_count) stage_drop_spelled(s);
  drop_sought(s);
  if (!s->failed) settle_taken(s);
  drop_sites(s);

  bool asks = s->out->lookup_count || s->out->key_count;
  s->out->ended = ended;
  s->out->leaking = s->leaks ? s->leaking : UINT32_MAX;
  if (!ended || s->leaks || !asks || !s->copy_count || has_other_reader(s)) return;
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    unsigned marks = s->marks[gid];
    if (marks & STAGE_SETS && !asks_for_some(s, gid)) s->out->fillers[gid] = 1;
    if (!(marks & STAGE_FILLS)) continue;
    s->out->closed[gid] = 1;
    s->out->closed_at_all = true;
    s->out->fillers[gid] |= !(marks & STAGE_ASKS) && marks & (STAGE_WITHIN | STAGE_DIRECT);
  }
}

bool container_rehearse(struct program *program, struct container *out) {
  struct cm_arena arena;
  cm_arena_init(&arena, program->arena->allocator);
  *out = (struct container){.leaking = UINT32_MAX, .closed = cm_alloc_array(program->arena, program->func_count, 1)};
  out->fillers = cm_alloc_array(program->arena, program->func_count, 1);
  out->loops = cm_alloc_array(program->arena, program->func_count, sizeof *out->loops);
  struct stage *s = cm_alloc(&arena, sizeof *s);
  bool ok = s && out->closed && out->fillers && out->loops;
  if (ok) {
    *s = (struct stage){
        .program = program, .arena = &arena, .out = out, .subject = UINT32_MAX, .beginning = NO_FUNC, .fuel = FUEL_OF_ALL};
    s->parts = cm_alloc_array(&arena, program->func_count, 1);
    s->part_arguments = cm_alloc_array(&arena, program->func_count, 1);
    for (unsigned i = 0; i < 2; i++) s->called[i] = cm_alloc_array(&arena, program->func_count, 1);
    s->marks = cm_alloc_array(&arena, program->func_count, 1);
    s->looked_into = cm_alloc_array(&arena, program->func_count, 1);
    s->allocators = cm_alloc_array(&arena, program->func_count, 1);
    for (uint32_t i = 0; i < program->instance_count && s->allocators; i++)
      if (program->instances[i].memory_owner == i) allocators_find(program, i, NULL, 0, s->allocators);
    s->last_fill = cm_alloc_array(&arena, program->func_count, sizeof *s->last_fill);
    s->epochs = cm_alloc_array(&arena, program->func_count, sizeof *s->epochs);
    ok = stage_ways_begin(s) && s->epochs && s->parts && s->part_arguments && s->called[0] && s->called[1] && s->marks &&
         s->looked_into && s->allocators && s->last_fill;
  }
  if (ok) {
    for (size_t i = 0; i < LABORATORY_MADE_UP; i++) s->variables[s->variable_count++] = laboratory_made_up[i];
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) s->variables[s->variable_count++] = more[i];
    s->made_up_count = s->variable_count;
    ok = add_lengths(s);
  }
  if (ok) {
    s->lab = laboratory_open_lively(program, s->variables, s->variable_count);
    if (s->lab) rehearse(s);
    laboratory_close(s->lab);
    ok = !s->failed;
  }
  cm_arena_free(&arena);
  return ok;
}
