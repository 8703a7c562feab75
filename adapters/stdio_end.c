// An adapter stands before what a program imports, and is not told when it ends. So a component stands around its `run`: it has the program run, and
// then the adapter log what has been gathered. Where the program ends itself, by wasi:cli/exit, the adapter is asked before.

#include "stdio_end.h"

#include <adapter/adapter.h>
#include <component/parse.h>

#include "view.h"

struct cm_str stdio_run(const struct cm_component *app) {
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind == CM_ITEM_EXPORT && item->export.what.sort == CM_SORT_INSTANCE &&
        cm_str_starts(item->export.name.name, CM_STR("wasi:cli/run@0.2.")))
      return item->export.name.name;
  }
  return (struct cm_str){0};
}

static const char around[] =
    "(component\n"
    "  (import \"%s\" (instance $run (export \"run\" (func (result (result))))))\n"
    "  (import \"" STDIO_END "\" (func $end))\n"
    "  (core func $run (canon lower (func $run \"run\")))\n"
    "  (core func $end (canon lower (func $end)))\n"
    "  (core module $m\n"
    "    (import \"\" \"0\" (func $run (result i32))) (import \"\" \"1\" (func $end))\n"
    "    (func (export \"0\") (result i32) (call $run) (call $end)))\n"
    "  (core instance $i (instantiate $m (with \"\" (instance (export \"0\" (func $run)) (export \"1\" (func $end))))))\n"
    "  (func $whole (result (result)) (canon lift (core func $i \"0\")))\n"
    "  (instance $out (export \"run\" (func $whole)))\n"
    "  (export \"%s\" (instance $out)))\n";

bool adapter_stdio_end(struct cm_arena *arena, const struct cm_component *app, const struct cm_component **out, struct cm_str *run,
                       struct cm_str *end, struct cm_diag *diag) {
  struct cm_parsed parsed;
  *out = NULL;
  *run = stdio_run(app);
  *end = CM_STR(STDIO_END);
  if (!run->size) return true;
  struct cm_str name = cm_alloc_format(arena, "%.*s", CM_STR_ARG(*run));
  struct cm_str text = name.at ? cm_alloc_format(arena, around, name.at, name.at) : name;
  if (!text.at) return cm_fail_memory(diag);
  return cm_parse_text(arena, text, &(struct cm_parse_options){.no_names = true}, &parsed, diag) &&
         view_reread(arena, parsed.component, out, diag);
}
