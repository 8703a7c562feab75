// The table of commands.
#ifndef TW_COMMANDS_H
#define TW_COMMANDS_H

#include "options.h"

// All commands in the order of the help, ended by NULL.
extern const struct tw_command *const tw_commands[];

// The command of that name; NULL where there is none.
const struct tw_command *tw_command_find(const char *name);

// The name most like `word`, of the commands that are not hidden; NULL where none is near.
const char *tw_command_nearest(const char *word);

#endif
