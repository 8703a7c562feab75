// Rust's symbols: a table of names as compilers write them, checked against rustc-demangle's output; malformed and hostile ones.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/demangle.h"

static const char *const known[][2] = {
    // legacy
    {"_ZN3app7connect17h0123456789abcdefE", "app::connect"},
    {"_ZN4core3ptr68drop_in_place$LT$wasi_snapshot_preview1..descriptors..Descriptor$GT$17hebfb09b9a80fca16E",
     "core::ptr::drop_in_place<wasi_snapshot_preview1::descriptors::Descriptor>"},
    {"_ZN3app7connect17h0123456789abcdefE.llvm.10046258018282214644", "app::connect"},
    {"_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
     "<Test + 'static as foo::Bar<Test>>::bar"},
    // v0
    {"_RNvNtCsjxAGxP6tU2q_3std3env7__var_os", "std::env::_var_os"},
    {"_RNvCs7Jm4Xog8vUm_9cargo_env4main", "cargo_env::main"},
    {"_RNvCs7Jm4Xog8vUm_9cargo_env4main.llvm.123", "cargo_env::main"},
    {"_RNvC3app4main.cold", "app::main.cold"},
    {"_RNCNvNtCsd0MF6GCjxwM_3std9panicking12default_hook0B5_", "std::panicking::default_hook::{closure#0}"},
    {"_RINvNtCs61Tf4xi4XRZ_4core3ptr13drop_in_placeNtNtCs9pIkvhCqIQT_5alloc6string6StringECs7Jm4Xog8vUm_9cargo_env",
     "core::ptr::drop_in_place::<alloc::string::String>"},
    {"_RNvXs_NtNtCs61Tf4xi4XRZ_4core5slice4iterNtC3app1AINtB4_4IterhE4next", "<app::A as core::slice::iter::Iter<u8>>::next"},
    {"_RNSNvYNCINvNtCsd0MF6GCjxwM_3std2rt10lang_startuE0INtNtNtCshlZGhyuz9uS_4core3ops8function6FnOnceuE9call_once6vtable"
     "CsllEpcp8UGZr_9cargo_env",
     "<std::rt::lang_start<()>::{closure#0} as core::ops::function::FnOnce<()>>::call_once::{shim:vtable#0}"},
    {"_RMC0INtC8arrayvec8ArrayVechKj7b_E", "<arrayvec::ArrayVec<u8, 123>>"},
    {"_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y", "utf8_idents::საჭმელად_გემრიელი_სადილი"},
    {"_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std",
     "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>"},
    {"_RMC0FG_RL0_hEu", "<for<'a> fn(&'a u8)>"},
    {"_RIC0FUKCEuE", "::<unsafe extern \"C\" fn()>"},
    {"_RIC0FK4abc_EzE", "::<extern \"abc-\" fn() -> !>"},
    {"_RIC0KVNtC0_3FooS1xj1_1yc61_EE", "::<{::Foo { x: 1, y: 'a' }}>"},
    {"_RIC0Kan7f_E", "::<-127>"},
    {"_RIC0Ko1ffffffffffffffffff_E", "::<0x1ffffffffffffffffff>"},
    {"_RIC0KTb1_EE", "::<{(true,)}>"},
    {"_RIC0KRe616263_E", "::<\"abc\">"},
    {"_RIC0Ahj4_E", "::<[u8; 4]>"},
    {"_RIC0TRShQeOlPxEE", "::<(&[u8], &mut str, *mut i32, *const i64)>"},
    // none of ours
    {"getenv", "getenv"},
    {"", ""},
    {"_R", "_R"},
    {"_Reader", "_Reader"},
    {"_ZN", "_ZN"},
    {"_ZN3foo3barEv", "_ZN3foo3barEv"},
    {"_ZNSt6vectorIiE9push_backEOi", "_ZNSt6vectorIiE9push_backEOi"},
    {"std::env::_var_os", "std::env::_var_os"},
};

static void demangles(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    char to[TW_DEMANGLED_MAX];
    struct cm_str name = tw_demangle(cm_str_of(known[i][0]), to);
    if (!cm_str_is(name, known[i][1])) {
      fail_msg("%s gives %.*s", known[i][0], CM_STR_ARG(name));
    }
  }
}

// Every prefix, and every byte replaced: the result is a name or the symbol itself, and reading stays in bounds (under a sanitizer).
static void survives_damage(void **state) {
  (void)state;
  static const char bytes[] = "_0BCENsIKLpu$.\xff";
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    size_t size = strlen(known[i][0]);
    for (size_t cut = 0; cut <= size; cut++) {
      char to[TW_DEMANGLED_MAX];
      char *copy = malloc(size + 1);
      memcpy(copy, known[i][0], size);
      tw_demangle((struct cm_str){copy, cut}, to);
      for (size_t b = 0; cut < size && b < sizeof bytes - 1; b++) {
        copy[cut] = bytes[b];
        struct cm_str name = tw_demangle((struct cm_str){copy, size}, to);
        assert_true(name.at == copy || (name.at == to && name.size <= sizeof to));
      }
      free(copy);
    }
  }
}

// "B" and a base-62 number: "_" is 0, "0_" is 1.
static size_t put_reference(char *to, size_t target) {
  static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (target == 0) {
    return (size_t)sprintf(to, "B_");
  }
  size_t n = target - 1;
  return (size_t)(n < 62 ? sprintf(to, "B%c_", digits[n]) : sprintf(to, "B%c%c_", digits[n / 62], digits[n % 62]));
}

// A unit, and then `levels` tuples of two references each to what stands before it: 2^levels units when written out.
static size_t put_doubling(char *symbol, int levels) {
  size_t size = (size_t)sprintf(symbol, "_RIC0u");
  size_t previous = size - 1;
  for (int i = 0; i < levels; i++) {
    size_t here = size;
    symbol[size++] = 'T';
    size += put_reference(symbol + size, previous - 2);
    size += put_reference(symbol + size, previous - 2);
    symbol[size++] = 'E';
    previous = here;
  }
  symbol[size++] = 'E';
  return size;
}

static void meets_the_limit(void **state) {
  (void)state;
  char symbol[2048], to[TW_DEMANGLED_MAX];
  size_t size = put_doubling(symbol, 2);
  assert_true(cm_str_is(tw_demangle((struct cm_str){symbol, size}, to), "::<(), ((), ()), (((), ()), ((), ()))>"));
  size = put_doubling(symbol, 60);
  assert_ptr_equal(tw_demangle((struct cm_str){symbol, size}, to).at, symbol);
}

static void meets_the_depth(void **state) {
  (void)state;
  static char symbol[100000];
  memset(symbol, 'S', sizeof symbol);
  memcpy(symbol, (const char[]){'_', 'R', 'I', 'C', '0'}, 5);
  char to[TW_DEMANGLED_MAX];
  assert_ptr_equal(tw_demangle((struct cm_str){symbol, sizeof symbol}, to).at, symbol);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(demangles),
      cmocka_unit_test(survives_damage),
      cmocka_unit_test(meets_the_limit),
      cmocka_unit_test(meets_the_depth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
