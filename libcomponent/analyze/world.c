// Overlay pages, their sharing, and the image beneath.
//
// A cell is a small number, so that a page is a quarter kilobyte: 0 means "as in the image", 1 unknown, then 256 constants, 256 weak
// constants, from CELL_TREE on the nodes of the value table, and with the highest bit set the bytes of named unknowns. Pages carry the id
// of the world that may write them: a fork gives both sides new ids, so that every page, and the table of them, is copied before the
// first write after it, and not earlier.

#include "world.h"

enum { CELL_IMAGE = 0, CELL_UNKNOWN = 1, CELL_CONST = 2, CELL_WEAK = 258, CELL_TREE = 514, FIRST_SLOTS = 16 };
#define CELL_NAMED UINT32_C(0x80000000)  // a byte of an unknown with a name: name * 16, 8 where it has eight bytes, and which;
#define CELL_LOW_BYTE 7                  // or this in their place, where the byte alone was stored

// Limits the stretch to where its bytes are either all written by code, or none are.
static void split_by_written(const struct image *image, uint64_t address, struct image_stretch *stretch) {
  size_t low = image_ranges_find(image->written, image->written_count, address);
  const struct image_range *next = low < image->written_count ? &image->written[low] : NULL;
  stretch->weak = next && next->from <= address;
  uint64_t from = stretch->weak ? next->from : low ? image->written[low - 1].to : 0;
  uint64_t to = stretch->weak ? next->to : next ? next->from : UINT64_MAX;
  if (from > stretch->from) {
    if (stretch->bytes) stretch->bytes += from - stretch->from;
    stretch->from = from;
  }
  if (to < stretch->to) stretch->to = to;
}

static uint64_t image_padded_end(const struct image *image) {
  return image->padded_end ? image->padded_end : (image->end + 4) & ~UINT64_C(3);
}

// The bytes around an address that are of one kind. False: there are none.
static bool find_stretch(const struct image *image, uint64_t address, struct image_stretch *out) {
  // The stack is mostly before the data or behind them. What lies behind the last segment are variables that start as zero, which is not
  // worth knowing; but the zero of a string that ends the data is often left out with them: padding to a whole word belongs to it.
  uint64_t end = image_padded_end(image);
  if (!image->count || address < image->segments[0].address || address >= end) return false;
  size_t next = image_segment_behind(image, address);
  // Overlapping segments are kept apart by image building; at most one covers the address. A gap between segments is zeros that an
  // optimizer left out.
  const struct image_segment *s = &image->segments[next - 1];
  uint64_t segment_end = s->address + s->bytes.size;
  if (address < segment_end)
    *out = (struct image_stretch){.from = s->address, .to = segment_end, .bytes = s->bytes.at};
  else
    *out = (struct image_stretch){.from = segment_end, .to = next < image->count ? image->segments[next].address : end};
  split_by_written(image, address, out);
  return true;
}

// The same, which is mostly where it was before. NULL: there are none.
static const struct image_stretch *stretch_at(const struct image *image, uint64_t address, struct image_stretch *found) {
  struct image_stretch *stretch = image->last ? image->last : found;
  bool again = image->last && address >= stretch->from && address < stretch->to;
  return again || find_stretch(image, address, stretch) ? stretch : NULL;
}

bool image_byte(const struct image *image, uint64_t address, uint8_t *byte, bool *weak) {
  struct image_stretch found;
  const struct image_stretch *stretch = stretch_at(image, address, &found);
  if (!stretch) return false;
  *byte = stretch->bytes ? stretch->bytes[address - stretch->from] : 0;
  *weak = image->marks ? image_is_marked(image->marks->weak, address) : stretch->weak;

  return !image->marks || !image_is_marked(image->marks->outside, address);
}

static uint32_t word_of(const uint8_t *b) {
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

// Bytes that lie nowhere count as zeros; false: there are such.
static bool word_of_bytes(const struct image *image, uint64_t address, uint32_t *word) {
  uint8_t bytes[sizeof *word];
  bool all = true, weak;
  for (unsigned i = 0; i < sizeof bytes; i++)
    if (!image_byte(image, address + i, &bytes[i], &weak)) all = false, bytes[i] = 0;
  *word = word_of(bytes);
  return all;
}

bool image_word(const struct image *image, uint64_t address, uint32_t *word) {
  size_t next = image_segment_behind(image, address);
  if (!next) return false;
  const struct image_segment *s = &image->segments[next - 1];
  uint64_t skipped = address - s->address;
  if (skipped > s->bytes.size || s->bytes.size - skipped < sizeof *word) return word_of_bytes(image, address, word);
  *word = word_of(s->bytes.at + skipped);
  return true;
}

bool image_next_words(const struct image *image, struct image_words *w) {
  for (; w->segments < image->count; w->segments++) {
    const struct image_segment *s = &image->segments[w->segments];
    uint64_t begin = s->address & ~UINT64_C(3), end = s->address + s->bytes.size;
    if (w->next < begin) w->next = begin;
    if (w->next >= end) continue;
    w->at = w->next;
    w->count = w->at < s->address ? 0 : (size_t)(end - w->at) / sizeof w->part;
    w->bytes = w->count ? s->bytes.at + (w->at - s->address) : (const uint8_t *)&w->part;
    if (!w->count) {
      word_of_bytes(image, w->at, &w->part);
      w->count = 1;
    }
    w->next += w->count * sizeof w->part;
    return true;
  }
  return false;
}

// Ranges that there is no place for are put to the last one, with what lies between.
static void note_read(struct image_read_list *reads, uint64_t at) {
  struct image_range *r = &reads->list[reads->last];
  if (reads->count && at >= r->from && at <= r->to) {
    if (at == r->to) r->to++;
    return;
  }
  for (size_t i = 0; i < reads->count; i++) {
    r = &reads->list[i];
    if (at < r->from || at > r->to) continue;
    if (at == r->to) r->to++;
    reads->last = i;
    return;
  }
  if (reads->count < IMAGE_READS) {
    reads->last = reads->count++;
    reads->list[reads->last] = (struct image_range){at, at + 1};
    return;
  }
  r = &reads->list[reads->last];
  if (at < r->from) r->from = at;
  if (at >= r->to) r->to = at + 1;
}

void world_note_pointer(const struct image *image, uint64_t address) {
  struct image_reads *reads = image->reads;
  uint32_t word = 0;
  uint8_t first;
  bool weak;
  if (!reads || !reads->on || address < reads->from || address >= image->end + IMAGE_BLANKS) return;
  image_word(image, address, &word);
  if (word && (!image_byte(image, word, &first, &weak) || !first)) return;
  for (uint64_t i = 0; i < sizeof word; i++) note_read(&reads->open, address + i);
}

static struct value value_of_cell(const struct world *world, uint64_t address, uint32_t cell) {
  if (cell == CELL_IMAGE) {
    uint8_t byte;
    bool weak = false;
    bool known = image_byte(world->image, address, &byte, &weak);
    if ((!known || weak) && world->outset_count) {
      bool outset = image_ranges_have(world->outset, world->outset_count, address);
      if (!known) byte = 0;  // behind the data
      known |= outset, weak &= !outset;
    }
    if (!known) return value_unknown();
    struct image_reads *reads = world->image->reads;
    if (reads && reads->on && address >= reads->from && !weak) note_read(&reads->firm, address);
    return value_const_weak(byte, weak);
  }
  if (cell == CELL_UNKNOWN) return value_unknown();
  if (cell < CELL_WEAK) return value_const(cell - CELL_CONST);
  if (cell < CELL_TREE) return value_const_weak(cell - CELL_WEAK, true);
  if (cell & CELL_NAMED)
    return (struct value){.kind = VALUE_UNKNOWN,
                          .tree = (cell & ~CELL_NAMED) >> 4,
                          .bits =
                              (cell & 15) == CELL_LOW_BYTE ? (1 << 8 | 1) : (uint64_t)(cell & 8 ? 8 : 4) << 8 | ((cell & 7) + 1)};
  return (struct value){.kind = VALUE_TREE, .tree = cell - CELL_TREE};
}

static uint32_t cell_of_value(struct value v) {
  if (v.kind == VALUE_UNKNOWN && v.tree && v.bits && v.tree < (CELL_NAMED >> 4)) {
    uint32_t place = v.bits >> 8 == 1 ? CELL_LOW_BYTE : (v.bits >> 8 == 8 ? 8U : 0U) | (uint32_t)((v.bits & 0xff) - 1);
    return CELL_NAMED | v.tree << 4 | place;
  }
  if (v.kind == VALUE_UNKNOWN) return CELL_UNKNOWN;
  if (v.kind == VALUE_CONST) return (uint32_t)(v.bits & 0xff) + (v.weak ? CELL_WEAK : CELL_CONST);
  return v.tree < CELL_NAMED - CELL_TREE ? v.tree + CELL_TREE : CELL_UNKNOWN;
}

static inline size_t slot_at(const struct world *world, uint64_t number) {
  size_t at = (size_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (world->slot_count - 1);
  while (world->slots[at].page && world->slots[at].number != number) at = (at + 1) & (world->slot_count - 1);
  return at;
}

static inline const struct world_page *find_page(const struct world *world, uint64_t number) {
  return world->slot_count ? world->slots[slot_at(world, number)].page : NULL;
}

static bool grow_slots(struct world_context *context, struct world *world) {
  struct world old = *world;
  world->slot_count = old.slot_count ? old.slot_count * 2 : FIRST_SLOTS;
  world->slots = cm_alloc_array(context->arena, world->slot_count, sizeof *world->slots);
  if (!world->slots) {
    *world = old;
    return false;
  }
  for (uint32_t i = 0; i < old.slot_count; i++)
    if (old.slots[i].page) world->slots[slot_at(world, old.slots[i].number)] = old.slots[i];
  return true;
}

// Makes the slots this world's own, with room for one more.
static bool own_slots(struct world_context *context, struct world *world) {
  bool own = world->slots_owner == world->id, room = world->page_count * 2 < world->slot_count;
  if (own && room) return true;
  if (!room) {
    if (!grow_slots(context, world)) return false;
  } else {
    struct world_slot *slots = cm_alloc_array(context->arena, world->slot_count, sizeof *slots);
    if (!slots) return false;
    memcpy(slots, world->slots, world->slot_count * sizeof *slots);
    world->slots = slots;
  }
  world->slots_owner = world->id;
  return true;
}

// The page, ready to be written by this world; NULL when memory is exhausted.
static struct world_page *own_page(struct world_context *context, struct world *world, uint64_t number) {
  if (!own_slots(context, world)) goto failed;
  struct world_slot *slot = &world->slots[slot_at(world, number)];
  if (slot->page && slot->page->owner == world->id) return slot->page;
  struct world_page *page = cm_alloc(context->arena, sizeof *page);
  if (!page) goto failed;
  if (slot->page)
    *page = *slot->page;
  else
    world->page_count++;
  page->owner = world->id;
  *slot = (struct world_slot){number, page};
  return page;
failed:
  context->failed = true;
  return NULL;
}

static size_t chunks_of(const struct world *world) { return (world->global_count + WORLD_GLOBALS - 1) / WORLD_GLOBALS; }

bool world_init(struct world_context *context, struct world *world, const struct image *image, uint32_t global_count) {
  *world = (struct world){.id = ++context->ids, .image = image, .global_count = global_count, .path = value_const(1)};
  world->globals = cm_alloc_array(context->arena, chunks_of(world), sizeof *world->globals);
  struct world_globals *chunks = cm_alloc_array(context->arena, chunks_of(world), sizeof *chunks);
  if (!world->globals || !chunks) return false;
  for (size_t i = 0; i < chunks_of(world); i++) {
    chunks[i].owner = world->id;
    world->globals[i] = &chunks[i];
  }
  return true;
}

void world_set_global(struct world_context *context, struct world *world, uint32_t index, struct value v) {
  struct world_globals **chunk = &world->globals[index / WORLD_GLOBALS];
  if ((*chunk)->owner != world->id) {
    struct world_globals *own = cm_alloc(context->arena, sizeof *own);
    if (!own) {
      context->failed = true;
      return;
    }
    *own = **chunk;
    own->owner = world->id;
    *chunk = own;
  }
  (*chunk)->values[index % WORLD_GLOBALS] = v;
}

static bool merge_globals(struct world_context *context, struct world *world, const struct world *other,
                          const struct fold_meeting *meeting) {
  bool changed = false;
  for (size_t c = 0; c < chunks_of(world); c++) {
    if (world->globals[c] == other->globals[c]) continue;
    for (uint32_t i = (uint32_t)c * WORLD_GLOBALS; i < world->global_count && i < (c + 1) * WORLD_GLOBALS; i++) {
      struct value before = world_global(world, i), after = fold_merge(context->values, meeting, before, world_global(other, i));
      if (value_equal(before, after)) continue;
      world_set_global(context, world, i, after);
      changed = true;
    }
  }
  return changed;
}

struct spare_globals {
  struct spare_globals *next;
};

void world_drop(struct world_context *context, struct world *world) {
  struct spare_globals *spare = (struct spare_globals *)world->globals;
  spare->next = context->spare;
  context->spare = spare;
  world->globals = NULL;
}

bool world_fork(struct world_context *context, struct world *from, struct world *to) {
  *to = *from;
  from->id = ++context->ids;
  to->id = ++context->ids;
  struct spare_globals *spare = context->spare;
  if (spare) context->spare = spare->next;
  to->globals = spare ? (struct world_globals **)spare : cm_alloc_array(context->arena, chunks_of(from), sizeof *to->globals);
  if (!to->globals) {
    context->failed = true;
    return false;
  }
  memcpy(to->globals, from->globals, chunks_of(from) * sizeof *to->globals);
  return true;
}

// What two different bytes become. A lone byte gets no name: the unknown that they make is the nameless one, and where that is clear
// beforehand (nothing is selected; `coarse`, or a widening) no name is made in vain.
static struct value merge_bytes(struct value_table *values, const struct fold_meeting *meeting, struct value before,
                                struct value other, uint64_t address) {
  if (meeting->widen) return value_widen_byte(values, before, other, address);
  if (values->coarse) {
    values->work++;
    return value_unknown();
  }
  struct value after = fold_merge(values, meeting, before, other);
  return after.kind == VALUE_UNKNOWN && !value_equal(before, after) ? value_unknown() : after;
}

// The word that a byte was part of, before it was lost.
static void lose_word(struct value_table *values, const struct world *world, uint64_t number, const struct world_page *page,
                      uint32_t byte) {
  uint64_t word = 0;
  for (uint32_t i = byte & ~3U, n = 0; n < 4; i++, n++) {
    struct value v = value_of_cell(world, number * WORLD_PAGE + i, page ? page->cells[i] : CELL_IMAGE);
    if (v.kind != VALUE_CONST) return;
    word |= (v.bits & 0xff) << 8 * n;
  }
  value_lose(values, value_const(word));
}

// The number in the word that a cell is of; 0: not all of it is known, or the world has nothing of its own there.
static uint32_t word_of_cell(const struct world_page *page, uint32_t cell) {
  uint32_t word = 0;
  for (uint32_t i = 0; page && i < 4; i++) {
    uint32_t byte = page->cells[(cell & ~UINT32_C(3)) + i];
    if (byte < CELL_CONST || byte - CELL_CONST > UINT8_MAX) return 0;
    word |= (byte - CELL_CONST) << (8 * i);
  }
  return word;
}

// Merges `theirs`, a page of `other` (NULL: it has none of that number), into `mine`, that of `world`.
static bool merge_page(struct world_context *context, struct world *world, const struct world *other, uint64_t number,
                       const struct world_page *mine, const struct world_page *theirs, const struct fold_meeting *meeting) {
  if (mine && theirs && !memcmp(mine->cells, theirs->cells, sizeof mine->cells)) return false;
  bool changed = false;
  for (uint32_t i = 0; i < WORLD_PAGE; i++) {
    uint32_t a = mine ? mine->cells[i] : CELL_IMAGE, b = theirs ? theirs->cells[i] : CELL_IMAGE;
    if (a == b) continue;
    uint64_t address = number * WORLD_PAGE + i;
    struct value before = value_of_cell(world, address, a), there = value_of_cell(other, address, b);
    if (value_equal(before, there)) continue;
    if (!meeting->widen) value_note_met(context->values, value_const(word_of_cell(mine, i)), value_const(word_of_cell(theirs, i)));
    struct value after = merge_bytes(context->values, meeting, before, there, address);
    if (value_equal(before, after)) continue;
    if (after.kind == VALUE_UNKNOWN) {
      lose_word(context->values, world, number, mine, i);
      lose_word(context->values, other, number, theirs, i);
    }
    struct world_page *page = own_page(context, world, number);
    if (!page) return changed;
    page->cells[i] = cell_of_value(after);
    mine = page;
    changed = true;
  }
  return changed;
}

void world_lose_path(struct world_context *context, struct world *world, struct value path) {
  if (path.kind != VALUE_TREE || value_equal(path, world->lost_path)) return;
  if (world->lost_path.kind == VALUE_TREE) {
    uint32_t join = context->values->nodes[world->lost_path.tree].join;
    if (join > world->lost_joins) world->lost_joins = join;
  }
  world->lost_path = path;
}

bool world_has_lost(const struct world *world, const struct value_table *values, uint32_t join) {
  return join <= world->lost_joins || value_depends_on(values, world->lost_path, join);
}

bool world_merge(struct world_context *context, struct world *world, const struct world *other,
                 const struct fold_meeting *meeting) {
  bool changed = false;
  // Pages that both have are often the same ones, and then often in the same place. Merging may make the world other slots.
  for (uint32_t i = 0; i < other->slot_count && world->slots != other->slots; i++) {
    const struct world_slot *theirs = &other->slots[i];
    if (!theirs->page || (i < world->slot_count && world->slots[i].page == theirs->page)) continue;
    const struct world_page *mine = find_page(world, theirs->number);
    if (mine != theirs->page) changed |= merge_page(context, world, other, theirs->number, mine, theirs->page, meeting);
  }
  // Pages that only this world has. Merging may grow the table, so walk a copy of its slots.
  const struct world_slot *slots = world->slots;
  uint32_t slot_count = world->slot_count;
  for (uint32_t i = 0; i < slot_count && slots != other->slots; i++) {
    if (!slots[i].page || (i < other->slot_count && other->slots[i].page && other->slots[i].number == slots[i].number)) continue;
    if (find_page(other, slots[i].number)) continue;
    changed |= merge_page(context, world, other, slots[i].number, find_page(world, slots[i].number), NULL, meeting);
  }
  changed |= merge_globals(context, world, other, meeting);
  struct value path = world->path;
  changed |= !value_equal(path, meeting->path);
  world->path = meeting->path;
  if (other->paths_lost > world->paths_lost) world->paths_lost = other->paths_lost;
  world->paths_lost += world->path.kind == VALUE_UNKNOWN;
  if (meeting->path.kind == VALUE_UNKNOWN) {
    world_lose_path(context, world, path);
    world_lose_path(context, world, other->path);
  }
  world_lose_path(context, world, other->lost_path);
  if (other->lost_joins > world->lost_joins) world->lost_joins = other->lost_joins;
  return changed;
}

bool world_same(const struct world *a, const struct world *b, uint64_t from, uint64_t to) {
  for (uint64_t at = from; at < to; at = (at / WORLD_PAGE + 1) * WORLD_PAGE) {
    const struct world_page *p = find_page(a, at / WORLD_PAGE), *q = find_page(b, at / WORLD_PAGE);
    for (uint64_t k = at % WORLD_PAGE; p != q && k < WORLD_PAGE && at / WORLD_PAGE * WORLD_PAGE + k < to; k++)
      if ((p ? p->cells[k] : CELL_IMAGE) != (q ? q->cells[k] : CELL_IMAGE)) return false;
  }
  return true;
}

bool world_learnt(const struct world *world, const struct world *before) {
  for (size_t c = 0; c < chunks_of(world); c++) {
    if (world->globals[c] == before->globals[c]) continue;
    for (uint32_t i = 0; i < WORLD_GLOBALS; i++) {
      struct value now = world->globals[c]->values[i];
      if (now.kind != VALUE_UNKNOWN && !value_equal(now, before->globals[c]->values[i])) return true;
    }
  }
  // What one world has pages for, so has every one that came out of it.
  for (uint32_t i = 0; i < world->slot_count && world->slots != before->slots; i++) {
    const struct world_slot *slot = &world->slots[i];
    const struct world_page *old = slot->page ? find_page(before, slot->number) : NULL;
    for (uint32_t k = 0; slot->page && slot->page != old && k < WORLD_PAGE; k++) {
      uint32_t cell = slot->page->cells[k], was = old ? old->cells[k] : CELL_IMAGE;
      if (cell == was || cell == CELL_UNKNOWN) continue;
      uint64_t address = slot->number * WORLD_PAGE + k;
      struct value now = value_of_cell(world, address, cell);
      if (now.kind != VALUE_UNKNOWN && !value_equal(now, value_of_cell(before, address, was))) return true;
    }
  }
  return false;
}

struct value world_byte(struct world_context *context, const struct world *world, uint64_t address) {
  (void)context;
  const struct world_page *page = find_page(world, address / WORLD_PAGE);
  return value_of_cell(world, address, page ? page->cells[address % WORLD_PAGE] : CELL_IMAGE);
}

void world_set_byte(struct world_context *context, struct world *world, uint64_t address, struct value v) {
  struct world_page *page = own_page(context, world, address / WORLD_PAGE);
  if (page) page->cells[address % WORLD_PAGE] = cell_of_value(v);
}

static struct value combine(void *context, struct value low, struct value high) {
  if (low.kind != VALUE_CONST || high.kind != VALUE_CONST) return value_unknown();
  unsigned shift = *(unsigned *)context;
  return value_const_weak(low.bits | high.bits << shift, low.weak || high.weak);
}

// The cells of `size` bytes (at most 8). They lie in two pages at most, each of which is looked for once.
static void read_cells(const struct world *world, uint64_t address, unsigned size, uint32_t cells[8]) {
  const struct world_page *page = NULL;
  for (unsigned i = 0; i < size; i++) {
    uint64_t at = address + i;
    if (!i || at % WORLD_PAGE == 0) page = find_page(world, at / WORLD_PAGE);
    cells[i] = page ? page->cells[at % WORLD_PAGE] : CELL_IMAGE;
  }
}

// A page of which nothing is known.
_Static_assert(WORLD_PAGE == 64, "as many cells as stand here");
#define EIGHT_CELLS CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN, CELL_UNKNOWN
static const uint32_t forgotten[WORLD_PAGE] = {EIGHT_CELLS, EIGHT_CELLS, EIGHT_CELLS, EIGHT_CELLS,
                                               EIGHT_CELLS, EIGHT_CELLS, EIGHT_CELLS, EIGHT_CELLS};

// Whether nothing is known of the page's cells from `first` up to `end`.
static bool is_forgotten(const struct world_page *page, uint64_t first, uint64_t end) {
  return page->cells[first] == CELL_UNKNOWN && !memcmp(page->cells + first, forgotten, (size_t)(end - first) * sizeof *forgotten);
}

// Whether the image has no byte from `from` up to `to`.
static bool is_outside(const struct image *image, uint64_t from, uint64_t to) {
  return !image->count || to <= image->segments[0].address || from >= image_padded_end(image);
}

uint64_t world_next_known(const struct world *world, uint64_t from, uint64_t to) {
  const struct world_page *page = NULL;
  for (uint64_t at = from; at + 4 <= to; at += 4) {
    if (at == from || at % WORLD_PAGE == 0) {
      uint64_t first = at % WORLD_PAGE;
      page = find_page(world, at / WORLD_PAGE);
      // Mostly nothing is known of a whole page, or its rest.
      if (page ? is_forgotten(page, first, WORLD_PAGE) : is_outside(world->image, at, at - first + WORLD_PAGE)) {
        at += WORLD_PAGE - first - 4;
        continue;
      }
    }
    const uint32_t *cells = page ? &page->cells[at % WORLD_PAGE] : NULL;
    bool known =
        !cells || (cells[0] != CELL_UNKNOWN && cells[1] != CELL_UNKNOWN && cells[2] != CELL_UNKNOWN && cells[3] != CELL_UNKNOWN);
    for (unsigned i = 0; i < 4 && known; i++)
      known = value_of_cell(world, at + i, cells ? cells[i] : CELL_IMAGE).kind != VALUE_UNKNOWN;
    if (known) return at;
  }
  return to;
}

bool world_is_blank(const struct world *world, uint64_t address) {
  struct image_stretch found;
  const struct image_stretch *stretch = stretch_at(world->image, address, &found);
  return !stretch || !stretch->bytes;
}

void world_overlay(const struct world *world, void (*visit)(void *context, uint64_t address, struct value byte), void *context) {
  for (uint32_t i = 0; i < world->slot_count; i++) {
    const struct world_slot *slot = &world->slots[i];
    for (uint32_t k = 0; slot->page && k < WORLD_PAGE; k++) {
      uint64_t address = slot->number * WORLD_PAGE + k;
      if (slot->page->cells[k] != CELL_IMAGE) visit(context, address, value_of_cell(world, address, slot->page->cells[k]));
    }
  }
}

bool world_is_written(const struct world *world, uint64_t address) {
  const struct world_page *page = find_page(world, address / WORLD_PAGE);
  return page && page->cells[address % WORLD_PAGE] != CELL_IMAGE;
}

bool world_is_lost(const struct world *world, uint64_t address, unsigned size) {
  uint32_t cells[8];
  read_cells(world, address, size, cells);
  for (unsigned i = 0; i < size; i++)
    if (cells[i] != CELL_UNKNOWN) return false;
  return true;
}

// Whether four bytes are a constant, or an unknown that has a name.
static bool is_known_half(const struct world *world, uint64_t address) {
  uint32_t cells[8];
  struct value first = value_unknown();
  read_cells(world, address, 4, cells);
  for (unsigned i = 0; i < 4; i++) {
    struct value byte = value_of_cell(world, address + i, cells[i]);
    if (!i) first = byte;
    bool same = byte.kind == VALUE_UNKNOWN && byte.tree && byte.tree == first.tree && byte.bits == (UINT64_C(4) << 8 | (i + 1));
    if (byte.kind != first.kind || (byte.kind != VALUE_CONST && !same)) return false;
  }
  return true;
}

// Bytes of which some are known and some are not: they stay apart.
static struct value load_apart(struct world_context *context, const struct world *world, uint64_t address, unsigned size) {
  struct value bytes[VALUE_BYTES];
  uint32_t cells[8];
  bool any = false;
  read_cells(world, address, size, cells);
  for (unsigned i = 0; i < size; i++) {
    bytes[i] = value_of_cell(world, address + i, cells[i]);
    any |= bytes[i].kind != VALUE_UNKNOWN;
  }
  return any && size > 1 ? value_of_bytes(context->values, bytes, size) : value_fresh(context->values);
}

// Eight bytes that are no number together may be two: structs are copied by eight bytes at a time. Of what is read in other pieces than it
// was written in, it is known of which unknown it is a part.
static struct value load_pieces(struct world_context *context, const struct world *world, uint64_t address, unsigned size) {
  struct value_table *values = context->values;
  if (size == 8 && (is_known_half(world, address) || is_known_half(world, address + 4))) {
    struct value low = world_load(context, world, address, 4), high = world_load(context, world, address + 4, 4);
    return value_derived(values, VALUE_OP_PAIR, low, high);
  }
  uint32_t cells[8], whole = 0;
  uint64_t first = 0;
  bool same = true;
  read_cells(world, address, size, cells);
  for (unsigned i = 0; i < size; i++) {
    struct value byte = value_of_cell(world, address + i, cells[i]);
    bool named = byte.kind == VALUE_UNKNOWN && byte.tree;
    if (!i) first = byte.bits;
    same &= named && (!i || byte.tree == whole) && byte.bits == first + i;
    if (named && (!whole || value_is_traced(values, byte))) whole = byte.tree;
  }
  struct value of = {.kind = VALUE_UNKNOWN, .tree = whole};
  if (same) return value_derived(values, VALUE_OP_PART, of, value_const(((first & 0xff) - 1) << 8 | size));
  if (value_is_traced(values, of)) return value_derived(values, VALUE_OP_PART, of, value_const(VALUE_PART_SOME));
  return load_apart(context, world, address, size);
}

// Is one byte known whatever way was taken, and another on some ways alone?
static bool are_apart(const struct value_table *values, const struct value *bytes, unsigned size) {
  unsigned blurred = 0;
  for (unsigned i = 0; i < size; i++) blurred += value_is_blurred(values, bytes[i]);
  return blurred && blurred < size;
}

struct value world_load(struct world_context *context, const struct world *world, uint64_t address, unsigned size) {
  struct value bytes[8];
  uint32_t cells[8];
  uint64_t bits = 0;
  bool plain = true, weak = false;
  unsigned named = 0;  // bytes of one unknown, in their places
  read_cells(world, address, size, cells);
  for (unsigned i = 0; i < size; i++) {
    bytes[i] = value_of_cell(world, address + i, cells[i]);
    if (bytes[i].kind == VALUE_UNKNOWN) {
      if (named != i || !bytes[i].tree || bytes[i].tree != bytes[0].tree || bytes[i].bits != ((uint64_t)size << 8 | (i + 1)))
        return load_pieces(context, world, address, size);
      if (++named < size) continue;
      struct value whole = {.kind = VALUE_UNKNOWN, .tree = bytes[0].tree};
      if (size > 1) return whole;
      return value_derived(context->values, CORE_OP_I32_AND + 1, whole, value_const(0xff));
    }
    if (named) return load_pieces(context, world, address, size);
    if (bytes[i].kind == VALUE_TREE) plain = false;
    bits |= bytes[i].bits << (8 * i);
    weak |= bytes[i].weak;
  }
  if (plain) return value_const_weak(bits, weak);
  if (are_apart(context->values, bytes, size)) return value_of_bytes(context->values, bytes, size);
  struct value v = bytes[0];
  for (unsigned i = 1; i < size; i++) {
    unsigned shift = 8 * i;
    v = value_apply(context->values, v, bytes[i], combine, &shift);
  }
  return v;
}

struct extraction {
  unsigned byte, size;
};

static struct value extract(void *context, struct value v) {
  const struct extraction *e = context;
  if (v.kind == VALUE_CONST) return value_const_weak(v.bits >> (8 * e->byte) & 0xff, v.weak);
  return e->size != 2 ? value_byte_of(v, e->byte, e->size) : value_unknown();
}

void world_store(struct world_context *context, struct world *world, uint64_t address, unsigned size, struct value v) {
  struct value low, high;
  if (size == 8 && value_is_pair(context->values, v, &low, &high)) {
    world_store(context, world, address, 4, low);
    world_store(context, world, address + 4, 4, high);
    return;
  }
  struct world_page *page = NULL;
  unsigned apart = 0;
  const struct value *bytes = value_bytes_of(context->values, v, &apart);
  for (unsigned i = 0; i < size; i++) {
    uint64_t at = address + i;
    struct extraction e = {i, size};
    struct value byte = i < apart ? bytes[i] : value_map(context->values, v, extract, &e);
    if (v.kind == VALUE_TREE && byte.kind == VALUE_UNKNOWN) byte = value_unknown();
    if (!page || at % WORLD_PAGE == 0) page = own_page(context, world, at / WORLD_PAGE);
    if (page) page->cells[at % WORLD_PAGE] = cell_of_value(byte);
  }
}

// Is it known what the cell holds, and taken for certain?
static bool is_firm(uint32_t cell) {
  bool is_const = cell >= CELL_CONST && cell < CELL_WEAK;
  return is_const || (cell >= CELL_TREE && !(cell & CELL_NAMED));
}

// A page's cells in [from, to) that are firm are weakened, or only looked for (`context` is NULL). True: there are such.
static bool weaken_page(struct world_context *context, struct world *world, uint64_t number, uint64_t from, uint64_t to) {
  const struct world_page *page = find_page(world, number);
  uint64_t begin = number * WORLD_PAGE, end = to - begin < WORLD_PAGE ? to - begin : WORLD_PAGE;
  bool any = false;
  for (uint64_t k = from > begin ? from - begin : 0; page && k < end && !(any && !context); k++) {
    uint32_t cell = page->cells[k];
    if (!is_firm(cell)) continue;
    any = true;
    struct world_page *own = context ? own_page(context, world, number) : NULL;
    if (!own) continue;
    own->cells[k] = cell < CELL_WEAK ? cell - CELL_CONST + CELL_WEAK : CELL_UNKNOWN;
    page = own;
  }
  return any;
}

static bool weaken(struct world_context *context, struct world *world, uint64_t from, uint64_t to) {
  if (from >= to) return false;
  uint64_t first = from / WORLD_PAGE, last = (to - 1) / WORLD_PAGE;
  bool any = false;
  if (last - first < world->slot_count) {
    for (uint64_t number = first; number <= last; number++) any |= weaken_page(context, world, number, from, to);
    return any;
  }
  // Pages that are there already: none is added meanwhile.
  for (uint32_t i = 0; i < world->slot_count; i++)
    if (world->slots[i].page && world->slots[i].number >= first && world->slots[i].number <= last)
      any |= weaken_page(context, world, world->slots[i].number, from, to);
  return any;
}

void world_weaken(struct world_context *context, struct world *world, uint64_t from, uint64_t to) {
  weaken(context, world, from, to);
}

void world_note_written(const struct world *world, uint64_t from, uint64_t to) {
  struct image_reads *reads = world->image->reads;
  for (uint64_t at = from; at < to && reads && reads->on; at++)
    if (at >= reads->from && world_is_written(world, at)) note_read(&reads->firm, at);
}

void world_doubt(struct world_context *context, struct world *world, uint64_t from, uint64_t to) {
  for (uint64_t at = from; at < to; at++) {
    const struct world_page *page = find_page(world, at / WORLD_PAGE);
    if (page && page->cells[at % WORLD_PAGE] != CELL_IMAGE) continue;
    struct value byte = value_of_cell(world, at, CELL_IMAGE);
    if (byte.kind == VALUE_CONST && !byte.weak) world_set_byte(context, world, at, value_const_weak(byte.bits, true));
  }
  world_weaken(context, world, from, to);
}

bool world_is_firm(struct world *world, uint64_t from, uint64_t to) { return weaken(NULL, world, from, to); }

void world_forget(struct world_context *context, struct world *world, uint64_t from, uint64_t to) {
  for (uint64_t next; from < to; from = next) {
    uint64_t number = from / WORLD_PAGE, first = from % WORLD_PAGE, end = WORLD_PAGE;
    if (to - from < end - first) end = first + (to - from);
    next = from + (end - first);
    // What is forgotten again, as it often is, must not give this world a page of its own.
    const struct world_page *before = find_page(world, number);
    if (before && is_forgotten(before, first, end)) continue;
    struct world_page *page = own_page(context, world, number);
    if (!page) return;
    memcpy(page->cells + first, forgotten, (size_t)(end - first) * sizeof *forgotten);
  }
}
