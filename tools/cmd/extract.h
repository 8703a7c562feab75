// Programs that interpreters carry, written to files.
#ifndef TW_EXTRACT_H
#define TW_EXTRACT_H

#include <component/needs.h>

// Writes what was recovered into the folder `folder`, each file as a whole and for its owner alone. `within` names the folder in it that
// they go to (made of the path of the input; any text will do); NULL: directly into it. What a file is called is made of its name in the
// program, of which nothing that means something to a file system is left. Nothing is done where nothing was recovered, but a remark on
// standard error. False: a message is on standard error.
bool tw_extract(const char *folder, const char *within, const struct cm_needs *needs);

#endif
