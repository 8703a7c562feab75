// The syntax of JavaScript: tokens, trees, and the parser that makes the one of the other.
//
// Only what matters for following values is kept. Patterns (of parameters, declarations, assignments) are the expressions that they look
// like: an array literal binds elements, an object literal properties, an assignment gives a default, a spread takes the rest. That is
// what the grammar's cover productions say, and saves a second form of everything.
//
// Spec: ECMA-262, "ECMAScript Language: Lexical Grammar" to "Scripts and Modules".
#ifndef ANALYZE_JS_TREE_H
#define ANALYZE_JS_TREE_H

#include <component/arena.h>

// --- tokens ---

// What a token is. Punctuators and reserved words have a kind each; names that mean something in some places only (`of`, `async`) are names.
// clang-format off
#define JS_PUNCTUATORS(X)                                                                                                            \
  X(ELLIPSIS, "...") X(ARROW, "=>") X(OPTIONAL, "?.") X(LBRACE, "{") X(RBRACE, "}") X(LPAREN, "(") X(RPAREN, ")")                    \
  X(LBRACKET, "[") X(RBRACKET, "]") X(DOT, ".") X(SEMICOLON, ";") X(COMMA, ",") X(QUESTION, "?") X(COLON, ":") X(BACKQUOTE, "`")     \
  X(HASH, "#") X(AT, "@") X(TILDE, "~") X(NOT, "!") X(INCREMENT, "++") X(DECREMENT, "--")                                            \
  /* assignments */                                                                                                                  \
  X(ASSIGN, "=") X(ADD_TO, "+=") X(SUB_TO, "-=") X(MUL_TO, "*=") X(DIV_TO, "/=") X(MOD_TO, "%=") X(POW_TO, "**=") X(SHL_TO, "<<=")   \
  X(SHR_TO, ">>=") X(USHR_TO, ">>>=") X(AND_TO, "&=") X(OR_TO, "|=") X(XOR_TO, "^=") X(ALSO_TO, "&&=") X(ELSE_TO, "||=")             \
  X(NULLISH_TO, "?" "?=")                                                                                                            \
  /* binary operators */                                                                                                             \
  X(NULLISH, "?" "?") X(ELSE, "||") X(ALSO, "&&") X(OR, "|") X(XOR, "^") X(AND, "&") X(EQUAL, "==") X(UNEQUAL, "!=")                 \
  X(SAME, "===") X(OTHER, "!==") X(LESS, "<") X(GREATER, ">") X(AT_MOST, "<=") X(AT_LEAST, ">=") X(SHL, "<<") X(SHR, ">>")           \
  X(USHR, ">>>") X(ADD, "+") X(SUB, "-") X(MUL, "*") X(DIV, "/") X(MOD, "%") X(POW, "**")
#define JS_WORDS(X)                                                                                                                  \
  X(INSTANCEOF, "instanceof") X(IN, "in") X(BREAK, "break") X(CASE, "case") X(CATCH, "catch") X(CLASS, "class") X(CONST, "const")    \
  X(CONTINUE, "continue") X(DEBUGGER, "debugger") X(DEFAULT, "default") X(DELETE, "delete") X(DO, "do") X(ELSE_WORD, "else")         \
  X(EXPORT, "export") X(EXTENDS, "extends") X(FALSE, "false") X(FINALLY, "finally") X(FOR, "for") X(FUNCTION, "function")            \
  X(IF, "if") X(IMPORT, "import") X(NEW, "new") X(NULL, "null") X(RETURN, "return") X(SUPER, "super") X(SWITCH, "switch")            \
  X(THIS, "this") X(THROW, "throw") X(TRUE, "true") X(TRY, "try") X(TYPEOF, "typeof") X(VAR, "var") X(VOID, "void")                  \
  X(WHILE, "while") X(WITH, "with")
// clang-format on

enum js_token_kind {
  JS_T_END,
  JS_T_BAD,  // no token begins so
  JS_T_NAME,
  JS_T_PRIVATE,  // #name
  JS_T_NUMBER,
  JS_T_STRING,
  JS_T_REGEX,
#define JS_ENUM(name, text) JS_T_##name,
  JS_PUNCTUATORS(JS_ENUM) JS_WORDS(JS_ENUM)
#undef JS_ENUM
      JS_T_COUNT
};

struct js_token {
  enum js_token_kind kind;
  bool newline;         // a line ends between the one before and this one
  uint32_t from, to;    // in the text
  struct cm_str flags;  // of a REGEX
  struct cm_str text;   // NAME, PRIVATE, words: as written. STRING: its value. REGEX: its pattern
  double number;
};

struct js_lexer {
  struct cm_arena *arena;  // for strings with escapes
  struct cm_str text;
  uint32_t at;
  bool failed;  // memory is exhausted
};

// Reads the next token; a `/` is taken for a division.
void js_lex(struct js_lexer *lexer, struct js_token *out);

// Reads the token at `from`, where a `/` stands, as a regular expression.
void js_lex_regex(struct js_lexer *lexer, uint32_t from, struct js_token *out);

// Reads the text of a template from where the lexer stands to the next `${` or the end. *ends: the end was met (or the text's).
struct cm_str js_lex_template(struct js_lexer *lexer, bool *ends);

// --- trees ---

enum js_node_kind {
  // expressions
  JS_NUMBER,
  JS_STRING,    // text; of a template's part: other as it was written
  JS_TEMPLATE,  // list: STRING and expressions in turn
  JS_TAGGED,    // a: tag, b: TEMPLATE
  JS_REGEX,
  JS_NAME,
  JS_THIS,
  JS_SUPER,
  JS_NULL,
  JS_TRUE,
  JS_FALSE,
  JS_HOLE,         // of an array literal
  JS_ARRAY,        // list
  JS_OBJECT,       // list of PROPERTY and SPREAD
  JS_PROPERTY,     // text: name, or a: expression of it; b: value; of a class: static, getter … in `flags`
  JS_FUNCTION,     // text: name; list: parameters; b: BLOCK, or the expression of an arrow function
  JS_CLASS,        // text: name; a: what it extends; list: PROPERTY, BLOCK (static)
  JS_MEMBER,       // a.text
  JS_INDEX,        // a[b]
  JS_CALL,         // a(list)
  JS_NEW,          // new a(list)
  JS_UNARY,        // op a
  JS_UPDATE,       // ++ and --
  JS_BINARY,       // a op b
  JS_LOGICAL,      // a op b, where b may not be evaluated
  JS_ASSIGN,       // a op b; as a pattern: with a default
  JS_CONDITIONAL,  // a ? b : c
  JS_SEQUENCE,     // list
  JS_SPREAD,       // ...a
  JS_AWAIT,        // a
  JS_YIELD,        // a, which may be NULL; op MUL: yield*
  JS_IMPORT_CALL,  // import(a)
  JS_META,         // import.meta, new.target
  JS_PAREN,        // list, until it is known what the parentheses are
  // statements
  JS_BLOCK,     // list
  JS_DECLARE,   // op: VAR, CONST, or NAME for `let`; list: patterns, with ASSIGN where there is a value
  JS_EVALUATE,  // a
  JS_IF,        // a, b, c
  JS_FOR,       // a; b; c, d: body; any of the first three may be NULL
  JS_FOR_IN,    // a: DECLARE or pattern, b: object, d: body
  JS_FOR_OF,
  JS_WHILE,   // a, d
  JS_DO,      // d, a
  JS_RETURN,  // a or NULL
  JS_THROW,   // a
  JS_BREAK,   // text: label or empty
  JS_CONTINUE,
  JS_TRY,        // a: block, b: pattern of catch or NULL, c: its block or NULL, d: block of finally or NULL
  JS_SWITCH,     // a, list of CASE
  JS_CASE,       // a: NULL for default; list
  JS_LABEL,      // text, a
  JS_EMPTY,      // nothing, or what could not be read
  JS_IMPORT,     // text: module; list: SPECIFIER
  JS_EXPORT,     // text: module or empty; list: SPECIFIER; a: declaration; flags DEFAULT: a is the value
  JS_JUMP,       // number: a label; within js_lowered.c alone
  JS_SPECIFIER,  // text: the name in the module, other: here; "*": all of it
};

enum js_flags {
  JS_IS_ASYNC = 1,
  JS_IS_GENERATOR = 2,
  JS_IS_ARROW = 4,
  JS_IS_STATIC = 8,
  JS_IS_GETTER = 16,
  JS_IS_SETTER = 32,
  JS_IS_METHOD = 64,
  JS_IS_FIELD = 128,
  JS_IS_OPTIONAL = 256,        // a?.b, a?.(…)
  JS_IS_DEFAULT = 512,         // export default
  JS_IS_PARENTHESIZED = 1024,  // an optional chain ends there; arrows begin elsewhere
  JS_IS_DECLARED = 2048,       // a function or class that is a statement
};

struct js_node {
  uint8_t kind, op;  // op: an enum js_token_kind
  uint16_t flags;
  uint32_t at;  // where it begins in the text; of a call, where its arguments do
  struct cm_str text, other;
  double number;
  struct js_node *a, *b, *c, *d;
  struct js_node *list, *next;  // first of a list, and the one behind this one
};

// Parses a module, or a script. What could not be read is left out and counted. NULL: memory is exhausted.
struct js_node *js_parse(struct cm_arena *arena, struct cm_str text, unsigned *errors);

// Parses a function or class that stands from `from` up to `to` in a text; a method may have in front of it what its class or object has there.
// NULL: there is none, or memory is exhausted.
struct js_node *js_parse_function_text(struct cm_arena *arena, struct cm_str text, uint32_t from, uint32_t to, unsigned *errors);

// Line and column (in bytes) of a place, from 1.
void js_position(struct cm_str text, uint32_t at, uint32_t *line, uint32_t *column);

#endif
