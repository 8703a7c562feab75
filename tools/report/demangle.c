// Rust symbol names, as a person wrote them.
//
// A v0 symbol is a prefix code of paths, types and constants; one function a production prints while it reads, so the code follows
// the grammar. Back references make a symbol of n bytes stand for a name of 2^n, hence the bounds: on what is written, on depth,
// and on steps. The hash of a crate and the number of an `impl` are left out: they tell a reader nothing.
//
// Spec: https://doc.rust-lang.org/rustc/symbol-mangling/v0.html, whose names of productions are used here.

#include "demangle.h"

#include <stdio.h>

#include "punycode.h"
#include "text.h"

enum { DEPTH_MAX = 200, STEPS_MAX = 20000 };

struct printer {
  const char *in;
  size_t size, at;
  char *out;
  size_t used;
  bool failed;
  bool silent;  // what is read is not to be written
  unsigned depth, steps;
  uint64_t lifetimes;  // bound by the binders around
};

static void fail(struct printer *p) { p->failed = true; }

static void put(struct printer *p, const char *text, size_t size) {
  if (p->silent || p->failed) {
    return;
  }
  if (size > TW_DEMANGLED_MAX - p->used) {
    fail(p);
    return;
  }
  memcpy(p->out + p->used, text, size);
  p->used += size;
}

static void put_text(struct printer *p, const char *text) { put(p, text, strlen(text)); }

static void put_number(struct printer *p, uint64_t n) {
  char digits[24];
  put(p, digits, (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n));
}

static char peek(const struct printer *p) { return p->at < p->size ? p->in[p->at] : '\0'; }

static char next(struct printer *p) {
  if (p->at >= p->size) {
    fail(p);
    return '\0';
  }
  return p->in[p->at++];
}

static bool eat(struct printer *p, char c) {
  bool there = !p->failed && peek(p) == c && c != '\0';
  p->at += there;
  return there;
}

// Every production that can contain itself begins with `enter` and ends with `leave`.
static bool enter(struct printer *p) {
  if (++p->depth > DEPTH_MAX || ++p->steps > STEPS_MAX) {
    fail(p);
  }
  return !p->failed;
}

static void leave(struct printer *p) { p->depth--; }

// base-62-number: "_" is 0, "0_" is 1.
static uint64_t base_62(struct printer *p) {
  if (eat(p, '_')) {
    return 0;
  }
  uint64_t n = 0;
  while (!p->failed && !eat(p, '_')) {
    char c = next(p);
    uint64_t digit = 62;
    if (c >= '0' && c <= '9') {
      digit = (uint64_t)(c - '0');
    } else if (c >= 'a' && c <= 'z') {
      digit = (uint64_t)(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'Z') {
      digit = (uint64_t)(c - 'A') + 36;
    }
    if (digit == 62 || n > (UINT64_MAX - 62) / 62) {
      fail(p);
      return 0;
    }
    n = n * 62 + digit;
  }
  return n + 1;
}

// A base-62 number behind a letter, and 0 where the letter is not there.
static uint64_t optional_62(struct printer *p, char letter) { return eat(p, letter) ? base_62(p) + 1 : 0; }

static size_t decimal(struct printer *p) {
  if (peek(p) < '0' || peek(p) > '9') {
    fail(p);
    return 0;
  }
  if (eat(p, '0')) {
    return 0;
  }
  size_t n = 0;
  while (peek(p) >= '0' && peek(p) <= '9') {
    n = n * 10 + (size_t)(next(p) - '0');
    if (n > p->size) {
      fail(p);
      return 0;
    }
  }
  return n;
}

struct identifier {
  const char *at;
  size_t size;
  bool punycode;
};

// undisambiguated-identifier.
static struct identifier identifier(struct printer *p) {
  struct identifier id = {.punycode = eat(p, 'u')};
  size_t size = decimal(p);
  eat(p, '_');
  if (p->failed || size > p->size - p->at) {
    fail(p);
    return id;
  }
  id.at = p->in + p->at;
  id.size = size;
  p->at += size;
  return id;
}

static void put_identifier(struct printer *p, struct identifier id) {
  if (!id.punycode) {
    put(p, id.at, id.size);
    return;
  }
  uint32_t characters[128];
  size_t count = sizeof characters / sizeof characters[0];
  if (p->failed || !tw_punycode(id.at, id.size, '_', characters, &count)) {
    fail(p);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    char bytes[4];
    put(p, bytes, tw_utf8_put(characters[i], bytes));
  }
}

// Lifetimes are numbered from the innermost binder outwards: 0 is erased, 1 the last one bound.
static void put_lifetime(struct printer *p, uint64_t index) {
  if (index > p->lifetimes) {
    fail(p);
    return;
  }
  uint64_t depth = p->lifetimes - index;
  char letter = (char)('a' + (index ? depth % 26 : 0));
  put_text(p, "'");
  if (index == 0) {
    put_text(p, "_");
  } else if (depth < 26) {
    put(p, &letter, 1);
  } else {
    put_text(p, "_");
    put_number(p, depth);
  }
}

static void put_path(struct printer *p, bool is_value);
static void put_type(struct printer *p);
static void put_const(struct printer *p, bool is_value);

// Where a back reference leads; it must lead back, or reading would not end. The caller restores `at`. Nothing is to be written in
// silence, so there a reference need not be followed: false.
static bool follow(struct printer *p, size_t *resume) {
  size_t here = p->at - 1;
  uint64_t target = base_62(p);
  if (p->failed || target >= here) {
    fail(p);
    return false;
  }
  *resume = p->at;
  if (p->silent) {
    return false;
  }
  p->at = (size_t)target;
  return true;
}

static void put_generic_argument(struct printer *p) {
  if (eat(p, 'L')) {
    put_lifetime(p, base_62(p));
  } else if (eat(p, 'K')) {
    put_const(p, false);
  } else {
    put_type(p);
  }
}

static void put_generic_arguments(struct printer *p) {
  for (size_t i = 0; !p->failed && !eat(p, 'E'); i++) {
    put_text(p, i ? ", " : "");
    put_generic_argument(p);
  }
}

// nested-path, behind its "N". An upper-case namespace is that of something without a name in the source.
static void put_nested_path(struct printer *p, bool is_value) {
  char namespace = next(p);
  put_path(p, is_value);
  uint64_t disambiguator = optional_62(p, 's');
  struct identifier id = identifier(p);
  if (namespace >= 'A' && namespace <= 'Z') {
    put_text(p, "::{");
    if (namespace == 'C' || namespace == 'S') {
      put_text(p, namespace == 'C' ? "closure" : "shim");
    } else {
      put(p, &namespace, 1);
    }
    put_text(p, id.size ? ":" : "");
    put_identifier(p, id);
    put_text(p, "#");
    put_number(p, disambiguator);
    put_text(p, "}");
  } else if (namespace >= 'a' && namespace <= 'z') {
    put_text(p, id.size ? "::" : "");
    put_identifier(p, id);
  } else {
    fail(p);
  }
}

// impl-path and the types behind it. The path of the module that the `impl` stands in is read and not written.
static void put_impl(struct printer *p, char tag) {
  if (tag != 'Y') {
    bool silent = p->silent;
    p->silent = true;
    optional_62(p, 's');
    put_path(p, false);
    p->silent = silent;
  }
  put_text(p, "<");
  put_type(p);
  if (tag != 'M') {
    put_text(p, " as ");
    put_path(p, false);
  }
  put_text(p, ">");
}

static void put_path(struct printer *p, bool is_value) {
  if (!enter(p)) {
    return;
  }
  size_t resume;
  char tag = next(p);
  switch (tag) {
    case 'C':
      optional_62(p, 's');
      put_identifier(p, identifier(p));
      break;
    case 'N': put_nested_path(p, is_value); break;
    case 'M':
    case 'X':
    case 'Y': put_impl(p, tag); break;
    case 'I':
      put_path(p, is_value);
      put_text(p, is_value ? "::<" : "<");
      put_generic_arguments(p);
      put_text(p, ">");
      break;
    case 'B':
      if (follow(p, &resume)) {
        put_path(p, is_value);
        p->at = resume;
      }
      break;
    default: fail(p);
  }
  leave(p);
}

// A trait's path in `dyn`: its generic arguments stay open, because associated types are written among them.
static bool put_open_path(struct printer *p) {
  bool open = false;
  if (!enter(p)) {
    return false;
  }
  if (eat(p, 'B')) {
    size_t resume;
    if (follow(p, &resume)) {
      open = put_open_path(p);
      p->at = resume;
    }
  } else if (eat(p, 'I')) {
    put_path(p, false);
    put_text(p, "<");
    put_generic_arguments(p);
    open = true;
  } else {
    put_path(p, false);
  }
  leave(p);
  return open;
}

static void put_dyn_trait(struct printer *p) {
  bool open = put_open_path(p);
  while (eat(p, 'p')) {
    put_text(p, open ? ", " : "<");
    open = true;
    put_identifier(p, identifier(p));
    put_text(p, " = ");
    put_type(p);
  }
  put_text(p, open ? ">" : "");
}

// binder: writes "for<'a, 'b> "; returns how many lifetimes the caller must unbind.
static uint64_t put_binder(struct printer *p) {
  uint64_t count = optional_62(p, 'G');
  if (count > TW_DEMANGLED_MAX) {
    fail(p);
    return 0;
  }
  put_text(p, count ? "for<" : "");
  for (uint64_t i = 0; i < count; i++) {
    put_text(p, i ? ", " : "");
    p->lifetimes++;
    put_lifetime(p, 1);
  }
  put_text(p, count ? "> " : "");
  return count;
}

static void put_dyn(struct printer *p) {
  put_text(p, "dyn ");
  uint64_t bound = put_binder(p);
  for (size_t i = 0; !p->failed && !eat(p, 'E'); i++) {
    put_text(p, i ? " + " : "");
    put_dyn_trait(p);
  }
  p->lifetimes -= bound;
  if (!eat(p, 'L')) {
    fail(p);
    return;
  }
  uint64_t lifetime = base_62(p);
  if (lifetime) {
    put_text(p, " + ");
    put_lifetime(p, lifetime);
  }
}

static void put_abi(struct printer *p) {
  put_text(p, "extern \"");
  if (eat(p, 'C')) {
    put_text(p, "C");
  } else {
    struct identifier id = identifier(p);
    for (size_t i = 0; i < id.size; i++) {
      put(p, id.at[i] == '_' ? "-" : id.at + i, 1);
    }
  }
  put_text(p, "\" ");
}

static void put_function_type(struct printer *p) {
  uint64_t bound = put_binder(p);
  put_text(p, eat(p, 'U') ? "unsafe " : "");
  if (eat(p, 'K')) {
    put_abi(p);
  }
  put_text(p, "fn(");
  for (size_t i = 0; !p->failed && !eat(p, 'E'); i++) {
    put_text(p, i ? ", " : "");
    put_type(p);
  }
  put_text(p, ")");
  if (!eat(p, 'u')) {
    put_text(p, " -> ");
    put_type(p);
  }
  p->lifetimes -= bound;
}

static const char *basic_type(char tag) {
  static const char *const names[26] = {
      ['a' - 'a'] = "i8",  ['b' - 'a'] = "bool", ['c' - 'a'] = "char",  ['d' - 'a'] = "f64",   ['e' - 'a'] = "str",
      ['f' - 'a'] = "f32", ['h' - 'a'] = "u8",   ['i' - 'a'] = "isize", ['j' - 'a'] = "usize", ['l' - 'a'] = "i32",
      ['m' - 'a'] = "u32", ['n' - 'a'] = "i128", ['o' - 'a'] = "u128",  ['p' - 'a'] = "_",     ['s' - 'a'] = "i16",
      ['t' - 'a'] = "u16", ['u' - 'a'] = "()",   ['v' - 'a'] = "...",   ['x' - 'a'] = "i64",   ['y' - 'a'] = "u64",
      ['z' - 'a'] = "!",
  };
  return tag >= 'a' && tag <= 'z' ? names[tag - 'a'] : NULL;
}

static void put_reference(struct printer *p, bool is_mutable) {
  put_text(p, "&");
  uint64_t lifetime = eat(p, 'L') ? base_62(p) : 0;
  if (lifetime) {
    put_lifetime(p, lifetime);
    put_text(p, " ");
  }
  put_text(p, is_mutable ? "mut " : "");
  put_type(p);
}

static void put_tuple(struct printer *p) {
  size_t count = 0;
  put_text(p, "(");
  while (!p->failed && !eat(p, 'E')) {
    put_text(p, count++ ? ", " : "");
    put_type(p);
  }
  put_text(p, count == 1 ? ",)" : ")");
}

static void put_type(struct printer *p) {
  if (!enter(p)) {
    return;
  }
  size_t resume;
  char tag = next(p);
  const char *basic = basic_type(tag);
  if (basic) {
    put_text(p, basic);
    leave(p);
    return;
  }
  switch (tag) {
    case 'R':
    case 'Q': put_reference(p, tag == 'Q'); break;
    case 'P':
    case 'O':
      put_text(p, tag == 'P' ? "*const " : "*mut ");
      put_type(p);
      break;
    case 'A':
    case 'S':
      put_text(p, "[");
      put_type(p);
      if (tag == 'A') {
        put_text(p, "; ");
        put_const(p, true);
      }
      put_text(p, "]");
      break;
    case 'T': put_tuple(p); break;
    case 'F': put_function_type(p); break;
    case 'D': put_dyn(p); break;
    case 'B':
      if (follow(p, &resume)) {
        put_type(p);
        p->at = resume;
      }
      break;
    default: p->at -= !p->failed; put_path(p, false);
  }
  leave(p);
}

static bool is_hex(struct cm_str text) {
  bool good = true;
  for (size_t i = 0; i < text.size; i++) {
    good = good && ((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f'));
  }
  return good;
}

// const-data: hexadecimal digits and "_". Gives where they stand, without zeros in front.
static struct cm_str hex_digits(struct printer *p) {
  size_t first = p->at;
  while (p->at < p->size && is_hex((struct cm_str){p->in + p->at, 1})) {
    p->at++;
  }
  struct cm_str digits = {p->in + first, p->at - first};
  if (!eat(p, '_')) {
    fail(p);
    digits.size = 0;
  }
  while (digits.size > 0 && digits.at[0] == '0') {
    digits.at++;
    digits.size--;
  }
  return digits;
}

static uint64_t hex_value(struct cm_str digits) {
  uint64_t n = 0;
  for (size_t i = 0; i < digits.size; i++) {
    n = n << 4 | (uint64_t)(digits.at[i] <= '9' ? digits.at[i] - '0' : digits.at[i] - 'a' + 10);
  }
  return n;
}

static void put_integer(struct printer *p) {
  struct cm_str digits = hex_digits(p);
  if (digits.size <= 16) {
    put_number(p, hex_value(digits));
  } else {
    put_text(p, "0x");
    put(p, digits.at, digits.size);
  }
}

static void put_bool_or_char(struct printer *p, char tag) {
  uint64_t value = hex_value(hex_digits(p));
  char bytes[4];
  if (tag == 'b' && value <= 1) {
    put_text(p, value == 0 ? "false" : "true");
  } else if (tag == 'b' || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
    fail(p);
  } else {
    put_text(p, "'");
    put_text(p, value == '\'' || value == '\\' ? "\\" : "");
    put(p, bytes, tw_utf8_put((uint32_t)value, bytes));
    put_text(p, "'");
  }
}

// A value behind its "A" or "T": a list of values up to "E".
static void put_values(struct printer *p, const char *before, const char *after, bool tuple) {
  size_t count = 0;
  put_text(p, before);
  while (!p->failed && !eat(p, 'E')) {
    put_text(p, count++ ? ", " : "");
    put_const(p, true);
  }
  put_text(p, tuple && count == 1 ? "," : "");
  put_text(p, after);
}

static void put_adt_value(struct printer *p) {
  put_path(p, true);
  switch (next(p)) {
    case 'U': break;
    case 'T': put_values(p, "(", ")", false); break;
    case 'S':
      put_text(p, " { ");
      for (size_t i = 0; !p->failed && !eat(p, 'E'); i++) {
        put_text(p, i ? ", " : "");
        optional_62(p, 's');
        put_identifier(p, identifier(p));
        put_text(p, ": ");
        put_const(p, true);
      }
      put_text(p, " }");
      break;
    default: fail(p);
  }
}

// A string literal: its bytes in hexadecimal.
static void put_literal(struct printer *p) {
  put_text(p, "\"");
  while (!p->failed && !eat(p, '_')) {
    char pair[2];
    pair[0] = next(p);
    pair[1] = next(p);
    if (!is_hex((struct cm_str){pair, 2})) {
      fail(p);
      return;
    }
    char byte = (char)hex_value((struct cm_str){pair, 2});
    put_text(p, byte == '"' || byte == '\\' ? "\\" : "");
    put(p, &byte, 1);
  }
  put_text(p, "\"");
}

// Values that are no plain number stand in braces where a type could stand as well.
static void put_structured(struct printer *p, char tag, bool is_value) {
  bool literal = tag == 'R' && eat(p, 'e');
  bool braces = !is_value && !literal;
  put_text(p, braces ? "{" : "");
  if (literal) {
    put_literal(p);
  } else if (tag == 'e') {
    put_text(p, "*");
    put_literal(p);
  } else if (tag == 'A') {
    put_values(p, "[", "]", false);
  } else if (tag == 'T') {
    put_values(p, "(", ")", true);
  } else if (tag == 'V') {
    put_adt_value(p);
  } else {
    put_text(p, tag == 'Q' ? "&mut " : "&");
    put_const(p, true);
  }
  put_text(p, braces ? "}" : "");
}

static void put_const(struct printer *p, bool is_value) {
  if (!enter(p)) {
    return;
  }
  size_t resume;
  char tag = next(p);
  if (tag == 'p') {
    put_text(p, "_");
  } else if (tag == 'B') {
    if (follow(p, &resume)) {
      put_const(p, is_value);
      p->at = resume;
    }
  } else if (tag == 'b' || tag == 'c') {
    put_bool_or_char(p, tag);
  } else if (tag && strchr("htmyojaslxni", tag)) {
    put_text(p, strchr("aslxni", tag) && eat(p, 'n') ? "-" : "");
    put_integer(p);
  } else if (tag && strchr("eRQATV", tag)) {
    put_structured(p, tag, is_value);
  } else {
    fail(p);
  }
  leave(p);
}

// What a compiler adds behind a symbol: ".llvm.123" tells nothing, ".cold" may.
static void put_suffix(struct printer *p) {
  struct cm_str rest = {p->in + p->at, p->size - p->at};
  if (rest.size > 0 && rest.at[0] != '.' && rest.at[0] != '$') {
    fail(p);
  } else if (!cm_str_starts(rest, CM_STR(".llvm."))) {
    put(p, rest.at, rest.size);
  }
}

// symbol-name, behind "_R".
static void put_v0(struct printer *p) {
  put_path(p, true);
  if (!p->failed && peek(p) >= 'A' && peek(p) <= 'Z') {
    p->silent = true;  // the instantiating crate
    put_path(p, false);
    p->silent = false;
  }
  put_suffix(p);
}

// The escapes of the legacy mangling within an identifier: "$LT$" is "<", "$u20$" a space, ".." is "::".
static void put_legacy_identifier(struct printer *p, struct cm_str id) {
  static const struct {
    const char *code, *text;
  } escapes[] = {{"SP", "@"}, {"BP", "*"}, {"RF", "&"}, {"LT", "<"}, {"GT", ">"}, {"LP", "("}, {"RP", ")"}, {"C", ","}};
  if (cm_str_starts(id, CM_STR("_$"))) {
    id.at++;
    id.size--;
  }
  for (size_t i = 0; i < id.size && !p->failed; i++) {
    const char *end = id.at[i] == '$' ? memchr(id.at + i + 1, '$', id.size - i - 1) : NULL;
    if (end) {
      struct cm_str code = {id.at + i + 1, (size_t)(end - id.at) - i - 1};
      struct cm_str digits = {code.at + 1, code.size ? code.size - 1 : 0};
      size_t row = 0;
      while (row < sizeof escapes / sizeof escapes[0] && !cm_str_is(code, escapes[row].code)) {
        row++;
      }
      char bytes[4];
      if (row < sizeof escapes / sizeof escapes[0]) {
        put_text(p, escapes[row].text);
      } else if (code.size > 1 && code.size <= 6 && code.at[0] == 'u' && is_hex(digits)) {
        put(p, bytes, tw_utf8_put((uint32_t)hex_value(digits), bytes));
      } else {
        put(p, id.at + i, code.size + 2);
      }
      i += code.size + 1;
    } else if (id.at[i] == '.' && i + 1 < id.size && id.at[i + 1] == '.') {
      put_text(p, "::");
      i++;
    } else {
      put(p, id.at + i, 1);
    }
  }
}

static bool is_hash(struct cm_str id) { return id.size == 17 && id.at[0] == 'h' && is_hex((struct cm_str){id.at + 1, 16}); }

// Behind "_ZN": identifiers, the last of them the hash, then "E". Without a hash it is a C++ symbol and none of ours.
static void put_legacy(struct printer *p) {
  struct cm_str last = {NULL, 0};
  for (size_t i = 0; !p->failed && !eat(p, 'E'); i++) {
    if (i > 0) {
      put_text(p, i > 1 ? "::" : "");
      put_legacy_identifier(p, last);
    }
    size_t size = decimal(p);
    if (p->failed || size == 0 || size > p->size - p->at) {
      fail(p);
      return;
    }
    last = (struct cm_str){p->in + p->at, size};
    p->at += size;
  }
  if (!is_hash(last) || p->used == 0) {
    fail(p);
  }
  put_suffix(p);
}

struct cm_str tw_demangle(struct cm_str name, char to[TW_DEMANGLED_MAX]) {
  bool legacy = cm_str_starts(name, CM_STR("_ZN"));
  bool v0 = cm_str_starts(name, CM_STR("_R")) && name.size > 2 && name.at[2] >= 'A' && name.at[2] <= 'Z';
  if (!legacy && !v0) {
    return name;
  }
  size_t prefix = legacy ? 3 : 2;
  struct printer p = {.in = name.at + prefix, .size = name.size - prefix};
  p.out = to;
  if (legacy) {
    put_legacy(&p);
  } else {
    put_v0(&p);
  }
  return p.failed || p.used == 0 ? name : (struct cm_str){to, p.used};
}
