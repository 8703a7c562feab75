// Lists of hosts and names, as the platform matches them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gate/egress.h"

static bool allows(const char *entry, const char *target) {
  struct tw_egress egress;
  return tw_egress_read(cm_str_of(entry), &egress) && tw_egress_allows(&egress, cm_str_of(target));
}

static bool may_serve(const char *entry, const char *pattern) {
  struct tw_egress egress;
  assert_true(tw_egress_read(cm_str_of(entry), &egress));
  return tw_egress_may_serve(&egress, cm_str_of(pattern));
}

static void test_names(void **state) {
  (void)state;
  assert_true(allows("api.example.com", "api.example.com"));
  assert_true(allows("api.example.com", "API.example.COM"));
  assert_false(allows("api.example.com", "example.com"));
  assert_false(allows("example.com", "api.example.com"));
  assert_true(allows("*", "anything"));
}

static void test_wildcards(void **state) {
  (void)state;
  assert_true(allows("*.example.com", "a.example.com"));
  assert_true(allows("*.example.com", "a.b.example.com"));
  assert_false(allows("*.example.com", "example.com"));
  assert_false(allows("*.example.com", ".example.com"));
  assert_false(allows("*.example.com", "badexample.com"));
}

static void test_ports(void **state) {
  (void)state;
  assert_true(allows("example.com", "example.com:8443"));
  assert_true(allows("example.com:8443", "example.com:8443"));
  assert_false(allows("example.com:8443", "example.com"));
  assert_false(allows("example.com:8443", "example.com:8080"));
  assert_true(allows("*.example.com:8443", "a.example.com:8443"));
  assert_true(allows("[::1]:80", "[::1]:80"));
  assert_true(allows("[::1]", "[::1]:80"));
  assert_true(allows("::1", "::1"));
}

static void test_schemes(void **state) {
  (void)state;
  assert_true(allows("https://api.example.com", "api.example.com"));
  assert_true(allows("https://api.example.com/", "api.example.com"));
  assert_true(allows("https://*.example.com:8443/", "a.example.com:8443"));
}

static void test_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"", "*foo", "https://", "https://api.example.com/v1", "*.", "a.*.b"};
  struct tw_egress egress;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (tw_egress_read(cm_str_of(bad[i]), &egress)) fail_msg("taken: '%s'", bad[i]);
  }
}

static void test_may_serve(void **state) {
  (void)state;
  assert_true(may_serve("eu.example.com", "*.example.com"));
  assert_true(may_serve("*.example.com", "*.example.com"));
  assert_true(may_serve("eu.example.com", "*.example.com:8443"));
  assert_false(may_serve("eu.example.com", "*.other.com"));
  assert_true(may_serve("*", "*.other.com"));
  assert_true(may_serve("eu.example.com", ""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_names),   cmocka_unit_test(test_wildcards), cmocka_unit_test(test_ports),
      cmocka_unit_test(test_schemes), cmocka_unit_test(test_refused),   cmocka_unit_test(test_may_serve),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
