// The two methods held against each other, for the debug trace.
//
// Lookups are found by experiment, and what they are asked for by evaluation. Here the program is started as a whole in the laboratory, with a
// made-up environment, and then with one in which everything is that the answer names; its calls of the lookups are watched. A name that is
// asked for there is asked for in truth. Where the answer has neither the name nor an undecided site for the call, the methods
// disagree, and one of them is wrong. That a run does not come to a call says nothing: it takes one way of many.

#include "contrast.h"
#include "observe.h"

struct contrast {
  const struct analysis *analysis;
  const struct cm_needs *needs;
  struct observation *seen;
  size_t disagreements;
};

static void run(struct contrast *c) {
  struct cm_arena *arena = c->seen->arena;
  observe_start(c->seen, laboratory_made_up, LABORATORY_MADE_UP);
  struct laboratory_variable *all = cm_alloc_array(arena, c->needs->need_count + 1, sizeof *all);
  size_t count = 0;
  for (uint32_t i = 0; all && i < c->needs->need_count && count < OBSERVE_NAMES; i++) {
    const struct cm_need *n = &c->needs->needs[i];
    const char *name = n->kind == CM_NEED_ENV ? cm_alloc_text(arena, n->key.at, n->key.size) : NULL;
    if (name) all[count++] = (struct laboratory_variable){name, "1"};
  }
  if (count) observe_start(c->seen, all, count);
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

static bool is_undecided(const struct contrast *c, const struct observed *asked) {
  for (uint32_t i = 0; i < c->needs->unresolved_count; i++) {
    const struct cm_unresolved *u = &c->needs->unresolved[i];
    for (uint32_t k = 0; u->kind == CM_NEED_ENV && k < u->evidence_count; k++)
      if (passes(&u->evidence[k], module_of(c, asked->caller), asked->offset)) return true;
  }
  return false;
}

static void tell_asked(struct contrast *c, const struct observed *asked) {
  const struct analysis *a = c->analysis;
  unsigned long long at = asked->offset;
  if (need_named(c, asked->name)) {
    analysis_trace(a, "run: %.*s was asked for in function %u at 0x%llx, and the evaluation has it", CM_STR_ARG(asked->name),
                   asked->caller, at);
  } else if (is_undecided(c, asked)) {
    analysis_trace(a, "run: %.*s was asked for in function %u at 0x%llx, which the evaluation leaves undecided",
                   CM_STR_ARG(asked->name), asked->caller, at);
  } else if (container_is_taken(&a->container, asked->caller, asked->offset)) {
    analysis_trace(a, "run: %.*s was taken away in function %u at 0x%llx", CM_STR_ARG(asked->name), asked->caller, at);
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
  for (size_t i = 0; i < c->seen->count; i++)
    if (c->seen->names[i].caller == gid) return;
  analysis_trace(c->analysis, "no call of lookup %u is told of", gid);
}

void contrast_tell(struct analysis *a, const struct cm_needs *needs) {
  if (!a->options || !a->options->trace || !observe_is_possible(a, needs)) return;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct contrast c = {.analysis = a, .needs = needs, .seen = observe_open(a, &arena)};
  if (c.seen) {
    run(&c);
    for (size_t i = 0; i < c.seen->count; i++) tell_asked(&c, &c.seen->names[i]);
    for (size_t i = 0; i < a->lookup_count; i++)
      if (a->program.reached[a->lookups[i].gid] & 1) tell_lookup(&c, a->lookups[i].gid);
    analysis_trace(a, "run: %zu names asked for, %zu disagreements", c.seen->count, c.disagreements);
  }
  observe_close(c.seen);
  cm_arena_free(&arena);
}
