// Features: what a validator is to accept beyond the ground.
//
// features.def lists every feature once. A set of them is one number. Presets are sets with a name: `default` is what has been
// standardized or shipped, `official` what the tests of the specifications assume, `all` everything.
#ifndef COMPONENT_FEATURES_H
#define COMPONENT_FEATURES_H

#include <component/diag.h>

enum cm_feature {
#define CM_FEATURE(NAME, name, scope, in_default, in_official, doc) CM_FEATURE_##NAME,
#include <component/features.def>
#undef CM_FEATURE
  CM_FEATURE_COUNT
};

enum cm_feature_scope { CM_FEATURE_CORE, CM_FEATURE_COMPONENT, CM_FEATURE_BOTH };

struct cm_feature_info {
  const char *name;  // "gc"
  enum cm_feature_scope scope;
  bool in_default, in_official;
  const char *doc;  // one line of UTF-8
};

extern const struct cm_feature_info cm_feature_table[CM_FEATURE_COUNT];

// A set of features: bit i is feature i.
struct cm_features {
  uint64_t bits;
};

enum cm_preset { CM_PRESET_DEFAULT, CM_PRESET_OFFICIAL, CM_PRESET_ALL, CM_PRESET_COUNT };

// What a preset is called: "default", "official", "all".
const char *cm_preset_name(enum cm_preset preset);

struct cm_features cm_features_of(enum cm_preset preset);

static inline bool cm_has(struct cm_features features, enum cm_feature feature) { return features.bits >> feature & 1; }

// Reads a list like "official", "default,gc,-simd" or "-all,simd" from left to right, beginning with the set `*features`: a name
// adds a feature, or all of a preset; behind a minus it takes it away. Spaces around names are allowed, an empty list changes nothing.
// False: `diag` says which name is unknown, and *features is as it was.
bool cm_features_read(struct cm_str list, struct cm_features *features, struct cm_diag *diag);

#endif
