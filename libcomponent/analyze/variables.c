// Stores that overlap belong together. Where all of them are of one size, at one address, and of numbers that are known, it is a variable that
// holds one of these, or what it held at the start.

#include "variables.h"

#include <stdlib.h>

static size_t first_from(const struct image *image, uint64_t address) {
  size_t at;
  SORTED_FIRST(at, 0, image->variable_count, image->variables[at].address >= address);
  return at;
}

const struct image_variable *variables_at(const struct image *image, uint64_t address, uint64_t size) {
  if (!image->variable_count) return NULL;
  size_t at = first_from(image, address);
  const struct image_variable *v = at < image->variable_count ? &image->variables[at] : NULL;
  return v && v->address == address && v->size == size ? v : NULL;
}

static int by_address(const void *a, const void *b) {
  const struct variable_store *x = a, *y = b;
  return (x->address > y->address) - (x->address < y->address);
}

static void add_value(struct image_variable *v, uint64_t value) {
  for (uint32_t i = 0; i < v->count && i < IMAGE_VALUES; i++)
    if (v->values[i] == value) return;
  if (v->count < IMAGE_VALUES) v->values[v->count] = value;
  v->count++;
}

// Behind the data are zeros.
static uint64_t at_start(const struct image *image, uint64_t address, uint64_t size) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < size; i++) {
    uint8_t byte;
    bool weak;
    if (image_byte(image, address + i, &byte, &weak)) value |= (uint64_t)byte << (8 * i);
  }
  return value;
}

static bool add(struct program *program, struct image *image, const struct image_variable *v, bool *news) {
  if (variables_at(image, v->address, v->size)) return true;
  if (!cm_grow(program->arena, &image->variables, &image->variable_room, image->variable_count, sizeof *image->variables))
    return false;
  size_t at = first_from(image, v->address);
  for (size_t i = image->variable_count++; i > at; i--) image->variables[i] = image->variables[i - 1];
  image->variables[at] = *v;
  return *news = true;
}

static bool holds_text(const struct image *image, const struct image_variable *v) {
  bool any = false;
  for (uint32_t i = 0; i < v->count && i < IMAGE_VALUES && !any; i++) {
    uint8_t first;
    bool weak;
    any = v->size == sizeof(uint32_t) && v->values[i] && image_byte(image, v->values[i], &first, &weak) && first;
  }
  return any;
}

// Stores that overlap, each with another one of them.
static bool look_at(struct program *program, struct image *image, enum variables_wanted wanted, const struct variable_store *stores,
                    size_t count, const struct image_range *ranges, size_t range_count, bool *news) {
  uint64_t address = stores[0].address, size = stores[0].size;
  if (size > sizeof(uint64_t)) return true;  // an object that is filled or copied to is no number
  struct image_variable v = {.address = address, .size = (uint32_t)size};
  size_t range = image_ranges_find(ranges, range_count, address);
  if (range == range_count || ranges[range].from > address || ranges[range].to < address + size) return true;
  add_value(&v, at_start(image, address, size));
  for (size_t i = 0; i < count; i++) {
    if (!stores[i].is_known || stores[i].address != address || stores[i].size != size) return true;
    add_value(&v, size < sizeof(uint64_t) ? stores[i].value & ((UINT64_C(1) << (8 * size)) - 1) : stores[i].value);
  }
  bool fits = v.count <= IMAGE_VALUES && (wanted == VARIABLES_ALL || holds_text(image, &v));
  return !fits || add(program, image, &v, news);
}

bool variables_find(struct program *program, uint32_t owner, enum variables_wanted wanted, struct variable_store *stores,
                    size_t count, const struct image_range *ranges, size_t range_count, bool *news) {
  struct image *image = &program->instances[owner].image;
  if (count) qsort(stores, count, sizeof *stores, by_address);
  for (size_t first = 0, next; first < count; first = next) {
    uint64_t end = stores[first].address + stores[first].size;
    for (next = first + 1; next < count && stores[next].address < end; next++)
      if (stores[next].address + stores[next].size > end) end = stores[next].address + stores[next].size;
    if (!look_at(program, image, wanted, stores + first, next - first, ranges, range_count, news)) return false;
  }
  return true;
}
