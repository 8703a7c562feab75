// What comes of a name that is looked for where a lookup was inlined.
//
// It is found in the environment's container, or it is not, though the environment has it: then another container is looked into. Where both of its
// texts are written over, and no other variable's, it is taken away.

#include "container_stage.h"

#include <string.h>

enum { WORD = 4, READS_WAITED = 64, READS_WAITED_LATER = 2048 };

uint64_t stage_block_end(uint64_t text, uint64_t length) {
  uint64_t size = WORD;
  while (size < length + WORD) size *= 2;
  return text + size;
}

void stage_confirm(struct stage *s, struct container_site *site, struct cm_str text) {
  struct container_call *call = stage_note_call(s, site->gid, site->offset);
  if (call) call->finds = true;
  s->news |= !site->confirmed;
  site->confirmed = true;
  stage_note_key(s, text, site->gid, site->callee, site->offset);
}

void stage_wait(struct stage *s, const struct container_site *site, uint32_t variable) {
  stage_wait_end(s, false);
  s->waiting = (size_t)(site - s->out->sites) + 1;
  s->waiting_depth = s->depth;
  s->waiting_caller = s->depth - 1;
  s->waits = site->confirmed ? READS_WAITED_LATER : READS_WAITED;
  s->waiting_name = variable;
}

bool stage_has_copy(const struct stage *s, uint32_t variable) {
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].is_name && s->copies[i].variable == variable && s->copies[i].asked == laboratory_asked(s->lab)) return true;
  return false;
}

void stage_wait_end(struct stage *s, bool found) {
  if (!s->waiting) return;
  struct container_site *site = &s->out->sites[s->waiting - 1];
  const char *name = s->variables[s->waiting_name].name;
  s->waiting = 0;
  if (found)
    stage_confirm(s, site, (struct cm_str){name, strlen(name)});
  else if (site->confirmed && !(s->is_made && site->passed) && stage_has_copy(s, s->waiting_name))
    stage_note_elsewhere(s, (struct cm_str){name, strlen(name)}, site->gid, site->offset);
}
