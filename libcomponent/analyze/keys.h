// Reading the keys that reach a call.
#ifndef ANALYZE_KEYS_H
#define ANALYZE_KEYS_H

#include "evaluate.h"
#include "sinks.h"

enum { KEY_SIZE = 4096, KEY_ALTERNATIVES = 256 };

// What is told: its beginning; all of it; or all of it on a way that may be none, because it is not known any more how choices go together.
enum key_knowledge { KEY_BEGINNING, KEY_KNOWN, KEY_DOUBTFUL };

// Told once for every way the key can be; `at` is where in memory it stands. Pointers are valid during the call.
typedef void (*key_visit)(void *context, struct cm_str key, uint64_t at, enum key_knowledge knowledge);

// Enumerates the keys that `place` has in `call`, every choice of paths that the path condition allows. Returns how many were told;
// ways beyond KEY_ALTERNATIVES are told as one unknown key.
size_t keys_read(struct evaluation *evaluation, const struct evaluate_call *call, const struct key_place *place, key_visit visit,
                 void *context);

#endif
