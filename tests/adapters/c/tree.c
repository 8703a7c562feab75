/* wasi:filesystem by hand, where wasi-libc would not go: of the preopen named by the first argument, what each other argument, a path, leads
 * to; and what becomes of attempts to change something. */
#define BY_HAND
#include "bed.h"

#define TYPES "wasi:filesystem/types@" WASI
#define STREAMS "wasi:io/streams@" WASI
#define DESCRIPTOR(name) IMPORT(TYPES, "[method]descriptor." name)
/* result<own<R>, error-code> */
struct opened {
  uint8_t is_err, pad[3];
  union {
    int32_t handle;
    uint8_t code;
  } u;
};
/* result<_, error-code>, result<T, error-code> of a byte */
struct done {
  uint8_t is_err, code;
};
struct stat_result {
  uint8_t is_err, pad0[7], type, pad[7];
  uint64_t links, size;
  uint8_t times[72];
};
struct hash {
  uint8_t is_err, pad[7];
  uint64_t lower, upper;
};
struct chunk {
  uint8_t is_err, pad[3];
  union {
    struct text text;
    uint8_t code;
  } u;
  uint8_t ended;
};
struct count {
  uint8_t is_err, pad[7];
  uint64_t count;
};
struct entry {
  uint8_t is_err, pad[3], is_some, pad1[3], type, pad2[3];
  struct text name;
};
struct preopen {
  int32_t handle;
  struct text name;
};
struct preopens {
  struct preopen *list;
  size_t count;
};

IMPORT("wasi:filesystem/preopens@" WASI, "get-directories") void get_directories(struct preopens *out);
DESCRIPTOR("open-at")
void open_at(int32_t, int32_t how, const char *, size_t, int32_t open, int32_t flags, struct opened *out);
DESCRIPTOR("stat") void file_stat(int32_t, struct stat_result *out);
DESCRIPTOR("stat-at") void stat_at(int32_t, int32_t how, const char *, size_t, struct stat_result *out);
DESCRIPTOR("get-flags") void get_flags(int32_t, struct done *out);
DESCRIPTOR("is-same-object") int32_t is_same(int32_t, int32_t);
DESCRIPTOR("metadata-hash") void file_hash(int32_t, struct hash *out);
DESCRIPTOR("metadata-hash-at") void hash_at(int32_t, int32_t how, const char *, size_t, struct hash *out);
DESCRIPTOR("read") void file_read(int32_t, uint64_t length, uint64_t offset, struct chunk *out);
DESCRIPTOR("read-via-stream") void read_via_stream(int32_t, uint64_t offset, struct opened *out);
DESCRIPTOR("write-via-stream") void write_via_stream(int32_t, uint64_t offset, struct opened *out);
DESCRIPTOR("read-directory") void read_directory(int32_t, struct opened *out);
DESCRIPTOR("readlink-at") void readlink_at(int32_t, const char *, size_t, struct chunk *out);
DESCRIPTOR("create-directory-at") void create_directory_at(int32_t, const char *, size_t, struct done *out);
DESCRIPTOR("unlink-file-at") void unlink_file_at(int32_t, const char *, size_t, struct done *out);
DESCRIPTOR("rename-at") void rename_at(int32_t, const char *, size_t, int32_t, const char *, size_t, struct done *out);
DESCRIPTOR("set-size") void set_size(int32_t, uint64_t size, struct done *out);
DESCRIPTOR("sync") void file_sync(int32_t, struct done *out);
IMPORT(TYPES, "[method]directory-entry-stream.read-directory-entry") void next_entry(int32_t, struct entry *out);
IMPORT(TYPES, "[resource-drop]descriptor") void drop_descriptor(int32_t);
IMPORT(TYPES, "[resource-drop]directory-entry-stream") void drop_entries(int32_t);
IMPORT(STREAMS, "[method]input-stream.read") void stream_read(int32_t, uint64_t most, struct chunk *out);
IMPORT(STREAMS, "[method]input-stream.skip") void stream_skip(int32_t, uint64_t most, struct count *out);
IMPORT(STREAMS, "[method]input-stream.subscribe") int32_t subscribe(int32_t);
IMPORT(STREAMS, "[method]output-stream.splice") void splice(int32_t, int32_t, uint64_t most, struct count *out);
IMPORT(STREAMS, "[method]output-stream.blocking-splice") void blocking_splice(int32_t, int32_t, uint64_t most, struct count *out);
IMPORT(STREAMS, "[resource-drop]input-stream") void drop_stream(int32_t);
IMPORT("wasi:io/poll@" WASI, "[method]pollable.block") void block(int32_t);
IMPORT("wasi:io/poll@" WASI, "[resource-drop]pollable") void drop_pollable(int32_t);
IMPORT("wasi:cli/stdout@" WASI, "get-stdout") int32_t get_stdout(void);

static const char *const codes[] = {
    "access",
    "would-block",
    "already",
    "bad-descriptor",
    "busy",
    "deadlock",
    "quota",
    "exist",
    "file-too-large",
    "illegal-byte-sequence",
    "in-progress",
    "interrupted",
    "invalid",
    "io",
    "is-directory",
    "loop",
    "too-many-links",
    "message-size",
    "name-too-long",
    "no-device",
    "no-entry",
    "no-lock",
    "insufficient-memory",
    "insufficient-space",
    "not-directory",
    "not-empty",
    "not-recoverable",
    "unsupported",
    "no-tty",
    "no-such-device",
    "overflow",
    "not-permitted",
    "pipe",
    "read-only",
    "invalid-seek",
    "text-file-busy",
    "cross-device",
};

static void line(const char *what, int failed, uint8_t code) {
  say(" "), say(what), say(": "), say(failed ? NAMED(codes, code) : "done"), say("\n");
}

static void list(int32_t folder) {
  struct opened stream;
  struct entry entry;
  read_directory(folder, &stream);
  if (stream.is_err) {
    line("list", 1, stream.u.code);
    return;
  }
  say(" list:");
  for (next_entry(stream.u.handle, &entry); !entry.is_err && entry.is_some; next_entry(stream.u.handle, &entry))
    say(" "), say_text(entry.name), say(entry.type == 3 ? "/" : "");
  say("\n");
  drop_entries(stream.u.handle);
}

/* Two bytes, one skipped, two written to standard output as they are, the rest. */
static void read_stream(int32_t file) {
  struct opened stream;
  struct chunk chunk;
  struct count count;
  read_via_stream(file, 1, &stream);
  if (stream.is_err) {
    line("stream", 1, stream.u.code);
    return;
  }
  int32_t in = stream.u.handle, pollable = subscribe(in), out = get_stdout();
  block(pollable);
  drop_pollable(pollable);
  say(" stream from 1: ");
  stream_read(in, 2, &chunk);
  if (!chunk.is_err) say_text(chunk.u.text);
  stream_skip(in, 1, &count);
  say(", skipped "), say_number(count.is_err ? 99 : count.count), say(", ");
  splice(out, in, 1, &count);
  if (count.is_err) say("splice failed");
  blocking_splice(out, in, 1, &count);
  if (count.is_err) say("blocking-splice failed");
  stream_read(in, 100, &chunk);
  say(", then "), say_number(chunk.is_err ? 0 : chunk.u.text.len), stream_read(in, 100, &chunk),
      say(chunk.is_err ? ", the end\n" : ", more\n");
  drop_stream(in);
}

static void read_file(int32_t file) {
  struct chunk chunk;
  file_read(file, 3, 1, &chunk);
  if (chunk.is_err) {
    line("read", 1, chunk.u.code);
    return;
  }
  say(" read 3 from 1: "), say_text(chunk.u.text), say(chunk.ended ? " the end\n" : "\n");
  file_read(file, 100, 100, &chunk);
  say(" read from 100: "), say_number(chunk.u.text.len), say(chunk.ended ? " the end\n" : "\n");
}

static void look(int32_t top, const char *path) {
  struct opened file, again;
  struct stat_result status, at;
  struct hash hash, there;
  struct done flags;
  struct chunk link;
  size_t size = strlen(path);
  say(path), say("\n");
  open_at(top, 1, path, size, 0, 1, &file);
  open_at(top, 1, path, size, 0, 1, &again);
  stat_at(top, 1, path, size, &at);
  if (file.is_err) {
    line("open", 1, file.u.code);
    line("stat-at", (int)at.is_err, at.type);
    return;
  }
  file_stat(file.u.handle, &status);
  say(status.type == 3 ? " a folder" : " a file of "), say_number(status.size),
      say(status.size == at.size && status.type == at.type ? "\n" : ", not\n");
  get_flags(file.u.handle, &flags);
  say(" flags "), say_number(flags.code), say("\n");
  say(is_same(file.u.handle, again.u.handle) ? " the same" : " not the same"), say(is_same(file.u.handle, top) ? ", the top" : "");
  file_hash(file.u.handle, &hash);
  hash_at(top, 1, path, size, &there);
  say(hash.lower == there.lower && hash.upper == there.upper ? ", by hash too\n" : ", not by hash\n");
  readlink_at(top, path, size, &link);
  line("readlink", link.is_err, link.u.code);
  if (status.type == 3) list(file.u.handle);
  read_file(file.u.handle);
  read_stream(file.u.handle);
  drop_descriptor(again.u.handle);
  drop_descriptor(file.u.handle);
}

static void change(int32_t top, int32_t other, const char *path) {
  struct opened file;
  struct done result;
  size_t size = strlen(path);
  say("changing "), say(path), say("\n");
  open_at(top, 1, path, size, 1, 1, &file);
  line("create", file.is_err, file.u.code);
  open_at(top, 1, path, size, 5, 1, &file);
  line("create it alone", file.is_err, file.u.code);
  open_at(top, 1, path, size, 0, 2, &file);
  line("open to write", file.is_err, file.u.code);
  open_at(top, 1, path, size, 2, 1, &file);
  line("open as a folder", file.is_err, file.u.code);
  open_at(top, 1, path, size, 0, 1, &file);
  if (!file.is_err) {
    set_size(file.u.handle, 0, &result), line("set-size", result.is_err, result.code);
    file_sync(file.u.handle, &result), line("sync", result.is_err, result.code);
    struct opened stream;
    write_via_stream(file.u.handle, 0, &stream), line("write", stream.is_err, stream.u.code);
    drop_descriptor(file.u.handle);
  }
  create_directory_at(top, "new", 3, &result), line("create-directory", result.is_err, result.code);
  rename_at(top, path, size, top, "new", 3, &result), line("rename", result.is_err, result.code);
  if (other != top) {
    rename_at(other, path, size, top, "new", 3, &result), line("rename from another", result.is_err, result.code);
    say(is_same(other, top) ? " the same\n" : " not the same\n");
  }
  unlink_file_at(top, path, size, &result), line("unlink", result.is_err, result.code);
}

int main(int argc, char **argv) {
  struct preopens preopens;
  get_directories(&preopens);
  for (size_t i = 0; argc > 1 && i < preopens.count; i++) {
    if (preopens.list[i].name.len != strlen(argv[1]) || memcmp(preopens.list[i].name.ptr, argv[1], preopens.list[i].name.len) != 0)
      continue;
    for (int path = 2; path < argc; path++) look(preopens.list[i].handle, argv[path]);
    if (argc > 2) change(preopens.list[i].handle, preopens.list[preopens.count - 1 - i].handle, argv[2]);
    return 0;
  }
  say("no such preopen\n");
  return 0;
}
