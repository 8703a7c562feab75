// Validation of components.
//
// A component that decodes may still mean nothing: an index may lead nowhere, a type may not fit, a name may be taken. cm_validate
// walks the definitions in order, as the specification does, gives each its type, and reports whatever breaks a rule.
//
// Spec: WebAssembly/component-model, design/mvp: Binary.md (the notes below each grammar), Explainer.md ("Type Checking", "Import
// and Export Definitions", "Name Uniqueness", "External Visibility of Types"), Linking.md, CanonicalABI.md ("Canonical
// Definitions").
#ifndef COMPONENT_VALIDATE_H
#define COMPONENT_VALIDATE_H

#include <component/component.h>
#include <component/features.h>

struct cm_validate_options {
  struct cm_features features;
  unsigned threads;  // for the bodies of core modules: on how many processors at most; 0: on all that there are
};

// Validates a decoded component with everything in it, nested components and core modules too. True when it is valid.
//
// An error in one definition does not end validation: what depends on that definition is not judged, all else is. So `sink` hears of
// every independent error of the file, in the order of the definitions, each with its offset, the path of enclosing items, and in
// `rule` the address of the section of the specification; at most CM_LIMIT_ERRORS. A sink of NULL ends it at the first. Running out of
// memory is an error among the others.
//
// Memory is the function's own, from `allocator` (NULL: calloc and free), which several threads call at once unless `threads` is 1.
// Time and memory are bounded: linear in the file for what tools write, and by CM_LIMIT_TYPE_WORK for what is written against it.
bool cm_validate(const struct cm_component *component, const struct cm_validate_options *options, const struct cm_diag_sink *sink,
                 const struct cm_allocator *allocator);

// Whether a text is in kebab case, as the names of functions, types and fields are, and labels of imports. Explainer.md, `label`.
bool cm_is_label(struct cm_str text);

#endif
