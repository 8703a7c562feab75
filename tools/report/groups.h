// Items that belong together, in the order in which they come.
#ifndef TW_GROUPS_H
#define TW_GROUPS_H

#include <component/arena.h>

#define TW_GROUP_END UINT32_MAX

struct tw_groups {
  bool *first;     // by item: no earlier one is like it
  uint32_t *next;  // by item: the next one like it; TW_GROUP_END: it is the last
};

// Finds which of `count` items are alike. `compare` orders two of them by what makes them so, 0 for alike. False: memory is exhausted.
bool tw_groups_of(struct cm_arena *arena, uint32_t count, int (*compare)(const void *context, uint32_t a, uint32_t b),
                  const void *context, struct tw_groups *out);

#endif
