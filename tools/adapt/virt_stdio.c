// The standard streams: those of WASI 0.2 are one adapter, of 0.3 one each.

#include <component/semver.h>

#include <stdio.h>

#include "cmd/status.h"
#include "virt.h"

static const struct {
  const char *option, *interface;
} streams[] = {{"stdin", "wasi:cli/stdin"}, {"stdout", "wasi:cli/stdout"}, {"stderr", "wasi:cli/stderr"}};

static const enum adapter_stdio_way in_ways[] = {ADAPTER_STDIO_CLOSED, ADAPTER_STDIO_NOTHING};
static const enum adapter_stdio_way out_ways[] = {ADAPTER_STDIO_CLOSED, ADAPTER_STDIO_NOTHING, ADAPTER_STDIO_LOGGED};

static bool is_of_03(const struct cm_item *import) {
  struct cm_str version = cm_name_version(tw_virt_interface(import));
  return version.size && cm_semver_compare_texts(version, CM_STR("0.3.0-a")) >= 0;
}

static int add_03(struct tw_virt *virt, const struct adapter_stdio *stdio, const struct cm_item *const *import) {
  struct adapter_subject one = {virt->app, import, 1};
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  bool made = adapter_stdio_tasks(&virt->compose.arena, &one, stdio, &adapter, &diag);
  return tw_virt_add(virt, "stdio", made, adapter, &diag);
}

// What stands around the program, where lines are logged.
static int add_end(struct tw_virt *virt, const struct adapter_stdio *stdio) {
  struct tw_compose *c = &virt->compose;
  const struct cm_component *around;
  struct cm_str run, end;
  struct cm_diag diag = {0};
  uint32_t stdio_part = (uint32_t)c->part_count - 1;
  if (stdio->out != ADAPTER_STDIO_LOGGED && stdio->err != ADAPTER_STDIO_LOGGED) return TW_DONE;
  bool made = adapter_stdio_end(&c->arena, virt->app, &around, &run, &end, &diag);
  if (made && !around) return TW_DONE;
  int status = tw_virt_add(virt, "stdio-end", made, around, &diag);
  if (status != TW_DONE) return status;
  uint32_t own = (uint32_t)c->part_count - 1;
  c->parts[own].exported = true;
  c->request.cover = own + 1;
  tw_compose_add_wire(c, (struct cm_compose_wire){own, 0, run, run});
  tw_compose_add_wire(c, (struct cm_compose_wire){own, stdio_part, end, end});
  return TW_DONE;
}

static int apply(struct tw_virt *virt) {
  struct adapter_stdio stdio = {.logging_interface = cm_str_of(tw_args_value(virt->args, "logging-interface"))};
  enum adapter_stdio_way *ways[] = {&stdio.in, &stdio.out, &stdio.err};
  struct adapter_subject all = {0}, one;
  const struct cm_item **imports = NULL;
  size_t room = 0;
  for (size_t s = 0; s < 3; s++) {
    if (!tw_args_has(virt->args, streams[s].option)) continue;
    int choice = tw_args_choice(virt->args, streams[s].option);
    *ways[s] = s == 0 ? in_ways[choice] : out_ways[choice];
    int status = tw_virt_subject(virt, streams[s].option, streams[s].interface, &one);
    if (status != TW_DONE) return status;
    fprintf(virt->note, "stdio: %s: %s\n", streams[s].option, tw_args_value(virt->args, streams[s].option));
    for (uint32_t i = 0; i < one.import_count; i++) {
      if (!cm_grow(&virt->compose.arena, &imports, &room, all.import_count, sizeof(struct cm_item *))) return TW_BUG;
      if (is_of_03(one.imports[i]) && (status = add_03(virt, &stdio, &one.imports[i])) != TW_DONE) return status;
      if (is_of_03(one.imports[i])) continue;
      imports[all.import_count++] = one.imports[i];
    }
  }
  if (!all.import_count) return TW_DONE;
  all.app = virt->app;
  all.imports = imports;
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  bool made = adapter_stdio(&virt->compose.arena, &all, &stdio, &adapter, &diag);
  int status = tw_virt_add(virt, "stdio", made, adapter, &diag);
  return status == TW_DONE ? add_end(virt, &stdio) : status;
}

const struct tw_capability tw_capability_stdio = {"stdio", apply};
