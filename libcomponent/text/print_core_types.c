// Types of core modules as text.
//
// Spec: https://webassembly.github.io/spec/core/text/types.html; shared types as the shared-everything-threads proposal has them.

#include "text/printer.h"

// Abstract heap types, and what a nullable reference to each is called for short. By the negated number of enum core_heap.
static const struct heap_row {
  const char *name, *reference;
} heap_rows[] = {
    [-CORE_HEAP_NOCONT] = {"nocont", "nullcontref"},
    [-CORE_HEAP_NOEXN] = {"noexn", "nullexnref"},
    [-CORE_HEAP_NOFUNC] = {"nofunc", "nullfuncref"},
    [-CORE_HEAP_NOEXTERN] = {"noextern", "nullexternref"},
    [-CORE_HEAP_NONE] = {"none", "nullref"},
    [-CORE_HEAP_FUNC] = {"func", "funcref"},
    [-CORE_HEAP_EXTERN] = {"extern", "externref"},
    [-CORE_HEAP_ANY] = {"any", "anyref"},
    [-CORE_HEAP_EQ] = {"eq", "eqref"},
    [-CORE_HEAP_I31] = {"i31", "i31ref"},
    [-CORE_HEAP_STRUCT] = {"struct", "structref"},
    [-CORE_HEAP_ARRAY] = {"array", "arrayref"},
    [-CORE_HEAP_EXN] = {"exn", "exnref"},
    [-CORE_HEAP_CONT] = {"cont", "contref"},
};

static const char *number_type(uint8_t code) {
  switch (code) {
    case CORE_I32: return "i32";
    case CORE_I64: return "i64";
    case CORE_F32: return "f32";
    case CORE_F64: return "f64";
    case CORE_V128: return "v128";
    case CORE_I8: return "i8";
    case CORE_I16: return "i16";
    default: return NULL;
  }
}

void put_core_heaptype(struct printer *p, const struct idents *types, int32_t heap, bool shared) {
  if (heap >= 0) {
    put_reference(p, types, (uint32_t)heap);
    return;
  }
  put_text(p, shared ? " (shared " : " ");
  word(p, heap_rows[-heap].name);
  if (shared) put_char(p, ')');
}

void put_core_reftype(struct printer *p, const struct idents *types, bool nullable, int32_t heap, bool shared) {
  put_char(p, ' ');
  if (nullable && heap < 0 && !shared) {
    word(p, heap_rows[-heap].reference);
    return;
  }
  open_form(p, "ref");
  if (nullable) put_text(p, " null");
  put_core_heaptype(p, types, heap, shared);
  close_form(p);
}

void put_core_valtype(struct printer *p, const struct idents *types, struct core_valtype type) {
  const char *number = number_type(type.code);
  if (!number) {
    put_core_reftype(p, types, type.nullable, type.heap, type.shared);
    return;
  }
  put_char(p, ' ');
  word(p, number);
}

void put_core_limits(struct printer *p, bool is_memory, const struct core_limits *limits) {
  if (limits->shared && !is_memory) put_text(p, " shared");
  if (limits->is_64) put_text(p, " i64");
  put_number(p, limits->min);
  if (limits->has_max) put_number(p, limits->max);
  if (limits->shared && is_memory) put_text(p, " shared");
  if (!limits->has_page_size) return;
  sub_form(p, "pagesize");
  put_number(p, UINT64_C(1) << limits->page_log2);
  close_form(p);
}

void put_core_table_type(struct printer *p, const struct idents *types, const struct core_table_type *type) {
  put_core_limits(p, false, &type->limits);
  put_core_valtype(p, types, type->element);
}

void put_core_global_type(struct printer *p, const struct idents *types, const struct core_global_type *type) {
  bool is_form = type->shared || type->is_mutable;
  if (is_form) {
    put_text(p, " (");
    if (type->shared) word(p, type->is_mutable ? "shared mut" : "shared");
    if (!type->shared) word(p, "mut");
  }
  put_core_valtype(p, types, type->type);
  if (is_form) close_form(p);
}

// Locals that have names stand alone, others together.
void put_core_signature(struct printer *p, const struct idents *types, const struct core_type *type, const struct idents *params) {
  for (uint32_t i = 0, first = 0; i < type->param_count; i = first) {
    sub_form(p, "param");
    struct ident ident = ident_of(params, i);
    if (ident.form != IDENT_NONE) put_local(p, params, i, ident);
    put_core_valtype(p, types, type->params[i]);
    for (first = i + 1; ident.form == IDENT_NONE && first < type->param_count && ident_of(params, first).form == IDENT_NONE;
         first++)
      put_core_valtype(p, types, type->params[first]);
    close_form(p);
  }
  if (!type->result_count) return;
  sub_form(p, "result");
  for (uint32_t i = 0; i < type->result_count; i++) put_core_valtype(p, types, type->results[i]);
  close_form(p);
}

static void put_field_type(struct printer *p, const struct idents *types, const struct core_field *field) {
  if (field->is_mutable) {
    sub_form(p, "mut");
  }
  put_core_valtype(p, types, field->type);
  if (field->is_mutable) close_form(p);
}

static void put_fields(struct printer *p, const struct idents *types, const struct core_type *type, const struct idents *fields) {
  for (uint32_t i = 0; i < type->field_count && !p->failed; i++) {
    sub_form(p, "field");
    struct ident ident = ident_of(fields, i);
    if (ident.form != IDENT_NONE) put_local(p, fields, i, ident);
    put_field_type(p, types, &type->fields[i]);
    close_form(p);
  }
}

static void put_comptype(struct printer *p, const struct idents *types, const struct core_type *type,
                         const struct idents *members) {
  static const char *const words[] = {[CORE_FUNC_TYPE] = "func", [CORE_STRUCT_TYPE] = "struct", [CORE_ARRAY_TYPE] = "array"};
  put_text(p, type->shared ? " (shared (" : " (");
  word(p, words[type->kind]);
  switch (type->kind) {
    case CORE_FUNC_TYPE: put_core_signature(p, types, type, members); break;
    case CORE_STRUCT_TYPE: put_fields(p, types, type, members); break;
    case CORE_ARRAY_TYPE: put_field_type(p, types, &type->fields[0]); break;
  }
  put_text(p, type->shared ? "))" : ")");
}

void put_core_subtype(struct printer *p, const struct idents *types, const struct core_type *type, const struct idents *members) {
  bool is_sub = !type->is_final || type->super_count;
  if (is_sub) {
    sub_form(p, type->is_final ? "sub final" : "sub");
    for (uint32_t i = 0; i < type->super_count; i++) put_reference(p, types, type->supers[i]);
  }
  put_comptype(p, types, type, members);
  if (is_sub) close_form(p);
}
