// Bodies with instructions folded around their operands.
//
// The code is read once to the end and becomes a tree; then the tree is printed. While it is read there is a stack of finished
// expressions. An instruction that takes n values takes the expressions on top, if these give n values between them, as its
// children; otherwise it stands alone behind them, which means the same. A block takes all expressions since its beginning.
// Neither reading nor printing recurses, since expressions may nest as deep as code is long.
//
// Spec: https://webassembly.github.io/spec/core/text/instructions.html#folded-instructions

#include "text/print_folded.h"

#include "base/sorted.h"

#define NONE UINT32_MAX

// Forms of the text. Segments are parts of `if` and of the legacy `try`; DELEGATE ends the latter.
enum form { FORM_INSTR, FORM_BLOCK, FORM_DIVIDED, FORM_THEN, FORM_DO, FORM_SEGMENT, FORM_DELEGATE };

struct node {
  const uint8_t *at;  // the instruction's; of THEN and DO that of the block
  uint32_t first_child, next;
  struct cm_str label;
  enum form form;
};

// A finished expression. A run is a row of neighbours that give values; `total` counts the values since its beginning.
struct entry {
  uint32_t node;
  uint32_t run;  // place of the run's first entry
  uint64_t total;
};

// A block that is open.
struct open_block {
  uint32_t node, segment;  // segment: NONE where the block has no parts
  size_t base;             // entries of the part at hand begin here
  uint32_t gives;
};

struct tree {
  struct body *b;
  struct node *nodes;
  size_t node_count, node_room;
  struct entry *entries;
  size_t entry_count, entry_room;
  struct open_block *blocks;
  size_t block_count, block_room;
  struct label_arities labels;
  uint32_t results;  // of the function
};

static bool no_memory(struct tree *t) { return printer_no_memory(t->b->p); }

static uint32_t add_node(struct tree *t, const uint8_t *at, enum form form, struct cm_str label) {
  if (t->node_count >= NONE || !cm_grow(&t->b->p->scratch, &t->nodes, &t->node_room, t->node_count, sizeof *t->nodes)) {
    no_memory(t);
    return NONE;
  }
  t->nodes[t->node_count] = (struct node){.at = at, .first_child = NONE, .next = NONE, .label = label, .form = form};
  return (uint32_t)t->node_count++;
}

static bool push_entry(struct tree *t, uint32_t node, uint32_t gives) {
  if (!cm_grow(&t->b->p->scratch, &t->entries, &t->entry_room, t->entry_count, sizeof *t->entries)) return no_memory(t);
  size_t base = t->block_count ? t->blocks[t->block_count - 1].base : 0;
  struct entry entry = {node, (uint32_t)t->entry_count, gives};
  if (gives && t->entry_count > base && t->entries[t->entry_count - 1].total) {
    entry.run = t->entries[t->entry_count - 1].run;
    entry.total += t->entries[t->entry_count - 1].total;
  }
  t->entries[t->entry_count++] = entry;
  return true;
}

// Where the expressions on top begin that give `count` values between them; entry_count where there are none.
static size_t find_operands(const struct tree *t, uint64_t count) {
  size_t base = t->block_count ? t->blocks[t->block_count - 1].base : 0;
  if (!count || t->entry_count == base) return t->entry_count;
  const struct entry *top = &t->entries[t->entry_count - 1];
  if (top->total < count) return t->entry_count;
  if (top->total == count) return top->run;
  // The entry behind which the rest of the run's values stand.
  uint64_t rest = top->total - count;
  size_t at;
  SORTED_FIRST(at, top->run, t->entry_count - 1, t->entries[at].total >= rest);
  return t->entries[at].total == rest ? at + 1 : t->entry_count;
}

// Makes the expressions from `first` on children of `node`, behind those that it has.
static void adopt(struct tree *t, uint32_t node, size_t first) {
  uint32_t *link = &t->nodes[node].first_child;
  while (*link != NONE) link = &t->nodes[*link].next;
  for (size_t i = first; i < t->entry_count; i++) {
    *link = t->entries[i].node;
    link = &t->nodes[t->entries[i].node].next;
  }
  t->entry_count = first;
}

static void add_child(struct tree *t, uint32_t node, uint32_t child) {
  uint32_t *link = &t->nodes[node].first_child;
  while (*link != NONE) link = &t->nodes[*link].next;
  *link = child;
}

static bool open_block(struct tree *t, const struct core_instr *instr) {
  struct cm_arena *arena = &t->b->p->scratch;
  const struct core_blocktype *type = instr->op == CORE_OP_TRY_TABLE ? &instr->try_table.block : &instr->block;
  struct effect effect = block_effect(t->b->module, type);
  bool is_divided = instr->op == CORE_OP_IF || instr->op == CORE_OP_TRY;
  struct cm_str label = body_next_label(t->b);
  uint32_t node = add_node(t, instr->at, is_divided ? FORM_DIVIDED : FORM_BLOCK, label);
  if (node == NONE || !body_nest(t->b, instr, label)) return false;
  if (instr->op == CORE_OP_IF) adopt(t, node, find_operands(t, 1));
  struct open_block block = {.node = node, .segment = NONE, .base = t->entry_count, .gives = effect.gives};
  if (is_divided) {
    block.segment = add_node(t, instr->at, instr->op == CORE_OP_IF ? FORM_THEN : FORM_DO, (struct cm_str){NULL, 0});
    if (block.segment == NONE) return false;
    add_child(t, node, block.segment);
  }
  if (!cm_grow(arena, &t->blocks, &t->block_room, t->block_count, sizeof *t->blocks) ||
      !cm_grow(arena, &t->labels.at, &t->labels.room, t->labels.count, sizeof *t->labels.at))
    return no_memory(t);
  t->blocks[t->block_count++] = block;
  t->labels.at[t->labels.count++] = instr->op == CORE_OP_LOOP ? effect.takes : effect.gives;
  return true;
}

// else, catch, catch_all: the next part of the block.
static bool divide_block(struct tree *t, const struct core_instr *instr) {
  if (!body_nest(t->b, instr, (struct cm_str){NULL, 0})) return false;
  struct open_block *block = &t->blocks[t->block_count - 1];
  adopt(t, block->segment, block->base);
  uint32_t segment = add_node(t, instr->at, FORM_SEGMENT, (struct cm_str){NULL, 0});
  if (segment == NONE) return false;
  // Catch clauses may be many: each goes right behind the one before it.
  t->nodes[block->segment].next = segment;
  block->segment = segment;
  return true;
}

static bool close_block_node(struct tree *t, const struct core_instr *instr) {
  if (!body_nest(t->b, instr, (struct cm_str){NULL, 0})) return false;
  if (!t->block_count) return true;  // the function's own end
  struct open_block block = t->blocks[--t->block_count];
  t->labels.count--;
  adopt(t, block.segment == NONE ? block.node : block.segment, block.base);
  if (instr->op == CORE_OP_DELEGATE) {
    uint32_t delegate = add_node(t, instr->at, FORM_DELEGATE, (struct cm_str){NULL, 0});
    if (delegate == NONE) return false;
    t->nodes[block.segment].next = delegate;
  }
  return push_entry(t, block.node, block.gives);
}

static bool add_instr(struct tree *t, const struct core_instr *instr) {
  struct effect effect = effect_of(t->b->module, instr, &t->labels, t->results);
  uint32_t node = add_node(t, instr->at, FORM_INSTR, (struct cm_str){NULL, 0});
  if (node == NONE) return false;
  adopt(t, node, find_operands(t, effect.takes));
  return push_entry(t, node, effect.gives);
}

// Reads the body to its end.
static bool build(struct tree *t) {
  struct core_instr instr;
  bool ok = true;
  while (ok && body_next(t->b, &instr)) switch (nesting_of(instr.op)) {
      case NEST_NONE: ok = add_instr(t, &instr); break;
      case NEST_OPEN: ok = open_block(t, &instr); break;
      case NEST_DIVIDE: ok = divide_block(t, &instr); break;
      case NEST_CLOSE: ok = close_block_node(t, &instr); break;
    }
  return ok && !t->b->p->failed;
}

// A node being printed.
struct visit {
  uint32_t node, next_child;
  bool in_block;  // its label is open
};

struct walk {
  struct tree *t;
  struct visit *visits;
  size_t count, room;
};

static void enter_label(struct tree *t, struct visit *visit) {
  struct body *b = t->b;
  // There was room for as many when the code was read.
  b->frames[b->depth++] = (struct frame){.label = t->nodes[visit->node].label};
  visit->in_block = true;
}

// What the form says before its children. Blocks without a label tell how deep they are.
static void print_head(struct tree *t, const struct node *node) {
  static const char *const words[] = {[FORM_THEN] = "then", [FORM_DO] = "do"};
  struct body *b = t->b;
  struct printer *p = b->p;
  struct core_instr instr;
  put_line(p, (uint64_t)(node->at - b->code.reader.file));
  put_char(p, '(');
  if (node->form == FORM_THEN || node->form == FORM_DO) {
    word(p, words[node->form]);
    return;
  }
  b->code.reader.at = node->at;
  if (!core_code_next(&b->code, &instr)) return;  // it was read before
  put_instr(b, &instr, node->label);
  if ((node->form != FORM_BLOCK && node->form != FORM_DIVIDED) || node->label.size) return;
  put_paint(p, PAINT_COMMENT);
  put_str(p, CM_STR(" (;@"));
  put_u64(p, b->depth);
  put_str(p, CM_STR(";)"));
  put_unpaint(p);
}

static bool begin_node(struct walk *w, uint32_t index) {
  struct tree *t = w->t;
  const struct node *node = &t->nodes[index];
  if (!cm_grow(&t->b->p->scratch, &w->visits, &w->room, w->count, sizeof *w->visits)) return no_memory(t);
  print_head(t, node);
  struct visit visit = {.node = index, .next_child = node->first_child};
  if (node->form == FORM_BLOCK) enter_label(t, &visit);
  w->visits[w->count++] = visit;
  t->b->p->indent++;
  return true;
}

static void end_node(struct walk *w) {
  struct visit *visit = &w->visits[--w->count];
  if (visit->in_block) w->t->b->depth--;
  w->t->b->p->indent--;
  put_char(w->t->b->p, ')');
}

// A root and all below it. The label of `if` and `try` is open in their parts: not in the condition, not in `delegate`.
static bool print_tree(struct walk *w, uint32_t root) {
  struct tree *t = w->t;
  bool ok = begin_node(w, root);
  while (ok && w->count && !t->b->p->failed) {
    struct visit *visit = &w->visits[w->count - 1];
    if (visit->next_child == NONE) {
      end_node(w);
      continue;
    }
    const struct node *child = &t->nodes[visit->next_child];
    uint32_t index = visit->next_child;
    visit->next_child = child->next;
    if ((child->form == FORM_THEN || child->form == FORM_DO) && !visit->in_block) enter_label(t, visit);
    if (child->form == FORM_DELEGATE && visit->in_block) {
      t->b->depth--;
      visit->in_block = false;
    }
    ok = begin_node(w, index);
  }
  return ok;
}

void print_folded(struct body *b) {
  const struct core_type *type = core_func_type(b->module, b->code.func);
  struct tree t = {.b = b, .results = type ? type->result_count : 0};
  if (!cm_grow(&b->p->scratch, &t.labels.at, &t.labels.room, 0, sizeof *t.labels.at)) {
    no_memory(&t);
    return;
  }
  t.labels.at[t.labels.count++] = t.results;
  if (!build(&t)) return;
  struct walk w = {.t = &t};
  b->depth = 1;
  for (size_t i = 0; i < t.entry_count && !b->p->failed; i++)
    if (!print_tree(&w, t.entries[i].node)) return;
}
