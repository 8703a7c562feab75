// The text is written with printf and read by the project's own parser: what an adapter does can be read as one reads WebAssembly.

#include "code.h"

#include <component/parse.h>
#include <component/reader.h>

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
  if (!cm_parse_text(arena, text, &(struct cm_parse_options){.no_names = !keep_names, .annotated_names = true}, &parsed, diag))
    return false;
  *out = parsed.bytes;
  return true;
}

// Where the data section goes: behind that of code, before names, which speak of it (core binary format, "Modules").
static bool find_data(struct cm_span module, size_t *out, struct cm_diag *diag) {
  enum { PREAMBLE = 8, SECTION_CODE = 10 };
  struct cm_reader r = cm_reader_of(module, module.at, NULL, diag);
  struct cm_span skipped;
  if (!cm_read_bytes(&r, PREAMBLE, "a module", &skipped)) return false;
  *out = PREAMBLE;
  while (cm_left(&r)) {
    uint8_t id;
    uint32_t size;
    if (!cm_read_u8(&r, "a section", &id) || !cm_read_u32(&r, "its size", &size) || !cm_read_bytes(&r, size, "it", &skipped))
      return false;
    if (id && id <= SECTION_CODE) *out = (size_t)(r.at - module.at);
  }
  return true;
}

bool code_add_data(struct cm_arena *arena, struct cm_span module, uint32_t at, struct cm_span data, struct cm_span *out,
                   struct cm_diag *diag) {
  enum { SECTION_DATA = 11, I32_CONST = 0x41, END = 0x0b };
  struct cm_buffer head, whole;
  size_t place;
  if (!find_data(module, &place, diag)) return false;
  cm_buffer_init(&head, NULL);
  cm_buffer_init(&whole, NULL);
  cm_put_u32(&head, 1);  // segments
  cm_put_u32(&head, 0);  // of memory 0
  cm_put_u8(&head, I32_CONST);
  cm_put_s32(&head, (int32_t)at);
  cm_put_u8(&head, END);
  cm_put_u32(&head, (uint32_t)data.size);
  cm_put_bytes(&whole, module.at, place);
  cm_put_u8(&whole, SECTION_DATA);
  cm_put_u32(&whole, (uint32_t)(head.size + data.size));
  cm_put_span(&whole, cm_buffer_span(&head));
  cm_put_span(&whole, data);
  cm_put_bytes(&whole, module.at + place, module.size - place);
  char *bytes = head.failed || whole.failed ? NULL : cm_alloc_text(arena, (const char *)whole.at, whole.size);
  *out = (struct cm_span){(const uint8_t *)bytes, whole.size};
  cm_buffer_free(&head);
  cm_buffer_free(&whole);
  return bytes || cm_fail_memory(diag);
}
