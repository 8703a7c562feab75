// Components put together, from text: who takes what, what the result imports, and that it is valid.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <component/compose.h>
#include <component/validate.h>

#include "components.h"

static bool tell(void *context, const struct cm_diag *diag) {
  char *to = context;
  if (!*to) snprintf(to, CM_DIAG_MESSAGE, "%s", diag->message);
  return true;
}

// "" where it is valid.
static const char *verdict(const struct cm_component *whole) {
  static char message[CM_DIAG_MESSAGE];
  message[0] = 0;
  struct cm_validate_options options = {cm_features_of(CM_PRESET_ALL), 1};
  cm_validate(whole, &options, &(struct cm_diag_sink){tell, message}, NULL);
  return message;
}

enum { PARTS = 5 };
struct parts {
  struct cm_compose_part list[PARTS];
  struct cm_compose_request request;
  struct cm_composed composed;
  struct cm_compose_problem problem;
  struct cm_component *whole;
};

static void add(struct parts *p, const char *name, const char *text) {
  p->list[p->request.part_count] = (struct cm_compose_part){cm_str_of(name), component(text), !p->request.part_count};
  p->request.part_count++;
  p->request.parts = p->list;
  p->request.plug = true;
}

static bool compose(struct parts *p) {
  if (!cm_compose(&arena, &p->request, &p->composed, &p->problem)) return false;
  p->whole = reread(p->composed.component);
  return true;
}

static void compose_well(struct parts *p) {
  if (!compose(p)) fail_msg("fault %d: %s", p->problem.fault, p->problem.diag.message);
  assert_string_equal(verdict(p->whole), "");
}

// Names of the imports, with commas.
static const char *imports(const struct cm_component *whole) {
  static char line[500];
  line[0] = 0;
  for (uint32_t i = 0; i < whole->scope.item_count; i++) {
    const struct cm_item *item = whole->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT)
      snprintf(line + strlen(line), sizeof line - strlen(line), "%s%.*s", *line ? "," : "", CM_STR_ARG(item->import.name.name));
  }
  return line;
}

// "app:x=part:y" of what is wired.
static const char *links(const struct parts *p) {
  static char line[500];
  line[0] = 0;
  for (uint32_t i = 0; i < p->composed.link_count; i++) {
    const struct cm_compose_link *l = &p->composed.links[i];
    if (l->inside)
      snprintf(line + strlen(line), sizeof line - strlen(line), "%s%.*s:%.*s=%.*s:%.*s", *line ? " " : "",
               CM_STR_ARG(p->list[l->part].name), CM_STR_ARG(l->import), CM_STR_ARG(p->list[l->from].name), CM_STR_ARG(l->export));
  }
  return line;
}

static uint32_t instances(const struct parts *p) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < p->whole->scope.item_count; i++) count += p->whole->scope.items[i]->kind == CM_ITEM_INSTANCE;
  return count;
}

// A component that imports and exports interfaces with one function each, which goes straight through where there are both.
static const char *through(const char *in, const char *out) {
  return cm_alloc_format(&arena,
                         "(component (import \"%s\" (instance $i (export \"f\" (func))))"
                         " (alias export $i \"f\" (func $f)) (instance $o (export \"f\" (func $f))) (export \"%s\" (instance $o)))",
                         in, out)
      .at;
}
static const char *source(const char *out) {
  return cm_alloc_format(
             &arena,
             "(component (core module $m (func (export \"f\"))) (core instance $c (instantiate $m))"
             " (func $f (canon lift (core func $c \"f\"))) (instance $o (export \"f\" (func $f))) (export \"%s\" (instance $o)))",
             out)
      .at;
}

static void chain(void **state) {
  (void)state;
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "first", through("a:b/x", "a:b/x"));
  add(&p, "second", through("a:b/x", "a:b/x"));
  compose_well(&p);
  assert_string_equal(links(&p), "app:a:b/x=first:a:b/x first:a:b/x=second:a:b/x");
  assert_string_equal(imports(p.whole), "a:b/x");
}

static void diamond(void **state) {
  (void)state;
  static const char app[] =
      "(component (import \"a:b/l\" (instance $l (export \"f\" (func)))) (import \"a:b/r\" (instance $r (export \"f\" (func))))"
      " (alias export $l \"f\" (func $f)) (export \"f\" (func $f)))";
  for (int separate = 0; separate < 2; separate++) {
    struct parts p = {0};
    add(&p, "app", app);
    add(&p, "left", through("a:b/base", "a:b/l"));
    add(&p, "right", through("a:b/base", "a:b/r"));
    add(&p, "base", source("a:b/base"));
    p.request.separate = separate;
    compose_well(&p);
    assert_string_equal(imports(p.whole), "");
    assert_int_equal(instances(&p), separate ? 5 : 4);
    struct cm_str *names;
    assert_true(cm_names_read(&arena, p.whole, CM_SORT_INSTANCE, &names, NULL));
    bool second = false;
    for (uint32_t i = 0; i < p.whole->scope.spaces[CM_SORT_INSTANCE].count; i++) second |= cm_str_is(names[i], "base-2");
    assert_int_equal(second, separate);
  }
}

static void versions(void **state) {
  (void)state;
  static const struct {
    const char *wanted, *offered;
    bool will_do;
  } cases[] = {{"a:b/x@0.2.3", "a:b/x@0.2.6", true},           {"a:b/x@0.2.6", "a:b/x@0.2.3", false},
               {"a:b/x@1.2.0", "a:b/x@1.9.1", true},           {"a:b/x@1.2.0", "a:b/x@2.0.0", false},
               {"a:b/x@0.2.0", "a:b/x@0.3.0", false},          {"a:b/x@0.2.0-rc.1", "a:b/x@0.2.0", false},
               {"a:b/x@0.2.0-rc.1", "a:b/x@0.2.0-rc.1", true}, {"a:b/x", "a:b/x@0.2.0", false},
               {"a:b/x@0.0.1", "a:b/x@0.0.2", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct parts p = {0};
    add(&p, "app", through(cases[i].wanted, "a:b/out"));
    add(&p, "plug", source(cases[i].offered));
    assert_int_equal(compose(&p), cases[i].will_do);
    if (cases[i].will_do)
      assert_string_equal(verdict(p.whole), "");
    else
      assert_int_equal(p.problem.fault, CM_COMPOSE_UNUSED);
  }
}

static void merged_versions(void **state) {
  (void)state;
  static const char app[] =
      "(component (import \"a:b/x@0.2.1\" (instance $x (export \"f\" (func)))) (import \"a:b/y\" (instance $y (export \"f\" (func))))"
      " (alias export $x \"f\" (func $f)) (export \"f\" (func $f)))";
  static const char plug[] =
      "(component (import \"a:b/x@0.2.4\" (instance $x (export \"g\" (func)))) (alias export $x \"g\" (func $g))"
      " (instance $o (export \"f\" (func $g))) (export \"a:b/y\" (instance $o)))";
  for (int merge = 0; merge < 2; merge++) {
    struct parts p = {0};
    add(&p, "app", app);
    add(&p, "plug", plug);
    p.request.merge_versions = merge;
    compose_well(&p);
    assert_string_equal(imports(p.whole), merge ? "a:b/x@0.2.4" : "a:b/x@0.2.1,a:b/x@0.2.4");
  }
}

// Types of the outermost scope: shared records, a resource through several imports, a bare function, an imported type.
static void types(void **state) {
  (void)state;
  static const char app[] = "(component"
                            " (import \"a:b/types\" (instance $t (export \"r\" (type (sub resource)))"
                            "   (type $p (record (field \"x\" u8))) (export \"p\" (type (eq $p)))))"
                            " (alias export $t \"r\" (type $r)) (alias export $t \"p\" (type $p))"
                            " (type $list (list $p))"
                            " (import \"go\" (func (param \"all\" $list) (param \"r\" (borrow $r))))"
                            " (type $text (list u16)) (import \"name\" (type $name (eq $text)))"
                            " (import \"a:b/user\" (instance $u"
                            "   (alias outer 1 $r (type $outer)) (export \"r\" (type $mine (eq $outer)))"
                            "   (alias outer 1 $p (type $record)) (export \"p\" (type $pair (eq $record)))"
                            "   (export \"use\" (func (param \"r\" (own $mine)) (result $pair)))))"
                            " (export \"again\" (instance $t)))";
  struct parts p = {0};
  add(&p, "app", app);
  compose_well(&p);
  assert_string_equal(imports(p.whole), "a:b/types,go,name,a:b/user");
}

// What stays outside uses a record of what a plug provides: that is imported too, for its types.
static void types_of_what_is_wired(void **state) {
  (void)state;
  static const char app[] =
      "(component (import \"a:b/types\" (instance $t (type $p (record (field \"x\" u8))) (export \"p\" (type (eq $p)))))"
      " (alias export $t \"p\" (type $p))"
      " (import \"a:b/user\" (instance $u (alias outer 1 $p (type $q)) (export \"p\" (type $r (eq $q))) (export \"f\" (func (result $r))))))";
  static const char plug[] =
      "(component (type $p (record (field \"x\" u8))) (component $c (import \"q\" (type $q (eq $p))) (export \"p\" (type $q)))"
      " (instance $i (instantiate $c (with \"q\" (type $p)))) (export \"a:b/types\" (instance $i)))";
  struct parts p = {0};
  add(&p, "app", app);
  add(&p, "plug", plug);
  compose_well(&p);
  assert_string_equal(links(&p), "app:a:b/types=plug:a:b/types");
  assert_string_equal(imports(p.whole), "a:b/types,a:b/user");
}

// The same where that import stands there already, for a part that asks for other types of it: it is one import, and has both.
static void types_of_an_import_that_is_there(void **state) {
  (void)state;
  static const char app[] =
      "(component (import \"a:b/types\" (instance $t (type $q (record (field \"y\" u8))) (export \"q\" (type (eq $q)))))"
      " (import \"a:b/out\" (instance $o (export \"f\" (func)))) (alias export $o \"f\" (func $f)) (export \"f\" (func $f)))";
  static const char plug[] =
      "(component (import \"a:b/types\" (instance $t (type $p (record (field \"x\" u8))) (export \"p\" (type (eq $p)))))"
      " (alias export $t \"p\" (type $p))"
      " (import \"a:b/user\" (instance $u (alias outer 1 $p (type $q)) (export \"p\" (type $r (eq $q))) (export \"f\" (func (result $r)))))"
      " (core module $m (func (export \"f\"))) (core instance $c (instantiate $m)) (func $f (canon lift (core func $c \"f\")))"
      " (instance $o (export \"f\" (func $f))) (export \"a:b/out\" (instance $o)))";
  static const char given[] =
      "(component (type $p (record (field \"x\" u8))) (component $c (import \"q\" (type $q (eq $p))) (export \"p\" (type $q)))"
      " (instance $i (instantiate $c (with \"q\" (type $p)))) (export \"a:b/types\" (instance $i)))";
  struct cm_compose_wire list[] = {{0, 1, CM_STR("a:b/out"), CM_STR("a:b/out")}, {1, 2, CM_STR("a:b/types"), CM_STR("a:b/types")}};
  struct parts p = {0};
  add(&p, "app", app);
  add(&p, "plug", plug);
  add(&p, "given", given);
  p.request.plug = false;
  p.request.wires = list;
  p.request.wire_count = 2;
  compose_well(&p);
  assert_string_equal(imports(p.whole), "a:b/types,a:b/user");
}

static void wires(void **state) {
  (void)state;
  struct cm_compose_wire wire = {0, 1, CM_STR("a:b/x"), CM_STR("a:b/y")};
  struct cm_compose_wire twice[] = {wire, wire};
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "plug", source("a:b/y"));
  p.request.wires = &wire;
  p.request.wire_count = 1;
  compose_well(&p);
  assert_string_equal(links(&p), "app:a:b/x=plug:a:b/y");
  p.request.wires = twice;
  p.request.wire_count = 2;
  assert_false(compose(&p));
  assert_int_equal(p.problem.fault, CM_COMPOSE_TWICE);
  static const struct {
    const char *import, *export;
    enum cm_compose_fault fault;
  } wrong[] = {{"a:b/z", "a:b/y", CM_COMPOSE_NO_IMPORT}, {"a:b/x", "a:b/z", CM_COMPOSE_NO_EXPORT}};
  p.request.wires = &wire;
  p.request.wire_count = 1;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    wire.import = cm_str_of(wrong[i].import);
    wire.export = cm_str_of(wrong[i].export);
    assert_false(compose(&p));
    assert_int_equal(p.problem.fault, wrong[i].fault);
  }
}

static void cycle(void **state) {
  (void)state;
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "one", through("a:b/y", "a:b/x"));
  add(&p, "two", through("a:b/z", "a:b/y"));
  add(&p, "three", through("a:b/x", "a:b/z"));
  assert_false(compose(&p));
  assert_int_equal(p.problem.fault, CM_COMPOSE_CYCLE);
  assert_int_equal(p.problem.cycle_count, 3);
  assert_int_equal(p.problem.cycle[0], 1);
  assert_int_equal(p.problem.cycle[2], 3);
  assert_true(cm_str_is(p.problem.cycle_imports[0], "a:b/y"));
  assert_true(cm_str_is(p.problem.cycle_imports[2], "a:b/x"));
}

// What two export under one name, only one of them can.
static void exports(void **state) {
  (void)state;
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "plug", source("a:b/x"));
  p.list[1].exported = true;
  compose_well(&p);
  add(&p, "other", source("a:b/out"));
  p.list[2].exported = true;
  assert_false(compose(&p));
  assert_int_equal(p.problem.fault, CM_COMPOSE_EXPORTS);
  assert_int_equal(p.problem.part, 2);
  assert_int_equal(p.problem.other, 0);
  assert_true(cm_str_is(p.problem.name, "a:b/out"));
  // Unless one is told to be around the other.
  struct cm_compose_wire wire = {2, 0, CM_STR("a:b/out"), CM_STR("a:b/out")};
  p.request.cover = 3;
  compose_well(&p);
  struct parts around = {0};
  add(&around, "app", through("a:b/x", "a:b/out"));
  add(&around, "plug", source("a:b/x"));
  add(&around, "around", through("a:b/out", "a:b/out"));
  around.list[2].exported = true;
  around.request.wires = &wire;
  around.request.wire_count = 1;
  around.request.cover = 3;
  compose_well(&around);
  assert_string_equal(links(&around), "app:a:b/x=plug:a:b/x around:a:b/out=app:a:b/out");
}

// Functions that stand alone are wired like interfaces, by name or by hand; and not with an interface.
static void functions(void **state) {
  (void)state;
  static const char app[] =
      "(component (import \"greet\" (func $g (result u32))) (import \"a:b/x\" (instance (export \"f\" (func)))) (export \"run\" (func $g)))";
  static const char plug[] =
      "(component (core module $m (func (export \"f\") (result i32) i32.const 1)) (core instance $c (instantiate $m))"
      " (func $f (result u32) (canon lift (core func $c \"f\"))) (export \"greet\" (func $f))"
      " (export \"hello\" (func $f)))";
  struct cm_compose_wire wire = {0, 1, CM_STR("greet"), CM_STR("hello")};
  struct parts p = {0};
  add(&p, "app", app);
  add(&p, "plug", plug);
  compose_well(&p);
  assert_string_equal(links(&p), "app:greet=plug:greet");
  p.request.wires = &wire;
  p.request.wire_count = 1;
  compose_well(&p);
  assert_string_equal(links(&p), "app:greet=plug:hello");
  wire.import = CM_STR("a:b/x");
  assert_false(compose(&p));
  assert_int_equal(p.problem.fault, CM_COMPOSE_SORTS);
  assert_int_equal(p.problem.sorts[0], CM_SORT_INSTANCE);
  assert_int_equal(p.problem.sorts[1], CM_SORT_FUNC);
}

static void misfit(void **state) {
  (void)state;
  struct parts p = {0};
  add(&p, "app", "(component (import \"a:b/x\" (instance (export \"f\" (func (param \"key\" string))))))");
  add(&p, "plug", source("a:b/x"));
  assert_true(compose(&p));
  assert_non_null(strstr(verdict(p.whole), "`a:b/x`"));
  assert_non_null(strstr(verdict(p.whole), "`f`"));
}

static void labels(void **state) {
  (void)state;
  struct cm_component *labelled;
  struct cm_diag diag = {0};
  const struct cm_component *app = component(through("a:b/x@0.2.0", "a:b/out"));
  assert_false(cm_label(&arena, app, CM_STR("a:b/y"), CM_STR("first"), &labelled, &diag));
  assert_true(cm_label(&arena, app, CM_STR("a:b/x@0.2.0"), CM_STR("first"), &labelled, &diag));
  labelled = reread(labelled);
  assert_string_equal(verdict(labelled), "");
  assert_string_equal(imports(labelled), "first");
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "plug", source("a:b/x@0.2.7"));
  p.list[0].component = labelled;
  assert_false(compose(&p));  // the interface alone does not say which
  assert_int_equal(p.problem.fault, CM_COMPOSE_UNUSED);
  p.list[1].name = CM_STR("first");
  compose_well(&p);
  assert_string_equal(links(&p), "app:first=first:a:b/x@0.2.7");
}

// Memory that runs out at any point is said.
static void *get_some(void *context, size_t size) {
  size_t *left = context;
  return (*left)-- ? calloc(1, size) : (++*left, NULL);
}
static void put_back(void *context, void *block, size_t size) { (void)context, (void)size, free(block); }

static void out_of_memory(void **state) {
  (void)state;
  struct parts p = {0};
  add(&p, "app", through("a:b/x", "a:b/out"));
  add(&p, "plug", source("a:b/x"));
  for (size_t most = 0;; most++) {
    size_t left = most;
    struct cm_allocator some = {get_some, put_back, &left};
    struct cm_arena small;
    cm_arena_init(&small, &some);
    bool done = cm_compose(&small, &p.request, &p.composed, &p.problem);
    cm_arena_free(&small);
    if (done) break;
    assert_int_equal(p.problem.fault, CM_COMPOSE_DIAG);
    assert_int_equal(p.problem.diag.error, CM_NO_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chain),
      cmocka_unit_test(diamond),
      cmocka_unit_test(versions),
      cmocka_unit_test(merged_versions),
      cmocka_unit_test(types),
      cmocka_unit_test(types_of_what_is_wired),
      cmocka_unit_test(types_of_an_import_that_is_there),
      cmocka_unit_test(wires),
      cmocka_unit_test(cycle),
      cmocka_unit_test(exports),
      cmocka_unit_test(functions),
      cmocka_unit_test(misfit),
      cmocka_unit_test(labels),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
