// Checking a document's shape by a table.
//
// What a document may hold is one table of fields per map; the checker walks node and table together. Messages name line and column, the
// path ("rules[2].kind"), what was expected and what was there; an unknown key comes with the nearest valid one. Every fault is told, not
// only the first.
#ifndef TW_DOC_CHECK_H
#define TW_DOC_CHECK_H

#include "doc.h"
#include "read.h"

enum tw_shape_kind {
  TW_SHAPE_ANY,
  TW_SHAPE_TEXT,  // any scalar but null, taken as text
  TW_SHAPE_BOOL,
  TW_SHAPE_INTEGER,      // within [min, max]
  TW_SHAPE_CHOICE,       // one of `values`
  TW_SHAPE_DATE,         // 2027-01-31
  TW_SHAPE_LIST,         // of `item`
  TW_SHAPE_ONE_OR_LIST,  // a single one stands for a list of it
  TW_SHAPE_MAP,          // with `fields`
  TW_SHAPE_DICT,         // a map of any keys to `item`
};

struct tw_field;

struct tw_shape {
  enum tw_shape_kind kind;
  bool null;                      // null stands for it too
  const char *const *values;      // CHOICE, ended by NULL
  int64_t min, max;               // INTEGER; max 0: no bound
  const struct tw_shape *item;    // LIST, ONE_OR_LIST, DICT
  const struct tw_field *fields;  // MAP, ended by a row without a name
};

struct tw_field {
  const char *name;
  const struct tw_shape *shape;
  bool required;
};

// Told once for each fault; `fault` is valid during the call.
typedef void (*tw_fault_visit)(void *context, const struct tw_fault *fault);

// Returns whether there was none.
bool tw_doc_check(const struct tw_node *node, const struct tw_shape *shape, tw_fault_visit visit, void *context);

#endif
