// `tidewaiter compose`: components put together to one.
//
// The result is encoded, decoded again and validated before a byte of it is written.

#include <component/compose.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose_request.h"
#include "compose_verdict.h"
#include "deliver.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "status.h"

// --- gathering ---

// "NAME=FILE", or FILE alone. A path with a '=' in it can be written as ./path.
static int add_plug(struct tw_compose *compose, const char *text) {
  const char *equals = strchr(text, '='), *slash = strchr(text, '/');
  bool named = equals && equals != text && (!slash || slash > equals);
  struct cm_str name = {text, named ? (size_t)(equals - text) : 0};
  return tw_compose_add(compose, named ? equals + 1 : text, name, false);
}

static bool mark_exported(struct tw_compose *compose, const char *name) {
  uint32_t part;
  bool found = tw_compose_find(compose, cm_str_of(name), &part);
  if (found && !compose->parts[part].exported) return compose->parts[part].exported = true;
  if (found) {
    tw_compose_say(compose, NULL, "--export %s: its exports are those of the result already", name);
    return false;
  }
  tw_compose_say(compose, NULL, "--export %s: no component is called so%s", name,
                 tw_compose_near(compose, 0, CM_ITEM_COMPONENT, cm_str_of(name)));
  tw_compose_list_parts(compose);
  return false;
}

static int gather(const struct tw_args *args, struct tw_compose *compose) {
  const char *text;
  int status;
  if (tw_args_has(args, "file")) {
    if (args->operand_count || tw_args_has(args, "plug") || tw_args_has(args, "wire"))
      return tw_usage_error(args->command, "--file says all of what is composed: APP, --plug and --wire do not go with it");
    status = tw_compose_read(compose, tw_args_value(args, "file"));
    if (status) return status;
  } else {
    if (!args->operand_count) return tw_usage_error(args->command, "APP is missing");
    const char *name = tw_args_value(args, "name");
    if (name && !*name) return tw_usage_error(args->command, "--name: a name is wanted");
    status = tw_compose_add(compose, args->operands[0], cm_str_of(name), true);
    for (size_t i = 0; !status && (text = tw_args_each(args, "plug", i)); i++) status = add_plug(compose, text);
    if (status) return status;
    for (size_t i = 0; (text = tw_args_each(args, "wire", i)); i++)
      if (!tw_compose_wire(compose, text)) return TW_USAGE;
    compose->request.plug = true;
  }
  for (size_t i = 0; (text = tw_args_each(args, "export", i)); i++)
    if (!mark_exported(compose, text)) return TW_USAGE;
  compose->request.separate |= tw_args_has(args, "separate");
  compose->request.merge_versions |= tw_args_has(args, "merge-imports");
  if (compose->part_count < 2 && !compose->labelled_count && !compose->request.merge_versions && !tw_args_has(args, "name")) {
    if (compose->part_count)
      tw_compose_say(compose, NULL, "there is nothing that %s could be composed with", compose->paths[0]);
    else
      tw_compose_say(compose, NULL, "%s has no components", tw_args_value(args, "file"));
    return TW_USAGE;
  }
  tw_compose_settle(compose);
  return TW_DONE;
}

// --- the result ---

static void explain(FILE *to, const struct tw_compose *compose, const struct cm_composed *composed) {
  for (uint32_t i = 0; i < composed->link_count; i++) {
    const struct cm_compose_link *link = &composed->links[i];
    fprintf(to, "%.*s: %.*s ", CM_STR_ARG(compose->parts[link->part].name), CM_STR_ARG(link->import));
    if (!link->inside)
      fputs("from outside\n", to);
    else if (cm_str_equal(link->import, link->export))
      fprintf(to, "from %.*s\n", CM_STR_ARG(compose->parts[link->from].name));
    else
      fprintf(to, "from %.*s, %.*s\n", CM_STR_ARG(compose->parts[link->from].name), CM_STR_ARG(link->export));
  }
}

static int answer(const struct tw_args *args, const struct tw_compose *compose, const struct cm_composed *composed,
                  const struct tw_delivery *delivery) {
  char *text;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  if (!to) tw_out_of_memory();
  explain(to, compose, composed);
  fclose(to);
  int status = tw_deliver_explained(args, delivery, text, size);
  free(text);
  return status;
}

static int compose(const struct tw_args *args, struct tw_compose *compose) {
  struct cm_composed composed;
  struct cm_compose_problem problem;
  if (!cm_compose(&compose->arena, &compose->request, &composed, &problem)) {
    tw_compose_tell(compose, &problem);
    return problem.fault == CM_COMPOSE_DIAG ? TW_NO : TW_USAGE;
  }
  struct tw_delivery delivery;
  struct tw_verdict verdict = {.compose = compose, .composed = &composed, .delivery = &delivery};
  int status = tw_deliver_judge(&compose->arena, composed.component, &(struct cm_diag_sink){tw_verdict_tell, &verdict}, &delivery);
  if (status == TW_NO) tw_verdict_advise(&verdict);
  if (status == TW_DONE) status = answer(args, compose, &composed, &delivery);
  tw_delivery_free(&delivery);
  return status;
}

static int run(const struct tw_args *args) {
  struct tw_compose gathered;
  tw_compose_begin(&gathered);
  int status = gather(args, &gathered);
  if (status == TW_DONE) status = compose(args, &gathered);
  tw_compose_free(&gathered);
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "plug",
        .letter = 'p',
        .metavar = "[NAME=]FILE",
        .repeats = true,
        .help =
            "A component whose exports APP, or another plug, imports. NAME is what reports and wires call its instance; by default "
            "what the file is called, without `.wasm`.",
    },
    {
        .name = "wire",
        .letter = 'w',
        .metavar = "IMPORTER:IMPORT=EXPORTER:EXPORT",
        .repeats = true,
        .help = "Let an import of one component be an export of another, whatever they are called: "
                "`app:sessions=cache:wasi:keyvalue/store@0.2.0`. Wires come before what is found by name.",
    },
    {
        .name = "file",
        .letter = 'f',
        .metavar = "FILE",
        .help = "Read what is composed from a YAML or JSON document instead.",
    },
    {
        .name = "name",
        .metavar = "NAME",
        .help = "What APP's instance is called. Default: what the file is called, without `.wasm`.",
    },
    {
        .name = "export",
        .metavar = "NAME",
        .repeats = true,
        .help = "Export what this component exports too, besides what APP does.",
    },
    {
        .name = "separate",
        .help = "Instantiate a plug for each component that takes from it, instead of once for all.",
    },
    {
        .name = "merge-imports",
        .help = "Let imports of compatible versions of one interface be one import of the result, of the highest of them.",
    },
    {
        .name = "explain",
        .help = "Print where each import comes from. The result itself is only written where `--output` names a file.",
    },
    {
        .name = "dry-run",
        .help = "Do all but write the result.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Puts components together: what APP imports and a plug exports is wired; so are the imports of plugs that other plugs export. All "
    "other imports become imports of the result, each once, and the exports of APP become its exports. The components stand in the "
    "result unchanged.",
    "An import takes the export of the same name; where there is none, one of a compatible version that is not older "
    "(`@0.2.3` takes `@0.2.6`, not `@0.2.1`). An import with a label takes from a plug of that name.",
    "The result is validated before it is written. Where types do not fit, the message names interface, function and parameter. "
    "A plug from which nobody takes anything is an error that lists what there is.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter compose app.wasm --plug cache.wasm -o out.wasm", "Give app what cache exports."},
    {"tidewaiter compose app.wasm -p auth.wasm -p cache.wasm --explain", "Who takes what from whom?"},
    {"tidewaiter compose app.wasm -p sessions=kv.wasm -p carts=kv.wasm -o out.wasm",
     "Two stores of one make, for the imports labelled `sessions` and `carts`."},
    {"tidewaiter compose -f compose.yaml -o out.wasm", "A larger graph."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO, "The components do not fit together."},
    {TW_USAGE, "A wire or plug matches nothing, the components need one another, or the document is none."},
    {0, NULL},
};

const struct tw_command tw_cmd_compose = {
    .name = "compose",
    .summary = "Put components together to one",
    .description = description,
    .usage = "compose [OPTION]... APP | -f FILE",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 0,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
