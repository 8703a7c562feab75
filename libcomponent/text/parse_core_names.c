// The `name` section, from identifiers and (@name …).
//
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#name-section, with the subsections of the extended-name-section
// proposal.

#include "text/parse_core.h"

void core_name_in(struct core_text *m, struct core_name_map *map, uint32_t index, struct cm_str id, struct cm_str annotation) {
  if (m->l->annotated_names) id = (struct cm_str){0};
  if (!m->names || (!id.at && !annotation.at)) return;
  cm_put_u32(&map->bytes, index);
  cm_put_name(&map->bytes, annotation.at ? annotation : id);
  map->count++;
}

void core_name(struct core_text *m, unsigned map, uint32_t index, struct cm_str id, struct cm_str annotation) {
  core_name_in(m, &m->maps[map], index, id, annotation);
}

void core_close_names(struct core_text *m, unsigned map, uint32_t index, struct core_name_map *list) {
  if (list->count) {
    struct cm_buffer *out = &m->maps[map].bytes;
    m->maps[map].count++;
    cm_put_u32(out, index);
    cm_put_u32(out, list->count);
    cm_put_span(out, cm_buffer_span(&list->bytes));
    out->failed |= list->bytes.failed;
  }
  cm_buffer_clear(&list->bytes);
  list->count = 0;
}

void core_put_names(struct core_text *m, struct cm_buffer *out) {
  struct cm_buffer names;
  cm_buffer_init(&names, m->l->arena->allocator);
  for (unsigned i = 0; i < NAMES_COUNT; i++) {
    struct core_name_map *map = &m->maps[i];
    names.failed |= map->bytes.failed;
    if (!map->count) continue;
    struct cm_span bytes = cm_buffer_span(&map->bytes);
    cm_put_u8(&names, (uint8_t)i);
    size_t mark = cm_buffer_open(&names);
    if (i != NAMES_MODULE)
      cm_put_u32(&names, map->count);
    else if (bytes.size)  // one name, of no index
      bytes.at++, bytes.size--;
    cm_put_span(&names, bytes);
    cm_buffer_close(&names, mark);
  }
  if (names.size) core_put_custom(out, CM_STR("name"), cm_buffer_span(&names));
  out->failed |= names.failed;
  cm_buffer_free(&names);
}
