// Calls of functions that are known by what they do, of memcpy's kind and of printf's: done, and not executed.

#include "activation.h"
#include "printing.h"
#include "watch.h"

#include <string.h>

enum { FORMAT_MOST = 256, COMPARED_MOST = 16 };

// A search in an entry's text tells nothing of its name; what it finds is somewhere in the entry. False: it is no search in an entry.
static bool find_in_entry(struct activation *a, const struct value *arguments) {
  if (!watch_is_on(a) || watch_class_of(a->evaluation, arguments[0]).class != WATCH_ENTRY) return false;
  struct value_table *table = activation_values(a);
  struct watched w = watch_class_of(a->evaluation, arguments[0]);
  bool of_sign = value_is_const(arguments[1]) && arguments[1].bits == '=' && w.offset_known && !w.offset;
  activation_push(a, of_sign ? watch_sign(a, arguments[0]) : fold_binary(table, CORE_OP_I32_ADD, arguments[0], value_fresh(table)));
  return true;
}

// A search or a comparison over nobody knows how many bytes: to execute it tells nothing, and it leaves all as it is.
static bool read_unknown(struct activation *a, bool any_size) {
  if (!any_size || a->evaluation->watched) return false;
  activation_push(a, value_fresh(activation_values(a)));
  return true;
}

static bool compare_entry(struct activation *a, enum primitive is, const struct value *arguments) {
  struct value outcome;
  if (!watch_compare(a, is, arguments, &outcome)) return false;
  activation_push(a, outcome);
  return true;
}

// A comparison of a few bytes where it is known on each way which ones these are.
static bool is_short_choice(const struct value *arguments, const struct core_type *type) {
  bool chosen = type->param_count == 3 && (arguments[0].kind == VALUE_TREE || arguments[1].kind == VALUE_TREE);
  return chosen && arguments[2].kind == VALUE_CONST && !arguments[2].weak && arguments[2].bits <= COMPARED_MOST;
}

static bool compare_choice(struct activation *a, const struct value *arguments, const struct core_type *type) {
  struct value_table *table = activation_values(a);
  struct value outcome = value_const(0);
  if (!is_short_choice(arguments, type)) return false;
  for (unsigned i = (unsigned)arguments[2].bits; i-- > 0 && !value_is_blurred(table, outcome);) {
    struct value first = activation_load(a, arguments[0], i, 1), second = activation_load(a, arguments[1], i, 1);
    struct value apart = fold_binary(table, CORE_OP_I32_SUB, first, second);
    outcome = fold_select(table, apart, apart, outcome);
  }
  if (value_is_blurred(table, outcome)) return false;
  activation_push(a, outcome);
  return true;
}

// memcpy and its kind are done, not executed. False: the callee is none.
bool activation_primitive(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type) {
  struct evaluation *e = a->evaluation;
  if (!e->primitives || e->program->instance_of[callee] != a->frame.instance) return false;
  bool any_size = type->param_count == 3 && !value_truth_of(&e->values, arguments[2]).known;
  enum primitive is = primitive_of(e->primitives, callee, e->watched || any_size || is_short_choice(arguments, type));
  switch (is) {
    case PRIMITIVE_COPY: activation_copy(a, arguments[0], arguments[1], arguments[2]); break;
    case PRIMITIVE_FILL: activation_fill(a, arguments[0], arguments[1], arguments[2]); break;
    case PRIMITIVE_LENGTH: activation_push(a, activation_length(a, arguments[0])); return true;
    case PRIMITIVE_ALLOCATE:
    case PRIMITIVE_ALLOCATE_ZEROED:
      activation_push(a, activation_allocate(a, arguments[0], is == PRIMITIVE_ALLOCATE_ZEROED));
      return true;
    case PRIMITIVE_ALLOCATE_MANY:
      activation_push(a, activation_allocate(a, fold_binary(&e->values, CORE_OP_I32_MUL, arguments[0], arguments[1]), true));
      return true;
    case PRIMITIVE_FREE:
      if (arguments[0].kind == VALUE_UNKNOWN) activation_pass_over(a, callee, arguments, type->param_count);
      return true;
    case PRIMITIVE_REALLOCATE: return activation_reallocate(a, arguments[0], arguments[1]);
    case PRIMITIVE_FIND: return find_in_entry(a, arguments) || read_unknown(a, any_size);
    case PRIMITIVE_COMPARE:
      if (compare_choice(a, arguments, type)) return true;
      return compare_entry(a, is, arguments) || read_unknown(a, any_size);
    case PRIMITIVE_COMPARE_TEXT:
    case PRIMITIVE_COMPARE_TEXTS: return compare_entry(a, is, arguments) || read_unknown(a, any_size);
    default: return false;
  }
  if (type->result_count) activation_push(a, arguments[0]);
  return true;
}

// A number that is the address of what a program has from its start, as of a file.
static bool is_static(const struct activation *a, struct value v) {
  return v.kind == VALUE_CONST && v.bits >= ACTIVATION_VARIABLES && !activation_is_object(a, v.bits);
}

// Does the text convert something, and store nothing through its arguments (%n)?
static bool is_format(struct activation *a, struct value text) {
  bool converts = false, within = false;
  for (uint64_t i = 0; text.kind == VALUE_CONST && i < FORMAT_MOST; i++) {
    struct value v = world_byte(&a->evaluation->worlds, &a->now.world, text.bits + i);
    if (v.kind != VALUE_CONST || (within && v.bits == 'n')) return false;
    if (!v.bits) return converts;
    within = v.bits == '%' ? !within : within && strchr("-+ #0123456789.*hlLjzt'", (int)v.bits);
    converts |= within;
  }
  return false;
}

static bool is_text(struct activation *a, struct value v) {
  if (v.kind != VALUE_CONST || !activation_is_object(a, v.bits)) return false;
  struct value first = world_byte(&a->evaluation->worlds, &a->now.world, v.bits);
  return first.kind == VALUE_CONST && first.bits >= ' ' && first.bits <= '~';
}

// Prints what stands in frames or blocks. False: the callee is not known to do no more than that.
bool activation_print(struct activation *a, uint32_t callee, const struct value *arguments, const struct core_type *type) {
  struct evaluation *e = a->evaluation;
  uint32_t count = type->param_count;
  if (!e->primitives || e->program->instance_of[callee] != a->frame.instance || !count || count > 3 || type->result_count > 1)
    return false;
  for (uint32_t i = 0; i < count; i++)
    if (type->params[i].code != CORE_I32) return false;
  enum printing_shape shape = PRINTING_NONE;
  uint32_t file = 0;
  struct value last = arguments[count - 1];
  if (count >= 2 && last.kind == VALUE_CONST && activation_is_object(a, last.bits) && is_format(a, arguments[count - 2]) &&
      (count == 2 || is_static(a, arguments[0]))) {
    shape = PRINTING_FORMAT;
    file = (uint32_t)arguments[0].bits;
  } else if (count <= 2 && is_text(a, arguments[0]) && (count == 1 || is_static(a, last))) {
    shape = PRINTING_TEXT;
    file = (uint32_t)last.bits;
  }
  if (!shape || !printing_is(e->primitives, callee, shape, count, file)) return false;
  activation_hand_over(a, arguments, count);
  activation_push_unknown(a, type->result_count);
  return true;
}
