// What changed between two files.
//
// Both sides are laid out as lists of subjects in one order, and one walk along the two tells what only one of them has. Offsets and
// function indices differ in any two builds, so that nothing is compared by them.

#include "differ.h"

#include <stdlib.h>

#include "subject.h"

struct side {
  struct tw_subject *subjects;
  uint32_t *amounts;
  size_t count;
};

// --- the order of subjects ---

static int number_order(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

// What makes two subjects the same. The source of a need is not among it: an interface in a newer version asks for the same key.
static int compare(const struct tw_subject *a, const struct tw_subject *b) {
  int order = number_order(a->about, b->about);
  order = order ? order : number_order(!a->has_kind, !b->has_kind);
  order = order ? order : number_order(a->kind, b->kind);
  order = order ? order : cm_str_compare(a->key, b->key);
  return order || a->about != TW_ABOUT_UNDECIDED ? order : number_order(a->reason, b->reason);
}

static int by_order(const void *a, const void *b) { return compare(a, b); }

// Adds up what is the same, so that each subject stands there once.
static bool join(struct cm_arena *arena, struct side *side) {
  side->amounts = cm_alloc_array(arena, side->count, sizeof *side->amounts);
  size_t kept = 0;
  for (size_t i = 0; side->amounts && i < side->count; i++) {
    const struct tw_subject *subject = &side->subjects[i];
    bool same = kept > 0 && compare(&side->subjects[kept - 1], subject) == 0;
    if (!same) {
      side->subjects[kept++] = *subject;
    }
    side->amounts[kept - 1] += subject->evidence_count ? subject->evidence_count : 1;
  }
  side->count = kept;
  return side->amounts != NULL;
}

static bool lay_out(struct cm_arena *arena, const struct cm_needs *needs, struct side *side) {
  size_t room = (size_t)needs->need_count + needs->unresolved_count + needs->import_count;
  struct tw_subject *to = cm_alloc_array(arena, room, sizeof *to);
  if (!to) {
    return false;
  }
  *side = (struct side){.subjects = to, .count = room};
  for (uint32_t i = 0; i < needs->need_count; i++) {
    *to++ = tw_subject_of_need(&needs->needs[i]);
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    *to++ = tw_subject_of_place(&needs->unresolved[i]);
  }
  for (uint32_t i = 0; i < needs->import_count; i++) {
    *to++ = tw_subject_of_interface(needs->imports[i].name);
  }
  qsort(side->subjects, room, sizeof *side->subjects, by_order);
  return join(arena, side);
}

// --- the walk ---

bool tw_differ(struct cm_arena *arena, const struct cm_needs *before, const struct cm_needs *now, const struct tw_change **changes,
               uint32_t *count) {
  struct side old, new;
  if (!lay_out(arena, before, &old) || !lay_out(arena, now, &new)) {
    return false;
  }
  struct tw_change *to = cm_alloc_array(arena, old.count + new.count, sizeof *to);
  *changes = to;
  *count = 0;
  for (size_t i = 0, j = 0; to && (i < old.count || j < new.count);) {
    int order = i == old.count ? 1 : j == new.count ? -1 : compare(&old.subjects[i], &new.subjects[j]);
    if (order < 0) {
      to[(*count)++] = (struct tw_change){TW_SINCE_ABSENT, old.subjects[i]};
    } else if (order > 0 || (new.subjects[j].about == TW_ABOUT_UNDECIDED &&new.amounts[j] > old.amounts[i])) {
      to[(*count)++] = (struct tw_change){TW_SINCE_NEW, new.subjects[j]};
    }
    i += order <= 0;
    j += order >= 0;
  }
  return to != NULL;
}

// --- findings ---

// An interface in another version is no new one: where a rule makes a difference between versions, it finds only one of them.
static struct tw_subject without_version(struct tw_subject subject) {
  if (subject.about == TW_ABOUT_INTERFACE) {
    subject.key = tw_interface_of(subject.key);
  }
  return subject;
}

static int compare_found(const struct tw_found *a, const struct tw_found *b) {
  struct tw_subject x = without_version(a->finding.subject), y = without_version(b->finding.subject);
  int order = number_order(a->finding.rule, b->finding.rule);
  order = order ? order : compare(&x, &y);
  // Demands of one rule, and entries of one manifest, are told apart by their place.
  order = order ? order : number_order(a->finding.place.line, b->finding.place.line);
  return order ? order : number_order(a->finding.place.column, b->finding.place.column);
}

static int by_finding(const void *a, const void *b) {
  const struct tw_found *const *x = a;
  const struct tw_found *const *y = b;
  int order = compare_found(*x, *y);
  return order ? order : (*x > *y) - (*x < *y);
}

static struct tw_found **sorted(struct tw_collector *to, const struct tw_collector *from) {
  struct tw_found **all = cm_alloc_array(to->arena, from->count, sizeof *all);
  to->failed |= !all;
  for (size_t i = 0; all && i < from->count; i++) {
    all[i] = &from->found[i];
  }
  if (all) {
    qsort(all, from->count, sizeof(struct tw_found *), by_finding);
  }
  return all;
}

void tw_since_mark(struct tw_collector *now, const struct tw_collector *before) {
  struct tw_found **old = sorted(now, before);
  struct tw_found **new = sorted(now, now);
  size_t count = now->count;
  struct tw_found **gone = cm_alloc_array(now->arena, before->count, sizeof *gone);
  size_t gone_count = 0;
  if (!old || !new || !gone) {
    now->failed = true;
    return;
  }
  for (size_t i = 0, j = 0; i < before->count || j < count;) {
    int order = i == before->count ? 1 : j == count ? -1 : compare_found(old[i], new[j]);
    if (order < 0) {
      gone[gone_count++] = old[i];
    } else {
      bool same = order == 0 && new[j]->measure <= old[i]->measure;
      new[j]->finding.since = same ? TW_SINCE_UNCHANGED : TW_SINCE_NEW;
    }
    i += order <= 0;
    j += order >= 0;
  }
  for (size_t i = 0; i < gone_count; i++) {
    struct tw_finding absent = gone[i]->finding;
    absent.since = TW_SINCE_ABSENT;
    absent.fixes = NULL;
    absent.fix_count = 0;
    tw_collect(now, &absent);
  }
}
