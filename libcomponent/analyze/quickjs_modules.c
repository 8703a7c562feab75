// The modules of a program that QuickJS ran, put into the machine that evaluates it.
//
// A module of the program is its exports, variables that its functions have too. One of the host has functions of the host, and is the
// interface of its name. The global object is the engine's, and what the program put there besides.

#include "quickjs_values.h"

enum {
  TEXT_MOST = 32 << 20,
  PARSED_MOST = 16 << 20,
  STEPS_MOST = 1 << 22,  // properties, elements and variables
};

// --- what is known by where it stands ---

static void know(struct qjs_values *c, qjs_address at, struct js_value v) {
  if (at && !qjs_find_made(c, at)) qjs_note_made(c, &(struct qjs_made){.at = at, .value = v, .is_known = true});
}

// A property that has a value, by itself or by a variable.
static bool value_at(const struct qjs_heap *heap, qjs_address of, uint32_t i, struct qjs_property *property) {
  if (!qjs_property_at(heap, of, i, property)) return false;
  if (property->kind == QJS_VARIABLE) property->value = qjs_variable(heap, property->variable);
  return property->kind == QJS_PLAIN || property->kind == QJS_VARIABLE;
}

// The engine's own object at `at` is `v`, and so are its functions; below a class also those of its prototype.
static void know_members(struct qjs_values *c, qjs_address at, struct js_value v, unsigned depth) {
  enum { DEPTH = 2 };
  const struct qjs_heap *heap = &c->program->heap;
  know(c, at, v);
  for (uint32_t i = 0; depth < DEPTH && i < qjs_property_count(heap, at) && qjs_step(c); i++) {
    struct qjs_property property;
    struct cm_str name;
    struct qjs_code code;
    if (!value_at(heap, at, i, &property) || qjs_tag_of(property.value) != QJS_OBJECT) continue;
    if (!qjs_name(c, property.name, &name) || cm_str_is(name, "constructor")) continue;
    if (qjs_find_made(c, qjs_pointer(property.value)) || qjs_function(heap, qjs_pointer(property.value), &code)) continue;
    struct js_value member = v.type == JS_V_OBJECT ? js_get_named(c->m, v, name, 0) : js_unknown();
    know_members(c, qjs_pointer(property.value), member, cm_str_is(name, "prototype") ? depth : DEPTH);
  }
}

// What the global object has that the evaluation knows is what that has; anything else the program put there, or is of no interest.
static void know_globals(struct qjs_values *c, bool own) {
  const struct qjs_heap *heap = &c->program->heap;
  know(c, heap->global, js_of(c->m->global));
  for (uint32_t i = 0; i < qjs_property_count(heap, heap->global) && qjs_step(c); i++) {
    struct qjs_property property;
    struct cm_str name;
    struct qjs_code code;
    if (!value_at(heap, heap->global, i, &property) || !qjs_name(c, property.name, &name)) continue;
    const struct js_entry *entry = js_find(c->m, &c->m->global->props, name);
    bool is_object = qjs_tag_of(property.value) == QJS_OBJECT,
         is_code = is_object && qjs_function(heap, qjs_pointer(property.value), &code);
    if (!own && entry && is_object && !is_code && !qjs_find_made(c, qjs_pointer(property.value)))
      know_members(c, qjs_pointer(property.value), entry->value, 0);
    if (own && (!entry || is_code)) js_set_entry(c->m, &c->m->global->props, name, qjs_convert(c, property.value), 0);
  }
}

// --- modules ---

// What a module of the host exports is known by its name: all of it by "default".
static void know_host_module(struct qjs_values *c, const struct qjs_module *module) {
  const struct qjs_heap *heap = &c->program->heap;
  struct js_object *interface = js_interface(c->m, module->name);
  struct js_value whole = interface ? js_of(interface) : js_unknown();
  know(c, module->namespace, whole);
  for (uint32_t i = 0; i < module->export_count && qjs_step(c); i++) {
    qjs_atom atom;
    struct cm_str name;
    qjs_address variable = qjs_export(heap, module, i, &atom);
    qjs_value v = variable ? qjs_variable(heap, variable) : 0;
    if (!variable || !qjs_name(c, atom, &name) || qjs_tag_of(v) != QJS_OBJECT) continue;
    bool all = cm_str_is(name, "default");
    know(c, qjs_pointer(v), all || !interface ? whole : js_host_member(c->m, interface, name));
  }
}

static void add_export(struct qjs_values *c, struct js_object *namespace, struct cm_str name, qjs_address variable) {
  const struct js_link *link = variable ? qjs_link(c, variable, name) : NULL;
  if (link) js_set_entry(c->m, &namespace->props, name, (struct js_value){.type = JS_V_LINK, .link = link}, 0);
}

// The object of a module's exports has all of them, where it was made.
static void add_exports(struct qjs_values *c, const struct qjs_module *module, struct js_object *namespace) {
  const struct qjs_heap *heap = &c->program->heap;
  struct qjs_property property;
  struct cm_str name;
  for (uint32_t i = 0; module->namespace && i < qjs_property_count(heap, module->namespace) && qjs_step(c); i++)
    if (qjs_property_at(heap, module->namespace, i, &property) && property.kind == QJS_VARIABLE &&
        qjs_name(c, property.name, &name))
      add_export(c, namespace, name, property.variable);
  for (uint32_t i = 0; i < module->export_count && qjs_step(c); i++) {
    qjs_atom atom;
    qjs_address variable = qjs_export(heap, module, i, &atom);
    if (qjs_name(c, atom, &name) && !js_find(c->m, &namespace->props, name)) add_export(c, namespace, name, variable);
  }
}

static void take_modules(struct qjs_values *c) {
  struct qjs_program *program = c->program;
  for (size_t i = 0; i < program->module_count && !c->m->failed; i++) {
    struct js_module *module = &c->m->modules[i];
    module->file = &program->files[i];
    module->scope = &c->m->globals;
    module->object = js_object(c->m, JS_C_MODULE);
    module->object->home = module;
    module->begun = true;
    if (program->modules[i].function)
      know(c, program->modules[i].namespace, js_of(module->object));
    else
      know_host_module(c, &program->modules[i]);
  }
}

// Those that others ask for.
static void mark_imported(struct qjs_values *c) {
  const struct qjs_heap *heap = &c->program->heap;
  for (size_t i = 0; i < c->program->module_count; i++) know(c, c->program->modules[i].at, js_of(c->m->modules[i].object));
  for (size_t i = 0; i < c->program->module_count; i++)
    for (uint32_t k = 0; k < c->program->modules[i].request_count && qjs_step(c); k++) {
      const struct qjs_made *asked = qjs_find_made(c, qjs_request(heap, &c->program->modules[i], k));
      if (asked && js_is(asked->value, JS_C_MODULE)) asked->value.object->home->imported = true;
    }
}

bool qjs_take(void *context, struct js_machine *m, bool *whole) {
  struct qjs_program *program = context;
  struct qjs_values *c = cm_alloc(m->arena, sizeof *c);
  m->modules = cm_alloc_array(m->arena, program->module_count, sizeof *m->modules);
  if (!c || !m->modules || !index_init(&c->by_address, m->arena) || !index_init(&c->by_text, m->arena)) return false;
  m->module_count = program->module_count;
  c->m = m;
  c->program = program;
  c->arena = m->arena;
  c->text_left = TEXT_MOST;
  c->parsed_left = PARSED_MOST;
  c->steps_left = STEPS_MOST;
  c->frame = ++m->frames;
  c->whole = true;
  take_modules(c);
  mark_imported(c);
  know_globals(c, false);
  know_globals(c, true);
  for (size_t i = 0; i < program->module_count && !m->failed; i++)
    if (program->modules[i].function) {
      add_exports(c, &program->modules[i], m->modules[i].object);
      qjs_fill_module(c, &m->modules[i], program->modules[i].function);
    }
  qjs_fill(c);
  *whole &= c->whole;
  return !m->failed;
}
