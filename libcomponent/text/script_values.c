// Values of scripts: (i32.const 1), (list.const (u8.const 1)), and the patterns of results.
//
// One table says of each word what value it makes and how what follows it is read.

#include "text/script.h"

struct value_list {
  struct cm_script_value *items;
  size_t room;
  uint32_t count;
};

enum { DEEPEST = 100 };  // values within each other

static bool read_value(struct text_lexer *l, unsigned depth, struct cm_script_value *out);
static bool read_bare(struct text_lexer *l, unsigned depth, struct cm_script_value *out);

static bool read_items(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  struct value_list list = {0};
  while (l->token.kind == TEXT_OPEN) {
    struct cm_script_value value;
    if (!read_value(l, depth + 1, &value)) return false;
    if (!cm_grow(l->arena, &list.items, &list.room, list.count, sizeof *list.items)) return text_fail_memory(l);
    list.items[list.count++] = value;
  }
  out->count = list.count;
  out->items = list.items;
  return true;
}

// Shapes of what follows a word.

static bool read_int(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  static const uint8_t bits[] = {
      [CM_SCRIPT_I32] = 32, [CM_SCRIPT_I64] = 64, [CM_SCRIPT_S8] = 8,   [CM_SCRIPT_U8] = 8,   [CM_SCRIPT_S16] = 16,
      [CM_SCRIPT_U16] = 16, [CM_SCRIPT_S32] = 32, [CM_SCRIPT_U32] = 32, [CM_SCRIPT_S64] = 64, [CM_SCRIPT_U64] = 64};
  return text_integer(l, bits[out->kind], "an integer", &out->bits);
}

static bool read_float(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  if (text_take(l, "nan:canonical")) {
    out->nan = CM_SCRIPT_NAN_CANONICAL;
    return true;
  }
  if (text_take(l, "nan:arithmetic")) {
    out->nan = CM_SCRIPT_NAN_ARITHMETIC;
    return true;
  }
  uint32_t bits;
  if (out->kind == CM_SCRIPT_F64) return text_f64(l, &out->bits);
  if (!text_f32(l, &bits)) return false;
  out->bits = bits;
  return true;
}

// Lanes are integers of the lane's size, in I32 or I64, or floats.
static bool read_v128(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  static const struct shape {
    const char *word;
    unsigned lanes, bits;
    bool is_float;
  } shapes[] = {{"i8x16", 16, 8, false}, {"i16x8", 8, 16, false}, {"i32x4", 4, 32, false},
                {"i64x2", 2, 64, false}, {"f32x4", 4, 32, true},  {"f64x2", 2, 64, true}};
  const struct shape *shape = shapes, *end = shapes + sizeof shapes / sizeof shapes[0];
  while (shape < end && !text_at(l, shape->word)) shape++;
  if (shape == end) return text_expected(l, "a shape (`i8x16`, `i16x8`, `i32x4`, `i64x2`, `f32x4` or `f64x2`)");
  text_next(l);
  struct cm_script_value *lanes = cm_alloc_array(l->arena, shape->lanes, sizeof *lanes);
  if (!lanes) return text_fail_memory(l);
  for (unsigned i = 0; i < shape->lanes; i++) {
    bool wide = shape->bits == 64;
    lanes[i].kind = shape->is_float ? (wide ? CM_SCRIPT_F64 : CM_SCRIPT_F32) : wide ? CM_SCRIPT_I64 : CM_SCRIPT_I32;
    if (!(shape->is_float ? read_float(l, depth, &lanes[i]) : text_integer(l, shape->bits, "a lane", &lanes[i].bits))) return false;
  }
  out->shape = cm_str_of(shape->word);
  out->count = shape->lanes;
  out->items = lanes;
  return true;
}

static bool read_bool(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  out->bits = text_at(l, "true");
  if (!out->bits && !text_at(l, "false")) return text_expected(l, "`true` or `false`");
  text_next(l);
  return true;
}

// One character, as a string.
static bool read_char(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  const char *at = l->token.at;
  struct cm_str text;
  if (!text_name(l, "a character", &text)) return false;
  const uint8_t *s = (const uint8_t *)text.at;
  size_t size = !text.size ? 0 : s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
  if (size == 0 || size != text.size) return text_fail(l, at, "expected one character");
  out->bits = size == 1 ? s[0] : s[0] & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; i++) out->bits = out->bits << 6 | (s[i] & 0x3f);
  return true;
}

static bool read_text(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  return text_name(l, "a string", &out->text);
}

static bool read_variant(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  return text_name(l, "the label of a case", &out->text) && read_items(l, depth, out);
}

// (field "name" VALUE)*, the value with or without parentheses.
static bool read_record(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  struct value_list list = {0};
  while (text_enter(l, "field")) {
    struct cm_script_value value;
    struct cm_str name;
    if (!text_name(l, "the label of a field", &name)) return false;
    bool open = l->token.kind == TEXT_OPEN;
    if (!(open ? read_value(l, depth + 1, &value) : read_bare(l, depth + 1, &value)) || !text_close(l)) return false;
    value.name = name;
    if (!cm_grow(l->arena, &list.items, &list.room, list.count, sizeof *list.items)) return text_fail_memory(l);
    list.items[list.count++] = value;
  }
  out->count = list.count;
  out->items = list.items;
  return true;
}

static bool read_flags(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)depth;
  struct value_list list = {0};
  while (l->token.kind == TEXT_STRING) {
    struct cm_script_value flag = {.kind = CM_SCRIPT_ENUM};
    if (!text_name(l, "a label", &flag.text)) return false;
    if (!cm_grow(l->arena, &list.items, &list.room, list.count, sizeof *list.items)) return text_fail_memory(l);
    list.items[list.count++] = flag;
  }
  out->count = list.count;
  out->items = list.items;
  return true;
}

static bool read_nothing(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  (void)l, (void)depth, (void)out;
  return true;
}

static const struct value_word {
  const char *word;
  enum cm_script_value_kind kind;
  bool (*read)(struct text_lexer *l, unsigned depth, struct cm_script_value *out);
} words[] = {
    {"i32.const", CM_SCRIPT_I32, read_int},
    {"i64.const", CM_SCRIPT_I64, read_int},
    {"f32.const", CM_SCRIPT_F32, read_float},
    {"f64.const", CM_SCRIPT_F64, read_float},
    {"v128.const", CM_SCRIPT_V128, read_v128},
    {"either", CM_SCRIPT_EITHER, read_items},
    {"bool.const", CM_SCRIPT_BOOL, read_bool},
    {"s8.const", CM_SCRIPT_S8, read_int},
    {"u8.const", CM_SCRIPT_U8, read_int},
    {"s16.const", CM_SCRIPT_S16, read_int},
    {"u16.const", CM_SCRIPT_U16, read_int},
    {"s32.const", CM_SCRIPT_S32, read_int},
    {"u32.const", CM_SCRIPT_U32, read_int},
    {"s64.const", CM_SCRIPT_S64, read_int},
    {"u64.const", CM_SCRIPT_U64, read_int},
    {"char.const", CM_SCRIPT_CHAR, read_char},
    {"str.const", CM_SCRIPT_STRING, read_text},
    {"list.const", CM_SCRIPT_LIST, read_items},
    {"record.const", CM_SCRIPT_RECORD, read_record},
    {"tuple.const", CM_SCRIPT_TUPLE, read_items},
    {"variant.const", CM_SCRIPT_VARIANT, read_variant},
    {"enum.const", CM_SCRIPT_ENUM, read_text},
    {"option.none", CM_SCRIPT_NONE, read_nothing},
    {"option.some", CM_SCRIPT_SOME, read_items},
    {"result.ok", CM_SCRIPT_OK, read_items},
    {"result.err", CM_SCRIPT_ERROR, read_items},
    {"flags.const", CM_SCRIPT_FLAGS, read_flags},
};

// ref.null HEAP?, ref.extern N?, ref.func N?, and those with nothing behind them. A heap type is kept as the text's word.
static bool read_reference(struct text_lexer *l, struct cm_script_value *out) {
  out->kind = CM_SCRIPT_REF;
  out->text = (struct cm_str){l->token.at + 4, l->token.size - 4};
  text_next(l);
  if (l->token.kind == TEXT_NUMBER) {
    uint32_t number;
    if (!text_u32(l, "a number", &number)) return false;
    out->has_number = true;
    out->bits = number;
  } else if (l->token.kind == TEXT_KEYWORD || l->token.kind == TEXT_ID) {
    out->name = (struct cm_str){l->token.at, l->token.size};
    text_next(l);
  }
  return true;
}

static bool read_bare(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  *out = (struct cm_script_value){0};
  if (depth > DEEPEST) return text_fail_limit(l, l->token.at, "more than %d values within each other", DEEPEST);
  if (l->token.kind == TEXT_KEYWORD && l->token.size > 4 && memcmp(l->token.at, "ref.", 4) == 0) return read_reference(l, out);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (!text_take(l, words[i].word)) continue;
    out->kind = words[i].kind;
    return words[i].read(l, depth, out);
  }
  return text_expected(l, "a value (`i32.const`, `ref.null`, `list.const`, …)");
}

static bool read_value(struct text_lexer *l, unsigned depth, struct cm_script_value *out) {
  return text_open(l) && read_bare(l, depth, out) && text_close(l);
}

bool script_values(struct text_lexer *l, uint32_t *count, const struct cm_script_value **out) {
  struct cm_script_value all = {0};
  if (!read_items(l, 0, &all)) return false;
  *count = all.count;
  *out = all.items;
  return true;
}
