// Where bytes come from.
#ifndef TW_INPUT_H
#define TW_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The bytes of one input: mapped where it is a regular file, read otherwise.
struct tw_input {
  const char *path;  // as given; "-" for standard input; borrowed
  const uint8_t *data;
  size_t size;
  bool mapped;
};

enum { TW_INPUT_MESSAGE = 256 };

// Opens `path`, "-" being standard input. On false `message` says why ("No such file or directory", "is a folder"), without
// the path: exit with TW_INPUT in the end. May be called from several threads.
bool tw_input_open(struct tw_input *input, const char *path, char message[TW_INPUT_MESSAGE]);
void tw_input_close(struct tw_input *input);

// Prints "tidewaiter: PATH: MESSAGE" to standard error.
void tw_input_report(const char *path, const char *message);

// A list of paths.
struct tw_paths {
  char **paths;  // owned
  size_t count;
};

// Adds to `list` (zeroed at first) what each operand stands for: a folder stands for the files in it, at any depth, whose name
// ends in `suffix` (".wasm"), in the order of their names; names that begin with a dot and links to folders are passed by.
// Anything else stands for itself. False when a folder could not be read or held no such file: a message is on standard error,
// the rest is in the list, and the command exits with TW_INPUT in the end.
bool tw_paths_expand(struct tw_paths *list, const char *const *operands, size_t count, const char *suffix);
void tw_paths_free(struct tw_paths *list);

#endif
