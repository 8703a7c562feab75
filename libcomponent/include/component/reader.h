// A cursor over borrowed bytes: bytes, LEB128, names.
//
// Spec: core binary format, "Values" (https://webassembly.github.io/spec/core/binary/values.html).
// Every read names what it expects, so that an error can say so: "expected a type index, found the end of the section".
#ifndef COMPONENT_READER_H
#define COMPONENT_READER_H

#include <component/diag.h>

struct cm_reader {
  const uint8_t *at, *end;
  const uint8_t *file;           // first byte of the file: offset = at - file
  const struct cm_where *where;  // the innermost enclosing item
  struct cm_diag *diag;
  bool failed;  // set by the first failure; the cursor then stays where it was wrong
};

static inline struct cm_reader cm_reader_of(struct cm_span bytes, const uint8_t *file, const struct cm_where *where,
                                            struct cm_diag *diag) {
  // No bytes may come as a null pointer, to which nothing may be added, not even zero.
  return (struct cm_reader){bytes.at, bytes.size ? bytes.at + bytes.size : bytes.at, file, where, diag, false};
}

static inline size_t cm_left(const struct cm_reader *r) { return (size_t)(r->end - r->at); }
static inline uint64_t cm_offset(const struct cm_reader *r) { return (uint64_t)(r->at - r->file); }

// Fails at the cursor (or at `offset`); returns false.
bool cm_reader_fail(struct cm_reader *r, enum cm_error error, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool cm_reader_fail_at(struct cm_reader *r, uint64_t offset, enum cm_error error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Slow paths of the LEB128 readers below; the same contract. `what` is what was expected.
bool cm_read_u32_long(struct cm_reader *r, const char *what, uint32_t *out);

// One byte.
static inline bool cm_read_u8(struct cm_reader *r, const char *what, uint8_t *out) {
  if (r->at == r->end) {
    cm_reader_fail(r, CM_MALFORMED, "expected %s, found the end", what);
    return false;  // said so that the compiler sees that `out` is set on true
  }
  *out = *r->at++;
  return true;
}

// Unsigned LEB128 of 32 bits: at most 5 bytes, no bits beyond the 32nd.
static inline bool cm_read_u32(struct cm_reader *r, const char *what, uint32_t *out) {
  if (r->at < r->end && *r->at < 0x80) {
    *out = *r->at++;
    return true;
  }
  return cm_read_u32_long(r, what, out);
}

bool cm_read_u64(struct cm_reader *r, const char *what, uint64_t *out);
bool cm_read_s32(struct cm_reader *r, const char *what, int32_t *out);
bool cm_read_s33(struct cm_reader *r, const char *what, int64_t *out);
bool cm_read_s64(struct cm_reader *r, const char *what, int64_t *out);

// `size` bytes, borrowed.
bool cm_read_bytes(struct cm_reader *r, size_t size, const char *what, struct cm_span *out);

// A length and that many bytes of UTF-8 (checked), borrowed. At most CM_LIMIT_NAME bytes.
bool cm_read_name(struct cm_reader *r, const char *what, struct cm_str *out);

// A count of elements of at least `least` bytes each: refused when more than `limit`, or when that many cannot fit in what is left,
// so that no allocation is driven by an unchecked count.
bool cm_read_count(struct cm_reader *r, const char *what, size_t least, uint32_t limit, uint32_t *out);

// True when the bytes are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool cm_utf8_valid(const uint8_t *at, size_t size);

#endif
