// The generated blocks of the documentation.
//
// `./dev docs` puts them between the markers of docs/COMMAND.md, and a test fails where they differ. `code` of the tables already is
// Markdown; only what Markdown would read as markup is escaped.

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "help.h"

static void put_prose(FILE *to, const char *text) {
  bool code = false;
  for (; *text; text++) {
    code ^= *text == '`';
    if (!code && strchr("*_<>[]\\", *text)) {
      fputc('\\', to);
    }
    fputc(*text, to);
  }
}

static void put_options(FILE *to, const struct tw_command *command) {
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    fputs("- ", to);
    if (option->letter) {
      fprintf(to, "`-%c`, ", option->letter);
    }
    fprintf(to, "`--%s%s%s`: ", option->name, option->metavar ? " " : "", option->metavar ? option->metavar : "");
    char *prose = tw_option_prose(option);
    put_prose(to, prose);
    free(prose);
    fputc('\n', to);
  }
}

static void put_exits(FILE *to, const struct tw_command *command) {
  fputs("\n## Exit status\n\n", to);
  const struct tw_exit_note *note;
  for (size_t i = 0; (note = tw_exit_at(command, i)); i++) {
    fprintf(to, "- `%d`: ", note->status);
    put_prose(to, note->what);
    fputc('\n', to);
  }
}

void tw_markdown_command(const struct tw_command *command, FILE *to) {
  fprintf(to, "```\ntidewaiter %s\n```\n\n", command->usage);
  put_prose(to, command->summary);
  fputs(".\n", to);
  for (size_t i = 0; command->description && command->description[i]; i++) {
    fputc('\n', to);
    put_prose(to, command->description[i]);
    fputc('\n', to);
  }
  fputs("\n## Options\n\n", to);
  put_options(to, command);
  put_exits(to, command);
  if (command->examples && command->examples[0].line) {
    fputs("\n## Examples\n", to);
  }
  for (const struct tw_example *example = command->examples; example && example->line; example++) {
    fputc('\n', to);
    put_prose(to, example->what);
    fprintf(to, "\n\n```\n%s\n```\n", example->line);
  }
}

void tw_markdown_top(FILE *to) {
  put_prose(to, tw_program_description);
  fputs("\n\n## Commands\n\n", to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fprintf(to, "- [`tidewaiter %s`](%s.md): ", tw_commands[i]->name, tw_commands[i]->name);
      put_prose(to, tw_commands[i]->summary);
      fputs(".\n", to);
    }
  }
  static const struct tw_command no_command = {.name = ""};
  fputs("\n## Options of every command\n\n", to);
  put_options(to, &no_command);
  put_exits(to, NULL);
}
