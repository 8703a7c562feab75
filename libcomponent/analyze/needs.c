// Needs, from the link view to the answer.
//
// 1. The program's functions are numbered and what the entries reach is found (program.c).
// 2. Every reached import slot is looked at: which take keys (sinks.c). Slots that hand over the environment lead to experiments that
//    find the program's lookups (lookup.c); from then on a lookup is a place that takes a key, like an import.
// 3. Every function that calls such a place is evaluated with unknown parameters (evaluate.c), and the keys that reach the calls are
//    read (keys.c). Where a key is not known, the function's callers may know: it is executed in place in each of them, and so on
//    upwards, wave by wave. What is still unknown where nobody calls is undecided.
// 4. If the environment can still be reached without passing through a lookup, its keys are not all known, and that is said.

#include "analysis.h"
#include "contrast.h"
#include "initialize.h"
#include "runtime_names.h"
#include "sent.h"
#include "surface.h"
#include "symbols.h"
#include "through.h"

#include <component/semver.h>

#include <stdarg.h>
#include <stdio.h>

#define DEFAULT_MEMORY ((size_t)1 << 30)

enum { WAVES = 24, DEFAULT_STEPS = 5000000, INDIRECT_CALLERS = 48, ROUNDS = 4 };

void analysis_trace(const struct analysis *a, const char *format, ...) {
  if (!a->options || !a->options->trace) return;
  char line[512];
  va_list list;
  va_start(list, format);
  vsnprintf(line, sizeof line, format, list);
  va_end(list);
  a->options->trace(a->options->trace_context, line);
}

static const struct slot *slot_of(struct analysis *a, uint32_t gid) {
  static const struct slot none = {0};
  if (!a->slots[gid]) {
    a->slots[gid] = cm_alloc(a->arena, sizeof **a->slots);
    if (!a->slots[gid]) {
      a->failed = true;
      return &none;
    }
    slot_read(&a->program, gid, a->slots[gid]);
  }
  return a->slots[gid];
}

struct cm_str analysis_source(const struct analysis *a, uint32_t gid) {
  const struct provided *p = provided_environment(&a->program, a->program.instance_of[gid]);
  return p ? p->source : a->env_source;
}

// --- events: a key is asked ---

// Where in the initial data a key was read: that nothing writes there is looked at in the end.
static void note_source(struct analysis *a, uint64_t at, size_t size) {
  const struct program_instance *in = &a->program.instances[a->key_instance];
  // An image that was taken while the program ran has its own account of what is written.
  if (in->memory_owner >= a->program.instance_count || !size || a->rehearsed) return;
  const struct image *image = &a->program.instances[in->memory_owner].image;
  if (!image->count || at < image->segments[0].address || at >= image->end) return;
  if (!cm_grow(a->arena, &a->sources, &a->source_room, a->source_count, sizeof *a->sources))
    a->failed = true;
  else
    a->sources[a->source_count++] = (struct key_source){in->memory_owner, {at, at + size}};
}

void analysis_note_text(struct analysis *a, struct cm_str key) {
  uint32_t owner = a->program.instances[a->program.instance_of[a->root]].memory_owner;
  if (owner >= a->program.instance_count) return;
  a->key_instance = a->program.instance_of[a->root];
  const struct image *image = &a->program.instances[owner].image;
  for (size_t i = 0; i < image->count; i++) {
    struct cm_span rest = image->segments[i].bytes;
    for (const uint8_t *at; rest.at && (at = memmem(rest.at, rest.size, key.at, key.size));) {
      size_t skipped = (size_t)(at - rest.at);
      note_source(a, image->segments[i].address + (uint64_t)(at - image->segments[i].bytes.at), key.size);
      rest = (struct cm_span){at + 1, rest.size - skipped - 1};
    }
  }
}

static void collect_key(void *context, struct cm_str key, uint64_t at, bool known) {
  struct analysis *a = context;
  note_source(a, at, key.size);
  if (!known) {
    a->unknown_keys++;
    if (!a->pattern.size && key.size) {
      char *text = cm_alloc(&a->scratch, key.size + 2);
      if (!text) return;
      memcpy(text, key.at, key.size);
      text[key.size] = '*';
      a->pattern = (struct cm_str){text, key.size + 1};
    }
    return;
  }
  for (size_t i = 0; i < a->key_count; i++)
    if (cm_str_equal(a->keys[i], key)) return;
  if (!key.size) return;
  if (a->key_count == EVENT_KEYS) {
    a->unknown_keys++;
    return;
  }
  char *text = cm_alloc_text(&a->scratch, key.at, key.size);
  if (text)
    a->keys[a->key_count++] = (struct cm_str){text, key.size};
  else
    a->failed = true;
}

static bool same_site(const struct pending *p, uint32_t root, uint32_t site, uint64_t offset) {
  return p->root == root && p->site == site && p->offset == offset;
}

static uint64_t hash_of_site(const struct index *index, uint32_t root, uint32_t site, uint64_t offset) {
  return index_mix(index_mix(index->seed, (uint64_t)root << 32 | site), offset);
}

// Is this call of interest in this evaluation? Every frame must have been entered for its own sake, and where the call stands in a callee of
// the evaluated function, the callee's own evaluation must have left it unknown.
// What was come to through a pointer to it is told nowhere else.
static bool of_interest(const struct analysis *a, const struct evaluate_frame *frame, bool indirect) {
  for (const struct evaluate_frame *f = frame; f && !indirect; f = f->up) {
    if (!f->forced) return false;
    indirect = f->anchored;
  }
  return analysis_is_news(a, frame, false);
}

bool analysis_is_news(const struct analysis *a, const struct evaluate_frame *frame, bool of_list) {
  const struct evaluate_frame *below = NULL;
  for (const struct evaluate_frame *f = frame; f; f = f->up)
    if (f->up) below = f;
  if (!below || !below->forced) return true;
  if (of_list) return a->marks[below->gid] & MARK_LIST_UNKNOWN;
  size_t cursor = 0;
  uint64_t hash = hash_of_site(&a->unknown_sites, below->gid, frame->gid, frame->call_offset);
  for (uint32_t i; index_next(&a->unknown_sites, hash, &cursor, &i);)
    if (same_site(&a->unknown[i], below->gid, frame->gid, frame->call_offset)) return true;
  return false;
}

void analysis_leave_pending(struct analysis *a, const struct evaluate_frame *frame, const struct cm_sink *row, struct cm_str source,
                            const struct cm_evidence *evidence, enum analysis_pending kind) {
  uint64_t hash = hash_of_site(&a->pending_sites, a->root, frame->gid, frame->call_offset);
  size_t cursor = 0;
  for (uint32_t i; index_next(&a->pending_sites, hash, &cursor, &i);)  // positions of earlier evaluations are out of date
    if (i >= a->pending_from && i < a->pending_count && same_site(&a->pending[i], a->root, frame->gid, frame->call_offset)) return;
  if (!cm_grow(a->arena, &a->pending, &a->pending_room, a->pending_count, sizeof *a->pending) ||
      !index_add(&a->pending_sites, a->arena, hash, (uint32_t)a->pending_count)) {
    a->failed = true;
    return;
  }
  struct cm_str pattern = CM_STR("");
  if (a->pattern.size) pattern = (struct cm_str){cm_alloc_text(a->arena, a->pattern.at, a->pattern.size), a->pattern.size};
  const struct cm_evidence *kept = findings_keep(&a->findings, evidence);
  if (!pattern.at || !kept) {
    a->failed = true;
    return;
  }
  a->pending[a->pending_count++] = (struct pending){.root = a->root,
                                                    .site = frame->gid,
                                                    .offset = frame->call_offset,
                                                    .row = row,
                                                    .source = source,
                                                    .pattern = pattern,
                                                    .evidence = kept,
                                                    .parameters = kind == ANALYSIS_KEY ? a->key_parameters : 0,
                                                    .of_list = kind != ANALYSIS_KEY,
                                                    .whole = kind == ANALYSIS_LIST};
}

void analysis_pending_moved(struct analysis *a, size_t to) {
  const struct pending *p = &a->pending[to];
  if (!index_add(&a->pending_sites, a->arena, hash_of_site(&a->pending_sites, p->root, p->site, p->offset), (uint32_t)to))
    a->failed = true;
}

// A key that is the known beginning of one computed at run time, with nothing added, is no news beside the pattern.
static void drop_covered(struct analysis *a) {
  if (!a->unknown_keys || !a->pattern.size) return;
  size_t kept = 0;
  for (size_t i = 0; i < a->key_count; i++)
    if (!cm_str_equal(a->keys[i], (struct cm_str){a->pattern.at, a->pattern.size - 1})) a->keys[kept++] = a->keys[i];
  a->key_count = kept;
}

// Which parameters of the evaluated function the key is; 0: it is something else.
static uint64_t parameters_of(const struct evaluation *evaluation, const struct evaluate_call *call,
                              const struct key_place *place) {
  uint32_t count = place->kind == KEY_SPAN ? 2 : place->kind == KEY_CSTRING ? 1 : 0;
  uint64_t parameters = 0;
  if (place->argument + (uint64_t)count > call->argument_count) return 0;
  for (uint32_t i = place->argument; i < place->argument + count; i++) {
    uint32_t parameter = evaluate_parameter(evaluation, call->arguments[i]);
    if (parameter >= 64 && !value_is_const(call->arguments[i])) return 0;
    if (parameter < 64) parameters |= UINT64_C(1) << parameter;
  }
  return parameters;
}

bool analysis_keys(struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call,
                   const struct key_place *place) {
  a->key_count = a->unknown_keys = 0;
  a->pattern = (struct cm_str){0};
  a->key_instance = call->frame->instance;
  a->key_parameters = parameters_of(evaluation, call, place);
  keys_read(evaluation, call, place, collect_key, a);
  // What half the program can be called with is not said to be a name because one that asks can be called so.
  if (evaluation->guesses) {
    a->unknown_keys += a->key_count;
    a->key_count = 0;
  }
  drop_covered(a);
  return a->key_count || a->unknown_keys;
}

// No variable's name has a zero or a '=' in it: who asks for such a name gets nothing in every environment.
static bool names_variable(struct cm_str key) { return !memchr(key.at, 0, key.size) && !memchr(key.at, '=', key.size); }

// Within a lookup the name of an inner one is the outer one's own parameter, or a copy of it where the inner one wants it in another form: its
// callers are looked at instead. Another name is none of theirs.
static bool is_own_name(const struct analysis *a, const struct evaluation *evaluation, const struct evaluate_call *call,
                        const struct key_place *place) {
  const struct key_place *own = &a->lookups[a->lookup_of[a->root] - 1].place;
  if (place->kind == KEY_STACKED) return true;
  if (own->kind != place->kind || place->argument >= call->argument_count) return true;
  struct value v = call->arguments[place->argument];
  return v.kind == VALUE_UNKNOWN && !v.bits && v.tree == evaluation->parameters + own->argument;
}

// Who asks: where packages are known by their functions' names, the one whose function knows the key.
static enum cm_origin origin_of(const struct analysis *a, enum cm_need_kind kind, struct cm_str key,
                                const struct cm_evidence *evidence) {
  enum symbols_owner owner = a->rehearsed ? symbols_owner_of(evidence->name) : SYMBOLS_UNKNOWN;
  if (owner == SYMBOLS_LIBRARY || owner == SYMBOLS_RUNTIME) return CM_ORIGIN_RUNTIME;
  return owner == SYMBOLS_PROGRAM ? CM_ORIGIN_APP : runtime_origin(kind, key, evidence->name);
}

static void event(struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call, const struct cm_sink *row,
                  struct cm_str source, const struct key_place *place) {
  if (!call->arguments || !of_interest(a, call->frame, call->indirect) || !analysis_keys(a, evaluation, call, place)) return;
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->scratch, call->frame, call->callee);
  enum cm_certainty certainty = a->key_count == 1 && !a->unknown_keys ? CM_EXACT : CM_POSSIBLE;
  for (size_t i = 0; i < a->key_count; i++) {
    if (row->kind == CM_NEED_ENV && (!names_variable(a->keys[i]) || contained_is_other(a, a->keys[i], call->frame))) continue;
    enum cm_origin origin = origin_of(a, row->kind, a->keys[i], &evidence);
    analysis_trace(a, "key %.*s reaches function %u in %u", CM_STR_ARG(a->keys[i]), call->callee, a->root);
    findings_need(&a->findings, row->kind, a->keys[i], origin, certainty, source, &evidence);
  }
  bool covered = row->kind == CM_NEED_ENV && a->lookup_of[a->root] && is_own_name(a, evaluation, call, place);
  if (covered && a->unknown_keys) a->marks[a->root] |= MARK_OWN_NAME;
  covered |= row->kind == CM_NEED_ENV && evaluate_is_skipped(evaluation, call, place->argument);
  covered |= row->kind == CM_NEED_ENV && container_only_fills(&a->container, call->frame->gid, call->frame->call_offset);
  if (a->unknown_keys && !covered) analysis_leave_pending(a, call->frame, row, source, &evidence, ANALYSIS_KEY);
}

static bool wanted(void *context, uint32_t gid) {
  struct analysis *a = context;
  return a->lookup_of[gid] || (program_is_slot(&a->program, gid) && slot_of(a, gid)->sink_count) || a->marks[gid] & MARK_ENTER;
}

// Notes that a call of the evaluated function was come to.
static void reached(void *context, uint64_t call_offset) {
  struct analysis *a = context;
  uint64_t bit = call_offset - a->seen_from;
  if (bit < a->seen_size) a->seen[bit / 8] |= (uint8_t)(1 << bit % 8);
}

static bool begin_seen(struct analysis *a, uint32_t gid) {
  const struct core_module *module = a->program.instances[a->program.instance_of[gid]].module;
  struct cm_span body = module->funcs[program_func(&a->program, gid)].body;
  a->seen_from = body.size ? (uint64_t)(body.at - module->file) : 0;
  a->seen_size = body.size;
  while (a->seen_room < body.size / 8 + 1)
    if (!cm_grow(a->arena, &a->seen, &a->seen_room, a->seen_room, 1)) return false;
  memset(a->seen, 0, body.size / 8 + 1);
  return true;
}

static enum evaluate_treatment on_call(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  struct analysis *a = context;
  uint32_t gid = call->callee;
  const struct container_site *site = contained_site(a, call->frame);
  if (site) {
    event(a, evaluation, call, &cm_sinks[0], analysis_source(a, call->frame->gid), &site->place);
    return EVALUATE_PURE;
  }
  if (call->indirect) held_called(a, gid, call->frame);
  if (a->forbidden && a->forbidden[gid] == FORBIDDEN_UNSTEADY) return EVALUATE_PASS;
  if (a->lookup_of[gid]) {
    const struct lookup *lookup = &a->lookups[a->lookup_of[gid] - 1];
    if (lookup->place.kind == KEY_WHOLE_LIST) {
      if (of_interest(a, call->frame, call->indirect) && environment_list_handed(a, call)) call->list_offset = lookup->place.offset;
      return EVALUATE_PURE;
    }
    if (!container_is_elsewhere(&a->container, call->frame->gid, call->frame->call_offset))
      event(a, evaluation, call, &cm_sinks[0], analysis_source(a, call->frame->gid), &lookup->place);
    call->forget_argument = lookup->out_argument;
    call->forget_size = lookup->writes ? lookup->out_size : 0;
    return EVALUATE_PURE;
  }
  if (program_is_slot(&a->program, gid)) {
    const struct slot *slot = slot_of(a, gid);
    for (uint32_t i = 0; i < slot->sink_count; i++) {
      const struct slot_sink *sink = &slot->sinks[i];
      if (sink->placed && sink->place.kind != KEY_WHOLE_LIST) event(a, evaluation, call, sink->row, slot->source, &sink->place);
    }
    call->forget_argument = slot->return_argument;
    call->forget_size = slot->returns_to ? slot->return_size : 0;
    return slot->lowered ? EVALUATE_PURE : EVALUATE_PASS;
  }
  return a->marks[gid] & MARK_ENTER ? EVALUATE_ENTER : EVALUATE_TRY;
}

void analysis_give_up(struct analysis *a, const struct pending *p, enum cm_reason reason) {
  enum cm_reason why = p->whole ? CM_REASON_WHOLE_LIST : reason;
  findings_unresolved_kept(&a->findings, p->row->kind, p->source, why, p->pattern, p->evidence);
}

// Is the function called from within itself with the same values for these parameters? What depends on them alone is then no other key.
static bool recurs_with(const struct evaluation *evaluation, const struct evaluate_call *call, uint64_t parameters) {
  const struct evaluate_frame *f = call->frame;
  while (f && f->gid != call->callee) f = f->up;
  for (uint32_t i = 0; f && parameters >> i; i++) {
    if (!(parameters >> i & 1)) continue;
    if (i >= call->argument_count) return false;
    struct value v = call->arguments[i];
    if (i < f->argument_count ? !value_equal(v, f->arguments[i]) : f->up || evaluate_parameter(evaluation, v) != i) return false;
  }
  return f && parameters;
}

// What the callee's own evaluation left unknown stays so in this context. To say it once is enough. Where another evaluation came to its
// end, what this one leaves at its bound does not count.
static void not_entered(void *context, struct evaluation *evaluation, const struct evaluate_call *call) {
  struct analysis *a = context;
  if (a->has_ended && (!evaluation->steps_left || evaluation->worlds.failed || evaluation->values.failed)) return;
  for (const struct evaluate_frame *f = call->frame; f; f = f->up)
    if (!f->forced) return;
  uint32_t *done = &a->given_up[call->callee];
  uint32_t next = *done ? a->unknown[*done - 1].next : a->unknown_first[call->callee];
  bool all = true;
  for (; next; next = a->unknown[next - 1].next) {
    const struct pending *p = &a->unknown[next - 1];
    bool recurs = !p->of_list && recurs_with(evaluation, call, p->parameters);
    all &= !recurs;
    if (!recurs) analysis_give_up(a, p, CM_REASON_COMPUTED);
    if (all) *done = next;
  }
}

// --- waves ---

void analysis_queue(struct analysis *a, uint32_t gid) {
  if (a->container.fillers && a->container.fillers[gid]) return;
  if (a->marks[gid] & MARK_QUEUED || !(a->program.reached[gid] & 1) || program_is_slot(&a->program, gid)) return;
  if (!cm_grow(a->arena, &a->queue, &a->queue_room, a->queue_count, sizeof *a->queue)) {
    a->failed = true;
    return;
  }
  a->marks[gid] |= MARK_QUEUED;
  a->queue[a->queue_count++] = gid;
}

static void queue_caller(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  analysis_queue(context, caller);
}

struct caller_count {
  const struct program *program;
  uint32_t gid;
  size_t direct, indirect, foreign;  // foreign: of another instance, which cannot be entered from
};

static void count_caller(void *context, uint32_t caller, bool indirect) {
  struct caller_count *c = context;
  if (caller == c->gid || !(c->program->reached[caller] & 1)) return;
  if (c->program->instance_of[caller] != c->program->instance_of[c->gid])
    c->foreign++;
  else if (indirect)
    c->indirect++;
  else
    c->direct++;
}

static void queue_direct_caller(void *context, uint32_t caller, bool indirect) {
  if (!indirect) analysis_queue(context, caller);
}

// The same where stacks lie in memory: who calls through a pointer is told by who holds it. False: it is no such function.
static bool ask_stacked(struct analysis *a, const struct pending *p, const struct caller_count *callers, bool again) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[p->root]];
  if (!in->stacked || !a->rehearsed) return false;
  const struct stacked_function *f = stacked_function_of(in->stacked, program_func(&a->program, p->root));
  bool held = in->stacked->taken[program_func(&a->program, p->root)];
  // Whoever calls it gives it nothing that a key could depend on; or nobody does.
  if ((!f->reads && !f->uses_context) || !(callers->direct || held)) {
    analysis_give_up(a, p, CM_REASON_COMPUTED);
    return true;
  }
  if (again) return true;
  analysis_trace(a, "function %u: a key depends on its callers (%zu direct%s)", p->root, callers->direct, held ? ", held" : "");
  a->marks[p->root] |= MARK_ENTER;
  program_callers(&a->program, p->root, NULL, queue_direct_caller, a);
  held_add(a, p->root);
  return true;
}

// `again`: they were asked already, for another call.
static void ask_callers_of(struct analysis *a, const struct pending *p, const struct caller_count *callers, bool again) {
  // A lookup is not entered by its callers: what it asks for besides the name that it is given stays as it is.
  if (a->lookup_of[p->root] && !p->of_list) {
    // Experiment says that it asks for that name somewhere. Where this is the only place, it is a copy of it that is asked for here.
    bool elsewhere = a->marks[p->root] & MARK_OWN_NAME || a->unknown[a->unknown_first[p->root] - 1].next;
    if (elsewhere) analysis_give_up(a, p, CM_REASON_COMPUTED);
    return;
  }
  if (ask_stacked(a, p, callers, again)) return;
  bool entry = a->program.is_entry[p->root] || callers->foreign, too_many = callers->indirect > INDIRECT_CALLERS;
  if (entry || !(callers->direct + callers->indirect)) {
    uint32_t func = program_func(&a->program, p->root);
    const struct core_type *type = core_func_type(a->program.instances[a->program.instance_of[p->root]].module, func);
    analysis_give_up(a, p, entry && type && type->param_count && !p->pattern.size ? CM_REASON_EXPORTED : CM_REASON_COMPUTED);
  } else if (too_many) {
    // A signature that half the program calls through: who of them means this function cannot be told.
    analysis_give_up(a, p, CM_REASON_INDIRECT);
  }
  if (!(callers->direct + callers->indirect)) return;
  analysis_trace(a, "function %u: a key depends on its callers (%zu direct, %zu indirect)", p->root, callers->direct,
                 callers->indirect);
  if (again) return;
  a->marks[p->root] |= MARK_ENTER;
  program_callers(&a->program, p->root, NULL, too_many ? queue_direct_caller : queue_caller, a);
}

// Whether its callers were asked before: a function is evaluated again where one that it calls is to be entered.
static bool is_unknown(const struct analysis *a, const struct pending *p) {
  size_t cursor = 0;
  uint64_t hash = hash_of_site(&a->unknown_sites, p->root, p->site, p->offset);
  for (uint32_t i; index_next(&a->unknown_sites, hash, &cursor, &i);)
    if (same_site(&a->unknown[i], p->root, p->site, p->offset) && a->unknown[i].parameters == p->parameters) return true;
  return false;
}

static bool add_unknown(struct analysis *a, const struct pending *p) {
  uint32_t item = (uint32_t)a->unknown_count, *last = &a->unknown_last[p->root];
  uint64_t hash = hash_of_site(&a->unknown_sites, p->root, p->site, p->offset);
  if (!cm_grow(a->arena, &a->unknown, &a->unknown_room, a->unknown_count, sizeof *a->unknown) ||
      !index_add(&a->unknown_sites, a->arena, hash, item))
    return false;
  a->unknown[a->unknown_count++] = *p;
  if (p->of_list) a->marks[p->root] |= MARK_LIST_UNKNOWN;
  if (*last)
    a->unknown[*last - 1].next = item + 1;
  else
    a->unknown_first[p->root] = item + 1;
  *last = item + 1;
  return true;
}

// What this wave left unknown is asked of the callers in the next one.
static void ask_callers(struct analysis *a) {
  size_t first = a->unknown_count;
  for (size_t i = 0; i < a->pending_count; i++)
    if (!is_unknown(a, &a->pending[i]) && !add_unknown(a, &a->pending[i])) {
      a->failed = true;
      return;
    }
  a->pending_count = 0;
  for (size_t i = 0; i < a->queue_count; i++) a->marks[a->queue[i]] &= (uint8_t)~MARK_QUEUED;
  a->queue_count = 0;
  // Those of one function come one after the other: whom to ask is found once.
  struct caller_count callers = {.program = &a->program, .gid = NO_FUNC};
  for (size_t i = first; i < a->unknown_count && !a->failed; i++) {
    const struct pending *p = &a->unknown[i];
    bool again = p->root == callers.gid;
    if (!again) {
      callers = (struct caller_count){.program = &a->program, .gid = p->root};
      program_callers(&a->program, p->root, NULL, count_caller, &callers);
    }
    ask_callers_of(a, p, &callers, again);
  }
}

struct bound_search {
  struct analysis *analysis;
  uint32_t gid;
  const uint8_t *file;
  bool said[CM_NEED_KIND_COUNT];  // one call of each kind speaks for all
};

// What kind of key a call of `callee` asks for, seen from a function that was not evaluated to its end; NULL: none of interest.
static const struct cm_sink *row_of_callee(struct analysis *a, uint32_t callee, struct cm_str *source) {
  *source = analysis_source(a, callee);
  if (a->lookup_of[callee]) return &cm_sinks[0];
  if (program_is_slot(&a->program, callee)) {
    const struct slot *slot = slot_of(a, callee);
    *source = slot->source;
    bool asks = slot->sink_count && slot->sinks[0].row->kind != CM_NEED_ENV && slot->sinks[0].place.kind != KEY_WHOLE_LIST;
    return asks ? slot->sinks[0].row : NULL;
  }
  if (!(a->marks[callee] & MARK_ENTER) || !a->unknown_first[callee]) return NULL;
  const struct pending *first = &a->unknown[a->unknown_first[callee] - 1];
  *source = first->source;
  return first->row;
}

static void report_unseen_callee(struct bound_search *s, uint32_t callee, uint64_t offset) {
  struct analysis *a = s->analysis;
  struct cm_str source;
  const struct cm_sink *row = row_of_callee(a, callee, &source);
  if (!row || s->said[row->kind]) return;
  s->said[row->kind] = true;
  struct evaluate_frame frame = {.gid = s->gid, .instance = a->program.instance_of[s->gid], .call_offset = offset};
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->scratch, &frame, callee);
  findings_unresolved(&a->findings, row->kind, source, CM_REASON_LIMIT, (struct cm_str){0}, &evidence);
}

static void report_unseen(void *context, enum core_use use, uint32_t index, uint32_t table, const uint8_t *at) {
  struct bound_search *s = context;
  struct program *program = &s->analysis->program;
  uint64_t offset = (uint64_t)(at - s->file), bit = offset - s->analysis->seen_from;
  if (bit < s->analysis->seen_size && s->analysis->seen[bit / 8] >> bit % 8 & 1) return;
  const struct container *r = &s->analysis->container;
  if (container_only_fills(r, s->gid, offset)) return;
  if (r->loops && offset >= r->loops[s->gid].from && offset < r->loops[s->gid].to) return;
  uint32_t instance = program->instance_of[s->gid];
  if (use == CORE_USE_CALL && index < program->instances[instance].module->func_count) {
    uint32_t callee = program_callee(program, instance, index, NULL);
    report_unseen_callee(s, callee != NO_FUNC ? callee : program_gid(program, instance, index), offset);
  } else if (use == CORE_USE_INDIRECT && !s->analysis->rehearsed) {
    const struct program_kind *kind = program_kind_of(program, instance, index, table);
    for (uint32_t t = 0; kind && t < kind->target_count; t++) report_unseen_callee(s, kind->targets[t], offset);
  }
}

// An evaluation that met a bound may not have seen all its calls: those never seen are undecided.
static void evaluation_met_bound(struct analysis *a, uint32_t gid) {
  analysis_trace(a, "evaluation of function %u met a bound", gid);
  if (a->lookup_of[gid]) return;
  const struct core_module *module = a->program.instances[a->program.instance_of[gid]].module;
  struct bound_search search = {.analysis = a, .gid = gid, .file = module->file};
  core_code_uses(module, program_func(&a->program, gid), report_unseen, &search, NULL);
}

// A program's start with the whole program inlined in it: helpers are not executed in place, which leaves more unknown, but comes to the
// end. *exhausted: not so, or what it is to tell of the list is for others to find out.
static bool evaluate_thriftily(struct analysis *a, struct evaluate_owner *owner, uint32_t gid, bool coarse, bool *exhausted) {
  struct listing listing = {0};
  size_t before = a->pending_count;
  cm_arena_free(&a->scratch);
  cm_arena_free(&a->listed);
  a->listing = &listing;
  a->pending_from = before;
  owner->coarse = coarse;
  owner->is_thrifty = true;
  *exhausted = false;
  bool ok = evaluate_function(&a->program, owner, gid, a->costly, &a->pool.allocator, &a->steps, exhausted);
  owner->is_thrifty = false;
  analysis_trace(a, "function %u evaluated thriftily, %llu steps left", gid, (unsigned long long)a->steps);
  *exhausted |= listing.replaced || environment_is_open(a, &listing);
  if (*exhausted) a->pending_count = before;
  return ok;
}

// --- what leads to what is of interest ---

enum { LEADS_TO_CALL = 1, LEADS_TO_LIST = 2 };

struct leading {
  struct analysis *analysis;
  uint8_t to;
  uint32_t *waiting;
  size_t count;
};

static void lead(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct leading *l = context;
  const struct analysis *a = l->analysis;
  if (a->leads[caller] & l->to || (l->to == LEADS_TO_LIST && (a->lookup_of[caller] || a->setters[caller]))) return;
  a->leads[caller] |= l->to;
  l->waiting[l->count++] = caller;
}

static void follow_callers(struct leading *l, uint8_t *kinds_seen) {
  memset(kinds_seen, 0, l->analysis->program.kind_count);
  while (l->count) program_callers(&l->analysis->program, l->waiting[--l->count], kinds_seen, lead, l);
}

// Which functions can call, directly or by way of others, one of those that the owner wants to see; or one that reads the list.
static bool find_leads(struct analysis *a) {
  uint32_t count = a->program.func_count;
  struct leading l = {.analysis = a, .waiting = cm_alloc_array(&a->scratch, count, sizeof *l.waiting)};
  uint8_t *kinds_seen = cm_alloc_array(&a->scratch, a->program.kind_count, 1);
  if (!a->leads) a->leads = cm_alloc_array(a->arena, count, 1);
  if (!l.waiting || !kinds_seen || !a->leads) return false;
  memset(a->leads, 0, count);
  l.to = LEADS_TO_CALL;
  for (uint32_t gid = 0; gid < count; gid++)
    if (wanted(a, gid)) lead(&l, gid, false);
  follow_callers(&l, kinds_seen);
  l.to = LEADS_TO_LIST;
  for (uint32_t gid = 0; a->list.count && gid < count; gid++)
    if (a->list.readers[gid]) lead(&l, gid, false);
  follow_callers(&l, kinds_seen);
  cm_arena_free(&a->scratch);
  return true;
}

// Where entries of the list may be met, or the function is looked at in another way, anything may be of interest.
static bool look_ahead(struct analysis *a, struct evaluate_owner *owner, uint32_t gid, struct ahead *ahead) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
  cm_arena_free(&a->ahead);
  if (owner->skip_to || in->stacked || a->container.site_count || a->lists_handed || a->leads[gid] & LEADS_TO_LIST) return true;
  owner->ahead = ahead;
  return ahead_read(&a->program, &a->ahead, gid, a->leads, ahead);
}

static bool is_interpreter(const struct analysis *a, uint32_t gid) {
  return a->interpreted.modules[a->program.instances[a->program.instance_of[gid]].node->module_ordinal];
}

// Evaluates one function: coarsely first, which settles most; and where that leaves a key unknown, with all that can be kept apart. What
// the second evaluation leaves unknown counts, unless it met its bound: then it is what the first one left.
static bool evaluate_root(struct analysis *a, uint32_t gid) {
  struct evaluate_owner owner = {.call = on_call,
                                 .reached = reached,
                                 .wanted = wanted,
                                 .not_entered = not_entered,
                                 .context = a,
                                 .primitives = &a->primitives,
                                 .executor = a->rehearsed ? &a->executor : NULL};
  struct evaluate_watch watch;
  owner.watch = environment_watch(a, gid, &watch);
  if (a->container.loops) owner.skip_from = a->container.loops[gid].from, owner.skip_to = a->container.loops[gid].to;
  struct ahead ahead;
  size_t before = a->pending_count;
  a->root = gid;
  if (!begin_seen(a, gid) || !look_ahead(a, &owner, gid, &ahead)) return false;
  bool is_start = owner.skip_to, unsure = true;
  for (unsigned attempt = 0; is_start && attempt < 2; attempt++) {
    if (!evaluate_thriftily(a, &owner, gid, !attempt, &unsure)) return false;
    if (!unsure && a->pending_count == before) return true;
    a->pending_count = before;
  }
  bool exhausted[2] = {true, true};
  struct listing listings[2] = {{0}, {0}};
  cm_arena_free(&a->listed);
  size_t after_coarse = before;
  for (unsigned attempt = 0; attempt < 2 && a->steps; attempt++) {
    cm_arena_free(&a->scratch);
    a->listing = &listings[attempt];
    owner.coarse = attempt == 0;
    a->has_ended = attempt && !exhausted[0];
    a->pending_from = a->pending_count;
    exhausted[attempt] = false;
    if (!evaluate_function(&a->program, &owner, gid, a->costly, &a->pool.allocator, &a->steps, &exhausted[attempt])) return false;
    analysis_trace(a, "function %u evaluated%s, %llu steps left", gid, owner.coarse ? " coarsely" : "",
                   (unsigned long long)a->steps);
    bool sure = attempt || !a->listing->replaced;
    if (sure) environment_tell_names(a, a->listing);
    if (attempt) continue;
    after_coarse = a->pending_count;
    // What an interpreter asks by names that come to it is its program's, however precisely it is looked at.
    if (!exhausted[0] && is_interpreter(a, gid)) break;
    if (!exhausted[0] && after_coarse == before && sure && !environment_is_open(a, a->listing)) return true;
  }
  if (exhausted[0] && exhausted[1] && !unsure) {
    a->pending_count = before;
    return evaluate_thriftily(a, &owner, gid, false, &unsure);
  }
  if (a->rehearsed) environment_tell_unseen(a, &listings[!exhausted[1]]);
  environment_tell_open(a, &listings[!exhausted[1]], exhausted[0] && exhausted[1]);
  if (!exhausted[1]) {
    if (a->pending_count > after_coarse)
      memmove(a->pending + before, a->pending + after_coarse, (a->pending_count - after_coarse) * sizeof *a->pending);
    a->pending_count -= after_coarse - before;
  } else if (exhausted[0]) {
    evaluation_met_bound(a, gid);
  }
  return true;
}

static bool run_waves(struct analysis *a, struct cm_diag *diag) {
  for (unsigned wave = 0; a->queue_count && wave < WAVES; wave++) {
    if (!find_leads(a)) return cm_fail_memory(diag);
    for (size_t i = 0; i < a->queue_count && !a->failed; i++)
      if (!evaluate_root(a, a->queue[i])) return cm_fail_memory(diag);
    if (wave + 1 == WAVES)
      for (size_t i = 0; i < a->pending_count; i++) analysis_give_up(a, &a->pending[i], CM_REASON_LIMIT);
    ask_callers(a);
    held_ask_on(a);
    if (a->failed) return cm_fail_memory(diag);
  }
  return true;
}

// --- putting it together ---

struct whole_list {
  struct analysis *analysis;
  const struct slot *slot;
  const struct cm_sink *row;
  uint32_t callee;
  uint32_t last;  // caller told of last: all its calls come one after the other, and one speaks for all
};

static void whole_list_caller(void *context, uint32_t caller, bool indirect) {
  struct whole_list *w = context;
  if (indirect || !(w->analysis->program.reached[caller] & 1) || caller == w->last) return;
  w->last = caller;
  struct cm_evidence evidence = analysis_evidence(w->analysis, caller, w->callee);
  findings_unresolved(&w->analysis->findings, w->row->kind, w->slot->source, CM_REASON_WHOLE_LIST, (struct cm_str){0}, &evidence);
}

// The imports of the answer, by name. Where a name comes twice, which validation would refuse, the first stands for all.
struct imports {
  struct cm_needs_import *list;
  uint32_t *first;  // by import: the first of its name
  uint32_t count;
  struct index index;
};

static uint32_t find_import(const struct imports *imports, struct cm_str name) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&imports->index, index_mix_text(imports->index.seed, name), &cursor, &i);)
    if (cm_str_equal(imports->list[i].name, name)) return i;
  return UINT32_MAX;
}

static bool index_imports(struct analysis *a, const struct cm_needs *needs, struct imports *imports) {
  imports->list = (struct cm_needs_import *)(uintptr_t)needs->imports;
  imports->count = needs->import_count;
  imports->first = cm_alloc_array(a->arena, needs->import_count, sizeof *imports->first);
  if (!imports->first || !index_init(&imports->index, a->arena)) return false;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    imports->first[i] = find_import(imports, imports->list[i].name);
    if (imports->first[i] != UINT32_MAX) continue;
    imports->first[i] = i;
    if (!index_add(&imports->index, a->arena, index_mix_text(imports->index.seed, imports->list[i].name), i)) return false;
  }
  return true;
}

static void note_reached(const struct imports *imports, const struct slot *slot) {
  uint32_t i = find_import(imports, slot->source);
  if (i != UINT32_MAX) imports->list[i].reached = true;
}

// Looks at every reached slot; environment sources are collected, callers of all others that take a key are queued.
static bool read_slots(struct analysis *a, struct cm_needs *out, uint32_t **sources, size_t *source_count) {
  size_t room = 0;
  struct imports imports;
  if (!index_imports(a, out, &imports)) return false;
  for (uint32_t i = 0; i < a->program.instance_count; i++) {
    const struct program_instance *in = &a->program.instances[i];
    for (uint32_t f = 0; in->module && f < in->module->imported[CORE_FUNC]; f++) {
      uint32_t gid = in->base + f;
      if (!(a->program.reached[gid] & 1)) continue;
      const struct slot *slot = slot_of(a, gid);
      if (slot->lowered || !a->program.graph->root) note_reached(&imports, slot);
      for (uint32_t s = 0; s < slot->sink_count; s++) {
        const struct slot_sink *sink = &slot->sinks[s];
        if (sink->row->kind == CM_NEED_ENV) {
          if (!provided_of_source(&a->program, slot->source)) a->env_source = slot->source;
          if (!cm_grow(a->arena, sources, &room, *source_count, sizeof **sources)) return false;
          (*sources)[(*source_count)++] = gid;
        } else if (!sink->placed || sink->place.kind == KEY_WHOLE_LIST) {
          struct whole_list w = {a, slot, sink->row, gid, NO_FUNC};
          program_callers(&a->program, gid, NULL, whole_list_caller, &w);
        } else {
          program_callers(&a->program, gid, NULL, queue_caller, a);
        }
      }
    }
  }
  for (uint32_t i = 0; i < imports.count; i++) imports.list[i].reached |= imports.list[imports.first[i]].reached;
  return !a->failed;
}

// A program whose stack lies in memory is executed up to where it is ready. Where that fails it is looked at like any other.
static bool rehearse(struct analysis *a) {
  struct laboratory *lab = NULL;
  bool any = false;
  for (uint32_t i = 0; i < a->program.instance_count; i++) any |= a->program.instances[i].stacked != NULL;
  if (any) lab = laboratory_open(&a->program, laboratory_made_up, LABORATORY_MADE_UP);
  a->rehearsed = lab && rehearsal_run(&a->program, lab, &a->rehearsal);
  if (any) analysis_trace(a, "a stack in memory: the program's start was %s", a->rehearsed ? "executed" : "not executed");
  if (a->rehearsed) {
    if (!lookups_find_stacked(&a->program, lab, &a->rehearsal, a->lookup_of, &a->stacked_lists, &a->lookups, &a->lookup_count))
      return false;
    for (size_t i = 0; i < a->lookup_count; i++) a->lists_handed |= a->lookups[i].place.kind == KEY_WHOLE_LIST;
    for (size_t i = 0; i < a->stacked_lists.count; i++)
      analysis_trace(a, "the environment's list: header at 0x%llx", (unsigned long long)a->stacked_lists.addresses[i]);
    for (uint32_t gid = 0; gid < a->program.func_count; gid++) a->setters[gid] |= a->rehearsal.asked_within[gid];
    a->primitives.laboratory = lab;
    a->forbidden = cm_alloc_array(a->arena, a->program.func_count, 1);
    a->held.of = cm_alloc_array(a->arena, a->program.func_count, 1);
    if (!a->forbidden || !a->held.of) return false;
    for (uint32_t gid = 0; gid < a->program.func_count; gid++) {
      bool asks = a->lookup_of[gid] || a->stacked_lists.readers[gid] || program_is_slot(&a->program, gid);
      bool unsteady = !asks && symbols_is_unsteady(program_name(&a->program, gid));
      a->forbidden[gid] = asks ? FORBIDDEN_ASKS : unsteady ? FORBIDDEN_UNSTEADY : 0;
    }
    if (!execute_init(&a->executor, &a->program, lab, &a->rehearsal, a->stacked_lists.heap, a->forbidden) || !initialize_settle(a))
      return false;
  } else {
    laboratory_close(lab);
  }
  return true;
}

// Puts those first that are not reached through providers alone; returns how many they are. What providers do is told by trials.
static size_t put_own_first(const struct analysis *a, uint32_t *sources, size_t count) {
  size_t own = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t source = sources[i];
    if (a->program.behind && a->program.behind[source]) continue;
    sources[i] = sources[own];
    sources[own++] = source;
  }
  return own;
}

static bool analyze(struct analysis *a, struct cm_needs *out, struct cm_diag *diag) {
  if (!interpreted_find(a->arena, &a->recovered, &a->program, out, &a->interpreted)) return cm_fail_memory(diag);
  a->findings.interpreters = a->interpreted.modules;
  uint32_t count = a->program.func_count;
  a->marks = cm_alloc_array(a->arena, count, 1);
  a->costly = cm_alloc_array(a->arena, count, 1);
  a->setters = cm_alloc_array(a->arena, count, 1);
  a->primitives = (struct primitives){.program = &a->program, .of = cm_alloc_array(a->arena, count, 1)};
  a->lookup_of = cm_alloc_array(a->arena, count, sizeof *a->lookup_of);
  a->slots = cm_alloc_array(a->arena, count, sizeof *a->slots);
  uint32_t *by_gid = cm_alloc_array(a->arena, count, 3 * sizeof *by_gid);
  if (!a->marks || !a->costly || !a->setters || !a->primitives.of || !a->lookup_of || !a->slots || !by_gid ||
      !index_init(&a->pending_sites, a->arena) || !index_init(&a->unknown_sites, a->arena))
    return cm_fail_memory(diag);
  a->unknown_first = by_gid, a->unknown_last = by_gid + count, a->given_up = by_gid + 2 * (size_t)count;
  uint32_t *sources = NULL;
  size_t source_count = 0;
  if (!read_slots(a, out, &sources, &source_count)) return cm_fail_memory(diag);
  if (source_count && !rehearse(a)) return cm_fail_memory(diag);
  if (source_count) {
    if (!a->rehearsed && !lookups_find(&a->program, sources, source_count, a->lookup_of, a->setters, &a->primitives.laboratory,
                                       &a->list, &a->lookups, &a->lookup_count, diag))
      return false;
    for (size_t i = 0; i < a->list.count; i++)
      analysis_trace(a, "the environment's list: variable at 0x%llx", (unsigned long long)a->list.variables[i].address);
    if (!contained_run(a, sources, put_own_first(a, sources, source_count))) return cm_fail_memory(diag);
    for (size_t i = 0; i < a->lookup_count; i++) {
      analysis_trace(a, "lookup: function %u, name in argument %u", a->lookups[i].gid, a->lookups[i].place.argument);
      program_callers(&a->program, a->lookups[i].gid, NULL, a->rehearsed ? queue_direct_caller : queue_caller, a);
      if (a->rehearsed) held_add(a, a->lookups[i].gid);
    }
    a->primitives.closed = !a->primitives.laboratory;
    environment_queue_readers(a);
    environment_check(a, sources, source_count);
  }
  if (!run_waves(a, diag)) return false;
  contained_tell(a);
  held_finish(a);
  if (!interpreted_analyze(&a->interpreted, a->options, &a->findings)) return cm_fail_memory(diag);
  return !a->failed || cm_fail_memory(diag);
}

// A body that could not be read, or a module that is not there, may hide anything that the component imports.
static void hidden_code(struct analysis *a, struct cm_needs *out) {
  bool opaque = false;
  for (uint32_t i = 0; i < a->program.instance_count; i++) opaque |= !a->program.instances[i].module;
  if (!a->program.malformed && !opaque) return;
  struct cm_evidence evidence = {0};
  if (a->program.malformed) {
    struct evaluate_frame frame = {.gid = a->program.malformed_func,
                                   .instance = a->program.instance_of[a->program.malformed_func],
                                   .call_offset = a->program.malformed_diag.offset};
    evidence = findings_evidence(&a->findings, &a->scratch, &frame, NO_FUNC);
  }
  for (size_t s = 0; s < cm_sink_count; s++)
    for (uint32_t i = 0; i < out->import_count; i++) {
      struct cm_str name = out->imports[i].has_implements ? out->imports[i].implements : out->imports[i].name;
      if (!cm_str_is(cm_name_base(name), cm_sinks[s].interface)) continue;
      findings_unresolved(&a->findings, cm_sinks[s].kind, out->imports[i].name,
                          a->program.malformed ? CM_REASON_MALFORMED : CM_REASON_INDIRECT, (struct cm_str){0},
                          a->program.malformed ? &evidence : NULL);
    }
}

static bool finish(struct analysis *a, struct cm_needs *out, struct cm_diag *diag) {
  hidden_code(a, out);
  runtime_settle(&a->findings);
  if (!through_settle(a) || !sent_settle(a)) return cm_fail_memory(diag);
  findings_finish(&a->findings, out);
  interpreted_finish(&a->interpreted, out);
  for (unsigned k = 0; k < CM_NEED_KIND_COUNT; k++) out->complete[k] = true;
  for (uint32_t i = 0; i < out->unresolved_count; i++) out->complete[out->unresolved[i].kind] = false;
  return !a->findings.failed || cm_fail_memory(diag);
}

// What is analysed: a component with its graph, or a module.
struct subject {
  const struct cm_component *component;
  const struct core_module *module;
  const struct cm_graph *graph;  // NULL: it is made
};

static bool build_program(struct analysis *a, struct subject *subject, struct cm_diag *diag) {
  struct cm_graph *own;
  if (!subject->graph) {
    if (!cm_graph_of_module(a->arena, subject->module, &own, diag)) return false;
    subject->graph = own;
  }
  return program_build(a->arena, subject->graph, &a->program, diag);
}

static bool run(struct analysis *a, const struct subject *subject, struct cm_needs *out, struct cm_diag *diag) {
  const struct cm_component *component = subject->component;
  const struct cm_graph *graph = subject->graph;
  bool surface =
      component ? surface_of_component(a->arena, component, &a->findings, out) : surface_of_module(a->arena, subject->module, out);
  if (!surface || !surface_producers(a->arena, graph->modules, graph->module_count, component, out)) return cm_fail_memory(diag);
  return analyze(a, out, diag) && finish(a, out, diag);
}

// Of an analysis that has not begun nothing is there but what it works with.
static bool begin_anew(struct analysis *a) {
  primitives_close(&a->primitives);  // the laboratory tells what it was refused when it is closed
  cm_arena_free(&a->recovered);
  *a = (struct analysis){.arena = a->arena,
                         .scratch = a->scratch,
                         .ahead = a->ahead,
                         .listed = a->listed,
                         .recovered = a->recovered,
                         .pool = a->pool,
                         .options = a->options,
                         .program = a->program};
  a->steps = a->options && a->options->step_limit ? a->options->step_limit : DEFAULT_STEPS;
  return findings_init(&a->findings, a->arena, &a->program);
}

// Runs the analysis. Where it turns out that keys stand in data that code writes to, it is made again with that known.
static bool run_rounds(struct analysis *a, struct subject *subject, struct cm_needs *out, struct cm_diag *diag) {
  const struct cm_needs empty = *out;
  if (!build_program(a, subject, diag)) return false;
  for (unsigned round = 0; round < ROUNDS; round++) {
    *out = empty;
    if (!begin_anew(a)) return cm_fail_memory(diag);
    if (!run(a, subject, out, diag)) return false;
    if (a->rehearsed) break;  // what the program's start was seen to write is known already
    bool again = false;
    cm_arena_free(&a->scratch);
    if (!overwritten_find(&a->program, &a->scratch, a->sources, a->source_count, &again)) return cm_fail_memory(diag);
    if (!again) break;
    analysis_trace(a, "keys stand in data that is written to: once more");
  }
  contrast_tell(a, out);
  return true;
}

// Runs the analysis within the limits of the options; what was there before in the arena does not count.
static bool run_within(struct cm_arena *arena, struct subject subject, const struct cm_needs_options *options, struct cm_needs *out,
                       struct cm_diag *diag) {
  size_t outer_limit = arena->limit, most = options && options->memory_limit ? options->memory_limit : DEFAULT_MEMORY;
  struct analysis *a = cm_alloc(arena, sizeof *a);
  if (!a) return cm_fail_memory(diag);
  a->arena = arena;
  a->options = options;
  pool_init(&a->pool, arena->allocator);
  cm_arena_init(&a->scratch, &a->pool.allocator);
  cm_arena_init(&a->ahead, &a->pool.allocator);
  cm_arena_init(&a->listed, &a->pool.allocator);
  cm_arena_init(&a->recovered, arena->allocator);
  if (!outer_limit || most < outer_limit - arena->total) arena->limit = arena->total + most;
  // What only makes the answer better (names, images, trampolines) does without what it cannot have; the answer would then be another.
  bool refused_before = arena->refused;
  arena->refused = false;
  bool done = run_rounds(a, &subject, out, diag);
  primitives_close(&a->primitives);
  if (done && (arena->refused || a->scratch.refused || a->ahead.refused || a->listed.refused || a->recovered.refused))
    done = cm_fail_memory(diag);
  arena->refused |= refused_before;
  arena->limit = outer_limit;
  cm_arena_free(&a->scratch);
  cm_arena_free(&a->ahead);
  cm_arena_free(&a->listed);
  cm_arena_free(&a->recovered);
  pool_close(&a->pool);
  return done;
}

bool cm_needs_of_component(struct cm_arena *arena, const struct cm_component *component, const struct cm_graph *graph,
                           const struct cm_needs_options *options, struct cm_needs *out, struct cm_diag *diag) {
  *out = (struct cm_needs){.artifact = CM_ARTIFACT_COMPONENT};
  if (!run_within(arena, (struct subject){.component = component, .graph = graph}, options, out, diag)) return false;
  out->is_wit =
      !graph->module_count && !graph->core_count && !out->import_count && !component->scope.spaces[CM_SORT_COMPONENT].count;
  return true;
}

bool cm_needs_of_module(struct cm_arena *arena, const struct core_module *module, const struct cm_needs_options *options,
                        struct cm_needs *out, struct cm_diag *diag) {
  *out = (struct cm_needs){.artifact = CM_ARTIFACT_MODULE};
  return run_within(arena, (struct subject){.module = module}, options, out, diag);
}
