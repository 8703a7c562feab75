// Findings followed through providers.
//
// A finding whose source stands for a provided import (provided.h) is taken out, and what its key comes to at the outside is put in its place,
// the provider's function at the end of each path. A place that stays undecided for the application may ask for anything that the provider
// lets through: for all that the outside has, or for those few names.
//
// What is found in a provider's own code, as if anybody could call it, is taken out as well where all of the trials were understood; but not
// variables that it looks up for itself.

#include "through.h"

#include "study.h"

#include <component/limits.h>

#include <string.h>

enum { DEPTH = 16, COST_OF_STEP = 1000 };

// A provider that a key came through, and the one before it, nearer to the application.
struct via {
  uint32_t gid, slot;  // the provider's function, and the import through which it asks on
  const struct via *before;
};

// What the outside is asked in the end.
struct at_outside {
  const struct cm_sink *row;
  struct cm_str key, source;
  const struct via *via;
  bool open;  // not for the key, but for all that begin so
};

struct outcome {
  struct at_outside *list;
  size_t count, room;
};

struct through {
  struct analysis *a;
  struct cm_arena arena;
  struct trial_list trials;
  struct study **studies;  // of lists
  size_t study_count, study_room;
  uint8_t *kept;         // by component node: what is found in its code stands
  uint32_t *provides;    // by component node: the kinds of what it gives to others, a bit each
  struct outcome asked;  // what providers ask for whatever the key
  bool failed;
};

// What all of this may cost.
static bool spend(struct through *th, uint64_t steps) {
  bool enough = steps < th->trials.steps;
  th->trials.steps = enough ? th->trials.steps - steps : 0;
  return enough;
}

// --- one key ---

static bool follow_slot(struct through *th, uint32_t gid, const struct cm_sink *row, struct cm_str key, const struct via *via,
                        unsigned depth, struct outcome *out);

static bool add_outside(struct through *th, struct outcome *to, struct at_outside one) {
  for (size_t i = 0; i < to->count; i++) {
    const struct at_outside *known = &to->list[i];
    if (known->row == one.row && known->open == one.open && cm_str_equal(known->key, one.key) &&
        cm_str_equal(known->source, one.source))
      return true;
  }
  if (!cm_grow(&th->arena, &to->list, &to->room, to->count, sizeof *to->list)) {
    th->failed = true;
    return false;
  }
  to->list[to->count++] = one;
  return true;
}

static const struct cm_func_origin *origin_of_slot(struct through *th, uint32_t slot) {
  struct program *program = &th->a->program;
  struct cm_core_target target;
  program_callee(program, program->instance_of[slot], program_func(program, slot), &target);
  return provided_is(program->graph, &target) ? target.origin : NULL;
}

static const struct via *step(struct through *th, const struct cm_func_origin *origin, uint32_t slot, const struct via *before) {
  struct via *via = cm_alloc(&th->arena, sizeof *via);
  uint32_t gid = program_callee(&th->a->program, origin->instance, origin->func, NULL);
  if (!via || gid == NO_FUNC) {
    th->failed |= !via;
    return before;
  }
  *via = (struct via){gid, slot, before};
  return via;
}

static bool follow_asks(struct through *th, const struct cm_func_origin *origin, const struct study_asks *asks,
                        const struct via *via, unsigned depth, struct outcome *out) {
  for (size_t i = 0; i < asks->count; i++) {
    const struct trial_ask *ask = &asks->list[i];
    if (!ask->row) continue;  // declared by the component's type
    if (!follow_slot(th, ask->slot, ask->row, ask->key, step(th, origin, ask->slot, via), depth + 1, out)) return false;
  }
  return true;
}

// Of the lists' providers that were tried before, one that was tried with that key (NULL: with any).
static const struct study *find_study(const struct through *th, const struct cm_func_origin *origin, const struct cm_sink *row,
                                      const struct cm_str *key, size_t *number) {
  for (size_t i = 0; i < th->study_count; i++) {
    const struct study *s = th->studies[i];
    if (s->origin != origin || s->row != row) continue;
    for (*number = 0; key && *number < s->key_count && !cm_str_equal(s->keys[*number], *key);) ++*number;
    if (!key || *number < s->key_count || !s->understood) return s;
  }
  return NULL;
}

// Tries a list's provider with these keys, and then those behind it with what it asks for.
static const struct study *try_list(struct through *th, const struct cm_func_origin *origin, const struct cm_sink *row,
                                    const struct cm_str *keys, size_t count, unsigned depth) {
  struct study *s = cm_alloc(&th->arena, sizeof *s);
  struct trial *trial = trial_of(&th->trials, origin->component);
  if (!s || !cm_grow(&th->arena, &th->studies, &th->study_room, th->study_count, sizeof(struct study *))) {
    th->failed = true;
    return NULL;
  }
  *s = (struct study){.trial = trial, .origin = origin, .row = row, .keys = keys, .key_count = count, .list_slot = NO_FUNC};
  th->studies[th->study_count++] = s;
  s->understood = trial && study_list(s);
  if (!s->understood) return s;
  const struct cm_func_origin *next = s->list_slot != NO_FUNC ? origin_of_slot(th, s->list_slot) : NULL;
  struct study_asks onward = {0};
  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; next && i < s->of[k].count; i++)
      if (s->of[k].list[i].slot == s->list_slot && !study_add(trial, &onward, s->of[k].list[i])) th->failed = true;
  struct cm_str *names = cm_alloc_array(&th->arena, onward.count, sizeof *names);
  if (!names) th->failed = true;
  for (size_t i = 0; names && i < onward.count; i++) names[i] = onward.list[i].key;
  if (next && names && depth < DEPTH) try_list(th, next, s->list_row, names, onward.count, depth + 1);
  s->understood = follow_asks(th, origin, &s->asked, NULL, depth, &th->asked);
  return s;
}

// The rows of a provided slot that are of the kind, one after the other; NULL: there are no more.
static const struct slot_sink *next_sink(const struct slot *slot, enum cm_need_kind kind, uint32_t *cursor) {
  while (*cursor < slot->sink_count) {
    const struct slot_sink *sink = &slot->sinks[(*cursor)++];
    if (sink->row->kind == kind) return sink;
  }
  return NULL;
}

static bool follow_slot(struct through *th, uint32_t gid, const struct cm_sink *row, struct cm_str key, const struct via *via,
                        unsigned depth, struct outcome *out) {
  struct slot slot;
  slot_read(&th->a->program, gid, &slot);
  const struct cm_func_origin *origin = origin_of_slot(th, gid);
  if (!origin) return add_outside(th, out, (struct at_outside){row, key, slot.source, via, false});
  if (depth == DEPTH || !spend(th, COST_OF_STEP)) return false;
  if (!*row->parameter) {
    size_t number = 0;
    const struct study *s = find_study(th, origin, row, &key, &number);
    struct cm_str *own = s ? NULL : cm_alloc(&th->arena, sizeof *own);
    if (own) *own = key;
    if (own) s = try_list(th, origin, row, own, 1, depth);
    return s && s->understood && follow_asks(th, origin, &s->of[number], via, depth, out);
  }
  struct study_asks asks = {0};
  struct trial *trial = trial_of(&th->trials, origin->component);
  return trial && study_key(trial, origin, row, key, &asks) && follow_asks(th, origin, &asks, via, depth, out);
}

// --- what is open ---

static bool follow_open(struct through *th, uint32_t gid, const struct cm_sink *row, struct cm_str beginning, const struct via *via,
                        unsigned depth, struct outcome *out);

// The provider lets some names through and no others.
static bool follow_shown(struct through *th, const struct study *s, struct cm_str beginning, const struct via *via, unsigned depth,
                         struct outcome *out) {
  for (size_t i = 0; i < s->shown_count; i++) {
    if (!cm_str_starts(s->shown[i].name, beginning)) continue;
    const struct via *on = step(th, s->origin, s->list_slot, via);
    if (!follow_slot(th, s->list_slot, s->list_row, s->names[s->shown[i].value.number], on, depth + 1, out)) return false;
  }
  return true;
}

// A function that takes a key, given one that nobody knows; and where nothing comes of that, each text that it knows.
static bool follow_any_key(struct through *th, const struct cm_func_origin *origin, const struct cm_sink *row,
                           struct cm_str beginning, const struct via *via, unsigned depth, struct outcome *out) {
  struct trial *trial = trial_of(&th->trials, origin->component);
  struct study_asks asks = {0}, known = {0};
  bool lets_through = false;
  if (!trial || !study_key(trial, origin, row, study_stranger, &asks)) return false;
  for (size_t i = 0; i < asks.count; i++) {
    size_t at = study_stranger_in(asks.list[i].key);
    if (at == SIZE_MAX || !asks.list[i].row) continue;
    struct cm_str longer = cm_alloc_format(&th->arena, "%.*s%.*s", (int)at, asks.list[i].key.at, CM_STR_ARG(beginning));
    const struct via *on = step(th, origin, asks.list[i].slot, via);
    lets_through = true;
    if (!longer.at || !follow_open(th, asks.list[i].slot, asks.list[i].row, longer, on, depth + 1, out)) return false;
  }
  if (lets_through) return true;
  struct cm_str *texts = NULL;
  size_t count = 0, room = 0;
  if (!study_texts(trial, &texts, &count, &room)) return false;
  for (size_t i = 0; i < count; i++)
    if (cm_str_starts(texts[i], beginning) && !study_key(trial, origin, row, texts[i], &known)) return false;
  return follow_asks(th, origin, &known, via, depth, out);
}

// All that begins so may be asked for.
static bool follow_open(struct through *th, uint32_t gid, const struct cm_sink *row, struct cm_str beginning, const struct via *via,
                        unsigned depth, struct outcome *out) {
  struct slot slot;
  slot_read(&th->a->program, gid, &slot);
  const struct cm_func_origin *origin = origin_of_slot(th, gid);
  if (!origin) return add_outside(th, out, (struct at_outside){row, beginning, slot.source, via, true});
  if (depth == DEPTH || !spend(th, COST_OF_STEP)) return false;
  if (*row->parameter) return follow_any_key(th, origin, row, beginning, via, depth, out);
  size_t number;
  const struct study *s = find_study(th, origin, row, NULL, &number);
  if (!s) s = try_list(th, origin, row, NULL, 0, depth);
  if (!s || !s->understood) return false;
  if (!s->lets_strangers_through) return follow_shown(th, s, beginning, via, depth, out);
  struct cm_str longer = cm_alloc_format(&th->arena, "%.*s%.*s", CM_STR_ARG(s->prefix), CM_STR_ARG(beginning));
  return longer.at && follow_open(th, s->list_slot, s->list_row, longer, step(th, origin, s->list_slot, via), depth + 1, out);
}

// --- findings ---

// The evidence with the providers behind `from` at the end of its path; NULL: with all of them.
static bool extend(struct through *th, const struct cm_evidence *e, const struct via *via, const struct via *from,
                   struct cm_evidence *out) {
  uint32_t more = 0;
  for (const struct via *v = via; v != from; v = v->before) more++;
  if (via) more++;  // the import
  struct cm_frame *path = cm_alloc_array(&th->arena, e->path_count + more, sizeof *path);
  if (!path) return false;
  if (e->path_count) memcpy(path, e->path, e->path_count * sizeof *path);
  uint32_t i = e->path_count + more;
  for (const struct via *v = via; v && (v != from || v == via); v = v->before) {
    struct cm_evidence one = analysis_evidence(th->a, v->gid, v->slot);
    if (v == via) path[--i] = one.path[1];
    if (v == from) break;
    path[--i] = one.path[0];
  }
  *out = *e;
  out->path = path;
  out->path_count = e->path_count + more;
  return true;
}

static void tell(struct through *th, const struct at_outside *at, enum cm_origin origin, enum cm_certainty certainty,
                 enum cm_reason reason, const struct via *from, const struct cm_evidence *evidence, size_t count) {
  struct findings *f = &th->a->findings;
  struct cm_str pattern = {0};
  if (at->open && at->key.size) {
    pattern = cm_alloc_format(&th->arena, "%.*s*", CM_STR_ARG(at->key));
    th->failed |= !pattern.at;
  }
  for (size_t i = 0; i < count; i++) {
    struct cm_evidence longer;
    if (!extend(th, &evidence[i], at->via, from, &longer)) {
      th->failed = true;
      return;
    }
    if (at->open)
      findings_unresolved(f, at->row->kind, at->source, reason, pattern, &longer);
    else
      findings_need(f, at->row->kind, at->key, origin, certainty, at->source, &longer);
  }
}

// What a slot is followed by: a key, or the beginning of keys that are not known.
typedef bool follow(struct through *th, uint32_t gid, const struct cm_sink *row, struct cm_str text, const struct via *via,
                    unsigned depth, struct outcome *out);

static bool follow_provided(struct through *th, const struct provided *p, enum cm_need_kind kind, follow *by, struct cm_str text,
                            struct outcome *out) {
  for (uint32_t i = 0; i < p->slot_count; i++) {
    struct slot slot;
    uint32_t cursor = 0;
    slot_read(&th->a->program, p->slots[i], &slot);
    for (const struct slot_sink *sink; (sink = next_sink(&slot, kind, &cursor)) != NULL;)
      if (!by(th, p->slots[i], sink->row, text, NULL, 0, out)) return false;
  }
  return true;
}

static void not_understood(struct through *th, const struct provided *p) {
  analysis_trace(th->a, "what provides %.*s is not understood", CM_STR_ARG(p->source));
  for (uint32_t i = 0; i < p->slot_count; i++) {
    const struct cm_func_origin *origin = origin_of_slot(th, p->slots[i]);
    if (origin) th->kept[origin->component] = 1;
  }
}

// Tries what gives the lists with all keys at once that it is asked for.
static void try_all(struct through *th) {
  const struct findings *f = &th->a->findings;
  for (size_t i = 0; i < th->a->program.provided_count && !th->failed; i++) {
    const struct provided *p = &th->a->program.provided[i];
    if (!p->is_environment) continue;
    if (!spend(th, f->need_count)) return;
    struct cm_str *keys = cm_alloc_array(&th->arena, f->need_count, sizeof *keys);
    size_t count = 0;
    th->failed |= !keys;
    for (size_t n = 0; keys && n < f->need_count; n++) {
      bool known = !cm_str_equal(f->needs[n].need.source, p->source);
      for (size_t k = 0; k < count && !known; k++) known = cm_str_equal(keys[k], f->needs[n].need.key);
      if (!known) keys[count++] = f->needs[n].need.key;
    }
    for (uint32_t k = 0; keys && k < p->slot_count; k++) {
      const struct cm_func_origin *origin = origin_of_slot(th, p->slots[k]);
      size_t number;
      if (origin && !find_study(th, origin, &cm_sinks[0], NULL, &number)) try_list(th, origin, &cm_sinks[0], keys, count, 0);
    }
  }
}

static void settle_need(struct through *th, size_t number) {
  struct finding_need n = th->a->findings.needs[number];
  const struct provided *p = provided_of_source(&th->a->program, n.need.source);
  struct outcome out = {0};
  if (!p) return;
  th->a->findings.needs[number].dropped = true;
  if (!follow_provided(th, p, n.need.kind, follow_slot, n.need.key, &out)) {
    not_understood(th, p);
    return;
  }
  for (size_t i = 0; i < out.count; i++)
    tell(th, &out.list[i], n.need.origin, n.need.certainty, CM_REASON_COMPUTED, NULL, n.evidence, n.evidence_count);
}

static void settle_unresolved(struct through *th, size_t number) {
  struct finding_unresolved u = th->a->findings.unresolved[number];
  const struct provided *p = provided_of_source(&th->a->program, u.unresolved.source);
  struct cm_str beginning = u.unresolved.pattern;
  struct outcome out = {0};
  if (!p) return;
  th->a->findings.unresolved[number].dropped = true;
  if (u.unresolved.has_pattern) beginning.size--;
  if (!follow_provided(th, p, u.unresolved.kind, follow_open, beginning, &out)) {
    not_understood(th, p);
    return;
  }
  for (size_t i = 0; i < out.count; i++)
    tell(th, &out.list[i], CM_ORIGIN_APP, CM_POSSIBLE, u.unresolved.reason, NULL, u.evidence, u.evidence_count);
}

// --- what was found in providers ---

static void note_provides(struct through *th) {
  const struct program *program = &th->a->program;
  for (size_t p = 0; p < program->provided_count; p++)
    for (uint32_t i = 0; i < program->provided[p].slot_count; i++) {
      struct slot slot;
      const struct cm_func_origin *origin = origin_of_slot(th, program->provided[p].slots[i]);
      slot_read(&th->a->program, program->provided[p].slots[i], &slot);
      for (uint32_t s = 0; origin && s < slot.sink_count; s++)
        th->provides[origin->component] |= UINT32_C(1) << slot.sinks[s].row->kind;
    }
}

// A component whose provider is not understood keeps what is found in it, and so do those that it calls.
static void spread_kept(struct through *th) {
  const struct cm_graph *graph = th->a->program.graph;
  for (bool more = true; more;) {
    more = false;
    for (uint32_t i = graph->core_count; i-- > 0;) {  // who calls mostly stands behind who is called
      const struct cm_core_node *node = &graph->cores[i];
      for (uint32_t f = 0; th->kept[node->component] && f < node->imported[CORE_FUNC]; f++) {
        const struct cm_core_target *t = &node->funcs[f];
        if (t->kind != CM_TARGET_LOWERED || !t->origin || t->origin->kind != CM_ORIGIN_LIFTED) continue;
        more |= !th->kept[t->origin->component];
        th->kept[t->origin->component] = 1;
      }
    }
  }
}

// Does the trial of its component explain what was found there?
static bool is_explained(struct through *th, uint32_t component, enum cm_need_kind kind, bool is_need) {
  const struct trial *trial = trial_of(&th->trials, component);
  if (th->kept[component] || !trial) return false;
  // Of one that calls what is not understood, only what it is tried for.
  return !trial->calls_others || (!is_need && th->provides[component] >> kind & 1);
}

static bool is_in_provider(struct through *th, const struct cm_evidence *e, enum cm_need_kind kind, bool is_need) {
  const struct program *program = &th->a->program;
  bool any = false;
  if (e->source) return false;
  for (uint32_t i = CM_NOWHERE; program_next_of_module(program, e->module, &i);) {
    const struct program_instance *in = &program->instances[i];
    if (!in->module || !cm_str_equal(in->node->path, e->instance)) continue;
    if (e->function >= in->module->func_count || !program->behind[in->base + e->function]) return false;
    if (!is_explained(th, in->node->component, kind, is_need)) return false;
    any = true;
  }
  return any;
}

static size_t drop_in_providers(struct through *th, struct cm_evidence *list, size_t count, enum cm_need_kind kind, bool is_need) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (!is_in_provider(th, &list[i], kind, is_need)) list[kept++] = list[i];
  return kept;
}

static void drop_findings(struct through *th, size_t needs, size_t unresolved) {
  struct findings *f = &th->a->findings;
  for (size_t i = 0; i < needs; i++) {
    struct finding_need *n = &f->needs[i];
    if (n->need.kind == CM_NEED_ENV || n->need.certainty == CM_DECLARED || !n->evidence_count) continue;
    n->evidence_count = drop_in_providers(th, n->evidence, n->evidence_count, n->need.kind, true);
    n->dropped |= !n->evidence_count;
  }
  for (size_t i = 0; i < unresolved; i++) {
    struct finding_unresolved *u = &f->unresolved[i];
    if (!u->evidence_count) continue;
    u->evidence_count = drop_in_providers(th, u->evidence, u->evidence_count, u->unresolved.kind, false);
    u->dropped |= !u->evidence_count;
  }
}

// What providers ask for by themselves.
static void tell_asked(struct through *th) {
  for (size_t i = 0; i < th->asked.count; i++) {
    const struct at_outside *at = &th->asked.list[i];
    const struct via *first = at->via;
    if (!first) continue;
    while (first->before) first = first->before;
    struct cm_evidence evidence = analysis_evidence(th->a, first->gid, first->slot);
    evidence.by = CM_BY_EXECUTED;
    evidence.path_count = 1;
    tell(th, at, CM_ORIGIN_APP, CM_EXACT, CM_REASON_COMPUTED, first, &evidence, 1);
  }
}

// Those that are the application's own, and variables that providers look up for themselves, which stay in any case.
static bool is_own_need(struct through *th, const struct finding_need *n) {
  bool own = n->need.kind == CM_NEED_ENV || !n->evidence_count;
  for (size_t i = 0; i < n->evidence_count && !own; i++) own = !is_in_provider(th, &n->evidence[i], n->need.kind, true);
  return own;
}

static bool is_own_unresolved(struct through *th, const struct finding_unresolved *u) {
  bool own = !u->evidence_count;
  for (size_t i = 0; i < u->evidence_count && !own; i++) own = !is_in_provider(th, &u->evidence[i], u->unresolved.kind, false);
  return own;
}

// Follows what is the application's; and then what is left of providers that are not understood.
static void settle(struct through *th, size_t needs, size_t unresolved) {
  const struct findings *f = &th->a->findings;
  for (unsigned pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < needs && !th->failed; i++)
      if (!f->needs[i].dropped && (pass || is_own_need(th, &f->needs[i]))) settle_need(th, i);
    for (size_t i = 0; i < unresolved && !th->failed; i++)
      if (!f->unresolved[i].dropped && (pass || is_own_unresolved(th, &f->unresolved[i]))) settle_unresolved(th, i);
    if (pass || th->failed) return;
    spread_kept(th);
    drop_findings(th, needs, unresolved);
  }
}

bool through_settle(struct analysis *a) {
  if (!a->program.provided_count) return true;
  struct through th = {.a = a};
  cm_arena_init(&th.arena, &a->pool.allocator);
  trial_list_init(&th.trials, &a->program, &th.arena);
  th.kept = cm_alloc_array(&th.arena, a->program.graph->component_count, 1);
  th.provides = cm_alloc_array(&th.arena, a->program.graph->component_count, sizeof *th.provides);
  th.failed = !th.kept || !th.provides;
  if (!th.failed) note_provides(&th);
  if (!th.failed) try_all(&th);
  size_t needs = a->findings.need_count, unresolved = a->findings.unresolved_count;
  if (!th.failed) settle(&th, needs, unresolved);
  if (!th.failed) tell_asked(&th);
  trial_list_close(&th.trials);
  bool ok = !th.failed && !th.trials.failed && !th.arena.refused;
  cm_arena_free(&th.arena);
  return ok;
}
