// More mistakes than one in a text: each is told, what only follows from another is not, and the first comes back.

#include "bytes.h"

#include <component/limits.h>
#include <component/parse.h>

#include <stdio.h>

enum { ROOM = 2000 };

struct heard {
  uint64_t offsets[ROOM];
  char messages[8][CM_DIAG_MESSAGE];
  unsigned count, most;  // `most`: when to end it
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  assert_true(heard->count < ROOM);
  if (heard->count < 8) snprintf(heard->messages[heard->count], CM_DIAG_MESSAGE, "%s", diag->message);
  heard->offsets[heard->count++] = diag->offset;
  return heard->count != heard->most;
}

// Parses, and returns the first error as it comes without a sink.
static void parse(const char *text, struct heard *heard) {
  struct cm_arena arena;
  struct cm_parsed parsed;
  struct cm_diag first = {0}, alone = {0};
  const struct cm_diag_sink sink = {hear, heard};
  const struct cm_parse_options options = {.sink = &sink};
  cm_arena_init(&arena, NULL);
  bool ok = cm_parse_text(&arena, cm_str_of(text), &options, &parsed, &first);
  assert_int_equal(ok, heard->count == 0);
  assert_int_equal(ok, cm_parse_text(&arena, cm_str_of(text), NULL, &parsed, &alone));
  assert_string_equal(first.message, alone.message);
  assert_int_equal(first.offset, alone.offset);
  cm_arena_free(&arena);
}

// Each mistake is marked by a ! in front of it, which is no part of the text.
static void check(const char *marked) {
  char text[1024];
  uint64_t places[16];
  unsigned count = 0;
  size_t size = 0;
  for (const char *s = marked; *s; s++) {
    if (*s == '!')
      places[count++] = size;
    else
      text[size++] = *s;
  }
  text[size] = '\0';
  struct heard *heard = calloc(1, sizeof *heard);
  assert_non_null(heard);
  parse(text, heard);
  // Identifiers and what stands between fields are looked at before what is in the fields.
  for (unsigned i = 0; i < heard->count; i++) {
    bool marked_there = false;
    for (unsigned k = 0; k < count; k++) marked_there |= heard->offsets[i] == places[k];
    if (!marked_there) fail_msg("%s: not a mistake, at `%s`: %s", marked, text + heard->offsets[i], heard->messages[i]);
  }
  if (heard->count != count) fail_msg("%s: heard of %u", marked, heard->count);
  free(heard);
}

static void each_mistake_is_told(void **state) {
  (void)state;
  static const char *const texts[] = {
      "(module)",
      // One for each field; labels and locals of one function are nothing to the next.
      "(module (func !nopp _) (func (param $x i32) block $l br !$m end) (func (param $x i32) local.get !$y br $l))",
      "(module (func (param $x i32) !nopp) (func (param $x i32) local.get $x block !nopp) (func (param $x i32) (if (then (!nopp)))))",
      // Fields: their words, identifiers, what is between them.
      "(module (!fnc) (func $f) (func !$f) !nop nop (memory 1 2 !3) (data \"!\\zz\") (memory 1 2 !3))",
      // What may be of a field that was not read is not unknown.
      "(module (!fnc $f) (func call $f) (func !nopp))",
      "(module (type $t (struct (field $a !i33))) (func (param (ref $t)) struct.get $t $a (local.get 0)) (func struct.get $t 7))",
      "(module (type $t (func (param !i33))) (func (type $t) (param i32)) (func (type 0) !nopp))",
      "(module (func call !$f) (func !nopp))",
      // Components: definitions, and what is in them.
      "(component (type $t (!rcord)) (import \"a\" (func (param \"x\" $t))) (import \"b\" (!fun)))",
      "(component (core module (func !nopp) (func call !$g)) (component (import \"a\" (!fun)) (import \"b\" (!fun))) (type (list !u9)))",
      "(component (component $c (import \"a\" (!fun))) (instance (instantiate $c)) (instance (instantiate !$d)))",
      "(component (import \"a\" (!fun)) !x (import \"b\" (!fun)))",
      "(component (value u8 !256) (value u8 1) (type (list !u9)))",
      // Texts that break off.
      "(module (func !nopp)!",
      "(component (import \"a\" (!fun)) (import \"b\"!",
      "(component (import \"a\" (!fun)) !\x01",
      "(component (import \"a\" (!fun))) !\"",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) check(texts[i]);
}

static void it_ends_when_enough_was_heard(void **state) {
  (void)state;
  struct heard *heard = calloc(1, sizeof *heard);
  assert_non_null(heard);
  heard->most = 2;
  parse("(module (func nopp) (func nopp) (func nopp))", heard);
  assert_int_equal(heard->count, 2);
  free(heard);
}

static void there_is_a_limit(void **state) {
  (void)state;
  static const char field[] = "(func nopp)";
  enum { COUNT = CM_LIMIT_ERRORS + 100 };
  char *text = malloc(COUNT * sizeof field + 16), *to = text;
  struct heard *heard = calloc(1, sizeof *heard);
  assert_non_null(text);
  assert_non_null(heard);
  for (int i = 0; i < COUNT; i++) to += sprintf(to, "%s", field);
  parse(text, heard);
  assert_int_equal(heard->count, CM_LIMIT_ERRORS);
  free(heard);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_mistake_is_told),
      cmocka_unit_test(it_ends_when_enough_was_heard),
      cmocka_unit_test(there_is_a_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
