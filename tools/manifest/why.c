// Why a line is there: words for comments.
//
// Short, one line each, and derived from the evidence: the certainty, and the functions that ask, as `tidewaiter needs` names them.

#include <stdlib.h>

#include "parts.h"
#include "report/needs_words.h"

void tw_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  if (count > 1) {
    qsort(items, count, size, compare);
  }
}

const char *tw_why_need(struct cm_arena *arena, const struct cm_needs *needs, const struct cm_need *need) {
  struct tw_needs_words words = tw_needs_words_of(arena, needs);
  struct cm_str places = tw_word_places(&words, need);
  const char *link = need->certainty == CM_DECLARED ? " by" : ", asked by";
  if (places.size == 0) {
    return tw_formatted(arena, "%s", cm_certainties[need->certainty]);
  }
  return tw_formatted(arena, "%s%s %.*s", cm_certainties[need->certainty], link, CM_STR_ARG(places));
}

const char *tw_why_undecided(struct cm_arena *arena, const struct cm_needs *needs) {
  struct tw_needs_words words = tw_needs_words_of(arena, needs);
  const char *lines = NULL;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *entry = &needs->unresolved[i];
    struct cm_str what = tw_word_undecided(&words, entry, tw_undecided_places(entry));
    struct cm_str where = entry->evidence_count ? tw_word_exact_place(&words, &entry->evidence[0]) : CM_STR("");
    const char *line = tw_formatted(arena, "undecided: %.*s%s%.*s", CM_STR_ARG(what), where.size ? ": " : "", CM_STR_ARG(where));
    struct cm_str joined = lines ? cm_alloc_format(arena, "%s\n%s", lines, line) : cm_str_of(line);
    lines = joined.at ? joined.at : lines;
  }
  return lines;
}
