// Which imports of an app an adapter is for.
#ifndef TW_SUBJECT_H
#define TW_SUBJECT_H

#include <adapter/adapter.h>

// Whether an app is valid: adapters are made of nothing else, as its names become parts of their code. Returns a status; on TW_NO messages with
// offsets in `path` are on standard error.
int tw_subject_valid(const char *path, const struct cm_component *app);

// All interfaces that `app` imports. Returns a status; a message is on standard error.
int tw_subject_all(struct cm_arena *arena, const struct cm_component *app, struct adapter_subject *out);

// Tells on standard error why an adapter could not be made. Returns a status.
int tw_subject_fault(const struct cm_diag *diag);

#endif
