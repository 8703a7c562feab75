// Generators that stand for async functions.
//
// Where the language has no async functions yet, compilers make generators of them, and of `await` a `yield`. A function beside them drives
// such a generator: it asks for the next promise, waits for it, and gives back what it was kept with, or throws into the generator what it
// was not kept for. Executed, that is a call within a call for each `await`. So a generator that is called by such a function is run as the
// async function that it was; then it has yielded nothing, and returned what the promise is kept with.
//
// The functions have many forms and names, but all of them speak of the same members, and of no `return`, as who drives an async generator
// does.

#include "js_machine.h"

enum { NEXT = 1, THROW = 2, DONE = 4, VALUE = 8, THEN = 16, DRIVES = 31, RETURN = 32 };
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
    if (node->kind == JS_CALL && node->a->kind == JS_NAME && s->helper_count < HELPERS)
      s->helpers[s->helper_count++] = node->a->text;
    const struct js_node *inner[] = {node->a, node->b, node->c, node->d, node->list};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
      if (inner[i]) read_text(s, inner[i], depth + 1);
  }
}

bool js_drives(struct js_machine *m) {
  const struct js_object *function = m->frame ? m->frame->function : NULL;
  struct speaks s = {0};
  if (!function || !function->node || !function->node->b) return false;
  read_text(&s, function->node->b, 0);
  for (unsigned i = 0, count = s.helper_count; i < count; i++) {
    struct js_value helper = js_lookup(m, function->scope, s.helpers[i]);
    if (js_is(helper, JS_C_FUNCTION) && helper.object->node && helper.object->node != function->node)
      read_text(&s, helper.object->node->b, 0);
  }
  return s.nodes < NODES && (s.of & DRIVES) == DRIVES && !(s.of & RETURN);
}
