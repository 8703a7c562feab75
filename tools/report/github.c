// Annotations: workflow commands that GitHub Actions reads from the log of a step.
//
//     ::error file=policy.yaml,line=4,endLine=4,title=tidewaiter known-env::MESSAGE
//
// GitHub shows ten of each level a step, so what fails comes first. The message ends at the line's end: "%", carriage return and line feed
// are written as their numbers, in properties ":" and "," too. Columns are only told where one line is meant: GitHub refuses
// them otherwise. The last line is for people who read the log.

#include "findings_parts.h"
#include "gate_formats.h"

static void put_escaped(FILE *to, struct cm_str text, const char *special) {
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.at[i];
    if (c && strchr(special, c)) {
      fprintf(to, "%%%02X", (unsigned)c);
    } else {
      fputc(c, to);
    }
  }
}

static void put_property(FILE *to, const char *name, struct cm_str value) {
  fprintf(to, "%s=", name);
  put_escaped(to, value, "%\r\n:,");
}

static void put_command(FILE *to, const char *command, struct tw_place place, struct cm_str title, struct cm_str message) {
  fprintf(to, "::%s ", command);
  put_property(to, "file", tw_path_tidy(place.path));
  fprintf(to, ",line=%u,endLine=%u", (unsigned)place.line, (unsigned)place.end_line);
  if (place.line == place.end_line) {
    // The last column is the last character's, not the one behind it.
    fprintf(to, ",col=%u,endColumn=%u", (unsigned)place.column, (unsigned)(place.end_column - 1));
  }
  fputc(',', to);
  put_property(to, "title", title);
  fputs("::", to);
  put_escaped(to, message, "%\r\n");
  fputc('\n', to);
}

static const char *const commands[TW_LEVEL_COUNT] = {"notice", "warning", "error"};

static void put_finding(FILE *to, struct tw_needs_words *words, const struct tw_finding_walk *walk, const char *command) {
  enum tw_fate fate = tw_finding_fate(walk->finding);
  struct cm_str id = tw_word_safe(words, walk->rule->id), message = tw_word_finding(words, walk->rule, walk->finding);
  struct cm_str title = tw_word(words, "tidewaiter %.*s", CM_STR_ARG(id));
  if (fate != TW_FAILS && fate != TW_STANDS) {
    title = tw_word(words, "%.*s (%s)", CM_STR_ARG(title), fate == TW_WAIVED ? "waived" : "as in the baseline");
  }
  if (walk->app) {
    struct cm_str path = tw_word_safe(words, cm_str_of(walk->app->path));
    message = tw_word(words, "%.*s: %.*s", CM_STR_ARG(path), CM_STR_ARG(message));
  }
  put_command(to, command, tw_finding_place(walk->gate, walk->app, walk->finding), title, message);
}

// What is excused is a notice, whatever its level.
static enum tw_level shown_level(const struct tw_finding *finding) {
  enum tw_fate fate = tw_finding_fate(finding);
  return fate == TW_FAILS || fate == TW_STANDS ? finding->level : TW_NOTE;
}

bool tw_gate_github(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  struct tw_needs_words words = {.arena = arena};
  for (uint32_t i = 0; i < gate->app_count; i++) {
    const struct tw_gate_app *app = &gate->apps[i];
    if (!app->document) {
      const struct tw_place top = {app->path, 1, 1, 1, 2};
      put_command(to, "error", top, CM_STR("tidewaiter unreadable"), tw_word_safe(&words, app->fault));
    }
  }
  for (int level = TW_ERROR; level >= TW_NOTE; level--) {
    for (struct tw_finding_walk walk = {.gate = gate}; tw_next_finding(&walk);) {
      if (tw_finding_fate(walk.finding) != TW_ABSENT && (int)shown_level(walk.finding) == level) {
        put_finding(to, &words, &walk, commands[level]);
      }
    }
  }
  struct tw_tally tally = tw_gate_tally(gate);
  struct cm_str counts = tw_word_tally(&words, &tally);
  fprintf(to, "tidewaiter gate %s: %.*s\n", tw_gate_passes(gate) ? "passed" : "failed", CM_STR_ARG(counts));
  return !words.failed;
}
