// Adapters made of types: what they import and export, that they are valid, alone and in front of the app, and what is refused.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <adapter/adapter.h>
#include <component/compose.h>
#include <component/types.h>
#include <component/validate.h>

#include "components.h"
#include "values.h"

static struct cm_diag diag;

static void is_valid(const struct cm_component *component) {
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  assert_true(cm_validate(component, &options, NULL, NULL));
}

// All interfaces of an app.
static struct adapter_subject all_of(const struct cm_component *app) {
  const struct cm_item **imports = cm_alloc_array(&arena, app->scope.item_count, sizeof *imports);
  struct adapter_subject subject = {.app = app, .imports = imports};
  for (uint32_t i = 0; i < app->scope.item_count; i++)
    if (app->scope.items[i]->kind == CM_ITEM_IMPORT) imports[subject.import_count++] = app->scope.items[i];
  return subject;
}

// What it imports, "a:b/c x:y/z", after it has been found valid, alone and composed.
static const char *imports_of(const struct cm_component *app, bool made, const struct cm_component *adapter) {
  static char names[512];
  if (!made) fail_msg("%s", diag.message);
  const struct cm_component *own = reread(adapter);
  is_valid(own);
  struct cm_compose_part parts[] = {{CM_STR("app"), app, true}, {CM_STR("adapter"), own, false}};
  struct cm_compose_request request = {.parts = parts, .part_count = 2, .plug = true};
  struct cm_composed composed;
  struct cm_compose_problem problem;
  assert_true(cm_compose(&arena, &request, &composed, &problem));
  is_valid(reread(composed.component));
  names[0] = 0;
  for (uint32_t i = 0; i < own->scope.item_count; i++) {
    const struct cm_item *item = own->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT) continue;
    size_t used = strlen(names);
    snprintf(names + used, sizeof names - used, "%s%.*s", used ? " " : "", CM_STR_ARG(item->import.name.name));
  }
  return names;
}

// A resource that two interfaces have, errors of several makes, functions without any.
static const char app_text[] =
    "(component"
    "  (import \"a:b/things\" (instance $things"
    "    (export \"thing\" (type $thing (sub resource)))"
    "    (type $e (enum \"busy\" \"access\" \"unknown\")) (export \"code\" (type $code (eq $e)))"
    "    (export \"[method]thing.go\" (func (param \"self\" (borrow $thing)) (param \"far\" string) (result (result u32 (error $code)))))"
    "    (export \"[static]thing.none\" (func (result (result (own $thing) (error $code)))))))"
    "  (alias export $things \"thing\" (type $thing))"
    "  (import \"a:b/maker\" (instance"
    "    (alias outer 1 $thing (type $t)) (export \"thing\" (type $thing (eq $t)))"
    "    (export \"make\" (func async (param \"name\" string) (result (result (own $thing) (error string)))))"
    "    (export \"count\" (func (result u64))))))";

static void test_pass(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  struct adapter_subject subject = all_of(app);
  struct cm_component *adapter = NULL;
  bool made = adapter_pass_all(&arena, &subject, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/things a:b/maker");
  for (uint32_t i = 0; i < adapter->scope.item_count; i++) assert_int_not_equal(adapter->scope.items[i]->kind, CM_ITEM_CORE_MODULE);
}

static void test_stub(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  struct adapter_subject subject = all_of(app);
  struct cm_component *adapter = NULL;
  bool made = adapter_stub(&arena, &subject, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
}

static void test_deny(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  struct adapter_subject subject = all_of(app);
  struct adapter_denying denying = {0};
  struct cm_component *adapter = NULL;
  bool made = adapter_deny(&arena, &subject, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  // One of them: its resource is that of the other, which is the host's.
  subject.imports++;
  subject.import_count = 1;
  made = adapter_deny(&arena, &subject, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/things");
}

static void test_rename(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  struct adapter_subject subject = all_of(app);
  const struct cm_str names[] = {CM_STR("a:b/things@1.0.0"), CM_STR("a:b/maker@1.0.0")};
  struct cm_component *adapter = NULL;
  bool made = adapter_rename(&arena, &subject, names, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/things@1.0.0 a:b/maker@1.0.0");
}

static void test_log(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  struct adapter_subject subject = all_of(app);
  struct cm_component *adapter = NULL;
  bool made = adapter_log(&arena, &subject, CM_STR("wasi:logging/logging@0.1.0-draft"), &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/things a:b/maker wasi:logging/logging@0.1.0-draft");
}

// The error that a denied function returns, by its number in the interface; -1: it traps.
static int denied_case(const char *result, const char *wanted) {
  struct cm_str text = cm_alloc_format(&arena,
                                       "(component (import \"a:b/c\" (instance"
                                       "  (type $e (enum \"busy\" \"access\" \"other\")) (export \"e\" (type $error (eq $e)))"
                                       "  (export \"f\" (func (result %s))))))",
                                       result);
  const struct cm_component *app = component(text.at);
  struct adapter_subject subject = all_of(app);
  struct adapter a;
  struct value_denial denial = {.wanted = cm_str_of(wanted), .message = CM_STR("no")};
  uint32_t flat = 0;
  assert_true(adapter_begin(&a, &arena, app, &diag));
  struct adapter_export *e = adapter_export(&a, subject.imports[0]);
  enum value_verdict verdict = value_denial_of(e, adapter_find(e, "f"), &denial, &flat);
  int found = verdict == VALUE_NO_CASE ? -2
              : verdict != VALUE_MADE  ? -1
              : a.data.at              ? a.data.at[flat - ADAPTER_DATA + 1]
                                       : (int)flat;
  adapter_end(&a);
  return found;
}

static void test_errors_that_are_chosen(void **state) {
  (void)state;
  assert_int_equal(denied_case("(result u8 (error $error))", ""), 1);       // access
  assert_int_equal(denied_case("(result u8 (error $error))", "other"), 2);  // as asked
  assert_int_equal(denied_case("(result u8 (error $error))", "nope"), -2);
  assert_int_equal(denied_case("u32", ""), -1);
  assert_int_equal(denied_case("(result)", ""), 1);  // flat: the error without a payload
}

static void test_shapes(void **state) {
  (void)state;
  const struct cm_component *app = component(app_text);
  const struct cm_scope *things = cm_instance_type_scope(&app->scope, all_of(app).imports[0]->import.type.index);
  struct cm_typeref type;
  assert_true(cm_type_resolve(things, cm_scope_export(things, CM_STR("[method]thing.go"))->export.type.index, &type, &diag));
  struct cm_str shape = value_shape(&arena, type.scope, type.type);
  assert_string_equal(shape.at, "func(borrow<thing>, string) -> result<u32, enum{busy, access, unknown}>");
}

// Types and functions that stand by themselves: a resource with a constructor and a method, a record, an alias of an interface's resource.
static const char bare_text[] =
    "(component"
    "  (import \"a:b/things\" (instance $things (export \"thing\" (type (sub resource)))))"
    "  (alias export $things \"thing\" (type $thing'))"
    "  (import \"thing\" (type $thing (eq $thing')))"
    "  (import \"r\" (type $r (sub resource)))"
    "  (type $n (record (field \"a\" u32))) (import \"pair\" (type $pair (eq $n)))"
    "  (import \"[constructor]r\" (func (param \"from\" $pair) (result (own $r))))"
    "  (import \"[method]r.get\" (func (param \"self\" (borrow $r)) (param \"t\" (own $thing)) (result string)))"
    "  (import \"f\" (func (param \"a\" string) (result (result $pair (error string)))))"
    "  (import \"later\" (func async (param \"r\" (own $r)) (result (result u32 (error string))))))";

// Some of the imports of an app, by their names.
static struct adapter_subject named(const struct cm_component *app, const char *const *names) {
  struct adapter_subject all = all_of(app), some = {.app = app};
  const struct cm_item **imports = cm_alloc_array(&arena, all.import_count, sizeof *imports);
  some.imports = imports;
  for (; *names; names++)
    for (uint32_t i = 0; i < all.import_count; i++)
      if (cm_str_is(all.imports[i]->import.name.name, *names)) imports[some.import_count++] = all.imports[i];
  return some;
}

static const struct cm_component *view_of(const struct cm_component *app) {
  const struct cm_component *view;
  if (!adapter_view(&arena, app, &view, &diag)) fail_msg("%s", diag.message);
  return view;
}

// All is an interface then, under the same names, and what has none such stays what it is.
static void test_view(void **state) {
  (void)state;
  const struct cm_component *app = component(bare_text), *view = view_of(app), *whole = component(app_text);
  assert_ptr_equal(view_of(whole), whole);
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i], *seen;
    if (item->kind != CM_ITEM_IMPORT) continue;
    assert_non_null(seen = adapter_import_named(view, item->import.name.name));
    const struct cm_scope *scope = cm_instance_type_scope(&view->scope, seen->import.type.index);
    assert_int_equal(cm_scope_export(scope, CM_STR("")) != NULL, item->import.type.sort != CM_SORT_INSTANCE);
  }
}

static void test_bare(void **state) {
  (void)state;
  const struct cm_component *app = component(bare_text), *view = view_of(app);
  static const char *const one[] = {"f", NULL}, *const method[] = {"[method]r.get", NULL}, *const resource[] = {"r", NULL};
  static const char *const own[] = {"r", "[constructor]r", "[method]r.get", "later", NULL};
  struct adapter_subject all = all_of(view), f = named(view, one), m = named(view, method), r = named(view, resource),
                         of_r = named(view, own);
  struct adapter_denying denying = {0};
  struct cm_component *adapter = NULL;
  bool made = adapter_stub(&arena, &all, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  made = adapter_deny(&arena, &all, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  made = adapter_pass_all(&arena, &all, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "pair r [constructor]r a:b/things thing [method]r.get f later");
  made = adapter_log(&arena, &all, CM_STR("wasi:logging/logging@0.1.0-draft"), &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter),
                      "pair r [constructor]r a:b/things thing [method]r.get f later wasi:logging/logging@0.1.0-draft");
  // By themselves: what they mention comes along, a method's resource, and of a resource that others have its functions stay the host's.
  made = adapter_deny(&arena, &f, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "pair");
  made = adapter_deny(&arena, &m, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "r a:b/things thing");
  made = adapter_deny(&arena, &r, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "r");
  made = adapter_deny(&arena, &of_r, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "pair a:b/things thing");
  static const struct cm_str names[] = {{"g", 1}};
  made = adapter_rename(&arena, &f, names, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "pair g");
}

// What the app exports has types of bare imports: these stay the host's, also where everything is denied.
static void test_bare_and_exported(void **state) {
  (void)state;
  static const char text[] = "(component"
                             "  (import \"r\" (type $r (sub resource)))"
                             "  (type $n (record (field \"a\" u32))) (import \"pair\" (type $pair (eq $n)))"
                             "  (import \"f\" (func $f (param \"p\" $pair) (result (own $r))))"
                             "  (import \"g\" (func (result (result (own $r) (error string)))))"
                             "  (export \"h\" (func $f)))";
  const struct cm_component *app = component(text);
  struct adapter_subject all = all_of(view_of(app));
  struct adapter_denying denying = {0};
  struct cm_component *adapter = NULL;
  bool made = adapter_deny(&arena, &all, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "pair r");
}

// Two of the same type that answer the same are one function; of each type there is one definition.
static void test_once(void **state) {
  (void)state;
  static const char text[] = "(component (import \"a:b/c\" (instance"
                             "  (export \"r\" (type $r (sub resource)))"
                             "  (type $e (enum \"a\" \"access\")) (export \"e\" (type $error (eq $e)))"
                             "  (type $f (func (param \"self\" (borrow $r)) (result (result u64 (error $error)))))"
                             "  (export \"[method]r.x\" (func (type $f))) (export \"[method]r.y\" (func (type $f)))"
                             "  (export \"[method]r.z\" (func (type $f))))))";
  const struct cm_component *app = component(text);
  struct adapter_subject subject = all_of(app);
  struct adapter_denying denying = {0};
  struct cm_component *adapter = NULL;
  bool made = adapter_deny(&arena, &subject, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  const struct cm_component *shim = NULL;
  for (uint32_t i = 0; i < adapter->scope.item_count; i++)
    if (adapter->scope.items[i]->kind == CM_ITEM_COMPONENT) shim = adapter->scope.items[i]->component;
  assert_non_null(shim);
  unsigned lifts = 0, enums = 0;
  for (uint32_t i = 0; i < shim->scope.item_count; i++) {
    const struct cm_item *item = shim->scope.items[i];
    lifts += item->kind == CM_ITEM_CANON && item->canon.kind == CM_CANON_LIFT;
    enums += item->kind == CM_ITEM_TYPE && item->type->kind == CM_TYPE_ENUM;
  }
  assert_int_equal(lifts, 1);
  assert_int_equal(enums, 1);
}

// An interface that has one type of another, whose parts it has not, may be exported all the same.
static void test_hidden_parts(void **state) {
  (void)state;
  static const char text[] =
      "(component"
      "  (import \"a:b/types\" (instance $types"
      "    (export \"r\" (type $r (sub resource)))"
      "    (type $p' (record (field \"why\" string))) (export \"part\" (type $part (eq $p')))"
      "    (type $e' (variant (case \"a\" $part) (case \"b\"))) (export \"error\" (type $error (eq $e')))"
      "    (export \"[method]r.get\" (func (param \"self\" (borrow $r)) (result (result (error $error)))))))"
      "  (alias export $types \"error\" (type $error)) (alias export $types \"r\" (type $r))"
      "  (import \"a:b/user\" (instance"
      "    (alias outer 1 $error (type $e)) (export \"error\" (type $own (eq $e)))"
      "    (alias outer 1 $r (type $r')) (export \"r\" (type $rr (eq $r')))"
      "    (export \"send\" (func (param \"r\" (own $rr)) (result (result (error $own)))))))"
      "  (import \"a:b/other\" (instance"
      "    (alias outer 1 $error (type $e)) (export \"error\" (type $own (eq $e)))"
      "    (export \"s\" (type $s (sub resource)))"
      "    (export \"[method]s.send\" (func (param \"self\" (borrow $s)) (result (result (error $own))))))))";
  static const char *const some[] = {"a:b/types", "a:b/user", NULL};
  const struct cm_component *app = component(text);
  struct adapter_subject all = all_of(app), two = named(app, some);
  struct adapter_denying denying = {0}, types = {.keep_types = true};
  struct cm_component *adapter = NULL;
  bool made = adapter_deny(&arena, &all, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  made = adapter_deny(&arena, &all, &types, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/types a:b/user a:b/other");
  made = adapter_deny(&arena, &two, &denying, &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "");
  made = adapter_log(&arena, &all, CM_STR("wasi:logging/logging@0.1.0-draft"), &adapter, &diag);
  assert_string_equal(imports_of(app, made, adapter), "a:b/types a:b/user a:b/other wasi:logging/logging@0.1.0-draft");
}

static void test_refusals(void **state) {
  (void)state;
  const struct cm_component *app = component(
      "(component (import \"wasi:cli/environment@0.9.0\" (instance (export \"get-environment\" (func (result string))))))");
  struct adapter_subject subject = all_of(app);
  struct adapter_env env = {.host = ADAPTER_ENV_NONE};
  struct cm_component *adapter = NULL;
  assert_false(adapter_environment(&arena, &subject, &env, &adapter, &diag));
  assert_string_equal(diag.message, "`get-environment` of `wasi:cli/environment@0.9.0` is of a type that no adapter is made for: "
                                    "func() -> string");
  assert_false(adapter_log(&arena, &subject, CM_STR("a:b/c"), &adapter, &diag));
  assert_non_null(strstr(diag.message, "`a:b/c` is no interface that an adapter knows how to call"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_pass, setup, teardown),
      cmocka_unit_test_setup_teardown(test_stub, setup, teardown),
      cmocka_unit_test_setup_teardown(test_deny, setup, teardown),
      cmocka_unit_test_setup_teardown(test_rename, setup, teardown),
      cmocka_unit_test_setup_teardown(test_log, setup, teardown),
      cmocka_unit_test_setup_teardown(test_errors_that_are_chosen, setup, teardown),
      cmocka_unit_test_setup_teardown(test_shapes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_view, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bare, setup, teardown),
      cmocka_unit_test_setup_teardown(test_bare_and_exported, setup, teardown),
      cmocka_unit_test_setup_teardown(test_once, setup, teardown),
      cmocka_unit_test_setup_teardown(test_hidden_parts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
