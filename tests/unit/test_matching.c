// The store of types, and matching of types that were written in different modules.

#include "core_bytes.h"

#include <component/matching.h>
#include <component/validate_core.h>

// The types of a module, put into the store.
struct typed {
  struct made made;
  const uint32_t *ids;
};

static struct typed types_of(struct core_type_store *store, const char *types) {
  struct typed t = {.made = make(1, types, -1)};
  struct core_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  assert_made(&t.made);
  assert_true(core_validate(t.made.module, &options, store, &t.ids, NULL));
  assert_non_null(t.ids);
  return t;
}

static struct core_valtype ref(bool nullable, int32_t heap) {
  return (struct core_valtype){.code = CORE_REF, .nullable = nullable, .heap = heap};
}

static struct core_type_store *new_store(struct cm_arena *arena) {
  cm_arena_init(arena, NULL);
  struct core_type_store *store = core_type_store_new(arena);
  assert_non_null(store);
  return store;
}

static void same_groups(void **state) {
  (void)state;
  struct cm_arena arena;
  struct core_type_store *store = new_store(&arena);
  // [] → []; [i32] → []; a struct that refers to itself; a group of two that refer to each other; to [i32] → [].
  struct typed a =
      types_of(store, "05 60 00 00 | 60 01 7f 00 | 5f 01 63 02 00 | 4e 02 5f 01 63 04 00 5f 01 63 03 00 | 5f 01 63 01 00");
  // The same in another order, and so with other indices.
  struct typed b =
      types_of(store, "05 60 01 7f 00 | 5f 01 63 00 00 | 4e 02 5f 01 63 03 00 5f 01 63 02 00 | 5f 01 63 04 00 | 60 00 00");
  assert_int_equal(a.ids[0], b.ids[5]);
  assert_int_equal(a.ids[1], b.ids[0]);
  assert_int_equal(a.ids[2], b.ids[4]);
  assert_int_equal(a.ids[3], b.ids[2]);
  assert_int_equal(a.ids[4], b.ids[3]);
  assert_int_equal(a.ids[5], b.ids[1]);
  assert_int_not_equal(a.ids[0], a.ids[1]);
  assert_int_not_equal(a.ids[2], a.ids[3]);
  assert_int_not_equal(a.ids[3], a.ids[4]);
  unmake(&a.made);
  unmake(&b.made);
  cm_arena_free(&arena);
}

// A group that refers to a copy of itself outside is not that copy, though all its references lead to the same types.
static void inside_is_not_outside(void **state) {
  (void)state;
  struct cm_arena arena;
  struct core_type_store *store = new_store(&arena);
  struct typed a = types_of(store, "02 5f 01 63 00 00 | 5f 01 63 00 00");
  assert_int_not_equal(a.ids[0], a.ids[1]);
  // Neither are a group of one and the same type within a group of two, nor types that only differ in being final.
  struct typed b = types_of(store, "04 5f 00 | 4e 02 5f 00 5f 00 | 50 00 5f 00 | 4e 01 5f 00");
  assert_int_not_equal(b.ids[0], b.ids[1]);
  assert_int_not_equal(b.ids[1], b.ids[2]);
  assert_int_not_equal(b.ids[0], b.ids[3]);
  assert_int_equal(b.ids[0], b.ids[4]);
  unmake(&a.made);
  unmake(&b.made);
  cm_arena_free(&arena);
}

static void many_groups(void **state) {
  (void)state;
  enum { COUNT = 1000 };
  struct cm_arena arena;
  struct core_type_store *store = new_store(&arena);
  static uint32_t ids[2 * COUNT];
  struct core_valtype params[COUNT];
  for (int i = 0; i < COUNT; i++) params[i] = (struct core_valtype){.code = CORE_I32};
  for (uint32_t i = 0; i < 2 * COUNT; i++) {
    struct core_type type = {.kind = CORE_FUNC_TYPE, .is_final = true, .param_count = i % COUNT, .params = params};
    assert_true(core_type_store_add(store, &type, i, 1, ids, NULL));
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    assert_int_equal(ids[i], ids[COUNT + i]);
    assert_true(i == 0 || ids[i] != ids[i - 1]);
  }
  cm_arena_free(&arena);
}

static void value_types(void **state) {
  (void)state;
  struct cm_arena arena;
  struct core_type_store *store = new_store(&arena);
  // 0 func, 1 struct, open, 2 its subtype, 3 array, 4 shared struct
  struct typed t = types_of(store, "05 60 00 00 | 50 00 5f 00 | 50 01 01 5f 01 7f 00 | 5e 7f 00 | 65 5f 00");
  struct core_valtype i32 = {.code = CORE_I32}, i64 = {.code = CORE_I64};
  struct core_valtype shared_any = {CORE_REF, true, true, CORE_HEAP_ANY};
  const struct {
    struct core_valtype sub, super;
    bool matches;
  } rows[] = {
      {i32, i32, true},
      {i32, i64, false},
      {ref(false, CORE_HEAP_ANY), ref(true, CORE_HEAP_ANY), true},
      {ref(true, CORE_HEAP_ANY), ref(false, CORE_HEAP_ANY), false},
      {ref(true, CORE_HEAP_EQ), ref(true, CORE_HEAP_ANY), true},
      {ref(true, CORE_HEAP_ANY), ref(true, CORE_HEAP_EQ), false},
      {ref(true, CORE_HEAP_I31), ref(true, CORE_HEAP_ANY), true},
      {ref(true, CORE_HEAP_I31), ref(true, CORE_HEAP_STRUCT), false},
      {ref(true, CORE_HEAP_FUNC), ref(true, CORE_HEAP_ANY), false},
      {ref(true, CORE_HEAP_EXTERN), ref(true, CORE_HEAP_ANY), false},
      {ref(true, CORE_HEAP_NONE), ref(true, CORE_HEAP_I31), true},
      {ref(true, CORE_HEAP_NONE), ref(true, 1), true},
      {ref(true, CORE_HEAP_NONE), ref(true, 0), false},
      {ref(true, CORE_HEAP_NOFUNC), ref(true, 0), true},
      {ref(true, CORE_HEAP_NOFUNC), ref(true, CORE_HEAP_FUNC), true},
      {ref(true, CORE_HEAP_NOEXTERN), ref(true, CORE_HEAP_EXTERN), true},
      {ref(true, CORE_HEAP_NOEXN), ref(true, CORE_HEAP_EXN), true},
      {ref(true, 0), ref(true, CORE_HEAP_FUNC), true},
      {ref(true, 0), ref(true, CORE_HEAP_ANY), false},
      {ref(true, 1), ref(true, CORE_HEAP_STRUCT), true},
      {ref(true, 1), ref(true, CORE_HEAP_EQ), true},
      {ref(true, 1), ref(true, CORE_HEAP_ARRAY), false},
      {ref(true, 3), ref(true, CORE_HEAP_ARRAY), true},
      {ref(true, 2), ref(true, 1), true},
      {ref(true, 1), ref(true, 2), false},
      {ref(true, CORE_HEAP_STRUCT), ref(true, 1), false},
      {ref(true, 4), shared_any, true},
      {ref(true, 1), shared_any, false},
      {shared_any, ref(true, CORE_HEAP_ANY), false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (core_valtype_matches(store, rows[i].sub, t.ids, rows[i].super, t.ids) != rows[i].matches) fail_msg("row %zu", i);
  unmake(&t.made);
  cm_arena_free(&arena);
}

static struct core_externtype memory(uint64_t min, int64_t max, bool is_64, bool shared) {
  struct core_externtype type = {.kind = CORE_MEMORY};
  type.memory = (struct core_limits){
      .min = min, .max = max < 0 ? 0 : (uint64_t)max, .has_max = max >= 0, .is_64 = is_64, .shared = shared, .page_log2 = 16};
  return type;
}

static struct core_externtype table(struct core_valtype element, uint64_t min) {
  struct core_externtype type = {.kind = CORE_TABLE};
  type.table = (struct core_table_type){.element = element, .limits = {.min = min}};
  return type;
}

static struct core_externtype global(struct core_valtype valtype, bool is_mutable) {
  struct core_externtype type = {.kind = CORE_GLOBAL};
  type.global = (struct core_global_type){.type = valtype, .is_mutable = is_mutable};
  return type;
}

static struct core_externtype indexed(enum core_kind kind, uint32_t index) {
  struct core_externtype type = {.kind = kind};
  type.type = index;
  return type;
}

static void extern_types(void **state) {
  (void)state;
  struct cm_arena arena;
  struct core_type_store *store = new_store(&arena);
  // The exporter's: 0 open func, 1 its subtype, 2 [i32] → []. The importer's: 0 [i32] → [], 1 the open func.
  struct typed given = types_of(store, "03 50 00 60 00 00 | 50 01 00 60 00 00 | 60 01 7f 00");
  struct typed wanted = types_of(store, "02 60 01 7f 00 | 50 00 60 00 00");
  const struct {
    struct core_externtype given, wanted;
    bool matches;
  } rows[] = {
      {indexed(CORE_FUNC, 2), indexed(CORE_FUNC, 0), true},
      {indexed(CORE_FUNC, 0), indexed(CORE_FUNC, 0), false},
      {indexed(CORE_FUNC, 1), indexed(CORE_FUNC, 1), true},
      {indexed(CORE_TAG, 2), indexed(CORE_TAG, 0), true},
      {indexed(CORE_TAG, 1), indexed(CORE_TAG, 1), false},
      {indexed(CORE_TAG, 0), indexed(CORE_FUNC, 1), false},
      {memory(1, -1, false, false), memory(1, -1, false, false), true},
      {memory(2, -1, false, false), memory(1, -1, false, false), true},
      {memory(1, -1, false, false), memory(2, -1, false, false), false},
      {memory(1, 2, false, false), memory(1, -1, false, false), true},
      {memory(1, -1, false, false), memory(1, 2, false, false), false},
      {memory(1, 2, false, false), memory(1, 3, false, false), true},
      {memory(1, 3, false, false), memory(1, 2, false, false), false},
      {memory(1, 2, true, false), memory(1, 2, false, false), false},
      {memory(1, 2, false, true), memory(1, 2, false, false), false},
      {table(ref(true, CORE_HEAP_FUNC), 2), table(ref(true, CORE_HEAP_FUNC), 1), true},
      {table(ref(true, CORE_HEAP_NOFUNC), 2), table(ref(true, CORE_HEAP_FUNC), 1), false},
      {table(ref(true, 2), 1), table(ref(true, 0), 1), true},
      {global(ref(true, CORE_HEAP_EQ), false), global(ref(true, CORE_HEAP_ANY), false), true},
      {global(ref(true, CORE_HEAP_EQ), true), global(ref(true, CORE_HEAP_ANY), true), false},
      {global(ref(true, CORE_HEAP_ANY), true), global(ref(true, CORE_HEAP_ANY), false), false},
      {global(ref(true, 1), false), global(ref(true, 1), false), true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (core_externtype_matches(store, &rows[i].given, given.ids, &rows[i].wanted, wanted.ids) != rows[i].matches)
      fail_msg("row %zu", i);
  unmake(&given.made);
  unmake(&wanted.made);
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_groups), cmocka_unit_test(inside_is_not_outside), cmocka_unit_test(many_groups),
      cmocka_unit_test(value_types), cmocka_unit_test(extern_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
