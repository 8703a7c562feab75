// The version, the commit, and the features of the specification that this build knows.
//
// The commit comes from a header that the build writes; a source tree without git has none.

#include "version.h"

#include <component/version.h>

#include "options.h"
#include "output.h"
#include "status.h"
#include "tw_commit.h"

void tw_version_print(FILE *to) {
  static const char commit[] = TW_COMMIT;
  fprintf(to, "tidewaiter %s", cm_version());
  if (sizeof commit > 1) {
    fprintf(to, " (commit %s)", commit);
  }
  fprintf(to, "\n\nKnows of the specification:\n");
  for (const struct cm_capability *feature = cm_capabilities(); feature->name; feature++) {
    fprintf(to, "  %-18s  %s\n", feature->name, feature->what);
  }
}

static int run(const struct tw_args *args) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) {
    return TW_OUTPUT;
  }
  tw_version_print(output.stream);
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static const char *const description[] = {
    "Says the version, the commit it was built from, and which features of the WebAssembly specifications it knows. "
    "`tidewaiter --version` is the same.",
    NULL,
};

const struct tw_command tw_cmd_version = {
    .name = "version",
    .summary = "Say the version and what it knows of the specification",
    .description = description,
    .usage = "version [OPTION]...",
    .run = run,
};
