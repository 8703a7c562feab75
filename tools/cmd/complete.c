// Completions for bash, zsh and fish.
//
// Each shell gets a script of its own that knows everything beforehand: commands, options, closed lists of values, and
// whether an argument is a path. Nothing is asked of the program while the user types.

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "help.h"

// How an argument completes.
enum completes { AS_NOTHING, AS_VALUES, AS_FILE, AS_FOLDER };

static enum completes how(const struct tw_option *option) {
  if (option->values) {
    return AS_VALUES;
  }
  if (option->metavar && strcmp(option->metavar, "FILE") == 0) {
    return AS_FILE;
  }
  return option->metavar && strcmp(option->metavar, "DIR") == 0 ? AS_FOLDER : AS_NOTHING;
}

static void put_values(FILE *to, const char *const *values) {
  for (size_t i = 0; values[i]; i++) {
    fprintf(to, "%s%s", i ? " " : "", values[i]);
  }
}

static void put_names(FILE *to) {
  for (size_t i = 0, n = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fprintf(to, "%s%s", n++ ? " " : "", tw_commands[i]->name);
    }
  }
}

// ---- bash

static void bash_arguments(FILE *to, const struct tw_command *command) {
  fputs("      case $previous in\n", to);
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    if (!option->metavar) {
      continue;
    }
    fputs("        ", to);
    if (option->letter) {
      fprintf(to, "-%c | ", option->letter);
    }
    fprintf(to, "--%s) ", option->name);
    switch (how(option)) {
      case AS_VALUES:
        fputs("_tidewaiter_words '", to);
        put_values(to, option->values);
        fputs("'; ", to);
        break;
      case AS_FILE: fputs("_tidewaiter_paths -f; ", to); break;
      case AS_FOLDER: fputs("_tidewaiter_paths -d; ", to); break;
      case AS_NOTHING: break;
    }
    fputs("return ;;\n", to);
  }
  fputs("      esac\n", to);
}

static void bash_command(FILE *to, const struct tw_command *command) {
  fprintf(to, "    %s)\n", command->name);
  bash_arguments(to, command);
  fputs("      case $current in\n        -*) _tidewaiter_words '", to);
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    fprintf(to, "%s--%s", i ? " " : "", option->name);
  }
  fputs("' ;;\n", to);
  switch (command->operand) {
    case TW_OPERAND_FILE: fputs("        *) _tidewaiter_paths -f ;;\n", to); break;
    case TW_OPERAND_WASM: fputs("        *) _tidewaiter_paths -f -X '!*.wasm'; _tidewaiter_paths -d ;;\n", to); break;
    case TW_OPERAND_COMMAND:
      fputs("        *) _tidewaiter_words '", to);
      put_names(to);
      fputs("' ;;\n", to);
      break;
    case TW_OPERAND_NONE: break;
  }
  fputs("      esac\n      ;;\n", to);
}

void tw_complete_bash(FILE *to) {
  fputs("# bash completion for tidewaiter; written by `tidewaiter help --format bash`.\n\n"
        "_tidewaiter_words() {\n"
        "  mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
        "}\n\n"
        "_tidewaiter_paths() {\n"
        "  compopt -o filenames 2>/dev/null\n"
        "  mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen \"$@\" -- \"$current\")\n"
        "}\n\n"
        "_tidewaiter() {\n"
        "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "  COMPREPLY=()\n"
        "  # bash splits --name=value into three words.\n"
        "  if [[ $current == '=' ]]; then\n"
        "    current=\n"
        "  elif [[ $previous == '=' ]]; then\n"
        "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "  fi\n"
        "  if ((COMP_CWORD == 1)); then\n"
        "    _tidewaiter_words '",
        to);
  put_names(to);
  fputs(" --help --version'\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      bash_command(to, tw_commands[i]);
    }
  }
  fputs("  esac\n}\n\ncomplete -F _tidewaiter tidewaiter\n", to);
}

// ---- zsh

// Inside '…', and inside the [explanation] of _arguments or the description behind a colon.
static void zsh_text(FILE *to, const char *text) {
  char *sentence = tw_first_sentence(text);
  for (const char *p = sentence; *p; p++) {
    if (*p == '\'') {
      fputs("'\\''", to);
    } else {
      fputs(strchr("[]:\\", *p) ? "\\" : "", to);
      fputc(*p, to);
    }
  }
  free(sentence);
}

static void zsh_option(FILE *to, const struct tw_option *option) {
  const char *equals = option->metavar ? "=" : "";
  fputs(" \\\n        ", to);
  if (option->repeats) {
    fputs("'*'", to);
  } else if (option->letter) {
    fprintf(to, "'(-%c --%s)'", option->letter, option->name);
  }
  if (option->letter) {
    fprintf(to, "{-%c%s,--%s%s}", option->letter, option->metavar ? "+" : "", option->name, equals);
  } else {
    fprintf(to, "--%s%s", option->name, equals);
  }
  fputs("'[", to);
  zsh_text(to, option->help);
  fputc(']', to);
  if (option->metavar) {
    fprintf(to, ":%s:", option->metavar);
  }
  switch (how(option)) {
    case AS_VALUES:
      fputc('(', to);
      put_values(to, option->values);
      fputc(')', to);
      break;
    case AS_FILE: fputs("_files", to); break;
    case AS_FOLDER: fputs("_files -/", to); break;
    case AS_NOTHING: break;
  }
  fputc('\'', to);
}

static void zsh_command(FILE *to, const struct tw_command *command) {
  fprintf(to, "    %s)\n      _arguments -s -S :", command->name);
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    zsh_option(to, option);
  }
  switch (command->operand) {
    case TW_OPERAND_FILE: fputs(" \\\n        '*:file:_files'", to); break;
    case TW_OPERAND_WASM: fputs(" \\\n        '*:file:_files -g \"*.wasm(-.)\"'", to); break;
    case TW_OPERAND_COMMAND:
      fputs(" \\\n        ':command:(", to);
      put_names(to);
      fputs(")'", to);
      break;
    case TW_OPERAND_NONE: break;
  }
  fputs("\n      ;;\n", to);
}

void tw_complete_zsh(FILE *to) {
  fputs("#compdef tidewaiter\n# zsh completion for tidewaiter; written by `tidewaiter help --format zsh`.\n\n"
        "_tidewaiter() {\n"
        "  if ((CURRENT == 2)); then\n"
        "    local -a commands=(\n",
        to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fprintf(to, "      '%s:", tw_commands[i]->name);
      zsh_text(to, tw_commands[i]->summary);
      fputs("'\n", to);
    }
  }
  fputs("    )\n"
        "    _describe command commands\n"
        "    _arguments : '--help[Show help]' '--version[Say the version]'\n"
        "    return\n"
        "  fi\n"
        "  local command=$words[2]\n"
        "  shift words\n"
        "  ((CURRENT--))\n"
        "  case $command in\n",
        to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      zsh_command(to, tw_commands[i]);
    }
  }
  fputs("  esac\n}\n\n"
        "# Autoloaded, the file is the function's body; sourced, it registers itself.\n"
        "if [[ $funcstack[1] == _tidewaiter ]]; then\n"
        "  _tidewaiter \"$@\"\n"
        "else\n"
        "  compdef _tidewaiter tidewaiter\n"
        "fi\n",
        to);
}

// ---- fish

static void fish_text(FILE *to, const char *text) {
  char *sentence = tw_first_sentence(text);
  fputc('\'', to);
  for (const char *p = sentence; *p; p++) {
    fputs(*p == '\'' || *p == '\\' ? "\\" : "", to);
    fputc(*p, to);
  }
  fputc('\'', to);
  free(sentence);
}

static void fish_option(FILE *to, const struct tw_command *command, const struct tw_option *option) {
  fprintf(to, "complete -c tidewaiter -n '__tidewaiter_is %s' -l %s", command->name, option->name);
  if (option->letter) {
    fprintf(to, " -s %c", option->letter);
  }
  switch (how(option)) {
    case AS_VALUES:
      fputs(" -x -a '", to);
      put_values(to, option->values);
      fputc('\'', to);
      break;
    case AS_FILE: fputs(" -r -F", to); break;
    case AS_FOLDER: fputs(" -x -a '(__fish_complete_directories)'", to); break;
    case AS_NOTHING: fputs(option->metavar ? " -x" : "", to); break;
  }
  fputs(" -d ", to);
  fish_text(to, option->help);
  fputc('\n', to);
}

static void fish_command(FILE *to, const struct tw_command *command) {
  fprintf(to, "\ncomplete -c tidewaiter -n __fish_use_subcommand -a %s -d ", command->name);
  fish_text(to, command->summary);
  fputc('\n', to);
  switch (command->operand) {
    case TW_OPERAND_FILE: fprintf(to, "complete -c tidewaiter -n '__tidewaiter_is %s' -F\n", command->name); break;
    case TW_OPERAND_WASM:
      fprintf(to, "complete -c tidewaiter -n '__tidewaiter_is %s' -k -a '(__fish_complete_suffix .wasm)'\n", command->name);
      break;
    case TW_OPERAND_COMMAND:
      fprintf(to, "complete -c tidewaiter -n '__tidewaiter_is %s' -a '", command->name);
      put_names(to);
      fputs("'\n", to);
      break;
    case TW_OPERAND_NONE: break;
  }
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    fish_option(to, command, option);
  }
}

void tw_complete_fish(FILE *to) {
  fputs("# fish completion for tidewaiter; written by `tidewaiter help --format fish`.\n\n"
        "function __tidewaiter_is\n"
        "  set -l words (commandline -opc)\n"
        "  test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
        "end\n\n"
        "complete -c tidewaiter -f\n"
        "complete -c tidewaiter -n __fish_use_subcommand -s h -l help -d 'Show help'\n"
        "complete -c tidewaiter -n __fish_use_subcommand -s V -l version -d 'Say the version'\n",
        to);
  for (size_t i = 0; tw_commands[i]; i++) {
    if (!tw_commands[i]->hidden) {
      fish_command(to, tw_commands[i]);
    }
  }
}
