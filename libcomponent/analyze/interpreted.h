// Programs that an interpreter carries.
//
// The code of an interpreter says nothing about the program that it runs: what asks is data there. Each interpreter that is known has a
// row in the table of interpreted.c: how a core instance is recognized as one, its program found in the memory image, and what it asks
// derived. To teach the analysis a new language is to add a row.
//
// Whatever is found this way is `possible`, and never all there is: a program of an interpreter can ask for what it likes.
#ifndef ANALYZE_INTERPRETED_H
#define ANALYZE_INTERPRETED_H

#include "findings.h"
#include "sinks.h"

// A function of a root import that the interpreter can call and that takes a key.
struct interpreted_sink {
  const struct cm_sink *row;
  struct cm_str import;     // the root import's name: the `source` of a need
  struct cm_str interface;  // as the component that carries the interpreter knows it: "wasi:config/store@0.2.0-rc.1"
  struct cm_str function;   // "get", "[method]outgoing-request.set-authority"
  uint32_t parameter;       // position of the one that holds the key, a method's `self` not counted
  struct cm_str field;      // a record's field within it, as in "msg.subject"; empty: the parameter itself
  struct cm_str instance;   // where the slot is: path of its core instance,
  uint32_t module, func;    // module, function index
};

// One interpreter that is looked at.
struct interpreted {
  struct cm_arena *arena;    // for what is reported
  struct cm_arena *scratch;  // lasts until the interpreter was analysed
  struct program *program;
  uint32_t instance;  // the core instance of the interpreter
  const struct core_module *module;
  const struct image *image;       // its initial memory; not NULL
  const struct cm_needs *surface;  // imports and exports of the file
  struct interpreted_sink *sinks;  // what it can call that takes a key
  size_t sink_count, sink_room;
  void (*trace)(void *context, const char *line);
  void *trace_context;
  // what was found
  struct interpreted_list *list;
  struct findings *findings;
  bool failed;  // memory is exhausted
};

struct interpreter;

// What all interpreters of one file gave.
struct interpreted_list {
  struct cm_interpreter *interpreters;
  size_t interpreter_count, interpreter_room;
  struct interpreted *each;  // by interpreter, as is `rows`
  const struct interpreter **rows;
  void **contexts;
  struct cm_recovered *recovered;
  size_t recovered_count, recovered_room;
  uint8_t *modules;  // by module ordinal: it is one; NULL: none were looked for
  bool is_analyzed;
};

struct interpreter {
  const char *language, *engine;
  // Is the core instance one? Several marks must agree. *context, in the scratch arena, is what was seen on the way.
  bool (*recognize)(struct interpreted *in, void **context);
  // Finds the program (interpreted_recovered), follows it and reports (interpreted_need, interpreted_unresolved).
  void (*analyze)(struct interpreted *in, void *context);
};
extern const struct interpreter interpreter_starling_monkey, interpreter_cpython, interpreter_quickjs;

// Recognizes the program's interpreters, and marks their modules. False: memory is exhausted.
bool interpreted_find(struct cm_arena *arena, struct cm_arena *scratch, struct program *program, const struct cm_needs *surface,
                      struct interpreted_list *list);

// Analyses each of them and reports to `findings`. False: memory is exhausted.
bool interpreted_analyze(struct interpreted_list *list, const struct cm_needs_options *options, struct findings *findings);

// Hands over what was recovered, sorted.
void interpreted_finish(struct interpreted_list *list, struct cm_needs *out);

// --- for the languages ---

// The memory of the interpreter as one piece of `*size` bytes, in `arena`; the rest of the last word is zero. NULL: there is none, it is
// larger than INTERPRETED_MEMORY, or memory is exhausted.
enum { INTERPRETED_MEMORY = 256 << 20 };
uint8_t *interpreted_memory(struct interpreted *in, struct cm_arena *arena, size_t *size);

// How many bytes the data segments of its memory have together: an interpreter carries much, most programs do not.
size_t interpreted_data(const struct interpreted *in);

// Where in the file the byte at `address` stands; 0: no data segment covers it.
uint64_t interpreted_offset(const struct interpreted *in, uint64_t address);

// A file of the program. `name` and `text` are copied.
void interpreted_recovered(struct interpreted *in, struct cm_str name, struct cm_span text);

// Where the program asks.
struct interpreted_place {
  struct cm_source_place source;
  uint64_t offset;            // in the file
  const struct cm_str *path;  // functions of the program, outermost first; empty: the top level
  uint32_t path_count;
};

// A key that reaches a sink, and a site whose key is not known; `pattern` as in cm_unresolved, empty for nothing.
void interpreted_need(struct interpreted *in, const struct interpreted_sink *sink, struct cm_str key,
                      const struct interpreted_place *place);
void interpreted_unresolved(struct interpreted *in, const struct interpreted_sink *sink, struct cm_str pattern,
                            const struct interpreted_place *place);

#endif
