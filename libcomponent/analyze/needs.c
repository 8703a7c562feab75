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
#include "beginning.h"
#include "contrast.h"
#include "initialize.h"
#include "observe.h"
#include "runtime_names.h"
#include "sent.h"
#include "surface.h"
#include "symbols.h"
#include "through.h"

#include <component/semver.h>

#include <stdarg.h>
#include <stdio.h>

#define DEFAULT_MEMORY ((size_t)1 << 30)

enum { DEFAULT_STEPS = 5000000, ROUNDS = 5 };

void analysis_trace(const struct analysis *a, const char *format, ...) {
  if (!a->options || !a->options->trace) return;
  char line[512];
  va_list list;
  va_start(list, format);
  vsnprintf(line, sizeof line, format, list);
  va_end(list);
  a->options->trace(a->options->trace_context, line);
}

const struct slot *analysis_slot(struct analysis *a, uint32_t gid) {
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
      const struct slot *slot = analysis_slot(a, gid);
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
          analysis_queue_callers(a, gid, true);
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
    a->primitives.laboratory = lab;
    if (!lookups_find_stacked(&a->program, lab, &a->rehearsal, a->lookup_of, &a->stacked_lists, &a->lookups, &a->lookup_count))
      return false;
    for (size_t i = 0; i < a->lookup_count; i++) a->lists_handed |= a->lookups[i].place.kind == KEY_WHOLE_LIST;
    for (size_t i = 0; i < a->stacked_lists.count; i++)
      analysis_trace(a, "the environment's list: header at 0x%llx", (unsigned long long)a->stacked_lists.addresses[i]);
    for (uint32_t gid = 0; gid < a->program.func_count; gid++) a->setters[gid] |= a->rehearsal.asked_within[gid];
    a->forbidden = cm_alloc_array(a->arena, a->program.func_count, 1);
    a->held.of = cm_alloc_array(a->arena, a->program.func_count, 1);
    if (!a->forbidden || !a->held.of) return false;
    for (uint32_t gid = 0; gid < a->program.func_count; gid++) {
      bool asks = a->lookup_of[gid] || a->stacked_lists.readers[gid] || program_is_slot(&a->program, gid);
      bool unsteady = !asks && symbols_is_unsteady(program_name(&a->program, gid));
      a->forbidden[gid] = asks ? FORBIDDEN_ASKS : unsteady ? FORBIDDEN_UNSTEADY : 0;
    }
    if (!execute_init(&a->executor, &a->program, lab, &a->rehearsal, a->stacked_lists.heap, a->forbidden) ||
        !initialize_settle(a) || !lost_calls_init(a))
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

// Room for what is found out of functions.
static bool begin_trying(struct analysis *a) {
  a->lookup_of = cm_alloc_array(a->arena, a->program.func_count, sizeof *a->lookup_of);
  a->setters = cm_alloc_array(a->arena, a->program.func_count, 1);
  return a->lookup_of && a->setters && usage_init(&a->usage, &a->program, a->arena) &&
         vtables_init(&a->vtables, &a->program, a->arena);
}

static bool analyze(struct analysis *a, struct cm_needs *out, struct cm_diag *diag) {
  if (!a->interpreted.modules && !interpreted_find(a->arena, &a->recovered, &a->program, out, &a->interpreted))
    return cm_fail_memory(diag);
  a->findings.interpreters = a->interpreted.modules;
  uint32_t count = a->program.func_count;
  a->marks = cm_alloc_array(a->arena, count, 1);
  a->called = cm_alloc_array(a->arena, count, 1);
  a->costs = cm_alloc_array(a->arena, count, sizeof *a->costs);
  if (!a->primitives.of) a->primitives = (struct primitives){.program = &a->program, .of = cm_alloc_array(a->arena, count, 1)};
  a->slots = cm_alloc_array(a->arena, count, sizeof *a->slots);
  uint32_t *by_gid = cm_alloc_array(a->arena, count, 5 * sizeof *by_gid);
  a->made.of = cm_alloc_array(a->arena, count, 1);
  a->made.holds = cm_alloc_array(a->arena, count, 1);
  a->made.since = cm_alloc_array(a->arena, count, 1);
  a->evaluated = cm_alloc_array(a->arena, count, 1);
  if (!a->marks || !a->called || !a->made.since || !a->evaluated || !a->made.of || !a->made.holds || !a->costs ||
      !a->primitives.of || !a->slots || !by_gid || !index_init(&a->pending_sites, a->arena) ||
      !index_init(&a->unknown_sites, a->arena) || (!a->is_tried && !begin_trying(a)))
    return cm_fail_memory(diag);
  a->unknown_first = by_gid, a->unknown_last = by_gid + count, a->given_up = by_gid + 2 * (size_t)count;
  a->opened = by_gid + 3 * (size_t)count, a->asked_at = by_gid + 4 * (size_t)count;
  uint32_t *sources = NULL;
  size_t source_count = 0;
  if (!read_slots(a, out, &sources, &source_count)) return cm_fail_memory(diag);
  if (source_count && !rehearse(a)) return cm_fail_memory(diag);
  if (source_count) {
    if (!a->rehearsed && !a->is_tried &&
        !lookups_find(&a->program, sources, source_count, a->lookup_of, a->setters, &a->primitives.laboratory, &a->list,
                      &a->lookups, &a->lookup_count, diag))
      return false;
    for (size_t i = 0; i < a->list.count; i++)
      analysis_trace(a, "the environment's list: %s at 0x%llx", a->list.variables[i].is_array ? "array" : "variable",
                     (unsigned long long)a->list.variables[i].address);
    if (!contained_run(a, sources, put_own_first(a, sources, source_count))) return cm_fail_memory(diag);
    for (size_t i = 0; i < a->lookup_count; i++) {
      analysis_trace(a, "lookup: function %u, name in argument %u", a->lookups[i].gid, a->lookups[i].place.argument);
      analysis_queue_callers(a, a->lookups[i].gid, !a->rehearsed);
      if (a->rehearsed) held_add(a, a->lookups[i].gid);
    }
    a->primitives.closed = !a->primitives.laboratory;
    environment_queue_readers(a);
    environment_check(a, sources, source_count);
  }
  if (!analysis_run_waves(a, diag)) return false;
  if (a->refused && a->is_draft) return true;
  contained_tell(a);
  held_finish(a);
  return (beginning_settle(a) && !a->failed) || cm_fail_memory(diag);
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

static bool search_written(struct analysis *a, const struct key_sources *sources, enum variables_wanted wanted,
                           struct overwritten_news *news) {
  struct overwritten_question question = {sources, wanted, a->interpreted.interpreter_count != 0};
  cm_arena_free(&a->scratch);
  return overwritten_find(&a->program, &a->scratch, &question, news);
}

// In the last round: what would make another one leads to an answer that was not seen. False: memory is exhausted.
static bool tell_unfinished(struct analysis *a) {
  bool refused = false;
  struct overwritten_news news = {0};
  if (!confirm_lookups(a, &refused)) return false;
  if (!a->rehearsed && !search_written(a, &a->sources, VARIABLES_NONE, &news)) return false;
  bool written = news.written || (news.writers && a->has_begun);
  bool told[CM_NEED_KIND_COUNT] = {false};
  told[CM_NEED_ENV] = refused;
  for (size_t i = 0; written && i < a->findings.need_count; i++)
    told[a->findings.needs[i].need.kind] |= a->findings.needs[i].need.certainty != CM_DECLARED;
  for (unsigned kind = 0; kind < CM_NEED_KIND_COUNT; kind++)
    if (told[kind])
      findings_unresolved(&a->findings, (enum cm_need_kind)kind, (struct cm_str){0}, CM_REASON_LIMIT, (struct cm_str){0}, NULL);
  return true;
}

// What runs of the program, and the program of an interpreter, tell besides; and all that was found as the answer.
static bool finish(struct analysis *a, struct cm_needs *out, struct cm_diag *diag) {
  observe_undecided(a, out);
  if (!interpreted_analyze(&a->interpreted, a->options, &a->findings) || a->failed) return cm_fail_memory(diag);
  if (a->is_last && !tell_unfinished(a)) return cm_fail_memory(diag);
  hidden_code(a, out);
  findings_doubted(&a->findings, &a->doubted);
  findings_drop_perhaps(&a->findings);
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
  return analyze(a, out, diag);
}

// What experiments told, and what the bodies tell of themselves, does not depend on what code writes to.
static void keep_tried(struct analysis *a, const struct analysis *before) {
  a->is_tried = true;
  a->usage = before->usage;
  a->vtables = before->vtables;
  a->lookup_of = before->lookup_of;
  a->setters = before->setters;
  a->lookups = before->lookups;
  a->lookup_count = before->lookup_count;
  a->list = before->list;
  a->inlined = before->inlined;
  a->container = before->container;
  a->conduct = before->conduct;
  a->conduct_tried = before->conduct_tried;
  usage_renew(&a->usage);
  vtables_renew(&a->vtables);
}

// Of an analysis that has not begun nothing is there but what it works with, and interpreters, where the one before did not come to them.
// `is_tried`: but for what was found out of the program as it is.
static bool begin_anew(struct analysis *a, bool is_tried) {
  const struct analysis before = *a;
  if (!is_tried) primitives_close(&a->primitives);                    // the laboratory tells what it was refused when it is closed
  if (a->rehearsed) a->primitives = (struct primitives){.of = NULL};  // of another program, or another moment of it
  if (a->interpreted.is_analyzed) {
    cm_arena_free(&a->recovered);
    a->interpreted = (struct interpreted_list){0};
  }
  *a = (struct analysis){.arena = a->arena,
                         .scratch = a->scratch,
                         .ahead = a->ahead,
                         .listed = a->listed,
                         .recovered = a->recovered,
                         .is_impatient = a->is_impatient,
                         .interpreted = a->interpreted,
                         .pool = a->pool,
                         .options = a->options,
                         .primitives = a->primitives,
                         .program = a->program,
                         .doubted = a->doubted};
  if (is_tried) keep_tried(a, &before);
  a->steps = a->options && a->options->step_limit ? a->options->step_limit : DEFAULT_STEPS;
  return findings_init(&a->findings, a->arena, &a->program);
}

// Are names pointers alone? Where they have a length too, two variables hold one, and what one of them may be tells nothing of the other.
static bool has_plain_texts(const struct analysis *a) {
  bool plain = a->lookup_count || a->inlined.count || a->list.count;
  for (size_t i = 0; i < a->lookup_count && plain; i++) plain = a->lookups[i].place.kind == KEY_CSTRING;
  for (size_t i = 0; i < a->inlined.count && plain; i++) plain = !a->inlined.at[i].has_length;
  return plain;
}

static bool is_undecided(const struct analysis *a) {
  bool any = false;
  for (size_t i = 0; i < a->findings.unresolved_count && !any; i++)
    any = !a->findings.unresolved[i].dropped && a->findings.unresolved[i].unresolved.reason == CM_REASON_COMPUTED;
  return any;
}

// Is there a lookup that is none? Then the program is made ready for an analysis without it: one that was rehearsed begins as it was.
static bool refuse_lookups(struct analysis *a, struct subject *subject, bool *refused, struct cm_diag *diag) {
  cm_arena_free(&a->scratch);
  if (!confirm_lookups(a, refused)) return cm_fail_memory(diag);
  if (!*refused || !a->rehearsed) return true;
  uint8_t *unfaithful = a->program.unfaithful;
  if (!build_program(a, subject, diag)) return false;
  a->interpreted.is_analyzed = true;
  a->program.unfaithful = unfaithful;
  return true;
}

// Do keys stand in data that code writes to, which was not known? Of a program that was rehearsed, what its start was seen to write is known already.
static bool find_written(struct analysis *a, const struct key_sources *sources, enum variables_wanted wanted, bool *again,
                         struct cm_diag *diag) {
  struct overwritten_news news;
  if (a->rehearsed) return true;
  if (!search_written(a, sources, wanted, &news)) return cm_fail_memory(diag);
  *again = news.written || (news.writers && a->has_begun && wanted != VARIABLES_ALL);
  if (*again) analysis_trace(a, "keys stand in data that is written to%s: once more", news.is_lost ? ", as far as is known" : "");
  if (*again && news.is_lost && !a->doubted.need_count) a->doubted = a->findings;
  return true;
}

// Runs the analysis. Where it turns out that keys stand in data that code writes to, or that a lookup is none, it is made again with that known.
static bool run_rounds(struct analysis *a, struct subject *subject, struct cm_needs *out, struct cm_diag *diag) {
  const struct cm_needs empty = *out;
  if (!build_program(a, subject, diag)) return false;
  bool again = false, refused = false;
  for (unsigned round = 0; round < ROUNDS; round++) {
    *out = empty;
    if (!begin_anew(a, again)) return cm_fail_memory(diag);
    a->is_draft = !round;
    a->is_last = round + 1 == ROUNDS;
    again = refused = false;
    if (!run(a, subject, out, diag)) return false;
    if (!a->is_last && !refuse_lookups(a, subject, &refused, diag)) return false;
    if (refused) continue;
    bool plain = has_plain_texts(a);
    if (!a->is_last && !find_written(a, &a->sources, plain ? VARIABLES_OF_TEXTS : VARIABLES_NONE, &again, diag)) return false;
    if (again) continue;
    if (!finish(a, out, diag)) return false;
    bool is_open = !a->is_last && plain && is_undecided(a);
    if (is_open && !find_written(a, &a->open_sources, VARIABLES_ALL, &again, diag)) return false;
    if (!again) break;
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
