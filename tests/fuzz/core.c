// Core modules: sections, bodies read in both ways, names, producers, constants.
//
// The first byte of the input is no part of the module: its bits say whether the eight bytes of the preamble are put in front, so that
// the fuzzer need not find them, and how little memory there is.

#include <component/instr.h>

#include <stdlib.h>

enum { ADD_PREAMBLE = 1, LITTLE_MEMORY = 2 };

static void ignore(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at) {
  (void)context, (void)use, (void)a, (void)b, (void)at;
}

// What a body reads as in full, the fast pass must be able to step over.
static void read_bodies(struct cm_arena *arena, const struct core_module *module) {
  struct cm_diag diag;
  bool whole = core_read_bodies(module, &diag);
  for (uint32_t i = module->imported[CORE_FUNC]; i < module->func_count && i < 64; i++) {
    struct core_code code;
    struct core_valtype *locals;
    uint32_t count;
    if (!core_code_uses(module, i, ignore, NULL, &diag) && whole) abort();
    if (!core_code_begin(&code, arena, module, i, &locals, &count, &diag) && whole && diag.error != CM_NO_MEMORY) abort();
  }
}

static void read_rest(struct cm_arena *arena, const struct core_module *module) {
  struct cm_diag diag;
  struct core_names names;
  struct core_producer *producers;
  uint32_t count;
  uint64_t value;
  core_names_read(arena, module, &names, &diag);
  for (uint32_t i = 0; i < module->func_count && i < 8; i++) core_func_name(module, i);
  for (uint32_t i = 0; i < module->section_count; i++)
    if (module->sections[i].id == 0) core_producers_read(arena, module->sections[i].bytes, &producers, &count, &diag);
  for (uint32_t i = 0; i < module->data_count; i++) core_const_eval(module, module->datas[i].start, NULL, NULL, &value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t preamble[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
  if (size == 0) return 0;
  uint8_t flags = data[0];
  size_t ahead = flags & ADD_PREAMBLE ? sizeof preamble : 0, whole = ahead + size - 1;
  uint8_t *file = malloc(whole ? whole : 1);
  if (!file) return 0;
  memcpy(file, preamble, ahead);
  if (size > 1) memcpy(file + ahead, data + 1, size - 1);

  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag = {0};
  cm_arena_init(&arena, NULL);
  arena.limit = flags & LITTLE_MEMORY ? 40000 : 64u << 20;
  if (core_decode(&arena, (struct cm_span){file, whole}, file, NULL, &module, &diag)) {
    read_bodies(&arena, module);
    read_rest(&arena, module);
  } else if (diag.error == CM_OK || diag.message[0] == 0) {
    abort();
  }
  cm_arena_free(&arena);
  free(file);
  return 0;
}
