// A flow graph of the body: its nodes are stretches of straight code, its edges are noted by where they lead to. From the stretches in
// which something is of interest the edges are followed back. A call is vain that stands behind all that is of interest in its stretch,
// where no stretch that comes next leads to anything.

#include "ahead.h"

struct stretch {
  bool asks;         // something in it is of interest
  bool leads;        // something behind it is
  uint64_t last;     // offset of the last call in it that is of interest
  uint32_t entered;  // edges that lead here, + 1
};

struct edge {
  uint32_t from, next;  // stretch; the next edge that leads to the same, + 1
};

struct call {
  uint64_t offset;
  uint32_t stretch;
};

struct control {
  bool is_loop, is_if;
  uint32_t start, end;  // stretches: of a loop, where it begins, of an `if`, its else; what comes behind
};

struct reading {
  struct program *program;
  struct cm_arena *arena;
  const struct core_module *module;
  const uint8_t *leads;
  uint32_t instance, now;
  struct stretch *stretches;
  size_t stretch_count, stretch_room;
  struct edge *edges;
  size_t edge_count, edge_room;
  struct call *calls;
  size_t call_count, call_room;
  struct control *controls;
  size_t depth, control_room;
  bool failed, not_understood;
};

static uint32_t new_stretch(struct reading *r) {
  if (!cm_grow(r->arena, &r->stretches, &r->stretch_room, r->stretch_count, sizeof *r->stretches)) {
    r->failed = true;
    return 0;
  }
  r->stretches[r->stretch_count] = (struct stretch){0};
  return (uint32_t)r->stretch_count++;
}

static void add_edge(struct reading *r, uint32_t from, uint32_t to) {
  if (r->failed || !cm_grow(r->arena, &r->edges, &r->edge_room, r->edge_count, sizeof *r->edges)) {
    r->failed = true;
    return;
  }
  r->edges[r->edge_count++] = (struct edge){from, r->stretches[to].entered};
  r->stretches[to].entered = (uint32_t)r->edge_count;
}

static void go_to(struct reading *r, uint32_t label) {
  if (label >= r->depth) {
    r->not_understood = true;
    return;
  }
  const struct control *c = &r->controls[r->depth - 1 - label];
  add_edge(r, r->now, c->is_loop ? c->start : c->end);
}

static void begin_block(struct reading *r, enum core_op op) {
  if (!cm_grow(r->arena, &r->controls, &r->control_room, r->depth, sizeof *r->controls)) {
    r->failed = true;
    return;
  }
  struct control c = {.is_loop = op == CORE_OP_LOOP, .is_if = op == CORE_OP_IF, .end = new_stretch(r)};
  if (c.is_loop || c.is_if) c.start = new_stretch(r);
  r->controls[r->depth++] = c;
  uint32_t inside = c.is_if ? new_stretch(r) : c.start;
  if (c.is_if) add_edge(r, r->now, c.start);
  if (c.is_loop || c.is_if) add_edge(r, r->now, inside), r->now = inside;
}

static void begin_else(struct reading *r) {
  struct control *c = r->depth ? &r->controls[r->depth - 1] : NULL;
  if (!c || !c->is_if) {
    r->not_understood = true;
    return;
  }
  add_edge(r, r->now, c->end);
  r->now = c->start;
  c->is_if = false;
}

static void end_block(struct reading *r) {
  if (!r->depth) return;
  const struct control c = r->controls[--r->depth];
  add_edge(r, r->now, c.end);
  if (c.is_if) add_edge(r, c.start, c.end);
  r->now = c.end;
}

static void branch(struct reading *r, const struct core_instr *i) {
  uint32_t label, before = r->now;
  if (i->op == CORE_OP_BR_TABLE) {
    struct cm_span labels = i->br_table.labels;
    for (uint64_t n = 0; n <= i->br_table.count && core_next_label(&labels, &label); n++) go_to(r, label);
  } else if (i->op == CORE_OP_BR || i->op == CORE_OP_BR_IF) {
    go_to(r, i->index);
  }
  r->now = new_stretch(r);
  if (i->op == CORE_OP_BR_IF) add_edge(r, before, r->now);
}

// Is the call of interest, by what it can mean?
static bool is_asking(struct reading *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_CALL:
    case CORE_OP_RETURN_CALL: {
      if (i->index >= r->module->func_count) return true;
      uint32_t callee = program_callee(r->program, r->instance, i->index, NULL);
      return r->leads[callee != NO_FUNC ? callee : program_gid(r->program, r->instance, i->index)];
    }
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_INDIRECT: {
      if (i->pair.a >= r->module->type_count) return true;
      const struct program_kind *kind = program_kind_of(r->program, r->instance, i->pair.a, i->pair.b);
      for (uint32_t t = 0; kind && t < kind->target_count; t++)
        if (r->leads[kind->targets[t]]) return true;
      return false;
    }
    default: return true;
  }
}

static void see_call(struct reading *r, const struct core_instr *i) {
  uint64_t offset = (uint64_t)(i->at - r->module->file);
  if (is_asking(r, i)) {
    r->stretches[r->now].asks = true;
    r->stretches[r->now].last = offset;
  } else if (cm_grow(r->arena, &r->calls, &r->call_room, r->call_count, sizeof *r->calls)) {
    r->calls[r->call_count++] = (struct call){offset, r->now};
  } else {
    r->failed = true;
  }
}

static void step(struct reading *r, const struct core_instr *i) {
  switch (i->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF: begin_block(r, i->op); return;
    case CORE_OP_ELSE: begin_else(r); return;
    case CORE_OP_END: end_block(r); return;
    case CORE_OP_BR:
    case CORE_OP_BR_IF:
    case CORE_OP_BR_TABLE:
    case CORE_OP_RETURN:
    case CORE_OP_UNREACHABLE: branch(r, i); return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_CALL_REF: see_call(r, i); return;
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL_REF:
      see_call(r, i);
      if (!r->failed) branch(r, i);
      return;
    case CORE_OP_TRY:
    case CORE_OP_TRY_TABLE:
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL:
    case CORE_OP_DELEGATE:
    case CORE_OP_THROW:
    case CORE_OP_THROW_REF:
    case CORE_OP_RETHROW:
    case CORE_OP_BR_ON_NULL:
    case CORE_OP_BR_ON_NON_NULL:
    case CORE_OP_BR_ON_CAST:
    case CORE_OP_BR_ON_CAST_FAIL: r->not_understood = true; return;
    default: return;
  }
}

// Follows the edges back from what is of interest.
static void follow_back(struct reading *r) {
  uint32_t *waiting = cm_alloc_array(r->arena, r->stretch_count, sizeof *waiting);
  size_t count = 0;
  if (!waiting) {
    r->failed = true;
    return;
  }
  for (uint32_t s = 0; s < r->stretch_count; s++)
    if (r->stretches[s].asks) waiting[count++] = s;
  while (count) {
    uint32_t s = waiting[--count];
    for (uint32_t e = r->stretches[s].entered; e; e = r->edges[e - 1].next) {
      struct stretch *from = &r->stretches[r->edges[e - 1].from];
      if (from->leads) continue;
      from->leads = true;
      if (!from->asks) waiting[count++] = r->edges[e - 1].from;
    }
  }
}

bool ahead_read(struct program *program, struct cm_arena *arena, uint32_t gid, const uint8_t *leads, struct ahead *out) {
  struct reading r = {.program = program, .arena = arena, .leads = leads, .instance = program->instance_of[gid]};
  r.module = program->instances[r.instance].module;
  uint32_t func = program_func(program, gid);
  struct cm_span body = r.module->funcs[func].body;
  struct core_code code;
  *out = (struct ahead){0};
  if (!core_code_begin(&code, NULL, r.module, func, NULL, NULL, NULL)) return true;
  r.now = new_stretch(&r);
  for (struct core_instr i; !r.failed && !r.not_understood && code_next(&code, &i);) step(&r, &i);
  if (r.failed) return false;
  if (r.not_understood || !r.call_count) return true;
  follow_back(&r);
  uint8_t *vain = cm_alloc_array(arena, body.size / 8 + 1, 1);
  if (r.failed || !vain) return false;
  *out = (struct ahead){(uint64_t)(body.at - r.module->file), body.size, vain};
  for (size_t c = 0; c < r.call_count; c++) {
    const struct stretch *s = &r.stretches[r.calls[c].stretch];
    uint64_t bit = r.calls[c].offset - out->from;
    if (!s->leads && (!s->asks || r.calls[c].offset > s->last) && bit < body.size) vain[bit / 8] |= (uint8_t)(1 << bit % 8);
  }
  return true;
}
