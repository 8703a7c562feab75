// Names in a call, looked up in a table, for adapters that hand the call on.
//
//   rewrite_table(a, names)                   once, for one kind of names
//   rewrite_function(e, f, table, paths, …)   for each function that has such names; others are passed by the caller
#ifndef ADAPTERS_REWRITE_H
#define ADAPTERS_REWRITE_H

#include <adapter/adapter.h>

#include "assemble.h"

// Puts the table into memory; *table is where it begins.
bool rewrite_table(struct adapter *a, const struct adapter_names *names, uint32_t *table);

// Where names are: in parameters, and in the result.
struct rewrite_paths {
  const struct cm_str *taken, *returned;
  uint32_t taken_count, returned_count;
};

// Lifts `f`, hands it to the host, and rewrites the names at these paths, before and behind. A name that the table denies: `denying` says what the call does.
bool rewrite_function(struct adapter_export *e, struct adapter_function *f, uint32_t table, const struct rewrite_paths *paths,
                      const struct adapter_denying *denying);

#endif
