// The same work on many inputs, on all cores, answered in the order of the inputs.
#ifndef TW_BATCH_H
#define TW_BATCH_H

#include <stdbool.h>
#include <stdio.h>

// What became of one input.
struct tw_answer {
  FILE *to;             // the answer is written here, in memory; any thread
  size_t index;         // which input it is
  char message[1024];   // why there is none; "" otherwise. Reported as "tidewaiter: PATH: MESSAGE"
  unsigned long notes;  // the command's own remarks; tw_batch_run joins those of all inputs by or
};

struct tw_batch {
  char *const *paths;
  size_t count;
  unsigned jobs;  // threads; 0: as many as there are cores to run on. One job, or one input, runs on the calling thread

  // Does the work on one input, on any thread; several run at once.
  void (*work)(void *context, const char *path, struct tw_answer *answer);
  // Takes the text of one input that has an answer, in the order of the inputs, on the calling thread.
  void (*take)(void *context, const char *text, size_t size);
  void *context;

  // Results
  unsigned long notes;
  bool failed;  // an input had no answer: its message is on standard error
};

// Runs the work on all inputs. Shows a progress bar where there are many and standard error is a terminal.
void tw_batch_run(struct tw_batch *batch);

#endif
