// The environment as a whole: who reads its list and not a name of it.

#include "analysis.h"

struct call_search {
  struct program *program;
  uint32_t instance, callee;
  uint64_t offset;
  const uint8_t *file;
};

static void find_call(void *context, enum core_use use, uint32_t func, uint32_t b, const uint8_t *at) {
  (void)b;
  struct call_search *s = context;
  if (use != CORE_USE_CALL || s->offset || func >= s->program->instances[s->instance].module->func_count) return;
  uint32_t gid = program_callee(s->program, s->instance, func, NULL);
  if (gid == NO_FUNC) gid = program_gid(s->program, s->instance, func);
  if (gid == s->callee) s->offset = (uint64_t)(at - s->file);
}

struct cm_evidence analysis_evidence(struct analysis *a, uint32_t gid, uint32_t callee) {
  struct program *program = &a->program;
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  struct call_search search = {program, program->instance_of[gid], callee, 0, module->file};
  if (!program_is_slot(program, gid)) core_code_uses(module, program_func(program, gid), find_call, &search, NULL);
  struct evaluate_frame frame = {.gid = gid, .instance = program->instance_of[gid], .call_offset = search.offset};
  return findings_evidence(&a->findings, &a->scratch, &frame, callee);
}

struct upward {
  struct analysis *analysis;
  uint32_t *list, *toward;  // toward: by gid, the next function on the way to the import, + 1
  size_t count, room;
  uint32_t from;
};

static void climb(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct upward *u = context;
  struct analysis *a = u->analysis;
  if (u->toward[caller] || !(a->program.reached[caller] & 1) || a->lookup_of[caller] || a->setters[caller]) return;
  u->toward[caller] = u->from + 1;
  if (!cm_grow(a->arena, &u->list, &u->room, u->count, sizeof *u->list))
    a->failed = true;
  else
    u->list[u->count++] = caller;
}

// Whom to name for a way from each function to the environment: the last one on it that belongs to the same instance, and to the
// application as far as names tell (those of libraries begin with an underscore). The ways make a tree, whose root is the import; a
// walk over it knows for each instance the first such function from the root.
struct speakers {
  uint32_t *child, *sibling;  // by gid, + 1: who comes to it directly, and the next one who comes to the same
  uint32_t *first;            // by instance: the function, + 1
  uint32_t *of;               // by gid: whom to name
};

static void walk_ways(struct analysis *a, const struct upward *u, struct speakers *s, uint32_t start) {
  for (uint32_t g = start;;) {
    uint32_t *first = &s->first[a->program.instance_of[g]];
    struct cm_str name = program_name(&a->program, g);
    if (!*first && !program_is_slot(&a->program, g) && (!name.size || name.at[0] != '_')) *first = g + 1;
    s->of[g] = *first ? *first - 1 : g;
    if (s->child[g]) {
      g = s->child[g] - 1;
      continue;
    }
    for (;; g = u->toward[g] - 1) {
      first = &s->first[a->program.instance_of[g]];
      if (*first == g + 1) *first = 0;
      if (g == start) return;
      if (s->sibling[g]) break;
    }
    g = s->sibling[g] - 1;
  }
}

static bool find_speakers(struct analysis *a, const struct upward *u, const uint32_t *sources, size_t count, struct speakers *s) {
  uint32_t funcs = a->program.func_count;
  *s = (struct speakers){.child = cm_alloc_array(a->arena, funcs, sizeof(uint32_t)),
                         .sibling = cm_alloc_array(a->arena, funcs, sizeof(uint32_t)),
                         .first = cm_alloc_array(a->arena, a->program.instance_count, sizeof(uint32_t)),
                         .of = cm_alloc_array(a->arena, funcs, sizeof(uint32_t))};
  if (!s->child || !s->sibling || !s->first || !s->of) return false;
  for (size_t i = 0; i < u->count; i++) {
    uint32_t *child = &s->child[u->toward[u->list[i]] - 1];
    s->sibling[u->list[i]] = *child;
    *child = u->list[i] + 1;
  }
  for (size_t i = 0; i < count; i++)
    for (uint32_t g = s->child[sources[i]]; g; g = s->sibling[g - 1]) walk_ways(a, u, s, g - 1);
  return true;
}

void environment_check(struct analysis *a, const uint32_t *sources, size_t count) {
  struct upward u = {.analysis = a, .toward = cm_alloc_array(a->arena, a->program.func_count, sizeof(uint32_t))};
  uint8_t *kinds_seen = cm_alloc_array(a->arena, a->program.kind_count, 1);
  if (!u.toward || !kinds_seen) {
    a->failed = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    u.from = sources[i];
    program_callers(&a->program, sources[i], kinds_seen, climb, &u);
  }
  for (size_t i = 0; i < u.count && !a->failed; i++) {
    u.from = u.list[i];
    program_callers(&a->program, u.list[i], kinds_seen, climb, &u);
  }
  struct speakers speakers;
  if (a->failed || !find_speakers(a, &u, sources, count, &speakers)) {
    a->failed = true;
    return;
  }
  enum cm_reason reason = a->lookup_count ? CM_REASON_WHOLE_LIST : CM_REASON_NO_LOOKUP;
  for (size_t i = 0; i < u.count; i++) {
    if (!a->program.is_entry[u.list[i]]) continue;
    uint32_t at = speakers.of[u.list[i]];
    if (a->marks[at] & MARK_ENV_OPEN) continue;
    a->marks[at] |= MARK_ENV_OPEN;
    struct cm_evidence evidence = analysis_evidence(a, at, u.toward[at] - 1);
    findings_unresolved(&a->findings, CM_NEED_ENV, a->env_source, reason, (struct cm_str){0}, &evidence);
  }
}
