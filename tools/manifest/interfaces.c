// The entries of host interfaces.
//
// What a component imports, and what it exports for the host to call, is grouped by package, label and compatible version: one group
// is one entry. Left out is what every host offers by itself (wasi:cli and the like), and what another component of the workload
// exports. Three rules of the host decide what an entry may say:
//
//   - It links a component to an entry only where the component has all of the entry's interfaces, so that components with different
//     parts of one package are given the parts they share.
//   - An entry with a version fits only this very version; one without fits any. Where components differ, the version is left out.
//   - Of wasi:http it serves the handlers without being asked for the rest: naming `types` does nothing.
//
// Sources: wasmCloud, wash-runtime: engine/workload.rs (bind_plugins), wit.rs (WitInterface).

#include "parts.h"

#include <component/semver.h>

#include "report/text.h"

// Packages that the host links into every component.
static const char *const built_in[] = {"cli", "io", "clocks", "random", "filesystem", "sockets", "tls"};

// Exports that the host calls, and so binds by an entry.
static const struct {
  const char *ns, *package, *interface;
} called[] = {
    {"wasi", "http", "incoming-handler"},
    {"wasi", "http", "handler"},
    {"wasmcloud", "messaging", "handler"},
    {"wasi", "messaging", "incoming-handler"},
};

static struct cm_str cut(const char *from, const char *to) { return (struct cm_str){from, (size_t)(to - from)}; }

bool tw_interface_name_read(struct cm_str name, struct tw_interface_name *to) {
  const char *end = name.at + name.size;
  const char *colon = name.size ? memchr(name.at, ':', name.size) : NULL;
  const char *slash = colon ? memchr(colon, '/', (size_t)(end - colon)) : NULL;
  if (!colon || !slash || colon == name.at || slash == colon + 1) {
    return false;
  }
  const char *at = memchr(slash, '@', (size_t)(end - slash));
  const char *last = at ? at : end;
  to->ns = cut(name.at, colon);
  to->package = cut(colon + 1, slash);
  to->interface = cut(slash + 1, last);
  to->version = at ? cut(at + 1, end) : CM_STR("");
  return to->interface.size > 0 && !memchr(to->interface.at, '/', to->interface.size);
}

bool tw_interface_built_in(const struct tw_interface_name *name) {
  for (size_t i = 0; cm_str_is(name->ns, "wasi") && i < sizeof built_in / sizeof *built_in; i++) {
    if (cm_str_is(name->package, built_in[i])) {
      return true;
    }
  }
  return false;
}

bool tw_import_interface(const struct cm_needs_import *import, struct tw_interface_name *name) {
  return import->sort == CM_SORT_INSTANCE &&
         tw_interface_name_read(import->has_implements ? import->implements : import->name, name);
}

static bool is_http(const struct tw_interface_name *name) {
  return cm_str_is(name->ns, "wasi") && cm_str_is(name->package, "http");
}

static bool is_handler(struct cm_str interface) {
  return cm_str_is(interface, "incoming-handler") || cm_str_is(interface, "outgoing-handler") || cm_str_is(interface, "handler");
}

static bool exported_by(const struct tw_component *component, struct cm_str name) {
  const struct cm_needs *needs = &component->app->document->needs;
  for (uint32_t i = 0; i < needs->export_count; i++) {
    if (needs->exports[i].sort == CM_SORT_INSTANCE && cm_str_equal(needs->exports[i].name, name)) {
      return true;
    }
  }
  return false;
}

// Whether another component of the workload answers this import.
static bool served_inside(const struct tw_workload *workload, size_t component, const struct cm_needs_import *import) {
  bool served = false;
  for (size_t i = 0; i < workload->component_count; i++) {
    served |= i != component && !workload->components[i].service && exported_by(&workload->components[i], import->name);
  }
  return served;
}

struct tw_interface *tw_workload_interface(const struct tw_workload *workload, const char *ns, const char *package,
                                           struct cm_str name) {
  for (size_t i = 0; i < workload->interface_count; i++) {
    struct tw_interface *entry = &workload->interfaces[i];
    if (cm_str_is(entry->ns, ns) && cm_str_is(entry->package, package) && cm_str_equal(entry->name, name)) {
      return entry;
    }
  }
  return NULL;
}

static bool has_word(const struct tw_interface *entry, struct cm_str word) {
  for (size_t i = 0; i < entry->interface_count; i++) {
    if (cm_str_equal(entry->interfaces[i], word)) {
      return true;
    }
  }
  return false;
}

// The entry of a group; made where there is none yet. NULL: no memory.
static struct tw_interface *entry_for(struct cm_arena *arena, struct tw_workload *workload, const struct tw_interface_name *name,
                                      struct cm_str label) {
  struct cm_str canonical = cm_semver_canonical(name->version);
  for (size_t i = 0; i < workload->interface_count; i++) {
    struct tw_interface *entry = &workload->interfaces[i];
    if (cm_str_equal(entry->ns, name->ns) && cm_str_equal(entry->package, name->package) && cm_str_equal(entry->name, label) &&
        (is_http(name) || cm_str_equal(entry->canonical, canonical))) {
      return entry;
    }
  }
  if (!cm_grow(arena, &workload->interfaces, &workload->interface_room, workload->interface_count, sizeof *workload->interfaces)) {
    return NULL;
  }
  struct tw_interface *entry = &workload->interfaces[workload->interface_count++];
  *entry = (struct tw_interface){
      .ns = name->ns, .package = name->package, .version = name->version, .canonical = canonical, .name = label};
  return entry;
}

static void add_word(struct cm_arena *arena, struct tw_interface *entry, struct cm_str word) {
  if (!has_word(entry, word) && cm_grow(arena, &entry->interfaces, &entry->interface_room, entry->interface_count, sizeof word)) {
    entry->interfaces[entry->interface_count++] = word;
  }
}

// Whether an interface of only types counts: where the component has no other of the package.
static bool counts(const struct cm_needs *needs, const struct cm_needs_import *import, const struct tw_interface_name *name) {
  if (is_http(name)) {
    return is_handler(name->interface);
  }
  if (import->function_count > 0) {
    return true;
  }
  for (uint32_t i = 0; i < needs->import_count; i++) {
    struct tw_interface_name other;
    if (needs->imports[i].function_count > 0 && tw_import_interface(&needs->imports[i], &other) &&
        cm_str_equal(other.ns, name->ns) && cm_str_equal(other.package, name->package)) {
      return false;
    }
  }
  return true;
}

static bool is_called(const struct tw_interface_name *name) {
  for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
    if (cm_str_is(name->ns, called[i].ns) && cm_str_is(name->package, called[i].package) &&
        cm_str_is(name->interface, called[i].interface)) {
      return true;
    }
  }
  return false;
}

// Calls `visit` for each interface that the component needs an entry for: with its label, and whether it is exported.
static void each_interface(const struct tw_workload *workload, size_t at,
                           void (*visit)(void *, const struct tw_interface_name *, struct cm_str, bool), void *context) {
  const struct cm_needs *needs = &workload->components[at].app->document->needs;
  struct tw_interface_name name;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    if (tw_import_interface(import, &name) && !tw_interface_built_in(&name) && counts(needs, import, &name) &&
        !served_inside(workload, at, import)) {
      visit(context, &name, import->has_implements ? import->name : CM_STR(""), false);
    }
  }
  for (uint32_t i = 0; i < needs->export_count; i++) {
    if (needs->exports[i].sort == CM_SORT_INSTANCE && tw_interface_name_read(needs->exports[i].name, &name) && is_called(&name)) {
      visit(context, &name, CM_STR(""), true);
    }
  }
}

struct gathering {
  struct cm_arena *arena;
  struct tw_workload *workload;
  const struct tw_interface *entry;  // of `match`
  bool matched, imported, exported;
};

static void gather(void *context, const struct tw_interface_name *name, struct cm_str label, bool exported) {
  (void)exported;
  struct gathering *gathering = context;
  struct tw_interface *entry = entry_for(gathering->arena, gathering->workload, name, label);
  if (!entry) {
    return;
  }
  add_word(gathering->arena, entry, name->interface);
  // Versions that differ but fit: the entry must not name one of them.
  if (!cm_str_equal(entry->version, name->version)) {
    entry->version = CM_STR("");
  }
}

static void match(void *context, const struct tw_interface_name *name, struct cm_str label, bool exported) {
  struct gathering *gathering = context;
  const struct tw_interface *entry = gathering->entry;
  if (cm_str_equal(entry->ns, name->ns) && cm_str_equal(entry->package, name->package) && cm_str_equal(entry->name, label)) {
    gathering->matched = true;
    gathering->exported |= exported;
    gathering->imported |= !exported;
  }
}

static void match_word(void *context, const struct tw_interface_name *name, struct cm_str label, bool exported) {
  (void)exported;
  struct gathering *gathering = context;
  const struct tw_interface *entry = gathering->entry;
  gathering->matched |= cm_str_equal(entry->ns, name->ns) && cm_str_equal(entry->package, name->package) &&
                        cm_str_equal(entry->name, label) && cm_str_equal(entry->interfaces[0], name->interface);
}

// Whether a component has a part of the entry's package, under its label.
bool tw_workload_uses(const struct tw_workload *workload, size_t component, const struct tw_interface *entry) {
  struct gathering gathering = {.entry = entry};
  each_interface(workload, component, match, &gathering);
  return gathering.matched;
}

static bool has_this(const struct tw_workload *workload, size_t component, const struct tw_interface *entry, struct cm_str word) {
  struct tw_interface one = *entry;
  one.interfaces = &word;
  struct gathering gathering = {.entry = &one};
  each_interface(workload, component, match_word, &gathering);
  return gathering.matched;
}

// Takes out of the entry what some of its components have not.
static void keep_common(const struct tw_workload *workload, struct tw_interface *entry) {
  size_t kept = 0;
  for (size_t i = 0; i < entry->interface_count; i++) {
    bool common = true;
    for (size_t c = 0; c < workload->component_count; c++) {
      common &= !tw_workload_uses(workload, c, entry) || has_this(workload, c, entry, entry->interfaces[i]);
    }
    if (common) {
      entry->interfaces[kept++] = entry->interfaces[i];
    }
  }
  entry->interface_count = kept;
}

static int compare_words(const void *one, const void *other) {
  return cm_str_compare(*(const struct cm_str *)one, *(const struct cm_str *)other);
}

static int compare_entries(const void *one, const void *other) {
  const struct tw_interface *a = one, *b = other;
  int order = cm_str_compare(a->ns, b->ns);
  order = order ? order : cm_str_compare(a->package, b->package);
  order = order ? order : cm_str_compare(a->name, b->name);
  return order ? order : cm_str_compare(a->version, b->version);
}

// "imported by shop, cart; exported by shop, for the host to call"
static const char *why_entry(struct cm_arena *arena, const struct tw_workload *workload, const struct tw_interface *entry) {
  const char *importers = "", *exporters = "";
  size_t imports = 0;
  for (size_t c = 0; c < workload->component_count; c++) {
    struct gathering gathering = {.entry = entry};
    each_interface(workload, c, match, &gathering);
    if (gathering.imported) {
      importers =
          tw_formatted(arena, "%s%s%.*s", importers, imports++ ? ", " : "imported by ", CM_STR_ARG(workload->components[c].name));
    }
    if (gathering.exported) {
      exporters =
          tw_formatted(arena, "%s%s%.*s", exporters, *exporters ? ", " : "exported by ", CM_STR_ARG(workload->components[c].name));
    }
  }
  if (entry->name.size) {
    return tw_formatted(arena, "%s under the label %.*s", importers, CM_STR_ARG(tw_text_safe(arena, entry->name)));
  }
  bool store = cm_str_is(entry->ns, "wasmcloud") && cm_str_is(entry->package, "secrets") && has_word(entry, CM_STR("store"));
  return tw_formatted(arena, "%s%s%s%s%s", importers, store && imports > 1 ? "; each of them may ask for every key" : "",
                      imports && *exporters ? "; " : "", exporters, *exporters ? ", for the host to call" : "");
}

void tw_make_interfaces(struct cm_arena *arena, struct tw_workload *workload) {
  struct gathering gathering = {.arena = arena, .workload = workload};
  for (size_t i = 0; i < workload->component_count; i++) {
    each_interface(workload, i, gather, &gathering);
  }
  for (size_t i = 0; i < workload->interface_count; i++) {
    struct tw_interface *entry = &workload->interfaces[i];
    if (!(cm_str_is(entry->ns, "wasi") && cm_str_is(entry->package, "http"))) {
      keep_common(workload, entry);
    }
    tw_sort(entry->interfaces, entry->interface_count, sizeof *entry->interfaces, compare_words);
    entry->why = why_entry(arena, workload, entry);
  }
  tw_sort(workload->interfaces, workload->interface_count, sizeof *workload->interfaces, compare_entries);
}
