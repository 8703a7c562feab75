// The functions that fill buffers of a list are a table; the others write to where their arguments point at most.

#include "preview1.h"

static const struct filler {
  const char *name;
  uint32_t argument;
} fillers[] = {{"fd_read", 1}, {"fd_pread", 1}, {"sock_recv", 1}};

bool preview1_has(const struct core_import *import) { return import && cm_str_is(import->module, "wasi_snapshot_preview1"); }

bool preview1_fills(const struct core_import *import, uint32_t argument) {
  if (!preview1_has(import)) return false;
  for (size_t f = 0; f < sizeof fillers / sizeof *fillers; f++)
    if (fillers[f].argument == argument && cm_str_is(import->name, fillers[f].name)) return true;
  return false;
}
