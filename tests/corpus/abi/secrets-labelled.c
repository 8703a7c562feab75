/* Secrets named by the imports themselves; one has an external id. */
#include "abi.h"
IMPORT("ledger-password", "get") int32_t ledger_password(void);
IMPORT("signing-key", "get") int32_t signing_key(void);
IMPORT("wasmcloud:secrets/reveal@2.1.0", "reveal") void reveal(int32_t secret, uint32_t ret[3]);
EXPORT("run") uint32_t run(void) {
  uint32_t first[3], second[3];
  reveal(ledger_password(), first);
  reveal(signing_key(), second);
  return first[2] + second[2];
}
