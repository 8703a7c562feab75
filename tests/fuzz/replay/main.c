// Replays files through a fuzz target.
//
// Linked with one tests/fuzz/NAME.c. Every argument is a file or a folder of files; each file is read whole and handed to
// LLVMFuzzerTestOneInput, in the order of the names, as libFuzzer would. A folder that is not there holds nothing: a target
// without past crashes has no crashes/NAME. A crash ends the program, which is what fails the test.

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Runs one file. The bytes get a buffer of exactly their size, so that the sanitizers see a read past the end.
static bool replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
  }
  uint8_t *data = NULL;
  size_t size = 0;
  size_t capacity = 0;
  while (!feof(file) && !ferror(file)) {
    if (size == capacity) {
      capacity = capacity ? 2 * capacity : 4096;
      uint8_t *grown = realloc(data, capacity);
      if (!grown) {
        fputs("out of memory\n", stderr);
        exit(1);
      }
      data = grown;
    }
    size += fread(data + size, 1, capacity - size, file);
  }
  bool good = !ferror(file);
  fclose(file);

  uint8_t *exact = malloc(size ? size : 1);
  if (good && exact) {
    memcpy(exact, data ? data : (const uint8_t *)"", size);
    fprintf(stderr, "%s (%zu bytes)\n", path, size);
    LLVMFuzzerTestOneInput(exact, size);
  }
  free(exact);
  free(data);
  return good;
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static bool replay_folder(const char *path, size_t *count) {
  struct dirent **entries = NULL;
  int n = scandir(path, &entries, is_visible, alphasort);
  if (n < 0) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
  }
  bool good = true;
  for (int i = 0; i < n; i++) {
    char file[4096];
    snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
    good = replay_file(file) && good;
    ++*count;
    free(entries[i]);
  }
  free(entries);
  return good;
}

int main(int argc, char **argv) {
  bool good = true;
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    struct stat status;
    if (stat(argv[i], &status) != 0) {
      fprintf(stderr, "%s: %s, nothing to replay there\n", argv[i], strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
      good = replay_folder(argv[i], &count) && good;
    } else {
      good = replay_file(argv[i]) && good;
      count++;
    }
  }
  fprintf(stderr, "%zu inputs replayed\n", count);
  return good ? 0 : 1;
}
