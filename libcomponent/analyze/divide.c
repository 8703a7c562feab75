// Which conditions are taken for what, and what comes of it.

#include "divide.h"

#include "analysis.h"

#include <string.h>

enum { LEAVES = 1 << VALUE_FORCES, SHARE = 8 };  // what may be spent, of the steps that are left

// The evaluations that settle it together.
struct division {
  struct analysis *analysis;
  struct evaluate_owner *owner;
  uint32_t gid;
  struct evaluate_cost *costs;  // what was too much for both ways may be worth it for one
  struct value_forces leaves[LEAVES];
  size_t leaf_count;
  uint64_t steps_kept;
};

// Evaluates the function once. *open: something is not known. False: memory is exhausted.
static bool evaluate_way(struct division *d, struct value_forces *forces, bool *open) {
  struct analysis *a = d->analysis;
  struct listing listing = {0};
  size_t before = a->pending_count;
  bool exhausted = false;
  *open = true;
  if (a->steps <= d->steps_kept) return true;
  cm_arena_free(&a->scratch);
  memset(d->costs, 0, a->program.func_count * sizeof *d->costs);
  a->listing = &listing;
  a->pending_from = before;
  d->owner->forces = forces;
  bool ok = evaluate_function(&a->program, d->owner, d->gid, d->costs, &a->pool.allocator, &a->steps, &exhausted);
  d->owner->forces = NULL;
  analysis_tell_held(a, false);
  *open = exhausted || a->pending_count > before || listing.replaced || environment_is_open(a, &listing);
  if (!*open) environment_tell_names(a, &listing);
  a->pending_count = before;
  return ok;
}

static bool divide_by(struct division *d, const struct value_forces *forces, bool *settled);

static bool take_way(struct division *d, const struct value_forces *forces, uint32_t number, bool outcome, bool *settled) {
  struct value_forces way = *forces;
  bool open;
  way.list[way.count++] = (struct value_force){number, outcome};
  if (!evaluate_way(d, &way, &open)) return false;
  *settled = !open;
  if (!open) d->leaves[d->leaf_count++] = way;
  return !open || way.count == VALUE_FORCES || divide_by(d, &way, settled);
}

// Tries the conditions that were seen to choose when those were taken for something.
static bool divide_by(struct division *d, const struct value_forces *forces, bool *settled) {
  *settled = false;
  for (size_t i = 0; i < forces->chooser_count && !*settled; i++) {
    size_t before = d->leaf_count;
    if (!take_way(d, forces, forces->choosers[i], true, settled)) return false;
    if (*settled && !take_way(d, forces, forces->choosers[i], false, settled)) return false;
    if (!*settled) d->leaf_count = before;
  }
  return true;
}

bool divide(struct analysis *a, struct evaluate_owner *owner, uint32_t gid, const struct value_forces *forces, bool *settled) {
  struct division d = {.analysis = a, .owner = owner, .gid = gid, .steps_kept = a->steps - a->steps / SHARE};
  d.costs = cm_alloc_array(&a->ahead, a->program.func_count, sizeof *d.costs);
  *settled = false;
  if (!d.costs) return false;
  a->findings.is_muted = a->is_divided = true;
  bool ok = divide_by(&d, forces, settled), open = false;
  a->findings.is_muted = false;
  for (size_t i = 0; i < d.leaf_count && *settled && ok; i++) {
    ok = evaluate_way(&d, &d.leaves[i], &open);
    *settled &= !open;
  }
  a->is_divided = false;
  analysis_trace(a, "function %u evaluated way by way, which %s all, %llu steps left", gid, *settled ? "tells" : "does not tell",
                 (unsigned long long)a->steps);
  return ok;
}
