// Bytes that grow: what encoders write into. Bytes, LEB128, names, and lengths that are known only afterwards.
//
// Spec: core binary format, "Values" (https://webassembly.github.io/spec/core/binary/values.html).
// Writing never fails at the place: when memory (or the limit) is exhausted the buffer is marked as failed, takes nothing more, and
// is asked once, at the end.
#ifndef COMPONENT_BUFFER_H
#define COMPONENT_BUFFER_H

#include <component/arena.h>
#include <component/diag.h>

struct cm_buffer {
  uint8_t *at;
  size_t size;           // bytes written
  size_t room;           // bytes allocated
  size_t limit;          // more bytes than this are refused; 0: no limit
  enum cm_error failed;  // not CM_OK: something was not written, for this reason
  const struct cm_allocator *allocator;
};

// An empty buffer; allocates nothing yet. `allocator` is borrowed and may be NULL for malloc and free.
void cm_buffer_init(struct cm_buffer *buffer, const struct cm_allocator *allocator);

// Frees the bytes. The buffer is empty afterwards, not failed, and can be used again.
void cm_buffer_free(struct cm_buffer *buffer);

// Forgets the bytes and a failure, and keeps the room: for a buffer that is filled over and over.
void cm_buffer_clear(struct cm_buffer *buffer);

// What was written; borrowed until the next write. Not to be used of a buffer that failed.
static inline struct cm_span cm_buffer_span(const struct cm_buffer *buffer) { return (struct cm_span){buffer->at, buffer->size}; }

// Hands the bytes over: the caller owns them (free() them, or `put` of the allocator with the room, which is told in `room` unless that
// is NULL), and the buffer is empty. NULL when the buffer failed, in which case the bytes are freed, or when nothing was written.
uint8_t *cm_buffer_take(struct cm_buffer *buffer, size_t *size, size_t *room);

// True when all was written; otherwise fills `diag` and returns false.
bool cm_buffer_ok(const struct cm_buffer *buffer, struct cm_diag *diag);

// `size` more bytes, to be filled by the caller, who may write nothing else before; NULL when the buffer has failed.
uint8_t *cm_buffer_extend(struct cm_buffer *buffer, size_t size);

// The slow path of cm_put_u8.
void cm_put_u8_grow(struct cm_buffer *buffer, uint8_t byte);

static inline void cm_put_u8(struct cm_buffer *buffer, uint8_t byte) {
  if (buffer->size < buffer->room && !buffer->failed)
    buffer->at[buffer->size++] = byte;
  else
    cm_put_u8_grow(buffer, byte);
}

void cm_put_bytes(struct cm_buffer *buffer, const void *bytes, size_t size);
void cm_put_span(struct cm_buffer *buffer, struct cm_span bytes);

// LEB128, always in the fewest bytes. An s33 is a signed number whose value fits into 33 bits (block types, heap types).
void cm_put_u32(struct cm_buffer *buffer, uint32_t value);
void cm_put_u64(struct cm_buffer *buffer, uint64_t value);
void cm_put_s32(struct cm_buffer *buffer, int32_t value);
void cm_put_s33(struct cm_buffer *buffer, int64_t value);
void cm_put_s64(struct cm_buffer *buffer, int64_t value);

// Four and eight bytes, least significant first: the bits of f32.const and f64.const.
void cm_put_le32(struct cm_buffer *buffer, uint32_t bits);
void cm_put_le64(struct cm_buffer *buffer, uint64_t bits);

// The length, and the bytes. More than 4 GiB fail.
void cm_put_name(struct cm_buffer *buffer, struct cm_str name);

// Something preceded by its length in bytes (a section's contents, a function body), or by a count, which is known only at the end:
//
//   size_t mark = cm_buffer_open(buffer);
//   … write …
//   cm_buffer_close(buffer, mark);           // its length, as u32 in the fewest bytes, goes in front
//
// They may stand within each other. cm_buffer_insert_u32 puts any number there, as for the count of a vector.
size_t cm_buffer_open(const struct cm_buffer *buffer);
void cm_buffer_close(struct cm_buffer *buffer, size_t mark);
//
// Where the length is as good as known, because most of it is something that lies there already, cm_buffer_open_near leaves the room that it
// would take; unless it turns out to be of another size, nothing has to move. To be closed by cm_buffer_close_near with the same guess.
size_t cm_buffer_open_near(struct cm_buffer *buffer, size_t guess);
void cm_buffer_close_near(struct cm_buffer *buffer, size_t mark, size_t guess);
void cm_buffer_insert_u32(struct cm_buffer *buffer, size_t mark, uint32_t value);

#endif
