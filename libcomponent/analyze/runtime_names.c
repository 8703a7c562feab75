// Whose need a name is: the application's, or its language's own library's.
//
// Spelling decides nothing: an application may ask for TZ or GODEBUG itself. A name is a library's where the table (runtime_table.c) has it
// and the function that asks is the library's. Functions are known by their names. Where those are stripped, a library's function is
// known by what it carries in its data, and by what else it asks for. Where that cannot be told the need is the application's: what is
// taken for the library's might not be provided. Shared libraries are told as a whole, by what their module exports.

#include "runtime_names.h"

// What of the name of a function that asks the table has.
enum asker_match { ASKER_PART, ASKER_BEGINNING, ASKER_WHOLE };

// How the functions of a language's library are known. Parts of names are separated by bars.
struct library {
  const char *language;
  const char *name;      // as the table has it; NULL: what of the language is not in another row
  const char *scope;     // the names of its functions contain one of these
  const char *wrappers;  // but not one of these, into which optimizers put the application's code
  enum asker_match asker;
  // Of functions without names:
  bool stacked;          // in this language's programs the stack lies in memory
  const char *only;      // of the table's rows the one with these askers; NULL: all
  const char *mark;      // what the program's data contain; NULL: functions without names are not known
  size_t mark_size;      // it may have zeros in it
  const char *together;  // the names that one function asks for; what asks them is the library, whoever says which
  const char *beside;    // who asks for one of these besides is the library, too: it may ask for a name in several functions
};

#define MARK(text) .mark = (text), .mark_size = sizeof(text) - 1
static const struct library libraries[] = {
    {"C", .asker = ASKER_WHOLE, .only = "__get_locale|setlocale|newlocale", MARK("LC_NUMERIC\0\0LC_TIME"),
     .together = "LC_ALL|LANG"},
    {"C++", "libunwind", MARK("libunwind: _Unwind_")},
    {"C++", .scope = "filesystem", MARK("temp_directory_path"), .together = "TMPDIR|TMP|TEMP|TEMPDIR"},
    {"Rust", .scope = "3std|std::|std[", .wrappers = "lang_start|__rust_begin_short_backtrace", MARK("`RUST_BACKTRACE=1`"),
     .beside = "RUST_LIB_BACKTRACE"},
    {"Go", "runtime", .asker = ASKER_BEGINNING, .stacked = true, .beside = "GOGC|GOMAXPROCS|GOMEMLIMIT|GOTRACEBACK"},
    {"Go", .asker = ASKER_BEGINNING, .stacked = true},
    {"TinyGo", "syscall", .asker = ASKER_BEGINNING, MARK("//go:wasmexport function called before")},
    {"TinyGo", .asker = ASKER_BEGINNING},
    {"Zig", .scope = "Io.", MARK("NotTerminalDevice"), .together = "CLICOLOR_FORCE|NO_COLOR"},
};

static const struct library *library_of(const struct cm_runtime_name *row) {
  for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
    if (!strcmp(libraries[i].language, row->language) && (!libraries[i].name || !strcmp(libraries[i].name, row->library)))
      return &libraries[i];
  return NULL;  // an interpreter's: see is_library
}

// --- names of functions ---

// The next of `list`, whose parts are separated by bars; an empty one is the end.
static struct cm_str next_part(const char **list) {
  size_t size = strcspn(*list, "|");
  struct cm_str part = {*list, size};
  *list += size + ((*list)[size] == '|');
  return part;
}

static bool has_part(struct cm_str name, const char *parts, enum asker_match how) {
  for (struct cm_str part; (part = next_part(&parts)).size;)
    for (size_t i = 0; i + part.size <= name.size; i++) {
      if (how == ASKER_WHOLE && name.size != part.size) break;
      if (!memcmp(name.at + i, part.at, part.size)) return true;
      if (how != ASKER_PART) break;
    }
  return false;
}

static bool is_functions_name(const struct cm_runtime_name *row, struct cm_str name) {
  const struct library *library = library_of(row);
  if (!library || (library->scope && !has_part(name, library->scope, ASKER_PART))) return false;
  if (library->wrappers && has_part(name, library->wrappers, ASKER_PART)) return false;
  return has_part(name, row->asker, library->asker);
}

enum cm_origin runtime_origin(enum cm_need_kind kind, struct cm_str key, struct cm_str asker) {
  for (size_t i = 0; kind == CM_NEED_ENV && i < cm_runtime_name_count; i++)
    if (cm_str_is(key, cm_runtime_names[i].key) && (!asker.size || is_functions_name(&cm_runtime_names[i], asker)))
      return CM_ORIGIN_RUNTIME;
  return CM_ORIGIN_APP;
}

// --- functions without names ---

// What is judged: all findings, and which of them the table knows.
struct court {
  const struct findings *findings;
  const struct finding_need **known;
  size_t known_count;
};

// The function that makes the call: the last of the path but the lookup.
static const struct cm_frame *asker_of(const struct cm_evidence *e) {
  return e->path_count > 1 ? &e->path[e->path_count - 2] : NULL;
}

static bool same_function(const struct cm_frame *a, const struct cm_frame *b) {
  return a->module == b->module && a->function == b->function;
}

static bool asks(const struct court *c, const struct cm_frame *asker, struct cm_str key) {
  for (size_t i = 0; i < c->known_count; i++) {
    const struct finding_need *n = c->known[i];
    if (!cm_str_equal(n->need.key, key)) continue;
    for (size_t k = 0; k < n->evidence_count; k++) {
      const struct cm_frame *other = asker_of(&n->evidence[k]);
      if (other && same_function(other, asker)) return true;
    }
  }
  return false;
}

static bool asks_all(const struct court *c, const struct cm_frame *asker, const char *keys) {
  for (struct cm_str key; (key = next_part(&keys)).size;)
    if (!asks(c, asker, key)) return false;
  return true;
}

static uint32_t instance_with(const struct findings *f, uint32_t module) {
  for (uint32_t i = 0; i < f->program->instance_count; i++)
    if (f->program->instances[i].module && f->program->instances[i].node->module_ordinal == module) return i;
  return UINT32_MAX;
}

static bool carries(const struct image *image, const char *text, size_t size) {
  for (size_t i = 0; image && i < image->count; i++)
    if (memmem(image->segments[i].bytes.at, image->segments[i].bytes.size, text, size)) return true;
  return false;
}

static bool is_nameless_asker(const struct court *c, const struct cm_runtime_name *row, const struct cm_evidence *e) {
  const struct findings *f = c->findings;
  const struct library *library = library_of(row);
  const struct cm_frame *asker = asker_of(e);
  uint32_t instance = instance_with(f, asker ? asker->module : e->module);
  if (!library || instance == UINT32_MAX) return false;
  if (library->stacked) return f->program->instances[instance].stacked;
  if (!library->mark || (library->only && strcmp(library->only, row->asker) != 0)) return false;
  if (library->together && !(asker && asks_all(c, asker, library->together))) return false;
  return carries(program_image(f->program, instance), library->mark, library->mark_size);
}

// --- all findings together ---

// Does some row say of `e`, in which `key` is asked for, what `by` looks for?
typedef bool row_says(const struct court *c, const struct cm_runtime_name *row, const struct cm_evidence *e);

static bool some_row_says(const struct court *c, struct cm_str key, const struct cm_evidence *e, row_says *by) {
  for (size_t i = 0; i < cm_runtime_name_count; i++)
    if (cm_str_is(key, cm_runtime_names[i].key) && by(c, &cm_runtime_names[i], e)) return true;
  return false;
}

// What libraries ask for in one function with other names: whoever calls it says which, and is not the one who asks.
static bool is_asked_together(const struct court *c, const struct cm_runtime_name *row, const struct cm_evidence *e) {
  const struct library *library = library_of(row);
  const struct cm_frame *asker = asker_of(e);
  if (!library || !library->together || !asker) return false;
  return asker->name.size ? is_functions_name(row, asker->name) : is_nameless_asker(c, row, e);
}

static bool is_together(const struct court *c, const struct finding_need *n) {
  for (size_t k = 0; k < n->evidence_count; k++)
    if (!some_row_says(c, n->need.key, &n->evidence[k], is_asked_together)) return false;
  return n->evidence_count;
}

// Functions without names that nothing tells to be a library's.
static bool is_doubtful(const struct court *c, const struct finding_need *n) {
  for (size_t k = 0; k < n->evidence_count; k++)
    if (!n->evidence[k].name.size && !some_row_says(c, n->need.key, &n->evidence[k], is_nameless_asker)) return true;
  return false;
}

// Modules that are a language's library as a whole, in components that are linked of shared libraries: an interpreter, whose programs are
// data to it, or libc. What such a module asks for by itself is the runtime's. Each is known by functions that it exports.
static const char *const shared_libraries[][2] = {
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
  for (size_t i = 0; i < sizeof shared_libraries / sizeof *shared_libraries; i++)
    if (exports(module, shared_libraries[i][0]) && exports(module, shared_libraries[i][1])) return true;
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

// Is the function without a name the library's, for it asks for another of its names, too?
static bool asks_beside(const struct court *c, const struct cm_frame *asker, struct cm_str key) {
  for (size_t i = 0; i < cm_runtime_name_count; i++) {
    const struct library *library = cm_str_is(key, cm_runtime_names[i].key) ? library_of(&cm_runtime_names[i]) : NULL;
    const char *others = library && library->beside ? library->beside : "";
    for (struct cm_str other; (other = next_part(&others)).size;)
      if (!cm_str_equal(other, key) && asks(c, asker, other)) return true;
  }
  return false;
}

// A library asks for its name in one function, apart from those that ask for others beside it: Rust's Backtrace, or what Binaryen made of several of
// Go's. Where several do that have no names, the application is among them.
static bool is_asked_in_several(const struct court *c, const struct finding_need *n) {
  const struct cm_frame *first = NULL;
  for (size_t k = 0; k < n->evidence_count; k++) {
    const struct cm_frame *asker = asker_of(&n->evidence[k]);
    if (!asker || asker->name.size || asks_beside(c, asker, n->need.key)) continue;
    if (first && !same_function(first, asker)) return true;
    if (!first) first = asker;
  }
  return false;
}

static enum cm_origin settled(const struct court *c, const struct finding_need *n, bool known) {
  if (is_asked_by_libraries(c->findings, n)) return CM_ORIGIN_RUNTIME;
  if (!known) return n->need.origin;
  bool several = is_asked_in_several(c, n);
  if (!several && is_together(c, n)) return CM_ORIGIN_RUNTIME;
  return several || is_doubtful(c, n) ? CM_ORIGIN_APP : n->need.origin;
}

static bool is_known(const struct cm_need *need) {
  for (size_t i = 0; need->kind == CM_NEED_ENV && i < cm_runtime_name_count; i++)
    if (cm_str_is(need->key, cm_runtime_names[i].key)) return true;
  return false;
}

void runtime_settle(struct findings *f) {
  struct court court = {.findings = f, .known = cm_alloc_array(f->arena, f->need_count + 1, sizeof *court.known)};
  enum cm_origin *origins = cm_alloc_array(f->arena, f->need_count + 1, sizeof *origins);
  if (!court.known || !origins) {
    f->failed = true;
    return;
  }
  for (size_t i = 0; i < f->need_count; i++)
    if (is_known(&f->needs[i].need)) court.known[court.known_count++] = &f->needs[i];
  // What is asked for together is looked for among needs of either origin, so nothing moves before all are judged.
  size_t seen = 0;
  for (size_t i = 0; i < f->need_count; i++) {
    bool known = seen < court.known_count && court.known[seen] == &f->needs[i];
    origins[i] = settled(&court, &f->needs[i], known);
    seen += known;
  }
  for (size_t i = f->need_count; i-- > 0;)
    if (origins[i] != f->needs[i].need.origin) findings_move(f, i, origins[i]);
}
