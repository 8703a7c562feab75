// Reading code objects.
//
// A code object is refused unless all its parts are of the types that they must be, so that what looks like one in unused memory is none.
// The tables of lines and handlers are lists of numbers of variable length (Objects/locations.md, Objects/exception_handling_notes.txt in
// CPython's sources); they are read from their beginning each time, and are short.

#include "py_code.h"

// Parts of PyCodeObject, 3.12 to 3.14. The instructions stand behind it.
enum {
  CODE_UNITS = 8,
  CODE_CONSTANTS = 12,
  CODE_NAMES = 16,
  CODE_HANDLERS = 20,
  CODE_FLAGS = 24,
  CODE_ARGUMENTS = 28,
  CODE_POSITIONAL_ONLY = 32,
  CODE_KEYWORD_ONLY = 36,
  CODE_STACK = 40,
  CODE_FIRST_LINE = 44,
  CODE_LOCAL_COUNT = 48,
  CODE_CELL_COUNT = 60,
  CODE_FREE_COUNT = 64,
  CODE_LOCALS = 72,
  CODE_KINDS = 76,
  CODE_FILENAME = 80,
  CODE_QUALNAME = 88,
  CODE_LINES = 92,
};

static const char *const op_names[PY_OP_COUNT] = {
    [PY_OP_NONE] = "?",
#define PY_OP(name, caches_312, caches_314) [PY_OP_##name] = #name,
#include "py_opcodes.def"
};

const char *py_op_name(enum py_op op) { return op_names[op]; }

static const uint8_t caches[2][PY_OP_COUNT] = {
    {
#define PY_OP(name, caches_312, caches_314) [PY_OP_##name] = caches_312,
#include "py_opcodes.def"
    },
    {
#define PY_OP(name, caches_312, caches_314) [PY_OP_##name] = caches_314,
#include "py_opcodes.def"
    },
};

struct op_range {
  uint16_t version;
  uint8_t first, last;
  enum py_op op;
};
static const struct op_range op_ranges[] = {
#define PY_BYTES(version, first, last, name) {version, first, last, PY_OP_##name},
#include "py_opcodes.def"
};

static enum py_op op_of(uint16_t version, uint8_t byte) {
  unsigned wanted = version == 0x030c ? 312 : 314;
  for (size_t i = 0; i < sizeof op_ranges / sizeof *op_ranges; i++)
    if (op_ranges[i].version == wanted && op_ranges[i].first <= byte && byte <= op_ranges[i].last) return op_ranges[i].op;
  return PY_OP_NONE;
}

bool py_code_read(const struct py_heap *heap, py_address at, struct py_code *code) {
  if (!py_is(heap, at, PY_TYPE_CODE)) return false;
#define PART(offset) py_word(heap, (uint64_t)at + (offset))
  *code = (struct py_code){.at = at,
                           .constants = PART(CODE_CONSTANTS),
                           .names = PART(CODE_NAMES),
                           .locals = PART(CODE_LOCALS),
                           .filename = PART(CODE_FILENAME),
                           .qualname = PART(CODE_QUALNAME),
                           .flags = PART(CODE_FLAGS),
                           .arguments = PART(CODE_ARGUMENTS),
                           .positional_only = PART(CODE_POSITIONAL_ONLY),
                           .keyword_only = PART(CODE_KEYWORD_ONLY),
                           .stack = PART(CODE_STACK),
                           .first_line = PART(CODE_FIRST_LINE),
                           .local_count = PART(CODE_LOCAL_COUNT),
                           .cell_count = PART(CODE_CELL_COUNT),
                           .free_count = PART(CODE_FREE_COUNT),
                           .instructions = (uint64_t)at + heap->layout->code_size,
                           .unit_count = PART(CODE_UNITS)};
  struct cm_span kinds;
  if (!py_is(heap, code->constants, PY_TYPE_TUPLE) || !py_is(heap, code->names, PY_TYPE_TUPLE) ||
      !py_is(heap, code->locals, PY_TYPE_TUPLE) || !py_is(heap, code->filename, PY_TYPE_STR) ||
      !py_is(heap, code->qualname, PY_TYPE_STR) || !py_bytes(heap, PART(CODE_KINDS), &kinds) ||
      !py_bytes(heap, PART(CODE_LINES), &code->lines) || !py_bytes(heap, PART(CODE_HANDLERS), &code->handlers))
    return false;
#undef PART
  uint64_t slots =
      (uint64_t)code->arguments + code->keyword_only + !!(code->flags & PY_CODE_VARARGS) + !!(code->flags & PY_CODE_VARKEYWORDS);
  return code->unit_count && code->unit_count <= PY_CODE_UNITS_MOST && code->local_count <= PY_CODE_LOCALS_MOST &&
         code->stack <= PY_CODE_STACK_MOST && py_length(heap, code->locals) == code->local_count &&
         kinds.size == code->local_count && code->handlers.size <= PY_CODE_HANDLERS_MOST && slots <= code->local_count &&
         code->free_count <= code->local_count && code->positional_only <= code->arguments &&
         code->instructions + (uint64_t)code->unit_count * 2 <= heap->size;
}

bool py_code_instr(const struct py_heap *heap, const struct py_code *code, uint32_t unit, struct py_instr *instr) {
  *instr = (struct py_instr){0};
  for (unsigned extended = 0; unit < code->unit_count && extended < 4; extended++, unit++) {
    uint64_t at = code->instructions + (uint64_t)unit * 2;
    instr->op = op_of(heap->layout->version, py_byte(heap, at));
    instr->argument = instr->argument << 8 | py_byte(heap, at + 1);
    instr->unit = unit;
    instr->next = unit + 1 + caches[heap->layout->version != 0x030c][instr->op];
    if (instr->op != PY_OP_EXTENDED_ARG) return instr->op != PY_OP_NONE;
  }
  return false;
}

// --- lines ---

struct reader {
  const uint8_t *at, *end;
};

static uint32_t next_byte(struct reader *r) { return r->at < r->end ? *r->at++ : 0; }

// Six bits a byte, the lowest first.
static uint32_t line_number(struct reader *r) {
  uint32_t value = 0, byte;
  unsigned shift = 0;
  do {
    byte = next_byte(r);
    if (shift < 30) value |= (byte & 63) << shift;
    shift += 6;
  } while (byte & 64);
  return value;
}

static int32_t signed_line_number(struct reader *r) {
  uint32_t value = line_number(r);
  return value & 1 ? -(int32_t)(value >> 1) : (int32_t)(value >> 1);
}

// One entry: how many code units it is for, and how the line moves. *column from 0; UINT32_MAX: not known. False: it has no line.
static bool next_location(struct reader *r, uint32_t *units, int64_t *line, uint32_t *column) {
  enum { NO_LOCATION = 15, LONG = 14, NO_COLUMN = 13, ONE_LINE = 10 };
  uint32_t first = next_byte(r), kind = first >> 3 & 15;
  *units = (first & 7) + 1;
  *column = UINT32_MAX;
  if (kind == NO_LOCATION) return false;
  if (kind == LONG || kind == NO_COLUMN) *line += signed_line_number(r);
  if (kind == LONG) {
    line_number(r);  // lines up to its end
    *column = line_number(r) - 1;
    line_number(r);  // column of its end
  } else if (kind >= ONE_LINE && kind < NO_COLUMN) {
    *line += kind - ONE_LINE;
    *column = next_byte(r);
    next_byte(r);
  } else if (kind < ONE_LINE) {
    *column = kind << 3 | (next_byte(r) >> 4 & 7);
  }
  return true;
}

struct py_position py_code_position(const struct py_code *code, uint32_t unit) {
  struct reader r = {code->lines.at, code->lines.at + code->lines.size};
  int64_t line = code->first_line;
  for (uint64_t at = 0; r.at < r.end;) {
    uint32_t units, column;
    bool known = next_location(&r, &units, &line, &column);
    at += units;
    if (unit >= at) continue;
    if (!known || line <= 0 || line > INT32_MAX) break;
    return (struct py_position){(uint32_t)line, column == UINT32_MAX ? 0 : column + 1};
  }
  return (struct py_position){0, 0};
}

void py_code_lines(const struct py_code *code, uint32_t *lines) {
  struct reader r = {code->lines.at, code->lines.at + code->lines.size};
  int64_t line = code->first_line;
  uint32_t at = 0, units, column;
  while (r.at < r.end && at < code->unit_count) {
    bool known = next_location(&r, &units, &line, &column) && line > 0 && line <= INT32_MAX;
    for (; units && at < code->unit_count; units--) lines[at++] = known ? (uint32_t)line : 0;
  }
  while (at < code->unit_count) lines[at++] = 0;
}

// --- handlers ---

// Six bits a byte, the highest first.
static uint32_t handler_number(struct reader *r) {
  uint32_t byte = next_byte(r), value = byte & 63;
  while (byte & 64) {
    byte = next_byte(r);
    value = value << 6 | (byte & 63);
  }
  return value;
}

bool py_code_handler(const struct py_code *code, uint32_t unit, struct py_handler *handler) {
  struct reader r = {code->handlers.at, code->handlers.at + code->handlers.size};
  while (r.at < r.end) {
    uint32_t from = handler_number(&r), size = handler_number(&r), target = handler_number(&r), depth = handler_number(&r);
    if (unit < from) return false;
    if (unit - from >= size) continue;
    *handler = (struct py_handler){target, depth >> 1, depth & 1};
    return target < code->unit_count && handler->depth <= code->stack;
  }
  return false;
}
