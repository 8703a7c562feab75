// Recognizing such machines, and reading what their functions do to the stack.
//
// A module is one when many functions of the type begin by fetching the stack pointer and jump by their parameter. What a function does to
// the stack is read in the order of its code: operands that are the stack pointer at entry plus a number are followed, through the
// local that holds it, sums and conversions. A call pops its return address; code behind a jump finds the frame as the last label did.

#include "stacked.h"

#include "base/sorted.h"
#include "code.h"
#include "stacked_depth.h"

#include <stdlib.h>

enum { SAMPLED = 256, DISPATCHERS = 4, HEAD = 2048, OPERANDS = 64, LOCALS = 64, GOING_ON_MOST = 8, FRAME_MOST = 1 << 20 };

bool stacked_is_typed(const struct core_module *module, uint32_t func) {
  const struct core_type *type = core_func_type(module, func);
  return type && type->param_count == 1 && type->result_count == 1 && type->params[0].code == CORE_I32 &&
         type->results[0].code == CORE_I32;
}

struct head {
  bool fetches, dispatches;
  uint32_t pointer, local;
};

// The beginning of a body: `global.get P, local.set S, (block | loop)*, local.get 0, br_table`.
static struct head read_head(const struct core_module *module, uint32_t func) {
  struct head h = {0};
  struct core_code code;
  struct core_instr i;
  if (!core_code_begin(&code, NULL, module, func, NULL, NULL, NULL)) return h;
  if (!code_next(&code, &i) || i.op != CORE_OP_GLOBAL_GET) return h;
  h.pointer = i.index;
  if (!code_next(&code, &i) || i.op != CORE_OP_LOCAL_SET || !i.index) return h;
  h.local = i.index;
  h.fetches = true;
  for (unsigned n = 0; n < HEAD && code_next(&code, &i); n++) {
    if (i.op == CORE_OP_BLOCK || i.op == CORE_OP_LOOP) continue;
    if (i.op != CORE_OP_LOCAL_GET || i.index) return h;
    h.dispatches = code_next(&code, &i) && i.op == CORE_OP_BR_TABLE;
    return h;
  }
  return h;
}

// `global.get G, i32.wrap_i64, i32.load offset=K`, as near the beginning of a body as it stands in those that call.
static bool read_guard(struct stacked *s, uint32_t func) {
  struct core_code code;
  struct core_instr i;
  unsigned matched = 0;
  if (!core_code_begin(&code, NULL, s->module, func, NULL, NULL, NULL)) return false;
  for (unsigned n = 0; n < HEAD && code_next(&code, &i); n++) {
    if (i.op == CORE_OP_GLOBAL_GET && i.index != s->pointer) {
      s->guard_global = i.index;
      matched = 1;
    } else if (matched == 1 && i.op == CORE_OP_I32_WRAP_I64) {
      matched = 2;
    } else if (matched == 2 && i.op == CORE_OP_I32_LOAD) {
      s->guard_offset = i.mem.offset;
      return true;
    } else {
      matched = 0;
    }
    if (i.op == CORE_OP_IF) return false;
  }
  return false;
}

// `local.get …, global.set G, …, call_indirect`: how a closure is told where its captured variables are. The last such global is taken.
static uint32_t read_context(const struct stacked *s, uint32_t func) {
  struct core_code code;
  uint32_t set = UINT32_MAX;
  if (!core_code_begin(&code, NULL, s->module, func, NULL, NULL, NULL)) return UINT32_MAX;
  for (struct core_instr i; code_next(&code, &i);) {
    if (i.op == CORE_OP_GLOBAL_SET && i.index != s->pointer) set = i.index;
    if (i.op == CORE_OP_CALL || i.op == CORE_OP_END) set = UINT32_MAX;
    if (i.op == CORE_OP_CALL_INDIRECT && set != UINT32_MAX) return set;
  }
  return UINT32_MAX;
}

struct stacked *stacked_recognize(struct cm_arena *arena, const struct core_module *module) {
  if (!module->table_count || !module->memory_count || !module->global_count) return NULL;
  unsigned sampled = 0, fetching = 0, dispatching = 0;
  uint32_t pointer = UINT32_MAX, guarded = UINT32_MAX;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count && sampled < SAMPLED; f++) {
    if (!stacked_is_typed(module, f)) continue;
    struct head h = read_head(module, f);
    sampled++;
    if (h.fetches && pointer == UINT32_MAX) pointer = h.pointer;
    if (!h.fetches || h.pointer != pointer) continue;
    fetching++;
    dispatching += h.dispatches;
    if (h.dispatches) guarded = f;
  }
  bool right = pointer < module->global_count && module->globals[pointer].type.is_mutable &&
               module->globals[pointer].type.type.code == CORE_I32;
  if (!right || dispatching < DISPATCHERS || fetching < sampled / 2 || dispatching < sampled / 4) return NULL;
  struct stacked *s = cm_alloc(arena, sizeof *s);
  if (!s) return NULL;
  *s = (struct stacked){.module = module, .arena = arena, .pointer = pointer, .context = UINT32_MAX, .variables = UINT64_MAX};
  s->functions = cm_alloc_array(arena, module->func_count, sizeof *s->functions);
  if (!s->functions) return NULL;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count && s->context == UINT32_MAX; f++)
    if (stacked_is_typed(module, f) && read_head(module, f).dispatches) s->context = read_context(s, f);
  for (uint32_t f = guarded; f < module->func_count && !s->has_guard && f < guarded + SAMPLED; f++)
    s->has_guard = stacked_is_typed(module, f) && read_head(module, f).dispatches && read_guard(s, f);
  return s;
}

// --- addresses of functions ---

static void note_address(struct stacked *s, const struct cm_table *table, uint32_t instance, uint64_t word, uint32_t not_this) {
  uint64_t index = word >> STACKED_ADDRESS_SHIFT;
  if (!index || word & ((UINT64_C(1) << STACKED_ADDRESS_SHIFT) - 1) || index >= table->size) return;
  struct cm_table_entry e = table->entries[index];
  if (e.instance == instance && e.func < s->module->func_count && e.func != not_this) s->taken[e.func] = 1;
}

static uint64_t read_sleb(const uint8_t *at, const uint8_t *end, const uint8_t **next) {
  uint64_t value = 0;
  for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
    uint8_t byte = *at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte & 0x80) continue;
    if (byte & 0x40 && shift + 7 < 64) value |= UINT64_MAX << (shift + 7);
    break;
  }
  *next = at;
  return value;
}

// Any `i64.const` in the bytes of a body, be it one or not. A function's own address is where it goes on after its stack has grown.
static void scan_body(struct stacked *s, const struct cm_table *table, uint32_t instance, uint32_t func) {
  enum { I64_CONST = 0x42 };
  struct cm_span body = s->module->funcs[func].body;
  const uint8_t *end = body.at + body.size;
  for (const uint8_t *at = body.at; at < end && (at = memchr(at, I64_CONST, (size_t)(end - at))) != NULL;) {
    const uint8_t *next;
    note_address(s, table, instance, read_sleb(at + 1, end, &next), func);
    at++;
  }
}

void stacked_mentions(const struct stacked *s, uint64_t from, uint64_t to,
                      void (*visit)(void *context, uint32_t func, uint64_t address), void *context) {
  enum { I32_CONST = 0x41, I64_CONST = 0x42 };
  for (uint32_t f = s->module->imported[CORE_FUNC]; f < s->module->func_count; f++) {
    struct cm_span body = s->module->funcs[f].body;
    const uint8_t *end = body.at + body.size;
    for (const uint8_t *at = body.at; at < end; at++) {
      const uint8_t *next;
      if (*at != I32_CONST && *at != I64_CONST) continue;
      uint64_t number = read_sleb(at + 1, end, &next);
      if (number >= from && number < to) visit(context, f, number);
    }
  }
}

enum { DATA_MOST = 1 << 26 };

static bool lay_out_data(struct stacked *s) {
  const struct core_module *m = s->module;
  uint64_t address, end = 0;
  for (unsigned fill = 0; fill < 2; fill++) {
    for (uint32_t d = 0; d < m->data_count; d++) {
      const struct core_data *data = &m->datas[d];
      if (data->mode != CORE_ACTIVE || data->memory || !core_const_eval(m, data->start, NULL, NULL, &address)) continue;
      if (address > DATA_MOST || data->bytes.size > DATA_MOST - address) continue;
      if (fill) memcpy((uint8_t *)(uintptr_t)s->data.at + address, data->bytes.at, data->bytes.size);
      if (address + data->bytes.size > end) end = address + data->bytes.size;
    }
    if (fill) break;
    s->data = (struct cm_span){cm_alloc_array(s->arena, (size_t)end + 8, 1), (size_t)end};
    if (!s->data.at) return false;
  }
  return true;
}

// A word of the data; 0 where none stands.
static uint64_t data_word(const struct stacked *s, uint64_t at) {
  uint64_t word = 0;
  if (at < s->data.size) memcpy(&word, s->data.at + at, sizeof word);  // there is room behind the end
  return word;
}

bool stacked_find_taken(struct stacked *s, const struct cm_table *table, uint32_t instance) {
  const struct core_module *m = s->module;
  s->taken = cm_alloc_array(s->arena, m->func_count, 1);
  if (!s->taken || !lay_out_data(s)) return false;
  if (!table) return true;
  for (uint64_t at = 0; at < s->data.size; at += 8) note_address(s, table, instance, data_word(s, at), UINT32_MAX);
  for (uint32_t f = m->imported[CORE_FUNC]; f < m->func_count; f++) scan_body(s, table, instance, f);
  return true;
}

// --- who holds an address ---

enum { WORDS_MOST = 256, METHODS_MOST = 16, TABLE_MOST = 512, HEADER_OF_METHODS = 24 };

// Words of the data that are of interest.
struct holders {
  struct stacked *stacked;
  const struct cm_table *table;
  uint32_t instance;
  uint64_t words[WORDS_MOST];  // where they stand
  size_t count;
};

// Adds all places of data where `word` stands.
static void find_words(struct holders *h, uint64_t word) {
  for (uint64_t at = 0; at < h->stacked->data.size && h->count < WORDS_MOST; at += 8)
    if (data_word(h->stacked, at) == word) h->words[h->count++] = at;
}

static bool is_code(const struct holders *h, uint64_t word) {
  uint64_t index = word >> STACKED_ADDRESS_SHIFT;
  return index && index << STACKED_ADDRESS_SHIFT == word && index < h->table->size &&
         h->table->entries[index].instance == h->instance;
}

// A table of methods begins with what is no code, and then has methods up to the one at `word`.
static bool is_method_table(const struct holders *h, uint64_t at, uint64_t word) {
  const struct stacked *s = h->stacked;
  if (is_code(h, data_word(s, at)) || is_code(h, data_word(s, at + 8))) return false;
  for (uint64_t method = at + HEADER_OF_METHODS; method < word; method += 8)
    if (!is_code(h, data_word(s, method))) return false;
  return true;
}

// Is it a table of methods that the linker made: two types, and the hash that the second one has (internal/abi/iface.go, ITab)? The object of a
// function that stands behind other data looks much like one.
static bool is_linked_table(const struct holders *h, uint64_t at, uint64_t word) {
  enum { HASH_OF_TYPE = 16 };
  const struct stacked *s = h->stacked;
  uint64_t interface = data_word(s, at), type = data_word(s, at + 8), hash = data_word(s, at + 16);
  bool types = interface && type && interface % 8 == 0 && type % 8 == 0 && interface < s->data.size && type < s->data.size;
  return types && hash && hash <= UINT32_MAX && (uint32_t)data_word(s, type + HASH_OF_TYPE) == hash && is_method_table(h, at, word);
}

enum nearness { EXACTLY, AS_METHOD, IN_TABLE, NOWHERE };

// Is the constant the address of an object that has one of the words: that word itself, a table of methods, a table?
static bool is_near(const struct holders *h, uint64_t number, enum nearness nearness) {
  for (size_t i = 0; i < h->count; i++) {
    uint64_t before = h->words[i] - number;
    if (number > h->words[i]) continue;
    if (!before && nearness == EXACTLY) return true;
    bool method = before % 8 == 0 && before >= HEADER_OF_METHODS && before < HEADER_OF_METHODS + METHODS_MOST * 8;
    if (nearness == AS_METHOD && method && is_method_table(h, number, h->words[i])) return true;
    if (nearness == IN_TABLE && before % 8 == 0 && before <= TABLE_MOST) return true;
  }
  return false;
}

// Tells whose bodies have such a constant, or (`own` not 0) that number itself. Returns how many.
static uint32_t tell_holders(const struct holders *h, enum nearness nearness, uint64_t own, uint32_t not_this,
                             void (*visit)(void *context, uint32_t holder), void *context) {
  enum { I64_CONST = 0x42 };
  const struct core_module *m = h->stacked->module;
  uint32_t told = 0;
  for (uint32_t f = m->imported[CORE_FUNC]; f < m->func_count; f++) {
    struct cm_span body = m->funcs[f].body;
    const uint8_t *end = body.at + body.size;
    bool holds = false;
    for (const uint8_t *at = body.at; !holds && at < end && (at = memchr(at, I64_CONST, (size_t)(end - at))) != NULL; at++) {
      const uint8_t *next;
      uint64_t number = read_sleb(at + 1, end, &next);
      holds = is_near(h, number, nearness) || (own && number == own && f != not_this);
    }
    if (!holds) continue;
    visit(context, f);
    told++;
  }
  return told;
}

static void see_nothing(void *context, uint32_t holder) { (void)context, (void)holder; }

bool stacked_holders(struct stacked *s, const struct cm_table *table, uint32_t instance, uint32_t func,
                     void (*visit)(void *context, uint32_t holder), void *context) {
  struct holders *h = cm_alloc(s->arena, sizeof *h);
  if (!h) return false;
  *h = (struct holders){.stacked = s, .table = table, .instance = instance};
  uint64_t own = 0;
  for (uint32_t i = 0; i < table->size && !own; i++)
    if (table->entries[i].instance == instance && table->entries[i].func == func) own = (uint64_t)i << STACKED_ADDRESS_SHIFT;
  if (!own) return true;
  find_words(h, own);
  // Its own address in code is a closure's; a word of data is what pointers to functions lead to, or stands in a table of methods. Pointers to
  // those words may stand in data again.
  tell_holders(h, EXACTLY, own, func, visit, context);
  tell_holders(h, AS_METHOD, 0, func, visit, context);
  struct holders *outer = cm_alloc(s->arena, sizeof *outer);
  if (!outer) return false;
  *outer = (struct holders){.stacked = s, .table = table, .instance = instance};
  for (size_t i = 0; i < h->count; i++) find_words(outer, h->words[i]);
  if (outer->count) tell_holders(outer, IN_TABLE, 0, func, visit, context);
  return true;
}

bool stacked_is_method(struct stacked *s, const struct cm_table *table, uint32_t instance, uint32_t func) {
  struct holders h = {.stacked = s, .table = table, .instance = instance};
  uint64_t own = 0;
  for (uint32_t i = 0; i < table->size && !own; i++)
    if (table->entries[i].instance == instance && table->entries[i].func == func) own = (uint64_t)i << STACKED_ADDRESS_SHIFT;
  find_words(&h, own);
  for (size_t i = 0; i < h.count; i++) {
    bool in_table = false;
    for (unsigned m = 0; m < METHODS_MOST && !in_table; m++) {
      uint64_t before = HEADER_OF_METHODS + m * UINT64_C(8);
      in_table = h.words[i] >= before && is_linked_table(&h, h.words[i] - before, h.words[i]);
    }
    if (!in_table) return false;
  }
  return own && h.count && h.count < WORDS_MOST && !tell_holders(&h, NOWHERE, own, func, see_nothing, NULL);
}

// --- one function ---

// An operand: a number, or the stack pointer at entry plus one.
struct operand {
  enum { OTHER, NUMBER, PLACE } kind;
  int64_t number;
};

// What a local was given since code came to the last label.
struct local_place {
  struct operand place;
  uint32_t label;  // that it is so behind
};

struct frame_reader {
  struct stacked *stacked;
  struct stacked_function *function;
  const struct core_module *module;
  uint32_t local;  // that holds the stack pointer
  struct operand stack[OPERANDS];
  unsigned height;
  struct stacked_depth depth;  // of that local
  int64_t *taken, *spilled;
  size_t taken_count, taken_room, spilled_count, spilled_room;
  uint64_t wrote;  // words of the caller's area
  unsigned calls, returns;
  uint32_t
      goes_on;  // the function that is called with the caller's own return address and arguments, as the function's end; UINT32_MAX: none is
  uint32_t nested;  // blocks that are open
  uint32_t label;   // the how many-th that code came to
  struct local_place locals[LOCALS];
};

static void push(struct frame_reader *r, struct operand o) {
  if (r->height < OPERANDS) r->stack[r->height++] = o;
}

static struct operand pop(struct frame_reader *r) { return r->height ? r->stack[--r->height] : (struct operand){OTHER, 0}; }

static void touch(struct frame_reader *r, struct operand at, uint64_t offset, uint64_t size) {
  if (at.kind != PLACE || offset > FRAME_MOST || size > FRAME_MOST) return;
  int64_t end = at.number + (int64_t)(offset + size) - STACKED_RETURN;
  if (at.number + (int64_t)offset >= STACKED_RETURN && end > r->function->area && end < FRAME_MOST)
    r->function->area = (uint32_t)end;
}

// The address goes on: an object begins there.
static void take(struct frame_reader *r, struct operand at) {
  if (at.kind != PLACE) return;
  touch(r, at, 0, STACKED_RETURN);
  if (cm_grow(r->stacked->arena, &r->taken, &r->taken_room, r->taken_count, sizeof *r->taken))
    r->taken[r->taken_count++] = at.number;
}

// An object's address is computed, and a register's place in the frame is the store's own offset.
static void spill(struct frame_reader *r, struct operand at, uint64_t offset) {
  if (at.kind != PLACE || at.number != r->depth.now || !offset || offset > FRAME_MOST) return;
  if (cm_grow(r->stacked->arena, &r->spilled, &r->spilled_room, r->spilled_count, sizeof *r->spilled))
    r->spilled[r->spilled_count++] = at.number + (int64_t)offset;
}

static void sum(struct frame_reader *r, bool minus) {
  struct operand b = pop(r), a = pop(r);
  if (a.kind == NUMBER && b.kind == PLACE && !minus) {
    struct operand c = a;
    a = b;
    b = c;
  }
  bool known = a.kind != OTHER && b.kind == NUMBER && llabs(b.number) < FRAME_MOST;
  if (!known) {
    // Indexed: it is somewhere in the object that begins there.
    take(r, a);
    take(r, b);
  }
  push(r, known ? (struct operand){a.kind, minus ? a.number - b.number : a.number + b.number} : (struct operand){OTHER, 0});
}

static unsigned access_size(enum core_op op) {
  switch (op) {
    case CORE_OP_I32_LOAD8_S:
    case CORE_OP_I32_LOAD8_U:
    case CORE_OP_I64_LOAD8_S:
    case CORE_OP_I64_LOAD8_U:
    case CORE_OP_I32_STORE8:
    case CORE_OP_I64_STORE8: return 1;
    case CORE_OP_I64_LOAD:
    case CORE_OP_F64_LOAD:
    case CORE_OP_I64_STORE:
    case CORE_OP_F64_STORE: return 8;
    default: return 4;
  }
}

// A word of what the caller laid down is read or written.
static void access(struct frame_reader *r, struct operand at, uint64_t offset, bool load) {
  if (at.kind != PLACE || offset > FRAME_MOST) return;
  int64_t word = (at.number + (int64_t)offset - STACKED_RETURN) / 8;
  if (at.number + (int64_t)offset < STACKED_RETURN || word >= STACKED_WORDS) return;
  uint64_t bit = UINT64_C(1) << word;
  if (!load)
    r->wrote |= bit;
  else if (!(r->wrote & bit))
    r->function->reads |= bit;
}

static void by_signature(struct frame_reader *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  const char *p = info->signature;
  bool memory = info->immediate == CORE_IMM_MEMARG, load = memory && p[0] && p[1] == ':';
  if (memory) {
    if (!load) take(r, pop(r));
    struct operand at = pop(r);
    touch(r, at, i->mem.offset, access_size(i->op));
    access(r, at, i->mem.offset, load);
    if (!load) spill(r, at, i->mem.offset);
  } else if (i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL) {
    struct operand size = pop(r), from = pop(r), to = pop(r);
    uint64_t bytes = size.kind == NUMBER ? (uint64_t)size.number : STACKED_RETURN;
    touch(r, to, 0, bytes);
    touch(r, from, 0, bytes);
  } else {
    for (; *p && *p != ':'; p++) pop(r);
  }
  const char *results = strchr(info->signature, ':');
  for (p = results ? results + 1 : ""; *p; p++) push(r, (struct operand){OTHER, 0});
}

static void call(struct frame_reader *r, const struct core_type *type, bool indirect) {
  r->calls++;
  if (indirect) pop(r);
  for (uint32_t p = 0; type && p < type->param_count; p++) take(r, pop(r));
  for (uint32_t n = 0; type && n < type->result_count; n++) push(r, (struct operand){OTHER, 0});
  if (type && type->param_count == 1 && type->result_count == 1 && type->params[0].code == CORE_I32) r->depth.now += STACKED_RETURN;
}

// The stack pointer has a local of its own, which is moved with it. Optimizers keep it in others, too, where it is about to be moved, and addresses.
static struct operand in_local(const struct frame_reader *r, uint32_t local) {
  if (local == r->local) return (struct operand){PLACE, r->depth.now};
  return local < LOCALS && r->locals[local].label == r->label ? r->locals[local].place : (struct operand){OTHER, 0};
}

static void set_local(struct frame_reader *r, uint32_t local, struct operand o) {
  if (o.kind == PLACE && o.number > r->depth.now) take(r, o);
  if (local < LOCALS) r->locals[local] = (struct local_place){o.kind == PLACE ? o : (struct operand){OTHER, 0}, r->label};
}

// The function is left with what it tells then: 1 while the stack is being unwound, and it has returned otherwise.
static void leave(struct frame_reader *r) {
  const struct operand *told = r->height ? &r->stack[r->height - 1] : NULL;
  r->returns += told && (told->kind != NUMBER || told->number != 1);
}

// Optimizers let functions end without `return`, and branch to their end.
static void see_end(struct frame_reader *r, const struct core_instr *i) {
  bool opens = i->op == CORE_OP_BLOCK || i->op == CORE_OP_LOOP || i->op == CORE_OP_IF;
  bool branches = (i->op == CORE_OP_BR || i->op == CORE_OP_BR_IF) && i->index == r->nested;
  if (i->op == CORE_OP_BR_IF) pop(r);
  if (i->op == CORE_OP_RETURN || branches || (i->op == CORE_OP_END && !r->nested)) leave(r);
  if (i->op == CORE_OP_BR_IF) push(r, (struct operand){OTHER, 0});
  r->label += i->op == CORE_OP_LOOP || i->op == CORE_OP_ELSE || i->op == CORE_OP_END;
  r->nested += opens;
  r->nested -= i->op == CORE_OP_END && r->nested;
}

static void step(struct frame_reader *r, const struct core_instr *i) {
  see_end(r, i);
  switch (i->op) {
    case CORE_OP_I32_CONST: push(r, (struct operand){NUMBER, i->i32}); return;
    case CORE_OP_I64_CONST: push(r, (struct operand){NUMBER, i->i64}); return;
    case CORE_OP_LOCAL_GET: push(r, in_local(r, i->index)); return;
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE: {
      struct operand o = pop(r);
      if (i->index != r->local) set_local(r, i->index, o);
      if (i->op == CORE_OP_LOCAL_TEE) push(r, o);
      return;
    }
    case CORE_OP_GLOBAL_GET:
      r->function->uses_context |= i->index == r->stacked->context;
      push(r, i->index == r->stacked->pointer ? (struct operand){PLACE, r->depth.now} : (struct operand){OTHER, 0});
      return;
    case CORE_OP_GLOBAL_SET: {
      struct operand o = pop(r);
      if (i->index == r->stacked->pointer && o.kind == PLACE) r->depth.now = o.number;
      return;
    }
    case CORE_OP_I32_ADD:
    case CORE_OP_I64_ADD: sum(r, false); return;
    case CORE_OP_I32_SUB:
    case CORE_OP_I64_SUB: sum(r, true); return;
    case CORE_OP_I32_WRAP_I64:
    case CORE_OP_I64_EXTEND_I32_U: return;
    case CORE_OP_CALL:
      if (!r->depth.now && stacked_is_typed(r->module, i->index)) r->goes_on = i->index;
      call(r, core_func_type(r->module, i->index), false);
      return;
    case CORE_OP_CALL_INDIRECT: call(r, i->pair.a < r->module->type_count ? &r->module->types[i->pair.a] : NULL, true); return;
    case CORE_OP_SELECT:
      pop(r);
      take(r, pop(r));
      take(r, pop(r));
      push(r, (struct operand){OTHER, 0});
      return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    r->height = 0;
  else
    by_signature(r, i);
}

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

// Offsets from the stack pointer at entry become offsets from the lowest address of the frame.
static const uint32_t *settle(struct frame_reader *r, int64_t *places, size_t place_count, int64_t frame, uint32_t *count) {
  uint32_t *offsets = cm_alloc_array(r->stacked->arena, place_count, sizeof *offsets);
  if (!offsets || !place_count) return NULL;
  qsort(places, place_count, sizeof *places, by_number);
  for (size_t i = 0; i < place_count; i++) {
    int64_t offset = places[i] - frame;
    if (offset < 0 || offset > FRAME_MOST || (*count && offsets[*count - 1] == (uint32_t)offset)) continue;
    offsets[(*count)++] = (uint32_t)offset;
  }
  return offsets;
}

bool stacked_is_spilled(const struct stacked_function *f, uint32_t offset) {
  size_t at;
  SORTED_FIRST(at, 0, f->spilled_count, f->spilled[at] >= offset);
  return at < f->spilled_count && f->spilled[at] == offset;
}

const struct stacked_function *stacked_function_of(struct stacked *stacked, uint32_t func) {
  struct stacked_function *f = &stacked->functions[func];
  if (f->read) return f;
  f->read = true;
  const struct core_module *module = stacked->module;
  struct core_code code;
  struct head h = read_head(module, func);
  if (!core_code_begin(&code, NULL, module, func, NULL, NULL, NULL)) return f;
  struct frame_reader r = {.stacked = stacked,
                           .function = f,
                           .module = module,
                           .local = h.fetches ? h.local : UINT32_MAX,
                           .goes_on = UINT32_MAX,
                           .label = 1,
                           .depth = stacked_depth_at_entry()};
  int64_t frame = 0;
  for (struct core_instr i; code_next(&code, &i);) {
    step(&r, &i);
    stacked_depth_turn(&r.depth, i.op);
    if (i.op == CORE_OP_END && r.depth.resting < frame) frame = r.depth.resting;
  }
  f->never_returns = stacked_is_typed(module, func) && r.calls && !r.returns;
  f->is_leaf = !r.calls;
  if (r.goes_on >= module->imported[CORE_FUNC] && r.goes_on < module->func_count && stacked->nested < GOING_ON_MOST) {
    stacked->nested++;
    const struct stacked_function *on = stacked_function_of(stacked, r.goes_on);
    stacked->nested--;
    f->reads |= on->reads & ~r.wrote;
    if (on->area > f->area) f->area = on->area;
  }
  f->frame = frame < 0 && frame > -FRAME_MOST ? (uint32_t)-frame : 0;
  f->taken = settle(&r, r.taken, r.taken_count, frame, &f->count);
  f->spilled = settle(&r, r.spilled, r.spilled_count, frame, &f->spilled_count);
  // Where optimizers made an object's address an offset of stores, too, they tell nothing.
  for (uint32_t i = 0; i < f->count && f->spilled_count; i++)
    if (stacked_is_spilled(f, f->taken[i])) f->spilled_count = 0;
  return f;
}
