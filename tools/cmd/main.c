// tidewaiter: the program.
//
// Finds the command of the first word in the table of commands, parses the rest by the command's own table, and runs it. What
// is not in the table may be a program in libexec. The status that a command returns stands, unless standard output could not be
// written: an answer that was lost on the way is no answer.

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "external.h"
#include "help.h"
#include "options.h"
#include "program.h"
#include "status.h"
#include "version.h"

static int unknown_command(const char *name) {
  const char *nearest = tw_command_nearest(name);
  if (nearest) {
    return tw_usage_error(NULL, "unknown command '%s'; did you mean '%s'?", name, nearest);
  }
  return tw_usage_error(NULL, "unknown command '%s'", name);
}

static int dispatch(int argc, char **argv) {
  if (argc < 2) {
    return tw_usage_error(NULL, "which command?");
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    tw_help_top(stdout);
    return TW_DONE;
  }
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    tw_version_print(stdout);
    return TW_DONE;
  }
  if (name[0] == '-') {
    return tw_usage_error(NULL, "unknown option '%s'; the command comes first", name);
  }
  const struct tw_command *command = tw_command_find(name);
  if (command && command->run) {
    return tw_program_run(command, command->run, argc - 2, argv + 2);
  }
  int status = -1;
  tw_external_run(name, argv + 1, &status);
  if (status >= 0) {
    return status;
  }
  if (command) {
    fprintf(stderr, "tidewaiter: the command '%s' is not part of this installation\n", name);
    return TW_USAGE;
  }
  return unknown_command(name);
}

int main(int argc, char **argv) {
  tw_program_begin();
  return tw_program_end(dispatch(argc, argv));
}
