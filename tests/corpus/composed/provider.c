/* A whole environment of its own: two variables, whoever asks. */
#include "../abi/abi.h"
struct pair { struct text name, value; };
struct list { const void *ptr; size_t len; };
static const struct pair pairs[] = {{{TEXT("MOORING")}, {TEXT("north")}}, {{TEXT("DRAUGHT")}, {TEXT("7")}}};
static struct list environment = {pairs, 2}, arguments;
static struct { uint32_t some; struct text path; } cwd;
EXPORT("wasi:cli/environment@0.2.3#get-environment") struct list *get_environment(void) { return &environment; }
EXPORT("wasi:cli/environment@0.2.3#get-arguments") struct list *get_arguments(void) { return &arguments; }
EXPORT("wasi:cli/environment@0.2.3#initial-cwd") void *initial_cwd(void) { return &cwd; }
