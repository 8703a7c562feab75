// Modules as a whole: types, declarations, exports, segments; and that validation is the same on any number of processors and
// without memory.

#include "core_bytes.h"

#include <component/limits.h>
#include <component/validate_core.h>

#include <stdio.h>

enum { MOST_HEARD = 8 };

struct heard {
  uint32_t count;
  struct cm_diag errors[MOST_HEARD];
  uint32_t wanted;  // after so many no more
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  if (heard->count < MOST_HEARD) heard->errors[heard->count] = *diag;
  return ++heard->count < heard->wanted;
}

static struct core_validate_options options_of(const char *features) {
  struct core_validate_options options = {.features = cm_features_of(CM_PRESET_DEFAULT), .threads = 1};
  assert_true(cm_features_read(cm_str_of(features), &options.features, NULL));
  return options;
}

static bool validate(const struct core_module *module, const struct core_validate_options *options, struct heard *heard) {
  struct cm_diag_sink sink = {hear, heard};
  *heard = (struct heard){.wanted = 1000};
  bool valid = core_validate(module, options, NULL, NULL, &sink);
  assert_int_equal(valid, heard->count == 0);
  return valid;
}

// Sections by their ids, in the order of the file.
struct module_text {
  struct {
    int id;
    const char *contents;
  } sections[6];
};

static struct made module_of(const struct module_text *text) {
  struct bytes b = {0};
  put_module(&b);
  for (size_t i = 0; i < 6 && text->sections[i].contents; i++)
    put_section(&b, (unsigned)text->sections[i].id, text->sections[i].contents);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  assert_made(&m);
  return m;
}

static const struct rule {
  const char *name;
  struct module_text keeps, breaks;
  const char *says, *section, *where;
} rules[] = {
    // Types
    {"types that are there",
     {{{1, "01 60 01 63 00 00"}}},
     {{{1, "01 60 01 63 01 00"}}},
     "unknown type 1: 1 are known here",
     "heap-types",
     "type section > type 0"},
    {"a group is known to itself",
     {{{1, "01 4e 02 5f 01 63 01 00 5f 00"}}},
     {{{1, "02 5f 01 63 01 00 5f 00"}}},
     "unknown type 1",
     "heap-types",
     "type section > type 0"},
    {"supertypes come first",
     {{{1, "02 50 00 5f 00 50 01 00 5f 00"}}},
     {{{1, "02 50 01 01 5f 00 50 00 5f 00"}}},
     "a supertype must come before",
     "recursive-types",
     "type section > type 0"},
    {"supertypes that are not final",
     {{{1, "02 50 00 5f 00 50 01 00 5f 00"}}},
     {{{1, "02 5f 00 50 01 00 5f 00"}}},
     "which is final",
     "recursive-types",
     "type section > type 1"},
    {"more fields",
     {{{1, "02 50 00 5f 01 7f 00 50 01 00 5f 02 7f 00 7f 00"}}},
     {{{1, "02 50 00 5f 02 7f 00 7f 00 50 01 00 5f 01 7f 00"}}},
     "sub type 1 does not match its super type 0",
     "recursive-types",
     "type section > type 1"},
    {"narrower fields",
     {{{1, "02 50 00 5f 01 6e 00 50 01 00 5f 01 6d 00"}}},
     {{{1, "02 50 00 5f 01 6e 01 50 01 00 5f 01 6d 01"}}},
     "does not match",
     "recursive-types",
     "type section > type 1"},
    {"wider parameters",
     {{{1, "02 50 00 60 01 6d 00 50 01 00 60 01 6e 00"}}},
     {{{1, "02 50 00 60 01 6e 00 50 01 00 60 01 6d 00"}}},
     "does not match",
     "recursive-types",
     "type section > type 1"},
    {"narrower results",
     {{{1, "02 50 00 60 00 01 6e 50 01 00 60 00 01 6d"}}},
     {{{1, "02 50 00 60 00 01 6d 50 01 00 60 00 01 6e"}}},
     "does not match",
     "recursive-types",
     "type section > type 1"},
    // Declarations
    {"types of functions",
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}}},
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 01"}}},
     "unknown type 1",
     "type-uses",
     "import section > import 0"},
    {"which are of functions",
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}}},
     {{{1, "01 5f 00"}, {2, "01 'a' 'b' 00 00"}}},
     "type 0 is no function type",
     "external-types",
     "import section > import 0"},
    {"declared functions",
     {{{1, "01 60 00 00"}, {3, "01 00"}, {10, "01 02 00 0b"}}},
     {{{1, "01 60 00 00"}, {3, "01 01"}, {10, "01 02 00 0b"}}},
     "unknown type 1",
     "type-uses",
     "function section > function 0"},
    {"sizes of memories",
     {{{5, "01 00 808004"}}},
     {{{5, "01 00 818004"}}},
     "memory size: 65537 is more than 65536",
     "limits",
     "memory section > memory 0"},
    {"sizes of 64-bit memories",
     {{{5, "01 04 80808080808040"}}},
     {{{5, "01 04 81808080808040"}}},
     "memory size",
     "limits",
     "memory section > memory 0"},
    {"least and most",
     {{{5, "01 01 01 01"}}},
     {{{5, "01 01 02 01"}}},
     "minimum must not be greater than maximum: 2 and 1",
     "limits",
     "memory section > memory 0"},
    {"shared memories",
     {{{5, "01 03 01 01"}}},
     {{{5, "01 02 01"}}},
     "shared memory must have maximum",
     "memory-types",
     "memory section > memory 0"},
    {"sizes of tables",
     {{{4, "01 70 01 00 ffffffff0f"}}},
     {{{4, "01 70 01 00 8080808010"}}},
     "table size",
     "limits",
     "table section > table 0"},
    {"tables of what is never null",
     {{{4, "01 40 00 63 6d 00 01 d0 6d 0b"}}},
     {{{4, "01 64 6d 00 01"}}},
     "needs an initial value",
     "tables",
     "table section > table 0"},
    {"results of tags",
     {{{1, "01 60 01 7f 00"}, {13, "01 00 00"}}},
     {{{1, "01 60 00 01 7f"}, {13, "01 00 00"}}},
     "non-empty tag result type",
     "tag-types",
     "tag section > tag 0"},
    {"types of globals",
     {{{6, "01 6d 00 d0 6d 0b"}}},
     {{{6, "01 63 00 00 d0 6d 0b"}}},
     "unknown type 0",
     "value-types",
     "global section > global 0"},
    // Definitions
    {"initial values",
     {{{6, "01 7f 00 41 00 0b"}}},
     {{{6, "01 7f 00 42 00 0b"}}},
     "end expects i32, found i64",
     "control-instructions",
     "global section > global 0"},
    {"which are constant",
     {{{6, "01 7f 00 41 00 0b"}}},
     {{{6, "01 7f 00 41 00 41 00 71 0b"}}},
     "i32.and is not constant",
     "constant-expressions",
     "global section > global 0"},
    {"extended constants",
     {{{6, "01 7f 00 41 00 41 00 6a 0b"}}},
     {{{6, "01 7f 00 41 00 41 00 6d 0b"}}},
     "i32.div_s is not constant",
     "constant-expressions",
     "global section > global 0"},
    {"globals before",
     {{{6, "02 7f 00 41 00 0b 7f 00 23 00 0b"}}},
     {{{6, "02 7f 00 23 01 0b 7f 00 41 00 0b"}}},
     "unknown global 1: 0 are known here",
     "variable-instructions",
     "global section > global 0"},
    {"which do not vary",
     {{{6, "02 7f 00 41 00 0b 7f 00 23 00 0b"}}},
     {{{6, "02 7f 01 41 00 0b 7f 00 23 00 0b"}}},
     "global 0 is mutable",
     "constant-expressions",
     "global section > global 1"},
    {"initial elements of tables",
     {{{4, "01 40 00 70 00 01 d0 70 0b"}}},
     {{{4, "01 40 00 70 00 01 d0 6f 0b"}}},
     "end expects (ref null func), found (ref null extern)",
     "control-instructions",
     "table section > table 0"},
    {"exports of what is there",
     {{{5, "01 00 01"}, {7, "01 'm' 02 00"}}},
     {{{5, "01 00 01"}, {7, "01 'm' 02 01"}}},
     "unknown memory 1: the module has 1",
     "exports",
     "export section > export 0"},
    {"names of exports",
     {{{5, "01 00 01"}, {7, "02 'm' 02 00 'n' 02 00"}}},
     {{{5, "01 00 01"}, {7, "02 'm' 02 00 'm' 02 00"}}},
     "duplicate export name: export 0 has it too",
     "modules",
     "export section > export 1 `m`"},
    {"the start function",
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}, {8, "00"}}},
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}, {8, "01"}}},
     "unknown function 1",
     "start-function",
     "start section > start function 0"},
    {"its type",
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}, {8, "00"}}},
     {{{1, "01 60 00 01 7f"}, {2, "01 'a' 'b' 00 00"}, {8, "00"}}},
     "must have neither parameters nor results",
     "start-function",
     "start section > start function 0"},
    {"tables of elements",
     {{{4, "01 70 00 01"}, {9, "01 00 41 00 0b 00"}}},
     {{{9, "01 00 41 00 0b 00"}}},
     "unknown table 0: the module has 0",
     "element-segments",
     "element section > element segment 0"},
    {"elements fit the table",
     {{{4, "01 6f 00 01"}, {9, "01 06 00 41 00 0b 6f 00"}}},
     {{{4, "01 6f 00 01"}, {9, "01 00 41 00 0b 00"}}},
     "do not match table 0 of type (ref null extern)",
     "element-segments",
     "element section > element segment 0"},
    {"functions of elements",
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}, {9, "01 01 00 01 00"}}},
     {{{1, "01 60 00 00"}, {2, "01 'a' 'b' 00 00"}, {9, "01 01 00 01 01"}}},
     "unknown function 1",
     "element-segments",
     "element section > element segment 0"},
    {"expressions of elements",
     {{{9, "01 05 70 01 d0 70 0b"}}},
     {{{9, "01 05 70 01 d0 6f 0b"}}},
     "end expects (ref null func)",
     "control-instructions",
     "element section > element segment 0"},
    {"where elements go",
     {{{4, "01 70 04 01"}, {9, "01 00 42 00 0b 00"}}},
     {{{4, "01 70 04 01"}, {9, "01 00 41 00 0b 00"}}},
     "end expects i64, found i32",
     "control-instructions",
     "element section > element segment 0"},
    {"memories of data",
     {{{5, "01 00 01"}, {11, "01 00 41 00 0b 00"}}},
     {{{11, "01 00 41 00 0b 00"}}},
     "unknown memory 0",
     "data-segments",
     "data section > data segment 0"},
    {"where data goes",
     {{{5, "01 00 01"}, {11, "01 00 41 00 0b 00"}}},
     {{{5, "01 00 01"}, {11, "01 00 42 00 0b 00"}}},
     "end expects i32, found i64",
     "control-instructions",
     "data section > data segment 0"},
};

static void every_rule(void **state) {
  (void)state;
  struct core_validate_options options = options_of("default");
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    const struct rule *rule = &rules[i];
    struct heard heard;
    struct made keeps = module_of(&rule->keeps), breaks = module_of(&rule->breaks);
    if (!validate(keeps.module, &options, &heard)) fail_msg("%s: valid, but: %s", rule->name, heard.errors[0].message);
    if (validate(breaks.module, &options, &heard)) fail_msg("%s: accepted", rule->name);
    const struct cm_diag *error = &heard.errors[0];
    const char *anchor = error->rule ? strchr(error->rule, '#') : NULL;
    if (heard.count != 1 || !strstr(error->message, rule->says))
      fail_msg("%s: %u errors, \"%s\"", rule->name, heard.count, error->message);
    if (!anchor || strcmp(anchor + 1, rule->section) != 0) fail_msg("%s: of %s, wanted %s", rule->name, error->rule, rule->section);
    if (strcmp(error->where + strlen("core module 2 > "), rule->where) != 0) fail_msg("%s: in %s", rule->name, error->where);
    unmake(&keeps);
    unmake(&breaks);
  }
}

// Each feature: a module that needs it, refused without it.
static void features(void **state) {
  (void)state;
  static const struct {
    const char *feature, *without;
    struct module_text text;
  } rows[] = {
      {"mutable-global", "-mutable-global", {{{2, "01 'a' 'b' 03 7f 01"}}}},
      {"mutable-global", "-mutable-global", {{{6, "01 7f 01 41 00 0b"}, {7, "01 'g' 03 00"}}}},
      {"multi-value", "-multi-value", {{{1, "01 60 00 02 7f 7f"}}}},
      {"bulk-memory", "-bulk-memory", {{{11, "01 01 00"}}}},
      {"bulk-memory", "-bulk-memory", {{{12, "00"}}}},
      {"bulk-memory", "-bulk-memory", {{{9, "01 01 00 00"}}}},
      {"reference-types", "-reference-types", {{{4, "02 70 00 01 70 00 01"}}}},
      {"reference-types", "-reference-types", {{{1, "01 60 01 70 00"}}}},
      {"reference-types", "-reference-types", {{{4, "01 6f 00 01"}}}},
      {"simd", "-simd", {{{1, "01 60 01 7b 00"}}}},
      {"multi-memory", "-multi-memory", {{{5, "02 00 01 00 01"}}}},
      {"memory64", "-memory64", {{{5, "01 04 01"}}}},
      {"memory64", "-memory64", {{{4, "01 70 04 01"}}}},
      {"function-references", "-function-references,-gc", {{{1, "01 60 01 64 70 00"}}}},
      {"function-references", "-function-references", {{{4, "01 40 00 70 00 01 d0 70 0b"}}}},
      {"gc", "-gc", {{{1, "01 5f 00"}}}},
      {"gc", "-gc", {{{1, "01 50 00 60 00 00"}}}},
      {"gc", "-gc", {{{1, "01 60 01 6e 00"}}}},
      {"gc", "-gc", {{{6, "02 7f 00 41 00 0b 7f 00 23 00 0b"}}}},
      {"exceptions", "-exceptions", {{{1, "01 60 00 00"}, {13, "01 00 00"}}}},
      {"exceptions", "-exceptions", {{{1, "01 60 01 69 00"}}}},
      {"threads", "-threads", {{{5, "01 03 01 01"}}}},
      {"custom-page-sizes", "default", {{{5, "01 08 01 00"}}}},
      {"shared-everything-threads", "default", {{{1, "01 65 60 00 00"}}}},
      {"shared-everything-threads", "default", {{{1, "01 60 01 65 6e 00"}}}},
      {"shared-everything-threads", "default", {{{6, "01 7f 02 41 00 0b"}}}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct core_validate_options with = options_of(rows[i].feature), without = options_of(rows[i].without);
    struct heard heard;
    struct made m = module_of(&rows[i].text);
    if (!validate(m.module, &with, &heard)) fail_msg("%s: %s", rows[i].feature, heard.errors[0].message);
    if (validate(m.module, &without, &heard)) fail_msg("%zu: accepted without %s", i, rows[i].feature);
    if (!strstr(heard.errors[0].message, rows[i].feature)) fail_msg("%s: \"%s\"", rows[i].feature, heard.errors[0].message);
    unmake(&m);
  }
}

static void shared_types(void **state) {
  (void)state;
  static const struct {
    struct module_text text;
    const char *says;
  } rows[] = {
      {{{{1, "01 65 5f 01 6e 00"}}}, "is shared, but holds references that are not"},
      {{{{4, "01 70 03 00 01"}}}, "shared tables must have a shared element type"},
      {{{{6, "01 6e 02 d0 6e 0b"}}}, "shared globals must have a shared value type"},
      {{{{5, "01 08 01 03"}}}, "invalid custom page size"},
  };
  struct core_validate_options options = options_of("all");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct heard heard;
    struct made m = module_of(&rows[i].text);
    assert_false(validate(m.module, &options, &heard));
    assert_has(heard.errors[0].message, rows[i].says);
    unmake(&m);
  }
}

// Subtypes may be nested 63 deep.
static void depth_of_subtypes(void **state) {
  (void)state;
  struct core_validate_options options = options_of("default");
  for (unsigned count = CORE_LIMIT_SUBTYPE_DEPTH + 1; count <= CORE_LIMIT_SUBTYPE_DEPTH + 2; count++) {
    struct bytes b = {0}, types = {0};
    struct heard heard;
    put_module(&b);
    put_u32(&types, count);
    put_text(&types, "50 00 5f 00");
    for (unsigned i = 1; i < count; i++) {
      put_text(&types, "50 01");
      put_u32(&types, i - 1);
      put_text(&types, "5f 00");
    }
    put_section_of(&b, 1, &types);
    struct made m = make_of(b.at, b.size);
    assert_made(&m);
    assert_int_equal(validate(m.module, &options, &heard), count == CORE_LIMIT_SUBTYPE_DEPTH + 1);
    unmake(&m);
    free(b.at);
  }
}

// A module of many bodies, of which every seventh is not valid, and one large enough that threads are started.
static struct made many_bodies(uint32_t count) {
  struct bytes b = {0}, funcs = {0}, code = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_u32(&funcs, count);
  put_u32(&code, count);
  for (uint32_t i = 0; i < count; i++) {
    put_byte(&funcs, 0);
    put_u32(&code, 4 + 90);
    put_byte(&code, 0);
    for (int k = 0; k < 30; k++) put_text(&code, "41 00 1a");
    put_text(&code, i % 7 == 3 ? "41 00 0b" : "01 01 0b");
  }
  put_section_of(&b, 3, &funcs);
  put_section_of(&b, 10, &code);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  assert_made(&m);
  return m;
}

static void every_error_in_order(void **state) {
  (void)state;
  struct made m = many_bodies(4000);
  struct heard one = {0}, several = {0};
  for (unsigned threads = 1; threads <= 8; threads += 7) {
    struct core_validate_options options = options_of("default");
    struct heard *heard = threads == 1 ? &one : &several;
    options.threads = threads;
    assert_false(validate(m.module, &options, heard));
    assert_int_equal(heard->count, 571);
  }
  for (uint32_t i = 0; i < MOST_HEARD; i++) {
    char where[64];
    snprintf(where, sizeof where, "core module 2 > code section > function %u", 7 * i + 3);
    assert_string_equal(one.errors[i].where, where);
    assert_memory_equal(&one.errors[i], &several.errors[i], sizeof one.errors[i]);
  }
  unmake(&m);
}

static void no_more_than_are_wanted(void **state) {
  (void)state;
  struct made m = many_bodies(100);
  struct core_validate_options options = options_of("default");
  struct heard heard = {.wanted = 3};
  struct cm_diag_sink sink = {hear, &heard};
  assert_false(core_validate(m.module, &options, NULL, NULL, &sink));
  assert_int_equal(heard.count, 3);
  assert_false(core_validate(m.module, &options, NULL, NULL, NULL));
  unmake(&m);
}

// Independent errors are all told; bodies are not looked at where something is declared of a type that is not there.
static void independent_errors(void **state) {
  (void)state;
  struct core_validate_options options = options_of("default");
  struct heard heard;
  struct made m =
      make(1, "01 60 00 00", 3, "01 00", 6, "02 7f 00 42 00 0b 7e 00 41 00 0b", 7, "01 'f' 00 07", 10, "01 04 00 41 00 0b", -1);
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, 4);
  assert_has(heard.errors[0].where, "global 0");
  assert_has(heard.errors[1].where, "global 1");
  assert_has(heard.errors[2].where, "export 0");
  assert_has(heard.errors[3].where, "function 0");
  unmake(&m);
  m = make(1, "01 60 00 00", 3, "01 00", 5, "01 00 818004", 10, "01 04 00 41 00 0b", -1);
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, 2);
  assert_has(heard.errors[0].where, "memory 0");
  assert_has(heard.errors[1].where, "function 0");
  unmake(&m);
  m = make(1, "01 60 00 00", 3, "01 00", 4, "01 63 07 00 01", 10, "01 04 00 41 00 0b", -1);
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, 1);
  unmake(&m);
  // One for each type: of what is not there, and of supertypes as long as all before is there.
  m = make(1, "05 60 00 00 50 01 00 60 01 7f 00 60 01 63 09 00 5f 01 63 08 00 60 00 00", -1);
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, 3);
  assert_has(heard.errors[0].where, "type 1");
  assert_has(heard.errors[1].where, "type 2");
  assert_has(heard.errors[2].where, "type 3");
  unmake(&m);
  // A type that may not be there for the lack of a feature is not asked for either.
  options = options_of("-reference-types,-exceptions,-bulk-memory");
  m = make(1, "01 60 00 00", 4, "01 63 07 00 01", 13, "01 00 09", 9, "01 05 63 08 00", -1);
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, 3);
  unmake(&m);
}

// The bytes of a module that does not decode.
static void malformed_bytes(void **state) {
  (void)state;
  static const uint8_t bytes[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 3, 1, 0x70, 1};
  struct cm_arena arena;
  struct core_module *module = (struct core_module *)&arena;
  struct heard heard = {.wanted = 10};
  struct cm_diag_sink sink = {hear, &heard};
  struct core_validate_options options = options_of("default");
  cm_arena_init(&arena, NULL);
  assert_false(
      core_validate_bytes(&arena, (struct cm_span){bytes, sizeof bytes}, bytes, NULL, &options, NULL, &module, NULL, &sink));
  assert_null(module);
  assert_int_equal(heard.count, 1);
  assert_int_equal(heard.errors[0].error, CM_MALFORMED);
  assert_has(heard.errors[0].rule, "binary/modules.html#memory-section");
  cm_arena_free(&arena);
}

struct scarce {
  size_t left;
};

static void *get_scarce(void *context, size_t size) {
  struct scarce *scarce = context;
  return scarce->left && scarce->left-- ? calloc(1, size) : NULL;
}

static void put_scarce(void *context, void *block, size_t size) {
  (void)context, (void)size;
  free(block);
}

// Whichever allocation fails, that is what is said, and nothing leaks.
static void without_memory(void **state) {
  (void)state;
  struct made m = make(1, "02 60 00 00 5f 01 7f 00", 3, "01 00", 5, "01 00 01", 6, "01 7f 00 41 00 0b", 7, "01 'f' 00 00", 10,
                       "01 10 | 01 01 64 01 | fb01 01 21 00 02 40 41 00 1a 0b 0b", -1);
  assert_made(&m);
  for (size_t left = 0;; left++) {
    struct scarce scarce = {left};
    struct cm_allocator allocator = {get_scarce, put_scarce, &scarce};
    struct core_validate_options options = options_of("default");
    struct heard heard;
    options.allocator = &allocator;
    if (validate(m.module, &options, &heard)) {
      assert_true(left > 1);
      break;
    }
    assert_int_equal(heard.errors[heard.count - 1].error, CM_NO_MEMORY);
    assert_true(left < 100);
  }
  unmake(&m);
}

// Each entry is told where it begins in its section, not where the section does.
static void offsets_of_declarations(void **state) {
  (void)state;
  static const struct module_text text = {{{1, "02 60 00 00 5f 00"},                    // (func), (struct)
                                           {3, "04 00 01 00 05"},                       // functions of type 0, 1, 0, 5
                                           {4, "02 70 00 01 64 70 00 01"},              // the second is never null
                                           {5, "03 00 01 01 03 02 00 01"},              // the second from 3 to 2
                                           {6, "02 7f 00 41 00 0b 63 07 00 d0 70 0b"},  // the second of type 7
                                           {10, "04 02 00 0b 02 00 0b 02 00 0b 02 00 0b"}}};
  static const uint64_t offsets[] = {8 + 8 + 2 + 2, 8 + 8 + 2 + 4, 8 + 8 + 7 + 2 + 4, 8 + 8 + 7 + 10 + 2 + 3,
                                     8 + 8 + 7 + 10 + 10 + 2 + 6};
  struct made m = module_of(&text);
  struct heard heard;
  struct core_validate_options options = options_of("default");
  assert_false(validate(m.module, &options, &heard));
  assert_int_equal(heard.count, sizeof offsets / sizeof offsets[0]);
  for (uint32_t i = 0; i < heard.count; i++)
    if (heard.errors[i].offset != offsets[i]) fail_msg("%s: at %u", heard.errors[i].message, (unsigned)heard.errors[i].offset);
  unmake(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_rule),           cmocka_unit_test(features),
      cmocka_unit_test(shared_types),         cmocka_unit_test(depth_of_subtypes),
      cmocka_unit_test(every_error_in_order), cmocka_unit_test(no_more_than_are_wanted),
      cmocka_unit_test(independent_errors),   cmocka_unit_test(malformed_bytes),
      cmocka_unit_test(without_memory),       cmocka_unit_test(offsets_of_declarations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
