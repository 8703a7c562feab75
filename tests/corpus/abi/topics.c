/* Topics of wasi:messaging: sent to, and asked for a reply. The client's name is no topic. */
#include "abi.h"
IMPORT("wasi:messaging/types@0.2.0-draft", "[static]client.connect") void connect_to(const char *name, size_t n, struct result *ret);
IMPORT("wasi:messaging/types@0.2.0-draft", "[constructor]message") int32_t message(const char *data, size_t n);
IMPORT("wasi:messaging/producer@0.2.0-draft", "send") void send_to(int32_t client, const char *topic, size_t n, int32_t message, struct result *ret);
IMPORT("wasi:messaging/request-reply@0.2.0-draft", "request") void request(int32_t client, const char *topic, size_t n, int32_t message, int32_t has, int32_t options, struct result *ret);
EXPORT("run") uint32_t run(void) {
  struct result client, sent, asked;
  connect_to(TEXT("nats"), &client);
  send_to((int32_t)client.word[0], TEXT("lights/on"), message(TEXT("red")), &sent);
  request((int32_t)client.word[0], TEXT("lights/state"), message(TEXT("all")), 0, 0, &asked);
  return sent.is_err + asked.is_err;
}
