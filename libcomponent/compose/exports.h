// The exports of a part, as exports of the whole.
#ifndef COMPOSE_EXPORTS_H
#define COMPOSE_EXPORTS_H

#include "transplant.h"

// Exports from the whole (`t->to`) what `instance` of the part (`t->from`) exports. That memory is exhausted is told by the build.
void exports_add(struct transplant *t, uint32_t instance);

#endif
