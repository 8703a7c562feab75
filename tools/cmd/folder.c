// Answers of several files.
//
// A new folder is made under a temporary name beside its place, filled, and renamed: nobody sees half of it. A rename cannot replace a
// folder that has other people's files in it, so in one that exists the files are replaced one by one, each as a whole.

#include "folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "output.h"

static bool report(const char *path, int error) {
  fprintf(stderr, "tidewaiter: cannot write %s: %s\n", path, strerror(error));
  return false;
}

static char *joined(const char *folder, const char *name, size_t size) {
  char *path = NULL;
  if (asprintf(&path, "%s/%.*s", folder, (int)size, name) < 0) {
    tw_out_of_memory();
  }
  return path;
}

// The folder within `folder` that a file lies in; NULL: directly in it. The caller frees.
static char *inner_folder(const char *folder, const struct tw_folder_file *file) {
  const char *slash = strrchr(file->path, '/');
  return slash ? joined(folder, file->path, (size_t)(slash - file->path)) : NULL;
}

static bool write_content(const char *path, const struct tw_folder_file *file) {
  struct tw_output output;
  if (!tw_output_open_path(&output, path)) {
    return false;
  }
  output.secret = file->secret;
  fwrite(file->bytes, 1, file->size, output.stream);
  struct stat status;
  if (!tw_output_finish(&output)) {
    return false;
  }
  // Whoever may read it may run it.
  return !file->executable || stat(path, &status) != 0 ||
         chmod(path, (status.st_mode & 07777) | ((status.st_mode & 0444) >> 2)) == 0 || report(path, errno);
}

static bool write_file(const char *folder, const struct tw_folder_file *file) {
  char *path = joined(folder, file->path, strlen(file->path)), *inner = inner_folder(folder, file);
  bool good = !inner || mkdir(inner, 0777) == 0 || errno == EEXIST || report(inner, errno);
  good = good && write_content(path, file);
  free(inner);
  free(path);
  return good;
}

static bool write_files(const char *folder, const struct tw_folder_file *files, size_t count) {
  bool good = true;
  for (size_t i = 0; i < count && good; i++) {
    good = write_file(folder, &files[i]);
  }
  return good;
}

// Takes away what write_files has made, as far as it came.
static void remove_files(const char *folder, const struct tw_folder_file *files, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char *path = joined(folder, files[i].path, strlen(files[i].path));
    unlink(path);
    free(path);
  }
  for (size_t i = 0; i < count; i++) {
    char *inner = inner_folder(folder, &files[i]);
    if (inner) {
      rmdir(inner);
    }
    free(inner);
  }
  rmdir(folder);
}

static bool write_new(const char *path, const struct tw_folder_file *files, size_t count) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') {
    length--;
  }
  char *temporary = NULL, *final = strndup(path, length);
  if (!final || asprintf(&temporary, "%s.XXXXXX", final) < 0) {
    tw_out_of_memory();
  }
  bool good = mkdtemp(temporary) != NULL || report(path, errno);
  if (good) {
    mode_t mask = umask(0);
    umask(mask);
    good = write_files(temporary, files, count) && (chmod(temporary, 0777 & ~mask) == 0 || report(path, errno)) &&
           (rename(temporary, final) == 0 || report(path, errno));
    if (!good) {
      remove_files(temporary, files, count);
    }
  }
  free(temporary);
  free(final);
  return good;
}

bool tw_folder_write(const char *path, const struct tw_folder_file *files, size_t count) {
  struct stat status;
  if (stat(path, &status) != 0) {
    return write_new(path, files, count);
  }
  return S_ISDIR(status.st_mode) ? write_files(path, files, count) : report(path, ENOTDIR);
}
