// The table of commands: everything that `tidewaiter NAME` can be, one row each.
//
// To add a command:
//   1. write cmd/NAME.c with `const struct tw_command tw_cmd_NAME = {…};` (cmd/help.c is a small one to copy);
//   2. declare it `extern` below and add its row, in the order in which the help should list it;
//   3. run `./dev docs`, which makes docs/NAME.md with its generated option list, and write the prose around that list.
// The build finds the file by itself; --help, man page and completions follow from the table. A command whose libraries are too
// heavy to load at every start has `.run = NULL` and is a program of its own, tidewaiter-NAME in libexec/tidewaiter.

#include "commands.h"

#include <string.h>

extern const struct tw_command tw_cmd_compose;
extern const struct tw_command tw_cmd_declare;
extern const struct tw_command tw_cmd_diff;
extern const struct tw_command tw_cmd_dump;
extern const struct tw_command tw_cmd_gate;
extern const struct tw_command tw_cmd_graph;
extern const struct tw_command tw_cmd_help;
extern const struct tw_command tw_cmd_label;
extern const struct tw_command tw_cmd_manifest;
extern const struct tw_command tw_cmd_needs;
extern const struct tw_command tw_cmd_parse;
extern const struct tw_command tw_cmd_print;
extern const struct tw_command tw_cmd_stub;
extern const struct tw_command tw_cmd_validate;
extern const struct tw_command tw_cmd_version;
extern const struct tw_command tw_cmd_virt;

// One a line, so that two who add one do not meet.
// clang-format off
const struct tw_command *const tw_commands[] = {
    &tw_cmd_needs,
    &tw_cmd_manifest,
    &tw_cmd_gate,
    &tw_cmd_diff,
    &tw_cmd_compose,
    &tw_cmd_label,
    &tw_cmd_virt,
    &tw_cmd_declare,
    &tw_cmd_stub,
    &tw_cmd_validate,
    &tw_cmd_print,
    &tw_cmd_parse,
    &tw_cmd_dump,
    &tw_cmd_graph,
    &tw_cmd_help,
    &tw_cmd_version,
    NULL,
};
// clang-format on

const struct tw_command *tw_command_find(const char *name) {
  for (size_t i = 0; tw_commands[i]; i++) {
    if (strcmp(tw_commands[i]->name, name) == 0) {
      return tw_commands[i];
    }
  }
  return NULL;
}

const char *tw_command_nearest(const char *word) {
  const char *names[sizeof tw_commands / sizeof tw_commands[0]];
  size_t count = 0;
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      names[count++] = tw_commands[i]->name;
    }
  }
  names[count] = NULL;
  return tw_nearest(word, names);
}
