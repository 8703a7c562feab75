// Why a line is there: words for comments.
//
// Short, one line each, and derived from the evidence: the certainty, and the functions that ask, as `tidewaiter needs` names them.

#include <stdlib.h>

#include "parts.h"

void tw_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  if (count > 1) {
    qsort(items, count, size, compare);
  }
}

const char *tw_why_need(struct tw_needs_words *words, const struct cm_need *need) {
  struct cm_str places = tw_word_places(words, need);
  const char *link = need->certainty == CM_DECLARED ? " by " : ", asked by ";
  return tw_formatted(words->arena, "%s%s%.*s", cm_certainties[need->certainty], places.size ? link : "", CM_STR_ARG(places));
}

const char *tw_why_undecided(struct tw_needs_words *words, const struct cm_needs *needs) {
  struct tw_buffer lines = {.arena = words->arena};
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *entry = &needs->unresolved[i];
    struct cm_str what = tw_word_undecided(words, entry, tw_undecided_places(entry));
    struct cm_str where = entry->evidence_count ? tw_word_exact_place(words, &entry->evidence[0]) : CM_STR("");
    tw_buffer_format(&lines, "%sundecided: %.*s%s%.*s", i ? "\n" : "", CM_STR_ARG(what), where.size ? ": " : "", CM_STR_ARG(where));
  }
  return needs->unresolved_count ? tw_buffer_text(&lines).at : NULL;
}
