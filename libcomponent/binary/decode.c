// Component binaries, decoded.
//
// A component is a preamble and a list of sections; most sections are vectors of one kind of item. The rows of section_rows say
// how the items of each are read and told; everything below an item is in the files beside this one. Components nest, and so do
// the types within them: the nesting is followed on the C stack, up to CM_LIMIT_NESTING.
//
// Nothing is validated beyond the format itself. Items are linked into their scope before they are read, so that after an error the
// caller holds everything up to it.
//
// Spec: Binary.md, "Component Definitions".

#include "binary/decode.h"

// By section id. The paths of errors name a section only where it is a vector.
static const struct section_row {
  const char *name, *path;
  struct item_row item;
} section_rows[SECTION_COUNT] = {
    [SECTION_CUSTOM] = {"custom", "section custom", {"custom section", CM_ITEM_CUSTOM, -1, NULL}},
    [SECTION_CORE_MODULE] = {"core module", NULL, {"core module", CM_ITEM_CORE_MODULE, CM_SORT_CORE_MODULE, NULL}},
    [2] = {"core instance",
           "section core instance",
           {"core instance", CM_ITEM_CORE_INSTANCE, CM_SORT_CORE_INSTANCE, decode_core_instance}},
    [3] = {"core type", "section core type", {"core type", CM_ITEM_CORE_TYPE, CM_SORT_CORE_TYPE, decode_core_type}},
    [SECTION_COMPONENT] = {"component", NULL, {"component", CM_ITEM_COMPONENT, CM_SORT_COMPONENT, NULL}},
    [5] = {"instance", "section instance", {"instance", CM_ITEM_INSTANCE, CM_SORT_INSTANCE, decode_instance}},
    [6] = {"alias", "section alias", {"alias", CM_ITEM_ALIAS, -1, decode_alias}},
    [7] = {"type", "section type", {"type", CM_ITEM_TYPE, CM_SORT_TYPE, decode_type}},
    [8] = {"canon", "section canon", {"canon", CM_ITEM_CANON, -1, decode_canon}},
    [SECTION_START] = {"start", "section start", {"start", CM_ITEM_START, -1, decode_start}},
    [10] = {"import", "section import", {"import", CM_ITEM_IMPORT, -1, decode_import}},
    [11] = {"export", "section export", {"export", CM_ITEM_EXPORT, -1, decode_export}},
    [12] = {"value", "section value", {"value", CM_ITEM_VALUE, CM_SORT_VALUE, decode_value}},
};

uint8_t section_id_of(enum cm_item_kind kind) {
  uint8_t id = 0;
  while (section_rows[id].item.kind != kind) id++;
  return id;
}

const char *cm_section_name(uint8_t id) { return id < SECTION_COUNT ? section_rows[id].name : NULL; }

static struct cm_item *begin_item(struct decoder *d, struct open_scope *s, enum cm_item_kind kind, uint64_t offset,
                                  uint32_t section) {
  struct cm_item *item = decoder_alloc(d, 1, sizeof *item);
  if (!item) return NULL;
  item->kind = kind;
  item->section = section;
  item->offset = offset;
  return scope_add_item(d, s, item) ? item : NULL;
}

bool decode_item(struct decoder *d, struct cm_reader *r, struct open_scope *s, const struct item_row *row, uint32_t place,
                 const uint8_t *start, uint32_t section) {
  struct cm_item *item = begin_item(d, s, row->kind, (uint64_t)(start - r->file), section);
  if (!item) return false;
  struct cm_where where = {.up = r->where, .what = row->what, .index = row->sort < 0 ? place : s->scope->spaces[row->sort].count};
  struct cm_where *outer = d->item;
  r->where = d->item = &where;
  bool ok = row->read(d, r, s, item) && scope_add_defs(d, r, s, item);
  r->where = where.up;
  d->item = outer;
  if (ok) item->size = (uint64_t)(r->at - start);
  return ok;
}

static bool decode_component(struct decoder *d, struct cm_span bytes, const struct cm_scope *parent, const struct cm_where *where,
                             struct cm_component **out);

// A component under construction and the section at hand.
struct open_component {
  struct cm_component *component;
  struct open_scope scope;
  size_t section_room;
};

static struct cm_section *section_of(const struct open_component *c) {
  return &c->component->sections[c->component->section_count - 1];
}

// The contents: a vector of items, or one start.
static bool decode_items(struct decoder *d, struct cm_span contents, struct open_component *c, const struct cm_where *up) {
  const struct section_row *row = &section_rows[section_of(c)->id];
  struct cm_where where = {.up = up, .what = row->path, .index = -1};
  struct cm_reader r = cm_reader_of(contents, d->file, &where, d->diag);
  uint32_t count = 1;
  if (section_of(c)->id != SECTION_START && !cm_read_count(&r, "a count of items", 1, CM_LIMIT_DEFINITIONS, &count)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!decode_item(d, &r, &c->scope, &row->item, i, r.at, c->component->section_count - 1)) return false;
  if (cm_left(&r) == 0) return true;
  return cm_reader_fail(&r, CM_MALFORMED, "unexpected data at the end of the section: expected its end after %u item%s, found %s",
                        count, count == 1 ? "" : "s", found_at(&r).text);
}

// Reads the section from a clean state, in the given dialect.
static bool try_items(struct decoder *d, struct cm_span contents, struct open_component *c, const struct cm_where *up,
                      unsigned dialect) {
  struct decoder saved = *d;
  d->met = 0;
  d->dialect = dialect;
  bool ok = decode_items(d, contents, c, up);
  d->depth = saved.depth;
  d->item = saved.item;
  if (!ok) d->start_values = saved.start_values;
  return ok;
}

static void forget_items(struct open_component *c, const struct cm_scope *saved) {
  c->component->scope.item_count = saved->item_count;
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) c->component->scope.spaces[sort].count = saved->spaces[sort].count;
}

// See enum dialect. Where both ways fail, the first is taken again for its error and for what it had read.
static bool decode_vector(struct decoder *d, struct cm_span contents, struct open_component *c, const struct cm_where *up) {
  const struct cm_scope saved = c->component->scope;
  if (try_items(d, contents, c, up, 0)) return true;
  if (!d->met || d->diag->error == CM_NO_MEMORY) return false;
  unsigned other = d->met;
  forget_items(c, &saved);
  if (try_items(d, contents, c, up, other)) return true;
  forget_items(c, &saved);
  return try_items(d, contents, c, up, 0);
}

static bool decode_custom(struct decoder *d, struct cm_span contents, struct open_component *c, struct cm_item *item,
                          const struct cm_where *up) {
  struct cm_where where = {.up = up, .what = section_rows[SECTION_CUSTOM].path, .index = -1};
  struct cm_reader r = cm_reader_of(contents, d->file, &where, d->diag);
  if (!cm_read_name(&r, "the name of a custom section", &item->custom.name)) return false;
  item->custom.bytes = (struct cm_span){r.at, cm_left(&r)};
  if (!c->component->name.size && cm_str_is(item->custom.name, "component-name"))
    read_component_name(item->custom.bytes, &c->component->name);
  return true;
}

static bool decode_core_module(struct decoder *d, struct cm_span contents, struct cm_item *item, const struct cm_where *where) {
  struct cm_reader r = cm_reader_of(contents, d->file, where, d->diag);
  return check_preamble(&r, CM_ARTIFACT_MODULE) && core_decode(d->arena, contents, d->file, where, &item->module, d->diag);
}

static bool decode_inner_component(struct decoder *d, struct cm_span contents, struct open_component *c, struct cm_item *item,
                                   const struct cm_where *where) {
  struct cm_reader r = cm_reader_of(contents, d->file, where, d->diag);
  if (!enter(d, &r)) return false;
  bool ok = decode_component(d, contents, &c->component->scope, where, &item->component);
  leave(d);
  return ok;
}

// Custom sections, core modules, components: the section is one item, which has all of its contents.
static bool decode_whole(struct decoder *d, struct cm_span contents, struct open_component *c, const struct cm_where *up) {
  const struct cm_section *section = section_of(c);
  const struct item_row *row = &section_rows[section->id].item;
  struct cm_item *item = begin_item(d, &c->scope, row->kind, section->contents, c->component->section_count - 1);
  if (!item) return false;
  struct cm_where where = {.up = up, .what = row->what};
  if (row->sort >= 0) where.index = c->component->scope.spaces[row->sort].count;
  bool ok = section->id == SECTION_CUSTOM        ? decode_custom(d, contents, c, item, up)
            : section->id == SECTION_CORE_MODULE ? decode_core_module(d, contents, item, &where)
                                                 : decode_inner_component(d, contents, c, item, &where);
  if (!ok) return false;
  item->size = contents.size;
  struct cm_reader r = cm_reader_of(contents, d->file, up, d->diag);
  return scope_add_defs(d, &r, &c->scope, item);
}

// section ::= id size contents
static bool decode_section(struct decoder *d, struct cm_reader *r, struct open_component *c) {
  struct cm_component *component = c->component;
  uint64_t offset = cm_offset(r);
  if (r->at < r->end && *r->at >= SECTION_COUNT)
    return cm_reader_fail(r, CM_MALFORMED, "malformed section id: expected 0 to %d, found %s", SECTION_COUNT - 1, found_at(r).text);
  if (!cm_grow(d->arena, &component->sections, &c->section_room, component->section_count, sizeof *component->sections))
    return cm_fail_memory(d->diag);
  uint8_t id = 0;
  uint32_t size;
  struct cm_span contents;
  if (!cm_read_u8(r, "a section id", &id)) return false;
  uint64_t size_offset = cm_offset(r);
  if (!cm_read_u32(r, "the size of a section", &size)) return false;
  if (size > cm_left(r))
    return cm_reader_fail_at(r, size_offset, CM_MALFORMED, "section %s claims %u bytes, only %zu are left", section_rows[id].name,
                             size, cm_left(r));
  uint32_t first = component->scope.item_count;
  component->sections[component->section_count++] =
      (struct cm_section){.id = id, .offset = offset, .contents = cm_offset(r), .size = size, .first = first};
  if (!cm_read_bytes(r, size, "a section", &contents)) return false;
  bool whole = id == SECTION_CUSTOM || id == SECTION_CORE_MODULE || id == SECTION_COMPONENT;
  bool ok = whole ? decode_whole(d, contents, c, r->where) : decode_vector(d, contents, c, r->where);
  section_of(c)->count = component->scope.item_count - first;
  return ok;
}

static bool decode_component(struct decoder *d, struct cm_span bytes, const struct cm_scope *parent, const struct cm_where *where,
                             struct cm_component **out) {
  struct cm_reader r = cm_reader_of(bytes, d->file, where, d->diag);
  uint64_t offset = cm_offset(&r);
  if (!check_preamble(&r, CM_ARTIFACT_COMPONENT)) return false;
  struct open_component c = {.component = decoder_alloc(d, 1, sizeof *c.component)};
  if (!c.component) return false;
  c.scope.scope = &c.component->scope;
  *c.component = (struct cm_component){.bytes = bytes, .file = d->file, .offset = offset};
  c.component->scope = (struct cm_scope){.kind = CM_SCOPE_COMPONENT, .parent = parent, .component = c.component};
  *out = c.component;
  while (cm_left(&r))
    if (!decode_section(d, &r, &c)) return false;
  return true;
}

bool cm_decode(struct cm_arena *arena, struct cm_span file, struct cm_component **out, struct cm_diag *diag) {
  struct cm_diag unwanted;
  struct cm_where where = {.what = "component", .index = -1};
  struct decoder d = {.arena = arena, .diag = diag ? diag : &unwanted, .file = file.at};
  *out = NULL;
  return decode_component(&d, file, NULL, &where, out);
}
