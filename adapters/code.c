// The text is written with printf and read by the project's own parser: what an adapter does can be read as one reads WebAssembly.

#include "code.h"

#include <component/parse.h>

#include <stdarg.h>
#include <stdio.h>

void code_put(struct code *code, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  uint8_t *at = length < 0 ? NULL : cm_buffer_extend(&code->text, (size_t)length + 1);
  if (at) {
    vsnprintf((char *)at, (size_t)length + 1, format, again);
    code->text.size--;  // the zero
  }
  va_end(again);
}

void code_put_string(struct code *code, struct cm_span bytes) {
  static const char digits[] = "0123456789abcdef";
  cm_put_u8(&code->text, '"');
  for (size_t i = 0; i < bytes.size; i++) {
    uint8_t byte = bytes.at[i];
    if (byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\') {
      cm_put_u8(&code->text, byte);
    } else {
      const char escape[] = {'\\', digits[byte >> 4], digits[byte & 15]};
      cm_put_bytes(&code->text, escape, sizeof escape);
    }
  }
  cm_put_u8(&code->text, '"');
}

const char *code_flat_name(enum cm_flat flat) {
  switch (flat) {
    case CM_FLAT_I32: return "i32";
    case CM_FLAT_I64: return "i64";
    case CM_FLAT_F32: return "f32";
    case CM_FLAT_F64: return "f64";
  }
  return "";
}

void code_put_signature(struct code *code, const struct cm_signature *signature, bool named) {
  for (uint32_t i = 0; i < signature->param_count; i++) {
    if (named)
      code_put(code, " (param $%u %s)", i, code_flat_name(signature->params[i]));
    else
      code_put(code, " (param %s)", code_flat_name(signature->params[i]));
  }
  for (uint32_t i = 0; i < signature->result_count; i++) code_put(code, " (result %s)", code_flat_name(signature->results[i]));
}

bool code_assemble(struct cm_arena *arena, const struct code *code, bool keep_names, struct cm_span *out, struct cm_diag *diag) {
  struct cm_parsed parsed;
  struct cm_str text = {(const char *)code->text.at, code->text.size};
  if (!cm_buffer_ok(&code->text, diag)) return false;
  if (!cm_parse_text(arena, text, &(struct cm_parse_options){.no_names = !keep_names}, &parsed, diag)) return false;
  *out = parsed.bytes;
  return true;
}
