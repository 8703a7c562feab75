/* A guest that says what reached it: each environment variable, configuration value and secret that it asks for, a line each. Built as
 * a program (wasi:cli/run) it prints them; built as a handler (-DHTTP) it answers a request with them, and with whether the one host
 * that it calls let itself be called. What is missing is said too: "env FERRY_BELL is not there". */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))
#define TEXT(s) s, sizeof s - 1

struct text {
  const char *ptr;
  size_t len;
};

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t had, size_t align, size_t want) {
  (void)had, (void)align;
  return realloc(old, want);
}

/* ---- What it asks */

static char page[4096];
static size_t page_length;

static void line(const char *kind, const char *key, const char *value, size_t length) {
  char *to = page + page_length;
  size_t room = sizeof page - page_length;
  int n = value ? snprintf(to, room, "%s %s=%.*s\n", kind, key, (int)length, value)
                : snprintf(to, room, "%s %s is not there\n", kind, key);
  page_length += n > 0 && (size_t)n < room ? (size_t)n : 0;
}

static void ask_environment(void) {
  static const char *const names[] = {"FERRY_NAME", "FERRY_DECKS", "FERRY_BELL", "FERRY_PASSWORD"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    line("env", names[i], value, value ? strlen(value) : 0);
  }
}

struct config_answer {
  uint8_t is_err, pad[3];
  uint32_t is_some;
  struct text text;
};
IMPORT("wasi:config/store@0.2.0-rc.1", "get") void config_get(const char *key, size_t length, struct config_answer *answer);

static void ask_config(void) {
  struct config_answer answer = {0};
  config_get(TEXT("ferry.timetable"), &answer);
  line("config", "ferry.timetable", !answer.is_err && answer.is_some ? answer.text.ptr : NULL, answer.text.len);
}

struct secret_value {
  uint32_t is_bytes;
  struct text text;
};
/* These are asynchronous functions, called from a synchronous export, which must not wait: they are lowered asynchronously, and a host
 * that has the value at hand has answered when the call comes back. */
enum { RETURNED = 2 };
IMPORT("quay-token", "[async-lower]get") uint32_t quay_token(int32_t *secret);
IMPORT("pilot-key", "[async-lower]get") uint32_t pilot_key(int32_t *secret);
IMPORT("wasmcloud:secrets/reveal@2.1.0", "[async-lower]reveal") uint32_t reveal(int32_t secret, struct secret_value *value);

static void ask_secret(const char *label, uint32_t (*get)(int32_t *secret)) {
  static int32_t secret;
  static struct secret_value value;
  int good = get(&secret) == RETURNED && reveal(secret, &value) == RETURNED;
  line("secret", label, good ? value.text.ptr : NULL, value.text.len);
}

static void ask_secrets(void) {
  ask_secret("quay-token", quay_token);
  ask_secret("pilot-key", pilot_key);
}

static void ask_all(void) {
  page_length = 0;
  ask_environment();
  ask_config();
  ask_secrets();
}

#ifndef HTTP
int main(void) {
  ask_all();
  return write(1, page, page_length) == (ssize_t)page_length ? 0 : 1;
}
#else

/* ---- As a handler. Handles are integers; nothing that a request makes is dropped, its instance ends with it. */

#define TYPES "wasi:http/types@0.2.0"
struct small_result {
  uint8_t is_err, pad[3];
  int32_t handle;
};
struct handle_result {
  uint8_t is_err, pad[7];
  int32_t handle;
  uint8_t rest[40];
}; /* an error-code is 8-aligned */
struct response_result {
  uint8_t is_some, pad0[7], taken, pad1[7], is_err, pad2[7];
  int32_t handle;
  uint8_t rest[40];
};

IMPORT(TYPES, "[constructor]fields") int32_t new_fields(void);
IMPORT(TYPES, "[constructor]outgoing-response") int32_t new_response(int32_t headers);
IMPORT(TYPES, "[method]outgoing-response.body") void response_body(int32_t response, struct small_result *body);
IMPORT(TYPES, "[method]outgoing-body.write") void body_write(int32_t body, struct small_result *stream);
IMPORT(TYPES, "[static]outgoing-body.finish")
void body_finish(int32_t body, int32_t some, int32_t trailers, struct handle_result *done);
IMPORT(TYPES, "[static]response-outparam.set")
void set_response(int32_t out, int32_t is_err, int32_t response, int32_t, int64_t, int32_t, int32_t, int32_t, int32_t);
IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
void stream_write(int32_t stream, const char *text, size_t length, struct small_result *done);
IMPORT("wasi:io/streams@0.2.0", "[resource-drop]output-stream") void drop_stream(int32_t stream);

IMPORT(TYPES, "[constructor]outgoing-request") int32_t new_request(int32_t headers);
IMPORT(TYPES, "[method]outgoing-request.set-scheme")
int32_t set_scheme(int32_t request, int32_t some, int32_t scheme, const char *, size_t);
IMPORT(TYPES, "[method]outgoing-request.set-authority") int32_t set_authority(int32_t request, int32_t some, const char *, size_t);
IMPORT(TYPES, "[method]outgoing-request.set-path-with-query") int32_t set_path(int32_t request, int32_t some, const char *, size_t);
IMPORT("wasi:http/outgoing-handler@0.2.0", "handle")
void send_request(int32_t request, int32_t some, int32_t options, struct handle_result *future);
IMPORT(TYPES, "[method]future-incoming-response.subscribe") int32_t subscribe(int32_t future);
IMPORT(TYPES, "[method]future-incoming-response.get") void future_get(int32_t future, struct response_result *response);
IMPORT("wasi:io/poll@0.2.0", "[method]pollable.block") void block(int32_t pollable);
IMPORT(TYPES, "[method]incoming-response.status") int32_t response_status(int32_t response);

static void call_host(void) {
  struct handle_result future;
  struct response_result response;
  char status[16];
  int32_t request = new_request(new_fields());
  set_scheme(request, 1, 0, NULL, 0);
  set_authority(request, 1, TEXT("localhost:28217"));
  set_path(request, 1, TEXT("/tide"));
  send_request(request, 0, 0, &future);
  if (!future.is_err) {
    block(subscribe(future.handle));
    future_get(future.handle, &response);
  }
  if (future.is_err || !response.is_some || response.taken || response.is_err) {
    line("host", "localhost:28217", NULL, 0);
    return;
  }
  snprintf(status, sizeof status, "%d", (int)response_status(response.handle));
  line("host", "localhost:28217", status, strlen(status));
}

EXPORT("wasi:http/incoming-handler@0.2.0#handle") void handle(int32_t request, int32_t out) {
  struct small_result body, stream, done;
  struct handle_result finished;
  (void)request;
  ask_all();
  call_host();
  int32_t response = new_response(new_fields());
  response_body(response, &body);
  set_response(out, 0, response, 0, 0, 0, 0, 0, 0);
  body_write(body.handle, &stream);
  stream_write(stream.handle, page, page_length, &done);
  drop_stream(stream.handle);
  body_finish(body.handle, 0, 0, &finished);
}
#endif
