// Parts of the JSON of needs that other documents have too.
#ifndef TW_NEEDS_PARTS_H
#define TW_NEEDS_PARTS_H

#include "needs.h"

// The member "evidence", an array: $defs/evidence of schemas/needs.schema.json.
void tw_needs_put_evidence(struct tw_json *json, const struct cm_evidence *evidence, uint32_t count);

#endif
