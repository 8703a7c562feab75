// Object, Reflect and Proxy: what programs ask of objects as such.
//
// A list of an object's members has those that are known by name, and is open where the object is: of what the host handed over, its names
// stay what they are.
//
// Spec: ECMA-262, "Object Objects", "Reflection".

#include "js_machine.h"

typedef const struct js_arguments *arguments_t;

enum listed { KEYS, VALUES, ENTRIES, NAMES };  // NAMES: keys, and those that are hidden

static struct js_value list_members(struct js_machine *m, struct js_value v, enum listed what, uint32_t at);

// Of one of several objects: each member may be there. A name is told once.
static struct js_value list_of_any(struct js_machine *m, const struct js_set *objects, enum listed what, uint32_t at) {
  struct js_object *out = js_array(m), *seen = js_object(m, JS_C_PLAIN);
  for (uint32_t i = 0; i < objects->count && !m->failed; i++) {
    if (js_is_nullish(objects->values[i])) continue;  // it would throw
    struct js_value list = list_members(m, objects->values[i], what, at);
    struct js_object *one = js_is(list, JS_C_ARRAY) ? list.object : js_array(m);
    if (!js_is(list, JS_C_ARRAY)) js_open_with(m, out, js_unknown());
    for (size_t k = 0; k < one->items.count && !m->failed; k++) {
      struct js_value v = one->items.entries[k].value;
      bool is_text = v.type == JS_V_TEXT && (what == KEYS || what == NAMES);
      if (is_text && js_find(m, &seen->props, v.text)) continue;
      if (is_text) js_set_entry(m, &seen->props, v.text, v, 0);
      js_push(m, &out->items, v);
      if (!m->failed) out->items.entries[out->items.count - 1].flags |= JS_ENTRY_PERHAPS;
    }
    if (one->open) js_open_with(m, out, one->rest);
  }
  return js_of(out);
}

static struct js_value list_members(struct js_machine *m, struct js_value v, enum listed what, uint32_t at) {
  if (v.type == JS_V_SET) return list_of_any(m, v.set, what, at);
  struct js_object *out = js_array(m);
  bool is_key = what == KEYS || what == NAMES;
  if (js_is(v, JS_C_PROXY)) {
    struct js_object *copy = js_object(m, JS_C_PLAIN);
    if (is_key) return js_proxy_names(m, v, at);
    js_copy_members(m, copy, v, at);
    return list_members(m, js_of(copy), what, at);
  }
  if (v.type != JS_V_OBJECT || v.object->class & (JS_C_MODULE | JS_C_INTERFACE | JS_C_RESOURCE)) {
    js_open_with(m, out, what == ENTRIES ? js_pair(m, js_unknown(), js_unknown()) : js_unknown());
    return js_of(out);
  }
  struct js_object *object = v.object;
  const struct js_table *table = object->class == JS_C_ARRAY ? &object->items : &object->props;
  for (size_t i = 0; i < table->count && !m->failed; i++) {
    const struct js_entry *entry = &table->entries[i];
    if (entry->value.type == JS_V_ABSENT || !js_is_listed(entry->key)) continue;
    struct js_value key = js_text(object->class == JS_C_ARRAY ? js_to_text(m, js_number((double)i)) : entry->key);
    bool asks = !is_key && ((object->open && entry->flags & JS_ENTRY_UNDER) || entry->flags & JS_ENTRY_GETTER);
    struct js_value member = asks ? js_get(m, v, key, at) : entry->value;
    struct js_entry shown = *entry;
    if (what == NAMES) shown.flags &= ~(uint32_t)JS_ENTRY_HIDDEN;
    js_push_member(m, out, &shown, is_key ? key : what == VALUES ? member : js_pair(m, key, member));
  }
  if (object->open) {
    struct js_value key = js_key_of(object);
    js_open_with(m, out, is_key ? key : what == VALUES ? object->rest : js_pair(m, key, object->rest));
  }
  return js_of(out);
}

static struct js_value object_keys(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return list_members(m, js_argument(a, 0), KEYS, a->at);
}
static struct js_value object_names(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return list_members(m, js_argument(a, 0), NAMES, a->at);
}
static struct js_value object_values(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return list_members(m, js_argument(a, 0), VALUES, a->at);
}
static struct js_value object_entries(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return list_members(m, js_argument(a, 0), ENTRIES, a->at);
}

static struct js_value object_assign(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value to = js_argument(a, 0);
  for (uint32_t i = 1; to.type == JS_V_OBJECT && i < a->count; i++) js_copy_members(m, to.object, a->values[i], a->at);
  return to;
}

// One without a value leaves the member what it is.
static bool may_have_value(const struct js_object *descriptor) {
  for (size_t i = 0; i < descriptor->props.count; i++)
    if (cm_str_is(descriptor->props.entries[i].key, "value")) return true;
  return descriptor->open || descriptor->class != JS_C_PLAIN;
}

static void define(struct js_machine *m, struct js_value object, struct js_value key, struct js_value descriptor, uint32_t at) {
  if (object.type != JS_V_OBJECT) return;
  struct js_value getter = js_get_named(m, descriptor, CM_STR("get"), at), setter = js_get_named(m, descriptor, CM_STR("set"), at);
  if (js_is(setter, JS_C_FUNCTION)) js_define(m, object.object, key, setter, JS_IS_SETTER);
  bool new = key.type == JS_V_TEXT && !js_find(m, &object.object->props, key.text);
  if (js_is(getter, JS_C_FUNCTION))
    js_define(m, object.object, key, getter, JS_IS_GETTER);
  else if (js_is(setter, JS_C_FUNCTION) && new)  // it has no value, and hides what would be inherited
    js_define(m, object.object, key, js_undefined(), 0);
  else if (!js_is(setter, JS_C_FUNCTION) && (descriptor.type != JS_V_OBJECT || may_have_value(descriptor.object)))
    js_define(m, object.object, key, js_get_named(m, descriptor, CM_STR("value"), at), 0);
}

static struct js_value object_define(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  define(m, js_argument(a, 0), js_argument(a, 1), js_argument(a, 2), a->at);
  return js_argument(a, 0);
}

static struct js_value object_define_all(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value all = js_argument(a, 1);
  for (size_t i = 0; all.type == JS_V_OBJECT && i < all.object->props.count && !m->failed; i++)
    define(m, js_argument(a, 0), js_text(all.object->props.entries[i].key), all.object->props.entries[i].value, a->at);
  if (all.type == JS_V_OBJECT && all.object->open)
    js_set_member(m, js_argument(a, 0), js_key_of(all.object), js_get_named(m, all.object->rest, CM_STR("value"), a->at));
  return js_argument(a, 0);
}

static struct js_value object_create(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *object = js_object(m, JS_C_PLAIN);
  if (js_argument(a, 0).type == JS_V_OBJECT) object->proto = a->values[0].object;
  const struct js_value both[] = {js_of(object), js_argument(a, 1)};
  return a->count > 1 ? object_define_all(m, self, &(struct js_arguments){both, 2, a->at}) : js_of(object);
}

static struct js_value descriptor_of(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0), key = js_argument(a, 1);
  bool known =
      v.type == JS_V_OBJECT && v.object->class & (JS_C_PLAIN | JS_C_FUNCTION) && key.type == JS_V_TEXT && !js_has_gap(key.text);
  const struct js_entry *entry = known ? js_find(m, &v.object->props, key.text) : NULL;
  if (known && !entry && !v.object->open) return js_undefined();
  struct js_object *descriptor = js_object(m, JS_C_PLAIN);
  const char *const flags[] = {"enumerable", "configurable", "writable"};
  for (size_t i = 0; i < 3; i++) js_add(m, descriptor, flags[i], js_bool(true));
  if (entry && entry->flags & JS_ENTRY_GETTER) {
    const struct js_entry *setter = js_find(m, &v.object->props, js_concat(m, CM_STR("="), key.text));
    js_add(m, descriptor, "get", entry->value);
    if (setter) js_add(m, descriptor, "set", setter->value);
    return js_of(descriptor);
  }
  struct js_value value = js_get(m, v, key, a->at);
  js_add(m, descriptor, "value", value);
  return entry && !(entry->flags & JS_ENTRY_UNDER) ? js_of(descriptor) : js_join(m, js_of(descriptor), js_undefined());
}

static struct js_value descriptors_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value v = js_argument(a, 0);
  struct js_object *all = js_object(m, JS_C_PLAIN);
  bool known = js_is(v, JS_C_PLAIN | JS_C_FUNCTION);
  if (!known || v.object->open) {
    struct js_object *descriptor = js_object(m, JS_C_PLAIN);
    js_add(m, descriptor, "value", known ? v.object->rest : js_unknown());
    js_open_with(m, all, js_of(descriptor));
    all->listing = known ? v.object->listing : NULL;
  }
  for (size_t i = 0; known && i < v.object->props.count && !m->failed; i++) {
    struct cm_str name = v.object->props.entries[i].key;
    if (name.size && name.at[0] == '=') continue;
    struct js_value values[] = {v, js_text(name)};
    struct js_arguments arguments = {values, 2, a->at};
    js_set_entry(m, &all->props, name, descriptor_of(m, self, &arguments), 0);
  }
  return js_of(all);
}

static struct js_value symbols_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value v = js_argument(a, 0);
  struct js_object *out = js_array(m);
  (void)self;
  for (size_t i = 0; js_is(v, JS_C_PLAIN | JS_C_FUNCTION) && i < v.object->props.count && !m->failed; i++)
    if (cm_str_starts(v.object->props.entries[i].key, CM_STR("@@")))
      js_push(m, &out->items, js_text(v.object->props.entries[i].key));
  return js_of(out);
}

// The language's own prototypes stand behind all others. `open`: nobody knows what an object is made of.
static struct js_value object_prototype(struct js_machine *m, struct js_value self, arguments_t a) {
  static const struct {
    unsigned class;
    const char *name;
  } own[] = {{JS_C_PLAIN, "Object"}, {JS_C_ARRAY, "Array"}, {JS_C_FUNCTION, "Function"}, {JS_C_MAP, "Map"}, {JS_C_SET, "Set"}};
  struct js_value v = js_argument(a, 0);
  (void)self;
  if (v.type == JS_V_OBJECT && v.object->proto) return js_of(v.object->proto);
  for (size_t i = 0; v.type == JS_V_OBJECT && !v.object->open && i < sizeof own / sizeof *own; i++) {
    const struct js_entry *class = js_find(m, &m->global->props, cm_str_of(own[i].name));
    if (v.object->class != own[i].class || !class || !js_is(class->value, JS_C_FUNCTION)) continue;
    struct js_object *prototype = js_prototype_of(m, class->value.object);
    struct js_value none = {.type = JS_V_NULL};
    return v.object == prototype ? none : js_of(prototype);
  }
  return js_unknown();
}

static struct js_value object_set_prototype(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  struct js_value v = js_argument(a, 0), proto = js_argument(a, 1);
  if (v.type == JS_V_OBJECT && proto.type == JS_V_OBJECT && v.object != proto.object) v.object->proto = proto.object;
  return v;
}

static struct js_value object_has_own(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_has(m, js_argument(a, 0), js_argument(a, 1), true, a->at);
}

static struct js_value object_from_entries(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_from_pairs(m, js_object(m, JS_C_PLAIN), js_argument(a, 0));
}

// --- Reflect and Proxy ---

static struct js_value reflect_get(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_get(m, js_argument(a, 0), js_argument(a, 1), a->at);
}

static struct js_value reflect_has(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_has(m, js_argument(a, 0), js_argument(a, 1), false, a->at);
}

static struct js_value reflect_set(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  js_set_member(m, js_argument(a, 0), js_argument(a, 1), js_argument(a, 2));
  return js_bool(true);
}

static struct js_value reflect_apply(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value list = js_argument(a, 2);
  if (!js_is(list, JS_C_ARRAY)) return js_unknown();
  return js_call_list(m, js_argument(a, 0), js_argument(a, 1), list.object, a->at);
}

static struct js_value reflect_construct(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value list = js_argument(a, 1), target = js_argument(a, 2);
  struct js_arguments arguments = js_anything();
  (void)self;
  if (js_is(list, JS_C_ARRAY) && !list.object->open) arguments = js_arguments_of(m, list.object, a->at);
  bool other = js_is(target, JS_C_FUNCTION) && target.object->node;
  return js_construct_for(m, js_argument(a, 0), other ? target.object : NULL, &arguments);
}

static struct js_value proxy_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *proxy = js_object(m, JS_C_PROXY);
  proxy->target = js_argument(a, 0);
  proxy->rest = js_argument(a, 1);
  return js_of(proxy);
}

// --- the table ---

const struct js_global js_object_globals[] = {
    {NULL, "Object", js_first_argument},
    {"Object", "keys", object_keys},
    {"Object", "values", object_values},
    {"Object", "entries", object_entries},
    {"Object", "assign", object_assign},
    {"Object", "freeze", js_first_argument},
    {"Object", "seal", js_first_argument},
    {"Object", "preventExtensions", js_first_argument},
    {"Object", "create", object_create},
    {"Object", "defineProperty", object_define},
    {"Object", "defineProperties", object_define_all},
    {"Object", "getOwnPropertyNames", object_names},
    {"Object", "getOwnPropertyDescriptor", descriptor_of},
    {"Object", "getOwnPropertyDescriptors", descriptors_of},
    {"Object", "getOwnPropertySymbols", symbols_of},
    {"Object", "getPrototypeOf", object_prototype},
    {"Object", "setPrototypeOf", object_set_prototype},
    {"Object", "hasOwn", object_has_own},
    {"Object", "fromEntries", object_from_entries},
    {"Reflect", "get", reflect_get},
    {"Reflect", "set", reflect_set},
    {"Reflect", "has", reflect_has},
    {"Reflect", "ownKeys", object_names},
    {"Reflect", "apply", reflect_apply},
    {"Reflect", "defineProperty", object_define},
    {"Reflect", "getPrototypeOf", object_prototype},
    {"Reflect", "getOwnPropertyDescriptor", descriptor_of},
    {"Reflect", "construct", reflect_construct},
    {NULL, "Proxy", proxy_make},
};
const size_t js_object_global_count = sizeof js_object_globals / sizeof *js_object_globals;
