/* Files: `ls FOLDER` (sorted), `cat FILE`, `write FILE TEXT`, `stat FILE`, one after another; each failure by its errno. Without
 * arguments what is preopened. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <wasi/api.h>

#include "bed.h"

static void failed(const char *what, const char *path) {
  const char *why = errno == ENOENT        ? "no such file"
                    : errno == ENOTDIR     ? "no folder"
                    : errno == EISDIR      ? "a folder"
                    : errno == EROFS       ? "read-only"
                    : errno == EACCES      ? "no access"
                    : errno == EPERM       ? "not permitted"
                    : errno == ENOTCAPABLE ? "not capable"
                    : errno == EBADF       ? "bad descriptor"
                    : errno == ENOTSUP     ? "not supported"
                                           : "";
  say(what), say(" "), say(path), say(": "), say(why);
  if (!*why) say("errno "), say_number((uint64_t)errno);
  say("\n");
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void ls(const char *path) {
  char *names[256];
  size_t count = 0;
  DIR *folder = opendir(path);
  if (!folder) {
    failed("ls", path);
    return;
  }
  for (struct dirent *entry; count < 256 && (entry = readdir(folder)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      size_t length = strlen(entry->d_name);
      char *name = malloc(length + 2);
      memcpy(name, entry->d_name, length + 1);
      if (entry->d_type == DT_DIR) memcpy(name + length, "/", 2);
      names[count++] = name;
    }
  closedir(folder);
  qsort(names, count, sizeof *names, by_text);
  say("ls "), say(path), say(":");
  for (size_t i = 0; i < count; i++) say(" "), say(names[i]);
  say("\n");
}

static void cat(const char *path) {
  static char page[4096];
  int file = open(path, O_RDONLY);
  ssize_t n = -1;
  if (file < 0) {
    failed("cat", path);
    return;
  }
  while ((n = read(file, page, sizeof page)) > 0) say_to(1, page, (size_t)n);
  if (n < 0) failed("cat", path);
  close(file);
}

static void put(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || write(file, text, strlen(text)) < 0)
    failed("write", path);
  else
    say("write "), say(path), say(": done\n");
  if (file >= 0) close(file);
}

static void show(const char *path) {
  struct stat s;
  if (stat(path, &s) != 0) {
    failed("stat", path);
    return;
  }
  say("stat "), say(path), say(S_ISDIR(s.st_mode) ? ": folder" : S_ISREG(s.st_mode) ? ": file of " : ": something");
  if (S_ISREG(s.st_mode)) say_number((uint64_t)s.st_size);
  say("\n");
}

static void preopens(void) {
  __wasi_prestat_t stat;
  for (int file = 3; __wasi_fd_prestat_get(file, &stat) == 0; file++) {
    uint8_t name[256] = {0};
    if (stat.u.dir.pr_name_len < sizeof name && __wasi_fd_prestat_dir_name(file, name, stat.u.dir.pr_name_len) == 0)
      say("preopen "), say((char *)name), say("\n");
  }
}

int main(int argc, char **argv) {
  if (argc < 2) preopens();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "ls") == 0) ls(argv[i + 1]);
    if (strcmp(argv[i], "cat") == 0) cat(argv[i + 1]);
    if (strcmp(argv[i], "stat") == 0) show(argv[i + 1]);
    if (strcmp(argv[i], "write") == 0 && i + 2 < argc) put(argv[i + 1], argv[i + 2]), i++;
  }
  return 0;
}
