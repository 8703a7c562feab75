// `tidewaiter stub`: a component that provides all that APP imports.

#include <adapter/adapter.h>

#include <stdio.h>
#include <string.h>

#include "adapt.h"
#include "cmd/compose_request.h"
#include "cmd/deliver.h"
#include "cmd/status.h"
#include "subject.h"

// A stub cannot provide everything. Returns a status.
static int check_imports(const char *path, const struct cm_component *app) {
  for (uint32_t i = 0; i < app->scope.item_count; i++) {
    const struct cm_item *item = app->scope.items[i];
    if (item->kind != CM_ITEM_IMPORT) continue;
    struct cm_str name = item->import.name.name;
    enum cm_sort sort = item->import.type.sort;
    if (sort != CM_SORT_INSTANCE && sort != CM_SORT_FUNC && sort != CM_SORT_TYPE) {
      fprintf(stderr, "tidewaiter: %s imports `%.*s`, a %s: a stub provides interfaces, functions and types\n", path,
              CM_STR_ARG(name), cm_sort_names[sort]);
      return TW_NO;
    }
    if (memchr(name.at, '=', name.size)) {
      fprintf(stderr, "tidewaiter: %s imports `%.*s`, which tells where it is to come from: no export can be called so\n", path,
              CM_STR_ARG(name));
      return TW_NO;
    }
  }
  return TW_DONE;
}

int tw_run_stub(const struct tw_args *args) {
  struct tw_compose app;
  struct tw_delivery delivery = {0};
  struct adapter_subject subject;
  const struct cm_component *view;
  struct cm_component *stub;
  struct cm_diag diag = {0};
  tw_compose_begin(&app);
  int status = tw_compose_add(&app, args->operands[0], (struct cm_str){0}, true);
  if (status == TW_DONE) status = tw_subject_valid(app.paths[0], app.parts[0].component);
  if (status == TW_DONE) status = check_imports(app.paths[0], app.parts[0].component);
  if (status == TW_DONE && !adapter_view(&app.arena, app.parts[0].component, &view, &diag)) status = tw_subject_fault(&diag);
  if (status == TW_DONE) status = tw_subject_all(&app.arena, view, &subject);
  if (status == TW_DONE && !adapter_stub(&app.arena, &subject, &stub, &diag)) status = tw_subject_fault(&diag);
  if (status == TW_DONE) {
    status = tw_deliver_judge(&app.arena, stub, NULL, &delivery);
    if (status == TW_DONE) status = tw_deliver_write(args, &delivery);
    tw_delivery_free(&delivery);
  }
  tw_compose_free(&app);
  return status;
}
