// Imports, gathered.

#include "subject.h"

#include <component/validate.h>

#include <stdio.h>

#include "cmd/input.h"
#include "cmd/status.h"

static bool tell_error(void *context, const struct cm_diag *diag) {
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  tw_input_report(context, cm_diag_format(diag, message, sizeof message));
  return true;
}

int tw_subject_valid(const char *path, const struct cm_component *app) {
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL)};
  struct cm_diag_sink sink = {tell_error, (void *)(uintptr_t)path};
  return cm_validate(app, &options, &sink, NULL) ? TW_DONE : TW_NO;
}

int tw_subject_all(struct cm_arena *arena, const struct cm_component *app, struct adapter_subject *out) {
  const struct cm_item **imports = cm_alloc_array(arena, app->scope.item_count, sizeof *imports);
  if (!imports) return tw_subject_fault(&(struct cm_diag){.error = CM_NO_MEMORY, .message = "out of memory"});
  *out = (struct adapter_subject){.app = app, .imports = imports};
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && item->import.type.sort == CM_SORT_INSTANCE) imports[out->import_count++] = item;
  }
  return TW_DONE;
}

int tw_subject_fault(const struct cm_diag *diag) {
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  fprintf(stderr, "tidewaiter: %s\n", cm_diag_format(diag, message, sizeof message));
  return diag->error == CM_NO_MEMORY ? TW_BUG : TW_NO;
}
