// The commands that need Binaryen. Their tables are in cmd/, with all others.
#ifndef TW_ADAPT_H
#define TW_ADAPT_H

#include "cmd/options.h"

int tw_run_declare(const struct tw_args *args);
int tw_run_stub(const struct tw_args *args);
int tw_run_virt(const struct tw_args *args);

#endif
