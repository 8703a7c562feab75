// Scripts of the reference suites: one model, made by a front-end for each form that scripts come in.
//
// A script is a list of directives. Those that are *static* say of a module or component whether it is well-formed and valid; the
// others run something. What a directive holds is borrowed from the script, which owns all.
#ifndef RUNNER_SCRIPT_H
#define RUNNER_SCRIPT_H

#include <component/arena.h>
#include <component/diag.h>

enum directive_kind {
  // static
  MODULE,             // must be valid; and is instantiated, which is left to the runtime
  MODULE_DEFINITION,  // must be valid
  ASSERT_INVALID,
  ASSERT_MALFORMED,
  // of these, the static part is that the module is valid
  ASSERT_UNLINKABLE,
  ASSERT_UNINSTANTIABLE,
  // executed
  MODULE_INSTANCE,
  REGISTER,
  ACTION,
  ASSERT_RETURN,
  ASSERT_TRAP,
  ASSERT_EXHAUSTION,
  ASSERT_EXCEPTION,
  ASSERT_SUSPENSION,
  THREAD,
  WAIT,
  DIRECTIVE_KINDS
};

// What the directives are called in scripts: "assert_invalid".
extern const char *const directive_names[DIRECTIVE_KINDS];

struct directive {
  enum directive_kind kind;
  uint32_t line;
  // The module, where the directive has one.
  enum { FORM_NONE, FORM_BINARY, FORM_TEXT } form;
  struct cm_span bytes;  // binary, or text that was to be quoted
  const char *file;      // where the bytes lie, for people; may be NULL
  const char *expected;  // the message that the script expects; may be NULL
};

struct script {
  char *path;
  struct directive *directives;
  size_t count;
  struct cm_arena arena;
};

// Reads the script at `path`, with the front-end that the name asks for. False: `why` says what is wrong with it, and there is nothing
// to free.
enum { SCRIPT_WHY = 256 };
bool script_read(const char *path, struct script *script, char why[SCRIPT_WHY]);
void script_free(struct script *script);

// Whether a file is a script by its name: script.json or *.wast.
bool script_is(const char *path);

// The whole file, in memory of exactly its size, so that a sanitizer sees a read past the end. False: it cannot be read.
bool script_read_file(struct cm_arena *arena, const char *path, struct cm_span *bytes);

// The front-ends. Each appends to script->directives; what it makes lives in script->arena.
bool script_read_json(struct script *script, char why[SCRIPT_WHY]);
bool script_read_wast(struct script *script, char why[SCRIPT_WHY]);

#endif
