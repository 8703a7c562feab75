// The table of names that language libraries ask for, and how their functions are told from the application's.

#include "runtime_names.h"

struct runtime_name {
  const char *key, *library;
  const char *functions;  // what the names of the library's functions contain, separated by bars
};

static const struct runtime_name names[] = {
    {"RUST_BACKTRACE", "Rust std", "3std|std[|std::|panic|rust_|backtrace"},
    {"RUST_LIB_BACKTRACE", "Rust std", "3std|std[|std::|panic|rust_|backtrace"},
    {"RUST_MIN_STACK", "Rust std", "3std|std[|std::|thread"},
};

static bool contains(struct cm_str text, const char *part, size_t size) {
  for (size_t i = 0; i + size <= text.size; i++)
    if (!memcmp(text.at + i, part, size)) return true;
  return false;
}

enum cm_origin runtime_origin(enum cm_need_kind kind, struct cm_str key, struct cm_str asker) {
  if (kind != CM_NEED_ENV) return CM_ORIGIN_APP;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!cm_str_is(key, names[i].key)) continue;
    if (!asker.size) return CM_ORIGIN_RUNTIME;
    for (const char *at = names[i].functions; *at;) {
      size_t size = strcspn(at, "|");
      if (contains(asker, at, size)) return CM_ORIGIN_RUNTIME;
      at += size + (at[size] == '|');
    }
  }
  return CM_ORIGIN_APP;
}
