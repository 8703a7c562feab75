// Adapters for HTTP and files: which rules and which interfaces they take, and that what they cannot do is said. What they do when they run is
// judged in engines (tests/adapters/cases/files.py, http.py).

#include <adapter/adapter.h>
#include <component/encode.h>
#include <component/parse.h>
#include <component/validate.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// An app, and what is made of it.
struct bench {
  struct cm_arena arena;
  struct cm_component *app;
  struct adapter_subject subject;
  const struct cm_item *imports[8];
  struct cm_diag diag;
};

static struct cm_span encoded(struct bench *b, const struct cm_component *component) {
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, NULL);
  assert_true(cm_encode(component, NULL, &bytes, &b->diag));
  char *kept = cm_alloc_text(&b->arena, (const char *)bytes.at, bytes.size);
  struct cm_span span = {(const uint8_t *)kept, bytes.size};
  cm_buffer_free(&bytes);
  return span;
}

// The imports that `prefix` begins are the subject.
static void begin(struct bench *b, const char *text, const char *prefix) {
  struct cm_parsed parsed;
  memset(b, 0, sizeof *b);
  cm_arena_init(&b->arena, NULL);
  if (!cm_parse_text(&b->arena, cm_str_of(text), &(struct cm_parse_options){0}, &parsed, &b->diag)) fail_msg("%s", b->diag.message);
  assert_true(cm_decode(&b->arena, encoded(b, parsed.component), &b->app, &b->diag));
  b->subject = (struct adapter_subject){b->app, b->imports, 0};
  for (uint32_t i = 0; i < b->app->scope.item_count; i++) {
    const struct cm_item *item = b->app->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && cm_str_starts(item->import.name.name, cm_str_of(prefix)))
      b->imports[b->subject.import_count++] = item;
  }
}

static void end(struct bench *b) { cm_arena_free(&b->arena); }

// What was made must be valid. The bytes, in the arena.
static struct cm_span check(struct bench *b, bool made, struct cm_component *const *adapter) {
  if (!made) fail_msg("%s", b->diag.message);
  struct cm_span bytes = encoded(b, *adapter);
  struct cm_component *again;
  assert_true(cm_decode(&b->arena, bytes, &again, &b->diag));
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  assert_true(cm_validate(again, &options, NULL, NULL));
  return bytes;
}

static void refused(struct bench *b, bool made, const char *why) {
  assert_false(made);
  if (!strstr(b->diag.message, why)) fail_msg("%s", b->diag.message);
}

static bool holds(struct cm_span bytes, const char *text) { return memmem(bytes.at, bytes.size, text, strlen(text)) != NULL; }

// --- http ---

static const char http_text[] =
    "(component\n"
    "  (import \"wasi:http/types@0.2.6\" (instance $types\n"
    "    (export \"outgoing-request\" (type (sub resource))) (export \"request-options\" (type (sub resource)))\n"
    "    (export \"future-incoming-response\" (type (sub resource)))\n"
    "    (type $e (variant (case \"HTTP-request-denied\") (case \"internal-error\" (option string)))) (export \"error-code\" (type (eq $e)))))\n"
    "  (alias export $types \"outgoing-request\" (type $request)) (alias export $types \"request-options\" (type $options))\n"
    "  (alias export $types \"future-incoming-response\" (type $future)) (alias export $types \"error-code\" (type $error))\n"
    "  (import \"wasi:http/outgoing-handler@0.2.6\" (instance\n"
    "    (alias outer 1 $request (type $r)) (alias outer 1 $options (type $o)) (alias outer 1 $future (type $f)) (alias outer 1 $error (type $e))\n"
    "    (export \"outgoing-request\" (type $request (eq $r))) (export \"request-options\" (type $options (eq $o)))\n"
    "    (export \"future-incoming-response\" (type $future (eq $f))) (export \"error-code\" (type $error (eq $e)))\n"
    "    (export \"handle\" (func (param \"request\" (own $request)) (param \"options\" (option (own $options)))\n"
    "      (result (result (own $future) (error $error))))))))\n";

static bool filter(struct bench *b, const char *rule, struct cm_component **out) {
  const struct cm_str text = cm_str_of(rule);
  return adapter_http(&b->arena, &b->subject, &(struct adapter_http){&text, 1}, out, &b->diag);
}

static void rules_of_http(void **state) {
  (void)state;
  static const char *const good[] = {"api.example.com",     "API.example.com:443", "*.example.com:*", "*", "*:80", "[::1]",
                                     "[2001:DB8::1]:65535", "https://a",           "http://[::1]:0"};
  static const struct {
    const char *rule, *why;
  } bad[] = {
      {"", "no host"},
      {":80", "no host"},
      {"a:", "may stand a port"},
      {"a:x", "no number"},
      {"a:65536", "end at 65535"},
      {"a b", "letters"},
      {"user@a", "letters"},
      {"a/b", "letters"},
      {"a*b", "letters"},
      {"*a", "letters"},
      {"[::1", "`]` is missing"},
      {"[]", "no host"},
      {"[::1]80", "a port"},
      {"[a/b]", "letters"},
      {"ftp://a", "schemes are"},
      {"a:80:90", "no number"},
      {"https://", "no host"},
      {"*.", "no host"},
      {"\xc3\xa4.example", "letters"},
  };
  struct bench b;
  struct cm_component *out;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    begin(&b, http_text, "wasi:http/outgoing-handler");
    struct cm_span bytes = check(&b, filter(&b, good[i], &out), &out);
    assert_true(holds(bytes, "[method]outgoing-request.authority"));
    end(&b);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    begin(&b, http_text, "wasi:http/outgoing-handler");
    refused(&b, filter(&b, bad[i].rule, &out), bad[i].why);
    end(&b);
  }
}

// --- files ---

// `%s`: functions of wasi:filesystem/types, and imports behind it.
#define FILES(version, functions, more)                                                                              \
  "(component\n"                                                                                                     \
  "  (import \"wasi:io/streams@" version "\" (instance $streams (export \"input-stream\" (type (sub resource)))))\n" \
  "  (alias export $streams \"input-stream\" (type $input))\n"                                                       \
  "  (import \"wasi:filesystem/types@" version "\" (instance $types\n"                                               \
  "    (alias outer 1 $input (type $i)) (export \"input-stream\" (type $input (eq $i)))\n"                           \
  "    (export \"descriptor\" (type $d (sub resource)))\n"                                                           \
  "    (type $e (enum \"access\" \"read-only\" \"no-entry\")) (export \"error-code\" (type $error (eq $e)))\n"       \
  "    " functions "))\n"                                                                                            \
  "  (alias export $types \"descriptor\" (type $descriptor))\n"                                                      \
  "  (import \"wasi:filesystem/preopens@" version "\" (instance\n"                                                   \
  "    (alias outer 1 $descriptor (type $x)) (export \"descriptor\" (type $d (eq $x)))\n"                            \
  "    (export \"get-directories\" (func (result (list (tuple (own $d) string)))))))\n"                              \
  "  " more ")\n"

#define METHOD(name) "(export \"[method]descriptor." name "\" (func (param \"self\" (borrow $d)) "

static const struct adapter_node one_file = {.name = {"a", 1}, .bytes = {(const uint8_t *)"text", 4}};
static const struct adapter_node root = {.name = {"/data", 5}, .is_folder = true, .children = &one_file, .child_count = 1};

static bool bake(struct bench *b, bool host, struct cm_component **out) {
  return adapter_bake(&b->arena, &b->subject, &(struct adapter_tree){.roots = &root, .count = 1, .host = host}, out, &b->diag);
}

static bool change(struct bench *b, struct adapter_files files, struct cm_component **out) {
  return adapter_filesystem(&b->arena, &b->subject, &files, out, &b->diag);
}

static void read_only_is_what_is_not_known_to_be_harmless(void **state) {
  (void)state;
  struct bench b;
  struct cm_component *out;
  begin(
      &b,
      FILES("0.2.6", METHOD("shred") "(result (result (error $error)))))" METHOD("sync") "(result (result (error $error)))))", ""),
      "wasi:filesystem/types");
  struct cm_span bytes = check(&b, change(&b, (struct adapter_files){.read_only = true}, &out), &out);
  // The adapter imports `sync`, and exports both: twice, in its shim.
  const uint8_t *first = memmem(bytes.at, bytes.size, "[method]descriptor.", 19);
  assert_non_null(first);
  assert_memory_equal(first + 19, "sync", 4);
  end(&b);
}

static void names_are_chosen(void **state) {
  (void)state;
  const struct cm_str allowed = CM_STR("/data");
  const struct adapter_files_rename rename = {CM_STR("/data"), CM_STR("/here")};
  struct bench b;
  struct cm_component *out;
  begin(&b, FILES("0.2.6", "", ""), "wasi:filesystem/preopens");
  struct adapter_files files = {
      .host = ADAPTER_FILES_ALLOWED, .allowed = &allowed, .allowed_count = 1, .renames = &rename, .rename_count = 1};
  assert_true(holds(check(&b, change(&b, files, &out), &out), "/here"));
  end(&b);
}

static void nothing_is_imported_of_what_is_denied(void **state) {
  (void)state;
  struct bench b;
  struct cm_component *out;
  begin(&b, FILES("0.2.6", METHOD("sync") "(result (result (error $error)))))", ""), "wasi:filesystem/");
  check(&b, change(&b, (struct adapter_files){.host = ADAPTER_FILES_NONE}, &out), &out);
  for (uint32_t i = 0; i < out->scope.item_count; i++)
    if (out->scope.items[i]->kind == CM_ITEM_IMPORT)
      assert_false(cm_str_starts(out->scope.items[i]->import.name.name, CM_STR("wasi:filesystem")));
  end(&b);
}

static void trees_are_baked(void **state) {
  (void)state;
  struct bench b;
  struct cm_component *out;
  for (unsigned host = 0; host < 2; host++) {
    begin(&b,
          FILES("0.2.6", METHOD("write") "(param \"b\" (list u8)) (param \"o\" u64) (result (result u64 (error $error)))))", ""),
          "wasi:filesystem/");
    assert_true(holds(check(&b, bake(&b, host, &out), &out), "text"));
    end(&b);
  }
}

static void what_cannot_be_baked_is_said(void **state) {
  (void)state;
  struct bench b;
  struct cm_component *out;
  begin(&b, FILES("0.3.0", "", ""), "wasi:filesystem/");
  refused(&b, bake(&b, true, &out), "cannot be baked in for 0.3");
  end(&b);
  begin(&b, FILES("0.2.6", METHOD("sync") "(result u32)))", ""), "wasi:filesystem/");
  refused(&b, bake(&b, true, &out), "no adapter is made for");
  end(&b);
  begin(&b, FILES("0.2.6", METHOD("shred") "(result u32)))", ""), "wasi:filesystem/");
  refused(&b, bake(&b, true, &out), "has no error `read-only`");
  end(&b);
  begin(&b,
        FILES("0.2.6", "",
              "(import \"a:b/c\" (instance (alias outer 1 $descriptor (type $x)) (export \"descriptor\" (type $d (eq $x)))\n"
              "    (export \"keep\" (func (param \"d\" (own $d))))))"),
        "wasi:filesystem/");
  refused(&b, bake(&b, true, &out), "`keep` of `a:b/c` cannot be handed on");
  end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_of_http),    cmocka_unit_test(read_only_is_what_is_not_known_to_be_harmless),
      cmocka_unit_test(names_are_chosen), cmocka_unit_test(nothing_is_imported_of_what_is_denied),
      cmocka_unit_test(trees_are_baked),  cmocka_unit_test(what_cannot_be_baked_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
