// Both sides of a call have the same flat parameters, and the same layout in memory where there are more than sixteen of them. The one
// difference is a result that is not flat: the host's side is told where to put it, ours tells where it is (CanonicalABI.md,
// "Flattening").

#include "forward.h"

#include <component/types.h>

bool forward_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_host *host,
                   struct cm_str name) {
  *fw = (struct forward){.e = e, .f = f, .lowered = adapter_lowered_ident(host, name)};
  if (!fw->lowered.at) return cm_fail_memory(e->adapter->diag);
  // Lowered first: resources are the host's from then on.
  return adapter_lower(host, name) && adapter_lift(e, f) &&
         cm_signature_of(f->scope, f->type, false, false, 4, &fw->lifted, e->adapter->diag) &&
         value_drops_of(e, f, true, &fw->borrowed);
}

bool forward_put_head(struct forward *fw, uint32_t locals) {
  if (locals < fw->borrowed.locals) locals = fw->borrowed.locals;
  if (!value_put_head(fw->e, fw->f, adapter_lifted_ident(fw->e, fw->f->name), locals)) return false;
  if (fw->lifted.result_count) code_put(&fw->e->adapter->code, "    (local $r %s)\n", code_flat_name(fw->lifted.results[0]));
  return true;
}

bool forward_put_host(struct forward *fw) {
  struct adapter *a = fw->e->adapter;
  struct cm_layout layout;
  const char *local = fw->lifted.result_count ? "(local.set $r " : "";
  if (fw->lifted.results_spilled) {
    if (!cm_layout_of(fw->f->scope, fw->f->type->func.result, 4, &layout, a->diag)) return false;
    code_put(&a->code, "    (local.set $r (call $realloc (i32.const 0) (i32.const 0) (i32.const %u) (i32.const %u)))\n",
             layout.align, (uint32_t)layout.size);
    local = "";
  }
  code_put(&a->code, "    %s(call %.*s", local, CM_STR_ARG(fw->lowered));
  for (uint32_t i = 0; i < fw->lifted.param_count; i++) code_put(&a->code, " (local.get $%u)", i);
  code_put(&a->code, "%s%s\n", fw->lifted.results_spilled ? " (local.get $r))" : ")", *local ? ")" : "");
  code_put(&a->code, "%.*s", CM_STR_ARG(fw->borrowed.text));
  return true;
}

bool forward_put_call(struct forward *fw) {
  if (!forward_put_host(fw)) return false;
  code_put(&fw->e->adapter->code, "%s)\n", fw->lifted.result_count ? "    (local.get $r)" : "    ");
  return true;
}
