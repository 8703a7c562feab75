// The canonical ABI's arithmetic: what the layout of a type is made of, whoever walks the type. Private to the library.
//
// Spec: CanonicalABI.md, "Alignment", "Element Size".
#ifndef TYPES_ABI_H
#define TYPES_ABI_H

#include <component/types.h>

// The next multiple of `align`, which is a power of two.
static inline uint64_t abi_align(uint64_t offset, uint32_t align) { return (offset + align - 1) & ~(uint64_t)(align - 1); }

// A variant's discriminant takes 1, 2 or 4 bytes (discriminant_type).
static inline uint32_t abi_discriminant_size(uint32_t cases) { return cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4; }

// `pointer` is 4 or 8 bytes. Lists, strings and maps are a pointer and a length.
static inline struct cm_layout abi_list_layout(unsigned pointer) { return (struct cm_layout){2 * pointer, pointer}; }

// Handles, streams, futures and error contexts are indices.
static inline struct cm_layout abi_handle_layout(void) { return (struct cm_layout){4, 4}; }

static inline struct cm_layout abi_flags_layout(uint32_t labels) {
  uint32_t bytes = labels <= 8 ? 1 : labels <= 16 ? 2 : 4;
  return (struct cm_layout){bytes, bytes};
}

static inline struct cm_layout abi_prim_layout(enum cm_prim prim, unsigned pointer) {
  switch (prim) {
    case CM_BOOL:
    case CM_S8:
    case CM_U8: return (struct cm_layout){1, 1};
    case CM_S16:
    case CM_U16: return (struct cm_layout){2, 2};
    case CM_S32:
    case CM_U32:
    case CM_F32:
    case CM_CHAR: return (struct cm_layout){4, 4};
    case CM_S64:
    case CM_U64:
    case CM_F64: return (struct cm_layout){8, 8};
    case CM_STRING: return abi_list_layout(pointer);
    case CM_ERROR_CONTEXT: return abi_handle_layout();
  }
  return (struct cm_layout){0, 1};
}

#endif
