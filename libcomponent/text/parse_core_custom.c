// Custom sections: (@custom "name" (before|after …) "bytes" …), (@producers …), (@dylink.0 …).
//
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#custom-annotation;
// https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md, DynamicLinking.md.

#include "text/parse_core.h"

void core_put_custom(struct cm_buffer *out, struct cm_str name, struct cm_span bytes) {
  cm_put_u8(out, 0);
  size_t mark = cm_buffer_open(out);
  cm_put_name(out, name);
  cm_put_span(out, bytes);
  cm_buffer_close(out, mark);
}

// Ends the section whose contents are in `bytes`, which is freed.
static bool add_custom(struct core_text *m, struct core_custom_text custom, struct cm_buffer *bytes) {
  bool ok = cm_buffer_ok(bytes, NULL);
  uint8_t *kept = ok ? cm_alloc(m->l->arena, bytes->size) : NULL;
  if (kept && bytes->size) memcpy(kept, bytes->at, bytes->size);
  custom.bytes = (struct cm_span){kept, bytes->size};
  cm_buffer_free(bytes);
  if (!kept || !cm_grow(m->l->arena, &m->customs, &m->custom_room, m->custom_count, sizeof *m->customs))
    return text_fail_memory(m->l);
  m->customs[m->custom_count++] = custom;
  return true;
}

// (before first), (after last), (before SECTION), (after SECTION), or nothing.
static bool place(struct core_text *m, struct core_custom_text *out) {
  static const struct anchor {
    const char *word;
    uint8_t section;
  } anchors[] = {{"type", CORE_SECTION_TYPE},     {"import", CORE_SECTION_IMPORT}, {"func", CORE_SECTION_FUNC},
                 {"table", CORE_SECTION_TABLE},   {"memory", CORE_SECTION_MEMORY}, {"tag", CORE_SECTION_TAG},
                 {"global", CORE_SECTION_GLOBAL}, {"export", CORE_SECTION_EXPORT}, {"start", CORE_SECTION_START},
                 {"elem", CORE_SECTION_ELEM},     {"code", CORE_SECTION_CODE},     {"data", CORE_SECTION_DATA}};
  if (m->l->token.kind != TEXT_OPEN) return true;
  text_next(m->l);
  out->before = text_at(m->l, "before");
  if (!out->before && !text_at(m->l, "after")) return text_expected(m->l, "`before` or `after`");
  text_next(m->l);
  if (text_take(m->l, out->before ? "first" : "last")) return text_close(m->l);
  for (size_t i = 0; i < sizeof anchors / sizeof anchors[0]; i++) {
    if (!text_take(m->l, anchors[i].word)) continue;
    out->anchor = anchors[i].section;
    return text_close(m->l);
  }
  return text_expected(m->l, "the name of a section");
}

static bool read_custom(struct core_text *m, struct core_custom_text *custom, struct cm_buffer *bytes) {
  if (!text_name(m->l, "the name of a custom section", &custom->name) || !place(m, custom)) return false;
  while (m->l->token.kind == TEXT_STRING) {
    struct cm_span piece;
    if (!text_string(m->l, "a string", &piece)) return false;
    cm_put_span(bytes, piece);
  }
  return true;
}

static bool read_producers(struct core_text *m, struct core_custom_text *custom, struct cm_buffer *bytes) {
  static const char *const fields[] = {"language", "sdk", "processed-by"};
  custom->name = CM_STR("producers");
  const char *start = m->l->token.at;
  uint32_t field_count = 0;
  // Each field gathers its values from all over the annotation, so the annotation is read once for each.
  for (size_t i = 0; i < 3; i++) {
    size_t begin = bytes->size;
    cm_put_name(bytes, cm_str_of(fields[i]));
    size_t mark = cm_buffer_open(bytes);
    uint32_t count = 0;
    for (text_seek(m->l, start); m->l->token.kind == TEXT_OPEN;) {
      struct cm_str name, version;
      text_next(m->l);
      bool mine = text_at(m->l, fields[i]);
      if (!mine && !text_at(m->l, fields[(i + 1) % 3]) && !text_at(m->l, fields[(i + 2) % 3]))
        return text_expected(m->l, "`language`, `sdk` or `processed-by`");
      text_next(m->l);
      if (!text_name(m->l, "a name", &name) || !text_name(m->l, "a version", &version) || !text_close(m->l)) return false;
      if (!mine) continue;
      cm_put_name(bytes, name);
      cm_put_name(bytes, version);
      count++;
    }
    if (count)
      cm_buffer_insert_u32(bytes, mark, count), field_count++;
    else if (!bytes->failed)
      bytes->size = begin;
  }
  cm_buffer_insert_u32(bytes, 0, field_count);
  return true;
}

// Flags of a symbol: numbers and words, or-ed.
static bool symbol_flags(struct core_text *m, uint32_t *out) {
  static const char *const words[] = {"binding-weak", "binding-local", "visibility-hidden", NULL,  "undefined",
                                      "exported",     "explicit-name", "no-strip",          "tls", "absolute"};
  *out = 0;
  while (m->l->token.kind != TEXT_CLOSE) {
    uint32_t flags = 0;
    for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++)
      if (words[i] && text_at(m->l, words[i])) flags = (uint32_t)1 << i;
    if (flags)
      text_next(m->l);
    else if (!text_u32(m->l, "a symbol flag", &flags))
      return false;
    *out |= flags;
  }
  return true;
}

static bool read_sizes(struct core_text *m, const char *word, struct cm_buffer *out) {
  uint32_t size = 0, align = 0;
  if (text_enter(m->l, word) && (!text_u32(m->l, "a size", &size) || !text_u32(m->l, "an alignment", &align) || !text_close(m->l)))
    return false;
  cm_put_u32(out, size);
  cm_put_u32(out, align);
  return !m->l->failed;
}

static bool read_strings(struct core_text *m, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  for (struct cm_str name; m->l->token.kind != TEXT_CLOSE; count++) {
    if (!text_name(m->l, "a name", &name)) return false;
    cm_put_name(out, name);
  }
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

// Neighbours (export-info …) are one subsection, and so are (import-info …).
static bool read_infos(struct core_text *m, const char *word, int names, struct cm_buffer *out) {
  uint32_t count = 0;
  size_t mark = cm_buffer_open(out);
  for (;;) {
    struct cm_str name;
    uint32_t flags;
    for (int i = 0; i < names; i++) {
      if (!text_name(m->l, "a name", &name)) return false;
      cm_put_name(out, name);
    }
    if (!symbol_flags(m, &flags)) return false;
    cm_put_u32(out, flags);
    count++;
    if (text_look_ahead(m->l)->kind != TEXT_OPEN) break;
    const char *here = m->l->token.at;
    if (!text_close(m->l)) return false;
    if (!text_enter(m->l, word)) {
      text_seek(m->l, here);
      break;
    }
  }
  cm_buffer_insert_u32(out, mark, count);
  return true;
}

static bool read_dylink(struct core_text *m, struct core_custom_text *custom, struct cm_buffer *bytes) {
  static const char *const words[] = {NULL, "mem-info", "needed", "export-info", "import-info", "runtime-path"};
  custom->name = CM_STR("dylink.0");
  custom->before = true;
  while (m->l->token.kind == TEXT_OPEN) {
    text_next(m->l);
    uint8_t id = 1;
    while (id < 6 && !text_at(m->l, words[id])) id++;
    if (id == 6) return text_expected(m->l, "`mem-info`, `needed`, `export-info`, `import-info` or `runtime-path`");
    text_next(m->l);
    cm_put_u8(bytes, id);
    size_t mark = cm_buffer_open(bytes);
    bool ok = id == 1              ? read_sizes(m, "memory", bytes) && read_sizes(m, "table", bytes)
              : id == 2 || id == 5 ? read_strings(m, bytes)
                                   : read_infos(m, words[id], id == 3 ? 1 : 2, bytes);
    cm_buffer_close(bytes, mark);
    if (!ok || !text_close(m->l)) return false;
  }
  return true;
}

bool core_custom(struct core_text *m) {
  struct core_custom_text custom = {0};
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, m->l->arena->allocator);
  bool ok = false;
  if (text_at_annotation(m->l, "custom"))
    ok = (text_next(m->l), read_custom(m, &custom, &bytes));
  else if (text_at_annotation(m->l, "producers"))
    ok = (text_next(m->l), read_producers(m, &custom, &bytes));
  else if (text_at_annotation(m->l, "dylink.0"))
    ok = (text_next(m->l), read_dylink(m, &custom, &bytes));
  else
    text_expected(m->l, "a field of a module");
  if (ok && text_close(m->l)) return add_custom(m, custom, &bytes);
  cm_buffer_free(&bytes);
  return false;
}
