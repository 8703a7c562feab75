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

enum { ROOTS = 192, AREAS = 256, WORD = 8, WINDOW = 1024, LEAST_ADDRESS = 4096, AREA_MOST = 4096 };

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

bool activation_heap_has(const struct activation *a, uint64_t address) { return is_in_heap(a, address); }

bool activation_heap_has_threads(const struct activation *a) { return a->evaluation->hands && a->evaluation->hands->threads; }

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

uint32_t activation_function_of(const struct activation *a, struct value object) {
  if (object.kind != VALUE_CONST || object.bits < LEAST_ADDRESS || object.bits % WORD) return NO_FUNC;
  const struct value code = word_at(a, object.bits);
  return code.kind == VALUE_CONST ? executor_function_at(a->evaluation->owner->executor, code.bits) : NO_FUNC;
}

static bool is_closure(const struct activation *a, uint64_t object) {
  return activation_function_of(a, value_const(object)) != NO_FUNC;
}

// Where the value leads to a function, others may call it from now on.
static void tell_function(struct activation *a, struct value object) {
  const struct evaluate_owner *owner = a->evaluation->owner;
  uint32_t gid = owner->function_seen ? activation_function_of(a, object) : NO_FUNC;
  if (gid != NO_FUNC) owner->function_seen(owner->context, gid, true);
}

static void follow(struct following *f, uint64_t object) {
  struct activation *a = f->a;
  const struct executor *x = a->evaluation->owner->executor;
  tell_function(a, value_const(object));
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
  tell_function(f->a, words[0]);
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

struct written {
  const struct activation *a;
  uint64_t *words;
  size_t count, room;
  bool failed;
};

static void see_written(void *context, uint64_t address, struct value byte) {
  struct written *w = context;
  bool is_new;
  uint64_t end;
  if (byte.kind == VALUE_UNKNOWN || !is_in_heap(w->a, address)) return;
  if (w->count && w->words[w->count - 1] == address / WORD) return;
  if (!executor_find_object(w->a->evaluation->owner->executor, address, &is_new, &end)) return;
  if (cm_grow(&w->a->evaluation->scratch, &w->words, &w->room, w->count, sizeof *w->words))
    w->words[w->count++] = address / WORD;
  else
    w->failed = true;
}

// All may have been written to that was made or changed in this evaluation, but texts.
static void change_all(struct activation *a) {
  struct written w = {.a = a};
  world_overlay(&a->now.world, see_written, &w);
  a->stopped |= w.failed;
  for (size_t i = 0; i < w.count; i++)
    world_forget(&a->evaluation->worlds, &a->now.world, w.words[i] * WORD, (w.words[i] + 1) * WORD);
}

// Code that is not executed may have written to all that is out of hand.
static void change(struct activation *a) {
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
  // What they led to stays out of hand when it is not known any more what leads there.
  for (size_t i = 0; i < f->count && !f->too_many; i++) add_root(a, (struct root){f->areas[i].from, false});
  for (size_t i = 0; i < f->count && !f->too_many; i++) forget_written(a, f->areas[i]);
  if (f->too_many) change_all(a);
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
    tell_function(a, given[i]);
    if (is_in_heap(a, given[i].bits) && (closure || !core)) add_root(a, (struct root){given[i].bits, false});
  }
  if (!core || (a->evaluation->hands && a->evaluation->hands->threads)) change(a);
}

static void tell_functions(struct activation *a, struct value v) {
  tell_function(a, v);
  if (v.kind != VALUE_TREE) return;
  tell_functions(a, activation_values(a)->nodes[v.tree].first);
  tell_functions(a, activation_values(a)->nodes[v.tree].second);
}

void activation_heap_stored(struct activation *a, uint64_t at, struct value v) {
  const struct executor *x = a->evaluation->owner->executor;
  bool matters = v.kind == VALUE_TREE || (v.kind == VALUE_CONST && (is_in_heap(a, v.bits) || is_closure(a, v.bits)));
  if (!x || !matters || at >= a->now.world.image->end) return;
  bool is_new;
  uint64_t end;
  if (!is_in_heap(a, at) || !executor_find_object(x, at, &is_new, &end) || !is_new) {
    add_root(a, (struct root){at, true});
    tell_functions(a, v);
  }
}

static void lose(struct activation *a, struct value v) {
  tell_function(a, v);
  if (v.kind == VALUE_CONST && is_in_heap(a, v.bits)) add_root(a, (struct root){v.bits, false});
  if (v.kind != VALUE_TREE) return;
  lose(a, activation_values(a)->nodes[v.tree].first);
  lose(a, activation_values(a)->nodes[v.tree].second);
}

void activation_heap_returned(struct activation *a) {
  const struct evaluation *e = a->evaluation;
  const struct program_instance *in = &e->program->instances[a->frame.instance];
  if (!e->owner->executor || !in->stacked || !a->now.live || !a->frame.has_stack) return;
  uint32_t area = stacked_function_of(in->stacked, program_func(e->program, a->frame.gid))->area;
  for (uint64_t at = STACKED_RETURN; at < STACKED_RETURN + (uint64_t)area && at < AREA_MOST; at += WORD)
    lose(a, word_at(a, a->frame.stack_top + at));
}

// --- addresses of which not all is known ---

// Who gave it: the runtime, which makes objects and gives places in maps and in its books; or some other library, which knows what it was given.
enum { ANSWER_NEW, ANSWER_KNOWN };

static struct value answer(struct activation *a, uint64_t by) {
  struct value v = value_fresh(activation_values(a));
  if (!v.tree) return v;
  value_name_at(activation_values(a), v.tree)->op = VALUE_OP_ANSWER;
  value_name_at(activation_values(a), v.tree)->a = value_const(by);
  return v;
}

void activation_heap_result(struct activation *a, uint32_t callee, uint32_t count) {
  const struct executor *x = a->evaluation->owner->executor;
  if (!x || !a->now.live || !x->rehearsal->own[callee]) return;
  for (uint32_t i = 1; i <= count && i <= a->height; i++)
    if (a->stack[a->height - i].kind == VALUE_UNKNOWN) a->stack[a->height - i] = answer(a, ANSWER_NEW);
}

void activation_heap_answered(struct activation *a, uint32_t callee, uint64_t from, uint64_t size) {
  struct evaluation *e = a->evaluation;
  const struct executor *x = e->owner->executor;
  if (!x || callee == NO_FUNC || x->rehearsal->own[a->frame.gid] || program_is_slot(e->program, callee)) return;
  struct cm_str name = program_name(e->program, callee);
  if (symbols_owner_of(name) == SYMBOLS_PROGRAM || !name.size) return;
  const struct stacked_function *f =
      stacked_function_of(e->program->instances[a->frame.instance].stacked, program_func(e->program, callee));
  for (uint64_t at = from; at + WORD <= from + size; at += WORD) {
    uint64_t w = (at - from) / WORD;
    if (w < STACKED_WORDS && f->reads >> w & 1) continue;
    world_store(&e->worlds, &a->now.world, at, WORD, answer(a, symbols_is_core(name) ? ANSWER_NEW : ANSWER_KNOWN));
  }
}

// What an address was computed from: an answer, or the address of an object; all else is unknown.
static struct value origin_of(const struct activation *a, struct value v) {
  enum { STEPS = 8 };
  const struct value_table *values = &a->evaluation->values;
  for (unsigned i = 0; i < STEPS && v.kind == VALUE_UNKNOWN && v.tree && !v.bits; i++) {
    const struct value_name *n = value_name_at(values, v.tree);
    bool adds = n->op == CORE_OP_I32_ADD + 1 || n->op == CORE_OP_I64_ADD + 1;
    if (n->op == VALUE_OP_ANSWER) return v;
    if (!adds && n->op != CORE_OP_I32_WRAP_I64 + 1 && n->op != CORE_OP_I64_EXTEND_I32_U + 1) return value_unknown();
    bool swapped = adds && n->a.kind == VALUE_CONST;
    struct value by = swapped ? n->a : n->b;
    if (adds && by.kind == VALUE_CONST && (is_in_heap(a, by.bits) || activation_is_object(a, by.bits))) return by;
    if (adds && by.kind != VALUE_CONST) return value_unknown();
    v = swapped ? n->b : n->a;
  }
  return value_unknown();
}

void activation_heap_blind(struct activation *a, struct value address, struct value v) {
  const struct executor *x = a->evaluation->owner->executor;
  lose(a, v);
  if (!x || x->rehearsal->own[a->frame.gid]) return;
  struct value origin = origin_of(a, address);
  bool is_new;
  struct area area = {.from = origin.bits & ~(uint64_t)(WORD - 1)};
  uint64_t end = origin.kind == VALUE_CONST ? activation_end_of_object(a, &area.from) : 0;
  if (end) {
    world_forget(&a->evaluation->worlds, &a->now.world, area.from, end);
  } else if (origin.kind == VALUE_CONST && executor_find_object(x, origin.bits, &is_new, &area.to)) {
    if (area.to > area.from + WINDOW && !is_new) area.to = area.from + WINDOW;
    forget_written(a, area);
  } else if (origin.tree && value_name_at(activation_values(a), origin.tree)->a.bits == ANSWER_KNOWN) {
    change(a);
  } else if (!origin.tree) {
    change_all(a);
  }
}
