// The difference of two files, for people and for programs.

#include "differ_write.h"

#include "report/findings_parts.h"
#include "report/needs_parts.h"

// --- for people ---

static bool put_title(FILE *to, struct tw_needs_words *words, const char *which, const struct tw_needs_document *document,
                      bool color) {
  struct cm_str title = tw_word_safe(words, tw_needs_title(document));
  struct cm_str summary = tw_needs_summary(words->arena, document);
  fprintf(to, "%s ", which);
  tw_put_colored(to, color, TW_COLOR_TITLE, title);
  fprintf(to, "  %.*s\n", CM_STR_ARG(summary));
  return summary.at != NULL;
}

static void put_change(FILE *to, struct tw_needs_words *words, const struct tw_change *change, bool color) {
  bool is_new = change->since == TW_SINCE_NEW;
  struct cm_str subject = tw_word_subject(words, &change->subject);
  struct cm_str evidence = is_new ? tw_word_evidence(words, &change->subject) : CM_STR("");
  fputs("  ", to);
  tw_put_colored(to, color, is_new ? TW_COLOR_DOUBT : TW_COLOR_QUIET,
                 tw_word(words, "%c %.*s", is_new ? '+' : '-', CM_STR_ARG(subject)));
  fprintf(to, "%s%.*s\n", evidence.size ? "  " : "", CM_STR_ARG(evidence));
}

// Kinds whose list is all there is on one side only: what is known changed, be it without a change of needs.
static void put_complete(FILE *to, const struct tw_difference *difference) {
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    bool before = difference->before->needs.complete[kind], now = difference->now->needs.complete[kind];
    if (before != now) {
      fprintf(to, "  %s: the list is %s\n", cm_need_kinds[kind], now ? "complete now" : "not complete any more");
    }
  }
}

bool tw_difference_text(FILE *to, struct cm_arena *arena, const struct tw_difference *difference, bool color) {
  struct tw_needs_words words = {.arena = arena};
  if (!put_title(to, &words, "-", difference->before, color) || !put_title(to, &words, "+", difference->now, color)) {
    return false;
  }
  uint32_t added = 0;
  for (uint32_t i = 0; i < difference->count; i++) {
    put_change(to, &words, &difference->changes[i], color);
    added += difference->changes[i].since == TW_SINCE_NEW;
  }
  put_complete(to, difference);
  if (difference->count == 0) {
    fputs("Nothing changed.\n", to);
  } else {
    fprintf(to, "%u new, %u gone.\n", (unsigned)added, (unsigned)(difference->count - added));
  }
  return !words.failed;
}

// --- for programs ---

static void put_side(struct tw_json *json, const char *key, const struct tw_needs_document *document) {
  tw_json_row(json, key);
  tw_json_text(json, "path", document->path);
  tw_json_text(json, "sha256", document->sha256);
  tw_json_number(json, "size", document->size);
  tw_json_end(json);
}

static void put_changes(struct tw_json *json, const char *key, const struct tw_difference *difference, enum tw_since since) {
  tw_json_array(json, key);
  for (uint32_t i = 0; i < difference->count; i++) {
    if (difference->changes[i].since == since) {
      tw_findings_put_subject(json, NULL, &difference->changes[i].subject);
    }
  }
  tw_json_end(json);
}

static void put_completeness(struct tw_json *json, const char *key, const struct cm_needs *needs) {
  tw_json_row(json, key);
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    tw_json_bool(json, cm_need_kinds[kind], needs->complete[kind]);
  }
  tw_json_end(json);
}

void tw_difference_json(FILE *to, const struct tw_difference *difference, enum tw_json_style style) {
  struct tw_json json = tw_json_to(to, style);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.diff/1");
  put_side(&json, "old", difference->before);
  put_side(&json, "new", difference->now);
  put_changes(&json, "added", difference, TW_SINCE_NEW);
  put_changes(&json, "gone", difference, TW_SINCE_ABSENT);
  tw_json_object(&json, "complete");
  put_completeness(&json, "old", &difference->before->needs);
  put_completeness(&json, "new", &difference->now->needs);
  tw_json_end(&json);
  tw_json_end(&json);
  fputc('\n', to);
}
