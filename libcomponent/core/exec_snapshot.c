// Snapshots of linear memories.
//
// A snapshot costs nothing when it is taken: a page is copied before it is first written, by an instruction or by a host that says so,
// and going back copies those pages that were written since. A page that was copied once need not be again, and stays where it is in
// the processor's caches and the system's tables; experiments that write to the same few pages over and over cost little more than
// what they execute.

#include "exec.h"

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2 };

// What is known of a page: it was written since the memory was last as in the snapshot; it was between snapshots.
enum mark { WRITTEN = 1, WRITTEN_BEFORE = 2 };

struct exec_snapshot {
  uint64_t size;      // of the memory when it was taken
  size_t page_count;  // that the arrays have room for: all that the memory can grow to where it stands
  uint8_t *marks;     // by page: enum mark
  uint8_t **kept;     // by page: its bytes in the snapshot; NULL: they were not needed yet, or it was beyond the end and zero
  uint32_t *list;     // pages that are marked WRITTEN
  size_t count, room;
  struct kept_page *spare;  // copies that are out of date
};

struct kept_page {
  struct kept_page *next;
  uint8_t rest[PAGE - sizeof(struct kept_page *)];
};

bool exec_snapshot_holds(const struct core_memory_inst *memory, uint64_t size) {
  return !memory->snapshot || size <= (uint64_t)memory->snapshot->page_count << PAGE_LOG2;
}

static bool was_there(const struct exec_snapshot *s, size_t page) { return (uint64_t)page << PAGE_LOG2 < s->size; }

static bool keep_page(struct core_memory_inst *memory, size_t page) {
  struct exec_snapshot *s = memory->snapshot;
  struct cm_arena *arena = &memory->store->arena;
  if (!cm_grow(arena, &s->list, &s->room, s->count, sizeof *s->list)) return false;
  if (!s->kept[page] && was_there(s, page)) {
    struct kept_page *copy = s->spare;
    if (copy)
      s->spare = copy->next;
    else if (!(copy = cm_alloc(arena, PAGE)))
      return false;
    s->kept[page] = memcpy(copy, memory->bytes + ((uint64_t)page << PAGE_LOG2), PAGE);
  }
  s->list[s->count++] = (uint32_t)page;
  s->marks[page] |= WRITTEN;
  return true;
}

bool exec_snapshot_touch(struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  const struct exec_snapshot *s = memory->snapshot;
  if (!s || at >= memory->size || !size) return true;
  uint64_t end = size < memory->size - at ? at + size : memory->size;
  for (uint64_t page = at >> PAGE_LOG2; page <= (end - 1) >> PAGE_LOG2; page++)
    if (!(s->marks[page] & WRITTEN) && !keep_page(memory, (size_t)page)) return false;
  return true;
}

bool core_memory_touch(struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  return exec_snapshot_touch(memory, at, size);
}

bool core_memory_snapshot(struct core_memory_inst *memory) {
  struct exec_snapshot *s = memory->snapshot;
  if (!s) {
    struct cm_arena *arena = &memory->store->arena;
    s = cm_alloc(arena, sizeof *s);
    if (!s) return false;
    *s = (struct exec_snapshot){.page_count = (size_t)((memory->reserved + PAGE - 1) >> PAGE_LOG2)};
    s->marks = cm_alloc_array(arena, s->page_count, 1);
    s->kept = cm_alloc_array(arena, s->page_count, sizeof *s->kept);
    if (!s->marks || !s->kept) return false;
    memory->snapshot = s;
    memory->store->has_snapshots = true;
  }
  // What was written since an earlier snapshot is as it should be from now on.
  for (size_t i = 0; i < s->count; i++) {
    uint32_t page = s->list[i];
    s->marks[page] = WRITTEN_BEFORE;
    if (!s->kept[page]) continue;
    struct kept_page *old = (struct kept_page *)(void *)s->kept[page];
    old->next = s->spare;
    s->spare = old;
    s->kept[page] = NULL;
  }
  s->count = 0;
  s->size = memory->size;
  return true;
}

void core_memory_restore(struct core_memory_inst *memory) {
  struct exec_snapshot *s = memory->snapshot;
  if (!s) return;
  for (size_t i = 0; i < s->count; i++) {
    uint32_t page = s->list[i];
    uint8_t *bytes = memory->bytes + ((uint64_t)page << PAGE_LOG2);
    s->marks[page] &= (uint8_t)~WRITTEN;
    if (s->kept[page])
      memcpy(bytes, s->kept[page], PAGE);
    else
      memset(bytes, 0, PAGE);
  }
  s->count = 0;
  memory->store->memory_bytes -= memory->size - s->size;
  memory->size = s->size;
}

bool core_memory_written(const struct core_memory_inst *memory, uint64_t *from, uint64_t *to) {
  const struct exec_snapshot *s = memory->snapshot;
  if (!s) *to = memory->size;
  if (!s || *from >= memory->size) return *from < memory->size;
  size_t page = (size_t)(*from >> PAGE_LOG2), end = (size_t)((memory->size + PAGE - 1) >> PAGE_LOG2);
  if (!s->marks[page]) {
    while (page < end && !s->marks[page]) page++;
    *from = (uint64_t)page << PAGE_LOG2;
  }
  while (page < end && s->marks[page]) page++;
  *to = page == end ? memory->size : (uint64_t)page << PAGE_LOG2;
  return *from < *to;
}
