// Blocks are kept as they nest, each with what branches brought to its end. A jump to a label of the table is a constant that is put into the
// table's local and a branch to the loop; as it may go back, what it brings counts in the next reading of the body, too. That calls come
// back to labels by the table brings nothing: registers are put aside before a call, and read anew.

#include "stacked_meet.h"

#include <component/arena.h>

#include <stdlib.h>

enum { BLOCKS_MOST = 4096, TABLE_MOST = 20000, ROOM = 8 };

struct brought {
  unsigned count, room;
  bool any;
  struct lead *at;
};

struct open_block {
  enum core_op op;
  bool has_else;
  uint32_t label;          // of the table: + 1
  struct brought *out;     // to its end, in this reading
  struct brought *before;  // of an `if`: when it began
};

struct stacked_meet {
  struct cm_arena arena;
  struct open_block *open;
  size_t depth, room;
  struct brought **labels;  // by block, from the innermost of the table's on
  uint32_t label_count;
  uint32_t *entries;  // block by number in the table, + 1; the default last
  uint32_t entry_count, table_local;
  uint32_t blocks_in_front;  // that were opened at first, or since the loop began
  bool has_loop, has_table;
  enum { BEHIND_OTHER, BEHIND_BLOCK, BEHIND_LOCAL } before;  // a table is read right behind a block's beginning and a local
  uint32_t number, jump;                                     // the constant that was pushed, and put into the table's local; NONE
  bool live, unsound;
};
#define NONE UINT32_MAX

struct stacked_meet *stacked_meet_new(void) {
  struct stacked_meet *m = calloc(1, sizeof *m);
  if (m) cm_arena_init(&m->arena, NULL);
  return m;
}

void stacked_meet_free(struct stacked_meet *m) {
  if (m) cm_arena_free(&m->arena);
  free(m);
}

bool stacked_meet_is_sound(const struct stacked_meet *m) { return !m->unsound; }

void stacked_meet_begin(struct stacked_meet *m) {
  m->depth = m->blocks_in_front = 0;
  m->has_loop = m->has_table = false;
  m->before = BEHIND_OTHER;
  m->number = m->jump = NONE;
  m->live = true;
}

// --- states ---

static struct lead kept_at(const struct lead *at, unsigned count, unsigned i) { return i < count ? at[i] : unknown; }

// True: it was not known before.
static bool bring(struct stacked_meet *m, struct brought **place, const struct stacked_kept *kept) {
  if (!*place) *place = cm_alloc(&m->arena, sizeof **place);
  struct brought *to = *place;
  size_t room = to ? to->room : 0;
  if (to && room < kept->count) {
    struct lead *at = cm_alloc_array(&m->arena, (size_t)kept->count + ROOM, sizeof *at);
    for (unsigned i = 0; at && i < to->count; i++) at[i] = to->at[i];
    to->at = at;
    to->room = kept->count + ROOM;
  }
  if (!to || (kept->count && !to->at)) {
    m->unsound = true;
    return false;
  }
  bool changed = !to->any;
  unsigned count = to->count > kept->count ? to->count : kept->count;
  for (unsigned i = 0; i < count; i++) {
    struct lead now = kept_at(to->at, to->count, i), both = kept_at(kept->at, kept->count, i);
    if (to->any) both = either(now, both);
    changed |= !same(now, both);
    to->at[i] = both;
  }
  to->count = count;
  to->any = true;
  return changed;
}

static void arrive(struct stacked_meet *m, const struct brought *from, struct stacked_kept *kept) {
  if (!from || !from->any) return;
  for (unsigned i = 0; i < kept->count; i++) {
    struct lead v = kept_at(from->at, from->count, i);
    kept->at[i] = m->live ? either(kept->at[i], v) : v;
  }
  m->live = true;
}

// --- blocks ---

static void push(struct stacked_meet *m, enum core_op op, const struct stacked_kept *kept) {
  if (m->depth == BLOCKS_MOST || !cm_grow(&m->arena, &m->open, &m->room, m->depth, sizeof *m->open)) {
    m->unsound = true;
    return;
  }
  struct open_block *b = &m->open[m->depth++];
  *b = (struct open_block){.op = op};
  if (op == CORE_OP_IF && m->live) bring(m, &b->before, kept);
}

static void end(struct stacked_meet *m, struct stacked_kept *kept) {
  if (!m->depth) return;
  const struct open_block *b = &m->open[--m->depth];
  if (m->blocks_in_front && !m->has_table) m->blocks_in_front--;
  if (b->op == CORE_OP_IF && !b->has_else) arrive(m, b->before, kept);
  arrive(m, b->out, kept);
  if (b->label) arrive(m, m->labels[b->label - 1], kept);
  for (unsigned i = 0; !m->live && i < kept->count; i++) kept->at[i] = unknown;
}

static void begin_else(struct stacked_meet *m, struct stacked_kept *kept) {
  struct open_block *b = m->depth ? &m->open[m->depth - 1] : NULL;
  if (!b || b->op != CORE_OP_IF) return;
  if (m->live) bring(m, &b->out, kept);
  b->has_else = true;
  m->live = false;
  arrive(m, b->before, kept);
}

// --- the table ---

// The table at the beginning of the body, or of its loop: its blocks are the last ones that were opened.
static bool read_table(struct stacked_meet *m, const struct core_instr *i, const struct stacked_kept *kept) {
  struct cm_span labels = i->br_table.labels;
  uint32_t count = m->blocks_in_front, first;
  if (count > m->depth || (m->entries && count != m->label_count)) return false;
  if (!m->entries) {
    if (i->br_table.count > TABLE_MOST) return false;
    m->entry_count = i->br_table.count;
    m->label_count = count;
    m->entries = cm_alloc_array(&m->arena, (size_t)m->entry_count + 1, sizeof *m->entries);
    m->labels = cm_alloc_array(&m->arena, (size_t)count + 1, sizeof *m->labels);
    if (!m->entries || !m->labels) return false;
    for (uint32_t n = 0; n <= m->entry_count; n++) {
      uint32_t label;
      if (!core_next_label(&labels, &label)) return false;
      m->entries[n] = label < count ? label + 1 : 0;
    }
  }
  for (uint32_t n = 0; n < count; n++) m->open[m->depth - 1 - n].label = n + 1;
  first = m->entries[0];
  if (first) bring(m, &m->labels[first - 1], kept);
  return true;
}

// A branch to the block that is `index` blocks up.
static bool branch(struct stacked_meet *m, uint32_t index, const struct stacked_kept *kept) {
  if (!m->live || index >= m->depth) return false;
  struct open_block *b = &m->open[m->depth - 1 - index];
  if (b->op != CORE_OP_LOOP) {
    bring(m, &b->out, kept);
    return false;
  }
  uint32_t entry = m->jump == NONE || !m->entries ? 0 : m->entries[m->jump < m->entry_count ? m->jump : m->entry_count];
  if (!entry) {
    m->unsound = true;
    return false;
  }
  return bring(m, &m->labels[entry - 1], kept);
}

void stacked_meet_see(struct stacked_meet *m, const struct core_instr *i) {
  if (i->op == CORE_OP_LOCAL_SET && m->has_table && i->index == m->table_local) m->jump = m->number;
  m->number = i->op == CORE_OP_I32_CONST ? (uint32_t)i->i32 : NONE;
  bool begins = i->op == CORE_OP_BLOCK || i->op == CORE_OP_LOOP, is_local = i->op == CORE_OP_LOCAL_GET && m->before == BEHIND_BLOCK;
  if (is_local && !m->has_table) m->table_local = i->index;
  if (i->op != CORE_OP_BR_TABLE) m->before = begins ? BEHIND_BLOCK : is_local ? BEHIND_LOCAL : BEHIND_OTHER;
}

bool stacked_meet_turn(struct stacked_meet *m, const struct core_instr *i, struct stacked_kept *kept) {
  bool news = false;
  uint32_t jump = m->jump;
  switch (i->op) {
    case CORE_OP_BLOCK:
      m->blocks_in_front++;
      push(m, i->op, kept);
      break;
    case CORE_OP_LOOP:
      m->unsound |= m->has_loop || m->has_table;
      m->has_loop = true;
      m->blocks_in_front = 0;
      push(m, i->op, kept);
      break;
    case CORE_OP_IF: push(m, i->op, kept); break;
    case CORE_OP_ELSE: begin_else(m, kept); break;
    case CORE_OP_END: end(m, kept); break;
    case CORE_OP_BR_TABLE:
      m->unsound |= m->has_table || m->before != BEHIND_LOCAL || !read_table(m, i, kept);
      m->has_table = true;
      m->live = false;
      break;
    case CORE_OP_BR:
    case CORE_OP_BR_IF:
      news = branch(m, i->index, kept);
      m->live &= i->op == CORE_OP_BR_IF;
      break;
    case CORE_OP_RETURN:
    case CORE_OP_UNREACHABLE: m->live = false; break;
    default: break;
  }
  m->jump = i->op == CORE_OP_BR_IF ? jump : NONE;
  return news;
}
