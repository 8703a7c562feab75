// The environment's list: who reads it, and for which names.
//
// Functions that read the list's variable (environ.h), and can be reached without passing through a lookup, are evaluated with the list
// watched (watch.h). Names that entries are compared with are needs where the character behind is compared with '='; else they are the
// beginning of names, of which all may be meant. Where an entry goes elsewhere, before it is known which one it is, somebody reads the
// whole list. So it is, too, where the import can be reached on a way that passes neither a lookup nor what makes the list.

#include "analysis.h"
#include "called.h"
#include "idle.h"
#include "runtime_names.h"

#include <string.h>

// --- what an evaluation tells ---

// Has an '=' been looked for in the entry right behind the name, in the reading in which the name was compared, and there alone? What goes on
// to look for it elsewhere searches the end of a name that is longer.
static bool is_tested(const struct listing *l, const struct listed *n) {
  bool found = false;
  for (size_t i = 0; i < l->test_count; i++) {
    const struct listed_test *t = &l->tests[i];
    if (t->run != n->run || !value_equal(t->entry, n->entry)) continue;
    if (!t->known || t->offset != n->key.size) return false;
    found = true;
  }
  return found;
}

// Is it a whole name? One that was spelled byte by byte ends with the sign where it does.
static bool is_whole(const struct listing *l, const struct listed *n) {
  return n->by == LISTED_COMPARED ? n->tested || is_tested(l, n) : n->tested && is_tested(l, n);
}

static void add_name(struct analysis *a, struct value entry, struct cm_str key, enum cm_certainty certainty, enum listed_by by,
                     const struct evaluate_frame *frame, uint64_t run) {
  struct listing *l = a->listing;
  const char *end = memchr(key.at, '=', key.size);
  bool tested = end != NULL;
  if (end) key.size = (size_t)(end - key.at);
  if (!key.size) return;
  for (size_t i = 0; i < l->name_count; i++) {
    struct listed *n = &l->names[i];
    if (!value_equal(n->entry, entry)) continue;
    if (cm_str_equal(n->key, key)) {
      n->tested |= tested;
      if (by == LISTED_USED && n->by == LISTED_SPELLED) n->by = by;
      return;
    }
    // What is spelled grows byte by byte; only the longest counts, unless a shorter one is used.
    if (by == LISTED_SPELLED && !tested && n->by != LISTED_COMPARED && cm_str_starts(n->key, key)) return;
    if (by != LISTED_SPELLED || n->by != LISTED_SPELLED || n->tested || !cm_str_starts(key, n->key)) continue;
    char *longer = cm_alloc_text(&a->listed, key.at, key.size);
    if (!longer) a->failed = true;
    if (longer) n->key = (struct cm_str){longer, key.size};
    n->tested = tested;
    n->run = run;
    return;
  }
  char *text = cm_alloc_text(&a->listed, key.at, key.size);
  if (!text || !cm_grow(&a->listed, &l->names, &l->name_room, l->name_count, sizeof *l->names)) {
    a->failed = true;
    return;
  }
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->listed, frame, NO_FUNC);
  l->names[l->name_count++] = (struct listed){entry, {text, key.size}, certainty, tested, by, run, evidence};
}

// The callers may know the name.
static void leave_unknown(struct analysis *a, const struct evaluate_frame *frame, struct value entry, uint64_t run) {
  struct listing *l = a->listing;
  size_t before = a->pending_count;
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->listed, frame, NO_FUNC);
  analysis_leave_pending(a, frame, &cm_sinks[0], analysis_source(a, frame->gid), &evidence, ANALYSIS_NAME);
  if (a->pending_count > before) a->pending[before].run = run;
  if (cm_grow(&a->listed, &l->unknown, &l->unknown_room, l->unknown_count, sizeof *l->unknown))
    l->unknown[l->unknown_count++] = entry;
  else
    a->failed = true;
}

static void on_looked(void *context, const struct evaluate_frame *frame) {
  struct analysis *a = context;
  if (a->listing->looked || a->listing->idle_at == frame->call_offset) return;
  if (idle_is_within(&a->program, frame->gid, frame->call_offset))
    a->listing->idle_at = frame->call_offset;
  else
    a->listing->looked = true;
}

// What a function does with entries that sets or removes a variable, by experiment, is no asking.
static bool is_set_within(const struct analysis *a, const struct evaluate_frame *frame) {
  for (; frame && !a->rehearsed; frame = frame->up)
    if (a->setters[frame->gid]) return true;
  return false;
}

static void on_compared(void *context, struct evaluation *evaluation, const struct evaluate_call *name, bool cstring,
                        struct value entry) {
  struct analysis *a = context;
  struct key_place place = {.kind = cstring ? KEY_CSTRING : KEY_SPAN, .argument = 0};
  a->listing->told = true;
  if (is_set_within(a, name->frame) || !analysis_is_news(a, name->frame, true) ||
      !analysis_keys(a, evaluation, name, &place, CM_NEED_ENV))
    return;
  enum cm_certainty certainty = a->key_count == 1 && !a->unknown_keys ? CM_EXACT : CM_POSSIBLE;
  for (size_t i = 0; i < a->key_count; i++) {
    // strncmp stops at a zero that comes before the length is reached; without an '=', strcmp agrees with no entry.
    const char *zero = memchr(a->keys[i].at, 0, a->keys[i].size);
    if (zero) a->keys[i].size = (size_t)(zero - a->keys[i].at);
    if (cstring && !memchr(a->keys[i].at, '=', a->keys[i].size)) continue;
    add_name(a, entry, a->keys[i], certainty, LISTED_COMPARED, name->frame, evaluation->runs);
  }
  if (a->unknown_keys) leave_unknown(a, name->frame, entry, evaluation->runs);
}

static void on_unknown(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry) {
  struct analysis *a = context;
  a->listing->told = true;
  if (is_set_within(a, frame) || !analysis_is_news(a, frame, true)) return;
  a->pattern = (struct cm_str){0};
  leave_unknown(a, frame, entry, evaluation->runs);
}

static void on_tested(void *context, struct value entry, uint64_t run, bool known, uint64_t offset) {
  struct analysis *a = context;
  struct listing *l = a->listing;
  for (size_t i = 0; i < l->test_count; i++)
    if (value_equal(l->tests[i].entry, entry) && l->tests[i].run == run && l->tests[i].known == known &&
        l->tests[i].offset == offset)
      return;
  if (cm_grow(&a->listed, &l->tests, &l->test_room, l->test_count, sizeof *l->tests))
    l->tests[l->test_count++] = (struct listed_test){entry, run, known, offset};
  else
    a->failed = true;
}

static void on_spelled(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry,
                       uint64_t run, struct cm_str text, bool used) {
  (void)evaluation;
  struct analysis *a = context;
  a->listing->told = true;
  if (!is_set_within(a, frame) && analysis_is_news(a, frame, true))
    add_name(a, entry, text, CM_EXACT, used ? LISTED_USED : LISTED_SPELLED, frame, run);
}

// A pointer behind the '=' of a variable whose name was asked for is its value.
static bool is_value(const struct listing *l, const struct listed_open *open) {
  for (size_t i = 0; i < l->unknown_count; i++)
    if (value_equal(l->unknown[i], open->entry)) return !open->known || open->offset;
  for (size_t i = 0; i < l->name_count; i++) {
    const struct listed *n = &l->names[i];
    if (!value_equal(n->entry, open->entry) || (open->offset <= n->key.size && (open->known || n->by != LISTED_COMPARED))) continue;
    if (is_whole(l, n)) return true;
  }
  return false;
}

static void on_handed(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, struct value entry,
                      bool known, uint64_t offset) {
  (void)evaluation;
  struct analysis *a = context;
  struct listing *l = a->listing;
  l->told = true;
  if (is_set_within(a, frame) || !analysis_is_news(a, frame, false)) return;
  struct listed_open open = {.entry = entry, .known = known, .offset = offset};
  const struct evaluate_frame *f = frame;
  for (size_t i = 0; i < LISTED_CHAIN; i++, f = f ? f->up : NULL) open.chain[i] = f ? f->gid : NO_FUNC;
  if (is_value(l, &open)) return;
  for (size_t i = 0; i < l->open_count; i++)
    if (l->open[i].evidence.offset == frame->call_offset && value_equal(l->open[i].entry, entry)) return;
  if (!cm_grow(&a->listed, &l->open, &l->open_room, l->open_count, sizeof *l->open)) {
    a->failed = true;
    return;
  }
  open.evidence = findings_evidence(&a->findings, &a->listed, frame, NO_FUNC);
  l->open[l->open_count++] = open;
  analysis_trace(a, "an entry of the list goes on from function %u at 0x%llx (%s offset %llu)", frame->gid,
                 (unsigned long long)frame->call_offset, known ? "known" : "unknown", (unsigned long long)offset);
}

static bool is_in_chain(const struct listed_open *open, uint32_t gid) {
  for (size_t i = 0; i < LISTED_CHAIN; i++)
    if (open->chain[i] == gid) return true;
  return false;
}

static void on_moved(void *context, const struct evaluate_frame *frame) {
  struct analysis *a = context;
  struct listing *l = a->listing;
  size_t kept = 0;
  for (size_t i = 0; i < l->open_count; i++)
    if (l->open[i].entry.tree || !is_in_chain(&l->open[i], frame->gid)) l->open[kept++] = l->open[i];
  l->open_count = kept;
}

static void on_replaced(void *context, uint64_t run) {
  struct analysis *a = context;
  struct listing *l = a->listing;
  l->told = true;
  l->replaced |= !run;
  size_t kept = 0;
  for (size_t i = 0; i < l->name_count; i++)
    if (l->names[i].run != run) l->names[kept++] = l->names[i];
  l->name_count = kept;
  kept = a->pending_from;
  for (size_t i = kept; i < a->pending_count; i++)
    if (!a->pending[i].of_list || a->pending[i].run != run) {
      a->pending[kept] = a->pending[i];
      if (kept++ != i) analysis_pending_moved(a, kept - 1);
    }
  a->pending_count = kept;
}

static void on_returned(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame) {
  (void)evaluation;
  struct analysis *a = context;
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->listed, frame, NO_FUNC);
  a->listing->told = true;
  a->pattern = (struct cm_str){0};
  analysis_leave_pending(a, frame, &cm_sinks[0], analysis_source(a, frame->gid), &evidence, ANALYSIS_LIST);
}

bool environment_list_handed(struct analysis *a, const struct evaluate_call *call) {
  if (a->lookup_of[a->root]) return false;  // it hands on what it was handed
  if (a->rehearsal.only_once[a->root] && a->stacked_lists.readers[a->root])
    return false;  // it makes the copy that others are given
  a->listing->handed = findings_evidence(&a->findings, &a->listed, call->frame, call->callee);
  a->listing->is_handed = true;
  return true;
}

void environment_tell_unseen(struct analysis *a, const struct listing *l) {
  if (!l->is_handed || l->told) return;
  findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_WHOLE_LIST, (struct cm_str){0}, &l->handed);
}

const struct evaluate_watch *environment_watch(struct analysis *a, uint32_t gid, struct evaluate_watch *watch) {
  uint32_t instance = a->program.instance_of[gid];
  size_t count = environ_addresses(&a->program, &a->list, instance, false, a->addresses);
  size_t array_count = environ_addresses(&a->program, &a->list, instance, true, a->arrays);
  *watch = (struct evaluate_watch){.variables = a->addresses,
                                   .variable_count = count,
                                   .arrays = a->arrays,
                                   .array_count = array_count,
                                   .looked = on_looked,
                                   .compared = on_compared,
                                   .unknown = on_unknown,
                                   .tested = on_tested,
                                   .spelled = on_spelled,
                                   .handed = on_handed,
                                   .moved = on_moved,
                                   .replaced = on_replaced,
                                   .returned = on_returned};
  return count || array_count || a->lists_handed ? watch : NULL;
}

// A program's start that makes the list itself does so because something of it is wanted: where there is no lookup, to have seen nothing of
// that is to have missed it.
static bool is_silent(const struct analysis *a, const struct listing *l) {
  bool makes = a->list.count && a->list.fillers[a->root] && a->program.is_entry[a->root];
  return makes && !a->lookup_count && !a->inlined.count && !l->name_count && !l->open_count && !l->unknown_count;
}

// Entries are looked at, and what for is seen nowhere: their number or all their texts are used.
static bool is_counted(const struct analysis *a, const struct listing *l) {
  return l->looked && !l->told && a->list_roots && a->list_roots[a->root];
}

bool environment_is_open(const struct analysis *a, const struct listing *l) {
  bool open = l->open_count != 0 || l->is_handed || is_silent(a, l) || is_counted(a, l);
  for (size_t i = 0; i < l->name_count && !open; i++) {
    const struct listed *n = &l->names[i];
    open = !is_whole(l, n);
  }
  return open;
}

void environment_tell_names(struct analysis *a, struct listing *l) {
  for (size_t i = 0; i < l->name_count; i++) {
    const struct listed *n = &l->names[i];
    if (!is_whole(l, n)) continue;
    if (n->by != LISTED_COMPARED) analysis_note_text(a, n->key);
    analysis_trace(a, "key %.*s is compared with entries of the list in %u", CM_STR_ARG(n->key), a->root);
    enum cm_origin origin = runtime_origin(CM_NEED_ENV, n->key, n->evidence.name);
    struct evaluate_frame frame = {.gid = a->root};
    enum cm_certainty certainty = called_is_doubtful(a, &frame) ? CM_POSSIBLE : n->certainty;
    findings_need(&a->findings, CM_NEED_ENV, n->key, origin, certainty, analysis_source(a, a->root), &n->evidence);
  }
}

bool environment_is_understood(struct analysis *a, uint32_t gid) {
  if (gid != NO_FUNC && a->program.behind && a->program.behind[gid]) return false;  // no run of the program comes by
  if (a->conduct_told || a->rehearsed || a->interpreted.interpreter_count || !a->whole_roots) return a->conduct.understood;
  if (!a->conduct_tried) a->failed |= !conduct_watch(&a->program, &a->primitives, a->whole_roots, &a->conduct);
  a->conduct_tried = a->conduct_told = true;
  analysis_trace(a, "conduct: %s (function %u)", a->conduct.why ? a->conduct.why : "what is done with the list is understood",
                 a->conduct.gid);
  for (size_t i = 0; i < a->conduct.key_count; i++) {
    const struct conduct_key *k = &a->conduct.keys[i];
    struct cm_evidence evidence = analysis_evidence(a, k->gid, k->callee);
    evidence.by = CM_BY_EXECUTED;
    evidence.offset = k->offset;
    enum cm_origin origin = runtime_origin(CM_NEED_ENV, k->key, evidence.name);
    findings_need(&a->findings, CM_NEED_ENV, k->key, origin, CM_EXACT, analysis_source(a, k->gid), &evidence);
  }
  for (size_t i = 0; i < a->conduct.beginning_count; i++) {
    const struct conduct_key *k = &a->conduct.beginnings[i];
    struct cm_evidence evidence = analysis_evidence(a, k->gid, k->callee);
    evidence.by = CM_BY_EXECUTED;
    evidence.offset = k->offset;
    char *pattern = cm_alloc_array(&a->listed, k->key.size + 1, 1);
    if (!pattern) continue;
    memcpy(pattern, k->key.at, k->key.size);
    pattern[k->key.size] = '*';
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, k->gid), CM_REASON_WHOLE_LIST,
                        (struct cm_str){pattern, k->key.size + 1}, &evidence);
  }
  return a->conduct.understood;
}

// Does the evaluation leave something of the list undecided?
static bool is_any_open(const struct analysis *a, const struct listing *l, bool stopped) {
  return environment_is_open(a, l) || (stopped && a->list_roots && a->list_roots[a->root]);
}

void environment_tell_open(struct analysis *a, const struct listing *l, bool stopped) {
  if (is_any_open(a, l, stopped) && environment_is_understood(a, a->root)) return;
  for (size_t i = 0; i < l->name_count; i++) {
    const struct listed *n = &l->names[i];
    char *pattern = is_whole(l, n) ? NULL : cm_alloc_array(&a->listed, n->key.size + 1, 1);
    if (!pattern) continue;
    memcpy(pattern, n->key.at, n->key.size);
    pattern[n->key.size] = '*';
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_WHOLE_LIST,
                        (struct cm_str){pattern, n->key.size + 1}, &n->evidence);
  }
  for (size_t i = 0; i < l->open_count; i++)
    if (!is_value(l, &l->open[i]))
      findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_WHOLE_LIST, (struct cm_str){0},
                          &l->open[i].evidence);
  if (is_silent(a, l)) {
    struct cm_evidence evidence = analysis_evidence(a, a->root, NO_FUNC);
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_NO_LOOKUP, (struct cm_str){0}, &evidence);
  }
  if (is_counted(a, l) && !is_silent(a, l)) {
    struct cm_evidence evidence = analysis_evidence(a, a->root, NO_FUNC);
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_WHOLE_LIST, (struct cm_str){0},
                        &evidence);
  }
  if (!stopped || !a->list_roots || !a->list_roots[a->root]) return;
  struct cm_evidence evidence = analysis_evidence(a, a->root, NO_FUNC);
  findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, a->root), CM_REASON_LIMIT, (struct cm_str){0}, &evidence);
}

// --- who reads the list ---

struct way {
  struct analysis *analysis;
  uint32_t *list;
  uint8_t *seen;
  size_t count;
};

static void step_up(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct way *w = context;
  const struct analysis *a = w->analysis;
  if (w->seen[caller] || !(a->program.reached[caller] & 1) || a->lookup_of[caller] || a->setters[caller]) return;
  w->seen[caller] = 1;
  w->list[w->count++] = caller;
}

// Can an entry reach the function on a way that passes no lookup?
static bool is_open_to_entries(struct analysis *a, uint32_t gid, struct way *w, uint8_t *kinds_seen) {
  memset(w->seen, 0, a->program.func_count);
  memset(kinds_seen, 0, a->program.kind_count);
  w->count = 0;
  step_up(w, gid, false);
  for (size_t i = 0; i < w->count; i++) {
    if (a->program.is_entry[w->list[i]]) return true;
    program_callers(&a->program, w->list[i], kinds_seen, step_up, w);
  }
  return false;
}

static void trace_inlined(const struct analysis *a, const struct inlined *p) {
  bool of_local = p->name.local != INLINED_NO_LOCAL;
  analysis_trace(a, "function %u: a lookup was inlined at 0x%llx, name %s %s %u", p->gid, (unsigned long long)p->from,
                 p->name.is_loaded ? "loaded at" : "in", of_local ? "local" : "address", of_local ? p->name.local : p->name.offset);
}

void environment_queue_readers(struct analysis *a) {
  if (!a->list.count) return;
  uint32_t count = a->program.func_count;
  struct way w = {
      .analysis = a, .list = cm_alloc_array(a->arena, count, sizeof(uint32_t)), .seen = cm_alloc_array(a->arena, count, 1)};
  uint8_t *kinds_seen = cm_alloc_array(a->arena, a->program.kind_count, 1);
  a->list_roots = cm_alloc_array(a->arena, count, 1);
  if (!w.list || !w.seen || !kinds_seen || !a->list_roots) {
    a->failed = true;
    return;
  }
  for (uint32_t gid = 0; gid < count; gid++) {
    if (!a->list.readers[gid] || !is_open_to_entries(a, gid, &w, kinds_seen)) continue;
    analysis_trace(a, "function %u reads the environment's list", gid);
    size_t inlined = a->inlined.count;
    bool tries = a->primitives.laboratory && !a->is_tried;
    if (tries && !inlined_find(&a->program, a->primitives.laboratory, &a->list, gid, &a->inlined)) a->failed = true;
    for (; inlined < a->inlined.count; inlined++) trace_inlined(a, &a->inlined.at[inlined]);
    a->list_roots[gid] = 1;
    analysis_queue(a, gid);
  }
}

// --- ways to the import ---

struct call_search {
  struct program *program;
  uint32_t instance, callee;
  uint64_t offset;
  const uint8_t *file;
};

static void find_call(void *context, enum core_use use, uint32_t func, uint32_t b, const uint8_t *at) {
  (void)b;
  struct call_search *s = context;
  if (use != CORE_USE_CALL || s->offset || func >= s->program->instances[s->instance].module->func_count) return;
  uint32_t gid = program_callee(s->program, s->instance, func, NULL);
  if (gid == NO_FUNC) gid = program_gid(s->program, s->instance, func);
  if (gid == s->callee) s->offset = (uint64_t)(at - s->file);
}

struct cm_evidence analysis_evidence(struct analysis *a, uint32_t gid, uint32_t callee) {
  struct program *program = &a->program;
  const struct core_module *module = program->instances[program->instance_of[gid]].module;
  struct call_search search = {program, program->instance_of[gid], callee, 0, module->file};
  if (!program_is_slot(program, gid)) core_code_uses(module, program_func(program, gid), find_call, &search, NULL);
  if (!search.offset) search.offset = program_body_offset(program, gid);
  struct evaluate_frame frame = {.gid = gid, .instance = program->instance_of[gid], .call_offset = search.offset};
  return findings_evidence(&a->findings, &a->scratch, &frame, callee);
}

struct upward {
  struct analysis *analysis;
  uint32_t *list, *toward;  // toward: by gid, the next function on the way to the import, + 1
  size_t count, room;
  uint32_t from;
};

static void climb(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct upward *u = context;
  struct analysis *a = u->analysis;
  if (u->toward[caller] || !(a->program.reached[caller] & 1) || a->lookup_of[caller] || a->setters[caller] ||
      (a->list.count && a->list.fillers[caller]) || (a->container.closed && a->container.closed[caller]))
    return;
  u->toward[caller] = u->from + 1;
  if (!cm_grow(a->arena, &u->list, &u->room, u->count, sizeof *u->list))
    a->failed = true;
  else
    u->list[u->count++] = caller;
}

// Whom to name for a way from each function to the environment: the last one on it that belongs to the same instance, and to the
// application as far as names tell (those of libraries begin with an underscore). The ways make a tree, whose root is the import; a
// walk over it knows for each instance the first such function from the root.
struct speakers {
  uint32_t *child, *sibling;  // by gid, + 1: who comes to it directly, and the next one who comes to the same
  uint32_t *first;            // by instance: the function, + 1
  uint32_t *of;               // by gid: whom to name
};

static void walk_ways(struct analysis *a, const struct upward *u, struct speakers *s, uint32_t start) {
  for (uint32_t g = start;;) {
    uint32_t *first = &s->first[a->program.instance_of[g]];
    struct cm_str name = program_name(&a->program, g);
    if (!*first && !program_is_slot(&a->program, g) && (!name.size || name.at[0] != '_')) *first = g + 1;
    s->of[g] = *first ? *first - 1 : g;
    if (s->child[g]) {
      g = s->child[g] - 1;
      continue;
    }
    for (;; g = u->toward[g] - 1) {
      first = &s->first[a->program.instance_of[g]];
      if (*first == g + 1) *first = 0;
      if (g == start) return;
      if (s->sibling[g]) break;
    }
    g = s->sibling[g] - 1;
  }
}

static bool find_speakers(struct analysis *a, const struct upward *u, const uint32_t *sources, size_t count, struct speakers *s) {
  uint32_t funcs = a->program.func_count;
  *s = (struct speakers){.child = cm_alloc_array(a->arena, funcs, sizeof(uint32_t)),
                         .sibling = cm_alloc_array(a->arena, funcs, sizeof(uint32_t)),
                         .first = cm_alloc_array(a->arena, a->program.instance_count, sizeof(uint32_t)),
                         .of = cm_alloc_array(a->arena, funcs, sizeof(uint32_t))};
  if (!s->child || !s->sibling || !s->first || !s->of) return false;
  for (size_t i = 0; i < u->count; i++) {
    uint32_t *child = &s->child[u->toward[u->list[i]] - 1];
    s->sibling[u->list[i]] = *child;
    *child = u->list[i] + 1;
  }
  for (size_t i = 0; i < count; i++)
    for (uint32_t g = s->child[sources[i]]; g; g = s->sibling[g - 1]) walk_ways(a, u, s, g - 1);
  return true;
}

// All functions on such ways, from the import on.
static void find_ways(struct analysis *a, const uint32_t *sources, size_t count, struct upward *u) {
  *u = (struct upward){.analysis = a, .toward = cm_alloc_array(a->arena, a->program.func_count, sizeof(uint32_t))};
  uint8_t *kinds_seen = cm_alloc_array(a->arena, a->program.kind_count, 1);
  if (!u->toward || !kinds_seen) {
    a->failed = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    u->from = sources[i];
    program_callers(&a->program, sources[i], kinds_seen, climb, u);
  }
  for (size_t i = 0; i < u->count && !a->failed; i++) {
    u->from = u->list[i];
    program_callers(&a->program, u->list[i], kinds_seen, climb, u);
  }
}

bool environment_has_ways(struct analysis *a, const uint32_t *sources, size_t count) {
  struct upward u;
  find_ways(a, sources, count, &u);
  for (size_t i = 0; i < u.count && !a->failed; i++)
    if (a->program.is_entry[u.list[i]]) return true;
  return false;
}

// Marks who reads the list, be it libc's or what the host hands over. Is the latter come to? Where it is put into a container that is understood so
// far, the container's runs have told all that others would. Where a part of the program gives another its environment, a run hands the same to both:
// it does not tell whose list makes a difference.
static bool note_whole_roots(struct analysis *a, const struct upward *u, const uint32_t *sources, size_t count) {
  bool open = false;
  a->whole_roots = a->list_roots;
  if (a->container.lookup_count || a->container.site_count || a->container.key_count) return false;
  if (provided_any_environment(&a->program)) return false;
  a->whole_roots = cm_alloc_array(a->arena, a->program.func_count, 1);
  if (!a->whole_roots) {
    a->failed = true;
    return false;
  }
  if (a->list_roots) memcpy(a->whole_roots, a->list_roots, a->program.func_count);
  for (size_t i = 0; i < u->count; i++) {
    open |= a->program.is_entry[u->list[i]];
    for (size_t k = 0; k < count; k++) a->whole_roots[u->list[i]] |= u->toward[u->list[i]] == sources[k] + 1;
  }
  return open;
}

void environment_check(struct analysis *a, const uint32_t *sources, size_t count) {
  struct upward u;
  find_ways(a, sources, count, &u);
  if (!a->failed && note_whole_roots(a, &u, sources, count) && environment_is_understood(a, NO_FUNC)) return;
  struct speakers speakers;
  if (a->failed || !find_speakers(a, &u, sources, count, &speakers)) {
    a->failed = true;
    return;
  }
  enum cm_reason reason = a->lookup_count ? CM_REASON_WHOLE_LIST : CM_REASON_NO_LOOKUP;
  for (size_t i = 0; i < u.count; i++) {
    if (!a->program.is_entry[u.list[i]]) continue;
    uint32_t at = speakers.of[u.list[i]];
    if (a->marks[at] & MARK_ENV_OPEN) continue;
    a->marks[at] |= MARK_ENV_OPEN;
    struct cm_evidence evidence = analysis_evidence(a, at, u.toward[at] - 1);
    findings_unresolved(&a->findings, CM_NEED_ENV, analysis_source(a, at), reason, (struct cm_str){0}, &evidence);
  }
}
