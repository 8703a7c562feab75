// The walk through a component: its sections in order, their items where they are wanted, and what is nested in them.
//
// Where decoding failed, the items of the section that failed are shown in any case, on every level down to the place.

#include "dump_rows.h"

enum { PREAMBLE = 8 };

// What is needed to number the items of a scope.
struct scope_walk {
  const struct tw_dump_walk *walk;
  const struct cm_scope *scope;
  uint64_t depth;
  uint32_t next[CM_SORT_COUNT];               // the next index of each index space
  const struct cm_str *names[CM_SORT_COUNT];  // of the component-name section; NULL: none
};

static bool walk_component(const struct tw_dump_walk *walk, const struct cm_component *component, uint64_t depth, bool broken);

// The indices that an item introduced are the next ones of the one index space that says so.
static void number_item(struct scope_walk *s, const struct cm_item *item, struct tw_dump_row *row) {
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
    const struct cm_space *space = &s->scope->spaces[sort];
    uint32_t first = s->next[sort], end = first;
    while (end < space->count && space->defs[end].item == item) {
      end++;
    }
    if (end == first) {
      continue;
    }
    s->next[sort] = end;
    row->sort = cm_sort_names[sort];
    row->index = first;
    row->width = end - first;
    if (!row->name.size && s->names[sort]) {
      row->name = s->names[sort][first];
    }
  }
}

static bool is_broken(const struct tw_dump_walk *walk, const struct cm_item *item) {
  return walk->document->error && item->size == 0;
}

static void walk_type(const struct tw_dump_walk *walk, const struct cm_item *item, uint64_t depth);

static struct tw_dump_row item_row(struct scope_walk *s, const struct cm_item *item) {
  struct tw_dump_row row = {.row = TW_DUMP_ITEM, .depth = s->depth, .offset = item->offset, .size = item->size, .id = -1};
  row.broken = is_broken(s->walk, item);
  tw_dump_describe(item, &row);
  number_item(s, item, &row);
  return row;
}

static void show_item(struct scope_walk *s, const struct cm_item *item) {
  struct tw_dump_row row = item_row(s, item);
  s->walk->take(s->walk->context, &row);
  if (item->kind == CM_ITEM_TYPE && item->type) {
    walk_type(s->walk, item, s->depth + 1);
  }
}

// The declarators of a component or instance type.
static void walk_type(const struct tw_dump_walk *walk, const struct cm_item *item, uint64_t depth) {
  const struct cm_type *type = item->type;
  if ((type->kind != CM_TYPE_COMPONENT && type->kind != CM_TYPE_INSTANCE) || !type->scope || depth > walk->document->depth) {
    return;
  }
  struct scope_walk s = {.walk = walk, .scope = type->scope, .depth = depth};
  for (uint32_t i = 0; i < s.scope->item_count; i++) {
    show_item(&s, s.scope->items[i]);
  }
}

// A custom section, core module or component is its section's only item: one row for both.
static bool show_whole(struct scope_walk *s, const struct cm_component *component, const struct cm_section *section,
                       struct tw_dump_row *row) {
  const struct cm_item *item = component->scope.items[section->first];
  struct tw_dump_row of_item = item_row(s, item);
  of_item.row = row->row;
  of_item.id = row->id;
  of_item.offset = row->offset;
  of_item.size = row->size;
  of_item.kind = row->kind;
  s->walk->take(s->walk->context, &of_item);
  if (s->depth + 1 > s->walk->document->depth) {
    return true;
  }
  if (item->kind == CM_ITEM_COMPONENT && item->component) {
    return walk_component(s->walk, item->component, s->depth + 1, of_item.broken);
  }
  if (item->kind == CM_ITEM_CORE_MODULE) {
    struct cm_span bytes = {component->file + section->contents, section->size};
    return tw_dump_core(s->walk, bytes, of_item.broken ? NULL : item->module, s->depth + 1);
  }
  return true;
}

static bool show_section(struct scope_walk *s, const struct cm_component *component, const struct cm_section *section,
                         bool broken) {
  struct tw_dump_row row = {.row = TW_DUMP_SECTION, .depth = s->depth, .offset = section->offset, .id = section->id};
  row.size = section->contents + section->size - section->offset;
  row.kind = cm_section_name(section->id);
  row.broken = broken;
  bool whole = section->id == 0 || section->id == 1 || section->id == 4;
  if (whole && section->count == 1) {
    return show_whole(s, component, section, &row);
  }
  row.has_count = !whole && section->id != 9 && !broken;
  row.count = section->count;
  s->walk->take(s->walk->context, &row);
  for (uint32_t i = 0; i < section->count; i++) {
    const struct cm_item *item = component->scope.items[section->first + i];
    if (s->walk->document->items || broken) {
      show_item(s, item);
    } else {
      struct tw_dump_row unseen = {0};
      number_item(s, item, &unseen);
    }
  }
  return true;
}

// Whether the error is in the last section, and not in the header of the one that would come next.
static bool holds_error(const struct tw_dump_walk *walk, const struct cm_component *component) {
  const struct cm_section *section = &component->sections[component->section_count - 1];
  const struct cm_diag *error = walk->document->error;
  if (section->count && is_broken(walk, component->scope.items[section->first + section->count - 1])) {
    return true;
  }
  uint64_t end = section->contents + section->size;
  return error->has_offset && error->offset >= section->contents && (error->offset < end || section->size == 0);
}

static bool walk_component(const struct tw_dump_walk *walk, const struct cm_component *component, uint64_t depth, bool broken) {
  struct scope_walk s = {.walk = walk, .scope = &component->scope, .depth = depth};
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
    struct cm_str *names;
    struct cm_diag diag;
    if (!cm_names_read(walk->arena, component, (enum cm_sort)sort, &names, &diag)) {
      return false;
    }
    s.names[sort] = names;
  }
  struct tw_dump_row preamble = {.row = TW_DUMP_PREAMBLE, .depth = depth, .offset = component->offset, .size = PREAMBLE, .id = -1};
  preamble.kind = "component";
  preamble.name = component->name;
  walk->take(walk->context, &preamble);
  for (uint32_t i = 0; i < component->section_count; i++) {
    bool here = broken && i + 1 == component->section_count && holds_error(walk, component);
    if (!show_section(&s, component, &component->sections[i], here)) {
      return false;
    }
  }
  return true;
}

bool tw_dump_rows(const struct tw_dump_walk *walk) {
  const struct tw_dump_document *document = walk->document;
  if (document->component) {
    return walk_component(walk, document->component, 0, document->error != NULL);
  }
  return document->artifact != CM_ARTIFACT_MODULE || tw_dump_core(walk, document->bytes, document->module, 0);
}
