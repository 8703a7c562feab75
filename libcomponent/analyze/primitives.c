// Trials for memcpy, memset and strlen.
//
// A candidate is called in the laboratory on two areas of the shadow stack that stand in known bytes, twice with different sizes and
// alignments. It is a copy (fill, length) when exactly what that function must write is written, and the right value returned. Names
// are not looked at: they are often stripped, and there are many implementations.

#include "primitives.h"

#include "laboratory.h"

#include <string.h>

enum { AREA = 128, TRIED_MOST = 200, FUEL = 20000 };

struct bench {
  struct primitives *primitives;
  uint32_t gid, instance;
  uint8_t before[2 * AREA];
  uint32_t base;  // address of the two areas
};

// Calls the candidate with fresh areas; *areas gets what they hold afterwards. False: it trapped.
static bool call(struct bench *b, uint32_t x, uint32_t y, uint32_t z, uint32_t *result, const uint8_t **areas) {
  struct laboratory *lab = b->primitives->laboratory;
  uint64_t size;
  laboratory_reset(lab);
  if (!laboratory_reserve(lab, b->instance, 2 * AREA, &b->base)) return false;
  memcpy(laboratory_memory(lab, b->instance, &size) + b->base, b->before, sizeof b->before);
  union core_value arguments[3] = {{.i32 = (int32_t)(b->base + x)}, {.i32 = (int32_t)y}, {.i32 = (int32_t)z}}, results[1] = {0};
  if (y >= AREA && y < 2 * AREA) arguments[1].i32 = (int32_t)(b->base + y);
  if (!laboratory_call(lab, b->gid, arguments, results, FUEL)) return false;
  *result = (uint32_t)results[0].i32;
  *areas = laboratory_memory(lab, b->instance, &size) + b->base;
  return true;
}

static bool copies(struct bench *b, uint32_t to, uint32_t from, uint32_t size) {
  uint8_t expected[2 * AREA];
  uint32_t result;
  const uint8_t *areas;
  if (!call(b, to, from, size, &result, &areas) || result != b->base + to) return false;
  memcpy(expected, b->before, sizeof expected);
  memcpy(expected + to, b->before + from, size);
  return !memcmp(expected, areas, sizeof expected);
}

static bool fills(struct bench *b, uint32_t to, uint8_t byte, uint32_t size) {
  uint8_t expected[2 * AREA];
  uint32_t result;
  const uint8_t *areas;
  if (!call(b, to, byte, size, &result, &areas) || result != b->base + to) return false;
  memcpy(expected, b->before, sizeof expected);
  memset(expected + to, byte, size);
  return !memcmp(expected, areas, sizeof expected);
}

static bool measures(struct bench *b, uint32_t at, uint32_t length) {
  uint32_t result;
  const uint8_t *areas;
  b->before[at + length] = 0;
  bool right = call(b, at, 0, 0, &result, &areas) && result == length && !memcmp(b->before, areas, sizeof b->before);
  b->before[at + length] = 0x7e;
  return right;
}

static enum primitive try(struct bench *b, uint32_t params) {
  for (uint32_t i = 0; i < sizeof b->before; i++) b->before[i] = (uint8_t)(i * 7 + 33) | 1;
  if (params == 1) return measures(b, 5, 11) && measures(b, 8, 70) && measures(b, 3, 0) ? PRIMITIVE_LENGTH : PRIMITIVE_NONE;
  if (copies(b, 3, AREA + 5, 13) && copies(b, 8, AREA + 8, 77) && copies(b, 4, AREA + 4, 0)) return PRIMITIVE_COPY;
  if (fills(b, 3, 0x5a, 13) && fills(b, 8, 0, 77) && fills(b, 4, 0x11, 0)) return PRIMITIVE_FILL;
  return PRIMITIVE_NONE;
}

enum primitive primitive_of(struct primitives *p, uint32_t gid) {
  if (p->of[gid] != PRIMITIVE_UNTRIED) return p->of[gid];
  p->of[gid] = PRIMITIVE_NONE;
  struct bench b = {.primitives = p, .gid = gid, .instance = p->program->instance_of[gid]};
  const struct core_type *type = core_func_type(p->program->instances[b.instance].module, program_func(p->program, gid));
  if (!type || type->result_count != 1 || type->results[0].code != CORE_I32 || (type->param_count != 1 && type->param_count != 3))
    return PRIMITIVE_NONE;
  for (uint32_t i = 0; i < type->param_count; i++)
    if (type->params[i].code != CORE_I32) return PRIMITIVE_NONE;
  if (p->closed || p->tried++ > TRIED_MOST) return PRIMITIVE_NONE;
  if (!p->laboratory) p->laboratory = laboratory_open(p->program, NULL, 0);
  p->closed = !p->laboratory;
  if (p->laboratory) p->of[gid] = (uint8_t)try(&b, type->param_count);
  return p->of[gid];
}

void primitives_close(struct primitives *p) {
  laboratory_close(p->laboratory);
  p->laboratory = NULL;
}
