// Fuzz target: a document of any bytes as the values file and as an existing manifest. What the latter grants is read, the workload of a
// fixed set of needs is made with both, refused or not, rendered by every target, and the targets that can be merged are merged into the
// document itself.

#include <stdlib.h>
#include <string.h>

#include "manifest/grants.h"
#include "manifest/targets.h"
#include "manifest/update.h"
#include "unit/doc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

static const struct cm_str functions[] = {S("get")};

#define IMPORT(...) \
  { .sort = CM_SORT_INSTANCE, .function_count = 1, .functions = functions, .reached = true, __VA_ARGS__ }

static const struct cm_needs_import imports[] = {
    IMPORT(.name = S("wasi:config/store@0.2.0-rc.1")),
    IMPORT(.name = S("wasmcloud:secrets/store@2.1.0")),
    IMPORT(.name = S("db-password"), .has_implements = true, .is_label = true, .implements = S("wasmcloud:secrets/secret@2.1.0")),
    IMPORT(.name = S("wasi:blobstore/blobstore@0.2.0-draft")),
};
static const struct cm_needs_export exports[] = {{S("wasi:http/incoming-handler@0.2.3"), CM_SORT_INSTANCE},
                                                 {S("wasmcloud:messaging/handler@0.2.0"), CM_SORT_INSTANCE}};
static const struct cm_need needs[] = {
    {.kind = CM_NEED_ENV, .key = S("LOG_LEVEL"), .certainty = CM_EXACT},
    {.kind = CM_NEED_ENV, .key = S("TOKEN"), .certainty = CM_POSSIBLE},
    {.kind = CM_NEED_CONFIG, .key = S("theme"), .certainty = CM_EXACT},
    {.kind = CM_NEED_SECRET, .key = S("api-key"), .certainty = CM_EXACT},
    {.kind = CM_NEED_SECRET, .key = S("db-password"), .certainty = CM_DECLARED, .has_label = true, .label = S("db-password")},
    {.kind = CM_NEED_HTTP_HOST, .key = S("api.example"), .certainty = CM_EXACT},
    {.kind = CM_NEED_BLOBSTORE_CONTAINER, .key = S("crates"), .certainty = CM_EXACT},
};

static void no_fault(void *context, const struct tw_fault *fault) {
  (void)context;
  if (!fault->message[0]) abort();
}

static void write_all(struct doc_text *t, const struct tw_rendering *rendering) {
  for (size_t i = 0; i < rendering->file_count; i++) {
    const struct tw_file *file = &rendering->files[i];
    if (file->form == TW_FILE_YAML) {
      doc_write(t, file->docs, file->doc_count, true);
    } else if (file->form == TW_FILE_JSON) {
      doc_write_json(t, file->root);
    }
  }
}

static void render(struct doc_text *t, const struct tw_app *app, const struct tw_workload_options *options, struct cm_span bytes) {
  for (const struct tw_target *target = tw_targets; target->name; target++) {
    struct tw_workload workload;
    if (!tw_workload_make(&t->arena, app, 1, options, &workload, NULL)) {
      return;
    }
    tw_workload_refuse(&t->arena, &workload);
    struct tw_rendering rendering = {.arena = &t->arena, .workload = &workload, .comments = true};
    target->render(&rendering);
    write_all(t, &rendering);
    struct tw_merged merged;
    struct tw_fault fault;
    if (target->mergeable && options->existing) {
      tw_merge(&t->arena, "m.yaml", bytes, rendering.files[0].docs, rendering.files[0].doc_count,
               tw_update_options(&t->arena, target, &workload), &merged, &fault);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct doc_text t;
  struct tw_needs_document document = {.path = "shop.wasm", .needs = {.artifact = CM_ARTIFACT_COMPONENT}};
  document.needs.imports = imports;
  document.needs.import_count = sizeof imports / sizeof *imports;
  document.needs.exports = exports;
  document.needs.export_count = sizeof exports / sizeof *exports;
  document.needs.needs = needs;
  document.needs.need_count = sizeof needs / sizeof *needs;
  struct tw_app app = {&document, {data, size}};
  doc_start(&t);
  if (size < 65536 && doc_read_as(&t, "fuzz.yaml", (struct cm_str){(const char *)data, size})) {
    struct tw_grants grants;
    const struct tw_doc **docs = cm_alloc_array(&t.arena, t.count, sizeof *docs);
    for (size_t i = 0; docs && i < t.count; i++) {
      docs[i] = &t.docs[i];
    }
    struct tw_values values = {t.docs};
    struct tw_workload_options options = {0};
    if (docs && tw_grants_read(&t.arena, docs, t.count, &grants, NULL)) {
      options.existing = &grants;
      render(&t, &app, &options, (struct cm_span){data, size});
    }
    if (t.count == 1 && tw_values_check(t.docs, no_fault, NULL)) {
      options.existing = NULL;
      options.values = &values;
      render(&t, &app, &options, (struct cm_span){data, size});
    }
  }
  doc_end(&t);
  return 0;
}
