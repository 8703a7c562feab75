// Needs: what a component asks of the outside, with evidence.
//
// DESIGN: "How needs are found". The result mirrors the `tidewaiter.needs/1` document; all strings are borrowed from the file or live
// in the arena. Arrays are sorted and free of duplicates, so that equal input gives equal output.
#ifndef COMPONENT_NEEDS_H
#define COMPONENT_NEEDS_H

#include <component/component.h>
#include <component/graph.h>

// Kinds of need; the documents' words are in cm_need_kinds.
enum cm_need_kind {
  CM_NEED_ENV,
  CM_NEED_CONFIG,
  CM_NEED_SECRET,
  CM_NEED_HTTP_HOST,
  CM_NEED_DNS_NAME,
  CM_NEED_KEYVALUE_BUCKET,
  CM_NEED_BLOBSTORE_CONTAINER,
  CM_NEED_MESSAGING_SUBJECT,
  CM_NEED_KIND_COUNT
};
extern const char *const cm_need_kinds[CM_NEED_KIND_COUNT];  // "env", "config", "secret", "http-host", …

enum cm_certainty { CM_DECLARED, CM_EXACT, CM_POSSIBLE };
extern const char *const cm_certainties[3];  // "declared", "exact", "possible"

enum cm_origin { CM_ORIGIN_APP, CM_ORIGIN_RUNTIME };
extern const char *const cm_origins[2];  // "app", "runtime"

enum cm_evidence_by { CM_BY_STATIC, CM_BY_EXECUTED };
extern const char *const cm_evidence_bys[2];  // "static", "executed"

// Why a site could not be decided: a closed list, each with the sentence for people.
enum cm_reason {
  CM_REASON_COMPUTED,     // "key is computed at run time"
  CM_REASON_WHOLE_LIST,   // "the whole list is read"
  CM_REASON_NO_LOOKUP,    // "the environment is read in a way that was not recognized"
  CM_REASON_EXPORTED,     // "key comes from a caller outside the component"
  CM_REASON_INDIRECT,     // "the function that asks is called in a way that was not resolved"
  CM_REASON_LIMIT,        // "the analysis met a limit"
  CM_REASON_MALFORMED,    // "the code that asks could not be read"
  CM_REASON_INTERPRETED,  // "interpreted program"
  CM_REASON_COUNT
};
extern const char *const cm_reasons[CM_REASON_COUNT];  // the documents' sentences, as above

// One frame of the way from code that decides the key to the call that asks.
struct cm_frame {
  struct cm_str name;  // demangling is left to the reader; empty: no name known
  uint32_t module;     // which core module (in the order of the file, nested components flattened), as in cm_evidence
  uint32_t function;   // index in its module
  uint64_t offset;     // of the call in the file
};

// A place in the program of an interpreter, told by what was recovered of it. What is not known is empty or 0.
struct cm_source_place {
  struct cm_str file;  // as the interpreter calls it; its listing, where it is no text, has ".dis" behind the name in cm_recovered
  uint32_t line, column;  // from 1; columns are bytes
  struct cm_str code;     // where the program is kept as code objects and not as text: which one, "Settings.load",
  uint32_t offset;        // and the instruction in it
};

struct cm_evidence {
  enum cm_evidence_by by;
  struct cm_str instance;  // path of component instances, "app > middleware > $main"; "" for a plain module
  uint32_t module;         // ordinal of the core module in the file
  uint32_t function;       // the function that holds the deciding call
  struct cm_str name;      // its name; empty when there is none
  uint64_t offset;         // of the deciding call, in the file
  uint32_t path_count;     // from the deciding function to the lookup or import
  const struct cm_frame *path;
  // Of a program that an interpreter carries: where it asks. `function` is then the import through which the interpreter asks, `name`
  // and `path` are the program's functions, and `offset` is where the deciding place stands in the file. NULL: machine code.
  const struct cm_source_place *source;
};

struct cm_need {
  enum cm_need_kind kind;
  struct cm_str key;
  enum cm_origin origin;
  enum cm_certainty certainty;
  struct cm_str source;  // the root import's name: "wasi:cli/environment@0.2.3"
  bool has_label, has_external_id;
  struct cm_str label, external_id;
  uint32_t evidence_count;
  const struct cm_evidence *evidence;
};

struct cm_unresolved {
  enum cm_need_kind kind;
  struct cm_str source;
  enum cm_reason reason;
  bool has_pattern;
  struct cm_str pattern;  // "DEMO_*"
  uint32_t evidence_count;
  const struct cm_evidence *evidence;
};

struct cm_needs_import {
  struct cm_str name;
  enum cm_sort sort;
  bool has_implements, has_external_id, is_label;
  struct cm_str implements, external_id;
  uint32_t function_count;
  const struct cm_str *functions;  // of an instance import: its functions, sorted
  bool reached;                    // some reachable code can call into it (or it is a declared secret)
};

struct cm_needs_export {
  struct cm_str name;
  enum cm_sort sort;
};

// A core instance that was recognized as the interpreter of a language.
struct cm_interpreter {
  struct cm_str language, engine;  // "JavaScript", "StarlingMonkey"
  struct cm_str instance;          // as in cm_evidence
  uint32_t module;
};

// A file of the program that an interpreter carries, as it was found in its memory.
struct cm_recovered {
  struct cm_str name;  // as the interpreter calls it; it may be anything, an absolute path too
  struct cm_span text;
  uint32_t interpreter;  // position in cm_needs.interpreters
};

struct cm_needs {
  enum cm_artifact artifact;  // CM_ARTIFACT_COMPONENT or CM_ARTIFACT_MODULE
  bool is_wit;                // a component that only carries WIT (a wit package)
  uint32_t import_count, export_count, need_count, unresolved_count, producer_count;
  const struct cm_needs_import *imports;  // in the order of the file
  const struct cm_needs_export *exports;
  const struct cm_need *needs;  // by kind, then key, then origin
  const struct cm_unresolved *unresolved;
  const struct core_producer *producers;  // of all modules, without duplicates: language and processed-by
  bool complete[CM_NEED_KIND_COUNT];
  uint32_t interpreter_count, recovered_count;
  const struct cm_interpreter *interpreters;  // in the order of instantiation
  const struct cm_recovered *recovered;       // the program's own files, sorted by interpreter and name
};

// One row of the table of sinks: which function of which interface takes a key where.
struct cm_sink {
  enum cm_need_kind kind;
  const char *interface;  // "wasi:config/store", without version
  const char *function;   // "get"; "[method]request.set-authority"
  const char *parameter;  // name or path of the lifted parameter: "key", "msg.subject"; "" where the whole list is handed over
  const char *since;      // for --list-sinks: what versions or drafts are known to have it
};
extern const struct cm_sink cm_sinks[];
extern const size_t cm_sink_count;

// One row of the table of names that languages' own libraries ask for. A name is the library's only where the library asks for it.
struct cm_runtime_name {
  const char *key;
  const char *language, *library;  // "Rust", "std"
  const char *versions;            // of the library (of Go, Rust, Zig and Python the language's) that are known to ask
  const char *asker;  // parts of the names of the functions that ask, separated by bars; of interpreters, which part of them asks
};
extern const struct cm_runtime_name cm_runtime_names[];
extern const size_t cm_runtime_name_count;

struct cm_needs_options {
  size_t memory_limit;  // bytes of arena the analysis may take; 0: 1 GiB
  uint64_t step_limit;  // abstract steps; 0: a default that fits all programs of the corpus many times over
  void (*trace)(void *context, const char *line);  // debug trace; NULL: none
  void *trace_context;
};

// Analyses one file (component or core module). `arena` takes the result. `graph` (may be NULL for a core module) is the link view of
// `component`. False: `diag` says why (limits, memory); an undecided key is not a failure.
bool cm_needs_of_component(struct cm_arena *arena, const struct cm_component *component, const struct cm_graph *graph,
                           const struct cm_needs_options *options, struct cm_needs *out, struct cm_diag *diag);
bool cm_needs_of_module(struct cm_arena *arena, const struct core_module *module, const struct cm_needs_options *options,
                        struct cm_needs *out, struct cm_diag *diag);

#endif
