// Telling read-only data from others, which a linked module does not.
//
// LLVM's linker has the read-only data in a segment of their own, in front of all others (wasm-ld orders .tdata, .rodata, .data, .bss). Binaryen
// splits segments where there are zeros, and never joins two: the first one of several is read-only still, and what follows may be. But Rust's
// tables of methods and the places that its panics name are read-only, so that all is that stands before the last of them. A table begins with the
// function that drops a value, the value's size and its alignment, and then has the methods; a place is a file's name, its length, a line and a
// column. Position-independent code has them among what the loader relocates, which is in one segment with variables; where texts follow, as those
// of libc do, they are not there. And where fewer zeros stand between two segments than Binaryen would split one at, the linker has put them apart.

#include "read_only.h"

#include "base/sorted.h"

enum {
  SPLIT = 3,          // segments, from which on it is not the linker that made them
  TABLES = 4,         // of methods, or places: where there are fewer, something else may look like one
  TABLE = 16,         // bytes of one, with the first method; of a place
  LARGEST = 1 << 16,  // bytes of a value with methods
  MOST_ALIGNED = 16,
  TEXT = 24,          // letters that are one
  LONGEST = 1 << 10,  // name of a file
  LINES = 1 << 20,    // of one
  COLUMNS = 1 << 16,
  CLOSE = 8,  // zeros: for fewer of them no segment is split
};

bool read_only_is_of_one_module(const struct program *program, uint32_t owner) {
  const struct core_module *only = NULL;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    const struct program_instance *in = &program->instances[i];
    if (!in->module || in->memory_owner != owner || !in->module->data_count) continue;
    if (only || in->stack_global == UINT32_MAX) return false;
    only = in->module;
  }
  if (!only || only->datas[0].mode == CORE_PASSIVE) return only != NULL;  // shared memory: the image has what its start initializes
  uint64_t address;
  return only->datas[0].mode == CORE_ACTIVE && core_const_eval(only, only->datas[0].start, NULL, NULL, &address);
}

// The type of the function that a number means; NULL: it means none of the module's.
static const struct core_type *type_of(const struct program *program, const struct cm_table *table, uint32_t owner,
                                       uint32_t number) {
  if (!number || number >= table->size || table->entries[number].instance != owner) return NULL;
  return core_func_type(program->instances[owner].module, table->entries[number].func);
}

static bool takes_pointer(const struct core_type *type) { return type->param_count && type->params[0].code == CORE_I32; }

static bool is_table(const struct program *program, const struct cm_table *table, uint32_t owner, const uint32_t words[4]) {
  uint32_t size = words[1], aligned = words[2];
  if (!aligned || aligned > MOST_ALIGNED || aligned & (aligned - 1) || size % aligned || size > LARGEST) return false;
  const struct core_type *drop = type_of(program, table, owner, words[0]), *method = type_of(program, table, owner, words[3]);
  return drop && drop->param_count == 1 && takes_pointer(drop) && !drop->result_count && method && takes_pointer(method);
}

static bool is_place(const struct image *image, const uint32_t words[4]) {
  static const char end[] = ".rs";
  uint32_t at = words[0], size = words[1];
  if (!words[2] || words[2] > LINES || !words[3] || words[3] > COLUMNS || size < sizeof end || size > LONGEST) return false;
  size_t behind;
  SORTED_FIRST(behind, 0, image->count, image->segments[behind].address > at);
  if (!behind) return false;
  const struct image_segment *in = &image->segments[behind - 1];
  uint64_t from = at - in->address;
  if (from > in->bytes.size || in->bytes.size - from < size) return false;
  return !memcmp(in->bytes.at + from + size - (sizeof end - 1), end, sizeof end - 1);
}

// Tells where each table of methods begins, and each place; returns how many there are.
static unsigned each_table(struct program *program, uint32_t owner, void (*visit)(void *context, uint64_t at), void *context) {
  const struct image *image = program_image(program, owner);
  const struct cm_table *table = cm_graph_table(program->graph, owner, 0);
  unsigned count = 0;
  for (size_t i = image->leading; table && i < image->count; i++) {
    struct cm_span bytes = image->segments[i].bytes;
    uint32_t words[4];
    for (size_t at = (size_t)(-image->segments[i].address & 3); at + sizeof words <= bytes.size; at += 4) {
      memcpy(words, bytes.at + at, sizeof words);
      if (words[0] < table->size ? !is_table(program, table, owner, words) : !is_place(image, words)) continue;
      visit(context, image->segments[i].address + at);
      count++;
    }
  }
  return count;
}

static void set_end(void *context, uint64_t at) { *(uint64_t *)context = at + TABLE; }

// Where the last table of methods, or place, ends; 0: there are too few.
static uint64_t end_of_tables(struct program *program, uint32_t owner) {
  uint64_t end = 0;
  return each_table(program, owner, set_end, &end) < TABLES ? 0 : end;
}

static bool has_text(struct cm_span bytes) {
  unsigned letters = 0;
  for (size_t i = 0; i < bytes.size && letters < TEXT; i++) letters = bytes.at[i] >= ' ' && bytes.at[i] <= '~' ? letters + 1 : 0;
  return letters == TEXT;
}

static bool has_text_behind(const struct image *image, uint64_t address) {
  for (size_t i = 0; i < image->count; i++) {
    struct cm_span bytes = image->segments[i].bytes;
    uint64_t from = image->segments[i].address, skipped = address > from ? address - from : 0;
    if (skipped < bytes.size && has_text((struct cm_span){bytes.at + skipped, bytes.size - (size_t)skipped})) return true;
  }
  return false;
}

static bool is_stored_to(const struct image *image, struct image_range r) {
  for (size_t i = 0; i < image->written_count; i++)
    if (image->written[i].from < r.to && image->written[i].to > r.from) return true;
  return false;
}

// Where the linker's first segment ends, if that is seen; else the first one's end.
static uint64_t end_of_first(const struct image *image) {
  const struct image_segment *s = &image->segments[image->leading];
  size_t last = image->count - image->leading - 1, i = 0;
  while (i < last && s[i + 1].address - (s[i].address + s[i].bytes.size) >= CLOSE) i++;
  if (i == last) i = 0;
  return s[i].address + s[i].bytes.size;
}

struct image_range read_only_data(struct program *program, uint32_t owner) {
  static const struct image_range none = {0};
  const struct image *image = program_image(program, owner);
  if (image->count - image->leading < 2 || image->marks || !read_only_is_of_one_module(program, owner)) return none;
  const struct image_segment *first = &image->segments[image->leading];
  struct image_range r = {image->segments[0].address, first->address + first->bytes.size}, all = r;
  if (image->count - image->leading >= SPLIT) {
    uint64_t end = end_of_tables(program, owner);
    if (end > all.to && has_text_behind(image, end)) all.to = end;
    end = end_of_first(image);
    if (end > all.to) all.to = end;
  }
  if (!is_stored_to(image, all)) return all;
  return is_stored_to(image, r) ? none : r;
}

struct gathering {
  struct program *program;
  const struct image *image;
  struct image_range *list;
  size_t count, room;
  bool no_memory;
};

static void gather(void *context, uint64_t at) {
  struct gathering *g = context;
  struct image_range r = {at, at + TABLE};
  if (is_stored_to(g->image, r)) return;
  if (cm_grow(g->program->arena, &g->list, &g->room, g->count, sizeof *g->list))
    g->list[g->count++] = r;
  else
    g->no_memory = true;
}

static bool has_base(const struct core_module *module) {
  uint32_t number;
  if (!module) return false;
  for (uint32_t g = module->imported[CORE_GLOBAL]; g < module->global_count; g++)
    if (code_constant_global(module, g, &number) && !number) return true;
  return false;
}

bool read_only_tables(struct program *program, uint32_t owner, struct image_range **list, size_t *count) {
  struct gathering g = {.program = program, .image = program_image(program, owner)};
  *list = NULL;
  *count = 0;
  if (g.image->marks || !read_only_is_of_one_module(program, owner) || !has_base(program->instances[owner].module)) return true;
  if (each_table(program, owner, gather, &g) < TABLES) return !g.no_memory;
  *list = g.list;
  *count = g.count;
  return !g.no_memory;
}

static void set_lowest(void *context, uint64_t at) {
  uint64_t *lowest = context;
  if (at < *lowest) *lowest = at;
}

struct image_range read_only_plain(struct program *program, uint32_t owner) {
  static const struct image_range none = {0};
  struct image_range r = read_only_data(program, owner);
  const struct image *image = program_image(program, owner);
  uint64_t lowest = UINT64_MAX;
  if (r.from == r.to || !has_base(program->instances[owner].module)) return none;
  const struct image_segment *first = &image->segments[image->leading];
  r.to = first->address + first->bytes.size;
  bool has_tables = each_table(program, owner, set_lowest, &lowest) >= TABLES;
  return has_tables && lowest >= r.to ? r : none;
}
