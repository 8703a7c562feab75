// The only file that knows Binaryen. Its pass options are global to the process; they are set here, to what an adapter wants, which is few
// bytes.

#include "code.h"

#include <binaryen-c.h>
#include <stdlib.h>

bool code_optimize(struct cm_arena *arena, struct cm_span module, bool keep_names, struct cm_span *out, struct cm_diag *diag) {
  BinaryenSetOptimizeLevel(2);
  BinaryenSetShrinkLevel(2);
  BinaryenSetDebugInfo(keep_names);
  char *copy = cm_alloc_text(arena, (const char *)module.at, module.size);  // it is not declared const there
  if (!copy) return cm_fail_memory(diag);
  BinaryenModuleRef ref = BinaryenModuleRead(copy, module.size);
  BinaryenModuleSetFeatures(ref, BinaryenFeatureMutableGlobals() | BinaryenFeatureBulkMemory() | BinaryenFeatureSignExt());
  BinaryenModuleOptimize(ref);
  BinaryenModuleAllocateAndWriteResult written = BinaryenModuleAllocateAndWrite(ref, NULL);
  BinaryenModuleDispose(ref);
  char *bytes = cm_alloc_text(arena, written.binary, written.binaryBytes);
  *out = (struct cm_span){(const uint8_t *)bytes, written.binaryBytes};
  free(written.binary);
  free(written.sourceMap);
  return bytes || cm_fail_memory(diag);
}
