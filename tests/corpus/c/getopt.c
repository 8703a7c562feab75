/* A program with options and printf: the environment is asked where an option is not given. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static const struct option longs[] = {{"output", required_argument, NULL, 'o'}, {"level", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
static const char *or_env(const char *given, const char *name, const char *fallback) {
  if (given) return given;
  const char *v = getenv(name);
  return v ? v : fallback;
}
int main(int argc, char **argv) {
  const char *output = NULL, *level = NULL;
  for (int c; (c = getopt_long(argc, argv, "o:l:", longs, NULL)) != -1;) {
    if (c == 'o') output = optarg;
    else if (c == 'l') level = optarg;
    else return fprintf(stderr, "usage: %s [-o FILE] [-l LEVEL]   (or BARGE_OUTPUT, BARGE_LEVEL; see BARGE_MANUAL)\n", argv[0]), 2;
  }
  printf("%s %s\n", or_env(output, "BARGE_OUTPUT", "out.txt"), or_env(level, "BARGE_LEVEL", "info"));
  const char *list = getenv("BARGE_PLUGINS");
  if (list) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", list);
    for (char *p = strtok(copy, ":"); p; p = strtok(NULL, ":")) puts(p);
  }
  return 0;
}
