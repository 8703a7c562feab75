// Tokens.
//
// What a `/` begins depends on the grammar: the parser knows, and asks for a regular expression where one can stand. The same goes for
// the text of templates. Everything else is told by the characters.
//
// Spec: ECMA-262, "Lexical Grammar".

#include "js_tree.h"

#include <stdlib.h>

static int peek(const struct js_lexer *lexer, size_t ahead) {
  return lexer->at + ahead < lexer->text.size ? (unsigned char)lexer->text.at[lexer->at + ahead] : -1;
}

// Letters of all scripts are taken as one: what is no ASCII in a program's text is part of a name.
static bool begins_name(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '\\' || c >= 0x80;
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static int hex_value(int c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool at_bytes(const struct js_lexer *lexer, const char *bytes) {
  size_t size = strlen(bytes);
  return lexer->text.size - lexer->at >= size && !memcmp(lexer->text.at + lexer->at, bytes, size);
}

// Blanks, line ends and comments; tells whether a line ended.
static bool skip_blanks(struct js_lexer *lexer) {
  bool newline = lexer->at == 0;
  for (;;) {
    int c = peek(lexer, 0);
    if (c == '\n' || c == '\r' || at_bytes(lexer, "\xe2\x80\xa8") || at_bytes(lexer, "\xe2\x80\xa9")) {
      newline = true;
      lexer->at += c < 0x80 ? 1 : 3;
    } else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
      lexer->at++;
    } else if (at_bytes(lexer, "\xc2\xa0")) {
      lexer->at += 2;
    } else if (at_bytes(lexer, "\xef\xbb\xbf")) {
      lexer->at += 3;
    } else if (at_bytes(lexer, "//") || (newline && at_bytes(lexer, "#!"))) {
      while (lexer->at < lexer->text.size && peek(lexer, 0) != '\n') lexer->at++;
    } else if (at_bytes(lexer, "/*")) {
      for (lexer->at += 2; lexer->at < lexer->text.size && !at_bytes(lexer, "*/"); lexer->at++) newline |= peek(lexer, 0) == '\n';
      lexer->at = lexer->at + 2 < lexer->text.size ? lexer->at + 2 : (uint32_t)lexer->text.size;
    } else {
      return newline;
    }
  }
}

static void lex_name(struct js_lexer *lexer, struct js_token *out) {
  static const struct {
    struct cm_str text;
    enum js_token_kind kind;
  } words[] = {
#define WORD(name, text) {{(text), sizeof(text) - 1}, JS_T_##name},
      JS_WORDS(WORD)
#undef WORD
  };
  while (begins_name(peek(lexer, 0)) || is_digit(peek(lexer, 0))) lexer->at++;
  out->kind = JS_T_NAME;
  out->text = (struct cm_str){lexer->text.at + out->from, lexer->at - out->from};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].text.at[0] == out->text.at[0] && cm_str_equal(words[i].text, out->text)) out->kind = words[i].kind;
}

// The digits without their separators are a number of C, or one of a base that C has no prefix for.
static void lex_number(struct js_lexer *lexer, struct js_token *out) {
  char digits[64];
  size_t size = 0;
  unsigned base = 10;
  bool fraction = false, exponent = false;  // what follows a second point is a member, as in 3.5.toFixed(1)
  int second = peek(lexer, 1) | 0x20;
  if (peek(lexer, 0) == '0' && (second == 'x' || second == 'o' || second == 'b')) {
    base = second == 'x' ? 16 : second == 'o' ? 8 : 2;
    lexer->at += 2;
  }
  for (;; lexer->at++) {
    int c = peek(lexer, 0);
    bool sign = (c == '+' || c == '-') && base == 10 && size && (digits[size - 1] | 0x20) == 'e';
    bool point = base == 10 && c == '.' && !fraction && !exponent, power = base == 10 && (c | 0x20) == 'e' && !exponent;
    bool part = base == 16 ? hex_value(c) >= 0 : is_digit(c) || point || power;
    fraction |= point, exponent |= power;
    if (c != '_' && !sign && !part) break;
    if (c != '_' && size + 1 < sizeof digits) digits[size++] = (char)c;
  }
  digits[size] = 0;
  if (peek(lexer, 0) == 'n') lexer->at++;
  out->kind = JS_T_NUMBER;
  out->number = base == 10 ? strtod(digits, NULL) : 0;
  for (size_t i = 0; base != 10 && i < size; i++) out->number = out->number * base + hex_value(digits[i]);
}

static size_t put_utf8(char *to, uint32_t c) {
  if (c < 0x80) return to[0] = (char)c, 1;
  if (c < 0x800) return to[0] = (char)(0xc0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
  if (c < 0x10000) return to[0] = (char)(0xe0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 63)), to[2] = (char)(0x80 | (c & 63)), 3;
  to[0] = (char)(0xf0 | (c >> 18 & 7)), to[1] = (char)(0x80 | (c >> 12 & 63)), to[2] = (char)(0x80 | (c >> 6 & 63));
  to[3] = (char)(0x80 | (c & 63));
  return 4;
}

// The number behind \x, \u or \u{; the lexer stands behind the letter. Not one: 0xfffd.
static uint32_t lex_code(struct js_lexer *lexer, unsigned digits) {
  uint32_t code = 0;
  bool braces = digits == 4 && peek(lexer, 0) == '{';
  if (braces) lexer->at++, digits = 8;
  unsigned taken = 0;
  for (; taken < digits && hex_value(peek(lexer, 0)) >= 0; taken++, lexer->at++)
    code = code << 4 | (uint32_t)hex_value(peek(lexer, 0));
  if (braces && peek(lexer, 0) == '}') lexer->at++;
  return taken && code <= 0x10ffff ? code : 0xfffd;
}

// One escape, the lexer standing behind the backslash. At most twice as long as it was written.
static size_t lex_escape(struct js_lexer *lexer, char *to) {
  static const char from[] = "nrtbfv0", means[] = "\n\r\t\b\f\v";
  int c = peek(lexer, 0);
  if (c < 0) return 0;
  lexer->at++;
  const char *simple = strchr(from, c);
  if (simple && c) return to[0] = means[simple - from], 1;
  if (c == '\r' && peek(lexer, 0) == '\n') lexer->at++;
  if (c == '\n' || c == '\r') return 0;
  if (c != 'x' && c != 'u') return to[0] = (char)c, 1;
  uint32_t code = lex_code(lexer, c == 'x' ? 2 : 4);
  if (code >= 0xd800 && code < 0xdc00 && at_bytes(lexer, "\\u")) {
    uint32_t back = lexer->at;
    lexer->at += 2;
    uint32_t low = lex_code(lexer, 4);
    if (low >= 0xdc00 && low < 0xe000)
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    else
      lexer->at = back;
  }
  return put_utf8(to, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
}

// Text up to `quote` (0: up to a template's ` or ${), with its escapes; the lexer is left standing there. Borrowed where there are none.
static struct cm_str lex_text(struct js_lexer *lexer, int quote) {
  uint32_t from = lexer->at, end = from;
  bool escapes = false;
  for (; end < lexer->text.size; end++) {
    char c = lexer->text.at[end];
    if (quote ? c == quote || c == '\n' : c == '`' || (c == '$' && end + 1 < lexer->text.size && lexer->text.at[end + 1] == '{'))
      break;
    if (c == '\\') {
      escapes = true;
      end++;
    }
  }
  if (end > lexer->text.size) end = (uint32_t)lexer->text.size;
  struct cm_str text = {lexer->text.at + from, end - from};
  char *to = escapes ? cm_alloc(lexer->arena, 2 * text.size + 4) : NULL;
  if (to) {
    size_t size = 0;
    while (lexer->at < end) {
      char c = lexer->text.at[lexer->at++];
      if (c == '\\')
        size += lex_escape(lexer, to + size);
      else
        to[size++] = c;
    }
    text = (struct cm_str){to, size};
  }
  lexer->failed |= escapes && !to;
  lexer->at = end;
  return text;
}

struct cm_str js_lex_template(struct js_lexer *lexer, bool *ends) {
  struct cm_str text = lex_text(lexer, 0);
  *ends = peek(lexer, 0) != '$';
  if (lexer->at < lexer->text.size) lexer->at += *ends ? 1 : 2;
  return text;
}

void js_lex_regex(struct js_lexer *lexer, uint32_t from, struct js_token *out) {
  bool in_class = false;
  lexer->at = from + 1;
  for (; lexer->at < lexer->text.size; lexer->at++) {
    int c = peek(lexer, 0);
    if (c == '\n' || (c == '/' && !in_class)) break;
    if (c == '\\') lexer->at++;
    in_class = c == '[' || (in_class && c != ']');
  }
  if (lexer->at > lexer->text.size) lexer->at = (uint32_t)lexer->text.size;
  out->kind = JS_T_REGEX;
  out->text = (struct cm_str){lexer->text.at + from + 1, lexer->at - from - 1};
  if (peek(lexer, 0) == '/') lexer->at++;
  uint32_t flags = lexer->at;
  while (begins_name(peek(lexer, 0))) lexer->at++;
  out->flags = (struct cm_str){lexer->text.at + flags, lexer->at - flags};
  out->to = lexer->at;
}

// The longest punctuator that stands here.
static void lex_punctuator(struct js_lexer *lexer, struct js_token *out) {
  static const struct {
    struct cm_str text;
    enum js_token_kind kind;
  } punctuators[] = {
#define PUNCTUATOR(name, text) {{(text), sizeof(text) - 1}, JS_T_##name},
      JS_PUNCTUATORS(PUNCTUATOR)
#undef PUNCTUATOR
  };
  size_t best = 0, left = lexer->text.size - lexer->at;
  const char *at = lexer->text.at + lexer->at;
  out->kind = JS_T_BAD;
  for (size_t i = 0; i < sizeof punctuators / sizeof *punctuators; i++) {
    struct cm_str text = punctuators[i].text;
    if (text.at[0] != *at || text.size <= best || text.size > left || memcmp(text.at, at, text.size) != 0) continue;
    if (punctuators[i].kind == JS_T_OPTIONAL && left > 2 && is_digit(at[2])) continue;  // a ?.5 : b
    best = text.size;
    out->kind = punctuators[i].kind;
  }
  lexer->at += best ? (uint32_t)best : 1;
}

void js_lex(struct js_lexer *lexer, struct js_token *out) {
  *out = (struct js_token){.newline = skip_blanks(lexer)};
  out->from = lexer->at;
  int c = peek(lexer, 0);
  if (c < 0) {
    out->kind = JS_T_END;
  } else if (begins_name(c)) {
    lex_name(lexer, out);
  } else if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
    lex_number(lexer, out);
  } else if (c == '"' || c == '\'') {
    lexer->at++;
    out->kind = JS_T_STRING;
    out->text = lex_text(lexer, c);
    if (peek(lexer, 0) == c) lexer->at++;
  } else if (c == '#' && begins_name(peek(lexer, 1))) {
    lexer->at++;
    lex_name(lexer, out);
    out->kind = JS_T_PRIVATE;
    out->text = (struct cm_str){lexer->text.at + out->from, lexer->at - out->from};
  } else {
    lex_punctuator(lexer, out);
  }
  out->to = lexer->at;
}

void js_position(struct cm_str text, uint32_t at, uint32_t *line, uint32_t *column) {
  *line = *column = 1;
  for (uint32_t i = 0; i < at && i < text.size; i++) {
    ++*column;
    if (text.at[i] == '\n') ++*line, *column = 1;
  }
}
