// Text that grows in an arena: to twice its room whenever it is full, so that many small pieces cost no more than the whole.

#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_ROOM = 256 };

// Makes room for `more` bytes and a zero behind them.
static bool make_room(struct tw_buffer *buffer, size_t more) {
  size_t wanted = buffer->size + more + 1, room = buffer->room ? buffer->room : FIRST_ROOM;
  while (room < wanted) {
    room *= 2;
  }
  if (room == buffer->room) {
    return true;
  }
  char *wider = cm_alloc(buffer->arena, room);
  if (!wider) {
    return false;
  }
  if (buffer->size) {
    memcpy(wider, buffer->at, buffer->size);
  }
  buffer->at = wider;
  buffer->room = room;
  return true;
}

void tw_buffer_put(struct tw_buffer *buffer, struct cm_str text) {
  if (text.size && make_room(buffer, text.size)) {
    memcpy(buffer->at + buffer->size, text.at, text.size);
    buffer->size += text.size;
    buffer->at[buffer->size] = '\0';
  }
}

void tw_buffer_format(struct tw_buffer *buffer, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  if (size > 0 && make_room(buffer, (size_t)size)) {
    vsnprintf(buffer->at + buffer->size, (size_t)size + 1, format, again);
    buffer->size += (size_t)size;
  }
  va_end(again);
  va_end(arguments);
}

struct cm_str tw_buffer_text(const struct tw_buffer *buffer) {
  return buffer->at ? (struct cm_str){buffer->at, buffer->size} : CM_STR("");
}
