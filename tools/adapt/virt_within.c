// Adapters put within the app rather than in front of it, where that can be: so what the app imports is described but once.
//
// That is for those that the app alone has to do with. What other adapters ask of them, or stand in front of, is composed.

#include <component/types.h>

#include "cmd/deliver.h"
#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

static struct cm_str name_of(const struct cm_item *item) {
  if (item->kind == CM_ITEM_IMPORT) return item->import.name.name;
  return item->kind == CM_ITEM_EXPORT ? item->export.name.name : (struct cm_str){0};
}

// Whether an adapter in front imports or exports what this one exports, or exports what this one imports, or there is a wire between it and another.
// Those behind have to do with it as with the app.
static bool is_shared(const struct tw_compose *c, size_t part) {
  const struct cm_scope *own = &c->parts[part].component->scope;
  for (size_t w = 0; w < c->wire_count; w++)
    if (c->wires[w].to == part || c->wires[w].from == part) return true;
  for (size_t p = 1; p < part; p++) {
    const struct cm_scope *other = &c->parts[p].component->scope;
    for (uint32_t i = 0; i < other->item_count; i++)
      if (name_of(other->items[i]).size && cm_scope_export(own, name_of(other->items[i]))) return true;
    for (uint32_t i = 0; i < own->item_count; i++)
      if (own->items[i]->kind == CM_ITEM_IMPORT && cm_scope_export(other, own->items[i]->import.name.name)) return true;
  }
  return false;
}

// `name` has `wanted`, a line and a number from 2 to `most`: that number; 1: it has `wanted` alone; 0: neither.
static uint32_t number_of(struct cm_str name, struct cm_str wanted, uint32_t most) {
  if (cm_str_equal(name, wanted)) return 1;
  if (!cm_str_starts(name, wanted) || name.size < wanted.size + 2 || name.at[wanted.size] != '-') return 0;
  uint64_t number = 0;
  for (size_t i = wanted.size + 1; i < name.size; i++) {
    bool digit = name.at[i] >= '0' && name.at[i] <= '9' && (number || name.at[i] != '0');
    if (!digit || (number = number * 10 + (uint64_t)(name.at[i] - '0')) > most) return 0;
  }
  return number > 1 ? (uint32_t)number : 0;
}

// What the instance of an adapter is called within the app: as no other is. Of as many numbers as there are instances, and one more, one is free.
static bool find_name(struct cm_arena *arena, const struct cm_component *app, struct cm_str *name, struct cm_diag *diag) {
  struct cm_str *names, wanted = *name;
  if (!cm_names_read(arena, app, CM_SORT_INSTANCE, &names, diag)) return false;
  uint32_t count = app->scope.spaces[CM_SORT_INSTANCE].count, number = 1;
  bool *taken = cm_alloc_array(arena, (size_t)count + 2, sizeof *taken);
  if (!taken) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < count; i++) taken[number_of(names[i], wanted, count + 1)] = true;
  while (taken[number]) number++;
  if (number > 1) *name = cm_alloc_format(arena, "%.*s-%u", CM_STR_ARG(wanted), number);
  return name->at || cm_fail_memory(diag);
}

// Nobody has a wire to it: such a part is shared.
static void remove_part(struct tw_compose *c, size_t part) {
  c->part_count--;
  for (size_t w = 0; w < c->wire_count; w++) {
    c->wires[w].to -= c->wires[w].to > part;
    c->wires[w].from -= c->wires[w].from > part;
  }
  c->request.cover -= c->request.cover > part + 1;
  for (size_t p = part; p < c->part_count; p++) {
    c->parts[p] = c->parts[p + 1];
    c->paths[p] = c->paths[p + 1];
  }
}

int tw_virt_within(struct tw_virt *virt, struct cm_component **out) {
  struct tw_compose *c = &virt->compose;
  struct cm_diag diag = {0};
  *out = NULL;
  for (size_t p = 1; p < c->part_count;) {
    struct cm_component *built = NULL, *kept;
    struct cm_str name = c->parts[p].name;
    bool ok = is_shared(c, p) || (find_name(&c->arena, c->parts[0].component, &name, &diag) &&
                                  cm_plug_within(&c->arena, c->parts[0].component, c->parts[p].component, name, &built, &diag));
    if (!ok) return tw_subject_fault(&diag);
    if (!built) {
      p++;
      continue;
    }
    remove_part(c, p);
    *out = c->part_count == 1 ? built : NULL;
    if (c->part_count == 1) break;
    if (!tw_deliver_kept(&c->arena, built, &kept, &diag)) return tw_subject_fault(&diag);
    c->parts[0].component = kept;
  }
  return TW_DONE;
}
