// Bodies and constant expressions as text. Private.
#ifndef TEXT_PRINT_CODE_H
#define TEXT_PRINT_CODE_H

#include <component/instr.h>

#include "text/module_names.h"
#include "text/printer.h"

// A block around the instruction at hand; the outermost is the body itself.
struct frame {
  enum core_op op;
  struct cm_str label;  // empty: none
};

// A body (or constant expression) being printed.
struct body {
  struct printer *p;
  const struct core_module *module;
  const struct module_names *names;
  struct core_code code;
  struct idents locals;  // parameters among them
  const struct core_name *labels;
  size_t label_count, label_at;  // names of labels, and the next of them
  uint32_t blocks;               // begun by now
  struct frame *frames;
  size_t depth, room;
};

// print_instr.c: one instruction with its immediates, not what it encloses. `label` is what a block that it opens is called, empty if it is not.
// The labels that it names are counted from the blocks in `frames`: what it opens must not be among them, and what `delegate` closes
// no longer.
void put_instr(struct body *b, const struct core_instr *instr, struct cm_str label);

// What an instruction does to the nesting of blocks. `delegate` closes; `end` too.
enum nesting { NEST_NONE, NEST_OPEN, NEST_DIVIDE, NEST_CLOSE };
enum nesting nesting_of(enum core_op op);

// print_body.c: what the block that `instr` opens is called. To be asked once for each block, in order.
struct cm_str body_next_label(struct body *b);

// Opens, divides or closes a block. False: nested too deep, `else` or `catch` out of place, no memory.
bool body_nest(struct body *b, const struct core_instr *instr, struct cm_str label);

// The next instruction, where the body has not ended. False at its end, and on failure.
bool body_next(struct body *b, struct core_instr *instr);

// Prints the function's locals and instructions on lines of their own.
void print_body(struct printer *p, const struct core_module *module, const struct module_names *names, uint32_t func,
                const struct core_type *type, const struct idents *locals);

// Prints a constant expression on the line: " i32.const 1 i32.const 2 i32.add".
void put_expr(struct printer *p, const struct core_module *module, const struct module_names *names, struct core_expr expr);

// Prints it as a form: " (i32.const 1)", or " (WORD i32.const 1 …)" where it is not just one instruction.
void put_expr_form(struct printer *p, const struct core_module *module, const struct module_names *names, struct core_expr expr,
                   const char *several);

// print_folded.c: the instructions of a body, folded, up to its end.
void print_folded(struct body *b);

#endif
