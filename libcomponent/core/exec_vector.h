// Inside the interpreter: vector instructions, one by one.
#ifndef CORE_EXEC_VECTOR_H
#define CORE_EXEC_VECTOR_H

#include <component/exec.h>

// Whether exec_vector executes it: all of them but those that access memory, and v128.const.
bool exec_is_vector(enum core_op op);

// Operands are 16 bytes each; those that the instruction does not have may be any. The lanes of a shuffle are its third operand.
void exec_vector(enum core_op op, const void *x, const void *y, const void *z, unsigned lane, union core_value *out);

// How many bytes it accesses; 0 where it is no vector load or store.
unsigned exec_vector_width(enum core_op op);

// `bytes` are as many as that. `old` is the vector whose lane is loaded, where the instruction is of that kind.
void exec_vector_load(enum core_op op, const uint8_t *bytes, const union core_value *old, unsigned lane, union core_value *out);
void exec_vector_store(enum core_op op, uint8_t *bytes, const union core_value *value, unsigned lane);

#endif
