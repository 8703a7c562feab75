// Trials for functions that make the environment's list.
//
// A candidate is called with areas of the shadow stack for its arguments. When the environment was handed over meanwhile, its memory is
// searched: for the made-up texts, for an array that points to them one after the other, and for what points to that array. Places on
// the shadow stack come up too: they are left out where no code has their address as a constant, for a frame of another function's may lie there.
// Nor has it that of an array, unless that is a variable of its own.

#include "environ.h"

#include "laboratory.h"

#include <stdio.h>
#include <string.h>

enum { PARAMS = 8, TRIED_MOST = 32, FUEL = 100000, FUEL_OF_ENTRY = 16000000, AREA = 64, WORD = 4, STACK_REACH = 1 << 16 };

struct search {
  struct laboratory *laboratory;
  uint32_t instance;
  uint32_t areas;  // that the candidate was given: an array there is no variable
  const uint8_t *memory;
  uint64_t size, data_end;
};

static uint32_t word_at(const struct search *s, uint64_t at) {
  uint32_t word;
  memcpy(&word, s->memory + at, sizeof word);
  return word;
}

// The next word from `at` on (a multiple of 4) that is `word`, where only what experiments wrote can hold it: a small part of the memory; the
// size where there is none.
static uint64_t next_written_word(const struct search *s, uint64_t at, uint32_t word) {
  for (uint64_t to; laboratory_written(s->laboratory, s->instance, &at, &to); at = to) {
    while (at + WORD <= to && word_at(s, at) != word) at += WORD;
    if (at + WORD <= to) return at;
  }
  return s->size;
}

// The same where data can hold it, too.
static uint64_t next_word(const struct search *s, uint64_t at, uint32_t word) {
  uint64_t end = s->data_end < s->size ? s->data_end : s->size;
  while (at + WORD <= end && word_at(s, at) != word) at += WORD;
  return at + WORD <= end ? at : next_written_word(s, at, word);
}

// Where data end; those that code puts somewhere lie at most where memory begins in all but the largest programs.
static uint64_t end_of_data(const struct program *program, uint32_t owner) {
  static const uint64_t passive_most = UINT64_C(1) << 28;
  uint64_t end = 0;
  for (uint32_t n = 0; n < program->instance_count; n++) {
    const struct core_module *module = program->instances[n].module;
    for (uint32_t i = 0; module && program->instances[n].memory_owner == owner && i < module->data_count; i++) {
      const struct core_data *data = &module->datas[i];
      uint64_t at;
      if (data->mode != CORE_ACTIVE || !core_const_eval(module, data->start, NULL, NULL, &at)) return passive_most;
      if (at + data->bytes.size > end) end = at + data->bytes.size;
    }
  }
  return end;
}

// "NAME=value" of a made-up variable, with its zero; returns the size.
static size_t make_text(const struct laboratory_variable *variable, char text[64]) {
  return (size_t)snprintf(text, 64, "%s=%s", variable->name, variable->value) + 1;
}

// Where that stands next; the size of the memory where it does not.
static uint64_t next_text(const struct search *s, uint64_t at, const struct laboratory_variable *variable) {
  char text[64];
  size_t size = make_text(variable, text);
  for (uint64_t to; laboratory_written(s->laboratory, s->instance, &at, &to); at = to) {
    const uint8_t *found = memmem(s->memory + at, (size_t)(to - at), text, size);
    if (found) return (uint64_t)(found - s->memory);
  }
  return s->size;
}

static bool is_text(const struct search *s, uint64_t at, const struct laboratory_variable *variable) {
  char text[64];
  size_t size = make_text(variable, text);
  return at < s->size && size <= s->size - at && !memcmp(s->memory + at, text, size);
}

// --- who reads a variable ---

// Bytes that an instruction with the constant must hold: as an offset (unsigned LEB128), as a number (signed), or as linkers leave
// either, padded to five bytes.
enum { FORMS = 3 };

struct pattern {
  uint8_t bytes[FORMS][5];
  size_t sizes[FORMS];
};

static struct pattern pattern_of(uint32_t address) {
  struct pattern p = {0};
  uint32_t rest = address;
  do {
    p.bytes[0][p.sizes[0]++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest);
  int32_t number = (int32_t)address;
  for (bool more = true; more;) {
    uint8_t byte = number & 0x7f;
    number >>= 7;
    more = !((number == 0 && !(byte & 0x40)) || (number == -1 && byte & 0x40));
    p.bytes[1][p.sizes[1]++] = byte | (more ? 0x80 : 0);
  }
  for (unsigned i = 0; i < 5; i++) p.bytes[2][p.sizes[2]++] = (uint8_t)((address >> (7 * i) & 0x7f) | (i < 4 ? 0x80 : 0));
  return p;
}

// Has the body an instruction with that address?
static bool mentions(struct cm_arena *arena, const struct core_module *module, uint32_t func, uint32_t address) {
  struct core_code code;
  if (!core_code_begin(&code, arena, module, func, NULL, NULL, NULL)) return false;
  for (struct core_instr i; code_next(&code, &i);) {
    bool at_address = core_ops[i.op].immediate == CORE_IMM_MEMARG;
    if (i.op == CORE_OP_I32_CONST && (uint32_t)i.i32 == address) return true;
    if (at_address && i.mem.offset == address) return true;
  }
  return false;
}

// The function in whose body the byte stands; the bodies stand behind each other.
static uint32_t func_at(const struct core_module *module, const uint8_t *byte) {
  uint32_t next;
  SORTED_FIRST(next, module->imported[CORE_FUNC] + 1, module->func_count, module->funcs[next].body.at > byte);
  return next - 1;
}

struct mention {
  struct program *program;
  const struct program_instance *in;
  uint32_t address;
  uint8_t *readers;
  uint32_t seen;  // the function that was looked at last
  bool any;
};

static void look_at(struct mention *m, const uint8_t *byte) {
  uint32_t func = func_at(m->in->module, byte), gid = m->in->base + func;
  if (func == m->seen || !(m->program->reached[gid] & 1)) return;
  m->seen = func;
  if (!mentions(m->program->arena, m->in->module, func, m->address)) return;
  m->readers[gid] = 1;
  m->any = true;
}

// The next place from `at` on where the bytes stand; NULL: there is none. The last one is looked for: in the middle of a LEB128 few are like it.
static const uint8_t *next_place(const uint8_t *at, const uint8_t *end, const uint8_t *bytes, size_t size) {
  for (at += size - 1; at < end && (at = memchr(at, bytes[size - 1], (size_t)(end - at))) != NULL; at++)
    if (!memcmp(at - (size - 1), bytes, size - 1)) return at - (size - 1);
  return NULL;
}

// Looks at the functions that have the address from a global.
static void look_for_globals(struct mention *m, const uint8_t *from, const uint8_t *end) {
  const struct core_module *module = m->in->module;
  uint32_t number;
  for (uint32_t g = module->imported[CORE_GLOBAL]; g < module->global_count; g++) {
    if (!code_constant_global(module, g, &number) || number != m->address) continue;
    struct pattern index = pattern_of(g);
    for (unsigned form = 0; form < FORMS; form++)
      for (const uint8_t *at = from; (at = next_place(at, end, index.bytes[form], index.sizes[form])) != NULL; at++)
        if (at > from && at[-1] == CODE_GLOBAL_GET) look_at(m, at);
  }
}

// Looks at the functions of an instance. Most bodies are told by their bytes, which is much faster than to read them; and all at once, by the
// bytes that all forms begin with, where these are enough.
static void look_through(struct mention *m, const struct pattern *p) {
  const struct core_module *module = m->in->module;
  uint32_t first = module->imported[CORE_FUNC];
  if (module->func_count == first || !module->funcs[first].body.at) return;
  const struct cm_span last = module->funcs[module->func_count - 1].body;
  const uint8_t *from = module->funcs[first].body.at, *end = last.at + last.size, *at;
  size_t common = (p->sizes[0] < p->sizes[1] ? p->sizes[0] : p->sizes[1]) - 1;
  m->seen = UINT32_MAX;
  if (common < 2)
    for (unsigned form = 0; form < FORMS; form++)
      for (at = from; (at = next_place(at, end, p->bytes[form], p->sizes[form])) != NULL; at++) look_at(m, at);
  else
    for (at = from; (at = next_place(at, end, p->bytes[0], common)) != NULL; at++)
      for (unsigned form = 0; form < FORMS; form++)
        if (p->sizes[form] <= (size_t)(end - at) && !memcmp(at, p->bytes[form], p->sizes[form])) look_at(m, at);
  look_for_globals(m, from, end);
}

// Marks in `readers` what mentions the address in the memory of `owner`; returns whether anything does.
static bool find_readers(struct program *program, uint8_t *readers, uint32_t owner, uint64_t address) {
  struct pattern p = pattern_of((uint32_t)address);
  struct mention m = {.program = program, .address = (uint32_t)address, .readers = readers};
  for (uint32_t n = 0; n < program->instance_count; n++) {
    m.in = &program->instances[n];
    if (m.in->module && m.in->memory_owner == owner) look_through(&m, &p);
  }
  return m.any;
}

// --- finding them ---

static void add_variable(struct environ_list *list, uint32_t owner, uint64_t address, bool is_array) {
  for (size_t i = 0; i < list->count; i++)
    if (list->variables[i].owner == owner && list->variables[i].address == address) return;
  if (list->count < ENVIRON_VARIABLES) list->variables[list->count++] = (struct environ_variable){owner, address, is_array};
}

// Adds what points to an array whose first two words point to the made-up texts, in either order; or the array, where code has its address.
static void search_memory(struct program *program, const struct search *s, uint32_t owner, struct environ_list *list) {
  for (unsigned first = 0; first < 2; first++)
    for (uint64_t text = 0; (text = next_text(s, text, &laboratory_made_up[first])) < s->size; text++)
      for (uint64_t array = 0; (array = next_written_word(s, array, (uint32_t)text)) < s->size; array += WORD) {
        uint64_t other = array + 2 * WORD <= s->size ? word_at(s, array + WORD) : 0;
        if (!other || !is_text(s, other, &laboratory_made_up[!first])) continue;
        size_t before = list->count;
        for (uint64_t at = 0; (at = next_word(s, at, (uint32_t)array)) < s->size; at += WORD) add_variable(list, owner, at, false);
        if (list->count == before && (array < s->areas || array >= s->areas + PARAMS * AREA) &&
            find_readers(program, list->readers, owner, array))
          add_variable(list, owner, array, true);
      }
}

// Does it lie where frames do? Data that begins below the stack ends there; what is not initialized may lie between.
static bool is_on_stack(const struct program *program, uint32_t owner, uint64_t address) {
  const struct program_instance *in = &program->instances[owner];
  uint64_t top, bottom = 0;
  if (!in->module || in->stack_global >= in->module->global_count || in->stack_global < in->module->imported[CORE_GLOBAL] ||
      !core_const_eval(in->module, in->module->globals[in->stack_global].init, NULL, NULL, &top))
    return false;
  for (uint32_t i = 0; i < in->module->data_count; i++) {
    const struct core_data *data = &in->module->datas[i];
    uint64_t at;
    if (data->mode != CORE_ACTIVE || !core_const_eval(in->module, data->start, NULL, NULL, &at)) return false;
    if (at < top && at + data->bytes.size > bottom) bottom = at + data->bytes.size;
  }
  if (bottom && bottom + STACK_REACH < top) bottom = top - STACK_REACH;
  return address >= bottom && address < top;
}

static bool was_handed_over(struct program *program, struct laboratory *lab, uint32_t gid, const struct core_type *type,
                            uint32_t *areas) {
  laboratory_reset(lab);
  if (!laboratory_reserve(lab, program->instance_of[gid], PARAMS * AREA, areas)) return false;
  union core_value arguments[PARAMS] = {0}, results[1] = {0};
  for (uint32_t i = 0; i < type->param_count; i++)
    if (type->params[i].code == CORE_I32) arguments[i].i32 = (int32_t)(*areas + i * AREA);
  bool back = laboratory_call(lab, gid, arguments, results, program->is_entry[gid] ? FUEL_OF_ENTRY : FUEL);
  return (back || program->is_entry[gid]) && laboratory_asked(lab);
}

// Calls the candidate; true when the environment was handed over meanwhile. The start of a program, into which all of this was inlined,
// exits instead, or traps where what is behind an import is not what it expects: the list is made by then. Where it does not get so far
// because of the argument that it was given, it may without any.
static bool hands_over(struct program *program, struct laboratory *lab, uint32_t gid, uint32_t *areas) {
  const struct core_type *type = core_func_type(program->instances[program->instance_of[gid]].module, program_func(program, gid));
  if (!type || type->param_count > PARAMS || type->result_count > 1) return false;
  if (was_handed_over(program, lab, gid, type, areas)) return true;
  if (!program->is_entry[gid]) return false;
  laboratory_set_world(lab, LABORATORY_ALONE);
  bool alone = was_handed_over(program, lab, gid, type, areas);
  laboratory_set_world(lab, LABORATORY_USUAL);
  return alone;
}

size_t environ_addresses(const struct program *program, const struct environ_list *list, uint32_t instance, bool arrays,
                         uint64_t addresses[ENVIRON_VARIABLES]) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++)
    if (list->variables[i].owner == program->instances[instance].memory_owner && list->variables[i].is_array == arrays)
      addresses[count++] = list->variables[i].address;
  return count;
}

bool environ_find(struct program *program, struct laboratory *lab, const uint32_t *candidates, size_t count,
                  struct environ_list *list) {
  *list = (struct environ_list){.fillers = cm_alloc_array(program->arena, program->func_count, 1),
                                .readers = cm_alloc_array(program->arena, program->func_count, 1)};
  if (!list->fillers || !list->readers) return false;
  for (size_t i = 0, tried = 0; i < count && tried < TRIED_MOST; i++) {
    uint32_t gid = candidates[i], instance = program->instance_of[gid], owner = program->instances[instance].memory_owner;
    if (program_is_slot(program, gid) || owner == UINT32_MAX) continue;
    bool known = false;
    for (size_t v = 0; v < list->count; v++) known |= list->variables[v].owner == owner;
    if (known) continue;
    tried++;
    struct search s = {.laboratory = lab, .instance = instance};
    if (!hands_over(program, lab, gid, &s.areas)) continue;
    size_t before = list->count;
    s.memory = laboratory_memory(lab, instance, &s.size);
    s.data_end = end_of_data(program, owner);
    if (s.memory) search_memory(program, &s, owner, list);
    if (list->count == before) continue;
    list->fillers[gid] = 1;
    laboratory_keep(lab);
  }
  size_t kept = 0;
  for (size_t v = 0; v < list->count; v++) {
    const struct environ_variable *variable = &list->variables[v];
    bool read = find_readers(program, list->readers, variable->owner, variable->address);
    if (read || !is_on_stack(program, variable->owner, variable->address)) list->variables[kept++] = *variable;
  }
  list->count = kept;
  // Where no code has the address of any, the list was only on its way to something else: nobody keeps it.
  bool is_read = false;
  for (uint32_t gid = 0; gid < program->func_count && !is_read; gid++) is_read = list->readers[gid];
  if (!is_read) list->count = 0;
  return true;
}
