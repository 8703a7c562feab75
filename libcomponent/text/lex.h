// The text format, token by token. Private to text/.
//
// The text is borrowed and never copied: a token is a kind and a piece of the text. There is one token at hand and one ahead, which
// is all that the grammar asks for. Comments, white space and annotations that nobody here knows are no tokens.
//
// Spec: core 3.0, "Lexical Format" (https://webassembly.github.io/spec/core/text/lexical.html) and "Annotations".
#ifndef TEXT_LEX_H
#define TEXT_LEX_H

#include <component/arena.h>
#include <component/diag.h>

enum text_kind {
  TEXT_END,         // of the text; also the token after a lexical error
  TEXT_OPEN,        // (
  TEXT_CLOSE,       // )
  TEXT_KEYWORD,     // begins with a small letter; nan and inf are such too
  TEXT_NUMBER,      // begins with a digit or a sign; whether it is one is for whoever reads it
  TEXT_ID,          // $name or $"name"
  TEXT_STRING,      // with its quotes
  TEXT_CHAR,        // 'c', of values of components
  TEXT_ANNOTATION,  // (@name of a known one: what follows is up to its TEXT_CLOSE
  TEXT_RESERVED,    // everything else that the format sets apart
};

struct text_token {
  enum text_kind kind;
  bool escaped;  // of a string, or of an identifier in quotes: there are escapes in it
  const char *at;
  size_t size;
};

struct text_lexer {
  const char *begin, *end;  // the whole text
  const char *at;           // behind the tokens read so far
  struct text_token token;  // the one at hand
  struct text_token ahead;  // valid if has_ahead
  bool has_ahead;
  bool failed;                   // `diag` has been filled; all that follows is TEXT_END
  bool told;                     // and the sink has heard of it, or it follows from what the sink has heard of
  bool incomplete;               // some definitions could not be read: what seems unknown may be theirs
  bool annotated_names;          // struct cm_parse_options
  bool cut;                      // the text breaks off within a group: there is nothing behind any that is open
  uint32_t errors;               // that the sink has heard of
  const struct cm_where *where;  // the innermost enclosing item
  struct cm_arena *arena;
  struct cm_diag *diag;
  struct cm_diag first;             // of these errors
  const struct cm_diag_sink *sink;  // NULL: the first error ends it
};

// Begins at the first token of `text`.
void text_begin(struct text_lexer *lexer, struct cm_arena *arena, struct cm_str text, struct cm_diag *diag);

// Reads the next token; `token` is the one at hand afterwards.
void text_next(struct text_lexer *lexer);

// Looks at the token behind the one at hand.
const struct text_token *text_look_ahead(struct text_lexer *lexer);

// Goes back (or forward) to `at`, where a token begins, and reads that.
void text_seek(struct text_lexer *lexer, const char *at);

// Skips everything up to the ) that closes what the token at hand stands in; that is the token at hand afterwards. `open`, where the
// group begins, is for the error when it does not end. What is skipped is not checked, but for the ends of strings and comments.
bool text_skip(struct text_lexer *lexer, const char *open);

// Fails at `at`, unless something has failed before; returns false.
bool text_fail(struct text_lexer *lexer, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool text_fail_limit(struct text_lexer *lexer, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool text_fail_memory(struct text_lexer *lexer);

// Fails because of something that is missing since it could not be read itself, which the sink has heard of.
bool text_fail_after(struct text_lexer *lexer);

// More errors than one. What could not be read is forgiven: the sink hears of the error, and reading may go on elsewhere. Where that was
// a definition, text_recover goes on behind it, a group in parentheses that begins at `at` (or something that is out of place there), and
// sets `incomplete`. Both return false where there is no sink, or it has heard enough, and where nothing can follow.
bool text_forgive(struct text_lexer *lexer);
bool text_recover(struct text_lexer *lexer, const char *at);

// Fails, and returns true, when the token is a word of a proposal that is not supported.
bool text_refuse_proposal(struct text_lexer *lexer, const struct text_token *token);

// "expected WHAT, found `token`"; returns false.
bool text_expected(struct text_lexer *lexer, const char *what);

static inline bool text_is(const struct text_token *token, const char *word) {
  size_t size = strlen(word);
  return token->kind == TEXT_KEYWORD && token->size == size && memcmp(token->at, word, size) == 0;
}

// Whether the token at hand is that keyword; whether it is ( and the one behind it that keyword.
static inline bool text_at(const struct text_lexer *lexer, const char *word) { return text_is(&lexer->token, word); }
static inline bool text_at_open(struct text_lexer *lexer, const char *word) {
  return lexer->token.kind == TEXT_OPEN && text_is(text_look_ahead(lexer), word);
}

// The same, and steps over it.
static inline bool text_take(struct text_lexer *lexer, const char *word) {
  if (!text_at(lexer, word)) return false;
  text_next(lexer);
  return true;
}
static inline bool text_enter(struct text_lexer *lexer, const char *word) {
  if (!text_at_open(lexer, word)) return false;
  text_next(lexer);
  text_next(lexer);
  return true;
}

// Whether the token at hand is the annotation (@NAME.
static inline bool text_at_annotation(const struct text_lexer *lexer, const char *name) {
  size_t size = strlen(name);
  return lexer->token.kind == TEXT_ANNOTATION && lexer->token.size == size + 2 && memcmp(lexer->token.at + 2, name, size) == 0;
}

// Steps over ( or ), or fails.
bool text_open(struct text_lexer *lexer);
bool text_close(struct text_lexer *lexer);

// Steps over that keyword, or fails.
bool text_expect(struct text_lexer *lexer, const char *word);

// The bytes of a string or of an identifier in quotes, escapes resolved: borrowed from the text where there are none, else in the
// arena. False: out of memory. text_append_string writes the same to where there is room for as many bytes as the token has, and
// returns how many they were.
bool text_unquote(struct text_lexer *lexer, const struct text_token *token, struct cm_span *out);
size_t text_append_string(const struct text_token *token, uint8_t *to);

// Reads a TEXT_CHAR, in UTF-8: at most four bytes to `out`.
bool text_char(struct text_lexer *lexer, uint8_t out[4], size_t *size);

// Reads a string, and a string that must be UTF-8. `what` is for the error.
bool text_string(struct text_lexer *lexer, const char *what, struct cm_span *out);
bool text_name(struct text_lexer *lexer, const char *what, struct cm_str *out);

// The name of the TEXT_ID at hand without its $, and steps over it.
bool text_id(struct text_lexer *lexer, struct cm_str *out);

// An optional identifier: an empty name with a null pointer where there is none.
static inline bool text_optional_id(struct text_lexer *lexer, struct cm_str *out) {
  *out = (struct cm_str){0};
  return lexer->token.kind != TEXT_ID || text_id(lexer, out);
}

// The annotation (@name "…"); an empty name with a null pointer where there is none.
bool text_name_annotation(struct text_lexer *lexer, struct cm_str *out);

// Numbers. number.c
// Unsigned ones; `what` is what was expected.
bool text_u32(struct text_lexer *lexer, const char *what, uint32_t *out);
bool text_u64(struct text_lexer *lexer, const char *what, uint64_t *out);
// One of `bits` bits, signed or unsigned, as its two's complement.
bool text_integer(struct text_lexer *lexer, unsigned bits, const char *what, uint64_t *out);
bool text_f32(struct text_lexer *lexer, uint32_t *bits);
bool text_f64(struct text_lexer *lexer, uint64_t *bits);
// An unsigned number within a keyword ("offset=16"), whole; false, without a diagnostic, when it is none or too large.
bool text_scan_u64(const char *at, size_t size, uint64_t *out);

#endif
