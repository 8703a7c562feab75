// Gathering findings, and their order.

#include "collect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void tw_collect_measured(struct tw_collector *to, const struct tw_finding *finding, uint64_t measure) {
  if (!cm_grow(to->arena, &to->found, &to->capacity, to->count, sizeof *to->found)) {
    to->failed = true;
    return;
  }
  to->found[to->count++] = (struct tw_found){*finding, measure};
}

void tw_collect(struct tw_collector *to, const struct tw_finding *finding) { tw_collect_measured(to, finding, 0); }

struct cm_str tw_collect_format(struct tw_collector *to, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  char *text = size < 0 ? NULL : cm_alloc(to->arena, (size_t)size + 1);
  if (text) {
    vsnprintf(text, (size_t)size + 1, format, again);
  }
  va_end(again);
  va_end(arguments);
  to->failed |= !text;
  return text ? (struct cm_str){text, (size_t)size} : CM_STR("");
}

void tw_collect_fix(struct tw_collector *to, struct tw_finding *finding, const struct tw_fix *fix) {
  struct tw_fix *all = cm_alloc_array(to->arena, finding->fix_count + 1, sizeof *all);
  if (!all) {
    to->failed = true;
    return;
  }
  if (finding->fix_count > 0) {
    memcpy(all, finding->fixes, finding->fix_count * sizeof *all);
  }
  all[finding->fix_count++] = *fix;
  finding->fixes = all;
}

// A finding with what its order depends on.
struct entry {
  struct tw_found found;
  enum tw_section section;
  size_t index;
};

static int number_order(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

static int order(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  const struct tw_subject *p = &x->found.finding.subject, *q = &y->found.finding.subject;
  int result = number_order(x->section, y->section);
  // What is about no kind comes last.
  result = result ? result : number_order(!p->has_kind, !q->has_kind);
  result = result ? result : number_order(p->kind, q->kind);
  result = result ? result : cm_str_compare(p->key, q->key);
  result = result ? result : number_order(x->found.finding.rule, y->found.finding.rule);
  return result ? result : number_order(x->index, y->index);
}

void tw_collect_sort(struct tw_collector *collector, const struct tw_rule *rules) {
  struct entry *entries = cm_alloc_array(collector->arena, collector->count, sizeof *entries);
  if (!entries) {
    collector->failed = true;
    return;
  }
  for (size_t i = 0; i < collector->count; i++) {
    entries[i] = (struct entry){collector->found[i], rules[collector->found[i].finding.rule].section, i};
  }
  qsort(entries, collector->count, sizeof *entries, order);
  for (size_t i = 0; i < collector->count; i++) {
    collector->found[i] = entries[i].found;
  }
}

const struct tw_finding *tw_collect_findings(struct tw_collector *collector) {
  struct tw_finding *findings = cm_alloc_array(collector->arena, collector->count, sizeof *findings);
  collector->failed |= !findings;
  for (size_t i = 0; findings && i < collector->count; i++) {
    findings[i] = collector->found[i].finding;
  }
  return findings;
}
