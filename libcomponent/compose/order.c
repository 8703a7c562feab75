// A component of changed and added items, put in order.
//
// Whoever changes a component adds what is new behind what is there, and lets earlier items refer to it. Then each item is placed, with whatever it
// needs placed before it: so the order stays as it was where it can, and what instances do when they start still happens in its turn. What has lost its
// last user goes. Then all indices are counted anew, and written to wherever the items hold one, and the names follow them.
//
// Spec: Explainer.md, "Index Spaces" (definitions refer to earlier ones only); Binary.md, "Name Section".

#include <component/buffer.h>
#include <component/compose.h>
#include <component/limits.h>

#include <string.h>

#include "binary/codes.h"
#include "order.h"
#include "references.h"

struct entry {
  struct cm_item *item;     // its own copy
  size_t first, next, end;  // of its references; `next` is the first that is not known to be placed
  uint32_t user_count;      // how many references to it there are
  bool was_used;            // there were some before
  enum { WAITING, BEING_PLACED, PLACED, LEFT_OUT } state;
};

struct ordering {
  struct cm_arena *arena;
  const struct cm_component *from;
  struct cm_diag *diag;
  struct references references;
  struct entry *entries;
  uint32_t count;
  uint32_t *owners[CM_SORT_COUNT];  // by index: the entry that introduces it
  uint32_t *moved[CM_SORT_COUNT];   // by index: what it becomes; UINT32_MAX: nothing
  uint32_t index_counts[CM_SORT_COUNT];
  uint32_t *sequence;  // entries as they are placed
  const struct order_name *names;
  uint32_t name_count;
};

static bool no_memory(struct ordering *o) { return cm_fail_memory(o->diag); }

// --- what there is ---

static bool count_indices(struct ordering *o, struct cm_item *const *items) {
  enum cm_sort sort = CM_SORT_TYPE;
  for (uint32_t i = 0; i < o->count; i++) {
    uint32_t count = scope_introduces(items[i], &sort);
    if (count > CM_LIMIT_DEFINITIONS - o->index_counts[sort])
      return cm_fail_at_large(o->diag, CM_LIMIT, "more than %d definitions of sort %s", CM_LIMIT_DEFINITIONS, cm_sort_names[sort]);
    o->index_counts[sort] += count;
  }
  for (sort = 0; sort < CM_SORT_COUNT; sort++) {
    o->owners[sort] = cm_alloc_array(o->arena, o->index_counts[sort], sizeof *o->owners[sort]);
    o->moved[sort] = cm_alloc_array(o->arena, o->index_counts[sort], sizeof *o->moved[sort]);
    if (!o->owners[sort] || !o->moved[sort]) return no_memory(o);
    memset(o->moved[sort], 0xff, o->index_counts[sort] * sizeof *o->moved[sort]);
  }
  return true;
}

static struct entry *owner_of(struct ordering *o, size_t reference) {
  struct reference r = o->references.list[reference];
  return *r.at < o->index_counts[r.sort] ? &o->entries[o->owners[r.sort][*r.at]] : NULL;
}

static bool take_items(struct ordering *o, struct cm_item *const *items) {
  uint32_t next[CM_SORT_COUNT] = {0};
  enum cm_sort sort = CM_SORT_TYPE;
  for (uint32_t i = 0; i < o->count; i++) {
    struct entry *e = &o->entries[i];
    e->first = e->next = o->references.count;
    e->item = references_copy(&o->references, items[i]);
    if (!e->item) return no_memory(o);
    e->end = o->references.count;
    for (uint32_t n = scope_introduces(items[i], &sort); n; n--) o->owners[sort][next[sort]++] = i;
  }
  return true;
}

static bool count_users(struct ordering *o) {
  for (size_t r = 0; r < o->references.count; r++) {
    struct entry *user = owner_of(o, r);
    if (!user) return cm_fail_at_large(o->diag, CM_INVALID, "an index that does not exist; validate tells which");
    user->user_count++;
  }
  return true;
}

// Which items others refer to in the component as it was.
static bool note_former_users(struct ordering *o) {
  struct references former = {.arena = o->arena};
  for (uint32_t i = 0; i < o->from->scope.item_count; i++)
    if (!references_copy(&former, o->from->scope.items[i])) return no_memory(o);
  for (size_t r = 0; r < former.count; r++) {
    struct reference at = former.list[r];
    if (*at.at < o->index_counts[at.sort]) o->entries[o->owners[at.sort][*at.at]].was_used = true;
  }
  return true;
}

// --- the order ---

// The first entry that `e` needs and that is not placed; NULL: there is none.
static struct entry *missing(struct ordering *o, struct entry *e) {
  for (; e->next < e->end; e->next++) {
    struct entry *needed = owner_of(o, e->next);
    if (needed->state != PLACED) return needed;
  }
  return NULL;
}

// Places an entry behind all that it needs. `stack` has room for all entries.
static bool place(struct ordering *o, struct entry *e, struct entry **stack, uint32_t *placed) {
  uint32_t depth = 0;
  if (e->state == PLACED) return true;
  for (stack[depth++] = e; depth;) {
    struct entry *top = stack[depth - 1], *needed = missing(o, top);
    top->state = needed ? BEING_PLACED : PLACED;
    if (!needed) {
      o->sequence[(*placed)++] = (uint32_t)(top - o->entries);
      depth--;
    } else if (needed->state == BEING_PLACED) {
      return cm_fail_at_large(o->diag, CM_INVALID, "a definition that needs itself");
    } else {
      stack[depth++] = needed;
    }
  }
  return true;
}

static bool place_all(struct ordering *o) {
  struct entry **stack = cm_alloc_array(o->arena, o->count, sizeof *stack);
  o->sequence = cm_alloc_array(o->arena, o->count, sizeof *o->sequence);
  if (!stack || !o->sequence) return no_memory(o);
  uint32_t placed = 0;
  for (uint32_t i = 0; i < o->count; i++)
    if (!place(o, &o->entries[i], stack, &placed)) return false;
  return true;
}

// What only says what there is, and does nothing.
static bool is_passive(const struct cm_item *item) {
  return item->kind == CM_ITEM_TYPE || item->kind == CM_ITEM_ALIAS || item->kind == CM_ITEM_COMPONENT ||
         item->kind == CM_ITEM_IMPORT;
}

// From the end on, so that whatever was needed only by what goes goes too.
static void leave_out(struct ordering *o) {
  for (uint32_t i = o->count; i-- > 0;) {
    struct entry *e = &o->entries[o->sequence[i]];
    if (!e->was_used || e->user_count || !is_passive(e->item)) continue;
    e->state = LEFT_OUT;
    for (size_t r = e->first; r < e->end; r++) owner_of(o, r)->user_count--;
  }
}

// --- indices ---

static bool count_anew(struct ordering *o) {
  uint32_t *first = cm_alloc_array(o->arena, o->count, sizeof *first), next[CM_SORT_COUNT] = {0};
  enum cm_sort sort = CM_SORT_TYPE;
  if (!first) return no_memory(o);
  for (uint32_t i = 0; i < o->count; i++) {
    const struct entry *e = &o->entries[o->sequence[i]];
    uint32_t count = scope_introduces(e->item, &sort);
    if (e->state == LEFT_OUT || !count) continue;
    first[o->sequence[i]] = next[sort];
    next[sort] += count;
  }
  memset(next, 0, sizeof next);
  for (uint32_t i = 0; i < o->count; i++) {
    uint32_t count = scope_introduces(o->entries[i].item, &sort);
    for (uint32_t n = 0; n < count; n++, next[sort]++) {
      if (o->entries[i].state != LEFT_OUT) o->moved[sort][next[sort]] = first[i] + n;
      // Core types refer to one another in ways that are not followed here.
      if (sort == CM_SORT_CORE_TYPE && o->moved[sort][next[sort]] != next[sort])
        return cm_fail_at_large(o->diag, CM_UNSUPPORTED, "core types cannot be moved");
    }
  }
  return true;
}

static void write_indices(struct ordering *o) {
  for (uint32_t i = 0; i < o->count; i++) {
    const struct entry *e = &o->entries[i];
    for (size_t r = e->first; e->state != LEFT_OUT && r < e->end; r++) {
      struct reference at = o->references.list[r];
      *at.at = o->moved[at.sort][*at.at];
    }
  }
}

// --- names ---

bool order_is_names(const struct cm_item *item) {
  return item->kind == CM_ITEM_CUSTOM && cm_str_is(item->custom.name, "component-name");
}

static bool put_names_of(struct ordering *o, enum cm_sort sort, struct cm_buffer *out) {
  uint32_t count = o->from->scope.spaces[sort].count, used = 0, most = o->index_counts[sort];
  struct cm_str *names, *moved = cm_alloc_array(o->arena, most, sizeof *moved);
  if (!moved) return no_memory(o);
  if (!cm_names_read(o->arena, o->from, sort, &names, o->diag)) return false;
  for (uint32_t i = 0; i < count && i < most; i++) {
    if (!names[i].size || o->moved[sort][i] == UINT32_MAX) continue;
    moved[o->moved[sort][i]] = names[i];
    used++;
  }
  for (uint32_t i = 0; i < o->name_count; i++) {
    if (o->names[i].sort != sort) continue;
    moved[o->moved[sort][o->names[i].index]] = o->names[i].name;
    used++;
  }
  if (!used) return true;
  cm_put_u8(out, 1);
  size_t mark = cm_buffer_open(out);
  if (sort_codes[sort].is_core) cm_put_u8(out, 0);
  cm_put_u8(out, sort_codes[sort].byte);
  cm_put_u32(out, used);
  for (uint32_t i = 0; i < most; i++) {
    if (!moved[i].size) continue;
    cm_put_u32(out, i);
    cm_put_name(out, moved[i]);
  }
  cm_buffer_close(out, mark);
  return true;
}

// The contents of the section of names.
static bool make_names(struct ordering *o, struct cm_span *bytes) {
  struct cm_buffer out;
  cm_buffer_init(&out, o->arena->allocator);
  if (o->from->name.size) {
    cm_put_u8(&out, 0);
    size_t mark = cm_buffer_open(&out);
    cm_put_name(&out, o->from->name);
    cm_buffer_close(&out, mark);
  }
  bool ok = true;
  for (unsigned sort = 0; ok && sort < CM_SORT_COUNT; sort++) ok = put_names_of(o, sort, &out);
  ok = ok && cm_buffer_ok(&out, o->diag);
  char *kept = ok ? cm_alloc_text(o->arena, (const char *)out.at, out.size) : NULL;
  *bytes = (struct cm_span){(const uint8_t *)kept, out.size};
  cm_buffer_free(&out);
  return ok && (kept || no_memory(o));
}

// All that is known of names stands in the last section of them; those before it go.
static bool move_names(struct ordering *o) {
  struct entry *last = NULL;
  for (uint32_t i = 0; i < o->count; i++) {
    if (!order_is_names(o->entries[i].item)) continue;
    if (last) last->state = LEFT_OUT;
    last = &o->entries[i];
  }
  return !last || make_names(o, &last->item->custom.bytes);
}

// --- all of it ---

static bool is_as_it_was(const struct ordering *o) {
  if (o->count != o->from->scope.item_count) return false;
  for (uint32_t i = 0; i < o->count; i++)
    if (o->sequence[i] != i || o->entries[i].state == LEFT_OUT) return false;
  return true;
}

static bool gather(struct ordering *o, struct cm_component **out) {
  struct cm_component *own = cm_alloc(o->arena, sizeof *own);
  struct cm_item **items = cm_alloc_array(o->arena, o->count, sizeof *items);
  if (!own || !items) return no_memory(o);
  *own = *o->from;
  own->scope = (struct cm_scope){.kind = CM_SCOPE_COMPONENT, .parent = o->from->scope.parent, .component = own, .items = items};
  for (uint32_t i = 0; i < o->count; i++)
    if (o->entries[o->sequence[i]].state != LEFT_OUT) items[own->scope.item_count++] = o->entries[o->sequence[i]].item;
  // Where nothing has moved, sections stay as they were.
  if (!is_as_it_was(o)) {
    own->sections = NULL;
    own->section_count = 0;
  }
  *out = own;
  return true;
}

bool order_named(struct cm_arena *arena, const struct cm_component *component, struct cm_item *const *items, uint32_t count,
                 const struct order_name *names, uint32_t name_count, struct cm_component **out, struct cm_diag *diag) {
  struct ordering o = {.arena = arena,
                       .from = component,
                       .diag = diag,
                       .references = {.arena = arena},
                       .count = count,
                       .names = names,
                       .name_count = name_count};
  o.entries = cm_alloc_array(arena, count, sizeof *o.entries);
  if (!o.entries) return no_memory(&o);
  if (!count_indices(&o, items) || !take_items(&o, items) || !count_users(&o) || !note_former_users(&o)) return false;
  if (!place_all(&o)) return false;
  leave_out(&o);
  if (!count_anew(&o)) return false;
  write_indices(&o);
  return (is_as_it_was(&o) || move_names(&o)) && gather(&o, out);
}

bool cm_order(struct cm_arena *arena, const struct cm_component *component, struct cm_item *const *items, uint32_t count,
              struct cm_component **out, struct cm_diag *diag) {
  return order_named(arena, component, items, count, NULL, 0, out, diag);
}
