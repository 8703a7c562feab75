// Finding QuickJS's tables in a memory image, and reading its objects.
//
// Names are atoms, numbers that lead through one array to strings, and the first of them are the language's words in an order that is the
// same in all versions. So the array is what leads to "null", "false", "true", "if" and "else" in turn, and the runtime is what holds its
// address behind its size. From the runtime a list leads to the context, and from there one to the modules; a list is known by leading
// back to where it begins. Classes have names in the same way.
//
// In older versions an object begins with the number of its holders; in newer ones that stands before it, with its kind. The first string
// shows which it is. Nothing is read outside of the memory, and no number in it is taken for a size unchecked.

#include "quickjs.h"

#include <math.h>
#include <string.h>

enum {
  FIRST_ADDRESS = 1024,
  ATOMS_MOST = 1 << 22,
  TEXT_MOST = 1 << 24,
  PROPERTIES_MOST = 1 << 20,
  CLASSES_MOST = 4096,
  EXPORTS_MOST = 1 << 16,
  REQUESTS_MOST = 1 << 12,
  REQUEST_SIZE = 16,
  POOL_MOST = 1 << 20,
  RUNTIME_MOST = 4096,  // bytes before its atoms
  ROPES_MOST = 1 << 14,
  NAME_MOST = 64,
  OBJECT_LEAST = 32,  // bytes
};

bool qjs_has(const struct qjs_heap *heap, uint64_t at, uint64_t size) {
  return at >= FIRST_ADDRESS && size <= heap->size && at <= heap->size - size;
}

uint32_t qjs_word(const struct qjs_heap *heap, uint64_t at) {
  if (!qjs_has(heap, at, 4)) return 0;
  const uint8_t *p = heap->bytes + at;
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t qjs_half(const struct qjs_heap *heap, uint64_t at) {
  return qjs_has(heap, at, 2) ? (uint32_t)(heap->bytes[at] | heap->bytes[at + 1] << 8) : 0;
}

qjs_value qjs_value_at(const struct qjs_heap *heap, uint64_t at) {
  if (!qjs_has(heap, at, 8)) return (uint64_t)QJS_UNDEFINED << 32;
  return (uint64_t)qjs_word(heap, at + 4) << 32 | qjs_word(heap, at);
}

enum qjs_tag qjs_tag_of(qjs_value v) {
  int32_t tag = (int32_t)(uint32_t)(v >> 32);
  return tag >= QJS_BIG_INT && tag < QJS_NUMBER ? (enum qjs_tag)tag : QJS_NUMBER;
}

// A number's upper half is moved so that no usual one looks like a tag.
double qjs_number_of(qjs_value v) {
  static const uint64_t moved = (uint64_t)(0x7ff80000 - QJS_BIG_INT + 1) << 32;
  if (qjs_tag_of(v) == QJS_INT) return (int32_t)(uint32_t)v;
  double number;
  v += moved;
  memcpy(&number, &v, sizeof number);
  return number;
}

// --- strings ---

static uint32_t header_of(const struct qjs_heap *heap) { return heap->counted ? 4 : 0; }

static size_t put_utf8(char *to, uint32_t c) {
  if (c < 0x80) {
    to[0] = (char)c;
    return 1;
  }
  size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
  to[0] = (char)(first[more] | c >> 6 * more);
  for (size_t i = 1; i <= more; i++) to[i] = (char)(0x80 | (c >> 6 * (more - i) & 0x3f));
  return more + 1;
}

// Characters of one or of two bytes; where all are ASCII they are not copied. Halves of a pair that stand alone are kept as they are.
static bool decode(const struct qjs_heap *heap, struct cm_arena *arena, uint64_t from, uint32_t count, bool wide,
                   struct cm_str *out) {
  if (!qjs_has(heap, from, (uint64_t)count << wide)) return false;
  bool plain = !wide;
  for (uint32_t i = 0; plain && i < count; i++) plain = heap->bytes[from + i] < 0x80;
  *out = (struct cm_str){(const char *)heap->bytes + from, count};
  if (plain) return true;
  char *text = cm_alloc(arena, (size_t)count * 3 + 4);
  if (!text) return false;
  size_t size = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t c = wide ? qjs_half(heap, from + 2 * (uint64_t)i) : heap->bytes[from + i];
    uint32_t low = wide && i + 1 < count ? qjs_half(heap, from + 2 * (uint64_t)i + 2) : 0;
    if (c >> 10 == 0x36 && low >> 10 == 0x37) c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff)), i++;
    size += put_utf8(text + size, c);
  }
  *out = (struct cm_str){text, size};
  return true;
}

// Its characters stand behind it, in another string that it is a part of, or where it says.
bool qjs_string(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address at, struct cm_str *out) {
  enum { IN_PLACE, PART, ELSEWHERE };
  uint32_t length = qjs_word(heap, (uint64_t)at + header_of(heap)), hash = qjs_word(heap, (uint64_t)at + header_of(heap) + 4);
  bool wide = length >> 31, has_kinds = heap->characters == header_of(heap) + 16;
  uint32_t count = length & 0x7fffffff, kind = has_kinds ? hash >> 28 & 3 : IN_PLACE;
  uint64_t from = (uint64_t)at + heap->characters;
  if (!qjs_has(heap, at, heap->characters) || count > TEXT_MOST) return false;
  if (kind == PART) from = (uint64_t)qjs_word(heap, from) + heap->characters + qjs_word(heap, from + 4);
  if (kind == ELSEWHERE) from = qjs_word(heap, from);
  return decode(heap, arena, from, count, wide, out);
}

// A rope is a tree of strings that were joined: its leaves from left to right.
static bool rope_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address rope, struct cm_str *out) {
  enum { DEPTH = 64 };
  uint32_t length = qjs_word(heap, (uint64_t)rope + header_of(heap)), left = (header_of(heap) + 8 + 7) & ~UINT32_C(7);
  qjs_value waiting[DEPTH];
  unsigned count = 1, steps = 0;
  size_t size = 0;
  if (length > TEXT_MOST) return false;
  char *text = cm_alloc(arena, (size_t)length * 3 + 4);
  waiting[0] = (uint64_t)(uint32_t)QJS_ROPE << 32 | rope;
  while (text && count) {
    qjs_value v = waiting[--count];
    struct cm_str part;
    if (++steps > ROPES_MOST || count + 2 > DEPTH) return false;
    if (qjs_tag_of(v) == QJS_ROPE) {
      waiting[count++] = qjs_value_at(heap, (uint64_t)qjs_pointer(v) + left + 8);
      waiting[count++] = qjs_value_at(heap, (uint64_t)qjs_pointer(v) + left);
      continue;
    }
    if (qjs_tag_of(v) != QJS_STRING || !qjs_string(heap, arena, qjs_pointer(v), &part)) return false;
    if (part.size > (size_t)length * 3 + 4 - size) return false;
    memcpy(text + size, part.at, part.size);
    size += part.size;
  }
  *out = (struct cm_str){text, size};
  return text;
}

// Symbols are strings of a kind of their own. Those of the language are called "Symbol.iterator" and so on.
static bool name_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address at, struct cm_str *out) {
  enum { A_STRING = 1, A_SYMBOL_FOR = 2 };
  if (!qjs_string(heap, arena, at, out)) return false;
  uint32_t type = qjs_word(heap, (uint64_t)at + header_of(heap) + 4) >> 30;
  bool is_private = out->size && out->at[0] == '#';
  if (type <= A_STRING || (is_private && type != A_SYMBOL_FOR)) return true;
  struct cm_str name = *out;
  if (cm_str_starts(name, CM_STR("Symbol."))) name = (struct cm_str){name.at + 7, name.size - 7};
  *out = cm_alloc_format(arena, "@@%.*s", CM_STR_ARG(name));
  return out->at;
}

bool qjs_atom_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_atom atom, struct cm_str *out) {
  if (atom >> 31) {  // a number
    *out = cm_alloc_format(arena, "%u", atom & 0x7fffffff);
    return out->at;
  }
  qjs_address at = atom && atom < heap->atom_count ? qjs_word(heap, heap->atoms + 4 * (uint64_t)atom) : 0;
  return at && !(at & 1) && name_text(heap, arena, at, out);
}

bool qjs_text(const struct qjs_heap *heap, struct cm_arena *arena, qjs_value v, struct cm_str *out) {
  switch (qjs_tag_of(v)) {
    case QJS_ROPE: return rope_text(heap, arena, qjs_pointer(v), out);
    case QJS_STRING: return qjs_string(heap, arena, qjs_pointer(v), out);
    case QJS_SYMBOL: return name_text(heap, arena, qjs_pointer(v), out);
    default: return false;
  }
}

// --- the tables ---

static bool is_string(const struct qjs_heap *heap, qjs_address at, const char *text) {
  size_t size = strlen(text);
  return qjs_has(heap, at, heap->characters + size + 1) && !memcmp(heap->bytes + at + heap->characters, text, size + 1) &&
         qjs_word(heap, (uint64_t)at + header_of(heap)) == size;
}

// Does the array go on at `at` with the language's words?
static bool has_words(const struct qjs_heap *heap, uint64_t at) {
  static const char *const words[] = {"null", "false", "true", "if", "else", "return", "var", "this"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!is_string(heap, qjs_word(heap, at + 4 * i), words[i])) return false;
  return true;
}

static bool find_atoms(struct qjs_heap *heap) {
  static const struct {
    bool counted;
    uint32_t characters;
  } layouts[] = {{true, 20}, {true, 16}, {false, 16}};
  for (uint64_t at = FIRST_ADDRESS; at + 4 <= heap->size; at += 4) {
    uint32_t first = qjs_word(heap, at);
    if (first % 4 || !qjs_has(heap, first, 32)) continue;
    if (heap->bytes[first + 16] != 'n' && heap->bytes[first + 20] != 'n') continue;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
      heap->counted = layouts[i].counted;
      heap->characters = layouts[i].characters;
      if (!has_words(heap, at)) continue;
      heap->atoms = (qjs_address)at - 4;
      return true;
    }
  }
  return false;
}

// Where the runtime holds the array: behind the sizes of the table that finds atoms, and of the array.
static uint64_t find_holder(struct qjs_heap *heap) {
  for (uint64_t at = FIRST_ADDRESS + 20; at + 4 <= heap->size; at += 4) {
    if (qjs_word(heap, at) != heap->atoms) continue;
    uint32_t table = qjs_word(heap, at - 20), used = qjs_word(heap, at - 16), size = qjs_word(heap, at - 12);
    if (!table || table & (table - 1) || used > size || size > ATOMS_MOST || !qjs_has(heap, heap->atoms, 4 * (uint64_t)size))
      continue;
    heap->atom_count = size;
    return at;
  }
  return 0;
}

// The first item of a list that begins at `at`; 0: none does, or it is empty.
static qjs_address list_first(const struct qjs_heap *heap, uint64_t at) {
  uint32_t last = qjs_word(heap, at), first = qjs_word(heap, at + 4);
  if (!first || first == at || qjs_word(heap, first) != at || qjs_word(heap, (uint64_t)last + 4) != at) return 0;
  return first;
}

// The list item of the context: the word before it is the runtime that the array belongs to.
static qjs_address find_context(const struct qjs_heap *heap, uint64_t holder) {
  enum { BEHIND = 128 };
  for (uint64_t at = holder + 4; at < holder + BEHIND; at += 4) {
    qjs_address first = list_first(heap, at);
    uint32_t runtime = first ? qjs_word(heap, (uint64_t)first - 4) : 0;
    if (runtime && runtime <= holder && holder - runtime < RUNTIME_MOST) return first;
  }
  return 0;
}

static bool is_named(const struct qjs_heap *heap, qjs_atom atom, const char *name) {
  return atom && atom < heap->atom_count && is_string(heap, qjs_word(heap, heap->atoms + 4 * (uint64_t)atom), name);
}

// Classes know their numbers: a number and a name, and functions.
enum { CLASS_SIZE = 24 };
static bool find_classes(struct qjs_heap *heap, uint64_t holder) {
  enum { BEHIND = 64 };
  for (uint64_t at = holder + 4; at < holder + BEHIND; at += 4) {
    uint64_t classes = qjs_word(heap, at);
    uint32_t count = qjs_word(heap, at - 4);
    if (count < 3 || count > CLASSES_MOST || !qjs_has(heap, classes, (uint64_t)count * CLASS_SIZE)) continue;
    if (qjs_word(heap, classes + CLASS_SIZE) != 1 || !is_named(heap, qjs_word(heap, classes + CLASS_SIZE + 4), "Object")) continue;
    if (qjs_word(heap, classes + 2 * CLASS_SIZE) != 2 || !is_named(heap, qjs_word(heap, classes + 2 * CLASS_SIZE + 4), "Array"))
      continue;
    heap->classes = (qjs_address)classes;
    heap->class_count = count;
    return true;
  }
  return false;
}

static bool is_global(struct qjs_heap *heap, qjs_value v) {
  struct qjs_property property;
  qjs_address object = qjs_pointer(v);
  uint32_t count = qjs_tag_of(v) == QJS_OBJECT ? qjs_property_count(heap, object) : 0;
  for (uint32_t i = 0; i < count; i++)
    if (qjs_property_at(heap, object, i, &property) && is_named(heap, property.name, "globalThis")) return true;
  return false;
}

static void find_in_context(struct qjs_heap *heap, qjs_address context) {
  enum { CONTEXT_MOST = 1024 };
  for (uint64_t at = ((uint64_t)context + 8 + 7) & ~UINT64_C(7); at < (uint64_t)context + CONTEXT_MOST && !heap->global; at += 8)
    if (is_global(heap, qjs_value_at(heap, at))) heap->global = qjs_pointer(qjs_value_at(heap, at));
  for (uint64_t at = (uint64_t)context + 8; at < (uint64_t)context + CONTEXT_MOST && !heap->modules; at += 4) {
    qjs_address first = list_first(heap, at);
    qjs_atom name = first ? qjs_word(heap, (uint64_t)first - 4) : 0;
    if (name && name < heap->atom_count && qjs_word(heap, heap->atoms + 4 * (uint64_t)name)) heap->modules = (qjs_address)at;
  }
}

bool qjs_heap_find(struct qjs_heap *heap, const uint8_t *bytes, size_t size) {
  *heap = (struct qjs_heap){.bytes = bytes, .size = size};
  if (!find_atoms(heap)) return false;
  uint64_t holder = find_holder(heap);
  qjs_address context = holder && find_classes(heap, holder) ? find_context(heap, holder) : 0;
  if (context) find_in_context(heap, context);
  return context && heap->global;
}

// --- objects ---

enum object_kind { AN_OBJECT, A_BYTECODE, A_SHAPE, A_VARIABLE };

static bool is_kind(const struct qjs_heap *heap, qjs_address at, enum object_kind kind) {
  if (at % 4 || !qjs_has(heap, at, OBJECT_LEAST)) return false;
  return heap->counted ? (heap->bytes[at + 4] & 0xf) == kind : (heap->bytes[at - 5] & 0x7f) == kind;
}

struct cm_str qjs_class_of(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address object) {
  struct cm_str name;
  uint32_t class = is_kind(heap, object, AN_OBJECT) ? qjs_half(heap, (uint64_t)object + (heap->counted ? 6 : 10)) : 0;
  if (!class || class >= heap->class_count) return CM_STR("");
  uint64_t at = heap->classes + (uint64_t) class * CLASS_SIZE;
  uint64_t text = qjs_word(heap, heap->atoms + 4 * (uint64_t)qjs_word(heap, at + 4));
  if (qjs_word(heap, at) != class || qjs_word(heap, text + header_of(heap)) > NAME_MOST ||
      !qjs_atom_text(heap, arena, qjs_word(heap, at + 4), &name))
    return CM_STR("");
  if (class == 1 || !cm_str_is(name, "Object")) return name;
  bool finalized = qjs_word(heap, at + 8), exotic = qjs_word(heap, at + 20);
  return finalized && exotic ? CM_STR("Proxy") : CM_STR("");  // else what a module exports
}

qjs_address qjs_own_part(const struct qjs_heap *heap, qjs_address object) { return object + (heap->counted ? 32 : 24); }

static qjs_address shape_of(const struct qjs_heap *heap, qjs_address object) {
  qjs_address shape = is_kind(heap, object, AN_OBJECT) ? qjs_word(heap, (uint64_t)object + (heap->counted ? 16 : 12)) : 0;
  return is_kind(heap, shape, A_SHAPE) ? shape : 0;
}

qjs_address qjs_prototype(const struct qjs_heap *heap, qjs_address object) {
  qjs_address shape = shape_of(heap, object);
  return shape ? qjs_word(heap, (uint64_t)shape + (heap->counted ? 44 : 36)) : 0;
}

uint32_t qjs_property_count(const struct qjs_heap *heap, qjs_address object) {
  qjs_address shape = shape_of(heap, object);
  uint32_t count = shape ? qjs_word(heap, (uint64_t)shape + (heap->counted ? 32 : 24)) : 0;
  return count <= PROPERTIES_MOST ? count : 0;
}

bool qjs_property_at(const struct qjs_heap *heap, qjs_address object, uint32_t i, struct qjs_property *out) {
  enum { KIND_AT = 30, LISTED_AT = 28 };
  uint64_t shape = shape_of(heap, object), mask = qjs_word(heap, shape + 16);
  uint64_t described = heap->counted ? shape + 48 : shape + 40 + 4 * (mask + 1);
  uint64_t values = qjs_word(heap, (uint64_t)object + (heap->counted ? 20 : 16)), slot = values + 8 * (uint64_t)i;
  described += 8 * (uint64_t)i;
  if (!shape || i >= qjs_property_count(heap, object) || !qjs_has(heap, described, 8) || !qjs_has(heap, slot, 8)) return false;
  uint32_t flags = qjs_word(heap, described);
  *out = (struct qjs_property){
      .name = qjs_word(heap, described + 4), .kind = flags >> KIND_AT & 3, .is_hidden = !(flags >> LISTED_AT & 1)};
  switch (out->kind) {
    case QJS_PLAIN: out->value = qjs_value_at(heap, slot); break;
    case QJS_ACCESSOR: out->getter = qjs_word(heap, slot), out->setter = qjs_word(heap, slot + 4); break;
    case QJS_VARIABLE: out->variable = qjs_word(heap, slot); break;
    case QJS_NOT_MADE: break;
  }
  return out->name;  // 0: it was deleted
}

qjs_value qjs_variable(const struct qjs_heap *heap, qjs_address variable) {
  return qjs_value_at(heap, qjs_word(heap, (uint64_t)variable + (heap->counted ? 16 : 12)));
}

bool qjs_code_at(const struct qjs_heap *heap, qjs_address at, struct qjs_code *out) {
  uint64_t code = (uint64_t)at + (heap->counted ? 16 : 8);
  if (!is_kind(heap, at, A_BYTECODE) || !qjs_has(heap, code, 76)) return false;
  *out = (struct qjs_code){.name = qjs_word(heap, code + 12),
                           .file = qjs_word(heap, code + 48),
                           .line = qjs_word(heap, code + 52),
                           .column = qjs_word(heap, code + 56),
                           .source = qjs_word(heap, code + 72),
                           .source_size = qjs_word(heap, code + 60),
                           .closure = qjs_word(heap, code + 20),
                           .pool = qjs_word(heap, code + 44),
                           .closure_count = qjs_half(heap, code + 34),
                           .pool_count = qjs_word(heap, code + 36)};
  if (!out->source || !qjs_has(heap, out->source, out->source_size)) out->source_size = 0;
  if (out->pool_count > POOL_MOST || !qjs_has(heap, out->pool, 8 * (uint64_t)out->pool_count)) out->pool_count = 0;
  if (!qjs_has(heap, out->closure, 8 * (uint64_t)out->closure_count)) out->closure_count = 0;
  return true;
}

bool qjs_function(const struct qjs_heap *heap, qjs_address object, struct qjs_code *out) {
  return is_kind(heap, object, AN_OBJECT) && qjs_code_at(heap, qjs_word(heap, qjs_own_part(heap, object)), out);
}

// --- modules ---

// Behind what it asks of others and hands on there are values, among them the object of its exports and its function.
static void read_objects(const struct qjs_heap *heap, uint64_t from, struct qjs_module *out) {
  enum { VALUES = 3 };
  struct qjs_code code;
  for (unsigned i = 0; i < VALUES; i++) {
    qjs_value v = qjs_value_at(heap, from + 8 * (uint64_t)i);
    if (qjs_tag_of(v) != QJS_OBJECT) continue;
    if (qjs_function(heap, qjs_pointer(v), &code))
      out->function = qjs_pointer(v);
    else if (!out->function)
      out->namespace = qjs_pointer(v);
  }
}

bool qjs_next_module(const struct qjs_heap *heap, struct cm_arena *arena, qjs_address *at, struct qjs_module *out) {
  enum { NAME_BEFORE = 4, REQUESTS = 8, EXPORTS = 20, BEHIND_TABLES = 56, EXPORT_SIZE = 20 };
  if (!heap->modules) return false;
  uint64_t link = qjs_word(heap, (uint64_t)(*at ? *at : heap->modules) + 4);
  *out = (struct qjs_module){.at = (qjs_address)link - (heap->counted ? 8 : 4)};
  if (!link || link == heap->modules || link == *at || !qjs_has(heap, link, BEHIND_TABLES)) return false;
  *at = (qjs_address)link;
  if (!qjs_atom_text(heap, arena, qjs_word(heap, link - NAME_BEFORE), &out->name)) out->name = CM_STR("");
  out->exports = qjs_word(heap, link + EXPORTS);
  out->export_count = qjs_word(heap, link + EXPORTS + 4);
  out->requests = qjs_word(heap, link + REQUESTS);
  out->request_count = qjs_word(heap, link + REQUESTS + 4);
  if (out->export_count > EXPORTS_MOST || !qjs_has(heap, out->exports, (uint64_t)out->export_count * EXPORT_SIZE))
    out->export_count = 0;
  if (out->request_count > REQUESTS_MOST || !qjs_has(heap, out->requests, (uint64_t)out->request_count * REQUEST_SIZE))
    out->request_count = 0;
  read_objects(heap, (link + BEHIND_TABLES + 7) & ~UINT64_C(7), out);
  return true;
}

qjs_address qjs_request(const struct qjs_heap *heap, const struct qjs_module *module, uint32_t i) {
  return qjs_word(heap, module->requests + REQUEST_SIZE * (uint64_t)i + 4);
}

qjs_address qjs_export(const struct qjs_heap *heap, const struct qjs_module *module, uint32_t i, qjs_atom *name) {
  uint64_t at = module->exports + 20 * (uint64_t)i;
  *name = qjs_word(heap, at + 16);
  return qjs_word(heap, at + 8) == 0 ? qjs_word(heap, at + 4) : 0;
}
