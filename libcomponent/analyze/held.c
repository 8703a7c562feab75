// Holders, and the account of what was seen of each.

#include "held.h"

#include "analysis.h"

#include <string.h>

enum { DEPTH_MOST = 4, HOLDERS_MOST = 64 };

struct holding {
  struct analysis *analysis;
  uint32_t func;
  unsigned depth, found;
};

static void add_pair(struct analysis *a, uint32_t func, uint32_t holder, unsigned depth) {
  for (size_t i = 0; i < a->held.count; i++)
    if (a->held.pairs[i].func == func && a->held.pairs[i].holder == holder) return;
  if (!cm_grow(a->arena, &a->held.pairs, &a->held.room, a->held.count, sizeof *a->held.pairs)) {
    a->failed = true;
    return;
  }
  a->held.pairs[a->held.count++] = (struct held_pair){.func = func, .holder = holder, .depth = depth};
  analysis_trace(a, "function %u is held by %u", func, holder);
  if (holder != NO_FUNC) analysis_queue(a, holder);
}

static void see_holder(void *context, uint32_t func) {
  struct holding *h = context;
  struct analysis *a = h->analysis;
  uint32_t holder = program_gid(&a->program, a->rehearsal.instance, func);
  if (h->found++ < HOLDERS_MOST) add_pair(a, h->func, holder, h->depth);
}

void held_add(struct analysis *a, uint32_t gid) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
  if (!in->stacked || a->held.of[gid] || !in->stacked->taken[program_func(&a->program, gid)]) return;
  const struct cm_table *table = cm_graph_table(a->program.graph, a->program.instance_of[gid], 0);
  bool methods_only = table && stacked_is_method(in->stacked, table, a->program.instance_of[gid], program_func(&a->program, gid));
  a->held.of[gid] = methods_only ? HELD_AS_METHOD : HELD_AS_METHOD | HELD_AS_CLOSURE;
  struct holding h = {a, gid, 0, 0};
  if (table) stacked_holders(in->stacked, table, a->program.instance_of[gid], program_func(&a->program, gid), see_holder, &h);
  // Data that nobody seems to hold: it is called from where this does not reach.
  if (!h.found || h.found > HOLDERS_MOST) add_pair(a, gid, NO_FUNC, 0);
}

void held_called(struct analysis *a, uint32_t gid, const struct evaluate_frame *frame) {
  if (!a->held.of || !a->held.of[gid]) return;
  for (size_t i = 0; i < a->held.count; i++) {
    struct held_pair *p = &a->held.pairs[i];
    if (p->func != gid) continue;
    for (const struct evaluate_frame *f = frame; f && !p->called; f = f->up) p->called = f->gid == p->holder;
  }
}

static void see_caller(void *context, uint32_t caller, bool indirect) {
  struct holding *h = context;
  if (indirect || !(h->analysis->program.reached[caller] & 1)) return;
  h->found++;
  add_pair(h->analysis, h->func, caller, h->depth);
}

void held_ask_on(struct analysis *a) {
  if (!a->held.of) return;
  for (size_t i = 0; i < a->held.count; i++) {
    struct held_pair p = a->held.pairs[i];
    if (p.called || p.handed_on || p.holder == NO_FUNC || p.depth == DEPTH_MOST || a->lookup_of[p.holder]) continue;
    struct holding h = {a, p.func, p.depth + 1, 0};
    program_callers(&a->program, p.holder, NULL, see_caller, &h);
    a->held.pairs[i].handed_on = h.found != 0;
    if (h.found) analysis_open_up(a, p.holder);
  }
}

static void undecided(struct analysis *a, uint32_t gid) {
  if (a->lookup_of[gid]) {
    struct cm_evidence evidence = analysis_evidence(a, gid, NO_FUNC);
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, gid), CM_REASON_INDIRECT, (struct cm_str){0}, &evidence);
    return;
  }
  for (uint32_t next = a->unknown_first[gid]; next; next = a->unknown[next - 1].next)
    analysis_give_up(a, &a->unknown[next - 1], CM_REASON_INDIRECT);
}

// The runtime has the names of all functions that are there, also where the file has none.
bool held_is_reflected(struct analysis *a, uint32_t gid) {
  static const char call[] = "reflect.Value.Call";
  const struct image *image = program_image(&a->program, a->program.instance_of[gid]);
  for (size_t i = 0; image && i < image->count; i++)
    if (memmem(image->segments[i].bytes.at, image->segments[i].bytes.size, call, sizeof call)) return true;
  return !image;
}

static void count_caller(void *context, uint32_t caller, bool indirect) {
  (void)caller;
  *(size_t *)context += !indirect;
}

// A lookup that nobody calls is a method that reflection may find.
static void finish_lookups(struct analysis *a) {
  for (size_t i = 0; i < a->lookup_count; i++) {
    uint32_t gid = a->lookups[i].gid;
    const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
    size_t callers = 0;
    if (!in->stacked || in->stacked->taken[program_func(&a->program, gid)]) continue;
    program_callers(&a->program, gid, NULL, count_caller, &callers);
    if (callers || !held_is_reflected(a, gid)) continue;
    analysis_trace(a, "function %u is called by nobody, or by reflection", gid);
    undecided(a, gid);
  }
}

void held_finish(struct analysis *a) {
  if (a->held.of && a->rehearsed) finish_lookups(a);
  if (a->held.of) lost_calls_finish(a, undecided);
  for (size_t i = 0; a->held.of && i < a->held.count; i++) {
    const struct held_pair *p = &a->held.pairs[i];
    if (p->called || p->handed_on) continue;
    analysis_trace(a, "function %u is held by %u, and not seen to be called", p->func, p->holder);
    undecided(a, p->func);
  }
}
