// Components as text, item by item in the order of the file.
//
// Spec: Explainer.md, "Component Definitions" and "Index Spaces".

#include "text/print_component.h"

static bool read_names(struct scope_printer *s, const struct cm_component *component) {
  struct printer *p = s->p;
  for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
    struct idents *idents = &s->spaces[sort];
    struct cm_str *names;
    *idents = (struct idents){.group = cm_sort_names[sort], .count = component->scope.spaces[sort].count};
    if (!cm_names_read(&p->scratch, component, (enum cm_sort)sort, &names, NULL)) return printer_no_memory(p);
    for (uint32_t i = 0; i < idents->count; i++)
      if (names[i].at && !idents_set(&p->arena, idents, i, names[i])) return printer_no_memory(p);
    cm_arena_clear(&p->scratch);
    if (!idents_make_unique(idents)) return printer_no_memory(p);
  }
  return true;
}

void put_next(struct scope_printer *s, enum cm_sort sort) { put_definition(s->p, &s->spaces[sort], s->next[sort]++); }

void open_definition(struct scope_printer *s, enum cm_sort sort) {
  open_form(s->p, cm_sort_names[sort]);
  put_next(s, sort);
}

void put_sortidx(struct scope_printer *s, struct cm_sortidx what) {
  open_form(s->p, cm_sort_names[what.sort]);
  put_index(s, what.sort, what.index);
  close_form(s->p);
}

static void print_items(struct scope_printer *s, const struct cm_component *component) {
  uint64_t lines = s->p->lines;
  s->p->indent++;
  for (uint32_t i = 0; i < component->scope.item_count && !s->p->failed; i++) print_item(s, component->scope.items[i]);
  s->p->indent--;
  close_block(s->p, lines, component->offset + component->bytes.size);
}

// Without what is in it: for an excerpt, of what lies elsewhere.
static bool is_elided(struct scope_printer *s, const struct cm_item *item) {
  if (excerpt_wants(s->p, item->offset, item->offset + item->size)) return false;
  put_text(s->p, " ...)");
  return true;
}

static void print_inner_component(struct scope_printer *s, const struct cm_item *item) {
  struct scope_printer inner = {.p = s->p, .up = s, .component = item->component};
  open_definition(s, CM_SORT_COMPONENT);
  if (!is_elided(s, item) && read_names(&inner, item->component)) print_items(&inner, item->component);
}

static void print_core_module(struct scope_printer *s, const struct cm_item *item) {
  uint32_t index = s->next[CM_SORT_CORE_MODULE]++;
  if (excerpt_wants(s->p, item->offset, item->offset + item->size)) {
    print_module(s->p, item->module, "core module", &s->spaces[CM_SORT_CORE_MODULE], index);
    return;
  }
  open_form(s->p, "core module");
  put_definition(s->p, &s->spaces[CM_SORT_CORE_MODULE], index);
  put_text(s->p, " ...)");
}

static void print_custom_item(struct scope_printer *s, const struct cm_item *item) {
  const struct cm_custom *custom = &item->custom;
  if (cm_str_is(custom->name, "component-name")) return;
  if (is_producers(s->p, custom->name, custom->bytes))
    print_producers(s->p, custom->bytes, item->offset);
  else
    print_custom(s->p, custom->name, custom->bytes, NULL, item->offset);
}

void print_item(struct scope_printer *s, const struct cm_item *item) {
  struct printer *p = s->p;
  if (item->kind == CM_ITEM_CUSTOM) {
    print_custom_item(s, item);
    return;
  }
  put_line(p, item->offset);
  switch (item->kind) {
    case CM_ITEM_CORE_MODULE: print_core_module(s, item); break;
    case CM_ITEM_CORE_INSTANCE:
    case CM_ITEM_INSTANCE: print_instance(s, item); break;
    case CM_ITEM_CORE_TYPE: print_core_type(s, item->core_type); break;
    case CM_ITEM_COMPONENT: print_inner_component(s, item); break;
    case CM_ITEM_ALIAS: print_alias(s, &item->alias); break;
    case CM_ITEM_TYPE: print_type(s, item->type); break;
    case CM_ITEM_CANON: print_canon(s, &item->canon); break;
    case CM_ITEM_START: print_start(s, &item->start); break;
    case CM_ITEM_IMPORT: print_import(s, &item->import); break;
    case CM_ITEM_EXPORT:
      if (s->component)
        print_export(s, &item->export);
      else
        print_export_decl(s, &item->export);
      break;
    case CM_ITEM_VALUE: print_value(s, &item->value); break;
    case CM_ITEM_CUSTOM: break;
  }
}

bool print_component(struct printer *p, const struct cm_component *component) {
  struct scope_printer s = {.p = p, .component = component};
  if (!read_names(&s, component)) return false;
  open_form(p, "component");
  if (component->name.at) {
    struct idents idents = {.group = "component"};
    put_local(p, &idents, 0, (struct ident){component->name, ident_form_of(component->name)});
  }
  print_items(&s, component);
  return !p->failed;
}
