// Which imports of an app an adapter is for.
#ifndef TW_SUBJECT_H
#define TW_SUBJECT_H

#include <adapter/adapter.h>

// All interfaces that `app` imports. Returns a status; a message is on standard error.
int tw_subject_all(struct cm_arena *arena, const struct cm_component *app, struct adapter_subject *out);

// Tells on standard error why an adapter could not be made. Returns a status.
int tw_subject_fault(const struct cm_diag *diag);

#endif
