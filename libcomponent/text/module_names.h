// The identifiers of a core module. Private.
#ifndef TEXT_MODULE_NAMES_H
#define TEXT_MODULE_NAMES_H

#include <component/core.h>

#include "text/idents.h"

// Names below an index: of locals and labels by function, of fields and parameters by type. Sorted by outer, then by index.
struct inner_names {
  size_t count, room;
  struct core_name *at;
};

struct module_names {
  struct idents spaces[CORE_NAME_KIND_COUNT];  // of those kinds that have an index space of their own; MODULE's is one long
  struct inner_names locals, labels, fields, params;
  bool malformed;  // the name section is: it is printed as any other custom section, and gives no names
};

// Reads the name section. False: no memory.
bool module_names_read(struct cm_arena *arena, const struct core_module *module, struct module_names *out);

// The names below `outer`: a part of names->at, and how many.
const struct core_name *inner_names_of(const struct inner_names *names, uint32_t outer, size_t *count);

// The same as identifiers of `space` indices, made unique; `out->at` is NULL where there are none. False: no memory.
bool inner_idents(struct cm_arena *arena, const struct inner_names *names, uint32_t outer, const char *group, uint32_t space,
                  struct idents *out);

#endif
