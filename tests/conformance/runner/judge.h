// What becomes of a directive.
#ifndef RUNNER_JUDGE_H
#define RUNNER_JUDGE_H

#include "script.h"

#include <component/features.h>

enum verdict {
  PASSED,
  FAILED,
  DIFFERS,   // failed, as the list of differences says that it should
  SKIPPED,   // there is nothing that could check it here
  LEFT_OUT,  // it runs something, and only the static part was asked for
  VERDICTS
};

enum { JUDGE_WHY = 3 * CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64 };

struct judgement {
  enum verdict verdict;
  char why[JUDGE_WHY];  // of FAILED; of PASSED, what a module was refused with
  const char *skipped;  // of SKIPPED: the reason, one of a few
};

// Judges one directive. With `only_static`, directives that run something are left out.
void judge(const struct directive *directive, struct cm_features features, bool only_static, struct judgement *out);

#endif
