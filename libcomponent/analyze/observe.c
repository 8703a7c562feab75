// Programs that are started as a whole, and watched.
//
// Lookups are found by experiment, and what they are asked for by evaluation. But a name may be made by more code than can be evaluated: by
// reflection over the tags of a structure, by a parser. So where something is left undecided, the program's core instances are started in
// the laboratory with a made-up environment, and the calls of its lookups are watched. This is done in two worlds, whose times, random
// numbers and arguments differ; what is asked for in both does not come from there, and what has nothing of the made-up variables in it does not
// come from the environment. In a third world, where the program is given nothing, texts of its own count; of Go programs, whatever is asked
// for there too, where times and random numbers are others. The name that was asked for last may be what the program gave up for: then it is
// there in the next round.

#include "observe.h"

#include "laboratory_host.h"

#include <component/semver.h>

#include <string.h>
#include <strings.h>

enum { ENTRIES_MOST = 8, ROUNDS_MOST = 6, NAME_MOST = 255, BOTH_WORLDS = 3, USUAL_AND_ALONE = 9 };
static const uint64_t fuel_of_run = 20000000, fuel_of_all = 50000000, fuel_of_proof = 2000000, fuel_of_proof_stacked = 12000000;

// Does the name, a part of the memory as it is now, stand in data that nothing writes to?
static bool is_literal(const struct observation *o, uint32_t gid, struct cm_str name) {
  struct program *program = (struct program *)&o->analysis->program;
  uint32_t instance = program->instance_of[gid], owner = program->instances[instance].memory_owner;
  uint64_t size;
  const uint8_t *memory = owner < program->instance_count ? laboratory_memory(o->lab, owner, &size) : NULL;
  const struct image *image = program_image(program, instance);
  bool found = memory && image && name.size && (const uint8_t *)name.at >= memory && (const uint8_t *)name.at < memory + size;
  for (size_t i = 0; i < name.size && found; i++) {
    uint8_t byte;
    bool weak;
    found =
        image_byte(image, (uint64_t)((const uint8_t *)name.at - memory) + i, &byte, &weak) && !weak && byte == (uint8_t)name.at[i];
  }
  return found;
}

// A lookup is asked for that name.
void observe_note(struct observation *o, struct observed seen, struct cm_str name) {
  seen.worlds = 1U << o->world;
  seen.is_literal = is_literal(o, seen.caller, name);
  for (size_t i = 0; i < o->count; i++)
    if (o->names[i].offset == seen.offset && cm_str_equal(o->names[i].name, name)) {
      o->names[i].worlds |= seen.worlds;
      o->names[i].is_literal |= seen.is_literal;
      o->last = i + 1;
      return;
    }
  char *text = name.size && o->count < OBSERVE_NAMES ? cm_alloc_text(o->arena, name.at, name.size) : NULL;
  if (!text) return;
  seen.name = (struct cm_str){text, name.size};
  o->names[o->count++] = seen;
  o->last = o->count;
}

static void enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct observation *o = context;
  const struct analysis *a = o->analysis;
  struct observed seen = {.callee = gid};
  if (o->list) observe_list_enter(o, gid);
  if (!a->lookup_of[gid] || !laboratory_call_site(o->lab, gid, &seen.caller, &seen.offset)) return;
  if (a->lookup_of[seen.caller]) return;  // within a lookup the name is the outer one's
  observe_note(o, seen, lookup_name_in_call(&a->program, o->lab, &a->lookups[a->lookup_of[gid] - 1], arguments));
}

// --- lookups that were inlined ---

static bool word_at(const struct observation *o, uint32_t instance, const union core_value *locals,
                    const struct inlined_place *place, uint32_t *word) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(o->lab, instance, &size);
  *word = (place->local != INLINED_NO_LOCAL ? locals[place->local].u32 : 0) + place->offset;
  if (!place->is_loaded) return memory != NULL;
  if (!memory || size < sizeof *word || *word > size - sizeof *word) return false;
  memcpy(word, memory + *word, sizeof *word);
  return true;
}

// Where the piece sets the local that the name comes from it is not known any more whose name that is.
static bool is_set(const struct inlined *p, const struct inlined_place *place) {
  return place->local != INLINED_NO_LOCAL && p->sets[place->local / 64] >> place->local % 64 & 1;
}

static struct cm_str name_in_piece(const struct observation *o, const struct inlined *p, const union core_value *locals) {
  static const struct cm_str none = {"", 0};
  uint32_t instance = o->analysis->program.instance_of[p->gid], at, length = 0;
  uint64_t size;
  if (is_set(p, &p->name) || (p->has_length && is_set(p, &p->length))) return none;
  if (!word_at(o, instance, locals, &p->name, &at) || (p->has_length && !word_at(o, instance, locals, &p->length, &length)))
    return none;
  const uint8_t *memory = laboratory_memory(o->lab, instance, &size);
  if (at >= size) return none;
  if (!p->has_length) length = (uint32_t)strnlen((const char *)memory + at, size - at < NAME_MOST + 1 ? size - at : NAME_MOST + 1);
  if (length > NAME_MOST || length > size - at) return none;
  return (struct cm_str){(const char *)memory + at, length};
}

// Such a lookup begins by reading the list's variable.
static void read_list(void *context, uint64_t at, uint64_t size) {
  struct observation *o = context;
  const struct analysis *a = o->analysis;
  struct observed seen = {.callee = NO_FUNC};
  bool is_list = false;
  for (size_t i = 0; i < a->list.count; i++) is_list |= a->list.variables[i].address == at && size == sizeof(uint32_t);
  const union core_value *locals = is_list ? laboratory_reader(o->lab, &seen.caller, &seen.offset) : NULL;
  if (!locals || a->lookup_of[seen.caller]) return;
  const uint8_t *file = a->program.instances[a->program.instance_of[seen.caller]].module->file;
  for (size_t i = 0; i < a->inlined.count; i++) {
    const struct inlined *p = &a->inlined.at[i];
    if (p->gid != seen.caller || seen.offset < p->from || seen.offset >= (uint64_t)(p->to - file)) continue;
    seen.offset = p->from;
    observe_note(o, seen, name_in_piece(o, p, locals));
    return;
  }
}

static bool can_start(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  return program->is_entry[gid] && type && !type->param_count && type->result_count <= 1 && !program_is_slot(program, gid);
}

void observe_start(struct observation *o, const struct laboratory_variable *environment, size_t count) {
  const struct program *program = &o->analysis->program;
  const struct inlined_list *inlined = &o->analysis->inlined;
  const struct laboratory_observer observer = {.context = o,
                                               .enter = enter,
                                               .instance = inlined->count ? program->instance_of[inlined->at[0].gid] : 0,
                                               .read = inlined->count ? read_list : NULL};
  size_t started = 0;
  laboratory_set_environment(o->lab, environment, count);
  laboratory_set_world(o->lab, (enum laboratory_world)o->world);
  for (uint32_t gid = 0; gid < program->func_count && started < ENTRIES_MOST; gid++) {
    if (!can_start(program, gid)) continue;
    union core_value results[1] = {0};
    size_t before = o->count;
    started++;
    laboratory_reset(o->lab);
    if (o->list) observe_list_begin(o);
    laboratory_observe(o->lab, &observer);
    uint64_t fuel = o->fuel < o->fuel_of_run ? o->fuel : o->fuel_of_run;
    bool back = laboratory_call(o->lab, gid, NULL, results, fuel) || laboratory_exited(o->lab);
    o->fuel -= fuel - laboratory_fuel(o->lab);
    laboratory_observe(o->lab, NULL);
    if (o->list) observe_list_end(o);
    bool outside = laboratory_asked(o->lab) != 0;
    if (!outside) o->count = before;  // what is asked of another part of the program is no need
    if (o->last > o->count) o->last = 0;
    analysis_trace(o->analysis, "run: function %u with %zu variables%s%s", gid, count, back ? "" : ", not to its end",
                   outside ? "" : ", the host was not asked");
  }
}

// Where the environment is provided within the program, nothing that is asked is a need.
static bool comes_from_outside(const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->import_count; i++)
    for (size_t s = 0; s < cm_sink_count; s++)
      if (cm_sinks[s].kind == CM_NEED_ENV && cm_str_is(cm_name_base(needs->imports[i].name), cm_sinks[s].interface)) return true;
  return false;
}

bool observe_is_possible(const struct analysis *a, const struct cm_needs *needs) {
  return (a->lookup_count || a->inlined.count) && !a->interpreted.interpreter_count && comes_from_outside(needs);
}

struct observation *observe_open(const struct analysis *a, struct cm_arena *arena) {
  struct observation *o = cm_alloc(arena, sizeof *o);
  if (!o) return NULL;
  *o = (struct observation){.analysis = a, .arena = arena, .fuel = fuel_of_all, .fuel_of_run = fuel_of_run};
  o->lab = laboratory_open_lively((struct program *)&a->program, laboratory_made_up, LABORATORY_MADE_UP);
  return o->lab ? o : NULL;
}

void observe_close(struct observation *o) {
  if (o) laboratory_close(o->lab);
}

// --- what was left undecided ---

static bool is_open(const struct analysis *a) {
  for (size_t i = 0; i < a->findings.unresolved_count; i++) {
    const struct finding_unresolved *u = &a->findings.unresolved[i];
    if (!u->dropped && u->unresolved.kind == CM_NEED_ENV) return true;
  }
  return false;
}

static bool has_text(struct cm_str name, const char *text) { return memmem(name.at, name.size, text, strlen(text)); }

// Has it been made of what the environment holds? Or can no variable have it?
static bool is_from_outside(struct cm_str name) {
  for (size_t i = 0; i < name.size; i++)
    if (name.at[i] <= ' ' || name.at[i] > '~' || name.at[i] == '=') return true;
  for (size_t i = 0; i < LABORATORY_MADE_UP; i++)
    if (has_text(name, laboratory_made_up[i].name) || has_text(name, laboratory_made_up[i].value)) return true;
  return false;
}

static size_t skip_digits(const char *text, size_t at, size_t size) {
  while (at < size && text[at] >= '0' && text[at] <= '9') at++;
  return at;
}

// Are the names the same but for numbers? A program that counts on as long as there is one more asks for as many as one likes.
static bool is_same_family(struct cm_str a, const char *b) {
  size_t i = 0, k = 0, size = strlen(b);
  for (;;) {
    i = skip_digits(a.at, i, a.size);
    k = skip_digits(b, k, size);
    if (i == a.size || k == size) return i == a.size && k == size;
    if (a.at[i++] != b[k++]) return false;
  }
}

// What a run is made with.
struct surroundings {
  struct laboratory_variable variables[LABORATORY_MADE_UP + OBSERVE_NAMES];
  size_t count;
};

static struct surroundings made_up(void) {
  struct surroundings s = {.count = LABORATORY_MADE_UP};
  memcpy(s.variables, laboratory_made_up, sizeof laboratory_made_up);
  return s;
}

static bool is_there(const struct surroundings *s, struct cm_str name, bool as_family) {
  for (size_t i = 0; i < s->count; i++)
    if (as_family ? is_same_family(name, s->variables[i].name) : cm_str_is(name, s->variables[i].name)) return true;
  return false;
}

static void add_variable(struct surroundings *s, const char *name) {
  if (s->count < sizeof s->variables / sizeof *s->variables) s->variables[s->count++] = (struct laboratory_variable){name, "1"};
}

// Is the name asked for by the language's runtime alone, whose stack lies in memory? Go's is steered by such names: with a limit to memory it would do
// nothing but collect garbage.
static bool steers_runtime(const struct analysis *a, struct cm_str name) {
  bool steers = false;
  for (size_t i = 0; i < a->findings.need_count && a->rehearsed; i++) {
    const struct cm_need *n = &a->findings.needs[i].need;
    if (n->kind != CM_NEED_ENV || !cm_str_equal(n->key, name)) continue;
    if (n->origin != CM_ORIGIN_RUNTIME) return false;
    steers = true;
  }
  return steers;
}

static void run_worlds(struct observation *o, struct surroundings *s) {
  for (o->world = 0; o->world < 2; o->world++) {
    for (size_t i = LABORATORY_MADE_UP; i < s->count; i++) s->variables[i].value = o->world ? "2" : "1";
    o->last = 0;
    observe_start(o, s->variables, s->count);
  }
}

// What was asked for last may be what the program gave up for. Where that is there, and it asked for nothing new, it may have been any of the others.
static void run_rounds(struct observation *o) {
  struct surroundings s = made_up();
  size_t before = 0;
  bool has_all = false;
  for (unsigned round = 0; round < ROUNDS_MOST; round++) {
    run_worlds(o, &s);
    if (!o->last || (o->count == before && has_all)) return;
    struct cm_str last = o->names[o->last - 1].name;
    has_all = o->count == before;
    before = o->count;
    if (!has_all && is_there(&s, last, true)) return;
    if (!has_all) add_variable(&s, last.at);
    for (size_t i = 0; i < o->count && has_all; i++)
      if (!is_there(&s, o->names[i].name, true) && !steers_runtime(o->analysis, o->names[i].name))
        add_variable(&s, o->names[i].name.at);
  }
}

// Does the text stand in a variable that the caller's program begins with, as a whole?
static bool stands_in_data(const struct analysis *a, const struct observed *seen) {
  const struct image *image = program_image((struct program *)&a->program, a->program.instance_of[seen->caller]);
  for (size_t i = 0; image && i < image->count; i++) {
    struct cm_span rest = image->segments[i].bytes;
    for (const uint8_t *at; rest.size && (at = memmem(rest.at, rest.size, seen->name.at, seen->name.size)) != NULL;) {
      const uint8_t *begin = image->segments[i].bytes.at, *behind = at + seen->name.size, *end = rest.at + rest.size;
      if ((at == begin || !at[-1]) && (behind == end || !*behind)) return true;
      rest = (struct cm_span){at + 1, (size_t)(end - at) - 1};
    }
  }
  return false;
}

// Does a longer name that begins so come to the same call? Then it is what something is added to.
static bool is_beginning(const struct observation *o, const struct observed *seen) {
  for (size_t i = 0; i < o->count; i++)
    if (o->names[i].offset == seen->offset && o->names[i].name.size > seen->name.size &&
        cm_str_starts(o->names[i].name, seen->name))
      return true;
  return false;
}

// A text of the program's own that is asked for when it is given nothing: what it was initialized with may be replaced by an argument.
static bool is_default(const struct observation *o, const struct observed *seen) {
  return seen->worlds >> LABORATORY_ALONE & 1 && (seen->is_literal || stands_in_data(o->analysis, seen)) && !is_beginning(o, seen);
}

// Where the text begins in the name, be it in other letters; the name's end: nowhere.
static size_t before(struct cm_str name, const char *text) {
  size_t size = strlen(text);
  for (size_t k = 0; k + size <= name.size; k++)
    if (!strncasecmp(name.at + k, text, size)) return k;
  return name.size;
}

// The same of any argument of the program.
static size_t before_argument(struct cm_str name) {
  size_t at = name.size;
  for (size_t i = 0; i < HOST_OTHER_ARGUMENTS; i++) {
    size_t own = before(name, host_other_arguments[i]);
    if (own < at) at = own;
  }
  return at;
}

// What names begin with that are made of an argument. Where the evaluation tells as much, it need not be said twice.
static void tell_beginning(struct analysis *a, const struct observed *seen) {
  size_t size = before_argument(seen->name);
  if (!size || size == seen->name.size) return;
  char *pattern = cm_alloc_array(a->arena, size + 2, 1);
  if (!pattern) return;
  memcpy(pattern, seen->name.at, size);
  pattern[size] = '*';
  struct cm_str beginning = {pattern, size + 1};
  for (size_t i = 0; i < a->findings.unresolved_count; i++)
    if (cm_str_equal(a->findings.unresolved[i].unresolved.pattern, beginning)) return;
  struct cm_evidence evidence = analysis_evidence(a, seen->caller, seen->callee);
  evidence.by = CM_BY_EXECUTED;
  evidence.offset = seen->offset;
  findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, seen->caller), CM_REASON_COMPUTED, beginning, &evidence);
}

static bool is_told(const struct findings *f, struct cm_str name) {
  for (size_t i = 0; i < f->need_count; i++)
    if (f->needs[i].need.kind == CM_NEED_ENV && f->needs[i].is_sure && cm_str_equal(f->needs[i].need.key, name)) return true;
  return false;
}

static bool is_no_news(const struct analysis *a, const struct observed *seen) {
  return is_from_outside(seen->name) || is_told(&a->findings, seen->name) ||
         container_is_elsewhere(&a->container, seen->caller, seen->offset) ||
         container_is_taken(&a->container, seen->caller, seen->offset) ||
         container_is_sought_elsewhere(&a->container, seen->name, seen->caller, seen->offset) ||
         container_is_shared(&a->container, seen->caller, seen->offset, seen->callee) ||
         container_only_fills(&a->container, seen->caller, seen->offset);
}

// Where nothing is undecided the program is run with all that it is said to ask for. Does it ask for anything else, whatever the world is?
static bool is_disproved(struct observation *o) {
  const struct analysis *a = o->analysis;
  struct surroundings s = made_up();
  for (size_t i = 0; i < a->findings.need_count; i++) {
    const struct cm_need *n = &a->findings.needs[i].need;
    bool is_set = n->kind == CM_NEED_ENV && !steers_runtime(a, n->key);
    const char *name = is_set ? cm_alloc_text(o->arena, n->key.at, n->key.size) : NULL;
    if (name) add_variable(&s, name);
  }
  o->fuel_of_run = a->rehearsed ? fuel_of_proof_stacked : fuel_of_proof;
  observe_start(o, s.variables, s.count);
  bool any = false;
  for (size_t i = 0; i < o->count && !any; i++) any = !is_no_news(a, &o->names[i]);
  if (any) run_worlds(o, &s);
  o->fuel_of_run = fuel_of_run;
  return any;
}

// Is the whole list read by a program whose runtime is known?
static bool reads_list(const struct analysis *a) {
  bool any = false;
  for (size_t i = 0; i < a->findings.unresolved_count && a->lists_handed; i++)
    any |= a->findings.unresolved[i].unresolved.reason == CM_REASON_WHOLE_LIST;
  return any;
}

// Twice more, with a name of each length.
static void run_lengths(struct observation *o) {
  struct laboratory_variable environment[OBSERVE_LENGTHS];
  size_t count = observe_list_lengths(o, environment, OBSERVE_LENGTHS);
  o->by_length = true;
  for (o->world = 0; o->world < 2; o->world++) observe_start(o, environment, count);
  o->by_length = false;
}

// Who asks through a pointer to the lookup, as reflection does, asks for whoever gave it the pointer.
static enum cm_origin origin_of(struct analysis *a, const struct observed *seen, const struct cm_evidence *evidence) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[seen->caller]];
  struct cm_span body = in->module->funcs[program_func(&a->program, seen->caller)].body;
  uint64_t from = body.size ? (uint64_t)(body.at - in->module->file) : 0;
  bool within = seen->offset >= from && seen->offset < from + body.size;
  bool by_pointer = in->stacked && within && in->module->file[seen->offset] == core_ops[CORE_OP_CALL_INDIRECT].opcode;
  return by_pointer || seen->of_list ? CM_ORIGIN_APP : analysis_origin(a, CM_NEED_ENV, seen->name, evidence);
}

void observe_undecided(struct analysis *a, const struct cm_needs *needs) {
  bool open = is_open(a), blind = open || a->passed_by;
  // Whether a container is asked for anything else was seen when it was found; its lookups serve others, too.
  bool contained = a->container.lookup_count || a->container.site_count;
  if ((!blind && contained) || !observe_is_possible(a, needs)) return;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct observation *o = observe_open(a, &arena);
  if (o && reads_list(a)) o->list = observe_list_open(o);
  if (o && (open || !is_disproved(o)) && blind) run_rounds(o);
  if (o && o->list) run_lengths(o);
  if (o && blind) {
    o->world = a->rehearsed ? LABORATORY_ALONE_OTHER : LABORATORY_ALONE;
    observe_start(o, laboratory_made_up, LABORATORY_MADE_UP);
  }
  for (size_t i = 0; o && i < o->count; i++) {
    const struct observed *seen = &o->names[i];
    if (open && seen->worlds >> LABORATORY_OTHER & 1) tell_beginning(a, seen);
    bool certain = (seen->worlds & BOTH_WORLDS) == BOTH_WORLDS || (seen->worlds & USUAL_AND_ALONE) == USUAL_AND_ALONE ||
                   is_default(o, seen) || (seen->of_list && seen->is_literal);
    certain &= before(seen->name, host_program_name) == seen->name.size;
    if (!certain || is_no_news(a, seen) || (open && findings_has(&a->findings, CM_NEED_ENV, seen->name))) continue;
    analysis_trace(a, "run: %.*s is asked for by function %u", CM_STR_ARG(seen->name), seen->caller);
    struct cm_evidence evidence = analysis_evidence(a, seen->caller, seen->callee);
    evidence.by = CM_BY_EXECUTED;
    evidence.offset = seen->offset;
    findings_need(&a->findings, CM_NEED_ENV, seen->name, origin_of(a, seen, &evidence), CM_POSSIBLE,
                  analysis_source(a, seen->caller), &evidence);
    // The evaluation knew nothing of it, and may have missed more.
    if (!open)
      findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, seen->caller), CM_REASON_COMPUTED, (struct cm_str){0},
                          &evidence);
  }
  observe_close(o);
  cm_arena_free(&arena);
}
