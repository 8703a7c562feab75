// Where answers go.
#ifndef TW_OUTPUT_H
#define TW_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "options.h"

// An output being written. To a file, the answer is gathered in memory, written to a temporary file beside the target and renamed
// over it when the answer is whole: nobody ever sees half a file, and a failed command leaves the old one as it was. Standard
// output and what is no regular file (a terminal, a pipe, /dev/null) are written as they come.
struct tw_output {
  FILE *stream;  // write here; errors need no checking before tw_output_finish
  bool color;    // whether to use colour in `stream`
  const char *path;
  char *bytes;
  size_t size;
  bool gathers;  // `stream` is memory that becomes `path`
  bool unnamed;  // `stream` is a file without a name that becomes `path`
  bool secret;   // set it before the end: nobody but the owner may read the file, whatever an older one allowed
};

// Opens what --output names, else standard output. On false a message is on standard error: exit with TW_OUTPUT.
bool tw_output_open(struct tw_output *output, const struct tw_args *args);

// The same for an answer that is no text: not to a terminal.
bool tw_output_open_binary(struct tw_output *output, const struct tw_args *args);

// The same for an answer that may be very large: where the file system can, it is gathered in a file that has no name until it is
// whole, rather than in memory.
bool tw_output_open_large(struct tw_output *output, const struct tw_args *args);

// The same for a path that comes from elsewhere (commands with several outputs). NULL or "-" is standard output. `path` is
// borrowed until the end.
bool tw_output_open_path(struct tw_output *output, const char *path);

// Ends the output: everything is written, or on false a message is on standard error: exit with TW_OUTPUT.
bool tw_output_finish(struct tw_output *output);

// Writes a whole answer that is no text, held in memory, where --output says. False: a message is on standard error.
bool tw_output_bytes(const struct tw_args *args, const void *bytes, size_t size);

// Ends the output without writing what was gathered.
void tw_output_discard(struct tw_output *output);

// Whether to use colour on `stream`, given the argument of --color.
bool tw_color_wanted(const char *when, FILE *stream);

#endif
