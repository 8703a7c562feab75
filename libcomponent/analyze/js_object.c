// Members of objects, and what objects yield.
//
// An object may have members that are not known by name: those of an unknown object that was spread into it, or those that the host
// handed over. Of the first kind any name may be one. Of the second a name that is asked for is asked of the host, unless the program put
// a value of its own above it.

#include "js_machine.h"

#include <stdio.h>

enum { PROTOTYPES = 32 };

// Setters, private members and symbols have names that no list of members tells.
bool js_is_listed(struct cm_str name) {
  return !name.size || (name.at[0] != '=' && name.at[0] != '#' && !cm_str_starts(name, CM_STR("@@")));
}

// --- reading ---

static struct js_value method_of(struct js_machine *m, struct js_value self, struct cm_str name) {
  const struct js_method *method = js_method_of(self, name);
  return method ? js_native_method(m, method) : js_undefined();
}

static bool read_index(struct cm_str name, size_t *index) {
  *index = 0;
  for (size_t i = 0; i < name.size; i++) {
    if (name.at[i] < '0' || name.at[i] > '9' || i > 8) return false;
    *index = *index * 10 + (size_t)(name.at[i] - '0');
  }
  return name.size;
}

static struct js_value element_at(struct js_machine *m, struct js_object *array, size_t index) {
  size_t perhaps = 0;  // of those up to it, how many may not be there: it may be one that stands so much further behind
  for (size_t i = 0; i <= index && i < array->items.count; i++) perhaps += (array->items.entries[i].flags & JS_ENTRY_PERHAPS) != 0;
  if (perhaps) {
    struct js_value any = array->open ? js_join(m, array->rest, js_undefined()) : js_undefined();
    for (size_t i = index; i < array->items.count && i <= index + perhaps; i++)
      any = js_join(m, any, array->items.entries[i].value);
    return any;
  }
  if (index < array->items.count) {
    struct js_value v = js_late_read(m, &array->items, &array->items.entries[index]);
    return v.type == JS_V_ABSENT ? js_undefined() : v;
  }
  return array->open ? js_join(m, array->rest, js_undefined()) : js_undefined();
}

struct js_value js_length(struct js_machine *m, struct js_object *of) {
  enum { LENGTHS_MOST = 4 };
  uint32_t least = 0, most = 0;
  for (size_t i = 0; i < of->items.count; i++) {
    struct js_entry *entry = &of->items.entries[i];
    bool perhaps = entry->flags & JS_ENTRY_PERHAPS;
    struct js_value v = entry->late ? js_late_element(m, &of->items, entry, &perhaps) : entry->value;
    most += v.type != JS_V_ABSENT;
    least += v.type != JS_V_ABSENT && !perhaps;
  }
  if (of->open || most - least >= LENGTHS_MOST) return js_unknown();
  struct js_value length = js_number(least);
  for (uint32_t i = least; i++ < most;) length = js_join(m, length, js_number(i));
  return length;
}

static struct js_value text_member(struct js_machine *m, struct js_value text, struct cm_str name) {
  size_t index;
  bool whole = text.type == JS_V_TEXT && !js_has_gap(text.text);
  for (size_t i = 0; whole && i < text.text.size; i++)
    whole = !((unsigned char)text.text.at[i] & 0x80);  // bytes are not characters
  if (cm_str_is(name, "length")) return whole ? js_number((double)text.text.size) : js_unknown();
  if (read_index(name, &index)) {
    if (!whole) return js_unknown();
    return index < text.text.size ? js_text((struct cm_str){text.text.at + index, 1}) : js_undefined();
  }
  return method_of(m, text, name);
}

// Members by which programs tell what kind of object they have. To read one is not to ask for an entry of that name.
static bool tells_kind(struct cm_str name) {
  static const char *const names[] = {"length", "callee", "size",   "then",  "catch",    "finally",
                                      "toJSON", "next",   "return", "throw", "undefined"};
  size_t index;
  if (read_index(name, &index) || cm_str_is(name, "-0") || js_is_method(name) || !js_is_listed(name)) return true;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

// What may lie above, or beside, what was found under that name.
static struct js_value with_rest(struct js_machine *m, struct js_object *object, struct cm_str name, const struct js_value *found,
                                 uint32_t at) {
  struct js_value v = object->rest;
  if (object->listing && !tells_kind(name)) v = js_join(m, v, js_ask_entry(m, object->listing, name, at));
  return js_join(m, v, found ? *found : js_undefined());
}

static struct js_value entry_value(struct js_machine *m, struct js_value self, struct js_table *in, struct js_entry *entry,
                                   uint32_t at) {
  if (!(entry->flags & JS_ENTRY_GETTER)) {
    struct js_value value = m->late_count ? js_late_read(m, in, entry) : entry->value;
    return value.type == JS_V_ABSENT ? js_undefined() : value;
  }
  struct js_arguments none = {.at = at};
  struct js_value v = js_call(m, entry->value, self, &none);
  js_caught(m);
  return v;
}

struct js_entry *js_find_member(const struct js_machine *m, struct js_object **holder, struct cm_str name) {
  for (unsigned i = 0; *holder && i < PROTOTYPES; i++, *holder = (*holder)->proto) {
    struct js_entry *entry = js_find(m, &(*holder)->props, name);
    if (entry) return entry;
  }
  return NULL;
}

// What a function's `length` is: its parameters up to the first with a default, without those that are bound.
static struct js_value parameter_count(const struct js_object *function) {
  size_t count = 0, bound = 0;
  for (unsigned i = 0; i < PROTOTYPES && !function->node && js_is(function->target, JS_C_FUNCTION); i++) {
    bound += function->items.count;
    function = function->target.object;
  }
  if (!function->node || function->node->kind != JS_FUNCTION) return js_unknown();
  const struct js_node *at = function->node->list;
  while (at && at->kind != JS_ASSIGN && at->kind != JS_SPREAD) at = at->next, count++;
  return js_number(count > bound ? (double)(count - bound) : 0);
}

// The class that an object was made by: what its prototype is that of, unless the program put something else there.
static struct js_value constructor_of(const struct js_machine *m, struct js_object *object) {
  for (unsigned i = 0; object && i < PROTOTYPES; i++, object = object->proto) {
    if (object->class == JS_C_PLAIN && object->target.type == JS_V_OBJECT) return object->target;
    const struct js_entry *entry = js_find(m, &object->props, CM_STR("constructor"));
    if (entry) return entry->value;
  }
  return (struct js_value){.type = JS_V_ABSENT};
}

// `self`: what the member is asked of, the proxy itself or an object that inherits from it.
static struct js_value proxy_member(struct js_machine *m, const struct js_object *proxy, struct js_value self, struct cm_str name,
                                    uint32_t at) {
  struct js_value trap = js_get_named(m, proxy->rest, CM_STR("get"), at);
  if (js_is(trap, JS_C_FUNCTION)) return js_call_with(m, trap, proxy->rest, at, 3, proxy->target, js_text(name), self);
  return js_get_named(m, proxy->target, name, at);
}

// The proxy that an object inherits from, where it does.
static const struct js_object *inherited_proxy(const struct js_object *object) {
  for (unsigned i = 0; object && i < PROTOTYPES; i++, object = object->proto)
    if (object->class == JS_C_PROXY) return object;
  return NULL;
}

static struct js_value object_member(struct js_machine *m, struct js_value self, struct cm_str name, uint32_t at) {
  struct js_object *object = self.object;
  size_t index;
  if (object->class & JS_C_MODULE) return js_export_of(m, object, name);
  if (object->class & (JS_C_INTERFACE | JS_C_RESOURCE)) return js_host_member(m, object, name);
  if (object->class == JS_C_PROXY) return proxy_member(m, object, self, name, at);
  if (object->class == JS_C_ARRAY) {
    if (cm_str_is(name, "length")) return js_length(m, object);
    if (read_index(name, &index)) return element_at(m, object, index);
  }
  if (object->class & (JS_C_MAP | JS_C_SET) && cm_str_is(name, "size")) return js_length(m, object);
  bool is_class = object->node || (object->native && !object->method_of);
  if (object->class == JS_C_FUNCTION && is_class && cm_str_is(name, "prototype")) return js_of(js_prototype_of(m, object));
  struct js_object *holder = object;
  struct js_entry *entry = js_find_member(m, &holder, name);
  if (js_is_promise(self) && (cm_str_is(name, "then") || cm_str_is(name, "catch"))) return js_unknown();
  if (cm_str_is(name, "constructor")) {
    struct js_value class = constructor_of(m, object);
    if (class.type != JS_V_ABSENT) return class;
  }
  if (entry && m->stale.count && js_may_be(entry->value, JS_V_TEXT) && js_find(m, &m->stale, name)) return js_unknown();
  if (entry) {
    struct js_value v = entry_value(m, self, &holder->props, entry, at);
    return holder->open && entry->flags & JS_ENTRY_UNDER ? with_rest(m, holder, name, &v, at) : v;
  }
  if (object == m->global && js_is_elsewhere(name)) return js_undefined();
  const struct js_object *proxy = inherited_proxy(object);
  if (proxy) return proxy_member(m, proxy, self, name, at);
  if (object->class == JS_C_FUNCTION && cm_str_is(name, "length")) return parameter_count(object);
  if (object->class == JS_C_FUNCTION && object->node && cm_str_is(name, "name"))
    return js_text(object->node->text.size ? object->node->text : object->node->other);
  if (object->class == JS_C_FUNCTION && object->native && object->name.size && cm_str_is(name, "name"))
    return js_text(object->name);
  struct js_value method = method_of(m, self, name);
  if (method.type != JS_V_UNDEFINED) return method;
  holder = object;
  for (unsigned i = 0; holder && i < PROTOTYPES; i++, holder = holder->proto)
    if (holder->open && holder->class & (JS_C_PLAIN | JS_C_FUNCTION)) return with_rest(m, holder, name, NULL, at);
  return method;
}

struct js_value js_get_named(struct js_machine *m, struct js_value object, struct cm_str name, uint32_t at) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&object, &list);
  struct js_value all = js_unknown();
  if (m->failed || m->depth > JS_DEPTH) return all;
  m->depth++;
  bool any = false;
  for (uint32_t i = 0; i < count; i++) {
    struct js_value one = js_unknown();
    if (count > 1 && (list[i].type == JS_V_UNDEFINED || list[i].type == JS_V_NULL)) {  // it would throw
      js_may_throw(m);
      continue;
    }
    if (list[i].type == JS_V_OBJECT)
      one = object_member(m, list[i], name, at);
    else if (list[i].type == JS_V_TEXT || list[i].type == JS_V_KEY)
      one = text_member(m, list[i], name);
    else if (list[i].type != JS_V_NUMBER && list[i].type != JS_V_BOOL)
      js_may_throw(m);
    else if (cm_str_is(name, "toString"))
      one = method_of(m, js_text(CM_STR("")), name);
    all = any ? js_join(m, all, one) : one;
    any = true;
  }
  m->depth--;
  return all;
}

// Any member at all: which one is not known.
static struct js_value any_member(struct js_machine *m, struct js_object *object) {
  struct js_value all = object->open ? object->rest : js_undefined();
  const struct js_table *tables[] = {&object->props, &object->items};
  for (size_t t = 0; t < 2; t++)
    for (size_t i = 0; i < tables[t]->count && i <= JS_SET_MOST; i++) {
      const struct js_entry *entry = &tables[t]->entries[i];
      all = js_join(m, all, entry->flags & JS_ENTRY_GETTER ? js_unknown() : entry->value);
    }
  return all;
}

// The key is the name of one of the host's entries: for each member that is known by name, that name is asked for.
static struct js_value member_of_entry(struct js_machine *m, struct js_object *object, const struct js_key *key, uint32_t at) {
  const struct js_table *table = object->class & (JS_C_MAP | JS_C_SET) ? &object->items : &object->props;
  for (size_t i = 0; !object->listing && i < table->count; i++) js_ask_entry(m, key, table->entries[i].key, at);
  return any_member(m, object);
}

static struct js_value get_one(struct js_machine *m, struct js_value object, struct js_value key, uint32_t at) {
  if (key.type == JS_V_TEXT && !js_has_gap(key.text)) return js_get_named(m, object, key.text, at);
  if (key.type == JS_V_NUMBER || key.type == JS_V_BOOL) {
    if (js_is(object, JS_C_ARRAY) && key.type == JS_V_NUMBER && key.number >= 0 && key.number < 1e6)
      return element_at(m, object.object, (size_t)key.number);
    return js_get_named(m, object, js_to_text(m, key), at);
  }
  if (object.type != JS_V_OBJECT) {
    js_may_throw(m);
    return js_unknown();
  }
  struct js_object *in = object.object;
  if (key.type == JS_V_KEY) return member_of_entry(m, in, key.key, at);
  if (in->class == JS_C_PLAIN && in->listing) js_ask(m, in->listing->sink, key, at);
  if (in->class == JS_C_PROXY) {
    struct js_value trap = js_get_named(m, in->rest, CM_STR("get"), at);
    return js_is(trap, JS_C_FUNCTION) ? js_call_with(m, trap, in->rest, at, 3, in->target, key, object) : js_unknown();
  }
  return any_member(m, in);
}

struct js_value js_get(struct js_machine *m, struct js_value object, struct js_value key, uint32_t at) {
  const struct js_value *keys, *objects;
  uint32_t key_count = js_alternatives(&key, &keys), object_count = js_alternatives(&object, &objects);
  struct js_value all = js_unknown();
  for (uint32_t i = 0; i < object_count; i++)
    for (uint32_t k = 0; k < key_count; k++) {
      struct js_value one = get_one(m, objects[i], js_primitive(m, keys[k]), at);
      all = i || k ? js_join(m, all, one) : one;
    }
  return all;
}

// --- whether there is a member ---

static struct js_value has_by_value(struct js_machine *m, struct js_value object, struct js_value key, uint32_t at) {
  struct js_value found = js_get(m, object, key, at);
  if (object.type != JS_V_OBJECT || js_may_be(found, JS_V_UNKNOWN) || found.type == JS_V_SET) return js_unknown();
  return js_bool(found.type != JS_V_UNDEFINED);
}

static struct js_value proxy_has(struct js_machine *m, struct js_value proxy, struct js_value key, uint32_t at) {
  struct js_value trap = js_get_named(m, proxy.object->rest, CM_STR("has"), at);
  if (!js_is(trap, JS_C_FUNCTION)) return js_has(m, proxy.object->target, key, false, at);
  enum js_answer truth = js_truth(js_call_with(m, trap, proxy.object->rest, at, 2, proxy.object->target, key));
  return truth == JS_MAYBE ? js_unknown() : js_bool(truth == JS_YES);
}

struct js_value js_has(struct js_machine *m, struct js_value object, struct js_value key, bool own, uint32_t at) {
  if (m->depth > JS_DEPTH) return js_unknown();
  if (js_is(object, JS_C_PROXY)) {
    m->depth++;
    struct js_value has = proxy_has(m, object, key, at);
    m->depth--;
    return has;
  }
  bool named = key.type == JS_V_TEXT && !js_has_gap(key.text);
  if (!named || !js_is(object, JS_C_PLAIN | JS_C_FUNCTION)) return has_by_value(m, object, key, at);
  struct js_object *holder = object.object;
  const struct js_entry *entry = own ? js_find(m, &holder->props, key.text) : js_find_member(m, &holder, key.text);
  if (!entry) {
    if (own && !object.object->open) return js_bool(false);
    return has_by_value(m, object, key, at);
  }
  if (entry->flags & JS_ENTRY_GETTER) return js_bool(true);
  if (holder->open && entry->flags & JS_ENTRY_UNDER) return has_by_value(m, object, key, at);
  if (entry->value.type == JS_V_ABSENT) return js_bool(false);
  return js_may_be(entry->value, JS_V_UNDEFINED) ? js_unknown() : js_bool(true);
}

// --- writing ---

static void set_one(struct js_machine *m, struct js_object *object, struct js_value key, struct js_value v) {
  size_t index;
  if (key.type == JS_V_KEY) {
    js_open_listed(m, object, v, key.key);
  } else if (key.type == JS_V_UNKNOWN || key.type == JS_V_OBJECT || (key.type == JS_V_TEXT && js_has_gap(key.text))) {
    js_open_with(m, object, v);
  } else {
    struct cm_str name = js_to_text(m, key);
    if (object->class == JS_C_ARRAY && read_index(name, &index)) {
      if (index > object->items.count + 64) {
        js_open_with(m, object, v);
        return;
      }
      while (object->items.count <= index && !m->failed) js_push(m, &object->items, js_undefined());
      if (!m->failed) js_put(m, &object->items, &object->items.entries[index], v, 0);
      return;
    }
    if (object->class == JS_C_ARRAY && cm_str_is(name, "length")) {
      js_array_resize(m, object, v);
      return;
    }
    if (cm_str_is(name, "__proto__")) {
      if (v.type == JS_V_OBJECT && v.object != object) object->proto = v.object;
      return;
    }
    js_set_entry(m, &object->props, name, v, 0);
  }
}

static void set_in_proxy(struct js_machine *m, struct js_value proxy, struct js_value key, struct js_value v) {
  struct js_value trap = js_get_named(m, proxy.object->rest, CM_STR("set"), 0);
  if (m->depth > JS_DEPTH) {
    m->lost = true;
    return;
  }
  m->depth++;
  if (js_is(trap, JS_C_FUNCTION))
    js_call_with(m, trap, proxy.object->rest, 0, 4, proxy.object->target, key, v, proxy);
  else
    js_set_member(m, proxy.object->target, key, v);
  m->depth--;
}

static void set_member_one(struct js_machine *m, struct js_value object, struct js_value key, struct js_value v) {
  if (object.type == JS_V_UNKNOWN) js_escape(m, v, 0);
  if (object.type != JS_V_OBJECT) return;
  if (object.object->class == JS_C_PROXY) {
    set_in_proxy(m, object, key, v);
    return;
  }
  struct js_object *holder = object.object;
  const struct js_entry *setter = NULL;
  if (key.type == JS_V_TEXT) setter = js_find_member(m, &holder, js_concat(m, CM_STR("="), key.text));
  if (setter)
    js_call_with(m, setter->value, object, 0, 1, v);
  else
    set_one(m, object.object, key, v);
}

// Of several objects, or keys, each may be the one that is set, or not.
void js_set_member(struct js_machine *m, struct js_value object, struct js_value key, struct js_value v) {
  const struct js_value *keys, *objects;
  uint32_t key_count = js_alternatives(&key, &keys), object_count = js_alternatives(&object, &objects);
  for (uint32_t i = 0; i < object_count; i++)
    for (uint32_t k = 0; k < key_count && !m->failed; k++) {
      struct js_branch branch;
      bool several = object_count > 1 || key_count > 1;
      if (key_count > 1 && keys[k].type == JS_V_UNDEFINED) continue;  // what is not there has no name
      if (several) js_branch_begin(m, &branch);
      set_member_one(m, objects[i], keys[k], v);
      if (!several) continue;
      js_branch_other(m, &branch);
      js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
    }
}

void js_define(struct js_machine *m, struct js_object *object, struct js_value key, struct js_value v, unsigned flags) {
  if (key.type == JS_V_NUMBER) key = js_text(js_to_text(m, key));
  if (key.type != JS_V_TEXT || js_has_gap(key.text)) {
    const struct js_value *keys;
    uint32_t count = js_alternatives(&key, &keys);
    if (count == 1)
      set_one(m, object, key, v);
    else
      js_set_member(m, js_of(object), key, v);
    return;
  }
  struct cm_str name = flags & JS_IS_SETTER ? js_concat(m, CM_STR("="), key.text) : key.text;
  js_set_entry(m, &object->props, name, v, flags & JS_IS_GETTER ? JS_ENTRY_GETTER : 0);
}

// A proxy has the members that its own trap tells, or its target's.
static void copy_from_proxy(struct js_machine *m, struct js_object *to, struct js_value proxy, uint32_t at) {
  struct js_value names = js_proxy_names(m, proxy, at);
  if (!js_is(names, JS_C_ARRAY) || m->depth > JS_DEPTH) return;
  m->depth++;
  for (size_t i = 0; i < names.object->items.count && !m->failed; i++) {
    struct js_value name = names.object->items.entries[i].value;
    js_define(m, to, name, js_get(m, proxy, name, at), 0);
  }
  if (names.object->open) set_one(m, to, names.object->rest, js_unknown());
  m->depth--;
}

struct js_value js_proxy_names(struct js_machine *m, struct js_value proxy, uint32_t at) {
  struct js_value trap = js_get_named(m, proxy.object->rest, CM_STR("ownKeys"), at);
  if (js_is(trap, JS_C_FUNCTION)) return js_call_with(m, trap, proxy.object->rest, at, 1, proxy.object->target);
  struct js_value target = proxy.object->target;
  if (js_is(target, JS_C_PROXY) || target.type != JS_V_OBJECT) return js_unknown();
  return js_names_of(m, target);
}

static void copy_members_one(struct js_machine *m, struct js_object *to, struct js_value from, bool hidden, uint32_t at) {
  bool unknown = from.type == JS_V_UNKNOWN;
  if (js_is(from, JS_C_PROXY)) {
    copy_from_proxy(m, to, from, at);
    return;
  }
  if (from.type != JS_V_OBJECT && !unknown) return;
  struct js_object *source = unknown ? NULL : from.object;
  if (unknown || (source->open && source->class & (JS_C_PLAIN | JS_C_FUNCTION))) {
    for (size_t k = 0; k < to->props.count; k++) to->props.entries[k].flags |= JS_ENTRY_UNDER;
    js_open_listed(m, to, unknown ? js_unknown() : source->rest, unknown ? NULL : source->listing);
  }
  if (unknown) return;
  for (size_t k = 0; k < source->props.count && !m->failed; k++) {
    struct js_entry *entry = &source->props.entries[k];
    struct cm_str key = entry->key;
    uint32_t flags = entry->flags & (JS_ENTRY_UNDER | JS_ENTRY_PERHAPS);
    if (entry->value.type == JS_V_ABSENT || (entry->flags & JS_ENTRY_HIDDEN && !hidden)) continue;
    struct js_value v = entry_value(m, from, &source->props, entry, at);
    const struct js_entry *old = flags & JS_ENTRY_PERHAPS ? js_find(m, &to->props, key) : NULL;
    if (old && old->value.type != JS_V_ABSENT) v = js_join(m, old->value, v), flags = old->flags;
    js_set_entry(m, &to->props, key, v, flags);
  }
  for (size_t k = 0; source->class == JS_C_ARRAY && k < source->items.count && !m->failed; k++)
    js_set_member(m, js_of(to), js_number((double)k), source->items.entries[k].value);
}

static void copy_members(struct js_machine *m, struct js_object *to, struct js_value from, bool hidden, uint32_t at) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&from, &list);
  for (uint32_t i = 0; i < count && !m->failed; i++) {
    struct js_branch branch;
    if (count > 1) js_branch_begin(m, &branch);
    copy_members_one(m, to, list[i], hidden, at);
    if (count == 1) break;
    js_branch_other(m, &branch);
    js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
  }
}

void js_copy_members(struct js_machine *m, struct js_object *to, struct js_value from, uint32_t at) {
  copy_members(m, to, from, false, at);
}

void js_copy_all_members(struct js_machine *m, struct js_object *to, struct js_value from, uint32_t at) {
  copy_members(m, to, from, true, at);
}

// --- what is yielded ---

struct js_value js_pair(struct js_machine *m, struct js_value key, struct js_value v) {
  struct js_object *pair = js_array(m);
  js_push(m, &pair->items, key);
  js_push(m, &pair->items, v);
  return js_of(pair);
}

struct js_value js_key_of(struct js_object *object) {
  return object->listing ? (struct js_value){.type = JS_V_KEY, .key = object->listing} : js_unknown();
}

// Does a round that ended so leave more than the loop?
static bool leaves(const struct js_machine *m, enum js_flow flow) {
  bool labelled = (flow == JS_BREAKS || flow == JS_CONTINUES) && m->frame && m->frame->label.size;
  return flow == JS_RETURNS || labelled;
}

static enum js_flow visit_perhaps(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  struct js_branch branch;
  js_branch_begin(m, &branch);
  walk->perhaps = true;
  enum js_flow flow = walk->visit(m, walk, element);
  walk->perhaps = false;
  if (leaves(m, flow)) js_leave(m, flow);
  js_branch_other(m, &branch);
  js_branch_end(m, &branch, js_end_of(flow), JS_STAYS);
  return JS_GOES_ON;
}

enum js_flow js_perhaps(struct js_machine *m, struct js_walk *walk, struct js_value element) {
  // What a round leaves is seen by another, until they leave no more.
  bool more = true;
  uint32_t again = m->again;
  for (unsigned round = 0; more && round < JS_AGAIN_MOST && !m->failed; round++) {
    struct js_branch branch;
    js_branch_begin(m, &branch);
    if (round) m->again = branch.number;
    walk->perhaps = true;
    enum js_flow flow = walk->visit(m, walk, element);
    walk->perhaps = false;
    m->again = again;
    js_branch_other(m, &branch);
    more = js_branch_widen(m, &branch, round >= JS_AGAIN_KNOWN);
    if (leaves(m, flow)) js_leave(m, flow);
    js_branch_end(m, &branch, js_end_of(flow), JS_STAYS);
  }
  m->exhausted |= more;
  return JS_GOES_ON;
}

static enum js_flow walk_items(struct js_machine *m, struct js_object *object, struct js_walk *walk) {
  struct js_value element;
  bool perhaps;
  size_t most = walk->fixed ? object->items.count : SIZE_MAX;
  for (size_t i = js_item_next(m, object); i < most && !m->failed && js_item(m, object, i, &element, &perhaps); i++) {
    if (!m->fuel) {
      walk->cut = walk->more = true;
      return JS_GOES_ON;
    }
    if (element.type == JS_V_ABSENT) continue;
    enum js_flow flow = perhaps ? visit_perhaps(m, walk, element) : walk->visit(m, walk, element);
    if (flow == JS_BREAKS) return flow;
    if (flow == JS_RETURNS || flow == JS_THROWS) return flow;
  }
  if (walk->known_only || !js_item_rest(m, object, &element)) return JS_GOES_ON;
  return js_perhaps(m, walk, element);
}

static enum js_flow walk_text(struct js_machine *m, struct cm_str text, struct js_walk *walk) {
  walk->cut |= text.size > JS_ROUNDS;
  walk->more |= walk->cut;
  for (size_t i = 0, size; i < text.size && i < JS_ROUNDS && !m->failed; i += size) {
    for (size = 1; i + size < text.size && ((unsigned char)text.at[i + size] & 0xc0) == 0x80;) size++;  // a character of UTF-8
    enum js_flow flow = walk->visit(m, walk, js_text((struct cm_str){text.at + i, size}));
    if (flow != JS_GOES_ON && flow != JS_CONTINUES) return flow;
  }
  return JS_GOES_ON;
}

// By the protocol of iterators, as long as it is known that there is more.
static enum js_flow walk_iterator(struct js_machine *m, struct js_value iterator, struct js_walk *walk) {
  struct js_arguments none = {0};
  for (unsigned i = 0; i < JS_ROUNDS && !m->failed && m->fuel; i++) {
    struct js_value result = js_call_member(m, iterator, js_text(CM_STR("next")), &none);
    js_caught(m);
    struct js_value element = js_get_named(m, result, CM_STR("value"), 0);
    enum js_answer done = js_truth(js_get_named(m, result, CM_STR("done"), 0));
    if (done == JS_YES) return JS_GOES_ON;
    walk->more |= done == JS_MAYBE;
    if (done == JS_MAYBE) return walk->known_only ? JS_GOES_ON : js_perhaps(m, walk, element);
    enum js_flow flow = walk->visit(m, walk, element);
    if (flow != JS_GOES_ON && flow != JS_CONTINUES) return flow;
  }
  walk->more = walk->cut = true;
  js_unrun_method(m, iterator, js_text(CM_STR("next")), &none);
  return JS_GOES_ON;
}

static enum js_flow walk_one(struct js_machine *m, struct js_value v, struct js_walk *walk) {
  if (js_is(v, JS_C_ARRAY | JS_C_MAP | JS_C_SET)) return walk_items(m, v.object, walk);
  if (v.type == JS_V_TEXT && !js_has_gap(v.text)) return walk_text(m, v.text, walk);
  if (js_is(v, JS_C_PLAIN | JS_C_FUNCTION)) {
    static const char *const symbols[] = {"@@iterator", "@@asyncIterator"};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
      struct js_object *holder = v.object;
      const struct js_entry *method = js_find_member(m, &holder, cm_str_of(symbols[i]));
      struct js_arguments none = {0};
      struct js_value iterator = method ? js_call(m, method->value, v, &none) : js_unknown();
      js_caught(m);
      if (js_is(iterator, JS_C_ARRAY | JS_C_MAP | JS_C_SET)) return walk_items(m, iterator.object, walk);
      if (js_is(iterator, JS_C_PLAIN)) return walk_iterator(m, iterator, walk);
    }
  }
  js_may_throw(m);
  bool nothing = v.type == JS_V_UNDEFINED || v.type == JS_V_NULL;
  walk->more |= !nothing;
  return walk->known_only || nothing ? JS_GOES_ON : js_perhaps(m, walk, js_unknown());
}

enum js_flow js_iterate(struct js_machine *m, struct js_value v, struct js_walk *walk) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  enum js_flow flow = JS_GOES_ON;
  walk->cut |= m->depth > JS_DEPTH;
  if (m->failed || walk->cut) return flow;
  m->depth++;
  walk->several |= count > 1;
  for (uint32_t i = 0; i < count && flow == JS_GOES_ON; i++) {
    if (count > 1 && list[i].type == JS_V_TEXT) continue;  // what may be an array or a text is hardly meant to be cut into letters
    struct js_branch branch;
    if (count > 1) js_branch_begin(m, &branch);
    flow = walk_one(m, list[i], walk);
    if (count == 1) continue;
    if (leaves(m, flow)) js_leave(m, flow);
    js_branch_other(m, &branch);
    js_branch_end(m, &branch, js_end_of(flow), JS_STAYS);
    flow = JS_GOES_ON;  // of several, the others may be meant
  }
  m->depth--;
  return flow == JS_BREAKS ? JS_GOES_ON : flow;
}
