// The interpreter among others: hosts, several modules in a store, references, watchers, limits, no memory.

#include "exec_bytes.h"

#include <stdio.h>

static const struct core_valtype i32_i32[] = {{.code = CORE_I32}, {.code = CORE_I32}};
static const struct core_type of_two = {
    .is_final = true, .param_count = 2, .params = i32_i32, .result_count = 1, .results = i32_i32};
static const struct core_type of_none = {.is_final = true};

// Host functions.

struct host {
  unsigned calls;
  enum core_trap trap;
  struct core_function *back;  // called with the same arguments, where not NULL
};

static enum core_trap subtract(void *context, struct core_store *store, const union core_value *arguments,
                               union core_value *results, struct core_trap_info *trap) {
  struct host *host = context;
  host->calls++;
  if (host->trap) {
    snprintf(trap->message, sizeof trap->message, "the host will not");
    return host->trap;
  }
  if (host->back) return core_call(store, host->back, arguments, results, trap);
  results[0].i32 = arguments[0].i32 - arguments[1].i32;
  return CORE_TRAP_NONE;
}

// Imports a function of type 0; function 1 calls it, function 2 adds its arguments, function 3 calls it as a tail.
static struct machine start_with_host(struct core_store *store, struct host *host) {
  struct made made = make_module(1, "01 60 02 7f7f 01 7f", 2, "01 'h' 'f' 00 00", 3, "03 00 00 00", 10,
                                 "00 4163 2001 2000 1000 6a 0b;"
                                 "00 2000 2001 6a 0b;"
                                 "00 2001 2000 12 00 0b",
                                 -1);
  struct core_extern import = {.kind = CORE_FUNC, .func = core_host_function(store, &of_two, subtract, host)};
  assert_non_null(import.func);
  struct machine m = start_in(store, made, &import);
  if (!m.ok) fail_msg("%s", m.diag.message);
  return m;
}

static void test_host_function(void **state) {
  (void)state;
  struct host host = {0};
  struct machine m = start_with_host(core_store_new(NULL), &host);
  assert_int_equal((int32_t)value3(&m, 1, 10, 3, 0), -29 + 3 - 10);
  assert_int_equal((int32_t)value3(&m, 3, 10, 3, 0), 3 - 10);
  assert_int_equal((int32_t)value3(&m, 0, 10, 3, 0), 7);  // called by the host itself
  assert_int_equal(host.calls, 3);
  host.trap = CORE_TRAP_HOST;
  call3(&m, 1, 10, 3, 0);
  assert_trapped(&m, CORE_TRAP_HOST, 1, 7);
  assert_string_equal(m.trap.message, "the host will not");
  stop(&m);
}

static void test_host_calls_back(void **state) {
  (void)state;
  struct host host = {0};
  struct machine m = start_with_host(core_store_new(NULL), &host);
  host.back = core_instance_item(m.instance, CORE_FUNC, 2).func;
  assert_int_equal((int32_t)value3(&m, 1, 10, 3, 0), -29 + 13);
  // for ever: the depth of host calls ends it
  host.back = core_instance_item(m.instance, CORE_FUNC, 1).func;
  host.calls = 0;
  assert_int_equal(call3(&m, 1, 1, 1, 0), CORE_TRAP_STACK);
  assert_in_range(host.calls, 10, CORE_DEFAULT_HOST_DEPTH);
  host.back = NULL;
  assert_int_equal((int32_t)value3(&m, 1, 10, 3, 0), -29 + 3 - 10);
  stop(&m);
}

static void test_trap_within_a_call_back(void **state) {
  (void)state;
  // Function 2 divides by zero, called by a host that is called by function 1: the place is the division's.
  struct host host = {0};
  struct core_store *store = core_store_new(NULL);
  struct made made = make_module(1, "01 60 02 7f7f 01 7f", 2, "01 'h' 'f' 00 00", 3, "02 00 00", 10,
                                 "00 2000 2001 1000 0b; 00 2000 2001 6d 0b", -1);
  struct core_extern import = {.kind = CORE_FUNC, .func = core_host_function(store, &of_two, subtract, &host)};
  struct machine m = start_in(store, made, &import);
  host.back = core_instance_item(m.instance, CORE_FUNC, 2).func;
  core_store_set_fuel(store, 100);
  call3(&m, 1, 1, 0, 0);
  assert_trapped(&m, CORE_TRAP_DIVIDE_BY_ZERO, 2, 5);
  assert_int_equal(core_store_fuel(store), 100 - 3 - 3);
  stop(&m);
}

// Several modules.

static void test_shared_items(void **state) {
  (void)state;
  // A has a memory, a table, a mutable global, and a function that reads them all; B imports all and writes them.
  struct core_store *store = core_store_new(NULL);
  struct machine a =
      start_in(store,
               make_module(1, "02 60 00 01 7f 60 00 01 7f", 3, "02 00 00", 4, "01 70 00 02", 5, "01 01 01 04", 6,
                           "01 7f 01 4105 0b", 7, "04 'm' 02 00 't' 01 00 'g' 03 00 'read' 00 00", 9, "01 00 4101 0b 01 01", 10,
                           "00 4108 2802 00 2300 6a 3f00 6a 4101 11 01 00 6a 0b; 00 41e400 0b", -1),
               NULL);
  assert_true(a.ok);
  struct core_extern imports[4];
  static const char *const names[] = {"m", "t", "g", "read"};
  for (int i = 0; i < 4; i++) assert_true(core_instance_export(a.instance, cm_str_of(names[i]), &imports[i]));
  struct machine b =
      start_in(store,
               make_module(1, "01 60 00 01 7f", 2, "04 'a' 'm' 02 00 01 'a' 't' 01 70 00 01 'a' 'g' 03 7f 01 'a' 'f' 00 00", 3,
                           "02 00 00", 9, "01 00 4101 0b 01 01", 10,
                           "00 42 00 1a 41e400 0b;"
                           "00 4108 412a 3602 00 4107 2400 4101 4000 1a 1000 4108 2802 00 6a 0b",
                           -1),
               imports);
  if (!b.ok) fail_msg("%s", b.diag.message);
  // memory 42, global 7, two pages, table entry 1 now B's function of 100; and 42 again
  assert_int_equal(value3(&b, 2, 0, 0, 0), 42 + 7 + 2 + 100 + 42);
  assert_int_equal(core_global_value(imports[2].global)->i32, 7);
  void *entry;
  assert_true(core_table_get(imports[1].table, 1, &entry));
  assert_ptr_equal(core_function_instance(entry), b.instance);
  assert_int_equal(core_function_index(entry), 1);
  assert_false(core_table_get(imports[1].table, 2, &entry));
  unmake(&a.made);
  stop(&b);
}

static void test_types_across_modules(void **state) {
  (void)state;
  // The same function type under other numbers; and one that differs.
  struct core_store *store = core_store_new(NULL);
  struct machine a = start_in(store, make_module(1, "02 60 00 00 60 02 7f7f 01 7f", 3, "01 01", 10, "00 2000 0b", -1), NULL);
  struct core_extern import = core_instance_item(a.instance, CORE_FUNC, 0);
  struct machine good = start_in(store, make_module(1, "01 60 02 7f7f 01 7f", 2, "01 'a' 'f' 00 00", -1), &import);
  assert_true(good.ok);
  struct machine bad = start_in(store, make_module(1, "01 60 02 7f7e 01 7f", 2, "01 'a' 'f' 00 00", -1), &import);
  assert_false(bad.ok);
  assert_has(bad.diag.message, "incompatible import type");
  import.kind = CORE_MEMORY;
  struct machine other = start_in(store, make_module(1, "01 60 02 7f7e 01 7f", 2, "01 'a' 'f' 00 00", -1), &import);
  assert_false(other.ok);
  assert_has(other.diag.message, "incompatible import type");
  unmake(&good.made);
  unmake(&bad.made);
  unmake(&other.made);
  stop(&a);
}

static void test_segments_out_of_bounds(void **state) {
  (void)state;
  struct core_store *store = core_store_new(NULL);
  struct core_limits one_page = {.min = 1, .page_log2 = 16};
  struct core_extern import = {.kind = CORE_MEMORY, .memory = core_memory_new(store, &one_page)};
  struct machine m =
      start_in(store, make_module(2, "01 'a' 'm' 02 00 01", 11, "02 00 4100 0b 01 77 00 41ffff03 0b 02 78 79", -1), &import);
  assert_false(m.ok);
  assert_has(m.diag.message, "out of bounds memory access");
  uint64_t size;
  assert_int_equal(core_memory_bytes(import.memory, &size)[0], 0x77);
  unmake(&m.made);
  m = start_in(store, make_module(1, "01 60 00 00", 3, "01 00", 4, "01 70 00 01", 9, "01 00 4101 0b 01 00", 10, "00 0b", -1), NULL);
  assert_false(m.ok);
  assert_has(m.diag.message, "out of bounds table access");
  stop(&m);
}

static void test_initializers(void **state) {
  (void)state;
  // Global 1 is computed from an imported one; then one of a function, and one of nothing.
  struct core_store *store = core_store_new(NULL);
  struct core_global_type type = {.type = {.code = CORE_I32}};
  struct core_extern import = {.kind = CORE_GLOBAL, .global = core_global_new(store, &type, (union core_value){.u64 = 5})};
  struct machine m = start_in(store,
                              make_module(1, "01 60 00 00", 2, "01 'a' 'g' 03 7f 00", 3, "01 00", 6,
                                          "03 7f 00 2300 4103 6c 4101 6b 0b 70 00 d200 0b 6f 01 d06f 0b", 10, "00 0b", -1),
                              &import);
  if (!m.ok) fail_msg("%s", m.diag.message);
  assert_int_equal(core_global_value(core_instance_item(m.instance, CORE_GLOBAL, 1).global)->i32, 14);
  assert_ptr_equal(core_global_value(core_instance_item(m.instance, CORE_GLOBAL, 2).global)->ref,
                   core_instance_item(m.instance, CORE_FUNC, 0).func);
  assert_null(core_global_value(core_instance_item(m.instance, CORE_GLOBAL, 3).global)->ref);
  assert_null(core_instance_item(m.instance, CORE_GLOBAL, 4).global);
  unmake(&m.made);
  // of another type; of a global that comes later
  static const char *const bad[] = {"01 7e 00 4100 0b", "02 7f 00 2301 0b 7f 00 4100 0b", "01 7f 00 4100 4100 0b",
                                    "01 70 00 4100 0b"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    m = start_in(store, make_module(6, bad[i], -1), NULL);
    assert_false(m.ok);
    unmake(&m.made);
  }
  core_store_free(store);
}

static void test_start(void **state) {
  (void)state;
  struct machine m = start(make_module(1, "01 60 00 00", 3, "01 00", 8, "00", 10, "00 00 0b", -1));
  assert_int_equal(core_instance_start(m.instance, &m.trap), CORE_TRAP_UNREACHABLE);
  assert_trapped(&m, CORE_TRAP_UNREACHABLE, 0, 1);
  stop(&m);
}

// References.

static void test_external_references(void **state) {
  (void)state;
  // A table of them: set, get, and ask for null.
  struct machine m = start(make_module(1, "02 60 02 7f6f 01 6f 60 01 6f 01 7f", 3, "02 00 01", 4, "01 6f 00 04", 10,
                                       "00 2000 2001 2600 2000 2500 0b; 00 2000 d1 0b", -1));
  int mine;
  union core_value arguments[2] = {{.u64 = 2}, {.ref = &mine}};
  assert_int_equal(call_with(&m, 0, arguments), CORE_TRAP_NONE);
  assert_ptr_equal(m.results[0].ref, &mine);
  arguments[0].u32 = 4;
  assert_int_equal(call_with(&m, 0, arguments), CORE_TRAP_TABLE_OUT_OF_BOUNDS);
  assert_trapped(&m, CORE_TRAP_TABLE_OUT_OF_BOUNDS, 0, 5);
  assert_int_equal(value3(&m, 1, 0, 0, 0), 1);
  assert_int_equal(value3(&m, 1, 1, 0, 0), 0);
  stop(&m);
}

static void test_function_references(void **state) {
  (void)state;
  // call_ref of a function in a local; of null
  struct machine m = start(make_module(1, "02 60 01 7f 01 7f 60 00 01 7f", 3, "03 00 01 01", 9, "01 03 00 01 00", 10,
                                       "00 2000 4102 6c 0b;"
                                       "00 4115 d200 14 00 0b;"
                                       "00 4115 d000 14 00 0b",
                                       -1));
  assert_int_equal(value3(&m, 1, 0, 0, 0), 42);
  call3(&m, 2, 0, 0, 0);
  assert_trapped(&m, CORE_TRAP_NULL_REFERENCE, 2, 5);
  stop(&m);
}

static void test_tables(void **state) {
  (void)state;
  // table.grow, fill, copy, init and size
  struct machine m = start(make_module(1, "01 60 01 7f 01 7f", 3, "02 00 00", 4, "01 70 01 02 08", 9, "01 01 00 02 00 01", 10,
                                       "00 4100 0b;"
                                       "00 d070 2000 fc0f 00 1a"      // grow by the argument
                                       "  4100 4100 4102 fc0c 00 00"  // init 0 and 1
                                       "  4101 4100 4102 fc0e 00 00"  // copy them one up
                                       "  4100 d070 4101 fc11 00"     // null at 0
                                       "  4100 2500 d1 4102 2500 d1 6a fc10 00 6a 0b",
                                       -1));
  assert_int_equal(value3(&m, 1, 2, 0, 0), 1 + 0 + 4);
  assert_int_equal(value3(&m, 1, 100, 0, 0), 1 + 0 + 4);  // does not fit
  struct core_table_inst *table = core_instance_item(m.instance, CORE_TABLE, 0).table;
  assert_int_equal(core_table_size(table), 4);
  stop(&m);
}

// Watchers.

struct record {
  char text[400];
};

static void note(struct record *r, const char *format, unsigned a, unsigned b) {
  size_t used = strlen(r->text);
  snprintf(r->text + used, sizeof r->text - used, format, a, b);
}

static void on_enter(void *context, struct core_instance *instance, uint32_t func, const union core_value *arguments) {
  (void)instance;
  note(context, instance ? "+%u(%u) " : "+host%u(%u) ", func, arguments[0].u32);
}

static void on_leave(void *context, struct core_instance *instance, uint32_t func, const union core_value *results) {
  (void)instance;
  if (results) {
    note(context, instance ? "-%u=%u " : "-host%u=%u ", func, results[0].u32);
  } else {
    note(context, "-%u! ", func, 0);
  }
}

static void test_watcher(void **state) {
  (void)state;
  struct host host = {0};
  struct record record = {""};
  struct core_watcher watcher = {.enter = on_enter, .leave = on_leave, .context = &record};
  struct machine m = start_with_host(core_store_new(NULL), &host);
  core_store_watch(m.store, &watcher);
  value3(&m, 1, 3, 10, 0);
  assert_string_equal(record.text, "+1(3) +host0(10) -host0=7 -1=4294967274 ");
  record.text[0] = 0;
  host.trap = CORE_TRAP_HOST;
  call3(&m, 1, 3, 10, 0);
  assert_string_equal(record.text, "+1(3) +host0(10) -0! -1! ");
  stop(&m);
}

static void on_read(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  (void)memory;
  note(context, "r%u+%u ", (unsigned)at, (unsigned)size);
}

static void on_write(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  (void)memory;
  note(context, "w%u+%u ", (unsigned)at, (unsigned)size);
}

static void test_watcher_of_memory(void **state) {
  (void)state;
  struct record record = {""};
  struct core_watcher watcher = {.context = &record, .read = on_read, .write = on_write};
  struct machine m =
      start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 5, "02 00 01 00 01", 12, "01", 10,
                        "00 2000 4107 3600 04 2000 4107 3b40 01 08 4100 fd 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                        "   fd0b 00 00 4110 4102 4108 fc0a 01 00 4120 4109 4103 fc0b 00 4100 4100 4101 fc08 00 00"
                        "   4104 4105 fe1e 02 00 1a 2000 2c00 00 2000 2d00 00 6a 0b",
                        11, "01 01 02 61 62", -1));
  value3(&m, 0, 100, 0, 0);
  core_store_watch(m.store, &watcher);
  value3(&m, 0, 100, 0, 0);
  assert_string_equal(record.text, "w104+4 w108+2 w0+16 r2+8 w16+8 w32+3 w0+1 w4+4 r100+1 r100+1 ");
  stop(&m);
}

static uint32_t on_branch(void *context, const void *at, uint32_t choice, uint32_t count) {
  (void)at;
  note(context, "b%u/%u ", choice, count);
  return choice == 1 ? 0 : 1;  // anything but what it comes to
}

// A watcher of branches has them go another way: a br_if and an if, and a br_table of three labels.
static void test_watcher_of_branches(void **state) {
  (void)state;
  struct record record = {""};
  struct core_watcher watcher = {.context = &record, .branch = on_branch};
  struct machine m =
      start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 10, "00 0240 2000 0d00 410a 0f 0b 2000 0440 4114 0f 0b 411e 0b", -1));
  assert_int_equal(value3(&m, 0, 0, 0, 0), 10);
  assert_int_equal(value3(&m, 0, 1, 0, 0), 20);
  core_store_watch(m.store, &watcher);
  assert_int_equal(value3(&m, 0, 1, 0, 0), 10);
  assert_int_equal(value3(&m, 0, 0, 0, 0), 20);
  assert_string_equal(record.text, "b1/2 b0/2 b1/2 ");
  core_store_watch(m.store, NULL);
  assert_int_equal(value3(&m, 0, 0, 0, 0), 10);
  stop(&m);
  record.text[0] = 0;
  m = start(make_module(1, "01 60 01 7f 01 7f", 3, "01 00", 10,
                        "00 0240 0240 0240 2000 0e02 00 01 02 0b 410a 0f 0b 4114 0f 0b 411e 0b", -1));
  assert_int_equal(value3(&m, 0, 9, 0, 0), 30);
  core_store_watch(m.store, &watcher);
  assert_int_equal(value3(&m, 0, 9, 0, 0), 20);
  assert_int_equal(value3(&m, 0, 1, 0, 0), 10);
  assert_string_equal(record.text, "b2/3 b1/3 ");
  stop(&m);
}

// Limits and failures.

static void test_limits_of_a_store(void **state) {
  (void)state;
  struct core_limits_of_store limits = {.memory_bytes = 1 << 16, .table_entries = 10};
  struct core_store *store = core_store_new(&limits);
  struct machine m = start_in(store, make_module(5, "02 00 01 00 01", -1), NULL);
  assert_false(m.ok);
  assert_has(m.diag.message, "a memory of 1 pages is beyond the limit");
  unmake(&m.made);
  m = start_in(store, make_module(4, "01 70 00 0b", -1), NULL);
  assert_false(m.ok);
  assert_has(m.diag.message, "a table of 11 entries is beyond the limit");
  stop(&m);
}

struct failing {
  unsigned left;
};

static void *get_or_fail(void *context, size_t size) {
  struct failing *f = context;
  if (f->left == 0) return NULL;
  f->left--;
  return calloc(1, size);
}

static void put_back(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

// Each allocation fails once: there is an answer, and nothing is lost.
static void test_no_memory(void **state) {
  (void)state;
  struct made made = make_module(1, "01 60 01 7f 01 7f", 3, "02 00 00", 4, "01 70 00 02", 5, "01 00 01", 6, "01 7f 01 4105 0b", 9,
                                 "01 00 4100 0b 02 00 01", 10, "00 2000 4102 6c 0b; 01 d00f 7f 2000 1000 2000 4100 11 00 00 6a 0b",
                                 11, "01 00 4100 0b 01 61", -1);
  bool done = false;
  for (unsigned budget = 0; !done && budget < 200; budget++) {
    struct failing failing = {budget};
    struct cm_allocator allocator = {get_or_fail, put_back, &failing};
    struct core_store *store = core_store_new(&(struct core_limits_of_store){.allocator = &allocator});
    if (!store) continue;
    struct machine m = start_in(store, made, NULL);
    if (!m.ok) {
      assert_int_equal(m.diag.error, CM_NO_MEMORY);
    } else if (call3(&m, 1, 5, 0, 0)) {
      assert_int_equal(m.trap.trap, CORE_TRAP_MEMORY);
    } else {
      assert_int_equal(m.results[0].u64, 20);
      done = true;
    }
    core_store_free(store);
  }
  assert_true(done);
  unmake(&made);
}

static void test_host_types(void **state) {
  (void)state;
  struct core_store *store = core_store_new(NULL);
  static const struct core_valtype indexed = {.code = CORE_REF, .heap = 3};
  static const struct core_type of_indexed = {.is_final = true, .param_count = 1, .params = &indexed};
  assert_null(core_host_function(store, &of_indexed, subtract, NULL));
  struct core_function *f = core_host_function(store, &of_none, subtract, NULL);
  assert_non_null(f);
  assert_null(core_function_instance(f));
  assert_ptr_equal(core_function_type(f), &of_none);
  core_store_free(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_host_function),
      cmocka_unit_test(test_host_calls_back),
      cmocka_unit_test(test_trap_within_a_call_back),
      cmocka_unit_test(test_shared_items),
      cmocka_unit_test(test_types_across_modules),
      cmocka_unit_test(test_segments_out_of_bounds),
      cmocka_unit_test(test_initializers),
      cmocka_unit_test(test_start),
      cmocka_unit_test(test_external_references),
      cmocka_unit_test(test_function_references),
      cmocka_unit_test(test_tables),
      cmocka_unit_test(test_watcher),
      cmocka_unit_test(test_watcher_of_memory),
      cmocka_unit_test(test_watcher_of_branches),
      cmocka_unit_test(test_limits_of_a_store),
      cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_host_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
