// Instantiation of a whole program in one store, and the stubs behind its imports.
//
// Core instances are made in the order of the link view, which is the order of instantiation, so that what an instance imports is
// there before it. A lowered function that another component lifts is answered by a stub too: experiments are about one component's
// own code.
//
// The environment is lowered as `list<tuple<string, string>>`: CanonicalABI.md, "Storing" (store_list, store_string): the list's memory is
// taken first, then each string's, through the realloc of the canonical options.

#include "laboratory.h"

#include "laboratory_host.h"
#include "sinks.h"
#include "witness.h"

#include <component/semver.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  GROWTH = 1 << 19,
  GROWTH_OF_STACKED = 1 << 26,
  GROWTH_OF_LIVELY = 10 << 20,
  ROOM_OF_LIVELY = 32,
  CLOCK_STEP = 1000000,
  ERRNO_BADF = 8
};
// Programs with threads are given all memory at once that they may ever use; what of it nobody touches costs nothing.
static const uint64_t memory_most = UINT64_C(1) << 32, bulk_most = UINT64_C(1) << 26;
static const uint64_t OTHER_TIME = 1717171717171717171;
enum { CALL_DEPTH = 2000, START_FUEL = 16000000, REALLOC_ALIGNMENT = 4, PAIR_BYTES = 16 };

const struct laboratory_variable laboratory_made_up[LABORATORY_MADE_UP] = {
    {"QZ_Tide_First_7", "ebb-4c1f-value"},
    {"QZ_Tide_Other_9", "flood-93ab-worth"},
    {"\u00df\u00df\u00df\u00df\u00df\u00df\u00df\u00df", "slack-18c3-amount"}};

const char laboratory_other_case[] = "qz_tIDE_fIRST_7";

const char *const laboratory_arguments[LABORATORY_ARGUMENTS] = {"qz-tide-program", "qz-tide-argument-5"};

struct stub {
  struct laboratory *laboratory;
  uint32_t gid;
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
    STUB_GET_ARGUMENTS,
    STUB_EXIT,  // nothing comes behind it
  } kind;
  struct core_function *realloc;
  uint32_t memory_instance, memory_index;
  enum host_manner manner;  // of what is not the environment
  bool is_strange;          // what it hands over may be anything
  bool returns_to;
  uint32_t return_argument;
  uint64_t return_size;
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
  bool is_lively, is_other, is_alone, exited;
  const struct laboratory_host *host;  // NULL: what leaves the program is answered as below
  const struct laboratory_observer *observer;
  struct core_watcher core_watcher;
  uint32_t running;  // instance whose function was entered last
  bool stopping;
  uint64_t clock, kept_clock;
  unsigned read;  // how often the standard input was
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

// A string, of which pointer and length are to stand at `at`.
static bool lower_text(struct stub *stub, struct core_store *store, uint64_t at, const char *text) {
  struct core_memory_inst *memory = memory_of(stub->laboratory, stub->memory_instance, stub->memory_index);
  uint32_t size = (uint32_t)strlen(text), address;
  if (!call_realloc(stub, store, 1, size, &address)) return false;
  uint8_t *to = bytes_at(memory, address, size), *pair = bytes_at(memory, at, 8);
  if (!to || !pair) return false;
  memcpy(to, text, size);  // NOLINT(bugprone-not-null-terminated-result): without one on purpose
  put_u32(pair, address);
  put_u32(pair + 4, size);
  return true;
}

static bool lower_list(struct stub *stub, uint32_t area, uint32_t list, uint32_t count) {
  uint8_t *out = bytes_at(memory_of(stub->laboratory, stub->memory_instance, stub->memory_index), area, 8);
  if (!out) return false;
  put_u32(out, list);
  put_u32(out + 4, count);
  return true;
}

// get-environment: (param i32), the area for pointer and length of the list.
static bool lower_environment(struct stub *stub, struct core_store *store, uint32_t area) {
  const struct laboratory *lab = stub->laboratory;
  uint32_t list;
  if (!call_realloc(stub, store, REALLOC_ALIGNMENT, (uint32_t)lab->variable_count * PAIR_BYTES, &list)) return false;
  for (size_t i = 0; i < lab->variable_count; i++) {
    uint64_t at = list + i * PAIR_BYTES;
    if (!lower_text(stub, store, at, lab->environment[i].name) || !lower_text(stub, store, at + 8, lab->environment[i].value))
      return false;
  }
  return lower_list(stub, area, list, (uint32_t)lab->variable_count);
}

// get-arguments: (param i32). Only the other world has some.
static bool lower_arguments(struct stub *stub, struct core_store *store, uint32_t area) {
  bool others = stub->laboratory->is_other && !stub->laboratory->is_alone;
  uint32_t count = others ? HOST_OTHER_ARGUMENTS : 0, list = 0;
  if (count && !call_realloc(stub, store, REALLOC_ALIGNMENT, count * 8, &list)) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!lower_text(stub, store, list + (uint64_t)i * 8, host_other_arguments[i])) return false;
  return lower_list(stub, area, list, count);
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
      size_t name_size = strlen(lab->environment[i].name);
      memcpy(text, lab->environment[i].name, name_size);
      text[name_size] = '=';
      memcpy(text + name_size + 1, lab->environment[i].value, size - name_size - 1);
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

static bool allocate(void *stub, uint32_t alignment, uint32_t size, uint32_t *address) {
  struct stub *s = stub;
  return call_realloc(s, s->laboratory->store, alignment, size, address);
}

// What is not the environment, where a program is to run through.
static bool answer_lively(struct stub *stub, const union core_value *arguments, union core_value *results) {
  struct laboratory *lab = stub->laboratory;
  struct core_memory_inst *memory = memory_of(lab, stub->memory_instance, stub->memory_index);
  if (lab->is_other && stub->is_strange && (stub->type->result_count || stub->returns_to)) return false;
  if (stub->manner == HOST_EXITS) {
    lab->exited = true;
    return false;
  }
  if (stub->returns_to) {
    uint8_t *area = bytes_at(memory, (uint32_t)arguments[stub->return_argument].i32, stub->return_size);
    if (!area) return false;
    memset(area, 0, (size_t)stub->return_size);
  }
  struct host_memory host = {lab->is_alone, lab->is_other, &lab->read, memory, bytes_at, allocate, stub};
  return host_answer(stub->manner, stub->type, arguments, results, &host);
}

// args_sizes_get(count, size), args_get(pointers, buffer).
static bool tell_arguments(struct stub *stub, uint32_t first, uint32_t second) {
  struct core_memory_inst *memory = memory_of(stub->laboratory, stub->memory_instance, stub->memory_index);
  uint32_t total = 0;
  uint32_t number = stub->laboratory->is_alone ? 1 : LABORATORY_ARGUMENTS;
  for (uint32_t i = 0; i < number; i++) {
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
  put_u32(count, number);
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
  uint64_t time = lab->clock + (lab->is_other ? OTHER_TIME : 0);
  if (to) memcpy(to, &time, sizeof time);
  return to != NULL;
}

// To hand the environment over is work as well: a program that asks for it again and again is not to get more of it than any other.
static void charge(const struct laboratory *lab, struct core_store *store) {
  enum { FUEL_OF_VARIABLE = 50 };
  uint64_t fuel = core_store_fuel(store), cost = lab->variable_count * FUEL_OF_VARIABLE;
  core_store_set_fuel(store, fuel > cost ? fuel - cost : 0);
}

static enum core_trap answer(void *context, struct core_store *store, const union core_value *arguments, union core_value *results,
                             struct core_trap_info *trap) {
  (void)trap;
  struct stub *stub = context;
  struct laboratory *lab = stub->laboratory;
  bool ok = true;
  if (lab->observer && lab->observer->imported) {
    struct laboratory_import import = {.arguments = arguments, .type = stub->type, .instance = stub->memory_instance};
    import.environment = stub->kind == STUB_GET_ENVIRONMENT || stub->kind == STUB_ENVIRON_GET;
    if (stub->manner == HOST_WRITES && stub->type->param_count > 3)
      import.vectors = arguments[1].u32, import.vector_count = arguments[2].u32;
    lab->observer->imported(lab->observer->context, &import);
  }
  if (stub->type->result_count) memset(results, 0, stub->type->result_count * sizeof *results);
  if (lab->stopping) return CORE_TRAP_HOST;
  if (stub->kind == STUB_GET_ENVIRONMENT || stub->kind == STUB_ENVIRON_GET || stub->kind == STUB_ENVIRON_SIZES) charge(lab, store);
  if (lab->host) {
    struct laboratory_foreign call = {stub->gid, stub->type, arguments, results, stub};
    return lab->host->answer(lab->host->context, &call) ? CORE_TRAP_NONE : CORE_TRAP_HOST;
  }
  switch (lab->is_lively && stub->manner != HOST_ZEROS ? STUB_ZERO : stub->kind) {
    case STUB_ZERO: ok = !lab->is_lively || answer_lively(stub, arguments, results); break;
    case STUB_EXIT: ok = false; break;
    case STUB_REFUSE:
      if (stub->type->result_count) results[0].i32 = lab->is_lively ? 0 : ERRNO_BADF;
      break;
    case STUB_ARGS_GET:
    case STUB_ARGS_SIZES:
      ok = stub->type->param_count == 2 && tell_arguments(stub, (uint32_t)arguments[0].i32, (uint32_t)arguments[1].i32);
      break;
    case STUB_CLOCK: ok = tell_time(stub, arguments); break;
    case STUB_GET_ARGUMENTS:
      ok = !lab->is_lively || stub->type->param_count != 1 || lower_arguments(stub, store, (uint32_t)arguments[0].i32);
      break;
    case STUB_GET_ENVIRONMENT:
      ok = stub->type->param_count == 1 && lower_environment(stub, store, (uint32_t)arguments[0].i32);
      break;
    default: ok = stub->type->param_count == 2 && preview1(stub, (uint32_t)arguments[0].i32, (uint32_t)arguments[1].i32); break;
  }
  if (stub->kind == STUB_GET_ENVIRONMENT || stub->kind == STUB_ENVIRON_GET) lab->asked++;
  return ok ? CORE_TRAP_NONE : CORE_TRAP_HOST;
}

uint8_t *laboratory_foreign_bytes(const struct laboratory_foreign *call, uint64_t address, uint64_t size) {
  const struct stub *stub = call->stub;
  return bytes_at(memory_of(stub->laboratory, stub->memory_instance, stub->memory_index), address, size);
}

bool laboratory_foreign_new(const struct laboratory_foreign *call, uint32_t alignment, uint32_t size, uint32_t *address) {
  return allocate(call->stub, alignment, size, address);
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
  stub->gid = program_gid(program, instance, func);
  struct cm_core_target target = cm_graph_func(program->graph, instance, func);
  const struct core_import *import = &module->imports[module->funcs[func].import];
  struct slot slot;
  slot_read_given(program, stub->gid, &slot);
  bool is_env = slot.sink_count && slot.sinks[0].row->kind == CM_NEED_ENV;
  stub->manner = host_manner_of(cm_name_base(import->module), import->name);
  stub->is_strange = host_is_strange(import->module, import->name);
  if (is_preview1(lab, instance, import)) {
    for (size_t i = 0; i < sizeof preview1_stubs / sizeof *preview1_stubs && stub->kind == STUB_ZERO; i++) {
      struct cm_str begins = {preview1_stubs[i].begins, strlen(preview1_stubs[i].begins)};
      if (cm_str_starts(import->name, begins)) stub->kind = preview1_stubs[i].kind;
    }
  } else if (target.kind == CM_TARGET_LOWERED && target.options) {
    const struct cm_core_target *r = target.options->realloc;
    if (is_env) stub->kind = STUB_GET_ENVIRONMENT;
    if (cm_str_is(cm_name_base(slot.interface), "wasi:cli/environment") && cm_str_is(slot.function, "get-arguments"))
      stub->kind = STUB_GET_ARGUMENTS;
    if (slot.interface.size) {  // what another component gives answers as the outside's would
      stub->manner = host_manner_of(cm_name_base(slot.interface), slot.function);
      stub->is_strange = host_is_strange(slot.interface, slot.function);
    }
    stub->returns_to = slot.returns_to && slot.return_argument < type->param_count;
    stub->return_argument = slot.return_argument;
    stub->return_size = slot.return_size;
    if (target.options->memory.instance != CM_NOWHERE) {
      stub->memory_instance = target.options->memory.instance;
      stub->memory_index = target.options->memory.index;
    }
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
  if (import->type.kind == CORE_MEMORY && !import->index && lab->program->instances[instance].memory_owner == instance) {
    out->memory = core_memory_new(lab->store, &import->type.memory);
    return out->memory != NULL;
  }
  if (owner.instance >= lab->program->instance_count || !lab->instances[owner.instance]) return false;
  struct core_extern item = core_instance_item(lab->instances[owner.instance], import->type.kind, owner.index);
  *out = item;
  return item.kind == import->type.kind;
}

// What is executed is the module itself, whatever the analysis reads in its place.
static bool instantiate(struct laboratory *lab, uint32_t instance) {
  const struct core_module *module = lab->program->instances[instance].node->module;
  struct core_extern *imports = cm_alloc_array(&lab->arena, module->import_count, sizeof *imports);
  if (!imports) return false;
  for (uint32_t i = 0; i < module->import_count; i++)
    if (!fill_import(lab, instance, &module->imports[i], &imports[i])) return false;
  if (!core_instantiate(lab->store, module, imports, &lab->instances[instance], NULL)) return false;
  // A program that collects what it cannot come to collects what the host is handing over: not where there is room.
  struct core_memory_inst *memory =
      lab->is_lively && !lab->program->instances[instance].stacked ? memory_of(lab, instance, 0) : NULL;
  if (memory && lab->program->instances[instance].memory_owner == instance) core_memory_grow(memory, ROOM_OF_LIVELY);
  // Start functions count: the preview-1 adapter takes its stack in one. One that fails leaves what it did.
  core_store_set_fuel(lab->store, START_FUEL);
  if (module->has_start) core_instance_start(lab->instances[instance], NULL);
  return true;
}

// The first memory that is the instance's own, be it that the host gives it one.
static uint32_t first_own(const struct program *program, uint32_t instance) {
  return program->instances[instance].memory_owner == instance ? 0 : program->instances[instance].module->imported[CORE_MEMORY];
}

static bool save(struct laboratory *lab) {
  size_t memories = 0, globals = 0;
  struct program *program = lab->program;
  for (uint32_t i = 0; i < program->instance_count; i++)
    if (lab->instances[i]) {
      const struct core_module *m = program->instances[i].module;
      memories += m->memory_count - first_own(program, i);
      globals += m->global_count - m->imported[CORE_GLOBAL];
    }
  lab->memories = cm_alloc_array(&lab->arena, memories, sizeof *lab->memories);
  lab->globals = cm_alloc_array(&lab->arena, globals, sizeof *lab->globals);
  if (!lab->memories || !lab->globals) return false;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    if (!lab->instances[i]) continue;
    const struct core_module *m = program->instances[i].module;
    for (uint32_t k = first_own(program, i); k < m->memory_count; k++) {
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
    for (uint32_t k = m ? first_own(program, i) : 0; m && k < m->memory_count; k++) {
      const struct core_limits *l = &m->memories[k].limits;
      total += l->min > memory_most >> l->page_log2 ? memory_most : l->min << l->page_log2;
    }
  }
  return total;
}

static uint64_t growth_of(const struct program *program, bool lively) {
  for (uint32_t i = 0; i < program->instance_count; i++)
    if (program->instances[i].stacked) return GROWTH_OF_STACKED;
  return lively ? GROWTH_OF_LIVELY : GROWTH;
}

static struct laboratory *open_with(struct program *program, const struct laboratory_variable *environment, size_t count,
                                    bool lively, uint32_t component, const struct laboratory_host *host) {
  struct laboratory *lab = cm_alloc(program->arena, sizeof *lab);
  if (!lab) return NULL;
  *lab = (struct laboratory){
      .program = program, .environment = environment, .variable_count = count, .is_lively = lively, .host = host};
  witness_init(&lab->witness, program->arena->allocator);
  cm_arena_init(&lab->arena, &lab->witness.allocator);
  // Little more than the memories begin with: a wild argument taken for a size must not cost what it says.
  struct core_limits_of_store limits = {.memory_bytes = memory_total(program) + growth_of(program, lively),
                                        .bulk_bytes = bulk_most,
                                        .call_depth = CALL_DEPTH,
                                        .allocator = &lab->witness.allocator};
  lab->store = core_store_new(&limits);
  lab->instances = cm_alloc_array(&lab->arena, program->instance_count, sizeof *lab->instances);
  bool ok = lab->store && lab->instances;
  for (uint32_t i = 0; i < program->instance_count && ok; i++)
    if (program->instances[i].module && (component == CM_NOWHERE || program->instances[i].node->component == component))
      ok = instantiate(lab, i);
  if (ok && save(lab)) return lab;
  laboratory_close(lab);
  return NULL;
}

struct laboratory *laboratory_open(struct program *program, const struct laboratory_variable *environment, size_t count) {
  return open_with(program, environment, count, false, CM_NOWHERE, NULL);
}

struct laboratory *laboratory_open_lively(struct program *program, const struct laboratory_variable *environment, size_t count) {
  return open_with(program, environment, count, true, CM_NOWHERE, NULL);
}

struct laboratory *laboratory_open_part(struct program *program, uint32_t component, const struct laboratory_host *host) {
  return open_with(program, NULL, 0, false, component, host);
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
  lab->exited = false;
  lab->clock = lab->kept_clock;
  lab->read = 0;
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

struct core_extern laboratory_item(struct laboratory *lab, uint32_t instance, enum core_kind kind, uint32_t index) {
  if (instance >= lab->program->instance_count || !lab->instances[instance]) return (struct core_extern){.kind = kind};
  return core_instance_item(lab->instances[instance], kind, index);
}

struct core_instance *laboratory_add(struct laboratory *lab, const struct core_module *module, const struct core_extern *imports) {
  struct core_instance *added;
  return core_instantiate(lab->store, module, imports, &added, NULL) ? added : NULL;
}

static bool call_function(struct laboratory *lab, struct core_function *function, const union core_value *arguments,
                          union core_value *results, uint64_t fuel) {
  if (!function) return false;
  lab->stopping = false;
  core_store_set_fuel(lab->store, fuel);
  return core_call(lab->store, function, arguments, results, NULL) == CORE_TRAP_NONE;
}

bool laboratory_call_added(struct laboratory *lab, struct core_instance *added, uint32_t func, const union core_value *arguments,
                           union core_value *results, uint64_t fuel) {
  return call_function(lab, core_instance_item(added, CORE_FUNC, func).func, arguments, results, fuel);
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
  return call_function(lab, function_of(lab, instance, program_func(lab->program, gid)), arguments, results, fuel);
}

uint64_t laboratory_fuel(const struct laboratory *lab) { return core_store_fuel(lab->store); }

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

bool laboratory_exited(const struct laboratory *lab) { return lab->exited; }

void laboratory_set_environment(struct laboratory *lab, const struct laboratory_variable *environment, size_t count) {
  lab->environment = environment;
  lab->variable_count = count;
}

void laboratory_set_world(struct laboratory *lab, enum laboratory_world world) {
  lab->is_other = world == LABORATORY_OTHER || world == LABORATORY_ALONE_OTHER;
  lab->is_alone = world == LABORATORY_ALONE || world == LABORATORY_ALONE_OTHER;
}

// --- watching ---

static uint32_t number_of(struct laboratory *lab, const struct core_instance *instance) {
  if (lab->running < lab->program->instance_count && lab->instances[lab->running] == instance) return lab->running;
  for (uint32_t i = 0; i < lab->program->instance_count; i++)
    if (lab->instances[i] == instance) return i;
  return UINT32_MAX;
}

static void tell_call_out(struct laboratory *lab) {
  struct core_instance *caller;
  uint32_t func;
  uint64_t offset;
  if (!core_store_call_site(lab->store, NULL, &caller, &func, &offset)) return;
  uint32_t number = number_of(lab, caller);
  if (number != UINT32_MAX) lab->observer->called_out(lab->observer->context, program_gid(lab->program, number, func), offset);
}

static void entered(void *context, struct core_instance *instance, uint32_t func, const union core_value *arguments) {
  struct laboratory *lab = context;
  uint32_t number = instance ? number_of(lab, instance) : UINT32_MAX;
  if (!instance && lab->observer->called_out) tell_call_out(lab);
  if (number == UINT32_MAX) return;
  lab->running = number;
  if (lab->observer->enter) lab->observer->enter(lab->observer->context, program_gid(lab->program, number, func), arguments);
}

static void left(void *context, struct core_instance *instance, uint32_t func, const union core_value *results) {
  struct laboratory *lab = context;
  uint32_t number = instance ? number_of(lab, instance) : UINT32_MAX;
  if (number == UINT32_MAX) return;
  if (lab->observer->leave) lab->observer->leave(lab->observer->context, program_gid(lab->program, number, func), results != NULL);
}

static void was_read(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  struct laboratory *lab = context;
  if (memory == memory_of(lab, lab->observer->instance, 0)) lab->observer->read(lab->observer->context, at, size);
}

static void was_written(void *context, struct core_memory_inst *memory, uint64_t at, uint64_t size) {
  struct laboratory *lab = context;
  if (memory == memory_of(lab, lab->observer->instance, 0)) lab->observer->write(lab->observer->context, at, size);
}

static uint32_t branched(void *context, const void *at, uint32_t choice, uint32_t count) {
  const struct laboratory *lab = context;
  return lab->observer->branch(lab->observer->context, at, choice, count);
}

void laboratory_observe(struct laboratory *lab, const struct laboratory_observer *observer) {
  lab->observer = observer;
  lab->core_watcher = (struct core_watcher){.enter = entered, .leave = left, .context = lab};
  if (observer && observer->branch) lab->core_watcher.branch = branched;
  if (observer && observer->read) lab->core_watcher.read = was_read;
  if (observer && observer->write) lab->core_watcher.write = was_written;
  core_store_watch(lab->store, observer ? &lab->core_watcher : NULL);
}

static bool gid_of(const struct laboratory *lab, const struct core_instance *instance, uint32_t func, uint32_t *gid) {
  for (uint32_t i = 0; i < lab->program->instance_count; i++)
    if (lab->instances[i] == instance) {
      *gid = program_gid(lab->program, i, func);
      return true;
    }
  return false;
}

bool laboratory_call_site(const struct laboratory *lab, uint32_t gid, uint32_t *caller, uint64_t *offset) {
  struct core_instance *instance;
  uint32_t func;
  uint32_t own = lab->program->instance_of[gid];
  return core_store_call_site(lab->store, lab->instances[own], &instance, &func, offset) && gid_of(lab, instance, func, caller);
}

const union core_value *laboratory_reader(const struct laboratory *lab, uint32_t *gid, uint64_t *offset) {
  struct core_instance *instance;
  uint32_t func;
  const union core_value *locals = core_store_reader(lab->store, &instance, &func, offset);
  return gid_of(lab, instance, func, gid) ? locals : NULL;
}

// --- moments ---

struct moment_range {
  uint64_t from, to;
  uint8_t *bytes;
};

struct moment_memory {
  uint64_t size;
  struct moment_range *ranges;
  size_t count, room;
};

struct laboratory_moment {
  struct moment_memory *memories;
  union core_value *globals;
  unsigned asked;
};

struct laboratory_moment *laboratory_remember(struct laboratory *lab, struct cm_arena *arena) {
  struct laboratory_moment *m = cm_alloc(arena, sizeof *m);
  if (!m) return NULL;
  m->asked = lab->asked;
  m->memories = cm_alloc_array(arena, lab->memory_count, sizeof *m->memories);
  m->globals = cm_alloc_array(arena, lab->global_count, sizeof *m->globals);
  if (!m->memories || !m->globals) return NULL;
  for (size_t i = 0; i < lab->global_count; i++) m->globals[i] = *core_global_value(lab->globals[i].global);
  for (size_t i = 0; i < lab->memory_count; i++) {
    struct moment_memory *mm = &m->memories[i];
    const uint8_t *bytes = core_memory_bytes(lab->memories[i], &mm->size);
    uint64_t from = 0, to;
    for (; core_memory_written(lab->memories[i], &from, &to); from = to) {
      uint8_t *copy = cm_alloc(arena, (size_t)(to - from));
      if (!copy || !cm_grow(arena, &mm->ranges, &mm->room, mm->count, sizeof *mm->ranges)) return NULL;
      mm->ranges[mm->count++] = (struct moment_range){from, to, memcpy(copy, bytes + from, (size_t)(to - from))};
    }
  }
  return m;
}

bool laboratory_return(struct laboratory *lab, const struct laboratory_moment *m) {
  laboratory_reset(lab);
  lab->asked = m->asked;
  for (size_t i = 0; i < lab->global_count; i++) *core_global_value(lab->globals[i].global) = m->globals[i];
  for (size_t i = 0; i < lab->memory_count; i++) {
    const struct moment_memory *mm = &m->memories[i];
    uint64_t size;
    core_memory_bytes(lab->memories[i], &size);
    if (mm->size > size && !core_memory_grow(lab->memories[i], (mm->size - size) >> 16)) return false;
    for (size_t r = 0; r < mm->count; r++) {
      const struct moment_range *range = &mm->ranges[r];
      uint8_t *to = bytes_at(lab->memories[i], range->from, range->to - range->from);
      if (!to) return false;
      memcpy(to, range->bytes, (size_t)(range->to - range->from));
    }
  }
  return true;
}
