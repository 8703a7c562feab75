/* The arguments, a line each. */
#include "bed.h"

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) say_number((uint64_t)i), say(" "), say(argv[i]), say("\n");
  return 0;
}
