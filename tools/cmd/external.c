// `tidewaiter NAME` for a NAME that is not built in.
//
// As git does it: what needs heavy libraries is a program of its own, so that nobody else waits for them to load. The folder is
// found from where this program lies: first the installed tree's (../libexec/tidewaiter), then one beside it, which is the build
// folder's. Nothing is looked up in PATH: a name from a misspelled command must not start whatever happens to be there.

#include "external.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "status.h"

// The folder of this program, without a slash at the end.
static bool own_folder(char folder[PATH_MAX]) {
  ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
  if (length <= 0) {
    return false;
  }
  folder[length] = '\0';
  char *slash = strrchr(folder, '/');
  if (!slash) {
    return false;
  }
  *slash = '\0';
  return true;
}

static bool is_command_name(const char *name) {
  return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

void tw_external_run(const char *name, char **argv, int *status) {
  *status = -1;
  char folder[PATH_MAX];
  if (!is_command_name(name) || !own_folder(folder)) {
    return;
  }
  static const char *const places[] = {TW_LIBEXEC_RELATIVE, "libexec/tidewaiter"};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    char *program = NULL;
    if (asprintf(&program, "%s/%s/tidewaiter-%s", folder, places[i], name) < 0) {
      tw_out_of_memory();
    }
    if (access(program, F_OK) == 0) {
      char *shown = argv[0];
      argv[0] = program;
      signal(SIGPIPE, SIG_DFL);  // ignored signals stay ignored in the next program
      execv(program, argv);
      fprintf(stderr, "tidewaiter: cannot run %s: %s\n", program, strerror(errno));
      argv[0] = shown;
      *status = TW_BUG;
    }
    free(program);
    if (*status >= 0) {
      return;
    }
  }
}
