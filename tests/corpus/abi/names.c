/* Names to be resolved: a constant, and one of two. */
#include "abi.h"
IMPORT("wasi:sockets/instance-network@0.2.3", "instance-network") int32_t network(void);
IMPORT("wasi:sockets/ip-name-lookup@0.2.3", "resolve-addresses") void resolve(int32_t network, const char *name, size_t n, struct result *ret);
EXPORT("run") uint32_t run(void) {
  struct result r;
  int32_t net = network();
  resolve(net, TEXT("time.harbour.example"), &r);
  const char *name = r.is_err ? "backup.harbour.example" : "mirror.harbour.example";
  resolve(net, name, 22, &r);
  return r.is_err;
}
