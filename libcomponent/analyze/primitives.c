// Trials for memcpy, memset, strlen, malloc, realloc, free and functions that search and compare.
//
// A candidate is called in the laboratory on two areas of the shadow stack that stand in known bytes, twice with different sizes and
// alignments. It is a copy (fill, length) when exactly what that function must write is written, and the right value returned. Names
// are not looked at: they are often stripped, and there are many implementations.

#include "primitives.h"

#include "laboratory.h"

#include <string.h>

enum { LEAST_BLOCK = 64, AREA = 128, TRIED_MOST = 200, TRIED_MUTE = 100, FUEL = 20000 };

struct bench {
  struct primitives *primitives;
  uint32_t gid, instance;
  uint8_t before[2 * AREA];
  uint32_t base;  // address of the two areas
  bool is_mute;   // it gives nothing back: of a copy an optimizer takes the result away where nobody looks at it
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
  *result = b->is_mute ? b->base + x : (uint32_t)results[0].i32;
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

// Does it find byte `at` of the area, and leave all as it is?
static bool finds(struct bench *b, uint32_t from, uint32_t at, uint32_t size) {
  uint32_t result;
  const uint8_t *areas;
  return call(b, from, b->before[at], size, &result, &areas) && result == b->base + at &&
         !memcmp(b->before, areas, sizeof b->before);
}

// What it says of the texts of 12 bytes in both areas, of which byte 5 of the second is `fifth` and byte `end` of both a zero.
static bool says_equal(struct bench *b, uint32_t size, uint8_t fifth, uint32_t end) {
  uint8_t kept[sizeof b->before];
  uint32_t result = 1;
  const uint8_t *areas;
  memcpy(kept, b->before, sizeof kept);
  memcpy(b->before + AREA + 8, b->before + 3, 12);
  b->before[AREA + 8 + 5] = fifth;
  b->before[3 + end] = b->before[AREA + 8 + end] = 0;
  bool equal = call(b, 3, AREA + 8, size, &result, &areas) && !result && !memcmp(b->before, areas, sizeof b->before);
  memcpy(b->before, kept, sizeof kept);
  return equal;
}

// The same letter in the other case counts as another one: what a name of the environment is compared with is told exactly.
static enum primitive try_comparing(struct bench *b, bool sized) {
  uint8_t same = b->before[3 + 5], other = same ^ 0x20;
  if (!says_equal(b, 12, same, 12) || says_equal(b, 12, other, 12) || says_equal(b, 12, same ^ 0x41, 12)) return PRIMITIVE_NONE;
  bool ends = says_equal(b, 12, other, 3);
  if (!sized) return ends ? PRIMITIVE_COMPARE_TEXTS : PRIMITIVE_NONE;
  if (!says_equal(b, 5, other, 12) || says_equal(b, 6, other, 12)) return PRIMITIVE_NONE;
  return ends ? PRIMITIVE_COMPARE_TEXT : PRIMITIVE_COMPARE;
}

// How far apart two blocks are that it gives for these arguments, one after the other; 0: what it gives is no memory of its own.
static uint32_t block_distance(struct bench *b, uint32_t x, uint32_t y) {
  struct laboratory *lab = b->primitives->laboratory;
  uint32_t blocks[2];
  uint64_t size;
  laboratory_reset(lab);
  for (unsigned i = 0; i < 2; i++) {
    union core_value arguments[2] = {{.i32 = (int32_t)x}, {.i32 = (int32_t)y}}, results[1] = {0};
    if (!laboratory_call(lab, b->gid, arguments, results, FUEL)) return 0;
    blocks[i] = (uint32_t)results[0].i32;
    laboratory_memory(lab, b->instance, &size);
    if (blocks[i] < LEAST_BLOCK || blocks[i] % 8 || blocks[i] > size || size - blocks[i] < x) return 0;
  }
  return blocks[1] > blocks[0] ? blocks[1] - blocks[0] : blocks[0] - blocks[1];
}

// Are there zeros in a block that it gives where something else stood before?
static bool zeroes(struct bench *b, uint32_t bytes, uint32_t y) {
  struct laboratory *lab = b->primitives->laboratory;
  union core_value arguments[2] = {{.i32 = (int32_t)bytes}, {.i32 = (int32_t)y}}, results[2] = {0};
  uint64_t size;
  for (unsigned i = 0; i < 2; i++) {
    laboratory_reset(lab);
    uint64_t at = (uint32_t)results[0].i32;
    if (i && !laboratory_touch(lab, b->instance, at, bytes)) return false;
    if (i) memset(laboratory_memory(lab, b->instance, &size) + at, 0x7e, bytes);
    if (!laboratory_call(lab, b->gid, arguments, &results[i], FUEL) || results[i].i32 != results[0].i32) return false;
  }
  const uint8_t *memory = laboratory_memory(lab, b->instance, &size);
  uint32_t k = 0;
  while (k < bytes && !memory[(uint32_t)results[0].i32 + k]) k++;
  return k == bytes;
}

// Blocks must not overlap, and a larger request takes them further apart.
static enum primitive try_allocating(struct bench *b, uint32_t params) {
  enum { SMALL = 40, LARGE = 2000, OTHER = 8 };
  if (block_distance(b, SMALL, OTHER) < SMALL) return PRIMITIVE_NONE;
  uint32_t large = block_distance(b, LARGE, OTHER);
  if (large < LARGE) return PRIMITIVE_NONE;
  if (params == 1 || large < 2 * LARGE)
    return zeroes(b, SMALL, OTHER) && zeroes(b, LARGE, OTHER) ? PRIMITIVE_ALLOCATE_ZEROED : PRIMITIVE_ALLOCATE;
  return large >= OTHER * LARGE ? PRIMITIVE_ALLOCATE_MANY : PRIMITIVE_NONE;
}

// A block that it gives for none, or for another; NULL: it is no memory.
static uint8_t *block_given(struct bench *b, uint32_t block, uint32_t bytes, uint32_t *address) {
  struct laboratory *lab = b->primitives->laboratory;
  union core_value arguments[2] = {{.i32 = (int32_t)block}, {.i32 = (int32_t)bytes}}, results[1] = {0};
  uint64_t size;
  if (!laboratory_call(lab, b->gid, arguments, results, FUEL)) return NULL;
  uint8_t *memory = laboratory_memory(lab, b->instance, &size);
  *address = (uint32_t)results[0].i32;
  bool valid = *address >= LEAST_BLOCK && *address % 8 == 0 && *address <= size && size - *address >= bytes;
  return valid ? memory + *address : NULL;
}

// Of no block it gives one, and another one each time; what one held is in the larger one that it gives for it.
static bool reallocates(struct bench *b) {
  enum { SMALL = 40, LARGE = 2000 };
  uint32_t first, second, large;
  laboratory_reset(b->primitives->laboratory);
  uint8_t *block = block_given(b, 0, SMALL, &first);
  if (!block) return false;
  memcpy(block, b->before, SMALL);
  if (!block_given(b, 0, SMALL, &second)) return false;
  uint32_t apart = second > first ? second - first : first - second;
  block = apart >= SMALL ? block_given(b, first, LARGE, &large) : NULL;
  return block && large != first && !memcmp(block, b->before, SMALL);
}

// A block of `size` bytes as a function that is known to allocate gives it.
static bool allocate(struct bench *b, uint32_t size, uint32_t *block) {
  union core_value arguments[2] = {{.i32 = (int32_t)size}, {.i32 = 8}}, results[1] = {0};
  if (!laboratory_call(b->primitives->laboratory, b->primitives->allocator - 1, arguments, results, FUEL)) return false;
  *block = (uint32_t)results[0].i32;
  return *block >= LEAST_BLOCK;
}

// What was given back to it is given out once more.
static bool frees(struct bench *b) {
  enum { SMALL = 40 };
  uint32_t first, second, again;
  laboratory_reset(b->primitives->laboratory);
  if (!allocate(b, SMALL, &first) || !allocate(b, SMALL, &second) || first == second) return false;
  union core_value arguments[2] = {{.i32 = (int32_t)first}, {.i32 = SMALL}};
  return laboratory_call(b->primitives->laboratory, b->gid, arguments, NULL, FUEL) && allocate(b, SMALL, &again) && again == first;
}

static enum primitive try_writing(struct bench *b, uint32_t params) {
  if (params == 1)
    return measures(b, 5, 11) && measures(b, 8, 70) && measures(b, 3, 0) ? PRIMITIVE_LENGTH : try_allocating(b, params);
  if (params == 2) {
    if (reallocates(b)) return PRIMITIVE_REALLOCATE;
    enum primitive is = try_allocating(b, params);
    return is != PRIMITIVE_NONE ? is : PRIMITIVE_OTHER;
  }
  if (copies(b, 3, AREA + 5, 13) && copies(b, 8, AREA + 8, 77) && copies(b, 4, AREA + 4, 0)) return PRIMITIVE_COPY;
  if (fills(b, 3, 0x5a, 13) && fills(b, 8, 0, 77) && fills(b, 4, 0x11, 0)) return PRIMITIVE_FILL;
  return PRIMITIVE_OTHER;
}

static enum primitive try_reading(struct bench *b, uint32_t params) {
  bool sized = params == 3;
  if (finds(b, 4, 9, sized ? 40 : 0) && finds(b, 7, 7, sized)) return PRIMITIVE_FIND;
  return try_comparing(b, sized);
}

enum primitive primitive_of(struct primitives *p, uint32_t gid, bool reading) {
  if (p->of[gid] != PRIMITIVE_UNTRIED && (p->of[gid] != PRIMITIVE_OTHER || !reading)) return p->of[gid];
  bool again = p->of[gid] == PRIMITIVE_OTHER;
  p->of[gid] = PRIMITIVE_NONE;
  struct bench b = {.primitives = p, .gid = gid, .instance = p->program->instance_of[gid]};
  const struct core_type *type = core_func_type(p->program->instances[b.instance].module, program_func(p->program, gid));
  if (!type || type->result_count > 1 || !type->param_count || type->param_count > 3) return PRIMITIVE_NONE;
  b.is_mute = !type->result_count;
  if (!b.is_mute && type->results[0].code != CORE_I32) return PRIMITIVE_NONE;
  for (uint32_t i = 0; i < type->param_count; i++)
    if (type->params[i].code != CORE_I32) return PRIMITIVE_NONE;
  if (b.is_mute && type->param_count < 3 && !p->allocator) {
    p->of[gid] = PRIMITIVE_UNTRIED;  // what gives blocks back is known by what gives them out
    return PRIMITIVE_NONE;
  }
  if (p->closed || (b.is_mute ? p->tried_mute++ > TRIED_MUTE : p->tried++ > TRIED_MOST)) return PRIMITIVE_NONE;
  if (!p->laboratory) p->laboratory = laboratory_open(p->program, NULL, 0);
  p->closed = !p->laboratory;
  if (p->closed) return PRIMITIVE_NONE;
  for (uint32_t i = 0; i < sizeof b.before; i++) b.before[i] = (uint8_t)(i * 7 + 33) | 1;
  enum primitive is = PRIMITIVE_OTHER;
  if (!again && (!b.is_mute || type->param_count == 3)) is = try_writing(&b, type->param_count);
  if (is == PRIMITIVE_ALLOCATE || is == PRIMITIVE_ALLOCATE_ZEROED) p->allocator = gid + 1;
  if (is == PRIMITIVE_OTHER && b.is_mute) is = type->param_count < 3 && p->allocator && frees(&b) ? PRIMITIVE_FREE : PRIMITIVE_NONE;
  if (is == PRIMITIVE_OTHER && reading && !b.is_mute) is = try_reading(&b, type->param_count);
  p->of[gid] = (uint8_t)is;
  return is;
}

void primitives_close(struct primitives *p) {
  laboratory_close(p->laboratory);
  laboratory_close(p->lively);
  p->laboratory = p->lively = NULL;
}
