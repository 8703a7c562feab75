// How an app ends: the host is told a code that is fixed.

#include "generic.h"
#include "values.h"

static bool put_function(struct adapter_export *e, struct adapter_function *f, void *context) {
  const uint8_t *code = context;
  bool coded = cm_str_is(f->name, "exit-with-code");
  if (!coded && !cm_str_is(f->name, "exit")) return adapter_pass(e, f), true;
  if (!value_expect(e, f, coded ? "func(u8)" : "func(result)") || !adapter_lower(e->host, f->name) || !adapter_head(e, f))
    return false;
  struct cm_str exit = adapter_lowered_ident(e->host, f->name);
  code_put(&e->adapter->code, "    (call %.*s (i32.const %d)))\n", CM_STR_ARG(exit), coded ? *code : *code != 0);
  return true;
}

bool adapter_exit(struct cm_arena *arena, const struct adapter_subject *subject, uint8_t code, struct cm_component **out,
                  struct cm_diag *diag) {
  return adapter_make(arena, subject, put_function, &code, out, diag);
}
