// Scripts: directives, modules in their forms, actions, values.

#include "bytes.h"

#include <component/script.h>

struct read {
  struct cm_arena arena;
  struct cm_script script;
  struct cm_diag diag;
  bool ok;
};

static void read_script(struct read *r, const char *text) {
  *r = (struct read){0};
  cm_arena_init(&r->arena, NULL);
  r->ok = cm_script_read(&r->arena, cm_str_of(text), &r->script, &r->diag);
}

static const struct cm_directive *one(struct read *r, const char *text) {
  read_script(r, text);
  if (!r->ok) fail_msg("%s: %s", text, r->diag.message);
  assert_int_equal(r->script.count, 1);
  return r->script.directives;
}

static void kinds(void **state) {
  (void)state;
  static const struct {
    const char *text;
    enum cm_directive_kind kind;
    enum cm_script_form form;
    const char *source;
  } rows[] = {
      {"(module $m (func))", CM_DIRECTIVE_MODULE, CM_SCRIPT_TEXT, "(module $m (func))"},
      {"(module definition $m)", CM_DIRECTIVE_MODULE_DEFINITION, CM_SCRIPT_TEXT, "(module definition $m)"},
      {"(module quote \"(func\" \")\")", CM_DIRECTIVE_MODULE, CM_SCRIPT_QUOTED, "(func )"},
      {"(module binary \"ab\" \"\\63\")", CM_DIRECTIVE_MODULE, CM_SCRIPT_BINARY, "abc"},
      {"(component $c)", CM_DIRECTIVE_MODULE, CM_SCRIPT_TEXT, "(component $c)"},
      {"(component quote \"(func)\")", CM_DIRECTIVE_MODULE, CM_SCRIPT_QUOTED, "(component (func))"},
      {"(component definition quote \"\")", CM_DIRECTIVE_MODULE_DEFINITION, CM_SCRIPT_QUOTED, "(component )"},
      {"(component instance $i $c)", CM_DIRECTIVE_MODULE_INSTANCE, CM_SCRIPT_NO_MODULE, NULL},
      {"(assert_invalid (module) \"m\")", CM_DIRECTIVE_ASSERT_INVALID, CM_SCRIPT_TEXT, "(module)"},
      {"(assert_malformed (module quote \"(\") \"m\")", CM_DIRECTIVE_ASSERT_MALFORMED, CM_SCRIPT_QUOTED, "("},
      {"(assert_unlinkable (module) \"m\")", CM_DIRECTIVE_ASSERT_UNLINKABLE, CM_SCRIPT_TEXT, "(module)"},
      {"(assert_trap (module) \"m\")", CM_DIRECTIVE_ASSERT_TRAP, CM_SCRIPT_TEXT, "(module)"},
      {"(assert_trap (invoke \"f\") \"m\")", CM_DIRECTIVE_ASSERT_TRAP, CM_SCRIPT_NO_MODULE, NULL},
      {"(assert_exhaustion (invoke \"f\") \"m\")", CM_DIRECTIVE_ASSERT_EXHAUSTION, CM_SCRIPT_NO_MODULE, NULL},
      {"(assert_exception (invoke \"f\"))", CM_DIRECTIVE_ASSERT_EXCEPTION, CM_SCRIPT_NO_MODULE, NULL},
      {"(assert_suspension (invoke \"f\") \"m\")", CM_DIRECTIVE_ASSERT_SUSPENSION, CM_SCRIPT_NO_MODULE, NULL},
      {"(assert_return (get $m \"g\"))", CM_DIRECTIVE_ASSERT_RETURN, CM_SCRIPT_NO_MODULE, NULL},
      {"(register \"n\" $m)", CM_DIRECTIVE_REGISTER, CM_SCRIPT_NO_MODULE, NULL},
      {"(invoke $m \"f\" (i32.const 1))", CM_DIRECTIVE_ACTION, CM_SCRIPT_NO_MODULE, NULL},
      {"(thread $t (shared (module $m)) (module) (invoke \"f\"))", CM_DIRECTIVE_THREAD, CM_SCRIPT_NO_MODULE, NULL},
      {"(wait $t)", CM_DIRECTIVE_WAIT, CM_SCRIPT_NO_MODULE, NULL},
      // A text without directives is one module.
      {"(func) (memory 0)", CM_DIRECTIVE_MODULE, CM_SCRIPT_TEXT, "(func) (memory 0)"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct read r;
    const struct cm_directive *d = one(&r, rows[i].text);
    assert_int_equal(d->kind, rows[i].kind);
    assert_int_equal(d->form, rows[i].form);
    if (rows[i].source) assert_true(cm_str_is((struct cm_str){(const char *)d->source.at, d->source.size}, rows[i].source));
    cm_arena_free(&r.arena);
  }
}

static void parts_of_directives(void **state) {
  (void)state;
  struct read r;
  const struct cm_directive *d = one(&r, "(assert_trap (invoke $m \"f\" (i32.const -1) (ref.null func)) \"boom\")");
  assert_true(d->has_action && !d->action.is_get);
  assert_true(cm_str_is(d->action.module, "m") && cm_str_is(d->action.export, "f") && cm_str_is(d->message, "boom"));
  assert_int_equal(d->action.argument_count, 2);
  assert_int_equal(d->action.arguments[0].bits, UINT32_MAX);
  assert_true(cm_str_is(d->action.arguments[1].text, "null") && cm_str_is(d->action.arguments[1].name, "func"));
  cm_arena_free(&r.arena);
  d = one(&r, "(thread $t (shared (module $m)) (wait $u) (register \"a\"))");
  assert_true(cm_str_is(d->id, "t") && cm_str_is(d->of, "m"));
  assert_int_equal(d->directive_count, 2);
  assert_true(cm_str_is(d->directives[0].id, "u") && cm_str_is(d->directives[1].of, "a"));
  cm_arena_free(&r.arena);
  d = one(&r, "\n (assert_invalid\n  (component binary \"\") \"m\")");
  assert_int_equal(d->offset, 2);
  assert_int_equal(d->module_offset, 20);
  assert_true(d->is_component);
  cm_arena_free(&r.arena);
}

static void values(void **state) {
  (void)state;
  struct read r;
  const struct cm_directive *d =
      one(&r, "(assert_return (invoke \"f\") (f32.const nan:canonical) (f64.const nan:arithmetic) (f64.const -0)"
              " (v128.const i16x8 1 2 3 4 5 6 7 -1) (v128.const f32x4 1 nan:arithmetic 2 3) (ref.extern 7) (ref.func)"
              " (either (i32.const 1) (i64.const 2)) (bool.const true) (u8.const 255) (char.const \"\\u{20ac}\") (str.const \"s\")"
              " (list.const (s8.const -1) (s8.const 2)) (record.const (field \"a\" u32.const 1) (field \"b\" (tuple.const)))"
              " (variant.const \"c\" (u64.const 9)) (enum.const \"e\") (option.none) (option.some (f32.const 1)) (result.ok)"
              " (result.err (str.const \"x\")) (flags.const \"p\" \"q\"))");
  const struct cm_script_value *v = d->results;
  assert_int_equal(d->result_count, 21);
  assert_int_equal(v[0].nan, CM_SCRIPT_NAN_CANONICAL);
  assert_int_equal(v[1].nan, CM_SCRIPT_NAN_ARITHMETIC);
  assert_true(v[2].bits == 0x8000000000000000);
  assert_true(v[3].count == 8 && v[3].items[7].bits == 0xffff && cm_str_is(v[3].shape, "i16x8"));
  assert_true(v[4].items[1].nan == CM_SCRIPT_NAN_ARITHMETIC && v[4].items[2].bits == 0x40000000);
  assert_true(v[5].has_number && v[5].bits == 7 && !v[6].has_number && cm_str_is(v[6].text, "func"));
  assert_true(v[7].kind == CM_SCRIPT_EITHER && v[7].count == 2);
  assert_true(v[8].bits == 1 && v[9].bits == 255 && v[10].bits == 0x20ac && cm_str_is(v[11].text, "s"));
  assert_true(v[12].count == 2 && v[12].items[0].bits == 0xff);
  assert_true(v[13].count == 2 && cm_str_is(v[13].items[1].name, "b") && v[13].items[1].kind == CM_SCRIPT_TUPLE);
  assert_true(v[14].count == 1 && cm_str_is(v[14].text, "c") && v[14].items[0].bits == 9);
  assert_true(cm_str_is(v[15].text, "e") && v[16].kind == CM_SCRIPT_NONE && v[17].count == 1 && v[18].count == 0);
  assert_true(v[19].kind == CM_SCRIPT_ERROR && v[19].count == 1);
  assert_true(v[20].count == 2 && cm_str_is(v[20].items[1].text, "q"));
  cm_arena_free(&r.arena);
}

static void modules_are_parsed_when_asked_for(void **state) {
  (void)state;
  struct read r;
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  read_script(&r, "(module definition $m (func)) (module quote \"(fun)\") (component definition (type u8)) (module binary \"x\")");
  assert_true(r.ok);
  assert_true(cm_script_module(&r.arena, &r.script.directives[0], NULL, &parsed, &diag));
  assert_true(parsed.artifact == CM_ARTIFACT_MODULE && parsed.bytes.size > 8);
  assert_false(cm_script_module(&r.arena, &r.script.directives[1], NULL, &parsed, &diag));
  assert_int_equal(diag.offset, 1);
  assert_true(cm_script_module(&r.arena, &r.script.directives[2], NULL, &parsed, &diag));
  assert_int_equal(parsed.component->scope.item_count, 1);
  assert_true(cm_script_module(&r.arena, &r.script.directives[3], NULL, &parsed, &diag));
  assert_int_equal(parsed.bytes.size, 1);
  cm_arena_free(&r.arena);
}

static void refused_scripts(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } rows[] = {
      {"(modul)", "unknown directive `modul`"},
      {"(assert_retrn (invoke \"f\"))", "is `assert_return` meant?"},
      {"(assert_return (call \"f\"))", "expected `(invoke`"},
      {"(assert_return (invoke \"f\") (i32.const x))", "expected an integer"},
      {"(assert_return (invoke \"f\") (i32.cons 1))", "expected a value"},
      {"(assert_return (invoke \"f\") (u8.const 256))", "out of range"},
      {"(assert_return (invoke \"f\") (char.const \"ab\"))", "one character"},
      {"(assert_return (invoke \"f\") (v128.const i32x4 1 2 3))", "expected a lane"},
      {"(assert_invalid (func) \"m\")", "expected `(module`"},
      {"(assert_invalid (module))", "the message"},
      {"(module", "is not closed"},
      {"(module quote \"a\" b)", "expected `)`"},
      {"(thread $t (thread $u))", "starts no threads"},
      {"(thread (module))", "the identifier of a thread"},
      {"(module) )", "expected a directive"},
      {"(register 1)", "a name"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct read r;
    read_script(&r, rows[i].text);
    if (r.ok || !strstr(r.diag.message, rows[i].message)) fail_msg("%s: %s", rows[i].text, r.diag.message);
    cm_arena_free(&r.arena);
  }
}

static void values_have_a_depth(void **state) {
  (void)state;
  char text[4000] = "(assert_return (invoke \"f\") ";
  for (int i = 0; i < 150; i++) strcat(text, "(option.some ");
  struct read r;
  read_script(&r, text);
  assert_false(r.ok);
  assert_int_equal(r.diag.error, CM_LIMIT);
  cm_arena_free(&r.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kinds),           cmocka_unit_test(parts_of_directives),
      cmocka_unit_test(values),          cmocka_unit_test(modules_are_parsed_when_asked_for),
      cmocka_unit_test(refused_scripts), cmocka_unit_test(values_have_a_depth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
