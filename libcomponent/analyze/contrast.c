// The two methods held against each other, for the debug trace.
//
// Lookups are found by experiment, and what they are asked for by evaluation. Here the program is started as a whole in the laboratory, with a
// made-up environment, and then with one in which everything is that the answer names; its calls of the lookups are watched. A name that is
// asked for there is asked for in truth. Where the answer has neither the name nor an undecided site for the call, the methods
// disagree, and one of them is wrong. That a run does not come to a call says nothing: it takes one way of many.

#include "contrast.h"
#include "laboratory.h"

#include <component/semver.h>

#include <string.h>

enum { ENTRIES_MOST = 8, NAMES_MOST = 256 };
static const uint64_t fuel = 20000000;

struct asked {
  struct cm_str name;
  uint32_t caller;
  uint64_t offset;  // of the call
};

struct contrast {
  const struct analysis *analysis;
  const struct cm_needs *needs;
  struct laboratory *lab;
  struct cm_arena *arena;
  struct asked asked[NAMES_MOST];
  size_t count, disagreements;
};

// --- the run ---

static void enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct contrast *c = context;
  const struct analysis *a = c->analysis;
  struct asked asked;
  if (!a->lookup_of[gid] || c->count == NAMES_MOST || !laboratory_call_site(c->lab, gid, &asked.caller, &asked.offset)) return;
  if (a->lookup_of[asked.caller]) return;  // within a lookup the name is the outer one's
  struct cm_str name = lookup_name_in(&a->program, c->lab, &a->lookups[a->lookup_of[gid] - 1], arguments);
  for (size_t i = 0; i < c->count; i++)
    if (c->asked[i].offset == asked.offset && cm_str_equal(c->asked[i].name, name)) return;
  char *text = name.size ? cm_alloc_text(c->arena, name.at, name.size) : NULL;
  if (!text) return;
  asked.name = (struct cm_str){text, name.size};
  c->asked[c->count++] = asked;
}

static bool can_start(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  return program->is_entry[gid] && type && !type->param_count && type->result_count <= 1 && !program_is_slot(program, gid);
}

static void start_all(struct contrast *c, const struct laboratory_variable *environment, size_t count) {
  const struct laboratory_observer observer = {.context = c, .enter = enter};
  const struct program *program = &c->analysis->program;
  size_t started = 0;
  laboratory_set_environment(c->lab, environment, count);
  for (uint32_t gid = 0; gid < program->func_count && started < ENTRIES_MOST; gid++) {
    if (!can_start(program, gid)) continue;
    union core_value results[1] = {0};
    size_t before = c->count;
    started++;
    laboratory_reset(c->lab);
    laboratory_observe(c->lab, &observer);
    bool back = laboratory_call(c->lab, gid, NULL, results, fuel) || laboratory_exited(c->lab);
    laboratory_observe(c->lab, NULL);
    bool outside = laboratory_asked(c->lab) != 0;
    if (!outside) c->count = before;  // what is asked of another part of the program is no need
    analysis_trace(c->analysis, "run: function %u with %zu variables%s%s", gid, count, back ? "" : ", not to its end",
                   outside ? "" : ", the host was not asked");
  }
}

static void run(struct contrast *c) {
  start_all(c, laboratory_made_up, LABORATORY_MADE_UP);
  struct laboratory_variable *all = cm_alloc_array(c->arena, c->needs->need_count + 1, sizeof *all);
  size_t count = 0;
  for (uint32_t i = 0; all && i < c->needs->need_count && count < NAMES_MOST; i++) {
    const struct cm_need *n = &c->needs->needs[i];
    const char *name = n->kind == CM_NEED_ENV ? cm_alloc_text(c->arena, n->key.at, n->key.size) : NULL;
    if (name) all[count++] = (struct laboratory_variable){name, "1"};
  }
  if (count) start_all(c, all, count);
}

// --- what is made of it ---

static bool passes(const struct cm_evidence *e, uint32_t module, uint64_t offset) {
  if (e->module == module && e->offset == offset) return true;
  for (uint32_t i = 0; i < e->path_count; i++)
    if (e->path[i].module == module && e->path[i].offset == offset) return true;
  return false;
}

static uint32_t module_of(const struct contrast *c, uint32_t gid) {
  const struct program *program = &c->analysis->program;
  return program->instances[program->instance_of[gid]].node->module_ordinal;
}

static const struct cm_need *need_named(const struct contrast *c, struct cm_str name) {
  for (uint32_t i = 0; i < c->needs->need_count; i++)
    if (c->needs->needs[i].kind == CM_NEED_ENV && cm_str_equal(c->needs->needs[i].key, name)) return &c->needs->needs[i];
  return NULL;
}

static bool is_undecided(const struct contrast *c, const struct asked *asked) {
  for (uint32_t i = 0; i < c->needs->unresolved_count; i++) {
    const struct cm_unresolved *u = &c->needs->unresolved[i];
    for (uint32_t k = 0; u->kind == CM_NEED_ENV && k < u->evidence_count; k++)
      if (passes(&u->evidence[k], module_of(c, asked->caller), asked->offset)) return true;
  }
  return false;
}

static void tell_asked(struct contrast *c, const struct asked *asked) {
  const struct analysis *a = c->analysis;
  unsigned long long at = asked->offset;
  if (need_named(c, asked->name)) {
    analysis_trace(a, "run: %.*s was asked for in function %u at 0x%llx, and the evaluation has it", CM_STR_ARG(asked->name),
                   asked->caller, at);
  } else if (is_undecided(c, asked)) {
    analysis_trace(a, "run: %.*s was asked for in function %u at 0x%llx, which the evaluation leaves undecided",
                   CM_STR_ARG(asked->name), asked->caller, at);
  } else if (container_is_elsewhere(&a->container, asked->caller, asked->offset)) {
    analysis_trace(a, "run: %.*s was sought in function %u at 0x%llx, in another container", CM_STR_ARG(asked->name), asked->caller,
                   at);
  } else {
    c->disagreements++;
    analysis_trace(a, "disagree: %.*s was asked for in function %u at 0x%llx, and the evaluation says nothing of it%s",
                   CM_STR_ARG(asked->name), asked->caller, at,
                   c->needs->complete[CM_NEED_ENV] ? "" : ", but that it is not complete");
  }
}

static bool leads_to(const struct cm_evidence *list, uint32_t count, uint32_t module, uint32_t function) {
  for (uint32_t k = 0; k < count; k++)
    for (uint32_t i = 0; i < list[k].path_count; i++)
      if (list[k].path[i].module == module && list[k].path[i].function == function) return true;
  return false;
}

struct outer {
  const struct analysis *analysis;
  bool called;
};

static void visit_caller(void *context, uint32_t caller, bool indirect) {
  struct outer *o = context;
  (void)indirect;
  o->called |= (o->analysis->program.reached[caller] & 1) && !o->analysis->lookup_of[caller];
}

// A lookup that is reached is called by somebody, if only by other lookups.
static void tell_lookup(struct contrast *c, uint32_t gid) {
  const struct cm_needs *n = c->needs;
  struct outer outer = {.analysis = c->analysis};
  program_callers(&c->analysis->program, gid, NULL, visit_caller, &outer);
  if (!outer.called) return;
  uint32_t module = module_of(c, gid), function = program_func(&c->analysis->program, gid);
  for (uint32_t i = 0; i < n->need_count; i++)
    if (leads_to(n->needs[i].evidence, n->needs[i].evidence_count, module, function)) return;
  for (uint32_t i = 0; i < n->unresolved_count; i++)
    if (leads_to(n->unresolved[i].evidence, n->unresolved[i].evidence_count, module, function)) return;
  for (size_t i = 0; i < c->count; i++)
    if (c->asked[i].caller == gid) return;
  analysis_trace(c->analysis, "no call of lookup %u is told of", gid);
}

// Where the environment is provided within the program, nothing that is asked is a need.
static bool comes_from_outside(const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->import_count; i++)
    for (size_t s = 0; s < cm_sink_count; s++)
      if (cm_sinks[s].kind == CM_NEED_ENV && cm_str_is(cm_name_base(needs->imports[i].name), cm_sinks[s].interface)) return true;
  return false;
}

void contrast_tell(struct analysis *a, const struct cm_needs *needs) {
  if (!a->options || !a->options->trace || !a->lookup_count || a->interpreted.interpreter_count || !comes_from_outside(needs))
    return;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct contrast *c = cm_alloc(&arena, sizeof *c);
  if (c) {
    *c = (struct contrast){.analysis = a, .needs = needs, .arena = &arena};
    c->lab = laboratory_open_lively(&a->program, laboratory_made_up, LABORATORY_MADE_UP);
    if (c->lab) run(c);
    laboratory_close(c->lab);
    for (size_t i = 0; i < c->count; i++) tell_asked(c, &c->asked[i]);
    for (size_t i = 0; i < a->lookup_count; i++)
      if (a->program.reached[a->lookups[i].gid] & 1) tell_lookup(c, a->lookups[i].gid);
    analysis_trace(a, "run: %zu names asked for, %zu disagreements", c->count, c->disagreements);
  }
  cm_arena_free(&arena);
}
