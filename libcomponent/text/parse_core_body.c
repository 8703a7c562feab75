// Bodies from text: instructions one after the other, folded or not.
//
// Bytes are written as the text is read. What stands in the way is the folded form: of (i32.add (…) (…)) the operands come first in the
// bytes. So the head of a folded instruction is written to `pending`, a stack of bytes, and moved behind its operands at its ). Heads
// that may imply a type (an `if`, a call_indirect that does not name its type) are only remembered by their place in the text and read
// when their turn in the bytes comes: implied types are numbered in that order. Open parentheses are kept in an array and not on the C
// stack.
//
// Spec: https://webassembly.github.io/spec/core/text/instructions.html#folded-instructions; the legacy form of exceptions:
// https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md

#include "text/parse_core.h"

// What an open parenthesis is.
struct core_level {
  enum {
    LEVEL_PLAIN,      // an instruction whose head is in `pending` from `mark` on
    LEVEL_LATE,       // an instruction whose head is read when it is closed
    LEVEL_BLOCK,      // block, loop, try_table: ends with `end`
    LEVEL_IF,         // an `if` before its `then`
    LEVEL_IF_THEN,    // behind `then`
    LEVEL_IF_ELSE,    // behind `else`
    LEVEL_TRY,        // a `try` before its `do`
    LEVEL_TRY_DO,     // behind `do`, or behind a catch
    LEVEL_TRY_DONE,   // behind catch_all; nothing may follow
    LEVEL_DELEGATED,  // behind delegate, which has ended the block
    LEVEL_ARM,        // (then …), (else …), (do …), (catch …)
  } kind;
  bool has_hint;
  uint8_t hint;
  enum core_op op;
  size_t mark;
  uint32_t label_floor;  // to be restored
  const char *at;        // the mnemonic
};

// Branch hints.
struct hint {
  bool present;
  uint8_t value;
  const char *at;
};

static bool fail_hint(struct core_text *m, const struct hint *hint) {
  return text_fail(m->l, hint->at, "misplaced branch hint: it must precede an instruction");
}

// (@metadata.code.branch_hint "\00")
static bool read_hint(struct core_text *m, struct hint *hint) {
  const char *at = m->l->token.at;
  struct cm_span value;
  if (!text_at_annotation(m->l, "metadata.code.branch_hint")) return text_expected(m->l, "an instruction");
  text_next(m->l);
  if (!text_string(m->l, "a string of one byte", &value)) return false;
  if (value.size != 1 || value.at[0] > 1) return text_fail(m->l, at, "invalid branch hint: expected \"\\00\" or \"\\01\"");
  if (hint->present) return text_fail(m->l, at, "duplicate branch hint: the instruction has one already");
  *hint = (struct hint){true, value.at[0], at};
  return text_close(m->l);
}

// A hint for the instruction that is about to be written.
static void put_hint(struct core_text *m, const struct cm_buffer *out, bool present, uint8_t value) {
  if (!present) return;
  struct cm_buffer *hints = &m->function_hints.bytes;
  m->function_hints.count++;
  cm_put_u32(hints, (uint32_t)(out->size - m->body_start));
  cm_put_u32(hints, 1);
  cm_put_u8(hints, value);
}

// Levels.

static struct core_level *top_level(struct core_text *m) { return &m->levels[m->level_count - 1]; }

static bool push_level(struct core_text *m, struct core_level level) {
  if (m->level_count >= CORE_LIMIT_BLOCK_DEPTH)
    return text_fail_limit(m->l, m->l->token.at, "more than %d instructions within each other", CORE_LIMIT_BLOCK_DEPTH);
  if (!cm_grow(m->l->arena, &m->levels, &m->level_room, m->level_count, sizeof *m->levels)) return text_fail_memory(m->l);
  m->levels[m->level_count++] = level;
  return true;
}

// The mnemonic at hand.
static bool mnemonic(struct core_text *m, enum core_op *out) {
  const struct text_token *t = &m->l->token;
  *out = t->kind == TEXT_KEYWORD ? text_ops_find(m->ops, t->at, t->size) : CORE_OP_COUNT;
  if (*out != CORE_OP_COUNT) return true;
  if (t->kind != TEXT_KEYWORD) return text_expected(m->l, "an instruction");
  if (text_refuse_proposal(m->l, t)) return false;
  struct text_nearest nearest;
  text_nearest_begin(&nearest, (struct cm_str){t->at, t->size});
  for (unsigned op = 0; op < CORE_OP_COUNT; op++) text_nearest_try(&nearest, cm_str_of(core_ops[op].text));
  int size = (int)(t->size < 60 ? t->size : 60);
  if (!nearest.best.at) return text_fail(m->l, t->at, "unknown instruction `%.*s`", size, t->at);
  return text_fail(m->l, t->at, "unknown instruction `%.*s`: is `%.*s` meant?", size, t->at, CM_STR_ARG(nearest.best));
}

// The head of a call that does not name its type: (call_indirect $table? (param …) …) .
static bool is_late(struct core_text *m, enum core_op op) {
  if (op != CORE_OP_CALL_INDIRECT && op != CORE_OP_RETURN_CALL_INDIRECT) return false;
  const char *here = m->l->token.at;
  if (core_at_index(m)) text_next(m->l);
  bool late = !text_at_open(m->l, "type");
  text_seek(m->l, here);
  return late;
}

// Behind ( and a mnemonic.
static bool open_folded(struct core_text *m, enum core_op op, const char *at, struct hint *hint, struct cm_buffer *out) {
  struct core_level level = {.has_hint = hint->present, .hint = hint->value, .op = op, .mark = m->pending.size, .at = at};
  hint->present = false;
  switch (op) {
    case CORE_OP_BLOCK:
    case CORE_OP_LOOP:
    case CORE_OP_TRY_TABLE:
    case CORE_OP_TRY:
      level.kind = op == CORE_OP_TRY ? LEVEL_TRY : LEVEL_BLOCK;
      put_hint(m, out, level.has_hint, level.hint);
      return push_level(m, level) && core_block(m, op, at, true, out);
    case CORE_OP_IF: level.kind = LEVEL_IF; return push_level(m, level) && core_skip_block(m);
    case CORE_OP_END:
    case CORE_OP_ELSE:
    case CORE_OP_CATCH:
    case CORE_OP_CATCH_ALL:
    case CORE_OP_DELEGATE: return text_fail(m->l, at, "unexpected `%s`: it opens no parenthesis here", core_ops[op].text);
    default: break;
  }
  level.label_floor = m->label_floor;
  m->label_floor = m->label_count;
  if (!is_late(m, op)) return push_level(m, level) && core_instr(m, op, at, &m->pending);
  level.kind = LEVEL_LATE;
  uint32_t table;
  return push_level(m, level) && core_optional_index(m, CORE_TABLE, &table) && core_skip_typeuse(m);
}

// Reads the head of the open level again, now that its turn has come, and comes back.
static bool read_head(struct core_text *m, const struct core_level *level, struct cm_buffer *out) {
  const char *here = m->l->token.at;
  text_seek(m->l, level->at);
  text_next(m->l);
  put_hint(m, out, level->has_hint, level->hint);
  bool ok = level->op == CORE_OP_IF ? core_block(m, level->op, level->at, true, out) : core_instr(m, level->op, level->at, out);
  text_seek(m->l, here);
  return ok;
}

// ( within an `if`: its `then` or `else`; *done is false for an instruction of its condition.
static bool open_if_arm(struct core_text *m, struct core_level *level, bool *done, struct cm_buffer *out) {
  *done = true;
  if (level->kind == LEVEL_IF) {
    *done = text_at_open(m->l, "then");
    if (!*done) return true;
    if (!read_head(m, level, out)) return false;
    text_enter(m->l, "then");
    level->kind = LEVEL_IF_THEN;
  } else {
    const char *at = m->l->token.at;
    if (level->kind == LEVEL_IF_ELSE) return text_fail(m->l, at, "unexpected token: nothing follows the `else` of an `if`");
    text_next(m->l);
    if (!text_expect(m->l, "else")) return false;
    level->kind = LEVEL_IF_ELSE;
    core_label_on_top(m)->kind = LABEL_ELSE;
    core_put_op(out, CORE_OP_ELSE);
  }
  return push_level(m, (struct core_level){.kind = LEVEL_ARM});
}

// ( within a `try`: (do …), (catch $tag …), (catch_all …), (delegate LABEL).
static bool open_try_arm(struct core_text *m, struct core_level *level, struct cm_buffer *out) {
  text_next(m->l);
  bool first = level->kind == LEVEL_TRY;
  if (first && text_take(m->l, "do")) {
    level->kind = LEVEL_TRY_DO;
  } else if (level->kind == LEVEL_TRY_DO && (text_at(m->l, "catch") || text_at(m->l, "catch_all"))) {
    bool all = text_at(m->l, "catch_all");
    text_next(m->l);
    uint32_t tag = 0;
    if (!all && !core_index(m, CORE_TAG, &tag)) return false;
    core_put_op(out, all ? CORE_OP_CATCH_ALL : CORE_OP_CATCH);
    if (!all) cm_put_u32(out, tag);
    if (all) level->kind = LEVEL_TRY_DONE;
    core_label_on_top(m)->kind = LABEL_CATCH;
  } else if (level->kind == LEVEL_TRY_DO && core_label_on_top(m)->kind == LABEL_TRY && text_take(m->l, "delegate")) {
    core_put_op(out, CORE_OP_DELEGATE);
    level->kind = LEVEL_DELEGATED;
    core_pop_label(m);
    return core_put_label(m, out) && text_close(m->l);
  } else {
    return text_expected(m->l, first ? "`do`" : "`catch`, `catch_all` or `delegate`");
  }
  return push_level(m, (struct core_level){.kind = LEVEL_ARM});
}

// Blocks that were opened within a parenthesis, without one of their own, have ended.
static bool check_ended(struct core_text *m, const struct core_level *level) {
  const struct core_label *label = core_label_on_top(m);
  bool is_block =
      level->kind != LEVEL_PLAIN && level->kind != LEVEL_LATE && level->kind != LEVEL_IF && level->kind != LEVEL_DELEGATED;
  return (is_block ? label->folded : m->label_count == m->label_floor || level->kind >= LEVEL_IF) ||
         text_fail(m->l, label->at, "this block does not end: expected `end` before `)`");
}

static bool close_level(struct core_text *m, struct cm_buffer *out) {
  const struct core_level *level = top_level(m);
  if (!check_ended(m, level)) return false;
  switch (level->kind) {
    case LEVEL_PLAIN:
      put_hint(m, out, level->has_hint, level->hint);
      out->failed |= m->pending.failed;
      if (!m->pending.failed) {
        cm_put_bytes(out, m->pending.at + level->mark, m->pending.size - level->mark);
        m->pending.size = level->mark;
      }
      m->label_floor = level->label_floor;
      break;
    case LEVEL_LATE:
      if (!read_head(m, level, out)) return false;
      m->label_floor = top_level(m)->label_floor;
      break;
    case LEVEL_IF: return text_fail(m->l, m->l->token.at, "expected `(then …)` in this `if`, found `)`");
    case LEVEL_TRY: return text_fail(m->l, m->l->token.at, "expected `(do …)` in this `try`, found `)`");
    case LEVEL_BLOCK:
    case LEVEL_IF_THEN:
    case LEVEL_IF_ELSE:
    case LEVEL_TRY_DO:
    case LEVEL_TRY_DONE:
      core_put_op(out, CORE_OP_END);
      core_pop_label(m);
      break;
    case LEVEL_DELEGATED:
    case LEVEL_ARM: break;
  }
  m->level_count--;
  text_next(m->l);
  return true;
}

// ( at hand.
static bool open_level(struct core_text *m, struct hint *hint, struct cm_buffer *out) {
  if (m->level_count) {
    struct core_level *level = top_level(m);
    bool done = false;
    if (level->kind == LEVEL_IF || level->kind == LEVEL_IF_THEN || level->kind == LEVEL_IF_ELSE) {
      if (!open_if_arm(m, level, &done, out)) return false;
      if (done) return !hint->present || fail_hint(m, hint);
    } else if (level->kind >= LEVEL_TRY && level->kind <= LEVEL_DELEGATED) {
      if (hint->present) return fail_hint(m, hint);
      return open_try_arm(m, level, out);
    }
  }
  text_next(m->l);
  const char *at = m->l->token.at;
  enum core_op op;
  if (!mnemonic(m, &op)) return false;
  text_next(m->l);
  return open_folded(m, op, at, hint, out);
}

// Directly within an `if` or `try` only parentheses stand. The specification wants all operands of a folded instruction folded; that
// they may be flat, as wasm-tools has it, is used in the field.
static bool may_be_flat(struct core_text *m) {
  return !m->level_count || top_level(m)->kind <= LEVEL_BLOCK || top_level(m)->kind == LEVEL_ARM;
}

static bool flat(struct core_text *m, struct hint *hint, struct cm_buffer *out) {
  if (!may_be_flat(m)) return text_expected(m->l, "`(` or `)`");
  const char *at = m->l->token.at;
  enum core_op op;
  if (!mnemonic(m, &op)) return false;
  text_next(m->l);
  put_hint(m, out, hint->present, hint->value);
  hint->present = false;
  return core_instr(m, op, at, out);
}

static void begin(struct core_text *m) {
  m->level_count = m->label_count = m->label_floor = 0;
  m->pending.size = 0;
  text_ids_clear(&m->spaces[SPACE_LABEL].ids);
}

bool core_body(struct core_text *m, struct cm_buffer *out) {
  struct hint hint = {0};
  begin(m);
  for (;;) {
    bool ok;
    switch (m->l->token.kind) {
      case TEXT_CLOSE:
        if (hint.present) return fail_hint(m, &hint);
        if (!m->level_count) {
          const struct core_label *label = core_label_on_top(m);
          return !label || text_fail(m->l, label->at, "this block does not end: expected `end` before `)`");
        }
        ok = close_level(m, out);
        break;
      case TEXT_OPEN: ok = open_level(m, &hint, out); break;
      case TEXT_ANNOTATION: ok = read_hint(m, &hint); break;
      default: ok = flat(m, &hint, out); break;
    }
    if (!ok) return false;
  }
}

bool core_folded(struct core_text *m, struct cm_buffer *out) {
  struct hint none = {0};
  begin(m);
  if (m->l->token.kind != TEXT_OPEN) return text_expected(m->l, "an instruction in parentheses");
  do {
    bool ok = m->l->token.kind == TEXT_OPEN    ? open_level(m, &none, out)
              : m->l->token.kind == TEXT_CLOSE ? close_level(m, out)
                                               : flat(m, &none, out);
    if (!ok) return false;
  } while (m->level_count);
  return true;
}
