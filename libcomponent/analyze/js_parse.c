// Expressions.
//
// Binary operators are read by precedence climbing; all else is recursive descent, one token ahead. An arrow function's parameters look
// like an expression in parentheses until the arrow comes: they are read as one, and become parameters then.
//
// Anything that cannot be read is an error that is counted, and JS_EMPTY stands for it: the parser goes on.
//
// Spec: ECMA-262, "ECMAScript Language: Expressions".

#include "js_parse.h"

// --- the parser's hands ---

void js_next(struct js_parser *p) {
  p->previous_to = p->token.to;
  js_lex(&p->lexer, &p->token);
}

bool js_take(struct js_parser *p, enum js_token_kind kind) {
  if (p->token.kind != kind) return false;
  js_next(p);
  return true;
}

void js_error(struct js_parser *p) { p->errors++; }

void js_expect(struct js_parser *p, enum js_token_kind kind) {
  if (!js_take(p, kind)) js_error(p);
}

bool js_enter(struct js_parser *p) {
  if (p->depth >= JS_PARSE_DEPTH) {
    js_error(p);
    return false;
  }
  p->depth++;
  return true;
}

// Where memory is exhausted, one node stands for all: it is never looked at, for the lexer says that it failed.
struct js_node *js_node(struct js_parser *p, enum js_node_kind kind, uint32_t at) {
  struct js_node *node = cm_alloc(p->lexer.arena, sizeof *node);
  if (!node) {
    p->lexer.failed = true;
    p->lexer.at = (uint32_t)p->lexer.text.size;
    p->token.kind = JS_T_END;
    p->none = (struct js_node){.kind = JS_EMPTY};
    return &p->none;
  }
  node->kind = (uint8_t)kind;
  node->at = at;
  return node;
}

void js_append(struct js_list *list, struct js_node *node) {
  *list->end = node;
  list->end = &node->next;
}

static struct js_node *with_a(struct js_node *node, struct js_node *a) {
  node->a = a;
  return node;
}

// --- literals and functions ---

static struct js_node *parse_template(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_TEMPLATE, p->token.from);
  struct js_list list = {&node->list};
  for (bool ends = false; !ends;) {
    struct js_node *part = js_node(p, JS_STRING, p->lexer.at);
    part->text = js_lex_template(&p->lexer, &ends);
    part->other = (struct cm_str){p->lexer.text.at + part->at, p->lexer.at - part->at};
    part->other.size -= part->other.size < (ends ? 1 : 2) ? part->other.size : ends ? 1 : 2;
    js_append(&list, part);
    js_next(p);
    if (ends) break;
    js_append(&list, js_parse_expression(p));
    if (!js_at(p, JS_T_RBRACE)) {
      js_error(p);
      break;
    }
  }
  return node;
}

// A list of expressions up to `close`, which is taken. Elements may be missing in arrays; anything may be spread.
static void parse_list(struct js_parser *p, struct js_node *node, enum js_token_kind close) {
  struct js_list list = {&node->list};
  bool no_in = p->no_in;
  p->no_in = false;
  while (!js_at(p, close) && !js_at(p, JS_T_END)) {
    uint32_t at = p->token.from;
    if (js_at(p, JS_T_COMMA))
      js_append(&list, js_node(p, JS_HOLE, at));
    else if (js_take(p, JS_T_ELLIPSIS))
      js_append(&list, with_a(js_node(p, JS_SPREAD, at), js_parse_assignment(p)));
    else
      js_append(&list, js_parse_assignment(p));
    if (!js_take(p, JS_T_COMMA)) break;
  }
  p->no_in = no_in;
  js_expect(p, close);
}

void js_parse_parameters(struct js_parser *p, struct js_node *function) {
  js_expect(p, JS_T_LPAREN);
  parse_list(p, function, JS_T_RPAREN);
}

struct js_node *js_parse_function(struct js_parser *p, unsigned flags) {
  struct js_node *node = js_node(p, JS_FUNCTION, p->token.from);
  if (js_take(p, JS_T_MUL)) flags |= JS_IS_GENERATOR;
  node->flags = (uint16_t)flags;
  if (js_at(p, JS_T_NAME)) {
    node->text = p->token.text;
    js_next(p);
  }
  js_parse_parameters(p, node);
  node->b = js_parse_block(p);
  js_raise(p, node);
  return node;
}

// The body behind an arrow, with the parameters of `head`.
static struct js_node *parse_arrow(struct js_parser *p, struct js_node *head, unsigned flags) {
  struct js_node *node = js_node(p, JS_FUNCTION, head->at);
  node->flags = (uint16_t)(flags | JS_IS_ARROW);
  js_expect(p, JS_T_ARROW);
  node->list = head->kind == JS_NAME ? head : head->list;
  node->b = js_at(p, JS_T_LBRACE) ? js_parse_block(p) : js_parse_assignment(p);
  return node;
}

static bool names_property(const struct js_parser *p) {
  return js_at(p, JS_T_NAME) || js_at(p, JS_T_STRING) || js_at(p, JS_T_NUMBER) || js_at(p, JS_T_LBRACKET) ||
         js_at(p, JS_T_PRIVATE) || p->token.kind >= JS_T_INSTANCEOF;
}

// Numbers as keys are texts; those of people are small.
static struct cm_str number_text(struct js_parser *p, double number) {
  if (number < 0 || number > 1e15 || number != (double)(uint64_t)number)
    return (struct cm_str){p->lexer.text.at + p->token.from, p->token.to - p->token.from};
  struct cm_str text = cm_alloc_format(p->lexer.arena, "%llu", (unsigned long long)number);
  p->lexer.failed |= !text.at;
  return text;
}

static void parse_property_name(struct js_parser *p, struct js_node *node) {
  if (js_take(p, JS_T_LBRACKET)) {
    bool no_in = p->no_in;
    p->no_in = false;
    node->a = js_parse_assignment(p);
    p->no_in = no_in;
    js_expect(p, JS_T_RBRACKET);
  } else if (names_property(p)) {
    node->text = js_at(p, JS_T_NUMBER) ? number_text(p, p->token.number) : p->token.text;
    js_next(p);
  } else {
    js_error(p);
    js_next(p);
  }
}

// Takes `async`, `get`, `static` … where a name follows, so that it is no name itself.
static bool take_modifier(struct js_parser *p, const char *word, bool same_line) {
  if (!js_at_name(p, word)) return false;
  struct js_parser before = *p;
  js_next(p);
  bool modifies = (names_property(p) || js_at(p, JS_T_MUL)) && !(same_line && p->token.newline);
  if (!modifies) *p = before;
  return modifies;
}

// A function that has no name of its own is called after what holds it.
static void name_function(struct js_node *node, struct cm_str name) {
  if (node->kind == JS_FUNCTION || node->kind == JS_CLASS) node->other = name;
}

static struct js_node *parse_method(struct js_parser *p, unsigned flags) {
  struct js_node *function = js_node(p, JS_FUNCTION, p->token.from);
  function->flags = (uint16_t)flags;
  js_parse_parameters(p, function);
  function->b = js_parse_block(p);
  js_raise(p, function);
  return function;
}

struct js_node *js_parse_property(struct js_parser *p, bool of_class) {
  struct js_node *node = js_node(p, JS_PROPERTY, p->token.from);
  unsigned function = JS_IS_METHOD;
  if (of_class && take_modifier(p, "static", false)) node->flags |= JS_IS_STATIC;
  if (take_modifier(p, "async", true)) function |= JS_IS_ASYNC;
  if (js_take(p, JS_T_MUL)) function |= JS_IS_GENERATOR;
  if (take_modifier(p, "get", false))
    node->flags |= JS_IS_GETTER;
  else if (take_modifier(p, "set", false))
    node->flags |= JS_IS_SETTER;
  bool plain = js_at(p, JS_T_NAME);
  uint32_t at = p->token.from;
  parse_property_name(p, node);
  if (js_at(p, JS_T_LPAREN)) {
    node->flags |= JS_IS_METHOD;
    node->b = parse_method(p, function);
    node->b->text = node->text;
    return node;
  }
  if (of_class) {
    node->flags |= JS_IS_FIELD;
    if (js_take(p, JS_T_ASSIGN)) {
      node->b = js_parse_assignment(p);
      name_function(node->b, node->text);
    }
    return node;
  }
  if (js_take(p, JS_T_COLON)) {
    node->b = js_parse_assignment(p);
    name_function(node->b, node->text);
    return node;
  }
  // { a } and, as a pattern, { a = 1 }
  if (!plain) js_error(p);
  node->b = js_node(p, JS_NAME, at);
  node->b->text = node->text;
  if (js_at(p, JS_T_ASSIGN)) {
    struct js_node *otherwise = with_a(js_node(p, JS_ASSIGN, at), node->b);
    otherwise->op = JS_T_ASSIGN;
    js_next(p);
    otherwise->b = js_parse_assignment(p);
    node->b = otherwise;
  }
  return node;
}

static struct js_node *parse_object(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_OBJECT, p->token.from);
  struct js_list list = {&node->list};
  bool no_in = p->no_in;
  p->no_in = false;
  js_expect(p, JS_T_LBRACE);
  while (!js_at(p, JS_T_RBRACE) && !js_at(p, JS_T_END)) {
    uint32_t at = p->token.from;
    if (js_take(p, JS_T_ELLIPSIS))
      js_append(&list, with_a(js_node(p, JS_SPREAD, at), js_parse_assignment(p)));
    else
      js_append(&list, js_parse_property(p, false));
    if (!js_take(p, JS_T_COMMA)) break;
  }
  p->no_in = no_in;
  js_expect(p, JS_T_RBRACE);
  return node;
}

struct js_node *js_parse_class(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_CLASS, p->token.from);
  struct js_list list = {&node->list};
  if (js_at(p, JS_T_NAME)) {
    node->text = p->token.text;
    js_next(p);
  }
  if (!js_enter(p)) return node;
  if (js_take(p, JS_T_EXTENDS)) node->a = js_parse_unary(p);
  js_expect(p, JS_T_LBRACE);
  while (!js_at(p, JS_T_RBRACE) && !js_at(p, JS_T_END)) {
    if (js_take(p, JS_T_SEMICOLON)) continue;
    uint32_t from = p->token.from;
    struct js_parser before = *p;
    if (js_at_name(p, "static")) {
      js_next(p);
      if (js_at(p, JS_T_LBRACE)) {
        js_append(&list, js_parse_block(p));
        continue;
      }
      *p = before;
    }
    js_append(&list, js_parse_property(p, true));
    if (p->token.from == from) break;
  }
  js_expect(p, JS_T_RBRACE);
  js_leave(p);
  return node;
}

// --- what an expression begins with ---

// Parentheses: an expression, or the parameters of an arrow function.
static struct js_node *parse_parentheses(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_PAREN, p->token.from);
  js_next(p);
  parse_list(p, node, JS_T_RPAREN);
  if (js_at(p, JS_T_ARROW)) return node;
  node->kind = JS_SEQUENCE;
  if (!node->list) js_error(p);
  if (node->list && !node->list->next) node = node->list;
  node->flags |= JS_IS_PARENTHESIZED;
  return node;
}

static struct js_node *parse_import(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_META, p->token.from);
  js_next(p);
  if (js_take(p, JS_T_DOT)) {
    js_next(p);
    return node;
  }
  node->kind = JS_IMPORT_CALL;
  struct js_node arguments = {0};
  js_expect(p, JS_T_LPAREN);
  parse_list(p, &arguments, JS_T_RPAREN);
  node->a = arguments.list;
  return node;
}

static struct js_node *parse_name(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_NAME, p->token.from);
  node->text = p->token.text;
  js_next(p);
  if (!cm_str_is(node->text, "async") || p->token.newline) return node;
  if (js_take(p, JS_T_FUNCTION)) return js_parse_function(p, JS_IS_ASYNC);
  if (!js_at(p, JS_T_NAME)) return node;
  struct js_node *parameter = js_node(p, JS_NAME, p->token.from);
  parameter->text = p->token.text;
  js_next(p);
  return parse_arrow(p, parameter, JS_IS_ASYNC);
}

static struct js_node *parse_primary(struct js_parser *p) {
  static const struct {
    enum js_token_kind token;
    enum js_node_kind node;
  } simple[] = {{JS_T_THIS, JS_THIS},   {JS_T_SUPER, JS_SUPER},   {JS_T_NULL, JS_NULL},     {JS_T_TRUE, JS_TRUE},
                {JS_T_FALSE, JS_FALSE}, {JS_T_NUMBER, JS_NUMBER}, {JS_T_STRING, JS_STRING}, {JS_T_PRIVATE, JS_NAME}};
  uint32_t at = p->token.from;
  struct js_node *node;
  for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
    if (js_at(p, simple[i].token)) {
      node = js_node(p, simple[i].node, at);
      node->text = p->token.text;
      node->number = p->token.number;
      js_next(p);
      return node;
    }
  switch (p->token.kind) {
    case JS_T_NAME: return parse_name(p);
    case JS_T_LPAREN: return parse_parentheses(p);
    case JS_T_LBRACE: return parse_object(p);
    case JS_T_BACKQUOTE: return parse_template(p);
    case JS_T_IMPORT: return parse_import(p);
    case JS_T_LBRACKET:
      node = js_node(p, JS_ARRAY, at);
      js_next(p);
      parse_list(p, node, JS_T_RBRACKET);
      return node;
    case JS_T_FUNCTION: js_next(p); return js_parse_function(p, 0);
    case JS_T_CLASS: js_next(p); return js_parse_class(p);
    case JS_T_DIV:
    case JS_T_DIV_TO:
      js_lex_regex(&p->lexer, at, &p->token);
      node = js_node(p, JS_REGEX, at);
      node->text = p->token.text;
      node->other = p->token.flags;
      js_next(p);
      return node;
    default: js_error(p); return js_node(p, JS_EMPTY, at);
  }
}

// --- what follows it ---

static struct js_node *parse_new(struct js_parser *p);

static struct js_node *parse_member(struct js_parser *p, struct js_node *object) {
  struct js_node *node = with_a(js_node(p, JS_MEMBER, p->token.from), object);
  if (!js_at(p, JS_T_NAME) && !js_at(p, JS_T_PRIVATE) && p->token.kind < JS_T_INSTANCEOF) {
    js_error(p);
    return node;
  }
  node->text = p->token.text;
  js_next(p);
  return node;
}

static struct js_node *parse_index(struct js_parser *p, struct js_node *object) {
  struct js_node *node = with_a(js_node(p, JS_INDEX, p->token.from), object);
  bool no_in = p->no_in;
  p->no_in = false;
  js_next(p);
  node->b = js_parse_expression(p);
  p->no_in = no_in;
  js_expect(p, JS_T_RBRACKET);
  return node;
}

static struct js_node *parse_call(struct js_parser *p, struct js_node *callee) {
  struct js_node *node = with_a(js_node(p, JS_CALL, callee->at), callee);
  js_next(p);
  parse_list(p, node, JS_T_RPAREN);
  return node;
}

static struct js_node *parse_suffixes(struct js_parser *p, struct js_node *node, bool calls) {
  for (;;) {
    unsigned flags = 0;
    if (js_at(p, JS_T_OPTIONAL) && calls) {
      flags = JS_IS_OPTIONAL;
      js_next(p);
      if (!js_at(p, JS_T_LPAREN) && !js_at(p, JS_T_LBRACKET)) {
        node = parse_member(p, node);
        node->flags |= (uint16_t)flags;
        continue;
      }
    }
    if (js_take(p, JS_T_DOT)) {
      node = parse_member(p, node);
    } else if (js_at(p, JS_T_LBRACKET)) {
      node = parse_index(p, node);
    } else if (js_at(p, JS_T_LPAREN) && calls) {
      node = parse_call(p, node);
    } else if (js_at(p, JS_T_BACKQUOTE)) {
      struct js_node *tagged = with_a(js_node(p, JS_TAGGED, p->token.from), node);
      tagged->b = parse_template(p);
      node = tagged;
    } else {
      return node;
    }
    node->flags |= (uint16_t)flags;
  }
}

static struct js_node *parse_new(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_NEW, p->token.from);
  js_next(p);
  if (js_take(p, JS_T_DOT)) {
    node->kind = JS_META;
    js_next(p);
    return node;
  }
  if (!js_enter(p)) return node;
  node->a = js_at(p, JS_T_NEW) ? parse_new(p) : parse_suffixes(p, parse_primary(p), false);
  if (js_at(p, JS_T_LPAREN)) {
    js_next(p);
    parse_list(p, node, JS_T_RPAREN);
  }
  js_leave(p);
  return node;
}

// Nothing follows an arrow function, or the parentheses before the arrow.
static bool is_arrow_or_head(const struct js_node *node) {
  return node->kind == JS_PAREN ||
         (node->kind == JS_FUNCTION && (node->flags & (JS_IS_ARROW | JS_IS_PARENTHESIZED)) == JS_IS_ARROW);
}

static struct js_node *parse_postfix(struct js_parser *p) {
  struct js_node *node = js_at(p, JS_T_NEW) ? parse_new(p) : parse_primary(p);
  if (is_arrow_or_head(node)) return node;
  node = parse_suffixes(p, node, true);
  if ((js_at(p, JS_T_INCREMENT) || js_at(p, JS_T_DECREMENT)) && !p->token.newline) {
    node = with_a(js_node(p, JS_UPDATE, p->token.from), node);
    node->op = (uint8_t)p->token.kind;
    js_next(p);
  }
  return node;
}

static bool is_unary(enum js_token_kind kind) {
  return kind == JS_T_NOT || kind == JS_T_TILDE || kind == JS_T_ADD || kind == JS_T_SUB || kind == JS_T_TYPEOF ||
         kind == JS_T_VOID || kind == JS_T_DELETE;
}

struct js_node *js_parse_unary(struct js_parser *p) {
  uint32_t at = p->token.from;
  enum js_token_kind op = p->token.kind;
  bool update = op == JS_T_INCREMENT || op == JS_T_DECREMENT, awaits = js_at_name(p, "await");
  if (!is_unary(op) && !update && !awaits) return parse_postfix(p);
  struct js_node *node = js_node(p, update ? JS_UPDATE : awaits ? JS_AWAIT : JS_UNARY, at);
  node->op = (uint8_t)op;
  if (!js_enter(p)) {
    js_next(p);
    return node;
  }
  js_next(p);
  node->a = js_parse_unary(p);
  js_leave(p);
  return node;
}

// --- operators ---

// How strongly a binary operator binds; 0: it is none.
static unsigned strength(const struct js_parser *p) {
  static const uint8_t of[JS_T_COUNT] = {
      [JS_T_NULLISH] = 1, [JS_T_ELSE] = 2,    [JS_T_ALSO] = 3,    [JS_T_OR] = 4,       [JS_T_XOR] = 5,
      [JS_T_AND] = 6,     [JS_T_EQUAL] = 7,   [JS_T_UNEQUAL] = 7, [JS_T_SAME] = 7,     [JS_T_OTHER] = 7,
      [JS_T_LESS] = 8,    [JS_T_GREATER] = 8, [JS_T_AT_MOST] = 8, [JS_T_AT_LEAST] = 8, [JS_T_INSTANCEOF] = 8,
      [JS_T_IN] = 8,      [JS_T_SHL] = 9,     [JS_T_SHR] = 9,     [JS_T_USHR] = 9,     [JS_T_ADD] = 10,
      [JS_T_SUB] = 10,    [JS_T_MUL] = 11,    [JS_T_DIV] = 11,    [JS_T_MOD] = 11,     [JS_T_POW] = 12};
  return p->token.kind == JS_T_IN && p->no_in ? 0 : of[p->token.kind];
}

static struct js_node *parse_binary(struct js_parser *p, unsigned least) {
  struct js_node *left = js_parse_unary(p);
  if (is_arrow_or_head(left)) return left;
  for (unsigned binds; (binds = strength(p)) >= least && binds;) {
    struct js_node *node = with_a(js_node(p, binds <= 3 ? JS_LOGICAL : JS_BINARY, left->at), left);
    node->op = (uint8_t)p->token.kind;
    if (!js_enter(p)) return node;
    js_next(p);
    node->b = parse_binary(p, node->op == JS_T_POW ? binds : binds + 1);
    js_leave(p);
    left = node;
  }
  return left;
}

static struct js_node *parse_yield(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_YIELD, p->token.from);
  js_next(p);
  if (js_take(p, JS_T_MUL)) node->op = JS_T_MUL;
  bool ends = p->token.newline || js_at(p, JS_T_RPAREN) || js_at(p, JS_T_RBRACE) || js_at(p, JS_T_RBRACKET) ||
              js_at(p, JS_T_SEMICOLON) || js_at(p, JS_T_COMMA) || js_at(p, JS_T_COLON) || js_at(p, JS_T_END);
  if (!ends || node->op) node->a = js_parse_assignment(p);
  return node;
}

static struct js_node *parse_conditional(struct js_parser *p) {
  struct js_node *node = parse_binary(p, 1);
  if (!js_at(p, JS_T_QUESTION)) return node;
  node = with_a(js_node(p, JS_CONDITIONAL, node->at), node);
  bool no_in = p->no_in;
  js_next(p);
  p->no_in = false;
  node->b = js_parse_assignment(p);
  p->no_in = no_in;
  js_expect(p, JS_T_COLON);
  node->c = js_parse_assignment(p);
  return node;
}

static bool is_async_call(const struct js_node *node) {
  return node->kind == JS_CALL && node->a->kind == JS_NAME && cm_str_is(node->a->text, "async");
}

struct js_node *js_parse_assignment(struct js_parser *p) {
  if (!js_enter(p)) {
    js_next(p);
    return js_node(p, JS_EMPTY, p->token.from);
  }
  struct js_node *node = js_at_name(p, "yield") ? parse_yield(p) : parse_conditional(p);
  if (js_at(p, JS_T_ARROW) && !p->token.newline) {
    if (node->kind == JS_PAREN || node->kind == JS_NAME)
      node = parse_arrow(p, node, 0);
    else if (is_async_call(node))
      node = parse_arrow(p, node, JS_IS_ASYNC);
    else
      js_error(p);
  } else if (p->token.kind >= JS_T_ASSIGN && p->token.kind <= JS_T_NULLISH_TO) {
    struct js_node *assign = with_a(js_node(p, JS_ASSIGN, node->at), node);
    assign->op = (uint8_t)p->token.kind;
    js_next(p);
    assign->b = js_parse_assignment(p);
    name_function(assign->b, node->kind == JS_NAME || node->kind == JS_MEMBER ? node->text : CM_STR(""));
    node = assign;
  }
  js_leave(p);
  return node;
}

struct js_node *js_parse_expression(struct js_parser *p) {
  struct js_node *first = js_parse_assignment(p);
  if (!js_at(p, JS_T_COMMA)) return first;
  struct js_node *node = js_node(p, JS_SEQUENCE, first->at);
  struct js_list list = {&node->list};
  js_append(&list, first);
  while (js_take(p, JS_T_COMMA)) js_append(&list, js_parse_assignment(p));
  return node;
}
