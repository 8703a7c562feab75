// Reads a tree of files. What comes out depends on names and contents alone: no times, no owners, no order of the disk's.

#include "bake.h"

#include <component/reader.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/status.h"

enum { DEPTH_MOST = 64, NODES_MOST = 100000 };
#define BYTES_MOST (256U << 20)

// A folder being read, and those it is in.
struct place {
  const struct place *up;
  const char *path;
  dev_t device;
  ino_t inode;
  unsigned depth;
};

struct reading {
  struct tw_baking *baking;
  char *top;  // the real path of the outermost folder
};

static int fail(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(const char *path, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "tidewaiter: --bake-dir: %s: ", path);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return TW_INPUT;
}

static int no_memory(const char *path) {
  fail(path, "out of memory");
  return TW_BUG;
}

// --- files ---

static int read_all(int file, const char *path, uint8_t *to, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = read(file, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(path, "%s", strerror(errno));
    if (!got) return fail(path, "it became shorter while it was read");
    done += (size_t)got;
  }
  return TW_DONE;
}

static int read_file(struct reading *r, const char *path, const struct stat *status, struct adapter_node *out) {
  struct tw_baking *b = r->baking;
  b->files++;
  b->bytes += (uint64_t)status->st_size;
  if (b->bytes > BYTES_MOST) return fail(path, "with it more than %u MiB would be baked in, which is the most", BYTES_MOST >> 20);
  uint8_t *bytes = cm_alloc(b->arena, (size_t)status->st_size + 1);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(path, "%s", strerror(errno));
  int result = bytes ? read_all(file, path, bytes, (size_t)status->st_size) : no_memory(path);
  close(file);
  out->bytes = (struct cm_span){bytes, (size_t)status->st_size};
  return result;
}

// --- links ---

static bool is_within(const char *top, const char *path) {
  size_t size = strlen(top);
  return strncmp(top, path, size) == 0 && (path[size] == '/' || !path[size] || (size == 1 && top[0] == '/'));
}

static int check_link(const struct reading *r, const char *path) {
  char *real = realpath(path, NULL);
  if (!real) return fail(path, "a symbolic link that leads nowhere: %s", strerror(errno));
  int result = is_within(r->top, real) ? TW_DONE : fail(path, "a symbolic link that leads out of the folder, to %s", real);
  free(real);
  return result;
}

// --- folders ---

static int read_folder(struct reading *r, const struct place *place, struct adapter_node *out);

static int read_entry(struct reading *r, const struct place *up, struct adapter_node *out) {
  struct stat status;
  struct cm_str path = cm_alloc_format(r->baking->arena, "%s/%.*s", up->path, CM_STR_ARG(out->name));
  if (!path.at) return no_memory(up->path);
  if (!cm_utf8_valid((const uint8_t *)out->name.at, out->name.size)) return fail(path.at, "its name is no UTF-8");
  if (r->baking->files + r->baking->folders >= NODES_MOST)
    return fail(path.at, "with it more than %d files and folders would be baked in, which is the most", NODES_MOST);
  if (lstat(path.at, &status) != 0) return fail(path.at, "%s", strerror(errno));
  if (S_ISLNK(status.st_mode)) {
    int result = check_link(r, path.at);
    if (result) return result;
    if (stat(path.at, &status) != 0) return fail(path.at, "%s", strerror(errno));
  }
  if (S_ISREG(status.st_mode)) return read_file(r, path.at, &status, out);
  if (!S_ISDIR(status.st_mode)) return fail(path.at, "it is neither a file nor a folder");
  const struct place place = {up, path.at, status.st_dev, status.st_ino, up->depth + 1};
  for (const struct place *p = up; p; p = p->up)
    if (p->device == place.device && p->inode == place.inode)
      return fail(path.at, "a symbolic link that leads to a folder which it is in");
  if (place.depth > DEPTH_MOST) return fail(path.at, "folders within folders, more than %d deep", DEPTH_MOST);
  return read_folder(r, &place, out);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct adapter_node *)a)->name.at, ((const struct adapter_node *)b)->name.at);
}

// The names in a folder, as nodes, sorted.
static int list(struct reading *r, const struct place *place, struct adapter_node **out, uint32_t *count) {
  struct cm_arena *arena = r->baking->arena;
  DIR *folder = opendir(place->path);
  size_t room = 0;
  if (!folder) return fail(place->path, "%s", strerror(errno));
  int result = TW_DONE;
  for (struct dirent *entry; !result && (errno = 0, entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char *name = cm_alloc_text(arena, entry->d_name, strlen(entry->d_name));
    if (!name || !cm_grow(arena, out, &room, *count, sizeof **out))
      result = no_memory(place->path);
    else
      (*out)[(*count)++] = (struct adapter_node){.name = cm_str_of(name)};
  }
  if (!result && errno) result = fail(place->path, "%s", strerror(errno));
  closedir(folder);
  if (*count) qsort(*out, *count, sizeof **out, by_name);
  return result;
}

static int read_folder(struct reading *r, const struct place *place, struct adapter_node *out) {
  struct adapter_node *children = NULL;
  r->baking->folders++;
  out->is_folder = true;
  int result = list(r, place, &children, &out->child_count);
  for (uint32_t i = 0; !result && i < out->child_count; i++) result = read_entry(r, place, &children[i]);
  out->children = children;
  return result;
}

int tw_bake(struct tw_baking *baking, const char *folder, struct cm_str name, struct adapter_node *out) {
  struct stat status;
  struct reading r = {baking, realpath(folder, NULL)};
  *out = (struct adapter_node){.name = name};
  if (!r.top || stat(folder, &status) != 0) {
    free(r.top);
    return fail(folder, "%s", strerror(errno));
  }
  const struct place place = {NULL, folder, status.st_dev, status.st_ino, 0};
  int result = S_ISDIR(status.st_mode) ? read_folder(&r, &place, out) : fail(folder, "it is no folder");
  free(r.top);
  return result;
}
