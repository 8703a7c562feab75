// Names are hostile: "../../.ssh/authorized_keys" is as good a name for a script as any. Only letters, digits and a few marks stay, so that
// each is the name of a file in this very folder. Equal ones are told apart by numbers.

#include "extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "memory.h"

enum { NAME_BYTES = 120 };

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_.+", c));
}

// The end of a long name tells more than its beginning.
static void make_plain(char out[NAME_BYTES + 1], struct cm_str name, const char *otherwise) {
  size_t skip = name.size > NAME_BYTES ? name.size - NAME_BYTES : 0, size = 0;
  for (size_t i = skip; i < name.size; i++) {
    char c = is_plain(name.at[i]) ? name.at[i] : '_';
    bool misleads = size == 0 && (c == '.' || c == '-');
    out[size++] = misleads ? '_' : c;
  }
  out[size] = '\0';
  if (size == 0) {
    snprintf(out, NAME_BYTES + 1, "%s", otherwise);
  }
}

static bool is_taken(const struct tw_folder_file *files, size_t count, const char *path) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(files[i].path, path) == 0) {
      return true;
    }
  }
  return false;
}

// "app.js", "app-2.js" …
static char *path_for(const struct tw_folder_file *files, size_t count, const char *within, const char *name) {
  char *path = NULL;
  const char *dot = strrchr(name, '.');
  size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
  for (unsigned number = 1;; number++) {
    char mark[16] = "";
    if (number > 1) {
      snprintf(mark, sizeof mark, "-%u", number);
    }
    if (asprintf(&path, "%s%s%.*s%s%s", within, *within ? "/" : "", (int)stem, name, mark, name + stem) < 0) {
      tw_out_of_memory();
    }
    if (!is_taken(files, count, path)) {
      return path;
    }
    free(path);
  }
}

bool tw_extract(const char *folder, const char *within, const struct cm_needs *needs) {
  char inner[NAME_BYTES + 1] = "";
  if (needs->recovered_count == 0) {
    fprintf(stderr, "tidewaiter: %s%sno program of an interpreter was found\n", within ? within : "", within ? ": " : "");
    return true;
  }
  if (within) {
    make_plain(inner, cm_str_of(within), "input");
  }
  struct tw_folder_file *files = calloc(needs->recovered_count, sizeof *files);
  char **paths = calloc(needs->recovered_count, sizeof *paths);
  if (!files || !paths) {
    tw_out_of_memory();
  }
  for (uint32_t i = 0; i < needs->recovered_count; i++) {
    const struct cm_recovered *one = &needs->recovered[i];
    char name[NAME_BYTES + 1];
    make_plain(name, one->name, "program");
    paths[i] = path_for(files, i, inner, name);
    files[i] = (struct tw_folder_file){
        .path = paths[i], .bytes = (const char *)one->text.at, .size = one->text.size, .secret = true, .executable = false};
  }
  bool good = tw_folder_write(folder, files, needs->recovered_count);
  for (uint32_t i = 0; i < needs->recovered_count; i++) {
    free(paths[i]);
  }
  free(paths);
  free(files);
  return good;
}
