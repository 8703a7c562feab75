// Whether what a round of something left is no more than what was there before it.
//
// Each round makes objects of its own, which are other ones than those of the round before: a cache that is filled where it is empty is another
// cache. One that has the same in it as one that was there is taken for that.

#include "js_machine.h"

enum { PAIRS_MOST = 64, STEPS_MOST = 2000, STEPS_OF_FUEL = 16 };

// Pairs of objects, or of scopes, that were met on the way: they are alike if all else is.
struct alike {
  struct {
    const void *a, *b;
  } pairs[PAIRS_MOST];
  unsigned count, steps;
};

enum meeting { IS_NEW, IS_KNOWN, IS_TOO_MANY };

static enum meeting meet(struct alike *s, const void *a, const void *b) {
  for (unsigned i = 0; i < s->count; i++)
    if (s->pairs[i].a == a && s->pairs[i].b == b) return IS_KNOWN;
  if (s->count == PAIRS_MOST) return IS_TOO_MANY;
  s->pairs[s->count].a = a;
  s->pairs[s->count++].b = b;
  return IS_NEW;
}

static bool covers(struct alike *s, struct js_value was, struct js_value is);

static bool tables_alike(struct alike *s, const struct js_table *was, const struct js_table *is) {
  if (was == is) return true;
  if (was->count != is->count) return false;
  for (size_t i = 0; i < is->count; i++) {
    const struct js_entry *a = &was->entries[i], *b = &is->entries[i];
    if (!cm_str_equal(a->key, b->key) || a->flags != b->flags || !covers(s, a->value, b->value)) return false;
  }
  return true;
}

static bool scopes_alike(struct alike *s, const struct js_scope *was, const struct js_scope *is) {
  for (; was != is; was = was->up, is = is->up) {
    if (!was || !is || was->of_function != is->of_function) return false;
    enum meeting met = meet(s, was, is);
    if (met == IS_KNOWN) return true;
    if (met == IS_TOO_MANY || !tables_alike(s, &was->table, &is->table)) return false;
  }
  return true;
}

static bool keys_alike(const struct js_key *a, const struct js_key *b) {
  return a == b ||
         (a && b && js_same((struct js_value){.type = JS_V_KEY, .key = a}, (struct js_value){.type = JS_V_KEY, .key = b}));
}

static bool objects_alike(struct alike *s, const struct js_object *was, const struct js_object *is) {
  if (was == is) return true;
  if (!was || !is || was->class != is->class || was->node != is->node || was->native != is->native || was->home != is->home ||
      was->method_of != is->method_of || was->sink_count != is->sink_count || !cm_str_equal(was->name, is->name) ||
      was->open != is->open || !keys_alike(was->listing, is->listing))
    return false;
  enum meeting met = meet(s, was, is);
  if (met != IS_NEW) return met == IS_KNOWN;
  return scopes_alike(s, was->scope, is->scope) && tables_alike(s, &was->props, &is->props) &&
         tables_alike(s, &was->items, &is->items) && objects_alike(s, was->proto, is->proto) &&
         objects_alike(s, was->parent, is->parent) && covers(s, was->self, is->self) && covers(s, was->target, is->target) &&
         (!is->open || covers(s, was->rest, is->rest));
}

static bool links_alike(struct alike *s, const struct js_link *was, const struct js_link *is) {
  if (was->module != is->module || !cm_str_equal(was->name, is->name) || !was->shared != !is->shared) return false;
  enum meeting met = was->shared ? meet(s, was->shared, is->shared) : IS_KNOWN;
  return met == IS_NEW ? tables_alike(s, was->shared, is->shared) : met == IS_KNOWN;
}

static bool one_covers(struct alike *s, struct js_value was, struct js_value is) {
  if (js_same(was, is)) return true;
  if (++s->steps > STEPS_MOST) return false;
  if (was.type != is.type) return js_is_nullish(was) && js_is_nullish(is) && was.type != JS_V_NULL && is.type != JS_V_NULL;
  unsigned count = s->count;
  bool alike = was.type == JS_V_OBJECT ? objects_alike(s, was.object, is.object)
                                       : was.type == JS_V_LINK && links_alike(s, was.link, is.link);
  if (!alike) s->count = count;
  return alike;
}

// Is each value that `is` may be like one that `was` may be?
static bool covers(struct alike *s, struct js_value was, struct js_value is) {
  const struct js_value *before, *now;
  uint32_t before_count = js_alternatives(&was, &before), now_count = js_alternatives(&is, &now);
  for (uint32_t i = 0; i < now_count; i++) {
    bool found = false;
    for (uint32_t k = 0; k < before_count && !found; k++) found = one_covers(s, before[k], now[i]);
    if (!found) return false;
  }
  return true;
}

bool js_alike(struct js_machine *m, struct js_value was, struct js_value is) {
  struct alike s = {.count = 0};
  bool alike = covers(&s, was, is);
  uint64_t fuel = s.steps / STEPS_OF_FUEL;
  m->fuel -= m->fuel < fuel ? m->fuel : fuel;
  return alike;
}
