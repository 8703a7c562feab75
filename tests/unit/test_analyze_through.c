// What an application asks of another component, followed to the outside: by providers that pass, rename, refuse, invent; by those that
// are not to be understood; in chains; and where requests are sent.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <component/encode.h>
#include <component/graph.h>
#include <component/needs.h>
#include <component/parse.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE "wasi:config/store@0.2.0-rc.1"
#define GET "(func (param \"key\" string) (result (result (option string) (error string))))"
#define GET_ALL "(func (result (result (list (tuple string string)) (error string))))"
#define STORE_TYPE "(export \"get\" " GET ") (export \"get-all\" " GET_ALL ")"

// Memory from 4096 on is taken piece by piece.
#define LIBC                                                                                   \
  "(core module $libc (memory (export \"memory\") 8) (global $top (mut i32) (i32.const 4096))" \
  "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"                          \
  "    (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))"   \
  "    (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3)))))"        \
  "(core instance $libc (instantiate $libc))"

#define LOWERED                                                                                                  \
  "(alias export $host \"get\" (func $host-get)) (alias export $host \"get-all\" (func $host-all))"              \
  "(core func $get (canon lower (func $host-get) (memory $libc \"memory\") (realloc (func $libc \"realloc\"))))" \
  "(core func $all (canon lower (func $host-all) (memory $libc \"memory\") (realloc (func $libc \"realloc\"))))"

#define IMPORTS                                                                                       \
  "(import \"libc\" \"memory\" (memory 1)) (import \"host\" \"get\" (func $get (param i32 i32 i32)))" \
  "(import \"host\" \"all\" (func $all (param i32)))"

#define INSTANTIATE                                                    \
  "(core instance $i (instantiate $m (with \"libc\" (instance $libc))" \
  "  (with \"host\" (instance (export \"get\" (func $get)) (export \"all\" (func $all))))))"

static struct cm_arena texts;

static const char *format(const char *pattern, const char *a, const char *b) {
  struct cm_str text = cm_alloc_format(&texts, pattern, a, b);
  assert_non_null(text.at);
  return text.at;
}

// A component that gives the store, with these bodies: `get` has parameters 0 and 1 and one local, `get-all` one local.
static const char *provider(const char *get, const char *all) {
  return format("(import \"" STORE "\" (instance $host " STORE_TYPE "))" LIBC LOWERED "(core module $m " IMPORTS
                "  (data (i32.const 64) \"newprefix.\\00\\00\\00\")"
                "  (func (export \"get\") (param i32 i32) (result i32) (local i32) %s)"
                "  (func (export \"all\") (result i32) (local i32) %s))" INSTANTIATE
                "(func $f (param \"key\" string) (result (result (option string) (error string)))"
                "  (canon lift (core func $i \"get\") (memory $libc \"memory\") (realloc (func $libc \"realloc\"))))"
                "(func $g (result (result (list (tuple string string)) (error string)))"
                "  (canon lift (core func $i \"all\") (memory $libc \"memory\") (realloc (func $libc \"realloc\"))))"
                "(instance $out (export \"get\" (func $f)) (export \"get-all\" (func $g))) (export \"" STORE "\" (instance $out))",
                get, all);
}

#define PASS_GET "(call $get (local.get 0) (local.get 1) (i32.const 1024)) (i32.const 1024)"
#define PASS_ALL "(call $all (i32.const 1024)) (i32.const 1024)"
#define NOTHING "(i32.const 2048)"  // zeros: a success, and nothing in it

// An application that does what `run` says.
static const char *app(const char *run) {
  return format("(import \"" STORE "\" (instance $host " STORE_TYPE "))" LIBC LOWERED "(core module $m " IMPORTS
                "  (data (i32.const 16) \"onetwo\") (func (export \"run\") (param i32) %s%s))" INSTANTIATE
                "(func $run (param \"n\" u32) (canon lift (core func $i \"run\"))) (export \"run\" (func $run))",
                run, "");
}

// Asks for "one" and "two".
#define ASKS "(call $get (i32.const 16) (i32.const 3) (i32.const 1024)) (call $get (i32.const 19) (i32.const 3) (i32.const 1024))"

static const char *composed(const char *of_provider, const char *of_app) {
  return format("(component (import \"" STORE "\" (instance $host " STORE_TYPE ")) (component $p %s) (component $a %s)"
                "(instance $p (instantiate $p (with \"" STORE "\" (instance $host))))"
                "(alias export $p \"" STORE "\" (instance $store))"
                "(instance $a (instantiate $a (with \"" STORE "\" (instance $store)))) (alias export $a \"run\" (func $run))"
                "(export \"run\" (func $run)))",
                of_provider, of_app);
}

struct answer {
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_graph *graph;
  struct cm_needs needs;
};

static struct answer needs_of(const char *text) {
  struct answer a = {0};
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_span bytes;
  struct cm_buffer buffer;
  cm_arena_init(&a.arena, NULL);
  if (!cm_parse_text(&a.arena, cm_str_of(text), NULL, &parsed, &diag)) fail_msg("%s", diag.message);
  cm_buffer_init(&buffer, NULL);
  if (!cm_encode(parsed.component, NULL, &buffer, &diag)) fail_msg("%s", diag.message);
  uint8_t *copy = cm_alloc(&a.arena, buffer.size);
  assert_non_null(copy);
  memcpy(copy, buffer.at, buffer.size);
  bytes = (struct cm_span){copy, buffer.size};
  cm_buffer_free(&buffer);
  if (!cm_decode(&a.arena, bytes, &a.component, &diag) || !cm_graph_build(&a.arena, a.component, &a.graph, &diag) ||
      !cm_needs_of_component(&a.arena, a.component, a.graph, NULL, &a.needs, &diag))
    fail_msg("%s", diag.message);
  return a;
}

// All that is told, in one line: needs, and what stays undecided with a question mark.
static void assert_told(const char *text, const char *expected) {
  struct answer a = needs_of(text);
  char line[1000] = "";
  for (uint32_t i = 0; i < a.needs.need_count; i++) {
    const struct cm_need *n = &a.needs.needs[i];
    size_t at = strlen(line);
    assert_true(n->evidence_count > 0);
    snprintf(line + at, sizeof line - at, "%s%s %.*s %s", at ? ", " : "", cm_need_kinds[n->kind], CM_STR_ARG(n->key),
             cm_certainties[n->certainty]);
  }
  for (uint32_t i = 0; i < a.needs.unresolved_count; i++) {
    const struct cm_unresolved *u = &a.needs.unresolved[i];
    size_t at = strlen(line);
    snprintf(line + at, sizeof line - at, "%s%s ?%.*s", at ? ", " : "", cm_need_kinds[u->kind], CM_STR_ARG(u->pattern));
    assert_true(cm_str_is(u->source, STORE));
  }
  assert_string_equal(line, expected);
  cm_arena_free(&a.arena);
}

static void passed(void **state) {
  (void)state;
  assert_told(composed(provider(PASS_GET, PASS_ALL), app(ASKS)), "config one exact, config two exact");
  struct answer a = needs_of(composed(provider(PASS_GET, PASS_ALL), app(ASKS)));
  // The path goes on from the application's function to the provider's, and ends at the import.
  const struct cm_evidence *e = &a.needs.needs[0].evidence[0];
  assert_true(cm_str_equal(a.needs.needs[0].source, CM_STR(STORE)));
  assert_int_equal(e->by, CM_BY_STATIC);
  assert_int_equal(e->path_count, 4);
  assert_int_equal(e->path[0].module, 3);
  assert_int_equal(e->path[2].module, 1);
  assert_int_equal(e->path[3].module, 1);
  assert_true(e->path[2].offset > 0);
  cm_arena_free(&a.arena);
}

static void invented(void **state) {
  (void)state;
  assert_told(composed(provider(NOTHING, NOTHING), app(ASKS)), "");
}

// "one" is "new" to the outside, and "two" nothing.
static void renamed(void **state) {
  (void)state;
  assert_told(
      composed(provider("(if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6f))"
                        "  (then (call $get (i32.const 64) (i32.const 3) (i32.const 1024)) (return (i32.const 1024))))" NOTHING,
                        NOTHING),
               app(ASKS)),
      "config new exact");
}

// What the outside is asked first does not have it: another key is asked for then.
static void falls_back(void **state) {
  (void)state;
  assert_told(composed(provider("(call $get (local.get 0) (local.get 1) (i32.const 1024))"
                                "(if (i32.eqz (i32.load8_u offset=4 (i32.const 1024)))"
                                "  (then (call $get (i32.const 64) (i32.const 3) (i32.const 1024)))) (i32.const 1024)",
                                NOTHING),
                       app(ASKS)),
              "config new exact, config one exact, config two exact");
}

// Which key is asked for next depends on the value; it never ends; it traps: the provider's own code is all that is known.
static void not_understood(void **state) {
  (void)state;
  assert_told(composed(provider("(call $get (local.get 0) (local.get 1) (i32.const 1024))"
                                "(if (i32.lt_u (i32.load8_u (i32.load offset=8 (i32.const 1024))) (i32.const 0x3a))"
                                "  (then (call $get (i32.const 64) (i32.const 3) (i32.const 1024)))) (i32.const 1024)",
                                NOTHING),
                       app(ASKS)),
              "config new exact, config ?");
  assert_told(
      composed(provider("(loop $for-ever (call $get (local.get 0) (local.get 1) (i32.const 1024)) (br $for-ever)) (i32.const 0)",
                        NOTHING),
               app(ASKS)),
      "config ?");
  assert_told(composed(provider("(call $get (local.get 0) (local.get 1) (i32.const 1024)) unreachable", NOTHING), app(ASKS)),
              "config ?");
}

// One provider behind another: the first asks for "new" where it is asked for "one", the second has nothing that begins with a "t".
static void chained(void **state) {
  (void)state;
  const char *first =
      provider("(if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6f))"
               "  (then (call $get (i32.const 64) (i32.const 3) (i32.const 1024)) (return (i32.const 1024))))" PASS_GET,
               PASS_ALL);
  const char *second =
      provider("(if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x74)) (then (return " NOTHING ")))" PASS_GET, PASS_ALL);
  const char *inner = format("(component $p %s) (component $q %s)", first, second);
  assert_told(format("(component (import \"" STORE "\" (instance $host " STORE_TYPE ")) %s (component $a %s)"
                     "(instance $q (instantiate $q (with \"" STORE "\" (instance $host))))"
                     "(alias export $q \"" STORE "\" (instance $of-q))"
                     "(instance $p (instantiate $p (with \"" STORE "\" (instance $of-q))))"
                     "(alias export $p \"" STORE "\" (instance $of-p))"
                     "(instance $a (instantiate $a (with \"" STORE "\" (instance $of-p)))) (alias export $a \"run\" (func $run))"
                     "(export \"run\" (func $run)))",
                     inner, app(ASKS)),
              "config new exact");
}

// A key that is not known: all that the provider lets through may be asked for.
static void computed(void **state) {
  (void)state;
#define COMPUTED "(call $get (local.get 0) (i32.const 3) (i32.const 1024))"
  assert_told(composed(provider(PASS_GET, PASS_ALL), app(COMPUTED)), "config ?");
  assert_told(composed(provider(NOTHING, NOTHING), app(COMPUTED)), "");
  // "prefix." before every key.
  assert_told(
      composed(provider("(memory.copy (i32.const 512) (i32.const 67) (i32.const 7))"
                        "(memory.copy (i32.const 519) (local.get 0) (local.get 1))"
                        "(call $get (i32.const 512) (i32.add (local.get 1) (i32.const 7)) (i32.const 1024)) (i32.const 1024)",
                        NOTHING),
               app(COMPUTED ASKS)),
      "config prefix.one exact, config prefix.two exact, config ?prefix.*");
}

static void lists(void **state) {
  (void)state;
#define READS_ALL "(call $all (i32.const 1024))"
  assert_told(composed(provider(PASS_GET, PASS_ALL), app(READS_ALL)), "config ?");
  assert_told(composed(provider(PASS_GET, NOTHING), app(READS_ALL)), "");
  // One pair, whose value is that of "new".
  assert_told(composed(provider(PASS_GET, "(call $get (i32.const 64) (i32.const 3) (i32.const 1024))"
                                          "(i32.store (i32.const 2052) (i32.const 3000)) (i32.store (i32.const 2056) (i32.const 1))"
                                          "(i64.store (i32.const 3000) (i64.const 0x300000043))"
                                          "(i64.store (i32.const 3008) (i64.load offset=8 (i32.const 1024))) (i32.const 2048)"),
                       app(READS_ALL)),
              "config new exact");
}

struct scarce {
  struct cm_allocator allocator;
  size_t left;
};

static void *scarce_get(void *context, size_t size) {
  struct scarce *s = context;
  if (!s->left) return NULL;
  s->left--;
  return calloc(1, size);
}

static void scarce_put(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

// Memory that runs out anywhere is said; what is told is never another.
static void memory_runs_out(void **state) {
  (void)state;
  struct answer a = needs_of(composed(provider(PASS_GET, PASS_ALL), app(ASKS READS_ALL)));
  bool done = false;
  for (size_t allowed = 0; !done; allowed++) {
    struct scarce scarce = {.left = allowed};
    scarce.allocator = (struct cm_allocator){scarce_get, scarce_put, &scarce};
    struct cm_arena arena;
    struct cm_needs needs;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, &scarce.allocator);
    done = cm_needs_of_component(&arena, a.component, a.graph, NULL, &needs, &diag);
    if (done) {
      assert_int_equal(needs.need_count, a.needs.need_count);
      assert_int_equal(needs.unresolved_count, a.needs.unresolved_count);
    } else {
      assert_int_equal(diag.error, CM_NO_MEMORY);
    }
    cm_arena_free(&arena);
  }
  cm_arena_free(&a.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(passed),     cmocka_unit_test(invented),       cmocka_unit_test(renamed),
      cmocka_unit_test(falls_back), cmocka_unit_test(not_understood), cmocka_unit_test(chained),
      cmocka_unit_test(computed),   cmocka_unit_test(lists),          cmocka_unit_test(memory_runs_out),
  };
  cm_arena_init(&texts, NULL);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  cm_arena_free(&texts);
  return failed;
}
