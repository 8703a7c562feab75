// A code quality report of GitLab: an array of issues, each with the five members that GitLab reads.
//
// The fingerprint must be unique in a report, and GitLab tells by it what a merge request brings: it is the hash that all formats share, and
// the number of the finding among equals goes into it.

#include "findings_parts.h"
#include "gate_formats.h"

// How bad, by fate: what is excused is for information.
static const char *severity(const struct tw_finding *finding) {
  enum tw_fate fate = tw_finding_fate(finding);
  return fate == TW_FAILS ? "critical" : fate == TW_STANDS && finding->level == TW_WARNING ? "minor" : "info";
}

static void put_issue(struct tw_json *json, struct cm_str description, struct cm_str check, struct cm_str fingerprint,
                      const char *level, struct tw_place place) {
  tw_json_object(json, NULL);
  tw_json_string(json, "description", description);
  tw_json_string(json, "check_name", check);
  tw_json_string(json, "fingerprint", fingerprint);
  tw_json_text(json, "severity", level);
  tw_json_row(json, "location");
  tw_json_string(json, "path", tw_path_tidy(place.path));
  tw_json_row(json, "lines");
  tw_json_number(json, "begin", place.line);
  tw_json_number(json, "end", place.end_line);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

// GitLab shows the description on one line: the sentence, and which file it is about.
static struct cm_str description_of(struct tw_needs_words *words, const struct tw_finding_walk *walk) {
  struct cm_str text = tw_word_safe(words, walk->finding->message);
  enum tw_fate fate = tw_finding_fate(walk->finding);
  if (walk->app) {
    struct cm_str path = tw_word_safe(words, cm_str_of(walk->app->path));
    text = tw_word(words, "%.*s: %.*s", CM_STR_ARG(path), CM_STR_ARG(text));
  }
  if (fate == TW_WAIVED) {
    struct cm_str waiver = tw_word_waiver(words, walk->finding);
    text = tw_word(words, "%.*s (%.*s)", CM_STR_ARG(text), CM_STR_ARG(waiver));
  }
  return fate == TW_UNCHANGED ? tw_word(words, "%.*s (as in the baseline)", CM_STR_ARG(text)) : text;
}

bool tw_gate_gitlab(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  struct tw_needs_words words = {.arena = arena};
  const struct tw_fingerprint *prints = tw_gate_fingerprints(arena, gate);
  if (!prints) {
    return false;
  }
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  tw_json_array(&json, NULL);
  for (uint32_t i = 0; i < gate->app_count; i++) {
    const struct tw_gate_app *app = &gate->apps[i];
    if (!app->document) {
      struct cm_str path = tw_word_safe(&words, cm_str_of(app->path)), fault = tw_word_safe(&words, app->fault);
      put_issue(&json, tw_word(&words, "%.*s: %.*s", CM_STR_ARG(path), CM_STR_ARG(fault)), CM_STR("tidewaiter/unreadable"),
                tw_word(&words, "unreadable:%u:%.*s", (unsigned)i, CM_STR_ARG(path)), "blocker",
                (struct tw_place){app->path, 1, 1, 1, 2});
    }
  }
  for (struct tw_finding_walk walk = {.gate = gate}; tw_next_finding(&walk);) {
    if (tw_finding_fate(walk.finding) == TW_ABSENT) {
      continue;
    }
    const struct tw_fingerprint *print = &prints[walk.number];
    struct cm_str check = tw_word_safe(&words, walk.rule->id);
    put_issue(&json, description_of(&words, &walk), tw_word(&words, "tidewaiter/%.*s", CM_STR_ARG(check)),
              tw_word(&words, "%s:%u", print->hash, (unsigned)print->ordinal), severity(walk.finding),
              tw_finding_place(gate, walk.app, walk.finding));
  }
  tw_json_end(&json);
  fputc('\n', to);
  return !words.failed;
}
