// Both sides of a call have the same flat parameters, and the same layout in memory where there are more than sixteen of them. The one
// difference is a result that is not flat: the host's side is told where to put it, ours tells where it is (CanonicalABI.md,
// "Flattening").

#include "forward.h"

#include <component/types.h>

#include "task.h"

bool forward_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_host *host,
                   struct cm_str name) {
  struct adapter *a = e->adapter;
  *fw = (struct forward){.e = e, .f = f, .is_task = a->overlaps && f->type->func.is_async && f->scope == e->scope && !e->bare};
  if (a->overlaps && !task_prepare(a)) return false;
  if (!cm_signature_of(f->scope, f->type, false, false, 4, &fw->lifted, a->diag)) return false;
  if (fw->is_task) return task_begin(fw, host, name);
  fw->lowered = adapter_lowered_ident(host, name);
  if (!fw->lowered.at) return cm_fail_memory(a->diag);
  // Lowered first: resources are the host's from then on.
  return adapter_lower(host, name) && adapter_lift(e, f) && value_drops_of(e, f, true, &fw->borrowed) &&
         (!a->overlaps || value_frees_of(e, f, &fw->frees));
}

bool forward_put_head(struct forward *fw, uint32_t locals) {
  struct adapter *a = fw->e->adapter;
  if (a->overlaps && !value_frees_of(fw->e, fw->f, &fw->frees)) return false;
  if (locals < fw->borrowed.locals) locals = fw->borrowed.locals;
  if (locals < fw->frees.locals) locals = fw->frees.locals;
  if (fw->is_task) return task_put_head(fw, locals);
  if (!value_put_head(fw->e, fw->f, adapter_lifted_ident(fw->e, fw->f->name), locals)) return false;
  if (fw->lifted.result_count) code_put(&a->code, "    (local $r %s)", code_flat_name(fw->lifted.results[0]));
  code_put(&a->code, "%s\n", fw->notes ? " (local $note i32)" : "");
  return true;
}

void forward_put_refusal(struct forward *fw, const struct adapter_answer *answer, const struct value_drops *drops) {
  struct code *code = &fw->e->adapter->code;
  if (answer->traps) {
    code_put(code, "    %.*s\n", CM_STR_ARG(answer->code));
    return;
  }
  code_put(code, "%.*s%.*s", CM_STR_ARG(drops->text), CM_STR_ARG(fw->frees.text));
  if (fw->is_task)
    code_put(code, "    (call %.*s %.*s) (return (i32.const 0))\n", CM_STR_ARG(fw->answer), CM_STR_ARG(answer->code));
  else
    code_put(code, "    (return %.*s)\n", CM_STR_ARG(answer->code));
}

bool forward_put_host(struct forward *fw) {
  struct adapter *a = fw->e->adapter;
  struct cm_layout layout;
  const char *local = fw->lifted.result_count ? "(local.set $r " : "";
  if (fw->is_task) return task_put_host(fw);
  if (fw->lifted.results_spilled) {
    if (!cm_layout_of(fw->f->scope, fw->f->type->func.result, 4, &layout, a->diag)) return false;
    code_put(&a->code, "    (local.set $r (call $realloc (i32.const 0) (i32.const 0) (i32.const %u) (i32.const %u)))\n",
             layout.align, (uint32_t)layout.size);
    local = "";
  }
  code_put(&a->code, "    %s(call %.*s", local, CM_STR_ARG(fw->lowered));
  for (uint32_t i = 0; i < fw->lifted.param_count; i++) code_put(&a->code, " (local.get $%u)", i);
  code_put(&a->code, "%s%s\n", fw->lifted.results_spilled ? " (local.get $r))" : ")", *local ? ")" : "");
  code_put(&a->code, "%.*s%.*s", CM_STR_ARG(fw->borrowed.text), CM_STR_ARG(fw->frees.text));
  return true;
}

bool forward_put_end(struct forward *fw) {
  if (fw->is_task) return task_put_end(fw);
  code_put(&fw->e->adapter->code, "%s)\n", fw->lifted.result_count ? "    (local.get $r)" : "    ");
  return true;
}

bool forward_put_call(struct forward *fw) { return forward_put_host(fw) && forward_put_end(fw); }
