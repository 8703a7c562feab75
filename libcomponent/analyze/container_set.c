// Whether what was looked for is set.
//
// A site was passed for a name; the place of the variable's value, an address and a length, is written to next by who wanted to have that place.
// Then the name is not asked for but set.
//
// A program may pass a site for one name after the other, thousands of times, and write little between. So it is kept where a length of a value
// stands behind an address, and only blocks that were written to since are looked through again.

#include "container_stage.h"

#include <string.h>

enum {
  WORD = 4,
  STORE_MOST = 8,
  BLOCK = 1024,       // bytes
  LENGTHS_MOST = 64,  // one more than the longest value
  PAIRS_MOST = 1 << 14,
};

void stage_find_frames(const struct stage *s, uint64_t *from, uint64_t *to) {
  const struct image *image = program_image(s->program, s->subject);
  const union core_value *pointer = laboratory_global(s->lab, s->subject, s->program->instances[s->subject].stack_global);
  *from = pointer ? pointer->u32 : 0;
  *to = pointer && image && image->count ? image->segments[0].address : 0;
}

void stage_set_forget(struct stage *s) {
  struct stage_pairs *p = &s->pairs;
  if (p->count || p->any_seen) memset(p->is_seen, 0, p->block_count);
  p->count = 0;
  p->any_seen = p->overflows = false;
  p->lengths = 0;
  for (size_t i = 0; i < s->variable_count; i++) {
    size_t length = strlen(s->variables[i].value);
    p->lengths |= length < LENGTHS_MOST ? UINT64_C(1) << length : 0;
  }
}

// Looks through what is not seen of the block: the length of a pair stands in it.
static void look_through(struct stage *s, const uint8_t *memory, uint64_t size, uint64_t block) {
  struct stage_pairs *p = &s->pairs;
  uint64_t from = block * BLOCK, to = from + BLOCK < size ? from + BLOCK : size;
  for (uint64_t at = from ? from : WORD; at + WORD <= to; at += WORD) {
    uint32_t pair[2];
    memcpy(pair, memory + at - WORD, sizeof pair);
    if (pair[1] >= LENGTHS_MOST || !(p->lengths >> pair[1] & 1) || pair[0] >= size || pair[1] > size - pair[0]) continue;
    if (p->count == PAIRS_MOST || !cm_grow(s->arena, &p->at, &p->room, p->count, sizeof *p->at)) {
      p->overflows = true;
      return;
    }
    p->at[p->count++] = (uint32_t)(at - WORD);
  }
  p->is_seen[block] = p->any_seen = true;
}

// Brings the pairs to what memory is now; false: memory is exhausted.
static bool see_again(struct stage *s, const uint8_t *memory, uint64_t size) {
  struct stage_pairs *p = &s->pairs;
  uint64_t blocks = (size + BLOCK - 1) / BLOCK, from = 0, to;
  if (p->overflows) stage_set_forget(s);
  if (blocks > p->block_count) {
    bool *is_seen = cm_alloc_array(s->arena, blocks, sizeof *is_seen);
    if (!is_seen) return false;
    if (p->block_count) memcpy(is_seen, p->is_seen, p->block_count * sizeof *is_seen);
    p->is_seen = is_seen;
    p->block_count = blocks;
  }
  size_t kept = 0;
  for (size_t i = 0; i < p->count; i++)
    if (p->is_seen[(p->at[i] + WORD) / BLOCK]) p->at[kept++] = p->at[i];
  p->count = kept;
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (uint64_t block = from / BLOCK; block * BLOCK < to && !p->overflows; block++)
      if (!p->is_seen[block]) look_through(s, memory, size, block);
  return true;
}

size_t stage_value_places(struct stage *s, uint32_t variable, uint64_t *places, size_t most) {
  uint64_t size, frames, behind_frames;
  stage_find_frames(s, &frames, &behind_frames);
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  const char *value = s->variables[variable].value;
  size_t length = strlen(value), count = 0;
  if (!memory || !see_again(s, memory, size)) return 0;
  for (size_t i = 0; i < s->pairs.count; i++) {
    uint32_t at = s->pairs.at[i], pair[2];
    memcpy(pair, memory + at, sizeof pair);
    if (pair[1] != length || (at >= frames && at < behind_frames) || memcmp(memory + pair[0], value, length) != 0) continue;
    size_t to = count;
    while (to && places[to - 1] > at) to--;
    if (to == most) continue;
    count += count < most;
    memmove(places + to + 1, places + to, (count - to - 1) * sizeof *places);
    places[to] = at;
  }
  return count;
}

void stage_set_passed(struct stage *s, size_t site, uint32_t variable, bool begins) {
  if (begins && s->sought.met) s->recent_count = 0;  // it was found before, and is looked for once more
  if (!s->recent_count || s->recent_name != variable) {
    s->recent_count = 0;
    s->recent_name = variable;
    s->slot_count = stage_value_places(s, variable, s->slots, STAGE_SLOTS);
  }
  for (size_t i = 0; i < s->recent_count; i++)
    if (s->recent[i] == site) s->recent_count = i;  // once more
  if (s->recent_count < STAGE_RECENT) s->recent[s->recent_count++] = site;
  s->recent_depth = s->depth - 1;
  s->recent_top = s->recent_depth < STAGE_DEPTH ? s->recent_depth : STAGE_DEPTH;
  memcpy(s->recent_stack, s->stack, s->recent_top * sizeof *s->stack);
}

// The function that is being executed writes to the place of the value, and all that it called to find the place did so for that.
static void note_set(struct stage *s) {
  for (size_t k = 0; k < s->recent_count; k++) s->out->sites[s->recent[k]].sets = true;
  for (size_t i = s->depth ? s->depth - 1 : 0; i < s->recent_top; i++) s->marks[s->recent_stack[i]] |= STAGE_SETS;
}

void stage_set_written(struct stage *s, uint64_t at, uint64_t size) {
  struct stage_pairs *p = &s->pairs;
  // The length may stand behind what is written.
  for (uint64_t block = at / BLOCK; p->any_seen && block <= (at + size + WORD) / BLOCK && block < p->block_count; block++)
    p->is_seen[block] = false;
  for (size_t i = 0; i < s->slot_count && s->recent_count && s->depth <= s->recent_depth && size <= STORE_MOST; i++)
    if (at < s->slots[i] + WORD && at + size > s->slots[i]) note_set(s);
}
