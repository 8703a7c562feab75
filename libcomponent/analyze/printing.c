// Trials for functions that print.
//
// The candidate is called in a laboratory where writing to files succeeds, with a text of ours in the shadow stack, which is longer than the
// buffers of files are. It prints when the text has gone to the host and the number of characters is right; and it does no more when the text is as
// it was, and nothing that was written points to it. What puts the text into a variable of its own does not go to the host.

#include "printing.h"

#include "laboratory.h"

#include <string.h>

enum {
  AREA = 4352,
  TEXT_SIZE = 4200,
  FORMAT_AT = 4224,
  ARGUMENTS_AT = 4288,
  FRAMES = 8192,
  FUEL = 80000,
  TRIED_MOST = 32,
  WORD = 4
};
enum { VECTORS_MOST = 8 };
enum { UNTRIED, TRIED, PRINTS };

static const char piece[] = "qz.tide~printed", format[] = "<%s>";  // of the text; and what it is printed by

struct bench {
  struct laboratory *lab;
  uint32_t instance, base;
  bool has_result;
  bool told;  // the host was
};

static bool has_text(const uint8_t *bytes, uint64_t size) { return memmem(bytes, size, piece, sizeof piece - 1) != NULL; }

static void on_import(void *context, const struct laboratory_import *import) {
  struct bench *b = context;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(b->lab, b->instance, &size);
  for (uint32_t i = 0; memory && i + 1 < import->type->param_count; i++) {
    uint32_t at = import->arguments[i].u32, length = import->arguments[i + 1].u32;
    bool pair = import->type->params[i].code == CORE_I32 && import->type->params[i + 1].code == CORE_I32;
    if (pair && at < size && length < size - at) b->told |= has_text(memory + at, length);
  }
  for (uint32_t i = 0; memory && i < import->vector_count && i < VECTORS_MOST; i++) {
    uint64_t at = import->vectors + UINT64_C(2) * WORD * i;
    uint32_t vector[2];
    if (at + sizeof vector > size) break;
    memcpy(vector, memory + at, sizeof vector);
    if (vector[0] < size && vector[1] < size - vector[0]) b->told |= has_text(memory + vector[0], vector[1]);
  }
}

// Looks at what was written, or may have been. False: something points to the text.
static bool is_let_go_in(const struct bench *b, const uint8_t *memory, uint64_t from, uint64_t to) {
  for (uint64_t at = (from + WORD - 1) / WORD * WORD; at + WORD <= to; at += WORD) {
    uint32_t word;
    memcpy(&word, memory + at, sizeof word);
    if (word >= b->base && word < b->base + AREA) return false;
  }
  return true;
}

// All of it, but for our own area and the frames below it.
static bool is_let_go(const struct bench *b, const uint8_t *memory) {
  uint64_t low = b->base > FRAMES ? b->base - FRAMES : 0, high = b->base + (uint64_t)AREA;
  for (uint64_t from = 0, to; to = UINT64_MAX, laboratory_written(b->lab, b->instance, &from, &to); from = to) {
    if (!is_let_go_in(b, memory, from, to < low ? to : low) || !is_let_go_in(b, memory, from > high ? from : high, to))
      return false;
  }
  return true;
}

static bool try(struct bench *b, uint32_t gid, enum printing_shape shape, uint32_t count, uint32_t file) {
  uint8_t area[AREA] = {0}, *memory;
  uint64_t size;
  laboratory_reset(b->lab);
  if (!laboratory_reserve(b->lab, b->instance, AREA, &b->base)) return false;
  uint32_t at_text = b->base;
  for (size_t i = 0; i < TEXT_SIZE; i++) area[i] = (uint8_t)piece[i % (sizeof piece - 1)];
  memcpy(area + FORMAT_AT, format, sizeof format);
  memcpy(area + ARGUMENTS_AT, &at_text, sizeof at_text);
  memcpy(laboratory_memory(b->lab, b->instance, &size) + b->base, area, AREA);
  union core_value arguments[3] = {0}, results[1] = {0};
  if (shape == PRINTING_FORMAT) {
    arguments[0].u32 = file;
    arguments[count - 2].u32 = b->base + FORMAT_AT;
    arguments[count - 1].u32 = b->base + ARGUMENTS_AT;
  } else {
    arguments[0].u32 = at_text;
    arguments[1].u32 = file;
  }
  const struct laboratory_observer observer = {.context = b, .imported = on_import};
  laboratory_observe(b->lab, &observer);
  bool done = laboratory_call(b->lab, gid, arguments, results, FUEL);
  laboratory_observe(b->lab, NULL);
  memory = laboratory_memory(b->lab, b->instance, &size);
  if (!done || memcmp(memory + b->base, area, AREA) != 0 || !is_let_go(b, memory)) return false;
  // An optimizer takes the result away where nobody looks at it.
  bool counts = shape == PRINTING_FORMAT && b->has_result;
  return b->told && (!counts || results[0].u32 == TEXT_SIZE + sizeof format - sizeof "%s");
}

bool printing_is(struct primitives *p, uint32_t gid, enum printing_shape shape, uint32_t count, uint32_t file) {
  if (!p->prints) p->prints = cm_alloc_array(p->program->arena, p->program->func_count, 1);
  if (!p->prints || p->prints[gid] != UNTRIED) return p->prints && p->prints[gid] == PRINTS;
  p->prints[gid] = TRIED;
  if (p->tried_printing++ >= TRIED_MOST) return false;
  if (!p->lively) p->lively = laboratory_open_lively(p->program, NULL, 0);
  struct bench b = {.lab = p->lively, .instance = p->program->instance_of[gid]};
  b.has_result = core_func_type(p->program->instances[b.instance].module, program_func(p->program, gid))->result_count;
  if (b.lab && try(&b, gid, shape, count, file)) p->prints[gid] = PRINTS;
  return p->prints[gid] == PRINTS;
}
