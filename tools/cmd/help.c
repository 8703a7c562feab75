// `--help`, and the command `help`.
//
// The text fits 80 columns: words are wrapped by a small writer that knows in which column it is. `code` of the tables is shown
// between straight quotes.

#include "help.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "output.h"
#include "status.h"

enum { WIDTH = 80, HELP_COLUMN_MAX = 30 };

// Writes words into lines that begin at column `indent`.
struct wrapper {
  FILE *to;
  int indent;
  int column;
  bool line_begun;  // a word stands on this line already, right of `indent`
};

// Columns that a word takes: bytes, less the continuation bytes of UTF-8.
static int columns(const char *word, size_t length) {
  int n = 0;
  for (size_t i = 0; i < length; i++) {
    n += ((unsigned char)word[i] & 0xc0) != 0x80;
  }
  return n;
}

static void put_word(struct wrapper *w, const char *word, size_t length) {
  int n = columns(word, length);
  if (w->line_begun && w->column + 1 + n > WIDTH) {
    fputc('\n', w->to);
    w->column = 0;
    w->line_begun = false;
  }
  int gap = w->line_begun ? 1 : w->indent - w->column;
  fprintf(w->to, "%*s", gap > 0 ? gap : 0, "");
  for (size_t i = 0; i < length; i++) {
    fputc(word[i] == '`' ? '\'' : word[i], w->to);
  }
  w->column += (gap > 0 ? gap : 0) + n;
  w->line_begun = true;
}

// Wraps `text` behind what stands in the first `column` columns of this line; ends the line.
static void wrap(FILE *to, const char *text, int indent, int column) {
  struct wrapper w = {.to = to, .indent = indent, .column = column};
  while (*text) {
    size_t length = strcspn(text, " \n");
    if (length > 0) {
      put_word(&w, text, length);
    }
    text += length;
    text += strspn(text, " \n");
  }
  fputc('\n', to);
}

// "  -o, --output FILE"; returns the columns written. `to` may be NULL, to measure.
static int put_option(FILE *to, const struct tw_option *option) {
  char line[256];
  int n = option->letter ? snprintf(line, sizeof line, "  -%c, --%s", option->letter, option->name)
                         : snprintf(line, sizeof line, "      --%s", option->name);
  if (option->metavar) {
    n += snprintf(line + n, sizeof line - (size_t)n, " %s", option->metavar);
  }
  if (to) {
    fputs(line, to);
  }
  return n;
}

// `left` columns are written; the text goes to `column`, on the next line when there is no room.
static void put_right(FILE *to, const char *text, int left, int column) {
  if (left + 2 > column) {
    fputc('\n', to);
    left = 0;
  }
  wrap(to, text, column, left);
}

static int option_column(const struct tw_command *command) {
  int widest = 0;
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    int n = put_option(NULL, option) + 2;
    if (n > widest && n <= HELP_COLUMN_MAX) {
      widest = n;
    }
  }
  return widest;
}

static void put_options(FILE *to, const struct tw_command *command) {
  int column = option_column(command);
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    char *prose = tw_option_prose(option);
    put_right(to, prose, put_option(to, option), column);
    free(prose);
  }
}

static void put_exits(FILE *to, const struct tw_command *command) {
  fputs("\nExit status:\n", to);
  const struct tw_exit_note *note;
  for (size_t i = 0; (note = tw_exit_at(command, i)); i++) {
    put_right(to, note->what, fprintf(to, "  %2d", note->status), 6);
  }
}

void tw_help_command(const struct tw_command *command, FILE *to) {
  fprintf(to, "Usage: tidewaiter %s\n\n%s.\n", command->usage, command->summary);
  for (size_t i = 0; command->description && command->description[i]; i++) {
    fputc('\n', to);
    wrap(to, command->description[i], 0, 0);
  }
  fputs("\nOptions:\n", to);
  put_options(to, command);
  put_exits(to, command);
  if (command->examples && command->examples[0].line) {
    fputs("\nExamples:\n", to);
  }
  for (const struct tw_example *example = command->examples; example && example->line; example++) {
    fprintf(to, "  %s\n", example->line);
    wrap(to, example->what, 6, 0);
  }
}

void tw_help_top(FILE *to) {
  fputs("Usage: tidewaiter COMMAND [OPTION]... [OPERAND]...\n\n", to);
  wrap(to, tw_program_description, 0, 0);
  fputs("\nCommands:\n", to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      put_right(to, tw_commands[i]->summary, fprintf(to, "  %s", tw_commands[i]->name), 14);
    }
  }
  static const struct tw_command no_command = {.name = ""};
  fputs("\nOptions of every command:\n", to);
  put_options(to, &no_command);
  fputs("\nOptions without a command:\n", to);
  put_right(to, "Show this help and exit.", fprintf(to, "  -h, --help"), 21);
  put_right(to, "Say the version and what it knows of the specification.", fprintf(to, "  -V, --version"), 21);
  put_exits(to, NULL);
  fputs("\n'tidewaiter COMMAND --help' says more.\n", to);
}

// The formats, in the order of the table.
enum format { TEXT, MAN, MARKDOWN, BASH, ZSH, FISH };
static const char *const formats[] = {"text", "man", "markdown", "bash", "zsh", "fish", NULL};

static void write_help(enum format format, const struct tw_command *command, FILE *to) {
  switch (format) {
    case TEXT: command ? tw_help_command(command, to) : tw_help_top(to); break;
    case MAN: command ? tw_man_command(command, to) : tw_man_top(to); break;
    case MARKDOWN: command ? tw_markdown_command(command, to) : tw_markdown_top(to); break;
    case BASH: tw_complete_bash(to); break;
    case ZSH: tw_complete_zsh(to); break;
    case FISH: tw_complete_fish(to); break;
  }
}

static void list_commands(FILE *to) {
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fprintf(to, "%s\n", tw_commands[i]->name);
    }
  }
}

static int run(const struct tw_args *args) {
  const struct tw_command *command = NULL;
  enum format format = (enum format)tw_args_choice(args, "format");
  if (args->operand_count == 1) {
    const char *name = args->operands[0];
    command = tw_command_find(name);
    if (!command) {
      const char *nearest = tw_command_nearest(name);
      return nearest ? tw_usage_error(args->command, "unknown command '%s'; did you mean '%s'?", name, nearest)
                     : tw_usage_error(args->command, "unknown command '%s'", name);
    }
    if (format >= BASH) {
      return tw_usage_error(args->command, "completions are of all commands at once; leave out '%s'", name);
    }
  }
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  if (tw_args_has(args, "list")) {
    list_commands(output.stream);
  } else {
    write_help(format, command, output.stream);
  }
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static const struct tw_option options[] = {
    {
        .name = "format",
        .metavar = "FORMAT",
        .help = "What to write: help for a terminal, a man page, the option list of the documentation, or a completion script "
                "for a shell.",
        .values = formats,
        .fallback = "text",
    },
    {.name = "list", .help = "List the names of all commands, one a line.", .alone = true},
    {.name = NULL},
};

static const char *const description[] = {
    "Without a COMMAND, shows what commands there are. `tidewaiter COMMAND --help` is the same as `tidewaiter help COMMAND`.",
    "Man pages, completions and the option lists of the documentation are written from the same tables, and an installation "
    "already has them in place.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter help version", "Help on one command."},
    {"tidewaiter help --format bash > /etc/bash_completion.d/tidewaiter", "Completions, where the package did not install them."},
    {NULL, NULL},
};

const struct tw_command tw_cmd_help = {
    .name = "help",
    .summary = "Show help on a command, as text, man page or completions",
    .description = description,
    .usage = "help [OPTION]... [COMMAND]",
    .options = options,
    .operand = TW_OPERAND_COMMAND,
    .operands_max = 1,
    .examples = examples,
    .run = run,
};
