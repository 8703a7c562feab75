// Modules, and the program as a whole.
//
// Modules are linked by the names of their files, evaluated in the order in which they import each other, as the engine did when the
// component was built. Then the host calls what the component exports: the exports of the modules that no other imports, by the names
// that ComponentizeJS makes of those of the world, and listeners of `fetch` where the component serves HTTP. Exports that are in no world
// are nobody's to call.
//
// Spec: ECMA-262, "Modules".

#include "js_machine.h"

#include <component/semver.h>

enum { LINKS = 64 };

// --- files ---

// "lib/b.js" of "./b.js" in "lib/a.js".
static struct cm_str resolve(struct js_machine *m, struct cm_str from, struct cm_str specifier) {
  char *path = cm_alloc(m->arena, from.size + specifier.size + 2);
  if (!path) {
    m->failed = true;
    return specifier;
  }
  size_t size = from.size;
  while (size && from.at[size - 1] != '/') size--;
  memcpy(path, from.at, size);
  for (size_t at = 0; at < specifier.size;) {
    const char *slash = memchr(specifier.at + at, '/', specifier.size - at);
    size_t to = slash ? (size_t)(slash - specifier.at) : specifier.size;
    struct cm_str part = {specifier.at + at, to - at};
    if (cm_str_is(part, "..")) {
      if (size) size--;
      while (size && path[size - 1] != '/') size--;
    } else if (!cm_str_is(part, ".")) {
      memcpy(path + size, part.at, part.size);
      size += part.size;
      if (slash) path[size++] = '/';
    }
    at = to + 1;
  }
  return (struct cm_str){path, size};
}

// The file may have been named without its ending, or from another folder than ours.
static bool is_file(struct cm_str name, struct cm_str wanted) {
  static const char *const endings[] = {"", ".js", ".mjs", "/index.js"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t size = strlen(endings[i]);
    if (name.size == wanted.size + size && cm_str_starts(name, wanted) && !memcmp(name.at + wanted.size, endings[i], size))
      return true;
  }
  return false;
}

static struct js_module *find_module(struct js_machine *m, const struct js_module *from, struct cm_str specifier) {
  struct cm_str path = resolve(m, from->file->name, specifier);
  for (size_t i = 0; i < m->module_count; i++)
    if (is_file(m->modules[i].file->name, path)) return &m->modules[i];
  return NULL;
}

// --- linking ---

static void run_module(struct js_machine *m, struct js_module *module);

// Before version 0.18 ComponentizeJS could make a module of each interface, which hands on to its glue: "./wasi__cli$environment@0.2.3.js".
static struct js_object *glued_interface(struct js_machine *m, struct cm_str specifier) {
  enum { PREFIX = 2, SUFFIX = 3 };
  if (specifier.size < PREFIX + SUFFIX || memcmp(specifier.at, "./", PREFIX) != 0 ||
      memcmp(specifier.at + specifier.size - SUFFIX, ".js", SUFFIX) != 0)
    return NULL;
  char *name = cm_alloc(m->arena, specifier.size);
  if (!name) {
    m->failed = true;
    return NULL;
  }
  size_t size = 0;
  for (size_t i = PREFIX; i < specifier.size - SUFFIX; i++) {
    bool colon = specifier.at[i] == '_' && specifier.at[i + 1] == '_';
    name[size++] = (char)(colon ? ':' : specifier.at[i] == '$' ? '/' : specifier.at[i]);
    i += colon;
  }
  return js_interface(m, (struct cm_str){name, size});
}

// What a specifier means: a module of the program, an interface, or something that is not known.
static struct js_value target_of(struct js_machine *m, struct js_module *from, struct cm_str specifier) {
  struct js_object *glued = glued_interface(m, specifier);
  if (glued) return js_of(glued);
  struct js_module *module = find_module(m, from, specifier);
  if (module) {
    module->imported = true;
    run_module(m, module);
    return js_of(module->object);
  }
  struct js_object *interface = js_interface(m, specifier);
  return interface ? js_of(interface) : js_unknown();
}

static struct js_value link_to(struct js_machine *m, struct js_value target, struct cm_str name) {
  if (target.type != JS_V_OBJECT) return js_unknown();
  struct js_link *link = cm_alloc(m->arena, sizeof *link);
  if (!link) {
    m->failed = true;
    return js_unknown();
  }
  *link = (struct js_link){.module = target.object, .name = name};
  return (struct js_value){.type = JS_V_LINK, .link = link};
}

// Names that a pattern declares are exported as they are.
static void export_names(struct js_machine *m, struct js_module *module, const struct js_node *pattern) {
  if (m->depth > JS_DEPTH) return;
  m->depth++;
  switch (pattern->kind) {
    case JS_NAME:
    case JS_FUNCTION:
    case JS_CLASS: js_set_entry(m, &module->object->props, pattern->text, js_text(pattern->text), 0); break;
    case JS_ASSIGN:
    case JS_SPREAD: export_names(m, module, pattern->a); break;
    case JS_PROPERTY:
      if (pattern->b) export_names(m, module, pattern->b);
      break;
    case JS_DECLARE:
    case JS_ARRAY:
    case JS_OBJECT:
      for (const struct js_node *at = pattern->list; at; at = at->next) export_names(m, module, at);
      break;
    default: break;
  }
  m->depth--;
}

// An export is a text, the name of a variable of the module, or a link.
static void link_export(struct js_machine *m, struct js_module *module, const struct js_node *node) {
  struct js_value target = node->text.size ? target_of(m, module, node->text) : js_undefined();
  for (const struct js_node *at = node->list; at; at = at->next) {
    if (!node->text.size) {
      js_set_entry(m, &module->object->props, at->other, js_text(at->text), 0);
    } else if (cm_str_is(at->text, "*") && !at->other.size) {
      js_push(m, &module->object->items, target);
    } else {
      js_set_entry(m, &module->object->props, at->other, link_to(m, target, at->text), 0);
    }
  }
  if (node->flags & JS_IS_DEFAULT)
    js_set_entry(m, &module->object->props, CM_STR("default"), js_text(CM_STR("*default*")), 0);
  else if (node->a)
    export_names(m, module, node->a);
}

static void link_import(struct js_machine *m, struct js_module *module, const struct js_node *node) {
  struct js_value target = target_of(m, module, node->text);
  for (const struct js_node *at = node->list; at; at = at->next)
    js_set_entry(m, &module->scope->table, at->other, link_to(m, target, at->text), 0);
}

struct js_value js_export_of(struct js_machine *m, struct js_object *object, struct cm_str name) {
  if (cm_str_is(name, "*")) return js_of(object);
  if (object->class == JS_C_INTERFACE) return js_host_member(m, object, name);
  if (object->class != JS_C_MODULE || m->depth > JS_DEPTH) return js_unknown();
  m->depth++;
  struct js_value v = js_undefined();
  const struct js_entry *entry = js_find(m, &object->props, name);
  if (entry && entry->value.type == JS_V_TEXT)
    v = js_lookup(m, object->home->scope, entry->value.text);
  else if (entry && entry->value.type == JS_V_LINK && entry->value.link->shared)
    v = entry->value.link->shared->entries->value;
  else if (entry)
    v = entry->value.type == JS_V_LINK ? js_export_of(m, entry->value.link->module, entry->value.link->name) : js_unknown();
  for (size_t i = 0; !entry && v.type == JS_V_UNDEFINED && i < object->items.count && i < LINKS; i++) {
    struct js_value from = object->items.entries[i].value;
    v = from.type == JS_V_OBJECT ? js_export_of(m, from.object, name) : js_unknown();
  }
  m->depth--;
  return v;
}

struct js_value js_import(struct js_machine *m, struct js_value specifier) {
  if (specifier.type != JS_V_TEXT || js_has_gap(specifier.text) || !m->frame || !m->frame->module) return js_unknown();
  return target_of(m, m->frame->module, specifier.text);
}

// --- evaluation ---

static void run_module(struct js_machine *m, struct js_module *module) {
  if (module->begun || m->failed || m->depth > JS_DEPTH) return;
  module->begun = true;
  m->depth++;
  for (const struct js_node *at = module->tree->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_IMPORT) link_import(m, module, at);
    if (at->kind == JS_EXPORT) link_export(m, module, at);
  }
  struct js_frame frame = {.up = m->frame, .module = module, .self = js_undefined(), .id = ++m->frames};
  m->frame = &frame;
  js_hoist_variables(m, module->scope, module->tree->list);
  js_hoist(m, module->scope, module->tree->list);
  for (const struct js_node *at = module->tree->list; at && !m->failed; at = at->next) {
    uint64_t kept = js_fuel_kept(m);  // for the statements behind it
    m->fuel -= kept;
    js_run(m, module->scope, at);
    frame.left = 0;
    m->fuel += kept;
  }
  m->frame = frame.up;
  m->depth--;
  if (!m->frame) js_late_settle_all(m);
}

static bool read_modules(struct js_machine *m, const struct js_file *files, size_t count, bool *whole) {
  m->modules = cm_alloc_array(m->arena, count, sizeof *m->modules);
  if (!m->modules) return false;
  for (size_t i = 0; i < count; i++) {
    if (files[i].is_engine) continue;
    struct js_module *module = &m->modules[m->module_count];
    unsigned errors;
    module->file = &files[i];
    module->tree = js_parse(m->arena, files[i].text, &errors);
    module->scope = js_scope(m, &m->globals, true);
    module->object = js_object(m, JS_C_MODULE);
    module->object->home = module;
    if (!module->tree) return false;
    if (errors) *whole = false;
    m->module_count++;
  }
  return !m->failed;
}

// The part of an export's name that names it in JavaScript: "handler" of "acme:http/handler@1.0.0".
static bool is_export(struct cm_str name, struct cm_str export) {
  struct cm_str base = cm_name_base(export);
  if (cm_str_equal(name, export) || cm_str_equal(name, base)) return true;
  const char *slash = memrchr(base.at, '/', base.size);
  if (slash) base = (struct cm_str){slash + 1, base.size - (size_t)(slash + 1 - base.at)};
  return js_is_camel(name, base);
}

static bool is_called(const struct js_world *world, struct cm_str name) {
  for (size_t i = 0; i < world->export_count; i++)
    if (is_export(name, world->exports[i])) return true;
  return false;
}

// Gives the host what the modules export that nobody imports. False: it calls none of that.
static bool give_exports(struct js_machine *m, bool all) {
  bool any = false;
  for (size_t i = 0; i < m->module_count; i++) {
    struct js_object *object = m->modules[i].object;
    for (size_t k = 0; !m->modules[i].imported && k < object->props.count; k++) {
      struct cm_str name = object->props.entries[k].key;
      if (!all && !is_called(m->world, name)) continue;
      any = true;
      js_escape(m, js_export_of(m, object, name), 0);
    }
    for (size_t k = 0; !m->modules[i].imported && k < object->items.count; k++) {
      struct js_value from = object->items.entries[k].value;
      if (!js_is(from, JS_C_MODULE)) continue;
      for (size_t n = 0; n < from.object->props.count; n++) {
        struct cm_str name = from.object->props.entries[n].key;
        if (!all && !is_called(m->world, name)) continue;
        any = true;
        js_escape(m, js_export_of(m, object, name), 0);
      }
    }
  }
  return any;
}

static bool serves(const struct js_world *world) {
  for (size_t i = 0; i < world->export_count; i++)
    if (cm_str_is(cm_name_base(world->exports[i]), "wasi:http/incoming-handler")) return true;
  return !world->export_count;
}

static struct js_machine *make_machine(struct cm_arena *arena, const struct js_world *world) {
  struct js_machine *m = cm_alloc(arena, sizeof *m);
  struct index any;
  if (!m || !index_init(&any, arena)) return NULL;
  m->arena = arena;
  m->world = world;
  m->seed = any.seed;
  m->globals.of_function = true;
  m->rejected = (struct js_object){.class = JS_C_PLAIN, .open = true, .rest = js_unknown()};
  m->building = true;
  js_make_globals(m);
  return m;
}

// The host calls what there is for it.
static bool call_exports(struct js_machine *m, uint64_t fuel, bool *whole) {
  m->building = false;
  m->fuel = fuel;
  size_t built = m->escaped_count;
  if (!give_exports(m, false) && !give_exports(m, true)) *whole = false;
  for (size_t i = 0; serves(m->world) && i < m->listeners.count; i++) js_escape(m, m->listeners.entries[i].value, 0);
  js_call_escaped(m, built);
  if (m->exhausted) *whole = false;
  return !m->failed;
}

// What sets up libraries is done as it was, and takes what it takes; what the host calls may go many ways.
static uint64_t fuel_for_calls(const struct js_world *world) { return world->fuel / 11 * 5; }

bool js_evaluate(struct cm_arena *arena, const struct js_file *files, size_t count, const struct js_world *world, bool *whole) {
  struct js_machine *m = make_machine(arena, world);
  *whole = true;
  if (!m) return false;
  m->fuel = world->fuel - fuel_for_calls(world);
  if (!read_modules(m, files, count, whole)) return false;
  // Those that others import come when they are imported; a cycle begins with its first file.
  for (size_t i = m->module_count; i-- > 0;) run_module(m, &m->modules[i]);
  return call_exports(m, fuel_for_calls(world), whole);
}

bool js_evaluate_built(struct cm_arena *arena, const struct js_built *built, const struct js_world *world, bool *whole) {
  struct js_machine *m = make_machine(arena, world);
  *whole = true;
  if (!m) return false;
  m->fuel = world->fuel - fuel_for_calls(world);
  return built->take(built->context, m, whole) && call_exports(m, fuel_for_calls(world), whole);
}
