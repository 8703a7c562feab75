// `--for NAME`: an instance within a composed component, which adapters are to be put in front of alone.
#ifndef TW_CONSUMER_H
#define TW_CONSUMER_H

#include <component/graph.h>

struct tw_consumer {
  const struct cm_graph *graph;
  uint32_t node;                   // of its component nodes
  struct cm_component *component;  // what it is an instance of, by itself
};

// The instance of `whole`, read from `path`, that is called `name`: by its path, as `tidewaiter needs` prints it or with dots, or the end of that.
// Returns a status; where there is no such instance, or several, a message on standard error lists what there is.
int tw_consumer_find(struct cm_arena *arena, const struct cm_component *whole, const char *path, const char *name,
                     struct tw_consumer *out);

// The whole, with the instance being one of `by` instead (decoded; to be encoded). Returns a status.
int tw_consumer_replace(struct cm_arena *arena, const struct tw_consumer *consumer, const struct cm_component *by,
                        struct cm_component **out);

#endif
