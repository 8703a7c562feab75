// From where calls have what they are given.
//
// The body is read once from front to back. Of each local and operand it is known whether it is a constant, a word that was loaded so many
// bytes behind a pointer, some other value that stands for itself, or the result of a computation; where ways meet, what differs is less. What a
// loop may set is computed at its start. That is enough: compilers load a method right before they call it.

#include "vtable.h"

enum { LARGEST_SLOT = 4096, OPERANDS = 256, NESTING = 256, WORK = 1 << 20 };

struct label {
  struct vtable_origin *arriving;  // locals of the branches to its end; NULL: there was none. Of a loop nothing arrives there
  struct vtable_origin *before;    // of an `if`: locals before its first arm
  uint32_t height;                 // of the operands
  bool is_loop, has_result;
};

struct reading {
  struct program *program;
  struct cm_arena *arena, scratch;
  uint32_t instance, param_count, local_count;
  const struct core_module *module;
  struct vtable_origin *locals;
  const uint8_t **last_set;  // by local: the last instruction that sets it
  bool live;
  struct vtable_origin operands[OPERANDS];
  uint32_t height;
  struct label labels[NESTING];
  size_t depth;
  size_t work;  // locals that were copied or compared
  bool failed, lost;
  struct vtable_sites *sites;  // NULL: calls are of no interest
  bool watches, escapes;       // a constant, which does something else than to be stored or given;
  bool is_counted;             // and it is counted or compared with,
  bool is_put;                 // or given, or stored where that is not a variable's constant address
  uint32_t watched;
};

static const struct vtable_origin computed = {.kind = VTABLE_COMPUTED}, as_it_is = {.kind = VTABLE_AS_IT_IS};

static struct vtable_origin origin(enum vtable_origin_kind kind, uint32_t of) {
  return (struct vtable_origin){.kind = kind, .of = of};
}

static bool is_same(struct vtable_origin a, struct vtable_origin b) {
  return a.kind == b.kind && a.of == b.of && a.base == b.base && a.base_of == b.base_of;
}

static bool is_computed(struct vtable_origin v) { return v.kind == VTABLE_COMPUTED || v.kind == VTABLE_BEHIND; }

// A constant is no method's number, and a pointer that is as it is.
static struct vtable_origin either(struct vtable_origin a, struct vtable_origin b) {
  if (is_same(a, b)) return a;
  if (a.kind == VTABLE_LOADED && b.kind == VTABLE_LOADED && a.of == b.of) return origin(VTABLE_LOADED, a.of);
  if (is_computed(a) || is_computed(b)) return computed;
  if (a.kind == VTABLE_NUMBER && b.kind == VTABLE_NUMBER) return origin(VTABLE_NUMBER, VTABLE_SEVERAL);
  return a.kind == VTABLE_NUMBER ? b : b.kind == VTABLE_NUMBER ? a : as_it_is;
}

static bool is_watched(const struct reading *r, struct vtable_origin v) {
  return r->watches && v.kind == VTABLE_NUMBER && v.of == r->watched;
}

static void mix(struct reading *r, struct vtable_origin *into, struct vtable_origin other) {
  r->escapes |= is_watched(r, *into) != is_watched(r, other);
  *into = either(*into, other);
}

static void push(struct reading *r, struct vtable_origin v) {
  if (r->height < OPERANDS)
    r->operands[r->height++] = v;
  else
    r->lost = true;
}

static struct vtable_origin pop(struct reading *r) {
  uint32_t floor = r->depth ? r->labels[r->depth - 1].height : 0;
  return r->height > floor ? r->operands[--r->height] : computed;
}

// --- blocks ---

static void meet(struct reading *r, struct vtable_origin *into) {
  r->work += r->local_count;
  for (uint32_t i = 0; i < r->local_count; i++) mix(r, &into[i], r->locals[i]);
}

static struct vtable_origin *copy(struct reading *r) {
  r->work += r->local_count;
  struct vtable_origin *locals = cm_alloc_array(&r->scratch, r->local_count, sizeof *locals);
  r->failed |= !locals;
  if (locals && r->local_count) memcpy(locals, r->locals, r->local_count * sizeof *locals);
  return locals;
}

static void arrive(struct reading *r, struct label *label) {
  if (!r->live || label->is_loop) return;
  if (label->arriving)
    meet(r, label->arriving);
  else
    label->arriving = copy(r);
}

// What a block or function gives as its result is lost sight of.
static void see_result(struct reading *r) {
  if (r->live && r->height) r->escapes |= is_watched(r, r->operands[r->height - 1]);
}

static void branch(struct reading *r, uint32_t label) {
  see_result(r);
  if (label < r->depth) arrive(r, &r->labels[r->depth - 1 - label]);
}

static void begin(struct reading *r, const struct core_instr *i) {
  if (i->op == CORE_OP_IF) pop(r);
  if (r->depth == NESTING || i->block.kind == CORE_BLOCK_TYPE) {
    r->lost = true;
    return;
  }
  struct label *label = &r->labels[r->depth++];
  *label = (struct label){.is_loop = i->op == CORE_OP_LOOP, .height = r->height, .has_result = i->block.kind == CORE_BLOCK_VALUE};
  if (i->op == CORE_OP_IF && r->live) label->before = copy(r);
  for (uint32_t k = 0; label->is_loop && k < r->local_count; k++)
    if (r->last_set[k] > i->at) mix(r, &r->locals[k], computed);
}

// What comes behind the block: what falls out of it, and what branched to its end.
static void end(struct reading *r) {
  see_result(r);
  struct label *label = &r->labels[--r->depth];
  r->height = label->height;
  if (label->has_result) push(r, computed);
  if (label->before) {  // an `if` without `else`
    struct vtable_origin *now = r->locals;
    bool live = r->live;
    r->locals = label->before;
    r->live = true;
    arrive(r, label);
    r->locals = now;
    r->live = live;
  }
  if (!label->arriving) return;
  if (r->live) meet(r, label->arriving);
  r->locals = label->arriving;
  r->live = true;
}

static void otherwise(struct reading *r) {
  see_result(r);
  struct label *label = &r->labels[r->depth - 1];
  arrive(r, label);
  r->height = label->height;
  r->live = label->before != NULL;
  if (label->before) r->locals = label->before;
  label->before = NULL;
}

static void control(struct reading *r, const struct core_instr *i) {
  uint32_t label;
  struct cm_span labels;
  switch (i->op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_IF: begin(r, i); return;
    case CORE_OP_ELSE: otherwise(r); return;
    case CORE_OP_END: end(r); return;
    case CORE_OP_BR_IF:
      pop(r);
      branch(r, i->index);
      return;
    case CORE_OP_BR: branch(r, i->index); break;
    case CORE_OP_BR_TABLE:
      labels = i->br_table.labels;
      for (uint32_t k = 0; k <= i->br_table.count && core_next_label(&labels, &label); k++) branch(r, label);
      break;
    case CORE_OP_RETURN: see_result(r); break;
    case CORE_OP_UNREACHABLE: break;
    default: r->lost = true; return;
  }
  r->live = false;
}

// --- calls, loads and the rest ---

static void add_call(struct reading *r, struct vtable_call call, uint32_t count) {
  struct vtable_sites *s = r->sites;
  call.arguments = cm_alloc_array(r->arena, count, sizeof *call.arguments);
  if (!call.arguments || !cm_grow(r->arena, &s->list, &s->room, s->count, sizeof *s->list)) {
    r->failed = true;
    return;
  }
  call.count = count;
  while (count) call.arguments[--count] = pop(r);
  s->list[s->count++] = call;
}

static void call(struct reading *r, const struct core_instr *i) {
  bool direct = i->op == CORE_OP_CALL || i->op == CORE_OP_RETURN_CALL;
  uint32_t index = direct ? i->index : i->pair.a;
  const struct core_module *m = r->module;
  const struct core_type *type = direct ? core_func_type(m, index) : index < m->type_count ? &m->types[index] : NULL;
  if (!type || type->kind != CORE_FUNC_TYPE) {
    r->lost = true;
    return;
  }
  struct vtable_call c = {.offset = (uint64_t)(i->at - m->file), .callee = NO_FUNC, .function = computed};
  if (direct) {
    c.callee = program_callee(r->program, r->instance, index, NULL);
    if (c.callee == NO_FUNC) c.callee = program_gid(r->program, r->instance, index);
  } else {
    c.signature = program_signature(r->program, r->instance, index);
    c.function = pop(r);
    if (i->pair.b) c.function = computed;
  }
  r->escapes |= !direct && is_watched(r, c.function);
  for (uint32_t k = 0; k < type->param_count && k < r->height; k++) r->is_put |= is_watched(r, r->operands[r->height - 1 - k]);
  if (type->param_count && r->height >= type->param_count) r->escapes |= is_watched(r, r->operands[r->height - type->param_count]);
  if (r->live && r->sites)
    add_call(r, c, type->param_count);
  else
    for (uint32_t k = 0; k < type->param_count; k++) pop(r);
  for (uint32_t k = 0; k < type->result_count; k++) push(r, as_it_is);
  r->live &= i->op == CORE_OP_CALL || i->op == CORE_OP_CALL_INDIRECT;
}

// A constant added to a pointer is as good as one in the load. Two constants are one: position independent code has the numbers of functions so.
static struct vtable_origin add(struct vtable_origin a, struct vtable_origin b) {
  bool known = a.kind == VTABLE_NUMBER && b.kind == VTABLE_NUMBER && a.of != VTABLE_SEVERAL && b.of != VTABLE_SEVERAL;
  if (known) return origin(VTABLE_NUMBER, a.of + b.of);
  if (a.kind == VTABLE_NUMBER) return b.kind == VTABLE_NUMBER ? computed : add(b, a);
  bool behind = a.kind != VTABLE_COMPUTED && a.kind != VTABLE_BEHIND && b.kind == VTABLE_NUMBER && b.of <= LARGEST_SLOT;
  return behind ? origin(VTABLE_BEHIND, b.of) : computed;
}

// A variable at a constant address that does not begin as a function has no method: those come out of tables of methods, to be called.
static struct vtable_origin load(const struct reading *r, struct vtable_origin base, const struct core_instr *i) {
  uint64_t at = base.of + i->mem.offset;
  uint32_t word;
  if (i->mem.memory) return as_it_is;
  if (base.kind == VTABLE_COMPUTED) return origin(VTABLE_AS_IT_IS, i->mem.offset < LARGEST_SLOT ? (uint32_t)i->mem.offset + 1 : 0);
  if (base.kind == VTABLE_BEHIND) return at <= LARGEST_SLOT ? origin(VTABLE_LOADED, (uint32_t)at) : as_it_is;
  if (i->mem.offset <= LARGEST_SLOT)
    return (struct vtable_origin){VTABLE_LOADED, (uint32_t)i->mem.offset, .base = base.kind, .base_of = base.of};
  if (base.kind != VTABLE_NUMBER || base.of == VTABLE_SEVERAL || at > UINT32_MAX) return as_it_is;
  const struct image *image = program_image(r->program, r->instance);
  bool blank = image && !(image_word(image, at, &word) && word);
  return blank ? origin(VTABLE_NUMBER, 0) : as_it_is;
}

static void by_signature(struct reading *r, const struct core_instr *i) {
  const char *signature = core_ops[i->op].signature;
  size_t pops = strcspn(signature, ":");
  bool stores = core_ops[i->op].immediate == CORE_IMM_MEMARG;
  for (size_t n = 0; n < pops; n++) {
    struct vtable_origin v = pop(r);
    bool elsewhere = is_watched(r, v) && (i->op != CORE_OP_I32_STORE || n);
    if (is_watched(r, v) && i->op == CORE_OP_I32_STORE && !n)
      r->is_put |= !r->height || r->operands[r->height - 1].kind != VTABLE_NUMBER;
    r->escapes |= elsewhere;
    r->is_counted |= elsewhere && !stores;
  }
  for (const char *s = signature + pops; *s; s++)
    if (*s != ':') push(r, computed);
}

static void step(struct reading *r, const struct core_instr *i) {
  struct vtable_origin a, b;
  switch (i->op) {
    case CORE_OP_I32_CONST: push(r, origin(VTABLE_NUMBER, (uint32_t)i->i32)); return;
    case CORE_OP_LOCAL_GET: push(r, i->index < r->local_count ? r->locals[i->index] : computed); return;
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE:
      a = pop(r);
      if (i->index < r->local_count) r->locals[i->index] = a;
      if (i->op == CORE_OP_LOCAL_TEE) push(r, a);
      return;
    case CORE_OP_GLOBAL_GET: push(r, computed); return;
    case CORE_OP_GLOBAL_SET: r->escapes |= is_watched(r, pop(r)); return;
    case CORE_OP_DROP: pop(r); return;
    case CORE_OP_SELECT:
    case CORE_OP_SELECT_T:
      pop(r);
      b = pop(r), a = pop(r);
      mix(r, &a, b);
      push(r, a);
      return;
    case CORE_OP_I32_ADD:
      b = pop(r), a = pop(r);
      r->escapes |= is_watched(r, a) || is_watched(r, b);
      push(r, add(a, b));
      return;
    case CORE_OP_I32_LOAD: push(r, load(r, pop(r), i)); return;
    case CORE_OP_CALL:
    case CORE_OP_CALL_INDIRECT:
    case CORE_OP_RETURN_CALL:
    case CORE_OP_RETURN_CALL_INDIRECT: call(r, i); return;
    default: break;
  }
  if (core_ops[i->op].signature[0] == '*')
    control(r, i);
  else
    by_signature(r, i);
}

// Where each local is set last.
static bool find_sets(struct reading *r, struct core_code code) {
  r->last_set = cm_alloc_array(&r->scratch, r->local_count, sizeof *r->last_set);
  for (struct core_instr i; r->last_set && code_next(&code, &i);)
    if ((i.op == CORE_OP_LOCAL_SET || i.op == CORE_OP_LOCAL_TEE) && i.index < r->local_count) r->last_set[i.index] = i.at;
  return r->last_set;
}

static void read_body(struct reading *r, struct core_code code) {
  r->locals = cm_alloc_array(&r->scratch, r->local_count, sizeof *r->locals);
  r->failed = !r->locals || !find_sets(r, code);
  for (uint32_t i = 0; !r->failed && i < r->local_count; i++)
    r->locals[i] = origin(i < r->param_count ? VTABLE_PARAMETER : VTABLE_NUMBER, i < r->param_count ? i : 0);
  r->labels[r->depth++] = (struct label){0};  // the body
  for (struct core_instr i; r->depth && !r->failed && !r->lost && code_next(&code, &i);) {
    step(r, &i);
    r->lost |= r->work > WORK;
  }
}

static struct reading *begin_reading(struct program *program, struct cm_arena *arena, uint32_t gid, struct core_code *code) {
  struct reading *r = cm_alloc(arena, sizeof *r);
  if (!r) return NULL;
  *r = (struct reading){.program = program, .arena = arena, .instance = program->instance_of[gid], .live = true};
  r->module = program->instances[r->instance].module;
  uint32_t func = program_func(program, gid);
  const struct core_type *type = core_func_type(r->module, func);
  r->lost = !type || program_is_slot(program, gid) || !core_code_begin(code, arena, r->module, func, NULL, &r->local_count, NULL);
  if (r->lost) return r;
  r->param_count = type->param_count;
  r->local_count += type->param_count;
  return r;
}

static void run_reading(struct reading *r, struct core_code code) {
  if (r->lost) return;
  cm_arena_init(&r->scratch, r->arena->allocator);
  read_body(r, code);
  cm_arena_free(&r->scratch);
  r->lost |= r->depth != 0;
}

struct vtable_sites *vtable_read_sites(struct program *program, struct cm_arena *arena, uint32_t gid) {
  struct vtable_sites *sites = cm_alloc(arena, sizeof *sites);
  struct core_code code;
  struct reading *r = begin_reading(program, arena, gid, &code);
  if (!sites || !r) return NULL;
  r->sites = sites;
  run_reading(r, code);
  sites->is_whole = !r->lost;
  return r->failed ? NULL : sites;
}

// The stack begins where the first data do, and code that counts from there does not mean these, nor does the program's start, where it puts that
// into variables.
static bool is_stack_top(const struct program *program, uint32_t instance, uint32_t address) {
  const struct program_instance *in = &program->instances[instance];
  uint64_t top;
  return in->stack_global >= in->module->imported[CORE_GLOBAL] && in->stack_global < in->module->global_count &&
         core_const_eval(in->module, in->module->globals[in->stack_global].init, NULL, NULL, &top) && top == address;
}

static bool is_exported(const struct core_module *module, uint32_t func) {
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == CORE_FUNC && module->exports[i].index == func) return true;
  return false;
}

enum vtable_use vtable_use_of(struct vtables *vtables, uint32_t gid, uint32_t address) {
  struct core_code code;
  struct reading *r = begin_reading(vtables->program, vtables->arena, gid, &code);
  if (!r) return VTABLE_USED_ANYHOW;
  r->watches = true;
  r->watched = address;
  run_reading(r, code);
  if (r->lost || r->failed) return VTABLE_USED_ANYHOW;
  bool starts = !r->is_put && is_exported(r->module, program_func(r->program, gid));
  if ((r->is_counted || starts) && is_stack_top(r->program, r->instance, address)) return VTABLE_NOT_MEANT;
  return r->escapes ? VTABLE_USED_ANYHOW : VTABLE_PUT;
}
