// What a program finds in the engine: constructors, namespaces, and what it fetches with.
//
// Only what carries names and keys is here. Every other global is unknown, and what it is given is given away.
//
// Spec: ECMA-262, "Global Object"; https://url.spec.whatwg.org, https://fetch.spec.whatwg.org.

#include "js_machine.h"

#include <math.h>
#include <stdlib.h>

typedef const struct js_arguments *arguments_t;

void js_add(struct js_machine *m, struct js_object *to, const char *name, struct js_value v) {
  js_set_entry(m, &to->props, cm_str_of(name), v, 0);
}

void js_add_function(struct js_machine *m, struct js_object *to, const char *name, js_native native) {
  js_add(m, to, name, js_native_function(m, name, native));
}

struct js_value js_first_argument(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return js_argument(a, 0);
}

struct js_value js_unknown_of(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_may_throw(m);
  for (uint32_t i = 0; i < a->count; i++) js_escape(m, a->values[i], a->at);
  return js_unknown();
}

// --- Array, Map, Set ---

struct building {
  struct js_object *object;
  bool is_map;
};

static enum js_flow add_pair(struct js_machine *m, struct js_walk *walk, struct js_value pair) {
  struct building *b = walk->context;
  struct js_value key = js_get(m, pair, js_number(0), 0), v = js_get(m, pair, js_number(1), 0);
  if (b->is_map)
    js_keyed_set(m, b->object, key, v);
  else
    js_set_member(m, js_of(b->object), key, v);
  return JS_GOES_ON;
}

struct js_value js_from_pairs(struct js_machine *m, struct js_object *object, struct js_value pairs) {
  struct building b = {object, object->class == JS_C_MAP};
  struct js_walk walk = {.visit = add_pair, .context = &b};
  if (pairs.type != JS_V_UNDEFINED && pairs.type != JS_V_NULL) js_iterate(m, pairs, &walk);
  return js_of(object);
}

static struct js_value array_from(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value from = js_argument(a, 0);
  double size;
  if (js_is(from, JS_C_PLAIN) && js_to_number(js_get_named(m, from, CM_STR("length"), a->at), &size) && size >= 0 &&
      size <= JS_ROUNDS) {
    struct js_object *like = js_array(m);
    for (unsigned i = 0; i < (unsigned)size; i++) js_push(m, &like->items, js_get(m, from, js_number(i), a->at));
    from = js_of(like);
  }
  struct js_value list = js_elements(m, from);
  if (!js_is(js_argument(a, 1), JS_C_FUNCTION)) return list;
  struct js_arguments map = {a->values + 1, 1, a->at};
  return js_method_of(list, CM_STR("map"))->run(m, list, &map);
}

static struct js_value array_of(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *array = js_array(m);
  for (uint32_t i = 0; i < a->count; i++) js_push(m, &array->items, a->values[i]);
  return js_of(array);
}

static struct js_value array_make(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *array = js_array(m);
  if (a->count != 1 || a->values[0].type == JS_V_TEXT) return array_of(m, self, a);
  bool known = a->values[0].type == JS_V_NUMBER && a->values[0].number >= 0 && a->values[0].number <= JS_ROUNDS;
  for (unsigned i = 0; known && i < (unsigned)a->values[0].number; i++) js_push(m, &array->items, js_undefined());
  if (!known) js_open_with(m, array, js_undefined());
  return js_of(array);
}

static struct js_value array_is(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  struct js_value v = js_argument(a, 0);
  return v.type == JS_V_UNKNOWN || v.type == JS_V_SET ? js_unknown() : js_bool(js_is(v, JS_C_ARRAY));
}

static struct js_value map_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_from_pairs(m, js_object(m, JS_C_MAP), js_argument(a, 0));
}

static enum js_flow add_element(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct building *b = walk->context;
  js_keyed_set(m, b->object, element, element);
  return JS_GOES_ON;
}

static struct js_value set_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct building b = {js_object(m, JS_C_SET), false};
  struct js_walk walk = {.visit = add_element, .context = &b};
  if (a->count && a->values[0].type != JS_V_UNDEFINED) js_iterate(m, a->values[0], &walk);
  return js_of(b.object);
}

// --- the web ---

static struct js_value fetch(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_ask_host(m, js_argument(a, 0), a->at);
  for (uint32_t i = 1; i < a->count; i++) js_escape(m, a->values[i], a->at);
  return js_unknown();
}

static struct js_value request_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *request = js_object(m, JS_C_PLAIN);
  struct js_value url = js_argument(a, 0);
  if (js_is(url, JS_C_PLAIN) && url.object->target.type != JS_V_TEXT) url = js_get_named(m, url, CM_STR("url"), a->at);
  js_open_with(m, request, js_unknown());
  js_add(m, request, "url", url);
  return js_of(request);
}

static struct js_value own_text(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)a;
  return self.type == JS_V_OBJECT && self.object->target.type == JS_V_TEXT ? self.object->target : js_text(CM_STR("\xff"));
}

// Scheme and authority of a URL: up to the path.
static struct cm_str origin_of(struct cm_str url) {
  const char *mark = url.size ? memmem(url.at, url.size, "://", 3) : NULL;
  if (!mark) return (struct cm_str){0};
  size_t size = (size_t)(mark - url.at) + 3;
  while (size < url.size && !strchr("/?#", url.at[size])) size++;
  return (struct cm_str){url.at, size};
}

static struct js_value url_of(struct js_machine *m, struct js_value v, struct js_value base) {
  struct js_object *url = js_object(m, JS_C_PLAIN);
  struct cm_str text = js_to_text(m, v), from = base.type == JS_V_UNDEFINED ? CM_STR("") : js_to_text(m, base);
  struct cm_str origin = origin_of(text), base_origin = origin_of(from);
  bool relative = text.size && !origin.size && text.at[0] != JS_GAP;
  if (relative && base_origin.size && !cm_str_starts(text, CM_STR("//"))) {
    text = js_concat(m, text.at[0] == '/' ? base_origin : js_concat(m, base_origin, CM_STR("/\xff")), text);
  } else if (!origin.size) {
    text = CM_STR("\xff");
  }
  js_open_with(m, url, js_unknown());
  url->target = js_text(text);
  js_add(m, url, "href", url->target);
  origin = origin_of(text);
  if (origin.size) {
    size_t scheme = (size_t)((const char *)memmem(origin.at, origin.size, "://", 3) - origin.at) + 3;
    struct cm_str host = {origin.at + scheme, origin.size - scheme};
    const char *colon = memchr(host.at, ':', host.size);
    js_add(m, url, "origin", js_text(origin));
    js_add(m, url, "protocol", js_text((struct cm_str){origin.at, scheme - 2}));
    js_add(m, url, "host", js_text(host));
    js_add(m, url, "hostname", js_text(colon ? (struct cm_str){host.at, (size_t)(colon - host.at)} : host));
  }
  js_add_function(m, url, "toString", own_text);
  js_add_function(m, url, "toJSON", own_text);
  return js_of(url);
}

static struct js_value url_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0), base = js_argument(a, 1), all = js_unknown();
  const struct js_value *list, *bases;
  uint32_t count = js_alternatives(&v, &list), base_count = js_alternatives(&base, &bases);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t k = 0; k < base_count; k++) {
      struct js_value one = url_of(m, list[i], bases[k]);
      if (js_has_gap(one.object->target.text)) js_may_throw(m);
      all = i || k ? js_join(m, all, one) : one;
    }
  return all;
}

static struct js_value add_listener(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_push(m, &m->listeners, js_argument(a, 1));
  return js_undefined();
}

static struct js_value error_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *error = js_object(m, JS_C_PLAIN);
  js_open_with(m, error, js_unknown());
  js_add(m, error, "message", js_argument(a, 0));
  return js_of(error);
}

// Nothing is known of it but that it is one.
static struct js_value date_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self, (void)a;
  struct js_object *date = js_object(m, JS_C_PLAIN);
  js_open_with(m, date, js_unknown());
  return js_of(date);
}

// --- code that is made of texts ---

// The parameters' texts and the body's, which is a file of its own.
static struct js_module *make_file(struct js_machine *m, arguments_t a) {
  struct js_file *file = cm_alloc(m->arena, sizeof *file);
  struct js_module *module = cm_alloc(m->arena, sizeof *module);
  if (!file || !module) {
    m->failed = true;
    return NULL;
  }
  struct cm_str text = CM_STR("function anonymous(");
  for (uint32_t i = 0; i < a->count; i++) {
    if (i + 1 == a->count) text = js_concat(m, text, CM_STR("\n) {\n"));
    text = js_concat(m, text, js_to_text(m, a->values[i]));
    if (i + 2 < a->count) text = js_concat(m, text, CM_STR(","));
  }
  *file = (struct js_file){.name = CM_STR("new Function"), .text = js_concat(m, text, CM_STR("\n}"))};
  *module = (struct js_module){.file = file, .scope = &m->globals, .begun = true};
  return module;
}

static struct js_value function_make(struct js_machine *m, struct js_value self, arguments_t a) {
  bool known = a->count > 0;
  for (uint32_t i = 0; i < a->count; i++) known &= a->values[i].type == JS_V_TEXT && !js_has_gap(a->values[i].text);
  struct js_module *module = known ? make_file(m, a) : NULL;
  unsigned errors = 0;
  struct js_node *node =
      module ? js_parse_function_text(m->arena, module->file->text, 0, (uint32_t)module->file->text.size, &errors) : NULL;
  if (!node || errors) return js_unknown_of(m, self, a);
  struct js_object *function = js_object(m, JS_C_FUNCTION);
  function->node = node;
  function->scope = &m->globals;
  function->home = module;
  function->self = js_undefined();
  return js_of(function);
}

// --- the tables ---

static const struct js_global own[] = {
    {NULL, "Function", function_make},
    {NULL, "Array", array_make},
    {"Array", "from", array_from},
    {"Array", "of", array_of},
    {"Array", "isArray", array_is},
    {NULL, "Map", map_make},
    {NULL, "WeakMap", map_make},
    {NULL, "Set", set_make},
    {NULL, "WeakSet", set_make},
    {NULL, "fetch", fetch},
    {NULL, "Request", request_make},
    {NULL, "URL", url_make},
    {NULL, "addEventListener", add_listener},
    {NULL, "setInterval", js_unknown_of},
    {NULL, "structuredClone", js_first_argument},
    {NULL, "Error", error_make},
    {NULL, "TypeError", error_make},
    {NULL, "RangeError", error_make},
    {NULL, "SyntaxError", error_make},
    {NULL, "ReferenceError", error_make},
    {NULL, "AggregateError", error_make},
    {NULL, "Date", date_make},
    {"Date", "now", js_unknown_of},
};

// Methods that programs take from a prototype to call them on something else.
static void add_prototypes(struct js_machine *m) {
  static const struct {
    const char *of;
    unsigned classes;
  } prototypes[] = {{"Object", JS_C_PLAIN}, {"Array", JS_C_ARRAY}, {"Function", JS_C_FUNCTION}, {"String", JS_OF_TEXTS},
                    {"Map", JS_C_MAP},      {"Set", JS_C_SET},     {"RegExp", JS_C_REGEX}};
  for (size_t i = 0; i < sizeof prototypes / sizeof *prototypes && !m->failed; i++) {
    struct js_entry *class = js_find(m, &m->global->props, cm_str_of(prototypes[i].of));
    struct js_object *prototype = class ? js_prototype_of(m, class->value.object) : NULL;
    if (prototype) prototype->open = false;
    bool texts = prototypes[i].classes == JS_OF_TEXTS;
    const struct js_method *methods = texts ? js_text_methods : js_methods;
    for (size_t k = 0; prototype && k < (texts ? js_text_method_count : js_method_count); k++)
      if (methods[k].classes & prototypes[i].classes) js_add(m, prototype, methods[k].name, js_native_method(m, &methods[k]));
  }
}

static void add_globals(struct js_machine *m, const struct js_global *rows, size_t count) {
  for (size_t i = 0; i < count && !m->failed; i++) {
    if (!rows[i].of) {
      js_add_function(m, m->global, rows[i].name, rows[i].native);
      continue;
    }
    struct js_entry *entry = js_find(m, &m->global->props, cm_str_of(rows[i].of));
    struct js_object *namespace = entry ? entry->value.object : js_object(m, JS_C_PLAIN);
    if (!entry) js_add(m, m->global, rows[i].of, js_of(namespace));
    namespace->open = true;  // there is more than is told here
    namespace->rest = js_unknown();
    js_add_function(m, namespace, rows[i].name, rows[i].native);
  }
}

void js_make_globals(struct js_machine *m) {
  m->global = js_object(m, JS_C_PLAIN);
  js_add(m, m->global, "undefined", js_undefined());
  js_add(m, m->global, "NaN", js_number(NAN));
  js_add(m, m->global, "Infinity", js_number(INFINITY));
  js_add(m, m->global, "globalThis", js_of(m->global));
  js_add(m, m->global, "self", js_of(m->global));
  add_globals(m, js_object_globals, js_object_global_count);
  add_globals(m, js_promise_globals, js_promise_global_count);
  add_globals(m, js_text_globals, js_text_global_count);
  add_globals(m, own, sizeof own / sizeof *own);
  if (m->failed) return;
  struct js_object *symbol = js_find(m, &m->global->props, CM_STR("Symbol"))->value.object;
  static const char *const symbols[] = {"iterator", "asyncIterator",      "toPrimitive", "toStringTag", "hasInstance",
                                        "dispose",  "isConcatSpreadable", "species",     "match",       "replace"};
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    js_add(m, symbol, symbols[i], js_text(js_concat(m, CM_STR("@@"), cm_str_of(symbols[i]))));
  add_prototypes(m);
  m->global->open = true;
  m->global->rest = js_unknown();
}
