// Man pages from the tables.
//
// roff reads a dot or a quote at the beginning of a line as a request, a backslash as an escape and a hyphen as a place to break
// and a typographic hyphen; all prose therefore goes through put_prose, which also sets `code` in bold.

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <component/version.h>

#include "commands.h"
#include "help.h"

// One character. Hyphens of code are minus signs, which can be copied into a shell.
static void put_char(FILE *to, char c, bool code) {
  if (c == '\\') {
    fputs("\\e", to);
  } else if (c == '-' && code) {
    fputs("\\-", to);
  } else if (c == '\'' && code) {
    fputs("\\(aq", to);
  } else {
    fputc(c, to);
  }
}

// A paragraph on a line of its own.
static void put_prose(FILE *to, const char *text) {
  bool code = false;
  if (*text == '.' || *text == '\'') {
    fputs("\\&", to);
  }
  for (; *text; text++) {
    if (*text == '`') {
      code = !code;
      fputs(code ? "\\fB" : "\\fR", to);
    } else {
      put_char(to, *text, code);
    }
  }
  fputc('\n', to);
}

static void put_code(FILE *to, const char *text) {
  for (; *text; text++) {
    put_char(to, *text, true);
  }
}

static void put_title(FILE *to, const char *name) {
  fputs(".TH ", to);
  for (; *name; name++) {
    fputc(toupper((unsigned char)*name), to);
  }
  fprintf(to, " 1 \"\" \"tidewaiter %s\" \"User Commands\"\n", cm_version());
}

static void put_options(FILE *to, const struct tw_command *command) {
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    fputs(".TP\n", to);
    if (option->letter) {
      fprintf(to, "\\fB\\-%c\\fR, ", option->letter);
    }
    fputs("\\fB\\-\\-", to);
    put_code(to, option->name);
    fputs("\\fR", to);
    if (option->metavar) {
      fprintf(to, " \\fI%s\\fR", option->metavar);
    }
    fputc('\n', to);
    char *prose = tw_option_prose(option);
    put_prose(to, prose);
    free(prose);
  }
}

static void put_exits(FILE *to, const struct tw_command *command) {
  fputs(".SH EXIT STATUS\n", to);
  const struct tw_exit_note *note;
  for (size_t i = 0; (note = tw_exit_at(command, i)); i++) {
    fprintf(to, ".TP\n.B %d\n", note->status);
    put_prose(to, note->what);
  }
}

static void put_examples(FILE *to, const struct tw_command *command) {
  if (!command->examples || !command->examples[0].line) {
    return;
  }
  fputs(".SH EXAMPLES\n", to);
  for (const struct tw_example *example = command->examples; example->line; example++) {
    fputs(".TP\n\\fB", to);
    put_code(to, example->line);
    fputs("\\fR\n", to);
    put_prose(to, example->what);
  }
}

void tw_man_command(const struct tw_command *command, FILE *to) {
  char title[128];
  snprintf(title, sizeof title, "tidewaiter-%s", command->name);
  put_title(to, title);
  fputs(".SH NAME\n", to);
  put_code(to, title);
  fputs(" \\- ", to);
  put_prose(to, command->summary);
  fputs(".SH SYNOPSIS\n\\fBtidewaiter\\fR ", to);
  put_code(to, command->usage);
  fputs("\n.SH DESCRIPTION\n", to);
  for (size_t i = 0; command->description && command->description[i]; i++) {
    fputs(i ? ".PP\n" : "", to);
    put_prose(to, command->description[i]);
  }
  fputs(".SH OPTIONS\n", to);
  put_options(to, command);
  put_exits(to, command);
  put_examples(to, command);
  fputs(".SH SEE ALSO\n.BR tidewaiter (1)\n", to);
}

void tw_man_top(FILE *to) {
  put_title(to, "tidewaiter");
  fputs(".SH NAME\ntidewaiter \\- ", to);
  put_prose(to, tw_program_summary);
  fputs(".SH SYNOPSIS\n\\fBtidewaiter\\fR COMMAND [OPTION]... [OPERAND]...\n.br\n"
        "\\fBtidewaiter\\fR \\-\\-version\n.SH DESCRIPTION\n",
        to);
  put_prose(to, tw_program_description);
  fputs(".SH COMMANDS\n", to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fputs(".TP\n.BR tidewaiter\\-", to);
      put_code(to, tw_commands[i]->name);
      fputs(" (1)\n", to);
      put_prose(to, tw_commands[i]->summary);
    }
  }
  static const struct tw_command no_command = {.name = ""};
  fputs(".SH OPTIONS OF EVERY COMMAND\n", to);
  put_options(to, &no_command);
  put_exits(to, NULL);
  fputs(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour where this is set, unless \\fB\\-\\-color always\\fR is given.\n", to);
}
