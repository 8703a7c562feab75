// Reading the shape, and ranking the labels.
//
// The code of a label reaches from the end of its block to the end of the next one. Jumps in it are seen where they are written in one
// piece: a constant into the local, and a branch to the loop. Ranks are a weak topological order: strongly connected labels are a loop, whose first
// is where the search came to it; without that one its body is ranked in the same way.
//
// F. Bourdoncle, "Efficient chaotic iteration strategies with widenings", 1993, figure 4.

#include "dispatch_shape.h"

#include <string.h>

enum { BLOCKS_MOST = 2000, TABLE_MOST = 20000, EDGES_MOST = 20000 };

struct edge {
  uint32_t to, next;  // next: of the same label, + 1
};

// Labels by the number of their block, while they are not ranked.
struct shaping {
  struct dispatch_shape *shape;
  struct cm_arena *arena;
  const uint8_t **starts;
  uint32_t *first;  // edge + 1
  uint32_t *falls;  // to which block's label its code falls; NONE
  struct edge *edges;
  size_t edge_count, edge_room;
  // ranking
  uint32_t *found, *stack, *order;
  uint32_t *heads;  // by position in `order`: of the loop that begins there, where its last is + 1; 0: none does
  uint32_t number, height, ordered;
};

uint32_t dispatch_read_jump(const struct dispatch_shape *shape, struct core_code code, uint32_t label) {
  struct core_instr number, i;
  if (!code_next(&code, &number) || number.op != CORE_OP_I32_CONST) return DISPATCH_NONE;
  if (!code_next(&code, &i) || i.op != CORE_OP_LOCAL_SET || i.index != shape->local) return DISPATCH_NONE;
  if (!code_next(&code, &i) || i.op != CORE_OP_BR || i.index != label) return DISPATCH_NONE;
  uint32_t n = (uint32_t)number.i32;
  uint32_t to = shape->entries[n < shape->entry_count ? n : shape->entry_count];
  return to == DISPATCH_NONE ? DISPATCH_OUTSIDE : to;
}

static bool add_edge(struct shaping *s, uint32_t from, uint32_t to) {
  if (s->edge_count == EDGES_MOST || !cm_grow(s->arena, &s->edges, &s->edge_room, s->edge_count, sizeof *s->edges)) return false;
  s->edges[s->edge_count++] = (struct edge){to, s->first[from]};
  s->first[from] = (uint32_t)s->edge_count;
  return true;
}

// Reads the code of all labels: `code` stands behind the br_table, in the innermost block.
static bool read_labels(struct shaping *s, struct core_code code) {
  struct dispatch_shape *shape = s->shape;
  uint32_t now = DISPATCH_NONE, nested = 0;
  bool live = false;
  for (struct core_instr i;;) {
    // A jump begins with the constant.
    uint32_t open = now == DISPATCH_NONE ? shape->count : shape->count - 1 - now;
    uint32_t to = now == DISPATCH_NONE ? DISPATCH_NONE : dispatch_read_jump(shape, code, nested + open);
    if (to != DISPATCH_NONE && to != DISPATCH_OUTSIDE && !add_edge(s, now, to)) return false;
    if (!code_next(&code, &i)) return false;
    switch (i.op) {
      case CORE_OP_BLOCK:
      case CORE_OP_LOOP:
      case CORE_OP_IF: nested++; break;
      case CORE_OP_TRY:
      case CORE_OP_TRY_TABLE: return false;
      case CORE_OP_BR:
      case CORE_OP_BR_TABLE:
      case CORE_OP_RETURN:
      case CORE_OP_UNREACHABLE: live &= nested != 0; break;
      case CORE_OP_END:
        if (nested) {
          nested--;
          break;
        }
        if (now != DISPATCH_NONE) {
          s->falls[now] = live && now + 1 < shape->count ? now + 1 : DISPATCH_NONE;
          if (s->falls[now] != DISPATCH_NONE && !add_edge(s, now, now + 1)) return false;
        }
        now = now == DISPATCH_NONE ? 0 : now + 1;
        if (now == shape->count) {
          shape->end = code.reader.at;
          return true;
        }
        s->starts[now] = code.reader.at;
        live = true;
        break;
      default: break;
    }
  }
}

// --- ranking ---

static uint32_t visit(struct shaping *s, uint32_t label);

static void add_order(struct shaping *s, uint32_t label) { s->order[s->ordered++] = label; }

// The body of a loop that begins with `label`. `order` is filled from the back: the last in it is the first.
static void rank_loop(struct shaping *s, uint32_t label) {
  uint32_t before = s->ordered;
  for (uint32_t e = s->first[label]; e; e = s->edges[e - 1].next)
    if (!s->found[s->edges[e - 1].to]) visit(s, s->edges[e - 1].to);
  add_order(s, label);
  s->heads[s->ordered - 1] = before + 1;
}

static uint32_t visit(struct shaping *s, uint32_t label) {
  s->stack[s->height++] = label;
  uint32_t number = s->found[label] = ++s->number, head = number;
  bool loop = false;
  for (uint32_t e = s->first[label]; e; e = s->edges[e - 1].next) {
    uint32_t to = s->edges[e - 1].to, least = s->found[to] ? s->found[to] : visit(s, to);
    if (least > head) continue;
    head = least;
    loop = true;
  }
  if (head != number) return head;
  s->found[label] = UINT32_MAX;
  uint32_t popped = s->stack[--s->height];
  if (!loop) {
    add_order(s, label);
    return head;
  }
  for (; popped != label; popped = s->stack[--s->height]) s->found[popped] = 0;
  rank_loop(s, label);
  return head;
}

// Ranks, and which loops they lie in, out of the order, which is from the back.
static void settle(struct shaping *s) {
  struct dispatch_shape *shape = s->shape;
  uint32_t count = shape->count;
  for (uint32_t i = 0; i < count; i++) shape->ranks[s->order[i]] = count - 1 - i;
  uint32_t inner = DISPATCH_NONE;
  for (uint32_t rank = 0; rank < count; rank++) {
    uint32_t at = count - 1 - rank, block = s->order[at];
    struct dispatch_place *p = &shape->places[rank];
    while (inner != DISPATCH_NONE && shape->places[inner].last < rank) inner = shape->places[inner].outer;
    *p = (struct dispatch_place){.start = s->starts[block],
                                 .depth = count - 1 - block,
                                 .loop = inner,
                                 .last = rank,
                                 .outer = inner,
                                 .fall = s->falls[block] == DISPATCH_NONE ? DISPATCH_NONE : shape->ranks[s->falls[block]]};
    if (!s->heads[at]) continue;
    p->last = count - s->heads[at];
    p->loop = inner = rank;
  }
  for (uint32_t i = 0; i <= shape->entry_count; i++)
    if (shape->entries[i] != DISPATCH_NONE) shape->entries[i] = shape->ranks[shape->entries[i]];
}

static bool rank(struct shaping *s) {
  uint32_t count = s->shape->count;
  s->found = cm_alloc_array(s->arena, count, sizeof *s->found);
  s->stack = cm_alloc_array(s->arena, count, sizeof *s->stack);
  s->order = cm_alloc_array(s->arena, count, sizeof *s->order);
  s->heads = cm_alloc_array(s->arena, count, sizeof *s->heads);
  if (!s->found || !s->stack || !s->order || !s->heads) return false;
  // What is not come to from the beginning is where calls come back to that are not followed: it is ranked behind all else.
  for (uint32_t block = count; block-- > 1;)
    if (!s->found[block] && block != s->shape->entries[0]) {
      bool reached = false;
      for (size_t e = 0; e < s->edge_count && !reached; e++) reached = s->edges[e].to == block;
      if (!reached) visit(s, block);
    }
  if (s->shape->entries[0] != DISPATCH_NONE && !s->found[s->shape->entries[0]]) visit(s, s->shape->entries[0]);
  for (uint32_t block = 0; block < count; block++)
    if (!s->found[block]) visit(s, block);
  settle(s);
  return s->ordered == count;
}

// --- reading ---

static bool read_table(struct dispatch_shape *shape, const struct core_instr *table) {
  struct cm_span labels = table->br_table.labels;
  for (uint32_t i = 0; i <= shape->entry_count; i++) {
    uint32_t label;
    if (!core_next_label(&labels, &label) || label == shape->count) return false;  // a jump to the loop itself would be none
    shape->entries[i] = label < shape->count ? label : DISPATCH_NONE;
    shape->exits[i] = label < shape->count ? 0 : label - shape->count - 1;
  }
  return true;
}

static bool read_shape(struct program *program, struct core_code code, struct dispatch_shape *shape) {
  struct core_instr i;
  uint32_t blocks = 0;
  bool more;
  while ((more = code_next(&code, &i)) && i.op == CORE_OP_BLOCK && i.block.kind == CORE_BLOCK_EMPTY && blocks < BLOCKS_MOST)
    blocks++;
  if (!more || !blocks || i.op != CORE_OP_LOCAL_GET) return false;
  struct cm_arena *arena = program->arena;
  shape->local = i.index;
  shape->count = blocks;
  if (!code_next(&code, &i) || i.op != CORE_OP_BR_TABLE || i.br_table.count > TABLE_MOST) return false;
  shape->entry_count = i.br_table.count;
  struct shaping s = {.shape = shape, .arena = arena};
  s.starts = cm_alloc_array(arena, blocks, sizeof *s.starts);
  s.first = cm_alloc_array(arena, blocks, sizeof *s.first);
  s.falls = cm_alloc_array(arena, blocks, sizeof *s.falls);
  shape->entries = cm_alloc_array(arena, (size_t)shape->entry_count + 1, sizeof *shape->entries);
  shape->exits = cm_alloc_array(arena, (size_t)shape->entry_count + 1, sizeof *shape->exits);
  shape->ranks = cm_alloc_array(arena, blocks, sizeof *shape->ranks);
  shape->places = cm_alloc_array(arena, blocks, sizeof *shape->places);
  if (!s.starts || !s.first || !s.falls || !shape->entries || !shape->exits || !shape->ranks || !shape->places) return false;
  return read_table(shape, &i) && read_labels(&s, code) && rank(&s);
}

const struct dispatch_shape *dispatch_shape_of(struct program *program, const struct core_code *code) {
  const uint8_t *at = code->reader.at;
  uint64_t hash = index_mix(program->shape_index.seed, (uint64_t)(uintptr_t)at);
  size_t cursor = 0;
  for (uint32_t i; index_next(&program->shape_index, hash, &cursor, &i);)
    if (program->shapes[i]->loop == at) return program->shapes[i]->count ? program->shapes[i] : NULL;
  struct dispatch_shape *shape = cm_alloc(program->arena, sizeof *shape);
  if (!shape || !cm_grow(program->arena, &program->shapes, &program->shape_room, program->shape_count, sizeof *program->shapes) ||
      !index_add(&program->shape_index, program->arena, hash, (uint32_t)program->shape_count))
    return NULL;
  *shape = (struct dispatch_shape){.loop = at};
  program->shapes[program->shape_count++] = shape;
  if (!read_shape(program, *code, shape)) shape->count = 0;
  return shape->count ? shape : NULL;
}
