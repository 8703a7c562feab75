// A work queue whose answers come out in order.
//
// Workers take the next input that nobody has; the calling thread waits for the answer whose turn it is and hands it on at once, so
// that output streams. Workers stop when they are far ahead of that answer: otherwise one slow file at the front would let the answers
// to thousands of others pile up in memory.

#include "batch.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "input.h"
#include "memory.h"
#include "progress.h"

enum { AHEAD_PER_JOB = 32, TICK_MS = 100, JOBS_MAX = 256 };

struct slot {
  struct tw_answer answer;
  char *text;
  size_t size;
  bool done;
};

struct queue {
  struct tw_batch *batch;
  struct slot *slots;  // a ring: input `i` is in slot i % ring
  size_t ring;
  size_t next;   // first input that no worker has taken
  size_t turn;   // input whose answer is handed on next
  size_t ended;  // answers there are
  pthread_mutex_t mutex;
  pthread_cond_t changed;  // an answer is there
  pthread_cond_t room;     // `turn` moved
};

static void work_on(struct tw_batch *batch, size_t index, struct slot *slot) {
  slot->answer = (struct tw_answer){.to = open_memstream(&slot->text, &slot->size), .index = index};
  if (!slot->answer.to) {
    tw_out_of_memory();
  }
  batch->work(batch->context, batch->paths[index], &slot->answer);
  if (fclose(slot->answer.to) != 0) {
    tw_out_of_memory();
  }
}

static void hand_on(struct tw_batch *batch, size_t index, struct slot *slot, struct tw_progress *progress) {
  if (slot->answer.message[0]) {
    tw_progress_hide(progress);
    tw_input_report(batch->paths[index], slot->answer.message);
    batch->failed = true;
  } else {
    tw_progress_make_room(progress);
    batch->take(batch->context, slot->text, slot->size);
  }
  batch->notes |= slot->answer.notes;
  free(slot->text);
  *slot = (struct slot){0};
}

static void *worker(void *given) {
  struct queue *queue = given;
  pthread_mutex_lock(&queue->mutex);
  for (;;) {
    while (queue->next < queue->batch->count && queue->next >= queue->turn + queue->ring) {
      pthread_cond_wait(&queue->room, &queue->mutex);
    }
    if (queue->next >= queue->batch->count) {
      break;
    }
    size_t index = queue->next++;
    struct slot *slot = &queue->slots[index % queue->ring];
    pthread_mutex_unlock(&queue->mutex);
    work_on(queue->batch, index, slot);
    pthread_mutex_lock(&queue->mutex);
    slot->done = true;
    queue->ended++;
    pthread_cond_signal(&queue->changed);
  }
  pthread_mutex_unlock(&queue->mutex);
  return NULL;
}

// Waits until the answer whose turn it is is there. The mutex is held.
static void await_turn(struct queue *queue, struct tw_progress *progress) {
  const struct slot *slot = &queue->slots[queue->turn % queue->ring];
  while (!slot->done) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&queue->changed, &queue->mutex, &until);
    size_t ended = queue->ended;
    pthread_mutex_unlock(&queue->mutex);
    tw_progress_show(progress, ended);
    pthread_mutex_lock(&queue->mutex);
  }
}

static void hand_on_all(struct queue *queue, struct tw_progress *progress) {
  pthread_mutex_lock(&queue->mutex);
  while (queue->turn < queue->batch->count) {
    await_turn(queue, progress);
    struct slot *slot = &queue->slots[queue->turn % queue->ring];
    pthread_mutex_unlock(&queue->mutex);
    hand_on(queue->batch, queue->turn, slot, progress);
    pthread_mutex_lock(&queue->mutex);
    queue->turn++;
    pthread_cond_broadcast(&queue->room);
  }
  pthread_mutex_unlock(&queue->mutex);
}

static unsigned cores(void) {
  cpu_set_t set;
  int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  return n > 0 ? (unsigned)n : 1;
}

static void run_here(struct tw_batch *batch, struct tw_progress *progress) {
  for (size_t i = 0; i < batch->count; i++) {
    struct slot slot = {0};
    tw_progress_show(progress, i);
    work_on(batch, i, &slot);
    hand_on(batch, i, &slot, progress);
  }
}

static void run_threads(struct tw_batch *batch, unsigned jobs, struct tw_progress *progress) {
  struct queue queue = {.batch = batch, .ring = (size_t)jobs * AHEAD_PER_JOB};
  queue.slots = tw_alloc(queue.ring * sizeof *queue.slots);
  memset(queue.slots, 0, queue.ring * sizeof *queue.slots);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init(&queue.mutex, NULL);
  pthread_cond_init(&queue.changed, &monotonic);
  pthread_cond_init(&queue.room, NULL);

  pthread_t threads[JOBS_MAX];
  unsigned started = 0;
  while (started < jobs && pthread_create(&threads[started], NULL, worker, &queue) == 0) {
    started++;
  }
  if (started == 0) {
    run_here(batch, progress);
  } else {
    hand_on_all(&queue, progress);
  }
  for (unsigned i = 0; i < started; i++) {
    pthread_join(threads[i], NULL);
  }
  pthread_cond_destroy(&queue.room);
  pthread_cond_destroy(&queue.changed);
  pthread_mutex_destroy(&queue.mutex);
  pthread_condattr_destroy(&monotonic);
  free(queue.slots);
}

void tw_batch_run(struct tw_batch *batch) {
  unsigned jobs = batch->jobs ? batch->jobs : cores();
  jobs = jobs > batch->count ? (unsigned)batch->count : jobs;
  jobs = jobs > JOBS_MAX ? JOBS_MAX : jobs;
  struct tw_progress progress = tw_progress_of(batch->count);
  if (jobs < 2) {
    run_here(batch, &progress);
  } else {
    run_threads(batch, jobs, &progress);
  }
  tw_progress_hide(&progress);
}
