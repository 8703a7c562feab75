// What comes of a name that is looked for where a lookup was inlined.
//
// It is found in the environment's container, or it is not, though the environment has it: then another container is looked into. Where the place of
// its value is written to next the variable is set; where both of its texts are written over, and no other variable's, it is taken away.

#include "container_stage.h"

#include <string.h>

enum { WORD = 4, READS_WAITED = 64, READS_WAITED_LATER = 2048 };

void stage_find_frames(const struct stage *s, uint64_t *from, uint64_t *to) {
  const struct image *image = program_image(s->program, s->subject);
  const union core_value *pointer = laboratory_global(s->lab, s->subject, s->program->instances[s->subject].stack_global);
  *from = pointer ? pointer->u32 : 0;
  *to = pointer && image && image->count ? image->segments[0].address : 0;
}

// Where the address and the length of a variable's value stand.
static void find_slots(struct stage *s, uint32_t variable) {
  uint64_t size, from = 0, to, frames, behind_frames;
  stage_find_frames(s, &frames, &behind_frames);
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  const char *value = s->variables[variable].value;
  uint32_t length = (uint32_t)strlen(value);
  s->slot_count = 0;
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (uint64_t at = (from + 3) & ~UINT64_C(3); at + 2 * WORD <= to && s->slot_count < STAGE_SLOTS; at += WORD) {
      uint32_t words[2];
      memcpy(words, memory + at, sizeof words);
      bool is_it = words[1] == length && words[0] < size && length <= size - words[0] && !memcmp(memory + words[0], value, length);
      if (is_it && (at < frames || at >= behind_frames)) s->slots[s->slot_count++] = at;
    }
}

// The site was passed for the name. If the place of its value is written to next, by who wanted to have that place, the name is not asked for
// but set.
void stage_note_recent(struct stage *s, size_t site, uint32_t variable, bool begins) {
  if (begins && s->sought.met) s->recent_count = 0;  // it was found before, and is looked for once more
  if (!s->recent_count || s->recent_name != variable) {
    s->recent_count = 0;
    s->recent_name = variable;
    find_slots(s, variable);
  }
  for (size_t i = 0; i < s->recent_count; i++)
    if (s->recent[i] == site) s->recent_count = i;  // once more
  if (s->recent_count < STAGE_RECENT) s->recent[s->recent_count++] = site;
  s->recent_depth = s->depth - 1;
  s->recent_top = s->recent_depth < STAGE_DEPTH ? s->recent_depth : STAGE_DEPTH;
  memcpy(s->recent_stack, s->stack, s->recent_top * sizeof *s->stack);
}

// The function that is being executed writes to the place of the value, and all that it called to find the place did so for that.
void stage_note_set(struct stage *s) {
  for (size_t k = 0; k < s->recent_count; k++) s->out->sites[s->recent[k]].sets = true;
  for (size_t i = s->depth ? s->depth - 1 : 0; i < s->recent_top; i++) s->marks[s->recent_stack[i]] |= STAGE_SETS;
}

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
