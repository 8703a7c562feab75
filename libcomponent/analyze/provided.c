// Which imports these are, told by the interface's name in the component that imports it and by where the link view leads.

#include "provided.h"

#include "sinks.h"

#include <component/limits.h>
#include <component/semver.h>

// The item behind an index, exports that introduce it again followed.
static const struct cm_item *behind_exports(const struct cm_scope *scope, enum cm_sort sort, uint32_t index) {
  const struct cm_item *item = cm_def_of(scope, sort, index);
  for (unsigned hops = 0; item && item->kind == CM_ITEM_EXPORT && hops < CM_LIMIT_NESTING; hops++)
    item = cm_def_of(scope, sort, item->export.what.index);
  return item;
}

bool provided_names(const struct cm_scope *scope, uint32_t func, struct cm_str *interface, struct cm_str *function) {
  const struct cm_item *item = behind_exports(scope, CM_SORT_FUNC, func);
  if (!item || item->kind != CM_ITEM_ALIAS || item->alias.kind != CM_ALIAS_EXPORT) return false;
  const struct cm_item *instance = behind_exports(scope, CM_SORT_INSTANCE, item->alias.instance);
  if (!instance) return false;
  *function = item->alias.name;
  if (instance->kind == CM_ITEM_ALIAS && instance->alias.kind == CM_ALIAS_EXPORT) {
    *interface = instance->alias.name;
  } else if (instance->kind == CM_ITEM_IMPORT) {
    const struct cm_name *name = &instance->import.name;
    *interface = name->has_implements ? name->implements : name->name;
  } else {
    return false;
  }
  return true;
}

bool provided_is(const struct cm_graph *graph, const struct cm_core_target *target) {
  if (target->kind != CM_TARGET_LOWERED || !target->origin || target->origin->kind != CM_ORIGIN_LIFTED) return false;
  if (target->component >= graph->component_count || target->component == target->origin->component) return false;
  struct cm_str interface, function;
  const struct cm_scope *scope = &graph->components[target->component].component->scope;
  if (!provided_names(scope, target->canon->func, &interface, &function)) return false;
  interface = cm_name_base(interface);
  for (size_t i = 0; i < cm_sink_count; i++)
    if (cm_str_is(interface, cm_sinks[i].interface) && cm_str_is(function, cm_sinks[i].function)) return true;
  return false;
}

static struct provided *add_provided(struct program *program, uint32_t component, bool is_environment) {
  struct provided *p = &program->provided[program->provided_count];
  *p = (struct provided){.component = component, .is_environment = is_environment};
  p->source = cm_alloc_format(program->arena, "\x01%u", (unsigned)program->provided_count);
  if (!p->source.at) return NULL;
  program->provided_count++;
  if (is_environment) program->environment_of[component] = (uint32_t)program->provided_count;
  return p;
}

static bool is_environment_slot(struct program *program, uint32_t gid) {
  struct slot slot;
  slot_read(program, gid, &slot);
  return slot.sink_count && slot.sinks[0].row->kind == CM_NEED_ENV;
}

// What each slot belongs to: all functions of one component that give the environment are one to whoever looks a name up there.
static bool group(struct program *program, const uint32_t *slots, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct cm_core_target target;
    program_callee(program, program->instance_of[slots[i]], program_func(program, slots[i]), &target);
    if (!provided_is(program->graph, &target)) continue;
    bool is_environment = is_environment_slot(program, slots[i]);
    uint32_t known = is_environment ? program->environment_of[target.component] : 0;
    struct provided *p = known ? &program->provided[known - 1] : add_provided(program, target.component, is_environment);
    if (!p) return false;
    program->provided_of[slots[i]] = (uint32_t)(p - program->provided) + 1;
    p->slot_count++;
  }
  return true;
}

bool provided_list(struct program *program, const uint32_t *slots, size_t count) {
  program->provided_of = cm_alloc_array(program->arena, program->func_count, sizeof *program->provided_of);
  program->provided = cm_alloc_array(program->arena, count, sizeof *program->provided);
  program->environment_of = cm_alloc_array(program->arena, program->graph->component_count, sizeof *program->environment_of);
  uint32_t *of = cm_alloc_array(program->arena, count, sizeof *of);
  if (!program->provided_of || !program->provided || !program->environment_of || !of || !group(program, slots, count)) return false;
  for (size_t i = 0; i < count; i++) {
    of[i] = program->provided_of[slots[i]];
    uint32_t environment = program->environment_of[program->instances[program->instance_of[slots[i]]].node->component];
    if (of[i] || !environment || !is_environment_slot(program, slots[i])) continue;
    of[i] = environment;  // the outside's
    program->provided[environment - 1].slot_count++;
  }
  for (size_t k = 0; k < program->provided_count; k++) {
    struct provided *p = &program->provided[k];
    p->slots = cm_alloc_array(program->arena, p->slot_count, sizeof *p->slots);
    if (!p->slots) return false;
    p->slot_count = 0;
  }
  for (size_t i = 0; i < count; i++) {
    struct provided *p = of[i] ? &program->provided[of[i] - 1] : NULL;
    if (p) p->slots[p->slot_count++] = slots[i];
  }
  return true;
}

const struct provided *provided_environment(const struct program *program, uint32_t instance) {
  uint32_t of = program->provided_count ? program->environment_of[program->instances[instance].node->component] : 0;
  return of ? &program->provided[of - 1] : NULL;
}

bool provided_any_environment(const struct program *program) {
  for (size_t i = 0; i < program->provided_count; i++)
    if (program->provided[i].is_environment) return true;
  return false;
}

const struct provided *provided_of_source(const struct program *program, struct cm_str source) {
  size_t number = 0;
  if (!program->provided_count || !source.size || source.at[0] != 1) return NULL;
  for (size_t i = 1; i < source.size && number < program->provided_count; i++) number = number * 10 + (size_t)(source.at[i] - '0');
  bool same = number < program->provided_count && cm_str_equal(program->provided[number].source, source);
  return same ? &program->provided[number] : NULL;
}
