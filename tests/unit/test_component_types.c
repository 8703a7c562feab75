// Decoding types: value types, functions, resources, the scopes of component and instance types, core types.

#include "bytes.h"

// A component of one type section with these types, the last of which the test is about.
static struct decoded decode_types(const char *types) { return decode_sections(7, types, -1); }

static const struct cm_type *last_type(const struct decoded *d) {
  assert_decodes(d);
  return d->component->scope.items[d->component->scope.item_count - 1]->type;
}

static void assert_valtype(struct cm_valtype type, int kind, uint32_t index) {
  assert_int_equal(type.kind, kind);
  if (kind != CM_VAL_NONE) assert_int_equal(type.index, index);
}

static void primitives(void **state) {
  (void)state;
  struct decoded d = decode_types("0e 7f 7e 7d 7c 7b 7a 79 78 77 76 75 74 73 64");
  assert_decodes(&d);
  static const enum cm_prim prims[] = {CM_BOOL, CM_S8,  CM_U8,  CM_S16, CM_U16,  CM_S32,    CM_U32,
                                       CM_S64,  CM_U64, CM_F32, CM_F64, CM_CHAR, CM_STRING, CM_ERROR_CONTEXT};
  assert_int_equal(space(&d, CM_SORT_TYPE), 14);
  for (uint32_t i = 0; i < 14; i++) {
    assert_int_equal(item_of(&d, i)->type->kind, CM_TYPE_PRIM);
    assert_int_equal(item_of(&d, i)->type->prim, prims[i]);
    assert_int_equal(item_of(&d, i)->type->offset, 11 + i);
  }
  free_decoded(&d);
}

static void records_and_their_kin(void **state) {
  (void)state;
  struct decoded d = decode_types("01 72 02 'x' 7f 'y-z' 81 01");
  const struct cm_type *type = last_type(&d);
  assert_int_equal(type->kind, CM_TYPE_RECORD);
  assert_int_equal(type->count, 2);
  assert_str(type->fields[1].name, "y-z");
  assert_valtype(type->fields[0].type, CM_VAL_PRIM, CM_BOOL);
  assert_valtype(type->fields[1].type, CM_VAL_TYPE, 129);
  free_decoded(&d);

  d = decode_types("01 71 02 'a' 00 00 'b' 01 73 00");
  type = last_type(&d);
  assert_int_equal(type->kind, CM_TYPE_VARIANT);
  assert_int_equal(type->count, 2);
  assert_valtype(type->fields[0].type, CM_VAL_NONE, 0);
  assert_valtype(type->fields[1].type, CM_VAL_PRIM, CM_STRING);
  free_decoded(&d);

  d = decode_types("01 6f 02 7d 00");
  type = last_type(&d);
  assert_int_equal(type->kind, CM_TYPE_TUPLE);
  assert_int_equal(type->count, 2);
  assert_int_equal(type->fields[1].name.size, 0);
  assert_valtype(type->fields[1].type, CM_VAL_TYPE, 0);
  free_decoded(&d);

  d = decode_types("02 6e 02 'r' 'w' | 6d 01 'one'");
  type = last_type(&d);
  assert_int_equal(type->kind, CM_TYPE_ENUM);
  assert_str(type->fields[0].name, "one");
  assert_int_equal(item_of(&d, 0)->type->kind, CM_TYPE_FLAGS);
  assert_str(item_of(&d, 0)->type->fields[1].name, "w");
  free_decoded(&d);
}

// Emptiness is for the validator to judge.
static void empty_records_decode(void **state) {
  (void)state;
  struct decoded d = decode_types("05 72 00 71 00 6f 00 6e 00 6d 00");
  assert_decodes(&d);
  for (uint32_t i = 0; i < 5; i++) assert_int_equal(item_of(&d, i)->type->count, 0);
  free_decoded(&d);
}

static void lists_and_their_kin(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    enum cm_type_kind kind;
  } cases[] = {{"01 70 73", CM_TYPE_LIST},           {"01 6b 73", CM_TYPE_OPTION},           {"01 66 01 73", CM_TYPE_STREAM},
               {"01 65 01 73", CM_TYPE_FUTURE},      {"01 67 73 90 4e", CM_TYPE_FIXED_LIST}, {"01 63 7d 73", CM_TYPE_MAP},
               {"01 6a 01 73 01 74", CM_TYPE_RESULT}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decoded d = decode_types(cases[i].bytes);
    const struct cm_type *type = last_type(&d);
    assert_int_equal(type->kind, cases[i].kind);
    assert_valtype(type->element, CM_VAL_PRIM, CM_STRING);
    if (type->kind == CM_TYPE_FIXED_LIST) assert_int_equal(type->length, 10000);
    if (type->kind == CM_TYPE_MAP) assert_valtype(type->key, CM_VAL_PRIM, CM_U8);
    if (type->kind == CM_TYPE_RESULT) assert_valtype(type->error, CM_VAL_PRIM, CM_CHAR);
    free_decoded(&d);
  }
  struct decoded d = decode_types("03 66 00 | 65 00 | 6a 00 00");
  assert_decodes(&d);
  for (uint32_t i = 0; i < 3; i++) assert_valtype(item_of(&d, i)->type->element, CM_VAL_NONE, 0);
  assert_valtype(item_of(&d, 2)->type->error, CM_VAL_NONE, 0);
  free_decoded(&d);
}

static void handles_and_resources(void **state) {
  (void)state;
  struct decoded d = decode_types("05 3f 7f 00 | 3f 7e 01 07 | 3e 7f 03 01 04 | 69 00 | 68 01");
  assert_decodes(&d);
  const struct cm_type *plain = item_of(&d, 0)->type, *dtor = item_of(&d, 1)->type, *async = item_of(&d, 2)->type;
  assert_int_equal(plain->kind, CM_TYPE_RESOURCE);
  assert_int_equal(plain->res.rep.code, CORE_I32);
  assert_false(plain->res.has_dtor);
  assert_int_equal(dtor->res.rep.code, CORE_I64);
  assert_true(dtor->res.has_dtor);
  assert_int_equal(dtor->res.dtor, 7);
  assert_false(dtor->res.async_dtor);
  assert_true(async->res.async_dtor && async->res.has_dtor && async->res.has_callback);
  assert_int_equal(async->res.dtor, 3);
  assert_int_equal(async->res.callback, 4);
  assert_int_equal(item_of(&d, 3)->type->kind, CM_TYPE_OWN);
  assert_int_equal(item_of(&d, 4)->type->kind, CM_TYPE_BORROW);
  assert_int_equal(item_of(&d, 4)->type->resource, 1);
  free_decoded(&d);
}

static void functions(void **state) {
  (void)state;
  struct decoded d = decode_types("04 40 00 01 00 | 40 01 'p' 7f 00 73 | 43 02 'p' 7f 'q' 00 01 00 | 40 00 01 02 'a' 73 'b' 74");
  assert_decodes(&d);
  const struct cm_type *nothing = item_of(&d, 0)->type, *sync = item_of(&d, 1)->type, *async = item_of(&d, 2)->type;
  assert_int_equal(nothing->kind, CM_TYPE_FUNC);
  assert_int_equal(nothing->func.param_count, 0);
  assert_valtype(nothing->func.result, CM_VAL_NONE, 0);
  assert_false(sync->func.is_async);
  assert_str(sync->func.params[0].name, "p");
  assert_valtype(sync->func.result, CM_VAL_PRIM, CM_STRING);
  assert_true(async->func.is_async);
  assert_int_equal(async->func.param_count, 2);
  assert_valtype(async->func.params[1].type, CM_VAL_TYPE, 0);
  // An older encoding.
  const struct cm_type *named = item_of(&d, 3)->type;
  assert_int_equal(named->func.named_result_count, 2);
  assert_str(named->func.named_results[1].name, "b");
  free_decoded(&d);
}

static void malformed_types(void **state) {
  (void)state;
  static const char type0[] = "component > section type > type 0";
  static const struct {
    const char *bytes;
    enum cm_error error;
    uint64_t offset;
    const char *message;
  } cases[] = {
      {"01 62", CM_MALFORMED, 11, "expected a type, found 0x62"},
      {"01 44", CM_MALFORMED, 11, "expected a type, found 0x44"},
      {"01 80", CM_MALFORMED, 11, "expected a type, found 0x80"},
      {"01 6c", CM_UNSUPPORTED, 11, "union"},
      {"01 70 72", CM_MALFORMED, 12, "expected a value type (a type index or a primitive), found 0x72"},
      {"01 70 40", CM_MALFORMED, 12, "found 0x40"},
      {"01 70", CM_MALFORMED, 12, "expected a value type, found the end"},
      {"01 71 01 'c' 00 01", CM_MALFORMED, 16, "expected 0x00 at the end of a case, found 0x01"},
      {"01 6a 02", CM_MALFORMED, 12, "found 0x02"},
      {"01 40 00 02 00", CM_MALFORMED, 13, "expected a result list (0x00 or 0x01), found 0x02"},
      {"01 40 00 01 01", CM_MALFORMED, 14, "1 cannot fit"},
      {"01 3f 7f 02", CM_MALFORMED, 13, "found 0x02"},
      {"01 3e", CM_MALFORMED, 12, "expected the representation of a resource, found the end"},
      {"01 72 01 02 ff fe 7f", CM_MALFORMED, 13, "malformed UTF-8 encoding"},
      {"01 6d ff ff 03", CM_MALFORMED, 12, "65535 cannot fit"},
      {"01 41 01 05 73", CM_MALFORMED, 13, "expected a declarator of a component type (0x00 to 0x04), found 0x05"},
      {"01 42 01 03 00 'a' 03 01", CM_MALFORMED, 13,
       "expected a declarator of an instance type (0x00, 0x01, 0x02 or 0x04), found 0x03"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decoded d = decode_types(cases[i].bytes);
    assert_refused(&d, cases[i].error, cases[i].offset, type0, cases[i].message);
    free_decoded(&d);
  }
}

// Component and instance types.

static void an_instance_type_is_a_scope(void **state) {
  (void)state;
  struct decoded d = decode_types("01 42 06 | 04 00 'r' 03 01 | 01 68 00 | 01 40 01 'self' 01 00 73 | 04 00 '[method]r.f' 01 02 |"
                                  "02 03 02 01 00 | 04 02 'e' 01 02 'key' 03 00 03");
  const struct cm_type *type = last_type(&d);
  assert_int_equal(type->kind, CM_TYPE_INSTANCE);
  const struct cm_scope *scope = type->scope;
  assert_int_equal(scope->kind, CM_SCOPE_INSTANCE_TYPE);
  assert_ptr_equal(scope->parent, &d.component->scope);
  assert_ptr_equal(scope->component, d.component);
  assert_int_equal(scope->item_count, 6);
  // r, borrow, func, alias, e: exports of types introduce types, the function's export a function.
  assert_int_equal(scope->spaces[CM_SORT_TYPE].count, 5);
  assert_int_equal(scope->spaces[CM_SORT_FUNC].count, 1);
  assert_ptr_equal(cm_def_of(scope, CM_SORT_TYPE, 0), scope->items[0]);
  assert_ptr_equal(cm_def_of(scope, CM_SORT_TYPE, 3), scope->items[4]);
  assert_ptr_equal(cm_def_of(scope, CM_SORT_FUNC, 0), scope->items[3]);
  assert_int_equal(scope->items[0]->export.type.bound, CM_BOUND_RESOURCE);
  assert_int_equal(scope->items[0]->section, UINT32_MAX);
  assert_int_equal(scope->items[4]->alias.kind, CM_ALIAS_OUTER);
  assert_int_equal(scope->items[4]->alias.outer, 1);
  assert_int_equal(scope->items[5]->export.type.bound, CM_BOUND_EQ);
  assert_int_equal(scope->items[5]->export.type.index, 3);
  assert_str(scope->items[5]->export.name.external_id, "key");
  // A declarator begins with its code.
  assert_int_equal(scope->items[0]->offset, 13);
  assert_int_equal(scope->items[0]->size, 6);
  assert_int_equal(scope->items[1]->offset, 19);
  assert_int_equal(scope->items[1]->size, 3);
  assert_int_equal(scope->items[1]->type->offset, 20);
  // Its indices are its own.
  assert_int_equal(space(&d, CM_SORT_TYPE), 1);
  free_decoded(&d);
}

static void a_component_type_has_imports(void **state) {
  (void)state;
  struct decoded d = decode_types("01 41 05 | 00 60 00 00 | 00 50 00 | 03 00 'm' 00 11 01 | 01 42 00 | 03 00 'a:b/c' 05 00");
  const struct cm_scope *scope = last_type(&d)->scope;
  assert_int_equal(scope->kind, CM_SCOPE_COMPONENT_TYPE);
  assert_int_equal(scope->spaces[CM_SORT_CORE_TYPE].count, 2);
  assert_int_equal(scope->spaces[CM_SORT_CORE_MODULE].count, 1);
  assert_int_equal(scope->spaces[CM_SORT_INSTANCE].count, 1);
  assert_int_equal(scope->items[0]->core_type->kind, CM_CORE_TYPE_DEF);
  assert_int_equal(scope->items[1]->core_type->kind, CM_CORE_TYPE_MODULE);
  assert_int_equal(scope->items[2]->import.type.sort, CM_SORT_CORE_MODULE);
  assert_int_equal(scope->items[2]->import.type.index, 1);
  assert_ptr_equal(scope->items[3]->type->scope->parent, scope);
  free_decoded(&d);
}

// Core types.

static struct decoded decode_core_types(const char *types) { return decode_sections(3, types, -1); }

static void recursion_groups(void **state) {
  (void)state;
  struct decoded d = decode_core_types("03 60 01 7f 01 7e | 4e 02 5f 00 5e 7f 01 | 00 50 00 60 00 00");
  assert_decodes(&d);
  assert_int_equal(space(&d, CM_SORT_CORE_TYPE), 4);
  const struct cm_core_type *func = item_of(&d, 0)->core_type, *group = item_of(&d, 1)->core_type, *sub = item_of(&d, 2)->core_type;
  assert_int_equal(func->count, 1);
  assert_int_equal(func->types[0].param_count, 1);
  assert_false(func->types[0].group_explicit);
  assert_true(func->types[0].is_final);
  assert_int_equal(group->count, 2);
  assert_int_equal(group->types[1].kind, CORE_ARRAY_TYPE);
  assert_true(group->types[0].group_explicit);
  assert_int_equal(sub->count, 1);
  assert_false(sub->types[0].is_final);
  const struct cm_space *types = &d.component->scope.spaces[CM_SORT_CORE_TYPE];
  assert_ptr_equal(types->defs[2].item, item_of(&d, 1));
  assert_int_equal(types->defs[2].sub, 1);
  assert_int_equal(types->defs[3].sub, 0);
  assert_int_equal(item_of(&d, 2)->offset, 23);
  assert_int_equal(item_of(&d, 2)->size, 6);
  free_decoded(&d);
}

static void module_types(void **state) {
  (void)state;
  struct decoded d = decode_core_types(
      "01 50 05 | 01 60 00 00 | 00 'env' 'f' 00 00 | 02 10 01 01 05 | 03 'memory' 02 00 01 | 01 50 01 00 60 00 00");
  assert_decodes(&d);
  const struct cm_core_type *type = item_of(&d, 0)->core_type;
  assert_int_equal(type->kind, CM_CORE_TYPE_MODULE);
  assert_int_equal(type->module->count, 5);
  const struct cm_module_decl *decls = type->module->decls;
  assert_int_equal(decls[0].kind, CM_MODULE_TYPE);
  assert_int_equal(decls[0].type.kind, CM_CORE_TYPE_DEF);
  assert_int_equal(decls[0].offset, 13);
  assert_str(decls[1].import.module, "env");
  assert_str(decls[1].import.name, "f");
  assert_int_equal(decls[1].import.type.kind, CORE_FUNC);
  assert_int_equal(decls[2].alias_count, 1);
  assert_int_equal(decls[2].alias_index, 5);
  assert_int_equal(decls[3].kind, CM_MODULE_EXPORT);
  assert_str(decls[3].import.name, "memory");
  assert_int_equal(decls[3].import.type.kind, CORE_MEMORY);
  // 0x50 within a module type is a type that is not final.
  assert_int_equal(decls[4].type.kind, CM_CORE_TYPE_DEF);
  assert_false(decls[4].type.types[0].is_final);
  assert_int_equal(decls[4].type.types[0].super_count, 1);
  // One index of the component's.
  assert_int_equal(space(&d, CM_SORT_CORE_TYPE), 1);
  free_decoded(&d);
}

// The grammar has them, validation refuses them.
static void a_module_type_within_a_module_type(void **state) {
  (void)state;
  struct decoded d = decode_core_types("01 50 02 01 50 00 01 60 00 00");
  assert_decodes(&d);
  assert_int_equal(item_of(&d, 0)->core_type->module->decls[0].type.kind, CM_CORE_TYPE_MODULE);
  free_decoded(&d);
}

static void malformed_core_types(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    uint64_t offset;
    const char *where, *message;
  } cases[] = {
      {"01 00 60 00 00", 12, "component > section core type > core type 0",
       "expected 0x50 (a type that is not final) behind 0x00, found 0x60"},
      {"01 50 00 60 00 00", 13, "component > section core type", "unexpected data"},
      {"01 50 01 04 60 00 00", 13, "component > section core type > core type 0 > declarator 0",
       "expected a declarator of a module type"},
      {"01 50 01 02 00 01 01 00", 14, "component > section core type > core type 0 > alias 0", "expected 0x10"},
      {"01 50 01 02 10 00 01 00", 15, "component > section core type > core type 0 > alias 0", "expected 0x01"},
      {"01 50 01 03 'x' 07", 16, "component > section core type > core type 0 > export 0 `x`", "0x07"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decoded d = decode_core_types(cases[i].bytes);
    assert_refused(&d, CM_MALFORMED, cases[i].offset, cases[i].where, cases[i].message);
    free_decoded(&d);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(primitives),
      cmocka_unit_test(records_and_their_kin),
      cmocka_unit_test(empty_records_decode),
      cmocka_unit_test(lists_and_their_kin),
      cmocka_unit_test(handles_and_resources),
      cmocka_unit_test(functions),
      cmocka_unit_test(malformed_types),
      cmocka_unit_test(an_instance_type_is_a_scope),
      cmocka_unit_test(a_component_type_has_imports),
      cmocka_unit_test(recursion_groups),
      cmocka_unit_test(module_types),
      cmocka_unit_test(a_module_type_within_a_module_type),
      cmocka_unit_test(malformed_core_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
