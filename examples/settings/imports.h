/* The component's imports, called by the canonical ABI: strings are a pointer and a length, results go to memory. */
#ifndef IMPORTS_H
#define IMPORTS_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

struct string {
  const char *at;
  size_t size;
};
struct config_result {
  uint8_t is_err, pad[3];
  uint8_t is_some, pad2[3];
  struct string value;
};
struct secret_value {
  uint8_t is_bytes, pad[3];
  struct string value;
};

IMPORT("wasi:config/store@0.2.0-rc.1", "get") void config_get(const char *key, size_t size, struct config_result *out);
IMPORT("api-token", "get") int32_t secret_api_token(void);
IMPORT("wasmcloud:secrets/reveal@2.1.0", "reveal") void secret_reveal(int32_t secret, struct secret_value *out);
IMPORT("wasi:http/types@0.2.6", "[constructor]fields") int32_t new_fields(void);
IMPORT("wasi:http/types@0.2.6", "[constructor]outgoing-request") int32_t new_request(int32_t fields);
IMPORT("wasi:http/types@0.2.6", "[method]outgoing-request.set-authority")
int32_t set_authority(int32_t request, int32_t some, const char *at, size_t size);
IMPORT("wasi:http/types@0.2.6", "[method]outgoing-request.set-path-with-query")
int32_t set_path(int32_t request, int32_t some, const char *at, size_t size);

/* Where the host puts strings that it hands back. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  (void)had, (void)align;
  return realloc(old, want);
}
#endif
