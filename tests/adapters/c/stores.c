/* Two stores of one interface, told apart by their labels. */
#define BY_HAND
#include "bed.h"

struct opened {
  uint8_t is_err, pad[3];
  int32_t bucket;
  struct text why;
};
struct got {
  uint8_t is_err, pad[3];
  uint8_t is_some, pad1[3];
  struct text value;
};
#define STORE(label)                                                                                                      \
  IMPORT(#label, "open") void label##_open(const char *name, size_t length, struct opened *out);                          \
  IMPORT(#label, "[method]bucket.get") void label##_get(int32_t bucket, const char *key, size_t length, struct got *out); \
  static void ask_##label(const char *bucket, const char *key) {                                                          \
    struct opened opened;                                                                                                 \
    struct got got;                                                                                                       \
    label##_open(bucket, strlen(bucket), &opened);                                                                        \
    label##_get(opened.bucket, key, strlen(key), &got);                                                                   \
    say(#label " "), say(key), say("="), say_text(got.value), say("\n");                                                  \
  }
STORE(sessions)
STORE(carts)

int main(void) {
  ask_sessions("first", "anna");
  ask_carts("second", "berta");
  return 0;
}
