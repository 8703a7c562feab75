// Core modules: every section in every form, what is malformed in them, and what hostile bytes must not do.

#include "core_bytes.h"

#include <component/limits.h>

#include <stdio.h>

static struct core_valtype ref(bool nullable, int32_t heap) {
  return (struct core_valtype){.code = CORE_REF, .nullable = nullable, .heap = heap};
}

static void assert_type(struct core_valtype actual, struct core_valtype expected) {
  assert_int_equal(actual.code, expected.code);
  assert_int_equal(actual.nullable, expected.nullable);
  assert_int_equal(actual.shared, expected.shared);
  assert_int_equal(actual.heap, expected.heap);
}

// Decodes one section and expects a refusal.
static void refuse(unsigned id, const char *contents, enum cm_error error, const char *part, const char *where) {
  struct made m = make((int)id, contents, -1);
  assert_says(&m, error, part, where);
  unmake(&m);
}

static void an_empty_module(void **state) {
  (void)state;
  struct made m = make(-1);
  assert_made(&m);
  assert_int_equal(m.module->section_count, 0);
  assert_int_equal(m.module->func_count, 0);
  assert_ptr_equal(m.module->bytes.at, m.file);
  assert_int_equal(m.module->bytes.size, 8);
  unmake(&m);
}

static void the_preamble(void **state) {
  (void)state;
  static const struct {
    const char *bytes, *says;
  } rows[] = {
      {"", "magic header"},
      {"00 61 73", "magic header"},
      {"00 61 73 6e 01 00 00 00", "magic header not detected"},
      {"00 61 73 6d", "version"},
      {"00 61 73 6d 01 00 00", "version"},
      {"00 61 73 6d 02 00 00 00", "unknown binary version"},
      {"00 61 73 6d 0d 00 01 00", "which is a component"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bytes b = {0};
    put_text(&b, rows[i].bytes);
    struct made m = make_of(b.at, b.size);
    assert_says(&m, CM_MALFORMED, rows[i].says, "core module 2");
    unmake(&m);
    free(b.at);
  }
}

static void function_types(void **state) {
  (void)state;
  struct made m = make(1, "02 60 00 00 | 60 08 7f 7e 7d 7c 7b 70 6f 63 00 02 64 6b 7f", -1);
  assert_made(&m);
  assert_int_equal(m.module->type_count, 2);
  const struct core_type *type = &m.module->types[1];
  static const uint8_t codes[] = {CORE_I32, CORE_I64, CORE_F32, CORE_F64, CORE_V128};
  for (size_t i = 0; i < 5; i++) assert_int_equal(type->params[i].code, codes[i]);
  assert_type(type->params[5], ref(true, CORE_HEAP_FUNC));
  assert_type(type->params[6], ref(true, CORE_HEAP_EXTERN));
  assert_type(type->params[7], ref(true, 0));
  assert_type(type->results[0], ref(false, CORE_HEAP_STRUCT));
  assert_int_equal(type->result_count, 2);
  assert_int_equal(type->kind, CORE_FUNC_TYPE);
  assert_true(type->is_final);
  assert_false(type->group_explicit);
  assert_int_equal(type->group_first, 1);
  assert_int_equal(type->offset, 8 + 2 + 1 + 3);
  unmake(&m);
}

static void every_abstract_heap_type(void **state) {
  (void)state;
  for (unsigned byte = 0; byte < 0x80; byte++) {
    char text[64];
    bool is_abstract = byte >= 0x68 && byte <= 0x75;
    snprintf(text, sizeof text, "01 60 01 %02x 00", byte);
    struct made m = make(1, text, -1);
    bool is_number = byte >= 0x7b;
    assert_int_equal(m.ok, is_abstract || is_number);
    if (is_abstract) assert_type(m.module->types[0].params[0], ref(true, (int32_t)byte - 0x80));
    unmake(&m);
    snprintf(text, sizeof text, "01 60 01 64 %02x 00", byte);
    m = make(1, text, -1);
    assert_int_equal(m.ok, is_abstract || byte < 0x40);
    unmake(&m);
  }
}

static void shared_types(void **state) {
  (void)state;
  struct made m = make(1, "01 65 60 02 65 70 63 65 6e 00", -1);
  assert_made(&m);
  const struct core_type *type = &m.module->types[0];
  assert_true(type->shared);
  assert_true(type->params[0].shared && type->params[0].nullable);
  assert_int_equal(type->params[0].heap, CORE_HEAP_FUNC);
  assert_true(type->params[1].shared);
  assert_int_equal(type->params[1].heap, CORE_HEAP_ANY);
  unmake(&m);
  refuse(1, "01 60 01 65 7f 00", CM_MALFORMED, "malformed reference type", "type section > type 0");
  refuse(1, "01 60 01 63 65 7f 00", CM_MALFORMED, "abstract heap type", "type section > type 0");
  refuse(1, "01 60 01 63 65", CM_MALFORMED, "abstract heap type", "type section > type 0");
}

static void structs_arrays_and_groups(void **state) {
  (void)state;
  struct made m = make(1, "03 | 4e 02 | 50 00 5f 02 78 00 63 01 01 | 4f 01 00 5f 02 78 00 77 01 | 5e 77 01 | 4e 00", -1);
  assert_made(&m);
  assert_int_equal(m.module->type_count, 3);
  const struct core_type *types = m.module->types;
  assert_int_equal(types[0].kind, CORE_STRUCT_TYPE);
  assert_false(types[0].is_final);
  assert_int_equal(types[0].field_count, 2);
  assert_int_equal(types[0].fields[0].type.code, CORE_I8);
  assert_false(types[0].fields[0].is_mutable);
  assert_type(types[0].fields[1].type, ref(true, 1));
  assert_true(types[0].fields[1].is_mutable);
  assert_true(types[0].group_explicit);
  assert_int_equal(types[0].group_count, 2);
  assert_true(types[1].is_final);
  assert_int_equal(types[1].super_count, 1);
  assert_int_equal(types[1].supers[0], 0);
  assert_int_equal(types[1].group_first, 0);
  assert_int_equal(types[2].kind, CORE_ARRAY_TYPE);
  assert_int_equal(types[2].fields[0].type.code, CORE_I16);
  assert_int_equal(types[2].group_first, 2);
  assert_int_equal(m.module->sections[0].count, 3);
  unmake(&m);
}

static void malformed_types(void **state) {
  (void)state;
  static const char where[] = "core module 2 > type section > type 0";
  refuse(1, "01 61 00 00", CM_MALFORMED, "expected a type, found 0x61", where);
  refuse(1, "01 5d 00", CM_UNSUPPORTED, "continuation types", where);
  refuse(1, "01 4d 00 5f 00", CM_UNSUPPORTED, "type descriptors", where);
  refuse(1, "01 60 01 79 00", CM_MALFORMED, "malformed value type", where);
  refuse(1, "01 60 01 78 00", CM_MALFORMED, "malformed value type", where);
  refuse(1, "01 5f 01 7f 02", CM_MALFORMED, "malformed mutability", where);
  refuse(1, "01 5e 7f", CM_MALFORMED, "mutability", where);
  refuse(1, "01 60 01 64 f0 7f 00", CM_MALFORMED, "malformed heap type", where);
  refuse(1, "01 60 01 64 80 80 80 80 08 00", CM_LIMIT, "type index", where);
  refuse(1, "01 50 02 00 00 5f 00", CM_LIMIT, "supertypes", where);
  refuse(1, "01 65", CM_MALFORMED, "cannot fit", "type section");
  refuse(1, "01 65 50 00 5f 00", CM_MALFORMED, "expected a type", where);
  refuse(1, "01 60 00", CM_MALFORMED, "results", where);
  refuse(1, "01 60 00 00 00", CM_MALFORMED, "section size mismatch", "type section");
}

static void every_kind_of_import(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 2,
                       "07 'a' 'f' 00 00 | 'a' 't' 01 70 01 01 02 | 'a' 'm' 02 00 03 | 'b' 'g' 03 7e 01 | 'b' '' 04 00 00 |"
                       " 'b' 'x' 20 00 | 'b' 'h' 03 7f 02",
                       -1);
  assert_made(&m);
  const struct core_module *module = m.module;
  const struct core_import *imports = module->imports;
  assert_int_equal(module->import_count, 7);
  assert_str(imports[0].module, "a");
  assert_str(imports[0].name, "f");
  assert_int_equal(imports[0].offset, 8 + 2 + 4 + 2 + 1);
  assert_int_equal(imports[1].type.table.limits.max, 2);
  assert_int_equal(imports[2].type.memory.min, 3);
  assert_int_equal(imports[2].type.memory.page_log2, 16);
  assert_true(imports[3].type.global.is_mutable);
  assert_int_equal(imports[4].type.kind, CORE_TAG);
  assert_true(imports[5].type.exact);
  assert_int_equal(imports[5].index, 1);
  assert_true(imports[6].type.global.shared);
  // The index spaces have them although no section of their own follows.
  assert_int_equal(module->func_count, 2);
  assert_int_equal(module->funcs[1].import, 5);
  assert_int_equal(module->table_count, 1);
  assert_int_equal(module->memories[0].limits.min, 3);
  assert_int_equal(module->global_count, 2);
  assert_int_equal(module->globals[1].import, 6);
  assert_int_equal(module->tags[0].import, 4);
  assert_int_equal(module->imported[CORE_GLOBAL], 2);
  unmake(&m);
  static const char where[] = "import section > import 0";
  refuse(2, "01 'a' 'f' 05 00", CM_MALFORMED, "malformed import kind 0x05", where);
  refuse(2, "01 'a' 'f' 04 01 00", CM_MALFORMED, "attribute", where);
  refuse(2, "01 'a' 'f' 03 7f 04", CM_MALFORMED, "malformed mutability", where);
  refuse(2, "01 01 ff 'f' 00 00", CM_MALFORMED, "malformed UTF-8", where);
  refuse(2, "01 'a' 02 c3 28 00 00", CM_MALFORMED, "malformed UTF-8", where);
}

static void functions_and_bodies(void **state) {
  (void)state;
  struct made m = make(1, "01 60 00 00", 2, "01 'a' 'f' 00 00", 3, "02 00 00", 7, "01 'run' 00 02", 8, "01", 10,
                       "02 | 02 00 0b | 03 00 01 0b", -1);
  assert_made(&m);
  assert_int_equal(m.module->func_count, 3);
  assert_int_equal(m.module->funcs[0].import, 0);
  assert_int_equal(m.module->funcs[0].body.size, 0);
  assert_int_equal(m.module->funcs[2].import, UINT32_MAX);
  assert_int_equal(m.module->funcs[2].body.size, 3);
  assert_int_equal(m.module->funcs[2].body.at[1], 1);
  assert_true(m.module->has_start);
  assert_int_equal(m.module->start, 1);
  assert_ptr_equal(core_func_type(m.module, 2), &m.module->types[0]);
  assert_null(core_func_type(m.module, 3));
  assert_int_equal(core_find_export(m.module, CM_STR("run"), CORE_FUNC)->index, 2);
  assert_null(core_find_export(m.module, CM_STR("run"), CORE_MEMORY));
  unmake(&m);
  m = make(3, "01 00", -1);
  assert_says(&m, CM_MALFORMED, "inconsistent lengths: 1 functions, 0 bodies", "core module 2");
  unmake(&m);
  m = make(3, "01 00", 10, "02 02 00 0b 02 00 0b", -1);
  assert_says(&m, CM_MALFORMED, "inconsistent lengths: 1 functions, 2 bodies", "code section");
  unmake(&m);
  m = make(3, "01 00", 10, "01 04 00 0b", -1);
  assert_says(&m, CM_MALFORMED, "expected 4 bytes of a function body", "code section > function 0");
  unmake(&m);
}

static void tables(void **state) {
  (void)state;
  struct made m = make(4, "03 | 70 00 05 | 40 00 64 70 05 01 80 80 80 80 10 d2 00 0b | 6f 03 00 01", -1);
  assert_made(&m);
  assert_int_equal(m.module->table_count, 3);
  assert_int_equal(m.module->tables[0].type.limits.min, 5);
  assert_false(m.module->tables[0].has_init);
  assert_true(m.module->tables[1].has_init);
  assert_int_equal(m.module->tables[1].init.bytes.size, 3);
  assert_true(m.module->tables[1].type.limits.is_64);
  assert_int_equal(m.module->tables[1].type.limits.max, UINT64_C(1) << 32);
  assert_true(m.module->tables[2].type.limits.shared);
  unmake(&m);
  refuse(4, "01 70 08 00", CM_MALFORMED, "malformed limits flags 0x08", "table 0");
  refuse(4, "01 40 01 70 00 00 d2 00 0b", CM_MALFORMED, "0x00 behind 0x40", "table 0");
  refuse(4, "01 7f 00 00", CM_MALFORMED, "malformed reference type", "table 0");
  refuse(4, "01 40 00 70 00 00 d2 00", CM_MALFORMED, "END opcode expected", "table 0");
}

static void memories(void **state) {
  (void)state;
  struct made m = make(5, "05 | 00 01 | 01 01 02 | 03 01 ff ff 03 | 05 01 80 80 80 80 80 80 80 80 80 01 | 0f 01 02 00", -1);
  assert_made(&m);
  assert_int_equal(m.module->memory_count, 5);
  assert_false(m.module->memories[0].limits.has_max);
  assert_int_equal(m.module->memories[1].limits.max, 2);
  assert_true(m.module->memories[2].limits.shared);
  assert_int_equal(m.module->memories[3].limits.max, UINT64_C(1) << 63);
  assert_int_equal(m.module->memories[4].limits.page_log2, 0);
  assert_true(m.module->memories[4].limits.is_64);
  unmake(&m);
  refuse(5, "01 10 00", CM_MALFORMED, "malformed limits flags 0x10", "memory 0");
  refuse(5, "01 81 00", CM_MALFORMED, "malformed limits flags 0x81", "memory 0");
  refuse(5, "01 08 00 40", CM_MALFORMED, "page size", "memory 0");
  refuse(5, "01 04 80 80 80 80 80 80 80 80 80 02", CM_MALFORMED, "integer too large", "memory 0");
  refuse(5, "01 04 80 80 80 80 80 80 80 80 80 80 00", CM_MALFORMED, "integer representation too long", "memory 0");
  refuse(5, "65 00 00", CM_MALFORMED, "cannot fit", "memory section");
}

static void tags_and_globals(void **state) {
  (void)state;
  struct made m =
      make(1, "01 60 00 00", 13, "02 00 00 00 00", 6, "03 | 7f 00 41 2a 0b | 7e 01 42 01 42 02 7c 0b | 70 00 d0 70 0b", -1);
  assert_made(&m);
  assert_int_equal(m.module->tag_count, 2);
  assert_int_equal(m.module->tags[1].import, UINT32_MAX);
  assert_int_equal(m.module->global_count, 3);
  assert_true(m.module->globals[1].type.is_mutable);
  assert_int_equal(m.module->globals[1].init.bytes.size, 6);
  assert_true(core_read_bodies(m.module, &m.diag));
  unmake(&m);
  refuse(13, "01 01 00", CM_MALFORMED, "attribute", "tag 0");
  refuse(6, "01 7f 04 41 00 0b", CM_MALFORMED, "malformed mutability 0x04", "global 0");
  refuse(6, "01 7f 00 41 00", CM_MALFORMED, "END opcode expected", "global 0");
  refuse(6, "01 7f 00 ff 0b", CM_MALFORMED, "illegal opcode 0xff", "global 0");
  refuse(6, "01 7f 00 41 80 80 80 80 70 0b", CM_MALFORMED, "integer too large", "global 0");
  // Blocks are no constants, but they are well-formed.
  m = make(6, "01 7f 00 02 7f 41 00 0b 0b", -1);
  assert_made(&m);
  unmake(&m);
}

static void exports_of_every_kind(void **state) {
  (void)state;
  struct made m = make(7, "05 'f' 00 07 'f' 01 00 'm' 02 00 'g' 03 00 't' 04 80 01", -1);
  assert_made(&m);
  assert_int_equal(m.module->export_count, 5);
  assert_int_equal(m.module->exports[4].kind, CORE_TAG);
  assert_int_equal(m.module->exports[4].index, 128);
  unmake(&m);
  refuse(7, "01 'f' 05 00", CM_MALFORMED, "malformed export kind 0x05", "export 0");
}

static void all_forms_of_element_segments(void **state) {
  (void)state;
  struct made m = make(9,
                       "08 | 00 41 00 0b 02 00 01 | 01 00 01 05 | 02 03 41 00 0b 00 00 | 03 00 01 07 |"
                       " 04 23 00 0b 01 d2 00 0b | 05 6f 00 | 06 80 01 41 00 0b 64 70 01 d0 70 0b | 07 70 01 d2 08 0b",
                       -1);
  assert_made(&m);
  static const struct {
    enum core_segment_mode mode;
    uint32_t table, count;
    bool is_exprs, nullable;
    int32_t heap;
  } rows[] = {
      {CORE_ACTIVE, 0, 2, false, false, CORE_HEAP_FUNC},  {CORE_PASSIVE, 0, 1, false, false, CORE_HEAP_FUNC},
      {CORE_ACTIVE, 3, 0, false, false, CORE_HEAP_FUNC},  {CORE_DECLARED, 0, 1, false, false, CORE_HEAP_FUNC},
      {CORE_ACTIVE, 0, 1, true, true, CORE_HEAP_FUNC},    {CORE_PASSIVE, 0, 0, true, true, CORE_HEAP_EXTERN},
      {CORE_ACTIVE, 128, 1, true, false, CORE_HEAP_FUNC}, {CORE_DECLARED, 0, 1, true, true, CORE_HEAP_FUNC},
  };
  assert_int_equal(m.module->element_count, 8);
  for (size_t i = 0; i < 8; i++) {
    const struct core_element *element = &m.module->elements[i];
    assert_int_equal(element->mode, rows[i].mode);
    assert_int_equal(element->table, rows[i].table);
    assert_int_equal(element->count, rows[i].count);
    assert_int_equal(element->is_exprs, rows[i].is_exprs);
    assert_type(element->type, ref(rows[i].nullable, rows[i].heap));
    assert_int_equal(element->start.bytes.size > 0, element->mode == CORE_ACTIVE);
  }
  assert_int_equal(m.module->elements[0].funcs[1], 1);
  assert_int_equal(m.module->elements[3].funcs[0], 7);
  assert_int_equal(m.module->elements[7].exprs[0].bytes.size, 3);
  assert_true(core_read_bodies(m.module, &m.diag));
  unmake(&m);
  refuse(9, "01 08 00 00", CM_MALFORMED, "malformed flags 8", "element segment 0");
  refuse(9, "01 01 01 00", CM_MALFORMED, "malformed element kind", "element segment 0");
  refuse(9, "01 05 7f 00", CM_MALFORMED, "malformed reference type", "element segment 0");
}

static void all_forms_of_data_segments(void **state) {
  (void)state;
  struct made m = make(12, "03", 11, "03 | 00 41 10 0b 'abc' | 01 '' | 02 01 42 00 0b 'de'", -1);
  assert_made(&m);
  assert_int_equal(m.module->data_count, 3);
  assert_int_equal(m.module->datas[0].mode, CORE_ACTIVE);
  assert_memory_equal(m.module->datas[0].bytes.at, "abc", 3);
  assert_int_equal(m.module->datas[1].mode, CORE_PASSIVE);
  assert_int_equal(m.module->datas[1].start.bytes.size, 0);
  assert_int_equal(m.module->datas[2].memory, 1);
  assert_int_equal(m.module->datas[2].bytes.size, 2);
  assert_true(m.module->has_data_count);
  unmake(&m);
  refuse(11, "01 03 00 00", CM_MALFORMED, "malformed flags 3", "data segment 0");
  refuse(11, "01 01 05 61", CM_MALFORMED, "expected 5 bytes of a data segment", "data segment 0");
  refuse(12, "01", CM_MALFORMED, "inconsistent lengths", "core module 2");
  m = make(12, "02", 11, "01 01 00", -1);
  assert_says(&m, CM_MALFORMED, "data count and data section", "core module 2");
  unmake(&m);
}

static void custom_sections_stand_anywhere(void **state) {
  (void)state;
  struct made m = make(0, "'a' 01 02", 1, "00", 0, "'dylink.0' 01", 2, "00", 0, "'a'", -1);
  assert_made(&m);
  assert_int_equal(m.module->section_count, 5);
  assert_str(m.module->sections[2].name, "dylink.0");
  assert_int_equal(m.module->sections[2].bytes.size, 1);
  assert_int_equal(m.module->sections[2].offset, 8 + 6 + 3);
  assert_ptr_equal(core_find_custom(m.module, "a"), &m.module->sections[0]);
  assert_null(core_find_custom(m.module, "name"));
  unmake(&m);
  refuse(0, "", CM_MALFORMED, "the name of a custom section", "custom section");
  refuse(0, "05 61", CM_MALFORMED, "the name of a custom section", "custom section");
  refuse(0, "01 80", CM_MALFORMED, "malformed UTF-8", "custom section");
}

static void sections_have_an_order(void **state) {
  (void)state;
  static const unsigned char order[] = {1, 2, 3, 4, 5, 13, 6, 7, 9, 12, 10, 11};
  for (size_t i = 0; i < sizeof order; i++) {
    for (size_t k = 0; k < sizeof order; k++) {
      struct made m = make(order[i], "00", 0, "'x'", order[k], "00", -1);
      if (i < k) {
        assert_made(&m);
      } else {
        assert_says(&m, CM_MALFORMED, i == k ? "there twice" : "comes too late", "section");
      }
      unmake(&m);
    }
  }
  refuse(14, "", CM_MALFORMED, "malformed section id 14", "core module 2");
  assert_string_equal(core_section_name(13), "tag");
  assert_null(core_section_name(14));
}

static void sizes_of_sections(void **state) {
  (void)state;
  static const uint8_t claims[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0};
  struct made m = make_of(claims, sizeof claims);
  assert_says(&m, CM_MALFORMED, "claims 4294967295 bytes, only 1 are left", "core module 2 > type section");
  assert_int_equal(m.diag.offset, 8);
  unmake(&m);
  refuse(8, "00 00", CM_MALFORMED, "section size mismatch", "start section");
  refuse(8, "", CM_MALFORMED, "the start section", "start section");
}

static void counts_drive_no_allocation(void **state) {
  (void)state;
  static const unsigned char vectors[] = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13};
  for (size_t i = 0; i < sizeof vectors; i++) {
    struct made m = make(vectors[i], "ff ff ff ff 0f 00 00 00 00 00", -1);
    assert_says(&m, CM_MALFORMED, "cannot fit", "section");
    assert_true(m.arena.total < 100000);
    unmake(&m);
  }
  struct made m = make(1, "01 60 ff ff ff ff 0f 00", -1);
  assert_says(&m, CM_MALFORMED, "the number of parameters", "type 0");
  unmake(&m);
  m = make(1, "01 4e ff ff ff ff 0f 00", -1);
  assert_says(&m, CM_MALFORMED, "the number of types of a recursion group", "type section > type 0");
  unmake(&m);
}

static void bodies_have_a_limit(void **state) {
  (void)state;
  struct bytes b = {0}, code = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  put_byte(&code, 1);
  put_u32(&code, CORE_LIMIT_BODY + 1);
  uint8_t *body = calloc(1, CORE_LIMIT_BODY + 1);
  assert_non_null(body);
  put(&code, body, CORE_LIMIT_BODY + 1);
  put_section_of(&b, 10, &code);
  struct made m = make_of(b.at, b.size);
  assert_says(&m, CM_LIMIT, "a body of 7654322 bytes", "code section > function 0");
  unmake(&m);
  free(body);
  free(b.at);
}

// One section of each kind, for what is tried at every byte.
static struct bytes whole_module(void) {
  struct bytes b = {0};
  put_module(&b);
  put_section(&b, 0, "'first' 00");
  put_section(&b, 1, "03 60 01 7f 01 7f | 4e 01 50 00 5f 01 78 01 | 5e 7f 01");
  put_section(&b, 2, "02 'env' 'f' 00 00 | 'env' 'm' 02 01 01 02");
  put_section(&b, 3, "02 00 00");
  put_section(&b, 4, "02 70 00 02 | 40 00 64 70 00 01 d2 00 0b");
  put_section(&b, 5, "01 00 01");
  put_section(&b, 13, "01 00 00");
  put_section(&b, 6, "01 7f 00 41 01 0b");
  put_section(&b, 7, "01 'run' 00 01");
  put_section(&b, 8, "01");
  put_section(&b, 9, "02 00 41 00 0b 01 01 | 07 70 01 d2 01 0b");
  put_section(&b, 12, "02");
  put_section(&b, 10, "02 | 0d 01 02 7f 02 40 20 00 0d 00 0b 20 01 0b | 0b 00 20 00 41 ff 00 6a 10 00 01 0b");
  put_section(&b, 11, "02 00 41 08 0b 'abc' | 01 'd'");
  put_section(&b, 0, "'name' | 00 02 'm' | 01 05 01 01 'gx' | 07 04 01 00 'g' | 09 04 01 00 'd'");
  put_section(&b, 0, "'producers' 01 'language' 01 'C' '17'");
  return b;
}

// Everything that reads a module.
static void read_all(struct made *m) {
  struct core_names names;
  struct core_producer *producers;
  uint32_t count;
  if (!m->ok) return;
  core_read_bodies(m->module, &m->diag);
  assert_true(core_names_read(&m->arena, m->module, &names, &m->diag));
  const struct core_section *section = core_find_custom(m->module, "producers");
  if (section) assert_true(core_producers_read(&m->arena, section->bytes, &producers, &count, &m->diag));
}

static void truncated_at_every_byte(void **state) {
  (void)state;
  struct bytes b = whole_module();
  struct made whole = make_of(b.at, b.size);
  assert_made(&whole);
  assert_true(core_read_bodies(whole.module, &whole.diag));
  for (size_t size = 0; size < b.size; size++) {
    struct made m = make_of(b.at, size);
    bool at_section = size == 8;
    for (uint32_t i = 1; i < whole.module->section_count; i++) at_section |= size == whole.module->sections[i].offset;
    if (m.ok) assert_true(at_section);
    if (!m.ok) assert_true(m.diag.has_offset && m.diag.offset <= size && m.diag.message[0]);
    read_all(&m);
    unmake(&m);
  }
  unmake(&whole);
  free(b.at);
}

static void every_byte_replaced(void **state) {
  (void)state;
  struct bytes b = whole_module();
  for (size_t at = 8; at < b.size; at++) {
    uint8_t old = b.at[at];
    static const uint8_t values[] = {0, 1, 0x3f, 0x40, 0x60, 0x64, 0x7f, 0x80, 0xfb, 0xfd, 0xff};
    for (size_t i = 0; i < sizeof values; i++) {
      b.at[at] = values[i];
      struct made m = make_of(b.at, b.size);
      read_all(&m);
      unmake(&m);
    }
    b.at[at] = old;
  }
  free(b.at);
}

// Memory that gives out after a number of blocks.
struct scarce {
  size_t left, out;
};

static void *get_scarce(void *context, size_t size) {
  struct scarce *scarce = context;
  if (scarce->left == 0) return NULL;
  scarce->left--;
  scarce->out++;
  return calloc(1, size);
}

static void put_scarce(void *context, void *block, size_t size) {
  struct scarce *scarce = context;
  (void)size;
  scarce->out--;
  free(block);
}

static void every_allocation_fails_once(void **state) {
  (void)state;
  // Large enough that one block of the arena does not hold everything.
  struct bytes b = {0}, types = {0};
  put_module(&b);
  put_u32(&types, 3000);
  for (int i = 0; i < 3000; i++) put_text(&types, "60 02 7f 7f 01 7e");
  put_section_of(&b, 1, &types);
  for (size_t n = 0;; n++) {
    struct scarce scarce = {.left = n};
    struct cm_allocator allocator = {get_scarce, put_scarce, &scarce};
    struct cm_arena arena;
    struct core_module *module;
    struct core_names names;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, &allocator);
    bool ok = core_decode(&arena, (struct cm_span){b.at, b.size}, b.at, NULL, &module, &diag) &&
              core_names_read(&arena, module, &names, &diag);
    cm_arena_free(&arena);
    assert_int_equal(scarce.out, 0);
    if (ok) {
      assert_true(n > 1);
      break;
    }
    assert_int_equal(diag.error, CM_NO_MEMORY);
  }
  free(b.at);
}

// The same where the arena has only so many bytes left: whichever allocation comes when they are gone, fails.
static void every_place_runs_out_of_memory(void **state) {
  (void)state;
  struct bytes b = whole_module();
  bool ok = false;
  for (size_t left = 0; !ok; left += 16) {
    struct cm_arena arena;
    struct core_module *module;
    struct core_names names;
    struct core_producer *producers;
    uint32_t count;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, NULL);
    assert_non_null(cm_alloc(&arena, 16));
    size_t room = (size_t)(arena.end - arena.at);
    assert_true(left < room);
    assert_non_null(cm_alloc(&arena, room - left));
    arena.limit = arena.total;
    ok = core_decode(&arena, (struct cm_span){b.at, b.size}, b.at, NULL, &module, &diag) &&
         core_names_read(&arena, module, &names, &diag) &&
         core_producers_read(&arena, core_find_custom(module, "producers")->bytes, &producers, &count, &diag);
    cm_arena_free(&arena);
    if (!ok) assert_int_equal(diag.error, CM_NO_MEMORY);
  }
  free(b.at);
}

static void the_path_outlives_the_caller(void **state) {
  (void)state;
  struct bytes b = {0};
  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  put_section(&b, 7, "01 'go' 00 00");
  put_section(&b, 10, "01 03 00 06 0b");
  cm_arena_init(&arena, NULL);
  {
    struct cm_where outer = {NULL, "component", -1, CM_STR("app")}, inner = {&outer, "core module", 0, {NULL, 0}};
    assert_true(core_decode(&arena, (struct cm_span){b.at, b.size}, b.at, &inner, &module, &diag));
    outer.what = inner.what = "gone";
    inner.up = NULL;
  }
  assert_false(core_read_bodies(module, &diag));
  assert_string_equal(diag.where, "component `app` > core module 0 > code section > function 0 `go`");
  cm_arena_free(&arena);
  free(b.at);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_module),
      cmocka_unit_test(the_preamble),
      cmocka_unit_test(function_types),
      cmocka_unit_test(every_abstract_heap_type),
      cmocka_unit_test(shared_types),
      cmocka_unit_test(structs_arrays_and_groups),
      cmocka_unit_test(malformed_types),
      cmocka_unit_test(every_kind_of_import),
      cmocka_unit_test(functions_and_bodies),
      cmocka_unit_test(tables),
      cmocka_unit_test(memories),
      cmocka_unit_test(tags_and_globals),
      cmocka_unit_test(exports_of_every_kind),
      cmocka_unit_test(all_forms_of_element_segments),
      cmocka_unit_test(all_forms_of_data_segments),
      cmocka_unit_test(custom_sections_stand_anywhere),
      cmocka_unit_test(sections_have_an_order),
      cmocka_unit_test(sizes_of_sections),
      cmocka_unit_test(counts_drive_no_allocation),
      cmocka_unit_test(bodies_have_a_limit),
      cmocka_unit_test(truncated_at_every_byte),
      cmocka_unit_test(every_byte_replaced),
      cmocka_unit_test(every_allocation_fails_once),
      cmocka_unit_test(every_place_runs_out_of_memory),
      cmocka_unit_test(the_path_outlives_the_caller),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
