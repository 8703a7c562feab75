// Grouping by sorting: of a hundred thousand items, each is not held against all others. Items that are alike stay in their order.

#include "groups.h"

#include <stdlib.h>

struct order {
  int (*compare)(const void *context, uint32_t a, uint32_t b);
  const void *context;
};

static int by_likeness(const void *x, const void *y, void *context) {
  const struct order *order = context;
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  int found = order->compare(order->context, a, b);
  return found ? found : (a > b) - (a < b);
}

bool tw_groups_of(struct cm_arena *arena, uint32_t count, int (*compare)(const void *context, uint32_t a, uint32_t b),
                  const void *context, struct tw_groups *out) {
  uint32_t *sorted = cm_alloc_array(arena, count, sizeof *sorted);
  out->first = cm_alloc_array(arena, count, sizeof *out->first);
  out->next = cm_alloc_array(arena, count, sizeof *out->next);
  if (!sorted || !out->first || !out->next) return false;
  for (uint32_t i = 0; i < count; i++) sorted[i] = i;
  struct order order = {compare, context};
  if (count) qsort_r(sorted, count, sizeof *sorted, by_likeness, &order);
  for (uint32_t i = 0; i < count; i++) {
    bool alike = i && !compare(context, sorted[i - 1], sorted[i]);
    out->first[sorted[i]] = !alike;
    out->next[sorted[i]] = TW_GROUP_END;
    if (alike) out->next[sorted[i - 1]] = sorted[i];
  }
  return true;
}
