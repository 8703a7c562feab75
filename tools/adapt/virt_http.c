// Requests that go out.

#include <stdio.h>

#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

static const char *const interfaces[] = {"wasi:http/outgoing-handler", "wasi:http/client", "wasi:http/handler"};

// "A,B", each time it is given. Returns a status.
static int gather(struct tw_virt *virt, struct adapter_http *http) {
  struct cm_arena *arena = &virt->compose.arena;
  struct cm_diag diag = {0};
  const char *at = NULL;
  struct cm_str *allowed = NULL, name;
  size_t room = 0;
  for (size_t given = 0; tw_virt_next_name(virt, "allow-host", &given, &at, &name);) {
    if (!adapter_http_rule(arena, name, &diag)) return tw_usage_error(virt->args->command, "--allow-host: %s", diag.message);
    if (!cm_grow(arena, &allowed, &room, http->allowed_count, sizeof *allowed))
      return tw_subject_fault(&(struct cm_diag){.error = CM_NO_MEMORY, .message = "out of memory"});
    allowed[http->allowed_count++] = name;
    fprintf(virt->note, "http: requests to %.*s\n", CM_STR_ARG(name));
  }
  http->allowed = allowed;
  return TW_DONE;
}

static int apply_to(struct tw_virt *virt, const struct cm_item *const *import, const struct adapter_http *http) {
  const struct adapter_subject one = {virt->app, import, 1};
  const struct adapter_denying denying = {.error = CM_STR("HTTP-request-denied")};
  struct cm_component *adapter = NULL;
  struct cm_diag diag = {0};
  struct cm_arena *arena = &virt->compose.arena;
  bool made =
      http->allowed_count ? adapter_http(arena, &one, http, &adapter, &diag) : adapter_deny(arena, &one, &denying, &adapter, &diag);
  return tw_virt_add(virt, "http", made, adapter, &diag);
}

static int apply(struct tw_virt *virt) {
  struct adapter_http http = {0};
  struct adapter_subject all;
  bool deny = tw_args_has(virt->args, "deny-http"), allow = tw_args_has(virt->args, "allow-host");
  if (!deny && !allow) return TW_DONE;
  if (deny && allow)
    return tw_usage_error(virt->args->command, "--deny-http lets no request out; --allow-host does not go with it");
  int status = gather(virt, &http);
  if (status != TW_DONE) return status;
  if (allow && !http.allowed_count) return tw_usage_error(virt->args->command, "--allow-host: an authority is wanted");
  if (deny) fputs("http: no requests\n", virt->note);
  status = tw_virt_subject_of(virt, allow ? "allow-host" : "deny-http", interfaces, sizeof interfaces / sizeof *interfaces, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) status = apply_to(virt, &all.imports[i], &http);
  return status;
}

const struct tw_capability tw_capability_http = {"http", apply};
