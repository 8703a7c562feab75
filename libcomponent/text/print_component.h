// Components as text: what print_component.c, print_types.c and print_definitions.c have between them. Private.
#ifndef TEXT_PRINT_COMPONENT_H
#define TEXT_PRINT_COMPONENT_H

#include "text/printer.h"

// A scope being printed: a component, a component or instance type, or a module type, which has core types alone. Only components give
// names to their indices.
struct scope_printer {
  struct printer *p;
  const struct scope_printer *up;
  const struct cm_component *component;  // NULL: a type
  struct idents spaces[CM_SORT_COUNT];
  uint32_t next[CM_SORT_COUNT];  // how many indices of each sort there are by now
};

// " $name" or " 12". What is not defined yet goes by number: it is not valid to refer to it, and the name would not be known.
static inline void put_index(const struct scope_printer *s, enum cm_sort sort, uint32_t index) {
  put_reference(s->p, index < s->next[sort] ? &s->spaces[sort] : NULL, index);
}

// " $name (;12;)" of the next index of the sort, which is introduced by this.
void put_next(struct scope_printer *s, enum cm_sort sort);

// "(func $name (;12;)": begins what introduces an index. "(func 12)": refers to one.
void open_definition(struct scope_printer *s, enum cm_sort sort);
void put_sortidx(struct scope_printer *s, struct cm_sortidx what);

// " \"name\" (implements …)"
void put_extern_name(struct printer *p, const struct cm_name *name);

// print_definitions.c: items that are no types.
void print_instance(struct scope_printer *s, const struct cm_item *item);
void print_alias(struct scope_printer *s, const struct cm_alias *alias);
void print_canon(struct scope_printer *s, const struct cm_canon *canon);
void print_start(struct scope_printer *s, const struct cm_start *start);
void print_import(struct scope_printer *s, const struct cm_import *import);
void print_export(struct scope_printer *s, const struct cm_export *export);
void print_export_decl(struct scope_printer *s, const struct cm_export *export);
void print_value(struct scope_printer *s, const struct cm_value *value);

// An outer alias of `sort`: the number of scopes and the index there.
void put_outer(struct scope_printer *s, enum cm_sort sort, uint32_t count, uint32_t index);

// print_types.c
void print_core_type(struct scope_printer *s, const struct cm_core_type *type);
void print_type(struct scope_printer *s, const struct cm_type *type);
void put_valtype(struct scope_printer *s, struct cm_valtype type);
void put_value_type(struct scope_printer *s, struct cm_valtype type);  // of a value: an index as " (type 3)"
void put_result_list(struct scope_printer *s, struct cm_valtype result, uint32_t named_count, const struct cm_field *named);

// print_component.c: an item on a line of its own.
void print_item(struct scope_printer *s, const struct cm_item *item);

#endif
