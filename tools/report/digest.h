// Digests of inputs.
#ifndef TW_DIGEST_H
#define TW_DIGEST_H

#include <component/span.h>

enum { TW_SHA256_TEXT = 65 };

// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits and a zero.
void tw_sha256(struct cm_span bytes, char to[TW_SHA256_TEXT]);

#endif
