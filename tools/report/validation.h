// The answer of `tidewaiter validate`: whether a file is valid, and every error that was found.
#ifndef TW_REPORT_VALIDATION_H
#define TW_REPORT_VALIDATION_H

#include <component/component.h>
#include <component/features.h>

#include "digest.h"
#include "doc/json.h"

// One file that was validated. Errors live in the arena that was given to tw_validate.
struct tw_validation {
  const char *path;             // as given; NULL: the file could not be read, and there is nothing else here
  char sha256[TW_SHA256_TEXT];  // "" where it was not asked for
  uint64_t size;
  enum cm_artifact artifact;
  struct cm_diag *errors;  // in the order in which they were found
  size_t error_count, error_room;
  const char **excerpts;  // of the first TW_EXCERPTS errors: the lines of text around it, or NULL
};

enum { TW_EXCERPTS = 10 };  // to make one the file is printed anew

// Validates the bytes, on `threads` processors (0: all there are). False: no memory, and *out is not to be used.
bool tw_validate(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, unsigned threads,
                 struct tw_validation *out);

// For people: each error in a few lines. Nothing for a file that is valid.
void tw_validation_text(FILE *to, const struct tw_validation *validation, bool color);

// The document of schemas/validate.schema.json, without a line end behind it.
void tw_validation_json(FILE *to, const struct tw_validation *validation, struct cm_features features, enum tw_json_style style,
                        unsigned margin);

// SARIF 2.1.0 of all of them, those without a path left out. False: no memory.
bool tw_validation_sarif(FILE *to, struct cm_arena *arena, const struct tw_validation *validations, size_t count);

// The table of features, for --list-features.
void tw_features_text(FILE *to, bool color);
void tw_features_json(FILE *to, enum tw_json_style style);

#endif
