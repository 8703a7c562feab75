// Allocation that ends the program when there is no memory left.
//
// Exits through _exit: standard output may hold half an answer, which must not be flushed as if it were whole.

#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

void tw_out_of_memory(void) {
  static const char message[] = "tidewaiter: out of memory\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(TW_BUG);
}

void *tw_grow(void *items, size_t count, size_t item_size) {
  // The capacity is never stored: it is the power of two at or above `count`, and is full when `count` is that power.
  bool full = count == 0 || (count >= 8 && (count & (count - 1)) == 0);
  if (!full) {
    return items;
  }
  size_t capacity = count < 8 ? 8 : 2 * count;
  if (capacity > SIZE_MAX / item_size) {
    tw_out_of_memory();
  }
  void *grown = realloc(items, capacity * item_size);
  if (!grown) {
    tw_out_of_memory();
  }
  return grown;
}

void *tw_alloc(size_t size) {
  void *memory = malloc(size ? size : 1);
  if (!memory) {
    tw_out_of_memory();
  }
  return memory;
}

char *tw_copy(const char *string) {
  size_t size = strlen(string) + 1;
  return memcpy(tw_alloc(size), string, size);
}
