// Values and the start function.
//
// A value stands in the file as its type and its bytes, which must be those of one value of the type and no more. Every value, wherever
// it comes from, is consumed exactly once.
//
// Spec: Binary.md, "Value Definitions", "Start Definitions"; Explainer.md, under the same names.

#include "validate/space.h"

struct value_reader {
  struct validator *v;
  struct cm_reader r;
};

static bool read_value(struct value_reader *w, const struct type *type);

static bool expected(struct value_reader *w, const char *what) { return cm_reader_fail(&w->r, CM_INVALID, "expected %s", what); }

static bool read_choice(struct value_reader *w, uint32_t count, const char *what, uint32_t *out) {
  return cm_read_u32(&w->r, what, out) && (*out < count || expected(w, what));
}

// One Unicode scalar value in UTF-8.
static bool read_char(struct value_reader *w) {
  uint8_t first = w->r.at < w->r.end ? *w->r.at : 0;
  size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  struct cm_span bytes;
  return cm_read_bytes(&w->r, size, "a char", &bytes) && (cm_utf8_valid(bytes.at, bytes.size) || expected(w, "a char in UTF-8"));
}

// NaNs have one form.
static bool read_float(struct value_reader *w, size_t size) {
  static const uint8_t nan32[] = {0, 0, 0xc0, 0x7f}, nan64[] = {0, 0, 0, 0, 0, 0, 0xf8, 0x7f};
  struct cm_span bytes;
  if (!cm_read_bytes(&w->r, size, "a float", &bytes)) return false;
  bool exponent =
      size == 4 ? (bytes.at[3] & 0x7f) == 0x7f && bytes.at[2] & 0x80 : (bytes.at[7] & 0x7f) == 0x7f && (bytes.at[6] & 0xf0) == 0xf0;
  bool infinite = size == 4 ? !(bytes.at[2] & 0x7f) : !(bytes.at[6] & 0x0f);
  for (size_t i = 0; infinite && i + 2 < size; i++) infinite = !bytes.at[i];
  if (!exponent || infinite || memcmp(bytes.at, size == 4 ? nan32 : nan64, size) == 0) return true;
  return expected(w, "the canonical NaN");
}

static bool read_integer(struct value_reader *w, unsigned bits, bool is_signed) {
  uint64_t value;
  int64_t signed_value;
  if (!is_signed) {
    if (!cm_read_u64(&w->r, "an integer", &value)) return false;
    return bits == 64 || value >> bits == 0 || expected(w, "an integer within the range of its type");
  }
  if (!cm_read_s64(&w->r, "an integer", &signed_value)) return false;
  int64_t half = bits == 64 ? 0 : INT64_C(1) << (bits - 1);
  return bits == 64 || (signed_value >= -half && signed_value < half) || expected(w, "an integer within the range of its type");
}

static bool read_prim(struct value_reader *w, enum cm_prim prim) {
  uint32_t choice;
  uint8_t byte;
  struct cm_str text;
  switch (prim) {
    case CM_BOOL: return read_choice(w, 2, "a bool (0x00 or 0x01)", &choice);
    case CM_S8:
    case CM_U8: return cm_read_u8(&w->r, "a byte", &byte);
    case CM_S16: return read_integer(w, 16, true);
    case CM_U16: return read_integer(w, 16, false);
    case CM_S32: return read_integer(w, 32, true);
    case CM_U32: return read_integer(w, 32, false);
    case CM_S64: return read_integer(w, 64, true);
    case CM_U64: return read_integer(w, 64, false);
    case CM_F32: return read_float(w, 4);
    case CM_F64: return read_float(w, 8);
    case CM_CHAR: return read_char(w);
    case CM_STRING: return cm_read_name(&w->r, "a string", &text);
    case CM_ERROR_CONTEXT: break;
  }
  return expected(w, "a value type whose values can be written down");
}

static bool read_fields(struct value_reader *w, const struct type *type) {
  for (uint32_t i = 0; i < type->count; i++)
    if (!read_value(w, type->fields[i].type)) return false;
  return true;
}

static bool read_elements(struct value_reader *w, const struct type *type, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (type->kind == CM_TYPE_MAP && !read_value(w, type->key)) return false;
    if (!read_value(w, type->element)) return false;
  }
  return true;
}

// Bits beyond the labels are not forbidden.
static bool read_flags(struct value_reader *w, const struct type *type) {
  struct cm_span bytes;
  return cm_read_bytes(&w->r, (type->count + 7) / 8, "flags", &bytes);
}

static bool read_value(struct value_reader *w, const struct type *type) {
  uint32_t choice = 0;
  if (!store_work(&w->v->store)) return false;
  switch (type->kind) {
    case CM_TYPE_PRIM: return read_prim(w, type->prim);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return read_fields(w, type);
    case CM_TYPE_FLAGS: return read_flags(w, type);
    case CM_TYPE_ENUM: return read_choice(w, type->count, "the number of an enum case", &choice);
    case CM_TYPE_VARIANT:
      if (!read_choice(w, type->count, "the number of a case", &choice)) return false;
      return !type->fields[choice].type || read_value(w, type->fields[choice].type);
    case CM_TYPE_OPTION:
      return read_choice(w, 2, "0x00 (none) or 0x01 (some)", &choice) && (!choice || read_value(w, type->element));
    case CM_TYPE_RESULT: {
      if (!read_choice(w, 2, "0x00 (ok) or 0x01 (error)", &choice)) return false;
      const struct type *payload = choice ? type->error : type->element;
      return !payload || read_value(w, payload);
    }
    case CM_TYPE_LIST:
    case CM_TYPE_MAP: return cm_read_count(&w->r, "a count of elements", 1, UINT32_MAX, &choice) && read_elements(w, type, choice);
    case CM_TYPE_FIXED_LIST: return read_elements(w, type, type->length);
    default: return expected(w, "a value type whose values can be written down");
  }
}

bool define_value(struct validator *v, const struct cm_item *item) {
  if (!need_feature(v, CM_FEATURE_CM_VALUES, "a value")) return false;
  const struct type *type = value_type(v, item->value.type);
  if (!type) return false;
  push_type(v->space, CM_SORT_VALUE, type);
  struct cm_diag diag = {0};
  struct value_reader w = {v, cm_reader_of(item->value.bytes, v->space->scope->component->file, v->where, &diag)};
  if (read_value(&w, type) && (!cm_left(&w.r) || expected(&w, "the end of the value"))) return true;
  if (!may_go_on(v)) return false;
  if (diag.has_offset) v->offset = diag.offset;
  return invalid(v, RULE_VALUE, "the bytes are no value of type %s: %s", type_summary(type).at, diag.message);
}

// The value becomes used.
static const struct type *argument_at(struct validator *v, uint32_t index) {
  struct entity what;
  return entity_at(v, CM_SORT_VALUE, index, &what) ? what.type : NULL;
}

static bool check_start_arguments(struct validator *v, const struct cm_start *start, const struct type *func) {
  bool good = true;
  for (uint32_t i = 0; i < start->argument_count; i++) {
    const struct type *type = argument_at(v, start->arguments[i]);
    struct mismatch mismatch;
    if (!type || i >= func->count) {
      good = false;
      continue;
    }
    struct entity have = {.sort = CM_SORT_VALUE, .type = type}, want = {.sort = CM_SORT_VALUE, .type = func->fields[i].type};
    if (!is_subtype(v, have, want, &mismatch))
      good = invalid(v, RULE_START, "value type mismatch for component start function argument %u: %s", i, mismatch.at);
  }
  if (func->count != start->argument_count)
    return invalid(v, RULE_START, "component start function requires %u arguments but was given %u", func->count,
                   start->argument_count);
  return good;
}

bool define_start(struct validator *v, const struct cm_item *item) {
  const struct cm_start *start = &item->start;
  if (!need_feature(v, CM_FEATURE_CM_VALUES, "a start function")) return false;
  const struct type *func = func_at(v, start->func);
  if (!func) return false;
  bool good = check_start_arguments(v, start, func);
  uint32_t results = func->result ? 1 : 0;
  if (start->result_count != results)
    return invalid(v, RULE_START,
                   "component start function has a result count of %u but the function type has a result count of %u",
                   start->result_count, results);
  if (results) push_type(v->space, CM_SORT_VALUE, func->result);
  return good;
}
