// Names that a program asks for, and that are compared with none that is there.
//
// Where names are sought by their hash, or compared by code that was inlined, no function is given two texts of which one is a name. So texts that could be
// names are gathered: those that functions are given, those that lie in memory when the program has run, those whose letters stand in the code
// (immediates.h), and those of which words are read beside words of a name. For the latter there are names of all lengths, each of one letter, for a
// name is mostly compared with those of its own length alone. All of these are put into the environment; when that makes a difference to the host, half
// of them, and so on. A name that makes one, but not with another letter in it, is asked for. Then names that begin with these texts are tried in the
// same way: where one makes a difference, and none that begins otherwise, all names that begin so are asked for. What the code has of such a name behind
// its beginning (libraries fill structures from variables with a prefix) is then looked for likewise. Texts in small letters are tried in capitals.

#include "conduct_watching.h"
#include "immediates.h"

#include <stdio.h>

enum { GUESS_RUNS = 160, GUESS_LEAST = 3, GUESS_FUEL = 8000000, GUESS_TRIES = 20000, GUESS_MEMORY = 8 << 20 };
enum { FILLER = 'J', READS_BETWEEN = 8, WIDEST = 8, TEXT_LEAST = 2, BEGINNINGS_MOST = 4 };

// --- texts that could be names ---

static bool is_within(uint64_t size, uint32_t at, uint32_t length) {
  return at >= SMALL / 4 && at < size && length < size - at && length && length < NAME_MOST;
}

// Is it as many letters of one of the names that there are of all lengths? A program may have made small letters of them.
static bool is_filler(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] != text[0] || (text[i] & ~0x20) != FILLER) return false;
  return true;
}

static bool has_letters(const char *text, size_t size, bool small_too) {
  for (size_t i = 0; i < size; i++) {
    bool small = text[i] >= 'a' && text[i] <= 'z', capital = text[i] >= 'A' && text[i] <= 'Z';
    if (text[i] != '_' && !capital && !(text[i] >= '0' && text[i] <= '9') && !(small && small_too)) return false;
  }
  return true;
}

// As names mostly are, for there are many texts.
static bool is_likely(const char *text, size_t size) {
  return size >= GUESS_LEAST && has_letters(text, size, false) && *text > '9' && !is_filler(text, size);
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
static void note_met(struct guesses *g, uint64_t base, uint32_t length, uint32_t end) {
  size_t i = 0;
  while (i < g->met_count && g->met[i].base != base) i++;
  if (i == MET_MOST) return;
  if (i == g->met_count) g->met[g->met_count++] = (struct met){.base = base, .length = length};
  struct met *met = &g->met[i];
  if (met->length != length) met->length = 0;
  if (end > met->end) met->end = end;
}

void conduct_guess_read(void *context, uint64_t at, uint64_t size) {
  struct watching *w = context;
  struct guesses *g = &w->guesses;
  uint64_t total;
  const char *memory = (const char *)laboratory_memory(w->lab, g->reading, &total);
  if (!memory || at < SMALL / 4 || at >= total || size > total - at) return;
  if (!has_letters(memory + at, size, true)) return;
  bool filler = is_filler(memory + at, size);
  struct word_read *own = &g->reads[filler], *other = &g->reads[!filler];
  *own = (struct word_read){at, size, READS_BETWEEN};
  if (!other->waits) return;
  other->waits--;
  if (other->size != size) return;
  g->reads[false].waits = 0;  // a letter of a name may be compared with several, but these each with one
  uint64_t of_name = filler ? at : other->at, start = of_name, end = of_name + size, of_text = filler ? other->at : at;
  char letter = memory[of_name];
  while (of_name - start < LENGTHS && memory[start - 1] == letter) start--;
  while (end - start < LENGTHS && end < total && memory[end] == letter) end++;
  uint64_t before = of_name - start;
  if (of_text >= before + SMALL / 4 && has_letters(memory + of_text - before, before, true))
    note_met(g, of_text - before, (uint32_t)(end - start), (uint32_t)(before + size));
}

// A text of the code's own, in capitals; not `is_whole`: it is not known how far it goes.
static void add_text(struct watching *w, const char *text, size_t size, bool is_whole) {
  struct guesses *g = &w->guesses;
  size_t *count = is_whole ? &g->text_count : &g->loose_count;
  const char **texts = is_whole ? g->texts : g->loose;
  if (*count == CODE_TEXTS || size < TEXT_LEAST || size >= NAME_MOST || !has_letters(text, size, true) || is_filler(text, size))
    return;
  char *copy = cm_alloc_text(w->program->arena, text, size);
  if (!copy) return;
  for (size_t i = 0; i < size; i++)
    if (copy[i] >= 'a' && copy[i] <= 'z') copy[i] = (char)(copy[i] & ~0x20);
  for (size_t i = 0; i < *count; i++)
    if (!strcmp(texts[i], copy)) return;
  texts[(*count)++] = copy;
}

// What was compared with names of one length alone is as long. Of what was compared with names of several it is not known how far.
static void add_met(struct watching *w) {
  uint64_t size;
  const char *memory = (const char *)laboratory_memory(w->lab, w->guesses.reading, &size);
  for (size_t i = 0; memory && i < w->guesses.met_count; i++) {
    const struct met *met = &w->guesses.met[i];
    uint32_t from = met->length ? met->length : met->end, to = met->length ? met->length : met->end + WIDEST;
    for (uint32_t length = from; length <= to; length++)
      if (is_within(size, (uint32_t)met->base, length)) add_text(w, memory + met->base, length, met->length != 0);
  }
}

// Runs the program where there are names of all lengths that begin so, and sees what is compared with them.
static void meet_lengths(struct watching *w, struct cm_str beginning) {
  struct guesses *g = &w->guesses;
  uint64_t said;
  for (size_t i = 0; i < LENGTHS; i++) {
    char *name = cm_alloc_array(&w->arena, beginning.size + i + 2, 1);
    if (!name) return;
    memcpy(name, beginning.at, beginning.size);
    memset(name + beginning.size, FILLER, i + 1);
    g->lengths[i] = (struct laboratory_variable){name, "~"};
  }
  g->met_count = 0;
  laboratory_set_environment(w->lab, g->lengths, LENGTHS);
  w->is_reading = true;
  conduct_run(w, &said);
  w->is_reading = false;
  add_met(w);
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

static void note_guess(struct watching *w, size_t at, uint32_t root) {
  w->depth = 0;
  conduct_note_key(w, NO_FUNC, w->guesses.at[at].name, strlen(w->guesses.at[at].name));
  w->out->keys[w->out->key_count - 1].gid = root;
  w->out->keys[w->out->key_count - 1].offset = program_body_offset(w->program, root);
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

static void add_letters(void *context, const char *text, size_t size) { add_text(context, text, size, true); }

// Texts that are met where names of all lengths are there, and those of which the letters stand in the code.
static void read_code(struct watching *w) {
  uint64_t said;
  meet_lengths(w, (struct cm_str){"", 0});
  // What is asked of a container that has something in it.
  laboratory_set_environment(w->lab, w->guesses.lengths + LENGTHS - 1, 1);
  w->is_guessing = true;
  conduct_run(w, &said);
  w->is_guessing = false;
  for (uint32_t gid = 0; gid < w->program->func_count; gid++)
    if (w->entered[gid] && !program_is_slot(w->program, gid)) immediates_of(w->program, gid, add_letters, w);
}

static void guess_texts(struct watching *w, struct cm_str beginning, const char *const *texts, size_t count) {
  char name[2 * NAME_MOST];
  for (size_t i = 0; i < count; i++) {
    int size = snprintf(name, sizeof name, "%.*s%s", CM_STR_ARG(beginning), texts[i]);
    if (size < NAME_MOST) guess(w, name, (size_t)size);
  }
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
    out->beginnings[out->beginning_count++] = (struct conduct_key){text, root, NO_FUNC, program_body_offset(w->program, root)};
  else
    w->failed = true;
}

// More is added to what was guessed.
static void lengthen_guesses(struct watching *w) {
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
}

static bool is_guessed(const struct guesses *g, const char *name) {
  for (size_t i = 0; i < g->count; i++)
    if (g->at[i].name && !strcmp(g->at[i].name, name)) return true;
  return false;
}

// With all that is asked for, and all of the guesses but some, and those that turned out to make no difference.
static bool run_without(struct watching *w, size_t first, size_t count, uint64_t *said) {
  struct guesses *g = &w->guesses;
  size_t present = 0;
  for (size_t i = 0; i < g->count; i++)
    if ((i < first || i >= first + count) && g->at[i].name) g->present[present++] = g->at[i];
  for (size_t i = MADE_UP; i < w->count; i++)
    if (!is_guessed(g, w->variables[i].name)) g->present[present++] = w->variables[i];
  w->in_run = w->count;
  laboratory_set_environment(w->lab, g->present, present);
  return conduct_run(w, said);
}

// Those of the guesses that make a difference where the others are there: a structure may want all of its fields.
static void try_missing(struct watching *w, size_t first, size_t count, uint64_t said, uint32_t root) {
  struct guesses *g = &w->guesses;
  uint64_t without, changed;
  if (!count || g->runs++ >= GUESS_RUNS || w->spent > g->spend_most || w->count == MADE_UP + NAMES_MOST) return;
  if (!run_without(w, first, count, &without)) return;
  if (without == said) {
    for (size_t i = first; i < first + count; i++) g->at[i].name = NULL;
  } else if (count > 1) {
    try_missing(w, first, count / 2, said, root);
    try_missing(w, first + count / 2, count - count / 2, said, root);
  } else {
    char other[NAME_MOST];
    const char *own = g->at[first].name;
    size_t size = strlen(own);
    memcpy(other, own, size + 1);
    other[size - 1] = other[size - 1] == 'Q' ? 'Z' : 'Q';
    g->at[first].name = other;
    bool alone = run_without(w, 0, 0, &changed) && changed == without;
    g->at[first].name = own;
    if (alone && !conduct_is_known(w, own, size)) note_guess(w, first, root);
  }
}

static void begin_tries(struct watching *w) {
  w->guesses.runs = 0;
  w->guesses.spend_most = w->spent + GUESS_FUEL;
}

// What begins so, and goes on with what the code has.
static void guess_behind(struct watching *w, struct cm_str beginning, uint64_t said, uint32_t root) {
  struct guesses *g = &w->guesses;
  uint64_t all;
  meet_lengths(w, beginning);
  g->count = 0;
  guess_texts(w, beginning, g->texts, g->text_count);
  begin_tries(w);
  try_guesses(w, 0, g->count, said, root, is_name_alone, note_guess);
  begin_tries(w);
  if (run_without(w, 0, 0, &all)) try_missing(w, 0, g->count, all, root);
}

// What stands before an underscore may be the beginning of names also where no name alone makes a difference.
static size_t add_beginnings(const struct watching *w, struct cm_str *beginnings) {
  size_t count = 0;
  beginnings[count++] = (struct cm_str){"", 0};
  for (size_t i = 0; i < w->out->beginning_count && count < BEGINNINGS_MOST; i++) beginnings[count++] = w->out->beginnings[i].key;
  for (size_t i = 0; i < w->guesses.text_count + w->guesses.loose_count; i++) {
    bool loose = i >= w->guesses.text_count;
    const char *text = loose ? w->guesses.loose[i - w->guesses.text_count] : w->guesses.texts[i];
    size_t size = strlen(text), k = 0;
    while (k < count && !cm_str_is(beginnings[k], text)) k++;
    if (k == count && count < BEGINNINGS_MOST && size >= GUESS_LEAST && text[size - 1] == '_')
      beginnings[count++] = (struct cm_str){text, size};
  }
  return count;
}

void conduct_guess(struct watching *w) {
  struct guesses *g = &w->guesses;
  struct cm_str none = {"", 0};
  uint32_t root = 0;
  uint64_t said;
  while (root < w->program->func_count && !w->roots[root]) root++;
  if (root == w->program->func_count) return;
  g->reading = w->program->instance_of[root];
  g->most = GUESSES_MOST;
  laboratory_set_environment(w->lab, NULL, 0);
  w->is_guessing = true;
  bool ended = conduct_run(w, &said);
  w->is_guessing = false;
  if (!ended) return;
  guess_from_memory(w, g->reading);
  g->most += CODE_TEXTS;
  read_code(w);
  guess_texts(w, none, g->texts, g->text_count);
  begin_tries(w);
  try_guesses(w, 0, g->count, said, root, is_name_alone, note_guess);
  guess_texts(w, none, g->loose, g->loose_count);
  lengthen_guesses(w);
  begin_tries(w);
  try_guesses(w, 0, g->count, said, root, is_beginning, note_beginning);
  struct cm_str beginnings[BEGINNINGS_MOST];
  size_t beginning_count = add_beginnings(w, beginnings);
  for (size_t i = 0; i < beginning_count; i++) guess_behind(w, beginnings[i], said, root);
}
