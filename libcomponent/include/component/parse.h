// The text format, read: core modules to their bytes, components to the model.
//
// Spec: core 3.0, "Text Format" (https://webassembly.github.io/spec/core/text/index.html), with the annotations of its appendix;
// components: Explainer.md, "Component Definitions" and on. Abbreviations are what wasm-tools takes too, and so is the order of what
// they stand for: implied types, inline exports, names.
//
// The text is borrowed: names of the component may point into it.
#ifndef COMPONENT_PARSE_H
#define COMPONENT_PARSE_H

#include <component/component.h>

struct cm_parse_options {
  bool no_names;         // identifiers leave no `name` and `component-name` sections
  bool annotated_names;  // identifiers are no names there, only (@name …) are
  // Hears of each error that does not follow from another, in the order in which they are found: at most one for each definition of a
  // component and each field of a module, and at most CM_LIMIT_ERRORS. NULL: the first ends it.
  const struct cm_diag_sink *sink;
};

struct cm_parsed {
  enum cm_artifact artifact;       // CM_ARTIFACT_MODULE or CM_ARTIFACT_COMPONENT
  struct cm_span bytes;            // of a module; also of a component that is given as (component binary …)
  struct cm_component *component;  // of a component; cm_encode (component/encode.h) makes its bytes
};

// Parses a text that holds one module or one component, or the fields of a module alone. All that is made is in the arena. On false
// `diag` says what was expected at its offset and what was found instead; text_place tells the line. Where a
// sink has heard of more than one error, `diag` is the first. `options` may be NULL: names are
// kept. Only what the text format itself demands is checked, which is that identifiers are known and types that are given twice agree.
bool cm_parse_text(struct cm_arena *arena, struct cm_str text, const struct cm_parse_options *options, struct cm_parsed *out,
                   struct cm_diag *diag);

// Where an offset lies, counted from 1; columns are counted in characters. `text` is the line itself, without its end.
struct cm_text_place {
  uint64_t line, column;
  struct cm_str text;
};
struct cm_text_place cm_text_place(struct cm_str text, uint64_t offset);

#endif
