// What is seen while the program runs.
//
// Calls whose functions are not known yet are remembered, to be tried later, when they are given a text and something that leads to the
// made-up variables. Of those that are known it is noted what they are asked for, and where. Meanwhile it is seen whether the texts in the
// container are read, or handed to the host, by anything else.

#include "container_stage.h"

#include <string.h>

enum {
  HOPS = 3,
  HOP_BEFORE = 32,
  HOP_BYTES = 640,
  HOPS_MOST = 12000,
  TEXT_LEAST = 1,
  HANDED_MOST = 4096,
  VECTORS_MOST = 32,
  WORD = 4,
  COMPARED_LEAST = 24,
  FRAME = 4096,
};

static bool is_value(const struct stage *s, const uint8_t *text, uint32_t length) {
  for (size_t i = 0; i < s->foreign_count; i++)
    if (strlen(s->variables[i].value) == length && !memcmp(text, s->variables[i].value, length)) return true;
  return false;
}

// Does the text begin like a made-up name? Those of other experiments with it begin so, or are not ASCII.
static bool is_made_up(const uint8_t *memory, uint64_t size, uint32_t at) {
  return at >= 4 && at + 8 <= size && (!memcmp(memory + at, "QZ_Tide_", 8) || !memcmp(memory + at, laboratory_made_up[2].name, 8));
}

// Is a made-up name come to from `at` by following pointers?
static bool leads_by_hops(const uint8_t *memory, uint64_t size, uint32_t at, unsigned hops, unsigned *budget) {
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
    if (leads_by_hops(memory, size, words[i], hops - 1, budget)) return true;
  return false;
}

// The shortest ways first: there are many.
static bool leads_to_names(const uint8_t *memory, uint64_t size, uint32_t at, unsigned *budget) {
  for (unsigned hops = 1; hops <= HOPS; hops++)
    if (leads_by_hops(memory, size, at, hops, budget)) return true;
  return false;
}

// Does the object at `at`, small as objects of programs are, lead to a made-up name? What lies around it counts only where it is no frame's.
static bool object_leads(const struct stage *s, const uint8_t *memory, uint64_t size, uint32_t at, uint64_t frames, unsigned hops,
                         unsigned *budget) {
  if (at < WORD || at % WORD) return false;
  for (uint32_t from = at; from < at + STAGE_OBJECT && (uint64_t)from + WORD <= size && *budget; from += WORD) {
    uint32_t word;
    --*budget;
    memcpy(&word, memory + from, sizeof word);
    if (word < WORD || word >= size) continue;
    bool in_frame = word >= frames && word < s->stack_top;
    if (in_frame ? hops > 1 && object_leads(s, memory, size, word, frames, hops - 1, budget)
                 : is_made_up(memory, size, word) || leads_to_names(memory, size, word, budget))
      return true;
  }
  return false;
}

bool stage_leads(const struct stage *s, uint32_t gid, const union core_value *arguments) {
  uint32_t instance = s->program->instance_of[gid], stack = s->program->instances[instance].stack_global;
  const struct core_type *type = core_func_type(s->program->instances[instance].module, program_func(s->program, gid));
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  const union core_value *frames = stack == UINT32_MAX ? NULL : laboratory_global(s->lab, instance, stack);
  unsigned budget = HOPS_MOST;
  for (uint32_t i = 0; type && i < type->param_count; i++)
    if (type->params[i].code == CORE_I32 &&
        object_leads(s, memory, size, arguments[i].u32, frames ? frames->u32 : UINT64_MAX, HOPS, &budget))
      return true;
  return false;
}

// The same of variables whose addresses its code has: a container that all of the program shares is handed to nobody.
bool stage_code_leads(struct stage *s, uint32_t gid) {
  uint32_t instance = s->program->instance_of[gid];
  const struct core_module *module = s->program->instances[instance].module;
  struct core_code code;
  struct core_instr i;
  unsigned budget = HOPS_MOST;
  bool is_const = false, leads = false;
  uint32_t number = 0, word;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  if (!memory || !core_code_begin(&code, s->arena, module, program_func(s->program, gid), NULL, NULL, NULL)) return false;
  while (!leads && budget && code_next(&code, &i)) {
    if (i.op == CORE_OP_I32_LOAD && is_const && number + i.mem.offset + sizeof word <= size) {
      memcpy(&word, memory + number + i.mem.offset, sizeof word);
      leads = word >= s->stack_top && leads_to_names(memory, size, word, &budget);
    }
    is_const = i.op == CORE_OP_I32_CONST;
    if (is_const) number = (uint32_t)i.i32;
  }
  return leads;
}

void stage_leak_of(struct stage *s, uint32_t variable) {
  enum { LEAKED_LEAST = 3 };
  if (!s->is_made) {
    stage_leak(s);
  } else if (!s->leaked[variable]) {
    s->leaked[variable] = 1;
    if (++s->leaked_count >= LEAKED_LEAST) stage_leak(s);
  }
}

void stage_leak(struct stage *s) {
  if (!s->leaks && s->depth && s->depth <= STAGE_DEPTH) s->leaking = s->stack[s->depth - 1];
  s->leaks = true;
}

uint64_t stage_digest_given(const struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t count,
                            unsigned texts) {
  uint64_t size, digest = 0;
  const uint8_t *memory = laboratory_memory(s->lab, s->program->instance_of[gid], &size);
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t k = 0; memory && !((texts | texts << 1) >> i & 1) && k < STAGE_OBJECT && (uint64_t)arguments[i].u32 + k < size;
         k++)
      digest = (digest ^ memory[arguments[i].u32 + k]) * UINT64_C(0x100000001b3);
  return digest;
}

// Enough calls of the function are remembered, or there is no room. What is given other things each time may be given the container by one call of
// many.
static bool is_known(const struct stage *s, uint32_t gid, unsigned texts, unsigned names, uint64_t given) {
  if (s->arena->total > STAGE_MEMORY || s->call_count == STAGE_CALLS || s->parts[gid] > PART_NONE) return true;
  uint8_t called = s->called[(texts & ~names) != 0][gid];
  if (called < STAGE_CALLS_OF) return false;
  for (size_t i = 0; i < s->call_count; i++)
    if (s->calls[i].gid == gid && s->calls[i].given == given) return true;
  return called >= STAGE_CALLS_OTHER;
}

static void remember(struct stage *s, uint32_t gid, const union core_value *arguments, uint32_t count, unsigned texts,
                     unsigned names, bool leads, uint64_t given) {
  uint8_t *called = &s->called[(texts & ~names) != 0][gid];
  struct remembered_call call = {.gid = gid, .texts = (uint8_t)texts, .names = (uint8_t)names, .leads = leads, .given = given};
  memcpy(call.arguments, arguments, count * sizeof *arguments);
  call.moment = laboratory_remember(s->lab, s->arena);
  s->failed |= !call.moment;
  if (s->failed) return;
  ++*called;
  s->calls[s->call_count++] = call;
}

struct container_site *stage_add_site(struct stage *s, uint32_t gid, uint32_t callee, uint64_t offset, uint32_t argument) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->site_count; i++)
    if (out->sites[i].gid == gid && out->sites[i].offset == offset) return &out->sites[i];
  if (!cm_grow(s->program->arena, &out->sites, &out->site_room, out->site_count, sizeof *out->sites)) {
    s->failed = true;
    return NULL;
  }
  out->sites[out->site_count] =
      (struct container_site){gid, callee, offset, {.kind = KEY_SPAN, .argument = argument}, .confirmed = false};
  return &out->sites[out->site_count++];
}

// A text is compared with the beginning of names.
static void note_beginning(struct stage *s, uint32_t caller, uint32_t callee, uint64_t offset) {
  struct container_site *site = stage_add_site(s, caller, callee, offset, 0);
  if (site) site->begins = true;
  stage_leak(s);
}

// Marks all functions that are being executed.
void stage_mark(struct stage *s, unsigned mark) {
  for (size_t i = 0; i < s->depth && i < STAGE_DEPTH; i++) s->marks[s->stack[i]] |= (uint8_t)mark;
}

// The site compares the text with the name of another variable: how many were there?
static unsigned note_compared(struct stage *s, struct container_site *site, const uint8_t *memory, uint64_t size, uint32_t at,
                              uint32_t length) {
  int variable = stage_name_at(s, memory, size, at, length);
  if (variable >= 0) site->compared |= UINT64_C(1) << ((unsigned)variable & 63);
  return (unsigned)__builtin_popcountll(site->compared);
}

static bool is_last_name(const uint8_t *memory, uint32_t at, uint32_t length) {
  return strlen(stage_last.name) == length && !memcmp(memory + at, stage_last.name, length);
}

// Where the program was made to take a way, it may compare a text of its own with none. Where the name is there, it is compared with itself if it is
// looked for there.
static void ask_astray(struct stage *s, uint32_t gid, const union core_value *arguments, const uint8_t *memory, uint32_t argument) {
  struct cm_str text = {(const char *)memory + arguments[argument].u32, arguments[argument + 1].u32};
  if (s->is_made && stage_is_own_text(s, s->program->instance_of[gid], memory, arguments[argument].u32, (uint32_t)text.size))
    stage_ask(s, text);
}

// Is it the copy, in another container, of a name that the program knows? Where the environment's copies are not known yet, nobody knows; where that
// of this name was not found, one that is compared with itself may be it.
static bool is_of_other(struct stage *s, const uint8_t *memory, uint64_t size, const union core_value *entry,
                        const union core_value *text) {
  int name = stage_name_at(s, memory, size, entry[0].u32, entry[1].u32);
  if (name < 0 || (size_t)name < s->foreign_count) return false;
  bool equal = entry[1].u32 == text[1].u32 && !memcmp(memory + entry[0].u32, memory + text[0].u32, text[1].u32);
  if (equal) stage_find_container(s, true);
  if (!s->knows_copies) return true;
  if (!stage_has_copy(s, (uint32_t)name)) return !equal;
  const struct range *copy = stage_copy_at(s, entry[0].u32, entry[1].u32);
  return !copy || !copy->is_name;
}

// What is looked for there is found in another container.
static void note_other(struct stage *s, uint32_t gid, const union core_value *arguments, const uint8_t *memory, uint64_t size,
                       uint32_t entry, uint32_t argument, uint32_t caller, uint64_t offset) {
  int name = stage_name_at(s, memory, size, arguments[entry].u32, arguments[entry + 1].u32);
  struct cm_str text = {(const char *)memory + arguments[argument].u32, arguments[argument + 1].u32};
  if (s->knows_copies && !s->is_made && name >= 0 && stage_has_copy(s, (uint32_t)name) &&
      stage_is_own_text(s, s->program->instance_of[gid], memory, arguments[argument].u32, (uint32_t)text.size))
    stage_note_elsewhere(s, text, caller, offset);
}

// A text is compared with another one of the program's own, which is the same, though the environment has that name: it is found in another container.
static void see_own(struct stage *s, const union core_value *arguments, const uint8_t *memory, uint64_t size, unsigned others,
                    uint32_t caller, uint64_t offset) {
  if (__builtin_popcount(others) != 2 || !s->knows_copies || s->is_made) return;
  const union core_value *one = &arguments[__builtin_ctz(others)], *two = &arguments[__builtin_ctz(others & (others - 1))];
  bool same = one[0].u32 != two[0].u32 && one[1].u32 == two[1].u32 && !memcmp(memory + one->u32, memory + two->u32, one[1].u32);
  if (same && stage_name_at(s, memory, size, one[0].u32, one[1].u32) >= 0)
    stage_note_elsewhere(s, (struct cm_str){(const char *)memory + one->u32, one[1].u32}, caller, offset);
}

// A function whose part is known is called: `texts` of its arguments are texts, of which `names` are made-up names.
static void play(struct stage *s, uint32_t gid, const union core_value *arguments, const uint8_t *memory, uint64_t size,
                 unsigned texts, unsigned names, unsigned beginnings) {
  enum part part = (enum part)s->parts[gid];
  uint32_t argument = s->part_arguments[gid], entry = 0, caller;
  uint64_t offset;
  if (part == PART_BEGINS) return;
  s->quiet = s->depth;
  // The last one comes into the container: the others are there.
  if (part == PART_NUMBER && names && is_last_name(memory, arguments[argument].u32, arguments[argument + 1].u32))
    stage_find_container(s, false);
  if (!laboratory_call_site(s->lab, gid, &caller, &offset)) return;
  if (part != PART_COMPARE && texts >> argument & 1) {
    struct container_call *call = stage_note_call(s, caller, offset);
    if (!call) return;
    call->own |= names >> argument & 1;
    call->other |= !(names >> argument & 1);
  }
  if (part == PART_COMPARE) {
    if (beginnings) note_beginning(s, caller, gid, offset);
    // Of the two the one that is no name of the environment is asked for.
    unsigned others = texts & ~names;
    see_own(s, arguments, memory, size, others, caller, offset);
    if (!others || (others & (others - 1))) return;
    if (!names) {
      ask_astray(s, gid, arguments, memory, (uint32_t)__builtin_ctz(others));
      return;
    }
    argument = (uint32_t)__builtin_ctz(others);
    entry = (uint32_t)__builtin_ctz(names);
    if (is_of_other(s, memory, size, &arguments[entry], &arguments[argument])) {
      note_other(s, gid, arguments, memory, size, entry, argument, caller, offset);
      return;
    }
  } else if (!(texts >> argument & 1) || names >> argument & 1) {
    return;
  }
  stage_find_container(s, true);
  stage_mark(s, STAGE_ASKS);
  struct cm_str text = {(const char *)memory + arguments[argument].u32, arguments[argument + 1].u32};
  // A name that was put together is another one in another run.
  if (!stage_is_own_text(s, s->program->instance_of[gid], memory, arguments[argument].u32, (uint32_t)text.size)) return;
  if (part == PART_LOOKUP) {
    bool remembered = stage_remember_place(s, gid, arguments, caller, offset, text);
    int variable = stage_name_at(s, memory, size, arguments[argument].u32, arguments[argument + 1].u32);
    if (variable >= 0) {
      stage_seek(s, caller, offset, (uint32_t)variable, true);
      stage_look(s, gid, caller, offset, (uint32_t)variable);
    }
    // On a way that it was made to take the program may set it; what is asked for there is found in its code.
    if (s->is_made)
      stage_ask(s, text);
    else if (!remembered && !container_is_elsewhere(s->out, caller, offset) && !container_is_unsure(s->out, caller, offset))
      stage_note_key(s, text, caller, gid, offset);
    return;
  }
  struct container_site *site = stage_add_site(s, caller, gid, offset, argument);
  if (!site) return;
  if (part == PART_NUMBER) stage_note_other(s, text);
  int name = stage_name_at(s, memory, size, arguments[argument].u32, arguments[argument + 1].u32);
  if (name >= 0) {
    stage_set_passed(s, (size_t)(site - s->out->sites), (uint32_t)name, part == PART_NUMBER);
    stage_seek(s, caller, offset, (uint32_t)name, part == PART_NUMBER);
  }
  // Where the program is made to take a way, it may have gone astray and compare what it found there.
  bool strays = s->is_made && part == PART_COMPARE && !site->confirmed &&
                (arguments[entry + 1].u32 != text.size || memcmp(memory + arguments[entry].u32, text.at, text.size) != 0) &&
                note_compared(s, site, memory, size, arguments[entry].u32, arguments[entry + 1].u32) < COMPARED_LEAST;
  s->strayed |= strays;
  if (strays) {
    stage_ask(s, text);  // where it is there, it is compared with itself if it is looked for there
    return;
  }
  if (part == PART_COMPARE) {
    stage_confirm(s, site, text);
    s->sought.met |= arguments[entry + 1].u32 == text.size && !memcmp(memory + arguments[entry].u32, text.at, text.size);
    int with = stage_name_at(s, memory, size, arguments[entry].u32, arguments[entry + 1].u32);
    if (with >= 0 && (size_t)with < s->foreign_count && arguments[entry + 1].u32 == text.size) stage_note_among(s, site, text);
    return;
  }
  // Where the program is made to take a way, it may be taken to another name's place.
  if (s->is_made && site->passed && !site->confirmed) return;
  site->passed |= !s->is_made;
  // A number is of interest where the name is then found in the container. That is seen when it is there.
  stage_ask(s, text);
  if (name >= 0) stage_wait(s, site, (uint32_t)name);
}

// Have all texts that belong there come into the container?
static bool is_filled(const struct stage *s) {
  unsigned asked = laboratory_asked(s->lab);
  for (size_t i = 0; i < s->copy_count; i++)
    if (s->copies[i].asked == asked && s->copies[i].variable < s->foreign_count &&
        s->copies[i].written < s->copies[i].to - s->copies[i].from)
      return false;
  return true;
}

// Is who asked the host for the environment still at the call, or in the loop, that fills the container?
static bool fills_yet(const struct stage *s) {
  if (!s->direct || s->direct > s->depth || s->direct > STAGE_DEPTH) return false;
  uint32_t gid = s->stack[s->direct - 1];
  uint64_t at = s->offsets[s->direct - 1];
  return at && (at == s->last_fill[gid] || (at >= s->out->loops[gid].from && at < s->out->loops[gid].to));
}

// Is it a part of a name in the container, but not all of it?
static bool is_part_of_name(struct stage *s, uint32_t instance, uint32_t at, uint32_t length) {
  const struct range *copy = instance == s->subject ? stage_copy_at(s, at, length) : NULL;
  return copy && copy->is_name && (at != copy->from || at + length != copy->to);
}

// Does who has the container filled make the number of a text, perhaps? A lookup that was inlined into him goes on from there.
static bool makes_number(const struct stage *s, const struct core_type *type) {
  if (type->param_count != 2 || type->result_count != 1 || s->depth < 2 || s->depth > STAGE_DEPTH) return false;
  unsigned marks = s->marks[s->stack[s->depth - 2]];
  return marks & STAGE_FILLS && !(marks & STAGE_WITHIN);
}

static void on_enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct stage *s = context;
  uint32_t caller;
  if (s->depth && s->depth <= STAGE_DEPTH && s->knows_copies &&
      !laboratory_call_site(s->lab, gid, &caller, &s->offsets[s->depth - 1]))
    s->offsets[s->depth - 1] = 0;
  if (s->explores && !s->filled) s->filled = s->knows_copies && laboratory_asked(s->lab) && is_filled(s) && !fills_yet(s);
  if (s->explores) stage_way_entered(s, gid, arguments);
  if (s->depth < STAGE_DEPTH) s->stack[s->depth] = gid, s->offsets[s->depth] = 0;
  s->depth++;
  s->marks[gid] |= STAGE_ENTERED;
  // An allocator that collects what nobody has any more reads all that stands in its blocks.
  if (!s->quiet && s->allocators[gid] && !s->program->is_entry[gid]) s->quiet = s->depth;
  if (s->quiet || !laboratory_asked(s->lab) || s->failed) return;
  uint32_t instance = s->program->instance_of[gid];
  const struct core_type *type = core_func_type(s->program->instances[instance].module, program_func(s->program, gid));
  if (!type || type->param_count < 2 || type->param_count > STAGE_PARAMS) return;
  if (s->parts[gid] == PART_NONE && s->called[0][gid] >= STAGE_CALLS_OTHER && s->called[1][gid] >= STAGE_CALLS_OTHER) return;
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, instance, &size);
  unsigned texts = 0, names = 0, beginnings = 0;
  for (uint32_t i = 0; memory && i + 1 < type->param_count; i++) {
    if (type->params[i].code != CORE_I32 || type->params[i + 1].code != CORE_I32) continue;
    uint32_t at = arguments[i].u32, length = arguments[i + 1].u32;
    if (length < TEXT_LEAST || length >= STAGE_NAME_ROOM || at < 4 || at >= size || length > size - at) continue;
    int name = stage_name_at(s, memory, size, at, length);
    bool made_up = name >= 0 && ((size_t)name < s->made_up_count || !stage_is_own_text(s, instance, memory, at, length));
    if (!made_up && (!stage_is_printable(memory + at, length) || is_value(s, memory + at, length))) continue;
    texts |= 1U << i;
    if (made_up) names |= 1U << i;
    if (!made_up && (is_made_up(memory, size, at) || is_part_of_name(s, instance, at, length))) beginnings |= 1U << i;
  }
  if (!texts) return;
  if (s->parts[gid] > PART_NONE) {
    play(s, gid, arguments, memory, size, texts, names, beginnings);
    return;
  }
  uint64_t given = stage_digest_given(s, gid, arguments, type->param_count, texts);
  if (is_known(s, gid, texts, names, given)) return;
  bool leads_beside = false;
  unsigned budget = HOPS_MOST;  // for all of them
  for (uint32_t i = 0; i < type->param_count && !leads_beside; i++)
    leads_beside = type->params[i].code == CORE_I32 && !(texts >> i & 1) && leads_to_names(memory, size, arguments[i].u32, &budget);
  if (!leads_beside && s->looked_into[gid] < STAGE_CALLS_OF) {
    s->looked_into[gid]++;
    leads_beside = stage_code_leads(s, gid);
  }
  bool leads = names || leads_beside || makes_number(s, type);
  if (leads) remember(s, gid, arguments, type->param_count, texts, names, leads_beside, given);
}

static void on_leave(void *context, uint32_t gid, bool returned) {
  (void)gid;
  (void)returned;
  struct stage *s = context;
  if (s->depth) s->depth--;
  if (s->looking.depth && s->depth < s->looking.depth) stage_look_end(s);
  if (s->depth < s->direct) s->direct = 0;
  if (s->depth < s->quiet) s->quiet = 0;
  if (s->depth < s->waiting_depth) s->waiting_depth = 0;
  // Who wanted the number has come to its end.
  if (s->depth < s->waiting_caller) stage_wait_end(s, false);
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
  const struct range *copy = length ? stage_copy_at(s, at, length) : NULL;
  if (copy && copy->variable < s->foreign_count && is_still_there(s, copy)) stage_leak_of(s, copy->variable);
}

static void on_imported(void *context, const struct laboratory_import *import) {
  struct stage *s = context;
  if (s->subject == UINT32_MAX) return;
  stage_set_forget(s);  // the host writes where it likes
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
  stage_find_last(s);
  size_t at = s->depth < STAGE_DEPTH ? s->depth : STAGE_DEPTH;
  while (at && s->program->instance_of[s->stack[at - 1]] != s->subject) at--;
  if (!at) return;
  s->direct = at;
  if (!s->is_made) s->marks[s->stack[at - 1]] |= STAGE_DIRECT;
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
  stage_seek_read(s, at, size);
  if (s->looking.depth) {
    const struct range *name = stage_copy_at(s, at, size);
    s->looking.met |= name && name->is_name && name->variable == s->looking.variable;
  }
  if (s->quiet && !waits) return;
  const struct range *copy = stage_copy_at(s, at, size);
  if (waits && copy && copy->variable == s->waiting_name)
    stage_wait_end(s, true);
  else if (waits && !--s->waits)
    stage_wait_end(s, false);
  if (s->quiet) return;
  if (!copy || !is_still_there(s, copy)) {
    stage_read_other(s, at, size);
    return;
  }
  if (is_filling(s)) return;
  if (copy->is_name)
    stage_read_name(s, copy, at, size);
  else if (copy->variable < s->foreign_count)
    stage_leak_of(s, copy->variable);
}

// The functions that are being executed fill the container.
static void note_filling(struct stage *s) {
  for (size_t i = 0; i < s->depth && i < STAGE_DEPTH; i++) {
    uint32_t gid = s->stack[i];
    s->marks[gid] |= STAGE_FILLS;
    if (s->direct && i + 1 > s->direct) s->marks[gid] |= STAGE_WITHIN;
    // Where it is filled more than once, the first time counts.
    if (!s->epochs[gid]) s->epochs[gid] = laboratory_asked(s->lab);
    if (s->offsets[i] && laboratory_asked(s->lab) == s->epochs[gid]) s->last_fill[gid] = s->offsets[i];
  }
}

// A container that has pointers to the texts that the host handed over is filled with these, elsewhere than in the frame that is at hand.
static void note_pointer(struct stage *s, uint64_t at) {
  uint64_t size;
  uint32_t word;
  const uint8_t *memory = s->copies_to ? laboratory_memory(s->lab, s->subject, &size) : NULL;
  if (!memory || at + WORD > size) return;
  memcpy(&word, memory + at, sizeof word);
  struct range *copy = word ? stage_copy_at(s, word, 1) : NULL;
  if (!copy || word != copy->from || copy->written >= copy->to - copy->from || !is_still_there(s, copy)) return;
  const union core_value *pointer = laboratory_global(s->lab, s->subject, s->program->instances[s->subject].stack_global);
  if (pointer && at >= pointer->u32 && at - pointer->u32 < FRAME) return;
  copy->written = copy->to - copy->from;
  note_filling(s);
}

static void on_write(void *context, uint64_t at, uint64_t size) {
  struct stage *s = context;
  stage_set_written(s, at, size);
  stage_seek_write(s, at, size);
  struct range *copy = stage_copy_at(s, at, size);
  if (copy && copy->written < copy->to - copy->from) {  // or it is given up
    copy->written += size;
    s->copied = true;
    note_filling(s);
  }
  for (uint64_t k = 0; !s->copied && k + WORD <= size; k += WORD) note_pointer(s, at + k);
}

static uint32_t on_branch(void *context, const void *at, uint32_t choice, uint32_t count) {
  return stage_way_branches(context, at, choice, count);
}

void stage_observe(struct stage *s, struct laboratory_observer *observer) {
  *observer = (struct laboratory_observer){
      .context = s, .enter = on_enter, .leave = on_leave, .imported = on_imported, .instance = s->subject};
  if (s->subject != UINT32_MAX) observer->read = on_read, observer->write = on_write;
  if (s->explores) observer->branch = on_branch;
}
