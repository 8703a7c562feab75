// Objects in the heap of a program whose stack lies in memory, and who else has them.
//
// Such programs put into the heap whatever a function hands on, so that most of what is known there is known to others, too. What a call that is not
// executed was given, what a closure that was handed on or begun as a thread has captured, and what was stored where others look (in a variable, in an
// object that was there before, nobody knows where) is out of hand: it is forgotten at that call and at each one after it, with all that it leads
// to. Objects that were made in this evaluation and never got there stay as they are. Texts are not written to: a pointer that a length
// stands behind leads to one, where no capacity follows.

#include "execute.h"
#include "symbols.h"

#include <stdlib.h>

enum { ROOTS = 192, AREAS = 256, WORD = 8, WINDOW = 1024 };

// An object, or the place of a pointer to one.
struct root {
  uint64_t address;
  bool is_place;
};

struct heap_hands {
  struct root roots[ROOTS];
  size_t count;
  bool all;      // there were more
  bool threads;  // others go on whenever this one waits
};

struct area {
  uint64_t from, to;
  bool is_new;  // made while the program was evaluated: what was not written to is known, too
};

// What is out of hand, as far as it was followed.
struct following {
  struct activation *a;
  struct area areas[AREAS];
  size_t count;
  bool too_many;
};

static bool is_in_heap(const struct activation *a, uint64_t address) {
  const struct executor *x = a->evaluation->owner->executor;
  return x && address >= x->heap && address < a->now.world.image->end;
}

static struct heap_hands *hands_of(struct activation *a) {
  struct evaluation *e = a->evaluation;
  if (!e->hands) e->hands = cm_alloc(&e->scratch, sizeof *e->hands);
  if (!e->hands) a->stopped = true;
  return e->hands;
}

static void add_root(struct activation *a, struct root root) {
  struct heap_hands *h = hands_of(a);
  if (!h) return;
  for (size_t i = 0; i < h->count; i++)
    if (h->roots[i].address == root.address && h->roots[i].is_place == root.is_place) return;
  if (h->count == ROOTS)
    h->all = true;
  else
    h->roots[h->count++] = root;
}

// --- following ---

static struct value word_at(const struct activation *a, uint64_t at) {
  struct evaluation *e = a->evaluation;
  return world_load(&e->worlds, (struct world *)(uintptr_t)&a->now.world, at, WORD);
}

static bool is_closure(const struct activation *a, uint64_t object) {
  const struct value code = word_at(a, object);
  const struct cm_table *table = cm_graph_table(a->evaluation->program->graph, a->frame.instance, 0);
  uint64_t index = code.bits >> STACKED_ADDRESS_SHIFT;
  return table && code.kind == VALUE_CONST && index && index << STACKED_ADDRESS_SHIFT == code.bits && index < table->size;
}

static void follow(struct following *f, uint64_t object) {
  struct activation *a = f->a;
  const struct executor *x = a->evaluation->owner->executor;
  if (!is_in_heap(a, object) || object % WORD) return;
  struct area area = {.from = object, .to = object + WINDOW};
  if (!executor_find_object(x, object, &area.is_new, &area.to)) return;
  if (area.to > object + WINDOW) area.to = object + WINDOW;
  if (is_closure(a, object)) area.from += WORD;
  for (size_t i = 0; i < f->count; i++)
    if (f->areas[i].from == area.from) return;
  if (f->count == AREAS)
    f->too_many = true;
  else
    f->areas[f->count++] = area;
}

static void follow_value(struct following *f, struct value v) {
  if (v.kind == VALUE_CONST) follow(f, v.bits);
  if (v.kind != VALUE_TREE) return;
  follow_value(f, activation_values(f->a)->nodes[v.tree].first);
  follow_value(f, activation_values(f->a)->nodes[v.tree].second);
}

static void follow_place(struct following *f, uint64_t at) {
  struct value words[3];
  for (unsigned i = 0; i < 3; i++) words[i] = word_at(f->a, at + i * (uint64_t)WORD);
  uint64_t size;
  if (words[0].kind == VALUE_TREE || activation_is_given_object(words[0], words[1], words[2], &size)) follow_value(f, words[0]);
}

static void follow_area(struct following *f, struct area area) {
  struct world *world = &f->a->now.world;
  for (uint64_t at = area.from; at + WORD <= area.to && !f->too_many; at += WORD)
    if (world_is_written(world, at)) follow_place(f, at);
}

static void forget_written(struct activation *a, struct area area) {
  struct evaluation *e = a->evaluation;
  for (uint64_t at = area.from; at < area.to;) {
    uint64_t from = at;
    while (at < area.to && (area.is_new || world_is_written(&a->now.world, at))) at++;
    if (at > from) world_forget(&e->worlds, &a->now.world, from, at);
    at += at < area.to;
  }
}

void activation_heap_changes(struct activation *a) {
  struct heap_hands *h = a->evaluation->hands;
  if (!h || !h->count) return;
  struct following *f = malloc(sizeof *f);
  if (!f) {
    a->stopped = true;
    return;
  }
  *f = (struct following){.a = a, .too_many = h->all};
  for (size_t i = 0; i < h->count && !f->too_many; i++)
    if (h->roots[i].is_place)
      follow_place(f, h->roots[i].address);
    else
      follow(f, h->roots[i].address);
  for (size_t i = 0; i < f->count && !f->too_many; i++) follow_area(f, f->areas[i]);
  const struct executor *x = a->evaluation->owner->executor;
  if (f->too_many) world_forget(&a->evaluation->worlds, &a->now.world, x->heap, a->now.world.image->end);
  // What they led to stays out of hand when it is not known any more what leads there.
  for (size_t i = 0; i < f->count && !f->too_many; i++) add_root(a, (struct root){f->areas[i].from, false});
  for (size_t i = 0; i < f->count && !f->too_many; i++) forget_written(a, f->areas[i]);
  free(f);
}

// --- what gets out of hand ---

void activation_heap_given(struct activation *a, uint32_t callee, const struct value *given, uint32_t count) {
  struct cm_str name = callee != NO_FUNC ? program_name(a->evaluation->program, callee) : (struct cm_str){0};
  bool core = symbols_is_core(name), begins_thread = cm_str_starts(name, CM_STR("runtime.newproc"));
  const struct executor *x = a->evaluation->owner->executor;
  // What libraries hand on within themselves are their books; what they were given is out of hand once they have come back.
  if (!x || x->rehearsal->own[a->frame.gid] || symbols_only_reads(name)) return;
  if (begins_thread && hands_of(a)) a->evaluation->hands->threads = true;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t size;
    struct value second = i + 1 < count ? given[i + 1] : value_unknown(), third = i + 2 < count ? given[i + 2] : value_unknown();
    if (given[i].kind != VALUE_CONST || !activation_is_given_object(given[i], second, third, &size)) continue;
    bool closure = is_closure(a, given[i].bits);
    if (is_in_heap(a, given[i].bits) && (closure || !core)) add_root(a, (struct root){given[i].bits, false});
  }
  if (!core || (a->evaluation->hands && a->evaluation->hands->threads)) activation_heap_changes(a);
}

void activation_heap_stored(struct activation *a, uint64_t at, struct value v) {
  const struct executor *x = a->evaluation->owner->executor;
  bool matters = v.kind == VALUE_TREE || (v.kind == VALUE_CONST && is_in_heap(a, v.bits));
  if (!x || !matters || at >= a->now.world.image->end) return;
  bool is_new;
  uint64_t end;
  if (!is_in_heap(a, at) || !executor_find_object(x, at, &is_new, &end) || !is_new) add_root(a, (struct root){at, true});
}

void activation_heap_lost(struct activation *a, struct value v) {
  if (v.kind == VALUE_CONST && is_in_heap(a, v.bits)) add_root(a, (struct root){v.bits, false});
  if (v.kind != VALUE_TREE) return;
  activation_heap_lost(a, activation_values(a)->nodes[v.tree].first);
  activation_heap_lost(a, activation_values(a)->nodes[v.tree].second);
}
