// The cursor over borrowed bytes.
//
// LEB128 numbers are read as the core specification defines them: at most ceil(N/7) bytes, and the bits of the last byte beyond N must
// be zero (unsigned) or copies of the sign (signed). The two ways to fail have the names that the official tests use.
//
// Spec: https://webassembly.github.io/spec/core/binary/values.html#integers

#include <component/limits.h>
#include <component/reader.h>

#include <stdarg.h>
#include <stdio.h>

bool cm_reader_fail_at(struct cm_reader *r, uint64_t offset, enum cm_error error, const char *format, ...) {
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  r->failed = true;
  return cm_fail(r->diag, error, offset, r->where, "%s", message);
}

bool cm_reader_fail(struct cm_reader *r, enum cm_error error, const char *format, ...) {
  char message[CM_DIAG_MESSAGE];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  return cm_reader_fail_at(r, cm_offset(r), error, "%s", message);
}

// Reads a LEB128 number of `bits` bits. The value comes sign-extended to 64 bits where `is_signed`.
static bool read_leb(struct cm_reader *r, const char *what, unsigned bits, bool is_signed, uint64_t *out) {
  const uint8_t *start = r->at;
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (r->at == r->end) {
      r->at = start;
      return cm_reader_fail(r, CM_MALFORMED, "expected %s, found the end%s", what, shift ? " within its LEB128 number" : "");
    }
    uint8_t byte = *r->at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    unsigned left = bits - shift;  // bits that this byte may still bring
    if (left <= 7) {
      if (byte & 0x80) {
        r->at = start;
        return cm_reader_fail(r, CM_MALFORMED, "%s: integer representation too long", what);
      }
      uint8_t beyond = (uint8_t)((byte & 0x7f) >> (is_signed ? left - 1 : left));
      uint8_t ones = (uint8_t)(0x7f >> (is_signed ? left - 1 : left));
      if (beyond != 0 && !(is_signed && beyond == ones)) {
        r->at = start;
        return cm_reader_fail(r, CM_MALFORMED, "%s: integer too large", what);
      }
    }
    if (!(byte & 0x80)) {
      unsigned used = shift + 7;
      if (is_signed && used < 64 && (byte & 0x40)) value |= ~UINT64_C(0) << used;
      *out = value;
      return true;
    }
  }
}

bool cm_read_u32_long(struct cm_reader *r, const char *what, uint32_t *out) {
  uint64_t value;
  if (!read_leb(r, what, 32, false, &value)) return false;
  *out = (uint32_t)value;
  return true;
}

bool cm_read_u64(struct cm_reader *r, const char *what, uint64_t *out) { return read_leb(r, what, 64, false, out); }

bool cm_read_s32(struct cm_reader *r, const char *what, int32_t *out) {
  uint64_t value;
  if (!read_leb(r, what, 32, true, &value)) return false;
  *out = (int32_t)(uint32_t)value;
  return true;
}

bool cm_read_s33(struct cm_reader *r, const char *what, int64_t *out) {
  uint64_t value;
  if (!read_leb(r, what, 33, true, &value)) return false;
  *out = (int64_t)value;
  return true;
}

bool cm_read_s64(struct cm_reader *r, const char *what, int64_t *out) {
  uint64_t value;
  if (!read_leb(r, what, 64, true, &value)) return false;
  *out = (int64_t)value;
  return true;
}

bool cm_read_bytes(struct cm_reader *r, size_t size, const char *what, struct cm_span *out) {
  if (size > cm_left(r)) {
    cm_reader_fail(r, CM_MALFORMED, "expected %zu bytes of %s, only %zu are left", size, what, cm_left(r));
    return false;  // said outright, so that compilers see that *out is not read
  }
  *out = (struct cm_span){r->at, size};
  r->at += size;
  return true;
}

bool cm_read_name(struct cm_reader *r, const char *what, struct cm_str *out) {
  uint64_t start = cm_offset(r);
  uint32_t size;
  struct cm_span bytes;
  if (!cm_read_u32(r, what, &size)) return false;
  if (size > CM_LIMIT_NAME) {
    // A length beyond the end is the likelier mistake, and the one to tell.
    if (size > cm_left(r)) return cm_read_bytes(r, size, what, &bytes);
    return cm_reader_fail_at(r, start, CM_LIMIT, "%s of %u bytes is longer than the limit of %d", what, size, CM_LIMIT_NAME);
  }
  if (!cm_read_bytes(r, size, what, &bytes)) return false;
  if (!cm_utf8_valid(bytes.at, bytes.size)) return cm_reader_fail_at(r, start, CM_MALFORMED, "%s: malformed UTF-8 encoding", what);
  *out = (struct cm_str){(const char *)bytes.at, bytes.size};
  return true;
}

bool cm_read_count(struct cm_reader *r, const char *what, size_t least, uint32_t limit, uint32_t *out) {
  uint64_t start = cm_offset(r);
  uint32_t count;
  if (!cm_read_u32(r, what, &count)) return false;
  if (least && count > cm_left(r) / least)
    return cm_reader_fail_at(r, start, CM_MALFORMED, "%s: %u cannot fit in the %zu bytes that are left", what, count, cm_left(r));
  if (count > limit) return cm_reader_fail_at(r, start, CM_LIMIT, "%s: %u is more than the limit of %u", what, count, limit);
  *out = count;
  return true;
}
