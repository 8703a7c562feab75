// Everything that is written from the tables of commands and options.
#ifndef TW_HELP_H
#define TW_HELP_H

#include <stdio.h>

#include "options.h"

// --help, at most 80 columns wide.
void tw_help_top(FILE *to);
void tw_help_command(const struct tw_command *command, FILE *to);

// Man pages, in the man macros of roff. Without a date: the same tables give the same bytes.
void tw_man_top(FILE *to);
void tw_man_command(const struct tw_command *command, FILE *to);

// The generated part of docs/COMMAND.md and of docs/commands.md.
void tw_markdown_top(FILE *to);
void tw_markdown_command(const struct tw_command *command, FILE *to);

// Completion scripts for all commands.
void tw_complete_bash(FILE *to);
void tw_complete_zsh(FILE *to);
void tw_complete_fish(FILE *to);

// What these writers share.

// "Help text. One of: text, json. Default: text. May be repeated." The caller frees.
char *tw_option_prose(const struct tw_option *option);

// The first sentence of a text without its full stop and without backquotes; the caller frees.
char *tw_first_sentence(const char *text);

// The option number `i` of a command, its own first, then those that every command takes; NULL after the last.
const struct tw_option *tw_option_at(const struct tw_command *command, size_t i);

// The exit statuses that a command can end with, in order; `what` is the command's own note or the common words. NULL after the
// last. `command` NULL: all there are.
const struct tw_exit_note *tw_exit_at(const struct tw_command *command, size_t i);

// The program in one sentence, and in one paragraph.
extern const char tw_program_summary[];
extern const char tw_program_description[];

#endif
