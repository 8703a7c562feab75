/* Two secrets that the component's own type names. */
#define BY_HAND
#include "bed.h"

enum { RETURNED = 2 };
struct value {
  uint8_t which, pad[3];
  struct text text;
};
IMPORT("database-pass", "[async-lower]get") uint32_t database_pass(int32_t *secret);
IMPORT("api-token", "[async-lower]get") uint32_t api_token(int32_t *secret);
IMPORT("wasmcloud:secrets/reveal@2.1.0", "[async-lower]reveal") uint32_t reveal(int32_t secret, struct value *out);

static void ask(const char *label, uint32_t (*get)(int32_t *secret)) {
  static int32_t secret;
  static struct value value;
  say(label);
  if (get(&secret) != RETURNED || reveal(secret, &value) != RETURNED)
    say(" does not come");
  else
    say(" "), say_text(value.text);
  say("\n");
}

int main(void) {
  ask("database-pass", database_pass);
  ask("api-token", api_token);
  return 0;
}
