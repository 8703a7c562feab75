// Names that a function chooses from, and who is asked which of them it is.
//
// What is chosen is left as what is not known is: the callers execute the function in place, and tell what it asks for there. Only where they cannot,
// nothing is undecided, for all that it may be is known.

#include "chosen.h"

bool chosen_can_ask(struct analysis *a, uint32_t gid) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
  uint32_t func = program_func(&a->program, gid);
  if (!a->rehearsed || a->whole || !in->stacked || a->lookup_of[gid] || a->program.is_entry[gid]) return false;
  if (in->stacked->taken[func] || !stacked_function_of(in->stacked, func)->reads) return false;
  return program_is_called(&a->program, gid);
}

bool chosen_is_below(const struct analysis *a, const struct evaluate_frame *frame) {
  const struct evaluate_frame *below = NULL;
  for (const struct evaluate_frame *f = frame; f; f = f->up)
    if (f->up) below = f;
  bool any = false, all = true;
  for (uint32_t next = below && !a->whole ? a->unknown_first[below->gid] : 0; next; next = a->unknown[next - 1].next) {
    const struct pending *p = &a->unknown[next - 1];
    if (!analysis_same_site(p, below->gid, frame->gid, frame->call_offset)) continue;
    any = true;
    all &= p->is_choice;
  }
  return any && all;
}

// There are no more functions in between than waves.
void chosen_keep(struct analysis *a, const struct pending *p) {
  findings_confirm(&a->findings, p->row->kind, p->evidence);
  if (p->evidence->path_count < 2) return;
  uint32_t below = program_gid(&a->program, a->program.instance_of[p->root], p->evidence->path[1].function);
  for (uint32_t next = a->unknown_first[below]; next; next = a->unknown[next - 1].next) {
    struct pending *inner = &a->unknown[next - 1];
    if (!inner->is_choice || inner->is_kept || !analysis_same_site(inner, below, p->site, p->offset)) continue;
    inner->is_kept = true;
    chosen_keep(a, inner);
  }
}
