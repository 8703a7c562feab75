// The parser's two halves: expressions and statements. Private to them.
#ifndef ANALYZE_JS_PARSE_H
#define ANALYZE_JS_PARSE_H

#include "js_tree.h"

enum { JS_PARSE_DEPTH = 500 };  // constructs within each other

struct js_parser {
  struct js_lexer lexer;
  struct js_token token;  // the one to be looked at
  uint32_t previous_to;   // where the one before ended
  unsigned depth, errors;
  struct js_node none;  // stands for all nodes that there is no memory for
  bool no_in;           // `in` ends the expression: the head of a for
};

// A list being made.
struct js_list {
  struct js_node **end;
};

static inline bool js_at(const struct js_parser *p, enum js_token_kind kind) { return p->token.kind == kind; }
static inline bool js_at_name(const struct js_parser *p, const char *name) {
  return p->token.kind == JS_T_NAME && cm_str_is(p->token.text, name);
}
void js_next(struct js_parser *p);
bool js_take(struct js_parser *p, enum js_token_kind kind);

// The same where it must come: what does not is an error, and nothing is taken.
void js_expect(struct js_parser *p, enum js_token_kind kind);
void js_error(struct js_parser *p);

// Goes one level deeper. False: too deep, what is there is not read; js_leave must not be called.
bool js_enter(struct js_parser *p);
static inline void js_leave(struct js_parser *p) { p->depth--; }

struct js_node *js_node(struct js_parser *p, enum js_node_kind kind, uint32_t at);
void js_append(struct js_list *list, struct js_node *node);

struct js_node *js_parse_expression(struct js_parser *p);  // with commas
struct js_node *js_parse_assignment(struct js_parser *p);  // without
struct js_node *js_parse_unary(struct js_parser *p);
struct js_node *js_parse_function(struct js_parser *p, unsigned flags);  // behind `function`
struct js_node *js_parse_class(struct js_parser *p);                     // behind `class`
struct js_node *js_parse_block(struct js_parser *p);                     // with its braces

// Parameters with their parentheses, and the body of a function, into `function`.
void js_parse_parameters(struct js_parser *p, struct js_node *function);

// Where a function is a generator that was lowered, makes it one again (js_lowered.c).
void js_raise(struct js_parser *p, struct js_node *function);

// A member of a class or of an object literal.
struct js_node *js_parse_property(struct js_parser *p, bool of_class);

#endif
