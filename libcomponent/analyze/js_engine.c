// StarlingMonkey: recognized, and the program's text found in its memory.
//
// componentize-js runs the engine once and keeps its memory. SpiderMonkey has the text of every script that it compiled there, for its
// functions are compiled when they are first called. Texts and file names are shared strings: a box of four words
//
//     address of the text, its size, the cache that owns the box, how many hold it
//
// and all boxes of one engine name the same cache. A script's record holds the box of its text, and some words behind that the box of its
// name. So the words of the memory are looked at once for what can be a box, those of the cache that most bytes belong to are the
// engine's, and a second look finds which text has which name. Nothing is assumed of what stands in a text.
//
// The engine's own scripts are named with brackets ("<internal>": the glue to the imports; but see is_engines) or have no text here ("self-hosted"). What the
// build machine left in memory (its environment, its command line) is no script.

#include "js_follow.h"

#include <stdlib.h>
#include <string.h>

enum {
  BOX_WORDS = 4,
  BOXES_MOST = 4096,
  HOLDERS_MOST = 1 << 16,   // who holds one box; more is no counter
  TEXTS_FROM = 1024,        // addresses of texts, at least
  NAME_MOST = 4096,         // bytes of a file name
  NAME_WITHIN = 40,         // words between a script's text and its name, at most,
  KNOWN_DISTANCE = 13,      // and in the engines of ComponentizeJS 0.17 and 0.18
  ENGINE_DATA = 256 << 10,  // the engine's data segments have megabytes
  FILES_MOST = 256,
  MIXED_ROUNDS = 4,
  TEXT_FOR_OTHER = 2048,  // bytes of a text for each that no text has
};

struct box {
  uint32_t at, text, size, cache;
  bool is_name;  // ends with a zero, as names do
};

struct memory {
  const uint8_t *bytes;
  size_t size;
  struct box *boxes;
  size_t box_count, box_room;
};

static uint32_t word_at(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

// No text has such bytes: what is left of a table or of code.
static bool is_text_byte(uint8_t c) {
  return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// A probe: the beginning and the end. The boxes of the engine's cache are read to the end once they are known.
static bool looks_like_text(const struct memory *memory, uint32_t at, uint32_t size) {
  uint32_t probe = size < 24 ? size : 24;
  for (uint32_t i = 0; i < probe; i++)
    if (!is_text_byte(memory->bytes[at + i]) || !is_text_byte(memory->bytes[at + size - 1 - i])) return false;
  return true;
}

// Literals may have other characters in them, now and then, as they are.
static bool is_text(const struct memory *memory, uint32_t at, uint32_t size) {
  uint32_t others = 0;
  for (uint32_t i = 0; i < size; i++) {
    if (!memory->bytes[at + i]) return false;
    others += !is_text_byte(memory->bytes[at + i]);
  }
  return others <= size / TEXT_FOR_OTHER;
}

// Can four words at `at` be a box?
static bool read_box(const struct memory *memory, size_t at, struct box *box) {
  const uint8_t *p = memory->bytes + at;
  uint32_t text = word_at(p), size = word_at(p + 4), cache = word_at(p + 8), holders = word_at(p + 12);
  if (text < TEXTS_FROM || size < 2 || text >= memory->size || size > memory->size - text) return false;
  if (!cache || cache % 4 || cache >= memory->size || !holders || holders > HOLDERS_MOST) return false;
  bool is_name = size <= NAME_MOST && !memory->bytes[text + size - 1];
  if (!looks_like_text(memory, text, size - is_name)) return false;
  *box = (struct box){.at = (uint32_t)at, .text = text, .size = size - is_name, .cache = cache, .is_name = is_name};
  return true;
}

static int by_cache(const void *x, const void *y) {
  const struct box *a = x, *b = y;
  if (a->cache != b->cache) return a->cache < b->cache ? -1 : 1;
  return (a->at > b->at) - (a->at < b->at);
}

// Keeps the boxes of the cache that is the engine's: it has names, and most bytes of text.
static void keep_engine_boxes(struct memory *memory) {
  size_t best = 0, best_end = 0, best_bytes = 0;
  if (memory->box_count) qsort(memory->boxes, memory->box_count, sizeof *memory->boxes, by_cache);
  for (size_t from = 0, to; from < memory->box_count; from = to) {
    size_t bytes = 0, names = 0;
    for (to = from; to < memory->box_count && memory->boxes[to].cache == memory->boxes[from].cache; to++) {
      bytes += memory->boxes[to].size;
      names += memory->boxes[to].is_name;
    }
    if (names && bytes > best_bytes) best = from, best_end = to, best_bytes = bytes;
  }
  size_t kept = 0;
  for (size_t i = best; i < best_end; i++)
    if (is_text(memory, memory->boxes[i].text, memory->boxes[i].size)) memory->boxes[kept++] = memory->boxes[i];
  memory->box_count = kept;  // sorted by place, since all are of one cache
}

static bool find_boxes(struct interpreted *in, struct memory *memory) {
  const uint8_t *bytes = memory->bytes, *end = bytes + memory->size;
  for (const uint8_t *at = bytes; at + 4 * BOX_WORDS <= end && memory->box_count < BOXES_MOST; at += 4) {
    struct box box;
    if (word_at(at) < TEXTS_FROM || !read_box(memory, (size_t)(at - bytes), &box)) continue;
    if (!cm_grow(in->scratch, &memory->boxes, &memory->box_room, memory->box_count, sizeof *memory->boxes)) return false;
    memory->boxes[memory->box_count++] = box;
  }
  keep_engine_boxes(memory);
  return true;
}

static const struct box *box_at(const struct memory *memory, uint32_t address) {
  size_t at;
  SORTED_FIRST(at, 0, memory->box_count, memory->boxes[at].at >= address);
  return at < memory->box_count && memory->boxes[at].at == address ? &memory->boxes[at] : NULL;
}

static struct cm_str text_of(const struct memory *memory, const struct box *box) {
  return (struct cm_str){(const char *)memory->bytes + box->text, box->size};
}

// The name in the record whose text is held at `at`. The cache's own table holds boxes too, close together and in any order: in a record
// there is nothing else between the text and the name.
static const struct box *name_behind(const struct memory *memory, size_t at) {
  for (size_t i = 1; i <= NAME_WITHIN && at + 4 * i + 4 <= memory->size; i++) {
    const struct box *box = box_at(memory, word_at(memory->bytes + at + 4 * i));
    if (box) return box->is_name ? box : NULL;
  }
  return NULL;
}

// The engine's own scripts, and the glue to the imports: before version 0.18 of ComponentizeJS it was named after the program.
static bool is_engines(struct cm_str name, struct cm_str text) {
  static const char glue[] = ".bindings.js";
  if (name.at[0] == '<') return true;
  bool named = name.size >= sizeof glue && !memcmp(name.at + name.size - (sizeof glue - 1), glue, sizeof glue - 1);
  return named && memmem(text.at, text.size, "class BindingsError", strlen("class BindingsError"));
}

static bool add_file(struct interpreted *in, struct js_program *program, const struct memory *memory, const struct box *text,
                     const struct box *name) {
  for (size_t i = 0; i < program->file_count; i++)
    if (program->files[i].address == text->text) return true;
  if (program->file_count == FILES_MOST) return true;
  struct cm_str called = text_of(memory, name);
  struct js_file file = {.name = called, .text = text_of(memory, text), .address = text->text};
  file.is_engine = is_engines(file.name, file.text);
  if (!cm_grow(in->scratch, &program->files, &program->file_room, program->file_count, sizeof *program->files)) return false;
  program->files[program->file_count++] = file;
  return true;
}

// A record has its name at the same distance behind the text as all others. Boxes lie close together by chance too: in the cache's table,
// and in what is left of smaller ones. So the right distance is the one at which most texts have a name; where several have as many, that
// of the versions that are known.
static uint32_t find_distance(const struct memory *memory, uint64_t *names_at) {
  uint32_t counts[NAME_WITHIN + 1] = {0}, right = KNOWN_DISTANCE;
  for (size_t i = 0; i < memory->box_count; i++)
    for (uint32_t d = 1; d <= NAME_WITHIN; d++) counts[d] += (uint32_t)(names_at[i] >> d & 1);
  for (uint32_t d = 1; d <= NAME_WITHIN; d++)
    if (counts[d] > counts[right]) right = d;
  return right;
}

// What may be a record: a text's box, a name's, and how many words lie between.
struct candidate {
  const struct box *text, *name;
  uint32_t distance;
};

// A text and a name that a record may hold.
struct record {
  const struct box *text, *name;
  bool is_out;
};

struct finding {
  struct interpreted *in;
  const struct memory *memory;
  uint64_t *names_at;  // by box: a bit for each distance
  uint32_t distance;
  struct candidate *candidates;
  size_t candidate_count, candidate_room;
  struct record *records;
  size_t record_count, record_room;
};

static bool find_candidates(struct finding *f) {
  const struct memory *memory = f->memory;
  if (!memory->box_count) return true;
  uint32_t low = memory->boxes[0].at, span = memory->boxes[memory->box_count - 1].at - low;
  for (const uint8_t *at = memory->bytes, *end = at + memory->size; at + 4 <= end; at += 4) {
    uint32_t word = word_at(at), distance = 1;
    if (word - low > span) continue;
    const struct box *text = box_at(memory, word),
                     *name = text && !text->is_name ? name_behind(memory, (size_t)(at - memory->bytes)) : NULL;
    if (!name) continue;
    while (word_at(at + 4 * (size_t)distance) != name->at) distance++;
    f->names_at[text - memory->boxes] |= UINT64_C(1) << distance;
    if (!cm_grow(f->in->scratch, &f->candidates, &f->candidate_room, f->candidate_count, sizeof *f->candidates)) return false;
    f->candidates[f->candidate_count++] = (struct candidate){text, name, distance};
  }
  return true;
}

static bool note_record(struct finding *f, const struct candidate *c) {
  if (c->distance != f->distance || f->record_count == FILES_MOST) return true;
  for (size_t i = 0; i < f->record_count; i++)
    if (f->records[i].text == c->text && f->records[i].name == c->name) return true;
  if (!cm_grow(f->in->scratch, &f->records, &f->record_room, f->record_count, sizeof *f->records)) return false;
  f->records[f->record_count++] = (struct record){c->text, c->name, false};
  return true;
}

static size_t count_names(const struct finding *f, const struct box *text) {
  size_t count = 0;
  for (size_t i = 0; i < f->record_count; i++) count += !f->records[i].is_out && f->records[i].text == text;
  return count;
}

// What is left of a record may hold the text of one script and the name of another. A name that is the only one of some text is no other's,
// where that has one of its own.
static void drop_mixed_records(struct finding *f) {
  bool again = true;
  for (unsigned round = 0; again && round < MIXED_ROUNDS; round++) {
    again = false;
    for (size_t i = 0; i < f->record_count; i++) {
      const struct record *sure = &f->records[i];
      if (sure->is_out || count_names(f, sure->text) != 1) continue;
      for (size_t k = 0; k < f->record_count; k++) {
        struct record *other = &f->records[k];
        if (other->is_out || other->name != sure->name || other->text == sure->text || count_names(f, other->text) < 2) continue;
        other->is_out = again = true;
      }
    }
  }
}

static bool find_files(struct interpreted *in, const struct memory *memory, struct js_program *program) {
  struct finding f = {.in = in, .memory = memory};
  f.names_at = cm_alloc_array(in->scratch, memory->box_count, sizeof *f.names_at);
  if (!f.names_at || !find_candidates(&f)) return false;
  f.distance = find_distance(memory, f.names_at);
  for (size_t i = 0; i < f.candidate_count; i++)
    if (!note_record(&f, &f.candidates[i])) return false;
  drop_mixed_records(&f);
  for (size_t i = 0; i < f.record_count; i++)
    if (!f.records[i].is_out && !add_file(in, program, memory, f.records[i].text, f.records[i].name)) return false;
  return true;
}

// --- recognizing ---

static bool has_name(const struct memory *memory, const char *name) {
  for (size_t i = 0; i < memory->box_count; i++)
    if (memory->boxes[i].is_name && cm_str_is(text_of(memory, &memory->boxes[i]), name)) return true;
  return false;
}

static bool exports_any(const struct core_module *module, const char *const *names) {
  for (; *names; names++)
    if (core_find_export(module, cm_str_of(*names), CORE_FUNC)) return true;
  return false;
}

// Two of these must agree: the boxes of its scripts; the names of the engine's own; what the module exports; what made the file.
static unsigned count_marks(const struct interpreted *in, const struct memory *memory, const struct js_program *program) {
  static const char *const exports[] = {"check_init", "componentize.wizer", "wizer.initialize", "wizer.resume", NULL};
  unsigned marks = program->file_count > 0;
  marks += has_name(memory, "self-hosted") || has_name(memory, "<internal>");
  marks += exports_any(in->module, exports);
  bool made = false;
  for (uint32_t i = 0; i < in->surface->producer_count; i++)
    made |= cm_str_is(in->surface->producers[i].name, "ComponentizeJS") || cm_str_is(in->surface->producers[i].name, "JavaScript");
  return marks + made;
}

static bool recognize(struct interpreted *in, void **context) {
  struct memory memory = {0};
  if (interpreted_data(in) < ENGINE_DATA) return false;
  memory.bytes = interpreted_memory(in, in->scratch, &memory.size);
  struct js_program *program = cm_alloc(in->scratch, sizeof *program);
  if (!memory.bytes || !program || !find_boxes(in, &memory) || !find_files(in, &memory, program)) {
    in->failed |= in->scratch->refused;
    return false;
  }
  *context = program;
  return count_marks(in, &memory, program) >= 2;
}

// --- following ---

static uint64_t address_of(void *context, const struct js_file *file, uint32_t at) {
  (void)context;
  return (uint64_t)file->address + at;
}

static void analyze(struct interpreted *in, void *context) {
  const struct js_program *program = context;
  js_follow(in, &(struct js_followed){program->files, program->file_count, NULL, address_of, NULL});
}

const struct interpreter interpreter_starling_monkey = {
    .language = "JavaScript", .engine = "StarlingMonkey", .recognize = recognize, .analyze = analyze};
