// Tokens.
//
// Every byte has a class, and runs of one class are stepped over in a loop. What begins with a character of identifiers goes on to the
// last such character; a string that touches it makes it a reserved token, but for $"…" and (@"…". Everything is ASCII outside of
// strings and comments, where the bytes must be UTF-8; that is looked at as they are met, so that the text is read once.
//
// Spec: https://webassembly.github.io/spec/core/text/lexical.html, https://webassembly.github.io/spec/core/text/values.html

#include "text/lex.h"
#include "text/proposals.h"

#include <stdarg.h>
#include <stdio.h>

#include <component/limits.h>
#include <component/reader.h>

enum {
  IDCHAR = 1,    // of identifiers, keywords, numbers
  SPACE = 2,     // white space
  PLAIN = 4,     // stands for itself in a string
  HEX = 8,       // hexadecimal digit
  NOTABLE = 16,  // text_skip looks at it
};

// By byte; from 0x80 on nothing.
// clang-format off
static const uint8_t classes[256] = {
     0,  0,  0,  0,  0,  0,  0,  0,  0,  2,  2,  0,  0,  2,  0,  0,  // 0x00
     0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  // 0x10
     6,  5, 16,  5,  5,  5,  5, 21, 20, 20,  5,  5,  4,  5,  5,  5,  // 0x20
    13, 13, 13, 13, 13, 13, 13, 13, 13, 13,  5, 20,  5,  5,  5,  5,  // 0x30
     5, 13, 13, 13, 13, 13, 13,  5,  5,  5,  5,  5,  5,  5,  5,  5,  // 0x40
     5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  4,  1,  4,  5,  5,  // 0x50
     5, 13, 13, 13, 13, 13, 13,  5,  5,  5,  5,  5,  5,  5,  5,  5,  // 0x60
     5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  5,  4,  5,  4,  5,  0,  // 0x70
};
// clang-format on

static bool is(char c, unsigned class) { return classes[(uint8_t)c] & class; }

static bool fail(struct text_lexer *l, enum cm_error error, const char *at, const char *format, va_list list) {
  if (l->failed) return false;
  char message[CM_DIAG_MESSAGE];
  vsnprintf(message, sizeof message, format, list);
  l->failed = true;
  l->token = (struct text_token){.kind = TEXT_END, .at = at};
  l->has_ahead = false;
  l->at = l->end;
  return cm_fail(l->diag, error, (uint64_t)(at - l->begin), l->where, "%s", message);
}

bool text_fail(struct text_lexer *l, const char *at, const char *format, ...) {
  va_list list;
  va_start(list, format);
  fail(l, CM_MALFORMED, at, format, list);
  va_end(list);
  return false;
}

bool text_fail_limit(struct text_lexer *l, const char *at, const char *format, ...) {
  va_list list;
  va_start(list, format);
  fail(l, CM_LIMIT, at, format, list);
  va_end(list);
  return false;
}

bool text_fail_memory(struct text_lexer *l) {
  if (l->failed) return false;
  l->failed = true;
  l->token = (struct text_token){.kind = TEXT_END, .at = l->end};
  l->at = l->end;
  return cm_fail_memory(l->diag);
}

bool text_fail_after(struct text_lexer *l) {
  if (l->failed) return false;
  text_fail(l, l->token.at, "definitions are missing");
  l->told = true;
  return false;
}

bool text_forgive(struct text_lexer *l) {
  if (!l->sink || l->diag->error == CM_NO_MEMORY) return false;
  if (l->failed && !l->told) {
    l->told = true;
    if (l->errors++ == 0) l->first = *l->diag;
    if (!l->sink->report(l->sink->context, l->diag) || l->errors >= CM_LIMIT_ERRORS) return false;
  }
  l->failed = l->told = false;
  return true;
}

bool text_recover(struct text_lexer *l, const char *at) {
  uint64_t offset = l->diag->offset;
  if (l->cut || !text_forgive(l)) return false;
  l->incomplete = true;
  text_seek(l, at);
  if (l->token.kind == TEXT_OPEN || l->token.kind == TEXT_ANNOTATION) {
    text_next(l);
    if (text_skip(l, at)) text_next(l);
  } else {
    do text_next(l);
    while (l->token.kind != TEXT_OPEN && l->token.kind != TEXT_CLOSE && l->token.kind != TEXT_ANNOTATION &&
           l->token.kind != TEXT_END);
  }
  l->cut = l->failed;
  // That the text breaks off there has been told already.
  if (l->failed && (l->diag->offset == offset || offset == (uint64_t)(l->end - l->begin))) l->told = true;
  return !l->failed;
}

bool text_refuse_proposal(struct text_lexer *l, const struct text_token *t) {
  const char *proposal = t->kind == TEXT_KEYWORD ? text_proposal_of((struct cm_str){t->at, t->size}) : NULL;
  return proposal && !text_fail(l, t->at, "`%.*s` is of the proposal %s, which is not supported", (int)t->size, t->at, proposal);
}

bool text_expected(struct text_lexer *l, const char *what) {
  const struct text_token *t = &l->token;
  if (text_refuse_proposal(l, t->kind == TEXT_OPEN ? text_look_ahead(l) : t)) return false;
  if (t->kind == TEXT_END) return text_fail(l, t->at, "expected %s, found the end of the text", what);
  bool cut = t->size > 60;
  size_t shown = cut ? 57 : t->size;
  // Not within a character.
  while (cut && shown > 0 && ((uint8_t)t->at[shown] & 0xc0) == 0x80) shown--;
  return text_fail(l, t->at, "expected %s, found `%.*s%s`", what, (int)shown, t->at, cut ? "…" : "");
}

// Steps over a character that is not ASCII: false when it is not UTF-8.
static bool step_utf8(const char **at, const char *end) {
  uint8_t first = (uint8_t) * *at;
  size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if ((size_t)(end - *at) < size || !cm_utf8_valid((const uint8_t *)*at, size)) return false;
  *at += size;
  return true;
}

static bool fail_utf8(struct text_lexer *l, const char *at) {
  return text_fail(l, at, "the text is not UTF-8: unexpected byte 0x%02x", (uint8_t)*at);
}

// Comments.

static bool skip_line(struct text_lexer *l, const char **at) {
  for (;;) {
    while (*at < l->end && (uint8_t) * *at < 0x80 && **at != '\n' && **at != '\r') ++*at;
    if (*at == l->end || (uint8_t) * *at < 0x80) return true;
    if (!step_utf8(at, l->end)) return fail_utf8(l, *at);
  }
}

static bool skip_block(struct text_lexer *l, const char **at) {
  const char *start = *at, *s = *at + 2;
  for (size_t depth = 1; s < l->end;) {
    if (*s == ';' && s + 1 < l->end && s[1] == ')') {
      s += 2;
      if (--depth == 0) {
        *at = s;
        return true;
      }
    } else if (*s == '(' && s + 1 < l->end && s[1] == ';') {
      s += 2;
      depth++;
    } else if ((uint8_t)*s < 0x80) {
      s++;
    } else if (!step_utf8(&s, l->end)) {
      return fail_utf8(l, s);
    }
  }
  return text_fail(l, start, "this comment does not end: expected `;)`");
}

// Strings.

// The escape \u{…}, `*at` behind the u. Surrogates and what is beyond U+10FFFF are no characters.
static bool scan_unicode(const char **at, const char *end, uint32_t *out) {
  const char *s = *at;
  uint32_t value = 0;
  bool digit = false;
  if (s == end || *s++ != '{') return false;
  for (; s < end && *s != '}'; s++) {
    if (*s == '_' && digit) {
      digit = false;
      continue;
    }
    if (!is(*s, HEX)) return false;
    value = value * 16 + (uint32_t)(*s <= '9' ? *s - '0' : (*s | 0x20) - 'a' + 10);
    if (value > 0x10ffff) return false;
    digit = true;
  }
  if (s == end || !digit || (value >= 0xd800 && value < 0xe000)) return false;
  *at = s + 1;
  *out = value;
  return true;
}

// `*at` is behind the backslash.
static bool skip_escape(struct text_lexer *l, const char **at) {
  const char *start = *at - 1;
  if (*at == l->end) return text_fail(l, start, "this string does not end");
  char c = *(*at)++;
  uint32_t unicode;
  if (c == 'u') {
    if (scan_unicode(at, l->end, &unicode)) return true;
    return text_fail(l, start, "malformed escape: expected `\\u{…}` with the hexadecimal number of a character");
  }
  if (is(c, HEX)) {
    if (*at < l->end && is(**at, HEX)) {
      ++*at;
      return true;
    }
    return text_fail(l, start, "malformed escape: expected two hexadecimal digits");
  }
  if (c != '\0' && strchr("tnr\"'\\", c)) return true;
  return text_fail(l, start, "unknown escape: expected one of \\t \\n \\r \\\" \\' \\\\ \\u{…} or two hexadecimal digits");
}

// `*at` is at the opening quote, and behind the closing one afterwards.
static bool skip_string(struct text_lexer *l, const char **at, bool *escaped) {
  const char *start = *at, *s = *at + 1;
  for (;;) {
    while (s < l->end && is(*s, PLAIN)) s++;
    if (s == l->end) return text_fail(l, start, "this string does not end");
    if (*s == '"') break;
    if (*s == '\\') {
      *escaped = true;
      s++;
      if (!skip_escape(l, &s)) return false;
    } else if ((uint8_t)*s >= 0x80) {
      if (!step_utf8(&s, l->end)) return fail_utf8(l, s);
    } else {
      return text_fail(l, s, "unexpected control character 0x%02x in a string: write it as \\%02x", (uint8_t)*s, (uint8_t)*s);
    }
  }
  *at = s + 1;
  return true;
}

// 'c' at `at`: where it ends; NULL when none stands there. The character is what may stand in a string but for bytes in hexadecimal
// (Explainer.md, "Value Definitions").
static const char *char_end(const char *at, const char *end) {
  const char *s = at + 1;
  uint32_t unicode;
  if (end - at < 3) return NULL;
  if (*s == '\\') {
    char c = s[1];
    s += 2;
    if (c == 'u' ? !scan_unicode(&s, end, &unicode) : c == '\0' || !strchr("tnr\"'\\", c)) return NULL;
  } else if ((uint8_t)*s >= 0x80) {
    if (!step_utf8(&s, end)) return NULL;
  } else if (!is(*s++, PLAIN)) {
    return NULL;
  }
  return s < end && *s == '\'' ? s + 1 : NULL;
}

static size_t put_utf8(uint32_t c, uint8_t *to) {
  if (c < 0x80) {
    to[0] = (uint8_t)c;
    return 1;
  }
  size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
  to[0] = (uint8_t)(lead[more] | c >> 6 * more);
  for (size_t i = 1; i <= more; i++) to[i] = (uint8_t)(0x80 | (c >> 6 * (more - i) & 0x3f));
  return more + 1;
}

static uint8_t hex_value(char c) { return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); }

// What stands between quotes, written to `to`; returns how many bytes that is.
static size_t append_unquoted(const char *s, const char *end, uint8_t *to) {
  const uint8_t *start = to;
  while (s < end) {
    if (*s != '\\') {
      *to++ = (uint8_t)*s++;
      continue;
    }
    char c = s[1];
    s += 2;
    uint32_t unicode = 0;
    if (c == 'u') {
      scan_unicode(&s, end, &unicode);
      to += put_utf8(unicode, to);
    } else if (is(c, HEX)) {
      *to++ = (uint8_t)(hex_value(c) << 4 | hex_value(*s++));
    } else {
      *to++ = (uint8_t)(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
    }
  }
  return (size_t)(to - start);
}

size_t text_append_string(const struct text_token *token, uint8_t *to) {
  const char *quote = memchr(token->at, '"', token->size);
  return append_unquoted(quote + 1, token->at + token->size - 1, to);
}

bool text_unquote(struct text_lexer *l, const struct text_token *token, struct cm_span *out) {
  const char *quote = memchr(token->at, '"', token->size);
  out->at = (const uint8_t *)quote + 1;
  out->size = (size_t)(token->at + token->size - quote) - 2;
  if (!token->escaped) return true;
  uint8_t *bytes = cm_alloc(l->arena, token->size);
  if (!bytes) return text_fail_memory(l);
  out->at = bytes;
  out->size = text_append_string(token, bytes);
  return true;
}

// Tokens.

// Steps over white space and comments.
static bool skip_space(struct text_lexer *l) {
  for (const char *s = l->at;; l->at = s) {
    while (s < l->end && is(*s, SPACE)) s++;
    l->at = s;
    if (l->end - s < 2 || s[1] != ';' || (*s != ';' && *s != '(')) return true;
    if (*s == ';' ? !skip_line(l, &s) : !skip_block(l, &s)) return false;
  }
}

static bool skip_annotation(struct text_lexer *l, const char *open);

// The annotations that mean something to the parsers.
static bool is_known_annotation(const char *at, size_t size) {
  static const char *const known[] = {"custom", "name", "producers", "dylink.0", "metadata.code.branch_hint"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strlen(known[i]) == size && memcmp(known[i], at, size) == 0) return true;
  return false;
}

// A run of characters of identifiers and strings from l->at.
static bool scan_word(struct text_lexer *l, struct text_token *out) {
  const char *start = l->at, *s = start;
  size_t words = 0, strings = 0;
  const char *character = *s == '\'' ? char_end(s, l->end) : NULL;
  if (character) {
    l->at = character;
    *out = (struct text_token){.kind = TEXT_CHAR, .at = start, .size = (size_t)(character - start)};
    return true;
  }
  while (s < l->end && is(*s, IDCHAR)) s++;
  words = (size_t)(s - start);
  bool escaped = false;
  while (s < l->end && (*s == '"' || is(*s, IDCHAR))) {
    if (*s == '"') {
      strings++;
      if (!skip_string(l, &s, &escaped)) return false;
    } else {
      words++;
      s++;
    }
  }
  if (s < l->end && (uint8_t)*s >= 0x80)
    return text_fail(l, s, "unexpected character: outside of strings and comments the text is ASCII; %s",
                     *start == '$' ? "an identifier may stand in quotes, `$\"…\"`" : "a name stands in quotes");
  l->at = s;
  *out = (struct text_token){.kind = TEXT_RESERVED, .escaped = escaped, .at = start, .size = (size_t)(s - start)};
  if (strings == 0) {
    if (*start >= 'a' && *start <= 'z')
      out->kind = TEXT_KEYWORD;
    else if ((*start >= '0' && *start <= '9') || *start == '+' || *start == '-')
      out->kind = TEXT_NUMBER;
    else if (*start == '$')
      out->kind = TEXT_ID;
  } else if (strings == 1 && words == 0) {
    out->kind = TEXT_STRING;
  } else if (strings == 1 && words == 1 && *start == '$') {
    out->kind = TEXT_ID;
  }
  return true;
}

// (@ at l->at: a token where it is known, else stepped over. Its name follows without space, and is not empty.
static bool scan_annotation(struct text_lexer *l, struct text_token *out, bool *skipped) {
  const char *open = l->at;
  l->at += 2;
  struct text_token name = {.at = l->at};
  if (l->at == l->end || !(is(*l->at, IDCHAR) || *l->at == '"'))
    return text_fail(l, open, "malformed annotation: expected a name behind `(@`");
  if (!scan_word(l, &name)) return false;
  const char *quote = memchr(name.at, '"', name.size);
  if (quote && (quote != name.at || name.kind != TEXT_STRING || name.size == 2))
    return text_fail(l, open, "malformed annotation: expected a name behind `(@`");
  struct cm_span bytes;
  if (quote && name.escaped && (!text_unquote(l, &name, &bytes) || !cm_utf8_valid(bytes.at, bytes.size)))
    return text_fail(l, open, "malformed UTF-8 in the name of an annotation");
  *skipped = quote || !is_known_annotation(name.at, name.size);
  if (*skipped) return skip_annotation(l, open);
  *out = (struct text_token){.kind = TEXT_ANNOTATION, .at = open, .size = (size_t)(l->at - open)};
  return true;
}

static bool scan(struct text_lexer *l, struct text_token *out) {
  for (bool skipped = true; skipped;) {
    skipped = false;
    if (!skip_space(l)) return false;
    const char *s = l->at;
    *out = (struct text_token){.kind = TEXT_END, .at = s};
    if (s == l->end) return true;
    if (is(*s, IDCHAR) || *s == '"') return scan_word(l, out);
    if (*s == '(' && l->end - s > 1 && s[1] == '@') {
      if (!scan_annotation(l, out, &skipped)) return false;
      continue;
    }
    if ((uint8_t)*s >= 0x80 || *s < ' ' || *s == 0x7f)
      return text_fail(l, s, "unexpected character: outside of strings and comments the text is ASCII");
    l->at = s + 1;
    *out = (struct text_token){.kind = *s == '(' ? TEXT_OPEN : *s == ')' ? TEXT_CLOSE : TEXT_RESERVED, .at = s, .size = 1};
  }
  return true;
}

// To the end of an annotation that nobody knows: any tokens, as long as parentheses match.
static bool skip_annotation(struct text_lexer *l, const char *open) {
  struct text_token token;
  for (size_t depth = 1; depth > 0;) {
    if (!skip_space(l)) return false;
    const char *s = l->at;
    if (s == l->end) return text_fail(l, open, "this annotation does not end: expected `)`");
    if (is(*s, IDCHAR) || *s == '"') {
      if (!scan_word(l, &token)) return false;
      continue;
    }
    if ((uint8_t)*s >= 0x80 || *s < ' ' || *s == 0x7f) return text_fail(l, s, "unexpected character in an annotation");
    depth += *s == '(';
    depth -= *s == ')';
    l->at++;
  }
  return true;
}

void text_begin(struct text_lexer *l, struct cm_arena *arena, struct cm_str text, struct cm_diag *diag) {
  static const char nothing[] = "";
  if (!text.size) text.at = nothing;
  *l = (struct text_lexer){.begin = text.at, .end = text.at + text.size, .at = text.at, .arena = arena, .diag = diag};
  text_next(l);
}

void text_next(struct text_lexer *l) {
  if (l->has_ahead) {
    l->token = l->ahead;
    l->has_ahead = false;
    return;
  }
  if (l->failed || !scan(l, &l->token)) l->token = (struct text_token){.kind = TEXT_END, .at = l->token.at};
}

const struct text_token *text_look_ahead(struct text_lexer *l) {
  if (!l->has_ahead) {
    struct text_token ahead = {.kind = TEXT_END, .at = l->end};
    if (!l->failed && !scan(l, &ahead)) ahead = (struct text_token){.kind = TEXT_END, .at = l->end};
    l->ahead = ahead;
    l->has_ahead = true;
  }
  return &l->ahead;
}

void text_seek(struct text_lexer *l, const char *at) {
  if (l->failed) return;
  l->at = at;
  l->has_ahead = false;
  text_next(l);
}

bool text_skip(struct text_lexer *l, const char *open) {
  if (l->failed) return false;
  const char *s = l->token.at;
  l->has_ahead = false;
  for (size_t depth = 1;; s++) {
    while (s < l->end && !is(*s, NOTABLE)) s++;
    if (s == l->end) break;
    bool pair = l->end - s > 1 && s[1] == ';';
    if (*s == '"') {
      for (s++; s < l->end && *s != '"'; s++)
        if (*s == '\\') s++;
      if (s >= l->end) break;
    } else if (*s == '\'') {
      const char *character = s > l->begin && is(s[-1], IDCHAR) ? NULL : char_end(s, l->end);
      if (character) s = character - 1;
    } else if (pair && *s == '(') {
      if (!skip_block(l, &s)) return false;
      s--;
    } else if (pair && *s == ';') {
      while (s < l->end && *s != '\n' && *s != '\r') s++;
      if (s == l->end) break;
    } else if (*s == '(') {
      depth++;
    } else if (*s == ')' && --depth == 0) {
      l->at = s + 1;
      l->token = (struct text_token){.kind = TEXT_CLOSE, .at = s, .size = 1};
      return true;
    }
  }
  return text_fail(l, open, "this `(` is not closed: expected `)` before the end of the text");
}

// What parsers ask for.

bool text_open(struct text_lexer *l) {
  if (l->token.kind != TEXT_OPEN) return text_expected(l, "`(`");
  text_next(l);
  return true;
}

bool text_close(struct text_lexer *l) {
  if (l->token.kind != TEXT_CLOSE) return text_expected(l, "`)`");
  text_next(l);
  return true;
}

bool text_expect(struct text_lexer *l, const char *word) {
  if (text_take(l, word)) return true;
  char what[64];
  snprintf(what, sizeof what, "`%s`", word);
  return text_expected(l, what);
}

bool text_string(struct text_lexer *l, const char *what, struct cm_span *out) {
  if (l->token.kind != TEXT_STRING) return text_expected(l, what);
  if (!text_unquote(l, &l->token, out)) return false;
  text_next(l);
  return !l->failed;
}

bool text_char(struct text_lexer *l, uint8_t out[4], size_t *size) {
  const struct text_token *t = &l->token;
  if (t->kind != TEXT_CHAR) return text_expected(l, "a character (`'a'`)");
  *size = append_unquoted(t->at + 1, t->at + t->size - 1, out);
  text_next(l);
  return true;
}

bool text_name(struct text_lexer *l, const char *what, struct cm_str *out) {
  const char *at = l->token.at;
  bool escaped = l->token.escaped;
  struct cm_span bytes;
  if (!text_string(l, what, &bytes)) return false;
  if (escaped && !cm_utf8_valid(bytes.at, bytes.size)) return text_fail(l, at, "malformed UTF-8 in %s", what);
  *out = (struct cm_str){(const char *)bytes.at, bytes.size};
  return true;
}

bool text_id(struct text_lexer *l, struct cm_str *out) {
  const struct text_token token = l->token;
  if (token.size > 1 && token.at[1] == '"') {
    struct cm_span bytes;
    if (!text_unquote(l, &token, &bytes)) return false;
    if (token.escaped && !cm_utf8_valid(bytes.at, bytes.size)) return text_fail(l, token.at, "malformed UTF-8 in an identifier");
    *out = (struct cm_str){(const char *)bytes.at, bytes.size};
  } else {
    *out = (struct cm_str){token.at + 1, token.size - 1};
  }
  if (out->size == 0) return text_fail(l, token.at, "an identifier must not be empty");
  text_next(l);
  return !l->failed;
}

bool text_name_annotation(struct text_lexer *l, struct cm_str *out) {
  *out = (struct cm_str){0};
  if (!text_at_annotation(l, "name")) return true;
  text_next(l);
  return text_name(l, "a name", out) && text_close(l);
}
