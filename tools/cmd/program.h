// What every program of the house does with its command line: this one and those in libexec.
#ifndef TW_PROGRAM_H
#define TW_PROGRAM_H

#include "options.h"

// Runs a command: parses `argc` arguments that stand behind its name, shows its help if that is asked for, else calls `run`. Returns a status.
int tw_program_run(const struct tw_command *command, int (*run)(const struct tw_args *args), int argc, char **argv);

// Before anything else in main().
void tw_program_begin(void);

// At the end of main(): what to exit with. An answer that could not be written to standard output is no answer.
int tw_program_end(int status);

#endif
