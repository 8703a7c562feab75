// A module, validated.
//
// In three steps: the types; what is declared of every index space; then initial values, exports, segments and, by far the most, the
// bodies. A step goes on after an error, to tell of the others. The next one is begun where it has what it needs: all types, and
// declarations of types that are there.
//
// Spec: https://webassembly.github.io/spec/core/valid/modules.html#modules

#include "validate_module.h"

#include <stdarg.h>
#include <stdio.h>

bool core_report_diag(struct core_validation *d, const struct cm_diag *diag) {
  d->errors++;
  if (!d->sink || !d->sink->report(d->sink->context, diag) || d->errors == CORE_LIMIT_ERRORS) d->is_enough = true;
  return false;
}

bool core_report(struct core_validation *d, uint64_t offset, const char *rule, const char *format, ...) {
  char message[CM_DIAG_MESSAGE];
  struct cm_diag diag;
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  cm_fail(&diag, CM_INVALID, offset, d->where, "%s", message);
  diag.rule = rule;
  return core_report_diag(d, &diag);
}

bool core_report_memory(struct core_validation *d) {
  struct cm_diag diag;
  cm_fail_memory(&diag);
  return core_report_diag(d, &diag);
}

// Notes the functions that a constant expression names.
static void mark_refs(struct core_context *c, struct core_expr expr) {
  struct core_code code;
  struct core_instr instr;
  core_expr_begin(&code, c->module, expr, NULL);
  while (core_code_next(&code, &instr))
    if (instr.op == CORE_OP_REF_FUNC && instr.index < c->module->func_count) c->refs[instr.index] = 1;
}

// https://webassembly.github.io/spec/core/valid/conventions.html#contexts: the references, which are what occurs outside of bodies.
static void find_refs(struct core_context *c) {
  const struct core_module *m = c->module;
  for (uint32_t i = m->imported[CORE_TABLE]; i < m->table_count; i++)
    if (m->tables[i].has_init) mark_refs(c, m->tables[i].init);
  for (uint32_t i = m->imported[CORE_GLOBAL]; i < m->global_count; i++) mark_refs(c, m->globals[i].init);
  for (uint32_t i = 0; i < m->export_count; i++)
    if (m->exports[i].kind == CORE_FUNC && m->exports[i].index < m->func_count) c->refs[m->exports[i].index] = 1;
  for (uint32_t i = 0; i < m->element_count; i++) {
    const struct core_element *element = &m->elements[i];
    for (uint32_t k = 0; k < element->count; k++) {
      if (element->is_exprs) {
        mark_refs(c, element->exprs[k]);
      } else if (element->funcs[k] < m->func_count) {
        c->refs[element->funcs[k]] = 1;
      }
    }
  }
}

// The words of what is declared, so that no instruction has to ask twice. Element types are not checked yet.
static bool complete_context(struct core_validation *d) {
  struct core_context *c = &d->context;
  const struct core_module *m = c->module;
  c->globals = cm_alloc_array(&d->arena, m->global_count, sizeof *c->globals);
  c->tables = cm_alloc_array(&d->arena, m->table_count, sizeof *c->tables);
  c->elements = cm_alloc_array(&d->arena, m->element_count, sizeof *c->elements);
  c->refs = cm_alloc(&d->arena, m->func_count);
  if (!c->globals || !c->tables || !c->elements || !c->refs) return core_report_memory(d);
  for (uint32_t i = 0; i < m->global_count; i++) c->globals[i] = core_word_of(m->globals[i].type.type, c->ids);
  for (uint32_t i = 0; i < m->table_count; i++) c->tables[i] = core_word_of(m->tables[i].type.element, c->ids);
  for (uint32_t i = 0; i < m->element_count; i++) c->elements[i] = core_word_of(m->elements[i].type, c->ids);
  find_refs(c);
  struct core_action *actions = cm_alloc_array(&d->arena, 2 * (size_t)CORE_OP_COUNT, sizeof *actions);
  if (!actions) return core_report_memory(d);
  core_actions_of(c->features, actions, actions + CORE_OP_COUNT);
  c->body_actions = actions;
  c->const_actions = actions + CORE_OP_COUNT;
  core_quick_of(c);
  return true;
}

static bool validate(struct core_validation *d) {
  d->has_types = core_validate_types(d);
  if (!d->has_types || !core_validate_declarations(d) || !complete_context(d)) return false;
  core_check_init(&d->check, &d->context);
  core_validate_definitions(d);
  core_check_free(&d->check);
  if (!d->is_enough) core_validate_bodies(d);
  return d->errors == 0;
}

static bool prepare(struct core_validation *d, const struct core_module *module, const struct core_validate_options *options,
                    struct core_type_store *store) {
  d->store = store ? store : core_type_store_new(&d->arena);
  d->ids = d->store ? cm_alloc_array(d->store->arena, module->type_count, sizeof *d->ids) : NULL;
  d->threads = options->threads;
  d->context.module = module;
  d->context.store = d->store;
  d->context.ids = d->ids;
  d->context.features = options->features;
  d->context.allocator = options->allocator;
  return d->ids || core_report_memory(d);
}

bool core_validate(const struct core_module *module, const struct core_validate_options *options, struct core_type_store *store,
                   const uint32_t **ids, const struct cm_diag_sink *sink) {
  struct core_validation d = {.sink = sink};
  cm_arena_init(&d.arena, options->allocator);
  bool valid = prepare(&d, module, options, store) && validate(&d);
  if (ids) *ids = store && d.has_types ? d.ids : NULL;
  cm_arena_free(&d.arena);
  return valid;
}

// The section of the binary format that a decoder's error is about: that of the section of the module which it names, if it does.
static const char *rule_of(const struct cm_diag *diag) {
  static const struct {
    const char *where, *rule;
  } rules[] = {
#define SECTION(name) {name " section", CORE_SPEC "binary/modules.html#" name "-section"}
      SECTION("custom"),
      SECTION("type"),
      SECTION("import"),
      SECTION("function"),
      SECTION("table"),
      SECTION("memory"),
      SECTION("global"),
      SECTION("export"),
      SECTION("start"),
      SECTION("element"),
      SECTION("code"),
      SECTION("tag"),
      {"data count section", CORE_SPEC "binary/modules.html#data-count-section"},
      SECTION("data"),
#undef SECTION
  };
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (strstr(diag->where, rules[i].where)) return rules[i].rule;
  return CORE_SPEC "binary/modules.html#modules";
}

bool core_validate_bytes(struct cm_arena *arena, struct cm_span bytes, const uint8_t *file, const struct cm_where *where,
                         const struct core_validate_options *options, struct core_type_store *store, struct core_module **out,
                         const uint32_t **ids, const struct cm_diag_sink *sink) {
  struct core_module *module = NULL;
  struct cm_diag diag = {0};
  if (ids) *ids = NULL;
  if (!core_decode(arena, bytes, file, where, &module, &diag)) {
    if (out) *out = NULL;
    if (!diag.rule && diag.error != CM_NO_MEMORY) diag.rule = rule_of(&diag);
    if (sink) sink->report(sink->context, &diag);
    return false;
  }
  if (out) *out = module;
  return core_validate(module, options, store, ids, sink);
}
