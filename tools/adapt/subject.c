// Imports, gathered.

#include "subject.h"

#include <stdio.h>

#include "cmd/status.h"

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
