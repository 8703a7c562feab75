// What the analysis takes from runs that show how a container is asked.
//
// Lookups that were found by running the program are lookups like others, and sites are places that take a key. Names that were asked for
// while it ran are needs, whether the evaluation finds them or not. What is closed or fills the container is left alone: see analysis.h.

#include "analysis.h"
#include "runtime_names.h"

#include <string.h>

// Where the environment can be come to on ways that are not understood, the program is run to see what it does.
static bool run_program(struct analysis *a, const uint32_t *sources, size_t source_count) {
  if (a->rehearsed || a->interpreted.interpreter_count || !environment_has_ways(a, sources, source_count)) return !a->failed;
  struct container *r = &a->container;
  if (!container_rehearse(&a->program, r)) return false;
  analysis_trace(a, "container: %zu lookups, %zu sites, %zu keys%s%s", r->lookup_count, r->site_count, r->key_count,
                 r->ended ? "" : ", not ended", r->leaking != UINT32_MAX ? ", leaking" : "");
  if (r->leaking != UINT32_MAX) analysis_trace(a, "container: function %u reads what the container holds", r->leaking);
  size_t count = a->lookup_count + r->lookup_count;
  struct lookup *all = cm_alloc_array(a->arena, count, sizeof *all);
  if (!all) return false;
  if (a->lookup_count) memcpy(all, a->lookups, a->lookup_count * sizeof *all);
  a->lookups = all;
  for (size_t i = 0; i < r->lookup_count; i++) {
    uint32_t gid = r->lookups[i].gid;
    if (a->lookup_of[gid]) continue;
    all[a->lookup_count] = r->lookups[i];
    a->lookup_of[gid] = (uint32_t)++a->lookup_count;
  }
  for (uint32_t gid = 0; gid < a->program.func_count; gid++)
    if (r->loops[gid].to)
      analysis_trace(a, "container: function %u fills the container from 0x%llx to 0x%llx", gid,
                     (unsigned long long)r->loops[gid].from, (unsigned long long)r->loops[gid].to);
  return true;
}

bool contained_run(struct analysis *a, const uint32_t *sources, size_t source_count) {
  const struct container *r = &a->container;
  if (!a->is_tried && !run_program(a, sources, source_count)) return false;
  for (size_t i = 0; i < r->site_count; i++) {
    analysis_trace(a, "container: a name is%s in argument %u of function %u, called in %u at 0x%llx",
                   r->sites[i].confirmed ? "" : " perhaps", r->sites[i].place.argument, r->sites[i].callee, r->sites[i].gid,
                   (unsigned long long)r->sites[i].offset);
    analysis_queue(a, r->sites[i].gid);
  }
  return true;
}

// What was asked while the program ran, and not found in its code: where the two do not agree, both count, and the call is undecided.
void contained_tell(struct analysis *a) {
  for (size_t i = 0; i < a->container.key_count; i++) {
    const struct container_key *k = &a->container.keys[i];
    if (findings_has(&a->findings, CM_NEED_ENV, k->key)) continue;
    bool among_all = k->gid == k->callee || container_compares_all(&a->container, k->gid, k->offset);
    if (among_all)  // by no function (container_spell.c), or by one whose texts are not known: the run tells of them all
      analysis_trace(a, "container: %.*s is compared with all entries in function %u", CM_STR_ARG(k->key), k->gid);
    else
      analysis_trace(
          a,
          "disagree: %.*s was asked for while the program ran, by function %u, and the evaluation says nothing of it, but that it is not complete",
          CM_STR_ARG(k->key), k->gid);
    struct cm_evidence evidence = analysis_evidence(a, k->gid, k->callee);
    evidence.by = CM_BY_EXECUTED;
    evidence.offset = k->offset;
    enum cm_origin origin = runtime_origin(CM_NEED_ENV, k->key, evidence.name);
    findings_need(&a->findings, CM_NEED_ENV, k->key, origin, CM_EXACT, analysis_source(a, k->gid), &evidence);
    if (!among_all)
      findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, k->gid), CM_REASON_COMPUTED, (struct cm_str){0}, &evidence);
  }
}

// Code that sets a variable, or looks into a container of another kind, may look for the name in ways that were not seen; when the program ran, it
// was not asked for.
bool contained_is_other(const struct analysis *a, struct cm_str key, const struct evaluate_frame *frame) {
  const struct container *r = &a->container;
  if (!r->other_count || container_is_seen(r, frame->gid, frame->call_offset)) return false;
  for (size_t i = 0; i < r->other_count; i++)
    if (cm_str_equal(r->others[i], key)) return true;
  return false;
}
