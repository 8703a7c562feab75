// Allocation for the command line, where running out of memory can only end the program. (The libraries return an error.)
#ifndef TW_MEMORY_H
#define TW_MEMORY_H

#include <stddef.h>

// Room for one more item behind the `count` that `items` (NULL where count is 0) holds; grows by doubling, so `count` must have
// grown one by one. The caller frees the result with free().
void *tw_grow(void *items, size_t count, size_t item_size);

// malloc() and strdup() that never return NULL; the caller frees.
void *tw_alloc(size_t size);
char *tw_copy(const char *string);

// Says so on standard error and exits with TW_BUG.
__attribute__((noreturn)) void tw_out_of_memory(void);

#endif
