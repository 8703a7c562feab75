// What is looked for only to be taken out of the container.
//
// Where both texts of a variable are given back to the allocator by who looked for it, and those of no other variable, and nobody has read its value
// meanwhile, it is removed. Whether it was there may be told even so: that is seen in what the host is told by a program that has none of these
// variables (container.c).

#include "container_stage.h"

#include <string.h>

enum { WORD = 4 };

static bool has_value_at(const struct stage *s, const uint8_t *memory, uint64_t size, uint64_t slot, const char *value) {
  uint32_t words[2], length = (uint32_t)strlen(value);
  if (slot + sizeof words > size) return false;
  memcpy(words, memory + slot, sizeof words);
  return words[1] == length && words[0] < size && length <= size - words[0] && !memcmp(memory + words[0], value, length) &&
         !stage_is_own_text(s, s->subject, memory, words[0], length);
}

// Where the variable's value stands in the container; 0: nowhere that is known.
static uint64_t find_value(struct stage *s, uint32_t variable) {
  uint64_t size, *slot = &s->value_slots[variable], places[STAGE_SLOTS];
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  const char *value = s->variables[variable].value;
  bool known = *slot && has_value_at(s, memory, size, *slot, value);
  size_t count = known ? 0 : stage_value_places(s, variable, places, STAGE_SLOTS);
  for (size_t i = 0; i < count && !known; i++) {
    known = has_value_at(s, memory, size, places[i], value);
    if (known) *slot = places[i];
  }
  uint32_t word = 0;
  if (known) memcpy(&word, memory + *slot, sizeof word);
  return word;
}

static struct range *name_of(struct stage *s, uint32_t variable) {
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].is_name && s->copies[i].variable == variable && s->copies[i].asked == laboratory_asked(s->lab) &&
        !s->copies[i].gone)
      return &s->copies[i];
  return NULL;
}

void stage_seek_end(struct stage *s) {
  struct sought *k = &s->sought;
  bool taken = k->name_gone && k->value_gone && !k->spoilt;
  for (size_t i = 0; i < k->count && !k->is_open; i++) {
    struct container_call *call = &s->out->calls[k->calls[i]];
    // On a way that the program was made to take it may have left out what comes of it elsewhere.
    if (s->is_made && call->settled) continue;
    if (!s->is_made && !call->settled) call->taken = call->kept = false;
    call->settled |= !s->is_made;
    *(taken ? &call->taken : &call->kept) = true;
  }
  if (taken && k->count && !k->is_open) s->taken[k->variable] = 1;
  k->count = 0;
}

void stage_seek(struct stage *s, uint32_t caller, uint64_t offset, uint32_t variable, bool begins) {
  struct sought *k = &s->sought;
  if (!s->knows_copies || s->subject == UINT32_MAX) return;
  struct container_call *call = stage_note_call(s, caller, offset);
  if (!call) return;
  size_t number = (size_t)(call - s->out->calls);
  bool same = k->count && k->variable == variable && !k->met && !begins && k->count < STAGE_RECENT;
  for (size_t i = 0; i < k->count && same; i++)
    if (k->calls[i] == number) return;
  if (!same) {
    stage_seek_end(s);
    const struct range *name = name_of(s, variable);
    uint64_t value = name ? find_value(s, variable) : 0;
    *k = (struct sought){.variable = variable};
    if (!name) return;
    k->name_from = name->from, k->name_to = stage_block_end(name->from, name->to - name->from);
    k->value_gone = !value;  // it was replaced before
    k->value_from = value, k->value_to = value ? stage_block_end(value, strlen(s->variables[variable].value)) : 0;
  }
  k->calls[k->count++] = number;
}

void stage_seek_read(struct stage *s, uint64_t at, uint64_t size) {
  struct sought *k = &s->sought;
  if (k->count && !k->value_gone && at < k->value_from + strlen(s->variables[k->variable].value) && at + size > k->value_from)
    k->spoilt = true;
}

void stage_seek_write(struct stage *s, uint64_t at, uint64_t size) {
  struct sought *k = &s->sought;
  if (!k->count || k->is_open) return;
  k->name_gone |= at < k->name_to && at + size > k->name_from;
  k->value_gone |= at < k->value_to && at + size > k->value_from;
  bool near = at + size > s->copies_from && at < stage_block_end(s->copies_to, STAGE_NAME_ROOM);
  for (size_t i = 0; i < s->copy_count && near && !k->spoilt; i++) {
    struct range *copy = &s->copies[i];
    bool is_it = copy->is_name && !copy->gone && copy->written >= copy->to - copy->from && at + size > copy->from &&
                 at < stage_block_end(copy->from, copy->to - copy->from) && copy->asked == laboratory_asked(s->lab);
    if (!is_it) continue;
    copy->gone = true;
    if (copy->variable == k->variable) continue;
    // All may be given back in the end, beginning with this one, or the others after it was taken.
    *(k->name_gone && k->value_gone ? &k->is_open : &k->spoilt) = true;
  }
}
