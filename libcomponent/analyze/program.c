// Numbering, call graph, reachability.
//
// From the entries a worklist walks the bodies once (body.h). Direct calls give edges at once. An indirect
// call is known by its table and signature; every function in that table with that signature counts as reached, and so does every
// function whose reference is taken. That over-approximates, which is right for "unreachable code does not count".

#include "program.h"

#include "asyncify.h"
#include "body.h"
#include "touched.h"
#include "trampoline.h"

#include <component/limits.h>

#include <stdlib.h>

struct program_signature {
  const struct core_type *type;
};

static bool same_types(const struct core_valtype *a, const struct core_valtype *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (a[i].code != b[i].code || (a[i].code == CORE_REF && (a[i].nullable != b[i].nullable || a[i].heap != b[i].heap)))
      return false;
  return true;
}

static uint64_t mix_types(uint64_t hash, const struct core_valtype *types, uint32_t count) {
  hash = index_mix(hash, count);
  for (uint32_t i = 0; i < count; i++) {
    hash = index_mix(hash, types[i].code);
    if (types[i].code == CORE_REF) hash = index_mix(hash, (uint64_t)types[i].nullable << 32 | (uint32_t)types[i].heap);
  }
  return hash;
}

static uint32_t find_signature(struct program *program, const struct core_type *type) {
  struct index *index = &program->signature_index;
  uint64_t hash = mix_types(mix_types(index->seed, type->params, type->param_count), type->results, type->result_count);
  size_t cursor = 0;
  for (uint32_t i; index_next(index, hash, &cursor, &i);) {
    const struct core_type *known = program->signatures[i].type;
    if (known == type || (known->param_count == type->param_count && known->result_count == type->result_count &&
                          same_types(known->params, type->params, type->param_count) &&
                          same_types(known->results, type->results, type->result_count)))
      return i;
  }
  if (!cm_grow(program->arena, &program->signatures, &program->signature_room, program->signature_count,
               sizeof *program->signatures) ||
      !index_add(index, program->arena, hash, (uint32_t)program->signature_count))
    return UINT32_MAX;
  program->signatures[program->signature_count].type = type;
  return (uint32_t)program->signature_count++;
}

uint32_t program_signature(struct program *program, uint32_t instance, uint32_t type_index) {
  struct program_instance *in = &program->instances[instance];
  if (type_index >= in->module->type_count || in->module->types[type_index].kind != CORE_FUNC_TYPE) return UINT32_MAX;
  if (!in->type_signatures[type_index]) {
    uint32_t signature = find_signature(program, &in->module->types[type_index]);
    if (signature == UINT32_MAX) return UINT32_MAX;
    in->type_signatures[type_index] = signature + 1;
  }
  return in->type_signatures[type_index] - 1;
}

// The table entry that a trampoline hands its parameters to. NULL: it is none.
static const struct cm_table_entry *read_trampoline(struct program *program, uint32_t instance, uint32_t func) {
  struct trampoline t;
  if (!trampoline_read(program->arena, program->instances[instance].module, func, &t)) return NULL;
  const struct cm_table *table = cm_graph_table(program->graph, instance, t.table);
  if (!table || t.index >= table->size || table->entries[t.index].instance == UINT32_MAX) return NULL;
  return &table->entries[t.index];
}

enum { NOT_A_TRAMPOLINE = 1, TRAMPOLINE = 2 };  // in program->trampolines; from 2 on the target's gid + 2

// Follows a trampoline one step: true when there was one, with the entry's instance and function.
static bool see_through(struct program *program, uint32_t *instance, uint32_t *func) {
  const struct program_instance *in = &program->instances[*instance];
  if (!in->module || *func >= in->module->func_count || *func < in->module->imported[CORE_FUNC]) return false;
  uint32_t *known = &program->trampolines[in->base + *func];
  if (!*known) {
    const struct cm_table_entry *e = read_trampoline(program, *instance, *func);
    bool valid = e && e->instance < program->instance_count && program->instances[e->instance].module &&
                 e->func < program->instances[e->instance].module->func_count;
    *known = valid ? program_gid(program, e->instance, e->func) + TRAMPOLINE : NOT_A_TRAMPOLINE;
  }
  if (*known == NOT_A_TRAMPOLINE) return false;
  *instance = program->instance_of[*known - TRAMPOLINE];
  *func = program_func(program, *known - TRAMPOLINE);
  return true;
}

uint32_t program_callee(struct program *program, uint32_t instance, uint32_t func, struct cm_core_target *target) {
  struct cm_core_target t = cm_graph_func(program->graph, instance, func);
  // Chains of adapters are followed, but not for ever.
  for (unsigned hops = 0;; hops++) {
    if (hops == CM_LIMIT_NESTING) t.kind = CM_TARGET_UNKNOWN;
    if (provided_is(program->graph, &t)) break;
    if (t.kind == CM_TARGET_LOWERED && t.origin && t.origin->kind == CM_ORIGIN_LIFTED) {
      if (t.origin->instance < program->instance_count)
        t = cm_graph_func(program->graph, t.origin->instance, t.origin->func);
      else
        t.kind = CM_TARGET_UNKNOWN;
    } else if (t.kind == CM_TARGET_CORE && t.instance < program->instance_count && see_through(program, &t.instance, &t.index)) {
      t = cm_graph_func(program->graph, t.instance, t.index);
    } else {
      break;
    }
  }
  if (target) *target = t;
  if (t.kind != CM_TARGET_CORE || t.instance >= program->instance_count) return NO_FUNC;
  const struct program_instance *in = &program->instances[t.instance];
  return in->module && t.index < in->module->func_count ? in->base + t.index : NO_FUNC;
}

static bool number_functions(struct program *program, struct cm_diag *diag) {
  const struct cm_graph *graph = program->graph;
  program->instance_count = graph->core_count;
  program->instances = cm_alloc_array(program->arena, graph->core_count, sizeof *program->instances);
  if (!program->instances) return cm_fail_memory(diag);
  uint64_t count = 0;
  for (uint32_t i = 0; i < graph->core_count; i++) {
    struct program_instance *in = &program->instances[i];
    in->node = &graph->cores[i];
    in->module = graph->cores[i].module;
    in->base = (uint32_t)count;
    in->memory_owner = in->stack_global = UINT32_MAX;
    if (!in->module) continue;
    in->asyncified = asyncify_undo(program->arena, in->module);
    if (in->asyncified) in->module = in->asyncified->module;
    count += in->module->func_count;
    if (count > CM_LIMIT_DEFINITIONS * 4)
      return cm_fail_at_large(diag, CM_LIMIT, "more than %d core functions in all instances", CM_LIMIT_DEFINITIONS * 4);
    in->type_signatures = cm_alloc_array(program->arena, in->module->type_count, sizeof(uint32_t));
    in->type_kinds = cm_alloc_array(program->arena, in->module->type_count, sizeof(uint32_t));
    if (!in->type_signatures || !in->type_kinds) return cm_fail_memory(diag);
    // A memory that the host brings, as to programs with threads, belongs to the one that is given it.
    bool given = in->module->memory_count && in->module->imported[CORE_MEMORY];
    if (in->module->memory_count) in->memory_owner = given ? graph->cores[i].memories[0].instance : i;
    if (given && in->memory_owner == CM_NOWHERE && graph->core_count == 1) in->memory_owner = i;
    for (uint32_t g = 0; g < in->module->global_count; g++) {
      const struct core_global *global = &in->module->globals[g];
      if (global->type.is_mutable && (global->type.type.code == CORE_I32 || global->type.type.code == CORE_I64)) {
        in->stack_global = g;
        break;
      }
    }
    in->stacked = stacked_recognize(program->arena, in->module);
    if (in->stacked) in->stack_global = in->stacked->pointer;
  }
  program->func_count = (uint32_t)count;
  program->instance_of = cm_alloc_array(program->arena, count, sizeof *program->instance_of);
  program->reached = cm_alloc_array(program->arena, count, 1);
  program->is_entry = cm_alloc_array(program->arena, count, 1);
  program->trampolines = cm_alloc_array(program->arena, count, sizeof(uint32_t));
  program->first_of_module = cm_alloc_array(program->arena, graph->module_count, sizeof(uint32_t));
  program->next_of_module = cm_alloc_array(program->arena, graph->core_count, sizeof(uint32_t));
  if (!program->trampolines || !program->instance_of || !program->reached || !program->is_entry || !program->first_of_module ||
      !program->next_of_module)
    return cm_fail_memory(diag);
  for (uint32_t i = graph->core_count; i-- > 0;) {
    if (graph->cores[i].module_ordinal >= graph->module_count) continue;
    uint32_t *first = &program->first_of_module[graph->cores[i].module_ordinal];
    program->next_of_module[i] = *first;
    *first = i + 1;
  }
  for (uint32_t i = 0; i < program->instance_count; i++)
    if (program->instances[i].module)
      for (uint32_t f = 0; f < program->instances[i].module->func_count; f++)
        program->instance_of[program->instances[i].base + f] = i;
  return true;
}

bool program_next_of_module(const struct program *program, uint32_t ordinal, uint32_t *instance) {
  if (ordinal >= program->graph->module_count) return false;
  uint32_t next = *instance == CM_NOWHERE ? program->first_of_module[ordinal] : program->next_of_module[*instance];
  *instance = next - 1;
  return next;
}

// What the walk over the bodies keeps in hand.
struct walk {
  struct program *program;
  struct body_reader *reader;
  uint32_t *list;  // gids to scan
  size_t count, room;
  uint32_t caller, instance;
  uint32_t bounded;       // the instance that the reader's bounds are for
  uint32_t *callees;      // by gid: what a call of it means + 1; 0: not asked yet
  uint64_t entries_seen;  // table entries looked at for all kinds
  uint32_t *slots;        // gids of import slots, as they are come to
  size_t slot_count, slot_room;
  bool no_memory, too_many;
};

enum { ENTRIES_SEEN = 100000000 };

static void reach(struct walk *walk, uint32_t gid) {
  struct program *program = walk->program;
  if (gid == NO_FUNC || program->reached[gid]) return;
  program->reached[gid] = 1;
  if (!cm_grow(program->arena, &walk->list, &walk->room, walk->count, sizeof *walk->list)) {
    walk->no_memory = true;
    return;
  }
  walk->list[walk->count++] = gid;
}

static void add_call(struct walk *walk, uint32_t callee) {
  struct program *program = walk->program;
  if (callee == NO_FUNC) return;
  if (!cm_grow(program->arena, &program->calls, &program->call_room, program->call_count, sizeof *program->calls)) {
    walk->no_memory = true;
    return;
  }
  program->calls[program->call_count++] = (struct program_call){walk->caller, callee};
  reach(walk, callee);
}

// The gid behind a table entry when its function has the signature; else NO_FUNC. An import that leaves the core code counts as itself:
// the sites want to see it.
static uint32_t entry_target(struct program *program, const struct cm_table_entry *e, uint32_t signature) {
  if (e->instance >= program->instance_count) return NO_FUNC;
  const struct core_module *module = program->instances[e->instance].module;
  if (!module || e->func >= module->func_count) return NO_FUNC;
  if (program_signature(program, e->instance, module->funcs[e->func].type) != signature) return NO_FUNC;
  uint32_t gid = program_callee(program, e->instance, e->func, NULL);
  return gid != NO_FUNC ? gid : program_gid(program, e->instance, e->func);
}

// Where all functions stand in the table, so that they can be gone on with, those can be called through it whose addresses are known to code.
static bool is_taken(const struct program *program, uint32_t gid) {
  const struct stacked *stacked = program->instances[program->instance_of[gid]].stacked;
  return !stacked || !stacked->taken || stacked->taken[program_func(program, gid)];
}

// Every function of the table with that signature; they count as reached.
static bool fill_kind(struct walk *walk, struct program_kind *kind) {
  struct program *program = walk->program;
  const struct cm_table *table = cm_graph_table(program->graph, kind->instance, kind->table);
  size_t room = 0;
  walk->entries_seen += table ? table->size : 0;
  if (walk->entries_seen > ENTRIES_SEEN) walk->too_many = true;
  if (walk->too_many) return false;
  for (uint32_t i = 0; table && i < table->size; i++) {
    uint32_t gid = entry_target(program, &table->entries[i], kind->signature);
    if (gid == NO_FUNC) continue;
    if (!is_taken(program, gid)) {
      reach(walk, gid);
      continue;
    }
    if (!cm_grow(program->arena, &kind->targets, &room, kind->target_count, sizeof *kind->targets)) return false;
    kind->targets[kind->target_count++] = gid;
    reach(walk, gid);
  }
  return true;
}

static uint64_t hash_of_kind(const struct program *program, uint32_t instance, uint32_t table, uint32_t signature) {
  return index_mix(index_mix(program->kind_index.seed, (uint64_t)instance << 32 | table), signature);
}

// UINT32_MAX: there is none.
static uint32_t find_kind(const struct program *program, uint32_t instance, uint32_t table, uint32_t signature) {
  size_t cursor = 0;
  for (uint32_t i; index_next(&program->kind_index, hash_of_kind(program, instance, table, signature), &cursor, &i);) {
    const struct program_kind *k = &program->kinds[i];
    if (k->instance == instance && k->table == table && k->signature == signature) return i;
  }
  return UINT32_MAX;
}

static uint32_t kind_of(struct walk *walk, uint32_t instance, uint32_t table, uint32_t signature) {
  struct program *program = walk->program;
  uint32_t known = find_kind(program, instance, table, signature);
  if (known != UINT32_MAX) return known;
  if (!cm_grow(program->arena, &program->kinds, &program->kind_room, program->kind_count, sizeof *program->kinds) ||
      !index_add(&program->kind_index, program->arena, hash_of_kind(program, instance, table, signature),
                 (uint32_t)program->kind_count))
    return UINT32_MAX;
  struct program_kind *k = &program->kinds[program->kind_count];
  *k = (struct program_kind){.instance = instance, .table = table, .signature = signature};
  if (!fill_kind(walk, k)) return UINT32_MAX;
  return (uint32_t)program->kind_count++;
}

static void add_indirect(struct walk *walk, uint32_t type_index, uint32_t table) {
  struct program *program = walk->program;
  struct program_instance *in = &program->instances[walk->instance];
  uint32_t signature = program_signature(program, walk->instance, type_index);
  if (signature == UINT32_MAX) return;
  uint32_t kind = table == 0 ? in->type_kinds[type_index] - 1 : UINT32_MAX;
  if (kind == UINT32_MAX) kind = kind_of(walk, walk->instance, table, signature);
  if (table == 0 && kind != UINT32_MAX) in->type_kinds[type_index] = kind + 1;
  if (kind == UINT32_MAX ||
      !cm_grow(program->arena, &program->indirect, &program->indirect_room, program->indirect_count, sizeof *program->indirect)) {
    walk->no_memory = true;
    return;
  }
  // A function often calls through the same table and type many times in a row.
  const struct program_call *last = program->indirect_count ? &program->indirect[program->indirect_count - 1] : NULL;
  if (last && last->caller == walk->caller && last->callee == kind) return;
  program->indirect[program->indirect_count++] = (struct program_call){walk->caller, kind};
}

// What a call of `func` means; a slot that leaves the core code stands for itself.
static uint32_t callee_of(struct walk *walk, uint32_t func) {
  uint32_t gid = program_gid(walk->program, walk->instance, func), callee = walk->callees[gid];
  if (callee) return callee - 1;
  callee = program_callee(walk->program, walk->instance, func, NULL);
  if (callee == NO_FUNC) callee = gid;
  walk->callees[gid] = callee + 1;
  return callee;
}

static void see_use(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at) {
  (void)at;
  struct walk *walk = context;
  struct program *program = walk->program;
  const struct core_module *module = program->instances[walk->instance].module;
  switch (use) {
    case CORE_USE_CALL:
    case CORE_USE_REF: {
      if (a >= module->func_count) return;
      uint32_t callee = callee_of(walk, a);
      if (use == CORE_USE_CALL)
        add_call(walk, callee);
      else
        reach(walk, callee);
      return;
    }
    case CORE_USE_INDIRECT: add_indirect(walk, a, b); return;
    case CORE_USE_CALL_REF: return;  // what is called had its reference taken
  }
}

// A store to a constant address, which may be that of a variable: see image_settle_written.
static void see_write(void *context, uint64_t address, uint64_t size) {
  struct walk *walk = context;
  struct program *program = walk->program;
  uint32_t owner = program->instances[walk->instance].memory_owner;
  if (owner >= program->instance_count) return;
  struct image *image = &program->instances[owner].image;
  if (!cm_grow(program->arena, &image->written, &image->written_room, image->written_count, sizeof *image->written) ||
      !cm_grow(program->arena, &image->writers, &image->writer_room, image->written_count, sizeof *image->writers)) {
    walk->no_memory = true;
    return;
  }
  uint64_t to = size > UINT64_MAX - address ? UINT64_MAX : address + size;
  walk->no_memory |= !touched_add(program, walk->caller, address, to - address);
  image->writers[image->written_count] = walk->caller;
  image->written[image->written_count++] = (struct image_range){address, to};
}

static void see_mention(void *context, uint64_t address) {
  struct walk *walk = context;
  walk->no_memory |= !touched_add(walk->program, walk->caller, address, 0);
}

// Which constants may be the addresses of variables. Where all calls go by a stack in memory, it is stores alone that are looked for.
static void set_bounds(struct walk *walk) {
  const struct program_instance *in = &walk->program->instances[walk->instance];
  uint64_t from = 0, to = 0;
  if (!in->stacked && in->memory_owner < walk->program->instance_count) touched_bounds(in->module, &from, &to);
  body_reader_bounds(walk->reader, from, to);
  walk->bounded = walk->instance;
}

static bool scan(struct walk *walk, uint32_t gid) {
  struct program *program = walk->program;
  walk->instance = program->instance_of[gid];
  walk->caller = gid;
  const struct core_module *module = program->instances[walk->instance].module;
  uint32_t func = program_func(program, gid);
  if (func < module->imported[CORE_FUNC]) {
    walk->no_memory |= !cm_grow(program->arena, &walk->slots, &walk->slot_room, walk->slot_count, sizeof *walk->slots);
    if (!walk->no_memory) walk->slots[walk->slot_count++] = gid;
    return !walk->no_memory;
  }
  struct cm_diag diag = {0};
  if (walk->bounded != walk->instance) set_bounds(walk);
  if (!body_read(walk->reader, module, func, &diag) && !program->malformed) {
    program->malformed = true;
    program->malformed_diag = diag;
    program->malformed_func = gid;
  }
  return !walk->no_memory;
}

static void walk_on(struct walk *walk) {
  while (walk->count && !walk->no_memory)
    if (!scan(walk, walk->list[--walk->count])) break;
}

// From the imports that other components provide to what provides them, and on from there.
static void walk_behind(struct walk *walk) {
  struct program *program = walk->program;
  for (size_t i = 0; i < walk->slot_count && !walk->no_memory && !walk->too_many; i++) {
    uint32_t slot = walk->slots[i];
    struct cm_core_target target;
    program_callee(program, program->instance_of[slot], program_func(program, slot), &target);
    if (!provided_is(program->graph, &target) || target.origin->instance >= program->instance_count) continue;
    if (!program->behind) {
      program->behind = cm_alloc_array(program->arena, program->func_count, 1);
      if (!program->behind) {
        walk->no_memory = true;
        return;
      }
      for (uint32_t gid = 0; gid < program->func_count; gid++) program->behind[gid] = !(program->reached[gid] & 1);
    }
    uint32_t gid = program_callee(program, target.origin->instance, target.origin->func, NULL);
    if (gid == NO_FUNC) gid = program_gid(program, target.origin->instance, target.origin->func);
    program->is_entry[gid] = 1;
    reach(walk, gid);
    walk_on(walk);
  }
}

// Compresses pairs (key, item) into first/list by counting. Counts go in two places further on, so that the prefix sums end up where
// they are wanted once the list is filled.
struct compress {
  uint32_t *first, *list;
  uint32_t keys;
};

static bool compress_begin(struct program *program, struct compress *c, uint32_t keys, size_t items) {
  c->keys = keys;
  c->first = cm_alloc_array(program->arena, (size_t)keys + 2, sizeof(uint32_t));
  c->list = cm_alloc_array(program->arena, items, sizeof(uint32_t));
  return c->first && c->list;
}

static void compress_sum(struct compress *c) {
  for (uint32_t k = 2; k < c->keys + 2; k++) c->first[k] += c->first[k - 1];
}

static bool build_callers(struct program *program) {
  struct compress direct, kinds, callers;
  size_t targets = 0;
  for (size_t k = 0; k < program->kind_count; k++) targets += program->kinds[k].target_count;
  if (!compress_begin(program, &direct, program->func_count, program->call_count) ||
      !compress_begin(program, &kinds, program->func_count, targets) ||
      !compress_begin(program, &callers, (uint32_t)program->kind_count, program->indirect_count))
    return false;
  for (int fill = 0; fill < 2; fill++) {
    for (size_t i = 0; i < program->call_count; i++) {
      struct program_call c = program->calls[i];
      if (fill)
        direct.list[direct.first[c.callee + 1]++] = c.caller;
      else
        direct.first[c.callee + 2]++;
    }
    for (uint32_t k = 0; k < program->kind_count; k++)
      for (uint32_t t = 0; t < program->kinds[k].target_count; t++) {
        if (fill)
          kinds.list[kinds.first[program->kinds[k].targets[t] + 1]++] = k;
        else
          kinds.first[program->kinds[k].targets[t] + 2]++;
      }
    for (size_t i = 0; i < program->indirect_count; i++) {
      if (fill)
        callers.list[callers.first[program->indirect[i].callee + 1]++] = program->indirect[i].caller;
      else
        callers.first[program->indirect[i].callee + 2]++;
    }
    if (fill) break;
    compress_sum(&direct);
    compress_sum(&kinds);
    compress_sum(&callers);
  }
  program->direct_first = direct.first, program->direct_list = direct.list;
  program->kind_first = kinds.first, program->kind_list = kinds.list;
  program->kind_caller_first = callers.first, program->kind_callers = callers.list;
  return true;
}

void program_callers(const struct program *program, uint32_t gid, uint8_t *kinds_seen,
                     void (*visit)(void *context, uint32_t caller, bool indirect), void *context) {
  for (uint32_t i = program->direct_first[gid]; i < program->direct_first[gid + 1]; i++)
    visit(context, program->direct_list[i], false);
  for (uint32_t i = program->kind_first[gid]; i < program->kind_first[gid + 1]; i++) {
    uint32_t kind = program->kind_list[i];
    if (kinds_seen && kinds_seen[kind]) continue;
    if (kinds_seen) kinds_seen[kind] = 1;
    for (uint32_t c = program->kind_caller_first[kind]; c < program->kind_caller_first[kind + 1]; c++)
      visit(context, program->kind_callers[c], true);
  }
}

struct direct_callers {
  const struct program *program;
  uint32_t gid;
  bool any;
};

static void see_direct(void *context, uint32_t caller, bool indirect) {
  struct direct_callers *d = context;
  d->any |= !indirect && caller != d->gid && d->program->reached[caller] & 1;
}

bool program_is_called(const struct program *program, uint32_t gid) {
  struct direct_callers d = {program, gid, false};
  program_callers(program, gid, NULL, see_direct, &d);
  return d.any;
}

bool program_build(struct cm_arena *arena, const struct cm_graph *graph, struct program *out, struct cm_diag *diag) {
  *out = (struct program){.arena = arena, .graph = graph};
  if (!index_init(&out->signature_index, arena) || !index_init(&out->kind_index, arena) || !index_init(&out->shape_index, arena))
    return cm_fail_memory(diag);
  if (!number_functions(out, diag)) return false;
  for (uint32_t i = 0; i < out->instance_count; i++) {
    struct stacked *stacked = out->instances[i].stacked;
    if (stacked && !stacked_find_taken(stacked, cm_graph_table(graph, i, 0), i)) return cm_fail_memory(diag);
  }
  struct walk walk = {
      .program = out, .bounded = UINT32_MAX, .callees = cm_alloc_array(arena, out->func_count, sizeof *walk.callees)};
  walk.reader =
      body_reader_new(arena, &(struct body_visitor){.use = see_use, .write = see_write, .mention = see_mention, .context = &walk});
  out->touched = touched_new(arena);
  if (!walk.callees || !walk.reader || !out->touched) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < graph->entry_count; i++) {
    uint32_t gid = graph->entries[i].instance < out->instance_count
                       ? program_callee(out, graph->entries[i].instance, graph->entries[i].func, NULL)
                       : NO_FUNC;
    if (gid == NO_FUNC) continue;
    out->is_entry[gid] = 1;
    reach(&walk, gid);
  }
  walk_on(&walk);
  walk_behind(&walk);
  if (walk.too_many)
    return cm_fail_at_large(diag, CM_LIMIT, "tables and the signatures that are called through them make more than %d pairs",
                            ENTRIES_SEEN);
  if (walk.no_memory || !build_callers(out)) return cm_fail_memory(diag);
  if (out->behind && !provided_list(out, walk.slots, walk.slot_count)) return cm_fail_memory(diag);
  return true;
}

const struct program_kind *program_kind_of(struct program *program, uint32_t instance, uint32_t type_index, uint32_t table) {
  uint32_t signature = program_signature(program, instance, type_index), kind = find_kind(program, instance, table, signature);
  return kind != UINT32_MAX ? &program->kinds[kind] : NULL;
}

struct cm_str program_name(struct program *program, uint32_t gid) {
  struct program_instance *in = &program->instances[program->instance_of[gid]];
  if (!in->names_read) {
    in->names_read = true;
    if (!core_names_read(program->arena, in->module, &in->names, NULL)) in->names = (struct core_names){0};
  }
  uint32_t func = gid - in->base;
  return func < in->names.func_count ? in->names.funcs[func] : (struct cm_str){0};
}

// --- functions that keep to themselves ---

enum { CALLEES_MOST = 96 };

struct callees {
  const struct core_module *module;
  uint32_t list[CALLEES_MOST];  // function indices
  size_t count;
  bool refused;
};

static void note_callee(void *context, enum core_use use, uint32_t func, uint32_t b, const uint8_t *at) {
  (void)b, (void)at;
  struct callees *c = context;
  c->refused |= use != CORE_USE_CALL || func < c->module->imported[CORE_FUNC] || func >= c->module->func_count;
  for (size_t i = 0; i < c->count && !c->refused; i++)
    if (c->list[i] == func) return;
  if (c->count == CALLEES_MOST) c->refused = true;
  if (!c->refused) c->list[c->count++] = func;
}

bool program_keeps_to_itself(const struct program *program, uint32_t gid, const uint8_t *but, const uint8_t *known) {
  uint32_t instance = program->instance_of[gid];
  struct callees c = {.module = program->instances[instance].module};
  note_callee(&c, CORE_USE_CALL, program_func(program, gid), 0, NULL);
  for (size_t i = 0; i < c.count && !c.refused; i++) {
    uint32_t callee = program_gid(program, instance, c.list[i]);
    if (known && known[callee]) continue;
    c.refused |= (i && but[callee]) || !core_code_uses(c.module, c.list[i], note_callee, &c, NULL);
  }
  return !c.refused;
}
