// Interfaces denied: those that `--deny` names, and groups of them that have an option of their own.
//
// All of them become one adapter, for they may share resources.

#include <stdio.h>
#include <string.h>

#include "cmd/status.h"
#include "virt.h"

// Which interfaces an option without a value denies; up to the first NULL.
static const struct group {
  const char *option;
  const char *patterns[4];
  const char *how;  // NULL: as `--deny-with` says
} groups[] = {
    {"deny-sockets", {"wasi:sockets/*"}, NULL},
    {"deny-keyvalue", {"wasi:keyvalue/*", "wasmcloud:keyvalue/*"}, NULL},
    {"deny-blobstore", {"wasi:blobstore/*", "wasmcloud:blobstore/*"}, NULL},
    {"deny-messaging", {"wasi:messaging/*", "wasmcloud:messaging/*"}, NULL},
    {"deny-random", {"wasi:random/*"}, "trap"},
    {"deny-exit", {"wasi:cli/exit"}, "trap"},
};

// An error by name, and whether any function has it.
struct asked {
  struct asked *next;
  const char *option;
  struct cm_str error;
  bool found;
};

struct denied {
  struct tw_virt *virt;
  const struct cm_item **imports;
  struct adapter_denying *denying;
  struct asked *asked;  // errors that were asked for by name
  size_t import_room, denying_room;
  uint32_t count;
};

// What is said of an interface first counts: `--deny` comes before groups.
static int add(struct denied *d, const char *option, const char *const *patterns, size_t count, const char *how) {
  struct tw_virt *virt = d->virt;
  struct adapter_subject some;
  struct adapter_denying denying;
  if (!tw_virt_denying(virt, option, how, &denying)) return TW_USAGE;
  int status = tw_virt_subject_of(virt, option, patterns, count, &some);
  if (status == TW_DONE && denying.error.size) {
    struct asked *asked = cm_alloc(&virt->compose.arena, sizeof *asked);
    if (!asked) return TW_BUG;
    *asked = (struct asked){d->asked, how ? option : "deny-with", denying.error, false};
    d->asked = asked;
    denying.found = &asked->found;
  }
  for (uint32_t i = 0; status == TW_DONE && i < some.import_count; i++) {
    bool known = false;
    for (uint32_t n = 0; n < d->count; n++) known |= d->imports[n] == some.imports[i];
    struct cm_str name = some.imports[i]->import.name.name;
    if (known) continue;
    if (!cm_grow(&virt->compose.arena, &d->imports, &d->import_room, d->count, sizeof(struct cm_item *)) ||
        !cm_grow(&virt->compose.arena, &d->denying, &d->denying_room, d->count, sizeof *d->denying))
      return TW_BUG;
    d->imports[d->count] = some.imports[i];
    d->denying[d->count++] = denying;
    fprintf(virt->note, "deny: %.*s, calls %s\n", CM_STR_ARG(name),
            denying.trap    ? "trap"
            : denying.empty ? "find nothing"
                            : "fail");
  }
  return status;
}

// "INTERFACE", "INTERFACE=HOW"
static int add_named(struct denied *d, const char *text) {
  const char *equals = strchrnul(text, '=');
  if (equals == text) return tw_usage_error(d->virt->args->command, "--deny: an interface is wanted");
  const char *pattern = cm_alloc_text(&d->virt->compose.arena, text, (size_t)(equals - text));
  if (!pattern) return TW_BUG;
  return add(d, "deny", &pattern, 1, *equals ? equals + 1 : NULL);
}

static int apply(struct tw_virt *virt) {
  struct denied d = {.virt = virt};
  const char *text;
  int status = TW_DONE;
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(virt->args, "deny", i)); i++) status = add_named(&d, text);
  for (size_t i = 0; status == TW_DONE && i < sizeof groups / sizeof *groups; i++) {
    size_t count = 0;
    while (groups[i].patterns[count]) count++;
    if (tw_args_has(virt->args, groups[i].option)) status = add(&d, groups[i].option, groups[i].patterns, count, groups[i].how);
  }
  if (status != TW_DONE || !d.count) return status;
  struct adapter_subject subject = {virt->app, d.imports, d.count};
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  bool made = adapter_deny_each(&virt->compose.arena, &subject, d.denying, &adapter, &diag);
  for (const struct asked *asked = d.asked; made && asked; asked = asked->next)
    if (!asked->found)
      return tw_usage_error(virt->args->command, "--%s: no function that is denied has an error `%.*s`", asked->option,
                            CM_STR_ARG(asked->error));
  return tw_virt_add(virt, "deny", made, adapter, &diag);
}

const struct tw_capability tw_capability_deny = {"deny", apply};
