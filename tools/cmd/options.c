// The parser of command lines.
//
// Walks argv once. Each word is `--name`, `--name=value`, a cluster of short options, `--`, or an operand; `-` is an operand.
// Options and operands may be mixed. Every check that the table allows is made here (unknown, missing or unwanted argument,
// value outside its closed list, given twice, number of operands), so that a command only ever sees what it can use.

#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "status.h"

static const char *const color_values[] = {"auto", "always", "never", NULL};

const struct tw_option tw_common_options[] = {
    {
        .name = "output",
        .letter = 'o',
        .metavar = "FILE",
        .help = "Write the answer to FILE instead of standard output; FILE is replaced in one step when all is written. `-` "
                "is standard output.",
    },
    {
        .name = "color",
        .metavar = "WHEN",
        .help = "Use colour. `auto` means on a terminal, unless the environment has NO_COLOR.",
        .values = color_values,
        .fallback = "auto",
    },
    {.name = "help", .letter = 'h', .help = "Show this help and exit.", .alone = true},
    {.name = NULL},
};

int tw_usage_error(const struct tw_command *command, const char *format, ...) {
  const char *space = command ? " " : "";
  const char *name = command ? command->name : "";
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "tidewaiter%s%s: ", space, name);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\nTry 'tidewaiter%s%s --help'.\n", space, name);
  va_end(arguments);
  return TW_USAGE;
}

static bool has_own(const struct tw_command *command, const char *name) {
  for (const struct tw_option *option = command->options; option && option->name; option++) {
    if (strcmp(option->name, name) == 0) {
      return true;
    }
  }
  return false;
}

// The command's own options first, then the common ones but for those that the command has in its own way.
const struct tw_option *tw_option_at(const struct tw_command *command, size_t i) {
  size_t at = 0;
  for (const struct tw_option *option = command->options; option && option->name; option++) {
    if (at++ == i) {
      return option;
    }
  }
  for (const struct tw_option *option = tw_common_options; option->name; option++) {
    if (!has_own(command, option->name) && at++ == i) {
      return option;
    }
  }
  return NULL;
}

static const struct tw_option *find_long(const struct tw_command *command, const char *name, size_t length) {
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    if (strncmp(option->name, name, length) == 0 && option->name[length] == '\0') {
      return option;
    }
  }
  return NULL;
}

static const struct tw_option *find_short(const struct tw_command *command, char letter) {
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)); i++) {
    if (option->letter == letter) {
      return option;
    }
  }
  return NULL;
}

static void report_unknown_long(const struct tw_command *command, const char *name, size_t length) {
  const char *names[256];
  size_t count = 0;
  const struct tw_option *option;
  for (size_t i = 0; (option = tw_option_at(command, i)) && count < 255; i++) {
    names[count++] = option->name;
  }
  names[count] = NULL;

  char word[64] = "";
  if (length < sizeof word) {
    memcpy(word, name, length);
    word[length] = '\0';
  }
  const char *nearest = tw_nearest(word, names);
  if (nearest) {
    tw_usage_error(command, "unknown option '--%.*s'; did you mean '--%s'?", (int)length, name, nearest);
  } else {
    tw_usage_error(command, "unknown option '--%.*s'", (int)length, name);
  }
}

// "text, json, jsonl"
static void join_values(const char *const *values, char *to, size_t size) {
  to[0] = '\0';
  for (size_t i = 0, used = 0; values[i] && used < size; i++) {
    used += (size_t)snprintf(to + used, size - used, "%s%s", i ? ", " : "", values[i]);
  }
}

static bool check_value(const struct tw_command *command, const struct tw_option *option, const char *value) {
  if (!option->values) {
    return true;
  }
  for (size_t i = 0; option->values[i]; i++) {
    if (strcmp(option->values[i], value) == 0) {
      return true;
    }
  }
  char all[1024];
  join_values(option->values, all, sizeof all);
  const char *nearest = tw_nearest(value, option->values);
  if (nearest) {
    tw_usage_error(command, "'%s' is no value of '--%s'; did you mean '%s'? It is one of: %s", value, option->name, nearest, all);
  } else {
    tw_usage_error(command, "'%s' is no value of '--%s'; it is one of: %s", value, option->name, all);
  }
  return false;
}

// Takes note of one option with its value (NULL for a flag).
static bool give(struct tw_args *args, const struct tw_option *option, const char *value) {
  if (value && !check_value(args->command, option, value)) {
    return false;
  }
  for (size_t i = 0; i < args->given_count; i++) {
    if (args->given[i].option == option && !option->repeats && option->metavar) {
      tw_usage_error(args->command, "'--%s' is given twice, '%s' and '%s'", option->name, args->given[i].value, value);
      return false;
    }
  }
  args->given = tw_grow(args->given, args->given_count, sizeof *args->given);
  args->given[args->given_count++] = (struct tw_given){option, value};

  if (strcmp(option->name, "output") == 0) {
    args->output = value;
  } else if (strcmp(option->name, "color") == 0) {
    args->color = value;
  } else if (strcmp(option->name, "help") == 0) {
    args->help = true;
  }
  return true;
}

// `word` is what follows the two dashes; `next` the word after it, NULL at the end. *took is set when `next` was its value.
static bool parse_long(struct tw_args *args, const char *word, const char *next, bool *took) {
  size_t length = strcspn(word, "=");
  const struct tw_option *option = find_long(args->command, word, length);
  if (!option) {
    report_unknown_long(args->command, word, length);
    return false;
  }
  const char *value = word[length] == '=' ? word + length + 1 : NULL;
  if (!option->metavar) {
    if (value) {
      tw_usage_error(args->command, "'--%s' takes no argument", option->name);
      return false;
    }
    return give(args, option, NULL);
  }
  if (!value) {
    if (!next) {
      tw_usage_error(args->command, "'--%s' needs an argument, %s", option->name, option->metavar);
      return false;
    }
    value = next;
    *took = true;
  }
  return give(args, option, value);
}

// `word` is what follows the dash: flags, of which the last may have an argument, in the same word or the next.
static bool parse_short(struct tw_args *args, const char *word, const char *next, bool *took) {
  for (; *word; word++) {
    const struct tw_option *option = find_short(args->command, *word);
    if (!option) {
      tw_usage_error(args->command, "unknown option '-%c'", *word);
      return false;
    }
    if (!option->metavar) {
      if (!give(args, option, NULL)) {
        return false;
      }
      continue;
    }
    if (word[1]) {
      return give(args, option, word + 1);
    }
    if (!next) {
      tw_usage_error(args->command, "'-%c' needs an argument, %s", *word, option->metavar);
      return false;
    }
    *took = true;
    return give(args, option, next);
  }
  return true;
}

static bool check_operands(const struct tw_args *args) {
  const struct tw_command *command = args->command;
  for (size_t i = 0; i < args->given_count; i++) {
    if (args->given[i].option->alone) {
      return true;
    }
  }
  if (args->operand_count < (size_t)command->operands_min) {
    tw_usage_error(command, "missing operand; usage: tidewaiter %s", command->usage);
    return false;
  }
  if (args->operand_count > (size_t)command->operands_max) {
    tw_usage_error(command, "extra operand '%s'", args->operands[command->operands_max]);
    return false;
  }
  return true;
}

bool tw_args_parse(const struct tw_command *command, int argc, char **argv, struct tw_args *args) {
  *args = (struct tw_args){.command = command, .color = "auto"};
  bool options_end = false;
  for (int i = 0; i < argc && !args->help; i++) {
    const char *word = argv[i];
    const char *next = i + 1 < argc ? argv[i + 1] : NULL;
    bool took = false;
    if (options_end || word[0] != '-' || word[1] == '\0') {
      args->operands = tw_grow(args->operands, args->operand_count, sizeof *args->operands);
      args->operands[args->operand_count++] = word;
    } else if (strcmp(word, "--") == 0) {
      options_end = true;
    } else if (word[1] == '-') {
      if (!parse_long(args, word + 2, next, &took)) {
        return false;
      }
    } else if (!parse_short(args, word + 1, next, &took)) {
      return false;
    }
    i += took;
  }
  return args->help || check_operands(args);
}

void tw_args_free(struct tw_args *args) {
  free(args->operands);
  free(args->given);
  *args = (struct tw_args){0};
}

static const struct tw_option *own_option(const struct tw_args *args, const char *name) {
  const struct tw_option *option = find_long(args->command, name, strlen(name));
  if (!option) {
    fprintf(stderr, "tidewaiter %s: asked for the option '%s', which is in no table\n", args->command->name, name);
    abort();
  }
  return option;
}

const char *tw_args_each(const struct tw_args *args, const char *name, size_t i) {
  const struct tw_option *option = own_option(args, name);
  for (size_t j = 0; j < args->given_count; j++) {
    if (args->given[j].option == option && i-- == 0) {
      return args->given[j].value;
    }
  }
  return NULL;
}

bool tw_args_has(const struct tw_args *args, const char *name) {
  const struct tw_option *option = own_option(args, name);
  for (size_t i = 0; i < args->given_count; i++) {
    if (args->given[i].option == option) {
      return true;
    }
  }
  return false;
}

const char *tw_args_value(const struct tw_args *args, const char *name) {
  const struct tw_option *option = own_option(args, name);
  const char *value = option->fallback;
  for (size_t i = 0; i < args->given_count; i++) {
    if (args->given[i].option == option) {
      value = args->given[i].value;
    }
  }
  return value;
}

int tw_args_choice(const struct tw_args *args, const char *name) {
  const struct tw_option *option = own_option(args, name);
  const char *value = tw_args_value(args, name);
  for (int i = 0; value && option->values && option->values[i]; i++) {
    if (strcmp(option->values[i], value) == 0) {
      return i;
    }
  }
  return -1;
}

bool tw_args_number(const struct tw_args *args, const char *name, unsigned long long min, unsigned long long max,
                    unsigned long long *number) {
  const char *value = tw_args_value(args, name);
  if (!value) {
    return true;
  }
  char *end = NULL;
  errno = 0;
  bool hex = value[0] == '0' && (value[1] == 'x' || value[1] == 'X');
  bool digit = value[0] >= '0' && value[0] <= '9';
  unsigned long long parsed = digit ? strtoull(value, &end, hex ? 16 : 10) : 0;
  if (!digit || *end || errno || parsed < min || parsed > max) {
    tw_usage_error(args->command, "'--%s' is a number from %llu to %llu, not '%s'", name, min, max, value);
    return false;
  }
  *number = parsed;
  return true;
}
