// One instance's definition replaced, a component put within another, and items put in order.

#include <component/compose.h>
#include <component/encode.h>
#include <component/parse.h>
#include <component/validate.h>

#include <stdio.h>

#include "bytes.h"
#include "component_equal.h"
#include "random_component.h"

#include "components.h"

enum { SEEDS = 300 };

static bool report(void *context, const struct cm_diag *diag) {
  *(struct cm_diag *)context = *diag;
  return false;
}

static void check_valid(const struct cm_component *component) {
  struct cm_diag diag = {0};
  struct cm_diag_sink sink = {report, &diag};
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  if (!cm_validate(component, &options, &sink, NULL)) fail_msg("%s at 0x%llx", diag.message, (unsigned long long)diag.offset);
}

// "a b", the names of what is imported.
static const char *imports(const struct cm_component *component) {
  static char out[512];
  size_t used = 0;
  out[0] = 0;
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT) continue;
    used += (size_t)snprintf(out + used, sizeof out - used, "%s%.*s", used ? " " : "", CM_STR_ARG(item->import.name.name));
  }
  return out;
}

static uint32_t instance_called(const struct cm_component *component, const char *name) {
  struct cm_str *names;
  assert_true(cm_names_read(&arena, component, CM_SORT_INSTANCE, &names, NULL));
  for (uint32_t i = 0; i < component->scope.spaces[CM_SORT_INSTANCE].count; i++)
    if (cm_str_is(names[i], name)) return i;
  fail_msg("no instance is called %s", name);
  return 0;
}

static struct cm_component *replaced(const struct cm_component *whole, const char *name, const char *by) {
  struct cm_component *out = NULL;
  struct cm_diag diag = {0};
  if (!cm_replace(&arena, whole, instance_called(whole, name), component(by), &out, &diag)) fail_msg("%s", diag.message);
  out = reread(out);
  check_valid(out);
  return out;
}

// --- order ---

static struct cm_component *random_one(uint64_t seed) {
  struct cm_component *made = random_component(&arena, NULL, 0, seed);
  assert_non_null(made);
  return reread(made);
}

static void nothing_added_is_the_same(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    struct cm_component *from = random_one(seed), *out = NULL;
    struct cm_diag diag = {0};
    if (!cm_order(&arena, from, from->scope.items, from->scope.item_count, &out, &diag)) fail_msg("%s", diag.message);
    assert_true(same_bytes(from->bytes, encoded(out)));
  }
}

static struct cm_component *ordered(const struct cm_component *from, struct cm_item *const *items, uint32_t count) {
  struct cm_component *out = NULL;
  struct cm_diag diag = {0};
  if (!cm_order(&arena, from, items, count, &out, &diag)) fail_msg("%s", diag.message);
  return reread(out);
}

static struct cm_item **items_of(const struct cm_component *from) {
  struct cm_item **items = cm_alloc_array(&arena, from->scope.item_count + 1, sizeof *items);
  memcpy(items, from->scope.items, from->scope.item_count * sizeof *items);
  return items;
}

// A copy of an item that is a type of one element, of another kind and with another element.
static struct cm_item *type_like(const struct cm_item *item, enum cm_type_kind kind, struct cm_valtype element) {
  struct cm_item *own = cm_alloc(&arena, sizeof *own);
  struct cm_type *type = cm_alloc(&arena, sizeof *type);
  *type = *item->type;
  type->kind = kind;
  type->element = element;
  *own = *item;
  own->type = type;
  return own;
}

// The first list; as many as there are items: there is none. Several sections of names become one, so those that have them are passed by.
static uint32_t list_in(const struct cm_component *from) {
  uint32_t count = from->scope.item_count, list = count, names = 0;
  for (uint32_t i = count; i-- > 0;) {
    const struct cm_item *item = from->scope.items[i];
    if (item->kind == CM_ITEM_TYPE && item->type->kind == CM_TYPE_LIST) list = i;
    names += item->kind == CM_ITEM_CUSTOM && cm_str_is(item->custom.name, "component-name");
  }
  return names > 1 ? count : list;
}

// What is added behind everything and needed by an earlier item moves all between; taken out again, all is as it was.
static void what_is_needed_comes_first(void **state) {
  (void)state;
  uint32_t moved = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const struct cm_component *from = random_one(seed);
    uint32_t count = from->scope.item_count, type = from->scope.spaces[CM_SORT_TYPE].count, at = list_in(from);
    if (at == count) continue;
    struct cm_item **items = items_of(from);
    struct cm_valtype element = items[at]->type->element;
    items[count] = type_like(items[at], CM_TYPE_OPTION, element);
    items[at] = type_like(items[at], CM_TYPE_LIST, (struct cm_valtype){CM_VAL_TYPE, type});
    const struct cm_component *longer = ordered(from, items, count + 1);
    assert_int_equal(longer->scope.item_count, count + 1);
    assert_int_equal(longer->scope.items[at]->type->kind, CM_TYPE_OPTION);
    assert_int_equal(longer->scope.items[at + 1]->type->kind, CM_TYPE_LIST);
    items = items_of(longer);
    items[at + 1] = type_like(items[at + 1], CM_TYPE_LIST, items[at]->type->element);
    assert_true(same_component(from, ordered(longer, items, count + 1)));
    moved++;
  }
  assert_true(moved > SEEDS / 10);
}

static void circles(void **state) {
  (void)state;
  const struct cm_component *from = component("(component (type (list u8)) (type (list 0)))");
  struct cm_item *items[2], own = *from->scope.items[0];
  struct cm_type type = *own.type;
  struct cm_component *out;
  struct cm_diag diag = {0};
  type.element = (struct cm_valtype){CM_VAL_TYPE, 1};
  own.type = &type;
  items[0] = &own;
  items[1] = from->scope.items[1];
  assert_false(cm_order(&arena, from, items, 2, &out, &diag));
  assert_non_null(strstr(diag.message, "needs itself"));
  type.element.index = 7;
  assert_false(cm_order(&arena, from, items, 2, &out, &diag));
  assert_non_null(strstr(diag.message, "does not exist"));
}

// --- replacing ---

// Two instances of one definition, and a third that takes from the first; an import that is needed by none but them.
static const char whole[] =
    "(component"
    "  (import \"host:one/a\" (instance $a (export \"f\" (func))))"
    "  (component $C (import \"host:one/a\" (instance $a (export \"f\" (func)))) (export \"f\" (func $a \"f\")))"
    "  (component $D (import \"f\" (func $f)) (export \"g\" (func $f)))"
    "  (instance $first (instantiate $C (with \"host:one/a\" (instance $a))))"
    "  (instance $second (instantiate $C (with \"host:one/a\" (instance $a))))"
    "  (instance $third (instantiate $D (with \"f\" (func $first \"f\"))))"
    "  (import \"host:two/b\" (instance $b (export \"f\" (func))))"
    "  (export \"b\" (instance $b))"
    "  (export \"f\" (func $third \"g\"))"
    "  (export \"h\" (func $second \"f\")))";

static const char asks_others[] =
    "(component"
    "  (import \"host:new/c\" (instance $c (type $e (enum \"x\" \"y\")) (export \"t\" (type (eq $e))) (export \"f\" (func))))"
    "  (import \"host:two/b\" (instance $b (export \"f\" (func)) (export \"more\" (func (result u32)))))"
    "  (export \"f\" (func $b \"f\")))";

static void one_of_two(void **state) {
  (void)state;
  const struct cm_component *from = component(whole);
  check_valid(from);
  struct cm_component *out = replaced(from, "first", asks_others);
  // The second has what it had; imports that are there get more, and come before who needs them.
  assert_string_equal(imports(out), "host:one/a host:new/c host:two/b");
  assert_int_equal(out->scope.spaces[CM_SORT_COMPONENT].count, 3);
  uint32_t first = instance_called(out, "first"), second = instance_called(out, "second"), third = instance_called(out, "third");
  assert_true(first < second && second < third);
  assert_int_equal(cm_def_of(&out->scope, CM_SORT_INSTANCE, second)->instance.count, 1);
  // With the second too nothing is left of what they were, and of what they needed.
  out = replaced(out, "second", asks_others);
  assert_string_equal(imports(out), "host:new/c host:two/b");
  assert_int_equal(out->scope.spaces[CM_SORT_COMPONENT].count, 3);
}

static void what_asks_less(void **state) {
  (void)state;
  struct cm_component *out = replaced(component(whole), "third", "(component (import \"f\" (func $f)) (export \"g\" (func $f)))");
  assert_string_equal(imports(out), "host:one/a host:two/b");
  assert_int_equal(out->scope.spaces[CM_SORT_COMPONENT].count, 2);
  assert_int_equal(out->scope.item_count, component(whole)->scope.item_count);
  // What is asked for no more is not given, and goes where nobody else needs it.
  static const char provides[] = "(component (core module $m (func (export \"f\"))) (core instance $i (instantiate $m))"
                                 "  (func $f (canon lift (core func $i \"f\"))) (export \"f\" (func $f)))";
  out = replaced(component(whole), "first", provides);
  assert_int_equal(cm_def_of(&out->scope, CM_SORT_INSTANCE, instance_called(out, "first"))->instance.count, 0);
  assert_string_equal(imports(out), "host:one/a host:two/b");
  assert_string_equal(imports(replaced(out, "second", provides)), "host:two/b");
}

// Types come from what the instance is given, where that is imported.
static const char with_types[] =
    "(component"
    "  (import \"host:io/s\" (instance $s (export \"r\" (type (sub resource)))))"
    "  (component $C (import \"host:io/s\" (instance (export \"r\" (type (sub resource))))))"
    "  (component $P (import \"host:io/s\" (instance $s (export \"r\" (type (sub resource))))) (export \"host:io/s\" (instance $s)))"
    "  (instance $p (instantiate $P (with \"host:io/s\" (instance $s))))"
    "  (instance $c (instantiate $C (with \"host:io/s\" (instance $s))))"
    "  (alias export $p \"host:io/s\" (instance $ps))"
    "  (instance $d (instantiate $C (with \"host:io/s\" (instance $ps)))))";
static const char asks_for_types[] =
    "(component"
    "  (import \"host:io/s\" (instance $s (export \"r\" (type (sub resource)))))"
    "  (alias export $s \"r\" (type $r))"
    "  (import \"host:io/t\" (instance (alias outer 1 $r (type $r)) (export \"r\" (type (eq $r))) (export \"get\" (func (result (own 1)))))))";

static void types_of_imports(void **state) {
  (void)state;
  const struct cm_component *from = component(with_types);
  check_valid(from);
  assert_string_equal(imports(replaced(from, "c", asks_for_types)), "host:io/s host:io/t");
  struct cm_component *out;
  struct cm_diag diag = {0};
  assert_false(cm_replace(&arena, from, instance_called(from, "d"), component(asks_for_types), &out, &diag));
  assert_non_null(strstr(diag.message, "by another one within"));
}

static void what_does_not_fit(void **state) {
  (void)state;
  const struct cm_component *from = component(whole);
  struct cm_component *out;
  struct cm_diag diag = {0};
  // Imports of whole and part that are called the same and are not.
  assert_false(cm_replace(&arena, from, instance_called(from, "first"), component("(component (import \"host:two/b\" (func)))"),
                          &out, &diag));
  assert_non_null(strstr(diag.message, "as something else"));
  assert_false(cm_replace(&arena, from, 0, component("(component)"), &out, &diag));
  assert_non_null(strstr(diag.message, "made of no component"));
  assert_false(cm_replace(&arena, from, 99, component("(component)"), &out, &diag));
}

static void standing_alone(void **state) {
  (void)state;
  const struct cm_component *from = component(
      "(component (type $t (list u8)) (component $in (type (option $t))) (component (component (type $u u8) (component (type (list $u))))))");
  assert_true(cm_stands_alone(from));
  assert_false(cm_stands_alone(cm_def_of(&from->scope, CM_SORT_COMPONENT, 0)->component));
  assert_true(cm_stands_alone(cm_def_of(&from->scope, CM_SORT_COMPONENT, 1)->component));
}

// --- memory ---

struct rationed {
  uint64_t left;
};

// --- within ---

static const char app_within[] =
    "(component $app"
    "  (import \"a:b/types\" (instance $types (export \"r\" (type (sub resource)))"
    "    (type $n (record (field \"x\" u32))) (export \"n\" (type (eq $n)))))"
    "  (alias export $types \"r\" (type $r))"
    "  (import \"a:b/maker\" (instance $maker (alias outer 1 $r (type $r')) (export \"r\" (type $rr (eq $r')))"
    "    (export \"make\" (func (result (own $rr))))))"
    "  (import \"f\" (func $f (result u32)))"
    "  (import \"a:b/rest\" (instance $rest (export \"g\" (func (result u32)))))"
    "  (core func $lf (canon lower (func $f))) (core func $lm (canon lower (func $maker \"make\")))"
    "  (core module $m (import \"\" \"f\" (func (result i32))) (import \"\" \"m\" (func (result i32))))"
    "  (core instance $i (instantiate $m (with \"\" (instance (export \"f\" (func $lf)) (export \"m\" (func $lm))))))"
    "  (export \"g\" (func $rest \"g\")))";

static const char by_within[] = "(component"
                                "  (type $r (resource (rep i32)))"
                                "  (core module $m (func (export \"f\") (result i32) unreachable))"
                                "  (core instance $i (instantiate $m))"
                                "  (type $n (record (field \"x\" u32)))"
                                "  (instance $types (export \"r\" (type $r)) (export \"n\" (type $n)))"
                                "  (export $t \"a:b/types\" (instance $types))"
                                "  (alias export $t \"r\" (type $rr))"
                                "  (func $make (result (own $rr)) (canon lift (core func $i \"f\")))"
                                "  (instance $maker (export \"r\" (type $rr)) (export \"make\" (func $make)))"
                                "  (export \"a:b/maker\" (instance $maker))"
                                "  (func $f (result u32) (canon lift (core func $i \"f\")))"
                                "  (export \"f\" (func $f))"
                                "  (export \"a:b/unasked\" (instance $maker)))";

static struct cm_component *within(const char *app, const char *by) {
  struct cm_component *out;
  struct cm_diag diag = {0};
  if (!cm_plug_within(&arena, component(app), component(by), CM_STR("inner"), &out, &diag)) fail_msg("%s", diag.message);
  if (!out) return NULL;
  out = reread(out);
  check_valid(out);
  return out;
}

// What is served is imported no more, the rest is, and all is still called what it was.
static void what_is_within(void **state) {
  (void)state;
  struct cm_component *out = within(app_within, by_within);
  assert_non_null(out);
  assert_string_equal(imports(out), "a:b/rest");
  instance_called(out, "inner");
  instance_called(out, "maker");
  instance_called(out, "rest");
  assert_true(cm_str_is(out->name, "app"));
  // Where there were no names there is one now.
  out = within("(component (import \"f\" (func (result u32))))", by_within);
  assert_string_equal(imports(out), "");
  instance_called(out, "inner");
}

// An import that stays may mention imported types alone; and what asks for something is composed instead.
static void what_cannot_be_within(void **state) {
  (void)state;
  static const char types[] =
      "(component (type $r (resource (rep i32))) (type $n (record (field \"x\" u32)))"
      "  (instance $types (export \"r\" (type $r)) (export \"n\" (type $n))) (export \"a:b/types\" (instance $types)))";
  static const char asks[] = "(component (import \"f\" (func $f (result u32))) (export \"f\" (func $f)))";
  assert_null(within(app_within, types));
  assert_null(within(app_within, asks));
  assert_non_null(within("(component (import \"a:b/types\" (instance (export \"r\" (type (sub resource))))))", types));
}

static void *get_some(void *context, size_t size) {
  struct rationed *r = context;
  return r->left && r->left-- ? calloc(1, size) : NULL;
}

static void put_back(void *context, void *block, size_t size) { (void)context, (void)size, free(block); }

static void out_of_memory(void **state) {
  (void)state;
  const struct cm_component *from = component(whole), *by = component(asks_others);
  uint32_t first = instance_called(from, "first");
  bool done = false;
  for (uint64_t ration = 0; !done; ration++) {
    struct rationed r = {ration};
    struct cm_allocator allocator = {get_some, put_back, &r};
    struct cm_arena own;
    struct cm_component *out = NULL;
    struct cm_diag diag = {0};
    cm_arena_init(&own, &allocator);
    done = cm_replace(&own, from, first, by, &out, &diag);
    if (!done) assert_int_equal(diag.error, CM_NO_MEMORY);
    cm_arena_free(&own);
    assert_true(ration < 1000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(nothing_added_is_the_same, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_needed_comes_first, setup, teardown),
      cmocka_unit_test_setup_teardown(circles, setup, teardown),
      cmocka_unit_test_setup_teardown(one_of_two, setup, teardown),
      cmocka_unit_test_setup_teardown(what_asks_less, setup, teardown),
      cmocka_unit_test_setup_teardown(types_of_imports, setup, teardown),
      cmocka_unit_test_setup_teardown(what_does_not_fit, setup, teardown),
      cmocka_unit_test_setup_teardown(standing_alone, setup, teardown),
      cmocka_unit_test_setup_teardown(what_is_within, setup, teardown),
      cmocka_unit_test_setup_teardown(what_cannot_be_within, setup, teardown),
      cmocka_unit_test_setup_teardown(out_of_memory, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
