// Atomic output.
//
// An answer for a file is gathered in memory first, so the temporary file exists only for the moment of writing, and an
// interrupted analysis leaves nothing behind. The temporary file lies in the target's folder (a rename works within one file system
// only), has the target's permissions, or what the umask gives a new file, and is renamed last. A symbolic link stays a
// link: what it points to is replaced. A large answer is gathered in a file that has no name (O_TMPFILE), which the system forgets if
// the program ends before it gets one.

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

static bool report(const char *path, int error) {
  fprintf(stderr, "tidewaiter: cannot write %s: %s\n", path, strerror(error));
  return false;
}

bool tw_color_wanted(const char *when, FILE *stream) {
  if (strcmp(when, "auto") != 0) {
    return strcmp(when, "always") == 0;
  }
  // https://no-color.org: present and not empty, whatever the value.
  const char *no_color = getenv("NO_COLOR");
  const char *term = getenv("TERM");
  return !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0) && isatty(fileno(stream));
}

static bool to_stdout(const char *path) { return !path || strcmp(path, "-") == 0; }

bool tw_output_open_path(struct tw_output *output, const char *path) {
  *output = (struct tw_output){.path = path};
  if (to_stdout(path)) {
    output->path = "standard output";
    output->stream = stdout;
    return true;
  }
  struct stat status;
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    if (S_ISDIR(status.st_mode)) {
      return report(path, EISDIR);
    }
    output->stream = fopen(path, "we");
    return output->stream || report(path, errno);
  }
  output->gathers = true;
  output->stream = open_memstream(&output->bytes, &output->size);
  if (!output->stream) {
    tw_out_of_memory();
  }
  return true;
}

bool tw_output_open(struct tw_output *output, const struct tw_args *args) {
  if (!tw_output_open_path(output, args->output)) {
    return false;
  }
  output->color = output->gathers ? strcmp(args->color, "always") == 0 : tw_color_wanted(args->color, output->stream);
  return true;
}

static char *follow_links(const char *path);

// A writable file without a name in the folder of `path`; -1 where the file system has none.
static int open_unnamed(const char *path) {
  char *target = follow_links(path), *slash = strrchr(target, '/');
  if (slash) {
    slash[slash == target] = '\0';
  }
  int file = open(slash ? target : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  free(target);
  return file;
}

bool tw_output_open_binary(struct tw_output *output, const struct tw_args *args) {
  if (to_stdout(args->output) && isatty(STDOUT_FILENO)) {
    fputs("tidewaiter: standard output is a terminal, and the answer is not text: give --output FILE, or send it elsewhere\n",
          stderr);
    return false;
  }
  return tw_output_open(output, args);
}

bool tw_output_open_large(struct tw_output *output, const struct tw_args *args) {
  if (!tw_output_open(output, args)) {
    return false;
  }
  int file = output->gathers ? open_unnamed(output->path) : -1;
  FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
  if (stream) {
    fclose(output->stream);
    free(output->bytes);
    output->bytes = NULL;
    output->gathers = false;
    output->unnamed = true;
    output->stream = stream;
  } else if (file >= 0) {
    close(file);
  }
  return true;
}

// The file that a write to `path` would change: links followed, also where the last one leads to nothing yet. The caller frees.
static char *follow_links(const char *path) {
  char *real = realpath(path, NULL);
  if (real) {
    return real;
  }
  char target[PATH_MAX];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length <= 0) {
    return tw_copy(path);
  }
  target[length] = '\0';
  const char *slash = strrchr(path, '/');
  int folder = target[0] == '/' || !slash ? 0 : (int)(slash + 1 - path);
  char *followed = NULL;
  if (asprintf(&followed, "%.*s%s", folder, path, target) < 0) {
    tw_out_of_memory();
  }
  return followed;
}

static bool write_all(int file, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(file, bytes, size);
    if (written < 0 && errno != EINTR) {
      return false;
    }
    if (written > 0) {
      bytes += written;
      size -= (size_t)written;
    }
  }
  return true;
}

static mode_t mode_for(const char *target) {
  struct stat status;
  if (stat(target, &status) == 0) {
    return status.st_mode & 07777;
  }
  mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// A name for a temporary file beside `target`, to be completed by mkostemp. Not longer than the target's own name may be: a part of it
// is enough to tell whose file it is. The caller frees.
static char *temporary_name(const char *target) {
  const char *slash = strrchr(target, '/');
  const char *name = slash ? slash + 1 : target;
  char *temporary = NULL;
  if (asprintf(&temporary, "%.*s.%.32s.XXXXXX", (int)(name - target), target, name) < 0) {
    tw_out_of_memory();
  }
  return temporary;
}

// Gives `temporary`, which is complete, the name `target`. On false errno says why, and nothing is left behind.
static bool rename_or_remove(const char *temporary, const char *target) {
  if (rename(temporary, target) == 0) {
    return true;
  }
  int error = errno;
  unlink(temporary);
  errno = error;
  return false;
}

// Writes a temporary file beside `target` and renames it. On false errno says why, and nothing is left behind.
static bool replace_file(const char *target, const char *bytes, size_t size, bool secret) {
  char *temporary = temporary_name(target);
  int file = mkostemp(temporary, O_CLOEXEC);
  bool good = file >= 0;
  if (good) {
    good = write_all(file, bytes, size) && fchmod(file, mode_for(target) & (secret ? 0700 : 07777)) == 0;
    int error = errno;
    if (close(file) != 0 && good) {
      error = errno;
      good = false;
    }
    if (good) {
      good = rename_or_remove(temporary, target);
    } else {
      unlink(temporary);
      errno = error;
    }
  }
  free(temporary);
  return good;
}

// Gives the unnamed file a temporary name beside `target`, and then that one. A name is taken only where nothing has it.
static bool name_file(int file, const char *target, bool secret) {
  enum { TRIES = 100 };
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  if (fchmod(file, mode_for(target) & (secret ? 0700 : 07777)) != 0) {
    return false;
  }
  char *temporary = temporary_name(target);
  char *suffix = strrchr(temporary, '.') + 1;
  bool good = false;
  for (int i = 0; i < TRIES && !good; i++) {
    snprintf(suffix, strlen("XXXXXX") + 1, "%06x", ((unsigned)getpid() * TRIES + (unsigned)i) & 0xffffff);
    good = linkat(AT_FDCWD, link, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0;
    if (!good && errno != EEXIST) {
      break;
    }
  }
  good = good && rename_or_remove(temporary, target);
  int error = errno;
  free(temporary);
  errno = error;
  return good;
}

bool tw_output_finish(struct tw_output *output) {
  // errno of an earlier failed write is gone by now; a stream that only remembers "error" is reported as such.
  bool failed_before = ferror(output->stream);
  errno = 0;
  if (output->stream == stdout) {
    bool good = fflush(stdout) == 0 && !failed_before;
    return good || report(output->path, errno ? errno : EIO);
  }
  bool good = fflush(output->stream) == 0 && !failed_before;
  int error = errno ? errno : EIO;
  if (good && output->unnamed) {
    char *target = follow_links(output->path);
    good = name_file(fileno(output->stream), target, output->secret);
    error = errno;
    free(target);
  }
  if (fclose(output->stream) != 0 && good) {
    good = false;
    error = errno;
  }
  if (good && output->gathers) {
    char *target = follow_links(output->path);
    good = replace_file(target, output->bytes, output->size, output->secret);
    error = errno;
    free(target);
  }
  free(output->bytes);
  output->bytes = NULL;
  return good || report(output->path, error);
}

bool tw_output_bytes(const struct tw_args *args, const void *bytes, size_t size) {
  struct tw_output output;
  if (!tw_output_open_binary(&output, args)) {
    return false;
  }
  if (!output.gathers) {
    fwrite(bytes, 1, size, output.stream);
    return tw_output_finish(&output);
  }
  // It is whole already: nothing has to be gathered.
  const char *path = output.path;
  tw_output_discard(&output);
  char *target = follow_links(path);
  bool good = replace_file(target, bytes, size, false);
  int error = errno;
  free(target);
  return good || report(path, error);
}

void tw_output_discard(struct tw_output *output) {
  if (output->stream && output->stream != stdout) {
    fclose(output->stream);
  }
  free(output->bytes);
  *output = (struct tw_output){0};
}
