// The table of the formats of a gate's result.
//
// The command picks rows by name: one for standard output, and one for each file that is asked for. The list of names beside it is what
// the table of options needs; the test of the formats holds the two together.

#include "gate_formats.h"

#include <string.h>

const struct tw_gate_format tw_gate_formats[] = {
    {"text", "for people", tw_gate_text},
    {"json", "the tidewaiter.gate/1 document, with all there is", tw_gate_json},
    {"sarif", "SARIF 2.1.0, for GitHub code scanning and other viewers", tw_gate_sarif},
    {"junit", "JUnit XML: a suite for each file, a case for each rule and finding", tw_gate_junit},
    {"github", "annotations, as workflow commands of GitHub Actions", tw_gate_github},
    {"gitlab", "a code quality report of GitLab", tw_gate_gitlab},
    {"markdown", "a comment for a pull request", tw_gate_markdown},
    {"intoto", "an in-toto Statement v1 about the files", tw_gate_intoto},
    {"predicate", "the predicate of that statement alone, for `cosign attest --predicate`", tw_gate_predicate},
    {NULL, NULL, NULL},
};

const char *const tw_gate_format_names[] = {"text",   "json",     "sarif",  "junit",     "github",
                                            "gitlab", "markdown", "intoto", "predicate", NULL};

const struct tw_gate_format *tw_gate_format_of(const char *name) {
  const struct tw_gate_format *format = tw_gate_formats;
  while (format->name && strcmp(format->name, name) != 0) {
    format++;
  }
  return format->name ? format : NULL;
}
