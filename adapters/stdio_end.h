// The end of a program whose output is logged: what it wrote last may be no whole line.
#ifndef ADAPTERS_STDIO_END_H
#define ADAPTERS_STDIO_END_H

#include <component/component.h>

// What the adapter offers for it: a function that logs what has been gathered.
#define STDIO_END "end-of-output"

// The name under which an app exports wasi:cli/run of 0.2; empty: it does not.
struct cm_str stdio_run(const struct cm_component *app);

#endif
