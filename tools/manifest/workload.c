// The workload, made from needs and values.
//
// Components first: each file gets a name, its settings from the values, and its wants, one for each key however many calls ask for
// it. What only the values name is taken in too, since a component may look up what could not be decided. Then the layers and objects
// (layers.c) and the entries of host interfaces (interfaces.c). Notes are gathered on the way, for people.

#include "workload.h"

#include <stdarg.h>
#include <stdio.h>

#include "parts.h"
#include "report/text.h"

static void add_note(struct cm_arena *arena, struct tw_workload *workload, struct tw_note note, const char *format,
                     va_list arguments) {
  char small[1024];
  vsnprintf(small, sizeof small, format, arguments);
  note.text = cm_alloc_text(arena, small, strlen(small));
  if (note.text && cm_grow(arena, &workload->notes, &workload->note_room, workload->note_count, sizeof note)) {
    workload->notes[workload->note_count++] = note;
  }
}

void tw_workload_note(struct cm_arena *arena, struct tw_workload *workload, enum tw_note_kind kind, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_note(arena, workload, (struct tw_note){.kind = kind}, format, arguments);
  va_end(arguments);
}

void tw_workload_left(struct cm_arena *arena, struct tw_workload *workload, enum tw_left left, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_note(arena, workload, (struct tw_note){.kind = TW_NOTE_LEFT, .left = left}, format, arguments);
  va_end(arguments);
}

const char *tw_formatted(struct cm_arena *arena, const char *format, ...) {
  char small[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  const char *text = cm_alloc_text(arena, small, strlen(small));
  return text ? text : "";
}

static bool name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

struct cm_str tw_name_of_words(struct cm_arena *arena, struct cm_str words) {
  char to[64];
  size_t size = 0;
  for (size_t i = 0; i < words.size && size < 50; i++) {
    char c = words.at[i];
    c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    if (name_character(c)) {
      to[size++] = c;
    } else if (size > 0 && to[size - 1] != '-') {
      to[size++] = '-';
    }
  }
  while (size > 0 && to[size - 1] == '-') {
    size--;
  }
  struct cm_str name = size ? (struct cm_str){to, size} : CM_STR("component");
  const char *kept = cm_alloc_text(arena, name.at, name.size);
  return kept ? (struct cm_str){kept, name.size} : CM_STR("component");
}

struct cm_str tw_name_of_path(struct cm_arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  struct cm_str base = cm_str_of(slash ? slash + 1 : path);
  if (base.size > 5 && memcmp(base.at + base.size - 5, ".wasm", 5) == 0) {
    base.size -= 5;
  }
  return tw_name_of_words(arena, base);
}

static bool name_taken(const struct tw_workload *workload, size_t count, struct cm_str name) {
  bool taken = false;
  for (size_t i = 0; i < count; i++) {
    taken |= cm_str_equal(workload->components[i].name, name);
  }
  return taken;
}

// Two files of one name: the later ones are numbered.
static struct cm_str name_alone(struct cm_arena *arena, const struct tw_workload *workload, size_t count, struct cm_str name) {
  struct cm_str alone = name;
  for (size_t number = 2; alone.at && name_taken(workload, count, alone); number++) {
    alone = cm_alloc_format(arena, "%.*s-%zu", CM_STR_ARG(name), number);
  }
  return alone.at ? alone : name;
}

const struct tw_want *tw_component_want(const struct tw_component *component, enum cm_need_kind kind, struct cm_str key) {
  for (size_t i = 0; i < component->want_count; i++) {
    if (component->wants[i].kind == kind && cm_str_equal(component->wants[i].key, key)) {
      return &component->wants[i];
    }
  }
  return NULL;
}

static bool said_to_be_secret(const struct tw_workload_options *options, struct cm_str key) {
  for (size_t i = 0; options->secrets && options->secrets[i]; i++) {
    if (cm_str_is(key, options->secrets[i])) {
      return true;
    }
  }
  return tw_values_secret(options->values, key);
}

static const char *section_of(enum cm_need_kind kind) {
  switch (kind) {
    case CM_NEED_ENV: return "env";
    case CM_NEED_CONFIG: return "config";
    case CM_NEED_SECRET: return "secret";
    default: return NULL;
  }
}

static void decide_supply(struct tw_want *want, const struct tw_component *component, const struct tw_workload_options *options) {
  const char *section = section_of(want->kind);
  if (!section) {
    return;
  }
  want->supply = tw_values_supply(options->values, component->values, section, want->key);
  want->secret = want->kind == CM_NEED_SECRET || want->supply.kind == TW_SUPPLY_SECRET || want->supply.kind == TW_SUPPLY_EXTERNAL ||
                 said_to_be_secret(options, want->key);
  struct cm_str maybe;
  want->supply.existing = tw_existing_key(component, want, &maybe);
  if (want->supply.existing) {
    want->supply.kind = want->supply.kind == TW_SUPPLY_NONE ? TW_SUPPLY_KEPT : want->supply.kind;
  } else if (want->supply.kind == TW_SUPPLY_NONE && maybe.size) {
    want->supply.kind = TW_SUPPLY_KEPT;
    want->supply.object = maybe;
  }
  // A label's external id is the way to it in the store.
  if (want->supply.kind == TW_SUPPLY_NONE && want->need && want->need->has_external_id && want->need->external_id.size) {
    want->supply.kind = TW_SUPPLY_EXTERNAL;
    tw_remote_read(want->need->external_id, &want->supply.remote, &want->supply.property);
  }
}

static void add_want(struct cm_arena *arena, struct tw_component *component, struct tw_want want,
                     const struct tw_workload_options *options) {
  decide_supply(&want, component, options);
  if (cm_grow(arena, &component->wants, &component->want_room, component->want_count, sizeof *component->wants)) {
    component->wants[component->want_count++] = want;
  }
}

// What the language's own library asks for needs no value; it is wanted where the values give one.
static bool only_runtime(const struct cm_need *need, const struct tw_component *component,
                         const struct tw_workload_options *options) {
  const char *section = section_of(need->kind);
  return need->origin == CM_ORIGIN_RUNTIME &&
         (!section || tw_values_supply(options->values, component->values, section, need->key).kind == TW_SUPPLY_NONE);
}

// Needs come sorted by kind and key; those of one key, from several imports, are one want.
static bool wanted_before(const struct tw_component *component, enum cm_need_kind kind, struct cm_str key) {
  const struct tw_want *last = component->want_count ? &component->wants[component->want_count - 1] : NULL;
  return last && last->kind == kind && cm_str_equal(last->key, key);
}

static void add_needs(struct cm_arena *arena, struct tw_component *component, struct tw_needs_words *words,
                      const struct tw_workload_options *options) {
  const struct cm_needs *needs = &component->app->document->needs;
  struct tw_buffer runtime = {.arena = arena};
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    if (only_runtime(need, component, options)) {
      tw_buffer_format(&runtime, "%s%.*s", runtime.size ? ", " : "", CM_STR_ARG(tw_text_safe(arena, need->key)));
      continue;
    }
    bool labelled = need->kind == CM_NEED_SECRET && need->has_label && need->certainty == CM_DECLARED;
    if (wanted_before(component, need->kind, labelled ? need->label : need->key)) {
      continue;
    }
    add_want(arena, component,
             (struct tw_want){.kind = need->kind,
                              .key = labelled ? need->label : need->key,
                              .labelled = labelled,
                              .need = need,
                              .why = tw_why_need(words, need)},
             options);
  }
  component->runtime = runtime.size ? tw_buffer_text(&runtime).at : NULL;
}

// Keys of the component's own sections that no need names.
static void add_extra(struct cm_arena *arena, struct tw_workload *workload, struct tw_component *component,
                      const struct tw_workload_options *options) {
  static const enum cm_need_kind kinds[] = {CM_NEED_ENV, CM_NEED_CONFIG, CM_NEED_SECRET};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const struct tw_node *section = tw_node_get(component->values, section_of(kinds[k]));
    for (size_t i = 0; section && i < section->count; i++) {
      struct cm_str key = section->pairs[i].key;
      if (tw_component_want(component, kinds[k], key)) {
        continue;
      }
      if (component->app->document->needs.complete[kinds[k]]) {
        tw_workload_note(
            arena, workload, TW_NOTE_WARNING,
            "%s:%u:%u: no call of component %.*s asks for %s %.*s, and its list is complete; the key is provided all the same",
            options->values->doc->path, section->pairs[i].key_at.line, section->pairs[i].key_at.column, CM_STR_ARG(component->name),
            cm_need_kinds[kinds[k]], CM_STR_ARG(tw_text_safe(arena, key)));
      }
      add_want(arena, component,
               (struct tw_want){.kind = kinds[k], .key = key, .why = "from the values; no call was found that asks"}, options);
    }
  }
}

// allowed-hosts and allowed-names of the values: hosts that could not be found in the code.
static void add_words(struct cm_arena *arena, struct tw_component *component, const char *list, enum cm_need_kind kind,
                      const struct tw_workload_options *options) {
  const struct tw_node *words = tw_node_get(component->values, list);
  size_t count = words ? (words->kind == TW_NODE_LIST ? words->count : 1) : 0;
  for (size_t i = 0; i < count; i++) {
    struct cm_str word = tw_node_text(words->kind == TW_NODE_LIST ? words->items[i].value : words);
    if (!tw_component_want(component, kind, word)) {
      add_want(arena, component, (struct tw_want){.kind = kind, .key = word, .why = "from the values"}, options);
    }
  }
}

static int compare_wants(const void *one, const void *other) {
  const struct tw_want *a = one, *b = other;
  return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind) : cm_str_compare(a->key, b->key);
}

// A descriptor below a preopened folder is reached by these; without one of them a preopened folder is of no use to anybody.
static bool opens_below_folder(struct cm_str function) {
  static const char *const methods[] = {
      "open-at",   "stat-at",    "read-directory", "create-directory-at", "link-at",          "readlink-at",
      "rename-at", "symlink-at", "unlink-file-at", "remove-directory-at", "metadata-hash-at", "set-times-at"};
  static const struct cm_str prefix = {"[method]descriptor.", 19};
  if (!cm_str_starts(function, prefix)) {
    return false;
  }
  struct cm_str method = {function.at + prefix.size, function.size - prefix.size};
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    if (cm_str_is(method, methods[i])) {
      return true;
    }
  }
  return false;
}

static bool wants_folders(const struct cm_needs *needs) {
  bool preopens = false, opens = false;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    struct cm_str interface = tw_interface_of(import->name);
    preopens |= import->reached && cm_str_is(interface, "wasi:filesystem/preopens");
    for (uint32_t f = 0; import->reached && cm_str_is(interface, "wasi:filesystem/types") && f < import->function_count; f++) {
      opens |= opens_below_folder(import->functions[f]);
    }
  }
  return preopens && opens;
}

static void look_at_exports(struct tw_component *component) {
  const struct cm_needs *needs = &component->app->document->needs;
  bool runs = false;
  for (uint32_t i = 0; i < needs->export_count; i++) {
    struct tw_interface_name name;
    if (!tw_interface_name_read(needs->exports[i].name, &name) || needs->exports[i].sort != CM_SORT_INSTANCE) {
      continue;
    }
    bool http = cm_str_is(name.ns, "wasi") && cm_str_is(name.package, "http");
    component->serves_http |= http && (cm_str_is(name.interface, "incoming-handler") || cm_str_is(name.interface, "handler"));
    runs |= cm_str_is(name.ns, "wasi") && cm_str_is(name.package, "cli") && cm_str_is(name.interface, "run");
  }
  component->service = runs && !component->serves_http;
  component->folders = wants_folders(needs);
}

static void make_component(struct cm_arena *arena, struct tw_workload *workload, size_t at, const struct tw_app *app, bool only,
                           const struct tw_workload_options *options) {
  struct tw_component *component = &workload->components[at];
  component->app = app;
  component->name = name_alone(arena, workload, at, tw_name_of_path(arena, app->document->path));
  component->values = tw_values_component(options->values, component->name);
  if (options->existing) {
    tw_existing_component(component, options->existing, only);
    component->values = component->values ? component->values : tw_values_component(options->values, component->name);
  }
  component->image = tw_node_text(tw_node_get(component->values, "image"));
  component->image_given = component->image.size > 0;
  if (!component->image_given && component->existing && component->existing_in->kind == TW_GRANTS_WORKLOAD) {
    component->image = component->existing->image;
  }
  if (!component->image.size) {
    component->image = cm_alloc_format(arena, "registry.invalid/%.*s:replace-me", CM_STR_ARG(component->name));
    tw_workload_left(arena, workload, TW_LEFT_IMAGE, "components.%.*s.image: where the component %.*s is pulled from",
                     CM_STR_ARG(component->name), CM_STR_ARG(component->name));
  }
  look_at_exports(component);
  // People said where its files are.
  component->folders &= !component->existing || component->existing->mount_count == 0;
  struct tw_needs_words words = tw_needs_words_of(arena, &app->document->needs);
  add_needs(arena, component, &words, options);
  add_extra(arena, workload, component, options);
  add_words(arena, component, "allowed-hosts", CM_NEED_HTTP_HOST, options);
  add_words(arena, component, "allowed-names", CM_NEED_DNS_NAME, options);
  tw_sort(component->wants, component->want_count, sizeof *component->wants, compare_wants);
  component->undecided = tw_why_undecided(&words, &app->document->needs);
  workload->undecided |= component->undecided != NULL;
}

// Keys and components of the values that fit nothing are most likely misspelt.
static void note_unused(struct cm_arena *arena, struct tw_workload *workload) {
  const struct tw_node *own = tw_values_get(workload->values, "components");
  for (size_t i = 0; own && i < own->count; i++) {
    bool known = false;
    for (size_t c = 0; c < workload->component_count; c++) {
      known |= cm_str_equal(workload->components[c].name, own->pairs[i].key);
    }
    if (!known) {
      tw_workload_note(arena, workload, TW_NOTE_WARNING,
                       "%s:%u:%u: components.%.*s: there is no such component among the files given", workload->values->doc->path,
                       own->pairs[i].key_at.line, own->pairs[i].key_at.column, CM_STR_ARG(tw_text_safe(arena, own->pairs[i].key)));
    }
  }
  static const enum cm_need_kind kinds[] = {CM_NEED_ENV, CM_NEED_CONFIG, CM_NEED_SECRET};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    const struct tw_node *section = tw_values_get(workload->values, section_of(kinds[k]));
    for (size_t i = 0; section && i < section->count; i++) {
      bool wanted = false;
      for (size_t c = 0; c < workload->component_count; c++) {
        wanted |= tw_component_want(&workload->components[c], kinds[k], section->pairs[i].key) != NULL;
      }
      if (!wanted) {
        tw_workload_note(arena, workload, TW_NOTE_WARNING, "%s:%u:%u: no component asks for %s %.*s; it is provided to none",
                         workload->values->doc->path, section->pairs[i].key_at.line, section->pairs[i].key_at.column,
                         cm_need_kinds[kinds[k]], CM_STR_ARG(tw_text_safe(arena, section->pairs[i].key)));
      }
    }
  }
}

static void name_workload(struct cm_arena *arena, struct tw_workload *workload, const struct tw_workload_options *options) {
  struct cm_str given = tw_node_text(tw_values_get(options->values, "name"));
  if (options->name) {
    given = cm_str_of(options->name);
  }
  const struct tw_granted_workload *existing = workload->components[0].existing_in;
  workload->name = given.size                        ? tw_name_of_words(arena, given)
                   : existing && existing->name.size ? existing->name
                                                     : workload->components[0].name;
  if (given.size && !cm_str_equal(given, workload->name)) {
    tw_workload_note(arena, workload, TW_NOTE_WARNING, "the name %.*s is no name of an object; it became %.*s",
                     CM_STR_ARG(tw_text_safe(arena, given)), CM_STR_ARG(workload->name));
  }
}

bool tw_workload_make(struct cm_arena *arena, const struct tw_app *apps, size_t count, const struct tw_workload_options *options,
                      struct tw_workload *workload, struct cm_diag *diag) {
  *workload = (struct tw_workload){.options = options, .values = options->values};
  if (count == 0) {
    return cm_fail_at_large(diag, CM_INVALID, "there is no component to deploy");
  }
  workload->components = cm_alloc_array(arena, count, sizeof *workload->components);
  if (!workload->components) {
    return cm_fail_memory(diag);
  }
  for (size_t i = 0; i < count; i++) {
    make_component(arena, workload, i, &apps[i], count == 1, options);
    workload->component_count++;
  }
  name_workload(arena, workload, options);
  note_unused(arena, workload);
  tw_make_interfaces(arena, workload);
  tw_make_layers(arena, workload);
  return arena->refused ? cm_fail_memory(diag) : true;
}
