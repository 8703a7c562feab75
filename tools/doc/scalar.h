// What a scalar of YAML means, and when a string may stand without quotes.
#ifndef TW_SCALAR_H
#define TW_SCALAR_H

#include "doc.h"

// The kind of a plain scalar by the core schema of YAML 1.2, with one exception: digits with a leading zero (`0755`) are a string, since
// YAML 1.1 takes them for octal. A decimal integer beyond 64 bits is a FLOAT. Fills `integer` or `truth` where that is the kind.
//
// Spec: https://yaml.org/spec/1.2.2/#1032-tag-resolution
enum tw_node_kind tw_scalar_kind(struct cm_str text, int64_t *integer, bool *truth);

// Whether `text` is a number of JSON.
bool tw_scalar_is_json_number(struct cm_str text);

// Whether a string may be written without quotes: no reader of YAML 1.1 or 1.2 takes it for anything else. `flow`: within [ ] or { }.
bool tw_scalar_is_plain(struct cm_str text, bool flow);

#endif
