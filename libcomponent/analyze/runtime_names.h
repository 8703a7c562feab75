// Names that a language's own library asks for.
#ifndef ANALYZE_RUNTIME_NAMES_H
#define ANALYZE_RUNTIME_NAMES_H

#include "findings.h"

// Whose need a key is that `asker` asks for. The table of names says what a library is known to ask; the asking function, where it has a
// name, has the last word: an application that asks for such a name itself has a need of its own. Where it has none, what is known is the
// library's until runtime_settle.
enum cm_origin runtime_origin(enum cm_need_kind kind, struct cm_str key, struct cm_str asker);

// Looks at all findings together, when there are no more to come. Functions without names are told by what they ask for together and by
// what the program's data carry; of shared libraries what they export tells. What remains doubtful is the application's.
void runtime_settle(struct findings *findings);

#endif
