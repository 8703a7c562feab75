// What the host is asked.
//
// The host's interfaces are modules to the program; their functions are those of the table of sinks, called by names that ComponentizeJS
// makes of the interface's own: `get-environment` is getEnvironment, the method `set-authority` of the resource `outgoing-request` is
// setAuthority of an OutgoingRequest. All that the table does not know is unknown.
//
// A list of all entries is an array of pairs whose names are not known one by one. It may become a map or an object, be filtered and
// copied: its entries' names stay what they are, and to compare one with a text is to ask for that text.
//
// While the program is built nothing can be asked: a call of the host then traps, and there would be no component. What the top level of
// its modules does is done; what is asked on the way counts for nothing.

#include "js_machine.h"

#include <component/semver.h>

// --- telling ---

static const struct cm_str *path_of(struct js_machine *m, uint32_t *count) {
  uint32_t depth = 0;
  for (const struct js_frame *at = m->frame; at; at = at->up) depth += at->function != NULL;
  struct cm_str *path = cm_alloc_array(m->arena, (size_t)depth + 1, sizeof *path);
  if (!path) {
    m->failed = true;
    depth = 0;
  }
  *count = depth;
  for (const struct js_frame *at = m->frame; at && depth; at = at->up) {
    if (!at->function) continue;
    const struct js_node *node = at->function->node;
    path[--depth] = node->text.size ? node->text : node->other.size ? node->other : CM_STR("(anonymous)");
  }
  return path;
}

static void note_used(struct js_machine *m, const struct interpreted_sink *sink) {
  unsigned i = 0;
  while (i < m->used_count && m->used[i] != sink) i++;
  if (i == m->used_count && i < sizeof m->used / sizeof *m->used) m->used[m->used_count++] = sink;
}

static void tell(struct js_machine *m, const struct interpreted_sink *sink, struct cm_str key, bool known, uint32_t at) {
  if (m->building || m->thrown || !m->frame || !m->frame->module) return;
  note_used(m, sink);
  if (m->doubted) known = false;
  if (m->lost && known) key = CM_STR(""), known = false;
  struct js_asked asked = {.sink = sink, .key = key, .known = known, .file = m->frame->module->file, .at = at ? at : m->frame->at};
  asked.path = path_of(m, &asked.path_count);
  if (m->late) js_late_asked(m, &asked);
  if (!m->failed) m->world->asked(m->world->context, &asked);
}

// Of the hosts that the program asks elsewhere, and of the one whose environment it may have.
void js_ask_anything(struct js_machine *m, uint32_t at) {
  for (size_t i = 0; i < m->world->sink_count; i++)
    if (m->world->sinks[i].row->kind == CM_NEED_ENV) note_used(m, &m->world->sinks[i]);
  for (unsigned i = 0; i < m->used_count; i++) tell(m, m->used[i], CM_STR(""), false, at);
}

// A text with gaps as a pattern; one that is all gap says nothing.
static void tell_text(struct js_machine *m, const struct interpreted_sink *sink, struct cm_str text, uint32_t at) {
  if (!js_has_gap(text)) {
    if (text.size) tell(m, sink, text, true, at);
    return;
  }
  char *pattern = cm_alloc_text(m->arena, text.at, text.size);
  if (!pattern) {
    m->failed = true;
    return;
  }
  for (size_t i = 0; i < text.size; i++)
    if (pattern[i] == JS_GAP) pattern[i] = '*';
  tell(m, sink, text.size == 1 ? CM_STR("") : (struct cm_str){pattern, text.size}, false, at);
}

void js_ask(struct js_machine *m, const struct interpreted_sink *sink, struct js_value key, uint32_t at) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&key, &list);
  for (uint32_t i = 0; i < count; i++) {
    if (list[i].type == JS_V_TEXT || list[i].type == JS_V_NUMBER || list[i].type == JS_V_KEY)
      tell_text(m, sink, js_to_text(m, list[i]), at);
    else if (list[i].type != JS_V_UNDEFINED && list[i].type != JS_V_NULL && list[i].type != JS_V_ABSENT)
      tell(m, sink, CM_STR(""), false, at);
  }
}

// Names that are the language's own: programs compare with them to keep them out of objects.
static bool is_own_name(struct cm_str name) {
  return cm_str_is(name, "__proto__") || cm_str_is(name, "constructor") || cm_str_is(name, "prototype") ||
         cm_str_starts(name, CM_STR("@@"));
}

void js_ask_name(struct js_machine *m, const struct js_key *key, struct cm_str name, uint32_t at) {
  if (key->form == JS_CHANGED) {
    js_ask_all(m, key, at);  // which names become that one is not known
    return;
  }
  for (size_t i = 0; key->form == JS_UPPER && i < name.size; i++)
    if (name.at[i] >= 'a' && name.at[i] <= 'z') return;  // in upper case it is no such name
  tell_text(m, key->sink, js_concat(m, key->front, name), at);
}

struct js_value js_ask_entry(struct js_machine *m, const struct js_key *listing, struct cm_str text, uint32_t at) {
  struct cm_str name;
  if (listing->form < JS_END && !is_own_name(text) && js_line_name(m, listing, text, &name, at)) js_ask_name(m, listing, name, at);
  return js_unknown();
}

void js_ask_pattern(struct js_machine *m, const struct js_key *key, struct cm_str front, struct cm_str back, uint32_t at) {
  if (key->form == JS_CHANGED) {
    js_ask_all(m, key, at);
    return;
  }
  struct cm_str pattern = js_concat(m, js_concat(m, key->front, front), CM_STR("\xff"));
  tell_text(m, key->sink, js_concat(m, pattern, back), at);
}

void js_ask_all(struct js_machine *m, const struct js_key *key, uint32_t at) { tell(m, key->sink, CM_STR(""), false, at); }

// --- URLs ---

// host and port of an absolute URL; all of it may have gaps.
static bool authority_of(struct cm_str url, struct cm_str *authority) {
  size_t from = 0;
  while (from + 3 <= url.size && memcmp(url.at + from, "://", 3) != 0) from++;
  if (from + 3 > url.size || memchr(url.at, (unsigned char)JS_GAP, from) || memchr(url.at, '/', from)) return false;
  from += 3;
  size_t to = from;
  while (to < url.size && !strchr("/?#\\", url.at[to])) {
    if (url.at[to] == '@') from = to + 1;
    to++;
  }
  *authority = (struct cm_str){url.at + from, to - from};
  return to > from;
}

void js_ask_host(struct js_machine *m, struct js_value url, uint32_t at) {
  const struct interpreted_sink *sink = NULL;
  for (size_t i = 0; i < m->world->sink_count && !sink; i++)
    if (m->world->sinks[i].row->kind == CM_NEED_HTTP_HOST) sink = &m->world->sinks[i];
  const struct js_value *list;
  uint32_t count = js_alternatives(&url, &list);
  for (uint32_t i = 0; sink && i < count; i++) {
    struct js_value one = list[i];
    if (one.type == JS_V_OBJECT && one.object->class == JS_C_PLAIN) {
      const struct js_entry *request = js_find(m, &one.object->props, CM_STR("url"));
      one = request ? request->value : one.object->target.type == JS_V_TEXT ? one.object->target : js_unknown();
      if (one.type == JS_V_SET) js_ask_host(m, one, at);
      if (one.type == JS_V_OBJECT && one.object->target.type == JS_V_TEXT) one = one.object->target;
    }
    struct cm_str authority;
    if (one.type == JS_V_KEY) one = js_text(js_to_text(m, one));
    if (one.type == JS_V_TEXT && authority_of(one.text, &authority))
      tell_text(m, sink, authority, at);
    else if (one.type == JS_V_UNKNOWN || (one.type == JS_V_TEXT && js_has_gap(one.text)))
      tell(m, sink, CM_STR(""), false, at);
  }
}

// --- names ---

// Is `name` what "set-authority" is called in JavaScript? `upper`: with a capital letter, as classes are.
static bool is_camel(struct cm_str name, struct cm_str kebab, bool upper) {
  size_t at = 0;
  for (size_t i = 0; i < kebab.size; i++) {
    char c = kebab.at[i];
    if (c == '-') {
      upper = true;
      continue;
    }
    if (upper && c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (at >= name.size || name.at[at++] != c) return false;
    upper = false;
  }
  return at == name.size;
}

bool js_is_camel(struct cm_str name, struct cm_str kebab) { return is_camel(name, kebab, false); }

// "[method]outgoing-request.set-authority": the resource and the function; no resource where it is a plain function.
static void split(struct cm_str function, struct cm_str *resource, struct cm_str *name) {
  *resource = CM_STR("");
  *name = function;
  const char *bracket = memchr(function.at, ']', function.size), *dot = memchr(function.at, '.', function.size);
  if (function.at[0] != '[' || !bracket || !dot || dot < bracket) return;
  *resource = (struct cm_str){bracket + 1, (size_t)(dot - bracket - 1)};
  *name = (struct cm_str){dot + 1, function.size - (size_t)(dot + 1 - function.at)};
}

struct js_object *js_interface(struct js_machine *m, struct cm_str specifier) {
  for (size_t i = 0; i < m->world->sink_count; i++) {
    struct cm_str interface = m->world->sinks[i].interface, base = cm_name_base(interface);
    if (!cm_str_equal(specifier, interface) && !cm_str_equal(cm_name_base(specifier), base)) continue;
    struct js_object *object = js_object(m, JS_C_INTERFACE);
    object->name = base;
    return object;
  }
  return NULL;
}

static void add_sink(struct js_machine *m, struct js_object **function, const struct interpreted_sink *sink) {
  if (!*function) *function = js_object(m, JS_C_FUNCTION);
  if ((*function)->sink_count < sizeof(*function)->sinks / sizeof *(*function)->sinks)
    (*function)->sinks[(*function)->sink_count++] = sink;
}

struct js_value js_host_member(struct js_machine *m, struct js_object *object, struct cm_str name) {
  struct cm_str interface = object->class == JS_C_RESOURCE ? object->parent->name : object->name;
  struct js_object *function = NULL;
  for (size_t i = 0; i < m->world->sink_count; i++) {
    const struct interpreted_sink *sink = &m->world->sinks[i];
    struct cm_str resource, called;
    if (!cm_str_equal(cm_name_base(sink->interface), interface)) continue;
    split(sink->function, &resource, &called);
    if (object->class == JS_C_INTERFACE && resource.size && is_camel(name, resource, true)) {
      struct js_object *class = js_object(m, JS_C_RESOURCE);
      class->name = resource;
      class->parent = object;
      return js_of(class);
    }
    bool of_it = object->class == JS_C_RESOURCE ? cm_str_equal(resource, object->name) : !resource.size;
    if (of_it && is_camel(name, called, false)) add_sink(m, &function, sink);
  }
  return function ? js_of(function) : js_unknown();
}

// --- calls ---

static struct js_value listing_of(struct js_machine *m, const struct interpreted_sink *sink) {
  struct js_key *key = cm_alloc(m->arena, sizeof *key);
  if (!key) {
    m->failed = true;
    return js_unknown();
  }
  key->sink = sink;
  struct js_object *list = js_array(m);
  list->open = true;
  list->rest = js_pair(m, (struct js_value){.type = JS_V_KEY, .key = key}, js_unknown());
  return js_of(list);
}

static void ask_with(struct js_machine *m, const struct interpreted_sink *sink, const struct js_arguments *arguments) {
  struct js_value v = js_argument(arguments, sink->parameter);
  if (sink->field.size && v.type == JS_V_OBJECT) {
    const struct js_entry *field = NULL;
    for (size_t i = 0; i < v.object->props.count && !field; i++)
      if (is_camel(v.object->props.entries[i].key, sink->field, false)) field = &v.object->props.entries[i];
    v = field ? field->value : js_unknown();
  } else if (sink->field.size) {
    v = js_unknown();
  }
  js_ask(m, sink, v, arguments->at);
}

// A function that gives a `result` throws where that is an error; get-environment gives none.
bool js_host_may_fail(const struct js_object *function) {
  return !function->sink_count || function->sinks[0]->row->kind != CM_NEED_ENV;
}

struct js_value js_call_host(struct js_machine *m, const struct js_object *function, const struct js_arguments *arguments) {
  if (function->class == JS_C_RESOURCE) return js_of((struct js_object *)(uintptr_t)function);  // an instance
  for (unsigned i = 0; i < function->sink_count; i++) {
    if (!*function->sinks[i]->row->parameter) return listing_of(m, function->sinks[i]);
    ask_with(m, function->sinks[i], arguments);
  }
  return js_unknown();
}

bool js_call_duck(struct js_machine *m, struct cm_str name, const struct js_arguments *arguments, struct js_value *out) {
  bool found = false;
  for (size_t i = 0; i < m->world->sink_count; i++) {
    const struct interpreted_sink *sink = &m->world->sinks[i];
    struct cm_str resource, called;
    split(sink->function, &resource, &called);
    if (!cm_str_starts(sink->function, CM_STR("[method]")) || !is_camel(name, called, false)) continue;
    ask_with(m, sink, arguments);
    found = true;
  }
  *out = js_unknown();
  return found;
}
