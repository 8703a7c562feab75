// What was left undecided, seen from the program's beginning.
//
// Whoever may come to a call that was left undecided is entered; all else is a helper, as in any evaluation. That the evaluation came to its end, that
// each of those was entered wherever it may be called, and that all keys were known there is what makes it tell all: then nobody asks for anything
// else. It must be the only way in; another function that the host may call, and that leads there, leaves all as it is. Where all is decided, but a
// function chooses among several keys, it tells which of them it is asked for.

#include "beginning.h"

#include "analysis.h"
#include "called.h"

void beginning_leave(struct analysis *a, const struct left *left) {
  if (cm_grow(a->arena, &a->left, &a->left_room, a->left_count, sizeof *a->left))
    a->left[a->left_count++] = *left;
  else
    a->failed = true;
}

// What was found besides at a call that was left, or at one that goes the same way, may be of ways that the program does not take.
bool beginning_is_left(void *context, enum cm_need_kind kind, const struct cm_evidence *evidence) {
  const struct analysis *a = context;
  for (size_t i = 0; i < a->left_count; i++) {
    const struct cm_evidence *left = a->left[i].evidence;
    bool same = a->left[i].kind == kind && left->path_count && left->path_count == evidence->path_count;
    for (uint32_t k = 0; k < left->path_count && same; k++)
      same = left->path[k].module == evidence->path[k].module && left->path[k].function == evidence->path[k].function;
    if (same) return true;
  }
  return false;
}

struct leading {
  struct analysis *analysis;
  uint8_t *leads;  // by gid
  uint32_t *waiting, to;
  size_t count;
};

static void lead(void *context, uint32_t caller, bool indirect) {
  struct leading *l = context;
  if (l->leads[caller] || !(l->analysis->program.reached[caller] & 1)) return;
  if (indirect && !vtable_may_call(&l->analysis->vtables, caller, l->to)) return;
  l->leads[caller] = 1;
  l->waiting[l->count++] = caller;
}

// Who may come to what is undecided; NULL: memory is exhausted.
static uint8_t *find_leads(struct analysis *a) {
  uint32_t count = a->program.func_count;
  struct leading l = {a, cm_alloc_array(a->arena, count, 1), cm_alloc_array(&a->scratch, count, sizeof *l.waiting), 0, 0};
  if (!l.leads || !l.waiting) return NULL;
  for (size_t i = 0; i < a->left_count; i++) lead(&l, a->left[i].root, false);
  for (size_t i = 0; i < a->unknown_count; i++)
    if (!a->unknown[i].of_list) lead(&l, a->unknown[i].root, false);
  while (l.count) {
    l.to = l.waiting[--l.count];
    program_callers(&a->program, l.to, NULL, lead, &l);
  }
  return l.leads;
}

struct owning {
  const uint8_t *own;
  bool all;
};

static void see_caller(void *context, uint32_t caller, bool indirect) {
  struct owning *o = context;
  o->all &= !indirect && o->own[caller];
}

// The same, and who is called by such functions alone; NULL: memory is exhausted.
static uint8_t *find_own(struct analysis *a, const uint8_t *leads) {
  enum { ROUNDS_MOST = 6 };
  struct program *program = &a->program;
  uint8_t *own = cm_alloc_array(a->arena, program->func_count, 1);
  if (!own) return NULL;
  memcpy(own, leads, program->func_count);
  bool any = true;
  for (unsigned round = 0; any && round < ROUNDS_MOST; round++) {
    any = false;
    for (uint32_t gid = 0; gid < program->func_count; gid++) {
      if (own[gid] || !(program->reached[gid] & 1) || program->is_entry[gid] || program_is_slot(program, gid)) continue;
      struct owning o = {own, true};
      program_callers(program, gid, NULL, see_caller, &o);
      any |= o.all;
      own[gid] = o.all;
    }
  }
  return own;
}

struct foreigners {
  const struct program *program;
  uint32_t gid;
  bool any;
};

static void see_foreigner(void *context, uint32_t caller, bool indirect) {
  struct foreigners *f = context;
  (void)indirect;
  f->any |= f->program->instance_of[caller] != f->program->instance_of[f->gid];
}

// Is the function called by the host, or by code that is none of its instance?
static bool is_come_to(const struct program *program, uint32_t gid) {
  struct foreigners f = {program, gid, program->is_entry[gid]};
  program_callers(program, gid, NULL, see_foreigner, &f);
  return f.any;
}

static bool is_on_way(const struct outset *o, uint32_t gid) {
  for (size_t i = 0; i < o->way_count; i++)
    if (o->way[i] == gid) return true;
  return false;
}

// The one function of the program by which all that leads to what is undecided is come to. *at NO_FUNC: there is no such. False: memory is exhausted.
static bool find_beginning(struct analysis *a, const uint8_t *leads, const uint8_t *own, struct outset *out, uint32_t *at) {
  struct program *program = &a->program;
  struct outset o;
  *at = NO_FUNC;
  for (uint32_t gid = 0; gid < program->func_count; gid++) {
    if (!leads[gid] || program_is_slot(program, gid) || !is_come_to(program, gid)) continue;
    if (*at != NO_FUNC && is_on_way(out, gid)) continue;
    if (!outset_find(program, a->arena, gid, own, &o)) return false;
    bool is_inner = o.way_count && *at != NO_FUNC && is_on_way(&o, *at);
    if (o.way_count && (*at == NO_FUNC || is_inner)) *out = o, *at = gid;
  }
  for (uint32_t gid = 0; gid < program->func_count && *at != NO_FUNC; gid++) {
    bool other = leads[gid] && !is_on_way(out, gid) && is_come_to(program, gid);
    if (other && !(out->is_alone && program->is_entry[gid])) *at = NO_FUNC;
  }
  return true;
}

// How the program is evaluated; one after the other, until one tells all, or patience would not help.
struct manner {
  bool coarse, is_patient, enters_own;
};
static const struct manner manners[] = {{true, false, false}, {false, false, false}, {false, true, false}, {true, false, true}};

enum told { TOLD_ALL, TOLD_SOME, TOLD_TO_BOUND };

// *told: whether that is all that is asked for, and if not, whether it came to its end.
static bool evaluate(struct analysis *a, const uint8_t *leads, const uint8_t *own, const struct outset *outset, uint32_t gid,
                     struct manner manner, enum told *told) {
  struct evaluate_owner owner = analysis_owner(a);
  struct evaluate_cost *costs = cm_alloc_array(&a->scratch, a->program.func_count, sizeof *costs);
  if (!costs || !analysis_begin(a, gid)) return false;
  struct listing listing = {0};
  bool exhausted = false;
  owner.outset = outset;
  owner.made = NULL;
  owner.coarse = manner.coarse;
  owner.is_patient = manner.is_patient;
  a->listing = &listing;
  a->root = gid;
  a->whole = leads;
  a->own = manner.enters_own ? own : NULL;
  a->is_open = false;
  bool ok = evaluate_function(&a->program, &owner, gid, costs, &a->pool.allocator, &a->steps, &exhausted);
  a->whole = NULL;
  *told = exhausted ? TOLD_TO_BOUND : a->is_open ? TOLD_SOME : TOLD_ALL;
  analysis_tell_held(a, *told != TOLD_ALL);  // a better look follows, or it stays undecided
  analysis_trace(a, "the program was executed from function %u on%s, which %s all, %llu steps left", gid,
                 manner.enters_own   ? ", and all that is its own"
                 : manner.coarse     ? ", coarsely"
                 : manner.is_patient ? ", patiently"
                                     : "",
                 *told == TOLD_ALL ? "tells" : "does not tell", (unsigned long long)a->steps);
  return ok;
}

static bool same_path(const struct cm_evidence *a, const struct cm_evidence *b) {
  bool same = a->path_count == b->path_count;
  for (uint32_t i = 0; i < a->path_count && same; i++)
    same = a->path[i].module == b->path[i].module && a->path[i].function == b->path[i].function &&
           a->path[i].offset == b->path[i].offset;
  return same;
}

// Calls that stay undecided, by where the evaluated function makes them: there may be very many.
struct undecided {
  const struct analysis *analysis;
  struct index places;
};

static uint64_t hash_of_place(const struct index *places, enum cm_need_kind kind, const struct cm_evidence *e) {
  return index_mix(index_mix(index_mix(places->seed, (uint64_t)kind), (uint64_t)e->module << 32 | e->function), e->offset);
}

// Is the call one of those?
static bool is_undecided(void *context, enum cm_need_kind kind, const struct cm_evidence *evidence) {
  const struct undecided *u = context;
  const struct left *left = u->analysis->left;
  size_t cursor = 0;
  for (uint32_t i; index_next(&u->places, hash_of_place(&u->places, kind, evidence), &cursor, &i);)
    if (left[i].kind == kind && cm_str_equal(left[i].evidence->instance, evidence->instance) &&
        same_path(left[i].evidence, evidence))
      return true;
  return false;
}

// False: memory is exhausted.
static bool leave_undecided(struct analysis *a) {
  struct undecided u = {.analysis = a};
  bool ok = index_init(&u.places, a->arena);
  for (size_t i = 0; i < a->left_count && ok; i++) {
    const struct left *l = &a->left[i];
    if (l->is_choice) continue;
    findings_unresolved_kept(&a->findings, l->kind, l->source, l->reason, l->pattern, l->evidence);
    ok = index_add(&u.places, a->arena, hash_of_place(&u.places, l->kind, l->evidence), (uint32_t)i);
  }
  if (ok) findings_doubt(&a->findings, is_undecided, &u);
  return ok;
}

static bool is_to_be_tried(const struct analysis *a) {
  const struct container *c = &a->container;
  return a->left_count && a->steps && !a->rehearsed && !c->site_count && !c->loops;
}

// Choices are looked at where nothing else is left: all that is asked for is known then, and more.
static void set_choices_aside(struct analysis *a) {
  size_t kept = 0;
  for (size_t i = 0; i < a->left_count; i++)
    if (!a->left[i].is_choice) a->left[kept++] = a->left[i];
  if (kept) a->left_count = kept;
}

// Executes the program in one manner after the other, and nothing of it counts. *at: the one that tells all, and of choices something that was not known;
// past the end: none does. False: memory is exhausted.
static bool find_manner(struct analysis *a, const uint8_t *leads, const uint8_t *own, struct outset *outset, uint32_t gid,
                        size_t *at) {
  enum { COUNT = sizeof manners / sizeof *manners, AGAIN = 3 };
  enum told told = TOLD_SOME;
  bool choices = a->left[0].is_choice, ok = true, found = false;
  size_t sources = a->sources.count;
  a->findings.is_muted = true;
  for (*at = 0; *at < COUNT && ok; ++*at) {
    if (manners[*at].is_patient && (told != TOLD_SOME || a->is_impatient)) continue;
    // What decides choices is worth less than what decides whether all is known; and what is its own costs much, and tells of choices alone.
    if ((choices && told == TOLD_TO_BOUND) || (manners[*at].enters_own && told != TOLD_ALL)) break;
    cm_arena_free(&a->scratch);
    bool news = true;
    for (unsigned round = 0; round < AGAIN && ok && news && !found; round++) {
      findings_listen(&a->findings);
      ok = evaluate(a, leads, own, outset, gid, manners[*at], &told);
      found = told == TOLD_ALL && (!choices || findings_is_unheard(&a->findings, beginning_is_left, a));
      if (told == TOLD_TO_BOUND || found) break;
      outset_add_missed(&a->program, own, outset, &news);
    }
    if (found || !ok) break;
    a->is_impatient |= manners[*at].is_patient && told != TOLD_ALL;
  }
  a->findings.is_muted = false;
  cm_arena_free(&a->scratch);
  // What choices are made by is of no interest where all that was found is chosen: data that it was read from may be written to.
  if (!found && choices) a->sources.count = sources;
  if (!found) *at = COUNT;
  return ok;
}

bool beginning_settle(struct analysis *a) {
  bool sure = false;
  set_choices_aside(a);
  cm_arena_free(&a->scratch);
  if (is_to_be_tried(a)) {
    struct outset outset;
    uint32_t gid;
    uint8_t *leads = find_leads(a), *own = leads ? find_own(a, leads) : NULL;
    if (!own || !find_beginning(a, leads, own, &outset, &gid)) return false;
    if (gid != NO_FUNC && (outset.count || a->left[0].is_choice)) {
      called_look(a, gid);
      analysis_note_reads(a, gid);
      // Where it does not tell all, what it tells may be of ways that are none. So it is executed once more where it does.
      enum told told = TOLD_SOME;
      size_t manner;
      if (!find_manner(a, leads, own, &outset, gid, &manner)) return false;
      if (manner < sizeof manners / sizeof *manners) {
        findings_reconsider(&a->findings, beginning_is_left, a);
        if (!evaluate(a, leads, own, &outset, gid, manners[manner], &told)) return false;
      }
      sure = told == TOLD_ALL;
      a->has_begun = sure;
      analysis_keep_reads(a, gid, sure, false);
    }
  }
  return sure || leave_undecided(a);
}
