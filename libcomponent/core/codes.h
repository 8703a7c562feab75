// The bytes of types that reader and writer share. Private.
//
// Spec: https://webassembly.github.io/spec/core/binary/types.html
#ifndef CORE_CODES_H
#define CORE_CODES_H

enum {
  BYTE_SHARED = 0x65,
  BYTE_REF_NULL = 0x63,
  BYTE_REC = 0x4e,
  BYTE_SUB = 0x50,
  BYTE_SUB_FINAL = 0x4f,
  BYTE_FUNC = 0x60,
  BYTE_STRUCT = 0x5f,
  BYTE_ARRAY = 0x5e,
  BYTE_CONT = 0x5d,
  BYTE_DESCRIPTOR = 0x4d,
  BYTE_DESCRIBES = 0x4c,
};

// Limits: 0x02 of the threads proposal, 0x08 of custom page sizes.
enum { LIMITS_MAX = 1, LIMITS_SHARED = 2, LIMITS_64 = 4, LIMITS_PAGE_SIZE = 8, USUAL_PAGE_LOG2 = 16 };

enum { GLOBAL_MUTABLE = 1, GLOBAL_SHARED = 2 };

// A function of exactly the type (custom descriptors), beside the numbers of enum core_kind.
enum { KIND_EXACT_FUNC = 0x20 };

#endif
