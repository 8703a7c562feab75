// Option tables, and the parser that they drive.
//
// A command is one `struct tw_command`. Its tables are all there is to know about its command line: the parser, --help, the man
// page, the option list in docs/ and the completions of bash, zsh and fish are made from them.
//
// Prose in tables (summary, description, help, notes) is plain text; `code` stands between backquotes, which every writer
// renders in its own way.
#ifndef TW_OPTIONS_H
#define TW_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "doc/nearest.h"

struct tw_args;

// One option.
struct tw_option {
  const char *name;           // long name, without the dashes
  const char *metavar;        // name of its argument in help; NULL: a flag. FILE and DIR complete as paths
  const char *help;           // sentences
  const char *const *values;  // the closed list of what the argument may be, ended by NULL; NULL: anything
  const char *fallback;       // what holds when the option is absent; NULL: nothing
  char letter;                // short name; 0: none
  bool repeats;               // may be given more than once
  bool alone;                 // needs no operands: `--list-sinks`
};

// What an operand is, for completions.
enum tw_operand {
  TW_OPERAND_NONE,
  TW_OPERAND_FILE,     // any file
  TW_OPERAND_WASM,     // a .wasm file or a folder
  TW_OPERAND_COMMAND,  // the name of a command
};

enum { TW_MANY = 1000000 };  // for operands_max: as many as one likes

struct tw_example {
  const char *line;  // what to type, without the prompt
  const char *what;  // what it does, a sentence
};

struct tw_exit_note {
  int status;  // enum tw_status
  const char *what;
};

// One command. Arrays are ended by a row whose first pointer is NULL (exit notes: whose `what` is NULL); any may be NULL.
struct tw_command {
  const char *name;
  const char *summary;             // one line, imperative, without a full stop
  const char *const *description;  // paragraphs
  const char *usage;               // after the program's name: "needs [OPTION]... FILE..."
  const struct tw_option *options;
  enum tw_operand operand;
  int operands_min, operands_max;
  const struct tw_example *examples;
  const struct tw_exit_note *exit_notes;  // what a status means here, where more is to be said than the common words
  bool hidden;                            // not listed in help, has no page in docs/
  // Does the work; returns enum tw_status. NULL: done by libexec/tidewaiter/tidewaiter-NAME, a program of its own.
  int (*run)(const struct tw_args *args);
};

// The options that every command takes, ended by a row without a name. The parser handles these itself. A command that has an option of
// the same name in its table has it in its own way, as `gate` has several outputs.
extern const struct tw_option tw_common_options[];

// One option as it was given.
struct tw_given {
  const struct tw_option *option;
  const char *value;  // NULL for a flag
};

// A parsed command line. Strings are borrowed from argv.
struct tw_args {
  const struct tw_command *command;
  const char **operands;
  size_t operand_count;
  const char *output;  // of --output; NULL or "-": standard output
  const char *color;   // of --color: auto, always, never
  bool help;           // --help was given: nothing else has been checked
  struct tw_given *given;
  size_t given_count;
};

// Parses what stands after the command's name. On false a message is on standard error and the status to exit with is TW_USAGE.
// `args` must be freed in either case.
bool tw_args_parse(const struct tw_command *command, int argc, char **argv, struct tw_args *args);
void tw_args_free(struct tw_args *args);

// The options of a command are asked for by long name; asking for one that is in no table is a bug and aborts.

// Whether it was given.
bool tw_args_has(const struct tw_args *args, const char *name);

// Its value: as given last, else the table's fallback, else NULL.
const char *tw_args_value(const struct tw_args *args, const char *name);

// For an option with a closed list: the index of its value in `values`; -1 where absent without a fallback.
int tw_args_choice(const struct tw_args *args, const char *name);

// For a repeated option: its value number `i`, from 0; NULL after the last.
const char *tw_args_each(const struct tw_args *args, const char *name, size_t i);

// For a number: decimal or 0x…, from `min` to `max`. On false (message on standard error) exit with TW_USAGE. Left alone where
// the option is absent and has no fallback.
bool tw_args_number(const struct tw_args *args, const char *name, unsigned long long min, unsigned long long max,
                    unsigned long long *number);

// Prints "tidewaiter COMMAND: MESSAGE" and where to find help to standard error; returns TW_USAGE. `command` may be NULL.
int tw_usage_error(const struct tw_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
