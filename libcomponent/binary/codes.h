// The numbers of the binary format that decoder and encoder share, beside those of component/canon.def and component/deftype.def. Private.
#ifndef BINARY_CODES_H
#define BINARY_CODES_H

#include <component/component.h>

#include "core/codes.h"

// Binary.md, "Instance Definitions": sort and core:sort. Where any sort may stand, core sorts stand behind a zero byte.
struct sort_code {
  bool is_core;
  uint8_t byte;
};
extern const struct sort_code sort_codes[CM_SORT_COUNT];

// Binary.md, "Component Definitions": the section that holds items of a kind.
uint8_t section_id_of(enum cm_item_kind kind);

// scope.c: how many indices an item introduces, and of what sort.
uint32_t scope_introduces(const struct cm_item *item, enum cm_sort *sort);

// Sections whose contents are one item and not a vector of them.
enum { SECTION_CUSTOM = 0, SECTION_CORE_MODULE = 1, SECTION_COMPONENT = 4, SECTION_START = 9, SECTION_COUNT = 13 };

// Core types of a component: see core_types.c.
enum { BYTE_SUB_PREFIX = 0x00, BYTE_MODULE = 0x50 };

#endif
