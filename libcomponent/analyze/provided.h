// Imports that another component of the program provides.
//
// An adapter in front of an application, or any component composed with it, gives an interface that the table of sinks knows: what the
// application asks there is not asked of the outside, and what becomes of it is the provider's to say. For the search such an import is a
// slot like any other, with a source of its own that stands for it in the findings; through.h replaces that by what the outside is asked.
#ifndef ANALYZE_PROVIDED_H
#define ANALYZE_PROVIDED_H

#include <component/graph.h>
#include <component/needs.h>

struct program;

struct provided {
  struct cm_str source;  // in findings, in the place of an import's name; none has it
  uint32_t component;    // the component node that imports it
  bool is_environment;   // then it stands for all slots of the component that hand over the environment, be one the outside's
  uint32_t *slots;       // gids of import slots
  uint32_t slot_count;
};

// The interface and the function that a component's own function index is known as there, where it is an import's, or an export of an
// instance within another. False: it has no such names.
bool provided_names(const struct cm_scope *scope, uint32_t func, struct cm_str *interface, struct cm_str *function);

// Is it a sink's function, lowered by one component and lifted by another?
bool provided_is(const struct cm_graph *graph, const struct cm_core_target *target);

// Lists what is provided, from the import slots (gids) that were come to; fills program->provided and provided_of. False: memory is exhausted.
bool provided_list(struct program *program, const uint32_t *slots, size_t count);

// The same for whoever looks names up in `instance`: what its component's environment is; NULL: it is the outside's.
const struct provided *provided_environment(const struct program *program, uint32_t instance);

// Is there a component whose environment is not the outside's?
bool provided_any_environment(const struct program *program);

// What has that source; NULL: it is an import of the outside.
const struct provided *provided_of_source(const struct program *program, struct cm_str source);

#endif
