// The forms of `needs`, from results made by hand: exact text, exact JSON, selection, explanations.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "cmd/options.h"
#include "report/needs.h"

extern const struct tw_command tw_cmd_needs;

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

static const struct cm_frame connect_path[] = {
    {S("_ZN3app7connect17h0123456789abcdefE"), 0, 88, 0xcb2b},
    {S("std::env::_var_os"), 0, 140, 0x11f20},
    {S(""), 0, 203, 0x1b3c2},
};
static const struct cm_evidence in_connect[] = {
    {CM_BY_STATIC, S("app"), 0, 88, S("_ZN3app7connect17h0123456789abcdefE"), 0xcb2b, 3, connect_path, NULL},
};
static const struct cm_evidence in_pick[] = {{CM_BY_STATIC, S("app"), 0, 90, S("app::pick"), 0xcd00, 0, NULL, NULL}};
static const struct cm_evidence in_fetch[] = {
    {CM_BY_EXECUTED, S("app"), 0, 95, S(""), 0xd000, 0, NULL, NULL},
    {CM_BY_EXECUTED, S("app"), 0, 95, S(""), 0xd040, 0, NULL, NULL},
};
static const struct cm_evidence in_lookup[] = {{CM_BY_STATIC, S("app"), 0, 91, S("app::lookup"), 0xcf86, 0, NULL, NULL}};

#define ENVIRONMENT S("wasi:cli/environment@0.2.6")

static const struct cm_need needs[] = {
    {CM_NEED_ENV, S("DATABASE_URL"), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_connect},
    {CM_NEED_ENV, S("REGION_A"), CM_ORIGIN_APP, CM_POSSIBLE, ENVIRONMENT, false, false, S(""), S(""), 1, in_pick},
    {CM_NEED_ENV, S("REGION_B"), CM_ORIGIN_APP, CM_POSSIBLE, ENVIRONMENT, false, false, S(""), S(""), 1, in_pick},
    {CM_NEED_ENV, S("RUST_BACKTRACE"), CM_ORIGIN_RUNTIME, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 0, NULL},
    {CM_NEED_SECRET, S("db-password"), CM_ORIGIN_APP, CM_DECLARED, S("wasmcloud:secrets/secret@2.1.0"), true, false,
     S("db-password"), S(""), 0, NULL},
    {CM_NEED_HTTP_HOST, S("api.example.test"), CM_ORIGIN_APP, CM_EXACT, S("wasi:http/types@0.2.6"), false, false, S(""), S(""), 2,
     in_fetch},
};

static const struct cm_unresolved unresolved[] = {
    {CM_NEED_ENV, ENVIRONMENT, CM_REASON_COMPUTED, true, S("DEMO_*"), 1, in_lookup},
};

static const struct cm_str environment_functions[] = {S("get-environment")};
static const struct cm_str arguments_functions[] = {S("get-arguments")};
static const struct cm_str config_functions[] = {S("get")};
static const struct cm_needs_import imports[] = {
    {ENVIRONMENT, CM_SORT_INSTANCE, false, false, false, S(""), S(""), 1, environment_functions, true},
    {S("db-password"), CM_SORT_INSTANCE, true, false, true, S("wasmcloud:secrets/secret@2.1.0"), S(""), 0, NULL, true},
    {S("wasi:config/store@0.2.0-rc.1"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 1, config_functions, false},
    {S("cache"), CM_SORT_INSTANCE, true, true, true, S("acme:cache/store@1.0.0"), S("redis-1"), 1, config_functions, true},
};
static const struct cm_needs_export exports[] = {{S("wasi:http/incoming-handler@0.2.3"), CM_SORT_INSTANCE}};
static const struct core_producer producers[] = {
    {S("language"), S("Rust"), S("")},
    {S("processed-by"), S("rustc"), S("1.82.0 (f6e511eec 2024-10-15)")},
    {S("processed-by"), S("rustc"), S("1.96.0 (ac68faa20 2026-05-25)")},
    {S("processed-by"), S("wit-component"), S("0.244.0")},
};

static struct tw_needs_document example(void) {
  struct tw_needs_document document = {
      .path = "app.wasm",
      .sha256 = "0000000000000000000000000000000000000000000000000000000000000000",
      .size = 549530,
      .needs = {.artifact = CM_ARTIFACT_COMPONENT,
                .import_count = 4,
                .export_count = 1,
                .need_count = 6,
                .unresolved_count = 1,
                .producer_count = 4,
                .imports = imports,
                .exports = exports,
                .needs = needs,
                .unresolved = unresolved,
                .producers = producers},
      .kinds = TW_ALL_KINDS,
  };
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    document.needs.complete[kind] = kind != CM_NEED_ENV;
  }
  return document;
}

enum form { FORM_TEXT, FORM_COLOR, FORM_JSON, FORM_JSONL, FORM_EXPLAIN };

static void assert_written(const struct tw_needs_document *document, enum form form, const char *key, const char *expected) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  if (form == FORM_JSON || form == FORM_JSONL) {
    tw_needs_json(to, document, form == FORM_JSON ? TW_JSON_PRETTY : TW_JSON_COMPACT, 0);
  } else if (form == FORM_EXPLAIN) {
    assert_true(tw_needs_explain(to, &arena, document, key, false));
  } else {
    assert_true(tw_needs_text(to, &arena, document, form == FORM_COLOR));
  }
  fclose(to);
  assert_string_equal(text, expected);
  free(text);
  cm_arena_free(&arena);
}

static void for_people(void **state) {
  (void)state;
  struct tw_needs_document document = example();
  assert_written(&document, FORM_TEXT, NULL,
                 "app.wasm  component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler\n"
                 "  env        DATABASE_URL        exact      app::connect\n"
                 "             REGION_A, REGION_B  possible   app::pick\n"
                 "  secret     db-password         declared   import db-password\n"
                 "  http-host  api.example.test    exact      module 0, function 95\n"
                 "  labelled   cache               acme:cache/store@1.0.0, external id \"redis-1\"\n"
                 "  runtime    RUST_BACKTRACE\n"
                 "  undecided  1 env lookup, name starts with \"DEMO_\"  app::lookup (module 0, function 91, offset 0xcf86)\n"
                 "6 needs, 1 undecided. Complete: config, secret, http-host. Not complete: env.\n");
}

static void in_color(void **state) {
  (void)state;
  struct tw_needs_document document = example();
  document.needs.need_count = 2;
  document.needs.import_count = 1;
  assert_written(
      &document, FORM_COLOR, NULL,
      "\033[1mapp.wasm\033[0m  component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler\n"
      "  \033[36menv\033[0m        DATABASE_URL  exact      app::connect\n"
      "             REGION_A      \033[33mpossible\033[0m   app::pick\n"
      "  \033[33mundecided\033[0m  1 env lookup, name starts with \"DEMO_\"  app::lookup (module 0, function 91, offset 0xcf86)\n"
      "2 needs, 1 undecided. \033[33mNot complete:\033[0m env.\n");
}

static void without_needs(void **state) {
  (void)state;
  struct tw_needs_document document = {.path = "-", .size = 8, .kinds = TW_ALL_KINDS};
  document.needs.artifact = CM_ARTIFACT_MODULE;
  memset(document.needs.complete, true, sizeof document.needs.complete);
  assert_written(&document, FORM_TEXT, NULL,
                 "standard input  core module, 8 bytes\nNo needs: nothing is imported that takes a key.\n");
  // An interface that takes keys is imported for something else.
  struct cm_needs_import import = imports[0];
  import.functions = arguments_functions;
  document.needs.imports = &import;
  document.needs.import_count = 1;
  document.needs.artifact = CM_ARTIFACT_COMPONENT;
  assert_written(&document, FORM_TEXT, NULL,
                 "standard input  component, 8 bytes, wasi 0.2.6\nNo needs: nothing is imported that takes a key.\n");
  import.functions = environment_functions;
  assert_written(&document, FORM_TEXT, NULL, "standard input  component, 8 bytes, wasi 0.2.6\nNo needs. Complete: env.\n");
  document.needs.is_wit = true;
  document.needs.import_count = 0;
  assert_written(&document, FORM_TEXT, NULL,
                 "standard input  WIT package, 8 bytes\nTypes without code: a WIT package needs nothing.\n");
}

static void hostile_text(void **state) {
  (void)state;
  static const struct cm_need odd[] = {
      {CM_NEED_ENV, S(""), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_pick},
      {CM_NEED_ENV, S("a b"), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_pick},
      {CM_NEED_ENV, S("red\033[31m"), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_pick},
      {CM_NEED_ENV, S("x\xff"), CM_ORIGIN_APP, CM_EXACT, ENVIRONMENT, false, false, S(""), S(""), 1, in_lookup},
  };
  struct tw_needs_document document = example();
  document.path = "a\nb.wasm";
  document.needs.needs = odd;
  document.needs.need_count = 4;
  document.needs.unresolved_count = document.needs.import_count = document.needs.export_count = 0;
  assert_written(&document, FORM_TEXT, NULL,
                 "a\\nb.wasm  component, 549 kB, Rust 1.96\n"
                 "  env        \"\", \"a b\", red\\u{1b}[31m  exact      app::pick\n"
                 "             x\xef\xbf\xbd                        exact      app::lookup\n"
                 "4 needs. Not complete: env.\n");
}

// Programs of interpreters: places are those of what was recovered, by line or by code object.
static void in_programs(void **state) {
  (void)state;
  static const struct cm_source_place line = {S("app.js"), 9, 5, S(""), 0}, code = {S("app.py"), 0, 0, S("Settings.load"), 42};
  static const struct cm_frame path[] = {{S("run"), 0, 13, 0x8000}, {S("lookup"), 0, 13, 0x8000}, {S("get-environment"), 0, 13, 0}};
  static const struct cm_evidence in_text[] = {{CM_BY_STATIC, S("app"), 0, 13, S("lookup"), 0x8000, 3, path, &line}};
  static const struct cm_evidence in_code[] = {{CM_BY_STATIC, S("app"), 0, 13, S(""), 0x9000, 0, NULL, &code}};
  static const struct cm_need asked[] = {
      {CM_NEED_ENV, S("API_KEY"), CM_ORIGIN_APP, CM_POSSIBLE, ENVIRONMENT, false, false, S(""), S(""), 1, in_text}};
  static const struct cm_unresolved open[] = {{CM_NEED_ENV, ENVIRONMENT, CM_REASON_INTERPRETED, true, S("APP_*"), 1, in_code}};
  struct tw_needs_document document = example();
  document.needs.needs = asked;
  document.needs.need_count = 1;
  document.needs.unresolved = open;
  document.needs.import_count = document.needs.export_count = document.needs.producer_count = 0;
  assert_written(&document, FORM_TEXT, NULL,
                 "app.wasm  component, 549 kB\n"
                 "  env        API_KEY  possible   lookup (app.js:9:5)\n"
                 "  undecided  1 env lookup, interpreted program, name starts with \"APP_\"\n"
                 "               app.py, Settings.load+42\n"
                 "1 need, 1 undecided. Not complete: env.\n");
  assert_written(&document, FORM_EXPLAIN, "API_KEY",
                 "app.wasm  component, 549 kB\n"
                 "  env API_KEY: possible, asked by the app through wasi:cli/environment@0.2.6\n"
                 "    run\n"
                 "    lookup           app.js:9:5\n"
                 "    get-environment  module 0, function 13\n"
                 "  may be asked for by 1 env lookup, interpreted program, name starts with \"APP_\", through "
                 "wasi:cli/environment@0.2.6\n"
                 "    (no name)  app.py, Settings.load+42\n");
}

// Many keys of one place go on in the next line; instances are named where they differ.
static void long_lists(void **state) {
  (void)state;
  static const struct cm_evidence elsewhere[] = {{CM_BY_STATIC, S("app > middleware"), 2, 7, S("log"), 0x90, 0, NULL, NULL}};
  struct cm_need many[8];
  char keys[8][8];
  for (size_t i = 0; i < 8; i++) {
    snprintf(keys[i], sizeof keys[i], "NAME_%02zu", i);
    many[i] = needs[1];
    many[i].key = cm_str_of(keys[i]);
  }
  many[7].evidence = elsewhere;
  struct tw_needs_document document = example();
  document.needs.needs = many;
  document.needs.need_count = 8;
  document.needs.unresolved_count = document.needs.import_count = 0;
  document.needs.producer_count = 0;
  assert_written(&document, FORM_TEXT, NULL,
                 "app.wasm  component, 549 kB, wasi 0.2.3, exports wasi:http/incoming-handler\n"
                 "  env        NAME_00, NAME_01, NAME_02, NAME_03,  possible   app::pick in app\n"
                 "             NAME_04, NAME_05, NAME_06\n"
                 "             NAME_07                              possible   log in app > middleware\n"
                 "8 needs. Not complete: env.\n");
}

static void undecided_groups(void **state) {
  (void)state;
  static const struct cm_evidence nameless[] = {{CM_BY_STATIC, S("app"), 1, 5, S(""), 0x10, 0, NULL, NULL}};
  static const struct cm_unresolved groups[] = {
      {CM_NEED_ENV, ENVIRONMENT, CM_REASON_WHOLE_LIST, false, S(""), 1, in_lookup},
      {CM_NEED_ENV, ENVIRONMENT, CM_REASON_WHOLE_LIST, false, S(""), 1, nameless},
      {CM_NEED_CONFIG, S("wasi:config/store@0.2.0-rc.1"), CM_REASON_LIMIT, true, S("*_URL"), 0, NULL},
      {CM_NEED_HTTP_HOST, S("wasi:http/types@0.2.6"), CM_REASON_COMPUTED, true, S("a*.test"), 1, in_pick},
      {CM_NEED_ENV, ENVIRONMENT, CM_REASON_NO_LOOKUP, false, S(""), 1, nameless},
  };
  struct tw_needs_document document = example();
  document.needs.need_count = document.needs.import_count = document.needs.export_count = document.needs.producer_count = 0;
  document.needs.unresolved = groups;
  document.needs.unresolved_count = 5;
  assert_written(&document, FORM_TEXT, NULL,
                 "app.wasm  component, 549 kB\n"
                 "  undecided  2 env lookups, the whole list is read   app::lookup (module 0, function 91, offset 0xcf86)\n"
                 "                                                     module 1, function 5, offset 0x10\n"
                 "             1 config lookup, the analysis met a limit, key ends in \"_URL\"\n"
                 "             1 http request, host is like \"a*.test\"  app::pick (module 0, function 90, offset 0xcd00)\n"
                 "             1 env lookup, the environment is read in a way that was not recognized\n"
                 "               module 1, function 5, offset 0x10\n"
                 "No needs, 5 undecided. Complete: config, http-host. Not complete: env.\n");
}

// More places than anybody reads: the rest is counted.
static void many_places(void **state) {
  (void)state;
  struct cm_evidence many[12];
  struct cm_unresolved entry = unresolved[0];
  for (size_t i = 0; i < 12; i++) {
    many[i] = in_lookup[0];
  }
  entry.evidence = many;
  entry.evidence_count = 12;
  struct tw_needs_document document = example();
  document.needs.need_count = document.needs.import_count = document.needs.export_count = document.needs.producer_count = 0;
  document.needs.unresolved = &entry;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct cm_str expected = cm_alloc_format(&arena, "app.wasm  component, 549 kB\n"
                                                   "  undecided  12 env lookups, name starts with \"DEMO_\"  "
                                                   "app::lookup (module 0, function 91, offset 0xcf86)\n");
  for (int i = 1; i < 10; i++) {
    expected = cm_alloc_format(&arena, "%s%55sapp::lookup (module 0, function 91, offset 0xcf86)\n", expected.at, "");
  }
  expected = cm_alloc_format(&arena, "%s%55sand 2 more\nNo needs, 12 undecided. Not complete: env.\n", expected.at, "");
  assert_written(&document, FORM_TEXT, NULL, expected.at);
  cm_arena_free(&arena);
}

static void as_json(void **state) {
  (void)state;
  struct tw_needs_document document = example();
  struct cm_needs *all = &document.needs;
  all->need_count = 1;
  all->import_count = 2;
  assert_written(
      &document, FORM_JSON, NULL,
      "{\n"
      "  \"format\": \"tidewaiter.needs/1\",\n"
      "  \"artifact\": {\"path\": \"app.wasm\", \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\", "
      "\"size\": 549530, \"kind\": \"component\"},\n"
      "  \"imports\": [\n"
      "    {\"name\": \"wasi:cli/environment@0.2.6\", \"type\": \"instance\", \"implements\": null, \"external-id\": null, "
      "\"functions\": [\"get-environment\"], \"reached\": true},\n"
      "    {\"name\": \"db-password\", \"type\": \"instance\", \"implements\": \"wasmcloud:secrets/secret@2.1.0\", \"external-id\": null, "
      "\"functions\": [], \"reached\": true}\n"
      "  ],\n"
      "  \"exports\": [\n"
      "    {\"name\": \"wasi:http/incoming-handler@0.2.3\", \"type\": \"instance\"}\n"
      "  ],\n"
      "  \"needs\": [\n"
      "    {\n"
      "      \"kind\": \"env\",\n"
      "      \"key\": \"DATABASE_URL\",\n"
      "      \"origin\": \"app\",\n"
      "      \"certainty\": \"exact\",\n"
      "      \"source\": \"wasi:cli/environment@0.2.6\",\n"
      "      \"evidence\": [\n"
      "        {\"by\": \"static\", \"instance\": \"app\", \"module\": 0, \"function\": 88, \"name\": \"app::connect\", \"offset\": 52011, "
      "\"path\": [\"app::connect\", \"std::env::_var_os\", \"module 0 function 203\"]}\n"
      "      ]\n"
      "    }\n"
      "  ],\n"
      "  \"unresolved\": [\n"
      "    {\n"
      "      \"kind\": \"env\",\n"
      "      \"source\": \"wasi:cli/environment@0.2.6\",\n"
      "      \"reason\": \"key is computed at run time\",\n"
      "      \"pattern\": \"DEMO_*\",\n"
      "      \"evidence\": [\n"
      "        {\"by\": \"static\", \"instance\": \"app\", \"module\": 0, \"function\": 91, \"name\": \"app::lookup\", \"offset\": 53126, "
      "\"path\": []}\n"
      "      ]\n"
      "    }\n"
      "  ],\n"
      "  \"complete\": {\"env\": false, \"config\": true, \"secret\": true, \"http-host\": true, \"dns-name\": true, "
      "\"keyvalue-bucket\": true, \"blobstore-container\": true, \"messaging-subject\": true}\n"
      "}");
}

static void as_a_line(void **state) {
  (void)state;
  struct tw_needs_document document = example();
  document.needs.artifact = CM_ARTIFACT_MODULE;
  document.needs.import_count = document.needs.export_count = document.needs.unresolved_count = 0;
  document.needs.needs = &needs[4];
  document.needs.need_count = 1;
  assert_written(
      &document, FORM_JSONL, NULL,
      "{\"format\": \"tidewaiter.needs/1\", \"artifact\": {\"path\": \"app.wasm\", \"sha256\": "
      "\"0000000000000000000000000000000000000000000000000000000000000000\", \"size\": 549530, \"kind\": \"module\"}, "
      "\"imports\": [], \"exports\": [], \"needs\": [{\"kind\": \"secret\", \"key\": \"db-password\", \"origin\": \"app\", "
      "\"certainty\": \"declared\", \"source\": \"wasmcloud:secrets/secret@2.1.0\", \"label\": \"db-password\", "
      "\"external-id\": null, \"evidence\": []}], \"unresolved\": [], \"complete\": {\"env\": false, \"config\": true, "
      "\"secret\": true, \"http-host\": true, \"dns-name\": true, \"keyvalue-bucket\": true, \"blobstore-container\": true, "
      "\"messaging-subject\": true}}");
}

static void selects(void **state) {
  (void)state;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct tw_needs_document document = example();
  assert_true(
      tw_needs_select(&arena, &document, &(struct tw_needs_choice){.kinds = TW_ALL_KINDS, .origins = 1 << CM_ORIGIN_RUNTIME}));
  assert_int_equal(document.needs.need_count, 1);
  assert_int_equal(document.needs.unresolved_count, 1);
  document = example();
  assert_true(
      tw_needs_select(&arena, &document, &(struct tw_needs_choice){.kinds = 1 << CM_NEED_SECRET, .origins = TW_ALL_ORIGINS}));
  assert_int_equal(document.needs.need_count, 1);
  assert_int_equal(document.needs.unresolved_count, 0);
  assert_written(&document, FORM_TEXT, NULL,
                 "app.wasm  component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler\n"
                 "  secret     db-password  declared   import db-password\n"
                 "  labelled   cache        acme:cache/store@1.0.0, external id \"redis-1\"\n"
                 "1 need. Complete: secret.\n");
  cm_arena_free(&arena);
}

static void explains(void **state) {
  (void)state;
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  const char *head = "app.wasm  component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler\n";
  static const char *const rows[][2] = {
      {"DATABASE_URL", "  env DATABASE_URL: exact, asked by the app through wasi:cli/environment@0.2.6\n"
                       "    app::connect       module 0, function 88, offset 0xcb2b\n"
                       "    std::env::_var_os  module 0, function 140, offset 0x11f20\n"
                       "    (no name)          module 0, function 203, offset 0x1b3c2\n"},
      {"api.example.test", "  http-host api.example.test: exact, asked by the app through wasi:http/types@0.2.6\n"
                           "   1 of 2\n"
                           "    seen when the code was run in an experiment\n"
                           "    (no name)  module 0, function 95, offset 0xd000\n"
                           "   2 of 2\n"
                           "    seen when the code was run in an experiment\n"
                           "    (no name)  module 0, function 95, offset 0xd040\n"},
      {"db-password", "  secret db-password: declared by the import db-password (wasmcloud:secrets/secret@2.1.0)\n"},
      {"DEMO_X", "  DEMO_X is not among the needs.\n"
                 "  may be asked for by 1 env lookup, name starts with \"DEMO_\", through wasi:cli/environment@0.2.6\n"
                 "    app::lookup  module 0, function 91, offset 0xcf86\n"},
      {"OTHER", "  OTHER is not among the needs.\n"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct tw_needs_document document = example();
    struct tw_needs_choice choice = {TW_ALL_KINDS, TW_ALL_ORIGINS, rows[i][0]};
    assert_true(tw_needs_select(&arena, &document, &choice));
    struct cm_str expected = cm_alloc_format(&arena, "%s%s", head, rows[i][1]);
    assert_written(&document, FORM_EXPLAIN, rows[i][0], expected.at);
  }
  cm_arena_free(&arena);
}

static void fits_patterns(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *key;
    bool fits;
  } rows[] = {
      {"DEMO_*", "DEMO_X", true},
      {"DEMO_*", "DEMO_", true},
      {"DEMO_*", "DEM", false},
      {"*", "", true},
      {"*_URL", "DB_URL", true},
      {"*_URL", "URL", false},
      {"a*b*c", "aXbYc", true},
      {"a*b*c", "aXcYb", false},
      {"", "", true},
      {"", "x", false},
      {"x", "x", true},
      {"a*a", "a", false},
      {"a*ab", "aaab", true},
      {"**", "z", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(tw_needs_pattern_fits(cm_str_of(rows[i].pattern), cm_str_of(rows[i].key)), rows[i].fits);
  }
}

static void summarizes(void **state) {
  (void)state;
  static const struct cm_needs_import versions[] = {
      {S("wasi:io/streams@0.2.0"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
      {S("wasi:cli/stdout@0.2.12"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
      {S("wasi:cli/stdin@0.2.6"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
      {S("wasi:http/client@0.3.0-rc-2025-09-16"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
      {S("wasi:keyvalue/store@0.2.0-draft2"), CM_SORT_INSTANCE, false, false, false, S(""), S(""), 0, NULL, true},
  };
  static const struct cm_needs_export many[] = {
      {S("a:b/c@1.0.0"), CM_SORT_INSTANCE},
      {S("t"), CM_SORT_TYPE},
      {S("run"), CM_SORT_FUNC},
      {S("x"), CM_SORT_FUNC},
      {S("y"), CM_SORT_FUNC},
  };
  static const struct core_producer mixed[] = {
      {S("language"), S("C_plus_plus_14"), S("")}, {S("language"), S("C99"), S("")},
      {S("language"), S("Go"), S("go1.26.8")},     {S("processed-by"), S("Debian clang"), S("14.0.6")},
      {S("language"), S("MoonBit"), S("0.6.2")},   {S("processed-by"), S("ComponentizeJS"), S("0.18.4")},
      {S("language"), S("JavaScript"), S("")},
  };
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct tw_needs_document document = {.path = "x", .size = 3812345};
  document.needs = (struct cm_needs){.artifact = CM_ARTIFACT_COMPONENT,
                                     .import_count = 5,
                                     .imports = versions,
                                     .export_count = 5,
                                     .exports = many,
                                     .producer_count = 7,
                                     .producers = mixed};
  struct cm_str summary = tw_needs_summary(&arena, &document);
  assert_string_equal(
      cm_alloc_format(&arena, "%.*s", CM_STR_ARG(summary)).at,
      "component, 3.8 MB, JavaScript (ComponentizeJS 0.18), Go 1.26, C++ (clang 14.0), MoonBit 0.6, wasi 0.2.12 and 0.3.0-rc-2025-09-16, "
      "exports a:b/c, run, x and 1 more");
  cm_arena_free(&arena);
}

// Blocks of an allocator that refuses after a while.
static size_t allowance;
static void *refusing(void *context, size_t size) {
  (void)context;
  return allowance > 0 && allowance-- ? calloc(1, size) : NULL;
}
static void giving_back(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

static void no_memory(void **state) {
  (void)state;
  const struct cm_allocator allocator = {refusing, giving_back, NULL};
  for (size_t allowed = 0; allowed < 3; allowed++) {
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    struct cm_arena arena;
    cm_arena_init(&arena, &allocator);
    allowance = allowed;
    struct tw_needs_document document = example();
    bool good = tw_needs_text(to, &arena, &document, false);
    assert_true(good || allowed == 0);
    if (allowed == 0) {
      assert_false(good);
      assert_false(tw_needs_explain(to, &arena, &document, "DATABASE_URL", false));
      assert_false(tw_needs_select(&arena, &document, &(struct tw_needs_choice){TW_ALL_KINDS, TW_ALL_ORIGINS, NULL}));
    }
    cm_arena_free(&arena);
    fclose(to);
    free(text);
  }
}

// What stands in the schema and in the help is what the analysis' tables say: the same words in the same order.
static void assert_enum(const json_t *schema, const char *definition, const char *property, const char *const *words,
                        size_t count) {
  const json_t *at = json_object_get(json_object_get(schema, "$defs"), definition);
  if (strcmp(definition, "evidence") == 0) {
    at = json_object_get(at, "items");
  }
  if (property) {
    at = json_object_get(json_object_get(at, "properties"), property);
  }
  const json_t *values = json_object_get(at, "enum");
  assert_int_equal(json_array_size(values), count);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(json_string_value(json_array_get(values, i)), words[i]);
  }
}

static void schema_agrees(void **state) {
  (void)state;
  const char *source = getenv("TIDEWAITER_SOURCE");
  char path[4096];
  snprintf(path, sizeof path, "%s/schemas/needs.schema.json", source ? source : ".");
  json_error_t error;
  json_t *schema = json_load_file(path, 0, &error);
  if (!schema) {
    fail_msg("%s: %s", path, error.text);
  }
  assert_enum(schema, "kind", NULL, cm_need_kinds, CM_NEED_KIND_COUNT);
  assert_enum(schema, "sort", NULL, cm_sort_names, CM_SORT_COUNT);
  assert_enum(schema, "need", "certainty", cm_certainties, 3);
  assert_enum(schema, "need", "origin", cm_origins, 2);
  assert_enum(schema, "unresolved", "reason", cm_reasons, CM_REASON_COUNT);
  assert_enum(schema, "evidence", "by", cm_evidence_bys, 2);
  json_decref(schema);
}

static void help_agrees(void **state) {
  (void)state;
  for (const struct tw_option *option = tw_cmd_needs.options; option->name; option++) {
    for (int kind = 0; strcmp(option->name, "kind") == 0 && kind < CM_NEED_KIND_COUNT; kind++) {
      assert_non_null(strstr(option->help, cm_need_kinds[kind]));
    }
    for (int origin = 0; strcmp(option->name, "origin") == 0 && origin < 2; origin++) {
      assert_string_equal(option->values[origin], cm_origins[origin]);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(for_people),       cmocka_unit_test(in_color),    cmocka_unit_test(without_needs),
      cmocka_unit_test(hostile_text),     cmocka_unit_test(long_lists),  cmocka_unit_test(in_programs),
      cmocka_unit_test(undecided_groups), cmocka_unit_test(many_places), cmocka_unit_test(as_json),
      cmocka_unit_test(as_a_line),        cmocka_unit_test(selects),     cmocka_unit_test(explains),
      cmocka_unit_test(fits_patterns),    cmocka_unit_test(summarizes),  cmocka_unit_test(schema_agrees),
      cmocka_unit_test(help_agrees),      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
