// JUnit XML: a suite for each file, in it a case for each finding and for each rule that found nothing.
//
// There is no standard, only what readers agree on: `testsuites` with `testsuite`, their counts, `testcase` with name and classname, and in
// it at most one of `failure`, `error` and `skipped`, then `system-out`. An error that fails is a failure; what is waived or as in the
// baseline is skipped, with the reason; a warning or note passes and says itself as output. There are no times: the same input
// gives the same bytes.

#include "findings_parts.h"
#include "gate_formats.h"
#include "text.h"

struct junit {
  FILE *to;
  struct tw_needs_words words;
  const struct tw_gate *gate;
};

// Text between tags or in quotes. XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF: they become U+FFFD. A ">"
// is always escaped, so that no "]]>" can be.
static void put_xml(FILE *to, struct cm_str text, bool attribute) {
  while (text.size > 0) {
    uint32_t c = tw_utf8_next(&text);
    bool space = c == '\n' || c == '\t' || c == '\r';
    if (c == '&' || c == '<' || c == '>' || c == '"') {
      fputs(c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;", to);
    } else if (c == '\r' || (space && attribute)) {
      fprintf(to, "&#%u;", (unsigned)c);
    } else {
      char bytes[4];
      bool none = (c < 0x20 && !space) || c == 0xfffe || c == 0xffff;
      fwrite(bytes, 1, tw_utf8_put(none ? 0xfffd : c, bytes), to);
    }
  }
}

static void put_attribute(FILE *to, const char *name, struct cm_str value) {
  fprintf(to, " %s=\"", name);
  put_xml(to, value, true);
  fputc('"', to);
}

static void put_element(FILE *to, const char *name, struct cm_str message, struct cm_str type, struct cm_str text) {
  fprintf(to, "      <%s", name);
  put_attribute(to, "message", message);
  if (type.size) {
    put_attribute(to, "type", type);
  }
  if (text.size == 0) {
    fputs("/>\n", to);
    return;
  }
  fputc('>', to);
  put_xml(to, text, false);
  fprintf(to, "</%s>\n", name);
}

static void begin_case(struct junit *junit, struct cm_str name, struct cm_str suite) {
  fputs("    <testcase", junit->to);
  put_attribute(junit->to, "name", name);
  put_attribute(junit->to, "classname", suite);
}

static void put_finding(struct junit *junit, const struct tw_finding *finding, struct cm_str suite) {
  FILE *to = junit->to;
  struct tw_needs_words *words = &junit->words;
  const struct tw_rule *rule = &junit->gate->rules[finding->rule];
  enum tw_fate fate = tw_finding_fate(finding);
  struct cm_str subject = tw_word_subject(words, &finding->subject), id = tw_word_safe(words, rule->id);
  struct cm_str message = tw_word_safe(words, finding->message), text = tw_word_finding(words, rule, finding);
  begin_case(junit, subject.size ? tw_word(words, "%.*s: %.*s", CM_STR_ARG(id), CM_STR_ARG(subject)) : id, suite);
  if (finding->place.path) {
    put_attribute(to, "file", tw_path_tidy(finding->place.path));
    if (finding->place.line) {
      put_attribute(to, "line", tw_word(words, "%u", (unsigned)finding->place.line));
    }
  }
  fputs(">\n", to);
  switch (fate) {
    case TW_FAILS: put_element(to, "failure", message, id, text); break;
    case TW_WAIVED: put_element(to, "skipped", tw_word_waiver(words, finding), CM_STR(""), CM_STR("")); break;
    case TW_UNCHANGED: put_element(to, "skipped", CM_STR("as in the baseline"), CM_STR(""), CM_STR("")); break;
    default: break;
  }
  if (fate != TW_FAILS) {
    fputs("      <system-out>", to);
    put_xml(to, tw_word(words, "%s: %.*s", fate == TW_ABSENT ? "gone" : tw_levels[finding->level], CM_STR_ARG(text)), false);
    fputs("</system-out>\n", to);
  }
  fputs("    </testcase>\n", to);
}

static bool found_something(const struct tw_finding *findings, uint32_t count, uint32_t rule) {
  for (uint32_t i = 0; i < count; i++) {
    if (findings[i].rule == rule) {
      return true;
    }
  }
  return false;
}

// Rules about waivers and rules are judged once, those about apps for each of them.
static bool belongs(const struct tw_rule *rule, const struct tw_gate_app *app) {
  bool general = rule->section == TW_OF_WAIVER || rule->section == TW_OF_RULE;
  return general == !app;
}

// The rules that found nothing here: cases that pass, as many as are returned.
static uint32_t put_passed(struct junit *junit, const struct tw_gate_app *app, const struct tw_finding *findings, uint32_t count,
                           struct cm_str suite, bool write) {
  uint32_t passed = 0;
  for (uint32_t i = 0; i < junit->gate->rule_count; i++) {
    const struct tw_rule *rule = &junit->gate->rules[i];
    if (!belongs(rule, app) || found_something(findings, count, i)) {
      continue;
    }
    passed++;
    if (write) {
      begin_case(junit, tw_word_safe(&junit->words, rule->id), suite);
      fputs("/>\n", junit->to);
    }
  }
  return passed;
}

struct counts {
  uint32_t tests, failures, errors, skipped;
};

static struct counts count_suite(struct junit *junit, const struct tw_gate_app *app) {
  if (app && !app->document) {
    return (struct counts){.tests = 1, .errors = 1};
  }
  const struct tw_finding *findings = app ? app->findings : junit->gate->findings;
  struct counts counts = {.tests = app ? app->finding_count : junit->gate->finding_count};
  for (uint32_t i = 0; i < counts.tests; i++) {
    enum tw_fate fate = tw_finding_fate(&findings[i]);
    counts.failures += fate == TW_FAILS;
    counts.skipped += fate == TW_WAIVED || fate == TW_UNCHANGED;
  }
  counts.tests += put_passed(junit, app, findings, counts.tests, CM_STR(""), false);
  return counts;
}

static void put_counts(FILE *to, struct counts counts) {
  fprintf(to, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", (unsigned)counts.tests, (unsigned)counts.failures,
          (unsigned)counts.errors, (unsigned)counts.skipped);
}

// `app` NULL: the suite of what is about none.
static void put_suite(struct junit *junit, const struct tw_gate_app *app) {
  struct counts counts = count_suite(junit, app);
  if (counts.tests == 0) {
    return;
  }
  struct cm_str name = app ? tw_word_safe(&junit->words, tw_path_tidy(app->path)) : CM_STR("policy");
  fputs("  <testsuite", junit->to);
  put_attribute(junit->to, "name", name);
  put_counts(junit->to, counts);
  if (counts.errors) {
    begin_case(junit, CM_STR("readable"), name);
    fputs(">\n", junit->to);
    put_element(junit->to, "error", tw_word_safe(&junit->words, app->fault), CM_STR("unreadable"), CM_STR(""));
    fputs("    </testcase>\n", junit->to);
  } else {
    const struct tw_finding *findings = app ? app->findings : junit->gate->findings;
    uint32_t count = app ? app->finding_count : junit->gate->finding_count;
    for (uint32_t i = 0; i < count; i++) {
      put_finding(junit, &findings[i], name);
    }
    put_passed(junit, app, findings, count, name, true);
  }
  fputs("  </testsuite>\n", junit->to);
}

bool tw_gate_junit(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  struct junit junit = {to, {.arena = arena}, gate};
  struct counts all = {0};
  for (uint32_t i = 0; i <= gate->app_count; i++) {
    struct counts one = count_suite(&junit, i < gate->app_count ? &gate->apps[i] : NULL);
    all = (struct counts){all.tests + one.tests, all.failures + one.failures, all.errors + one.errors, all.skipped + one.skipped};
  }
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tidewaiter gate\"", to);
  put_counts(to, all);
  for (uint32_t i = 0; i < gate->app_count; i++) {
    put_suite(&junit, &gate->apps[i]);
  }
  put_suite(&junit, NULL);
  fputs("</testsuites>\n", to);
  return !junit.words.failed;
}
