// The policy to begin with.
#ifndef TW_GATE_INIT_H
#define TW_GATE_INIT_H

#include <stdio.h>

#include "report/needs.h"

// Writes a commented policy that allows exactly what these files need today, and nothing else. False: no memory; errors of writing stay in
// the stream.
bool tw_policy_init(FILE *to, struct cm_arena *arena, const struct tw_needs_document *const *documents, size_t count);

#endif
