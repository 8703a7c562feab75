// Component binaries, encoded.
//
// The items of a component are written section by section, as `sections` groups them; where there are none, as many neighbours as may
// share a section do. Lengths are known afterwards and put in front (see buffer.h). Core modules are carried as the bytes that they
// are, but for custom sections that are to be dropped.
//
// Spec: Binary.md, "Component Definitions".

#include "binary/encode.h"

#include <component/limits.h>

static const uint8_t preamble[] = {0x00, 'a', 's', 'm', 0x0d, 0x00, 0x01, 0x00};

bool encode_enter(struct encoder *e) {
  if (e->depth > CM_LIMIT_NESTING) {
    if (!e->out->failed) e->out->failed = CM_LIMIT;
    return false;
  }
  e->depth++;
  return true;
}

static bool is_dropped(const struct encoder *e, struct cm_str custom, const char *names) {
  if (cm_str_is(custom, names)) return e->options.drop_names;
  if (cm_str_is(custom, "producers")) return e->options.drop_producers;
  return e->options.drop_custom;
}

static void encode_core_module(struct encoder *e, const struct core_module *module) {
  enum { PREAMBLE = 8 };
  if (!e->options.drop_names && !e->options.drop_producers && !e->options.drop_custom) {
    cm_put_span(e->out, module->bytes);
    return;
  }
  cm_put_bytes(e->out, module->bytes.at, PREAMBLE);
  for (uint32_t i = 0; i < module->section_count; i++) {
    const struct core_section *section = &module->sections[i];
    if (section->id == SECTION_CUSTOM && is_dropped(e, section->name, "name")) continue;
    const uint8_t *start = module->file + section->offset;
    cm_put_bytes(e->out, start, (size_t)(section->bytes.at + section->bytes.size - start));
  }
}

static void encode_component(struct encoder *e, const struct cm_component *component);

// What stands in a section, or is one by itself.
static void encode_item(struct encoder *e, const struct cm_item *item) {
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: encode_core_module(e, item->module); break;
    case CM_ITEM_CORE_INSTANCE: encode_core_instance(e, &item->instance); break;
    case CM_ITEM_CORE_TYPE: encode_core_type(e, item->core_type); break;
    case CM_ITEM_COMPONENT: encode_component(e, item->component); break;
    case CM_ITEM_INSTANCE: encode_instance(e, &item->instance); break;
    case CM_ITEM_ALIAS: encode_alias(e, &item->alias); break;
    case CM_ITEM_TYPE: encode_type(e, item->type); break;
    case CM_ITEM_CANON: encode_canon(e, &item->canon); break;
    case CM_ITEM_START: encode_start(e, &item->start); break;
    case CM_ITEM_IMPORT: encode_import(e, &item->import); break;
    case CM_ITEM_EXPORT: encode_export(e, &item->export); break;
    case CM_ITEM_VALUE: encode_value(e, &item->value); break;
    case CM_ITEM_CUSTOM:
      cm_put_name(e->out, item->custom.name);
      cm_put_span(e->out, item->custom.bytes);
      break;
  }
}

static bool is_vector(uint8_t id) {
  return id != SECTION_CUSTOM && id != SECTION_CORE_MODULE && id != SECTION_COMPONENT && id != SECTION_START;
}

// How many bytes a section will have, as nearly as is known before: what is large has been decoded, and is seldom changed.
static size_t guess_size(const struct cm_item *item) {
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: return item->module->bytes.size;
    case CM_ITEM_COMPONENT: return item->component->bytes.size;
    default: return 0;
  }
}

static void encode_section(struct encoder *e, uint8_t id, struct cm_item *const *items, uint32_t count) {
  if (id == SECTION_CUSTOM && is_dropped(e, items[0]->custom.name, "component-name")) return;
  cm_put_u8(e->out, id);
  size_t guess = count ? guess_size(items[0]) : 0, mark = cm_buffer_open_near(e->out, guess);
  if (is_vector(id)) cm_put_u32(e->out, count);
  for (uint32_t i = 0; i < count; i++) encode_item(e, items[i]);
  cm_buffer_close_near(e->out, mark, guess);
}

// How many items from the first on may stand in one section.
static uint32_t run_of(struct cm_item *const *items, uint32_t count) {
  uint32_t run = 1;
  if (!is_vector(section_id_of(items[0]->kind))) return 1;
  while (run < count && items[run]->kind == items[0]->kind) run++;
  return run;
}

static void encode_component(struct encoder *e, const struct cm_component *component) {
  const struct cm_scope *scope = &component->scope;
  if (!encode_enter(e)) return;
  cm_put_bytes(e->out, preamble, sizeof preamble);
  for (uint32_t i = 0; i < component->section_count; i++) {
    const struct cm_section *section = &component->sections[i];
    encode_section(e, section->id, section->count ? scope->items + section->first : NULL, section->count);
  }
  for (uint32_t i = 0, run; !component->section_count && i < scope->item_count; i += run) {
    run = run_of(scope->items + i, scope->item_count - i);
    encode_section(e, section_id_of(scope->items[i]->kind), scope->items + i, run);
  }
  e->depth--;
}

bool cm_encode(const struct cm_component *component, const struct cm_encode_options *options, struct cm_buffer *out,
               struct cm_diag *diag) {
  struct encoder e = {.out = out};
  if (options) e.options = *options;
  encode_component(&e, component);
  return cm_buffer_ok(out, diag);
}
