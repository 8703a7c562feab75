// Composition: components put together to one, the exports of some being the imports of others.
//
// What a part imports and another part provides is wired; all other imports become imports of the whole, each once: what several parts import
// under one name is one import, whose type has what any of them asks for. Nothing of the parts is changed; they stand in the result as
// they are, so that what is known of them by their bytes stays true.
//
// Spec: Explainer.md, "Instance Definitions", "Import and Export Definitions"; Binary.md.
#ifndef COMPONENT_COMPOSE_H
#define COMPONENT_COMPOSE_H

#include <component/component.h>

// One of the components to be put together. Valid, and borrowed until the result is encoded.
struct cm_compose_part {
  struct cm_str name;  // of its instance: what reports and errors call it; no two are the same
  const struct cm_component *component;
  bool exported;  // its exports become exports of the whole
};

// One import, wired by hand: `import` of part `to` is `export` of part `from`. Names as they stand in the components.
struct cm_compose_wire {
  uint32_t to, from;  // indices of parts
  struct cm_str import, export;
};

struct cm_compose_request {
  const struct cm_compose_part *parts;
  uint32_t part_count;
  const struct cm_compose_wire *wires;
  uint32_t wire_count;
  // What no wire says is looked for by name: part 0 takes from the others, in their order, and each of them from those behind it, then from
  // those before it (but not what it exports itself). Of the same base name a compatible version that is not older will do. A labelled import (`implements`) takes from a part that has the label for
  // its name, or that exports the label.
  bool plug;
  bool layered;  // with `plug`: a part takes from those behind it alone
  // A part whose exports take the place of what other parts export under the same names, its number + 1; 0: there is none. For one that stands
  // around another: it takes by a wire what it exports in turn.
  uint32_t cover;
  bool separate;        // a part that several take from is instantiated for each of them
  bool merge_versions;  // imports of the whole that differ in compatible versions are one, of the highest
};

// What is wrong with a request. Parts by index; names are borrowed from it.
enum cm_compose_fault {
  CM_COMPOSE_FINE,
  CM_COMPOSE_NO_IMPORT,  // wire `wire`: part `part` has no import of that name
  CM_COMPOSE_NO_EXPORT,  // wire `wire`: part `part` has no export of that name
  CM_COMPOSE_SORTS,      // wire `wire`: import `name` of part `part` is of sorts[0], what it is wired to of sorts[1]
  CM_COMPOSE_TWICE,      // wire `wire`: the import is wired already
  CM_COMPOSE_UNUSED,     // nobody takes anything from part `part`
  CM_COMPOSE_EXPORTS,    // parts `part` and `other`, both exported, export the same `name`
  CM_COMPOSE_CYCLE,      // parts need one another: `cycle`, each takes from the next, the last from the first
  CM_COMPOSE_DIAG,       // `diag` says it: limits, memory, what is not supported
};

enum { CM_COMPOSE_CYCLE_SHOWN = 16 };
struct cm_compose_problem {
  enum cm_compose_fault fault;
  uint32_t wire, part, other;
  enum cm_sort sorts[2];
  uint32_t cycle[CM_COMPOSE_CYCLE_SHOWN];               // the first so many of it
  struct cm_str cycle_imports[CM_COMPOSE_CYCLE_SHOWN];  // what each takes from the next
  uint32_t cycle_count;
  struct cm_str name;
  struct cm_diag diag;
};

// How an import of a part was satisfied, for whoever wants to say so.
struct cm_compose_link {
  uint32_t part;  // that imports
  struct cm_str import;
  bool inside;  // by `export` of part `from`; else from outside
  uint32_t from;
  struct cm_str export;
};

struct cm_composed {
  struct cm_component *component;  // to be encoded; its index spaces are not filled in
  const struct cm_compose_link *links;
  uint32_t link_count;
};

// Composes. All of the result is in the arena. False: `problem` says why. The result is as valid as the types of what was wired fit: to be
// asked of cm_validate once it is encoded and decoded.
bool cm_compose(struct cm_arena *arena, const struct cm_compose_request *request, struct cm_composed *out,
                struct cm_compose_problem *problem);

// Gives the import `name` of a component a label: `import "sessions" (implements "wasi:keyvalue/store@0.2.0")`. The result shares what it
// can with `component`, and is to be encoded. False: there is no import of an instance of that name (`diag` says so), or no memory.
bool cm_label(struct cm_arena *arena, const struct cm_component *component, struct cm_str name, struct cm_str label,
              struct cm_component **out, struct cm_diag *diag);

// Makes instance `instance` of a component be one of `by` instead of what it is one of; other instances of the same definition stay what they are.
// What it was given it is given still, as far as `by` imports it. What `by` imports besides becomes an import of the whole: the one of that
// name, whose type has what both ask for, or a new one. What nothing needs any more goes: imports too. Both are valid and decoded; the
// result shares what it can with them, and is to be encoded, and as valid as the types of what was given fit. False: `diag` says why.
bool cm_replace(struct cm_arena *arena, const struct cm_component *component, uint32_t instance, const struct cm_component *by,
                struct cm_component **out, struct cm_diag *diag);

// Puts a component within another: what that imports, and `by` exports under the same name, is an export of an instance of `by` from then on, which
// is called `name`. Unlike in a composition the two do not both describe it. What `by` imports the whole does. Both are valid and decoded; the
// result shares what it can with them, and is to be encoded, and as valid as the types fit. *out is NULL where it cannot be so: an import of `by` is
// described by others, or is one of the component's that stays or has types, or an import that stays uses types of one that goes. False: `diag`
// says why.
bool cm_plug_within(struct cm_arena *arena, const struct cm_component *component, const struct cm_component *by, struct cm_str name,
                    struct cm_component **out, struct cm_diag *diag);

// Puts the items of a changed component in order. The first of `items` are those of `component`, each as it is or changed (but it introduces as many
// indices, of the same sort); the others are new, and their indices follow on. Any may refer to any. In the result each stands behind what it
// refers to, otherwise they are in the order in which they were given; indices and the names of the section `component-name` are those
// of the new places. A type, alias, component or import that others referred to, and nothing does now, is left out. Of nothing new comes what
// was there. The result shares what it can with `items`, and is to be encoded. False: no such order (`diag` says so), core types
// that would have to move, an index that does not exist, or no memory.
bool cm_order(struct cm_arena *arena, const struct cm_component *component, struct cm_item *const *items, uint32_t count,
              struct cm_component **out, struct cm_diag *diag);

// Whether nothing in a component refers to a scope around it (Explainer.md, "Alias Definitions", outer), so that it can stand elsewhere.
bool cm_stands_alone(const struct cm_component *component);

#endif
