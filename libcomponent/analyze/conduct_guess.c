// Names that a program asks for, and that are compared with none that is there.
//
// Where names are sought by their hash, or compared by code that was inlined, no function is given two texts of which one is a name. So texts that could be
// names are gathered: those that functions are given, those that lie in memory when the program has run, those whose letters stand in the code
// (immediates.h), and those of which words are read beside words of a name. For the latter there are names of all lengths, each of one letter, for a
// name is mostly compared with those of its own length alone. All of these are put into the environment; when that makes a difference to the host, half
// of them, and so on. A name that makes one, but not with another letter in it, is asked for. Then names that begin with these texts are tried in the
// same way: where one makes a difference, and none that begins otherwise, all names that begin so are asked for.

#include "conduct_watching.h"
#include "immediates.h"

enum { GUESS_RUNS = 160, GUESS_LEAST = 3, GUESS_FUEL = 8000000, GUESS_TRIES = 20000, GUESS_MEMORY = 8 << 20 };
enum { FILLER = 'J', READS_BETWEEN = 8, WIDEST = 8 };

// --- texts that could be names ---

static bool is_within(uint64_t size, uint32_t at, uint32_t length) {
  return at >= SMALL / 4 && at < size && length < size - at && length && length < NAME_MOST;
}

// Is it as many letters of one of the names that there are of all lengths?
static bool is_filler(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] != FILLER) return false;
  return true;
}

static bool has_letters(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (text[i] != '_' && !(text[i] >= 'A' && text[i] <= 'Z') && !(text[i] >= '0' && text[i] <= '9')) return false;
  return true;
}

// As names mostly are, for there are many texts.
static bool is_likely(const char *text, size_t size) {
  return size >= GUESS_LEAST && has_letters(text, size) && (*text > '9' || *text == '_') && !is_filler(text, size);
}

static void guess(struct watching *w, const char *text, size_t size) {
  if (w->guesses.count == w->guesses.most || !is_likely(text, size) || w->guesses.tries++ >= GUESS_TRIES ||
      conduct_is_known(w, text, size))
    return;
  for (size_t i = 0; i < w->guesses.count; i++)
    if (cm_str_is((struct cm_str){text, size}, w->guesses.at[i].name)) return;
  char *name = cm_alloc_text(w->program->arena, text, size);
  if (name) w->guesses.at[w->guesses.count++] = (struct laboratory_variable){name, "1"};
}

// What a function is given the address of, be it a string that has its text elsewhere: when memory is given back it is there for the last time.
static void guess_at(struct watching *w, const uint8_t *memory, uint64_t size, uint32_t at) {
  size_t length = conduct_like_name(memory, size, at);
  uint32_t word;
  if (length) guess(w, (const char *)memory + at, length);
  if (length || at < SMALL / 4 || (uint64_t)at + WORD > size) return;
  memcpy(&word, memory + at, sizeof word);
  length = conduct_like_name(memory, size, word);
  if (length) guess(w, (const char *)memory + word, length);
}

// What lies in memory when a run has come to its end: in data, and in frames that are no more.
static void guess_from_memory(struct watching *w, uint32_t instance) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, instance, &size);
  if (size > GUESS_MEMORY) size = GUESS_MEMORY;
  for (uint64_t at = SMALL / 4; memory && at < size && w->guesses.count < w->guesses.most; at++) {
    uint8_t before = memory[at - 1];
    bool within = before == '_' || (before >= '0' && before <= '9') || ((before | 0x20) >= 'a' && (before | 0x20) <= 'z');
    size_t length = within && at % WORD ? 0 : conduct_like_name(memory, size, (uint32_t)at);
    if (length) guess(w, (const char *)memory + at, length);
    at += length;
  }
}

// A text that is given as it is, or with its length. In names of all lengths there are such that are beginnings of others.
void conduct_guess_arguments(struct watching *w, uint32_t gid, const struct core_type *type, const union core_value *arguments) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, w->program->instance_of[gid], &size);
  for (uint32_t i = 0; memory && i < type->param_count; i++) {
    uint32_t at = arguments[i].u32;
    if (type->params[i].code != CORE_I32) continue;
    guess_at(w, memory, size, at);
    bool is_pair = i + 1 < type->param_count && type->params[i + 1].code == CORE_I32 && !w->is_reading;
    if (is_pair && is_within(size, at, arguments[i + 1].u32)) guess(w, (const char *)memory + at, arguments[i + 1].u32);
  }
}

// --- texts that are compared with names of all lengths ---

// As much as `end` says of the text at `base` was compared with a name of that length.
static void note_met(struct watching *w, uint64_t base, uint32_t length, uint32_t end) {
  size_t i = 0;
  while (i < w->guesses.met_count && w->guesses.met[i].base != base) i++;
  if (i == MET_MOST) return;
  if (i == w->guesses.met_count) w->guesses.met[w->guesses.met_count++] = (struct met){.base = base, .length = length};
  struct met *met = &w->guesses.met[i];
  if (met->length != length) met->length = 0;
  if (end > met->end) met->end = end;
}

void conduct_guess_read(void *context, uint64_t at, uint64_t size) {
  struct watching *w = context;
  uint64_t total;
  const char *memory = (const char *)laboratory_memory(w->lab, w->guesses.reading, &total);
  if (!memory || at < SMALL / 4 || at >= total || size > total - at) return;
  if (!has_letters(memory + at, size)) return;
  bool filler = is_filler(memory + at, size);
  struct word_read *own = &w->guesses.reads[filler], *other = &w->guesses.reads[!filler];
  *own = (struct word_read){at, size, READS_BETWEEN};
  if (!other->waits) return;
  other->waits--;
  if (other->size != size) return;
  w->guesses.reads[false].waits = 0;  // a letter of a name may be compared with several, but these each with one
  uint64_t of_name = filler ? at : other->at, start = of_name, end = of_name + size, of_text = filler ? other->at : at;
  while (of_name - start < LENGTHS && memory[start - 1] == FILLER) start--;
  while (end - start < LENGTHS && end < total && memory[end] == FILLER) end++;
  uint64_t before = of_name - start;
  if (of_text >= before + SMALL / 4 && has_letters(memory + of_text - before, before))
    note_met(w, of_text - before, (uint32_t)(end - start), (uint32_t)(before + size));
}

// What was compared with names of one length alone is as long. Of what was compared with names of several it is not known how far.
static void guess_met(struct watching *w, bool one_length) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(w->lab, w->guesses.reading, &size);
  for (size_t i = 0; memory && i < w->guesses.met_count; i++) {
    const struct met *met = &w->guesses.met[i];
    if (one_length != (met->length != 0)) continue;
    uint32_t from = one_length ? met->length : met->end, to = one_length ? met->length : met->end + WIDEST;
    for (uint32_t length = from; length <= to; length++)
      if (is_within(size, (uint32_t)met->base, length)) guess(w, (const char *)memory + met->base, length);
  }
}

// With some of the guesses.
static bool run_guesses(struct watching *w, size_t first, size_t count, uint64_t *said) {
  w->in_run = w->count;
  laboratory_set_environment(w->lab, w->guesses.at + first, count);
  return conduct_run(w, said);
}

// --- the guesses are tried ---

// Does a name make the same difference that has one letter changed, with the same value? Then it is not the name that does.
static bool is_name_alone(struct watching *w, size_t at, uint64_t said) {
  struct laboratory_variable own = w->guesses.at[at];
  size_t size = strlen(own.name);
  char other[NAME_MOST];
  bool alone = size < NAME_MOST;
  for (size_t i = 0; alone && i < 2; i++) {
    uint64_t now;
    memcpy(other, own.name, size + 1);
    other[i ? size - 1 : 0] = other[i ? size - 1 : 0] == 'Q' ? 'Z' : 'Q';
    w->guesses.at[at].name = other;
    alone = run_guesses(w, at, 1, &now) && now == said;
  }
  w->guesses.at[at] = own;
  return alone;
}

static uint64_t offset_of(const struct watching *w, uint32_t gid) {
  const struct core_module *module = w->program->instances[w->program->instance_of[gid]].module;
  return (uint64_t)(module->funcs[program_func(w->program, gid)].body.at - module->file);
}

static void note_guess(struct watching *w, size_t at, uint32_t root) {
  w->depth = 0;
  conduct_note_key(w, NO_FUNC, w->guesses.at[at].name, strlen(w->guesses.at[at].name));
  w->out->keys[w->out->key_count - 1].gid = root;
  w->out->keys[w->out->key_count - 1].offset = offset_of(w, root);
}

// Those of the guesses that make a difference, and are not `alone` in vain: the list is halved until one is left.
static void try_guesses(struct watching *w, size_t first, size_t count, uint64_t said, uint32_t root,
                        bool (*alone)(struct watching *w, size_t at, uint64_t said),
                        void (*note)(struct watching *w, size_t at, uint32_t root)) {
  uint64_t now;
  if (!count || w->guesses.runs++ >= GUESS_RUNS || w->spent > w->guesses.spend_most || w->count == MADE_UP + NAMES_MOST) return;
  if (!run_guesses(w, first, count, &now) || now == said) return;
  if (count > 1) {
    try_guesses(w, first, count / 2, said, root, alone, note);
    try_guesses(w, first + count / 2, count - count / 2, said, root, alone, note);
  } else if (alone(w, first, said)) {
    note(w, first, root);
  }
}

static void guess_letters(void *context, const char *text, size_t size) { guess(context, text, size); }

// Texts that are met where names of all lengths are there, and those of which the letters stand in the code.
static void guess_from_code(struct watching *w, uint32_t root) {
  uint64_t said;
  w->guesses.most += CODE_GUESSES_MOST;
  for (size_t i = 0; i < LENGTHS; i++) {
    char *name = cm_alloc_array(&w->arena, i + 2, 1);
    if (!name) return;
    memset(name, FILLER, i + 1);
    w->guesses.lengths[i] = (struct laboratory_variable){name, "~"};
  }
  // What is asked of a container that has something in it.
  laboratory_set_environment(w->lab, w->guesses.lengths + LENGTHS - 1, 1);
  w->is_guessing = true;
  conduct_run(w, &said);
  laboratory_set_environment(w->lab, w->guesses.lengths, LENGTHS);
  w->guesses.reading = w->program->instance_of[root];
  w->is_reading = true;
  conduct_run(w, &said);
  w->is_guessing = w->is_reading = false;
  guess_met(w, true);
  for (uint32_t gid = 0; gid < w->program->func_count; gid++)
    if (w->entered[gid] && !program_is_slot(w->program, gid)) immediates_of(w->program, &w->arena, gid, guess_letters, w);
}

static const char more[] = "QZ9";

// Does what begins so make the difference, and not what begins otherwise?
static bool is_beginning(struct watching *w, size_t at, uint64_t said) {
  struct laboratory_variable own = w->guesses.at[at];
  size_t size = strlen(own.name) - (sizeof more - 1);
  char other[NAME_MOST];
  bool begins = true;
  for (size_t i = 0; begins && i < 2; i++) {
    uint64_t now;
    memcpy(other, own.name, size + sizeof more);
    other[i ? size - 1 : 0] = other[i ? size - 1 : 0] == 'Q' ? 'Z' : 'Q';
    w->guesses.at[at].name = other;
    begins = run_guesses(w, at, 1, &now) && now == said;
  }
  w->guesses.at[at] = own;
  return begins;
}

static void note_beginning(struct watching *w, size_t at, uint32_t root) {
  struct conduct *out = w->out;
  struct cm_str text = {w->guesses.at[at].name, strlen(w->guesses.at[at].name) - (sizeof more - 1)};
  if (cm_grow(w->program->arena, &out->beginnings, &out->beginning_room, out->beginning_count, sizeof *out->beginnings))
    out->beginnings[out->beginning_count++] = (struct conduct_key){text, root, NO_FUNC, offset_of(w, root)};
  else
    w->failed = true;
}

void conduct_guess(struct watching *w) {
  uint32_t root = 0;
  uint64_t said;
  while (root < w->program->func_count && !w->roots[root]) root++;
  if (root == w->program->func_count) return;
  w->guesses.most = GUESSES_MOST;
  w->is_guessing = true;
  laboratory_set_environment(w->lab, NULL, 0);
  bool ended = conduct_run(w, &said);
  w->is_guessing = false;
  if (!ended) return;
  guess_from_memory(w, w->program->instance_of[root]);
  guess_from_code(w, root);
  w->guesses.spend_most = w->spent + GUESS_FUEL;
  try_guesses(w, 0, w->guesses.count, said, root, is_name_alone, note_guess);
  guess_met(w, false);
  size_t kept = 0;
  for (size_t i = 0; i < w->guesses.count; i++) {
    size_t size = strlen(w->guesses.at[i].name);
    char *name = size + sizeof more < NAME_MOST ? cm_alloc_array(w->program->arena, size + sizeof more, 1) : NULL;
    if (!name) continue;
    memcpy(name, w->guesses.at[i].name, size);
    memcpy(name + size, more, sizeof more);
    w->guesses.at[kept++].name = name;
  }
  w->guesses.count = kept;
  w->guesses.runs = 0;
  w->guesses.spend_most = w->spent + GUESS_FUEL;
  try_guesses(w, 0, w->guesses.count, said, root, is_beginning, note_beginning);
}
