/* wasi:http 0.3 has another resource with the same method. */
#include "abi.h"
#define TYPES(name) IMPORT("wasi:http/types@0.3.0", name)
TYPES("[constructor]fields") int32_t fields(void);
TYPES("[static]request.new") int32_t request(int32_t headers);
TYPES("[method]request.set-authority") int32_t set_authority(int32_t self, int32_t some, const char *text, size_t n);
EXPORT("run") uint32_t run(void) {
  int32_t r = request(fields());
  return (uint32_t)(set_authority(r, 1, TEXT("rates.example")) + set_authority(r, 0, NULL, 0));
}
