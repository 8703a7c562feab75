/* Ends with the status of its argument, and not by returning from main; a second one it says before. */
#include "bed.h"

int main(int argc, char **argv) {
  say("before\n");
  if (argc > 2) say(argv[2]);
  if (argc > 1) exit(atoi(argv[1]));
  say("after\n");
  return 0;
}
