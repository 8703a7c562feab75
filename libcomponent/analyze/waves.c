// Wave by wave: the functions that ask are evaluated, then those that call them, where a key depends on its callers, and so on upwards.

#include "analysis.h"
#include "beginning.h"
#include "called.h"
#include "divide.h"

// A helper that is too expensive where a parameter is unknown may be cheap where a caller gives it: EXTRA_TRIES are of the first waves.
enum { WAVES = 24, INDIRECT_CALLERS = 48, EXTRA_TRIES = 6 };

void analysis_queue(struct analysis *a, uint32_t gid) {
  if (a->container.fillers && a->container.fillers[gid]) return;
  if (a->marks[gid] & MARK_QUEUED || !(a->program.reached[gid] & 1) || program_is_slot(&a->program, gid)) return;
  if (!cm_grow(a->arena, &a->queue, &a->queue_room, a->queue_count, sizeof *a->queue)) {
    a->failed = true;
    return;
  }
  a->marks[gid] |= MARK_QUEUED;
  a->queue[a->queue_count++] = gid;
}

struct queueing {
  struct analysis *analysis;
  uint32_t gid;
  bool indirect;
};

static void queue_caller(void *context, uint32_t caller, bool indirect) {
  const struct queueing *q = context;
  if (indirect && !(q->indirect && vtable_may_call(&q->analysis->vtables, caller, q->gid))) return;
  analysis_queue(q->analysis, caller);
}

void analysis_queue_callers(struct analysis *a, uint32_t gid, bool indirect) {
  struct queueing q = {a, gid, indirect};
  program_callers(&a->program, gid, NULL, queue_caller, &q);
}

struct caller_count {
  const struct program *program;
  struct vtables *vtables;
  bool made;  // who calls it through a pointer is not asked: see made.h
  uint32_t gid;
  size_t direct, indirect, foreign;  // foreign: of another instance, which cannot be entered from
};

static void count_caller(void *context, uint32_t caller, bool indirect) {
  struct caller_count *c = context;
  if (caller == c->gid || !(c->program->reached[caller] & 1)) return;
  if (indirect && (c->made || !vtable_may_call(c->vtables, caller, c->gid))) return;
  if (c->program->instance_of[caller] != c->program->instance_of[c->gid])
    c->foreign++;
  else if (indirect)
    c->indirect++;
  else
    c->direct++;
}

static void count_callers(struct analysis *a, uint32_t gid, struct caller_count *callers) {
  bool made = a->made.of[gid] == MADE_EVALUATED;
  *callers = (struct caller_count){.program = &a->program, .vtables = &a->vtables, .made = made, .gid = gid};
  program_callers(&a->program, gid, NULL, count_caller, callers);
}

void analysis_open_up(struct analysis *a, uint32_t gid) {
  if (!(a->marks[gid] & MARK_ENTER)) a->opened[gid] = ++a->openings;
  a->marks[gid] |= MARK_ENTER;
}

// The same where stacks lie in memory: who calls through a pointer is told by who holds it. False: it is no such function.
static bool ask_stacked(struct analysis *a, const struct pending *p, const struct caller_count *callers, bool again) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[p->root]];
  if (!in->stacked || !a->rehearsed) return false;
  const struct stacked_function *f = stacked_function_of(in->stacked, program_func(&a->program, p->root));
  bool held = in->stacked->taken[program_func(&a->program, p->root)];
  // Whoever calls it gives it nothing that a key could depend on; or nobody does, unless it is by reflection.
  bool is_called = callers->direct || held;
  if ((!f->reads && !f->uses_context) || !is_called) {
    if (is_called || held_is_reflected(a, p->root)) analysis_give_up(a, p, CM_REASON_COMPUTED);
    return true;
  }
  if (again) return true;
  analysis_trace(a, "function %u: a key depends on its callers (%zu direct%s)", p->root, callers->direct, held ? ", held" : "");
  analysis_open_up(a, p->root);
  analysis_queue_callers(a, p->root, false);
  held_add(a, p->root);
  return true;
}

// Is the function evaluated where its objects are made, so that of its callers only the direct ones are to be asked? What depends on what else it is
// given, or is compared with the environment's list, they must tell.
static bool ask_makers(struct analysis *a, const struct pending *p, bool by_pointer) {
  bool fits = !p->of_list && !p->parameters && !p->made;
  uint8_t *state = &a->made.of[p->root];
  if (*state == MADE_EVALUATED && !fits) made_refuse(a, p->root);
  if (*state == MADE_NOT && by_pointer && !fits) *state = MADE_FAILED;
  return *state == MADE_EVALUATED || (*state == MADE_NOT && by_pointer && made_begin(a, p->root));
}

// `again`: they were asked already, for another call.
static void ask_callers_of(struct analysis *a, const struct pending *p, struct caller_count *callers, bool again) {
  // A lookup is not entered by its callers: what it asks for besides the name that it is given stays as it is.
  if (a->lookup_of[p->root] && !p->of_list) {
    // Experiment says that it asks for that name somewhere. Where this is the only place, it is a copy of it that is asked for here.
    bool elsewhere = a->marks[p->root] & MARK_OWN_NAME || a->unknown[a->unknown_first[p->root] - 1].next;
    if (elsewhere && !p->parameters) {
      analysis_trace(a, "lookup %u asks for a name of its own, too: once more without it", p->root);
      confirm_refuse(a, p->root);
    }
    if (elsewhere) analysis_give_up(a, p, CM_REASON_COMPUTED);
    return;
  }
  if (ask_stacked(a, p, callers, again)) return;
  if (ask_makers(a, p, callers->indirect)) {
    callers->indirect = 0;
    if (!callers->direct && !callers->foreign && !a->program.is_entry[p->root]) return;
  }
  bool entry = a->program.is_entry[p->root] || callers->foreign, too_many = callers->indirect > INDIRECT_CALLERS;
  if (entry || !(callers->direct + callers->indirect)) {
    uint32_t func = program_func(&a->program, p->root);
    const struct core_type *type = core_func_type(a->program.instances[a->program.instance_of[p->root]].module, func);
    analysis_give_up(a, p, entry && type && type->param_count && !p->pattern.size ? CM_REASON_EXPORTED : CM_REASON_COMPUTED);
  } else if (too_many) {
    // A signature that half the program calls through: who of them means this function cannot be told.
    analysis_give_up(a, p, CM_REASON_INDIRECT);
  }
  if (!(callers->direct + callers->indirect)) return;
  analysis_trace(a, "function %u: a key depends on its callers (%zu direct, %zu indirect)", p->root, callers->direct,
                 callers->indirect);
  if (again) return;
  analysis_open_up(a, p->root);
  analysis_queue_callers(a, p->root, callers->indirect && !too_many);
}

// They were asked before a function that the site is come to by was entered, and did not come by there.
static void ask_anew(struct analysis *a, const struct pending *p) {
  if (!(a->marks[p->root] & MARK_ENTER) || p->opening <= a->asked_at[p->root]) return;
  struct caller_count callers;
  count_callers(a, p->root, &callers);
  bool stacked = a->program.instances[a->program.instance_of[p->root]].stacked && a->rehearsed;
  analysis_trace(a, "function %u: its callers are asked once more, by another way", p->root);
  analysis_queue_callers(a, p->root, !stacked && callers.indirect && callers.indirect <= INDIRECT_CALLERS);
  if (stacked) held_add(a, p->root);
  a->asked_at[p->root] = a->openings;
}

// Whether its callers were asked before: a function is evaluated again where one that it calls is to be entered.
static bool is_unknown(const struct analysis *a, const struct pending *p) {
  size_t cursor = 0;
  uint64_t hash = analysis_site_hash(&a->unknown_sites, p->root, p->site, p->offset, p->by);
  for (uint32_t i; index_next(&a->unknown_sites, hash, &cursor, &i);)
    if (analysis_same_site(&a->unknown[i], p->root, p->site, p->offset) && a->unknown[i].by == p->by &&
        a->unknown[i].parameters == p->parameters && a->unknown[i].made == p->made)
      return true;
  return false;
}

static bool add_unknown(struct analysis *a, const struct pending *p) {
  uint32_t item = (uint32_t)a->unknown_count, *last = &a->unknown_last[p->root];
  struct index *sites = &a->unknown_sites;
  uint64_t anyhow = analysis_site_hash(sites, p->root, p->site, p->offset, 0);
  size_t cursor = 0;
  bool first = true;
  for (uint32_t i; first && index_next(sites, anyhow, &cursor, &i);)
    first = !analysis_same_site(&a->unknown[i], p->root, p->site, p->offset);
  if (!cm_grow(a->arena, &a->unknown, &a->unknown_room, a->unknown_count, sizeof *a->unknown) ||
      !index_add(sites, a->arena, analysis_site_hash(sites, p->root, p->site, p->offset, p->by), item) ||
      (first && !index_add(sites, a->arena, anyhow, item)))
    return false;
  a->unknown[a->unknown_count++] = *p;
  if (p->of_list) a->marks[p->root] |= MARK_LIST_UNKNOWN;
  if (*last)
    a->unknown[*last - 1].next = item + 1;
  else
    a->unknown_first[p->root] = item + 1;
  *last = item + 1;
  return true;
}

// What this wave left unknown is asked of the callers in the next one.
static void ask_callers(struct analysis *a) {
  size_t first = a->unknown_count, known = 0;
  for (size_t i = 0; i < a->pending_count; i++) {
    const struct pending p = a->pending[i];
    if (is_unknown(a, &p)) {
      a->pending[known++] = p;
    } else if (!add_unknown(a, &p)) {
      a->failed = true;
      return;
    }
  }
  a->pending_count = 0;
  for (size_t i = 0; i < a->queue_count; i++) a->marks[a->queue[i]] &= (uint8_t)~MARK_QUEUED;
  a->queue_count = 0;
  // Those of one function come one after the other: whom to ask is found once.
  struct caller_count callers = {.gid = NO_FUNC};
  for (size_t i = first; i < a->unknown_count && !a->failed; i++) {
    const struct pending *p = &a->unknown[i];
    bool again = p->root == callers.gid;
    if (!again) count_callers(a, p->root, &callers);
    ask_callers_of(a, p, &callers, again);
  }
  for (size_t i = 0; i < known && !a->failed; i++) ask_anew(a, &a->pending[i]);
  // Whoever is evaluated in the next wave enters all that was opened up to here.
  for (size_t i = first; i < a->unknown_count; i++) a->asked_at[a->unknown[i].root] = a->openings;
}

struct bound_search {
  struct analysis *analysis;
  uint32_t gid;
  const uint8_t *file;
  bool said[CM_NEED_KIND_COUNT];  // one call of each kind speaks for all
  bool passed_by, passed_lookup;  // a call of interest was not come to; one of a lookup
};

// What kind of key a call of `callee` asks for, seen from a function that was not evaluated to its end; NULL: none of interest.
static const struct cm_sink *row_of_callee(struct analysis *a, uint32_t callee, struct cm_str *source) {
  *source = analysis_source(a, callee);
  if (a->lookup_of[callee]) return &cm_sinks[0];
  if (program_is_slot(&a->program, callee)) {
    const struct slot *slot = analysis_slot(a, callee);
    *source = slot->source;
    bool asks = slot->sink_count && slot->sinks[0].row->kind != CM_NEED_ENV && slot->sinks[0].place.kind != KEY_WHOLE_LIST;
    return asks ? slot->sinks[0].row : NULL;
  }
  if (!(a->marks[callee] & MARK_ENTER) || !a->unknown_first[callee]) return NULL;
  const struct pending *first = &a->unknown[a->unknown_first[callee] - 1];
  *source = first->source;
  return first->row;
}

static void report_unseen_callee(struct bound_search *s, uint32_t callee, uint64_t offset) {
  struct analysis *a = s->analysis;
  struct cm_str source;
  const struct cm_sink *row = row_of_callee(a, callee, &source);
  if (!row || s->said[row->kind]) return;
  s->said[row->kind] = true;
  struct evaluate_frame frame = {.gid = s->gid, .instance = a->program.instance_of[s->gid], .call_offset = offset};
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->scratch, &frame, callee);
  const struct cm_evidence *kept = findings_keep(&a->findings, &evidence);
  if (kept)
    beginning_leave(a, &(struct left){row->kind, CM_REASON_LIMIT, source, CM_STR(""), kept, s->gid, false});
  else
    a->failed = true;
}

static bool was_seen(const struct analysis *a, uint64_t offset) {
  uint64_t bit = offset - a->seen_from;
  return bit < a->seen_size && a->seen[bit / 8] >> bit % 8 & 1;
}

static void report_unseen(void *context, enum core_use use, uint32_t index, uint32_t table, const uint8_t *at) {
  struct bound_search *s = context;
  struct program *program = &s->analysis->program;
  uint64_t offset = (uint64_t)(at - s->file);
  if (was_seen(s->analysis, offset)) return;
  const struct container *r = &s->analysis->container;
  if (container_only_fills(r, s->gid, offset)) return;
  if (r->loops && offset >= r->loops[s->gid].from && offset < r->loops[s->gid].to) return;
  uint32_t instance = program->instance_of[s->gid];
  if (use == CORE_USE_CALL && index < program->instances[instance].module->func_count) {
    uint32_t callee = program_callee(program, instance, index, NULL);
    report_unseen_callee(s, callee != NO_FUNC ? callee : program_gid(program, instance, index), offset);
  } else if (use == CORE_USE_INDIRECT && s->analysis->rehearsed) {
    lost_calls_unseen(s->analysis, s->gid, offset);
  } else if (use == CORE_USE_INDIRECT) {
    const struct program_kind *kind = program_kind_of(program, instance, index, table);
    for (uint32_t t = 0; kind && t < kind->target_count; t++)
      if (s->analysis->made.of[kind->targets[t]] != MADE_EVALUATED &&
          vtable_may_mean(&s->analysis->vtables, s->gid, offset, kind->targets[t]))
        report_unseen_callee(s, kind->targets[t], offset);
  }
}

// An evaluation that met a bound may not have seen all its calls: those never seen are undecided.
static void evaluation_met_bound(struct analysis *a, uint32_t gid) {
  analysis_trace(a, "evaluation of function %u met a bound", gid);
  made_met_bound(a, gid);
  if (a->lookup_of[gid]) return;
  const struct core_module *module = a->program.instances[a->program.instance_of[gid]].module;
  struct bound_search search = {.analysis = a, .gid = gid, .file = module->file};
  core_code_uses(module, program_func(&a->program, gid), report_unseen, &search, NULL);
}

static void note_passed_by(void *context, enum core_use use, uint32_t index, uint32_t table, const uint8_t *at) {
  struct bound_search *s = context;
  struct analysis *a = s->analysis;
  (void)table;
  uint32_t instance = a->program.instance_of[s->gid];
  bool is_call = use == CORE_USE_CALL && index < a->program.instances[instance].module->func_count;
  if (!is_call || was_seen(a, (uint64_t)(at - s->file))) return;
  uint32_t callee = program_callee(&a->program, instance, index, NULL);
  if (callee == NO_FUNC) callee = program_gid(&a->program, instance, index);
  s->passed_lookup |= a->lookup_of[callee] != 0;
  const struct slot *slot = program_is_slot(&a->program, callee) ? analysis_slot(a, callee) : NULL;
  bool hands_list = slot && slot->sink_count && slot->sinks[0].row->kind == CM_NEED_ENV;  // libc does so once, for itself
  s->passed_by |= !hands_list && analysis_wanted(a, callee);
}

// An evaluation came to its end: is there a call of interest that it did not come by? Then what a run of the program has to say is so (observe.h).
static bool has_passed_by(struct analysis *a, uint32_t gid, bool first) {
  const struct core_module *module = a->program.instances[a->program.instance_of[gid]].module;
  struct bound_search search = {.analysis = a, .gid = gid, .file = module->file};
  for (size_t i = 0; i < a->inlined.count; i++)
    search.passed_lookup |= a->inlined.at[i].gid == gid && !was_seen(a, a->inlined.at[i].from);
  if (!a->lookup_of[gid]) core_code_uses(module, program_func(&a->program, gid), note_passed_by, &search, NULL);
  a->passed_by |= first && search.passed_lookup && !a->lookup_of[gid];
  return search.passed_by;
}

// A program's start with the whole program inlined in it: helpers are not executed in place, which leaves more unknown, but comes to the
// end. *exhausted: not so, or what it is to tell of the list is for others to find out.
static bool evaluate_thriftily(struct analysis *a, struct evaluate_owner *owner, uint32_t gid, bool coarse, bool *exhausted) {
  struct listing listing = {0};
  size_t before = a->pending_count;
  cm_arena_free(&a->scratch);
  cm_arena_free(&a->listed);
  a->listing = &listing;
  a->pending_from = before;
  owner->coarse = coarse;
  owner->is_thrifty = true;
  *exhausted = false;
  bool ok = evaluate_function(&a->program, owner, gid, a->costs, &a->pool.allocator, &a->steps, exhausted);
  owner->is_thrifty = false;
  analysis_tell_held(a, false);
  analysis_trace(a, "function %u evaluated thriftily, %llu steps left", gid, (unsigned long long)a->steps);
  *exhausted |= listing.replaced || environment_is_open(a, &listing);
  if (*exhausted) a->pending_count = before;
  return ok;
}

// --- what leads to what is of interest ---

enum { LEADS_TO_CALL = 1, LEADS_TO_LIST = 2, LEADS_TO_FAILED = 4 };

struct leading {
  struct analysis *analysis;
  uint8_t to;
  uint32_t *waiting;
  size_t count;
};

static void lead(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct leading *l = context;
  const struct analysis *a = l->analysis;
  if (a->leads[caller] & l->to || (l->to == LEADS_TO_LIST && (a->lookup_of[caller] || a->setters[caller]))) return;
  a->leads[caller] |= l->to;
  l->waiting[l->count++] = caller;
}

static void follow_callers(struct leading *l, uint8_t *kinds_seen) {
  memset(kinds_seen, 0, l->analysis->program.kind_count);
  while (l->count) program_callers(&l->analysis->program, l->waiting[--l->count], kinds_seen, lead, l);
}

// Which functions can call, directly or by way of others, one of those that the owner wants to see; or one that reads the list.
static bool find_leads(struct analysis *a) {
  uint32_t count = a->program.func_count;
  struct leading l = {.analysis = a, .waiting = cm_alloc_array(&a->scratch, count, sizeof *l.waiting)};
  uint8_t *kinds_seen = cm_alloc_array(&a->scratch, a->program.kind_count, 1);
  if (!a->leads) a->leads = cm_alloc_array(a->arena, count, 1);
  if (!l.waiting || !kinds_seen || !a->leads) return false;
  memset(a->leads, 0, count);
  l.to = LEADS_TO_CALL;
  for (uint32_t gid = 0; gid < count; gid++)
    if (analysis_wanted(a, gid) || a->made.holds[gid]) lead(&l, gid, false);
  follow_callers(&l, kinds_seen);
  l.to = LEADS_TO_LIST;
  for (uint32_t gid = 0; a->list.count && gid < count; gid++)
    if (a->list.readers[gid]) lead(&l, gid, false);
  follow_callers(&l, kinds_seen);
  cm_arena_free(&a->scratch);
  return true;
}

// Who was evaluated while the method was thought to be evaluated elsewhere may not have come to it, and is evaluated again. False: memory is exhausted.
static bool evaluate_again(struct analysis *a, uint32_t method) {
  uint32_t count = a->program.func_count;
  cm_arena_free(&a->scratch);
  struct leading l = {a, LEADS_TO_FAILED, cm_alloc_array(&a->scratch, count, sizeof *l.waiting), 0};
  uint8_t *kinds_seen = cm_alloc_array(&a->scratch, a->program.kind_count, 1);
  if (!l.waiting || !kinds_seen) return false;
  for (uint32_t gid = 0; gid < count; gid++) a->leads[gid] &= (uint8_t)~LEADS_TO_FAILED;
  lead(&l, method, false);
  follow_callers(&l, kinds_seen);
  for (uint32_t gid = 0; gid < count; gid++)
    if (gid != method && a->leads[gid] & LEADS_TO_FAILED && a->evaluated[gid] > a->made.since[method]) analysis_queue(a, gid);
  cm_arena_free(&a->scratch);
  return true;
}

// Methods of which not all objects are known: who calls them is asked after all; `late`: there is nobody left to ask. False: memory is
// exhausted.
static bool ask_callers_of_failed(struct analysis *a, bool late) {
  uint32_t gid;
  struct caller_count callers;
  while (made_next_failed(a, &gid)) {
    if (!late && !evaluate_again(a, gid)) return false;
    count_callers(a, gid, &callers);
    bool again = false;
    for (uint32_t next = a->unknown_first[gid]; next; next = a->unknown[next - 1].next) {
      const struct pending p = a->unknown[next - 1];
      if (late)
        analysis_give_up(a, &p, CM_REASON_INDIRECT);
      else
        ask_callers_of(a, &p, &callers, again);
      again = true;
    }
  }
  return true;
}

// Where entries of the list may be met, or the function is looked at in another way, anything may be of interest.
static bool look_ahead(struct analysis *a, struct evaluate_owner *owner, uint32_t gid, struct ahead *ahead) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
  cm_arena_free(&a->ahead);
  if (owner->skip_to || in->stacked || a->container.site_count || a->lists_handed || a->leads[gid] & LEADS_TO_LIST ||
      a->made.holds[gid])
    return true;
  owner->ahead = ahead;
  return ahead_read(&a->program, &a->ahead, gid, a->leads, ahead);
}

static bool is_interpreter(const struct analysis *a, uint32_t gid) {
  return a->interpreted.modules[a->program.instances[a->program.instance_of[gid]].node->module_ordinal];
}

// How a function is evaluated: coarsely first, which settles most; where that leaves a key unknown, with all that can be kept apart; and where
// neither comes to the end, sparingly.
enum manner { COARSE, PRECISE, SPARING, MANNERS };

// What counts of the attempts that were made: the most precise one that came to its end.
static enum manner manner_that_counts(const bool *exhausted) {
  if (!exhausted[PRECISE]) return PRECISE;
  return exhausted[COARSE] && !exhausted[SPARING] ? SPARING : COARSE;
}

// Is what was left undecided a key, and does what was found of the list not depend on more?
static bool is_divisible(const struct analysis *a, const struct listing *l) {
  bool any = false;
  for (size_t i = a->pending_from; i < a->pending_count; i++) any |= a->pending[i].of_list || a->pending[i].whole;
  return !any && !a->rehearsed && !environment_is_open(a, l);
}

// Evaluates one function. What an attempt leaves unknown counts as manner_that_counts says.
static bool evaluate_root(struct analysis *a, uint32_t gid) {
  struct evaluate_owner owner = analysis_owner(a);
  struct evaluate_watch watch;
  owner.watch = environment_watch(a, gid, &watch);
  if (a->leads[gid] & LEADS_TO_LIST) owner.extra_tries = 0;  // where each entry may be the one there are ways enough
  if (a->container.loops) owner.skip_from = a->container.loops[gid].from, owner.skip_to = a->container.loops[gid].to;
  struct ahead ahead;
  size_t before = a->pending_count;
  called_look(a, gid);
  a->root = gid;
  a->evaluated[gid] = a->wave;
  if (!analysis_begin(a, gid) || !look_ahead(a, &owner, gid, &ahead)) return false;
  bool is_start = owner.skip_to, unsure = true;
  for (unsigned attempt = 0; is_start && attempt < 2; attempt++) {
    if (!evaluate_thriftily(a, &owner, gid, !attempt, &unsure)) return false;
    if (!unsure && a->pending_count == before) return true;
    a->pending_count = before;
  }
  bool exhausted[MANNERS] = {true, true, true};
  struct listing listings[MANNERS] = {{0}, {0}, {0}};
  size_t left_from[MANNERS] = {before, before, before};
  struct value_forces forces = {.count = 0};
  bool straight = false;
  owner.is_straight = &straight;
  cm_arena_free(&a->listed);
  unsigned attempts = 0;
  for (enum manner manner = COARSE; manner < MANNERS && a->steps; manner++) {
    if (manner == SPARING && (!exhausted[COARSE] || !exhausted[PRECISE] || !unsure || a->rehearsed)) break;
    attempts++;
    cm_arena_free(&a->scratch);
    a->listing = &listings[manner];
    owner.coarse = manner != PRECISE;
    owner.is_sparing = manner == SPARING;
    owner.forces = manner == PRECISE ? &forces : NULL;
    a->has_ended = manner && !exhausted[COARSE];
    left_from[manner] = a->pending_from = a->pending_count;
    lost_calls_begin(a, manner);
    exhausted[manner] = false;
    if (!evaluate_function(&a->program, &owner, gid, a->costs, &a->pool.allocator, &a->steps, &exhausted[manner])) return false;
    static const char *const names[MANNERS] = {" coarsely", "", " sparingly"};
    analysis_trace(a, "function %u evaluated%s, %llu steps left", gid, names[manner], (unsigned long long)a->steps);
    bool sure = manner || !a->listing->replaced;
    if (sure) environment_tell_names(a, a->listing);
    if (manner) continue;
    // What an interpreter asks by names that come to it is its program's, however precisely it is looked at.
    if (!exhausted[COARSE] && is_interpreter(a, gid)) break;
    bool settled = a->pending_count == before && sure && !environment_is_open(a, a->listing) && !lost_calls_any(a);
    if (!exhausted[COARSE] && settled) {
      lost_calls_end(a, exhausted, 1);
      analysis_tell_held(a, false);
      return true;
    }
    if (!exhausted[COARSE] && straight && sure && !a->rehearsed) {
      analysis_tell_held(a, false);
      exhausted[PRECISE] = false;
      listings[PRECISE] = listings[COARSE];
      break;
    }
  }
  analysis_tell_held(a, !exhausted[PRECISE]);
  owner.forces = NULL;
  if (!exhausted[PRECISE] && forces.chooser_count && a->pending_count > left_from[PRECISE] && is_divisible(a, &listings[PRECISE])) {
    bool settled;
    if (!divide(a, &owner, gid, &forces, &settled)) return false;
    if (settled) a->pending_count = left_from[PRECISE];
    a->listing = &listings[PRECISE];
  }
  if (exhausted[COARSE] && exhausted[PRECISE] && !unsure) {
    a->pending_count = before;
    return evaluate_thriftily(a, &owner, gid, false, &unsure);
  }
  enum manner counts = manner_that_counts(exhausted);
  if (a->rehearsed) environment_tell_unseen(a, &listings[counts]);
  environment_tell_open(a, &listings[counts], exhausted[counts]);
  if (!exhausted[counts] && counts) {
    size_t kept = a->pending_count - left_from[counts];
    if (kept) memmove(a->pending + before, a->pending + left_from[counts], kept * sizeof *a->pending);
    a->pending_count = before + kept;
  } else if (exhausted[counts]) {
    evaluation_met_bound(a, gid);
  }
  lost_calls_end(a, exhausted, attempts);
  return true;
}

bool analysis_run_waves(struct analysis *a, struct cm_diag *diag) {
  for (unsigned wave = 0; a->queue_count && wave < WAVES; wave++) {
    a->wave = (uint8_t)(wave + 1);
    if (!find_leads(a)) return cm_fail_memory(diag);
    a->extra_tries = 2 * wave < EXTRA_TRIES ? 2 * wave : EXTRA_TRIES;
    for (size_t i = 0; i < a->queue_count && !a->failed; i++) {
      size_t told = a->findings.told;
      a->has_entered = false;
      analysis_note_reads(a, a->queue[i]);
      if (!evaluate_root(a, a->queue[i])) return cm_fail_memory(diag);
      bool passed_by = has_passed_by(a, a->queue[i], !wave);
      bool is_own = !is_interpreter(a, a->queue[i]);  // the keys of its program are none that it spells
      analysis_keep_reads(a, a->queue[i], passed_by || (is_own && (a->findings.told != told || a->has_entered)),
                          is_own && !a->lookup_of[a->queue[i]]);
    }
    if (wave + 1 == WAVES)
      for (size_t i = 0; i < a->pending_count; i++) analysis_give_up(a, &a->pending[i], CM_REASON_LIMIT);
    ask_callers(a);
    held_ask_on(a);
    lost_calls_ask(a);
    if (!ask_callers_of_failed(a, false) || a->failed) return cm_fail_memory(diag);
    if (a->refused && a->is_draft) return true;
  }
  for (size_t i = 0; i < a->queue_count; i++) made_met_bound(a, a->queue[i]);
  return ask_callers_of_failed(a, true) || cm_fail_memory(diag);
}
