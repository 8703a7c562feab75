// The values of a program that QuickJS ran, as the evaluation has them.
//
// What the program's top level did has been done when the component was built, and what its functions have in their variables lies in the
// engine's memory: texts and numbers, arrays, objects, maps, functions. Each becomes what the evaluation would have made of it. The engine's
// own functions are known by where the global object has them, those of the host by the modules that export them. Anything else is unknown.
//
// An object is made when it is met and gets its members later, in the order in which all were made: so nothing is deeper than one step.

#include "quickjs_values.h"

enum {
  OBJECTS_MOST = 1 << 17,
  ITEMS_MOST = 1 << 16,
  DEPTH_MOST = 32,  // promises kept with promises
};

// --- what was made ---

struct qjs_made *qjs_find_made(struct qjs_values *c, qjs_address at) {
  uint32_t item;
  for (size_t cursor = 0; index_next(&c->by_address, index_mix(c->by_address.seed, at), &cursor, &item);)
    if (c->made[item].at == at) return &c->made[item];
  return NULL;
}

bool qjs_note_made(struct qjs_values *c, const struct qjs_made *made) {
  if (c->made_count == OBJECTS_MOST) {
    c->whole = false;
    return false;
  }
  if (!cm_grow(c->arena, &c->made, &c->made_room, c->made_count, sizeof *c->made) ||
      !index_add(&c->by_address, c->arena, index_mix(c->by_address.seed, made->at), (uint32_t)c->made_count)) {
    c->m->failed = true;
    return false;
  }
  c->made[c->made_count++] = *made;
  return true;
}

bool qjs_step(struct qjs_values *c) {
  if (c->steps_left) c->steps_left--;
  c->whole &= c->steps_left != 0;
  return c->steps_left && !c->m->failed;
}

// --- texts and variables ---

static bool text_of(struct qjs_values *c, qjs_value v, struct cm_str *out) {
  if (!c->text_left || !qjs_text(&c->program->heap, c->arena, v, out)) return false;
  bool fits = out->size <= c->text_left;
  c->text_left -= fits ? out->size : c->text_left;
  c->whole &= fits;
  return fits;
}

bool qjs_name(struct qjs_values *c, qjs_atom name, struct cm_str *out) {
  if (!name || !c->text_left || !qjs_atom_text(&c->program->heap, c->arena, name, out)) return false;
  bool fits = out->size <= c->text_left;
  c->text_left -= fits ? out->size : c->text_left;
  return fits;
}

const struct js_link *qjs_link(struct qjs_values *c, qjs_address variable, struct cm_str name) {
  const struct qjs_made *known = qjs_find_made(c, variable);
  if (known) return known->link;
  struct js_table *table = cm_alloc(c->arena, sizeof *table);
  struct js_link *link = cm_alloc(c->arena, sizeof *link);
  if (!table || !link) {
    c->m->failed = true;
    return NULL;
  }
  link->shared = table;
  table->frame = c->frame;
  js_set_entry(c->m, table, name, js_unknown(), 0);
  if (c->m->failed || !qjs_note_made(c, &(struct qjs_made){.at = variable, .value = js_unknown(), .link = link})) return NULL;
  qjs_value v = qjs_variable(&c->program->heap, variable);
  struct js_value value = {.type = JS_V_ABSENT};
  if (qjs_tag_of(v) != QJS_UNINITIALIZED) value = qjs_convert(c, v);
  table->entries->value = value;
  return link;
}

// --- objects ---

static struct js_object *make(struct qjs_values *c, qjs_address at, enum js_class class) {
  struct js_object *object = js_object(c->m, class);
  return qjs_note_made(c, &(struct qjs_made){.at = at, .value = js_of(object)}) ? object : NULL;
}

// A promise is what it is kept with.
static struct js_value promised(struct qjs_values *c, qjs_address object) {
  enum { KEPT = 1, RESULT = 24 };
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t data = qjs_word(heap, qjs_own_part(heap, object));
  if (qjs_word(heap, data) != KEPT || c->depth == DEPTH_MOST) return js_unknown();
  c->depth++;
  struct js_value v = qjs_convert(c, qjs_value_at(heap, data + RESULT));
  c->depth--;
  return v;
}

// What is special of other functions without code does not begin with an object.
static bool is_bound(struct qjs_values *c, qjs_address object) {
  const struct qjs_heap *heap = &c->program->heap;
  qjs_value target = qjs_value_at(heap, qjs_word(heap, qjs_own_part(heap, object)));
  return qjs_tag_of(target) == QJS_OBJECT && qjs_class_of(heap, c->arena, qjs_pointer(target)).size;
}

struct js_value qjs_convert_object(struct qjs_values *c, qjs_address at) {
  static const struct {
    const char *name;
    enum js_class class;
  } classes[] = {{"Object", JS_C_PLAIN},
                 {"Error", JS_C_PLAIN},
                 {"Array", JS_C_ARRAY},
                 {"Map", JS_C_MAP},
                 {"WeakMap", JS_C_MAP},
                 {"Uint8Array", JS_C_ARRAY},
                 {"Uint8ClampedArray", JS_C_ARRAY},
                 {"Int8Array", JS_C_ARRAY},
                 {"Uint16Array", JS_C_ARRAY},
                 {"Int16Array", JS_C_ARRAY},
                 {"Uint32Array", JS_C_ARRAY},
                 {"Int32Array", JS_C_ARRAY},
                 {"Set", JS_C_SET},
                 {"WeakSet", JS_C_SET},
                 {"Proxy", JS_C_PROXY},
                 {"RegExp", JS_C_REGEX}};
  const struct qjs_heap *heap = &c->program->heap;
  const struct qjs_made *known = qjs_find_made(c, at);
  struct qjs_code code;
  if (known) return known->value;
  struct cm_str name = qjs_class_of(heap, c->arena, at);
  struct js_object *made = NULL;
  if (cm_str_is(name, "Promise")) return promised(c, at);
  for (size_t i = 0; i < sizeof classes / sizeof *classes && !made; i++) {
    if (!cm_str_is(name, classes[i].name)) continue;
    made = make(c, at, classes[i].class);
    if (made && cm_str_is(name, "Error")) js_open_with(c->m, made, js_unknown());
    return made ? js_of(made) : js_unknown();
  }
  bool is_function = name.size >= 8 && cm_str_is((struct cm_str){name.at + name.size - 8, 8}, "Function");
  if (is_function && (qjs_function(heap, at, &code) || is_bound(c, at))) made = make(c, at, JS_C_FUNCTION);
  return made ? js_of(made) : js_unknown();
}

struct js_value qjs_convert(struct qjs_values *c, qjs_value v) {
  struct cm_str text;
  switch (qjs_tag_of(v)) {
    case QJS_INT:
    case QJS_NUMBER: return js_number(qjs_number_of(v));
    case QJS_BOOL: return js_bool((uint32_t)v != 0);
    case QJS_NULL: return (struct js_value){.type = JS_V_NULL};
    case QJS_UNDEFINED: return js_undefined();
    case QJS_STRING:
    case QJS_SYMBOL:
    case QJS_ROPE: return text_of(c, v, &text) ? js_text(text) : js_unknown();
    case QJS_OBJECT: return qjs_convert_object(c, qjs_pointer(v));
    default: return js_unknown();
  }
}

// --- members ---

static bool is_native_prototype(const struct qjs_values *c, const struct js_object *object) {
  static const char *const names[] = {"Object", "Array", "Function", "Map", "Set", "RegExp"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct js_entry *class = js_find(c->m, &c->m->global->props, cm_str_of(names[i]));
    const struct js_entry *prototype = class ? js_find(c->m, &class->value.object->props, CM_STR("prototype")) : NULL;
    if (prototype && prototype->value.type == JS_V_OBJECT && prototype->value.object == object) return true;
  }
  return false;
}

// What stands behind every object of its kind says nothing.
static void fill_prototype(struct qjs_values *c, struct js_object *object, qjs_address at) {
  qjs_address prototype = qjs_prototype(&c->program->heap, at);
  struct js_value v = prototype ? qjs_convert_object(c, prototype) : js_undefined();
  bool fits = object->class != JS_C_FUNCTION || js_is(v, JS_C_FUNCTION);
  if (v.type == JS_V_OBJECT && fits && !is_native_prototype(c, v.object))
    object->proto = v.object;
  else if (v.type == JS_V_UNKNOWN && object->class == JS_C_PLAIN)
    js_open_with(c->m, object, js_unknown());
}

// Is `v` the function whose prototype is at `at`? The evaluation knows that of each prototype by itself.
static bool is_constructor(struct qjs_values *c, qjs_address at, qjs_value v) {
  const struct qjs_heap *heap = &c->program->heap;
  qjs_address function = qjs_pointer(v);
  struct qjs_property property;
  struct qjs_code code;
  struct cm_str name;
  if (qjs_tag_of(v) != QJS_OBJECT || !qjs_function(heap, function, &code)) return false;
  for (uint32_t i = 0; i < qjs_property_count(heap, function) && qjs_step(c); i++) {
    if (!qjs_property_at(heap, function, i, &property) || property.kind != QJS_PLAIN) continue;
    if (qjs_tag_of(property.value) != QJS_OBJECT || qjs_pointer(property.value) != at) continue;
    if (qjs_name(c, property.name, &name) && cm_str_is(name, "prototype")) return true;
  }
  return false;
}

static void fill_accessor(struct qjs_values *c, struct js_object *object, struct cm_str name, const struct qjs_property *property) {
  struct js_value getter = property->getter ? qjs_convert_object(c, property->getter) : js_undefined();
  struct js_value setter = property->setter ? qjs_convert_object(c, property->setter) : js_undefined();
  if (setter.type != JS_V_UNDEFINED) js_define(c->m, object, js_text(name), setter, JS_IS_SETTER);
  if (js_is(getter, JS_C_FUNCTION))
    js_define(c->m, object, js_text(name), getter, JS_IS_GETTER);
  else
    js_define(c->m, object, js_text(name), getter, 0);
  struct js_entry *entry = js_find(c->m, &object->props, name);
  if (entry && property->is_hidden) entry->flags |= JS_ENTRY_HIDDEN;
}

static void fill_members(struct qjs_values *c, struct js_object *object, qjs_address at) {
  const struct qjs_heap *heap = &c->program->heap;
  bool is_function = object->class == JS_C_FUNCTION;
  for (uint32_t i = 0; i < qjs_property_count(heap, at) && qjs_step(c); i++) {
    struct qjs_property property;
    struct cm_str name;
    if (!qjs_property_at(heap, at, i, &property) || !qjs_name(c, property.name, &name)) continue;
    if (property.kind == QJS_NOT_MADE) continue;
    bool has_length = object->class == JS_C_ARRAY || is_function;  // the evaluation knows that by itself
    if (has_length && cm_str_is(name, "length") && property.kind == QJS_PLAIN) continue;
    if (cm_str_is(name, "constructor") && property.kind == QJS_PLAIN && is_constructor(c, at, property.value)) continue;
    if (property.kind == QJS_ACCESSOR) {
      fill_accessor(c, object, name, &property);
      continue;
    }
    qjs_value v = property.kind == QJS_PLAIN ? property.value : qjs_variable(heap, property.variable);
    struct js_value value = qjs_convert(c, v);
    if (object->class == JS_C_ARRAY)
      js_set_member(c->m, js_of(object), js_text(name), value);
    else
      js_set_entry(c->m, &object->props, name, value, property.is_hidden ? JS_ENTRY_HIDDEN : 0);
  }
}

static void fill_array(struct qjs_values *c, struct js_object *array, qjs_address at) {
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t own = qjs_own_part(heap, at), values = qjs_word(heap, own + 4);
  uint32_t count = qjs_word(heap, own + 8);
  if (count > ITEMS_MOST || (count && !qjs_has(heap, values, 8 * (uint64_t)count))) {
    js_open_with(c->m, array, js_unknown());
    return;
  }
  for (uint32_t i = 0; i < count && qjs_step(c); i++) {
    qjs_value v = qjs_value_at(heap, values + 8 * (uint64_t)i);
    js_push(c->m, &array->items, qjs_tag_of(v) == QJS_UNINITIALIZED ? js_undefined() : qjs_convert(c, v));
  }
}

// Numbers as they lie in the memory: how many bytes each has says the name, and whether they are signed.
static bool fill_typed(struct qjs_values *c, struct js_object *array, qjs_address at) {
  static const struct {
    const char *name;
    unsigned size;
    bool is_signed;
  } kinds[] = {{"Uint8Array", 1, false}, {"Uint8ClampedArray", 1, false}, {"Int8Array", 1, true}, {"Uint16Array", 2, false},
               {"Int16Array", 2, true},  {"Uint32Array", 4, false},       {"Int32Array", 4, true}};
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t own = qjs_own_part(heap, at), from = qjs_word(heap, own + 4);
  uint32_t count = qjs_word(heap, own + 8);
  struct cm_str name = qjs_class_of(heap, c->arena, at);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    if (!cm_str_is(name, kinds[k].name)) continue;
    if (count > ITEMS_MOST || !qjs_has(heap, from, (uint64_t)count * kinds[k].size))
      count = 0, js_open_with(c->m, array, js_unknown());
    for (uint32_t i = 0; i < count && qjs_step(c); i++) {
      uint32_t bits = 0, unused = 32 - 8 * kinds[k].size;
      for (unsigned b = 0; b < kinds[k].size; b++) bits |= (uint32_t)heap->bytes[from + (uint64_t)i * kinds[k].size + b] << 8 * b;
      js_push(c->m, &array->items, js_number(kinds[k].is_signed ? (double)((int32_t)(bits << unused) >> unused) : (double)bits));
    }
    return true;
  }
  return false;
}

static void fill_keyed(struct qjs_values *c, struct js_object *object, qjs_address at) {
  enum { RECORDS = 4, LINK = 12, KEY = 32, VALUE = 40 };
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t head = (uint64_t)qjs_word(heap, qjs_own_part(heap, at)) + RECORDS;
  uint32_t left = ITEMS_MOST;
  for (uint64_t link = qjs_word(heap, head + 4); link != head && link > LINK && left && qjs_step(c); left--) {
    uint64_t record = link - LINK;
    if (!qjs_has(heap, record, VALUE + 8)) break;
    struct js_value key = qjs_convert(c, qjs_value_at(heap, record + KEY));
    struct js_value v = object->class == JS_C_MAP ? qjs_convert(c, qjs_value_at(heap, record + VALUE)) : key;
    js_keyed_set(c->m, object, key, v);
    link = qjs_word(heap, link + 4);
  }
  if (!left) js_open_with(c->m, object, js_unknown());
}

// The flags stand in front of what the expression was compiled to.
static void fill_regex(struct qjs_values *c, struct js_object *regex, qjs_address at) {
  static const char letters[] = "gimsuyd-v";
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t own = qjs_own_part(heap, at);
  struct cm_str pattern;
  char *flags = cm_alloc(c->arena, sizeof letters);
  if (!flags) {
    c->m->failed = true;
    return;
  }
  bool known = text_of(c, (uint64_t)(uint32_t)QJS_STRING << 32 | qjs_word(heap, own), &pattern);
  uint32_t bits = qjs_half(heap, (uint64_t)qjs_word(heap, own + 4) + heap->characters);
  size_t size = 0;
  for (size_t i = 0; letters[i]; i++)
    if (bits >> i & 1 && letters[i] != '-') flags[size++] = letters[i];
  regex->target = known ? js_text(pattern) : js_text(CM_STR("(?:)"));
  regex->name = (struct cm_str){flags, size};
  c->whole &= known;
}

static void fill_bound(struct qjs_values *c, struct js_object *bound, qjs_address at) {
  enum { SELF = 8, COUNT = 16, ARGUMENTS = 24, COUNT_MOST = 256 };
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t own = qjs_word(heap, qjs_own_part(heap, at));
  uint32_t count = qjs_word(heap, own + COUNT);
  bound->target = qjs_convert(c, qjs_value_at(heap, own));
  bound->self = qjs_convert(c, qjs_value_at(heap, own + SELF));
  for (uint32_t i = 0; i < count && i < COUNT_MOST; i++)
    js_push(c->m, &bound->items, qjs_convert(c, qjs_value_at(heap, own + ARGUMENTS + 8 * (uint64_t)i)));
}

static void fill_object(struct qjs_values *c, struct js_object *object, qjs_address at) {
  const struct qjs_heap *heap = &c->program->heap;
  struct qjs_code code;
  switch (object->class) {
    case JS_C_ARRAY:
      if (fill_typed(c, object, at)) return;
      fill_array(c, object, at);
      break;
    case JS_C_MAP:
    case JS_C_SET: fill_keyed(c, object, at); return;
    case JS_C_REGEX: fill_regex(c, object, at); return;
    case JS_C_PROXY: {
      uint64_t own = qjs_word(heap, qjs_own_part(heap, at));
      object->target = qjs_convert(c, qjs_value_at(heap, own));
      object->rest = qjs_convert(c, qjs_value_at(heap, own + 8));
      return;
    }
    default: break;
  }
  fill_prototype(c, object, at);
  fill_members(c, object, at);
  if (object->class != JS_C_FUNCTION) return;
  if (qjs_function(heap, at, &code))
    qjs_fill_function(c, object, at, &code);
  else
    fill_bound(c, object, at);
}

void qjs_fill(struct qjs_values *c) {
  for (; c->filled < c->made_count && !c->m->failed; c->filled++) {
    const struct qjs_made made = c->made[c->filled];
    if (!made.link && made.value.type == JS_V_OBJECT && !made.is_known) fill_object(c, made.value.object, made.at);
  }
}
