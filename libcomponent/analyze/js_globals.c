// What a program finds in the engine: constructors, namespaces, and what it fetches with.
//
// Only what carries names and keys is here. Every other global is unknown, and what it is given is given away.
//
// Spec: ECMA-262, "Global Object"; https://url.spec.whatwg.org, https://fetch.spec.whatwg.org.

#include "js_machine.h"

#include <math.h>
#include <stdlib.h>

typedef const struct js_arguments *arguments_t;

static void add(struct js_machine *m, struct js_object *to, const char *name, struct js_value v) {
  js_set_entry(m, &to->props, cm_str_of(name), v, 0);
}

static void add_function(struct js_machine *m, struct js_object *to, const char *name, js_native native) {
  add(m, to, name, js_native_function(m, name, native));
}

static void open_with(struct js_machine *m, struct js_object *object, struct js_value rest) {
  object->rest = object->open ? js_join(m, object->rest, rest) : rest;
  object->open = true;
}

// --- Object ---

enum listed { KEYS, VALUES, ENTRIES };

static struct js_value list_members(struct js_machine *m, struct js_value v, enum listed what, uint32_t at) {
  struct js_object *out = js_array(m);
  if (js_is(v, JS_C_PROXY)) {
    struct js_object *copy = js_object(m, JS_C_PLAIN);
    if (what == KEYS) return js_proxy_names(m, v, at);
    js_copy_members(m, copy, v, at);
    return list_members(m, js_of(copy), what, at);
  }
  if (v.type != JS_V_OBJECT || v.object->class & (JS_C_MODULE | JS_C_INTERFACE | JS_C_RESOURCE)) {
    open_with(m, out, what == ENTRIES ? js_pair(m, js_unknown(), js_unknown()) : js_unknown());
    return js_of(out);
  }
  struct js_object *object = v.object;
  const struct js_table *table = object->class == JS_C_ARRAY ? &object->items : &object->props;
  for (size_t i = 0; i < table->count && !m->failed; i++) {
    if (table->entries[i].value.type == JS_V_ABSENT) continue;
    if (object->class != JS_C_ARRAY && !js_is_listed(table->entries[i].key)) continue;
    struct js_value key = js_text(object->class == JS_C_ARRAY ? js_to_text(m, js_number((double)i)) : table->entries[i].key);
    if (what == KEYS) {
      js_push(m, &out->items, key);
      continue;
    }
    bool under = object->open && table->entries[i].flags & JS_ENTRY_UNDER;
    struct js_value member = under || table->entries[i].flags & JS_ENTRY_GETTER ? js_get(m, v, key, at) : table->entries[i].value;
    js_push(m, &out->items, what == VALUES ? member : js_pair(m, key, member));
  }
  if (object->open) {
    struct js_value key = js_key_of(object);
    open_with(m, out, what == KEYS ? key : what == VALUES ? object->rest : js_pair(m, key, object->rest));
  }
  return js_of(out);
}

static struct js_value object_keys(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return list_members(m, js_argument(a, 0), KEYS, a->at);
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

static struct js_value first_argument(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return js_argument(a, 0);
}

static struct js_value unknown_of(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  for (uint32_t i = 0; i < a->count; i++) js_escape(m, a->values[i], a->at);
  return js_unknown();
}

static struct js_value object_create(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *object = js_object(m, JS_C_PLAIN);
  if (js_argument(a, 0).type == JS_V_OBJECT) object->proto = a->values[0].object;
  return js_of(object);
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
  if (js_is(getter, JS_C_FUNCTION))
    js_define(m, object.object, key, getter, JS_IS_GETTER);
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
  return js_argument(a, 0);
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
  for (size_t i = 0; i < 3; i++) add(m, descriptor, flags[i], js_bool(true));
  if (entry && entry->flags & JS_ENTRY_GETTER) {
    const struct js_entry *setter = js_find(m, &v.object->props, js_concat(m, CM_STR("="), key.text));
    add(m, descriptor, "get", entry->value);
    if (setter) add(m, descriptor, "set", setter->value);
    return js_of(descriptor);
  }
  struct js_value value = js_get(m, v, key, a->at);
  add(m, descriptor, "value", value);
  return entry && !(entry->flags & JS_ENTRY_UNDER) ? js_of(descriptor) : js_join(m, js_of(descriptor), js_undefined());
}

static struct js_value descriptors_of(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_value v = js_argument(a, 0);
  struct js_object *all = js_object(m, JS_C_PLAIN);
  bool known = js_is(v, JS_C_PLAIN | JS_C_FUNCTION);
  if (!known || v.object->open) open_with(m, all, js_unknown());
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

static struct js_value object_prototype(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  struct js_value v = js_argument(a, 0);
  return v.type == JS_V_OBJECT && v.object->proto ? js_of(v.object->proto) : js_unknown();
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

static struct js_value from_pairs(struct js_machine *m, struct js_object *object, struct js_value pairs) {
  struct building b = {object, object->class == JS_C_MAP};
  struct js_walk walk = {.visit = add_pair, .context = &b};
  if (pairs.type != JS_V_UNDEFINED && pairs.type != JS_V_NULL) js_iterate(m, pairs, &walk);
  return js_of(object);
}

static struct js_value object_from_entries(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return from_pairs(m, js_object(m, JS_C_PLAIN), js_argument(a, 0));
}

// --- Array, Map, Set ---

static struct js_value array_from(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value list = js_elements(m, js_argument(a, 0));
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
  for (unsigned i = 0; known && i < (unsigned)a->values[0].number; i++)
    js_push(m, &array->items, (struct js_value){.type = JS_V_ABSENT});
  if (!known) open_with(m, array, js_undefined());
  return js_of(array);
}

static struct js_value array_is(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  struct js_value v = js_argument(a, 0);
  return v.type == JS_V_UNKNOWN || v.type == JS_V_SET ? js_unknown() : js_bool(js_is(v, JS_C_ARRAY));
}

static struct js_value map_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return from_pairs(m, js_object(m, JS_C_MAP), js_argument(a, 0));
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

// --- texts and numbers ---

static struct js_value text_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_primitive(m, js_argument(a, 0));
  return v.type == JS_V_KEY ? v : js_text(a->count ? js_to_text(m, v) : CM_STR(""));
}

static struct js_value text_raw(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value strings = js_get_named(m, js_argument(a, 0), CM_STR("raw"), a->at);
  struct cm_str text = CM_STR("");
  if (!js_is(strings, JS_C_ARRAY)) return js_unknown();
  for (size_t i = 0; i < strings.object->items.count; i++) {
    text = js_concat(m, text, js_to_text(m, strings.object->items.entries[i].value));
    if (i + 1 < strings.object->items.count) text = js_concat(m, text, js_to_text(m, js_argument(a, (uint32_t)i + 1)));
  }
  return js_text(text);
}

static struct js_value text_from_codes(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  char *text = cm_alloc(m->arena, (size_t)a->count + 1);
  if (!text) {
    m->failed = true;
    return js_unknown();
  }
  for (uint32_t i = 0; i < a->count; i++) {
    double code;
    bool known = js_to_number(a->values[i], &code) && code >= 1 && code < 128;
    text[i] = known ? (char)code : JS_GAP;
  }
  return js_text((struct cm_str){text, a->count});
}

// atob: four letters are three bytes. What is no ASCII in them is a gap.
static struct js_value text_from_base64(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0);
  char *text = v.type == JS_V_TEXT && !js_has_gap(v.text) ? cm_alloc(m->arena, v.text.size + 1) : NULL;
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t bits = 0;
  size_t size = 0;
  unsigned have = 0;
  if (!text) return js_text(CM_STR("\xff"));
  for (size_t i = 0; i < v.text.size && v.text.at[i] != '='; i++) {
    const char *letter = memchr(letters, v.text.at[i], sizeof letters - 1);
    if (!letter) return js_unknown();
    bits = bits << 6 | (uint32_t)(letter - letters);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    uint8_t byte = (uint8_t)(bits >> have);
    text[size++] = byte && byte < 128 ? (char)byte : JS_GAP;
  }
  return js_text((struct cm_str){text, size});
}

static struct js_value number_make(struct js_machine *m, struct js_value self, arguments_t a) {
  double number;
  (void)m, (void)self;
  return a->count && js_to_number(a->values[0], &number) ? js_number(number) : js_unknown();
}

static struct js_value bool_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  enum js_answer truth = js_truth(js_argument(a, 0));
  return truth == JS_MAYBE ? js_unknown() : js_bool(truth == JS_YES);
}

static struct js_value symbol_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_text(js_concat(m, CM_STR("@@"), js_to_text(m, js_argument(a, 0))));
}

// Characters that URLs keep stay; others become what is not known here.
static struct js_value encode(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct cm_str text = js_to_text(m, js_argument(a, 0));
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_.!~*'()", c));
    if (!plain) return js_text(CM_STR("\xff"));
  }
  return js_text(text);
}

static struct js_value regex_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value text = js_argument(a, 0), flags = js_argument(a, 1);
  if (js_is(text, JS_C_REGEX)) return text;
  if (text.type != JS_V_TEXT || js_has_gap(text.text)) return js_unknown();
  struct js_object *regex = js_object(m, JS_C_REGEX);
  regex->target = text;
  if (flags.type == JS_V_TEXT) regex->name = flags.text;
  return js_of(regex);
}

// JSON is an expression of literals.
static struct js_value json_parse(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0);
  unsigned errors;
  if (v.type != JS_V_TEXT || js_has_gap(v.text) || v.text.size > 1 << 16) return js_unknown();
  struct cm_str text = js_concat(m, js_concat(m, CM_STR("("), v.text), CM_STR(")"));
  const struct js_node *tree = js_parse(m->arena, text, &errors);
  if (!tree || errors || !tree->list || tree->list->kind != JS_EVALUATE || tree->list->next) return js_unknown();
  const struct js_node *literal = tree->list->a;
  bool plain = literal->kind == JS_OBJECT || literal->kind == JS_ARRAY || literal->kind == JS_STRING || literal->kind == JS_NUMBER;
  return plain ? js_eval(m, &m->globals, literal) : js_unknown();
}

static struct js_value json_text(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0);
  if (js_is(v, JS_C_PLAIN | JS_C_ARRAY)) js_escape(m, v, a->at);
  if (v.type == JS_V_NUMBER || v.type == JS_V_BOOL) return js_text(js_to_text(m, v));
  return js_text(CM_STR("\xff"));
}

// --- Math ---

static struct js_value extreme(arguments_t a, bool largest) {
  double best = largest ? -INFINITY : INFINITY, number;
  for (uint32_t i = 0; i < a->count; i++) {
    if (!js_to_number(a->values[i], &number)) return js_unknown();
    best = isnan(number) || isnan(best) ? NAN : (number > best) == largest ? number : best;
  }
  return js_number(best);
}
static struct js_value math_max(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return extreme(a, true);
}
static struct js_value math_min(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return extreme(a, false);
}

static struct js_value rounded(arguments_t a, double (*round_to)(double)) {
  double number;
  return js_to_number(js_argument(a, 0), &number) ? js_number(round_to(number)) : js_unknown();
}
static double half_up(double number) { return floor(number + 0.5); }
static struct js_value math_floor(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, floor);
}
static struct js_value math_ceil(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, ceil);
}
static struct js_value math_round(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, half_up);
}
static struct js_value math_trunc(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, trunc);
}
static struct js_value math_abs(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)m, (void)self;
  return rounded(a, fabs);
}

// --- promises: what they are kept with ---

static struct js_value promise_settle(struct js_machine *m, struct js_value self, arguments_t a) {
  if (self.type == JS_V_OBJECT) open_with(m, self.object, js_argument(a, 0));
  return js_undefined();
}

static struct js_value promise_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *holder = js_object(m, JS_C_PLAIN);
  struct js_value keep = js_native_function(m, "resolve", promise_settle), drop = js_native_function(m, "reject", first_argument);
  keep.object->self = js_of(holder);
  js_call_with(m, js_argument(a, 0), js_undefined(), a->at, 2, keep, drop);
  return holder->open ? holder->rest : js_unknown();
}

static struct js_value promise_all(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  return js_elements(m, js_argument(a, 0));
}

static struct js_value promise_settled(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_object *out = js_array(m), *settled = js_object(m, JS_C_PLAIN);
  struct js_value list = js_elements(m, js_argument(a, 0)), any = js_undefined();
  for (size_t i = 0; i < list.object->items.count; i++) any = js_join(m, any, list.object->items.entries[i].value);
  add(m, settled, "value", any);
  add(m, settled, "status", js_unknown());
  open_with(m, out, js_of(settled));
  return js_of(out);
}

static struct js_value promise_race(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value list = js_elements(m, js_argument(a, 0)), any = js_undefined();
  for (size_t i = 0; i < list.object->items.count; i++) any = js_join(m, any, list.object->items.entries[i].value);
  return any;
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
  open_with(m, request, js_unknown());
  add(m, request, "url", url);
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
  open_with(m, url, js_unknown());
  url->target = js_text(text);
  add(m, url, "href", url->target);
  origin = origin_of(text);
  if (origin.size) {
    size_t scheme = (size_t)((const char *)memmem(origin.at, origin.size, "://", 3) - origin.at) + 3;
    struct cm_str host = {origin.at + scheme, origin.size - scheme};
    const char *colon = memchr(host.at, ':', host.size);
    add(m, url, "origin", js_text(origin));
    add(m, url, "host", js_text(host));
    add(m, url, "hostname", js_text(colon ? (struct cm_str){host.at, (size_t)(colon - host.at)} : host));
  }
  add_function(m, url, "toString", own_text);
  add_function(m, url, "toJSON", own_text);
  return js_of(url);
}

static struct js_value url_make(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)self;
  struct js_value v = js_argument(a, 0), all = js_unknown();
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  for (uint32_t i = 0; i < count; i++) {
    struct js_value one = url_of(m, list[i], js_argument(a, 1));
    all = i ? js_join(m, all, one) : one;
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
  open_with(m, error, js_unknown());
  add(m, error, "message", js_argument(a, 0));
  return js_of(error);
}

// --- the table ---

// A function of a namespace, or a global one where `of` is NULL. A namespace that is a function itself has a row without a member.
static const struct {
  const char *of, *name;
  js_native native;
} functions[] = {
    {NULL, "Object", first_argument},
    {"Object", "keys", object_keys},
    {"Object", "values", object_values},
    {"Object", "entries", object_entries},
    {"Object", "assign", object_assign},
    {"Object", "freeze", first_argument},
    {"Object", "seal", first_argument},
    {"Object", "preventExtensions", first_argument},
    {"Object", "create", object_create},
    {"Object", "defineProperty", object_define},
    {"Object", "defineProperties", object_define_all},
    {"Object", "getOwnPropertyNames", object_keys},
    {"Object", "getOwnPropertyDescriptor", descriptor_of},
    {"Object", "getOwnPropertyDescriptors", descriptors_of},
    {"Object", "getOwnPropertySymbols", symbols_of},
    {"Object", "getPrototypeOf", object_prototype},
    {"Object", "setPrototypeOf", object_set_prototype},
    {"Object", "hasOwn", object_has_own},
    {"Object", "fromEntries", object_from_entries},
    {NULL, "Function", unknown_of},
    {NULL, "Array", array_make},
    {"Array", "from", array_from},
    {"Array", "of", array_of},
    {"Array", "isArray", array_is},
    {NULL, "Map", map_make},
    {NULL, "WeakMap", map_make},
    {NULL, "Set", set_make},
    {NULL, "WeakSet", set_make},
    {NULL, "String", text_make},
    {"String", "raw", text_raw},
    {"String", "fromCharCode", text_from_codes},
    {"String", "fromCodePoint", text_from_codes},
    {NULL, "atob", text_from_base64},
    {NULL, "Number", number_make},
    {NULL, "parseInt", number_make},
    {NULL, "parseFloat", number_make},
    {NULL, "Boolean", bool_make},
    {NULL, "Symbol", symbol_make},
    {"Symbol", "for", symbol_make},
    {NULL, "RegExp", regex_make},
    {NULL, "encodeURIComponent", encode},
    {NULL, "encodeURI", encode},
    {"Math", "max", math_max},
    {"Math", "min", math_min},
    {"Math", "floor", math_floor},
    {"Math", "ceil", math_ceil},
    {"Math", "round", math_round},
    {"Math", "trunc", math_trunc},
    {"Math", "abs", math_abs},
    {"JSON", "parse", json_parse},
    {"JSON", "stringify", json_text},
    {NULL, "Promise", promise_make},
    {"Promise", "resolve", first_argument},
    {"Promise", "reject", unknown_of},
    {"Promise", "all", promise_all},
    {"Promise", "allSettled", promise_settled},
    {"Promise", "race", promise_race},
    {"Promise", "any", promise_race},
    {"Reflect", "get", reflect_get},
    {"Reflect", "set", reflect_set},
    {"Reflect", "has", reflect_has},
    {"Reflect", "ownKeys", object_keys},
    {"Reflect", "apply", reflect_apply},
    {"Reflect", "defineProperty", object_define},
    {"Reflect", "getPrototypeOf", object_prototype},
    {"Reflect", "getOwnPropertyDescriptor", descriptor_of},
    {"Reflect", "construct", reflect_construct},
    {NULL, "Proxy", proxy_make},
    {NULL, "fetch", fetch},
    {NULL, "Request", request_make},
    {NULL, "URL", url_make},
    {NULL, "addEventListener", add_listener},
    {NULL, "setTimeout", unknown_of},
    {NULL, "setInterval", unknown_of},
    {NULL, "queueMicrotask", unknown_of},
    {NULL, "structuredClone", first_argument},
    {NULL, "Error", error_make},
    {NULL, "TypeError", error_make},
    {NULL, "RangeError", error_make},
    {NULL, "SyntaxError", error_make},
    {NULL, "ReferenceError", error_make},
    {NULL, "AggregateError", error_make},
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
    bool texts = prototypes[i].classes == JS_OF_TEXTS;
    const struct js_method *methods = texts ? js_text_methods : js_methods;
    for (size_t k = 0; prototype && k < (texts ? js_text_method_count : js_method_count); k++)
      if (methods[k].classes & prototypes[i].classes) add(m, prototype, methods[k].name, js_native_method(m, &methods[k]));
  }
}

void js_make_globals(struct js_machine *m) {
  m->global = js_object(m, JS_C_PLAIN);
  add(m, m->global, "undefined", js_undefined());
  add(m, m->global, "NaN", js_number(NAN));
  add(m, m->global, "Infinity", js_number(INFINITY));
  add(m, m->global, "globalThis", js_of(m->global));
  add(m, m->global, "self", js_of(m->global));
  for (size_t i = 0; i < sizeof functions / sizeof *functions && !m->failed; i++) {
    if (!functions[i].of) {
      add_function(m, m->global, functions[i].name, functions[i].native);
      continue;
    }
    struct js_entry *entry = js_find(m, &m->global->props, cm_str_of(functions[i].of));
    struct js_object *namespace = entry ? entry->value.object : js_object(m, JS_C_PLAIN);
    if (!entry) add(m, m->global, functions[i].of, js_of(namespace));
    namespace->open = true;  // there is more than is told here
    namespace->rest = js_unknown();
    add_function(m, namespace, functions[i].name, functions[i].native);
  }
  if (m->failed) return;
  struct js_object *symbol = js_find(m, &m->global->props, CM_STR("Symbol"))->value.object;
  static const char *const symbols[] = {"iterator", "asyncIterator",      "toPrimitive", "toStringTag", "hasInstance",
                                        "dispose",  "isConcatSpreadable", "species",     "match",       "replace"};
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    add(m, symbol, symbols[i], js_text(js_concat(m, CM_STR("@@"), i < 2 ? CM_STR("iterator") : cm_str_of(symbols[i]))));
  add_prototypes(m);
  m->global->open = true;
  m->global->rest = js_unknown();
}
