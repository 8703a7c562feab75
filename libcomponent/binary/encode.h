// The encoder's parts, for each other. Private.
//
// Each function writes what the function of the decoder with the same name reads.
#ifndef BINARY_ENCODE_H
#define BINARY_ENCODE_H

#include <component/encode.h>
#include <component/put.h>

#include "binary/codes.h"

struct encoder {
  struct cm_buffer *out;
  struct cm_encode_options options;
  unsigned depth;  // components and types open
};

// False, and the buffer failed, when components and types are nested too deep: a model that no decoder made.
bool encode_enter(struct encoder *e);

// encode_defs.c
void encode_sort(struct encoder *e, enum cm_sort sort);
void encode_core_instance(struct encoder *e, const struct cm_instance_expr *instance);
void encode_instance(struct encoder *e, const struct cm_instance_expr *instance);
void encode_alias(struct encoder *e, const struct cm_alias *alias);
void encode_import(struct encoder *e, const struct cm_import *import);
void encode_export(struct encoder *e, const struct cm_export *export);
void encode_export_decl(struct encoder *e, const struct cm_export *export);
void encode_start(struct encoder *e, const struct cm_start *start);
void encode_value(struct encoder *e, const struct cm_value *value);

// encode_canon.c
void encode_canon(struct encoder *e, const struct cm_canon *canon);

// encode_types.c
void encode_core_type(struct encoder *e, const struct cm_core_type *type);
void encode_type(struct encoder *e, const struct cm_type *type);
void encode_valtype(struct encoder *e, struct cm_valtype type);
void encode_result_list(struct encoder *e, struct cm_valtype result, uint32_t named_count, const struct cm_field *named);

#endif
