/* wasmcloud:messaging: `messaging SUBJECT BODY` publishes, and asks on the same subject. */
#define BY_HAND
#include "bed.h"

struct message {
  struct text subject, body;
  uint8_t has_reply_to, pad[3];
  struct text reply_to;
};
struct done {
  uint8_t is_err, pad[3];
  struct text err;
};
struct answer {
  uint8_t is_err, pad[3];
  union {
    struct message ok;
    struct text err;
  } u;
};
#define CONSUMER "wasmcloud:messaging/consumer@0.2.0"
IMPORT(CONSUMER, "publish")
void publish(const char *subject, size_t, const char *body, size_t, int32_t has_reply_to, const char *reply_to, size_t,
             struct done *out);
IMPORT(CONSUMER, "request")
void request(const char *subject, size_t, const char *body, size_t, uint32_t timeout_ms, struct answer *out);

int main(int argc, char **argv) {
  const char *subject = argc > 1 ? argv[1] : "", *body = argc > 2 ? argv[2] : "";
  struct done done;
  struct answer answer;
  publish(subject, strlen(subject), body, strlen(body), 0, NULL, 0, &done);
  say("publish: ");
  if (done.is_err)
    say("error "), say_text(done.err);
  else
    say("done");
  request(subject, strlen(subject), body, strlen(body), 1000, &answer);
  say("\nrequest: ");
  if (answer.is_err)
    say("error "), say_text(answer.u.err);
  else
    say_text(answer.u.ok.subject), say(" "), say_text(answer.u.ok.body);
  say("\n");
  return 0;
}
