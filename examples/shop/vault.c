/* Secrets for trying the shop out on one's own machine: each label is provided by an export of that name. What it holds is known to everybody. */
#include "imports.h"

#define STORE "wasmcloud:secrets/store@2.1.0"
IMPORT("[export]" STORE, "[resource-new]secret") int32_t secret_new(const struct string *value);

static const struct string payment = {TEXT("a key that pays for nothing")}, session = {TEXT("a key that signs for nobody")};

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  static _Alignas(8) char room[256];
  (void)old, (void)had, (void)align;
  if (want > sizeof room) __builtin_trap();
  return room;
}

EXPORT("payment-key#get") int32_t payment_key(void) { return secret_new(&payment); }
EXPORT("session-key#get") int32_t session_key(void) { return secret_new(&session); }

EXPORT("wasmcloud:secrets/reveal@2.1.0#reveal") void *reveal(const struct string *secret) {
  static struct secret_value value;
  value.value = *secret;
  return &value;
}

/* By key there is nothing. */
EXPORT(STORE "#get") void *get(const char *key, size_t size) {
  static struct { uint32_t is_err, which, why[2]; } answer = {1, 2, {0}};
  (void)key, (void)size;
  return &answer;
}
