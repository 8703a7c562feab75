// A request is given its authority by one function and sent by another, which a component of the program may provide: so a host is a need
// where some function that sends, called with a request for it, sends it on. The functions are tried (trial.h) with every scheme. What cannot
// send at all needs no trial.

#include "sent.h"

#include "trial.h"

#include <component/limits.h>

struct sender {
  struct analysis *a;
  struct cm_arena arena;
  struct trial_list trials;
};

// The targets of a component's imports, one after the other; NULL: there are no more.
static const struct cm_core_target *next_target(const struct cm_graph *graph, uint32_t component, uint32_t *node, uint32_t *func) {
  for (; *node < graph->core_count; ++*node, *func = 0) {
    const struct cm_core_node *n = &graph->cores[*node];
    if (n->component == component && *func < n->imported[CORE_FUNC]) return &n->funcs[(*func)++];
  }
  return NULL;
}

// Does the component call out at all, other than to drop what it is given?
static bool calls_out(const struct cm_graph *graph, uint32_t component) {
  uint32_t node = 0, func = 0;
  for (const struct cm_core_target *t; (t = next_target(graph, component, &node, &func)) != NULL;)
    if (t->kind == CM_TARGET_LOWERED || t->kind == CM_TARGET_UNKNOWN) return true;
  return false;
}

static bool lets_through(struct sender *s, const struct cm_func_origin *origin, struct cm_str authority, unsigned depth) {
  struct trial *trial = depth < CM_LIMIT_NESTING && authority.at ? trial_of(&s->trials, origin->component) : NULL;
  if (!calls_out(s->a->program.graph, origin->component)) return false;
  if (!trial) return true;
  for (unsigned n = 0; n < 2 * TRIAL_SCHEMES; n++) {
    struct trial_request request = {authority, (enum trial_scheme)(n / 2), n % 2};
    uint32_t slot;
    if (!trial_send(trial, origin, &request, &slot)) return true;
    if (slot == NO_FUNC) continue;
    const struct program *program = &s->a->program;
    struct cm_core_target t = cm_graph_func(program->graph, program->instance_of[slot], program_func(program, slot));
    if (t.kind != CM_TARGET_LOWERED || !t.origin || t.origin->kind != CM_ORIGIN_LIFTED) return true;
    if (lets_through(s, t.origin, authority, depth + 1)) return true;
  }
  return false;
}

// May a request of the component for that authority get out? Without one, for any. One that is not seen to send may do so in another way.
static bool sends(struct sender *s, uint32_t component, struct cm_str authority, unsigned depth) {
  const struct cm_graph *graph = s->a->program.graph;
  uint32_t node = 0, func = 0;
  bool any = false;
  if (s->trials.steps <= graph->core_count) return true;
  s->trials.steps -= graph->core_count;
  for (const struct cm_core_target *t; (t = next_target(graph, component, &node, &func)) != NULL;) {
    struct cm_str interface, of;
    if (!trial_names(graph, t, &interface, &of) || !trial_is_sending(interface, of)) continue;
    any = true;
    if (t->origin->kind != CM_ORIGIN_LIFTED || t->origin->component == component) return true;
    if (lets_through(s, t->origin, authority, depth)) return true;
  }
  return !any;
}

// Drops evidence of components whose requests do not get out; returns how much is left.
static size_t drop(struct sender *s, struct cm_str authority, struct cm_evidence *list, size_t count) {
  const struct program *program = &s->a->program;
  size_t kept = 0;
  for (size_t k = 0; k < count; k++) {
    bool gets_out = false, found = false;
    for (uint32_t i = CM_NOWHERE; !gets_out && program_next_of_module(program, list[k].module, &i);) {
      const struct cm_core_node *node = program->instances[i].node;
      if (!cm_str_equal(node->path, list[k].instance)) continue;
      found = true;
      gets_out = sends(s, node->component, authority, 0);
    }
    if (gets_out || !found) list[kept++] = list[k];
  }
  return kept;
}

bool sent_settle(struct analysis *a) {
  struct findings *f = &a->findings;
  if (a->program.graph->component_count < 2) return true;
  struct sender s = {.a = a};
  cm_arena_init(&s.arena, &a->pool.allocator);
  trial_list_init(&s.trials, &a->program, &s.arena);
  for (size_t i = 0; i < f->need_count; i++) {
    struct finding_need *n = &f->needs[i];
    if (n->dropped || n->need.kind != CM_NEED_HTTP_HOST || !n->evidence_count) continue;
    n->evidence_count = drop(&s, n->need.key, n->evidence, n->evidence_count);
    n->dropped = !n->evidence_count;
  }
  for (size_t i = 0; i < f->unresolved_count; i++) {
    struct finding_unresolved *u = &f->unresolved[i];
    if (u->dropped || u->unresolved.kind != CM_NEED_HTTP_HOST || !u->evidence_count) continue;
    u->evidence_count = drop(&s, (struct cm_str){0}, u->evidence, u->evidence_count);
    u->dropped = !u->evidence_count;
  }
  trial_list_close(&s.trials);
  bool ok = !s.trials.failed && !s.arena.refused;
  cm_arena_free(&s.arena);
  return ok;
}
