/* wasi:keyvalue: `keyvalue BUCKET KEY…` opens a bucket and gets each key; KEY=VALUE sets it first. */
#define BY_HAND
#include "bed.h"

#define STORE "wasi:keyvalue/store@0.2.0-draft"
struct error {
  uint8_t which, pad[3];
  struct text why;
};
struct opened {
  uint8_t is_err, pad[3];
  union {
    int32_t bucket;
    struct error err;
  } u;
};
struct got {
  uint8_t is_err, pad[3];
  union {
    struct {
      uint8_t is_some, pad[3];
      struct text value;
    } ok;
    struct error err;
  } u;
};
struct done {
  uint8_t is_err, pad[3];
  struct error err;
};
IMPORT(STORE, "open") void store_open(const char *name, size_t length, struct opened *out);
IMPORT(STORE, "[method]bucket.get") void bucket_get(int32_t bucket, const char *key, size_t length, struct got *out);
IMPORT(STORE, "[method]bucket.set")
void bucket_set(int32_t bucket, const char *key, size_t length, const char *value, size_t size, struct done *out);
IMPORT(STORE, "[resource-drop]bucket") void bucket_drop(int32_t bucket);

static void failed(const char *what, const struct error *err) {
  static const char *const cases[] = {"no-such-store", "access-denied", "other"};
  say(what), say(": error "), say(NAMED(cases, err->which));
  if (err->which == 2) say(" "), say_text(err->why);
  say("\n");
}

static void ask(int32_t bucket, const char *key) {
  const char *equals = strchr(key, '=');
  size_t length = equals ? (size_t)(equals - key) : strlen(key);
  struct done done = {0};
  struct got got;
  if (equals) bucket_set(bucket, key, length, equals + 1, strlen(equals + 1), &done);
  if (done.is_err) {
    failed("set", &done.err);
    return;
  }
  bucket_get(bucket, key, length, &got);
  if (got.is_err) {
    failed("get", &got.u.err);
    return;
  }
  say_text((struct text){key, length}), say(got.u.ok.is_some ? "=" : " is not there");
  if (got.u.ok.is_some) say_text(got.u.ok.value);
  say("\n");
}

int main(int argc, char **argv) {
  struct opened opened;
  const char *name = argc > 1 ? argv[1] : "";
  store_open(name, strlen(name), &opened);
  if (opened.is_err) {
    failed("open", &opened.u.err);
    return 0;
  }
  for (int i = 2; i < argc; i++) ask(opened.u.bucket, argv[i]);
  bucket_drop(opened.u.bucket);
  return 0;
}
