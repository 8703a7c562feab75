// Which functions are the allocator's: what they do in the heap they do to blocks of their own, and not to what programs keep in these.
//
// Whoever lets the memory grow, or calls who does and no more than that, has the allocator's state in static variables. A function that accesses
// several of the same variables is of the same library.

#include "allocators.h"

enum {
  SHARED = 4,     // variables that tell
  VARIABLES = 64  // of the state, that are looked at
};

struct state {
  uint64_t at[VARIABLES];
  size_t count;
};

static bool has(const struct state *s, uint64_t address) {
  for (size_t i = 0; i < s->count; i++)
    if (s->at[i] == address) return true;
  return false;
}

static void add(struct state *s, uint64_t address) {
  if (s->count < VARIABLES && !has(s, address)) s->at[s->count++] = address;
}

// The variables that a body accesses, by addresses that are constants; or grows it the memory?
static bool read_body(const struct core_module *module, uint32_t func, struct state *variables) {
  struct core_code code;
  uint64_t constant = 0;
  bool grows = false, is_constant = false;
  if (!core_code_begin(&code, NULL, module, func, NULL, NULL, NULL)) return false;
  for (struct core_instr i; core_code_next(&code, &i);) {
    bool loads = i.op >= CORE_OP_I32_LOAD && i.op <= CORE_OP_I64_LOAD32_U;
    grows |= i.op == CORE_OP_MEMORY_GROW;
    if (loads && is_constant) add(variables, constant + i.mem.offset);
    is_constant = i.op == CORE_OP_I32_CONST;
    if (is_constant) constant = (uint32_t)i.i32;
  }
  return grows;
}

static bool is_own(const struct program *program, uint32_t owner, uint32_t gid) {
  const struct program_instance *in = &program->instances[program->instance_of[gid]];
  return in->memory_owner == owner && (program->reached[gid] & 1) && !program_is_slot(program, gid);
}

struct callers {
  const struct program *program;
  uint32_t owner;
  struct state *state;
};

static void add_state(void *context, uint32_t caller, bool indirect) {
  const struct callers *c = context;
  if (indirect || !is_own(c->program, c->owner, caller)) return;
  read_body(c->program->instances[c->program->instance_of[caller]].module, program_func(c->program, caller), c->state);
}

void allocators_find(struct program *program, uint32_t owner, uint8_t *are) {
  struct state state = {.count = 0};
  struct callers c = {program, owner, &state};
  for (uint32_t gid = 0; gid < program->func_count; gid++) {
    struct state own = {.count = 0};
    const struct core_module *module = program->instances[program->instance_of[gid]].module;
    if (!is_own(program, owner, gid) || !read_body(module, program_func(program, gid), &own)) continue;
    for (size_t i = 0; i < own.count; i++) add(&state, own.at[i]);
    program_callers(program, gid, NULL, add_state, &c);
  }
  for (uint32_t gid = 0; state.count && gid < program->func_count; gid++) {
    struct state own = {.count = 0};
    if (!is_own(program, owner, gid)) continue;
    read_body(program->instances[program->instance_of[gid]].module, program_func(program, gid), &own);
    size_t shared = 0;
    for (size_t i = 0; i < own.count; i++) shared += has(&state, own.at[i]);
    are[gid] = shared >= SHARED;
  }
}
