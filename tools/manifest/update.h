// Updating an existing manifest: what tells things apart in it, and what in it is the generator's.
#ifndef TW_MANIFEST_UPDATE_H
#define TW_MANIFEST_UPDATE_H

#include "doc/merge.h"
#include "targets.h"

// The rules for merging what a target generates into a file that people keep. What belongs to people: values, images, hosts that they
// gave, the order and the comments. What belongs to the generator: which keys there are, which interfaces in which version, which hosts are
// called. A value out of the values file is set, since that is what people say now. The rules live in the arena; NULL: no memory.
const struct tw_merge_options *tw_update_options(struct cm_arena *arena, const struct tw_target *target,
                                                 const struct tw_workload *workload);

#endif
