// A progress bar: one line of standard error that is drawn over itself.

#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PIECES_MIN = 8, PATIENCE_MS = 400, REDRAW_MS = 100, BAR = 30 };

static uint64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct tw_progress tw_progress_of(size_t total) {
  const char *term = getenv("TERM");
  bool moves = term && *term && strcmp(term, "dumb") != 0;
  struct tw_progress progress = {.total = total, .wanted = total >= PIECES_MIN && moves && isatty(STDERR_FILENO)};
  progress.shares = progress.wanted && isatty(STDOUT_FILENO);
  progress.since = progress.wanted ? milliseconds() : 0;
  return progress;
}

void tw_progress_show(struct tw_progress *progress, size_t done) {
  if (!progress->wanted) {
    return;
  }
  uint64_t now = milliseconds();
  if (now - progress->since < PATIENCE_MS || now - progress->drawn < REDRAW_MS) {
    return;
  }
  char bar[BAR + 1];
  size_t filled = done * BAR / progress->total;
  memset(bar, '.', BAR);
  memset(bar, '#', filled);
  bar[BAR] = '\0';
  fprintf(stderr, "\r[%s] %zu of %zu\033[K", bar, done, progress->total);
  fflush(stderr);
  progress->drawn = now;
  progress->shown = true;
}

void tw_progress_make_room(struct tw_progress *progress) {
  if (progress->shares) {
    tw_progress_hide(progress);
  }
}

void tw_progress_hide(struct tw_progress *progress) {
  if (progress->shown) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown = false;
  }
}
