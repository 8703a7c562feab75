// What a program does with the whole list, where it runs: maps that it makes of it, and names that entries are compared with.
//
// A Go program that wants all of the environment puts it into a map mostly, which it asks by name, as libraries do that fill structures; or it goes
// through the entries and compares. The runtime does both by functions that are known by name. A map in which a made-up variable was set is one
// of the environment's, and what it is asked for by the program's code is asked for. Names are compared with others of their length only: so the
// environment has one of each length then, of one letter, and a text of the program's data that is compared with as much of an entry as stands before
// its `=`, or with that too, is a name.

#include "observe.h"
#include "symbols.h"

#include <string.h>

enum { TEXT_MOST = 255, FILLER = 'J', MAPS = 16, TEXTS = 64 };
enum does { NOTHING, SETS, GETS, COMPARES };

// A text that names of one letter are compared with: as a whole, or their beginnings.
struct compared {
  struct observed seen;
  struct cm_str text;
  bool equal, longer;
};

struct observe_list {
  uint8_t *does;  // by gid
  uint64_t maps[MAPS];
  size_t map_count;
  struct compared texts[TEXTS];
  size_t text_count;
};

struct observe_list *observe_list_open(const struct observation *o) {
  static const struct {
    const char *name;  // or its beginning
    enum does does;
  } known[] = {{"runtime.mapassign_faststr", SETS},
               {"runtime.mapaccess1_faststr", GETS},
               {"runtime.mapaccess2_faststr", GETS},
               {"runtime.memequal", COMPARES}};
  struct program *program = (struct program *)(uintptr_t)&o->analysis->program;
  struct observe_list *list = cm_alloc(o->arena, sizeof *list);
  if (list) list->does = cm_alloc_array(o->arena, program->func_count, 1);
  if (!list || !list->does) return NULL;
  for (uint32_t gid = 0; gid < program->func_count; gid++)
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      if (cm_str_is(program_name(program, gid), known[i].name)) list->does[gid] = (uint8_t)known[i].does;
  return list;
}

size_t observe_list_lengths(struct observation *o, struct laboratory_variable *environment, size_t most) {
  size_t count = 0;
  for (; count < OBSERVE_LENGTHS && count < most; count++) {
    char *name = cm_alloc_array(o->arena, count + 2, 1);
    if (!name) break;
    memset(name, FILLER, count + 1);
    environment[count] = (struct laboratory_variable){name, "~"};
  }
  return count;
}

// --- calls ---

static bool is_made_up(struct cm_str name) {
  for (size_t i = 0; i < LABORATORY_MADE_UP; i++)
    if (cm_str_is(name, laboratory_made_up[i].name)) return true;
  return false;
}

static void see_map(struct observation *o, enum does does, const uint64_t *words, struct cm_str key, struct observed seen) {
  struct observe_list *list = o->list;
  size_t i = 0;
  while (i < list->map_count && list->maps[i] != words[1]) i++;
  if (does == SETS && i == list->map_count && is_made_up(key) && i < MAPS) list->maps[list->map_count++] = words[1];
  if (does == GETS && i < list->map_count &&
      symbols_owner_of(program_name((struct program *)(uintptr_t)&o->analysis->program, seen.caller)) == SYMBOLS_PROGRAM)
    observe_note(o, seen, key);
}

// Is it a name of one letter, as a whole? *length: how long.
static bool is_filler(const uint8_t *text, uint64_t *length) {
  for (*length = 0; *length <= OBSERVE_LENGTHS && text[*length] == FILLER;) ++*length;
  return *length && text[-1] != FILLER && text[*length] == '=';
}

// As much of an entry as stands before its `=` was compared, or more was: then the text is what names begin with.
static void note_text(struct observation *o, struct observed seen, struct cm_str text, bool longer) {
  struct observe_list *list = o->list;
  size_t i = 0;
  while (i < list->text_count && !cm_str_equal(list->texts[i].text, text)) i++;
  if (i == TEXTS) return;
  if (i == list->text_count) {
    const char *kept = cm_alloc_text(o->arena, text.at, text.size);
    if (!kept) return;
    list->texts[list->text_count++] = (struct compared){seen, {kept, text.size}, false, false};
  }
  list->texts[i].equal |= !longer;
  list->texts[i].longer |= longer;
}

// `entry` lies in the list, `text` does not, and so many bytes of them are compared.
static void see_compared(struct observation *o, const uint8_t *entry, const uint8_t *text, uint64_t size, struct observed seen) {
  uint64_t length;
  if (!is_filler(entry, &length) || text[0] == FILLER) return;
  const uint8_t *end = memchr(text, '=', (size_t)size);
  // With the `=` the name is told whatever it is compared with.
  if (end && end > text)
    observe_note(o, seen, (struct cm_str){(const char *)text, (size_t)(end - text)});
  else if (!end && size <= length)
    note_text(o, seen, (struct cm_str){(const char *)text, (size_t)size}, size < length);
}

void observe_list_enter(struct observation *o, uint32_t gid) {
  const struct program *program = &o->analysis->program;
  uint32_t instance = program->instance_of[gid];
  const struct stacked *stacked = program->instances[instance].stacked;
  enum does does = (enum does)o->list->does[gid];
  struct observed seen = {.callee = gid, .of_list = true};
  uint64_t size, words[4];
  if (!does || !stacked) return;
  const uint8_t *memory = laboratory_memory(o->lab, instance, &size);
  const union core_value *pointer = laboratory_global(o->lab, instance, stacked->pointer);
  if (!memory || !pointer || (uint64_t)pointer->u32 + STACKED_RETURN + sizeof words > size) return;
  memcpy(words, memory + pointer->u32 + STACKED_RETURN, sizeof words);
  if (!laboratory_call_site(o->lab, gid, &seen.caller, &seen.offset) || o->analysis->lookup_of[seen.caller]) return;
  if (symbols_is_core(program_name((struct program *)(uintptr_t)program, seen.caller))) return;
  if (does != COMPARES) {
    bool fits = words[2] < size && words[3] <= TEXT_MOST && words[3] < size - words[2];
    if (fits) see_map(o, does, words, (struct cm_str){(const char *)memory + words[2], (size_t)words[3]}, seen);
    return;
  }
  uint64_t length = words[2];
  for (unsigned i = 0; i < 2 && o->by_length && length && length <= TEXT_MOST; i++) {
    uint64_t entry = words[i], text = words[1 - i];
    bool within = entry && entry < size && OBSERVE_LENGTHS + TEXT_MOST < size - entry && text < size && length < size - text;
    if (within) see_compared(o, memory + entry, memory + text, length, seen);
  }
}

void observe_list_begin(struct observation *o) { o->list->map_count = o->list->text_count = 0; }

void observe_list_end(struct observation *o) {
  for (size_t i = 0; i < o->list->text_count; i++) {
    const struct compared *c = &o->list->texts[i];
    if (c->equal && !c->longer) observe_note(o, c->seen, c->text);
  }
}
