// Calling a lifted function as another component would: parameters are lowered into the provider's memory, results read from it.
//
// Texts that the provider knows are pairs of a pointer and a size, in its memory or as constants in its code, and what stands between zeros.
//
// Spec: CanonicalABI.md, "canon lift", "Flattening".

#include "trial.h"

#include "laboratory.h"
#include "sinks.h"

#include <component/types.h>

#include <string.h>

enum {
  FUEL = 4000000,
  COST_OF_CALL = 5000,
  AREA = 512,
  TEXT_MOST = 200,
  PAIRS_MOST = 1 << 16,
  MEMORY_MOST = 1 << 22,
  CODE_MOST = 1 << 18,
  WINDOW = 4
};

// Makes a component node alive. NULL: it cannot be.
static struct trial *open_trial(struct trial_list *list, uint32_t component) {
  struct trial *t = cm_alloc(list->arena, sizeof *t);
  struct laboratory_host *host = cm_alloc(list->arena, sizeof *host);
  if (!t || !host) {
    list->failed = true;
    return NULL;
  }
  *host = (struct laboratory_host){trial_host, t};
  *t = (struct trial){.program = list->program, .arena = list->arena, .steps = &list->steps, .component = component};
  static const struct trial_question none = {0};
  t->question = &none;  // start functions may ask as well
  t->list_slot = NO_FUNC;
  t->laboratory = laboratory_open_part(list->program, component, host);
  return t->laboratory ? t : NULL;
}

void trial_list_init(struct trial_list *list, struct program *program, struct cm_arena *arena) {
  *list = (struct trial_list){.program = program, .arena = arena, .steps = TRIAL_STEPS};
}

struct trial *trial_of(struct trial_list *list, uint32_t component) {
  for (size_t i = 0; i < list->count; i++)
    if (list->entries[i].component == component) return list->entries[i].trial;
  if (!cm_grow(list->arena, &list->entries, &list->room, list->count, sizeof *list->entries)) {
    list->failed = true;
    return NULL;
  }
  struct trial *trial = open_trial(list, component);
  list->entries[list->count++] = (struct trial_entry){component, trial};
  return trial;
}

void trial_list_close(struct trial_list *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->entries[i].trial) laboratory_close(list->entries[i].trial->laboratory);
}

// Calls with what is left of the steps; setting up a call costs some too.
static bool spend(struct trial *t, uint32_t gid, const union core_value *arguments, union core_value *results) {
  uint64_t fuel = *t->steps < FUEL ? *t->steps : FUEL;
  if (fuel <= COST_OF_CALL) return false;
  bool ended = laboratory_call(t->laboratory, gid, arguments, results, fuel);
  uint64_t left = laboratory_fuel(t->laboratory), spent = fuel - (left < fuel ? left : fuel) + COST_OF_CALL;
  *t->steps -= spent < *t->steps ? spent : *t->steps;
  return ended;
}

// --- parameters ---

static bool new_bytes(struct trial *t, const struct cm_func_origin *origin, uint32_t size, uint32_t *address) {
  const struct cm_core_target *realloc = origin->options->realloc;
  union core_value arguments[4] = {{0}, {0}, {.i32 = 8}, {.u32 = size}}, results[1] = {{0}};
  if (!realloc || realloc->kind != CM_TARGET_CORE) return false;
  uint32_t gid = program_gid(t->program, realloc->instance, realloc->index);
  if (!spend(t, gid, arguments, results)) return false;
  *address = results[0].u32;
  return laboratory_touch(t->laboratory, origin->options->memory.instance, *address, size);
}

static uint8_t *memory_of(struct trial *t, const struct cm_func_origin *origin, uint64_t *size) {
  return laboratory_memory(t->laboratory, origin->options->memory.instance, size);
}

// The place of the row's parameter; each of its names is tried.
static bool find_place(const struct cm_sink *row, struct cm_typeref type, struct cm_place *out) {
  char name[64];
  for (const char *at = row->parameter; *at;) {
    size_t size = strcspn(at, "|");
    if (size < sizeof name) {
      memcpy(name, at, size);
      name[size] = 0;
      if (cm_place_of(type.scope, type.type, name, false, 4, out, NULL)) return true;
    }
    at += size + (at[size] == '|');
  }
  return false;
}

static bool lower_key(struct trial *t, const struct trial_question *q, struct cm_typeref type, union core_value *arguments) {
  struct cm_place place;
  uint32_t text, area = 0;
  uint64_t size;
  if (!*q->row->parameter) return true;
  if (!find_place(q->row, type, &place) || !new_bytes(t, q->origin, (uint32_t)q->key.size, &text)) return false;
  if (place.in_memory && (!new_bytes(t, q->origin, AREA, &area) || place.offset + 8 > AREA)) return false;
  uint8_t *memory = memory_of(t, q->origin, &size);
  memcpy(memory + text, q->key.at, q->key.size);
  if (!place.in_memory) {
    arguments[place.flat].u32 = text;
    arguments[place.flat + 1].u32 = (uint32_t)q->key.size;
    if (place.has_discriminant) arguments[place.discriminant_flat].u32 = place.discriminant_value;
    return true;
  }
  uint32_t words[2] = {text, (uint32_t)q->key.size};
  memset(memory + area, 0, AREA);
  memcpy(memory + area + place.offset, words, sizeof words);
  if (place.has_discriminant && place.discriminant_offset < AREA)
    memory[area + place.discriminant_offset] = (uint8_t)place.discriminant_value;
  arguments[0].u32 = area;
  return true;
}

// --- results ---

static bool read_words(const uint8_t *memory, uint64_t size, uint64_t at, uint32_t words[2]) {
  if (at > size || size - at < 8) return false;
  memcpy(words, memory + at, 8);
  return true;
}

static bool read_text(struct trial *t, const uint8_t *memory, uint64_t size, uint64_t at, struct cm_str *out) {
  uint32_t words[2];
  if (!read_words(memory, size, at, words) || words[0] > size || words[1] > size - words[0]) return false;
  *out = (struct cm_str){cm_alloc_text(t->arena, (const char *)memory + words[0], words[1]), words[1]};
  return out->at != NULL;
}

static bool is_text_type(const struct cm_scope *scope, struct cm_valtype type) {
  struct cm_typeref of;
  return cm_valtype_resolve(scope, type, &of, NULL) && of.type && of.type->kind == CM_TYPE_PRIM && of.type->prim == CM_STRING;
}

// Is the type list<tuple<string, string>>, or a result of it? *payload is where in the result it stands.
static bool find_list(struct cm_typeref func, uint64_t *payload, bool *in_result) {
  struct cm_typeref of, element;
  uint32_t discriminant;
  *payload = 0;
  if (!cm_valtype_resolve(func.scope, func.type->func.result, &of, NULL) || !of.type) return false;
  *in_result = of.type->kind == CM_TYPE_RESULT;
  if (*in_result) {
    if (!cm_variant_layout(of, 4, payload, &discriminant, NULL)) return false;
    if (of.type->element.kind == CM_VAL_NONE || !cm_valtype_resolve(of.scope, of.type->element, &of, NULL)) return false;
  }
  return of.type && of.type->kind == CM_TYPE_LIST && cm_valtype_resolve(of.scope, of.type->element, &element, NULL) &&
         element.type && element.type->kind == CM_TYPE_TUPLE && element.type->count == 2 &&
         is_text_type(element.scope, element.type->fields[0].type) && is_text_type(element.scope, element.type->fields[1].type);
}

static bool read_list(struct trial *t, struct cm_typeref func, uint32_t result, struct trial_answer *out) {
  uint64_t payload, size;
  uint32_t list[2];
  bool in_result;
  if (!find_list(func, &payload, &in_result)) return false;
  const uint8_t *memory = memory_of(t, t->question->origin, &size);
  if (in_result && (result >= size || memory[result])) return result < size;  // an error is no list
  if (!read_words(memory, size, result + payload, list) || list[1] > PAIRS_MOST) return false;
  out->pairs = cm_alloc_array(t->arena, list[1], sizeof *out->pairs);
  if (!out->pairs) return false;
  for (uint32_t i = 0; i < list[1]; i++) {
    struct trial_pair *p = &out->pairs[out->pair_count];
    uint64_t at = list[0] + 16 * (uint64_t)i;
    if (!read_text(t, memory, size, at, &p->name) || !read_text(t, memory, size, at + 8, &p->text)) return false;
    p->value = trial_value_in(p->text, t->question->shape);
    out->pair_count++;
  }
  return true;
}

// Texts of the outside's in another answer, wherever in it they stand.
static bool read_values(struct trial *t, struct cm_typeref func, uint32_t result, struct trial_answer *out) {
  struct cm_layout layout;
  uint64_t size;
  if (!cm_layout_of(func.scope, func.type->func.result, 4, &layout, NULL)) return false;
  const uint8_t *memory = memory_of(t, t->question->origin, &size);
  out->pairs = cm_alloc_array(t->arena, layout.size / 4 + 1, sizeof *out->pairs);
  if (!out->pairs) return false;
  for (uint64_t at = 0; at + 8 <= layout.size; at += 4) {
    struct trial_pair *p = &out->pairs[out->pair_count];
    *p = (struct trial_pair){.name = CM_STR("")};
    if (!read_text(t, memory, size, result + at, &p->text)) continue;
    p->value = trial_value_in(p->text, t->question->shape);
    if (p->value.from != TRIAL_CONSTANT) out->pair_count++;
  }
  return true;
}

// --- a call ---

static void begin(struct trial *t, const struct trial_question *q, const struct trial_request *request) {
  laboratory_reset(t->laboratory);
  t->question = q;
  t->request = request;
  t->ask_count = 0;
  t->handle_count = request ? 1 : 0;
  t->handles[0] = UINT32_MAX;
  t->list_slot = t->sent_slot = NO_FUNC;
  t->list_row = NULL;
  t->not_understood = false;
}

// The core function behind a lifted one, where it can be called here; NO_FUNC: it cannot.
static uint32_t function_of(const struct trial *t, const struct cm_func_origin *origin, struct cm_typeref *func,
                            struct cm_signature *signature) {
  if (origin->lift->opts.is_async || origin->instance >= t->program->instance_count) return NO_FUNC;
  if (!cm_type_resolve(origin->type_scope, origin->type_index, func, NULL) || !func->type || func->type->kind != CM_TYPE_FUNC ||
      !cm_signature_of(func->scope, func->type, false, false, 4, signature, NULL))
    return NO_FUNC;
  uint32_t gid = program_callee(t->program, origin->instance, origin->func, NULL);
  if (gid == NO_FUNC || t->program->instances[t->program->instance_of[gid]].node->component != t->component) return NO_FUNC;
  const struct core_module *module = t->program->instances[t->program->instance_of[gid]].module;
  const struct core_type *type = core_func_type(module, program_func(t->program, gid));
  if (!type || type->param_count > CM_MAX_FLAT_PARAMS || type->result_count > 1) return NO_FUNC;
  bool has_memory = origin->options->memory.instance < t->program->instance_count && !origin->options->memory.index;
  return has_memory || !(signature->results_spilled || signature->params_spilled) ? gid : NO_FUNC;
}

static bool call(struct trial *t, const struct trial_question *q, struct trial_answer *out) {
  struct cm_typeref func = {0};
  struct cm_signature signature;
  union core_value arguments[CM_MAX_FLAT_PARAMS + 1] = {{0}}, results[2] = {{0}};
  uint32_t gid = function_of(t, q->origin, &func, &signature);
  if (gid == NO_FUNC || !lower_key(t, q, func, arguments)) return false;
  if (!spend(t, gid, arguments, results)) return false;
  if (!*q->row->parameter) return read_list(t, func, results[0].u32, out);
  return !signature.results_spilled || read_values(t, func, results[0].u32, out);
}

bool trial_call(struct trial *t, const struct trial_question *q, struct trial_answer *out) {
  *out = (struct trial_answer){.list_slot = NO_FUNC};
  begin(t, q, NULL);
  if (!call(t, q, out) || t->not_understood) return false;
  out->list_slot = t->list_slot;
  out->list_row = t->list_row;
  out->ask_count = t->ask_count;
  out->asks = cm_alloc_array(t->arena, t->ask_count, sizeof *out->asks);
  if (!out->asks) return false;
  if (t->ask_count) memcpy(out->asks, t->asks, t->ask_count * sizeof *out->asks);
  return true;
}

bool trial_send(struct trial *t, const struct cm_func_origin *origin, const struct trial_request *request, uint32_t *slot) {
  struct trial_question q = {.origin = origin, .shape = request->others_fail};
  struct cm_typeref func = {0};
  struct cm_signature signature;
  union core_value arguments[CM_MAX_FLAT_PARAMS + 1] = {{0}}, results[2] = {{0}};
  begin(t, &q, request);
  uint32_t gid = function_of(t, origin, &func, &signature);
  arguments[0].u32 = 1;
  if (gid == NO_FUNC || signature.params_spilled || !signature.param_count) return false;
  bool ended = spend(t, gid, arguments, results) && !t->not_understood;
  *slot = t->sent_slot;
  return ended;
}

// --- texts ---

struct gathering {
  struct trial *trial;
  struct cm_str **names;
  size_t *count, *room, most;
  const uint8_t *memory;
  uint64_t size;
  struct index index;
  bool failed;
};

// Could it be a name? Values of trials are none.
static bool is_name(struct cm_str text) {
  for (size_t i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.at[i];
    if (c < 0x20 || c == 0x7f || c == '=') return false;
  }
  return text.size && trial_value_in(text, 0).from == TRIAL_CONSTANT && cm_utf8_valid((const uint8_t *)text.at, text.size);
}

static void gather(struct gathering *g, uint64_t at, uint64_t size) {
  if (g->failed || !size || size > TEXT_MOST || at > g->size || size > g->size - at) return;
  struct cm_str text = {(const char *)g->memory + at, (size_t)size};
  if (!is_name(text)) return;
  size_t cursor = 0;
  uint64_t hash = index_mix_text(g->index.seed, text);
  for (uint32_t i; index_next(&g->index, hash, &cursor, &i);)
    if (cm_str_equal((*g->names)[i], text)) return;
  struct cm_arena *arena = g->trial->arena;
  g->failed = *g->count >= g->most || !cm_grow(arena, g->names, g->room, *g->count, sizeof **g->names) ||
              !index_add(&g->index, arena, hash, (uint32_t)*g->count);
  if (g->failed) return;
  const char *copy = cm_alloc_text(arena, text.at, text.size);
  g->failed = !copy;
  if (copy) (*g->names)[(*g->count)++] = (struct cm_str){copy, text.size};
}

static void gather_memory(struct gathering *g) {
  uint64_t begin = 0;
  for (uint64_t at = 0; at + 8 <= g->size && !g->failed; at += 4) {
    uint32_t words[2];
    memcpy(words, g->memory + at, sizeof words);
    if (words[0] >= 4) gather(g, words[0], words[1]);
  }
  for (uint64_t at = 0; at < g->size && !g->failed; at++) {
    if (g->memory[at]) continue;
    gather(g, begin, at - begin);
    begin = at + 1;
  }
}

// Pointers and sizes that stand as constants near each other.
static void gather_code(struct gathering *g, const struct core_module *module, uint32_t func) {
  struct core_code code;
  struct core_instr instr;
  uint32_t window[WINDOW] = {0}, count = 0;
  if (!core_code_begin(&code, g->trial->arena, module, func, NULL, NULL, NULL)) return;
  while (code_next(&code, &instr) && !g->failed) {
    if (instr.op != CORE_OP_I32_CONST) continue;
    uint32_t now = (uint32_t)instr.i32;
    for (uint32_t i = 0; i < WINDOW && i < count; i++) {
      if (now >= 4) gather(g, now, window[i]);
      if (window[i] >= 4) gather(g, window[i], now);
    }
    window[count++ % WINDOW] = now;
  }
}

bool trial_texts(struct trial *t, struct cm_str **names, size_t *count, size_t *room, size_t most) {
  struct gathering g = {.trial = t, .names = names, .count = count, .room = room, .most = most};
  if (!index_init(&g.index, t->arena)) return false;
  for (size_t i = 0; i < *count; i++)
    if (!index_add(&g.index, t->arena, index_mix_text(g.index.seed, (*names)[i]), (uint32_t)i)) return false;
  size_t code = 0;
  for (uint32_t i = 0; i < t->program->instance_count && !g.failed; i++) {
    const struct program_instance *in = &t->program->instances[i];
    if (!in->module || in->node->component != t->component) continue;
    g.memory = laboratory_memory(t->laboratory, i, &g.size);
    if (!g.memory) continue;
    if (g.size > MEMORY_MOST) return false;
    if (in->memory_owner == i) gather_memory(&g);
    for (uint32_t f = in->module->imported[CORE_FUNC]; f < in->module->func_count && !g.failed; f++) {
      code += in->module->funcs[f].body.size;
      if (code > CODE_MOST) return false;
      gather_code(&g, in->module, f);
    }
  }
  return !g.failed;
}
