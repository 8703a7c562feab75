// The result of a gate for people.
//
//     shop.wasm  component, 31 kB, C (clang 14.0)
//       error    known-env  env "DEBUG" is not in the list of rule known-env.  policy.yaml:4:5
//                asked for by main (module 0, function 12, offset 0x7e4)
//                fix: allow it in policy.yaml, before line 7
//                    - DEBUG
//       waived   …
//     failed: 1 error, 1 waived
//
// What fails stands first in each file, then what stands, then what is excused; the order of the gate is kept within these.

#include "findings_parts.h"
#include "gate_formats.h"
#include "text.h"

#define TW_COLOR_BAD "1;31"
#define TW_COLOR_GOOD "32"
#define INDENT "           "

struct page {
  FILE *to;
  bool color;
  struct tw_needs_words words;
};

// The word that a finding's line begins with, and its colour.
static const char *label_of(const struct tw_finding *finding, const char **code) {
  enum tw_fate fate = tw_finding_fate(finding);
  if (fate == TW_FAILS || fate == TW_STANDS) {
    *code = fate == TW_FAILS ? TW_COLOR_BAD : finding->level == TW_WARNING ? TW_COLOR_DOUBT : TW_COLOR_KIND;
    return tw_levels[finding->level];
  }
  *code = TW_COLOR_QUIET;
  return fate == TW_WAIVED ? "waived" : fate == TW_UNCHANGED ? "known" : "gone";
}

static void put_label(struct page *page, const char *label, const char *code) {
  fputs("  ", page->to);
  tw_put_colored(page->to, page->color, code, cm_str_of(label));
  fprintf(page->to, "%*s", (int)(sizeof INDENT - 3 - strlen(label)), "");
}

static void put_remark(struct page *page, const char *what, struct cm_str text) {
  if (text.size > 0) {
    fprintf(page->to, INDENT "%s%.*s\n", what, CM_STR_ARG(text));
  }
}

static void put_fixes(struct page *page, const struct tw_finding *finding) {
  struct tw_needs_words *words = &page->words;
  for (uint32_t i = 0; i < finding->fix_count; i++) {
    const struct tw_fix *fix = &finding->fixes[i];
    struct cm_str what = tw_word_safe(words, fix->what), place = tw_word_fix_place(words, fix);
    put_remark(page, i == 0 ? "fix: " : "or:  ", tw_word(words, "%.*s, %.*s", CM_STR_ARG(what), CM_STR_ARG(place)));
    struct cm_str lines = tw_word_fix_lines(words, fix, INDENT "    ");
    fwrite(lines.at, 1, lines.size, page->to);
  }
}

static void put_finding(struct page *page, const struct tw_rule *rule, const struct tw_finding *finding) {
  struct tw_needs_words *words = &page->words;
  const char *code;
  const char *label = label_of(finding, &code);
  put_label(page, label, code);
  struct cm_str id = tw_word_safe(words, rule->id), message = tw_word_safe(words, finding->message);
  struct cm_str place = tw_word_place(words, finding->place);
  fprintf(page->to, "%.*s  %.*s%s", CM_STR_ARG(id), CM_STR_ARG(message), place.size ? "  " : "");
  tw_put_colored(page->to, page->color && place.size, TW_COLOR_QUIET, place);
  fputc('\n', page->to);
  enum tw_fate fate = tw_finding_fate(finding);
  put_remark(page, "", tw_word_waiver(words, finding));
  // What is excused is only named.
  if (fate != TW_FAILS && fate != TW_STANDS) {
    return;
  }
  put_remark(page, "asked for by ", tw_word_evidence(words, &finding->subject));
  put_remark(page, "", tw_word_safe(words, finding->help.size ? finding->help : rule->help));
  put_fixes(page, finding);
}

static void put_findings(struct page *page, const struct tw_gate *gate, const struct tw_finding *findings, uint32_t count) {
  for (int fate = 0; fate < TW_FATE_COUNT; fate++) {
    for (uint32_t i = 0; i < count; i++) {
      if ((int)tw_finding_fate(&findings[i]) == fate) {
        put_finding(page, &gate->rules[findings[i].rule], &findings[i]);
      }
    }
  }
}

static void put_changes(struct page *page, const struct tw_gate_app *app) {
  struct tw_needs_words *words = &page->words;
  if (!app->baseline) {
    return;
  }
  struct cm_str path = tw_word_safe(words, cm_str_of(app->baseline));
  fprintf(page->to, "  since %.*s:%s\n", CM_STR_ARG(path), app->change_count ? "" : " nothing changed");
  for (uint32_t i = 0; i < app->change_count; i++) {
    const struct tw_change *change = &app->changes[i];
    struct cm_str subject = tw_word_subject(words, &change->subject), evidence = tw_word_evidence(words, &change->subject);
    bool is_new = change->since == TW_SINCE_NEW;
    fputs("    ", page->to);
    tw_put_colored(page->to, page->color, is_new ? TW_COLOR_DOUBT : TW_COLOR_QUIET,
                   tw_word(words, "%c %.*s", is_new ? '+' : '-', CM_STR_ARG(subject)));
    fprintf(page->to, "%s%.*s\n", is_new && evidence.size ? "  " : "", is_new ? (int)evidence.size : 0, evidence.at);
  }
}

static void put_app(struct page *page, const struct tw_gate *gate, const struct tw_gate_app *app) {
  if (!app->document) {
    tw_put_colored(page->to, page->color, TW_COLOR_TITLE, tw_word_safe(&page->words, cm_str_of(app->path)));
    struct cm_str fault = tw_word_safe(&page->words, app->fault);
    fprintf(page->to, "  could not be read: %.*s\n", CM_STR_ARG(fault));
    return;
  }
  struct cm_str title = tw_word_safe(&page->words, tw_needs_title(app->document));
  struct cm_str summary = tw_needs_summary(page->words.arena, app->document);
  page->words.failed |= !summary.at;
  tw_put_colored(page->to, page->color, TW_COLOR_TITLE, title);
  fprintf(page->to, "  %.*s\n", CM_STR_ARG(summary));
  put_findings(page, gate, app->findings, app->finding_count);
  put_changes(page, app);
}

bool tw_gate_text(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  struct page page = {to, color, {.arena = arena}};
  for (uint32_t i = 0; i < gate->app_count; i++) {
    put_app(&page, gate, &gate->apps[i]);
  }
  if (gate->finding_count > 0) {
    tw_put_colored(to, color, TW_COLOR_TITLE, CM_STR("the policy itself"));
    fputc('\n', to);
    put_findings(&page, gate, gate->findings, gate->finding_count);
  }
  struct tw_tally tally = tw_gate_tally(gate);
  bool passed = tw_gate_passes(gate);
  tw_put_colored(to, color, passed ? TW_COLOR_GOOD : TW_COLOR_BAD, passed ? CM_STR("passed") : CM_STR("failed"));
  struct cm_str counts = tw_word_tally(&page.words, &tally);
  fprintf(to, ": %.*s\n", CM_STR_ARG(counts));
  return !page.words.failed;
}
