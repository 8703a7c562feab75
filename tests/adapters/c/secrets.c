/* wasmcloud:secrets: the value of each argument; without arguments that of "database-pass", by a constant. With ASYNC as version 2 has it: the
 * functions are asynchronous and are called so; one that has not returned at once is given up. */
#define BY_HAND
#include "bed.h"

struct got {
  uint8_t is_err, pad[3];
  union {
    int32_t secret;
    struct {
      uint8_t which, pad[3];
      struct text why;
    } err;
  } u;
};
struct value {
  uint8_t which, pad[3];
  struct text text;
};
#ifdef ASYNC
enum { RETURNED = 2 };
IMPORT(SECRETS(store), "[async-lower]get") uint32_t store_get(const char *key, size_t length, struct got *out);
IMPORT(SECRETS(reveal), "[async-lower]reveal") uint32_t reveal(int32_t secret, struct value *out);
#else
enum { RETURNED = 0 };
IMPORT(SECRETS(store), "get") void store_get_sync(const char *key, size_t length, struct got *out);
IMPORT(SECRETS(reveal), "reveal") void reveal_sync(int32_t secret, struct value *out);
static uint32_t store_get(const char *key, size_t length, struct got *out) { return store_get_sync(key, length, out), RETURNED; }
static uint32_t reveal(int32_t secret, struct value *out) { return reveal_sync(secret, out), RETURNED; }
#endif

/* Not inlined: a call with a constant and one with an argument stay two. */
__attribute__((noinline)) static void ask(const char *key, size_t length) {
  static const char *const cases[] = {"upstream", "io", "not-found"};
  static struct got got;
  static struct value value;
  say(key);
  if (store_get(key, length, &got) != RETURNED) {
    say(" does not come\n");
  } else if (got.is_err) {
    say(": error "), say(NAMED(cases, got.u.err.which));
    if (got.u.err.which < 2) say(" "), say_text(got.u.err.why);
    say("\n");
  } else if (reveal(got.u.secret, &value) != RETURNED) {
    say(" is not revealed\n");
  } else {
    say(value.which ? " (bytes) " : " "), say_text(value.text), say("\n");
  }
}

int main(int argc, char **argv) {
  if (argc < 2) ask("database-pass", 13);
  for (int i = 1; i < argc; i++) ask(argv[i], strlen(argv[i]));
  return 0;
}
