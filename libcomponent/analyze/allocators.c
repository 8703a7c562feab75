// Which functions are the allocator's: what they do in the heap they do to blocks of their own, and not to what programs keep in these.
//
// Whoever lets the memory grow, or calls who does and no more than that, has the allocator's state in static variables. A function that accesses
// several of the same variables is of the same library.

#include "allocators.h"

enum {
  SHARED = 4,      // variables that tell
  VARIABLES = 64,  // of the state, that are looked at
  LOCALS = 64      // the same
};

struct state {
  uint64_t at[VARIABLES];
  size_t count;
};

// What there is to know of a body.
struct account {
  struct state variables;  // that it accesses, by addresses that are constants
  bool grows;              // the memory
  bool asks;               // reads a key
};

struct finding {
  const struct program *program;
  uint32_t owner;
  const struct image_range *keys;
  size_t key_count;
  struct state state;  // the allocator's
};

static bool has(const struct state *s, uint64_t address) {
  for (size_t i = 0; i < s->count; i++)
    if (s->at[i] == address) return true;
  return false;
}

static void add(struct state *s, uint64_t address) {
  if (s->count < VARIABLES && !has(s, address)) s->at[s->count++] = address;
}

// A constant on top of the operand stack, as far as the instruction before tells. Position independent code keeps addresses in locals, and has the
// base, which is zero, there too.
struct top {
  uint32_t constant;
  bool is_known, is_linked;
  uint32_t locals[LOCALS];
};

static void step(struct top *top, const struct core_code *code, const struct core_instr *i) {
  bool is_const = i->op == CORE_OP_I32_CONST, is_get = i->op == CORE_OP_LOCAL_GET, is_tee = i->op == CORE_OP_LOCAL_TEE;
  bool is_local = (is_get || is_tee || i->op == CORE_OP_LOCAL_SET) && i->index < LOCALS;
  if (is_local && !is_get) top->locals[i->index] = top->is_linked ? top->constant : 0;
  if (is_const) top->constant = (uint32_t)i->i32;
  if (is_get && is_local) top->constant = top->locals[i->index];
  bool stays = top->is_linked && (is_tee || i->op == CORE_OP_I32_ADD);
  top->is_linked = stays || (is_const && code_is_linked(code, i->at)) || (is_get && is_local && top->constant);
  top->is_known = is_const || top->is_linked;
}

static struct account read_body(const struct finding *f, uint32_t gid) {
  struct core_code code;
  struct account own = {0};
  struct top top = {0};
  const struct core_module *module = f->program->instances[f->program->instance_of[gid]].module;
  if (!core_code_begin(&code, NULL, module, program_func(f->program, gid), NULL, NULL, NULL)) return own;
  for (struct core_instr i; code_next(&code, &i); step(&top, &code, &i)) {
    bool loads = i.op >= CORE_OP_I32_LOAD && i.op <= CORE_OP_I64_LOAD32_U;
    uint64_t address = top.constant + i.mem.offset;
    own.grows |= i.op == CORE_OP_MEMORY_GROW;
    if (loads && top.is_known) add(&own.variables, address);
    own.asks |= loads && top.is_known && image_ranges_have(f->keys, f->key_count, address);
  }
  return own;
}

static bool is_own(const struct finding *f, uint32_t gid) {
  const struct program_instance *in = &f->program->instances[f->program->instance_of[gid]];
  return in->memory_owner == f->owner && (f->program->reached[gid] & 1) && !program_is_slot(f->program, gid);
}

static void add_state(struct finding *f, const struct account *a) {
  for (size_t i = 0; !a->asks && i < a->variables.count; i++) add(&f->state, a->variables.at[i]);
}

static void add_caller(void *context, uint32_t caller, bool indirect) {
  struct finding *f = context;
  if (indirect || !is_own(f, caller)) return;
  struct account own = read_body(f, caller);
  add_state(f, &own);
}

void allocators_find(struct program *program, uint32_t owner, const struct image_range *keys, size_t key_count, uint8_t *are) {
  struct finding f = {program, owner, keys, key_count, {.count = 0}};
  for (uint32_t gid = 0; gid < program->func_count; gid++) {
    struct account own = {0};
    if (is_own(&f, gid)) own = read_body(&f, gid);
    if (!own.grows) continue;
    add_state(&f, &own);
    program_callers(program, gid, NULL, add_caller, &f);
  }
  for (uint32_t gid = 0; f.state.count && gid < program->func_count; gid++) {
    if (!is_own(&f, gid)) continue;
    struct account own = read_body(&f, gid);
    size_t shared = 0;
    for (size_t i = 0; i < own.variables.count; i++) shared += has(&f.state, own.variables.at[i]);
    are[gid] = shared >= SHARED && !own.asks;
  }
}
