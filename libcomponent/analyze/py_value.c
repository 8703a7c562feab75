// Values by number.

#include "py_value.h"

#include <stdlib.h>

static uint64_t hash_of(const struct py_values *values, const struct py_cell *c) {
  uint64_t hash = index_mix(values->index.seed, (uint64_t)c->kind << 33 | (uint64_t)c->open << 32 | c->globals);
  hash = index_mix_text(index_mix(hash, (uint64_t)c->number), c->text);
  for (uint32_t i = 0; i < c->count; i++) hash = index_mix(hash, c->items[i]);
  return hash;
}

static bool same(const struct py_cell *a, const struct py_cell *b) {
  if (a->kind != b->kind || a->open != b->open || a->globals != b->globals || a->number != b->number || a->count != b->count)
    return false;
  return cm_str_equal(a->text, b->text) && (!a->count || !memcmp(a->items, b->items, a->count * sizeof *a->items));
}

bool py_values_init(struct py_values *values, struct cm_arena *arena) {
  *values = (struct py_values){.arena = arena};
  if (!index_init(&values->index, arena) || !cm_grow(arena, &values->cells, &values->room, 0, sizeof *values->cells)) return false;
  values->cells[values->count++] = (struct py_cell){.kind = PY_UNKNOWN};
  return index_add(&values->index, arena, hash_of(values, &values->cells[0]), 0);
}

py_value py_make(struct py_values *values, const struct py_cell *cell) {
  uint64_t hash = hash_of(values, cell);
  size_t cursor = 0;
  for (uint32_t i; index_next(&values->index, hash, &cursor, &i);)
    if (same(&values->cells[i], cell)) return i;
  struct py_cell kept = *cell;
  if (cell->text.size) kept.text.at = cm_alloc_text(values->arena, cell->text.at, cell->text.size);
  py_value *items = cell->count ? cm_alloc_array(values->arena, cell->count, sizeof *items) : NULL;
  if ((cell->text.size && !kept.text.at) || (cell->count && !items) ||
      !cm_grow(values->arena, &values->cells, &values->room, values->count, sizeof *values->cells) ||
      !index_add(&values->index, values->arena, hash, (uint32_t)values->count)) {
    values->failed = true;
    return 0;
  }
  if (items) memcpy(items, cell->items, cell->count * sizeof *items);
  kept.items = items;
  values->cells[values->count] = kept;
  return (py_value)values->count++;
}

py_value py_make_text(struct py_values *values, struct cm_str text, bool open) {
  if (text.size > PY_KEY_MOST) {
    text.size = PY_KEY_MOST;
    open = true;
  }
  if (open && !text.size) return 0;
  return py_make(values, &(struct py_cell){.kind = PY_TEXT, .text = text, .open = open});
}

py_value py_make_items(struct py_values *values, enum py_kind kind, const py_value *items, uint32_t count, int64_t number) {
  return py_make(values, &(struct py_cell){.kind = kind, .items = items, .count = count, .number = number});
}

static int by_number(const void *a, const void *b) {
  py_value x = *(const py_value *)a, y = *(const py_value *)b;
  return (x > y) - (x < y);
}

py_value py_join(struct py_values *values, py_value a, py_value b) {
  if (a == b || py_kind(values, b) == PY_UNBOUND) return a;
  if (py_kind(values, a) == PY_UNBOUND) return b;
  py_value all[2 * PY_CHOICES_MOST];
  uint32_t count = 0, kept = 0;
  for (uint32_t i = 0; i < py_choice_count(values, a); i++) all[count++] = py_choice(values, a, i);
  for (uint32_t i = 0; i < py_choice_count(values, b); i++) all[count++] = py_choice(values, b, i);
  qsort(all, count, sizeof *all, by_number);
  for (uint32_t i = 0; i < count; i++)
    if (!kept || all[kept - 1] != all[i]) all[kept++] = all[i];
  if (kept == 1) return all[0];
  return kept > PY_CHOICES_MOST ? 0 : py_make_items(values, PY_CHOICE, all, kept, 0);
}

py_value py_each(struct py_values *values, py_value a, py_unary *function, void *context) {
  py_value result = 0;
  for (uint32_t i = 0; i < py_choice_count(values, a); i++) {
    py_value one = function(context, py_choice(values, a, i));
    result = i ? py_join(values, result, one) : one;
  }
  return result;
}

py_value py_each_pair(struct py_values *values, py_value a, py_value b, py_binary *function, void *context) {
  if ((uint64_t)py_choice_count(values, a) * py_choice_count(values, b) > 4 * PY_CHOICES_MOST) return 0;
  py_value result = 0;
  bool first = true;
  for (uint32_t i = 0; i < py_choice_count(values, a); i++)
    for (uint32_t k = 0; k < py_choice_count(values, b); k++) {
      py_value one = function(context, py_choice(values, a, i), py_choice(values, b, k));
      result = first ? one : py_join(values, result, one);
      first = false;
    }
  return result;
}
