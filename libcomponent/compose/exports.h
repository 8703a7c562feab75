// The exports of a part, as exports of the whole.
#ifndef COMPOSE_EXPORTS_H
#define COMPOSE_EXPORTS_H

#include "transplant.h"

// Exports from the whole (`t->to`) what `instance` of the part (`t->from`) exports, but for what `cover` does (NULL: there is none). That memory is
// exhausted is told by the build.
void exports_add(struct transplant *t, uint32_t instance, const struct cm_component *cover);

#endif
