// The account of calls through pointers, and who may be meant by those that are left.

#include "lost_calls.h"

#include "analysis.h"
#include "symbols.h"

#include <component/instr.h>

#include <stdlib.h>

enum { SITES_MOST = 20000, QUEUED_MOST = 400, LOST_MOST = 4096, WORD = 8 };

// --- sites ---

static bool is_programs(struct analysis *a, uint32_t gid) {
  return symbols_owner_of(program_name(&a->program, gid)) == SYMBOLS_PROGRAM;
}

static bool add_site(struct analysis *a, struct lost_site site) {
  struct lost_calls *l = &a->lost;
  if (l->site_count == SITES_MOST) return true;
  if (!cm_grow(a->arena, &l->sites, &l->site_room, l->site_count, sizeof *l->sites)) return false;
  l->sites[l->site_count++] = site;
  return true;
}

static bool read_sites(struct analysis *a, uint32_t gid) {
  const struct program_instance *in = &a->program.instances[a->program.instance_of[gid]];
  struct core_code code;
  bool closure = false;
  if (!core_code_begin(&code, NULL, in->module, program_func(&a->program, gid), NULL, NULL, NULL)) return true;
  for (struct core_instr i; code_next(&code, &i);) {
    if (i.op == CORE_OP_GLOBAL_SET && i.index == in->stacked->context) closure = true;
    if (i.op == CORE_OP_CALL_INDIRECT && !add_site(a, (struct lost_site){(uint64_t)(i.at - in->module->file), gid, closure, false}))
      return false;
    if (i.op == CORE_OP_CALL || i.op == CORE_OP_CALL_INDIRECT) closure = false;
  }
  return true;
}

static int by_offset(const void *a, const void *b) {
  uint64_t x = ((const struct lost_site *)a)->offset, y = ((const struct lost_site *)b)->offset;
  return (x > y) - (x < y);
}

// What initializers left in variables and in the heap.
static void see_image(struct analysis *a) {
  const struct image *image = program_image(&a->program, a->rehearsal.instance);
  const struct stacked *stacked = a->program.instances[a->rehearsal.instance].stacked;
  bool known = image && image->count && !image->segments[0].address && stacked->variables != UINT64_MAX;
  struct cm_span bytes = known ? image->segments[0].bytes : (struct cm_span){0};
  if (!known) memset(a->lost.others, 1, a->program.func_count);
  for (uint64_t at = stacked->variables; known && at + WORD <= bytes.size; at += WORD) {
    uint64_t word, code = 0;
    memcpy(&word, bytes.at + at, sizeof word);
    if (word && word % WORD == 0 && word < bytes.size && bytes.size - word >= WORD) memcpy(&code, bytes.at + word, sizeof code);
    uint32_t gid = executor_function_at(&a->executor, code);
    if (gid != NO_FUNC) a->lost.others[gid] = 1;
  }
}

bool lost_calls_init(struct analysis *a) {
  for (uint32_t gid = 0; gid < a->program.func_count; gid++) {
    bool stacked = a->program.instance_of[gid] == a->rehearsal.instance && !program_is_slot(&a->program, gid);
    if (stacked && a->program.reached[gid] & 1 && is_programs(a, gid) && !read_sites(a, gid)) return false;
  }
  a->lost.others = cm_alloc_array(a->arena, a->program.func_count, 1);
  a->lost.taken_in = cm_alloc_array(a->arena, a->program.func_count, sizeof *a->lost.taken_in);
  if (!a->lost.others || !a->lost.taken_in) return false;
  see_image(a);
  if (a->lost.site_count) qsort(a->lost.sites, a->lost.site_count, sizeof *a->lost.sites, by_offset);
  return true;
}

// --- evaluations ---

void lost_calls_begin(struct analysis *a, unsigned attempt) {
  if (!attempt) a->lost.from = a->lost.count;
  a->lost.second = a->lost.count;
}

void lost_calls_end(struct analysis *a, const bool *exhausted, unsigned attempts) {
  struct lost_calls *l = &a->lost;
  size_t from = l->from, kept = from, first = l->from, end = l->count;
  if (attempts > 1 && !exhausted[1]) first = l->second;
  if (attempts > 1 && exhausted[1] && !exhausted[0]) end = l->second;
  for (size_t i = first; i < end; i++) {
    l->list[kept] = l->list[i];
    l->list[kept++].coarse = attempts == 1;
  }
  l->count = kept;
}

void lost_calls_met(struct analysis *a, const struct evaluate_frame *frame, uint64_t laid, bool closure, bool known) {
  struct lost_calls *l = &a->lost;
  struct lost_site key = {.offset = frame->call_offset};
  struct lost_site *site = l->site_count ? bsearch(&key, l->sites, l->site_count, sizeof key, by_offset) : NULL;
  // What it calls where it is executed in the place of a call is not what it calls elsewhere.
  if (site) site->met |= !frame->up;
  if (known) return;
  for (size_t i = l->second; i < l->count; i++)
    if (l->list[i].offset == frame->call_offset && l->list[i].laid == laid && l->list[i].closure == closure) return;
  if (l->count == LOST_MOST || !cm_grow(a->arena, &l->list, &l->room, l->count, sizeof *l->list)) {
    a->failed |= l->count != LOST_MOST;
    return;
  }
  l->list[l->count++] = (struct lost_call){.root = a->root, .offset = frame->call_offset, .laid = laid, .closure = closure};
}

void lost_calls_seen(struct analysis *a, uint32_t gid, bool others) {
  struct lost_calls *l = &a->lost;
  l->others[gid] |= others;
  if (others || l->taken_in[gid] == a->root + 1 || (!a->lookup_of[gid] && !is_programs(a, gid))) return;
  l->taken_in[gid] = a->root + 1;
  if (!cm_grow(a->arena, &l->takes, &l->take_room, l->take_count, sizeof *l->takes))
    a->failed = true;
  else
    l->takes[l->take_count++] = (struct lost_take){a->root, gid};
}

void lost_calls_unseen(struct analysis *a, uint32_t gid, uint64_t offset) {
  struct evaluate_frame frame = {.gid = gid, .call_offset = offset};
  for (unsigned closure = 0; closure < 2; closure++) lost_calls_met(a, &frame, UINT64_MAX, closure, false);
}

// --- who may be meant ---

static bool is_of_interest(const struct analysis *a, uint32_t gid) {
  return a->held.of[gid] && (a->lookup_of[gid] || a->unknown_first[gid]);
}

static bool fits(struct analysis *a, uint32_t gid, uint64_t laid, bool closure) {
  struct stacked *stacked = a->program.instances[a->rehearsal.instance].stacked;
  const struct stacked_function *f = stacked_function_of(stacked, program_func(&a->program, gid));
  uint8_t ways = a->held.of[gid];
  return !(f->reads & ~laid) && ways & (closure ? HELD_AS_CLOSURE : HELD_AS_METHOD);
}

// Is the function's address at hand where the call is made? Of methods tables are, all over the place.
static bool is_at_hand(const struct analysis *a, uint32_t root, uint32_t gid) {
  if (a->lost.others[gid] || !(a->held.of[gid] & HELD_AS_CLOSURE)) return true;
  for (size_t i = 0; i < a->lost.take_count; i++)
    if (a->lost.takes[i].root == root && a->lost.takes[i].func == gid) return true;
  return false;
}

static bool fits_any(const struct analysis *a, uint64_t laid, bool closure) {
  for (size_t i = 0; i < a->held.count; i++)
    if (is_of_interest(a, a->held.pairs[i].func) && fits((struct analysis *)(uintptr_t)a, a->held.pairs[i].func, laid, closure))
      return true;
  return false;
}

bool lost_calls_any(const struct analysis *a) {
  for (size_t i = a->lost.from; i < a->lost.count; i++)
    if (fits_any(a, a->lost.list[i].laid, a->lost.list[i].closure)) return true;
  return false;
}

// Is there anybody whom to ask what is called?
static bool has_callers(struct analysis *a, uint32_t gid) {
  struct stacked *stacked = a->program.instances[a->rehearsal.instance].stacked;
  const struct stacked_function *f = stacked_function_of(stacked, program_func(&a->program, gid));
  if (!f->reads && !f->uses_context) return false;
  return program_is_called(&a->program, gid) || stacked->taken[program_func(&a->program, gid)];
}

// Of functions that nobody evaluated so far on their own it is not known what they call.
static void queue_unmet(struct analysis *a) {
  uint32_t last = NO_FUNC;
  for (size_t i = 0; i < a->lost.site_count && a->lost.queued < QUEUED_MOST; i++) {
    const struct lost_site *site = &a->lost.sites[i];
    if (site->met || site->gid == last || a->evaluated[site->gid] || !fits_any(a, UINT64_MAX, site->closure)) continue;
    last = site->gid;
    analysis_queue(a, last);
    a->lost.queued++;
  }
}

void lost_calls_ask(struct analysis *a) {
  struct lost_calls *l = &a->lost;
  bool any = false;
  for (size_t i = 0; i < a->held.count && !any; i++) any = is_of_interest(a, a->held.pairs[i].func);
  if (!any) return;
  queue_unmet(a);
  for (size_t i = 0; i < l->count; i++) {
    struct lost_call *c = &l->list[i];
    if (c->asked || !fits_any(a, c->laid, c->closure)) continue;
    if (c->coarse) {
      analysis_trace(a, "function %u is evaluated again: it may call what is of interest", c->root);
      analysis_queue(a, c->root);
      *c-- = l->list[--l->count], i--;
      continue;
    }
    if (!has_callers(a, c->root)) continue;
    analysis_trace(a, "function %u: what is called at 0x%llx depends on its callers", c->root, (unsigned long long)c->offset);
    c->asked = true;
    analysis_open_up(a, c->root);
    analysis_queue_callers(a, c->root, false);
    held_add(a, c->root);
  }
}

static void tell(struct analysis *a, uint32_t root, uint64_t offset, uint64_t laid, bool closure,
                 void (*visit)(struct analysis *a, uint32_t gid)) {
  for (size_t i = 0; i < a->held.count; i++) {
    uint32_t gid = a->held.pairs[i].func;
    if (!is_of_interest(a, gid) || !fits(a, gid, laid, closure) || !is_at_hand(a, root, gid)) continue;
    analysis_trace(a, "function %u may be called at 0x%llx", gid, (unsigned long long)offset);
    visit(a, gid);
  }
}

// Was the function, whose callers were asked, never seen to be called by one who holds it?
static bool is_uncalled(const struct analysis *a, uint32_t gid) {
  for (size_t i = 0; i < a->held.count; i++)
    if (a->held.pairs[i].func == gid && !a->held.pairs[i].called && !a->held.pairs[i].handed_on) return true;
  return false;
}

void lost_calls_finish(struct analysis *a, void (*visit)(struct analysis *a, uint32_t gid)) {
  struct lost_calls *l = &a->lost;
  for (size_t i = 0; i < l->count; i++)
    if (!l->list[i].asked || is_uncalled(a, l->list[i].root))
      tell(a, l->list[i].root, l->list[i].offset, l->list[i].laid, l->list[i].closure, visit);
  for (size_t i = 0; i < l->site_count; i++)
    if (!l->sites[i].met) tell(a, NO_FUNC, l->sites[i].offset, UINT64_MAX, l->sites[i].closure, visit);
}
