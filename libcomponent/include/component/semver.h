// Versions in the names of interfaces, as semantic versioning has them (https://semver.org).
//
// Spec: Explainer.md, "Import and Export Definitions": interfaceversion, canonversion.
#ifndef COMPONENT_SEMVER_H
#define COMPONENT_SEMVER_H

#include <component/span.h>

enum { CM_SEMVER_NUMBERS = 3 };

struct cm_semver {
  uint64_t number[CM_SEMVER_NUMBERS];
  struct cm_str pre;  // "rc.1" of "0.2.0-rc.1"; .at NULL: none. Build metadata are not kept, for no order depends on them.
};

// A name without and its version: "wasi:cli/environment" and "0.2.3" of "wasi:cli/environment@0.2.3". Of a name without version the
// first is the whole name, the second empty.
struct cm_str cm_name_base(struct cm_str name);
struct cm_str cm_name_version(struct cm_str name);

// Reads a whole version: three numbers, with a pre-release and build metadata or without. False: it is none.
bool cm_semver_read(struct cm_str text, struct cm_semver *version);

// Takes a version, or the beginning of one, from the front of *rest. `*given` is how many numbers stand there: 1 for "1", "1.x" and
// "1.*", 3 for a whole version, pre-release and metadata with it. False: nothing of that kind stands there.
bool cm_semver_take(struct cm_str *rest, struct cm_semver *version, int *given);

// The order of precedence (items 9 to 11): negative, 0, positive.
int cm_semver_compare(const struct cm_semver *a, const struct cm_semver *b);

// The same of texts. What is no version comes before all that are, in the order of its bytes.
int cm_semver_compare_texts(struct cm_str a, struct cm_str b);

// The part of a version that compatible ones have in common: "0.2" of "0.2.3" and of "0.2.0-draft", "1" of "1.4.0", "0.0.1" of itself.
struct cm_str cm_semver_canonical(struct cm_str version);

#endif
