// Reading the line table ("pclntab"), and the packages of the standard library.
//
// A header tells where names and the table of functions lie, which is in the order of the code: entry n is the function that the linker put into
// place n of the table of functions, from where on functions have addresses. Optimizers order functions anew, and take some away, but
// leave that table as it is. Of a program without it the table is used only where it has as many entries as the module has functions.
//
// Go, src/internal/abi/symtab.go (the magic numbers), src/runtime/symtab.go (pcHeader, functab) and src/cmd/link/internal/wasm/asm.go
// (funcValueOffset).

#include "symbols.h"

#include <string.h>

enum { WORD = 8, HEADER = 8, WORDS = 8, ENTRY = 8, NAME_MOST = 1024 };

struct line_table {
  struct cm_span bytes;
  uint64_t at, count, names, functions;
};

static uint64_t read_number(struct cm_span bytes, uint64_t at, unsigned size) {
  uint64_t number = 0;
  if (at <= bytes.size && size <= bytes.size - at) memcpy(&number, bytes.at + at, size);
  return number;
}

// The header of Go 1.18 and 1.19, or of 1.20 and later: magic, two zeros, the least instruction (1), the size of a pointer (8).
static bool find_table(struct cm_span bytes, struct line_table *out) {
  static const uint8_t magics[][HEADER] = {{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}, {0xf0, 0xff, 0xff, 0xff, 0, 0, 1, 8}};
  for (size_t m = 0; m < sizeof magics / sizeof *magics; m++) {
    const uint8_t *found = memmem(bytes.at, bytes.size, magics[m], HEADER);
    if (!found) continue;
    uint64_t at = (uint64_t)(found - bytes.at);
    *out = (struct line_table){.bytes = bytes, .at = at, .count = read_number(bytes, at + HEADER, WORD)};
    out->names = at + read_number(bytes, at + HEADER + 3 * WORD, WORD);
    out->functions = at + read_number(bytes, at + HEADER + (WORDS - 1) * WORD, WORD);
    if (out->names < bytes.size && out->functions < bytes.size && out->count <= bytes.size / ENTRY) return true;
  }
  return false;
}

static struct cm_str name_of(const struct line_table *t, uint64_t n) {
  uint64_t record = t->functions + read_number(t->bytes, t->functions + n * ENTRY + 4, 4);
  uint64_t at = t->names + read_number(t->bytes, record + 4, 4);
  if (record >= t->bytes.size || at >= t->bytes.size) return (struct cm_str){0};
  size_t room = (size_t)(t->bytes.size - at) < NAME_MOST ? (size_t)(t->bytes.size - at) : NAME_MOST;
  const char *text = (const char *)t->bytes.at + at, *end = memchr(text, 0, room);
  return end ? (struct cm_str){text, (size_t)(end - text)} : (struct cm_str){0};
}

// Functions that were one function's code, and were made one: the program's own name tells more.
static void put_name(struct cm_str *to, struct cm_str name) {
  if (!to->size || (symbols_owner_of(*to) != SYMBOLS_PROGRAM && symbols_owner_of(name) == SYMBOLS_PROGRAM)) *to = name;
}

// False: there is no such table of functions.
static bool name_by_place(const struct program *program, uint32_t instance, const struct line_table *t, struct cm_str *names) {
  enum { FIRST_PLACE = 0x1000 };
  const struct cm_table *table = cm_graph_table(program->graph, instance, 0);
  if (!table || table->size < FIRST_PLACE + t->count) return false;
  for (uint64_t n = 0; n < t->count; n++) {
    const struct cm_table_entry *e = &table->entries[FIRST_PLACE + n];
    if (e->instance == instance && e->func < program->instances[instance].module->func_count)
      put_name(&names[e->func], name_of(t, n));
  }
  return true;
}

bool symbols_read(struct program *program, uint32_t instance, struct cm_span bytes) {
  struct program_instance *in = &program->instances[instance];
  struct line_table table;
  uint32_t imported = in->module->imported[CORE_FUNC], count = in->module->func_count;
  if (!find_table(bytes, &table)) return true;
  // The linker puts what is only read in front of the table, and variables behind it (cmd/link/internal/ld/data.go, dodata).
  in->stacked->variables = table.at;
  program_name(program, in->base);  // reads the name section, if there is one
  struct cm_str *names = cm_alloc_array(program->arena, count, sizeof *names);
  if (!names) return false;
  bool placed = name_by_place(program, instance, &table, names);
  if (!placed && table.count != count - imported) return true;
  for (uint32_t f = 0; f < count; f++) {
    // The linker's name section has the same names, with other characters in the place of some.
    if (!placed && f >= imported) names[f] = name_of(&table, f - imported);
    if (!names[f].size && f < in->names.func_count) names[f] = in->names.funcs[f];
  }
  in->names.funcs = names;
  in->names.func_count = count;
  return true;
}

// --- packages ---

struct package {
  const char *name;  // or the beginning of it up to a slash
  bool independent;  // nothing that programs set steers it
};

static const struct package packages[] = {
    {"archive", true},  {"bufio", true},   {"bytes", true},     {"cmp", true},      {"compress", true}, {"container", true},
    {"context", true},  {"crypto", true},  {"database", false}, {"debug", true},    {"embed", false},   {"encoding", true},
    {"errors", true},   {"expvar", false}, {"flag", false},     {"fmt", true},      {"go", true},       {"hash", true},
    {"html", true},     {"image", true},   {"index", true},     {"internal", true}, {"io", true},       {"iter", true},
    {"log", false},     {"maps", true},    {"math", true},      {"mime", false},    {"net", false},     {"os", false},
    {"path", true},     {"plugin", false}, {"reflect", true},   {"regexp", true},   {"runtime", true},  {"slices", true},
    {"sort", true},     {"strconv", true}, {"strings", true},   {"structs", true},  {"sync", true},     {"syscall", false},
    {"testing", false}, {"text", true},    {"time", false},     {"unicode", true},  {"unique", true},   {"unsafe", true},
    {"vendor", true},   {"weak", true},
};

enum symbols_owner symbols_owner_of(struct cm_str name) {
  if (!name.size) return SYMBOLS_UNKNOWN;
  size_t first = 0;  // of the path's first element
  while (first < name.size && name.at[first] != '/' && name.at[first] != '.') first++;
  for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
    const struct package *p = &packages[i];
    if (strlen(p->name) == first && !memcmp(p->name, name.at, first)) return p->independent ? SYMBOLS_RUNTIME : SYMBOLS_LIBRARY;
  }
  // What the linker or the runtime's assembly made has no package: "memeqbody", "go:buildid", "type:.eq.…".
  bool packaged = first < name.size && !cm_str_starts(name, CM_STR("go:")) && !cm_str_starts(name, CM_STR("type:"));
  return packaged ? SYMBOLS_PROGRAM : SYMBOLS_RUNTIME;
}

bool symbols_is_atomic(struct cm_str name) { return cm_str_starts(name, CM_STR("internal/runtime/atomic.")); }

bool symbols_is_core(struct cm_str name) {
  return cm_str_starts(name, CM_STR("runtime.")) || cm_str_starts(name, CM_STR("internal/runtime/"));
}

static bool begins_with_any(struct cm_str name, const char *const *beginnings, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (cm_str_starts(name, (struct cm_str){beginnings[i], strlen(beginnings[i])})) return true;
  return false;
}

bool symbols_only_reads(struct cm_str name) {
  static const char *const beginnings[] = {"fmt.Print",     "fmt.Fprint",   "fmt.Sprint",    "fmt.Errorf",    "errors.",
                                           "os.Getenv",     "os.LookupEnv", "os.ExpandEnv",  "os.Exit",       "strings.",
                                           "unicode",       "log.Print",    "log.Fatal",     "strconv.Parse", "strconv.Atoi",
                                           "strconv.Quote", "strconv.Itoa", "strconv.Format"};
  return begins_with_any(name, beginnings, sizeof beginnings / sizeof *beginnings) && !cm_str_starts(name, CM_STR("strings.("));
}

bool symbols_is_unsteady(struct cm_str name) {
  static const char *const beginnings[] = {"runtime.gorecover", "runtime.select", "runtime.chan",    "runtime.NumGoroutine",
                                           "runtime.closechan", "runtime.block",  "runtime.newproc", "sync.(*Mutex).TryLock"};
  return begins_with_any(name, beginnings, sizeof beginnings / sizeof *beginnings);
}
