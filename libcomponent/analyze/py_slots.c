// What types of C code have.
//
// The dictionaries of static types stand with the interpreter's state, which is not read (Objects/typeobject.c, lookup_tp_dict). What is in
// them is told by the types themselves: tables of methods, members and getters, and slots, which give names with underscores. Which slots a
// type fills is not looked at: it may have any of them.

#include "py_heap.h"

// PyMethodDef, PyMemberDef and PyGetSetDef, each with its name first; a table ends where that is NULL.
static const struct { uint32_t place, size; } tables[] = {{116, 16}, {120, 20}, {124, 20}};

enum { TABLE_MOST = 1 << 10, BASES_MOST = 64 };

// Names that slots give, and what `object` and `type` have (slotdefs, object_methods, type_getsets and the like).
static const char *const slots[] = {
    "abs",
    "abstractmethods",
    "add",
    "aiter",
    "and",
    "anext",
    "annotate",
    "annotations",
    "await",
    "bases",
    "basicsize",
    "bool",
    "buffer",
    "call",
    "class",
    "class_getitem",
    "contains",
    "del",
    "delattr",
    "delete",
    "delitem",
    "dict",
    "dictoffset",
    "dir",
    "divmod",
    "doc",
    "eq",
    "flags",
    "float",
    "floordiv",
    "format",
    "ge",
    "get",
    "getattr",
    "getattribute",
    "getitem",
    "getnewargs",
    "getnewargs_ex",
    "getstate",
    "gt",
    "hash",
    "iadd",
    "iand",
    "ifloordiv",
    "ilshift",
    "imatmul",
    "imod",
    "imul",
    "index",
    "init",
    "init_subclass",
    "instancecheck",
    "int",
    "invert",
    "ior",
    "ipow",
    "irshift",
    "isub",
    "itemsize",
    "iter",
    "itruediv",
    "ixor",
    "le",
    "len",
    "length_hint",
    "lshift",
    "lt",
    "matmul",
    "missing",
    "mod",
    "module",
    "mro",
    "mul",
    "name",
    "ne",
    "neg",
    "new",
    "next",
    "or",
    "pos",
    "pow",
    "prepare",
    "qualname",
    "radd",
    "rand",
    "rdivmod",
    "reduce",
    "reduce_ex",
    "release_buffer",
    "repr",
    "reversed",
    "rfloordiv",
    "rlshift",
    "rmatmul",
    "rmod",
    "rmul",
    "ror",
    "round",
    "rpow",
    "rrshift",
    "rshift",
    "rsub",
    "rtruediv",
    "rxor",
    "set",
    "set_name",
    "setattr",
    "setitem",
    "setstate",
    "sizeof",
    "slots",
    "str",
    "sub",
    "subclasscheck",
    "subclasses",
    "subclasshook",
    "text_signature",
    "truediv",
    "trunc",
    "type_params",
    "weakref",
    "weakrefoffset",
    "xor",
    "ceil",
    "floor",
    "complex",
    "getformat",
    "alloc",
    "bytes",
    "copy",
    "deepcopy",
    "enter",
    "exit",
    "fspath",
    "match_args",
    "static_attributes",
    "firstlineno",
    "orig_bases",
    "wrapped",
    "self",
    "func",
    "code",
    "closure",
    "defaults",
    "kwdefaults",
    "globals",
    "builtins",
    "objclass",
    "loader",
    "spec",
    "package",
    "file",
    "path",
    "cause",
    "context",
    "traceback",
    "suppress_context",
    "notes",
    "isabstractmethod",
    "origin",
    "args",
    "parameters",
    "unpacked",
    "typing_subst",
};

static bool is_slot(struct cm_str name) {
  if (name.size < 5 || !cm_str_starts(name, CM_STR("__")) || memcmp(name.at + name.size - 2, "__", 2) != 0) return false;
  struct cm_str inner = {name.at + 2, name.size - 4};
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
    if (cm_str_is(inner, slots[i])) return true;
  return false;
}

static bool is_in_table(const struct py_heap *heap, py_address table, uint32_t size, struct cm_str name) {
  for (uint32_t i = 0; table && i < TABLE_MOST; i++) {
    py_address at = py_word(heap, (uint64_t)table + (uint64_t)i * size);
    if (!at) return false;
    if (cm_str_equal(py_c_text(heap, at), name)) return true;
  }
  return table != 0;
}

// A type whose dictionary cannot be read.
static bool may_have(const struct py_heap *heap, py_address type, struct cm_str name) {
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (is_in_table(heap, py_word(heap, (uint64_t)type + tables[i].place), tables[i].size, name)) return true;
  return is_slot(name);
}

bool py_class_may_have(const struct py_heap *heap, py_address class, struct cm_str name) {
  py_address order = py_class_order(heap, class);
  uint32_t count = py_length(heap, order);
  for (uint32_t i = 0; i < count && i < BASES_MOST; i++) {
    py_address base = py_item(heap, order, i), dict = py_class_dict(heap, base);
    if (dict ? py_dict_get(heap, dict, name) != 0 : may_have(heap, base, name)) return true;
  }
  return !count || count > BASES_MOST;
}
