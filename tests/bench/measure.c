// measure RUNS PROGRAM [ARGUMENT...]: runs the program RUNS times with its output thrown away, and prints for each run the
// microseconds from start to end, the microseconds of processor time, and the peak memory in kilobytes.
//
// It is a program of its own because a process that is started takes over the peak of the one that starts it: from a big
// interpreter, every measurement would begin at the interpreter's own size.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
  for (long runs = strtol(argv[1], NULL, 10); runs > 0; runs--) {
    pid_t child;
    int status;
    struct rusage usage;
    double start = now();
    if (posix_spawnp(&child, argv[2], &quiet, NULL, argv + 2, environ) != 0 || wait4(child, &status, 0, &usage) != child) return 1;
    double took = now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;
    double processor =
        (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    printf("%.1f %.1f %ld\n", took, processor, usage.ru_maxrss);
  }
  return 0;
}
