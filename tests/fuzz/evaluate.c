// The evaluator against the interpreter: each exported function of integers, with the same constant arguments, in both.
//
// Where the evaluator says that a result is a constant, and the interpreter returns normally, the two must be equal; and where the
// evaluator says that the function never returns, the interpreter must not return. What the evaluator takes on trust is kept out:
// arguments are constants, modules import nothing, and a constant that is weak (memory or globals that code may have changed before) is
// no claim. Stores to addresses that it does not know are passed over by design: a function that makes one is not compared, and neither
// are modules with instructions that the evaluator does not model. Each function runs in a fresh instance, as the evaluator assumes.

#include <analyze/evaluate.h>

#include <component/exec.h>

#include <stdlib.h>

enum { FUEL = 20000, STEPS = 50000, MEMORY = 1 << 22, FUNCTIONS = 16, PARAMS = 8, RESULTS = 8 };
static const size_t memory_limit = (size_t)256 << 20;

static enum evaluate_treatment on_call(void *context, struct evaluation *evaluation, struct evaluate_call *call) {
  (void)context;
  (void)evaluation;
  (void)call;
  return EVALUATE_ENTER;
}

static bool wanted(void *context, uint32_t gid) {
  (void)context;
  (void)gid;
  return false;
}

static void reached(void *context, uint64_t call_offset) {
  (void)context;
  (void)call_offset;
}

// What was to be entered and was not is forgotten by guesses about frames, not by proof: no claim is made then.
static void not_entered(void *context, struct evaluation *evaluation, const struct evaluate_call *call) {
  (void)evaluation;
  (void)call;
  *(bool *)context = true;
}

static bool integers(const struct core_valtype *types, uint32_t count, uint32_t most) {
  if (count > most) return false;
  for (uint32_t i = 0; i < count; i++)
    if (types[i].code != CORE_I32 && types[i].code != CORE_I64) return false;
  return true;
}

static uint64_t as_bits(union core_value v, const struct core_valtype *type) { return type->code == CORE_I32 ? v.u32 : v.u64; }

struct pair {
  struct program *program;
  const struct core_module *module;
  struct evaluate_cost *costs;
};

// Runs it in a fresh instance. False: it did not return.
static bool execute(const struct pair *p, uint32_t func, const union core_value *arguments, union core_value *results) {
  struct core_store *store = core_store_new(
      &(struct core_limits_of_store){.memory_bytes = MEMORY, .table_entries = 10000, .stack_slots = 1 << 14, .call_depth = 200});
  struct core_instance *instance;
  struct cm_diag diag;
  bool returned = false;
  if (store && core_instantiate(store, p->module, NULL, &instance, &diag)) {
    core_store_set_fuel(store, FUEL);
    struct core_function *function = core_instance_item(instance, CORE_FUNC, func).func;
    returned = core_call(store, function, arguments, results, NULL) == CORE_TRAP_NONE;
  }
  if (store) core_store_free(store);
  return returned;
}

static void compare(const struct pair *p, uint32_t func, uint64_t seed) {
  const struct core_type *type = core_func_type(p->module, func);
  if (!type || !integers(type->params, type->param_count, PARAMS) || !integers(type->results, type->result_count, RESULTS)) return;
  struct value given[PARAMS], results[RESULTS];
  union core_value arguments[PARAMS] = {0}, actual[RESULTS] = {0};
  for (uint32_t i = 0; i < type->param_count; i++) {
    uint64_t bits = i % 2 ? seed : seed * 8 + i;
    if (type->params[i].code == CORE_I32) bits = (uint32_t)bits;
    given[i] = value_const(bits);
    arguments[i].u64 = bits;
  }
  bool lost = false, exhausted = false;
  struct evaluate_owner owner = {
      .call = on_call, .reached = reached, .wanted = wanted, .not_entered = not_entered, .context = &lost};
  struct evaluate_ends ends = {.arguments = given, .argument_count = type->param_count, .results = results};
  uint64_t steps = STEPS;
  memset(p->costs, 0, p->program->func_count * sizeof *p->costs);
  if (!evaluate_between(p->program, &owner, func, &ends, p->costs, NULL, &steps, &exhausted) || exhausted || lost) return;
  if (ends.blind || !execute(p, func, arguments, actual)) return;
  if (!ends.returned) abort();
  for (uint32_t i = 0; i < type->result_count; i++)
    if (value_is_const(results[i]) && !results[i].weak && results[i].bits != as_bits(actual[i], &type->results[i])) abort();
}

// Are all bodies made of what the evaluator models? Of the instructions with a prefix it knows memory.copy and memory.fill.
static bool modelled(struct cm_arena *arena, const struct core_module *module) {
  for (uint32_t f = module->imported[CORE_FUNC]; f < module->func_count; f++) {
    struct core_code code;
    if (!core_code_begin(&code, arena, module, f, NULL, NULL, NULL)) return false;
    for (struct core_instr i; core_code_next(&code, &i);) {
      const struct core_op_info *info = &core_ops[i.op];
      bool bulk = i.op == CORE_OP_MEMORY_COPY || i.op == CORE_OP_MEMORY_FILL;
      if (info->prefix == 0xfd || info->prefix == 0xfe || (info->prefix == 0xfc && info->immediate != CORE_IMM_NONE && !bulk))
        return false;
    }
  }
  return module->memory_count <= 1;
}

static void run(struct cm_arena *arena, const struct core_module *module, uint64_t seed) {
  struct cm_graph *graph;
  struct cm_diag diag;
  struct program program;
  if (module->import_count || !core_read_bodies(module, &diag) || !modelled(arena, module)) return;
  if (!cm_graph_of_module(arena, module, &graph, &diag) || !program_build(arena, graph, &program, &diag)) return;
  struct pair p = {&program, module, cm_alloc_array(arena, program.func_count, sizeof(struct evaluate_cost))};
  if (!p.costs) return;
  for (uint32_t i = 0, tried = 0; i < module->export_count && tried < FUNCTIONS; i++) {
    if (module->exports[i].kind != CORE_FUNC || module->exports[i].index >= module->func_count) continue;
    tried++;
    compare(&p, module->exports[i].index, 0);
    compare(&p, module->exports[i].index, 1);
    compare(&p, module->exports[i].index, seed);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct core_module *module;
  struct cm_diag diag;
  cm_arena_init(&arena, NULL);
  arena.limit = memory_limit;
  uint64_t seed = 0;
  for (size_t i = size > 8 ? size - 8 : 0; i < size; i++) seed = seed << 8 | data[i];
  if (core_decode(&arena, (struct cm_span){data, size}, data, NULL, &module, &diag)) run(&arena, module, seed);
  cm_arena_free(&arena);
  return 0;
}
