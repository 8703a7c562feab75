// Trials of functions where the program called them.
//
// Memory and globals are put back to how they were at the call, and the function is called again with the same arguments but for one text. What
// it does is what it returns, and what it leaves behind above the stack. A function that does one thing for each name that is there and
// another for each that is not, and the same for all that are not, is a lookup. One that does something else for each text, and leaves
// nothing behind, makes a number of it. One that is given a name of the environment and another text, and tells only an equal one from
// others, compares.

#include "container_stage.h"

#include <string.h>

enum {
  FUEL = 400000,
  STACK_REACH = 1 << 20,
  WRITES_MOST = 512,
  OUT_REACH = 64,
  VECTORS_MOST = 32,
  TOLD_MOST = 4096,
  FRESH_MOST = 64,
  NULL_REACH = 64
};

static const char *const absent[] = {"QZ_Tide_ABSENT_3", "QZ_Tide_First_8", "QZA", laboratory_other_case};
enum { ABSENT = 4 };

struct deed {
  bool returned, clean;  // clean: nothing is left behind but what it returned
  bool is_place;         // what it returned may be an address
  uint64_t digest, result;
};

struct written {
  uint64_t at, size;
};

struct attempt {
  struct stage *stage;
  const struct remembered_call *call;
  const struct core_type *type;
  uint64_t low, high;  // the stack that it may use as it likes
  struct written writes[WRITES_MOST];
  size_t write_count;
  bool too_many;
  uint64_t told;                     // a digest of what the host was told
  struct written fresh[FRESH_MOST];  // what allocators wrote to: blocks that they filled with zeros
  size_t fresh_count;
  size_t depth, allocating;  // the depth at which an allocator was entered; 0: none
};

static void on_enter(void *context, uint32_t gid, const union core_value *arguments) {
  (void)arguments;
  struct attempt *a = context;
  a->depth++;
  if (!a->allocating && a->stage->allocators[gid]) a->allocating = a->depth;
}

static void on_leave(void *context, uint32_t gid, bool returned) {
  (void)gid, (void)returned;
  struct attempt *a = context;
  if (a->allocating == a->depth) a->allocating = 0;
  a->depth -= a->depth != 0;
}

// What a function makes for itself on the way does not matter.
static bool is_fresh(struct attempt *a, uint64_t at, uint64_t size) {
  if (a->allocating) {
    if (a->fresh_count < FRESH_MOST) a->fresh[a->fresh_count++] = (struct written){at, size};
    return true;
  }
  for (size_t i = 0; i < a->fresh_count; i++)
    if (at >= a->fresh[i].at && at + size <= a->fresh[i].at + a->fresh[i].size) return true;
  return false;
}

static void on_write(void *context, uint64_t at, uint64_t size) {
  struct attempt *a = context;
  if ((at >= a->low && at + size <= a->high) || is_fresh(a, at, size)) return;
  if (a->write_count == WRITES_MOST) {
    a->too_many = true;
    return;
  }
  a->writes[a->write_count++] = (struct written){at, size};
}

static uint64_t mix(uint64_t digest, uint64_t v) {
  digest = (digest ^ v) * UINT64_C(0x9e3779b97f4a7c15);
  return digest ^ digest >> 29;
}

uint64_t stage_digest_told(uint64_t digest, const struct laboratory_import *import, const uint8_t *memory, uint64_t size) {
  for (uint32_t i = 0; i < import->vector_count && i < VECTORS_MOST; i++) {
    uint32_t vector[2];  // address and length
    uint64_t at = (uint64_t)import->vectors + i * sizeof vector;
    if (at + sizeof vector > size) break;
    memcpy(vector, memory + at, sizeof vector);
    for (uint32_t k = 0; k < vector[1] && k < TOLD_MOST && (uint64_t)vector[0] + k < size; k++)
      digest = mix(digest, memory[vector[0] + k]);
  }
  return digest;
}

// What is printed counts as well.
static void on_imported(void *context, const struct laboratory_import *import) {
  struct attempt *a = context;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(a->stage->lab, a->stage->program->instance_of[a->call->gid], &size);
  a->told = stage_digest_told(a->told, import, memory, size);
}

// A text to be given in the place of argument `argument`.
struct given {
  uint32_t argument;
  const char *text;
  size_t size;
};

// Calls the function with those texts in the places of its own, with the memory as it is.
static struct deed act_from_here(struct attempt *a, const struct given *given, size_t count) {
  struct stage *s = a->stage;
  const struct remembered_call *call = a->call;
  uint32_t instance = s->program->instance_of[call->gid], scratch;
  struct deed deed = {0};
  if (!laboratory_reserve(s->lab, instance, (uint32_t)count * STAGE_NAME_ROOM, &scratch)) return deed;
  uint64_t size;
  uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  union core_value arguments[STAGE_PARAMS], results[2] = {0};
  memcpy(arguments, call->arguments, sizeof arguments);
  for (size_t i = 0; i < count; i++) {
    uint32_t at = scratch + (uint32_t)i * STAGE_NAME_ROOM;
    memcpy(memory + at, given[i].text, given[i].size);
    arguments[given[i].argument].i32 = (int32_t)at;
    arguments[given[i].argument + 1].i32 = (int32_t)given[i].size;
  }
  a->high = scratch + (uint32_t)count * STAGE_NAME_ROOM;
  a->low = a->high > STACK_REACH ? a->high - STACK_REACH : 0;
  a->write_count = 0;
  a->too_many = false;
  a->told = 0;
  a->fresh_count = a->depth = a->allocating = 0;
  struct laboratory_observer watcher = {
      .context = a, .instance = instance, .enter = on_enter, .leave = on_leave, .write = on_write, .imported = on_imported};
  laboratory_observe(s->lab, &watcher);
  deed.returned = laboratory_call(s->lab, call->gid, arguments, results, FUEL) && !a->too_many;
  laboratory_observe(s->lab, NULL);
  memory = laboratory_memory(s->lab, instance, &size);
  deed.clean = !a->write_count && !a->told;
  deed.is_place =
      a->type->result_count && a->type->results[0].code == CORE_I32 && results[0].u32 >= STAGE_NAME_ROOM && results[0].u32 < size;
  for (uint32_t i = 0; i < a->type->result_count; i++)
    deed.result = mix(deed.result, a->type->results[i].code == CORE_I32 ? results[i].u32 : results[i].u64);
  deed.digest = mix(a->told, deed.result);
  for (size_t i = 0; i < a->write_count; i++) {
    deed.digest = mix(deed.digest, a->writes[i].at);
    for (uint64_t k = 0; k < a->writes[i].size && a->writes[i].at + k < size; k++)
      deed.digest = mix(deed.digest, memory[a->writes[i].at + k]);
  }
  return deed;
}

// The same with the memory as it was when the program called it.
static struct deed act(struct attempt *a, const struct given *given, size_t count) {
  if (!laboratory_return(a->stage->lab, a->call->moment)) return (struct deed){0};
  return act_from_here(a, given, count);
}

static struct deed act_on(struct attempt *a, uint32_t argument, const char *text) {
  struct given given = {argument, text, strlen(text)};
  return act(a, &given, 1);
}

static bool same(struct deed a, struct deed b) { return a.returned && b.returned && a.digest == b.digest; }

// What was written to, and what stands there then.
struct left {
  struct written writes[WRITES_MOST];
  uint64_t values[WRITES_MOST];
  size_t count;
};

static uint64_t number_at(const struct stage *s, uint32_t instance, struct written at) {
  uint64_t size, number = 0;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  if (at.size <= sizeof number && at.at + at.size <= size) memcpy(&number, memory + at.at, (size_t)at.size);
  return number;
}

static void note_writes(struct attempt *a, struct left *out) {
  out->count = a->write_count;
  memcpy(out->writes, a->writes, a->write_count * sizeof *a->writes);
  for (size_t i = 0; i < out->count; i++)
    out->values[i] = number_at(a->stage, a->stage->program->instance_of[a->call->gid], out->writes[i]);
}

// Is the name there once it was looked for in vain? Then it was put there, and another answer is given the second time.
static bool adds(struct attempt *a, uint32_t argument) {
  struct left *one = cm_alloc(a->stage->arena, sizeof *one), *two = cm_alloc(a->stage->arena, sizeof *two);
  struct given given = {argument, absent[0], strlen(absent[0])};
  a->stage->failed |= !one || !two;
  if (a->stage->failed) return false;
  struct deed first = act(a, &given, 1);
  note_writes(a, one);
  struct deed second = first.clean ? first : act_from_here(a, &given, 1);
  note_writes(a, two);
  bool other = !second.returned || first.result != second.result;  // half of it may be there, which is nothing to compare with
  for (size_t k = 0; k < two->count && !other; k++)
    for (size_t i = 0; i < one->count && !other; i++)
      other =
          one->writes[i].at == two->writes[k].at && one->writes[i].size == two->writes[k].size && one->values[i] != two->values[k];
  return other;
}

static bool is_text(const struct remembered_call *call, uint32_t i) { return call->texts >> i & 1; }

// Does it look up another of the texts that it is given, when the first is not there?
static bool asks_for_another(struct attempt *a, uint32_t argument) {
  for (uint32_t i = 0; i + 1 < a->type->param_count; i++) {
    if (!is_text(a->call, i) || i == argument || i == argument + 1 || i + 1 == argument) continue;
    struct given given[2] = {{argument, absent[0], strlen(absent[0])}, {i, absent[1], strlen(absent[1])}};
    struct deed without = act(a, given, 2);
    given[1].text = laboratory_made_up[0].name;
    if (!same(without, act(a, given, 2))) return true;
  }
  return false;
}

// Notes the area that the function wrote its answer to.
static void note_area(const struct attempt *a, struct lookup *lookup) {
  for (size_t w = 0; w < a->write_count; w++)
    for (uint32_t i = 0; i < a->type->param_count; i++) {
      uint64_t area = a->call->arguments[i].u32, at = a->writes[w].at;
      if (a->type->params[i].code != CORE_I32 || at < area || at - area >= OUT_REACH) continue;
      if (lookup->writes && lookup->out_argument != i) continue;
      lookup->writes = true;
      lookup->out_argument = i;
      uint64_t end = (at + a->writes[w].size - area + 7) / 8 * 8;
      if (end > lookup->out_size) lookup->out_size = end;
    }
}

// --- what takes away ---

// Is what a function returns thrown away wherever it is called?
struct dropped {
  struct stage *stage;
  uint32_t gid;
  bool is_used;
};

static void see_caller(void *context, uint32_t caller, bool indirect) {
  struct dropped *d = context;
  const struct core_module *module = d->stage->program->instances[d->stage->program->instance_of[caller]].module;
  uint32_t func = program_func(d->stage->program, d->gid);
  struct core_code code;
  bool called = false;
  d->is_used |= indirect || d->stage->program->instance_of[caller] != d->stage->program->instance_of[d->gid] ||
                !core_code_begin(&code, d->stage->arena, module, program_func(d->stage->program, caller), NULL, NULL, NULL);
  for (struct core_instr i; !d->is_used && code_next(&code, &i);) {
    d->is_used = called && i.op != CORE_OP_DROP;
    called = i.op == CORE_OP_CALL && i.index == func;
  }
}

static bool is_dropped(struct stage *s, uint32_t gid) {
  struct dropped d = {s, gid, s->program->is_entry[gid] != 0};
  program_callers(s->program, gid, NULL, see_caller, &d);
  return !d.is_used;
}

// Takes the variable away, with the memory as it is; false: it does not come back, or that it was there shows otherwise.
static bool take(struct attempt *a, uint32_t argument, const char *name, struct left *out) {
  struct given given = {argument, name, strlen(name)};
  struct deed deed = act_from_here(a, &given, 1);
  if (!deed.returned || deed.clean || a->told) return false;
  note_writes(a, out);
  return true;
}

// Did a text of the variable stand at `at`, in a block that was written to? One that is free has the next that is in it.
static bool is_freed(struct stage *s, uint32_t instance, const struct left *taken, uint64_t at,
                     const struct laboratory_variable *v) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  const char *texts[] = {v->name, v->value};
  for (size_t i = 0; i < 2; i++) {
    size_t length = strlen(texts[i]);
    if (at > size || length > size - at || memcmp(memory + at, texts[i], length) != 0) continue;
    for (size_t k = 0; k < taken->count; k++)
      if (taken->writes[k].at >= at && taken->writes[k].at < stage_block_end(at, length)) return true;
  }
  return false;
}

// What is written to the same place for two variables, one after the other, must count them, or be the list of what is free: otherwise it says that
// they were there.
static bool only_counts(struct attempt *a, const struct left *one, const struct left *two) {
  struct stage *s = a->stage;
  uint32_t instance = s->program->instance_of[a->call->gid];
  for (size_t k = 0; k < two->count; k++)
    for (size_t i = 0; i < one->count; i++) {
      struct written w = one->writes[i];
      if (w.at >= two->writes[k].at + two->writes[k].size || w.at + w.size <= two->writes[k].at) continue;
      if (w.at != two->writes[k].at || w.size != two->writes[k].size || w.size > sizeof(uint64_t)) return false;
      uint64_t mask = w.size == sizeof(uint64_t) ? UINT64_MAX : (UINT64_C(1) << 8 * w.size) - 1, before = number_at(s, instance, w);
      if (((one->values[i] - before) & mask) == ((two->values[k] - one->values[i]) & mask)) continue;
      if (!is_freed(s, instance, one, one->values[i], &laboratory_made_up[0]) ||
          !is_freed(s, instance, two, two->values[k], &laboratory_made_up[1]))
        return false;
    }
  return true;
}

// Is the variable gone once it was looked for, and does nothing else come of it?
static bool takes_away(struct attempt *a, uint32_t argument, struct deed nothing) {
  struct stage *s = a->stage;
  const char *name = laboratory_made_up[0].name;
  if (!nothing.clean || (a->type->result_count && !is_dropped(s, a->call->gid))) return false;
  struct left *one = cm_alloc(s->arena, sizeof *one), *two = cm_alloc(s->arena, sizeof *two);
  s->failed |= !one || !two;
  if (s->failed || !laboratory_return(s->lab, a->call->moment) || !take(a, argument, name, one)) return false;
  struct given given = {argument, name, strlen(name)};
  if (!same(nothing, act_from_here(a, &given, 1)) || !take(a, argument, laboratory_made_up[1].name, two)) return false;
  return laboratory_return(s->lab, a->call->moment) && only_counts(a, one, two);
}

static bool try_lookup(struct attempt *a, uint32_t argument) {
  struct stage *s = a->stage;
  struct deed nothing = act_on(a, argument, absent[0]);
  if (!nothing.returned) return false;
  for (size_t i = 1; i < ABSENT; i++)
    if (!same(nothing, act_on(a, argument, absent[i]))) return false;
  if (!nothing.clean && adds(a, argument)) return false;
  struct lookup lookup = {.gid = a->call->gid, .place = {.kind = KEY_SPAN, .argument = argument}};
  for (size_t i = 0; i < LABORATORY_MADE_UP; i++) {
    struct deed deed = act_on(a, argument, laboratory_made_up[i].name);
    if (!deed.returned || deed.digest == nothing.digest) return false;
    note_area(a, &lookup);
  }
  if (asks_for_another(a, argument)) return false;
  lookup.takes = takes_away(a, argument, nothing);
  struct container *out = s->out;
  if (!cm_grow(s->program->arena, &out->lookups, &out->lookup_room, out->lookup_count, sizeof *out->lookups)) {
    s->failed = true;
    return false;
  }
  out->lookups[out->lookup_count++] = lookup;
  return true;
}

// A text of the environment stands at `entry`, another one at `other`.
static enum part try_compare(struct attempt *a, uint32_t entry, uint32_t other) {
  const char *name = laboratory_made_up[0].name;
  char changed[STAGE_NAME_ROOM];
  size_t size = strlen(name);
  memcpy(changed, name, size + 1);
  struct given given[2] = {{entry, name, size}, {other, changed, size}};
  struct deed equal = act(a, given, 2);
  if (!equal.returned || !equal.clean) return PART_NONE;
  changed[size - 1] ^= 0x11;
  struct deed last = act(a, given, 2);
  if (!last.returned || !last.clean || last.digest == equal.digest) return PART_NONE;
  changed[size - 1] ^= 0x11;
  changed[0] ^= 0x01;
  if (!same(last, act(a, given, 2))) return PART_NONE;
  changed[0] ^= 0x01;
  changed[size / 2] ^= 0x20;
  if (!same(last, act(a, given, 2))) return PART_NONE;
  changed[size / 2] ^= 0x20;
  // Who takes capitals for small letters asks for more than the text.
  given[1].text = laboratory_other_case;
  if (!same(last, act(a, given, 2))) return PART_NONE;
  given[1].text = changed;
  // A beginning is no equal text, nor is an end, whichever is the shorter one. Where lengths were compared before, the function need not do so
  // again, or takes for granted that they are the same.
  bool same_size = a->call->arguments[entry + 1].u32 == a->call->arguments[other + 1].u32;
  for (unsigned i = 0; i < 4 && !same_size; i++) {
    bool first = i % 2 == 0, ends = i >= 2;
    given[0] = (struct given){entry, name + (first && ends), size - first};
    given[1] = (struct given){other, changed + (!first && ends), size - !first};
    struct deed shorter = act(a, given, 2);
    if (!shorter.returned) return PART_NONE;
    if (shorter.digest == equal.digest) return PART_BEGINS;
  }
  return PART_COMPARE;
}

// Not a place in the container, which another name has too when it comes there.
static bool try_number(struct attempt *a, uint32_t argument) {
  struct deed deeds[ABSENT];
  bool are_places = a->call->leads;
  for (size_t i = 0; i < ABSENT; i++) {
    deeds[i] = act_on(a, argument, absent[i]);
    if (!deeds[i].returned || !deeds[i].clean) return false;
    are_places &= deeds[i].is_place;
    for (size_t k = 0; k < i; k++)
      if (deeds[k].digest == deeds[i].digest) return false;
  }
  return !are_places && same(deeds[0], act_on(a, argument, absent[0])) && a->type->result_count == 1;
}

static enum part try_call(struct attempt *a, uint32_t *argument) {
  const struct remembered_call *call = a->call;
  uint32_t params = a->type->param_count;
  for (uint32_t i = 0; i + 1 < params; i++) {
    *argument = i;
    if (!is_text(call, i)) continue;
    for (uint32_t k = 0; k + 1 < params; k++)
      if (is_text(call, k) && (k > i + 1 || k + 1 < i)) {
        enum part part = try_compare(a, k, i);
        *argument = i < k ? i : k;
        if (part != PART_NONE) return part;
      }
    *argument = i;
    if (try_lookup(a, i)) return PART_LOOKUP;
    if (try_number(a, i)) return PART_NUMBER;
  }
  return PART_NONE;
}

// Has it no object, on a way where the program may have left out what makes it one, where a call that is known has one?
static bool lacks_object(const struct stage *s, const struct remembered_call *call, uint32_t params, uint32_t name) {
  const struct remembered_call *known = NULL;
  for (size_t i = 0; i < s->call_count && !known; i++)
    if (s->calls[i].gid == call->gid && s->calls[i].leads) known = &s->calls[i];
  for (uint32_t i = 0; i < params && known; i++)
    if (i != name && i != name + 1 && known->arguments[i].u32 >= NULL_REACH && call->arguments[i].u32 < NULL_REACH) return true;
  return false;
}

enum found stage_finds(struct stage *s, const struct remembered_call *call, bool is_made) {
  uint32_t instance = s->program->instance_of[call->gid], argument = s->part_arguments[call->gid];
  struct attempt a = {.stage = s, .call = call};
  a.type = core_func_type(s->program->instances[instance].module, program_func(s->program, call->gid));
  struct deed without = act_on(&a, argument, absent[0]), with = act_on(&a, argument, laboratory_made_up[0].name);
  if (!without.returned || !with.returned) return FOUND_ASTRAY;
  if (is_made && same(without, with) && lacks_object(s, call, a.type->param_count, argument)) return FOUND_ASTRAY;
  return same(without, with) ? FOUND_NOTHING : FOUND_NAMES;
}

bool stage_takes(struct stage *s, const struct remembered_call *call) {
  const struct lookup *lookup = NULL;
  for (size_t i = 0; i < s->out->lookup_count && !lookup; i++)
    if (s->out->lookups[i].gid == call->gid) lookup = &s->out->lookups[i];
  if (!lookup || !lookup->takes) return false;
  uint32_t instance = s->program->instance_of[call->gid], argument = s->part_arguments[call->gid];
  struct attempt a = {.stage = s, .call = call};
  a.type = core_func_type(s->program->instances[instance].module, program_func(s->program, call->gid));
  return takes_away(&a, argument, act_on(&a, argument, absent[0]));
}

void stage_try_calls(struct stage *s) {
  for (; s->tried_count < s->call_count && !s->failed; s->tried_count++) {
    const struct remembered_call *call = &s->calls[s->tried_count];
    if (s->parts[call->gid] > PART_NONE) continue;
    uint32_t instance = s->program->instance_of[call->gid], argument = 0;
    struct attempt a = {.stage = s, .call = call};
    a.type = core_func_type(s->program->instances[instance].module, program_func(s->program, call->gid));
    s->parts[call->gid] = (uint8_t)try_call(&a, &argument);
    s->part_arguments[call->gid] = (uint8_t)argument;
    if (s->parts[call->gid] == PART_NONE) continue;
    s->news = true;
    if (s->subject == UINT32_MAX) s->subject = instance;
  }
}
