// Names rewritten on their way to the host: the adapter's own code, run by the interpreter, between a caller and a host that notes what comes.
//
// Calls are those of the canonical ABI: names stand in flat parameters, in options, in a variant that shares its parameters with 64 bits, and in
// memory where there are more than sixteen parameters; borrowed handles must be dropped, and on denial all that is owned.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <adapter/adapter.h>
#include <component/exec.h>
#include <component/validate.h>

#include "components.h"

// CM_STR is no constant.
#define TEXT(literal) \
  { (literal), sizeof(literal) - 1 }

static const char app_text[] =
    "(component (import \"demo:names/store@1.0.0\" (instance\n"
    "  (export \"bucket\" (type $bucket (sub resource)))\n"
    "  (type $v (variant (case \"number\" u64) (case \"name\" string))) (export \"which\" (type $which (eq $v)))\n"
    "  (type $e (enum \"other\" \"access-denied\")) (export \"error\" (type $error (eq $e)))\n"
    "  (export \"open\" (func (param \"name\" string) (result (result u32 (error $error)))))\n"
    "  (export \"maybe\" (func (param \"name\" (option string)) (result u64)))\n"
    "  (export \"either\" (func (param \"which\" $which) (result (result (error $error)))))\n"
    "  (export \"[method]bucket.copy\" (func (param \"self\" (borrow $bucket)) (param \"to\" (own $bucket)) (param \"name\" string)\n"
    "    (result (result (error $error)))))\n"
    "  (export \"many\" (func (param \"a\" (tuple u64 u64 u64 u64 u64 u64 u64 u64)) (param \"name\" string)\n"
    "    (param \"b\" (tuple u64 u64 u64 u64 u64 u64 u64 u64)) (result (result u32 (error $error)))))\n"
    "  (export \"untouched\" (func (param \"name\" string)))\n"
    "  (type $i (record (field \"at\" u64) (field \"name\" string) (field \"parent\" (option string)))) (export \"i\" (type $info (eq $i)))\n"
    "  (export \"info\" (func (result (result $info (error $error))))))))\n";

static const struct adapter_named named[] = {
    {TEXT("open"), TEXT("identifier|name"), false},
    {TEXT("maybe"), TEXT("name"), false},
    {TEXT("either"), TEXT("which.name"), false},
    {TEXT("[method]bucket.copy"), TEXT("name"), false},
    {TEXT("many"), TEXT("name"), false},
    {TEXT("not-there"), TEXT("name"), false},
    {TEXT("info"), TEXT("ok.name"), true},
    {TEXT("info"), TEXT("ok.parent"), true},
    {TEXT("info"), TEXT("ok.gone"), true},
};

// --- the adapter, made and instantiated ---

struct bench {
  struct core_store *store;
  struct core_instance *memory, *code;
  char heard[256];      // what the host heard, by and by
  const uint8_t *info;  // what it returns of `info`; NULL: something else is called
};

// Of result<record{at: u64, name: string, parent: option<string>}, error>: the record is at 8.
enum { INFO_SIZE = 40, INFO_NAME = 16, INFO_PARENT = 24 };

struct host {
  struct bench *bench;
  unsigned number;
  unsigned parameters;
};

static uint8_t *bytes_of(struct bench *b) {
  struct core_extern memory;
  uint64_t size;
  assert_true(core_instance_export(b->memory, CM_STR("memory"), &memory));
  return core_memory_bytes(memory.memory, &size);
}

static uint32_t word(struct bench *b, uint32_t at) {
  uint32_t value;
  memcpy(&value, bytes_of(b) + at, 4);
  return value;
}

// Notes the number of the import and its parameters; a result in memory is `ok` and 7.
static enum core_trap hear(void *context, struct core_store *store, const union core_value *arguments, union core_value *results,
                           struct core_trap_info *trap) {
  const struct host *h = context;
  char *to = h->bench->heard + strlen(h->bench->heard);
  (void)store;
  (void)trap;
  to += sprintf(to, "%u(", h->number);
  for (unsigned i = 0; i < h->parameters; i++) to += sprintf(to, "%s%llu", i ? " " : "", (unsigned long long)arguments[i].u64);
  sprintf(to, ")");
  if (h->bench->info) memcpy(bytes_of(h->bench) + arguments[0].u32, h->bench->info, INFO_SIZE);
  if (results) results[0].u64 = 0;
  return CORE_TRAP_NONE;
}

static const struct cm_component *adapter_for(const struct adapter_names *names) {
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_component *adapter = NULL;
  if (!cm_parse_text(&arena, cm_str_of(app_text), NULL, &parsed, &diag)) fail_msg("%s", diag.message);
  const struct cm_component *app = reread(parsed.component);
  const struct cm_item *import = adapter_import_named(app, CM_STR("demo:names/store"));
  struct adapter_subject subject = {app, &import, 1};
  if (!adapter_rewrite(&arena, &subject, named, sizeof named / sizeof *named, names, &adapter, &diag)) fail_msg("%s", diag.message);
  adapter = reread(adapter);
  assert_true(cm_validate(adapter, &(struct cm_validate_options){.features = cm_features_of(CM_PRESET_ALL)}, NULL, NULL));
  return adapter;
}

static void instantiate(struct bench *b, const struct adapter_names *names) {
  const struct cm_component *adapter = adapter_for(names);
  const struct core_module *modules[2] = {NULL};
  struct core_extern imports[32] = {0};
  struct cm_diag diag = {0};
  unsigned count = 0;
  for (uint32_t i = 0; i < adapter->scope.item_count; i++)
    if (adapter->scope.items[i]->kind == CM_ITEM_CORE_MODULE) modules[count++] = adapter->scope.items[i]->module;
  assert_int_equal(count, 2);
  *b = (struct bench){.store = core_store_new(NULL)};
  assert_true(core_instantiate(b->store, modules[0], NULL, &b->memory, &diag));
  for (uint32_t i = 0; i < modules[1]->import_count; i++) {
    const struct core_import *import = &modules[1]->imports[i];
    imports[i].kind = import->type.kind;
    if (cm_str_is(import->module, "m")) {
      assert_true(core_instance_export(b->memory, import->name, &imports[i]));
      continue;
    }
    const struct core_type *type = &modules[1]->types[import->type.type];
    struct host *host = cm_alloc(&arena, sizeof *host);
    *host = (struct host){b, (unsigned)strtoul(import->name.at, NULL, 10), type->param_count};
    imports[i].func = core_host_function(b->store, type, hear, host);
  }
  if (!core_instantiate(b->store, modules[1], imports, &b->code, &diag)) fail_msg("%s", diag.message);
}

// --- calls ---

// A text in the adapter's memory, as the caller's lowering would put it there.
static uint32_t put(struct bench *b, const void *bytes, uint32_t size) {
  struct core_extern realloc;
  union core_value arguments[4] = {{0}, {0}, {.u32 = 8}, {.u32 = size}}, result;
  assert_true(core_instance_export(b->memory, CM_STR("realloc"), &realloc));
  assert_int_equal(core_call(b->store, realloc.func, arguments, &result, NULL), CORE_TRAP_NONE);
  memcpy(bytes_of(b) + result.u32, bytes, size);
  return result.u32;
}

// Calls function `number` of those that are lifted; what it returns.
static uint64_t call(struct bench *b, const char *number, const union core_value *arguments) {
  struct core_extern function;
  struct core_trap_info trap;
  union core_value result = {0};
  b->heard[0] = 0;
  assert_true(core_instance_export(b->code, cm_str_of(number), &function));
  if (core_call(b->store, function.func, arguments, &result, &trap)) fail_msg("%s", core_trap_names[trap.trap]);
  return result.u64;
}

// Which text a pointer and a size are that the host was given: the parameters of what was heard last, from `skip` on.
static const char *told(struct bench *b, unsigned skip) {
  static char text[64];
  const char *from = strchr(b->heard, '(') + 1;
  char *behind;
  for (; skip; skip--) from = strchr(from, ' ') + 1;
  unsigned long long at = strtoull(from, &behind, 10), size = strtoull(behind, NULL, 10);
  snprintf(text, sizeof text, "%.*s", (int)size, (const char *)bytes_of(b) + at);
  return text;
}

static const struct adapter_renaming renames[] = {{TEXT("old"), TEXT("new")}, {TEXT("none"), TEXT("")}};
static const struct cm_str denied[] = {TEXT("no")};
static const struct adapter_names rules = {
    .renames = renames, .rename_count = 2, .denied = denied, .denied_count = 1, .prefix = TEXT("p/")};

static int begin(void **state) {
  static struct bench bench;
  cm_arena_init(&arena, NULL);
  instantiate(&bench, &rules);
  *state = &bench;
  return 0;
}

static int end(void **state) {
  struct bench *b = *state;
  core_store_free(b->store);
  cm_arena_free(&arena);
  return 0;
}

// --- tests ---

static void test_flat(void **state) {
  struct bench *b = *state;
  static const struct {
    const char *asked, *told;
  } cases[] = {{"old", "new"}, {"none", ""}, {"other", "p/other"}, {"", "p/"}, {"olde", "p/olde"}, {"ol", "p/ol"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t size = (uint32_t)strlen(cases[i].asked);
    union core_value arguments[] = {{.u32 = put(b, cases[i].asked, size)}, {.u32 = size}};
    call(b, "0", arguments);
    assert_string_equal(told(b, 0), cases[i].told);
  }
}

// The error is a constant: the result's second case, and of the error the case that means it.
static void test_denied(void **state) {
  struct bench *b = *state;
  union core_value arguments[] = {{.u32 = put(b, "no", 2)}, {.u32 = 2}};
  uint32_t at = (uint32_t)call(b, "0", arguments);
  assert_string_equal(b->heard, "");
  assert_int_equal(word(b, at), 1);
  assert_int_equal(bytes_of(b)[at + 4], 1);
}

static void test_option(void **state) {
  struct bench *b = *state;
  union core_value some[] = {{.u32 = 1}, {.u32 = put(b, "old", 3)}, {.u32 = 3}}, none[] = {{.u32 = 0}, {.u32 = 5}, {.u32 = 6}};
  call(b, "1", some);
  assert_string_equal(told(b, 1), "new");
  call(b, "1", none);
  assert_non_null(strstr(b->heard, "(0 5 6)"));
}

// A pointer in a parameter that a number may be in.
static void test_variant(void **state) {
  struct bench *b = *state;
  union core_value name[] = {{.u32 = 1}, {.u64 = put(b, "old", 3)}, {.u32 = 3}},
                   number[] = {{.u32 = 0}, {.u64 = UINT64_MAX}, {.u32 = 0}};
  call(b, "2", name);
  assert_string_equal(told(b, 1), "new");
  call(b, "2", number);
  assert_non_null(strstr(b->heard, "(0 18446744073709551615 0 "));
}

// The host gets both handles; what was borrowed is dropped when it has returned. Denied, both are dropped.
static void test_handles(void **state) {
  struct bench *b = *state;
  union core_value good[] = {{.u32 = 40}, {.u32 = 41}, {.u32 = put(b, "old", 3)}, {.u32 = 3}};
  call(b, "3", good);
  assert_string_equal(told(b, 2), "new");
  const char *drop = strchr(b->heard, ')') + 1;
  assert_non_null(strstr(drop, "(40)"));
  assert_null(strstr(drop, "(41)"));
  union core_value bad[] = {{.u32 = 40}, {.u32 = 41}, {.u32 = put(b, "no", 2)}, {.u32 = 2}};
  assert_true(call(b, "3", bad) != 0);
  assert_non_null(strstr(b->heard, "(40)"));
  assert_non_null(strstr(b->heard, "(41)"));
  assert_null(strstr(b->heard, " "));  // no call with more than one parameter
}

// More than sixteen parameters are in memory, the name behind eight numbers; all else of them stays.
static void test_spilled(void **state) {
  struct bench *b = *state;
  uint8_t record[136];
  for (unsigned i = 0; i < sizeof record; i++) record[i] = (uint8_t)i;
  uint32_t name[2] = {put(b, "old", 3), 3};
  memcpy(record + 64, name, 8);
  union core_value arguments[] = {{.u32 = put(b, record, sizeof record)}};
  call(b, "4", arguments);
  unsigned long long at = strtoull(strchr(b->heard, '(') + 1, NULL, 10);
  uint32_t text = word(b, (uint32_t)at + 64);
  assert_int_equal(word(b, (uint32_t)at + 68), 3);
  assert_memory_equal(bytes_of(b) + text, "new", 3);
  assert_memory_equal(bytes_of(b) + at, record, 64);
  assert_memory_equal(bytes_of(b) + at + 72, record + 72, 64);
}

// What `info` returns where the host tells these names. An error, if there is none.
static const uint8_t *informed(struct bench *b, const char *name, const char *parent) {
  static uint8_t info[INFO_SIZE];
  memset(info, 0xee, sizeof info);
  info[0] = !name;
  uint32_t texts[5] = {0};
  if (name) texts[0] = put(b, name, (uint32_t)strlen(name)), texts[1] = (uint32_t)strlen(name);
  texts[2] = parent != NULL;
  if (parent) texts[3] = put(b, parent, (uint32_t)strlen(parent)), texts[4] = (uint32_t)strlen(parent);
  if (name) memcpy(info + INFO_NAME, texts, sizeof texts);
  b->info = info;
  uint32_t at = (uint32_t)call(b, "5", NULL);
  b->info = NULL;
  return bytes_of(b) + at;
}

static const char *text_at(struct bench *b, const uint8_t *place) {
  static char texts[2][32];
  static unsigned turn;
  uint32_t text[2];
  memcpy(text, place, sizeof text);
  snprintf(texts[turn ^= 1], sizeof *texts, "%.*s", (int)text[1], (const char *)bytes_of(b) + text[0]);
  return texts[turn];
}

// What the host calls things is what the caller calls them: renamed ones, prefixed ones, others as they are.
static void test_returned(void **state) {
  struct bench *b = *state;
  static const struct {
    const char *told, *seen;
  } cases[] = {{"new", "old"}, {"p/x", "x"}, {"p/", ""}, {"p", "p"}, {"x", "x"}, {"", "none"}, {"p/old", "old"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const uint8_t *info = informed(b, cases[i].told, cases[sizeof cases / sizeof *cases - 1 - i].told);
    assert_string_equal(text_at(b, info + INFO_NAME), cases[i].seen);
    assert_string_equal(text_at(b, info + INFO_PARENT + 4), cases[sizeof cases / sizeof *cases - 1 - i].seen);
  }
  const uint8_t *info = informed(b, "p/a", NULL);
  assert_string_equal(text_at(b, info + INFO_NAME), "a");
  assert_int_equal(info[INFO_PARENT], 0);
  info = informed(b, NULL, NULL);
  for (unsigned i = 1; i < INFO_SIZE; i++) assert_int_equal(info[i], 0xee);
}

static void test_only_allowed(void **state) {
  (void)state;
  static const struct cm_str allowed[] = {TEXT("a")};
  static const struct adapter_names only = {
      .allowed = allowed, .allowed_count = 1, .only_allowed = true, .renames = renames, .rename_count = 1, .prefix = TEXT("p/")};
  struct bench b;
  cm_arena_init(&arena, NULL);
  instantiate(&b, &only);
  union core_value good[] = {{.u32 = put(&b, "a", 1)}, {.u32 = 1}}, old[] = {{.u32 = put(&b, "old", 3)}, {.u32 = 3}},
                   bad[] = {{.u32 = put(&b, "b", 1)}, {.u32 = 1}};
  call(&b, "0", good);
  assert_string_equal(told(&b, 0), "p/a");
  call(&b, "0", old);
  assert_string_equal(told(&b, 0), "new");
  call(&b, "0", bad);
  assert_string_equal(b.heard, "");
  core_store_free(b.store);
  cm_arena_free(&arena);
}

// What is no name is an error, and so is an interface of which nothing takes one.
static void test_errors(void **state) {
  (void)state;
  static const struct adapter_named wrong[] = {{TEXT("either"), TEXT("which.number"), false},
                                               {TEXT("not-there"), TEXT("x"), false}};
  static const char *const says[] = {"`either` of `demo:names/store@1.0.0` has no text `which.number`",
                                     "nothing that is imported of `demo:names/store@1.0.0` takes a name"};
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_component *adapter;
  cm_arena_init(&arena, NULL);
  assert_true(cm_parse_text(&arena, cm_str_of(app_text), NULL, &parsed, &diag));
  const struct cm_component *app = reread(parsed.component);
  const struct cm_item *import = adapter_import_named(app, CM_STR("demo:names/store@1.0.0"));
  struct adapter_subject subject = {app, &import, 1};
  for (size_t i = 0; i < 2; i++) {
    assert_false(adapter_rewrite(&arena, &subject, &wrong[i], 1, &rules, &adapter, &diag));
    assert_string_equal(diag.message, says[i]);
  }
  cm_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_flat, begin, end),
      cmocka_unit_test_setup_teardown(test_denied, begin, end),
      cmocka_unit_test_setup_teardown(test_option, begin, end),
      cmocka_unit_test_setup_teardown(test_variant, begin, end),
      cmocka_unit_test_setup_teardown(test_handles, begin, end),
      cmocka_unit_test_setup_teardown(test_spilled, begin, end),
      cmocka_unit_test_setup_teardown(test_returned, begin, end),
      cmocka_unit_test(test_only_allowed),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
