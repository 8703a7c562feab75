// Bytes that grow.
//
// The room doubles whenever it is full. A length that is known only afterwards takes as many bytes as it needs: what was written
// since the mark moves up by that many. Moving is cheap beside what it saves, since a length that was given five bytes for good would
// not be the canonical one.

#include <component/buffer.h>

#include <stdlib.h>

enum { FIRST_ROOM = 256, LONGEST_LEB = 10 };

void cm_buffer_init(struct cm_buffer *buffer, const struct cm_allocator *allocator) {
  *buffer = (struct cm_buffer){.allocator = allocator};
}

void cm_buffer_free(struct cm_buffer *buffer) {
  if (!buffer->allocator)
    free(buffer->at);
  else if (buffer->at)
    buffer->allocator->put(buffer->allocator->context, buffer->at, buffer->room);
  *buffer = (struct cm_buffer){.allocator = buffer->allocator, .limit = buffer->limit};
}

void cm_buffer_clear(struct cm_buffer *buffer) {
  buffer->size = 0;
  buffer->failed = CM_OK;
}

uint8_t *cm_buffer_take(struct cm_buffer *buffer, size_t *size, size_t *room) {
  *size = 0;
  if (room) *room = 0;
  if (buffer->failed || !buffer->size) {
    cm_buffer_free(buffer);
    return NULL;
  }
  uint8_t *bytes = buffer->at;
  *size = buffer->size;
  if (room) *room = buffer->room;
  *buffer = (struct cm_buffer){.allocator = buffer->allocator, .limit = buffer->limit};
  return bytes;
}

bool cm_buffer_ok(const struct cm_buffer *buffer, struct cm_diag *diag) {
  if (!buffer->failed) return true;
  if (buffer->failed == CM_NO_MEMORY) return cm_fail_memory(diag);
  return cm_fail_at_large(diag, buffer->failed, "what would be written is longer than the limit of %zu bytes",
                          buffer->limit ? buffer->limit : (size_t)UINT32_MAX);
}

static uint8_t *resize(const struct cm_buffer *buffer, size_t room) {
  if (!buffer->allocator) return realloc(buffer->at, room);
  uint8_t *wider = buffer->allocator->get(buffer->allocator->context, room);
  if (!wider || !buffer->at) return wider;
  memcpy(wider, buffer->at, buffer->size);
  buffer->allocator->put(buffer->allocator->context, buffer->at, buffer->room);
  return wider;
}

// Room for `more` bytes.
static bool make_room(struct cm_buffer *buffer, size_t more) {
  if (buffer->failed) return false;
  size_t most = buffer->limit ? buffer->limit : SIZE_MAX / 2;
  if (buffer->size > most || more > most - buffer->size) {
    buffer->failed = CM_LIMIT;
    return false;
  }
  size_t wanted = buffer->size + more, room = buffer->room ? buffer->room : FIRST_ROOM;
  while (room < wanted) room *= 2;
  if (room > most) room = most;  // so that a byte that finds room is within the limit
  if (room == buffer->room) return true;
  uint8_t *wider = resize(buffer, room);
  if (!wider) {
    buffer->failed = CM_NO_MEMORY;
    return false;
  }
  buffer->at = wider;
  buffer->room = room;
  return true;
}

uint8_t *cm_buffer_extend(struct cm_buffer *buffer, size_t size) {
  if (!make_room(buffer, size)) return NULL;
  buffer->size += size;
  return buffer->at + buffer->size - size;
}

void cm_put_u8_grow(struct cm_buffer *buffer, uint8_t byte) {
  if (make_room(buffer, 1)) buffer->at[buffer->size++] = byte;
}

void cm_put_bytes(struct cm_buffer *buffer, const void *bytes, size_t size) {
  if (size && make_room(buffer, size)) {
    memcpy(buffer->at + buffer->size, bytes, size);
    buffer->size += size;
  }
}

void cm_put_span(struct cm_buffer *buffer, struct cm_span bytes) { cm_put_bytes(buffer, bytes.at, bytes.size); }

// Into `to`, which has LONGEST_LEB bytes; tells how many were needed.
static size_t unsigned_leb(uint8_t *to, uint64_t value) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) to[size++] = (uint8_t)(value | 0x80);
  to[size++] = (uint8_t)value;
  return size;
}

void cm_put_u64(struct cm_buffer *buffer, uint64_t value) {
  if (value < 0x80) {
    cm_put_u8(buffer, (uint8_t)value);
    return;
  }
  uint8_t bytes[LONGEST_LEB];
  cm_put_bytes(buffer, bytes, unsigned_leb(bytes, value));
}

void cm_put_u32(struct cm_buffer *buffer, uint32_t value) { cm_put_u64(buffer, value); }

// The last byte's bit 6 is the sign of all that follow: the number ends where what is left is nothing but that sign.
void cm_put_s64(struct cm_buffer *buffer, int64_t value) {
  uint8_t bytes[LONGEST_LEB];
  size_t size = 0;
  uint64_t left = (uint64_t)value, sign = value < 0 ? ~UINT64_C(0) : 0;
  while ((left ^ sign) >= 0x40) {
    bytes[size++] = (uint8_t)(left | 0x80);
    left = left >> 7 | (sign << 57);
  }
  bytes[size++] = (uint8_t)(left & 0x7f);
  cm_put_bytes(buffer, bytes, size);
}

void cm_put_s32(struct cm_buffer *buffer, int32_t value) { cm_put_s64(buffer, value); }
void cm_put_s33(struct cm_buffer *buffer, int64_t value) { cm_put_s64(buffer, value); }

static void put_little_endian(struct cm_buffer *buffer, uint64_t bits, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(bits >> (8 * i));
  cm_put_bytes(buffer, bytes, size);
}

void cm_put_le32(struct cm_buffer *buffer, uint32_t bits) { put_little_endian(buffer, bits, 4); }
void cm_put_le64(struct cm_buffer *buffer, uint64_t bits) { put_little_endian(buffer, bits, 8); }

void cm_put_name(struct cm_buffer *buffer, struct cm_str name) {
  if (name.size > UINT32_MAX) {
    buffer->failed = CM_LIMIT;
    return;
  }
  cm_put_u32(buffer, (uint32_t)name.size);
  cm_put_bytes(buffer, name.at, name.size);
}

size_t cm_buffer_open(const struct cm_buffer *buffer) { return buffer->size; }

void cm_buffer_insert_u32(struct cm_buffer *buffer, size_t mark, uint32_t value) {
  uint8_t bytes[LONGEST_LEB];
  size_t size = unsigned_leb(bytes, value);
  if (!make_room(buffer, size)) return;
  memmove(buffer->at + mark + size, buffer->at + mark, buffer->size - mark);
  memcpy(buffer->at + mark, bytes, size);
  buffer->size += size;
}

size_t cm_buffer_open_near(struct cm_buffer *buffer, size_t guess) {
  uint8_t bytes[LONGEST_LEB];
  size_t mark = buffer->size;
  cm_buffer_extend(buffer, unsigned_leb(bytes, guess));
  return mark;
}

void cm_buffer_close_near(struct cm_buffer *buffer, size_t mark, size_t guess) {
  uint8_t bytes[LONGEST_LEB];
  if (buffer->failed) return;
  size_t left = unsigned_leb(bytes, guess), length = buffer->size - mark - left, needed = unsigned_leb(bytes, length);
  if (length > UINT32_MAX) {
    buffer->failed = CM_LIMIT;
    return;
  }
  if (needed > left && !make_room(buffer, needed - left)) return;
  if (needed != left) memmove(buffer->at + mark + needed, buffer->at + mark + left, length);
  memcpy(buffer->at + mark, bytes, needed);
  buffer->size = mark + needed + length;
}

void cm_buffer_close(struct cm_buffer *buffer, size_t mark) {
  size_t size = buffer->size - mark;
  if (size > UINT32_MAX)
    buffer->failed = CM_LIMIT;
  else
    cm_buffer_insert_u32(buffer, mark, (uint32_t)size);
}
