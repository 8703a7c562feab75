// Instantiation of a whole program in one store, and the stubs behind its imports.
//
// Core instances are made in the order of the link view, which is the order of instantiation, so that what an instance imports is
// there before it. A lowered function that another component lifts is answered by a stub too: experiments are about one component's
// own code.
//
// The environment is lowered as `list<tuple<string, string>>`: CanonicalABI.md, "Storing" (store_list, store_string): the list's memory is
// taken first, then each string's, through the realloc of the canonical options.

#include "laboratory.h"

#include "sinks.h"
#include "witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROWTH = 1 << 19, GROWTH_OF_STACKED = 1 << 26, CLOCK_STEP = 1000000, ERRNO_BADF = 8 };
enum { MOST_PAGES = 4096, CALL_DEPTH = 2000, START_FUEL = 200000, REALLOC_ALIGNMENT = 4, PAIR_BYTES = 16 };

const struct laboratory_variable laboratory_made_up[LABORATORY_MADE_UP] = {
    {"QZ_TIDE_FIRST_7", "ebb-4c1f-value"},
    {"QZ_TIDE_OTHER_9", "flood-93ab-worth"},
    {"\u00df\u00df\u00df\u00df\u00df\u00df\u00df\u00df", "slack-18c3-amount"}};

const char *const laboratory_arguments[LABORATORY_ARGUMENTS] = {"qz-tide-program", "qz-tide-argument-5"};

struct stub {
  struct laboratory *laboratory;
  const struct core_type *type;
  enum stub_kind {
    STUB_ZERO,
    STUB_GET_ENVIRONMENT,
    STUB_ENVIRON_GET,
    STUB_ENVIRON_SIZES,
    STUB_ARGS_GET,
    STUB_ARGS_SIZES,
    STUB_REFUSE,  // there is no such file
    STUB_CLOCK,   // a time that goes on
    STUB_EXIT,    // nothing comes behind it
  } kind;
  struct core_function *realloc;
  uint32_t memory_instance, memory_index;
};

struct saved_global {
  struct core_global_inst *global;
  union core_value value;
};

struct laboratory {
  struct program *program;
  struct witness witness;
  struct cm_arena arena;
  struct core_store *store;
  struct core_instance **instances;
  const struct laboratory_variable *environment;
  size_t variable_count;
  unsigned asked;
  bool stopping;
  uint64_t clock, kept_clock;
  struct core_memory_inst **memories;
  size_t memory_count;
  struct saved_global *globals;
  size_t global_count;
};

static struct core_memory_inst *memory_of(struct laboratory *lab, uint32_t instance, uint32_t index) {
  if (instance >= lab->program->instance_count || !lab->instances[instance]) return NULL;
  return core_instance_item(lab->instances[instance], CORE_MEMORY, index).memory;
}

// `size` bytes at `address` of a memory, to be written; NULL when they are not all within it.
static uint8_t *bytes_at(struct core_memory_inst *memory, uint64_t address, uint64_t size) {
  uint64_t total = 0;
  uint8_t *bytes = memory ? core_memory_bytes(memory, &total) : NULL;
  bool there = bytes && address <= total && size <= total - address;
  return there && core_memory_touch(memory, address, size) ? bytes + address : NULL;
}

static bool call_realloc(struct stub *stub, struct core_store *store, uint32_t alignment, uint32_t size, uint32_t *address) {
  union core_value arguments[4] = {{.i32 = 0}, {.i32 = 0}, {.i32 = (int32_t)alignment}, {.i32 = (int32_t)size}};
  union core_value result = {0};
  if (!stub->realloc || core_call(store, stub->realloc, arguments, &result, NULL) != CORE_TRAP_NONE) return false;
  *address = (uint32_t)result.i32;
  return true;
}

static void put_u32(uint8_t *to, uint32_t v) { memcpy(to, &v, sizeof v); }

// get-environment: (param i32), the area for pointer and length of the list.
static bool lower_environment(struct stub *stub, struct core_store *store, uint32_t area) {
  struct laboratory *lab = stub->laboratory;
  struct core_memory_inst *memory = memory_of(lab, stub->memory_instance, stub->memory_index);
  uint32_t list;
  if (!call_realloc(stub, store, REALLOC_ALIGNMENT, (uint32_t)lab->variable_count * PAIR_BYTES, &list)) return false;
  for (size_t i = 0; i < lab->variable_count; i++) {
    const char *texts[2] = {lab->environment[i].name, lab->environment[i].value};
    for (unsigned t = 0; t < 2; t++) {
      uint32_t size = (uint32_t)strlen(texts[t]), text;
      if (!call_realloc(stub, store, 1, size, &text)) return false;
      uint8_t *to = bytes_at(memory, text, size), *pair = bytes_at(memory, list + i * PAIR_BYTES + t * 8, 8);
      if (!to || !pair) return false;
      memcpy(to, texts[t], size);
      put_u32(pair, text);
      put_u32(pair + 4, size);
    }
  }
  uint8_t *out = bytes_at(memory, area, 8);
  if (!out) return false;
  put_u32(out, list);
  put_u32(out + 4, (uint32_t)lab->variable_count);
  return true;
}

// Preview 1, called by a plain module: environ_sizes_get(count, size), environ_get(pointers, buffer).
static bool preview1(struct stub *stub, uint32_t first, uint32_t second) {
  struct laboratory *lab = stub->laboratory;
  struct core_memory_inst *memory = memory_of(lab, stub->memory_instance, stub->memory_index);
  uint32_t total = 0;
  for (size_t i = 0; i < lab->variable_count; i++) {
    uint32_t size = (uint32_t)(strlen(lab->environment[i].name) + strlen(lab->environment[i].value)) + 2;
    if (stub->kind == STUB_ENVIRON_GET) {
      uint8_t *pointer = bytes_at(memory, first + 4 * i, 4), *text = bytes_at(memory, (uint64_t)second + total, size);
      if (!pointer || !text) return false;
      put_u32(pointer, second + total);
      snprintf((char *)text, size, "%s=%s", lab->environment[i].name, lab->environment[i].value);
    }
    total += size;
  }
  if (stub->kind == STUB_ENVIRON_GET) return true;
  uint8_t *count = bytes_at(memory, first, 4), *bytes = bytes_at(memory, second, 4);
  if (!count || !bytes) return false;
  put_u32(count, (uint32_t)lab->variable_count);
  put_u32(bytes, total);
  return true;
}

// args_sizes_get(count, size), args_get(pointers, buffer).
static bool tell_arguments(struct stub *stub, uint32_t first, uint32_t second) {
  struct core_memory_inst *memory = memory_of(stub->laboratory, stub->memory_instance, stub->memory_index);
  uint32_t total = 0;
  for (uint32_t i = 0; i < LABORATORY_ARGUMENTS; i++) {
    uint32_t size = (uint32_t)strlen(laboratory_arguments[i]) + 1;
    if (stub->kind == STUB_ARGS_GET) {
      uint8_t *pointer = bytes_at(memory, first + 4 * (uint64_t)i, 4), *text = bytes_at(memory, (uint64_t)second + total, size);
      if (!pointer || !text) return false;
      put_u32(pointer, second + total);
      memcpy(text, laboratory_arguments[i], size);
    }
    total += size;
  }
  if (stub->kind == STUB_ARGS_GET) return true;
  uint8_t *count = bytes_at(memory, first, 4), *bytes = bytes_at(memory, second, 4);
  if (!count || !bytes) return false;
  put_u32(count, LABORATORY_ARGUMENTS);
  put_u32(bytes, total);
  return true;
}

// clock_time_get(id, precision, time)
static bool tell_time(struct stub *stub, const union core_value *arguments) {
  struct laboratory *lab = stub->laboratory;
  uint8_t *to = stub->type->param_count == 3
                    ? bytes_at(memory_of(lab, stub->memory_instance, stub->memory_index), (uint32_t)arguments[2].i32, 8)
                    : NULL;
  lab->clock += CLOCK_STEP;
  if (to) memcpy(to, &lab->clock, sizeof lab->clock);
  return to != NULL;
}

static enum core_trap answer(void *context, struct core_store *store, const union core_value *arguments, union core_value *results,
                             struct core_trap_info *trap) {
  (void)trap;
  struct stub *stub = context;
  bool ok = true;
  if (stub->type->result_count) memset(results, 0, stub->type->result_count * sizeof *results);
  if (stub->laboratory->stopping || stub->kind == STUB_EXIT) return CORE_TRAP_HOST;
  if (stub->kind == STUB_REFUSE && stub->type->result_count) {
    results[0].i32 = ERRNO_BADF;
  } else if (stub->kind == STUB_ARGS_GET || stub->kind == STUB_ARGS_SIZES) {
    ok = stub->type->param_count == 2 && tell_arguments(stub, (uint32_t)arguments[0].i32, (uint32_t)arguments[1].i32);
  } else if (stub->kind == STUB_CLOCK) {
    ok = tell_time(stub, arguments);
  } else if (stub->kind == STUB_GET_ENVIRONMENT)
    ok = stub->type->param_count == 1 && lower_environment(stub, store, (uint32_t)arguments[0].i32);
  else if (stub->kind != STUB_ZERO)
    ok = stub->type->param_count == 2 && preview1(stub, (uint32_t)arguments[0].i32, (uint32_t)arguments[1].i32);
  if (stub->kind == STUB_GET_ENVIRONMENT || stub->kind == STUB_ENVIRON_GET) stub->laboratory->asked++;
  return ok ? CORE_TRAP_NONE : CORE_TRAP_HOST;
}

// The instantiated function of a gid; NULL when its instance is not there.
static struct core_function *function_of(struct laboratory *lab, uint32_t instance, uint32_t func) {
  if (instance >= lab->program->instance_count || !lab->instances[instance]) return NULL;
  return core_instance_item(lab->instances[instance], CORE_FUNC, func).func;
}

// Preview 1 as far as it must be more than zeros for a program to go on.
static const struct {
  const char *begins;
  enum stub_kind kind;
} preview1_stubs[] = {
    {"args_get", STUB_ARGS_GET},
    {"args_sizes_get", STUB_ARGS_SIZES},
    {"environ_get", STUB_ENVIRON_GET},
    {"environ_sizes_get", STUB_ENVIRON_SIZES},
    {"clock_time_get", STUB_CLOCK},
    {"proc_exit", STUB_EXIT},
    {"fd_", STUB_REFUSE},
    {"path_", STUB_REFUSE},
};

// A program whose stack lies in memory is to run from its start: what it has of preview 1 is answered without an adapter between.
static bool is_preview1(const struct laboratory *lab, uint32_t instance, const struct core_import *import) {
  bool direct = !lab->program->graph->root || lab->program->instances[instance].stacked;
  return direct && cm_str_starts(import->module, CM_STR("wasi_"));
}

static struct core_function *make_stub(struct laboratory *lab, uint32_t instance, uint32_t func) {
  struct program *program = lab->program;
  const struct core_module *module = program->instances[instance].module;
  const struct core_type *type = core_func_type(module, func);
  struct stub *stub = cm_alloc(&lab->arena, sizeof *stub);
  if (!stub || !type) return NULL;
  *stub = (struct stub){.laboratory = lab, .type = type, .memory_instance = instance};
  struct cm_core_target target = cm_graph_func(program->graph, instance, func);
  const struct core_import *import = &module->imports[module->funcs[func].import];
  struct slot slot;
  slot_read(program, program_gid(program, instance, func), &slot);
  bool is_env = slot.sink_count && slot.sinks[0].row->kind == CM_NEED_ENV;
  if (is_preview1(lab, instance, import)) {
    for (size_t i = 0; i < sizeof preview1_stubs / sizeof *preview1_stubs && stub->kind == STUB_ZERO; i++) {
      struct cm_str begins = {preview1_stubs[i].begins, strlen(preview1_stubs[i].begins)};
      if (cm_str_starts(import->name, begins)) stub->kind = preview1_stubs[i].kind;
    }
  } else if (is_env && target.kind == CM_TARGET_LOWERED && target.options) {
    const struct cm_core_target *r = target.options->realloc;
    stub->kind = STUB_GET_ENVIRONMENT;
    stub->memory_instance = target.options->memory.instance;
    stub->memory_index = target.options->memory.index;
    if (r && r->kind == CM_TARGET_CORE) stub->realloc = function_of(lab, r->instance, r->index);
  }
  return core_host_function(lab->store, type, answer, stub);
}

static bool fill_import(struct laboratory *lab, uint32_t instance, const struct core_import *import, struct core_extern *out) {
  const struct cm_core_node *node = lab->program->instances[instance].node;
  *out = (struct core_extern){.kind = import->type.kind};
  if (import->type.kind == CORE_FUNC) {
    struct cm_core_target target = cm_graph_func(lab->program->graph, instance, import->index);
    bool own = is_preview1(lab, instance, import);
    if (target.kind == CM_TARGET_CORE && !own) out->func = function_of(lab, target.instance, target.index);
    if (!out->func) out->func = make_stub(lab, instance, import->index);
    return out->func != NULL;
  }
  const struct cm_core_owner *owners = import->type.kind == CORE_TABLE    ? node->tables
                                       : import->type.kind == CORE_MEMORY ? node->memories
                                       : import->type.kind == CORE_GLOBAL ? node->globals
                                                                          : node->tags;
  struct cm_core_owner owner = owners ? owners[import->index] : (struct cm_core_owner){UINT32_MAX, 0};
  if (owner.instance >= lab->program->instance_count || !lab->instances[owner.instance]) return false;
  struct core_extern item = core_instance_item(lab->instances[owner.instance], import->type.kind, owner.index);
  *out = item;
  return item.kind == import->type.kind;
}

static bool instantiate(struct laboratory *lab, uint32_t instance) {
  const struct core_module *module = lab->program->instances[instance].module;
  struct core_extern *imports = cm_alloc_array(&lab->arena, module->import_count, sizeof *imports);
  if (!imports) return false;
  for (uint32_t i = 0; i < module->import_count; i++)
    if (!fill_import(lab, instance, &module->imports[i], &imports[i])) return false;
  if (!core_instantiate(lab->store, module, imports, &lab->instances[instance], NULL)) return false;
  // Start functions count: the preview-1 adapter takes its stack in one. One that fails leaves what it did.
  core_store_set_fuel(lab->store, START_FUEL);
  if (module->has_start) core_instance_start(lab->instances[instance], NULL);
  return true;
}

static bool save(struct laboratory *lab) {
  size_t memories = 0, globals = 0;
  struct program *program = lab->program;
  for (uint32_t i = 0; i < program->instance_count; i++)
    if (lab->instances[i]) {
      const struct core_module *m = program->instances[i].module;
      memories += m->memory_count - m->imported[CORE_MEMORY];
      globals += m->global_count - m->imported[CORE_GLOBAL];
    }
  lab->memories = cm_alloc_array(&lab->arena, memories, sizeof *lab->memories);
  lab->globals = cm_alloc_array(&lab->arena, globals, sizeof *lab->globals);
  if (!lab->memories || !lab->globals) return false;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    if (!lab->instances[i]) continue;
    const struct core_module *m = program->instances[i].module;
    for (uint32_t k = m->imported[CORE_MEMORY]; k < m->memory_count; k++) {
      struct core_memory_inst *memory = core_instance_item(lab->instances[i], CORE_MEMORY, k).memory;
      lab->memories[lab->memory_count++] = memory;
      if (!core_memory_snapshot(memory)) return false;
    }
    for (uint32_t k = m->imported[CORE_GLOBAL]; k < m->global_count; k++) {
      struct saved_global *s = &lab->globals[lab->global_count++];
      s->global = core_instance_item(lab->instances[i], CORE_GLOBAL, k).global;
      s->value = *core_global_value(s->global);
    }
  }
  return true;
}

static uint64_t memory_total(const struct program *program) {
  uint64_t total = 0;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    const struct core_module *m = program->instances[i].module;
    for (uint32_t k = m ? m->imported[CORE_MEMORY] : 0; m && k < m->memory_count; k++)
      total += m->memories[k].limits.min > MOST_PAGES ? (uint64_t)MOST_PAGES << 16
                                                      : m->memories[k].limits.min << m->memories[k].limits.page_log2;
  }
  return total;
}

static uint64_t growth_of(const struct program *program) {
  for (uint32_t i = 0; i < program->instance_count; i++)
    if (program->instances[i].stacked) return GROWTH_OF_STACKED;
  return GROWTH;
}

struct laboratory *laboratory_open(struct program *program, const struct laboratory_variable *environment, size_t count) {
  struct laboratory *lab = cm_alloc(program->arena, sizeof *lab);
  if (!lab) return NULL;
  *lab = (struct laboratory){.program = program, .environment = environment, .variable_count = count};
  witness_init(&lab->witness, program->arena->allocator);
  cm_arena_init(&lab->arena, &lab->witness.allocator);
  // Little more than the memories begin with: a wild argument taken for a size must not cost what it says.
  struct core_limits_of_store limits = {
      .memory_bytes = memory_total(program) + growth_of(program), .call_depth = CALL_DEPTH, .allocator = &lab->witness.allocator};
  lab->store = core_store_new(&limits);
  lab->instances = cm_alloc_array(&lab->arena, program->instance_count, sizeof *lab->instances);
  bool ok = lab->store && lab->instances;
  for (uint32_t i = 0; i < program->instance_count && ok; i++)
    if (program->instances[i].module) ok = instantiate(lab, i);
  if (ok && save(lab)) return lab;
  laboratory_close(lab);
  return NULL;
}

void laboratory_close(struct laboratory *lab) {
  if (!lab) return;
  if (lab->store) core_store_free(lab->store);
  cm_arena_free(&lab->arena);
  if (lab->witness.refused) lab->program->arena->refused = true;
}

void laboratory_reset(struct laboratory *lab) {
  for (size_t i = 0; i < lab->memory_count; i++) core_memory_restore(lab->memories[i]);
  for (size_t i = 0; i < lab->global_count; i++) *core_global_value(lab->globals[i].global) = lab->globals[i].value;
  lab->asked = 0;
  lab->clock = lab->kept_clock;
}

void laboratory_keep(struct laboratory *lab) {
  for (size_t i = 0; i < lab->memory_count; i++) core_memory_snapshot(lab->memories[i]);  // cannot fail a second time
}

void laboratory_keep_all(struct laboratory *lab) {
  laboratory_keep(lab);
  lab->kept_clock = lab->clock;
  for (size_t i = 0; i < lab->global_count; i++) lab->globals[i].value = *core_global_value(lab->globals[i].global);
}

void laboratory_watch(struct laboratory *lab, const struct core_watcher *watcher) { core_store_watch(lab->store, watcher); }

const struct core_instance *laboratory_instance(const struct laboratory *lab, uint32_t instance) {
  return lab->instances[instance];
}

union core_value *laboratory_global(struct laboratory *lab, uint32_t instance, uint32_t index) {
  if (!lab->instances[instance]) return NULL;
  struct core_global_inst *global = core_instance_item(lab->instances[instance], CORE_GLOBAL, index).global;
  return global ? core_global_value(global) : NULL;
}

bool laboratory_grow(struct laboratory *lab, uint32_t instance, uint64_t pages) {
  struct core_memory_inst *memory = memory_of(lab, instance, 0);
  return memory && core_memory_grow(memory, pages);
}

bool laboratory_touch(struct laboratory *lab, uint32_t instance, uint64_t at, uint64_t size) {
  return bytes_at(memory_of(lab, instance, 0), at, size) != NULL;
}

void laboratory_stop(struct laboratory *lab) { lab->stopping = true; }

bool laboratory_call(struct laboratory *lab, uint32_t gid, const union core_value *arguments, union core_value *results,
                     uint64_t fuel) {
  uint32_t instance = lab->program->instance_of[gid];
  struct core_function *function = function_of(lab, instance, program_func(lab->program, gid));
  if (!function) return false;
  lab->stopping = false;
  core_store_set_fuel(lab->store, fuel);
  return core_call(lab->store, function, arguments, results, NULL) == CORE_TRAP_NONE;
}

uint8_t *laboratory_memory(struct laboratory *lab, uint32_t instance, uint64_t *size) {
  struct core_memory_inst *memory = memory_of(lab, instance, 0);
  *size = 0;
  return memory ? core_memory_bytes(memory, size) : NULL;
}

bool laboratory_written(struct laboratory *lab, uint32_t instance, uint64_t *from, uint64_t *to) {
  const struct core_memory_inst *memory = memory_of(lab, instance, 0);
  return memory && core_memory_written(memory, from, to);
}

bool laboratory_reserve(struct laboratory *lab, uint32_t instance, uint32_t size, uint32_t *address) {
  uint32_t global = lab->program->instances[instance].stack_global;
  struct core_memory_inst *memory = memory_of(lab, instance, 0);
  if (global == UINT32_MAX || !memory || !lab->instances[instance]) return false;
  union core_value *pointer = core_global_value(core_instance_item(lab->instances[instance], CORE_GLOBAL, global).global);
  uint32_t top = (uint32_t)pointer->i32;
  if (top < size || !bytes_at(memory, top - size, size)) return false;
  memset(bytes_at(memory, top - size, size), 0, size);
  pointer->i32 = (int32_t)(top - size);
  *address = top - size;
  return true;
}

unsigned laboratory_asked(const struct laboratory *lab) { return lab->asked; }
