// Who uses the types of an import besides those who call its functions.
#ifndef ADAPTERS_USAGE_H
#define ADAPTERS_USAGE_H

#include <adapter/adapter.h>

// Whether resources of an import are used by imports that are not of the subject, or its types by what the app exports: then they are the
// host's, or the two would not be the same.
bool usage_elsewhere(const struct adapter_subject *subject, const struct cm_item *import);

// Whether an import uses types of another.
bool usage_by(const struct cm_component *app, const struct cm_item *user, const struct cm_item *import);

#endif
