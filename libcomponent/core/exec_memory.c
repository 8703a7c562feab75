// Linear memories, tables, and the bulk instructions on them.
//
// A memory is a stretch of address space as large as it may ever grow, of which the system gives pages as they are touched. So
// growing does not move it and costs nothing, and a fresh memory is zero. Where so much address space is not to be had, the stretch
// is smaller and growing moves it. Every access is bounds-checked in software against the current size.
//
// Spec: https://webassembly.github.io/spec/core/exec/instructions.html#memory-instructions, #table-instructions.

#include <stdlib.h>
#include <sys/mman.h>

#include "exec.h"

#ifdef __has_feature
#define EXEC_HAS_FEATURE(x) __has_feature(x)
#else
#define EXEC_HAS_FEATURE(x) 0
#endif
#if defined __SANITIZE_ADDRESS__ || EXEC_HAS_FEATURE(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif

static const uint64_t four_gib = UINT64_C(1) << 32;

void *exec_reserve(uint64_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  void *at = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? NULL : at;
}

// AddressSanitizer does not see what is mapped here; where it had memory of its own before, it may still hold that for freed. Only what
// comes into use is told to it: it writes a byte for each eight.
void exec_unpoison(const void *at, uint64_t size) {
#if defined __SANITIZE_ADDRESS__ || EXEC_HAS_FEATURE(address_sanitizer)
  __asan_unpoison_memory_region(at, (size_t)size);
#else
  (void)at;
  (void)size;
#endif
}

// How much address space a memory should have: what it may grow to, within reason.
static uint64_t wanted_reserve(const struct core_store *store, uint64_t size, uint64_t max_pages, uint8_t page_log2) {
  uint64_t most = store->limits.memory_bytes;
  uint64_t max = max_pages > UINT64_MAX >> page_log2 ? UINT64_MAX : max_pages << page_log2;
  if (most > max) most = max;
  if (most > four_gib && most > size) most = size > four_gib ? size : four_gib;
  return most > size ? most : size;
}

struct core_memory_inst *exec_memory_new(struct core_store *store, const struct core_limits *limits, struct cm_diag *diag) {
  if (limits->page_log2 > 16) {
    cm_fail_at_large(diag, CM_INVALID, "a memory's page size is above 64 KiB");
    return NULL;
  }
  // As many pages as its addresses can name.
  uint64_t most = limits->is_64 ? UINT64_C(1) << (64 - 1 - limits->page_log2) : four_gib >> limits->page_log2;
  uint64_t max_pages = limits->has_max && limits->max < most ? limits->max : most;
  uint64_t left = store->limits.memory_bytes - store->memory_bytes;
  if (limits->min > max_pages || limits->min > left >> limits->page_log2) {
    cm_fail_at_large(diag, CM_LIMIT, "a memory of %llu pages is beyond the limit of %llu bytes", (unsigned long long)limits->min,
                     (unsigned long long)store->limits.memory_bytes);
    return NULL;
  }
  struct core_memory_inst *memory = cm_alloc(&store->arena, sizeof *memory);
  uint64_t size = limits->min << limits->page_log2;
  uint64_t reserved = wanted_reserve(store, size, max_pages, limits->page_log2);
  uint8_t *bytes = NULL;
  if (memory && reserved) {
    bytes = exec_reserve(reserved);
    if (!bytes && size) bytes = exec_reserve(reserved = size);
    if (!bytes && !size) reserved = 0;
  }
  if (!memory || (size && !bytes)) {
    cm_fail_memory(diag);
    return NULL;
  }
  *memory = (struct core_memory_inst){.bytes = bytes,
                                      .size = size,
                                      .reserved = reserved,
                                      .max_pages = max_pages,
                                      .declared_max = limits->max,
                                      .has_max = limits->has_max,
                                      .is_64 = limits->is_64,
                                      .shared = limits->shared,
                                      .page_log2 = limits->page_log2,
                                      .store = store,
                                      .next = store->memories};
  if (size) exec_unpoison(bytes, size);
  store->memories = memory;
  store->memory_bytes += size;
  return memory;
}

// Moves the bytes to a larger stretch. False: there is none.
static bool move(struct core_memory_inst *memory, uint64_t size) {
  uint64_t doubled = memory->reserved < SIZE_MAX / 4 ? memory->reserved * 2 : size;
  for (uint64_t want = doubled > size ? doubled : size;; want = size) {
    void *at = memory->reserved && want <= SIZE_MAX / 2
                   ? mremap(memory->bytes, (size_t)memory->reserved, (size_t)want, MREMAP_MAYMOVE)
                   : exec_reserve(want);
    if (at && at != MAP_FAILED) {
      memory->bytes = at;
      exec_unpoison(at, memory->size);
      memory->reserved = want;
      return true;
    }
    if (want == size) return false;
  }
}

uint64_t exec_memory_grow(struct core_memory_inst *memory, uint64_t pages) {
  struct core_store *store = memory->store;
  uint64_t before = memory->size >> memory->page_log2;
  if (pages > memory->max_pages - before) return UINT64_MAX;
  if (pages > (store->limits.memory_bytes - store->memory_bytes) >> memory->page_log2) return UINT64_MAX;
  uint64_t more = pages << memory->page_log2;
  if (!exec_snapshot_holds(memory, memory->size + more)) return UINT64_MAX;
  if (memory->size + more > memory->reserved && !move(memory, memory->size + more)) return UINT64_MAX;
  exec_unpoison(memory->bytes + memory->size, more);
  memory->size += more;
  store->memory_bytes += more;
  return before;
}

struct core_table_inst *exec_table_new(struct core_store *store, const struct core_limits *limits, struct core_valtype element,
                                       void *init, struct cm_diag *diag) {
  uint64_t max = limits->has_max ? limits->max : limits->is_64 ? UINT64_MAX : UINT32_MAX;
  if (limits->min > max || limits->min > store->limits.table_entries - store->table_entries) {
    cm_fail_at_large(diag, CM_LIMIT, "a table of %llu entries is beyond the limit of %lu", (unsigned long long)limits->min,
                     (unsigned long)store->limits.table_entries);
    return NULL;
  }
  struct core_table_inst *table = cm_alloc(&store->arena, sizeof *table);
  void **entries = table ? calloc(limits->min ? (size_t)limits->min : 1, sizeof *entries) : NULL;
  if (!entries) {
    cm_fail_memory(diag);
    return NULL;
  }
  for (uint64_t i = 0; init && i < limits->min; i++) entries[i] = init;
  *table = (struct core_table_inst){.entries = entries,
                                    .size = limits->min,
                                    .capacity = limits->min,
                                    .max = max,
                                    .has_max = limits->has_max,
                                    .is_64 = limits->is_64,
                                    .element = element,
                                    .store = store,
                                    .next = store->tables};
  store->tables = table;
  store->table_entries += limits->min;
  return table;
}

uint64_t exec_table_grow(struct core_table_inst *table, uint64_t count, void *init) {
  struct core_store *store = table->store;
  uint64_t before = table->size;
  if (count > table->max - before || count > store->limits.table_entries - store->table_entries) return UINT64_MAX;
  uint64_t size = before + count;
  if (size > table->capacity) {
    uint64_t capacity = table->capacity * 2 > size ? table->capacity * 2 : size;
    void **entries = realloc(table->entries, (size_t)capacity * sizeof *entries);
    if (!entries) return UINT64_MAX;
    table->entries = entries;
    table->capacity = capacity;
  }
  for (uint64_t i = before; i < size; i++) table->entries[i] = init;
  table->size = size;
  store->table_entries += count;
  return before;
}

void exec_memories_free(struct core_store *store) {
  for (struct core_memory_inst *memory = store->memories; memory; memory = memory->next) {
    if (memory->reserved) munmap(memory->bytes, (size_t)memory->reserved);
  }
  for (struct core_table_inst *table = store->tables; table; table = table->next) free(table->entries);
}

// Whether [at, at + count) lies within `size`.
static inline bool within(uint64_t at, uint64_t count, uint64_t size) { return at <= size && count <= size - at; }

static inline bool pay(uint64_t *fuel, uint64_t units) {
  if (*fuel < units) return false;
  *fuel -= units;
  return true;
}

static inline bool pay_bytes(const struct core_store *store, uint64_t *fuel, uint64_t bytes) {
  return bytes <= store->limits.bulk_bytes && pay(fuel, bytes / CORE_FUEL_BYTES);
}

enum core_trap exec_memory_init(struct core_instance *instance, uint32_t memory_index, uint32_t data, uint64_t to, uint64_t from,
                                uint64_t count, uint64_t *fuel) {
  struct core_memory_inst *memory = instance->memories[memory_index];
  struct cm_span bytes = instance->module->datas[data].bytes;
  if (instance->data_dropped[data]) bytes.size = 0;
  if (!within(from, count, bytes.size) || !within(to, count, memory->size)) return CORE_TRAP_OUT_OF_BOUNDS;
  if (!pay_bytes(memory->store, fuel, count)) return CORE_TRAP_FUEL;
  if (count) memcpy(memory->bytes + to, bytes.at + from, (size_t)count);
  return CORE_TRAP_NONE;
}

enum core_trap exec_table_init(struct core_instance *instance, uint32_t table_index, uint32_t element, uint64_t to, uint64_t from,
                               uint64_t count, uint64_t *fuel) {
  struct core_table_inst *table = instance->tables[table_index];
  const struct core_element *segment = &instance->module->elements[element];
  uint64_t size = instance->element_dropped[element] ? 0 : segment->count;
  if (!within(from, count, size) || !within(to, count, table->size)) return CORE_TRAP_TABLE_OUT_OF_BOUNDS;
  if (!pay(fuel, count / CORE_FUEL_ENTRIES)) return CORE_TRAP_FUEL;
  for (uint64_t i = 0; i < count; i++) {
    table->entries[to + i] =
        segment->is_exprs ? instance->element_refs[element][from + i] : (void *)instance->funcs[segment->funcs[from + i]];
  }
  return CORE_TRAP_NONE;
}

// An operand that is an address of a memory or table.
static inline uint64_t address(bool is_64, union core_value operand) { return is_64 ? operand.u64 : operand.u32; }

static enum core_trap copy_memory(struct core_memory_inst *to, struct core_memory_inst *from, const union core_value *args,
                                  uint64_t *fuel) {
  uint64_t d = address(to->is_64, args[0]), s = address(from->is_64, args[1]), n = address(to->is_64 && from->is_64, args[2]);
  if (!within(s, n, from->size) || !within(d, n, to->size)) return CORE_TRAP_OUT_OF_BOUNDS;
  if (!pay_bytes(to->store, fuel, n)) return CORE_TRAP_FUEL;
  if (n) memmove(to->bytes + d, from->bytes + s, (size_t)n);
  return CORE_TRAP_NONE;
}

static enum core_trap fill_memory(struct core_memory_inst *memory, const union core_value *args, uint64_t *fuel) {
  uint64_t d = address(memory->is_64, args[0]), n = address(memory->is_64, args[2]);
  if (!within(d, n, memory->size)) return CORE_TRAP_OUT_OF_BOUNDS;
  if (!pay_bytes(memory->store, fuel, n)) return CORE_TRAP_FUEL;
  if (n) memset(memory->bytes + d, (int)(args[1].u32 & 0xff), (size_t)n);
  return CORE_TRAP_NONE;
}

static enum core_trap copy_table(struct core_table_inst *to, struct core_table_inst *from, const union core_value *args,
                                 uint64_t *fuel) {
  uint64_t d = address(to->is_64, args[0]), s = address(from->is_64, args[1]), n = address(to->is_64 && from->is_64, args[2]);
  if (!within(s, n, from->size) || !within(d, n, to->size)) return CORE_TRAP_TABLE_OUT_OF_BOUNDS;
  if (!pay(fuel, n / CORE_FUEL_ENTRIES)) return CORE_TRAP_FUEL;
  if (n) memmove(to->entries + d, from->entries + s, (size_t)n * sizeof *to->entries);
  return CORE_TRAP_NONE;
}

static enum core_trap fill_table(struct core_table_inst *table, const union core_value *args, uint64_t *fuel) {
  uint64_t d = address(table->is_64, args[0]), n = address(table->is_64, args[2]);
  if (!within(d, n, table->size)) return CORE_TRAP_TABLE_OUT_OF_BOUNDS;
  if (!pay(fuel, n / CORE_FUEL_ENTRIES)) return CORE_TRAP_FUEL;
  for (uint64_t i = 0; i < n; i++) table->entries[d + i] = args[1].ref;
  return CORE_TRAP_NONE;
}

// The result of growing: UINT64_MAX is -1 as either address type.
static union core_value grown(bool is_64, uint64_t before) { return (union core_value){.u64 = is_64 ? before : (uint32_t)before}; }

static enum core_trap grow_table(struct core_table_inst *table, union core_value *args, uint64_t *fuel) {
  uint64_t count = address(table->is_64, args[1]);
  if (count <= table->max - table->size && count <= table->store->limits.table_entries && !pay(fuel, count / CORE_FUEL_ENTRIES))
    return CORE_TRAP_FUEL;
  args[0] = grown(table->is_64, exec_table_grow(table, count, args[0].ref));
  return CORE_TRAP_NONE;
}

enum core_trap exec_bulk(struct core_instance *instance, enum core_op op, uint32_t x, uint32_t y, union core_value *args,
                         uint64_t *fuel) {
  switch (op) {
    case CORE_OP_MEMORY_GROW: {
      struct core_memory_inst *memory = instance->memories[x];
      args[0] = grown(memory->is_64, exec_memory_grow(memory, address(memory->is_64, args[0])));
      return CORE_TRAP_NONE;
    }
    case CORE_OP_MEMORY_FILL: return fill_memory(instance->memories[x], args, fuel);
    case CORE_OP_MEMORY_COPY: return copy_memory(instance->memories[x], instance->memories[y], args, fuel);
    case CORE_OP_MEMORY_INIT:
      return exec_memory_init(instance, y, x, address(instance->memories[y]->is_64, args[0]), args[1].u32, args[2].u32, fuel);
    case CORE_OP_DATA_DROP: instance->data_dropped[x] = true; return CORE_TRAP_NONE;
    case CORE_OP_TABLE_GROW: return grow_table(instance->tables[x], args, fuel);
    case CORE_OP_TABLE_FILL: return fill_table(instance->tables[x], args, fuel);
    case CORE_OP_TABLE_COPY: return copy_table(instance->tables[x], instance->tables[y], args, fuel);
    case CORE_OP_TABLE_INIT:
      return exec_table_init(instance, y, x, address(instance->tables[y]->is_64, args[0]), args[1].u32, args[2].u32, fuel);
    case CORE_OP_ELEM_DROP: instance->element_dropped[x] = true; return CORE_TRAP_NONE;
    default: return CORE_TRAP_UNSUPPORTED;
  }
}

// The part that hosts see.

struct core_memory_inst *core_memory_new(struct core_store *store, const struct core_limits *limits) {
  return exec_memory_new(store, limits, NULL);
}

uint8_t *core_memory_bytes(struct core_memory_inst *memory, uint64_t *size) {
  *size = memory->size;
  return memory->bytes;
}

bool core_memory_grow(struct core_memory_inst *memory, uint64_t pages) { return exec_memory_grow(memory, pages) != UINT64_MAX; }

struct core_table_inst *core_table_new(struct core_store *store, const struct core_table_type *type, void *init) {
  struct core_valtype element;
  if (!exec_valtype_canonical(NULL, 0, type->element, &element)) return NULL;
  return exec_table_new(store, &type->limits, element, init, NULL);
}

uint64_t core_table_size(const struct core_table_inst *table) { return table->size; }

bool core_table_get(const struct core_table_inst *table, uint64_t index, void **ref) {
  if (index >= table->size) return false;
  *ref = table->entries[index];
  return true;
}

bool core_table_set(struct core_table_inst *table, uint64_t index, void *ref) {
  if (index >= table->size) return false;
  table->entries[index] = ref;
  return true;
}

struct core_global_inst *core_global_new(struct core_store *store, const struct core_global_type *type, union core_value value) {
  struct core_valtype canonical;
  struct core_global_inst *global = cm_alloc(&store->arena, sizeof *global);
  if (!global || !exec_valtype_canonical(NULL, 0, type->type, &canonical)) return NULL;
  *global = (struct core_global_inst){.value = value, .type = canonical, .is_mutable = type->is_mutable};
  return global;
}

union core_value *core_global_value(struct core_global_inst *global) {
  return &global->value;
}

struct core_tag_inst *core_tag_new(struct core_store *store, const struct core_type *type) {
  struct core_tag_inst *tag = cm_alloc(&store->arena, sizeof *tag);
  uint32_t id = exec_type_add(store, type);
  if (!tag || id == EXEC_NONE) return NULL;
  tag->type_id = id;
  return tag;
}
