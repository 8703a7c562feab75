// Experiments with functions that take their arguments from a stack in memory.
//
// The list is where the made-up texts are: an array of pointers and lengths that lead to them, and a static variable that leads to the
// array. Functions that have such a variable's address as a constant are candidates, and those that call them. A candidate is called with
// a made-up name, pointer and length, in one of the first places behind the return address; it is a lookup when pointer and length of
// that variable's value come up behind the arguments, for either name, and nothing for a name that is not there. The first call may
// make tables that the next ones find: each begins where the rehearsal ended.

#include "lookup_stacked.h"

#include <stdio.h>
#include <string.h>

enum {
  WORD = 8,
  PLACES = 3,  // of the name among the arguments
  AREA = 128,  // arguments and results
  TEXT_ROOM = 64,
  SECOND_ROOM = 64,  // a second text, and a list that has it in all its places
  CANDIDATES = 160,
  FUEL = 400000,
  ARRAYS = 32,
  HEAP_GRAIN = 8192,
  LEVELS = 2,  // of callers of a lookup, or of a function that reads the list, that are tried
};

static const char absent[] = "QZ_Tide_ABSENT_3";

struct search {
  struct program *program;
  struct laboratory *lab;
  const struct rehearsal *rehearsal;
  const struct image *image;
  const uint8_t *bytes;  // of the image
  uint64_t size;
};

static uint64_t word_at(const uint8_t *bytes, uint64_t at) {
  uint64_t word;
  memcpy(&word, bytes + at, sizeof word);
  return word;
}

// --- the list ---

static bool is_entry(const struct search *s, uint64_t at, const struct laboratory_variable *variable) {
  if (at + 2 * WORD > s->size) return false;
  uint64_t text = word_at(s->bytes, at), length = word_at(s->bytes, at + WORD);
  size_t name = strlen(variable->name), value = strlen(variable->value);
  return length == name + 1 + value && text < s->size && length <= s->size - text &&
         !memcmp(s->bytes + text, variable->name, name) && s->bytes[text + name] == '=' &&
         !memcmp(s->bytes + text + name + 1, variable->value, value);
}

// Is an array of all made-up variables at `at`?
static bool is_array(const struct search *s, uint64_t at) {
  bool all = true;
  for (unsigned i = 0; i < LABORATORY_MADE_UP && all; i++) all = is_entry(s, at + i * UINT64_C(2) * WORD, &laboratory_made_up[i]);
  return all;
}

// Is a text (pointer, length) at `at`?
static bool is_text(const struct search *s, uint64_t at, const char *wanted) {
  uint64_t text = word_at(s->bytes, at), length = word_at(s->bytes, at + WORD);
  return length == strlen(wanted) && text < s->size && length <= s->size - text && !memcmp(s->bytes + text, wanted, (size_t)length);
}

static void mark_header(const struct search *s, uint64_t header) {
  for (uint64_t at = header; at < header + UINT64_C(3) * WORD && at < s->size; at++) image_mark(s->image->marks->outside, at, true);
}

// What the program was started with is not what it will be started with: variables that lead to the arguments are marked.
static void mark_arguments(const struct search *s) {
  for (uint64_t array = 0; array + LABORATORY_ARGUMENTS * 2 * WORD <= s->size; array += WORD) {
    bool all = word_at(s->bytes, array) < s->size;
    for (unsigned i = 0; i < LABORATORY_ARGUMENTS && all; i++)
      all = is_text(s, array + i * UINT64_C(2) * WORD, laboratory_arguments[i]);
    for (uint64_t at = 0; all && at + 3 * WORD <= s->size; at += WORD) {
      if (word_at(s->bytes, at) != array || word_at(s->bytes, at + WORD) != LABORATORY_ARGUMENTS) continue;
      mark_header(s, at);
    }
  }
}

// Arrays of all made-up variables in their order.
static size_t find_arrays(const struct search *s, uint64_t arrays[ARRAYS]) {
  size_t count = 0;
  for (uint64_t at = 0; at + LABORATORY_MADE_UP * 2 * WORD <= s->size && count < ARRAYS; at += WORD) {
    if (word_at(s->bytes, at) < s->size && is_array(s, at)) arrays[count++] = at;
  }
  return count;
}

static void find_lists(const struct search *s, struct stacked_lists *lists) {
  uint64_t arrays[ARRAYS];
  size_t count = find_arrays(s, arrays);
  for (size_t i = 0; i < count; i++)
    if (arrays[i] < lists->heap) lists->heap = arrays[i] & ~(uint64_t)(HEAP_GRAIN - 1);
  for (uint64_t at = 0; count && at + 2 * WORD <= s->size; at += WORD) {
    uint64_t word = word_at(s->bytes, at);
    if (word_at(s->bytes, at + WORD) != LABORATORY_MADE_UP) continue;
    for (size_t i = 0; i < count; i++)
      if (word == arrays[i] && lists->count < STACKED_LISTS) lists->addresses[lists->count++] = at;
  }
}

// Bytes that a signed LEB128 constant has.
static size_t encode(int64_t number, uint8_t to[10]) {
  size_t size = 0;
  for (;;) {
    uint8_t byte = number & 0x7f;
    number >>= 7;
    bool last = (number == 0 && !(byte & 0x40)) || (number == -1 && byte & 0x40);
    to[size++] = byte | (last ? 0 : 0x80);
    if (last) return size;
  }
}

// Has the body a constant that lies within a header?
static bool mentions(const struct core_module *module, uint32_t func, uint64_t address) {
  enum { HEADER_WORDS = 3, I32_CONST = 0x41, I64_CONST = 0x42 };
  struct cm_span body = module->funcs[func].body;
  for (unsigned i = 0; i < HEADER_WORDS; i++) {
    uint8_t pattern[10];
    size_t size = encode((int64_t)(address + i * (uint64_t)WORD), pattern);
    const uint8_t *end = body.at + body.size;
    for (const uint8_t *at = body.at; at < end && (at = memmem(at, (size_t)(end - at), pattern, size)) != NULL; at++)
      if (at > body.at && (at[-1] == I32_CONST || at[-1] == I64_CONST)) return true;
  }
  return false;
}

// --- trials ---

// What stands beside the name, in the arguments before it or behind it.
enum second { SECOND_NONE, SECOND_TEXT, SECOND_LIST, SECOND_COUNT };
static const char second_text[] = "qz_7";

struct trial {
  struct search *search;
  uint32_t gid;
  unsigned place;  // of the name: words behind the return address
  enum second second;
  unsigned second_place;
  bool returned, keep;  // keep: the laboratory is not put back before the call
  uint32_t top, slice;  // the stack pointer of the last call; and of a lister: how far behind it its answer stands
};

static bool is_value(const uint8_t *memory, uint64_t size, uint64_t at, const char *value) {
  uint64_t text = word_at(memory, at), length = word_at(memory, at + WORD);
  return length == strlen(value) && text < size && length <= size - text && !memcmp(memory + text, value, (size_t)length);
}

// A text has a pointer and a length, a list a capacity, too.
static void place_second(const struct trial *t, uint8_t *memory, uint32_t at, uint32_t to) {
  enum { TEXTS = 2 };
  uint64_t size = strlen(second_text), text = at, list = at + 2 * WORD, one = 1;
  memcpy(memory + text, second_text, (size_t)size);
  for (unsigned i = 0; i < TEXTS; i++) {
    memcpy(memory + list + i * UINT64_C(2) * WORD, &text, sizeof text);
    memcpy(memory + list + i * UINT64_C(2) * WORD + WORD, &size, sizeof size);
  }
  to += t->second_place * WORD;
  memcpy(memory + to, t->second == SECOND_TEXT ? &text : &list, WORD);
  memcpy(memory + to + WORD, t->second == SECOND_TEXT ? &size : &one, WORD);
  if (t->second == SECOND_LIST && t->second_place > t->place) memcpy(memory + to + 2 * WORD, &one, WORD);
}

// Calls the candidate with `name` and looks for `value` behind it.
static bool comes_up(struct trial *t, const char *name, const char *value) {
  const struct search *s = t->search;
  uint32_t instance = s->rehearsal->instance, pointer_global = s->program->instances[instance].stacked->pointer;
  if (!t->keep) laboratory_reset(s->lab);
  uint32_t second = s->rehearsal->stack - SECOND_ROOM, text = second - TEXT_ROOM, top = text - AREA - WORD;
  t->top = top;
  uint64_t size, length = strlen(name), from = text;
  uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  if (!laboratory_touch(s->lab, instance, top, AREA + WORD + TEXT_ROOM + SECOND_ROOM)) return false;
  memset(memory + top, 0, AREA + WORD + TEXT_ROOM + SECOND_ROOM);
  memcpy(memory + text, name, (size_t)length);
  uint32_t at = top + WORD + t->place * WORD;
  memcpy(memory + at, &from, sizeof from);
  memcpy(memory + at + WORD, &length, sizeof length);
  if (t->second) place_second(t, memory, second, top + WORD);
  union core_value arguments[1] = {{.i32 = 0}}, results[1] = {{.i32 = 1}};
  laboratory_global(s->lab, instance, pointer_global)->i32 = (int32_t)top;
  t->returned = laboratory_call(s->lab, t->gid, arguments, results, FUEL) && !results[0].i32 &&
                laboratory_global(s->lab, instance, pointer_global)->i32 == (int32_t)(top + WORD);
  if (!t->returned) return false;
  memory = laboratory_memory(s->lab, instance, &size);
  for (uint32_t k = at + 2 * WORD; k + 2 * WORD <= top + WORD + AREA; k += WORD)
    if (is_value(memory, size, k, value)) return true;
  return false;
}

bool lookup_call_stacked(struct program *program, struct laboratory *lab, const struct rehearsal *rehearsal,
                         const struct lookup *lookup, const char *name, const char *value) {
  struct search s = {.program = program, .lab = lab, .rehearsal = rehearsal};
  struct trial t = {.search = &s, .gid = lookup->gid, .place = (unsigned)(lookup->place.offset / WORD) - 1, .keep = true};
  return strlen(name) < TEXT_ROOM && comes_up(&t, name, value);
}

// Does it hand the whole list over: a slice (pointer, length, capacity)? Notes where that stands.
static bool is_lister(struct trial *t) {
  if (comes_up(t, absent, laboratory_made_up[0].value) || !t->returned) return false;
  struct search now = *t->search;
  now.bytes = laboratory_memory(now.lab, now.rehearsal->instance, &now.size);
  for (uint32_t k = 0; k + 2 * WORD <= AREA; k += WORD) {
    uint64_t at = t->top + WORD + k;
    if (word_at(now.bytes, at + WORD) != LABORATORY_MADE_UP || !is_array(&now, word_at(now.bytes, at))) continue;
    t->slice = WORD + k;
    return true;
  }
  return false;
}

// Is another name made of it where there is something beside it? What does not come back from that tells nothing.
static bool makes_another(struct trial *t) {
  bool makes = false;
  for (t->second = SECOND_TEXT; t->second < SECOND_COUNT && !makes; t->second++) {
    t->second_place = t->place + 2;
    makes = !comes_up(t, laboratory_made_up[0].name, laboratory_made_up[0].value) && t->returned;
    t->second_place = 0;
    makes |= t->place >= 2 && !comes_up(t, laboratory_made_up[0].name, laboratory_made_up[0].value) && t->returned;
  }
  t->second = SECOND_NONE;
  return makes;
}

static bool is_lookup(struct trial *t) {
  for (unsigned i = 0; i < LABORATORY_MADE_UP; i++)
    if (!comes_up(t, laboratory_made_up[i].name, laboratory_made_up[i].value)) return false;
  return !comes_up(t, laboratory_made_up[0].name, laboratory_made_up[1].value) &&
         !comes_up(t, absent, laboratory_made_up[0].value) && t->returned && !comes_up(t, absent, laboratory_made_up[1].value) &&
         t->returned && !comes_up(t, laboratory_other_case, laboratory_made_up[0].value) && !makes_another(t);
}

// --- candidates ---

struct queue {
  struct program *program;
  uint32_t *list;
  uint8_t *level;  // by gid: + 1
  size_t count, room;
  uint8_t next;
  bool failed;
};

static void enqueue(void *context, uint32_t caller, bool indirect) {
  struct queue *q = context;
  if (indirect || q->level[caller] || !(q->program->reached[caller] & 1)) return;
  q->level[caller] = (uint8_t)(q->next + 1);
  if (!cm_grow(q->program->arena, &q->list, &q->room, q->count, sizeof *q->list))
    q->failed = true;
  else
    q->list[q->count++] = caller;
}

static bool try_candidates(struct search *s, struct queue *q, uint32_t *index, struct lookup **out, size_t *count) {
  size_t room = 0;
  for (size_t i = 0; i < q->count && i < CANDIDATES && !q->failed; i++) {
    struct trial t = {.search = s, .gid = q->list[i]};
    if (s->program->instance_of[t.gid] != s->rehearsal->instance) continue;
    if (s->program->unfaithful && s->program->unfaithful[t.gid]) continue;
    const struct core_module *module = s->program->instances[s->rehearsal->instance].module;
    uint32_t func = program_func(s->program, t.gid);
    if (func < module->imported[CORE_FUNC] || !stacked_is_typed(module, func)) continue;
    bool found = false;
    for (t.place = 0; t.place < PLACES && !found; t.place += !found) found = is_lookup(&t);
    bool lists = !found && is_lister(&t);
    found |= lists;
    uint8_t level = (uint8_t)(q->level[t.gid] - 1);
    if (found) {
      if (!cm_grow(s->program->arena, out, &room, *count, sizeof **out)) return false;
      struct key_place place = {.kind = lists ? KEY_WHOLE_LIST : KEY_STACKED,
                                .argument = s->program->instances[s->rehearsal->instance].stacked->pointer,
                                .offset = lists ? t.slice : WORD + t.place * UINT64_C(8)};
      (*out)[*count] = (struct lookup){.gid = t.gid, .place = place, .distance = (unsigned)i};
      index[t.gid] = (uint32_t)++ * count;
    }
    q->next = found ? 1 : (uint8_t)(level + 1);
    if (q->next <= LEVELS) program_callers(s->program, t.gid, NULL, enqueue, q);
  }
  return !q->failed;
}

bool lookups_find_stacked(struct program *program, struct laboratory *lab, const struct rehearsal *rehearsal, uint32_t *index,
                          struct stacked_lists *lists, struct lookup **out, size_t *count) {
  struct search s = {.program = program, .lab = lab, .rehearsal = rehearsal, .image = program_image(program, rehearsal->instance)};
  *lists = (struct stacked_lists){.heap = UINT64_MAX, .readers = cm_alloc_array(program->arena, program->func_count, 1)};
  struct queue q = {.program = program, .level = cm_alloc_array(program->arena, program->func_count, 1)};
  if (!lists->readers || !q.level) return false;
  if (!s.image || s.image->count != 1 || !s.image->marks) return true;
  s.bytes = s.image->segments[0].bytes.at;
  s.size = s.image->segments[0].bytes.size;
  find_lists(&s, lists);
  for (size_t i = 0; i < lists->count; i++) mark_header(&s, lists->addresses[i]);
  mark_arguments(&s);
  const struct program_instance *in = &program->instances[rehearsal->instance];
  for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++)
    for (size_t i = 0; i < lists->count && !lists->readers[in->base + f]; i++)
      if (mentions(in->module, f, lists->addresses[i])) lists->readers[in->base + f] = 1;
  for (uint32_t gid = 0; gid < program->func_count; gid++)
    if (lists->readers[gid]) enqueue(&q, gid, false);
  return try_candidates(&s, &q, index, out, count);
}
