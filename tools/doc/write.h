// Writing YAML and JSON.
//
// YAML: block style, two spaces, lists at the indentation of their key as kubectl writes them, comments where nodes have some; a scalar is
// quoted whenever a reader of YAML 1.1 or 1.2 could take it for something other than this string, and text of several lines is a
// literal block where that is exact. Lines are never folded. Deterministic; readable by PyYAML and Go's yaml with the same tree.
//
// Bytes that are not well-formed UTF-8 become U+FFFD, since neither form can hold them. What is deeper than TW_DOC_DEPTH becomes null.
#ifndef TW_DOC_WRITE_H
#define TW_DOC_WRITE_H

#include <stdio.h>

#include "doc.h"

// Documents separated by "---". `comments` false: none are written. Errors of writing stay in the stream.
void tw_yaml_write(FILE *to, const struct tw_doc *docs, size_t count, bool comments);

// Part of a document, every line indented by `margin` spaces: the members of a map or the items of a list (not empty, in block style), or
// one line. For messages that show lines to add, and for changing files (edit.h).
void tw_yaml_part(FILE *to, const struct tw_node *node, unsigned margin, bool comments);

// One node as JSON, pretty, without a line end. `margin` as in tw_needs_json: levels to indent by.
void tw_doc_json(FILE *to, const struct tw_node *node, unsigned margin);

// A scalar as it would stand in YAML, on one line, for messages that show lines to add; `flow`: fit for [ ] and { } too.
void tw_yaml_scalar(FILE *to, struct cm_str text);
void tw_yaml_flow_scalar(FILE *to, struct cm_str text);

#endif
