/* Functions of all shapes, of an interface or, with BARE, standing by themselves: what each argument names, or all. */
#define BY_HAND
#include "bed.h"

#ifdef BARE
#define FROM "$root"
#else
#define FROM "tidewaiter:bed/all-shapes"
#endif

struct pair {
  struct text key;
  uint32_t count;
};
struct spoken { /* result<string, string> */
  uint8_t is_err, pad[3];
  struct text text;
};
struct counted { /* result<counter, string> */
  uint8_t is_err, pad[3];
  union {
    int32_t counter;
    struct text why;
  } u;
};
struct many {
  uint32_t numbers[16];
  struct text last;
};
enum { RETURNED = 2 };
IMPORT(FROM, "greet") void greet(const char *name, size_t length, struct spoken *out);
IMPORT(FROM, "[constructor]counter") int32_t counter_new(uint32_t start);
IMPORT(FROM, "[method]counter.next") uint32_t counter_next(int32_t self);
IMPORT(FROM, "[static]counter.of") void counter_of(const char *key, size_t length, uint32_t count, struct counted *out);
IMPORT(FROM, "[resource-drop]counter") void counter_drop(int32_t self);
IMPORT(FROM, "take") uint32_t take(int32_t counter);
IMPORT(FROM, "[async-lower]later") uint32_t later(const char *name, size_t length, struct spoken *out);
IMPORT(FROM, "many") void many(const struct many *in, struct text *out);

static int wants(int argc, char **argv, const char *name) {
  for (int i = 1; i < argc; i++)
    if (!strcmp(argv[i], name)) return 1;
  return argc < 2;
}

static void say_spoken(const char *what, const struct spoken *spoken) {
  say(what), say(spoken->is_err ? ": error " : ": "), say_text(spoken->text), say("\n");
}

int main(int argc, char **argv) {
  static struct spoken spoken;
  static struct counted counted;
  if (wants(argc, argv, "greet")) greet("world", 5, &spoken), say_spoken("greet", &spoken);
  if (wants(argc, argv, "nobody")) greet("nobody", 6, &spoken), say_spoken("nobody", &spoken);
  if (wants(argc, argv, "new")) {
    int32_t counter = counter_new(5);
    say("new\n");
    if (wants(argc, argv, "next"))
      say("next: "), say_number(counter_next(counter)), say(" "), say_number(counter_next(counter)), say("\n");
    counter_drop(counter);
  }
  if (wants(argc, argv, "of")) {
    counter_of("k", 1, 7, &counted);
    say("of: ");
    if (counted.is_err)
      say("error "), say_text(counted.u.why), say("\n");
    else
      say_number(counter_next(counted.u.counter)), say(", taken "), say_number(take(counted.u.counter)), say("\n");
  }
  if (wants(argc, argv, "later")) {
    if (later("on", 2, &spoken) == RETURNED)
      say_spoken("later", &spoken);
    else
      say("later: not yet\n");
  }
  if (wants(argc, argv, "many")) {
    struct many in = {.last = {"end", 3}};
    struct text out;
    for (uint32_t i = 0; i < 16; i++) in.numbers[i] = i + 1;
    many(&in, &out);
    say("many: "), say_text(out), say("\n");
  }
  return 0;
}
