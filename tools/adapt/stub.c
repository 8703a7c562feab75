// `tidewaiter stub`: a component that provides all that APP imports.

#include <adapter/adapter.h>

#include <stdio.h>

#include "adapt.h"
#include "cmd/compose_request.h"
#include "cmd/deliver.h"
#include "cmd/status.h"
#include "subject.h"

int tw_run_stub(const struct tw_args *args) {
  struct tw_compose app;
  struct tw_delivery delivery = {0};
  struct adapter_subject subject;
  struct cm_component *stub;
  struct cm_diag diag = {0};
  tw_compose_begin(&app);
  int status = tw_compose_add(&app, args->operands[0], (struct cm_str){0}, true);
  if (status == TW_DONE) status = tw_subject_valid(app.paths[0], app.parts[0].component);
  if (status == TW_DONE) status = tw_subject_all(&app.arena, app.parts[0].component, &subject);
  if (status == TW_DONE && !adapter_stub(&app.arena, &subject, &stub, &diag)) status = tw_subject_fault(&diag);
  if (status == TW_DONE) {
    status = tw_deliver_judge(&app.arena, stub, NULL, &delivery);
    if (status == TW_DONE) status = tw_deliver_write(args, &delivery);
    tw_delivery_free(&delivery);
  }
  tw_compose_free(&app);
  return status;
}
