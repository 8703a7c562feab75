/* wasi:blobstore: whether each container that is an argument is there, and what it says it is called. */
#define BY_HAND
#include "bed.h"

#define STORE "wasi:blobstore/blobstore@0.2.0-draft"
struct known {
  uint8_t is_err, pad[3];
  union {
    uint8_t yes;
    struct text err;
  } u;
};
struct opened {
  uint8_t is_err, pad[3];
  union {
    int32_t container;
    struct text err;
  } u;
};
struct name {
  uint8_t is_err, pad[3];
  struct text text;
};
IMPORT(STORE, "container-exists") void container_exists(const char *name, size_t length, struct known *out);
IMPORT(STORE, "get-container") void get_container(const char *name, size_t length, struct opened *out);
IMPORT("wasi:blobstore/container@0.2.0-draft", "[method]container.name") void container_name(int32_t container, struct name *out);

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    struct known known;
    struct opened opened;
    struct name name;
    container_exists(argv[i], strlen(argv[i]), &known);
    say(argv[i]);
    if (known.is_err) say(": error "), say_text(known.u.err);
    if (!known.is_err) say(known.u.yes ? " is there" : " is not there");
    get_container(argv[i], strlen(argv[i]), &opened);
    if (opened.is_err) {
      say(", error "), say_text(opened.u.err), say("\n");
      continue;
    }
    container_name(opened.u.container, &name);
    say(", called "), say_text(name.text), say("\n");
  }
  return 0;
}
