// Where the host starts a program, and what it finds there.
//
// The application ABI of WASI has a command's `_start` called once, and nothing else of it before; the world wasi:cli/command has `run`, beside which
// a component may export more. From there it may be a few calls, each made once, to the function that is evaluated: an adapter's `run`, for one,
// calls the module's. Of the variables that code writes to, those are known of which it is known who writes there (touched.h), and is not among
// what may have run before: what starts the instances, what else is exported, and what the functions on the way call besides. What begins as zeros
// and nobody stores to by its address, as a flag behind a method is, no code tells of: it is found by an evaluation that reads it.

#include "outset.h"

#include "touched.h"

enum {
  WORDS_MOST = 512,       // of more nothing is known
  VARIABLE_MOST = 1024,   // bytes
  SPREAD_MOST = 1 << 18,  // functions times variables
  NESTED_MOST = 256,
  LEAST_ADDRESS = 1024,  // LLVM's linker places none below
};

static bool is_on(const struct outset *w, uint32_t gid) {
  for (size_t i = 0; i < w->way_count; i++)
    if (w->way[i] == gid) return true;
  return false;
}

// Is that what the host starts a command with? An export of the module, or of the component.
static bool starts_command(const struct program *program, const struct cm_entry *e, bool *is_alone) {
  if (e->kind != CM_ENTRY_EXPORT) return false;
  *is_alone = !program->graph->root;
  if (*is_alone) return cm_str_is(e->name, "_start");
  static const char interface[] = "wasi:cli/run@", func[] = "#run";
  size_t head = sizeof interface - 1, tail = sizeof func - 1;
  return e->name.size > head + tail && !memcmp(e->name.at, interface, head) &&
         !memcmp(e->name.at + e->name.size - tail, func, tail);
}

static bool is_command(const struct program *program, struct outset *w, uint32_t gid) {
  const struct cm_graph *graph = program->graph;
  bool starts = false;
  for (uint32_t i = 0; i < graph->entry_count; i++) {
    const struct cm_entry *e = &graph->entries[i];
    bool known = e->instance < program->instance_count;
    if (!known || program_callee((struct program *)program, e->instance, e->func, NULL) != gid) continue;
    if (starts || !starts_command(program, e, &w->is_alone)) return false;
    starts = true;
  }
  return starts;
}

struct calls {
  const struct program *program;
  const struct core_module *module;
  uint32_t instance, callee;
  unsigned count;
};

static bool means(const struct calls *c, uint32_t func) {
  struct program *program = (struct program *)c->program;
  if (func >= c->module->func_count) return false;
  uint32_t gid = program_callee(program, c->instance, func, NULL);
  return (gid != NO_FUNC ? gid : program_gid(program, c->instance, func)) == c->callee;
}

// Does the function call the other one in one place, and in no loop?
static bool calls_once(const struct program *program, struct cm_arena *arena, uint32_t caller, uint32_t callee) {
  struct calls c = {program, NULL, program->instance_of[caller], callee, 0};
  c.module = program->instances[c.instance].module;
  bool is_loop[NESTED_MOST] = {false};
  uint32_t nested = 0, loops = 0;
  struct core_code code;
  if (!core_code_begin(&code, arena, c.module, program_func(program, caller), NULL, NULL, NULL)) return false;
  for (struct core_instr i; code_next(&code, &i);) {
    if (i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP || i.op == CORE_OP_IF || i.op == CORE_OP_TRY || i.op == CORE_OP_TRY_TABLE) {
      if (nested == NESTED_MOST) return false;
      is_loop[nested++] = i.op == CORE_OP_LOOP;
      loops += i.op == CORE_OP_LOOP;
    } else if ((i.op == CORE_OP_END || i.op == CORE_OP_DELEGATE) && nested) {
      loops -= is_loop[--nested];
    } else if ((i.op == CORE_OP_CALL || i.op == CORE_OP_RETURN_CALL) && means(&c, i.index) && (loops || c.count++)) {
      return false;
    }
  }
  return c.count == 1;
}

static bool is_called_by_pointer(const struct program *program, uint32_t gid) {
  for (uint32_t i = program->kind_first[gid]; i < program->kind_first[gid + 1]; i++) {
    uint32_t kind = program->kind_list[i];
    if (program->kind_caller_first[kind] != program->kind_caller_first[kind + 1]) return true;
  }
  return false;
}

// Follows the one call that leads to it up to the host.
static bool find_way(const struct program *program, struct outset *w, struct cm_arena *arena, uint32_t gid) {
  for (;;) {
    if (w->way_count == OUTSET_WAY || is_called_by_pointer(program, gid)) return false;
    w->way[w->way_count++] = gid;
    uint32_t first = program->direct_first[gid], end = program->direct_first[gid + 1];
    if (program->is_entry[gid]) return first == end && is_command(program, w, gid);
    if (end - first != 1 || !calls_once(program, arena, program->direct_list[first], gid)) return false;
    gid = program->direct_list[first];
    if (is_on(w, gid)) return false;
  }
}

// May anything that runs before the function, or on the way to it, come to who writes there?
static bool is_changed_before(const struct program *program, const struct outset *w, const struct touched_range *r) {
  const struct cm_graph *graph = program->graph;
  for (uint32_t gid = 0; gid < program->func_count; gid++)
    if (program->is_entry[gid] && r->by[gid] && !is_on(w, gid) && !w->is_alone) return true;
  for (uint32_t i = 0; i < graph->entry_count; i++) {
    const struct cm_entry *e = &graph->entries[i];
    if (e->kind != CM_ENTRY_START || e->instance >= program->instance_count) continue;
    uint32_t gid = program_callee((struct program *)program, e->instance, e->func, NULL);
    if (gid != NO_FUNC && r->by[gid]) return true;
  }
  for (size_t i = 1; i < w->way_count; i++)
    for (size_t k = 0; k < r->self_count; k++)
      if (r->selves[k] == w->way[i]) return true;
  for (size_t i = 0; i < program->call_count && w->way_count > 1; i++) {
    struct program_call c = program->calls[i];
    if (r->by[c.callee] && !is_on(w, c.callee) && is_on(w, c.caller) && c.caller != w->way[0]) return true;
  }
  for (size_t i = 0; i < program->indirect_count; i++) {
    struct program_call c = program->indirect[i];
    if (is_on(w, c.caller) && c.caller != w->way[0] && r->by_pointer) return true;
  }
  return false;
}

// A word that is written to, or some bytes of it: what lies beside the one from `first` on that was added last, and is written by the same code, is
// one variable with it.
static void add_word(const struct program *program, const struct touched_range *r, size_t first, struct outset *out) {
  if (!r || !r->by || r->is_unknown || r->self_count > TOUCHED_SELVES || is_changed_before(program, out, r)) return;
  struct outset_variable *v = out->count > first ? &out->variables[out->count - 1] : NULL;
  if (v && v->range.to == r->range.from && v->by == r->by && v->is_passed == r->is_passed) {
    v->range.to = r->range.to;
    return;
  }
  if (out->count == OUTSET_VARIABLES) return;
  v = &out->variables[out->count++];
  *v = (struct outset_variable){.range = r->range, .nearest = r->nearest, .by = r->by, .is_passed = r->is_passed};
  for (uint32_t gid = 0; gid < program->func_count && r->by_pointer; gid++) {
    if (!r->by[gid] || program->kind_first[gid] == program->kind_first[gid + 1]) continue;
    if (v->pointed_count < OUTSET_POINTED) v->pointed[v->pointed_count] = gid;
    v->pointed_count++;
  }
}

struct words {
  struct program *program;
  uint32_t instance, owner;
  size_t left;
  const uint8_t *own;  // NULL: whoever writes there
};

// A destructor that the start of the program leaves for its end is nobody's own.
static bool is_own(const uint8_t *own, const struct touched_range *r) {
  bool any = !r || !own || !r->self_count;
  for (size_t i = 0; !any && i < r->self_count && i < TOUCHED_SELVES; i++) any = own[r->selves[i]];
  return any;
}

static void add_words(struct words *w, struct image_range all, struct outset *out) {
  for (uint64_t from = all.from, to; from < all.to && w->left; from = to, w->left--) {
    to = (from / 4 + 1) * 4 < all.to ? (from / 4 + 1) * 4 : all.to;
    const struct touched_range *r = touched_find(w->program, w->instance, (struct image_range){from, to}, true);
    if (is_own(w->own, r)) add_word(w->program, r, 0, out);
  }
}

// Do the data hold an address there, or that of what it may be a part of? Then it is not known who comes to it.
static bool is_pointed_to(const struct image *image, const struct outset_variable *v) {
  uint64_t begin = v->range.from < OUTSET_REACH ? 0 : v->range.from - OUTSET_REACH;
  if (begin < v->nearest) begin = v->nearest;
  for (struct image_words w = {0}; image_next_words(image, &w);)
    for (size_t i = 0; i < w.count; i++) {
      uint32_t word = image_word_of(&w, i);
      if (word >= begin && word < v->range.to) return true;
    }
  return false;
}

// The variables from `first` on that it is known of who comes to them stay; all are put in order.
static void settle(const struct image *image, struct outset *out, size_t first) {
  size_t kept = first;
  for (size_t i = first; i < out->count; i++)
    if (!is_pointed_to(image, &out->variables[i])) out->variables[kept++] = out->variables[i];
  out->count = kept;
  for (size_t i = first; i < kept; i++)
    for (size_t k = i; k && out->variables[k].range.from < out->variables[k - 1].range.from; k--) {
      struct outset_variable v = out->variables[k];
      out->variables[k] = out->variables[k - 1];
      out->variables[k - 1] = v;
    }
  for (size_t i = 0; i < kept; i++) out->ranges[i] = out->variables[i].range;
}

bool outset_find(struct program *program, struct cm_arena *arena, uint32_t gid, const uint8_t *own, struct outset *out) {
  *out = (struct outset){0};
  uint32_t instance = program->instance_of[gid];
  const struct image *image = program_image(program, instance);
  size_t count = image && !image->marks ? image->written_count : 0;
  if (program->instances[instance].stacked || !find_way(program, out, arena, gid)) {
    out->way_count = 0;
    return true;
  }
  out->variables = cm_alloc_array(arena, OUTSET_VARIABLES, sizeof *out->variables);
  out->ranges = cm_alloc_array(arena, OUTSET_VARIABLES, sizeof *out->ranges);
  out->missed = cm_alloc(arena, sizeof *out->missed);
  if (!out->variables || !out->ranges || !out->missed) return false;
  struct words words = {program, instance, program->instances[instance].memory_owner, SPREAD_MOST / (program->func_count + 1),
                        NULL};
  if (words.left > WORDS_MOST) words.left = WORDS_MOST;
  for (size_t i = 0; i < count; i++)
    if (image->written[i].from >= LEAST_ADDRESS && image->written[i].to - image->written[i].from <= VARIABLE_MOST)
      add_words(&words, image->written[i], out);
  struct image_range blank;
  // What lies behind the data begins as zeros.
  words.own = own;
  for (uint64_t at = image->padded_end; words.left && touched_next(program, words.owner, at, &blank); at = blank.to) {
    blank.from &= ~UINT64_C(3);
    blank.to = (blank.to + 3) & ~UINT64_C(3);
    add_words(&words, blank, out);
  }
  if (image) settle(image, out, 0);
  return true;
}

// Calls `add` with each part of the range that is in none of `known`.
static void each_new(const struct image_range *known, size_t count, struct image_range all, void *context,
                     void (*add)(void *context, struct image_range part)) {
  struct image_range part = {all.from, all.from};
  for (; part.to < all.to; part.to++) {
    bool is_new = true;
    for (size_t i = 0; i < count && is_new; i++) is_new = part.to < known[i].from || part.to >= known[i].to;
    if (is_new) continue;
    if (part.to > part.from) add(context, part);
    part.from = part.to + 1;
  }
  if (part.to > part.from) add(context, part);
}

static void add_missed(void *context, struct image_range part) {
  struct outset_missed *missed = context;
  if (missed->count < OUTSET_MISSED) missed->list[missed->count++] = part;
}

void outset_miss(const struct outset *o, uint64_t address, unsigned size) {
  struct image_range all = {address, address + size};
  if (o->missed) each_new(o->missed->list, o->missed->count, all, o->missed, add_missed);
}

struct adding {
  struct program *program;
  const uint8_t *own;
  struct outset *outset;
  size_t first;
};

static void add_part(void *context, struct image_range part) {
  struct adding *a = context;
  const struct touched_range *r = touched_find(a->program, a->program->instance_of[a->outset->way[0]], part, true);
  if (!r || !r->is_stored || is_own(a->own, r)) add_word(a->program, r, a->first, a->outset);
}

void outset_add_missed(struct program *program, const uint8_t *own, struct outset *o, bool *news) {
  *news = false;
  if (!o->way_count) return;
  const struct image *image = program_image(program, program->instance_of[o->way[0]]);
  uint64_t from, to;
  touched_bounds(program->instances[program->instance_of[o->way[0]]].module, &from, &to);
  struct adding adding = {program, own, o, o->count};
  for (; image && o->missed->looked_at < o->missed->count; o->missed->looked_at++) {
    struct image_range missed = o->missed->list[o->missed->looked_at];
    if (missed.from >= image->padded_end && missed.to <= to) each_new(o->ranges, adding.first, missed, &adding, add_part);
  }
  *news = o->count > adding.first;
  if (image) settle(image, o, adding.first);
}
