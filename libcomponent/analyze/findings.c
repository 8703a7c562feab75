// Gathering: equal needs become one with all their evidence, evidence from the same call is kept once, and the end is sorted, so that
// the order in which functions were evaluated leaves no trace.

#include "findings.h"

#include <stdlib.h>

const char *const cm_certainties[3] = {"declared", "exact", "possible"};
const char *const cm_origins[2] = {"app", "runtime"};
const char *const cm_evidence_bys[2] = {"static", "executed"};
const char *const cm_reasons[CM_REASON_COUNT] = {
    [CM_REASON_COMPUTED] = "key is computed at run time",
    [CM_REASON_WHOLE_LIST] = "the whole list is read",
    [CM_REASON_NO_LOOKUP] = "the environment is read in a way that was not recognized",
    [CM_REASON_EXPORTED] = "key comes from a caller outside the component",
    [CM_REASON_INDIRECT] = "the function that asks is called in a way that was not resolved",
    [CM_REASON_LIMIT] = "the analysis met a limit",
    [CM_REASON_MALFORMED] = "the code that asks could not be read",
    [CM_REASON_INTERPRETED] = "interpreted program",
};

static bool same_evidence(const struct cm_evidence *a, const struct cm_evidence *b) {
  return a->module == b->module && a->function == b->function && a->offset == b->offset && cm_str_equal(a->instance, b->instance);
}

static bool keep_path(struct findings *f, struct cm_evidence *e) {
  struct cm_frame *path = cm_alloc_array(f->arena, e->path_count, sizeof *path);
  if (!path) {
    f->failed = true;
    return false;
  }
  if (e->path_count) memcpy(path, e->path, e->path_count * sizeof *path);
  e->path = path;
  return true;
}

const struct cm_evidence *findings_keep(struct findings *f, const struct cm_evidence *e) {
  struct cm_evidence *kept = cm_alloc(f->arena, sizeof *kept);
  if (!kept) {
    f->failed = true;
    return NULL;
  }
  *kept = *e;
  return keep_path(f, kept) ? kept : NULL;
}

// `is_kept`: its path lasts, and is shared.
static void add_evidence(struct findings *f, struct cm_evidence **list, size_t *count, size_t *room, const struct cm_evidence *e,
                         bool is_kept) {
  if (!e) return;
  for (size_t i = 0; i < *count; i++)
    if (same_evidence(&(*list)[i], e)) return;
  if (*count >= FINDING_EVIDENCE) return;
  // Most have but one, and there may be very many.
  if (!*room && (*list = cm_alloc(f->arena, sizeof **list)) != NULL) *room = 1;
  struct cm_evidence kept = *e;
  if (!*list || !cm_grow(f->arena, list, room, *count, sizeof **list) || !(is_kept || keep_path(f, &kept))) {
    f->failed = true;
    return;
  }
  (*list)[(*count)++] = kept;
}

static struct cm_str keep(struct findings *f, struct cm_str text) {
  if (!text.size) return CM_STR("");
  char *copy = cm_alloc_text(f->arena, text.at, text.size);
  if (!copy) f->failed = true;
  return (struct cm_str){copy, copy ? text.size : 0};
}

// Hostile programs have as many keys and places as bytes: what was found before is found by its hash.
static uint64_t hash_of_need(const struct findings *f, const struct cm_need *n) {
  uint64_t hash = index_mix(f->needs_index.seed, (uint64_t)n->kind << 32 | n->origin);
  return index_mix_text(index_mix_text(hash, n->key), n->source);
}

static bool same_need(const struct cm_need *a, const struct cm_need *b) {
  return a->kind == b->kind && a->origin == b->origin && cm_str_equal(a->key, b->key) && cm_str_equal(a->source, b->source);
}

static struct finding_need *find_need(struct findings *f, const struct cm_need *wanted, uint64_t hash) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&f->needs_index, hash, &cursor, &i);)
    if (same_need(&f->needs[i].need, wanted)) return &f->needs[i];
  return NULL;
}

static struct finding_need *gather_need(struct findings *f, enum cm_need_kind kind, struct cm_str key, enum cm_origin origin,
                                        enum cm_certainty certainty, struct cm_str source, const struct cm_evidence *evidence) {
  struct cm_need wanted = {.kind = kind, .key = key, .origin = origin, .certainty = certainty, .source = source};
  uint64_t hash = hash_of_need(f, &wanted);
  struct finding_need *n = find_need(f, &wanted, hash);
  if (f->is_muted) {
    if (n) n->is_heard = true;
    return NULL;
  }
  f->told += origin == CM_ORIGIN_APP;
  if (!n) {
    if (!cm_grow(f->arena, &f->needs, &f->need_room, f->need_count, sizeof *f->needs) ||
        !index_add(&f->needs_index, f->arena, hash, (uint32_t)f->need_count)) {
      f->failed = true;
      return NULL;
    }
    n = &f->needs[f->need_count++];
    *n = (struct finding_need){.need = wanted};
    n->need.key = keep(f, key);
  }
  if (certainty < n->need.certainty) n->need.certainty = certainty;
  n->dropped = false;
  add_evidence(f, &n->evidence, &n->evidence_count, &n->evidence_room, evidence, false);
  return n;
}

struct finding_need *findings_need(struct findings *f, enum cm_need_kind kind, struct cm_str key, enum cm_origin origin,
                                   enum cm_certainty certainty, struct cm_str source, const struct cm_evidence *evidence) {
  struct finding_need *n = gather_need(f, kind, key, origin, certainty, source, evidence);
  if (n) n->is_sure = true;
  return n;
}

void findings_perhaps(struct findings *f, enum cm_need_kind kind, struct cm_str key, enum cm_origin origin, struct cm_str source,
                      const struct cm_evidence *evidence) {
  gather_need(f, kind, key, origin, CM_POSSIBLE, source, evidence);
}

void findings_confirm(struct findings *f, enum cm_need_kind kind, const struct cm_evidence *evidence) {
  for (size_t i = 0; i < f->need_count; i++) {
    struct finding_need *n = &f->needs[i];
    bool there = n->evidence_count == FINDING_EVIDENCE;
    for (size_t e = 0; e < n->evidence_count && !there; e++) there = same_evidence(&n->evidence[e], evidence);
    n->is_sure |= there && n->need.kind == kind;
  }
}

void findings_doubted(struct findings *f, const struct findings *before) {
  for (size_t i = 0; i < before->need_count; i++) {
    const struct finding_need *old = &before->needs[i];
    if (old->dropped || !old->is_sure || findings_has(f, old->need.kind, old->need.key)) continue;
    struct finding_need *n = gather_need(f, old->need.kind, old->need.key, old->need.origin, CM_POSSIBLE, old->need.source, NULL);
    for (size_t e = 0; n && e < old->evidence_count; e++)
      add_evidence(f, &n->evidence, &n->evidence_count, &n->evidence_room, &old->evidence[e], true);
  }
}

static bool is_found_there_alone(const struct finding_need *n, findings_is_site is_site, void *context) {
  bool all = n->evidence_count && n->evidence_count < FINDING_EVIDENCE;
  for (size_t e = 0; e < n->evidence_count && all; e++)
    all = n->evidence[e].by == CM_BY_STATIC && is_site(context, n->need.kind, &n->evidence[e]);
  return all;
}

void findings_reconsider(struct findings *f, findings_is_site is_site, void *context) {
  for (size_t i = 0; i < f->need_count; i++) f->needs[i].is_sure &= !is_found_there_alone(&f->needs[i], is_site, context);
}

void findings_listen(struct findings *f) {
  for (size_t i = 0; i < f->need_count; i++) f->needs[i].is_heard = false;
}

bool findings_is_unheard(const struct findings *f, findings_is_site is_site, void *context) {
  bool any = false;
  for (size_t i = 0; i < f->need_count && !any; i++)
    any = !f->needs[i].is_heard && is_found_there_alone(&f->needs[i], is_site, context);
  return any;
}

void findings_doubt(struct findings *f, findings_is_site is_site, void *context) {
  for (size_t i = 0; i < f->need_count; i++) {
    struct finding_need *n = &f->needs[i];
    if (n->need.certainty == CM_EXACT && is_found_there_alone(n, is_site, context)) n->need.certainty = CM_POSSIBLE;
  }
}

void findings_drop_perhaps(struct findings *f) {
  bool undecided[CM_NEED_KIND_COUNT] = {false};
  for (size_t i = 0; i < f->unresolved_count; i++) undecided[f->unresolved[i].unresolved.kind] |= !f->unresolved[i].dropped;
  for (size_t i = 0; i < f->need_count; i++) f->needs[i].dropped |= !f->needs[i].is_sure && !undecided[f->needs[i].need.kind];
}

void findings_move(struct findings *f, size_t i, enum cm_origin origin) {
  struct finding_need *from = &f->needs[i];
  from->need.origin = origin;
  for (size_t k = 0; k < f->need_count; k++) {
    struct finding_need *to = &f->needs[k];
    if (k == i || !same_need(&to->need, &from->need)) continue;
    if (from->need.certainty < to->need.certainty) to->need.certainty = from->need.certainty;
    to->is_sure |= from->is_sure;
    to->dropped &= from->dropped;
    for (size_t e = 0; e < from->evidence_count; e++)
      add_evidence(f, &to->evidence, &to->evidence_count, &to->evidence_room, &from->evidence[e], true);
    *from = f->needs[--f->need_count];
    return;
  }
}

bool findings_has(const struct findings *f, enum cm_need_kind kind, struct cm_str key) {
  for (size_t i = 0; i < f->need_count; i++)
    if (f->needs[i].need.kind == kind && cm_str_equal(f->needs[i].need.key, key)) return true;
  return false;
}

// With the place, or for who asks without one.
static uint64_t hash_of_unresolved(const struct findings *f, const struct cm_unresolved *u, const struct cm_evidence *evidence) {
  uint64_t hash = index_mix(f->unresolved_index.seed, (uint64_t)u->kind << 32 | u->reason);
  hash = index_mix_text(index_mix_text(hash, u->pattern), u->source);
  return evidence ? index_mix(index_mix(hash, evidence->offset + 1), (uint64_t)evidence->module << 32 | evidence->function) : hash;
}

static bool same_unresolved(const struct cm_unresolved *a, const struct cm_unresolved *b) {
  return a->kind == b->kind && a->reason == b->reason && cm_str_equal(a->pattern, b->pattern) && cm_str_equal(a->source, b->source);
}

// The one that was found before; NULL: there is none.
static struct finding_unresolved *find_unresolved(struct findings *f, const struct cm_unresolved *wanted, uint64_t hash,
                                                  const struct cm_evidence *evidence) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&f->unresolved_index, hash, &cursor, &i);) {
    struct finding_unresolved *known = &f->unresolved[i];
    bool same_place = !evidence || (known->evidence_count && same_evidence(&known->evidence[0], evidence));
    if (same_place && same_unresolved(&known->unresolved, wanted)) return known;
  }
  return NULL;
}

static struct finding_unresolved *add_unresolved(struct findings *f, const struct cm_unresolved *wanted, uint64_t hash,
                                                 const struct cm_evidence *evidence) {
  uint32_t item = (uint32_t)f->unresolved_count;
  uint64_t anywhere = hash_of_unresolved(f, wanted, NULL);
  bool first = !find_unresolved(f, wanted, anywhere, NULL);
  if (!cm_grow(f->arena, &f->unresolved, &f->unresolved_room, f->unresolved_count, sizeof *f->unresolved) ||
      (evidence && !index_add(&f->unresolved_index, f->arena, hash, item)) ||
      (first && !index_add(&f->unresolved_index, f->arena, anywhere, item))) {
    f->failed = true;
    return NULL;
  }
  struct finding_unresolved *u = &f->unresolved[f->unresolved_count++];
  *u = (struct finding_unresolved){.unresolved = *wanted};
  u->unresolved.pattern = keep(f, wanted->pattern);
  return u;
}

enum { PATTERN_MOST = 256 };  // the longest names in the field have about 60 bytes

// What no key begins with says that something else was read than the key: better nothing is said of it. Strings of components are
// UTF-8 (CanonicalABI.md, "Loading"), and a variable's name has no '='. A character may be cut off at the end.
static bool is_beginning(enum cm_need_kind kind, struct cm_str pattern) {
  if (!pattern.size || pattern.size > PATTERN_MOST) return false;
  size_t size = pattern.size - 1;  // without the '*'
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)pattern.at[i];
    if (c < 0x20 || c == 0x7f || (c == '=' && kind == CM_NEED_ENV)) return false;
  }
  for (size_t cut = 0; cut <= 3 && cut <= size; cut++)
    if (cm_utf8_valid((const uint8_t *)pattern.at, size - cut)) return size > cut;
  return false;
}

static void gather_unresolved(struct findings *f, enum cm_need_kind kind, struct cm_str source, enum cm_reason reason,
                              struct cm_str pattern, const struct cm_evidence *evidence, bool is_kept) {
  if (f->is_muted) return;
  // Code of an interpreter asks for what its program says, whatever the code itself looks like.
  bool interpreted = f->interpreters && evidence && evidence->module < f->program->graph->module_count;
  if (interpreted && f->interpreters[evidence->module]) reason = CM_REASON_INTERPRETED;
  bool has_pattern = is_beginning(kind, pattern);
  if (!has_pattern) pattern = (struct cm_str){0};
  struct cm_unresolved wanted = {.kind = kind, .source = source, .reason = reason, .has_pattern = has_pattern, .pattern = pattern};
  uint64_t hash = hash_of_unresolved(f, &wanted, evidence);
  struct finding_unresolved *u = find_unresolved(f, &wanted, hash, evidence);
  if (!u) u = add_unresolved(f, &wanted, hash, evidence);
  if (u) u->dropped = false;
  if (u) add_evidence(f, &u->evidence, &u->evidence_count, &u->evidence_room, evidence, is_kept);
}

void findings_unresolved(struct findings *f, enum cm_need_kind kind, struct cm_str source, enum cm_reason reason,
                         struct cm_str pattern, const struct cm_evidence *evidence) {
  gather_unresolved(f, kind, source, reason, pattern, evidence, false);
}

void findings_unresolved_kept(struct findings *f, enum cm_need_kind kind, struct cm_str source, enum cm_reason reason,
                              struct cm_str pattern, const struct cm_evidence *evidence) {
  gather_unresolved(f, kind, source, reason, pattern, evidence, true);
}

bool findings_init(struct findings *f, struct cm_arena *arena, struct program *program) {
  *f = (struct findings){.arena = arena, .program = program};
  return index_init(&f->needs_index, arena) && index_init(&f->unresolved_index, arena);
}

static void fill_frame(struct findings *f, struct cm_frame *to, uint32_t gid, uint64_t offset) {
  struct program *program = f->program;
  const struct program_instance *in = &program->instances[program->instance_of[gid]];
  *to = (struct cm_frame){program_name(program, gid), in->node->module_ordinal, gid - in->base, offset};
}

struct cm_evidence findings_evidence(struct findings *f, struct cm_arena *scratch, const struct evaluate_frame *frame,
                                     uint32_t callee) {
  uint32_t count = 0;
  const struct evaluate_frame *root = frame;
  for (const struct evaluate_frame *at = frame; at; at = at->up) count++, root = at;
  bool has_callee = callee != NO_FUNC;
  struct cm_frame *path = cm_alloc_array(scratch, count + has_callee, sizeof *path);
  if (!path) {
    f->failed = true;
    return (struct cm_evidence){0};
  }
  uint32_t i = count;
  for (const struct evaluate_frame *at = frame; at; at = at->up) fill_frame(f, &path[--i], at->gid, at->call_offset);
  if (has_callee) fill_frame(f, &path[count], callee, 0);
  const struct program_instance *in = &f->program->instances[root->instance];
  return (struct cm_evidence){.by = CM_BY_STATIC,
                              .instance = in->node->path,
                              .module = in->node->module_ordinal,
                              .function = root->gid - in->base,
                              .name = path[0].name,
                              .offset = root->call_offset,
                              .path_count = count + has_callee,
                              .path = path};
}

static int by_place(const void *x, const void *y) {
  const struct cm_evidence *a = x, *b = y;
  if (a->module != b->module) return a->module < b->module ? -1 : 1;
  if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
  return cm_str_compare(a->instance, b->instance);
}

static int by_key(const void *x, const void *y) {
  const struct cm_need *a = &((const struct finding_need *)x)->need, *b = &((const struct finding_need *)y)->need;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  int order = cm_str_compare(a->key, b->key);
  if (!order && a->origin != b->origin) order = a->origin < b->origin ? -1 : 1;
  return order ? order : cm_str_compare(a->source, b->source);
}

static int by_site(const void *x, const void *y) {
  const struct finding_unresolved *a = x, *b = y;
  if (a->unresolved.kind != b->unresolved.kind) return a->unresolved.kind < b->unresolved.kind ? -1 : 1;
  int order = a->evidence_count && b->evidence_count ? by_place(a->evidence, b->evidence)
                                                     : (int)(a->evidence_count != 0) - (int)(b->evidence_count != 0);
  if (!order && a->unresolved.reason != b->unresolved.reason) order = a->unresolved.reason < b->unresolved.reason ? -1 : 1;
  if (!order) order = cm_str_compare(a->unresolved.source, b->unresolved.source);
  return order ? order : cm_str_compare(a->unresolved.pattern, b->unresolved.pattern);
}

static void leave_dropped(struct findings *f) {
  size_t kept = 0;
  for (size_t i = 0; i < f->need_count; i++)
    if (!f->needs[i].dropped) f->needs[kept++] = f->needs[i];
  f->need_count = kept;
  kept = 0;
  for (size_t i = 0; i < f->unresolved_count; i++)
    if (!f->unresolved[i].dropped) f->unresolved[kept++] = f->unresolved[i];
  f->unresolved_count = kept;
}

void findings_finish(struct findings *f, struct cm_needs *out) {
  leave_dropped(f);
  struct cm_need *needs = cm_alloc_array(f->arena, f->need_count, sizeof *needs);
  struct cm_unresolved *unresolved = cm_alloc_array(f->arena, f->unresolved_count, sizeof *unresolved);
  if (!needs || !unresolved) {
    f->failed = true;
    return;
  }
  for (size_t i = 0; i < f->need_count; i++)
    if (f->needs[i].evidence_count) qsort(f->needs[i].evidence, f->needs[i].evidence_count, sizeof(struct cm_evidence), by_place);
  for (size_t i = 0; i < f->unresolved_count; i++)
    if (f->unresolved[i].evidence_count)
      qsort(f->unresolved[i].evidence, f->unresolved[i].evidence_count, sizeof(struct cm_evidence), by_place);
  if (f->need_count) qsort(f->needs, f->need_count, sizeof *f->needs, by_key);
  if (f->unresolved_count) qsort(f->unresolved, f->unresolved_count, sizeof *f->unresolved, by_site);
  for (size_t i = 0; i < f->need_count; i++) {
    needs[i] = f->needs[i].need;
    needs[i].evidence = f->needs[i].evidence;
    needs[i].evidence_count = (uint32_t)f->needs[i].evidence_count;
  }
  for (size_t i = 0; i < f->unresolved_count; i++) {
    unresolved[i] = f->unresolved[i].unresolved;
    unresolved[i].evidence = f->unresolved[i].evidence;
    unresolved[i].evidence_count = (uint32_t)f->unresolved[i].evidence_count;
  }
  out->needs = needs;
  out->need_count = (uint32_t)f->need_count;
  out->unresolved = unresolved;
  out->unresolved_count = (uint32_t)f->unresolved_count;
}
