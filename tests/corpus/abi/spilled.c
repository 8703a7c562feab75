/* So many parameters that they stand in memory behind one pointer: more than 16 flat values in a synchronous call, more than 4
   in an asynchronous one. */
#include "abi.h"
struct request { struct text subject, body; uint32_t timeout; };
struct trace { uint64_t high, low, parent; uint32_t marks; struct text state; };
struct message {
  uint32_t priority;
  struct trace trace;
  struct text subject, body;
  uint32_t has_reply;
  struct text reply;
  _Alignas(8) uint32_t has_expires;
  uint64_t expires;
  struct text tenant;
};
IMPORT("wasmcloud:messaging/consumer@0.9.0", "[async-lower]request") uint32_t begin_request(const struct request *params, struct result *ret);
IMPORT("wasmcloud:messaging/consumer@0.9.0", "publish") void publish(const struct message *params, struct result *ret);
static const struct request fixed = {{TEXT("cranes.state")}, {TEXT("all")}, 100};
FAR uint32_t ask(const char *subject, size_t n) {
  static struct result r;
  struct request params = {{subject, n}, {TEXT("one")}, 50};
  return begin_request(&params, &r);
}
EXPORT("run") uint32_t run(void) {
  static struct result first;
  struct result r;
  struct message m = {.priority = 1, .trace.state = {TEXT("not.a.subject")}, .subject = {TEXT("cranes.moved")}, .body = {TEXT("3")}, .tenant = {TEXT("pier-9")}};
  publish(&m, &r);
  return begin_request(&fixed, &first) + ask(TEXT("cranes.load")) + ask(TEXT("cranes.wind")) + r.is_err;
}
