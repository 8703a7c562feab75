// What help, man pages, docs and completions share: reading the tables.
//
// The tables hold facts (closed list, default, repeated); the sentences that say them are made here once.

#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "memory.h"
#include "status.h"

const char tw_program_summary[] = "Say exactly what a WebAssembly component needs to run";

const char tw_program_description[] =
    "Tidewaiter reads a WebAssembly component, nothing else: no source, no configuration, no running host. It says which "
    "environment variables, configuration keys, secrets, hosts, buckets and subjects the component asks for, proves each answer "
    "with evidence, and says where it could not decide.";

// By status. The words hold for every command that has no note of its own.
static const struct tw_exit_note common_exits[] = {
    {TW_DONE, "Done."},
    {TW_NO, "The answer is no."},
    {TW_USAGE, "Wrong usage."},
    {TW_INPUT, "An input could not be read or is not WebAssembly; of several, the others are still answered."},
    {TW_OUTPUT, "An output could not be written."},
    {TW_BUG, "A bug in tidewaiter."},
    {0, NULL},
};

static const struct tw_exit_note *own_note(const struct tw_command *command, int status) {
  for (const struct tw_exit_note *note = command->exit_notes; note && note->what; note++) {
    if (note->status == status) {
      return note;
    }
  }
  return NULL;
}

const struct tw_exit_note *tw_exit_at(const struct tw_command *command, size_t i) {
  for (const struct tw_exit_note *common = common_exits; common->what; common++) {
    const struct tw_exit_note *note = command ? own_note(command, common->status) : NULL;
    bool reads = !command || command->operand == TW_OPERAND_FILE || command->operand == TW_OPERAND_WASM;
    bool fits = !command || note || (common->status != TW_NO && (common->status != TW_INPUT || reads));
    if (fits && i-- == 0) {
      return note ? note : common;
    }
  }
  return NULL;
}

char *tw_option_prose(const struct tw_option *option) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  if (!to) {
    tw_out_of_memory();
  }
  fputs(option->help, to);
  for (size_t i = 0; option->values && option->values[i]; i++) {
    fprintf(to, "%s`%s`", i ? ", " : " One of: ", option->values[i]);
  }
  if (option->values) {
    fputc('.', to);
  }
  if (option->fallback) {
    fprintf(to, " Default: `%s`.", option->fallback);
  }
  if (option->repeats) {
    fputs(" May be given more than once.", to);
  }
  if (fclose(to) != 0) {
    tw_out_of_memory();
  }
  return text;
}

char *tw_first_sentence(const char *text) {
  const char *end = strstr(text, ". ");
  size_t length = end ? (size_t)(end - text) : strlen(text);
  if (length > 0 && text[length - 1] == '.') {
    length--;
  }
  char *sentence = tw_alloc(length + 1);
  size_t n = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] != '`') {
      sentence[n++] = text[i];
    }
  }
  sentence[n] = '\0';
  return sentence;
}
