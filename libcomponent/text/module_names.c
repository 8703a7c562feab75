// The identifiers of a core module, from its name section.
//
// Names of locals, labels and fields are kept in one sorted list for all functions (or types), since most modules have none and some a
// hundred thousand; the identifiers of one function are made when it is printed.

#include "text/module_names.h"

#include "base/sorted.h"

#include <stdlib.h>

static const char *const groups[CORE_NAME_KIND_COUNT] = {
    [CORE_NAME_MODULE] = "module", [CORE_NAME_FUNC] = "func",     [CORE_NAME_TYPE] = "type",
    [CORE_NAME_TABLE] = "table",   [CORE_NAME_MEMORY] = "memory", [CORE_NAME_GLOBAL] = "global",
    [CORE_NAME_ELEMENT] = "elem",  [CORE_NAME_DATA] = "data",     [CORE_NAME_TAG] = "tag",
};

struct reading {
  struct cm_arena *arena;
  struct module_names *names;
  bool no_memory;
};

static bool add_inner(struct reading *reading, struct inner_names *names, const struct core_name *name) {
  if (!cm_grow(reading->arena, &names->at, &names->room, names->count, sizeof *names->at)) return false;
  names->at[names->count++] = *name;
  return true;
}

static bool add(void *context, const struct core_name *name) {
  struct reading *reading = context;
  bool added;
  switch (name->kind) {
    case CORE_NAME_LOCAL: added = add_inner(reading, &reading->names->locals, name); break;
    case CORE_NAME_LABEL: added = add_inner(reading, &reading->names->labels, name); break;
    case CORE_NAME_FIELD: added = add_inner(reading, &reading->names->fields, name); break;
    case CORE_NAME_PARAM: added = add_inner(reading, &reading->names->params, name); break;
    default: added = idents_set(reading->arena, &reading->names->spaces[name->kind], name->index, name->name); break;
  }
  if (!added) reading->no_memory = true;
  return added;
}

static int compare(const void *a, const void *b) {
  const struct core_name *x = a, *y = b;
  if (x->outer != y->outer) return x->outer < y->outer ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

// The section gives them in order, as a rule.
static void sort(struct inner_names *names) {
  for (size_t i = 1; i < names->count; i++)
    if (compare(&names->at[i - 1], &names->at[i]) > 0) {
      qsort(names->at, names->count, sizeof *names->at, compare);
      return;
    }
}

static void begin(const struct core_module *m, struct module_names *out) {
  const uint32_t counts[CORE_NAME_KIND_COUNT] = {
      [CORE_NAME_MODULE] = 1,
      [CORE_NAME_FUNC] = m->func_count,
      [CORE_NAME_TYPE] = m->type_count,
      [CORE_NAME_TABLE] = m->table_count,
      [CORE_NAME_MEMORY] = m->memory_count,
      [CORE_NAME_GLOBAL] = m->global_count,
      [CORE_NAME_ELEMENT] = m->element_count,
      [CORE_NAME_DATA] = m->data_count,
      [CORE_NAME_TAG] = m->tag_count,
  };
  *out = (struct module_names){.malformed = false};
  for (int kind = 0; kind < CORE_NAME_KIND_COUNT; kind++)
    out->spaces[kind] = (struct idents){.group = groups[kind], .count = counts[kind]};
}

bool module_names_read(struct cm_arena *arena, const struct core_module *module, struct module_names *out) {
  begin(module, out);
  struct reading reading = {.arena = arena, .names = out};
  if (!core_names_each(module, add, &reading)) {
    begin(module, out);
    out->malformed = true;
  }
  if (reading.no_memory) return false;
  sort(&out->locals);
  sort(&out->labels);
  sort(&out->fields);
  sort(&out->params);
  for (int kind = 0; kind < CORE_NAME_KIND_COUNT; kind++)
    if (!idents_make_unique(&out->spaces[kind])) return false;
  return true;
}

// The first of the names whose outer index is not less.
static size_t lower_bound(const struct inner_names *names, uint64_t outer) {
  size_t at;
  SORTED_FIRST(at, 0, names->count, names->at[at].outer >= outer);
  return at;
}

const struct core_name *inner_names_of(const struct inner_names *names, uint32_t outer, size_t *count) {
  if (!names->count) {
    *count = 0;
    return NULL;
  }
  size_t begin = lower_bound(names, outer);
  *count = lower_bound(names, (uint64_t)outer + 1) - begin;
  return names->at + begin;
}

bool inner_idents(struct cm_arena *arena, const struct inner_names *names, uint32_t outer, const char *group, uint32_t space,
                  struct idents *out) {
  *out = (struct idents){.group = group, .count = space};
  size_t count;
  const struct core_name *at = inner_names_of(names, outer, &count);
  for (size_t i = 0; i < count; i++)
    if (!idents_set(arena, out, at[i].index, at[i].name)) return false;
  return idents_make_unique(out);
}
