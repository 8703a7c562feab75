/* 16 random bytes, 8 insecure ones, and a number that seeds hash maps. */
#define BY_HAND
#include "bed.h"

IMPORT("wasi:random/insecure@" WASI, "get-insecure-random-u64") uint64_t insecure(void);
IMPORT("wasi:random/insecure-seed@" WASI, "insecure-seed") void insecure_seed(uint64_t seed[2]);

int main(void) {
  uint8_t bytes[16];
  uint64_t number = insecure(), seed[2];
  insecure_seed(seed);
  say("random ");
  if (getentropy(bytes, sizeof bytes) == 0)
    say_hex(bytes, sizeof bytes);
  else
    say("failed");
  say("\ninsecure "), say_number(number), say("\nseed "), say_number(seed[0]), say(" "), say_number(seed[1]), say("\n");
  return 0;
}
