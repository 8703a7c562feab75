// Conditions that an evaluation takes for something, so that a choice between two texts is followed way by way (divide.h).
//
// A condition of which nothing is known is numbered where it decides a selection or a branch, in the function that the evaluation started with and
// in no loop: there it has one outcome in each execution. The numbers are the same in all evaluations up to the first that is taken for something.

#include "activation.h"

// Is what follows executed once?
static bool is_once(const struct activation *a) {
  bool once = !a->frame.up && !a->dispatch;
  for (size_t i = 0; i < a->depth && once; i++) once = a->controls[i].kind != CONTROL_LOOP;
  return once;
}

// Two in one piece of straight code that come from the same local are one.
static uint32_t number_of(struct activation *a, struct value raw, uint64_t source) {
  struct evaluation *e = a->evaluation;
  struct evaluate_met *met = &e->met;
  bool again = source && met->source == source && met->moment == e->values.moment && value_equal(met->raw, raw);
  if (!again) *met = (struct evaluate_met){raw, source, e->values.moment, e->met_count++};
  return met->number;
}

bool activation_meet(struct activation *a, struct value raw, uint64_t source, uint32_t *number, bool *outcome) {
  const struct value_forces *f = a->evaluation->owner->forces;
  bool can_true, can_false;
  *number = UINT32_MAX;
  if (!f || raw.kind == VALUE_CONST || !is_once(a)) return false;
  struct value condition = value_condition(activation_values(a), raw);
  activation_truths(a, condition, &can_true, &can_false);
  if (can_true != can_false) return false;
  *number = number_of(a, raw, source);
  for (size_t i = 0; i < f->count; i++) {
    if (f->list[i].number != *number) continue;
    *outcome = f->list[i].outcome;
    activation_assume(a, &a->now, condition, raw, *outcome);
    return true;
  }
  return false;
}

void activation_note_chooser(struct activation *a, uint32_t number) {
  struct value_forces *f = a->evaluation->owner->forces;
  if (!f || number == UINT32_MAX) return;
  for (size_t i = 0; i < f->chooser_count; i++)
    if (f->choosers[i] == number) return;
  if (f->chooser_count < VALUE_CHOOSERS) f->choosers[f->chooser_count++] = number;
}

void activation_note_met(struct activation *a, const struct control *c, uint64_t before) {
  if (!a->evaluation->owner->forces || activation_values(a)->addresses_met == before) return;
  for (uint32_t i = c->met_before; i < a->evaluation->met_count; i++) activation_note_chooser(a, i);
}
