// The table of what imports answer in a rehearsal.
//
// Spec: WASI preview 1, "wasi_snapshot_preview1"; WASI 0.2, wasi:cli, wasi:io.

#include "laboratory_host.h"

#include <string.h>

enum { ERRNO_BADF = 8, ERRNO_NOENT = 44, PERMITTED = 4096, VECTORS_MOST = 64, BYTES_MOST = 4096 };

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
    {"wasi_snapshot_preview1", "random_get", HOST_RANDOM},
    {"wasi:random/random", "get-random-u64", HOST_NUMBER},
    {"wasi:random/random", "get-random-bytes", HOST_BYTES},
    {"wasi:random/insecure", "get-insecure-random-bytes", HOST_BYTES},
    {"wasi:random/insecure", "get-insecure-random-u64", HOST_NUMBER},
    {"wasi:random/insecure-seed", "insecure-seed", HOST_NUMBERS},
    {"wasi:clocks/monotonic-clock", "now", HOST_NUMBER},
    {"wasi:clocks/wall-clock", "now", HOST_NUMBERS},
};

const char host_program_name[] = "rehearsal";
const char *const host_other_arguments[HOST_OTHER_ARGUMENTS] = {"another", "alpha1", "beta2", "gamma3"};
static const char other_input[] = "delta4\nepsilon5\n";
static const uint64_t other_numbers[2] = {1913131313, 676767676};

enum host_manner host_manner_of(struct cm_str interface, struct cm_str function) {
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    if (cm_str_is(interface, answers[i].interface) && cm_str_is(function, answers[i].function)) return answers[i].manner;
  return HOST_ZEROS;
}

bool host_is_strange(struct cm_str interface, struct cm_str function) {
  static const char *const common[] = {"wasi_", "wasi:cli/", "wasi:io/", "wasi:filesystem/", "wasi:clocks/", "wasi:random/"};
  if (cm_str_starts(function, CM_STR("[method]input-stream."))) return true;
  for (size_t i = 0; i < sizeof common / sizeof *common; i++)
    if (cm_str_starts(interface, (struct cm_str){common[i], strlen(common[i])})) return false;
  return true;
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

// fd_read(fd, vectors, count, out): of the standard input there is something at first.
static bool read_input(const union core_value *arguments, uint32_t count_of_arguments, const struct host_memory *m) {
  uint32_t size = 0;
  uint8_t *to;
  if (arguments[0].u32 == 0 && arguments[2].u32 && (*m->read)++ == 0) {
    const uint8_t *vector = m->bytes_at(m->memory, arguments[1].u32, 8);
    uint32_t room[2];
    if (!vector) return false;
    memcpy(room, vector, sizeof room);
    size = room[1] < sizeof other_input - 1 ? room[1] : (uint32_t)sizeof other_input - 1;
    if (size && !(to = m->bytes_at(m->memory, room[0], size))) return false;
    if (size) memcpy(to, other_input, size);
  }
  return put_u32(m, arguments[count_of_arguments - 1].u32, size);
}

// args_sizes_get(count, size), args_get(pointers, buffer): the texts, or how much they are.
static bool tell_arguments(const union core_value *arguments, const struct host_memory *m, bool texts) {
  bool others = m->is_other && !m->is_alone;
  uint32_t count = others ? HOST_OTHER_ARGUMENTS : 1, total = 0;
  for (uint32_t i = 0; i < count; i++) {
    const char *text = others ? host_other_arguments[i] : host_program_name;
    uint32_t size = (uint32_t)strlen(text) + 1, at = arguments[1].u32 + total;
    if (texts && (!put_u32(m, arguments[0].u32 + 4 * i, at) || !put(m, at, text, size))) return false;
    total += size;
  }
  return texts || (put_u32(m, arguments[0].u32, count) && put_u32(m, arguments[1].u32, total));
}

// random_get(buffer, length)
static bool fill(uint32_t at, uint32_t length, const struct host_memory *m) {
  uint8_t *to = m->is_other ? m->bytes_at(m->memory, at, length) : NULL;
  for (uint32_t i = 0; to && i < length; i++) to[i] = (uint8_t)(i * 37 + 101);
  return to || !m->is_other;
}

// get-random-bytes(length: u64), with the area for pointer and length of the list.
static bool give_bytes(const union core_value *arguments, const struct host_memory *m) {
  uint32_t length = arguments[0].u64 < BYTES_MOST ? (uint32_t)arguments[0].u64 : BYTES_MOST, at;
  return m->allocate(m->allocator, 1, length, &at) && fill(at, length, m) && put_u32(m, arguments[1].u32, at) &&
         put_u32(m, arguments[1].u32 + 4, length);
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
    case HOST_READS:
      if (type->param_count < 4) return true;
      return m->is_other ? read_input(arguments, type->param_count, m) : put_u32(m, arguments[type->param_count - 1].u32, 0);
    case HOST_ARGUMENT_SIZES: return type->param_count != 2 || tell_arguments(arguments, m, false);
    case HOST_ARGUMENTS: return type->param_count != 2 || tell_arguments(arguments, m, true);
    case HOST_PERMITS: return type->param_count < 2 || put_u32(m, arguments[1].u32 + 8, PERMITTED);
    case HOST_RANDOM: return type->param_count != 2 || fill(arguments[0].u32, arguments[1].u32, m);
    case HOST_BYTES: return type->param_count != 2 || give_bytes(arguments, m);
    case HOST_NUMBER:
      if (m->is_other && type->result_count) results[0].u64 = other_numbers[0];
      return true;
    case HOST_NUMBERS:
      return !m->is_other || type->param_count != 1 || put(m, arguments[0].u32, other_numbers, sizeof other_numbers);
    default: return true;
  }
}
