// Modules by role, and entries.
//
// `sys.modules` has every module that was imported when the snapshot was taken. CPython's own are those that it lists in
// `sys.stdlib_module_names` and loaded from where `os` was; the bindings are those that know `componentize_py_runtime`, which only generated
// code does. All others are the application's.
//
// componentize-py writes a protocol class for each export (and each exported resource), and the runtime looks for a class of the same name
// in the application's module. So a class of the application that has the name of a protocol of the bindings, or of an export, is an entry.

#include "py_program.h"

enum { MODULES_MOST = 1 << 13 };

static const struct cm_str runtime_name = {"componentize_py_runtime", sizeof "componentize_py_runtime" - 1};

bool py_same_name(struct cm_str python, struct cm_str wit) {
  size_t p = 0, w = 0;
  for (;;) {
    while (p < python.size && python.at[p] == '_') p++;
    while (w < wit.size && (wit.at[w] == '-' || wit.at[w] == ':' || wit.at[w] == '/')) w++;
    if (p == python.size || w == wit.size) return p == python.size && w == wit.size;
    char a = python.at[p++], b = wit.at[w++];
    if (a >= 'A' && a <= 'Z') a = (char)(a + 32);
    if (b >= 'A' && b <= 'Z') b = (char)(b + 32);
    if (a != b) return false;
  }
}

struct cm_str py_behind_last(struct cm_str text, char mark) {
  for (size_t i = text.size; i-- > 0;)
    if (text.at[i] == mark) return (struct cm_str){text.at + i + 1, text.size - i - 1};
  return text;
}

static struct cm_str until(struct cm_str text, char end, size_t from) {
  for (size_t i = from; i < text.size; i++)
    if (text.at[i] == end) return (struct cm_str){text.at, i};
  return text;
}

static bool is_library(const struct py_heap *heap, struct cm_str name, struct cm_str file, struct cm_str os_file) {
  if (cm_str_is(name, "__main__")) return true;
  if (!py_set_has(heap, heap->stdlib_names, until(name, '.', 0))) return false;
  return !file.size || file.at[0] == '<' || cm_str_equal(until(file, '/', 1), until(os_file, '/', 1));
}

static bool is_bindings(const struct py_heap *heap, struct cm_str name, struct cm_str file, py_address dict) {
  if (cm_str_starts(name, CM_STR("componentize_py_")) || py_dict_get(heap, dict, runtime_name)) return true;
  return cm_str_starts(file, CM_STR("/bundled/")) || cm_str_starts(file, CM_STR("/world/"));
}

static bool add_module(struct cm_arena *arena, struct py_program *p, py_address object, struct cm_str os_file) {
  const struct py_heap *heap = p->heap;
  py_address dict = py_module_dict(heap, object);
  if (!dict || p->module_count == MODULES_MOST || py_program_module(p, dict)) return true;
  struct py_module m = {.object = object,
                        .dict = dict,
                        .name = py_text_or_empty(heap, py_dict_get(heap, dict, CM_STR("__name__"))),
                        .file = py_text_or_empty(heap, py_dict_get(heap, dict, CM_STR("__file__")))};
  if (is_library(heap, m.name, m.file, os_file))
    m.role = PY_ROLE_LIBRARY;
  else if (is_bindings(heap, m.name, m.file, dict))
    m.role = PY_ROLE_BINDINGS;
  else if (!m.file.size)
    m.role = PY_ROLE_LIBRARY;  // built in
  if (!cm_grow(arena, &p->modules, &p->module_room, p->module_count, sizeof *p->modules)) return false;
  p->modules[p->module_count++] = m;
  return true;
}

const struct py_module *py_program_module(const struct py_program *p, py_address dict) {
  for (size_t i = 0; i < p->module_count; i++)
    if (p->modules[i].dict == dict) return &p->modules[i];
  return NULL;
}

bool py_program_is_import(const struct py_program *p, py_address function) {
  const struct py_heap *heap = p->heap;
  struct py_code code;
  if (!py_is(heap, function, PY_TYPE_FUNCTION) || !py_code_read(heap, py_word(heap, (uint64_t)function + PY_FUNCTION_CODE), &code))
    return false;
  const struct py_module *m = py_program_module(p, py_word(heap, (uint64_t)function + PY_FUNCTION_GLOBALS));
  if (!m || m->role != PY_ROLE_BINDINGS) return false;
  for (uint32_t i = 0; i < py_length(heap, code.names); i++)
    if (cm_str_starts(py_text_or_empty(heap, py_item(heap, code.names, i)), CM_STR("call_import"))) return true;
  return false;
}

static bool is_protocol(const struct py_heap *heap, py_address class) {
  int64_t yes;
  return py_int(heap, py_dict_get(heap, py_class_dict(heap, class), CM_STR("_is_protocol")), &yes) && yes;
}

// The protocol of that name; 0: there is none.
static py_address protocol_named(const struct py_program *p, struct cm_str name) {
  for (size_t i = 0; i < p->module_count; i++) {
    const struct py_module *m = &p->modules[i];
    py_address found = m->role == PY_ROLE_BINDINGS ? py_dict_get(p->heap, m->dict, name) : 0;
    if (found && is_protocol(p->heap, found)) return found;
  }
  return 0;
}

// Without protocols in memory (the application need not import the bindings) the names of the exports tell the same: functions of the world
// are methods of `WitWorld`, each interface has a class of its own name.
static bool stands_for_export(const struct py_program *p, struct cm_str class) {
  if (cm_str_is(class, "WitWorld")) return true;
  for (uint32_t i = 0; p->surface && i < p->surface->export_count; i++) {
    struct cm_str name = p->surface->exports[i].name;
    const char *version = memchr(name.at, '@', name.size);
    if (version) name.size = (size_t)(version - name.at);
    bool is_instance = p->surface->exports[i].sort == CM_SORT_INSTANCE;
    if (is_instance && (py_same_name(class, py_behind_last(name, '/')) || py_same_name(class, name))) return true;
  }
  return false;
}

bool py_program_calls(const struct py_program *p, const struct py_entry_class *entry, struct cm_str method) {
  if (cm_str_starts(method, CM_STR("_"))) return false;
  if (entry->protocol) return py_class_attribute(p->heap, entry->protocol, method, NULL);
  if (!p->surface || !cm_str_is(py_type_name(p->heap, entry->class), "WitWorld")) return true;
  for (uint32_t i = 0; i < p->surface->export_count; i++)
    if (p->surface->exports[i].sort == CM_SORT_FUNC && py_same_name(method, p->surface->exports[i].name)) return true;
  return false;
}

static bool add_entries(struct cm_arena *arena, struct py_program *p, const struct py_module *m) {
  struct py_cursor cursor = {0};
  for (py_address key, value; py_dict_next(p->heap, m->dict, &cursor, &key, &value);) {
    struct cm_str name;
    if (!py_is_a(p->heap, value, PY_TYPE_TYPE) || !py_text(p->heap, key, &name)) continue;
    // What was imported from elsewhere is an entry of its own module.
    struct cm_str home = py_text_or_empty(p->heap, py_dict_get(p->heap, py_class_dict(p->heap, value), CM_STR("__module__")));
    if (!cm_str_equal(home, m->name) || is_protocol(p->heap, value)) continue;
    py_address protocol = protocol_named(p, name);
    if (!protocol && !stands_for_export(p, name)) continue;
    if (!cm_grow(arena, &p->entries, &p->entry_room, p->entry_count, sizeof *p->entries)) return false;
    p->entries[p->entry_count++] = (struct py_entry_class){value, protocol};
  }
  return true;
}

bool py_program_read(struct cm_arena *arena, const struct py_heap *heap, const struct cm_needs *surface, struct py_program *p) {
  *p = (struct py_program){.heap = heap, .surface = surface};
  py_address os = py_module_dict(heap, py_module_named(heap, CM_STR("os")));
  struct cm_str os_file = py_text_or_empty(heap, py_dict_get(heap, os, CM_STR("__file__")));
  struct py_cursor cursor = {0};
  bool application = false;
  for (py_address key, value; py_dict_next(heap, heap->modules, &cursor, &key, &value);)
    if (!add_module(arena, p, value, os_file)) return false;
  for (size_t i = 0; i < p->module_count; i++) {
    if (p->modules[i].role != PY_ROLE_APPLICATION) continue;
    application = true;
    if (!add_entries(arena, p, &p->modules[i])) return false;
  }
  return application;
}
