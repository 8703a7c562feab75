// What the analysis wants to see of an evaluation: calls that ask for a key, and what is known of the key there.
//
// A key that is known is reported; one that is not is left pending for the waves (waves.c), with what is known of it.

#include "analysis.h"
#include "beginning.h"
#include "called.h"
#include "chosen.h"
#include "runtime_names.h"
#include "symbols.h"

enum { WORD = 4 };

// Where in the initial data a key was read: that nothing writes there is looked at in the end.
static void add_source(struct analysis *a, struct key_sources *to, uint64_t at, size_t size) {
  struct key_source source = {a->program.instances[a->key_instance].memory_owner, {at, at + size}};
  if (!cm_grow(a->arena, &to->list, &to->room, to->count, sizeof *to->list))
    a->failed = true;
  else
    to->list[to->count++] = source;
}

static void note_source(struct analysis *a, uint64_t at, size_t size) {
  const struct program_instance *in = &a->program.instances[a->key_instance];
  // An image that was taken while the program ran has its own account of what is written.
  if (in->memory_owner >= a->program.instance_count || !size || a->rehearsed) return;
  const struct image *image = &a->program.instances[in->memory_owner].image;
  bool within = at < image->end || a->has_begun;  // what begins as zeros counts where that decided anything
  if (image->count && at >= image->segments[0].address && within) add_source(a, &a->sources, at, size);
}

static struct image_reads *reads_of(struct analysis *a, uint32_t gid) {
  uint32_t owner = a->program.instances[a->program.instance_of[gid]].memory_owner;
  if (owner >= a->program.instance_count || a->rehearsed) return NULL;
  struct image *image = &a->program.instances[owner].image;
  if (!image->reads) image->reads = cm_alloc(a->program.arena, sizeof *image->reads);
  if (!image->reads || !image->count) return NULL;
  const struct image_segment *first = &image->segments[image->leading];
  image->reads->from = image->count - image->leading > 1 ? first->address + first->bytes.size : first->address;
  return image->reads;
}

void analysis_note_reads(struct analysis *a, uint32_t gid) {
  struct image_reads *reads = reads_of(a, gid);
  if (!reads) return;
  reads->on = true;
  reads->firm.count = reads->open.count = 0;
}

static void keep_list(struct analysis *a, struct key_sources *to, const struct image_read_list *reads) {
  for (size_t i = 0; i < reads->count; i++) add_source(a, to, reads->list[i].from, reads->list[i].to - reads->list[i].from);
}

void analysis_keep_reads(struct analysis *a, uint32_t gid, bool firm, bool open) {
  struct image_reads *reads = reads_of(a, gid);
  if (!reads) return;
  reads->on = false;
  a->key_instance = a->program.instance_of[gid];
  if (firm) keep_list(a, &a->sources, &reads->firm);
  if (open) keep_list(a, &a->open_sources, &reads->open);
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

// Of several keys of which some may be on no way, those are told that were found otherwise: the others do not count, and no more is known than that.
static void collect_key(void *context, struct cm_str key, uint64_t at, enum key_knowledge knowledge) {
  struct analysis *a = context;
  bool doubted = knowledge == KEY_DOUBTFUL && key.size && !findings_has(&a->findings, a->key_kind, key);
  note_source(a, at, doubted ? 0 : key.size);
  if (knowledge == KEY_BEGINNING || doubted) {
    a->unknown_keys++;
    if (!a->pattern.size && key.size && !doubted) {
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

bool analysis_same_site(const struct pending *p, uint32_t root, uint32_t site, uint64_t offset) {
  return p->root == root && p->site == site && p->offset == offset;
}

uint64_t analysis_site_hash(const struct index *index, uint32_t root, uint32_t site, uint64_t offset, uint64_t by) {
  return index_mix(index_mix(index_mix(index->seed, (uint64_t)root << 32 | site), offset), by);
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
  if (a->whole) return true;
  const struct evaluate_frame *below = NULL;
  for (const struct evaluate_frame *f = frame; f; f = f->up)
    if (f->up) below = f;
  if (!below || !below->forced) return true;
  if (of_list) return a->marks[below->gid] & MARK_LIST_UNKNOWN;
  size_t cursor = 0;
  uint64_t hash = analysis_site_hash(&a->unknown_sites, below->gid, frame->gid, frame->call_offset, 0);
  for (uint32_t i; index_next(&a->unknown_sites, hash, &cursor, &i);)
    if (analysis_same_site(&a->unknown[i], below->gid, frame->gid, frame->call_offset)) return true;
  return false;
}

void analysis_leave_pending(struct analysis *a, const struct evaluate_frame *frame, const struct cm_sink *row, struct cm_str source,
                            const struct cm_evidence *evidence, enum analysis_pending kind) {
  if (a->whole) {
    a->is_open = true;
    return;
  }
  uint64_t hash = analysis_site_hash(&a->pending_sites, a->root, frame->gid, frame->call_offset, evidence->offset);
  size_t cursor = 0;
  uint32_t made = 0, opening = 0;
  for (const struct evaluate_frame *f = frame; f && !made; f = f->up) made = f->making;
  for (const struct evaluate_frame *f = frame; f; f = f->up)
    if (f->up && a->opened[f->gid] > opening) opening = a->opened[f->gid];
  for (uint32_t i; index_next(&a->pending_sites, hash, &cursor, &i);)  // positions of earlier evaluations are out of date
    if (i >= a->pending_from && i < a->pending_count && a->pending[i].made == made && a->pending[i].by == evidence->offset &&
        analysis_same_site(&a->pending[i], a->root, frame->gid, frame->call_offset)) {
      if (a->pending[i].opening < opening) a->pending[i].opening = opening;
      a->pending[i].is_choice &= kind == ANALYSIS_CHOICE;
      return;
    }
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
                                                    .by = evidence->offset,
                                                    .row = row,
                                                    .source = source,
                                                    .pattern = pattern,
                                                    .evidence = kept,
                                                    .made = made,
                                                    .opening = opening,
                                                    .parameters = kind == ANALYSIS_KEY ? a->key_parameters : 0,
                                                    .of_list = kind == ANALYSIS_NAME || kind == ANALYSIS_LIST,
                                                    .is_choice = kind == ANALYSIS_CHOICE,
                                                    .whole = kind == ANALYSIS_LIST};
}

void analysis_pending_moved(struct analysis *a, size_t to) {
  const struct pending *p = &a->pending[to];
  if (!index_add(&a->pending_sites, a->arena, analysis_site_hash(&a->pending_sites, p->root, p->site, p->offset, p->by),
                 (uint32_t)to))
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
                   const struct key_place *place, enum cm_need_kind kind) {
  a->key_count = a->unknown_keys = 0;
  a->pattern = (struct cm_str){0};
  a->key_kind = kind;
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

// What has control characters in it, but for those that part lines and words, is hardly a name: the evaluation read a number as a text, on a way
// that is none. It is not known then.
static bool is_garbled(struct cm_str key) {
  static const char parting[] = {'\t', '\n', '\r'};
  for (size_t i = 0; i < key.size; i++)
    if ((unsigned char)key.at[i] < ' ' && !memchr(parting, key.at[i], sizeof parting)) return true;
  return false;
}

// What a function is asked for that a call through a pointer may mean, or not: texts that look like no variable's name are another function's, as
// that of what prints them.
static bool is_others(struct cm_str key, const struct evaluate_call *call) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  bool guessed = call->guessed;
  for (const struct evaluate_frame *f = call->frame; f; f = f->up) guessed |= f->guessed;
  for (size_t i = 0; i < key.size && guessed; i++)
    if (!memchr(letters, key.at[i], sizeof letters - 1)) return true;
  return false;
}

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
enum cm_origin analysis_origin(const struct analysis *a, enum cm_need_kind kind, struct cm_str key,
                               const struct cm_evidence *evidence) {
  enum symbols_owner owner = a->rehearsed ? symbols_owner_of(evidence->name) : SYMBOLS_UNKNOWN;
  if (owner == SYMBOLS_LIBRARY || owner == SYMBOLS_RUNTIME) return CM_ORIGIN_RUNTIME;
  return owner == SYMBOLS_PROGRAM ? CM_ORIGIN_APP : runtime_origin(kind, key, evidence->name);
}

// Is it known of the container at that address that it points to one thing on all ways, or, if in part, how much that is? Of the environment's own
// it is not known how much it holds, for that depends on the host; where it may be put in the place of another one, it is one of two things.
static bool is_known_object(struct evaluation *evaluation, struct value object) {
  if (!value_is_const(object) || object.weak) return false;
  bool one = true, counted = false;
  struct value first = evaluate_byte(evaluation, object.bits);
  for (unsigned i = 0; i < WORD; i++) {
    struct value byte = evaluate_byte(evaluation, object.bits + i), count = evaluate_byte(evaluation, object.bits + WORD + i);
    one &= byte.kind != VALUE_TREE && byte.kind == first.kind && byte.tree == first.tree &&
           (value_is_const(byte) ? !byte.weak : byte.tree != 0);
    struct value_truth truth = value_truth_of(&evaluation->values, count);
    counted |= truth.known && !truth.weak;
  }
  return one || counted;
}

// Is not known into which container the lookup looks there? That it is another one than the environment's was seen on the ways that were taken: on
// others it may be chosen, filled or overwritten, unless it is known what it is.
static bool is_unsure(const struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call) {
  const struct evaluate_frame *frame = call->frame;
  if (container_is_unsure(&a->container, frame->gid, frame->call_offset) ||
      container_is_shared(&a->container, frame->gid, frame->call_offset, call->callee))
    return true;
  if (!container_is_elsewhere(&a->container, frame->gid, frame->call_offset)) return false;
  uint32_t number = call->callee == NO_FUNC ? 0 : a->lookup_of[call->callee];
  if (!number) return true;
  const struct lookup *lookup = &a->lookups[number - 1];
  for (uint32_t i = 0; i < call->argument_count; i++) {
    bool is_name = i == lookup->place.argument || i == lookup->place.argument + 1;
    if (!is_name && !(lookup->writes && i == lookup->out_argument) && !is_known_object(evaluation, call->arguments[i])) return true;
  }
  return false;
}

// Several keys that are all known: what the function is given may choose, or what a variable holds by then, and so some of them alone.
static void leave_choice(struct analysis *a, const struct cm_sink *row, struct cm_str source, const struct cm_evidence *evidence) {
  if (a->whole || a->key_count < 2) return;
  if (beginning_is_left(a, row->kind, evidence)) return;
  const struct cm_evidence *kept = findings_keep(&a->findings, evidence);
  if (kept)
    beginning_leave(a, &(struct left){row->kind, CM_REASON_COMPUTED, source, CM_STR(""), kept, a->root, true});
  else
    a->failed = true;
}

static void tell_key(struct analysis *a, const struct hanging_key *k) {
  if (k->callee == NO_FUNC)
    analysis_trace(a, "key %.*s reaches a lookup that was inlined, in %u", CM_STR_ARG(k->key), a->root);
  else
    analysis_trace(a, "key %.*s reaches function %u in %u", CM_STR_ARG(k->key), k->callee, a->root);
  if (k->perhaps)
    findings_perhaps(&a->findings, k->kind, k->key, k->origin, k->source, k->evidence);
  else
    findings_need(&a->findings, k->kind, k->key, k->origin, k->certainty, k->source, k->evidence);
  if (k->callee != NO_FUNC && a->lookup_of[k->callee]) confirm_note(a, k->callee, k->key);
}

static void hang_key(struct analysis *a, struct hanging_key k) {
  k.key = (struct cm_str){cm_alloc_text(a->arena, k.key.at, k.key.size), k.key.size};
  k.evidence = findings_keep(&a->findings, k.evidence);
  if (k.key.at && k.evidence && cm_grow(a->arena, &a->hanging, &a->hanging_room, a->hanging_count, sizeof *a->hanging))
    a->hanging[a->hanging_count++] = k;
  else
    a->failed = true;
}

// Keys that were read beyond what begins there are none: the loop was widened behind them, and with it the call was come to again. Those of rounds of
// which a coarse evaluation does not know whether they are wait for what a better one says.
static void on_ended(void *context) {
  struct analysis *a = context;
  size_t kept = a->held_keys;
  for (size_t i = kept; i < a->hanging_count; i++) {
    struct hanging_key *k = &a->hanging[i];
    if (evaluate_is_open(k->beyond))
      a->hanging[kept++] = *k;
    else if (!evaluate_is_beyond(k->beyond))
      tell_key(a, k);
  }
  a->hanging_count = a->held_keys = kept;
}

void analysis_tell_held(struct analysis *a, bool better) {
  for (size_t i = 0; i < a->held_keys && !better; i++) tell_key(a, &a->hanging[i]);
  a->hanging_count = a->held_keys = 0;
}

// Does the call go through a pointer of which nothing is known but the signature, and ask what is no method, which its place in a table tells?
static bool is_chance(struct analysis *a, const struct evaluate_call *call) {
  if (!call->guessed || call->callee == NO_FUNC || program_is_slot(&a->program, call->callee)) return false;
  const struct vtable_method *method = vtable_method_of(&a->vtables, call->callee);
  return method && !method->is_method;
}

static void event(struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call, const struct cm_sink *row,
                  struct cm_str source, const struct key_place *place) {
  if (!call->arguments || !of_interest(a, call->frame, call->indirect)) return;
  if (!analysis_keys(a, evaluation, call, place, row->kind)) {
    a->passed_by |= row->kind == CM_NEED_ENV;
    return;
  }
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->scratch, call->frame, call->callee);
  bool sure = !is_chance(a, call) && a->key_count == 1 && !a->unknown_keys && !a->is_divided &&
              !called_is_doubtful(a, call->frame) &&
              !container_is_untried(&a->container, call->frame->gid, call->frame->call_offset, call->callee);
  enum cm_certainty certainty = sure ? CM_EXACT : CM_POSSIBLE;
  bool covered = row->kind == CM_NEED_ENV && a->lookup_of[a->root] && is_own_name(a, evaluation, call, place);
  if (covered && a->unknown_keys) a->marks[a->root] |= MARK_OWN_NAME;
  covered |= row->kind == CM_NEED_ENV && evaluate_is_skipped(evaluation, call, place->argument);
  covered |= row->kind == CM_NEED_ENV && container_only_fills(&a->container, call->frame->gid, call->frame->call_offset);
  bool below = a->rehearsed && a->unknown_keys && !covered && chosen_is_below(a, call->frame);
  if (below) a->unknown_keys = 0;
  bool chosen = below || (a->key_count > 1 && !a->unknown_keys && chosen_can_ask(a, a->root));
  bool perhaps = (a->unknown_keys && !covered) || chosen;
  bool unsure = is_unsure(a, evaluation, call);
  for (size_t i = 0; i < a->key_count; i++) {
    a->passed_by |= row->kind == CM_NEED_ENV && !names_variable(a->keys[i]);
    bool is_doubtful = (unsure && !container_is_found(&a->container, a->keys[i], call->frame->gid, call->frame->call_offset)) ||
                       container_is_sought_elsewhere(&a->container, a->keys[i], call->frame->gid, call->frame->call_offset) ||
                       contained_is_other(a, a->keys[i], call->frame) || is_garbled(a->keys[i]) || is_others(a->keys[i], call);
    if (row->kind == CM_NEED_ENV && names_variable(a->keys[i]) && is_doubtful) {
      a->unknown_keys++;
      continue;
    }
    if (row->kind == CM_NEED_ENV && !names_variable(a->keys[i])) continue;
    struct hanging_key key = {.beyond = evaluation->beyond,
                              .kind = row->kind,
                              .key = a->keys[i],
                              .source = source,
                              .origin = analysis_origin(a, row->kind, a->keys[i], &evidence),
                              .certainty = certainty,
                              .perhaps = perhaps,
                              .callee = call->callee,
                              .evidence = &evidence};
    if (key.beyond)
      hang_key(a, key);
    else
      tell_key(a, &key);
  }
  if (a->unknown_keys && !covered) analysis_leave_pending(a, call->frame, row, source, &evidence, ANALYSIS_KEY);
  if (!a->unknown_keys && chosen) analysis_leave_pending(a, call->frame, row, source, &evidence, ANALYSIS_CHOICE);
  if (!a->unknown_keys && !chosen) leave_choice(a, row, source, &evidence);
}

// No run came to the call, so nobody knows into which container it looks: names that are seen to arrive there are undecided, but for those of which
// it is known that the library asks for them. What else arrives there comes from containers.
static void perhaps_asked(struct analysis *a, struct evaluation *evaluation, const struct evaluate_call *call) {
  if (!call->arguments || !of_interest(a, call->frame, call->indirect)) return;
  struct cm_str source = analysis_source(a, call->frame->gid);
  struct cm_evidence evidence = findings_evidence(&a->findings, &a->scratch, call->frame, call->callee);
  for (uint32_t i = 0; i + 1 < call->argument_count; i++) {
    struct key_place place = {.kind = KEY_SPAN, .argument = i};
    if (!analysis_keys(a, evaluation, call, &place, CM_NEED_ENV)) continue;
    for (size_t k = 0; k < a->key_count; k++) {
      struct cm_str key = a->keys[k];
      if (!key.size || !names_variable(key)) continue;
      if (analysis_origin(a, CM_NEED_ENV, key, &evidence) == CM_ORIGIN_RUNTIME)
        findings_need(&a->findings, CM_NEED_ENV, key, CM_ORIGIN_RUNTIME, CM_POSSIBLE, source, &evidence);
      else
        findings_unresolved(&a->findings, CM_NEED_ENV, source, CM_REASON_NO_LOOKUP, key, &evidence);
    }
    if (a->unknown_keys && a->key_parameters) analysis_leave_pending(a, call->frame, &cm_sinks[0], source, &evidence, ANALYSIS_KEY);
  }
}

bool analysis_wanted(void *context, uint32_t gid) {
  struct analysis *a = context;
  if (a->whole && a->whole[gid]) return true;
  return a->lookup_of[gid] || (program_is_slot(&a->program, gid) && analysis_slot(a, gid)->sink_count) ||
         a->marks[gid] & MARK_ENTER;
}

// Notes that a call of the evaluated function was come to.
static void reached(void *context, uint64_t call_offset) {
  struct analysis *a = context;
  uint64_t bit = call_offset - a->seen_from;
  if (bit < a->seen_size) a->seen[bit / 8] |= (uint8_t)(1 << bit % 8);
}

bool analysis_begin(struct analysis *a, uint32_t gid) {
  const struct core_module *module = a->program.instances[a->program.instance_of[gid]].module;
  struct cm_span body = module->funcs[program_func(&a->program, gid)].body;
  a->seen_from = program_body_offset(&a->program, gid);
  a->seen_size = body.size;
  while (a->seen_room < body.size / 8 + 1)
    if (!cm_grow(a->arena, &a->seen, &a->seen_room, a->seen_room, 1)) return false;
  memset(a->seen, 0, body.size / 8 + 1);
  return true;
}

static enum evaluate_treatment on_call(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  struct analysis *a = context;
  uint32_t gid = call->callee;
  const struct container_site *site = container_site_at(&a->container, call->frame->gid, call->frame->call_offset);
  if (site && !site->confirmed) {
    perhaps_asked(a, evaluation, call);
    return EVALUATE_PURE;
  }
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
    const struct evaluate_frame *frame = call->frame;
    bool takes = container_is_taken(&a->container, frame->gid, frame->call_offset);
    bool elsewhere =
        !takes && container_is_elsewhere(&a->container, frame->gid, frame->call_offset) && !is_unsure(a, evaluation, call);
    if (!takes && !elsewhere) event(a, evaluation, call, &cm_sinks[0], analysis_source(a, call->frame->gid), &lookup->place);
    call->forget_argument = lookup->out_argument;
    call->forget_size = lookup->writes ? lookup->out_size : 0;
    return EVALUATE_PURE;
  }
  if (program_is_slot(&a->program, gid)) {
    const struct slot *slot = analysis_slot(a, gid);
    for (uint32_t i = 0; i < slot->sink_count; i++) {
      const struct slot_sink *sink = &slot->sinks[i];
      if (sink->placed && sink->place.kind != KEY_WHOLE_LIST) event(a, evaluation, call, sink->row, slot->source, &sink->place);
    }
    call->forget_argument = slot->return_argument;
    call->forget_size = slot->returns_to ? slot->return_size : 0;
    return slot->lowered ? EVALUATE_PURE : EVALUATE_PASS;
  }
  if (a->whole && (a->whole[gid] || (a->own && a->own[gid]))) return EVALUATE_ENTER;
  // What is called through a pointer, and evaluated where its objects are made, asks for nothing here that is not known there.
  if (call->indirect && a->made.of[gid] == MADE_EVALUATED) return EVALUATE_TRY;
  if (a->marks[gid] & MARK_ENTER) {
    a->has_entered = true;
    return EVALUATE_ENTER;
  }
  // What sets variables, or takes them away, asks for none of them.
  return a->setters[gid] && !a->rehearsed ? EVALUATE_PURE : EVALUATE_TRY;
}

void analysis_give_up(struct analysis *a, const struct pending *p, enum cm_reason reason) {
  if (p->is_choice) {
    chosen_keep(a, p);
    return;
  }
  const struct container_site *site = container_site_at(&a->container, p->site, p->offset);
  if (container_compares_all(&a->container, p->site, p->offset) || (site && !site->confirmed)) return;
  if (p->of_list && environment_is_understood(a, p->root)) return;
  if (p->made && a->made.of[a->made.list[p->made - 1].gid] == MADE_EVALUATED) {
    made_fail(a, p->made - 1);
    return;
  }
  enum cm_reason why = p->whole ? CM_REASON_WHOLE_LIST : reason;
  if (p->of_list)
    findings_unresolved_kept(&a->findings, p->row->kind, p->source, why, p->pattern, p->evidence);
  else
    beginning_leave(a, &(struct left){p->row->kind, why, p->source, p->pattern, p->evidence, p->root, false});
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
  if (a->whole) {
    a->is_open |= a->whole[call->callee];
    return;
  }
  if (a->has_ended && (!evaluation->steps_left || evaluation->worlds.failed || evaluation->values.failed)) return;
  for (const struct evaluate_frame *f = call->frame; f; f = f->up)
    if (!f->forced) return;
  for (const struct evaluate_frame *f = call->frame; f; f = f->up)
    if (f->making) {
      made_fail(a, f->making - 1);
      return;
    }
  if (call->callee == a->root && !call->frame->up) return;  // it calls itself: what with is seen where others call it
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

static void on_asked(void *context, struct evaluation *evaluation, const struct evaluate_call *call,
                     const struct inlined *inlined) {
  struct analysis *a = context;
  struct key_place place = {.kind = inlined->has_length ? KEY_SPAN : KEY_CSTRING, .argument = 0};
  if (!call->frame->up) reached(a, call->frame->call_offset);
  event(a, evaluation, call, &cm_sinks[0], analysis_source(a, call->frame->gid), &place);
}

static void on_made_failed(void *context, uint32_t method) { made_fail(context, method); }

static void by_pointer(void *context, const struct evaluate_frame *frame, uint64_t laid, bool closure, bool known) {
  lost_calls_met(context, frame, laid, closure, known);
}

static void function_seen(void *context, uint32_t gid, bool others) { lost_calls_seen(context, gid, others); }

struct evaluate_owner analysis_owner(struct analysis *a) {
  return (struct evaluate_owner){.call = on_call,
                                 .asked = on_asked,
                                 .inlined = a->inlined.count ? &a->inlined : NULL,
                                 .reached = reached,
                                 .wanted = analysis_wanted,
                                 .not_entered = not_entered,
                                 .context = a,
                                 .extra_tries = a->extra_tries,
                                 .primitives = &a->primitives,
                                 .usage = &a->usage,
                                 .vtables = &a->vtables,
                                 .made = &a->made,
                                 .made_failed = on_made_failed,
                                 .ended = on_ended,
                                 .by_pointer = a->rehearsed ? by_pointer : NULL,
                                 .function_seen = a->rehearsed ? function_seen : NULL,
                                 .executor = a->rehearsed ? &a->executor : NULL};
}
