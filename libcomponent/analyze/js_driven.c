// Generators that stand for async functions.
//
// Where the language has no async functions yet, compilers make generators of them, and of `await` a `yield`. A function beside them drives
// such a generator: it asks for the next promise, waits for it, and gives back what it was kept with, or throws into the generator what it
// was not kept for. Executed, that is a call within a call for each `await`. So a generator that is called by such a function is run as the
// async function that it was; then it has yielded nothing, and returned what the promise is kept with.
//
// The functions have many forms and names, but all of them speak of the same members, and of no `return`, as who drives an async generator
// does. That one waits for what is yielded in an object of a class that says so, and hands out the rest; it gives back an object that stands for
// the generator, which is given back itself.

#include "js_machine.h"

enum { NEXT = 1, THROW = 2, DONE = 4, VALUE = 8, THEN = 16, DRIVES = 31, RETURN = 32, STREAMS = THROW | VALUE | THEN | RETURN };
enum { NODES = 400, HELPERS = 4 };

struct speaks {
  unsigned of, nodes, helper_count;
  struct cm_str helpers[HELPERS];  // functions that are called by their names
};

static unsigned member_of(struct cm_str name) {
  static const char *const names[] = {"next", "throw", "done", "value", "then", "return"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return 1u << i;
  return 0;
}

static void read_text(struct speaks *s, const struct js_node *node, unsigned depth) {
  for (; node && s->nodes < NODES && depth < NODES; node = node->next) {
    s->nodes++;
    if (node->kind == JS_MEMBER || node->kind == JS_STRING) s->of |= member_of(node->text);
    if ((node->kind == JS_CALL || node->kind == JS_NEW) && node->a->kind == JS_NAME && s->helper_count < HELPERS)
      s->helpers[s->helper_count++] = node->a->text;
    const struct js_node *inner[] = {node->a, node->b, node->c, node->d, node->list};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
      if (inner[i]) read_text(s, inner[i], depth + 1);
  }
}

static enum js_drive drive_of(unsigned of) {
  if ((of & STREAMS) == STREAMS) return JS_IS_STREAMED;
  return (of & DRIVES) == DRIVES ? JS_IS_AWAITED : JS_NOT_DRIVEN;
}

enum js_drive js_drives(struct js_machine *m) {
  const struct js_object *function = m->frame ? m->frame->function : NULL;
  struct speaks own = {0};
  if (!function || !function->node || !function->node->b) return JS_NOT_DRIVEN;
  read_text(&own, function->node->b, 0);
  if (own.nodes >= NODES) return JS_NOT_DRIVEN;
  unsigned of = own.of;
  // By its own text, else by that of the helpers that it calls.
  for (unsigned i = 0; i < own.helper_count && !drive_of(of); i++) {
    struct js_value helper = js_lookup(m, function->scope, own.helpers[i]);
    struct speaks other = {0};
    if (!js_is(helper, JS_C_FUNCTION) || !helper.object->node || helper.object->node == function->node) continue;
    read_text(&other, helper.object->node->b, 0);
    if (other.nodes < NODES) of |= other.of;
  }
  return drive_of(of);
}

// What is in an object that says that it is to be waited for: one of a class of the program's, of few and short members.
static const struct js_entry *marked(const struct js_machine *m, struct js_value v) {
  if (!js_is(v, JS_C_PLAIN) || !v.object->proto || v.object->proto->target.type != JS_V_OBJECT) return NULL;
  if (!v.object->props.count || v.object->props.count > 2) return NULL;
  for (size_t i = 0; i < v.object->props.count; i++)
    if (v.object->props.entries[i].key.size != 1) return NULL;
  const struct js_entry *entry = js_find(m, &v.object->props, CM_STR("v"));
  return entry ? entry : js_find(m, &v.object->props, CM_STR("0"));
}

bool js_waits(struct js_machine *m, struct js_value *v) {
  const struct js_entry *entry = m->frame->driven == JS_IS_STREAMED ? marked(m, *v) : NULL;
  if (!entry && m->frame->driven == JS_IS_STREAMED) return false;
  *v = js_await(m, entry ? entry->value : *v);
  return true;
}
