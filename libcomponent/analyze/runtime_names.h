// Names that a language's own library asks for.
#ifndef ANALYZE_RUNTIME_NAMES_H
#define ANALYZE_RUNTIME_NAMES_H

#include "findings.h"

// Whose need a key is that `asker` asks for. The table of names says what a library is known to ask; the asking function, where it has a
// name, has the last word: an application that asks for such a name itself has a need of its own.
enum cm_origin runtime_origin(enum cm_need_kind kind, struct cm_str key, struct cm_str asker);

// Looks at all findings together: a function that asks for what only a C library's locale code asks for together is that, and what it asks
// is the library's. Where names are stripped nothing else tells.
void runtime_settle(struct findings *findings);

#endif
