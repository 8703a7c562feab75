// Iterators of arrays, maps and sets.
//
// An iterator is an array of what it goes over, and has the methods of one. Besides it knows whose elements those are (`target`), and of which kind
// (`name`): what was put there since, or taken away, is seen by it too, as in an engine. Where it is, where it was asked for the next one, is
// a member of it. A generator, which gave all that it yields already, is an array with such a place.
//
// Spec: ECMA-262, "Array Iterator Objects", "Map Iterator Objects", "Set Iterator Objects".

#include "js_machine.h"

typedef const struct js_arguments *arguments_t;

// What an iterator goes over; an array, map or set goes over itself.
static struct js_object *source_of(struct js_object *object) {
  return object->class == JS_C_ARRAY && js_is(object->target, JS_C_ARRAY | JS_C_MAP | JS_C_SET) ? object->target.object : object;
}

static struct js_value of_kind(struct js_machine *m, const struct js_object *object, struct js_value key, struct js_value v) {
  if (object->class == JS_C_MAP || cm_str_is(object->name, "entries")) return js_pair(m, key, v);
  return cm_str_is(object->name, "keys") ? key : v;
}

bool js_item(struct js_machine *m, struct js_object *object, size_t i, struct js_value *v, bool *perhaps) {
  struct js_object *source = source_of(object);
  if (i >= source->items.count) return false;
  struct js_entry *entry = &source->items.entries[i];
  *v = js_late_element(m, &source->items, entry, perhaps);
  if (v->type == JS_V_ABSENT) return true;
  *v = of_kind(m, object,
               source->class == JS_C_MAP   ? js_key_of_entry(m, source, entry)
               : source->class == JS_C_SET ? *v
                                           : js_number((double)i),
               *v);
  return true;
}

bool js_item_rest(struct js_machine *m, struct js_object *object, struct js_value *rest) {
  struct js_object *source = source_of(object);
  if (!source->open) return false;
  *rest = of_kind(m, object,
                  source->class == JS_C_MAP   ? js_key_of(source)
                  : source->class == JS_C_SET ? source->rest
                                              : js_unknown(),
                  source->rest);
  return true;
}

size_t js_item_next(const struct js_machine *m, const struct js_object *object) {
  const struct js_entry *place = object->class == JS_C_ARRAY ? js_find(m, &object->props, CM_STR("@@next")) : NULL;
  return place && place->value.type == JS_V_NUMBER ? (size_t)place->value.number : 0;
}

static struct js_value make(struct js_machine *m, struct js_value self, const char *kind) {
  struct js_object *made = js_array(m);
  struct js_value v;
  bool perhaps;
  made->target = self;
  made->name = cm_str_of(kind);
  for (size_t i = 0; js_item(m, made, i, &v, &perhaps) && !m->failed; i++) {
    if (v.type == JS_V_ABSENT) continue;
    js_push(m, &made->items, v);
    if (perhaps && !m->failed) made->items.entries[made->items.count - 1].flags |= JS_ENTRY_PERHAPS;
  }
  if (js_item_rest(m, made, &v)) js_open_with(m, made, v);
  return js_of(made);
}

struct js_value js_iterator(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  bool is_one = self.object->class == JS_C_ARRAY &&
                (self.object->target.type == JS_V_OBJECT || js_find(m, &self.object->props, CM_STR("@@return")));
  return is_one ? self : make(m, self, self.object->class == JS_C_MAP ? "entries" : "values");
}
struct js_value js_iterator_of_keys(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return make(m, self, "keys");
}
struct js_value js_iterator_of_values(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return make(m, self, "values");
}
struct js_value js_iterator_of_entries(struct js_machine *m, struct js_value self, arguments_t a) {
  (void)a;
  return make(m, self, "entries");
}

// The element at that place, or one further behind where some before it may not be there. *done: whether there is none.
static struct js_value element_at(struct js_machine *m, struct js_object *object, size_t at, enum js_answer *done) {
  struct js_value v, all = {.type = JS_V_ABSENT};
  size_t before = 0, surely = 0, perhaps = 0;
  bool may;
  for (size_t i = 0; js_item(m, object, i, &v, &may); i++) {
    if (v.type == JS_V_ABSENT) continue;
    before += i < at;
    surely += !may;
    perhaps += may && i <= at;
    if (i >= at && i <= at + perhaps) all = all.type == JS_V_ABSENT ? v : js_join(m, all, v);
  }
  *done = before < surely ? JS_NO : JS_MAYBE;
  return all;
}

struct js_value js_iterator_next(struct js_machine *m, struct js_value self, arguments_t a) {
  struct js_object *object = self.object, *result = js_object(m, JS_C_PLAIN);
  struct js_table *props = &object->props;
  const struct js_entry *place = js_find(m, props, CM_STR("@@next")), *last = js_find(m, props, CM_STR("@@return"));
  struct js_value v, rest;
  double number = 0;
  bool perhaps, open = js_item_rest(m, object, &rest), begun = place && !js_is_nullish(place->value),
                known = !begun || js_to_number(place->value, &number);
  size_t at = (size_t)number;
  enum js_answer done = JS_MAYBE;
  (void)a;
  while (known && js_item(m, object, at, &v, &perhaps) && v.type == JS_V_ABSENT) at++;
  if (!known) {
    v = js_unknown();
  } else if (js_item(m, object, at, &v, &perhaps)) {
    v = element_at(m, object, at++, &done);
  } else {
    done = open ? JS_MAYBE : JS_YES;
    v = open ? rest : last ? last->value : js_undefined();
  }
  js_set_entry(m, &result->props, CM_STR("value"), v, 0);
  js_set_entry(m, &result->props, CM_STR("done"), done == JS_MAYBE ? js_unknown() : js_bool(done == JS_YES), 0);
  js_set_entry(m, props, CM_STR("@@next"), known ? js_number((double)at) : js_unknown(), 0);
  return js_of(result);
}
