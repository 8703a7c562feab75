// Listings.
//
// First come the module's names with what they stand for, then each function that belongs to the module: those that its names and its
// classes' names stand for, and the code that is among their constants. All code is listed once, whatever it is reached by.

#include "py_listing.h"

#include <stdarg.h>
#include <stdio.h>

enum { LISTING_MOST = 4 << 20, TEXT_MOST = 60, ITEMS_MOST = 16, REPR_DEPTH = 3, CODES_MOST = 4096, CLASS_DEPTH = 4 };

struct listing {
  struct cm_arena *arena;
  const struct py_heap *heap;
  const struct py_module *module;
  char *text;
  size_t size, room;
  py_address *done;  // code that was listed
  size_t done_count, done_room;
  bool failed, full;
};

static void put(struct listing *l, const char *text, size_t size) {
  if (l->size + size > LISTING_MOST) l->full = true;
  if (l->failed || l->full) return;
  if (l->size + size > l->room) {
    size_t room = l->room ? l->room : 4096;
    while (room < l->size + size) room *= 2;
    char *grown = cm_alloc(l->arena, room);
    if (!grown) {
      l->failed = true;
      return;
    }
    if (l->size) memcpy(grown, l->text, l->size);
    l->text = grown;
    l->room = room;
  }
  memcpy(l->text + l->size, text, size);
  l->size += size;
}

__attribute__((format(printf, 2, 3))) static void say(struct listing *l, const char *format, ...) {
  char line[512];
  va_list list;
  va_start(list, format);
  int size = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  if (size > 0) put(l, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

static void put_quoted(struct listing *l, const uint8_t *at, size_t size) {
  put(l, "'", 1);
  for (size_t i = 0; i < size && i < TEXT_MOST; i++) {
    if (at[i] == '\n')
      put(l, "\\n", 2);
    else if (at[i] == '\'' || at[i] == '\\')
      say(l, "\\%c", at[i]);
    else if (at[i] < 0x20 || at[i] == 0x7f)
      say(l, "\\x%02x", at[i]);
    else
      put(l, (const char *)at + i, 1);
  }
  put(l, size > TEXT_MOST ? "…'" : "'", size > TEXT_MOST ? sizeof "…'" - 1 : 1);
}

static void put_object(struct listing *l, py_address object, unsigned depth);

static void put_items(struct listing *l, const char *open, py_address sequence, const char *close, unsigned depth) {
  uint32_t count = py_length(l->heap, sequence);
  put(l, open, 1);
  for (uint32_t i = 0; i < count && i < ITEMS_MOST; i++) {
    if (i) put(l, ", ", 2);
    put_object(l, py_item(l->heap, sequence, i), depth + 1);
  }
  if (count > ITEMS_MOST) put(l, ", …", sizeof ", …" - 1);
  put(l, close, 1);
}

static void put_dict(struct listing *l, py_address dict, unsigned depth) {
  struct py_cursor cursor = {0};
  unsigned count = 0;
  put(l, "{", 1);
  for (py_address key, value; count <= ITEMS_MOST && py_dict_next(l->heap, dict, &cursor, &key, &value); count++) {
    if (count) put(l, ", ", 2);
    if (count == ITEMS_MOST) {
      put(l, "…", sizeof "…" - 1);
      break;
    }
    put_object(l, key, depth + 1);
    put(l, ": ", 2);
    put_object(l, value, depth + 1);
  }
  put(l, "}", 1);
}

static void put_object(struct listing *l, py_address object, unsigned depth) {
  const struct py_heap *heap = l->heap;
  struct cm_str text;
  struct cm_span bytes;
  struct py_code code;
  int64_t number;
  if (depth > REPR_DEPTH) {
    put(l, "…", sizeof "…" - 1);
  } else if (py_text(heap, object, &text)) {
    put_quoted(l, (const uint8_t *)text.at, text.size);
  } else if (py_bytes(heap, object, &bytes)) {
    put(l, "b", 1);
    put_quoted(l, bytes.at, bytes.size);
  } else if (py_is(heap, object, PY_TYPE_NONE)) {
    put(l, "None", 4);
  } else if (py_is(heap, object, PY_TYPE_BOOL) && py_int(heap, object, &number)) {
    say(l, number ? "True" : "False");
  } else if (py_int(heap, object, &number)) {
    say(l, "%lld", (long long)number);
  } else if (py_is_a(heap, object, PY_TYPE_TUPLE)) {
    put_items(l, "(", object, ")", depth);
  } else if (py_is_a(heap, object, PY_TYPE_LIST)) {
    put_items(l, "[", object, "]", depth);
  } else if (py_is_a(heap, object, PY_TYPE_DICT)) {
    put_dict(l, object, depth);
  } else if (py_code_read(heap, object, &code)) {
    struct cm_str name = py_text_or_empty(heap, code.qualname);
    say(l, "<code %.*s>", CM_STR_ARG(name));
  } else if (py_is(heap, object, PY_TYPE_FUNCTION)) {
    struct cm_str name = py_text_or_empty(heap, py_word(heap, (uint64_t)object + PY_FUNCTION_QUALNAME));
    say(l, "<function %.*s>", CM_STR_ARG(name));
  } else if (py_is(heap, object, PY_TYPE_MODULE)) {
    struct cm_str name = py_text_or_empty(heap, py_dict_get(heap, py_module_dict(heap, object), CM_STR("__name__")));
    say(l, "<module %.*s>", CM_STR_ARG(name));
  } else if (py_is_a(heap, object, PY_TYPE_TYPE)) {
    struct cm_str name = py_type_name(heap, object);
    say(l, "<class %.*s>", CM_STR_ARG(name));
  } else {
    struct cm_str name = py_type_name(heap, py_type_of(heap, object));
    say(l, "<%.*s object>", CM_STR_ARG(name));
  }
}

static void put_name(struct listing *l, py_address names, uint32_t index) {
  struct cm_str name = py_text_or_empty(l->heap, py_item(l->heap, names, index));
  say(l, "%.*s", CM_STR_ARG(name));
}

// What the argument of an instruction stands for.
static void put_argument(struct listing *l, const struct py_code *code, const struct py_instr *i) {
  static const char *const comparisons[] = {"<", "<=", "==", "!=", ">", ">="};
  bool before_314 = l->heap->layout->version < 0x030e;
  switch (i->op) {
    case PY_OP_LOAD_CONST:
    case PY_OP_RETURN_CONST:
    case PY_OP_KW_NAMES: put_object(l, py_item(l->heap, code->constants, i->argument), 0); return;
    case PY_OP_LOAD_FAST:
    case PY_OP_LOAD_FAST_BORROW:
    case PY_OP_LOAD_FAST_CHECK:
    case PY_OP_LOAD_FAST_AND_CLEAR:
    case PY_OP_STORE_FAST:
    case PY_OP_DELETE_FAST:
    case PY_OP_MAKE_CELL:
    case PY_OP_LOAD_DEREF:
    case PY_OP_STORE_DEREF: put_name(l, code->locals, i->argument); return;
    case PY_OP_LOAD_FAST_LOAD_FAST:
    case PY_OP_LOAD_FAST_BORROW_LOAD_FAST_BORROW:
    case PY_OP_STORE_FAST_LOAD_FAST:
    case PY_OP_STORE_FAST_STORE_FAST:
      put_name(l, code->locals, i->argument >> 4);
      put(l, ", ", 2);
      put_name(l, code->locals, i->argument & 15);
      return;
    case PY_OP_LOAD_GLOBAL:
    case PY_OP_LOAD_ATTR: put_name(l, code->names, i->argument >> 1); return;
    case PY_OP_LOAD_SUPER_ATTR: put_name(l, code->names, i->argument >> 2); return;
    case PY_OP_LOAD_NAME:
    case PY_OP_STORE_NAME:
    case PY_OP_STORE_GLOBAL:
    case PY_OP_STORE_ATTR:
    case PY_OP_DELETE_ATTR:
    case PY_OP_IMPORT_NAME:
    case PY_OP_IMPORT_FROM: put_name(l, code->names, i->argument); return;
    case PY_OP_JUMP_FORWARD:
    case PY_OP_POP_JUMP_IF_FALSE:
    case PY_OP_POP_JUMP_IF_TRUE:
    case PY_OP_POP_JUMP_IF_NONE:
    case PY_OP_POP_JUMP_IF_NOT_NONE:
    case PY_OP_FOR_ITER:
    case PY_OP_SEND: say(l, "to %llu", 2 * ((unsigned long long)i->next + i->argument)); return;
    case PY_OP_JUMP_BACKWARD:
    case PY_OP_JUMP_BACKWARD_NO_INTERRUPT: say(l, "to %lld", 2 * ((long long)i->next - (long long)i->argument)); return;
    case PY_OP_COMPARE_OP: say(l, "%s", comparisons[(i->argument >> (before_314 ? 4 : 5)) % 6]); return;
    default: say(l, "%u", i->argument);
  }
}

static bool was_listed(struct listing *l, py_address code) {
  for (size_t i = 0; i < l->done_count; i++)
    if (l->done[i] == code) return true;
  if (l->done_count == CODES_MOST) return true;
  if (!cm_grow(l->arena, &l->done, &l->done_room, l->done_count, sizeof *l->done)) return l->failed = true;
  l->done[l->done_count++] = code;
  return false;
}

static void put_parameters(struct listing *l, const struct py_code *code) {
  uint32_t count = code->arguments + code->keyword_only;
  for (uint32_t i = 0; i < count; i++) {
    if (i) put(l, ", ", 2);
    put_name(l, code->locals, i);
  }
  if (code->flags & PY_CODE_VARARGS) put(l, ", *", count ? 3 : 0), put_name(l, code->locals, count++);
  if (code->flags & PY_CODE_VARKEYWORDS) put(l, ", **", count ? 4 : 0), put_name(l, code->locals, count);
}

static void put_code(struct listing *l, py_address at) {
  struct py_code code;
  if (!py_code_read(l->heap, at, &code) || was_listed(l, at)) return;
  struct cm_str name = py_text_or_empty(l->heap, code.qualname);
  say(l, "\n%s %.*s(", code.flags & PY_CODE_COROUTINE ? "async def" : "def", CM_STR_ARG(name));
  put_parameters(l, &code);
  say(l, ")  # line %u\n", code.first_line);
  uint32_t line = 0, *lines = cm_alloc_array(l->arena, code.unit_count, sizeof *lines);
  struct py_instr i;
  if (!lines) {
    l->failed = true;
    return;
  }
  py_code_lines(&code, lines);
  for (uint32_t unit = 0; py_code_instr(l->heap, &code, unit, &i); unit = i.next) {
    if (l->full) return;
    char shown[16] = "";
    if (lines[i.unit] != line) snprintf(shown, sizeof shown, "%u", lines[i.unit]);
    line = lines[i.unit];
    say(l, "%7s %6u  %-28s ", shown, i.unit * 2, py_op_name(i.op));
    put_argument(l, &code, &i);
    put(l, "\n", 1);
  }
  for (uint32_t k = 0; k < py_length(l->heap, code.constants); k++) put_code(l, py_item(l->heap, code.constants, k));
}

// The functions that a name stands for: itself, what it wraps, or those of a class.
static void put_functions(struct listing *l, py_address object, unsigned depth) {
  const struct py_heap *heap = l->heap;
  if (depth > CLASS_DEPTH) return;
  if (py_is(heap, object, PY_TYPE_STATICMETHOD) || py_is(heap, object, PY_TYPE_CLASSMETHOD) ||
      py_is(heap, object, PY_TYPE_PROPERTY))
    object = py_word(heap, (uint64_t)object + PY_WRAPPED_CALLABLE);
  if (py_is(heap, object, PY_TYPE_FUNCTION)) {
    if (py_word(heap, (uint64_t)object + PY_FUNCTION_GLOBALS) == l->module->dict)
      put_code(l, py_word(heap, (uint64_t)object + PY_FUNCTION_CODE));
    // A decorated function is in a cell of the one that stands in its place.
    py_address closure = py_word(heap, (uint64_t)object + PY_FUNCTION_CLOSURE);
    for (uint32_t i = 0; i < py_length(heap, closure); i++)
      put_functions(l, py_word(heap, (uint64_t)py_item(heap, closure, i) + PY_CELL_CONTENT), depth + 1);
    return;
  }
  py_address dict = py_class_dict(heap, object);
  if (!dict) {
    put_functions(l, py_instance_attribute(heap, object, CM_STR("__wrapped__")), depth + 1);
    return;
  }
  struct cm_str home = py_text_or_empty(heap, py_dict_get(heap, dict, CM_STR("__module__")));
  struct py_cursor cursor = {0};
  if (!cm_str_equal(home, l->module->name)) return;
  for (py_address key, value; py_dict_next(heap, dict, &cursor, &key, &value);) put_functions(l, value, depth + 1);
}

struct cm_str py_listing(struct cm_arena *arena, const struct py_program *program, const struct py_module *module) {
  struct listing l = {.arena = arena, .heap = program->heap, .module = module};
  uint16_t version = l.heap->layout->version;
  say(&l, "# Module %.*s, as CPython %u.%u has it in memory: names, then instructions by line and offset.\n\n",
      CM_STR_ARG(module->name), version >> 8, version & 255);
  struct py_cursor cursor = {0};
  for (py_address key, value; py_dict_next(l.heap, module->dict, &cursor, &key, &value);) {
    struct cm_str name = py_text_or_empty(l.heap, key);
    if (cm_str_starts(name, CM_STR("__"))) continue;
    say(&l, "%.*s = ", CM_STR_ARG(name));
    put_object(&l, value, 0);
    put(&l, "\n", 1);
  }
  cursor = (struct py_cursor){0};
  for (py_address key, value; py_dict_next(l.heap, module->dict, &cursor, &key, &value);) put_functions(&l, value, 0);
  if (l.full) {
    l.full = false;
    l.size -= 64;
    put(&l, "\n# too long: the rest is left out\n", 34);
  }
  return (struct cm_str){l.failed ? NULL : l.text, l.size};
}
