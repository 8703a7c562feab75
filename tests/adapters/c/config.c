/* wasi:config: the value of each argument, or all there are. */
#define BY_HAND
#include "bed.h"

struct pair {
  struct text key, value;
};
struct one {
  uint8_t is_err, pad[3];
  union {
    struct {
      uint8_t is_some, pad[3];
      struct text value;
    } ok;
    struct {
      uint8_t which, pad[3];
      struct text why;
    } err;
  } u;
};
struct all {
  uint8_t is_err, pad[3];
  union {
    struct {
      const struct pair *pairs;
      size_t count;
    } ok;
    struct {
      uint8_t which, pad[3];
      struct text why;
    } err;
  } u;
};
IMPORT(CONFIG, "get") void config_get(const char *key, size_t length, struct one *out);
IMPORT(CONFIG, "get-all") void config_all(struct all *out);

static void failed(uint8_t which, struct text why) {
  static const char *const cases[] = {"upstream", "io"};
  say("error "), say(NAMED(cases, which)), say(" "), say_text(why), say("\n");
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    struct one one;
    config_get(argv[i], strlen(argv[i]), &one);
    say(argv[i]);
    if (one.is_err)
      say(": "), failed(one.u.err.which, one.u.err.why);
    else if (one.u.ok.is_some)
      say("="), say_text(one.u.ok.value), say("\n");
    else
      say(" is not there\n");
  }
  if (argc > 1) return 0;
  struct all all;
  config_all(&all);
  if (all.is_err) failed(all.u.err.which, all.u.err.why);
  for (size_t i = 0; !all.is_err && i < all.u.ok.count; i++)
    say_text(all.u.ok.pairs[i].key), say("="), say_text(all.u.ok.pairs[i].value), say("\n");
  return 0;
}
