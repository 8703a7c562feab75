// Canonical definitions, read as component/canon.def lists them.
//
// The table says which immediates follow an opcode, a letter each; decode_immediate reads one letter. There is no code for a
// single built-in here.
//
// Spec: Binary.md, "Canonical Definitions".

#include "binary/decode.h"
#include "core/read.h"

const struct cm_canon_info cm_canons[CM_CANON_COUNT] = {
#define CM_CANON(opcode, NAME, text, immediates) [CM_CANON_##NAME] = {opcode, text, immediates},
#include <component/canon.def>
};

const struct cm_canon_option_info cm_canon_options[CM_CANON_OPTION_COUNT] = {
#define CM_CANON_OPTION(code, text, has, member, SORT) \
  [code] = {text, CM_SORT_##SORT, offsetof(struct cm_canon_opts, has), offsetof(struct cm_canon_opts, member)},
#include <component/canon.def>
};

// By opcode: the kind + 1, or 0.
static const uint8_t kinds[256] = {
#define CM_CANON(opcode, NAME, text, immediates) [opcode] = CM_CANON_##NAME + 1,
#include <component/canon.def>
};

// One option. The three string encodings share a flag; which one it is stands beside it.
static bool decode_option(struct cm_reader *r, struct cm_canon_opts *out) {
  uint8_t code;
  if (!read_choice(r, CM_CANON_OPTION_COUNT, "a canonical option (0x00 to 0x09)", &code)) return false;
  const struct cm_canon_option_info *info = &cm_canon_options[code];
  *(bool *)((char *)out + info->has) = true;
  if (code <= CM_LATIN1_UTF16) out->encoding = (enum cm_string_encoding)code;
  if (info->sort != CM_SORT_COUNT) {
    uint32_t *index = &out->indices[out->count];
    if (!cm_read_u32(r, index_of(info->sort), index)) return false;
    memcpy((char *)out + info->member, index, sizeof *index);
  }
  out->order[out->count++] = code;
  return true;
}

static bool decode_options(struct cm_reader *r, struct cm_canon_opts *out) {
  _Static_assert(sizeof out->order == CM_LIMIT_OPTIONS, "order has room for as many options as may be");
  uint32_t count;
  if (!cm_read_count(r, "a count of canonical options", 1, CM_LIMIT_OPTIONS, &count)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!decode_option(r, out)) return false;
  return true;
}

// `shared?`, which wasm-tools does not write (see enum dialect).
static bool decode_shared(struct decoder *d, struct cm_reader *r, struct cm_canon *out) {
  d->met |= DIALECT_SHARED_BYTE;
  out->has_shared_byte = d->dialect & DIALECT_SHARED_BYTE;
  out->is_shared = true;
  return !out->has_shared_byte || read_flag(r, "whether the thread is shared (0x00 or 0x01)", &out->is_shared);
}

static bool decode_immediate(struct decoder *d, struct cm_reader *r, char letter, struct cm_canon *out) {
  switch (letter) {
    case 'z': return expect_byte(r, 0, "0x00 (the sort func)");
    case 'f': return cm_read_u32(r, out->kind == CM_CANON_LIFT ? "a core func index" : "a func index", &out->func);
    case 't': return cm_read_u32(r, "a type index", &out->type);
    case 'c': return cm_read_u32(r, "a core type index", &out->type);
    case 'm': return cm_read_u32(r, "a core memory index", &out->memory);
    case 'b': return cm_read_u32(r, "a core table index", &out->table);
    case 'o': return decode_options(r, &out->opts);
    case 'r': return decode_result_list(d, r, &out->result, &out->named_result_count, &out->named_results);
    case 'v': return core_read_valtype(r, "the type of a context slot", &out->context_type);
    case 'i': return cm_read_u32(r, "the number of a context slot", &out->context_index);
    case 'a': return read_flag(r, "whether the call is async (0x00 or 0x01)", &out->is_async);
    case 'k': return read_flag(r, "whether the call is cancellable (0x00 or 0x01)", &out->is_cancellable);
    default: return decode_shared(d, r, out);  // 's'
  }
}

bool decode_canon(struct decoder *d, struct cm_reader *r, struct open_scope *s, struct cm_item *item) {
  (void)s;
  struct cm_canon *out = &item->canon;
  if (r->at == r->end || !kinds[*r->at]) return fail_expected(r, "a canonical definition");
  out->kind = (enum cm_canon_kind)(kinds[*r->at++] - 1);
  if (d->item) d->item->name = cm_str_of(cm_canons[out->kind].text);
  for (const char *letter = cm_canons[out->kind].immediates; *letter; letter++)
    if (!decode_immediate(d, r, *letter, out)) return false;
  return true;
}
