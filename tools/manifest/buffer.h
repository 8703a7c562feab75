// Text that grows in an arena.
#ifndef TW_MANIFEST_BUFFER_H
#define TW_MANIFEST_BUFFER_H

#include <component/arena.h>

// Begins as {.arena = arena}. When the arena has no memory left nothing more is added, and arena->refused says so.
struct tw_buffer {
  struct cm_arena *arena;
  char *at;
  size_t size, room;
};

void tw_buffer_put(struct tw_buffer *buffer, struct cm_str text);
void tw_buffer_format(struct tw_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

// What is there by now, terminated by a zero; never NULL.
struct cm_str tw_buffer_text(const struct tw_buffer *buffer);

#endif
