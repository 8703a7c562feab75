// Trials of pieces.
//
// A piece is run with a list of three made-up variables, written by the experimenter, and a made-up name in each place that the piece could take
// it from: locals, constants that are addresses of texts (the name is written over the text, and is as long), and variables and fields that
// hold a pointer. It is a lookup when it comes up with the value of each, and with nothing for a name that is not there, that is longer or shorter or
// differs in one letter from one that is. What it comes up with is the address of the value, on the stack, in a local or in memory that a
// local points to.
//
// A piece may look for more than one name, of which the trial sees only that one. So nothing is taken that goes through the list twice, that
// reads other texts of the program, that compares with letters which stand in the code, or calls what could ask elsewhere.

#include "inlined.h"

#include "environ.h"
#include "laboratory.h"
#include "piece.h"

#include <string.h>

enum {
  PLACES = 24,
  LENGTHS = 6,
  LIVE = 24,
  AREA = 256,
  TEXT_ROOM = 96,
  NAME_MOST = 40,
  NAME_LEAST = 12,  // of those that need not be as long as a text
  ENTRIES = 3,
  WORD = 4,
  FUEL = 8000,
  TRIALS_MOST = 600,
  FUNCTIONS_MOST = 32,
  LEAST_ADDRESS = 256,
  READ_AROUND = 8,
};

// How a piece wants the name: with its length; with a zero behind it; with both; with a zero, and the address of that.
enum manner { MANNER_SPAN, MANNER_CSTRING, MANNER_BOTH, MANNER_END, MANNERS };

_Static_assert((int)INLINED_LOCALS == (int)PIECE_LOCALS, "a piece has no more locals than what is found has room for");

struct bench {
  struct program *program;
  struct laboratory *lab;
  const struct environ_list *list;
  struct piece_list *pieces;
  size_t piece;
  uint32_t instance, owner;
  unsigned trials;
  // what is tried
  struct inlined_place name, length;
  enum manner manner;
  size_t text_size;  // of the text that the name is written over; 0: of none
  // where it is tried
  uint32_t base, entries, array, text, areas;
  uint32_t live[LIVE];  // locals that have areas
  size_t live_count;
  // what was seen
  bool strange;  // it did what a lookup does not do
  uint64_t array_at;
  uint32_t reached;  // how far the list was read
  struct inlined_write writes[INLINED_WRITES];
  size_t write_count;
  uint8_t rests[INLINED_LOCALS];
};

// --- what a piece may have ---

static bool is_variable(const struct bench *b, uint64_t address, bool arrays) {
  for (size_t i = 0; i < b->list->count; i++) {
    const struct environ_variable *v = &b->list->variables[i];
    if (v->owner == b->owner && v->is_array == arrays && address >= v->address && address < v->address + WORD) return true;
  }
  return false;
}

static bool reads_list(void *context, const struct core_instr *i) {
  const struct bench *b = context;
  bool at_address = core_ops[i->op].immediate == CORE_IMM_MEMARG;
  uint64_t at = i->op == CORE_OP_I32_CONST ? (uint32_t)i->i32 : at_address ? i->mem.offset : 0;
  return at && (is_variable(b, at, false) || is_variable(b, at, true));
}

// Those that read the list are called by no piece, nor is what could do anything unseen.
static bool keeps_to_itself(const struct bench *b, uint32_t func) {
  if (func >= b->pieces->module->func_count) return false;
  uint32_t gid = program_gid(b->program, b->instance, func);
  return !b->list->readers[gid] && program_keeps_to_itself(b->program, gid, b->list->readers, NULL);
}

static bool refuses(void *context, const struct core_instr *i) {
  const struct bench *b = context;
  return i->op == CORE_OP_CALL && !keeps_to_itself(b, i->index);
}

static bool is_store(const struct core_instr *i) {
  const char *signature = core_ops[i->op].signature;
  bool at_address = core_ops[i->op].immediate == CORE_IMM_MEMARG;
  return (at_address && !signature[strcspn(signature, ":") + 1]) || i->op == CORE_OP_MEMORY_COPY || i->op == CORE_OP_MEMORY_FILL ||
         i->op == CORE_OP_MEMORY_INIT;
}

// Reads what `code` stands before, up to `to` (NULL: its end). Calls lead to functions that keep to themselves.
static bool has_store(const struct bench *b, struct core_code *code, const uint8_t *to, unsigned depth) {
  for (struct core_instr i; (!to || code->reader.at < to) && code_next(code, &i);) {
    if (is_store(&i)) return true;
    if (i.op != CORE_OP_CALL) continue;
    struct core_code callee;
    if (!depth || !core_code_begin(&callee, b->program->arena, b->pieces->module, i.index, NULL, NULL, NULL) ||
        has_store(b, &callee, NULL, depth - 1))
      return true;
  }
  return code->reader.failed;
}

static bool piece_stores(const struct bench *b) {
  enum { DEPTH = 3 };
  const struct piece *p = &b->pieces->pieces[b->piece];
  struct core_code code;
  if (!core_code_begin(&code, b->program->arena, b->pieces->module, program_func(b->program, b->pieces->gid), NULL, NULL, NULL))
    return true;
  code.reader.at = p->from;
  return has_store(b, &code, p->to, DEPTH);
}

// Letters, all of it, as code compares with that has a name in it.
static bool is_letters(uint64_t bits) {
  if (!bits) return false;
  for (; bits; bits >>= 8) {
    uint8_t byte = (uint8_t)bits, letter = byte | 0x20;
    if ((letter < 'a' || letter > 'z') && byte != '_') return false;
  }
  return true;
}

static bool is_comparison(enum core_op op) {
  switch (op) {
    case CORE_OP_I32_EQ:
    case CORE_OP_I32_NE:
    case CORE_OP_I64_EQ:
    case CORE_OP_I64_NE:
    case CORE_OP_I32_XOR:
    case CORE_OP_I64_XOR:
    case CORE_OP_I32_SUB: return true;
    default: return false;
  }
}

// --- one run ---

static uint8_t *memory_at(const struct bench *b, uint64_t at, uint64_t size) {
  uint64_t total;
  uint8_t *memory = laboratory_touch(b->lab, b->instance, at, size) ? laboratory_memory(b->lab, b->instance, &total) : NULL;
  return memory ? memory + at : NULL;
}

static bool put_word(const struct bench *b, uint64_t at, uint32_t word) {
  uint8_t *to = memory_at(b, at, sizeof word);
  if (to) memcpy(to, &word, sizeof word);
  return to != NULL;
}

static bool put_text(const struct bench *b, uint64_t at, const char *text, size_t size) {
  uint8_t *to = memory_at(b, at, size);
  if (to) memcpy(to, text, size);
  return to != NULL;
}

static uint32_t area_of(const struct bench *b, uint32_t local) {
  for (size_t i = 0; i < b->live_count; i++)
    if (b->live[i] == local) return b->areas + (uint32_t)i * AREA;
  return 0;
}

// Has the number come from the place.
static bool put_at(const struct bench *b, const struct inlined_place *place, union core_value *locals, uint32_t number) {
  bool of_local = place->local != INLINED_NO_LOCAL;
  if (place->is_loaded) return put_word(b, (of_local ? area_of(b, place->local) : 0) + place->offset, number);
  if (of_local) locals[place->local].u32 = number;
  return true;
}

static const char values[ENTRIES][8] = {"ebb-4c1", "flo-93a", "sla-18c"};

static uint32_t entry_at(const struct bench *b, size_t i) { return b->entries + (uint32_t)i * TEXT_ROOM; }

// The list, with these names.
static bool put_list(const struct bench *b, const char *const *names, const size_t *sizes, uint32_t *value_at) {
  for (size_t i = 0; i < ENTRIES; i++) {
    uint32_t at = entry_at(b, i);
    value_at[i] = at + (uint32_t)sizes[i] + 1;
    if (!put_text(b, at, names[i], sizes[i]) || !put_text(b, at + sizes[i], "=", 1) ||
        !put_text(b, value_at[i], values[i], sizeof values[i]) || !put_word(b, b->array + i * WORD, at))
      return false;
  }
  bool ok = true;
  for (size_t v = 0; v < b->list->count && ok; v++) {
    const struct environ_variable *variable = &b->list->variables[v];
    if (variable->owner != b->owner) continue;
    if (!variable->is_array) ok = put_word(b, variable->address, b->array);
    for (size_t i = 0; i < ENTRIES && variable->is_array && ok; i++) ok = put_word(b, variable->address + i * WORD, entry_at(b, i));
  }
  return ok;
}

static void on_read(void *context, uint64_t at, uint64_t size) {
  struct bench *b = context;
  for (size_t v = 0; v <= b->list->count; v++) {
    bool own = v == b->list->count;
    if (!own && (b->list->variables[v].owner != b->owner || !b->list->variables[v].is_array)) continue;
    uint64_t array = own ? b->array : b->list->variables[v].address;
    if (at < array || at >= array + (ENTRIES + 1) * WORD) continue;
    uint32_t index = (uint32_t)(at - array) / WORD;
    if (index < b->reached) b->strange = true;
    b->reached = index;
    return;
  }
  bool own = at >= b->base && at < b->areas + b->live_count * AREA;
  bool of_name = b->text_size && at + READ_AROUND >= b->name.offset && at < b->name.offset + b->text_size + READ_AROUND;
  bool of_place = b->name.is_loaded && b->name.local == INLINED_NO_LOCAL && at == b->name.offset;
  if (own || of_name || of_place || is_variable(b, at, false)) return;
  const struct image *image = program_image(b->program, b->instance);
  uint8_t byte;
  bool weak;
  for (uint64_t i = 0; image && i < size; i++) b->strange |= image_byte(image, at + i, &byte, &weak) && byte && !weak;
}

static void on_write(void *context, uint64_t at, uint64_t size) {
  struct bench *b = context;
  if (at + size <= b->base && b->base - at < 4096) return;  // the stack of what it calls
  struct inlined_write w = {.local = INLINED_NO_LOCAL, .offset = (uint32_t)at, .size = (uint32_t)size};
  if (at >= b->areas && at < b->areas + b->live_count * AREA) {
    w.local = b->live[(at - b->areas) / AREA];
    w.offset = (uint32_t)(at - b->areas) % AREA;
  } else if ((at >= b->base && at < b->areas) || is_variable(b, at, false) || is_variable(b, at, true)) {
    b->strange = true;
  }
  for (size_t i = 0; i < b->write_count; i++)
    if (b->writes[i].local == w.local && b->writes[i].offset == w.offset && b->writes[i].size >= w.size) return;
  if (b->write_count == INLINED_WRITES)
    b->strange = true;
  else
    b->writes[b->write_count++] = w;
}

// What `number` leads to, where it is left behind.
static enum inlined_rest rest_of(const struct bench *b, const size_t *sizes, uint32_t number) {
  for (size_t v = 0; v <= b->list->count; v++) {
    bool own = v == b->list->count;
    if (!own && (b->list->variables[v].owner != b->owner || !b->list->variables[v].is_array)) continue;
    uint64_t array = own ? b->array : b->list->variables[v].address;
    if (number >= array && number <= array + (ENTRIES + 1) * WORD) return INLINED_LIST;
  }
  for (size_t i = 0; i < ENTRIES; i++)
    if (number >= entry_at(b, i) && number <= entry_at(b, i) + sizes[i]) return INLINED_ENTRY;
  return INLINED_NOTHING;
}

static void note_rests(struct bench *b, const size_t *sizes, const union core_value *locals) {
  const struct piece_list *pieces = b->pieces;
  for (uint32_t i = 0; i < pieces->local_count; i++) {
    enum inlined_rest rest = INLINED_NOTHING;
    if (pieces->locals[i].code == CORE_I32 && piece_has(pieces->pieces[b->piece].set, i)) rest = rest_of(b, sizes, locals[i].u32);
    if (rest > b->rests[i]) b->rests[i] = (uint8_t)rest;
  }
  uint64_t total;
  const uint8_t *memory = laboratory_memory(b->lab, b->instance, &total);
  for (size_t i = 0; i < b->write_count; i++) {
    struct inlined_write *w = &b->writes[i];
    uint64_t at = (w->local == INLINED_NO_LOCAL ? 0 : area_of(b, w->local)) + (uint64_t)w->offset;
    uint32_t word;
    if (w->size != WORD || at + WORD > total) continue;
    memcpy(&word, memory + at, sizeof word);
    enum inlined_rest rest = rest_of(b, sizes, word);
    if (rest > w->rest) w->rest = rest;
  }
}

// Which of the values does the piece come up with? ENTRIES: none. -1: it did not come to its end, or is no lookup.
static int run(struct bench *b, const char *const *names, const size_t *sizes, const char *asked, size_t size) {
  union core_value locals[PIECE_LOCALS] = {0}, result;
  uint32_t value_at[ENTRIES], room = (ENTRIES + 1) * TEXT_ROOM + (uint32_t)(b->live_count + 1) * AREA;
  struct piece_list *pieces = b->pieces;
  b->trials++;
  laboratory_reset(b->lab);
  if (!laboratory_reserve(b->lab, b->instance, (room + 15) / 16 * 16, &b->base)) return -1;
  b->entries = b->base;
  b->text = b->base + ENTRIES * TEXT_ROOM;
  b->array = b->text + TEXT_ROOM;
  b->areas = b->array + AREA;
  for (size_t i = 0; i < b->live_count; i++) locals[b->live[i]].u32 = area_of(b, b->live[i]);
  bool terminated = b->manner != MANNER_SPAN, of_text = b->text_size != 0;
  uint32_t text = of_text ? b->name.offset : b->text;
  uint8_t *blank = memory_at(b, b->text, TEXT_ROOM);
  if (!put_list(b, names, sizes, value_at) || !blank) return -1;
  memset(blank, 'x', TEXT_ROOM);
  if (!put_text(b, text, asked, size) || (terminated && !put_text(b, text + size, "", 1))) return -1;
  if (!of_text && !put_at(b, &b->name, locals, text)) return -1;
  uint32_t length = (uint32_t)size + (b->manner == MANNER_END ? text : 0);
  if (b->manner != MANNER_CSTRING && !put_at(b, &b->length, locals, length)) return -1;
  b->reached = 0;
  struct laboratory_observer observer = {.context = b, .instance = b->instance, .read = on_read, .write = on_write};
  uint32_t global = b->program->instances[b->instance].stack_global;
  uint32_t stack = laboratory_global(b->lab, b->instance, global)->u32;
  laboratory_observe(b->lab, &observer);
  uint32_t way = piece_call(pieces, b->lab, b->piece, locals, &result, FUEL);
  laboratory_observe(b->lab, NULL);
  if (!way || b->strange || laboratory_global(b->lab, b->instance, global)->u32 != stack) return -1;
  note_rests(b, sizes, locals);
  int found = ENTRIES;
  uint64_t total;
  const uint8_t *memory = laboratory_memory(b->lab, b->instance, &total);
  for (int v = 0; v < ENTRIES; v++) {
    bool is_it = pieces->pieces[b->piece].result == CORE_I32 && result.u32 == value_at[v];
    for (uint32_t i = 0; i < pieces->local_count && !is_it; i++)
      is_it = pieces->locals[i].code == CORE_I32 && locals[i].u32 == value_at[v];
    for (size_t at = 0; at < b->live_count * AREA && !is_it; at += WORD)
      is_it = !memcmp(memory + b->areas + at, &value_at[v], WORD);
    if (is_it) found = v;
  }
  return found;
}

// --- is it a lookup? ---

// Made-up names of that length, which differ in their first letters, in capitals and small letters. One more is nobody's.
static void make_names(char names[ENTRIES + 1][NAME_MOST], size_t size) {
  for (size_t i = 0; i <= ENTRIES; i++)
    for (size_t k = 0; k < size; k++) names[i][k] = (char)(('G' + (k * 7 + i * 5 + 3) % 20) | (k % 3 == 1 ? 0x20 : 0));
}

static bool is_lookup(struct bench *b) {
  char names[ENTRIES + 1][NAME_MOST], near[ENTRIES][NAME_MOST + 1];
  size_t size = b->text_size ? b->text_size : NAME_LEAST, sizes[ENTRIES] = {size, size, size};
  const char *in[ENTRIES] = {names[0], names[1], names[2]};
  b->write_count = 0;
  b->strange = false;
  memset(b->rests, 0, sizeof b->rests);
  make_names(names, size);
  for (int i = 0; i < ENTRIES; i++)
    if (run(b, in, sizes, names[i], size) != i) return false;
  if (run(b, in, sizes, names[ENTRIES], size) != ENTRIES) return false;
  // Longer by one, shorter by one, and one that differs at its end.
  for (size_t i = 0; i < ENTRIES; i++) {
    memcpy(near[i], names[0], size);
    near[i][size] = 'Z';
    in[i] = near[i];
  }
  near[1][size - 1] ^= 0x20;
  sizes[0] = size + 1;
  sizes[2] = size - 1;
  return run(b, in, sizes, names[0], size) == ENTRIES;
}

// --- where the name could come from ---

struct places {
  struct inlined_place at[PLACES];
  size_t text_sizes[PLACES];  // 0: it is no text
  size_t count;
};

static void add_place(struct places *p, struct inlined_place place, size_t text_size) {
  for (size_t i = 0; i < p->count; i++)
    if (p->at[i].local == place.local && p->at[i].offset == place.offset && p->at[i].is_loaded == place.is_loaded) return;
  if (p->count == PLACES) return;
  p->text_sizes[p->count] = text_size;
  p->at[p->count++] = place;
}

// The length of the text at `address`, if it could be a name; else 0.
static size_t text_at(const struct bench *b, uint64_t address) {
  const struct image *image = program_image(b->program, b->instance);
  size_t size = 0;
  uint8_t byte;
  bool weak;
  if (!image || address < LEAST_ADDRESS) return 0;
  while (size < NAME_MOST && image_byte(image, address + size, &byte, &weak) && byte) {
    if (byte <= ' ' || byte > '~' || byte == '=') return 0;
    size++;
  }
  return size < NAME_MOST ? size : 0;
}

static bool may_be_word(const struct bench *b, uint64_t address) {
  const struct image *image = program_image(b->program, b->instance);
  return image && address >= LEAST_ADDRESS && address % WORD == 0 && !is_variable(b, address, false) &&
         !is_variable(b, address, true);
}

// Reads the piece once for what it could take a name from. False: it compares with letters.
static bool read_places(struct bench *b, struct places *out) {
  const struct piece *p = &b->pieces->pieces[b->piece];
  struct core_code code;
  if (!core_code_begin(&code, b->program->arena, b->pieces->module, program_func(b->program, b->pieces->gid), NULL, NULL, NULL))
    return false;
  code.reader.at = p->from;
  struct core_instr last = {.op = CORE_OP_NOP};
  for (struct core_instr i; code.reader.at < p->to && code_next(&code, &i); last = i) {
    bool after_const = last.op == CORE_OP_I32_CONST || last.op == CORE_OP_I64_CONST;
    uint64_t constant = last.op == CORE_OP_I64_CONST ? (uint64_t)last.i64 : last.op == CORE_OP_I32_CONST ? (uint32_t)last.i32 : 0;
    if (after_const && is_comparison(i.op) && is_letters(constant)) return false;
    bool at_address = core_ops[i.op].immediate == CORE_IMM_MEMARG;
    uint64_t address = i.op == CORE_OP_I32_CONST ? (uint32_t)i.i32 : at_address ? i.mem.offset : 0;
    size_t size = text_at(b, address);
    if (size) add_place(out, (struct inlined_place){INLINED_NO_LOCAL, (uint32_t)address, false}, size);
    if (i.op != CORE_OP_I32_LOAD) continue;
    bool of_local = (last.op == CORE_OP_LOCAL_GET || last.op == CORE_OP_LOCAL_TEE) && area_of(b, last.index);
    if (of_local && i.mem.offset + WORD <= AREA)
      add_place(out, (struct inlined_place){last.index, (uint32_t)i.mem.offset, true}, 0);
    if (last.op == CORE_OP_I32_CONST && may_be_word(b, constant + i.mem.offset))
      add_place(out, (struct inlined_place){INLINED_NO_LOCAL, (uint32_t)(constant + i.mem.offset), true}, 0);
  }
  return true;
}

// Tries each manner in which the name could be there: first those that others would pass for. Who wants a length or an end, and a zero behind the
// name, takes a text, for all that matters.
static bool try_places(struct bench *b, const struct places *places) {
  for (size_t n = 0; n < places->count; n++) {
    b->name = places->at[n];
    b->text_size = places->text_sizes[n];
    for (unsigned manner = b->text_size ? MANNER_CSTRING : MANNER_SPAN; manner < MANNERS; manner++) {
      b->manner = (enum manner)manner;
      if (manner == MANNER_CSTRING && is_lookup(b)) return true;
      for (size_t l = 0; l < places->count && manner != MANNER_CSTRING; l++) {
        if (l == n || places->text_sizes[l]) continue;
        b->length = places->at[l];
        if (b->trials >= TRIALS_MOST) return false;
        if (is_lookup(b)) return true;
      }
    }
  }
  return false;
}

static bool add(struct bench *b, struct inlined_list *out) {
  const struct piece *p = &b->pieces->pieces[b->piece];
  if (!cm_grow(b->program->arena, &out->at, &out->room, out->count, sizeof *out->at)) return false;
  struct inlined *found = &out->at[out->count++];
  *found = (struct inlined){.gid = b->pieces->gid,
                            .from = (uint64_t)(p->from - b->pieces->module->file),
                            .to = p->to,
                            .name = b->name,
                            .length = b->length,
                            .has_length = b->manner == MANNER_SPAN,
                            .exits = p->exits,
                            .falls_through = p->falls_through,
                            .leaves_result = p->result != PIECE_EMPTY,
                            .stores = piece_stores(b),
                            .write_count = b->write_count};
  memcpy(found->sets, p->set, sizeof p->set);
  memcpy(found->writes, b->writes, sizeof b->writes);
  memcpy(found->rests, b->rests, sizeof b->rests);
  return true;
}

static bool is_covered(const struct inlined_list *out, size_t first, const struct piece_list *pieces, const struct piece *p) {
  for (size_t i = first; i < out->count; i++) {
    const uint8_t *from = pieces->module->file + out->at[i].from;
    if (from < p->to && p->from < out->at[i].to) return true;
  }
  return false;
}

bool inlined_find(struct program *program, struct laboratory *lab, const struct environ_list *list, uint32_t gid,
                  struct inlined_list *out) {
  struct piece_list *pieces = cm_alloc(program->arena, sizeof *pieces);
  struct bench b = {.program = program, .lab = lab, .list = list, .pieces = pieces, .instance = program->instance_of[gid]};
  b.owner = program->instances[b.instance].memory_owner;
  if (!pieces || !pieces_find(pieces, program, gid, reads_list, &b)) return false;
  if (!pieces->count || program->instances[b.instance].stack_global == UINT32_MAX) return true;
  if (!pieces_make(pieces, lab, refuses, &b)) return false;
  size_t first = out->count;
  for (b.piece = 0; b.piece < pieces->count && b.trials < TRIALS_MOST; b.piece++) {
    const struct piece *p = &pieces->pieces[b.piece];
    if (is_covered(out, first, pieces, p)) continue;
    struct places places = {0};
    b.live_count = 0;
    for (uint32_t i = 0; i < pieces->local_count && b.live_count < LIVE; i++) {
      if (!piece_has(p->read, i) || pieces->locals[i].code != CORE_I32) continue;
      b.live[b.live_count++] = i;
      add_place(&places, (struct inlined_place){i, 0, false}, 0);
    }
    b.areas = 1;  // so that those that have one are told from others
    if (read_places(&b, &places) && try_places(&b, &places) && !add(&b, out)) return false;
  }
  return true;
}
