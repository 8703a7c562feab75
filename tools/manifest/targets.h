// The targets of `tidewaiter manifest`: one row each, one file each.
//
// A target renders the workload (workload.h) into files held in memory; writing them is the command's business. To add one: write
// target_NAME.c with a render function, declare it in targets.c and add its row.
#ifndef TW_MANIFEST_TARGETS_H
#define TW_MANIFEST_TARGETS_H

#include "workload.h"

enum tw_file_form { TW_FILE_YAML, TW_FILE_JSON, TW_FILE_TEXT };

// One file that is to be written.
struct tw_file {
  const char *path;  // within the folder; for a target that writes one file: what it would be called
  enum tw_file_form form;
  struct tw_doc *docs;  // YAML
  size_t doc_count, doc_room;
  struct tw_node *root;  // JSON
  struct cm_str text;    // TEXT
  bool secret;           // may hold secrets: nobody else may read it
  bool executable;
};

struct tw_rendering {
  struct cm_arena *arena;
  struct tw_workload *workload;  // targets may add notes
  bool comments;                 // of TEXT files; the writer of YAML leaves out those of documents
  const char *folder;            // where a folder is written to; NULL: only the first file is, to standard output
  size_t file_count, file_room;
  struct tw_file *files;
};

enum tw_target_writes {
  TW_WRITES_ONE,     // one file, or standard output
  TW_WRITES_FOLDER,  // several; the first one goes to standard output where no folder is named, if `first_alone` says so
};

struct tw_target {
  const char *name;
  const char *summary;  // what it writes, for the list of targets
  enum tw_target_writes writes;
  bool first_alone;
  bool bound;     // a wasmCloud host binds what is written: its rules are checked before
  bool objects;   // it writes ConfigMaps and Secrets, so notes may name them
  unsigned left;  // enum tw_left: what it leaves to fill in
  bool mergeable;
  // Adds files. No memory is seen in arena->refused.
  void (*render)(struct tw_rendering *rendering);
};

// All targets, ended by a row without a name.
extern const struct tw_target tw_targets[];

// Their names, ended by NULL.
extern const char *const tw_target_names[];

// The target of a name; NULL: none.
const struct tw_target *tw_target_find(const char *name);

#endif
