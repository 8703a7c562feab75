// Digests of inputs.
//
// OpenSSL's libcrypto, but its low-level functions and linked statically: they are 20 kB and use the processor's own instructions
// for SHA-256. EVP, which is the way to call it elsewhere, brings 4 MB of providers or a shared library, and either costs a
// start more than a small file takes to analyse.

#define OPENSSL_SUPPRESS_DEPRECATED
#include "digest.h"

#include <openssl/sha.h>

void tw_sha256(struct cm_span bytes, char to[TW_SHA256_TEXT]) {
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.at, bytes.size);
  SHA256_Final(digest, &context);
  for (size_t i = 0; i < sizeof digest; i++) {
    to[2 * i] = digits[digest[i] >> 4];
    to[2 * i + 1] = digits[digest[i] & 15];
  }
  to[64] = '\0';
}
