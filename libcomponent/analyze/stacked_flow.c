// Following addresses through frames in memory.
//
// A value is an address that a function was given as one of its arguments, one that was found where such an argument leads to, a variable's, or
// its own frame's: as a set of bits, with one offset for all, which is known, or is so but for multiples of something. Within straight code each
// local and each word of the frame has the value that it was given last; where ways meet, all that it is ever given. So a body is read until
// nothing new comes of it. Of a function its callers have to know which words behind its arguments it writes to, which arguments it keeps, and
// whether it does either with what they lead to.

#include "stacked_flow.h"

#include "stacked_depth.h"
#include "stacked_meet.h"
#include "stacked_summary.h"
#include "symbols.h"

#include <component/instr.h>

#include <stdlib.h>
#include <string.h>

enum {
  WORD = 8,
  OPERANDS = 64,
  LOCALS = 64,
  FRAME_WORDS = 640,  // of which are
  FRAME_BELOW = 576,  // below where the stack pointer is at entry
  BASES = 64,         // variables in one function
  DEPTH = 24,         // of functions read within each other
  READINGS = 4,       // of one body,
  READINGS_BY_LABEL = 6,
  ROUNDS = 2,           // of all functions
  INDIRECT_WORDS = 8,   // that may be arguments of a function that is not known
  OBJECT = 64,          // bytes of one of which the size is not known
  LED_TO = 320,         // the same of what one leads to
  CONTENT = 256,        // bytes of a frame's object that are looked at
  CAPTURED_MOST = 128,  // of a closure
  METHODS = 24,         // where they begin in such a table
  LIFT = 4096,          // a constant below is no address
};
static const uint64_t steps_most = 24000000;

struct place {
  struct lead now, ever;
  uint32_t epoch;
  uint32_t laid;  // the epoch in which code laid something down there
  bool is_kept;   // it is known what it is at each label
};

struct search {
  struct program *program;
  struct cm_arena *arena;
  uint32_t instance;
  const struct core_module *module;
  struct stacked *stacked;
  const uint8_t *own;
  struct cm_span memory;
  uint64_t from, limit;  // of static variables
  uint64_t table_size;
  struct summary *summaries;  // by function index
  struct summary methods;     // what those of the program do that may be called through pointers, with their first argument
  struct stacked_write *writes;
  size_t count, room;
  uint64_t steps_left;
  uint8_t round;
  uint8_t *others;  // a bit for each byte: libraries have its address, too
  uint8_t *later, *seen;
  uint32_t last_writer;
  bool changed, no_memory;
};

struct reader {
  struct search *search;
  struct summary *summary;
  uint32_t func, gid, depth;
  uint32_t pointer_local;
  struct lead context;  // the object by which the closure that is called next finds what it captured
  struct lead stack[OPERANDS];
  unsigned height;
  struct place locals[LOCALS], words[FRAME_WORDS];
  uint64_t bases[BASES];
  unsigned base_count;
  uint32_t epoch;
  struct stacked_depth stack_depth;
  struct stacked_meet *meet;  // NULL: places have all that they are ever given where ways meet
  struct place *kept[STACKED_KEPT];
  unsigned kept_count;
  struct lead scattered;  // addresses that went to some word of the frame, nobody knows which
  bool grew;
  bool has_variables;  // its own are of interest
};

// --- variables ---

static void spend(struct search *s, uint64_t steps) { s->steps_left -= steps < s->steps_left ? steps : s->steps_left; }

static void add_write(struct search *s, uint32_t gid, uint64_t from, uint64_t size, bool later) {
  if (s->own[gid] || from < s->from || from >= s->memory.size) return;
  bool news = false;
  spend(s, size / WORD);
  for (uint64_t at = from; at < from + size && at < s->memory.size; at++) {
    bool known = image_is_marked(s->later, at) || (!later && image_is_marked(s->seen, at) && s->last_writer == gid);
    news |= !known;
    image_mark(later ? s->later : s->seen, at, true);
  }
  if (!news) return;
  s->last_writer = gid;
  if (!cm_grow(s->arena, &s->writes, &s->room, s->count, sizeof *s->writes)) {
    s->no_memory = true;
    return;
  }
  s->writes[s->count++] = (struct stacked_write){{from, from + size}, gid, later};
}

static uint64_t word_at(const struct search *s, uint64_t at) {
  uint64_t word = 0;
  if (at + WORD <= s->memory.size) memcpy(&word, s->memory.at + at, sizeof word);
  return word;
}

static bool is_code(const struct search *s, uint64_t word) {
  uint64_t index = word >> STACKED_ADDRESS_SHIFT;
  return index && index << STACKED_ADDRESS_SHIFT == word && index < s->table_size;
}

// Two types, a hash, and methods: what interfaces know their methods by is not written to.
static bool is_method_table(const struct search *s, uint64_t at) {
  uint64_t first = word_at(s, at), second = word_at(s, at + WORD);
  return first && first < s->from && second && second < s->from && is_code(s, word_at(s, at + METHODS));
}

static bool is_variable(const struct search *s, uint64_t address) {
  return address >= s->from && address < s->memory.size && !is_code(s, address) && !is_method_table(s, address);
}

// What the variable leads to.
static void write_led_to(struct reader *r, uint64_t address, unsigned levels, bool later, bool heap) {
  struct search *s = r->search;
  for (uint64_t at = address; at < address + OBJECT; at += WORD) {
    uint64_t to = word_at(s, at);
    if (to % WORD || !is_variable(s, to) || (!heap && to >= s->limit)) continue;
    add_write(s, r->gid, to, LED_TO, later);
    if (levels > 1) write_led_to(r, to, levels - 1, later, heap);
  }
}

static void keep_variable(struct reader *r, uint64_t address, bool later) {
  add_write(r->search, r->gid, address, OBJECT, later);
  write_led_to(r, address, 2, later, false);
}

static struct lead base_of(struct reader *r, uint64_t address) {
  for (unsigned i = 0; i < r->base_count; i++)
    if (r->bases[i] == address) return (struct lead){.bases = UINT64_C(1) << i};
  if (r->base_count == BASES) {
    keep_variable(r, address, true);
    return unknown;
  }
  r->bases[r->base_count] = address;
  return (struct lead){.bases = UINT64_C(1) << r->base_count++};
}

// --- what is done with a value ---

static void note_mask(struct reader *r, uint32_t *mask, uint32_t bits) {
  r->grew |= (*mask | bits) != *mask;
  *mask |= bits;
}

static void note_writes(struct reader *r, uint32_t given, uint64_t words) {
  for (uint32_t w = 0; w < ARGUMENTS; w++)
    if (given >> w & 1) {
      r->grew |= (r->summary->writes[w] | words) != r->summary->writes[w];
      r->summary->writes[w] |= words;
    }
}

// Words, as bits, that `size` bytes at `at` behind something lie in, or any multiple of `stride` farther on.
static uint64_t words_at(int64_t at, uint64_t size, uint32_t stride) {
  if (at < 0 || (stride && stride < WORD)) return anywhere;
  uint64_t words = 0;
  for (uint64_t from = (uint64_t)at; from < UINT64_C(64) * WORD; from += stride ? stride : UINT64_MAX / 2)
    for (uint64_t byte = from; byte < from + size; byte += WORD - byte % WORD)
      words |= UINT64_C(1) << (byte / WORD < 63 ? byte / WORD : 63);
  if (stride || (uint64_t)at + size > UINT64_C(63) * WORD) words |= UINT64_C(1) << 63;
  return words;
}

// The words of each variable that it may be are written to.
static void write_bases(struct reader *r, struct lead v, uint64_t words) {
  for (unsigned i = 0; i < r->base_count; i++) {
    if (!(v.bases >> i & 1)) continue;
    if (words == anywhere) {
      add_write(r->search, r->gid, r->bases[i], OBJECT, false);
      continue;
    }
    for (unsigned w = 0; w < 63; w++)
      if (words >> w & 1) add_write(r->search, r->gid, r->bases[i] + w * (uint64_t)WORD, WORD, false);
    if (words >> 63) add_write(r->search, r->gid, r->bases[i] + UINT64_C(63) * WORD, OBJECT, false);
  }
}

static void write_through(struct reader *r, struct lead v, int64_t offset, uint64_t size) {
  uint64_t words = words_at(v.delta + offset, size, v.stride);
  note_writes(r, v.given, words);
  note_mask(r, &r->summary->deep, v.found);
  write_bases(r, v, words);
}

static void dig(struct reader *r, struct lead v, bool later, bool heap) {
  note_mask(r, &r->summary->deep, v.given | v.found);
  for (unsigned i = 0; i < r->base_count; i++)
    if (v.bases >> i & 1) write_led_to(r, r->bases[i], 2, later, heap);
}

static void keep(struct reader *r, struct lead v, bool later) {
  note_mask(r, &r->summary->keeps, v.given);
  note_mask(r, &r->summary->deep, v.given | v.found);
  for (unsigned i = 0; i < r->base_count; i++)
    if (v.bases >> i & 1) keep_variable(r, r->bases[i], later);
}

// --- places ---

static bool is_word(const struct reader *r, const struct place *p) { return p >= r->words && p < r->words + FRAME_WORDS; }

static struct lead get(const struct reader *r, const struct place *p) {
  struct lead v = p->epoch == r->epoch ? p->now : p->ever;
  return is_pointer(r->scattered) && is_word(r, p) ? either(v, r->scattered) : v;
}

static void add_ever(struct reader *r, struct place *p, struct lead v) {
  bool is_new = !is_pointer(p->ever) && !p->ever.delta && !p->ever.stride;
  struct lead ever = is_new ? v : either(p->ever, v);
  r->grew |= !same(ever, p->ever) && !(r->meet && p->is_kept);
  p->ever = ever;
}

static void keep_place(struct reader *r, struct place *p) {
  if (p->is_kept || r->kept_count == STACKED_KEPT) return;
  p->is_kept = true;
  r->kept[r->kept_count++] = p;
}

static void set(struct reader *r, struct place *p, struct lead v) {
  if (is_pointer(v)) keep_place(r, p);
  p->now = v;
  p->epoch = r->epoch;
  add_ever(r, p, v);
}

static struct place *word_of(struct reader *r, int64_t at) {
  int64_t index = (at >= 0 ? at / WORD : -((-at + WORD - 1) / WORD)) + FRAME_BELOW;
  return index >= 0 && index < FRAME_WORDS ? &r->words[index] : NULL;
}

static bool is_exact_frame(struct lead v) { return v.frame && !v.stride && !v.bases && !v.given && !v.found; }

// --- loads and stores ---

// What some object in the frame has, nobody knows where.
static struct lead load_any(struct reader *r) {
  const struct stacked_function *f = stacked_function_of(r->search->stacked, r->func);
  struct lead v = unknown;
  for (int64_t i = 0; i < FRAME_WORDS; i++) {
    uint32_t offset = (uint32_t)((i - FRAME_BELOW) * WORD + (int64_t)f->frame);
    struct lead own = get(r, &r->words[i]);
    if (is_pointer(own) && !stacked_is_spilled(f, offset)) v = is_pointer(v) ? either(v, own) : own;
  }
  return v;
}

static struct lead load(struct reader *r, struct lead from, int64_t offset, unsigned size) {
  struct search *s = r->search;
  if (is_exact_frame(from)) {
    const struct place *p = word_of(r, from.delta + offset);
    return p ? get(r, p) : unknown;
  }
  struct lead v = {.found = from.given | from.found, .stride = 1};
  if (size < WORD) return unknown;
  if (from.frame) v = either(v, load_any(r));
  for (unsigned i = 0; i < r->base_count; i++) {
    if (!(from.bases >> i & 1)) continue;
    uint64_t step = from.stride ? from.stride : WORD, at = r->bases[i] + (uint64_t)(from.delta + offset);
    if (step < WORD) step = WORD, at = r->bases[i];
    for (uint64_t end = at + (from.stride ? CONTENT : WORD); at < end; at += step) {
      uint64_t to = word_at(s, at);
      if (at != r->bases[i] && from.stride && image_is_marked(s->others, at < s->memory.size ? at : 0)) break;
      if (!is_variable(s, to) || (from.stride && to >= s->limit)) continue;  // in the heap one thing leads to all others
      struct lead led = base_of(r, to);
      v = is_pointer(v) ? either(v, led) : led;
    }
  }
  return v;
}

// A variable that leads there already, as a slice that is appended to, does not keep it anew. Length and capacity come with the pointer.
static struct lead without_led_to(const struct reader *r, struct lead to, int64_t offset, struct lead v) {
  for (unsigned i = 0; !to.stride && i < r->base_count; i++)
    for (unsigned k = 0; to.bases >> i & 1 && k < r->base_count; k++)
      for (unsigned back = 0; back < 3; back++)
        if (word_at(r->search, r->bases[i] + (uint64_t)(to.delta + offset) - back * (uint64_t)WORD) == r->bases[k])
          v.bases &= ~(UINT64_C(1) << k);
  return v;
}

static void store(struct reader *r, struct lead to, int64_t offset, unsigned size, struct lead v) {
  if (is_exact_frame(to)) {
    struct place *p = word_of(r, to.delta + offset);
    // What is given back.
    if (to.delta + offset >= WORD) {
      note_mask(r, &r->summary->gives, v.given);
      note_mask(r, &r->summary->gives_found, v.found);
    }
    for (unsigned i = 0; to.delta + offset >= WORD && i < r->base_count; i++) {
      if (!(v.bases >> i & 1)) continue;
      bool known = false;
      for (unsigned k = 0; k < r->summary->return_count; k++) known |= r->summary->returns[k] == r->bases[i];
      if (known || r->summary->return_count == RETURNS) continue;
      r->summary->returns[r->summary->return_count++] = r->bases[i];
      r->grew = true;
    }
    if (p && size == WORD) set(r, p, v), p->laid = r->epoch;
    if (!p) keep(r, v, true);
    return;
  }
  if (to.books) return;
  if (to.frame && is_pointer(v)) {
    struct lead scattered = is_pointer(r->scattered) ? either(r->scattered, v) : v;
    r->grew |= !same(scattered, r->scattered);
    r->scattered = scattered;
  }
  write_through(r, to, offset, size);
  // What has a pointer to itself does not keep it, as a builder of texts.
  bool itself = v.given == to.given && v.bases == to.bases && v.found == to.found;
  if (!itself) keep(r, without_led_to(r, to, offset, v), true);
}

static void copy(struct reader *r, struct lead to, struct lead from, struct lead size) {
  bool known = !size.stride && !is_pointer(size) && size.delta >= 0 && size.delta <= CONTENT * 4;
  if (!is_exact_frame(to)) {
    write_through(r, to, 0, known ? (uint64_t)size.delta : UINT64_C(64) * WORD);
    dig(r, from, true, false);
    return;
  }
  for (int64_t at = 0; at < (known ? size.delta : CONTENT); at += WORD) {
    struct place *p = word_of(r, to.delta + at);
    if (p) set(r, p, load(r, from, at, WORD));
  }
}

// --- calls ---

static struct lead pop(struct reader *r) { return r->height ? r->stack[--r->height] : unknown; }
static void push(struct reader *r, struct lead v) {
  if (r->height < OPERANDS) r->stack[r->height++] = v;
}

static const struct summary *summary_of(struct search *s, uint32_t func, unsigned depth);

static bool is_core(const struct search *s, uint32_t func) {
  return symbols_is_core(program_name(s->program, program_gid(s->program, s->instance, func)));
}

// The first of the offsets in the frame that lies behind `at`, or `end`.
static int64_t next_of(const uint32_t *offsets, uint32_t count, uint32_t frame, int64_t at, int64_t end) {
  for (uint32_t i = 0; i < count; i++) {
    int64_t next = (int64_t)offsets[i] - (int64_t)frame;
    if (next > at && next < end) end = next;
  }
  return end;
}

// Where the object in the frame is a closure: the function whose address it begins with; UINT32_MAX: it begins with none.
static uint32_t closure_at(struct reader *r, int64_t at) {
  const struct search *s = r->search;
  const struct place *p = word_of(r, at);
  struct lead v = p ? get(r, p) : unknown;
  const struct cm_table *table = cm_graph_table(s->program->graph, s->instance, 0);
  if (is_pointer(v) || v.stride || !is_code(s, (uint64_t)v.delta) || !table) return UINT32_MAX;
  const struct cm_table_entry *e = &table->entries[(uint64_t)v.delta >> STACKED_ADDRESS_SHIFT];
  return e->instance == s->instance && e->func < s->module->func_count ? e->func : UINT32_MAX;
}

// An object in the frame is handed on to who looks for pointers in it. What a closure captured is its own function's.
static void hand_content(struct reader *r, int64_t at, bool later) {
  uint32_t closure = closure_at(r, at);
  if (closure != UINT32_MAX && !(summary_of(r->search, closure, r->depth + 1)->deep >> CAPTURED & 1)) return;
  int64_t end = at < 0 && at + CONTENT > 0 ? 0 : at + CONTENT;
  const struct stacked_function *f = stacked_function_of(r->search->stacked, r->func);
  end = next_of(f->taken, f->count, f->frame, at, end);
  end = next_of(f->spilled, f->spilled_count, f->frame, at, end);
  for (; at < end; at += WORD) {
    const struct place *p = word_of(r, at);
    if (p && is_pointer(get(r, p))) keep(r, get(r, p), later);
  }
}

static void hand(struct reader *r, struct lead v, uint64_t words, bool keeps, bool deep, bool later) {
  if (words) {
    uint64_t moved = words;
    if (v.stride || v.delta < 0 || v.delta % WORD || v.delta / WORD > 62)
      moved = v.delta ? anywhere : words;
    else if (words != anywhere && v.delta)
      moved = words << v.delta / WORD | (words >> (63 - v.delta / WORD) ? UINT64_C(1) << 63 : 0);
    if (v.stride) moved = anywhere;
    note_writes(r, v.given, moved);
    note_mask(r, &r->summary->deep, v.found);
    write_bases(r, v, moved);
  }
  if (keeps) keep(r, v, later);
  if (deep) dig(r, v, later, !later);
  if (deep && v.found) note_mask(r, &r->summary->deep, v.found);
  if (v.frame && (keeps || deep)) {
    if (v.stride)
      keep(r, load_any(r), later);
    else
      hand_content(r, v.delta, later);
  }
}

// What may be found where the value leads to.
static struct lead look_up(struct reader *r, struct lead v) {
  v.stride = WORD;
  v.delta = 0;
  return v.frame ? unknown : load(r, v, 0, WORD);
}

// What is called finds what it captured where the context leads to. Returns what of that it may give back.
static struct lead call_captured(struct reader *r, uint32_t func) {
  struct lead v = r->context, back = unknown;
  r->context = unknown;
  if (!is_pointer(v)) return unknown;
  if (func == UINT32_MAX && is_exact_frame(v)) func = closure_at(r, v.delta);
  const struct summary *callee = func != UINT32_MAX ? summary_of(r->search, func, r->depth + 1) : NULL;
  if (!callee || callee->deep >> CAPTURED & 1) hand(r, v, 0, false, true, true);
  if (callee && !((callee->gives | callee->gives_found) >> CAPTURED & 1)) return unknown;
  for (int64_t at = v.delta; is_exact_frame(v) && at < v.delta + CAPTURED_MOST; at += WORD) {
    const struct place *p = word_of(r, at);
    struct lead captured = p ? get(r, p) : unknown;
    if (is_pointer(captured)) back = is_pointer(back) ? either(back, captured) : captured;
  }
  return v.given || v.found ? (struct lead){.found = v.given | v.found, .stride = 1} : back;
}

static void call_stacked(struct reader *r, uint32_t func) {
  struct search *s = r->search;
  bool direct = func != UINT32_MAX, core = direct && is_core(s, func);
  const struct stacked_function *f = direct ? stacked_function_of(s->stacked, func) : NULL;
  unsigned count = f ? f->area / WORD : INDIRECT_WORDS;
  if (count > CAPTURED) count = CAPTURED;
  // There is no frame yet: what grows the stack is called. Where no return address was pushed either, the function goes on as another one.
  if (r->stack_depth.now + WORD >= 0 && r->stack_depth.now) count = 0;
  struct lead all = call_captured(r, func);
  bool any = is_pointer(all);
  int64_t from = r->stack_depth.now + WORD;
  const struct summary *callee = NULL;
  for (unsigned w = 0; w < count; w++) {
    struct place *p = word_of(r, from + w * (int64_t)WORD);
    // What the callee does not read is a result, or what an earlier call left there.
    bool is_read = !f || w >= STACKED_WORDS || f->reads >> w & 1;
    if (!p || !is_read || (!direct && p->laid != r->epoch)) continue;
    struct lead v = get(r, p);
    if (!is_pointer(v)) continue;
    if (direct && !callee) callee = summary_of(s, func, r->depth + 1);
    bool gives = !callee || callee->gives >> w & 1, gives_found = callee && callee->gives_found >> w & 1;
    struct lead back = gives ? v : unknown;
    if (gives_found) back = gives ? either(back, look_up(r, v)) : look_up(r, v);
    if (is_pointer(back)) all = any ? either(all, back) : back;
    any |= is_pointer(back);
    if (callee)
      hand(r, v, callee->writes[w], callee->keeps >> w & 1, callee->deep >> w & 1, !core);
    else
      hand(r, v, w ? anywhere : s->methods.writes[0], w || s->methods.keeps & 1, w || s->methods.deep & 1, true);
  }
  if (direct && !callee && s->summaries[func].is_read) callee = &s->summaries[func];
  for (unsigned i = 0; callee && i < callee->return_count; i++) {
    struct lead v = base_of(r, callee->returns[i]);
    all = any ? either(all, v) : v;
    any = true;
  }
  if (any) all = blurred(all);
  for (unsigned w = 0; w < count; w++) {
    struct place *p = word_of(r, from + w * (int64_t)WORD);
    // How many results there are is not known of a function that is not: what stands there may be the frame's own.
    if (p) set(r, p, direct ? (any ? all : unknown) : either(get(r, p), any ? all : unknown)), p->laid = 0;
  }
  r->stack_depth.now += WORD;
}

static void call(struct reader *r, const struct core_instr *i) {
  const struct core_module *m = r->search->module;
  bool direct = i->op == CORE_OP_CALL;
  const struct core_type *type = direct ? core_func_type(m, i->index) : i->pair.a < m->type_count ? &m->types[i->pair.a] : NULL;
  if (!direct) pop(r);
  if (!type) return;
  bool imported = direct && i->index < m->imported[CORE_FUNC];
  for (uint32_t p = 0; p < type->param_count; p++) {
    struct lead v = pop(r);
    if (imported) hand(r, v, anywhere, true, true, false);
  }
  struct lead result = {.stride = 1, .books = !type->param_count && !imported};
  for (uint32_t n = 0; n < type->result_count; n++) push(r, result);
  bool is_stacked =
      type->param_count == 1 && type->result_count == 1 && type->params[0].code == CORE_I32 && type->results[0].code == CORE_I32;
  if (is_stacked && !imported) call_stacked(r, direct ? i->index : UINT32_MAX);
}

// --- instructions ---

static unsigned access_size(const struct core_instr *i) { return 1U << core_op_align_log2(i->op); }

static struct lead times(struct lead a, struct lead b, bool shift) {
  if (is_pointer(a) || is_pointer(b)) return unknown;
  if (!shift && !a.stride && b.stride) return times(b, a, false);
  if (b.stride || b.delta < 0 || (shift && b.delta > 24)) return unknown;
  uint64_t by = shift ? UINT64_C(1) << b.delta : (uint64_t)b.delta;
  if (by > 1 << 24) return unknown;
  return bounded((struct lead){.stride = common(a.stride * by, 0), .delta = (int64_t)((uint64_t)a.delta * by)});
}

static void by_signature(struct reader *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  const char *p = info->signature;
  bool memory = info->immediate == CORE_IMM_MEMARG, gives = strchr(p, ':') && strchr(p, ':')[1];
  int64_t offset = memory && i->mem.offset < (uint64_t)delta_most ? (int64_t)i->mem.offset : delta_most;
  if (memory && !gives) {
    struct lead v = pop(r), to = pop(r);
    store(r, to, offset, access_size(i), v);
    return;
  }
  if (memory) {
    push(r, load(r, pop(r), offset, access_size(i)));
    return;
  }
  struct lead all = unknown;
  for (; *p && *p != ':'; p++) {
    struct lead v = pop(r);
    if (is_pointer(v)) all = is_pointer(all) ? either(all, v) : v;
  }
  all = blurred(all);
  for (p += *p == ':'; *p; p++) push(r, all);
}

static void control(struct reader *r, const struct core_instr *i) {
  struct stacked_kept kept = {.count = r->kept_count};
  for (unsigned n = 0; r->meet && n < r->kept_count; n++) kept.at[n] = get(r, r->kept[n]);
  r->epoch += i->op == CORE_OP_ELSE || i->op == CORE_OP_LOOP || i->op == CORE_OP_END;
  r->height = 0;
  if (!r->meet) return;
  r->grew |= stacked_meet_turn(r->meet, i, &kept);
  for (unsigned n = 0; n < r->kept_count; n++) r->kept[n]->now = kept.at[n], r->kept[n]->epoch = r->epoch;
}

static void set_local(struct reader *r, uint32_t local, struct lead v) {
  if (local == r->pointer_local && is_exact_frame(v))
    r->stack_depth.now = v.delta;
  else if (local < LOCALS && local != r->pointer_local)
    set(r, &r->locals[local], v);
}

static struct lead constant(struct reader *r, uint64_t n) {
  if (!r->has_variables) return number((int64_t)n);
  bool near = n >= r->search->from && n < r->search->limit && n >= LIFT && !image_is_marked(r->search->others, n);
  return near ? base_of(r, n) : number((int64_t)n);
}

static void step(struct reader *r, const struct core_instr *i) {
  struct lead a, b, c;
  switch (i->op) {
    case CORE_OP_I32_CONST: push(r, constant(r, (uint64_t)(int64_t)i->i32)); return;
    case CORE_OP_I64_CONST: push(r, constant(r, (uint64_t)i->i64)); return;
    case CORE_OP_LOCAL_GET:
      if (i->index == r->pointer_local)
        push(r, (struct lead){.frame = true, .delta = r->stack_depth.now});
      else
        push(r, i->index < LOCALS ? get(r, &r->locals[i->index]) : unknown);
      return;
    case CORE_OP_LOCAL_SET: set_local(r, i->index, pop(r)); return;
    case CORE_OP_LOCAL_TEE:
      a = pop(r);
      set_local(r, i->index, a);
      push(r, a);
      return;
    case CORE_OP_GLOBAL_GET:
      a = i->index == r->search->stacked->pointer ? (struct lead){.frame = true, .delta = r->stack_depth.now} : unknown;
      if (i->index == r->search->stacked->context) a = (struct lead){.given = UINT32_C(1) << CAPTURED};
      push(r, a);
      return;
    case CORE_OP_GLOBAL_SET:
      a = pop(r);
      if (i->index == r->search->stacked->context) r->context = a;
      if (i->index == r->search->stacked->pointer && is_exact_frame(a)) r->stack_depth.now = a.delta;
      return;
    case CORE_OP_I32_ADD:
    case CORE_OP_I64_ADD:
    case CORE_OP_I32_SUB:
    case CORE_OP_I64_SUB:
      b = pop(r), a = pop(r);
      push(r, sum(a, b, i->op == CORE_OP_I32_SUB || i->op == CORE_OP_I64_SUB));
      return;
    case CORE_OP_I64_MUL:
    case CORE_OP_I64_SHL:
      b = pop(r), a = pop(r);
      push(r, times(a, b, i->op == CORE_OP_I64_SHL));
      return;
    case CORE_OP_I32_WRAP_I64:
    case CORE_OP_I64_EXTEND_I32_U: return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT: call(r, i); return;
    case CORE_OP_SELECT:
      pop(r);
      b = pop(r), a = pop(r);
      push(r, either(a, b));
      return;
    case CORE_OP_MEMORY_COPY:
      c = pop(r), b = pop(r), a = pop(r);
      copy(r, a, b, c);
      return;
    case CORE_OP_MEMORY_FILL:
      c = pop(r), pop(r), a = pop(r);
      if (!is_exact_frame(a))
        write_through(r, a, 0,
                      c.stride || is_pointer(c) || c.delta < 0 || c.delta > CONTENT * 4 ? UINT64_C(64) * WORD : (uint64_t)c.delta);
      return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    control(r, i);
  else
    by_signature(r, i);
}

// --- bodies ---

// The local that the body begins with putting the stack pointer in.
static uint32_t pointer_local(const struct search *s, uint32_t func) {
  struct core_code code;
  struct core_instr i;
  if (!core_code_begin(&code, NULL, s->module, func, NULL, NULL, NULL) || !code_next(&code, &i) || i.op != CORE_OP_GLOBAL_GET ||
      i.index != s->stacked->pointer || !code_next(&code, &i) || i.op != CORE_OP_LOCAL_SET)
    return UINT32_MAX;
  return i.index;
}

// What the word has at entry.
static struct lead argument_at(const struct reader *r, const struct place *p) {
  int64_t w = (p - r->words) - FRAME_BELOW - 1;
  uint64_t reads = stacked_function_of(r->search->stacked, r->func)->reads;
  if (w < 0 || w >= CAPTURED || !(reads >> w & 1)) return unknown;
  return (struct lead){.given = UINT32_C(1) << w};
}

static void begin_kept(struct reader *r) {
  stacked_meet_begin(r->meet);
  for (unsigned n = 0; n < r->kept_count; n++) {
    r->kept[n]->now = is_word(r, r->kept[n]) ? argument_at(r, r->kept[n]) : unknown;
    r->kept[n]->epoch = r->epoch;
  }
}

static void read_once(struct reader *r) {
  struct core_code code;
  r->height = 0;
  r->stack_depth = stacked_depth_at_entry();
  r->grew = false;
  r->epoch++;
  if (r->meet) begin_kept(r);
  if (!core_code_begin(&code, NULL, r->search->module, r->func, NULL, NULL, NULL)) return;
  for (struct core_instr i; r->search->steps_left && code_next(&code, &i);) {
    spend(r->search, 1);
    if (r->meet) stacked_meet_see(r->meet, &i);
    step(r, &i);
    stacked_depth_turn(&r->stack_depth, i.op);
  }
}

static bool is_programs(const struct search *s, uint32_t gid) {
  enum symbols_owner owner = symbols_owner_of(program_name(s->program, gid));
  return owner == SYMBOLS_UNKNOWN ? !s->own[gid] : owner == SYMBOLS_PROGRAM;
}

static void read_body(struct search *s, struct reader *r, uint32_t func, unsigned depth) {
  *r = (struct reader){.search = s,
                       .summary = &s->summaries[func],
                       .func = func,
                       .gid = program_gid(s->program, s->instance, func),
                       .depth = depth,
                       .pointer_local = pointer_local(s, func)};
  r->has_variables = is_programs(s, r->gid);
  for (int64_t w = 0; w < CAPTURED; w++) {
    struct place *p = word_of(r, (w + 1) * WORD);
    if (p && is_pointer(argument_at(r, p))) p->ever = argument_at(r, p), keep_place(r, p);
  }
  r->meet = stacked_meet_new();
  bool done = false;
  for (unsigned n = 0; n < READINGS_BY_LABEL && r->meet && !done && stacked_meet_is_sound(r->meet); n++) {
    const struct summary before = *r->summary;
    read_once(r);
    done = !r->grew && stacked_meet_is_sound(r->meet);
    if (n && !summary_equal(&before, r->summary)) s->changed = true;
  }
  stacked_meet_free(r->meet);
  r->meet = NULL;
  // A body that is no such machine, or of which more would come yet.
  for (unsigned n = 0; n < READINGS && !done; n++) {
    read_once(r);
    done = !r->grew;
    if (n && !done) s->changed = true;
  }
}

static const struct summary *summary_of(struct search *s, uint32_t func, unsigned depth) {
  struct summary *u = &s->summaries[func];
  if (u->is_being_read || (u->is_read && u->round == s->round)) return u;
  struct cm_str name = program_name(s->program, program_gid(s->program, s->instance, func));
  bool core = is_core(s, func) && !stacked_function_of(s->stacked, func)->is_leaf && !symbols_is_atomic(name);
  if (core && !u->is_read) summary_of_core(name, u);
  if (core || symbols_only_reads(name)) return u;
  struct reader *r = depth < DEPTH && s->steps_left ? malloc(sizeof *r) : NULL;
  if (!r) {
    if (!u->is_read) summary_give_up(u);
    return u;
  }
  u->is_being_read = true;
  u->round = s->round;
  read_body(s, r, func, depth);
  u->is_being_read = false;
  u->is_read = true;
  free(r);
  return u;
}

struct mentioning {
  struct search *search;
  uint8_t *mentions;
};

static void see_mention(void *context, uint32_t func, uint64_t address) {
  struct mentioning *m = context;
  m->mentions[func] = 1;
  bool own = is_programs(m->search, program_gid(m->search->program, m->search->instance, func));
  if (!own && address < m->search->memory.size) image_mark(m->search->others, address, true);
}

// Of what was not looked at any more nothing is known: all variables may be written to, at any time.
static void add_all(struct search *s) {
  uint32_t gid = program_gid(s->program, s->instance, 0);
  while (gid + 1 < s->program->func_count && !s->program->is_entry[gid]) gid++;
  struct stacked_write all = {{s->from, s->memory.size}, gid, true};
  if (s->from < s->memory.size && cm_grow(s->arena, &s->writes, &s->room, s->count, sizeof *s->writes))
    s->writes[s->count++] = all;
  else
    s->no_memory = true;
}

bool stacked_flow_find(struct program *program, uint32_t instance, const uint8_t *own, struct cm_span memory, uint64_t limit,
                       struct stacked_write **writes, size_t *count) {
  const struct program_instance *in = &program->instances[instance];
  struct search s = {.program = program,
                     .arena = program->arena,
                     .instance = instance,
                     .module = in->module,
                     .stacked = in->stacked,
                     .own = own,
                     .memory = memory,
                     .from = in->stacked->variables,
                     .limit = limit,
                     .steps_left = steps_most};
  const struct cm_table *table = cm_graph_table(program->graph, instance, 0);
  s.table_size = table ? table->size : 0;
  s.summaries = cm_alloc_array(s.arena, in->module->func_count, sizeof *s.summaries);
  struct mentioning m = {&s, cm_alloc_array(s.arena, in->module->func_count, 1)};
  s.later = cm_alloc_array(s.arena, memory.size / 8 + 1, 1);
  s.others = cm_alloc_array(s.arena, memory.size / 8 + 1, 1);
  s.seen = cm_alloc_array(s.arena, memory.size / 8 + 1, 1);
  if (!s.summaries || !m.mentions || !s.later || !s.others || !s.seen) return false;
  stacked_mentions(in->stacked, s.from, s.limit, see_mention, &m);
  for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++) {
    uint32_t gid = program_gid(program, instance, f);
    if (!in->stacked->taken[f] || !is_programs(&s, gid) || !stacked_is_typed(in->module, f)) continue;
    s.round = 1;
    const struct summary *u = summary_of(&s, f, 0);
    s.methods.writes[0] |= u->writes[0];
    s.methods.keeps |= u->keeps;
    s.methods.deep |= u->deep;
  }
  for (s.round = 1; s.round <= ROUNDS; s.round++) {
    s.changed = false;
    for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++) {
      uint32_t gid = program_gid(program, instance, f);
      if (m.mentions[f] && is_programs(&s, gid) && program->reached[gid] & 1 && stacked_is_typed(in->module, f))
        summary_of(&s, f, 0);
    }
    if (!s.changed) break;
  }
  // Of what was not looked at any more nothing is known: all variables may be written to, at any time.
  if (!s.steps_left) add_all(&s);
  *writes = s.writes;
  *count = s.count;
  return !s.no_memory;
}
