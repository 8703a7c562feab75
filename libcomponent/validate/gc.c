// Canonical options `gc` and `core-type`: values of components as structs, arrays and numbers of garbage-collected modules.
//
// Here the core function type is not made from the component's: it is given, and each of its types must be one that the component's
// type can be passed as. A record or tuple is a struct, a list an array, a string an array of its code units; small integers keep
// their width within structs and arrays.
//
// This is no part of the specification yet. It follows wasm-tools (pre-proposal:
// https://github.com/WebAssembly/component-model/issues/525).

#include "validate/canon.h"

#define RULE_GC "https://github.com/WebAssembly/component-model/issues/525"

struct gc {
  struct validator *v;
  enum cm_string_encoding encoding;
};

static bool pass(struct gc *gc, const struct type *type, uint32_t word, bool in_memory);

static bool refuse(struct gc *gc, const struct type *type, const char *wanted, uint32_t word) {
  return invalid(gc->v, RULE_GC, "expected to lower component type %s to core `%s` type, found `%s`", type_summary(type).at, wanted,
                 word_summary(word).at);
}

// The type that a reference is to, of that kind; NULL: it is to something else.
static const struct core_stored *referred(const struct gc *gc, uint32_t word, enum core_comptype kind) {
  if (!core_word_is_ref(word) || !(word & WORD_CONCRETE)) return NULL;
  const struct core_stored *stored = &gc->v->core_types->types[word & WORD_ID];
  return stored->kind == kind ? stored : NULL;
}

static bool is_extern(uint32_t word) {
  return core_word_is_ref(word) && (word & WORD_HEAP) == (WORD_ABSTRACT(CORE_HEAP_EXTERN) & WORD_HEAP);
}

// Numbers: as what they are passed, and as what they stand in a struct or array.
static bool pass_prim(struct gc *gc, const struct type *type, uint32_t word, bool in_memory) {
  uint8_t loose = CORE_I32, packed = CORE_I32;
  switch (type->prim) {
    case CM_BOOL:
    case CM_S8:
    case CM_U8: packed = CORE_I8; break;
    case CM_S16:
    case CM_U16: packed = CORE_I16; break;
    case CM_S64:
    case CM_U64: loose = packed = CORE_I64; break;
    case CM_F32: loose = packed = CORE_F32; break;
    case CM_F64: loose = packed = CORE_F64; break;
    case CM_STRING: {
      const struct core_stored *array = referred(gc, word, CORE_ARRAY_TYPE);
      bool wide = gc->encoding == CM_UTF16;
      if (array && array->a.at[0] == (wide ? CORE_I16 : CORE_I8)) return true;
      return refuse(gc, type, wide ? "(ref null? (array (mut? i16)))" : "(ref null? (array (mut? i8)))", word);
    }
    case CM_ERROR_CONTEXT: return is_extern(word) || refuse(gc, type, "(ref null? extern)", word);
    default: break;
  }
  uint8_t wanted = in_memory ? packed : loose;
  return word == wanted || refuse(gc, type, word_summary(wanted).at, word);
}

static bool pass_record(struct gc *gc, const struct type *type, uint32_t word) {
  const struct core_stored *fields = referred(gc, word, CORE_STRUCT_TYPE);
  if (!fields) return refuse(gc, type, "(ref null? (struct ...))", word);
  if (fields->a.count != type->count)
    return invalid(gc->v, RULE_GC, "core `struct` has %u fields, but component type %s has %u", fields->a.count,
                   type_summary(type).at, type->count);
  for (uint32_t i = 0; i < type->count; i++)
    if (!pass(gc, type->fields[i].type, fields->a.at[i], true)) return false;
  return true;
}

static bool pass_list(struct gc *gc, const struct type *type, uint32_t word) {
  const struct core_stored *array = referred(gc, word, CORE_ARRAY_TYPE);
  if (!array) return refuse(gc, type, "(ref null? (array ...))", word);
  return pass(gc, type->element, array->a.at[0], true);
}

// A variant is an empty struct, from which its cases are derived.
static bool pass_variant(struct gc *gc, const struct type *type, uint32_t word) {
  const struct core_stored *fields = referred(gc, word, CORE_STRUCT_TYPE);
  return (fields && !fields->a.count) || refuse(gc, type, "(ref null? (struct))", word);
}

static bool pass(struct gc *gc, const struct type *type, uint32_t word, bool in_memory) {
  if (!store_work(&gc->v->store)) return false;
  switch (type->kind) {
    case CM_TYPE_PRIM: return pass_prim(gc, type, word, in_memory);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return pass_record(gc, type, word);
    case CM_TYPE_LIST:
    case CM_TYPE_FIXED_LIST: return pass_list(gc, type, word);
    case CM_TYPE_VARIANT:
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT: return pass_variant(gc, type, word);
    case CM_TYPE_FLAGS:
    case CM_TYPE_ENUM: return word == CORE_I32 || refuse(gc, type, "i32", word);
    case CM_TYPE_MAP: return invalid(gc->v, RULE_GC, "a map cannot be passed to garbage-collected modules yet");
    default: return is_extern(word) || refuse(gc, type, "(ref null? extern)", word);  // handles, streams, futures
  }
}

bool check_gc(struct validator *v, const struct type *func, const struct cm_canon_opts *opts, uint32_t core_type) {
  struct gc gc = {v, opts->has_encoding ? opts->encoding : CM_UTF8};
  const struct core_stored *stored = &v->core_types->types[core_type];
  uint32_t results = func->result ? 1 : 0;
  if (stored->a.count != func->count)
    return invalid(v, RULE_GC, "the core type has %u parameters, but the component function has %u", stored->a.count, func->count);
  if (stored->b.count != results)
    return invalid(v, RULE_GC, "the core type has %u results, but the component function has %u", stored->b.count, results);
  for (uint32_t i = 0; i < func->count; i++)
    if (!pass(&gc, func->fields[i].type, stored->a.at[i], false)) return false;
  return !func->result || pass(&gc, func->result, stored->b.at[0], false);
}
