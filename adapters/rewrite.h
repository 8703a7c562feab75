// Names in the parameters of a call, looked up in a table, for adapters that hand the call on.
//
//   rewrite_table(a, names)                         once, for one kind of names
//   rewrite_function(e, f, table, paths, count, …)  for each function that takes such names; others are passed by the caller
#ifndef ADAPTERS_REWRITE_H
#define ADAPTERS_REWRITE_H

#include <adapter/adapter.h>

#include "assemble.h"

// Puts the table into memory; *table is where it begins.
bool rewrite_table(struct adapter *a, const struct adapter_names *names, uint32_t *table);

// Lifts `f`, hands it to the host, and rewrites the names at these paths before. A name that the table denies: `denying` says what the call does.
bool rewrite_function(struct adapter_export *e, struct adapter_function *f, uint32_t table, const struct cm_str *paths,
                      uint32_t count, const struct adapter_denying *denying);

#endif
