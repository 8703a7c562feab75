// The text of the core modules, and the canonical definitions around them.

#include "core.h"

#include "values.h"

static bool no_memory(struct core *core) { return cm_fail_memory(core->a->diag); }

// --- canonical definitions ---

static void add_option(struct cm_canon_opts *opts, uint8_t code, uint32_t index) {
  opts->order[opts->count] = code;
  opts->indices[opts->count++] = index;
}

static void add_async(struct cm_canon_opts *opts) {
  enum { ASYNC = 6 };
  opts->is_async = true;
  add_option(opts, ASYNC, 0);
}

static uint32_t core_alias(struct core *core, uint32_t instance, enum cm_sort sort, struct cm_str name) {
  struct cm_alias alias = {.kind = CM_ALIAS_CORE_EXPORT, .sort = sort, .instance = instance, .name = name, .raw = name};
  return build_add(core->build, (struct cm_item){.kind = CM_ITEM_ALIAS, .alias = alias});
}

static uint32_t memory_of(struct core *core) {
  if (core->memory == UINT32_MAX) core->memory = core_alias(core, core->memory_instance, CM_SORT_CORE_MEMORY, CM_STR("memory"));
  return core->memory;
}

static uint32_t realloc_of(struct core *core) {
  if (core->realloc == UINT32_MAX) core->realloc = core_alias(core, core->memory_instance, CM_SORT_CORE_FUNC, CM_STR("realloc"));
  return core->realloc;
}

// What a function that is lowered or lifted gets of memory (CanonicalABI.md, "Canonical Options"). Texts are UTF-8, which needs no saying.
static struct cm_canon_opts options_of(struct core *core, bool memory, bool realloc) {
  struct cm_canon_opts opts = {0};
  enum { MEMORY = 3, REALLOC = 4 };
  if (core->a->memory && memory) {
    opts.has_memory = true;
    opts.memory = memory_of(core);
    add_option(&opts, MEMORY, opts.memory);
  }
  if (core->a->memory && realloc) {
    opts.has_realloc = true;
    opts.realloc = realloc_of(core);
    add_option(&opts, REALLOC, opts.realloc);
  }
  return opts;
}

// A function of a host: the import itself, or what the imported interface exports.
static uint32_t host_function(struct core *core, const struct adapter_host *host, struct cm_str name) {
  return host->bare ? host->instance : build_alias(core->build, host->instance, CM_SORT_FUNC, name, name);
}

// What a canonical definition that the core module imports is about.
static bool fill_canon(struct core *core, const struct adapter_import *import, struct cm_canon *canon) {
  switch (import->kind) {
    case CM_CANON_LOWER:
      canon->opts = options_of(core, true, true);
      if (import->is_async) add_async(&canon->opts);
      canon->func = host_function(core, import->host, import->name);
      return true;
    case CM_CANON_TASK_RETURN:
      canon->opts = options_of(core, true, false);
      return core->result(import->of, import->function, &canon->result);
    case CM_CANON_CONTEXT_GET:
    case CM_CANON_CONTEXT_SET: canon->context_type = (struct core_valtype){.code = CORE_I32}; return true;
    case CM_CANON_RESOURCE_NEW:
    case CM_CANON_RESOURCE_REP:
    case CM_CANON_RESOURCE_DROP:
      if (import->scope) return core->resource(core->context, import, &canon->type);
      canon->type = build_alias(core->build, import->host->instance, CM_SORT_TYPE, import->name, import->name);
      return true;
    default: return true;
  }
}

static bool lower_all(struct core *core, uint32_t *instance) {
  struct adapter *a = core->a;
  struct cm_argument *bundled = cm_alloc_array(a->arena, a->import_count, sizeof *bundled);
  if (!bundled) return no_memory(core);
  for (size_t i = 0; i < a->import_count; i++) {
    const struct adapter_import *import = &a->imports[i];
    struct cm_canon canon = {.kind = import->kind};
    if (!fill_canon(core, import, &canon)) return false;
    uint32_t index = build_add(core->build, (struct cm_item){.kind = CM_ITEM_CANON, .canon = canon});
    struct cm_str name = cm_alloc_format(a->arena, "%zu", i);
    if (!name.at) return no_memory(core);
    bundled[i] = (struct cm_argument){{.name = name, .raw = name}, {CM_SORT_CORE_FUNC, index}};
  }
  struct cm_instance_expr expr = {.is_inline = true, .count = (uint32_t)a->import_count, .arguments = bundled};
  *instance = build_add(core->build, (struct cm_item){.kind = CM_ITEM_CORE_INSTANCE, .instance = expr});
  return true;
}

// --- memory ---

static uint32_t data_end(const struct adapter *a) { return (uint32_t)((ADAPTER_DATA + a->data.size + 15) & ~(size_t)15); }
static uint32_t heap_base(const struct adapter *a) { return data_end(a) + ((a->reserved + 15) & ~15u); }

static const char memory_text[] =
    "  (memory (export \"memory\") %u)\n"
    "  (global $heap (export \"heap\") (mut i32) (i32.const %u))\n"
    "  (func $realloc (export \"realloc\")\n"
    "    (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)\n"
    "    (local $at i32) (local $end i32) (local $more i32)\n"
    "    (local.set $at (i32.and (i32.sub (i32.add (global.get $heap) (local.get $align)) (i32.const 1))\n"
    "                            (i32.sub (i32.const 0) (local.get $align))))\n"
    "    (local.set $end (i32.add (local.get $at) (local.get $size)))\n"
    "    (if (i32.lt_u (local.get $end) (local.get $at)) (then unreachable))\n"
    "    (local.set $more (i32.sub (i32.add (i32.shr_u (local.get $end) (i32.const 16)) (i32.const 1)) (memory.size)))\n"
    "    (if (i32.gt_s (local.get $more) (i32.const 0))\n"
    "      (then (if (i32.eq (memory.grow (local.get $more)) (i32.const -1)) (then unreachable))))\n"
    "    (global.set $heap (local.get $end))\n"
    "    (memory.copy (local.get $at) (local.get $old)\n"
    "      (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))\n"
    "    (local.get $at))\n";

// Memory that is given back piece by piece. Pieces are powers of two, with 8 bytes of each for which power it is; those of one size that are not in
// use are a list; the lists' heads lie before the first piece.
static const char pieces_text[] =
    "  (memory (export \"memory\") %u)\n"
    "  (global $heap (mut i32) (i32.const %u))\n"
    "  (global $lists i32 (i32.const %u))\n"
    "  (global $first i32 (i32.const %u))\n"
    "  (func $free (export \"free\") (param $at i32) (local $list i32)\n"
    "    (if (i32.lt_u (local.get $at) (global.get $first)) (then (return)))\n"
    "    (local.set $list (i32.load (i32.sub (local.get $at) (i32.const 8))))\n"
    "%s"
    "    (local.set $list (i32.add (i32.shl (local.get $list) (i32.const 2)) (global.get $lists)))\n"
    "    (i32.store (local.get $at) (i32.load (local.get $list)))\n"
    "    (i32.store (local.get $list) (local.get $at)))\n"
    "  (func (export \"realloc\") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)\n"
    "    (local $at i32) (local $end i32) (local $more i32) (local $power i32) (local $list i32)\n"
    "    (if (i32.eqz (local.get $size)) (then (return (i32.const 8))))\n"
    "    (if (i32.gt_u (local.get $size) (i32.const 0x7ffffff8)) (then unreachable))\n"
    "    (local.set $power (i32.sub (i32.const 32) (i32.clz (i32.add (local.get $size) (i32.const 7)))))\n"
    "    (if (i32.lt_u (local.get $power) (i32.const 4)) (then (local.set $power (i32.const 4))))\n"
    "    (if (i32.ge_u (local.get $old) (global.get $first)) (then\n"
    "      (if (i32.ge_u (i32.load (i32.sub (local.get $old) (i32.const 8))) (local.get $power)) (then (return (local.get $old))))))\n"
    "    (local.set $list (i32.add (i32.shl (local.get $power) (i32.const 2)) (global.get $lists)))\n"
    "    (local.set $at (i32.load (local.get $list)))\n"
    "    (if (local.get $at) (then (i32.store (local.get $list) (i32.load (local.get $at)))) (else\n"
    "      (local.set $at (i32.add (global.get $heap) (i32.const 8)))\n"
    "      (local.set $end (i32.add (global.get $heap) (i32.shl (i32.const 1) (local.get $power))))\n"
    "      (if (i32.lt_u (local.get $end) (local.get $at)) (then unreachable))\n"
    "      (local.set $more (i32.sub (i32.add (i32.shr_u (local.get $end) (i32.const 16)) (i32.const 1)) (memory.size)))\n"
    "      (if (i32.gt_s (local.get $more) (i32.const 0))\n"
    "        (then (if (i32.eq (memory.grow (local.get $more)) (i32.const -1)) (then unreachable))))\n"
    "      (global.set $heap (local.get $end))\n"
    "      (i32.store (i32.sub (local.get $at) (i32.const 8)) (local.get $power))))\n"
    "    (memory.copy (local.get $at) (local.get $old) (local.get $old_size))\n"
    "    (call $free (local.get $old))\n"
    "    (local.get $at))\n";
static const char wiping_text[] =
    "    (memory.fill (local.get $at) (i32.const 0) (i32.sub (i32.shl (i32.const 1) (local.get $list)) (i32.const 8)))\n";
enum { LISTS_SIZE = 128 };

// Where nobody reads what is given, it may all lie in one place.
static const char blind_text[] =
    "  (memory (export \"memory\") %u)\n"
    "  (func (export \"realloc\") (param i32) (param i32) (param i32) (param $size i32) (result i32) (local $more i32)\n"
    "    (local.set $more (i32.sub (i32.shr_u (i32.add (local.get $size) (i32.const %u)) (i32.const 16)) (memory.size)))\n"
    "    (if (i32.gt_s (local.get $more) (i32.const 0))\n"
    "      (then (if (i32.eq (memory.grow (local.get $more)) (i32.const -1)) (then unreachable))))\n"
    "    (i32.const %u))\n";

static bool add_module(struct core *core, const struct code *text, bool optimize, struct cm_span data, uint32_t *out) {
  struct adapter *a = core->a;
  struct core_module *module = cm_alloc(a->arena, sizeof *module);
  if (!module) return no_memory(core);
  if (!code_assemble(a->arena, text, a->keep_names, &module->bytes, a->diag)) return false;
  if (optimize && !code_optimize(a->arena, module->bytes, a->keep_names, &module->bytes, a->diag)) return false;
  if (data.size && !code_add_data(a->arena, module->bytes, ADAPTER_DATA, data, &module->bytes, a->diag)) return false;
  module->file = module->bytes.at;
  *out = build_add(core->build, (struct cm_item){.kind = CM_ITEM_CORE_MODULE, .module = module});
  return true;
}

static uint32_t instantiate(struct core *core, uint32_t module, uint32_t count, const struct cm_argument *arguments) {
  struct cm_instance_expr expr = {.definition = module, .count = count, .arguments = arguments};
  return build_add(core->build, (struct cm_item){.kind = CM_ITEM_CORE_INSTANCE, .instance = expr});
}

// Destructors are functions of the module that does the work, and parts of types which that module's imports need: so they are called through a
// table.
static void put_destructors(const struct adapter *a, struct code *text) {
  if (a->resource_count) code_put(text, "  (table (export \"table\") %zu funcref)\n", a->resource_count);
  for (size_t r = 0; r < a->resource_count; r++)
    code_put(text, "  (func (export \"d%zu\") (param i32) (call_indirect (param i32) (local.get 0) (i32.const %zu)))\n", r, r);
}

bool core_is_needed(const struct adapter *a) {
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (a->exports[i]->functions[f].way == ADAPTER_LIFTED && a->exports[i]->functions[f].home == a) return true;
  return false;
}

bool core_add_memory(struct core *core) {
  struct adapter *a = core->a;
  struct code text;
  uint32_t module;
  core->memory_instance = core->memory = core->realloc = UINT32_MAX;
  if (!a->memory || a->is_plain) return true;
  cm_buffer_init(&text.text, NULL);
  code_put(&text, "(module\n");
  uint32_t base = heap_base(a);
  if (a->overlaps)
    code_put(&text, pieces_text, (base + LISTS_SIZE) / 65536 + 1, base + LISTS_SIZE, base, base + LISTS_SIZE,
             a->wipes ? wiping_text : "");
  else
    code_put(&text, memory_text, base / 65536 + 1, base);
  put_destructors(a, &text);
  code_put(&text, ")\n");
  bool ok = add_module(core, &text, false, (struct cm_span){0}, &module);
  cm_buffer_free(&text.text);
  if (!ok) return false;
  core->memory_instance = instantiate(core, module, 0, NULL);
  memory_of(core);
  realloc_of(core);
  a->destroy = core->build->counts[CM_SORT_CORE_FUNC];
  for (size_t r = 0; r < a->resource_count; r++)
    core_alias(core, core->memory_instance, CM_SORT_CORE_FUNC, cm_alloc_format(a->arena, "d%zu", r));
  return true;
}

// --- the module that does the work ---

// A function's flat result: 0 none, 1 i32, 2 i64, 3 f32, 4 f64.
static unsigned kind_of_result(const struct cm_signature *signature) {
  if (!signature->result_count) return 0;
  switch (signature->results[0]) {
    case CM_FLAT_I32: return 1;
    case CM_FLAT_I64: return 2;
    case CM_FLAT_F32: return 3;
    case CM_FLAT_F64: return 4;
  }
  return 0;
}
static const char *const result_kinds[] = {"", "i32", "i64", "f32", "f64"};

static bool signature_of(struct adapter *a, const struct adapter_function *f, struct cm_signature *out) {
  return cm_signature_of(f->scope, f->type, false, false, 4, out, a->diag);
}

struct working {
  struct core *core;
  struct code text;
  bool released[5];  // which kinds of results there are
  bool counted;      // calls are
};

// What a call left in memory is taken back where it can be, and somebody has to.
static bool releases(const struct adapter *a) { return a->memory && !a->overlaps && (!a->is_plain || a->walks); }

// A task's function is called again when something has happened. Of other functions, where calls overlap, what they returned is given back.
static bool put_companion(struct working *w, struct adapter_export *e, const struct adapter_function *f,
                          const struct cm_signature *signature) {
  struct adapter *a = w->core->a;
  struct cm_str event = adapter_event_ident(e, f->name);
  struct value_drops frees;
  if (!event.at) return no_memory(w->core);
  if (f->is_task) code_put(&w->text, "  (export \"c%u\" (func %.*s))\n", f->number, CM_STR_ARG(event));
  if (f->is_task || !a->overlaps || !signature->results_spilled) return true;
  if (!value_result_frees_of(e, f, &frees)) return false;
  code_put(&w->text, "  (func (export \"p%u\") (param $p0 i32)", f->number);
  for (uint32_t i = 1; i < frees.locals; i++) code_put(&w->text, " (local $p%u i32)", i);
  code_put(&w->text, "\n%.*s    (call $free (local.get $p0)))\n", CM_STR_ARG(frees.text));
  return true;
}

static bool put_core_export(struct working *w, struct adapter_export *e, struct adapter_function *f) {
  struct adapter *a = w->core->a;
  struct cm_signature signature;
  struct cm_str ident = adapter_lifted_ident(e, f->name);
  if (!ident.at || !signature_of(a, f, &signature)) return false;
  w->released[kind_of_result(&signature)] = true;
  f->number = w->core->function_count++;
  if (!w->counted) {
    code_put(&w->text, "  (export \"%u\" (func %.*s))\n", f->number, CM_STR_ARG(ident));
    return put_companion(w, e, f, &signature);
  }
  code_put(&w->text, "  (func (export \"%u\")", f->number);
  code_put_signature(&w->text, &signature, true);
  code_put(&w->text, " (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (call %.*s", CM_STR_ARG(ident));
  for (uint32_t i = 0; i < signature.param_count; i++) code_put(&w->text, " (local.get $%u)", i);
  code_put(&w->text, "))\n");
  return true;
}

static bool put_core_exports(struct working *w) {
  struct adapter *a = w->core->a;
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++) {
      struct adapter_function *function = &a->exports[i]->functions[f];
      bool here = function->way == ADAPTER_LIFTED && function->home == a && !function->same;
      if (here && !put_core_export(w, a->exports[i], function)) return false;
    }
  for (size_t i = 0; i < a->offer_count; i++) {
    a->offers[i].number = w->core->function_count++;
    code_put(&w->text, "  (export \"%u\" (func %.*s))\n", a->offers[i].number, CM_STR_ARG(a->offers[i].ident));
  }
  return true;
}

// While an async function waits for the host, others may be called (CanonicalABI.md, `canon lift`): what memory they take lies behind its own,
// and none is taken back before the last call has ended.
static bool are_counted(const struct adapter *a) {
  unsigned lifted = 0, async = 0;
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++) {
      const struct adapter_function *function = &a->exports[i]->functions[f];
      if (function->way != ADAPTER_LIFTED || function->home != a) continue;
      lifted++;
      async += function->type->func.is_async;
    }
  return a->memory && !a->is_plain && !a->overlaps && async && lifted > 1;
}

static void put_release(struct working *w, unsigned kind) {
  const struct adapter *a = w->core->a;
  code_put(&w->text, "  (func (export \"r%u\") (param %s)", kind, result_kinds[kind]);
  if (w->counted)
    code_put(&w->text, " (global.set $calls (i32.sub (global.get $calls) (i32.const 1))) (if (global.get $calls) (then (return)))");
  if (a->wipes)
    code_put(&w->text, " (memory.fill (i32.const %u) (i32.const 0) (i32.sub (global.get $heap) (i32.const %u)))", heap_base(a),
             heap_base(a));
  code_put(&w->text, " (global.set $heap (i32.const %u)))\n", heap_base(a));
}

// Memory is imported, or the module's own.
static void put_memory(struct working *w) {
  const struct adapter *a = w->core->a;
  uint32_t base = heap_base(a), pages = base / 65536 + 1;
  if (!a->memory) return;
  if (a->overlaps)
    code_put(&w->text,
             "  (import \"m\" \"memory\" (memory %u))\n"
             "  (import \"m\" \"realloc\" (func $realloc (param i32 i32 i32 i32) (result i32)))\n"
             "  (import \"m\" \"free\" (func $free (param i32)))\n",
             (base + LISTS_SIZE) / 65536 + 1);
  else if (!a->is_plain)
    code_put(&w->text,
             "  (import \"m\" \"memory\" (memory %u))\n"
             "  (import \"m\" \"realloc\" (func $realloc (param i32 i32 i32 i32) (result i32)))\n"
             "  (import \"m\" \"heap\" (global $heap (mut i32)))\n",
             pages);
  else if (a->walks)
    code_put(&w->text, memory_text, pages, base);
  else
    code_put(&w->text, blind_text, pages, base + 65535, base);
}

static bool put_module(struct working *w) {
  struct adapter *a = w->core->a;
  struct code *text = &w->text;
  w->counted = are_counted(a);
  code_put(text, "(module");
  if (a->module_name.size) code_put(text, " (@name \"%.*s\")", CM_STR_ARG(a->module_name));
  code_put(text, "\n");
  cm_put_span(&text->text, cm_buffer_span(&a->import_text.text));
  put_memory(w);
  // Data are added once the module is optimized (add_module): until then this is what memory is for.
  if (a->data.size && !a->is_plain) code_put(text, "  (export \"m\" (memory 0))\n");
  if (a->resource_count) {
    code_put(text, "  (import \"m\" \"table\" (table %zu funcref))\n  (elem (i32.const 0) func", a->resource_count);
    for (size_t r = 0; r < a->resource_count; r++) code_put(text, " %.*s", CM_STR_ARG(a->resources[r].destructor));
    code_put(text, ")\n");
  }
  if (!put_core_exports(w)) return false;
  for (unsigned kind = 0; releases(a) && kind < 5; kind++)
    if (w->released[kind]) put_release(w, kind);
  if (w->counted) code_put(text, "  (global $calls (mut i32) (i32.const 0))\n");
  if (a->reserved) code_put(text, "  (global $reserved i32 (i32.const %u))\n", data_end(a));
  cm_put_span(&text->text, cm_buffer_span(&a->code.text));
  code_put(text, ")\n");
  return true;
}

static bool add_work(struct working *w) {
  struct core *core = w->core;
  struct adapter *a = core->a;
  uint32_t lowered = 0, module = 0, count = 0;
  struct cm_argument *arguments = cm_alloc_array(a->arena, 2, sizeof *arguments);
  if (!arguments) return no_memory(core);
  if (a->import_count) {
    if (!lower_all(core, &lowered)) return false;
    arguments[count++] = (struct cm_argument){{.name = CM_STR(""), .raw = CM_STR("")}, {CM_SORT_CORE_INSTANCE, lowered}};
  }
  if (core->memory_instance != UINT32_MAX)
    arguments[count++] =
        (struct cm_argument){{.name = CM_STR("m"), .raw = CM_STR("m")}, {CM_SORT_CORE_INSTANCE, core->memory_instance}};
  if (!put_module(w) || !add_module(core, &w->text, !a->keep_names && !a->is_plain, cm_buffer_span(&a->data), &module))
    return false;
  core->instance = instantiate(core, module, count, arguments);
  if (a->is_plain) core->memory_instance = core->instance;
  for (unsigned kind = 0; releases(a) && kind < 5; kind++)
    if (w->released[kind])
      core->release[kind] = core_alias(core, core->instance, CM_SORT_CORE_FUNC, cm_alloc_format(a->arena, "r%u", kind));
  core->functions = cm_alloc_array(a->arena, core->function_count, sizeof *core->functions);
  if (!core->functions) return no_memory(core);
  for (uint32_t i = 0; i < core->function_count; i++)
    core->functions[i] = core_alias(core, core->instance, CM_SORT_CORE_FUNC, cm_alloc_format(a->arena, "%u", i));
  return true;
}

bool core_add_work(struct core *core) {
  struct working w = {.core = core};
  cm_buffer_init(&w.text.text, NULL);
  bool ok = add_work(&w);
  cm_buffer_free(&w.text.text);
  return ok;
}

// --- lifting ---

// Whether what a function takes is handed over in memory, and whether what it takes or gives is.
static bool uses_memory(struct adapter *a, const struct adapter_function *f, const struct cm_signature *signature, bool *takes,
                        bool *any) {
  struct cm_type without_result = *f->type;
  struct value_facts in, all;
  without_result.func.result = (struct cm_valtype){.kind = CM_VAL_NONE};
  if (!value_facts_of(f->scope, &without_result, &in, a->diag) || !value_facts_of(f->scope, f->type, &all, a->diag)) return false;
  *takes = in.memory || signature->params_spilled;
  *any = *takes || all.memory || signature->results_spilled;
  return true;
}

static uint32_t companion(struct core *core, const struct adapter_function *f, char kind) {
  return core_alias(core, core->instance, CM_SORT_CORE_FUNC, cm_alloc_format(core->a->arena, "%c%u", kind, f->number));
}

static void add_callback(struct core *core, const struct adapter_function *f, struct cm_canon_opts *opts) {
  enum { CALLBACK = 7 };
  add_async(opts);
  opts->has_callback = true;
  opts->callback = companion(core, f, 'c');
  add_option(opts, CALLBACK, opts->callback);
}

bool core_lift(struct core *core, const struct adapter_function *f, uint32_t type, uint32_t *out) {
  struct adapter *a = core->a;
  struct cm_signature signature;
  bool takes, memory;
  if (!signature_of(a, f, &signature) || !uses_memory(a, f, &signature, &takes, &memory)) return false;
  struct cm_canon canon = {.kind = CM_CANON_LIFT, .type = type, .opts = options_of(core, memory || f->is_task, takes)};
  canon.func = core->functions[f->same ? f->same->number : f->number];
  if (f->is_task) {
    add_callback(core, f, &canon.opts);
  } else if (a->overlaps ? signature.results_spilled : releases(a) && (takes || !f->takes_nothing)) {
    enum { POST_RETURN = 5 };
    canon.opts.has_post_return = true;
    canon.opts.post_return = a->overlaps ? companion(core, f, 'p') : core->release[kind_of_result(&signature)];
    add_option(&canon.opts, POST_RETURN, canon.opts.post_return);
  }
  *out = build_add(core->build, (struct cm_item){.kind = CM_ITEM_CANON, .canon = canon});
  return true;
}
