// Statements and modules.
//
// A semicolon may be missing before a line's end, a closing brace and the end of the text. A statement that cannot be read to its end is
// left out from where it fails up to the next semicolon or line, and counted.
//
// Spec: ECMA-262, "ECMAScript Language: Statements and Declarations", "Modules", "Automatic Semicolon Insertion".

#include "js_parse.h"

#include <limits.h>

static struct js_node *parse_statement(struct js_parser *p);

static void end_statement(struct js_parser *p) {
  if (js_take(p, JS_T_SEMICOLON) || js_at(p, JS_T_RBRACE) || js_at(p, JS_T_END) || p->token.newline) return;
  js_error(p);
  while (!js_at(p, JS_T_SEMICOLON) && !js_at(p, JS_T_RBRACE) && !js_at(p, JS_T_END) && !p->token.newline) js_next(p);
  js_take(p, JS_T_SEMICOLON);
}

static void parse_statements(struct js_parser *p, struct js_node *node, enum js_token_kind close) {
  struct js_list list = {&node->list};
  while (!js_at(p, close) && !js_at(p, JS_T_END)) {
    if (close == JS_T_RBRACE && (js_at(p, JS_T_CASE) || js_at(p, JS_T_DEFAULT))) break;
    uint32_t from = p->token.from;
    js_append(&list, parse_statement(p));
    if (p->token.from == from) {  // nothing begins so
      js_error(p);
      js_next(p);
    }
  }
}

struct js_node *js_parse_block(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_BLOCK, p->token.from);
  bool no_in = p->no_in;
  p->no_in = false;
  js_expect(p, JS_T_LBRACE);
  parse_statements(p, node, JS_T_RBRACE);
  js_expect(p, JS_T_RBRACE);
  p->no_in = no_in;
  return node;
}

static struct js_node *parse_declaration(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_DECLARE, p->token.from);
  struct js_list list = {&node->list};
  node->op = (uint8_t)p->token.kind;
  js_next(p);
  do js_append(&list, js_parse_assignment(p));
  while (js_take(p, JS_T_COMMA));
  return node;
}

// `let` is a name, but for what follows it.
static bool at_declaration(struct js_parser *p) {
  if (js_at(p, JS_T_VAR) || js_at(p, JS_T_CONST)) return true;
  if (!js_at_name(p, "let")) return false;
  struct js_parser before = *p;
  js_next(p);
  bool declares = js_at(p, JS_T_NAME) || js_at(p, JS_T_LBRACKET) || js_at(p, JS_T_LBRACE);
  *p = before;
  return declares;
}

static struct js_node *parse_parenthesized(struct js_parser *p) {
  js_expect(p, JS_T_LPAREN);
  struct js_node *node = js_parse_expression(p);
  js_expect(p, JS_T_RPAREN);
  return node;
}

static struct js_node *parse_for(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_FOR, p->token.from);
  js_next(p);
  if (js_at_name(p, "await")) {
    node->flags |= JS_IS_ASYNC;
    js_next(p);
  }
  js_expect(p, JS_T_LPAREN);
  p->no_in = true;
  if (!js_at(p, JS_T_SEMICOLON)) node->a = at_declaration(p) ? parse_declaration(p) : js_parse_expression(p);
  p->no_in = false;
  if (js_at_name(p, "of") || js_at(p, JS_T_IN)) {
    node->kind = js_at(p, JS_T_IN) ? JS_FOR_IN : JS_FOR_OF;
    js_next(p);
    node->b = js_parse_expression(p);
  } else {
    js_expect(p, JS_T_SEMICOLON);
    if (!js_at(p, JS_T_SEMICOLON)) node->b = js_parse_expression(p);
    js_expect(p, JS_T_SEMICOLON);
    if (!js_at(p, JS_T_RPAREN)) node->c = js_parse_expression(p);
  }
  js_expect(p, JS_T_RPAREN);
  node->d = parse_statement(p);
  return node;
}

static struct js_node *parse_if(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_IF, p->token.from);
  js_next(p);
  node->a = parse_parenthesized(p);
  node->b = parse_statement(p);
  if (js_take(p, JS_T_ELSE_WORD)) node->c = parse_statement(p);
  return node;
}

static struct js_node *parse_loop(struct js_parser *p) {
  bool tests_first = js_at(p, JS_T_WHILE);
  struct js_node *node = js_node(p, tests_first ? JS_WHILE : JS_DO, p->token.from);
  js_next(p);
  if (tests_first) {
    node->a = parse_parenthesized(p);
    node->d = parse_statement(p);
    return node;
  }
  node->d = parse_statement(p);
  js_expect(p, JS_T_WHILE);
  node->a = parse_parenthesized(p);
  js_take(p, JS_T_SEMICOLON);
  return node;
}

static struct js_node *parse_try(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_TRY, p->token.from);
  js_next(p);
  node->a = js_parse_block(p);
  if (js_take(p, JS_T_CATCH)) {
    if (js_take(p, JS_T_LPAREN)) {
      node->b = js_parse_assignment(p);
      js_expect(p, JS_T_RPAREN);
    }
    node->c = js_parse_block(p);
  }
  if (js_take(p, JS_T_FINALLY)) node->d = js_parse_block(p);
  return node;
}

static struct js_node *parse_switch(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_SWITCH, p->token.from);
  struct js_list list = {&node->list};
  js_next(p);
  node->a = parse_parenthesized(p);
  js_expect(p, JS_T_LBRACE);
  while (js_at(p, JS_T_CASE) || js_at(p, JS_T_DEFAULT)) {
    struct js_node *one = js_node(p, JS_CASE, p->token.from);
    bool tests = js_at(p, JS_T_CASE);
    js_next(p);
    if (tests) one->a = js_parse_expression(p);
    js_expect(p, JS_T_COLON);
    parse_statements(p, one, JS_T_RBRACE);
    js_append(&list, one);
  }
  js_expect(p, JS_T_RBRACE);
  return node;
}

// return, throw, break, continue: what belongs to them stands in the same line.
static struct js_node *parse_jump(struct js_parser *p) {
  static const enum js_node_kind kinds[JS_T_COUNT] = {
      [JS_T_RETURN] = JS_RETURN, [JS_T_THROW] = JS_THROW, [JS_T_BREAK] = JS_BREAK, [JS_T_CONTINUE] = JS_CONTINUE};
  struct js_node *node = js_node(p, kinds[p->token.kind], p->token.from);
  js_next(p);
  bool ends = p->token.newline || js_at(p, JS_T_SEMICOLON) || js_at(p, JS_T_RBRACE) || js_at(p, JS_T_END);
  if (!ends && (node->kind == JS_RETURN || node->kind == JS_THROW)) {
    node->a = js_parse_expression(p);
  } else if (!ends && js_at(p, JS_T_NAME)) {
    node->text = p->token.text;
    js_next(p);
  }
  end_statement(p);
  return node;
}

// --- modules ---

static struct cm_str take_module(struct js_parser *p) {
  struct cm_str name = p->token.text;
  js_expect(p, JS_T_STRING);
  if (js_at(p, JS_T_WITH) && !p->token.newline) {  // { type: "json" }
    js_next(p);
    js_parse_unary(p);
  }
  return name;
}

static struct cm_str take_binding(struct js_parser *p) {
  struct cm_str name = p->token.text;
  bool named = js_at(p, JS_T_NAME) || js_at(p, JS_T_STRING) || p->token.kind >= JS_T_INSTANCEOF;
  if (!named) js_error(p);
  if (!js_at(p, JS_T_RBRACE)) js_next(p);
  return name;
}

// { a, b as c }; the first name is `text`, the second `other`.
static void parse_specifiers(struct js_parser *p, struct js_list *list) {
  js_expect(p, JS_T_LBRACE);
  while (!js_at(p, JS_T_RBRACE) && !js_at(p, JS_T_END)) {
    struct js_node *one = js_node(p, JS_SPECIFIER, p->token.from);
    one->text = one->other = take_binding(p);
    if (js_at_name(p, "as")) {
      js_next(p);
      one->other = take_binding(p);
    }
    js_append(list, one);
    if (!js_take(p, JS_T_COMMA)) break;
  }
  js_expect(p, JS_T_RBRACE);
}

// * as name; the `*` is the token.
static void parse_namespace(struct js_parser *p, struct js_list *list) {
  struct js_node *one = js_node(p, JS_SPECIFIER, p->token.from);
  one->text = CM_STR("*");
  js_next(p);
  if (js_at_name(p, "as")) {
    js_next(p);
    one->other = take_binding(p);
  }
  js_append(list, one);
}

static struct js_node *parse_import(struct js_parser *p) {
  struct js_parser before = *p;
  struct js_node *node = js_node(p, JS_IMPORT, p->token.from);
  struct js_list list = {&node->list};
  js_next(p);
  if (js_at(p, JS_T_LPAREN) || js_at(p, JS_T_DOT)) {  // an expression
    *p = before;
    return NULL;
  }
  if (js_at(p, JS_T_NAME)) {
    struct js_node *one = js_node(p, JS_SPECIFIER, p->token.from);
    one->text = CM_STR("default");
    one->other = take_binding(p);
    js_append(&list, one);
    js_take(p, JS_T_COMMA);
  }
  if (js_at(p, JS_T_MUL)) parse_namespace(p, &list);
  if (js_at(p, JS_T_LBRACE)) parse_specifiers(p, &list);
  if (js_at_name(p, "from")) js_next(p);
  node->text = take_module(p);
  end_statement(p);
  return node;
}

static struct js_node *parse_export(struct js_parser *p) {
  struct js_node *node = js_node(p, JS_EXPORT, p->token.from);
  struct js_list list = {&node->list};
  js_next(p);
  if (js_take(p, JS_T_DEFAULT)) {
    node->flags |= JS_IS_DEFAULT;
    bool declares = js_at(p, JS_T_FUNCTION) || js_at(p, JS_T_CLASS);
    node->a = js_parse_assignment(p);
    if (declares && (node->a->kind == JS_FUNCTION || node->a->kind == JS_CLASS)) node->a->flags |= JS_IS_DECLARED;
    if (!declares) end_statement(p);
    return node;
  }
  if (!js_at(p, JS_T_MUL) && !js_at(p, JS_T_LBRACE)) {
    node->a = parse_statement(p);
    return node;
  }
  if (js_at(p, JS_T_MUL))
    parse_namespace(p, &list);
  else
    parse_specifiers(p, &list);
  if (js_at_name(p, "from")) {
    js_next(p);
    node->text = take_module(p);
  }
  end_statement(p);
  return node;
}

// --- statements ---

static struct js_node *parse_declared(struct js_parser *p, unsigned flags) {
  bool is_class = js_at(p, JS_T_CLASS);
  js_next(p);
  struct js_node *node = is_class ? js_parse_class(p) : js_parse_function(p, flags);
  node->flags |= JS_IS_DECLARED;
  return node;
}

// What begins with a name: a label, `async function`, an expression.
static struct js_node *parse_named(struct js_parser *p) {
  struct js_parser before = *p;
  bool is_async = js_at_name(p, "async");
  js_next(p);
  if (is_async && js_at(p, JS_T_FUNCTION) && !p->token.newline) return parse_declared(p, JS_IS_ASYNC);
  if (js_take(p, JS_T_COLON)) {
    struct js_node *node = js_node(p, JS_LABEL, before.token.from);
    node->text = before.token.text;
    node->a = parse_statement(p);
    return node;
  }
  *p = before;
  struct js_node *node = js_node(p, JS_EVALUATE, p->token.from);
  node->a = js_parse_expression(p);
  end_statement(p);
  return node;
}

static struct js_node *parse_simple(struct js_parser *p) {
  struct js_node *node;
  if (at_declaration(p)) {
    node = parse_declaration(p);
  } else if (js_at(p, JS_T_NAME)) {
    return parse_named(p);
  } else {
    node = js_node(p, JS_EVALUATE, p->token.from);
    node->a = js_parse_expression(p);
  }
  end_statement(p);
  return node;
}

static struct js_node *parse_inner(struct js_parser *p) {
  struct js_node *node;
  switch (p->token.kind) {
    case JS_T_LBRACE: return js_parse_block(p);
    case JS_T_IF: return parse_if(p);
    case JS_T_FOR: return parse_for(p);
    case JS_T_WHILE:
    case JS_T_DO: return parse_loop(p);
    case JS_T_RETURN:
    case JS_T_THROW:
    case JS_T_BREAK:
    case JS_T_CONTINUE: return parse_jump(p);
    case JS_T_TRY: return parse_try(p);
    case JS_T_SWITCH: return parse_switch(p);
    case JS_T_FUNCTION:
    case JS_T_CLASS: return parse_declared(p, 0);
    case JS_T_EXPORT: return parse_export(p);
    case JS_T_IMPORT: node = parse_import(p); return node ? node : parse_simple(p);
    case JS_T_SEMICOLON:
    case JS_T_DEBUGGER:
      node = js_node(p, JS_EMPTY, p->token.from);
      js_next(p);
      return node;
    default: return parse_simple(p);
  }
}

static struct js_node *parse_statement(struct js_parser *p) {
  if (!js_enter(p)) {
    js_next(p);
    return js_node(p, JS_EMPTY, p->token.from);
  }
  struct js_node *node = parse_inner(p);
  js_leave(p);
  return node;
}

struct js_node *js_parse(struct cm_arena *arena, struct cm_str text, unsigned *errors) {
  struct js_parser p = {.lexer = {.arena = arena, .text = text}};
  *errors = 0;
  if (text.size > UINT32_MAX / 2) return NULL;
  js_next(&p);
  struct js_node *node = js_node(&p, JS_BLOCK, 0);
  parse_statements(&p, node, JS_T_END);
  *errors = p.errors;
  return p.lexer.failed ? NULL : node;
}

struct js_node *js_parse_function_text(struct cm_arena *arena, struct cm_str text, uint32_t from, uint32_t to, unsigned *errors) {
  struct js_node *best = NULL;
  *errors = UINT_MAX;
  for (unsigned as_method = 0; as_method < 2 && *errors; as_method++) {
    struct js_parser p = {.lexer = {.arena = arena, .text = {text.at, to}, .at = from}};
    js_next(&p);
    struct js_node *node = as_method ? js_parse_property(&p, false)->b : js_parse_assignment(&p);
    bool is_one = node && (node->kind == JS_FUNCTION || node->kind == JS_CLASS) && js_at(&p, JS_T_END);
    if (p.lexer.failed) return NULL;
    if (is_one && p.errors < *errors) best = node, *errors = p.errors;
  }
  return best;
}
