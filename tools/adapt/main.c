// tidewaiter-virt, tidewaiter-declare, tidewaiter-stub: which it is, is told by the name that it was started under.

#include <stdio.h>
#include <string.h>

#include "adapt.h"
#include "cmd/commands.h"
#include "cmd/program.h"
#include "cmd/status.h"

static const struct {
  const char *name;
  int (*run)(const struct tw_args *args);
} programs[] = {
    {"virt", tw_run_virt},
    {"declare", tw_run_declare},
    {"stub", tw_run_stub},
};

static int dispatch(int argc, char **argv) {
  const char *slash = argc ? strrchr(argv[0], '/') : NULL, *dash = strrchr(slash ? slash : "", '-');
  for (size_t i = 0; dash && i < sizeof programs / sizeof *programs; i++)
    if (strcmp(dash + 1, programs[i].name) == 0)
      return tw_program_run(tw_command_find(programs[i].name), programs[i].run, argc - 1, argv + 1);
  fputs("tidewaiter: this program is started by `tidewaiter virt` and its like\n", stderr);
  return TW_USAGE;
}

int main(int argc, char **argv) {
  tw_program_begin();
  return tw_program_end(dispatch(argc, argv));
}
