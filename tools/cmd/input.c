// Reading inputs.
//
// A regular file is mapped: the decoder borrows from it, and the parts that nobody asks for are never read. A pipe, a terminal or a
// file of /proc (whose size is said to be 0) is read to its end. A file cut short by someone else while it is mapped ends the
// program by SIGBUS; faults.c turns that into the message and status of an input that could not be read.

#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

enum { DEPTH_MAX = 64 };  // folders in folders

static bool fail(char message[TW_INPUT_MESSAGE], const char *why) {
  snprintf(message, TW_INPUT_MESSAGE, "%s", why);
  return false;
}

// Reads `file` to its end into memory of the input's own.
static bool read_all(struct tw_input *input, int file, char message[TW_INPUT_MESSAGE]) {
  uint8_t *data = NULL;
  size_t size = 0;
  size_t capacity = 0;
  for (;;) {
    if (size == capacity) {
      capacity = capacity ? 2 * capacity : 65536;
      uint8_t *grown = realloc(data, capacity);
      if (!grown) {
        free(data);
        return fail(message, strerror(ENOMEM));
      }
      data = grown;
    }
    ssize_t got = read(file, data + size, capacity - size);
    if (got == 0) {
      break;
    }
    if (got > 0) {
      size += (size_t)got;
    } else if (errno != EINTR) {
      fail(message, strerror(errno));
      free(data);
      return false;
    }
  }
  input->data = data;
  input->size = size;
  return true;
}

static bool open_file(struct tw_input *input, int file, char message[TW_INPUT_MESSAGE]) {
  struct stat status;
  if (fstat(file, &status) != 0) {
    return fail(message, strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    return fail(message, "is a folder");
  }
  // Standard input may be a file that someone has begun to read: only a mapping from the start is what is meant by "the file".
  bool at_start = lseek(file, 0, SEEK_CUR) == 0;
  if (S_ISREG(status.st_mode) && status.st_size > 0 && at_start && (uintmax_t)status.st_size <= SIZE_MAX) {
    void *data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data != MAP_FAILED) {
      input->data = data;
      input->size = (size_t)status.st_size;
      input->mapped = true;
      return true;
    }
  }
  return read_all(input, file, message);
}

bool tw_input_open(struct tw_input *input, const char *path, char message[TW_INPUT_MESSAGE]) {
  *input = (struct tw_input){.path = path};
  if (strcmp(path, "-") == 0) {
    return open_file(input, STDIN_FILENO, message);
  }
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) {
    return fail(message, strerror(errno));
  }
  bool good = open_file(input, file, message);
  close(file);
  return good;
}

void tw_input_close(struct tw_input *input) {
  if (input->mapped) {
    munmap((void *)(uintptr_t)input->data, input->size);
  } else {
    free((void *)(uintptr_t)input->data);
  }
  *input = (struct tw_input){0};
}

void tw_input_report(const char *path, const char *message) {
  fprintf(stderr, "tidewaiter: %s: %s\n", strcmp(path, "-") == 0 ? "standard input" : path, message);
}

static void add_path(struct tw_paths *list, char *path) {
  list->paths = tw_grow(list->paths, list->count, sizeof *list->paths);
  list->paths[list->count++] = path;
}

static bool has_suffix(const char *name, const char *suffix) {
  size_t n = strlen(name);
  size_t m = strlen(suffix);
  return n > m && strcmp(name + n - m, suffix) == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static bool add_folder(struct tw_paths *list, const char *folder, const char *suffix, int depth);

// One entry of a folder. Takes `path` over.
static bool add_entry(struct tw_paths *list, char *path, const char *suffix, int depth) {
  struct stat status;
  bool good = true;
  if (lstat(path, &status) != 0) {
    tw_input_report(path, strerror(errno));
    good = false;
  } else if (S_ISDIR(status.st_mode)) {
    good = add_folder(list, path, suffix, depth + 1);
  } else if (has_suffix(path, suffix)) {
    // A link may lead to a folder named like a file, or to nothing, which is reported when it is opened.
    if (!S_ISLNK(status.st_mode) || stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
      add_path(list, path);
      return true;
    }
  }
  free(path);
  return good;
}

static bool add_folder(struct tw_paths *list, const char *folder, const char *suffix, int depth) {
  if (depth > DEPTH_MAX) {
    tw_input_report(folder, "too many folders in folders");
    return false;
  }
  struct dirent **entries = NULL;
  int n = scandir(folder, &entries, is_visible, by_bytes);
  if (n < 0) {
    tw_input_report(folder, strerror(errno));
    return false;
  }
  const char *slash = has_suffix(folder, "/") || strcmp(folder, "/") == 0 ? "" : "/";
  bool good = true;
  for (int i = 0; i < n; i++) {
    char *path = NULL;
    if (asprintf(&path, "%s%s%s", folder, slash, entries[i]->d_name) < 0) {
      tw_out_of_memory();
    }
    good = add_entry(list, path, suffix, depth) && good;
    free(entries[i]);
  }
  free(entries);
  return good;
}

bool tw_paths_expand(struct tw_paths *list, const char *const *operands, size_t count, const char *suffix) {
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    struct stat status;
    bool standard = strcmp(operands[i], "-") == 0;
    if (standard || stat(operands[i], &status) != 0 || !S_ISDIR(status.st_mode)) {
      add_path(list, tw_copy(operands[i]));
      continue;
    }
    size_t before = list->count;
    if (!add_folder(list, operands[i], suffix, 0)) {
      good = false;
    } else if (list->count == before) {
      char message[TW_INPUT_MESSAGE];
      snprintf(message, sizeof message, "no %s file in this folder", suffix);
      tw_input_report(operands[i], message);
      good = false;
    }
  }
  return good;
}

void tw_paths_free(struct tw_paths *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->paths[i]);
  }
  free(list->paths);
  *list = (struct tw_paths){0};
}
