// The rules that tidewaiter brings along.
//
// They hold a component against its manifest, against its baseline where there is neither policy nor manifest, and the policy against
// itself. Their names have a slash, which those of a policy cannot have.
#ifndef TW_GATE_BUILTIN_H
#define TW_GATE_BUILTIN_H

#include <stdio.h>

#include "report/findings.h"

enum tw_builtin {
  TW_BUILTIN_NO_COMPONENT,
  TW_BUILTIN_MISSING_KEY,
  TW_BUILTIN_MISSING_HOST,
  TW_BUILTIN_MISSING_INTERFACE,
  TW_BUILTIN_WRONG_VERSION,
  TW_BUILTIN_MISSING_LABEL,
  TW_BUILTIN_MISSING_MOUNT,
  TW_BUILTIN_SURPLUS_KEY,
  TW_BUILTIN_SURPLUS_HOST,
  TW_BUILTIN_WIDE_EGRESS,
  TW_BUILTIN_SURPLUS_INTERFACE,
  TW_BUILTIN_SURPLUS_MOUNT,
  TW_BUILTIN_PLAIN_SECRET,
  TW_BUILTIN_UNSET_VALUE,
  TW_BUILTIN_UNKNOWN_OBJECT,
  TW_BUILTIN_UNDECIDED,
  TW_BUILTIN_NEW_NEED,
  TW_BUILTIN_NEW_UNDECIDED,
  TW_BUILTIN_EXPIRED_WAIVER,
  TW_BUILTIN_UNUSED_WAIVER,
  TW_BUILTIN_IDLE_RULE,
  TW_BUILTIN_COUNT
};

// In the order of the enum. Those of a section are in force together.
extern const struct tw_rule tw_builtins[TW_BUILTIN_COUNT];

// What brings a rule into force.
enum tw_builtin_when { TW_WITH_POLICY, TW_WITH_MANIFEST, TW_WITH_BASELINE_ALONE };
extern const enum tw_builtin_when tw_builtin_whens[TW_BUILTIN_COUNT];

// The table, for people.
void tw_builtins_text(FILE *to);

#endif
