// Adapters that import nothing, put within the app rather than in front of it: so what the app imports of them is described but once.
//
// That is for those that the app alone has to do with. What other adapters ask of them, or stand in front of, is composed.

#include <component/types.h>

#include "cmd/deliver.h"
#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

// Whether another adapter imports or exports what this one exports.
static bool is_shared(const struct tw_compose *c, size_t part) {
  const struct cm_scope *own = &c->parts[part].component->scope;
  for (size_t p = 1; p < c->part_count; p++) {
    const struct cm_scope *other = &c->parts[p].component->scope;
    for (uint32_t i = 0; p != part && i < other->item_count; i++) {
      const struct cm_item *item = other->items[i];
      bool names = item->kind == CM_ITEM_IMPORT || item->kind == CM_ITEM_EXPORT;
      struct cm_str name = item->kind == CM_ITEM_IMPORT ? item->import.name.name : item->export.name.name;
      if (names && cm_scope_export(own, name)) return true;
    }
  }
  return false;
}

static void remove_part(struct tw_compose *c, size_t part) {
  c->part_count--;
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
    bool ok =
        is_shared(c, p) || cm_plug_within(&c->arena, c->parts[0].component, c->parts[p].component, c->parts[p].name, &built, &diag);
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
