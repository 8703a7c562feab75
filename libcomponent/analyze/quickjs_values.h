// QuickJS's objects made objects of the evaluation: what its parts share.
#ifndef ANALYZE_QUICKJS_VALUES_H
#define ANALYZE_QUICKJS_VALUES_H

#include "js_machine.h"
#include "quickjs_program.h"

// What an address became.
struct qjs_made {
  qjs_address at;
  struct js_value value;
  const struct js_link *link;  // of a variable
  bool is_known;               // the engine's or the host's: its members are not looked at
};

struct qjs_text_node {
  const char *text;
  uint32_t at, size;
  struct js_node *node;
};

struct qjs_values {
  struct js_machine *m;
  struct qjs_program *program;
  struct cm_arena *arena;
  struct index by_address, by_text;
  struct qjs_made *made;
  size_t made_count, made_room;
  size_t filled;  // of what was made, so much has its members
  struct qjs_text_node *nodes;
  size_t node_count, node_room;
  size_t text_left, parsed_left;  // bytes of texts that are taken, and of those of functions
  uint32_t steps_left;
  unsigned depth;
  uint32_t frame;  // whose variables those of the modules are
  bool whole;
};

// One more of what there may be very many of. False: there were enough, or memory is exhausted.
bool qjs_step(struct qjs_values *c);

// What a value is, and the object at an address. The members of new objects come later, by qjs_fill.
struct js_value qjs_convert(struct qjs_values *c, qjs_value v);
struct js_value qjs_convert_object(struct qjs_values *c, qjs_address at);
struct qjs_made *qjs_find_made(struct qjs_values *c, qjs_address at);
bool qjs_note_made(struct qjs_values *c, const struct qjs_made *made);
void qjs_fill(struct qjs_values *c);

// The text of a property's name. False: it has none.
bool qjs_name(struct qjs_values *c, qjs_atom name, struct cm_str *out);

// A variable that closures share.
const struct js_link *qjs_link(struct qjs_values *c, qjs_address variable, struct cm_str name);

// --- quickjs_function.c ---
// The function at that address has that code: `function` becomes it.
void qjs_fill_function(struct qjs_values *c, struct js_object *function, qjs_address at, const struct qjs_code *code);

// The variables of a module, whose top level is that function; 0: it has none.
void qjs_fill_module(struct qjs_values *c, struct js_module *module, qjs_address function);

// --- quickjs_modules.c ---
// Puts the program's modules into the machine. False: memory is exhausted.
bool qjs_take(void *program, struct js_machine *m, bool *whole);

#endif
