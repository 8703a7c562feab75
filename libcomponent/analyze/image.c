// Initial memory images.
//
// The image of a memory is what its active data segments, of all instances that share it, leave there. A segment whose address is not
// constant is left out: what it would write is unknown, as is all that no segment covers. Overlaps are cut so that the later segment
// wins. Passive segments count where code initializes with them at a constant address (threads-enabled builds do so in their start).

#include "books.h"

#include <stdlib.h>

// Whose globals a data segment's address is computed from.
struct placement {
  const struct program *program;
  uint32_t instance;
};

static bool global_value(void *context, uint32_t index, uint64_t *value) {
  // Position-independent modules place their data by imported globals; follow to the defining instance's constant.
  const struct placement *c = context;
  const struct program_instance *in = &c->program->instances[c->instance];
  if (index < in->module->imported[CORE_GLOBAL]) {
    uint32_t owner = in->node->globals[index].instance, owned = in->node->globals[index].index;
    if (owner >= c->program->instance_count) return false;
    in = &c->program->instances[owner];
    if (!in->module || owned >= in->module->global_count || owned < in->module->imported[CORE_GLOBAL]) return false;
    index = owned;
  }
  if (index >= in->module->global_count) return false;
  return core_const_eval(in->module, in->module->globals[index].init, NULL, NULL, value);
}

static int by_address(const void *a, const void *b) {
  const struct image_segment *x = a, *y = b;
  return (x->address > y->address) - (x->address < y->address);
}

static bool add_segment(struct program *program, struct image *image, size_t *room, uint64_t address, struct cm_span bytes) {
  if (!bytes.size) return true;
  if (!cm_grow(program->arena, &image->segments, room, image->count, sizeof *image->segments)) return false;
  image->segments[image->count++] = (struct image_segment){.address = address, .bytes = bytes};
  return true;
}

// memory.init with three constants right before it: what wasm-ld writes into __wasm_init_memory.
static bool add_passive(struct program *program, struct image *image, size_t *room, uint32_t instance) {
  const struct core_module *module = program->instances[instance].module;
  bool any = false;
  for (uint32_t d = 0; d < module->data_count; d++) any |= module->datas[d].mode == CORE_PASSIVE;
  if (!any) return true;
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count; f++) {
    if (!program->reached[program_gid(program, instance, f)]) continue;
    struct core_code code;
    if (!core_code_begin(&code, program->arena, module, f, NULL, NULL, NULL)) continue;
    uint64_t last[3] = {0};
    unsigned known = 0;
    for (struct core_instr i; code_next(&code, &i);) {
      if (i.op == CORE_OP_I32_CONST || i.op == CORE_OP_I64_CONST) {
        last[0] = last[1], last[1] = last[2];
        last[2] = i.op == CORE_OP_I32_CONST ? (uint32_t)i.i32 : (uint64_t)i.i64;
        if (known < 3) known++;
        continue;
      }
      if (i.op == CORE_OP_MEMORY_INIT && known == 3 && i.pair.a < module->data_count && i.pair.b == 0) {
        struct cm_span bytes = module->datas[i.pair.a].bytes;
        if (last[1] <= bytes.size && last[2] <= bytes.size - last[1] &&
            !add_segment(program, image, room, last[0], (struct cm_span){bytes.at + last[1], (size_t)last[2]}))
          return false;
      }
      known = 0;
    }
  }
  return true;
}

static bool add_instance(struct program *program, struct image *image, size_t *room, uint32_t instance) {
  const struct core_module *module = program->instances[instance].module;
  struct placement context = {program, instance};
  for (uint32_t d = 0; d < module->data_count; d++) {
    const struct core_data *data = &module->datas[d];
    uint64_t address;
    if (data->mode != CORE_ACTIVE || data->memory != 0) continue;
    if (!core_const_eval(module, data->start, global_value, &context, &address)) continue;
    if (!add_segment(program, image, room, address, data->bytes)) return false;
  }
  return add_passive(program, image, room, instance);
}

// Cuts overlaps: segments are in the order of their writing; the result is by address, later writers winning.
static bool settle(struct program *program, struct image *image) {
  bool sorted = true;
  for (size_t i = 1; i < image->count && sorted; i++)
    sorted = image->segments[i - 1].address + image->segments[i - 1].bytes.size <= image->segments[i].address;
  if (sorted) return true;
  struct image_segment *in_order = cm_alloc_array(program->arena, image->count, sizeof *in_order);
  if (!in_order) return false;
  memcpy(in_order, image->segments, image->count * sizeof *in_order);
  qsort(image->segments, image->count, sizeof *image->segments, by_address);
  bool overlaps = false;
  for (size_t i = 1; i < image->count; i++)
    if (image->segments[i - 1].address + image->segments[i - 1].bytes.size > image->segments[i].address) overlaps = true;
  if (!overlaps) return true;
  // Rare. Later writers are laid down first; each earlier one keeps what is not yet covered of it.
  struct image laid = {0};
  size_t room = 0;
  for (size_t i = image->count; i-- > 0;) {
    uint64_t at = in_order[i].address, end = at + in_order[i].bytes.size;
    while (at < end) {
      uint64_t next = end, covered = 0;
      for (size_t k = 0; k < laid.count; k++) {
        uint64_t from = laid.segments[k].address, to = from + laid.segments[k].bytes.size;
        if (from <= at && at < to) covered = to;
        if (from > at && from < next) next = from;
      }
      if (covered) {
        at = covered;
        continue;
      }
      struct cm_span piece = {in_order[i].bytes.at + (at - in_order[i].address), (size_t)(next - at)};
      if (!add_segment(program, &laid, &room, at, piece)) return false;
      at = next;
    }
    if (laid.count > 4096) break;  // hostile: what is left out is unknown
  }
  qsort(laid.segments, laid.count, sizeof *laid.segments, by_address);
  image->segments = laid.segments;
  image->count = laid.count;
  return true;
}

// Zeros that an optimizer left out where the data begin: behind the stack, or where the linker begins with data that the stack lies behind.
enum { LEADING = 64, GLOBAL_BASE = 1024 };

static bool add_leading_zeros(struct program *program, uint32_t owner, struct image *image) {
  static const uint8_t zeros[LEADING];
  const struct program_instance *in = &program->instances[owner];
  const struct core_module *module = in->module;
  uint64_t stack, first = image->count ? image->segments[0].address : 0;
  if (in->stack_global >= module->global_count || in->stack_global < module->imported[CORE_GLOBAL] ||
      !core_const_eval(module, module->globals[in->stack_global].init, NULL, NULL, &stack))
    return true;
  uint64_t start = stack < first ? stack : GLOBAL_BASE;
  if (start >= first || first - start > LEADING) return true;
  struct image_segment *segments = cm_alloc_array(program->arena, image->count + 1, sizeof *segments);
  if (!segments) return false;
  segments[0] = (struct image_segment){.address = start, .bytes = {zeros, (size_t)(first - start)}};
  memcpy(segments + 1, image->segments, image->count * sizeof *segments);
  image->segments = segments;
  image->count++;
  image->leading = 1;
  return true;
}

static int by_start(const void *a, const void *b) {
  const struct image_range *x = a, *y = b;
  return (x->from > y->from) - (x->from < y->from);
}

size_t image_ranges_settle(struct image_range *ranges, size_t count) {
  if (count) qsort(ranges, count, sizeof *ranges, by_start);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    struct image_range *last = kept ? &ranges[kept - 1] : NULL, r = ranges[i];
    if (!last || r.from > last->to)
      ranges[kept++] = r;
    else if (r.to > last->to)
      last->to = r.to;
  }
  return kept;
}

// Sorts what code writes to, and drops what lies beyond the data.
static void settle_written(struct image *image) {
  image->writers = NULL;
  size_t count = 0;
  for (size_t i = 0; i < image->written_count; i++) {
    struct image_range r = image->written[i];
    if (r.from >= image->padded_end) continue;
    if (r.to > image->padded_end) r.to = image->padded_end;
    image->written[count++] = r;
  }
  image->written_count = image_ranges_settle(image->written, count);
}

// Do the data end within a word that is a pointer into them? A table of pointers ends with zero: the word behind is left out, too.
static bool ends_with_pointer(const struct image *image) {
  const struct image_segment *last = image->count ? &image->segments[image->count - 1] : NULL;
  uint64_t begin = (image->end - 1) & ~UINT64_C(3), word = 0;
  if (!last || image->end % 4 == 0 || begin < last->address || image->end != last->address + last->bytes.size) return false;
  for (uint64_t at = image->end; at-- > begin;) word = word << 8 | last->bytes.at[at - last->address];
  return word >= image->segments[0].address && word < image->end;
}

static void set_end(struct program *program, struct image *image) {
  for (size_t i = 0; i < image->count; i++) {
    uint64_t end = image->segments[i].address + image->segments[i].bytes.size;
    if (end > image->end) image->end = end;
  }
  image->padded_end = ((image->end + 4) & ~UINT64_C(3)) + (ends_with_pointer(image) ? 4 : 0);
  settle_written(image);
  image->last = cm_alloc(program->arena, sizeof *image->last);  // begins as an empty stretch
}

static void mark_range(uint8_t *marks, uint64_t size, const struct image_range *range) {
  for (uint64_t at = range->from; at < range->to && at < size; at++) image_mark(marks, at, true);
}

static struct image_marks *marks_new(struct cm_arena *arena, size_t bytes) {
  struct image_marks *marks = cm_alloc(arena, sizeof *marks);
  size_t size = bytes / 8 + 1;
  uint8_t *bits = cm_alloc_array(arena, size, 5);
  if (!marks || !bits) return NULL;
  *marks = (struct image_marks){bits, bits + size, bits + 2 * size, bits + 3 * size, bits + 4 * size};
  return marks;
}

void program_set_image(struct program *program, uint32_t instance, struct cm_span bytes, const uint8_t *own) {
  uint32_t owner = program->instances[instance].memory_owner;
  if (owner >= program->instance_count || program->instances[owner].image_built) return;
  struct image *image = &program->instances[owner].image;
  size_t room = 0;
  struct image_marks *marks = marks_new(program->arena, bytes.size);
  if (!marks || !add_segment(program, image, &room, 0, bytes)) return;
  program->instances[owner].image_built = true;
  for (size_t i = 0; i < image->written_count; i++) {
    mark_range(marks->weak, bytes.size, &image->written[i]);
    if (own[image->writers[i]]) continue;
    mark_range(marks->shared, bytes.size, &image->written[i]);
    mark_range(marks->variable, bytes.size, &image->written[i]);
  }
  if (!books_find(program, instance, own, marks->books, bytes.size)) return;
  image->marks = marks;
  image->written_count = 0;
  set_end(program, image);
}

const struct image *program_image(struct program *program, uint32_t instance) {
  uint32_t owner = program->instances[instance].memory_owner;
  if (owner >= program->instance_count) return NULL;
  struct program_instance *in = &program->instances[owner];
  if (in->image_built) return &in->image;
  in->image_built = true;
  size_t room = 0;
  bool ok = true;
  for (uint32_t i = 0; i < program->instance_count && ok; i++)
    if (program->instances[i].module && program->instances[i].memory_owner == owner)
      ok = add_instance(program, &in->image, &room, i);
  if (!ok || !settle(program, &in->image) || !add_leading_zeros(program, owner, &in->image)) in->image = (struct image){0};
  set_end(program, &in->image);
  return &in->image;
}

bool program_written(struct program *program, uint32_t owner, struct image_range range, bool *news) {
  struct image *image = &program->instances[owner].image;
  if (range.to > image->padded_end) range.to = image->padded_end;
  *news = range.from < range.to;
  for (size_t i = 0; i < image->written_count; i++)
    if (image->written[i].from <= range.from && range.to <= image->written[i].to) *news = false;
  if (!*news) return true;
  if (!cm_grow(program->arena, &image->written, &image->written_room, image->written_count, sizeof *image->written)) return false;
  image->written[image->written_count++] = range;
  settle_written(image);
  if (image->last) *image->last = (struct image_stretch){0};
  return true;
}
