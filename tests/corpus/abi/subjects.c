/* Subjects of wasmcloud:messaging: a parameter of request, a field of the record that publish takes. Bodies and reply subjects
   are no subjects that are asked for. */
#include "abi.h"
IMPORT("wasmcloud:messaging/consumer@0.2.0", "request") void request(const char *subject, size_t n, const char *body, size_t m, uint32_t timeout, struct result *ret);
IMPORT("wasmcloud:messaging/consumer@0.2.0", "publish") void publish(const char *subject, size_t n, const char *body, size_t m, int32_t has_reply, const char *reply, size_t k, struct result *ret);
FAR uint32_t tell(const char *subject, size_t n) {
  struct result r;
  publish(subject, n, TEXT("arrived"), 1, TEXT("pilot.reply"), &r);
  return r.is_err;
}
EXPORT("run") uint32_t run(uint32_t urgent) {
  struct result r;
  request(TEXT("tugs.available"), TEXT("how.many"), 500, &r);
  return tell(TEXT("ships.arrived")) + (urgent ? tell(TEXT("ships.urgent")) : 0) + r.is_err;
}
