// Requests that go out.

#include <stdio.h>

#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

static const char *const interfaces[] = {"wasi:http/outgoing-handler", "wasi:http/client", "wasi:http/handler"};

// "A,B", each time it is given.
static bool gather(struct tw_virt *virt, struct adapter_http *http) {
  const char *text;
  struct cm_str *allowed = NULL;
  size_t room = 0;
  for (size_t i = 0; (text = tw_args_each(virt->args, "allow-host", i)); i++)
    for (const char *comma; *text; text = *comma ? comma + 1 : comma) {
      comma = strchrnul(text, ',');
      if (!cm_grow(&virt->compose.arena, &allowed, &room, http->allowed_count, sizeof *allowed)) return false;
      allowed[http->allowed_count++] = (struct cm_str){text, (size_t)(comma - text)};
      fprintf(virt->note, "http: requests to %.*s\n", (int)(comma - text), text);
    }
  http->allowed = allowed;
  return true;
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
  if (!gather(virt, &http)) return tw_subject_fault(&(struct cm_diag){.error = CM_NO_MEMORY, .message = "out of memory"});
  if (allow && !http.allowed_count) return tw_usage_error(virt->args->command, "--allow-host: an authority is wanted");
  if (deny) fputs("http: no requests\n", virt->note);
  int status =
      tw_virt_subject_of(virt, allow ? "allow-host" : "deny-http", interfaces, sizeof interfaces / sizeof *interfaces, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) status = apply_to(virt, &all.imports[i], &http);
  return status;
}

const struct tw_capability tw_capability_http = {"http", apply};
