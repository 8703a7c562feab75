// The interpreter on anything that decodes: instantiated with host functions that trap or give zeros, each export called with little
// fuel, little memory and a shallow stack. Whatever the module does, it ends, and what it got is given back.

#include <component/exec.h>

#include <stdlib.h>

enum { FUEL = 10000, MEMORY = 64 << 20, TABLE_ENTRIES = 100000, SLOTS = 1 << 16, DEPTH = 500, CALLS = 64 };

// Every third host function traps; the others leave their results zero.
static enum core_trap answer(void *context, struct core_store *store, const union core_value *arguments, union core_value *results,
                             struct core_trap_info *trap) {
  (void)arguments;
  (void)results;
  (void)trap;
  uintptr_t index = (uintptr_t)context;
  if (core_store_fuel(store) == 0 || index % 3 == 2) return CORE_TRAP_HOST;
  return CORE_TRAP_NONE;
}

static bool provide(struct core_store *store, const struct core_module *module, uint32_t i, struct core_extern *out) {
  const struct core_externtype *type = &module->imports[i].type;
  out->kind = type->kind;
  switch (type->kind) {
    case CORE_FUNC:
      if (type->type >= module->type_count) return false;
      out->func = core_host_function(store, &module->types[type->type], answer, (void *)(uintptr_t)i);
      return out->func;
    case CORE_TABLE: out->table = core_table_new(store, &type->table, NULL); return out->table;
    case CORE_MEMORY: out->memory = core_memory_new(store, &type->memory); return out->memory;
    case CORE_GLOBAL: out->global = core_global_new(store, &type->global, (union core_value){.u64 = 0}); return out->global;
    case CORE_TAG:
      if (type->type >= module->type_count) return false;
      out->tag = core_tag_new(store, &module->types[type->type]);
      return out->tag;
    default: return false;
  }
}

// Arguments are small numbers and null references.
static void call(struct core_store *store, struct core_function *function) {
  const struct core_type *type = core_function_type(function);
  union core_value *values = calloc((size_t)type->param_count + type->result_count + 1, sizeof *values);
  if (!values) return;
  for (uint32_t i = 0; i < type->param_count; i++) {
    if (type->params[i].code != CORE_REF) values[i].u64 = i * 8;
  }
  struct core_trap_info trap;
  core_store_set_fuel(store, FUEL);
  core_call(store, function, values, values + type->param_count, &trap);
  if (core_store_fuel(store) > FUEL) abort();
  free(values);
}

static void run(struct cm_arena *arena, struct core_store *store, const struct core_module *module) {
  struct core_extern *imports = cm_alloc_array(arena, module->import_count, sizeof *imports);
  struct core_instance *instance;
  struct cm_diag diag;
  struct core_trap_info trap;
  if (!imports) return;
  for (uint32_t i = 0; i < module->import_count; i++) {
    if (!provide(store, module, i, &imports[i])) return;
  }
  core_store_set_fuel(store, FUEL);
  if (!core_instantiate(store, module, imports, &instance, &diag)) return;
  core_instance_start(instance, &trap);
  for (uint32_t i = 0, calls = 0; i < module->export_count && calls < CALLS; i++) {
    struct core_extern item = core_instance_item(instance, module->exports[i].kind, module->exports[i].index);
    if (!item.func) continue;
    call(store, item.func);
    calls++;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag;
  cm_arena_init(&arena, NULL);
  if (core_decode(&arena, (struct cm_span){data, size}, data, NULL, &module, &diag)) {
    struct core_store *store = core_store_new(&(struct core_limits_of_store){
        .memory_bytes = MEMORY, .table_entries = TABLE_ENTRIES, .stack_slots = SLOTS, .call_depth = DEPTH});
    if (store) run(&arena, store, module);
    core_store_free(store);
  }
  cm_arena_free(&arena);
  return 0;
}
