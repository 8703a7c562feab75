// Writing YAML and JSON.
//
// YAML: block style, two spaces, lists at the indentation of their key as kubectl writes them, comments where nodes have some; a scalar is
// quoted whenever a reader of YAML 1.1 or 1.2 could take it for something other than this string, and text of several lines is a
// literal block where that is exact. Deterministic; readable by PyYAML and Go's yaml with the same tree.
#ifndef TW_DOC_WRITE_H
#define TW_DOC_WRITE_H

#include "doc.h"

#include <stdio.h>

// Documents separated by "---". `comments` false: none are written. Errors of writing stay in the stream.
void tw_yaml_write(FILE *to, const struct tw_doc *docs, size_t count, bool comments);

// One node as JSON, pretty, without a line end.
void tw_doc_json(FILE *to, const struct tw_node *node, unsigned margin);

// A scalar as it would stand in YAML, for messages that show lines to add.
void tw_yaml_scalar(FILE *to, struct cm_str text);

#endif
