/* A shop's front: it answers requests, and asks a payment service to charge. It is here for what it needs to be deployed: two variables of
   the environment, two configuration keys, two secrets named by its imports, and one host that it may call. With -DNEXT it is its next
   version, which needs a variable and a host more.

     GET /          "Harbour Shop sells in EUR"
     GET /pay/1250  charges 12.50 and the tax on it

   Handles are not dropped: an instance serves one request and ends with it. */
#include "imports.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAYMENTS "payments.example.com"

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  (void)had, (void)align;
  return realloc(old, want);
}

static const char *variable(const char *name, const char *fallback) {
  const char *value = getenv(name);
  return value && *value ? value : fallback;
}

/* The value of a configuration key as a C string. */
__attribute__((noinline)) static const char *configured(const char *key, const char *fallback) {
  struct config_result result;
  config_get(key, strlen(key), &result);
  return !result.is_err && result.is_some ? strndup(result.value.at, result.value.size) : fallback;
}

/* What a secret holds; .at is NULL where the host does not have it at hand. */
static struct string reveal(uint32_t (*get)(int32_t *secret)) {
  int32_t secret;
  struct secret_value out;
  return get(&secret) == RETURNED && secret_reveal(secret, &out) == RETURNED ? out.value : (struct string){NULL, 0};
}

/* A checksum with a key, so that nobody else's sessions are charged: FNV, since this is an example and not a shop. */
static unsigned sign(struct string key, long cents) {
  unsigned hash = 2166136261u ^ (unsigned)cents;
  for (size_t i = 0; i < key.size; i++) hash = (hash ^ (unsigned char)key.at[i]) * 16777619u;
  return hash;
}

/* Asks a service; the status of its answer, 0 where it was not reached. */
__attribute__((noinline)) static int call_service(const char *host, const char *path, struct string key) {
  struct handle_result done;
  struct future_result future;
  struct response_result response;
  char bearer[256];
  int32_t fields = new_fields();
  snprintf(bearer, sizeof bearer, "Bearer %.*s", (int)key.size, key.at);
  append_field(fields, TEXT("authorization"), bearer, strlen(bearer), &done);
  int32_t request = new_request(fields);
  set_scheme(request, 1, 1, NULL, 0);
  set_authority(request, 1, host, strlen(host));
  set_path(request, 1, path, strlen(path));
  send_request(request, 0, 0, &future);
  if (future.is_err) return 0;
  block(subscribe(future.handle));
  future_get(future.handle, &response);
  return response.is_some && !response.is_taken && !response.is_err ? (int)response_status(response.handle) : 0;
}

__attribute__((noinline)) static int charge(long cents, struct string payment_key, struct string session_key) {
  char path[96];
  snprintf(path, sizeof path, "/v1/charges?amount=%ld&session=%08x", cents, sign(session_key, cents));
  return call_service(PAYMENTS, path, payment_key);
}

#ifdef NEXT
/* The next version: where a coupon is set, another service says whether it still holds, and it takes a tenth off. */
__attribute__((noinline)) static long with_coupon(long cents, struct string key) {
  const char *coupon = getenv("SHOP_COUPON");
  char path[96];
  if (!coupon) return cents;
  snprintf(path, sizeof path, "/v1/coupons/%s", coupon);
  return call_service("coupons.example.net", path, key) == 200 ? cents - cents / 10 : cents;
}
#else
static long with_coupon(long cents, struct string key) { return (void)key, cents; }
#endif

/* Writes the answer to a request for `path` into `page` and returns its status. */
__attribute__((noinline)) static int answer(const char *path, char *page, size_t room) {
  const char *name = variable("SHOP_NAME", "Shop"), *currency = configured("shop.currency", "EUR");
  if (strncmp(path, "/pay/", 5) != 0) {
    snprintf(page, room, "%s sells in %s\n", name, currency);
    return 200;
  }
  struct string payment_key = reveal(get_payment_key), session_key = reveal(get_session_key);
  if (!payment_key.at || !session_key.at) {
    snprintf(page, room, "%s takes no payments now\n", name);
    return 503;
  }
  long cents = with_coupon(strtol(path + 5, NULL, 10), session_key),
       percent = strtol(configured("shop.tax-percent", "0"), NULL, 10);
  cents += cents * percent / 100;
  int status = charge(cents, payment_key, session_key);
  const char *result = status == 200 ? "charged" : "not charged";
  int size = snprintf(page, room, "%ld.%02ld %s %s\n", cents / 100, cents % 100, currency, result);
  if (strcmp(variable("LOG_LEVEL", "info"), "debug") == 0)
    snprintf(page + size, room - (size_t)size, "%s answered %d\n", PAYMENTS, status);
  return status == 200 ? 200 : 502;
}

EXPORT("wasi:http/incoming-handler@0.2.3#handle") void handle(int32_t request, int32_t out) {
  struct handle_result body, stream, done;
  struct future_result finished;
  struct request_path asked;
  char page[256];
  request_path(request, &asked);
  const char *path = asked.is_some ? strndup(asked.value.at, asked.value.size) : "/";
  int status = answer(path, page, sizeof page);
  int32_t response = new_response(new_fields());
  set_status(response, status);
  response_body(response, &body);
  set_response(out, 0, response, 0, 0, 0, 0, 0, 0);
  body_write(body.handle, &stream);
  stream_write(stream.handle, page, strlen(page), &done);
  drop_stream(stream.handle);
  body_finish(body.handle, 0, 0, &finished);
}
