// Code objects: their parts, instructions, lines and handlers.
#ifndef ANALYZE_PY_CODE_H
#define ANALYZE_PY_CODE_H

#include "py_heap.h"

// Instructions, of all versions.
enum py_op {
  PY_OP_NONE,  // no instruction, or one that is not known
#define PY_OP(name, caches_312, caches_314) PY_OP_##name,
#include "py_opcodes.def"
  PY_OP_COUNT
};

const char *py_op_name(enum py_op op);

// Bits of co_flags.
enum {
  PY_CODE_VARARGS = 0x4,
  PY_CODE_VARKEYWORDS = 0x8,
  PY_CODE_GENERATOR = 0x20,
  PY_CODE_COROUTINE = 0x80,
  PY_CODE_ASYNC_GENERATOR = 0x200,
};

// Bits of a local's kind.
enum { PY_LOCAL_CELL = 0x40, PY_LOCAL_FREE = 0x80 };

enum { PY_CODE_UNITS_MOST = 1 << 16, PY_CODE_LOCALS_MOST = 1024, PY_CODE_STACK_MOST = 1024, PY_CODE_HANDLERS_MOST = 1 << 14 };

struct py_code {
  py_address at;
  py_address constants, names, locals, filename, qualname;
  uint32_t flags, arguments, positional_only, keyword_only, stack, first_line;
  uint32_t local_count, cell_count, free_count;
  uint64_t instructions;  // address of the first
  uint32_t unit_count;
  struct cm_span lines, handlers;
};

// Reads a code object; false where it is none or its parts do not fit together.
bool py_code_read(const struct py_heap *heap, py_address at, struct py_code *code);

struct py_instr {
  enum py_op op;
  uint32_t argument;  // with what EXTENDED_ARG put before it
  uint32_t unit;      // where it stands, behind the EXTENDED_ARGs
  uint32_t next;      // behind its caches
};

// The instruction at `unit` (which may be an EXTENDED_ARG); false: there is none.
bool py_code_instr(const struct py_heap *heap, const struct py_code *code, uint32_t unit, struct py_instr *instr);

// The line and column (from 1; 0: not known) that the instruction at `unit` comes from.
struct py_position {
  uint32_t line, column;
};
struct py_position py_code_position(const struct py_code *code, uint32_t unit);

// The lines of all units at once: `lines` has room for unit_count.
void py_code_lines(const struct py_code *code, uint32_t *lines);

// The handler of exceptions at `unit`; false: there is none.
struct py_handler {
  uint32_t target, depth;
  bool pushes_unit;
};
bool py_code_handler(const struct py_code *code, uint32_t unit, struct py_handler *handler);

#endif
