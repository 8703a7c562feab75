// Characters, lines and tokens of the text.
//
// Text is gathered in a buffer and handed to the sink whenever that is full. Lines are indented by two spaces a level, up to
// DEEPEST_INDENT: hostile code nests a hundred thousand blocks, and the text must not grow with the square of that.

#include "text/printer.h"

void printer_flush(struct printer *p) {
  if (p->used && !p->refused && !p->excerpt && !p->sink.write(p->sink.context, p->buffer, p->used)) {
    if (!p->failed) cm_fail_at_large(p->diag, CM_UNSUPPORTED, "the text could not be written");
    p->failed = p->refused = true;
  }
  // A line of an excerpt is cut off where the buffer ends.
  p->used = p->excerpt ? PRINTER_BUFFER - PRINTER_RESERVE : 0;
}

void printer_reserve(struct printer *p) {
  if (p->used > PRINTER_BUFFER - PRINTER_RESERVE) printer_flush(p);
}

bool printer_no_memory(struct printer *p) {
  p->failed = true;
  return cm_fail_memory(p->diag);
}

void put_str(struct printer *p, struct cm_str text) {
  while (text.size && !p->failed) {
    printer_reserve(p);
    size_t size = text.size < PRINTER_RESERVE ? text.size : PRINTER_RESERVE;
    memcpy(p->buffer + p->used, text.at, size);
    p->used += size;
    text = (struct cm_str){text.at + size, text.size - size};
  }
}

void put_u64(struct printer *p, uint64_t value) {
  enum { DIGITS = 20 };
  char digits[DIGITS];
  unsigned at = DIGITS;
  do digits[--at] = (char)('0' + value % 10);
  while (value /= 10);
  printer_reserve(p);
  memcpy(p->buffer + p->used, digits + at, DIGITS - at);
  p->used += DIGITS - at;
}

void put_s64(struct printer *p, int64_t value) {
  if (value < 0) put_char(p, '-');
  put_u64(p, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

static const char hex_digits[] = "0123456789abcdef";

void put_hex(struct printer *p, uint64_t value, unsigned digits) {
  unsigned needed = 1;
  while (needed < 16 && value >> (4 * needed)) needed++;
  if (digits < needed) digits = needed;
  printer_reserve(p);
  while (digits--) p->buffer[p->used++] = hex_digits[value >> (4 * digits) & 15];
}

void put_number(struct printer *p, uint64_t value) {
  put_char(p, ' ');
  if (p->options.color) put_paint(p, PAINT_NUMBER);
  put_u64(p, value);
  if (p->options.color) put_unpaint(p);
}

static void put_spaces(struct printer *p, size_t count) {
  printer_reserve(p);
  memset(p->buffer + p->used, ' ', count);
  p->used += count;
}

// "(;@1f    ;)" in front of the line, or as many spaces.
void put_offset_column(struct printer *p, uint64_t offset) {
  enum { WIDTH = 11, LEAST_DIGITS = 6 };
  if (!p->options.offsets) return;
  if (offset == NO_OFFSET) {
    put_spaces(p, WIDTH);
    return;
  }
  if (p->options.color) put_paint(p, PAINT_COMMENT);
  put_str(p, CM_STR("(;@"));
  size_t start = p->used;
  put_hex(p, offset, 1);
  size_t digits = p->used - start;
  if (digits < LEAST_DIGITS) put_spaces(p, LEAST_DIGITS - digits);
  put_str(p, CM_STR(";)"));
  if (p->options.color) put_unpaint(p);
}

void put_line(struct printer *p, uint64_t offset) {
  if (p->excerpt)
    excerpt_line(p, offset);
  else
    put_char(p, '\n');
  p->lines++;
  put_offset_column(p, offset);
  put_spaces(p, 2 * (size_t)(p->indent < DEEPEST_INDENT ? p->indent : DEEPEST_INDENT));
}

void close_block(struct printer *p, uint64_t lines, uint64_t offset) {
  if (p->lines != lines) put_line(p, offset);
  put_char(p, ')');
}

void put_paint(struct printer *p, enum paint how) {
  static const char *const codes[] = {
      [PAINT_WORD] = "\x1b[35m",   [PAINT_OP] = "\x1b[1m",      [PAINT_NAME] = "\x1b[32m",
      [PAINT_STRING] = "\x1b[33m", [PAINT_NUMBER] = "\x1b[36m", [PAINT_COMMENT] = "\x1b[2m",
  };
  if (p->options.color) put_text(p, codes[how]);
}

void put_unpaint(struct printer *p) {
  if (p->options.color) put_str(p, CM_STR("\x1b[0m"));
}

void put_painted(struct printer *p, enum paint how, const char *text) {
  put_paint(p, how);
  put_text(p, text);
  put_unpaint(p);
}

// String literals.

// What stands for a byte of data: itself, or an escape. The last of it is the length.
static void put_data_byte(struct printer *p, uint8_t byte) {
  char *to = p->buffer + p->used;
  if (byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\') {
    *to = (char)byte;
    p->used++;
    return;
  }
  to[0] = '\\';
  to[1] = hex_digits[byte >> 4];
  to[2] = hex_digits[byte & 15];
  p->used += 3;
}

void put_data_literal(struct printer *p, struct cm_span data) {
  enum { AT_ONCE = PRINTER_RESERVE / 3 };
  put_paint(p, PAINT_STRING);
  put_char(p, '"');
  for (size_t i = 0; i < data.size && !p->failed; i++) {
    if (i % AT_ONCE == 0) printer_reserve(p);
    put_data_byte(p, data.at[i]);
  }
  put_char(p, '"');
  put_unpaint(p);
}

// The character at the beginning of `text`, which is well-formed UTF-8, and its size.
static uint32_t decode_character(struct cm_str text, size_t *size) {
  const uint8_t *at = (const uint8_t *)text.at;
  *size = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  if (*size > text.size) *size = 1;  // not so well-formed
  uint32_t c = *size == 1 ? at[0] : at[0] & (0x7fu >> *size);
  for (size_t i = 1; i < *size; i++) c = c << 6 | (at[i] & 0x3f);
  return c;
}

// What a terminal would obey, hide, or print in another order.
static bool is_unprintable(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

static void put_escaped(struct printer *p, struct cm_str text) {
  for (size_t size; text.size && !p->failed; text = (struct cm_str){text.at + size, text.size - size}) {
    uint32_t c = decode_character(text, &size);
    if (is_unprintable(c)) {
      put_str(p, CM_STR("\\u{"));
      put_hex(p, c, 1);
      put_char(p, '}');
    } else {
      if (c == '"' || c == '\\') put_char(p, '\\');
      put_str(p, (struct cm_str){text.at, size});
    }
  }
}

void put_name_literal(struct printer *p, struct cm_str name) {
  put_paint(p, PAINT_STRING);
  put_char(p, '"');
  put_escaped(p, name);
  put_char(p, '"');
  put_unpaint(p);
}

// Identifiers and indices.

void put_ident(struct printer *p, const struct idents *idents, uint32_t index, struct ident ident) {
  put_paint(p, PAINT_NAME);
  put_char(p, '$');
  if (ident.form == IDENT_PLAIN) {
    put_str(p, ident.name);
  } else {
    put_char(p, '"');
    if (ident.form == IDENT_MADE) {
      put_char(p, '#');
      put_text(p, idents->group);
      put_u64(p, index);
      put_char(p, ' ');
    }
    put_escaped(p, ident.name);
    put_char(p, '"');
  }
  put_unpaint(p);
}

void put_local(struct printer *p, const struct idents *idents, uint32_t index, struct ident ident) {
  put_char(p, ' ');
  put_ident(p, idents, index, ident);
  if (ident.form != IDENT_MADE) return;
  put_str(p, CM_STR(" (@name "));
  put_name_literal(p, ident.name);
  put_char(p, ')');
}

void put_definition(struct printer *p, const struct idents *idents, uint32_t index) {
  struct ident ident = ident_of(idents, index);
  if (ident.form != IDENT_NONE) put_local(p, idents, index, ident);
  put_char(p, ' ');
  put_paint(p, PAINT_COMMENT);
  put_str(p, CM_STR("(;"));
  put_u64(p, index);
  put_str(p, CM_STR(";)"));
  put_unpaint(p);
}

void put_reference(struct printer *p, const struct idents *idents, uint32_t index) {
  struct ident ident = ident_of(idents, index);
  if (ident.form == IDENT_NONE) {
    put_number(p, index);
    return;
  }
  put_char(p, ' ');
  put_ident(p, idents, index, ident);
}
