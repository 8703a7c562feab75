// Where a thread of the program's own may be left for others (asyncify.h): they have run when it goes on.
//
// Others may write to static variables, to what these lead to, and to what code has that was not executed; so all of it is forgotten, be it in
// blocks or in frames, by whatever chain of pointers they come there. What only this thread has stays as it is. It is the same
// where a thread ends, or is begun: what runs then does so at another time, too.

#include "activation.h"
#include "asyncify.h"
#include "watch.h"

enum { PAUSE_AREAS = 256 };

struct reached {
  struct area {
    uint64_t from, to;
  } areas[PAUSE_AREAS];
  size_t count;
  bool too_many;
};

static void reach(struct activation *a, struct reached *r, struct value v) {
  if (v.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[v.tree];
    reach(a, r, n.first);
    reach(a, r, n.second);
  }
  uint64_t from = v.bits, to = v.kind == VALUE_CONST ? activation_end_of_object(a, &from) : 0;
  if (!to) return;
  for (size_t i = 0; i < r->count; i++)
    if (r->areas[i].from <= from && to <= r->areas[i].to) return;
  r->too_many |= r->count == PAUSE_AREAS;
  if (!r->too_many) r->areas[r->count++] = (struct area){from, to};
}

static void reach_words(struct activation *a, struct reached *r, uint64_t from, uint64_t to) {
  from = (from + 3) & ~UINT64_C(3);
  for (uint64_t at = from; !r->too_many && (at = world_next_known(&a->now.world, at, to)) < to; at += 4)
    reach(a, r, world_load(&a->evaluation->worlds, &a->now.world, at, 4));
}

void activation_pause(struct activation *a) {
  struct evaluation *e = a->evaluation;
  struct reached r;
  r.count = 0, r.too_many = false;
  for (size_t i = 0; i < e->static_count; i++) reach_words(a, &r, e->statics[i].from, e->statics[i].to);
  for (size_t i = 0; i < e->escaped_count; i++) reach(a, &r, value_const(e->escaped[i]));
  for (size_t i = 0; i < e->values.lost.count; i++) reach(a, &r, value_const(e->values.lost.at[i]));
  for (size_t i = 0; i < r.count; i++) reach_words(a, &r, r.areas[i].from, r.areas[i].to);
  for (size_t i = 0; i < r.count; i++) {
    watch_hand_over_area(a, r.areas[i].from, r.areas[i].to);
    world_forget(&e->worlds, &a->now.world, r.areas[i].from, r.areas[i].to);
  }
  if (r.too_many) a->stopped = true;
  e->passed_over++;
  activation_doubt_all(a);
}

bool activation_may_pause(const struct activation *a, uint32_t callee) {
  const struct program *program = a->evaluation->program;
  const struct asyncified *asyncified = program->instances[a->frame.instance].asyncified;
  if (!asyncified) return false;
  return callee == NO_FUNC ||
         (program->instance_of[callee] == a->frame.instance && asyncified->pauses[program_func(program, callee)]);
}
