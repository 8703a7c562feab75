// The table of names that language libraries ask for, and how their functions are told from the application's.

#include "runtime_names.h"

struct runtime_name {
  const char *key, *library;
  const char *functions;  // what the names of the library's functions contain, separated by bars
};

static const struct runtime_name names[] = {
    {"RUST_BACKTRACE", "Rust std", "3std|std[|std::|panic|rust_|backtrace"},
    {"RUST_LIB_BACKTRACE", "Rust std", "3std|std[|std::|panic|rust_|backtrace"},
    {"RUST_MIN_STACK", "Rust std", "3std|std[|std::|thread"},
    {"GODEBUG", "Go runtime", "runtime."},
    {"GOGC", "Go runtime", "runtime."},
    {"GOMAXPROCS", "Go runtime", "runtime."},
    {"GOMEMLIMIT", "Go runtime", "runtime."},
    {"GOROOT", "Go runtime", "runtime."},
    {"GOTRACEBACK", "Go runtime", "runtime."},
    {"PWD", "Go syscall, os", "syscall.|os."},
    {"ZONEINFO", "Go time", "time."},
};

static bool contains(struct cm_str text, const char *part, size_t size) {
  for (size_t i = 0; i + size <= text.size; i++)
    if (!memcmp(text.at + i, part, size)) return true;
  return false;
}

enum cm_origin runtime_origin(enum cm_need_kind kind, struct cm_str key, struct cm_str asker) {
  if (kind != CM_NEED_ENV) return CM_ORIGIN_APP;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!cm_str_is(key, names[i].key)) continue;
    if (!asker.size) return CM_ORIGIN_RUNTIME;
    for (const char *at = names[i].functions; *at;) {
      size_t size = strcspn(at, "|");
      if (contains(asker, at, size)) return CM_ORIGIN_RUNTIME;
      at += size + (at[size] == '|');
    }
  }
  return CM_ORIGIN_APP;
}

// musl's setlocale asks, in one function, for LC_ALL, the category's own name, and LANG.
static bool is_locale_name(struct cm_str key) {
  static const char *const all[] = {"LC_ALL",     "LC_CTYPE",    "LC_NUMERIC",  "LC_TIME",
                                    "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (cm_str_is(key, all[i])) return true;
  return false;
}

// The function that makes the call: the last of the path but the lookup.
static const struct cm_frame *asker_of(const struct cm_evidence *e) {
  return e->path_count > 1 ? &e->path[e->path_count - 2] : NULL;
}

static bool same_function(const struct cm_frame *a, const struct cm_frame *b) {
  return a->module == b->module && a->function == b->function;
}

static bool asks(const struct findings *f, const struct cm_frame *asker, const char *key) {
  for (size_t i = 0; i < f->need_count; i++) {
    if (f->needs[i].need.kind != CM_NEED_ENV || !cm_str_is(f->needs[i].need.key, key)) continue;
    for (size_t k = 0; k < f->needs[i].evidence_count; k++) {
      const struct cm_frame *other = asker_of(&f->needs[i].evidence[k]);
      if (other && same_function(other, asker)) return true;
    }
  }
  return false;
}

// Modules that are a language's library as a whole, in components that are linked of shared libraries: an interpreter, whose programs are
// data to it, or libc. What such a module asks for by itself is the runtime's. Each is known by functions that it exports.
static const char *const libraries[][2] = {
    {"Py_InitializeFromConfig", "PyEval_EvalCode"},  // CPython
    {"getenv", "__wasilibc_get_environ"},            // wasi-libc
};

static bool exports(const struct core_module *module, const char *name) {
  for (uint32_t i = 0; i < module->export_count; i++)
    if (module->exports[i].kind == CORE_FUNC && cm_str_is(module->exports[i].name, name)) return true;
  return false;
}

static bool is_library(const struct findings *f, uint32_t number) {
  const struct cm_graph *graph = f->program->graph;
  const struct core_module *module = number < graph->module_count ? graph->modules[number] : NULL;
  // Stripping takes the mark of shared libraries away; those of an interpreter are known by the memory that they share.
  bool shared = module && (core_find_custom(module, "dylink.0") || (f->interpreters && f->interpreters[number]));
  if (!shared) return false;
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
    if (exports(module, libraries[i][0]) && exports(module, libraries[i][1])) return true;
  return false;
}

static bool is_asked_by_libraries(const struct findings *f, const struct finding_need *n) {
  for (size_t k = 0; k < n->evidence_count; k++) {
    const struct cm_evidence *e = &n->evidence[k];
    const struct cm_frame *asker = asker_of(e);
    if (e->source) return false;  // a program that an interpreter carries
    if (!is_library(f, asker ? asker->module : e->module)) return false;
  }
  return n->evidence_count;
}

// Without names the asker tells nothing. But a library asks for its name in one function, apart from Rust's Backtrace, which asks for
// RUST_LIB_BACKTRACE there first: where several do, the application is among them.
static bool is_asked_in_several(const struct findings *f, const struct finding_need *n) {
  const struct cm_frame *first = NULL;
  for (size_t k = 0; k < n->evidence_count; k++) {
    const struct cm_frame *asker = asker_of(&n->evidence[k]);
    if (!asker || asker->name.size || asks(f, asker, "RUST_LIB_BACKTRACE")) continue;
    if (first && !same_function(first, asker)) return true;
    if (!first) first = asker;
  }
  return false;
}

void runtime_settle(struct findings *f) {
  for (size_t i = 0; i < f->need_count; i++) {
    struct cm_need *need = &f->needs[i].need;
    bool runtime = need->kind == CM_NEED_ENV && need->origin == CM_ORIGIN_RUNTIME;
    if (runtime && is_asked_in_several(f, &f->needs[i])) need->origin = CM_ORIGIN_APP;
  }
  for (size_t i = 0; i < f->need_count; i++)
    if (is_asked_by_libraries(f, &f->needs[i])) f->needs[i].need.origin = CM_ORIGIN_RUNTIME;
  for (size_t i = 0; i < f->need_count; i++) {
    struct finding_need *n = &f->needs[i];
    if (n->need.kind != CM_NEED_ENV || !n->evidence_count || !is_locale_name(n->need.key)) continue;
    bool library = true;
    for (size_t k = 0; k < n->evidence_count && library; k++) {
      const struct cm_frame *asker = asker_of(&n->evidence[k]);
      library = asker && asks(f, asker, "LC_ALL") && asks(f, asker, "LANG");
    }
    if (library) n->need.origin = CM_ORIGIN_RUNTIME;
  }
}
