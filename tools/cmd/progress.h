// A progress bar.
#ifndef TW_PROGRESS_H
#define TW_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tw_progress {
  size_t total;
  bool wanted;     // standard error is a terminal, and there is enough to wait for
  bool shares;     // so is standard output
  bool shown;      // stands on the terminal now
  uint64_t since;  // when the work began, and when the bar was last drawn; milliseconds
  uint64_t drawn;
};

// A bar for `total` pieces of work. It is seen only on a terminal that can move its cursor, for more than a few pieces, and after a
// moment in which a short run would have ended.
struct tw_progress tw_progress_of(size_t total);

// Draws the bar with `done` pieces, now and then.
void tw_progress_show(struct tw_progress *progress, size_t done);

// Takes the bar away before an answer is written, where that would go to a terminal too.
void tw_progress_make_room(struct tw_progress *progress);

// Takes the bar away, before anything else is written to standard error and at the end.
void tw_progress_hide(struct tw_progress *progress);

#endif
