// The first eight bytes: what a file is, and what to say when it is not what was wanted.
//
// People give tools the wrong file: text instead of a binary, a compressed file, a module instead of a component. The error says
// which wrong file it looks like, because the bytes at the front are all that is needed to know.
//
// Spec: Binary.md, "Component Definitions" (preamble).

#include "binary/decode.h"

#include <stdio.h>

enum { PREAMBLE = 8 };

static const uint8_t magic[4] = {0, 'a', 's', 'm'};

static bool starts(struct cm_span bytes, const char *with, size_t size) {
  return bytes.size >= size && memcmp(bytes.at, with, size) == 0;
}

static unsigned u16_at(const uint8_t *at) { return (unsigned)at[0] | (unsigned)at[1] << 8; }

enum cm_artifact cm_sniff(struct cm_span file) {
  if (file.size < PREAMBLE || memcmp(file.at, magic, sizeof magic) != 0) return CM_ARTIFACT_UNKNOWN;
  switch (u16_at(file.at + 6)) {
    case 0: return CM_ARTIFACT_MODULE;
    case 1: return CM_ARTIFACT_COMPONENT;
    default: return CM_ARTIFACT_UNKNOWN;
  }
}

// What else a file may be, by its first bytes.
static const struct signature {
  const char *bytes;
  size_t size;
  const char *what;
} signatures[] = {
    {"\x1f\x8b", 2, "gzip-compressed data, which must be unpacked first"},
    {"\x28\xb5\x2f\xfd", 4, "zstd-compressed data, which must be unpacked first"},
    {"\xfd\x37zXZ", 5, "xz-compressed data, which must be unpacked first"},
    {"BZh", 3, "bzip2-compressed data, which must be unpacked first"},
    {"PK\x03\x04", 4, "a zip archive"},
    {"\x7f\x45LF", 4, "a native program (ELF)"},
    {"MZ", 2, "a native program (PE)"},
    {"\xcf\xfa\xed\xfe", 4, "a native program (Mach-O)"},
    {"!<arch>\n", 8, "a static library"},
    {"BC\xc0\xde", 4, "LLVM bitcode"},
};

// Text: the first 512 bytes are printable or white space.
static bool is_text(struct cm_span bytes) {
  size_t size = bytes.size < 512 ? bytes.size : 512;
  for (size_t i = 0; i < size; i++)
    if (bytes.at[i] < 0x20 && !strchr("\t\n\r\f", bytes.at[i] ? bytes.at[i] : 1)) return false;
  return size > 0;
}

static const char *describe_text(struct cm_span bytes) {
  size_t i = starts(bytes, "\xef\xbb\xbf", 3) ? 3 : 0;
  while (i < bytes.size && strchr(" \t\r\n", bytes.at[i] ? bytes.at[i] : 1)) i++;
  struct cm_span rest = {bytes.at + i, bytes.size - i};
  if (starts(rest, "(", 1) || starts(rest, ";;", 2))
    return "WebAssembly text, which must be made a binary first (by `tidewaiter parse`)";
  if (starts(rest, "package ", 8) || starts(rest, "interface ", 10) || starts(rest, "world ", 6)) return "WIT text";
  if (starts(rest, "{", 1) || starts(rest, "[", 1)) return "JSON text";
  if (starts(rest, "<", 1)) return "HTML or XML text";
  return "text";
}

static bool fail_magic(struct cm_reader *r, struct cm_span bytes) {
  static const char expected[] = "expected the magic number 00 61 73 6d (\"\\0asm\")";
  for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
    if (starts(bytes, signatures[i].bytes, signatures[i].size))
      return cm_reader_fail(r, CM_MALFORMED, "%s, found %s", expected, signatures[i].what);
  if (is_text(bytes)) return cm_reader_fail(r, CM_MALFORMED, "%s, found %s", expected, describe_text(bytes));
  char found[16] = "";
  size_t used = 0;
  for (size_t i = 0; i < bytes.size && i < sizeof magic; i++)
    used += (size_t)snprintf(found + used, sizeof found - used, "%s%02x", i ? " " : "", bytes.at[i]);
  return cm_reader_fail(r, CM_MALFORMED, "%s, found %s", expected, found);
}

// The magic number is there and the rest is not what was expected.
static bool fail_version(struct cm_reader *r, const uint8_t *at, enum cm_artifact expected) {
  static const char *const what[] = {"WebAssembly", "a core module", "a component"};
  unsigned version = u16_at(at + 4), layer = u16_at(at + 6);
  uint64_t offset = (uint64_t)(at + 4 - r->file);
  // Of a whole file, a version that a later tool may know; within a component of today's version there can be no other.
  enum cm_error unknown = at == r->file ? CM_UNSUPPORTED : CM_MALFORMED;
  if (layer == 0 && version == 1)
    return cm_reader_fail_at(r, offset, CM_MALFORMED, "expected %s, found a core module (version 1, layer 0)", what[expected]);
  if (layer == 1 && version == 0x0d)
    return cm_reader_fail_at(r, offset, CM_MALFORMED, "expected %s, found a component (version 0x0d, layer 1)", what[expected]);
  if (layer == 1 && version < 0x0d && version >= 0x0a)
    return cm_reader_fail_at(
        r, offset, unknown,
        "unknown component version 0x%02x: an early draft that today's tools do not read; rebuild the component "
        "so that it has version 0x0d",
        version);
  if (layer == 1) return cm_reader_fail_at(r, offset, unknown, "unknown component version 0x%02x, expected 0x0d", version);
  if (layer == 0) return cm_reader_fail_at(r, offset, unknown, "unknown module version 0x%02x, expected 0x01", version);
  return cm_reader_fail_at(r, offset + 2, unknown, "unknown layer 0x%02x, expected 0 (core module) or 1 (component)", layer);
}

static bool fail_preamble(struct cm_reader *r, enum cm_artifact expected) {
  struct cm_span bytes = {r->at, cm_left(r)};
  size_t common = bytes.size < sizeof magic ? bytes.size : sizeof magic;
  if (!bytes.size)
    return cm_reader_fail(r, CM_MALFORMED, "expected the 8 bytes of a preamble, found %s",
                          r->at == r->file ? "an empty file" : "the end");
  if (memcmp(bytes.at, magic, common) != 0) return fail_magic(r, bytes);
  if (bytes.size < PREAMBLE) {
    r->at = r->end;
    return cm_reader_fail(r, CM_MALFORMED, "expected the 8 bytes of a preamble, found the end after %zu", bytes.size);
  }
  return fail_version(r, bytes.at, expected);
}

bool check_preamble(struct cm_reader *r, enum cm_artifact expected) {
  enum cm_artifact found = cm_sniff((struct cm_span){r->at, cm_left(r)});
  if (found != expected || u16_at(r->at + 4) != (expected == CM_ARTIFACT_MODULE ? 1 : 0x0d)) return fail_preamble(r, expected);
  r->at += PREAMBLE;
  return true;
}

bool cm_preamble_fail(struct cm_span bytes, const uint8_t *file, enum cm_artifact expected, const struct cm_where *where,
                      struct cm_diag *diag) {
  struct cm_reader r = cm_reader_of(bytes, file, where, diag);
  return fail_preamble(&r, expected);
}
