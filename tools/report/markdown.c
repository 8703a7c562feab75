// The result of a gate as a comment on a pull request, in GitHub's and GitLab's Markdown.
//
// A heading with the verdict, a table of findings for each file, and below it, folded, the lines that fix each. The first line is a
// comment by which a bot finds what it wrote before. Text from files must not become markup, a mention of somebody or a link: ASCII
// punctuation is escaped, and "@", "#", "://" and "www." are broken by an empty comment. A comment holds 65,536 characters: what does
// not fit is counted, not shown.

#include <stdlib.h>

#include "findings_parts.h"
#include "gate_formats.h"

enum { ROOM = 60000 };

struct comment {
  FILE *to;
  size_t written;
  struct tw_needs_words words;
  const struct tw_gate *gate;
};

static void put(struct comment *comment, struct cm_str text) {
  fwrite(text.at, 1, text.size, comment->to);
  comment->written += text.size;
}

static void put_words(struct comment *comment, const char *text) { put(comment, cm_str_of(text)); }

// Whether something begins at `i` that would be made a mention, a reference or a link, unless it is broken behind that character.
static bool begins_link(struct cm_str text, size_t i) {
  struct cm_str rest = {text.at + i, text.size - i};
  return rest.at[0] == '@' || rest.at[0] == '#' || cm_str_starts(rest, CM_STR("://")) || cm_str_starts(rest, CM_STR("ww.")) ||
         cm_str_starts(rest, CM_STR("WW."));
}

// Text that is nothing but text, on one line. Within a block of HTML there is no Markdown, so that `html` tells how to escape.
static struct cm_str escaped(struct tw_needs_words *words, struct cm_str text, bool html) {
  static const char broken[] = "<!-- -->";
  struct cm_str safe = tw_word_safe(words, text);
  char *to = cm_alloc(words->arena, (sizeof broken + 8) * safe.size + 1);
  if (!to) {
    words->failed = true;
    return CM_STR("");
  }
  size_t size = 0;
  for (size_t i = 0; i < safe.size; i++) {
    char c = safe.at[i];
    // What ends or begins words and sentences is no markup within a line.
    bool special = c && strchr(html ? "&<>" : "\\`*_{}[]()<>|~!&$", c);
    if (special && html) {
      size += (size_t)sprintf(to + size, "&#%d;", c);
    } else {
      to[size] = '\\';
      size += special;
      to[size++] = c;
    }
    if (begins_link(safe, i)) {
      memcpy(to + size, broken, sizeof broken - 1);
      size += sizeof broken - 1;
    }
  }
  return (struct cm_str){to, size};
}

static struct cm_str prose(struct tw_needs_words *words, struct cm_str text) { return escaped(words, text, false); }

// The longest run of backticks in a text.
static size_t longest_run(struct cm_str text) {
  size_t longest = 0, run = 0;
  for (size_t i = 0; i < text.size; i++) {
    run = text.at[i] == '`' ? run + 1 : 0;
    longest = run > longest ? run : longest;
  }
  return longest;
}

// A code span: fenced by more backticks than the text has in a row. In a table "|" is escaped even there.
static struct cm_str code(struct tw_needs_words *words, struct cm_str text) {
  struct cm_str safe = tw_word_safe(words, text);
  size_t run = longest_run(safe), fence = run + 1, size = 0;
  char *to = cm_alloc(words->arena, 2 * (safe.size + fence) + 3);
  if (!to || safe.size == 0) {
    words->failed |= !to;
    return CM_STR("");
  }
  memset(to, '`', fence);
  size = fence;
  if (run > 0) {
    to[size++] = ' ';
  }
  for (size_t i = 0; i < safe.size; i++) {
    if (safe.at[i] == '|') {
      to[size++] = '\\';
    }
    to[size++] = safe.at[i];
  }
  if (run > 0) {
    to[size++] = ' ';
  }
  memset(to + size, '`', fence);
  return (struct cm_str){to, size + fence};
}

static const char *mark_of(const struct tw_finding *finding) {
  static const char *const marks[TW_FATE_COUNT] = {":x: error", NULL, "waived", "known", "gone"};
  static const char *const levels[TW_LEVEL_COUNT] = {"note", ":warning: warning", NULL};
  enum tw_fate fate = tw_finding_fate(finding);
  return fate == TW_STANDS ? levels[finding->level] : marks[fate];
}

static struct cm_str row_of(struct comment *comment, const struct tw_finding *finding) {
  struct tw_needs_words *words = &comment->words;
  struct cm_str rule = code(words, comment->gate->rules[finding->rule].id), message = prose(words, finding->message);
  struct cm_str waiver = prose(words, tw_word_waiver(words, finding)), where = code(words, tw_word_place(words, finding->place));
  struct cm_str by = finding->subject.evidence_count > 0 ? code(words, tw_word_evidence(words, &finding->subject)) : CM_STR("");
  return tw_word(words, "| %s | %.*s | %.*s%s%.*s%s%.*s | %.*s |\n", mark_of(finding), CM_STR_ARG(rule), CM_STR_ARG(message),
                 by.size ? "<br>asked for by " : "", CM_STR_ARG(by), waiver.size ? "<br>" : "", CM_STR_ARG(waiver),
                 CM_STR_ARG(where));
}

// The lines to change, folded; "" where there are none or nothing needs them.
static struct cm_str fixes_of(struct comment *comment, const struct tw_finding *finding) {
  struct tw_needs_words *words = &comment->words;
  enum tw_fate fate = tw_finding_fate(finding);
  if (finding->fix_count == 0 || (fate != TW_FAILS && fate != TW_STANDS)) {
    return CM_STR("");
  }
  struct cm_str subject = escaped(words, tw_word_subject(words, &finding->subject), true);
  struct cm_str rule = escaped(words, comment->gate->rules[finding->rule].id, true);
  struct cm_str text = tw_word(words, "\n<details><summary>Fix: %.*s%s%.*s</summary>\n", CM_STR_ARG(rule), subject.size ? ", " : "",
                               CM_STR_ARG(subject));
  for (uint32_t i = 0; i < finding->fix_count; i++) {
    struct cm_str what = prose(words, finding->fixes[i].what), place = tw_word_fix_place(words, &finding->fixes[i]);
    struct cm_str lines = tw_word_fix_lines(words, &finding->fixes[i], "");
    size_t run = longest_run(lines);
    char fence[80];
    memset(fence, '`', sizeof fence);
    fence[run < 3 ? 3 : run < sizeof fence - 1 ? run + 1 : sizeof fence - 1] = '\0';
    text = tw_word(words, "%.*s\n%s%.*s, %.*s%s\n", CM_STR_ARG(text), i == 0 ? "" : "Or: ", CM_STR_ARG(what), CM_STR_ARG(place),
                   lines.size ? ":" : ".");
    if (lines.size) {
      text = tw_word(words, "%.*s\n%syaml\n%.*s%s\n", CM_STR_ARG(text), fence, CM_STR_ARG(lines), fence);
    }
  }
  return tw_word(words, "%.*s\n</details>\n", CM_STR_ARG(text));
}

// Writes `text` if there is room for it.
static bool put_if_it_fits(struct comment *comment, struct cm_str text) {
  bool fits = comment->written + text.size <= ROOM;
  if (fits) {
    put(comment, text);
  }
  return fits;
}

static void put_findings(struct comment *comment, const struct tw_finding *findings, uint32_t count) {
  if (count == 0) {
    return;
  }
  put_words(comment, "\n| | rule | finding | where |\n|---|---|---|---|\n");
  uint32_t left_out = 0;
  for (int fate = 0; fate < TW_FATE_COUNT; fate++) {
    for (uint32_t i = 0; i < count; i++) {
      if ((int)tw_finding_fate(&findings[i]) == fate) {
        left_out += left_out > 0 || !put_if_it_fits(comment, row_of(comment, &findings[i]));
      }
    }
  }
  if (left_out > 0) {
    put(comment, tw_word(&comment->words, "\n%u more did not fit here; the other reports have them.\n", (unsigned)left_out));
  }
  for (uint32_t i = 0; i < count && left_out == 0; i++) {
    put_if_it_fits(comment, fixes_of(comment, &findings[i]));
  }
}

static void put_changes(struct comment *comment, const struct tw_gate_app *app) {
  struct tw_needs_words *words = &comment->words;
  if (!app->baseline) {
    return;
  }
  struct cm_str path = code(words, cm_str_of(app->baseline));
  put(comment, tw_word(words, "\nSince %.*s%s\n", CM_STR_ARG(path), app->change_count ? ":\n" : " nothing changed."));
  for (uint32_t i = 0; i < app->change_count; i++) {
    struct cm_str subject = code(words, tw_word_subject(words, &app->changes[i].subject));
    const char *what = app->changes[i].since == TW_SINCE_NEW ? "new" : "gone";
    if (!put_if_it_fits(comment, tw_word(words, "- %s: %.*s\n", what, CM_STR_ARG(subject)))) {
      put(comment, tw_word(words, "- and %u more\n", (unsigned)(app->change_count - i)));
      return;
    }
  }
}

static void put_app(struct comment *comment, const struct tw_gate_app *app) {
  struct tw_needs_words *words = &comment->words;
  struct cm_str path = code(words, cm_str_of(app->path));
  struct tw_tally tally = tw_app_tally(app);
  struct cm_str counts = app->document ? tw_word_tally(words, &tally) : tw_word(words, "could not be read: ");
  struct cm_str fault = prose(words, app->fault);
  if (!put_if_it_fits(comment,
                      tw_word(words, "\n#### %.*s: %.*s%.*s\n", CM_STR_ARG(path), CM_STR_ARG(counts), CM_STR_ARG(fault)))) {
    return;
  }
  put_findings(comment, app->findings, app->finding_count);
  put_changes(comment, app);
}

bool tw_gate_markdown(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  struct comment comment = {to, 0, {.arena = arena}, gate};
  struct tw_tally tally = tw_gate_tally(gate);
  bool passed = tw_gate_passes(gate);
  struct cm_str counts = tw_word_tally(&comment.words, &tally);
  put_words(&comment, "<!-- tidewaiter gate -->\n");
  put(&comment, tw_word(&comment.words, "### %s tidewaiter gate %s: %.*s\n",
                        passed ? ":white_check_mark:" : ":x:", passed ? "passed" : "failed", CM_STR_ARG(counts)));
  for (uint32_t i = 0; i < gate->app_count; i++) {
    put_app(&comment, &gate->apps[i]);
  }
  if (gate->finding_count > 0) {
    put_if_it_fits(&comment, CM_STR("\n#### The policy itself\n"));
    put_findings(&comment, gate->findings, gate->finding_count);
  }
  return !comment.words.failed;
}
