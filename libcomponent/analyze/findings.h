// What the evaluations find, gathered: needs with their evidence, and what stayed undecided.
#ifndef ANALYZE_FINDINGS_H
#define ANALYZE_FINDINGS_H

#include "base/index.h"
#include "evaluate.h"

struct finding_need {
  struct cm_need need;
  struct cm_evidence *evidence;
  size_t evidence_count, evidence_room;
  bool dropped;   // it is not handed over
  bool is_sure;   // it was not only found beside what callers know better
  bool is_heard;  // it was found while nothing counted
};
struct finding_unresolved {
  struct cm_unresolved unresolved;
  struct cm_evidence *evidence;
  size_t evidence_count, evidence_room;
  bool dropped;
};

struct findings {
  struct cm_arena *arena;
  struct program *program;
  struct finding_need *needs;
  size_t need_count, need_room;
  struct finding_unresolved *unresolved;
  size_t unresolved_count, unresolved_room;
  struct index needs_index, unresolved_index;
  size_t told;                  // how often a need of the program's own was found, be it once more
  const uint8_t *interpreters;  // by module ordinal: what it leaves undecided is its program's; NULL: none is one
  bool is_muted;                // nothing that is found counts
  bool failed;                  // an allocation failed
};

enum { FINDING_EVIDENCE = 64 };  // of one need; more are not kept

// False: memory is exhausted.
bool findings_init(struct findings *findings, struct cm_arena *arena, struct program *program);

// A key that reaches a call. `key` is copied. `evidence` may be NULL for what needs none. Returns what it is gathered in, until the next
// need is added; NULL: memory is exhausted.
struct finding_need *findings_need(struct findings *findings, enum cm_need_kind kind, struct cm_str key, enum cm_origin origin,
                                   enum cm_certainty certainty, struct cm_str source, const struct cm_evidence *evidence);

// The same of a key that reaches the call in an evaluation of a function on its own, beside others that its callers tell: where all that is
// known of them, they tell whether it is asked for, too.
void findings_perhaps(struct findings *findings, enum cm_need_kind kind, struct cm_str key, enum cm_origin origin,
                      struct cm_str source, const struct cm_evidence *evidence);

// What was perhaps found by that call is found: its callers tell no more.
void findings_confirm(struct findings *findings, enum cm_need_kind kind, const struct cm_evidence *evidence);

// What an analysis found that was made before, of data that may be others, counts as perhaps found, where it is not known since.
void findings_doubted(struct findings *findings, const struct findings *before);

// Is it evidence of such a call?
typedef bool (*findings_is_site)(void *context, enum cm_need_kind kind, const struct cm_evidence *evidence);

// What was found at none but such calls, which are looked at once more, was only perhaps found. It is sure where it is found again.
void findings_reconsider(struct findings *findings, findings_is_site is_site, void *context);

// Of what is found while nothing counts, that which was known is noted from here on.
void findings_listen(struct findings *findings);

// Is something known of none but such calls that was not found since?
bool findings_is_unheard(const struct findings *findings, findings_is_site is_site, void *context);

// What was found at none but such calls, which stay undecided, is possible: it is asked for on one way, and which one the program takes is not known.
void findings_doubt(struct findings *findings, findings_is_site is_site, void *context);

// Drops what was only perhaps found, of kinds of which nothing is undecided.
void findings_drop_perhaps(struct findings *findings);

// Is the key known already, be it the runtime's?
bool findings_has(const struct findings *findings, enum cm_need_kind kind, struct cm_str key);

// Changes the origin of need `i`, the last time before they are handed over: where the other origin asks for the same already, its evidence
// goes there, and the need's place is taken by the last one.
void findings_move(struct findings *findings, size_t i, enum cm_origin origin);

// A site that could not be decided; `pattern` is what is known of the key, "" for nothing.
void findings_unresolved(struct findings *findings, enum cm_need_kind kind, struct cm_str source, enum cm_reason reason,
                         struct cm_str pattern, const struct cm_evidence *evidence);

// The same with evidence of findings_keep, which is not copied once more.
void findings_unresolved_kept(struct findings *findings, enum cm_need_kind kind, struct cm_str source, enum cm_reason reason,
                              struct cm_str pattern, const struct cm_evidence *evidence);

// Evidence for the call that `frame` is making to `callee`, with the whole chain as its path, in `scratch`: what is kept is copied.
struct cm_evidence findings_evidence(struct findings *findings, struct cm_arena *scratch, const struct evaluate_frame *frame,
                                     uint32_t callee);

// A copy of evidence that lasts as long as the findings; NULL: memory is exhausted.
const struct cm_evidence *findings_keep(struct findings *findings, const struct cm_evidence *evidence);

// Sorts and hands everything over.
void findings_finish(struct findings *findings, struct cm_needs *out);

#endif
