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

// The function to name for a way from `entry` to the environment that passes no lookup: the last one that belongs to the instance of
// the entry, and to the application as far as names tell (those of libraries begin with an underscore).
static uint32_t speaker(struct analysis *a, const struct upward *u, uint32_t entry, uint32_t *next) {
  uint32_t best = entry;
  for (uint32_t g = entry; u->toward[g]; g = u->toward[g] - 1) {
    struct cm_str name = program_name(&a->program, g);
    bool same = a->program.instance_of[g] == a->program.instance_of[entry];
    if (same && !program_is_slot(&a->program, g) && (!name.size || name.at[0] != '_')) best = g;
    if (u->toward[g] - 1 == g) break;
  }
  *next = u->toward[best] ? u->toward[best] - 1 : NO_FUNC;
  return best;
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
  enum cm_reason reason = a->lookup_count ? CM_REASON_WHOLE_LIST : CM_REASON_NO_LOOKUP;
  for (size_t i = 0; i < u.count; i++) {
    uint32_t entry = u.list[i], next;
    if (!a->program.is_entry[entry]) continue;
    uint32_t at = speaker(a, &u, entry, &next);
    if (a->marks[at] & MARK_ENV_OPEN) continue;
    a->marks[at] |= MARK_ENV_OPEN;
    struct cm_evidence evidence = analysis_evidence(a, at, next);
    findings_unresolved(&a->findings, CM_NEED_ENV, a->env_source, reason, (struct cm_str){0}, &evidence);
  }
}
