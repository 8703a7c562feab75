// Instructions: one table, one streaming reader.
//
// core/instr.def lists every instruction once: prefix and opcode, name, kind of immediates, signature. The reader, the printer,
// the validator, the interpreter and the analyses expand or index that table.
//
// Spec: core 3.0, "Instructions" (https://webassembly.github.io/spec/core/binary/instructions.html); atomics: threads proposal;
// i64.add128 …: wide-arithmetic proposal.
#ifndef COMPONENT_INSTR_H
#define COMPONENT_INSTR_H

#include <component/core.h>

// What follows the opcode.
enum core_imm {
  CORE_IMM_NONE,
  CORE_IMM_BLOCK,          // block type
  CORE_IMM_LABEL,          // br, br_if, br_on_null, br_on_non_null, rethrow, delegate
  CORE_IMM_BR_TABLE,       // vector of labels, default label
  CORE_IMM_FUNC,           // function index
  CORE_IMM_CALL_INDIRECT,  // type index, table index
  CORE_IMM_TYPE,           // type index (call_ref, struct.new, array.get …)
  CORE_IMM_LOCAL,
  CORE_IMM_GLOBAL,
  CORE_IMM_TABLE,
  CORE_IMM_TABLE_TABLE,    // table.copy: to, from
  CORE_IMM_ELEM_TABLE,     // table.init: element, table
  CORE_IMM_ELEM,           // elem.drop
  CORE_IMM_DATA,           // data.drop
  CORE_IMM_DATA_MEMORY,    // memory.init: data, memory
  CORE_IMM_MEMORY,         // memory.size, memory.grow, memory.fill
  CORE_IMM_MEMORY_MEMORY,  // memory.copy: to, from
  CORE_IMM_MEMARG,         // alignment, memory, offset
  CORE_IMM_MEMARG_LANE,    // and a lane
  CORE_IMM_I32,
  CORE_IMM_I64,
  CORE_IMM_F32,
  CORE_IMM_F64,
  CORE_IMM_V128,
  CORE_IMM_LANE,
  CORE_IMM_SHUFFLE,     // 16 lanes
  CORE_IMM_SELECT,      // vector of value types
  CORE_IMM_HEAP,        // ref.null, ref.test, ref.cast
  CORE_IMM_TAG,         // throw, catch
  CORE_IMM_TRY_TABLE,   // block type, vector of catches
  CORE_IMM_TYPE_FIELD,  // struct.get …
  CORE_IMM_TYPE_TYPE,   // array.copy
  CORE_IMM_TYPE_COUNT,  // array.new_fixed
  CORE_IMM_TYPE_DATA,   // array.new_data, array.init_data
  CORE_IMM_TYPE_ELEM,   // array.new_elem, array.init_elem
  CORE_IMM_BR_ON_CAST,  // flags, label, heap type, heap type
  CORE_IMM_ZERO,        // atomic.fence: one reserved byte
};

// Dense numbers of all instructions, CORE_OP_UNREACHABLE, CORE_OP_I32_ADD …, from the table.
enum core_op {
#define CORE_INSTR(prefix, opcode, NAME, text, immediate, signature) CORE_OP_##NAME,
#include <component/instr.def>
#undef CORE_INSTR
  CORE_OP_COUNT
};

struct core_op_info {
  uint8_t prefix;    // 0, or 0xfb … 0xfe
  uint16_t opcode;   // behind the prefix
  const char *text;  // "i32.add"
  uint8_t immediate;
  // Operands and results as one letter each, "ii:i" for i32.add: i i32, l i64, f f32, d f64, v v128, p address (i32 or i64 as the
  // memory is), t table index type, r reference. "*" where it depends on immediates or on the stack.
  const char *signature;
};

extern const struct core_op_info core_ops[CORE_OP_COUNT];

// The natural alignment of an instruction with a memarg, as a power of two: 2 for i32.load. 0 for the others.
uint8_t core_op_align_log2(enum core_op op);

struct core_blocktype {
  enum { CORE_BLOCK_EMPTY, CORE_BLOCK_VALUE, CORE_BLOCK_TYPE } kind;
  struct core_valtype value;  // CORE_BLOCK_VALUE
  uint32_t type;              // CORE_BLOCK_TYPE: function type index
};

struct core_instr {
  enum core_op op;
  const uint8_t *at;  // the opcode's first byte; offset = at - module->file
  union {
    struct core_blocktype block;
    uint32_t index;  // label, function, local, global, type, table, tag, data, element, memory; lane
    struct {
      uint32_t a, b;  // two indices in the order of the binary format
    } pair;
    struct {
      uint64_t offset;
      uint32_t memory;
      uint8_t align_log2, lane;
    } mem;
    int32_t i32;
    int64_t i64;
    uint32_t f32_bits;
    uint64_t f64_bits;
    const uint8_t *v128;  // 16 bytes, also the lanes of a shuffle
    struct {
      uint32_t count;         // without the default
      struct cm_span labels;  // count + 1 LEB128 numbers; core_next_label reads them
    } br_table;
    struct {
      uint32_t count;
      struct cm_span types;  // `count` value types; core_next_type reads them
      struct core_valtype first;
    } select;
    struct {
      bool nullable, shared;
      int32_t heap;
    } heap;
    struct {
      struct core_blocktype block;
      uint32_t count;
      struct cm_span catches;
    } try_table;
    struct {
      uint32_t label;
      uint8_t flags;  // 1: `from` is nullable; 2: `to` is
      bool from_shared, to_shared;
      int32_t from, to;
    } cast;
  };
};

// A function body (or constant expression) being read.
struct core_code {
  struct cm_reader reader;
  const struct core_module *module;
  uint32_t func;          // UINT32_MAX for a constant expression
  bool lacks_data_count;  // a body of a module without data count section, where memory.init and its like are malformed
};

// Begins at the instructions of a body, having read its locals: `locals` (may be NULL) gets the declared local types expanded, in
// the arena, parameters not among them. Fails on malformed local declarations and on more than CORE_LIMIT_LOCALS.
bool core_code_begin(struct core_code *code, struct cm_arena *arena, const struct core_module *module, uint32_t func,
                     struct core_valtype **locals, uint32_t *local_count, struct cm_diag *diag);

// The same over a constant expression.
void core_expr_begin(struct core_code *code, const struct core_module *module, struct core_expr expr, struct cm_diag *diag);

// Reads the next instruction. False: malformed (diag says what), or at the end (then code->reader.failed is false). Nesting is the
// caller's: the `end` that closes the body is an instruction like the others, and so is what might follow it.
bool core_code_next(struct core_code *code, struct core_instr *out);

// For code that is of no interest: steps over instructions up to one that opens, divides or closes a block, or that is not of the
// commonest, which core_code_next is to read. Neither indices nor the size of numbers that it steps over are checked. The code must be
// that of a function.
void core_code_step_within(struct core_code *code);

// Fills code->reader.diag with an error at `at` and the path of what encloses it, the function by name; marks the reader as
// failed. Returns false.
bool core_code_fail(struct core_code *code, enum cm_error error, const uint8_t *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Reads every constant expression and every body to the end and checks their nesting as far as it belongs to the binary grammar:
// each block ends, `else` stands in an `if`, `catch` in a `try`, nothing follows the last `end`. True: the module is well-formed.
bool core_read_bodies(const struct core_module *module, struct cm_diag *diag);

// The next label of a br_table; call it count + 1 times, the default comes last.
bool core_next_label(struct cm_span *labels, uint32_t *label);

// The next type of a select; call it count times.
bool core_next_type(struct cm_span *types, struct core_valtype *type);

// One catch of a try_table.
struct core_catch {
  uint8_t kind;  // 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref
  uint32_t tag, label;
};
bool core_next_catch(struct cm_span *catches, struct core_catch *out);

// What a fast pass over a body finds without decoding what it does not need: direct calls and references to functions. Calls
// `visit` for call, return_call, ref.func (with the function index), call_indirect, return_call_indirect (type, table), call_ref
// and return_call_ref (type), in order. False: malformed, as far as this pass looks: it neither checks nesting nor the size of
// numbers that it steps over, and may have called `visit` before it noticed.
enum core_use { CORE_USE_CALL, CORE_USE_REF, CORE_USE_INDIRECT, CORE_USE_CALL_REF };
bool core_code_uses(const struct core_module *module, uint32_t func,
                    void (*visit)(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at), void *context,
                    struct cm_diag *diag);

#endif
