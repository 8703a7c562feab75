// Experiments that find environment lookups.
//
// Candidates are the functions from which the import can be reached, nearest first. Each is called in the laboratory with a made-up
// environment of two variables, and a made-up name in each place that could be one: a pointer to a C string, or pointer and length. It
// is a lookup when for either name it comes up with that variable's value and with nothing for a third name that is not there. What it
// comes up with may be a pointer returned, or something written to an area that another argument points to: pointer or the bytes
// themselves. Which argument decides, and how far the area was written, is known from the trial.
//
// DESIGN: "How needs are found", point 5.

#include "lookup.h"

#include "laboratory.h"

#include <stdlib.h>

enum {
  PARAMS = 8,
  CANDIDATES = 96,
  ABOVE = 1,  // levels of callers of a lookup that are tried as well
  CANDIDATES_ABOVE = 12,
  SETTERS_TRIED = 16,
  FUEL = 20000,
  AREA = 192,  // bytes for each argument that may be written to
  NAME_ROOM = 64,
  NAME_MOST = 255,
  SECOND_WORDS = 8,
  NUMBER_EACH = 8,  // up to there each number is tried, then each that is one bit
  NUMBER_MOST = 1 << 15,
};

static const char absent[] = "QZ_Tide_ABSENT_3";

// As libc++ has it in memory: the length stands in the last byte, or doubled in the first.
static const uint8_t short_string[12] = {6, 'Q', 'Z', '_', 0, 0, 0, 0, 0, 0, 0, 4};

// How another argument brings a second name; and how a text that is put to the first one, for that as an object, too, which has a short string of
// C++'s at its beginning or behind a word.
enum second {
  SECOND_NONE,
  SECOND_DIRECT,
  SECOND_SPAN,
  SECOND_POINTERS,
  SECOND_PAIRS,
  SECOND_COUNT,
  SECOND_OBJECT = SECOND_COUNT,
  SECOND_OBJECT_BEHIND,
  SECOND_ALL,
  SECOND_NUMBER = SECOND_ALL
};

struct trial {
  struct laboratory *lab;
  struct program *program;
  uint32_t gid, instance, param_count;
  const struct core_type *type;
  struct key_place place;
  uint32_t areas;  // address of the argument areas
  enum second second;
  uint32_t second_argument, number;
  bool keep;      // the laboratory is not put back before the call
  bool returned;  // the last call came to its end
  bool reads;     // it read what another argument leads to
  bool writes;
  uint32_t out_argument;
  uint64_t out_size;
};

static bool is_at(const uint8_t *memory, uint64_t size, uint64_t address, const char *text) {
  size_t length = strlen(text);
  return address < size && length <= size - address && !memcmp(memory + address, text, length);
}

// Does the area of argument `i` hold the value, or a pointer to it? Notes how far the area was written.
static bool area_tells(struct trial *t, const uint8_t *memory, uint64_t size, uint32_t i, const char *value) {
  uint32_t base = t->areas + i * AREA;
  bool tells = false;
  uint64_t end = 0;
  for (uint32_t k = 0; k < AREA; k++)
    if (memory[base + k]) end = k + 1;
  for (uint32_t k = 0; k < end; k++) {
    uint32_t word = 0;
    if (k % 4 == 0) memcpy(&word, memory + base + k, sizeof word);  // the last area may end where the memory does
    if (is_at(memory, size, base + k, value) || (word && is_at(memory, size, word, value))) tells = true;
  }
  if (tells) {
    t->writes = true;
    t->out_argument = i;
    if (end > t->out_size) t->out_size = (end + 7) / 8 * 8;
  }
  return tells;
}

// Puts the second name, whose text stands at `text`, where it is to be: as an argument, with its length in the next or without, or in that argument's area as an array of pointers or
// of pointers and lengths.
static void place_second(const struct trial *t, uint8_t *memory, uint32_t text, uint32_t length, union core_value *arguments) {
  if (t->second == SECOND_NONE) return;
  if (t->second == SECOND_NUMBER) {
    arguments[t->second_argument].i32 = (int32_t)t->number;
    return;
  }
  uint32_t i = t->second_argument, area = t->areas + i * AREA;
  if (t->second >= SECOND_OBJECT) {
    for (uint32_t k = t->second == SECOND_OBJECT ? 0 : 4; k < SECOND_WORDS * 4; k += sizeof short_string)
      memcpy(memory + area + k, short_string, sizeof short_string);
    return;
  }
  if (t->second == SECOND_DIRECT || t->second == SECOND_SPAN) {
    arguments[i].i32 = (int32_t)text;
    if (t->second == SECOND_SPAN) arguments[i + 1].i32 = (int32_t)length;
    return;
  }
  for (uint32_t k = 0; k < SECOND_WORDS; k++) {
    uint32_t word = t->second == SECOND_PAIRS && k % 2 ? length : text;
    memcpy(memory + area + k * sizeof word, &word, sizeof word);
  }
}

// Calls the function with `name` and looks for `value` (NULL: for either of the made-up values).
static bool comes_up(struct trial *t, const char *name, const char *value) {
  if (!t->keep) laboratory_reset(t->lab);
  uint32_t scratch;
  if (!laboratory_reserve(t->lab, t->instance, 2 * NAME_ROOM + PARAMS * AREA, &scratch)) return false;
  uint64_t size;
  uint8_t *memory = laboratory_memory(t->lab, t->instance, &size);
  uint32_t text = scratch + NAME_ROOM, length = (uint32_t)strlen(laboratory_made_up[0].name);
  t->areas = scratch + 2 * NAME_ROOM;
  memcpy(memory + text, laboratory_made_up[0].name, length + 1);
  // Pointer and length must do without a zero: a function that takes a C string is to fail this trial.
  memset(memory + scratch, 'x', NAME_ROOM - 1);
  size_t name_size = strlen(name) + (t->place.kind == KEY_CSTRING ? 1 : 0);
  memcpy(memory + scratch, name, name_size);  // NOLINT(bugprone-not-null-terminated-result): without one on purpose
  union core_value arguments[PARAMS] = {0}, results[2] = {0};
  for (uint32_t i = 0; i < t->param_count; i++) arguments[i].i32 = (int32_t)(t->areas + i * AREA);
  arguments[t->place.argument].i32 = (int32_t)scratch;
  if (t->place.kind == KEY_SPAN) arguments[t->place.argument + 1].i32 = (int32_t)strlen(name);
  place_second(t, memory, text, length, arguments);
  t->returned = laboratory_call(t->lab, t->gid, arguments, results, FUEL);
  if (!t->returned) return false;
  memory = laboratory_memory(t->lab, t->instance, &size);
  if (t->type->result_count == 1 && is_at(memory, size, (uint32_t)results[0].i32, value)) return true;
  for (uint32_t i = 0; i < t->param_count; i++) {
    bool is_name = i == t->place.argument || (t->place.kind == KEY_SPAN && i == t->place.argument + 1);
    if (!is_name && area_tells(t, memory, size, i, value)) return true;
  }
  return false;
}

// Does it look up another name too, that one of the other arguments brings? Such a function is no lookup of one name.
static bool asks_for_another(struct trial *t) {
  bool asks = false;
  for (uint32_t i = 0; i < t->param_count && !asks; i++) {
    if (i == t->place.argument || (t->place.kind == KEY_SPAN && i == t->place.argument + 1)) continue;
    t->second_argument = i;
    for (t->second = SECOND_DIRECT; t->second < SECOND_COUNT && !asks; t->second++) {
      bool fits = t->second != SECOND_SPAN || (i + 1 < t->param_count && i + 1 != t->place.argument);
      asks = fits && comes_up(t, absent, laboratory_made_up[0].value);
    }
  }
  t->second = SECOND_NONE;
  return asks;
}

// Does it ask for something else where another of its arguments is a text, or an object that has one? What it does not come back from tells
// nothing.
static bool depends_on_another(struct trial *t) {
  bool depends = false, writes = t->writes;
  uint32_t out = t->out_argument;
  for (uint32_t i = 0; i < t->param_count && !depends; i++) {
    if (i == t->place.argument || (t->place.kind == KEY_SPAN && i == t->place.argument + 1) || (writes && i == out)) continue;
    t->second_argument = i;
    for (t->second = SECOND_DIRECT; t->second < SECOND_ALL && !depends; t->second++) {
      bool fits = t->second != SECOND_SPAN || (i + 1 < t->param_count && i + 1 != t->place.argument && !(writes && i + 1 == out));
      depends = fits && !comes_up(t, laboratory_made_up[1].name, laboratory_made_up[1].value) && t->returned;
    }
  }
  t->second = SECOND_NONE;
  return depends;
}

// Nothing comes up for a name that is not there, even if it differs from one that is in capitals alone. A function that does not come back then (it tells somebody, or panics) may have been about to
// ask for another name: it is not known to be a lookup.
static bool misses_absent(struct trial *t) {
  for (size_t i = 0; i < 2; i++)
    if (comes_up(t, absent, laboratory_made_up[i].value) || !t->returned) return false;
  return !comes_up(t, laboratory_other_case, laboratory_made_up[0].value) && t->returned;
}

// Does it ask for something else where another of its arguments is a number, as a choice, or a flag, is?
static bool depends_on_number(struct trial *t) {
  bool depends = false, writes = t->writes;
  uint32_t out = t->out_argument;
  t->second = SECOND_NUMBER;
  for (uint32_t i = 0; i < t->param_count && !depends; i++) {
    if (i == t->place.argument || (t->place.kind == KEY_SPAN && i == t->place.argument + 1) || (writes && i == out)) continue;
    t->second_argument = i;
    for (t->number = 0; t->number <= NUMBER_MOST && !depends; t->number += t->number < NUMBER_EACH ? 1 : t->number)
      depends = !comes_up(t, laboratory_made_up[1].name, laboratory_made_up[1].value) && t->returned;
  }
  t->second = SECOND_NONE;
  return depends;
}

static void see_read(void *context, uint64_t at, uint64_t size) {
  struct trial *t = context;
  uint64_t memory_size, end = t->areas + (uint64_t)t->param_count * AREA;
  if (at + size <= t->areas || at >= end) return;
  const uint8_t *memory = laboratory_memory(t->lab, t->instance, &memory_size);
  bool written = at + size > memory_size;
  for (uint64_t i = 0; i < size && !written; i++) written = memory[at + i];
  t->reads |= !written;
}

// Does it read what another argument leads to, as far as it was not written before? What it does with the name may depend on that, as deep as a text
// may lie that is put to it.
static bool reads_another(struct trial *t) {
  const struct program_instance *in = &t->program->instances[t->instance];
  struct laboratory_observer observer = {.context = t, .instance = in->memory_owner, .read = see_read};
  t->reads = false;
  laboratory_observe(t->lab, &observer);
  comes_up(t, laboratory_made_up[1].name, laboratory_made_up[1].value);
  laboratory_observe(t->lab, NULL);
  return t->reads;
}

// Does nothing else decide which name is asked for?
static bool is_of_one_name(struct trial *t) {
  return !asks_for_another(t) && !depends_on_another(t) && !depends_on_number(t) && !reads_another(t);
}

// Comes it up with the value of each name that is there, and with none of another?
static bool finds_names(struct trial *t) {
  t->writes = false;
  t->out_size = 0;
  return comes_up(t, laboratory_made_up[0].name, laboratory_made_up[0].value) &&
         !comes_up(t, laboratory_made_up[0].name, laboratory_made_up[1].value) &&
         comes_up(t, laboratory_made_up[1].name, laboratory_made_up[1].value) &&
         comes_up(t, laboratory_made_up[2].name, laboratory_made_up[2].value) && misses_absent(t);
}

// Tries every place that a name could have in the candidate's parameters. Pointer and length come first: a function that takes both must
// not pass for one that takes a C string, even if it is no lookup of one name, as what puts a text behind it.
static bool try_candidate(struct trial *t) {
  const struct core_module *module = t->program->instances[t->instance].module;
  t->type = core_func_type(module, program_func(t->program, t->gid));
  if (!t->type || !t->type->param_count || t->type->param_count > PARAMS || t->type->result_count > 1) return false;
  t->param_count = t->type->param_count;
  for (uint32_t i = 0; i < t->param_count; i++)
    if (t->type->params[i].code != CORE_I32) return false;
  bool is_span[PARAMS] = {false};
  for (unsigned kind = 0; kind < 2; kind++)
    for (uint32_t i = 0; i + !kind < t->param_count; i++) {
      t->place = (struct key_place){.kind = kind ? KEY_CSTRING : KEY_SPAN, .argument = i};
      if (is_span[i] || !finds_names(t)) continue;
      if (is_of_one_name(t)) return true;
      is_span[i] = !kind;
    }
  return false;
}

// Is the lookup's answer for `name` now `value` (NULL: no made-up value)? Memory is left as the functions before it made it.
static bool answers(struct trial *base, const char *name, const char *value) {
  base->keep = true;
  bool now = value ? comes_up(base, name, value)
                   : !comes_up(base, name, laboratory_made_up[0].value) && !comes_up(base, name, laboratory_made_up[1].value);
  base->keep = false;
  return now;
}

// Calls the candidate with C strings as its first arguments, 1 for all others.
static bool call_with_texts(struct trial *t, const char *first, const char *second) {
  union core_value arguments[PARAMS] = {0}, results[2] = {0};
  uint32_t scratch;
  uint64_t size;
  if (!laboratory_reserve(t->lab, t->instance, 2 * NAME_ROOM, &scratch)) return false;
  uint8_t *memory = laboratory_memory(t->lab, t->instance, &size);
  const char *texts[2] = {first, second};
  for (uint32_t i = 0; i < t->param_count; i++) {
    bool is_text = i < 2 && texts[i];
    if (is_text) memcpy(memory + scratch + i * NAME_ROOM, texts[i], strlen(texts[i]) + 1);
    arguments[i].i32 = is_text ? (int32_t)(scratch + i * NAME_ROOM) : 1;
  }
  return laboratory_call(t->lab, t->gid, arguments, results, FUEL);
}

// Does the candidate change what the lookup answers: set a variable from name and value, or from "name=value", or unset one?
static bool is_setter(struct trial *t, struct trial *base) {
  static const struct {
    const char *first, *second, *name, *value;
  } cases[] = {
      {absent, "slack-77d0-water", absent, "slack-77d0-water"},
      {"QZ_Tide_ABSENT_3=slack-77d0-water", NULL, absent, "slack-77d0-water"},
      {"QZ_Tide_First_7", NULL, "QZ_Tide_First_7", NULL},
  };
  if (!t->type || !t->param_count || t->param_count > 3) return false;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (cases[i].second && t->param_count < 2) continue;
    laboratory_reset(t->lab);
    if (answers(base, cases[i].name, cases[i].value)) continue;
    if (call_with_texts(t, cases[i].first, cases[i].second) && answers(base, cases[i].name, cases[i].value)) return true;
  }
  return false;
}

// Does the candidate, which is given nothing, take all variables away? It must do nothing else: who asks before he clears is another one.
static bool is_clearer(struct trial *t, struct trial *base, const struct environ_list *list, const uint8_t *lookups) {
  if (t->param_count || !list->count || !list->readers[t->gid]) return false;
  if (!program_keeps_to_itself(t->program, t->gid, lookups, list->fillers)) return false;
  union core_value results[2] = {0};
  laboratory_reset(t->lab);
  for (size_t i = 0; i < 2; i++)
    if (!answers(base, laboratory_made_up[i].name, laboratory_made_up[i].value)) return false;
  return laboratory_call(t->lab, t->gid, NULL, results, FUEL) && answers(base, laboratory_made_up[0].name, NULL) &&
         answers(base, laboratory_made_up[1].name, NULL);
}

struct queue {
  struct program *program;
  uint32_t *list;
  size_t count, room;
  uint8_t *seen;
  bool failed;
};

static void enqueue(void *context, uint32_t caller, bool indirect) {
  (void)indirect;
  struct queue *q = context;
  if (q->seen[caller] || !(q->program->reached[caller] & 1)) return;
  q->seen[caller] = 1;
  if (!cm_grow(q->program->arena, &q->list, &q->room, q->count, sizeof *q->list))
    q->failed = true;
  else
    q->list[q->count++] = caller;
}

// Setters are looked for among the functions that were come to on the way, with the nearest lookup as their witness.
static void find_setters(struct queue *q, struct laboratory *lab, const struct lookup *witness, const uint32_t *index,
                         const struct environ_list *list, uint8_t *setters) {
  struct program *program = q->program;
  struct trial base = {
      .lab = lab, .program = program, .gid = witness->gid, .instance = program->instance_of[witness->gid], .place = witness->place};
  base.type = core_func_type(program->instances[base.instance].module, program_func(program, base.gid));
  base.param_count = base.type->param_count;
  size_t tried = 0;
  uint8_t *lookups = cm_alloc_array(program->arena, program->func_count, 1);
  if (!lookups) {
    q->failed = true;
    return;
  }
  for (uint32_t gid = 0; gid < program->func_count; gid++) lookups[gid] = index[gid] != 0;
  for (size_t i = 0; i < q->count && tried < SETTERS_TRIED; i++) {
    struct trial t = {.lab = lab, .program = program, .gid = q->list[i], .instance = program->instance_of[q->list[i]]};
    const struct core_module *module = program->instances[t.instance].module;
    if (index[t.gid] || t.instance != base.instance || program_func(program, t.gid) < module->imported[CORE_FUNC]) continue;
    t.type = core_func_type(module, program_func(program, t.gid));
    t.param_count = t.type ? t.type->param_count : 0;
    if (t.type && is_clearer(&t, &base, list, lookups)) setters[t.gid] = 1;
    bool integers = t.param_count && t.param_count <= 3;
    for (uint32_t p = 0; integers && p < t.param_count; p++) integers = t.type->params[p].code == CORE_I32;
    if (!integers) continue;
    tried++;
    if (is_setter(&t, &base)) setters[t.gid] = 1;
  }
}

// Everything from which the sources can be reached, nearest first, as far as it is worth looking for who makes the list.
static bool find_list(struct program *program, struct laboratory *lab, const uint32_t *sources, size_t source_count,
                      struct environ_list *list) {
  struct queue q = {.program = program, .seen = cm_alloc_array(program->arena, program->func_count, 1)};
  uint8_t *kinds_seen = cm_alloc_array(program->arena, program->kind_count, 1);
  if (!q.seen || !kinds_seen) return false;
  for (size_t i = 0; i < source_count; i++) enqueue(&q, sources[i], false);
  for (size_t i = 0; i < q.count && q.count < CANDIDATES && !q.failed; i++)
    program_callers(program, q.list[i], kinds_seen, enqueue, &q);
  return !q.failed && environ_find(program, lab, q.list, q.count, list);
}

struct cm_str lookup_name_in_call(const struct program *program, struct laboratory *lab, const struct lookup *lookup,
                                  const union core_value *arguments) {
  static const struct cm_str none = {"", 0};
  const struct key_place *place = &lookup->place;
  uint32_t instance = program->instance_of[lookup->gid], owner = program->instances[instance].memory_owner;
  uint64_t size, from, length = NAME_MOST + 1;
  uint8_t *memory = owner < program->instance_count ? laboratory_memory(lab, owner, &size) : NULL;
  if (!memory) return none;
  if (place->kind == KEY_STACKED) {
    const union core_value *base = laboratory_global(lab, instance, place->argument);
    if (!base || (uint32_t)base->i32 + place->offset + 16 > size) return none;
    memcpy(&from, memory + (uint32_t)base->i32 + place->offset, sizeof from);
    memcpy(&length, memory + (uint32_t)base->i32 + place->offset + 8, sizeof length);
  } else if (place->kind == KEY_SPAN || place->kind == KEY_CSTRING) {
    from = (uint32_t)arguments[place->argument].i32;
    if (place->kind == KEY_SPAN) length = (uint32_t)arguments[place->argument + 1].i32;
  } else {
    return none;
  }
  if (from >= size) return none;
  if (place->kind == KEY_CSTRING) length = strnlen((const char *)memory + from, size - from < length ? size - from : length);
  if (length > NAME_MOST || length > size - from) return none;
  return (struct cm_str){(const char *)memory + from, (size_t)length};
}

bool lookup_call(struct program *program, struct laboratory *lab, const struct lookup *lookup, const char *name,
                 const char *value) {
  uint32_t instance = program->instance_of[lookup->gid];
  struct trial t = {.lab = lab, .program = program, .gid = lookup->gid, .instance = instance, .place = lookup->place, .keep = true};
  t.type = core_func_type(program->instances[instance].module, program_func(program, lookup->gid));
  t.param_count = t.type->param_count;
  return strlen(name) < NAME_ROOM && comes_up(&t, name, value);
}

bool lookups_find(struct program *program, const uint32_t *sources, size_t source_count, uint32_t *index, uint8_t *setters,
                  struct laboratory **laboratory, struct environ_list *list, struct lookup **out, size_t *count,
                  struct cm_diag *diag) {
  struct queue q = {.program = program, .seen = cm_alloc_array(program->arena, program->func_count, 1)};
  uint8_t *level = cm_alloc_array(program->arena, program->func_count, 1);
  struct lookup *found = NULL;
  size_t found_count = 0, found_room = 0;
  uint8_t *kinds_seen = cm_alloc_array(program->arena, program->kind_count, 1);
  if (!q.seen || !level || !kinds_seen) return cm_fail_memory(diag);
  for (size_t i = 0; i < source_count; i++) enqueue(&q, sources[i], false);
  struct laboratory *lab = *laboratory = q.count ? laboratory_open(program, laboratory_made_up, LABORATORY_MADE_UP) : NULL;
  *list = (struct environ_list){0};
  if (lab && !find_list(program, lab, sources, source_count, list)) return cm_fail_memory(diag);
  for (uint32_t gid = 0; list->count && gid < program->func_count; gid++)
    if (list->readers[gid]) enqueue(&q, gid, false);
  struct trial trial = {.lab = lab, .program = program};
  size_t tried = 0, tried_above = 0;
  bool ok = true;
  for (size_t i = 0; lab && ok && i < q.count && tried < CANDIDATES; i++) {
    uint32_t gid = q.list[i], above = level[gid];
    bool slot = program_is_slot(program, gid);
    trial.gid = gid;
    trial.instance = program->instance_of[gid];
    if (!slot) tried++;
    if (!slot && above && ++tried_above > CANDIDATES_ABOVE) continue;
    if (!slot && !(program->unfaithful && program->unfaithful[gid]) && try_candidate(&trial)) {
      ok = cm_grow(program->arena, &found, &found_room, found_count, sizeof *found);
      if (!ok) break;
      found[found_count] = (struct lookup){gid, trial.place, trial.writes, trial.out_argument, trial.out_size, false, (unsigned)i};
      index[gid] = (uint32_t)++found_count;
      above = 1;
    } else if (above) {
      above++;
    }
    if (above > ABOVE) continue;
    size_t before = q.count;
    program_callers(program, gid, kinds_seen, enqueue, &q);
    for (size_t k = before; k < q.count; k++) level[q.list[k]] = (uint8_t)above;
    ok = !q.failed;
  }
  if (found_count && ok) find_setters(&q, lab, &found[0], index, list, setters);
  ok &= !q.failed;
  *out = found;
  *count = found_count;
  return ok || cm_fail_memory(diag);
}
