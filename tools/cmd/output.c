// Atomic output.
//
// An answer for a file is gathered in memory first, so the temporary file exists only for the moment of writing, and an
// interrupted analysis leaves nothing behind. The temporary file lies in the target's folder (a rename works within one file system
// only), has the target's permissions, or what the umask gives a new file, and is renamed last. A symbolic link stays a
// link: what it points to is replaced.

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

// Writes a temporary file beside `target` and renames it. On false errno says why, and nothing is left behind.
static bool replace_file(const char *target, const char *bytes, size_t size, bool secret) {
  const char *slash = strrchr(target, '/');
  const char *name = slash ? slash + 1 : target;
  char *temporary = NULL;
  // Not longer than the target's own name may be: a part of it is enough to tell whose file it is.
  if (asprintf(&temporary, "%.*s.%.32s.XXXXXX", (int)(name - target), target, name) < 0) {
    tw_out_of_memory();
  }
  int file = mkostemp(temporary, O_CLOEXEC);
  bool good = file >= 0;
  if (good) {
    good = write_all(file, bytes, size) && fchmod(file, mode_for(target) & (secret ? 0700 : 07777)) == 0;
    good = close(file) == 0 && good;
    good = good && rename(temporary, target) == 0;
    if (!good) {
      int error = errno;
      unlink(temporary);
      errno = error;
    }
  }
  free(temporary);
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
  bool good = fclose(output->stream) == 0 && !failed_before;
  int error = errno ? errno : EIO;
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

void tw_output_discard(struct tw_output *output) {
  if (output->stream && output->stream != stdout) {
    fclose(output->stream);
  }
  free(output->bytes);
  *output = (struct tw_output){0};
}
