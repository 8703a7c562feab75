/* The component's imports, called by the canonical ABI: strings are a pointer and a length, larger results go to memory, handles are
   integers. */
#ifndef IMPORTS_H
#define IMPORTS_H
#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define TYPES "wasi:http/types@0.2.3"
#define TEXT(literal) (literal), sizeof(literal) - 1

struct string {
  const char *at;
  size_t size;
};

/* ---- configuration and secrets */

struct config_result {
  uint8_t is_err, pad[3];
  uint32_t is_some;
  struct string value;
};
struct secret_value {
  uint32_t is_bytes;
  struct string value;
};

IMPORT("wasi:config/store@0.2.0-rc.1", "get") void config_get(const char *key, size_t size, struct config_result *out);

/* These functions are asynchronous in the interface, and a handler of requests must not wait for them: they are lowered asynchronously, and
   a host that has the value at hand has answered when the call comes back. */
enum { RETURNED = 2 };
IMPORT("payment-key", "[async-lower]get") uint32_t get_payment_key(int32_t *secret);
IMPORT("session-key", "[async-lower]get") uint32_t get_session_key(int32_t *secret);
IMPORT("wasmcloud:secrets/reveal@2.1.0", "[async-lower]reveal") uint32_t secret_reveal(int32_t secret, struct secret_value *out);

/* ---- HTTP; an error-code is eight-aligned and takes 32 bytes */

struct handle_result {
  uint8_t is_err, pad[3];
  int32_t handle;
};
struct request_path {
  uint32_t is_some;
  struct string value;
};
struct future_result {
  _Alignas(8) uint8_t is_err;
  _Alignas(8) int32_t handle;
  uint8_t rest[28];
};
struct response_result {
  _Alignas(8) uint8_t is_some;
  _Alignas(8) uint8_t is_taken;
  _Alignas(8) uint8_t is_err;
  _Alignas(8) int32_t handle;
  uint8_t rest[28];
};

IMPORT(TYPES, "[method]incoming-request.path-with-query") void request_path(int32_t request, struct request_path *out);

IMPORT(TYPES, "[constructor]fields") int32_t new_fields(void);
IMPORT(TYPES, "[method]fields.append")
void append_field(int32_t fields, const char *name, size_t name_size, const char *value, size_t size, struct handle_result *out);
IMPORT(TYPES, "[constructor]outgoing-request") int32_t new_request(int32_t fields);
IMPORT(TYPES, "[method]outgoing-request.set-scheme")
int32_t set_scheme(int32_t request, int32_t some, int32_t scheme, const char *other, size_t size);
IMPORT(TYPES, "[method]outgoing-request.set-authority")
int32_t set_authority(int32_t request, int32_t some, const char *at, size_t size);
IMPORT(TYPES, "[method]outgoing-request.set-path-with-query")
int32_t set_path(int32_t request, int32_t some, const char *at, size_t size);
IMPORT("wasi:http/outgoing-handler@0.2.3", "handle")
void send_request(int32_t request, int32_t some, int32_t options, struct future_result *out);
IMPORT(TYPES, "[method]future-incoming-response.subscribe") int32_t subscribe(int32_t future);
IMPORT(TYPES, "[method]future-incoming-response.get") void future_get(int32_t future, struct response_result *out);
IMPORT(TYPES, "[method]incoming-response.status") int32_t response_status(int32_t response);
IMPORT("wasi:io/poll@0.2.3", "[method]pollable.block") void block(int32_t pollable);

IMPORT(TYPES, "[constructor]outgoing-response") int32_t new_response(int32_t fields);
IMPORT(TYPES, "[method]outgoing-response.set-status-code") int32_t set_status(int32_t response, int32_t status);
IMPORT(TYPES, "[method]outgoing-response.body") void response_body(int32_t response, struct handle_result *out);
IMPORT(TYPES, "[static]response-outparam.set")
void set_response(int32_t out, int32_t is_err, int32_t response, int32_t, int64_t, int32_t, int32_t, int32_t, int32_t);
IMPORT(TYPES, "[method]outgoing-body.write") void body_write(int32_t body, struct handle_result *out);
IMPORT(TYPES, "[static]outgoing-body.finish")
void body_finish(int32_t body, int32_t some, int32_t trailers, struct future_result *out);
IMPORT("wasi:io/streams@0.2.3", "[method]output-stream.blocking-write-and-flush")
void stream_write(int32_t stream, const char *at, size_t size, struct handle_result *out);
IMPORT("wasi:io/streams@0.2.3", "[resource-drop]output-stream") void drop_stream(int32_t stream);
#endif
