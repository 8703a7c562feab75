// Runs scripts of the core specification's test suite against the interpreter.
//
//   core_exec [-v] PATH…
//
// Each PATH is a script.json, as wast2json and its like write it, or a folder in which all of them are run. One line a file, and a
// table at the end: how many directives passed, failed, and were skipped. A directive is skipped, and never passed, where it needs
// an instruction that the engine does not execute yet, or a module that was skipped for that reason; the reasons are counted. What
// is about validation or text (assert_invalid, assert_malformed) is not this program's matter and not counted. -v says what failed.
// The exit status is 0 when nothing failed.
//
// One store a script; a module's imports come from the instances that the script registered and from `spectest`:
// https://github.com/WebAssembly/spec/blob/main/interpreter/host/spectest.ml.

#include <component/exec.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_REASONS = 400, MAX_VALUES = 1100 };

struct totals {
  unsigned passed, failed, skipped;
};

struct reason {
  char text[120];
  unsigned count;
};

struct runner {
  bool verbose;
  struct totals all;
  struct reason reasons[MAX_REASONS];
  unsigned reason_count;
};

// A module of the script that has a name, or is the latest.
struct named {
  struct named *next;
  const char *name;
  const struct core_module *module;
  struct core_instance *instance;  // NULL: skipped
};

struct registered {
  struct registered *next;
  const char *name;
  struct core_instance *instance;
};

struct script {
  struct runner *runner;
  struct totals totals;
  const char *path;
  char folder[3000];
  struct cm_arena arena;
  struct core_store *store;
  struct named *named;
  struct registered *registered;
  struct core_instance *current;
  const struct core_module *definition;  // the latest
  bool tainted;                          // an action that was to change its state was skipped
  char skip[120];                        // why the latest module is not there; "" when it is
  struct core_extern spectest[16];
  const char *spectest_names[16];
  unsigned spectest_count;
};

// Judgements.

static void pass(struct script *s) { s->totals.passed++; }

static void fail(struct script *s, json_int_t line, const char *what, const char *detail) {
  s->totals.failed++;
  if (s->runner->verbose) printf("  %s:%lld: %s: %s\n", s->path, (long long)line, what, detail);
}

static void skip(struct script *s, const char *why) {
  struct runner *r = s->runner;
  s->totals.skipped++;
  unsigned i = 0;
  while (i < r->reason_count && strcmp(r->reasons[i].text, why) != 0) i++;
  if (i == MAX_REASONS) return;
  if (i == r->reason_count) snprintf(r->reasons[r->reason_count++].text, sizeof r->reasons[i].text, "%s", why);
  r->reasons[i].count++;
}

// The host module.

static enum core_trap print_nothing(void *context, struct core_store *store, const union core_value *arguments,
                                    union core_value *results, struct core_trap_info *trap) {
  (void)context;
  (void)store;
  (void)arguments;
  (void)results;
  (void)trap;
  return CORE_TRAP_NONE;
}

static void provide(struct script *s, const char *name, struct core_extern item) {
  s->spectest_names[s->spectest_count] = name;
  s->spectest[s->spectest_count++] = item;
}

static void provide_func(struct script *s, const char *name, const struct core_type *type) {
  provide(s, name, (struct core_extern){.kind = CORE_FUNC, .func = core_host_function(s->store, type, print_nothing, NULL)});
}

static void provide_global(struct script *s, const char *name, uint8_t code, union core_value value) {
  struct core_global_type type = {.type = {.code = code}};
  provide(s, name, (struct core_extern){.kind = CORE_GLOBAL, .global = core_global_new(s->store, &type, value)});
}

static void make_spectest(struct script *s) {
  static const struct core_valtype i32 = {.code = CORE_I32}, i64 = {.code = CORE_I64}, f32 = {.code = CORE_F32},
                                   f64 = {.code = CORE_F64};
  static const struct core_valtype i32_f32[] = {{.code = CORE_I32}, {.code = CORE_F32}};
  static const struct core_valtype f64_f64[] = {{.code = CORE_F64}, {.code = CORE_F64}};
  static const struct core_type none = {.is_final = true}, of_i32 = {.is_final = true, .param_count = 1, .params = &i32},
                                of_i64 = {.is_final = true, .param_count = 1, .params = &i64},
                                of_f32 = {.is_final = true, .param_count = 1, .params = &f32},
                                of_f64 = {.is_final = true, .param_count = 1, .params = &f64},
                                of_i32_f32 = {.is_final = true, .param_count = 2, .params = i32_f32},
                                of_f64_f64 = {.is_final = true, .param_count = 2, .params = f64_f64};
  provide_func(s, "print", &none);
  provide_func(s, "print_i32", &of_i32);
  provide_func(s, "print_i64", &of_i64);
  provide_func(s, "print_f32", &of_f32);
  provide_func(s, "print_f64", &of_f64);
  provide_func(s, "print_i32_f32", &of_i32_f32);
  provide_func(s, "print_f64_f64", &of_f64_f64);
  provide_global(s, "global_i32", CORE_I32, (union core_value){.u64 = 666});
  provide_global(s, "global_i64", CORE_I64, (union core_value){.u64 = 666});
  provide_global(s, "global_f32", CORE_F32, (union core_value){.f32 = 666.6f});
  provide_global(s, "global_f64", CORE_F64, (union core_value){.f64 = 666.6});
  struct core_table_type table = {.element = {.code = CORE_REF, .nullable = true, .heap = CORE_HEAP_FUNC},
                                  .limits = {.min = 10, .max = 20, .has_max = true}};
  provide(s, "table", (struct core_extern){.kind = CORE_TABLE, .table = core_table_new(s->store, &table, NULL)});
  table.limits.is_64 = true;
  provide(s, "table64", (struct core_extern){.kind = CORE_TABLE, .table = core_table_new(s->store, &table, NULL)});
  struct core_limits memory = {.min = 1, .max = 2, .has_max = true, .page_log2 = 16};
  provide(s, "memory", (struct core_extern){.kind = CORE_MEMORY, .memory = core_memory_new(s->store, &memory)});
}

// Modules.

static const char *text_of(json_t *object, const char *key) { return json_string_value(json_object_get(object, key)); }

static bool read_module(struct script *s, const char *name, struct core_module **out, struct cm_diag *diag) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", s->folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) return cm_fail_at_large(diag, CM_NO_MEMORY, "%.200s: %s", path, strerror(errno));
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t *bytes = cm_alloc(&s->arena, size > 0 ? (size_t)size : 1);
  size_t got = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
  fclose(file);
  if (!bytes || got != (size_t)size) return cm_fail_memory(diag);
  return core_decode(&s->arena, (struct cm_span){bytes, got}, bytes, NULL, out, diag);
}

static bool find_import(struct script *s, const struct core_import *import, struct core_extern *out) {
  if (cm_str_is(import->module, "spectest")) {
    for (unsigned i = 0; i < s->spectest_count; i++) {
      if (!cm_str_is(import->name, s->spectest_names[i])) continue;
      *out = s->spectest[i];
      return true;
    }
    return false;
  }
  for (struct registered *r = s->registered; r; r = r->next) {
    if (cm_str_is(import->module, r->name)) return core_instance_export(r->instance, import->name, out);
  }
  return false;
}

// Whether a module that cannot be linked is so because a module it needs was skipped.
static bool needs_skipped(struct script *s, const struct core_import *import) {
  if (cm_str_is(import->module, "spectest")) return false;
  for (struct registered *r = s->registered; r; r = r->next) {
    if (cm_str_is(import->module, r->name)) return false;
  }
  return s->skip[0] != 0;
}

// Instantiates and runs the start function. False: `diag` says why; a trap's message stands there as well.
static bool instantiate(struct script *s, const struct core_module *module, struct core_instance **out, struct cm_diag *diag) {
  struct core_extern *imports = cm_alloc_array(&s->arena, module->import_count, sizeof *imports);
  if (!imports) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < module->import_count; i++) {
    const struct core_import *import = &module->imports[i];
    if (!find_import(s, import, &imports[i])) {
      if (needs_skipped(s, import)) return cm_fail_at_large(diag, CM_UNSUPPORTED, "imports from a module that was skipped");
      return cm_fail_at_large(diag, CM_INVALID, "unknown import %.*s %.*s", CM_STR_ARG(import->module), CM_STR_ARG(import->name));
    }
  }
  if (!core_instantiate(s->store, module, imports, out, diag)) return false;
  struct core_trap_info info;
  enum core_trap trap = core_instance_start(*out, &info);
  if (!trap) return true;
  bool unsupported = trap == CORE_TRAP_UNSUPPORTED;
  return cm_fail_at_large(diag, unsupported ? CM_UNSUPPORTED : CM_INVALID, "%s",
                          unsupported ? info.message : core_trap_names[trap]);
}

static void remember(struct script *s, const char *name, const struct core_module *module, struct core_instance *instance) {
  if (!name) return;
  struct named *n = cm_alloc(&s->arena, sizeof *n);
  if (!n) abort();
  *n = (struct named){s->named, name, module, instance};
  s->named = n;
}

static struct named *find_named(struct script *s, const char *name) {
  for (struct named *n = s->named; n; n = n->next) {
    if (strcmp(n->name, name) == 0) return n;
  }
  return NULL;
}

static const char *binary_of(json_t *command) {
  const char *binary = text_of(command, "binary_filename");
  return binary ? binary : text_of(command, "filename");
}

static void run_instance(struct script *s, json_int_t line, const struct core_module *module, const char *name) {
  struct cm_diag diag = {0};
  s->current = NULL;
  s->tainted = false;
  s->skip[0] = 0;
  if (instantiate(s, module, &s->current, &diag)) {
    pass(s);
  } else {
    s->current = NULL;
    snprintf(s->skip, sizeof s->skip, "%.100s", diag.message);
    if (diag.error == CM_UNSUPPORTED) {
      skip(s, s->skip);
    } else {
      fail(s, line, "module", diag.message);
    }
  }
  remember(s, name, module, s->current);
}

static void run_module(struct script *s, json_t *command, json_int_t line, bool only_define) {
  struct cm_diag diag = {0};
  struct core_module *module;
  const char *name = text_of(command, "name");
  if (!read_module(s, binary_of(command), &module, &diag)) {
    s->current = NULL;
    snprintf(s->skip, sizeof s->skip, "%.100s", diag.message);
    if (diag.error == CM_UNSUPPORTED) {
      skip(s, s->skip);
    } else {
      fail(s, line, "module", diag.message);
    }
    return;
  }
  if (only_define) {
    s->definition = module;
    remember(s, name, module, NULL);
    pass(s);
  } else {
    run_instance(s, line, module, name);
  }
}

static void run_register(struct script *s, json_t *command) {
  const char *name = text_of(command, "name");
  struct named *named = name ? find_named(s, name) : NULL;
  struct core_instance *instance = name ? (named ? named->instance : NULL) : s->current;
  if (!instance) {
    skip(s, s->skip[0] ? s->skip : "a module that was skipped");
    return;
  }
  struct registered *r = cm_alloc(&s->arena, sizeof *r);
  if (!r) abort();
  *r = (struct registered){s->registered, text_of(command, "as"), instance};
  s->registered = r;
  pass(s);
}

// Values.

static uint64_t lane_bits(json_t *value) {
  const char *text = json_string_value(value);
  if (!text) return 0;
  return text[0] == '-' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
}

static unsigned lane_size(const char *type) {
  if (!strcmp(type, "i8")) return 1;
  if (!strcmp(type, "i16")) return 2;
  return !strcmp(type, "i32") || !strcmp(type, "f32") ? 4 : 8;
}

static union core_value value_of(json_t *object) {
  const char *type = text_of(object, "type");
  json_t *value = json_object_get(object, "value");
  union core_value v = {.u64 = 0};
  memset(v.v128, 0, 16);
  if (!strcmp(type, "v128")) {
    unsigned size = lane_size(text_of(object, "lane_type"));
    for (unsigned i = 0; i < 16 / size; i++) {
      uint64_t bits = lane_bits(json_array_get(value, i));
      memcpy(v.v128 + i * size, &bits, size);
    }
  } else if (!strcmp(type, "i32") || !strcmp(type, "f32")) {
    v.u64 = (uint32_t)lane_bits(value);
  } else if (!strcmp(type, "i64") || !strcmp(type, "f64")) {
    v.u64 = lane_bits(value);
  } else if (json_is_string(value) && strcmp(json_string_value(value), "null") != 0) {
    v.u64 = lane_bits(value) + 1;  // a host reference
  }
  return v;
}

static bool nan_matches(const char *kind, uint64_t bits, unsigned size) {
  uint64_t quiet = size == 4 ? 0x400000 : 0x8000000000000;
  uint64_t exponent = size == 4 ? 0x7f800000 : 0x7ff0000000000000;
  uint64_t fraction = quiet * 2 - 1;
  if ((bits & exponent) != exponent) return false;
  return !strcmp(kind, "nan:canonical") ? (bits & fraction) == quiet : (bits & quiet) != 0;
}

static bool lane_matches(json_t *expected, uint64_t bits, unsigned size) {
  const char *text = json_string_value(expected);
  if (text && !strncmp(text, "nan:", 4)) return nan_matches(text, bits, size);
  uint64_t mask = size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
  return ((lane_bits(expected) ^ bits) & mask) == 0;
}

static bool value_matches(json_t *expected, union core_value v) {
  const char *type = text_of(expected, "type");
  json_t *value = json_object_get(expected, "value");
  if (!strcmp(type, "either")) {
    json_t *each;
    size_t i;
    json_array_foreach(json_object_get(expected, "values"), i, each) {
      if (value_matches(each, v)) return true;
    }
    return false;
  }
  if (!strcmp(type, "v128")) {
    unsigned size = lane_size(text_of(expected, "lane_type"));
    for (unsigned i = 0; i < 16 / size; i++) {
      uint64_t bits = 0;
      memcpy(&bits, v.v128 + i * size, size);
      if (!lane_matches(json_array_get(value, i), bits, size)) return false;
    }
    return true;
  }
  if (!strcmp(type, "i32") || !strcmp(type, "f32")) return lane_matches(value, v.u32, 4);
  if (!strcmp(type, "i64") || !strcmp(type, "f64")) return lane_matches(value, v.u64, 8);
  if (!strncmp(type, "null", 4) || !strcmp(type, "refnull")) return v.ref == NULL;
  if (!value) return v.ref != NULL;
  return v.u64 == value_of(expected).u64;
}

// Actions.

struct outcome {
  enum core_trap trap;
  struct core_trap_info info;
  uint32_t count;
  union core_value values[MAX_VALUES];
};

// False: the action could not be made, and the directive is judged.
static bool act(struct script *s, json_t *action, json_int_t line, struct outcome *out) {
  const char *name = text_of(action, "module"), *field = text_of(action, "field");
  struct named *named = name ? find_named(s, name) : NULL;
  struct core_instance *instance = name ? (named ? named->instance : NULL) : s->current;
  struct core_extern item;
  memset(&out->info, 0, sizeof out->info);
  out->trap = CORE_TRAP_NONE;
  if (!instance || s->tainted) {
    skip(s, s->skip[0] ? s->skip : "a module that was skipped");
    return false;
  }
  struct cm_str text = {field, json_string_length(json_object_get(action, "field"))};
  if (!core_instance_export(instance, text, &item)) {
    fail(s, line, field, "no such export");
    return false;
  }
  if (!strcmp(text_of(action, "type"), "get")) {
    out->values[0] = *core_global_value(item.global);
    out->count = 1;
    return true;
  }
  union core_value args[64];
  json_t *each;
  size_t i;
  json_array_foreach(json_object_get(action, "args"), i, each) {
    if (i < 64) args[i] = value_of(each);
  }
  out->count = core_function_type(item.func)->result_count;
  out->trap = core_call(s->store, item.func, args, out->values, &out->info);
  return true;
}

static bool is_unsupported(struct script *s, const struct outcome *o) {
  if (o->trap != CORE_TRAP_UNSUPPORTED) return false;
  skip(s, o->info.message);
  return true;
}

static void run_return(struct script *s, json_t *command, json_int_t line) {
  struct outcome o;
  if (!act(s, json_object_get(command, "action"), line, &o)) return;
  if (is_unsupported(s, &o)) {
    // What follows would judge a state that was never reached.
    s->tainted = !strcmp(text_of(command, "type"), "action");
    if (s->tainted) snprintf(s->skip, sizeof s->skip, "%.100s", o.info.message);
    return;
  }
  if (o.trap) {
    fail(s, line, core_trap_names[o.trap], o.info.message);
    return;
  }
  json_t *expected = json_object_get(command, "expected");
  bool good = !expected || json_array_size(expected) == o.count;
  for (uint32_t i = 0; expected && good && i < o.count; i++) good = value_matches(json_array_get(expected, i), o.values[i]);
  if (good) {
    pass(s);
  } else {
    char got[60];
    snprintf(got, sizeof got, "other results: 0x%llx of %u", (unsigned long long)o.values[0].u64, o.count);
    fail(s, line, text_of(json_object_get(command, "action"), "field"), got);
  }
}

// Whether the specification's words for a trap fit ours; theirs may say more ("uninitialized element 2") or less.
static bool same_words(const char *expected, const char *got) {
  size_t a = strlen(expected), b = strlen(got);
  if (strncmp(expected, got, a < b ? a : b) == 0) return true;
  return !strncmp(expected, "null ", 5) && !strncmp(got, "null ", 5);
}

static void run_trap(struct script *s, json_t *command, json_int_t line, enum core_trap wanted) {
  struct outcome o;
  if (!act(s, json_object_get(command, "action"), line, &o) || is_unsupported(s, &o)) return;
  const char *text = text_of(command, "text");
  if (wanted ? o.trap == wanted : o.trap && same_words(text, core_trap_names[o.trap])) {
    pass(s);
  } else {
    fail(s, line, text ? text : "a trap is wanted", o.trap ? o.info.message : "no trap");
  }
}

static void run_refused(struct script *s, json_t *command, json_int_t line) {
  struct cm_diag diag = {0};
  struct core_module *module;
  struct core_instance *instance;
  const char *text = text_of(command, "text");
  if (!strcmp(text_of(command, "module_type"), "text") && !text_of(command, "binary_filename")) {
    skip(s, "a module as text");
    return;
  }
  bool good = read_module(s, binary_of(command), &module, &diag) && instantiate(s, module, &instance, &diag);
  if (!good && diag.error == CM_UNSUPPORTED) {
    skip(s, diag.message);
  } else if (!good && same_words(text, diag.message)) {
    pass(s);
  } else {
    fail(s, line, text, good ? "it was instantiated" : diag.message);
  }
}

// Scripts.

static void run_command(struct script *s, json_t *command) {
  const char *type = text_of(command, "type");
  json_int_t line = json_integer_value(json_object_get(command, "line"));
  if (!strcmp(type, "module")) {
    run_module(s, command, line, false);
  } else if (!strcmp(type, "module_definition")) {
    run_module(s, command, line, true);
  } else if (!strcmp(type, "module_instance")) {
    const char *name = text_of(command, "module");
    struct named *named = name ? find_named(s, name) : NULL;
    const struct core_module *module = named ? named->module : s->definition;
    if (module) {
      run_instance(s, line, module, text_of(command, "instance"));
    } else {
      skip(s, "a module that was skipped");
    }
  } else if (!strcmp(type, "register")) {
    run_register(s, command);
  } else if (!strcmp(type, "action") || !strcmp(type, "assert_return")) {
    run_return(s, command, line);
  } else if (!strcmp(type, "assert_trap")) {
    run_trap(s, command, line, CORE_TRAP_NONE);
  } else if (!strcmp(type, "assert_exhaustion")) {
    run_trap(s, command, line, CORE_TRAP_STACK);
  } else if (!strcmp(type, "assert_exception")) {
    run_trap(s, command, line, CORE_TRAP_EXCEPTION);
  } else if (!strcmp(type, "assert_unlinkable") || !strcmp(type, "assert_uninstantiable")) {
    run_refused(s, command, line);
  }
}

static void run_script(struct runner *r, const char *path) {
  json_error_t error;
  json_t *root = json_load_file(path, JSON_ALLOW_NUL, &error);
  if (!root) {
    printf("%s: %s\n", path, error.text);
    r->all.failed++;
    return;
  }
  struct script s = {.runner = r, .path = path};
  snprintf(s.folder, sizeof s.folder, "%s", path);
  char *slash = strrchr(s.folder, '/');
  if (slash) {
    *slash = 0;
  } else {
    strcpy(s.folder, ".");
  }
  cm_arena_init(&s.arena, NULL);
  s.store = core_store_new(&(struct core_limits_of_store){.memory_bytes = UINT64_C(1) << 36});
  if (!s.store) abort();
  make_spectest(&s);
  json_t *command;
  size_t i;
  json_array_foreach(json_object_get(root, "commands"), i, command) run_command(&s, command);
  printf("%-60s %6u passed %5u failed %5u skipped\n", path, s.totals.passed, s.totals.failed, s.totals.skipped);
  r->all.passed += s.totals.passed;
  r->all.failed += s.totals.failed;
  r->all.skipped += s.totals.skipped;
  core_store_free(s.store);
  cm_arena_free(&s.arena);
  json_decref(root);
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

// Scripts are found by name, so that a folder may hold anything else.
static void run_path(struct runner *r, const char *path, bool named) {
  struct stat status;
  if (stat(path, &status) != 0) {
    printf("%s: %s\n", path, strerror(errno));
    r->all.failed++;
    return;
  }
  const char *slash = strrchr(path, '/');
  if (!S_ISDIR(status.st_mode)) {
    if (named || !strcmp(slash ? slash + 1 : path, "script.json")) run_script(r, path);
    return;
  }
  struct dirent **entries;
  int count = scandir(path, &entries, is_visible, alphasort);
  for (int i = 0; i < count; i++) {
    char inner[4096];
    snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
    run_path(r, inner, false);
    free(entries[i]);
  }
  if (count >= 0) free(entries);
}

static int by_count(const void *a, const void *b) {
  const struct reason *x = a, *y = b;
  return x->count == y->count ? strcmp(x->text, y->text) : x->count < y->count ? 1 : -1;
}

int main(int argc, char **argv) {
  static struct runner r;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "-v")) {
      r.verbose = true;
    } else {
      run_path(&r, argv[i], true);
    }
  }
  printf("\npassed  %8u\nfailed  %8u\nskipped %8u\n", r.all.passed, r.all.failed, r.all.skipped);
  qsort(r.reasons, r.reason_count, sizeof *r.reasons, by_count);
  for (unsigned i = 0; i < r.reason_count; i++) printf("%8u  %s\n", r.reasons[i].count, r.reasons[i].text);
  return r.all.failed ? 1 : 0;
}
