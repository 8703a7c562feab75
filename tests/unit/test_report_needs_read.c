// Needs that were written before: read, and written again as the same bytes; faults with their place.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "cmd/analyse.h"
#include "report/needs_read.h"

#define KIND_OF(more) "\"artifact\": {\"path\": \"a.wasm\", \"sha256\": \"00\", \"size\": 17, \"kind\": \"" more "\"}"
#define COMPLETE                                                                                                 \
  "\"complete\": {\"env\": true, \"config\": false, \"secret\": true, \"http-host\": true, \"dns-name\": true, " \
  "\"keyvalue-bucket\": true, \"blobstore-container\": true, \"messaging-subject\": true}"

static const char full[] = "{\n\"format\": \"tidewaiter.needs/1\",\n" KIND_OF(
    "component") ",\n"
                 "\"imports\": [{\"name\": \"cache\", \"type\": \"instance\", \"implements\": \"acme:cache/store@1.0.0\", \"external-id\": null, "
                 "\"functions\": [\"get\", \"put\"], \"reached\": true}],\n"
                 "\"exports\": [{\"name\": \"wasi:http/incoming-handler@0.2.3\", \"type\": \"instance\"}],\n"
                 "\"interpreters\": [{\"language\": \"JavaScript\", \"engine\": \"StarlingMonkey\", \"instance\": \"app\", \"module\": 0}], "
                 "\"needs\": [{\"kind\": \"secret\", \"key\": \"db\", \"origin\": \"app\", \"certainty\": \"declared\", \"source\": \"s\", \"label\": "
                 "\"db\", \"external-id\": null, \"evidence\": []},\n"
                 "{\"kind\": \"env\", \"key\": \"A\\n\\u0000\\ud83d\\ude00\", \"origin\": \"runtime\", \"certainty\": \"possible\", \"source\": \"s\", "
                 "\"evidence\": [{\"by\": \"executed\", \"instance\": \"app > x\", \"module\": 4294967295, \"function\": 2, \"name\": null, \"offset\": "
                 "9007199254740993, \"path\": [\"module 1 function 2\", \"f\", \"module 1 function 2x\"], \"source\": {\"file\": \"a.js\", "
                 "\"line\": 7, \"column\": 2, \"code\": null, \"offset\": null}}]}],\n"
                 "\"unresolved\": [{\"kind\": \"http-host\", \"source\": \"s\", \"reason\": \"the whole list is read\", \"pattern\": \"*.x\", \"evidence\": "
                 "[]}, {\"kind\": \"env\", \"source\": \"s\", \"reason\": \"interpreted program\", \"pattern\": null, \"evidence\": []}],\n" COMPLETE
                 "\n}\n";

struct needs_text {
  struct cm_arena arena;
  struct tw_needs_document *documents;
  size_t count;
  struct tw_fault fault;
  char *written;
};

static bool read_needs(struct needs_text *t, const char *text) {
  return tw_needs_read(&t->arena, "a.json", (struct cm_span){(const uint8_t *)text, strlen(text)}, &t->documents, &t->count,
                       &t->fault);
}

static const char *write_needs(struct needs_text *t, const struct tw_needs_document *document) {
  size_t size;
  free(t->written);
  FILE *to = open_memstream(&t->written, &size);
  tw_needs_json(to, document, TW_JSON_PRETTY, 0);
  fclose(to);
  return t->written;
}

static void start(struct needs_text *t) {
  *t = (struct needs_text){0};
  cm_arena_init(&t->arena, NULL);
}

static void end(struct needs_text *t) {
  free(t->written);
  cm_arena_free(&t->arena);
}

static void round_trip(void **state) {
  (void)state;
  struct needs_text t, again;
  start(&t);
  start(&again);
  if (!read_needs(&t, full)) {
    fail_msg("%u:%u: %s", (unsigned)t.fault.at.line, (unsigned)t.fault.at.column, t.fault.message);
  }
  assert_int_equal(t.count, 1);
  const char *first = write_needs(&t, t.documents);
  assert_true(read_needs(&again, first));
  assert_string_equal(write_needs(&again, again.documents), first);
  const struct cm_needs *needs = &again.documents->needs;
  assert_true(needs->imports[0].is_label && needs->imports[0].has_implements && !needs->imports[0].has_external_id);
  assert_true(needs->needs[0].has_label && !needs->needs[0].has_external_id && !needs->needs[1].has_label);
  assert_true(cm_str_equal(needs->needs[1].key, CM_STR("A\n\0\xf0\x9f\x98\x80")));
  const struct cm_evidence *evidence = needs->needs[1].evidence;
  assert_int_equal(evidence->offset, 9007199254740993);
  assert_int_equal(evidence->module, UINT32_MAX);
  assert_int_equal(evidence->path[0].name.size, 0);
  assert_int_equal(evidence->path[0].function, 2);
  assert_true(cm_str_is(evidence->path[2].name, "module 1 function 2x"));
  assert_true(evidence->source && cm_str_is(evidence->source->file, "a.js"));
  assert_int_equal(evidence->source->line, 7);
  assert_int_equal(evidence->source->column, 2);
  assert_int_equal(evidence->source->code.size, 0);
  assert_int_equal(needs->interpreter_count, 1);
  assert_true(cm_str_is(needs->interpreters[0].engine, "StarlingMonkey"));
  assert_int_equal(needs->unresolved[1].reason, CM_REASON_INTERPRETED);
  assert_false(needs->complete[CM_NEED_CONFIG]);
  assert_string_equal(again.documents->path, "a.wasm");
  assert_int_equal(again.documents->size, 17);
  end(&again);
  end(&t);
}

static void arrays_and_lines(void **state) {
  (void)state;
  char text[3 * sizeof full];
  struct needs_text t;
  start(&t);
  snprintf(text, sizeof text, "[%s, %s]", full, full);
  assert_true(read_needs(&t, text));
  assert_int_equal(t.count, 2);
  snprintf(text, sizeof text, "%s\n%s", full, full);
  assert_true(read_needs(&t, text));
  assert_int_equal(t.count, 2);
  assert_true(read_needs(&t, "[]"));
  assert_int_equal(t.count, 0);
  end(&t);
}

// `full` with one text replaced by another.
static void check_fault(const char *old, const char *new, unsigned line, const char *message) {
  char text[2 * sizeof full];
  struct needs_text t;
  start(&t);
  const char *at = strstr(full, old);
  assert_non_null(at);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - full), full, new, at + strlen(old));
  assert_false(read_needs(&t, text));
  if (!strstr(t.fault.message, message) || t.fault.at.line != line) {
    fail_msg("line %u: %s", (unsigned)t.fault.at.line, t.fault.message);
  }
  assert_int_equal(t.count, 0);
  end(&t);
}

static void faults(void **state) {
  (void)state;
  check_fault("tidewaiter.needs/1", "tidewaiter.graph/1", 1, "no answer of `tidewaiter needs --format json`: its \"format\"");
  check_fault("\"format\"", "\"fromat\"", 1, "it has no \"format\"");
  check_fault("\"reached\": true", "\"reached\": 1", 4, "imports[0].reached: expected true or false, not \"1\"");
  check_fault("\"reached\": true", "\"reach\": true", 4, "imports[0]: unknown key \"reach\"; did you mean \"reached\"?");
  check_fault("\"secret\", \"key\"", "\"secrets\", \"key\"", 6, "this \"kind\" is not known here; did you mean: secret");
  check_fault("interpreted program", "because", 8, "this \"reason\" is not known here");
  check_fault("4294967295", "4294967296", 7, "needs[1].evidence[0].module: expected a whole number from 0 to 4294967295");
  check_fault("\"size\": 17", "\"size\": -17", 3, "artifact.size: expected a whole number, at least 0");
  check_fault("\"config\": false", "\"confg\": false", 9, "complete: the key \"config\" is missing");
  check_fault("\"config\": false", "\"config\": false, \"other\": true", 9, "a kind of need that is not known here");
  check_fault("\n}\n", "", 9, "the file ends here");
  check_fault("\"pattern\": null, ", "", 8, "unresolved[1]: the key \"pattern\" is missing");
}

// What the program says of real components, names that had to be demangled and all.
static void real_components(void **state) {
  (void)state;
  glob_t files;
  if (glob("tests/corpus/built/*.wasm", 0, NULL, &files) != 0 || files.gl_pathc == 0) {
    skip();
  }
  for (size_t i = 0; i < files.gl_pathc; i += 17) {
    struct tw_analysis analysis;
    char message[TW_ANALYSE_MESSAGE];
    assert_true(tw_analyse(&analysis, files.gl_pathv[i], &(struct tw_analyse_options){.sha256 = true}, message));
    struct needs_text t, again;
    start(&t);
    start(&again);
    const char *first = write_needs(&t, &analysis.document);
    assert_true(read_needs(&again, first));
    assert_string_equal(write_needs(&again, again.documents), first);
    end(&again);
    end(&t);
    tw_analysis_close(&analysis);
  }
  globfree(&files);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip), cmocka_unit_test(arrays_and_lines), cmocka_unit_test(faults),
                                     cmocka_unit_test(real_components)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
