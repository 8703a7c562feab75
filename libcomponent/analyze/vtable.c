// Where functions stand, and what that says of the calls that can mean them.
//
// A method is found by the shapes that tables of methods have in memory: Rust's begin with a function that drops the object (or none), the
// object's size and its alignment; C++'s with the place of the object in the whole one (none, mostly) and its type. Behind that come the
// methods, one a word. Where such a table begins is an address that stands in code or data.
//
// That no code has the function's address otherwise is known of modules as the linker made them: it writes a function's number in the table
// into code with five bytes, which are otherwise used for addresses alone. Where that was lost, calls that load what is less than a table's
// head behind a pointer may mean the function, too: formatting does so, which is given an object and a function. In data the number may
// stand by chance. Where what it is there is not known, it counts as the function's address unless all calls with its signature are such as
// methods' are; but not in read-only data of position independent code, where no address stands.

#include "vtable.h"

#include "read_only.h"

#include <stdlib.h>

enum { DEPTH = 3, CALLERS = 64 };                // of functions that are given a method
enum { DATA_MOST = 2 << 20 };                    // bytes of a module's data
enum { STEPS = 20000000, STEPS_OF_WORD = 256 };  // words of data and calls that are looked at, for one program
enum { CPP_HEAD = 8, METHODS = 64, LARGEST_OBJECT = 1 << 20, LARGEST_ALIGNMENT = 4096, LARGEST_TEXT = 4096 };

// False: there are too few steps left, and what is asked for stays unknown.
static bool take_steps(struct vtables *v, uint64_t steps) {
  bool enough = steps <= v->steps_left;
  v->steps_left = enough ? v->steps_left - steps : 0;
  return enough;
}

bool vtables_init(struct vtables *vtables, struct program *program, struct cm_arena *arena) {
  *vtables = (struct vtables){.program = program, .arena = arena, .steps_left = STEPS};
  vtables->sites = cm_alloc_array(arena, program->func_count, sizeof *vtables->sites);
  vtables->methods = cm_alloc_array(arena, program->func_count, sizeof *vtables->methods);
  vtables->places = cm_alloc_array(arena, program->instance_count, sizeof *vtables->places);
  return vtables->sites && vtables->methods && vtables->places;
}

void vtables_renew(struct vtables *vtables) { vtables->steps_left = STEPS; }

// --- a module's memory, table and code ---

// A number in code, or an aligned word of the data, that may be an address; or, in five bytes, the number of a function in the table.
enum { PUSHED = 1, OFFSET = 2, IN_DATA = 4, PADDED = 8 };  // by i32.const; as the offset of a load or store; so by the linker

struct address {
  uint32_t at;
  uint32_t func;  // whose code it is in; UINT32_MAX: it is in the data
  uint8_t uses;
};

// A word of the data that may be the number of a function in the table.
struct numbered {
  uint32_t word;
  uint64_t at;
};

struct vtable_place {
  bool known;
  uint32_t base;   // of numbers of functions, where code is position independent; else 0
  bool is_padded;  // the module is as the linker made it
  uint32_t instance;
  const struct core_module *module;
  const struct image *image;
  const struct cm_table *table;
  struct image_range plain;   // data in which no word is an address, or the number of a function
  struct address *addresses;  // by address and function
  size_t count, room;
  struct numbered *numbers;  // by number and address
  size_t number_count, number_room;
};

static bool in_data(const struct vtable_place *p, uint64_t at) { return at >= p->image->segments[0].address && at < p->image->end; }

static uint8_t byte_of(const struct vtable_place *p, uint64_t at) {
  uint8_t byte;
  bool weak;
  return image_byte(p->image, at, &byte, &weak) ? byte : 0;
}

static bool load(const struct vtable_place *p, uint64_t at, uint32_t *word) {
  return in_data(p, at) && image_word(p->image, at, word);
}

static bool add_address(struct cm_arena *arena, struct vtable_place *p, struct address a) {
  if (!in_data(p, a.at) && !(a.uses & PADDED)) return true;
  if (!cm_grow(arena, &p->addresses, &p->room, p->count, sizeof *p->addresses)) return false;
  p->addresses[p->count++] = a;
  return true;
}

static int by_address(const void *a, const void *b) {
  const struct address *x = a, *y = b;
  if (x->at != y->at) return x->at > y->at ? 1 : -1;
  return (x->func > y->func) - (x->func < y->func);
}

// Is the number that begins there written with five bytes?
static bool is_padded(const uint8_t *number) { return number[0] & number[1] & number[2] & number[3] & 0x80; }

static bool read_code(struct cm_arena *arena, struct vtable_place *p, uint32_t func) {
  struct core_code code;
  if (!core_code_begin(&code, arena, p->module, func, NULL, NULL, NULL)) return true;
  bool good = true;
  for (struct core_instr i; good && code_next(&code, &i);) {
    bool calls = i.op == CORE_OP_CALL_INDIRECT || i.op == CORE_OP_RETURN_CALL_INDIRECT;
    if (calls) p->is_padded &= is_padded(i.at + 1);
    if (i.op == CORE_OP_I32_CONST) {
      uint8_t padded = code_is_linked(&code, i.at) ? PADDED : 0;
      uint32_t base;
      if (code_has_base(&code, &i, &base) && base < p->table->size) p->base = base;
      good = add_address(arena, p, (struct address){(uint32_t)i.i32, func, PUSHED | padded});
    } else if (core_ops[i.op].immediate == CORE_IMM_MEMARG && i.mem.offset <= UINT32_MAX) {
      good = add_address(arena, p, (struct address){(uint32_t)i.mem.offset, func, OFFSET});
    }
  }
  return good;
}

// A number that is written as addresses are may be added to the base elsewhere.
static bool add_based(struct cm_arena *arena, struct vtable_place *p) {
  size_t count = p->base ? p->count : 0;
  for (size_t i = 0; i < count; i++) {
    struct address a = p->addresses[i];
    a.at += p->base;
    if (a.uses & PADDED && a.at < p->table->size && !add_address(arena, p, a)) return false;
  }
  return true;
}

// Tells of all words of the data that are not zero, until `visit` says no.
static bool each_word(const struct vtable_place *p, bool (*visit)(void *context, uint64_t at, uint32_t word), void *context) {
  uint64_t next = 0;
  uint32_t word;
  for (size_t i = 0; i < p->image->count; i++) {
    const struct image_segment *s = &p->image->segments[i];
    uint64_t at = s->address & ~UINT64_C(3);
    if (at < next) at = next;
    for (; at < s->address + s->bytes.size; at += 4)
      if (load(p, at, &word) && word && !visit(context, at, word)) return false;
    next = at;
  }
  return true;
}

struct data_reading {
  struct cm_arena *arena;
  struct vtable_place *place;
};

static bool see_data(void *context, uint64_t at, uint32_t word) {
  struct data_reading *r = context;
  struct vtable_place *p = r->place;
  if (at >= p->plain.from && at < p->plain.to) return true;
  if (word < p->table->size) {
    if (!cm_grow(r->arena, &p->numbers, &p->number_room, p->number_count, sizeof *p->numbers)) return false;
    p->numbers[p->number_count++] = (struct numbered){word, at};
  }
  return add_address(r->arena, r->place, (struct address){word, UINT32_MAX, IN_DATA});
}

static int by_number(const void *a, const void *b) {
  const struct numbered *x = a, *y = b;
  if (x->word != y->word) return x->word < y->word ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

static bool read_data(struct cm_arena *arena, struct vtable_place *p) {
  struct data_reading reading = {arena, p};
  if (!each_word(p, see_data, &reading)) return false;
  if (p->number_count) qsort(p->numbers, p->number_count, sizeof *p->numbers, by_number);
  return true;
}

// The first word of the data that is that number, as a position in `numbers`.
static size_t first_of_number(const struct vtable_place *p, uint32_t number) {
  size_t at;
  SORTED_FIRST(at, 0, p->number_count, p->numbers[at].word >= number);
  return at;
}

static void settle_addresses(struct vtable_place *p) {
  size_t kept = 0;
  if (p->count) qsort(p->addresses, p->count, sizeof *p->addresses, by_address);
  for (size_t i = 0; i < p->count; i++) {
    if (kept && !by_address(&p->addresses[kept - 1], &p->addresses[i]))
      p->addresses[kept - 1].uses |= p->addresses[i].uses;
    else
      p->addresses[kept++] = p->addresses[i];
  }
  p->count = kept;
}

// The memory of an interpreter, megabytes that were kept after it ran, has words of all kinds; its program is looked for in another way.
static bool is_kept_memory(const struct image *image) {
  size_t size = 0;
  for (size_t i = 0; i < image->count; i++) size += image->segments[i].bytes.size;
  return size > DATA_MOST;
}

static bool read_place(struct vtables *v, uint32_t instance, struct vtable_place *p) {
  const struct program_instance *in = &v->program->instances[instance];
  *p = (struct vtable_place){
      .is_padded = true, .instance = instance, .module = in->module, .table = cm_graph_table(v->program->graph, instance, 0)};
  // What another module can put its hands on it may call in its own way.
  if (!p->table || p->table->instance != instance || !p->table->exact || in->memory_owner != instance || in->stacked) return true;
  p->image = program_image(v->program, instance);
  if (!p->image || p->image->marks || !p->image->count || is_kept_memory(p->image)) return true;
  for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++)
    if (!read_code(v->arena, p, f)) return false;
  p->plain = read_only_plain(v->program, instance);
  if (!add_based(v->arena, p) || !read_data(v->arena, p)) return false;
  settle_addresses(p);
  p->known = true;
  return true;
}

static const struct vtable_place *place_of(struct vtables *v, uint32_t instance) {
  static const struct vtable_place unknown = {0};
  if (!v->places[instance]) {
    v->places[instance] = cm_alloc(v->arena, sizeof *v->places[instance]);
    if (!v->places[instance] || !read_place(v, instance, v->places[instance])) v->places[instance] = NULL;
  }
  return v->places[instance] ? v->places[instance] : &unknown;
}

// The position behind the last address up to `at`.
static size_t behind_address(const struct vtable_place *p, uint64_t at) {
  size_t behind;
  SORTED_FIRST(behind, 0, p->count, p->addresses[behind].at > at);
  return behind;
}

static uint8_t uses_of(const struct vtable_place *p, uint64_t at) {
  uint8_t uses = 0;
  for (size_t i = behind_address(p, at); i-- > 0 && p->addresses[i].at == at;) uses |= p->addresses[i].uses;
  return uses;
}

// Uses of the last address up to `at`; 0: there is none.
static uint8_t uses_up_to(const struct vtable_place *p, uint64_t at) {
  size_t i = behind_address(p, at);
  return i ? uses_of(p, p->addresses[i - 1].at) : 0;
}

static bool is_address(const struct vtable_place *p, uint64_t at) { return uses_of(p, at) & (PUSHED | IN_DATA); }

static const struct core_type *type_behind(const struct vtable_place *p, uint32_t index) {
  if (!index || index >= p->table->size || p->table->entries[index].instance != p->instance) return NULL;
  return core_func_type(p->module, p->table->entries[index].func);
}

// --- shapes of data ---

static bool is_text(const struct vtable_place *p, uint32_t at, uint32_t size) {
  if (!size || size > LARGEST_TEXT) return false;
  for (uint32_t i = 0; i < size; i++) {
    uint8_t c = byte_of(p, (uint64_t)at + i);
    if (c < ' ' && c != '\n' && c != '\t' && c != '\r') return false;
  }
  return true;
}

// A place in a Rust source begins at `at`: its file's name and that one's length, and the line and column.
static bool is_source_place(const struct vtable_place *p, uint64_t at) {
  uint32_t name, size;
  if (!load(p, at, &name) || !load(p, at + 4, &size) || size < 4 || !is_text(p, name, size)) return false;
  uint64_t end = (uint64_t)name + size;
  return byte_of(p, end - 3) == '.' && byte_of(p, end - 2) == 'r' && byte_of(p, end - 1) == 's';
}

// Do the words of a table's methods from `from` up to `to` look like it?
static bool are_methods(const struct vtable_place *p, uint64_t from, uint64_t to) {
  uint32_t word;
  for (uint64_t at = from; at < to; at += 4)
    if (!load(p, at, &word) || (word && !type_behind(p, word) && !in_data(p, word))) return false;
  return true;
}

// Does nothing else begin behind `start`, up to `to`?
static bool is_one(const struct vtable_place *p, uint64_t start, uint64_t to) {
  for (uint64_t at = start + 4; at <= to; at += 4)
    if (is_address(p, at)) return false;
  return true;
}

// The object's size and alignment; `start` is where a Rust table begins.
static bool has_rust_head(const struct vtable_place *p, uint64_t start) {
  uint32_t drop, size, alignment;
  if (!load(p, start, &drop) || !load(p, start + 4, &size) || !load(p, start + 8, &alignment)) return false;
  const struct core_type *type = type_behind(p, drop);
  if (drop && !(type && type->param_count == 1 && !type->result_count)) return false;
  return size < LARGEST_OBJECT && alignment && alignment <= LARGEST_ALIGNMENT && !(alignment & (alignment - 1)) &&
         !(size % alignment);
}

// The place in the whole object, and the type, of which the first word leads to methods of its own and the second to its name; `start` is where
// the methods of a C++ table begin.
static bool has_cpp_head(const struct vtable_place *p, uint64_t start) {
  uint32_t place, type, methods, first, name;
  if (start < CPP_HEAD || !load(p, start - CPP_HEAD, &place) || !load(p, start - 4, &type)) return false;
  if (place && (place < UINT32_MAX - LARGEST_OBJECT || place % 4)) return false;
  return load(p, type, &methods) && load(p, (uint64_t)type + 4, &name) && load(p, methods, &first) && type_behind(p, first) &&
         is_text(p, name, 1);
}

static void add_slot(struct vtable_method *m, uint32_t slot) {
  for (uint32_t i = 0; i < m->count; i++)
    if (m->slots[i] == slot) return;
  if (m->count == VTABLE_SLOTS)
    m->is_method = false;
  else
    m->slots[m->count++] = slot;
}

struct standing {
  struct vtables *vtables;
  const struct vtable_place *place;
  struct vtable_method *method;
  uint32_t number;
  bool found;   // it stands in a table of methods
  bool doubts;  // a word may be its address that is in none
  bool simple;  // its tables are such as `vtable_method.tables` wants
};

static void add_table(struct standing *s, uint64_t start, bool simple) {
  struct vtable_method *m = s->method;
  s->simple &= simple && !(uses_of(s->place, start) & IN_DATA);
  for (uint32_t i = 0; i < m->table_count; i++)
    if (m->tables[i] == start) return;
  s->simple &= m->table_count < VTABLE_TABLES;
  if (s->simple) m->tables[m->table_count++] = (uint32_t)start;
}

// Adds the slots that the word at `at` may have in tables of methods; false: it stands in none. The address of one of them stands somewhere: of
// a C++ table that of its head, where code is not optimized.
static bool find_tables(struct standing *s, uint64_t at) {
  const struct vtable_place *p = s->place;
  bool found = false;
  for (uint32_t k = 0; k <= 4 * METHODS && k <= at; k += 4) {
    uint64_t start = at - k;
    bool rust = (!k || k >= VTABLE_HEAD) && has_rust_head(p, start) && are_methods(p, start + VTABLE_HEAD, at);
    bool cpp = has_cpp_head(p, start) && are_methods(p, start, at);
    rust &= is_address(p, start) && is_one(p, start, at);
    if (rust || cpp) add_slot(s->method, k);
    bool known = rust || (cpp && (is_address(p, start) || is_address(p, start - CPP_HEAD)));
    if (known) add_table(s, start, !cpp && k);
    found |= known;
  }
  s->found |= found;
  return found;
}

// Is the word at `at` a number that is no function's: the length of a text, the line or column of a place in the source, an object's size or
// alignment?
static bool is_number(const struct standing *s, uint64_t at) {
  const struct vtable_place *p = s->place;
  uint32_t first;
  // What is loaded by the address of the whole, and an index, is no method that is loaded behind a pointer.
  if (uses_up_to(p, at) == OFFSET) return true;
  if (at < VTABLE_HEAD) return false;
  if (is_source_place(p, at - 8) || is_source_place(p, at - 12)) return true;
  for (unsigned k = 4; k <= 8; k += 4)
    if (has_rust_head(p, at - k) && is_address(p, at - k)) return true;
  return load(p, at - 4, &first) && is_text(p, first, s->number);
}

static bool is_in_globals(const struct core_module *module, uint32_t number) {
  uint64_t value;
  for (uint32_t g = module->imported[CORE_GLOBAL]; g < module->global_count; g++)
    if (core_const_eval(module, module->globals[g].init, NULL, NULL, &value) && value == number) return true;
  return false;
}

static uint32_t target_of(struct program *program, const struct cm_table_entry *e) {
  uint32_t gid = program_callee(program, e->instance, e->func, NULL);
  return gid != NO_FUNC ? gid : program_gid(program, e->instance, e->func);
}

static void read_method(struct vtables *v, uint32_t gid, struct vtable_method *m) {
  struct program *program = v->program;
  if (program->kind_first[gid] == program->kind_first[gid + 1]) return;
  const struct vtable_place *p = place_of(v, program->instance_of[gid]);
  if (!p->known) return;
  for (uint32_t i = program->kind_first[gid]; i < program->kind_first[gid + 1]; i++)
    if (program->kinds[program->kind_list[i]].instance != p->instance || program->kinds[program->kind_list[i]].table) return;
  struct standing standing = {.vtables = v, .place = p, .method = m, .simple = true};
  m->is_method = take_steps(v, p->table->size);
  m->is_sure = p->is_padded;
  for (uint32_t i = 0; i < p->table->size && m->is_method; i++) {
    const struct cm_table_entry *e = &p->table->entries[i];
    if (e->instance != p->instance || target_of(program, e) != gid) continue;
    m->is_method = !(uses_of(p, i) & PADDED) && !is_in_globals(p->module, i);
    standing.number = i;
    standing.found = false;
    for (size_t k = first_of_number(p, i); m->is_method && k < p->number_count && p->numbers[k].word == i; k++) {
      m->is_method = take_steps(v, STEPS_OF_WORD);
      standing.doubts |= !find_tables(&standing, p->numbers[k].at) && !is_number(&standing, p->numbers[k].at);
    }
    m->is_method &= standing.found;
  }
  if (!standing.simple) m->table_count = 0;
  m->is_listed = standing.doubts;
  m->is_doubtful = m->is_method && (m->is_listed || !m->is_sure);
}

// --- questions ---

static const struct vtable_sites *sites_of(struct vtables *v, uint32_t gid) {
  static const struct vtable_sites unknown = {0};
  if (!v->sites[gid]) v->sites[gid] = vtable_read_sites(v->program, v->arena, gid);
  return v->sites[gid] ? v->sites[gid] : &unknown;
}

uint32_t vtable_object_size(struct vtables *v, uint32_t instance, uint32_t table) {
  uint32_t size;
  const struct vtable_place *p = place_of(v, instance);
  return p->known && load(p, (uint64_t)table + 4, &size) ? size : UINT32_MAX;
}

bool vtable_methods(struct vtables *v, uint32_t instance, uint32_t table, uint32_t *methods, uint32_t most, uint32_t *count) {
  const struct vtable_place *p = place_of(v, instance);
  uint32_t word;
  *count = 0;
  for (uint64_t at = (uint64_t)table + VTABLE_HEAD; p->known && load(p, at, &word) && type_behind(p, word); at += 4) {
    if (at > (uint64_t)table + VTABLE_HEAD && uses_of(p, at)) break;  // something else begins
    if (*count == most) return false;
    methods[(*count)++] = target_of(v->program, &p->table->entries[word]);
  }
  return p->known;
}

bool vtable_holders(struct vtables *v, uint32_t instance, uint32_t table, uint32_t *holders, uint32_t most, uint32_t *count) {
  const struct vtable_place *p = place_of(v, instance);
  *count = 0;
  for (size_t i = behind_address(p, table); i-- > 0 && p->addresses[i].at == table;) {
    if (!(p->addresses[i].uses & PUSHED)) continue;
    uint32_t gid = program_gid(v->program, instance, p->addresses[i].func);
    if (!(v->program->reached[gid] & 1)) continue;
    if (*count == most) return false;
    holders[(*count)++] = gid;
  }
  return p->known;
}

struct question {
  struct vtables *vtables;
  const struct vtable_method *method;
  uint32_t callee;  // NO_FUNC: whatever stands there
};

// May the value, which a function of the program's has, be it? `slot`: what is loaded so far behind it.
typedef bool may_value(const struct question *q, uint32_t gid, struct vtable_origin v, uint32_t slot, unsigned depth);
static may_value may_be, may_lead;

// May the parameter be it, by what the callers give?
static bool may_be_given(const struct question *q, uint32_t gid, uint32_t parameter, may_value *may, uint32_t slot,
                         unsigned depth) {
  const struct program *p = q->vtables->program;
  uint32_t first = p->direct_first[gid], end = p->direct_first[gid + 1];
  bool by_others = p->is_entry[gid] || p->kind_first[gid] != p->kind_first[gid + 1];
  if (by_others || first == end || end - first > CALLERS || !depth) return true;
  for (uint32_t i = first; i < end; i++) {
    uint32_t caller = p->direct_list[i];
    if (i > first && caller == p->direct_list[i - 1]) continue;
    if (p->instance_of[caller] != p->instance_of[gid]) return true;
    const struct vtable_sites *s = sites_of(q->vtables, caller);
    if (!s->is_whole) return true;
    if (!take_steps(q->vtables, s->count)) return true;
    for (size_t k = 0; k < s->count; k++) {
      const struct vtable_call *c = &s->list[k];
      if (c->callee == gid && (parameter >= c->count || may(q, caller, c->arguments[parameter], slot, depth - 1))) return true;
    }
  }
  return false;
}

// Does the table at a constant address have it there?
static bool may_lead(const struct question *q, uint32_t gid, struct vtable_origin table, uint32_t slot, unsigned depth) {
  const struct program *program = q->vtables->program;
  if (table.kind == VTABLE_PARAMETER) return may_be_given(q, gid, table.of, may_lead, slot, depth);
  if (table.kind != VTABLE_NUMBER || table.of == VTABLE_SEVERAL) return true;
  const struct vtable_place *p = place_of(q->vtables, program->instance_of[gid]);
  uint64_t at = (uint64_t)table.of + slot;
  uint32_t number = 0;
  uint8_t byte;
  bool weak = !p->known;
  for (unsigned i = 0; !weak && i < sizeof number; i++)
    if (!image_byte(p->image, at + i, &byte, &weak)) return false;
  if (weak || !load(p, at, &number) || !type_behind(p, number)) return weak;
  return target_of(q->vtables->program, &p->table->entries[number]) == q->callee;
}

static bool may_be(const struct question *q, uint32_t gid, struct vtable_origin function, uint32_t slot, unsigned depth) {
  if (function.kind == VTABLE_NUMBER) return false;
  if (function.kind == VTABLE_PARAMETER) return may_be_given(q, gid, function.of, may_be, slot, depth);
  if (function.kind != VTABLE_LOADED || (!q->method->is_sure && function.of < VTABLE_HEAD)) return true;
  bool known = q->callee != NO_FUNC && function.base == VTABLE_PARAMETER;
  for (uint32_t i = 0; i < q->method->count; i++)
    if (q->method->slots[i] == function.of) return !known || may_be_given(q, gid, function.base_of, may_lead, function.of, depth);
  return false;
}

static uint32_t signature_of(struct program *program, uint32_t gid) {
  uint32_t instance = program->instance_of[gid];
  return program_signature(program, instance, program->instances[instance].module->funcs[program_func(program, gid)].type);
}

struct calling {
  struct vtables *vtables;
  uint32_t signature;
  bool otherwise;
};

static void see_caller(void *context, uint32_t caller, bool indirect) {
  static const struct vtable_method nowhere = {.is_method = true};
  struct calling *c = context;
  if (!indirect || c->otherwise || !(c->vtables->program->reached[caller] & 1)) return;
  struct question q = {c->vtables, &nowhere, NO_FUNC};
  const struct vtable_sites *s = sites_of(c->vtables, caller);
  c->otherwise = !s->is_whole || !take_steps(c->vtables, s->count);
  for (size_t i = 0; i < s->count && !c->otherwise; i++)
    c->otherwise =
        s->list[i].callee == NO_FUNC && s->list[i].signature == c->signature && may_be(&q, caller, s->list[i].function, 0, DEPTH);
}

// Do all calls that have the function's signature load what they call from behind a table's head, if code does not name it?
static bool is_called_by_tables(struct vtables *v, uint32_t gid) {
  struct calling c = {.vtables = v, .signature = signature_of(v->program, gid)};
  program_callers(v->program, gid, NULL, see_caller, &c);
  return !c.otherwise;
}

// Which argument of the call is the object that belongs to the table out of which it has its function; VTABLE_ANY: that is not known.
static uint32_t own_argument(const struct vtable_call *c) {
  struct vtable_origin f = c->function;
  uint32_t back = f.base == VTABLE_PARAMETER ? 1 : 4;
  bool told = f.base == VTABLE_PARAMETER || f.base == VTABLE_LOADED || (f.base == VTABLE_AS_IT_IS && f.base_of);
  for (uint32_t i = 0; told && f.base_of >= back && i < c->count; i++)
    if (c->arguments[i].kind == f.base && c->arguments[i].of == f.base_of - back) return i;
  return VTABLE_ANY;
}

struct convention {
  struct vtables *vtables;
  uint32_t signature, slot, parameter;
};

static void see_convention(void *context, uint32_t caller, bool indirect) {
  struct convention *c = context;
  if (!indirect || c->parameter == VTABLE_ANY || !(c->vtables->program->reached[caller] & 1)) return;
  const struct vtable_method here = {.is_method = true, .is_sure = true, .count = 1, .slots = {c->slot}};
  struct question q = {c->vtables, &here, NO_FUNC};
  const struct vtable_sites *s = sites_of(c->vtables, caller);
  if (!s->is_whole || !take_steps(c->vtables, s->count)) c->parameter = VTABLE_ANY;
  for (size_t i = 0; i < s->count && c->parameter != VTABLE_ANY; i++) {
    const struct vtable_call *call = &s->list[i];
    if (call->callee != NO_FUNC || call->signature != c->signature || !may_be(&q, caller, call->function, 0, DEPTH)) continue;
    uint32_t own = call->function.kind == VTABLE_LOADED ? own_argument(call) : VTABLE_ANY;
    c->parameter = c->parameter == VTABLE_NONE || c->parameter == own ? own : VTABLE_ANY;
  }
}

uint32_t vtable_own_parameter(struct vtables *v, uint32_t gid, uint32_t slot) {
  struct convention c = {.vtables = v, .signature = signature_of(v->program, gid), .slot = slot, .parameter = VTABLE_NONE};
  program_callers(v->program, gid, NULL, see_convention, &c);
  return c.parameter;
}

const struct vtable_method *vtable_method_of(struct vtables *v, uint32_t gid) {
  static const struct vtable_method unknown = {0};
  if (v->methods[gid]) return v->methods[gid];
  struct vtable_method *m = v->methods[gid] = cm_alloc(v->arena, sizeof *m);
  if (!m) return &unknown;
  read_method(v, gid, m);
  // Where all its calls are as a method's, it does not matter that something else may be its address.
  if (m->is_doubtful) m->is_doubtful = !is_called_by_tables(v, gid);
  if (m->is_sure || m->is_listed) m->is_method &= !m->is_doubtful;
  return m;
}

bool vtable_may_mean(struct vtables *v, uint32_t caller, uint64_t offset, uint32_t callee) {
  struct question q = {v, vtable_method_of(v, callee), callee};
  if (!q.method->is_method) return true;
  const struct vtable_sites *s = sites_of(v, caller);
  for (size_t i = 0; i < s->count; i++)
    if (s->list[i].offset == offset) return may_be(&q, caller, s->list[i].function, 0, DEPTH);
  return true;
}

bool vtable_may_call(struct vtables *v, uint32_t caller, uint32_t callee) {
  struct question q = {v, vtable_method_of(v, callee), callee};
  if (!q.method->is_method) return true;
  const struct vtable_sites *s = sites_of(v, caller);
  uint32_t signature = signature_of(v->program, callee);
  for (size_t i = 0; i < s->count; i++) {
    const struct vtable_call *c = &s->list[i];
    if (c->callee == NO_FUNC && c->signature == signature && may_be(&q, caller, c->function, 0, DEPTH)) return true;
  }
  return !s->is_whole;
}

// --- functions in tables of the data ---

// The numbers that mean the function, one after the other, from *next on; false: there are no more.
static bool next_number(const struct vtables *v, const struct vtable_place *p, uint32_t gid, uint32_t *next) {
  for (; *next < p->table->size; ++*next) {
    const struct cm_table_entry *e = &p->table->entries[*next];
    if (e->instance == p->instance && target_of(v->program, e) == gid) return true;
  }
  return false;
}

bool vtable_is_listed(struct vtables *v, uint32_t gid) {
  const struct vtable_place *p = place_of(v, v->program->instance_of[gid]);
  if (!p->known || vtable_method_of(v, gid)->is_method || !take_steps(v, p->table->size)) return false;
  for (uint32_t n = 0; next_number(v, p, gid, &n); n++)
    if (uses_of(p, n) & PADDED || is_in_globals(p->module, n)) return false;
  return true;
}

const struct vtable_sites *vtable_sites_of(struct vtables *v, uint32_t caller) { return sites_of(v, caller); }

bool vtable_may_mean_listed(struct vtables *v, const struct vtable_call *call, uint32_t callee) {
  const struct vtable_place *p = place_of(v, v->program->instance_of[callee]);
  struct vtable_origin f = call->function;
  if (f.kind != VTABLE_LOADED || f.base != VTABLE_LOADED || !take_steps(v, p->table->size)) return true;
  for (uint32_t n = 0; next_number(v, p, callee, &n); n++)
    for (size_t k = first_of_number(p, n); k < p->number_count && p->numbers[k].word == n; k++) {
      uint64_t at = p->numbers[k].at;
      if (at >= f.of && (is_address(p, at - f.of) || is_address(p, at - f.of - CPP_HEAD))) return true;
    }
  return false;
}
