// What a module declares and defines outside of its bodies.
//
// Spec: https://webassembly.github.io/spec/core/valid/modules.html, from "Tags" to "Exports"

#include "validate_module.h"

#include <stdio.h>
#include <stdlib.h>

#define MODULES CORE_SPEC "valid/modules.html#"
#define TYPES CORE_SPEC "valid/types.html#"

static bool needs(struct core_validation *d, uint64_t offset, const char *rule, const char *what, enum cm_feature feature) {
  if (cm_has(d->context.features, feature)) return true;
  return core_report(d, offset, rule, "%s needs the feature %s, which is not enabled", what, cm_feature_table[feature].name);
}

static uint64_t section_offset(const struct core_module *m, uint8_t id) {
  for (uint32_t i = 0; i < m->section_count; i++)
    if (m->sections[i].id == id) return (uint64_t)(m->sections[i].bytes.at - m->file);
  return m->offset;
}

// Of the entry of a defined function in the function section. There may be a million of them, so it is not kept, but found when it is
// asked for, which is in ascending order.
static uint64_t func_offset(struct core_validation *d, uint32_t func) {
  const struct core_module *m = d->context.module;
  struct func_entries *entries = &d->func_entries;
  uint64_t offset = m->offset;
  uint32_t number;
  for (uint32_t i = 0; entries->next == 0 && i < m->section_count; i++) {
    if (m->sections[i].id != 3) continue;
    entries->r = cm_reader_of(m->sections[i].bytes, m->file, NULL, NULL);
    entries->next = m->imported[CORE_FUNC];
    if (!cm_read_u32(&entries->r, "the number of functions", &number)) return offset;
  }
  for (; entries->next <= func; entries->next++) {
    offset = cm_offset(&entries->r);
    if (!cm_read_u32(&entries->r, "the type index of a function", &number)) break;
  }
  return offset;
}

// ---- Types of what is declared

// The same of a type that is not looked at then: whether it is there is not known.
static bool needs_first(struct core_validation *d, uint64_t offset, const char *rule, const char *what, enum cm_feature feature) {
  if (needs(d, offset, rule, what, feature)) return true;
  d->is_unresolved = true;
  return false;
}

static bool is_func_type(const struct core_validation *d, uint32_t type) {
  const struct core_context *c = &d->context;
  return type < c->module->type_count && c->store->types[c->ids[type]].kind == CORE_FUNC_TYPE;
}

static bool func_type(struct core_validation *d, uint64_t offset, uint32_t type, const struct core_stored **stored) {
  const struct core_context *c = &d->context;
  if (is_func_type(d, type)) {
    *stored = &c->store->types[c->ids[type]];
    return true;
  }
  d->is_unresolved = true;
  if (type < c->module->type_count) return core_report(d, offset, TYPES "external-types", "type %u is no function type", type);
  return core_report(d, offset, TYPES "type-uses", "unknown type %u: the module has %u", type, c->module->type_count);
}

static bool valtype(struct core_validation *d, uint64_t offset, struct core_valtype type) {
  char text[CORE_LACK_TEXT];
  const char *lack = core_valtype_lacks(&d->context, type, d->context.module->type_count, text);
  if (!*lack) return true;
  d->is_unresolved = true;
  return core_report(d, offset, TYPES "value-types", "%s", lack);
}

// https://webassembly.github.io/spec/core/valid/types.html#limits
static bool limits(struct core_validation *d, uint64_t offset, const struct core_limits *l, const char *what, uint64_t most) {
  if (l->is_64 && !needs(d, offset, TYPES "limits", "a 64-bit address type", CM_FEATURE_MEMORY64)) return false;
  if (l->min > most || (l->has_max && l->max > most))
    return core_report(d, offset, TYPES "limits", "%s: %llu is more than %llu", what,
                       (unsigned long long)(l->min > most ? l->min : l->max), (unsigned long long)most);
  if (l->has_max && l->min > l->max)
    return core_report(d, offset, TYPES "limits", "size minimum must not be greater than maximum: %llu and %llu",
                       (unsigned long long)l->min, (unsigned long long)l->max);
  return true;
}

static bool memory_type(struct core_validation *d, uint64_t offset, const struct core_limits *l) {
  if (l->page_log2 != 16) {
    if (!needs(d, offset, TYPES "memory-types", "a page size", CM_FEATURE_CUSTOM_PAGE_SIZES)) return false;
    if (l->page_log2 != 0)
      return core_report(d, offset, TYPES "memory-types", "invalid custom page size 2^%u: pages have 1 or 65536 bytes",
                         l->page_log2);
  }
  if (l->shared) {
    if (!needs(d, offset, TYPES "memory-types", "a shared memory", CM_FEATURE_THREADS)) return false;
    if (!l->has_max) return core_report(d, offset, TYPES "memory-types", "shared memory must have maximum");
  }
  unsigned bits = (l->is_64 ? 64u : 32u) - l->page_log2;
  return limits(d, offset, l, "memory size", bits == 64 ? UINT64_MAX : UINT64_C(1) << bits);
}

static bool table_type(struct core_validation *d, uint64_t offset, const struct core_table_type *table) {
  struct core_valtype element = table->element;
  bool is_plain = element.heap == CORE_HEAP_FUNC && element.nullable && !element.shared;  // all that WebAssembly 1.0 has
  if (!is_plain && !(needs_first(d, offset, TYPES "table-types", "a table of this type", CM_FEATURE_REFERENCE_TYPES) &&
                     valtype(d, offset, element)))
    return false;
  if (table->limits.shared) {
    if (!needs(d, offset, TYPES "table-types", "a shared table", CM_FEATURE_SHARED_EVERYTHING_THREADS)) return false;
    if (!core_word_shared(d->context.store, core_word_of(element, d->context.ids)))
      return core_report(d, offset, TYPES "table-types", "shared tables must have a shared element type");
  }
  return limits(d, offset, &table->limits, "table size", table->limits.is_64 ? UINT64_MAX : UINT32_MAX);
}

static bool global_type(struct core_validation *d, uint64_t offset, const struct core_global_type *global) {
  if (!valtype(d, offset, global->type)) return false;
  if (!global->shared) return true;
  if (!needs(d, offset, TYPES "global-types", "a shared global", CM_FEATURE_SHARED_EVERYTHING_THREADS)) return false;
  uint32_t word = core_word_of(global->type, d->context.ids);
  return !core_word_is_ref(word) || core_word_shared(d->context.store, word) ||
         core_report(d, offset, TYPES "global-types", "shared globals must have a shared value type");
}

// https://webassembly.github.io/spec/core/valid/types.html#tag-types
static bool tag_type(struct core_validation *d, uint64_t offset, uint32_t type) {
  const struct core_stored *stored;
  if (!needs_first(d, offset, TYPES "tag-types", "a tag", CM_FEATURE_EXCEPTIONS) || !func_type(d, offset, type, &stored))
    return false;
  return stored->b.count == 0 ||
         core_report(d, offset, TYPES "tag-types", "non-empty tag result type: type %u has %u results", type, stored->b.count);
}

// ---- Declarations

static void import(struct core_validation *d, const struct core_import *import) {
  const struct core_externtype *type = &import->type;
  const struct core_stored *stored;
  switch (type->kind) {
    case CORE_FUNC:
      if (func_type(d, import->offset, type->type, &stored) && type->exact)
        core_report(d, import->offset, MODULES "imports", "imports of an exact function type are not supported");
      break;
    case CORE_TABLE: table_type(d, import->offset, &type->table); break;
    case CORE_MEMORY: memory_type(d, import->offset, &type->memory); break;
    case CORE_GLOBAL:
      if (global_type(d, import->offset, &type->global) && type->global.is_mutable)
        needs(d, import->offset, MODULES "imports", "the import of a mutable global", CM_FEATURE_MUTABLE_GLOBAL);
      break;
    default: tag_type(d, import->offset, type->type); break;
  }
}

// A section whose entries are checked one after the other: `check` is told the index of each.
static void each(struct core_validation *d, uint8_t section_id, const char *what, uint32_t first, uint32_t count,
                 void (*check)(struct core_validation *d, uint32_t index)) {
  const struct core_module *m = d->context.module;
  struct cm_where section = {.up = m->where, .what = core_section_where(section_id), .index = -1};
  struct cm_where item = {.up = &section, .what = what};
  d->where = &item;
  for (uint32_t i = first; i < count && !d->is_enough; i++) {
    item.index = i;
    check(d, i);
  }
  d->where = m->where;
}

static void each_import(struct core_validation *d, uint32_t i) { import(d, &d->context.module->imports[i]); }

static void each_func(struct core_validation *d, uint32_t i) {
  const struct core_module *m = d->context.module;
  const struct core_stored *stored;
  if (!is_func_type(d, m->funcs[i].type)) func_type(d, func_offset(d, i), m->funcs[i].type, &stored);
}

static void each_table(struct core_validation *d, uint32_t i) {
  const struct core_table *table = &d->context.module->tables[i];
  if (!table_type(d, table->offset, &table->type)) return;
  if (table->has_init) needs(d, table->offset, MODULES "tables", "a table with an initial value", CM_FEATURE_FUNCTION_REFERENCES);
  if (!table->has_init && !table->type.element.nullable)
    core_report(d, table->offset, MODULES "tables",
                "type mismatch: a table of references that are never null needs an initial value");
}

static void each_memory(struct core_validation *d, uint32_t i) {
  const struct core_memory *memory = &d->context.module->memories[i];
  memory_type(d, memory->offset, &memory->limits);
}

static void each_tag(struct core_validation *d, uint32_t i) {
  const struct core_tag *tag = &d->context.module->tags[i];
  tag_type(d, tag->offset, tag->type);
}

static void each_global(struct core_validation *d, uint32_t i) {
  const struct core_global *global = &d->context.module->globals[i];
  global_type(d, global->offset, &global->type);
}

// The short form of a segment has a type that WebAssembly 1.0 could not write, so only the long ones are asked.
static void each_element(struct core_validation *d, uint32_t i) {
  const struct core_element *e = &d->context.module->elements[i];
  if (e->mode == CORE_ACTIVE && !e->is_exprs) return;
  if (needs_first(d, e->offset, MODULES "element-segments", "an element segment of this form", CM_FEATURE_BULK_MEMORY) &&
      e->is_exprs)
    valtype(d, e->offset, e->type);
}

bool core_validate_declarations(struct core_validation *d) {
  const struct core_module *m = d->context.module;
  each(d, 2, "import", 0, m->import_count, each_import);
  each(d, 3, "function", m->imported[CORE_FUNC], m->func_count, each_func);
  each(d, 4, "table", m->imported[CORE_TABLE], m->table_count, each_table);
  if (m->table_count > 1) needs(d, m->tables[1].offset, MODULES "tables", "more than one table", CM_FEATURE_REFERENCE_TYPES);
  each(d, 5, "memory", m->imported[CORE_MEMORY], m->memory_count, each_memory);
  if (m->memory_count > 1) needs(d, m->memories[1].offset, MODULES "memories", "more than one memory", CM_FEATURE_MULTI_MEMORY);
  each(d, 13, "tag", m->imported[CORE_TAG], m->tag_count, each_tag);
  each(d, 6, "global", m->imported[CORE_GLOBAL], m->global_count, each_global);
  each(d, 9, "element segment", 0, m->element_count, each_element);
  return !d->is_unresolved && !d->is_enough;
}

// ---- Definitions

static void constant(struct core_validation *d, struct core_expr expr, uint32_t word) {
  struct cm_diag diag;
  if (!core_check_const(&d->check, expr, word, d->where, &diag)) core_report_diag(d, &diag);
}

static void table_init(struct core_validation *d, uint32_t i) {
  const struct core_table *table = &d->context.module->tables[i];
  if (table->has_init) constant(d, table->init, d->context.tables[i]);
}

// A global may refer to those before it.
static void global_init(struct core_validation *d, uint32_t i) {
  d->context.known_globals = i;
  constant(d, d->context.module->globals[i].init, d->context.globals[i]);
}

static void export(struct core_validation *d, uint32_t i) {
  static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};
  const struct core_module *m = d->context.module;
  const struct core_export *e = &m->exports[i];
  const uint32_t counts[] = {m->func_count, m->table_count, m->memory_count, m->global_count, m->tag_count};
  if (e->index >= counts[e->kind]) {
    core_report(d, e->offset, MODULES "exports", "unknown %s %u: the module has %u", kinds[e->kind], e->index, counts[e->kind]);
  } else if (e->kind == CORE_GLOBAL && m->globals[e->index].type.is_mutable) {
    needs(d, e->offset, MODULES "exports", "the export of a mutable global", CM_FEATURE_MUTABLE_GLOBAL);
  }
}

static int by_name(const void *a, const void *b) {
  const struct core_export *one = *(const struct core_export *const *)a, *other = *(const struct core_export *const *)b;
  int order = cm_str_compare(one->name, other->name);
  return order ? order : (one > other) - (one < other);
}

// Names are sorted, not hashed: nothing that a module can choose makes that slow.
static void duplicate_exports(struct core_validation *d) {
  const struct core_module *m = d->context.module;
  const struct core_export **sorted = cm_alloc_array(&d->arena, m->export_count, sizeof *sorted);
  struct cm_where section = {.up = m->where, .what = core_section_where(7), .index = -1};
  struct cm_where item = {.up = &section, .what = "export"};
  if (!sorted) {
    core_report_memory(d);
    return;
  }
  for (uint32_t i = 0; i < m->export_count; i++) sorted[i] = &m->exports[i];
  qsort(sorted, m->export_count, sizeof *sorted, by_name);
  d->where = &item;
  for (uint32_t i = 1; i < m->export_count && !d->is_enough; i++) {
    if (!cm_str_equal(sorted[i - 1]->name, sorted[i]->name)) continue;
    item.index = sorted[i] - m->exports;
    item.name = sorted[i]->name;
    core_report(d, sorted[i]->offset, MODULES "modules", "duplicate export name: export %td has it too",
                sorted[i - 1] - m->exports);
  }
  d->where = m->where;
}

// https://webassembly.github.io/spec/core/valid/modules.html#start-function
static void start(struct core_validation *d, uint32_t i) {
  const struct core_context *c = &d->context;
  uint32_t func = c->module->start;
  uint64_t offset = section_offset(c->module, 8);
  (void)i;
  if (func >= c->module->func_count) {
    core_report(d, offset, MODULES "start-function", "unknown function %u: the module has %u", func, c->module->func_count);
    return;
  }
  const struct core_stored *type = &c->store->types[c->ids[c->module->funcs[func].type]];
  if (type->a.count || type->b.count)
    core_report(d, offset, MODULES "start-function", "start function %u must have neither parameters nor results", func);
}

static void element(struct core_validation *d, uint32_t i) {
  const struct core_context *c = &d->context;
  const struct core_module *m = c->module;
  const struct core_element *e = &m->elements[i];
  if (e->mode == CORE_ACTIVE) {
    if (e->table >= m->table_count) {
      core_report(d, e->offset, MODULES "element-segments", "unknown table %u: the module has %u", e->table, m->table_count);
      return;
    }
    if (!core_word_matches(c->store, c->elements[i], c->tables[e->table])) {
      char one[CORE_WORD_TEXT], other[CORE_WORD_TEXT];
      core_report(d, e->offset, MODULES "element-segments", "type mismatch: elements of type %s do not match table %u of type %s",
                  core_word_text(c, c->elements[i], one), e->table, core_word_text(c, c->tables[e->table], other));
      return;
    }
    constant(d, e->start, m->tables[e->table].type.limits.is_64 ? CORE_I64 : CORE_I32);
  }
  for (uint32_t k = 0; k < e->count && !d->is_enough; k++) {
    if (e->is_exprs) {
      constant(d, e->exprs[k], c->elements[i]);
    } else if (e->funcs[k] >= m->func_count) {
      core_report(d, e->offset, MODULES "element-segments", "unknown function %u: the module has %u", e->funcs[k], m->func_count);
      return;
    }
  }
}

static void data(struct core_validation *d, uint32_t i) {
  const struct core_module *m = d->context.module;
  const struct core_data *segment = &m->datas[i];
  if (segment->mode != CORE_ACTIVE) {
    needs(d, segment->offset, MODULES "data-segments", "a passive data segment", CM_FEATURE_BULK_MEMORY);
  } else if (segment->memory >= m->memory_count) {
    core_report(d, segment->offset, MODULES "data-segments", "unknown memory %u: the module has %u", segment->memory,
                m->memory_count);
  } else {
    constant(d, segment->start, m->memories[segment->memory].limits.is_64 ? CORE_I64 : CORE_I32);
  }
}

void core_validate_definitions(struct core_validation *d) {
  const struct core_module *m = d->context.module;
  // Tables come before the globals of the module, so that only imported ones are known to their initial values.
  d->context.known_globals = m->imported[CORE_GLOBAL];
  each(d, 4, "table", m->imported[CORE_TABLE], m->table_count, table_init);
  each(d, 6, "global", m->imported[CORE_GLOBAL], m->global_count, global_init);
  d->context.known_globals = m->global_count;
  each(d, 7, "export", 0, m->export_count, export);
  duplicate_exports(d);
  each(d, 8, "start function", 0, m->has_start, start);
  if (m->has_data_count) needs(d, section_offset(m, 12), MODULES "data-segments", "a data count section", CM_FEATURE_BULK_MEMORY);
  each(d, 9, "element segment", 0, m->element_count, element);
  each(d, 11, "data segment", 0, m->data_count, data);
}
