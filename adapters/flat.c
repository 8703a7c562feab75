// One walk over a type does both: at each leaf a local and a place in memory meet. Where cases of a variant share a local, it has the type that they
// are all laid over (CanonicalABI.md, `join`): a leaf's own bits, as an integer, widened.

#include "flat.h"

#include <component/limits.h>

#include <stdio.h>

#include "types/walk.h"

struct moving {
  struct code *code;
  const char *base;
  struct flat_locals *locals;
  struct cm_diag *diag;
  bool storing;
  unsigned depth;
};

// A value of core type `own` as the type of its local, and back.
static const char *widened(enum cm_flat own, enum cm_flat local) {
  if (own == local) return "%s";
  if (own == CM_FLAT_F64) return "(i64.reinterpret_f64 %s)";
  if (own == CM_FLAT_I32) return "(i64.extend_i32_u %s)";
  return local == CM_FLAT_I32 ? "(i32.reinterpret_f32 %s)" : "(i64.extend_i32_u (i32.reinterpret_f32 %s))";
}
static const char *narrowed(enum cm_flat own, enum cm_flat local) {
  if (own == local) return "%s";
  if (own == CM_FLAT_F64) return "(f64.reinterpret_i64 %s)";
  if (own == CM_FLAT_I32) return "(i32.wrap_i64 %s)";
  return local == CM_FLAT_I32 ? "(f32.reinterpret_i32 %s)" : "(f32.reinterpret_i32 (i32.wrap_i64 %s))";
}

static void put_converted(struct moving *m, const char *how, const char *value) {
  char text[256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(text, sizeof text, how, value);
#pragma GCC diagnostic pop
  code_put(m->code, "%s", text);
}

// `load` and `store`: instructions.
static void move_leaf(struct moving *m, enum cm_flat own, const char *load, const char *store, uint32_t offset) {
  uint32_t index = m->locals->next++;
  enum cm_flat local = m->locals->types[index];
  char value[128];
  if (m->storing) {
    snprintf(value, sizeof value, "(local.get $%s%u)", m->locals->prefix, index);
    code_put(m->code, "    (%s offset=%u (local.get $%s) ", store, offset, m->base);
    put_converted(m, narrowed(own, local), value);
  } else {
    snprintf(value, sizeof value, "(%s offset=%u (local.get $%s))", load, offset, m->base);
    code_put(m->code, "    (local.set $%s%u ", m->locals->prefix, index);
    put_converted(m, widened(own, local), value);
  }
  code_put(m->code, ")\n");
}

static void move_word(struct moving *m, uint32_t offset) { move_leaf(m, CM_FLAT_I32, "i32.load", "i32.store", offset); }

static void move_unsigned(struct moving *m, uint32_t size, uint32_t offset) {
  if (size == 1)
    move_leaf(m, CM_FLAT_I32, "i32.load8_u", "i32.store8", offset);
  else if (size == 2)
    move_leaf(m, CM_FLAT_I32, "i32.load16_u", "i32.store16", offset);
  else
    move_word(m, offset);
}

static bool move_prim(struct moving *m, enum cm_prim prim, uint32_t offset) {
  switch (prim) {
    case CM_BOOL:
    case CM_U8: move_unsigned(m, 1, offset); return true;
    case CM_S8: move_leaf(m, CM_FLAT_I32, "i32.load8_s", "i32.store8", offset); return true;
    case CM_U16: move_unsigned(m, 2, offset); return true;
    case CM_S16: move_leaf(m, CM_FLAT_I32, "i32.load16_s", "i32.store16", offset); return true;
    case CM_U64:
    case CM_S64: move_leaf(m, CM_FLAT_I64, "i64.load", "i64.store", offset); return true;
    case CM_F32: move_leaf(m, CM_FLAT_F32, "f32.load", "f32.store", offset); return true;
    case CM_F64: move_leaf(m, CM_FLAT_F64, "f64.load", "f64.store", offset); return true;
    case CM_STRING:
      move_word(m, offset);
      move_word(m, offset + 4);
      return true;
    default: move_word(m, offset); return true;
  }
}

static bool move(struct moving *m, const struct cm_scope *scope, struct cm_valtype type, uint32_t offset);

static bool move_fields(struct moving *m, const struct cm_typeref *of, uint32_t offset) {
  uint64_t at = offset;
  for (uint32_t i = 0; i < of->type->count; i++) {
    struct cm_layout layout;
    if (!cm_layout_of(of->scope, of->type->fields[i].type, 4, &layout, m->diag)) return false;
    at = abi_align(at, layout.align);
    if (!move(m, of->scope, of->type->fields[i].type, (uint32_t)at)) return false;
    at += layout.size;
  }
  return true;
}

static bool move_elements(struct moving *m, const struct cm_typeref *of, uint32_t offset) {
  struct cm_layout layout;
  if (!cm_layout_of(of->scope, of->type->element, 4, &layout, m->diag)) return false;
  for (uint32_t i = 0; i < of->type->length; i++)
    if (!move(m, of->scope, of->type->element, offset + i * (uint32_t)layout.size)) return false;
  return true;
}

// The discriminant; then of each case its payload, all over the same locals.
static bool move_variant(struct moving *m, const struct cm_typeref *of, struct cm_valtype type, const struct cm_scope *scope,
                         uint32_t offset) {
  uint64_t payload;
  uint32_t size, count, first = m->locals->next;
  if (!cm_variant_layout(*of, 4, &payload, &size, m->diag) || !cm_flatten(scope, type, 4, NULL, 0, &count, m->diag)) return false;
  move_unsigned(m, size, offset);
  const char *load = size == 1 ? "i32.load8_u" : size == 2 ? "i32.load16_u" : "i32.load";
  for (uint32_t i = 0; i < type_case_count(of->type); i++) {
    struct cm_valtype held = type_case(of->type, i).type;
    if (held.kind == CM_VAL_NONE) continue;
    code_put(m->code, "    (if (i32.eq (%s offset=%u (local.get $%s)) (i32.const %u)) (then\n", load, offset, m->base, i);
    m->locals->next = first + 1;
    if (!move(m, of->scope, held, offset + (uint32_t)payload)) return false;
    code_put(m->code, "    ))\n");
  }
  m->locals->next = first + count;
  return true;
}

static bool move_inner(struct moving *m, const struct cm_scope *scope, struct cm_valtype type, const struct cm_typeref *of,
                       uint32_t offset) {
  struct cm_layout layout;
  switch (of->type->kind) {
    case CM_TYPE_PRIM: return move_prim(m, of->type->prim, offset);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return move_fields(m, of, offset);
    case CM_TYPE_FIXED_LIST: return move_elements(m, of, offset);
    case CM_TYPE_VARIANT:
    case CM_TYPE_ENUM:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT: return move_variant(m, of, type, scope, offset);
    case CM_TYPE_FLAGS:
      if (!cm_layout_of(scope, type, 4, &layout, m->diag)) return false;
      move_unsigned(m, (uint32_t)layout.size, offset);
      return true;
    case CM_TYPE_LIST:
    case CM_TYPE_MAP:
      move_word(m, offset);
      move_word(m, offset + 4);
      return true;
    default: move_word(m, offset); return true;  // handles of all kinds
  }
}

static bool move(struct moving *m, const struct cm_scope *scope, struct cm_valtype type, uint32_t offset) {
  struct cm_typeref of;
  if (m->depth > CM_LIMIT_TYPE_DEPTH) return cm_fail_at_large(m->diag, CM_LIMIT, "a type is nested too deep");
  if (!cm_valtype_resolve(scope, type, &of, m->diag)) return false;
  m->depth++;
  bool ok = of.type ? move_inner(m, scope, type, &of, offset) : (move_word(m, offset), true);
  m->depth--;
  return ok;
}

bool flat_load(struct code *code, const struct cm_scope *scope, struct cm_valtype type, const char *base, uint32_t offset,
               struct flat_locals *locals, struct cm_diag *diag) {
  struct moving m = {.code = code, .base = base, .locals = locals, .diag = diag};
  return move(&m, scope, type, offset);
}

bool flat_store(struct code *code, const struct cm_scope *scope, struct cm_valtype type, const char *base, uint32_t offset,
                struct flat_locals *locals, struct cm_diag *diag) {
  struct moving m = {.code = code, .base = base, .locals = locals, .diag = diag, .storing = true};
  return move(&m, scope, type, offset);
}
