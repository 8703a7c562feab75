// Bodies on several processors.
//
// Workers take bodies a few at a time and only note which are not valid; nobody listens to them, so that they put no message together.
// Whoever called then checks the few that were noted again, in order, and tells why. So what is told is the same however many
// workers there were.

#include "validate_module.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
  MOST_WORKERS = 16,
  WORTH_A_WORKER = 64 * 1024,  // bytes of bodies for which a thread is worth its start
  MOST_AT_ONCE = 64,           // bodies that a worker takes
};

struct pool {
  const struct core_context *context;
  uint32_t end, at_once;
  atomic_uint next;
  atomic_bool any;   // some body is not valid
  uint8_t *refused;  // by function: whether it is this one
};

static void *work(void *argument) {
  struct pool *pool = argument;
  struct core_check check;
  core_check_init(&check, pool->context);
  for (;;) {
    uint32_t first = atomic_fetch_add_explicit(&pool->next, pool->at_once, memory_order_relaxed);
    if (first >= pool->end) break;
    uint32_t end = pool->end - first < pool->at_once ? pool->end : first + pool->at_once;
    for (uint32_t i = first; i < end; i++) {
      if (core_check_body(&check, i, NULL)) continue;
      pool->refused[i] = 1;
      atomic_store_explicit(&pool->any, true, memory_order_relaxed);
    }
  }
  core_check_free(&check);
  return NULL;
}

// How many are to work, the caller among them.
static unsigned workers_for(const struct core_validation *d) {
  const struct core_module *m = d->context.module;
  size_t size = 0;
  for (uint32_t i = 0; i < m->section_count; i++)
    if (m->sections[i].id == 10) size = m->sections[i].bytes.size;
  size_t worth = size / WORTH_A_WORKER + 1;
  if (d->threads == 1 || worth == 1) return 1;
  long processors = d->threads ? (long)d->threads : sysconf(_SC_NPROCESSORS_ONLN);
  size_t most = processors < 1 ? 1 : processors > MOST_WORKERS ? MOST_WORKERS : (size_t)processors;
  return (unsigned)(worth < most ? worth : most);
}

static void tell(struct core_validation *d, const struct pool *pool) {
  struct cm_diag diag;
  struct core_check check;
  core_check_init(&check, &d->context);
  for (uint32_t i = d->context.module->imported[CORE_FUNC]; i < pool->end && !d->is_enough; i++)
    if (pool->refused[i] && !core_check_body(&check, i, &diag)) core_report_diag(d, &diag);
  core_check_free(&check);
}

void core_validate_bodies(struct core_validation *d) {
  const struct core_module *m = d->context.module;
  uint32_t first = m->imported[CORE_FUNC], count = m->func_count - first;
  if (!count) return;
  unsigned workers = workers_for(d), started = 0;
  struct pool pool = {.context = &d->context, .end = m->func_count, .refused = cm_alloc(&d->arena, m->func_count)};
  if (!pool.refused) {
    core_report_memory(d);
    return;
  }
  uint32_t share = count / (8 * MOST_WORKERS) + 1;
  pool.at_once = share < MOST_AT_ONCE ? share : MOST_AT_ONCE;
  atomic_init(&pool.next, first);
  atomic_init(&pool.any, false);
  pthread_t threads[MOST_WORKERS];
  // Where no thread can be had, those that there are do the work.
  while (started + 1 < workers && pthread_create(&threads[started], NULL, work, &pool) == 0) started++;
  work(&pool);
  for (unsigned i = 0; i < started; i++) pthread_join(threads[i], NULL);
  if (atomic_load(&pool.any)) tell(d, &pool);
}
