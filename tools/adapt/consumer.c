// An instance that is named, and another definition for it.
//
// Where instances stand within each other, the definition of the inner one changes that of the one around it, for this one instance; so it goes up
// to the whole. Definitions that are instantiated elsewhere too stay what they are there.

#include "consumer.h"

#include <component/compose.h>

#include <stdio.h>
#include <string.h>

#include "cmd/deliver.h"
#include "cmd/status.h"
#include "subject.h"

// --- names ---

static struct cm_str without_sigil(struct cm_str name) {
  return name.size && name.at[0] == '$' ? (struct cm_str){name.at + 1, name.size - 1} : name;
}

static bool cut_end(struct cm_str *text, struct cm_str end) {
  if (end.size > text->size || (end.size && memcmp(text->at + text->size - end.size, end.at, end.size) != 0)) return false;
  text->size -= end.size;
  return true;
}

// Whether a path ends in `name`, with or without `$`; it becomes what stands before.
static bool cut_name(struct cm_str *path, struct cm_str name) {
  if (!cut_end(path, without_sigil(name))) return false;
  cut_end(path, CM_STR("$"));
  return !path->size || cut_end(path, CM_STR(" > ")) || cut_end(path, CM_STR("."));
}

// "web" of "parts/web.wasm".
static struct cm_str stem_of(const char *file) {
  const char *slash = strrchr(file, '/');
  struct cm_str stem = cm_str_of(slash ? slash + 1 : file);
  cut_end(&stem, CM_STR(".wasm"));
  return stem;
}

static enum match {
  NOT_AT_ALL,
  BY_ITS_END,
  WHOLLY
} match_path(const struct cm_graph *graph, const char *file, uint32_t node, struct cm_str path) {
  for (; node; node = graph->components[node].parent) {
    if (!cut_name(&path, graph->components[node].name)) return NOT_AT_ALL;
    if (!path.size) return graph->components[node].parent ? BY_ITS_END : WHOLLY;
  }
  // What is left is the whole.
  struct cm_str root = graph->components[0].name;
  return (root.size && cm_str_equal(without_sigil(path), without_sigil(root))) || cm_str_equal(path, stem_of(file)) ? WHOLLY
                                                                                                                    : NOT_AT_ALL;
}

static int tell_which(const struct cm_graph *graph, const char *file, const char *name, const char *what, enum match least) {
  fprintf(stderr, "tidewaiter: --for: %s of %s is called `%s`; ", what, file, name);
  fputs(graph->component_count > 1 ? "there are\n" : "there is none within it\n", stderr);
  for (uint32_t i = 1; i < graph->component_count; i++)
    if (match_path(graph, file, i, cm_str_of(name)) >= least) fprintf(stderr, "  %.*s\n", CM_STR_ARG(graph->components[i].path));
  return TW_USAGE;
}

// --- one instance ---

static int choose(const struct cm_graph *graph, const char *file, const char *name, uint32_t *out) {
  enum match best = NOT_AT_ALL;
  uint32_t count = 0;
  for (uint32_t i = 1; i < graph->component_count; i++) {
    enum match match = match_path(graph, file, i, cm_str_of(name));
    if (!match || match < best) continue;
    count = match > best ? 1 : count + 1;
    best = match;
    *out = i;
  }
  if (!count) return tell_which(graph, file, name, "no instance", NOT_AT_ALL);
  return count == 1 ? TW_DONE : tell_which(graph, file, name, "more than one instance", best);
}

int tw_consumer_find(struct cm_arena *arena, const struct cm_component *whole, const char *path, const char *name,
                     struct tw_consumer *out) {
  struct cm_graph *graph;
  struct cm_diag diag = {0};
  if (!cm_graph_build(arena, whole, &graph, &diag)) return tw_subject_fault(&diag);
  *out = (struct tw_consumer){.graph = graph};
  int status = choose(graph, path, name, &out->node);
  if (status) return status;
  const struct cm_component *component = graph->components[out->node].component;
  if (!cm_stands_alone(component)) {
    fprintf(stderr, "tidewaiter: --for: %.*s refers to types of the component around it, so nothing can stand between\n",
            CM_STR_ARG(graph->components[out->node].path));
    return TW_NO;
  }
  return cm_decode(arena, component->bytes, &out->component, &diag) ? TW_DONE : tw_subject_fault(&diag);
}

int tw_consumer_replace(struct cm_arena *arena, const struct tw_consumer *consumer, const struct cm_component *by,
                        struct cm_component **out) {
  struct cm_diag diag = {0};
  const struct cm_component_node *nodes = consumer->graph->components;
  for (uint32_t node = consumer->node; node; node = nodes[node].parent) {
    struct cm_component *around = NULL;
    bool ok = cm_replace(arena, nodes[nodes[node].parent].component, nodes[node].index, by, &around, &diag) &&
              tw_deliver_kept(arena, around, out, &diag);
    if (!ok) return tw_subject_fault(&diag);
    by = *out;
  }
  return TW_DONE;
}
