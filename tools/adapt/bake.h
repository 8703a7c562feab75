// A folder, read to be baked in.
#ifndef TW_BAKE_H
#define TW_BAKE_H

#include <adapter/adapter.h>

struct tw_baking {
  struct cm_arena *arena;
  uint64_t bytes;  // read so far, of all folders
  uint32_t files, folders;
};

// Reads `folder`, with all that is in it, names sorted. Symbolic links are followed where they lead into the folder. Returns a status; a message is on
// standard error.
int tw_bake(struct tw_baking *baking, const char *folder, struct cm_str name, struct adapter_node *out);

#endif
