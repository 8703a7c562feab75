// Directives that are judged otherwise than the rest, each for a reason: the list in tests/conformance/differences.txt.
#ifndef RUNNER_DIFFERENCES_H
#define RUNNER_DIFFERENCES_H

#include <component/arena.h>
#include <component/features.h>

struct difference {
  struct cm_str script;  // the end of its path, without "/script.json" or ".wast": "wasm-tools/async/futures"
  uint32_t line;         // 0: all of the script
  bool has_features;     // judged with `features`
  struct cm_features features;
  struct cm_str reason;  // why it fails and should; empty where it has features
};

struct differences {
  struct cm_arena arena;
  struct difference *at;
  size_t count, room;
};

// Reads a list. False: `why` says in which line what is wrong. The list must be freed in either case.
enum { DIFFERENCES_WHY = 256 };
bool differences_read(const char *path, struct differences *list, char why[DIFFERENCES_WHY]);
void differences_free(struct differences *list);

// What is listed of a directive of the script at `path`; NULL: nothing.
const struct difference *difference_of(const struct differences *list, const char *path, uint32_t line);

#endif
