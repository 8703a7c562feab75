// Generators that were lowered to state machines: js_lowered.c reads them, js_structure.c builds what they were. Private to the parser.
#ifndef ANALYZE_JS_LOWERED_H
#define ANALYZE_JS_LOWERED_H

#include "js_parse.h"

enum { JS_LABEL_END = 1 << 30, JS_LABEL_FINALLY };  // of the machine; of the block that is done finally

struct js_lowered {
  struct js_parser *parser;
  struct cm_str state;          // the name of the machine's parameter
  bool regenerator;             // by whose way it was made; else TypeScript's
  const struct js_node *tries;  // regenerator's table of handlers
  double label, next;           // the case that is read, and what it sets the next one to; -1: none
  unsigned nodes, inner;
  bool fails;
  // Statements, and labels, which have none; in the order of the labels.
  struct js_item {
    double label;
    struct js_node *node;
  } * items;
  size_t count, room;
};

struct js_node *js_lowered_node(struct js_lowered *l, enum js_node_kind kind, uint32_t at);
bool js_lowered_add(struct js_lowered *l, double label, struct js_node *node);

// The statements without labels and jumps.
struct js_node *js_structure(struct js_lowered *l);

#endif
