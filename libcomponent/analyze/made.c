// Who makes objects, and the account of how that went.

#include "made.h"

#include "analysis.h"

enum { OBJECT_MOST = 512 };

// A function without a result whose first parameter is written to may be given the place of its result there, or write to its object.
static uint32_t guess_own(struct analysis *a, uint32_t gid) {
  uint32_t instance = a->program.instance_of[gid];
  const struct core_type *type = core_func_type(a->program.instances[instance].module, program_func(&a->program, gid));
  if (!type || type->param_count < 2 || type->result_count) return 0;
  return usage_of(&a->usage, instance, gid, 0, NULL) & USAGE_WRITTEN &&
         !(usage_of(&a->usage, instance, gid, 1, NULL) & USAGE_WRITTEN);
}

struct climbing {
  uint32_t above[16];
  size_t count;
};

static void see_above(void *context, uint32_t caller, bool indirect) {
  struct climbing *c = context;
  for (size_t i = 0; i < c->count; i++) indirect |= c->above[i] == caller;
  if (!indirect && c->count < sizeof c->above / sizeof *c->above) c->above[c->count++] = caller;
}

// Does `outer` call the other one, be it by way of a few others?
static bool wraps(struct analysis *a, uint32_t outer, uint32_t inner) {
  struct climbing c = {.above = {inner}, .count = 1};
  for (size_t i = 0; i < c.count; i++) {
    if (c.above[i] == outer) return true;
    program_callers(&a->program, c.above[i], NULL, see_above, &c);
  }
  return false;
}

// Is the other method like that one: does it call it, or is called by it, or has its key from an object, too?
static bool is_like(struct analysis *a, uint32_t other, uint32_t gid) {
  return a->unknown_first[other] || wraps(a, other, gid) || wraps(a, gid, other);
}

// The other methods of the table. False: of one it is not known which parameter is the object.
static bool add_others(struct analysis *a, struct made_method *m) {
  uint32_t methods[MADE_METHODS], count;
  if (!vtable_methods(&a->vtables, a->program.instance_of[m->gid], m->table, methods, MADE_METHODS, &count)) return false;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t own = vtable_own_parameter(&a->vtables, methods[i], VTABLE_HEAD + 4 * i), guess = guess_own(a, methods[i]);
    bool same = methods[i] == m->gid;
    if (same) m->own = own < VTABLE_NONE ? own : guess;
    if (same || own == VTABLE_NONE) continue;
    if (own == VTABLE_ANY && guess && !is_like(a, methods[i], m->gid)) return false;
    m->others[m->other_count++] = (struct made_other){methods[i], own == VTABLE_ANY ? guess : own};
  }
  return true;
}

static bool add_table(struct analysis *a, uint32_t gid, uint32_t table) {
  uint32_t instance = a->program.instance_of[gid];
  struct made_method m = {.table = table, .gid = gid};
  m.size = vtable_object_size(&a->vtables, instance, table);
  if (m.size > OBJECT_MOST || !add_others(a, &m) ||
      !vtable_holders(&a->vtables, instance, table, m.holders, MADE_HOLDERS, &m.holder_count) || !m.holder_count)
    return false;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < m.holder_count; i++) {
    enum vtable_use use = vtable_use_of(&a->vtables, m.holders[i], table);
    if (use == VTABLE_USED_ANYHOW) return false;
    if (use == VTABLE_PUT) m.holders[kept++] = m.holders[i];
  }
  m.holder_count = kept;
  if (!cm_grow(a->arena, &a->made.list, &a->made.room, a->made.count, sizeof m)) {
    a->failed = true;
    return false;
  }
  a->made.list[a->made.count++] = m;
  return true;
}

bool made_begin(struct analysis *a, uint32_t gid) {
  if (a->made.of[gid]) return a->made.of[gid] == MADE_EVALUATED;
  const struct vtable_method *m = vtable_method_of(&a->vtables, gid);
  size_t first = a->made.count;
  bool all = m->is_method && !m->is_doubtful && m->table_count && first + m->table_count <= MADE_TABLES;
  for (uint32_t i = 0; all && i < m->table_count; i++) all = add_table(a, gid, m->tables[i]);
  if (!all) a->made.count = first;
  a->made.of[gid] = all ? MADE_EVALUATED : MADE_FAILED;
  if (!all) return false;
  a->made.since[gid] = a->wave;
  analysis_trace(a, "function %u is evaluated where its objects are made", gid);
  analysis_open_up(a, gid);
  for (size_t i = first; i < a->made.count; i++)
    for (uint32_t k = 0; k < a->made.list[i].holder_count; k++) {
      a->made.holds[a->made.list[i].holders[k]] = 1;
      analysis_queue(a, a->made.list[i].holders[k]);
    }
  return true;
}

void made_fail(struct analysis *a, uint32_t method) {
  if (!a->made.list[method].failed) analysis_trace(a, "function %u: not all of its objects are known", a->made.list[method].gid);
  a->made.list[method].failed = true;
}

void made_refuse(struct analysis *a, uint32_t gid) {
  for (size_t i = 0; i < a->made.count; i++)
    if (a->made.list[i].gid == gid) made_fail(a, (uint32_t)i);
}

bool made_holds(const struct made_method *m, uint32_t gid) {
  for (uint32_t i = 0; i < m->holder_count; i++)
    if (m->holders[i] == gid) return true;
  return false;
}

void made_met_bound(struct analysis *a, uint32_t gid) {
  for (size_t i = 0; i < a->made.count; i++)
    if (made_holds(&a->made.list[i], gid)) made_fail(a, (uint32_t)i);
}

bool made_next_failed(struct analysis *a, uint32_t *gid) {
  for (size_t i = 0; i < a->made.count; i++) {
    struct made_method *m = &a->made.list[i];
    if (!m->failed || a->made.of[m->gid] == MADE_FAILED) continue;
    a->made.of[m->gid] = MADE_FAILED;
    *gid = m->gid;
    return true;
  }
  return false;
}
