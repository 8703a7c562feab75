// Parsing, help, and the two ends of a program.

#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "faults.h"
#include "help.h"
#include "status.h"

int tw_program_run(const struct tw_command *command, int (*run)(const struct tw_args *args), int argc, char **argv) {
  struct tw_args args;
  int status = TW_USAGE;
  if (tw_args_parse(command, argc, argv, &args)) {
    if (args.help) {
      tw_help_command(command, stdout);
      status = TW_DONE;
    } else {
      status = run(&args);
    }
  }
  tw_args_free(&args);
  return status;
}

void tw_program_begin(void) {
  tw_faults_standard_streams();
  tw_faults_catch();
}

int tw_program_end(int status) {
  bool failed_before = ferror(stdout);
  errno = 0;
  if ((fclose(stdout) != 0 || failed_before) && status != TW_OUTPUT) {
    fprintf(stderr, "tidewaiter: cannot write standard output: %s\n", strerror(errno ? errno : EIO));
    return TW_OUTPUT;
  }
  return status;
}
