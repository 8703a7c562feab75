// An adapter, built: imported interfaces, types, lowered functions, the core modules, lifted functions, exported instances; in this order.
//
// There are two core modules where there is memory. Functions that are lowered need memory and `realloc` (CanonicalABI.md, "Canonical
// Options") before the module that calls them can be instantiated: so these two stand in a module of their own.
//
// An exported instance is a bundle of lifted and of aliased functions (Explainer.md, "Instance Definitions", inline exports) where it has no
// types; else see shim.h. A resource type in it is the host's, or the adapter's own.

#include "interfaces.h"
#include "shim.h"
#include "values.h"

static bool no_memory(struct adapter *a) { return cm_fail_memory(a->diag); }

// --- canonical definitions ---

// What the core side of the adapter consists of, by index.
struct core {
  uint32_t memory_instance, memory, realloc;
  uint32_t instance;    // of the module that does the work
  uint32_t release[5];  // by kind of flat result: the function that takes all memory back
};

static void add_option(struct cm_canon_opts *opts, uint8_t code, uint32_t index) {
  opts->order[opts->count] = code;
  opts->indices[opts->count++] = index;
}

// What a function that is lowered or lifted gets of memory (CanonicalABI.md, "Canonical Options"). Texts are UTF-8, which needs no saying.
static struct cm_canon_opts options_of(const struct adapter *a, const struct core *core, bool memory, bool realloc) {
  struct cm_canon_opts opts = {0};
  enum { MEMORY = 3, REALLOC = 4 };
  if (a->memory && memory) {
    opts.has_memory = true;
    opts.memory = core->memory;
    add_option(&opts, MEMORY, core->memory);
  }
  if (a->memory && realloc) {
    opts.has_realloc = true;
    opts.realloc = core->realloc;
    add_option(&opts, REALLOC, core->realloc);
  }
  return opts;
}

static uint32_t core_alias(struct adapter *a, uint32_t instance, enum cm_sort sort, struct cm_str name) {
  struct cm_alias alias = {.kind = CM_ALIAS_CORE_EXPORT, .sort = sort, .instance = instance, .name = name, .raw = name};
  return build_add(&a->build, (struct cm_item){.kind = CM_ITEM_ALIAS, .alias = alias});
}

static bool lower_all(struct adapter *a, const struct core *core, uint32_t *instance) {
  struct cm_argument *bundled = cm_alloc_array(a->arena, a->import_count, sizeof *bundled);
  if (!bundled) return no_memory(a);
  for (size_t i = 0; i < a->import_count; i++) {
    const struct adapter_import *import = &a->imports[i];
    struct cm_canon canon = {.kind = import->kind};
    if (import->of) {
      canon.type = import->of->types[import->type];
    } else if (import->kind != CM_CANON_LOWER) {
      canon.type = build_alias(&a->build, import->host->instance, CM_SORT_TYPE, import->name, import->name);
    } else {
      canon.opts = options_of(a, core, true, true);
      canon.func = build_alias(&a->build, import->host->instance, CM_SORT_FUNC, import->name, import->name);
    }
    uint32_t index = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CANON, .canon = canon});
    struct cm_str name = cm_alloc_format(a->arena, "%zu", i);
    if (!name.at) return no_memory(a);
    bundled[i] = (struct cm_argument){{.name = name, .raw = name}, {CM_SORT_CORE_FUNC, index}};
  }
  struct cm_instance_expr expr = {.is_inline = true, .count = (uint32_t)a->import_count, .arguments = bundled};
  *instance = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CORE_INSTANCE, .instance = expr});
  return true;
}

// --- core modules ---

static uint32_t data_end(const struct adapter *a) { return (uint32_t)((ADAPTER_DATA + a->data.size + 15) & ~(size_t)15); }
static uint32_t heap_base(const struct adapter *a) { return data_end(a) + ((a->reserved + 15) & ~15u); }

static const char memory_text[] =
    "(module\n"
    "  (memory (export \"memory\") %u)\n"
    "  (global $heap (export \"heap\") (mut i32) (i32.const %u))\n"
    "  (func (export \"realloc\") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)\n"
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

static bool add_module(struct adapter *a, const struct code *text, bool optimize, struct cm_span data, uint32_t *out) {
  struct core_module *module = cm_alloc(a->arena, sizeof *module);
  if (!module) return no_memory(a);
  if (!code_assemble(a->arena, text, a->keep_names, &module->bytes, a->diag)) return false;
  if (optimize && !code_optimize(a->arena, module->bytes, a->keep_names, &module->bytes, a->diag)) return false;
  if (data.size && !code_add_data(a->arena, module->bytes, ADAPTER_DATA, data, &module->bytes, a->diag)) return false;
  module->file = module->bytes.at;
  *out = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CORE_MODULE, .module = module});
  return true;
}

// Destructors are functions of the module that does the work, and parts of types which that module's imports need: so they are called through a
// table.
static void put_destructors(const struct adapter *a, struct code *text) {
  if (a->resource_count) code_put(text, "  (table (export \"table\") %zu funcref)\n", a->resource_count);
  for (size_t r = 0; r < a->resource_count; r++)
    code_put(text, "  (func (export \"d%zu\") (param i32) (call_indirect (param i32) (local.get 0) (i32.const %zu)))\n", r, r);
}

static bool add_memory(struct adapter *a, struct core *core) {
  struct code text;
  uint32_t module;
  cm_buffer_init(&text.text, NULL);
  code_put(&text, memory_text, heap_base(a) / 65536 + 1, heap_base(a));
  put_destructors(a, &text);
  code_put(&text, ")\n");
  bool ok = add_module(a, &text, false, (struct cm_span){0}, &module);
  cm_buffer_free(&text.text);
  if (!ok) return false;
  struct cm_instance_expr expr = {.definition = module};
  core->memory_instance = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CORE_INSTANCE, .instance = expr});
  core->memory = core_alias(a, core->memory_instance, CM_SORT_CORE_MEMORY, CM_STR("memory"));
  core->realloc = core_alias(a, core->memory_instance, CM_SORT_CORE_FUNC, CM_STR("realloc"));
  a->destroy = a->build.counts[CM_SORT_CORE_FUNC];
  for (size_t r = 0; r < a->resource_count; r++)
    core_alias(a, core->memory_instance, CM_SORT_CORE_FUNC, cm_alloc_format(a->arena, "d%zu", r));
  return true;
}

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

// Calls `each` with the number of each lifted function.
static bool each_lifted(struct adapter *a, bool (*each)(struct adapter *, struct adapter_export *, uint32_t, void *),
                        void *context) {
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (a->exports[i]->functions[f].way == ADAPTER_LIFTED && !each(a, a->exports[i], f, context)) return false;
  return true;
}

struct lifting {
  struct code *text;
  struct core *core;
  uint32_t **functions;  // by export, function: its index
  uint32_t number;
  bool released[5];  // which kinds of results there are
  bool counted;      // calls are
};

static bool signature_of(struct adapter *a, const struct adapter_function *f, struct cm_signature *out) {
  return cm_signature_of(f->scope, f->type, false, false, 4, out, a->diag);
}

static bool put_core_export(struct adapter *a, struct adapter_export *e, uint32_t function, void *context) {
  struct lifting *lifting = context;
  struct cm_signature signature;
  struct cm_str ident = adapter_lifted_ident(e, e->functions[function].name);
  if (!ident.at || !signature_of(a, &e->functions[function], &signature)) return false;
  lifting->released[kind_of_result(&signature)] = true;
  if (!lifting->counted) {
    code_put(lifting->text, "  (export \"%u\" (func %.*s))\n", lifting->number++, CM_STR_ARG(ident));
    return true;
  }
  code_put(lifting->text, "  (func (export \"%u\")", lifting->number++);
  code_put_signature(lifting->text, &signature, true);
  code_put(lifting->text, " (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (call %.*s", CM_STR_ARG(ident));
  for (uint32_t i = 0; i < signature.param_count; i++) code_put(lifting->text, " (local.get $%u)", i);
  code_put(lifting->text, "))\n");
  return true;
}

// While an async function waits for the host, others may be called (CanonicalABI.md, `canon lift`): what memory they take lies behind its own,
// and none is taken back before the last call has ended.
static bool are_counted(const struct adapter *a) {
  unsigned lifted = 0, async = 0;
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++) {
      const struct adapter_function *function = &a->exports[i]->functions[f];
      lifted += function->way == ADAPTER_LIFTED;
      async += function->way == ADAPTER_LIFTED && function->type->func.is_async;
    }
  return a->memory && async && lifted > 1;
}

static void put_release(struct adapter *a, const struct lifting *lifting, unsigned kind) {
  struct code *text = lifting->text;
  code_put(text, "  (func (export \"r%u\") (param %s)", kind, result_kinds[kind]);
  if (lifting->counted)
    code_put(text, " (global.set $calls (i32.sub (global.get $calls) (i32.const 1))) (if (global.get $calls) (then (return)))");
  if (a->wipes)
    code_put(text, " (memory.fill (i32.const %u) (i32.const 0) (i32.sub (global.get $heap) (i32.const %u)))", heap_base(a),
             heap_base(a));
  code_put(text, " (global.set $heap (i32.const %u)))\n", heap_base(a));
}

static bool put_module(struct adapter *a, struct lifting *lifting) {
  struct code *text = lifting->text;
  lifting->counted = are_counted(a);
  code_put(text, "(module\n");
  cm_put_span(&text->text, cm_buffer_span(&a->import_text.text));
  if (a->memory)
    code_put(text,
             "  (import \"m\" \"memory\" (memory %u))\n"
             "  (import \"m\" \"realloc\" (func $realloc (param i32 i32 i32 i32) (result i32)))\n"
             "  (import \"m\" \"heap\" (global $heap (mut i32)))\n",
             heap_base(a) / 65536 + 1);
  // Data are added once the module is optimized (add_module): until then this is what memory is for.
  if (a->data.size) code_put(text, "  (export \"m\" (memory 0))\n");
  if (a->resource_count) {
    code_put(text, "  (import \"m\" \"table\" (table %zu funcref))\n  (elem (i32.const 0) func", a->resource_count);
    for (size_t r = 0; r < a->resource_count; r++) code_put(text, " %.*s", CM_STR_ARG(a->resources[r].destructor));
    code_put(text, ")\n");
  }
  if (!each_lifted(a, put_core_export, lifting)) return false;
  for (unsigned kind = 0; a->memory && kind < 5; kind++)
    if (lifting->released[kind]) put_release(a, lifting, kind);
  if (lifting->counted) code_put(text, "  (global $calls (mut i32) (i32.const 0))\n");
  if (a->reserved) code_put(text, "  (global $reserved i32 (i32.const %u))\n", data_end(a));
  cm_put_span(&text->text, cm_buffer_span(&a->code.text));
  code_put(text, ")\n");
  return true;
}

static bool add_core(struct adapter *a, struct lifting *lifting) {
  struct core *core = lifting->core;
  uint32_t lowered = 0, module = 0;
  if (!lower_all(a, core, &lowered)) return false;
  if (!put_module(a, lifting) || !add_module(a, lifting->text, !a->keep_names, cm_buffer_span(&a->data), &module)) return false;
  struct cm_argument *arguments = cm_alloc_array(a->arena, 2, sizeof *arguments);
  if (!arguments) return no_memory(a);
  arguments[0] = (struct cm_argument){{.name = CM_STR(""), .raw = CM_STR("")}, {CM_SORT_CORE_INSTANCE, lowered}};
  arguments[1] = (struct cm_argument){{.name = CM_STR("m"), .raw = CM_STR("m")}, {CM_SORT_CORE_INSTANCE, core->memory_instance}};
  struct cm_instance_expr expr = {.definition = module, .count = a->memory ? 2 : 1, .arguments = arguments};
  core->instance = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CORE_INSTANCE, .instance = expr});
  for (unsigned kind = 0; a->memory && kind < 5; kind++)
    if (lifting->released[kind])
      core->release[kind] = core_alias(a, core->instance, CM_SORT_CORE_FUNC, cm_alloc_format(a->arena, "r%u", kind));
  return true;
}

// --- lifting ---

// Whether what a function takes is handed over in memory, and whether what it takes or gives is.
static bool memory_of(struct adapter *a, const struct adapter_function *f, const struct cm_signature *signature, bool *takes,
                      bool *any) {
  struct cm_type without_result = *f->type;
  struct value_facts in, all;
  without_result.func.result = (struct cm_valtype){.kind = CM_VAL_NONE};
  if (!value_facts_of(f->scope, &without_result, &in, a->diag) || !value_facts_of(f->scope, f->type, &all, a->diag)) return false;
  *takes = in.memory || signature->params_spilled;
  *any = *takes || all.memory || signature->results_spilled;
  return true;
}

static bool lift(struct adapter *a, struct adapter_export *e, uint32_t function, void *context) {
  struct lifting *lifting = context;
  struct adapter_function *f = &e->functions[function];
  struct cm_signature signature;
  bool takes, memory;
  if (!signature_of(a, f, &signature) || !memory_of(a, f, &signature, &takes, &memory)) return false;
  struct cm_str name = cm_alloc_format(a->arena, "%u", lifting->number++);
  if (!name.at) return no_memory(a);
  struct cm_canon canon = {.kind = CM_CANON_LIFT, .opts = options_of(a, lifting->core, memory, takes)};
  canon.func = core_alias(a, lifting->core->instance, CM_SORT_CORE_FUNC, name);
  canon.type = e->types[f->type_index];
  if (a->memory && (takes || !f->takes_nothing)) {
    enum { POST_RETURN = 5 };
    canon.opts.has_post_return = true;
    canon.opts.post_return = lifting->core->release[kind_of_result(&signature)];
    add_option(&canon.opts, POST_RETURN, canon.opts.post_return);
  }
  for (size_t i = 0; i < a->export_count; i++)
    if (a->exports[i] == e)
      lifting->functions[i][function] = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_CANON, .canon = canon});
  return true;
}

static bool has_core(const struct adapter *a) {
  for (size_t i = 0; i < a->export_count; i++)
    for (uint32_t f = 0; f < a->exports[i]->count; f++)
      if (a->exports[i]->functions[f].way == ADAPTER_LIFTED) return true;
  return false;
}

static bool lift_all(struct adapter *a, struct lifting *lifting) {
  if (!has_core(a)) return true;
  if (!add_core(a, lifting)) return false;
  lifting->number = 0;
  return each_lifted(a, lift, lifting);
}

static bool has_types(const struct adapter_export *e) {
  for (uint32_t i = 0; i < e->scope->item_count; i++)
    if (e->scope->items[i]->kind == CM_ITEM_EXPORT && e->scope->items[i]->export.type.sort == CM_SORT_TYPE) return true;
  return false;
}

static bool export_one(struct adapter *a, struct adapter_export *e, uint32_t *functions) {
  uint32_t instance;
  for (uint32_t f = 0; f < e->count; f++)
    if (e->functions[f].way == ADAPTER_PASSED)
      functions[f] = build_alias(&a->build, e->passes->instance, CM_SORT_FUNC, e->functions[f].name, e->functions[f].name);
  if (!(has_types(e) ? shim_instance(e, functions, &instance) : interfaces_bundle(e, functions, &instance))) return false;
  struct cm_export export = {.name = e->name, .what = {CM_SORT_INSTANCE, instance}};
  e->exported = build_add(&a->build, (struct cm_item){.kind = CM_ITEM_EXPORT, .export = export});
  return true;
}

// In the order in which the app imports them: what uses types of another comes behind it.
static bool export_all(struct adapter *a, uint32_t *const *functions) {
  const struct cm_scope *app = &a->sources[0]->component->scope;
  for (uint32_t item = 0; item < app->item_count; item++)
    for (size_t i = 0; i < a->export_count; i++)
      if (a->exports[i]->import == app->items[item] && !export_one(a, a->exports[i], functions[i])) return false;
  return true;
}

// --- all of it ---

static bool build_all(struct adapter *a) {
  struct core core = {0};
  struct code text;
  struct lifting lifting = {.text = &text, .core = &core};
  lifting.functions = cm_alloc_array(a->arena, a->export_count, sizeof(uint32_t *));
  if (!lifting.functions) return no_memory(a);
  for (size_t i = 0; i < a->export_count; i++) {
    lifting.functions[i] = cm_alloc_array(a->arena, a->exports[i]->count, sizeof(uint32_t));
    if (!lifting.functions[i]) return no_memory(a);
  }
  cm_buffer_init(&text.text, NULL);
  bool ok = interfaces_begin(a) && (!a->memory || !has_core(a) || add_memory(a, &core)) && interfaces_build(a) &&
            lift_all(a, &lifting) && export_all(a, lifting.functions);
  cm_buffer_free(&text.text);
  return ok;
}

bool adapter_finish(struct adapter *a, struct cm_component **out) {
  if (!build_all(a)) return false;
  struct cm_component *component = cm_alloc(a->arena, sizeof *component);
  if (!component || a->failed || a->build.failed || a->data.failed) return no_memory(a);
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.component = component;
  component->scope.items = a->build.items;
  component->scope.item_count = (uint32_t)a->build.item_count;
  *out = component;
  return true;
}
