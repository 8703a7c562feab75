// Looking up a key that is not known in a map of Go's of which all is.
//
// How maps lie in memory differs from version to version, and their keys are hashed. So what lies there is tried: the lookup is executed with
// each text, or number, that the map leads to. Where all keys that it holds were found so, the answer is one of their elements, or what a key gets
// that is not there.

#include "execute.h"
#include "symbols.h"

#include <string.h>

enum {
  WORD = 8,
  KEYS_MOST = 24,
  TRIES = 256,      // candidates that are tried
  AREAS = 48,       // pieces of memory that are gone through,
  LEAST_AREA = 64,  // bytes of each at first,
  AREA = 2048,      // and at last
  TEXT_MOST = 256,
  CHOICES = 4,  // between maps
  LEAST_ADDRESS = 4096,
};

// Lookups by what is in their names: arguments are a type, the map and the key, in words; results an element's address and whether it is there.
static const struct map_lookup {
  const char *name;
  uint8_t key_words, key_bytes, results;
} lookups[] = {
    {"runtime.mapaccess1_faststr", 2, WORD, 1}, {"runtime.mapaccess2_faststr", 2, WORD, 2},
    {"runtime.mapaccess1_fast64", 1, WORD, 1},  {"runtime.mapaccess2_fast64", 1, WORD, 2},
    {"runtime.mapaccess1_fast32", 1, 4, 1},     {"runtime.mapaccess2_fast32", 1, 4, 2},
};

struct asking {
  struct activation *a;
  uint32_t callee;
  const struct map_lookup *lookup;
  uint64_t arguments;  // where they stand
  struct value elements[KEYS_MOST], none;
  uint64_t count, found;
  unsigned tries;
  struct area {
    uint64_t from, done;
  } areas[AREAS];
  size_t area_count;
};

static struct value word_at(const struct activation *a, uint64_t at) {
  return world_load(&a->evaluation->worlds, (struct world *)(uintptr_t)&a->now.world, at, WORD);
}

// What the lookup answers for the key. False: it cannot be executed.
static bool try_key(struct asking *q, const uint64_t *key, struct value *element) {
  struct activation *a = q->a;
  struct world_context *worlds = &a->evaluation->worlds;
  const struct executor *x = a->evaluation->owner->executor;
  uint8_t *failed = &x->failed[q->callee][x->rehearsal->own[a->frame.gid] != 0], before = *failed;
  struct state kept = a->now;
  if (!activation_fork(a, &kept, &a->now)) return false;
  for (unsigned i = 0; i < q->lookup->key_words; i++)
    world_store(worlds, &a->now.world, q->arguments + (2 + i) * (uint64_t)WORD, q->lookup->key_bytes, value_const(key[i]));
  bool done = activation_execute(a, q->callee);
  if (done) activation_pop(a);
  if (done) *element = word_at(a, q->arguments + (2 + q->lookup->key_words) * (uint64_t)WORD);
  activation_drop(a, &a->now);
  a->now = kept;
  *failed = before;
  q->tries++;
  return done && element->kind == VALUE_CONST && !element->weak;  // others may have changed what it was told by
}

static bool is_there(const struct asking *q, struct value element) {
  for (uint64_t i = 0; i < q->found; i++)
    if (q->elements[i].bits == element.bits) return true;
  return element.bits == q->none.bits;
}

// Objects that nobody else gets hold of lie in frames.
static bool is_memory(const struct asking *q, struct value v) {
  uint64_t end = q->a->evaluation->owner->executor->group_end * (uint64_t)EXECUTE_GROUP;
  return v.kind == VALUE_CONST && v.bits >= LEAST_ADDRESS && v.bits < end;
}

static void add_area(struct asking *q, uint64_t at) {
  for (size_t i = 0; i < q->area_count; i++)
    if (q->areas[i].from == at) return;
  if (q->area_count < AREAS) q->areas[q->area_count++] = (struct area){at, 0};
}

// Tries what stands at `at`, and behind it.
static bool try_at(struct asking *q, uint64_t at) {
  struct value first = word_at(q->a, at), second = word_at(q->a, at + WORD), element;
  bool texts = q->lookup->key_words == 2, shorter = q->lookup->key_bytes < WORD;
  if (is_memory(q, first) && first.bits % WORD == 0) add_area(q, first.bits);
  if (texts && (!is_memory(q, first) || second.kind != VALUE_CONST || second.bits > TEXT_MOST)) return true;
  if (first.kind != VALUE_CONST && !shorter) return true;
  for (unsigned part = 0; part < (shorter ? 2 : 1) && q->found < q->count; part++) {
    struct value half = shorter ? world_load(&q->a->evaluation->worlds, &q->a->now.world, at + part * UINT64_C(4), 4) : first;
    const uint64_t key[] = {half.bits, second.bits};
    if (half.kind != VALUE_CONST) continue;
    if (q->tries == TRIES) return false;
    if (try_key(q, key, &element) && !is_there(q, element)) q->elements[q->found++] = element;
  }
  return true;
}

// Goes through the area from where it was left, up to `size` bytes of it. False: there was too much to try.
static bool try_area(struct asking *q, struct area *area, uint64_t size) {
  uint64_t at = area->from + area->done, end = area->from + size;
  area->done = size;
  for (; at < end && q->found < q->count; at += WORD)
    if (!try_at(q, at)) return false;
  return true;
}

// What the map is made of begins with what leads on, and lies beside what it has nothing to do with.
static bool find_keys(struct asking *q) {
  for (uint64_t size = LEAST_AREA; size <= AREA; size *= 2)
    for (size_t i = 0; i < q->area_count && q->found < q->count; i++)
      if (!try_area(q, &q->areas[i], size)) return false;
  return q->found == q->count;
}

// One of the elements, or none of them: the same one in both results.
static void answer(struct asking *q) {
  struct activation *a = q->a;
  struct value_table *values = activation_values(a);
  struct value element = q->none, there = value_const(0);
  for (uint64_t i = 0; i < q->found; i++) {
    uint32_t join = value_join(values);
    element = value_merge(values, join, q->elements[i], element);
    there = value_merge(values, join, value_const(1), there);
  }
  uint64_t at = q->arguments + (2 + q->lookup->key_words) * (uint64_t)WORD;
  world_store(&a->evaluation->worlds, &a->now.world, at, WORD, element);
  if (q->lookup->results == 2) world_store(&a->evaluation->worlds, &a->now.world, at + WORD, 1, there);
}

static bool is_change(struct cm_str callee) {
  return cm_str_starts(callee, CM_STR("runtime.mapassign")) || cm_str_starts(callee, CM_STR("runtime.mapdelete")) ||
         cm_str_starts(callee, CM_STR("runtime.mapclear"));
}

// Does the body put something into a map of that type, or take it away? The type is laid down between the call before and that one. Those of
// generic functions may be of any.
static bool changes_maps(struct program *program, uint32_t gid, uint64_t type) {
  const struct program_instance *in = &program->instances[program->instance_of[gid]];
  struct cm_str name = program_name(program, gid);
  bool generic = memchr(name.at, '[', name.size), laid = false;
  struct core_code code;
  if (!core_code_begin(&code, NULL, in->module, program_func(program, gid), NULL, NULL, NULL)) return true;
  for (struct core_instr i; code_next(&code, &i);) {
    laid |= i.op == CORE_OP_I64_CONST && (uint64_t)i.i64 == type;
    if (i.op == CORE_OP_CALL && (laid || generic) &&
        is_change(program_name(program, program_gid(program, program->instance_of[gid], i.index))))
      return true;
    laid &= i.op != CORE_OP_CALL && i.op != CORE_OP_CALL_INDIRECT;
  }
  return false;
}

// What initializes packages has run: `main.init`, `main.init.0`, `main.map.init.0`; but not what closures in it do.
static bool is_initializer(struct cm_str name) {
  size_t end = name.size;
  while (end && name.at[end - 1] >= '0' && name.at[end - 1] <= '9') end--;
  if (end && end < name.size && name.at[end - 1] == '.') end--;
  return end >= 5 && !memcmp(name.at + end - 5, ".init", 5);
}

// May code, whenever it runs, change a map of that type that was there at the beginning?
static bool may_change(const struct activation *a, struct value type) {
  struct program *program = a->evaluation->program;
  const struct program_instance *in = &program->instances[a->frame.instance];
  if (type.kind != VALUE_CONST) return true;
  for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count; f++) {
    uint32_t gid = program_gid(program, a->frame.instance, f);
    struct cm_str name = program_name(program, gid);
    if (!(program->reached[gid] & 1) || symbols_is_core(name) || is_initializer(name)) continue;
    if (changes_maps(program, gid, type.bits)) return true;
  }
  return false;
}

// Was the map made while the function was evaluated? Then who has it is known.
static bool is_made(const struct activation *a, uint64_t map) {
  return activation_is_object(a, map) || world_is_written(&a->now.world, map);
}

// In the map that the argument is.
static bool look_up_in(struct asking *q, struct value map) {
  // Data of the runtime's that is no key of the program's.
  static const uint64_t nobodys[] = {UINT64_C(0x5bd1e995a7c3f00d), UINT64_C(0)};
  struct activation *a = q->a;
  bool is_nil = map.kind == VALUE_CONST && !map.bits;
  if (!is_nil && !is_memory(q, map)) return false;
  // Both versions of maps begin with how much they hold.
  struct value count = is_nil ? value_const(0) : word_at(a, map.bits);
  if (map.weak || count.kind != VALUE_CONST || count.weak || count.bits > KEYS_MOST) return false;
  if (!is_nil && !is_made(a, map.bits) && may_change(a, word_at(a, q->arguments))) return false;
  q->count = count.bits;
  q->found = q->tries = 0;
  q->area_count = 0;
  uint64_t text[] = {word_at(a, q->arguments).bits, TEXT_MOST};
  if (!try_key(q, q->lookup->key_words == 2 ? text : nobodys, &q->none)) return false;
  add_area(q, map.bits);
  if (!find_keys(q)) return false;
  answer(q);
  return true;
}

// In each of the maps that it may be. False: not in all of them, and the state is as it was.
static bool look_up_each(struct asking *q, struct value map, unsigned depth) {
  struct activation *a = q->a;
  if (map.kind != VALUE_TREE || depth == CHOICES) return look_up_in(q, map);
  const struct value_node node = activation_values(a)->nodes[map.tree];
  struct value condition = value_merge(activation_values(a), node.join, value_const(1), value_const(0));
  struct state before = a->now, after = {0};
  bool done = true;
  for (unsigned side = 0; side < 2 && done && !a->stopped; side++) {
    struct value own = side ? node.second : node.first;
    if (!activation_fork(a, &before, &a->now)) return false;
    activation_assume(a, &a->now, condition, condition, !side);
    if (!a->now.live) continue;
    world_store(&a->evaluation->worlds, &a->now.world, q->arguments + WORD, WORD, own);
    done = look_up_each(q, own, depth + 1);
    if (done) activation_merge(a, &after, &a->now, 0, false);
  }
  a->now = done ? after : before;
  return done && after.live;
}

bool activation_look_up_any(struct activation *a, uint32_t callee, struct value pointer) {
  const struct executor *x = a->evaluation->owner->executor;
  if (!x || pointer.kind != VALUE_CONST || activation_values(a)->coarse || !x->rehearsal->own[callee]) return false;
  if (activation_heap_has_threads(a)) return false;  // what they put into maps is not seen
  struct asking q = {.a = a, .callee = callee, .arguments = pointer.bits + STACKED_RETURN};
  struct cm_str name = program_name(a->evaluation->program, callee);
  for (size_t i = 0; i < sizeof lookups / sizeof *lookups && !q.lookup; i++)
    if (cm_str_is(name, lookups[i].name)) q.lookup = &lookups[i];
  if (!q.lookup || !look_up_each(&q, word_at(a, q.arguments + WORD), 0)) return false;
  activation_push(a, value_const(0));
  return true;
}
