/* wasmcloud:messaging: takes everything, and answers each request with its own body on the subject SUBJECT.reply. */
#include "provider.h"

#define CONSUMER "wasmcloud:messaging/consumer@0.2.0"
static struct {
  uint32_t is_err;
  struct text subject, body;
  uint32_t has_reply_to;
  struct text reply_to;
} answer;
static struct written done;

EXPORT(CONSUMER "#publish")
void *publish(const char *subject, size_t n, const char *body, size_t size, int32_t some, const char *reply_to, size_t length) {
  TELL(TEXT("messaging: publish "), ((struct text){subject, n}), TEXT(" "), ((struct text){body, size}));
  (void)some, (void)reply_to, (void)length;
  return &done;
}
EXPORT(CONSUMER "#request") void *request(const char *subject, size_t n, const char *body, size_t size, uint32_t timeout_ms) {
  TELL(TEXT("messaging: request "), ((struct text){subject, n}), TEXT(" "), ((struct text){body, size}));
  (void)timeout_ms;
  answer.subject = JOIN(((struct text){subject, n}), TEXT(".reply")), answer.body = (struct text){body, size};
  return &answer;
}
