// `tidewaiter virt`: adapters for capabilities, and the composition of them with the app.

#include "virt.h"

#include <component/semver.h>
#include <component/types.h>
#include <component/validate.h>

#include <stdio.h>
#include <stdlib.h>

#include "adapt.h"
#include "cmd/deliver.h"
#include "cmd/output.h"
#include "cmd/status.h"
#include "subject.h"

static const struct tw_capability *const virt_capabilities[] = {
    // One a line, so that two who add one do not meet. What is told of is what the app calls; what is renamed is what the host is asked for.
    // clang-format off
    &tw_capability_log,
    &tw_capability_env,
    &tw_capability_arguments,
    &tw_capability_config,
    &tw_capability_secrets,
    &tw_capability_http,
    &tw_capability_stdio,  // goes before what has streams
    &tw_capability_files,
    &tw_capability_clocks,
    &tw_capability_random,
    &tw_capability_exit,
    &tw_capability_keyvalue,
    &tw_capability_blobstore,
    &tw_capability_messaging,
    &tw_capability_deny,
    &tw_capability_rename,
    NULL,
    // clang-format on
};

// --- for capabilities ---

static int no_memory(void) { return tw_subject_fault(&(struct cm_diag){.error = CM_NO_MEMORY, .message = "out of memory"}); }

struct cm_str tw_virt_interface(const struct cm_item *import) {
  return import->import.name.has_implements ? import->import.name.implements : import->import.name.name;
}

static void list_imports(const struct cm_component *app) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT) continue;
    if (!count++) fputs("it imports:\n", stderr);
    fprintf(stderr, "  %.*s\n", CM_STR_ARG(item->import.name.name));
  }
  if (!count) fputs("it imports nothing\n", stderr);
}

// An adapter that nobody takes anything from: adapters in front of it ask nothing of what it has.
static int tell_unused(const struct cm_compose_part *part) {
  fprintf(stderr, "tidewaiter: `%.*s` has nothing left to do: other options take away all that it is of\n", CM_STR_ARG(part->name));
  for (uint32_t i = 0; i < part->component->scope.item_count; i++) {
    const struct cm_item *item = part->component->scope.items[i];
    if (item->kind == CM_ITEM_EXPORT) fprintf(stderr, "  %.*s\n", CM_STR_ARG(item->export.name.name));
  }
  return TW_USAGE;
}

static int compose(struct tw_virt *virt, struct cm_component **out) {
  struct cm_composed composed;
  struct cm_compose_problem problem;
  virt->compose.request.plug = virt->compose.request.layered = true;
  tw_compose_settle(&virt->compose);
  if (!cm_compose(&virt->compose.arena, &virt->compose.request, &composed, &problem)) {
    if (problem.fault == CM_COMPOSE_UNUSED) return tell_unused(&virt->compose.parts[problem.part]);
    tw_compose_tell(&virt->compose, &problem);
    return problem.fault == CM_COMPOSE_DIAG ? TW_NO : TW_BUG;
  }
  *out = composed.component;
  return TW_DONE;
}

int tw_virt_settle(struct tw_virt *virt) {
  struct tw_compose *c = &virt->compose;
  struct cm_component *composed, *kept;
  struct cm_diag diag = {0};
  virt->begins = false;
  if (virt->settled == c->part_count) return TW_DONE;
  int status = compose(virt, &composed);
  if (status) return status;
  virt->settled = c->part_count;
  return tw_deliver_kept(&c->arena, composed, &kept, &diag) && adapter_view(&c->arena, kept, &virt->app, &diag)
             ? TW_DONE
             : tw_subject_fault(&diag);
}

int tw_virt_nothing(struct tw_virt *virt, const char *option, struct cm_str wanted) {
  fprintf(stderr, "tidewaiter: --%s: %s does not import %.*s; ", option, virt->compose.paths[0], CM_STR_ARG(wanted));
  list_imports(virt->first);
  return TW_USAGE;
}

int tw_virt_subject(struct tw_virt *virt, const char *option, const char *base, struct adapter_subject *out) {
  return tw_virt_subject_of(virt, option, &base, 1, out);
}

// "wasi:sockets/tcp", "wasi:sockets/tcp@0.2.3", "wasi:sockets/*"; the name of an import that is a label.
static bool is_named(const struct cm_item *import, const char *pattern) {
  struct cm_str interface = tw_virt_interface(import), base = cm_name_base(interface), wanted = cm_str_of(pattern);
  if (wanted.size && wanted.at[wanted.size - 1] == '*') return cm_str_starts(base, (struct cm_str){pattern, wanted.size - 1});
  return cm_str_equal(base, wanted) || cm_str_equal(interface, wanted) || cm_str_equal(import->import.name.name, wanted);
}

static int matching(struct tw_virt *virt, const struct cm_component *app, const char *const *bases, size_t count,
                    struct adapter_subject *out) {
  int status = tw_subject_all(&virt->compose.arena, app, out);
  if (status) return status;
  uint32_t kept = 0;
  const struct cm_item **imports = (const struct cm_item **)(uintptr_t)out->imports;
  for (uint32_t i = 0; i < out->import_count; i++) {
    bool named = false;
    for (size_t n = 0; n < count; n++) named |= is_named(imports[i], bases[n]);
    if (named) imports[kept++] = imports[i];
  }
  out->import_count = kept;
  return TW_DONE;
}

static int tell_taken(const char *option, const struct adapter_subject *subject) {
  fprintf(stderr, "tidewaiter: --%s has nothing left to do: other options take away all that it is of\n", option);
  for (uint32_t i = 0; i < subject->import_count; i++)
    fprintf(stderr, "  %.*s\n", CM_STR_ARG(subject->imports[i]->import.name.name));
  return TW_USAGE;
}

int tw_virt_subject_of(struct tw_virt *virt, const char *option, const char *const *bases, size_t count,
                       struct adapter_subject *out) {
  struct adapter_subject first;
  int status = virt->begins ? tw_virt_settle(virt) : TW_DONE;
  if (status == TW_DONE) status = matching(virt, virt->app, bases, count, out);
  if (status || out->import_count) return status;
  status = matching(virt, virt->first, bases, count, &first);
  if (status) return status;
  if (first.import_count) return tell_taken(option, &first);
  fprintf(stderr, "tidewaiter: --%s: %s does not import ", option, virt->compose.paths[0]);
  for (size_t n = 0; n < count; n++) fprintf(stderr, "%s%s", n == 0 ? "" : n + 1 == count ? " or " : ", ", bases[n]);
  fputs("; ", stderr);
  list_imports(virt->first);
  return TW_USAGE;
}

int tw_virt_add(struct tw_virt *virt, const char *name, bool made, const struct cm_component *adapter, const struct cm_diag *diag) {
  struct tw_compose *c = &virt->compose;
  struct cm_component *kept = NULL;
  struct cm_diag fault = {0};
  if (!made) return tw_subject_fault(diag);
  if (!tw_deliver_kept(&c->arena, adapter, &kept, &fault)) return tw_subject_fault(&fault);
  if (!cm_grow(&c->arena, &c->parts, &c->part_room, c->part_count, sizeof *c->parts) ||
      !cm_grow(&c->arena, &c->paths, &c->path_room, c->part_count, sizeof *c->paths))
    return no_memory();
  struct cm_str label = cm_str_of(name);
  for (unsigned again = 2;; again++) {
    bool taken = false;
    for (size_t i = 0; i < c->part_count; i++) taken |= cm_str_equal(c->parts[i].name, label);
    if (!taken) break;
    label = cm_alloc_format(&c->arena, "%s-%u", name, again);
  }
  if (!label.at) return no_memory();
  c->paths[c->part_count] = label.at;
  c->parts[c->part_count++] = (struct cm_compose_part){label, kept, false};
  return TW_DONE;
}

bool tw_virt_pair(const struct tw_virt *virt, const char *option, const char *text, struct cm_str *key, struct cm_str *value) {
  const char *equals = strchr(text, '=');
  if (!equals || equals == text) {
    // What stands there may be a secret, so it is not shown.
    tw_usage_error(virt->args->command, "--%s: a name, '=' and a value are wanted", option);
    return false;
  }
  *key = (struct cm_str){text, (size_t)(equals - text)};
  *value = cm_str_of(equals + 1);
  return true;
}

bool tw_virt_label(const struct tw_virt *virt, const char *option, struct cm_str text) {
  if (cm_is_label(text)) return true;
  tw_usage_error(virt->args->command, "--%s: `%.*s` can be no label; one is in kebab case: `database-pass`", option,
                 CM_STR_ARG(text));
  return false;
}

bool tw_virt_next_name(const struct tw_virt *virt, const char *option, size_t *given, const char **at, struct cm_str *name) {
  const char *text = *at && **at ? *at : tw_args_each(virt->args, option, (*given)++);
  while (text && !*text) text = tw_args_each(virt->args, option, (*given)++);
  if (!text) return false;
  const char *comma = strchrnul(text, ',');
  *name = (struct cm_str){text, (size_t)(comma - text)};
  *at = *comma ? comma + 1 : comma;
  return true;
}

bool tw_virt_has_function(const struct tw_virt *virt, const char *option, const struct adapter_subject *subject,
                          const char *const *names) {
  for (uint32_t i = 0; i < subject->import_count; i++) {
    const struct cm_scope *scope = cm_instance_type_scope(&virt->app->scope, subject->imports[i]->import.type.index);
    for (const char *const *name = names; scope && *name; name++)
      if (cm_scope_export(scope, cm_str_of(*name))) return true;
  }
  struct cm_str interface = subject->imports[0]->import.name.name;
  tw_usage_error(virt->args->command, "--%s: what is imported of %.*s has no `%s`", option, CM_STR_ARG(interface), names[0]);
  return false;
}

bool tw_virt_denying(const struct tw_virt *virt, const char *option, const char *how, struct adapter_denying *out) {
  const char *text = how ? how : tw_args_value(virt->args, "deny-with");
  *out = (struct adapter_denying){.trap = !strcmp(text, "trap"), .empty = !strcmp(text, "empty")};
  if (!strncmp(text, "error:", 6) && text[6]) out->error = cm_str_of(text + 6);
  if (out->trap || out->empty || out->error.size || !strcmp(text, "error")) return true;
  tw_usage_error(virt->args->command, "--%s: `%s` is none of `error`, `error:CASE`, `empty` and `trap`", how ? option : "deny-with",
                 text);
  return false;
}

int tw_virt_analyse(struct tw_virt *virt, struct tw_analysis *analysis) {
  struct cm_span bytes = virt->compose.parts[0].component->bytes;
  struct tw_input input = {.path = virt->compose.paths[0], .data = malloc(bytes.size), .size = bytes.size};
  char message[TW_ANALYSE_MESSAGE];
  if (!input.data) return no_memory();
  memcpy((void *)(uintptr_t)input.data, bytes.at, bytes.size);
  if (tw_analyse_input(analysis, &input, &(struct tw_analyse_options){0}, message)) return TW_DONE;
  tw_input_report(input.path, message);
  return TW_INPUT;
}

// What has to do with secrets of a store's version: `reveal`, and secrets under labels.
static bool goes_with(const struct cm_item *import, const struct cm_item *store) {
  struct cm_str name = tw_virt_interface(import), base = cm_name_base(name);
  if (!cm_str_equal(cm_name_version(name), cm_name_version(tw_virt_interface(store)))) return false;
  return cm_str_is(base, "wasmcloud:secrets/reveal") || cm_str_is(base, "wasmcloud:secrets/secret");
}

int tw_virt_secrets(struct tw_virt *virt, const char *name, const struct cm_item *store, const struct adapter_secrets *secrets) {
  struct adapter_subject all;
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  int status = tw_subject_all(&virt->compose.arena, virt->app, &all);
  if (status) return status;
  bool same = cm_str_equal(secrets->store, tw_virt_interface(store));
  const struct cm_item **imports = (const struct cm_item **)(uintptr_t)all.imports;
  uint32_t count = 0;
  for (uint32_t i = 0; i < all.import_count; i++)
    if (imports[i] == store || (!same && goes_with(imports[i], store))) imports[count++] = imports[i];
  struct adapter_subject subject = {virt->app, imports, count};
  bool made = adapter_declare(&virt->compose.arena, &subject, secrets, &adapter, &diag);
  return tw_virt_add(virt, name, made, adapter, &diag);
}

// --- the result ---

// Where it stands in another component, that is the result.
static int judge(struct tw_virt *virt, struct cm_component *composed, struct tw_delivery *delivery) {
  struct cm_arena *arena = &virt->compose.arena;
  struct cm_component *kept = NULL;
  struct cm_diag diag = {0};
  if (!virt->consumer.component) return tw_deliver_judge(arena, composed, NULL, delivery);
  if (!tw_deliver_kept(arena, composed, &kept, &diag)) return tw_subject_fault(&diag);
  int status = tw_consumer_replace(arena, &virt->consumer, kept, &composed);
  return status == TW_DONE ? tw_deliver_judge(arena, composed, NULL, delivery) : status;
}

static int deliver(struct tw_virt *virt) {
  struct cm_component *composed;
  struct tw_delivery delivery = {0};
  int status = tw_virt_within(virt, &composed);
  if (status == TW_DONE && !composed) status = compose(virt, &composed);
  if (status == TW_DONE) status = judge(virt, composed, &delivery);
  fflush(virt->note);
  if (status == TW_DONE) status = tw_deliver_explained(virt->args, &delivery, virt->notes, virt->note_size);
  tw_delivery_free(&delivery);
  return status;
}

// --- the app ---

// `--for`: the app is what an instance within the operand is made of.
static int choose_consumer(struct tw_virt *virt) {
  struct tw_compose *c = &virt->compose;
  const char *name = tw_args_value(virt->args, "for");
  if (!name) return TW_DONE;
  int status = tw_consumer_find(&c->arena, c->parts[0].component, c->paths[0], name, &virt->consumer);
  if (status) return status;
  const struct cm_component_node *node = &virt->consumer.graph->components[virt->consumer.node];
  fprintf(virt->note, "for: %.*s alone\n", CM_STR_ARG(node->path));
  struct cm_str called = cm_alloc_format(&c->arena, "%.*s of %s", CM_STR_ARG(node->path), c->paths[0]);
  if (!called.at) return no_memory();
  c->paths[0] = called.at;
  c->parts[0] = (struct cm_compose_part){node->name, virt->consumer.component, true};
  return TW_DONE;
}

static int begin(struct tw_virt *virt, const struct tw_args *given, struct tw_args *all) {
  int status = tw_compose_add(&virt->compose, given->operands[0], (struct cm_str){0}, true);
  if (status == TW_DONE) status = tw_subject_valid(virt->compose.paths[0], virt->compose.parts[0].component);
  if (status == TW_DONE) status = tw_virt_document(virt, given, all);
  virt->args = all;
  if (status == TW_DONE && !tw_virt_check(virt)) status = TW_USAGE;
  if (status == TW_DONE) status = choose_consumer(virt);
  struct cm_diag diag = {0};
  if (status == TW_DONE && !adapter_view(&virt->compose.arena, virt->compose.parts[0].component, &virt->first, &diag))
    status = tw_subject_fault(&diag);
  virt->app = virt->first;
  virt->settled = 1;
  return status;
}

int tw_virt_run(const struct tw_args *args, const struct tw_capability *const *capabilities, const char *nothing) {
  struct tw_virt virt = {.args = args};
  struct tw_args all = {0};
  virt.note = open_memstream(&virt.notes, &virt.note_size);
  if (!virt.note) return no_memory();
  tw_compose_begin(&virt.compose);
  int status = begin(&virt, args, &all);
  for (; status == TW_DONE && *capabilities; capabilities++) {
    virt.begins = true;
    status = (*capabilities)->apply(&virt);
  }
  if (status == TW_DONE && virt.compose.part_count == 1) status = tw_usage_error(args->command, "%s", nothing);
  if (status == TW_DONE) status = deliver(&virt);
  tw_compose_free(&virt.compose);
  free(all.given);
  fclose(virt.note);
  free(virt.notes);
  return status;
}

int tw_run_virt(const struct tw_args *args) {
  return tw_virt_run(args, virt_capabilities, "no option says what is to be virtualized");
}
