// The runtime's functions are known by their names, which survive in the line table.

#include "stacked_summary.h"

#include <string.h>

void summary_give_up(struct summary *summary) {
  summary->keeps = summary->deep = UINT32_MAX;
  for (unsigned w = 0; w < ARGUMENTS; w++) summary->writes[w] = anywhere;
  summary->is_read = true;
}

bool summary_equal(const struct summary *a, const struct summary *b) {
  return a->is_read == b->is_read && a->is_being_read == b->is_being_read && a->round == b->round && a->keeps == b->keeps &&
         a->deep == b->deep && !memcmp(a->writes, b->writes, sizeof a->writes) &&
         !memcmp(a->returns, b->returns, sizeof a->returns) && a->return_count == b->return_count && a->gives == b->gives &&
         a->gives_found == b->gives_found;
}

void summary_of_core(struct cm_str name, struct summary *summary) {
  static const struct {
    const char *name;  // or the beginning of it
    uint32_t writes, deep;
  } known[] = {
      {"runtime.typedmemmove", 1U << 1, 0},
      {"runtime.typedslicecopy", 1U << 1, 0},
      {"runtime.typedmemclr", 1U << 1, 0},
      {"runtime.mapassign", 1U << 1, 1U << 1},
      {"runtime.mapaccess", 0, 0},
      {"runtime.mapdelete", 1U << 1, 1U << 1},
      {"runtime.mapclear", 1U << 1, 1U << 1},
      {"runtime.chanrecv", 1U << 1, 0},
      {"runtime.selectnbrecv", 1U << 0, 0},
      {"runtime.memclrHasPointers", 1U << 0, 0},
      {"runtime.growslice", 0, 0},
      {"runtime.chansend", 0, 1U << 1},
      {"runtime.selectgo", 0, 1U << 0},
  };
  summary->is_read = true;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (!cm_str_starts(name, (struct cm_str){known[i].name, strlen(known[i].name)})) continue;
    summary->deep |= known[i].deep;
    if (cm_str_is(name, "runtime.growslice")) summary->gives = 1;
    if (known[i].deep & 2) summary->gives_found |= 2;
    for (unsigned w = 0; w < ARGUMENTS; w++)
      if (known[i].writes >> w & 1) summary->writes[w] = anywhere;
  }
}
