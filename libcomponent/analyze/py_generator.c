// What is sent to generators.
//
// The body of a generator is followed when it is made, as if nobody sent it anything: what a `yield` gives then is None, as next() has it.
// Where something is sent, it is followed once more, with that as one of the things that each `yield` may give. What drives a generator of the
// library's, or one that went where it is not followed, may send anything.

#include "py_machine.h"

void py_keep_body(struct py_machine *m, const struct py_frame *f, const py_value *locals) {
  struct py_object *object = py_object_of(m, f->yields);
  if (!object) return;
  py_value returned = f->result == m->unbound ? 0 : f->result;
  if (object->body) {
    object->body->returned = py_join(&m->values, object->body->returned, returned);
    return;
  }
  if (m->body_count == sizeof m->bodies / sizeof *m->bodies) return;
  struct py_body *body = cm_alloc(m->arena, sizeof *body);
  py_value *kept = cm_alloc_array(m->arena, f->code.local_count, sizeof *kept);
  if (!body || !kept) {
    m->failed = true;
    return;
  }
  if (f->code.local_count) memcpy(kept, locals, f->code.local_count * sizeof *kept);
  *body = (struct py_body){f->code, f->globals, f->closure, kept, f->sent, returned};
  object->body = body;
  m->bodies[m->body_count++] = f->yields;
}

py_value py_send(struct py_machine *m, py_value generator, py_value value) {
  const struct py_object *object = py_object_of(m, generator);
  struct py_body *body = object ? object->body : NULL;
  py_value joined = body ? py_join(&m->values, body->sent, value) : 0;
  if (!body || joined == body->sent) return 0;
  body->sent = m->sent = joined;
  py_value made = py_execute(m, &body->code, body->globals, body->closure, body->locals), any = m->unbound;
  struct py_elements all = py_elements_of(m, made);
  for (uint32_t i = 0; i < all.count; i++) any = py_join(&m->values, any, all.items[i]);
  object = py_object_of(m, made);
  if (object && object->body) body->returned = py_join(&m->values, body->returned, object->body->returned);
  return all.rest == m->unbound && any != m->unbound ? any : 0;
}

bool py_generator_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result) {
  bool unknown = py_kind(&m->values, self) == PY_UNKNOWN, sends = cm_str_is(name, "send") || cm_str_is(name, "asend");
  const struct py_object *object = py_object_of(m, self);
  if (!sends || (!unknown && !(object && object->body))) return false;
  for (size_t i = 0; unknown && i < m->body_count; i++) py_send(m, m->bodies[i], 0);
  if (unknown) return false;
  *result = py_send(m, self, py_argument(a, 0, 0));
  py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
  py_raise(m, 0);
  return true;
}

py_value py_returned(struct py_machine *m, py_value generator) {
  const struct py_object *object = py_object_of(m, generator);
  return object && object->body ? object->body->returned : 0;
}
