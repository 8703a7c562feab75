// Canonical definitions, written as component/canon.def lists them: the counterpart of canon.c.
//
// Spec: Binary.md, "Canonical Definitions".

#include "binary/encode.h"

static void encode_options(struct encoder *e, const struct cm_canon_opts *opts) {
  cm_put_u32(e->out, opts->count);
  for (uint8_t i = 0; i < opts->count; i++) {
    cm_put_u8(e->out, opts->order[i]);
    if (cm_canon_options[opts->order[i]].sort != CM_SORT_COUNT) cm_put_u32(e->out, opts->indices[i]);
  }
}

static void encode_immediate(struct encoder *e, char letter, const struct cm_canon *canon) {
  switch (letter) {
    case 'z': cm_put_u8(e->out, 0); break;
    case 'f': cm_put_u32(e->out, canon->func); break;
    case 't':
    case 'c': cm_put_u32(e->out, canon->type); break;
    case 'm': cm_put_u32(e->out, canon->memory); break;
    case 'b': cm_put_u32(e->out, canon->table); break;
    case 'o': encode_options(e, &canon->opts); break;
    case 'r': encode_result_list(e, canon->result, canon->named_result_count, canon->named_results); break;
    case 'v': core_put_valtype(e->out, canon->context_type); break;
    case 'i': cm_put_u32(e->out, canon->context_index); break;
    case 'a': cm_put_u8(e->out, canon->is_async); break;
    case 'k': cm_put_u8(e->out, canon->is_cancellable); break;
    default:  // 's'
      if (canon->has_shared_byte) cm_put_u8(e->out, canon->is_shared);
  }
}

void encode_canon(struct encoder *e, const struct cm_canon *canon) {
  const struct cm_canon_info *info = &cm_canons[canon->kind];
  cm_put_u8(e->out, info->opcode);
  for (const char *letter = info->immediates; *letter; letter++) encode_immediate(e, *letter, canon);
}
