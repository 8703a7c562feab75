// What a lookup does with a name.
//
// Where it is made of other lookups, these are watched: they must be asked for the same name, or besides for one that is known to be asked for
// anyway. Where they are not, the first entry of libc's list is made to be a variable of that name, and its value must come up. That it
// does so for a made-up name is seen first; what cannot be tried so is taken for what it was found to be.
//
// What it does may depend on a variable, such as a prefix that is set somewhere. Those that it reads, and that some code stores to, are
// given other values one by one: it must not ask for another name then. Its own code must read none, apart from the list's and
// those that it writes to: such a one may lead to a text in any shape.

#include "confirm.h"

#include "analysis.h"
#include "touched.h"

#include <string.h>

enum { READS_MOST = 16, WRITES_MOST = 256, PREFIX_ROOM = 16, WORD = 4, LONG = 8 };
enum { TEXT_ROOM = 96, NAME_LEAST = 1, NAME_MOST = 63, NAMES_MOST = 512 };

static const char control[] = "QZ_Tide_CONTROL_5", value[] = "slack-31c4-quay";

struct confirming {
  struct analysis *analysis;
  struct laboratory *lab;
  const struct lookup *lookup;
  struct cm_str name;
  uint32_t within;                       // the inner lookup that is being executed; NO_FUNC: none
  struct image_range reads[READS_MOST];  // variables that were read outside of inner ones
  bool own[READS_MOST];                  // by the lookup's own code, and nothing is written there: they may tell it what to ask for
  size_t read_count;
  struct image_range writes[WRITES_MOST];
  size_t write_count;
  bool inner, same, another;  // an inner lookup was called; for the name; for one that nobody is known to ask for
};

void confirm_note(struct analysis *a, uint32_t gid, struct cm_str name) {
  if (a->asked_count == NAMES_MOST || name.size < NAME_LEAST || name.size > NAME_MOST) return;
  for (size_t i = 0; i < a->asked_count; i++)
    if (a->asked[i].gid == gid && cm_str_equal(a->asked[i].name, name)) return;
  char *text = cm_alloc_text(a->arena, name.at, name.size);
  if (!text || !cm_grow(a->arena, &a->asked, &a->asked_room, a->asked_count, sizeof *a->asked))
    a->failed = true;
  else
    a->asked[a->asked_count++] = (struct confirm_name){gid, {text, name.size}};
}

static void enter(void *context, uint32_t gid, const union core_value *arguments) {
  struct confirming *c = context;
  const struct analysis *a = c->analysis;
  if (!a->lookup_of[gid] || gid == c->lookup->gid || a->lookups[a->lookup_of[gid] - 1].place.kind == KEY_WHOLE_LIST) return;
  if (c->within == NO_FUNC) c->within = gid;
  struct cm_str name = lookup_name_in_call(&a->program, c->lab, &a->lookups[a->lookup_of[gid] - 1], arguments);
  bool same = cm_str_equal(name, c->name);
  c->inner = true;
  c->same |= same;
  c->another |= !same && name.size && !findings_has(&a->findings, CM_NEED_ENV, name);
}

// Makes the first entry of the list `name=value`. False: it is not known where the list is.
static bool put_variable(struct confirming *c, struct cm_str name) {
  const struct analysis *a = c->analysis;
  uint32_t instance = a->program.instance_of[c->lookup->gid], text, array;
  uint64_t addresses[ENVIRON_VARIABLES], size;
  laboratory_reset(c->lab);
  if (!environ_addresses(&a->program, &a->list, instance, false, addresses)) return false;
  if (!laboratory_reserve(c->lab, instance, TEXT_ROOM, &text)) return false;
  uint8_t *memory = laboratory_memory(c->lab, instance, &size);
  if (!memory || addresses[0] + sizeof array > size) return false;
  memcpy(&array, memory + addresses[0], sizeof array);
  if (!array || !laboratory_touch(c->lab, instance, array, sizeof text)) return false;
  memory = laboratory_memory(c->lab, instance, &size);
  memcpy(memory + array, &text, sizeof text);
  memcpy(memory + text, name.at, name.size);
  memory[text + name.size] = '=';
  memcpy(memory + text + name.size + 1, value, sizeof value);
  return true;
}

// Is what it looks up, where it is given the name, that with a letter before or behind it, once a variable that it reads is, or leads to, that letter?
static bool is_lengthened(struct confirming *c, struct image_range range, bool leads, bool before) {
  struct analysis *a = c->analysis;
  uint32_t instance = a->program.instance_of[c->lookup->gid], address = 0;
  uint64_t size;
  char text[NAME_MOST + 1] = {0}, longer[NAME_MOST + 2] = {0};
  memcpy(text, c->name.at, c->name.size);
  memcpy(longer + before, c->name.at, c->name.size);
  longer[before ? 0 : c->name.size] = 'Q';
  if (!put_variable(c, (struct cm_str){longer, c->name.size + 1})) return false;
  if (leads && (range.to - range.from != WORD || !laboratory_reserve(c->lab, instance, PREFIX_ROOM, &address))) return false;
  if (!laboratory_touch(c->lab, instance, range.from, range.to - range.from)) return false;
  uint8_t *memory = laboratory_memory(c->lab, instance, &size);
  memset(memory + range.from, 0, (size_t)(range.to - range.from));
  if (leads) {
    memcpy(memory + address, "Q", sizeof "Q");
    memcpy(memory + range.from, &address, sizeof address);
  } else {
    memory[range.from] = 'Q';
  }
  return lookup_call(&a->program, c->lab, c->lookup, text, value);
}

static bool is_lengthened_by_any(struct confirming *c) {
  for (size_t i = 0; i < c->read_count; i++)
    for (unsigned way = 0; way < 4; way++)
      if (is_lengthened(c, c->reads[i], way & 1, way & 2)) return true;
  return false;
}

static bool finds(struct confirming *c, struct cm_str name) {
  char text[NAME_MOST + 1] = {0};
  memcpy(text, name.at, name.size);
  return put_variable(c, name) && lookup_call(&c->analysis->program, c->lab, c->lookup, text, value);
}

static void leave(void *context, uint32_t gid, bool returned) {
  struct confirming *c = context;
  (void)returned;
  if (c->within == gid) c->within = NO_FUNC;
}

static void see_read(void *context, uint64_t at, uint64_t size) {
  struct confirming *c = context;
  struct image_range range = {at, at + size};
  if (c->within != NO_FUNC || size > LONG || c->read_count == READS_MOST) return;
  for (size_t i = 0; i < c->read_count; i++)
    if (c->reads[i].from == range.from && c->reads[i].to == range.to) return;
  struct analysis *a = c->analysis;
  if (!touched_by_any(&a->program, a->program.instance_of[c->lookup->gid], range)) return;
  uint32_t reader = NO_FUNC;
  uint64_t offset;
  laboratory_reader(c->lab, &reader, &offset);
  c->own[c->read_count] = reader == c->lookup->gid;
  c->reads[c->read_count++] = range;
}

static void see_write(void *context, uint64_t at, uint64_t size) {
  struct confirming *c = context;
  if (c->write_count < WRITES_MOST) c->writes[c->write_count] = (struct image_range){at, at + size};
  c->write_count++;
}

static bool overlap(struct image_range a, struct image_range b) { return a.from < b.to && b.from < a.to; }

// Is it what the program makes of the list, or written while the lookup runs, as locks are, and what allocators count?
static bool is_other_state(const struct confirming *c, struct image_range range) {
  const struct analysis *a = c->analysis;
  uint64_t addresses[ENVIRON_VARIABLES];
  size_t count = environ_addresses(&a->program, &a->list, a->program.instance_of[c->lookup->gid], false, addresses);
  bool is_other = c->write_count > WRITES_MOST;
  for (size_t i = 0; i < count && !is_other; i++)
    is_other = overlap(range, (struct image_range){addresses[i], addresses[i] + WORD});
  for (size_t i = 0; i < c->write_count && !is_other; i++) is_other = overlap(range, c->writes[i]);
  return is_other;
}

// Calls it, in the laboratory as it is, and watches what it asks for; and what it reads, where that is wanted.
static void call(struct confirming *c, bool reads) {
  struct analysis *a = c->analysis;
  struct laboratory_observer observer = {.context = c, .enter = enter, .leave = leave};
  char text[NAME_MOST + 1] = {0};
  memcpy(text, c->name.at, c->name.size);
  if (reads) {
    observer.instance = a->program.instances[a->program.instance_of[c->lookup->gid]].memory_owner;
    observer.read = see_read;
    observer.write = see_write;
    c->read_count = c->write_count = 0;
  }
  c->within = NO_FUNC;
  c->inner = c->same = c->another = false;
  laboratory_observe(c->lab, &observer);
  if (a->rehearsed)
    lookup_call_stacked(&a->program, c->lab, &a->rehearsal, c->lookup, text, value);
  else
    lookup_call(&a->program, c->lab, c->lookup, text, value);
  laboratory_observe(c->lab, NULL);
}

// Does it ask for another name where a variable that it reads is one, or leads to a text?
static bool depends_on(struct confirming *c, struct image_range range, bool leads) {
  struct analysis *a = c->analysis;
  uint32_t instance = a->program.instance_of[c->lookup->gid], text = 0;
  uint64_t size, bits = 1;
  laboratory_reset(c->lab);
  if (leads && (a->rehearsed || range.to - range.from != WORD || !laboratory_reserve(c->lab, instance, PREFIX_ROOM, &text)))
    return false;
  if (!laboratory_touch(c->lab, instance, range.from, range.to - range.from)) return false;
  uint8_t *memory = laboratory_memory(c->lab, instance, &size);
  if (leads) memcpy(memory + text, "Qz_", sizeof "Qz_");
  if (leads) bits = text;
  if (range.to - range.from == 1) bits = 'Q';
  memcpy(memory + range.from, &bits, (size_t)(range.to - range.from));
  call(c, false);
  return c->another || (c->inner && !c->same);
}

static bool is_steered(struct confirming *c) {
  for (size_t i = 0; i < c->read_count; i++)
    if (depends_on(c, c->reads[i], false) || depends_on(c, c->reads[i], true)) return true;
  return false;
}

// Is there a variable that may lead to what it puts to the name? That it may do in any shape, so it is not tried what comes of it. Where it goes
// through the list itself (`by_hand`), only what lies before the stack, as LLVM's linker places it, is known to be none of the list's texts.
static bool is_led(const struct confirming *c, bool by_hand) {
  uint32_t instance = c->analysis->program.instance_of[c->lookup->gid];
  const union core_value *stack = laboratory_global(c->lab, instance, c->analysis->program.instances[instance].stack_global);
  if (by_hand && !stack) return false;
  for (size_t i = 0; i < c->read_count; i++)
    if (c->own[i] && (!by_hand || c->reads[i].to <= stack->u32) && !is_other_state(c, c->reads[i])) return true;
  return false;
}

static bool is_faithful(struct confirming *c, bool first) {
  laboratory_reset(c->lab);
  call(c, first);
  if (c->another) return false;
  if (c->same) return !first || !(is_led(c, false) || is_steered(c));
  bool inner = c->inner;
  if (!c->analysis->rehearsed && finds(c, (struct cm_str){control, sizeof control - 1}))
    return finds(c, c->name) && !(first && (is_led(c, true) || is_lengthened_by_any(c)));
  return !inner;
}

void confirm_refuse(struct analysis *a, uint32_t gid) {
  if (!a->program.unfaithful) a->program.unfaithful = cm_alloc_array(a->program.arena, a->program.func_count, 1);
  if (!a->program.unfaithful) {
    a->failed = true;
    return;
  }
  a->refused |= !a->program.unfaithful[gid];
  a->program.unfaithful[gid] = 1;
}

bool confirm_lookups(struct analysis *a, bool *found) {
  struct confirming c = {.analysis = a, .lab = a->rehearsed ? a->executor.laboratory : a->primitives.laboratory};
  uint32_t last = NO_FUNC;  // names of one lookup mostly come one after the other
  for (size_t i = 0; c.lab && i < a->asked_count; i++) {
    uint32_t gid = a->asked[i].gid;
    if (a->program.unfaithful && a->program.unfaithful[gid]) continue;
    c.lookup = &a->lookups[a->lookup_of[gid] - 1];
    c.name = a->asked[i].name;
    bool first = gid != last;
    last = gid;
    if (is_faithful(&c, first)) continue;
    analysis_trace(a, "lookup %u asks for something else where it is given %.*s: once more without it", gid, CM_STR_ARG(c.name));
    confirm_refuse(a, gid);
  }
  *found = a->refused;
  return !a->failed;
}
