/* The host's environment with one variable set, which hides the host's. Arguments are the host's. Behind each text lies a zero. */
#define SPARE 8
#include "../abi/abi.h"
struct pair { struct text name, value; };
struct pairs { struct pair *ptr; size_t len; };
struct texts { struct text *ptr; size_t len; };
struct directory { uint32_t some; struct text path; };
IMPORT("wasi:cli/environment@0.2.3", "get-environment") void host_environment(struct pairs *to);
IMPORT("wasi:cli/environment@0.2.3", "get-arguments") void host_arguments(struct texts *to);
IMPORT("wasi:cli/environment@0.2.3", "initial-cwd") void host_cwd(struct directory *to);
static const struct pair set = {{TEXT("FERRY_PORT")}, {TEXT("80")}};
static struct pairs environment;
static struct texts arguments;
static struct directory cwd;
EXPORT("wasi:cli/environment@0.2.3#get-environment") struct pairs *get_environment(void) {
  struct pairs all;
  host_environment(&all);
  environment.ptr = cabi_realloc(NULL, 0, 4, (all.len + 1) * sizeof set);
  environment.len = 0;
  environment.ptr[environment.len++] = set;
  for (size_t i = 0; i < all.len; i++)
    if (strcmp(all.ptr[i].name.ptr, set.name.ptr)) environment.ptr[environment.len++] = all.ptr[i];
  return &environment;
}
EXPORT("wasi:cli/environment@0.2.3#get-arguments") struct texts *get_arguments(void) {
  host_arguments(&arguments);
  return &arguments;
}
EXPORT("wasi:cli/environment@0.2.3#initial-cwd") struct directory *initial_cwd(void) {
  host_cwd(&cwd);
  return &cwd;
}
