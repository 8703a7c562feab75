// The program: numbering across instances, who calls whom, what the entries reach, trampolines seen through, memory images.

#include "analyze_samples.h"
#include "data/analyze.h"
#include "data/graph.h"

static bool reached(const struct built *b, uint32_t gid) { return b->program.reached[gid] & 1; }

struct callers {
  uint32_t direct[8], indirect[8];
  unsigned direct_count, indirect_count;
};

static void add_caller(void *context, uint32_t caller, bool indirect) {
  struct callers *c = context;
  uint32_t *list = indirect ? c->indirect : c->direct;
  unsigned *count = indirect ? &c->indirect_count : &c->direct_count;
  for (unsigned i = 0; i < *count; i++)
    if (list[i] == caller) return;
  assert_in_range(*count, 0, 7);
  list[(*count)++] = caller;
}

static struct callers callers_of(const struct built *b, uint32_t gid) {
  struct callers c = {0};
  program_callers(&b->program, gid, NULL, add_caller, &c);
  return c;
}

static void what_entries_reach(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "call_graph");
  number_sample(&b);
  static const char *const yes[] = {"run", "direct", "b", "deep", "referred", "leave"}, *const no[] = {"a", "c", "unreached"};
  for (unsigned i = 0; i < sizeof yes / sizeof *yes; i++) assert_true(reached(&b, called(&b, 0, yes[i])));
  for (unsigned i = 0; i < sizeof no / sizeof *no; i++) assert_false(reached(&b, called(&b, 0, no[i])));
  assert_true(b.program.is_entry[called(&b, 0, "run")]);
  assert_false(b.program.is_entry[called(&b, 0, "direct")]);
  assert_false(b.program.malformed);
  drop_sample(&b);
}

static void who_calls_whom(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "call_graph");
  number_sample(&b);
  uint32_t run = called(&b, 0, "run"), direct = called(&b, 0, "direct");
  struct callers c = callers_of(&b, direct);
  assert_int_equal(c.direct_count, 2);  // itself too
  assert_int_equal(c.indirect_count, 0);
  c = callers_of(&b, called(&b, 0, "b"));
  assert_int_equal(c.direct_count, 0);
  assert_int_equal(c.indirect_count, 1);
  assert_int_equal(c.indirect[0], run);
  // The import stands in the table as well.
  c = callers_of(&b, called(&b, 0, "leave"));
  assert_int_equal(c.direct_count, 1);
  assert_int_equal(c.direct[0], direct);
  assert_int_equal(c.indirect_count, 1);
  c = callers_of(&b, called(&b, 0, "referred"));
  assert_int_equal(c.direct_count + c.indirect_count, 0);
  c = callers_of(&b, called(&b, 0, "unreached"));
  assert_int_equal(c.direct_count + c.indirect_count, 0);
  drop_sample(&b);
}

static void table_and_type_say_what_an_indirect_call_means(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "call_graph");
  number_sample(&b);
  assert_int_equal(b.program.kind_count, 1);
  const struct program_kind *kind = &b.program.kinds[0];
  assert_int_equal(kind->target_count, 2);
  assert_int_equal(kind->targets[0], called(&b, 0, "b"));
  assert_int_equal(kind->targets[1], called(&b, 0, "leave"));
  // Equal types have one number, different ones not.
  const struct core_module *module = b.module;
  uint32_t one = program_signature(&b.program, 0, module->funcs[program_func(&b.program, called(&b, 0, "b"))].type);
  assert_int_equal(one, kind->signature);
  assert_int_not_equal(one, program_signature(&b.program, 0, module->funcs[program_func(&b.program, called(&b, 0, "a"))].type));
  assert_int_equal(program_signature(&b.program, 0, 1000), UINT32_MAX);
  drop_sample(&b);
}

static void imports_that_leave(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "call_graph");
  struct cm_core_target target;
  number_sample(&b);
  assert_int_equal(program_callee(&b.program, 0, 0, &target), NO_FUNC);
  assert_int_equal(target.kind, CM_TARGET_UNKNOWN);
  assert_int_equal(program_callee(&b.program, 0, 1, NULL), 1);
  assert_int_equal(program_callee(&b.program, 0, 100000, NULL), NO_FUNC);
  drop_sample(&b);
}

// wit-component's shim: main imports a function that hands its parameter to a table entry, which is a lowered import.
static void trampolines_are_seen_through(void **state) {
  (void)state;
  struct built b = build_sample(graph_samples, "shim");
  number_sample(&b);
  uint32_t main_instance = UINT32_MAX;
  for (uint32_t i = 0; i < b.program.instance_count; i++)
    if (b.program.instances[i].module->memory_count) main_instance = i;
  assert_int_not_equal(main_instance, UINT32_MAX);
  struct cm_core_target target;
  assert_int_equal(program_callee(&b.program, main_instance, 0, &target), NO_FUNC);
  assert_int_equal(target.kind, CM_TARGET_LOWERED);
  assert_true(cm_str_is(target.origin->function, "get-environment"));
  uint32_t run = exported(&b, main_instance, "run");
  assert_true(b.program.is_entry[run]);
  // The slot that counts is an import of some instance, called by run.
  bool found = false;
  for (size_t i = 0; i < b.program.call_count; i++) found |= b.program.calls[i].caller == run;
  assert_true(found);
  drop_sample(&b);
}

static void assert_image(const struct image *image, uint64_t address, const char *text) {
  for (size_t i = 0; text[i]; i++) {
    uint8_t byte;
    bool weak;
    assert_true(image_byte(image, address + i, &byte, &weak));
    assert_int_equal(byte, text[i]);
    assert_false(weak);
  }
}

static void images(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "image");
  number_sample(&b);
  const struct image *image = program_image(&b.program, 0);
  assert_non_null(image);
  assert_image(image, 28, "abcdef23XY6789");
  uint8_t byte;
  bool weak;
  assert_image(image, 80, "end");
  assert_true(image_byte(image, 50, &byte, &weak));
  assert_int_equal(byte, 0);
  assert_false(image_byte(image, 27, &byte, &weak));
  assert_false(image_byte(image, 2000, &byte, &weak));
  // Bytes 2 to 4 of the passive segment.
  assert_true(image_byte(image, 64, &byte, &weak));
  assert_int_equal(byte, 's');
  assert_true(image_byte(image, 67, &byte, &weak));
  assert_int_equal(byte, 0);
  assert_ptr_equal(image, program_image(&b.program, 0));
  drop_sample(&b);
}

static void no_memory_no_image(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "call_graph");
  number_sample(&b);
  assert_null(program_image(&b.program, 0));
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_entries_reach),
      cmocka_unit_test(who_calls_whom),
      cmocka_unit_test(table_and_type_say_what_an_indirect_call_means),
      cmocka_unit_test(imports_that_leave),
      cmocka_unit_test(trampolines_are_seen_through),
      cmocka_unit_test(images),
      cmocka_unit_test(no_memory_no_image),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
