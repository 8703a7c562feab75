// The workload, from needs made by hand: wants, supplies, entries of host interfaces, refusals, names, limits of memory.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "manifest/crates.h"
#include "manifest/render.h"
#include "manifest/targets.h"
#include "unit/doc_text.h"

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

static struct doc_text t;
static struct tw_workload workload;
static struct tw_values values;

static int setup(void **state) {
  (void)state;
  doc_start(&t);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  doc_end(&t);
  return 0;
}

// --- needs by hand

static const struct cm_str one_function[] = {S("get")};

static struct cm_needs_import import(const char *name, const char *implements, uint32_t functions) {
  return (struct cm_needs_import){.name = cm_str_of(name),
                                  .sort = CM_SORT_INSTANCE,
                                  .has_implements = implements != NULL,
                                  .implements = cm_str_of(implements),
                                  .is_label = implements != NULL,
                                  .function_count = functions,
                                  .functions = one_function,
                                  .reached = true};
}

static struct cm_need need(enum cm_need_kind kind, const char *key) {
  return (struct cm_need){.kind = kind, .key = cm_str_of(key), .certainty = CM_EXACT};
}

static struct tw_needs_document document(const char *path, struct cm_needs_import *imports, uint32_t import_count,
                                         struct cm_need *needs, uint32_t need_count) {
  struct tw_needs_document made = {.path = path, .needs = {.artifact = CM_ARTIFACT_COMPONENT}};
  made.needs.imports = imports;
  made.needs.import_count = import_count;
  made.needs.needs = needs;
  made.needs.need_count = need_count;
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    made.needs.complete[kind] = true;
  }
  return made;
}

static const char *const no_secrets[] = {NULL};
static struct tw_workload_options options;

static void make(const struct tw_needs_document *documents, size_t count, const char *text, const char *const *secrets) {
  struct tw_app *apps = cm_alloc_array(&t.arena, count, sizeof *apps);
  options = (struct tw_workload_options){.secrets = secrets};
  if (text) {
    assert_true(doc_read(&t, text));
    values.doc = &t.docs[0];
    options.values = &values;
  }
  for (size_t i = 0; i < count; i++) {
    apps[i].document = &documents[i];
  }
  assert_true(tw_workload_make(&t.arena, apps, count, &options, &workload, NULL));
}

static void assert_str(struct cm_str text, const char *wanted) {
  if (!cm_str_is(text, wanted)) {
    fail_msg("\"%.*s\" is not \"%s\"", CM_STR_ARG(text), wanted);
  }
}

static void assert_refused(size_t count, const char *words) {
  assert_int_equal(tw_workload_refuse(&t.arena, &workload), count);
  for (size_t i = 0; i < workload.note_count; i++) {
    if (workload.notes[i].kind == TW_NOTE_REFUSAL && strstr(workload.notes[i].text, words)) {
      return;
    }
  }
  fail_msg("no refusal says \"%s\"", words);
}

// --- tests

static void test_env_by_every_way(void **state) {
  (void)state;
  struct cm_need needs[] = {need(CM_NEED_ENV, "GIVEN"), need(CM_NEED_ENV, "LEFT"),   need(CM_NEED_ENV, "MAP"),
                            need(CM_NEED_ENV, "VAULT"), need(CM_NEED_ENV, "SECRET"), need(CM_NEED_ENV, "TOKEN")};
  struct tw_needs_document app = document("dir/Shop_Front.wasm", NULL, 0, needs, 6);
  static const char *const secrets[] = {"TOKEN", NULL};
  make(&app, 1,
       "format: tidewaiter.values/1\nenv:\n  GIVEN: 0755\n  MAP: {config-map: common}\n  VAULT: {external: 'a/b#c#d'}\n"
       "components: {shop-front: {env: {SECRET: {secret: login}}}}\n",
       secrets);
  assert_str(workload.name, "shop-front");
  const struct tw_layer *env = &workload.components[0].env;
  assert_int_equal(env->literal_count, 1);
  assert_str(env->literals[0].value, "0755");
  assert_int_equal(env->reference_count, 5);
  // The own ConfigMap holds what is left, the own Secret what was said to be one.
  assert_int_equal(workload.object_count, 3);
  const struct tw_object *map = NULL, *secret = NULL, *external = NULL;
  for (size_t i = 0; i < workload.object_count; i++) {
    const struct tw_object *object = &workload.objects[i];
    *(object->kind == TW_OBJECT_CONFIG_MAP ? &map : object->kind == TW_OBJECT_SECRET ? &secret : &external) = object;
  }
  assert_str(map->name, "shop-front-env");
  assert_int_equal(map->entry_count, 1);
  assert_str(map->entries[0].key, "LEFT");
  assert_false(map->entries[0].known);
  assert_str(secret->name, "shop-front-env-secrets");
  assert_str(secret->entries[0].key, "TOKEN");
  assert_str(external->entries[0].remote, "a/b#c");
  assert_str(external->entries[0].property, "d");
}

static void test_runtime_asks_for_itself(void **state) {
  (void)state;
  struct cm_need needs[] = {need(CM_NEED_ENV, "RUST_BACKTRACE"), need(CM_NEED_ENV, "TZ")};
  needs[0].origin = needs[1].origin = CM_ORIGIN_RUNTIME;
  struct tw_needs_document app = document("a.wasm", NULL, 0, needs, 2);
  make(&app, 1, "format: tidewaiter.values/1\nenv: {TZ: UTC}\n", no_secrets);
  assert_int_equal(workload.components[0].want_count, 1);
  assert_str(workload.components[0].wants[0].key, "TZ");
  assert_string_equal(workload.components[0].runtime, "RUST_BACKTRACE");
}

static void test_entries(void **state) {
  (void)state;
  struct cm_needs_import imports[] = {
      import("wasi:cli/environment@0.2.3", NULL, 1),
      import("wasi:http/types@0.2.3", NULL, 1),
      import("wasi:http/outgoing-handler@0.2.3", NULL, 1),
      import("wasmcloud:secrets/store@2.1.0", NULL, 0),
      import("wasmcloud:secrets/reveal@2.1.0", NULL, 1),
      import("db-password", "wasmcloud:secrets/secret@2.1.0", 1),
      import("acme:types/only@1.0.0", NULL, 0),
  };
  struct tw_needs_document app = document("a.wasm", imports, 7, NULL, 0);
  make(&app, 1, NULL, no_secrets);
  assert_int_equal(workload.interface_count, 4);
  static const char *const wanted[][4] = {
      {"acme", "types", "", "only"},
      {"wasi", "http", "", "outgoing-handler"},
      {"wasmcloud", "secrets", "", "reveal"},
      {"wasmcloud", "secrets", "db-password", "secret"},
  };
  for (size_t i = 0; i < 4; i++) {
    const struct tw_interface *entry = &workload.interfaces[i];
    assert_str(entry->ns, wanted[i][0]);
    assert_str(entry->package, wanted[i][1]);
    assert_str(entry->name, wanted[i][2]);
    assert_int_equal(entry->interface_count, 1);
    assert_str(entry->interfaces[0], wanted[i][3]);
  }
  assert_int_equal(tw_workload_refuse(&t.arena, &workload), 0);
}

static void test_versions_that_fit(void **state) {
  (void)state;
  struct cm_needs_import a[] = {import("wasi:keyvalue/store@0.2.0", NULL, 1)};
  struct cm_needs_import b[] = {import("wasi:keyvalue/store@0.2.6", NULL, 1)};
  struct cm_needs_import c[] = {import("wasi:keyvalue/store@0.2.9", NULL, 1)};
  struct tw_needs_document apps[] = {document("a.wasm", a, 1, NULL, 0), document("b.wasm", b, 1, NULL, 0),
                                     document("c.wasm", c, 1, NULL, 0)};
  make(apps, 3, NULL, no_secrets);
  assert_int_equal(workload.interface_count, 1);
  assert_int_equal(workload.interfaces[0].version.size, 0);
  make(apps, 1, NULL, no_secrets);
  assert_str(workload.interfaces[0].version, "0.2.0");
}

static void test_labels(void **state) {
  (void)state;
  static const char *const good[] = {"a",   "db", "0",
                                     "a-b", "a-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  static const char *const bad[] = {"",    "DB",  "-a",
                                    "a_b", "a.b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
  for (size_t i = 0; i < 6; i++) {
    assert_true(tw_label_expressible(cm_str_of(good[i])));
    assert_false(tw_label_expressible(cm_str_of(bad[i])));
  }
}

static void test_hosts_that_cannot_be_said(void **state) {
  (void)state;
  struct cm_need needs[] = {need(CM_NEED_HTTP_HOST, "api.example:8443"),
                            need(CM_NEED_HTTP_HOST, "https://*.example.com/"),
                            need(CM_NEED_HTTP_HOST, "*"),
                            need(CM_NEED_HTTP_HOST, "a_b.example"),
                            need(CM_NEED_HTTP_HOST, "api.example/v1"),
                            need(CM_NEED_HTTP_HOST, "[::1]:80"),
                            need(CM_NEED_HTTP_HOST, "x.example:port"),
                            need(CM_NEED_HTTP_HOST, "*x.example"),
                            need(CM_NEED_DNS_NAME, "::1"),
                            need(CM_NEED_DNS_NAME, "x..y"),
                            need(CM_NEED_DNS_NAME, "*.example")};
  struct tw_needs_document app = document("a.wasm", NULL, 0, needs, 11);
  make(&app, 1, NULL, no_secrets);
  assert_refused(6, "allowedHosts cannot express");
}

static void test_keys_that_no_object_can_hold(void **state) {
  (void)state;
  struct cm_need needs[] = {need(CM_NEED_CONFIG, "feed/url"), need(CM_NEED_CONFIG, "feed/size")};
  struct cm_needs_import imports[] = {import("wasi:config/store@0.2.0-rc.1", NULL, 1)};
  struct tw_needs_document app = document("a.wasm", imports, 1, needs, 2);
  make(&app, 1, "format: tidewaiter.values/1\nconfig: {feed/size: 3}\n", no_secrets);
  assert_refused(1, "config feed/url of component a cannot be a key of a ConfigMap");
}

static void test_names(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"/x/Shop_Front.wasm", "shop-front"},
                                         {"a.b.wasm", "a-b"},
                                         {"-", "component"},
                                         {"__.wasm", "component"},
                                         {"\xc3\xa9t\xc3\xa9.wasm", "t"}};
  for (size_t i = 0; i < 5; i++) {
    assert_str(tw_name_of_path(&t.arena, pairs[i][0]), pairs[i][1]);
  }
  struct tw_needs_document apps[] = {document("x/app.wasm", NULL, 0, NULL, 0), document("y/app.wasm", NULL, 0, NULL, 0),
                                     document("z/APP.wasm", NULL, 0, NULL, 0)};
  make(apps, 3, NULL, no_secrets);
  assert_str(workload.components[1].name, "app-2");
  assert_str(workload.components[2].name, "app-3");
}

static void test_interface_names(void **state) {
  (void)state;
  struct tw_interface_name name;
  assert_true(tw_interface_name_read(CM_STR("wasi:http/handler@0.3.0-rc-2026"), &name));
  assert_str(name.version, "0.3.0-rc-2026");
  assert_true(tw_interface_name_read(CM_STR("a:b/c"), &name));
  assert_int_equal(name.version.size, 0);
  static const char *const bad[] = {"", "db", "a:b", ":b/c", "a:/c", "a:b/", "a:b/c/d", "a/b:c"};
  for (size_t i = 0; i < 8; i++) {
    assert_false(tw_interface_name_read(cm_str_of(bad[i]), &name));
  }
}

// Every target renders what is there, whatever allocation fails: refused memory is seen in the arena and nowhere else.
static void test_memory(void **state) {
  (void)state;
  struct cm_need needs[] = {need(CM_NEED_ENV, "LEFT"), need(CM_NEED_ENV, "TOKEN"), need(CM_NEED_CONFIG, "c"),
                            need(CM_NEED_SECRET, "db"), need(CM_NEED_HTTP_HOST, "h")};
  needs[3].certainty = CM_DECLARED;
  needs[3].has_label = needs[3].has_external_id = true;
  needs[3].label = CM_STR("db");
  needs[3].external_id = CM_STR("a#b");
  struct cm_needs_import imports[] = {import("db", "wasmcloud:secrets/secret@2.1.0", 1),
                                      import("wasi:config/store@0.2.0", NULL, 1)};
  struct tw_needs_document app = document("a.wasm", imports, 2, needs, 5);
  static const char *const secrets[] = {"TOKEN", NULL};
  static const uint8_t bytes[] = {0};
  struct tw_app apps = {&app, {bytes, sizeof bytes}};
  for (const struct tw_target *target = tw_targets; target->name; target++) {
    bool done = false;
    for (size_t limit = 64; !done; limit += limit / 16 + 64) {
      struct cm_arena arena;
      cm_arena_init(&arena, NULL);
      arena.limit = limit;
      struct tw_workload_options own = {.secrets = secrets};
      struct tw_rendering rendering = {.arena = &arena, .workload = &workload, .comments = true};
      if (tw_workload_make(&arena, &apps, 1, &own, &workload, NULL)) {
        tw_workload_refuse(&arena, &workload);
        target->render(&rendering);
        done = !arena.refused;
      }
      assert_true(done || arena.refused);
      cm_arena_free(&arena);
      assert_true(limit < 64U * 1024 * 1024);
    }
  }
}

// A folder is of use only to a component that opens something below it.
static void test_folders(void **state) {
  (void)state;
  static const struct cm_str prints[] = {S("[method]descriptor.write-via-stream")};
  static const struct cm_str opens[] = {S("[method]descriptor.open-at"), S("[method]descriptor.read-via-stream")};
  struct cm_needs_import imports[] = {import("wasi:filesystem/preopens@0.2.3", NULL, 1),
                                      import("wasi:filesystem/types@0.2.3", NULL, 1)};
  imports[1].functions = prints;
  struct tw_needs_document app = document("a.wasm", imports, 2, NULL, 0);
  make(&app, 1, NULL, no_secrets);
  assert_false(workload.components[0].folders);
  assert_int_equal(tw_volume_count(&workload.components[0]), 0);
  imports[1].functions = opens;
  imports[1].function_count = 2;
  make(&app, 1, NULL, no_secrets);
  assert_true(workload.components[0].folders);
  struct tw_rendering rendering = {.arena = &t.arena, .workload = &workload};
  assert_int_equal(tw_volume_count(&workload.components[0]), 1);
  assert_true(tw_volume_at(&rendering, &workload.components[0], 0).placeholder);
  make(&app, 1,
       "format: tidewaiter.values/1\ncomponents: {a: {volumes: [{name: d, mount: /d, host-path: /srv, read-only: true}]}}\n",
       no_secrets);
  struct tw_volume volume = tw_volume_at(&rendering, &workload.components[0], 0);
  assert_str(volume.mount, "/d");
  assert_str(volume.host_path, "/srv");
  assert_true(volume.read_only);
  assert_false(volume.placeholder);
  imports[0].reached = false;
  make(&app, 1, NULL, no_secrets);
  assert_false(workload.components[0].folders);
}

static void test_one_label_for_two_secrets(void **state) {
  (void)state;
  struct cm_needs_import imports[] = {import("db", "wasmcloud:secrets/secret@2.1.0", 1)};
  struct cm_need one[] = {need(CM_NEED_SECRET, "db")}, other[] = {need(CM_NEED_SECRET, "db")};
  one[0].certainty = other[0].certainty = CM_DECLARED;
  one[0].has_label = other[0].has_label = one[0].has_external_id = other[0].has_external_id = true;
  one[0].label = other[0].label = CM_STR("db");
  one[0].external_id = CM_STR("prod/a#password");
  other[0].external_id = CM_STR("prod/a#password");
  struct tw_needs_document apps[] = {document("a.wasm", imports, 1, one, 1), document("b.wasm", imports, 1, other, 1)};
  make(apps, 2, NULL, no_secrets);
  assert_int_equal(tw_workload_refuse(&t.arena, &workload), 0);
  assert_int_equal(workload.object_count, 1);
  assert_int_equal(workload.objects[0].entry_count, 1);
  other[0].external_id = CM_STR("prod/b#password");
  make(apps, 2, NULL, no_secrets);
  assert_refused(1, "import different secrets under the label db");
}

static void test_target_names(void **state) {
  (void)state;
  size_t i = 0;
  for (; tw_targets[i].name; i++) {
    assert_non_null(tw_target_names[i]);
    assert_string_equal(tw_target_names[i], tw_targets[i].name);
    assert_ptr_equal(tw_target_find(tw_target_names[i]), &tw_targets[i]);
  }
  assert_null(tw_target_names[i]);
  assert_null(tw_target_find("kubernets"));
}

// Thousands of keys and undecided places take memory in proportion, and no more.
static void test_many(void **state) {
  (void)state;
  enum { MANY = 8000 };
  struct cm_need *needs = cm_alloc_array(&t.arena, MANY, sizeof *needs);
  struct cm_unresolved *unresolved = cm_alloc_array(&t.arena, MANY, sizeof *unresolved);
  for (size_t i = 0; i < MANY; i++) {
    needs[i] = need(CM_NEED_ENV, cm_alloc_format(&t.arena, "KEY_%05zu", i).at);
    unresolved[i] = (struct cm_unresolved){.kind = CM_NEED_ENV, .reason = CM_REASON_COMPUTED};
  }
  struct tw_needs_document app = document("a.wasm", NULL, 0, needs, MANY);
  app.needs.unresolved = unresolved;
  app.needs.unresolved_count = MANY;
  static const uint8_t bytes[] = {0};
  struct tw_app apps = {&app, {bytes, sizeof bytes}};
  for (const struct tw_target *target = tw_targets; target->name; target++) {
    struct cm_arena arena;
    cm_arena_init(&arena, NULL);
    arena.limit = 128U * 1024 * 1024;
    struct tw_workload_options own = {.secrets = no_secrets};
    assert_true(tw_workload_make(&arena, &apps, 1, &own, &workload, NULL));
    struct tw_rendering rendering = {.arena = &arena, .workload = &workload, .comments = true};
    target->render(&rendering);
    assert_false(arena.refused);
    cm_arena_free(&arena);
  }
}

static void test_crates_that_are_none(void **state) {
  (void)state;
  struct tw_crate *crates = NULL;
  size_t count = 0;
  const char *message = NULL;
  static const uint8_t noise[] = {1, 2, 3};
  assert_true(tw_crates_read(&t.arena, (struct cm_span){noise, sizeof noise}, &crates, &count, &message));
  assert_non_null(message);
  assert_int_equal(count, 0);
  // zlib of "[]"
  static const uint8_t list[] = {0x78, 0x9c, 0x8b, 0x8e, 0x05, 0x00, 0x01, 0x15, 0x00, 0xb9};
  assert_true(tw_crates_read(&t.arena, (struct cm_span){list, sizeof list}, &crates, &count, &message));
  assert_string_equal(message, "it holds no list of packages");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_env_by_every_way, setup, teardown),
      cmocka_unit_test_setup_teardown(test_runtime_asks_for_itself, setup, teardown),
      cmocka_unit_test_setup_teardown(test_entries, setup, teardown),
      cmocka_unit_test_setup_teardown(test_versions_that_fit, setup, teardown),
      cmocka_unit_test_setup_teardown(test_labels, setup, teardown),
      cmocka_unit_test_setup_teardown(test_hosts_that_cannot_be_said, setup, teardown),
      cmocka_unit_test_setup_teardown(test_keys_that_no_object_can_hold, setup, teardown),
      cmocka_unit_test_setup_teardown(test_names, setup, teardown),
      cmocka_unit_test_setup_teardown(test_interface_names, setup, teardown),
      cmocka_unit_test_setup_teardown(test_memory, setup, teardown),
      cmocka_unit_test_setup_teardown(test_folders, setup, teardown),
      cmocka_unit_test_setup_teardown(test_one_label_for_two_secrets, setup, teardown),
      cmocka_unit_test(test_target_names),
      cmocka_unit_test_setup_teardown(test_many, setup, teardown),
      cmocka_unit_test_setup_teardown(test_crates_that_are_none, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
