// Answers of several files.
#ifndef TW_FOLDER_H
#define TW_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct tw_folder_file {
  const char *path;  // within the folder; may hold one '/'
  const char *bytes;
  size_t size;
  bool secret;  // for the owner's eyes only
  bool executable;
};

// Writes files into the folder `path`. One that does not exist yet is made beside its place and renamed when it is whole; in one that
// exists each file is replaced as a whole, and other files stay. False: a message is on standard error, exit with TW_OUTPUT.
bool tw_folder_write(const char *path, const struct tw_folder_file *files, size_t count);

#endif
