// WABT's validator as an oracle, for tests alone: the program never links it.
//
// WABT 1.0.32 knows WebAssembly 2.0 and of the proposals that became 3.0 a part; what it is asked about here is the set of
// features that it has whole.
#ifndef COMPONENT_WABT_ORACLE_H
#define COMPONENT_WABT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What WABT has whole, as a list for cm_features_read.
#define WABT_ORACLE_FEATURES                                                                                           \
  "-all,mutable-global,saturating-float-to-int,sign-extension,multi-value,bulk-memory,reference-types,simd,tail-call," \
  "multi-memory,extended-const"

enum { WABT_ORACLE_MESSAGE = 256 };

// Whether the bytes are a module that is valid with these features. On false `message` has the first error. Exceptions of C++ do not
// leave it: where one was thrown, the message begins with "exception".
bool wabt_oracle_validate(const uint8_t *at, size_t size, char message[WABT_ORACLE_MESSAGE]);

#ifdef __cplusplus
}
#endif

#endif
