// Types of core modules to bytes, as they stand in core modules and in components.
//
// Spec: https://webassembly.github.io/spec/core/binary/types.html. References are written in their short form where they have one, final
// types without supertypes as what they are made of.
#ifndef COMPONENT_PUT_H
#define COMPONENT_PUT_H

#include <component/buffer.h>
#include <component/core.h>

void core_put_valtype(struct cm_buffer *out, struct core_valtype type);
void core_put_heaptype(struct cm_buffer *out, int32_t heap, bool shared);
void core_put_limits(struct cm_buffer *out, bool is_memory, const struct core_limits *limits);
void core_put_table_type(struct cm_buffer *out, const struct core_table_type *type);
void core_put_global_type(struct cm_buffer *out, const struct core_global_type *type);
void core_put_externtype(struct cm_buffer *out, const struct core_externtype *type);

// A recursion group of `count` types: a lone type where it is one and was not written as `rec`.
void core_put_rec_group(struct cm_buffer *out, const struct core_type *types, uint32_t count);

#endif
