// Merging what was generated into what people wrote.
//
// Nothing that stands in the file is lost: order, comments, indentation, quotes, fields that the generator knows nothing of. What is missing
// is added at its place, with its comments. A scalar that differs is people's and stays, unless a rule says that it follows the generated
// one. What the generated documents no longer have stays too and, where a rule says that the generator owns the collection, gets a comment:
// TW_MERGE_MARK. The comment goes when the thing is needed again.
//
// The result is read and merged again before it is given out: it holds all that was generated, all that was there, and a second merge changes
// nothing. Where that cannot be had (an alias would have to be changed, a text where a map must be), the merge fails with a fault at the
// place, and nothing is half done.
#ifndef TW_DOC_MERGE_H
#define TW_DOC_MERGE_H

#include "doc.h"
#include "read.h"

#define TW_MERGE_MARK "tidewaiter: no longer needed"

enum {
  // Of a map or a list: what is in it and was not generated is no longer needed. Of a document ("" as path): it as a whole is, where it was
  // not generated; members of its root that were not are people's.
  TW_MERGE_OWNED = 1,
  TW_MERGE_FOLLOWS = 2,  // of a scalar: it becomes what was generated
  TW_MERGE_LONE = 4,  // of a document: matched by its kind alone where there is just one left on both sides, as when it was renamed
};

// What holds for the values at a path. The first rule that fits counts.
struct tw_merge_rule {
  const char *kind;  // the document's `kind`; NULL: any
  const char
      *path;  // "spec.hosts[].config.*": keys joined by '.', "[]" for the items of a list, a star for any key; "": the document
  const char *identity;  // of a list of maps (and of documents): what tells them apart, "namespace,package,metadata.name"
  unsigned flags;
};

struct tw_merge_options {
  const struct tw_merge_rule
      *rules;  // ended by a row without a path; the default identity is "kind,metadata.name" of documents, else "name"
  const char
      *owner;  // documents that were not generated are only marked where their metadata.name is this, or begins with this and '-'
};

enum tw_change_kind {
  TW_CHANGE_ADDED,
  TW_CHANGE_SET,       // a scalar follows the generated one
  TW_CHANGE_MARKED,    // no longer needed
  TW_CHANGE_UNMARKED,  // needed again
  TW_CHANGE_KEPT,      // a scalar that differs stays: no change of the text, told for whoever wants to know
};

struct tw_change {
  enum tw_change_kind kind;
  struct cm_str where;  // "ConfigMap app-env: data.LOG_LEVEL"
  struct cm_str what;   // what was added, or "OLD, generated: NEW"; may be empty
  uint32_t line;        // in the existing file; 0: none
};

struct tw_merged {
  struct cm_str text;
  bool changed;  // the text differs from the existing one
  const struct tw_change *changes;
  size_t change_count;
};

// Merges `generated` into the file `path` that says `existing`. An empty file gives what tw_yaml_write does. All of `out` lives in the arena
// or is borrowed from `existing`. False: `fault` says why, in the existing file.
bool tw_merge(struct cm_arena *arena, const char *path, struct cm_span existing, const struct tw_doc *generated, size_t count,
              const struct tw_merge_options *options, struct tw_merged *out, struct tw_fault *fault);

#endif
