// Lookups that were inlined, within the evaluator.
//
// Such a piece of the body is not executed but taken for a call that asks for a name. What it sets is unknown behind it, unless it leads
// to the list, and it goes on wherever the piece may go on to.

#include "inlined.h"
#include "watch.h"

static struct value place_value(struct activation *a, const struct inlined_place *place) {
  struct value base = value_const(0);
  if (place->local != INLINED_NO_LOCAL) base = place->local < a->local_count ? a->now.locals[place->local] : value_unknown();
  if (place->is_loaded) return activation_load(a, base, place->offset, 4);
  return fold_binary(activation_values(a), CORE_OP_I32_ADD, base, value_const(place->offset));
}

static struct value rest_value(struct activation *a, enum inlined_rest rest) {
  if (rest == INLINED_NOTHING || !watch_is_on(a)) return value_fresh(activation_values(a));
  return rest == INLINED_LIST ? watch_list(a) : watch_entry(a);
}

static void forget_at(struct activation *a, struct value base, const struct inlined_write *write) {
  if (base.kind == VALUE_CONST) {
    uint64_t at = base.bits + write->offset;
    world_forget(&a->evaluation->worlds, &a->now.world, at, at + write->size);
    if (write->rest) world_store(&a->evaluation->worlds, &a->now.world, at, write->size, rest_value(a, write->rest));
  } else if (base.kind == VALUE_TREE) {
    struct value_node n = activation_values(a)->nodes[base.tree];
    forget_at(a, n.first, write);
    forget_at(a, n.second, write);
  }
}

static void forget_sets(struct activation *a, const struct inlined *p) {
  for (size_t i = 0; i < p->write_count; i++) {
    uint32_t local = p->writes[i].local;
    forget_at(a, local < a->local_count ? a->now.locals[local] : value_const(0), &p->writes[i]);
  }
  for (uint32_t i = 0; i < a->local_count && i < INLINED_LOCALS; i++)
    if (p->sets[i / 64] >> i % 64 & 1) a->now.locals[i] = rest_value(a, (enum inlined_rest)p->rests[i]);
}

// One way goes to label `label`, outwards from here.
static void leave_to(struct activation *a, uint32_t label) {
  struct state taken;
  if (label >= a->depth) {
    a->stopped = true;
    return;
  }
  struct control *c = &a->controls[a->depth - 1 - label];
  if (!activation_fork(a, &a->now, &taken)) return;
  uint32_t count = c->kind == CONTROL_LOOP ? c->param_count : c->result_count;
  for (uint32_t i = 0; i < count; i++) activation_push(a, value_fresh(activation_values(a)));
  activation_arrive(a, c, &taken);
  a->height -= count < a->height ? count : a->height;
}

static void pass_over(struct activation *a, const struct inlined *p) {
  struct evaluation *e = a->evaluation;
  struct value *name = cm_alloc_array(&e->scratch, 2, sizeof *name);
  if (!name) {
    a->stopped = true;
    return;
  }
  name[0] = place_value(a, &p->name);
  name[1] = p->has_length ? place_value(a, &p->length) : value_unknown();
  struct evaluate_call call = {.frame = &a->frame, .callee = NO_FUNC, .arguments = name, .argument_count = 2};
  e->world = &a->now.world;
  e->beyond = a->now.beyond;
  e->owner->asked(e->owner->context, e, &call, p);
  forget_sets(a, p);
  if (p->stores) activation_doubt_all(a);
  for (uint32_t label = 0; p->exits >> label && label < 64; label++)
    if (p->exits >> label & 1) leave_to(a, label);
  a->code.reader.at = p->to;
  a->now.live = p->falls_through;
  if (p->falls_through && p->leaves_result) activation_push(a, value_fresh(activation_values(a)));
}

bool activation_inlined(struct activation *a, const struct core_instr *instr) {
  const struct inlined_list *list = a->evaluation->owner->inlined;
  uint64_t at = (uint64_t)(instr->at - a->module->file);
  for (size_t i = 0; i < list->count; i++) {
    const struct inlined *p = &list->at[i];
    if (p->from != at || p->gid != a->frame.gid) continue;
    a->frame.call_offset = at;
    pass_over(a, p);
    return true;
  }
  return false;
}
