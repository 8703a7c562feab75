// Numbers that look random and are not: xoshiro256++ (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators"), whose state is
// filled by splitmix64, as its authors have it, out of a hash of the seed and the interface's name (FNV-1a).

#include <component/semver.h>

#include "generic.h"
#include "texts.h"
#include "values.h"

struct random {
  struct cm_str seed;
  bool begun;
};

static uint64_t hash(uint64_t state, struct cm_str text) {
  for (size_t i = 0; i < text.size; i++) state = (state ^ (uint8_t)text.at[i]) * 0x100000001b3;
  return state;
}

static uint64_t splitmix64(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// The version has no part in it: another release of an interface gives the same numbers.
static void begin(struct adapter_export *e, struct random *r) {
  if (r->begun) return;
  struct adapter *a = e->adapter;
  struct cm_str interface = e->name.has_implements ? e->name.implements : e->name.name;
  uint64_t state = hash(hash(hash(0xcbf29ce484222325, r->seed), (struct cm_str){"", 1}), cm_name_base(interface));
  for (unsigned i = 0; i < 4; i++)
    code_put(&a->code, "  (global $s%u (mut i64) (i64.const 0x%llx))\n", i, (unsigned long long)splitmix64(&state));
  code_put(&a->code, "%s%s", text_common, text_random);
  // The seed that hash tables are salted with stays the same as long as the instance lives.
  uint64_t first = splitmix64(&state), second = splitmix64(&state);
  code_put(&a->code, "  (global $p0 i64 (i64.const 0x%llx)) (global $p1 i64 (i64.const 0x%llx))\n", (unsigned long long)first,
           (unsigned long long)second);
  a->memory = true;
  r->begun = true;
}

static const struct {
  const char *name, *shape, *code;
} functions[] = {
    {"get-random-bytes", "func(u64) -> list<u8>", "    (call $bytes (local.get $0)))\n"},
    {"get-insecure-random-bytes", "func(u64) -> list<u8>", "    (call $bytes (local.get $0)))\n"},
    {"get-random-u64", "func() -> u64", "    (call $number))\n"},
    {"get-insecure-random-u64", "func() -> u64", "    (call $number))\n"},
    {"insecure-seed", "func() -> tuple<u64, u64>", "    (call $pair))\n"},
    {"get-insecure-seed", "func() -> tuple<u64, u64>", "    (call $pair))\n"},
};

static bool put_function(struct adapter_export *e, struct adapter_function *f, void *context) {
  begin(e, context);
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (!cm_str_is(f->name, functions[i].name)) continue;
    if (!value_expect(e, f, functions[i].shape) || !adapter_head(e, f)) return false;
    code_put(&e->adapter->code, "%s", functions[i].code);
    return true;
  }
  adapter_pass(e, f);
  return true;
}

bool adapter_random(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_str seed, struct cm_component **out,
                    struct cm_diag *diag) {
  struct random r = {.seed = seed};
  return adapter_make(arena, subject, put_function, &r, out, diag);
}
