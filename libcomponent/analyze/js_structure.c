// Conditions, loops, handlers and switches of what has labels and jumps.
//
// The list was made of such, so it can be read back: a jump backwards closes a loop that begins at its label; a condition that jumps forward has
// what it jumps over for its other arm, and what stands behind that for its own where the other arm ends with a jump over it. What is behind a
// statement that ends by a jump to where all go on needs none. Each part is read by itself, with the places where a jump out of it may lead:
// where it goes on, and where `continue` and `break` do. Any other jump is not understood.

#include "js_lowered.h"

enum { NONE = 1 << 28, DEPTH = 200, TARGETS = 64 };

// A loop or switch around: where `continue` and `break` go in it. A switch has no head.
struct nest {
  struct nest *up;
  size_t head, after;
  struct cm_str label;  // that it needs for those within others
};

// Where a part of the list goes on behind it (`also`: the same by another label).
struct part {
  size_t from, to;
  size_t follow, also;
  struct nest *nest;
};

bool js_lowered_add(struct js_lowered *l, double label, struct js_node *node) {
  if (!cm_grow(l->parser->lexer.arena, &l->items, &l->room, l->count, sizeof *l->items)) return false;
  size_t at = l->count++;
  for (; at && l->items[at - 1].label > label; at--) l->items[at] = l->items[at - 1];
  l->items[at] = (struct js_item){label, node};
  return true;
}

// --- places ---

// The first statement from there on: labels are places of statements. And the first of the labels that stand there.
static size_t statement_at(const struct js_lowered *l, size_t at) {
  while (at < l->count && !l->items[at].node) at++;
  return at;
}

static size_t labels_of(const struct js_lowered *l, size_t place) {
  while (place && place <= l->count && !l->items[place - 1].node) place--;
  return place;
}

static size_t place_of(const struct js_lowered *l, double label) {
  for (size_t i = 0; i < l->count; i++)
    if (!l->items[i].node && l->items[i].label == label) return statement_at(l, i);
  return NONE;
}

static size_t next_label(const struct js_lowered *l, size_t at, size_t to) {
  while (at < to && l->items[at].node) at++;
  return at;
}

// Does it jump, to that place or (NONE) anywhere?
static bool jumps(const struct js_lowered *l, const struct js_node *node, size_t place, unsigned depth) {
  if (!node || node->kind == JS_FUNCTION || depth > DEPTH) return false;
  if (node->kind == JS_JUMP) return place == NONE || place_of(l, node->number) == place;
  if (node->kind < JS_BLOCK) return false;
  const struct js_node *inner[] = {node->a, node->b, node->c, node->d};
  for (size_t i = 0; i < 4; i++)
    if (jumps(l, inner[i], place, depth + 1)) return true;
  for (const struct js_node *at = node->list; at; at = at->next)
    if (jumps(l, at, place, depth + 1)) return true;
  return false;
}

// --- parts ---

static void structure(struct js_lowered *l, struct part part, struct js_list *out, unsigned depth);

static struct js_node *block_of(struct js_lowered *l, struct part part, unsigned depth) {
  struct js_node *block = js_lowered_node(l, JS_BLOCK, 0);
  struct js_list list = {&block->list};
  structure(l, part, &list, depth + 1);
  return block;
}

static struct part part_of(struct part around, size_t from, size_t to, size_t follow) {
  return (struct part){from, to, follow, NONE, around.nest};
}

static void add(struct js_lowered *l, struct js_list *out, enum js_node_kind kind) { js_append(out, js_lowered_node(l, kind, 0)); }

// A jump out of the part, or over nothing.
static bool leave(struct js_lowered *l, const struct part *part, size_t place, bool last, struct js_list *out) {
  if (last && (place == part->follow || place == part->also)) return true;
  bool inner = true, inner_loop = true;
  for (struct nest *n = part->nest; n; n = n->up) {
    bool breaks = place == n->after, own = breaks ? inner : inner_loop;
    if (breaks || place == n->head) {
      struct js_node *node = js_lowered_node(l, breaks ? JS_BREAK : JS_CONTINUE, 0);
      if (!own && !n->label.size) n->label = cm_alloc_format(l->parser->lexer.arena, "@%u", ++l->nodes);
      if (!own) node->text = n->label;
      js_append(out, node);
      return true;
    }
    inner = false;
    inner_loop &= n->head == NONE;
  }
  return false;
}

static bool leads_out(const struct part *part, size_t place) {
  for (const struct nest *n = part->nest; n; n = n->up)
    if (place == n->after || place == n->head) return true;
  return false;
}

// A loop or switch, with the label that it was found to need.
static void add_nest(struct js_lowered *l, struct js_list *out, struct js_node *node, const struct nest *nest) {
  if (nest->label.size) {
    struct js_node *labelled = js_lowered_node(l, JS_LABEL, node->at);
    labelled->text = nest->label;
    labelled->a = node;
    node = labelled;
  }
  js_append(out, node);
}

static size_t read_jump(struct js_lowered *l, const struct part *part, size_t at, struct js_list *out) {
  size_t next = statement_at(l, at + 1);
  double label = l->items[at].node->number;
  size_t place = place_of(l, label);
  if (place >= next && place < part->to && !leads_out(part, place)) return labels_of(l, place);  // nothing comes to what is between
  if (label != JS_LABEL_FINALLY && (place == NONE || !leave(l, part, place, next >= part->to, out))) l->fails = true;
  return next_label(l, at + 1, part->to);
}

// Does it wait in the middle?
static bool is_step(const struct js_node *node) {
  return node && node->kind == JS_EVALUATE && !(node->a->kind == JS_ASSIGN && node->a->b && node->a->b->kind == JS_YIELD);
}

// What is done behind each round, with a label of its own for `continue`, before the only jump back.
static size_t find_step(const struct js_lowered *l, size_t head, size_t last) {
  size_t at = last;
  while (at > head && is_step(l->items[at - 1].node)) at--;
  if (at == last || at <= head || l->items[at - 1].node) return NONE;
  for (size_t i = head; i < last; i++)
    if (l->items[i].node && jumps(l, l->items[i].node, head, 0)) return NONE;
  return at;
}

static struct js_node *read_step(struct js_lowered *l, size_t from, size_t to) {
  struct js_node *step = js_lowered_node(l, JS_SEQUENCE, l->items[from].node->at);
  struct js_list list = {&step->list};
  for (size_t i = from; i < to; i++) js_append(&list, l->items[i].node->a);
  return step;
}

static size_t read_loop(struct js_lowered *l, const struct part *part, size_t at, size_t last, struct js_list *out,
                        unsigned depth) {
  size_t head = statement_at(l, at), after = statement_at(l, last + 1);
  bool returns = l->items[last].node->kind == JS_JUMP;
  if (after >= part->to) after = part->follow;
  struct nest nest = {part->nest, head, after, CM_STR("")};
  struct part body = {head, last + 1, returns ? head : after, NONE, &nest};
  struct js_node *loop = js_lowered_node(l, JS_FOR, l->items[head].node->at);
  size_t step = returns ? find_step(l, head, last) : NONE;
  if (step != NONE) {
    loop->c = read_step(l, step, last);
    body.to = labels_of(l, step), body.follow = nest.head = step;
  }
  loop->d = block_of(l, body, depth);
  struct js_node *first = loop->d->list, *then = first && first->kind == JS_IF && !first->c ? first->b->list : NULL;
  if (then && then->kind == JS_BREAK && first->a->kind == JS_UNARY && first->a->op == JS_T_NOT) {
    loop->b = first->a->a;
    loop->d->list = first->next;
  }
  struct js_list end = {&loop->d->list};
  while (*end.end) end.end = &(*end.end)->next;
  if (!returns) add(l, &end, JS_BREAK);
  add_nest(l, out, loop, &nest);
  return last + 1;
}

static const struct js_node *last_of(const struct js_node *list) {
  while (list && list->next) list = list->next;
  return list;
}

static void cut_last(struct js_node **list) {
  while ((*list)->next) list = &(*list)->next;
  *list = NULL;
}

// `if (…) { …; jump }`
static size_t read_condition(struct js_lowered *l, const struct part *part, size_t at, struct js_list *out, unsigned depth) {
  struct js_node *node = l->items[at].node, *arm = node->b;
  size_t place = place_of(l, last_of(arm->list)->number), next = statement_at(l, at + 1), end = part->to, follow = part->follow;
  cut_last(&arm->list);
  struct js_list list = {&arm->list};
  while (*list.end) list.end = &(*list.end)->next;
  if (place == NONE || jumps(l, arm, NONE, 0)) l->fails = true;
  if (l->fails) return part->to;
  js_append(out, node);
  if (place == next && next < part->to) return at + 1;
  if (place == part->follow || place == part->also) {
    node->c = block_of(l, (struct part){at + 1, end, follow, part->also, part->nest}, depth);
    return end;
  }
  if (leave(l, part, place, false, &list)) return at + 1;
  if (place <= at || place >= part->to) {
    l->fails = true;
    return end;
  }
  size_t labels = labels_of(l, place), over = NONE;
  const struct js_node *before = labels > at + 1 ? l->items[labels - 1].node : NULL;
  if (before && before->kind == JS_JUMP) over = place_of(l, before->number);
  bool forward = over != NONE && ((over > place && over < part->to) || over == part->follow) && !leads_out(part, over);
  if (forward) {
    end = over > place && over < part->to ? labels_of(l, over) : part->to;
    structure(l, part_of(*part, labels, end, over), &list, depth + 1);
    node->c = block_of(l, part_of(*part, at + 1, labels, over), depth);
    return end;
  }
  node->c = block_of(l, part_of(*part, at + 1, labels, place), depth);
  return labels;
}

// The labels of a handler: of its block, where it begins, where `finally` does, and where all is over.
static size_t read_handler(struct js_lowered *l, const struct part *part, size_t at, struct js_list *out, unsigned depth) {
  double labels[4] = {-1, -1, -1, -1};
  size_t places[4] = {NONE, NONE, NONE, NONE};
  const struct js_node *label = l->items[at].node->list;
  for (size_t i = 0; label && i < 4; i++, label = label->next)
    if (label->kind == JS_NUMBER) labels[i] = label->number, places[i] = place_of(l, label->number);
  size_t caught = places[1], finally = places[2], body_end = labels_of(l, caught != NONE ? caught : finally), end = places[3];
  if (body_end >= part->to || body_end <= at) {
    l->fails = true;
    return part->to;
  }
  const struct js_node *last = l->items[body_end - 1].node;
  if (labels[3] < 0 && last && last->kind == JS_JUMP) end = place_of(l, last->number);
  if (end <= body_end) end = NONE;  // what follows is the handler's alone
  size_t follow = end < part->to ? end : part->follow, to = end < part->to ? labels_of(l, end) : part->to;
  struct js_node *node = js_lowered_node(l, JS_TRY, l->items[at].node->at);
  struct part body = part_of(*part, at + 1, body_end, follow);
  body.also = finally;
  node->a = block_of(l, body, depth);
  if (caught != NONE) {
    body.from = body_end, body.to = finally != NONE ? labels_of(l, finally) : to;
    node->b = js_lowered_node(l, JS_NAME, node->at);
    node->b->text = CM_STR("@sent");
    node->c = block_of(l, body, depth);
  }
  if (finally != NONE) node->d = block_of(l, part_of(*part, labels_of(l, finally), to, follow), depth);
  js_append(out, node);
  return to;
}

// --- switches ---

struct choice {
  struct js_node *values[TARGETS];  // cases
  size_t places[TARGETS], count;
  size_t targets[TARGETS + 1], target_count;  // each once, in order
};

static void add_target(struct choice *c, size_t place) {
  size_t i = c->target_count;
  for (size_t k = 0; k < c->target_count; k++)
    if (c->targets[k] == place) return;
  for (; i && c->targets[i - 1] > place; i--) c->targets[i] = c->targets[i - 1];
  c->targets[i] = place;
  c->target_count++;
}

static bool read_targets(struct js_lowered *l, const struct part *part, size_t at, struct choice *c) {
  struct js_node *otherwise = at + 1 < part->to ? l->items[at + 1].node : NULL;
  bool has_default = false;
  for (struct js_node *one = l->items[at].node->list; one; one = one->next) {
    const struct js_node *from = one;
    while (!from->list && from->next) from = from->next;
    if (!from->list || from->list->kind != JS_JUMP || c->count == TARGETS - 1) return false;
    has_default |= !one->a;
    c->values[c->count] = one;
    c->places[c->count++] = place_of(l, from->list->number);
  }
  if (!has_default) {
    if (!otherwise || otherwise->kind != JS_JUMP) return false;
    c->values[c->count] = js_lowered_node(l, JS_CASE, otherwise->at);
    c->places[c->count++] = place_of(l, otherwise->number);
  }
  for (size_t i = 0; i < c->count; i++) {
    if (c->places[i] != part->follow && (c->places[i] <= at || c->places[i] >= part->to)) return false;
    if (c->places[i] != part->follow) add_target(c, c->places[i]);
  }
  return c->target_count > 0;
}

// Where all arms go on: what the last statement of one jumps to, behind them; else the last target is.
static size_t find_end(const struct js_lowered *l, const struct part *part, const struct choice *c) {
  size_t last = c->targets[c->target_count - 1];
  for (size_t i = 1; i < c->target_count; i++) {
    const struct js_node *before = l->items[labels_of(l, c->targets[i]) - 1].node;
    size_t place = before && before->kind == JS_JUMP ? place_of(l, before->number) : NONE;
    if (place != NONE && ((place > last && place < part->to) || place == part->follow)) return place;
  }
  for (size_t i = 0; i < c->count; i++)
    if (c->places[i] == part->follow) return part->follow;
  return last;
}

static size_t read_switch(struct js_lowered *l, const struct part *part, size_t at, struct js_list *out, unsigned depth) {
  struct choice c = {.count = 0};
  struct js_node *node = js_lowered_node(l, JS_SWITCH, l->items[at].node->at);
  if (!read_targets(l, part, at, &c)) {
    l->fails = true;
    return part->to;
  }
  size_t end = find_end(l, part, &c), to = end < part->to ? labels_of(l, end) : part->to;
  struct js_list cases = {&node->list};
  node->a = l->items[at].node->a;
  for (size_t i = 0; i < c.count; i++) {
    if (c.places[i] != end) continue;
    struct js_list list = {&c.values[i]->list};
    add(l, &list, JS_BREAK);
    c.values[i]->next = NULL;
    js_append(&cases, c.values[i]);
  }
  struct nest nest = {part->nest, NONE, end, CM_STR("")};
  for (size_t t = 0; t < c.target_count && c.targets[t] != end; t++) {
    size_t next = t + 1 < c.target_count ? c.targets[t + 1] : end;
    struct part arm = {labels_of(l, c.targets[t]), next == end ? to : labels_of(l, next), next, NONE, &nest};
    struct js_node *last = NULL;
    for (size_t i = 0; i < c.count; i++) {
      if (c.places[i] != c.targets[t]) continue;
      last = c.values[i];
      last->list = last->next = NULL;
      js_append(&cases, last);
    }
    if (!last) break;
    struct js_list list = {&last->list};
    structure(l, arm, &list, depth + 1);
  }
  add_nest(l, out, node, &nest);
  return to;
}

// --- the whole ---

// The last statement that jumps back to that label.
static size_t last_jump_back(const struct js_lowered *l, size_t at, size_t to) {
  size_t place = statement_at(l, at);
  for (size_t i = to; i-- > place;)
    if (l->items[i].node && jumps(l, l->items[i].node, place, 0)) return i;
  return NONE;
}

static void structure(struct js_lowered *l, struct part part, struct js_list *out, unsigned depth) {
  if (depth > DEPTH) l->fails = true;
  for (size_t at = part.from; at < part.to && !l->fails;) {
    struct js_node *node = l->items[at].node;
    if (!node) {
      size_t last = last_jump_back(l, at, part.to);
      at = last == NONE ? at + 1 : read_loop(l, &part, at, last, out, depth);
      continue;
    }
    const struct js_node *end = node->kind == JS_IF && node->b->kind == JS_BLOCK && !node->c ? last_of(node->b->list) : NULL;
    if (node->kind == JS_JUMP) {
      at = read_jump(l, &part, at, out);
    } else if (node->kind == JS_TRY && !node->a) {
      at = read_handler(l, &part, at, out, depth);
    } else if (end && end->kind == JS_JUMP) {
      at = read_condition(l, &part, at, out, depth);
    } else if (node->kind == JS_SWITCH && jumps(l, node, NONE, 0)) {
      at = read_switch(l, &part, at, out, depth);
    } else {
      l->fails |= jumps(l, node, NONE, 0);
      js_append(out, node);
      bool ends = node->kind == JS_RETURN || node->kind == JS_THROW;
      at = ends ? next_label(l, at + 1, part.to) : at + 1;
    }
  }
}

struct js_node *js_structure(struct js_lowered *l) {
  struct js_node *list = NULL;
  struct js_list out = {&list};
  if (!l->fails) structure(l, (struct part){0, l->count, NONE, NONE, NULL}, &out, 0);
  return list;
}
