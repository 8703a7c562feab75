// The program is started in the laboratory, twice with all different that it may take a name from: its own name, the clock, the variables that are
// there and their values. A name that a lookup is called with in both runs is the program's own; where the call is one that the evaluation leaves
// undecided, it is a need, be it one of several. From where a program without arguments reads what stands at the address null, nothing that
// it does counts.

#include "observed.h"
#include "runtime_names.h"

#include <component/semver.h>

enum { FUEL = 300000, ENTRIES_MOST = 4, NAMES_MOST = 64, NULL_AREA = 64, FOUND_MOST = 64 };

static const struct {
  const char *name, *value;
  uint64_t clock;
} inputs[2] = {{"rehearsal", "1", 0}, {"another-run", "on2", UINT64_C(1700000000123456789)}};

struct seen {
  struct cm_str name;
  uint32_t caller, callee;
  uint64_t offset;
  unsigned runs;  // a bit each
};

struct observing {
  struct analysis *analysis;
  struct laboratory *lab;
  struct cm_arena arena;
  struct seen seen[NAMES_MOST];
  size_t count;
  unsigned run;
  bool reads_null;
};

static void on_read(void *context, uint64_t at, uint64_t size) {
  struct observing *o = context;
  o->reads_null |= at + size <= NULL_AREA;
}

static void on_enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct observing *o = context;
  const struct analysis *a = o->analysis;
  struct seen seen = {.callee = gid, .runs = 1U << o->run};
  if (!a->lookup_of[gid] || o->reads_null || !laboratory_call_site(o->lab, gid, &seen.caller, &seen.offset)) return;
  if (a->lookup_of[seen.caller]) return;  // within a lookup the name is the outer one's
  struct cm_str name = lookup_name_in(&a->program, o->lab, &a->lookups[a->lookup_of[gid] - 1], arguments);
  if (!name.size || memchr(name.at, '=', name.size) || memchr(name.at, 0, name.size)) return;
  for (size_t i = 0; i < o->count; i++)
    if (o->seen[i].offset == seen.offset && o->seen[i].caller == seen.caller && cm_str_equal(o->seen[i].name, name)) {
      o->seen[i].runs |= seen.runs;
      return;
    }
  char *text = o->count < NAMES_MOST ? cm_alloc_text(&o->arena, name.at, name.size) : NULL;
  if (!text) return;
  seen.name = (struct cm_str){text, name.size};
  o->seen[o->count++] = seen;
}

static bool can_start(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  return program->is_entry[gid] && type && !type->param_count && type->result_count <= 1 && !program_is_slot(program, gid);
}

static void start_all(struct observing *o, unsigned input, const struct laboratory_variable *environment, size_t count) {
  const struct program *program = &o->analysis->program;
  unsigned started = 0;
  laboratory_set_environment(o->lab, environment, count);
  laboratory_set_program(o->lab, inputs[input].name, inputs[input].clock);
  for (uint32_t gid = 0; gid < program->func_count && started < ENTRIES_MOST; gid++) {
    if (!can_start(program, gid)) continue;
    struct laboratory_observer observer = {.context = o, .enter = on_enter, .read = on_read, .instance = program->instance_of[gid]};
    union core_value results[1] = {0};
    started++;
    o->reads_null = false;
    laboratory_reset(o->lab);
    laboratory_observe(o->lab, &observer);
    laboratory_call(o->lab, gid, NULL, results, FUEL);
    laboratory_observe(o->lab, NULL);
  }
  o->run++;
}

// Without what is asked for, and then with all of it.
static void run(struct observing *o) {
  const struct findings *f = &o->analysis->findings;
  start_all(o, 0, laboratory_made_up, LABORATORY_MADE_UP);
  if (!o->count) return;
  start_all(o, 1, NULL, 0);
  struct laboratory_variable found[FOUND_MOST];
  size_t count = 0;
  for (size_t i = 0; i < f->need_count && count < FOUND_MOST; i++) {
    const struct cm_need *n = &f->needs[i].need;
    const char *name = n->kind == CM_NEED_ENV ? cm_alloc_text(&o->arena, n->key.at, n->key.size) : NULL;
    if (name) found[count++] = (struct laboratory_variable){name, NULL};
  }
  for (unsigned input = 0; input < 2 && count; input++) {
    for (size_t i = 0; i < count; i++) found[i].value = inputs[input].value;
    start_all(o, input, found, count);
  }
}

static bool passes(const struct cm_evidence *e, uint32_t module, uint64_t offset) {
  if (e->module == module && e->offset == offset) return true;
  for (uint32_t i = 0; i < e->path_count; i++)
    if (e->path[i].module == module && e->path[i].offset == offset) return true;
  return false;
}

// Is the call undecided? NULL, 0: is any call of a lookup?
static bool is_undecided(const struct analysis *a, const struct seen *seen) {
  const struct findings *f = &a->findings;
  for (size_t i = 0; i < f->unresolved_count; i++) {
    const struct finding_unresolved *u = &f->unresolved[i];
    if (u->unresolved.kind != CM_NEED_ENV || u->dropped) continue;
    if (!seen) return true;
    uint32_t module = a->program.instances[a->program.instance_of[seen->caller]].node->module_ordinal;
    for (size_t k = 0; k < u->evidence_count; k++)
      if (passes(&u->evidence[k], module, seen->offset)) return true;
  }
  return false;
}

static void tell(struct analysis *a, const struct seen *seen) {
  bool twice = (seen->runs & 3) == 3 || (seen->runs & 12) == 12;
  if (!twice || findings_has(&a->findings, CM_NEED_ENV, seen->name) || !is_undecided(a, seen)) return;
  struct cm_evidence evidence = analysis_evidence(a, seen->caller, seen->callee);
  evidence.by = CM_BY_EXECUTED;
  evidence.offset = seen->offset;
  analysis_trace(a, "observed: %.*s is asked for in function %u at 0x%llx", CM_STR_ARG(seen->name), seen->caller,
                 (unsigned long long)seen->offset);
  enum cm_origin origin = runtime_origin(CM_NEED_ENV, seen->name, evidence.name);
  findings_need(&a->findings, CM_NEED_ENV, seen->name, origin, CM_POSSIBLE, analysis_source(a, seen->caller), &evidence);
}

bool observed_tell(struct analysis *a) {
  bool simple = !a->rehearsed && !a->interpreted.interpreter_count && !a->program.provided_count;
  if (!simple || !a->lookup_count || !is_undecided(a, NULL)) return true;
  struct observing *o = cm_alloc(a->arena, sizeof *o);
  if (!o) return false;
  *o = (struct observing){.analysis = a};
  cm_arena_init(&o->arena, a->arena->allocator);
  o->lab = laboratory_open_lively(&a->program, laboratory_made_up, LABORATORY_MADE_UP);
  if (o->lab) run(o);
  laboratory_close(o->lab);
  for (size_t i = 0; i < o->count; i++) tell(a, &o->seen[i]);
  bool ok = !o->arena.refused && !a->arena->refused;
  cm_arena_free(&o->arena);
  return ok;
}
