// The core functions of a task. `$"I#F"` begins: it calls the host, and goes to the end if that has returned. `$"I#F event"` is called back. Both end in
// `$"I#F finish"`, which has the result.

#include "task.h"

#include <component/types.h>

#include "flat.h"
#include "texts.h"

enum { FRAME_HEAD = 16, PARAMS = 8, NOTE = 12 };

static struct code *code_of(const struct forward *fw) { return &fw->e->adapter->code; }

bool task_prepare(struct adapter *a) {
  static const struct {
    enum cm_canon_kind kind;
    const char *signature;
  } builtins[] = {
      {CM_CANON_CONTEXT_GET, " (result i32)"},
      {CM_CANON_CONTEXT_SET, " (param i32)"},
      {CM_CANON_WAITABLE_SET_NEW, " (result i32)"},
      {CM_CANON_WAITABLE_SET_DROP, " (param i32)"},
      {CM_CANON_WAITABLE_JOIN, " (param i32 i32)"},
      {CM_CANON_SUBTASK_DROP, " (param i32)"},
      {CM_CANON_SUBTASK_CANCEL, " (param i32) (result i32)"},
      {CM_CANON_TASK_CANCEL, ""},
  };
  if (a->tasks) return true;
  a->tasks = true;
  for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
    if (!adapter_builtin(a, builtins[i].kind, builtins[i].signature)) return false;
  code_put(&a->code, "%s", text_tasks);
  return true;
}

// --- the frame ---

static bool place_params(struct forward *fw, uint64_t *at) {
  const struct cm_type *func = fw->f->type;
  for (uint32_t i = 0; i < func->func.param_count; i++) {
    struct cm_layout layout;
    if (!cm_layout_of(fw->f->scope, func->func.params[i].type, 4, &layout, fw->e->adapter->diag)) return false;
    *at = (*at + layout.align - 1) / layout.align * layout.align + layout.size;
  }
  return true;
}

static bool lay_out(struct forward *fw) {
  const struct cm_type *func = fw->f->type;
  struct cm_type takes = *func;
  struct value_facts facts;
  struct cm_layout result = {0};
  uint64_t at = FRAME_HEAD;
  takes.func.result = (struct cm_valtype){.kind = CM_VAL_NONE};
  if (!value_facts_of(fw->f->scope, &takes, &facts, fw->e->adapter->diag)) return false;
  fw->has_record = fw->called.params_spilled || facts.memory || facts.handles;
  fw->params_at = FRAME_HEAD;
  if (fw->has_record && !fw->lifted.params_spilled && !place_params(fw, &at)) return false;
  if (func->func.result.kind != CM_VAL_NONE && !cm_layout_of(fw->f->scope, func->func.result, 4, &result, fw->e->adapter->diag))
    return false;
  at = (at + 7) & ~(uint64_t)7;
  fw->result_at = (uint32_t)at;
  fw->frame_size = (uint32_t)(at + result.size);
  return true;
}

static struct cm_str ident_of(const struct forward *fw, const char *part) {
  return cm_alloc_format(fw->e->adapter->arena, "$\"%.*s#%.*s %s\"", CM_STR_ARG(fw->e->name.name), CM_STR_ARG(fw->f->name), part);
}

bool task_begin(struct forward *fw, struct adapter_host *host, struct cm_str name) {
  struct adapter *a = fw->e->adapter;
  fw->lowered = adapter_lowered_task_ident(host, name);
  fw->finish = ident_of(fw, "finish");
  fw->answer = ident_of(fw, "answer");
  if (!fw->lowered.at || !fw->finish.at || !fw->answer.at) return cm_fail_memory(a->diag);
  return adapter_lower_task(host, name) && adapter_lift_task(fw->e, fw->f) && adapter_task_return(fw->e, fw->f, &fw->give_back) &&
         cm_signature_of(fw->f->scope, fw->f->type, true, true, 4, &fw->called, a->diag) && lay_out(fw);
}

// --- returning ---

// The call of `task.return`, whose arguments are read from where $r points to, or are $r itself.
static bool put_return(struct forward *fw, enum cm_flat flats[CM_MAX_FLAT_PARAMS], uint32_t count) {
  struct code *code = code_of(fw);
  struct flat_locals locals = {.prefix = "v", .types = flats};
  bool flat = fw->lifted.results_spilled && count <= CM_MAX_FLAT_PARAMS;
  if (flat && !flat_load(code, fw->f->scope, fw->f->type->func.result, "r", 0, &locals, fw->e->adapter->diag)) return false;
  code_put(code, "    (call %.*s", CM_STR_ARG(fw->give_back));
  for (uint32_t i = 0; flat && i < count; i++) code_put(code, " (local.get $v%u)", i);
  if (!flat && fw->lifted.result_count) code_put(code, " (local.get $r)");
  code_put(code, ")\n");
  return true;
}

static bool flats_of(struct forward *fw, enum cm_flat flats[CM_MAX_FLAT_PARAMS], uint32_t *count) {
  *count = 0;
  return fw->f->type->func.result.kind == CM_VAL_NONE ||
         cm_flatten(fw->f->scope, fw->f->type->func.result, 4, flats, CM_MAX_FLAT_PARAMS, count, fw->e->adapter->diag);
}

static void put_locals(struct forward *fw, const enum cm_flat *flats, uint32_t count, uint32_t pointers) {
  struct code *code = code_of(fw);
  bool flat = fw->lifted.results_spilled && count <= CM_MAX_FLAT_PARAMS;
  for (uint32_t i = 0; flat && i < count; i++) code_put(code, " (local $v%u %s)", i, code_flat_name(flats[i]));
  for (uint32_t i = 0; i < pointers; i++) code_put(code, " (local $p%u i32)", i);
  code_put(code, "\n");
}

// What returns an answer that is not the host's.
static bool put_answer(struct forward *fw) {
  struct code *code = code_of(fw);
  enum cm_flat flats[CM_MAX_FLAT_PARAMS];
  uint32_t count;
  if (!flats_of(fw, flats, &count)) return false;
  code_put(code, "  (func %.*s", CM_STR_ARG(fw->answer));
  if (fw->lifted.result_count) code_put(code, " (param $r %s)", code_flat_name(fw->lifted.results[0]));
  put_locals(fw, flats, count, 0);
  if (!put_return(fw, flats, count)) return false;
  code_put(code, "  )\n");
  return true;
}

// --- the beginning ---

bool task_put_head(struct forward *fw, uint32_t locals) {
  struct code *code = code_of(fw);
  struct cm_str ident = adapter_lifted_ident(fw->e, fw->f->name);
  struct cm_signature begins = fw->lifted;
  if (!ident.at) return cm_fail_memory(fw->e->adapter->diag);
  if (!put_answer(fw)) return false;
  fw->locals = locals;
  begins.result_count = 1;
  begins.results[0] = CM_FLAT_I32;
  code_put(code, "  (func %.*s", CM_STR_ARG(ident));
  code_put_signature(code, &begins, true);
  for (uint32_t i = 0; i < locals; i++) code_put(code, " (local $p%u i32)", i);
  code_put(code, " (local $frame i32) (local $status i32)%s\n", fw->notes ? " (local $note i32)" : "");
  return true;
}

static bool put_record(struct forward *fw) {
  struct code *code = code_of(fw);
  struct flat_locals locals = {.prefix = "", .types = fw->lifted.params};
  if (!fw->has_record) return true;
  if (fw->lifted.params_spilled) {
    code_put(code, "    (i32.store offset=%d (local.get $frame) (local.get $0))\n", PARAMS);
    return true;
  }
  code_put(code, "    (i32.store offset=%d (local.get $frame) (i32.add (local.get $frame) (i32.const %u)))\n", PARAMS,
           fw->params_at);
  uint64_t at = fw->params_at;
  for (uint32_t i = 0; i < fw->f->type->func.param_count; i++) {
    struct cm_valtype type = fw->f->type->func.params[i].type;
    struct cm_layout layout;
    if (!cm_layout_of(fw->f->scope, type, 4, &layout, fw->e->adapter->diag)) return false;
    at = (at + layout.align - 1) / layout.align * layout.align;
    if (!flat_store(code, fw->f->scope, type, "frame", (uint32_t)at, &locals, fw->e->adapter->diag)) return false;
    at += layout.size;
  }
  return true;
}

static void put_host_call(struct forward *fw) {
  struct code *code = code_of(fw);
  code_put(code, "    (local.set $status (call %.*s", CM_STR_ARG(fw->lowered));
  if (fw->called.params_spilled) code_put(code, " (i32.load offset=%d (local.get $frame))", PARAMS);
  for (uint32_t i = 0; !fw->called.params_spilled && i < fw->lifted.param_count; i++) code_put(code, " (local.get $%u)", i);
  if (fw->called.results_spilled) code_put(code, " (i32.add (local.get $frame) (i32.const %u))", fw->result_at);
  code_put(code,
           "))\n"
           "    (if (i32.eq (i32.and (local.get $status) (i32.const 15)) (i32.const 2))\n"
           "      (then (call %.*s (local.get $frame)) (return (i32.const 0))))\n"
           "    (call $wait (local.get $frame) (i32.shr_u (local.get $status) (i32.const 4))))\n",
           CM_STR_ARG(fw->finish));
}

bool task_put_host(struct forward *fw) {
  struct code *code = code_of(fw);
  enum cm_flat flats[CM_MAX_FLAT_PARAMS];
  struct value_drops borrowed = {0}, frees, result_frees;
  uint32_t count;
  code_put(code, "    (local.set $frame (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const %u)))\n",
           fw->frame_size);
  if (fw->notes) code_put(code, "    (i32.store offset=%d (local.get $frame) (local.get $note))\n", NOTE);
  if (!put_record(fw)) return false;
  put_host_call(fw);
  // The end, as far as it is before what the user of this does.
  if (!value_record_drops_of(fw->e, fw->f, true, &borrowed) || !value_record_frees_of(fw->e, fw->f, &frees) ||
      !value_result_frees_of(fw->e, fw->f, &result_frees) || !flats_of(fw, flats, &count))
    return false;
  uint32_t pointers = fw->locals > borrowed.locals ? fw->locals : borrowed.locals;
  if (pointers < frees.locals) pointers = frees.locals;
  if (pointers < result_frees.locals) pointers = result_frees.locals;
  code_put(code, "  (func %.*s (param $frame i32)", CM_STR_ARG(fw->finish));
  if (fw->lifted.result_count) code_put(code, " (local $r %s)", code_flat_name(fw->lifted.results[0]));
  if (fw->lifted.result_count && !fw->lifted.results_spilled) code_put(code, " (local $v0 %s)", code_flat_name(flats[0]));
  if (fw->notes) code_put(code, " (local $note i32)");
  put_locals(fw, flats, count, pointers);
  if (fw->notes) code_put(code, "    (local.set $note (i32.load offset=%d (local.get $frame)))\n", NOTE);
  if (fw->has_record)
    code_put(code, "    (local.set $p0 (i32.load offset=%d (local.get $frame)))\n%.*s", PARAMS, CM_STR_ARG(borrowed.text));
  if (fw->lifted.results_spilled)
    code_put(code, "    (local.set $r (i32.add (local.get $frame) (i32.const %u)))\n", fw->result_at);
  else if (fw->lifted.result_count) {
    struct flat_locals locals = {.prefix = "v", .types = flats};
    if (!flat_load(code, fw->f->scope, fw->f->type->func.result, "frame", fw->result_at, &locals, fw->e->adapter->diag))
      return false;
    code_put(code, "    (local.set $r (local.get $v0))\n");
  }
  return true;
}

// --- the end ---

static bool put_frees(struct forward *fw) {
  struct code *code = code_of(fw);
  struct value_drops frees;
  if (!value_record_frees_of(fw->e, fw->f, &frees)) return false;
  if (fw->has_record)
    code_put(code, "    (local.set $p0 (i32.load offset=%d (local.get $frame)))\n%.*s", PARAMS, CM_STR_ARG(frees.text));
  if (fw->lifted.params_spilled) code_put(code, "    (call $free (local.get $p0))\n");
  code_put(code, "    (call $free (local.get $frame))\n");
  return true;
}

static bool put_event(struct forward *fw) {
  struct code *code = code_of(fw);
  struct value_drops all, borrowed, frees;
  struct cm_str event = adapter_event_ident(fw->e, fw->f->name);
  if (!event.at) return cm_fail_memory(fw->e->adapter->diag);
  if (!value_record_drops_of(fw->e, fw->f, false, &all) || !value_record_drops_of(fw->e, fw->f, true, &borrowed) ||
      !value_record_frees_of(fw->e, fw->f, &frees))
    return false;
  uint32_t locals = all.locals > frees.locals ? all.locals : frees.locals;
  if (locals < borrowed.locals) locals = borrowed.locals;
  code_put(code, "  (func %.*s (param $event i32) (param $subtask i32) (param $state i32) (result i32) (local $frame i32)",
           CM_STR_ARG(event));
  for (uint32_t i = 0; i < locals; i++) code_put(code, " (local $p%u i32)", i);
  code_put(code,
           "\n    (local.set $frame (call $\"context.get\"))\n"
           "    (local.set $state (call $state (local.get $frame) (local.get $event) (local.get $state)))\n"
           "    (if (i32.lt_u (local.get $state) (i32.const 2)) (then (return (call $waiting (local.get $frame)))))\n"
           "    (if (i32.eq (local.get $state) (i32.const 2))\n"
           "      (then (call %.*s (local.get $frame)) (return (i32.const 0))))\n",
           CM_STR_ARG(fw->finish));
  // Cancelled: what the host was to get it has not got if it had not begun.
  if (fw->has_record)
    code_put(code,
             "    (local.set $p0 (i32.load offset=%d (local.get $frame)))\n"
             "    (if (i32.eq (local.get $state) (i32.const 3)) (then\n%.*s    ) (else\n"
             "    (local.set $p0 (i32.load offset=%d (local.get $frame)))\n%.*s    ))\n",
             PARAMS, CM_STR_ARG(all.text), PARAMS, CM_STR_ARG(borrowed.text));
  if (!put_frees(fw)) return false;
  code_put(code, "    (call $\"task.cancel\")\n    (i32.const 0))\n");
  return true;
}

bool task_put_end(struct forward *fw) {
  struct code *code = code_of(fw);
  enum cm_flat flats[CM_MAX_FLAT_PARAMS];
  struct value_drops result;
  uint32_t count;
  if (!flats_of(fw, flats, &count) || !put_return(fw, flats, count) || !value_result_frees_of(fw->e, fw->f, &result)) return false;
  if (fw->lifted.results_spilled) code_put(code, "    (local.set $p0 (local.get $r))\n%.*s", CM_STR_ARG(result.text));
  if (!put_frees(fw)) return false;
  code_put(code, "  )\n");
  return put_event(fw);
}
