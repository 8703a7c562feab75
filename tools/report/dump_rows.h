// The rows of a dump, for the files that make them and the files that write them. Private.
#ifndef TW_REPORT_DUMP_ROWS_H
#define TW_REPORT_DUMP_ROWS_H

#include "dump.h"

enum tw_dump_kind { TW_DUMP_PREAMBLE, TW_DUMP_SECTION, TW_DUMP_ITEM };

enum { TW_DUMP_TEXT = 400 };

struct tw_dump_row {
  enum tw_dump_kind row;
  uint64_t depth;  // components, core modules and types around it
  uint64_t offset, size;
  const char *kind;  // what section or item it is: "type", "core module"
  int id;            // of a section; -1: none
  bool has_count;
  uint32_t count;                    // entries of a section that is a vector
  const char *sort;                  // the sort of the indices that the item introduces; NULL: none
  uint32_t index, width;             // the first of them, and how many
  struct cm_str name;                // borrowed from the file; may be empty
  struct cm_str module;              // the first half of the name of a core module's import
  const struct cm_name *attributes;  // of an import or export; NULL: none
  char text[TW_DUMP_TEXT];           // what it is, in words; no names of the file in it
  size_t text_size;
  bool broken;  // decoding failed here
};

// A walk through the document.
struct tw_dump_walk {
  const struct tw_dump_document *document;
  struct cm_arena *arena;
  void (*take)(void *context, const struct tw_dump_row *row);
  void *context;
};

// Appends to a row's text.
void tw_dump_say(struct tw_dump_row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

// "1 item", "2 items".
void tw_dump_say_count(struct tw_dump_row *row, uint64_t count, const char *what);

// dump_items.c: the text of an item of a component, and its kind and name.
void tw_dump_describe(const struct cm_item *item, struct tw_dump_row *row);

// dump_core.c: the preamble and the sections of a core module, at `depth`. `module` is NULL where it could not be decoded; what its
// bytes still tell is shown then. False: no memory.
bool tw_dump_core(const struct tw_dump_walk *walk, struct cm_span bytes, const struct core_module *module, uint64_t depth);

// Says in the text how many of what a core module has.
void tw_dump_summarise_core(const struct core_module *module, struct tw_dump_row *row);

// dump_walk.c: all rows of the document. False: no memory.
bool tw_dump_rows(const struct tw_dump_walk *walk);

#endif
