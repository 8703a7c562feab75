// Components to bytes.
//
// Spec: Binary.md. Numbers are written in the fewest bytes; sections come in the order and with the grouping of the model. So a
// component that was decoded and not changed gives the bytes that it was decoded from, where these had no superfluous ones.
#ifndef COMPONENT_ENCODE_H
#define COMPONENT_ENCODE_H

#include <component/buffer.h>
#include <component/component.h>

struct cm_encode_options {
  bool drop_names;      // the sections `component-name` and, of core modules, `name`
  bool drop_producers;  // the sections `producers`
  bool drop_custom;     // all other custom sections
  // Encodings of older tools stay as they are: names of form 1, and `[implements=<I>]label` as part of a name. Otherwise the first
  // becomes form 0, and the second an attribute. What has no form of today (named results, asynchronous destructors,
  // backpressure.set), and in which of the two dialects a file is (`shared?` bytes, value bounds), stays in any case.
  bool keep_forms;
};

// Appends the whole binary of `component`, its nested components and core modules with it, to `out`. `options` may be NULL: nothing is
// dropped, forms are today's. On false `diag` says why (no memory, or longer than the buffer's limit); the buffer is then of no use.
//
// What a builder of a component has to fill in, of what a decoder fills in:
//   - the scope's items, not its index spaces; of an item all but `offset` and `size`;
//   - `sections` (id, first, count), which must hold every item in order; or none (section_count 0): then neighbours that may stand
//     in one section do;
//   - of a name `name` and, of form 2, `attributes`; `raw` may be empty;
//   - of a core module the bytes; its sections only where something is to be dropped;
//   - of canonical options `order`, `indices` and `count`, besides the members that say what they mean.
// The component must be one that the decoder would read: nesting within CM_LIMIT_NESTING, kinds and sorts of their enums.
bool cm_encode(const struct cm_component *component, const struct cm_encode_options *options, struct cm_buffer *out,
               struct cm_diag *diag);

#endif
