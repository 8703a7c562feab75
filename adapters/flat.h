// Values moved between memory and flat values, for functions that take the one and hand on the other.
//
// Spec: CanonicalABI.md, "Loading", "Storing", "Flattening", "Flat Lifting", "Flat Lowering".
#ifndef ADAPTERS_FLAT_H
#define ADAPTERS_FLAT_H

#include "code.h"

#include <component/component.h>

// Flat values, each in a local: "$v0", "$v1", … for a prefix "v".
struct flat_locals {
  const char *prefix;
  const enum cm_flat *types;
  uint32_t next;  // where the value begins; moves on behind it
};

// Puts code that sets the locals of a value which lies behind the pointer in local `$base`, `offset` bytes from there. Locals that a case of a
// variant has no use for stay as they are, zero. False: `diag` says why.
bool flat_load(struct code *code, const struct cm_scope *scope, struct cm_valtype type, const char *base, uint32_t offset,
               struct flat_locals *locals, struct cm_diag *diag);

// The other way round.
bool flat_store(struct code *code, const struct cm_scope *scope, struct cm_valtype type, const char *base, uint32_t offset,
                struct flat_locals *locals, struct cm_diag *diag);

#endif
