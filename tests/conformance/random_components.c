// Random valid components.
//
//   random_components FOLDER FIRST COUNT          FOLDER/N.wasm for the seeds FIRST and on
//   random_components --dictionary FIRST COUNT    what they are made of, each definition once, as a dictionary for libFuzzer

#include <component/component.h>
#include <component/encode.h>

#include <stdio.h>
#include <stdlib.h>

#include "random_component.h"

// A component of that seed, encoded.
static bool make(struct cm_arena *arena, unsigned long seed, struct cm_buffer *out) {
  struct cm_diag diag;
  struct cm_component *component = random_component(arena, NULL, 0, seed);
  return component && cm_encode(component, NULL, out, &diag);
}

static bool write_component(const char *folder, unsigned long seed, struct cm_arena *arena, struct cm_buffer *out) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%lu.wasm", folder, seed);
  FILE *file = make(arena, seed, out) ? fopen(path, "wb") : NULL;
  bool ok = file && fwrite(out->at, 1, out->size, file) == out->size;
  if (file) ok = fclose(file) == 0 && ok;
  return ok;
}

// Definitions that have been written, by a hash of their bytes; two that share one are taken for the same.
enum { SEEN = 1 << 14, LONGEST = 64 };
static uint64_t seen[SEEN];

static bool is_new(const uint8_t *at, size_t size) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < size; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
  size_t slot = hash % SEEN;
  for (size_t tried = 0; tried < SEEN && seen[slot] != hash; tried++, slot = (slot + 1) % SEEN) {
    if (seen[slot]) continue;
    seen[slot] = hash;
    return true;
  }
  return false;
}

static void write_definitions(const struct cm_scope *scope, const uint8_t *file) {
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_COMPONENT) write_definitions(&item->component->scope, file);
    if (item->kind == CM_ITEM_TYPE && item->type->kind >= CM_TYPE_COMPONENT && item->type->kind <= CM_TYPE_INSTANCE)
      write_definitions(item->type->scope, file);
    if (item->size < 2 || item->size > LONGEST || !is_new(file + item->offset, (size_t)item->size)) continue;
    putchar('"');
    for (uint64_t k = 0; k < item->size; k++) printf("\\x%02x", file[item->offset + k]);
    puts("\"");
  }
}

static bool write_dictionary(unsigned long seed, struct cm_arena *arena, struct cm_buffer *out) {
  struct cm_component *decoded;
  if (!make(arena, seed, out) || !cm_decode(arena, cm_buffer_span(out), &decoded, NULL)) return false;
  write_definitions(&decoded->scope, out->at);
  return true;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  unsigned long first = strtoul(argv[2], NULL, 10), count = strtoul(argv[3], NULL, 10);
  bool ok = true;
  for (unsigned long seed = first; ok && seed < first + count; seed++) {
    struct cm_arena arena;
    struct cm_buffer out;
    cm_arena_init(&arena, NULL);
    cm_buffer_init(&out, NULL);
    ok = strcmp(argv[1], "--dictionary") == 0 ? write_dictionary(seed, &arena, &out) : write_component(argv[1], seed, &arena, &out);
    cm_buffer_free(&out);
    cm_arena_free(&arena);
  }
  return ok ? 0 : 1;
}
