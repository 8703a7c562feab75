/* wasi:http: a relay, which imports what it exports. Several of them make a chain; each says its version as a request passes. */
#include "provider.h"

#define HANDLER "wasi:http/outgoing-handler@" WASI
IMPORT(HANDLER, "handle") void send_on(int32_t request, int32_t some, int32_t options, void *future);

EXPORT(HANDLER "#handle") void *handle(int32_t request, int32_t some, int32_t options) {
  static _Alignas(8) char future[64];
  TELL(TEXT("relay " WASI));
  send_on(request, some, options, future);
  return future;
}
