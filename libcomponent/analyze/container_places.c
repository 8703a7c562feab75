// What lookups find where they are called.
//
// A lookup may be given the environment's container at one call, and another one at the next, which may be the same place of the program: so calls are
// tried that were given different things, and it is noted with which names they were made.

#include "container_stage.h"

#include <string.h>

enum { CALLS_OF_PLACE = 8 };

// Is nothing but the name another one?
static bool is_same_call(const struct remembered_call *call, const union core_value *arguments, uint32_t count, uint32_t name) {
  for (uint32_t i = 0; i < count; i++)
    if (i != name && i != name + 1 && call->arguments[i].u32 != arguments[i].u32) return false;
  return true;
}

// The name is asked for at that call of the place.
static void add_name(struct stage *s, size_t place, struct cm_str text) {
  for (size_t i = 0; i < s->place_name_count; i++)
    if (s->place_names[i].place == place && cm_str_equal(s->place_names[i].text, text)) return;
  char *kept = cm_alloc_text(s->arena, text.at, text.size);
  if (kept && cm_grow(s->arena, &s->place_names, &s->place_name_room, s->place_name_count, sizeof *s->place_names))
    s->place_names[s->place_name_count++] = (struct place_name){place, {kept, text.size}};
  else
    s->failed = true;
}

bool stage_remember_place(struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t caller, uint64_t offset,
                          struct cm_str text) {
  const struct core_type *type =
      core_func_type(s->program->instances[s->program->instance_of[gid]].module, program_func(s->program, gid));
  unsigned before = 0;
  uint32_t name = s->part_arguments[gid];
  uint64_t given = stage_digest_given(s, gid, arguments, type->param_count, 1U << name);
  for (size_t i = 0; i < s->place_count; i++) {
    const struct place_called *p = &s->places[i];
    if (p->caller != caller || p->offset != offset || p->is_made != s->is_made) continue;
    if (p->given == given && is_same_call(&p->call, arguments, type->param_count, name)) {
      add_name(s, i, text);
      return true;
    }
    before++;
  }
  if (before == CALLS_OF_PLACE || s->arena->total > STAGE_MEMORY || s->place_count == STAGE_PLACES) {
    struct container_call *call = before ? stage_note_call(s, caller, offset) : NULL;
    if (call) call->untried = true;
    return false;
  }
  struct place_called *place = &s->places[s->place_count];
  *place = (struct place_called){.caller = caller, .offset = offset, .call = {.gid = gid}, .is_made = s->is_made, .given = given};
  memcpy(place->call.arguments, arguments, type->param_count * sizeof *arguments);
  place->call.moment = laboratory_remember(s->lab, s->arena);
  s->failed |= !place->call.moment;
  if (s->failed) return false;
  add_name(s, s->place_count++, text);
  return true;
}

static void test_place(struct stage *s, struct place_called *place) {
  struct container_call *call = stage_note_call(s, place->caller, place->offset);
  if (!call || (place->is_made && call->own_way)) return;
  if (!place->is_made && !call->own_way) call->finds = call->elsewhere = call->astray = call->takes = call->leaves = false;
  call->own_way |= !place->is_made;
  place->found = stage_finds(s, &place->call, place->is_made);
  call->callee = place->call.gid;
  call->finds |= place->found == FOUND_NAMES;
  call->elsewhere |= place->found == FOUND_NOTHING;
  call->astray |= place->found == FOUND_ASTRAY;
  place->takes = place->found == FOUND_NAMES && stage_takes(s, &place->call);
  *(place->takes ? &call->takes : &call->leaves) |= place->found == FOUND_NAMES;
}

// The program's own way tells what lookups find; another one only where there is no call on that.
void stage_test_places(struct stage *s) {
  for (; s->tested_count < s->place_count && !s->failed; s->tested_count++) test_place(s, &s->places[s->tested_count]);
  for (; s->told_count < s->place_name_count && !s->failed; s->told_count++) {
    const struct place_name *name = &s->place_names[s->told_count];
    const struct place_called *place = &s->places[name->place];
    size_t variable = place->takes ? stage_asked(s, name->text) : 0;
    if (variable) s->taken[variable] = 1;
    if (place->found == FOUND_NOTHING)
      stage_note_elsewhere(s, name->text, place->caller, place->offset);
    else if (place->found != FOUND_UNTRIED && !place->is_made)
      stage_note_key(s, name->text, place->caller, place->call.gid, place->offset);
  }
}

void stage_look(struct stage *s, uint32_t callee, uint32_t caller, uint64_t offset, uint32_t variable) {
  bool known = s->knows_copies && !s->is_made && variable >= s->foreign_count && stage_has_copy(s, variable);
  if (known) s->looking = (struct looking){s->depth, variable, caller, callee, offset, false};
}

void stage_look_end(struct stage *s) {
  struct looking k = s->looking;
  struct cm_str text = {s->variables[k.variable].name, strlen(s->variables[k.variable].name)};
  s->looking.depth = 0;
  if (k.met)
    stage_note_met(s, text, k.caller, k.callee, k.offset);
  else
    stage_note_sought(s, text, k.caller, k.offset);
}
