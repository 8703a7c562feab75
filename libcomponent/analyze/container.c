// The runs that show how a container is asked.
//
// The program is run several times. First the calls are remembered that take a text while something else that they are given leads to the
// made-up variables; the functions are tried (container_try.c), and names that are asked for are put into the environment of the next run,
// so that the program goes on where it would have given up. When nothing new is learnt, a last run tells whether the texts in the
// container are read by anything but by what looks names up.
//
// The container is known by its copies of the made-up texts: what the host hands over has a '=' behind each name.

#include "container_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  FUEL = 6000000,
  RUNS_MOST = 12,
  ENTRIES_MOST = 4,
  HOPS = 3,
  HOP_BEFORE = 32,
  HOP_BYTES = 640,
  HOPS_MOST = 12000,
  TEXT_LEAST = 1,
  READS_WAITED = 64,
  PROBES = 64,
  PROBE_BYTES = 8,
  CONSTANT_AGE = 24,
  VALUE_ROOM = 8,
  HANDED_MOST = 4096,
  VECTORS_MOST = 32,
  WORD = 4,
  STORE_MOST = 8,
  ENTRIES_AROUND = 1024,
};

// Beside those of other experiments: containers that hold few things search them one after the other, and without making numbers of names.
static const struct laboratory_variable more[] = {
    {"QZ_TIDE_MORE_A", "more-value-a"}, {"QZ_TIDE_MORE_BB", "more-value-b"}, {"QZ_TIDE_MORE_CCC", "more-value-c"},
    {"QZ_TIDE_MORE_D", "more-value-d"}, {"QZ_TIDE_MORE_EE", "more-value-e"}, {"QZ_TIDE_MORE_FFF", "more-value-f"},
    {"QZ_TIDE_MORE_G", "more-value-g"}, {"QZ_TIDE_MORE_HH", "more-value-h"}, {"QZ_TIDE_MORE_III", "more-value-i"},
};

int stage_name_at(const struct stage *s, const uint8_t *memory, uint64_t size, uint32_t at, uint32_t length) {
  if (at > size || length > size - at) return -1;
  for (size_t i = 0; i < s->in_run; i++)
    if (strlen(s->variables[i].name) == length && !memcmp(memory + at, s->variables[i].name, length)) return (int)i;
  return -1;
}

// --- what a call is given ---

static bool is_printable(const uint8_t *text, uint32_t size) {
  for (uint32_t i = 0; i < size; i++)
    if (text[i] <= ' ' || text[i] == 0x7f || text[i] == '=') return false;
  return true;
}

// Stands the text where the program began with it? What the host handed over does not.
static bool is_own_text(const struct stage *s, uint32_t instance, const uint8_t *memory, uint32_t at, uint32_t length) {
  const struct image *image = program_image(s->program, instance);
  for (uint32_t i = 0; i < length; i++) {
    uint8_t byte;
    bool weak;
    if (!image || !image_byte(image, (uint64_t)at + i, &byte, &weak) || byte != memory[at + i]) return false;
  }
  return true;
}

static bool is_value(const struct stage *s, const uint8_t *text, uint32_t length) {
  for (size_t i = 0; i < s->made_up_count; i++)
    if (strlen(s->variables[i].value) == length && !memcmp(text, s->variables[i].value, length)) return true;
  return false;
}

// Does the text begin like a made-up name? Those of other experiments with it begin so, or are not ASCII.
static bool is_made_up(const uint8_t *memory, uint64_t size, uint32_t at) {
  return at >= 4 && at + 8 <= size && (!memcmp(memory + at, "QZ_TIDE_", 8) || !memcmp(memory + at, laboratory_made_up[2].name, 8));
}

// Is a made-up name come to from `at` by following pointers?
static bool leads_to_names(const uint8_t *memory, uint64_t size, uint32_t at, unsigned hops, unsigned *budget) {
  if (at < 4 || at >= size || at % 4) return false;
  uint32_t from = at > HOP_BEFORE ? at - HOP_BEFORE : 4, words[(HOP_BEFORE + HOP_BYTES) / 4];
  size_t count = 0;
  for (uint32_t w = from; w < at + HOP_BYTES && (uint64_t)w + 4 <= size && *budget; w += 4) {
    uint32_t word;
    --*budget;
    memcpy(&word, memory + w, sizeof word);
    if (word < 1024 || word >= size) continue;
    if (is_made_up(memory, size, word)) return true;
    words[count++] = word;
  }
  for (size_t i = 0; hops > 1 && i < count && *budget; i++)
    if (leads_to_names(memory, size, words[i], hops - 1, budget)) return true;
  return false;
}

static bool is_asked(const struct stage *s, struct cm_str text) {
  for (size_t i = s->made_up_count; i < s->variable_count; i++)
    if (cm_str_is(text, s->variables[i].name)) return true;
  return false;
}

// The program asks for the name, perhaps: it is in the environment of the next run.
static void ask(struct stage *s, struct cm_str text) {
  if (is_asked(s, text) || s->variable_count == STAGE_VARIABLES) return;
  // Its value is a number, for that is what it may have to be, and no other variable's.
  char *copy = cm_alloc_text(s->arena, text.at, text.size), *value = cm_alloc(s->arena, VALUE_ROOM);
  if (copy && value) {
    snprintf(value, VALUE_ROOM, "%zu", s->variable_count - s->made_up_count + 1);
    s->variables[s->variable_count++] = (struct laboratory_variable){copy, value};
  }
  s->failed |= !copy || !value;
  s->news = true;
}

static void note_key(struct stage *s, struct cm_str text, uint32_t caller, uint32_t callee, uint64_t offset) {
  struct container *out = s->out;
  ask(s, text);
  for (size_t i = 0; i < out->key_count; i++)
    if (out->keys[i].offset == offset && out->keys[i].gid == caller && cm_str_equal(out->keys[i].key, text)) return;
  char *kept = cm_alloc_text(s->program->arena, text.at, text.size);
  if (!kept || !cm_grow(s->program->arena, &out->keys, &out->key_room, out->key_count, sizeof *out->keys)) {
    s->failed = true;
    return;
  }
  out->keys[out->key_count++] = (struct container_key){{kept, text.size}, caller, callee, offset};
}

static void note_other(struct stage *s, struct cm_str text) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->other_count; i++)
    if (cm_str_equal(out->others[i], text)) return;
  char *kept = cm_alloc_text(s->program->arena, text.at, text.size);
  if (kept && cm_grow(s->program->arena, &out->others, &out->other_room, out->other_count, sizeof *out->others))
    out->others[out->other_count++] = (struct cm_str){kept, text.size};
  else
    s->failed = true;
}

static struct container_call *note_call(struct stage *s, uint32_t caller, uint64_t offset) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->call_count; i++)
    if (out->calls[i].gid == caller && out->calls[i].offset == offset) return &out->calls[i];
  if (!cm_grow(s->program->arena, &out->calls, &out->call_room, out->call_count, sizeof *out->calls)) {
    s->failed = true;
    return NULL;
  }
  out->calls[out->call_count] = (struct container_call){.gid = caller, .offset = offset};
  return &out->calls[out->call_count++];
}

static const struct container_call *find_call(const struct container *container, uint32_t gid, uint64_t offset) {
  for (size_t i = 0; i < container->call_count; i++)
    if (container->calls[i].gid == gid && container->calls[i].offset == offset) return &container->calls[i];
  return NULL;
}

bool container_only_fills(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && call->own && !call->other;
}

bool container_is_seen(const struct container *container, uint32_t gid, uint64_t offset) {
  return find_call(container, gid, offset) != NULL;
}

bool container_is_elsewhere(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && call->elsewhere;
}

// --- the container ---

static bool is_copy_at(const struct stage *s, uint64_t address) {
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].from == address && s->copies[i].asked == s->copies_asked) return true;
  return false;
}

// The copy that is touched; NULL: none.
static struct range *copy_at(struct stage *s, uint64_t at, uint64_t size) {
  unsigned asked = laboratory_asked(s->lab);
  for (size_t i = 0; i < s->copy_count; i++)
    if (at < s->copies[i].to && at + size > s->copies[i].from && s->copies[i].asked == asked) return &s->copies[i];
  return NULL;
}

static void add_copy(struct stage *s, uint64_t address, size_t length, size_t variable, bool is_name) {
  if (s->copy_count < STAGE_RANGES)
    s->copies[s->copy_count++] = (struct range){
        .from = address, .to = address + length, .asked = s->copies_asked, .variable = (uint32_t)variable, .is_name = is_name};
}

// Finds `text` where it stands for itself: not as one half of "NAME=value".
static void find_copies(struct stage *s, size_t variable, bool is_name) {
  const char *text = is_name ? s->variables[variable].name : s->variables[variable].value;
  uint64_t size, from = 0, to;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  size_t length = strlen(text);
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (const uint8_t *at = memory + from; (at = memmem(at, (size_t)(memory + to - at), text, length)); at++) {
      uint64_t address = (uint64_t)(at - memory);
      bool half = is_name ? address + length < size && at[length] == '=' : address && at[-1] == '=';
      if (!half) add_copy(s, address, length, variable, is_name);
    }
}

// Names that the program asks for may be short, and stand anywhere. Those in the container are pointed to from where the others are.
static void find_asked(struct stage *s, const uint8_t *memory, uint64_t size, uint64_t around) {
  uint64_t from = around < ENTRIES_AROUND ? 0 : around - ENTRIES_AROUND, to = around + ENTRIES_AROUND;
  for (uint64_t at = from & ~UINT64_C(3); at < to && at + 4 <= size; at += 4) {
    uint32_t word;
    memcpy(&word, memory + at, sizeof word);
    for (size_t i = s->made_up_count; i < s->in_run; i++) {
      size_t length = strlen(s->variables[i].name);
      bool is_it = word >= 4 && word < size && length <= size - word && !memcmp(memory + word, s->variables[i].name, length);
      bool own = is_it && is_own_text(s, s->subject, memory, word, (uint32_t)length);
      if (is_it && !own && memory[word + length] != '=' && !is_copy_at(s, word)) add_copy(s, word, length, i, true);
    }
  }
}

static void find_all_asked(struct stage *s, size_t first) {
  uint64_t size, from = 0, to, last = 0;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  size_t count = s->copy_count;
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (uint64_t at = (from + 3) & ~UINT64_C(3); at + 4 <= to; at += 4) {
      uint32_t word;
      memcpy(&word, memory + at, sizeof word);
      if (word < 4 || (last && at - last < ENTRIES_AROUND / 2)) continue;
      bool points = false;
      for (size_t i = first; i < count && !points; i++) points = s->copies[i].from == word;
      if (!points) continue;
      find_asked(s, memory, size, at);
      last = at;
    }
}

// Where all has come into the container, or where most has: then it is looked for again later.
static void find_container(struct stage *s, bool all) {
  unsigned asked = laboratory_asked(s->lab);
  if (s->subject == UINT32_MAX || s->knows_copies || s->complete_asked == asked || (!all && s->copies_asked == asked)) return;
  size_t first = 0;
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].asked != asked) s->copies[first++] = s->copies[i];
  s->copy_count = first;
  s->copies_asked = asked;
  if (all) s->complete_asked = asked;
  for (size_t i = 0; i < s->made_up_count; i++) {
    find_copies(s, i, true);
    find_copies(s, i, false);
  }
  if (s->in_run > s->made_up_count) find_all_asked(s, first);
}

// --- watching ---

static void leak(struct stage *s) {
  if (!s->leaks && s->depth && s->depth <= STAGE_DEPTH) s->leaking = s->stack[s->depth - 1];
  s->leaks = true;
}

static void remember(struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t count, unsigned texts,
                     unsigned names, bool leads) {
  uint8_t *called = &s->called[(texts & ~names) != 0][gid];
  if (s->call_count == STAGE_CALLS || *called >= STAGE_CALLS_OF || s->parts[gid] > PART_NONE) return;
  struct remembered_call call = {.gid = gid, .texts = (uint8_t)texts, .names = (uint8_t)names, .leads = leads};
  memcpy(call.arguments, arguments, count * sizeof *arguments);
  call.moment = laboratory_remember(s->lab, s->arena);
  s->failed |= !call.moment;
  if (s->failed) return;
  ++*called;
  s->calls[s->call_count++] = call;
}

// The call of a lookup, to be tried where it was made.
static void remember_place(struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t caller, uint64_t offset) {
  for (size_t i = 0; i < s->place_count; i++)
    if (s->places[i].caller == caller && s->places[i].offset == offset) return;
  if (s->place_count == STAGE_PLACES) return;
  const struct core_type *type =
      core_func_type(s->program->instances[s->program->instance_of[gid]].module, program_func(s->program, gid));
  struct place_called *place = &s->places[s->place_count];
  *place = (struct place_called){.caller = caller, .offset = offset, .call = {.gid = gid}};
  memcpy(place->call.arguments, arguments, type->param_count * sizeof *arguments);
  place->call.moment = laboratory_remember(s->lab, s->arena);
  s->failed |= !place->call.moment;
  s->place_count += !s->failed;
}

static struct container_site *add_site(struct stage *s, uint32_t gid, uint32_t callee, uint64_t offset, uint32_t argument) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->site_count; i++)
    if (out->sites[i].gid == gid && out->sites[i].offset == offset) return &out->sites[i];
  if (!cm_grow(s->program->arena, &out->sites, &out->site_room, out->site_count, sizeof *out->sites)) {
    s->failed = true;
    return NULL;
  }
  out->sites[out->site_count] =
      (struct container_site){gid, callee, offset, {.kind = KEY_SPAN, .argument = argument}, false, false, false};
  return &out->sites[out->site_count++];
}

// A text is compared with the beginning of names.
static void note_beginning(struct stage *s, uint32_t caller, uint32_t callee, uint64_t offset) {
  struct container_site *site = add_site(s, caller, callee, offset, 0);
  if (site) site->begins = true;
  leak(s);
}

static void confirm(struct stage *s, struct container_site *site, struct cm_str text) {
  s->news |= !site->confirmed;
  site->confirmed = true;
  note_key(s, text, site->gid, site->callee, site->offset);
}

// Where the address and the length of a variable's value stand.
static void find_slots(struct stage *s, uint32_t variable) {
  uint64_t size, from = 0, to;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  const char *value = s->variables[variable].value;
  uint32_t length = (uint32_t)strlen(value);
  s->slot_count = 0;
  for (; laboratory_written(s->lab, s->subject, &from, &to); from = to)
    for (uint64_t at = (from + 3) & ~UINT64_C(3); at + 2 * WORD <= to && s->slot_count < STAGE_SLOTS; at += WORD) {
      uint32_t words[2];
      memcpy(words, memory + at, sizeof words);
      bool is_it = words[1] == length && words[0] < size && length <= size - words[0] && !memcmp(memory + words[0], value, length);
      if (is_it) s->slots[s->slot_count++] = at;
    }
}

// The site was passed for the name. If the place of its value is written to next, by who wanted to have that place, the name is not asked for
// but set.
static void note_recent(struct stage *s, size_t site, uint32_t variable) {
  if (!s->recent_count || s->recent_name != variable) {
    s->recent_count = 0;
    s->recent_name = variable;
    find_slots(s, variable);
  }
  for (size_t i = 0; i < s->recent_count; i++)
    if (s->recent[i] == site) s->recent_count = i;  // once more
  if (s->recent_count < STAGE_RECENT) s->recent[s->recent_count++] = site;
  s->recent_depth = s->depth - 1;
  s->recent_top = s->recent_depth < STAGE_DEPTH ? s->recent_depth : STAGE_DEPTH;
  memcpy(s->recent_stack, s->stack, s->recent_top * sizeof *s->stack);
}

// The function that is being executed writes to the place of the value, and all that it called to find the place did so for that.
static void note_set(struct stage *s) {
  for (size_t k = 0; k < s->recent_count; k++) s->out->sites[s->recent[k]].sets = true;
  for (size_t i = s->depth ? s->depth - 1 : 0; i < s->recent_top; i++) s->marks[s->recent_stack[i]] |= STAGE_SETS;
}

static bool is_last_name(const struct stage *s, const uint8_t *memory, uint32_t at, uint32_t length) {
  const char *name = s->variables[s->in_run - 1].name;
  return strlen(name) == length && !memcmp(memory + at, name, length);
}

// A function whose part is known is called: `texts` of its arguments are texts, of which `names` are made-up names.
static void play(struct stage *s, uint32_t gid, const union core_value *arguments, const uint8_t *memory, uint64_t size,
                 unsigned texts, unsigned names, unsigned beginnings) {
  enum part part = (enum part)s->parts[gid];
  uint32_t argument = s->part_arguments[gid], caller;
  uint64_t offset;
  if (part == PART_BEGINS) return;
  s->quiet = s->depth;
  // The last one comes into the container: the others are there.
  if (part == PART_NUMBER && names && is_last_name(s, memory, arguments[argument].u32, arguments[argument + 1].u32))
    find_container(s, false);
  if (part == PART_NUMBER) s->probes = PROBES, s->probing_depth = s->depth - 1;
  if (!laboratory_call_site(s->lab, gid, &caller, &offset)) return;
  if (part != PART_COMPARE && texts >> argument & 1) {
    struct container_call *call = note_call(s, caller, offset);
    if (!call) return;
    call->own |= names >> argument & 1;
    call->other |= !(names >> argument & 1);
  }
  if (part == PART_COMPARE) {
    if (beginnings) note_beginning(s, caller, gid, offset);
    // Of the two the one that is no name of the environment is asked for.
    unsigned others = texts & ~names;
    if (!names || !others || (others & (others - 1))) return;
    argument = (uint32_t)__builtin_ctz(others);
  } else if (!(texts >> argument & 1) || names >> argument & 1) {
    return;
  }
  find_container(s, true);
  struct cm_str text = {(const char *)memory + arguments[argument].u32, arguments[argument + 1].u32};
  // A name that was put together is another one in another run.
  if (!is_own_text(s, s->program->instance_of[gid], memory, arguments[argument].u32, (uint32_t)text.size)) return;
  if (part == PART_LOOKUP) {
    remember_place(s, gid, arguments, caller, offset);
    if (!container_is_elsewhere(s->out, caller, offset)) note_key(s, text, caller, gid, offset);
    return;
  }
  struct container_site *site = add_site(s, caller, gid, offset, argument);
  if (!site) return;
  if (part == PART_NUMBER) note_other(s, text);
  int name = stage_name_at(s, memory, size, arguments[argument].u32, arguments[argument + 1].u32);
  if (name >= 0) note_recent(s, (size_t)(site - s->out->sites), (uint32_t)name);
  if (part == PART_COMPARE || site->confirmed) {
    confirm(s, site, text);
    return;
  }
  // A number is of interest where the name is then found in the container. That is seen when it is there.
  ask(s, text);
  if (name < 0) return;
  s->waiting = (size_t)(site - s->out->sites) + 1;
  s->waiting_depth = s->depth;
  s->waiting_caller = s->depth - 1;
  s->waits = READS_WAITED;
  s->waiting_name = (uint32_t)name;
}

static void on_enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct stage *s = context;
  uint32_t caller;
  if (s->depth && s->depth <= STAGE_DEPTH && s->knows_copies &&
      !laboratory_call_site(s->lab, gid, &caller, &s->offsets[s->depth - 1]))
    s->offsets[s->depth - 1] = 0;
  if (s->depth < STAGE_DEPTH) s->stack[s->depth] = gid, s->offsets[s->depth] = 0;
  s->depth++;
  if (s->quiet || !laboratory_asked(s->lab) || s->failed) return;
  uint32_t instance = s->program->instance_of[gid];
  const struct core_type *type = core_func_type(s->program->instances[instance].module, program_func(s->program, gid));
  if (!type || type->param_count < 2 || type->param_count > STAGE_PARAMS) return;
  if (s->parts[gid] == PART_NONE && s->called[0][gid] >= STAGE_CALLS_OF && s->called[1][gid] >= STAGE_CALLS_OF) return;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  unsigned texts = 0, names = 0, beginnings = 0;
  for (uint32_t i = 0; memory && i + 1 < type->param_count; i++) {
    if (type->params[i].code != CORE_I32 || type->params[i + 1].code != CORE_I32) continue;
    uint32_t at = arguments[i].u32, length = arguments[i + 1].u32;
    if (length < TEXT_LEAST || length >= STAGE_NAME_ROOM || at < 4 || at >= size || length > size - at) continue;
    int name = stage_name_at(s, memory, size, at, length);
    bool made_up = name >= 0 && ((size_t)name < s->made_up_count || !is_own_text(s, instance, memory, at, length));
    if (!made_up && (!is_printable(memory + at, length) || is_value(s, memory + at, length))) continue;
    texts |= 1U << i;
    if (made_up) names |= 1U << i;
    if (!made_up && is_made_up(memory, size, at)) beginnings |= 1U << i;
  }
  if (!texts) return;
  if (s->parts[gid] > PART_NONE) {
    play(s, gid, arguments, memory, size, texts, names, beginnings);
    return;
  }
  bool leads_beside = false;
  unsigned budget = HOPS_MOST;
  for (uint32_t i = 0; i < type->param_count && !leads_beside; i++)
    leads_beside =
        type->params[i].code == CORE_I32 && !(texts >> i & 1) && leads_to_names(memory, size, arguments[i].u32, HOPS, &budget);
  bool leads = names || leads_beside;
  if (leads) remember(s, gid, arguments, type->param_count, texts, names, leads_beside);
}

static void on_leave(void *context, uint32_t gid, bool returned) {
  (void)gid;
  (void)returned;
  struct stage *s = context;
  if (s->depth) s->depth--;
  if (s->depth < s->direct) s->direct = 0;
  if (s->depth < s->quiet) s->quiet = 0;
  if (s->depth < s->waiting_depth) s->waiting_depth = 0;
  // Who wanted the number has come to its end.
  if (s->depth < s->waiting_caller) s->waiting = 0;
  if (s->depth < s->probing_depth) s->probes = 0;
  if (s->depth < s->recent_depth) s->recent_depth = s->depth;
}

// Memory is used for one thing after the other.
static bool is_still_there(const struct stage *s, const struct range *copy) {
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  const struct laboratory_variable *v = &s->variables[copy->variable];
  return copy->to <= size && !memcmp(memory + copy->from, copy->is_name ? v->name : v->value, (size_t)(copy->to - copy->from));
}

// Does the host get a text of the container?
static void see_handed(struct stage *s, uint32_t at, uint32_t length) {
  const struct range *copy = length ? copy_at(s, at, length) : NULL;
  if (copy && copy->variable < s->made_up_count && is_still_there(s, copy)) leak(s);
}

static void on_imported(void *context, const struct laboratory_import *import) {
  struct stage *s = context;
  if (s->subject == UINT32_MAX) return;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  for (uint32_t i = 0; !import->environment && i + 1 < import->type->param_count; i++) {
    bool pair = import->type->params[i].code == CORE_I32 && import->type->params[i + 1].code == CORE_I32;
    uint32_t at = import->arguments[i].u32, length = import->arguments[i + 1].u32;
    if (pair && length < HANDED_MOST) see_handed(s, at, length);
  }
  for (uint32_t i = 0; i < import->vector_count && i < VECTORS_MOST; i++) {
    uint64_t at = (uint64_t)import->vectors + (uint64_t)i * 2 * WORD;
    uint32_t words[2];
    if (at + sizeof words > size) break;
    memcpy(words, memory + at, sizeof words);
    see_handed(s, words[0], words[1]);
  }
  if (!import->environment) return;
  size_t at = s->depth < STAGE_DEPTH ? s->depth : STAGE_DEPTH;
  while (at && s->program->instance_of[s->stack[at - 1]] != s->subject) at--;
  if (!at) return;
  s->direct = at;
  s->marks[s->stack[at - 1]] |= STAGE_DIRECT;
}

// A comparison that was inlined, with what stands in the place that a number leads to.
static bool is_probe(struct stage *s, uint64_t size) {
  if (!s->probes || s->depth != s->probing_depth || size > PROBE_BYTES) return false;
  s->probes--;
  return true;
}

// Have all texts that belong there come into the container?
static bool is_filled(const struct stage *s) {
  unsigned asked = laboratory_asked(s->lab);
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].asked == asked && s->copies[i].variable < s->made_up_count &&
        s->copies[i].written < s->copies[i].to - s->copies[i].from)
      return false;
  return true;
}

// Does the function that fills the container itself compare a name with those that are there already?
static bool is_filling(const struct stage *s) {
  if (!s->depth || s->depth > STAGE_DEPTH) return false;
  const struct container_loop *loop = &s->out->loops[s->stack[s->depth - 1]];
  uint64_t last = s->offsets[s->depth - 1];
  return last >= loop->from && last < loop->to && !is_filled(s);
}

static void on_read(void *context, uint64_t at, uint64_t size) {
  struct stage *s = context;
  bool waits = s->waiting && !s->waiting_depth;
  if (s->quiet && !waits) return;
  const struct range *copy = copy_at(s, at, size);
  if (waits && copy && copy->variable == s->waiting_name) {
    const char *name = s->variables[s->waiting_name].name;
    confirm(s, &s->out->sites[s->waiting - 1], (struct cm_str){name, strlen(name)});
    s->waiting = 0;
  } else if (waits && !--s->waits) {
    s->waiting = 0;
  }
  if (s->quiet || is_probe(s, size) || !copy || copy->variable >= s->made_up_count) return;
  if (!is_still_there(s, copy) || is_filling(s)) return;
  leak(s);
}

static void on_write(void *context, uint64_t at, uint64_t size) {
  struct stage *s = context;
  for (size_t i = 0; i < s->slot_count && s->recent_count && s->depth <= s->recent_depth && size <= STORE_MOST; i++)
    if (at < s->slots[i] + WORD && at + size > s->slots[i]) note_set(s);
  struct range *copy = copy_at(s, at, size);
  if (!copy || copy->written >= copy->to - copy->from) return;  // or it is given up
  copy->written += size;
  for (size_t i = 0; i < s->depth && i < STAGE_DEPTH; i++) {
    uint32_t gid = s->stack[i];
    s->marks[gid] |= STAGE_FILLS;
    if (s->direct && i + 1 > s->direct) s->marks[gid] |= STAGE_WITHIN;
    // Where it is filled more than once, the first time counts.
    if (!s->epochs[gid]) s->epochs[gid] = laboratory_asked(s->lab);
    if (s->offsets[i] && laboratory_asked(s->lab) == s->epochs[gid]) s->last_fill[gid] = s->offsets[i];
  }
}

// --- runs ---

static bool is_whole_program(const struct program *program, uint32_t gid) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  return program->is_entry[gid] && type && !type->param_count && !program_is_slot(program, gid);
}

// Runs what can be started; true where all of it came to its end. The container stays where it was if nothing changed since the last run.
static bool run(struct stage *s, size_t variables, bool same_as_before) {
  bool ended = true;
  size_t started = 0;
  s->in_run = variables;
  laboratory_set_environment(s->lab, s->variables, s->in_run);
  s->news = s->leaks = false;
  s->knows_copies = same_as_before;
  if (!same_as_before) s->copy_count = 0;
  for (size_t i = 0; i < s->copy_count; i++) s->copies[i].written = 0;
  s->watcher = (struct laboratory_observer){
      .context = s, .enter = on_enter, .leave = on_leave, .imported = on_imported, .instance = s->subject};
  if (s->subject != UINT32_MAX) s->watcher.read = on_read, s->watcher.write = on_write;
  for (uint32_t gid = 0; gid < s->program->func_count && started < ENTRIES_MOST; gid++) {
    if (!is_whole_program(s->program, gid)) continue;
    union core_value results[4] = {0};
    const struct core_type *type =
        core_func_type(s->program->instances[s->program->instance_of[gid]].module, program_func(s->program, gid));
    if (type->result_count > 4) continue;
    started++;
    laboratory_reset(s->lab);
    s->depth = s->quiet = s->waiting = s->waiting_depth = s->direct = 0;
    s->probes = 0;
    s->recent_count = s->slot_count = 0;
    s->copies_asked = s->complete_asked = 0;
    laboratory_observe(s->lab, &s->watcher);
    bool back = laboratory_call(s->lab, gid, NULL, results, FUEL);
    laboratory_observe(s->lab, NULL);
    ended &= back || laboratory_exited(s->lab);
  }
  return ended && started;
}

// Keys that were asked for at a site that is none go with it.
static void drop_keys(struct stage *s, uint32_t gid, uint64_t offset) {
  struct container *out = s->out;
  size_t kept = 0;
  for (size_t i = 0; i < out->key_count; i++) {
    if (out->keys[i].gid != gid || out->keys[i].offset != offset) {
      out->keys[kept++] = out->keys[i];
    } else {
      note_other(s, out->keys[i].key);
    }
  }
  out->key_count = kept;
}

static void drop_sites(struct stage *s) {
  struct container *out = s->out;
  size_t kept = 0;
  for (size_t i = 0; i < out->site_count; i++) {
    const struct container_site *site = &out->sites[i];
    if (site->confirmed && !site->sets && !site->begins)
      out->sites[kept++] = *site;
    else
      drop_keys(s, site->gid, site->offset);
  }
  out->site_count = kept;
  // What is asked for as well counts.
  kept = 0;
  for (size_t i = 0; i < out->other_count; i++) {
    bool asked = false;
    for (size_t k = 0; k < out->key_count && !asked; k++) asked = cm_str_equal(out->keys[k].key, out->others[i]);
    if (!asked) out->others[kept++] = out->others[i];
  }
  out->other_count = kept;
}

// The outermost loop that `offset` is in: from the instruction to what comes behind its end. False: it is in none.
static bool find_loop(const struct stage *s, uint32_t gid, uint64_t offset, struct container_loop *out) {
  const struct core_module *module = s->program->instances[s->program->instance_of[gid]].module;
  struct core_code code;
  if (!core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return false;
  uint64_t from = 0;
  size_t depth = 0, outermost = 0;
  for (struct core_instr i; core_code_next(&code, &i);) {
    uint64_t at = (uint64_t)(i.at - module->file);
    if (!from && at > offset) return false;
    switch (i.op) {
      case CORE_OP_LOOP:
        if (!from) from = at, outermost = depth;
        depth++;
        break;
      case CORE_OP_BLOCK:
      case CORE_OP_IF:
      case CORE_OP_TRY:
      case CORE_OP_TRY_TABLE: depth++; break;
      case CORE_OP_END:
        if (depth) depth--;
        if (!from || depth != outermost) break;
        if (at > offset) {
          *out = (struct container_loop){from, at + 1};
          return true;
        }
        from = 0;
        break;
      default: break;
    }
  }
  return false;
}

static void find_loops(struct stage *s) {
  for (uint32_t gid = 0; gid < s->program->func_count; gid++)
    if (s->marks[gid] & STAGE_DIRECT && s->last_fill[gid] && !s->out->loops[gid].to)
      s->news |= find_loop(s, gid, s->last_fill[gid], &s->out->loops[gid]);
}

static bool is_like_name(const uint8_t *text, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    bool letter = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z', digit = text[i] >= '0' && text[i] <= '9';
    if (!letter && text[i] != '_' && (!i || (!digit && text[i] != '-' && text[i] != '.'))) return false;
  }
  return true;
}

// A text that is constant where a function is called that may compare it, is perhaps a name that is looked for by a number that the compiler
// made of it.
static void ask_constants_of(struct stage *s, uint32_t gid) {
  uint32_t instance = s->program->instance_of[gid];
  const struct core_module *module = s->program->instances[instance].module;
  const struct image *image = program_image(s->program, instance);
  struct core_code code;
  if (!image || !core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return;
  uint32_t before = 0, text = 0, length = 0;
  unsigned age = CONSTANT_AGE;
  bool was_const = false;
  for (struct core_instr i; core_code_next(&code, &i); age++) {
    bool is_const = i.op == CORE_OP_I32_CONST;
    if (is_const && was_const) text = before, length = (uint32_t)i.i32, age = 0;
    if (is_const) before = (uint32_t)i.i32;
    was_const = is_const;
    if (i.op != CORE_OP_CALL || age >= CONSTANT_AGE || !length || length >= STAGE_NAME_ROOM) continue;
    const struct core_type *type = core_func_type(module, i.index);
    if (!type || type->param_count < 4) continue;
    uint8_t name[STAGE_NAME_ROOM];
    uint32_t k = 0;
    bool weak;
    while (k < length && image_byte(image, (uint64_t)text + k, &name[k], &weak)) k++;
    if (k == length && is_like_name(name, length)) ask(s, (struct cm_str){(const char *)name, length});
  }
}

static void ask_constants(struct stage *s) {
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    bool asks = s->marks[gid] & STAGE_FILLS && !(s->marks[gid] & STAGE_WITHIN) && s->program->instance_of[gid] == s->subject;
    if (asks && s->parts[gid] <= PART_NONE) ask_constants_of(s, gid);
  }
}

// Lookups that find nothing where they are called.
static void test_places(struct stage *s) {
  for (; s->tested_count < s->place_count && !s->failed; s->tested_count++) {
    const struct place_called *place = &s->places[s->tested_count];
    struct container_call *call = note_call(s, place->caller, place->offset);
    if (!call || stage_finds(s, &place->call)) continue;
    call->elsewhere = true;
    drop_keys(s, place->caller, place->offset);
  }
}

static bool asks_for_some(const struct stage *s, uint32_t gid) {
  for (size_t i = 0; i < s->out->key_count; i++)
    if (s->out->keys[i].gid == gid) return true;
  return false;
}

static void rehearse(struct stage *s) {
  bool ended = false, same = false;
  for (unsigned i = 0; i < RUNS_MOST && !s->failed; i++) {
    size_t variables = s->variable_count;
    ended = run(s, variables, same);
    bool settled = same && !s->news;
    find_loops(s);
    stage_try_calls(s);
    test_places(s);
    if (s->subject != UINT32_MAX) ask_constants(s);
    if (settled && !s->news) break;
    same = s->variable_count == variables && s->subject != UINT32_MAX && !s->news;
    if (i + 1 == RUNS_MOST) ended = false;
  }
  // Where names are there that it asks for, the program may leave out what it does when they are not.
  bool leaks = s->leaks;
  uint32_t leaking = s->leaking;
  for (unsigned i = 0; i < 2 && !s->failed; i++) run(s, s->made_up_count, i != 0);
  if (leaks) s->leaks = true, s->leaking = leaking;
  drop_sites(s);
  bool asks = s->out->lookup_count || s->out->site_count;
  s->out->ended = ended;
  s->out->leaking = s->leaks ? s->leaking : UINT32_MAX;
  if (!ended || s->leaks || !asks || !s->copy_count) return;
  for (uint32_t gid = 0; gid < s->program->func_count; gid++) {
    unsigned marks = s->marks[gid];
    if (marks & STAGE_SETS && !asks_for_some(s, gid)) s->out->fillers[gid] = 1;
    if (!(marks & STAGE_FILLS)) continue;
    s->out->closed[gid] = 1;
    s->out->fillers[gid] |= !asks_for_some(s, gid) && marks & (STAGE_WITHIN | STAGE_DIRECT);
  }
}

bool container_rehearse(struct program *program, const uint32_t *known, struct container *out) {
  struct cm_arena arena;
  cm_arena_init(&arena, program->arena->allocator);
  *out = (struct container){.leaking = UINT32_MAX, .closed = cm_alloc_array(program->arena, program->func_count, 1)};
  out->fillers = cm_alloc_array(program->arena, program->func_count, 1);
  out->loops = cm_alloc_array(program->arena, program->func_count, sizeof *out->loops);
  struct stage *s = cm_alloc(&arena, sizeof *s);
  bool ok = s && out->closed && out->fillers && out->loops;
  if (ok) {
    *s = (struct stage){.program = program, .arena = &arena, .out = out, .known = known, .subject = UINT32_MAX};
    s->parts = cm_alloc_array(&arena, program->func_count, 1);
    s->part_arguments = cm_alloc_array(&arena, program->func_count, 1);
    for (unsigned i = 0; i < 2; i++) s->called[i] = cm_alloc_array(&arena, program->func_count, 1);
    s->marks = cm_alloc_array(&arena, program->func_count, 1);
    s->last_fill = cm_alloc_array(&arena, program->func_count, sizeof *s->last_fill);
    s->epochs = cm_alloc_array(&arena, program->func_count, sizeof *s->epochs);
    ok = s->epochs && s->parts && s->part_arguments && s->called[0] && s->called[1] && s->marks && s->last_fill;
  }
  if (ok) {
    for (size_t i = 0; i < LABORATORY_MADE_UP; i++) s->variables[s->variable_count++] = laboratory_made_up[i];
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) s->variables[s->variable_count++] = more[i];
    s->made_up_count = s->variable_count;
    s->lab = laboratory_open_lively(program, s->variables, s->variable_count);
    if (s->lab) rehearse(s);
    laboratory_close(s->lab);
    ok = !s->failed;
  }
  cm_arena_free(&arena);
  return ok;
}
