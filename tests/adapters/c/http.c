/* wasi:http: a GET of each argument (AUTHORITY/PATH), its status and body, or the error's name. */
#define BY_HAND
#include "bed.h"

#define TYPES "wasi:http/types@" WASI
#define STREAMS "wasi:io/streams@" WASI
struct small {
  uint8_t is_err, pad[3];
  int32_t handle;
};
/* An error-code is aligned to 8. */
struct code {
  uint8_t which, pad[7];
  uint8_t rest[24];
};
struct sent {
  uint8_t is_err, pad[7];
  union {
    int32_t future;
    struct code code;
  } u;
};
struct response {
  uint8_t is_some, pad0[7], taken, pad1[7], is_err, pad2[7];
  union {
    int32_t handle;
    struct code code;
  } u;
};
struct read {
  uint8_t is_err, pad[3];
  struct text text;
};
IMPORT(TYPES, "[constructor]fields") int32_t new_fields(void);
IMPORT(TYPES, "[constructor]outgoing-request") int32_t new_request(int32_t headers);
IMPORT(TYPES, "[method]outgoing-request.set-scheme")
int32_t set_scheme(int32_t request, int32_t some, int32_t scheme, const char *, size_t);
IMPORT(TYPES, "[method]outgoing-request.set-authority") int32_t set_authority(int32_t request, int32_t some, const char *, size_t);
IMPORT(TYPES, "[method]outgoing-request.set-path-with-query") int32_t set_path(int32_t request, int32_t some, const char *, size_t);
IMPORT("wasi:http/outgoing-handler@" WASI, "handle")
void send_request(int32_t request, int32_t some, int32_t options, struct sent *future);
IMPORT(TYPES, "[method]future-incoming-response.subscribe") int32_t subscribe(int32_t future);
IMPORT(TYPES, "[method]future-incoming-response.get") void future_get(int32_t future, struct response *response);
IMPORT(TYPES, "[method]incoming-response.status") int32_t response_status(int32_t response);
IMPORT(TYPES, "[method]incoming-response.consume") void response_consume(int32_t response, struct small *body);
IMPORT(TYPES, "[method]incoming-body.stream") void body_stream(int32_t body, struct small *stream);
IMPORT(STREAMS, "[method]input-stream.blocking-read") void blocking_read(int32_t stream, uint64_t most, struct read *out);
IMPORT("wasi:io/poll@" WASI, "[method]pollable.block") void block(int32_t pollable);

static const char *const codes[] = {
    "DNS-timeout",
    "DNS-error",
    "destination-not-found",
    "destination-unavailable",
    "destination-IP-prohibited",
    "destination-IP-unroutable",
    "connection-refused",
    "connection-terminated",
    "connection-timeout",
    "connection-read-timeout",
    "connection-write-timeout",
    "connection-limit-reached",
    "TLS-protocol-error",
    "TLS-certificate-error",
    "TLS-alert-received",
    "HTTP-request-denied",
    "HTTP-request-length-required",
    "HTTP-request-body-size",
    "HTTP-request-method-invalid",
    "HTTP-request-URI-invalid",
};

static void print_body(int32_t response) {
  struct small body, stream;
  struct read chunk;
  response_consume(response, &body);
  body_stream(body.handle, &stream);
  for (;;) {
    blocking_read(stream.handle, 4096, &chunk);
    if (chunk.is_err) break;
    say_text(chunk.text);
  }
  say("\n");
}

static void get(const char *url) {
  const char *slash = strchr(url, '/');
  size_t authority = slash ? (size_t)(slash - url) : strlen(url);
  struct sent future;
  struct response response = {0};
  int32_t request = new_request(new_fields());
  say_text((struct text){url, authority}), say(": ");
  set_scheme(request, 1, 0, NULL, 0);
  if (set_authority(request, 1, url, authority)) {
    say("authority refused\n");
    return;
  }
  set_path(request, 1, slash ? slash : "/", slash ? strlen(slash) : 1);
  send_request(request, 0, 0, &future);
  if (future.is_err) {
    say("at once, error "), say(NAMED(codes, future.u.code.which)), say("\n");
    return;
  }
  block(subscribe(future.u.future));
  future_get(future.u.future, &response);
  if (!response.is_some || response.taken) {
    say("no answer\n");
  } else if (response.is_err) {
    say("error "), say(NAMED(codes, response.u.code.which)), say("\n");
  } else {
    say_number((uint64_t)response_status(response.u.handle)), say(" ");
    print_body(response.u.handle);
  }
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) get(argv[i]);
  return 0;
}
