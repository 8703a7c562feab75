// One reading of a body: the constant addresses that it stores to, and what it calls, told in order.

#include "exec_bytes.h"

#include "analyze/body.h"

#include <stdio.h>

enum { MENTIONED = 65536 };

struct told {
  char text[400];
  const uint8_t *begin;
};

static void on_use(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at) {
  static const char *const names[] = {"call", "ref", "indirect", "call_ref"};
  struct told *t = context;
  size_t used = strlen(t->text);
  snprintf(t->text + used, sizeof t->text - used, "%s %u,%u at %u; ", names[use], (unsigned)a, (unsigned)b,
           (unsigned)(at - t->begin));
}

static void on_write(void *context, uint64_t address, uint64_t size) {
  struct told *t = context;
  size_t used = strlen(t->text);
  snprintf(t->text + used, sizeof t->text - used, "%llu+%llu; ", (unsigned long long)address, (unsigned long long)size);
}

static void on_mention(void *context, uint64_t address) {
  struct told *t = context;
  size_t used = strlen(t->text);
  snprintf(t->text + used, sizeof t->text - used, "&%llu; ", (unsigned long long)address);
}

// Type 0 has no parameters and no results, type 1 is (i32 i32) -> i32; two functions of type 1 without much in them, then the body.
// Behind the last `end` of the body stand bytes of a custom section, so that the end of the module is not near.
static void assert_told(const char *body, const char *expected) {
  struct told t = {.text = ""};
  char code[52000];
  snprintf(code, sizeof code, "00 2000 0b;00 2000 0b;%s", body);
  struct made m = make_module(1, "02 60 00 00 60 02 7f7f 01 7f", 3, "03 01 01 00", 4, "01 70 00 02", 5, "01 00 01", 12, "00", 10,
                              code, 0, "'pad' 0000000000000000000000000000000000000000", -1);
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct body_reader *reader = body_reader_new(&arena, &(struct body_visitor){on_use, on_write, on_mention, &t});
  assert_non_null(reader);
  body_reader_bounds(reader, MENTIONED, 2 * MENTIONED);
  t.begin = m.module->funcs[2].body.at;
  struct cm_diag diag = {0};
  if (!body_read(reader, m.module, 2, &diag)) fail_msg("%s", diag.message);
  assert_string_equal(t.text, expected);
  // A reader that has read one body has forgotten it.
  t.text[0] = 0;
  assert_true(body_read(reader, m.module, 2, NULL));
  assert_string_equal(t.text, expected);
  cm_arena_free(&arena);
  unmake(&m);
}

// Constants between the bounds, but for those that are just loaded from; and what an unknown number is added to where something is stored.
static void mentions(void **state) {
  (void)state;
  assert_told("00 41808004 1a 41ffff03 1a 4180800c 1a 0b", "&65536; ");
  assert_told("00 41808004 2802 00 1a 41848004 4100 6a 1a 0b", "&65540; ");
  assert_told("00 2000 4100 3602 888004 2000 2802 888004 1a 0b", "&65544; ");
  assert_told("00 4100 4100 3602 888004 0b", "65544+4; ");
}

static void stores(void **state) {
  (void)state;
  // To a constant, by each width; plain and with an offset; the value is of no interest.
  assert_told("00 4110 4100 3602 00 4110 4200 3703 04 4120 4107 3a00 01 4120 4107 3b01 c001 0b", "16+4; 20+8; 33+1; 224+2; ");
  assert_told("00 4100 4307000000 3802 10 4100 4407000000000000 00 3903 8001 0b", "16+4; 128+8; ");
  // By the offset from zero, as unoptimized code has it, through a local.
  assert_told("01 017f 4100 2100 2000 4105 3602 8008 0b", "1024+4; ");
  assert_told("01 017f 41c000 2200 4105 3602 00 2000 4105 3602 08 0b", "64+4; 72+4; ");
  // What is computed, loaded, given or returned is no constant.
  assert_told("01 027f 4101 4102 6a 4100 3602 00 4100 2802 00 4100 3602 00 2001 4100 3602 00 4101 4102 1000 4100 3602 00 0b",
              "call 0,0 at 34; ");
  assert_told("00 4110 4120 4101 1b 4100 3602 00 0b", "");
}

static void in_bulk(void **state) {
  (void)state;
  assert_told("00 4110 4100 4120 fc0b00 41c000 4110 4108 fc0a0000 0b", "16+32; 64+8; ");
  assert_told("00 4110 4100 4120 4000 fc0b00 0b", "16+1; ");  // of unknown size
  assert_told("00 4110 fd0c 00000000000000000000000000000000 fd0b 04 00 0b", "16+16; ");
}

static void numbers_of_any_length(void **state) {
  (void)state;
  // The same store with numbers that are padded to four bytes, which need no decoder, and to five, which do.
  assert_told("00 4190808000 4100 3602 84808000 0b", "20+4; ");
  assert_told("00 419080808000 4100 3602 8480808000 0b", "20+4; ");
  assert_told("00 417f 4100 3602 00 0b", "4294967295+4; ");
  assert_told("00 41808080807f 4100 3602 00 0b", "4026531840+4; ");
  // Local 200, which takes two bytes.
  assert_told("01 c9017f 4110 21c801 20c801 4100 3602 00 20c701 4100 3602 00 0b", "16+4; ");
}

static void blocks(void **state) {
  (void)state;
  // What a block leaves below its result is gone at its end; what was there before is not.
  assert_told("00 4130 0240 4110 4120 0c00 0b 1a 4100 3602 00 0b", "48+4; ");
  assert_told("00 4130 4101 0440 4110 05 4120 0b 1a 4100 3602 00 0b", "48+4; ");
  assert_told("00 0340 4101 0d00 0b 1a 4110 4100 3602 00 0b", "16+4; ");
  // Behind a branch nothing is on the stack that could be taken for an address.
  assert_told("00 0240 4110 0f 1a1a1a 4100 3602 00 0b 0b", "");
}

// Local 2 is what it is on the last way to where it is used.
static void locals_where_ways_meet(void **state) {
  (void)state;
  static const struct {
    const char *body, *expected;
  } rows[] = {
      {"4120 2102 2000 0440 4110 2102 0f 0b", "32+4; "},                       // an `if` that returns
      {"2000 0440 4110 2102 00 0b", ""},                                       // one that traps
      {"2000 0440 4110 2102 0b", "16+4; "},                                    // one that goes on
      {"0240 4130 2102 2000 0d00 4110 2102 0f 0b", "48+4; "},                  // what it was at a branch
      {"0240 4130 2102 2000 0e0000 4110 2102 0f 0b", "48+4; "},                // and at one by a table
      {"0240 0240 2000 0d00 4110 2102 0c01 0b 0f 0b", "16+4; "},               // and at one from farther inside
      {"2000 0440 4110 2102 05 2002 4100 3602 00 0b", "16+4; "},               // not in the other arm
      {"2000 0440 4110 2102 05 4120 2102 0b", "32+4; "},                       // the last one of two arms
      {"2000 0440 4110 2102 05 0f 0b", "16+4; "},                              // the only one that comes there
      {"2000 0440 4110 2102 0f 05 4120 2102 0b", "32+4; "},                    // and the other one
      {"2000 0440 0340 2000 0d01 4110 2102 0c00 0b 0b", ""},                   // a loop is left by branches
      {"0240 2000 0440 4110 2102 0c01 0b 2002 4100 3602 08 0f 0b", "16+4; "},  // behind the `if` it is not yet so
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char body[200];
    snprintf(body, sizeof body, "01 037f %s 2002 4100 3602 00 0b", rows[i].body);
    assert_told(body, rows[i].expected);
  }
  // Where it changes too often, it counts as what it was last.
  static const char set[8] = {'4', '1', '1', '0', '2', '1', '0', '2'};
  char body[50000] = "01 037f 4120 2102 2000 0440 ";
  size_t used = strlen(body);
  for (unsigned n = 0; n < 5000; n++, used += sizeof set) memcpy(body + used, set, sizeof set);
  strcpy(body + used, "0f 0b 2002 4100 3602 00 0b");
  assert_told(body, "16+4; ");
}

static void deep_stacks(void **state) {
  (void)state;
  // Seventy operands above the address: of one so deep nothing is known, and nothing wrong is said of it.
  char body[600] = "00 4110 ";
  for (unsigned i = 0; i < 70; i++) strcat(body, "4101");
  for (unsigned i = 0; i < 70; i++) strcat(body, "1a");
  assert_told(strcat(body, "4100 3602 00 0b"), "");
}

static void uses_in_order(void **state) {
  (void)state;
  assert_told("00 4101 4102 1001 4103 1000 1a d200 1a 4101 4102 4100 1101 00 1a 4110 4100 3602 00 1202 0b",
              "call 1,0 at 5; call 0,0 at 9; ref 0,0 at 12; indirect 1,0 at 21; 16+4; call 2,0 at 32; ");
}

static void malformed(void **state) {
  (void)state;
  static const char *const bodies[] = {"00 ff 0b", "00 41", "00 4100 1a", "00 1080808080 8000 0b"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    struct told t = {.text = ""};
    struct made m = make_module(1, "01 60 00 00", 3, "01 00", 10, bodies[i], -1);
    struct cm_arena arena;
    cm_arena_init(&arena, NULL);
    struct body_reader *reader = body_reader_new(&arena, &(struct body_visitor){on_use, on_write, on_mention, &t});
    struct cm_diag diag = {0};
    assert_false(body_read(reader, m.module, 0, &diag));
    assert_true(diag.has_offset);
    cm_arena_free(&arena);
    unmake(&m);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stores),      cmocka_unit_test(mentions),
      cmocka_unit_test(in_bulk),     cmocka_unit_test(numbers_of_any_length),
      cmocka_unit_test(blocks),      cmocka_unit_test(locals_where_ways_meet),
      cmocka_unit_test(deep_stacks), cmocka_unit_test(uses_in_order),
      cmocka_unit_test(malformed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
