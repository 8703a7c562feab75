// The table of what imports answer in a rehearsal.
//
// Spec: WASI preview 1, "wasi_snapshot_preview1"; WASI 0.2, wasi:cli, wasi:io.

#include "laboratory_host.h"

#include <string.h>

enum { ERRNO_BADF = 8, ERRNO_NOENT = 44, PERMITTED = 4096, VECTORS_MOST = 64 };

static const struct {
  const char *interface, *function;
  enum host_manner manner;
} answers[] = {
    {"wasi_snapshot_preview1", "proc_exit", HOST_EXITS},
    {"wasi_snapshot_preview1", "fd_prestat_get", HOST_BAD_FILE},
    {"wasi_snapshot_preview1", "fd_prestat_dir_name", HOST_BAD_FILE},
    {"wasi_snapshot_preview1", "path_open", HOST_NOT_FOUND},
    {"wasi_snapshot_preview1", "path_filestat_get", HOST_NOT_FOUND},
    {"wasi_snapshot_preview1", "fd_write", HOST_WRITES},
    {"wasi_snapshot_preview1", "fd_pwrite", HOST_WRITES},
    {"wasi_snapshot_preview1", "fd_read", HOST_READS},
    {"wasi_snapshot_preview1", "fd_pread", HOST_READS},
    {"wasi_snapshot_preview1", "args_sizes_get", HOST_ARGUMENT_SIZES},
    {"wasi_snapshot_preview1", "args_get", HOST_ARGUMENTS},
    {"wasi:cli/exit", "exit", HOST_EXITS},
    {"wasi:cli/exit", "exit-with-code", HOST_EXITS},
    {"wasi:io/streams", "[method]output-stream.check-write", HOST_PERMITS},
};

enum host_manner host_manner_of(struct cm_str interface, struct cm_str function) {
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    if (cm_str_is(interface, answers[i].interface) && cm_str_is(function, answers[i].function)) return answers[i].manner;
  return HOST_ZEROS;
}

static bool put(const struct host_memory *m, uint32_t address, const void *bytes, size_t size) {
  uint8_t *to = m->bytes_at(m->memory, address, size);
  if (to) memcpy(to, bytes, size);
  return to != NULL;
}

static bool put_u32(const struct host_memory *m, uint32_t address, uint32_t v) { return put(m, address, &v, sizeof v); }

// fd_write(fd, vectors, count, out), fd_pwrite(fd, vectors, count, at, out): the sum of their lengths.
static bool write_all(const union core_value *arguments, uint32_t count_of_arguments, const struct host_memory *m) {
  uint32_t vectors = arguments[1].u32, count = arguments[2].u32, total = 0;
  for (uint32_t i = 0; i < count && i < VECTORS_MOST; i++) {
    const uint8_t *length = m->bytes_at(m->memory, (uint64_t)vectors + 8 * i + 4, 4);
    uint32_t size;
    if (!length) return false;
    memcpy(&size, length, sizeof size);
    total += size;
  }
  return put_u32(m, arguments[count_of_arguments - 1].u32, total);
}

bool host_answer(enum host_manner manner, const struct core_type *type, const union core_value *arguments,
                 union core_value *results, const struct host_memory *m) {
  bool is_preview1 = type->result_count == 1;
  switch (manner) {
    case HOST_BAD_FILE:
    case HOST_NOT_FOUND:
      if (is_preview1) results[0].i32 = manner == HOST_BAD_FILE ? ERRNO_BADF : ERRNO_NOENT;
      return true;
    case HOST_WRITES: return type->param_count < 4 || write_all(arguments, type->param_count, m);
    case HOST_READS: return type->param_count < 4 || put_u32(m, arguments[type->param_count - 1].u32, 0);
    case HOST_ARGUMENT_SIZES:
      return type->param_count != 2 ||
             (put_u32(m, arguments[0].u32, 1) && put_u32(m, arguments[1].u32, (uint32_t)strlen(m->program) + 1));
    case HOST_ARGUMENTS:
      return type->param_count != 2 ||
             (put_u32(m, arguments[0].u32, arguments[1].u32) && put(m, arguments[1].u32, m->program, strlen(m->program) + 1));
    case HOST_PERMITS: return type->param_count < 2 || put_u32(m, arguments[1].u32 + 8, PERMITTED);
    default: return true;
  }
}
