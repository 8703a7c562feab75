// A function is doubtful if nothing but words of the data have its address, and no call with its signature can mean it: each loads what it calls
// from another place in a table of methods, or an evaluation of the function that makes it, on its own, knows that it is another one.
// What such an evaluation does not know may be any function, and where it did not come to its end the function is taken for called.

#include "called.h"

enum { CALLED_NOT_ASKED, CALLED_PERHAPS, CALLED_BY_NOBODY };
enum { CALLERS = 6, STEPS = 150000 };  // that are evaluated for one function; of one evaluation

struct asking {
  struct analysis *analysis;
  uint32_t gid, signature;
  uint32_t callers[CALLERS];
  size_t count;
  bool may;
};

// --- calls as they stand in code ---

static void add_caller(void *context, uint32_t caller, bool indirect) {
  struct asking *q = context;
  struct vtables *vtables = &q->analysis->vtables;
  if (q->may || (caller == q->gid && !indirect) || !(q->analysis->program.reached[caller] & 1)) return;
  const struct vtable_sites *sites = indirect ? vtable_sites_of(vtables, caller) : NULL;
  q->may |= !indirect || !sites->is_whole;
  bool open = false;
  for (size_t i = 0; !q->may && i < sites->count && !open; i++)
    open = sites->list[i].callee == NO_FUNC && sites->list[i].signature == q->signature &&
           vtable_may_mean_listed(vtables, &sites->list[i], q->gid);
  for (size_t i = 0; i < q->count && open; i++) open = q->callers[i] != caller;
  if (!open) return;
  q->may |= q->count == CALLERS;
  if (!q->may) q->callers[q->count++] = caller;
}

// --- calls as they are evaluated ---

static struct value is_other(void *context, struct value number) {
  struct asking *q = context;
  struct program *program = &q->analysis->program;
  uint32_t instance = program->instance_of[q->gid];
  const struct cm_table *table = cm_graph_table(program->graph, instance, 0);
  bool known = number.kind == VALUE_CONST && !number.weak && table;
  const struct cm_table_entry *e = known && number.bits < table->size ? &table->entries[number.bits] : NULL;
  q->may |= !known || (e && e->instance == instance && program_callee(program, instance, e->func, NULL) == q->gid);
  return value_const(0);
}

// What a function that is executed in place calls is seen where that is evaluated itself, as far as it is not known here.
static void see_indirect(void *context, struct evaluation *evaluation, const struct evaluate_frame *frame, uint32_t signature,
                         struct value number) {
  struct asking *q = context;
  if (signature != q->signature || (frame->up && number.kind != VALUE_CONST)) return;
  const struct vtable_sites *sites = vtable_sites_of(&q->analysis->vtables, frame->gid);
  for (size_t i = 0; i < sites->count; i++)
    if (sites->list[i].offset == frame->call_offset && !vtable_may_mean_listed(&q->analysis->vtables, &sites->list[i], q->gid))
      return;
  value_map(&evaluation->values, number, is_other, q);
}

static enum evaluate_treatment treat(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  (void)evaluation;
  const struct asking *q = context;
  struct analysis *a = q->analysis;
  if (program_is_slot(&a->program, call->callee)) return EVALUATE_PASS;
  return a->lookup_of[call->callee] || a->setters[call->callee] ? EVALUATE_PURE : EVALUATE_TRY;
}

static bool wants_nothing(void *context, uint32_t gid) {
  (void)context, (void)gid;
  return false;
}

static void note_nothing(void *context, uint64_t call_offset) { (void)context, (void)call_offset; }

static void evaluate_caller(struct asking *q, uint32_t caller) {
  struct analysis *a = q->analysis;
  struct evaluate_owner owner = {.call = treat,
                                 .reached = note_nothing,
                                 .wanted = wants_nothing,
                                 .indirect = see_indirect,
                                 .context = q,
                                 .coarse = false,
                                 .primitives = &a->primitives,
                                 .usage = &a->usage,
                                 .vtables = &a->vtables};
  bool exhausted = false;
  uint64_t steps = STEPS;
  cm_arena_free(&a->scratch);
  struct evaluate_cost *costs = cm_alloc_array(&a->scratch, a->program.func_count, sizeof *costs);
  if (!costs || !evaluate_function(&a->program, &owner, caller, costs, &a->pool.allocator, &steps, &exhausted)) a->failed = true;
  q->may |= exhausted || !steps;
}

void called_look(struct analysis *a, uint32_t gid) {
  const struct program *p = &a->program;
  const struct program_instance *in = &p->instances[p->instance_of[gid]];
  if (a->called[gid] != CALLED_NOT_ASKED) return;
  a->called[gid] = CALLED_PERHAPS;
  if (p->is_entry[gid] || p->kind_first[gid] == p->kind_first[gid + 1] || in->stacked || !vtable_is_listed(&a->vtables, gid))
    return;
  uint32_t type = in->module->funcs[program_func(p, gid)].type;
  struct asking q = {.analysis = a, .gid = gid, .signature = program_signature(&a->program, p->instance_of[gid], type)};
  program_callers(p, gid, NULL, add_caller, &q);
  for (size_t i = 0; i < q.count && !q.may && !a->failed; i++) evaluate_caller(&q, q.callers[i]);
  if (q.may) return;
  a->called[gid] = CALLED_BY_NOBODY;
  analysis_trace(a, "function %u stands in a table, and no call was found to mean it", gid);
}

bool called_is_doubtful(const struct analysis *a, const struct evaluate_frame *frame) {
  for (const struct evaluate_frame *f = frame; f; f = f->up)
    if (a->called[f->gid] == CALLED_BY_NOBODY) return true;
  return false;
}
