// Results whose texts are arbitrary bytes, and what must hold of a report whatever they are. For the unit test and the fuzz target.
#ifndef TESTS_REPORTS_SOUND_H
#define TESTS_REPORTS_SOUND_H

#include <jansson.h>

#include "sample.h"

enum { REPORT_TEXTS = 7 };

struct report_of_texts {
  struct tw_rule rule;
  struct tw_fix fix;
  struct tw_waiver waiver;
  struct cm_evidence evidence;
  struct tw_finding finding;
  struct tw_gate_app app;
  struct tw_gate gate;
};

// A gate with one finding made of `texts`, of which the first two, the id and the message, are not empty. `choice` picks what else it has.
static inline void report_of_texts(const struct cm_str texts[REPORT_TEXTS], int choice, struct report_of_texts *to) {
  to->rule = (struct tw_rule){.id = texts[0], .level = TW_ERROR, .summary = texts[1], .help = texts[2]};
  to->fix = (struct tw_fix){"a.yaml", choice & 1 ? 3 : 0, choice & 1 ? 2 : 0, texts[3], texts[4]};
  to->waiver = (struct tw_waiver){.reason = texts[1], .owner = texts[4], .expired = choice & 2};
  to->evidence = (struct cm_evidence){.instance = texts[6], .name = texts[5], .offset = 7};
  to->finding = (struct tw_finding){
      .level = TW_ERROR,
      .waiver = choice & 4 ? &to->waiver : NULL,
      .subject = {.about = (enum tw_about)((unsigned)choice / 8 % TW_ABOUT_COUNT),
                  .has_kind = true,
                  .key = texts[5],
                  .source = texts[6],
                  .evidence_count = 1,
                  .evidence = &to->evidence},
      .message = texts[1],
      .fix_count = 1,
      .fixes = &to->fix,
  };
  to->app = (struct tw_gate_app){"a.wasm", &sample_document, S(""), NULL, 0, NULL, 1, &to->finding};
  to->gate = (struct tw_gate){S(""), 0, NULL, 1, &to->rule, 1, &to->app, 0, NULL};
}

// Tags and entities are whole, and there is no character that XML forbids.
static inline const char *xml_fault(const char *text) {
  static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"};
  int open = 0;
  for (const char *at = text; *at; at++) {
    open += (*at == '<') - (*at == '>');
    bool known = *at != '&';
    for (size_t i = 0; i < sizeof entities / sizeof *entities && !known; i++) {
      known = strncmp(at, entities[i], strlen(entities[i])) == 0;
    }
    if (open < 0 || open > 1 || !known || ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t')) {
      return "it is no XML";
    }
  }
  return open ? "a tag is not closed" : NULL;
}

// One annotation, and the line behind it.
static inline const char *annotation_fault(const char *text) {
  const char *second = strchr(text, '\n');
  bool two = second && strncmp(second, "\ntidewaiter gate ", 17) == 0 && strchr(second + 1, '\n') && !strchr(second + 1, '\n')[1];
  return !two || strchr(text, '\r') || strncmp(text, "::", 2) != 0 ? "an annotation is one line" : NULL;
}

// What is wrong with a report of report_of_texts in this format; NULL: nothing.
static inline const char *report_fault(const char *format, const char *text) {
  if (strcmp(format, "junit") == 0) {
    return xml_fault(text);
  }
  if (strcmp(format, "github") == 0) {
    return annotation_fault(text);
  }
  if (strcmp(format, "text") == 0 || strcmp(format, "markdown") == 0) {
    // No character reaches a terminal or a page that would drive it.
    for (const char *at = text; *at; at++) {
      if (((unsigned char)*at < 0x20 && *at != '\n') || *at == 0x7f) {
        return "there is a control character";
      }
    }
    return NULL;
  }
  json_t *json = json_loads(text, JSON_ALLOW_NUL, NULL);
  json_decref(json);
  return !json ? "it is no JSON" : strcmp(format, "sarif") == 0 && strstr(text, ": \"\"") ? "there is an empty string" : NULL;
}

#endif
