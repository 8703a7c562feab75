// Scripts of the reference suites (.wast): modules and what is asserted of them.
//
// Spec: https://github.com/WebAssembly/spec/blob/main/interpreter/README.md#scripts; for components, the forms that wasm-tools and the
// tests of the component model use: component values, `module definition` and `module instance`, threads.
//
// A script is text, borrowed; what is made of it lies in the arena that was given. Modules are not parsed with the script, because the
// ones that are malformed are what many scripts are about: cm_script_module gives each its turn.
#ifndef COMPONENT_SCRIPT_H
#define COMPONENT_SCRIPT_H

#include <component/parse.h>

enum cm_directive_kind {
  CM_DIRECTIVE_MODULE,             // defined and instantiated
  CM_DIRECTIVE_MODULE_DEFINITION,  // (module definition …): defined only
  CM_DIRECTIVE_MODULE_INSTANCE,    // (module instance $name $of): instantiated
  CM_DIRECTIVE_REGISTER,
  CM_DIRECTIVE_ACTION,
  CM_DIRECTIVE_ASSERT_INVALID,
  CM_DIRECTIVE_ASSERT_MALFORMED,
  CM_DIRECTIVE_ASSERT_UNLINKABLE,
  CM_DIRECTIVE_ASSERT_TRAP,  // of an action, or of a module that is instantiated
  CM_DIRECTIVE_ASSERT_RETURN,
  CM_DIRECTIVE_ASSERT_EXHAUSTION,
  CM_DIRECTIVE_ASSERT_EXCEPTION,
  CM_DIRECTIVE_ASSERT_SUSPENSION,
  CM_DIRECTIVE_THREAD,
  CM_DIRECTIVE_WAIT,
  CM_DIRECTIVE_COUNT
};

// How they are called: "assert_invalid"; an action is "action".
extern const char *const cm_directive_names[CM_DIRECTIVE_COUNT];

// Values, and patterns that results are compared with.
enum cm_script_value_kind {
  // core
  CM_SCRIPT_I32,
  CM_SCRIPT_I64,
  CM_SCRIPT_F32,
  CM_SCRIPT_F64,
  CM_SCRIPT_V128,    // lanes are values of `shape`
  CM_SCRIPT_REF,     // ref.null HEAP?, ref.extern N?, ref.func N?, ref.host N, ref.struct, …: `text` is what follows `ref.`
  CM_SCRIPT_EITHER,  // one of the items
  // of components, which have f32 and f64 too
  CM_SCRIPT_BOOL,
  CM_SCRIPT_S8,
  CM_SCRIPT_U8,
  CM_SCRIPT_S16,
  CM_SCRIPT_U16,
  CM_SCRIPT_S32,
  CM_SCRIPT_U32,
  CM_SCRIPT_S64,
  CM_SCRIPT_U64,
  CM_SCRIPT_CHAR,
  CM_SCRIPT_STRING,
  CM_SCRIPT_LIST,     // items
  CM_SCRIPT_RECORD,   // items, each with its name
  CM_SCRIPT_TUPLE,    // items
  CM_SCRIPT_VARIANT,  // `text`, and an item or none
  CM_SCRIPT_ENUM,     // `text`
  CM_SCRIPT_NONE,     // option
  CM_SCRIPT_SOME,     // option, one item
  CM_SCRIPT_OK,       // result, one item or none
  CM_SCRIPT_ERROR,    // result, one item or none
  CM_SCRIPT_FLAGS,    // items of kind ENUM
};

// Of floats in results: any NaN that is canonical, or arithmetic.
enum cm_script_nan { CM_SCRIPT_EXACT, CM_SCRIPT_NAN_CANONICAL, CM_SCRIPT_NAN_ARITHMETIC };

struct cm_script_value {
  enum cm_script_value_kind kind;
  enum cm_script_nan nan;
  bool has_number;      // REF: a number was written
  uint64_t bits;        // of numbers, bool and char; of REF the number
  struct cm_str text;   // STRING, VARIANT, ENUM, REF
  struct cm_str name;   // of a record's field
  struct cm_str shape;  // V128: "i32x4"
  uint32_t count;       // items: lanes, alternatives, elements
  const struct cm_script_value *items;
};

// invoke, get.
struct cm_action {
  bool is_get;
  struct cm_str module;  // an identifier; empty: the last module
  struct cm_str export;
  uint32_t argument_count;
  const struct cm_script_value *arguments;
};

enum cm_script_form {
  CM_SCRIPT_NO_MODULE,
  CM_SCRIPT_TEXT,    // written out: `source` is all of (module …) or (component …)
  CM_SCRIPT_QUOTED,  // (module quote "…"): `source` is what was quoted
  CM_SCRIPT_BINARY,  // (module binary "…"): `source` is the bytes
};

struct cm_directive {
  enum cm_directive_kind kind;
  uint64_t offset;  // in the text of the script
  // The module that it has.
  enum cm_script_form form;
  bool is_component;
  uint64_t module_offset;  // of its (, in the text of the script
  struct cm_str id;        // of the module, or of what is defined: a module instance, a thread; what register and wait name
  struct cm_str of;        // MODULE_INSTANCE: the definition; REGISTER: the name to register under
  struct cm_span source;
  struct cm_str message;  // that an assertion expects
  // The action that it has.
  bool has_action;
  struct cm_action action;
  uint32_t result_count;  // ASSERT_RETURN
  const struct cm_script_value *results;
  // THREAD: what it does.
  uint32_t directive_count;
  const struct cm_directive *directives;
};

struct cm_script {
  uint32_t count;
  const struct cm_directive *directives;
};

// Reads a script. On false `diag` says what is wrong with it (not with its modules) and where.
bool cm_script_read(struct cm_arena *arena, struct cm_str text, struct cm_script *out, struct cm_diag *diag);

// Parses the module of a directive that has one: as cm_parse_text does, offsets in `diag` counted from the beginning of
// directive->source. Of a binary, `out` has the bytes as they are.
bool cm_script_module(struct cm_arena *arena, const struct cm_directive *directive, const struct cm_parse_options *options,
                      struct cm_parsed *out, struct cm_diag *diag);

#endif
