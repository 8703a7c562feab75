// Text of a core module, growing, and what becomes of it: bytes, optimized.
#ifndef ADAPTERS_CODE_H
#define ADAPTERS_CODE_H

#include <component/buffer.h>
#include <component/types.h>

struct code {
  struct cm_buffer text;
};

void code_put(struct code *code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// " (param $0 i32) (result i32)": `named` gives parameters the identifiers $0, $1 and so on.
void code_put_signature(struct code *code, const struct cm_signature *signature, bool named);

// "i32"
const char *code_flat_name(enum cm_flat flat);

// The module's bytes, in the arena. The text is ours, so an error in it is a bug, which `diag` tells all the same.
bool code_assemble(struct cm_arena *arena, const struct code *code, bool keep_names, struct cm_span *out, struct cm_diag *diag);

// A module with one more section, of data: bytes that lie in memory 0 from `at` on. Appended in binary, as there may be megabytes.
bool code_add_data(struct cm_arena *arena, struct cm_span module, uint32_t at, struct cm_span data, struct cm_span *out,
                   struct cm_diag *diag);

// Makes a valid module smaller and faster. False: no memory.
bool code_optimize(struct cm_arena *arena, struct cm_span module, bool keep_names, struct cm_span *out, struct cm_diag *diag);

#endif
