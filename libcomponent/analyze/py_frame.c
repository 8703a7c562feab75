// Executing a function: states, and the order in which they are looked at.
//
// A state is what locals and stack hold before an instruction. There is one for each instruction and, within loops over known elements, for
// each round of them, and for the first laps of `while` loops; where a second way comes to it, its values become what either way brings, and it is looked at again. States of lower
// rounds come first, then those of lower instructions, so that ways mostly meet before they are followed on.

#include "py_machine.h"

// KEPT: the part of the instructions that a call leaves to what comes behind it; KEPT_OF: of all that there are, at most.
enum { KEPT = 8, KEPT_OF = 32 };
enum { ROUNDS_MOST = 12, RECURSION_MOST = 6, LIBRARY_RECURSION_MOST = 2, STATES_OF_A_UNIT = PY_ITEMS_MOST };

static bool is_round(const struct py_machine *m, py_value v) {
  return py_kind(&m->values, v) == PY_ITERATOR && py_cell(&m->values, v)->number != PY_ANYWHERE;
}

// Are the same rounds of the same loops under way?
static bool same_rounds(const struct py_machine *m, const struct py_frame *f, const struct py_state *state) {
  if (state->height != f->height) return false;
  for (uint32_t i = f->code.local_count; i < f->height; i++)
    if (f->slots[i] != state->slots[i] && (is_round(m, f->slots[i]) || is_round(m, state->slots[i]))) return false;
  return true;
}

// What a value becomes that changes in each round: texts keep the beginning that all of them have.
static py_value widened(struct py_machine *m, py_value before, py_value now) {
  struct cm_str beginning = py_cell(&m->values, py_choice(&m->values, before, 0))->text;
  for (unsigned side = 0; side < 2; side++) {
    py_value v = side ? now : before;
    for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
      const struct py_cell *c = py_cell(&m->values, py_choice(&m->values, v, i));
      size_t size = 0;
      if (c->kind != PY_TEXT) return 0;
      while (size < beginning.size && size < c->text.size && beginning.at[size] == c->text.at[size]) size++;
      beginning.size = size;
    }
  }
  return py_make_text(&m->values, beginning, true);
}

static void queue_state(struct py_machine *m, struct py_frame *f, struct py_state *state) {
  if (state->queued) return;
  if (!cm_grow(m->arena, &f->queue, &f->queue_room, f->queue_count, sizeof *f->queue)) {
    m->failed = true;
    return;
  }
  state->queued = true;
  f->queue[f->queue_count++] = state;
}

// --- laps ---

// What is left of the laps at `unit`: loops are left where it is not in them. (Handlers stand behind the loop that they are in. There its laps
// are not told apart.)
static struct py_laps laps_at(const struct py_laps *laps, uint32_t unit) {
  struct py_laps left = {.count = 0};
  for (uint32_t i = 0; i < laps->count; i++)
    if (unit >= laps->loops[i].head && unit <= laps->loops[i].end) left.loops[left.count++] = laps->loops[i];
  return left;
}

static bool same_laps(const struct py_laps *a, const struct py_laps *b) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++)
    if (a->loops[i].head != b->loops[i].head || a->loops[i].lap != b->loops[i].lap) return false;
  return true;
}

uint64_t py_laps_hash(const struct py_laps *laps, uint64_t hash) {
  for (uint32_t i = 0; i < laps->count; i++) hash = index_mix(hash, (uint64_t)laps->loops[i].head << 32 | laps->loops[i].lap);
  return hash;
}

// The last place from where a loop is gone back to its beginning, before the handlers, which stand behind everything else.
static uint32_t loop_end(struct py_machine *m, const struct py_frame *f, uint32_t head) {
  uint32_t end = f->instr.unit;
  struct py_instr instr;
  py_charge(m, f->code.unit_count / 256);
  for (uint32_t unit = head; unit < f->code.unit_count && py_code_instr(m->heap, &f->code, unit, &instr); unit = instr.next) {
    if (instr.op == PY_OP_PUSH_EXC_INFO) break;
    bool back = instr.op == PY_OP_JUMP_BACKWARD || instr.op == PY_OP_JUMP_BACKWARD_NO_INTERRUPT;
    if (back && instr.argument <= instr.next && instr.next - instr.argument == head && instr.unit > end) end = instr.unit;
  }
  return end;
}

void py_laps_open(struct py_frame *f, uint32_t unit) {
  for (uint32_t i = 0; i < f->laps.count; i++)
    if (unit < f->laps.loops[i].head || unit > f->laps.loops[i].end) f->laps.loops[i].lap = PY_LAPS_MOST;
}

// The next lap of the loop. From so many on they are not told apart; nor in the library's loops, or where much was executed already.
void py_flow_back(struct py_machine *m, struct py_frame *f, uint32_t head) {
  struct py_laps before = f->laps;
  bool library = f->module && f->module->role == PY_ROLE_LIBRARY;
  if (library || m->steps < PY_STEPS / 2) {
    py_flow(m, f, head);
    return;
  }
  f->laps = laps_at(&before, head);
  uint32_t i = 0;
  while (i < f->laps.count && f->laps.loops[i].head != head) i++;
  if (i == f->laps.count && i < PY_LAPS_LOOPS) f->laps.loops[f->laps.count++].head = head, f->laps.loops[i].lap = 0;
  if (i < PY_LAPS_LOOPS) {
    if (!f->laps.loops[i].lap) f->laps.loops[i].end = loop_end(m, f, head);
    if (f->laps.loops[i].lap < (i ? PY_LAPS_INNER : PY_LAPS_MOST)) f->laps.loops[i].lap++;
  }
  py_flow(m, f, head);
  f->laps = before;
}

// --- the order of states ---

static void merge(struct py_machine *m, struct py_frame *f, struct py_state *state) {
  bool changed = false;
  for (uint32_t i = 0; i < f->height; i++) {
    py_value joined = py_join(&m->values, state->slots[i], f->slots[i]);
    if (joined == state->slots[i]) continue;
    if (state->visits > ROUNDS_MOST) joined = widened(m, state->slots[i], joined);
    if (state->visits > 2 * ROUNDS_MOST) joined = 0;
    changed |= joined != state->slots[i];
    state->slots[i] = joined;
  }
  for (uint32_t i = f->code.local_count; i < f->height; i++) {
    if (!state->from[i] || state->from[i] == f->from[i]) continue;
    state->from[i] = 0;
    changed = true;
  }
  py_value store = py_store_join(m, state->store, m->store, state->visits > ROUNDS_MOST);
  changed |= store != state->store;
  state->store = store;
  if (changed) queue_state(m, f, state);
}

void py_flow(struct py_machine *m, struct py_frame *f, uint32_t unit) {
  if (unit >= f->code.unit_count || m->failed) return;
  unsigned count = 0;
  struct py_laps laps = laps_at(&f->laps, unit);
  for (struct py_state *s = f->states[unit]; s; s = s->next, count++) {
    if (count % 32 == 31) py_charge(m, 1);
    if (same_laps(&laps, &s->laps) && same_rounds(m, f, s)) {
      merge(m, f, s);
      return;
    }
  }
  if (count > STATES_OF_A_UNIT) {
    m->exhausted = true;
    return;
  }
  struct py_state *state = cm_alloc(m->arena, sizeof *state);
  py_value *slots = cm_alloc_array(m->arena, f->height, sizeof *slots);
  uint32_t *from = cm_alloc_array(m->arena, f->height, sizeof *from);
  if (!state || !slots || !from) {
    m->failed = true;
    return;
  }
  if (f->height) memcpy(slots, f->slots, f->height * sizeof *slots);
  for (uint32_t i = f->code.local_count; i < f->height; i++) from[i] = f->from[i] == PY_FROM_TEST ? 0 : f->from[i];
  *state = (struct py_state){
      .unit = unit, .height = f->height, .laps = laps, .store = m->store, .slots = slots, .from = from, .next = f->states[unit]};
  f->states[unit] = state;
  queue_state(m, f, state);
}

// Does `a` come before `b`? The first loop that both are in decides, if they are in different rounds of it.
static bool comes_before(const struct py_machine *m, const struct py_frame *f, const struct py_state *a, const struct py_state *b) {
  for (uint32_t i = f->code.local_count; i < a->height && i < b->height; i++) {
    const struct py_cell *x = py_cell(&m->values, a->slots[i]), *y = py_cell(&m->values, b->slots[i]);
    if (x->kind != PY_ITERATOR || y->kind != PY_ITERATOR || x->items[0] != y->items[0]) continue;
    if (x->number != y->number) return x->number < y->number;
  }
  for (uint32_t i = 0; i < a->laps.count && i < b->laps.count && a->laps.loops[i].head == b->laps.loops[i].head; i++)
    if (a->laps.loops[i].lap != b->laps.loops[i].lap) return a->laps.loops[i].lap < b->laps.loops[i].lap;
  return a->unit < b->unit;
}

static struct py_state *take_state(const struct py_machine *m, struct py_frame *f) {
  size_t best = 0;
  for (size_t i = 1; i < f->queue_count; i++)
    if (comes_before(m, f, f->queue[i], f->queue[best])) best = i;
  struct py_state *state = f->queue[best];
  f->queue[best] = f->queue[--f->queue_count];
  state->queued = false;
  state->visits++;
  return state;
}

// What the instruction raises goes to its handler, and where it has none, out of the function.
static void flow_to_handler(struct py_machine *m, struct py_frame *f) {
  struct py_handler handler;
  if (!f->code.handlers.size || !py_code_handler(&f->code, f->instr.unit, &handler)) {
    f->thrown = py_store_join(m, f->thrown, m->thrown, false);
    f->raised = py_join(&m->values, f->raised, m->raised);
    return;
  }
  py_charge(m, f->code.handlers.size / 512);
  uint32_t height = f->height, to = f->code.local_count + handler.depth;
  if (to + 2 > f->code.local_count + f->code.stack || to > height) return;
  py_value saved[2] = {f->slots[to], f->slots[to + 1]}, now = m->store;
  f->height = to;
  m->store = m->thrown;
  if (handler.pushes_unit) f->slots[f->height++] = 0;
  f->slots[f->height++] = m->raised;
  py_flow(m, f, handler.target);
  f->height = height;
  f->slots[to] = saved[0], f->slots[to + 1] = saved[1];
  m->store = now;
}

// One that does not tell may raise anything, before it did anything or when all is done.
static void step_or_raise(struct py_machine *m, struct py_frame *f) {
  bool tells = py_tells_exceptions(f->instr.op);
  py_value before = m->store;
  uint32_t height = f->height;
  m->thrown = m->raised = m->unbound;
  m->stops = false;
  if (!tells) py_raise(m, 0);
  py_step(m, f);
  if (!tells && m->store != before) py_raise(m, 0);
  if (m->raised == m->unbound) return;
  f->height = height;
  flow_to_handler(m, f);
}

static void run_states(struct py_machine *m, struct py_frame *f) {
  bool library = f->module && f->module->role == PY_ROLE_LIBRARY;
  while (f->queue_count && m->steps && !m->failed) {
    if (library && (!m->library_steps || !m->library_steps--)) return;
    m->steps--;
    struct py_state *state = take_state(m, f);
    // What was made of a variable is known within straight code alone.
    bool straight = state->unit == f->instr.next;
    f->test.made &= straight;
    for (uint32_t i = f->code.local_count; i < state->height; i++)
      if (!straight || f->from[i] != PY_FROM_TEST) f->from[i] = state->from[i];
    f->height = state->height;
    f->laps = state->laps;
    f->made = 0;
    if (f->height) memcpy(f->slots, state->slots, f->height * sizeof *f->slots);
    if (!py_code_instr(m->heap, &f->code, state->unit, &f->instr)) continue;
    m->store = state->store;
    step_or_raise(m, f);
  }
}

// Is the same code being executed already, so often that more would say nothing new?
static bool recurs(const struct py_machine *m, py_address code) {
  unsigned count = 0;
  bool library = false;
  for (const struct py_frame *f = m->frame; f; f = f->up) {
    if (f->code.at != code) continue;
    library |= f->module && f->module->role == PY_ROLE_LIBRARY;
    count++;
  }
  return count > (library ? LIBRARY_RECURSION_MOST : RECURSION_MOST);
}

py_value py_execute(struct py_machine *m, const struct py_code *code, py_address globals, py_value closure,
                    const py_value *locals) {
  struct py_frame *up = m->frame;
  py_value before = m->store, thrown = m->thrown, raised = m->raised;
  m->stops = false;
  if ((up && up->depth >= PY_DEPTH) || recurs(m, code->at) || m->failed) {
    py_raise(m, 0);
    m->store = py_store_empty(m, true);
    return 0;
  }
  struct py_frame *f = cm_alloc(m->arena, sizeof *f);
  if (f) *f = (struct py_frame){.up = up, .code = *code, .globals = globals, .closure = closure};
  uint32_t wide = code->local_count + code->stack + 2;
  if (f) f->states = cm_alloc_array(m->arena, code->unit_count, sizeof *f->states);
  if (f) f->slots = cm_alloc_array(m->arena, wide, sizeof *f->slots);
  if (f) f->from = cm_alloc_array(m->arena, wide, sizeof *f->from);
  if (!f || !f->states || !f->slots || !f->from) {
    m->failed = true;
    return 0;
  }
  py_charge(m, code->unit_count / 256);
  f->module = py_program_module(m->program, globals);
  f->depth = up ? up->depth + 1 : 0;
  f->id = index_mix(index_mix(m->object_index.seed, up ? index_mix(up->id, up->instr.unit) : m->pass), code->at);
  // The same call in other rounds of the caller's loops, and another call of the same instruction, are other calls.
  for (uint32_t i = 0; up && i < up->height; i++)
    if (is_round(m, up->slots[i])) f->id = index_mix(f->id, up->slots[i]);
  if (up) f->id = py_laps_hash(&up->laps, f->id);
  f->id = index_mix(f->id, up ? up->made++ : 0);
  f->result = f->left = f->at_yield = f->thrown = f->raised = m->unbound;
  f->height = code->local_count;
  if (f->height) memcpy(f->slots, locals, f->height * sizeof *locals);
  // What CPython's own library does is of interest only as far as it hands something on.
  bool library = f->module && f->module->role == PY_ROLE_LIBRARY;
  bool entered = library && !(up && up->module && up->module->role == PY_ROLE_LIBRARY);
  if (entered) m->library_steps = PY_LIBRARY_STEPS;
  m->frame = f;
  bool generator = code->flags & (PY_CODE_GENERATOR | PY_CODE_ASYNC_GENERATOR);
  bool own = f->module && f->module->role == PY_ROLE_APPLICATION;
  f->sent = !own ? 0 : m->sent == m->unbound ? m->none : m->sent;
  m->sent = m->unbound;
  f->yields = generator ? py_new_container(m, PY_LIST, NULL, 0, m->unbound) : 0;
  py_flow(m, f, 0);
  uint32_t kept = m->steps / KEPT < PY_STEPS / KEPT_OF ? m->steps / KEPT : PY_STEPS / KEPT_OF;
  m->steps -= kept;
  run_states(m, f);
  bool cut = f->queue_count != 0;
  m->cut |= cut && !m->steps;
  if (m->cut && !up) py_ask_anything(m);
  m->exhausted |= m->cut;
  m->cut &= up != NULL;
  m->steps += kept;
  m->frame = up;
  if (cut && entered) py_ask_within(m, locals, code->local_count, 4);
  m->thrown = thrown, m->raised = raised, m->stops = false;
  m->store = cut ? py_store_empty(m, true) : f->left == m->unbound ? before : f->left;
  if (generator) {
    struct py_object *object = py_object_of(m, f->yields);
    // What it yields, in all; one that does not end yields some of what was gathered.
    py_value yielded = m->unbound;
    if (!cut && f->left != m->unbound) m->store = f->left, yielded = py_content(m, f->yields);
    m->store = cut ? py_store_empty(m, true) : before;
    // Of one that never ends it is not known how far it is gone through.
    if (object && (cut || f->left == m->unbound)) object->rest = 0, object->count = 0;
    if (object) object->iterates = true, object->raises = cut ? 0 : f->raised;
    if (own) py_keep_body(m, f, locals);
    if (!cut) py_hold_generated(m, f->yields, before, f->at_yield, f->left);
    py_hold_content(m, f->yields, yielded);
    return f->yields;
  }
  m->thrown = py_store_join(m, m->thrown, f->thrown, false);
  m->raised = py_join(&m->values, m->raised, f->raised);
  if (cut) py_raise(m, 0);
  // The library's own checks are believed only as far as they let something pass.
  m->stops = !cut && !library && f->left == m->unbound && f->raised != m->unbound && !(code->flags & PY_CODE_COROUTINE);
  return cut ? py_join(&m->values, f->result, 0) : f->result == m->unbound ? 0 : f->result;
}

// --- the machine ---

bool py_machine_init(struct py_machine *m, struct cm_arena *arena, const struct py_program *program) {
  const struct py_heap *heap = program->heap;
  *m = (struct py_machine){.arena = arena, .heap = heap, .program = program, .environment = -1, .steps = PY_STEPS};
  if (!py_values_init(&m->values, arena) || !index_init(&m->object_index, arena) || !index_init(&m->overlay_index, arena) ||
      !index_init(&m->escape_index, arena))
    return false;
  m->unbound = py_simple(&m->values, PY_UNBOUND, 0);
  m->null = py_simple(&m->values, PY_NULL, 0);
  m->none = py_simple(&m->values, PY_NONE, 0);
  py_address os = py_module_dict(heap, py_module_named(heap, CM_STR("os")));
  m->environ = py_dict_get(heap, os, CM_STR("environ"));
  m->environb = py_dict_get(heap, os, CM_STR("environb"));
  m->getenv = py_dict_get(heap, os, CM_STR("getenv"));
  m->expandvars = py_dict_get(heap, py_module_dict(heap, py_module_named(heap, CM_STR("posixpath"))), CM_STR("expandvars"));
  m->getenvb = py_dict_get(heap, os, CM_STR("getenvb"));
  py_address typing = py_module_dict(heap, py_module_named(heap, CM_STR("typing")));
  m->type_hints = py_dict_get(heap, typing, CM_STR("get_type_hints"));
  m->annotated = py_dict_get(heap, typing, CM_STR("Annotated"));
  m->annotations = py_dict_get(heap, py_module_dict(heap, py_module_named(heap, CM_STR("inspect"))), CM_STR("get_annotations"));
  py_address urls = py_module_dict(heap, py_module_named(heap, CM_STR("urllib.parse")));
  m->re = py_module_dict(heap, py_module_named(heap, CM_STR("re")));
  m->string = py_module_dict(heap, py_module_named(heap, CM_STR("string")));
  m->urlsplit = py_dict_get(heap, urls, CM_STR("urlsplit"));
  m->urlparse = py_dict_get(heap, urls, CM_STR("urlparse"));
  py_address contexts = py_module_dict(heap, py_module_named(heap, CM_STR("contextlib")));
  py_address manager = py_class_dict(heap, py_dict_get(heap, contexts, CM_STR("_GeneratorContextManager")));
  py_address async_manager = py_class_dict(heap, py_dict_get(heap, contexts, CM_STR("_AsyncGeneratorContextManager")));
  m->enter = py_dict_get(heap, manager, CM_STR("__enter__"));
  m->exit = py_dict_get(heap, manager, CM_STR("__exit__"));
  m->aenter = py_dict_get(heap, async_manager, CM_STR("__aenter__"));
  m->aexit = py_dict_get(heap, async_manager, CM_STR("__aexit__"));
  py_library_init(m);
  m->thrown = m->raised = m->sent = m->unbound;
  m->store = py_store_empty(m, false);
  return !m->values.failed;
}

// One that takes more than three quarters of the instructions that are left is not followed to its end, so that others are followed too.
static void call_unknown(struct py_machine *m, py_value function, py_value self) {
  struct py_arguments a = {.positional = &self, .count = self != m->unbound, .more = true};
  uint32_t others = m->steps / 4;
  m->steps -= others;
  py_call(m, function, &a);
  m->exhausted |= !m->steps;
  m->steps += others;
}

static void run_methods(struct py_machine *m, py_value self, py_address dict, const struct py_entry_class *entry) {
  const struct py_heap *heap = m->heap;
  struct py_cursor cursor = {0};
  for (py_address key, found; py_dict_next(heap, dict, &cursor, &key, &found);) {
    bool wrapped = py_is(heap, found, PY_TYPE_STATICMETHOD) || py_is(heap, found, PY_TYPE_CLASSMETHOD);
    py_address function = wrapped ? py_word(heap, (uint64_t)found + PY_WRAPPED_CALLABLE) : found;
    struct cm_str name = py_text_or_empty(heap, key);
    const struct py_module *home = py_program_module(m->program, py_word(heap, (uint64_t)function + PY_FUNCTION_GLOBALS));
    bool from_library = py_is(heap, function, PY_TYPE_FUNCTION) && home && home->role != PY_ROLE_APPLICATION;
    if (!py_program_calls(m->program, entry, name) || from_library) continue;
    // Who is called next finds what this one left, or what was there before.
    py_value before = m->store;
    call_unknown(m, py_attribute(m, self, name), m->unbound);
    m->store = py_store_left(m, m->store, before);
  }
}

static py_value make_instance(struct py_machine *m, py_address class) {
  return py_call(m, py_of_address(m, class), &(struct py_arguments){.more = true});
}

// The methods of a class, called with one instance of it.
static void run_class(struct py_machine *m, py_value self, const struct py_entry_class *entry) {
  enum { BASES_MOST = 16 };
  py_address order = py_class_order(m->heap, entry->class);
  for (uint32_t b = 0; b < py_length(m->heap, order) && b < BASES_MOST; b++)
    run_methods(m, self, py_class_dict(m->heap, py_item(m->heap, order, b)), entry);
}

static void run_module(struct py_machine *m, const struct py_module *module) {
  struct py_cursor cursor = {0};
  for (py_address key, value; py_dict_next(m->heap, module->dict, &cursor, &key, &value);) {
    bool own = py_word(m->heap, (uint64_t)value + PY_FUNCTION_GLOBALS) == module->dict;
    struct cm_str home = py_text_or_empty(m->heap, py_dict_get(m->heap, py_class_dict(m->heap, value), CM_STR("__module__")));
    py_value before = m->store;
    if (py_is(m->heap, value, PY_TYPE_FUNCTION) && own)
      call_unknown(m, py_of_address(m, value), m->unbound);
    else if (home.size && cm_str_equal(home, module->name))
      run_class(m, make_instance(m, value), &(struct py_entry_class){.class = value});
    m->store = py_store_left(m, m->store, before);
  }
}

// What outlives the calls: what attributes hold, and what was put into objects of the snapshot.
static uint64_t digest_kept(const struct py_machine *m) {
  uint64_t digest = index_mix(m->object_index.seed, m->store);
  for (size_t i = 0; i < m->object_count; i++) {
    const struct py_object *object = &m->objects[i];
    if (!object->base) continue;
    digest = index_mix(index_mix(digest, object->rest), object->count);
    for (size_t k = 0; k < object->count; k++)
      digest = index_mix(index_mix(digest, object->entries[k].key), object->entries[k].value);
  }
  return digest;
}

// The outside calls what there is in any order, and as often as it likes: until nothing is left that was not there before. What still becomes more
// then is any of what was gathered.
void py_machine_run(struct py_machine *m) {
  enum { ENTRIES_MOST = 64, CALLS_KNOWN = 4, CALLS_MOST = 10 };
  py_value instances[ENTRIES_MOST];
  for (size_t i = 0; i < m->sink_count; i++)
    if (m->sinks[i].row->kind == CM_NEED_ENV) m->environment = (int64_t)i;
  size_t count = m->program->entry_count < ENTRIES_MOST ? m->program->entry_count : ENTRIES_MOST;
  m->exhausted |= count < m->program->entry_count;
  for (size_t i = 0; i < count; i++) instances[i] = make_instance(m, m->program->entries[i].class);
  uint64_t kept = 0, before = 1;
  for (unsigned call = 0; call < CALLS_MOST && kept != before && m->steps; call++) {
    py_value store = m->store;
    m->pass = call > 0;  // each makes objects of its own, but for those that come after the second
    before = kept;
    for (size_t i = 0; i < count; i++) run_class(m, instances[i], &m->program->entries[i]);
    for (size_t i = 0; !count && i < m->program->module_count; i++)
      if (m->program->modules[i].role == PY_ROLE_APPLICATION) run_module(m, &m->program->modules[i]);
    if (call >= CALLS_KNOWN) m->store = py_store_join(m, store, m->store, true);
    kept = digest_kept(m);
  }
  m->exhausted |= !m->steps || !*m->heap->work || kept != before;
  m->failed |= m->values.failed;
}
