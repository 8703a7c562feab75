// The container's own copies of the texts that the environment is made of.
//
// The container is known by them: what the host hands over has a '=' behind each name, and before each value.

#include "container_stage.h"

#include <string.h>

enum { ENTRIES_AROUND = 1024 };

static bool is_copy_at(const struct stage *s, uint64_t address) {
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].from == address && s->copies[i].asked == s->copies_asked) return true;
  return false;
}

// The copy that is touched; NULL: none.
struct range *stage_copy_at(struct stage *s, uint64_t at, uint64_t size) {
  if (at >= s->copies_to || at + size <= s->copies_from) return NULL;
  unsigned asked = laboratory_asked(s->lab);
  for (size_t i = 0; i < s->copy_count; i++)
    if (at < s->copies[i].to && at + size > s->copies[i].from && s->copies[i].asked == asked) return &s->copies[i];
  return NULL;
}

static void add_copy(struct stage *s, uint64_t address, size_t length, size_t variable, bool is_name) {
  if (s->copy_count == STAGE_RANGES) return;
  if (!s->copies_to || address < s->copies_from) s->copies_from = address;
  if (address + length > s->copies_to) s->copies_to = address + length;
  s->copies[s->copy_count++] = (struct range){
      .from = address, .to = address + length, .asked = s->copies_asked, .variable = (uint32_t)variable, .is_name = is_name};
}

// Finds `text` where it stands for itself: not as one half of "NAME=value".
static void find_copies(struct stage *s, size_t variable, bool is_name) {
  const char *text = is_name ? s->variables[variable].name : s->variables[variable].value;
  uint64_t size, from = 0, to;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  size_t length = strlen(text);
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (const uint8_t *at = memory + from; (at = memmem(at, (size_t)(memory + to - at), text, length)); at++) {
      uint64_t address = (uint64_t)(at - memory);
      bool half = is_name ? address + length < size && at[length] == '=' : address && at[-1] == '=';
      if (!half) add_copy(s, address, length, variable, is_name);
    }
}

// Names that the program asks for may be short, and stand anywhere. Those in the container are pointed to from where the others are.
static void find_asked(struct stage *s, const uint8_t *memory, uint64_t size, uint64_t around) {
  uint64_t from = around < ENTRIES_AROUND ? 0 : around - ENTRIES_AROUND, to = around + ENTRIES_AROUND;
  for (uint64_t at = from & ~UINT64_C(3); at < to && at + 4 <= size; at += 4) {
    uint32_t word, next = 0;
    memcpy(&word, memory + at, sizeof word);
    if (at + 8 <= size) memcpy(&next, memory + at + 4, sizeof next);
    for (size_t i = s->made_up_count; i < s->in_run; i++) {
      if (word >= size || memory[word] != (uint8_t)s->variables[i].name[0]) continue;
      size_t length = strlen(s->variables[i].name);
      if (i < s->foreign_count && next != length) continue;
      bool is_it = word >= 4 && word < size && length <= size - word && !memcmp(memory + word, s->variables[i].name, length);
      bool own = is_it && stage_is_own_text(s, s->subject, memory, word, (uint32_t)length);
      if (is_it && !own && memory[word + length] != '=' && !is_copy_at(s, word)) add_copy(s, word, length, i, true);
    }
  }
}

static void find_all_asked(struct stage *s, size_t first) {
  uint64_t size, from = 0, to, last = 0;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  size_t count = s->copy_count;
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (uint64_t at = (from + 3) & ~UINT64_C(3); at + 4 <= to; at += 4) {
      uint32_t word;
      memcpy(&word, memory + at, sizeof word);
      if (word < 4 || (last && at - last < ENTRIES_AROUND / 2)) continue;
      bool points = false;
      for (size_t i = first; i < count && !points; i++) points = s->copies[i].from == word;
      if (!points) continue;
      find_asked(s, memory, size, at);
      last = at;
    }
}

// Nothing may have been asked for by a function that is known. What was handed over on a way that the program was made to take is found when it
// takes it again.
void stage_find_last(struct stage *s) {
  unsigned asked = laboratory_asked(s->lab);
  bool known = s->knows_copies && !s->is_made;
  for (size_t i = 0; i < s->copy_count && s->knows_copies && !known; i++) known = s->copies[i].asked == asked;
  if (!asked || known) return;
  bool knows = s->knows_copies;
  size_t count = s->copy_count;
  s->knows_copies = false;
  stage_find_container(s, true);
  s->knows_copies = knows;
  s->found_more |= knows && s->copy_count > count;
}

// Where all has come into the container, or where most has: then it is looked for again later.
void stage_find_container(struct stage *s, bool all) {
  unsigned asked = laboratory_asked(s->lab);
  if (s->subject == UINT32_MAX || s->knows_copies || s->complete_asked == asked || (!all && s->copies_asked == asked)) return;
  size_t first = 0;
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].asked != asked) s->copies[first++] = s->copies[i];
  s->copy_count = first;
  s->copies_asked = asked;
  if (all) s->complete_asked = asked;
  for (size_t i = 0; i < s->foreign_count; i++) {
    if (i < s->made_up_count) find_copies(s, i, true);
    find_copies(s, i, false);
  }
  if (s->in_run > s->made_up_count) find_all_asked(s, first);
}
