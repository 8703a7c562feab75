// What the files of instructions share: the stack of a frame, and who does what. Private to py_step.c, py_operate.c, py_branch.c,
// py_test.c and py_raise.c.
#ifndef ANALYZE_PY_STEP_H
#define ANALYZE_PY_STEP_H

#include "py_machine.h"

static inline bool is_312(const struct py_machine *m) { return m->heap->layout->version == 0x030c; }

static inline void push(struct py_frame *f, py_value v) {
  if (f->height >= f->code.local_count + f->code.stack + 2) return;
  f->from[f->height] = 0;
  f->slots[f->height++] = v;
}
static inline py_value pop(struct py_frame *f) { return f->height > f->code.local_count ? f->slots[--f->height] : 0; }
// The n-th from the top, 1 being the top itself. NULL: the stack is not so high.
static inline py_value *peek(struct py_frame *f, uint32_t n) {
  return n && f->height >= f->code.local_count + n ? &f->slots[f->height - n] : NULL;
}
static inline py_value *local(struct py_frame *f, uint32_t i) { return i < f->code.local_count ? &f->slots[i] : NULL; }
static inline py_value name_value(struct py_machine *m, const struct py_frame *f, uint32_t i) {
  return py_of_address(m, py_item(m->heap, f->code.names, i));
}
static inline struct cm_str name_of(const struct py_machine *m, const struct py_frame *f, uint32_t i) {
  return py_text_or_empty(m->heap, py_item(m->heap, f->code.names, i));
}
static inline py_value constant(struct py_machine *m, const struct py_frame *f) {
  return py_of_address(m, py_item(m->heap, f->code.constants, f->instr.argument));
}

// Takes the topmost `count` values off; they stay readable behind the top until something is pushed. NULL: there are not so many.
static inline const py_value *take(struct py_frame *f, uint32_t count) {
  if (f->height < f->code.local_count + (uint64_t)count) return NULL;
  f->height -= count;
  return f->slots + f->height;
}

typedef void py_operation(struct py_machine *m, struct py_frame *f);

// Instructions of py_operate.c.
py_operation py_do_binary;
py_operation py_do_invert;
py_operation py_do_binary_subscr;
py_operation py_do_binary_slice;
py_operation py_do_build_slice;
py_operation py_do_store_subscr;
py_operation py_do_store_slice;
py_operation py_do_compare;
py_operation py_do_contains;
py_operation py_do_is;
py_operation py_do_build_tuple;
py_operation py_do_build_list;
py_operation py_do_build_map;
py_operation py_do_build_const_key_map;
py_operation py_do_build_string;
py_operation py_do_format_simple;
py_operation py_do_convert;
py_operation py_do_format_value;
py_operation py_do_format_with_spec;
py_operation py_do_list_append;
py_operation py_do_map_add;
py_operation py_do_list_extend;
py_operation py_do_dict_update;
py_operation py_do_unpack;
py_operation py_do_unpack_ex;
py_operation py_do_match_keys;
py_operation py_do_match_class;

// Instructions of py_test.c.
py_operation py_do_not;
py_operation py_do_to_bool;

// Instructions of py_branch.c.
py_operation py_do_get_iter;
py_operation py_do_for_iter;
py_operation py_do_send;
py_operation py_do_end_send;
py_operation py_do_get_anext;
py_operation py_do_yield;
py_operation py_do_return;
py_operation py_do_return_const;
py_operation py_do_jump_forward;
py_operation py_do_jump_backward;
py_operation py_do_jump_if_false;
py_operation py_do_jump_if_true;
py_operation py_do_jump_if_none;
py_operation py_do_jump_if_not_none;
py_operation py_do_end;
py_operation py_do_cleanup_throw;
py_operation py_do_match_mapping;
py_operation py_do_match_sequence;
py_operation py_do_get_len;

// Instructions of py_raise.c.
py_operation py_do_raise;
py_operation py_do_reraise;
py_operation py_do_push_exc_info;
py_operation py_do_check_exc_match;
py_operation py_do_with_except_start;

// --- tests (py_test.c) ---

// Is `v`, which stands or stood at this place of the stack, a local variable that is one of several, or was it made of one? Then it is what is
// tested from here on. f->test.value is for whoever makes the test.
bool py_test_begin(struct py_machine *m, struct py_frame *f, py_value v, uint32_t place);
// What stands at a place of locals and stack is tested; one of its alternatives, with what comes of it (1, 0, or -1 where that is not known);
// and the value that the test leaves.
void py_test_begin_at(struct py_machine *m, struct py_frame *f, uint32_t place);
void py_test_one(struct py_machine *m, struct py_frame *f, py_value alternative, int truth);
void py_test_end(struct py_frame *f, py_value value);

// Pushes `v`, which was made of what is tested: `make` makes it of one alternative (NULL: it was not).
void py_push_made(struct py_machine *m, struct py_frame *f, py_value v, py_unary *make, void *context);
// Pushes what a call gave: perhaps of a method of what is tested, or with it as the first argument, which stood at `first_at`.
void py_push_called(struct py_machine *m, struct py_frame *f, py_value callee, const struct py_arguments *a, uint32_t first_at,
                    py_value result);

// The truth of what is on top, which is taken off. Where it is a variable it is tested by that; where it was tested before, the test goes on.
int py_test_truth(struct py_machine *m, struct py_frame *f);
// What is tested is None; is equal to `b`; comes so in order; is the same object; is in a container. `wanted`: or is it not?
void py_test_none(struct py_machine *m, struct py_frame *f);
void py_test_equal(struct py_machine *m, struct py_frame *f, py_value b, bool wanted);
void py_test_order(struct py_machine *m, struct py_frame *f, py_value b, uint32_t how);
void py_test_same(struct py_machine *m, struct py_frame *f, py_value b, bool wanted, py_value result);
void py_test_contained(struct py_machine *m, struct py_frame *f, py_value container, bool wanted, py_value result);

// The same of two values: 1, 0, or -1 where it is not known.
int py_is_none(const struct py_machine *m, py_value v);
int py_same(const struct py_machine *m, py_value a, py_value b);
int py_compare_order(const struct py_machine *m, py_value a, py_value b, uint32_t how);

#endif
