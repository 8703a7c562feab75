// What the unknowns of the environment's list are, told from the operations that they are named by.
//
// Arithmetic on a pointer moves it, whatever widens a character leaves it a character, and everything else that is computed from a text is
// mixed. Where two unknowns met (value.c), a choice of sides tells which it is.

#include "watch_view.h"

enum { CLASS_DEPTH = 24, CLASS_BUDGET = 200 };

static const struct watched none = {0};

struct watched watch_mixed(struct watched w) {
  if (w.class != WATCH_NONE && w.class != WATCH_OUTCOME && w.class != WATCH_LENGTH) w.class = WATCH_MIXED;
  return w.class == WATCH_MIXED ? w : none;
}

static struct watched class_of(const struct view *view, struct value v, unsigned depth);

static struct watched moved(struct watched w, struct value by, bool back) {
  if (by.kind == VALUE_CONST)
    w.offset = (uint32_t)(back ? w.offset - by.bits : w.offset + by.bits);
  else
    w.offset = back ? 0 : w.offset;
  w.offset_known &= by.kind == VALUE_CONST;
  return w;
}

// `text << 24 >> 24`: how compilers widen a char.
static bool is_narrowing(const struct view *view, const struct value_name *n, struct value *inner) {
  bool back = n->op - 1 == CORE_OP_I32_SHR_S || n->op - 1 == CORE_OP_I32_SHR_U;
  const struct value_name *shift = watch_name_of(view, n->a);
  if (!back || !shift) return false;
  *inner = shift->a;
  return shift->op - 1 == CORE_OP_I32_SHL && value_equal(shift->b, n->b) && n->b.bits == 24;
}

static bool is_truth(struct watched w, struct value v) {
  return w.class == WATCH_TRUTH || (v.kind == VALUE_CONST && (v.bits <= 1 || (uint32_t)v.bits == UINT32_MAX));
}

// A text that was widened is itself again where a mask leaves just its bytes.
static bool is_masked_text(struct watched w, struct value mask) {
  if (w.class != WATCH_TEXT || mask.kind != VALUE_CONST || w.size >= 8) return false;
  return mask.bits == ((UINT64_C(1) << (8 * w.size)) - 1) << (8 * w.shift);
}

// Two texts that stand side by side, in the bytes of one number: how compilers compare with names of 3, 5, 6 or 7 bytes.
static bool join_texts(struct watched a, struct watched b, struct watched *out) {
  if (a.class != WATCH_TEXT || b.class != WATCH_TEXT || a.run != b.run || !value_equal(a.entry, b.entry)) return false;
  if (a.shift > b.shift) {
    struct watched c = a;
    a = b;
    b = c;
  }
  if (!a.offset_known || !b.offset_known || a.shift + a.size != b.shift || a.offset + a.size != b.offset) return false;
  *out = a;
  out->size += b.size;
  return a.size + b.size <= 8;
}

// How far the sign is from the beginning is the length of the name. Other differences are lengths of something else.
static struct watched length_of(const struct view *view, const struct value_name *n, struct watched a, struct watched b) {
  const struct value_name *sign = watch_name_of(view, n->a);
  bool is_length =
      sign && sign->op == OP_SIGN && b.class == WATCH_ENTRY && b.offset_known && !b.offset && value_equal(a.entry, b.entry);
  if (!is_length) return none;
  b.class = WATCH_LENGTH;
  b.run = sign->b.bits;
  return b;
}

static struct watched class_of_operation(const struct view *view, const struct value_name *n, unsigned depth) {
  struct value inner;
  if (is_narrowing(view, n, &inner)) return class_of(view, inner, depth);
  struct watched a = class_of(view, n->a, depth), b = class_of(view, n->b, depth);
  bool pointer_a = a.class == WATCH_LIST || a.class == WATCH_ENTRY, pointer_b = b.class == WATCH_LIST || b.class == WATCH_ENTRY;
  switch (n->op - 1) {
    case CORE_OP_I32_ADD:
    case CORE_OP_I64_ADD:
      if (pointer_a != pointer_b) return pointer_a ? moved(a, n->b, false) : moved(b, n->a, false);
      break;
    case CORE_OP_I32_SUB:
    case CORE_OP_I64_SUB:
      if (pointer_a && !pointer_b) return moved(a, n->b, true);
      if (pointer_a && pointer_b) return length_of(view, n, a, b);
      break;
    case CORE_OP_I32_AND:
    case CORE_OP_I64_AND:
      if (is_masked_text(a, n->b)) return a;
      break;
    case CORE_OP_I32_SHL:
    case CORE_OP_I64_SHL:
      if (a.class == WATCH_TEXT && n->b.kind == VALUE_CONST && n->b.bits % 8 == 0 && a.shift + a.size + n->b.bits / 8 <= 8) {
        a.shift += (unsigned)n->b.bits / 8;
        return a;
      }
      break;
    case CORE_OP_I32_OR:
    case CORE_OP_I64_OR: {
      struct watched both;
      if (join_texts(a, b, &both)) return both;
      break;
    }
    case CORE_OP_I32_EXTEND8_S:
    case CORE_OP_I64_EXTEND8_S:
    case CORE_OP_I32_WRAP_I64:
    case CORE_OP_I64_EXTEND_I32_U:
    case CORE_OP_I64_EXTEND_I32_S:
      if (a.class == WATCH_TEXT || pointer_a) return a;
      break;
    default: break;
  }
  const char *signature = core_ops[n->op - 1].signature;
  bool truth = n->op - 1 == CORE_OP_I32_EQZ || n->op - 1 == CORE_OP_I64_EQZ ||
               (n->op - 1 >= CORE_OP_I32_EQ && n->op - 1 <= CORE_OP_I64_GE_U && signature[0] && signature[1] != ':');
  if (pointer_a || pointer_b) return none;  // compared, aligned: nothing of a text
  struct watched w = watch_mixed(a.class != WATCH_NONE ? a : b);
  bool gate = (n->op - 1 >= CORE_OP_I32_AND && n->op - 1 <= CORE_OP_I32_XOR) && is_truth(a, n->a) && is_truth(b, n->b);
  if (w.class == WATCH_MIXED && (truth || gate)) w.class = WATCH_TRUTH;
  return w;
}

// Some bytes of what `w` says.
static struct watched part_of(struct watched w, uint64_t part) {
  uint64_t first = part >> 8, size = part & 0xff;
  if (w.class != WATCH_TEXT || part == VALUE_PART_SOME || first + size > w.size) return watch_mixed(w);
  w.offset += first;
  w.size = (unsigned)size;
  return w;
}

static struct watched class_of(const struct view *view, struct value v, unsigned depth) {
  const struct value_name *n = watch_name_of(view, v);
  if (!n || !n->traced) return none;
  for (size_t i = 0; i < view->evaluation->list_count; i++)
    if (view->evaluation->lists[i] == v.tree) return (struct watched){.class = WATCH_LIST, .offset_known = true};
  if (!n->op || !depth || !*view->budget) return none;
  --*view->budget;
  if (n->op <= CORE_OP_COUNT) return class_of_operation(view, n, depth - 1);
  if (n->op == VALUE_OP_PART) return part_of(class_of(view, n->a, depth - 1), n->b.bits);
  struct watched w = none;
  if (n->op == VALUE_OP_SOMEWHERE || n->op == OP_SIGN) {
    w = class_of(view, n->a, depth - 1);
    w.offset_known = false;
    return w;
  }
  if (n->op == VALUE_OP_PAIR) {
    w = watch_mixed(class_of(view, n->a, depth - 1));
    return w.class != WATCH_NONE ? w : watch_mixed(class_of(view, n->b, depth - 1));
  }
  switch (n->op) {
    case OP_LIST: return (struct watched){.class = WATCH_LIST, .offset_known = true};
    case OP_WORD: return (struct watched){.class = WATCH_ENTRY, .entry = v, .offset_known = true};
    case OP_OUTCOME: return (struct watched){.class = WATCH_OUTCOME, .entry = n->a, .run = n->b.bits};
    case OP_MIXED: return watch_mixed(class_of(view, n->a, depth - 1));
    default: break;
  }
  if (n->op > OP_TEXT && n->op <= OP_TEXT + 8) {
    w = class_of(view, n->a, depth - 1);
    w.class = WATCH_TEXT;
    w.run = n->b.bits;
    w.size = n->op - OP_TEXT;
    return w;
  }
  if (n->op < OP_LIST) return none;
  const struct value_choice *choice = watch_choice_of(view, watch_join_of(n));
  if (choice) return class_of(view, choice->second ? n->b : n->a, depth);
  // Either it may be.
  struct watched a = class_of(view, n->a, depth - 1), b = class_of(view, n->b, depth - 1);
  if (a.class == WATCH_NONE || (b.class != WATCH_NONE && b.offset < a.offset)) a = b;
  a.offset_known = false;
  return a;
}

// Shifted, a text is a part of something only.
static struct watched whole(struct watched w) { return w.class == WATCH_TEXT && w.shift ? watch_mixed(w) : w; }

struct watched watch_class_of(const struct evaluation *evaluation, struct value v) {
  unsigned budget = CLASS_BUDGET;
  struct view view = {.evaluation = evaluation, .table = &evaluation->values, .budget = &budget};
  return whole(class_of(&view, v, CLASS_DEPTH));
}

static uint32_t open_join(const struct view *view, struct value v, unsigned depth) {
  const struct value_name *n = watch_name_of(view, v);
  if (!n || !n->traced || !n->op || !depth || !*view->budget) return 0;
  --*view->budget;
  uint32_t join = watch_join_of(n), inner;
  const struct value_choice *choice = watch_choice_of(view, join);
  if (join) return choice ? open_join(view, choice->second ? n->b : n->a, depth) : join;
  inner = open_join(view, n->a, depth - 1);
  return inner ? inner : open_join(view, n->b, depth - 1);
}

struct watched watch_class_in(const struct view *view, struct value v) {
  return whole(class_of(view, v, CLASS_DEPTH));
}

uint32_t watch_open_join(const struct view *view, struct value v) { return open_join(view, v, CLASS_DEPTH); }

const struct value_choice *watch_choice_of(const struct view *view, uint32_t join) {
  for (size_t i = 0; i < view->choice_count; i++)
    if (view->choices[i].join == join) return &view->choices[i];
  return NULL;
}
