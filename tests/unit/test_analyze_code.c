// Code as the analyses read it: numbers that stand in globals, or are added to such ones, are one number.

#include "analyze/code.h"
#include "analyze_samples.h"
#include "data/analyze.h"

#include <stdio.h>

// What is read, numbers as they are, `!` behind those that are written as linkers write addresses, and `+` where a base is in them.
static void tell(const struct core_module *module, char *text, size_t size) {
  struct core_code code;
  text[0] = 0;
  assert_true(core_code_begin(&code, NULL, module, 0, NULL, NULL, NULL));
  for (struct core_instr i; code_next(&code, &i);) {
    size_t used = strlen(text);
    uint32_t base;
    if (i.op == CORE_OP_I32_CONST)
      snprintf(text + used, size - used, "%d%s%s ", i.i32, code_is_linked(&code, i.at) ? "!" : "",
               code_has_base(&code, &i, &base) ? "+" : "");
    else if (i.op != CORE_OP_DROP && i.op != CORE_OP_END)
      snprintf(text + used, size - used, "%s ", core_ops[i.op].text);
  }
}

static void numbers_of_globals(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "based");
  number_sample(&b);
  char text[400];
  tell(b.program.instances[0].module, text, sizeof text);
  assert_string_equal(text, "4096! 6!+ 4100! 0! local.tee 4104 i32.add 4100! 4 i32.sub global.get 16 i32.add ");
  drop_sample(&b);
}

static void constant_globals(void **state) {
  (void)state;
  struct built b = build_sample(analyze_samples, "based");
  number_sample(&b);
  const struct core_module *module = b.program.instances[0].module;
  uint32_t number = 7;
  assert_false(code_constant_global(module, 0, &number));
  assert_int_equal(number, 7);
  assert_true(code_constant_global(module, 3, &number));
  assert_int_equal(number, 4100);
  assert_false(code_constant_global(module, 4, &number));
  drop_sample(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_of_globals), cmocka_unit_test(constant_globals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
