// Telling books from the program's variables.
//
// A variable lies from an address that code or data mention up to the next one that they do. Where the runtime's code alone mentions it, it
// is the runtime's. What words of other variables lead to is the program's, as the elements of a slice are, which no code mentions.

#include "books.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 8, ROUNDS = 3 };

struct mention {
  uint64_t at;
  bool own;  // by the runtime's code
};

struct search {
  struct program *program;
  uint32_t instance;
  const uint8_t *own;
  struct mention *list;
  size_t count, room;
  bool no_memory;
};

static void add(struct search *s, uint64_t at, bool own) {
  if (cm_grow(s->program->arena, &s->list, &s->room, s->count, sizeof *s->list))
    s->list[s->count++] = (struct mention){at, own};
  else
    s->no_memory = true;
}

static void see_mention(void *context, uint32_t func, uint64_t address) {
  struct search *s = context;
  add(s, address, s->own[program_gid(s->program, s->instance, func)]);
}

static int by_address(const void *a, const void *b) {
  const struct mention *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

// One for each address: it is the runtime's where all say so.
static void settle(struct search *s) {
  if (s->count) qsort(s->list, s->count, sizeof *s->list, by_address);
  size_t kept = 0;
  for (size_t i = 0; i < s->count; i++)
    if (kept && s->list[kept - 1].at == s->list[i].at)
      s->list[kept - 1].own &= s->list[i].own;
    else
      s->list[kept++] = s->list[i];
  s->count = kept;
}

// Words of the program's variables that lead to others.
static void add_led_to(struct search *s) {
  const struct stacked *stacked = s->program->instances[s->instance].stacked;
  size_t count = s->count, next = 0;
  bool own = true;
  uint64_t size = stacked->data.size, from = stacked->variables & ~(uint64_t)(WORD - 1);
  for (uint64_t at = from; at < size && size - at >= WORD && !s->no_memory; at += WORD) {
    for (; next < count && s->list[next].at <= at; next++) own = s->list[next].own;
    uint64_t word;
    memcpy(&word, stacked->data.at + at, sizeof word);
    if (!own && word >= stacked->variables && word < stacked->data.size) add(s, word, false);
  }
}

static void mark(const struct search *s, uint8_t *marks, uint64_t size) {
  for (size_t i = 0; i < s->count; i++) {
    uint64_t end = i + 1 < s->count ? s->list[i + 1].at : size;
    for (uint64_t at = s->list[i].at; s->list[i].own && at < end && at < size; at++) image_mark(marks, at, true);
  }
}

bool books_find(struct program *program, uint32_t instance, const uint8_t *own, uint8_t *marks, uint64_t size) {
  struct search s = {.program = program, .instance = instance, .own = own};
  const struct stacked *stacked = program->instances[instance].stacked;
  stacked_mentions(stacked, stacked->variables, size, see_mention, &s);
  settle(&s);
  for (unsigned round = 0; round < ROUNDS && !s.no_memory; round++) {
    add_led_to(&s);
    settle(&s);
  }
  mark(&s, marks, size);
  return !s.no_memory;
}
